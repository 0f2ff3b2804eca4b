//! Objects that do not close: where the text stops being JSON, where something else begins, where an object becomes too
//! long, and where the answer ends.

use super::End;
use super::extract::{BROKE_OFF, Sink};
use super::frame::Frame;
use super::scanner::{Scanner, State};

impl Scanner {
    /// The text stops being JSON here. If a wanted object is open, it is broken; the scan goes on as in prose.
    pub(super) fn broken(&mut self, sink: Sink<'_>, code: &'static str, detail: &'static str) {
        self.search_string();
        match self.open_object() {
            // It was too long, and was said to be.
            Some(frame) if frame.settled => self.spent = true,
            Some(frame) if self.parts_are_cases(&frame, self.pos, sink) => {}
            Some(frame) => {
                if code == "BROKEN_OFF" {
                    self.hand_out_broken(&frame, self.pos, sink);
                } else {
                    self.report(&frame, self.pos, code, detail, sink);
                }
                self.spent = true;
            }
            None => {
                self.flush(sink);
                self.wounded();
            }
        }
        self.reset();
    }

    /// A string that is left without being closed is searched for repeats first, so that it makes no difference whether
    /// its bytes came in one piece with what ended it.
    fn search_string(&mut self) {
        let to = match self.state {
            State::Text | State::Escape | State::Hex => self.pos,
            State::Closed => self.closing,
            _ => return,
        };
        let string = (!self.in_key).then_some(self.token);
        if string.is_some() && self.watchdog.is_due(string, to) {
            self.watchdog.text(&self.buffer, self.base, string, to);
        }
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
    pub(super) fn open_object(&self) -> Option<Frame> {
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
        let usual = frame.first_key != 0 && frame.first_key == self.usual_first_key;
        let begun = usual || frame.marks != 0 || among && (frame.first_key != 0 || !self.ended);
        (last >= self.dead && in_it && begun && !frame.wrapper).then_some(frame)
    }

    /// The outermost object that may be wanted became too long.
    pub(super) fn overgrown(&mut self, sink: Sink<'_>) {
        self.search_string();
        let pos = self.pos;
        let Some(frame) = self.frames.get(self.dead).copied() else {
            self.bound();
            return;
        };
        if frame.object && !frame.beneath && !frame.wrapper && Self::count(&frame) >= self.config.needed {
            // What is being read may turn out to be something else than a part of it.
            let read = match self.state {
                State::Text
                | State::Escape
                | State::Hex
                | State::Closed
                | State::BareKey
                | State::Colon
                | State::Bare => self.token,
                _ => pos,
            };
            self.report(&frame, read, "TOO_LONG", "longer than the bound", sink);
            // The verdict may have moved the bound of the dead: the object is told by its place. What is open in it was a
            // part of what the verdict is about.
            for open in self.frames.iter_mut().filter(|open| open.start >= frame.start) {
                open.settled = true;
            }
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
        if let Some((at, inner)) = self.began_inside() {
            self.frames.truncate(at);
            self.break_outer(&inner, sink);
            self.frames.push(inner);
        }
        match self.open_object() {
            // It was too long, and was said to be.
            Some(frame) if frame.settled => self.deferred.clear(),
            Some(frame) if frame.closed != self.keys.all && self.parts_are_cases(&frame, self.here(), sink) => {}
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
            None => {
                self.flush(sink);
                self.end_after_wound(sink);
            }
        }
        self.reset();
    }

    /// An open object that began where the object around it visibly broke off.
    fn began_inside(&self) -> Option<(usize, Frame)> {
        let (at, inner) = self.frames.iter().enumerate().skip(1).find(|(_, inner)| {
            let part = inner.beneath && Self::count(inner) >= self.config.needed && inner.marks & 1 != 0;
            inner.object && (inner.like_outer || part)
        })?;
        let began = inner.like_outer || inner.marks == self.keys.all && self.outer_broke_off(inner);
        let beneath = false;
        began.then_some((at, Frame { beneath, ..*inner }))
    }

    /// Whether a line break came after the quote that may have closed the string.
    fn line_ended(&self) -> bool {
        self.slice(self.closing, self.pos)
            .iter()
            .any(|byte| matches!(byte, b'\n' | b'\r'))
    }
}
