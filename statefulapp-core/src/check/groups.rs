//! Groups of apps.

use crate::finding::{Finding, Path};
use crate::model::{Names, Protocol};
use crate::view::View;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// A group has members, each once, and no app is in two groups.
pub(super) fn members(stack: &Rc<Names<'_>>, out: &mut Vec<Finding>) {
    let mut of: HashMap<&str, (usize, usize)> = HashMap::new();
    for (n, group) in stack.groups() {
        let at = Path::item(n).key("members");
        if group.members.is_empty() {
            out.push(
                Finding::error("list-empty", at.clone(), format!("AppGroup `{}` has no members", group.name))
                    .help("name its apps"),
            );
        }
        for (i, member) in group.members.iter().enumerate() {
            match of.get(member.as_str()) {
                None => drop(of.insert(member.as_str(), (n, i))),
                Some(&(other, j)) => {
                    let (rule, message) = if other == n {
                        ("duplicate-member", format!("`{member}` is a member of `{}` twice", group.name))
                    } else {
                        (
                            "app-in-two-groups",
                            format!("`{member}` is a member of another group, and an app is part of one"),
                        )
                    };
                    out.push(
                        Finding::error(rule, at.index(i), message)
                            .help("remove one of the two")
                            .also(Path::item(other).key("members").index(j), "first named"),
                    );
                }
            }
        }
    }
}

/// The order of start names members, each once, and each but the last has a port to wait for.
pub(super) fn start_order(view: &View<'_>, out: &mut Vec<Finding>) {
    for (n, group) in view.groups() {
        let at = Path::item(n).key("start_order");
        let members: HashSet<&str> = group.members.iter().map(|member| member.as_str()).collect();
        let mut first: HashMap<&str, usize> = HashMap::new();
        for (i, name) in group.start_order.iter().enumerate() {
            if let Some(&before) = first.get(name.as_str()) {
                out.push(
                    Finding::error("duplicate-member", at.index(i), format!("`{name}` starts twice"))
                        .help("remove one of the two")
                        .also(at.index(before), "first named"),
                );
                continue;
            }
            first.insert(name.as_str(), i);
            let Some((m, app)) = view.app(name.as_str()) else { continue };
            if !members.contains(name.as_str()) {
                out.push(
                    Finding::error(
                        "start-order-stranger",
                        at.index(i),
                        format!("`{name}` is not a member of `{}`", group.name),
                    )
                    .help("add it to `members`")
                    .looked_at(Path::item(n).key("members")),
                );
            }
            let is_last = i + 1 == group.start_order.len();
            if !is_last && !app.main.ports.iter().any(|port| port.protocol == Protocol::TCP) {
                out.push(
                    Finding::error(
                        "start-order-no-port",
                        at.index(i),
                        format!("`{name}` has no TCP port, so that those after it cannot see that it runs"),
                    )
                    .help("declare its port, or put it last")
                    .looked_at(Path::item(m).key("ports"))
                    .looked_at(Path::item(m).key("engine"))
                    .looked_at(Path::item(m)),
                );
            }
        }
    }
}
