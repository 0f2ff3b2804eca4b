//! Merging, ranking, capping and spreading priorities over the set.

use crate::basis::TestBasis;
use crate::coverage::{CoverageStatus, Proposal, Wanted};
use crate::test_case::{BasisId, Priority, Technique, TestCaseType};

/// A proposal on its way into the plan.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// The family that gave it.
    pub(super) rule: &'static str,
    /// The item and its words.
    pub(super) proposal: Proposal,
    /// Where it will stand.
    pub(super) status: CoverageStatus,
}

/// Most cases of a story without criteria and without limits.
const BARE_CAP: usize = 8;
/// Places that each stated limit adds.
const PER_LIMIT: usize = 3;
/// Places that each criterion adds.
const PER_CRITERION: usize = 3;
/// Most cases unless the caller asks for more.
const MOST: usize = 40;
/// From this place on, items of low priority are left out of a plan whose size the caller did not set.
const LOW_UNTIL: usize = 6;

impl Candidate {
    /// Takes in an equal proposal: the richer words stay, the places of both.
    pub(super) fn merge(&mut self, other: Proposal, rule: &'static str) {
        let mine = &mut self.proposal;
        let spans = [mine.spans.clone(), other.spans.clone()].concat();
        let waits_for = [mine.waits_for.clone(), other.waits_for.clone()].concat();
        let priority = mine.priority.min(other.priority);
        if richness(&other) > richness(mine) {
            *mine = other;
            self.rule = rule;
        }
        mine.priority = priority;
        mine.spans = Vec::new();
        for span in spans {
            if !mine.spans.contains(&span) {
                mine.spans.push(span);
            }
        }
        mine.waits_for = waits_for;
        mine.waits_for.dedup();
    }

    fn covers(&self, id: BasisId) -> bool {
        self.proposal.spans.iter().any(|span| span.basis_id == id)
    }

    fn is_negative(&self) -> bool {
        self.proposal.case_type == TestCaseType::Negative
    }

    fn is_edge(&self) -> bool {
        matches!(self.proposal.case_type, TestCaseType::EdgeCase | TestCaseType::Boundary)
    }
}

fn richness(proposal: &Proposal) -> usize {
    let draft = &proposal.draft;
    draft.steps.len() * 3
        + draft.preconditions.len() * 2
        + proposal.values.len()
        + usize::from(!draft.objective.is_empty())
}

/// The candidates in the order of the plan: planned, then blocked, then excluded.
pub(super) fn ranked(candidates: Vec<Candidate>, basis: &TestBasis, wanted: &Wanted) -> Vec<Candidate> {
    let (mut open, mut rest): (Vec<Candidate>, Vec<Candidate>) = candidates
        .into_iter()
        .partition(|candidate| candidate.status == CoverageStatus::Planned);
    if !wanted.techniques.is_empty() {
        for candidate in open.iter_mut().chain(&mut rest) {
            if !wanted.techniques.contains(&candidate.proposal.technique) {
                candidate.status = CoverageStatus::Excluded;
            }
        }
    }
    let (open, excluded): (Vec<Candidate>, Vec<Candidate>) = open
        .into_iter()
        .partition(|candidate| candidate.status == CoverageStatus::Planned);
    let (blocked, late): (Vec<Candidate>, Vec<Candidate>) = rest
        .into_iter()
        .partition(|candidate| candidate.status == CoverageStatus::Blocked);
    let mut order = greedy(open, basis);
    let mut kept = cap(&mut order, basis, wanted);
    for candidate in &mut order {
        candidate.status = CoverageStatus::Excluded;
    }
    kept.extend(blocked);
    kept.extend(order);
    kept.extend(excluded);
    kept.extend(late);
    kept
}

/// Orders by what each adds to those before it.
fn greedy(mut open: Vec<Candidate>, basis: &TestBasis) -> Vec<Candidate> {
    let mut uncovered: Vec<BasisId> = basis
        .items
        .iter()
        .map(|item| item.id)
        .filter(|id| matches!(id, BasisId::Criterion(_)))
        .collect();
    let mut techniques: Vec<Technique> = Vec::new();
    let mut families: Vec<&'static str> = Vec::new();
    let mut order = Vec::with_capacity(open.len());
    while !open.is_empty() {
        let weigh = |candidate: &Candidate| {
            let mut weight = weight(candidate);
            if uncovered.iter().any(|id| candidate.covers(*id)) {
                weight += 60;
            }
            if !techniques.contains(&candidate.proposal.technique) {
                weight += 15;
            }
            let new_kind = !order.iter().any(|other: &Candidate| kind(other) == kind(candidate));
            weight += 20 * i32::from(new_kind);
            let same = families.iter().filter(|rule| **rule == candidate.rule).count();
            weight - 7 * i32::try_from(same).unwrap_or(i32::MAX / 8)
        };
        let mut best = 0;
        let mut most = i32::MIN;
        for (index, candidate) in open.iter().enumerate() {
            let weight = weigh(candidate);
            if weight > most {
                (best, most) = (index, weight);
            }
        }
        let candidate = open.remove(best);
        uncovered.retain(|id| !candidate.covers(*id));
        techniques.push(candidate.proposal.technique);
        families.push(candidate.rule);
        order.push(candidate);
    }
    order
}

