//! Walking through an object, and noting what the server refuses and where.

use std::{fmt::Display, ops::RangeInclusive, str::FromStr};

use serde_json::Value;

use crate::{
    plan::{
        diff::{Path, Step, step},
        object::at,
    },
    value::{LabelKey, LabelValue, Strictness, ValueError},
};

/// A field whose value the server refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plan) struct Refusal {
    pub(in crate::plan) path: String,
    /// What the server refuses, without any value that may be a secret.
    pub(in crate::plan) message: String,
}

/// Where the walk is, and what it found.
#[derive(Default)]
pub(super) struct Check<'a> {
    path: Vec<Step<'a>>,
    pub(super) found: Vec<Refusal>,
}

/// What the server says to a text: `None` if it accepts it. Rules that only this project knows are left out.
pub(super) fn server_refuses<T: FromStr<Err = ValueError>>(text: &str) -> Option<String> {
    let error = text.parse::<T>().err()?;
    (error.strictness() == Strictness::Server).then_some(error.message)
}

impl<'a> Check<'a> {
    pub(super) fn refuse(&mut self, message: impl Display) {
        let (path, message) = (Path(self.path.clone()).to_string(), message.to_string());
        self.found.push(Refusal { path, message });
    }

    /// Notes something about a field of the current place.
    pub(super) fn refuse_at(&mut self, key: &'a str, message: impl Display) {
        self.within(Step::Key(key), |check| check.refuse(message));
    }

    fn within(&mut self, step: Step<'a>, look: impl FnOnce(&mut Self)) {
        self.path.push(step);
        look(self);
        self.path.pop();
    }

