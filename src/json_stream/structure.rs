//! Commas, colons and comments: what is open and what comes next.
//!
//! What may come at a place is asked here; what comes instead is mended where it can be (`brackets` for brackets). The
//! rest breaks the object, and the scan goes on as in prose, so that the next object is found.

use super::bare::is_word;
use super::extract::Sink;
use super::frame::Frame;
use super::repair::Code;
use super::scanner::{KEY_REACH, NOWHERE, Scanner, State, Wait, is_space};

/// Furthest between a quote and what follows it for the quote to be in doubt.
pub(super) const MAX_DOUBT: usize = 256;

impl Scanner {
    // === outside of objects ===

    pub(super) fn prose(&mut self, end: usize, sink: Sink<'_>) -> Result<(), Wait> {
        while self.pos < end {
            let byte = self.buffer[self.pos - self.base];
            match byte {
                b'{' => {
                    self.watchdog.ink();
                    self.push(true, false);
                    return Ok(());
                }
                b'[' | b'<' | 0xe2 => {
                    if self.thought_begins()? {
                        self.watchdog.ink();
                        return Ok(());
                    }
                    self.watchdog.ink();
                    if byte == b'[' {
                        self.push(false, false);
                        return Ok(());
                    }
                }
                b'"' | b'\'' => {
                    self.key_in_prose(sink)?;
                    self.watchdog.ink();
                }
                _ if is_space(byte) => self.watchdog.whitespace(1, self.pos + 1),
                _ => self.watchdog.ink(),
            }
            self.pos += 1;
        }
        Ok(())
    }

    /// In arrays that stand alone. They matter only because comments may stand between their objects.
    pub(super) fn loose(&mut self, end: usize, sink: Sink<'_>) -> Result<(), Wait> {
        if !self.skip_whitespace(end) {
            return Ok(());
        }
        let byte = self.buffer[self.pos - self.base];
        match byte {
            b',' | b'}' => self.pos += 1,
            b'{' => self.push_or_break(true, false, sink),
            b'[' | b'<' | 0xe2 if self.thought_begins()? => {}
            b'[' => self.push_or_break(false, false, sink),
            b']' => {
                self.pos += 1;
                self.close_top(self.pos, sink);
            }
            b'/' if self.comment_begins(byte)? => {}
            b'#' if matches!(self.look(self.pos + 1)?, Some(b' ')) && self.comment_begins(byte)? => {}
            b'"' | b'\'' if self.groups_ahead(self.pos)?.is_some() => {
                self.key_in_list(self.pos, sink);
            }
            _ => self.reset(),
        }
        Ok(())
    }

    // === keys and values begin ===

    pub(super) fn key_begins(&mut self, byte: u8, sink: Sink<'_>) -> Result<(), Wait> {
        match byte {
            b'}' | b']' => return self.bracket(byte, sink),
            b',' => self.drop_byte(Code::ExtraComma),
            b'{' => return self.brace_at_key(sink),
            b'/' | b'#' => {
                if !self.comment_begins(byte)? {
                    self.broken(sink, "SYNTAX", "a slash where a key was due");
                }
            }
            b'<' if self.thought_begins()? => {}
            b'`' if self.fence()? => self.broken_off(sink),
            0xe2 if self.thought_begins()? => {}
            _ if self.string_begins(byte, true)? => {}
            _ if is_word(byte) => self.bare_key_begins(),
            _ => self.broken(sink, "SYNTAX", "something else where a key was due"),
        }
        Ok(())
    }

    pub(super) fn value_begins(&mut self, byte: u8, sink: Sink<'_>) -> Result<(), Wait> {
        let in_array = self.in_array();
        match byte {
            b'{' => self.push_or_break(true, false, sink),
            b'[' if self.thought_begins()? => {}
            b'[' => self.push_or_break(false, false, sink),
            b'}' | b']' => {
                if !in_array {
                    if matches!(self.ink_after(self.pos)?, Some((b'"' | b'[', _))) {
                        // The value is there all the same.
                        self.drop_byte(Code::ExtraBracket);
                        return Ok(());
                    }
                    self.null_value();
                }
                return self.bracket(byte, sink);
            }
            b',' if in_array => self.drop_byte(Code::ExtraComma),
            b',' => {
                self.null_value();
                return self.after(byte, sink);
            }
            b':' if !in_array => self.drop_byte(Code::ExtraColon),
            b'/' | b'#' => {
                if !self.comment_begins(byte)? {
                    self.broken(sink, "SYNTAX", "a slash where a value was due");
                }
            }
            b'<' if self.thought_begins()? => {}
            b'`' if self.fence()? => self.broken_off(sink),
            0xe2 if self.thought_begins()? => {}
            _ if self.string_begins(byte, false)? => {}
            _ if is_word(byte) || byte == b'+' => self.bare_begins(),
            _ => self.broken(sink, "SYNTAX", "something else where a value was due"),
        }
        Ok(())
    }

