//! Examples: they belong to a story that may be shown, their traces stand where they say, every criterion has a case or a
//! question, and no case repeats another one.

use super::stories::{Known, basis_text, unique};
use super::{Desk, entries, items, text};
use crate::basis;
use crate::coverage::{Wanted, plan::plan};
use crate::story::{Limits, UserStory};
use crate::test_case::{Priority, Source, Step, TestCase, TestCaseType};
use crate::validation::{Checker, Config};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Most cases of one story that are compared with one another.
const MOST_CASES: usize = 100;

/// Checks the examples of a file.
pub(super) fn check(document: &Value, known: &HashMap<&str, Known<'_>>, desk: &mut Desk<'_>) {
    unique(document, "story_id", desk);
    for (index, example) in entries(document).iter().enumerate() {
        let at = format!("/{index}");
        desk.report.count("examples", 1);
        desk.report
            .count("test_cases", items(example, "test_cases").len() as u64);
        origin(example, known, &at, desk);
        let mut covered: HashSet<&str> = HashSet::new();
        let mut ids: HashSet<&str> = HashSet::new();
        for (list, what) in [("questions", "question"), ("test_cases", "case")] {
            for (place, entry) in items(example, list).iter().enumerate() {
                let at = format!("{at}/{list}/{place}");
                if !ids.insert(text(entry, "id")) {
                    let message = format!("the id {} was given to an earlier {what}", text(entry, "id"));
                    desk.error(format!("{at}/id"), "DUPLICATE_ID", message);
                }
                let own = [entry.clone()];
                let quoting = if what == "case" { items(entry, "traces") } else { &own };
                for quote in quoting {
                    quoted(example, quote, &at, desk);
                }
                covered.extend(quoting_ids(entry, what));
            }
        }
        for number in 1..=items(example, "acceptance_criteria").len() {
            let id = format!("AC-{number}");
            if !covered.contains(id.as_str()) {
                desk.error(&at, "UNCOVERED", format!("{id} has neither a case nor a question"));
            }
        }
        repeats(example, &at, desk);
    }
}

fn quoting_ids<'a>(entry: &'a Value, what: &str) -> Vec<&'a str> {
    if what == "case" {
        items(entry, "traces")
            .iter()
            .map(|trace| text(trace, "basis_id"))
            .collect()
    } else {
        vec![text(entry, "basis_id")]
    }
}

/// The story is one that is known, unchanged, and may be shown.
fn origin(example: &Value, known: &HashMap<&str, Known<'_>>, at: &str, desk: &mut Desk<'_>) {
    if known.is_empty() {
        return;
    }
    let id = text(example, "story_id");
    let Some(story) = known.get(id) else {
        let message = format!("no story {id} is in the files of stories that are checked with it");
        return desk.error(format!("{at}/story_id"), "UNKNOWN_STORY", message);
    };
    if story.split != "dev" {
        let message = format!("{id} is of the split {:?}; examples come from dev alone", story.split);
        desk.error(format!("{at}/story_id"), "LEAK", message);
    }
    if story.story != text(example, "user_story") || story.criteria != items(example, "acceptance_criteria") {
        let message = format!("its text is not that of {id} any more: read the cases anew");
        desk.error(at, "STALE", message);
    }
}

/// The quoted words stand at the span.
fn quoted(example: &Value, trace: &Value, at: &str, desk: &mut Desk<'_>) {
    let basis = basis_text(example, text(trace, "basis_id"));
    let bound = |name: &str| {
        let number = trace.get("span")?.get(name)?.as_u64()?;
        usize::try_from(number).ok()
    };
    let at_span = || basis?.get(bound("start")?..bound("end")?);
    if at_span() != Some(text(trace, "quote")) {
        let message = format!(
            "{:?} does not stand in {} at the span; start and end are bytes of its UTF-8 text",
            text(trace, "quote"),
            text(trace, "basis_id")
        );
        desk.error(at, "QUOTE", message);
    }
    let span_of = trace.get("span").map_or("", |span| text(span, "basis_id"));
    if span_of != text(trace, "basis_id") {
        desk.error(at, "QUOTE", "the span belongs to another basis item than the trace");
    }
}

/// Cases that repeat an earlier one, by the comparison that the service uses.
fn repeats(example: &Value, at: &str, desk: &mut Desk<'_>) {
    let criteria: Vec<String> = items(example, "acceptance_criteria")
        .iter()
        .filter_map(|criterion| criterion.as_str().map(str::to_owned))
        .collect();
    let Ok(story) = UserStory::new(text(example, "user_story"), &criteria, "", &Limits::default()) else {
        return desk.error(at, "STORY", "the service would refuse this story");
    };
    let cases: Vec<TestCase> = items(example, "test_cases")
        .iter()
        .take(MOST_CASES)
        .filter_map(case)
        .collect();
    let basis = Arc::new(basis::parse(&story));
    let plan = Arc::new(plan(&basis, &Wanted::default()));
    let checker = Checker::new(basis, plan, Config::default(), cases, false);
    for (place, reviewed) in checker.reviewed().into_iter().enumerate() {
        if let Some((of, percent)) = reviewed.repeats {
            let message = format!(
                "{} is to {percent} % the same as {of}; say in the title what is different",
                reviewed.id
            );
            desk.warning(format!("{at}/test_cases/{place}"), "SIMILAR_CASE", message);
        }
    }
}

fn case(value: &Value) -> Option<TestCase> {
    let name = |field: &str, prefix: &str| text(value, field).strip_prefix(prefix).map(str::to_lowercase);
    let kind = name("type", "TEST_CASE_TYPE_")?;
    let priority = name("priority", "PRIORITY_")?;
    let lines = |field: &str| {
        let lines = items(value, field).iter().filter_map(Value::as_str);
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let step = |step: &Value| Step {
        action: text(step, "action").to_owned(),
        data: text(step, "data").to_owned(),
        expected: text(step, "expected").to_owned(),
    };
    Some(TestCase {
        id: text(value, "id").to_owned(),
        case_type: TestCaseType::ALL.into_iter().find(|known| known.as_str() == kind)?,
        title: text(value, "title").to_owned(),
        priority: Priority::ALL.into_iter().find(|known| known.as_str() == priority)?,
        preconditions: lines("preconditions"),
        steps: items(value, "steps").iter().map(step).collect(),
        expected_result: text(value, "expected_result").to_owned(),
        quality_score: None,
        objective: text(value, "objective").to_owned(),
        technique: None,
        traces: Vec::new(),
        values: Vec::new(),
        deductions: Vec::new(),
        repairs: Vec::new(),
        source: Source::Model,
        model_self_score: None,
        postconditions: Vec::new(),
        tags: Vec::new(),
        model: String::new(),
    })
}
