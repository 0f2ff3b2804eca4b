//! The criteria as a whole, as the quality criteria for user stories ask (QUS: unique, minimal, atomic; INVEST: small):
//! none says what another says, none says many things at once, and there are not more than one story can carry.

use super::finding;
use crate::basis::TestBasis;
use crate::test_case::{BasisId, Finding, Severity, Span};
use std::collections::BTreeSet;

/// From this share of common words on, two criteria with the same numbers say the same.
const SAME: f64 = 0.9;
/// More testable statements than this in one criterion are a list.
const MOST_STATEMENTS: usize = 4;
/// More testable statements than this are more than one story.
const MOST_OF_A_STORY: usize = 20;
/// Longest remark in brackets, in words, that is no note beside the story.
const MOST_IN_BRACKETS: usize = 5;

pub(super) fn read(basis: &TestBasis, findings: &mut Vec<Finding>) {
    twins(basis, findings);
    lists(basis, findings);
    notes(basis, findings);
    if basis.criteria.len() > MOST_OF_A_STORY {
        let message = format!(
            "The story has {} testable statements; a story of more than {MOST_OF_A_STORY} is better split.",
            basis.criteria.len()
        );
        findings.push(finding("STORY_TOO_LARGE", Severity::Warning, message, None));
    }
}

fn twins(basis: &TestBasis, findings: &mut Vec<Finding>) {
    let criteria: Vec<(BasisId, &str, BTreeSet<String>)> = basis
        .items
        .iter()
        .filter(|item| item.id != BasisId::Story)
        .map(|item| (item.id, item.text.as_str(), words(&item.text)))
        .collect();
    for (index, (id, text, said)) in criteria.iter().enumerate() {
        let twin = criteria.iter().take(index).find(|(_, _, other)| alike(said, other));
        if let Some((other, _, _)) = twin {
            findings.push(finding(
                "CRITERION_REPEATED",
                Severity::Warning,
                format!("{id} says what {other} says; keep one of them."),
                Some(whole(*id, text)),
            ));
        }
    }
}

/// One criterion that holds many statements: each deserves an id of its own, so that a case can be traced to it.
fn lists(basis: &TestBasis, findings: &mut Vec<Finding>) {
    for item in basis.items.iter().filter(|item| item.id != BasisId::Story) {
        let statements = basis
            .criteria
            .iter()
            .filter(|criterion| criterion.basis_id == item.id)
            .count();
        if statements > MOST_STATEMENTS {
            findings.push(finding(
                "CRITERION_NOT_ATOMIC",
                Severity::Info,
                format!(
                    "{} says {statements} things; one criterion for each is easier to trace.",
                    item.id
                ),
                Some(whole(item.id, &item.text)),
            ));
        }
    }
}

/// A note in brackets beside the story: what it says is easily overlooked, and belongs into a criterion.
fn notes(basis: &TestBasis, findings: &mut Vec<Finding>) {
    let text = basis.text(BasisId::Story);
    let mut from = 0;
    while let Some(open) = text.get(from..).and_then(|rest| rest.find('(')).map(|at| from + at) {
        let Some(close) = text.get(open..).and_then(|rest| rest.find(')')).map(|at| open + at) else {
            return;
        };
        let inside = text.get(open + 1..close).unwrap_or_default();
        if inside.split_whitespace().count() > MOST_IN_BRACKETS {
            findings.push(finding(
                "STORY_NOT_MINIMAL",
                Severity::Info,
                "The story carries a note in brackets; what it asks for belongs into a criterion.",
                Some(Span {
                    basis_id: BasisId::Story,
                    start: open,
                    end: close + 1,
                }),
            ));
        }
        from = close + 1;
    }
}

fn whole(id: BasisId, text: &str) -> Span {
    Span {
        basis_id: id,
        start: 0,
        end: text.len(),
    }
}

fn words(text: &str) -> BTreeSet<String> {
    const LITTLE: [&str; 8] = ["a", "an", "the", "must", "shall", "should", "will", "be"];
    text.split(|sign: char| !(sign.is_alphanumeric() || sign == '\''))
        .map(str::to_lowercase)
        .filter(|word| !word.is_empty() && !LITTLE.contains(&word.as_str()))
        .collect()
}

fn alike(one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
    const TURNS: [&str; 8] = ["not", "no", "never", "cannot", "can't", "without", "unless", "only"];
    let telling = |words: &BTreeSet<String>| -> Vec<String> {
        let tells = |word: &&String| word.bytes().any(|byte| byte.is_ascii_digit()) || TURNS.contains(&word.as_str());
        words.iter().filter(tells).cloned().collect()
    };
    let common = one.intersection(other).count();
    let share = 2.0 * common as f64 / (one.len() + other.len()).max(1) as f64;
    share >= SAME && telling(one) == telling(other)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use crate::basis::parse;
    use crate::story::{Limits, UserStory};

    fn codes(story: &str, criteria: &[&str]) -> Vec<&'static str> {
        let criteria: Vec<String> = criteria.iter().map(ToString::to_string).collect();
        let basis = parse(&UserStory::new(story, &criteria, "", &Limits::default()).unwrap());
        let mine = [
            "CRITERION_REPEATED",
            "CRITERION_NOT_ATOMIC",
            "STORY_NOT_MINIMAL",
            "STORY_TOO_LARGE",
        ];
        let found = basis.findings.iter().map(|finding| finding.code);
        found.filter(|code| mine.contains(code)).collect()
    }

    const STORY: &str = "As a member, I want to borrow a book so that I can read at home";

    #[test]
    fn a_criterion_that_says_what_another_says_is_told() {
        assert_eq!(
            codes(
                STORY,
                &["The title must be shown.", "Members pay no fee", "the title is shown"]
            ),
            [""; 0]
        );
        assert_eq!(
            codes(STORY, &["The title must be shown.", "The title shall be shown"]),
            ["CRITERION_REPEATED"]
        );
        assert!(codes(STORY, &["At most 5 books", "At most 7 books"]).is_empty());
        assert!(
            codes(
                STORY,
                &["The fee is shown to members", "The fee is not shown to members"]
            )
            .is_empty()
        );
    }

    #[test]
    fn a_criterion_of_many_statements_is_a_list() {
        let list = "- The title is shown\n- The author is shown\n- The year is shown\n- The place is shown\n- The price is shown";
        assert_eq!(codes(STORY, &[list]), ["CRITERION_NOT_ATOMIC"]);
        assert!(codes(STORY, &["- The title is shown\n- The author is shown"]).is_empty());
    }

    #[test]
    fn a_note_in_brackets_belongs_into_a_criterion_and_a_short_one_does_not() {
        let noted =
            "As a member, I want to borrow a book (please note that this must not work on Sundays) so that I read";
        assert_eq!(codes(noted, &[]), ["STORY_NOT_MINIMAL"]);
        assert!(
            codes(
                "As a member, I want to borrow a book (or a film) so that I am entertained",
                &[]
            )
            .is_empty()
        );
    }

    #[test]
    fn more_than_one_story_can_carry_is_told() {
        let criteria: Vec<String> = (0..21)
            .map(|number| format!("Field number {number} is shown on page {number}"))
            .collect();
        let criteria: Vec<&str> = criteria.iter().map(String::as_str).collect();
        assert_eq!(codes(STORY, &criteria), ["STORY_TOO_LARGE"]);
        assert!(codes(STORY, &criteria[..8]).is_empty());
    }
}
