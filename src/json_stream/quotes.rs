//! Quotes that do not fit: a quote with something odd behind it, and a string where a key was due that is none.
//!
//! A quote closes a string if what follows it can follow a string. If not, it is a quote inside the text that the model
//! forgot to escape, and words in such quotes are paired, so that `"Click "Save", then wait"` is one text. Two signs end
//! a string that has no closing quote: the beginning of a new object, and a key of the same object after a comma. All
//! looking ahead and back has a bound.

use super::bare::is_word;
use super::extract::Sink;
use super::frame::Frame;
use super::repair::Code;
use super::scanner::{Scanner, State, Wait, is_space};
use super::strings::{MAX_GAP, MAX_KEY, SMART};
use super::structure::MAX_DOUBT;

/// Furthest look back from a quote.
const MAX_BACK: usize = 160;

impl Scanner {
    pub(super) fn quote_is_odd(&mut self, byte: u8, sink: Sink<'_>) -> Result<(), Wait> {
        let after = self.closing + self.quote_len(self.closing);
        let new_line = self
            .slice(after, self.pos)
            .iter()
            .any(|space| matches!(space, b'\n' | b'\r'));
        let spaced = self.pos > after;
        let closed = match byte {
            b':' if self.list_has_keys() => {
                self.mistake_bracket();
                let key = self.slice(self.token, self.closing);
                if key.contains(&b' ') && !key.last().is_some_and(u8::is_ascii_digit) {
                    // More likely a text, and the colon was meant as a comma.
                    self.doubt();
                }
                self.in_key = true;
                return self.key_string_ends();
            }
            b':' if self.list_lacks_brace() => {
                self.key_in_list(self.token, sink);
                return Ok(());
            }
            b':' if self.list_was_left() => {
                self.key_in_array(sink);
                return self.key_string_ends();
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
            b';' => matches!(self.ink_after(self.pos)?, Some((b'"' | b'\'', _))),
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

    /// The next byte after a place that is no whitespace, and its place, if it is near.
    pub(super) fn ink_after(&self, mut at: usize) -> Result<Option<(u8, usize)>, Wait> {
        for _ in 0..MAX_GAP {
            at += 1;
            match self.look(at)? {
                Some(space) if is_space(space) => {}
                ink => return Ok(ink.map(|byte| (byte, at))),
            }
        }
        Ok(None)
    }

    /// Whether the string that was closed is the first thing in a list that is a part of an object.
    fn list_has_keys(&self) -> bool {
        let first = |top: &Frame| !top.object && top.beneath && top.value_end == 0;
        self.frames.last().is_some_and(first) && self.parent_is_object() && !self.inner_quote
    }

    /// Whether the string is a key in a list of objects: the brace before it is missing.
    fn list_lacks_brace(&self) -> bool {
        let objects = |top: &Frame| !top.object && !top.beneath && (top.value_end == 0 || top.held_object);
        self.frames.last().is_some_and(objects) && !self.inner_quote && self.closing - self.token <= MAX_KEY
    }

    /// Whether the string is a key that the object around this list still needs: the list was not closed.
    fn list_was_left(&self) -> bool {
        let Some((list, [.., outer])) = self.frames.split_last() else {
            return false;
        };
        // Among objects it is more likely that the brace of the next one is missing.
        let texts = !list.object && !list.held_object && list.value_end != 0;
        if !texts || !outer.object || self.closing - self.token > MAX_KEY {
            return false;
        }
        let groups = self.keys.look_up(self.slice(self.token + 1, self.closing)).groups;
        groups != 0 && outer.marks & groups == 0
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
        let inches = self.before(at).is_some_and(|before| before.is_ascii_digit());
        let first = self.slice(self.token + 1, self.token + 2).first().copied();
        let neutral = !opens && !inches;
        if self.quote == b'"' && (neutral || matches!(first, Some(b'{' | b'[' | b':' | b',' | b'}' | b']'))) {
            // It neither opens a word nor closes one that was opened, or the whole text looks like something else: it
            // may well be two texts, or none.
            self.doubt();
        }
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
        if self.in_array()
            || self.quote != b'"'
            || content == 0
            || matches!(last, Some(b'\\' | b']' | b'}'))
            || !self.is_one_text(last)
        {
            self.broken(sink, "SYNTAX", "a text without a closing quote");
            return true;
        }
        let kept_to = if last == Some(b'"') { end - 1 } else { end };
        while self.edits.pop_if(|edit| edit.at >= kept_to).is_some() {}
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

    /// Whether the string has no quotes in it, but for the one that is now its end and the one that this one closed.
    fn is_one_text(&self, last: Option<u8>) -> bool {
        let quotes = self.edits.iter().rev().take_while(|edit| edit.at > self.token);
        let count = quotes.filter(|edit| edit.code == Code::UnescapedQuote).count();
        count <= if last == Some(b'"') { 2 } else { 0 }
    }

    /// Whether `"key":`, `'key':` or `key:` stands here; if so, whether the key is one that such objects have.
    pub(super) fn key_follows(&self, at: usize) -> Result<Option<bool>, Wait> {
        Ok(self.key_ahead(at)?.map(|key| self.is_known(key)))
    }

    /// The groups of the key that stands here with its colon, if one does.
    pub(super) fn groups_ahead(&self, at: usize) -> Result<Option<u32>, Wait> {
        Ok(self.key_ahead(at)?.map(|key| self.keys.look_up(key).groups))
    }

    /// The hash of the first key of the object that begins at this brace.
    pub(super) fn first_key_hash(&self, brace: usize) -> Result<Option<u64>, Wait> {
        let Some((_, at)) = self.ink_after(brace)? else {
            return Ok(None);
        };
        Ok(self.key_ahead(at)?.map(|key| self.keys.look_up(key).hash))
    }

    /// The key that stands here with its colon, if one does.
    pub(super) fn key_ahead(&self, at: usize) -> Result<Option<&[u8]>, Wait> {
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
                Some(b':') => return Ok((end > start).then(|| self.slice(start, end))),
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
    pub(super) fn key_without_colon(&mut self, byte: u8, sink: Sink<'_>) -> Result<(), Wait> {
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
            let follows = self.key_follows(self.closing)?;
            if fresh && brace == start && follows.is_some() {
                // `{"{"title": …`: the object begins at the second brace, its first key at this quote.
                self.restart_frame(brace);
                self.pos = self.closing;
                return Ok(());
            }
            if follows.is_some_and(|known| known || fresh) {
                self.pos = brace;
                self.broken_off(sink);
                return Ok(());
            }
        }
        let known = self.is_known(self.slice(start, self.closing));
        let part = self.frames.last().is_some_and(|top| top.beneath);
        match byte {
            b',' if fresh && part && self.parent_is_object() => {
                self.mistake_bracket();
                self.in_key = false;
                self.value_string_ends();
                return self.after(byte, sink);
            }
            // `"key"": …`: nobody knows which quote was the slip.
            b'"' if matches!(self.ink_after(self.pos)?, Some((b':', _))) => {
                self.broken(sink, "SYNTAX", "a quote too many after a key");
            }
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
}
