//! Strings: where they begin, what is plain in them, and which quote may end them.
//!
//! A quote closes a string if what follows it can follow a string; what it is otherwise, `quotes` decides.

use super::extract::Sink;
use super::repair::{self, CONTROL, Code};
use super::scanner::{NOWHERE, Scanner, State, Wait};
use super::structure::MAX_DOUBT;

/// Longest key.
pub(super) const MAX_KEY: usize = 128;
/// Furthest look ahead over whitespace.
pub(super) const MAX_GAP: usize = 128;
/// Stands for typographic quotes, which are three bytes long.
pub(super) const SMART: u8 = 0;

/// Bytes at which a run of plain text stops, by the kind of quote.
const STOPS: [u8; 256] = {
    let mut stops = [0; 256];
    let mut byte = 0;
    while byte < 32 {
        stops[byte] = 0xff;
        byte += 1;
    }
    stops[b'\\' as usize] = 0xff;
    stops[b'"' as usize] = 0xff;
    stops[b'\'' as usize] = 2;
    stops[b'`' as usize] = 4;
    stops[0xe2] = 8;
    stops
};

const fn stop_mask(quote: u8) -> u8 {
    match quote {
        b'"' => 1,
        b'\'' => 2,
        b'`' => 4,
        _ => 8,
    }
}

impl Scanner {
    /// A string begins at the current byte, if it is a quote of any kind.
    pub(super) fn string_begins(&mut self, byte: u8, in_key: bool) -> Result<bool, Wait> {
        let (len, quote, code) = match byte {
            b'"' => (1, b'"', None),
            b'\'' => (1, b'\'', Some(Code::SingleQuotes)),
            b'`' => (1, b'`', Some(Code::BacktickQuotes)),
            0xe2 => match (self.look(self.pos + 1)?, self.look(self.pos + 2)?) {
                (Some(0x80), Some(0x98 | 0x99 | 0x9c..=0x9e)) => (3, SMART, Some(Code::SmartQuotes)),
                _ => return Ok(false),
            },
            _ => return Ok(false),
        };
        if let Some(code) = code {
            self.edit(self.pos, len, "\"", code);
        }
        self.token = self.pos;
        self.pos += len;
        self.quote = quote;
        self.in_key = in_key;
        self.inner_quote = false;
        self.surrogate = NOWHERE;
        self.state = State::Text;
        Ok(true)
    }

    /// Whether none of the bytes means anything in the open string.
    #[inline]
    pub(super) fn is_plain(&self, bytes: &[u8]) -> bool {
        let mask = stop_mask(self.quote);
        bytes.iter().all(|byte| STOPS[*byte as usize] & mask == 0)
    }

    /// Inside a string, up to its next byte that is not plain.
    #[inline]
    pub(super) fn text(&mut self, end: usize, sink: Sink<'_>) -> Result<(), Wait> {
        if self.surrogate != NOWHERE && self.buffer[self.pos - self.base] != b'\\' {
            self.lone_surrogate();
        }
        let rest = &self.buffer[self.pos - self.base..end - self.base];
        let mask = stop_mask(self.quote);
        let count = rest
            .iter()
            .position(|byte| STOPS[*byte as usize] & mask != 0)
            .unwrap_or(rest.len());
        let stop = rest.get(count).copied();
        self.pos += count;
        if self.in_key && self.pos - self.token > MAX_KEY {
            self.no_key(sink);
            return Ok(());
        }
        match stop {
            None => Ok(()),
            Some(b'\\') => {
                self.escape = self.pos;
                self.pos += 1;
                self.state = State::Escape;
                Ok(())
            }
            Some(byte) if byte < 0x20 => {
                self.control(byte, sink);
                Ok(())
            }
            Some(byte) => self.quote_in_text(byte),
        }
    }

    fn control(&mut self, byte: u8, sink: Sink<'_>) {
        if self.in_key && matches!(byte, b'\n' | b'\r') {
            self.no_key(sink);
            return;
        }
        let code = match byte {
            b'\n' | b'\r' => Code::RawNewline,
            b'\t' => Code::RawTab,
            _ => Code::ControlCharacter,
        };
        self.edit(self.pos, 1, CONTROL[usize::from(byte)], code);
        self.pos += 1;
    }

    /// A quote of any kind inside a string.
    fn quote_in_text(&mut self, byte: u8) -> Result<(), Wait> {
        let len = if byte == 0xe2 { 3 } else { 1 };
        if byte == 0xe2 {
            match (self.look(self.pos + 1)?, self.look(self.pos + 2)?) {
                (Some(0x80), Some(0x98 | 0x99 | 0x9c..=0x9e)) => {}
                _ => {
                    self.pos += 1;
                    return Ok(());
                }
            }
        } else if byte == b'"' && matches!(self.quote, b'\'' | b'`') {
            self.edit(self.pos, 0, "\\", Code::SingleQuotes);
            self.pos += 1;
            return Ok(());
        }
        if self.inner_quote && !self.line_ends_after(self.pos + len)? {
            self.inner_quote = false;
            self.keep_quote(self.pos, byte);
            self.pos += len;
            return Ok(());
        }
        self.closing = self.pos;
        self.pos += len;
        self.state = State::Closed;
        Ok(())
    }

