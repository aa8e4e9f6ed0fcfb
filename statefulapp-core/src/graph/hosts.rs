//! Names of Services in texts.

/// The Services whose host names stand in a text: `zookeeper:2181`, `db-0.db`, `db.shop.svc.cluster.local`.
///
/// A word alone is no host name, since users and databases are often called like their Service: it needs a port, a
/// domain, or a scheme before it.
pub(super) fn services<'a>(
    text: &'a str,
    find: &'a impl Fn(&str) -> Option<usize>,
) -> impl Iterator<Item = usize> + 'a {
    words(text).filter_map(move |(before, word, after)| {
        let mut labels = word.split('.');
        let first = labels.next()?;
        let has_port = after.strip_prefix(':').is_some_and(|port| port.starts_with(|c: char| c.is_ascii_digit()));
        let is_url = before.ends_with("://") || before.ends_with('@');
        let Some(second) = labels.next() else {
            return find(first).filter(|_| has_port || is_url);
        };
        // `pod.service…`, else `service.namespace…`; a file `db.conf` is neither.
        let has_ordinal = first.rsplit_once('-').is_some_and(|(_, ordinal)| ordinal.parse::<u32>().is_ok())
            || before.ends_with([')', '}']);
        let is_full = labels.clone().any(|label| label == "svc") || second == "svc";
        match find(second) {
            Some(service) if has_ordinal || is_full || has_port => Some(service),
            _ => find(first).filter(|_| is_full || has_port || is_url),
        }
    })
}

/// The words of a text that can be host names, with what stands before and after each.
fn words(text: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = text.get(from..)?;
        let start = from + rest.find(is_part)?;
        let word = text.get(start..)?;
        let end = word.find(|c: char| !is_part(c)).unwrap_or(word.len());
        from = start + end;
        let (before, after) = (text.get(..start)?, text.get(from..)?);
        let word = word.get(..end)?;
        // `$(POD_NAME).db`: the pod's name is a variable.
        let trimmed = word.trim_start_matches('.');
        Some(match word.starts_with('.') && before.ends_with([')', '}']) {
            true => (before, text.get(start..start + end)?, after),
            false => (before, trimmed.trim_end_matches('.'), after),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<usize> {
        let names = ["zookeeper", "db", "kafka-headless"];
        let find = |name: &str| names.iter().position(|known| *known == name);
        services(text, &find).collect()
    }

    #[test]
    fn host_names_are_found() {
        for (text, service) in [
            ("zookeeper:2181", 0),
            ("postgresql://app@db/orders", 1),
            ("postgresql://app:$(PASSWORD)@db:5432/orders", 1),
            ("db-0.db", 1),
            ("db.shop.svc.cluster.local", 1),
            ("db-0.db.shop.svc.cluster.local.", 1),
            ("--server=http://db", 1),
            ("PLAINTEXT://$(POD_NAME).kafka-headless:9092", 2),
            ("pg_isready -h db-1.db -p 5432", 1),
        ] {
            assert_eq!(found(text), [service], "{text}");
        }
        assert_eq!(found("zookeeper:2181,db:1"), [0, 1]);
    }

    #[test]
    fn words_alone_are_no_host_names() {
        for text in ["db", "-U db", "db.conf", "/etc/db/db.yaml", "db=1", "my-db:5432", "db2:1", "mydb.example.com:1"] {
            assert_eq!(found(text), [0usize; 0], "{text}");
        }
    }
}
