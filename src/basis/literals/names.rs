//! Names with a meaning: formats, fields, states, transitions, dates and times, vague words.

use crate::basis::text::Text;
use crate::basis::{Format, Literal, LiteralKind};

const FORMATS: &[(&str, Format)] = &[
    ("email address", Format::Email),
    ("email addresses", Format::Email),
    ("e-mail address", Format::Email),
    ("my email", Format::Email),
    ("an email", Format::Email),
    ("phone number", Format::Phone),
    ("telephone number", Format::Phone),
    ("mobile number", Format::Phone),
    ("url", Format::Url),
    ("web address", Format::Url),
    ("iban", Format::Iban),
    ("postcode", Format::Postcode),
    ("postal code", Format::Postcode),
    ("zip code", Format::Postcode),
    ("date of birth", Format::Date),
    ("birth date", Format::Date),
    ("password", Format::Password),
    ("passwords", Format::Password),
    ("card number", Format::CardNumber),
    ("credit card number", Format::CardNumber),
    ("pin", Format::Pin),
    ("one-time code", Format::Pin),
    ("verification code", Format::Pin),
    ("username", Format::Username),
    ("user name", Format::Username),
];

/// States that things are in; read where they describe something, not as verbs.
const STATES: &[&str] = &[
    "draft",
    "pending",
    "approved",
    "rejected",
    "published",
    "archived",
    "active",
    "inactive",
    "expired",
    "shipped",
    "delivered",
    "cancelled",
    "canceled",
    "paid",
    "unpaid",
    "open",
    "closed",
    "locked",
    "suspended",
    "overdue",
    "available",
    "unavailable",
    "confirmed",
    "completed",
    "in progress",
    "submitted",
    "frozen",
    "blocked",
    "revoked",
    "enabled",
    "disabled",
    "returned",
    "refunded",
    "queued",
    "failed",
    "resolved",
];

/// Words that cannot be tested as they stand.
const VAGUE: &[&str] = &[
    "fast",
    "faster",
    "quick",
    "quickly",
    "easy",
    "easily",
    "user-friendly",
    "user friendly",
    "intuitive",
    "seamless",
    "seamlessly",
    "robust",
    "efficient",
    "efficiently",
    "appropriate",
    "appropriately",
    "as needed",
    "as appropriate",
    "etc.",
    "etc",
    "and so on",
    "tbd",
    "tba",
    "and/or",
    "better",
    "improve",
    "improved",
    "modern",
    "nice",
    "good",
    "simple",
    "simply",
    "smooth",
    "smoothly",
    "reliable",
    "flexible",
    "scalable",
    "convenient",
    "conveniently",
    "reasonable",
    "sufficient",
    "adequate",
    "timely",
    "soon",
    "real time",
    "in time",
    "some kind of",
    "best possible",
    "state-of-the-art",
    "responsive",
    "recent",
    "recently",
    "relevant",
    "several",
    "many",
    "various",
    "a few",
    "a lot of",
    "numerous",
    "suitable",
    "well",
    "properly",
    "correctly",
    "as soon as possible",
    "asap",
    "if needed",
    "if necessary",
    "when necessary",
    "when needed",
    "if possible",
    "where possible",
    "as required",
    "regularly",
    "frequently",
    "periodically",
    "and similar",
    "or similar",
    "and the like",
    "tbc",
    "effortless",
    "effortlessly",
    "promptly",
    "performant",
    "high-quality",
    "attractive",
    "optimal",
    "stable",
    "easier",
    "quicker",
    "great",
    "bad",
    "poor",
    "excellent",
    "clean",
    "important",
    "useful",
    "pleasant",
    "enjoyable",
    "enhanced",
    "optimised",
    "optimized",
];

/// Words before a vague one that make it harmless: `breakfast`, `fast food` and the like.
const HARMLESS: &[&str] = &[
    "fast food",
    "fast lane",
    "good faith",
    "simple interest",
    "best before",
    "easy read",
    "quick response code",
    "important announcement",
    "many times",
    "well as",
    "great britain",
    "clean up",
    "well-known",
];

/// Reads all of them.
pub(super) fn read(text: &Text<'_>, found: &mut Vec<Literal>) {
    let mut at = 0;
    while at < text.tokens.len() {
        if text.tokens[at].quoted {
            at += 1;
            continue;
        }
        at += one(text, at, found).max(1);
    }
    super::dates::read(text, found);
    transitions(text, found);
    required_fields(text, found);
}

fn one(text: &Text<'_>, at: usize, found: &mut Vec<Literal>) -> usize {
    if let Some((length, format)) = FORMATS
        .iter()
        .map(|(words, format)| (text.match_phrase(at, words), *format))
        .max_by_key(|(length, _)| *length)
        && length > 0
    {
        let skip = usize::from(matches!(text.low(at), "my" | "an"));
        super::push(text, at + skip..at + length, LiteralKind::Format(format), found);
        return length;
    }
    let vague = text.match_any(at, VAGUE);
    let compared =
        matches!(text.low(at), "many" | "well") && matches!(text.low(at.wrapping_sub(1)), "how" | "too" | "as" | "so");
    if vague > 0 && !compared && text.match_any(at, HARMLESS) == 0 {
        super::push(
            text,
            at..at + vague,
            LiteralKind::Vague(text.words(&(at..at + vague)).to_lowercase()),
            found,
        );
        return vague;
    }
    let and_or = text.is(at, &["and", "/", "or"]);
    if and_or {
        super::push(text, at..at + 3, LiteralKind::Vague("and/or".to_owned()), found);
        return 3;
    }
    if let Some(length) = time(text, at, found) {
        return length;
    }
    state(text, at, found)
}

