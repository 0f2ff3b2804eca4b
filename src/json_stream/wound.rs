//! Objects that cannot be read from their first key on: nobody knows yet whether they are wanted.
//!
//! What follows the place where such an object stops being JSON is read as prose. The keys that come in it tell whether
//! it was a wanted object; so does the next object, if it begins with the same key. Only then there is a verdict.

use super::bare::is_word;
use super::extract::{BROKE_OFF, Sink};
use super::frame::Frame;
use super::scanner::{Scanner, Wait, is_space};

/// Where an object stopped being JSON before it was known to be wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wound {
    /// Where the object begins.
    start: usize,
    /// Groups of the keys that it has, as far as they were seen.
    marks: u32,
    first_key: u64,
    /// Whether it has its brace; where only keys are seen, two of them are needed.
    braced: bool,
}

impl Wound {
    fn new(start: usize) -> Self {
        Self {
            start,
            marks: 0,
            first_key: 0,
            braced: false,
        }
    }
}

impl Scanner {
    /// The object that is open here stops being JSON, and no verdict was given on it.
    pub(super) fn wounded(&mut self) {
        let Some(at) = self.frames.iter().rposition(|frame| frame.object && !frame.beneath) else {
            return;
        };
        let inner = self.frames[at];
        if inner.marks == 0 && self.frames.len() > at + 1 && !self.frames[at + 1].held_object && inner.keys == 1 {
            // Something else than a brace in a list that may well be the list of the wanted ones.
            self.wound_at(Wound::new(self.pos));
            return;
        }
        let to = self.pos.max(self.token).min(self.here());
        let text = self.slice(inner.start + 1, to).trim_ascii();
        let quote = matches!(self.look(to), Ok(Some(b'"' | b'\'')));
        let placeholder = !text.is_empty() && text.iter().all(|byte| is_word(*byte) || *byte == b' ') && !quote;
        let frame = match at.checked_sub(1).map(|outer| self.frames[outer]) {
            // The value of a key that marks an object: a brace that is a slip.
            Some(outer) if outer.object && outer.marks != 0 => outer,
            // `{name}` in a text is no object.
            _ if placeholder => return,
            _ => inner,
        };
        if !(frame.wrapper || frame.settled || frame.overgrown || frame.beneath) {
            self.wound_at(Wound {
                start: frame.start,
                marks: frame.marks,
                first_key: frame.first_key,
                braced: true,
            });
        }
    }

    fn wound_at(&mut self, wound: Wound) {
        if self.wound.is_none_or(|before| before.marks == 0) {
            self.wound = Some(wound);
        }
    }

    /// A key stands in a list of objects: the brace before it is missing.
    pub(super) fn key_in_list(&mut self, key: usize, sink: Sink<'_>) {
        if self.open_object().is_some() {
            self.broken(sink, "SYNTAX", "a key in a list");
            return;
        }
        self.flush(sink);
        if !self.spent {
            self.wound_at(Wound::new(key));
        }
        self.pos = key;
        self.reset();
    }

    /// In prose, at a quote: if a key stands here that marks a wanted object, the wounded one was such.
    pub(super) fn key_in_prose(&mut self, sink: Sink<'_>) -> Result<(), Wait> {
        let before = self.before(self.pos);
        if self.wound.is_none()
            && (self.spent || !before.is_none_or(|byte| is_space(byte) || matches!(byte, b'}' | b'{' | b',')))
        {
            return Ok(());
        }
        let Some(groups) = self.groups_ahead(self.pos)? else {
            return Ok(());
        };
        if groups == 0 {
            return Ok(());
        }
        let mut wound = self.wound.unwrap_or(Wound::new(self.pos));
        wound.marks |= groups;
        self.wound = Some(wound);
        if wound.marks.count_ones() as usize >= self.config.needed {
            self.end_wound("SYNTAX", "its keys cannot be read", self.pos, sink);
        } else if self.pos - wound.start > self.config.max_object_bytes {
            self.wound = None;
        }
        Ok(())
    }

    /// A verdict is about to be given on an object that begins after the wounded one.
    pub(super) fn object_after_wound(&mut self, frame: &Frame, sink: Sink<'_>) {
        let Some(wound) = self.wound else { return };
        let same = wound.first_key != 0 && wound.first_key == frame.first_key;
        if wound.start < frame.start && wound.braced && (wound.marks != 0 || same) {
            self.end_wound("BROKEN_OFF", BROKE_OFF, frame.start, sink);
        }
        self.wound = None;
    }

    /// The answer ended.
    pub(super) fn end_after_wound(&mut self, sink: Sink<'_>) {
        if self.wound.is_some_and(|wound| wound.braced && wound.marks != 0) {
            self.end_wound("TRUNCATED", "the answer ended inside it", self.here(), sink);
        }
    }

    fn end_wound(&mut self, code: &'static str, detail: &'static str, end: usize, sink: Sink<'_>) {
        let Some(wound) = self.wound.take() else { return };
        let frame = Frame {
            object: true,
            start: wound.start,
            keep: wound.start,
            ..Frame::default()
        };
        self.report(&frame, end, code, detail, sink);
        self.spent = true;
    }

    /// The first place that is still needed for the wounded object, if it is not too long.
    pub(super) fn wound_needs(&self) -> Option<usize> {
        self.wound
            .map(|wound| wound.start)
            .filter(|start| self.pos - start <= self.config.max_object_bytes)
    }
}
