//! Brackets that do not fit, and those that do: which one was forgotten, doubled, or written for another.
//!
//! A bracket that does not fit is mended only where one reading is clearly the likelier one: a closing bracket of an
//! outer value closes an inner one that has all that it needs, a brace in the middle of a finished object begins the
//! next. Where two readings are left, what is open is doubted and will not be handed out.

use super::bare::is_word;
use super::extract::Sink;
use super::frame::Frame;
use super::repair::{Code, Edit};
use super::scanner::{Scanner, State, Wait};
use super::strings::MAX_KEY;

impl Scanner {
    /// A string in an array is followed by a colon: it is a key, and the array before it was not closed.
    pub(super) fn key_in_array(&mut self, sink: Sink<'_>) {
        let Some(top) = self.frames.last().copied() else { return };
        let is_comma = |edit: &Edit| edit.code == Code::MissingComma && edit.at == top.value_end;
        let since = top.edits_to.min(self.edits.len());
        let found = self.edits[since..].iter().position(is_comma);
        let comma = found.map(|at| self.edits.remove(since + at));
        // Both belong before whatever was noted since that element, such as the quotes of the key.
        if self.frames.len() > self.dead {
            let bracket = Edit {
                at: top.value_end,
                del: 0,
                ins: "]",
                code: Code::MissingBracket,
            };
            self.edits.splice(since..since, std::iter::once(bracket).chain(comma));
        }
        self.close_top(top.value_end, sink);
        if let Some(parent) = self.frames.last_mut() {
            parent.comma = top.comma;
        }
    }

    /// What the top frame holds does not fit its opening bracket: a list of keys with values, or an object of texts
    /// alone. It is read as the other kind.
    pub(super) fn mistake_bracket(&mut self) {
        let Some(top) = self.frames.last().copied() else { return };
        let ins = if top.object { "[" } else { "{" };
        if self.frames.len() > self.dead {
            let at = top.edits_from.min(self.edits.len());
            self.edits.insert(
                at,
                Edit {
                    at: top.start,
                    del: 1,
                    ins,
                    code: Code::WrongBracket,
                },
            );
        }
        if top.object {
            self.objects -= 1;
        } else {
            self.objects += 1;
        }
        if let Some(top) = self.frames.last_mut() {
            top.object = !top.object;
            top.mistaken = true;
        }
    }

    /// A closing bracket.
    pub(super) fn bracket(&mut self, byte: u8, sink: Sink<'_>) -> Result<(), Wait> {
        let Some(top) = self.frames.last().copied() else {
            self.state = State::Prose;
            return Ok(());
        };
        let fits = top.object == (byte == b'}');
        let read_so = top.mistaken && (self.parent_is_object() || self.frames.len() == 1);
        if byte == b'}' && fits && self.closes_too_early(&top)? {
            self.drop_byte(Code::ExtraBracket);
        } else if fits || read_so {
            self.drop_trailing_comma(&top);
            if top.mistaken {
                if byte == b'}' && self.list_of_objects_follows()? {
                    // The list was none of keys: the brace of its first object is missing.
                    self.doubt();
                }
                self.edit(self.pos, 1, if top.object { "}" } else { "]" }, Code::WrongBracket);
            }
            self.pos += 1;
            self.close_top(self.pos, sink);
        } else if self.is_stray(&top) || self.list_goes_on(&top)? {
            self.drop_byte(Code::ExtraBracket);
        } else {
            if top.object && top.beneath && (self.is_unfinished() || self.part_goes_on(&top)?)
                || !top.object && top.has_comma_last()
                || !top.beneath && top.held_object
            {
                // The bracket may be the slip, and what follows a part of the same part.
                self.doubt();
            }
            self.close_unclosed(&top, sink);
        }
        Ok(())
    }

    /// Whether the object around these parts still lacks something.
    fn is_unfinished(&self) -> bool {
        let outer = self.frames.iter().rfind(|frame| frame.object && !frame.beneath);
        outer.is_some_and(|outer| outer.marks != 0 && outer.closed | outer.group != self.keys.all)
    }

    /// Whether after this brace the list goes on: another object comes that begins like those in it, or another text.
    fn list_goes_on(&self, list: &Frame) -> Result<bool, Wait> {
        if list.object {
            return Ok(false);
        }
        let next = match self.ink_after(self.pos)? {
            Some((b',', comma)) => self.ink_after(comma)?,
            next => next.filter(|(byte, _)| matches!(byte, b'"' | b'{')),
        };
        match next {
            Some((b'{', brace)) if list.held_object => Ok(self.first_key_hash(brace)? == Some(list.held_first_key)),
            Some((b'"', quote)) if !list.held_object => Ok(self.key_ahead(quote)?.is_none()),
            _ => Ok(false),
        }
    }

    /// Whether after this brace, which ends an object that lacks something, a key follows where no key can stand.
    fn closes_too_early(&self, top: &Frame) -> Result<bool, Wait> {
        if top.marks == 0 || top.marks == self.keys.all || top.beneath || top.mistaken || self.parent_is_object() {
            return Ok(false);
        }
        let next = match self.ink_after(self.pos)? {
            Some((b',', comma)) => self.ink_after(comma)?,
            next => next,
        };
        match next {
            Some((b'"', quote)) => Ok(self.key_ahead(quote)?.is_some()),
            Some((byte, word)) if is_word(byte) => self.half_key(word),
            _ => Ok(false),
        }
    }

