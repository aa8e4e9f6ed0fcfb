//! Users and privileges.

use crate::support::*;
use serde_json::{Value, json};
use statefulapp_core::model::*;

fn pod(change: impl FnOnce(&mut App)) -> Value {
    let mut pg = stateful("pg");
    pg.sidecars = vec![container("side")];
    change(&mut pg);
    build_with_exceptions(&stack(vec![item(pg)])).pod("StatefulSet", "pg").clone()
}

#[test]
fn restricted_by_default() {
    let pod = pod(|_| {});
    assert_eq!(pod["securityContext"], json!({ "runAsNonRoot": true, "seccompProfile": { "type": "RuntimeDefault" } }));
    let own = json!({ "allowPrivilegeEscalation": false, "capabilities": { "drop": ["ALL"] } });
    assert_eq!(pod["containers"][0]["securityContext"], own);
    assert_eq!(pod["containers"][1]["securityContext"], own);
    assert_eq!(pod["automountServiceAccountToken"], false);
    assert_eq!(pod["enableServiceLinks"], false);
    assert_eq!(pod["serviceAccountName"], "pg");
}

#[test]
fn users_and_groups() {
    let pod = pod(|pg| {
        let (user, group, fs_group) = (Some(999), Some(998), Some(997));
        pg.security = PodSecurity { user, group, fs_group, groups: vec![1000], ..PodSecurity::default() };
        pg.sidecars[0].security.user = Some(65534);
    });
    let context = &pod["securityContext"];
    assert_eq!(context["runAsUser"], 999);
    assert_eq!(context["runAsGroup"], 998);
    assert_eq!(context["fsGroup"], 997);
    assert_eq!(context["fsGroupChangePolicy"], "OnRootMismatch");
    assert_eq!(context["supplementalGroups"], json!([1000]));
    assert_eq!(pod["containers"][1]["securityContext"]["runAsUser"], 65534);
}

#[test]
fn root_stands_where_it_is_and_nowhere_else() {
    let by_pod = pod(|pg| {
        pg.security.user = Some(0);
        pg.sidecars[0].security.user = Some(1000);
    });
    assert_eq!(by_pod["securityContext"]["runAsNonRoot"], false);
    assert_eq!(by_pod["containers"][0]["securityContext"]["runAsNonRoot"], Value::Null);
    assert_eq!(by_pod["containers"][1]["securityContext"]["runAsNonRoot"], true);

    let by_main = pod(|pg| pg.security.main.root = true);
    assert_eq!(by_main["securityContext"]["runAsNonRoot"], true);
    assert_eq!(by_main["containers"][0]["securityContext"]["runAsNonRoot"], false);
    assert_eq!(by_main["containers"][1]["securityContext"]["runAsNonRoot"], Value::Null);

    let by_sidecar = pod(|pg| pg.sidecars[0].security.user = Some(0));
    assert_eq!(by_sidecar["containers"][0]["securityContext"]["runAsNonRoot"], Value::Null);
    assert_eq!(by_sidecar["containers"][1]["securityContext"]["runAsNonRoot"], false);
}

#[test]
fn exceptions() {
    let own = |change: fn(&mut ContainerSecurity)| {
        pod(|pg| change(&mut pg.security.main))["containers"][0]["securityContext"].clone()
    };
    // The API refuses `privileged` with `allowPrivilegeEscalation: false`.
    let privileged = own(|s| s.privileged = true);
    assert_eq!(privileged["privileged"], true);
    assert_eq!(privileged["allowPrivilegeEscalation"], true);
    assert_eq!(own(|s| s.privilege_escalation = true)["allowPrivilegeEscalation"], true);
    assert_eq!(own(|s| s.keep_capabilities = true)["capabilities"], Value::Null);
    assert_eq!(
        own(|s| s.add_capabilities = vec![v("NET_ADMIN")])["capabilities"],
        json!({ "add": ["NET_ADMIN"], "drop": ["ALL"] })
    );
    assert_eq!(own(|s| s.seccomp_unconfined = true)["seccompProfile"], json!({ "type": "Unconfined" }));
    assert_eq!(own(|s| s.read_only_root = Some(true))["readOnlyRootFilesystem"], true);
}

#[test]
fn the_reason_of_an_exception_stands_on_the_workload() {
    let mut pg = stateful("pg");
    pg.security.because = Some("the image insists".to_owned());
    let built = build(&stack(vec![item(pg)]));
    let set = built.get("StatefulSet", "pg");
    assert_eq!(set["metadata"]["annotations"]["statefulapp.dev/security-because"], "the image insists");
    assert_eq!(set["spec"]["template"]["metadata"]["annotations"], Value::Null);
}

#[test]
fn accounts() {
    let account = |token, is_extern| {
        Item::ServiceAccount(ServiceAccount {
            name: v("reader"),
            meta: Meta::default(),
            is_extern,
            token,
            pull_secrets: Vec::new(),
        })
    };
    let with = |app: App, items: Vec<Item>| {
        let mut all = vec![item(app)];
        all.extend(items);
        build(&stack(all))
    };
    let reader = || App { service_account: Some(v("reader")), ..stateful("pg") };

    let own = with(reader(), Vec::new());
    assert_eq!(own.get("ServiceAccount", "reader")["automountServiceAccountToken"], false);
    assert!(own.find("ServiceAccount", "pg").is_none());

    let declared = with(reader(), vec![account(true, false)]);
    assert_eq!(declared.get("ServiceAccount", "reader")["automountServiceAccountToken"], true);
    assert_eq!(declared.pod("StatefulSet", "pg")["automountServiceAccountToken"], true);
    let refused = with(App { service_account_token: Some(false), ..reader() }, vec![account(true, false)]);
    assert_eq!(refused.pod("StatefulSet", "pg")["automountServiceAccountToken"], false);

    assert!(with(reader(), vec![account(false, true)]).find("ServiceAccount", "reader").is_none());
    let default = App { service_account: Some(v("default")), ..stateful("pg") };
    assert!(with(default, Vec::new()).find("ServiceAccount", "default").is_none());
    // Two apps with one account make it once, which `build` checks.
    with(reader(), vec![item(App { service_account: Some(v("reader")), ..stateful("other") })]);
}