    /// Whether the line ends here, but for one comma: a quoted word would go on.
    fn line_ends_after(&self, mut at: usize) -> Result<bool, Wait> {
        let mut comma = false;
        for _ in 0..MAX_GAP {
            match self.look(at)? {
                Some(b'\n' | b'\r') | None => return Ok(true),
                Some(b' ' | b'\t') => {}
                Some(b',') if !comma => comma = true,
                _ => return Ok(false),
            }
            at += 1;
        }
        Ok(false)
    }

    /// A quote is a part of the text.
    pub(super) fn keep_quote(&mut self, at: usize, byte: u8) {
        if byte == b'"' {
            self.edit(at, 0, "\\", Code::UnescapedQuote);
        }
    }

    /// After a quote that may have closed the string: the next byte that is no whitespace tells.
    pub(super) fn after_quote(&mut self, end: usize, sink: Sink<'_>) -> Result<(), Wait> {
        if !self.skip_whitespace(end) {
            return Ok(());
        }
        let byte = self.buffer[self.pos - self.base];
        let doubtful = self.pos - self.closing <= MAX_DOUBT;
        if self.in_key {
            return match byte {
                b':' if doubtful => self.key_string_ends(),
                _ => self.key_without_colon(byte, sink),
            };
        }
        match byte {
            b',' | b'}' => {
                self.value_string_ends();
                self.after(byte, sink)
            }
            _ if !doubtful => {
                self.value_string_ends();
                self.after(byte, sink)
            }
            b']' if self.frames.iter().any(|frame| !frame.object || frame.mistaken) => {
                self.value_string_ends();
                self.after(byte, sink)
            }
            _ => self.quote_is_odd(byte, sink),
        }
    }

    /// The string was a key, and its colon is here.
    pub(super) fn key_string_ends(&mut self) -> Result<(), Wait> {
        self.string_ends();
        self.key_ends(self.token + self.opening_len(), self.closing);
        self.pos += 1;
        Ok(())
    }

    /// The string was a value.
    pub(super) fn value_string_ends(&mut self) {
        self.string_ends();
        if repair::is_ambiguous_text(&self.edits, self.token) {
            self.doubt();
        }
        let end = self.closing + self.quote_len(self.closing);
        self.value_ends(end);
    }

    /// Bytes of the quote that opened the string.
    pub(super) fn opening_len(&self) -> usize {
        if self.quote == SMART { 3 } else { 1 }
    }

    /// Bytes of the quote at a place.
    pub(super) fn quote_len(&self, at: usize) -> usize {
        if self.look(at) == Ok(Some(0xe2)) { 3 } else { 1 }
    }

    /// The string was closed at `closing`.
    pub(super) fn string_ends(&mut self) {
        if self.surrogate != NOWHERE {
            self.lone_surrogate();
        }
        let len = self.quote_len(self.closing);
        if self.quote != b'"' {
            let code = match self.quote {
                b'\'' => Code::SingleQuotes,
                b'`' => Code::BacktickQuotes,
                _ => Code::SmartQuotes,
            };
            self.edit(self.closing, len, "\"", code);
        }
        let string = (!self.in_key).then_some(self.token);
        if string.is_some() && self.watchdog.is_due(string, self.closing) {
            self.watchdog.text(&self.buffer, self.base, string, self.closing);
        }
    }

    // === escapes ===

    pub(super) fn escape_byte(&mut self) {
        let byte = self.buffer[self.pos - self.base];
        if self.surrogate != NOWHERE && byte != b'u' {
            self.lone_surrogate();
        }
        self.state = State::Text;
        match byte {
            b'u' => {
                self.hex_digits = 0;
                self.hex_value = 0;
                self.state = State::Hex;
            }
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
            b'\'' | b'`' => self.edit(self.escape, 1, "", Code::BadEscape),
            b'\n' => self.edit(self.pos, 1, "n", Code::RawNewline),
            _ => {
                self.edit(self.escape, 0, "\\", Code::BadEscape);
                // The byte itself is text, or needs an escape of its own.
                return;
            }
        }
        self.pos += 1;
    }

    pub(super) fn hex_byte(&mut self) {
        let byte = self.buffer[self.pos - self.base];
        let Some(digit) = (byte as char).to_digit(16) else {
            if self.surrogate != NOWHERE {
                self.lone_surrogate();
            }
            self.edit(self.escape, 0, "\\", Code::BadEscape);
            self.state = State::Text;
            return;
        };
        self.hex_value = self.hex_value << 4 | digit as u16;
        self.hex_digits += 1;
        self.pos += 1;
        if self.hex_digits < 4 {
            return;
        }
        self.state = State::Text;
        match self.hex_value {
            0xd800..=0xdbff => {
                if self.surrogate != NOWHERE {
                    self.lone_surrogate();
                }
                self.surrogate = self.escape;
            }
            0xdc00..=0xdfff if self.surrogate == NOWHERE => {
                self.surrogate = self.escape;
                self.lone_surrogate();
            }
            0xdc00..=0xdfff => self.surrogate = NOWHERE,
            _ if self.surrogate != NOWHERE => self.lone_surrogate(),
            _ => {}
        }
    }

    fn lone_surrogate(&mut self) {
        self.edit(self.surrogate, 6, "\\ufffd", Code::LoneSurrogate);
        self.surrogate = NOWHERE;
    }
}
