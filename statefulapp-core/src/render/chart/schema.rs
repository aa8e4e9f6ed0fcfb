//! `values.schema.json`: what `helm install --set` may set. It accepts nothing that the parameters refuse.

use super::secret;
use crate::model::{Param, ParamKind, SecretValue, Stack};
use serde_json::{Map, Value, json};

/// The schema of the values.
pub(super) fn schema(stack: &Stack, completed: &Stack) -> Value {
    let mut properties: Map<String, Value> = stack.params.iter().map(|param| (param.name.clone(), of(param))).collect();
    let mut required: Vec<&str> = stack.params.iter().map(|param| param.name.as_str()).collect();
    let secrets: Map<String, Value> = secret::written(completed)
        .map(|secret| {
            let given = secret.data.iter().filter(|(_, value)| !matches!(value, SecretValue::Generate(_)));
            let values: Map<String, Value> =
                given.map(|(key, _)| (key.to_string(), json!({"type": ["string", "null"]}))).collect();
            let values = json!({"type": "object", "additionalProperties": false, "properties": values});
            let properties = json!({"existing": {"type": "boolean"}, "values": values});
            let of_secret = json!({"type": "object", "additionalProperties": false, "properties": properties});
            (secret.name.to_string(), of_secret)
        })
        .collect();
    if !secrets.is_empty() {
        let names: Vec<_> = secrets.keys().cloned().collect();
        properties.insert(
            "secrets".to_owned(),
            json!({"type": "object", "additionalProperties": false, "required": names, "properties": secrets}),
        );
        required.push("secrets");
    }
    // What a parent chart gives to all.
    properties.insert("global".to_owned(), json!({"type": "object"}));
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

/// The schema of a parameter's values.
fn of(param: &Param) -> Value {
    let mut schema = Map::new();
    let mut add = |key: &str, value: Value| drop(schema.insert(key.to_owned(), value));
    if !param.doc.is_empty() {
        add("description", json!(param.doc));
    }
    let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<u32>().ok());
    match param.kind {
        ParamKind::Count | ParamKind::Port => {
            let (least, most) = if param.kind == ParamKind::Port { (1, 65_535) } else { (0, 2_147_483_647) };
            add("type", json!("integer"));
            add("minimum", json!(number(&param.min).unwrap_or(least)));
            add("maximum", json!(number(&param.max).unwrap_or(most)));
        }
        ParamKind::Bool => add("type", json!("boolean")),
        // `--set cpu=2` gives a number. The pattern is for texts only.
        ParamKind::Quantity => {
            add("type", json!(["string", "integer"]));
            add("minimum", json!(0));
            // A larger one is printed with an exponent.
            add("maximum", json!(999_999));
        }
        _ => add("type", json!("string")),
    }
    if let Some(pattern) = pattern(param.kind) {
        add("pattern", json!(pattern));
    }
    match param.kind {
        // Without a number nothing is left of the pattern.
        ParamKind::Duration => add("minLength", json!(2)),
        ParamKind::Hostname => add("maxLength", json!(253)),
        // A repository has 255 bytes, and one without a host gets `library/` before it.
        ParamKind::Image => add("maxLength", json!(247)),
        _ => {}
    }
    if !param.one_of.is_empty() {
        let value = |text: &String| match param.kind {
            ParamKind::Count | ParamKind::Port => text.parse::<u32>().map_or(Value::Null, Value::from),
            ParamKind::Bool => json!(text == "true"),
            _ => json!(text),
        };
        add("enum", param.one_of.iter().map(value).collect());
    }
    schema.into()
}

