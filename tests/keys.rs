//! No key is accepted and ignored.
//!
//! The grammar is walked, not listed: for every key of every block, every word and every form of a call, declarations are written
//! that differ in that one value. Some of them must be free of errors, and their manifests must differ. A key that nothing
//! reads, or that is read and dropped, fails here without a line of this test being touched.
//!
//! What a key needs beside it is found by trying: a `node_port` changes something only beside `type: NodePort`, so the other keys
//! of a block are tried as its company, one at a time.

extern crate proc_macro;

#[path = "../statefulapp-macros/src/diagnostics.rs"]
#[allow(dead_code)]
mod diagnostics;
#[path = "../statefulapp-macros/src/front.rs"]
#[allow(dead_code)]
mod front;
#[path = "../statefulapp-macros/src/parse/mod.rs"]
#[allow(dead_code)]
mod parse;
#[path = "keys/places.rs"]
mod places;
#[path = "keys/run.rs"]
mod run;
#[path = "keys/samples.rs"]
mod samples;
#[path = "../statefulapp-macros/src/spans.rs"]
#[allow(dead_code)]
mod spans;
#[path = "keys/valid.rs"]
mod valid;

use places::{Entries, Place, places, short};
use run::{Looking, Outcome, run};
use samples::{samples, warned, words};
use statefulapp::grammar::{self, Key, Kind};
use std::collections::BTreeMap;

/// What became of a key in one place.
enum Verdict {
    /// Two accepted values, or one and its absence, have different manifests.
    Read,
    /// Values are accepted, and change nothing.
    Ignored(String),
    /// No value is accepted.
    Refused(String),
}

/// Tries a key in the places of its block: alone in all of them, then beside each other key of the block.
fn try_key(places: &[&Place], key: &Key) -> Verdict {
    let alone = places.iter().map(|place| (*place, vec![company(place, key, None)]));
    let beside = places.iter().map(|place| (*place, companies(place, key)));
    let mut verdict = Verdict::Refused(String::new());
    for (place, companies) in alone.chain(beside) {
        for company in companies {
            match try_beside(place, &company, key) {
                Verdict::Read => return Verdict::Read,
                Verdict::Ignored(text) => verdict = Verdict::Ignored(text),
                Verdict::Refused(why) => {
                    if let (Verdict::Refused(last), false) = (&mut verdict, why.is_empty()) {
                        *last = why;
                    }
                }
            }
        }
    }
    verdict
}

fn try_beside(place: &Place, company: &Entries, key: &Key) -> Verdict {
    let looking = Looking::at(key.kind);
    let values = if key.kind == Kind::Rules { warned(place, company) } else { samples(key, place) };
    let mut before = match run(&place.with(company, None), looking) {
        Outcome::Output(without) => Some(without),
        Outcome::Errors(_) => None,
    };
    let mut verdict = Verdict::Refused(String::new());
    for value in values {
        let text = place.with(company, Some((key.name, &value)));
        match run(&text, looking) {
            Outcome::Output(output) if before.as_ref().is_some_and(|before| *before != output) => return Verdict::Read,
            Outcome::Output(output) => {
                before = Some(output);
                verdict = Verdict::Ignored(short(&text));
            }
            Outcome::Errors(errors) => {
                if let Verdict::Refused(why) = &mut verdict {
                    *why = format!("{errors}\n{}", short(&text));
                }
            }
        }
    }
    verdict
}

/// The output of each of these values that is accepted.
fn outputs(place: &Place, company: &Entries, key: &str, values: &[String]) -> BTreeMap<String, String> {
    let output = |value: &String| match run(&place.with(company, Some((key, value))), Looking::Objects) {
        Outcome::Output(output) => Some((value.clone(), output)),
        Outcome::Errors(_) => None,
    };
    values.iter().filter_map(output).collect()
}

/// What stands beside a key: what its block cannot do without, and one more.
fn company(place: &Place, key: &Key, more: Option<(&Key, String)>) -> Entries {
    let mut company = place.base.clone();
    company.retain(|(name, _)| name != key.name && more.as_ref().is_none_or(|(other, _)| other.name != name));
    company.extend(more.map(|(other, value)| (other.name.to_owned(), value)));
    company
}

/// The same with each value of each other key of the block. An engine's places have their company already.
fn companies(place: &Place, key: &Key) -> Vec<Entries> {
    let mut companies = vec![company(place, key, None)];
    if place.is_complete() {
        return companies;
    }
    for other in place.keys().into_iter().filter(|other| other.name != key.name && other.kind != Kind::Rules) {
        companies.extend(samples(other, place).into_iter().map(|value| company(place, key, Some((other, value)))));
    }
    companies
}

