//! The requirement check: faults of the story itself, and what only its author can say.

use super::{Dimension, Limit, LiteralKind, Question, TestBasis, VerbClass};
use crate::test_case::{BasisId, Finding, Severity, Span};

/// Acts that say nothing of what is to be tested.
const EMPTY_ACTS: &[&str] = &[
    "improve", "be", "have", "optimise", "optimize", "enhance", "make", "get", "fix", "feel", "like", "love", "enjoy",
];

/// Finds what is wrong with the basis, and what has to be asked.
pub(super) fn check(basis: &mut TestBasis) {
    let mut findings = Vec::new();
    let mut questions = Vec::new();
    template(basis, &mut findings);
    vague(basis, &mut findings, &mut questions);
    conflicts(basis, &mut findings, &mut questions);
    if is_open(basis) {
        questions.insert(
            0,
            Question {
                key: "story/goal".to_owned(),
                text: format!(
                    "What exactly should the {} be able to do, and what is seen when it worked?",
                    basis.story.role.as_ref().map_or("user", |role| role.text.as_str())
                ),
                span: basis.story.goal.as_ref().map(|goal| goal.span),
                blocks_everything: true,
            },
        );
    }
    basis.findings = findings;
    basis.questions = questions;
}

fn finding(code: &'static str, severity: Severity, message: impl Into<String>, span: Option<Span>) -> Finding {
    Finding {
        code,
        severity,
        message: message.into(),
        span,
    }
}

fn template(basis: &TestBasis, findings: &mut Vec<Finding>) {
    let story = &basis.story;
    if story.role.is_none() {
        findings.push(finding(
            "STORY_NO_ROLE",
            Severity::Warning,
            "The story does not say who acts; name the role, as in \"As a customer\".",
            None,
        ));
    }
    if story.goal.is_none() {
        findings.push(finding(
            "STORY_NO_GOAL",
            Severity::Error,
            "The story does not say what is wanted; name one act, as in \"I want to pay by card\".",
            None,
        ));
    }
    if story.benefit.is_none() {
        findings.push(finding(
            "STORY_NO_BENEFIT",
            Severity::Info,
            "The story does not say what it is good for; add \"so that …\".",
            None,
        ));
    }
    let mut verbs: Vec<&str> = story.actions.iter().map(|action| action.verb.as_str()).collect();
    verbs.dedup();
    if verbs.len() > 1 {
        let message = format!(
            "The story wants {} things ({}); one story for each is easier to test.",
            verbs.len(),
            verbs.join(", ")
        );
        findings.push(finding(
            "STORY_NOT_ATOMIC",
            Severity::Warning,
            message,
            story.goal.as_ref().map(|goal| goal.span),
        ));
    }
}

/// Words that cannot be tested: a finding each, and a question about what they are said of.
fn vague(basis: &TestBasis, findings: &mut Vec<Finding>, questions: &mut Vec<Question>) {
    let about = thing(basis);
    for literal in &basis.literals {
        let LiteralKind::Vague(word) = &literal.kind else {
            continue;
        };
        if literal.span.basis_id == BasisId::Context || within_benefit(basis, literal.span) && !is_measured(word) {
            continue;
        }
        let (code, text) = match word.as_str() {
            "fast" | "faster" | "quick" | "quickly" | "soon" | "timely" | "real time" | "in time" | "responsive" => (
                "STORY_NOT_MEASURABLE",
                format!(
                    "How fast is \"{word}\": within how many seconds must {about} be there, and for which share of requests?"
                ),
            ),
            "etc." | "etc" | "and so on" => (
                "STORY_AMBIGUOUS",
                format!("What else belongs to the list that ends with \"{word}\"?"),
            ),
            "tbd" | "tba" => (
                "STORY_PLACEHOLDER",
                format!("What is to stand where the text says \"{}\"?", literal.text),
            ),
            "and/or" => (
                "STORY_AMBIGUOUS",
                "Does \"and/or\" mean that all of them are needed, or that one is enough?".to_owned(),
            ),
            "reliable" | "scalable" | "robust" | "flexible" => (
                "STORY_NOT_MEASURABLE",
                format!("How is \"{word}\" measured: which load or which failure must {about} survive?"),
            ),
            _ => (
                "STORY_AMBIGUOUS",
                format!("What would a tester see if {about} were \"{word}\"?"),
            ),
        };
        let severity = if code == "STORY_PLACEHOLDER" {
            Severity::Error
        } else {
            Severity::Warning
        };
        let message = format!(
            "\"{}\" cannot be tested as it stands; say what is seen or measured.",
            literal.text
        );
        findings.push(finding(code, severity, message, Some(literal.span)));
        questions.push(Question {
            key: format!("vague/{word}"),
            text,
            span: Some(literal.span),
            blocks_everything: false,
        });
    }
}

