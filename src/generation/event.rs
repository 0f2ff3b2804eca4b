//! What happens in a generation, in the words of the domain. The doors convert it; nobody else makes it.

use crate::backend::BackendId;
use crate::basis::BasisItem;
use crate::coverage::{CoverageItem, CoverageStatus, PlannedQuestion};
use crate::error::Kind;
use crate::revision::{BasisChange, FieldChange, RevisionVerdict};
use crate::test_case::{Deduction, Finding, TestCase};
use std::sync::Arc;
use std::time::Duration;

/// One event of a generation.
#[derive(Clone, Debug)]
pub enum Event {
    /// The request was accepted: what will be used.
    Started(Started),
    /// The generation waits for a free place; so many are ahead of it.
    Queued(usize),
    /// The story was understood and the plan made.
    Analysis(Analysis),
    /// A request to a model begins.
    AttemptStarted(AttemptStarted),
    /// Raw text of the model; several waiting tokens are merged.
    Token {
        /// The text.
        text: String,
        /// The attempt that it belongs to, from 1.
        attempt: u32,
    },
    /// A case was accepted.
    TestCase(Arc<TestCase>),
    /// Something the model wrote could not be accepted.
    Rejection(Rejection),
    /// A coverage item changed its state.
    CoverageChange(CoverageChange),
    /// Something the caller should know while waiting.
    Notice(Notice),
    /// What an existing suite covers, and where it is weak.
    SuiteReview(SuiteReview),
    /// What a changed story means for its suite.
    Revision(Revision),
    /// What changed in a case that replaces an earlier wording of itself.
    Replacement(Replacement),
    /// The end of a generation that did not fail.
    Completion(Box<Completion>),
}

/// What an existing suite covers, and where it is weak.
#[derive(Clone, Debug, Default)]
pub struct SuiteReview {
    /// Each case, in the order of the suite.
    pub cases: Vec<CaseReview>,
    /// Faults of the suite as a whole, as it is now.
    pub suite_findings: Vec<Finding>,
}

/// What is found about a case that was there already.
#[derive(Clone, Debug)]
pub struct CaseReview {
    /// Its id; its place, such as `#3`, if it has none.
    pub test_case_id: String,
    /// What it covers.
    pub coverage_item_ids: Vec<String>,
    /// 1 to 10; `None` when not scored.
    pub quality_score: Option<u8>,
    /// What the score was reduced for.
    pub deductions: Vec<Deduction>,
    /// The earlier case that it repeats, and how much of it in percent.
    pub repeats: Option<(String, u8)>,
}

/// What a changed story means for its suite.
#[derive(Clone, Debug, Default)]
pub struct Revision {
    /// What became of the story and of each criterion.
    pub basis_changes: Vec<BasisChange>,
    /// The verdict on each case, in the order of the suite.
    pub cases: Vec<RevisedCase>,
    /// Coverage items that need a new case.
    pub new_coverage_item_ids: Vec<String>,
}

/// The verdict on a case of the old suite.
#[derive(Clone, Debug)]
pub struct RevisedCase {
    /// Which one.
    pub test_case_id: String,
    /// What becomes of it.
    pub verdict: RevisionVerdict,
    /// Why.
    pub reason: String,
    /// What it covers, or is to cover, in the story as it is now.
    pub coverage_item_ids: Vec<String>,
    /// For a case that is kept: the case with its traces on the story as it is now.
    pub kept: Option<TestCase>,
}

/// What changed in a case that replaces an earlier wording of itself.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// Which one.
    pub test_case_id: String,
    /// What changed.
    pub changes: Vec<FieldChange>,
}

/// What will be used.
#[derive(Clone, Debug)]
pub struct Started {
    /// What makes this generation repeatable.
    pub provenance: Provenance,
    /// The caller's correlation id, or the one made for it.
    pub correlation_id: String,
    /// W3C trace id; empty without tracing.
    pub trace_id: String,
    /// Why this backend.
    pub backend_reason: String,
}

/// What was understood, planned and asked.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// The story and its criteria.
    pub basis: Vec<BasisItem>,
    /// Faults of the story itself.
    pub findings: Vec<Finding>,
    /// What only the author of the story can say.
    pub questions: Vec<PlannedQuestion>,
    /// What is to be covered.
    pub coverage_items: Vec<CoverageItem>,
}

/// A request to a model begins.
#[derive(Clone, Debug)]
pub struct AttemptStarted {
    /// 1, 2, 3.
    pub number: u32,
    /// Why there is another one; empty for the first.
    pub reason: String,
    /// The coverage items that it asks for.
    pub coverage_item_ids: Vec<String>,
    /// Who is asked.
    pub target: String,
}

/// Something the model wrote that could not be accepted.
#[derive(Clone, Debug)]
pub struct Rejection {
    /// Why.
    pub reasons: Vec<Finding>,
    /// The text, cut at 4,000 characters.
    pub text: String,
    /// The attempt that it belongs to.
    pub attempt: u32,
    /// The coverage item that it was for, if known.
    pub coverage_item_id: Option<String>,
}

/// A coverage item changed its state.
#[derive(Clone, Debug)]
pub struct CoverageChange {
    /// Which one.
    pub coverage_item_id: String,
    /// Its state now.
    pub status: CoverageStatus,
    /// The cases that cover it.
    pub test_case_ids: Vec<String>,
}

/// Something the caller should know while waiting.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Stable code, such as `MODEL_LOADING`.
    pub code: &'static str,
    /// In plain words.
    pub message: String,
    /// 0 to 1 where progress is known.
    pub progress: Option<f64>,
}

