//! Services and Ingresses.

use crate::support::*;
use serde_json::{Value, json};
use statefulapp_core::manifest::objects;
use statefulapp_core::model::*;

fn pg() -> App {
    let mut pg = stateful("pg");
    pg.replicas = Some(3);
    pg.sidecars = vec![Container {
        ports: vec![port("metrics", 9187), port("database", 1), port("same", 5432)],
        ..container("exporter")
    }];
    pg
}

fn with(service: Service) -> Built {
    build(&stack(vec![item(pg()), Item::Service(service)]))
}

#[test]
fn a_governing_service() {
    let built = build(&stack(vec![item(App { service_name: Some(v("pg-headless")), ..pg() })]));
    assert_eq!(
        built.get("Service", "pg-headless")["spec"],
        json!({
            "type": "ClusterIP",
            "clusterIP": "None",
            "publishNotReadyAddresses": true,
            "selector": { "app.kubernetes.io/name": "pg" },
            // A number and a name stand there once.
            "ports": [
                { "name": "database", "port": 5432, "targetPort": "database" },
                { "name": "metrics", "port": 9187, "targetPort": "metrics" },
            ],
        })
    );
    let off = build(&stack(vec![item(App { publish_not_ready: Some(false), ..pg() })]));
    assert_eq!(off.get("Service", "pg")["spec"]["publishNotReadyAddresses"], false);
}

#[test]
fn a_declared_service_takes_its_place() {
    let declared = with(Service { headless: true, ..service("pg", "pg") });
    assert_eq!(declared.get("Service", "pg")["spec"]["publishNotReadyAddresses"], Value::Null);
    let elsewhere = with(Service { is_extern: true, ..service("pg", "pg") });
    assert!(elsewhere.find("Service", "pg").is_none());
}

#[test]
fn a_stateless_app_has_an_ordinary_service() {
    let built = build(&stack(vec![item(app(Workload::Deployment, "web"))]));
    assert_eq!(
        built.get("Service", "web")["spec"],
        json!({
            "type": "ClusterIP",
            "selector": { "app.kubernetes.io/name": "web" },
            "ports": [{ "name": "database", "port": 5432, "targetPort": "database" }],
        })
    );
    let mut worker = app(Workload::Deployment, "worker");
    worker.main.ports.clear();
    assert!(build(&stack(vec![item(worker)])).find("Service", "worker").is_none());
}

#[test]
fn ports_follow_their_target() {
    let ports = |port: ServicePort| {
        let mut pg = pg();
        pg.main.ports.push(ContainerPort { protocol: Protocol::UDP, ..port_dns() });
        let built =
            build(&stack(vec![item(pg), Item::Service(Service { ports: vec![port], ..service("read", "pg") })]));
        built.get("Service", "read")["spec"]["ports"][0].clone()
    };
    assert_eq!(ports(service_port("metrics")), json!({ "name": "metrics", "port": 9187, "targetPort": "metrics" }));
    let named = ServicePort { name: Some(v("db")), number: Some(n(15432)), ..service_port("database") };
    assert_eq!(ports(named), json!({ "name": "db", "port": 15432, "targetPort": "database" }));
    assert_eq!(
        ports(service_port("dns")),
        json!({ "name": "dns", "port": 53, "targetPort": "dns", "protocol": "UDP" })
    );
    let number = ServicePort { target: PortRef::Number(n(53)), ..service_port("x") };
    assert_eq!(ports(number), json!({ "port": 53, "targetPort": 53, "protocol": "UDP" }));
}

fn port_dns() -> ContainerPort {
    port("dns", 53)
}

#[test]
fn a_port_without_a_number_is_an_error() {
    let service = Service { ports: vec![service_port("nope")], ..service("read", "pg") };
    let error = objects(&stack(vec![item(pg()), Item::Service(service)]), &values).expect_err("no such port");
    assert_eq!(
        error.to_string(),
        "the number of port `nope` is not known\n  --> Service `read`\n  help: write its number"
    );
}

#[test]
fn one_pod() {
    let selects = Some(Selects { app: v("pg"), pod: Some(0) });
    let built = with(Service { selects, ..service("primary", "pg") });
    assert_eq!(
        built.get("Service", "primary")["spec"]["selector"],
        json!({ "app.kubernetes.io/name": "pg", "statefulset.kubernetes.io/pod-name": "pg-0" })
    );
}

