//! Names of objects and of the parts of objects.

use super::error::{ValueError, error, shown};
use super::text::{text_value, widens};

const LABEL: usize = 63;
const SUBDOMAIN: usize = 253;
const PORT_NAME: usize = 15;
/// What the label `controller-revision-hash`, `<name>-<hash of up to 10>`, leaves of 63 bytes.
const STATEFUL_SET: usize = 52;
/// The controller appends `-` and ten digits to make the name of a Job.
const CRON_JOB: usize = 52;

text_value! {
    /// A DNS label (RFC 1123): lower-case letters, digits and '-', no '-' at either end, 1 to 63 bytes.
    ///
    /// Names of Services, Namespaces, containers, volumes and volume claim templates.
    Label, check_label
}

text_value! {
    /// A DNS subdomain (RFC 1123): labels joined by '.', up to 253 bytes; one part may be longer than a label.
    ///
    /// Names of ConfigMaps, Secrets, ServiceAccounts, claims and NetworkPolicies.
    Subdomain, check_subdomain
}

text_value! {
    /// The name of a StatefulSet: a [`Label`] of at most 52 bytes.
    ///
    /// The server accepts 63, but every pod carries the label `controller-revision-hash` with the value
    /// `<name>-<hash>`, which then has more than 63 bytes: no pod is ever made
    /// ([kubernetes#64023](https://github.com/kubernetes/kubernetes/issues/64023)).
    ///
    /// ```
    /// use statefulapp_core::value::AppName;
    ///
    /// let error = "Postgres_DB".parse::<AppName>().unwrap_err();
    /// assert_eq!(error.help, r#"write "postgres-db""#);
    /// ```
    AppName, check_app
}

text_value! {
    /// The name of a CronJob: a [`Subdomain`] without dots of at most 52 bytes, which leaves room for the time in the
    /// names of its Jobs.
    CronJobName, check_cron_job
}

text_value! {
    /// The name of a Job: a [`Subdomain`] of at most 63 bytes, because its pods carry it as a label.
    JobName, check_job
}

text_value! {
    /// The name of a PodDisruptionBudget: a [`Subdomain`]. The server accepts nearly any text.
    PdbName, check_pdb
}

text_value! {
    /// The name of a storage class: a [`Subdomain`], or "" for no dynamic provisioning.
    StorageClassName, check_storage_class
}

text_value! {
    /// The name of a container's port (RFC 6335): lower-case letters, digits and single '-' within, at least one
    /// letter, 1 to 15 bytes.
    PortName, check_port_name
}

text_value! {
    /// The name of a Service's port: a [`Label`], a wider rule than that of a container's port.
    ServicePortName, check_service_port
}

widens! {
    AppName => Label,
    AppName => Subdomain,
    AppName => JobName,
    Label => Subdomain,
    Label => JobName,
    Label => PdbName,
    Label => ServicePortName,
    CronJobName => Subdomain,
    CronJobName => JobName,
    JobName => Subdomain,
    PdbName => Subdomain,
    Subdomain => PdbName,
    Subdomain => StorageClassName,
    PortName => ServicePortName,
    PortName => Label,
    ServicePortName => Label,
}

impl Label {
    /// Whether the name begins with a letter (RFC 1035), as a Service's name has to on servers before 1.34.
    pub fn begins_with_letter(&self) -> bool {
        self.as_str().starts_with(|c: char| c.is_ascii_lowercase())
    }
}

/// The kebab-case name that an identifier stands for: `postgres_read` is `postgres-read`.
///
/// Upper case is lowered, underscores become a '-', those at the ends are dropped. The result is not checked.
///
/// ```
/// use statefulapp_core::value::to_name;
///
/// assert_eq!(to_name("postgres_read"), "postgres-read");
/// assert_eq!(to_name("_Cache__2"), "cache-2");
/// ```
pub fn to_name(ident: &str) -> String {
    let ident = ident.strip_prefix("r#").unwrap_or(ident);
    let mut name = String::with_capacity(ident.len());
    for part in ident.split('_').filter(|part| !part.is_empty()) {
        if !name.is_empty() {
            name.push('-');
        }
        name.push_str(&part.to_lowercase());
    }
    name
}

