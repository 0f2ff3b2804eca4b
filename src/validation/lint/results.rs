//! Rules about what shows that a case passed, and about what a case rests on.

use super::{Case, Hits};
use crate::test_case::TestCaseType;
use crate::validation::matching::Rest;
use crate::validation::outcome::Outcome;
use crate::validation::subject::Field;
use crate::validation::text::lexicon::{INSIDE, NEGATION, SEEN};
use crate::validation::text::{Passage, lower};

/// Whether a result says nothing but that it is good.
pub(super) fn is_vague(field: Field, passage: &Passage<'_>) -> bool {
    const NOTHING: &[u64] = &[
        lower("works"),
        lower("work"),
        lower("working"),
        lower("correct"),
        lower("correctly"),
        lower("expected"),
        lower("success"),
        lower("successful"),
        lower("successfully"),
        lower("ok"),
        lower("okay"),
        lower("pass"),
        lower("passes"),
        lower("passed"),
        lower("system"),
        lower("application"),
        lower("operation"),
        lower("action"),
        lower("result"),
        lower("results"),
        lower("behaves"),
        lower("behaviour"),
        lower("behavior"),
        lower("normal"),
        lower("normally"),
        lower("properly"),
        lower("functions"),
        lower("functionality"),
        lower("fine"),
        lower("done"),
        lower("performed"),
        lower("completed"),
        lower("completes"),
        lower("complete"),
        lower("test"),
        lower("feature"),
        lower("everything"),
        lower("user"),
        lower("outcome"),
        lower("achieved"),
        lower("process"),
        lower("task"),
        lower("succeeds"),
        lower("succeeded"),
        lower("happens"),
        lower("true"),
        lower("handled"),
        lower("gracefully"),
        lower("consistent"),
        lower("requirement"),
        lower("requirements"),
        lower("specification"),
        lower("specified"),
    ];
    field == Field::Expected
        && !passage
            .words
            .iter()
            .any(|word| word.is_content() && !NOTHING.contains(&word.key))
}

/// A result that says nothing but that it is good.
pub(super) fn vague_result(case: &Case<'_>, hits: &mut Hits) {
    if is_vague(Field::Expected, &case.subject.expected) {
        hits.add(Field::Expected, "it says only that it worked; say what a tester sees");
    }
}

/// A result that nobody can see.
pub(super) fn unobservable_result(case: &Case<'_>, hits: &mut Hits) {
    let seen = case.subject.steps.iter().any(|step| step.seen.has(SEEN)) || case.subject.expected.has(SEEN);
    let expected = &case.subject.expected;
    if !seen
        && !expected.has(NEGATION)
        && let Some(word) = expected.find(INSIDE)
    {
        let message = format!(
            "nobody sees what is “{}”; say where a tester looks and what is there",
            expected.of(word)
        );
        hits.add(Field::Expected, message);
    }
}

/// A negative case that shows success, or a positive one that shows a refusal.
pub(super) fn polarity_mismatch(case: &Case<'_>, hits: &mut Hits) {
    let due = Outcome::of_type(case.subject.case_type);
    if due.contradicts(case.outcome) {
        let message = match due {
            Outcome::Refusal => "a negative case must show a refusal, this one shows success",
            _ => "a positive case must show success, this one shows a refusal",
        };
        hits.add(Field::Expected, message);
    }
}

/// A negative case that does not say what must not happen.
pub(super) fn missing_must_not(case: &Case<'_>, hits: &mut Hits) {
    let subject = case.subject;
    let said = subject.expected.has(NEGATION) || subject.steps.iter().any(|step| step.seen.has(NEGATION));
    let swapped = Outcome::Refusal.contradicts(case.outcome);
    if subject.case_type == TestCaseType::Negative && !said && !swapped && !is_vague(Field::Expected, &subject.expected)
    {
        hits.add(
            Field::Expected,
            "say also what must not happen, or what stays as it was",
        );
    }
}

/// Values that nothing supports.
pub(super) fn ungrounded_value(case: &Case<'_>, hits: &mut Hits) {
    for (field, text) in &case.evidence.assumed {
        let message = format!("nothing supports “{text}”; take it from the story, or ask the author");
        hits.add(*field, message);
    }
}

/// What the writer says it assumed.
pub(super) fn declared_assumption(case: &Case<'_>, hits: &mut Hits) {
    for index in 0..case.declared {
        hits.add_named(
            &format!("assumptions[{index}]"),
            "the writer assumed this; the author of the story must confirm it",
        );
    }
}

/// A case that rests on nothing.
pub(super) fn no_trace(case: &Case<'_>, hits: &mut Hits) {
    if *case.rest == Rest::Nothing {
        hits.add_named(
            "covers",
            "it covers nothing that was planned and shares no words with the story",
        );
    }
}

/// A quotation that is not in the basis.
pub(super) fn false_quote(case: &Case<'_>, hits: &mut Hits) {
    if *case.rest == Rest::FalseQuote {
        hits.add_named("quote", "the words that it rests on do not stand in the story");
    }
}
