//! Bytes in, lines out: newline-delimited JSON as a model server streams it, and the lines of server-sent events.
//!
//! Framing works on bytes, because a read may end anywhere: in the middle of a line, of a character, of an escape.
//! Whole lines leave; decoding is the reader's business. A line that lies whole in one chunk is handed out where it
//! lies, without a copy; only a line that is split over chunks is gathered.
//!
//! What it refuses: a line longer than its cap. A server that never sends a line feed cannot fill the memory.

use bytes::Bytes;

/// A line was longer than the cap. Nothing after it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a line is longer than {max} bytes")]
pub struct LineTooLong {
    /// The cap, in bytes without the line feed.
    pub max: usize,
}

/// Cuts chunks of bytes into lines.
///
/// ```
/// use bytes::Bytes;
/// use testgen::backend::ndjson::Lines;
///
/// let mut lines = Lines::new(1024);
/// lines.push(Bytes::from_static(b"{\"a\":1}\r\n{\"b\""));
/// assert_eq!(lines.next_line(), Ok(Some(&b"{\"a\":1}"[..])));
/// assert_eq!(lines.next_line(), Ok(None));
/// lines.push(Bytes::from_static(b":2}"));
/// assert_eq!(lines.next_line(), Ok(None));
/// assert_eq!(lines.tail(), Some(&b"{\"b\":2}"[..]));
/// ```
#[derive(Debug)]
pub struct Lines {
    max: usize,
    /// The last chunk, and how much of it was cut already.
    chunk: Bytes,
    cut: usize,
    /// The beginning of a line whose end has not come yet.
    begun: Vec<u8>,
    /// Whether `begun` was handed out, so that it is emptied before it is used again.
    handed_out: bool,
    poisoned: bool,
    /// Whether blank lines are handed out, too.
    blank: bool,
}

/// A buffer that one large line has grown beyond this is given back.
const KEPT_CAPACITY: usize = 64 * 1024;

impl Lines {
    /// Cuts lines of at most `max` bytes, the line feed not counted.
    #[must_use]
    pub fn new(max: usize) -> Self {
        Self {
            max,
            chunk: Bytes::new(),
            cut: 0,
            begun: Vec::new(),
            handed_out: false,
            poisoned: false,
            blank: false,
        }
    }

    /// The same, with blank lines handed out as well: in server-sent events they end an event.
    #[must_use]
    pub fn with_blank_lines(mut self) -> Self {
        self.blank = true;
        self
    }

    /// Takes a chunk. Meant for when [`Lines::next_line`] has said `None`; lines still in the chunk before it are kept,
    /// by a copy.
    pub fn push(&mut self, chunk: Bytes) {
        if self.poisoned {
            return;
        }
        self.chunk = match self.chunk.get(self.cut..) {
            Some(rest) if !rest.is_empty() => [rest, &chunk].concat().into(),
            _ => chunk,
        };
        self.cut = 0;
    }

    /// The next whole line, without its line feed and without a carriage return before it. Blank lines are left out.
    /// `None`: more bytes are needed.
    ///
    /// # Errors
    /// [`LineTooLong`], once; after it nothing more comes.
    pub fn next_line(&mut self) -> Result<Option<&[u8]>, LineTooLong> {
        self.forget_handed_out();
        while let Some(length) = memchr::memchr(b'\n', &self.chunk[self.cut..]) {
            if self.begun.len() + length > self.max {
                return Err(self.poison());
            }
            let line = self.cut..self.cut + length;
            self.cut = line.end + 1;
            if self.begun.is_empty() {
                if self.blank || !is_blank(&self.chunk[line.clone()]) {
                    return Ok(Some(without_carriage_return(&self.chunk[line])));
                }
            } else {
                self.begun.extend_from_slice(&self.chunk[line]);
                self.handed_out = true;
                if self.blank || !is_blank(&self.begun) {
                    return Ok(Some(without_carriage_return(&self.begun)));
                }
                self.forget_handed_out();
            }
        }
        self.keep_rest()?;
        Ok(None)
    }

    /// What stands after the last line feed, once the stream has ended: a server may leave out the last one. `None` when
    /// there is nothing but blanks. Asking twice gives it once.
    pub fn tail(&mut self) -> Option<&[u8]> {
        self.forget_handed_out();
        self.handed_out = true;
        if is_blank(&self.begun) {
            None
        } else {
            Some(without_carriage_return(&self.begun))
        }
    }

    fn keep_rest(&mut self) -> Result<(), LineTooLong> {
        let rest = &self.chunk[self.cut..];
        if self.begun.len() + rest.len() > self.max {
            return Err(self.poison());
        }
        self.begun.extend_from_slice(rest);
        self.chunk = Bytes::new();
        self.cut = 0;
        Ok(())
    }

    fn forget_handed_out(&mut self) {
        if self.handed_out {
            self.begun.clear();
            self.begun.shrink_to(KEPT_CAPACITY);
            self.handed_out = false;
        }
    }

    fn poison(&mut self) -> LineTooLong {
        self.poisoned = true;
        self.chunk = Bytes::new();
        self.cut = 0;
        self.begun = Vec::new();
        LineTooLong { max: self.max }
    }
}

fn without_carriage_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}

#[cfg(test)]
mod tests;
