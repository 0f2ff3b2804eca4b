//! Whether every part of a case is certain: an act that a tester can do, a condition that is set up or entered, and a
//! result that is not the demand said again. A case that is not stays a coverage item without words: a model words it.
//!
//! It exists because half a case costs a tester more than none. Judges the words of a draft beside those of the basis;
//! whether they are English is `soundness`.

use crate::basis::TestBasis;
use crate::coverage::Proposal;
use crate::coverage::scene::clause::as_fact;
use crate::test_case::{BasisId, Draft};

/// Why a case is not worded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// The tester is told to reach the result or the condition, and not how.
    NoAct,
    /// A field, form, page or choice that the text does not name.
    InventedControl,
    /// A value that is tried stands in no precondition and no step.
    NotSetUp,
    /// The result is the demand itself.
    Echo,
    /// A word that points to nothing.
    Unresolved,
    /// A denial of something that is itself denied, or of half a result.
    Denial,
    /// A whole criterion where a line was due: no part of it was told from the others.
    Unwieldy,
}

/// Longest title in characters: what a suite takes at most.
const LONGEST_TITLE: usize = 200;

/// The first doubt about a proposal; `None` for a case that may be shown.
pub(super) fn doubt(basis: &TestBasis, proposal: &Proposal) -> Option<Doubt> {
    let draft = &proposal.draft;
    if draft.steps.iter().any(|step| is_no_act(&step.action))
        || draft.preconditions.iter().any(|given| is_no_state(given))
    {
        return Some(Doubt::NoAct);
    }
    if draft.steps.iter().any(|step| is_invented(basis, &step.action)) {
        return Some(Doubt::InventedControl);
    }
    if points_nowhere(draft) {
        return Some(Doubt::Unresolved);
    }
    if denies_half(&draft.expected_result) || denies_half(&draft.title) {
        return Some(Doubt::Denial);
    }
    if draft.title.chars().count() > LONGEST_TITLE {
        return Some(Doubt::Unwieldy);
    }
    if !is_set_up(draft) {
        return Some(Doubt::NotSetUp);
    }
    echoes(basis, proposal).then_some(Doubt::Echo)
}

/// `Bring about a situation in which …`, `Look at what is then shown`: an instruction that leaves open what to do.
fn is_no_act(action: &str) -> bool {
    const OPENINGS: [&str; 10] = [
        "Bring ",
        "Open the place from which",
        "Open the place that shows",
        "Use a person",
        "Look at what ",
        "Look at only ",
        "Look at nothing",
        "Look at no ",
        "Look whether ",
        "Put the ",
    ];
    OPENINGS.iter().any(|opening| action.starts_with(opening)) || action.contains("the situation in question")
}

/// `What counts is below 5`, `A driver is there`: a state that nobody could set up.
fn is_no_state(given: &str) -> bool {
    given.starts_with("What counts is")
        || given.starts_with("What is charged for")
        || given.ends_with(" is there.")
        || given.starts_with("It is ")
}

/// A control that stands in no text: `the number of gift cards`, `pickup as the option`, `every field of the form`.
fn is_invented(basis: &TestBasis, action: &str) -> bool {
    const OPENINGS: [&str; 6] = [
        "Set the number of ",
        "Fill in every field of",
        "Leave every field",
        "Choose another value",
        "Open the choice of options",
        "Change one field",
    ];
    let option = action.starts_with("Choose ") && action.ends_with(" as the option.");
    if OPENINGS.iter().any(|opening| action.starts_with(opening)) || option {
        return true;
    }
    field_of(action).is_some_and(|field| !is_field(basis, field))
}

/// The field that a step enters something in: `comment` of `Enter … in the comment field.`
pub(super) fn field_of(action: &str) -> Option<&str> {
    let (_, after) = action.rsplit_once(" in the ")?;
    after
        .trim_end_matches('.')
        .strip_suffix(" field")
        .filter(|_| action.starts_with("Enter ") || action.starts_with("Leave "))
}

/// Whether a noun may name a field: no clause in it, no number, and its head is a word of the basis.
fn is_field(basis: &TestBasis, field: &str) -> bool {
    let head = field.rsplit(' ').next().unwrap_or("").to_lowercase();
    let stem = head.trim_end_matches('s');
    is_noun(field) && basis.items.iter().any(|item| item.text.to_lowercase().contains(stem))
}

/// Whether words can be the name of something that is entered: no part of a clause, no number, and not many.
fn is_noun(field: &str) -> bool {
    const NO_PART: [&str; 22] = [
        "given", "when", "can", "be", "been", "is", "are", "never", "between", "must", "may", "should", "shall", "if",
        "than", "to", "set", "have", "has", "raising", "lowering", "steps",
    ];
    let words: Vec<String> = field.split_whitespace().map(str::to_lowercase).collect();
    let plain = |word: &String| !NO_PART.contains(&word.as_str()) && !word.contains(|c: char| c.is_ascii_digit());
    words.iter().all(plain) && (1..=4).contains(&words.len())
}

fn points_nowhere(draft: &Draft) -> bool {
    let expected = draft.expected_result.as_str();
    let first = expected.split([' ', '\'', '’']).next().unwrap_or("");
    ["It", "They", "This"].contains(&first) || draft.title.starts_with("It ") || draft.title.starts_with("They ")
}

