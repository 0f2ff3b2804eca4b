//! Whether a case of one criterion goes together with all others: a datum that another forbids, a further act that another
//! demands, a value for which another has its own answer.
//!
//! It exists because readers mended such cases most after the plain ones were right: each case was sound by itself. What
//! fails here keeps its item and gets no words.

use crate::basis::modal::is_demand;
use crate::basis::{CriterionForm, Dimension, Limit, TestBasis};
use crate::coverage::Proposal;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{bare, head, singular};
use crate::coverage::scene::persons::is_person;
use crate::test_case::{BasisId, Draft, TestCaseType};
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;

/// How a case and the other criteria are at odds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conflict {
    /// A text is entered that a limit of its field does not take.
    Sample,
    /// Another criterion demands something of the same act that the case leaves out.
    Demand,
    /// Another criterion says what happens at this very value.
    Value,
    /// The criterion is about somebody who does not appear in the case.
    Actor,
}

/// What each criterion demands of the act, read once for all cases of a plan.
pub(super) struct Demands(Vec<(BasisId, Vec<String>)>);

impl Demands {
    /// Reads every criterion.
    pub(super) fn of(basis: &TestBasis) -> Self {
        let criteria = basis
            .items
            .iter()
            .filter(|item| matches!(item.id, BasisId::Criterion(_)));
        Self(
            criteria
                .map(|item| (item.id, item.text.split(['.', ';']).flat_map(demanded).collect()))
                .collect(),
        )
    }
}

/// The first conflict; `None` for a case that goes together with all criteria.
pub(super) fn conflict(basis: &TestBasis, demands: &Demands, proposal: &Proposal) -> Option<Conflict> {
    if has_wrong_sample(basis, proposal) {
        return Some(Conflict::Sample);
    }
    if leaves_out_a_demand(basis, demands, proposal)
        || signs_in_with_half(basis, proposal)
        || is_typed_and_not_scanned(basis, proposal)
    {
        return Some(Conflict::Demand);
    }
    if is_of_another_actor(basis, proposal) || does_another_act(basis, proposal) {
        return Some(Conflict::Actor);
    }
    (is_answered_elsewhere(basis, proposal) || is_second_of_many(basis, proposal)).then_some(Conflict::Value)
}

/// `A carer can order for up to 4 patients`, tried by a patient.
fn is_of_another_actor(basis: &TestBasis, proposal: &Proposal) -> bool {
    if !proposal.key.starts_with("boundary/") {
        return false;
    }
    let role = basis
        .story
        .role
        .as_ref()
        .map_or(String::new(), |role| role.text.to_lowercase());
    let draft = &proposal.draft;
    let steps = draft.steps.iter().map(|step| step.action.as_str());
    let texts: Vec<String> = std::iter::once(draft.title.as_str())
        .chain(draft.preconditions.iter().map(String::as_str))
        .chain(steps)
        .map(str::to_lowercase)
        .collect();
    proposal.spans.iter().any(|span| {
        let Some(criterion) = basis
            .criteria
            .iter()
            .find(|criterion| criterion.statement.span.basis_id == span.basis_id)
        else {
            return false;
        };
        let subject = Clause::read(&criterion.statement.text).map(|clause| clause.subject.to_lowercase());
        // `Lecturers and course admins may override it` holds for either.
        subject.is_some_and(|subject| {
            let subject = subject.replace(" or ", " and ");
            let persons: Vec<String> = subject.split(" and ").map(|part| singular(bare(part))).collect();
            let known = |who: &String| {
                role.contains(who) || who.contains("user") || texts.iter().any(|text| text.contains(who))
            };
            persons.iter().all(|who| is_person(who)) && !persons.iter().any(known)
        })
    })
}

/// A scenario of the author whose act is not the one that is done: the booking, where what happens is that time passes.
fn does_another_act(basis: &TestBasis, proposal: &Proposal) -> bool {
    const ANY: [&str; 19] = [
        "open", "look", "let", "load", "enter", "choose", "select", "sign", "as", "wait", "compare", "try", "leave",
        "set", "note", "start", "submit", "save", "go",
    ];
    let told = proposal.spans.iter().find_map(|span| {
        basis.criteria.iter().find(|criterion| {
            criterion.statement.span.basis_id == span.basis_id && criterion.form == CriterionForm::GivenWhenThen
        })
    });
    let Some(told) = told else {
        return false;
    };
    let text: Vec<String> = stems(&told.statement.text.replace("n't", " "))
        .into_iter()
        .map(|stem| stem.chars().take(4).collect())
        .collect();
    proposal.draft.steps.iter().any(|step| {
        let verb: String = step.action.split([' ', '.']).next().unwrap_or("").to_lowercase();
        let stem: String = verb.chars().take(4).collect();
        !ANY.contains(&verb.as_str()) && verb.len() > 2 && !text.contains(&stem)
    })
}

