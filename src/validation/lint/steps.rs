//! Rules about what a tester does.

use super::{Case, Hits};
use crate::test_case::TestCaseType;
use crate::validation::subject::Field;
use crate::validation::text::lexicon::{ACTION, ACTOR, CHANGE, ENTER, INVALID, NEGATION, STOP, VERIFY};
use crate::validation::text::{Passage, Word, lower};

const STATES: &[u64] = &[
    lower("is"),
    lower("are"),
    lower("has"),
    lower("have"),
    lower("was"),
    lower("were"),
    lower("had"),
];

/// Several actions in one step.
pub(super) fn eager_action(case: &Case<'_>, hits: &mut Hits) {
    for (index, step) in case.subject.steps.iter().enumerate() {
        let passage = &step.action;
        let first = passage.words.first().is_some_and(|word| word.is(ACTION));
        let second = (1..passage.words.len()).find(|&at| first && begins_another_action(passage, at));
        if let Some(word) = second.and_then(|at| passage.words.get(at)) {
            let message = format!(
                "the step does more than one thing; make a step of its own from “{}”",
                passage.of(word)
            );
            hits.add(Field::Action(index), message);
        }
    }
}

fn begins_another_action(passage: &Passage<'_>, at: usize) -> bool {
    let (Some(word), Some(before)) = (passage.words.get(at), passage.words.get(at - 1)) else {
        return false;
    };
    let gap = passage.before(at);
    let joined =
        before.key == lower("and") || before.key == lower("then") || gap.contains([',', ';']) || gap.contains(". ");
    if !joined || !word.is(ACTION) || word.capital && !gap.contains('.') || in_quotes(passage, word) {
        return false;
    }
    let idiom = at >= 2
        && passage.words.get(at - 2).is_some_and(|verb| {
            [(lower("drag"), lower("drop")), (lower("copy"), lower("paste"))].contains(&(verb.key, word.key))
        });
    !idiom && is_instruction(passage, at)
}

/// Whether the verb at this place is followed by what an instruction goes on with, not by a noun that it would describe.
fn is_instruction(passage: &Passage<'_>, at: usize) -> bool {
    let Some(next) = passage.words.get(at + 1) else {
        return true;
    };
    let gap = passage.before(at + 1);
    gap.contains(['"', '“', '\'', '‘', '<', '$'])
        || next.is(STOP) && !STATES.contains(&next.key)
        || next.capital
        || next.digit
}

fn in_quotes(passage: &Passage<'_>, word: &Word) -> bool {
    let before = passage.text.get(..word.start).unwrap_or("");
    before.chars().filter(|sign| matches!(sign, '"' | '“' | '”')).count() % 2 == 1 || before.ends_with(['\'', '‘'])
}

/// A state that is set up in a step.
pub(super) fn misplaced_precondition(case: &Case<'_>, hits: &mut Hits) {
    for (index, step) in case.subject.steps.iter().enumerate() {
        let words = &step.action.words;
        let keyword = words.first().is_some_and(|word| {
            [
                lower("given"),
                lower("assume"),
                lower("assuming"),
                lower("precondition"),
            ]
            .contains(&word.key)
        });
        let ensured = index == 0
            && words.first().is_some_and(|word| word.key == lower("ensure"))
            && words
                .iter()
                .any(|word| STATES.contains(&word.key) || word.key == lower("exists"));
        let state = actor_then(words).is_some_and(|next| STATES.contains(&next.key));
        if keyword || ensured || state {
            hits.add(
                Field::Action(index),
                "this is a state, not an action; move it to the preconditions",
            );
        }
    }
}

/// A step that tells a story instead of giving an instruction.
pub(super) fn not_imperative(case: &Case<'_>, hits: &mut Hits) {
    for (index, step) in case.subject.steps.iter().enumerate() {
        let words = &step.action.words;
        let told = actor_then(words).is_some_and(|next| {
            !STATES.contains(&next.key) && (step.action.of(next).ends_with('s') || next.is(ACTION)) && !next.is(STOP)
        });
        if told {
            hits.add(
                Field::Action(index),
                "write it as an instruction that begins with a verb, such as “Enter …”",
            );
        }
    }
}

/// The word after an actor that begins a sentence, behind an article and a keyword of Given/When/Then.
fn actor_then(words: &[Word]) -> Option<&Word> {
    let skip = |words: &mut std::iter::Peekable<std::slice::Iter<'_, Word>>, keys: &[u64]| {
        words.next_if(|word| keys.contains(&word.key));
    };
    let mut words_left = words.iter().peekable();
    skip(&mut words_left, &[lower("when"), lower("then"), lower("and")]);
    skip(&mut words_left, &[lower("the"), lower("a"), lower("an")]);
    words_left.next().filter(|word| word.is(ACTOR))?;
    words_left.next()
}

/// An action where a state or a result is due.
pub(super) fn misplaced_action(case: &Case<'_>, hits: &mut Hits) {
    const DOING: &[u64] = &[
        lower("click"),
        lower("enter"),
        lower("select"),
        lower("navigate"),
        lower("go"),
        lower("press"),
        lower("tap"),
        lower("open"),
        lower("log"),
        lower("sign"),
        lower("add"),
        lower("create"),
        lower("fill"),
        lower("choose"),
        lower("visit"),
        lower("submit"),
        lower("upload"),
        lower("verify"),
        lower("check"),
    ];
    for (field, passage) in case.subject.fields() {
        if !matches!(field, Field::Precondition(_) | Field::Seen(_) | Field::Expected) {
            continue;
        }
        let doing = passage.words.first().is_some_and(|word| DOING.contains(&word.key));
        if doing && passage.words.len() > 1 && is_instruction(passage, 0) {
            let mend = if field.is_result() {
                "say what is seen instead"
            } else {
                "say which state holds instead"
            };
            hits.add(field, format!("this is an action; {mend}"));
        }
    }
}

