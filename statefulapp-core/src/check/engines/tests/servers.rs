//! Images, environment, data, configuration, memory, ports.

use super::*;

#[test]
fn the_image_is_one_of_the_engine() {
    let with = |image: &str, version: Option<&str>| {
        found_in(app(EngineKind::Postgres, |app, engine| {
            app.main.image = image.parse().ok();
            engine.version = version.map(str::to_owned);
            engine.password = Some(key("s", "password"));
        }))
    };
    assert_eq!(with("mysql:8.4", None), ["engine-image-mismatch at postgres image"]);
    assert_eq!(with("postgres:15.2", Some("17.2")), ["engine-image-mismatch at postgres engine.version"]);
    assert_eq!(with("postgres:17.2-alpine", Some("17")), [""; 0]);
    assert_eq!(with("example.com/team/postgres:2026", None), [""; 0]);
}

#[test]
fn a_version_is_known_and_still_mended() {
    let rules = |tag: &str| {
        let stack = stack([item(postgres(|app| app.main.image = format!("postgres:{tag}").parse().ok()))]);
        let versions = check(&stack).into_iter().map(|f| f.rule).filter(|rule| rule.contains("version"));
        versions.collect::<Vec<_>>()
    };
    assert_eq!(rules("17.11"), [""; 0]);
    assert_eq!(rules("99"), ["engine-version-unknown"]);
    assert_eq!(rules("13"), ["engine-version-ended"]);
    assert_eq!(rules("bookworm"), [""; 0]);
}

#[test]
fn what_the_first_start_needs_is_there() {
    let with = |image: &str, variables: &[(&str, &str)]| {
        found_in(plain(image, |app| app.main.env = variables.iter().map(|(name, value)| env(name, value)).collect()))
    };
    assert_eq!(with("postgres:17", &[]), ["password-missing at postgres env"]);
    assert_eq!(with("postgres:17", &[("POSTGRES_PASSWORD_FILE", "/run/p")]), [""; 0]);
    assert_eq!(
        with("postgres:17", &[("POSTGRES_HOST_AUTH_METHOD", "trust")]),
        ["pg-hba-trust at postgres env.POSTGRES_HOST_AUTH_METHOD"]
    );
    assert_eq!(with("postgres:17", &[("POSTGRES_HOST_AUTH_METHOD", "md5")]), ["password-missing at postgres env"]);
    assert_eq!(with("mysql:8.4", &[("MYSQL_USER", "me"), ("MYSQL_PASSWORD", "x")]), ["password-missing at mysql env"]);
    assert_eq!(with("mysql:8.4", &[("MYSQL_RANDOM_ROOT_PASSWORD", "yes")]), [""; 0]);
    assert_eq!(with("mariadb:11.8", &[("MYSQL_ROOT_PASSWORD", "x")]), [""; 0]);
    let opensearch = "opensearchproject/opensearch";
    assert_eq!(with(&format!("{opensearch}:2.11.0"), &[]), [""; 0]);
    assert_eq!(with(&format!("{opensearch}:2.19.5"), &[]), ["password-missing at opensearch env"]);
    assert_eq!(with(&format!("{opensearch}:2.19.5"), &[("DISABLE_SECURITY_PLUGIN", "true")]), [""; 0]);
    assert_eq!(with("confluentinc/cp-zookeeper:7.9.1", &[]), ["env-required at zookeeper env"]);
}

#[test]
fn the_engine_says_which_key_is_missing() {
    let said = only(&stack([item(app(EngineKind::Postgres, |_, _| ()))]));
    assert_eq!(
        said,
        "without `POSTGRES_PASSWORD` the image stops at its first start: the superuser has no password\n\
         help: add `password: my_secret.key` to the engine"
    );
}

#[test]
fn a_secret_whose_keys_are_not_known_may_hold_it() {
    let app = plain("postgres:17", |app| {
        app.main.env_from.push(EnvFrom { source: Source::Secret("s".parse().unwrap()), prefix: None, optional: false });
    });
    assert_eq!(found_in(app), [""; 0]);
}

