//! Where pods run: spread, affinity, tolerations; and how they resolve names.

use super::container::{int32, list, seconds};
use super::labels;
use crate::model::{Affinity, App, Dns, DnsPolicy, Spread, Strength, TaintEffect, Toleration};
use crate::value::{AppName, LabelKey, LabelValue};
use k8s_openapi::api::core::v1 as core;

const HOST: &str = "kubernetes.io/hostname";
const ZONE: &str = "topology.kubernetes.io/zone";

/// Wishes are not weighed against each other.
const WEIGHT: i32 = 100;

/// The spread over zones and hosts. By default a wish, since a small cluster has fewer of them than the app has pods.
pub(super) fn spread(app: &App) -> Option<Vec<core::TopologySpreadConstraint>> {
    let constraint = |key: &str, skew: u32, required: bool, min_domains: Option<u32>| core::TopologySpreadConstraint {
        max_skew: int32(skew),
        topology_key: key.to_owned(),
        when_unsatisfiable: if required { "DoNotSchedule" } else { "ScheduleAnyway" }.to_owned(),
        min_domains: min_domains.map(int32),
        label_selector: Some(labels::label_selector(app.name.as_str())),
        ..Default::default()
    };
    match &app.spread {
        Some(spread) => list(
            spread
                .iter()
                .map(|Spread { over, max_skew, required, min_domains }| {
                    constraint(over.as_str(), max_skew.unwrap_or(1), *required, *min_domains)
                })
                .collect(),
        ),
        None if app.replicas() > 1 => Some(vec![constraint(ZONE, 1, false, None), constraint(HOST, 1, false, None)]),
        None => None,
    }
}

/// Which nodes and which neighbours.
pub(super) fn affinity(app: &App) -> Option<core::Affinity> {
    let Affinity { apart, near, away_from, nodes, preferred_nodes } = app.affinity.as_ref()?;
    let (required, preferred) = terms(near.iter().map(|(app, strength)| (app, *strength)));
    let pod_affinity = (required.is_some() || preferred.is_some()).then_some(core::PodAffinity {
        required_during_scheduling_ignored_during_execution: required,
        preferred_during_scheduling_ignored_during_execution: preferred,
    });
    let own = apart.iter().map(|strength| (&app.name, *strength));
    let (required, preferred) = terms(own.chain(away_from.iter().map(|(app, strength)| (app, *strength))));
    let pod_anti_affinity = (required.is_some() || preferred.is_some()).then_some(core::PodAntiAffinity {
        required_during_scheduling_ignored_during_execution: required,
        preferred_during_scheduling_ignored_during_execution: preferred,
    });
    let required = (!nodes.is_empty()).then(|| core::NodeSelector { node_selector_terms: vec![node_term(nodes)] });
    let preferred = list(
        preferred_nodes
            .iter()
            .map(|labels| core::PreferredSchedulingTerm {
                weight: WEIGHT,
                preference: node_term(std::slice::from_ref(labels)),
            })
            .collect(),
    );
    let node_affinity = (required.is_some() || preferred.is_some()).then_some(core::NodeAffinity {
        required_during_scheduling_ignored_during_execution: required,
        preferred_during_scheduling_ignored_during_execution: preferred,
    });
    let affinity = core::Affinity { node_affinity, pod_affinity, pod_anti_affinity };
    (affinity != core::Affinity::default()).then_some(affinity)
}

/// Taints that the pods tolerate.
pub(super) fn tolerations(tolerations: &[Toleration]) -> Option<Vec<core::Toleration>> {
    let object = |toleration: &Toleration| core::Toleration {
        key: toleration.key.as_ref().map(ToString::to_string),
        operator: Some(if toleration.value.is_some() { "Equal" } else { "Exists" }.to_owned()),
        value: toleration.value.as_ref().map(ToString::to_string),
        effect: toleration.effect.map(|effect| {
            match effect {
                TaintEffect::NoSchedule => "NoSchedule",
                TaintEffect::PreferNoSchedule => "PreferNoSchedule",
                TaintEffect::NoExecute => "NoExecute",
            }
            .to_owned()
        }),
        toleration_seconds: toleration.duration.as_ref().map(seconds),
    };
    list(tolerations.iter().map(object).collect())
}

/// `dnsPolicy` and `dnsConfig`.
pub(super) fn dns(dns: &Dns) -> (Option<String>, Option<core::PodDNSConfig>) {
    let policy = dns.policy.map(|policy| {
        match policy {
            DnsPolicy::ClusterFirst => "ClusterFirst",
            DnsPolicy::ClusterFirstWithHostNet => "ClusterFirstWithHostNet",
            DnsPolicy::Default => "Default",
            DnsPolicy::None => "None",
        }
        .to_owned()
    });
    let option = |(name, value): &(String, Option<String>)| core::PodDNSConfigOption {
        name: Some(name.clone()),
        value: value.clone(),
    };
    let config = core::PodDNSConfig {
        nameservers: list(dns.nameservers.iter().map(ToString::to_string).collect()),
        searches: list(dns.searches.iter().map(ToString::to_string).collect()),
        options: list(dns.options.iter().map(option).collect()),
    };
    (policy, (config != core::PodDNSConfig::default()).then_some(config))
}

type Terms = (Option<Vec<core::PodAffinityTerm>>, Option<Vec<core::WeightedPodAffinityTerm>>);

fn terms<'a>(apps: impl Iterator<Item = (&'a AppName, Strength)>) -> Terms {
    let (mut required, mut preferred) = (Vec::new(), Vec::new());
    for (app, strength) in apps {
        let term = core::PodAffinityTerm {
            label_selector: Some(labels::label_selector(app.as_str())),
            topology_key: HOST.to_owned(),
            ..Default::default()
        };
        match strength {
            Strength::Required => required.push(term),
            Strength::Preferred => {
                preferred.push(core::WeightedPodAffinityTerm { weight: WEIGHT, pod_affinity_term: term });
            }
        }
    }
    (list(required), list(preferred))
}

fn node_term(labels: &[(LabelKey, Vec<LabelValue>)]) -> core::NodeSelectorTerm {
    let expression = |(key, values): &(LabelKey, Vec<LabelValue>)| core::NodeSelectorRequirement {
        key: key.to_string(),
        operator: "In".to_owned(),
        values: Some(values.iter().map(ToString::to_string).collect()),
    };
    core::NodeSelectorTerm { match_expressions: Some(labels.iter().map(expression).collect()), ..Default::default() }
}