/// A check that stands in an action.
pub(super) fn misplaced_verification(case: &Case<'_>, hits: &mut Hits) {
    const TESTS: &[u64] = &[lower("that"), lower("if"), lower("whether")];
    for (index, step) in case.subject.steps.iter().enumerate() {
        let words = &step.action.words;
        let Some(first) = words.first() else { continue };
        let second = words.get(1).map_or(0, |word| word.key);
        let checks = first.is(VERIFY) && !(index == 0 && first.key == lower("ensure"))
            || [lower("check"), lower("confirm"), lower("see")].contains(&first.key) && TESTS.contains(&second)
            || first.key == lower("make") && second == lower("sure");
        if checks {
            hits.add(
                Field::Action(index),
                "this is a check; say it as the expected result of the step before",
            );
        }
    }
}

/// A change of state that nothing looks at before the next change.
pub(super) fn unverified_action(case: &Case<'_>, hits: &mut Hits) {
    let steps = &case.subject.steps;
    let change = |index: usize| {
        steps
            .get(index)
            .and_then(|step| step.action.words.first())
            .filter(|word| word.is(CHANGE))
    };
    for index in 0..steps.len() {
        let Some(verb) = change(index) else { continue };
        let next = (index + 1..steps.len()).find(|&later| change(later).is_some_and(|other| other.key != verb.key));
        let Some(next) = next else { continue };
        let looked = (index..next).any(|at| {
            steps.get(at).is_some_and(|step| {
                !step.seen.text.is_empty() || step.action.words.first().is_some_and(|word| word.is(VERIFY))
            })
        });
        if !looked {
            hits.add(
                Field::Seen(index),
                "nothing shows that this step worked before the next change; say what is seen",
            );
        }
    }
}

/// Too few or too many steps.
pub(super) fn step_count(case: &Case<'_>, hits: &mut Hits) {
    let count = case.subject.steps.len();
    if count < 2 {
        hits.add_named(
            "steps",
            "one step hides how the state is reached; a case has 2 to 10 steps",
        );
    } else if count > 10 {
        hits.add_named("steps", format!("{count} steps; a case has at most 10, so split it"));
    }
}

/// More steps than a tester likes.
pub(super) fn long_case(case: &Case<'_>, hits: &mut Hits) {
    let count = case.subject.steps.len();
    if (6..=10).contains(&count) {
        hits.add_named("steps", format!("{count} steps; 2 to 5 are easier to run and to mend"));
    }
}

/// Two invalid values in one case: the first refusal hides the second.
pub(super) fn fault_masking(case: &Case<'_>, hits: &mut Hits) {
    if case.subject.case_type != TestCaseType::Negative {
        return;
    }
    let mut nouns: Vec<u64> = Vec::new();
    for (index, step) in case.subject.steps.iter().enumerate() {
        if !step.action.words.first().is_some_and(|word| word.is(ENTER)) {
            continue;
        }
        for pair in step.action.words.windows(2) {
            let [adjective, noun] = pair else { continue };
            let invalid = adjective.is(INVALID) && !adjective.is(NEGATION | STOP);
            if invalid && noun.is_content() && !noun.is(INVALID) && !nouns.contains(&noun.stem) {
                nouns.push(noun.stem);
                if nouns.len() == 2 {
                    hits.add(
                        Field::Action(index),
                        "a second invalid value in one case; the first refusal would hide it",
                    );
                }
            }
        }
    }
}

/// A text whose length is not the one that the step says.
pub(super) fn length_mismatch(case: &Case<'_>, hits: &mut Hits) {
    for mismatch in &case.evidence.mismatches {
        let message = format!(
            "the step says {} characters, the text has {}",
            mismatch.said.normalize(),
            mismatch.has
        );
        hits.add(mismatch.field, message);
    }
}

/// No state to start from, or one that says nothing.
pub(super) fn no_preconditions(case: &Case<'_>, hits: &mut Hits) {
    const NOTHING: &[u64] = &[
        lower("system"),
        lower("application"),
        lower("app"),
        lower("website"),
        lower("site"),
        lower("browser"),
        lower("running"),
        lower("available"),
        lower("working"),
        lower("accessible"),
        lower("online"),
        lower("user"),
        lower("open"),
        lower("opened"),
        lower("launched"),
        lower("internet"),
        lower("connection"),
        lower("device"),
        lower("environment"),
        lower("test"),
        lower("ready"),
        lower("exists"),
        lower("loaded"),
        lower("tester"),
        lower("stable"),
    ];
    let says_something = |passage: &Passage<'_>| {
        passage
            .words
            .iter()
            .any(|word| word.is_content() && !NOTHING.contains(&word.key))
    };
    if !case.subject.preconditions.iter().any(says_something) {
        hits.add_named(
            "preconditions",
            "no state to start from; say which data exist and who is signed in",
        );
    }
}
