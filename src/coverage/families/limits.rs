//! What the stated limits mean for this story: which values lie at and next to each end, what happens on either side, and
//! how a tester brings a value about. Shared by the families of boundaries (R3, R4, R9).

mod condition;
mod points;
pub(super) mod quantity;
mod sense;
mod threshold;

pub(super) use condition::setup as in_condition;
pub(super) use points::{Point, occurs, off_step, points};
pub(super) use threshold::{approval, tiered};

use super::{entitlement, told_act};
use crate::basis::{Bound, Criterion, CriterionForm, Dimension, Limit, LiteralKind, Quantity};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::{Clause, contrary};
use crate::coverage::scene::grammar::{bare, is_plural, singular, the, third_person};
use crate::test_case::{BasisId, Span};
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

/// What happens inside and outside; `None` where the limit is itself an outcome, which no input brings about.
fn effects(scene: &Scene<'_>, criterion: Option<&Criterion>, limit: &Limit, span: Span) -> Option<(Effect, Effect)> {
    let Some(criterion) = criterion else {
        return Some(
            threshold::approved(scene, span)
                .or_else(|| entitlement::effects(scene, scene.goal_span(), span))
                .unwrap_or((Effect::Accepted, Effect::Refused)),
        );
    };
    if is_conditional(criterion) {
        if criterion.then.iter().any(|part| contains(part.span, span)) {
            return told_act::of(scene, span).map(|_| (Effect::Accepted, Effect::Refused));
        }
        let then = joined(criterion.then.iter().map(|part| scene.observed(&part.text)));
        let otherwise = criterion.otherwise.as_ref().map(|part| scene.observed(&part.text));
        let (inside, outside) = sides(scene, criterion, then, otherwise);
        return Some(if is_outside(scene, span) {
            (outside, inside)
        } else {
            (inside, outside)
        });
    }
    if let Some(effects) = entitlement::effects(scene, criterion.statement.span, span) {
        return Some(effects);
    }
    if let Some(effects) = priced(scene, criterion)
        .or_else(|| threshold::class(scene, span))
        .or_else(|| threshold::opens_clause(scene, criterion, limit, span))
    {
        return Some(effects);
    }
    if is_subject(scene, criterion, span) {
        let statement = without(
            scene.basis.words(criterion.statement.span),
            criterion.statement.span,
            span,
        );
        let statement = of_one(&scene.observed(&statement), limit);
        // `A reason of 10 to 300 characters is required` bounds the reason and tells nothing that follows.
        let demanded = ["required", "mandatory", "needed", "necessary", "compulsory"]
            .iter()
            .any(|word| statement.trim_end_matches('.').ends_with(word));
        // Without a verb there is no outcome: `Text: 20 to 2,000 characters`.
        if !demanded && Clause::read(&statement).is_some_and(|clause| !clause.subject.is_empty()) {
            let (inside, outside) = sides(scene, criterion, statement, None);
            return Some(if is_turned(scene, limit, span) {
                (outside, inside)
            } else {
                (inside, outside)
            });
        }
    }
    let inverted = criterion.negative
        && !denies_excess(scene.basis.words(criterion.statement.span))
        && is_denied_beside(scene, criterion, span)
        && !is_turned(scene, limit, span);
    Some(if inverted {
        (Effect::Refused, Effect::Accepted)
    } else {
        (Effect::Accepted, Effect::Refused)
    })
}

/// `when the value is outside 60 to 260 mmHg`: the condition holds beyond the limit.
fn is_outside(scene: &Scene<'_>, span: Span) -> bool {
    let before = scene.basis.text(span.basis_id).get(..span.start).unwrap_or("");
    before.trim_end().ends_with(" outside") || before.trim_end().ends_with(" outside of")
}

fn is_conditional(criterion: &Criterion) -> bool {
    matches!(
        criterion.form,
        CriterionForm::Conditional | CriterionForm::GivenWhenThen
    )
}

/// Whether what is denied is denied in the limit's own part of the sentence: not so in `up to 14 days in the past, never in
/// the future`.
fn is_denied_beside(scene: &Scene<'_>, criterion: &Criterion, span: Span) -> bool {
    let whole = criterion.statement.span;
    let cut = |start, end| scene.basis.words(Span { start, end, ..whole }).to_lowercase();
    let (before, after) = (cut(whole.start, span.start), cut(span.end, whole.end));
    let part = format!(
        " {} {} ",
        before.rsplit([',', ';', ':']).next().unwrap_or(""),
        after.split([',', ';', ':']).next().unwrap_or("")
    );
    [" not ", " no ", " never ", "cannot", "n't ", "n’t ", " without "]
        .iter()
        .any(|word| part.contains(word))
}

