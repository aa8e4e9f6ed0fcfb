//! Members that join or leave: a quorum is more than a number of pods.
//!
//! A change of nothing but `replicas` starts and stops pods, and tells the members nothing of it. Where that would break a
//! quorum, or leave one that counts pods that are gone, the change is refused, and the procedure named instead.

use std::ops::Range;

use serde_json::Value;

use super::{
    data, place,
    table::{ByList, Engine, Members},
};
use crate::plan::{
    Class, Pair,
    kind::{APPLY, Set, common, without},
    object::at,
};

/// The steps of a procedure are spelled out for so many pods.
const STEPS: usize = 16;

pub(super) fn compare(pair: &mut Pair<'_, '_>, engine: &Engine, old: &Value, new: &Value, path: &str) {
    if pair.new.kind != "StatefulSet" {
        return;
    }
    let Some(members) = members(engine, old).or_else(|| members(engine, new)) else { return };
    let lists = members.lists.iter().find_map(|name| {
        let (old, new) = (List::of(old, name), List::of(new, name)?);
        Some((*name, old, new))
    });
    let change = Change::of(pair, engine.name, members, new, lists);
    let Some(change) = change else { return };
    if !change.leaving.is_empty() {
        change.leave(pair, path);
    } else if !change.joining.is_empty() {
        change.join(pair, path);
    } else {
        change.list_only(pair, path);
    }
}

