//! Addresses of Services never change, most other fields may.

use serde_json::{Value, json};
use statefulapp_core::plan::{Class, Plan};

use super::{assert_says, one, only};

fn service(spec: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "db", "namespace": "a"}, "spec": spec})
}

fn change(old: Value, new: Value) -> Plan {
    one(service(old), service(new))
}

#[test]
fn an_address_stays() {
    let ports = json!([{"port": 80}]);
    let with = |address: &str| json!({"clusterIP": address, "ports": ports});
    let without = json!({"ports": ports});
    let refused = [
        (without.clone(), with("None")),
        (without.clone(), with("10.96.0.9")),
        (with("10.96.0.8"), with("10.96.0.9")),
        (with("None"), with("10.96.0.9")),
        // Accepted by the server, and without effect.
        (with("None"), without.clone()),
    ];
    for (old, new) in refused {
        let plan = change(old, new);
        assert_eq!(plan.class(), Class::Recreate, "{plan}");
        assert_eq!(only(&plan).commands, ["kubectl delete service db -n a", "kubectl apply --server-side -f NEW/"]);
    }
    let plan = change(with("10.96.0.8"), without);
    assert_eq!(only(&plan).class, Class::None);
    assert_says(&only(&plan).explanation, "keeps its address");
}

#[test]
fn types_change_unless_the_service_is_headless() {
    let ports = json!([{"port": 80}]);
    let of = |kind: &str| json!({"type": kind, "ports": ports});
    let external = json!({"type": "ExternalName", "externalName": "example.com"});
    let headless = json!({"clusterIP": "None", "ports": ports});
    for (old, new) in [
        (of("ClusterIP"), of("NodePort")),
        (of("NodePort"), of("LoadBalancer")),
        (of("LoadBalancer"), of("ClusterIP")),
        (of("LoadBalancer"), external.clone()),
        (external.clone(), of("NodePort")),
        (external.clone(), headless.clone()),
        (headless.clone(), external.clone()),
    ] {
        let plan = change(old, new);
        assert_eq!(plan.class(), Class::InPlace, "{plan}");
    }
    for (old, new) in [(of("NodePort"), headless.clone()), (headless, of("NodePort"))] {
        let plan = change(old, new);
        assert_eq!(plan.class(), Class::Recreate, "{plan}");
    }
}

#[test]
fn a_load_balancer_keeps_its_class() {
    let of = |class: Value| json!({"type": "LoadBalancer", "loadBalancerClass": class, "ports": [{"port": 80}]});
    for (old, new) in [(json!(null), json!("a/x")), (json!("a/x"), json!("a/y")), (json!("a/x"), json!(null))] {
        assert_eq!(change(of(old), of(new)).class(), Class::Recreate);
    }
}

#[test]
fn the_first_family_stays() {
    let of = |families: Value| json!({"ipFamilies": families, "ports": [{"port": 80}]});
    assert_eq!(change(of(json!(["IPv4"])), of(json!(["IPv6"]))).class(), Class::Recreate);
    assert_eq!(change(of(json!(null)), of(json!(["IPv6"]))).class(), Class::Recreate);
    assert_eq!(change(of(json!(null)), of(json!(["IPv4"]))).class(), Class::InPlace);
}

#[test]
fn ports_and_selectors_change_in_place_and_say_for_whom() {
    let of = |port: Value| json!({"ports": [port], "selector": {"a": "b"}});
    let plan = change(of(json!({"name": "a", "port": 80})), of(json!({"name": "b", "port": 80})));
    assert_eq!((only(&plan).class, only(&plan).path.as_str()), (Class::InPlace, "spec.ports[b].name"));
    let plan = change(of(json!({"port": 80})), of(json!({"port": 81})));
    assert_eq!(plan.changes.len(), 2, "one port goes, one comes: {plan}");
    assert_says(&plan.to_string(), "clients of this port are refused");
    let node = |port: u32| json!({"type": "NodePort", "ports": [{"port": 80, "nodePort": port}]});
    assert_eq!(change(node(31001), node(31002)).class(), Class::InPlace);
    assert_eq!(change(node(31001), node(80)).class(), Class::Refused);
    assert_eq!(change(node(31001), json!({"type": "NodePort", "ports": [{"port": 80}]})).class(), Class::None);
}
