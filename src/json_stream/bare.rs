//! Keys and values without quotes: numbers and literals of JSON, those of other languages, and plain words.

use super::extract::Sink;
use super::repair::Code;
use super::scanner::{Scanner, State, Wait, is_space};
use super::strings::MAX_KEY;
use super::structure::MAX_DOUBT;

/// Longest text without quotes.
const MAX_BARE: usize = 400;

impl Scanner {
    pub(super) fn bare_key_begins(&mut self) {
        self.token = self.pos;
        self.state = State::BareKey;
    }

    pub(super) fn bare_key(&mut self, end: usize, sink: Sink<'_>) {
        // No further than to where it is too long, however much of it is here.
        let until = end.min(self.token + MAX_KEY + 1).max(self.pos);
        let rest = &self.buffer[self.pos - self.base..until - self.base];
        let count = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
        self.pos += count;
        if self.pos - self.token > MAX_KEY {
            // It breaks at a byte that is here, as everything does: what follows may not be.
            self.pos -= 1;
            self.broken(sink, "SYNTAX", "what should be a key goes on and on");
        } else if self.pos < end {
            self.closing = self.pos;
            self.state = State::Colon;
        }
    }

    /// After a key without quotes.
    pub(super) fn colon(&mut self, byte: u8, sink: Sink<'_>) -> Result<(), Wait> {
        if byte == b':' && self.pos - self.token <= MAX_DOUBT {
            self.edit(self.token, 0, "\"", Code::UnquotedKey);
            self.edit(self.closing, 0, "\"", Code::UnquotedKey);
            self.key_ends(self.token, self.closing);
            self.pos += 1;
        } else if self.pos - self.token > MAX_DOUBT {
            self.broken(sink, "SYNTAX", "a word where a key was due");
        } else if matches!(byte, b'"' | b'\'')
            && self.pos == self.closing
            && is_string_prefix(self.slice(self.token, self.pos))
        {
            self.edit(self.token, self.pos - self.token, "", Code::StringPrefix);
            self.string_begins(byte, true)?;
        } else if is_word(byte) && self.pos - self.token < MAX_KEY && !self.crossed_line() {
            // A key of several words.
            self.state = State::BareKey;
        } else {
            self.broken(sink, "SYNTAX", "a word where a key was due");
        }
        Ok(())
    }

    fn crossed_line(&self) -> bool {
        self.slice(self.closing, self.pos)
            .iter()
            .any(|byte| matches!(byte, b'\n' | b'\r'))
    }

    pub(super) fn bare_begins(&mut self) {
        self.token = self.pos;
        self.state = State::Bare;
    }

    /// In a number, a literal or text without quotes: reads up to what ends it.
    pub(super) fn bare(&mut self, end: usize, sink: Sink<'_>) -> Result<(), Wait> {
        while self.pos < end {
            let byte = self.buffer[self.pos - self.base];
            let ends = match byte {
                b',' | b'}' | b']' | b'\n' | b'\r' | b'"' | b'{' | b'[' => true,
                b'\'' | b'`' => {
                    self.before(self.pos).is_some_and(is_space) || is_string_prefix(self.slice(self.token, self.pos))
                }
                b'/' | b'#' if self.before(self.pos).is_some_and(is_space) => {
                    byte == b'#' || matches!(self.look(self.pos + 1)?, Some(b'/' | b'*'))
                }
                _ => false,
            };
            if ends {
                return self.bare_ends(byte, sink);
            }
            if byte < 0x20 && byte != b'\t' || self.pos - self.token > MAX_BARE {
                self.broken(sink, "SYNTAX", "text without quotes that does not end");
                return Ok(());
            }
            self.pos += 1;
        }
        Ok(())
    }

    pub(super) fn bare_ends(&mut self, byte: u8, sink: Sink<'_>) -> Result<(), Wait> {
        let word = self.slice(self.token, self.pos).trim_ascii_end();
        let (len, kind) = (word.len(), bare_kind(word));
        let end = self.token + len;
        if matches!(byte, b'"' | b'\'') && self.pos == end && is_string_prefix(word) {
            self.edit(self.token, len, "", Code::StringPrefix);
            self.state = State::Value;
            return Ok(());
        }
        match kind {
            Bare::Strict => {}
            Bare::Literal(text, code) => self.edit(self.token, len, text, code),
            Bare::Number => self.quote_bare(end, Code::BadNumber),
            Bare::Text => {
                if matches!(byte, b'{' | b'[') {
                    return self.prose_inside(byte, sink);
                }
                if byte == b'"' && !self.lone_quote_ends(end)? {
                    self.broken(sink, "SYNTAX", "text without quotes beside a quote");
                    return Ok(());
                }
                self.quote_bare(end, Code::UnquotedValue);
            }
        }
        self.value_ends(end);
        Ok(())
    }