#[test]
fn an_own_entrypoint_has_its_own_needs() {
    assert_eq!(
        found_in(plain("postgres:17", |app| app.main.command = vec!["sleep".to_owned(), "infinity".to_owned()])),
        [""; 0]
    );
}

#[test]
fn root_is_no_user_to_make() {
    let by_env = plain("mysql:8.4", |app| {
        app.main.env = vec![env("MYSQL_ROOT_PASSWORD", "x"), env("MYSQL_USER", "root"), env("MYSQL_PASSWORD", "x")];
    });
    assert_eq!(found_in(by_env), ["mysql-user-root at mysql env.MYSQL_USER"]);
    let by_engine = app(EngineKind::Mysql, |_, engine| {
        engine.user = Some("root".to_owned());
        engine.password = Some(key("s", "password"));
    });
    assert_eq!(found_in(by_engine), ["mysql-user-root at mysql engine.user"]);
}

#[test]
fn what_makes_an_image_stop_is_refused() {
    let rabbit = plain("rabbitmq:4", |app| app.main.env = vec![env("RABBITMQ_VM_MEMORY_HIGH_WATERMARK", "0.4")]);
    assert_eq!(found_in(rabbit), ["env-refused at rabbitmq env.RABBITMQ_VM_MEMORY_HIGH_WATERMARK"]);
}

#[test]
fn a_variable_that_nobody_reads_is_refused() {
    let with = |name: &str, edit: &dyn Fn(&mut App)| {
        let app = postgres(|app| {
            app.main.env.push(env(name, "x"));
            edit(app);
        });
        found_in(app)
    };
    assert_eq!(
        with("POSTGRES_REPLICATION_PASSWORD", &|_| ()),
        ["env-unread at postgres env.POSTGRES_REPLICATION_PASSWORD"]
    );
    assert_eq!(with("POSTGRES_INITDB_ARGS", &|_| ()), [""; 0]);
    assert_eq!(with("APP_MODE", &|_| ()), [""; 0]);
    // Somebody reads it after all.
    assert_eq!(with("POSTGRES_X", &|app| app.main.args = vec!["$(POSTGRES_X)".to_owned()]), [""; 0]);
    assert_eq!(with("POSTGRES_X", &|app| app.files.push(directory("/docker-entrypoint-initdb.d", "scripts"))), [""; 0]);
    let said = only(&stack([item(postgres(|app| app.main.env.push(env("POSTGRES_PASSWORT_FILE", "x"))))]));
    assert!(said.ends_with("help: did you mean `POSTGRES_PASSWORD_FILE`?"), "{said}");
}

#[test]
fn variables_exclude_and_need_each_other() {
    let both = postgres(|app| app.main.env.push(env("POSTGRES_PASSWORD_FILE", "/run/p")));
    assert_eq!(found_in(both), ["env-exclusive at postgres env.POSTGRES_PASSWORD_FILE"]);
    let mongo = plain("mongo:8.0", |app| app.main.env = vec![env("MONGO_INITDB_ROOT_PASSWORD", "x")]);
    assert_eq!(found_in(mongo), ["env-alone at mongo env.MONGO_INITDB_ROOT_PASSWORD"]);
    let mysql = plain("mysql:8.4", |app| app.main.env = vec![env("MYSQL_ROOT_PASSWORD", "x"), env("MYSQL_USER", "me")]);
    assert_eq!(found_in(mysql), ["env-ineffective at mysql env.MYSQL_USER"]);
    let cassandra = plain("cassandra:5", |app| app.main.env = vec![env("MAX_HEAP_SIZE", "1G")]);
    assert_eq!(found_in(cassandra), ["env-alone at cassandra env.MAX_HEAP_SIZE"]);
}

#[test]
fn a_server_that_is_open_to_all_is_mentioned() {
    let open = |app| check(&stack([item(app)])).iter().filter(|f| f.rule == "no-password").count();
    assert_eq!(open(plain("redis:8", |_| ())), 1);
    assert_eq!(open(plain("redis:8", |app| app.main.args = vec!["--requirepass".to_owned(), "x".to_owned()])), 0);
    assert_eq!(open(app(EngineKind::Mongodb, |_, _| ())), 1);
    assert_eq!(open(app(EngineKind::Mongodb, |_, engine| engine.password = Some(key("s", "p")))), 0);
    assert_eq!(open(postgres(|_| ())), 0);
}

