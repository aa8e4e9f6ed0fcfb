//! Requests and limits.

use super::pods::{Placed, completed_pods, pods};
use super::words::repeated;
use crate::finding::{Finding, Path};
use crate::model::Resource;
use crate::view::View;

/// The container runtime needs a few MiB itself; less is most likely a missing unit.
const SMALLEST_MEMORY: i128 = 1000 << 20;

/// More than any machine has; most likely the `m` for thousandths is missing.
const LARGEST_CPU: i128 = 1000 * 512;

fn at(placed: &Placed<'_>, resource: &Resource) -> Path {
    placed.at.key("resources").key(&resource.name)
}

/// A resource is asked for once.
pub(super) fn duplicate_resources(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in pods(view) {
        for placed in pod.containers() {
            let at = |n: usize| placed.at.key("resources").index(n).the_key();
            for [(n, resource), (first, _)] in repeated(&placed.container.resources, |one| one.name.as_str()) {
                out.push(
                    Finding::error(
                        "duplicate-resource",
                        at(n),
                        format!("resource `{}` is declared twice", resource.name),
                    )
                    .help("remove one of the two")
                    .also(at(first), "first declared"),
                );
            }
        }
    }
}

/// A request is not above its limit.
pub(super) fn request_above_limit(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in completed_pods(view) {
        for placed in pod.containers() {
            for resource in &placed.container.resources {
                let (Some(request), Some(limit)) = (&resource.request, &resource.limit) else { continue };
                // What comes in whole ones has a rule of its own.
                if request.milli() > limit.milli() && !resource.name.must_be_equal() {
                    let at = at(&placed, resource);
                    out.push(
                        Finding::error(
                            "request-above-limit",
                            at.index(0),
                            format!("the request of {request} {} is above the limit of {limit}", resource.name),
                        )
                        .help(format!("write {limit} or less, or raise the limit"))
                        .looked_at(at.index(1)),
                    );
                }
            }
        }
    }
}

/// What cannot be given to two containers at once has a limit, and a request that equals it.
pub(super) fn whole_resources(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in completed_pods(view) {
        for placed in pod.containers() {
            for resource in placed.container.resources.iter().filter(|resource| resource.name.must_be_equal()) {
                let at = at(&placed, resource);
                match (&resource.request, &resource.limit) {
                    (Some(request), None) => out.push(
                        Finding::error(
                            "resource-needs-limit",
                            at.index(0),
                            format!("{} needs a limit: what one container has, no other can use", resource.name),
                        )
                        .help(format!("write `..{request}`, which is the request too")),
                    ),
                    (Some(request), Some(limit)) if request.milli() != limit.milli() => out.push(
                        Finding::error(
                            "resource-unequal",
                            at.index(0),
                            format!("the request of {request} {} is not the limit of {limit}", resource.name),
                        )
                        .help(format!("write `..{limit}`, which is the request too"))
                        .looked_at(at.index(1)),
                    ),
                    _ => {}
                }
            }
        }
    }
}

/// Huge pages come as whole pages, and beside ordinary memory or cpu.
pub(super) fn huge_pages(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in completed_pods(view) {
        for placed in pod.containers() {
            let resources = &placed.container.resources;
            for resource in resources.iter().filter(|resource| resource.name.is_huge_pages()) {
                let at = at(&placed, resource);
                let page = resource.name.page_size().map_or(0, |size| size.milli());
                let amount = resource.limit.as_ref().or(resource.request.as_ref());
                if let Some(amount) = amount.filter(|amount| page > 0 && amount.milli() % page != 0) {
                    out.push(
                        Finding::error(
                            "huge-pages-amount",
                            at.clone(),
                            format!("{amount} is not a whole number of pages of {}", resource.name),
                        )
                        .help("write a multiple of the page size")
                        .looked_at(at.index(0))
                        .looked_at(at.index(1)),
                    );
                }
                if !resources.iter().any(|other| matches!(other.name.as_str(), "cpu" | "memory")) {
                    out.push(
                        Finding::error(
                            "huge-pages-alone",
                            at.the_key(),
                            format!("{} needs cpu or memory beside it", resource.name),
                        )
                        .help("add `memory` or `cpu`")
                        .looked_at(placed.at.key("resources").key("cpu"))
                        .looked_at(placed.at.key("resources").key("memory")),
                    );
                }
            }
        }
    }
}

/// Amounts that are most likely meant in another unit.
pub(super) fn odd_amounts(view: &View<'_>, out: &mut Vec<Finding>) {
    for pod in pods(view) {
        for placed in pod.containers() {
            for resource in &placed.container.resources {
                for (end, amount) in [(0, &resource.request), (1, &resource.limit)] {
                    let Some(amount) = amount else { continue };
                    let at = || at(&placed, resource).index(end);
                    match resource.name.as_str() {
                        "memory" if (1..SMALLEST_MEMORY).contains(&amount.milli()) => out.push(
                            Finding::warning(
                                "memory-tiny",
                                at(),
                                format!(
                                    "{amount} is {} bytes of memory, too little to start any program",
                                    amount.milli() / 1000
                                ),
                            )
                            .help("write a unit, for example `512Mi`"),
                        ),
                        "cpu" if amount.milli() > LARGEST_CPU => out.push(
                            Finding::warning(
                                "cpu-huge",
                                at(),
                                format!("{amount} are more processors than a machine has"),
                            )
                            .help(format!("`{amount}m` are {amount} thousandths")),
                        ),
                        _ => {}
                    }
                }
            }
        }
    }
}
