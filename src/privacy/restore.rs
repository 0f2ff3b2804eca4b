//! Placeholders in a stream → values, however the stream is cut.
//!
//! What is written is JSON, and a value goes where the model wrote a word of a string: it is escaped, so that no value can
//! end the string that it stands in. Held back is only what may still become a placeholder: a few letters at the end of a
//! piece, and nothing at all where they cannot.

use super::{Begins, Mask};
use std::fmt::Write as _;
use std::sync::Arc;

/// Most bytes that values may add to one answer. Placeholders beyond that stay, and what holds them is rejected: a model
/// that repeats one without end must not fill the memory.
const MOST_ADDED: usize = 256 * 1024;

/// Puts values back in the answer of one request.
#[derive(Debug)]
pub struct Restoring {
    mask: Arc<Mask>,
    /// The end of what came, as far as it may be the beginning of a placeholder.
    held: String,
    /// Which bytes begin placeholders.
    first: [bool; 256],
    added: usize,
}

impl Restoring {
    /// For one answer.
    #[must_use]
    pub fn new(mask: Arc<Mask>) -> Self {
        let mut first = [false; 256];
        for hidden in &mask.hidden {
            if let Some(byte) = hidden.placeholder.bytes().next() {
                first[usize::from(byte)] = true;
            }
        }
        Self {
            mask,
            held: String::new(),
            first,
            added: 0,
        }
    }

    /// Appends a piece of the answer to `out` with the values in it.
    pub fn push(&mut self, piece: &str, out: &mut String) {
        if self.held.is_empty() {
            let rest = self.read(piece, out);
            self.held.push_str(&piece[rest..]);
        } else {
            let mut text = std::mem::take(&mut self.held);
            text.push_str(piece);
            let rest = self.read(&text, out);
            text.drain(..rest);
            self.held = text;
        }
    }

    /// The answer ended: appends what was held back.
    pub fn finish(&mut self, out: &mut String) {
        out.push_str(&self.held);
        self.held.clear();
    }

    /// Bytes held back at the moment: fewer than the longest placeholder has.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.held.len()
    }

    /// Appends as much as is decided, and says how much of the text that was.
    fn read(&mut self, text: &str, out: &mut String) -> usize {
        let bytes = text.as_bytes();
        let (mut copied, mut at) = (0, 0);
        while let Some(byte) = bytes.get(at) {
            if !self.first[usize::from(*byte)] {
                at += 1;
                continue;
            }
            match self.mask.begins(&text[at..]) {
                Begins::Otherwise => at += 1,
                Begins::Partly => {
                    out.push_str(&text[copied..at]);
                    return at;
                }
                Begins::With(hidden) => {
                    let end = at + hidden.placeholder.len();
                    if self.added + 6 * hidden.value.len() <= MOST_ADDED {
                        out.push_str(&text[copied..at]);
                        let before = out.len();
                        escape(&hidden.value, out);
                        self.added += out.len() - before;
                        copied = end;
                    }
                    at = end;
                }
            }
        }
        out.push_str(&text[copied..]);
        text.len()
    }
}

/// A value as it stands within a string of JSON. What an answer that is not quite JSON may take for a quote, a bracket or a
/// tag is escaped as well.
fn escape(value: &str, out: &mut String) {
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\'' | '`' | '<' | '>' | '{' | '}' | '[' | ']' | '\u{2018}'..='\u{201F}' | '\u{25C1}' | '\u{25B7}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
}