/// Which pods join or leave, and what the members know of it.
struct Change<'c, 'a> {
    engine: &'static str,
    members: &'c Members,
    set: Set<'a>,
    before: i64,
    after: i64,
    leaving: Vec<Range<i64>>,
    joining: Vec<Range<i64>>,
    /// The first pod that is there before and afterwards.
    peer: i64,
    container: &'c Value,
    /// The variable or flag that lists the members, with the earlier and the new list.
    list: Option<(&'c str, Option<List>, List)>,
}

impl<'c, 'a> Change<'c, 'a> {
    /// `None` where nobody joins, leaves or is listed otherwise, or where these containers have no members.
    fn of(
        pair: &Pair<'_, 'a>,
        engine: &'static str,
        members: &'c Members,
        container: &'c Value,
        list: Option<(&'c str, Option<List>, List)>,
    ) -> Option<Change<'c, 'a>> {
        let (was, set) = (Set::new(pair.old), Set::new(pair.new));
        let staying = common(&was.ordinals, &set.ordinals);
        // That all pods stop, or start again, is no change of membership.
        if staying.is_empty() {
            return None;
        }
        Some(Change {
            engine,
            members,
            before: was.ordinals.end - was.ordinals.start,
            after: set.ordinals.end - set.ordinals.start,
            leaving: without(&was.ordinals, &set.ordinals),
            joining: without(&set.ordinals, &was.ordinals),
            peer: staying.start,
            container,
            set,
            list,
        })
    }

    fn leave(&self, pair: &mut Pair<'_, '_>, path: &str) {
        let Some(act) = &self.members.leave else { return };
        let by_list = self.members.by_list == ByList::EachStart;
        if by_list && self.before - self.after == 1 && self.joining.is_empty() && self.is_listed() {
            return self.one_step(pair, path);
        }
        let ordinals: Vec<_> = self.leaving.iter().rev().flat_map(|piece| piece.clone().rev()).take(STEPS).collect();
        let last = self.set.ordinals.end;
        // Pods below the others go by `ordinals.start`, which is no matter of scaling.
        let scales = self.joining.is_empty() && ordinals.iter().all(|ordinal| *ordinal >= last);
        let mut commands = Vec::new();
        for ordinal in &ordinals {
            commands.extend(self.commands(act.before, *ordinal));
            let is_last = ordinals.len() == 1 || !scales;
            if act.class == Class::Refused && !is_last {
                commands.push(self.scale(ordinal - self.set.ordinals.start));
                commands.push(self.gone(*ordinal));
            }
            if !(is_last && act.class == Class::Refused) {
                commands.extend(self.commands(act.after, *ordinal));
            }
            if by_list {
                commands.extend(self.listed(ordinal - self.set.ordinals.start));
            }
        }
        if act.class == Class::Refused {
            commands.push(APPLY.into());
            if ordinals.len() == 1 || !scales {
                commands.extend(ordinals.iter().flat_map(|ordinal| self.commands(act.after, *ordinal)));
            }
        }
        let mut text = format!("{}: {}", self.engine, act.why);
        let stay = self.before - self.leaving.iter().map(|piece| piece.end - piece.start).sum::<i64>();
        if self.members.majority && act.class == Class::Refused && stay * 2 <= self.before {
            text += &format!("; as it stands, the {stay} that stay are no majority of {}: it stops", self.before);
        }
        pair.raise(act.class, "spec.replicas", format!("{}; see {}", self.even(text), act.source), commands);
    }

    fn join(&self, pair: &mut Pair<'_, '_>, path: &str) {
        let members = self.members;
        let Some(act) = &members.join else { return };
        let one = self.after - self.before == 1;
        if members.by_list == ByList::EachStart && one && self.before > 1 && self.is_listed() {
            return self.one_step(pair, path);
        }
        let ordinals: Vec<_> = self.joining.iter().flat_map(Clone::clone).take(STEPS).collect();
        // The manifest says itself that the new member joins what exists, and names the members there are then.
        let ready = members.joins.is_some_and(|(names, word)| {
            names.iter().any(|name| data::setting(self.container, name).as_deref() == Some(word))
        });
        let (class, alone) = match act.class {
            Class::Refused if ready && one && self.is_listed() => (Class::Recreate, true),
            class => (class, ordinals.len() == 1 && members.by_list == ByList::Nothing),
        };
        let mut commands = Vec::new();
        let name = format!("statefulset/{}{}", self.set.object.name, self.set.object.namespace_flag());
        for ordinal in &ordinals {
            let count = ordinal - self.set.ordinals.start + 1;
            if !alone && class == Class::Refused {
                commands.extend(self.listed(count));
            }
            commands.extend(self.commands(act.before, *ordinal));
            if alone || class < Class::Refused {
                continue;
            }
            commands.push(self.scale(count));
            commands.push(format!("kubectl rollout status {name}"));
            commands.extend(self.commands(act.after, *ordinal));
        }
        if class >= Class::Recreate {
            commands.push(APPLY.into());
        }
        if alone || class < Class::Refused {
            commands.push(format!("kubectl rollout status {name}"));
            commands.extend(ordinals.iter().flat_map(|ordinal| self.commands(act.after, *ordinal)));
        }
        let text = self.even(format!("{}: {}", self.engine, act.why));
        pair.raise(class, "spec.replicas", format!("{text}; see {}", act.source), commands);
    }

    /// The list says something else, and the number of pods does not.
    fn list_only(&self, pair: &mut Pair<'_, '_>, path: &str) {
        let Some((name, Some(old), new)) = &self.list else { return };
        let (before, after) = (old.members.len(), new.members.len());
        let text = match self.members.by_list {
            _ if before == after => return,
            ByList::Nothing => return,
            ByList::Once => format!(
                "the list goes from {before} voters to {after}, and is read only while the data directory is empty: \
                 members join and leave by the engine's own commands"
            ),
            ByList::EachStart => {
                format!("the list goes from {before} voters to {after}, and the number of pods stays {}", self.after)
            }
        };
        let act = if after > before { &self.members.join } else { &self.members.leave };
        let why = act.as_ref().map(|act| format!("; {}; see {}", act.why, act.source)).unwrap_or_default();
        pair.raise(Class::Refused, &place(path, name), format!("{}: {text}{why}", self.engine), vec![]);
    }

    /// One server more or less, and every list says so: the rolling restart is all there is to do.
    fn one_step(&self, pair: &mut Pair<'_, '_>, path: &str) {
        let text = format!(
            "{} goes from {} servers to {}, one step as it has to be: go on when all pods are ready",
            self.engine, self.before, self.after
        );
        let text = self.even(text);
        pair.raise(Class::Rolling, "spec.replicas", text.clone(), vec![]);
        if let Some((name, ..)) = &self.list {
            pair.raise(Class::Rolling, &place(path, name), text, vec![]);
        }
    }

    /// An even number survives no more than the odd one below it.
    fn even(&self, text: String) -> String {
        let n = self.after;
        match self.members.majority && n > 1 && n % 2 == 0 {
            true => format!("{text}; {n} members survive the loss of {}, no more than {} do", (n - 1) / 2, n - 1),
            false => text,
        }
    }

    /// Whether the new list has as many members as there will be pods.
    fn is_listed(&self) -> bool {
        self.list.as_ref().is_some_and(|(_, _, new)| i64::try_from(new.members.len()) == Ok(self.after))
    }

    fn scale(&self, count: i64) -> String {
        let object = self.set.object;
        format!("kubectl scale statefulset {}{} --replicas={count}", object.name, object.namespace_flag())
    }

    fn gone(&self, ordinal: i64) -> String {
        let object = self.set.object;
        format!("kubectl wait --for=delete pod/{}-{ordinal}{} --timeout=10m", object.name, object.namespace_flag())
    }

    /// The commands that give every pod the list of the first so many members, where a variable holds it.
    fn listed(&self, count: i64) -> Vec<String> {
        let (old, new) = match &self.list {
            Some((name, old, new)) if !name.starts_with("--") => (old, (name, new)),
            _ => return vec![],
        };
        let (name, new) = new;
        let longest = old.as_ref().filter(|old| old.members.len() > new.members.len()).unwrap_or(new);
        let Some(members) = usize::try_from(count).ok().and_then(|count| longest.members.get(..count)) else {
            return vec![];
        };
        let object = format!("statefulset/{}{}", self.set.object.name, self.set.object.namespace_flag());
        let list = members.join(&new.separator);
        let state = match self.members.joins {
            Some((names, word)) => {
                let name = names.first().copied().unwrap_or_default();
                format!(" {name}={word}")
            }
            None => String::new(),
        };
        vec![format!("kubectl set env {object} {name}='{list}'{state}"), format!("kubectl rollout status {object}")]
    }

    fn commands(&self, templates: &[&str], ordinal: i64) -> Vec<String> {
        let object = self.set.object;
        let pod = |ordinal: i64| format!("{}-{ordinal}", object.name);
        let service = at(object.value, &["spec", "serviceName"]).and_then(Value::as_str).unwrap_or(object.name);
        let listed = |ordinal| {
            let lists = self.list.iter().flat_map(|(_, old, new)| [Some(new), old.as_ref()]).flatten();
            lists.flat_map(|list| &list.members).find_map(|member| address(member, &pod(ordinal)))
        };
        let host = |ordinal| listed(ordinal).map_or_else(|| format!("{}.{service}", pod(ordinal)), |found| found.host);
        let port = listed(ordinal).and_then(|found| found.port);
        let default_port = match self.engine {
            "MongoDB" => "27017",
            "etcd" => "2380",
            _ => "9093",
        };
        let port = port.as_deref().unwrap_or(default_port);
        let scheme = listed(self.peer).map_or("http", |found| if found.is_tls { "https" } else { "http" });
        let places = [
            ("{pod}", pod(ordinal)),
            ("{ordinal}", ordinal.to_string()),
            ("{host}", host(ordinal)),
            ("{url}", format!("{scheme}://{}:{port}", host(ordinal))),
            ("{node}", self.node(&pod(ordinal))),
            ("{slot}", self.slot(ordinal)),
            ("{peer}", pod(self.peer)),
            ("{peer-address}", format!("{}:{port}", host(self.peer))),
            ("{set}", data::setting(self.container, "--replSet").unwrap_or_else(|| "rs0".into())),
            ("{staying}", self.staying()),
            ("{n}", object.namespace_flag()),
        ];
        let fill = |template: &&str| {
            places.iter().fold((*template).to_owned(), |text, (name, value)| text.replace(name, value))
        };
        templates.iter().map(fill).collect()
    }

    /// `0,1,2`, or the shell's word for a long list.
    fn staying(&self) -> String {
        let Range { start, end } = self.set.ordinals;
        if end - start > 32 {
            return format!("$(seq -s, {start} {})", end - 1);
        }
        (start..end).map(|ordinal| ordinal.to_string()).collect::<Vec<_>>().join(",")
    }

    /// The name of a node of RabbitMQ: what the variable says, for this pod.
    fn node(&self, pod: &str) -> String {
        let named =
            ["RABBITMQ_NODENAME", "RABBITMQ_NODE_NAME"].iter().find_map(|name| data::setting(self.container, name));
        let Some(name) = named else { return format!("rabbit@{pod}") };
        let namespace = self.set.object.namespace;
        ["POD_NAME", "MY_POD_NAME", "K8S_POD_NAME", "HOSTNAME"]
            .iter()
            .fold(name, |name, variable| name.replace(&format!("$({variable})"), pod))
            .replace("$(POD_NAMESPACE)", namespace)
            .replace("$(MY_POD_NAMESPACE)", namespace)
    }

    /// The replication slot of a standby, as its arguments name it.
    fn slot(&self, ordinal: i64) -> String {
        let name = words(self.container).find_map(|word| word.split_once("primary_slot_name=").map(|(_, name)| name));
        let pod = format!("{}-{ordinal}", self.set.object.name);
        let name = name.unwrap_or_default().trim_matches(['\'', '"']);
        name.replace("$(POD_INDEX)", &ordinal.to_string()).replace("$(POD_NAME)", &pod.replace('-', "_"))
    }
}

/// What the pods of a container are members of, by their role and settings.
fn members<'e>(engine: &'e Engine, container: &Value) -> Option<&'e Members> {
    let all = &engine.members;
    let members = match &all.role {
        Some(role) => {
            let said = role.variables.iter().find_map(|name| data::setting(container, name));
            let has_role = said.is_none_or(|roles| roles.split(',').any(|found| found.trim() == role.word));
            if has_role { all } else { role.others }
        }
        None => all,
    };
    let is_on = members.with.is_none_or(|with| match with.starts_with("--") {
        true => data::setting(container, with).as_deref() == Some("yes"),
        false => words(container).any(|word| word.contains(with)),
    });
    is_on.then_some(members)
}