    /// Looks at a field that may be left out.
    pub(super) fn field(&mut self, map: &'a Value, key: &'a str, look: impl FnOnce(&mut Self, &'a Value)) {
        if let Some(value) = at(map, &[key]) {
            self.within(Step::Key(key), |check| look(check, value));
        }
    }

    /// Looks at a field that has to be there.
    pub(super) fn required(&mut self, map: &'a Value, key: &'a str, look: impl FnOnce(&mut Self, &'a Value)) {
        if at(map, &[key]).is_none() {
            self.refuse_at(key, "is required");
        }
        self.field(map, key, look);
    }

    /// Looks at each element of a list.
    pub(super) fn items(&mut self, map: &'a Value, key: &'a str, mut look: impl FnMut(&mut Self, &'a Value)) {
        self.field(map, key, |check, list| {
            for (index, element) in list.as_array().into_iter().flatten().enumerate() {
                check.within(step(key, index, element), |check| look(check, element));
            }
        });
    }

    /// Looks at each entry of a map.
    pub(super) fn entries(
        &mut self,
        map: &'a Value,
        key: &'a str,
        mut look: impl FnMut(&mut Self, &'a str, &'a Value),
    ) {
        self.field(map, key, |check, map| {
            for (key, value) in map.as_object().into_iter().flatten() {
                check.within(Step::Key(key), |check| look(check, key, value));
            }
        });
    }

    pub(super) fn number(&mut self, map: &'a Value, key: &'a str, range: RangeInclusive<i64>) {
        self.field(map, key, |check, value| {
            if let Some(number) = value.as_i64().filter(|number| !range.contains(number)) {
                let (least, most) = (range.start(), range.end());
                match *most == i64::from(i32::MAX) || *most == i64::MAX {
                    true => check.refuse(format_args!("{number} is less than {least}")),
                    false => check.refuse(format_args!("{number} is not from {least} to {most}")),
                }
            }
        });
    }

    /// A number of 32 bits that is 0 or more.
    pub(super) fn count(&mut self, map: &'a Value, key: &'a str) {
        self.number(map, key, 0..=i64::from(i32::MAX));
    }

    /// One of some words; an empty text is none of them.
    pub(super) fn word(&mut self, map: &'a Value, key: &'a str, words: &[&str]) {
        self.field(map, key, |check, value| {
            if let Some(word) = value.as_str().filter(|word| !words.contains(word)) {
                check.refuse(format_args!("{word:?} is none of {}", words.join(", ")));
            }
        });
    }

    /// One of some words; an empty text stands for the server's default.
    pub(super) fn word_or_default(&mut self, map: &'a Value, key: &'a str, words: &[&str]) {
        if at(map, &[key]).and_then(Value::as_str) != Some("") {
            self.word(map, key, words);
        }
    }

    /// A text by the rule of a value.
    pub(super) fn text<T: FromStr<Err = ValueError>>(&mut self, map: &'a Value, key: &'a str) {
        self.field(map, key, Self::is::<T>);
    }

    /// A text by the rule of a value; an empty one counts as left out.
    pub(super) fn text_or_empty<T: FromStr<Err = ValueError>>(&mut self, map: &'a Value, key: &'a str) {
        if at(map, &[key]).and_then(Value::as_str) != Some("") {
            self.text::<T>(map, key);
        }
    }

    /// A text by the rule of a value that has to be there.
    pub(super) fn required_text<T: FromStr<Err = ValueError>>(&mut self, map: &'a Value, key: &'a str) {
        self.required(map, key, Self::is::<T>);
    }

    /// A text that has to be there, whatever it says.
    pub(super) fn not_empty(&mut self, map: &'a Value, key: &'a str) {
        if at(map, &[key]).is_none_or(|value| value.as_str() == Some("")) {
            self.refuse_at(key, "is required");
        }
    }

    pub(super) fn is<T: FromStr<Err = ValueError>>(&mut self, value: &'a Value) {
        if let Some(message) = value.as_str().and_then(server_refuses::<T>) {
            self.refuse(message);
        }
    }

    /// Labels, or anything else that has to be like labels.
    pub(super) fn labels(&mut self, map: &'a Value, key: &'a str) {
        self.entries(map, key, |check, key, value| {
            if let Some(message) = server_refuses::<LabelKey>(key) {
                check.refuse(message);
            }
            check.is::<LabelValue>(value);
        });
    }

    /// A selector of labels.
    pub(super) fn selector(&mut self, map: &'a Value, key: &'a str) {
        self.field(map, key, |check, selector| {
            check.labels(selector, "matchLabels");
            check.items(selector, "matchExpressions", |check, expression| {
                check.required_text::<LabelKey>(expression, "key");
                let values = expression.get("values").and_then(Value::as_array).map_or(0, Vec::len);
                match expression.get("operator").and_then(Value::as_str).unwrap_or_default() {
                    "In" | "NotIn" if values == 0 => check.refuse_at("values", "is required"),
                    "Exists" | "DoesNotExist" if values > 0 => {
                        check.refuse_at("values", "does not go with the operator")
                    }
                    "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
                    other => check.refuse_at("operator", format_args!("{other:?} is no operator of a selector")),
                }
                check.items(expression, "values", |check, value| check.is::<LabelValue>(value));
            });
        });
    }

    /// Elements of a list with the same key: `create` accepts some of them, `apply --server-side` refuses all.
    pub(super) fn unique<K: std::hash::Hash + Eq>(
        &mut self,
        map: &'a Value,
        key: &'a str,
        what: &str,
        of: impl Fn(&'a Value) -> Option<K>,
    ) {
        let mut seen = std::collections::HashSet::new();
        self.items(map, key, |check, element| {
            if of(element).is_some_and(|key| !seen.insert(key)) {
                check.refuse(format_args!("{what} is there twice"));
            }
        });
    }
}

/// Whether a selector selects these labels; an unknown operator selects nothing.
pub(super) fn selects(selector: &Value, labels: Option<&Value>) -> bool {
    let label = |key: &str| labels.and_then(|labels| labels.get(key)).and_then(Value::as_str);
    let wanted = at(selector, &["matchLabels"]).and_then(Value::as_object);
    let all = wanted.is_none_or(|wanted| wanted.iter().all(|(key, value)| label(key) == value.as_str()));
    let holds = |expression: &Value| {
        let key = expression.get("key").and_then(Value::as_str).unwrap_or_default();
        let values = expression.get("values").and_then(Value::as_array);
        let among =
            || label(key).is_some_and(|label| values.is_some_and(|values| values.iter().any(|value| value == label)));
        match expression.get("operator").and_then(Value::as_str) {
            Some("In") => among(),
            Some("NotIn") => !among(),
            Some("Exists") => label(key).is_some(),
            Some("DoesNotExist") => label(key).is_none(),
            _ => false,
        }
    };
    let expressions = at(selector, &["matchExpressions"]).and_then(Value::as_array);
    all && expressions.is_none_or(|expressions| expressions.iter().all(holds))
}