/// `Patients under 16 cannot …` was read as from 16 on already.
fn is_turned(scene: &Scene<'_>, limit: &Limit, span: Span) -> bool {
    let words = scene.basis.words(span).to_lowercase();
    let opens = |openings: &[&str]| openings.iter().any(|opening| words.starts_with(opening));
    let below = opens(&[
        "under",
        "below",
        "less than",
        "fewer than",
        "younger than",
        "shorter than",
        "up to",
    ]);
    let above = opens(&[
        "over",
        "above",
        "more than",
        "older than",
        "longer than",
        "larger than",
        "from",
        "at least",
    ]);
    below && limit.lower.is_some() && limit.upper.is_none() || above && limit.upper.is_some() && limit.lower.is_none()
}

/// `over 2 kg and up to 5 kg: €6.20`: what holds within the limits before the colon.
fn priced(scene: &Scene<'_>, criterion: &Criterion) -> Option<(Effect, Effect)> {
    let place = criterion.statement.span;
    let (label, outcome) = scene.basis.words(place).split_once(": ")?;
    let colon = place.start + label.len();
    let mut bare_words = label.to_owned();
    for (_, span) in scene.basis.limits() {
        if span.basis_id == place.basis_id && place.start <= span.start && span.end <= colon {
            bare_words = bare_words.replace(scene.basis.words(span), "");
        }
    }
    let noun = scene
        .basis
        .limits()
        .find(|(_, span)| span.basis_id == place.basis_id && place.start <= span.start && span.end <= colon)
        .map(|(limit, _)| limit.subject.to_lowercase())
        .unwrap_or_default();
    let only_limits = bare_words != label
        && bare_words.split_whitespace().all(|word| {
            ["and", "from", "for", "of", "with", "a", "an"].contains(&word)
                || noun.split(' ').any(|part| word.eq_ignore_ascii_case(part))
        });
    let outcome = outcome.trim_end_matches(['.', ';', ',']);
    if !only_limits || outcome.is_empty() {
        return None;
    }
    if Clause::read(outcome).is_some_and(|clause| !clause.subject.is_empty()) {
        let outcome = lowered(&scene.observed(outcome));
        let other = contrary(&outcome).unwrap_or_else(|| format!("this does not happen: {outcome}"));
        return Some((Effect::Outcome(outcome), Effect::Outcome(other)));
    }
    if scene.object().is_empty() {
        return Some((
            Effect::Outcome(format!("{outcome} is shown")),
            Effect::Outcome(format!("{outcome} is not shown")),
        ));
    }
    let thing = the(&scene.one());
    Some((
        Effect::Outcome(format!("{thing} is {outcome}")),
        Effect::Outcome(format!("{thing} is not {outcome}")),
    ))
}

fn sides(scene: &Scene<'_>, criterion: &Criterion, then: String, otherwise: Option<String>) -> (Effect, Effect) {
    if refuses(&then) || criterion.negative && says_act(scene, &then) {
        return (Effect::Refused, otherwise.map_or(Effect::Accepted, Effect::Outcome));
    }
    let then = threshold::asked_for(&then)
        .or_else(|| super::criteria::fact(&then))
        .unwrap_or(then);
    let otherwise = otherwise.map(|text| super::criteria::fact(&text).unwrap_or(text));
    let other = otherwise
        .or_else(|| denied(&then))
        .unwrap_or_else(|| format!("this does not happen: {then}"));
    (Effect::Outcome(then), Effect::Outcome(other))
}

/// The contrary of each clause of an outcome: `it is declined and a message is sent` → `it is not declined and no message
/// is sent`.
fn denied(outcome: &str) -> Option<String> {
    let parts = super::criteria::split(outcome);
    // What is not so on one side need not be so on the other: `and the build itself isn't affected`.
    let negative = |part: &String| Clause::read(part).is_some_and(|clause| clause.negative);
    if parts.len() > 1 && parts.iter().any(negative) {
        return None;
    }
    let clauses: Option<Vec<String>> = parts.iter().map(|clause| contrary(clause)).collect();
    clauses
        .filter(|clauses| !clauses.is_empty())
        .map(|clauses| clauses.join(" and "))
}

