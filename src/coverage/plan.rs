//! Basis → plan: runs all families, merges equal proposals, ranks them, caps them and numbers them.
//!
//! The rank is greedy: each place goes to the item that adds most to those before it, first a criterion that nothing
//! covers yet, then risk, then a technique or family not yet seen. A cap therefore cuts from the end, and a plan that is
//! capped is the beginning of the one that is not.

mod rank;
mod certainty;
mod grounds;
mod interplay;
mod message;
mod practice;
mod foreign;
mod soundness;

use super::families::{FAMILIES, QUESTION as WATCHED};
use super::scene::Scene;
use super::{CoverageItem, CoverageStatus, Found, Plan, PlannedQuestion, Proposal, Wanted, basis_ids};
use crate::basis::{Language, Question, TestBasis};
use crate::test_case::{BasisId, Draft, Span, Technique, TestCaseType};
use rank::Candidate;
use std::collections::HashMap;

/// Decides what to cover. Pure: the same basis and wishes give the same plan, with the same ids.
#[must_use]
pub fn plan(basis: &TestBasis, wanted: &Wanted) -> Plan {
    let mut questions = basis.questions.clone();
    let mut candidates = match basis.language {
        Language::English => propose(basis, wanted, &mut questions),
        Language::Other => foreign::candidates(basis),
    };
    if candidates.is_empty() && !questions.iter().any(|question| question.blocks_everything) {
        candidates.extend(of_goal(basis));
    }
    // Items that nobody has words for yet leave open what is done.
    let worded = |candidate: &Candidate| !candidate.proposal.draft.steps.is_empty();
    if basis.language == Language::English && !candidates.iter().any(worded) {
        // With items, a model may still find words for them; without any there is nothing to be asked of one.
        ask_how(basis, candidates.is_empty(), &mut questions);
    }
    let blocked = questions.iter().any(|question| question.blocks_everything);
    let mut ranked = if blocked {
        Vec::new()
    } else {
        rank::ranked(candidates, basis, wanted)
    };
    rank::spread_priorities(&mut ranked);
    assemble(ranked, questions, blocked)
}

