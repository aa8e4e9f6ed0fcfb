//! Parameters: values of a stack that are chosen when the manifests are made, or when a Helm chart is installed.

use super::{Item, Patch, Stack};
use crate::finding::Finding;
use crate::tree::{self, Tree};
use crate::value::{CronSchedule, Duration, Hostname, Image, Label, LabelValue, Port, Quantity, ValueError, suggest};
use std::fmt::{self, Write as _};
use std::sync::Arc;

/// A parameter: a typed value with a default and rules.
///
/// ```
/// use statefulapp_core::model::Param;
///
/// let replicas = Param::new("replicas", "count", "3")?.min("1")?.max("9")?.doc("Number of pods.");
/// assert_eq!(replicas.parse("5")?, "5");
/// assert_eq!(replicas.parse("10").unwrap_err().help, "the most is 9");
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// The name: an identifier, used as `params.name`.
    pub name: String,
    /// What values it takes.
    pub kind: ParamKind,
    /// The value: the default, until another is set.
    pub value: String,
    /// The least value.
    pub min: Option<String>,
    /// The greatest value.
    pub max: Option<String>,
    /// The only values, if there are any.
    pub one_of: Vec<String>,
    /// What it is for.
    pub doc: String,
}

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParamKind {
    /// A whole number, 0 or more.
    Count,
    /// A port number.
    Port,
    /// `true` or `false`.
    Bool,
    /// Any text.
    Text,
    /// An image with a tag.
    Image,
    /// An amount of CPU, memory or storage.
    Quantity,
    /// A span of time.
    Duration,
    /// A host name.
    Hostname,
    /// A cron schedule.
    Cron,
    /// The name of an object.
    Name,
}

/// The greatest number in a field of the API.
const MOST: u32 = i32::MAX as u32;

/// Names that mean something else in the values of a Helm chart.
const RESERVED: [&str; 2] = ["global", "secrets"];

impl ParamKind {
    /// All of them, with the words that declare them.
    pub const ALL: [(&'static str, Self); 10] = [
        ("count", Self::Count),
        ("port", Self::Port),
        ("bool", Self::Bool),
        ("string", Self::Text),
        ("image", Self::Image),
        ("quantity", Self::Quantity),
        ("duration", Self::Duration),
        ("hostname", Self::Hostname),
        ("cron", Self::Cron),
        ("name", Self::Name),
    ];

    /// The word that declares it.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    /// What its values are, for messages.
    pub fn what(self) -> &'static str {
        match self {
            Self::Count => "a whole number",
            Self::Port => "a port number",
            Self::Bool => "`true` or `false`",
            Self::Text => "a string",
            Self::Image => "an image with a tag",
            Self::Quantity => "a quantity",
            Self::Duration => "a duration",
            Self::Hostname => "a host name",
            Self::Cron => "a cron schedule",
            Self::Name => "a name",
        }
    }

    /// Whether one value can be less than another.
    pub fn is_ordered(self) -> bool {
        matches!(self, Self::Count | Self::Port | Self::Quantity | Self::Duration)
    }

    /// The text in the one form that is written for this value.
    fn canonical(self, text: &str) -> Result<String, ValueError> {
        Ok(match self {
            Self::Count => count(text)?.to_string(),
            Self::Port => text.parse::<Port>()?.to_string(),
            Self::Bool => match text {
                "true" | "false" => text.to_owned(),
                _ => return Err(refused(text, "is not a bool", "write true or false")),
            },
            Self::Text => text.to_owned(),
            Self::Image => {
                let image = text.parse::<Image>()?;
                // The label `app.kubernetes.io/version` is the tag: it must not come and go.
                if image.tag().is_none_or(|tag| tag.parse::<LabelValue>().is_err()) {
                    return Err(refused(
                        text,
                        "has no tag that can be a label",
                        "write a tag of at most 63 letters, digits, `-`, `_` and `.`, such as \":1.4.0\"",
                    ));
                }
                image.to_string()
            }
            Self::Quantity => match text.parse::<Quantity>()? {
                negative if negative.milli() < 0 => {
                    return Err(refused(text, "is less than nothing", "write an amount of 0 or more"));
                }
                quantity => quantity.to_string(),
            },
            Self::Duration => text.parse::<Duration>().map(|_| text.to_owned())?,
            Self::Hostname => text.parse::<Hostname>()?.to_string(),
            Self::Cron => text.parse::<CronSchedule>()?.to_string(),
            Self::Name => text.parse::<Label>()?.to_string(),
        })
    }