/// Edge and boundary cases count as one kind.
fn kind(candidate: &Candidate) -> TestCaseType {
    if candidate.is_edge() {
        TestCaseType::EdgeCase
    } else {
        candidate.proposal.case_type
    }
}

fn weight(candidate: &Candidate) -> i32 {
    let risk = match candidate.proposal.priority {
        Priority::Critical => 80,
        Priority::High => 60,
        Priority::Medium => 40,
        Priority::Low => 10,
    };
    let main = if candidate.proposal.key == "success/goal" {
        200
    } else {
        0
    };
    let stated_limit = if candidate.proposal.technique == Technique::BoundaryValueAnalysis {
        25
    } else {
        0
    };
    risk + main + stated_limit
}

/// Takes from the front what the plan has room for. From two places on a negative item comes along beside the main
/// success, from three on an edge or boundary item too.
fn cap(order: &mut Vec<Candidate>, basis: &TestBasis, wanted: &Wanted) -> Vec<Candidate> {
    let criteria = basis
        .items
        .iter()
        .filter(|item| matches!(item.id, BasisId::Criterion(_)))
        .count();
    let limits = basis
        .limits()
        .filter(|(_, span)| span.basis_id != BasisId::Context)
        .count();
    let acts = basis.story.actions.len().saturating_sub(1);
    let own = (BARE_CAP + criteria * PER_CRITERION + (limits + acts) * PER_LIMIT).min(MOST);
    let room = wanted.max_test_cases.unwrap_or(own);
    let low_until = if wanted.max_test_cases.is_some() {
        room
    } else {
        LOW_UNTIL + criteria * 2
    };
    let mut kept: Vec<Candidate> = Vec::new();
    let mut left = Vec::new();
    for candidate in order.drain(..) {
        // What stands beside a stated limit is told by the story, however little rides on it.
        let stated = candidate.proposal.technique == Technique::BoundaryValueAnalysis;
        let thin = candidate.proposal.priority == Priority::Low && !stated && kept.len() >= low_until;
        if kept.len() < room && !thin {
            kept.push(candidate)
        } else {
            left.push(candidate)
        }
    }
    if room >= 2 {
        ensure(&mut kept, &mut left, room, Candidate::is_negative);
    }
    if room >= 3 {
        ensure(&mut kept, &mut left, room, Candidate::is_edge);
    }
    *order = left;
    kept
}

fn ensure(kept: &mut Vec<Candidate>, left: &mut Vec<Candidate>, room: usize, is: impl Fn(&Candidate) -> bool) {
    if kept.iter().any(&is) {
        return;
    }
    let Some(place) = left.iter().position(&is) else { return };
    let candidate = left.remove(place);
    if kept.len() >= room {
        let last = kept.remove(least_missed(kept));
        left.insert(0, last);
    }
    kept.push(candidate);
}

/// The place of the item that the balance of a full plan misses least: the last one of a kind that has others, plain
/// ones before negative ones; else the last edge or boundary item; else the last.
fn least_missed(kept: &[Candidate]) -> usize {
    let last = |is: &dyn Fn(&Candidate) -> bool, spare: usize| {
        let many = kept.iter().filter(|candidate| is(candidate)).count() > spare;
        kept.iter().rposition(is).filter(|_| many)
    };
    let plain = |candidate: &Candidate| !candidate.is_negative() && !candidate.is_edge();
    last(&plain, 1)
        .or_else(|| last(&Candidate::is_negative, 1))
        .or_else(|| last(&Candidate::is_edge, 0))
        .unwrap_or(kept.len().saturating_sub(1))
}

/// From seven planned items on: critical at most 15 %, critical and high together at most 60 %. Lowers from the end.
pub(super) fn spread_priorities(ranked: &mut [Candidate]) {
    let planned = ranked
        .iter()
        .filter(|candidate| candidate.status == CoverageStatus::Planned)
        .count();
    if planned < 7 {
        return;
    }
    lower(ranked, planned * 15 / 100, Priority::Critical, Priority::High);
    lower(ranked, planned * 60 / 100, Priority::High, Priority::Medium);
}

/// Leaves the first `most` items of at least this priority as they are and lowers the others.
fn lower(ranked: &mut [Candidate], most: usize, at_least: Priority, to: Priority) {
    let urgent = |candidate: &&mut Candidate| {
        candidate.status == CoverageStatus::Planned && candidate.proposal.priority <= at_least
    };
    for candidate in ranked.iter_mut().filter(urgent).skip(most) {
        candidate.proposal.priority = to;
    }
}
