//! What was seen of one generation: folded from its events, kept in the journal, and all that figures are made from.

use super::golden::GoldenSeen;
use super::judge::JudgeSeen;
use crate::coverage::CoverageStatus;
use crate::generation::event::{Completion, Event, Failure, Outcome, Timings};
use crate::test_case::{BasisId, Source, TestCase, TestCaseType, ValueOrigin};
use crate::validation::sub_scores;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::Duration;

/// One generation, as an evaluation sees it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// The key of its cell.
    pub key: String,
    /// The story's id in its file.
    pub story: String,
    /// The variant's name.
    pub variant: String,
    /// Which repetition, from 0.
    pub repeat: u32,
    /// The least number of cases that the story wants, where its file says so.
    pub min_cases: Option<u32>,
    /// How it ended.
    pub end: Ended,
    /// The code of what went wrong, if it failed; reasons why it is not whole otherwise.
    pub reasons: Vec<String>,
    /// What went wrong in words, if it failed.
    pub message: String,
    /// Ids of the basis that a case can cover: `STORY`, `AC-1`, …
    pub basis: Vec<String>,
    /// The coverage items, as they stood at the end.
    pub items: Vec<ItemSeen>,
    /// What was asked of the story's author.
    pub questions: Vec<String>,
    /// The accepted cases, in their order.
    pub cases: Vec<CaseSeen>,
    /// What was rejected: the codes of each.
    pub rejections: Vec<RejectionSeen>,
    /// Codes of what is wrong with the suite.
    pub suite_findings: Vec<String>,
    /// Attempts, the one of the rules where no model was asked included.
    pub attempts: u32,
    /// Tokens read, as the model reports them.
    pub input_tokens: Option<i64>,
    /// Tokens written.
    pub output_tokens: Option<i64>,
    /// Where the time went.
    pub times: Times,
    /// When it began, in milliseconds since 1970.
    pub began_ms: u64,
    /// When it ended.
    pub ended_ms: u64,
    /// How it stands against the golden cases of its story, where it has some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub golden: Option<GoldenSeen>,
    /// What a second model said of it, where one was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judge: Option<JudgeSeen>,
}

/// How a generation ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// All that was asked for.
    Complete,
    /// Some of it.
    Partial,
    /// The story leaves open what to test.
    Blocked,
    /// Nothing could be handed over.
    #[default]
    Failed,
}

impl Ended {
    /// The name, as it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Blocked => "blocked",
            Self::Failed => "failed",
        }
    }
}

/// A coverage item at the end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ItemSeen {
    /// `C-1` …
    pub id: String,
    /// What it exercises.
    pub condition: String,
    /// Where it stands: `covered`, `uncovered`, `blocked`, `excluded`.
    pub status: String,
    /// The basis items that it rests on.
    pub basis: Vec<String>,
}

/// A step of a case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StepSeen {
    /// What is done.
    pub action: String,
    /// With which data.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub data: String,
    /// What is then seen.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub expected: String,
}

/// An accepted case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CaseSeen {
    /// `TC-001` …
    pub id: String,
    /// `positive`, `negative`, `edge_case`, `boundary`.
    #[serde(rename = "type")]
    pub kind: String,
    /// One line.
    pub title: String,
    /// `critical` …
    pub priority: String,
    /// The technique's name, if known.
    pub technique: String,
    /// State before step 1.
    pub preconditions: Vec<String>,
    /// What the tester does.
    pub steps: Vec<StepSeen>,
    /// What shows that it passed.
    pub expected_result: String,
    /// 1 to 10; `None` when not scored.
    pub score: Option<u8>,
    /// Preconditions, steps, expected result, traceability, singularity: 1 to 10 each.
    pub sub_scores: [f64; 5],
    /// Codes of the lint's deductions, one for each hit.
    pub deductions: Vec<String>,
    /// Codes of what was mended.
    pub repairs: Vec<String>,
    /// Whether the rules worded it.
    pub by_rules: bool,
    /// Values whose origin is known, and values that are assumed.
    pub values: (u32, u32),
    /// The basis items that it covers.
    pub basis: Vec<String>,
    /// The coverage items that it covers.
    pub items: Vec<String>,
    /// What the model said of itself.
    pub self_score: Option<i32>,
    /// The attempt that brought it, from 1.
    pub attempt: u32,
}

