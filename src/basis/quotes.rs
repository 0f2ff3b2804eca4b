//! Finds quoted stretches, so that no reader takes a message's words for the author's.

use super::text::{Kind, Text};

/// Longest quoted text, in tokens; more is taken for two stray marks.
const LONGEST: usize = 60;

/// Marks the tokens between quotes, and notes the stretches.
pub(super) fn mark(text: &mut Text<'_>) {
    let mut at = 0;
    while at < text.tokens.len() {
        if let Some(close) = closing(text.low(at)) {
            let opens = close != "'" || opens_single(text, at);
            let limit = text.tokens.len().min(at + LONGEST);
            let end = (at + 1..limit).find(|n| closes(text, *n, close));
            if let (true, Some(end)) = (opens, end)
                && end > at + 1
            {
                for token in text.tokens.iter_mut().take(end).skip(at + 1) {
                    token.quoted = true;
                }
                text.quotes.push(at + 1..end);
                at = end;
            }
        }
        at += 1;
    }
}

fn closing(open: &str) -> Option<&'static str> {
    match open {
        "\"" => Some("\""),
        "\u{201c}" | "\u{201e}" => Some("\u{201d}"),
        "\u{2018}" => Some("'"),
        "'" => Some("'"),
        "«" => Some("»"),
        "`" => Some("`"),
        _ => None,
    }
}

/// A single quote opens only where a word or number follows at once and a blank or mark stands before.
fn opens_single(text: &Text<'_>, at: usize) -> bool {
    let before = at
        .checked_sub(1)
        .is_some_and(|n| text.touches_next(n) && text.is_word(n));
    !before && text.touches_next(at)
}

fn closes(text: &Text<'_>, at: usize, close: &str) -> bool {
    let token = &text.tokens[at];
    if token.kind != Kind::Mark || (token.low != close && !(close == "\u{201d}" && token.low == "\u{201c}")) {
        return false;
    }
    close != "'" || text.touches_next(at.saturating_sub(1))
}