    /// The value as a number that can be compared, of a kind that [is ordered](Self::is_ordered).
    pub(crate) fn number(self, text: &str) -> Option<i128> {
        match self {
            Self::Count | Self::Port => text.parse().ok(),
            Self::Quantity => text.parse::<Quantity>().ok().map(|quantity| quantity.milli()),
            Self::Duration => text.parse::<Duration>().ok().map(|duration| duration.seconds().into()),
            _ => None,
        }
    }

    /// The value as it would stand in a declaration.
    pub(crate) fn node(self, text: &str) -> tree::Value {
        match self {
            Self::Count | Self::Port | Self::Quantity | Self::Duration => tree::Value::Word(text.to_owned()),
            Self::Bool => tree::Value::Bool(text == "true"),
            _ => tree::Value::Text(text.to_owned()),
        }
    }
}

fn count(text: &str) -> Result<u32, ValueError> {
    match text.parse::<i128>() {
        Ok(number) if (0..=i128::from(MOST)).contains(&number) => Ok(u32::try_from(number).unwrap_or(MOST)),
        Ok(number) if number < 0 => Err(refused(text, "is less than nothing", "write 0 or more")),
        Ok(_) => Err(refused(text, "is too large", format!("the most is {MOST}"))),
        Err(_) => Err(refused(text, "is not a whole number", "write digits only, such as 3")),
    }
}

fn refused(text: &str, wrong: &str, help: impl Into<String>) -> ValueError {
    ValueError { rule: "param-value", message: format!("{text:?} {wrong}"), help: help.into() }
}

impl Param {
    /// A parameter with its default. `kind` is one of the words of the language: `count`, `string`, …
    ///
    /// # Errors
    /// The name is no identifier or reserved, there is no such kind, or the default is not of it.
    pub fn new(name: impl Into<String>, kind: &str, default: impl fmt::Display) -> Result<Self, ValueError> {
        let name = name.into();
        check_name(&name)?;
        let words = ParamKind::ALL.iter().map(|(word, _)| *word);
        let Some((_, kind)) = ParamKind::ALL.iter().find(|(word, _)| *word == kind) else {
            let help = match suggest(kind, words.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the types are {}", words.collect::<Vec<_>>().join(", ")),
            };
            return Err(ValueError {
                rule: "param-type",
                message: format!("{kind:?} is no type of a parameter"),
                help,
            });
        };
        let value = kind.canonical(&default.to_string())?;
        Ok(Self { name, kind: *kind, value, min: None, max: None, one_of: Vec::new(), doc: String::new() })
    }

    /// The least value.
    ///
    /// # Errors
    /// It is not of the parameter's type, the type has no order, or the default is less.
    pub fn min(mut self, min: impl fmt::Display) -> Result<Self, ValueError> {
        self.min = Some(self.bound("min", &min.to_string())?);
        self.checked()
    }

    /// The greatest value.
    ///
    /// # Errors
    /// It is not of the parameter's type, the type has no order, or the default is greater.
    pub fn max(mut self, max: impl fmt::Display) -> Result<Self, ValueError> {
        self.max = Some(self.bound("max", &max.to_string())?);
        self.checked()
    }

    /// The only values that it takes.
    ///
    /// # Errors
    /// One of them is not of the parameter's type, or the default is none of them.
    pub fn one_of<T: fmt::Display>(mut self, values: impl IntoIterator<Item = T>) -> Result<Self, ValueError> {
        for value in values {
            self.one_of.push(self.kind.canonical(&value.to_string())?);
        }
        self.checked()
    }

    /// What it is for: the comment in the values of a Helm chart.
    #[must_use]
    pub fn doc(mut self, doc: impl Into<String>) -> Self {
        self.doc = doc.into();
        self
    }

