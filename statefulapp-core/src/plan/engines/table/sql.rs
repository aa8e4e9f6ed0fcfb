//! Databases that speak SQL, and InfluxDB.

use super::{ALONE, Act, Engine, FirstStart, Members, NONE, bound, first, password};
use crate::plan::{
    Class,
    engines::version::{self, Compatibility},
};

const ALTER_USER: &str = "change it there with ALTER USER, then restart the clients";
const CREATE: &str = "make it there with SQL";
const INITDB: &str = "it takes a new data directory: dump and restore";

pub(super) const POSTGRES: Engine = Engine {
    name: "PostgreSQL",
    images: &["postgres", "timescaledb", "timescaledb-ha", "postgis", "pgvector"],
    compatibility: Compatibility::WithinSeries,
    series: version::postgres,
    upgrade: "dump with pg_dumpall and restore into a new volume, or run pg_upgrade",
    dump: Some("sh -c 'pg_dumpall -U \"${POSTGRES_USER:-postgres}\"'"),
    data: &["PGDATA"],
    data_default: "/var/lib/postgresql/data",
    first_start: &[
        password(
            "POSTGRES_PASSWORD",
            ALTER_USER,
            r#"sh -c 'psql -U "${POSTGRES_USER:-postgres}" -d postgres -c "\password"'"#,
        ),
        first("POSTGRES_USER", CREATE),
        first("POSTGRES_DB", CREATE),
        first("POSTGRES_INITDB_ARGS", INITDB),
        first("POSTGRES_INITDB_WALDIR", INITDB),
        first("POSTGRES_HOST_AUTH_METHOD", "change pg_hba.conf"),
    ],
    members: Members {
        with: Some("primary_slot_name"),
        leave: Some(Act {
            class: Class::InPlace,
            why: "the replication slot of a standby that left holds back the primary's log until it is dropped",
            before: &[],
            after: &[
                r#"kubectl exec {peer}{n} -- sh -c 'psql -U "${POSTGRES_USER:-postgres}" -d postgres -c "SELECT pg_drop_replication_slot('\''{slot}'\'')"'"#,
            ],
            source: "https://www.postgresql.org/docs/current/warm-standby.html#STREAMING-REPLICATION-SLOTS",
        }),
        ..ALONE
    },
    // Read there, and in https://github.com/docker-library/postgres.
    manual: "https://www.postgresql.org/docs/current/upgrading.html",
    ..NONE
};

pub(super) const BITNAMI_POSTGRES: Engine = Engine {
    images: &["postgresql", "postgresql-repmgr"],
    data: &["POSTGRESQL_DATA_DIR"],
    data_default: "/bitnami/postgresql/data",
    first_start: &[
        first("POSTGRESQL_PASSWORD", ALTER_USER),
        first("POSTGRESQL_POSTGRES_PASSWORD", ALTER_USER),
        first("POSTGRESQL_USERNAME", CREATE),
        first("POSTGRESQL_DATABASE", CREATE),
        first("POSTGRES_PASSWORD", ALTER_USER),
    ],
    ..POSTGRES
};

const LOWER_CASE: &str = "the server does not start if it differs from what the data directory was made with";

const MYSQL_USERS: &[FirstStart] = &[
    password(
        "MYSQL_ROOT_PASSWORD",
        ALTER_USER,
        r#"bash -c 'read -rsp "new password: " p; mysql -u root -p -e "ALTER USER IF EXISTS root@localhost IDENTIFIED BY \"$p\", root@\"%\" IDENTIFIED BY \"$p\""'"#,
    ),
    password(
        "MYSQL_PASSWORD",
        ALTER_USER,
        r#"bash -c 'read -rsp "new password: " p; mysql -u root -p -e "ALTER USER \"$MYSQL_USER\"@\"%\" IDENTIFIED BY \"$p\""'"#,
    ),
    first("MYSQL_USER", CREATE),
    first("MYSQL_DATABASE", CREATE),
];

