//! What a limit bounds: the nearest noun phrase before it.

use crate::basis::text::Text;

/// Words between a subject and its bound that belong to neither.
pub(super) const LINKS: &[&str] = &[
    "must",
    "should",
    "shall",
    "can",
    "may",
    "be",
    "is",
    "are",
    "has",
    "have",
    "to",
    "of",
    "with",
    "contain",
    "contains",
    "containing",
    "at",
    "it",
    "that",
    "which",
    "for",
    "than",
    "not",
    "no",
    "a",
    "an",
    "the",
    "only",
    "will",
    "by",
    "up",
    "in",
    "does",
    "do",
    "than",
    "and",
    "or",
    "per",
    "if",
    "when",
    "long",
    "set",
    "valid",
    "available",
    "open",
    "limited",
];

/// The noun phrase before a bound: `a discount code of up to 20 characters` gives `discount code`.
pub(super) fn subject(text: &Text<'_>, at: usize) -> String {
    let mut end = at;
    while end > 0 && (LINKS.contains(&text.low(end - 1)) || text.low(end - 1) == "(" || is_predicate(text, end - 1)) {
        end -= 1;
    }
    let mut start = end;
    while start > 0 && end - start < 3 {
        let low = text.low(start - 1);
        let verb = crate::basis::action::is_verb(text, start - 1) && end > start;
        if !text.is_word(start - 1)
            || LINKS.contains(&low)
            || verb
            || matches!(
                low,
                "my" | "their"
                    | "our"
                    | "each"
                    | "every"
                    | "i"
                    | "from"
                    | "on"
                    | "want"
                    | "refuse"
                    | "refuses"
                    | "reject"
                    | "rejects"
                    | "deny"
                    | "denies"
                    | "accept"
                    | "accepts"
            )
        {
            break;
        }
        start -= 1;
    }
    text.words(&(start..end)).to_owned()
}

/// A word that says something of the subject and is no part of it: `possible`, `cannot`, `be cancelled`, `page loads`.
fn is_predicate(text: &Text<'_>, at: usize) -> bool {
    let low = text.low(at);
    let before = text.low(at.wrapping_sub(1));
    let auxiliary = matches!(
        before,
        "be" | "is" | "are" | "been" | "must" | "can" | "cannot" | "should" | "shall" | "may" | "will" | "to" | "not"
    );
    let said = matches!(
        low,
        "possible"
            | "allowed"
            | "accepted"
            | "permitted"
            | "cannot"
            | "aged"
            | "falls"
            | "rises"
            | "drops"
            | "expires"
            | "expire"
            | "lasts"
            | "costs"
            | "weighs"
            | "takes"
            | "ends"
            | "length"
            | "exceeds"
            | "loads"
            | "reaches"
            | "last"
            | "stays"
            | "goes"
    );
    said && at > 0
        || auxiliary
            && (matches!(before, "must" | "can" | "cannot" | "should" | "shall" | "may" | "will")
                || low.ends_with("ed")
                || crate::basis::action::is_verb(text, at))
}

/// Whether a person stands before a bound: `Users under 13`.
pub(super) fn person_bounded(text: &Text<'_>, at: usize) -> bool {
    let subject = subject(text, at).to_lowercase();
    let last = subject.rsplit(' ').next().unwrap_or("");
    let person = last.strip_suffix('s').unwrap_or(last);
    matches!(
        person,
        "user"
            | "customer"
            | "member"
            | "visitor"
            | "person"
            | "people"
            | "child"
            | "children"
            | "adult"
            | "guest"
            | "patient"
            | "player"
            | "applicant"
            | "driver"
            | "buyer"
            | "student"
            | "participant"
            | "anyone"
            | "passenger"
            | "viewer"
            | "renter"
    )
}
