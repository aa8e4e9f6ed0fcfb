//! What is written is what is read, by three readers that share no code with the writer: serde_yaml (libyaml), PyYAML
//! (YAML 1.1, in Python and by libyaml) and kubectl (Go). The last two are asked if they are installed.
//!
//! The risky strings come from the table `yaml-strings` (`$VERDICTS_DIR`, else `shared/verdicts` beside the workspace,
//! else `tests/verdicts` in it) and from the generators below.

use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use serde_json::{Value, json};
use statefulapp_core::output::yaml;
use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Pieces that mean something to some reader, somewhere in a scalar.
const PIECES: &[&str] = &[
    "\0",
    "\u{1}",
    "\u{7}",
    "\u{8}",
    "\t",
    "\n",
    "\u{b}",
    "\u{c}",
    "\r",
    "\r\n",
    "\u{1b}",
    "\u{1f}",
    " ",
    "  ",
    "\u{7f}",
    "\u{80}",
    "\u{85}",
    "\u{9f}",
    "\u{a0}",
    "\u{ad}",
    "\u{2003}",
    "\u{200b}",
    "\u{2028}",
    "\u{2029}",
    "\u{202e}",
    "\u{3000}",
    "\u{d7ff}",
    "\u{e000}",
    "\u{fdd0}",
    "\u{feff}",
    "\u{fffd}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{1f600}",
    "\u{1fffe}",
    "\u{10ffff}",
    "\n\n",
    "\n ",
    "\n\t",
    " \n",
    "\t\n",
    "---",
    "...",
    "--- ",
    "\n---\n",
    "\n...\n",
    "\n--- a",
    "%YAML 1.1\n",
    "- ",
    "-",
    "? ",
    "?",
    ": ",
    ":",
    ":\t",
    ":\n",
    ", ",
    ",",
    "[",
    "]",
    "{",
    "}",
    "#",
    " #",
    "\t#",
    "\n#",
    "&",
    "&a ",
    "*",
    "*a",
    "!",
    "!!str ",
    "!a ",
    "|",
    "|2\n",
    ">",
    ">-\n",
    "'",
    "''",
    "\"",
    "\\",
    "\\n",
    "\\\n",
    "%",
    "@",
    "`",
    "<<",
    "<<: ",
    "=",
    "~",
    "null",
    "Null",
    "NULL",
    "true",
    "True",
    "TRUE",
    "false",
    "yes",
    "Yes",
    "YES",
    "no",
    "No",
    "NO",
    "on",
    "On",
    "ON",
    "off",
    "Off",
    "OFF",
    "y",
    "Y",
    "n",
    "N",
    ".inf",
    "-.INF",
    "+.Inf",
    ".nan",
    ".NaN",
    "inf",
    "nan",
    "0",
    "1",
    "7",
    "8",
    "9",
    "-",
    "+",
    ".",
    "_",
    "e",
    "E",
    "e+",
    "E-",
    "0x",
    "0X",
    "0o",
    "0b",
    "0B",
    ":30",
    ":59",
    ":60",
    "1:2",
    "190:20:30",
    "2024-01-01",
    "T00:00:00Z",
    " 00:00:00",
    "-5:00",
    "a",
    "A",
    "f",
    "é",
    "中",
    "/",
    "key: value",
    "$(X)",
    "{{ x }}",
];

fn verdicts() -> Vec<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let given = std::env::var_os("VERDICTS_DIR").map(PathBuf::from);
    let beside = ["../../shared/verdicts", "../../../shared/verdicts", "../tests/verdicts"].map(|path| here.join(path));
    let Some(directory) = given.into_iter().chain(beside).find(|path| path.is_dir()) else {
        eprintln!("skipped the table yaml-strings: no directory of verdicts");
        return Vec::new();
    };
    let table = std::fs::read_to_string(directory.join("yaml-strings.jsonl")).unwrap();
    let rows = table.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    rows.map(|row| row["value"].as_str().unwrap().to_owned()).collect()
}

fn risky() -> impl Strategy<Value = String> {
    let pieces = |max| prop::collection::vec(prop::sample::select(PIECES), 0..max).prop_map(|pieces| pieces.concat());
    prop_oneof![
        4 => pieces(4),
        3 => pieces(12),
        1 => any::<String>(),
        1 => prop::collection::vec(prop::char::range('\0', '\u{ff}'), 0..6).prop_map(|chars| chars.into_iter().collect()),
        2 => prop::collection::vec(prop::sample::select(&b"0179abefox+-_.:"[..]), 1..8)
            .prop_map(|bytes| String::from_utf8(bytes).unwrap()),
        // A configuration file.
        2 => prop::collection::vec(pieces(5), 1..8).prop_map(|lines| lines.join("\n")),
        1 => (pieces(4), 1usize..1200).prop_map(|(piece, times)| piece.repeat(times)),
    ]
}

