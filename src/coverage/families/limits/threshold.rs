//! Thresholds that refuse nothing: on one side of them something else happens. `Above 90 % a hint is shown`, `any transfer
//! over 10,000 EUR` that two directors approve, `Bronze 0-499, Silver 500-1,499`.

use super::{Effect, Rule, contains, lowered};
use crate::basis::{Criterion, Dimension, Limit};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{bare, is_or_are, the};
use crate::test_case::Span;

/// Words by which a threshold opens.
const COMPARES: [&str; 14] = [
    "above",
    "over",
    "from ",
    "below",
    "under",
    "beyond",
    "more than",
    "less than",
    "fewer than",
    "at ",
    "exceeding",
    "between",
    "starting",
    "up to",
];

/// `above 90 % a battery-wear hint is shown`: the words behind a limit that opens its clause.
pub(super) fn opens_clause(
    scene: &Scene<'_>,
    criterion: &Criterion,
    limit: &Limit,
    span: Span,
) -> Option<(Effect, Effect)> {
    if limit.dimension == Dimension::Duration {
        return None;
    }
    // `2 attempts, the better one counts` allows; what compares tells of two sides.
    let compares = scene.basis.words(span).to_lowercase();
    if !COMPARES.iter().any(|word| compares.starts_with(word)) {
        return None;
    }
    let place = criterion.statement.span;
    let cut = |start, end| scene.basis.words(Span { start, end, ..place });
    let before = cut(place.start, span.start);
    let opened = before
        .rsplit([';', '.', ':', '\n', ','])
        .next()
        .unwrap_or("")
        .trim()
        .to_lowercase();
    if !matches!(opened.as_str(), "" | "for" | "from" | "with" | "at" | "and") {
        return None;
    }
    let behind = cut(span.end, place.end);
    let behind = behind.split([';', '\n']).next().unwrap_or("").trim();
    let behind = behind.strip_prefix(',').unwrap_or(behind).trim().trim_end_matches('.');
    // `at least 21, from 76 upwards a certificate …`: what follows is told of the next limit.
    let next = behind.to_lowercase();
    let labelled = before.trim_end().ends_with(':');
    if labelled && COMPARES.iter().any(|word| next.starts_with(word)) {
        return None;
    }
    let outcome = full_verb(scene, criterion, behind);
    let clause = Clause::read(&outcome).filter(|clause| !bare(&clause.subject).is_empty())?;
    // `at most 3 gift cards can be applied`: the counted thing itself is the subject.
    let counted = before.trim().is_empty() && starts_with_counted(scene, span, behind);
    if counted || clause.subject.contains(',') || super::refuses(&outcome) {
        return None;
    }
    let outcome = lowered(&scene.observed(&outcome));
    let outcome = super::super::criteria::fact(&outcome).unwrap_or(outcome);
    let other = super::effect::denied(&outcome)?;
    Some((Effect::Outcome(outcome), Effect::Outcome(other)))
}

/// `raising it must be confirmed with the app PIN` → `a confirmation with the app PIN is asked for`.
pub(super) fn asked_for(outcome: &str) -> Option<String> {
    const NOUNS: [(&str, &str); 8] = [
        ("confirmed", "a confirmation"),
        ("approved", "an approval"),
        ("authorised", "an authorisation"),
        ("authorized", "an authorization"),
        ("reviewed", "a review"),
        ("signed", "a signature"),
        ("released", "a release"),
        ("countersigned", "a second signature"),
    ];
    let clause = Clause::read(outcome).filter(|clause| clause.base == "be" && !clause.negative)?;
    let first = clause.verb.split(' ').next().unwrap_or("").to_lowercase();
    if !crate::basis::modal::is_demand(&first) {
        return None;
    }
    let (done, rest) = clause.rest.split_once(' ').unwrap_or((&clause.rest, ""));
    let (_, noun) = NOUNS.iter().find(|(participle, _)| *participle == done)?;
    Some(format!("{noun} {rest}").trim_end().to_owned() + " is asked for")
}

fn starts_with_counted(scene: &Scene<'_>, span: Span, behind: &str) -> bool {
    let words = scene.basis.words(span);
    let counted = words
        .split(' ')
        .next_back()
        .is_some_and(|word| word.chars().all(char::is_alphabetic) && word.ends_with('s'));
    counted
        && !behind.starts_with("the ")
        && !behind.starts_with("a ")
        && !behind.starts_with("an ")
        && !behind.starts_with("no ")
}

/// `the finance department does` → `the finance department approves`, by the clause before it.
fn full_verb(scene: &Scene<'_>, criterion: &Criterion, outcome: &str) -> String {
    let Some(subject) = outcome.strip_suffix(" does").or_else(|| outcome.strip_suffix(" do")) else {
        return outcome.to_owned();
    };
    let whole = scene.basis.text(criterion.statement.span.basis_id);
    let earlier = whole.split([';', '.']).find_map(|part| {
        let words: Vec<&str> = part.split_whitespace().collect();
        let from = words
            .iter()
            .position(|word| ["a", "an", "the"].contains(&word.to_lowercase().as_str()))?;
        let clause = Clause::read(&words.get(from..)?.join(" "))?;
        (!clause.subject.is_empty() && clause.base != "do" && clause.base != "be").then_some(clause)
    });
    earlier.map_or_else(
        || outcome.to_owned(),
        |clause| {
            format!("{subject} {} {}", clause.verb, clause.rest)
                .trim_end()
                .to_owned()
        },
    )
}

