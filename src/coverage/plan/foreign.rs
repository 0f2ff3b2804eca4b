//! The plan of a story that the rules cannot read: what needs no reading. A model words these items; the rules have no
//! words for them.

use super::rank::Candidate;
use crate::basis::TestBasis;
use crate::coverage::{CoverageStatus, Proposal};
use crate::test_case::{BasisId, Priority, Span, Technique, TestCaseType};

/// One item for the goal, one for each criterion, one refusal and one unusual case.
pub(super) fn candidates(basis: &TestBasis) -> Vec<Candidate> {
    let story = whole(basis, BasisId::Story);
    let item = |key: String, condition: String, technique, case_type, priority, span| Candidate {
        rule: "",
        proposal: Proposal::new(key, condition, technique, case_type, span).priority(priority),
        status: CoverageStatus::Planned,
    };
    let mut all = vec![item(
        "success/goal".to_owned(),
        "the goal of the story is reached with ordinary data".to_owned(),
        Technique::Scenario,
        TestCaseType::Positive,
        Priority::High,
        story,
    )];
    for criterion in basis
        .items
        .iter()
        .filter(|item| matches!(item.id, BasisId::Criterion(_)))
    {
        all.push(item(
            format!("criterion/{}/met", criterion.id),
            format!("{} is met", criterion.id),
            Technique::RequirementsBased,
            TestCaseType::Positive,
            Priority::High,
            whole(basis, criterion.id),
        ));
    }
    all.push(item(
        "refusal/goal".to_owned(),
        "the act of the story is tried with input or in a state that it does not admit, and is refused".to_owned(),
        Technique::EquivalencePartitioning,
        TestCaseType::Negative,
        Priority::Medium,
        story,
    ));
    all.push(item(
        "edge/goal".to_owned(),
        "the act of the story is done under unusual but possible circumstances".to_owned(),
        Technique::ErrorGuessing,
        TestCaseType::EdgeCase,
        Priority::Medium,
        story,
    ));
    all
}

fn whole(basis: &TestBasis, basis_id: BasisId) -> Span {
    Span {
        basis_id,
        start: 0,
        end: basis.text(basis_id).len(),
    }
}
