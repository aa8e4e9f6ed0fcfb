//! Members that join or leave: a quorum is more than a number of pods.

use serde_json::Value;

use super::{data, place, table::Engine};
use crate::plan::{
    Class, Pair,
    kind::{Set, common, without},
};

pub(super) fn compare(pair: &mut Pair<'_, '_>, engine: &Engine, old: &Value, new: &Value, path: &str) {
    for voters in engine.voters {
        let count = |container| {
            let voters = data::setting(container, voters)?;
            Some(voters.split([',', ' ']).filter(|voter| !voter.is_empty()).count())
        };
        if let Some((before, after)) = count(old).zip(count(new))
            && before != after
        {
            let text = format!(
                "{} goes from {before} voters to {after}: one at a time, each when the last is in step",
                engine.name
            );
            pair.raise(Class::Recreate, &place(path, voters), text, vec![]);
        }
    }
    if pair.new.kind == "StatefulSet" {
        pods(pair, engine, new);
    }
}

fn pods(pair: &mut Pair<'_, '_>, engine: &Engine, container: &Value) {
    let (before, after) = (Set::new(pair.old), Set::new(pair.new));
    // That all pods stop, or start again, is no change of membership.
    if common(&before.ordinals, &after.ordinals).is_empty() {
        return;
    }
    let leaving = without(&before.ordinals, &after.ordinals);
    let joining = without(&after.ordinals, &before.ordinals);
    let in_cluster = |flag: &str| data::setting(container, flag).as_deref() == Some("yes");
    let (grow, shrink) = if engine.name == "Redis" && in_cluster("--cluster-enabled") {
        let grow = "add the new nodes with redis-cli --cluster add-node and move slots there with --cluster rebalance";
        let shrink =
            "move the slots off the nodes that leave with redis-cli --cluster reshard, then --cluster del-node";
        (Some(grow), Some(shrink))
    } else {
        (engine.grow, engine.shrink)
    };
    let (name, namespace) = (pair.new.name, pair.new.namespace_flag());
    if let Some(shrink) = shrink.filter(|_| !leaving.is_empty()) {
        let leave = |ordinal| Some(format!("kubectl exec {name}-{ordinal}{namespace} -- {}", engine.leave?));
        let commands = leaving.iter().rev().flat_map(|piece| piece.clone().rev()).take(32).filter_map(leave).collect();
        pair.raise(Class::Recreate, "spec.replicas", format!("{}: {shrink}", engine.name), commands);
    } else if let Some(grow) = grow.filter(|_| !joining.is_empty()) {
        pair.raise(Class::Recreate, "spec.replicas", format!("{}: {grow}", engine.name), vec![]);
    }
}
