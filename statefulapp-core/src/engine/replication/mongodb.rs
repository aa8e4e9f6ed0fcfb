//! MongoDB: a replica set, formed by a Job that may be interrupted and repeated.
//!
//! The Job adds members one by one, which is why all of them may have data, and initiates a set only when all members answer that
//! they are in none: one that lost its volume joins the set that the others have. See `docs/decisions/008-replica-sets-form-by-a-job.md`.

use super::super::draft::{Draft, exec, probe};
use super::super::peers;
use crate::model::{Engine, EnvValue, EnvVar, Mount};
use crate::value::{EnvName, Label, MountPath};

/// The name of the set, if the declaration names none.
const SET: &str = "rs0";

/// Where the key is: in memory, and readable by the server alone, which insists on that.
const RUN: &str = "/run/keyfile";

/// What writes it there. The Secret itself would be mounted with the rights of the volumes' group.
const KEY_FILE: &str = "umask 077\nprintf %s \"$KEY\" >/run/keyfile/new\nchmod 400 /run/keyfile/new\nmv -f /run/keyfile/new /run/keyfile/key\n";

/// A member serves reads or writes: one that copies the data, or is in no set, does not.
const READY: &str = "const h = db.hello(); quit(h.isWritablePrimary || h.secondary ? 0 : 1)";

/// What runs before the image's entrypoint.
const SCRIPT: &str = include_str!("mongodb.sh");

/// The name of the replica set.
pub(crate) fn set_name(engine: &Engine) -> &str {
    engine.cluster.as_deref().unwrap_or(SET)
}

/// Adds the set's name, the key file and the Job that forms the set.
pub(in crate::engine) fn complete(draft: &mut Draft<'_>) {
    let set = set_name(draft.engine).to_owned();
    draft.pod_name();
    draft.env("PRIMARY_ORDINAL", draft.app.first_ordinal().to_string());
    draft.arg("--replSet", &["--replSet", &set]);
    if let Some(secret) = draft.engine.cluster_secret.clone() {
        draft.scratch("keyfile", RUN, true, Some(1 << 20));
        let mount = |name: &'static str, path: &'static str| Mount {
            volume: Label::__checked(name),
            path: MountPath::__checked(path),
            sub_path: None,
            read_only: false,
        };
        let env = EnvVar { name: EnvName::__checked("KEY"), value: EnvValue::SecretKey(secret) };
        draft.init("key-file", KEY_FILE, vec![env], vec![mount("keyfile", RUN)]);
        draft.arg("--keyFile", &["--keyFile", &format!("{RUN}/key")]);
    }
    draft.readiness(probe(exec(&["mongosh", "--quiet", "--norc", "--eval", READY]), 10, 10, 3));
    draft.before(SCRIPT, "docker-entrypoint.sh", &["mongod"]);
    form(draft, &set);
}

/// The Job that forms the set.
fn form(draft: &mut Draft<'_>, set: &str) {
    let (stack, app) = (draft.stack, draft.app.clone());
    let mut env = draft.environment();
    env.retain(|env| matches!(env.name.as_str(), "MONGO_INITDB_ROOT_USERNAME" | "MONGO_INITDB_ROOT_PASSWORD"));
    if stack.namespace.is_none()
        && let Ok(field) = "metadata.namespace".parse()
    {
        env.push(EnvVar { name: EnvName::__checked("POD_NAMESPACE"), value: EnvValue::Field(field) });
    }
    let members: Vec<String> =
        peers::ordinals(&app).map(|ordinal| format!("{}:27017", peers::full_host(stack, &app, ordinal))).collect();
    for (name, value) in [("MEMBERS", members.join(" ").as_str()), ("REPLICA_SET", set)] {
        env.push(EnvVar { name: EnvName::__checked(name), value: value.into() });
    }
    let script = include_str!("mongodb-form.js");
    super::form(draft, ["mongosh", "--quiet", "--norc", "--nodb", "--eval", script].map(str::to_owned).into(), env);
}
