//! Basis → coverage items: code, not the model, decides what to test.
//!
//! Each rule family (`families/`, one file each, registered in `families.rs`) looks at a [`Scene`] and makes
//! [`Proposal`]s: one coverage item each, with exact values and with words that a tester could run as they stand.
//! `plan` merges equal proposals, ranks them by risk, caps them and numbers them; `ledger` keeps where each one stands.
//!
//! What it refuses: a family with nothing specific to say about this story says nothing; an unknown limit becomes a
//! placeholder `<… – not specified>` and a question, never an invented number.

pub mod families;
pub mod plan;
pub mod ledger;
pub mod scene;
pub mod values;
pub mod pairwise;
mod proposal;

pub use families::{FAMILIES, Family};
pub use ledger::{Change, Ledger, Tally};
pub use plan::plan;
pub use scene::Scene;

use crate::basis::Question;
use crate::test_case::{BasisId, Draft, Priority, Span, Technique, TestCaseType, Value};

/// One thing to cover, as ISO/IEC/IEEE 29119-4 uses the term.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverageItem {
    /// `C-1`, `C-2`, …, stable for the same basis.
    pub id: String,
    /// Names the item by its content, so that equal ones merge and revisions can be compared:
    /// `boundary/discount code/length/21`.
    pub key: String,
    /// What it exercises, as a noun phrase or a clause without full stop.
    pub condition: String,
    /// The technique that gave it.
    pub technique: Technique,
    /// The rule family that gave it, such as `R3`; empty if a model proposed it.
    pub rule: &'static str,
    /// What it rests on.
    pub basis_ids: Vec<BasisId>,
    /// The words that it rests on.
    pub spans: Vec<Span>,
    /// Values computed, stated or sampled for it.
    pub values: Vec<Value>,
    /// Which kind of case it calls for.
    pub case_type: TestCaseType,
    /// How much it matters.
    pub priority: Priority,
    /// Where it stands.
    pub status: CoverageStatus,
}

/// Where a coverage item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CoverageStatus {
    /// Planned, no case yet.
    Planned,
    /// A case covers it.
    Covered,
    /// A question must be answered first.
    Blocked,
    /// Left out on purpose: technique or number excluded.
    Excluded,
    /// The generation ended without a case for it.
    Uncovered,
}

/// What a rule family proposes: an item, and the words for its case.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// As in [`CoverageItem::key`].
    pub key: String,
    /// As in [`CoverageItem::condition`].
    pub condition: String,
    /// As in [`CoverageItem::technique`].
    pub technique: Technique,
    /// As in [`CoverageItem::case_type`].
    pub case_type: TestCaseType,
    /// As in [`CoverageItem::priority`].
    pub priority: Priority,
    /// The words that it rests on; the basis ids follow from them. At least one.
    pub spans: Vec<Span>,
    /// Every number, quoted text and sample in the draft, with its origin.
    pub values: Vec<Value>,
    /// The case in the rules' own words: title, objective, preconditions, steps, expected result.
    pub draft: Draft,
    /// Keys of questions that must be answered before it can be run; the item is then `Blocked` and has no case.
    pub waits_for: Vec<String>,
}

/// What is to be covered, what was asked, and the rules' words for each item. Shared by the prompt, the rules backend,
/// matching and the ledger; never changed after it was made.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The items, most important first. `drafts[i]` words `items[i]`.
    pub items: Vec<CoverageItem>,
    /// The rules' own wording, one for each item.
    pub drafts: Vec<Draft>,
    /// Questions of the basis and of the families, without repeats; `Q-1` is the first.
    pub questions: Vec<PlannedQuestion>,
    /// Whether the story leaves open what to test.
    pub blocked: bool,
}

impl Plan {
    /// Whether something is to be covered, and the rules have words for none of it.
    #[must_use]
    pub fn is_without_words(&self) -> bool {
        let planned = self.items.iter().zip(&self.drafts);
        let mut planned = planned
            .filter(|(item, _)| item.status == CoverageStatus::Planned)
            .peekable();
        planned.peek().is_some() && planned.all(|(_, draft)| draft.steps.is_empty())
    }
}

/// A question with its number and with the items that wait for it.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedQuestion {
    /// `Q-1`, `Q-2`, …
    pub id: String,
    /// The question.
    pub question: Question,
    /// Ids of coverage items that wait for the answer.
    pub blocks: Vec<String>,
}

/// What the caller asked of the plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    /// Techniques to use; empty: all that fit.
    pub techniques: Vec<Technique>,
    /// Upper bound on the number of cases; `None`: decided from the basis.
    pub max_test_cases: Option<usize>,
    /// How many values are tried at each end of a limit.
    pub boundary_values: BoundaryValues,
}

/// Boundary value analysis as ISO/IEC/IEEE 29119-4 and ISTQB name its two forms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BoundaryValues {
    /// The bound and its nearest neighbour across it.
    #[default]
    Two,
    /// The bound and both its neighbours.
    Three,
}

/// What the families of one story gave.
#[derive(Debug, Default)]
pub struct Found {
    /// Proposed items.
    pub proposals: Vec<Proposal>,
    /// Questions to the author.
    pub questions: Vec<Question>,
}

/// The basis items that places lie in, each once, in the order of the basis; the context is nothing to cover.
fn basis_ids(spans: &[Span]) -> Vec<BasisId> {
    let mut ids: Vec<BasisId> = spans
        .iter()
        .map(|span| span.basis_id)
        .filter(|id| *id != BasisId::Context)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
