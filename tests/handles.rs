//! What the value of the macro offers: the stack, and a typed handle for each item.

use statefulapp::stateful_app;
use statefulapp::value::Image;

#[test]
fn handles_know_names_hosts_and_ports() {
    let cluster = stateful_app! {
        stack: "shop",
        namespace: "databases",
        allow: [no_storage, user_unknown],
        StatefulApp my_db {
            image: "example.org/db:1",
            replicas: 2,
            service_name: "db-nodes",
            ports: { client: 5432 },
        }
    };
    assert_eq!(cluster.my_db.name(), "my-db");
    assert_eq!(cluster.my_db.service(), "db-nodes");
    assert_eq!(cluster.my_db.hosts(), ["my-db-0.db-nodes", "my-db-1.db-nodes"]);
    assert_eq!(cluster.my_db.full_host(1), "my-db-1.db-nodes.databases.svc.cluster.local");
    assert_eq!(cluster.my_db.ports.client.get(), 5432);
}

#[test]
fn expressions_fill_holes_and_names_can_be_computed() {
    let image: Image = "example.org/db:2".parse().unwrap();
    let names = ["a", "b"].map(|shard| {
        let cluster = stateful_app! {
            allow: [no_storage, user_unknown],
            StatefulApp shard as (format!("db-{shard}").parse().unwrap()) {
                image: (image.clone()),
                replicas: (if shard == "a" { 1u32 } else { 3 }),
                env: { SHARD: (shard), HOST: format!("{shard}.example.org") },
                args: ["--shard", (shard)],
            }
        };
        let app = cluster.apps().next().unwrap().1.clone();
        assert_eq!(app.main.image, Some(image.clone()));
        assert_eq!(app.main.args, ["--shard", shard]);
        (cluster.shard.name().to_owned(), app.replicas())
    });
    assert_eq!(names, [("db-a".to_owned(), 1), ("db-b".to_owned(), 3)]);
}

#[test]
fn one_block_uses_the_handles_of_another() {
    let secrets = stateful_app! {
        Secret login { password: generate(16) }
    };
    let app = stateful_app! {
        allow: [user_unknown],
        App web { image: "example.org/web:1", env: { PASSWORD: (&secrets.login.password), NAME: (secrets.login.name()) } }
    };
    let mut stack = statefulapp::Stack::from(secrets);
    stack.merge(app.into()).unwrap();
    assert_eq!(stack.items.len(), 2);
    statefulapp::check::require(&stack).unwrap();
}

#[test]
fn the_url_of_an_engine_has_its_port_without_a_word_of_it() {
    let cluster = stateful_app! {
        allow: [no_backup, port_unowned],
        Secret login { password: generate(16) }
        StatefulApp plain { engine: postgres { user: "shop", password: login.password }, storage: { data: { size: 1Gi } } }
        StatefulApp monitored {
            engine: postgres { user: "shop", password: login.password },
            ports: { metrics: 9187, database: 5432 },
            storage: { data: { size: 1Gi } },
        }
    };
    assert_eq!(cluster.plain.url("orders"), "postgresql://shop@plain-0.plain:5432/orders");
    assert_eq!(cluster.monitored.url("orders"), "postgresql://shop@monitored-0.monitored:5432/orders");
}

#[test]
fn a_patch_edits_the_finished_object() {
    let owner = String::from("data-team");
    let cluster = stateful_app! {
        allow: [no_storage, user_unknown],
        StatefulApp db {
            image: "example.org/db:1",
            patch: (move |set| { set.metadata.annotations.get_or_insert_default().insert("owner".to_owned(), owner.clone()); }),
        }
    };
    let objects = cluster.objects_with(&statefulapp::manifest::Redacted).unwrap();
    let set = objects.iter().find(|object| object.kind() == "StatefulSet").unwrap();
    assert_eq!(set.metadata().unwrap().annotations.as_ref().unwrap()["owner"], "data-team");
}
