//! What a generation is for: a whole suite, what an existing one lacks, one case in other words, or a suite for a changed
//! story. The journey is the same; the purpose decides what is asked, and what stands in the log before the first case.

use super::event::{CaseReview, Event, RevisedCase, SuiteReview};
use super::{Request, Services};
use crate::basis::{self, TestBasis};
use crate::coverage::{self, CoverageStatus, Ledger, Plan, Wanted};
use crate::prompt::case_as_json;
use crate::revision::{self, Covering, Planned, RevisionVerdict};
use crate::story::UserStory;
use crate::test_case::{Draft, TestCase};
use crate::validation::Checker;
use std::sync::Arc;

/// What a generation is for.
#[derive(Clone, Debug, Default)]
pub enum Purpose {
    /// A suite; cases that exist already count as covering.
    #[default]
    Suite,
    /// What the existing cases leave uncovered, after a look at them.
    Gaps,
    /// One case in other words.
    Rewording(Box<Rewording>),
    /// The existing cases are the suite of this story, which has changed since.
    Revision(Box<UserStory>),
}

impl Purpose {
    /// The lower-case name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Suite => "suite",
            Self::Gaps => "gaps",
            Self::Rewording(_) => "rewording",
            Self::Revision(_) => "revision",
        }
    }
}

/// One case that is to be worded anew.
#[derive(Clone, Debug)]
pub struct Rewording {
    /// The case.
    pub case: TestCase,
    /// What is wrong with it, in the caller's words.
    pub reason: String,
    /// What must stay as it is.
    pub locked: Vec<Part>,
}

/// A part of a case that can be locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Its kind.
    Type,
    /// Its title.
    Title,
    /// Its priority.
    Priority,
    /// Its preconditions.
    Preconditions,
    /// Its steps.
    Steps,
    /// Its expected result.
    ExpectedResult,
    /// Its objective.
    Objective,
    /// Its postconditions.
    Postconditions,
    /// Its labels.
    Tags,
}

impl Part {
    /// Every part, in the order of the proto's fields.
    pub const ALL: [Self; 9] = [
        Self::Type,
        Self::Title,
        Self::Priority,
        Self::Preconditions,
        Self::Steps,
        Self::ExpectedResult,
        Self::Objective,
        Self::Postconditions,
        Self::Tags,
    ];

    /// The name of the proto's field.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Title => "title",
            Self::Priority => "priority",
            Self::Preconditions => "preconditions",
            Self::Steps => "steps",
            Self::ExpectedResult => "expected_result",
            Self::Objective => "objective",
            Self::Postconditions => "postconditions",
            Self::Tags => "tags",
        }
    }

    /// The part with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == name)
    }

    fn restore(self, draft: &mut Draft, case: &TestCase) {
        match self {
            Self::Type => draft.case_type = Some(case.case_type),
            Self::Title => draft.title.clone_from(&case.title),
            Self::Priority => draft.priority = Some(case.priority),
            Self::Preconditions => draft.preconditions.clone_from(&case.preconditions),
            Self::Steps => draft.steps.clone_from(&case.steps),
            Self::ExpectedResult => draft.expected_result.clone_from(&case.expected_result),
            Self::Objective => draft.objective.clone_from(&case.objective),
            Self::Postconditions => draft.postconditions.clone_from(&case.postconditions),
            Self::Tags => draft.tags.clone_from(&case.tags),
        }
    }
}

impl Rewording {
    /// Puts what is locked back into what was written.
    pub(super) fn keep_locked(&self, draft: &mut Draft) {
        for part in &self.locked {
            part.restore(draft, &self.case);
        }
    }

    /// Whether a draft says what the case says already.
    pub(super) fn is_unchanged(&self, draft: &Draft) -> bool {
        let case = &self.case;
        let kind = draft.case_type.is_none_or(|kind| kind == case.case_type);
        kind && draft.title == case.title
            && draft.preconditions == case.preconditions
            && draft.steps == case.steps
            && draft.expected_result == case.expected_result
    }
}

