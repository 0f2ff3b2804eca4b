//! One item of the basis as tokens with byte offsets, and the few moves that every reader makes on them.
//!
//! It exists so that offsets are made in one place: every phrase and literal is cut between token ends, which are
//! character boundaries. It knows no grammar.

use super::Phrase;
use crate::test_case::{BasisId, Span};
use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters, with digits, hyphens and apostrophes inside: `user-friendly`, `AC-2`, `e.g.`.
    Word,
    /// Digits with separators: `1,000.50`.
    Number,
    /// One other character, a line feed among them.
    Mark,
}

/// A token and its place.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
    /// In lower case, with straight apostrophes and hyphens.
    pub(super) low: String,
    /// Whether it stands between quotes.
    pub(super) quoted: bool,
}

/// An item of the basis, tokenised.
#[derive(Clone, Debug)]
pub(super) struct Text<'a> {
    pub(super) source: &'a str,
    pub(super) id: BasisId,
    pub(super) tokens: Vec<Token>,
    /// Quoted stretches: token ranges inside the quotes.
    pub(super) quotes: Vec<Range<usize>>,
}

/// Abbreviations whose full stop does not end a sentence.
const ABBREVIATIONS: [&str; 10] = [
    "e.g.", "i.e.", "etc.", "vs.", "incl.", "max.", "min.", "approx.", "a.m.", "p.m.",
];

/// Units that may stand right after digits: `5MB`.
const GLUED_UNITS: [&str; 27] = [
    "mb", "kb", "gb", "tb", "b", "km", "kg", "m", "cm", "mm", "g", "ms", "s", "h", "min", "k", "px", "l", "ml", "lb",
    "am", "pm", "eur", "usd", "gbp", "mib", "mi",
];

impl<'a> Text<'a> {
    /// Tokenises an item in one pass.
    pub(super) fn new(id: BasisId, source: &'a str) -> Self {
        let mut text = Self {
            source,
            id,
            tokens: Vec::new(),
            quotes: Vec::new(),
        };
        let mut at = 0;
        while let Some(next) = source.get(at..).and_then(|rest| rest.chars().next()) {
            at = if next.is_alphanumeric() {
                text.push_run(at)
            } else {
                let end = at + next.len_utf8();
                if next == '\n' || !next.is_whitespace() {
                    text.push(at, end, Kind::Mark);
                }
                end
            };
        }
        super::quotes::mark(&mut text);
        text
    }

    fn push(&mut self, start: usize, end: usize, kind: Kind) {
        let low = self
            .source
            .get(start..end)
            .unwrap_or("")
            .to_lowercase()
            .replace('\u{2019}', "'")
            .replace('\u{2011}', "-");
        self.tokens.push(Token {
            start,
            end,
            kind,
            low,
            quoted: false,
        });
    }

    /// Reads a word or number that begins at `start`, and gives where it ends.
    fn push_run(&mut self, start: usize) -> usize {
        let rest = self.source.get(start..).unwrap_or("");
        if let Some(found) = ABBREVIATIONS
            .iter()
            .find(|a| rest.get(..a.len()).is_some_and(|r| r.eq_ignore_ascii_case(a)))
        {
            let end = start + found.len();
            self.push(start, end, Kind::Word);
            return end;
        }
        let digits = number_length(rest);
        if digits > 0 {
            let tail = rest.get(digits..).unwrap_or("");
            let letters = tail.find(|c: char| !c.is_alphanumeric()).unwrap_or(tail.len());
            let glued = tail.get(..letters).unwrap_or("");
            let unit = GLUED_UNITS.iter().any(|unit| glued.eq_ignore_ascii_case(unit));
            if glued.is_empty() || unit {
                self.push(start, start + digits, Kind::Number);
                return start + digits;
            }
        }
        let end = start + word_length(rest);
        self.push(start, end, Kind::Word);
        end
    }

