//! What happens when something has happened so often: `A review enters the queue after 3 reports`, `After the 4th declined
//! attempt the order is put on hold`. One fewer, exactly so many and one more.
//!
//! Refuses: sign-ins that fail (the family of lengths and counts locks the account), and lengths of time.

mod held;

use super::limits::lowered;
use super::ordinary;
use crate::basis::{Criterion, CriterionForm};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::{Clause, contrary};
use crate::coverage::scene::grammar::{a, bare, capitalised, is_plural, plural, singular, slug, the};
use crate::coverage::scene::persons::is_person;
use crate::coverage::{Found, Proposal, values};
use crate::test_case::{Span, Technique, TestCaseType};
use rust_decimal::Decimal;

const NUMERALS: [&str; 9] = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const ORDINALS: [&str; 9] = [
    "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
];
/// Units of time: after so many of them something ends, which is another family's.
const TIMES: [&str; 10] = [
    "second", "minute", "hour", "day", "week", "month", "year", "night", "ms", "working",
];

/// A count that brings something about.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Count {
    number: Decimal,
    /// One of what is counted: `wrong code`.
    one: String,
    /// What happens then, as a clause.
    outcome: String,
    span: Span,
}

/// Proposes the cases of every count that is reached.
pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    for criterion in &scene.basis.criteria {
        let Some(count) = read(scene, criterion) else { continue };
        let denied = contrary(&count.outcome).unwrap_or_else(|| format!("it is not yet so that {}", count.outcome));
        // What is locked takes no further attempt.
        let beyond = scene.tries_both_neighbours() && !is_locked(&count.outcome);
        let offsets: &[(i8, bool)] = if beyond {
            &[(0, true), (-1, false), (1, true)]
        } else {
            &[(0, true), (-1, false)]
        };
        for &(offset, happens) in offsets {
            let number = count.number + Decimal::from(offset);
            found.propose(case(
                scene,
                &count,
                number,
                if happens { &count.outcome } else { &denied },
                happens,
            ));
        }
        held::propose(scene, &count, found);
    }
}

fn is_locked(outcome: &str) -> bool {
    [
        "locked",
        "blocked",
        "closed",
        "disabled",
        "suspended",
        "ended",
        "aborted",
        "held",
        "frozen",
        "refused",
    ]
    .iter()
    .any(|word| outcome.split(' ').any(|said| said.trim_matches([',', '.']) == *word))
}

/// Whether a criterion tells what happens after so many times.
pub(super) fn handles(scene: &Scene<'_>, criterion: &Criterion) -> bool {
    read(scene, criterion).is_some()
}

/// Whether a limit or quantity at a place is such a count.
pub(super) fn is_reached(scene: &Scene<'_>, span: Span) -> bool {
    scene.basis.criteria.iter().any(|criterion| {
        read(scene, criterion).is_some_and(|count| {
            count.span.basis_id == span.basis_id && count.span.start <= span.end && span.start <= count.span.end
        })
    })
}

/// `After 5 wrong codes the field is locked`, `the field is locked after the fifth wrong code`.
fn read(scene: &Scene<'_>, criterion: &Criterion) -> Option<Count> {
    if criterion.form == CriterionForm::GivenWhenThen {
        return None;
    }
    let statement = criterion.statement.span;
    let text = scene.basis.words(statement);
    let low = text.to_lowercase();
    let after = if low.starts_with("after ") {
        Some(0)
    } else {
        low.find(" after ").map(|at| at + 1)
    };
    // `Suggestions start from the 3rd character`; `from 3 to 5` is a range.
    let from = low.find(" from the ").map(|at| at + 1).filter(|_| after.is_none());
    let at = after.or(from)?;
    let opening = if from.is_some() { "from the " } else { "after " };
    let (mut number, mut noun, mut end) = (None, Vec::new(), at + opening.len());
    for word in text.get(end..)?.split_inclusive(' ') {
        let bare = word.trim();
        let lower = bare.trim_matches([',', '.', ';']).to_lowercase();
        let ordinary_word = number.is_some();
        match (ordinary_word, lower.as_str()) {
            (false, "the" | "a") => {}
            (false, _) => number = Some(numeral(&lower)?),
            (
                true,
                "failed" | "in" | "with" | "within" | "by" | "the" | "a" | "an" | "for" | "from" | "on" | "at" | "of",
            ) if !noun.is_empty() => {
                break;
            }
            (true, _) => noun.push(if is_acronym(bare) {
                bare.trim_matches([',', '.', ';']).to_owned()
            } else {
                lower.clone()
            }),
        }
        end += word.len();
        let (_, ordinal) = number.unwrap_or((Decimal::ZERO, false));
        let whole = noun
            .last()
            .is_some_and(|noun: &String| is_plural(noun) || ordinal && COUNTED.contains(&noun.as_str()));
        if whole || bare.ends_with([',', '.', ';']) {
            break;
        }
    }
    let (number, ordinal) = number.filter(|(number, _)| *number >= Decimal::TWO)?;
    if from.is_some() && !ordinal {
        return None;
    }
    let one = singular(&noun.join(" "));
    let timed = one.split(' ').any(|word| TIMES.contains(&word));
    if one.is_empty()
        || timed
        || noun.len() > 3
        || one
            .split(' ')
            .any(|word| word.starts_with(|c: char| c.is_ascii_digit()))
    {
        return None;
    }
    let outcome = outcome(scene, text, at, end)?;
    let span = Span {
        start: statement.start + at,
        end: (statement.start + end).min(statement.end),
        ..statement
    };
    let cut = scene.basis.words(span).trim_end_matches([' ', ',', '.', ';']).len();
    Some(Count {
        number,
        one,
        outcome,
        span: Span {
            end: span.start + cut,
            ..span
        },
    })
}

