//! Personal data and secrets in a text, as far as they can be told for sure: check digits are computed.
//!
//! What is reserved for examples is no personal data: addresses at example.com and the like, telephone numbers that are
//! never given to anybody.

use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An e-mail address.
    Email,
    /// A telephone number with its country.
    Phone,
    /// An account number.
    Iban,
    /// A card number.
    Card,
    /// A key or token.
    Key,
}

impl Kind {
    /// For people, with its article.
    pub(super) fn article(self) -> &'static str {
        match self {
            Self::Email => "an e-mail address",
            Self::Phone => "a telephone number",
            Self::Iban => "an IBAN",
            Self::Card => "a card number",
            Self::Key => "a key",
        }
    }

    /// What stands in its place.
    pub(super) fn placeholder(self) -> &'static str {
        match self {
            Self::Email => "[EMAIL]",
            Self::Phone => "[PHONE]",
            Self::Iban => "[IBAN]",
            Self::Card => "[CARD]",
            Self::Key => "[KEY]",
        }
    }
}

/// A place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) range: Range<usize>,
    pub(super) kind: Kind,
}

/// Of two that overlap the earlier kind counts.
const PATTERNS: [(Kind, &str); 5] = [
    (
        Kind::Key,
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(?:sk-[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{30,}|AKIA[A-Z0-9]{16}|xox[abpr]-[A-Za-z0-9-]{20,})",
    ),
    (Kind::Email, r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    (Kind::Iban, r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}\b"),
    (Kind::Card, r"\b[0-9](?:[ -]?[0-9]){12,18}\b"),
    (Kind::Phone, r"\+[1-9](?:[ ()./-]{0,2}[0-9]){7,14}\b"),
];

static REGEXES: LazyLock<Vec<(Kind, Regex)>> = LazyLock::new(|| {
    let regexes = PATTERNS
        .iter()
        .filter_map(|(kind, pattern)| Some((*kind, Regex::new(pattern).ok()?)));
    regexes.collect()
});

/// Finds all of it, in the order of the text.
pub(super) fn find(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (kind, regex) in REGEXES.iter() {
        for hit in regex.find_iter(text).filter(|hit| is_real(*kind, hit.as_str())) {
            let free = found
                .iter()
                .all(|other| other.range.end <= hit.start() || hit.end() <= other.range.start);
            if free {
                found.push(Found {
                    range: hit.range(),
                    kind: *kind,
                });
            }
        }
    }
    found.sort_by_key(|found| found.range.start);
    found
}

fn is_real(kind: Kind, text: &str) -> bool {
    match kind {
        Kind::Email => !is_reserved(text),
        Kind::Iban => mod_97(text) == Some(1),
        Kind::Card => luhn(text) && text.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0'),
        Kind::Phone | Kind::Key => true,
    }
}

/// Domains that belong to nobody (RFC 2606).
fn is_reserved(address: &str) -> bool {
    let domain = address.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    let within = |name: &str| domain == name || domain.ends_with(&format!(".{name}"));
    [
        "example.com",
        "example.org",
        "example.net",
        "example",
        "test",
        "invalid",
        "localhost",
    ]
    .into_iter()
    .any(within)
}

/// What is left of an IBAN by 97, the first four characters moved to its end.
fn mod_97(text: &str) -> Option<u32> {
    let compact: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').collect();
    let (head, tail) = compact.split_at_checked(4)?;
    tail.iter().chain(head).try_fold(0_u32, |rest, byte| {
        let value = char::from(*byte).to_digit(36)?;
        let shift = if value > 9 { 100 } else { 10 };
        Some((rest * shift + value) % 97)
    })
}

fn luhn(text: &str) -> bool {
    let digits = text
        .bytes()
        .rev()
        .filter(u8::is_ascii_digit)
        .map(|byte| u32::from(byte - b'0'));
    let sum: u32 = digits
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => digit,
            (_, twice) => twice / 10 + twice % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}
