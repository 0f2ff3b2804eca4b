//! What goes out: the nouns of a test case, after ISTQB and ISO/IEC/IEEE 29119-3, and nothing that does anything.
//!
//! A [`Draft`] is what a model (or the rules) wrote, read but not yet believed. A [`TestCase`] exists only after
//! validation, evidence and lint; `validation` alone makes one.

use std::fmt;

/// Kind of a case, derived from polarity and technique; kept because testers filter by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TestCaseType {
    /// Valid input, expected success.
    Positive,
    /// Invalid input or a forbidden act, expected refusal.
    Negative,
    /// Unusual but possible circumstances.
    EdgeCase,
    /// At or next to a limit.
    Boundary,
}

impl TestCaseType {
    /// Every kind, in the order of the proto.
    pub const ALL: [Self; 4] = [Self::Positive, Self::Negative, Self::EdgeCase, Self::Boundary];

    /// The lower-case name that stands in the eight-field document and in prompts, such as `edge_case`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Negative => "negative",
            Self::EdgeCase => "edge_case",
            Self::Boundary => "boundary",
        }
    }
}

/// What it means for the release if only this fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Priority {
    /// The release stops.
    Critical,
    /// Must be fixed before the release.
    High,
    /// Should be fixed.
    Medium,
    /// Can wait.
    Low,
}

impl Priority {
    /// Every priority, most urgent first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// The lower-case name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// One step less urgent; `Low` stays `Low`.
    #[must_use]
    pub fn lower(self) -> Self {
        match self {
            Self::Critical => Self::High,
            Self::High => Self::Medium,
            Self::Medium | Self::Low => Self::Low,
        }
    }
}

/// Test design techniques, as ISO/IEC/IEEE 29119-4 and ISTQB name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Technique {
    /// Valid and invalid classes.
    EquivalencePartitioning,
    /// Limits and their neighbours.
    BoundaryValueAnalysis,
    /// Combinations of conditions.
    DecisionTable,
    /// Valid and invalid transitions.
    StateTransition,
    /// Pairs of parameters.
    Combinatorial,
    /// Formats and grammars.
    Syntax,
    /// Main, alternative and exception flows.
    Scenario,
    /// Straight from a requirement.
    RequirementsBased,
    /// Experience of what breaks.
    ErrorGuessing,
    /// A checklist, such as for access or privacy.
    ChecklistBased,
}

impl Technique {
    /// Every technique, in the order of the proto.
    pub const ALL: [Self; 10] = [
        Self::EquivalencePartitioning,
        Self::BoundaryValueAnalysis,
        Self::DecisionTable,
        Self::StateTransition,
        Self::Combinatorial,
        Self::Syntax,
        Self::Scenario,
        Self::RequirementsBased,
        Self::ErrorGuessing,
        Self::ChecklistBased,
    ];

    /// The lower-case name, such as `boundary_value_analysis`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EquivalencePartitioning => "equivalence_partitioning",
            Self::BoundaryValueAnalysis => "boundary_value_analysis",
            Self::DecisionTable => "decision_table",
            Self::StateTransition => "state_transition",
            Self::Combinatorial => "combinatorial",
            Self::Syntax => "syntax",
            Self::Scenario => "scenario",
            Self::RequirementsBased => "requirements_based",
            Self::ErrorGuessing => "error_guessing",
            Self::ChecklistBased => "checklist_based",
        }
    }
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueOrigin {
    /// The basis or the glossary says it.
    Stated,
    /// Computed from what the basis says.
    Computed,
    /// Any member of a named class would do, such as a well-formed email address.
    Sample,
    /// Nothing supports it; a person must confirm.
    Assumed,
}

/// Who worded a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// A model.
    Model,
    /// The embedded rules.
    Rule,
}

impl Source {
    /// The lower-case name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Rule => "rule",
        }
    }
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Should be mended.
    Warning,
    /// Must be mended.
    Error,
}

/// An item of the test basis: the story, or a criterion by its number from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BasisId {
    /// The story itself, `STORY`.
    Story,
    /// Acceptance criterion n, `AC-n`.
    Criterion(u16),
    /// The glossary and domain notes, `CONTEXT`. Values may rest on it; it is nothing to cover.
    Context,
}

impl fmt::Display for BasisId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Story => f.write_str("STORY"),
            Self::Criterion(number) => write!(f, "AC-{number}"),
            Self::Context => f.write_str("CONTEXT"),
        }
    }
}

/// A place in the test basis: bytes `start..end` of an item's UTF-8 text, both on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Which item.
    pub basis_id: BasisId,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// One step: what the tester does, with which data, and what is then seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Step {
    /// One imperative action.
    pub action: String,
    /// The data that it uses; may be empty.
    pub data: String,
    /// What is seen after it; may be empty except where something must be seen.
    pub expected: String,
}