/// `nothing is not booked`, `is not declined and a notification is sent`.
fn denies_half(text: &str) -> bool {
    let low = format!(" {} ", text.to_lowercase());
    let nothing = [
        "nothing is not",
        "nobody does not",
        "nobody is not",
        " never does not",
        " no longer not ",
    ];
    let half = low.find(" not ").is_some_and(|at| {
        let before = low.get(..at).unwrap_or("");
        // Only what was turned into its contrary denies a part alone.
        before.ends_with(" is")
            && low.contains(" and ")
            && low.contains(" if ")
            && low.contains(" not ")
            && low.matches(" not ").count() > 1
    });
    // `no alert is created unless one is open`, `it does not accept it only after 5 minutes`.
    let reserved = low.contains(" unless ")
        || low.contains(" except ")
        || low.contains(" only applies ")
        || low.contains(" not ") && low.contains(" only ");
    nothing.iter().any(|word| low.contains(word)) || half || reserved
}

/// Whether the numbers that the title tries stand in a precondition, a step or the data.
fn is_set_up(draft: &Draft) -> bool {
    let Some((tried, _)) = [" is accepted", " is refused", " are accepted", " are refused"]
        .iter()
        .find_map(|end| draft.title.split_once(end))
    else {
        return true;
    };
    let mut said = draft.preconditions.join(" ");
    for step in &draft.steps {
        said = format!("{said} {} {}", step.action, step.data);
    }
    let said = said.replace(',', "");
    let length = draft.steps.iter().map(|step| step.data.chars().count());
    let lengths: Vec<String> = length.map(|length| length.to_string()).collect();
    tried
        .replace(',', "")
        .split(|c: char| !c.is_ascii_digit() && c != '.')
        .map(|number| number.trim_matches('.'))
        .filter(|number| !number.is_empty())
        .all(|number| {
            said.contains(number)
                || lengths.iter().any(|length| length == number)
                || number.len() == 1
                || is_next(tried, number, &said)
        })
}

/// `a 10th item` beside `9 items` that are there already: one more is what the act makes.
fn is_next(tried: &str, number: &str, said: &str) -> bool {
    let ordinal = ["st", "nd", "rd", "th"]
        .iter()
        .any(|end| tried.contains(&format!("{number}{end} ")));
    let before = number.parse::<u64>().ok().and_then(|number| number.checked_sub(1));
    let there = |before: u64| {
        said.split(|c: char| !c.is_ascii_digit())
            .any(|word| word == before.to_string())
    };
    ordinal && before.is_some_and(there)
}

/// Whether the result is a criterion said again, with nothing of it done: `Hyphens typed by the customer are ignored`.
fn echoes(basis: &TestBasis, proposal: &Proposal) -> bool {
    let expected = words(&proposal.draft.expected_result);
    if expected.len() < 3 {
        return false;
    }
    proposal
        .spans
        .iter()
        .filter(|span| matches!(span.basis_id, BasisId::Criterion(_) | BasisId::Story))
        .any(|span| {
            let said = basis.words(*span);
            let fact = as_fact(said).unwrap_or_default();
            let conditions = basis.criteria.iter().any(|criterion| {
                criterion.statement.span == *span && !(criterion.when.is_empty() && criterion.given.is_empty())
            });
            let same = |text: &str| {
                let text = words(text);
                !text.is_empty() && (text == expected || expected.starts_with(&text) && text.len() + 4 > expected.len())
            };
            !conditions && (same(said) || same(&fact))
        })
}

/// The words of a text without signs, possessives in one form: `my orders` and `their orders` are the same.
fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !["my", "our", "their", "the", "i", "a", "an", "is", "are"].contains(word))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_say_what_to_do() {
        for (action, open) in [
            (
                "Bring about a situation in which late submissions are marked down.",
                true,
            ),
            ("Bring it about that something unexpected happens on the road.", true),
            ("Bring about the 3rd wrong pin.", true),
            ("Open the place from which to drop to an eco temperature.", true),
            ("Look at only medicines marked \"repeat\" by the GP.", true),
            ("Look at what is then shown.", true),
            ("Close the delivery.", false),
            ("Look at the medicine list.", false),
        ] {
            assert_eq!(is_no_act(action), open, "{action}");
        }
    }

    #[test]
    fn fields_are_nouns() {
        for (field, noun) in [
            ("given", false),
            ("raising", false),
            ("can be set between £0 and £5,000 in steps amount", false),
            ("mark never", false),
            ("been", false),
            ("comment", true),
            ("gift card code", true),
        ] {
            let step = format!("Enter 5 in the {field} field.");
            assert_eq!(field_of(&step), Some(field));
            assert_eq!(is_noun(field), noun, "{field}");
        }
    }

    #[test]
    fn denials_are_whole() {
        for (text, half) in [
            ("The scanner beeps twice and nothing is not booked", true),
            (
                "It is not declined and a push notification is sent if the limit is not reached",
                true,
            ),
            ("A mark never does not fall", true),
            ("The order is not created and nothing is charged", false),
        ] {
            assert_eq!(denies_half(text), half, "{text}");
        }
    }
}