pub(super) fn check_label(text: &str) -> Result<(), ValueError> {
    label(text, "name", LABEL)
}

fn check_service_port(text: &str) -> Result<(), ValueError> {
    label(text, "Service port name", LABEL)
}

fn check_app(text: &str) -> Result<(), ValueError> {
    if is_label(text.as_bytes()) && text.len() <= STATEFUL_SET {
        return Ok(());
    }
    label(text, "StatefulSet name", LABEL)
        .map_err(|_| bad_name(text, "StatefulSet name", LABEL, STATEFUL_SET, false))?;
    let wrong = format_args!(
        "is too long for a StatefulSet: {} bytes, and beyond {STATEFUL_SET} its pods' label controller-revision-hash \
         has more than 63",
        text.len()
    );
    Err(error("stateful-set-name-too-long", text, wrong, shorten(text, STATEFUL_SET)))
}

pub(super) fn check_subdomain(text: &str) -> Result<(), ValueError> {
    subdomain(text, "name", SUBDOMAIN)
}

fn check_storage_class(text: &str) -> Result<(), ValueError> {
    if text.is_empty() { Ok(()) } else { subdomain(text, "storage class name", SUBDOMAIN) }
}

fn check_cron_job(text: &str) -> Result<(), ValueError> {
    const WHAT: &str = "CronJob name";
    if text.len() <= CRON_JOB && text.contains('.') && is_subdomain(text) {
        let wrong = "is not a good CronJob name: its pods' host names are made from it, and those have no dots";
        return Err(error("cron-job-name-dot", text, wrong, format!("write {:?}", text.replace('.', "-"))));
    }
    label(text, WHAT, CRON_JOB)
}

fn check_job(text: &str) -> Result<(), ValueError> {
    subdomain(text, "Job name", LABEL)
}

fn check_pdb(text: &str) -> Result<(), ValueError> {
    const WHAT: &str = "PodDisruptionBudget name";
    subdomain(text, WHAT, SUBDOMAIN).map_err(|refused| {
        let server_refuses = text.is_empty() || matches!(text, "." | "..") || text.contains(['/', '%']);
        if server_refuses { refused } else { ValueError { rule: "pdb-name", ..refused } }
    })
}

fn check_port_name(text: &str) -> Result<(), ValueError> {
    match (is_port_name(text), text.len() <= PORT_NAME) {
        (true, true) => Ok(()),
        (true, false) => {
            let wrong =
                format_args!("is too long for a port name: {} bytes, and it has at most {PORT_NAME}", text.len());
            let has_letter = text.bytes().take(PORT_NAME).any(|b| b.is_ascii_lowercase());
            let help = if has_letter { shorten(text, PORT_NAME) } else { PORT_NAME_HELP.to_owned() };
            Err(error("port-name-too-long", text, wrong, help))
        }
        (false, _) => Err(bad_port_name(text)),
    }
}

const PORT_NAME_HELP: &str = "write 1 to 15 lower-case letters, digits and single '-', for instance \"metrics\"";

/// A port name of any length.
fn is_port_name(text: &str) -> bool {
    is_label(text.as_bytes()) && text.bytes().any(|b| b.is_ascii_lowercase()) && !text.contains("--")
}

fn label(text: &str, what: &str, most: usize) -> Result<(), ValueError> {
    let is_valid = is_label(text.as_bytes());
    if is_valid && text.len() <= most { Ok(()) } else { Err(bad_name(text, what, most, most, false)) }
}

fn subdomain(text: &str, what: &str, most: usize) -> Result<(), ValueError> {
    let is_valid = is_subdomain(text);
    if is_valid && text.len() <= most { Ok(()) } else { Err(bad_name(text, what, most, most, true)) }
}

/// A label of any length.
fn is_label(text: &[u8]) -> bool {
    let is_alphanumeric = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    text.first().is_some_and(is_alphanumeric)
        && text.last().is_some_and(is_alphanumeric)
        && text.iter().all(|b| is_alphanumeric(b) || *b == b'-')
}

/// A subdomain of any length.
pub(super) fn is_subdomain(text: &str) -> bool {
    text.as_bytes().split(|b| *b == b'.').all(is_label)
}

