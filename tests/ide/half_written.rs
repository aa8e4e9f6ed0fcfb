//! Completion where the line is only half there: the value is missing or wrong, or what follows is.

use super::{labels, unused};
use statefulapp::engine;
use statefulapp::grammar;

fn options(engine: &str, used: &[&str]) -> std::collections::BTreeSet<String> {
    let facts = engine::by_name(engine).expect("an engine");
    unused(&grammar::ENGINE, used).into_iter().filter(|key| facts.takes(key)).collect()
}

completes! {
    a_part_of_a_key_before_another_line: "StatefulApp a {\n    image: \"b:1\",\n    stor$0\n    replicas: 3,\n}"
        => unused(&grammar::STATEFUL_APP, &["image", "replicas"]);
    a_part_of_a_key_at_the_end: "StatefulApp a { image: \"b:1\", stor$0 }" => unused(&grammar::STATEFUL_APP, &["image"]);
    a_key_of_a_volume_with_nothing_else: "StatefulApp a { image: \"b:1\", storage: { data: { $0 } } }" => unused(&grammar::VOLUME, &[]);
    a_key_of_a_volume_after_a_wrong_one: "StatefulApp a { image: \"b:1\", storage: { data: { sise: 1Gi, $0 } } }" => unused(&grammar::VOLUME, &[]);
    a_key_of_a_volume_after_a_wrong_value: "StatefulApp a { image: \"b:1\", storage: { data: { size: 1GB, $0 } } }" => unused(&grammar::VOLUME, &["size"]);
    a_key_after_a_value_that_is_missing: "StatefulApp a {\n    image: ,\n    $0\n}" => unused(&grammar::STATEFUL_APP, &["image"]);
    a_key_after_several_words: "StatefulApp a {\n    image: postgres:17,\n    grace: 1 day,\n    $0\n}"
        => unused(&grammar::STATEFUL_APP, &["image", "grace"]);
    a_port_of_a_service: "StatefulApp db { image: \"b:1\", ports: { sql: 5432, admin: 80 } }\nService s { selects: db, ports: [$0] }"
        => labels(["sql", "admin"]);
    a_part_of_a_port_of_a_service: "StatefulApp db { image: \"b:1\", ports: { sql: 5432, admin: 80 } }\nService s { selects: db, ports: [sql, ad$0] }"
        => labels(["sql", "admin"]);
    a_key_of_a_secret_in_an_engine:
        "Secret pg { password: generate(32), replication: generate(32) }\nStatefulApp a { engine: postgres { password: pg.$0 } }"
        => labels(["password", "replication"]);
    a_secret_in_an_engine: "Secret pg { password: generate(32) }\nStatefulApp a { engine: postgres { password: $0 } }" => labels(["pg"]);
    a_part_of_a_rule: "StatefulApp a { image: \"b:1\", allow: [no_st$0] }"
        => labels(statefulapp::check::rules().filter(|rule| rule.severity == statefulapp::finding::Severity::Warning)
            .map(|rule| rule.id.replace('-', "_")).collect::<Vec<_>>().iter().map(String::as_str));
    an_option_of_an_engine_after_others: "StatefulApp a { engine: redis { version: \"7.2\", $0 } }" => options("redis", &["version"]);
    an_option_of_an_engine_after_a_wrong_one: "StatefulApp a { engine: redis { verson: \"7.2\", $0 } }" => options("redis", &[]);
    an_engine: "StatefulApp a { engine: $0 }" => labels(engine::tables().map(|facts| facts.name));
    a_part_of_an_engine: "StatefulApp a { engine: post$0, replicas: 2 }" => labels(engine::tables().map(|facts| facts.name));
    a_parameter: "params: { replicas: count(3), level: string(\"info\") },\nStatefulApp a { image: \"b:1\", replicas: params.$0 }"
        => labels(["replicas", "level"]);
    a_part_of_a_parameter: "params: { replicas: count(3), level: string(\"info\") },\nStatefulApp a { image: \"b:1\", env: { L: params.le$0 } }"
        => labels(["replicas", "level"]);
    a_type_of_a_parameter: "params: { replicas: $0 },\nStatefulApp a { image: \"b:1\" }"
        => labels(grammar::Kind::ParamType.calls().iter().map(|form| form.word));
    a_key_of_a_parameter: "params: { replicas: count(3) { min: 1, $0 } },\nStatefulApp a { image: \"b:1\" }" => unused(&grammar::PARAM, &["min"]);
    a_word_in_place_of_a_wrong_one: "StatefulApp a { image: \"b:1\", pod_management: paralel$0 }" => labels(["OrderedReady", "Parallel"]);
    a_word_of_a_volume: "StatefulApp a { image: \"b:1\", storage: { data: { access: $0, size: 1Gi } } }"
        => labels(["ReadWriteOnce", "ReadWriteOncePod", "ReadOnlyMany", "ReadWriteMany"]);
    a_key_of_a_network: "StatefulApp a { image: \"b:1\", network: { $0 } }" => unused(&grammar::NETWORK, &[]);
    a_form_of_a_hook: "StatefulApp a { image: \"b:1\", pre_stop: $0 }" => labels(["exec", "http", "tcp", "sleep"]);
    a_source_of_a_secret: "Secret s { password: $0 }" => labels(["generate", "from_env", "from_file"]);
}