/// Whether a clause says nothing but that the act is refused.
pub(super) fn refuses(clause: &str) -> bool {
    let lower = clause.to_lowercase();
    let ends = [
        "is refused",
        "are refused",
        "is rejected",
        "are rejected",
        "is declined",
        "are declined",
        "is denied",
        "are denied",
        "is not accepted",
        "are not accepted",
        "is not allowed",
        "are not allowed",
    ];
    ends.iter().any(|end| lower.trim_end_matches('.').ends_with(end))
}

/// Whether a clause speaks of the goal's own act: `the order cannot be placed`.
fn says_act(scene: &Scene<'_>, clause: &str) -> bool {
    let Some(action) = scene.action() else { return false };
    let lower = clause.to_lowercase();
    let done = crate::coverage::scene::grammar::participle(&action.verb);
    lower.contains(&done) || lower.contains(&action.verb)
}

/// `must not exceed 5` sets an upper limit; it does not forbid what lies inside it.
fn denies_excess(statement: &str) -> bool {
    let words: Vec<String> = statement.to_lowercase().split_whitespace().map(str::to_owned).collect();
    words.iter().enumerate().any(|(index, word)| {
        let next = |offset: usize| words.get(index + offset).map_or("", String::as_str);
        let comparative = |word: &str| {
            word.ends_with("er") || ["more", "less", "fewer", "over", "above", "below", "under"].contains(&word)
        };
        match word.as_str() {
            "exceed" | "exceeds" | "exceeding" => true,
            "not" | "no" | "cannot" => {
                comparative(next(1)) && next(2) == "than"
                    || next(1) == "be" && comparative(next(2))
                    || comparative(next(2)) && next(3) == "than"
            }
            _ => false,
        }
    })
}

/// `transfers need a PIN` → `the transfer needs a PIN`, for a limit of the transfer.
fn of_one(clause: &str, limit: &Limit) -> String {
    let Some(read) = Clause::read(clause) else {
        return clause.to_owned();
    };
    let one = singular(bare(&read.subject));
    if !is_plural(&read.subject) || one != singular(bare(&limit.subject)) {
        return clause.to_owned();
    }
    let verb = match read.verb.as_str() {
        "are" => "is".to_owned(),
        "have" => "has".to_owned(),
        "do not" => "does not".to_owned(),
        "don't" => "doesn't".to_owned(),
        "aren't" => "isn't".to_owned(),
        verb if verb == read.base => third_person(verb),
        verb => verb.replacen("are ", "is ", 1),
    };
    format!("{} {verb} {}", the(&one), read.rest).trim_end().to_owned()
}

/// Whether the limit belongs to the subject of its statement: `Orders over $100 ship free`.
fn is_subject(scene: &Scene<'_>, criterion: &Criterion, span: Span) -> bool {
    let statement = criterion.statement.span;
    let before = scene.basis.words(Span {
        end: span.start,
        ..statement
    });
    let verbs = [
        "must", "shall", "should", "can", "cannot", "may", "will", "is", "are", "has", "have", "need", "needs",
        "carries", "carry", "consists", "consist", "includes", "include", "require", "requires", "accept", "accepts",
        "allow", "allows", "contain", "contains", "show", "shows", "support", "supports", "enter", "enters", "expire",
        "expires",
    ];
    // `Driver's age: at least 21, …`: a label names what is bounded, and tells nothing of it.
    if before.trim_end().ends_with(':') {
        return false;
    }
    let mut words = before.split_whitespace();
    let any = words.clone().next().is_some();
    any && !words.any(|word| verbs.contains(&word.to_lowercase().trim_matches(',')))
        && tells(&without(scene.basis.words(statement), statement, span))
}

/// Whether words tell something of a subject; `title:` and `max. 4 photos, each` only name what is bounded.
fn tells(words: &str) -> bool {
    Clause::read(words).is_some_and(|clause| !bare(&clause.subject).is_empty() && !clause.subject.ends_with(':'))
}

