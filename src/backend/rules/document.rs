//! The document that the rules write: the plain fields of a case, and beside them what it gains from the plan.

use crate::coverage::CoverageItem;
use crate::test_case::{Draft, Step};
use serde::{Serialize, Serializer};

/// What stands before the first case.
const OPENING: &str = "{\"test_cases\": [\n";
/// What stands after the last.
pub(super) const CLOSING: &str = "\n]}\n";

/// Appends a case, with what stands before it: the opening or a comma. `written` is the number of cases before it.
/// `false`, with nothing appended, if the draft has no words for a case.
pub(super) fn write_case(document: &mut String, item: &CoverageItem, draft: &Draft, written: usize) -> bool {
    if draft.title.is_empty() || draft.steps.is_empty() {
        return false;
    }
    let Ok(case) = serde_json::to_string(&Case::of(item, draft, written)) else {
        return false;
    };
    document.push_str(if written == 0 { OPENING } else { ",\n" });
    document.push_str(&case);
    true
}

#[derive(Serialize)]
struct Case<'a> {
    id: String,
    /// The plan numbers its items after the families have worded them, so that the draft cannot know it.
    covers: [&'a str; 1],
    r#type: &'static str,
    title: &'a str,
    priority: &'static str,
    technique: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    objective: &'a str,
    preconditions: &'a [String],
    steps: Vec<StepText<'a>>,
    expected_result: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    quote: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    assumptions: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    postconditions: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
}

impl<'a> Case<'a> {
    fn of(item: &'a CoverageItem, draft: &'a Draft, written: usize) -> Self {
        Self {
            id: format!("TC-{:03}", written + 1),
            covers: [&item.id],
            r#type: draft.case_type.unwrap_or(item.case_type).as_str(),
            title: &draft.title,
            // The plan may have moved the family's priority to keep the suite in proportion.
            priority: item.priority.as_str(),
            technique: draft.technique.unwrap_or(item.technique).as_str(),
            objective: &draft.objective,
            preconditions: &draft.preconditions,
            steps: draft.steps.iter().map(StepText).collect(),
            expected_result: &draft.expected_result,
            quote: &draft.quote,
            assumptions: &draft.assumptions,
            postconditions: &draft.postconditions,
            tags: &draft.tags,
        }
    }
}

/// A step: plain words where there is nothing but an action, else an object.
struct StepText<'a>(&'a Step);

#[derive(Serialize)]
struct StepObject<'a> {
    action: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    data: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    expected: &'a str,
}

impl Serialize for StepText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Step { action, data, expected } = self.0;
        if data.is_empty() && expected.is_empty() {
            serializer.serialize_str(action)
        } else {
            StepObject { action, data, expected }.serialize(serializer)
        }
    }
}