/// `A 2nd voucher is refused` where the text combines them, or lets the second take the place of the first.
fn is_second_of_many(basis: &TestBasis, proposal: &Proposal) -> bool {
    proposal.draft.title.contains("2nd ")
        && basis.items.iter().any(|item| {
            let low = item.text.to_lowercase();
            ["combine", "replaces", "replace the first", "instead of the first"]
                .iter()
                .any(|word| low.contains(word))
        })
}

/// A number that is entered in a field where the act is to scan it.
fn is_typed_and_not_scanned(basis: &TestBasis, proposal: &Proposal) -> bool {
    let scans = basis
        .story
        .goal
        .as_ref()
        .is_some_and(|goal| goal.text.to_lowercase().contains("scan"));
    scans
        && proposal.key.starts_with("boundary/")
        && proposal
            .draft
            .steps
            .iter()
            .any(|step| super::certainty::field_of(&step.action).is_some())
}

fn rests_on(proposal: &Proposal, id: BasisId) -> bool {
    proposal.spans.iter().any(|span| span.basis_id == id)
}

/// `Enter SAVE10 in the voucher code field.` where a code has 8 to 12 characters, `123456` where the text says `no 123456`.
fn has_wrong_sample(basis: &TestBasis, proposal: &Proposal) -> bool {
    let forbidden = |data: &str| {
        let whole = |text: &str, opening: &str| {
            text.split_once(&format!("{opening}{data}"))
                .is_some_and(|(_, after)| !after.starts_with(char::is_alphanumeric))
        };
        let named = |text: &str| whole(text, "no ") || whole(text, "not ");
        data.len() > 3 && basis.items.iter().any(|item| named(&item.text))
    };
    proposal.draft.steps.iter().any(|step| {
        if forbidden(&step.data) {
            return true;
        }
        let Some(field) = super::certainty::field_of(&step.action) else {
            return false;
        };
        let size = step.data.chars().count();
        size > 0
            && size < 40
            && basis.limits().any(|(limit, span)| {
                limit.dimension == Dimension::Length
                    && !rests_on(proposal, span.basis_id)
                    && is_of(limit, field)
                    && Decimal::from_usize(size).is_some_and(|size| !takes(limit, size))
            })
    })
}

fn is_of(limit: &Limit, field: &str) -> bool {
    let (of, field) = (limit.subject.to_lowercase(), field.to_lowercase());
    !of.is_empty() && singular(head(&of)) == singular(head(&field))
}

fn takes(limit: &Limit, value: Decimal) -> bool {
    limit
        .lower
        .is_none_or(|bound| value > bound.value || bound.inclusive && value == bound.value)
        && limit
            .upper
            .is_none_or(|bound| value < bound.value || bound.inclusive && value == bound.value)
}

/// Words that demand something of whoever does the act.
const DEMANDS: [&str; 11] = [
    " must be confirmed ",
    " has to be confirmed ",
    " have to be confirmed ",
    " needs ",
    " need ",
    " requires ",
    " require ",
    " must tick ",
    " shall be confirmed ",
    " is confirmed ",
    " are confirmed ",
];
/// Words by which a demand is told of what stands before it.
const DEMANDED: [&str; 5] = [
    " is mandatory",
    " are mandatory",
    " is required",
    " are required",
    " must be uploaded",
];
/// Words under which a demand holds only sometimes.
const SOMETIMES: [&str; 17] = [
    " if ",
    " when ",
    " unless ",
    " above ",
    " over ",
    " more than ",
    " longer than ",
    " for every ",
    " under ",
    " below ",
    " outside ",
    " no ",
    " only ",
    " for de ",
    " later than ",
    " from ",
    " after ",
];

/// A positive case of the act that has nothing of what another criterion demands of the same act.
fn leaves_out_a_demand(basis: &TestBasis, demands: &Demands, proposal: &Proposal) -> bool {
    let draft = &proposal.draft;
    // What is refused needs nothing more.
    let judged = matches!(proposal.case_type, TestCaseType::Positive | TestCaseType::Boundary);
    let acts = draft.steps.iter().any(|step| {
        [
            "Submit",
            "Save",
            "Confirm",
            "Register",
            "Book",
            "Delete",
            "Set ",
            "Upload",
            "Start the upload",
            "Order",
            "Create",
        ]
        .iter()
        .any(|verb| step.action.starts_with(verb))
    });
    if !judged || !acts {
        return false;
    }
    let said = all_words(draft);
    demands.0.iter().any(|(id, things)| {
        !rests_on(proposal, *id)
            && (things.iter().any(|thing| !said.contains(thing))
                || demanded_beyond(basis, *id, proposal).is_some_and(|thing| !said.contains(&thing)))
    })
}