fn words(container: &Value) -> impl Iterator<Item = &str> {
    let of = |field| container.get(field).and_then(Value::as_array).into_iter().flatten();
    of("command").chain(of("args")).filter_map(Value::as_str)
}

/// A list of members, as one variable or flag holds it.
struct List {
    members: Vec<String>,
    separator: String,
}

impl List {
    fn of(container: &Value, name: &str) -> Option<List> {
        let written = data::setting(container, name)?;
        let separator = if written.contains(',') { "," } else { " " };
        let members = written.split([',', ' ']).filter(|member| !member.is_empty()).map(str::to_owned).collect();
        Some(List { members, separator: separator.into() })
    }
}

/// Where a member of a list is.
struct Address {
    host: String,
    port: Option<String>,
    is_tls: bool,
}

/// The address of this pod, if the entry of a list is its: `etcd-0=http://etcd-0.etcd:2380`, `0@kafka-0.kafka:9093`.
fn address(member: &str, pod: &str) -> Option<Address> {
    let (before, rest) = member.split_once(&format!("{pod}."))?;
    let host = rest.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))).next()?;
    let port = rest.get(host.len()..)?.strip_prefix(':');
    let port = port.map(|port| port.chars().take_while(char::is_ascii_digit).collect::<String>());
    Some(Address { host: format!("{pod}.{host}"), port, is_tls: before.contains("https://") })
}
