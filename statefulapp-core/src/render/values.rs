//! The values of a stack's Secrets, asked for before anything is written.

use super::{Error, NotKept, Place};
use crate::manifest::SecretSource;
use crate::model::{Secret, SecretValue, Stack};
use crate::output::Keep;
use crate::value::DataKey;

/// Every key whose value this program writes: not those that exist elsewhere.
fn written(stack: &Stack) -> impl Iterator<Item = (&Secret, &DataKey, &SecretValue)> {
    let secrets = stack.secrets().map(|(_, secret)| secret);
    let secrets = secrets.filter(|secret| !secret.is_extern && secret.external.is_none());
    secrets.flat_map(|secret| secret.data.iter().map(move |(key, value)| (secret, key, value)))
}

/// Asks for every value once, so that all that are missing are reported together, and generated ones are made before the
/// first is used.
pub(super) fn require_all(stack: &Stack, secrets: &dyn SecretSource) -> Result<(), Error> {
    let errors: Vec<_> =
        written(stack).filter_map(|(secret, key, value)| secrets.value(secret, key, value).err()).collect();
    if errors.is_empty() { Ok(()) } else { Err(Error::Secrets(errors)) }
}

/// An error if a value was made and is kept in the directory only, which is about to become a chart.
pub(super) fn require_none_kept(stack: &Stack, kept: &Keep) -> Result<(), Error> {
    let namespace = stack.namespace.as_ref().map(|namespace| namespace.as_str());
    let generated = written(stack).filter(|(_, _, value)| matches!(value, SecretValue::Generate(_)));
    let kept = generated.filter(|(secret, key, _)| kept.get(namespace, secret.name.as_str(), key.as_str()).is_some());
    let keys: Vec<_> = kept.map(|(secret, key, _)| format!("{}.{key}", secret.name)).collect();
    if keys.is_empty() { Ok(()) } else { Err(Error::NotKept(NotKept { keys, place: Place::Chart })) }
}

/// An error if a value is to be made that is not among those that are kept.
pub(super) fn require_kept(stack: &Stack, keep: Option<&Keep>, place: Place) -> Result<(), Error> {
    let namespace = stack.namespace.as_ref().map(|namespace| namespace.as_str());
    let is_missing = |secret: &Secret, key: &DataKey| {
        keep.is_none_or(|keep| keep.get(namespace, secret.name.as_str(), key.as_str()).is_none())
    };
    let generated = written(stack).filter(|(_, _, value)| matches!(value, SecretValue::Generate(_)));
    let missing = generated.filter(|(secret, key, _)| is_missing(secret, key));
    let keys: Vec<_> = missing.map(|(secret, key, _)| format!("{}.{key}", secret.name)).collect();
    if keys.is_empty() { Ok(()) } else { Err(Error::NotKept(NotKept { keys, place })) }
}
