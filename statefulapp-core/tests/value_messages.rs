//! What is said of a bad value: the rule, the message, and what to write instead.

use statefulapp_core::value::*;
use std::str::FromStr;

/// Each row is a text, the rule that it breaks, the message after the quoted text, and the help.
fn says<T: FromStr<Err = ValueError>>(rows: &[(&str, &str, &str, &str)]) {
    for (text, rule, message, help) in rows {
        let error = text.parse::<T>().err().unwrap_or_else(|| panic!("{text:?} is accepted"));
        let expected = ValueError {
            rule: RULES.iter().find(|(id, ..)| id == rule).expect("a rule").0,
            message: format!("{text:?} {message}"),
            help: (*help).to_owned(),
        };
        assert_eq!(error, expected);
        assert_eq!(error.to_string(), error.message);
    }
}

#[test]
fn quantities() {
    const NO: &str = "is not a Kubernetes quantity";
    const WHOLE: &str = "is not a storage size: it is not a whole number of bytes";
    says::<StorageSize>(&[
        ("10GB", "quantity-invalid", NO, "write 10G (10^9 bytes each) or 10Gi (2^30)"),
        ("10K", "quantity-invalid", NO, "write 10k (10^3 bytes each) or 10Ki (2^10)"),
        ("10gi", "quantity-invalid", NO, "write 10Gi"),
        ("10 Gi", "quantity-invalid", NO, "write 10Gi"),
        ("1,5Gi", "quantity-invalid", NO, "write 1.5Gi"),
        ("1_000Mi", "quantity-invalid", NO, "write 1000Mi"),
        ("10 bytes", "quantity-invalid", NO, "write 10 (bytes have no suffix)"),
        (
            "0",
            "storage-not-positive",
            "is not a storage size: it must be greater than zero",
            "write the size of the volume, for instance 10Gi",
        ),
        ("512m", "storage-fractional", WHOLE, "write 512M (10^6 bytes each) or 512Mi (2^20)"),
        ("0.1Gi", "storage-fractional", WHOLE, "write 103Mi"),
        ("Gi", "quantity-no-number", "is a quantity without a number", "write the number before it, for instance 1Gi"),
        (
            "1e19",
            "quantity-exponent",
            "has an exponent beyond 18, which the server wraps or hangs on",
            "write a suffix from n to E, or Ki to Ei",
        ),
        (
            "1000E",
            "quantity-too-large",
            "is beyond 2^63-1, which the server caps or stores as another amount",
            "write at most 7Ei or 9E",
        ),
    ]);
    says::<CpuAmount>(&[
        ("-500m", "cpu-negative", "is not an amount of cpu: it is negative", "write 500m"),
        ("-1.", "cpu-negative", "is not an amount of cpu: it is negative", "write 1"),
        ("2 cores", "quantity-invalid", NO, "write 2 (cpus have no suffix)"),
    ]);
    says::<MemoryAmount>(&[
        (
            "512m",
            "memory-fractional",
            "is not an amount of memory: it is not a whole number of bytes",
            "write 512M (10^6 bytes each) or 512Mi (2^20)",
        ),
        ("-1Gi", "memory-negative", "is not an amount of memory: it is negative", "write 1Gi"),
    ]);
}

