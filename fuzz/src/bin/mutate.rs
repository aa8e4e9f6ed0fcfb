//! Changes declarations at random for some seconds, with any compiler: `mutate [SECONDS] [SEED]`. `mutate --corpus DIRECTORY` writes the
//! texts that a fuzzer begins with.

use statefulapp_core::grammar;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let seeds = statefulapp_fuzz::seeds();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, directory] = arguments.as_slice()
        && flag == "--corpus"
    {
        return write(&seeds, Path::new(directory));
    }
    let number = |n: usize| arguments.get(n).and_then(|text| text.parse().ok());
    let (seconds, seed) = (number(0).unwrap_or(30), number(1).unwrap_or(1));
    run(&seeds, Duration::from_secs(seconds), seed)
}

fn write(seeds: &[String], directory: &Path) -> ExitCode {
    let written = std::fs::create_dir_all(directory).and_then(|()| {
        seeds.iter().enumerate().try_for_each(|(n, seed)| std::fs::write(directory.join(format!("seed-{n:04}")), seed))
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", directory.display());
            ExitCode::FAILURE
        }
    }
}

fn run(seeds: &[String], time: Duration, seed: u64) -> ExitCode {
    let words: Vec<&str> = words().into_iter().collect();
    let mut random = Random(seed);
    let (start, mut count) = (Instant::now(), 0_u64);
    // The seeds themselves come first.
    for text in seeds {
        if !holds(text, seed) {
            return ExitCode::FAILURE;
        }
    }
    while start.elapsed() < time {
        let mut pieces = pieces(random.pick::<String>(seeds));
        for _ in 0..=random.below(4) {
            change(&mut pieces, &words, seeds, &mut random);
        }
        count += 1;
        if !holds(&pieces.concat(), seed) {
            return ExitCode::FAILURE;
        }
    }
    println!("{count} declarations from {} seeds, random seed {seed}: all hold", seeds.len());
    ExitCode::SUCCESS
}

fn holds(text: &str, seed: u64) -> bool {
    let held = std::panic::catch_unwind(|| statefulapp_fuzz::check(text)).is_ok();
    if !held {
        println!("this does not hold (random seed {seed}):\n{text}");
    }
    held
}

/// Words, numbers and strings, signs, and the white space between them.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut last = None;
    let mut in_string = false;
    for c in text.chars() {
        let class = if in_string || c == '"' {
            'q'
        } else if c.is_alphanumeric() || c == '_' {
            'w'
        } else if c.is_whitespace() {
            ' '
        } else {
            'p'
        };
        if c == '"' {
            in_string = !in_string;
        }
        match pieces.last_mut() {
            Some(piece) if last == Some(class) && class != 'p' => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
        last = Some(class);
    }
    pieces
}

fn change(pieces: &mut Vec<String>, words: &[&str], seeds: &[String], random: &mut Random) {
    if pieces.is_empty() {
        pieces.push(random.pick(words).to_string());
        return;
    }
    let (at, other) = (random.below(pieces.len()), random.below(pieces.len()));
    let word = |random: &mut Random| format!(" {} ", random.pick(words));
    match random.below(9) {
        0 => drop(pieces.remove(at)),
        1 => pieces.insert(at, word(random)),
        2 | 3 => pieces[at] = word(random),
        4 => pieces.swap(at, other),
        5 => pieces.insert(at, pieces[other].clone()),
        6 => {
            let (from, to) = (at.min(other), at.max(other).min(at.min(other) + 20));
            let copy = pieces[from..to].to_vec();
            pieces.splice(other..other, copy);
        }
        7 => {
            let (from, to) = (at.min(other), at.max(other).min(at.min(other) + 20));
            pieces.drain(from..to);
        }
        _ => {
            let foreign = self::pieces(random.pick::<String>(seeds));
            if foreign.is_empty() {
                return;
            }
            let from = random.below(foreign.len());
            let to = foreign.len().min(from + 1 + random.below(20));
            pieces.splice(at..at, foreign[from..to].to_vec());
        }
    }
}

/// Everything that means something in a declaration, and some things that do not.
fn words() -> BTreeSet<&'static str> {
    let mut words: BTreeSet<&str> = [
        "extern",
        "as",
        ":",
        ",",
        ";",
        ".",
        "..",
        "..=",
        "!",
        "%",
        "-",
        "=",
        "=>",
        "::",
        "#",
        "#[doc = \"x\"]",
        "///x\n",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "{}",
        "[]",
        "()",
        "(x)",
        "\"text\"",
        "\"\"",
        "0",
        "1",
        "-1",
        "5432",
        "65536",
        "99999999999999999999",
        "100Gi",
        "500m",
        "1.5",
        "1e9",
        "30s",
        "1h30m",
        "25%",
        "0x10",
        "7u16",
        "1_000",
        "'c'",
        "b\"x\"",
        "c\"x\"",
        "r\"x\"",
        "true",
        "none",
        "self",
        "Self",
        "super",
        "crate",
        "_",
        "r#type",
        "fn",
        "type",
        "'a",
        "äöü",
        "params",
        "params.x",
        "include_str",
        "format!(\"x\")",
        "\"\\u{0}\"",
        "\"a\\nb\"",
    ]
    .into();
    for block in grammar::all() {
        words.insert(block.name);
        words.extend(block.names());
    }
    for kind in grammar::Kind::ALL {
        words.extend(kind.words().iter().chain(kind.calls()).map(|word| word.word));
        words.insert(kind.example());
    }
    words.extend(statefulapp_core::engine::all().iter().map(|facts| facts.name));
    words
}

/// SplitMix64: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or_default()
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}
