//! Where the language is stricter than the server beside the rules of single values that are so everywhere
//! ([`statefulapp_core::value::RULES`]): the server accepts such a declaration, but it can never work or means something else.

/// A rule that is stricter than the server.
pub(crate) struct Stricter {
    /// Its id.
    pub(crate) rule: &'static str,
    /// The tables about whose places this is said; empty for all. The server shares the rule elsewhere.
    pub(crate) tables: &'static [&'static str],
    /// What becomes of a declaration that breaks it.
    pub(crate) why: &'static str,
}

/// Every such rule.
pub(crate) const STRICTER: &[Stricter] = &[
    everywhere(
        "duplicate-key",
        "of two entries of one name the server keeps the last without a word, and server-side apply refuses both",
    ),
    // A rule of a value, in a place where the server does not look.
    only("name-invalid", REFERRING, "no object of such a name can exist, so that the pod never starts"),
    only("name-too-long", REFERRING, "no object of such a name can exist, so that the pod never starts"),
    only("data-key-invalid", ITEMS, "no key of such a name can exist, so that the pod never starts"),
    only("data-key-too-long", ITEMS, "no key of such a name can exist, so that the pod never starts"),
    only("resource-field-unknown", &["env-list"], "huge pages without a size are none"),
    only(
        "count-negative",
        &["statefulset-field"],
        "a negative revisionHistoryLimit keeps every revision; the server warns",
    ),
    only(
        "count-invalid",
        &["statefulset-field"],
        "before Kubernetes 1.37 maxUnavailable is dropped before anybody reads it",
    ),
    only(
        "percent-invalid",
        &["statefulset-field"],
        "before Kubernetes 1.37 maxUnavailable is dropped before anybody reads it",
    ),
    only(
        "percent-range",
        &["statefulset-field"],
        "before Kubernetes 1.37 maxUnavailable is dropped before anybody reads it",
    ),
    only(
        "max-unavailable-zero",
        &["statefulset-field"],
        "before Kubernetes 1.37 maxUnavailable is dropped before anybody reads it",
    ),
    only(
        "value-kind",
        &["statefulset-field"],
        "before Kubernetes 1.37 maxUnavailable is dropped before anybody reads it",
    ),
    only(
        "duplicate-host-port",
        &["container-port-list"],
        "the containers of a pod run on one node, which has the port once",
    ),
    only(
        "duration-invalid",
        &["termination-grace-period", "lifecycle"],
        "a negative time means 1 second; the server warns",
    ),
    only(
        "duration-too-long",
        &["termination-grace-period", "cronjob-fields", "probe-number", "lifecycle"],
        "nobody waits for more than 68 years",
    ),
    only("host-name-invalid", &["service-spec"], IGNORED_HOST),
    only("host-name-too-long", &["service-spec"], IGNORED_HOST),
    only(
        "cidr-invalid",
        &["service-spec"],
        "the server trims blanks around a range where it looks at it, and keeps them for the load balancer to read",
    ),
];

/// Tables of places that name an object which need not exist yet.
const REFERRING: &[&str] = &[
    "reference-names",
    "volume-source",
    "pod-template-field",
    "pvc-spec",
    "statefulset-structure",
    "beyond-sts-broken",
];

/// Tables with keys of data that need not exist yet.
const ITEMS: &[&str] = &["volume-item-key-path", "volume-source"];

const IGNORED_HOST: &str = "the name is ignored, because the Service is of another type; the server warns";

const fn everywhere(rule: &'static str, why: &'static str) -> Stricter {
    Stricter { rule, tables: &[], why }
}

const fn only(rule: &'static str, tables: &'static [&'static str], why: &'static str) -> Stricter {
    Stricter { rule, tables, why }
}
