//! Counts that the system keeps to when it shows something: `A category page shows at most 24 products`, `The strip holds
//! the last 12 items`, `no more than 8 suggestions`. Nobody enters them: one fewer, as many and one more exist, and what is
//! shown is counted.
//!
//! Refuses: counts that somebody enters or adds up, which the families of limits read.

use super::criteria::reading;
use super::ordinary;
use crate::basis::{Criterion, CriterionForm, Dimension, Limit, LiteralKind};
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{capitalised, head, plural, singular, slug};
use crate::coverage::{Found, Proposal, values};
use crate::test_case::{Span, Technique, TestCaseType};
use rust_decimal::Decimal;

/// Verbs by which a system shows things, as they stand between what shows and how many.
const SHOWS: [&str; 16] = [
    "show",
    "shows",
    "shown",
    "list",
    "lists",
    "listed",
    "display",
    "displays",
    "displayed",
    "suggests",
    "returns",
    "see",
    "sees",
    "recommends",
    "proposes",
    "presents",
];
/// Things that hold what they show.
const PLACES: [&str; 9] = [
    "page",
    "list",
    "strip",
    "menu",
    "panel",
    "carousel",
    "overview",
    "dashboard",
    "widget",
];
/// Things that a system makes and nobody enters.
const MADE: [&str; 7] = [
    "suggestion",
    "result",
    "recommendation",
    "hit",
    "match",
    "connection",
    "proposal",
];
/// Words that pick so many of all that there are.
const PICKED: [&str; 8] = ["last", "first", "next", "top", "newest", "latest", "nearest", "closest"];

/// Proposes the cases of every shown count.
pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    for criterion in &scene.basis.criteria {
        for literal in &scene.basis.literals {
            let place = criterion.statement.span;
            let within = place.basis_id == literal.span.basis_id
                && place.start <= literal.span.start
                && literal.span.end <= place.end;
            if !within {
                continue;
            }
            let counted = match &literal.kind {
                LiteralKind::Limit(limit) if is_shown(scene, criterion, limit, literal.span) => {
                    limit.upper.map(|bound| (bound.value, limit.unit.clone()))
                }
                LiteralKind::Quantity(quantity)
                    if quantity.dimension == Dimension::Count && is_picked(scene, criterion, literal.span) =>
                {
                    Some((quantity.value, quantity.unit.clone()))
                }
                _ => None,
            };
            if let Some((most, unit)) = counted.filter(|(most, _)| *most >= Decimal::ONE) {
                let inner = scene.tries_both_neighbours().then(|| most - Decimal::ONE);
                for exist in [most, most + Decimal::ONE].into_iter().chain(inner) {
                    found.propose(case(scene, criterion, literal.span, (most, exist, &unit)));
                }
            }
        }
    }
}

/// Whether a criterion says nothing but how much is shown.
pub(super) fn handles(scene: &Scene<'_>, criterion: &Criterion) -> bool {
    let place = criterion.statement.span;
    let last = |span: Span| {
        span.basis_id == place.basis_id
            && place.start <= span.start
            && span.end <= place.end
            && place.end - span.end <= 1
    };
    criterion.form != CriterionForm::GivenWhenThen
        && scene
            .basis
            .limits()
            .any(|(limit, span)| last(span) && is_shown(scene, criterion, limit, span))
}

/// Whether a limit stands in a criterion that tells how much is shown.
pub(super) fn is_shown_limit(scene: &Scene<'_>, limit: &Limit, span: Span) -> bool {
    let criterion = scene.basis.criteria.iter().find(|criterion| {
        let place = criterion.statement.span;
        place.basis_id == span.basis_id && place.start <= span.start && span.end <= place.end
    });
    criterion.is_some_and(|criterion| is_shown(scene, criterion, limit, span))
}

fn is_shown(scene: &Scene<'_>, criterion: &Criterion, limit: &Limit, span: Span) -> bool {
    if limit.dimension != Dimension::Count || limit.lower.is_some() || limit.upper.is_none_or(|bound| !bound.inclusive)
    {
        return false;
    }
    let words = before(scene, criterion, span);
    let made = MADE.contains(&singular(head(&limit.unit)).to_lowercase().as_str());
    shows(&words) || made && words.is_empty()
}

/// `the last 12 items` that a strip holds, `the next 3 connections` that somebody sees.
fn is_picked(scene: &Scene<'_>, criterion: &Criterion, span: Span) -> bool {
    let words = before(scene, criterion, span);
    let picked = words.last().is_some_and(|word| PICKED.contains(&word.as_str()));
    picked && shows(&words)
}

