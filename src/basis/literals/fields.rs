//! Fields of a form: those said to be required or optional, and those that somebody enters.

use crate::basis::text::Text;
use crate::basis::{Literal, LiteralKind};

/// Reads both kinds.
pub(super) fn read(text: &Text<'_>, found: &mut Vec<Literal>) {
    said_required(text, found);
    entered(text, found);
}

/// `enters the delivery address`: the thing is a field, and nothing is said of whether it is required.
fn entered(text: &Text<'_>, found: &mut Vec<Literal>) {
    const NAMES: &[&str] = &[
        "address",
        "name",
        "number",
        "date",
        "email",
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
    ];
    for at in 0..text.tokens.len() {
        if text.tokens[at].quoted
            || !matches!(
                text.low(at),
                "enter" | "enters" | "type" | "types" | "provide" | "provides" | "specify" | "specifies" | "fill"
            )
        {
            continue;
        }
        let mut start = at + 1;
        while matches!(
            text.low(start),
            "in" | "my" | "the" | "a" | "an" | "their" | "his" | "her" | "your" | "new" | "valid"
        ) {
            start += 1;
        }
        let end = (start..start + 3).find(|at| {
            NAMES.contains(&text.low(*at)) && !text.tokens[*at].quoted && !text.is_word(*at + 1)
                || NAMES.contains(&text.low(*at)) && !NAMES.contains(&text.low(*at + 1))
        });
        let Some(end) = end.map(|last| last + 1) else { continue };
        let words = (start..end)
            .all(|at| text.is_word(at) && !matches!(text.low(at), "and" | "or" | "of" | "for" | "to" | "with"));
        let place = text.span(&(start..end));
        let known = found.iter().any(|literal| {
            matches!(literal.kind, LiteralKind::Field { .. })
                && literal.span.start < place.end
                && place.start < literal.span.end
        });
        if words && !known {
            let name = text.words(&(start..end)).to_lowercase();
            super::push(text, start..end, LiteralKind::Field { name, required: None }, found);
        }
    }
}

/// `name, email and password are required`; `an optional comment`.
fn said_required(text: &Text<'_>, found: &mut Vec<Literal>) {
    for at in 0..text.tokens.len() {
        let required = match text.low(at) {
            "required" | "mandatory" => true,
            "optional" => false,
            _ => continue,
        };
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
