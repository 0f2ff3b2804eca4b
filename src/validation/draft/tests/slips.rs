//! No wrong case from a slip: answers with one character wrong, answers cut at any byte, and answers that break off
//! anywhere and go on with the next case. What is accepted must be what was meant.

use super::super::read;
use crate::json_stream::{Config, End, Extracted, Extractor};
use crate::test_case::{Draft, Step};
use serde_json::{Value, json};

/// Characters that a slip puts in place of another or between two.
const SLIPS: &[u8] = b"\"'{}[],:\\ \nax1";

/// A case in which each text names the case, so that no mixture goes unseen.
fn case(number: usize, objects: bool) -> Draft {
    let text = |words: &str| format!("k{number} {words}");
    let steps = if objects {
        vec![
            Step::new(text("first, open")).expecting(text("seen")),
            Step::new(text("second")).with_data(text("data")),
            Step::new(text("third")),
        ]
    } else {
        vec![
            Step::new(text("first, open")),
            Step::new(text("second \"quoted\" then")),
            Step::new(text("third")),
        ]
    };
    Draft {
        title: text("title: of it"),
        steps,
        expected_result: text("result, shown"),
        ..Draft::default()
    }
}

fn json_of(draft: &Draft, objects: bool, sorted: bool) -> Value {
    let step = |step: &Step| match objects {
        true => json!({ "action": step.action, "data": step.data, "expected": step.expected }),
        false => json!(step.action),
    };
    let steps: Vec<Value> = draft.steps.iter().map(step).collect();
    let (title, expected) = (&draft.title, &draft.expected_result);
    match sorted {
        true => json!({ "expected_result": expected, "id": "TC-1", "steps": steps, "title": title }),
        false => json!({ "id": "TC-1", "title": title, "steps": steps, "expected_result": expected, "score": 8 }),
    }
}

/// One shape of an answer: its text, where its cases begin, and the cases.
struct Answer {
    text: Vec<u8>,
    starts: Vec<usize>,
    cases: Vec<Draft>,
}

fn answers() -> Vec<Answer> {
    let mut answers = Vec::new();
    for shape in 0..16 {
        let (objects, pretty, sorted, wrapped) = (shape & 1 > 0, shape & 2 > 0, shape & 4 > 0, shape & 8 > 0);
        let cases: Vec<Draft> = (1..=2).map(|number| case(number, objects)).collect();
        let mut text = if wrapped { "{\"test_cases\":[" } else { "" }.to_owned();
        let mut starts = Vec::new();
        for (number, case) in cases.iter().enumerate() {
            let value = json_of(case, objects, sorted);
            if number > 0 {
                text.push_str(if wrapped { ", " } else { "\n" });
            }
            starts.push(text.len());
            text.push_str(&if pretty {
                serde_json::to_string_pretty(&value).unwrap()
            } else {
                value.to_string()
            });
        }
        text.push_str(if wrapped { "]}" } else { "" });
        answers.push(Answer {
            text: text.into_bytes(),
            starts,
            cases,
        });
    }
    answers
}

/// What is accepted of an answer.
fn accepted(text: &[u8], end: End) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let mut sink = |extracted: Extracted<'_>| {
        if let Extracted::Object(object) = extracted {
            drafts.extend(read(&object).ok().map(|(draft, _)| draft));
        }
    };
    let mut extractor = Extractor::new(Config::default());
    extractor.push(text, &mut sink);
    extractor.finish(end, &mut sink);
    drafts
}

pub(super) fn texts(draft: &Draft) -> Vec<&str> {
    let steps = draft
        .steps
        .iter()
        .flat_map(|step| [&step.action, &step.data, &step.expected]);
    [&draft.title, &draft.expected_result]
        .into_iter()
        .chain(steps)
        .map(String::as_str)
        .collect()
}

fn is_one_of(draft: &Draft, cases: &[Draft]) -> bool {
    cases.iter().any(|case| texts(case) == texts(draft))
}

/// Whether two texts differ by no more than one slip can do: a character, an escape, and what is trimmed with it.
fn near(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let head = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let tail = one[head..]
        .iter()
        .rev()
        .zip(other[head..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    (one.len() - head - tail).max(other.len() - head - tail) <= 3
}

/// Whether a draft is one of the cases, but for the one slip. A value that lost its key may be missing.
pub(super) fn is_meant(draft: &Draft, cases: &[Draft]) -> bool {
    let found = texts(draft);
    cases.iter().any(|case| {
        let meant = texts(case);
        let off = found.iter().zip(&meant).filter(|(found, meant)| found != meant).count();
        let required = |at: usize| at < 2 || (at - 2).is_multiple_of(3);
        let mut pairs = found.iter().zip(&meant).enumerate();
        let each = pairs.all(|(at, (found, meant))| near(found, meant) || found.is_empty() && !required(at));
        found.len() == meant.len() && off <= 1 && each
    })
}

#[test]
fn one_wrong_character_never_makes_a_wrong_case() {
    for (shape, answer) in answers().into_iter().enumerate() {
        // Each shape takes every fourth place; each kind of place is met in several shapes.
        for at in (shape % 4..answer.text.len()).step_by(4) {
            let mut variants = vec![[&answer.text[..at], &answer.text[at + 1..]].concat()];
            for slip in SLIPS {
                variants.push([&answer.text[..at], &[*slip], &answer.text[at..]].concat());
                variants.push([&answer.text[..at], &[*slip], &answer.text[at + 1..]].concat());
            }
            for variant in variants {
                for draft in accepted(&variant, End::Whole) {
                    assert!(
                        is_meant(&draft, &answer.cases),
                        "{draft:?} from {}",
                        String::from_utf8_lossy(&variant)
                    );
                }
            }
        }
    }
}

#[test]
fn a_half_written_case_is_never_passed_off_as_whole() {
    for answer in answers() {
        for at in 0..answer.text.len() {
            for end in [End::Cut, End::Whole] {
                for draft in accepted(&answer.text[..at], end) {
                    let text = String::from_utf8_lossy(&answer.text[..at]);
                    assert!(is_one_of(&draft, &answer.cases), "{draft:?} from {text}");
                }
            }
        }
    }
}

#[test]
fn a_break_off_spoils_the_broken_case_alone() {
    for answer in answers() {
        let [first, second] = answer.starts[..] else {
            panic!("two cases")
        };
        // One byte at least must be there for anybody to see that a case began, and one must be missing.
        for at in first + 1..second - 2 {
            let broken = [&answer.text[..at], &answer.text[second..]].concat();
            let drafts = accepted(&broken, End::Whole);
            let text = String::from_utf8_lossy(&broken);
            for draft in &drafts {
                assert!(is_one_of(draft, &answer.cases), "{draft:?} from {text}");
            }
            // Where the first case has all that it needs, what follows in it may well be a part of it.
            assert!(!drafts.is_empty(), "the next case is lost in {text}");
        }
    }
}