    /// A text as a value of this parameter.
    ///
    /// # Errors
    /// The text is not of the parameter's type, out of its range, or none of its values.
    pub fn parse(&self, text: &str) -> Result<String, ValueError> {
        let value = self.kind.canonical(text)?;
        let number = self.kind.number(&value);
        let bound = |bound: &Option<String>| bound.as_deref().and_then(|bound| self.kind.number(bound));
        if let (Some(number), Some(min), Some(text)) = (number, bound(&self.min), &self.min)
            && number < min
        {
            return Err(refused(&value, "is too small", format!("the least is {text}")));
        }
        if let (Some(number), Some(max), Some(text)) = (number, bound(&self.max), &self.max)
            && number > max
        {
            return Err(refused(&value, "is too large", format!("the most is {text}")));
        }
        if !self.one_of.is_empty() && !self.one_of.contains(&value) {
            let help = match suggest(&value, self.one_of.iter().map(String::as_str)) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("write one of {}", self.one_of.join(", ")),
            };
            return Err(refused(&value, "is none of its values", help));
        }
        Ok(value)
    }

    /// Values that stand for all that it may have: every one where there are few, else those at the ends, some between
    /// them, and of texts those that are most often misread.
    pub(crate) fn samples(&self) -> Vec<String> {
        if !self.one_of.is_empty() {
            return self.one_of.clone();
        }
        let mut texts: Vec<String> = vec![self.value.clone()];
        let mut add = |more: &[&str]| texts.extend(more.iter().map(|text| (*text).to_owned()));
        match self.kind {
            ParamKind::Bool => add(&["true", "false"]),
            ParamKind::Text => add(&["", "a b", "\"'\\", "x: {{ y }} #%d", "one\ntwo\n", "é", "true", "007", " "]),
            ParamKind::Image => add(&[
                "busybox:1",
                "a/b:latest",
                "registry.example.com:5000/a/b:1.2.3",
                &format!("b:v2@sha256:{:064}", 7),
            ]),
            ParamKind::Hostname => add(&["a", "db.example.com"]),
            ParamKind::Cron => add(&["@daily", "*/5 1,2 1-3 * sun"]),
            ParamKind::Name => add(&["a", "a-b", "7"]),
            ParamKind::Count | ParamKind::Port => {
                let least = self.number(&self.min).unwrap_or(i128::from(self.kind == ParamKind::Port));
                let most = if self.kind == ParamKind::Port { 65_535 } else { 100.max(least + 100) };
                let most = self.number(&self.max).unwrap_or(most);
                let few = (least..=most).take(24);
                let more = [least + (most - least) / 2, most - 1, most];
                texts.extend(few.chain(more).map(|number| number.to_string()));
            }
            ParamKind::Duration => {
                let own = self.number(&Some(self.value.clone())).unwrap_or(1);
                let least = self.number(&self.min).unwrap_or(1);
                let most = self.number(&self.max).unwrap_or((own * 16).clamp(3600, i128::from(MOST)));
                for seconds in [least, least + 1, least + (most - least) / 2, own + 1, most - 1, most] {
                    texts.push(format!("{seconds}s"));
                }
                texts.extend(["1m", "90m", "1h30m", "1d"].map(str::to_owned));
            }
            ParamKind::Quantity => {
                let end = self.value.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(self.value.len());
                let (number, unit) = self.value.split_at(end);
                let whole: u64 = number.split('.').next().and_then(|whole| whole.parse().ok()).unwrap_or(1);
                let most = whole.saturating_add(1).saturating_mul(16);
                for number in [1, whole.div_ceil(2), whole.saturating_add(1), whole.saturating_mul(2), most] {
                    texts.push(format!("{number}{unit}"));
                }
                texts.extend(self.min.iter().chain(&self.max).cloned());
            }
        }
        let mut samples: Vec<String> = Vec::new();
        for text in texts {
            if let Ok(value) = self.parse(&text)
                && !samples.contains(&value)
            {
                samples.push(value);
            }
        }
        samples
    }

    fn number(&self, text: &Option<String>) -> Option<i128> {
        self.kind.number(text.as_deref()?)
    }

    /// What its rules say, for people: `1 to 9`, `one of debug, info`; empty if there are none.
    pub fn rules(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = match (&self.min, &self.max) {
            (Some(min), Some(max)) => write!(text, "{min} to {max}"),
            (Some(min), None) => write!(text, "{min} or more"),
            (None, Some(max)) => write!(text, "at most {max}"),
            (None, None) => Ok(()),
        };
        if !self.one_of.is_empty() {
            let _ = write!(text, "{}one of {}", if text.is_empty() { "" } else { ", " }, self.one_of.join(", "));
        }
        text
    }

    fn bound(&self, key: &str, text: &str) -> Result<String, ValueError> {
        if !self.kind.is_ordered() {
            return Err(ValueError {
                rule: "param-rule",
                message: format!("`{key}` does not fit {}: it is neither more nor less than another", self.kind.what()),
                help: "write `one_of: […]`, or nothing".to_owned(),
            });
        }
        self.kind.canonical(text)
    }

    /// The rules fit together, and the default follows them.
    fn checked(self) -> Result<Self, ValueError> {
        let number = |text: &Option<String>| text.as_deref().and_then(|text| self.kind.number(text));
        if let (Some(min), Some(max)) = (number(&self.min), number(&self.max))
            && min > max
        {
            return Err(ValueError {
                rule: "param-rule",
                message: format!("no value is {} or more and at most {}", text(&self.min), text(&self.max)),
                help: "exchange the two".to_owned(),
            });
        }
        self.parse(&self.value)?;
        Ok(self)
    }
}

