//! Literals: words that carry a value. One file for each group of kinds; each reads the tokens once.

mod limits;
mod subject;
mod units;
mod lists;
mod names;
mod states;
mod transitions;
mod fields;
mod dates;

use super::text::Text;
use super::{Literal, LiteralKind};

/// Every literal of an item, in the order of the text.
pub(super) fn literals(text: &Text<'_>) -> Vec<Literal> {
    let mut found: Vec<Literal> = Vec::new();
    for quote in &text.quotes {
        let words = text.words(quote).to_owned();
        found.push(Literal {
            span: text.span(quote),
            text: words.clone(),
            kind: LiteralKind::Quoted(words),
        });
    }
    limits::read(text, &mut found);
    lists::read(text, &mut found);
    lists::read_listed(text, &mut found);
    lists::read_slashed(text, &mut found);
    names::read(text, &mut found);
    found.sort_by_key(|literal| (literal.span.start, literal.span.end));
    found
}

fn push(text: &Text<'_>, range: std::ops::Range<usize>, kind: LiteralKind, found: &mut Vec<Literal>) {
    found.push(Literal {
        span: text.span(&range),
        text: text.words(&range).to_owned(),
        kind,
    });
}

/// Whether a word is a unit of measure.
pub(super) fn is_unit(word: &str) -> bool {
    units::dimension(word).is_some()
}
