//! Scanner and extraction: the same verdicts for every way of cutting, strict JSON, places within the answer, nothing
//! twice, memory within its bound.

use super::pieces::Pieces;
use serde_json::Value;
use std::ops::Range;
use testgen::json_stream::{Alarm, Config, End, Extracted, Extractor};

/// What one answer gave.
type Run = (Vec<Verdict>, Option<Alarm>);

#[derive(Clone, Debug, PartialEq)]
struct Verdict {
    code: &'static str,
    json: String,
    raw: String,
    mends: Vec<(String, String)>,
    key: Option<String>,
    span: Range<u64>,
}

/// Small bounds, so that they are met.
pub(super) fn narrow() -> Config {
    Config {
        max_depth: 6,
        max_object_bytes: 1024,
        max_whitespace: 20,
        max_repeated_bytes: 64,
        max_barren_bytes: 2000,
        ..Config::default()
    }
}

pub(super) fn setting(seed: u8) -> (Config, End) {
    let config = if seed & 1 == 0 { Config::default() } else { narrow() };
    let config = Config {
        starts_in_thought: seed & 4 != 0,
        ..config
    };
    (config, if seed & 2 == 0 { End::Whole } else { End::Cut })
}

fn run<'a>(pieces: impl Iterator<Item = &'a [u8]>, end: End, config: &Config) -> Run {
    let bound = config.max_object_bytes + 3 * 4096 + 1024;
    let mut verdicts = Vec::new();
    let mut sink = |extracted: Extracted<'_>| {
        verdicts.push(match extracted {
            Extracted::Object(object) => Verdict {
                code: if object.whole { "WHOLE" } else { "PARTIAL" },
                json: object.json.to_owned(),
                raw: object.raw.to_owned(),
                mends: object
                    .mends
                    .iter()
                    .map(|mend| (mend.code.to_owned(), mend.detail.clone()))
                    .collect(),
                key: object.key.map(str::to_owned),
                span: object.span,
            },
            Extracted::Broken(broken) => Verdict {
                code: broken.code,
                json: String::new(),
                raw: broken.raw.to_owned(),
                mends: Vec::new(),
                key: broken.key.map(str::to_owned),
                span: broken.span,
            },
        });
    };
    let mut extractor = Extractor::new(config.clone());
    for piece in pieces {
        extractor.push(piece, &mut sink);
        assert!(extractor.held_bytes() <= bound, "{} bytes held", extractor.held_bytes());
    }
    extractor.finish(end, &mut sink);
    let alarm = extractor.alarm();
    (verdicts, alarm)
}

fn sound(verdicts: &[Verdict], answer: &[u8]) {
    let mut out = 0;
    for (at, verdict) in verdicts.iter().enumerate() {
        let Range { start, end } = verdict.span;
        assert!(start <= end && end <= answer.len() as u64, "{verdict:?}");
        out += verdict.json.len();
        if matches!(verdict.code, "WHOLE" | "PARTIAL") {
            let value = serde_json::from_str::<Value>(&verdict.json);
            assert!(matches!(value, Ok(Value::Object(_))), "{value:?}: {verdict:?}");
            assert!(!verdict.raw.is_empty(), "{verdict:?}");
        }
        for other in &verdicts[..at] {
            let apart = start >= other.span.end || other.span.start >= end;
            // What holds other objects is told about after them, and only that it does.
            assert!(
                apart || ["NESTED", "TOO_LONG"].contains(&verdict.code),
                "{other:?} {verdict:?}"
            );
        }
    }
    // An escape of one byte may become six, and what was left out may be added.
    assert!(out <= 6 * answer.len() + 64 * verdicts.len(), "{out} bytes of JSON");
    assert!(verdicts.len() <= answer.len(), "{} verdicts", verdicts.len());
}

/// Verdicts and alarms are the same to the last byte.
fn same(one: &Run, other: &Run, how: &str) {
    assert_eq!(one, other, "{how}");
}

/// What holds for any answer.
pub fn extraction(data: &[u8]) {
    let Some((seed, answer)) = super::split(data) else {
        return;
    };
    let (config, end) = setting(seed);
    let whole = run(std::iter::once(answer), end, &config);
    sound(&whole.0, answer);
    same(&whole, &run(answer.chunks(1), end, &config), "byte by byte");
    same(&whole, &run(Pieces::of(answer, seed), end, &config), "in pieces");
}
