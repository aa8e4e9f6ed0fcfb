//! Objects as documents, one after the other.

use super::Error;
use super::spool::Spool;
use crate::manifest::{BuildError, Object, Objects, Redacted};
use crate::model::{Item, Stack};
use crate::output::{self, Document, OutputError, Sealer, seal, yaml};
use std::io;

/// The documents of a stack, made one by one.
pub(super) struct Documents<'a, I> {
    objects: I,
    sealer: Option<&'a Sealer>,
    /// Hears how many there were so far.
    observe: &'a mut dyn FnMut(usize),
    count: usize,
}

impl<'a, I: Iterator<Item = Result<Object, BuildError>>> Documents<'a, I> {
    pub(super) fn new(objects: I, sealer: Option<&'a Sealer>, observe: &'a mut dyn FnMut(usize)) -> Self {
        Self { objects, sealer, observe, count: 0 }
    }
}

impl<I: Iterator<Item = Result<Object, BuildError>>> Iterator for Documents<'_, I> {
    type Item = Result<Document, OutputError>;

    fn next(&mut self) -> Option<Self::Item> {
        let object = match self.objects.next()? {
            Ok(object) => object,
            Err(error) => return Some(Err(OutputError::Build(error))),
        };
        self.count += 1;
        (self.observe)(self.count);
        let document = match document(&object) {
            Ok(document) => document,
            Err(error) => return Some(Err(error)),
        };
        Some(match self.sealer {
            Some(sealer) if document.secret => seal(&document, sealer),
            _ => Ok(document),
        })
    }
}

/// An object as it is to be written.
fn document(object: &Object) -> Result<Document, OutputError> {
    Ok(Document { yaml: yaml::to_yaml(object)?, ..head(object) })
}

pub(super) fn head(object: &Object) -> Document {
    Document {
        kind: object.kind().to_owned(),
        api_version: object.api_version().to_owned(),
        name: object.name().to_owned(),
        namespace: object.namespace().map(str::to_owned),
        app: object.app().map(str::to_owned),
        secret: object.is_secret(),
        yaml: String::new(),
    }
}

/// All objects as one YAML stream, a part after the other, in an order in which a cluster can take them.
pub(super) fn stream(
    objects: Objects<'_>,
    mut spool: Spool,
    write: &mut dyn FnMut(&str) -> io::Result<()>,
) -> Result<(), Error> {
    for document in Documents::new(objects, None, &mut |_| ()) {
        spool.push(&document?)?;
    }
    let mut between = "";
    spool.each(|document, _| {
        write(between).and_then(|()| write(document)).map_err(Error::Stream)?;
        between = yaml::BETWEEN;
        Ok(())
    })
}

/// Whether the objects are in several namespaces. Only raw ones and patched ones can be in another than the stack's.
pub(super) fn several_namespaces(stack: &Stack) -> bool {
    let mut objects = Objects::completing(stack, &Redacted);
    let mut heads = vec![Document {
        api_version: "v1".to_owned(),
        kind: "ConfigMap".to_owned(),
        namespace: stack.namespace.as_ref().map(ToString::to_string),
        ..Document::default()
    }];
    for (n, item) in stack.items.iter().enumerate() {
        let own = match item {
            Item::Raw(_) => true,
            Item::App(app) => app.patch.is_some(),
            _ => false,
        };
        if own {
            heads.extend(objects.of_item(n).iter().flatten().map(head));
        }
    }
    output::several_namespaces(&heads)
}
