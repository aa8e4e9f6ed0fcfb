//! Environment variables of a container.

use super::pods::{Placed, Role, completed_pods, pairs, pods};
use super::words::{list, repeated, written};
use crate::finding::{Finding, Path};
use crate::model::{ConfigMap, Container, EnvFrom, EnvValue, EnvVar, Item, Source};
use crate::value::{Quantity, suggest, to_name};
use crate::view::View;
use std::collections::HashSet;

/// What a container can be told of itself.
const RESOURCES: [&str; 6] = [
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
];

const CPU_DIVISORS: [&str; 2] = ["1", "1m"];
const BYTE_DIVISORS: [&str; 13] = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

/// A variable is set once.
pub(super) fn duplicate_env(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in completed_pods(view) {
        for placed in pod.containers() {
            for [(n, var), _] in repeated(&placed.container.env, |var| var.name.as_str()) {
                out.push(
                    Finding::error(
                        "duplicate-env",
                        placed.at.key("env").index(n).the_key(),
                        format!("variable `{}` of {} is set twice", var.name, placed.describe()),
                    )
                    .help("remove one of the two")
                    .also(placed.at.key("env").key(&var.name).the_key(), "first declared"),
                );
            }
        }
    }
}

/// `$(NAME)` stands for a variable that is set before it; else it stays as it is written.
pub(super) fn env_reference_unknown(view: &View<'_>, out: &mut Vec<Finding>) {
    let sources = Sources::new(view);
    for (pod, full) in pairs(view) {
        // Variables of every Service of the namespace are known to the cluster only.
        if pod.app.is_some_and(|app| app.service_links == Some(true)) {
            continue;
        }
        for placed in pod.containers() {
            let container = full.container(placed.role, placed.container.name.as_str()).unwrap_or(placed.container);
            let refers = |var: &EnvVar| matches!(&var.value, EnvValue::Text(text) if refers(text));
            if !container.env.iter().any(refers) {
                continue;
            }
            if let Known::Names(mut names) = sources.given(&placed, container, pod.name) {
                references_of(&placed, container, &mut names, out);
            }
        }
    }
    group_references(view, &sources, out);
}

/// A group's variables come before those of its members, and after what whole ConfigMaps and Secrets give.
fn group_references(view: &View<'_>, sources: &Sources<'_>, out: &mut Vec<Finding>) {
    for (n, group) in view.groups().filter(|(_, group)| !group.env.is_empty()) {
        let members: Vec<_> = group.members.iter().filter_map(|member| view.stack.app_at(member.as_str())).collect();
        if members.iter().any(|(_, app)| app.service_links == Some(true)) {
            continue;
        }
        let mut known = HashSet::new();
        let of_members = members.iter().flat_map(|(_, app)| &app.main.env_from);
        let all = group.env_from.iter().chain(of_members).map(|from| sources.of(std::slice::from_ref(from)));
        let mut is_open = false;
        for source in all {
            match source {
                Known::Names(names) => known.extend(names),
                Known::Anything => is_open = true,
            }
        }
        for var in group.env.iter().filter(|_| !is_open) {
            if let EnvValue::Text(text) = &var.value {
                for name in references(text).filter(|name| !known.contains(name)) {
                    let mut finding = Finding::warning(
                        "env-reference-unknown",
                        Path::item(n).key("env").key(&var.name),
                        format!(
                            "`$({name})` in `{}` refers to a variable that the group does not set before, and stays as it is written",
                            var.name
                        ),
                    )
                    .help(format!("set it before, or write `$$({name})` for the text itself"))
                    .looked_at(Path::item(n).key("env").key(name.to_owned()))
                    .looked_at(Path::item(n).key("env_from"));
                    for (member, _) in &members {
                        finding = finding.looked_at(Path::item(*member).key("env_from"));
                    }
                    out.push(finding);
                }
            }
            known.insert(var.name.as_str());
        }
    }
}

/// Every variable, of containers and of groups, and where it stands.
fn variables<'a>(view: &'a View<'a>) -> impl Iterator<Item = (Path, &'a EnvVar)> {
    let of_groups = view.groups().flat_map(|(n, group)| variables_of(&Path::item(n), &group.env));
    pods(view)
        .flat_map(|pod| {
            pod.containers().flat_map(|placed| variables_of(&placed.at, &placed.container.env)).collect::<Vec<_>>()
        })
        .chain(of_groups)
}

