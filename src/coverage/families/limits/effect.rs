//! What happens on the two sides of a limit: the act succeeds or is refused, or something that the criterion says.

use super::super::{criteria, entitlement, told_act};
use super::{Effect, contains, joined, lowered, threshold};
use crate::basis::{Criterion, CriterionForm, Limit};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::{Clause, contrary};
use crate::coverage::scene::grammar::{bare, is_plural, singular, the, third_person};
use crate::test_case::Span;

/// What happens inside and outside; `None` where the limit is itself an outcome, which no input brings about.
pub(super) fn effects(
    scene: &Scene<'_>,
    criterion: Option<&Criterion>,
    limit: &Limit,
    span: Span,
) -> Option<(Effect, Effect)> {
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

pub(super) fn is_conditional(criterion: &Criterion) -> bool {
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
pub(super) fn is_turned(scene: &Scene<'_>, limit: &Limit, span: Span) -> bool {
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
        .or_else(|| criteria::fact(&then))
        .unwrap_or(then);
    let otherwise = otherwise.map(|text| criteria::fact(&text).unwrap_or(text));
    let other = otherwise
        .or_else(|| denied(&then))
        .unwrap_or_else(|| format!("this does not happen: {then}"));
    (Effect::Outcome(then), Effect::Outcome(other))
}

/// The contrary of each clause of an outcome: `it is declined and a message is sent` → `it is not declined and no message
/// is sent`.
pub(super) fn denied(outcome: &str) -> Option<String> {
    let parts = criteria::split(outcome);
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
pub(in crate::coverage::families) fn refuses(clause: &str) -> bool {
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
