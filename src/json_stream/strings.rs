//! Strings, keys and bare words: what is text, and where it ends.
//!
//! A quote closes a string if what follows it can follow a string. If not, it is a quote inside the text that the model
//! forgot to escape, and words in such quotes are paired, so that `"Click "Save", then wait"` is one text. Two signs end
//! a string that has no closing quote: the beginning of a new object, and a key of the same object after a comma.

use super::extract::Sink;
use super::repair::{CONTROL, Code};
use super::scanner::{NOWHERE, Scanner, State, Wait, is_space};
use super::structure::MAX_DOUBT;

/// Longest key.
const MAX_KEY: usize = 128;
/// Longest text without quotes.
const MAX_BARE: usize = 400;
/// Furthest look ahead over whitespace.
const MAX_GAP: usize = 128;
/// Furthest look back from a quote.
const MAX_BACK: usize = 160;
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
    fn keep_quote(&mut self, at: usize, byte: u8) {
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
                b':' if doubtful => {
                    self.string_ends();
                    self.key_ends(self.token + self.opening_len(), self.closing);
                    self.pos += 1;
                    Ok(())
                }
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
            b']' if self.in_array() || self.frames.iter().any(|frame| !frame.object) => {
                self.value_string_ends();
                self.after(byte, sink)
            }
            _ => self.quote_is_odd(byte, sink),
        }
    }

    pub(super) fn value_string_ends(&mut self) {
        self.string_ends();
        let end = self.closing + self.quote_len(self.closing);
        self.value_ends(end);
    }

    /// Bytes of the quote that opened the string.
    fn opening_len(&self) -> usize {
        if self.quote == SMART { 3 } else { 1 }
    }

    /// Bytes of the quote at a place.
    fn quote_len(&self, at: usize) -> usize {
        if self.look(at) == Ok(Some(0xe2)) { 3 } else { 1 }
    }

    /// The string was closed at `closing`.
    fn string_ends(&mut self) {
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

    // === a quote with something odd behind it ===

    /// In a value: what follows the quote is no comma and no closing bracket.
    fn quote_is_odd(&mut self, byte: u8, sink: Sink<'_>) -> Result<(), Wait> {
        let after = self.closing + self.quote_len(self.closing);
        let new_line = self
            .slice(after, self.pos)
            .iter()
            .any(|space| matches!(space, b'\n' | b'\r'));
        let spaced = self.pos > after;
        let closed = match byte {
            b':' if self.in_array() && self.parent_is_object() && self.top_value_end() != 0 => {
                self.string_ends();
                self.key_in_array(sink);
                self.key_ends(self.token + self.opening_len(), self.closing);
                self.pos += 1;
                return Ok(());
            }
            b'"' | b'\'' | b'`' | 0xe2 if new_line => true,
            b'"' if !self.in_array() => self.key_follows(self.pos)?.is_some(),
            b'"' if spaced => !self.opens_word()?,
            b'"' => {
                !self.before(self.closing).is_some_and(is_space)
                    && matches!(self.look(self.pos + 1)?, Some(next) if is_word(next))
            }
            b'{' => new_line || self.object_follows(self.pos)?,
            b'[' => new_line && self.in_array(),
            b'/' => matches!(self.look(self.pos + 1)?, Some(b'/' | b'*')),
            b'#' => spaced && matches!(self.look(self.pos + 1)?, Some(b' ' | b'\t')),
            b'+' => return self.joins(sink),
            b';' => matches!(self.ink_after(self.pos)?, Some(b'"' | b'\'')),
            b'<' => new_line,
            _ if is_word(byte) && new_line && !self.in_array() => self.key_follows(self.pos)?.is_some(),
            _ => false,
        };
        if closed {
            self.value_string_ends();
            return self.after(byte, sink);
        }
        self.quote_was_text(sink)
    }

    /// The next byte after a place that is no whitespace, if it is near.
    fn ink_after(&self, mut at: usize) -> Result<Option<u8>, Wait> {
        for _ in 0..MAX_GAP {
            at += 1;
            match self.look(at)? {
                Some(space) if is_space(space) => {}
                ink => return Ok(ink),
            }
        }
        Ok(None)
    }

    /// Two strings joined by a plus sign are one text, as in a program.
    fn joins(&mut self, sink: Sink<'_>) -> Result<(), Wait> {
        let mut at = self.pos + 1;
        for _ in 0..MAX_GAP {
            match self.look(at)? {
                Some(space) if is_space(space) => at += 1,
                Some(next) if next == self.quote && next != SMART => {
                    self.edit(self.closing, at + 1 - self.closing, "", Code::Concatenation);
                    self.pos = at + 1;
                    self.state = State::Text;
                    return Ok(());
                }
                _ => break,
            }
        }
        self.quote_was_text(sink)
    }

    /// The quote at `closing` did not close the string: it opens or closes a quoted word, or the string lacks its end.
    fn quote_was_text(&mut self, sink: Sink<'_>) -> Result<(), Wait> {
        let at = self.closing;
        let len = self.quote_len(at);
        if let Some(brace) = self.object_broke_in(at)? {
            self.pos = brace;
            self.broken_off(sink);
            return Ok(());
        }
        if self.key_follows(at)?.is_some_and(|known| known) && self.quote_is_missing(at, sink) {
            return Ok(());
        }
        let opens = self.opens_word()?;
        let byte = self.slice(at, at + 1).first().copied().unwrap_or(b'"');
        self.inner_quote = opens;
        self.keep_quote(at, byte);
        self.state = State::Text;
        self.pos = at + len;
        Ok(())
    }

    /// Whether the quote at `closing` stands where a quoted word begins.
    fn opens_word(&self) -> Result<bool, Wait> {
        let at = self.closing;
        let first = at == self.token + self.opening_len();
        let before = self.before(at).unwrap_or(b' ');
        let leads =
            first || is_space(before) || matches!(before, b'(' | b'[' | b'{' | b':' | b'=' | b',' | b'/' | b'>');
        let next = self.look(at + self.quote_len(at))?;
        Ok(leads && next.is_some_and(|byte| !is_space(byte)))
    }

    /// The place of a brace before this quote, if a new object began inside the string: `{"title":` or `{title: "`.
    fn object_broke_in(&self, at: usize) -> Result<Option<usize>, Wait> {
        let from = (self.token + 1).max(at.saturating_sub(MAX_BACK));
        let text = self.slice(from, at);
        let Some(brace) = text.iter().rposition(|byte| *byte == b'{') else {
            return Ok(None);
        };
        let between = &text[brace + 1..];
        if between.iter().all(|byte| is_space(*byte)) {
            let opens = self.key_follows(at)?.is_some_and(|known| known);
            return Ok(opens.then_some(from + brace));
        }
        let Some(colon) = between.iter().position(|byte| *byte == b':') else {
            return Ok(None);
        };
        let key = between[..colon].trim_ascii();
        let bare = between[colon + 1..].iter().all(|byte| is_space(*byte)) && key.iter().all(|byte| is_word(*byte));
        Ok((bare && self.is_known(key)).then_some(from + brace))
    }

    /// A key follows this quote inside a value. If a comma or a new line is before it, the value's own quote is missing.
    fn quote_is_missing(&mut self, at: usize, sink: Sink<'_>) -> bool {
        let from = (self.token + 1).max(at.saturating_sub(MAX_BACK));
        let text = self.slice(from, at);
        let kept = text.trim_ascii_end().len();
        let new_line = text[kept..].iter().any(|byte| matches!(byte, b'\n' | b'\r'));
        let comma = kept > 0 && text[kept - 1] == b',';
        if !comma && !new_line {
            return false;
        }
        let content = if comma {
            text[..kept - 1].trim_ascii_end().len()
        } else {
            kept
        };
        let last = text[..content].last().copied();
        let backslashes = text[..content.saturating_sub(1)]
            .iter()
            .rev()
            .take_while(|byte| **byte == b'\\')
            .count();
        let escaped = backslashes % 2 == 1;
        let end = from + content;
        if self.in_array() || self.quote != b'"' || content == 0 || last == Some(b'\\') {
            self.broken(sink, "SYNTAX", "a text without a closing quote");
            return true;
        }
        let kept_to = if last == Some(b'"') { end - 1 } else { end };
        self.edits.retain(|edit| edit.at < kept_to);
        if last == Some(b'"') {
            if escaped {
                // The backslash before the last quote was meant as itself.
                self.edit(end - 2, 0, "\\", Code::BadEscape);
            }
            self.closing = end - 1;
        } else {
            self.edit(end, 0, "\"", Code::MissingQuote);
            self.closing = end;
        }
        self.state = State::After;
        self.value_ends(end);
        self.pos = end;
        true
    }

    /// Whether `"key":`, `'key':` or `key:` stands here; if so, whether the key is one that such objects have.
    pub(super) fn key_follows(&self, at: usize) -> Result<Option<bool>, Wait> {
        let Some(first) = self.look(at)? else { return Ok(None) };
        let quoted = matches!(first, b'"' | b'\'' | b'`');
        let start = if quoted { at + 1 } else { at };
        let mut end = start;
        loop {
            match self.look(end)? {
                Some(byte) if quoted && byte == first => break,
                Some(byte) if is_word(byte) || quoted && byte == b' ' => end += 1,
                Some(_) if !quoted && end > start => break,
                _ => return Ok(None),
            }
            if end - start > MAX_KEY {
                return Ok(None);
            }
        }
        let mut colon = if quoted { end + 1 } else { end };
        for _ in 0..MAX_GAP {
            match self.look(colon)? {
                Some(b':') => return Ok((end > start).then(|| self.is_known(self.slice(start, end)))),
                Some(space) if is_space(space) => colon += 1,
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Whether an object with a key, or an empty one, begins at this brace.
    pub(super) fn object_follows(&self, brace: usize) -> Result<bool, Wait> {
        let mut at = brace + 1;
        for _ in 0..MAX_GAP {
            match self.look(at)? {
                Some(space) if is_space(space) => at += 1,
                Some(b'}') => return Ok(true),
                _ => return Ok(self.key_follows(at)?.is_some()),
            }
        }
        Ok(false)
    }

    /// Whether such a key marks a wanted object, or is the first key of one of the open objects.
    fn is_known(&self, key: &[u8]) -> bool {
        let info = self.keys.look_up(key);
        info.groups != 0
            || self
                .frames
                .iter()
                .any(|frame| frame.object && frame.first_key == info.hash)
    }

    // === keys that are none ===

    /// A string where a key was due is not followed by a colon.
    fn key_without_colon(&mut self, byte: u8, sink: Sink<'_>) -> Result<(), Wait> {
        let start = self.token + self.opening_len();
        let after = self.closing + self.quote_len(self.closing);
        let text = self.slice(start, self.closing).trim_ascii_end();
        let brace = text
            .last()
            .is_some_and(|last| *last == b'{')
            .then(|| start + text.len() - 1);
        let fresh = self.frames.last().is_some_and(|top| top.first_key == 0);
        if self.pos - self.closing > MAX_DOUBT {
            self.broken(sink, "SYNTAX", "a text where a key was due");
            return Ok(());
        }
        if let Some(brace) = brace {
            if fresh && self.key_follows(self.closing)?.is_some() {
                // `{"{"title": …`: the object begins at the second brace, its first key at this quote.
                self.restart_frame(brace);
                self.pos = self.closing;
                return Ok(());
            }
            if !fresh && self.key_follows(self.closing)?.is_some_and(|known| known) {
                self.pos = brace;
                self.broken_off(sink);
                return Ok(());
            }
        }
        let known = self.is_known(self.slice(start, self.closing));
        match byte {
            b'"' | b'[' if known => {
                self.string_ends();
                self.edit(after, 0, ":", Code::MissingColon);
                self.key_ends(start, self.closing);
            }
            b'=' if known => {
                let arrow = self.look(self.pos + 1)? == Some(b'>');
                self.string_ends();
                self.edit(self.pos, if arrow { 2 } else { 1 }, ":", Code::WrongSeparator);
                self.key_ends(start, self.closing);
                self.pos += if arrow { 2 } else { 1 };
            }
            _ => self.broken(sink, "SYNTAX", "a text where a key was due"),
        }
        Ok(())
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

    // === keys and values without quotes ===

    pub(super) fn bare_key_begins(&mut self) {
        self.token = self.pos;
        self.state = State::BareKey;
    }

    pub(super) fn bare_key(&mut self, end: usize, sink: Sink<'_>) {
        let rest = &self.buffer[self.pos - self.base..end - self.base];
        let count = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
        self.pos += count;
        if self.pos - self.token > MAX_KEY {
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