/// What is there before anyone is asked.
pub(super) struct Prepared {
    pub(super) basis: Arc<TestBasis>,
    pub(super) plan: Arc<Plan>,
    pub(super) checker: Checker,
    pub(super) ledger: Ledger,
    /// What the log says between the analysis and the first attempt.
    pub(super) opening: Option<Event>,
    /// Earlier wordings: of which planned item, if of one, and the case.
    pub(super) earlier: Vec<(Option<usize>, TestCase)>,
}

/// A story, its criteria and its context of more bytes together are read on a thread of their own.
const LARGE_STORY_BYTES: usize = 8 * 1024;
/// So are existing cases, from this number on.
const MANY_CASES: usize = 40;

/// Makes ready. What is large keeps a thread busy for long enough to hold up other calls, so it gets a thread of its own.
/// `None` only while the process ends.
pub(super) async fn prepared(request: &Request, services: &Arc<Services>) -> Option<Prepared> {
    let story = &request.story;
    let bytes = story.text().len() + story.context().len() + story.criteria().iter().map(String::len).sum::<usize>();
    if bytes <= LARGE_STORY_BYTES && request.existing.len() < MANY_CASES {
        return Some(prepare(request, services));
    }
    let (request, services) = (request.clone(), Arc::clone(services));
    match tokio::task::spawn_blocking(move || prepare(&request, &services)).await {
        Ok(prepared) => Some(prepared),
        // A fault of ours ends this generation as it would have on this thread.
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => None,
        },
    }
}

/// Reads the story, plans, and restricts the plan to what the purpose asks for.
fn prepare(request: &Request, services: &Services) -> Prepared {
    let basis = Arc::new(basis::parse(&request.story));
    let plan = coverage::plan(&basis, &wanted(request));
    let checker = |plan: &Arc<Plan>, existing: Vec<TestCase>| {
        Checker::new(
            Arc::clone(&basis),
            Arc::clone(plan),
            services.validation.clone(),
            existing,
            request.quality_check,
        )
    };
    match &request.purpose {
        Purpose::Suite => {
            let plan = Arc::new(plan);
            let checker = checker(&plan, request.existing.clone());
            Prepared::new(&basis, plan, checker)
        }
        Purpose::Gaps => {
            let plan = Arc::new(plan);
            let checker = checker(&plan, request.existing.clone());
            let review = Event::SuiteReview(review(&checker, &plan));
            let mut prepared = Prepared::new(&basis, plan, checker);
            prepared.opening = Some(review);
            prepared
        }
        Purpose::Rewording(rewording) => {
            let whole = Arc::new(plan);
            let covered = items_of(&checker(&whole, vec![rewording.case.clone()]));
            let plan = Arc::new(restricted(&whole, &covered));
            let mut checker = checker(&plan, request.existing.clone());
            checker.take_ids([rewording.case.id.as_str()]);
            checker.reserve_id(None, rewording.case.id.clone());
            let mut prepared = Prepared::new(&basis, plan, checker);
            // Its item is open, whatever else covers it.
            prepared.ledger = Ledger::new(&prepared.plan);
            prepared.earlier = vec![(covered.first().copied(), rewording.case.clone())];
            prepared
        }
        Purpose::Revision(before) => {
            let old_basis = Arc::new(basis::parse(before));
            let old_plan = Arc::new(coverage::plan(&old_basis, &wanted(request)));
            let old = Checker::new(
                Arc::clone(&old_basis),
                Arc::clone(&old_plan),
                services.validation.clone(),
                request.existing.clone(),
                false,
            );
            let reviewed = old.reviewed();
            let suite: Vec<Covering<'_>> = request
                .existing
                .iter()
                .zip(&reviewed)
                .map(|(case, reviewed)| Covering {
                    case,
                    items: &reviewed.covers,
                })
                .collect();
            let before = Planned {
                basis: &old_basis,
                plan: &old_plan,
            };
            let after = Planned {
                basis: &basis,
                plan: &plan,
            };
            let revision = revision::revise(before, after, &suite);
            revise(request, &basis, &plan, &revision, checker)
        }
    }
}