#[test]
fn the_data_is_below_the_root_of_a_volume() {
    let with = |image: &str, mount: &str, pgdata: Option<&str>| {
        found_in(postgres(|app| {
            app.main.image = image.parse().ok();
            app.storage[0].mount = mount.parse().ok();
            app.main.env.truncate(1);
            app.main.env.extend(pgdata.map(|path| env("PGDATA", path)));
        }))
    };
    let old = "/var/lib/postgresql/data";
    let in_root = ["data-at-mount-root at postgres storage.data.mount"];
    let off = ["data-not-on-volume at postgres storage.data.mount"];
    assert_eq!(with("postgres:17", old, None), in_root);
    assert_eq!(with("postgres:17", old, Some(old)), in_root);
    assert_eq!(with("postgres:17", old, Some("/var/lib/postgresql/data/pgdata")), [""; 0]);
    assert_eq!(with("postgres:17", "/srv", None), off);
    assert_eq!(with("postgres:17", "/srv", Some("/srv/pgdata")), [""; 0]);
    // The image's own volume hides what lies there on a volume further up.
    assert_eq!(with("postgres:17", "/var/lib/postgresql", None), off);
    assert_eq!(with("postgres:17", "/var/lib/postgresql", Some("/var/lib/postgresql/17/docker")), [""; 0]);
    assert_eq!(with("postgres:18", "/var/lib/postgresql", None), [""; 0]);
    assert_eq!(with("postgres:18", old, None), off);
}

#[test]
fn other_servers_keep_their_data_on_a_volume_too() {
    let with = |image: &str, mount: &str, sub_path: Option<&str>| {
        found_in(plain(image, |app| {
            app.main.env = if image.starts_with("mysql") { vec![env("MYSQL_ROOT_PASSWORD", "x")] } else { Vec::new() };
            app.storage.push(volume("data", Some(mount)));
            app.storage[0].sub_path = sub_path.map(|path| path.parse().unwrap());
        }))
    };
    assert_eq!(with("mysql:8.4", "/var/lib/mysql", None), ["lost-and-found at mysql storage.data.mount"]);
    assert_eq!(with("mysql:8.4", "/var/lib/mysql", Some("mysql")), [""; 0]);
    assert_eq!(with("mysql:8.4", "/data", None), ["data-not-on-volume at mysql storage.data.mount"]);
    assert_eq!(with("mongo:8.0", "/data/db", None), [""; 0]);
    assert_eq!(with("mongo:8.0", "/data", None), ["data-not-on-volume at mongo storage.data.mount"]);
    assert_eq!(with("redis:8", "/data", None), [""; 0]);
    assert_eq!(with("elasticsearch:9.5.2", "/usr/share/elasticsearch", None), [""; 0]);
    let moved = plain("mongo:8.0", |app| {
        app.main.args = vec!["--dbpath".to_owned(), "/srv".to_owned()];
        app.storage.push(volume("data", Some("/srv")));
    });
    assert_eq!(found_in(moved), [""; 0]);
}

#[test]
fn an_image_that_edits_itself_is_not_read_only() {
    let with = |kind| found_in(app(kind, |app, _| app.security.main.read_only_root = Some(true)));
    assert_eq!(with(EngineKind::Cassandra), ["read-only-root at cassandra security.read_only_root"]);
    assert_eq!(with(EngineKind::Redis), [""; 0]);
}