/// A text that names a key as a reference would is one in quotes: the program gets the text, not the value.
pub(super) fn quoted_reference(view: &View<'_>, out: &mut Vec<Finding>) {
    for (at, var) in variables(view) {
        let EnvValue::Text(text) = &var.value else { continue };
        let Some((item, key)) = text.split_once('.') else { continue };
        let name = to_name(item);
        let secret =
            view.stack.secret_at(&name).filter(|(_, secret)| secret.data.iter().any(|(known, _)| *known == *key));
        let config = || view.stack.config_map_at(&name).filter(|(_, config)| config.keys().any(|known| *known == *key));
        let of = secret.map(|(n, _)| ("Secret", n)).or_else(|| config().map(|(n, _)| ("ConfigMap", n)));
        let Some((kind, n)) = of else { continue };
        let is_ident = key.starts_with(|c: char| c.is_ascii_alphabetic())
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let reference = if is_ident { format!(".{key}") } else { format!("[{key:?}]") };
        out.push(
            Finding::warning(
                "env-quoted-reference",
                at,
                format!("`{}` is the text \"{text}\", and not what that key of the {kind} `{name}` holds", var.name),
            )
            .help(format!("write {}{reference} without quotes around it", written(&name)))
            .looked_at(Path::item(n))
            .looked_at(Path::item(n).key(key.to_owned())),
        );
    }
}

fn variables_of<'a>(at: &Path, env: &'a [EnvVar]) -> Vec<(Path, &'a EnvVar)> {
    env.iter().map(|var| (at.key("env").key(&var.name), var)).collect()
}

/// `$(NAME)` in a sub-path stands for a variable of the container; the kubelet starts no container that lacks it.
pub(super) fn sub_path_variable(view: &View<'_>, out: &mut Vec<Finding>) {
    let sources = Sources::new(view);
    for (pod, full) in pairs(view) {
        if pod.app.is_some_and(|app| app.service_links == Some(true)) {
            continue;
        }
        for placed in pod.containers() {
            let own = placed.container.mounts.iter().filter_map(|mount| mount.sub_path.as_ref());
            let kept = pod.storage.iter().filter_map(|volume| volume.sub_path.as_ref());
            if !own.chain(kept).any(|path| refers(path.as_str())) {
                continue;
            }
            let container = full.container(placed.role, placed.container.name.as_str()).unwrap_or(placed.container);
            let Known::Names(mut known) = sources.given(&placed, container, pod.name) else { continue };
            known.extend(container.env.iter().map(|var| var.name.as_str()));
            let own = placed.container.mounts.iter().filter_map(|mount| {
                let at = placed.at.key("mounts").key(mount.volume.to_string());
                Some((at.key("sub_path"), mount.sub_path.as_ref()?))
            });
            let kept = pod.storage.iter().filter(|_| placed.role == Role::Main).filter_map(|volume| {
                let at = pod.at.key("storage").key(&volume.name);
                Some((at.key("sub_path"), volume.sub_path.as_ref()?))
            });
            for (at, path) in own.chain(kept) {
                let Some(name) = references(path.as_str()).find(|name| !known.contains(name)) else { continue };
                let help = match suggest(name, known.iter().copied()) {
                    Some(near) => format!("did you mean `$({near})`?"),
                    None => format!("set it: `env: {{ {name}: field(\"metadata.name\") }}`"),
                };
                let finding = Finding::error(
                    "sub-path-variable",
                    at,
                    format!("`$({name})` is no variable of {}", placed.describe()),
                );
                out.push(
                    finding
                        .help(help)
                        .looked_at(placed.at.key("env").key(name.to_owned()))
                        .looked_at(placed.at.key("env_from")),
                );
            }
        }
    }
}

