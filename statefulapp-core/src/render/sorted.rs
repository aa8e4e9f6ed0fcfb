//! The objects of a stack in an order in which a cluster can take them, made one by one.
//!
//! That order is not the declaration's. It is found from kinds and names alone, which are known before an object is built.

use crate::manifest::{BuildError, Object, Objects, SecretSource};
use crate::model::Stack;
use crate::output;
use std::borrow::Cow;

/// An item of more objects (a Service for each pod) is built as a whole, since to find one of them is to count them.
const FEW: usize = 16;

/// What decides when an object is applied, and where it comes from.
struct Place<'a> {
    rank: u8,
    namespace: Option<Cow<'a, str>>,
    name: String,
    kind: Cow<'static, str>,
    /// The item's position, and the object's among those of the item.
    item: usize,
    nth: usize,
    /// Whether the item has only a few.
    of_few: bool,
}

/// The objects, in that order.
pub(super) struct Sorted<'a> {
    stack: &'a Stack,
    objects: Objects<'a>,
    places: std::vec::IntoIter<Place<'a>>,
    /// The objects of the last item that has many.
    many: (Option<usize>, Vec<Option<Object>>),
}

impl<'a> Sorted<'a> {
    /// Finds the order.
    ///
    /// # Errors
    /// An object cannot be built that says itself what it is.
    pub(super) fn new(stack: &'a Stack, secrets: &'a dyn SecretSource) -> Result<Self, BuildError> {
        let mut objects = Objects::new(stack, secrets);
        let namespace = stack.namespace.as_ref().map(|namespace| namespace.as_str());
        let mut places = Vec::with_capacity(stack.items.len());
        for (item, declared) in stack.items.iter().enumerate() {
            let first = places.len();
            let mut nth = 0;
            objects.visit(declared, &mut |head, build| {
                let place =
                    Place { rank: 0, namespace: None, name: String::new(), kind: "".into(), item, nth, of_few: true };
                places.push(match head {
                    Some(head) => Place {
                        rank: output::rank(head.api_version, head.kind),
                        namespace: namespace.map(Cow::Borrowed),
                        name: head.name.to_owned(),
                        kind: head.kind.into(),
                        ..place
                    },
                    None => {
                        let object = build()?;
                        Place {
                            rank: output::rank(object.api_version(), object.kind()),
                            namespace: object.namespace().map(|namespace| namespace.to_owned().into()),
                            name: object.name().to_owned(),
                            kind: object.kind().to_owned().into(),
                            ..place
                        }
                    }
                });
                nth += 1;
                Ok(())
            })?;
            if nth > FEW {
                places.iter_mut().skip(first).for_each(|place| place.of_few = false);
            }
        }
        places.sort_by(|a, b| (a.rank, &a.namespace, &a.name, &a.kind).cmp(&(b.rank, &b.namespace, &b.name, &b.kind)));
        Ok(Self { stack, objects, places: places.into_iter(), many: (None, Vec::new()) })
    }

    fn object(&mut self, place: &Place<'_>) -> Result<Option<Object>, BuildError> {
        let Some(item) = self.stack.items.get(place.item) else { return Ok(None) };
        if place.of_few {
            return self.objects.nth_of_item(item, place.nth);
        }
        if self.many.0 != Some(place.item) {
            self.many = (Some(place.item), self.objects.of_item(item)?.into_iter().map(Some).collect());
        }
        Ok(self.many.1.get_mut(place.nth).and_then(Option::take))
    }
}

impl Iterator for Sorted<'_> {
    type Item = Result<Object, BuildError>;

    fn next(&mut self) -> Option<Self::Item> {
        let place = self.places.next()?;
        let object = self.object(&place).transpose();
        if !matches!(object, Some(Ok(_))) {
            // Nothing comes after an error.
            self.places = Vec::new().into_iter();
        }
        object
    }
}