/// Acts by which others let something pass.
const APPROVALS: [&str; 9] = [
    "approve",
    "confirm",
    "review",
    "sign",
    "release",
    "check",
    "authorise",
    "authorize",
    "countersign",
];

/// What a wish says that others do with what lies beyond a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::coverage::families) struct Approval {
    /// Who: `two directors`.
    pub(in crate::coverage::families) who: String,
    /// What they do: `approve`.
    pub(in crate::coverage::families) verb: String,
    /// With what: `outgoing transfer`.
    pub(in crate::coverage::families) thing: String,
}

/// `I want two directors to approve any outgoing transfer over 10,000 EUR`.
pub(in crate::coverage::families) fn approval(scene: &Scene<'_>, span: Span) -> Option<Approval> {
    let goal = scene.goal_span();
    if !contains(goal, span) {
        return None;
    }
    let before = scene.basis.words(Span {
        end: span.start,
        ..goal
    });
    let (who, rest) = before.rsplit_once(" to ")?;
    let (verb, thing) = rest.split_once(' ')?;
    let thing = bare(thing.trim()).to_owned();
    let who = who.rsplit(" want ").next().unwrap_or(who).trim();
    (APPROVALS.contains(&verb) && super::quantity::is_noun(&thing) && !who.is_empty() && who != "I").then(|| Approval {
        who: lowered(who),
        verb: verb.to_owned(),
        thing,
    })
}

/// What happens on the two sides of such a wish.
pub(super) fn approved(scene: &Scene<'_>, span: Span) -> Option<(Effect, Effect)> {
    let Approval { who, verb, thing } = approval(scene, span)?;
    let thing = the(&thing);
    let be = is_or_are(&who);
    Some((
        Effect::Outcome(format!(
            "{who} {be} asked to {verb} {thing}, and it does not go on before"
        )),
        Effect::Outcome(format!("nobody is asked to {verb} {thing}, and it goes on at once")),
    ))
}

/// `Bronze 0-499, Silver 500-1,499, Gold 1,500 and more`: names of classes, each right before its limit.
pub(super) fn class(scene: &Scene<'_>, span: Span) -> Option<(Effect, Effect)> {
    let raw = scene.basis.limits().find(|(_, place)| *place == span)?.0;
    let limit = raw;
    let named = |limit: &Limit| {
        let mut chars = limit.subject.chars();
        chars.next().is_some_and(char::is_uppercase) && !limit.subject.contains(' ')
    };
    let others = scene
        .basis
        .limits()
        .filter(|(other, place)| {
            place.basis_id == span.basis_id
                && named(other)
                && other.dimension == limit.dimension
                && other.subject != limit.subject
        })
        .count();
    if !named(limit) || others == 0 {
        return None;
    }
    let kind = kind_of_class(scene, span)?;
    let name = &limit.subject;
    Some((
        Effect::Outcome(format!("the {kind} is {name}")),
        Effect::Outcome(format!("the {kind} is not {name}")),
    ))
}

/// What the classes are: `tier` of `Tiers by points: …`, and what decides: `points`.
pub(in crate::coverage::families) fn class_heading(scene: &Scene<'_>, span: Span) -> Option<(String, String)> {
    let text = scene.basis.text(span.basis_id).get(..span.start)?;
    let heading = text.split_once(':')?.0;
    let (kind, by) = heading.split_once(" by ")?;
    let by = by.split(" in ").next().unwrap_or(by);
    let kind = crate::coverage::scene::grammar::singular(&lowered(bare(kind)));
    (super::quantity::is_noun(&kind) && super::quantity::is_noun(by)).then(|| (kind, by.to_owned()))
}

fn kind_of_class(scene: &Scene<'_>, span: Span) -> Option<String> {
    class_heading(scene, span).map(|(kind, _)| kind)
}

/// The rule for one of its points: what lies outside it and within another limit of the same quantity has that outcome.
pub(in crate::coverage::families) fn tiered(rules: &[Rule], rule: &Rule, value: rust_decimal::Decimal) -> Rule {
    let mut rule = rule.clone();
    if !matches!(rule.outside, Effect::Outcome(_)) {
        return rule;
    }
    let alike = |other: &&Rule| {
        other.span != rule.span
            && other.limit.dimension == rule.limit.dimension
            && other.limit.unit.eq_ignore_ascii_case(&rule.limit.unit)
            && (other.span.basis_id == rule.span.basis_id || other.limit.subject == rule.limit.subject)
            && other.inside != rule.inside
            && matches!(other.inside, Effect::Outcome(_))
    };
    let tier = rules.iter().filter(alike).find(|other| {
        super::points::admits(&other.limit, value)
            && rules
                .iter()
                .filter(alike)
                .filter(|part| part.inside == other.inside)
                .all(|part| super::points::admits(&part.limit, value))
    });
    if let Some(tier) = tier {
        rule.outside = tier.inside.clone();
    }
    rule
}
