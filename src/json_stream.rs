//! Bytes in, whole objects out: finds every wanted JSON object in a model's answer while the answer is still coming.
//!
//! A model's answer is JSON only in the best case. It comes in small pieces, inside fences and prose, after a thought
//! that holds a draft, with single quotes, comments, missing commas and raw newlines; it breaks off and starts again.
//! This room reads it once, byte by byte, whatever the pieces, and gives exactly one verdict for each wanted object, in
//! the same piece that holds its last brace (where a wanted key is still missing, with what follows the brace): an
//! [`Object`] in strict JSON, with each mend recorded, or a [`Broken`] one. Work is linear in the length of the answer;
//! memory is bounded by the one object that is open.
//!
//! ```
//! use testgen::json_stream::{Config, End, Extracted, Extractor};
//!
//! let mut found = Vec::new();
//! let mut sink = |verdict: Extracted<'_>| {
//!     if let Extracted::Object(object) = verdict {
//!         found.push(object.json.to_owned());
//!     }
//! };
//! let mut extractor = Extractor::new(Config::default());
//! extractor.push(b"Sure! ```json\n[{'title': 'Log in', 'steps': ['Open', 'Si", &mut sink);
//! extractor.push(b"gn in'], 'expected_result': 'Home'}, ", &mut sink);
//! extractor.finish(End::Cut, &mut sink);
//! assert_eq!(found, [r#"{"title": "Log in", "steps": ["Open", "Sign in"], "expected_result": "Home"}"#]);
//! ```
//!
//! How it is built: the `scanner` is the only reader of bytes and the only one that decides. Where the text is not
//! strict JSON it notes an edit and goes on; `repair` applies the edits of one object when that object closes. An
//! object without a defect is handed out as it stands in the buffer. `extract` decides which object is wanted,
//! `unclosed` deals with those that do not close,
//! `wound` with those that cannot be read from their first key on, `thought` knows the marks of thinking blocks, and
//! `watchdog` sees answers that will lead to nothing.
//!
//! It refuses: to hand out a value that was not closed, to look inside a thinking block, to guess where two readings of
//! a text are equally good (the object is then [`Broken`]), and to know what the wanted objects mean.

mod scanner;
mod frame;
mod structure;
mod brackets;
mod strings;
mod quotes;
mod bare;
mod thought;
mod marks;
mod extract;
mod unclosed;
mod wound;
mod repair;
mod watchdog;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use watchdog::Alarm;

/// What is wanted, and the bounds of the scan.
#[derive(Clone, Debug)]
pub struct Config {
    /// Deepest nesting of objects and arrays, at least 2.
    pub max_depth: usize,
    /// Longest object that is kept, in bytes, at least 1 KiB. A longer one is [`Broken`], and the scan goes on.
    pub max_object_bytes: usize,
    /// Groups of keys that mark a wanted object. Of their spelling letters and digits count, without case. At
    /// most 32 groups.
    pub marks: &'static [&'static [&'static str]],
    /// From how many of the groups an object needs a key to be wanted, at least 1. An object with a key from every
    /// group is wanted beyond doubt.
    pub needed: usize,
    /// Keys whose values belong to the object that holds them and are no wanted objects themselves, however they look.
    pub inner: &'static [&'static str],
    /// Whether the answer begins inside a thinking block, as with prompt templates that write the opening tag.
    pub starts_in_thought: bool,
    /// Longest run of whitespace outside strings, in bytes, before the watchdog raises its alarm.
    pub max_whitespace: usize,
    /// Length in bytes from which the same text again and again is an alarm, if it came at least eight times.
    pub max_repeated_bytes: usize,
    /// How many times the same object may come before the watchdog raises its alarm. The first key is not compared
    /// where it is no mark, because it is a number that counts on.
    pub max_equal_objects: usize,
    /// Bytes outside thinking blocks without a verdict before the watchdog calls the answer a dead end.
    pub max_barren_bytes: usize,
}