#[test]
fn names() {
    let long = "a".repeat(53);
    says::<AppName>(&[
        ("Postgres_DB", "name-invalid", "is not a StatefulSet name: 'P' is upper case", "write \"postgres-db\""),
        ("myApp", "name-invalid", "is not a StatefulSet name: 'A' is upper case", "write \"my-app\""),
        (
            "-a",
            "name-invalid",
            "is not a StatefulSet name: it must begin and end with a letter or digit",
            "write \"a\"",
        ),
        (
            "",
            "name-empty",
            "is not a StatefulSet name: it is empty",
            "write lower-case letters, digits and '-', for instance \"postgres-read\"",
        ),
        (
            "w\u{435}b",
            "name-invalid",
            "is not a StatefulSet name: '\u{435}' (U+0435) is not an ASCII lower-case letter, a digit or '-'",
            "write lower-case letters, digits and '-', for instance \"postgres-read\"",
        ),
        (
            &long,
            "stateful-set-name-too-long",
            "is too long for a StatefulSet: 53 bytes, and beyond 52 its pods' label controller-revision-hash has more than 63",
            &format!("shorten it, for instance to {:?}", "a".repeat(52)),
        ),
    ]);
    says::<Subdomain>(&[(
        "a..b",
        "name-invalid",
        "is not a name: every part between dots must begin and end with a letter or digit",
        "write \"a.b\"",
    )]);
    says::<CronJobName>(&[(
        "a.b",
        "cron-job-name-dot",
        "is not a good CronJob name: its pods' host names are made from it, and those have no dots",
        "write \"a-b\"",
    )]);
    says::<PdbName>(&[(
        "My PDB",
        "pdb-name",
        "is not a PodDisruptionBudget name: 'M' is upper case",
        "write \"my-pdb\"",
    )]);
    says::<PortName>(&[
        ("443", "port-name-invalid", "is not a port name: it has no letter", "write \"port-443\""),
        (
            "http_metrics",
            "port-name-invalid",
            "is not a port name: '_' is not an ASCII lower-case letter, a digit or '-'",
            "write \"http-metrics\"",
        ),
        ("a--b", "port-name-invalid", "is not a port name: it has two '-' in a row", "write \"a-b\""),
        (
            "metrics-exporter",
            "port-name-too-long",
            "is too long for a port name: 16 bytes, and it has at most 15",
            "shorten it, for instance to \"metrics-exporte\"",
        ),
    ]);
}

#[test]
fn labels() {
    says::<LabelKey>(&[
        (
            "Example.com/a",
            "label-key-invalid",
            "is not a label key: the prefix \"Example.com\" is not a DNS subdomain",
            "write \"example.com/a\"",
        ),
        (
            "a/b/c",
            "label-key-invalid",
            "is not a label key: it has more than one '/'",
            "write prefix/name with one '/', for instance \"example.com/name\"",
        ),
        (
            "a b",
            "label-key-invalid",
            "is not a label key: ' ' is not an ASCII letter, a digit, '-', '_' or '.'",
            "write \"a-b\"",
        ),
    ]);
    says::<LabelValue>(&[(
        "v1.2+build",
        "label-value-invalid",
        "is not a label value: '+' is not an ASCII letter, a digit, '-', '_' or '.'",
        "write \"v1.2-build\", or make it an annotation, which takes any text",
    )]);
    says::<AnnotationKey>(&[(
        "\u{212a}abc",
        "annotation-key-not-ascii",
        "is not an annotation key: it has a letter that only looks like one of ASCII",
        "write \"Kabc\"",
    )]);
    assert!("Example.COM/x".parse::<AnnotationKey>().is_ok());
}

#[test]
fn environment() {
    const UNREADABLE: &str = "is not an environment variable name that a program can rely on";
    says::<EnvName>(&[
        ("MY VAR", "env-name-unreadable", &format!("{UNREADABLE}: it has ' '"), "write \"MY_VAR\""),
        (
            "9LIVES",
            "env-name-unreadable",
            &format!("{UNREADABLE}: it does not begin with a letter or '_'"),
            "write \"_9LIVES\"",
        ),
        (
            "A=B",
            "env-name-invalid",
            "is not an environment variable name: '=' is not printable ASCII without '='",
            "write \"A_B\"",
        ),
    ]);
    assert!("discovery.seed_hosts".parse::<EnvName>().is_ok());
    says::<DataKey>(&[
        (
            "conf.d/my.cnf",
            "data-key-invalid",
            "is not a key of a ConfigMap or Secret: '/' is not allowed, keys have no folders",
            "write \"conf.d-my.cnf\"",
        ),
        (
            "..data",
            "data-key-invalid",
            "is not a key of a ConfigMap or Secret: it begins with \"..\"",
            "write \"data\"",
        ),
    ]);
}

#[test]
fn numbers() {
    says::<Port>(&[
        ("0", "port-range", "is not a port: it is not from 1 to 65535", "write a number from 1 to 65535"),
        ("65536", "port-range", "is not a port: it is not from 1 to 65535", "write a number from 1 to 65535"),
        ("http", "port-invalid", "is not a port: it is not a number", "write a number, for instance 5432"),
    ]);
    assert_eq!(NodePort::try_from(80_i64).expect_err("too low").rule, "node-port-range");
    says::<Percent>(&[
        ("25", "percent-invalid", "is not a percentage", "write 25%"),
        ("101%", "percent-range", "is not a percentage: it is beyond 100%", "write 0% to 100%"),
    ]);
    says::<FileMode>(&[
        ("644", "file-mode-invalid", "is not a file mode: it is not written as octal", "write 0o644"),
        ("01000", "file-mode-range", "is not a file mode: it is beyond 0o777", "write 0o000 to 0o777"),
    ]);
    assert_eq!(FileMode::try_from(644_i64).expect_err("decimal").help, "write 0o644");
    says::<KubernetesVersion>(&[(
        "v1.33.2",
        "kubernetes-version-invalid",
        "is not a version of Kubernetes",
        "write 1.33",
    )]);
}

