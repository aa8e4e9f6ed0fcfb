//! What samples refer to, in both languages.

use statefulapp::Stack;
use statefulapp::builder::*;
use statefulapp::value::ValueError;

pub(crate) type Result<T> = std::result::Result<T, ValueError>;

/// The world's declaration, and an item.
pub(crate) fn declared(item: &str) -> String {
    format!("stack: \"shop\", namespace: \"databases\", kubernetes: 1.37,\n{WORLD}\n{item}")
}

/// The world, built, and an item.
pub(crate) fn built(item: impl Into<statefulapp::model::Item>) -> Result<Stack> {
    Ok(world()?.with(item))
}

pub(crate) const WORLD: &str = r#"
    Secret login {
        password: from_env("A"), replication: from_env("B"), cookie: from_env("C"), access_key: from_env("D"), secret_key: from_env("E"),
    }
    Secret registry { meta: { type: DockerConfigJson }, ".dockerconfigjson": from_env("A") }
    Secret web_tls { meta: { type: Tls }, "tls.crt": from_env("A"), "tls.key": from_env("A") }
    ConfigMap settings { "postgresql.conf": "listen_addresses = '*'", LEVEL: "info" }
    ServiceAccount reader { token: true }
    StatefulApp postgres {
        image: "example.com/db:1", ports: { database: 5432, metrics: 9187 }, storage: { data: { mount: "/data", size: 1Gi } },
        replicas: 3, security: { user: 999, group: 999 },
    }
    App web { image: "example.com/web:1", ports: { http: 8080 }, security: { user: 999 } }
    App cache { image: "example.com/cache:1", ports: { cache: 6379 }, security: { user: 999 } }
    Service postgres_read { selects: postgres, ports: [database] }
"#;

/// The same without the settings before the items.
pub(crate) fn items(stack: Stack) -> Result<Stack> {
    Ok(stack
        .with(login()?)
        .with(Secret::new("registry")?.kind(SecretKind::DockerConfigJson).from_env(".dockerconfigjson", "A")?)
        .with(web_tls()?)
        .with(settings()?)
        .with(reader()?)
        .with(postgres()?)
        .with(web()?)
        .with(cache()?)
        .with(postgres_read()?))
}

fn world() -> Result<Stack> {
    items(Stack::named("shop")?.in_namespace("databases")?.on_kubernetes("1.37")?)
}

pub(crate) fn login() -> Result<Secret> {
    Secret::new("login")?
        .from_env("password", "A")?
        .from_env("replication", "B")?
        .from_env("cookie", "C")?
        .from_env("access_key", "D")?
        .from_env("secret_key", "E")
}

pub(crate) fn web_tls() -> Result<Secret> {
    Secret::new("web-tls")?.kind(SecretKind::Tls).from_env("tls.crt", "A")?.from_env("tls.key", "A")
}

pub(crate) fn settings() -> Result<ConfigMap> {
    ConfigMap::new("settings")?.data("postgresql.conf", "listen_addresses = '*'")?.data("LEVEL", "info")
}

pub(crate) fn reader() -> Result<ServiceAccount> {
    Ok(ServiceAccount::new("reader")?.token(true))
}

pub(crate) fn postgres() -> Result<StatefulApp> {
    Ok(StatefulApp::new("postgres")?
        .image("example.com/db:1")?
        .port("database", 5432)?
        .port("metrics", 9187)?
        .storage(Volume::new("data", "1Gi")?.mount("/data")?)
        .replicas(3)
        .security(PodSecurity::new().user(999).group(999)))
}

pub(crate) fn web() -> Result<App> {
    let web = App::new("web")?.image("example.com/web:1")?.port("http", 8080)?;
    Ok(web.security(PodSecurity::new().user(999)))
}

pub(crate) fn cache() -> Result<App> {
    let cache = App::new("cache")?.image("example.com/cache:1")?.port("cache", 6379)?;
    Ok(cache.security(PodSecurity::new().user(999)))
}

pub(crate) fn postgres_read() -> Result<Service> {
    Service::new("postgres-read")?.selects(&postgres()?)?.port("database")
}

/// The StatefulApp that is looked at.
pub(crate) fn it() -> Result<StatefulApp> {
    let it =
        StatefulApp::new("it")?.image("example.com/db:1")?.port("database", 5432)?.port("metrics", 9187)?.replicas(3);
    Ok(it.security(PodSecurity::new().user(999).because("it is tried")))
}

/// The same as it is declared, with more keys.
pub(crate) fn it_with(more: &str) -> String {
    declared(&format!(
        "StatefulApp it {{ image: \"example.com/db:1\", ports: {{ database: 5432, metrics: 9187 }}, replicas: 3, \
         security: {{ user: 999, because: \"it is tried\" }}, {more} }}"
    ))
}
