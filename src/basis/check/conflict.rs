//! Statements that cannot hold together: two bounds on one thing, and the same act both asked for and forbidden.

use super::finding;
use crate::basis::{Bound, Criterion, Dimension, Limit, Question, TestBasis};
use crate::test_case::{Finding, Severity, Span};
use std::collections::HashMap;

pub(super) fn read(basis: &TestBasis, findings: &mut Vec<Finding>, questions: &mut Vec<Question>) {
    // The first limit of each thing is compared with the later ones, and a thing is told of once.
    let mut first: HashMap<(String, Dimension, String), (&Limit, bool)> = HashMap::new();
    for (limit, place) in basis.limits().filter(|(limit, _)| !limit.subject.is_empty()) {
        let key = (limit.subject.to_lowercase(), limit.dimension, limit.unit.to_lowercase());
        let (other, told) = first.entry(key).or_insert((limit, false));
        if !*told && contradict(limit, other) {
            *told = true;
            bounds(limit, other, place, findings, questions);
        }
    }
    let mut sayings: HashMap<(String, Vec<String>), &Criterion> = HashMap::new();
    for criterion in &basis.criteria {
        let said = said(criterion);
        if said.is_empty() {
            continue;
        }
        let other = *sayings.entry((said, conditions(criterion))).or_insert(criterion);
        if other.negative != criterion.negative {
            acts(criterion, other, findings, questions);
        }
    }
}

/// Whether no value fits both, or whether two bounds of the same side differ.
fn contradict(one: &Limit, other: &Limit) -> bool {
    // Two times on one thing are often two events: `within 30 days` and `within 2 days after that`.
    let differ = |a: Option<Bound>, b: Option<Bound>| {
        one.dimension != Dimension::Duration && matches!((a, b), (Some(a), Some(b)) if a != b)
    };
    let apart = |low: Option<Bound>, high: Option<Bound>| matches!((low, high), (Some(low), Some(high)) if low.value > high.value || low.value == high.value && !(low.inclusive && high.inclusive));
    differ(one.upper, other.upper)
        || differ(one.lower, other.lower)
        || apart(one.lower, other.upper)
        || apart(other.lower, one.upper)
}

fn bounds(one: &Limit, other: &Limit, place: Span, findings: &mut Vec<Finding>, questions: &mut Vec<Question>) {
    let (first, second) = (range(other), range(one));
    findings.push(finding(
        "CRITERIA_CONFLICT",
        Severity::Error,
        format!(
            "\"{}\" is bounded twice: {first}, and {second}. Say which one holds.",
            one.subject
        ),
        Some(place),
    ));
    questions.push(Question {
        key: format!("conflict/{}/{:?}", one.subject.to_lowercase(), one.dimension).to_lowercase(),
        text: format!("Which bound on \"{}\" holds: {first}, or {second}?", one.subject),
        span: Some(place),
        blocks_everything: false,
    });
}

fn range(limit: &Limit) -> String {
    let unit = match limit.unit.as_str() {
        "" => String::new(),
        unit => format!(" {unit}"),
    };
    match (limit.lower, limit.upper) {
        (Some(low), Some(high)) if low.value == high.value => format!("exactly {}{unit}", low.value),
        (Some(low), Some(high)) => format!("{} to {}{unit}", low.value, high.value),
        (Some(low), None) if low.inclusive => format!("at least {}{unit}", low.value),
        (Some(low), None) => format!("more than {}{unit}", low.value),
        (None, Some(high)) if high.inclusive => format!("at most {}{unit}", high.value),
        (None, Some(high)) => format!("less than {}{unit}", high.value),
        (None, None) => "none".to_owned(),
    }
}

fn acts(one: &Criterion, other: &Criterion, findings: &mut Vec<Finding>, questions: &mut Vec<Question>) {
    let (first, second) = (&other.statement.text, &one.statement.text);
    findings.push(finding(
        "CRITERIA_CONFLICT",
        Severity::Error,
        format!("\"{second}\" forbids what \"{first}\" asks for, or the other way round. Say which one holds, or when each does."),
        Some(one.statement.span),
    ));
    questions.push(Question {
        key: format!("conflict/{}/{}", other.basis_id, one.basis_id).to_lowercase(),
        text: format!("Which one holds: \"{first}\" or \"{second}\"?"),
        span: Some(one.statement.span),
        blocks_everything: false,
    });
}

/// What a criterion is about, without what makes it binding, allowed or denied.
fn said(criterion: &Criterion) -> String {
    let text = criterion
        .then
        .iter()
        .map(|then| then.text.to_lowercase())
        .collect::<Vec<_>>()
        .join(" ");
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| {
        !matches!(
            *word,
            "" | "the"
                | "a"
                | "an"
                | "must"
                | "shall"
                | "should"
                | "can"
                | "cannot"
                | "may"
                | "not"
                | "be"
                | "able"
                | "to"
                | "is"
                | "are"
                | "allowed"
                | "never"
                | "will"
                | "do"
                | "does"
                | "possible"
                | "permitted"
                | "always"
        )
    });
    words.collect::<Vec<_>>().join(" ")
}

fn conditions(criterion: &Criterion) -> Vec<String> {
    criterion
        .given
        .iter()
        .chain(&criterion.when)
        .map(|part| part.text.to_lowercase())
        .collect()
}