impl Default for Config {
    /// Test cases: a title, steps and an expected result, two of them at least.
    fn default() -> Self {
        Self {
            max_depth: 64,
            max_object_bytes: 256 * 1024,
            marks: marks::TEST_CASE,
            needed: 2,
            inner: marks::INSIDE_TEST_CASE,
            starts_in_thought: false,
            max_whitespace: 512,
            max_repeated_bytes: 1024,
            max_equal_objects: 3,
            max_barren_bytes: 512 * 1024,
        }
    }
}

/// How the answer ended, as the protocol that carried it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The model stopped by itself.
    Whole,
    /// A bound, an abort or a broken connection cut the answer.
    Cut,
}

/// The one verdict on an object that the model wrote.
#[derive(Clone, Debug)]
pub enum Extracted<'a> {
    /// It can be read.
    Object(Object<'a>),
    /// It cannot.
    Broken(Broken<'a>),
}

/// An object that can be read.
#[derive(Clone, Debug)]
pub struct Object<'a> {
    /// Strict JSON. Borrowed from what came in when nothing had to be mended.
    pub json: &'a str,
    /// As the model wrote it.
    pub raw: &'a str,
    /// What was mended, one entry for each kind.
    pub mends: &'a [Mend],
    /// The key that it stands under, if it is the value of a key, as the model wrote it. `None` too where more than
    /// 256 bytes lie between the two.
    pub key: Option<&'a str>,
    /// False if the answer ended inside it: `json` then has only the fields that were closed.
    pub whole: bool,
    /// Where it stands in the answer, in bytes.
    pub span: Range<u64>,
}

/// An object that cannot be read.
#[derive(Clone, Debug)]
pub struct Broken<'a> {
    /// Why, as a stable code: `BROKEN_OFF`, `SYNTAX`, `TOO_LONG`, `TOO_DEEP`, `TRUNCATED`, `NESTED`, `AMBIGUOUS`,
    /// `TOO_DAMAGED`.
    pub code: &'static str,
    /// Why, in plain words.
    pub detail: &'static str,
    /// As far as it was read; empty if it was let go before it was known to be wanted.
    pub raw: &'a str,
    /// The key that it stands under, as in [`Object::key`].
    pub key: Option<&'a str>,
    /// Where it stands in the answer, in bytes, as far as it was read.
    pub span: Range<u64>,
}

/// One kind of defect that was mended in an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mend {
    /// Stable code, such as `TRAILING_COMMA`.
    pub code: &'static str,
    /// How often, and where first.
    pub detail: String,
}

/// A push scanner over the bytes of one answer.
#[derive(Debug)]
pub struct Extractor {
    scanner: scanner::Scanner,
}

/// At every multiple of this many bytes of the answer the scanner lets go what it no longer needs and searches for
/// loops: at the same places of an answer however it is cut, so that no verdict and no alarm depends on the cutting, and
/// memory does not follow the length of a piece.
const STRIDE: usize = 128;

impl Extractor {
    /// Makes an extractor for one answer.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            scanner: scanner::Scanner::new(config),
        }
    }

    /// Feeds the next bytes of the answer, cut anywhere. Calls `sink` for each object whose last brace they hold.
    #[inline]
    pub fn push(&mut self, chunk: &[u8], sink: &mut impl FnMut(Extracted<'_>)) {
        let mut rest = chunk;
        loop {
            let room = STRIDE - self.scanner.here() % STRIDE;
            if rest.len() < room {
                self.scanner.feed(rest, sink);
                return;
            }
            let (piece, after) = rest.split_at(room);
            self.scanner.feed(piece, sink);
            self.scanner.stride_ends();
            rest = after;
        }
    }

    /// Says that the answer ended, and how. Gives the verdict on an object that is still open. Bytes that are pushed
    /// afterwards are a mistake of the caller and are ignored.
    pub fn finish(&mut self, end: End, sink: &mut impl FnMut(Extracted<'_>)) {
        self.scanner.finish(end, sink);
    }

    /// Why the attempt should be ended early, if it should. The first reason stays.
    #[must_use]
    #[inline]
    pub fn alarm(&self) -> Option<Alarm> {
        self.scanner.watchdog.alarm()
    }

    /// Bytes held at the moment: the open object and what is being looked at.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.scanner.held_bytes()
    }
}
