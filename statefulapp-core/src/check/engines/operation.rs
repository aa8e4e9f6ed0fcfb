//! How the members of an engine are started, and what keeps them apart from each other.

use super::{Known, known};
use crate::engine::{self, Quorum};
use crate::finding::{Finding, Path};
use crate::model::{Disruption, DnsPolicy, EngineKind, PodManagement, Update, Workload};
use crate::value::IntOrPercent;
use crate::view::View;

/// The apps that are several members of one quorum.
fn voters<'a>(view: &'a View<'a>) -> impl Iterator<Item = Known<'a>> {
    known(view).filter(|known| {
        known.facts.quorum == Quorum::Majority
            && known.declared.workload == Workload::StatefulSet
            && known.declared.replicas() > 2
            && known.has_engine()
            && known.facts.clusters()
    })
}

/// Members that need a majority to become ready start together, and find each other before they are ready.
/// <https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#pod-management-policies>
pub(super) fn peers_wait(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in voters(view) {
        let replicated = known.declared.engine.as_ref().is_some_and(|engine| engine.replication.is_some());
        // The others answer their probes alone. MongoDB's are formed by a Job that knows them by their names, and its order has a
        // rule of its own; RabbitMQ's only wait for each other when all of them start again.
        let (in_order, unready) = match known.facts.kind {
            EngineKind::Etcd | EngineKind::Kafka | EngineKind::Zookeeper => (true, true),
            EngineKind::Nats => (!known.app.storage.is_empty(), !known.app.storage.is_empty()),
            EngineKind::Mongodb => (false, replicated),
            EngineKind::Rabbitmq => (false, true),
            _ => (false, false),
        };
        let title = known.facts.title;
        let wrong = [
            (
                in_order && known.declared.pod_management == Some(PodManagement::OrderedReady),
                "pod_management",
                "the second pod starts when the first is ready, which it is with a majority only",
                "leave it out: the pods then start together",
            ),
            (
                unready && known.declared.publish_not_ready == Some(false),
                "publish_not_ready",
                "a pod has no name before it is ready, which it is when the others have found it",
                "leave it out",
            ),
        ];
        for (_, key, why, help) in wrong.into_iter().filter(|(wrong, ..)| *wrong) {
            let message = format!("the members of {title} wait for each other for ever: {why}");
            let finding = Finding::error("peers-wait", known.at.key(key), message).help(help);
            out.push(known.of(finding.looked_at(known.at.key("replicas"))));
        }
    }
}

/// What takes pods away on purpose leaves the majority that decides.
pub(super) fn majority_kept(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in voters(view) {
        let replicas = known.declared.replicas();
        let spare = known.facts.away(replicas);
        let away = |most: &IntOrPercent| most.of(replicas);
        let mut wrong: Vec<(Path, u32, &str)> = Vec::new();
        match &known.declared.disruption {
            Some(Disruption::MaxUnavailable(most)) if away(most) > spare => {
                wrong.push((known.at.key("disruption").key("max_unavailable"), away(most), "draining nodes"));
            }
            Some(Disruption::MinAvailable(least)) if replicas.saturating_sub(least.of(replicas)) > spare => {
                let away = replicas.saturating_sub(least.of(replicas));
                wrong.push((known.at.key("disruption").key("min_available"), away, "draining nodes"));
            }
            _ => {}
        }
        if let Some(Update::Rolling { max_unavailable: Some(most), .. }) = &known.declared.update
            && away(most) > spare
        {
            wrong.push((known.at.key("update").key("max_unavailable"), away(most), "an update"));
        }
        for (at, away, what) in wrong {
            let message = format!(
                "{what} may take {away} of {replicas} members of {} away, and the others are no majority",
                known.facts.title
            );
            let finding = Finding::warning("majority-lost", at, message)
                .help(format!("let {spare} be away at once"))
                .looked_at(known.at.key("replicas"));
            out.push(known.of(finding));
        }
    }
}

/// Members find each other by the names of the cluster's DNS.
pub(super) fn peers_resolve(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let several = known.declared.replicas() > 1 && known.has_engine() && known.facts.clusters();
        let policy = known.declared.dns.as_ref().and_then(|dns| dns.policy);
        // Without a namespace, the names are short ones, which search domains complete.
        let searches = known.declared.dns.as_ref().is_some_and(|dns| !dns.searches.is_empty());
        let (why, help) = match policy {
            Some(DnsPolicy::Default) => ("the node's resolver does not know", "leave the policy out"),
            Some(DnsPolicy::None) if !searches && view.stack.namespace.is_none() && !has_full_names(&known) => (
                "no resolver knows without search domains",
                "leave the policy out, or add `searches` with the namespace's domain, `default.svc.cluster.local`",
            ),
            _ => continue,
        };
        if several {
            let finding = Finding::error(
                "peers-unresolved",
                known.at.key("dns").key("policy"),
                format!(
                    "the members of {} look for each other by names of the cluster, which {why}",
                    known.facts.title
                ),
            )
            .help(help)
            .looked_at(known.at.key("dns").key("searches"))
            .looked_at(Path::head().key("namespace"))
            .looked_at(known.at.key("replicas"));
            out.push(known.of(finding));
        }
    }
}

/// Whether the members know each other by names that end in the cluster's domain, whatever the namespace.
fn has_full_names(known: &Known<'_>) -> bool {
    match known.facts.kind {
        EngineKind::Mongodb => true,
        EngineKind::Rabbitmq => known.version.at_least(&[4, 1]),
        _ => false,
    }
}

