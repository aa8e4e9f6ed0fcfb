//! MySQL and MariaDB.

use super::*;

#[test]
fn mysql() {
    let mysql = app(EngineKind::Mysql, |app, engine| {
        engine.version = Some("8.4".to_owned());
        engine.database = Some("wordpress".to_owned());
        engine.user = Some("wp_user".to_owned());
        engine.password = Some(key("mysql-secret", "password"));
        engine.config = Some("mysql-config".parse().unwrap());
        engine.settings = vec![("max_connections".to_owned(), "500".to_owned())];
        app.storage.push(volume("data", None));
    });
    same(
        &describe(&stack([item(mysql), config_map("mysql-config", &[("my.cnf", "[mysqld]")])])),
        r#"
image mysql:8.4
user (999) (999) (999)
args --max-connections=500
port mysql 3306
env MYSQL_USER=wp_user
env MYSQL_PASSWORD=(secret)
env MYSQL_RANDOM_ROOT_PASSWORD=yes
env MYSQL_DATABASE=wordpress
volume data /var/lib/mysql sub mysql
file /etc/mysql/conf.d mysql-config
startup mysqladmin ping -h 127.0.0.1 -u root every 10 s, 360 times
readiness mysqladmin ping -h 127.0.0.1 -u root every 10 s, 3 times
grace 120 s
Parallel
"#,
    );
}

#[test]
fn mariadb() {
    let mariadb = app(EngineKind::Mariadb, |app, engine| {
        engine.database = Some("shop".to_owned());
        engine.user = Some("shop".to_owned());
        engine.password = Some(key("s", "password"));
        engine.root_password = Some(key("s", "root"));
        app.storage.push(volume("data", Some("/var/lib/mysql")));
    });
    same(
        &describe(&stack([item(mariadb)])),
        r#"
image mariadb:12.3.2
user (999) (999) (999)
port mysql 3306
env MARIADB_ROOT_PASSWORD=(secret)
env MARIADB_USER=shop
env MARIADB_PASSWORD=(secret)
env MARIADB_DATABASE=shop
env MARIADB_AUTO_UPGRADE=1
volume data /var/lib/mysql sub mysql
startup healthcheck.sh --connect --innodb_initialized every 10 s, 360 times
readiness healthcheck.sh --connect --innodb_initialized every 10 s, 3 times
grace 120 s
Parallel
"#,
    );
}

#[test]
fn the_only_password_is_roots() {
    for (kind, name) in [(EngineKind::Mysql, "MYSQL_ROOT_PASSWORD"), (EngineKind::Mariadb, "MARIADB_ROOT_PASSWORD")] {
        let app = alone(app(kind, |_, engine| engine.password = Some(key("s", "password"))));
        assert_eq!(value(&app, name), "(secret)");
        assert!(app.main.env.iter().all(|env| !env.name.as_str().contains("RANDOM")), "{kind:?}");
    }
}

#[test]
fn without_a_password_nothing_is_made_up() {
    for kind in [EngineKind::Mysql, EngineKind::Mariadb] {
        let app = alone(app(kind, |_, engine| engine.user = Some("me".to_owned())));
        assert!(app.main.env.iter().all(|env| !env.name.as_str().contains("PASSWORD")), "{kind:?}");
    }
}

#[test]
fn a_password_of_the_users_is_not_joined_by_another() {
    let app = alone(app(EngineKind::Mysql, |app, engine| {
        engine.user = Some("me".to_owned());
        engine.password = Some(key("s", "password"));
        app.main.env.push(env("MYSQL_ALLOW_EMPTY_PASSWORD", "1"));
    }));
    assert_eq!(value(&app, "MYSQL_RANDOM_ROOT_PASSWORD"), "(none)");
}