/// Something that was written and not accepted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RejectionSeen {
    /// Why.
    pub codes: Vec<String>,
    /// The attempt that brought it, from 1.
    pub attempt: u32,
}

/// Where the time went, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Times {
    /// From request to end.
    pub total_ms: f64,
    /// Waiting for a place.
    pub queue_ms: Option<f64>,
    /// Loading the model.
    pub load_ms: Option<f64>,
    /// From request to the first token.
    pub first_token_ms: Option<f64>,
    /// From request to the first accepted case.
    pub first_case_ms: Option<f64>,
    /// Extraction, repair, validation and lint.
    pub validation_ms: f64,
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

impl From<Timings> for Times {
    fn from(timings: Timings) -> Self {
        Self {
            total_ms: ms(timings.total),
            queue_ms: timings.queue.map(ms),
            load_ms: timings.load.map(ms),
            first_token_ms: timings.first_token.map(ms),
            first_case_ms: timings.first_test_case.map(ms),
            validation_ms: ms(timings.validation),
        }
    }
}

/// Codes that say that an object could not be read as a case: its structure, or a field that a case needs.
pub const STRUCTURAL: &[&str] = &[
    "TITLE_MISSING",
    "STEPS_MISSING",
    "EXPECTED_RESULT_MISSING",
    "MISSING_FIELD",
    "ECHOED_SCHEMA",
    "BROKEN_OFF",
    "TOO_DAMAGED",
    "DEAD_END",
    "TOO_DEEP",
    "TOO_LONG",
];

impl Observation {
    /// Takes an event in.
    pub fn event(&mut self, event: &Event) {
        match event {
            Event::Analysis(analysis) => {
                let coverable = analysis.basis.iter().filter(|item| item.id != BasisId::Context);
                self.basis = coverable.map(|item| item.id.to_string()).collect();
                self.questions = analysis
                    .questions
                    .iter()
                    .map(|asked| asked.question.text.clone())
                    .collect();
            }
            Event::AttemptStarted(_) => self.attempts += 1,
            Event::TestCase(case) => self.cases.push(CaseSeen::of(case, self.attempts)),
            Event::Rejection(rejection) => self.rejections.push(RejectionSeen {
                codes: rejection.reasons.iter().map(|reason| reason.code.to_owned()).collect(),
                attempt: rejection.attempt,
            }),
            Event::Completion(completion) => self.completion(completion),
            Event::Started(_)
            | Event::Queued(_)
            | Event::Token { .. }
            | Event::CoverageChange(_)
            | Event::Notice(_)
            | Event::SuiteReview(_)
            | Event::Revision(_)
            | Event::Replacement(_) => {}
        }
    }

    fn completion(&mut self, completion: &Completion) {
        self.end = match completion.outcome {
            Outcome::Complete => Ended::Complete,
            Outcome::Partial => Ended::Partial,
            Outcome::BlockedByQuestions => Ended::Blocked,
        };
        let codes = |findings: &[crate::test_case::Finding]| -> Vec<String> {
            findings.iter().map(|finding| finding.code.to_owned()).collect()
        };
        self.reasons = codes(&completion.reasons);
        self.suite_findings = codes(&completion.suite_findings);
        self.items = completion
            .ledger
            .iter()
            .map(|item| ItemSeen {
                id: item.id.clone(),
                condition: item.condition.clone(),
                status: status(item.status).to_owned(),
                basis: item.basis_ids.iter().map(ToString::to_string).collect(),
            })
            .collect();
        self.input_tokens = completion.usage.input_tokens;
        self.output_tokens = completion.usage.output_tokens;
        self.times = completion.timings.into();
    }

