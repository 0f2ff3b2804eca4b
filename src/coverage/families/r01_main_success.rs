//! R1, main success: the goal is reached once with ordinary data, and each criterion is met once as it is written.

use crate::coverage::scene::Scene;
use crate::coverage::{Found, Proposal};
use crate::test_case::{Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    if scene.action().is_none() {
        return;
    }
    let item = Proposal::new(
        "success/goal",
        "the goal is reached with ordinary data",
        Technique::Scenario,
        TestCaseType::Positive,
        scene.goal_span(),
    )
    .titled(format!("The {} reaches the goal", scene.actor()))
    .because("Without it the story brings nothing")
    .priority(scene.risk())
    .givens(scene.start())
    .steps(scene.perform(Vec::new()))
    .expect(scene.success());
    found.propose(item);
}
