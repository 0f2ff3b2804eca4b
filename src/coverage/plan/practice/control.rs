//! Whether a field, a choice or a thing that a case speaks of is one that the text names.

use crate::basis::TestBasis;
use crate::coverage::Proposal;
use crate::coverage::scene::grammar::singular;
use crate::coverage::scene::persons::is_person;
use crate::test_case::BasisId;

/// Words that name no field, whatever else is said of them.
const NO_FIELDS: [&str; 26] = [
    "today",
    "tomorrow",
    "yesterday",
    "now",
    "future",
    "past",
    "up",
    "characters",
    "character",
    "columns",
    "column",
    "fields",
    "field",
    "page",
    "result",
    "way",
    "row",
    "rows",
    "line",
    "lines",
    "stop",
    "electricity",
    "pass mark",
    "slot",
    "household",
    "infant",
];

/// Whether the words of a field stand together in the basis, or are those of every product.
pub(super) fn is_named(basis: &TestBasis, field: &str) -> bool {
    const COMMON: [&str; 9] = [
        "email address",
        "email",
        "password",
        "new password",
        "comment",
        "code",
        "card number",
        "phone number",
        "amount",
    ];
    let low = field.to_lowercase();
    let short_code = field.len() <= 2 && field.chars().all(char::is_uppercase);
    if NO_FIELDS.contains(&low.as_str()) || short_code {
        return false;
    }
    let stem = low.strip_suffix('y').map_or(low.as_str(), |stem| stem);
    COMMON.contains(&low.as_str()) || basis.items.iter().any(|item| item.text.to_lowercase().contains(stem))
}

/// What is chosen, and as what: `Choose fingerprint as the change.`
pub(super) fn chosen_as(action: &str) -> Option<String> {
    if let Some(many) = action.strip_prefix("Open the choice of ") {
        return Some(singular(many.trim_end_matches('.')));
    }
    let (_, label) = action.strip_prefix("Choose ")?.rsplit_once(" as the ")?;
    Some(label.trim_end_matches('.').to_owned())
}

/// Whether a list is one that somebody chooses from: the text gives it a label that is no person and no state.
pub(super) fn is_choice(basis: &TestBasis, label: &str) -> bool {
    const NONE: [&str; 14] = [
        "status", "state", "option", "column", "field", "level", "step", "role", "result", "mail", "change", "date",
        "card", "tier",
    ];
    let low = label.to_lowercase();
    let last = low.rsplit(' ').next().unwrap_or("");
    if NONE.contains(&last) || is_person(last) || ["for", "visible", "required"].contains(&last) {
        return false;
    }
    // A text that gives roles their rights in the same form lists no choices.
    let of_roles = basis.items.iter().any(|item| {
        item.text
            .split_once(": ")
            .is_some_and(|(before, _)| before.split(' ').count() < 4 && is_person(&before.to_lowercase()))
    });
    let labelled = basis.items.iter().any(|item| {
        let text = item.text.to_lowercase();
        text.find(&low).is_some_and(|at| {
            let after = text.get(at + low.len()..).unwrap_or("");
            let after = after.trim_start_matches(['s', 'e']);
            [":", " are ", " is ", " can be", " may be", " must be"]
                .iter()
                .any(|mark| after.starts_with(mark))
        })
    });
    labelled && !of_roles
}

/// `A today 365 days ahead is accepted`, `A given the member …`: what is tried is no thing.
pub(super) fn is_of_no_noun(title: &str) -> bool {
    let low = title.to_lowercase();
    let Some(rest) = low.strip_prefix("a ").or_else(|| low.strip_prefix("an ")) else {
        return false;
    };
    let first = rest.split(' ').next().unwrap_or("");
    const NO_NOUNS: [&str; 12] = [
        "given", "when", "then", "today", "tomorrow", "paid", "below", "above", "under", "over", "while", "if",
    ];
    let cut = rest
        .split_once(" is accepted")
        .or_else(|| rest.split_once(" is refused"))
        .is_some_and(|(thing, _)| {
            [" less than ", " more than ", " at least ", " at most ", " when ", ", "]
                .iter()
                .any(|words| thing.contains(words))
        });
    cut || NO_NOUNS.contains(&first) && !rest.starts_with("paid ") || rest.starts_with("paid within")
}

/// `A reminder can be sent 48 hours before the appointment` of `The reminder is sent 48 hours before`: what the product
/// does by itself is nothing that somebody may or may not do.
pub(super) fn is_of_system(basis: &TestBasis, proposal: &Proposal) -> bool {
    let title = &proposal.draft.title;
    let permitted = title.contains(" can be ") || title.contains(" cannot be ");
    permitted
        && proposal.key.starts_with("time/")
        && proposal.spans.iter().any(|span| {
            let text = basis.text(span.basis_id).to_lowercase();
            let said = |words: &[&str]| words.iter().any(|word| text.contains(word));
            matches!(span.basis_id, BasisId::Criterion(_))
                && said(&[
                    "is sent",
                    "are sent",
                    "gets ",
                    "receives",
                    "is issued",
                    "is shown",
                    "is notified",
                    "is paid",
                ])
                && !said(&[" can", " may ", "must", "possible", "allowed"])
        })
}

/// `A user cannot use a ticket` where the story uses nothing: the act was not read.
pub(super) fn uses_unsaid(basis: &TestBasis, title: &str) -> bool {
    let low = title.to_lowercase();
    (low.contains(" use a") || low.contains(" uses a"))
        && !basis.items.iter().any(|item| {
            item.text
                .to_lowercase()
                .split(' ')
                .any(|word| ["use", "uses", "used"].contains(&word))
        })
}
