//! Basis → plan: runs all families, merges equal proposals, ranks them by risk, caps and numbers them.
//!
//! Ranking is greedy: the next item is the one that adds most to what was chosen so far (a criterion that nothing covers
//! yet, a limit, a kind of case that is missing), then the one that matters most. So a cap cuts what is least missed.

use super::families::FAMILIES;
use super::scene::Scene;
use super::{CoverageItem, CoverageStatus, Found, Plan, PlannedQuestion, Proposal, Wanted};
use crate::basis::{Language, Question, TestBasis};
use crate::test_case::{BasisId, Draft, Priority, Span, Technique, TestCaseType};
use std::collections::{HashMap, HashSet};

/// Most cases for a story without criteria, boundaries apart.
const BARE: usize = 8;
/// Cases that a criterion may add to that.
const A_CRITERION: usize = 3;
/// Most cases without a bound in the request.
const MOST: usize = 35;
/// From this many cases on, priorities are held to their shares.
const SHARES_FROM: usize = 7;

/// A proposal with the family that made it.
struct Candidate {
    rule: &'static str,
    proposal: Proposal,
}

/// Decides what to cover. Pure: the same basis and wishes give the same plan, with the same ids.
#[must_use]
pub fn plan(basis: &TestBasis, wanted: &Wanted) -> Plan {
    let mut questions = basis.questions.clone();
    let candidates = match basis.language {
        Language::English => propose(basis, &mut questions),
        Language::Other => without_reading(basis),
    };
    let blocked = questions.iter().any(|question| question.blocks_everything);
    let candidates = if blocked { Vec::new() } else { merged(candidates) };
    let wishes = |candidate: &Candidate| {
        wanted.techniques.is_empty() || wanted.techniques.contains(&candidate.proposal.technique)
    };
    let (fitting, unwanted): (Vec<_>, Vec<_>) = candidates.into_iter().partition(wishes);
    let cap = wanted.max_test_cases.unwrap_or_else(|| budget(basis, &fitting));
    let mut ranked = ranked(fitting);
    // What waits for an answer has no case, and takes no place.
    let mut places = cap;
    let mut chosen = Vec::new();
    let mut excluded = Vec::new();
    for candidate in ranked.drain(..) {
        let waits = !candidate.proposal.waits_for.is_empty();
        if waits {
            chosen.push((candidate, CoverageStatus::Blocked));
        } else if places > 0 {
            places -= 1;
            chosen.push((candidate, CoverageStatus::Planned));
        } else {
            excluded.push((candidate, CoverageStatus::Excluded));
        }
    }
    chosen.extend(excluded);
    chosen.extend(
        unwanted
            .into_iter()
            .map(|candidate| (candidate, CoverageStatus::Excluded)),
    );
    hold_shares(&mut chosen);
    written(chosen, questions, blocked)
}

fn propose(basis: &TestBasis, questions: &mut Vec<Question>) -> Vec<Candidate> {
    let scene = Scene::new(basis);
    let mut candidates = Vec::new();
    for family in FAMILIES {
        let mut found = Found::default();
        (family.propose)(&scene, &mut found);
        questions.extend(found.questions);
        candidates.extend(found.proposals.into_iter().map(|proposal| Candidate {
            rule: family.id,
            proposal,
        }));
    }
    candidates
}

/// For a story in another language: what needs no reading of it. A model words these; the rules have no words for them.
fn without_reading(basis: &TestBasis) -> Vec<Candidate> {
    let item = |key: &str, condition: String, technique, case_type, priority, id: BasisId| Candidate {
        rule: "R1",
        proposal: Proposal {
            key: key.to_owned(),
            condition,
            technique,
            case_type,
            priority,
            spans: vec![Span {
                basis_id: id,
                start: 0,
                end: basis.text(id).len(),
            }],
            values: Vec::new(),
            draft: Draft::default(),
            waits_for: Vec::new(),
        },
    };
    let mut candidates = vec![
        item(
            "main",
            "the goal of the story is reached".to_owned(),
            Technique::Scenario,
            TestCaseType::Positive,
            Priority::High,
            BasisId::Story,
        ),
        item(
            "negative/invalid",
            "an input that the story does not allow is refused".to_owned(),
            Technique::EquivalencePartitioning,
            TestCaseType::Negative,
            Priority::High,
            BasisId::Story,
        ),
        item(
            "edge/unusual",
            "unusual but possible circumstances of the story".to_owned(),
            Technique::ErrorGuessing,
            TestCaseType::EdgeCase,
            Priority::Medium,
            BasisId::Story,
        ),
    ];
    for criterion in basis.items.iter().filter(|item| item.id != BasisId::Story) {
        let id = criterion.id;
        candidates.push(item(
            &format!("criterion/{id}"),
            format!("criterion {id} is met"),
            Technique::RequirementsBased,
            TestCaseType::Positive,
            Priority::High,
            id,
        ));
    }
    candidates
}

/// Equal keys become one: the first with words stays, and takes over where the others rest.
fn merged(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        let Some(place) = places.get(&candidate.proposal.key).copied() else {
            places.insert(candidate.proposal.key.clone(), kept.len());
            kept.push(candidate);
            continue;
        };
        let before = &mut kept[place];
        let spans: Vec<Span> = candidate.proposal.spans.clone();
        if words(&candidate.proposal.draft) > words(&before.proposal.draft) && candidate.proposal.waits_for.is_empty() {
            let old = std::mem::replace(before, candidate);
            before.proposal.spans.extend(old.proposal.spans);
        } else {
            before.proposal.spans.extend(spans);
        }
        let mut seen = HashSet::new();
        before.proposal.spans.retain(|span| seen.insert(*span));
    }
    kept
}

