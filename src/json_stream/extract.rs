//! Which object is wanted, and the one verdict on it.
//!
//! An object with a key from every group of marks is wanted beyond doubt, and is handed out at its last brace. What holds
//! it can then only be a wrapper. An object with some of the marks is handed out at once too, unless an object around it
//! has marks of its own: then it may be a part of that one, and its verdict waits until the outer one closes. What stands
//! under a key that belongs to a wanted object is never one, except where the outer object visibly broke off before it.

use super::frame::Frame;
use super::repair::{self, MAX_EDITS};
use super::scanner::{Scanner, State};
use super::{Broken, End, Extracted, Object};
use std::borrow::Cow;
use std::ops::Range;

/// Who takes the verdicts.
pub(super) type Sink<'s> = &'s mut dyn FnMut(Extracted<'_>);

/// An object whose verdict waits for an outer one.
#[derive(Clone, Debug)]
pub(super) struct Deferred {
    frame: Frame,
    end: usize,
    edits: Range<usize>,
}

impl Scanner {
    fn count(frame: &Frame) -> usize {
        frame.marks.count_ones() as usize
    }

    /// An object closed: decides whether it is wanted. Its frame is no longer open.
    pub(super) fn judge(&mut self, frame: &Frame, live: bool, end: usize, sink: Sink<'_>) {
        let count = Self::count(frame);
        if frame.settled || count == 0 {
            self.release(frame, false, sink);
            return;
        }
        let full = frame.marks == self.keys.all;
        if !live || frame.wrapper {
            if frame.overgrown && count >= self.config.needed {
                self.report(frame, end, "TOO_LONG", "longer than the bound", sink);
            } else if full && !frame.beneath {
                self.report(frame, end, "NESTED", "it holds other wanted objects", sink);
            }
            return;
        }
        if frame.beneath {
            if full && frame.first_key != 0 && self.outer_broke_off(frame) {
                self.break_outer(frame, sink);
                self.emit(frame, end, sink);
            }
            return;
        }
        if full && self.stands_for_a_text() {
            self.break_outer(frame, sink);
            self.emit(frame, end, sink);
            return;
        }
        let weak = self
            .frames
            .last()
            .is_some_and(|parent| !parent.object && parent.held_wanted);
        let part = self
            .frames
            .iter()
            .any(|outer| outer.object && outer.marks == self.keys.all && !outer.wrapper);
        let doubtful = self.frames[self.dead..].iter().any(|outer| outer.marks != 0);
        let wanted = full || count >= self.config.needed && !doubtful || weak;
        if part {
            return;
        }
        if wanted {
            self.release(frame, true, sink);
            self.emit(frame, end, sink);
        } else if count >= self.config.needed {
            self.deferred.push(Deferred {
                frame: *frame,
                end,
                edits: frame.edits_from..self.edits.len(),
            });
        } else {
            self.release(frame, false, sink);
        }
    }

    /// Whether the object that closed is the value of a key that marks an unfinished object: that one broke off there.
    fn stands_for_a_text(&self) -> bool {
        self.frames.last().is_some_and(|outer| {
            let other_marks = outer.marks & !outer.group;
            outer.object && outer.group != 0 && other_marks != 0 && outer.closed != self.keys.all && !outer.wrapper
        })
    }

    /// Whether the object around this one, which is a part of it by its key, visibly ended before it.
    fn outer_broke_off(&self, frame: &Frame) -> bool {
        self.frames
            .iter()
            .rfind(|outer| outer.object && !outer.beneath)
            .is_some_and(|outer| {
                let broke_off = frame.irregular || outer.suspect || self.looks_like(frame, outer);
                outer.marks != 0 && outer.closed != self.keys.all && broke_off
            })
    }

    /// Whether an object among the parts of another looks like that one and not like the other parts: it begins with the
    /// same key, and that key is either no mark, such as an id, or not how the parts before it begin; or with the same
    /// three keys and more.
    fn looks_like(&self, frame: &Frame, outer: &Frame) -> bool {
        let marked = frame.body == frame.start;
        let unlike_parts = self
            .frames
            .last()
            .is_some_and(|list| !list.object && list.held_first_key != 0 && list.held_first_key != frame.first_key);
        frame.like_outer || frame.first_key == outer.first_key && (!marked || unlike_parts)
    }

    /// Gives the verdict on the object around this one and forgets all that is open.
    fn break_outer(&mut self, frame: &Frame, sink: Sink<'_>) {
        let outer = self
            .frames
            .iter()
            .rfind(|outer| outer.object && !outer.beneath)
            .copied();
        if let Some(outer) = outer
            && !outer.settled
            && !outer.wrapper
        {
            self.report(&outer, frame.start, "BROKEN_OFF", BROKE_OFF, sink);
        }
        self.frames.clear();
        self.deferred.clear();
        self.dead = 0;
        self.objects = 0;
    }

    /// Decides on the objects inside this one that wait: they are parts of it if it is wanted.
    fn release(&mut self, frame: &Frame, wanted: bool, sink: Sink<'_>) {
        if self.deferred.is_empty() {
            return;
        }
        if wanted {
            self.deferred.retain(|inner| inner.frame.start < frame.start);
            if frame.marks == self.keys.all {
                self.flush(sink);
            }
        } else if self.frames[self.dead..].iter().all(|outer| outer.marks == 0) {
            self.flush(sink);
        }
    }

    /// Hands out all objects that wait.
    fn flush(&mut self, sink: Sink<'_>) {
        for inner in std::mem::take(&mut self.deferred) {
            self.hand_out(&inner.frame, inner.end, inner.edits, None, sink);
        }
    }

    /// Hands out a wanted object that was closed.
    fn emit(&mut self, frame: &Frame, end: usize, sink: Sink<'_>) {
        let edits = frame.edits_from..self.edits.len();
        self.hand_out(frame, end, edits, None, sink);
    }

    fn hand_out(&mut self, frame: &Frame, end: usize, edits: Range<usize>, closed_to: Option<usize>, sink: Sink<'_>) {
        self.settle_outer(frame.start);
        if self.edits.len() > MAX_EDITS {
            self.report(frame, end, "TOO_DAMAGED", "it has too many defects", sink);
            return;
        }
        repair::select(&self.edits[edits], closed_to.unwrap_or(end), &mut self.selected);
        if frame.ambiguous || repair::is_ambiguous(&self.selected) {
            self.report(
                frame,
                end,
                "AMBIGUOUS",
                "its defects can be mended in more than one way",
                sink,
            );
            return;
        }
        let raw_bytes = &self.buffer[frame.start - self.base..end - self.base];
        let raw = text_of(raw_bytes);
        self.mends.clear();
        let json = match (self.selected.is_empty(), closed_to) {
            (true, None) => {
                if let Cow::Owned(_) = raw {
                    self.mends.push(repair::invalid_utf8(valid_up_to(raw_bytes)));
                }
                Cow::Borrowed(&*raw)
            }
            _ => {
                let to = closed_to.unwrap_or(end);
                repair::summarise(&self.selected, frame.start, &mut self.mends);
                repair::apply(&self.buffer, self.base, frame.start..to, &self.selected, &mut self.out);
                if let Some(closed_to) = closed_to {
                    self.out.push(b'}');
                    self.mends.push(repair::left_open(closed_to - frame.start));
                }
                let json = text_of(&self.out);
                if let Cow::Owned(_) = json {
                    self.mends.push(repair::invalid_utf8(valid_up_to(raw_bytes)));
                }
                json
            }
        };
        sink(Extracted::Object(Object {
            json: &json,
            raw: &raw,
            mends: &self.mends,
            key: key_text(&self.buffer, self.base, frame.key),
            whole: closed_to.is_none(),
            span: frame.start as u64..end as u64,
        }));
        if closed_to.is_none() {
            let body = if frame.body > frame.start && frame.body < end {
                frame.body
            } else {
                frame.start
            };
            let hash = content_hash(&self.buffer[body - self.base..end - self.base]);
            self.watchdog.text(&self.buffer, self.base, None, end);
            self.watchdog.object(hash, end, self.root, !self.frames.is_empty());
        }
    }

    /// What holds an object that was handed out is a wrapper.
    fn settle_outer(&mut self, start: usize) {
        let mut outer = 0;
        for frame in self.frames.iter_mut().take_while(|frame| frame.start < start) {
            frame.wrapper = true;
            outer += 1;
        }
        if let Some(parent) = self.frames[..outer].last_mut() {
            parent.held_wanted |= !parent.object;
        }
        while outer < self.frames.len() && !self.frames[outer].object {
            outer += 1;
        }
        self.dead = self.dead.max(outer);
    }

    /// Gives the verdict that an object cannot be read.
    fn report(&mut self, frame: &Frame, end: usize, code: &'static str, detail: &'static str, sink: Sink<'_>) {
        let start = frame.start;
        let raw_bytes: &[u8] = if start >= self.base && end <= self.here() && !frame.overgrown && end >= start {
            &self.buffer[start - self.base..end - self.base]
        } else {
            &[]
        };
        // What a wrapper held is not kept.
        let raw = if code == "NESTED" {
            Cow::Borrowed("")
        } else {
            text_of(raw_bytes)
        };
        let key = if raw.is_empty() {
            None
        } else {
            key_text(&self.buffer, self.base, frame.key)
        };
        sink(Extracted::Broken(Broken {
            code,
            detail,
            raw: &raw,
            key,
            span: start as u64..end as u64,
        }));
        self.watchdog.verdict(&self.buffer, self.base, self.pos);
    }

    // === objects that do not close ===

    /// The text stops being JSON here. If a wanted object is open, it is broken; the scan goes on as in prose.
    pub(super) fn broken(&mut self, sink: Sink<'_>, code: &'static str, detail: &'static str) {
        match self.open_object() {
            Some(frame) => self.report(&frame, self.pos, code, detail, sink),
            None => self.flush(sink),
        }
        self.reset();
    }

    /// A new object begins, or the fence ends, inside an object that is not finished.
    pub(super) fn broken_off(&mut self, sink: Sink<'_>) {
        self.broken(sink, "BROKEN_OFF", BROKE_OFF);
    }

    /// A key string cannot be one: what looked like an object was something else, or broke off.
    pub(super) fn no_key(&mut self, sink: Sink<'_>) {
        let back = match self.frames.last() {
            Some(top) if top.first_key == 0 => top.start + 1,
            _ => self.token + 1,
        };
        self.pos = back;
        self.broken(sink, "BROKEN_OFF", BROKE_OFF);
    }

    /// The wanted object that is open: the outermost with enough marks, or the one that the answer was in the middle of.
    fn open_object(&self) -> Option<Frame> {
        let candidates = || {
            self.frames[self.dead..]
                .iter()
                .filter(|frame| frame.object && !frame.beneath && !frame.wrapper)
        };
        if let Some(frame) = candidates().find(|frame| Self::count(frame) >= self.config.needed) {
            return Some(*frame);
        }
        let last = self.frames.iter().rposition(|frame| frame.object && !frame.beneath)?;
        let frame = self.frames[last];
        let in_it = self.frames[last + 1..].iter().all(|inner| inner.beneath);
        // Whatever stands in a list of wanted objects was meant as one.
        let among = last > 0 && !self.frames[last - 1].object && self.frames[last - 1].held_wanted;
        let begun = frame.marks != 0 || among && (frame.first_key != 0 || !self.ended);
        (last >= self.dead && in_it && begun && !frame.wrapper).then_some(frame)
    }

    /// The outermost object that may be wanted became too long.
    pub(super) fn overgrown(&mut self, sink: Sink<'_>) {
        let pos = self.pos;
        let Some(frame) = self.frames.get(self.dead).copied() else {
            self.bound();
            return;
        };
        if frame.object && !frame.beneath && !frame.wrapper && Self::count(&frame) >= self.config.needed {
            self.report(&frame, pos, "TOO_LONG", "longer than the bound", sink);
            self.frames[self.dead].settled = true;
            self.deferred.clear();
        } else {
            self.flush(sink);
        }
        // Handing out what waited may have moved the bound of the dead already.
        for outer in self.frames.iter_mut().take_while(|outer| outer.start <= frame.start) {
            outer.overgrown |= outer.start == frame.start;
        }
        let grown = self
            .frames
            .iter()
            .take_while(|outer| outer.start <= frame.start)
            .count();
        self.dead = self.dead.max(grown);
        while self.frames.get(self.dead).is_some_and(|inner| !inner.object) {
            self.dead += 1;
        }
        self.watchdog.overgrown(pos);
        self.bound();
    }

    /// The answer ended. Gives the verdict on what is still open.
    pub(super) fn close_at_end(&mut self, end: End, sink: Sink<'_>) {
        let whole = end == End::Whole;
        match self.state {
            State::Bare if whole => {
                // Nothing more can come, so nothing waits.
                let _ = self.bare_ends(b'\n', sink);
            }
            State::Closed if !self.in_key && (whole || self.line_ended()) => self.value_string_ends(),
            _ => {}
        }
        if let Some(inner) = self.began_inside() {
            self.break_outer(&inner, sink);
            self.frames.push(inner);
        }
        match self.open_object() {
            Some(frame) if Self::count(&frame) >= self.config.needed && frame.value_end > 0 => {
                self.deferred.clear();
                let here = self.here();
                self.hand_out(
                    &frame,
                    here,
                    frame.edits_from..frame.edits_to,
                    Some(frame.value_end),
                    sink,
                );
            }
            Some(frame) => self.report(&frame, self.here(), "TRUNCATED", "the answer ended inside it", sink),
            None => self.flush(sink),
        }
        self.reset();
    }

    /// An open object that began where the object around it visibly broke off.
    fn began_inside(&self) -> Option<Frame> {
        let inner = self.frames.iter().find(|inner| {
            inner.object && inner.beneath && Self::count(inner) >= self.config.needed && inner.marks & 1 != 0
        })?;
        (inner.marks == self.keys.all && self.outer_broke_off(inner)).then_some(Frame {
            beneath: false,
            ..*inner
        })
    }

    /// Whether a line break came after the quote that may have closed the string.
    fn line_ended(&self) -> bool {
        self.slice(self.closing, self.pos)
            .iter()
            .any(|byte| matches!(byte, b'\n' | b'\r'))
    }
}

const BROKE_OFF: &str = "it broke off, and something else began";

fn key_text(buffer: &[u8], base: usize, key: (usize, usize)) -> Option<&str> {
    let bytes = buffer.get(key.0.checked_sub(base)?..key.1.checked_sub(base)?)?;
    std::str::from_utf8(bytes)
        .ok()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// Bytes as text; what is no UTF-8 becomes U+FFFD.
fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

fn valid_up_to(bytes: &[u8]) -> usize {
    std::str::from_utf8(bytes).err().map_or(0, |error| error.valid_up_to())
}

/// A hash to recognise equal objects by, eight bytes at a time.
fn content_hash(bytes: &[u8]) -> u64 {
    let mut hash = bytes.len() as u64;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        hash = (hash.rotate_left(23) ^ u64::from_le_bytes(*word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    for byte in rest {
        hash = (hash.rotate_left(23) ^ u64::from(*byte)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    hash
}
