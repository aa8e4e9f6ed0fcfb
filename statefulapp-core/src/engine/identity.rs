//! Identities that all members of a cluster must agree on, made from the names in the declaration, so that every run of the
//! program gives the same.

/// 128 bits of a text: two runs of FNV-1a from different starts, each mixed once more.
fn hash(text: &str) -> [u8; 16] {
    let run = |start: u64| {
        let fnv = text.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        // FNV's last bytes change only the low bits; one round of a multiplicative mixer spreads them.
        let mixed = (fnv ^ (fnv >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        mixed ^ (mixed >> 32)
    };
    let (high, low) = (run(0xcbf2_9ce4_8422_2325), run(0x8422_2325_cbf2_9ce4));
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(high.to_be_bytes().into_iter().chain(low.to_be_bytes())) {
        *to = from;
    }
    bytes
}

/// A Kafka cluster id: a UUID in URL-safe base64 without padding, 22 characters.
///
/// Kafka's own ids never begin with `-`, which a command line would take for an option; here the first is always a letter.
pub(super) fn kafka_cluster_id(stack: Option<&str>, app: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = hash(&format!("kafka/{}/{app}", stack.unwrap_or_default()));
    // The version and the variant of a random UUID; and the first bit 0, which keeps the first character among the letters.
    for (n, keep, set) in [(0, 0x7f, 0x00), (6, 0x0f, 0x40), (8, 0x3f, 0x80)] {
        if let Some(byte) = bytes.get_mut(n) {
            *byte = (*byte & keep) | set;
        }
    }
    let mut text = String::with_capacity(22);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().enumerate().fold(0u32, |group, (n, byte)| group | u32::from(*byte) << (16 - 8 * n));
        for n in 0..=chunk.len() {
            let index = usize::try_from((group >> (18 - 6 * n)) & 63).unwrap_or_default();
            text.extend(ALPHABET.get(index).map(|byte| char::from(*byte)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_id_is_a_uuid_in_22_characters() {
        let id = kafka_cluster_id(Some("shop"), "kafka");
        assert_eq!(id.len(), 22);
        assert!(id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{id}");
        // 22 characters hold 132 bits; the last four are zero.
        assert!(id.ends_with(['A', 'Q', 'g', 'w']), "{id}");
    }

    #[test]
    fn a_cluster_id_is_always_the_same_and_differs_between_apps() {
        let id = kafka_cluster_id(Some("shop"), "kafka");
        assert_eq!(id, kafka_cluster_id(Some("shop"), "kafka"));
        let others = [(Some("shop"), "events"), (Some("kafka"), "shop"), (None, "kafka"), (Some("shops"), "kafka")];
        assert!(others.iter().all(|(stack, app)| kafka_cluster_id(*stack, app) != id));
    }

    #[test]
    fn a_cluster_id_never_begins_like_an_option() {
        for n in 0..1000 {
            let id = kafka_cluster_id(None, &format!("kafka-{n}"));
            assert!(id.starts_with(|c: char| c.is_ascii_alphabetic()), "{id}");
        }
    }
}