#[test]
fn a_mounted_configuration_is_read() {
    let with = |data: &[(&str, &str)], edit: &dyn Fn(&mut App)| {
        let app = postgres(|app| {
            app.files.push(directory("/etc/postgresql", "config"));
            edit(app);
        });
        found(&stack([item(app), config_map("config", data)]))
    };
    let network = [("postgresql.conf", "listen_addresses = '*'\n")];
    let unread = ["config-not-read at postgres files./etc/postgresql"];
    assert_eq!(with(&network, &|_| ()), unread);
    let args =
        |app: &mut App| app.main.args = ["-c", "config_file=/etc/postgresql/postgresql.conf"].map(str::to_owned).into();
    assert_eq!(with(&network, &args), [""; 0]);
    assert_eq!(with(&[("pg_hba.conf", "local all all peer")], &args), unread);
    assert_eq!(with(&[("init.sql", "")], &|_| ()), [""; 0]);
    let redis = plain("redis:8", |app| app.files.push(directory("/etc/redis", "config")));
    assert_eq!(
        found(&stack([item(redis), config_map("config", &[("redis.conf", "")])])),
        ["config-not-read at redis files./etc/redis"]
    );
    let mysql = |path: &str| {
        let app = plain("mysql:8.4", |app| {
            app.main.env = vec![env("MYSQL_ROOT_PASSWORD", "x")];
            app.files.push(directory(path, "config"));
        });
        found(&stack([item(app), config_map("config", &[("my.cnf", "[mysqld]")])]))
    };
    assert_eq!(mysql("/etc/mysql/conf.d"), [""; 0]);
    assert_eq!(mysql("/config"), ["config-not-read at mysql files./config"]);
}

#[test]
fn the_server_listens_to_the_network() {
    let with = |text: &str, args: &[&str]| {
        let app = postgres(|app| {
            app.files.push(directory("/etc/postgresql", "config"));
            app.main.args = args.iter().map(|arg| (*arg).to_owned()).collect();
        });
        found(&stack([item(app), config_map("config", &[("postgresql.conf", text)])]))
    };
    let file = "config_file=/etc/postgresql/postgresql.conf";
    let alone = ["listen-addresses at config postgresql.conf"];
    assert_eq!(with("max_connections = 100", &["-c", file]), alone);
    assert_eq!(with("listen_addresses = 'localhost'", &["-c", file]), alone);
    assert_eq!(with("listen_addresses = '*'", &["-c", file]), [""; 0]);
    assert_eq!(with("max_connections = 100", &["-c", file, "-c", "listen_addresses=*"]), [""; 0]);
    let redis = |text: &str| {
        let app = app(EngineKind::Redis, |_, engine| engine.config = Some("config".parse().unwrap()));
        found(&stack([item(app), config_map("config", &[("redis.conf", text)])]))
    };
    assert_eq!(redis("bind 127.0.0.1 -::1"), ["listen-addresses at config redis.conf"]);
    assert_eq!(redis("bind * -::*"), [""; 0]);
    assert_eq!(redis("maxmemory 1gb"), [""; 0]);
}

#[test]
fn trust_is_mentioned() {
    let with = |line: &str| {
        let app = app(EngineKind::Postgres, |_, engine| {
            engine.password = Some(key("s", "p"));
            engine.config = Some("config".parse().unwrap());
        });
        found(&stack([item(app), config_map("config", &[("pg_hba.conf", line)])]))
    };
    assert_eq!(with("host all all 0.0.0.0/0 trust"), ["pg-hba-trust at config pg_hba.conf"]);
    assert_eq!(with("local   all   all   trust"), ["pg-hba-trust at config pg_hba.conf"]);
    assert_eq!(
        with("# local all all trust\nhost trust all all scram-sha-256"),
        ["pg-hba-trust at config pg_hba.conf"; 0]
    );
    assert_eq!(with("host all all all scram-sha-256"), [""; 0]);
}

#[test]
fn heaps_and_caches_fit_into_the_limit() {
    let heap = |value: &str| {
        found_in(plain("apache/kafka:4.1.1", |app| {
            app.main.env = vec![env("KAFKA_HEAP_OPTS", value), env("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1")];
            app.main.resources.push(memory("2Gi"));
        }))
    };
    assert_eq!(heap("-Xms4g -Xmx4g"), ["jvm-heap-exceeds-limit at kafka env.KAFKA_HEAP_OPTS"]);
    assert_eq!(heap("-Xms1g -Xmx1g"), [""; 0]);
    let cache = |setting: &str| {
        found_in(app(EngineKind::Postgres, |app, engine| {
            engine.password = Some(key("s", "p"));
            engine.settings = vec![("shared_buffers".to_owned(), setting.to_owned())];
            app.main.resources.push(memory("1Gi"));
        }))
    };
    assert_eq!(cache("2GB"), ["cache-exceeds-memory at postgres engine.settings.shared_buffers"]);
    assert_eq!(cache("262144"), ["cache-exceeds-memory at postgres engine.settings.shared_buffers"]);
    assert_eq!(cache("256MB"), [""; 0]);
    let redis = |maximum: &str| {
        found_in(plain("redis:8", |app| {
            app.main.args = vec!["--maxmemory".to_owned(), maximum.to_owned()];
            app.main.resources.push(memory("1Gi"));
        }))
    };
    assert_eq!(redis("2gb"), ["cache-exceeds-memory at redis args[1]"]);
    assert_eq!(redis("512mb"), [""; 0]);
}