/// What a vague word is most likely said of: the object of the main act, without the vague words themselves.
fn thing(basis: &TestBasis) -> String {
    let vague = |word: &str| {
        basis.literals.iter().any(|literal| {
            matches!(&literal.kind, LiteralKind::Vague(found) if found.split(' ').any(|part| part.eq_ignore_ascii_case(word)))
        })
    };
    let object = basis.main_action().map_or("", |action| action.object.as_str());
    let mut words: Vec<&str> = object.split_whitespace().filter(|word| !vague(word)).collect();
    while words
        .first()
        .is_some_and(|word| matches!(*word, "and" | "more" | "or" | "it" | "very" | "the"))
    {
        words.remove(0);
    }
    while words
        .last()
        .is_some_and(|word| matches!(*word, "and" | "more" | "or" | "very"))
    {
        words.pop();
    }
    if words.is_empty() {
        "the result".to_owned()
    } else {
        format!("the {}", words.join(" "))
    }
}

fn is_measured(word: &str) -> bool {
    matches!(
        word,
        "fast" | "faster" | "quick" | "quickly" | "tbd" | "tba" | "real time"
    )
}

fn within_benefit(basis: &TestBasis, span: Span) -> bool {
    basis.story.benefit.as_ref().is_some_and(|benefit| {
        benefit.span.basis_id == span.basis_id && benefit.span.start <= span.start && span.end <= benefit.span.end
    })
}

/// Two limits on the same thing that contradict each other.
fn conflicts(basis: &TestBasis, findings: &mut Vec<Finding>, questions: &mut Vec<Question>) {
    let limits: Vec<(&Limit, Span)> = basis.limits().collect();
    for (index, (one, place)) in limits.iter().enumerate() {
        for (other, _) in &limits[..index] {
            let same = !one.subject.is_empty()
                && one.subject.eq_ignore_ascii_case(&other.subject)
                && one.dimension == other.dimension
                && one.unit == other.unit;
            let two_tops = matches!((one.upper, other.upper), (Some(a), Some(b)) if a != b)
                && one.dimension != Dimension::Duration;
            let told = questions
                .iter()
                .any(|question| question.key.strip_prefix("conflict/") == Some(one.subject.as_str()));
            if same && two_tops && !told {
                let message = format!(
                    "Two different bounds are given for \"{}\"; only one can hold.",
                    one.subject
                );
                findings.push(finding("CRITERIA_CONFLICT", Severity::Error, message, Some(*place)));
                questions.push(Question {
                    key: format!("conflict/{}", one.subject),
                    text: format!("Which of the two bounds on \"{}\" holds?", one.subject),
                    span: Some(*place),
                    blocks_everything: false,
                });
            }
        }
    }
}

/// Whether the story leaves open what to test: no act can be read, or nothing but a vague wish, and no criterion says more.
fn is_open(basis: &TestBasis) -> bool {
    if !basis.criteria.is_empty() || basis.limits().next().is_some() {
        return false;
    }
    let Some(action) = basis.main_action() else { return true };
    let wishes = basis
        .literals
        .iter()
        .any(|literal| matches!(literal.kind, LiteralKind::Vague(_)) && !within_benefit(basis, literal.span));
    let empty = EMPTY_ACTS.contains(&action.verb.as_str())
        || action.class == VerbClass::Other && action.object.is_empty()
        // A thing is wanted, and no act is named: `a modern design`.
        || action.class == VerbClass::Other
            && !basis.words(action.span).to_lowercase().contains(&action.verb);
    empty && wishes
        || action.class == VerbClass::Other && action.object.is_empty() && action.circumstances.is_empty()
        || empty && matches!(action.verb.as_str(), "improve" | "enhance" | "optimise" | "optimize")
        || matches!(action.verb.as_str(), "be" | "have") && wishes
}