/// `most` is what the server allows, `fits` what is suggested.
#[cold]
fn bad_name(text: &str, what: &str, most: usize, fits: usize, dots: bool) -> ValueError {
    if text.is_empty() {
        let help = "write lower-case letters, digits and '-', for instance \"postgres-read\"";
        return error("name-empty", text, format_args!("is not a {what}: it is empty"), help);
    }
    let is_valid = if dots { is_subdomain(text) } else { is_label(text.as_bytes()) };
    if is_valid {
        let wrong = format_args!("is too long for a {what}: {} bytes, and it has at most {most}", text.len());
        return error("name-too-long", text, wrong, shorten(text, fits));
    }
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || (dots && c == '.');
    let wrong = match text.chars().find(|c| !allowed(*c)) {
        Some(c) if c.is_ascii_uppercase() => format!("is not a {what}: {} is upper case", shown(c)),
        Some(c) if dots => {
            format!("is not a {what}: {} is not an ASCII lower-case letter, a digit, '-' or '.'", shown(c))
        }
        Some(c) => format!("is not a {what}: {} is not an ASCII lower-case letter, a digit or '-'", shown(c)),
        None if dots => format!("is not a {what}: every part between dots must begin and end with a letter or digit"),
        None => format!("is not a {what}: it must begin and end with a letter or digit"),
    };
    let help = match kebab(text, fits, dots) {
        Some(name) => format!("write {name:?}"),
        None => "write lower-case letters, digits and '-', for instance \"postgres-read\"".to_owned(),
    };
    error("name-invalid", text, wrong, help)
}

#[cold]
fn bad_port_name(text: &str) -> ValueError {
    const RULE: &str = "port-name-invalid";
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let wrong = match text.chars().find(|c| !c.is_ascii_lowercase() && !c.is_ascii_digit() && *c != '-') {
        _ if text.is_empty() => "is not a port name: it is empty".to_owned(),
        Some(c) => format!("is not a port name: {} is not an ASCII lower-case letter, a digit or '-'", shown(c)),
        None if text.contains("--") => "is not a port name: it has two '-' in a row".to_owned(),
        None if text.starts_with('-') || text.ends_with('-') => {
            "is not a port name: it must begin and end with a letter or digit".to_owned()
        }
        None => "is not a port name: it has no letter".to_owned(),
    };
    let candidate = kebab(text, PORT_NAME, false).map(|name| if digits { format!("port-{name}") } else { name });
    let help = match candidate {
        Some(name) if is_port_name(&name) && name.len() <= PORT_NAME => format!("write {name:?}"),
        _ => PORT_NAME_HELP.to_owned(),
    };
    error(RULE, text, wrong, help)
}

fn shorten(text: &str, most: usize) -> String {
    let cut = text.get(..most).unwrap_or(text).trim_end_matches(['-', '.']);
    format!("shorten it, for instance to {cut:?}")
}

/// The name that a text was probably meant to be: words of `camelCase` and of anything else, joined by '-'.
/// Nothing if a letter of another alphabet would be lost.
fn kebab(text: &str, most: usize, dots: bool) -> Option<String> {
    if text.chars().any(|c| !c.is_ascii() && c.is_alphanumeric()) {
        return None;
    }
    let mut name = String::new();
    let mut was_lower = false;
    for c in text.chars() {
        let separates = !c.is_ascii_alphanumeric();
        if dots && c == '.' {
            name.truncate(name.trim_end_matches('-').len());
            if !name.is_empty() && !name.ends_with('.') {
                name.push('.');
            }
        } else if (separates || (c.is_ascii_uppercase() && was_lower))
            && !name.is_empty()
            && !name.ends_with(['-', '.'])
        {
            name.push('-');
        }
        if !separates {
            name.push(c.to_ascii_lowercase());
        }
        was_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    name.truncate(most);
    name.truncate(name.trim_end_matches(['-', '.']).len());
    (!name.is_empty()).then_some(name)
}

impl From<&AppName> for Label {
    /// An app's name is a label, and a shorter one.
    fn from(name: &AppName) -> Self {
        Label(name.0.clone())
    }
}