#[test]
fn durations() {
    const GENERAL: &str = "write whole numbers with units s, m, h, d or w, the larger unit first, for instance 1h30m";
    says::<Duration>(&[
        ("30", "duration-invalid", "is not a duration: it has no unit", "write 30s"),
        ("30 s", "duration-invalid", "is not a duration", "write 30s"),
        ("5min", "duration-invalid", "is not a duration", "write 5m"),
        ("1.5h", "duration-invalid", "is not a duration", "write 1h30m"),
        ("500ms", "duration-sub-second", "is not a whole number of seconds", "write 1s"),
        ("-5s", "duration-invalid", "is not a duration: it is negative", "write 5s"),
        ("1m1h", "duration-invalid", "is not a duration", GENERAL),
        ("", "duration-invalid", "is not a duration", GENERAL),
        (
            "99999w",
            "duration-too-long",
            "is too long: the API takes at most 2147483647 seconds",
            "write at most 24855d",
        ),
    ]);
}

#[test]
fn images() {
    const GENERAL: &str = "write [registry/]repository:tag, for instance \"ghcr.io/team/app:1.0\"";
    says::<Image>(&[
        (
            "Postgres:15",
            "image-repository-upper-case",
            "is not an image: a repository is lower case",
            "write \"postgres:15\"",
        ),
        (
            "http://example.com/app",
            "image-scheme",
            "is not an image: it begins with the scheme \"http\", and an image is no URL",
            "write \"example.com/app\"",
        ),
        ("nginx:", "image-tag-invalid", "is not an image: the tag after ':' is empty", "write the tag, nginx:<tag>"),
        (
            "nginx:1+2",
            "image-tag-invalid",
            "is not an image: \"1+2\" is not a tag",
            "write letters, digits, '_', '.' and '-', for instance \"nginx:1-2\"",
        ),
        (
            "nginx@sha256:abc",
            "image-digest-invalid",
            "is not an image: a sha256 digest has 64 hex digits, not 3",
            "copy the whole digest",
        ),
        (" nginx", "image-blank", "is not an image: it has blanks around it", "write \"nginx\""),
        (
            "my_registry:5000/app",
            "image-registry-invalid",
            "is not an image: \"my_registry:5000\" is not a registry, host or host:port",
            "write for instance \"registry.example.com:5000/team/app:1.0\"",
        ),
        (
            "exam_ple.com/app",
            "image-registry-invalid",
            "is not an image: \"exam_ple.com\" is not a registry, host or host:port",
            "write for instance \"registry.example.com:5000/team/app:1.0\"",
        ),
        ("a//b", "image-invalid", "is not an image: a part of its path is empty", GENERAL),
    ]);
}

#[test]
fn paths() {
    says::<MountPath>(&[
        ("data", "mount-path-relative", "is not a mount path: it is not absolute", "write \"/data\""),
        ("/data:ro", "mount-path-colon", "is not a mount path: it has a ':'", "write \"/data\""),
        ("/a/../b", "mount-path-parent", "is not a mount path: it has a \"..\" part", "write \"/b\""),
        (
            "//",
            "mount-path-root",
            "is not a mount path: a volume there hides the image's own files",
            "write a folder, for instance \"/data\"",
        ),
    ]);
    says::<SubPath>(&[
        (
            "/a",
            "sub-path-absolute",
            "is not a sub-path: it is absolute, and must be relative to its volume",
            "write \"a\"",
        ),
        (
            "../a",
            "sub-path-parent",
            "is not a sub-path: it has a \"..\" part",
            "write a path inside the volume, for instance \"pgdata\"",
        ),
    ]);
}

