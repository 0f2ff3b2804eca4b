//! Several cases of one family as a table: what each is about, what holds, what is done, what is seen.

use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Technique, TestCaseType};

/// One case in words.
pub(super) struct Row {
    /// Names the item within its family.
    pub(super) key: &'static str,
    pub(super) technique: Technique,
    pub(super) kind: TestCaseType,
    pub(super) priority: Priority,
    pub(super) condition: String,
    pub(super) title: String,
    pub(super) because: &'static str,
    /// States besides those of the scene.
    pub(super) givens: Vec<String>,
    /// Steps, each with what is seen right after it; empty for nothing in particular.
    pub(super) steps: Vec<(String, &'static str)>,
    pub(super) expect: String,
}

/// Proposes a row under `family/thing/key`.
pub(super) fn propose(scene: &Scene<'_>, prefix: &str, givens: &[String], row: Row, found: &mut Found) {
    let mut item = Proposal::new(
        format!("{prefix}/{}", row.key),
        row.condition,
        row.technique,
        row.kind,
        scene.action_span(),
    )
    .titled(row.title)
    .because(row.because)
    .priority(row.priority)
    .givens(givens)
    .givens(row.givens);
    for (step, seen) in row.steps {
        item = item.act(step);
        if !seen.is_empty() {
            item = item.seen(seen);
        }
    }
    found.propose(item.expect(row.expect));
}