#[test]
fn a_port_has_somebody_who_listens() {
    let with = |number: u16, edit: &dyn Fn(&mut App)| {
        found_in(postgres(|app| {
            app.main.ports.push(port("p", number));
            edit(app);
        }))
    };
    assert_eq!(with(5433, &|_| ()), ["port-unowned at postgres ports.p"]);
    assert_eq!(with(5432, &|_| ()), [""; 0]);
    assert_eq!(with(5433, &|app| app.main.args = vec!["-c".to_owned(), "port=5433".to_owned()]), [""; 0]);
    assert_eq!(
        with(5433, &|app| app.main.args = vec!["-c".to_owned(), "port=15433".to_owned()]),
        ["port-unowned at postgres ports.p"]
    );
}

#[test]
fn a_server_gets_its_time() {
    let with = |seconds: u32| found_in(postgres(|app| app.grace = crate::value::Duration::from_seconds(seconds)));
    assert_eq!(with(30), ["grace-below-engine at postgres grace"]);
    assert_eq!(with(120), [""; 0]);
}

#[test]
fn a_backup_is_a_dump_that_can_be_restored() {
    let with = |kind, replication: Option<&str>| {
        found_in(app(kind, |app, engine| {
            app.storage.push(volume("data", None));
            engine.password = crate::engine::facts(kind).takes("password").then(|| key("s", "p"));
            if let Some(mode) = replication {
                app.replicas = Some(6);
                engine.replication = Some(Replication { mode: Some(mode.to_owned()), ..Replication::default() });
            }
            app.backup = Some(Backup {
                schedule: "0 2 * * *".parse().unwrap(),
                time_zone: None,
                keep: "30d".parse().unwrap(),
                keep_at_least: None,
                bucket: "backups".to_owned(),
                endpoint: None,
                region: None,
                credentials: None,
                scratch: None,
                deadline: None,
                restore_test: None,
            });
        }))
    };
    assert_eq!(with(EngineKind::Kafka, None), ["backup-unsupported at kafka backup"]);
    assert_eq!(with(EngineKind::Cassandra, None), ["backup-unsupported at cassandra backup"]);
    assert_eq!(with(EngineKind::Redis, Some("cluster")), ["backup-unsupported at redis backup"]);
    assert_eq!(with(EngineKind::Redis, Some("primary")), [""; 0]);
    assert_eq!(with(EngineKind::Redis, None), [""; 0]);
    assert_eq!(with(EngineKind::Postgres, None), [""; 0]);
}

fn backed_up(edit: impl FnOnce(&mut App, &mut Backup)) -> Vec<String> {
    let mut app = app(EngineKind::Postgres, |app, engine| {
        app.storage.push(volume("data", None));
        engine.password = Some(key("s", "p"));
    });
    let mut backup = Backup {
        schedule: "0 2 * * *".parse().unwrap(),
        time_zone: None,
        keep: "30d".parse().unwrap(),
        keep_at_least: None,
        bucket: "backups".to_owned(),
        endpoint: None,
        region: None,
        credentials: None,
        scratch: None,
        deadline: None,
        restore_test: None,
    };
    edit(&mut app, &mut backup);
    app.backup = Some(backup);
    found_in(app)
}

