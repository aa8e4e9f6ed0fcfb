//! A plan shows that a secret changed, never what it is.

use serde_json::{Value, json};
use statefulapp_core::plan::{Plan, plan};

use super::{one, only, postgres, set, unknown_program};

const OLD: &str = "hunter2-old";
const NEW: &str = "hunter2-new";

/// Neither the text, nor JSON, nor `Debug` has the old or the new secret, as it is or as base64.
#[track_caller]
fn hides(plan: &Plan) {
    assert!(!plan.changes.is_empty());
    let shown = format!("{plan}\n{}\n{plan:?}", plan.to_json());
    for secret in [OLD, NEW, "aHVudGVyMi1vbGQ", "aHVudGVyMi1uZXc"] {
        assert!(!shown.contains(secret), "{secret} is in {shown}");
    }
}

fn secret(field: &str, value: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, field: {"password": value, "user": value}})
}

#[test]
fn data_of_secrets() {
    let changed = one(secret("stringData", OLD), secret("stringData", NEW));
    hides(&changed);
    assert_eq!(changed.changes[0].old, Some(json!("<redacted>")));
    assert_eq!(changed.changes[0].new, Some(json!("<redacted, changed>")));
    assert!(changed.to_string().contains("data.password: <redacted> → <redacted, changed>"), "{changed}");

    let base64 = |text: &str| if text == OLD { "aHVudGVyMi1vbGQ=" } else { "aHVudGVyMi1uZXc=" };
    hides(&one(secret("data", base64(OLD)), secret("data", base64(NEW))));
    // All of it added, removed, or broken.
    let empty = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}});
    hides(&one(empty.clone(), secret("stringData", NEW)));
    hides(&one(secret("stringData", OLD), empty));
    hides(&one(secret("data", base64(OLD)), secret("data", NEW)));
    hides(&plan(&[], &[secret("stringData", NEW)]));
}

#[test]
fn a_number_that_somebody_forgot_to_quote() {
    let number = |value: u64| json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"pin": value}});
    let plan = one(number(12_345_678), number(87_654_321));
    let shown = format!("{plan}{}{plan:?}", plan.to_json());
    assert!(!shown.contains("12345678") && !shown.contains("87654321"), "{shown}");
    let variable = |value: Value| {
        set(unknown_program(), "spec.template.spec.containers.0.env", json!([{"name": "DB_PASSWORD", "value": value}]))
    };
    let plan = one(variable(json!("x")), variable(json!(87_654_321)));
    assert!(!format!("{plan}{plan:?}").contains("87654321"), "{plan}");
}

#[test]
fn literal_variables_flags_and_addresses() {
    let container = "spec.template.spec.containers.0";
    let changed = |field: &str, value: fn(&str) -> Value| {
        let with = |secret| set(unknown_program(), &format!("{container}.{field}"), value(secret));
        one(with(OLD), with(NEW))
    };
    for name in ["DB_PASSWORD", "API_TOKEN", "CLIENT_SECRET", "AWS_SECRET_ACCESS_KEY", "PGPASSFILE", "rootPwd"] {
        let with = |secret: &str| {
            set(unknown_program(), &format!("{container}.env"), json!([{"name": name, "value": secret}]))
        };
        hides(&one(with(OLD), with(NEW)));
        // Added and removed as a whole.
        hides(&one(unknown_program(), with(NEW)));
        hides(&one(with(OLD), unknown_program()));
    }
    hides(&changed("args", |secret| json!(["--requirepass", secret])));
    hides(&changed("args", |secret| json!([format!("--password={secret}")])));
    hides(&changed("command", |secret| json!(["sh", "-c", format!("PGPASSWORD={secret} psql")])));
    hides(&changed("env", |secret| json!([{"name": "URL", "value": format!("postgres://me:{secret}@db/app")}])));
    // A new container with all of it.
    let sidecar =
        json!({"name": "side", "image": "a:1", "env": [{"name": "PASSWORD", "value": NEW}], "args": ["--token", NEW]});
    hides(&one(unknown_program(), set(unknown_program(), "spec.template.spec.containers.1", sidecar)));
}

#[test]
fn ordinary_values_are_shown() {
    let with = |value: &str| {
        set(unknown_program(), "spec.template.spec.containers.0.env", json!([{"name": "LOG", "value": value}]))
    };
    let plan = one(with("info"), with("debug"));
    assert_eq!((&only(&plan).old, &only(&plan).new), (&Some(json!("info")), &Some(json!("debug"))));
    // Where a secret is, is none.
    let reference =
        |name: &str| set(postgres(), "spec.template.spec.containers.0.env.1.valueFrom.secretKeyRef.name", json!(name));
    let plan = one(reference("a"), reference("b"));
    assert_eq!(only(&plan).new, Some(json!("b")));
}

#[test]
fn files_of_configuration_line_by_line() {
    let config = |text: String| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"redis.conf": text}});
    let file = |secret: &str, memory: &str| config(format!("maxmemory {memory}\nrequirepass {secret}\nport 6379\n"));
    let plan = one(file(OLD, "1gb"), file(NEW, "2gb"));
    hides(&plan);
    assert!(plan.to_string().contains("+ maxmemory 2gb"), "{plan}");
    hides(&one(file(OLD, "1gb"), file(NEW, "1gb")));
    for line in ["password = {}", "\"password\": \"{}\"", "db_password: {}", "primaryauth_token={}"] {
        let with = |secret: &str| config(line.replace("{}", secret) + "\n");
        hides(&one(with(OLD), with(NEW)));
    }
    let key = |secret: &str| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"api-token": secret}});
    hides(&one(key(OLD), key(NEW)));
}

#[test]
fn fields_of_unknown_kinds() {
    let custom = |secret: &str| {
        json!({"apiVersion": "example.com/v1", "kind": "Database", "metadata": {"name": "a"},
               "spec": {"adminPassword": secret, "users": [{"name": "x", "password": secret}]}})
    };
    hides(&one(custom(OLD), custom(NEW)));
}
