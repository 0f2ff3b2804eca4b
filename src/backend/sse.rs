//! Lines in, the data of server-sent events out.
//!
//! Read as the standard says: `data:` lines of one event are joined with line feeds, a blank line ends the event, lines
//! that begin with a colon are comments (servers send them while a model loads), other fields are of no use here. Two
//! liberties, because servers take them: a field `error:` is data, and a line that is a JSON object without any field is
//! an event of its own (an error, or a whole answer, from a server that did not stream).
//!
//! What it refuses: an event longer than its cap.

use super::ndjson::LineTooLong;

/// Puts the events of one stream together.
///
/// ```
/// use testgen::backend::sse::Events;
///
/// let mut events = Events::new(1024);
/// assert_eq!(events.line(b": ping"), Ok(None));
/// assert_eq!(events.line(b"data: {\"a\":"), Ok(None));
/// assert_eq!(events.line(b"data: 1}"), Ok(None));
/// assert_eq!(events.line(b""), Ok(Some(&b"{\"a\":\n1}"[..])));
/// ```
#[derive(Debug)]
pub struct Events {
    max: usize,
    data: Vec<u8>,
    begun: bool,
    /// Whether `data` was handed out, so that it is emptied before it is used again.
    handed_out: bool,
}

impl Events {
    /// Puts events of at most `max` bytes of data together.
    #[must_use]
    pub fn new(max: usize) -> Self {
        Self {
            max,
            data: Vec::new(),
            begun: false,
            handed_out: false,
        }
    }

    /// Takes a line without its line feed; gives the data of the event that it ends.
    ///
    /// # Errors
    /// [`LineTooLong`] for an event longer than the cap.
    pub fn line(&mut self, line: &[u8]) -> Result<Option<&[u8]>, LineTooLong> {
        if self.handed_out {
            self.data.clear();
            self.handed_out = false;
            self.begun = false;
        }
        let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(self.end());
        }
        if line.starts_with(b"{") && !self.begun {
            self.append(line)?;
            return Ok(self.end());
        }
        if let Some(data) = field(line, b"data").or_else(|| field(line, b"error")) {
            self.append(data)?;
        }
        Ok(None)
    }

    /// The data of the event that has begun: a server may leave out the blank line after its last one.
    pub fn end(&mut self) -> Option<&[u8]> {
        if !self.begun || self.handed_out {
            return None;
        }
        self.handed_out = true;
        Some(&self.data)
    }

    fn append(&mut self, data: &[u8]) -> Result<(), LineTooLong> {
        if self.data.len() + usize::from(self.begun) + data.len() > self.max {
            return Err(LineTooLong { max: self.max });
        }
        if self.begun {
            self.data.push(b'\n');
        }
        self.begun = true;
        self.data.extend_from_slice(data);
        Ok(())
    }
}

/// The value of a field, without the one blank that may stand before it.
fn field<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let value = line.strip_prefix(name)?.strip_prefix(b":")?;
    Some(value.strip_prefix(b" ").unwrap_or(value))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn events(stream: &str) -> Vec<String> {
        let mut events = Events::new(64);
        let mut seen = Vec::new();
        for line in stream.lines() {
            if let Some(data) = events.line(line.as_bytes()).unwrap() {
                seen.push(String::from_utf8(data.to_vec()).unwrap());
            }
        }
        seen.extend(events.end().map(|data| String::from_utf8(data.to_vec()).unwrap()));
        seen
    }

    #[test]
    fn events_are_read_as_the_standard_says() {
        for (stream, expect) in [
            ("data: a\n\ndata: b\n\n", &["a", "b"][..]),
            ("data:a\n\n\n\ndata:  b\n\n", &["a", " b"]),
            ("event: delta\nid: 1\ndata: a\nretry: 5\n\n", &["a"]),
            (": loading\n\n: still\ndata: a\n\n", &["a"]),
            ("data: a\ndata: b\n\n", &["a\nb"]),
            ("data\ndatabase: x\n\n", &[]),
            ("data:\n\n", &[""]),
            ("\u{FEFF}data: a\n\n", &["a"]),
            // The liberties.
            ("data: a", &["a"]),
            ("error: {\"code\":500}\n\n", &["{\"code\":500}"]),
            ("{\"error\":\"x\"}\n", &["{\"error\":\"x\"}"]),
        ] {
            assert_eq!(events(stream), expect, "{stream:?}");
        }
    }

    #[test]
    fn an_event_has_a_bound() {
        let mut events = Events::new(10);
        assert_eq!(events.line(b"data: 12345"), Ok(None));
        assert_eq!(events.line(b"data: 67890"), Err(LineTooLong { max: 10 }));
        assert_eq!(Events::new(10).line(b"data: 12345678901"), Err(LineTooLong { max: 10 }));
    }
}
