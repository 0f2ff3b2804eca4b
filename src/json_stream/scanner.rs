//! The one reader of bytes: a state machine that can stop after any byte and go on with the next.
//!
//! Every decision depends on the bytes alone, never on how they were cut: where a decision needs bytes that have not come
//! yet, the scanner stays where it is ([`Wait`]), and all looking ahead and back is bounded, so that the whole stays
//! linear. Places are counted in bytes from the start of the answer; `buffer` holds those that may still be needed.

use super::extract::{Deferred, Sink};
use super::frame::Frame;
use super::marks::Keys;
use super::repair::{Code, Edit, MAX_EDITS};
use super::thought::{self, Look};
use super::watchdog::Watchdog;
use super::wound::Wound;
use super::{Config, End, Extracted, Mend};
use std::sync::Arc;

/// What the next byte is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Outside all brackets: prose, fences, whatever stands between objects.
    Prose,
    /// In arrays that stand alone: objects, commas and comments; anything else was prose after all.
    Loose,
    /// A key or the end of the object.
    Key,
    /// In a key without quotes.
    BareKey,
    /// After a key without quotes.
    Colon,
    /// A value, or the end of an array.
    Value,
    /// In a string, key or value.
    Text,
    /// After a backslash in a string.
    Escape,
    /// In the four digits of an escape.
    Hex,
    /// After a quote that may have closed the string.
    Closed,
    /// In a number, a literal, or text without quotes.
    Bare,
    /// After a value.
    After,
    /// In a comment that ends with the line.
    LineComment,
    /// In a comment that ends with `*/`.
    BlockComment,
    /// In a thinking block.
    Thought,
}

/// More bytes are needed to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wait;

/// Bytes that are kept behind the current one where no object is open: the furthest that anything looks back.
const KEPT_BEHIND: usize = 512;
/// Furthest between a key and its object for the key to be reported.
pub(super) const KEY_REACH: usize = 256;
/// Unused bytes at the front of the buffer from which it is worth moving the rest.
const WORTH_MOVING: usize = 4096;
/// No place.
pub(super) const NOWHERE: usize = usize::MAX;

#[derive(Debug)]
pub(super) struct Scanner {
    pub(super) config: Config,
    pub(super) keys: Arc<Keys>,
    pub(super) buffer: Vec<u8>,
    /// Place of the buffer's first byte.
    pub(super) base: usize,
    /// Place of the next byte to read.
    pub(super) pos: usize,
    /// Where the outermost object that may be wanted becomes too long.
    pub(super) limit: usize,
    pub(super) state: State,
    /// The state to go back to after a comment or a thinking block.
    pub(super) back: State,
    pub(super) frames: Vec<Frame>,
    /// How many of the outer frames can no longer be wanted.
    pub(super) dead: usize,
    /// How many of the frames are objects.
    pub(super) objects: usize,
    pub(super) edits: Vec<Edit>,
    pub(super) deferred: Vec<Deferred>,
    /// Counts the objects and arrays that stand in nothing.
    pub(super) root: usize,
    /// Whether the answer ended: nothing more will come.
    pub(super) ended: bool,

    // The string, key or bare word that is being read.
    pub(super) quote: u8,
    pub(super) in_key: bool,
    /// Where it begins: its opening quote or its first byte.
    pub(super) token: usize,
    /// The quote that may have closed the string; after a bare key, its end.
    pub(super) closing: usize,
    /// Whether a quoted word inside the string is open.
    pub(super) inner_quote: bool,
    pub(super) escape: usize,
    pub(super) hex_digits: u8,
    pub(super) hex_value: u16,
    /// Place of an escaped high surrogate that waits for its other half, or `NOWHERE`.
    pub(super) surrogate: usize,
    pub(super) key_span: (usize, usize),
    /// Where the comment or the thinking block began.
    pub(super) aside: usize,
    pub(super) block: usize,
    /// A doubled opening brace was dropped: one closing brace more is due.
    pub(super) brace_due: bool,
    /// An object that stopped being JSON before it was known to be wanted.
    pub(super) wound: Option<Wound>,
    /// The verdict on an object was given before its end: what follows is the rest of it.
    pub(super) spent: bool,
    /// The first key of the last object that was handed out.
    pub(super) usual_first_key: u64,

    pub(super) watchdog: Watchdog,
    pub(super) selected: Vec<Edit>,
    pub(super) out: Vec<u8>,
    pub(super) mends: Vec<Mend>,
}

