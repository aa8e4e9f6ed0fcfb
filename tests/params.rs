//! Parameters: the same rules for defaults, `--set` and Rust, and every derived value follows.

use statefulapp::builder::App;
use statefulapp::{Param, Stack, stateful_app};
use statefulapp_core::cli::{Terminal, run};

fn declared() -> Stack {
    stateful_app! {
        stack: "shop",
        params: {
            replicas: count(3) { min: 3, max: 7, doc: "Pods of the web application." },
            members: count(3) { one_of: [3, 5] },
            level: string("info") { one_of: ["debug", "info"] },
            memory: quantity(1Gi) { min: 512Mi, max: 2Gi },
            grace: duration(90s) { max: 1h },
            image: image("registry.example.com/web:1.0"),
        },

        ConfigMap settings { "app.conf": params.level }

        App web {
            image: params.image,
            replicas: params.replicas,
            ports: { http: 8080 },
            env: { LEVEL: params.level },
            files: { "/etc/app": settings },
            grace: params.grace,
            resources: { memory: params.memory..2Gi },
            security: { user: 1000 },
        }

        StatefulApp queue {
            engine: etcd { version: "v3.6.5" },
            replicas: params.members,
            storage: { data: { size: 10Gi } },
            allow: [no_password, no_backup],
        }
    }
    .into()
}

