//! What extraction costs: documents of 3 KB to 1 MB in pieces of four characters through the scanner and the typed
//! reader, beside one parse of the same whole document by `serde_json`, typed and as a tree, in the same run.
//!
//! `cargo bench --bench extraction`. Every figure is the median of several passes; ratios and growth are to be trusted
//! more than absolute times.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use serde::Deserialize;
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;
use testgen::json_stream::{Config, End, Extracted, Extractor};
use testgen::validation::draft;

const SIZES: [usize; 4] = [3_000, 30_000, 200_000, 1_000_000];
/// Bytes to be read for one measurement, so that short documents are read often.
const WORK: usize = 4_000_000;
const PASSES: usize = 7;
const PIECE: usize = 4;

/// What the document holds, for a parse that knows all and mends nothing.
#[derive(Deserialize)]
#[allow(dead_code)]
struct Suite {
    test_cases: Vec<Case>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Case {
    id: String,
    #[serde(rename = "type")]
    case_type: String,
    title: String,
    priority: String,
    preconditions: Vec<String>,
    steps: Vec<String>,
    expected_result: String,
    quality_score: u32,
}

#[derive(Clone, Copy, PartialEq)]
enum Defects {
    None,
    /// One trailing comma in the first object.
    OneEarly,
    /// Python quotes, comments, missing and trailing commas in every object.
    Everywhere,
}

/// A document of at least `size` bytes, as a model prints it.
fn document(size: usize, defects: Defects) -> (String, usize) {
    let mut text = String::from("{\n  \"test_cases\": [");
    let mut count = 0;
    while text.len() < size {
        count += 1;
        let comma = if count > 1 { "," } else { "" };
        let _ = write!(
            text,
            r#"{comma}
    {{
      "id": "TC-{count:03}",
      "type": "negative",
      "title": "Discount code number {count} that expired yesterday is refused at checkout",
      "priority": "high",
      "preconditions": [
        "The customer is signed in",
        "The cart holds {count} articles for 50.00 EUR"
      ],
      "steps": [
        "Open the checkout page of the cart",
        "Enter the discount code \"SAVE{count}\" into the field \"Code\"",
        "Press \"Apply\" and wait for the answer"
      ],
      "expected_result": "The page says that code SAVE{count} has expired; the total stays at 50.00 EUR",
      "quality_score": 8
    }}"#
        );
        if defects == Defects::OneEarly && count == 1 {
            text = text.replacen("\"quality_score\": 8\n", "\"quality_score\": 8,\n", 1);
        }
    }
    text.push_str("\n  ]\n}\n");
    if defects == Defects::Everywhere {
        text = text
            .replace("\"high\"", "'high'")
            .replace("\"quality_score\": 8", "quality_score: 8, // good");
        text = text.replace("EUR\",\n      ", "EUR\"\n      ");
    }
    (text, count)
}

/// Median time of one read of the text, in nanoseconds.
fn measure(text: &str, mut read: impl FnMut(&str)) -> f64 {
    let times = (WORK / text.len()).max(1);
    let mut passes: Vec<f64> = (0..PASSES)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..times {
                read(black_box(text));
            }
            start.elapsed().as_nanos() as f64 / times as f64
        })
        .collect();
    passes.sort_by(f64::total_cmp);
    passes[PASSES / 2]
}

fn extract(text: &str, typed: bool) -> usize {
    let mut count = 0;
    let mut extractor = Extractor::new(Config::default());
    let mut sink = |extracted: Extracted<'_>| {
        if let Extracted::Object(object) = extracted {
            if typed {
                count += usize::from(black_box(draft::read(&object)).is_ok());
            } else {
                black_box(object.json);
                count += 1;
            }
        }
    };
    for piece in text.as_bytes().chunks(PIECE) {
        extractor.push(piece, &mut sink);
    }
    extractor.finish(End::Whole, &mut sink);
    count
}

fn main() {
    println!("pieces of {PIECE} characters; ns a byte unless said otherwise; median of {PASSES} passes");
    println!(
        "{:>10} {:>10} | {:>8} {:>9} {:>9} | {:>8} {:>8} | {:>7}",
        "bytes", "defects", "scan", "with read", "ns/piece", "serde", "tree", "ratio"
    );
    let mut flatness = Vec::new();
    for (name, defects) in [
        ("none", Defects::None),
        ("one early", Defects::OneEarly),
        ("everywhere", Defects::Everywhere),
    ] {
        let mut line = Vec::new();
        for size in SIZES {
            let (text, cases) = document(size, defects);
            let (clean, _) = document(size, Defects::None);
            assert_eq!(extract(&text, true), cases, "every case is read");
            let bytes = text.len() as f64;
            let scan = measure(&text, |text| assert!(extract(text, false) > 0)) / bytes;
            let read = measure(&text, |text| assert!(extract(text, true) > 0)) / bytes;
            let typed = measure(&clean, |text| {
                black_box(serde_json::from_slice::<Suite>(text.as_bytes()).unwrap());
            }) / clean.len() as f64;
            let tree = measure(&clean, |text| {
                black_box(serde_json::from_slice::<serde_json::Value>(text.as_bytes()).unwrap());
            }) / clean.len() as f64;
            println!(
                "{:>10} {name:>10} | {scan:>8.2} {read:>9.2} {:>9.1} | {typed:>8.2} {tree:>8.2} | {:>6.2}x",
                text.len(),
                read * PIECE as f64,
                read / typed
            );
            line.push((bytes, read));
        }
        let (first, last) = (line[0], line[line.len() - 1]);
        let exponent = 1.0 + (last.1 / first.1).ln() / (last.0 / first.0).ln();
        flatness.push((name, exponent, line));
    }
    println!();
    let clean: Vec<f64> = flatness[0].2.iter().map(|(_, cost)| *cost).collect();
    for (name, exponent, line) in &flatness {
        let worst = line
            .iter()
            .zip(&clean)
            .map(|((_, cost), clean)| cost / clean)
            .fold(0.0, f64::max);
        println!(
            "defects {name:>10}: total cost grows as bytes^{exponent:.3}; at most {worst:.2}x the cost without defects"
        );
    }
}
