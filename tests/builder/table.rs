//! Samples: a declaration, and the program that builds the same.

use crate::run::{self, values};
use crate::world::Result;
use statefulapp::Stack;
use statefulapp::grammar::Block;
use statefulapp::manifest::Object;
use statefulapp::model::Item;
use statefulapp_core::output::yaml;
use std::cell::RefCell;

/// A key with a value, in both languages.
pub(crate) struct Sample {
    pub(crate) block: &'static Block,
    pub(crate) key: String,
    /// The value as it is declared.
    written: String,
    /// The same in the builder's words.
    code: String,
    with: Both,
    without: Both,
}

/// All samples.
pub(crate) type Table = RefCell<Vec<Sample>>;

/// One stack, declared and built.
struct Both {
    text: String,
    /// What the declaration makes, if it is one of this program.
    compiled: Option<Stack>,
    built: std::result::Result<Stack, String>,
}

impl Both {
    fn new(text: String, compiled: Option<Stack>, built: Result<Stack>) -> Self {
        Self { text, compiled, built: built.map_err(|error| format!("{error:#}")) }
    }

    fn declared(&self) -> std::result::Result<(Stack, Vec<Object>), String> {
        let (stack, objects) = match &self.compiled {
            Some(stack) => (stack.clone(), stack.objects_with(&values).map_err(|error| error.to_string())),
            None => run::built(&self.text)?,
        };
        Ok((stack, objects?))
    }

    /// The stack, if both agree on it.
    fn agreed(&self) -> std::result::Result<Stack, String> {
        let (declared, objects) = self.declared().map_err(|error| format!("declared: {error}"))?;
        let mut built = self.built.clone().map_err(|error| format!("built: {error}"))?;
        same_patches(&declared, &mut built);
        if declared != built {
            return Err(format!("the models differ:\n{}", difference(&declared, &built)));
        }
        let of_built = built.objects_with(&values).map_err(|error| format!("built: {error}"))?;
        match (texts(&objects), texts(&of_built)) {
            (a, b) if a == b => Ok(built),
            (a, b) => Err(format!("the objects differ:\n{a}\n---\n{b}")),
        }
    }
}

/// Whether a declaration and what is built are the same stack.
pub(crate) fn agreed(text: String, built: Result<Stack>) -> std::result::Result<(), String> {
    Both::new(text, None, built).agreed().map(|_| ())
}

/// Functions cannot be compared; what they do is seen in the objects.
fn same_patches(declared: &Stack, built: &mut Stack) {
    for (declared, built) in declared.items.iter().zip(&mut built.items) {
        if let (Item::App(declared), Item::App(built)) = (declared, built)
            && declared.patch.is_some()
            && built.patch.is_some()
        {
            built.patch = declared.patch.clone();
        }
    }
}

/// The lines of two models that differ.
fn difference(declared: &Stack, built: &Stack) -> String {
    let (declared, built) = (format!("{declared:#?}"), format!("{built:#?}"));
    let lines = declared.lines().zip(built.lines()).filter(|(a, b)| a != b).take(5);
    lines.map(|(a, b)| format!("declared {}, built {}", a.trim(), b.trim())).collect::<Vec<_>>().join("\n")
}

fn texts(objects: &[Object]) -> String {
    objects.iter().map(|object| yaml::to_yaml(object).expect("an object is written")).collect()
}

impl Sample {
    /// Both agree, with the key and without, and the key makes a difference.
    pub(crate) fn judge(&self) -> std::result::Result<(), String> {
        let named = |error: String| {
            let Self { block, key, written, code, .. } = self;
            format!("`{key}: {written}` of `{}`, built by `{code}`: {error}\n{}", block.module, self.with.text)
        };
        let with = self.with.agreed().map_err(named)?;
        let without = self.without.agreed().map_err(|error| named(format!("without it: {error}")))?;
        if with == without { Err(named("changes nothing".to_owned())) } else { Ok(()) }
    }

    pub(crate) fn is_of(&self, block: &Block, key: &str) -> bool {
        self.block.module == block.module && self.key == key
    }

    /// Whether its program calls one of these.
    pub(crate) fn names(&self, methods: &[String]) -> bool {
        methods.iter().any(|method| self.code.contains(method.as_str()))
    }

    /// Whether the word stands in its value.
    pub(crate) fn says(&self, word: &str) -> bool {
        self.written.split(|c: char| !c.is_alphanumeric() && c != '_').any(|part| part == word)
    }
}

/// A block in a declaration, and how what is built in its place becomes a stack.
pub(crate) struct Place<'t, T> {
    table: &'t Table,
    block: &'static Block,
    text: String,
    base: Vec<(String, String)>,
    new: Box<dyn Fn() -> Result<T> + 't>,
    finish: fn(T) -> Result<Stack>,
}

impl<'t, T> Place<'t, T> {
    /// `KEYS` in the text is where the block's keys stand; `base` are those that it starts with, `key: value; key: value`.
    pub(crate) fn new(
        table: &'t Table,
        block: &'static Block,
        text: impl Into<String>,
        base: &str,
        new: impl Fn() -> Result<T> + 't,
        finish: fn(T) -> Result<Stack>,
    ) -> Self {
        let pairs = base.split(';').filter_map(|entry| entry.trim().split_once(": "));
        let base = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        Self { table, block, text: text.into(), base, new: Box::new(new), finish }
    }

    /// A key with a value, and the same in the builder's words. A key of the base takes another value.
    pub(crate) fn row(&self, key: &str, written: &str, code: &str, edit: impl FnOnce(T) -> Result<T>) {
        let key = key.trim_matches('"');
        let quoted = if key.contains(['.', '-']) { format!("{key:?}") } else { key.to_owned() };
        let others = self.base.iter().filter(|(name, _)| name != key);
        let with: String = others.map(|(name, value)| format!("{name}: {value},\n")).collect();
        let without: String = self.base.iter().map(|(name, value)| format!("{name}: {value},\n")).collect();
        let declared = |keys: &str| self.text.replace("KEYS", keys);
        let with = declared(&format!("{with}{quoted}: {written},\n"));
        self.table.borrow_mut().push(Sample {
            block: self.block,
            key: key.to_owned(),
            written: written.to_owned(),
            code: code.replace([' ', '\n'], ""),
            with: Both::new(with, None, (self.new)().and_then(edit).and_then(self.finish)),
            without: Both::new(declared(&without), None, (self.new)().and_then(self.finish)),
        });
    }

    /// The same of two stacks that the macro itself made.
    pub(crate) fn declared(&self, key: &str, code: &str, with: Stack, without: Stack, built: [Result<Stack>; 2]) {
        let both = |declared: Stack, built: Result<Stack>| {
            Both::new("(a declaration of this program)".to_owned(), Some(declared), built)
        };
        let [of_with, of_without] = built;
        self.table.borrow_mut().push(Sample {
            block: self.block,
            key: key.to_owned(),
            written: "(…)".to_owned(),
            code: code.replace([' ', '\n'], ""),
            with: both(with, of_with),
            without: both(without, of_without),
        });
    }
}

/// Rows of a place: `key: [value as declared] => |it| it.key(value);`.
macro_rules! rows {
    ($place:expr; $($key:tt: [$($written:tt)*] => |$it:pat_param| $code:expr;)*) => {
        $($place.row(
            stringify!($key),
            stringify!($($written)*),
            stringify!($code),
            // What is built may need to parse nothing.
            #[allow(clippy::needless_question_mark)]
            |$it| Ok($code),
        );)*
    };
}

pub(crate) use rows;