/// The ids of an ensemble go from 1 to 255.
/// <https://zookeeper.apache.org/doc/current/zookeeperAdmin.html#sc_zkMulitServerSetup>
pub(super) fn zookeeper_ids(view: &View<'_>, out: &mut Vec<Finding>) {
    const MOST: u64 = 255;
    for known in known(view) {
        if known.facts.kind != EngineKind::Zookeeper || !known.has_engine() {
            continue;
        }
        let first = known.declared.first_ordinal();
        // Ids of ordinals that begin with 0 are one more.
        let last = u64::from(first.max(1)) + u64::from(known.declared.replicas()).saturating_sub(1);
        if last > MOST {
            let key = if first > 1 { "first_ordinal" } else { "replicas" };
            let finding = Finding::error(
                "zookeeper-id-range",
                known.at.key(key),
                format!("the last member of the ensemble would have the id {last}, and ids go to {MOST}"),
            )
            .help("begin with a lower ordinal, or take fewer pods")
            .looked_at(known.at.key("first_ordinal"))
            .looked_at(known.at.key("replicas"));
            out.push(known.of(finding));
        }
    }
}

/// What a Kafka is told to be its ZooKeeper is one.
pub(super) fn kafka_zookeeper(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let Some(zookeeper) = known.declared.engine.as_ref().and_then(|engine| engine.zookeeper.as_ref()) else {
            continue;
        };
        // Of an image that nobody knows it may be one.
        let Some((n, other)) = view.stack.app_at(zookeeper.as_str()) else { continue };
        if engine::of(other).is_some_and(|facts| facts.kind != EngineKind::Zookeeper) {
            let item = Path::item(n);
            let finding = Finding::error(
                "kafka-zookeeper-other",
                known.at.key("engine").key("zookeeper"),
                format!("`{zookeeper}` is no ZooKeeper"),
            )
            .help("name an app with `engine: zookeeper`, or leave it out: newer versions need none")
            .looked_at(item.key("engine"))
            .looked_at(item.key("image"));
            out.push(known.of(finding));
        }
    }
}

/// A cluster's id is a UUID in URL-safe base64: 22 characters.
/// <https://kafka.apache.org/documentation/#kraft_storage>
pub(super) fn kafka_cluster_id(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let Some(engine) = known.declared.engine.as_ref().filter(|_| known.facts.kind == EngineKind::Kafka) else {
            continue;
        };
        let Some(id) = engine.cluster.as_deref().filter(|_| engine.zookeeper.is_none()) else { continue };
        if !is_uuid(id) {
            let finding = Finding::error(
                "kafka-cluster-id",
                known.at.key("engine").key("cluster"),
                format!("{id:?} is no id of a cluster: it is not 16 bytes in URL-safe base64"),
            )
            .help("write what `kafka-storage.sh random-uuid` prints, or leave it out");
            out.push(known.of(finding.looked_at(known.at.key("engine").key("zookeeper"))));
        }
    }
}

/// 16 bytes in 22 characters of URL-safe base64. The last has 2 bits of them, so that 4 others are 0.
fn is_uuid(text: &str) -> bool {
    let is_digit = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    text.len() == 22 && text.bytes().all(is_digit) && text.ends_with(['A', 'Q', 'g', 'w'])
}

/// A server that refuses to be root is not.
pub(super) fn root_refused(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(Known::runs_entrypoint) {
        if !matches!(known.facts.kind, EngineKind::Elasticsearch | EngineKind::Opensearch) {
            continue;
        }
        let user = known.app.security.main.user.or(known.app.security.user);
        if user == Some(0) {
            let finding = Finding::error(
                "root-refused",
                known.at.key("security").key("user"),
                format!("{} stops when it is started as root", known.facts.title),
            )
            .help("write `user: 1000`, the image's own");
            out.push(known.of(finding));
        }
    }
}

/// PostgreSQL keeps names that begin with `pg_` for itself.
/// <https://www.postgresql.org/docs/current/app-initdb.html>
pub(super) fn postgres_user_reserved(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        if known.facts.kind != EngineKind::Postgres {
            continue;
        }
        let engine = known.declared.engine.as_ref();
        let by_engine = engine.and_then(|engine| engine.user.as_deref());
        let replication = engine.and_then(|engine| engine.replication.as_ref()?.user.as_deref());
        let users = [
            (by_engine, known.at.key("engine").key("user")),
            (known.text_of("POSTGRES_USER").filter(|_| by_engine.is_none()), known.env_at("POSTGRES_USER")),
            (replication, known.at.key("engine").key("replication").key("user")),
        ];
        for (user, at) in users.into_iter().filter_map(|(user, at)| Some((user?, at))) {
            if user.starts_with("pg_") {
                let message = format!("PostgreSQL makes no user \"{user}\": names that begin with `pg_` are its own");
                let finding = Finding::error("postgres-user-reserved", at, message).help("choose another name");
                out.push(known.of(finding));
            }
        }
    }
}

/// A raw device holds no data of a server that keeps files.
pub(super) fn data_on_device(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        let Some(path) = known.facts.paths(&known.version).next() else { continue };
        for volume in known.app.storage.iter().filter(|volume| volume.block) {
            // The volume that the engine put its data on, or that is where the image has it.
            let is_data = volume.mount.as_ref().is_some_and(|mount| {
                let (mount, data) = (mount.normalised(), path.mount);
                data == mount.as_ref() || data.strip_prefix(mount.as_ref()).is_some_and(|rest| rest.starts_with('/'))
            });
            if is_data {
                let finding = Finding::error(
                    "data-on-device",
                    known.at.key("storage").key(volume.name.to_string()).key("block"),
                    format!("{} keeps files, and a raw device holds none", known.facts.title),
                )
                .help("leave `block` out");
                out.push(known.of(finding));
            }
        }
    }
}