/// Runs the families; equal keys become one candidate.
fn propose(basis: &TestBasis, wanted: &Wanted, questions: &mut Vec<Question>) -> Vec<Candidate> {
    let scene = Scene::new(basis).with_boundary_values(wanted.boundary_values);
    let demands = interplay::Demands::of(basis);
    let mut merged: Vec<Candidate> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut titles: HashMap<String, usize> = HashMap::new();
    // What speaks of pages where there are none; kept only for a criterion that nothing else covers.
    let mut held: Vec<(&'static str, Proposal)> = Vec::new();
    // Where what could not be worded stands.
    let mut unsound: Vec<Span> = Vec::new();
    for family in FAMILIES {
        let mut found = Found::default();
        (family.propose)(&scene, &mut found);
        questions.extend(found.questions);
        for mut proposal in found.proposals {
            if !grounds::is_grounded(&scene, &proposal.key) {
                continue;
            }
            message::tell(basis, &mut proposal);
            if !proposal.draft.steps.is_empty() && soundness::fault(&proposal.draft).is_some() {
                unsound.extend(proposal.spans);
                continue;
            }
            let doubted = !proposal.draft.steps.is_empty()
                && (certainty::doubt(basis, &proposal).is_some()
                    || practice::lack(basis, &proposal).is_some()
                    || interplay::conflict(basis, &demands, &proposal).is_some());
            if doubted {
                // The item stays; who words it is left open.
                // What it speaks of stays, so that a case that somebody else words is known as one of it.
                proposal.draft.steps.clear();
            }
            if !scene.surface().admits(&proposal.draft) {
                held.push((family.id, proposal));
                continue;
            }
            let title = proposal.draft.title.to_lowercase();
            let known = places
                .get(&proposal.key)
                .or_else(|| titles.get(&title).filter(|_| !title.is_empty()));
            if let Some(&place) = known {
                if let Some(candidate) = merged.get_mut(place) {
                    candidate.merge(proposal, family.id);
                }
                continue;
            }
            places.insert(proposal.key.clone(), merged.len());
            titles.insert(title, merged.len());
            merged.push(Candidate {
                rule: family.id,
                proposal,
                status: CoverageStatus::Planned,
            });
        }
    }
    for (rule, proposal) in held {
        let alone = proposal.spans.iter().any(|span| {
            let covered = merged.iter().any(|candidate| {
                candidate
                    .proposal
                    .spans
                    .iter()
                    .any(|other| other.basis_id == span.basis_id)
            });
            matches!(span.basis_id, BasisId::Criterion(_)) && !covered
        });
        let known = places.contains_key(&proposal.key) || titles.contains_key(&proposal.draft.title.to_lowercase());
        if alone && !known {
            merged.push(Candidate {
                rule,
                proposal,
                status: CoverageStatus::Planned,
            });
        }
    }
    ask_of(&unsound, &merged, basis, questions);
    let asked = |key: &String| questions.iter().any(|question| question.key == *key);
    for candidate in &mut merged {
        candidate.proposal.waits_for.retain(|key| asked(key));
        if !candidate.proposal.waits_for.is_empty() {
            candidate.status = CoverageStatus::Blocked;
        }
    }
    merged
}

/// The goal alone, without words: no family reads it, and a model may.
fn of_goal(basis: &TestBasis) -> Option<Candidate> {
    let goal = basis.story.goal.as_ref()?;
    let text = goal.text.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(Candidate {
        rule: "R1",
        proposal: Proposal::new(
            "success/goal",
            format!("{text}, with ordinary data"),
            Technique::Scenario,
            TestCaseType::Positive,
            goal.span,
        ),
        status: CoverageStatus::Planned,
    })
}

/// The author has to say how it is tried; `blocks`: nothing can be tried before.
fn ask_how(basis: &TestBasis, blocks: bool, questions: &mut Vec<Question>) {
    if questions.iter().any(|question| question.blocks_everything) {
        return;
    }
    if !questions.iter().any(|question| question.key == WATCHED) {
        let said = basis.story.goal.as_ref().map_or_else(
            || "the story".to_owned(),
            |goal| format!("\"{}\"", goal.text.split_whitespace().collect::<Vec<_>>().join(" ")),
        );
        questions.push(Question {
            key: WATCHED.to_owned(),
            text: format!("What is done, step by step, and what is then seen, to show that {said} works?"),
            span: basis.story.goal.as_ref().map(|goal| goal.span),
            blocks_everything: false,
        });
    }
    for question in questions.iter_mut().filter(|question| question.key == WATCHED) {
        question.blocks_everything = blocks;
    }
}

/// Asks what is meant by each criterion of which nothing could be worded.
fn ask_of(unsound: &[Span], merged: &[Candidate], basis: &TestBasis, questions: &mut Vec<Question>) {
    for id in basis_ids(unsound) {
        let covered = merged
            .iter()
            .any(|candidate| candidate.proposal.spans.iter().any(|span| span.basis_id == id));
        let asked = questions
            .iter()
            .any(|question| question.span.is_some_and(|span| span.basis_id == id));
        let BasisId::Criterion(_) = id else { continue };
        if covered || asked {
            continue;
        }
        let text = basis.text(id).split_whitespace().collect::<Vec<_>>().join(" ");
        questions.push(Question {
            key: format!("criterion/{id}/meant"),
            text: format!("{id}: what is done, and what is then seen, to show that \"{text}\" holds?"),
            span: unsound.iter().copied().find(|span| span.basis_id == id),
            blocks_everything: false,
        });
    }
}

fn assemble(ranked: Vec<Candidate>, questions: Vec<Question>, blocked: bool) -> Plan {
    let mut plan = Plan {
        blocked,
        ..Plan::default()
    };
    let mut waiting: Vec<(String, Vec<String>)> = Vec::new();
    for (index, candidate) in ranked.into_iter().enumerate() {
        let id = format!("C-{}", index + 1);
        let Candidate { rule, proposal, status } = candidate;
        let Proposal {
            key,
            condition,
            technique,
            case_type,
            priority,
            spans,
            values,
            draft,
            waits_for,
        } = proposal;
        if status == CoverageStatus::Blocked {
            waiting.push((id.clone(), waits_for));
        }
        plan.drafts.push(if draft.steps.is_empty() {
            draft
        } else {
            Draft {
                case_type: Some(case_type),
                priority: Some(priority),
                technique: Some(technique),
                covers: vec![id.clone()],
                ..draft
            }
        });
        plan.items.push(CoverageItem {
            id,
            key,
            condition,
            technique,
            rule,
            basis_ids: basis_ids(&spans),
            spans,
            values,
            case_type,
            priority,
            status,
        });
    }
    plan.questions = numbered(questions, &waiting);
    plan
}

/// Numbers the questions, each once, with the items that wait for the answer.
fn numbered(questions: Vec<Question>, waiting: &[(String, Vec<String>)]) -> Vec<PlannedQuestion> {
    let mut kept: Vec<PlannedQuestion> = Vec::new();
    for question in questions {
        let known = kept.iter().any(|other| {
            other.question.key == question.key || other.question.text.eq_ignore_ascii_case(&question.text)
        });
        if known {
            continue;
        }
        let blocks = waiting
            .iter()
            .filter(|(_, keys)| keys.contains(&question.key))
            .map(|(id, _)| id.clone())
            .collect();
        kept.push(PlannedQuestion {
            id: format!("Q-{}", kept.len() + 1),
            question,
            blocks,
        });
    }
    kept
}

#[cfg(test)]
mod plain_tests;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod rank_tests;
#[cfg(test)]
mod tests;