#[test]
fn a_bucket_is_a_name_with_a_path() {
    for good in ["backups", "backups/", "my.bucket-1/a/b", "Old_Bucket", "abc"] {
        assert_eq!(backed_up(|_, backup| backup.bucket = good.to_owned()), [""; 0], "{good}");
    }
    for bad in
        ["", "/", "ab", "s3://backups", "/backups", "backups//a", "backups/../x", "a b", "back:ups", "backups/\n"]
    {
        let found = backed_up(|_, backup| backup.bucket = bad.to_owned());
        assert_eq!(found, ["backup-bucket at postgres backup.bucket"], "{bad}");
    }
}

#[test]
fn an_endpoint_is_the_url_of_a_server() {
    for good in
        ["https://s3.example.com", "http://minio:9000", "https://host/s3", "http://[fd00::1]:9000", "http://[::1]"]
    {
        assert_eq!(backed_up(|_, backup| backup.endpoint = Some(good.to_owned())), [""; 0], "{good}");
    }
    for bad in [
        "",
        "s3.example.com",
        "https://",
        "ftp://a",
        "https://a:b@c",
        "http://a b",
        "http://a:0",
        "http://a:x",
        "http://a?b",
    ] {
        let found = backed_up(|_, backup| backup.endpoint = Some(bad.to_owned()));
        assert_eq!(found, ["backup-endpoint at postgres backup.endpoint"], "{bad}");
    }
}

#[test]
fn the_cron_jobs_of_a_backup_can_have_their_names() {
    let named = |length: usize| backed_up(|app, _| app.name = "a".repeat(length).parse().unwrap());
    assert_eq!(named(44), [""; 0]);
    assert_eq!(named(45).len(), 1);
    assert!(named(45)[0].starts_with("backup-name-too-long"));
}

#[test]
fn some_backups_stay() {
    let keep = |number| backed_up(|_, backup| backup.keep_at_least = Some(number));
    assert_eq!(keep(0), ["backup-keeps-none at postgres backup.keep_at_least"]);
    assert_eq!(keep(1), [""; 0]);
}

#[test]
fn the_jobs_of_a_backup_can_log_in() {
    let with = |names: &[&str]| {
        backed_up(|app, _| {
            app.engine = None;
            app.main.image = "postgres:17".parse().ok();
            app.main.env = names.iter().map(|name| env(name, "x")).collect();
            app.main.env.push(env("PGDATA", "/var/lib/postgresql/data/pgdata"));
            app.storage.push(volume("data", Some("/var/lib/postgresql/data")));
        })
    };
    assert_eq!(with(&["POSTGRES_PASSWORD"]), [""; 0]);
    assert_eq!(with(&["POSTGRES_PASSWORD_FILE"]), ["backup-login at postgres env.POSTGRES_PASSWORD_FILE"]);
}

#[test]
fn a_version_is_a_tag_that_names_one() {
    let version = |kind: EngineKind, version: &str| {
        let one = app(kind, |app, engine| {
            app.storage.push(volume("data", None));
            engine.version = Some(version.to_owned());
        });
        let found = check(&stack([item(one)]));
        let found = found.into_iter().find(|finding| finding.rule == "engine-version-invalid");
        found.map_or(String::new(), |finding| finding.help)
    };
    // Whatever the tables know is one.
    for facts in crate::engine::all().iter().filter(|facts| facts.kind != EngineKind::Custom) {
        for series in facts.versions {
            assert_eq!(version(facts.kind, series.tag), "", "{} {}", facts.name, series.tag);
        }
    }
    let postgres = |text: &str| version(EngineKind::Postgres, text);
    for right in ["17", "17.2", "17.2-alpine", "17-bookworm", "18rc1", "18beta2", "8.0.0-rc.1"] {
        assert_eq!(postgres(right), "", "{right}");
    }
    assert_eq!(postgres("v17.2"), "write \"17.2\"");
    assert_eq!(postgres("17alpine"), "write \"17\" or \"17-alpine\"");
    assert_eq!(postgres("17._alpine"), "write \"17\" or \"17-_alpine\"");
    for word in ["latest", "alpine", "v", "bookworm-17"] {
        let help = postgres(word);
        assert!(help.ends_with(&format!("is written `image: \"postgres:{word}\"`")), "{help}");
    }
    assert_eq!(version(EngineKind::Etcd, "3.6.5"), "write \"v3.6.5\"");
    assert_eq!(version(EngineKind::Etcd, "v3.6.5"), "");
}
