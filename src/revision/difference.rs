//! What changed between two wordings of a case, field by field.

use crate::test_case::TestCase;

/// One field that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The field, such as `title` or `steps[1].action`.
    pub field: String,
    /// Its text before; empty if it was not there.
    pub before: String,
    /// Its text now; empty if it is gone.
    pub after: String,
}

/// What changed in what a tester reads, in the order of the fields. Ids, traces and scores are no words of the case.
#[must_use]
pub fn changes(before: &TestCase, after: &TestCase) -> Vec<FieldChange> {
    let mut changes = Changes(Vec::new());
    changes.note("type", before.case_type.as_str(), after.case_type.as_str());
    changes.note("title", &before.title, &after.title);
    changes.note("priority", before.priority.as_str(), after.priority.as_str());
    changes.note("objective", &before.objective, &after.objective);
    changes.list("preconditions", &before.preconditions, &after.preconditions);
    for index in 0..before.steps.len().max(after.steps.len()) {
        let (one, other) = (before.steps.get(index), after.steps.get(index));
        let text = |step: Option<&crate::test_case::Step>, part: fn(&crate::test_case::Step) -> &String| {
            step.map(part).cloned().unwrap_or_default()
        };
        let mut part = |name: &str, part: fn(&crate::test_case::Step) -> &String| {
            changes.note(&format!("steps[{index}].{name}"), &text(one, part), &text(other, part));
        };
        part("action", |step| &step.action);
        part("data", |step| &step.data);
        part("expected", |step| &step.expected);
    }
    changes.note("expected_result", &before.expected_result, &after.expected_result);
    changes.list("postconditions", &before.postconditions, &after.postconditions);
    changes.list("tags", &before.tags, &after.tags);
    changes.0
}

struct Changes(Vec<FieldChange>);

impl Changes {
    fn note(&mut self, field: &str, before: &str, after: &str) {
        if before != after {
            self.0.push(FieldChange {
                field: field.to_owned(),
                before: before.to_owned(),
                after: after.to_owned(),
            });
        }
    }

    fn list(&mut self, field: &str, before: &[String], after: &[String]) {
        for index in 0..before.len().max(after.len()) {
            let text = |list: &[String]| list.get(index).cloned().unwrap_or_default();
            self.note(&format!("{field}[{index}]"), &text(before), &text(after));
        }
    }
}