fn references_of<'a>(
    placed: &Placed<'a>,
    container: &'a Container,
    known: &mut HashSet<&'a str>,
    out: &mut Vec<Finding>,
) {
    for var in &container.env {
        if let EnvValue::Text(text) = &var.value {
            for name in references(text).filter(|name| !known.contains(name)) {
                let later = container.env.iter().any(|other| other.name == *name);
                let why = match (later, name == var.name.as_str()) {
                    (_, true) => "itself",
                    (true, _) => "a variable that is set after it",
                    (false, _) => "a variable that is not set here",
                };
                let names = container.env.iter().map(|var| var.name.as_str()).filter(|other| *other != name);
                let help = match suggest(name, names) {
                    _ if later && name != var.name.as_str() => format!("move `{name}` before `{}`", var.name),
                    Some(near) if near != var.name.as_str() => format!("did you mean `$({near})`?"),
                    _ => format!("set it before, or write `$$({name})` for the text itself"),
                };
                let finding = Finding::warning(
                    "env-reference-unknown",
                    placed.at.key("env").key(&var.name),
                    format!("`$({name})` in `{}` refers to {why}, and stays as it is written", var.name),
                );
                out.push(
                    finding
                        .help(help)
                        .looked_at(placed.at.key("env").key(name.to_owned()))
                        .looked_at(placed.at.key("env_from")),
                );
            }
        }
        known.insert(var.name.as_str());
    }
    // A shell's own `$(…)` looks the same, so that here only what is almost a variable is worth a word.
    for (key, words) in [("command", &container.command), ("args", &container.args)] {
        for (n, word) in words.iter().enumerate() {
            for name in references(word).filter(|name| !known.contains(name)) {
                let Some(near) = suggest(name, known.iter().copied()) else { continue };
                out.push(
                    Finding::warning(
                        "env-reference-unknown",
                        placed.at.key(key).index(n),
                        format!("`$({name})` refers to a variable that is not set here, and stays as it is written"),
                    )
                    .help(format!("did you mean `$({near})`?"))
                    .looked_at(placed.at.key("env").key(name.to_owned())),
                );
            }
        }
    }
}

/// Whether there is anything like a reference in a text.
fn refers(text: &str) -> bool {
    text.contains("$(")
}

/// The names in `$(NAME)`; `$$` is an escaped `$`.
fn references(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (_, after) = rest.split_once('$')?;
            if let Some(escaped) = after.strip_prefix('$') {
                rest = escaped;
                continue;
            }
            rest = after;
            let Some((name, behind)) = after.strip_prefix('(').and_then(|after| after.split_once(')')) else {
                continue;
            };
            rest = behind;
            let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if is_name {
                return Some(name);
            }
        }
    })
}

/// The variables that whole ConfigMaps and Secrets give.
struct Sources<'a> {
    view: &'a View<'a>,
}

enum Known<'a> {
    Names(HashSet<&'a str>),
    /// A source whose keys are not known, or that has a prefix.
    Anything,
}

impl<'a> Sources<'a> {
    fn new(view: &'a View<'a>) -> Self {
        Self { view }
    }

    /// The ConfigMap of a name: what an engine adds is only for its own app.
    fn config_map(&self, name: &str) -> Option<&'a ConfigMap> {
        let generated = || {
            self.view.generated().find_map(|item| match item {
                Item::ConfigMap(config) if config.name.as_str() == name => Some(config),
                _ => None,
            })
        };
        self.view.stack.config_map(name).or_else(generated)
    }

    /// The keys of an object, if all are known.
    fn keys(&self, source: &Source) -> Option<Vec<&'a str>> {
        match source {
            Source::ConfigMap(name) => {
                let config = self.config_map(name.as_str()).filter(|config| !config.is_extern)?;
                Some(config.keys().map(|key| key.as_str()).collect())
            }
            Source::Secret(name) => {
                let secret = self.view.stack.secret(name.as_str()).filter(|secret| !secret.is_extern)?;
                Some(secret.data.iter().map(|(key, _)| key.as_str()).collect())
            }
        }
    }

    fn of(&self, env_from: &[EnvFrom]) -> Known<'a> {
        let mut names = HashSet::new();
        for from in env_from {
            match self.keys(&from.source) {
                Some(keys) if from.prefix.is_none() => names.extend(keys),
                _ => return Known::Anything,
            }
        }
        Known::Names(names)
    }

    /// What a container is given before its own variables: of whole ConfigMaps and Secrets, and of its app's groups.
    fn given(&self, placed: &Placed<'a>, container: &Container, pod: &str) -> Known<'a> {
        let Known::Names(mut names) = self.of(&container.env_from) else { return Known::Anything };
        for group in self.view.stack.groups_of(pod).filter(|_| placed.role == Role::Main) {
            names.extend(group.env.iter().map(|var| var.name.as_str()));
            let Known::Names(more) = self.of(&group.env_from) else { return Known::Anything };
            names.extend(more);
        }
        Known::Names(names)
    }
}

