//! Names with a meaning: formats, times of day, vague words.

use crate::basis::text::Text;
use crate::basis::{Format, Literal, LiteralKind};

const FORMATS: &[(&str, Format)] = &[
    ("email address", Format::Email),
    ("email addresses", Format::Email),
    ("e-mail address", Format::Email),
    ("email", Format::Email),
    ("e-mail", Format::Email),
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
    super::states::read(text, found);
    super::fields::read(text, found);
}

fn one(text: &Text<'_>, at: usize, found: &mut Vec<Literal>) -> usize {
    if let Some((length, format)) = FORMATS
        .iter()
        .map(|(words, format)| (text.match_phrase(at, words), *format))
        .max_by_key(|(length, _)| *length)
        && length > 0
    {
        // An email that is sent is a message; one that is entered is an address.
        if length > 1 || format != Format::Email || is_entered(text, at) {
            super::push(text, at..at + length, LiteralKind::Format(format), found);
        }
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
    0
}

/// `9 am`, `17:30`.
fn time(text: &Text<'_>, at: usize, found: &mut Vec<Literal>) -> Option<usize> {
    let named = match text.low(at) {
        "noon" | "midday" => Some("12:00"),
        "midnight" => Some("00:00"),
        _ => None,
    };
    if let Some(named) = named {
        super::push(text, at..at + 1, LiteralKind::Time(named.to_owned()), found);
        return Some(1);
    }
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

/// Whether `email` alone names an address: in a list of fields, owned, valid or not, or entered.
fn is_entered(text: &Text<'_>, at: usize) -> bool {
    const FIELDS: &[&str] = &[
        "name", "password", "phone", "username", "address", "company", "surname", "postcode", "age", "country",
    ];
    let before = text.low(at.wrapping_sub(1));
    let beside = |from: usize, to: usize| {
        (from..to).any(|near| {
            FIELDS.contains(&text.low(near)) && (from..to).any(|near| matches!(text.low(near), "," | "and" | "or"))
        })
    };
    let entered = (at.saturating_sub(4)..at).any(|near| {
        matches!(
            text.low(near),
            "enter" | "enters" | "provide" | "provides" | "type" | "register" | "registered"
        )
    });
    matches!(before, "my" | "valid" | "invalid" | "their" | "same" | "new" | "unique")
        && !matches!(text.low(at + 1), "is" | "notification" | "notifications" | "when")
        || entered
        || beside(at.saturating_sub(3), at)
        || beside(at + 1, at + 4)
}