/// How a generation ended.
#[derive(Clone, Debug)]
pub struct Completion {
    /// Whole, partial or blocked.
    pub outcome: Outcome,
    /// Why it is not whole.
    pub reasons: Vec<Finding>,
    /// Every coverage item with its final state.
    pub ledger: Vec<CoverageItem>,
    /// Faults of the suite as a whole.
    pub suite_findings: Vec<Finding>,
    /// Numbers.
    pub counts: Counts,
    /// What the model used.
    pub usage: Usage,
    /// Where the time went.
    pub timings: Timings,
    /// What makes it repeatable.
    pub provenance: Provenance,
}

/// How a generation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All that was asked for.
    Complete,
    /// Some of it; the reasons say why.
    Partial,
    /// The story leaves open what to test.
    BlockedByQuestions,
}

/// Numbers of a generation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Cases accepted.
    pub accepted: u32,
    /// Of those, cases that needed a repair.
    pub repaired: u32,
    /// Objects rejected.
    pub rejected: u32,
    /// Cases dropped as duplicates.
    pub duplicates: u32,
    /// Of the accepted, cases worded by the rules.
    pub from_rules: u32,
    /// Requests made to a model.
    pub attempts: u32,
}

/// What the model used, as it reports it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Tokens read.
    pub input_tokens: Option<i64>,
    /// Tokens written.
    pub output_tokens: Option<i64>,
}

/// Where the time went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// From request to end.
    pub total: Duration,
    /// Waiting for a place.
    pub queue: Option<Duration>,
    /// Loading the model.
    pub load: Option<Duration>,
    /// From request to the model's first token.
    pub first_token: Option<Duration>,
    /// From request to the first accepted case.
    pub first_test_case: Option<Duration>,
    /// Model time.
    pub generation: Option<Duration>,
    /// Extraction, repair, validation and lint.
    pub validation: Duration,
}

/// What makes a generation repeatable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The backend that was used.
    pub backend: BackendId,
    /// The model's name; of an ensemble both names, with a comma between them.
    pub model: String,
    /// Its digest, where the backend tells it.
    pub model_digest: String,
    /// The prompt variant and its version, `planned@1`; empty for the rules.
    pub prompt_variant: String,
    /// SHA-256 of the template, hexadecimal; empty for the rules.
    pub prompt_hash: String,
    /// The seed that was sent.
    pub seed: Option<i64>,
    /// Examples that were shown to the model.
    pub example_ids: Vec<String>,
    /// Version of TestGen.
    pub service_version: String,
    /// The experiment that it takes part in; empty: none.
    pub experiment: String,
    /// The variant that it got there.
    pub experiment_variant: String,
}

/// Why a generation ended with nothing to hand over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What kind of failure.
    pub kind: Kind,
    /// Stable code, such as `MODEL_MISSING`.
    pub code: &'static str,
    /// What the caller may read.
    pub message: String,
    /// When it makes sense to ask again.
    pub retry_after: Option<Duration>,
}

impl Event {
    /// Bytes that the event holds, roughly; what the log's bound counts.
    pub(super) fn size(&self) -> usize {
        const FIXED: usize = 256;
        FIXED
            + match self {
                Self::Token { text, .. } => text.len(),
                Self::TestCase(case) => case_size(case),
                Self::Rejection(rejection) => {
                    rejection.text.len()
                        + rejection
                            .reasons
                            .iter()
                            .map(|reason| FIXED + reason.message.len())
                            .sum::<usize>()
                }
                Self::Analysis(analysis) => {
                    analysis.basis.iter().map(|item| item.text.len()).sum::<usize>()
                        + analysis.coverage_items.len() * 2 * FIXED
                        + analysis.questions.len() * FIXED
                }
                Self::SuiteReview(review) => review.cases.len() * 2 * FIXED,
                Self::Revision(revision) => {
                    let kept = |case: &RevisedCase| case.kept.as_ref().map_or(0, case_size);
                    revision.cases.iter().map(|case| FIXED + kept(case)).sum::<usize>()
                }
                Self::Replacement(replacement) => replacement
                    .changes
                    .iter()
                    .map(|change| change.before.len() + change.after.len() + 96)
                    .sum(),
                Self::Completion(completion) => completion.ledger.len() * 2 * FIXED,
                Self::Notice(notice) => notice.message.len(),
                Self::AttemptStarted(attempt) => attempt.coverage_item_ids.len() * 32,
                Self::Started(_) | Self::Queued(_) | Self::CoverageChange(_) => 0,
            }
    }
}

fn case_size(case: &TestCase) -> usize {
    let texts = |texts: &[String]| texts.iter().map(|text| text.len() + 24).sum::<usize>();
    case.title.len()
        + case.objective.len()
        + case.expected_result.len()
        + texts(&case.preconditions)
        + texts(&case.postconditions)
        + texts(&case.tags)
        + case
            .steps
            .iter()
            .map(|step| step.action.len() + step.data.len() + step.expected.len() + 72)
            .sum::<usize>()
        + case
            .values
            .iter()
            .map(|value| value.text.len() + value.note.len() + 96)
            .sum::<usize>()
        + case
            .deductions
            .iter()
            .map(|deduction| deduction.message.len() + deduction.field.len() + 96)
            .sum::<usize>()
        + case
            .repairs
            .iter()
            .map(|repair| repair.detail.len() + repair.field.len() + 72)
            .sum::<usize>()
        + case.traces.len() * 96
}
