//! Every rule of a value, whether the API server shares it, and why it is.

/// Whether the API server knows a rule too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Strictness {
    /// The server refuses such a value too.
    Server,
    /// The server accepts such a value, but it can never work or means something else.
    Stricter,
}

use Strictness::{Server, Stricter};

/// The id of every rule, whether the server shares it, and the reason with its source.
pub const RULES: &[(&str, Strictness, &str)] = &[
    ("annotation-key-invalid", Server, "an annotation key is a qualified name: [prefix/]name (docs: Annotations)"),
    (
        "annotation-key-not-ascii",
        Stricter,
        "the server lowers the key before it looks, so that a Kelvin sign passes as k",
    ),
    ("annotation-key-too-long", Server, "name up to 63 bytes, prefix up to 253 (docs: Annotations)"),
    ("cpu-negative", Server, "an amount of cpu is 0 or more (docs: Resource Management)"),
    (
        "cron-job-name-dot",
        Stricter,
        "the server warns: the pods' host names, made from the name, must not contain a dot",
    ),
    ("data-key-invalid", Server, "a key becomes a file name: letters, digits, '-', '_' and '.' (docs: ConfigMaps)"),
    ("data-key-too-long", Server, "a key has at most 253 bytes (docs: ConfigMaps)"),
    ("duration-invalid", Server, "the API takes whole seconds; the unit makes a number readable"),
    ("duration-sub-second", Server, "the API's fields of time are whole seconds"),
    ("duration-too-long", Server, "the API's fields of seconds are 32-bit numbers"),
    ("env-name-empty", Server, "an environment variable has a name"),
    ("env-name-invalid", Server, "printable ASCII without '=' (KEP-4369, relaxed environment variable names)"),
    ("env-name-unreadable", Stricter, "shells and many programs cannot read a variable of such a name (POSIX XBD 8.1)"),
    ("header-name-invalid", Server, "a probe's header name has letters, digits and '-'"),
    ("image-blank", Stricter, "the StatefulSet is accepted, its pods are refused: no blanks around an image"),
    (
        "image-digest-invalid",
        Stricter,
        "the kubelet answers InvalidImageName: sha256 has 64, sha384 96, sha512 128 lower-case hex digits",
    ),
    ("image-empty", Server, "a container has an image"),
    ("image-invalid", Stricter, "the kubelet answers InvalidImageName (distribution/reference grammar)"),
    (
        "image-registry-invalid",
        Stricter,
        "the kubelet reads such a registry as part of the path, so nothing can be pulled",
    ),
    ("image-repository-upper-case", Stricter, "the kubelet answers InvalidImageName: a repository is lower case"),
    ("image-scheme", Stricter, "the kubelet answers InvalidImageName: an image is no URL"),
    (
        "image-tag-invalid",
        Stricter,
        "the kubelet answers InvalidImageName: a tag has 1 to 128 of letters, digits, '_', '.', '-'",
    ),
    ("image-too-long", Stricter, "the kubelet answers InvalidImageName: a repository path has at most 255 bytes"),
    ("label-key-invalid", Server, "a label key is a qualified name: [prefix/]name (docs: Labels and Selectors)"),
    ("label-key-too-long", Server, "name up to 63 bytes, prefix up to 253 (docs: Labels and Selectors)"),
    (
        "label-value-invalid",
        Server,
        "letters, digits, '-', '_', '.', with a letter or digit at both ends (docs: Labels and Selectors)",
    ),
    ("label-value-too-long", Server, "a label value has at most 63 bytes (docs: Labels and Selectors)"),
    ("memory-fractional", Stricter, "there is no part of a byte; the server only warns of it"),
    ("memory-negative", Server, "an amount of memory is 0 or more (docs: Resource Management)"),
    ("mount-path-colon", Stricter, "API reference, VolumeMount.mountPath: must not contain ':'"),
    ("mount-path-empty", Server, "a mount has a path"),
    ("mount-path-nul", Stricter, "no system call takes a path with a NUL byte"),
    (
        "mount-path-parent",
        Stricter,
        "container runtimes resolve or refuse '..'; the path is not the one that is written",
    ),
    ("mount-path-relative", Stricter, "container runtimes need an absolute path (OCI runtime specification: mounts)"),
    ("mount-path-root", Stricter, "a volume over / hides the image's own files, so that no program is left to start"),
    ("mount-path-too-long", Stricter, "Linux refuses paths from 4096 bytes and names from 256 bytes (limits.h)"),
    ("name-empty", Server, "an object has a name"),
    ("name-invalid", Server, "lower-case letters, digits and '-' (docs: Object Names and IDs)"),
    (
        "name-too-long",
        Server,
        "63 bytes for a label, 253 for a subdomain, 52 for a CronJob (docs: Object Names and IDs)",
    ),
    ("node-port-range", Server, "the server's default range of node ports is 30000 to 32767 (docs: Service)"),
    (
        "pdb-name",
        Stricter,
        "the server checks next to nothing here; the name of every other kind has a subdomain's form",
    ),
    ("port-invalid", Server, "a port is a number"),
    (
        "port-name-invalid",
        Server,
        "lower-case letters, digits, single '-' within, at least one letter (RFC 6335, section 5.1)",
    ),
    ("port-name-too-long", Server, "a port name has at most 15 bytes (RFC 6335, section 5.1)"),
    ("port-range", Server, "a port is a number from 1 to 65535"),
    ("quantity-exponent", Stricter, "the server's exponent wraps at 32 bits, and a huge one hangs it"),
    ("quantity-invalid", Server, "a number with an optional suffix (API reference: Quantity)"),
    ("quantity-no-number", Stricter, "the server reads a suffix without a number as 0"),
    (
        "quantity-too-large",
        Stricter,
        "API reference, Quantity: nothing beyond 2^63-1; the server caps, wraps or drops the exponent",
    ),
    ("resource-negative", Server, "an amount of a resource is 0 or more (docs: Resource Management)"),
    (
        "stateful-set-name-too-long",
        Stricter,
        "the label controller-revision-hash, name-hash, has 63 bytes, so no pod is made (kubernetes#64023)",
    ),
    ("storage-fractional", Stricter, "there is no part of a byte; the server only warns of it"),
    ("storage-not-positive", Server, "a claim asks for more than 0 bytes"),
    ("sub-path-absolute", Server, "a sub-path is relative to its volume (API reference: VolumeMount.subPath)"),
    ("sub-path-empty", Stricter, "the server reads an empty sub-path as none"),
    ("sub-path-nul", Stricter, "no system call takes a path with a NUL byte"),
    ("sub-path-parent", Server, "a sub-path does not leave its volume"),
    ("sub-path-too-long", Stricter, "Linux refuses paths from 4096 bytes and names from 256 bytes (limits.h)"),
    (
        "topology-key-invalid",
        Stricter,
        "a topology key is a node label; a spread constraint is not checked, but no node can match",
    ),
];
