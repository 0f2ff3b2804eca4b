//! Whether words are a clause with a finite verb, or only the name of a time: `after the goods arrive` tells what happens,
//! `after the change` names when.

use crate::basis::action::verb_at;
use crate::basis::text::Text;
use crate::basis::verbs::Form;
use std::ops::Range;

/// Verbs of what happens by itself, which no table of acts holds.
const EVENTS: [&str; 12] = [
    "arrive",
    "depart",
    "begin",
    "began",
    "elapse",
    "happen",
    "occur",
    "expire",
    "lapse",
    "appear",
    "disappear",
    "fall",
];

/// Whether a subject and a finite verb stand in the range, up to its first comma.
pub(super) fn is_clause(text: &Text<'_>, range: Range<usize>) -> bool {
    let end = range.clone().find(|at| text.low(*at) == ",").unwrap_or(range.end);
    (range.start + 1..end).any(|at| is_finite(text, at, range.start, end))
}

fn is_finite(text: &Text<'_>, at: usize, start: usize, end: usize) -> bool {
    if text.tokens.get(at).is_none_or(|token| token.quoted) || !text.is_word(at) {
        return false;
    }
    let low = text.low(at);
    let auxiliary = matches!(
        low,
        "is" | "are"
            | "was"
            | "were"
            | "has"
            | "have"
            | "had"
            | "does"
            | "do"
            | "did"
            | "isn't"
            | "aren't"
            | "hasn't"
            | "haven't"
            | "doesn't"
            | "don't"
    );
    if auxiliary || crate::basis::modal::is_modal(low) {
        // `the order which was placed`: the verb of a relative clause says nothing of the noun's own.
        return !matches!(text.low(at - 1), "that" | "which" | "who");
    }
    if EVENTS.iter().any(|event| {
        low.strip_prefix(event)
            .is_some_and(|end| matches!(end, "s" | "es" | "ed" | "d" | ""))
    }) && text.is_word(at - 1)
        && at > start
        && !matches!(text.low(at - 1), "the" | "a" | "an" | "of" | "its" | "their" | "my")
    {
        return true;
    }
    let Some(verb) = verb_at(text, at) else { return false };
    let before = text.low(at - 1);
    let pronoun = matches!(
        before,
        "i" | "we" | "they" | "you" | "it" | "he" | "she" | "somebody" | "nobody" | "everybody"
    );
    let opened = matches!(
        before,
        "the"
            | "a"
            | "an"
            | "my"
            | "our"
            | "their"
            | "his"
            | "her"
            | "its"
            | "of"
            | "to"
            | "for"
            | "in"
            | "on"
            | "at"
            | "with"
            | "by"
            | "from"
            | "per"
            | "each"
            | "every"
            | "and"
            | "or"
            | "no"
    );
    let noun_before = text.is_word(at - 1) && !opened && !text.is_number(at - 1);
    let goes_on = at + 1 >= end
        || !text.is_word(at + 1)
        || matches!(
            text.low(at + 1),
            "the"
                | "a"
                | "an"
                | "my"
                | "our"
                | "their"
                | "it"
                | "them"
                | "in"
                | "on"
                | "at"
                | "to"
                | "with"
                | "by"
                | "from"
                | "into"
                | "for"
                | "again"
                | "back"
                | "up"
                | "out"
                | "his"
                | "her"
                | "any"
        );
    match verb.form {
        _ if pronoun => verb.form != Form::Ing,
        // `the last payment`: what may be a noun is one, unless its object follows.
        Form::S => noun_before && (!verb.noun || goes_on),
        Form::Past => noun_before && goes_on && at > start,
        Form::Base => noun_before && before.ends_with('s') && !before.ends_with("ss") && goes_on,
        Form::Ing => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::basis::text::Text;
    use crate::test_case::BasisId;

    #[test]
    fn a_clause_has_a_verb_of_its_own() {
        for (words, expected) in [
            ("the goods arrive at the warehouse", true),
            ("the drug is picked", true),
            ("the user logged in", true),
            ("I pay", true),
            ("the stock falls to zero", true),
            ("nobody answers", true),
            ("a reason is entered", true),
            ("the change", false),
            ("creation", false),
            ("asking", false),
            ("a confirmation", false),
            ("the date of the event", false),
            ("ticking 'My address is correct'", false),
            ("the 4th declined attempt", false),
            ("the last payment", false),
            ("delivery of the goods", false),
            ("booking", false),
        ] {
            let text = Text::new(BasisId::Story, words);
            assert_eq!(super::is_clause(&text, 0..text.tokens.len()), expected, "{words}");
        }
    }
}
