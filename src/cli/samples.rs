//! Events for the tests of what is written: one generation with a bit of everything.

use crate::rpc::pb;
use crate::rpc::pb::stream_test_cases_response::Event;

pub(super) fn event(event: Event) -> pb::StreamTestCasesResponse {
    pb::StreamTestCasesResponse {
        generation_id: "g-1".into(),
        sequence: 7,
        event: Some(event),
    }
}

pub(super) fn rejection(code: &str, message: &str) -> pb::StreamTestCasesResponse {
    let reason = pb::Finding {
        code: code.into(),
        message: message.into(),
        ..Default::default()
    };
    event(Event::Rejection(pb::Rejection {
        reasons: vec![reason.clone(), reason],
        attempt: 1,
        ..Default::default()
    }))
}

fn item(id: &str, condition: &str, status: pb::CoverageStatus) -> pb::CoverageItem {
    pb::CoverageItem {
        id: id.into(),
        condition: condition.into(),
        status: status as i32,
        ..Default::default()
    }
}

fn items(last: pb::CoverageStatus) -> Vec<pb::CoverageItem> {
    use pb::CoverageStatus::{Blocked, Covered, Planned, Uncovered};
    let done = if last == Planned { Planned } else { Covered };
    let open = if last == Planned { Planned } else { Uncovered };
    vec![
        item("C-1", "a valid code lowers the total", done),
        item("C-2", "a code of 21 characters is refused", done),
        item("C-3", "an expired code is refused", open),
        item("C-4", "a second code is added to the first", Blocked),
    ]
}

pub(super) fn case() -> pb::TestCase {
    pb::TestCase {
        id: "TC-001".into(),
        r#type: pb::TestCaseType::Positive as i32,
        title: "Apply a discount code of exactly 20 characters and pay less at checkout".into(),
        priority: pb::Priority::High as i32,
        preconditions: vec![
            "The cart holds one item at 40.00 EUR".into(),
            "The code ABCDEFGHIJKLMNOPQRST is active and gives 10 %".into(),
        ],
        steps: vec![
            pb::Step {
                action: "Open the checkout page".into(),
                data: String::new(),
                expected: "The total is 40.00 EUR".into(),
            },
            pb::Step {
                action: "Enter the code in the discount field and press Apply.".into(),
                data: "\"ABCDEFGHIJKLMNOPQRST\"".into(),
                expected: "The discount of 4.00 EUR stands below the subtotal".into(),
            },
        ],
        expected_result: "The total is 36.00 EUR".into(),
        quality_score: 9,
        technique: pb::Technique::BoundaryValueAnalysis as i32,
        traces: vec![pb::Trace {
            basis_id: "STORY".into(),
            coverage_item_id: "C-1".into(),
            span: None,
        }],
        values: vec![
            pb::Value {
                text: "20".into(),
                origin: pb::ValueOrigin::Stated as i32,
                ..Default::default()
            },
            pb::Value {
                text: "10 %".into(),
                origin: pb::ValueOrigin::Assumed as i32,
                ..Default::default()
            },
        ],
        deductions: vec![pb::Deduction {
            code: "VALUE_ASSUMED".into(),
            points: 1.0,
            field: "preconditions[1]".into(),
            ..Default::default()
        }],
        repairs: vec![pb::Repair {
            code: "TRAILING_COMMA".into(),
            ..Default::default()
        }],
        ..Default::default()
    }
}

fn negative() -> pb::TestCase {
    pb::TestCase {
        id: "TC-002".into(),
        r#type: pb::TestCaseType::Negative as i32,
        title: "Refuse a discount code of 21 characters".into(),
        priority: pb::Priority::Critical as i32,
        steps: vec![pb::Step {
            action: "Enter \"ABCDEFGHIJKLMNOPQRSTU\"".into(),
            ..Default::default()
        }],
        expected_result: "The code is refused with a message and the total stays the same".into(),
        quality_score: 10,
        ..Default::default()
    }
}

fn completion() -> pb::Completion {
    let finding = |code: &str, message: &str, severity: pb::Severity| pb::Finding {
        code: code.into(),
        message: message.into(),
        severity: severity as i32,
        span: None,
    };
    pb::Completion {
        outcome: pb::Outcome::Partial as i32,
        reasons: vec![finding("IDLE_TIMEOUT", "no token for 30s", pb::Severity::Warning)],
        ledger: items(pb::CoverageStatus::Uncovered),
        suite_findings: vec![finding(
            "SUITE_NO_EDGE",
            "no edge or boundary case",
            pb::Severity::Warning,
        )],
        counts: Some(pb::Counts {
            accepted: 2,
            repaired: 1,
            rejected: 1,
            duplicates: 0,
            from_rules: 1,
            attempts: 2,
        }),
        timings: Some(pb::Timings {
            total: Some(prost_types::Duration {
                seconds: 12,
                nanos: 340_000_000,
            }),
            first_test_case: Some(prost_types::Duration {
                seconds: 0,
                nanos: 812_000_000,
            }),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn analysis() -> pb::Analysis {
    pb::Analysis {
        basis: vec![pb::BasisItem {
            id: "STORY".into(),
            text: "As a customer …".into(),
        }],
        questions: vec![pb::Question {
            id: "Q-1".into(),
            text: "May two discount codes be used on one order, and which of them counts first?".into(),
            span: None,
            blocks: vec!["C-4".into()],
        }],
        coverage_items: items(pb::CoverageStatus::Planned),
        ..Default::default()
    }
}

/// A generation with two cases, a rejection, a second attempt, a question and a partial end.
pub(super) fn events() -> Vec<pb::StreamTestCasesResponse> {
    let provenance = pb::Provenance {
        backend: pb::Backend::Ollama as i32,
        model: "llama3.2:1b".into(),
        prompt_variant: "planned@1".into(),
        service_version: "0.1.0".into(),
        ..Default::default()
    };
    let reason = "auto: Ollama answers at http://localhost:11434 and has llama3.2:1b".to_owned();
    let attempt = |number: i32, reason: &str, ids: &[&str]| {
        event(Event::AttemptStarted(pb::AttemptStarted {
            number,
            reason: reason.into(),
            coverage_item_ids: ids.iter().map(ToString::to_string).collect(),
            ..Default::default()
        }))
    };
    let covered = |id: &str| {
        event(Event::CoverageChange(pb::CoverageChange {
            coverage_item_id: id.into(),
            status: pb::CoverageStatus::Covered as i32,
            ..Default::default()
        }))
    };
    vec![
        event(Event::Started(pb::Started {
            provenance: Some(provenance),
            backend_reason: reason,
            ..Default::default()
        })),
        event(Event::Analysis(analysis())),
        attempt(1, "", &["C-1", "C-2", "C-3"]),
        event(Event::Token(pb::Token {
            text: "{\"title\": \"Apply".into(),
            attempt: 1,
        })),
        event(Event::TestCase(case())),
        covered("C-1"),
        rejection(
            "CASE_NO_STEPS",
            "a case needs 2 to 10 steps, this one has none that a tester could run as they stand",
        ),
        event(Event::Notice(pb::Notice {
            code: "LOOP_CUT".into(),
            message: "the model repeats itself".into(),
            progress: None,
        })),
        attempt(2, "1 item is not covered", &["C-3"]),
        event(Event::Heartbeat(pb::Heartbeat {})),
        event(Event::TestCase(negative())),
        covered("C-2"),
        event(Event::Completion(completion())),
    ]
}
