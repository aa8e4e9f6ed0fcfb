//! Forms of replication that need scripts or jobs.

use super::*;

fn replicated(kind: EngineKind, edit: impl FnOnce(&mut App, &mut Engine)) -> Stack {
    complete(&stack([item(app(kind, |app, engine| {
        app.replicas = Some(3);
        app.storage.push(volume("data", None));
        engine.password = Some(key("s", "password"));
        engine.replication = Some(Replication::default());
        edit(app, engine);
    }))]))
}

fn first_app(stack: &Stack) -> &App {
    stack.apps().next().map(|(_, app)| app).expect("an app")
}

fn job<'a>(stack: &'a Stack, name: &str) -> Option<&'a Job> {
    stack.items.iter().find_map(|item| match item {
        Item::Job(job) if job.name.as_str() == name => Some(&**job),
        _ => None,
    })
}

#[test]
fn members_of_a_replica_set_are_known_by_names_that_resolve_everywhere() {
    let stack = replicated(EngineKind::Mongodb, |_, engine| engine.cluster_secret = Some(key("s", "key")));
    let mongodb = first_app(&stack);
    let has = |words: [&str; 2]| mongodb.main.args.windows(2).any(|pair| pair == words);
    assert!(has(["--replSet", "rs0"]) && has(["--keyFile", "/run/keyfile/key"]), "{:?}", mongodb.main.args);
    assert_eq!(mongodb.init.iter().map(|init| init.name.as_str()).collect::<Vec<_>>(), ["key-file"]);
    let job = job(&stack, "mongodb-form").expect("the Job");
    let env: Vec<String> = job.run.main.env.iter().map(|env| env.name.to_string()).collect();
    // What refers to a variable comes after it.
    assert_eq!(
        env,
        ["MONGO_INITDB_ROOT_USERNAME", "MONGO_INITDB_ROOT_PASSWORD", "POD_NAMESPACE", "MEMBERS", "REPLICA_SET"]
    );
    let hosts = "mongodb-0.mongodb.$(POD_NAMESPACE).svc.cluster.local:27017 \
                 mongodb-1.mongodb.$(POD_NAMESPACE).svc.cluster.local:27017 \
                 mongodb-2.mongodb.$(POD_NAMESPACE).svc.cluster.local:27017";
    assert_eq!(job.run.main.env("MEMBERS"), Some(&EnvValue::from(hosts)));
    assert!(stack.services().all(|(_, service)| service.name.as_str() != "mongodb-primary"));
}

#[test]
fn a_replica_set_without_a_password_has_no_key_file() {
    let stack = replicated(EngineKind::Mongodb, |_, engine| {
        engine.password = None;
        engine.cluster = Some("orders".to_owned());
    });
    let mongodb = first_app(&stack);
    assert!(mongodb.init.is_empty() && !mongodb.main.args.iter().any(|arg| arg == "--keyFile"));
    let job = job(&stack, "mongodb-form").expect("the Job");
    assert_eq!(job.run.main.env("REPLICA_SET"), Some(&EnvValue::from("orders")));
}

#[test]
fn replicas_of_mysql_have_the_time_that_a_copy_takes_and_what_the_user_set_stays() {
    let stack = replicated(EngineKind::Mysql, |app, engine| {
        engine.replication = Some(Replication { password: Some(key("s", "r")), ..Replication::default() });
        engine.settings = vec![("binlog_expire_logs_seconds".to_owned(), "60".to_owned())];
        app.storage = vec![Volume { size: "2Ti".parse().unwrap(), ..volume("data", None) }];
    });
    let mysql = first_app(&stack);
    let expire: Vec<_> = mysql.main.args.iter().filter(|arg| arg.contains("expire")).collect();
    assert_eq!(expire, ["--binlog-expire-logs-seconds=60"]);
    let startup = mysql.main.startup.as_ref().expect("a startup probe");
    assert_eq!(startup.failures, Some(10_995));
    let services: Vec<&str> = stack.services().map(|(_, service)| service.name.as_str()).collect();
    assert_eq!(services, ["mysql-primary", "mysql-read"]);
}

/// `$$` in a command becomes `$` on its way into a container.
#[test]
fn no_script_says_what_kubernetes_rewrites() {
    let password = || Some(key("s", "r"));
    for (kind, mode) in [
        (EngineKind::Postgres, None),
        (EngineKind::Mysql, None),
        (EngineKind::Mariadb, None),
        (EngineKind::Mongodb, None),
        (EngineKind::Redis, Some("primary")),
        (EngineKind::Redis, Some("cluster")),
    ] {
        let stack = replicated(kind, |_, engine| {
            engine.replication =
                Some(Replication { mode: mode.map(str::to_owned), password: password(), ..Replication::default() });
        });
        let app = first_app(&stack);
        let jobs = stack.items.iter().filter_map(|item| match item {
            Item::Job(job) => Some(&job.run.main),
            _ => None,
        });
        for container in app.init.iter().chain([&app.main]).chain(jobs) {
            let words = container.command.iter().chain(&container.args);
            assert!(words.clone().all(|word| !word.contains("$$")), "{kind:?} {}", container.name);
        }
    }
}