/// What texts of a kind look like: in the notation of Go, which Helm reads, and of JSON Schema.
fn pattern(kind: ParamKind) -> Option<String> {
    const LABEL: &str = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";
    let number = |digits: u8| format!("(?:0|[1-9][0-9]{{0,{}}})", digits - 1);
    Some(match kind {
        ParamKind::Name => format!("^{LABEL}$"),
        // The last part begins with a letter: what ends in a number is an address.
        ParamKind::Hostname => format!("^(?:{LABEL}\\.)*[a-z](?:[-a-z0-9]{{0,61}}[a-z0-9])?$"),
        ParamKind::Duration => {
            let units = [(3, 'w'), (4, 'd'), (5, 'h'), (6, 'm'), (8, 's')];
            let units: String = units.iter().map(|(digits, unit)| format!("(?:{}{unit})?", number(*digits))).collect();
            format!("^{units}$")
        }
        ParamKind::Quantity => {
            let amounts = [(12, "m|k|M|Ki|Mi|"), (9, "G|Gi"), (6, "T|Ti")];
            let amounts = amounts.map(|(digits, units)| format!("{}(?:\\.[0-9]{{1,3}})?(?:{units})", number(digits)));
            format!("^(?:{})$", amounts.join("|"))
        }
        ParamKind::Image => {
            let part = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
            // With a dot, what stands before the first slash is a host.
            let first = "[a-z0-9]+(?:(?:__?|-+)[a-z0-9]+)*";
            let host = format!(
                "(?:{LABEL}(?:\\.{LABEL})+(?::[0-9]{{1,5}})?|localhost(?::[0-9]{{1,5}})?|{LABEL}:[0-9]{{1,5}})"
            );
            format!(
                "^(?:{part}|(?:{host}|{first})(?:/{part})+)\
                 (?::[A-Za-z0-9](?:[A-Za-z0-9_.-]{{0,61}}[A-Za-z0-9])?)(?:@sha256:[0-9a-f]{{64}})?$"
            )
        }
        ParamKind::Cron => {
            // Every field: numbers, ranges, a step, a list. The days of a month end with 28, since no schedule is to wait for a
            // 30th of February; `--set` takes every schedule.
            let field = |number: &str, range: &str, step: u8| {
                let one = format!("(?:(?:{range}|{number})|\\*(?:/[1-{step}])?)");
                format!("{one}(?:,(?:{range}|{number}))*")
            };
            let ascending = |last: u8| -> String {
                let ranges = (0..last).map(|first| format!("{first}-[{}-{last}]", first + 1));
                ranges.collect::<Vec<_>>().join("|")
            };
            let minute = field("[0-5]?[0-9]", "[0-9]-[1-5][0-9]|[1-4][0-9]-5[0-9]", 9);
            let hour = field("(?:1?[0-9]|2[0-3])", "[0-9]-(?:1[0-9]|2[0-3])|1[0-9]-2[0-3]", 9);
            let day = field("(?:[1-9]|1[0-9]|2[0-8])", "[1-9]-(?:1[0-9]|2[0-8])|1[0-9]-2[0-8]", 9);
            let month = field("(?:[1-9]|1[0-2])", "[1-9]-1[0-2]", 9);
            let weekday = field("(?:[0-6]|sun|mon|tue|wed|thu|fri|sat)", &format!("{}|mon-fri", ascending(6)), 6);
            let names = "@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)";
            format!("^(?:{names}|{minute} {hour} {day} {month} {weekday})$")
        }
        ParamKind::Count | ParamKind::Port | ParamKind::Bool | ParamKind::Text => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::string::string_regex;
    use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

    fn default_of(kind: ParamKind) -> &'static str {
        match kind {
            ParamKind::Name | ParamKind::Hostname => "a",
            ParamKind::Duration => "30s",
            ParamKind::Quantity => "1Gi",
            ParamKind::Image => "a:1",
            _ => "@daily",
        }
    }

    /// What the schema lets through, the parameter takes.
    #[test]
    fn the_schema_accepts_no_more_than_the_parameter() {
        for (_, kind) in ParamKind::ALL {
            let Some(pattern) = pattern(kind) else { continue };
            let shortest = if kind == ParamKind::Duration { 2 } else { 1 };
            let longest = if kind == ParamKind::Image { 247 } else { 253 };
            let param = Param::new("p", kind.word(), default_of(kind)).unwrap();
            let texts = string_regex(pattern.trim_start_matches('^').trim_end_matches('$')).unwrap();
            let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(500);
            let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
            let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
            let judged = TestRunner::new_with_rng(config, random).run(&texts, |text| {
                if (shortest..=longest).contains(&text.len()) {
                    prop_assert_eq!(param.parse(&text).map_err(|error| error.message), Ok(text));
                }
                Ok(())
            });
            assert!(judged.is_ok(), "{kind:?}: {judged:?}");
        }
    }
}