    /// Words before a bracket: remarks between the elements of a list, or the place where an object broke off.
    fn prose_inside(&mut self, byte: u8, sink: Sink<'_>) -> Result<(), Wait> {
        let between = self.frames.last().is_some_and(|top| !top.object && !top.beneath);
        if between && byte == b'{' {
            self.edit(self.token, self.pos - self.token, "", Code::StrayText);
            self.state = State::Value;
        } else {
            self.broken_off(sink);
        }
        Ok(())
    }

    /// `High",`: the opening quote was forgotten. Drops the closing one.
    fn lone_quote_ends(&mut self, end: usize) -> Result<bool, Wait> {
        let lone = self.pos == end
            && matches!(self.look(self.pos + 1)?, Some(b',' | b'}' | b']' | b'\n' | b'\r'))
            && !self.in_array();
        if lone {
            let key_end = self.key_span.1;
            if self
                .edits
                .iter()
                .rev()
                .take(4)
                .any(|edit| edit.code == Code::UnquotedKey && edit.at == key_end)
            {
                // Neither key nor value has the quotes that it should: perhaps they are one text.
                self.doubt();
            }
            self.edit(self.pos, 1, "", Code::MissingQuote);
            self.pos += 1;
        }
        Ok(lone)
    }

    fn quote_bare(&mut self, end: usize, code: Code) {
        self.edit(self.token, 0, "\"", code);
        for at in self.token..end {
            if self.look(at) == Ok(Some(b'\\')) {
                self.edit(at, 0, "\\", Code::BadEscape);
            } else if self.look(at) == Ok(Some(b'\t')) {
                self.edit(at, 1, "\\t", Code::RawTab);
            }
        }
        self.edit(end, 0, "\"", code);
    }
}

/// Whether a byte may stand in a key without quotes.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-' | b'.') || byte >= 0x80
}

enum Bare {
    /// JSON as it stands.
    Strict,
    /// A literal of another language.
    Literal(&'static str, Code),
    /// A number, but not as JSON writes it; its digits are kept as text.
    Number,
    /// Anything else.
    Text,
}

fn bare_kind(word: &[u8]) -> Bare {
    match word {
        b"true" | b"false" | b"null" => return Bare::Strict,
        b"True" => return Bare::Literal("true", Code::PythonLiteral),
        b"False" => return Bare::Literal("false", Code::PythonLiteral),
        b"None" => return Bare::Literal("null", Code::PythonLiteral),
        b"NaN" | b"nan" | b"Infinity" | b"-Infinity" | b"+Infinity" | b"inf" | b"-inf" | b"undefined" => {
            return Bare::Literal("null", Code::NotANumber);
        }
        b"TRUE" => return Bare::Literal("true", Code::LiteralCase),
        b"FALSE" => return Bare::Literal("false", Code::LiteralCase),
        b"NULL" | b"Null" => return Bare::Literal("null", Code::LiteralCase),
        _ => {}
    }
    if is_number(word) {
        return Bare::Strict;
    }
    let digits = word.iter().any(u8::is_ascii_digit);
    if digits
        && word.iter().all(|byte| {
            byte.is_ascii_hexdigit() || matches!(byte, b'.' | b'+' | b'-' | b'/' | b'_' | b'x' | b'%' | b'#' | b')')
        })
    {
        return Bare::Number;
    }
    Bare::Text
}

fn is_string_prefix(word: &[u8]) -> bool {
    matches!(word.len(), 1 | 2)
        && word
            .iter()
            .all(|byte| matches!(byte.to_ascii_lowercase(), b'u' | b'r' | b'b' | b'f'))
}

/// Whether these bytes are a number of JSON.
fn is_number(word: &[u8]) -> bool {
    let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut rest = word.strip_prefix(b"-").unwrap_or(word);
    let whole = digits(rest);
    if whole == 0 || whole > 1 && rest[0] == b'0' {
        return false;
    }
    rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = &fraction[count..];
    }
    if let Some((b'e' | b'E', exponent)) = rest.split_first() {
        let exponent = exponent
            .strip_prefix(b"+")
            .or(exponent.strip_prefix(b"-"))
            .unwrap_or(exponent);
        let count = digits(exponent);
        return count > 0 && count == exponent.len();
    }
    rest.is_empty()
}
