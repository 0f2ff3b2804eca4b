//! Fields of a form: those said to be required or optional, and those that somebody enters.

use crate::basis::text::Text;
use crate::basis::{Literal, LiteralKind};

/// Reads both kinds.
pub(super) fn read(text: &Text<'_>, found: &mut Vec<Literal>) {
    said_required(text, found);
    entered(text, found);
}

/// Nouns that name what is entered in one field of a form.
const NAMES: &[&str] = &[
    "address",
    "name",
    "number",
    "date",
    "email",
    "e-mail",
    "phone",
    "password",
    "comment",
    "message",
    "note",
    "description",
    "title",
    "postcode",
    "birthday",
    "country",
    "city",
    "street",
    "reason",
    "username",
    "iban",
    "subject",
    "weight",
    "height",
    "age",
    "amount",
    "category",
    "destination",
    "plate",
    "recipient",
];

/// How a verb speaks of what is entered: whether it has to be.
fn verb_of_entry(text: &Text<'_>, at: usize) -> Option<Option<bool>> {
    let demanded = || {
        let before = |back: usize| text.low(at.wrapping_sub(back));
        matches!(before(1), "must" | "shall") || before(1) == "to" && matches!(before(2), "has" | "have")
    };
    match text.low(at) {
        "enter" | "provide" | "specify" | "give" | "state" if demanded() => Some(Some(true)),
        "enter" | "enters" | "type" | "types" | "provide" | "provides" | "specify" | "specifies" | "fill" => Some(None),
        "giving" if text.low(at.wrapping_sub(1)) == "by" => Some(Some(true)),
        "needs" | "requires" => Some(Some(true)),
        _ => None,
    }
}

/// `enters the delivery address`, `has to enter the invoice date and the total amount`, `by giving first name and e-mail
/// address`: the things are fields. After a verb that anybody uses of anything (`a report needs a category`) a thing is one
/// only if its noun names a field.
fn entered(text: &Text<'_>, found: &mut Vec<Literal>) {
    for at in 0..text.tokens.len() {
        if text.tokens[at].quoted {
            continue;
        }
        let Some(required) = verb_of_entry(text, at) else {
            continue;
        };
        let mut next = at + 1;
        // One after another: `the category, the place and the date`.
        while let Some(end) = field_at(text, next, required, found) {
            let mut after = end;
            if text.low(after) == "," {
                after += 1;
            }
            if matches!(text.low(after), "and" | "or") {
                after += 1;
            }
            if after == end {
                break;
            }
            next = after;
        }
    }
}

/// The field that begins at a token, with where it ends; `None` where no field is named there.
fn field_at(text: &Text<'_>, from: usize, required: Option<bool>, found: &mut Vec<Literal>) -> Option<usize> {
    let mut start = from;
    while matches!(
        text.low(start),
        "in" | "my" | "the" | "a" | "an" | "their" | "his" | "her" | "your" | "new" | "valid"
    ) {
        start += 1;
    }
    let last = (start..start + 3).find(|at| {
        NAMES.contains(&text.low(*at)) && !text.tokens[*at].quoted && !text.is_word(*at + 1)
            || NAMES.contains(&text.low(*at)) && !NAMES.contains(&text.low(*at + 1))
    })?;
    let end = last + 1;
    let words = (start..end).all(|at| {
        text.is_word(at) && !matches!(text.low(at), "and" | "or" | "of" | "for" | "to" | "with" | "at" | "by")
    });
    if !words {
        return None;
    }
    let place = text.span(&(start..end));
    let known = found.iter().any(|literal| {
        matches!(literal.kind, LiteralKind::Field { .. })
            && literal.span.start < place.end
            && place.start < literal.span.end
    });
    if !known {
        let name = text.words(&(start..end)).to_lowercase();
        super::push(text, start..end, LiteralKind::Field { name, required }, found);
    }
    Some(end)
}

/// `Recipient e-mail: mandatory`, `Title: required, 1-60 characters`: the label of a line that says so of itself.
fn labelled(text: &Text<'_>, at: usize, required: bool, found: &mut Vec<Literal>) -> bool {
    let stops = |at: &usize| matches!(text.low(*at), ";" | "." | "\n");
    let start = (0..at).rev().find(stops).map_or(0, |at| at + 1);
    let Some(colon) = (start..at).find(|at| text.low(*at) == ":") else {
        return false;
    };
    let plain = (start..colon).all(|at| text.is_word(at)) && (1..=3).contains(&(colon - start));
    if !plain || matches!(text.low(start), "required" | "optional" | "mandatory") {
        return false;
    }
    let name = text.words(&(start..colon)).to_lowercase();
    super::push(
        text,
        start..colon,
        LiteralKind::Field {
            name,
            required: Some(required),
        },
        found,
    );
    true
}

/// `name, email and password are required`; `an optional comment`.
fn said_required(text: &Text<'_>, found: &mut Vec<Literal>) {
    for at in 0..text.tokens.len() {
        let required = match text.low(at) {
            "required" | "mandatory" => true,
            "optional" => false,
            _ => continue,
        };
        let alone = matches!(text.low(at.wrapping_sub(1)), ":" | ",") && !text.is_word(at + 1);
        if alone && labelled(text, at, required, found) {
            continue;
        }
        if matches!(text.low(at.wrapping_sub(1)), "is" | "are") {
            let mut end = at - 1;
            while end > 0 {
                let mut start = end;
                while start > 0
                    && end - start < 3
                    && text.is_word(start - 1)
                    && !matches!(text.low(start - 1), "and" | "or" | "the" | "a" | "an")
                {
                    start -= 1;
                }
                if start == end {
                    break;
                }
                // `A reason of 10 to 300 characters is required`: what is counted is no field, the reason is.
                let counted = matches!(
                    text.low(end - 1),
                    "characters" | "digits" | "letters" | "words" | "signs"
                )
                .then(|| (0..start).rfind(|at| text.low(*at) == "of"))
                .flatten()
                .filter(|of| *of > 0 && text.is_word(of - 1));
                if let Some(of) = counted {
                    (start, end) = (of - 1, of);
                }
                // `the place of the theft`: the place is the field.
                let of =
                    start.checked_sub(1 + usize::from(matches!(text.low(start.wrapping_sub(1)), "the" | "a" | "an")));
                if let Some(of) = of.filter(|of| *of > 0 && text.low(*of) == "of" && text.is_word(of - 1)) {
                    (start, end) = (of - 1, of);
                }
                let name = text.words(&(start..end)).to_lowercase();
                super::push(
                    text,
                    start..end,
                    LiteralKind::Field {
                        name,
                        required: Some(required),
                    },
                    found,
                );
                while start > 0 && matches!(text.low(start - 1), "the" | "a" | "an") {
                    start -= 1;
                }
                if start == 0 || !matches!(text.low(start - 1), "and" | ",") {
                    break;
                }
                end = start - 1;
                if end > 0 && text.low(end - 1) == "," {
                    end -= 1;
                }
            }
        } else if text.is_word(at + 1) && !matches!(text.low(at + 1), "to" | "by" | "for") {
            let name = text.words(&(at + 1..at + 2)).to_lowercase();
            super::push(
                text,
                at + 1..at + 2,
                LiteralKind::Field {
                    name,
                    required: Some(required),
                },
                found,
            );
        }
    }
}