/// `9 am`, `17:30`.
fn time(text: &Text<'_>, at: usize, found: &mut Vec<Literal>) -> Option<usize> {
    if !text.is_number(at) {
        return None;
    }
    let hour: u32 = text.low(at).parse().ok()?;
    let (minute, mut length) = if text.low(at + 1) == ":" && text.is_number(at + 2) && text.low(at + 2).len() == 2 {
        (text.low(at + 2).parse().ok()?, 3)
    } else {
        (0, 1)
    };
    let half = match text.low(at + length) {
        "am" | "a.m." => Some(0),
        "pm" | "p.m." => Some(12),
        _ => None,
    };
    if length == 1 && half.is_none() || hour > 24 || minute > 59 {
        return None;
    }
    length += usize::from(half.is_some());
    let hour = half.map_or(hour, |half| hour % 12 + half);
    super::push(
        text,
        at..at + length,
        LiteralKind::Time(format!("{hour:02}:{minute:02}")),
        found,
    );
    Some(length)
}

/// A state that is said of something: `is shipped`, `marked as paid`, `pending orders`.
fn state(text: &Text<'_>, at: usize, found: &mut Vec<Literal>) -> usize {
    let length = text.match_any(at, STATES);
    if length == 0 {
        return 0;
    }
    let before = text.low(at.wrapping_sub(1));
    let said = matches!(
        before,
        "is" | "are"
            | "as"
            | "becomes"
            | "become"
            | "still"
            | "already"
            | "to"
            | "from"
            | "status"
            | "not"
            | "been"
            | "was"
            | "an"
            | "a"
            | "marked"
    );
    let act = before == "to"
        && !matches!(
            text.low(at.wrapping_sub(2)),
            "changes" | "change" | "set" | "changed" | "moves" | "from" | "back" | "draft" | "pending"
        );
    if !said || act {
        return 0;
    }
    let of = match before {
        // `an expired code`
        "a" | "an" if text.is_word(at + length) => text.low(at + length).to_owned(),
        "a" | "an" => String::new(),
        // `the order is shipped`
        "is" | "are" | "becomes" if at >= 2 && is_bearer(text, at - 2) => text.low(at - 2).to_owned(),
        _ => String::new(),
    };
    let state = text.words(&(at..at + length)).to_lowercase();
    super::push(text, at..at + length, LiteralKind::State { state, of }, found);
    length
}

/// Whether a word can be what a state is a state of.
fn is_bearer(text: &Text<'_>, at: usize) -> bool {
    text.is_word(at)
        && !super::is_unit(text.low(at))
        && !matches!(
            text.low(at),
            "it" | "they" | "this" | "that" | "which" | "who" | "there"
        )
}

/// `from X to Y` where both are states.
fn transitions(text: &Text<'_>, found: &mut Vec<Literal>) {
    for at in 0..text.tokens.len() {
        if text.low(at) != "from" {
            continue;
        }
        let quoted = |at: usize| text.tokens.get(at).is_some_and(|token| token.quoted);
        let from = text.match_any(at + 1, STATES);
        let (from, skip) = if from > 0 {
            (from, 0)
        } else {
            (usize::from(quoted(at + 2)), 1)
        };
        if from == 0 {
            continue;
        }
        let first = at + 1 + skip..at + 1 + skip + from;
        let to = first.end + skip;
        if text.low(to) != "to" {
            continue;
        }
        let second = text.match_any(to + 1, STATES).max(usize::from(quoted(to + 2)));
        if second == 0 {
            continue;
        }
        let second = if quoted(to + 2) {
            to + 2..to + 3
        } else {
            to + 1..to + 1 + second
        };
        let kind = LiteralKind::Transition {
            of: changing(text, at),
            from: text.words(&first).to_lowercase(),
            to: text.words(&second).to_lowercase(),
        };
        super::push(text, at..second.end, kind, found);
    }
}

/// What changes: the noun before `from`, past the verb: `an article from draft to published`, `the status of an order
/// changes from …`.
fn changing(text: &Text<'_>, from: usize) -> String {
    let mut end = from;
    while end > 0
        && (matches!(
            text.low(end - 1),
            "changes"
                | "change"
                | "changed"
                | "moves"
                | "goes"
                | "is"
                | "be"
                | "set"
                | "moved"
                | "switches"
                | "can"
                | "must"
                | "go"
                | "move"
        ) || text.low(end - 1).ends_with("ly"))
    {
        end -= 1;
    }
    let word = text.low(end.wrapping_sub(1));
    if end == 0 || !text.is_word(end - 1) || matches!(word, "it" | "they" | "this" | "status" | "state") {
        return String::new();
    }
    // Back to the article, so that all words of `a leave request` count.
    let article = |at: &usize| {
        matches!(
            text.low(*at),
            "a" | "an" | "the" | "my" | "their" | "each" | "every" | "any"
        )
    };
    let start = (end.saturating_sub(4)..end - 1)
        .rev()
        .find(article)
        .map_or(end - 1, |at| at + 1);
    text.words(&(start..end)).to_lowercase()
}

/// `name, email and password are required`; `an optional comment`.
fn required_fields(text: &Text<'_>, found: &mut Vec<Literal>) {
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