impl Step {
    /// A step with an action alone.
    pub fn new(action: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            ..Self::default()
        }
    }

    /// The same step with the data that it uses.
    #[must_use]
    pub fn with_data(mut self, data: impl Into<String>) -> Self {
        self.data = data.into();
        self
    }

    /// The same step with what is seen after it.
    #[must_use]
    pub fn expecting(mut self, expected: impl Into<String>) -> Self {
        self.expected = expected.into();
        self
    }
}

/// A value in a case, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// As it stands in the case.
    pub text: String,
    /// Where it comes from.
    pub origin: ValueOrigin,
    /// The words that state it, if stated.
    pub span: Option<Span>,
    /// How it was computed, which class it samples, or what was assumed.
    pub note: String,
}

/// What a case covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The basis item.
    pub basis_id: BasisId,
    /// The coverage item, such as `C-3`, if one.
    pub coverage_item_id: Option<String>,
    /// The words that it rests on.
    pub span: Option<Span>,
}

/// A fault of the story, of a case that was rejected, or of the suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable code, such as `STORY_AMBIGUOUS`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong and what would mend it.
    pub message: String,
    /// Where, if it has a place.
    pub span: Option<Span>,
}

/// One reason why a score is not 10.
#[derive(Clone, Debug, PartialEq)]
pub struct Deduction {
    /// Stable code of the lint rule.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Points taken, more than 0.
    pub points: f64,
    /// What is wrong and what would mend it.
    pub message: String,
    /// The field, such as `steps[1].action`.
    pub field: String,
}

/// One thing mended in a model's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// Stable code, such as `STEP_FROM_NUMBER` or `TRAILING_COMMA`.
    pub code: &'static str,
    /// The field, where there is one.
    pub field: String,
    /// What was changed into what.
    pub detail: String,
}

/// What was written for one case, read but not yet believed. Every field may be missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// The id that the writer gave; never used as the case's id.
    pub id: String,
    /// The kind, if it could be read.
    pub case_type: Option<TestCaseType>,
    /// The title.
    pub title: String,
    /// The priority, if it could be read.
    pub priority: Option<Priority>,
    /// The preconditions.
    pub preconditions: Vec<String>,
    /// The steps.
    pub steps: Vec<Step>,
    /// What shows that it passed.
    pub expected_result: String,
    /// Why it exists.
    pub objective: String,
    /// The technique, if named.
    pub technique: Option<Technique>,
    /// Ids of coverage items that the writer says it covers, such as `C-3`.
    pub covers: Vec<String>,
    /// Words of the basis that the writer rests on, for cases beyond the plan.
    pub quote: String,
    /// What the writer says it assumed.
    pub assumptions: Vec<String>,
    /// State after the last step.
    pub postconditions: Vec<String>,
    /// Free labels.
    pub tags: Vec<String>,
    /// What the writer said of itself, 1 to 10.
    pub self_score: Option<i32>,
}

/// A test case that was parsed, validated, traced and compared with the cases before it.
#[derive(Clone, Debug, PartialEq)]
pub struct TestCase {
    /// `TC-001`, `TC-002`, …, given by the server, stable within a suite.
    pub id: String,
    /// Its kind.
    pub case_type: TestCaseType,
    /// One line that names the behaviour.
    pub title: String,
    /// What it means for the release if only this fails.
    pub priority: Priority,
    /// State that must hold before step 1, each checkable.
    pub preconditions: Vec<String>,
    /// What the tester does, 1 to 15 steps.
    pub steps: Vec<Step>,
    /// What shows that it passed.
    pub expected_result: String,
    /// 1 to 10, computed from the deductions; `None` when not scored.
    pub quality_score: Option<u8>,
    /// Why it exists, in one sentence.
    pub objective: String,
    /// The technique behind it, if known.
    pub technique: Option<Technique>,
    /// What it covers.
    pub traces: Vec<Trace>,
    /// Every number, quoted text, name or sample in it, and where it comes from.
    pub values: Vec<Value>,
    /// What the score was reduced for.
    pub deductions: Vec<Deduction>,
    /// What was mended in the model's text.
    pub repairs: Vec<Repair>,
    /// Who worded it.
    pub source: Source,
    /// What the model said of itself, 1 to 10; never used for the score.
    pub model_self_score: Option<i32>,
    /// State after the last step, where it matters.
    pub postconditions: Vec<String>,
    /// Free labels.
    pub tags: Vec<String>,
    /// The model that worded it, where a generation asks several; empty where its provenance says it.
    pub model: String,
}
