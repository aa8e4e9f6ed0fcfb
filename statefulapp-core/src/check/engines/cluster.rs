//! Several pods of one engine.

use super::settings::said;
use super::{Known, either, known};
use crate::engine::Quorum;
use crate::finding::Finding;
use crate::model::{Engine, EngineKind, PodManagement, Workload};
use crate::view::View;

/// Whether an `engine` block has a key.
fn gives(engine: &Engine, key: &str) -> bool {
    match key {
        "replication" => engine.replication.is_some(),
        "cluster" => engine.cluster.is_some(),
        "cluster_secret" => engine.cluster_secret.is_some(),
        "password" => engine.password.is_some(),
        "zookeeper" => engine.zookeeper.is_some(),
        _ => true,
    }
}

/// Whether several pods are one system: by the engine's form, or by what somebody wrote.
fn is_cluster(known: &Known<'_>) -> bool {
    match &known.declared.engine {
        Some(engine) => known.facts.clusters() && known.facts.cluster.needs.iter().all(|key| gives(engine, key)),
        None => known.says(known.facts.cluster.signs) || known.has_unknown_files(),
    }
}

/// Several pods of an engine are one system, and not as many that know nothing of each other behind one name.
pub(super) fn members(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let replicas = known.declared.replicas();
        let facts = known.facts;
        if replicas < 2 || facts.cluster.rule.is_empty() || is_cluster(&known) {
            continue;
        }
        // Whoever replaces the entrypoint has plans of his own.
        if !known.has_engine() && !known.runs_entrypoint() {
            continue;
        }
        let missing: Vec<&str> = match &known.declared.engine {
            Some(engine) => facts.cluster.needs.iter().copied().filter(|key| !gives(engine, key)).collect(),
            None => Vec::new(),
        };
        let message = format!("{replicas} pods of {} are {}", facts.title, facts.cluster.without);
        let help = match (known.has_engine(), facts.clusters()) {
            (true, true) => format!("add {} to the engine, or write `replicas: 1`", either(&missing)),
            (true, false) => {
                format!("write `replicas: 1`: a replicated {} needs steps that nothing here takes yet", facts.title)
            }
            (false, true) => {
                let needs: Vec<String> = facts.cluster.needs.iter().map(|key| format!(" {key}: …")).collect();
                let block = if needs.is_empty() { String::new() } else { format!(" {{{} }}", needs.join(",")) };
                format!("write `engine: {}{block}`, which makes them one, or `replicas: 1`", facts.name)
            }
            (false, false) => "write `replicas: 1`, or configure their replication by hand".to_owned(),
        };
        let finding = Finding::error(facts.cluster.rule, known.at.key("replicas"), message).help(help);
        let finding = finding.looked_at(known.at.key("env"));
        let finding = facts.cluster.needs.iter().fold(finding, |f, key| f.looked_at(known.at.key("engine").key(*key)));
        out.push(known.after_texts(finding));
    }
}

/// No setting makes each member one of its own.
pub(super) fn alone(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(|known| known.declared.replicas() > 1) {
        for (setting, value) in known.facts.cluster.alone {
            let Some((at, _)) = said(&known, setting).filter(|(_, said)| said == value) else { continue };
            let finding = Finding::error(
                known.facts.cluster.rule,
                at,
                format!(
                    "with `{setting}: {value}` {} pods of {} are {}",
                    known.declared.replicas(),
                    known.facts.title,
                    known.facts.cluster.without
                ),
            )
            .help("leave it out, or write `replicas: 1`")
            .looked_at(known.at.key("replicas"));
            out.push(known.of(finding));
        }
    }
}

/// Members of a cluster are still members when they start again.
pub(super) fn without_storage(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(Known::has_engine) {
        let kept = !known.app.storage.is_empty() || !known.app.main.mounts.is_empty();
        let forgotten = known.facts.cluster.forgotten;
        // Read replicas of a Redis may well be a cache, which is filled again.
        let form = known.declared.engine.as_ref().and_then(|engine| known.facts.form(engine.replication.as_ref()?));
        let is_cache = known.facts.kind == EngineKind::Redis && form.is_none_or(|form| form.mode != "cluster");
        if known.declared.replicas() < 2 || kept || is_cache || forgotten.is_empty() || !is_cluster(&known) {
            continue;
        }
        let finding = Finding::error(
            "cluster-without-storage",
            known.at.key("storage"),
            format!("without a volume the members of {} forget everything: {forgotten}", known.facts.title),
        )
        .help("add `storage: { data: { size: 10Gi } }`")
        .looked_at(known.at.key("replicas"));
        out.push(known.of(finding));
    }
}

