//! Proto requests: every field within its bounds or named; existing cases with places that are anywhere do no harm; the
//! same request is the same.

use prost::Message;
use std::sync::Arc;
use testgen::app::Asked;
use testgen::config::BackendChoice;
use testgen::error::FieldViolation;
use testgen::generation::purpose::Purpose;
use testgen::rpc::from_proto::repeat::repeat;
use testgen::rpc::from_proto::{self, Rules, Streaming, tasks};
use testgen::rpc::pb;
use testgen::story::Limits;
use testgen::validation::{Checker, Config};
use testgen::{basis, coverage};

fn wrong_is_told(wrong: &[FieldViolation]) {
    assert!(!wrong.is_empty());
    for violation in wrong {
        assert!(!violation.field.is_empty() && !violation.message.is_empty());
        assert!(violation.field.len() + violation.message.len() <= 600, "{violation:?}");
    }
}

/// What the service does with what was asked before any model is.
fn prepared(asked: &Asked) {
    let limits = Limits::default();
    let story = &asked.story;
    assert!((1..=limits.max_story_chars).contains(&story.text().chars().count()));
    assert!(story.criteria().len() <= limits.max_criteria);
    assert!(asked.existing.len() <= 1_000);
    assert!(asked.wanted.max_test_cases.is_none_or(|most| (1..=100).contains(&most)));
    let basis = Arc::new(basis::parse(story));
    let plan = Arc::new(coverage::plan(&basis, &asked.wanted));
    let existing: Vec<_> = asked.existing.iter().take(20).cloned().collect();
    let number = existing.len();
    let checker = Checker::new(Arc::clone(&basis), Arc::clone(&plan), Config::default(), existing, true);
    let reviewed = checker.reviewed();
    assert_eq!(reviewed.len(), number);
    for reviewed in &reviewed {
        assert!(reviewed.covers.iter().all(|item| *item < plan.items.len()));
        assert!(reviewed.quality_score.is_some_and(|score| (1..=10).contains(&score)));
    }
    let _ = checker.suite_findings();
    match &asked.purpose {
        Purpose::Rewording(rewording) => {
            let _ = checker.review(&rewording.case);
        }
        Purpose::Revision(before) => {
            let _ = coverage::plan(&basis::parse(before), &asked.wanted);
        }
        Purpose::Suite | Purpose::Gaps => {}
    }
}

fn settle(asked: Result<Asked, Vec<FieldViolation>>) {
    match asked {
        Ok(asked) => prepared(&asked),
        Err(wrong) => wrong_is_told(&wrong),
    }
}

fn same<R: from_proto::repeat::Repeatable + Default>(request: &R) {
    let bytes = request.encode_to_vec();
    let again = R::decode(bytes.as_slice()).expect("what was written is read");
    assert_eq!(format!("{:?}", repeat(request)), format!("{:?}", repeat(&again)));
}

/// What holds for any request.
pub fn request(data: &[u8]) {
    let Some((kind, bytes)) = super::split(data) else {
        return;
    };
    let limits = Limits {
        min_story_chars: 1,
        ..Limits::default()
    };
    let rules = Rules {
        limits: &limits,
        variants: &["planned", "basic"],
        default: BackendChoice::Auto,
    };
    match kind % 5 {
        0 => {
            let Ok(request) = pb::StreamTestCasesRequest::decode(bytes) else {
                return;
            };
            match from_proto::streaming(request) {
                Ok(Streaming::Start { request, .. }) => {
                    same(&*request);
                    settle(from_proto::asked(*request, rules));
                }
                Ok(Streaming::Resume { .. }) => {}
                Err(wrong) => wrong_is_told(&wrong),
            }
        }
        1 => {
            if let Ok(request) = pb::FillGapsRequest::decode(bytes) {
                same(&request);
                settle(tasks::gaps(request, rules).map(|(asked, _)| asked));
            }
        }
        2 => {
            if let Ok(request) = pb::RegenerateTestCaseRequest::decode(bytes) {
                same(&request);
                settle(tasks::rewording(request, rules));
            }
        }
        3 => {
            if let Ok(request) = pb::ReviseTestsRequest::decode(bytes) {
                same(&request);
                settle(tasks::revision(request, rules).map(|(asked, _)| asked));
            }
        }
        _ => {
            if let Ok(request) = pb::AnalyzeStoryRequest::decode(bytes) {
                settle(tasks::analysis(request, rules));
            }
        }
    }
}
