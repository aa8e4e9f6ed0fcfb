//! What follows from a container's memory limit.

use crate::model::Container;

const MEBI: u64 = 1 << 20;
const GIBI: u64 = 1 << 30;

/// The largest heap with compressed object pointers, a little below 32 GiB.
const LARGEST_HEAP: u64 = 31 * GIBI;

/// The bytes of a container's memory limit.
pub(crate) fn limit(container: &Container) -> Option<u64> {
    let memory = container.resources.iter().find(|resource| resource.name.as_str() == "memory")?;
    u64::try_from(memory.limit.as_ref()?.milli() / 1000).ok()
}

/// The heap of a Java server in MiB: half of the limit, which leaves as much for the page cache and what lies outside the heap.
pub(super) fn heap(limit: u64) -> u64 {
    (limit / 2).min(LARGEST_HEAP) / MEBI
}

/// `-Xms… -Xmx…` of [`heap`]; equal, so that it does not grow in the middle of the work.
pub(super) fn heap_options(limit: u64) -> String {
    let heap = heap(limit);
    format!("-Xms{heap}m -Xmx{heap}m")
}

/// WiredTiger's cache in GB: MongoDB's own formula, half of what is left after the first GB, at least a quarter.
pub(super) fn wired_tiger(limit: u64) -> String {
    let quarter = GIBI / 4;
    let cache = (limit.saturating_sub(GIBI) / 2).max(quarter.min(limit / 2));
    // Two digits are exact enough, and rounding down never exceeds.
    let hundredths = u128::from(cache) * 100 / u128::from(GIBI);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// An amount of bytes as a quantity.
pub(super) fn quantity(bytes: u64) -> String {
    match bytes {
        _ if bytes.is_multiple_of(GIBI) => format!("{}Gi", bytes / GIBI),
        _ if bytes.is_multiple_of(MEBI) => format!("{}Mi", bytes / MEBI),
        _ => bytes.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heap_is_half_of_the_limit_and_keeps_compressed_pointers() {
        assert_eq!(heap_options(4 * GIBI), "-Xms2048m -Xmx2048m");
        assert_eq!(heap(128 * GIBI), 31 * 1024);
        assert_eq!(heap(3_000_000_000), 1430);
    }

    #[test]
    fn the_cache_of_wired_tiger_is_half_of_all_but_one_gib() {
        assert_eq!(wired_tiger(4 * GIBI), "1.50");
        assert_eq!(wired_tiger(GIBI), "0.25");
        assert_eq!(wired_tiger(GIBI / 4), "0.12");
    }

    #[test]
    fn quantities_are_written_in_the_largest_unit() {
        assert_eq!(quantity(2 * GIBI), "2Gi");
        assert_eq!(quantity(256 * MEBI), "256Mi");
        assert_eq!(quantity(1000), "1000");
    }
}