    /// A key without a value is read as null.
    fn null_value(&mut self) {
        self.edit(self.pos, 0, "null", Code::MissingValue);
        self.value_ends(self.pos);
    }

    pub(super) fn drop_byte(&mut self, code: Code) {
        self.edit(self.pos, 1, "", code);
        self.pos += 1;
    }

    /// Whether three backticks stand here: the fence around the answer ends, or another begins.
    fn fence(&self) -> Result<bool, Wait> {
        Ok(self.look(self.pos + 1)? == Some(b'`') && self.look(self.pos + 2)? == Some(b'`'))
    }

    /// The key at `start..end` is whole; its value is next.
    pub(super) fn key_ends(&mut self, start: usize, end: usize) {
        let info = self.keys.look_up(self.slice(start, end));
        self.key_span = (start, end);
        self.state = State::Value;
        if let Some(top) = self.frames.last_mut() {
            top.marks |= info.groups;
            top.group = info.groups;
            top.key_inner = info.inner;
            top.keys += 1;
            top.chain = (top.chain.rotate_left(7) ^ info.hash).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            if top.first_key == 0 {
                top.first_key = info.hash;
                top.body = if info.groups == 0 { NOWHERE } else { top.start };
            }
            if self.frames.len() > 1 {
                self.compare_with_outer();
            }
        }
    }

    /// Notes whether the keys of this object began as all those of the object around it did. Parts of that one may
    /// well have a key or two in common with it.
    fn compare_with_outer(&mut self) {
        let Some((top, outer)) = self.frames.split_last_mut() else {
            return;
        };
        if (top.keys > 2 || !top.beneath)
            && let Some(outer) = outer.iter().rfind(|outer| outer.object && !outer.beneath)
        {
            top.like_outer |= outer.keys == top.keys && outer.chain == top.chain;
        }
    }

    /// A value in the top frame was closed.
    pub(super) fn value_ends(&mut self, end: usize) {
        self.state = State::After;
        let edits = self.edits.len();
        if let Some(top) = self.frames.last_mut() {
            top.previous_end = top.value_end;
            top.value_end = end;
            top.closed |= top.group;
            top.edits_to = edits;
            top.held_plain = true;
        }
    }

    // === after a value ===

    #[inline]
    pub(super) fn after(&mut self, byte: u8, sink: Sink<'_>) -> Result<(), Wait> {
        if self.brace_due {
            self.brace_due = false;
            if byte == b'}' {
                self.drop_byte(Code::DoubledBrace);
                return Ok(());
            }
        }
        match byte {
            b',' => self.comma(),
            b'}' | b']' => return self.bracket(byte, sink),
            _ => return self.after_odd(byte, sink),
        }
        Ok(())
    }

    fn comma(&mut self) {
        let pos = self.pos;
        self.pos += 1;
        self.state = State::Value;
        if let Some(top) = self.frames.last_mut() {
            top.comma = pos;
            if top.object {
                self.state = State::Key;
                if top.body == NOWHERE {
                    top.body = pos;
                }
            }
        }
    }

    fn after_odd(&mut self, byte: u8, sink: Sink<'_>) -> Result<(), Wait> {
        let in_array = self.in_array();
        match byte {
            b';' => {
                self.edit(self.pos, 1, ",", Code::WrongSeparator);
                self.comma();
            }
            b'/' | b'#' => {
                if !self.comment_begins(byte)? {
                    self.broken(sink, "SYNTAX", "a slash after a value");
                }
            }
            b'<' | b'[' | 0xe2 if self.thought_begins()? => {}
            b'`' if self.fence()? => self.broken_off(sink),
            b'{' if in_array => {
                self.missing_comma();
                self.push_or_break(true, true, sink);
            }
            b'{' => return self.brace_at_key(sink),
            _ if in_array && byte.is_ascii_alphabetic() && self.frames.last().is_some_and(|top| top.beneath) => {
                self.broken(sink, "SYNTAX", "words after a value");
            }
            _ if in_array || matches!(byte, b'"' | b'\'' | b'`') || is_word(byte) => {
                self.missing_comma();
                self.state = if in_array { State::Value } else { State::Key };
            }
            _ => self.broken(sink, "SYNTAX", "something else after a value"),
        }
        Ok(())
    }

