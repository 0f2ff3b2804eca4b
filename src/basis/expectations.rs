//! Tables over the whole room: a text goes in, a line that shows what was read comes out.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod actions;
mod criteria;
mod bounds;
mod limits;
mod literals;
mod refusals;
mod requirement_check;
mod stories;

use super::*;
use crate::story::{Limits, UserStory};
use crate::test_case::BasisId;

/// Reads a story; short texts are welcome here.
pub(super) fn read(story: &str, criteria: &[&str], context: &str) -> TestBasis {
    let limits = Limits {
        min_story_chars: 1,
        max_story_chars: 20_000,
        ..Limits::default()
    };
    let criteria: Vec<String> = criteria.iter().map(ToString::to_string).collect();
    let basis = parse(&UserStory::new(story, &criteria, context, &limits).unwrap());
    spans_are_exact(&basis);
    basis
}

/// Reads one criterion beside a story that has no literal of its own.
pub(super) fn read_criterion(criterion: &str) -> TestBasis {
    read(
        "As a customer, I want to place an order so that I get my goods",
        &[criterion],
        "",
    )
}

/// Runs every row and reports all that differ at once.
pub(super) fn table(rows: &[(&str, &str)], show: impl Fn(&str) -> String) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(input, expect)| {
            let found = show(input);
            (found != *expect).then(|| format!("\n  input:  {input}\n  expect: {expect}\n  found:  {found}"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} rows differ:{}",
        wrong.len(),
        rows.len(),
        wrong.concat()
    );
}

/// The words at every span are the words that the basis gives for it.
fn spans_are_exact(basis: &TestBasis) {
    for literal in &basis.literals {
        assert_eq!(basis.words(literal.span), literal.text, "{literal:?}");
        assert!(!literal.text.trim().is_empty(), "{literal:?}");
        if let LiteralKind::Enumeration(enumeration) = &literal.kind {
            for member in &enumeration.members {
                assert_eq!(basis.words(member.span), member.text, "{literal:?}");
            }
        }
    }
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let StoryParts {
        role, goal, benefit, ..
    } = &basis.story;
    for phrase in [role, goal, benefit].into_iter().flatten() {
        assert_eq!(one_line(basis.words(phrase.span)), one_line(&phrase.text));
    }
    for criterion in &basis.criteria {
        assert_eq!(
            one_line(basis.words(criterion.statement.span)),
            one_line(&criterion.statement.text)
        );
        for phrase in criterion
            .given
            .iter()
            .chain(&criterion.when)
            .chain(&criterion.then)
            .chain(&criterion.otherwise)
        {
            assert_eq!(phrase.span.basis_id, criterion.basis_id);
            assert!(!basis.words(phrase.span).is_empty(), "{phrase:?}");
        }
    }
    for finding in &basis.findings {
        if let Some(span) = finding.span {
            assert!(!basis.words(span).is_empty(), "{finding:?}");
        }
    }
}

pub(super) fn show_phrase(phrase: Option<&Phrase>) -> &str {
    phrase.map_or("-", |phrase| phrase.text.as_str())
}

pub(super) fn show_action(action: &Action) -> String {
    let mut shown = format!("{} {:?} <{}>", action.verb, action.class, action.object);
    for circumstance in &action.circumstances {
        shown.push_str(" +");
        shown.push_str(circumstance);
    }
    shown
}

pub(super) fn show_limit(limit: &Limit) -> String {
    let lower = limit.lower.map_or("..".to_owned(), |b| {
        format!("{}{}", if b.inclusive { ">=" } else { ">" }, b.value.normalize())
    });
    let upper = limit.upper.map_or("..".to_owned(), |b| {
        format!("{}{}", if b.inclusive { "<=" } else { "<" }, b.value.normalize())
    });
    format!(
        "{}|{:?}|{lower} {upper}|{}|{}",
        limit.subject,
        limit.dimension,
        limit.unit,
        limit.step.normalize()
    )
}

/// Every limit that was found, one after another.
pub(super) fn show_limits(basis: &TestBasis) -> String {
    basis
        .limits()
        .map(|(limit, _)| show_limit(limit))
        .collect::<Vec<_>>()
        .join(" & ")
}

/// The literals other than limits and quantities, each as kind and words, in the order of the text.
pub(super) fn show_literals(basis: &TestBasis, wanted: fn(&LiteralKind) -> Option<String>) -> String {
    basis
        .literals
        .iter()
        .filter_map(|literal| wanted(&literal.kind))
        .collect::<Vec<_>>()
        .join(" & ")
}

#[test]
fn an_empty_basis_has_no_words() {
    let basis = TestBasis::default();
    assert_eq!(
        basis.words(crate::test_case::Span {
            basis_id: BasisId::Story,
            start: 0,
            end: 4
        }),
        ""
    );
}
