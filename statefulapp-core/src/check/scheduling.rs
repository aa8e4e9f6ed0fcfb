//! Where pods run, what they tolerate, how they resolve names.

use super::pods::{Pod, pods};
use crate::finding::{Finding, Path};
use crate::model::{Affinity, App, Dns, DnsPolicy, Names, Strength, TaintEffect, Toleration};
use crate::value::AppName;
use crate::view::View;
use std::collections::HashMap;

/// A topology key is spread over once in each strength.
pub(super) fn duplicate_spread(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, app) in view.apps() {
        let at = Path::item(n).key("spread");
        let mut first: HashMap<(&str, bool), usize> = HashMap::new();
        for (i, spread) in app.spread.iter().flatten().enumerate() {
            match first.get(&(spread.over.as_str(), spread.required)) {
                None => drop(first.insert((spread.over.as_str(), spread.required), i)),
                Some(&before) => out.push(
                    Finding::error(
                        "duplicate-spread",
                        at.index(i).the_key(),
                        format!("`{}` is spread over `{}` twice", app.name, spread.over),
                    )
                    .help("remove one of the two")
                    .also(at.index(before).the_key(), "first declared")
                    .looked_at(at.index(i).key("required"))
                    .looked_at(at.index(before).key("required")),
                ),
            }
        }
    }
}

/// Domains differ by one pod at least, and their least number counts only where pods wait.
pub(super) fn spread_numbers(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, app) in view.apps() {
        for (i, spread) in app.spread.iter().flatten().enumerate() {
            let at = Path::item(n).key("spread").index(i);
            if spread.max_skew == Some(0) {
                out.push(
                    Finding::error(
                        "spread-skew",
                        at.key("max_skew"),
                        "domains cannot differ by no pod: `max_skew` is 0",
                    )
                    .help("write 1 or more"),
                );
            }
            match spread.min_domains {
                Some(0) => out.push(
                    Finding::error(
                        "spread-min-domains",
                        at.key("min_domains"),
                        "`min_domains` is 0, and a pod is in one domain",
                    )
                    .help("write 1 or more, or leave it out"),
                ),
                Some(_) if !spread.required => out.push(
                    Finding::error(
                        "spread-min-domains",
                        at.key("min_domains").the_key(),
                        "`min_domains` counts only where pods wait for a place",
                    )
                    .help("add `required: true`, or remove it")
                    .looked_at(at.key("required")),
                ),
                _ => {}
            }
        }
    }
}

/// Wishes and conditions about neighbours can be met together.
pub(super) fn affinity(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, app) in view.apps() {
        let Some(affinity) = &app.affinity else { continue };
        let at = Path::item(n).key("affinity");
        for (i, (name, _)) in affinity.away_from.iter().enumerate().filter(|(_, (name, _))| *name == app.name) {
            out.push(
                Finding::error(
                    "affinity-self",
                    at.key("away_from").index(i).the_key(),
                    format!("`{name}` cannot keep away from itself"),
                )
                .help("write `apart: Required` to keep its pods on different hosts")
                .looked_at(Path::item(n)),
            );
        }
        for (i, (name, strength)) in affinity.near.iter().enumerate() {
            let near = at.key("near").index(i).the_key();
            contradiction(app, n, affinity, name, *strength, &near, &view.stack, out);
        }
    }
}

#[allow(clippy::too_many_arguments, reason = "one place that knows all sides of a contradiction")]
fn contradiction(
    app: &App,
    n: usize,
    affinity: &Affinity,
    name: &AppName,
    strength: Strength,
    near: &Path,
    stack: &Names<'_>,
    out: &mut Vec<Finding>,
) {
    if strength != Strength::Required {
        return;
    }
    let must_leave = |from: &[(AppName, Strength)], name: &AppName| {
        from.iter().position(|(other, strength)| other == name && *strength == Strength::Required)
    };
    let away = Path::item(n).key("affinity");
    let other = if *name == app.name {
        (affinity.apart == Some(Strength::Required))
            .then(|| (away.key("apart"), "its pods run on different hosts".to_owned()))
    } else if let Some(i) = must_leave(&affinity.away_from, name) {
        Some((away.key("away_from").index(i), "it keeps away from it too".to_owned()))
    } else {
        stack.app_at(name.as_str()).and_then(|(m, theirs)| {
            let i = must_leave(&theirs.affinity.as_ref()?.away_from, &app.name)?;
            Some((Path::item(m).key("affinity").key("away_from").index(i), format!("`{name}` keeps away from it")))
        })
    };
    if let Some((other, why)) = other {
        out.push(
            Finding::error(
                "affinity-contradiction",
                near.clone(),
                format!("`{}` must run on a host of `{name}`, but {why}: no pod of it ever runs", app.name),
            )
            .help("remove one of the two, or make it `Preferred`")
            .also(other, "the other one is declared"),
        );
    }
}