    fn missing_comma(&mut self) {
        let at = self.top_value_end();
        if self
            .edits
            .last()
            .is_some_and(|edit| edit.code == Code::UnquotedValue && edit.at == at)
        {
            // Words without quotes that nothing separates from what follows.
            self.doubt();
        }
        if self
            .edits
            .last()
            .is_some_and(|edit| edit.code == Code::TrailingComma && edit.at < at)
        {
            // The value before ended with a comma too many and none after it: its bracket may be the slip.
            self.doubt();
        }
        self.edit(at, 0, ",", Code::MissingComma);
    }

    // === frames open and close ===

    /// Opens an object or array at the current byte.
    pub(super) fn push(&mut self, object: bool, irregular: bool) {
        let start = self.pos;
        self.pos += 1;
        let mut frame = Frame {
            object,
            irregular,
            start,
            keep: start,
            edits_from: self.edits.len(),
            ..Frame::default()
        };
        match self.frames.last() {
            None => {
                self.root += 1;
                self.edits.clear();
                frame.edits_from = 0;
            }
            Some(parent) => {
                frame.beneath = parent.beneath || parent.object && parent.key_inner;
                if parent.object && !irregular && start - self.key_span.0 <= KEY_REACH {
                    frame.key = self.key_span;
                    frame.keep = self.key_span.0;
                }
                // The whole value of a key that wants none, or the first object after other things.
                frame.irregular |=
                    parent.object && parent.group != 0 || !parent.object && parent.held_plain && !parent.held_object;
            }
        }
        frame.edits_to = frame.edits_from;
        if !object && self.frames.len() == self.dead {
            self.dead += 1;
        }
        self.frames.push(frame);
        self.objects += usize::from(object);
        self.brace_due = false;
        self.state = match (object, self.objects) {
            (true, _) => State::Key,
            (false, 0) => State::Loose,
            (false, _) => State::Value,
        };
        if self.frames.len() == self.dead + 1 {
            self.bound();
        }
    }

    /// Opens an object or array, unless that would be too deep.
    pub(super) fn push_or_break(&mut self, object: bool, irregular: bool, sink: Sink<'_>) {
        if self.frames.len() >= self.config.max_depth {
            self.broken(sink, "TOO_DEEP", "nested too deeply");
        } else {
            self.push(object, irregular);
        }
    }

    /// Closes the top frame, whose text ends before `end`.
    pub(super) fn close_top(&mut self, end: usize, sink: Sink<'_>) {
        let live = self.frames.len() > self.dead;
        let Some(frame) = self.frames.pop() else { return };
        self.objects -= usize::from(frame.object);
        self.dead = self.dead.min(self.frames.len());
        if frame.object {
            self.judge(&frame, live, end, sink);
        }
        let edits = self.edits.len();
        match self.frames.last_mut() {
            None => self.state = State::Prose,
            Some(top) => {
                top.previous_end = top.value_end;
                top.value_end = end;
                top.closed |= top.group;
                top.edits_to = edits;
                if frame.object && !top.held_object {
                    top.held_first_key = frame.first_key;
                }
                top.held_object |= frame.object;
                top.held_plain |= !frame.object;
                self.brace_due = frame.doubled;
                self.state = if self.objects == 0 { State::Loose } else { State::After };
            }
        }
        self.bound();
    }

    /// Sets the bound of the outermost object that may be wanted, and forgets edits that nobody needs.
    pub(super) fn bound(&mut self) {
        match self.frames.get(self.dead) {
            Some(outermost) => self.limit = outermost.start + self.config.max_object_bytes,
            None => {
                self.limit = NOWHERE;
                // What waits for its verdict needs its edits.
                if self.deferred.is_empty() {
                    self.edits.clear();
                    for frame in &mut self.frames {
                        frame.edits_from = 0;
                        frame.edits_to = 0;
                    }
                }
            }
        }
    }

    /// Goes back to prose with nothing open.
    pub(super) fn reset(&mut self) {
        self.frames.clear();
        self.deferred.clear();
        self.edits.clear();
        self.dead = 0;
        self.objects = 0;
        self.limit = NOWHERE;
        self.brace_due = false;
        self.state = State::Prose;
    }

    // === the top frame ===

    #[inline]
    pub(super) fn in_array(&self) -> bool {
        self.frames.last().is_some_and(|top| !top.object)
    }

    pub(super) fn parent_is_object(&self) -> bool {
        self.frames.len() > 1 && self.frames[self.frames.len() - 2].object
    }

    pub(super) fn top_value_end(&self) -> usize {
        self.frames.last().map_or(0, |top| top.value_end)
    }
}
