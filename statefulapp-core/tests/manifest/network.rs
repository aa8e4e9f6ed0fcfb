//! NetworkPolicies.

use crate::support::*;
use serde_json::{Value, json};
use statefulapp_core::model::*;

#[test]
fn who_may_connect_to_an_app() {
    let mut pg = stateful("pg");
    pg.main.ports.push(port("cluster", 7000));
    pg.network = Some(NetworkAccess {
        from: vec![v("web")],
        from_namespaces: vec![pairs(&[("team", "x")])],
        from_addresses: vec![v("10.0.0.0/8")],
        ports: vec![v("database")],
    });
    let built = build(&stack(vec![item(pg)]));
    let own = json!({ "podSelector": { "matchLabels": { "app.kubernetes.io/name": "pg" } } });
    assert_eq!(
        built.get("NetworkPolicy", "pg")["spec"],
        json!({
            "podSelector": { "matchLabels": { "app.kubernetes.io/name": "pg" } },
            "policyTypes": ["Ingress"],
            "ingress": [
                { "from": [own] },
                {
                    "from": [
                        { "podSelector": { "matchLabels": { "app.kubernetes.io/name": "web" } } },
                        { "namespaceSelector": { "matchLabels": { "team": "x" } } },
                        { "ipBlock": { "cidr": "10.0.0.0/8" } },
                    ],
                    "ports": [{ "port": 5432, "protocol": "TCP" }],
                },
            ],
        })
    );
}

#[test]
fn without_a_port_nobody_else_may_connect() {
    let mut pg = stateful("pg");
    pg.main.ports.clear();
    pg.network = Some(NetworkAccess { from: vec![v("web")], ..NetworkAccess::default() });
    let built = build(&stack(vec![item(pg)]));
    assert_eq!(list(&built.get("NetworkPolicy", "pg")["spec"]["ingress"]).len(), 1);
}

fn policy(ingress: Option<Vec<NetworkRule>>, egress: Option<Vec<NetworkRule>>) -> Value {
    let policy = NetworkPolicy { name: v("p"), meta: Meta::default(), selects: None, ingress, egress };
    build(&stack(vec![Item::NetworkPolicy(policy)])).get("NetworkPolicy", "p")["spec"].clone()
}

#[test]
fn nothing_and_everything() {
    let everyone = policy(Some(vec![NetworkRule::default()]), None);
    assert_eq!(everyone, json!({ "podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}] }));
    let nobody = policy(Some(Vec::new()), Some(Vec::new()));
    let expected = json!({ "podSelector": {}, "policyTypes": ["Ingress", "Egress"], "ingress": [], "egress": [] });
    assert_eq!(nobody, expected);
}

#[test]
fn peers() {
    let peer = |peer| {
        policy(None, Some(vec![NetworkRule { peers: vec![peer], ports: Vec::new() }]))["egress"][0]["to"][0].clone()
    };
    // The API refuses a peer that is `{}`.
    assert_eq!(peer(Peer::Pods { labels: Vec::new(), namespaces: None }), json!({ "podSelector": {} }));
    assert_eq!(
        peer(Peer::Pods { labels: Vec::new(), namespaces: Some(Vec::new()) }),
        json!({ "namespaceSelector": {} })
    );
    assert_eq!(
        peer(Peer::Pods { labels: pairs(&[("a", "b")]), namespaces: Some(pairs(&[("c", "d")])) }),
        json!({ "podSelector": { "matchLabels": { "a": "b" } }, "namespaceSelector": { "matchLabels": { "c": "d" } } })
    );
    assert_eq!(
        peer(Peer::Addresses { cidr: v("10.0.0.0/8"), except: vec![v("10.1.0.0/16")] }),
        json!({ "ipBlock": { "cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"] } })
    );
}
