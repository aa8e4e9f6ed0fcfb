//! What others agree through: etcd and ZooKeeper.

use super::{ALONE, Act, ByList, Engine, Members, NONE, OWN_BACKUP, bound};
use crate::plan::{
    Class,
    engines::version::{self, Compatibility},
};

pub(super) const ETCD: Engine = Engine {
    name: "etcd",
    images: &["etcd"],
    compatibility: Compatibility::NextSeries,
    series: version::etcd,
    upgrade: "go through every minor version (3.4, 3.5, 3.6)",
    data: &["ETCD_DATA_DIR", "--data-dir"],
    data_default: "/default.etcd",
    bound: &[
        bound("ETCD_NAME", Class::Recreate, "a member is known by its name: add it as a new member"),
        bound("--name", Class::Recreate, "a member is known by its name: add it as a new member"),
    ],
    members: Members {
        majority: true,
        lists: &["ETCD_INITIAL_CLUSTER", "--initial-cluster"],
        by_list: ByList::Once,
        joins: Some((&["ETCD_INITIAL_CLUSTER_STATE", "--initial-cluster-state"], "existing")),
        join: Some(Act {
            class: Class::Refused,
            why: "the cluster takes in one new member at a time, after etcdctl member add, and that one has to start with \
                  the state `existing` and a list of exactly the members there are then",
            before: &["kubectl exec {peer}{n} -- etcdctl member add {pod} --peer-urls={url}"],
            after: &[],
            source: "https://etcd.io/docs/v3.6/op-guide/runtime-configuration/",
        }),
        leave: Some(Act {
            class: Class::Refused,
            why: "a member whose pod is gone still counts until etcdctl member remove, one at a time and before its pod \
                  stops",
            before: &[
                "kubectl exec {peer}{n} -- etcdctl member remove $(kubectl exec {peer}{n} -- etcdctl member list | \
                 awk -F', ' '$3 == \"{pod}\" {print $1}')",
            ],
            after: &[],
            source: "https://etcd.io/docs/v3.6/op-guide/runtime-configuration/",
        }),
        ..ALONE
    },
    // Read there, and in https://etcd.io/docs/v3.6/downgrades/downgrading-etcd/.
    names: Some(
        "the members keep each other's peer URLs in their data: tell them the new one of each member with etcdctl member update before its pod restarts",
    ),
    manual: "https://etcd.io/docs/v3.6/upgrades/upgrading-etcd/",
    ..NONE
};

pub(super) const ZOOKEEPER: Engine = Engine {
    name: "ZooKeeper",
    images: &["zookeeper", "cp-zookeeper"],
    upgrade: OWN_BACKUP,
    data: &["ZOO_DATA_DIR"],
    data_default: "/data",
    bound: &[bound(
        "ZOO_MY_ID",
        Class::Recreate,
        "written to the file myid at the first start, and without effect afterwards",
    )],
    members: Members {
        majority: true,
        lists: &["ZOO_SERVERS", "ZOOKEEPER_SERVERS"],
        by_list: ByList::EachStart,
        join: Some(Act {
            class: Class::Refused,
            why: "every server has the list of all of them: it grows by one server at a time, with the list and the pods \
                  changed together and all pods ready in between, because two lists that differ by more can each find a \
                  majority of their own",
            before: &[],
            after: &[],
            source: "https://zookeeper.apache.org/doc/current/zookeeperReconfig.html",
        }),
        leave: Some(Act {
            class: Class::Refused,
            why: "every server has the list of all of them, and one whose pod is gone still counts: it shrinks by one \
                  server at a time, with the list and the pods changed together and all pods ready in between",
            before: &[],
            after: &[],
            source: "https://zookeeper.apache.org/doc/current/zookeeperReconfig.html",
        }),
        ..ALONE
    },
    // Read there, and in https://github.com/31z4/zookeeper-docker.
    names: Some(
        "every server finds the others by the names in its list: while they restart one by one, those with the old list and those with the new one do not find each other, and there is no majority",
    ),
    manual: "https://zookeeper.apache.org/doc/current/zookeeperAdmin.html",
    ..NONE
};