/// How much a draft says: steps and preconditions, each with what it uses and shows.
fn words(draft: &Draft) -> usize {
    draft.preconditions.len()
        + draft
            .steps
            .iter()
            .map(|step| 1 + usize::from(!step.data.is_empty()) + usize::from(!step.expected.is_empty()))
            .sum::<usize>()
}

/// How many cases a story calls for when the request does not say.
fn budget(basis: &TestBasis, candidates: &[Candidate]) -> usize {
    let boundaries = candidates
        .iter()
        .filter(|candidate| candidate.proposal.technique == Technique::BoundaryValueAnalysis)
        .count();
    (BARE + A_CRITERION * basis.criteria.len())
        .max(boundaries + 5)
        .min(MOST)
}

/// Most missed first.
fn ranked(mut left: Vec<Candidate>) -> Vec<Candidate> {
    let mut chosen: Vec<Candidate> = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let best = left
            .iter()
            .enumerate()
            .map(|(index, candidate)| (gain(candidate, &chosen), index))
            // Of equals the first proposed.
            .max_by_key(|(gain, index)| (*gain, std::cmp::Reverse(*index)))
            .map_or(0, |(_, index)| index);
        chosen.push(left.remove(best));
    }
    chosen
}

/// What a candidate adds to what was chosen so far.
fn gain(candidate: &Candidate, chosen: &[Candidate]) -> i32 {
    let proposal = &candidate.proposal;
    let weight = match proposal.priority {
        Priority::Critical => 40,
        Priority::High => 30,
        Priority::Medium => 18,
        Priority::Low => 6,
    };
    let main = i32::from(matches!(proposal.key.as_str(), "main" | "success/goal")) * 200;
    let limit = i32::from(proposal.technique == Technique::BoundaryValueAnalysis) * 12;
    let covered = |id: BasisId| {
        chosen
            .iter()
            .any(|other| other.proposal.spans.iter().any(|span| span.basis_id == id))
    };
    let new_basis = proposal
        .spans
        .iter()
        .any(|span| span.basis_id != BasisId::Story && !covered(span.basis_id));
    let kind = |case_type: TestCaseType| match case_type {
        TestCaseType::Boundary => TestCaseType::EdgeCase,
        other => other,
    };
    let new_kind = !chosen
        .iter()
        .any(|other| kind(other.proposal.case_type) == kind(proposal.case_type));
    let same_rule = chosen.iter().filter(|other| other.rule == candidate.rule).count();
    let tired = if proposal.technique == Technique::BoundaryValueAnalysis {
        0
    } else {
        i32::try_from(same_rule).unwrap_or(0).min(6) * 3
    };
    main + weight + limit + i32::from(new_basis) * 25 + i32::from(new_kind) * 20 - tired
}

/// Critical at most 15 %, critical and high together at most 60 %: the least missed give way.
fn hold_shares(chosen: &mut [(Candidate, CoverageStatus)]) {
    let planned = chosen
        .iter()
        .filter(|(_, status)| *status == CoverageStatus::Planned)
        .count();
    if planned < SHARES_FROM {
        return;
    }
    let mut critical = 0;
    let mut urgent = 0;
    for (candidate, status) in chosen {
        if *status != CoverageStatus::Planned {
            continue;
        }
        let priority = &mut candidate.proposal.priority;
        if *priority == Priority::Critical && (critical + 1) * 100 > planned * 15 {
            *priority = Priority::High;
        }
        if *priority <= Priority::High && (urgent + 1) * 100 > planned * 60 {
            *priority = Priority::Medium;
        }
        critical += usize::from(*priority == Priority::Critical);
        urgent += usize::from(*priority <= Priority::High);
    }
}

/// Numbers items and questions, and ties blocked items to the questions that they wait for.
fn written(chosen: Vec<(Candidate, CoverageStatus)>, questions: Vec<Question>, blocked: bool) -> Plan {
    let mut plan = Plan {
        blocked,
        ..Plan::default()
    };
    let mut waiting: Vec<(String, Vec<String>)> = Vec::new();
    for (candidate, status) in chosen {
        let Candidate { rule, proposal } = candidate;
        let id = format!("C-{}", plan.items.len() + 1);
        waiting.push((id.clone(), proposal.waits_for));
        let mut basis_ids: Vec<BasisId> = proposal
            .spans
            .iter()
            .map(|span| span.basis_id)
            .filter(|id| *id != BasisId::Context)
            .collect();
        basis_ids.sort_unstable();
        basis_ids.dedup();
        if basis_ids.is_empty() {
            basis_ids.push(BasisId::Story);
        }
        plan.items.push(CoverageItem {
            id,
            key: proposal.key,
            condition: proposal.condition,
            technique: proposal.technique,
            rule,
            basis_ids,
            spans: proposal.spans,
            values: proposal.values,
            case_type: proposal.case_type,
            priority: proposal.priority,
            status,
        });
        plan.drafts.push(proposal.draft);
    }
    let mut asked = HashSet::new();
    for question in questions {
        if !asked.insert(question.key.clone()) {
            continue;
        }
        let blocks = waiting
            .iter()
            .filter(|(_, keys)| keys.contains(&question.key))
            .map(|(id, _)| id.clone())
            .collect();
        plan.questions.push(PlannedQuestion {
            id: format!("Q-{}", plan.questions.len() + 1),
            question,
            blocks,
        });
    }
    plan
}

#[cfg(test)]
mod tests;