fn shows(words: &[String]) -> bool {
    let near = words.iter().rev().take(8).any(|word| SHOWS.contains(&word.as_str()));
    let holds = words
        .windows(2)
        .any(|pair| PLACES.contains(&pair[0].as_str()) && ["holds", "contains", "has"].contains(&pair[1].as_str()));
    near || holds
}

/// The words before a place in its statement, in lower case.
fn before(scene: &Scene<'_>, criterion: &Criterion, span: Span) -> Vec<String> {
    let place = criterion.statement.span;
    let cut = Span {
        end: span.start,
        ..place
    };
    scene
        .basis
        .words(cut)
        .split_whitespace()
        .map(|word| word.trim_matches([',', '.', ':']).to_lowercase())
        .collect()
}

fn case(
    scene: &Scene<'_>,
    criterion: &Criterion,
    span: Span,
    (most, exist, unit): (Decimal, Decimal, &str),
) -> Proposal {
    let many = |number: Decimal| values::with_unit(number, unit, Dimension::Count);
    let be = |number: Decimal| if number == Decimal::ONE { "is" } else { "are" };
    let there = if exist.is_zero() {
        format!("No {} exists that could be shown", singular(unit))
    } else {
        let verb = if exist == Decimal::ONE { "exists" } else { "exist" };
        format!("Exactly {} {verb} that could be shown", many(exist))
    };
    let (title, expected) = if exist > most {
        (
            format!("Of {}, {} {} shown", many(exist), values::number(most), be(most)),
            format!("Exactly {} {} shown, and none twice", many(most), be(most)),
        )
    } else if exist.is_zero() {
        (
            format!("No {} {} shown where none exists", singular(unit), "is"),
            format!("No {} is shown, and no error", singular(unit)),
        )
    } else {
        (
            format!("{} {} all shown", capitalised(&many(exist)), be(exist)).replace("is all shown", "is shown"),
            format!("Exactly {} {} shown, and none twice", many(exist), be(exist)),
        )
    };
    let place = if exist == most {
        "as many as are shown at most"
    } else if exist > most {
        "one more than is shown"
    } else {
        "one fewer than is shown at most"
    };
    let mut item = Proposal::new(
        format!("boundary/{}/shown/{}", slug(&plural(head(unit))), values::number(exist)),
        format!("{} exist, {place}", many(exist)),
        Technique::BoundaryValueAnalysis,
        TestCaseType::Boundary,
        span,
    )
    .titled(title)
    .because(format!(
        "A list that is cut one too early or too late shows next to {}",
        many(most)
    ))
    .priority(scene.risk())
    .given(there);
    item = if criterion.form == CriterionForm::GivenWhenThen {
        let read = reading(scene, criterion);
        item.givens(read.givens).steps(read.steps).with_values(read.values)
    } else {
        let run = ordinary::run(scene);
        let states = run.givens.into_iter().filter(|given| !given.contains(" exist"));
        item.givens(states).steps(run.steps).with_values(run.values)
    };
    let item = item.expect(expected).stated(many(most), span);
    if exist == most {
        item
    } else {
        let sign = if exist > most { '+' } else { '-' };
        item.computed(many(exist), format!("{} {sign} 1", values::number(most)), span)
    }
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot;

    const STORY: &str = "As a shopper, I want to see the products of a category so that I can look around";

    fn titles(criterion: &str) -> Vec<String> {
        snapshot::titles(propose, STORY, criterion)
    }

    #[test]
    fn what_is_shown_is_counted_below_at_and_above() {
        for (criterion, expected) in [
            (
                "A category page shows at most 24 products.",
                ["24 products are all shown", "Of 25 products, 24 are shown"],
            ),
            (
                "The strip holds the last 12 items.",
                ["12 items are all shown", "Of 13 items, 12 are shown"],
            ),
            (
                "no more than 8 suggestions",
                ["8 suggestions are all shown", "Of 9 suggestions, 8 are shown"],
            ),
            (
                "Given my train is cancelled, when I open the ticket, then I see the next 3 connections",
                ["3 connections are all shown", "Of 4 connections, 3 are shown"],
            ),
        ] {
            assert_eq!(titles(criterion), expected, "{criterion}");
        }
    }

    #[test]
    fn what_somebody_enters_or_adds_up_is_not_shown() {
        for criterion in [
            "A customer can add at most 24 products.",
            "Up to 3 coupons per order.",
            "Up to 5 photos can be uploaded.",
            "The last 3 digits are hidden.",
            "The first 5 customers get a gift.",
            "At least 2 products are shown.",
        ] {
            assert_eq!(titles(criterion), Vec::<String>::new(), "{criterion}");
        }
    }
}
