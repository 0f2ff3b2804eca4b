//! Which object is wanted, and the one verdict on it.
//!
//! An object with a key from every group of marks is wanted beyond doubt, and is handed out at its last brace. What holds
//! it can then only be a wrapper. An object with some of the marks is handed out at once too, unless an object around it
//! has marks of its own: then it may be a part of that one, and its verdict waits until the outer one closes. What stands
//! under a key that belongs to a wanted object is never one, except where the outer object visibly broke off before it.

use super::frame::Frame;
use super::repair::{self, MAX_EDITS};
use super::scanner::Scanner;
use super::{Broken, Extracted, Object};
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
    /// It is a part of the outer one by its place.
    part: bool,
}

impl Scanner {
    pub(super) fn count(frame: &Frame) -> usize {
        frame.marks.count_ones() as usize
    }

    /// An object closed: decides whether it is wanted. Its frame is no longer open.
    pub(super) fn judge(&mut self, frame: &Frame, live: bool, end: usize, sink: Sink<'_>) {
        let count = Self::count(frame);
        if frame.settled || count == 0 {
            self.release(frame, false, sink);
            return;
        }
        if !frame.beneath && !frame.wrapper && frame.marks != self.keys.all && self.parts_are_cases(frame, end, sink) {
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
            if full && frame.first_key != 0 && (frame.like_outer || self.outer_broke_off(frame)) {
                self.break_outer(frame, sink);
                self.emit(frame, end, sink);
            } else if full && self.begins_as_outer(frame) {
                self.defer(frame, end, true);
            }
            return;
        }
        if full && (frame.like_outer || self.stands_for_a_text()) {
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
            self.defer(frame, end, false);
        } else {
            self.release(frame, false, sink);
        }
    }

    fn defer(&mut self, frame: &Frame, end: usize, part: bool) {
        // What waits inside it is a part of it, whatever it is itself.
        self.deferred.retain(|inner| inner.frame.start < frame.start);
        self.deferred.push(Deferred {
            frame: *frame,
            end,
            edits: frame.edits_from..self.edits.len(),
            part,
        });
    }

    /// Whether a part of an object begins with the key that the object begins with.
    fn begins_as_outer(&self, frame: &Frame) -> bool {
        let outer = self.frames.iter().rfind(|outer| outer.object && !outer.beneath);
        outer.is_some_and(|outer| outer.marks != 0 && outer.first_key == frame.first_key)
    }

    /// An object ends that lacks what some of its parts have: it broke off before them, and they are none of its parts.
    pub(super) fn parts_are_cases(&mut self, frame: &Frame, end: usize, sink: Sink<'_>) -> bool {
        let inside = |inner: &Deferred| inner.part && inner.frame.start > frame.start && inner.end <= end;
        let Some(first) = self.deferred.iter().find(|inner| inside(inner)) else {
            return false;
        };
        let begin = first.frame.start;
        self.deferred
            .retain(|inner| inner.frame.start < frame.start || inside(inner));
        let parts = std::mem::take(&mut self.deferred);
        self.hand_out_broken(frame, begin, sink);
        self.deferred = parts;
        self.flush(sink);
        true
    }

    /// Whether the object that closed is the value of a key that marks an unfinished object: that one broke off there.
    fn stands_for_a_text(&self) -> bool {
        self.frames.last().is_some_and(|outer| {
            let other_marks = outer.marks & !outer.group;
            outer.object && outer.group != 0 && other_marks != 0 && outer.closed != self.keys.all && !outer.wrapper
        })
    }

    /// Whether the object around this one, which is a part of it by its key, visibly ended before it.
    pub(super) fn outer_broke_off(&self, frame: &Frame) -> bool {
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
    pub(super) fn break_outer(&mut self, frame: &Frame, sink: Sink<'_>) {
        let outer = self
            .frames
            .iter()
            .rfind(|outer| outer.object && !outer.beneath)
            .copied();
        if let Some(outer) = outer
            && !outer.settled
            && !outer.wrapper
            && !self.parts_are_cases(&outer, frame.start, sink)
        {
            self.hand_out_broken(&outer, frame.start, sink);
        }
        self.frames.clear();
        self.deferred.clear();
        self.dead = 0;
        self.objects = 0;
    }

    /// The verdict on an object that broke off before `end`: if it had all that is wanted, it is handed out as far as it
    /// was closed.
    pub(super) fn hand_out_broken(&mut self, frame: &Frame, end: usize, sink: Sink<'_>) {
        if frame.closed == self.keys.all && !frame.suspect {
            let edits = frame.edits_from..frame.edits_to;
            self.hand_out(frame, end, edits, Some(frame.value_end), sink);
        } else {
            self.report(frame, end, "BROKEN_OFF", BROKE_OFF, sink);
        }
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
    pub(super) fn flush(&mut self, sink: Sink<'_>) {
        for inner in std::mem::take(&mut self.deferred) {
            self.hand_out(&inner.frame, inner.end, inner.edits, None, sink);
        }
    }

    /// Hands out a wanted object that was closed.
    fn emit(&mut self, frame: &Frame, end: usize, sink: Sink<'_>) {
        let edits = frame.edits_from..self.edits.len();
        self.hand_out(frame, end, edits, None, sink);
    }

    pub(super) fn hand_out(
        &mut self,
        frame: &Frame,
        end: usize,
        edits: Range<usize>,
        closed_to: Option<usize>,
        sink: Sink<'_>,
    ) {
        self.object_after_wound(frame, sink);
        self.usual_first_key = frame.first_key;
        let after_break = std::mem::take(&mut self.spent);
        self.settle_outer(frame.start);
        if self.edits.len() > MAX_EDITS {
            self.report(frame, end, "TOO_DAMAGED", "it has too many defects", sink);
            return;
        }
        let there = frame.start >= self.base && end <= self.here();
        if !there || self.edits.get(edits.clone()).is_none() {
            self.report(
                frame,
                end,
                "TOO_LONG",
                "what it stands in is longer than the bound",
                sink,
            );
            return;
        }
        repair::select(&self.edits[edits], closed_to.unwrap_or(end), &mut self.selected);
        if frame.ambiguous || repair::is_ambiguous(&self.selected) {
            let detail = "its defects can be mended in more than one way";
            self.report(frame, end, "AMBIGUOUS", detail, sink);
            return;
        }
        if after_break && frame.marks != self.keys.all {
            let detail = "it may be the rest of the object that broke off before it";
            self.report(frame, end, "AMBIGUOUS", detail, sink);
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
    pub(super) fn report(
        &mut self,
        frame: &Frame,
        end: usize,
        code: &'static str,
        detail: &'static str,
        sink: Sink<'_>,
    ) {
        let start = frame.start;
        self.object_after_wound(frame, sink);
        // What is longer than an object may be is not shown.
        let fits = end >= start && end - start <= self.config.max_object_bytes;
        let raw_bytes: &[u8] = if start >= self.base && end <= self.here() && !frame.overgrown && fits {
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
}

pub(super) const BROKE_OFF: &str = "it broke off, and something else began";

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
