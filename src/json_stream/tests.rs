//! Whole answers through the scanner, cut in every way.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::{Alarm, Config, End, Extracted, Extractor};

mod properties;

/// A verdict that outlives the buffer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Event {
    verdict: String,
    json: String,
    raw: String,
    mends: Vec<String>,
    key: Option<String>,
    span: (u64, u64),
}

impl Event {
    fn of(extracted: Extracted<'_>) -> Self {
        match extracted {
            Extracted::Object(object) => Self {
                verdict: if object.whole { "whole" } else { "open" }.to_owned(),
                json: object.json.to_owned(),
                raw: object.raw.to_owned(),
                mends: object
                    .mends
                    .iter()
                    .map(|mend| format!("{}: {}", mend.code, mend.detail))
                    .collect(),
                key: object.key.map(str::to_owned),
                span: (object.span.start, object.span.end),
            },
            Extracted::Broken(broken) => Self {
                verdict: broken.code.to_owned(),
                json: String::new(),
                raw: broken.raw.to_owned(),
                mends: Vec::new(),
                key: broken.key.map(str::to_owned),
                span: (broken.span.start, broken.span.end),
            },
        }
    }
}

/// All events with the piece in which each came, and the alarm.
type Run = (Vec<(usize, Event)>, Option<Alarm>);

fn run<'a>(pieces: impl Iterator<Item = &'a [u8]>, end: End, config: &Config) -> Run {
    let mut extractor = Extractor::new(config.clone());
    let mut events = Vec::new();
    let mut count = 0;
    for piece in pieces {
        extractor.push(piece, &mut |extracted: Extracted<'_>| {
            events.push((count, Event::of(extracted)))
        });
        count += 1;
    }
    extractor.finish(end, &mut |extracted: Extracted<'_>| {
        events.push((count, Event::of(extracted)))
    });
    (events, extractor.alarm())
}

fn plain(run: &Run) -> (Vec<Event>, Option<Alarm>) {
    (run.0.iter().map(|(_, event)| event.clone()).collect(), run.1)
}

/// The events of an answer, after making sure that they do not depend on how it is cut, and that each object that was
/// closed came with the byte that closed it.
fn events_of(answer: &[u8], end: End) -> (Vec<Event>, Option<Alarm>) {
    let config = Config::default();
    let whole = plain(&run(std::iter::once(answer), end, &config));
    let single = run(answer.chunks(1), end, &config);
    assert_eq!(whole, plain(&single), "byte by byte");
    for size in [2, 3, 4, 7] {
        assert_eq!(
            whole,
            plain(&run(answer.chunks(size), end, &config)),
            "pieces of {size}"
        );
    }
    for at in 0..answer.len() {
        let (head, tail) = answer.split_at(at);
        assert_eq!(
            whole,
            plain(&run([head, tail].into_iter(), end, &config)),
            "cut at {at}"
        );
    }
    for (piece, event) in &single.0 {
        if event.verdict == "whole" && event.raw.ends_with(['}']) && *piece + 1 != event.span.1 as usize {
            assert!(
                event.mends.iter().any(|mend| mend.starts_with("MISSING_BRACKET")) || *piece >= event.span.1 as usize,
                "{event:?} came in piece {piece}"
            );
        }
        if !event.json.is_empty() {
            serde_json::from_str::<serde_json::Value>(&event.json).expect("strict JSON");
        }
    }
    whole
}

/// One line for each event: the verdict, the codes of the mends, and the JSON.
fn check(answer: &str, expected: &[&str]) {
    check_with(answer, End::Whole, expected);
}

fn check_with(answer: &str, end: End, expected: &[&str]) {
    let (events, _) = events_of(answer.as_bytes(), end);
    let lines: Vec<String> = events.iter().map(line).collect();
    assert_eq!(lines, expected, "for {answer}");
}

fn line(event: &Event) -> String {
    let codes: Vec<&str> = event.mends.iter().filter_map(|mend| mend.split(':').next()).collect();
    format!("{} [{}] {}", event.verdict, codes.join(" "), event.json)
        .trim_end()
        .to_owned()
}

const A: &str = r#"{"title":"A","steps":["a"],"expected_result":"x"}"#;
const B: &str = r#"{"title":"B","steps":["b"],"expected_result":"y"}"#;

fn strict(json: &str) -> String {
    format!("whole [] {json}")
}

fn both() -> [String; 2] {
    [strict(A), strict(B)]
}

#[track_caller]
fn gives_both(answer: &str) {
    let expected = both();
    check(answer, &[&expected[0], &expected[1]]);
}

#[test]
fn every_shape_of_root_is_found() {
    for answer in [
        format!(r#"{{"test_cases":[{A},{B}]}}"#),
        format!(r#"{{"result":{{"suite":{{"title":"S","items":[{A}, {B}]}}}}}}"#),
        format!("[{A},{B}]"),
        format!("[[{A}],[{B}]]"),
        format!("{A}\n{B}\n"),
        format!("{A}{B}"),
        format!(r#"{{"TC-1":{A},"TC-2":{B}}}"#),
        format!("Here they are:\n```json\n[{A},\n{B}]\n```\nDon't hesitate to ask [1] for {{more}}."),
        format!("Sure, it's \"done\" {{see below}} [as asked]:\n{A} and then {B} - that's all"),
        format!("{{{{{A}, {B}}}}}"),
    ] {
        gives_both(&answer);
    }
}

#[test]
fn thinking_blocks_are_never_looked_into() {
    gives_both(&format!("<think>Maybe {B}?\n</think>[{A},{B}]"));
    gives_both(&format!("<THINKING>\n{B}{B}</Thinking>{A}<think>{A}</think>{B}"));
    gives_both(&format!(
        "<|channel|>analysis<|message|>{B}<|end|><|start|>assistant<|channel|>final<|message|>[{A},{B}]"
    ));
    gives_both(&format!("[THINK]{B}[/THINK][{A},{B}]"));
    gives_both(&format!("\u{25c1}think\u{25b7}{B}\u{25c1}/think\u{25b7}[{A},{B}]"));
    gives_both(&format!(r#"{{"test_cases":[{A},<think>{A}</think>{B}]}}"#));
    check(&format!("<think>{A}{B}"), &[]);
    check(&format!("<think budget=\"5\">{A}</think >{B}"), &[]);
}
