//! Pictures of graphs, measured in a browser: nothing overlaps, no line crosses a box, every text is inside its box.
//!
//! Needs Chromium (Debian's package `chromium`); without it the test says so and passes.

use serde_json::{Value, json};
use statefulapp::graph::Graph;
use std::process::Command;

/// The program, under the names that it has.
fn browser() -> Option<&'static str> {
    let runs = |name: &&str| Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success());
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find(runs)
}

/// What the page says of a picture: the first line counts, the others are what is wrong.
fn measure(browser: &str, svg: &str) -> String {
    let page = include_str!("graph_browser/measure.html").replace("<!-- PICTURE -->", svg);
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("picture.html");
    std::fs::write(&path, page).unwrap();
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--dump-dom"])
        .arg(format!("--user-data-dir={}", place.path().join("profile").display()))
        .arg(format!("file://{}", path.display()))
        .output()
        .unwrap();
    let page = String::from_utf8(output.stdout).unwrap();
    let result = page.split_once("<pre id=\"result\">").and_then(|(_, rest)| rest.split_once("</pre>"));
    result.unwrap_or_else(|| panic!("the browser gave no result:\n{page}")).0.trim().to_owned()
}

fn service(name: &str, app: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
        "spec": {"selector": {"app": app}, "ports": [{"port": 5432}]}})
}

fn app(name: &str, env: &[(&str, &str)], secrets: &[&str]) -> Value {
    let env: Vec<_> = env.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    let secrets: Vec<_> = secrets.iter().map(|name| json!({"secretRef": {"name": name}})).collect();
    json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": name}, "spec": {
        "replicas": 3,
        "volumeClaimTemplates": [{"metadata": {"name": "data"},
            "spec": {"storageClassName": "fast", "resources": {"requests": {"storage": "10Gi"}}}}],
        "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [
            {"name": name, "image": "registry.example.com/a/rather/long/path/to/an/image:1.2.3-alpine", "env": env,
             "envFrom": secrets}]}},
    }})
}

/// Cycles, lines over several columns, one secret for all, long names, letters of other scripts, what must be escaped.
fn tangled() -> Vec<Value> {
    let mut objects = vec![
        app("a", &[("B", "http://b:80"), ("C", "c:1")], &["shared", "only-a"]),
        app("b", &[("C", "c-0.c:1")], &["shared"]),
        app("c", &[("A", "tcp://a:1"), ("D", "d.default.svc.cluster.local")], &["shared"]),
        app("d", &[], &["shared", "a-name-that-is-longer-than-any-sensible-name-would-ever-be-in-a-cluster-of-mine"]),
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "<b>&\"alone\"'"}, "data": {"k": "v"}}),
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "設定設定設定設定"}, "data": {}}),
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "web"}, "spec": {
            "tls": [{"secretName": "shared"}],
            "rules": [{"host": "shop.example.com", "http": {"paths": [
                {"backend": {"service": {"name": "a"}}}, {"backend": {"service": {"name": "d"}}}]}}]}}),
    ];
    objects.extend(["a", "b", "c", "d"].map(|name| service(name, name)));
    objects.extend((0..12).map(|n| service(&format!("extra-{n}"), "d")));
    objects
}

#[test]
fn pictures_are_readable() {
    let Some(browser) = browser() else {
        println!("skipped: no chromium");
        return;
    };
    let svg = Graph::of_objects("tangled <&> \"stack\"", &tangled()).to_svg();
    assert_eq!(measure(browser, &svg), "measured 30 boxes, 39 lines");

    // The measure itself: a box that is moved over another is found.
    let height = svg.find("<rect x=").and_then(|at| svg[at..].find(" y=\"").map(|y| at + y + 4)).unwrap();
    let end = height + svg[height..].find('"').unwrap();
    let moved = format!("{}9999{}", &svg[..height], &svg[end..]);
    assert!(measure(browser, &moved).contains("is not inside its box"));
}

#[test]
fn names_are_escaped_in_every_notation() {
    let graph = Graph::of_objects("</title><script>", &tangled());
    let svg = graph.to_svg();
    assert!(!svg.contains("<script>") && !svg.contains("<b>"), "{svg}");
    assert!(svg.contains("&lt;b&gt;&amp;&quot;alone&quot;&#39;"));
    assert!(graph.to_mermaid().contains("#60;b#62;#38;#34;alone#34;#39;"));
    assert!(graph.to_dot().contains(r#"<b>&\"alone\"'"#));
}

#[test]
fn the_same_objects_give_the_same_picture() {
    let svg = || Graph::of_objects("a", &tangled()).to_svg();
    assert_eq!(svg(), svg());
}
