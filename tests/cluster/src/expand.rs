//! `$(VAR)` in commands, arguments and the values of environment variables.
//!
//! Rule: <https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/>:
//! `$(NAME)` is replaced when NAME is known, stays as written when it is not, and `$$(NAME)` means the text `$(NAME)`.

/// The text with its references replaced; `lookup` gives the value of a known variable.
pub fn expand(text: &str, lookup: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if let Some(escaped) = after.strip_prefix('$') {
            // `$$` is one dollar, and what follows it is not a reference any more.
            out.push('$');
            rest = escaped;
        } else if let Some((name, tail)) = after.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
            match lookup(name) {
                Some(value) => out.push_str(&value),
                None => out.push_str(&format!("$({name})")),
            }
            rest = tail;
        } else {
            out.push('$');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}