#[test]
fn schedules() {
    says::<CronSchedule>(&[
        (
            "0 0 * * 7",
            "cron-field-range",
            "is not a schedule: the weekday 7 is beyond 0 to 6",
            "write 0 or sun for Sunday, and for a range that ends with it, for instance \"1-6,0\"",
        ),
        (
            "0 22-6 * * *",
            "cron-field-range",
            "is not a schedule: the range of the hour \"22-6\" ends before it begins",
            "write \"22-23,0-6\"",
        ),
        ("0 0 * * thur", "cron-field-invalid", "is not a schedule: \"thur\" is not a weekday", "write \"thu\""),
        (
            "0 0 2 * * *",
            "cron-field-count",
            "is not a schedule: it does not have five fields",
            "write \"0 2 * * *\", there is no field of seconds",
        ),
        ("daily", "cron-field-count", "is not a schedule: it does not have five fields", "write \"@daily\""),
        ("@Daily", "cron-descriptor", "is not a schedule: no such descriptor", "write \"@daily\""),
        (
            "0 0 31 4,6,9,11 *",
            "cron-never-fires",
            "is a schedule that never fires: no date fits it",
            "choose a day that the month has, for instance 28",
        ),
        (
            "*/90 * * * *",
            "cron-step-too-large",
            "is not what it says: the step of the minute \"*/90\" leaves its range, so that it means 0 alone",
            "write \"0\", or a step of at most 60",
        ),
        (
            "*-5 * * * *",
            "cron-star-range",
            "is not what it says: the server reads the minute \"*-5\" as \"*\"",
            "write \"*\", or a range such as \"0-5\"",
        ),
        (
            "@every -1h",
            "cron-every-sub-second",
            "is not what it says: the server makes every second of it",
            "write at least one minute, for instance \"@every 1h\"",
        ),
        (
            "@every 1500ms",
            "cron-every-sub-second",
            "is not what it says: the server drops the fraction of a second",
            "write \"@every 1s\"",
        ),
        (
            "TZ=UTC 0 3 * * *",
            "cron-time-zone",
            "is not a schedule: it has a time zone in it",
            "leave it out here and write the time zone in its own field",
        ),
    ]);
    says::<TimeZone>(&[
        ("europe/berlin", "time-zone-unknown", "is not a time zone of the tz database", "write \"Europe/Berlin\""),
        (
            "localtime",
            "time-zone-not-iana",
            "is not a time zone of the tz database: it is a file that only some servers have",
            "write the zone that is meant, for instance \"Europe/Berlin\"",
        ),
    ]);
}

#[test]
fn hosts_and_resources() {
    says::<Hostname>(&[
        ("http://Example.com/", "host-name-invalid", "is not a host name", "write \"example.com\""),
        (
            "10.0.0.1",
            "host-name-ip-address",
            "is not a host name: it is an IPv4 address, which DNS does not look up",
            "write the host's name",
        ),
    ]);
    says::<IpAddress>(&[("010.0.0.1", "ip-address-invalid", "is not an IP address", "write \"10.0.0.1\"")]);
    says::<Cidr>(&[
        (
            "10.0.0.1/8",
            "cidr-host-bits",
            "is not a network: it has bits set beyond the prefix length",
            "write \"10.0.0.0/8\", or \"10.0.0.1/32\" for the one address",
        ),
        (
            "fd00::1",
            "cidr-invalid",
            "is not a network: it has no prefix length",
            "write \"fd00::1/128\" for the one address",
        ),
        (
            "10.0.0.0/33",
            "cidr-invalid",
            "is not a network: the prefix length is beyond 32",
            "write 0 to 32 after the '/'",
        ),
    ]);
    says::<ResourceName>(&[
        ("Memory", "resource-name-invalid", "is not a resource that a container can ask for", "write \"memory\""),
        (
            "hugepages-2048Ki",
            "resource-name-page-size",
            "is not a size of pages that a node offers",
            "write the size as the nodes do, for instance hugepages-2Mi or hugepages-1Gi",
        ),
        (
            "kubernetes.io/foo",
            "resource-name-native",
            "is not a resource: no node offers one under kubernetes.io/",
            "write the device plugin's name, for instance \"nvidia.com/gpu\"",
        ),
    ]);
    says::<Capability>(&[("cap_net_raw", "capability-unknown", "is not a Linux capability", "write \"NET_RAW\"")]);
}

#[test]
fn a_long_value_is_cut() {
    let error = "x".repeat(5000).parse::<Label>().expect_err("too long");
    assert!(error.message.len() < 300, "{}", error.message);
}