/// The image reads both families of names; it has no program `mysql` any more.
const MARIADB_USERS: &[FirstStart] = &[
    password(
        "MARIADB_ROOT_PASSWORD",
        ALTER_USER,
        r#"bash -c 'read -rsp "new password: " p; mariadb -u root -p -e "ALTER USER IF EXISTS root@localhost IDENTIFIED BY \"$p\", root@\"%\" IDENTIFIED BY \"$p\""'"#,
    ),
    password(
        "MARIADB_PASSWORD",
        ALTER_USER,
        r#"bash -c 'read -rsp "new password: " p; mariadb -u root -p -e "ALTER USER \"$MARIADB_USER\"@\"%\" IDENTIFIED BY \"$p\""'"#,
    ),
    first("MARIADB_USER", CREATE),
    first("MARIADB_DATABASE", CREATE),
    password(
        "MYSQL_ROOT_PASSWORD",
        ALTER_USER,
        r#"bash -c 'read -rsp "new password: " p; mariadb -u root -p -e "ALTER USER IF EXISTS root@localhost IDENTIFIED BY \"$p\", root@\"%\" IDENTIFIED BY \"$p\""'"#,
    ),
    password(
        "MYSQL_PASSWORD",
        ALTER_USER,
        r#"bash -c 'read -rsp "new password: " p; mariadb -u root -p -e "ALTER USER \"$MYSQL_USER\"@\"%\" IDENTIFIED BY \"$p\""'"#,
    ),
    first("MYSQL_USER", CREATE),
    first("MYSQL_DATABASE", CREATE),
    first("MARIADB_REPLICATION_PASSWORD", ALTER_USER),
];

pub(super) const MYSQL: Engine = Engine {
    name: "MySQL",
    images: &["mysql", "mysql-server", "percona", "percona-server"],
    compatibility: Compatibility::NextSeries,
    series: version::mysql,
    upgrade: "go from one long-term series to the next (5.7, 8.0, 8.4, 9.7), each started once on the data",
    dump: Some("sh -c 'mysqldump --all-databases --single-transaction -u root -p\"$MYSQL_ROOT_PASSWORD\"'"),
    data: &["--datadir"],
    data_default: "/var/lib/mysql",
    first_start: MYSQL_USERS,
    bound: &[
        bound("--lower-case-table-names", Class::Recreate, LOWER_CASE),
        bound("--lower_case_table_names", Class::Recreate, LOWER_CASE),
    ],
    back: version::mysql_back,
    // Read there, and in https://dev.mysql.com/doc/refman/8.4/en/downgrading.html, https://github.com/docker-library/mysql.
    manual: "https://dev.mysql.com/doc/refman/8.4/en/upgrade-paths.html",
    ..NONE
};

pub(super) const MARIADB: Engine = Engine {
    name: "MariaDB",
    images: &["mariadb", "mariadb-galera"],
    upgrade: "dump and restore",
    dump: Some("sh -c 'mariadb-dump --all-databases --single-transaction -u root -p\"$MARIADB_ROOT_PASSWORD\"'"),
    data: &["--datadir"],
    data_default: "/var/lib/mysql",
    first_start: MARIADB_USERS,
    // Read there, and in https://github.com/MariaDB/mariadb-docker.
    manual: "https://mariadb.com/docs/server/server-management/install-and-upgrade-mariadb/upgrading",
    ..NONE
};

pub(super) const INFLUXDB: Engine = Engine {
    name: "InfluxDB",
    images: &["influxdb"],
    compatibility: Compatibility::WithinSeries,
    series: version::by_major,
    upgrade: "export and import, or influxd upgrade",
    data_default: "/var/lib/influxdb2",
    first_start: &[first("DOCKER_INFLUXDB_INIT_PASSWORD", "change it there with influx user password")],
    manual: "https://docs.influxdata.com/influxdb/v2/install/upgrade/v1-to-v2/",
    ..NONE
};
