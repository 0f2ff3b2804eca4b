//! Sees, from the structure alone, that an answer will lead to nothing more, so that the attempt can be ended early.
//!
//! It costs nothing on an ordinary answer: whitespace is counted where it is skipped anyway, objects are compared by
//! hash when they close, and text is searched for repeats only in strings and objects that are longer than any that a
//! model means to write. It raises one alarm and leaves the decision to others.

/// Why the attempt should be ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Stable code: `WHITESPACE_RUN`, `REPEATED_OBJECT`, `REPEATED_TEXT`, `RESTARTED` or `DEAD_END`.
    pub code: &'static str,
    /// After how many bytes of the answer it was seen.
    pub after_bytes: u64,
}

/// A string is searched for repeats from this many bytes on.
pub(super) const STRING_GATE: usize = 256;
/// An answer is searched for repeats from this many bytes after the last verdict on.
const OBJECT_GATE: usize = 4096;
/// How many objects back an equal one is recognised.
const REMEMBERED: usize = 64;
/// Longest text whose repetition is recognised.
const WINDOW: usize = 1024;
/// How many times a text must come before it is a loop, however short it is.
const TIMES: usize = 8;

/// The state of the watch over one answer.
#[derive(Debug)]
pub(super) struct Watchdog {
    alarm: Option<Alarm>,
    max_whitespace: usize,
    max_barren: usize,
    max_equal: usize,
    whitespace: usize,
    /// Where barren bytes are counted from: the last verdict, moved on by thinking blocks.
    fruitful: usize,
    objects: Vec<(u64, usize)>,
    seen: usize,
    first: [u64; 2],
    /// The answer's root under which the first object came, and how many objects came under it.
    first_root: (usize, usize),
    /// Whether the last object was equal to the first of the answer.
    at_first_again: bool,
    repeats: Repeats,
    /// Up to where the text was searched for repeats.
    watched: usize,
}

impl Watchdog {
    pub(super) fn new(config: &super::Config) -> Self {
        Self {
            alarm: None,
            max_whitespace: config.max_whitespace,
            max_barren: config.max_barren_bytes,
            max_equal: config.max_equal_objects.max(2),
            whitespace: 0,
            fruitful: 0,
            objects: Vec::new(),
            seen: 0,
            first: [0; 2],
            first_root: (0, 0),
            at_first_again: false,
            repeats: Repeats::new(config.max_repeated_bytes),
            watched: 0,
        }
    }

    #[inline]
    pub(super) fn alarm(&self) -> Option<Alarm> {
        self.alarm
    }

    /// The alarm of the earliest byte counts, whichever was noticed first.
    fn raise(&mut self, code: &'static str, after: usize) {
        let after_bytes = after as u64;
        if self.alarm.is_none_or(|alarm| after_bytes < alarm.after_bytes) {
            self.alarm = Some(Alarm { code, after_bytes });
        }
    }

    /// `count` bytes of whitespace outside strings, ending before `at`.
    #[inline]
    pub(super) fn whitespace(&mut self, count: usize, at: usize) {
        self.whitespace += count;
        if self.whitespace > self.max_whitespace {
            self.raise("WHITESPACE_RUN", at - (self.whitespace - self.max_whitespace - 1));
        }
    }

    /// Something else than whitespace came.
    #[inline]
    pub(super) fn ink(&mut self) {
        self.whitespace = 0;
    }

    /// A thinking block ended, or goes on, before `at`: its bytes are not barren.
    pub(super) fn thought(&mut self, at: usize) {
        self.fruitful = at;
    }

    /// The open object grew beyond its bound.
    pub(super) fn overgrown(&mut self, at: usize) {
        self.raise("DEAD_END", at);
    }

    /// Where the search for repeats begins, given the string that is open.
    #[inline]
    fn gate(&self, string: Option<usize>) -> usize {
        let gate = self.fruitful + OBJECT_GATE;
        string.map_or(gate, |start| gate.min(start + STRING_GATE))
    }

    /// Whether [`Watchdog::text`] would do anything.
    #[inline]
    pub(super) fn is_due(&self, string: Option<usize>, to: usize) -> bool {
        to > self.gate(string)
    }

    /// Searches the answer for repeats up to `to`, if it is long since anything happened. `buffer` begins at `base`;
    /// `string` is where the open string begins. A string must be searched before it is left.
    pub(super) fn text(&mut self, buffer: &[u8], base: usize, string: Option<usize>, to: usize) {
        // What was let go cannot be searched any more.
        let from = self.gate(string).max(self.watched).max(base);
        if from >= to {
            return;
        }
        if to > self.fruitful + self.max_barren {
            self.raise("DEAD_END", self.fruitful + self.max_barren + 1);
        }
        if from > self.watched {
            self.repeats.forget();
        }
        self.watched = to;
        if let Some(at) = self.repeats.feed(&buffer[from - base..to - base]) {
            self.raise("REPEATED_TEXT", from + at);
        }
    }

