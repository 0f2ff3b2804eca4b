#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::{LineTooLong, Lines};
use bytes::Bytes;
use proptest::prelude::*;

/// Every line that the chunks give, the tail included, or the fault that ended them.
fn cut<'a>(max: usize, chunks: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Vec<u8>>, Option<LineTooLong>) {
    let mut lines = Lines::new(max);
    let mut found = Vec::new();
    for chunk in chunks {
        lines.push(Bytes::copy_from_slice(chunk));
        loop {
            match lines.next_line() {
                Ok(Some(line)) => found.push(line.to_vec()),
                Ok(None) => break,
                Err(fault) => return (found, Some(fault)),
            }
        }
    }
    if let Some(tail) = lines.tail() {
        found.push(tail.to_vec());
    }
    assert_eq!(lines.tail(), None, "the tail comes once");
    (found, None)
}

fn check(chunks: &[&str], expect: &[&str]) {
    let (found, fault) = cut(64, chunks.iter().map(|chunk| chunk.as_bytes()));
    let found: Vec<_> = found
        .iter()
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    assert_eq!(
        (found, fault),
        (expect.iter().map(|line| (*line).to_owned()).collect(), None),
        "{chunks:?}"
    );
}

#[test]
fn lines_are_cut_wherever_the_reads_ended() {
    check(&[], &[]);
    check(&[""], &[]);
    check(&["a\n"], &["a"]);
    check(&["a\nb\n"], &["a", "b"]);
    check(&["a", "b", "\n"], &["ab"]);
    check(&["a\n", "b\n"], &["a", "b"]);
    check(&["a\nb", "c\nd"], &["a", "bc", "d"]);
    check(&["a\r\nb\r", "\nc\r\n"], &["a", "b", "c"]);
    check(&["a\r", "\n"], &["a"]);
    check(&["\n\n \r\n", "\t", "\n", "a\n\n"], &["a"]);
    check(&["no line feed at the end"], &["no line feed at the end"]);
    check(&["tail\r"], &["tail"]);
    check(&["a\rb\n"], &["a\rb"]);
}

#[test]
fn a_line_at_the_cap_passes_and_one_byte_more_does_not_whatever_the_chunks() {
    let fits = [b"x".repeat(8), b"\nnext\n".to_vec()].concat();
    let too_long = [b"x".repeat(9), b"\nnext\n".to_vec()].concat();
    for size in 1..=fits.len() {
        assert_eq!(
            cut(8, fits.chunks(size)),
            (vec![b"x".repeat(8), b"next".to_vec()], None),
            "chunks of {size}"
        );
        assert_eq!(
            cut(8, too_long.chunks(size)),
            (vec![], Some(LineTooLong { max: 8 })),
            "chunks of {size}"
        );
    }
    // A line that never ends is refused while it comes, not when it has come.
    assert_eq!(cut(8, b"xxxxxxxxx".chunks(3)), (vec![], Some(LineTooLong { max: 8 })));
}

#[test]
fn after_the_fault_nothing_more_comes() {
    let mut lines = Lines::new(2);
    lines.push(Bytes::from_static(b"a\nlong\nb\n"));
    assert_eq!(lines.next_line(), Ok(Some(&b"a"[..])));
    assert_eq!(lines.next_line(), Err(LineTooLong { max: 2 }));
    assert_eq!(lines.next_line(), Ok(None));
    lines.push(Bytes::from_static(b"c\n"));
    assert_eq!(lines.next_line(), Ok(None));
    assert_eq!(lines.tail(), None);
}

#[test]
fn a_chunk_that_was_not_emptied_is_not_lost() {
    let mut lines = Lines::new(64);
    lines.push(Bytes::from_static(b"a\nb\nc"));
    assert_eq!(lines.next_line(), Ok(Some(&b"a"[..])));
    lines.push(Bytes::from_static(b"d\n"));
    assert_eq!(lines.next_line(), Ok(Some(&b"b"[..])));
    assert_eq!(lines.next_line(), Ok(Some(&b"cd"[..])));
    assert_eq!(lines.next_line(), Ok(None));
}

#[test]
fn a_whole_line_is_handed_out_where_it_lies() {
    let chunk = Bytes::from(b"one\ntwo\n".to_vec());
    let mut lines = Lines::new(64);
    lines.push(chunk.clone());
    assert_eq!(lines.next_line().unwrap().unwrap().as_ptr(), chunk.as_ptr());
    assert_eq!(lines.next_line().unwrap().unwrap().as_ptr(), chunk[4..].as_ptr());
    assert_eq!(lines.begun.capacity(), 0, "nothing was gathered");
}

#[test]
fn the_memory_of_one_large_line_is_given_back() {
    let mut lines = Lines::new(1 << 20);
    lines.push(Bytes::from(vec![b'x'; 1 << 19]));
    assert_eq!(lines.next_line(), Ok(None));
    lines.push(Bytes::from_static(b"\nshort"));
    assert_eq!(lines.next_line().unwrap().unwrap().len(), 1 << 19);
    assert_eq!(lines.next_line(), Ok(None));
    assert!(
        lines.begun.capacity() <= super::KEPT_CAPACITY,
        "{}",
        lines.begun.capacity()
    );
}

proptest! {
    #[test]
    fn every_split_gives_the_same_lines(
        text in prop::collection::vec(prop_oneof![4 => Just(b'x'), 2 => Just(b'\n'), 1 => Just(b'\r'), 1 => Just(b' '), 1 => Just(0xC3)], 0..120),
        cuts in prop::collection::vec(0usize..120, 0..12),
        max in 1usize..40,
    ) {
        let mut places: Vec<usize> = cuts.into_iter().map(|at| at.min(text.len())).collect();
        places.extend([0, text.len()]);
        places.sort_unstable();
        let chunks = places.windows(2).map(|pair| &text[pair[0]..pair[1]]);
        prop_assert_eq!(cut(max, chunks), cut(max, [&text[..]]));
    }
}
