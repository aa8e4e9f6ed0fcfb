//! Declarations at random that compile.

use crate::places::{Entries, Place, of_engine, places};
use crate::run::objects;
use crate::samples::samples;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use statefulapp::Stack;
use statefulapp::manifest::{Object, Redacted};
use statefulapp::model::{Item, Raw};
use statefulapp_core::output::yaml;
use std::cell::Cell;

/// A block with some of its keys, each with a value of its kind.
fn declaration(place: &Place, picks: &[(Index, Index)]) -> String {
    let mut entries: Entries = place.base.clone();
    let keys = place.keys();
    for (key, value) in picks.iter().filter(|_| !keys.is_empty()) {
        let key = key.get(&keys);
        let values = samples(key, place);
        if values.is_empty() {
            continue;
        }
        entries.retain(|(name, _)| name != key.name);
        entries.push((key.name.to_owned(), value.get(&values).clone()));
    }
    place.with(&entries, None)
}

/// Whatever compiles becomes objects, another reader of YAML reads them as they are, and read back, without the model that they came
/// from, they are held against the rules of the API server: every field is one of its types and has a value that it takes.
#[test]
fn what_compiles_becomes_objects_that_are_accepted() {
    let mut places = places();
    places.extend(statefulapp::engine::all().iter().flat_map(|facts| of_engine(facts)));
    let compiled = Cell::new(0);
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1000);
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let strategy = (any::<Index>(), vec((any::<Index>(), any::<Index>()), 0..6));
    let judged = TestRunner::new_with_rng(config, random).run(&strategy, |(place, picks)| {
        let text = declaration(place.get(&places), &picks);
        let Some(built) = objects(&text) else { return Ok(()) };
        compiled.set(compiled.get() + 1);
        let objects = built.map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        accepted(&objects).map_err(|why| TestCaseError::fail(format!("{why}\n{text}")))
    });
    if let Err(error) = judged {
        panic!("{error}");
    }
    assert!(compiled.get() * 5 > cases, "only {} of {cases} compile", compiled.get());
}

fn accepted(objects: &[Object]) -> Result<(), String> {
    let mut items = Vec::new();
    for object in objects {
        let written = yaml::to_yaml(object).map_err(|error| error.to_string())?;
        let read: serde_json::Value = serde_yaml::from_str(&written).map_err(|error| error.to_string())?;
        let made = serde_json::to_value(object).map_err(|error| error.to_string())?;
        if read != made {
            return Err(format!("another reader reads another object:\n{written}"));
        }
        items.push(Item::Raw(Raw { name: format!("{}-{}", object.kind(), object.name()), yaml: written }));
    }
    let mut again = Stack::default();
    again.items = items;
    again.objects_with(&Redacted).map(|_| ()).map_err(|error| error.to_string())
}