    /// Whether a key stands here that has lost its first quote.
    fn half_key(&self, mut at: usize) -> Result<bool, Wait> {
        let end = at + MAX_KEY;
        while self.look(at)?.is_some_and(is_word) && at < end {
            at += 1;
        }
        Ok(self.look(at)? == Some(b'"') && matches!(self.ink_after(at)?, Some((b':', _))))
    }

    /// Whether after this bracket, which ends a part, a key follows or a part that begins like it, be it after the brace
    /// that should end the part.
    fn part_goes_on(&self, part: &Frame) -> Result<bool, Wait> {
        let (at, braced) = match self.ink_after(self.pos)? {
            Some((b'}', brace)) => (brace, true),
            _ => (self.pos, false),
        };
        let next = match self.ink_after(at)? {
            Some((b',', comma)) => self.ink_after(comma)?,
            Some((b']', _)) if braced => return Ok(true),
            next => next,
        };
        match next {
            Some((b'"', quote)) => Ok(self.key_ahead(quote)?.is_some()),
            Some((b'{', brace)) => Ok(self.first_key_hash(brace)? == Some(part.first_key)),
            _ => Ok(false),
        }
    }

    /// Whether after this brace the list around it ends or another object comes.
    fn list_of_objects_follows(&self) -> Result<bool, Wait> {
        Ok(match self.ink_after(self.pos)? {
            Some((b',', comma)) => matches!(self.ink_after(comma)?, Some((b'{', _))),
            next => matches!(next, Some((b']', _))),
        })
    }

    /// Whether a closing bracket of the other kind is more likely a slip than the end of this value.
    fn is_stray(&mut self, top: &Frame) -> bool {
        let outer = self.frames.len() - 1;
        if top.object {
            let in_array = self.frames[..outer].iter().any(|frame| !frame.object);
            let unfinished = !top.beneath && top.marks != 0 && top.closed != self.keys.all;
            // A part that goes on after a comma is not at its end.
            let goes_on = top.beneath && top.has_comma_last();
            return !in_array || unfinished || goes_on || top.first_key == 0;
        }
        let all = self.keys.all;
        match self.frames[..outer].iter_mut().rev().find(|frame| frame.object) {
            None => true,
            Some(object) => {
                let unfinished = !object.beneath && object.marks != 0 && object.closed | object.group != all;
                let stray = unfinished && top.held_object;
                object.suspect |= stray;
                stray
            }
        }
    }

    fn drop_trailing_comma(&mut self, top: &Frame) {
        if top.has_comma_last() {
            self.edit(top.comma, 1, "", Code::TrailingComma);
        }
    }

    /// What is open can be read in two ways: none of it is handed out.
    pub(super) fn doubt(&mut self) {
        self.frames.iter_mut().for_each(|frame| frame.ambiguous = true);
    }

    /// Closes the top value where its last part ended.
    fn close_unclosed(&mut self, top: &Frame, sink: Sink<'_>) {
        self.drop_trailing_comma(top);
        let at = if top.value_end == 0 {
            top.start + 1
        } else {
            top.value_end
        };
        self.edit(at, 0, if top.object { "}" } else { "]" }, Code::MissingBracket);
        self.close_top(at, sink);
    }

    /// A brace opens where an object goes on with a key.
    pub(super) fn brace_at_key(&mut self, sink: Sink<'_>) -> Result<(), Wait> {
        let Some(top) = self.frames.last().copied() else {
            self.state = State::Prose;
            return Ok(());
        };
        // A part of the same kind begins, where the part before it has its last value but not its brace.
        let part = (top.beneath || top.marks == 0) && top.comma <= top.value_end;
        let in_array = self.frames.len() > 1 && !self.frames[self.frames.len() - 2].object;
        let finished = top.closed == self.keys.all && !top.beneath && !top.wrapper;
        if top.first_key == 0 && top.value_end == 0 {
            self.restart_frame(self.pos);
            self.pos += 1;
        } else if finished && self.first_key_hash(self.pos)? != Some(top.first_key) {
            // What begins does not begin as this one: perhaps it belongs to a list in it that has lost a bracket.
            self.doubt();
            self.broken_off(sink);
        } else if finished || in_array && part && self.first_key_hash(self.pos)? == Some(top.first_key) {
            self.close_unclosed(&top, sink);
        } else if self.frames[self.dead..].iter().all(|frame| frame.marks == 0) {
            if let Some(top) = self.frames.last_mut() {
                top.wrapper = true;
                top.key_inner = false;
            }
            self.push_or_break(true, true, sink);
        } else {
            self.broken_off(sink);
        }
        Ok(())
    }

    /// The top frame was opened twice: it begins at the second brace.
    pub(super) fn restart_frame(&mut self, brace: usize) {
        let Some(top) = self.frames.last().copied() else { return };
        self.edits.truncate(top.edits_from);
        // To the object around it, what is between the two braces is to go; to this one, it was never there.
        self.edit(top.start, brace - top.start, "", Code::DoubledBrace);
        let fresh = Frame {
            object: true,
            beneath: top.beneath,
            irregular: top.irregular,
            doubled: true,
            start: brace,
            keep: if top.key == (0, 0) { brace } else { top.keep },
            key: top.key,
            edits_from: self.edits.len(),
            edits_to: self.edits.len(),
            ..Frame::default()
        };
        self.frames.pop();
        self.frames.push(fresh);
        self.state = State::Key;
        self.bound();
    }
}