/// The command line: exit code, standard output, standard error.
fn ran(stack: &Stack, arguments: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = {
        let mut terminal = Terminal::plain(&mut out, &mut err);
        run(stack, ["shop"].iter().chain(arguments).map(|argument| (*argument).into()), &mut terminal)
    };
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn every_derived_value_follows() {
    let stack = declared().with_param("members", 5).unwrap().with_param("level", "debug").unwrap();
    let yaml = stack.yaml().unwrap();
    assert!(yaml.contains("queue-4=http://queue-4.queue"), "{yaml}");
    assert!(yaml.contains("app.conf: debug"), "{yaml}");
    let checksum = |yaml: &str| yaml.lines().find(|line| line.contains("config-checksum")).unwrap().to_owned();
    assert_ne!(checksum(&yaml), checksum(&declared().yaml().unwrap()));
    // The default again is the declaration again.
    let back = stack.with_param("members", 3).unwrap().with_param("level", "info").unwrap();
    assert_eq!(back, declared());
    assert_eq!(back.yaml().unwrap(), declared().yaml().unwrap());
}

#[test]
fn a_value_is_held_against_its_type_and_rules() {
    for (name, value, message, help) in [
        ("replicas", "abc", "parameter `replicas`: \"abc\" is not a whole number", "write digits only, such as 3"),
        ("replicas", "8", "parameter `replicas`: \"8\" is too large", "the most is 7"),
        ("replicas", "-1", "parameter `replicas`: \"-1\" is less than nothing", "write 0 or more"),
        ("members", "4", "parameter `members`: \"4\" is none of its values", "write one of 3, 5"),
        ("level", "debg", "parameter `level`: \"debg\" is none of its values", "did you mean debug?"),
        ("memory", "3Gi", "parameter `memory`: \"3Gi\" is too large", "the most is 2Gi"),
        (
            "memory",
            "1GB",
            "parameter `memory`: \"1GB\" is not a Kubernetes quantity",
            "write 1G (10^9 bytes each) or 1Gi (2^30)",
        ),
        ("grace", "2h", "parameter `grace`: \"2h\" is too large", "the most is 1h"),
        ("grace", "90", "parameter `grace`: \"90\" is not a duration: it has no unit", "write 90s"),
        ("replica", "5", "unknown parameter `replica`", "did you mean `replicas`?"),
        (
            "colour",
            "5",
            "unknown parameter `colour`",
            "declared: `replicas`, `members`, `level`, `memory`, `grace`, `image`",
        ),
    ] {
        let error = declared().with_param(name, value).unwrap_err();
        assert_eq!((error.message.as_str(), error.help.as_str()), (message, help));
        let (code, out, err) = ran(&declared(), &["render", "--set", &format!("{name}={value}")]);
        assert_eq!((code, out.as_str()), (64, ""), "{err}");
        assert!(
            err.starts_with(&format!("error: {message}\n  help: {help}\n  rule: param-")) || err.contains("rule: "),
            "{err}"
        );
    }
    let (code, _, err) = ran(&declared(), &["render", "--set", "replicas"]);
    assert_eq!(code, 64);
    assert!(err.contains("write a name and a value: `replicas=…`"), "{err}");
}

#[test]
fn the_command_line_sets_and_lists_them() {
    let set = ["--set", "replicas=5", "--set", "level=debug", "--set", "image=registry.example.com/web:2.0=x"];
    let (code, _, err) = ran(&declared(), &[&["render"][..], &set].concat());
    assert_eq!(code, 64, "{err}");
    let set = ["--set", "replicas=5", "--set", "level=debug"];
    let expected = declared().with_param("replicas", 5).unwrap().with_param("level", "debug").unwrap();
    for arguments in [[&set[..], &["render"]].concat(), [&["render"], &set[..]].concat()] {
        assert_eq!(ran(&declared(), &arguments), (0, expected.yaml().unwrap(), String::new()));
    }
    let (_, help, _) = ran(&declared(), &["--help"]);
    assert!(help.contains("replicas=3 (3 to 7)\n"), "{help}");
    let (code, summary, _) = ran(&declared(), &["summary", "--set", "replicas=5"]);
    assert_eq!(code, 0);
    assert!(summary.contains("replicas   count     5"), "{summary}");
    assert!(summary.contains("3 to 7"), "{summary}");
    assert!(summary.contains("Pods of the web application."), "{summary}");
}

#[test]
fn the_builder_has_them_too() {
    let make = || {
        let replicas = Param::new("replicas", "count", 3).unwrap().min(3).unwrap().max(7).unwrap();
        Stack::with_params([replicas], |params| {
            let web = App::new("web")?.image("registry.example.com/web:1.0")?.port("http", 8080)?;
            Ok(Stack::named("shop")?.with(web.replicas(params.count("replicas")?)))
        })
    };
    let macro_made: Stack = stateful_app! {
        stack: "shop",
        params: { replicas: count(3) { min: 3, max: 7 } },
        App web {
            image: "registry.example.com/web:1.0",
            ports: { http: 8080 },
            replicas: params.replicas,
            allow: [user_unknown],
        }
    }
    .into();
    let set = |stack: Stack| stack.with_param("replicas", 5).unwrap().app("web").unwrap().replicas();
    assert_eq!((set(make().unwrap()), set(macro_made)), (5, 5));

    // What a value makes wrong is found before anything is written.
    let wrong = Stack::with_params([Param::new("replicas", "count", 1).unwrap()], |params| {
        let web = App::new("web")?.image("web:1.0")?;
        Ok(Stack::named("shop")?.with(match params.count("replicas")? {
            7 => App::new("web")?,
            count => web.replicas(count),
        }))
    });
    let found = wrong.unwrap().check().errors().unwrap().to_string();
    assert!(found.contains("parameter `replicas` may be \"7\", and then:"), "{found}");
    assert!(found.contains("rule: param-unfit"), "{found}");
}

#[test]
fn what_was_edited_is_not_lost() {
    let mut stack = declared();
    stack.items.retain(|item| item.name() != "nothing");
    if let Some(statefulapp::model::Item::App(app)) = stack.items.get_mut(1) {
        app.replicas = Some(4);
    }
    // The application does not depend on it.
    assert!(stack.clone().with_param("members", 5).is_ok());
    let error = stack.with_param("replicas", 5).unwrap_err();
    assert_eq!(error.message, "`web` depends on a parameter and was edited after it was declared");
}

#[test]
fn stacks_with_parameters_go_together() {
    let other: Stack = stateful_app! {
        params: { gates: count(2) { min: 2, max: 5 } },
        App gate { image: "registry.example.com/gate:1.0", replicas: params.gates, allow: [user_unknown] }
    }
    .into();
    let mut stack = declared();
    stack.merge(other.clone()).unwrap();
    let stack = stack.with_param("gates", 4).unwrap().with_param("replicas", 6).unwrap();
    assert_eq!(stack.app("gate").unwrap().replicas(), 4);
    assert_eq!(stack.app("web").unwrap().replicas(), 6);
    let error = other.clone().merge(other).unwrap_err();
    assert!(error.to_string().contains("gate"), "{error}");
}