    /// A verdict that is no object was given at `at`.
    pub(super) fn verdict(&mut self, buffer: &[u8], base: usize, at: usize) {
        self.text(buffer, base, None, at);
        self.fruitful = at;
    }

    /// An object that ends before `end` was handed out; it stands under the answer's root number `root`;
    /// `wrapped` if that root is not the object itself.
    pub(super) fn object(&mut self, hash: u64, end: usize, root: usize, wrapped: bool) {
        self.fruitful = end;
        let known = self.objects.iter_mut().find(|(other, _)| *other == hash);
        let times = match known {
            Some((_, times)) => {
                *times += 1;
                *times
            }
            None => {
                if self.objects.len() == REMEMBERED {
                    self.objects.remove(0);
                }
                self.objects.push((hash, 1));
                1
            }
        };
        if self.seen < 2 {
            self.first[self.seen] = hash;
        }
        if self.seen == 0 {
            self.first_root = (root, 0);
        }
        if root == self.first_root.0 {
            self.first_root.1 += 1;
        }
        // The answer starts again if its first two objects come again in their order, or the first one alone at the
        // head of a new list.
        let distinct = self.seen >= 2 && self.first[0] != self.first[1];
        let new_list = wrapped && root != self.first_root.0 && self.first_root.1 >= 2;
        if distinct && hash == self.first[0] && new_list || distinct && self.at_first_again && hash == self.first[1] {
            self.raise("RESTARTED", end);
        }
        self.at_first_again = self.seen >= 2 && hash == self.first[0];
        self.seen += 1;
        if times >= self.max_equal {
            self.raise("REPEATED_OBJECT", end);
        }
    }
}

/// Finds text that repeats itself, in constant work for each byte.
///
/// The distance to the last place where the same eight bytes stood is taken for the period; as long as each byte equals
/// the one a period before, the run grows.
#[derive(Debug)]
struct Repeats {
    ring: Vec<u8>,
    last: Vec<usize>,
    read: usize,
    recent: u64,
    period: usize,
    run: usize,
    max_bytes: usize,
}

impl Repeats {
    fn new(max_bytes: usize) -> Self {
        Self {
            ring: Vec::new(),
            last: Vec::new(),
            read: 0,
            recent: 0,
            period: 0,
            run: 0,
            max_bytes: max_bytes.max(64),
        }
    }

    /// What follows does not continue what was read.
    fn forget(&mut self) {
        self.last.fill(0);
        self.read = 0;
        self.recent = 0;
        self.period = 0;
        self.run = 0;
    }

    /// Reads on; gives how many of the bytes were read when a loop was sure.
    fn feed(&mut self, bytes: &[u8]) -> Option<usize> {
        if self.ring.is_empty() {
            self.ring.resize(WINDOW, 0);
            self.last.resize(256, 0);
        }
        let mut sure = None;
        for (at, &byte) in bytes.iter().enumerate() {
            self.recent = self.recent << 8 | u64::from(byte);
            let slot = (self.recent.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as usize;
            if self.period != 0 && self.ring[(self.read - self.period) % WINDOW] == byte {
                self.run += 1;
                if sure.is_none() && self.run >= self.max_bytes.max(self.period * TIMES) {
                    sure = Some(at + 1);
                }
            } else {
                // `last` holds places counted from 1, so that 0 means never.
                let distance = (self.read + 1).saturating_sub(self.last[slot]);
                self.period = if self.last[slot] > 0 && distance < WINDOW {
                    distance
                } else {
                    0
                };
                self.run = 0;
            }
            self.ring[self.read % WINDOW] = byte;
            self.read += 1;
            self.last[slot] = self.read;
        }
        sure
    }
}

#[cfg(test)]
mod tests {
    use super::Repeats;

    fn sure_after(text: &str) -> Option<usize> {
        Repeats::new(512).feed(text.as_bytes())
    }

    #[test]
    fn loops_of_any_period_are_found_soon() {
        for unit in [
            "a",
            "\\n",
            "Click Next. ",
            "Enter abab abab aba into the field, then press Save and wait. ",
        ] {
            let found = sure_after(&unit.repeat(2000 / unit.len() + 20));
            assert!(
                found.is_some_and(|at| at < 512 + 12 * unit.len() + 64),
                "{unit:?}: {found:?}"
            );
        }
    }

    #[test]
    fn lists_that_differ_are_no_loop() {
        let mut text = String::new();
        for number in 0..200 {
            text.push_str(&format!("\"Enter the code SAVE{number} and press Apply\",\n      "));
        }
        assert_eq!(sure_after(&text), None);
    }
}
