//! Every answer of the corpus, whole, byte by byte, cut in two at every place, and in random pieces.

use super::super::read;
use crate::json_stream::{Config, End, Extracted, Extractor};
use crate::test_case::{Draft, Step};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// One line of `expected.jsonl`.
#[derive(Deserialize)]
struct Expected {
    file: String,
    end: String,
    cases: Vec<Case>,
    rejects: usize,
    #[serde(default)]
    alarm: Option<String>,
}

#[derive(Deserialize)]
struct Case {
    title: String,
    steps: Vec<ExpectedStep>,
    expected_result: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ExpectedStep {
    Action(String),
    Whole {
        action: String,
        data: String,
        expected: String,
    },
}

impl ExpectedStep {
    fn step(&self) -> Step {
        match self {
            Self::Action(action) => Step::new(action),
            Self::Whole { action, data, expected } => Step::new(action).with_data(data).expecting(expected),
        }
    }
}

/// What came out of an answer.
#[derive(Debug, PartialEq)]
struct Outcome {
    /// The drafts in their order; `None` for each object that was refused.
    drafts: Vec<Option<Draft>>,
    mends: Vec<String>,
    alarm: Option<(&'static str, u64)>,
}

fn folder() -> PathBuf {
    // The path of this file ends with src/validation/draft/tests/corpus.rs.
    Path::new(file!())
        .ancestors()
        .nth(5)
        .unwrap()
        .join("tests/corpus/model_answers")
}

fn outcome<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, end: End) -> Outcome {
    let mut drafts = Vec::new();
    let mut mends = Vec::new();
    let mut sink = |extracted: Extracted<'_>| match extracted {
        Extracted::Object(object) => {
            let read = read(&object);
            mends.extend(
                read.iter()
                    .flat_map(|(_, repairs)| repairs)
                    .map(|repair| format!("{repair:?}")),
            );
            drafts.push(read.ok().map(|(draft, _)| draft));
        }
        Extracted::Broken(_) => drafts.push(None),
    };
    let mut extractor = Extractor::new(Config::default());
    for piece in pieces {
        extractor.push(piece, &mut sink);
    }
    extractor.finish(end, &mut sink);
    Outcome {
        drafts,
        mends,
        alarm: extractor.alarm().map(|alarm| (alarm.code, alarm.after_bytes)),
    }
}

/// Random pieces of 1 to 12 bytes, the same in every run.
fn random_pieces(text: &[u8], seed: &mut u64) -> Vec<Vec<u8>> {
    let mut rest = text;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        *seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let (piece, tail) = rest.split_at(((*seed >> 33) as usize % 12 + 1).min(rest.len()));
        pieces.push(piece.to_vec());
        rest = tail;
    }
    pieces
}

#[test]
fn every_answer_gives_its_cases_and_nothing_else_however_it_is_cut() {
    let folder = folder();
    let labels = std::fs::read_to_string(folder.join("expected.jsonl")).unwrap();
    let mut seed = 1;
    let mut count = 0;
    let mut wrong = Vec::new();
    for line in labels.lines() {
        let expected: Expected = serde_json::from_str(line).unwrap();
        let text = std::fs::read(folder.join(&expected.file)).unwrap();
        let end = if expected.end == "cut" { End::Cut } else { End::Whole };
        let whole = outcome([text.as_slice()], end);
        if let Err(fault) = matches(&whole, &expected) {
            wrong.push(format!("{}: {fault}", expected.file));
        }
        let mut same = |how: String, other: Outcome| {
            if other != whole {
                wrong.push(format!("{} {how}: {other:?} instead of {whole:?}", expected.file));
            }
        };
        same("byte by byte".to_owned(), outcome(text.chunks(1), end));
        for at in 0..=text.len() {
            let (head, tail) = text.split_at(at);
            same(format!("cut at {at}"), outcome([head, tail], end));
        }
        for _ in 0..20 {
            let pieces = random_pieces(&text, &mut seed);
            same(
                "in random pieces".to_owned(),
                outcome(pieces.iter().map(Vec::as_slice), end),
            );
        }
        count += 1;
    }
    assert!(
        wrong.is_empty(),
        "{} faults\n{}",
        wrong.len(),
        wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n")
    );
    let files = std::fs::read_dir(&folder).unwrap().filter(|file| {
        file.as_ref()
            .unwrap()
            .path()
            .extension()
            .is_some_and(|extension| extension == "txt")
    });
    assert_eq!(files.count(), count, "each answer has its label");
    assert!(count >= 60);
}

fn matches(outcome: &Outcome, expected: &Expected) -> Result<(), String> {
    let drafts: Vec<&Draft> = outcome.drafts.iter().flatten().collect();
    let found: Vec<_> = drafts
        .iter()
        .map(|draft| (draft.title.clone(), draft.steps.clone(), draft.expected_result.clone()))
        .collect();
    let wanted: Vec<_> = expected
        .cases
        .iter()
        .map(|case| {
            (
                case.title.clone(),
                case.steps.iter().map(ExpectedStep::step).collect::<Vec<_>>(),
                case.expected_result.clone(),
            )
        })
        .collect();
    if found != wanted {
        return Err(format!("found {found:#?}, wanted {wanted:#?}"));
    }
    let rejects = outcome.drafts.len() - drafts.len();
    if rejects != expected.rejects {
        return Err(format!("{rejects} rejects, wanted {}", expected.rejects));
    }
    let alarm = outcome.alarm.map(|(code, _)| code.to_owned());
    if alarm != expected.alarm {
        return Err(format!("alarm {alarm:?}, wanted {:?}", expected.alarm));
    }
    Ok(())
}