/// The table, and as many strings again and again the same from the generators.
fn strings(count: usize) -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    let mut strings = verdicts();
    strings.extend(PIECES.iter().map(|piece| piece.to_string()));
    strings.extend((0..count).map(|_| risky().new_tree(&mut runner).unwrap().current()));
    strings
}

/// The string in every place that a string can have.
fn places(string: &str) -> Value {
    json!({
        "value": string,
        "list": [string, [string, "x"], {"a": string, "b": {"c": string}}],
        "nested": {"deep": {"er": string, "after": "x"}},
        "keys": {string: string, "after": {string: ["x"]}},
        "last": string,
    })
}

/// What is long is not worth reading to its end.
fn cut(value: &impl ToString) -> String {
    value.to_string().chars().take(2000).collect()
}

#[track_caller]
fn assert_reads_back(object: &Value) {
    let text = yaml::to_yaml(object).unwrap();
    match serde_yaml::from_str::<Value>(&text) {
        Ok(read) => assert!(read == *object, "{}\nis not {}\nwritten as\n{}", cut(&read), cut(object), cut(&text)),
        Err(error) => panic!("{error} in\n{}\nof {}", cut(&text), cut(object)),
    }
    assert!(text.ends_with('\n'));
}

#[test]
fn serde_yaml_reads_every_string_back() {
    for string in strings(500) {
        assert_reads_back(&places(&string));
        assert_reads_back(&json!(string));
        assert_reads_back(&json!([string]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn serde_yaml_reads_any_string_back(string in risky()) {
        assert_reads_back(&places(&string));
    }

    #[test]
    fn serde_yaml_reads_any_object_back(object in objects()) {
        assert_reads_back(&object);
    }

    #[test]
    fn a_stream_of_documents_reads_back(objects in prop::collection::vec(objects(), 1..5)) {
        let documents: Vec<_> = objects.iter().map(|object| yaml::to_yaml(object).unwrap()).collect();
        let stream = yaml::join(documents.iter().map(String::as_str));
        let read: Vec<Value> = serde_yaml::Deserializer::from_str(&stream)
            .map(|document| serde::Deserialize::deserialize(document).unwrap())
            .collect();
        prop_assert!(read == objects, "{}", cut(&stream));
    }

    #[test]
    fn json_reads_back(object in objects()) {
        let text = yaml::to_json(&object).unwrap();
        prop_assert!(serde_json::from_str::<Value>(&text).unwrap() == object, "{}", cut(&text));
    }
}

fn objects() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        // serde_json's reader is not exact to the last bit of every number.
        (any::<i32>(), -8i32..8).prop_map(|(digits, power)| Value::from(f64::from(digits) * 2f64.powi(power))),
        risky().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(risky(), inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// Runs a reader on the text; gives its standard output, or nothing if it is not installed.
fn ask(command: &mut Command, input: &str) -> Option<String> {
    let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut child) = spawned else {
        eprintln!("skipped: cannot run {command:?}");
        return None;
    };
    let mut stdin = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input.as_bytes()));
        child.wait_with_output().unwrap()
    });
    if output.status.code() == Some(77) {
        eprintln!("skipped: {}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn pyyaml_reads_every_string_back() {
    let cases = strings(300).into_iter().map(|string| {
        let object = places(&string);
        json!({"yaml": yaml::to_yaml(&object).unwrap(), "expected": object}).to_string() + "\n"
    });
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/yaml11.py");
    if let Some(answer) = ask(Command::new("python3").arg(script), &cases.collect::<String>()) {
        assert!(answer.starts_with("read "), "{answer}");
    }
}

#[test]
fn kubectl_reads_every_string_back() {
    // A ConfigMap whose every string is a value, and a key; kubectl reads it and prints it as JSON, without a server.
    let strings = strings(300);
    let data: serde_json::Map<_, _> =
        strings.iter().enumerate().map(|(at, string)| (format!("{at}{string}"), json!(string))).collect();
    let annotations: serde_json::Map<_, _> = strings.iter().map(|string| (string.clone(), json!("x"))).collect();
    let metadata = json!({"name": "a", "annotations": annotations});
    let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data});
    let mut command = Command::new("kubectl");
    command.args(["--kubeconfig=/dev/null", "annotate", "--local", "-o", "json", "-f", "-", "added=x"]);
    if let Some(answer) = ask(&mut command, &yaml::to_yaml(&object).unwrap()) {
        let read: Value = serde_json::from_str(&answer).unwrap();
        for (key, value) in &data {
            assert_eq!(read["data"].get(key), Some(value), "{key:?}");
        }
        assert_eq!(read["data"].as_object().unwrap().len(), data.len());
        for key in annotations.keys() {
            assert_eq!(read["metadata"]["annotations"].get(key), Some(&json!("x")), "{key:?}");
        }
    }
}

#[test]
fn fields_are_in_the_order_in_which_people_write_them() {
    let text = include_str!("../benches/stateful-set.yaml");
    let object: k8s_openapi::api::apps::v1::StatefulSet = serde_yaml::from_str(text).unwrap();
    assert_eq!(yaml::to_yaml(&object).unwrap(), text);
}
