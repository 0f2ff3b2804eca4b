//! What the stated limits mean for this story: which values lie at and next to each end, what happens on either side, and
//! how a tester brings a value about. Shared by the families of boundaries (R3, R4, R9).

mod condition;
mod effect;
mod label;
mod points;
pub(super) mod quantity;
mod sense;
mod threshold;

pub(super) use condition::setup as in_condition;
pub(super) use effect::refuses;
pub(super) use label::subject;
pub(super) use points::{Point, occurs, off_step, points};
pub(super) use threshold::{approval, tiered};

use crate::basis::{Bound, Criterion, CriterionForm, Dimension, Limit, LiteralKind, Quantity};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{bare, is_plural, singular};
use crate::test_case::{BasisId, Span};
use effect::{effects, is_conditional};
use label::noun_of;
use rust_decimal::Decimal;

/// What happens on one side of a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// The goal's act succeeds.
    Accepted,
    /// The goal's act is refused.
    Refused,
    /// What a criterion says, as a clause.
    Outcome(String),
}

/// A limit and what it means.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) limit: Limit,
    pub(super) span: Span,
    pub(super) inside: Effect,
    pub(super) outside: Effect,
    /// Whether the text says what happens on the two sides; where it does not, the items have no words.
    pub(super) is_said: bool,
}

/// All limits of story and criteria in one of the dimensions, each with its meaning; the context is nothing to cover.
pub(super) fn rules(scene: &Scene<'_>, dimensions: &[Dimension]) -> Vec<Rule> {
    rules_within(scene, dimensions, |_| true)
}

/// As [`rules`], for the places alone that are asked for.
pub(super) fn rules_within(scene: &Scene<'_>, dimensions: &[Dimension], within: impl Fn(Span) -> bool) -> Vec<Rule> {
    let basis = scene.basis;
    let places = basis.literals.iter().filter(|literal| within(literal.span));
    let stated = places.filter_map(|literal| match &literal.kind {
        LiteralKind::Limit(limit) => Some((counted(scene, limit, literal.span), literal.span)),
        LiteralKind::Quantity(quantity) => Some((named_limit(scene, quantity, literal.span)?, literal.span)),
        _ => None,
    });
    let again = |limit: &Limit, span: Span| {
        // The criterion says more of it than the goal.
        span.basis_id == BasisId::Story
            && basis.limits().any(|(other, place)| {
                matches!(place.basis_id, BasisId::Criterion(_))
                    && (other.dimension, other.lower, other.upper) == (limit.dimension, limit.lower, limit.upper)
                    && limit
                        .subject
                        .ends_with(crate::coverage::scene::grammar::head(&other.subject))
                    && !other.subject.is_empty()
            })
    };
    let mut stated = stated.peekable();
    if stated.peek().is_none() {
        return Vec::new();
    }
    let steps = steps(scene);
    stated
        .map(|(mut limit, span)| {
            // `Name of dog: 2-30 characters` bounds the name.
            if let Some(noun) = noun_of(scene, &limit, span) {
                limit.subject = format!("{} {noun}", bare(&limit.subject));
            }
            let fits = |(dimension, unit, step): &&(Dimension, String, Decimal)| {
                *dimension == limit.dimension && *unit == limit.unit && on_step(&limit, *step)
            };
            if let Some((_, _, step)) = steps.iter().find(fits) {
                limit.step = *step;
            }
            if has_to_pass(scene, &limit, span) {
                limit.lower = limit.lower.or(limit.upper);
                limit.upper = None;
            }
            (limit, span)
        })
        .filter(|(limit, span)| !again(limit, *span) && !super::shown::is_shown_limit(scene, limit, *span))
        .filter(|(limit, span)| dimensions.contains(&limit.dimension) && span.basis_id != BasisId::Context)
        .filter(|(_, span)| !is_sample(scene, *span))
        .filter_map(|(limit, span)| {
            let criterion = criterion_of(scene, span);
            let (inside, outside) = effects(scene, criterion, &limit, span)?;
            let judged = [&inside, &outside]
                .iter()
                .all(|effect| !matches!(effect, Effect::Outcome(_)));
            let is_said = !judged
                || criterion.map_or_else(
                    // What another sentence of the story tells is not what is wished.
                    || contains(scene.goal_span(), span) || scene.goal_span().basis_id != span.basis_id,
                    |criterion| is_conditional(criterion) || sense::restricts(scene, criterion.statement.span, span),
                );
            // A condition that cannot be set up with a value is entered nowhere either.
            let in_condition = criterion.is_some_and(|criterion| {
                is_conditional(criterion)
                    && (criterion.when.iter().chain(&criterion.given)).any(|part| contains(part.span, span))
            });
            let is_said = is_said && !in_condition;
            Some(Rule {
                limit,
                span,
                inside,
                outside,
                is_said,
            })
        })
        .collect()
}

