//! Framing of answers: held against a reading of the whole, for every way of cutting, within the cap.

use super::pieces::Pieces;
use bytes::Bytes;
use testgen::backend::ndjson::{LineTooLong, Lines};
use testgen::backend::sse::Events;

/// Lines, and whether a line or an event was too long.
type Framed = (Vec<Vec<u8>>, bool);

fn cap(seed: u8) -> usize {
    if seed & 0x40 == 0 { 1 << 20 } else { 24 }
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}

fn without_carriage_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The reference: the whole text, cut at its line feeds.
fn lines_of(text: &[u8], max: usize) -> (Vec<&[u8]>, bool) {
    let all = text.split(|byte| *byte == b'\n');
    let fitting: Vec<&[u8]> = all.clone().take_while(|line| line.len() <= max).collect();
    let too_long = fitting.len() < all.count();
    (fitting, too_long)
}

fn ndjson_of<'a>(pieces: impl Iterator<Item = &'a [u8]>, max: usize, eager: bool) -> Framed {
    let mut lines = Lines::new(max);
    let mut found = Vec::new();
    let drain = |lines: &mut Lines, found: &mut Vec<Vec<u8>>| -> Result<(), LineTooLong> {
        while let Some(line) = lines.next_line()? {
            assert!(line.len() <= max);
            found.push(line.to_vec());
        }
        Ok(())
    };
    for piece in pieces {
        lines.push(Bytes::copy_from_slice(piece));
        if eager && drain(&mut lines, &mut found).is_err() {
            assert!(drain(&mut lines, &mut found).is_ok() && lines.tail().is_none());
            return (found, true);
        }
    }
    if drain(&mut lines, &mut found).is_err() {
        return (found, true);
    }
    found.extend(lines.tail().map(<[u8]>::to_vec));
    assert!(lines.tail().is_none(), "the tail is given once");
    (found, false)
}

/// What holds for any stream of lines.
pub fn ndjson(data: &[u8]) {
    let Some((seed, stream)) = super::split(data) else {
        return;
    };
    let max = cap(seed);
    let (lines, too_long) = lines_of(stream, max);
    let expected: Framed = (
        lines
            .into_iter()
            .filter(|line| !is_blank(line))
            .map(|line| without_carriage_return(line).to_vec())
            .collect(),
        too_long,
    );
    assert_eq!(expected, ndjson_of(std::iter::once(stream), max, true), "whole");
    assert_eq!(expected, ndjson_of(stream.chunks(1), max, true), "byte by byte");
    assert_eq!(expected, ndjson_of(Pieces::of(stream, seed), max, true), "in pieces");
    assert_eq!(expected, ndjson_of(Pieces::of(stream, seed), max, false), "read late");
}

/// The reference: events of lines that are all there.
fn events_of(lines: &[&[u8]], max: usize) -> Framed {
    let mut found = Vec::new();
    let mut data: Option<Vec<u8>> = None;
    for line in lines {
        let line = without_carriage_return(line);
        let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        let value = [&b"data:"[..], b"error:"]
            .iter()
            .find_map(|name| line.strip_prefix(*name));
        if line.iter().all(u8::is_ascii_whitespace) {
            found.extend(data.take());
        } else if line.starts_with(b"{") && data.is_none() {
            if line.len() > max {
                return (found, true);
            }
            found.push(line.to_vec());
        } else if let Some(value) = value {
            let value = value.strip_prefix(b" ").unwrap_or(value);
            let joined = match data.take() {
                Some(mut data) => {
                    data.push(b'\n');
                    data.extend_from_slice(value);
                    data
                }
                None => value.to_vec(),
            };
            if joined.len() > max {
                return (found, true);
            }
            data = Some(joined);
        }
    }
    found.extend(data);
    (found, false)
}

fn sse_of<'a>(pieces: impl Iterator<Item = &'a [u8]>, max: usize) -> Framed {
    let mut lines = Lines::new(1 << 20).with_blank_lines();
    let mut events = Events::new(max);
    let mut found: Vec<Vec<u8>> = Vec::new();
    for piece in pieces {
        lines.push(Bytes::copy_from_slice(piece));
        while let Some(line) = lines.next_line().expect("no line is longer than the text") {
            match events.line(line) {
                Ok(Some(data)) => {
                    assert!(data.len() <= max);
                    found.push(data.to_vec());
                }
                Ok(None) => {}
                Err(LineTooLong { .. }) => return (found, true),
            }
        }
    }
    if let Some(line) = lines.tail() {
        match events.line(line) {
            Ok(data) => found.extend(data.map(<[u8]>::to_vec)),
            Err(LineTooLong { .. }) => return (found, true),
        }
    }
    found.extend(events.end().map(<[u8]>::to_vec));
    assert!(events.end().is_none(), "the last event is given once");
    (found, false)
}

/// What holds for any stream of server-sent events.
pub fn sse(data: &[u8]) {
    let Some((seed, stream)) = super::split(data) else {
        return;
    };
    let max = cap(seed);
    let mut lines = lines_of(stream, usize::MAX).0;
    // Nothing stands after a last line feed.
    if lines.last().is_some_and(|line| is_blank(line)) {
        lines.pop();
    }
    let expected = events_of(&lines, max);
    assert_eq!(expected, sse_of(std::iter::once(stream), max), "whole");
    assert_eq!(expected, sse_of(stream.chunks(1), max), "byte by byte");
    assert_eq!(expected, sse_of(Pieces::of(stream, seed), max), "in pieces");
}