fn revise(
    request: &Request,
    basis: &Arc<TestBasis>,
    plan: &Plan,
    revision: &revision::Revision,
    checker: impl Fn(&Arc<Plan>, Vec<TestCase>) -> Checker,
) -> Prepared {
    let plan = Arc::new(restricted(plan, &revision.asked()));
    let kept: Vec<TestCase> = revision.cases.iter().filter_map(|case| case.kept.clone()).collect();
    let mut checker = checker(&plan, kept);
    checker.take_ids(request.existing.iter().map(|case| case.id.as_str()));
    let mut earlier = Vec::new();
    for (verdict, case) in revision.cases.iter().zip(&request.existing) {
        if let Some(item) = verdict.reworded_for {
            checker.reserve_id(Some(item), case.id.clone());
            earlier.push((Some(item), case.clone()));
        }
    }
    let mut ledger = Ledger::new(&plan);
    for case in revision
        .cases
        .iter()
        .filter(|case| case.verdict == RevisionVerdict::Kept)
    {
        for item in &case.items {
            ledger.cover(*item, &case.test_case_id);
        }
    }
    Prepared {
        opening: Some(Event::Revision(told(revision, &plan))),
        earlier,
        ledger,
        ..Prepared::new(basis, plan, checker)
    }
}

impl Prepared {
    fn new(basis: &Arc<TestBasis>, plan: Arc<Plan>, checker: Checker) -> Self {
        let mut ledger = Ledger::new(&plan);
        for (item, id) in checker.covered_by_existing() {
            ledger.cover(item, id);
        }
        Self {
            basis: Arc::clone(basis),
            plan,
            checker,
            ledger,
            opening: None,
            earlier: Vec::new(),
        }
    }
}

/// The bound on the cases bounds the new ones, not a plan that cases exist for already.
fn wanted(request: &Request) -> Wanted {
    let mut wanted = request.wanted.clone();
    if !matches!(request.purpose, Purpose::Suite) {
        wanted.max_test_cases = None;
    }
    wanted
}

fn items_of(checker: &Checker) -> Vec<usize> {
    let mut items: Vec<usize> = checker.covered_by_existing().map(|(item, _)| item).collect();
    items.sort_unstable();
    items
}

/// The plan with everything left out that is not asked for; what is asked for is planned, even beyond the usual number.
fn restricted(plan: &Plan, asked: &[usize]) -> Plan {
    let mut plan = plan.clone();
    for (index, item) in plan.items.iter_mut().enumerate() {
        item.status = match (asked.contains(&index), item.status) {
            (true, CoverageStatus::Excluded) => CoverageStatus::Planned,
            (false, CoverageStatus::Planned) => CoverageStatus::Excluded,
            (_, status) => status,
        };
    }
    plan
}

fn review(checker: &Checker, plan: &Plan) -> SuiteReview {
    let cases = checker
        .reviewed()
        .into_iter()
        .map(|reviewed| CaseReview {
            test_case_id: reviewed.id,
            coverage_item_ids: ids(plan, &reviewed.covers),
            quality_score: reviewed.quality_score,
            deductions: reviewed.deductions,
            repeats: reviewed.repeats,
        })
        .collect();
    SuiteReview {
        cases,
        suite_findings: checker.suite_findings(),
    }
}

fn told(revision: &revision::Revision, plan: &Plan) -> super::event::Revision {
    super::event::Revision {
        basis_changes: revision.basis_changes.clone(),
        cases: revision
            .cases
            .iter()
            .map(|case| RevisedCase {
                test_case_id: case.test_case_id.clone(),
                verdict: case.verdict,
                reason: case.reason.clone(),
                coverage_item_ids: ids(plan, &case.items),
                kept: case.kept.clone(),
            })
            .collect(),
        new_coverage_item_ids: ids(plan, &revision.new_items),
    }
}

fn ids(plan: &Plan, items: &[usize]) -> Vec<String> {
    let found = items.iter().filter_map(|index| plan.items.get(*index));
    found.map(|item| item.id.clone()).collect()
}

/// The earlier wordings of what is asked, as they stand in a prompt.
pub(super) fn earlier_in_words(earlier: &[(Option<usize>, TestCase)], plan: &Plan, asked: &[usize]) -> Vec<String> {
    earlier
        .iter()
        .filter(|(item, _)| item.is_none_or(|item| asked.contains(&item)))
        .map(|(item, case)| {
            let id = item
                .and_then(|index| plan.items.get(index))
                .map(|item| item.id.as_str());
            case_as_json(case, id.as_slice())
        })
        .collect()
}