/// `PIN`, `PINs`: as the author writes them.
fn is_acronym(word: &str) -> bool {
    let stem = word.trim_matches([',', '.', ';']).trim_end_matches('s');
    stem.len() > 1 && stem.chars().all(char::is_uppercase)
}

/// What is wrong each time, and the right one of it: `PIN` of `wrong PIN`.
fn wrong_entry(one: &str) -> Option<&str> {
    let (first, noun) = one.split_once(' ')?;
    let entered = ["pin", "code", "password", "passcode", "answer", "otp"]
        .iter()
        .any(|word| noun.to_lowercase().ends_with(word));
    (entered && ["wrong", "incorrect", "invalid", "false", "failed"].contains(&first)).then_some(noun)
}

/// Things that are counted one after the other.
const COUNTED: [&str; 18] = [
    "attempt",
    "try",
    "failure",
    "report",
    "code",
    "error",
    "reminder",
    "warning",
    "request",
    "login",
    "entry",
    "miss",
    "visit",
    "purchase",
    "character",
    "letter",
    "item",
    "order",
];

/// A number and whether it is an ordinal: `5`, `five`, `4th`, `fourth`.
fn numeral(word: &str) -> Option<(Decimal, bool)> {
    let place = |list: &[&str]| {
        list.iter()
            .position(|known| *known == word)
            .map(|at| Decimal::from(at + 2))
    };
    if let Some(number) = place(&NUMERALS) {
        return Some((number, false));
    }
    if let Some(number) = place(&ORDINALS) {
        return Some((number, true));
    }
    if let Ok(number) = word.parse::<u32>() {
        return Some((Decimal::from(number), false));
    }
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end))?;
    digits.parse::<u32>().ok().map(|number| (Decimal::from(number), true))
}

/// Where an article opens a noun that no preposition governs.
fn subject_at(text: &str, article: &str) -> Option<usize> {
    const GOVERNS: [&str; 6] = ["in", "of", "by", "with", "for", "within"];
    let low = text.to_lowercase();
    if low.starts_with(article) {
        return Some(0);
    }
    low.match_indices(&format!(" {article}"))
        .map(|(at, _)| at)
        .find(|at| {
            let before = low.get(..*at).and_then(|before| before.split_whitespace().next_back());
            !before.is_some_and(|word| GOVERNS.contains(&word))
        })
        .map(|at| at + 1)
}

/// What a statement says besides the count, without what it says of time and manner beside it.
fn outcome(scene: &Scene<'_>, text: &str, at: usize, end: usize) -> Option<String> {
    let (front, back) = (text.get(..at)?.trim(), text.get(end..)?.trim());
    let said = if front.is_empty() {
        // `in a row the login is locked`, `within 10 minutes the field is locked`: from the subject on.
        let from = ["the ", "a ", "an ", "all ", "no "]
            .iter()
            .filter_map(|article| subject_at(back, article))
            .min()
            .unwrap_or(0);
        back.get(from..)?
    } else {
        front
    };
    let said = scene.observed(said.trim_end_matches(['.', ';', ',']));
    let clause = Clause::read(&said)?;
    (!clause.subject.is_empty()).then(|| lowered(&said))
}