/// `if it has not arrived after 21 days`, `when phones have been away for 15 minutes`: from that time on.
fn has_to_pass(scene: &Scene<'_>, limit: &Limit, span: Span) -> bool {
    let words = scene.basis.words(span).to_lowercase();
    let opened = words.starts_with("after ") || words.starts_with("for ");
    limit.dimension == Dimension::Duration
        && opened
        && criterion_of(scene, span)
            .is_some_and(|criterion| criterion.when.iter().any(|when| contains(when.span, span)))
}

/// The steps that the text gives for values of a kind.
fn steps(scene: &Scene<'_>) -> Vec<(Dimension, String, Decimal)> {
    // Each text is looked at once, however many limits it has.
    let telling: Vec<BasisId> = scene
        .basis
        .items
        .iter()
        .filter(|item| points::tells_step(&item.text))
        .map(|item| item.id)
        .collect();
    if telling.is_empty() {
        return Vec::new();
    }
    scene
        .basis
        .limits()
        .filter(|(limit, span)| limit.lower.is_some() && limit.upper.is_some() && telling.contains(&span.basis_id))
        .map(|(limit, _)| (limit.dimension, limit.unit.clone(), limit.step))
        .collect()
}

/// Whether the bounds of a limit stand on the values that a step allows.
fn on_step(limit: &Limit, step: Decimal) -> bool {
    let multiple = |bound: Bound| !step.is_zero() && (bound.value % step).is_zero();
    limit.lower.is_none_or(multiple) && limit.upper.is_none_or(multiple)
}

/// Whether a limit within the place gets its boundary cases.
pub(super) fn handles(scene: &Scene<'_>, place: Span) -> bool {
    let all = [
        Dimension::Length,
        Dimension::Count,
        Dimension::Money,
        Dimension::Percentage,
        Dimension::DataSize,
        Dimension::Age,
        Dimension::Measure,
        Dimension::Number,
    ];
    !rules_within(scene, &all, |span| contains(place, span)).is_empty()
}

/// Whether a limit is the data of an example and no rule: `Given a limit of £500 and £460 already spent`.
fn is_sample(scene: &Scene<'_>, span: Span) -> bool {
    let told = criterion_of(scene, span).filter(|criterion| criterion.form == CriterionForm::GivenWhenThen);
    let words = scene.basis.words(span).to_lowercase();
    let named = ["limit of", "cap of", "maximum of", "minimum of"];
    told.is_some() && named.iter().any(|opening| words.contains(opening))
}

/// Whether a limit of the story stands in its wish; one that only tells who wishes is nobody's entry: `As a parent with
/// children under 12`.
pub(super) fn is_wished(scene: &Scene<'_>, span: Span) -> bool {
    span.basis_id != BasisId::Story || criterion_of(scene, span).is_some() || contains(scene.goal_span(), span)
}

/// Whether the statement says that the value is chosen: `is adjustable from 12 to 19 °C`, `can be set between £0 and £50`.
pub(super) fn is_chosen(scene: &Scene<'_>, span: Span) -> bool {
    let Some(criterion) = criterion_of(scene, span) else {
        return false;
    };
    let text = scene.basis.text(criterion.statement.span.basis_id).to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    const CHOSEN: [&str; 13] = [
        "entered",
        "enter",
        "typed",
        "type",
        "adjustable",
        "selectable",
        "settable",
        "configurable",
        "set",
        "chosen",
        "choose",
        "adjusted",
        "configured",
    ];
    words.iter().any(|word| CHOSEN.contains(word))
}

