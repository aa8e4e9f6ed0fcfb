//! Keys of key-value data: environment variables, ConfigMaps and Secrets, HTTP headers.

use super::error::{ValueError, error, shown, tidied};
use super::text::{text_value, widens};

/// The longest key of a ConfigMap or Secret.
const KEY: usize = 253;

text_value! {
    /// The name of an environment variable: letters, digits, '_', '.' and '-', not a digit, '.' or '-' first.
    ///
    /// The server accepts all printable ASCII but '='. Dots and dashes are for programs such as Elasticsearch, which
    /// reads `discovery.seed_hosts`.
    ///
    /// ```
    /// use statefulapp_core::value::EnvName;
    ///
    /// assert!("POSTGRES_DB".parse::<EnvName>().is_ok());
    /// assert_eq!("MY VAR".parse::<EnvName>().unwrap_err().help, r#"write "MY_VAR""#);
    /// ```
    EnvName, check_env_name
}

text_value! {
    /// What is put before the names of variables that a whole ConfigMap or Secret gives: empty, or as an [`EnvName`].
    EnvPrefix, check_env_prefix
}

text_value! {
    /// A key of a ConfigMap or Secret, which is also the name of a file: letters, digits, '-', '_' and '.', 1 to 253
    /// bytes, neither `.` nor with `..` first.
    DataKey, check_data_key
}

text_value! {
    /// The name of a header in an HTTP probe: letters, digits and '-'.
    HeaderName, check_header_name
}

widens! {
    EnvName => EnvPrefix,
}

fn check_env_name(text: &str) -> Result<(), ValueError> {
    if is_env_name(text) { Ok(()) } else { Err(bad_env_name(text, "an environment variable name")) }
}

fn check_env_prefix(text: &str) -> Result<(), ValueError> {
    if text.is_empty() || is_env_name(text) {
        Ok(())
    } else {
        Err(bad_env_name(text, "a prefix of environment variables"))
    }
}

fn is_env_name(text: &str) -> bool {
    text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_') && text.chars().all(is_env_char)
}

fn is_env_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

#[cold]
fn bad_env_name(text: &str, what: &str) -> ValueError {
    const GENERAL_HELP: &str = "write letters, digits and '_', for instance \"POSTGRES_DB\"";
    if text.is_empty() {
        return error("env-name-empty", text, format_args!("is not {what}: it is empty"), GENERAL_HELP);
    }
    let mut name = tidied(text, is_env_char, '_');
    if let Some(name) = name.as_mut().filter(|name| !is_env_name(name)) {
        name.insert(0, '_');
    }
    let help = name.map_or(GENERAL_HELP.to_owned(), |name| format!("write {name:?}"));
    if let Some(c) = text.chars().find(|c| !matches!(c, ' '..='~') || *c == '=') {
        let wrong = format_args!("is not {what}: {} is not printable ASCII without '='", shown(c));
        return error("env-name-invalid", text, wrong, help);
    }
    let wrong = match text.chars().find(|c| !is_env_char(*c)) {
        Some(c) => format!("is not {what} that a program can rely on: it has {c:?}"),
        None => format!("is not {what} that a program can rely on: it does not begin with a letter or '_'"),
    };
    error("env-name-unreadable", text, wrong, help)
}

fn check_data_key(text: &str) -> Result<(), ValueError> {
    if is_data_key(text) && text.len() <= KEY { Ok(()) } else { Err(bad_data_key(text)) }
}

/// A key of any length.
fn is_data_key(text: &str) -> bool {
    text != "." && !text.starts_with("..") && !text.is_empty() && text.chars().all(is_key_char)
}

fn is_key_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

#[cold]
fn bad_data_key(text: &str) -> ValueError {
    if is_data_key(text) {
        let wrong = format_args!("is too long for a key: {} bytes, and it has at most {KEY}", text.len());
        return error("data-key-too-long", text, wrong, "shorten it");
    }
    let fault = match text.chars().find(|c| !is_key_char(*c)) {
        _ if text.is_empty() => "it is empty".to_owned(),
        Some('/') => "'/' is not allowed, keys have no folders".to_owned(),
        Some(c) => format!("{} is not an ASCII letter, a digit, '-', '_' or '.'", shown(c)),
        None if text == "." => "it names the folder itself".to_owned(),
        None => "it begins with \"..\"".to_owned(),
    };
    let key = tidied(text, is_key_char, '-');
    let key = key.as_deref().map(|key| if key.starts_with("..") { key.trim_start_matches('.') } else { key });
    let help = match key {
        Some(key) if is_data_key(key) && key.len() <= KEY => format!("write {key:?}"),
        _ => "write letters, digits, '-', '_' and '.', for instance \"postgresql.conf\"".to_owned(),
    };
    error("data-key-invalid", text, format_args!("is not a key of a ConfigMap or Secret: {fault}"), help)
}

fn check_header_name(text: &str) -> Result<(), ValueError> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Ok(());
    }
    let wrong = "is not a header name: it has letters, digits and '-'";
    Err(error("header-name-invalid", text, wrong, "write for instance \"X-Probe\""))
}