    /// The token's lower-case words; empty past the end.
    pub(super) fn low(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.low.as_str())
    }

    /// Whether the mark stands right before or right after a token, without a blank.
    pub(super) fn touches(&self, at: usize, mark: &str) -> bool {
        let joined = |one: usize, two: usize| match (self.tokens.get(one), self.tokens.get(two)) {
            (Some(first), Some(second)) => first.end == second.start,
            _ => false,
        };
        self.low(at + 1) == mark && joined(at, at + 1) && self.is_number(at + 2)
            || at > 0 && self.low(at - 1) == mark && joined(at - 1, at) && at > 1 && self.is_number(at - 2)
    }

    /// Whether the tokens from `at` are these words.
    pub(super) fn is(&self, at: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(n, word)| self.low(at + n) == *word)
    }

    /// How many tokens at `at` one of the phrases takes; the longest, 0 for none. Phrases are split at blanks.
    pub(super) fn match_any(&self, at: usize, phrases: &[&str]) -> usize {
        phrases
            .iter()
            .map(|phrase| self.match_phrase(at, phrase))
            .max()
            .unwrap_or(0)
    }

    /// How many tokens at `at` the phrase takes; 0 for none.
    pub(super) fn match_phrase(&self, at: usize, phrase: &str) -> usize {
        // Nearly every phrase fails at its first word; that is seen without taking the phrase apart.
        let first = self.low(at);
        if first.as_bytes().first() != phrase.as_bytes().first() || !phrase.starts_with(first) {
            return 0;
        }
        let mut count = 0;
        for word in phrase.split(' ') {
            if self.low(at + count) != word {
                return 0;
            }
            count += 1;
        }
        count
    }

    /// Whether the token is a word.
    pub(super) fn is_word(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Word)
    }

    /// Whether the token is a number.
    pub(super) fn is_number(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Number)
    }

    /// Whether two neighbours touch.
    pub(super) fn touches_next(&self, at: usize) -> bool {
        match (self.tokens.get(at), self.tokens.get(at + 1)) {
            (Some(one), Some(two)) => one.end == two.start,
            _ => false,
        }
    }

    /// The place of a token range.
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        let start = self.tokens.get(range.start).map_or(0, |token| token.start);
        let end = range
            .end
            .checked_sub(1)
            .and_then(|last| self.tokens.get(last))
            .map_or(start, |token| token.end);
        Span {
            basis_id: self.id,
            start,
            end: end.max(start),
        }
    }

    /// The words of a token range as given.
    pub(super) fn words(&self, range: &Range<usize>) -> &'a str {
        let span = self.span(range);
        self.source.get(span.start..span.end).unwrap_or("")
    }

    /// The range without marks at its ends, brackets and quotes that close inside excepted.
    pub(super) fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let (mut start, mut end) = (range.start, range.end.min(self.tokens.len()));
        let loose = |at: usize| {
            matches!(
                self.low(at),
                "," | "." | ";" | ":" | "\n" | "-" | "–" | "—" | "*" | "•" | "!" | "?"
            )
        };
        while start < end && loose(start) {
            start += 1;
        }
        while start < end && loose(end - 1) {
            end -= 1;
        }
        start..end.max(start)
    }

    /// A phrase of a token range, trimmed; `None` if nothing is left.
    pub(super) fn phrase(&self, range: Range<usize>) -> Option<Phrase> {
        let range = self.trimmed(range);
        (!range.is_empty()).then(|| Phrase {
            text: self.words(&range).split_whitespace().collect::<Vec<_>>().join(" "),
            span: self.span(&range),
        })
    }

    /// As [`Text::phrase`], without leading articles.
    pub(super) fn noun(&self, range: Range<usize>) -> Option<Phrase> {
        let mut range = self.trimmed(range);
        while range.start < range.end && matches!(self.low(range.start), "a" | "an" | "the") {
            range.start += 1;
        }
        self.phrase(range)
    }

    /// Sentences of a range: they end at `.`, `!`, `?`, `;` outside quotes and numbers, and at line feeds.
    pub(super) fn sentences(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut start = range.start;
        for at in range.clone() {
            let ends = match self.low(at) {
                "\n" => true,
                "." | "!" | "?" | ";" => !self.tokens[at].quoted && !self.touches_word(at),
                _ => false,
            };
            if ends {
                if !self.trimmed(start..at).is_empty() {
                    found.push(start..at + 1);
                }
                start = at + 1;
            }
        }
        if !self.trimmed(start..range.end).is_empty() {
            found.push(start..range.end);
        }
        found
    }

    /// Whether a word follows the mark without a blank, as in `example.com`.
    fn touches_word(&self, at: usize) -> bool {
        self.touches_next(at) && self.tokens.get(at + 1).is_some_and(|token| token.kind != Kind::Mark)
    }
}

/// Length in bytes of a number at the start: digits, thousands groups, one decimal point. 0 if there is none, or if it
/// is a version such as `1.2.3`.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes.iter().skip(from).take_while(|b| b.is_ascii_digit()).count();
    let mut end = digits(0);
    if end == 0 {
        return 0;
    }
    while bytes.get(end) == Some(&b',') && digits(end + 1) == 3 {
        end += 4;
    }
    if bytes.get(end) == Some(&b'.') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
        if bytes.get(end) == Some(&b'.') && digits(end + 1) > 0 {
            return 0;
        }
    }
    end
}

/// Length in bytes of a word at the start: hyphens, apostrophes, underscores, and dots between digits, belong to it where
/// a letter or digit follows.
fn word_length(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    let mut before = ' ';
    while let Some((at, here)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        let joins = matches!(here, '-' | '\u{2011}' | '\'' | '\u{2019}' | '_') && next.is_alphanumeric();
        let version = here == '.' && before.is_ascii_digit() && next.is_ascii_digit();
        let mark =
            matches!(here, '\u{300}'..='\u{36f}') || (!here.is_ascii() && !here.is_whitespace() && !is_mark(here));
        if !(here.is_alphanumeric() || joins || version || mark) {
            return at.max(1);
        }
        before = here;
    }
    text.len()
}

/// Whether a character outside ASCII is punctuation or a symbol rather than part of a word.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{a0}'..='\u{bf}' | '×' | '÷' | '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{303f}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff0f}' | '\u{1f000}'..='\u{1faff}')
}
