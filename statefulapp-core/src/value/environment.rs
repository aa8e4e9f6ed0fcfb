//! Keys of key-value data: environment variables, ConfigMaps and Secrets, HTTP headers.

use super::error::{ValueError, error};
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
    if is_env_name(text) { Ok(()) } else { Err(bad_env_name(text, "environment variable name")) }
}

fn check_env_prefix(text: &str) -> Result<(), ValueError> {
    if text.is_empty() || is_env_name(text) {
        Ok(())
    } else {
        Err(bad_env_name(text, "prefix of environment variables"))
    }
}

fn is_env_name(text: &str) -> bool {
    text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

#[cold]
fn bad_env_name(text: &str, what: &str) -> ValueError {
    if text.is_empty() {
        let help = "write letters, digits and '_', for instance \"POSTGRES_DB\"";
        return error("env-name-empty", text, format_args!("is not an {what}: it is empty"), help);
    }
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let mut name: String = text.chars().map(|c| if is_allowed(c) { c } else { '_' }).collect();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        name.insert(0, '_');
    }
    let article = if what.starts_with('e') { "an" } else { "a" };
    let help = format!("write {name:?}");
    match text.chars().find(|c| !matches!(c, ' '..='~') || *c == '=') {
        Some(c) => {
            let wrong = format_args!("is not {article} {what}: {c:?} is not printable ASCII without '='");
            error("env-name-invalid", text, wrong, help)
        }
        None => {
            let wrong = match text.chars().find(|c| !is_allowed(*c)) {
                Some(c) => format!("is not {article} {what} that a program can rely on: it has {c:?}"),
                None => format!(
                    "is not {article} {what} that a program can rely on: it does not begin with a letter or '_'"
                ),
            };
            error("env-name-unreadable", text, wrong, help)
        }
    }
}

fn check_data_key(text: &str) -> Result<(), ValueError> {
    if is_data_key(text) && text.len() <= KEY { Ok(()) } else { Err(bad_data_key(text)) }
}

/// A key of any length.
fn is_data_key(text: &str) -> bool {
    text != "." && !text.starts_with("..") && !text.is_empty() && text.bytes().all(is_key_byte)
}

fn is_key_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')
}

#[cold]
fn bad_data_key(text: &str) -> ValueError {
    if is_data_key(text) {
        let wrong = format_args!("is too long for a key: {} bytes, and it has at most {KEY}", text.len());
        return error("data-key-too-long", text, wrong, "shorten it");
    }
    let fault = match text.chars().find(|c| !c.is_ascii() || !is_key_byte(*c as u8)) {
        _ if text.is_empty() => "it is empty".to_owned(),
        Some('/') => "'/' is not allowed, keys have no folders".to_owned(),
        Some(c) => format!("{c:?} is not a letter of ASCII, a digit, '-', '_' or '.'"),
        None if text == "." => "it names the folder itself".to_owned(),
        None => "it begins with \"..\"".to_owned(),
    };
    let key: String = text.chars().map(|c| if c.is_ascii() && is_key_byte(c as u8) { c } else { '-' }).collect();
    let key = if key.starts_with("..") { key.trim_start_matches('.') } else { &key };
    let help = if is_data_key(key) && key.len() <= KEY {
        format!("write {key:?}")
    } else {
        "write letters, digits, '-', '_' and '.', for instance \"postgresql.conf\"".to_owned()
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