fn text(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or_default()
}

fn check_name(name: &str) -> Result<(), ValueError> {
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_uppercase() || c == '_');
    if !starts || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Err(ValueError {
            rule: "param-name",
            message: format!("{name:?} is no name of a parameter"),
            help: "write a word of letters, digits and `_`".to_owned(),
        });
    }
    if RESERVED.contains(&name) {
        return Err(ValueError {
            rule: "param-name",
            message: format!("{name:?} has another meaning in the values of a Helm chart"),
            help: format!("write another name, such as `my_{name}`"),
        });
    }
    Ok(())
}

/// The values of the parameters, for a function that makes a stack of them.
#[derive(Clone, Debug)]
pub struct Params(Vec<Param>);

impl Params {
    /// A value as text.
    ///
    /// # Errors
    /// There is no parameter of that name.
    pub fn get(&self, name: &str) -> Result<&str, ValueError> {
        find(&self.0, name).map(|param| param.value.as_str())
    }

    /// The value of a `count`.
    ///
    /// # Errors
    /// There is no parameter of that name, or it is no number.
    pub fn count(&self, name: &str) -> Result<u32, ValueError> {
        count(self.get(name)?)
    }

    /// The value of a `bool`.
    ///
    /// # Errors
    /// There is no parameter of that name.
    pub fn bool(&self, name: &str) -> Result<bool, ValueError> {
        Ok(self.get(name)? == "true")
    }
}

/// The parameter of a name.
fn find<'p>(params: &'p [Param], name: &str) -> Result<&'p Param, ValueError> {
    params.iter().find(|param| param.name == name).ok_or_else(|| unknown(params, name))
}