#[test]
fn every_key_of_every_block_changes_the_output() {
    let places = places();
    let mut wrong = Vec::new();
    let mut tried = 0;
    for block in grammar::all().filter(|block| block.module != grammar::ENGINE.module) {
        let here: Vec<&Place> = places.iter().filter(|place| place.block.module == block.module).collect();
        if here.is_empty() {
            wrong.push(format!("the block `{}` stands nowhere", block.module));
        }
        for key in block.keys {
            tried += 1;
            match try_key(&here, key) {
                Verdict::Read => {}
                Verdict::Ignored(text) => {
                    wrong
                        .push(format!("`{}` of `{}` is accepted and changes nothing:\n{text}", key.name, block.module));
                }
                Verdict::Refused(text) => {
                    wrong.push(format!("`{}` of `{}` is accepted nowhere:\n{text}", key.name, block.module));
                }
            }
        }
    }
    assert!(tried > 300, "only {tried} keys");
    assert!(wrong.is_empty(), "{} keys:\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn every_word_means_something_of_its_own() {
    let places = places();
    let mut wrong = Vec::new();
    let has_words = |kind: &&Kind| !words(**kind).is_empty() && **kind != Kind::SecretSource;
    for kind in Kind::ALL.iter().filter(has_words) {
        for word in words(*kind) {
            let mut why = "stands nowhere".to_owned();
            let of_kind = [true, false].into_iter().flat_map(|alone| places.iter().map(move |place| (place, alone)));
            let of_kind =
                of_kind.flat_map(|(place, alone)| place.keys().into_iter().map(move |key| (place, key, alone)));
            let mut of_kind = of_kind;
            let is_told = of_kind.any(|(place, key, is_alone)| {
                if key.kind != *kind && !samples::holds(key.kind, *kind) {
                    return false;
                }
                let wrap = |value: &String| samples::inside(key.kind, *kind, value);
                let mut values: Vec<String> = words(*kind).iter().map(wrap).collect();
                let word = wrap(&word);
                values.retain(|value| *value != word);
                let companies = if is_alone { vec![company(place, key, None)] } else { companies(place, key) };
                companies.into_iter().any(|company| {
                    let looking = Looking::Objects;
                    let text = place.with(&company, Some((key.name, &word)));
                    let output = match run(&text, looking) {
                        Outcome::Output(output) => output,
                        Outcome::Errors(errors) => {
                            why = format!("{errors}\n{}", short(&text));
                            return false;
                        }
                    };
                    let others = outputs(place, &company, key.name, &values);
                    let same = others.iter().find(|(_, other)| **other == output);
                    if let Some((other, _)) = same {
                        why = format!("means the same as {other}:\n{}", short(&text));
                    }
                    let without = run(&place.with(&company, None), looking);
                    same.is_none()
                        && !matches!(without, Outcome::Output(without) if others.is_empty() && without == output)
                })
            });
            if !is_told {
                wrong.push(format!("`{word}` of {}: {why}", kind.name()));
            }
        }
    }
    // The values of a Secret stand under keys of its own, which the grammar does not list.
    let sources = words(Kind::SecretSource).into_iter().chain(["\"literal\"".to_owned()]);
    let mut outputs = BTreeMap::new();
    for source in sources {
        match run(&places::world(&format!("Secret it {{ a: {source} }}")), Looking::Objects) {
            Outcome::Output(output) => {
                wrong.extend(outputs.insert(output, source.clone()).map(|same| format!("{source} is {same}")))
            }
            Outcome::Errors(errors) => wrong.push(format!("{source}: {errors}")),
        }
    }
    assert!(wrong.is_empty(), "{} words:\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn every_option_of_every_engine_changes_the_output() {
    let mut wrong = Vec::new();
    let mut tried = 0;
    for facts in statefulapp::engine::all() {
        let places = places::of_engine(facts);
        for option in facts.options {
            tried += 1;
            let Some(key) = grammar::ENGINE.key(option.name) else {
                wrong.push(format!("`{}` of `{}` is not in the grammar", option.name, facts.name));
                continue;
            };
            match try_key(&places.iter().collect::<Vec<_>>(), key) {
                Verdict::Read => {}
                Verdict::Ignored(text) => {
                    wrong.push(format!("`{}` of the engine `{}` changes nothing:\n{text}", option.name, facts.name));
                }
                Verdict::Refused(text) => {
                    wrong.push(format!("`{}` of the engine `{}` is never accepted:\n{text}", option.name, facts.name));
                }
            }
        }
        // What an engine's replication does not read, it refuses. To name the only form there is says nothing new.
        let places = places::of_replication(facts);
        let is_told = |key: &&Key| !places.is_empty() && (key.name != "mode" || facts.forms.len() > 1);
        for key in grammar::REPLICATION.keys.iter().filter(is_told) {
            tried += 1;
            if let Verdict::Ignored(text) = try_key(&places.iter().collect::<Vec<_>>(), key) {
                wrong.push(format!("`replication: {{ {} }}` of `{}` changes nothing:\n{text}", key.name, facts.name));
            }
        }
    }
    assert!(tried > 80, "only {tried} options");
    assert!(wrong.is_empty(), "{} options:\n{}", wrong.len(), wrong.join("\n\n"));
}

/// An item itself changes the output, and so does what stands at it beside its keys.
#[test]
fn every_item_and_what_stands_at_it() {
    let objects = |text: &str| match run(text, Looking::Objects) {
        Outcome::Output(output) => Some(output),
        Outcome::Errors(_) => None,
    };
    let nothing = objects(&places::world("")).expect("a world without errors");
    let items = places::items();
    for block in grammar::ITEMS {
        let here = items.iter().filter(|place| place.block.module == block.module);
        let mut texts = here.map(|place| place.with(&place.base, None));
        let kind = block.name;
        let (text, output) = texts.find_map(|text| Some((objects(&text)?, text))).map(|(a, b)| (b, a)).expect(kind);
        assert_ne!(output, nothing, "{kind}");
        let renamed = text.replacen(&format!("{kind} it"), &format!("{kind} it as \"another\""), 1);
        assert_ne!(renamed, text);
        assert_eq!(objects(&renamed).as_ref() == Some(&output), kind == "Raw", "the name of {kind}");
        let documented = text.replacen(places::BEGIN, "/// What it is for.", 1);
        assert_ne!(documented, text);
        // Neither is an object of its own.
        let is_none = matches!(kind, "Raw" | "AppGroup");
        assert_eq!(objects(&documented).as_ref() == Some(&output), is_none, "the rustdoc of {kind}");
    }
}
