//! A limit that stands in a condition: `when the delivered quantity differs by more than 2 %`, `if the value is 180 mmHg or
//! higher`. Nobody enters it anywhere: the author's own condition, with one exact value in the place of the bound, is the
//! state that a tester sets up.
//!
//! Refuses: conditions that are no clause (`above 90 %`), which leave open what has the value.

use super::super::behaviour;
use super::super::criteria;
use super::super::limit_case::Setup;
use super::super::ordinary::Ordinary;
use super::{Point, Rule, contains, criterion_of, lowered, points};
use crate::basis::{Criterion, CriterionForm, Phrase};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{capitalised, slug};
use crate::coverage::values;
use crate::test_case::{Span, Step};

/// The setup of a value within a condition; `None` where the limit stands in no condition that can be said with a value.
pub(in crate::coverage::families) fn setup(scene: &Scene<'_>, rule: &Rule, point: &Point) -> Option<Setup> {
    let criterion = criterion_of(scene, rule.span)?;
    if !matches!(
        criterion.form,
        CriterionForm::Conditional | CriterionForm::GivenWhenThen
    ) {
        return None;
    }
    let mut told = criterion.clone();
    let part = told
        .when
        .iter_mut()
        .chain(told.given.iter_mut())
        .find(|part| contains(part.span, rule.span))?;
    part.text = exact(scene, part, rule, point)?;
    let said = lowered(scene.observed(&part.text).trim_end_matches(['.', ',']));
    if criterion.form == CriterionForm::GivenWhenThen {
        return scenario(scene, rule, &told, &said);
    }
    Clause::read(&said).filter(|clause| !clause.subject.is_empty() && !is_pronoun(&clause.subject))?;
    let mut read = criteria::reading(scene, &told);
    // What happens by itself is waited for, and not what the story's own act would bring.
    let by_itself = *scene.goal() != crate::coverage::scene::Goal::Acted || scene.automatic().is_some();
    if by_itself {
        read.steps = Vec::new();
        read.givens
            .retain(|given| given.contains("set up") || given.contains("signed in") || holds(given, &said));
    }
    let mut steps = read.steps;
    if steps.is_empty() && !by_itself {
        steps.push(scene.open());
    }
    // What is seen is looked for where the outcome says that it is.
    let outcome = criteria::outcome(scene, criterion);
    if let Some(subject) = Clause::read(&outcome).map(|clause| clause.subject)
        && (by_itself || steps.iter().all(|step| step.action.starts_with("Open")))
        && !subject.is_empty()
    {
        let comes = Clause::read(&outcome).is_some_and(|clause| clause.base == "appear");
        steps.push(Step::new(if comes {
            format!("Look for {}.", lowered(&subject))
        } else {
            format!("Look at {}.", lowered(&subject))
        }));
    }
    if steps.is_empty() {
        return None;
    }
    let mut givens = read.givens;
    if !steps.iter().any(|step| holds(&step.action, &said)) && !givens.iter().any(|given| holds(given, &said)) {
        givens.push(capitalised(&said));
    }
    Some(Setup {
        key: format!("{}/{}", slug(&key(scene, rule)), rule.span.start),
        thing: capitalised(&said),
        is_clause: true,
        run: Some(Ordinary {
            givens,
            steps,
            expected: String::new(),
            values: read.values,
        }),
        ..Setup::default()
    })
}

/// The author's own scenario with the value in the place of the bound: what is given, what is done, and nothing else.
fn scenario(scene: &Scene<'_>, rule: &Rule, told: &Criterion, said: &str) -> Option<Setup> {
    let played = behaviour::of(scene, told)?;
    let thing = said.strip_prefix("given ").unwrap_or(said);
    Some(Setup {
        key: format!("{}/{}", slug(&key(scene, rule)), rule.span.start),
        thing: capitalised(thing),
        is_clause: true,
        run: Some(Ordinary {
            givens: played.givens,
            steps: played.steps,
            ..Ordinary::default()
        }),
        ..Setup::default()
    })
}

fn is_pronoun(subject: &str) -> bool {
    ["it", "they", "this", "that", "he", "she"].contains(&subject.to_lowercase().as_str())
}

fn holds(text: &str, said: &str) -> bool {
    text.to_lowercase().contains(&said.to_lowercase())
}

fn key(scene: &Scene<'_>, rule: &Rule) -> String {
    if rule.limit.subject.is_empty() {
        scene.basis.words(rule.span).to_owned()
    } else {
        lowered(&rule.limit.subject)
    }
}