/// What is said of a name that is none of the parameters.
pub(crate) fn unknown(params: &[Param], name: &str) -> ValueError {
    let names = params.iter().map(|param| param.name.as_str());
    let help = match suggest(name, names.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if params.is_empty() => format!("declare it: `params: {{ {name}: … }}`, before the items"),
        None => format!("declared: {}", names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
    };
    ValueError { rule: "param-unknown", message: format!("unknown parameter `{name}`"), help }
}

/// A function that makes a stack of the values of its parameters.
type Make = dyn Fn(&Params) -> Result<Stack, ValueError> + Send + Sync;

/// Where items come from that depend on parameters: it makes them again, of other values.
#[derive(Clone)]
pub(crate) struct Origin {
    /// The position of the first of them in the stack.
    first: usize,
    make: How,
}

#[derive(Clone)]
enum How {
    Tree(Arc<Tree>),
    Function(Arc<Make>),
}

impl Origin {
    pub(crate) fn of_tree(tree: &Tree) -> Self {
        Self { first: 0, make: How::Tree(Arc::new(tree.clone())) }
    }

    /// The stack that these values make.
    fn make(&self, params: &[Param]) -> Result<Stack, ValueError> {
        match &self.make {
            How::Tree(tree) => {
                let mut lowered = crate::lower::lower_with(tree, params);
                lowered.stack.unread = lowered.findings;
                Ok(lowered.stack)
            }
            How::Function(make) => make(&Params(params.to_vec())),
        }
    }
}

impl Origin {
    /// The declaration, if it is one; and the position of its first item.
    pub(crate) fn tree(&self) -> Option<(&Tree, usize)> {
        match &self.make {
            How::Tree(tree) => Some((tree, self.first)),
            How::Function(_) => None,
        }
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Origin(from item {})", self.first)
    }
}

/// How a stack was made is no part of what it is.
impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Stack {
    /// A stack that a function makes of the values of parameters: what `params` is in the language.
    ///
    /// ```
    /// use statefulapp_core::builder::App;
    /// use statefulapp_core::model::{Param, Stack};
    ///
    /// let replicas = Param::new("replicas", "count", 2)?.min(2)?.max(9)?;
    /// let stack = Stack::with_params([replicas], |params| {
    ///     Ok(Stack::named("shop")?.with(App::new("web")?.image("nginx:1.29")?.replicas(params.count("replicas")?)))
    /// })?;
    /// let stack = stack.with_param("replicas", 5)?;
    /// assert_eq!(stack.app("web").map(|app| app.replicas()), Some(5));
    /// # Ok::<(), statefulapp_core::value::ValueError>(())
    /// ```
    ///
    /// # Errors
    /// Two parameters have one name, or the function fails for the defaults.
    pub fn with_params(
        params: impl IntoIterator<Item = Param>,
        make: impl Fn(&Params) -> Result<Stack, ValueError> + Send + Sync + 'static,
    ) -> Result<Self, ValueError> {
        let params: Vec<Param> = params.into_iter().collect();
        for (n, param) in params.iter().enumerate() {
            if params.iter().take(n).any(|first| first.name == param.name) {
                return Err(ValueError {
                    rule: "param-name",
                    message: format!("the parameter `{}` is declared twice", param.name),
                    help: "remove one of the two".to_owned(),
                });
            }
        }
        let origin = Origin { first: 0, make: How::Function(Arc::new(make)) };
        let mut stack = origin.make(&params)?;
        stack.params = params;
        stack.origins = vec![origin];
        Ok(stack)
    }

    /// The stack with another value of a parameter.
    ///
    /// # Errors
    /// There is no parameter of that name, the value is not of its type or against its rules, or an item that depends on
    /// it was edited after it was declared.
    pub fn with_param(mut self, name: &str, value: impl fmt::Display) -> Result<Self, ValueError> {
        self.set_param(name, value)?;
        Ok(self)
    }

    /// Gives a parameter another value. Handles of the macro keep what they were made with.
    ///
    /// # Errors
    /// See [`with_param`](Self::with_param); the stack is as it was then.
    pub fn set_param(&mut self, name: &str, value: impl fmt::Display) -> Result<&mut Self, ValueError> {
        let value = find(&self.params, name)?
            .parse(&value.to_string())
            .map_err(|error| ValueError { message: format!("parameter `{name}`: {}", error.message), ..error })?;
        let mut params = self.params.clone();
        for param in params.iter_mut().filter(|param| param.name == name) {
            param.value.clone_from(&value);
        }
        *self = self.remade(params)?;
        Ok(self)
    }

    /// The stack with these values: the items that they decide are made again.
    pub(crate) fn remade(&self, params: Vec<Param>) -> Result<Stack, ValueError> {
        let mut stack = self.clone();
        for origin in &self.origins {
            let (old, new) = (origin.make(&self.params)?, origin.make(&params)?);
            let edited = |name: &str| ValueError {
                rule: "param-value",
                message: format!("`{name}` depends on a parameter and was edited after it was declared"),
                help: "set parameters first".to_owned(),
            };
            if old.items.len() != new.items.len() {
                let name = new.items.last().or(old.items.last()).map_or("", Item::name);
                return Err(ValueError {
                    message: format!("a parameter decides whether `{name}` is declared at all"),
                    help: "declare the same items for every value".to_owned(),
                    ..edited(name)
                });
            }
            for (n, (old, new)) in old.items.iter().zip(new.items).enumerate() {
                if *old == new {
                    continue;
                }
                let name = old.name().to_owned();
                let item = stack.items.get_mut(origin.first + n).ok_or_else(|| edited(&name))?;
                if with_patch_of(old.clone(), item) != *item {
                    return Err(edited(&name));
                }
                // A patch that is given after the declaration stays.
                *item = if has_patch(&new) { new } else { with_patch_of(new, item) };
            }
            let unread = |unread: Vec<Finding>| unread.into_iter().map(|finding| finding.behind(origin.first));
            let old: Vec<_> = unread(old.unread).collect();
            stack.unread.retain(|finding| !old.contains(finding));
            stack.unread.extend(unread(new.unread));
        }
        stack.params = params;
        Ok(stack)
    }

    /// The items of another stack come after these.
    pub(crate) fn add_origins(&mut self, origins: Vec<Origin>, behind: usize) {
        self.origins.extend(origins.into_iter().map(|origin| Origin { first: origin.first + behind, ..origin }));
    }
}

fn has_patch(item: &Item) -> bool {
    matches!(item, Item::App(app) if app.patch != Patch::default())
}

/// Two functions cannot be compared, so the patch is no part of what was declared.
fn with_patch_of(mut item: Item, other: &Item) -> Item {
    if let (Item::App(item), Item::App(other)) = (&mut item, other) {
        item.patch.clone_from(&other.patch);
    }
    item
}
