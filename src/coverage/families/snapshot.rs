//! What one family gives for one story, in a form that people can review.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use crate::basis;
use crate::coverage::{Found, Scene};
use crate::story::{Limits, UserStory};
use std::fmt::Write;

/// Everything that a family gives: `key | condition | type | priority`, the words of the case, then the questions.
pub(super) fn given_by(propose: fn(&Scene<'_>, &mut Found), story: &str, criteria: &[&str]) -> String {
    let criteria: Vec<String> = criteria.iter().map(ToString::to_string).collect();
    let basis = basis::parse(&UserStory::new(story, &criteria, "", &Limits::default()).unwrap());
    let mut found = Found::default();
    propose(&Scene::new(&basis), &mut found);
    let mut out = String::new();
    for proposal in &found.proposals {
        let draft = &proposal.draft;
        let kind = proposal.case_type.as_str();
        writeln!(
            out,
            "{} | {} | {kind} | {}",
            proposal.key,
            proposal.condition,
            proposal.priority.as_str()
        )
        .unwrap();
        writeln!(out, "  # {}", draft.title).unwrap();
        for given in &draft.preconditions {
            writeln!(out, "  given {given}").unwrap();
        }
        for (index, step) in draft.steps.iter().enumerate() {
            let data = if step.data.is_empty() {
                String::new()
            } else {
                format!(" [{}]", step.data)
            };
            let seen = if step.expected.is_empty() {
                String::new()
            } else {
                format!(" => {}", step.expected)
            };
            writeln!(out, "  {}. {}{data}{seen}", index + 1, step.action).unwrap();
        }
        writeln!(out, "  => {}", draft.expected_result).unwrap();
        for value in &proposal.values {
            writeln!(out, "  {:?} {}: {}", value.origin, value.text, value.note).unwrap();
        }
    }
    for question in &found.questions {
        writeln!(out, "? {} | {}", question.key, question.text).unwrap();
    }
    out
}

/// The titles alone, for readings of one criterion.
pub(super) fn titles(propose: fn(&Scene<'_>, &mut Found), story: &str, criterion: &str) -> Vec<String> {
    given_by(propose, story, &[criterion])
        .lines()
        .filter_map(|line| line.strip_prefix("  # ").map(str::to_owned))
        .collect()
}

/// The keys alone, for stories where only the choice matters.
pub(super) fn keys(propose: fn(&Scene<'_>, &mut Found), story: &str) -> Vec<String> {
    given_by(propose, story, &[])
        .lines()
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split(" | ").next().map(str::to_owned))
        .collect()
}
