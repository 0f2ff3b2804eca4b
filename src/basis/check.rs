//! The requirement check: faults of the story itself, and what only its author can say.

mod conflict;
mod vague;
mod addressed;
mod whole;

use super::{LiteralKind, Question, TestBasis, VerbClass};
use crate::test_case::{Finding, Severity, Span};
use std::collections::HashSet;

/// Acts that say nothing of what is to be tested.
const EMPTY_ACTS: &[&str] = &[
    "improve", "be", "have", "optimise", "optimize", "enhance", "make", "get", "fix", "feel", "like", "love", "enjoy",
];

/// Finds what is wrong with the basis, and what has to be asked.
pub(super) fn check(basis: &mut TestBasis) {
    let mut findings = Vec::new();
    let mut questions = Vec::new();
    template(basis, &mut findings);
    vague::read(basis, &mut findings, &mut questions);
    addressed::read(basis, &mut findings, &mut questions);
    conflict::read(basis, &mut findings, &mut questions);
    whole::read(basis, &mut findings);
    if is_open(basis) {
        questions.insert(
            0,
            Question {
                key: "story/goal".to_owned(),
                text: format!(
                    "What exactly should the {} be able to do, and what is seen when it worked?",
                    basis.story.role.as_ref().map_or("user", |role| role.text.as_str())
                ),
                span: basis.story.goal.as_ref().map(|goal| goal.span),
                blocks_everything: true,
            },
        );
    }
    // The same question about the same thing is asked once.
    let mut asked: HashSet<String> = HashSet::new();
    questions.retain(|question| asked.insert(question.key.clone()));
    basis.findings = findings;
    basis.questions = questions;
}

/// A story in another language, which only a model reads.
pub(super) fn not_read(language: Option<&str>) -> Finding {
    let written = language.map_or_else(
        || "The story is not written in English".to_owned(),
        |language| format!("The story seems to be written in {language}"),
    );
    finding(
        "LANGUAGE_NOT_READ",
        Severity::Info,
        format!(
            "{written}. The rules read English only; a model words this story, and the plan names what needs no reading."
        ),
        None,
    )
}

/// A text of no language: nothing is planned, and its author is asked.
pub(super) fn unreadable(basis: &mut TestBasis) {
    basis.findings.push(finding(
        "STORY_NOT_A_STORY",
        Severity::Error,
        "No word of this text is known; it is no readable story. Say who wants what, as in \"As a customer, I want to \
         pay by card so that I get my goods\".",
        None,
    ));
    basis.questions.push(Question {
        key: "story/goal".to_owned(),
        text: "Who wants what, and what is it good for?".to_owned(),
        span: None,
        blocks_everything: true,
    });
}

fn finding(code: &'static str, severity: Severity, message: impl Into<String>, span: Option<Span>) -> Finding {
    Finding {
        code,
        severity,
        message: message.into(),
        span,
    }
}

fn template(basis: &TestBasis, findings: &mut Vec<Finding>) {
    let story = &basis.story;
    if story.role.is_none() {
        findings.push(finding(
            "STORY_NO_ROLE",
            Severity::Warning,
            "The story does not say who acts; name the role, as in \"As a customer\".",
            None,
        ));
    }
    if story.goal.is_none() {
        findings.push(finding(
            "STORY_NO_GOAL",
            Severity::Error,
            "The story does not say what is wanted; name one act, as in \"I want to pay by card\".",
            None,
        ));
    }
    if story.benefit.is_none() {
        findings.push(finding(
            "STORY_NO_BENEFIT",
            Severity::Info,
            "The story does not say what it is good for; add \"so that …\".",
            None,
        ));
    }
    let mut verbs: Vec<&str> = story.actions.iter().map(|action| action.verb.as_str()).collect();
    verbs.dedup();
    if verbs.len() > 1 {
        let message = format!(
            "The story wants {} things ({}); one story for each is easier to test.",
            verbs.len(),
            verbs.join(", ")
        );
        findings.push(finding(
            "STORY_NOT_ATOMIC",
            Severity::Warning,
            message,
            story.goal.as_ref().map(|goal| goal.span),
        ));
    }
}

fn within_benefit(basis: &TestBasis, span: Span) -> bool {
    basis.story.benefit.as_ref().is_some_and(|benefit| {
        benefit.span.basis_id == span.basis_id && benefit.span.start <= span.start && span.end <= benefit.span.end
    })
}

/// Whether the story leaves open what to test: no act can be read, or nothing but a vague wish, and no criterion says more.
fn is_open(basis: &TestBasis) -> bool {
    if !basis.criteria.is_empty() || basis.limits().next().is_some() {
        return false;
    }
    let Some(action) = basis.main_action() else { return true };
    let wishes = basis
        .literals
        .iter()
        .any(|literal| matches!(literal.kind, LiteralKind::Vague(_)) && !within_benefit(basis, literal.span));
    let empty = EMPTY_ACTS.contains(&action.verb.as_str())
        || action.class == VerbClass::Other && action.object.is_empty()
        // A thing is wanted, and no act is named: `a modern design`.
        || action.class == VerbClass::Other
            && !basis.words(action.span).to_lowercase().split(' ').any(|word| word == action.verb);
    empty && wishes
        || action.class == VerbClass::Other && action.object.is_empty() && action.circumstances.is_empty()
        || empty && matches!(action.verb.as_str(), "improve" | "enhance" | "optimise" | "optimize")
        || matches!(action.verb.as_str(), "be" | "have") && wishes
}