/// The words of a part with the value in the place of the bound; other bounds of the part hold one value that satisfies
/// them, and an alternative to the bound is left out.
fn exact(scene: &Scene<'_>, part: &Phrase, rule: &Rule, point: &Point) -> Option<String> {
    let words = scene.basis.words(part.span);
    // `when I don't pay within 10 minutes`: a time is not brought about by not paying.
    let low = words.to_lowercase();
    let denied = ["n't ", "n’t ", " not ", " no ", "nobody"]
        .iter()
        .any(|word| low.contains(word));
    if denied && scene.basis.words(rule.span).to_lowercase().starts_with("within") {
        return None;
    }
    let mut cuts: Vec<(Span, String)> = vec![(rule.span, values::of_limit(point.value, &rule.limit))];
    for (limit, span) in scene.basis.limits() {
        if span == rule.span || !contains(part.span, span) {
            continue;
        }
        let between = if span.start > rule.span.start {
            scene.basis.words(Span {
                start: rule.span.end,
                end: span.start,
                ..span
            })
        } else {
            scene.basis.words(Span {
                start: span.end,
                end: rule.span.start,
                ..span
            })
        };
        if between.trim() == "or" {
            cuts.push((span, String::new()));
            continue;
        }
        let satisfying = points(scene, limit).into_iter().find(|point| point.inside)?;
        cuts.push((span, values::of_limit(satisfying.value, limit)));
    }
    cuts.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut text = words.to_owned();
    for (span, value) in cuts {
        let (from, to) = (span.start - part.span.start, span.end - part.span.start);
        let bound = scene.basis.words(span).to_lowercase();
        let (before, after) = (text.get(..from)?.trim_end(), text.get(to..)?.to_owned());
        let before = before
            .strip_suffix(" of")
            .filter(|head| head.ends_with(" outside"))
            .unwrap_or(before);
        let before = before.strip_suffix(" outside").unwrap_or(before);
        if value.is_empty() {
            let before = before.strip_suffix(" or").unwrap_or(before).to_owned();
            let after = after
                .strip_prefix(" or ")
                .map_or(after.clone(), |rest| format!(" {rest}"));
            text = format!("{before}{after}");
            continue;
        }
        text = said_with(before, &bound, &value, &after);
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.contains(" or ")).then_some(text)
}

/// A clause around a bound, said with a value: `the price exceeds $5` → `the price is $5`, `is older than 60 days` → `is 60
/// days old`, `falls below 5 °C` → `falls to 5 °C`.
fn said_with(before: &str, bound: &str, value: &str, after: &str) -> String {
    let last = before.rsplit(' ').next().unwrap_or("").to_lowercase();
    let verb = if bound.starts_with("exceed") {
        if before.to_lowercase().split(' ').any(|word| word.ends_with('s'))
            && last.ends_with('s')
            && !last.ends_with("ss")
        {
            "are "
        } else {
            "is "
        }
    } else if [
        "falls",
        "rises",
        "drops",
        "climbs",
        "sinks",
        "goes",
        "fall",
        "rise",
        "drop",
        "increases",
        "decreases",
        "grows",
    ]
    .contains(&last.as_str())
    {
        "to "
    } else {
        ""
    };
    let verb = if is_time(bound) && bound.starts_with("after ") {
        "after "
    } else if is_time(bound) && bound.starts_with("for ") {
        "for "
    } else {
        verb
    };
    // `confirms within 5 minutes` is tried by confirming after so many.
    let verb = if bound.starts_with("within") && bound.ends_with(|c: char| c.is_alphabetic()) && is_time(bound) {
        "after "
    } else {
        verb
    };
    let adjective = [
        ("older than", " old"),
        ("younger than", " old"),
        ("longer than", " long"),
        ("shorter than", " long"),
    ]
    .iter()
    .find(|(comparison, _)| bound.contains(comparison) && !after.trim_start().starts_with("old"))
    .map_or("", |(_, adjective)| adjective);
    format!("{before} {verb}{value}{adjective}{after}")
}

fn is_time(bound: &str) -> bool {
    let unit = bound.rsplit(' ').next().unwrap_or("");
    let one = crate::coverage::scene::grammar::singular(unit);
    [
        "second", "minute", "hour", "day", "week", "month", "year", "s", "min", "h",
    ]
    .contains(&one.as_str())
}
