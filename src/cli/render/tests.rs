#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::case::painted_id;
use super::*;
use crate::cli::samples::{event, events, rejection};
use insta::assert_snapshot;

const PLAIN: Look = Look {
    width: 80,
    colour: false,
    live: false,
};

/// What the renderer writes for events.
fn shown(look: Look, tokens: bool, events: &[pb::StreamTestCasesResponse]) -> String {
    let mut out = Vec::new();
    let mut text = Text::new(&mut out, look, tokens);
    for (seconds, event) in (1_u64..).zip(events) {
        text.event(event).unwrap();
        text.progress(Duration::from_secs(seconds)).unwrap();
    }
    text.clear().unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_whole_generation_in_a_pipe() {
    assert_snapshot!(shown(PLAIN, false, &events()));
}

#[test]
fn a_narrow_terminal_wraps_and_never_overflows() {
    let text = shown(Look { width: 44, ..PLAIN }, false, &events());
    let widest = text.lines().map(columns).max().unwrap();
    assert!(widest <= 44, "{widest} columns");
    assert_snapshot!(text);
}

#[test]
fn what_was_left_out_says_why_and_the_last_line_says_within_what() {
    let item = |id: &str, technique: pb::Technique, status: pb::CoverageStatus| pb::CoverageItem {
        id: id.into(),
        condition: format!("condition {id}"),
        technique: technique.into(),
        status: status.into(),
        ..Default::default()
    };
    let completion = || pb::Completion {
        outcome: pb::Outcome::Complete.into(),
        ledger: vec![
            item("C-1", pb::Technique::Scenario, pb::CoverageStatus::Covered),
            item("C-2", pb::Technique::Scenario, pb::CoverageStatus::Excluded),
            item("C-3", pb::Technique::Syntax, pb::CoverageStatus::Excluded),
        ],
        counts: Some(pb::Counts {
            accepted: 1,
            ..Default::default()
        }),
        ..Default::default()
    };
    let ended = |techniques: &[pb::Technique], most: Option<i32>| {
        let request = pb::StreamTestCasesRequest {
            techniques: techniques.iter().map(|technique| i32::from(*technique)).collect(),
            max_test_cases: most,
            ..Default::default()
        };
        let mut out = Vec::new();
        let mut text = Text::new(&mut out, PLAIN, false).asking(&request.techniques, request.max_test_cases);
        text.event(&event(Event::Completion(completion()))).unwrap();
        String::from_utf8(out).unwrap()
    };
    assert_snapshot!(ended(&[], Some(1)), @"
    Not covered
      C-2  condition C-2 (left out: beyond the bound of 1 case)
      C-3  condition C-3 (left out: beyond the bound of 1 case)

    Complete within the bound of 1 case · 1 test case · 1 of 3 covered · 2 left out
    ");
    assert_snapshot!(ended(&[pb::Technique::Scenario], Some(1)), @"
    Not covered
      C-2  condition C-2 (left out: beyond the bound of 1 case)
      C-3  condition C-3 (left out: syntax was not asked for)

    Complete within the bound of 1 case and the techniques asked for · 1 test case
    1 of 3 covered · 2 left out
    ");
    assert_snapshot!(ended(&[], None), @"
    Not covered
      C-2  condition C-2 (left out: it matters less than the rest)
      C-3  condition C-3 (left out: it matters less than the rest)

    Complete · 1 test case · 1 of 3 covered · 2 left out (--max-cases makes room)
    ");
}

#[test]
fn colours_only_where_asked_for() {
    assert!(!shown(PLAIN, true, &events()).contains('\x1b'));
    let coloured = shown(Look { colour: true, ..PLAIN }, false, &events());
    assert!(coloured.contains(&painted_id("TC-001")));
    assert!(coloured.contains("\x1b[31mnegative\x1b[0m"));
}

#[test]
fn progress_is_rewritten_in_place_and_gone_at_the_end() {
    let text = shown(Look { live: true, ..PLAIN }, false, &events());
    assert!(text.contains("\r\x1b[2K0 of 4 covered · attempt 1 · 3 s"), "{text:?}");
    assert!(text.contains("\r\x1b[2K1 of 4 covered · attempt 1 · "), "{text:?}");
    assert!(text.ends_with("\r\x1b[2K"), "{text:?}");
    assert!(!shown(PLAIN, false, &events()).contains('\r'));
}

#[test]
fn tokens_are_shown_only_when_asked_for_and_end_before_the_next_line() {
    assert!(!shown(PLAIN, false, &events()).contains("{\"title\""));
    assert!(shown(PLAIN, true, &events()).contains("{\"title\": \"Apply\nTC-001"));
}

#[test]
fn a_model_cannot_steer_the_terminal() {
    let evil = "\x1b]0;owned\x07\x1b[2J\r";
    let mut case = pb::TestCase {
        id: evil.into(),
        title: evil.into(),
        expected_result: evil.into(),
        ..Default::default()
    };
    case.preconditions.push(evil.into());
    case.steps.push(pb::Step {
        action: evil.into(),
        data: evil.into(),
        expected: evil.into(),
    });
    case.values.push(pb::Value {
        text: evil.into(),
        origin: pb::ValueOrigin::Assumed as i32,
        ..Default::default()
    });
    let list = [
        event(Event::TestCase(case)),
        rejection(evil, evil),
        event(Event::Token(pb::Token {
            text: evil.into(),
            attempt: 1,
        })),
    ];
    let text = shown(PLAIN, true, &list);
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
}

#[test]
fn an_event_that_this_build_does_not_know_is_passed_over() {
    assert_eq!(shown(PLAIN, false, &[pb::StreamTestCasesResponse::default()]), "");
}