/// A node can have what is asked of it.
pub(super) fn node_labels(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, app) in view.apps() {
        let Some(affinity) = &app.affinity else { continue };
        let at = Path::item(n);
        for (key, labels) in [("nodes", &affinity.nodes), ("preferred_nodes", &affinity.preferred_nodes)] {
            for (label, values) in labels.iter() {
                let place = at.key("affinity").key(key).key(label.to_string());
                if values.is_empty() {
                    out.push(
                        Finding::error("list-empty", place, format!("`{label}` allows no value"))
                            .help("list the values that a node may have"),
                    );
                    continue;
                }
                let selected = app.node_selector.iter().find(|(other, _)| other == label);
                if let Some((_, value)) = selected.filter(|(_, value)| key == "nodes" && !values.contains(value)) {
                    let mut finding = Finding::error(
                        "node-contradiction",
                        place.clone(),
                        format!("no node has `{label}` as asked here and as `{value}`, which `node_selector` asks for"),
                    )
                    .help("remove one of the two")
                    .also(at.key("node_selector").key(label.to_string()), "the other one is declared");
                    for i in 0..values.len() {
                        finding = finding.looked_at(place.index(i));
                    }
                    out.push(finding);
                }
            }
        }
    }
}

/// Pods that never share a host have as many hosts as there are pods.
pub(super) fn apart_impossible(view: &View<'_>, out: &mut Vec<Finding>) {
    const HOST: &str = "kubernetes.io/hostname";
    for (n, app) in view.apps() {
        // An engine may keep its members apart by itself.
        let Some(full) = view.completed_app(n) else { continue };
        let apart = full.affinity.as_ref().and_then(|affinity| affinity.apart) == Some(Strength::Required);
        let at = Path::item(n);
        let selected = app.node_selector.iter().find(|(label, _)| label.as_str() == HOST).map(|_| ("node_selector", 1));
        let nodes = app.affinity.iter().flat_map(|affinity| &affinity.nodes);
        let mut listed = nodes.filter(|(label, _)| label.as_str() == HOST).map(|(_, values)| ("nodes", values.len()));
        let Some((key, hosts)) = selected.or_else(|| listed.next()).filter(|_| apart) else { continue };
        let pods = app.replicas();
        if usize::try_from(pods).is_ok_and(|pods| pods > hosts) {
            let place = if key == "nodes" { at.key("affinity").key(key) } else { at.key(key) };
            let finding = Finding::error(
                "apart-impossible",
                place.key(HOST),
                format!("{pods} pods that never share a host have no room on {hosts}: the others wait for ever"),
            )
            .help(format!("name {pods} hosts or none, or write `affinity: {{ apart: Preferred }}`"))
            .looked_at(at.key("replicas"))
            .looked_at(at.key("affinity").key("apart"))
            .looked_at(at.key("engine"));
            out.push(finding);
        }
    }
}

/// A toleration names a key if it names a value, and lasts only where pods are driven out.
pub(super) fn tolerations(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in pods(view) {
        for (i, toleration) in pod.tolerations.iter().enumerate() {
            let at = pod.at.key("tolerations").index(i);
            let Toleration { key, value, effect, duration } = toleration;
            if value.is_some() && key.is_none() {
                out.push(
                    Finding::error(
                        "toleration-value",
                        at.key("value").the_key(),
                        "`value` needs the `key` that it is the value of",
                    )
                    .help("add `key`, or remove `value` to tolerate every taint")
                    .looked_at(at.key("key")),
                );
            }
            if duration.is_some() && *effect != Some(TaintEffect::NoExecute) {
                out.push(
                    Finding::error(
                        "toleration-duration",
                        at.key("duration").the_key(),
                        "`duration` needs the effect NoExecute: no other one drives pods out",
                    )
                    .help("add `effect: NoExecute`, or remove `duration`")
                    .looked_at(at.key("effect")),
                );
            }
        }
    }
}

/// What the resolver takes.
pub(super) fn dns(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in pods(view) {
        if let Some(dns) = pod.app.and_then(|app| app.dns.as_ref()) {
            of_dns(&pod, dns, out);
        }
    }
}

fn of_dns(pod: &Pod<'_>, dns: &Dns, out: &mut Vec<Finding>) {
    const SERVERS: usize = 3;
    const SEARCHES: usize = 32;
    const SEARCH_LENGTH: usize = 2048;
    let at = pod.at.key("dns");
    if dns.policy == Some(DnsPolicy::None) && dns.nameservers.is_empty() {
        out.push(
            Finding::error("dns-none", at.key("policy"), "`policy: None` looks names up nowhere without `nameservers`")
                .help("add `nameservers`, or choose another policy")
                .looked_at(at.key("nameservers")),
        );
    }
    if dns.nameservers.len() > SERVERS {
        out.push(
            Finding::error(
                "dns-too-many",
                at.key("nameservers").index(SERVERS),
                format!("a resolver asks {SERVERS} name servers at most, not {}", dns.nameservers.len()),
            )
            .help(format!("keep {SERVERS}")),
        );
    }
    let length: usize = dns.searches.iter().map(|search| search.as_str().len() + 1).sum();
    if dns.searches.len() > SEARCHES || length > SEARCH_LENGTH + 1 {
        out.push(
            Finding::error(
                "dns-too-many",
                at.key("searches"),
                format!("a resolver takes {SEARCHES} search domains and {SEARCH_LENGTH} characters of them at most"),
            )
            .help("remove some"),
        );
    }
    for (i, (name, _)) in dns.options.iter().enumerate().filter(|(_, (name, _))| name.is_empty()) {
        out.push(
            Finding::error(
                "dns-option",
                at.key("options").index(i).the_key(),
                format!("a resolver has no option {name:?}"),
            )
            .help("write the option's name, for example `ndots: 2`"),
        );
    }
}
