//! Cases whose words are a part of a sentence that was taken for the whole, or for another part.

use crate::coverage::Proposal;
use crate::test_case::Draft;

/// `MM is accepted as the birth`, `No other birth is offered` of `MM/YYYY`.
pub(super) fn is_of_a_format(title: &str) -> bool {
    title
        .split_once(" is accepted as ")
        .is_some_and(|(value, _)| value.chars().all(|c| "DMYHS".contains(c)))
        || title.starts_with("No other birth ")
        || title.starts_with("No other date ")
}

/// `The patient gets a text offering the appointment to the patient`, `The owner is the owner`, `cannot release them`.
pub(super) fn is_twice_of_one(title: &str) -> bool {
    let low = title.to_lowercase();
    let words: Vec<&str> = low.split_whitespace().collect();
    let pointing = low.ends_with(" them") || low.contains(" after the getting ");
    let same = words.iter().enumerate().any(|(at, word)| {
        *word == "is"
            && at > 0
            && words
                .get(at + 2)
                .is_some_and(|after| words.get(at + 1) == Some(&"the") && words[at - 1] == *after)
    });
    let begun: String = words.iter().skip(1).take(2).copied().collect::<Vec<_>>().join(" ");
    let again = words.first() == Some(&"the")
        && words.len() > 6
        && low.get(4..).is_some_and(|rest| {
            rest.trim_start_matches(begun.as_str())
                .contains(&format!(" to the {begun}"))
        });
    pointing || same || again
}

/// `Is rejected if …`, `A quarter is claimed`, `Guests and children is signed in`: a part of a sentence was taken for a
/// whole one.
pub(super) fn is_cut_off(proposal: &Proposal) -> bool {
    let draft = &proposal.draft;
    let title = draft.title.as_str();
    let headless = ["Is ", "Are ", "Has ", "Does ", "Just "]
        .iter()
        .any(|word| title.starts_with(word));
    let parts = [" the quarter", " a quarter", " the half", " the rest.", " a rest."];
    let of_part = draft
        .steps
        .iter()
        .any(|step| parts.iter().any(|part| step.action.contains(part)));
    let of_several = draft
        .preconditions
        .iter()
        .any(|given| given.contains(" and ") && given.ends_with(" is signed in."))
        || title.contains(" who is not ") && title.contains(" and ");
    let unended = title.trim_end().ends_with(',');
    let had = [
        " does not have won",
        " be had ",
        " is had",
        " as had",
        " not have been ",
    ]
    .iter()
    .any(|words| {
        title.contains(words)
            || draft.expected_result.contains(words)
            || draft.preconditions.iter().any(|given| given.contains(words))
    });
    let verbless = [" cannot the ", " cannot a ", " cannot their "]
        .iter()
        .any(|words| title.contains(words));
    let broken = |text: &str| {
        [" by.", " but only.", " until.", " if."]
            .iter()
            .any(|end| text.ends_with(end))
    };
    let is_broken = broken(&draft.expected_result) || draft.preconditions.iter().any(|given| broken(given));
    let pointing = title.starts_with("A user who is not ") && title.ends_with(" it");
    headless
        || of_part
        || of_several
        || unended
        || had
        || verbless
        || is_broken
        || pointing
        || proposal.key.starts_with("criterion/") && never_tries(draft)
}

/// `The request can't be withdrawn`, where nobody tries to.
fn never_tries(draft: &Draft) -> bool {
    let refused = ["can't be ", "cannot be "]
        .iter()
        .find_map(|words| draft.title.split_once(words));
    let Some((_, done)) = refused else {
        return false;
    };
    let stem: String = done.split([' ', '.']).next().unwrap_or("").chars().take(4).collect();
    let stem = stem.to_lowercase();
    let tries = |action: &str| action.starts_with("Try to ") || action.to_lowercase().contains(&stem);
    stem.len() > 3 && !draft.steps.iter().any(|step| tries(&step.action))
}

/// `The card holder is not sent.`: the pronoun pointed to a thing.
pub(super) fn is_done_to_somebody(expected: &str) -> bool {
    const DONE: [&str; 12] = [
        "sent",
        "saved",
        "created",
        "submitted",
        "stored",
        "deleted",
        "booked",
        "published",
        "uploaded",
        "placed",
        "credited",
        "accepted",
    ];
    let end = expected.trim_end_matches('.');
    [" is not ", " is ", " are not ", " are "].iter().any(|verb| {
        end.split_once(verb).is_some_and(|(subject, done)| {
            let subject = subject.strip_prefix("The ").unwrap_or(subject).to_lowercase();
            DONE.contains(&done) && crate::coverage::scene::persons::is_person(&subject)
        })
    })
}

/// `Confirm the preparer`: the thing that is confirmed was taken for the person.
pub(super) fn is_of_somebody(proposal: &Proposal) -> bool {
    const ACTS: [&str; 7] = [
        "Confirm the ",
        "Submit the ",
        "Save the ",
        "Upload the ",
        "Enter the ",
        "Book the ",
        "Approve the ",
    ];
    proposal.draft.steps.iter().any(|step| {
        ACTS.iter()
            .find_map(|act| step.action.strip_prefix(act))
            .is_some_and(|thing| {
                crate::coverage::scene::persons::is_person(&thing.trim_end_matches('.').to_lowercase())
            })
    })
}

/// `A moving an appointment that is not quick is refused`.
pub(super) fn is_gerund_with_article(title: &str) -> bool {
    let mut words = title.split(' ');
    let article = words.next().is_some_and(|word| ["A", "An"].contains(&word));
    let gerund = words.next().is_some_and(|word| word.ends_with("ing"));
    article
        && gerund
        && words
            .next()
            .is_some_and(|word| ["a", "an", "the", "their"].contains(&word))
}

/// `It cannot be reported again for 30 days`, `paid for with gift cards`: what is left of a sentence is no act.
pub(super) fn is_cut(title: &str) -> bool {
    [" any more", " again for ", " for with "]
        .iter()
        .any(|words| title.contains(words))
}