impl Scanner {
    pub(super) fn new(config: Config) -> Self {
        let config = Config {
            max_depth: config.max_depth.max(2),
            max_object_bytes: config.max_object_bytes.max(1024),
            needed: config.needed.max(1),
            ..config
        };
        let in_thought = config.starts_in_thought;
        Self {
            keys: Keys::of(config.marks, config.inner),
            buffer: Vec::with_capacity(WORTH_MOVING),
            base: 0,
            pos: 0,
            limit: NOWHERE,
            state: if in_thought { State::Thought } else { State::Prose },
            back: State::Prose,
            frames: Vec::new(),
            dead: 0,
            objects: 0,
            edits: Vec::new(),
            deferred: Vec::new(),
            root: 0,
            ended: false,
            quote: b'"',
            in_key: false,
            token: 0,
            closing: 0,
            inner_quote: false,
            escape: 0,
            hex_digits: 0,
            hex_value: 0,
            surrogate: NOWHERE,
            key_span: (0, 0),
            aside: 0,
            block: thought::UNSEEN,
            brace_due: false,
            wound: None,
            spent: false,
            usual_first_key: 0,
            watchdog: Watchdog::new(&config),
            selected: Vec::new(),
            out: Vec::new(),
            mends: Vec::new(),
            config,
        }
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.buffer.len()
    }