/// `at most 3 open appointments`: a bare number that is followed by what it counts.
fn counted(scene: &Scene<'_>, limit: &Limit, span: Span) -> Limit {
    let mut limit = limit.clone();
    limit.subject = lowered(&limit.subject);
    if limit.dimension != Dimension::Number || !limit.unit.is_empty() || !limit.subject.is_empty() {
        return limit;
    }
    let after = scene
        .basis
        .text(span.basis_id)
        .get(span.end..)
        .unwrap_or("")
        .trim_start();
    let words: Vec<&str> = after.split(' ').take(3).collect();
    let end = words
        .iter()
        .position(|word| is_plural(word.trim_end_matches(['.', ','])))
        .map(|end| end + 1);
    if let Some(end) = end {
        limit.dimension = Dimension::Count;
        limit.unit = words[..end].join(" ").trim_end_matches(['.', ',']).to_owned();
        limit.subject.clone_from(&limit.unit);
    }
    limit
}

/// `The daily transfer limit is $10,000`: a quantity that the words around it make a limit.
fn named_limit(scene: &Scene<'_>, quantity: &Quantity, span: Span) -> Option<Limit> {
    let criterion = scene
        .basis
        .criteria
        .iter()
        .find(|criterion| contains(criterion.statement.span, span))?;
    if criterion.form == CriterionForm::GivenWhenThen {
        return None;
    }
    let before = scene.basis.words(Span {
        end: span.start,
        ..criterion.statement.span
    });
    if is_allowance(before, quantity) {
        return Some(Limit {
            subject: quantity.unit.clone(),
            dimension: Dimension::Count,
            lower: None,
            upper: Some(Bound {
                value: quantity.value,
                inclusive: true,
            }),
            unit: quantity.unit.clone(),
            step: Decimal::ONE,
        });
    }
    let clause = before
        .trim_end()
        .strip_suffix(" is")
        .or_else(|| before.trim_end().strip_suffix(" of"))?;
    let lower_case = clause.to_lowercase();
    // A step is no limit: `between £0 and £5,000 in steps of £50`.
    if lower_case.split(' ').count() > 6 || Clause::read(clause).is_some() {
        return None;
    }
    let upper = ["limit", "maximum", "max", "cap"]
        .iter()
        .any(|word| lower_case.contains(word));
    let lower = ["minimum", "min"]
        .iter()
        .any(|word| lower_case.split(' ').any(|part| part == *word));
    if !upper && !lower {
        return None;
    }
    let bound = Some(Bound {
        value: quantity.value,
        inclusive: true,
    });
    let cents = Decimal::new(1, 2);
    Some(Limit {
        subject: lowered(bare(clause)),
        dimension: quantity.dimension,
        lower: bound.filter(|_| lower),
        upper: bound.filter(|_| !lower),
        unit: quantity.unit.clone(),
        step: if quantity.dimension == Dimension::Money {
            cents
        } else {
            Decimal::ONE
        },
    })
}

/// `2 attempts, the better one counts`, `Everybody has 3 tries`: so many are allowed.
fn is_allowance(before: &str, quantity: &Quantity) -> bool {
    let tries = ["attempt", "try", "go", "chance"].contains(&singular(&quantity.unit).to_lowercase().as_str());
    let said = before.trim_end().to_lowercase();
    tries
        && (said.is_empty()
            || [" has", " have", " gets", " get"]
                .iter()
                .any(|verb| said.ends_with(verb)))
}

/// The criterion in whose statement a place lies.
fn criterion_of<'a>(scene: &'a Scene<'_>, span: Span) -> Option<&'a Criterion> {
    scene
        .basis
        .criteria
        .iter()
        .find(|criterion| contains(criterion.statement.span, span))
}

pub(super) fn contains(outer: Span, inner: Span) -> bool {
    outer.basis_id == inner.basis_id && outer.start <= inner.start && inner.end <= outer.end
}

/// The text with its first letter in lower case, unless the first word is a name or an acronym.
pub(super) fn lowered(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), text.chars().nth(1)) {
        (Some(first), second) if !second.is_some_and(char::is_uppercase) => {
            first.to_lowercase().collect::<String>() + chars.as_str()
        }
        _ => text.to_owned(),
    }
}

/// Clauses joined by `and`.
pub(super) fn joined(parts: impl Iterator<Item = String>) -> String {
    parts
        .map(|part| lowered(part.trim().trim_end_matches(['.', ',', ';'])))
        .collect::<Vec<_>>()
        .join(" and ")
}