fn case(scene: &Scene<'_>, count: &Count, number: Decimal, outcome: &str, happens: bool) -> Proposal {
    let one = &count.one;
    let many = |number: Decimal| {
        let unit = if number == Decimal::ONE {
            one.clone()
        } else {
            plural(one)
        };
        format!("{} {unit}", values::number(number))
    };
    let before = number - Decimal::ONE;
    let had = if before.is_zero() {
        format!("There has been no {one} yet")
    } else {
        let verb = if before == Decimal::ONE { "has" } else { "have" };
        format!("There {verb} been exactly {}", many(before))
    };
    let subject = Clause::read(outcome).map_or_else(|| scene.one(), |clause| clause.subject);
    let kind = if happens {
        TestCaseType::Boundary
    } else {
        TestCaseType::Negative
    };
    let run = ordinary::run(scene);
    let nth = values::ordinal(number);
    let item = Proposal::new(
        format!("boundary/{}/reached/{}", slug(one), values::number(number)),
        format!(
            "{}, where {} bring it about",
            many(number),
            values::number(count.number)
        ),
        Technique::BoundaryValueAnalysis,
        kind,
        count.span,
    )
    .titled(format!("After {}: {outcome}", many(number)))
    .because("What is counted off by one shows right beside the number")
    .priority(if number > count.number {
        scene.risk().lower()
    } else {
        scene.risk()
    })
    .givens(run.givens.into_iter().filter(|given| given.contains("signed in")));
    let item = if let Some(noun) = wrong_entry(one) {
        let times = if number == Decimal::ONE {
            "once".to_owned()
        } else {
            format!("{} times in a row", values::number(number))
        };
        let item = item
            .act(format!("Enter {} {times}", a(one)))
            .act(format!("Enter the right {noun}"));
        // How long it stays so has cases of its own.
        let state = outcome.split(" for ").next().unwrap_or(outcome);
        let verdict = if happens { "refused" } else { "accepted" };
        return counted(
            item.expect(format!("The right {noun} is {verdict}; {state}"))
                .stated(values::number(count.number), count.span),
            count,
            number,
        );
    } else {
        item.given(had).act(match one.as_str() {
            "character" | "letter" | "digit" => format!("Type the {nth} {one}"),
            "report" | "failure" | "complaint" | "vote" => format!("Let the {nth} {one} come in"),
            _ if ["attempt", "scan", "try", "login", "entry"]
                .iter()
                .any(|noun| one.ends_with(noun)) =>
            {
                format!("Make the {nth} {one}")
            }
            _ => format!("Let the {nth} {one} happen"),
        })
    };
    let told = is_told(outcome) && is_person(&subject);
    let item = if told {
        item.act(format!(
            "Look into what was sent to {}",
            the(subject.trim_start_matches("the "))
        ))
    } else {
        item.act(format!("Look at {}", the(bare(&subject))))
    };
    let item = item
        .expect(capitalised(outcome))
        .stated(values::number(count.number), count.span);
    counted(item, count, number)
}

/// Whether an outcome is that somebody hears of it: `the supervisor is notified`.
fn is_told(outcome: &str) -> bool {
    ["notified", "informed", "told", "alerted", "warned", "messaged"]
        .iter()
        .any(|word| outcome.split(' ').any(|said| said.trim_matches([',', '.']) == *word))
}

/// The item with the numbers that it counts by.
fn counted(item: Proposal, count: &Count, number: Decimal) -> Proposal {
    let before = number - Decimal::ONE;
    let how = |value: Decimal| {
        let offset = value - count.number;
        let sign = if offset.is_sign_negative() { '-' } else { '+' };
        format!(
            "{} {sign} {}",
            values::number(count.number),
            values::number(offset.abs())
        )
    };
    let mut item = item;
    for value in [number, before] {
        if value != count.number && !value.is_zero() {
            item = item.computed(values::number(value), how(value), count.span);
        }
    }
    item.computed(values::ordinal(number), "its number in the order", count.span)
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot;

    const STORY: &str = "As a shop moderator, I want to review reported reviews so that fair ones stay";

    fn titles(criterion: &str) -> Vec<String> {
        snapshot::titles(propose, STORY, criterion)
    }

    #[test]
    fn what_is_reached_happens_at_the_number_and_not_before() {
        for (criterion, expected) in [
            (
                "A review enters the queue after 3 reports by different customers.",
                [
                    "After 3 reports: a review enters the queue",
                    "After 2 reports: a review does not enter the queue",
                ],
            ),
            (
                "After 5 wrong codes within 10 minutes the field is locked",
                [
                    "After 5 wrong codes: the field is locked",
                    "After 4 wrong codes: the field is not locked",
                ],
            ),
            (
                "After the fourth failure in total the event is marked as dead",
                [
                    "After 4 failures: the event is marked as dead",
                    "After 3 failures: the event is not marked as dead",
                ],
            ),
            (
                "Suggestions start from the 3rd character",
                [
                    "After 3 characters: suggestions start",
                    "After 2 characters: suggestions do not start",
                ],
            ),
            (
                "after the 4th declined attempt the order is put on hold",
                [
                    "After 4 declined attempts: the order is put on hold",
                    "After 3 declined attempts: the order is not put on hold",
                ],
            ),
        ] {
            assert_eq!(titles(criterion), expected, "{criterion}");
        }
    }

    #[test]
    fn what_is_not_counted_is_not_reached() {
        for criterion in [
            "The offer lapses after 20 minutes.",
            "After 28 days a surcharge is added.",
            "After the order I am offered an account.",
            "The report is closed after approval.",
            "Prices are from 3 to 5 euros.",
            "The list goes from the first day on.",
            "The second reminder comes after the first.",
            "The new one is invoiced after 5 working days.",
        ] {
            assert_eq!(titles(criterion), Vec::<String>::new(), "{criterion}");
        }
    }
}