    #[inline]
    pub(super) fn feed(&mut self, piece: &[u8], sink: &mut impl FnMut(Extracted<'_>)) {
        if self.ended {
            return;
        }
        let goes_on = self.text_goes_on(piece);
        self.buffer.extend_from_slice(piece);
        if goes_on {
            self.pos += piece.len();
        } else {
            self.run(sink);
        }
    }

    /// What need not be done at every piece: to be called at places that the answer alone decides.
    pub(super) fn stride_ends(&mut self) {
        if self.ended {
            return;
        }
        let string = self.open_string();
        if self.watchdog.is_due(string, self.pos) {
            self.watchdog.text(&self.buffer, self.base, string, self.pos);
        }
        self.compact();
    }

    pub(super) fn finish(&mut self, end: End, sink: &mut impl FnMut(Extracted<'_>)) {
        if self.ended {
            return;
        }
        self.ended = true;
        self.run(sink);
        self.close_at_end(end, sink);
        self.buffer.clear();
    }

    /// Whether the piece is nothing but plain text of the string that is open. Most pieces are.
    #[inline]
    fn text_goes_on(&self, piece: &[u8]) -> bool {
        self.state == State::Text
            && !self.in_key
            && self.surrogate == NOWHERE
            && self.pos == self.here()
            && self.limit - self.pos > piece.len()
            && self.is_plain(piece)
    }

    /// Where the open value string begins, if one is open.
    #[inline]
    pub(super) fn open_string(&self) -> Option<usize> {
        (matches!(self.state, State::Text | State::Escape | State::Hex) && !self.in_key).then_some(self.token)
    }

    /// Place after the last byte that is here.
    #[inline]
    pub(super) fn here(&self) -> usize {
        self.base + self.buffer.len()
    }

    /// Reads until the bytes are used up or more are needed.
    fn run(&mut self, sink: Sink<'_>) {
        loop {
            let here = self.here();
            // An object that begins in this piece sets the limit: each step has to know the one that holds.
            while self.pos < here.min(self.limit) {
                if self.step(here.min(self.limit), sink).is_err() {
                    return;
                }
            }
            if self.pos < self.limit {
                return;
            }
            self.overgrown(sink);
        }
    }

    /// Reads at least one byte, or changes the state.
    #[inline]
    fn step(&mut self, end: usize, sink: Sink<'_>) -> Result<(), Wait> {
        match self.state {
            State::Text => self.text(end, sink),
            State::Closed => self.after_quote(end, sink),
            State::After | State::Key | State::Value | State::Colon => {
                if self.skip_whitespace(end) {
                    let byte = self.buffer[self.pos - self.base];
                    match self.state {
                        State::After => self.after(byte, sink),
                        State::Key => self.key_begins(byte, sink),
                        State::Value => self.value_begins(byte, sink),
                        _ => self.colon(byte, sink),
                    }
                } else {
                    Ok(())
                }
            }
            State::Bare => self.bare(end, sink),
            State::BareKey => {
                self.bare_key(end, sink);
                Ok(())
            }
            State::Escape => {
                self.escape_byte();
                Ok(())
            }
            State::Hex => {
                self.hex_byte();
                Ok(())
            }
            State::Prose => self.prose(end, sink),
            State::Loose => self.loose(end, sink),
            State::LineComment => {
                self.line_comment(end);
                Ok(())
            }
            State::BlockComment => {
                self.block_comment(end);
                Ok(())
            }
            State::Thought => self.thought(end),
        }
    }

    /// Passes over whitespace; false if nothing else is here yet.
    #[inline]
    pub(super) fn skip_whitespace(&mut self, end: usize) -> bool {
        let rest = &self.buffer[self.pos - self.base..end - self.base];
        let count = rest.iter().position(|byte| !is_space(*byte)).unwrap_or(rest.len());
        if count > 0 {
            self.pos += count;
            self.watchdog.whitespace(count, self.pos);
        }
        if count == rest.len() {
            return false;
        }
        self.watchdog.ink();
        true
    }

    // === looking around ===

    /// The byte at a place ahead; `None` after the end of the answer.
    #[inline]
    pub(super) fn look(&self, at: usize) -> Result<Option<u8>, Wait> {
        match at.checked_sub(self.base).and_then(|index| self.buffer.get(index)) {
            Some(byte) => Ok(Some(*byte)),
            None if self.ended => Ok(None),
            None => Err(Wait),
        }
    }

    /// The byte before a place, if there is one near by.
    #[inline]
    pub(super) fn before(&self, at: usize) -> Option<u8> {
        at.checked_sub(self.base + 1)
            .and_then(|index| self.buffer.get(index))
            .copied()
    }

    #[inline]
    pub(super) fn slice(&self, from: usize, to: usize) -> &[u8] {
        self.buffer
            .get(from.saturating_sub(self.base)..to.saturating_sub(self.base))
            .unwrap_or_default()
    }

    /// Looks for an opening mark of a thinking block at the current byte and enters the block.
    pub(super) fn thought_begins(&mut self) -> Result<bool, Wait> {
        // A mark that is quoted is talked about, not used.
        if matches!(self.before(self.pos), Some(b'`' | b'"' | b'\'')) {
            return Ok(false);
        }
        let ahead = &self.buffer[self.pos - self.base..];
        match thought::opening(&ahead[..ahead.len().min(64)]) {
            Look::More if !self.ended => Err(Wait),
            Look::Mark { block, len } => {
                self.aside = self.pos;
                self.block = block;
                self.back = self.state;
                self.state = State::Thought;
                self.pos += len;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn thought(&mut self, end: usize) -> Result<(), Wait> {
        while self.pos < end {
            let ahead = &self.buffer[self.pos - self.base..];
            if thought::may_begin(ahead[0]) {
                match thought::closing(&ahead[..ahead.len().min(64)], self.block) {
                    Look::More if !self.ended => return Err(Wait),
                    Look::Mark { len, .. } => {
                        self.pos += len;
                        self.state = self.back;
                        self.watchdog.thought(self.pos);
                        self.edit(self.aside, self.pos - self.aside, "", Code::Thought);
                        return Ok(());
                    }
                    _ => {}
                }
            }
            self.pos += 1;
        }
        self.watchdog.thought(self.pos);
        Ok(())
    }

    // === comments ===

    /// Whether a comment begins at the current byte, which is `/` or `#`.
    pub(super) fn comment_begins(&mut self, byte: u8) -> Result<bool, Wait> {
        let state = match byte {
            b'#' => State::LineComment,
            _ => match self.look(self.pos + 1)? {
                Some(b'/') => State::LineComment,
                Some(b'*') => State::BlockComment,
                _ => return Ok(false),
            },
        };
        self.aside = self.pos;
        self.back = self.state;
        self.state = state;
        self.pos += if byte == b'#' { 1 } else { 2 };
        Ok(true)
    }

    fn line_comment(&mut self, end: usize) {
        let rest = &self.buffer[self.pos - self.base..end - self.base];
        match rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            None => self.pos = end,
            Some(count) => {
                self.pos += count;
                self.aside_ends();
            }
        }
    }

    fn block_comment(&mut self, end: usize) {
        while self.pos < end {
            let byte = self.buffer[self.pos - self.base];
            self.pos += 1;
            // `/*/` opens a comment and does not close it.
            if byte == b'/' && self.pos >= self.aside + 4 && self.before(self.pos - 1) == Some(b'*') {
                self.aside_ends();
                return;
            }
        }
    }

    fn aside_ends(&mut self) {
        self.state = self.back;
        self.edit(self.aside, self.pos - self.aside, "", Code::Comment);
    }

    // === edits and memory ===

    /// Notes an edit, if an object that may be wanted is open.
    pub(super) fn edit(&mut self, at: usize, del: usize, ins: &'static str, code: Code) {
        if self.frames.len() > self.dead && self.edits.len() <= MAX_EDITS {
            self.edits.push(Edit { at, del, ins, code });
        }
    }

    /// The first place that is still needed.
    fn needed_from(&self) -> usize {
        let needed = match self.frames.get(self.dead) {
            Some(outermost) => outermost.keep,
            None => self.pos.saturating_sub(KEPT_BEHIND),
        };
        self.wound_needs().map_or(needed, |start| start.min(needed))
    }

    fn compact(&mut self) {
        if self.buffer.len() < WORTH_MOVING {
            return;
        }
        let unused = self.needed_from().saturating_sub(self.base);
        if unused >= WORTH_MOVING && unused * 2 >= self.buffer.len() {
            self.buffer.drain(..unused);
            self.base += unused;
        }
    }
}

#[inline]
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r')
}