/// A sign-in with the password alone where the text asks for a second thing.
fn signs_in_with_half(basis: &TestBasis, proposal: &Proposal) -> bool {
    const SECOND: [&str; 8] = [
        "one-time code",
        "one-time password",
        "second factor",
        "two-factor",
        "2fa",
        "authenticator",
        "otp",
        "mfa",
    ];
    let asked = basis.items.iter().any(|item| {
        let low = item.text.to_lowercase();
        matches!(item.id, BasisId::Criterion(_) | BasisId::Story) && SECOND.iter().any(|word| low.contains(word))
    });
    // What is refused anyway needs no second thing.
    if proposal.case_type == TestCaseType::Negative {
        return false;
    }
    let texts = proposal.draft.steps.iter().map(|step| step.action.to_lowercase());
    let mut signs_in = false;
    for text in texts {
        signs_in |= text.contains("password") && (text.contains("sign") || text.contains("enter the right"));
        if text.contains(" code") || text.contains("factor") {
            return false;
        }
    }
    asked && signs_in
}

/// The nouns of what a sentence demands, by their beginnings; empty if it demands nothing, or not always.
fn demanded(sentence: &str) -> Vec<String> {
    let low = format!(" {} ", sentence.trim().to_lowercase());
    if SOMETIMES.iter().any(|word| low.contains(word)) {
        return Vec::new();
    }
    let behind = DEMANDS
        .iter()
        .find_map(|verb| low.split_once(verb))
        .map(|(_, after)| phrase(after));
    let before = || {
        DEMANDED
            .iter()
            .find_map(|verb| low.split_once(verb))
            .map(|(before, _)| before)
    };
    match behind {
        Some(thing) => stems(thing).pop().into_iter().collect(),
        // `The frame number, the police reference and the place of the theft are mandatory`: each of them.
        None => before().map_or_else(Vec::new, |before| {
            before
                .split(',')
                .flat_map(|part| part.split(" and "))
                .filter_map(|part| stems(part.split(" of ").next().unwrap_or(part)).pop())
                .collect()
        }),
    }
}

/// `Raising it above £2,000 must be confirmed with the PIN`: what is demanded of the very value that is tried.
fn demanded_beyond(basis: &TestBasis, id: BasisId, proposal: &Proposal) -> Option<String> {
    let tried = proposal.key.rsplit('/').next()?.parse::<Decimal>().ok()?;
    let own = proposal
        .spans
        .first()
        .and_then(|span| basis.limits().find(|(_, place)| place == span))?
        .0;
    let text = format!(" {} ", basis.text(id).to_lowercase());
    let after = DEMANDS
        .iter()
        .find_map(|verb| text.split_once(verb))
        .map(|(_, after)| after)?;
    let met = basis.limits().any(|(limit, span)| {
        span.basis_id == id && limit.dimension == own.dimension && limit.unit == own.unit && takes(limit, tried)
    });
    met.then(|| stems(phrase(after)).pop()).flatten()
}

/// The first noun phrase of what is demanded: `the parent's PIN` of `the parent's PIN (4 to 6 digits) and a car`.
fn phrase(after: &str) -> &str {
    const ENDS: [&str; 14] = [
        ",", "(", " and ", " or ", " as ", " from ", " by ", " to ", " in ", " on ", " for ", " of ", " with ",
        " before ",
    ];
    let after = after
        .strip_prefix("with ")
        .or_else(|| after.strip_prefix("by "))
        .unwrap_or(after);
    let end = ENDS
        .iter()
        .filter_map(|end| after.find(end))
        .min()
        .unwrap_or(after.len());
    after.get(..end).unwrap_or(after)
}

fn all_words(draft: &Draft) -> Vec<String> {
    let steps = draft.steps.iter().map(|step| step.action.as_str());
    let texts = draft.preconditions.iter().map(String::as_str).chain(steps);
    texts.flat_map(stems).collect()
}

/// The beginnings of the words of a text that mean something.
fn stems(text: &str) -> Vec<String> {
    const EMPTY: [&str; 22] = [
        "the", "and", "with", "for", "from", "that", "this", "their", "its", "own", "any", "every", "each", "his",
        "her", "least", "most", "only", "must", "has", "have", "are",
    ];
    text.to_lowercase()
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| word.len() > 2 && !EMPTY.contains(word) && !is_demand(word))
        .map(|word| word.chars().take(5).collect())
        .collect()
}

/// `A quantity of 0 is refused` where another criterion says what a quantity of 0 does.
fn is_answered_elsewhere(basis: &TestBasis, proposal: &Proposal) -> bool {
    let Some((thing, _)) = proposal
        .draft
        .title
        .split_once(" is refused")
        .filter(|_| proposal.key.starts_with("boundary/"))
    else {
        return false;
    };
    let Some((noun, value)) = thing.rsplit_once(" of ") else {
        return false;
    };
    let noun = head(noun).to_lowercase();
    basis.items.iter().any(|item| {
        let low = item.text.to_lowercase();
        let words: Vec<&str> = low
            .split_whitespace()
            .map(|word| word.trim_matches([',', '.', ';', ':']))
            .collect();
        matches!(item.id, BasisId::Criterion(_))
            && !rests_on(proposal, item.id)
            && words.contains(&noun.as_str())
            && words
                .windows(2)
                .any(|pair| pair[1] == value.to_lowercase() && ["to", "is", "of", "at", "a", "an"].contains(&pair[0]))
    })
}

#[cfg(test)]
mod tests;
