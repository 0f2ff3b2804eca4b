//! Basis → plan: runs all families, merges equal proposals, ranks them by risk and numbers them.

use super::families::FAMILIES;
use super::scene::Scene;
use super::{CoverageItem, CoverageStatus, Found, Plan, PlannedQuestion, Wanted};
use crate::basis::{Language, TestBasis};

/// Decides what to cover. Pure: the same basis and wishes give the same plan, with the same ids.
#[must_use]
pub fn plan(basis: &TestBasis, wanted: &Wanted) -> Plan {
    let _ = wanted;
    let scene = Scene::new(basis);
    let mut plan = Plan::default();
    let mut questions = basis.questions.clone();
    if basis.language == Language::English {
        for family in FAMILIES {
            let mut found = Found::default();
            (family.propose)(&scene, &mut found);
            questions.extend(found.questions);
            for proposal in found.proposals {
                plan.items.push(CoverageItem {
                    id: format!("C-{}", plan.items.len() + 1),
                    key: proposal.key,
                    condition: proposal.condition,
                    technique: proposal.technique,
                    rule: family.id,
                    basis_ids: proposal.spans.iter().map(|span| span.basis_id).collect(),
                    spans: proposal.spans,
                    values: proposal.values,
                    case_type: proposal.case_type,
                    priority: proposal.priority,
                    status: CoverageStatus::Planned,
                });
                plan.drafts.push(proposal.draft);
            }
        }
    }
    plan.questions = questions
        .into_iter()
        .enumerate()
        .map(|(index, question)| PlannedQuestion {
            id: format!("Q-{}", index + 1),
            question,
            blocks: Vec::new(),
        })
        .collect();
    plan
}