/// A statement without the words of a limit, in lower case at its beginning.
fn without(text: &str, whole: Span, span: Span) -> String {
    let (Some(before), Some(after)) = (text.get(..span.start - whole.start), text.get(span.end - whole.start..)) else {
        return text.to_owned();
    };
    let text = format!("{} {}", before.trim().trim_end_matches(" of"), after.trim());
    lowered(text.trim().trim_end_matches('.'))
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

/// `name` of `Name of dog: 2-30 characters`, where the dog was read as what is bounded.
fn noun_of(scene: &Scene<'_>, limit: &Limit, span: Span) -> Option<&'static str> {
    const NOUNS: [&str; 8] = ["name", "number", "date", "title", "code", "size", "length", "weight"];
    let before = scene.basis.text(span.basis_id).get(..span.start)?.to_lowercase();
    let label = before.trim_end().strip_suffix(':')?;
    let label = label
        .strip_suffix(&limit.subject.to_lowercase())
        .filter(|_| !limit.subject.is_empty())?;
    let label = label
        .trim_end()
        .strip_suffix(" of")
        .or_else(|| label.trim_end().strip_suffix(" of the"))?;
    let last = label.rsplit([' ', ';', '.']).next()?;
    NOUNS.into_iter().find(|noun| *noun == last)
}

/// The noun that the text gives a limit, without what is said of the field: `image` of `Image optional: up to 1 MB`.
fn said(limit: &Limit) -> String {
    let said = lowered(bare(&limit.subject));
    let said = said.strip_prefix("exempt ").map_or_else(|| said.clone(), str::to_owned);
    [" optional", " required", " mandatory"]
        .iter()
        .find_map(|end| said.strip_suffix(end))
        .map_or_else(|| said.clone(), str::to_owned)
}

/// What stands before a limit with a colon: `Title: 1-60 characters`, `Image optional: JPG, 300-3000 px`.
enum Label {
    /// The noun of the label.
    Named(String),
    /// There is a label, and its words name nothing.
    Unread,
    /// There is none.
    None,
}

fn label(scene: &Scene<'_>, span: Span) -> Label {
    let before = scene.basis.text(span.basis_id).get(..span.start).unwrap_or("");
    let part = before.rsplit([';', '(', '\n']).next().unwrap_or("");
    let Some((label, _)) = part.rsplit_once(':') else {
        return Label::None;
    };
    let label = label.rsplit(". ").next().unwrap_or(label);
    let words: Vec<String> = label
        .split_whitespace()
        .map(str::to_lowercase)
        .filter(|word| !["optional", "required", "mandatory", "new"].contains(&word.as_str()))
        .collect();
    let noun = words.join(" ");
    if words.len() <= 3 && quantity::is_noun(&noun) {
        Label::Named(noun)
    } else {
        Label::Unread
    }
}

/// What the limit bounds, in the singular and without article; the story's object or a plain word where it is not said.
pub(super) fn subject(scene: &Scene<'_>, limit: &Limit) -> String {
    let said = said(limit);
    if matches!(
        limit.dimension,
        Dimension::Measure | Dimension::Number | Dimension::Percentage
    ) {
        let whole = scene.action().map_or("", |action| action.object.as_str());
        if !said.is_empty() && whole.contains(&format!(" of my {said}")) || whole.ends_with(&format!(" of the {said}"))
        {
            return scene.one();
        }
    }
    if !said.is_empty() {
        return if limit.dimension == Dimension::Count {
            said
        } else {
            singular(&said)
        };
    }
    let measured = match limit.unit.to_lowercase().as_str() {
        "kg" | "g" | "lb" => "weight",
        "km" | "m" | "miles" | "metres" | "meters" => "distance",
        _ => "",
    };
    let named = matches!(limit.dimension, Dimension::Length | Dimension::DataSize);
    let place = named
        .then(|| scene.basis.limits().find(|(other, _)| *other == limit))
        .flatten();
    let told = place
        .and_then(|(_, span)| criterion_of(scene, span))
        .and_then(|criterion| Clause::read(&criterion.statement.text))
        .map(|clause| lowered(bare(&clause.subject)))
        .filter(|noun| quantity::is_noun(noun) && noun.split(' ').count() <= 3 && !super::criteria::is_person(noun));
    if let Some(told) = told {
        return singular(&told);
    }
    // What the line is headed by is what is bounded; where that is no noun, nothing else is.
    let heads = scene
        .basis
        .limits()
        .find(|(other, _)| *other == limit)
        .map(|(_, span)| label(scene, span));
    match heads {
        Some(Label::Named(noun)) => return singular(&noun),
        Some(Label::Unread) => return String::new(),
        Some(Label::None) | None => {}
    }
    match limit.dimension {
        Dimension::Measure if !measured.is_empty() => measured.to_owned(),
        Dimension::Length => scene.one(),
        Dimension::Count => limit.unit.clone(),
        Dimension::Money => "amount".to_owned(),
        Dimension::DataSize => "file".to_owned(),
        Dimension::Percentage => "percentage".to_owned(),
        Dimension::Age => "age".to_owned(),
        Dimension::Duration => scene.one(),
        Dimension::Measure | Dimension::Number if scene.object().is_empty() => "value".to_owned(),
        Dimension::Measure | Dimension::Number => scene.one(),
    }
}