#[test]
fn each_pod() {
    let node_port = ServicePort { node_port: Some(n(30092)), ..service_port("database") };
    let outside = Service {
        each_pod: true,
        kind: ServiceKind::NodePort,
        local_traffic: Some(true),
        ports: vec![node_port],
        ..service("outside", "pg")
    };
    let pg = App { first_ordinal: Some(1), replicas: Some(2), ..pg() };
    let built = build(&stack(vec![item(pg.clone()), Item::Service(outside.clone())]));
    assert!(built.find("Service", "outside").is_none() && built.find("Service", "outside-3").is_none());
    for (ordinal, node_port) in [(1, 30092), (2, 30093)] {
        let spec = &built.get("Service", &format!("outside-{ordinal}"))["spec"];
        assert_eq!(spec["selector"]["statefulset.kubernetes.io/pod-name"], format!("pg-{ordinal}"));
        assert_eq!(spec["externalTrafficPolicy"], "Local");
        assert_eq!(spec["ports"][0]["nodePort"], node_port);
    }
    let nowhere = Service { selects: None, ..outside };
    objects(&stack(vec![item(pg), Item::Service(nowhere)]), &values).expect_err("no app");
}

#[test]
fn the_settings_of_a_service() {
    let built = with(Service {
        kind: ServiceKind::LoadBalancer,
        sticky: Some(Some(v("1h"))),
        internal_local_traffic: Some(false),
        source_ranges: vec![v("10.0.0.0/8")],
        ..service("read", "pg")
    });
    let spec = &built.get("Service", "read")["spec"];
    assert_eq!(spec["type"], "LoadBalancer");
    assert_eq!(spec["sessionAffinity"], "ClientIP");
    assert_eq!(spec["sessionAffinityConfig"], json!({ "clientIP": { "timeoutSeconds": 3600 } }));
    assert_eq!(spec["internalTrafficPolicy"], "Cluster");
    assert_eq!(spec["externalTrafficPolicy"], Value::Null);
    assert_eq!(spec["loadBalancerSourceRanges"], json!(["10.0.0.0/8"]));

    let elsewhere = with(Service {
        kind: ServiceKind::ExternalName,
        external_name: Some(v("db.example.com")),
        selects: None,
        ports: Vec::new(),
        ..service("elsewhere", "pg")
    });
    let expected = json!({ "type": "ExternalName", "externalName": "db.example.com" });
    assert_eq!(elsewhere.get("Service", "elsewhere")["spec"], expected);
}

#[test]
fn an_ingress_puts_the_paths_of_a_host_together() {
    let rule = |host: Option<&str>, path: &str, service: &str| IngressRule {
        host: host.map(v),
        path: path.to_owned(),
        exact: path == "/exact",
        service: v(service),
        port: PortRef::Name(v("database")),
    };
    let ingress = Ingress {
        name: v("web"),
        meta: Meta::default(),
        class: Some(v("nginx")),
        rules: vec![
            rule(Some("b.example"), "/", "read"),
            rule(None, "/", "pg"),
            rule(Some("b.example"), "/exact", "read"),
        ],
        tls: vec![(v("cert"), vec![v("b.example")])],
    };
    let pg = App { service_name: Some(v("pg-headless")), ..pg() };
    let built = build(&stack(vec![item(pg), Item::Service(service("read", "pg")), Item::Ingress(ingress)]));
    let path = |path: &str, kind: &str, service: &str| {
        let backend = json!({ "service": { "name": service, "port": { "name": "database" } } });
        json!({ "path": path, "pathType": kind, "backend": backend })
    };
    assert_eq!(
        built.get("Ingress", "web")["spec"],
        json!({
            "ingressClassName": "nginx",
            "rules": [
                { "host": "b.example", "http": { "paths": [path("/", "Prefix", "read"), path("/exact", "Exact", "read")] } },
                // Of an app, its Service.
                { "http": { "paths": [path("/", "Prefix", "pg-headless")] } },
            ],
            "tls": [{ "secretName": "cert", "hosts": ["b.example"] }],
        })
    );
}