    /// It ended with nothing to hand over; `total` is how long that took.
    pub fn failed(&mut self, failure: &Failure, total: Duration) {
        self.end = Ended::Failed;
        self.reasons = vec![failure.code.to_owned()];
        self.message = failure.message.clone();
        self.times.total_ms = ms(total);
    }

    /// Whether anybody was asked to word cases.
    #[must_use]
    pub fn was_asked(&self) -> bool {
        self.end != Ended::Blocked
    }

    /// How the first answer was read: as it stood, after repairs, or not as a whole.
    #[must_use]
    pub fn first_answer(&self) -> FirstAnswer {
        let first = || self.cases.iter().filter(|case| case.attempt == 1);
        let structural = |codes: &[String]| codes.iter().any(|code| STRUCTURAL.contains(&code.as_str()));
        let unread = self
            .rejections
            .iter()
            .any(|rejection| rejection.attempt == 1 && structural(&rejection.codes));
        let others = self.rejections.iter().any(|rejection| rejection.attempt == 1);
        if unread || first().next().is_none() && !others {
            FirstAnswer::Broken
        } else if first().any(|case| !case.repairs.is_empty()) {
            FirstAnswer::Repaired
        } else {
            FirstAnswer::Strict
        }
    }

    /// The basis items that a case covers.
    #[must_use]
    pub fn covered_basis(&self) -> BTreeSet<&str> {
        self.cases
            .iter()
            .flat_map(|case| case.basis.iter().map(String::as_str))
            .collect()
    }
}

/// How the first answer was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstAnswer {
    /// Every object was a case as it stood.
    Strict,
    /// Every object was a case, and some of them after a repair.
    Repaired,
    /// There was no object, or one that could not be read as a case.
    Broken,
}

fn status(status: CoverageStatus) -> &'static str {
    match status {
        CoverageStatus::Planned | CoverageStatus::Uncovered => "uncovered",
        CoverageStatus::Covered => "covered",
        CoverageStatus::Blocked => "blocked",
        CoverageStatus::Excluded => "excluded",
    }
}

impl CaseSeen {
    fn of(case: &TestCase, attempt: u32) -> Self {
        let assumed = case
            .values
            .iter()
            .filter(|value| value.origin == ValueOrigin::Assumed)
            .count();
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let once = |names: Vec<String>| -> Vec<String> {
            let mut seen = BTreeSet::new();
            names.into_iter().filter(|name| seen.insert(name.clone())).collect()
        };
        Self {
            id: case.id.clone(),
            kind: case.case_type.as_str().to_owned(),
            title: case.title.clone(),
            priority: case.priority.as_str().to_owned(),
            technique: case
                .technique
                .map(|technique| technique.as_str().to_owned())
                .unwrap_or_default(),
            preconditions: case.preconditions.clone(),
            steps: case
                .steps
                .iter()
                .map(|step| StepSeen {
                    action: step.action.clone(),
                    data: step.data.clone(),
                    expected: step.expected.clone(),
                })
                .collect(),
            expected_result: case.expected_result.clone(),
            score: case.quality_score,
            sub_scores: sub_scores(&case.deductions).map(|(_, score)| score),
            deductions: case
                .deductions
                .iter()
                .map(|deduction| deduction.code.to_owned())
                .collect(),
            repairs: case.repairs.iter().map(|repair| repair.code.to_owned()).collect(),
            by_rules: case.source == Source::Rule,
            values: (count(case.values.len() - assumed), count(assumed)),
            basis: once(case.traces.iter().map(|trace| trace.basis_id.to_string()).collect()),
            items: once(
                case.traces
                    .iter()
                    .filter_map(|trace| trace.coverage_item_id.clone())
                    .collect(),
            ),
            self_score: case.model_self_score,
            attempt,
        }
    }

    /// Whether something is to be refused.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.kind == TestCaseType::Negative.as_str()
    }

    /// Whether it lies at a limit or in unusual circumstances.
    #[must_use]
    pub fn is_edge(&self) -> bool {
        self.kind == TestCaseType::EdgeCase.as_str() || self.kind == TestCaseType::Boundary.as_str()
    }
}
