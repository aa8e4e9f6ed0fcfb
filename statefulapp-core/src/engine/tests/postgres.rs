//! PostgreSQL.

use super::*;

const CONFIG: &[(&str, &str)] =
    &[("postgresql.conf", "max_connections = 100\n"), ("pg_hba.conf", "local all all trust\n")];

#[test]
fn one_server() {
    let postgres = app(EngineKind::Postgres, |app, engine| {
        engine.version = Some("17.2".to_owned());
        engine.database = Some("myapp".to_owned());
        engine.user = Some("app_user".to_owned());
        engine.password = Some(key("postgres-secret", "password"));
        engine.config = Some("postgres-config".parse().unwrap());
        engine.settings = vec![("work_mem".to_owned(), "16MB".to_owned())];
        app.storage.push(volume("data", None));
        app.main.ports.push(port("database", 5432));
        app.main.env.push(env("TZ", "Europe/Berlin"));
    });
    let stack = stack([item(postgres), config_map("postgres-config", CONFIG)]);
    same(
        &describe(&stack),
        r#"
image postgres:17.2
user (999) (999) (999)
args -c work_mem=16MB -c config_file=/etc/postgresql/postgresql.conf -c hba_file=/etc/postgresql/pg_hba.conf -c listen_addresses=*
port database 5432
env PGDATA=/var/lib/postgresql/data/pgdata
env POSTGRES_PASSWORD=(secret)
env POSTGRES_USER=app_user
env POSTGRES_DB=myapp
env TZ=Europe/Berlin
volume data /var/lib/postgresql/data
file /etc/postgresql postgres-config
scratch shm /dev/shm 256Mi
startup pg_isready -h 127.0.0.1 -U app_user -d myapp every 10 s, 360 times
readiness pg_isready -h 127.0.0.1 -U app_user -d myapp every 10 s, 3 times
grace 120 s
Parallel
"#,
    );
}

#[test]
fn the_data_directory_is_below_the_mount_whatever_the_version_and_the_mount() {
    let directory = |version: &str, mount: Option<&str>| {
        let app = alone(app(EngineKind::Postgres, |app, engine| {
            engine.version = Some(version.to_owned());
            app.storage.push(volume("data", mount));
        }));
        (app.storage[0].mount.as_ref().unwrap().to_string(), value(&app, "PGDATA").to_owned())
    };
    let pair = |mount: &str, directory: &str| (mount.to_owned(), directory.to_owned());
    assert_eq!(directory("17.2", None), pair("/var/lib/postgresql/data", "/var/lib/postgresql/data/pgdata"));
    assert_eq!(directory("18", None), pair("/var/lib/postgresql", "/var/lib/postgresql/pgdata"));
    assert_eq!(
        directory("18", Some("/var/lib/postgresql/data")),
        pair("/var/lib/postgresql/data", "/var/lib/postgresql/data/pgdata")
    );
    // The image of 17 has a volume of its own at `data`, which would hide what lies there.
    assert_eq!(directory("17", Some("/var/lib/postgresql")), pair("/var/lib/postgresql", "/var/lib/postgresql/pgdata"));
    assert_eq!(directory("17", Some("/srv/db/")), pair("/srv/db/", "/srv/db/pgdata"));
}

#[test]
fn the_newest_version_is_the_default() {
    let app = alone(app(EngineKind::Postgres, |_, _| ()));
    assert_eq!(app.main.image.unwrap().as_str(), "postgres:18.6");
}

#[test]
fn what_the_user_wrote_stays() {
    let declared = app(EngineKind::Postgres, |app, engine| {
        engine.password = Some(key("s", "password"));
        engine.user = Some("admin".to_owned());
        app.main.image = "registry.example.com/postgres:16-alpine".parse().ok();
        app.main.env = vec![env("PGDATA", "/mine"), env("POSTGRES_USER", "me")];
        app.main.readiness = Some(Probe::new(Handler::Off));
        app.grace = crate::value::Duration::from_seconds(7);
        app.security.user = Some(26);
        app.storage.push(volume("data", None));
    });
    let app = alone(declared);
    assert_eq!(app.main.image.as_ref().unwrap().as_str(), "registry.example.com/postgres:16-alpine");
    assert_eq!((value(&app, "PGDATA"), value(&app, "POSTGRES_USER")), ("/mine", "me"));
    assert_eq!(app.main.env.iter().filter(|env| env.name.as_str() == "POSTGRES_USER").count(), 1);
    assert_eq!(app.main.readiness, Some(Probe::new(Handler::Off)));
    assert_eq!(seconds(app.grace), 7);
    assert_eq!((app.security.user, app.security.group, app.security.fs_group), (Some(26), None, Some(70)));
}

#[test]
fn a_variable_of_a_whole_config_map_counts_as_written() {
    let postgres = app(EngineKind::Postgres, |app, engine| {
        engine.database = Some("mine".to_owned());
        app.main.env_from.push(EnvFrom {
            source: Source::ConfigMap("settings".parse().unwrap()),
            prefix: "POSTGRES_".parse().ok(),
            optional: false,
        });
    });
    let app = completed(&stack([item(postgres), config_map("settings", &[("DB", "theirs")])]));
    assert!(app.main.env("POSTGRES_DB").is_none());
}

#[test]
fn mounted_configuration_is_passed_and_listens_to_the_network() {
    let args = |text: &str, own: &[&str]| {
        let postgres = app(EngineKind::Postgres, |app, _| {
            app.files.push(directory("/etc/postgresql/", "config"));
            app.main.args = own.iter().map(|arg| (*arg).to_owned()).collect();
        });
        completed(&stack([item(postgres), config_map("config", &[("postgresql.conf", text)])])).main.args.join(" ")
    };
    let file = "-c config_file=/etc/postgresql/postgresql.conf";
    assert_eq!(args("shared_buffers = 1GB", &[]), format!("{file} -c listen_addresses=*"));
    assert_eq!(args("# listen_addresses = '*'", &[]), format!("{file} -c listen_addresses=*"));
    assert_eq!(args("listen_addresses = '*'", &[]), file);
    assert_eq!(args("", &["-c", "config_file=/x"]), "-c config_file=/x -c listen_addresses=*");
}

#[test]
fn an_own_command_gets_no_arguments() {
    let app = alone(app(EngineKind::Postgres, |app, engine| {
        app.main.command = vec!["sh".to_owned()];
        engine.settings = vec![("work_mem".to_owned(), "16MB".to_owned())];
    }));
    assert!(app.main.args.is_empty());
}

#[test]
fn a_read_only_root_gets_volumes_where_the_image_writes() {
    let app = alone(app(EngineKind::Postgres, |app, _| app.security.main.read_only_root = Some(true)));
    let mounts: Vec<_> = app.scratch.iter().map(|s| s.mount.as_ref().unwrap().as_str()).collect();
    assert_eq!(mounts, ["/dev/shm", "/tmp", "/var/run/postgresql"]);
}