/// A majority can decide although one member is away.
pub(super) fn quorum(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let replicas = known.declared.replicas();
        let votes = known.facts.quorum == Quorum::Majority
            && known.declared.workload == Workload::StatefulSet
            && known.has_env("KAFKA_ZOOKEEPER_CONNECT") != Some(true);
        if !votes || replicas < 2 || !is_cluster(&known) {
            continue;
        }
        let at = known.at.key("replicas");
        let title = known.facts.title;
        if replicas == 2 {
            out.push(
                known.after_texts(
                    Finding::error(
                        "quorum-too-small",
                        at,
                        format!("of 2 members of {title} both must agree: when one is away the other stops, too"),
                    )
                    .help("write 3, which can spare one, or 1"),
                ),
            );
        } else if replicas.is_multiple_of(2) {
            let spare = Quorum::Majority.spare(replicas);
            out.push(
                known.after_texts(
                    Finding::warning(
                        "quorum-even",
                        at,
                        format!("{replicas} members of {title} can spare {spare}, as many as {} can", replicas - 1),
                    )
                    .help(format!("write {} or {}", replicas - 1, replicas + 1)),
                ),
            );
        }
    }
}

/// Several nodes with security need certificates among each other.
/// <https://www.elastic.co/docs/deploy-manage/deploy/self-managed/bootstrap-checks>
pub(super) fn transport_tls(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        if known.facts.kind != EngineKind::Elasticsearch || known.declared.replicas() < 2 || !known.has_engine() {
            continue;
        }
        let secured = known.text_of("xpack.security.enabled") == Some("true");
        if secured
            && known.has_env("xpack.security.transport.ssl.enabled") == Some(false)
            && !known.says(&["transport.ssl"])
        {
            let at = known.at.key("engine").key("password");
            let finding = Finding::error(
                "transport-tls-missing",
                at,
                "several nodes with a password do not start without certificates among each other",
            )
            .help("give `cluster_secret`: a PKCS #12 file that `elasticsearch-certutil cert` made, or leave the password out")
            .looked_at(known.at.key("engine").key("cluster_secret"))
            .looked_at(known.at.key("replicas"));
            out.push(known.without_env(known.after_texts(finding)));
        }
    }
}

/// New nodes of a ring join one after the other.
/// <https://cassandra.apache.org/doc/latest/cassandra/managing/operating/topo_changes.html>
pub(super) fn cassandra_parallel(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        if known.facts.kind == EngineKind::Cassandra
            && known.declared.replicas() > 1
            && known.declared.pod_management == Some(PodManagement::Parallel)
        {
            out.push(
                known.of(Finding::warning(
                    "cassandra-parallel",
                    known.at.key("pod_management"),
                    "nodes that join a ring at once refuse each other, and restart until each has had its turn",
                )
                .help("leave it out: pods then start one by one")
                .looked_at(known.at.key("replicas"))),
            );
        }
    }
}

/// A node of a Redis cluster tells the others its new address.
/// <https://redis.io/docs/latest/operate/oss_and_stack/management/scaling/>
pub(super) fn redis_announce(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        if known.facts.kind != EngineKind::Redis || known.has_engine() {
            continue;
        }
        let texts = known.texts();
        let enabled = texts.iter().find(|text| text.text.contains("cluster-enabled"));
        let off = |text: &str| crate::engine::config_value(text, "cluster-enabled") == Some("no");
        if let Some(enabled) = enabled.filter(|text| !off(text.text))
            && !known.says(&["cluster-announce-ip", "cluster-announce-hostname"])
        {
            let finding = Finding::error(
                "redis-cluster-announce",
                enabled.at.clone(),
                "a node of this cluster keeps the address that it had at its first start, which no pod has after a restart",
            )
            .help("add `--cluster-announce-ip $(POD_IP)`, with `POD_IP: field(\"status.podIP\")` in `env`");
            out.push(known.after_texts(finding));
        }
    }
}
