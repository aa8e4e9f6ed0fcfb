//! Everything computed: a database, an API, their Services and network policies for each tenant of a list, without the macro.

use statefulapp::Stack;
use statefulapp::builder::{
    App, AppGroup, Backup, Engine, EngineKind, NetworkAccess, NetworkPolicy, NetworkRule, PodSecurity, Pods, Probe,
    Replication, Secret, Service, ServiceKind, StatefulApp, TrafficPolicy, Volume,
};
use statefulapp::value::ValueError;

/// What is known of a tenant: a row of some table.
pub struct Tenant {
    /// The name, which everything of the tenant begins with.
    name: String,
    plan: Plan,
    /// Hours of the day at which a backup is made.
    backup_hours: Vec<u8>,
    /// Addresses from which the tenant's own tools connect to the database.
    offices: Vec<String>,
}

/// What a tenant pays for.
#[derive(Clone, Copy, PartialEq)]
enum Plan {
    Small,
    Large,
}

fn main() -> std::process::ExitCode {
    match stack(&tenants()) {
        Ok(stack) => statefulapp::cli(stack),
        Err(error) => {
            eprintln!("error: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

/// The tenants, as a program would read them from a file or a database.
pub fn tenants() -> Vec<Tenant> {
    let acme = Tenant {
        name: "acme".to_owned(),
        plan: Plan::Large,
        backup_hours: vec![2, 14],
        offices: vec!["203.0.113.0/28".to_owned(), "198.51.100.7/32".to_owned()],
    };
    let globex = Tenant { name: "globex".to_owned(), plan: Plan::Small, backup_hours: vec![3], offices: Vec::new() };
    vec![acme, globex]
}

/// The stack of all tenants.
pub fn stack(tenants: &[Tenant]) -> Result<Stack, ValueError> {
    // Both exist in the cluster already.
    let registry = Secret::existing("registry", [".dockerconfigjson"])?;
    let s3 = Secret::existing("s3", ["access_key", "secret_key"])?;
    let mut stack = Stack::named("tenants")?.in_namespace("tenants")?.on_kubernetes("1.33")?;
    for tenant in tenants {
        stack = with_tenant(stack, tenant, &registry, &s3)?;
    }
    Ok(stack.with(registry).with(s3))
}

/// Adds what a tenant gets.
fn with_tenant(stack: Stack, tenant: &Tenant, registry: &Secret, s3: &Secret) -> Result<Stack, ValueError> {
    let Tenant { name, plan, backup_hours, offices } = tenant;
    let login = Secret::new(format!("{name}-login"))?.generate("password", 32)?.generate("replication", 32)?;

    let mut engine =
        Engine::new(EngineKind::Postgres).version("17.6").database(name).user(name).password(login.key("password")?)?;
    if *plan == Plan::Large {
        engine =
            engine.replication(Replication::new().password(login.key("replication")?)?).setting("max_connections", 300);
    }
    let (replicas, disk, memory) = match plan {
        Plan::Small => (1, "10Gi", "512Mi".."1Gi"),
        Plan::Large => (3, "200Gi", "4Gi".."8Gi"),
    };
    let hours: Vec<String> = backup_hours.iter().map(u8::to_string).collect();
    let schedule = format!("0 {} * * *", hours.join(","));
    let database = StatefulApp::new(format!("{name}-db"))?
        .engine(engine)
        .replicas(replicas)
        .cpu("500m")?
        .memory(memory)?
        .storage(Volume::new("data", disk)?.class("fast-ssd")?)
        .backup(Backup::new(schedule, "30d", format!("backups/{name}"))?.credentials(s3)?)
        .network(NetworkAccess::new().from([format!("{name}-api")])?.from_addresses(offices)?);
    let api = App::new(format!("{name}-api"))?
        .image("registry.example.com/api:4.2.0")?
        .pull_secret(registry)?
        .replicas(2)
        .port("http", 8080)?
        .readiness(Probe::http("/ready", "http")?.period("5s")?)
        .security(PodSecurity::new().user(10001).group(10001))
        .env("PGHOST", database.handle().primary())?
        .env("PGUSER", name)?
        .env("PGPASSWORD", login.key("password")?)?;

    // The gateway's pods reach the API, and nobody else.
    let gateway = Pods::new().label("app", "gateway")?.namespace("kubernetes.io/metadata.name", "ingress")?;
    let policy = NetworkPolicy::new(format!("{name}-from-gateway"))?
        .selects(&api)?
        .ingress([NetworkRule::new().pods([gateway]).ports(["http"])?]);
    let group = AppGroup::new(name)?.members([&api])?.members([&database])?.label("tenant", name)?;

    let mut stack = stack.with(login).with(api).with(policy).with(group);
    if !offices.is_empty() {
        // With the client's own address, which the network policy of the database asks for.
        let outside = Service::new(format!("{name}-outside"))?
            .selects_pod(&database, 0)?
            .kind(ServiceKind::LoadBalancer)
            .external_traffic(TrafficPolicy::Local)
            .source_ranges(offices)?
            .port("postgres")?;
        stack = stack.with(outside);
    }
    Ok(stack.with(database))
}