/// `resource(…)` names a request or limit of cpu, memory or storage, in a unit of it.
pub(super) fn resource_fields(view: &View<'_>, out: &mut Vec<Finding>) {
    for (at, var) in variables(view) {
        let EnvValue::Resource { resource, divisor } = &var.value else { continue };
        if !is_resource(resource) {
            out.push(
                Finding::error(
                    "resource-field-unknown",
                    at.index(0),
                    format!("\"{resource}\" is not a resource that a container can be told of"),
                )
                .help(match suggest(resource, RESOURCES) {
                    Some(near) => format!("did you mean \"{near}\"?"),
                    None => format!("write one of {}", list(RESOURCES)),
                }),
            );
        } else if let Some(divisor) = divisor.as_ref().filter(|divisor| !is_divisor(resource, divisor)) {
            let divisors = if is_cpu(resource) { &CPU_DIVISORS[..] } else { &BYTE_DIVISORS[..] };
            out.push(
                Finding::error(
                    "resource-divisor",
                    at.index(1),
                    format!("\"{divisor}\" is not a unit that `{resource}` can be counted in"),
                )
                .help(format!("write one of {}", list(divisors)))
                .looked_at(at.index(0)),
            );
        }
    }
}

/// A container without a limit is told what the node has.
pub(super) fn resource_unset(view: &View<'_>, out: &mut Vec<Finding>) {
    for (pod, full) in pairs(view) {
        for placed in pod.containers() {
            let container = full.container(placed.role, placed.container.name.as_str()).unwrap_or(placed.container);
            for var in &placed.container.env {
                let EnvValue::Resource { resource, .. } = &var.value else { continue };
                if !is_resource(resource) || is_set(container, resource) {
                    continue;
                }
                let amount = placed.at.key("resources").key(resource_name(resource).to_owned());
                out.push(
                    Finding::warning(
                        "resource-field-unset",
                        placed.at.key("env").key(&var.name).index(0),
                        format!(
                            "{} has no `{resource}`, and `{}` then holds what the node has",
                            placed.describe(),
                            var.name
                        ),
                    )
                    .help("set it in `resources`")
                    .looked_at(amount.index(0))
                    .looked_at(amount.index(1)),
                );
            }
        }
    }
}

fn is_resource(resource: &str) -> bool {
    RESOURCES.contains(&resource)
        || ["limits.", "requests."].iter().any(|part| {
            resource.strip_prefix(part).is_some_and(|name| name.starts_with("hugepages-") && name.len() > 10)
        })
}

fn is_cpu(resource: &str) -> bool {
    resource_name(resource) == "cpu"
}

fn resource_name(resource: &str) -> &str {
    resource.split_once('.').map_or(resource, |(_, name)| name)
}

fn is_divisor(resource: &str, divisor: &Quantity) -> bool {
    let divisors = if is_cpu(resource) { &CPU_DIVISORS[..] } else { &BYTE_DIVISORS[..] };
    divisors.contains(&divisor.canonical().as_ref())
}

/// A limit stands in for a request that is left out.
fn is_set(container: &Container, resource: &str) -> bool {
    container
        .resources
        .iter()
        .filter(|known| known.name == *resource_name(resource))
        .any(|known| known.limit.is_some() || (resource.starts_with("requests.") && known.request.is_some()))
}

/// A variable that a program reads is not given by a Rust string with a NUL byte in it.
pub(super) fn env_nul(view: &View<'_>, out: &mut Vec<Finding>) {
    for (at, var) in variables(view) {
        if matches!(&var.value, EnvValue::Text(text) if text.contains('\0')) {
            out.push(
                Finding::error(
                    "env-nul",
                    at,
                    format!("the value of `{}` has a NUL byte, and no environment can hold one", var.name),
                )
                .help("remove it"),
            );
        }
    }
    for pod in pods(view) {
        for placed in pod.containers() {
            for (key, words) in [("command", &placed.container.command), ("args", &placed.container.args)] {
                for (n, _) in words.iter().enumerate().filter(|(_, word)| word.contains('\0')) {
                    out.push(
                        Finding::error(
                            "env-nul",
                            placed.at.key(key).index(n),
                            format!("a word of `{key}` has a NUL byte, and no program can be given one"),
                        )
                        .help("remove it"),
                    );
                }
            }
        }
    }
}
