#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::generation::event::{Event, Notice};

use crate::generation::memory::Memory;
use proptest::prelude::*;

fn log(bounds: Bounds, tokens: bool) -> (Writer, Reader) {
    super::log(bounds, Memory::new(1 << 20).admit().unwrap(), tokens)
}

const ROOMY: Bounds = Bounds {
    text_bytes: 1_000,
    event_bytes: 100_000,
};

fn notice(message: &str) -> Event {
    Event::Notice(Notice {
        code: "TEST",
        message: message.to_owned(),
        progress: None,
    })
}

/// `4:text` for text, `5!message` for notices.
fn show(entry: &Entry) -> String {
    match &*entry.event {
        Event::Token { text, .. } => format!("{}:{text}", entry.sequence),
        Event::Notice(notice) => format!("{}!{}", entry.sequence, notice.message),
        other => format!("{}?{other:?}", entry.sequence),
    }
}

/// Everything that is there now.
fn drain(reader: &mut Reader) -> Vec<String> {
    let mut seen = Vec::new();
    let mut cx = Context::from_waker(Waker::noop());
    while let Poll::Ready(Ok(entry)) = reader.poll_next(&mut cx) {
        seen.push(show(&entry));
    }
    seen
}

#[test]
fn a_fast_reader_sees_each_piece_and_a_slow_one_sees_them_merged() {
    let (writer, mut fast) = log(ROOMY, true);
    let mut slow = writer.handle().open(0, true).unwrap();
    writer.text(1, "a").unwrap();
    assert_eq!(drain(&mut fast), ["1:a"]);
    writer.text(1, "b").unwrap();
    assert_eq!(drain(&mut fast), ["2:b"]);
    writer.push(notice("x")).unwrap();
    writer.text(1, "c").unwrap();
    assert_eq!(drain(&mut fast), ["3!x", "4:c"]);
    assert_eq!(drain(&mut slow), ["2:ab", "3!x", "4:c"]);
}

#[test]
fn a_reader_without_tokens_gets_everything_else() {
    let (writer, mut reader) = log(ROOMY, false);
    writer.text(1, "a").unwrap();
    assert_eq!(drain(&mut reader), Vec::<String>::new());
    writer.push(notice("x")).unwrap();
    writer.text(2, "b").unwrap();
    assert_eq!(drain(&mut reader), ["2!x"]);
    writer.push(notice("y")).unwrap();
    assert_eq!(drain(&mut reader), ["4!y"]);
}

#[test]
fn a_reader_goes_on_after_any_number() {
    let (writer, _first) = log(ROOMY, true);
    writer.push(notice("start")).unwrap();
    for piece in ["ab", "cd", "ef"] {
        writer.text(1, piece).unwrap();
    }
    let handle = writer.handle();
    for (after, then) in [
        (0, vec!["1!start", "4:abcdef", "5:gh"]),
        (1, vec!["4:abcdef", "5:gh"]),
        (2, vec!["4:cdef", "5:gh"]),
        (4, vec!["5:gh"]),
    ] {
        let (writer, _first) = log(ROOMY, true);
        writer.push(notice("start")).unwrap();
        for piece in ["ab", "cd", "ef"] {
            writer.text(1, piece).unwrap();
        }
        let mut reader = writer.handle().open(after, true).unwrap();
        let mut seen = drain(&mut reader);
        writer.text(1, "gh").unwrap();
        seen.extend(drain(&mut reader));
        assert_eq!(seen, then, "after {after}");
    }
    assert_eq!(handle.last_sequence(), 4);
}

#[test]
fn the_bounds_hold_and_a_reader_gets_all_that_was_written() {
    let (writer, mut reader) = log(
        Bounds {
            text_bytes: 8,
            event_bytes: 300,
        },
        true,
    );
    writer.text(1, "abc").unwrap();
    assert_eq!(writer.text(1, "de"), Err(LogFull::This));
    writer.push(notice("fits")).unwrap();
    assert_eq!(writer.push(notice("does not")), Err(LogFull::This));
    assert_eq!(drain(&mut reader), ["1:abc", "2!fits"]);
}

#[tokio::test(start_paused = true)]
async fn a_waiting_reader_is_woken_and_the_end_comes_last() {
    let (writer, mut reader) = log(ROOMY, true);
    let task = tokio::spawn(async move {
        let mut seen = Vec::new();
        loop {
            match reader.next().await {
                Ok(entry) => seen.push(show(&entry)),
                Err(end) => return (seen, end),
            }
        }
    });
    for piece in ["a", "b"] {
        tokio::time::sleep(Duration::from_millis(10)).await;
        writer.text(1, piece).unwrap();
    }
    writer.finish(End::Completed);
    let (seen, end) = task.await.unwrap();
    assert_eq!((seen, end), (vec!["1:a".to_owned(), "2:b".to_owned()], End::Completed));
}

#[tokio::test(start_paused = true)]
async fn the_last_reader_that_leaves_abandons_the_generation_after_the_grace_time() {
    let (writer, reader) = log(ROOMY, true);
    let second = writer.handle().open(0, true).unwrap();
    drop(reader);
    assert!(
        tokio::time::timeout(Duration::from_secs(1), writer.abandoned())
            .await
            .is_err()
    );
    let handle = writer.handle();
    handle.outlive(Duration::from_secs(10));
    drop(second);
    // Somebody comes back within the grace time.
    let waiting = tokio::time::timeout(Duration::from_secs(60), writer.abandoned());
    let back = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let reader = handle.open(0, true).unwrap();
        tokio::time::sleep(Duration::from_secs(20)).await;
        drop(reader);
    });
    let start = tokio::time::Instant::now();
    waiting.await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(35));
    back.await.unwrap();
    assert_eq!(writer.gone(), Some(Gone::Left));
    assert_eq!(writer.handle().open(0, true).err(), Some(NoReader::Abandoned));
}

#[tokio::test]
async fn a_writer_that_is_lost_does_not_leave_its_readers_waiting() {
    let (writer, mut reader) = log(ROOMY, true);
    drop(writer);
    assert!(matches!(reader.next().await, Err(End::Failed(failure)) if failure.code == "GENERATION_LOST"));
}

#[tokio::test(start_paused = true)]
async fn who_cancels_is_heard_while_readers_are_there() {
    let (writer, mut reader) = log(ROOMY, true);
    let handle = writer.handle();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(handle.cancel());
        handle
    });
    writer.abandoned().await;
    assert_eq!(writer.gone(), Some(Gone::Cancelled));
    // Who comes late still gets what there is, and the end.
    writer.finish(End::Completed);
    assert_eq!(reader.next().await.err(), Some(End::Completed));
    assert!(!writer.handle().cancel(), "it has ended");
}

#[test]
fn a_reader_that_leaves_after_the_last_event_abandons_nothing() {
    let (writer, mut reader) = log(ROOMY, true);
    writer.push(notice("x")).unwrap();
    assert_eq!(drain(&mut reader), ["1!x"]);
    writer.finish(End::Completed);
    drop(reader);
    let handle = writer.handle();
    assert!(!handle.is_lost() && !handle.is_abandoned());
    assert!(handle.open(1, true).is_ok());
    assert_eq!(handle.open(2, true).err(), Some(NoReader::Ahead(1)));
}

#[test]
fn a_log_takes_its_share_of_what_all_may_hold_and_gives_it_back() {
    let memory = Memory::new(1 << 17);
    let bounds = Bounds {
        text_bytes: 1 << 20,
        event_bytes: 1 << 20,
    };
    let (one, _reader) = super::log(bounds, memory.admit().unwrap(), true);
    assert!(memory.admit().is_err());
    let mut written = 0;
    while one.text(1, &"x".repeat(1_000)).is_ok() {
        written += 1_000;
        assert!(memory.used() <= memory.most());
    }
    assert!(written > 50_000);
    assert_eq!(one.push(notice(&"y".repeat(5_000))), Err(LogFull::All));
    drop((one, _reader));
    assert_eq!(memory.used(), 0);
}

/// One thing that is written.
#[derive(Clone, Debug)]
enum Written {
    Text(u32, String),
    Notice(String),
}

fn written() -> impl Strategy<Value = Written> {
    prop_oneof![
        3 => (1_u32..3, "[a-zé✓]{1,4}").prop_map(|(attempt, text)| Written::Text(attempt, text)),
        1 => "[a-z]{1,4}".prop_map(Written::Notice),
    ]
}

fn write(writer: &Writer, written: &Written) {
    match written {
        Written::Text(attempt, text) => writer.text(*attempt, text).unwrap(),
        Written::Notice(message) => {
            writer.push(notice(message)).unwrap();
        }
    }
}

/// Events in order; neighbouring text of one attempt is one.
fn whole(seen: &[Entry]) -> Vec<String> {
    let mut whole: Vec<(u32, String)> = Vec::new();
    for entry in seen {
        match (&*entry.event, whole.last_mut()) {
            (Event::Token { text, attempt }, Some((last, before))) if last == attempt => before.push_str(text),
            (Event::Token { text, attempt }, _) => whole.push((*attempt, text.clone())),
            _ => whole.push((0, show(entry))),
        }
    }
    whole
        .into_iter()
        .map(|(attempt, text)| format!("{attempt} {text}"))
        .collect()
}

fn read(reader: &mut Reader, seen: &mut Vec<Entry>, most: usize) {
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..most {
        match reader.poll_next(&mut cx) {
            Poll::Ready(Ok(entry)) => seen.push(entry),
            _ => return,
        }
    }
}

proptest! {
    /// Wherever a reader breaks off, and however slow it was until then, what it had and what a second one gets after the
    /// last number that it had are together what a reader gets who never broke off.
    #[test]
    fn what_was_read_and_what_is_resumed_are_together_the_whole(
        things in prop::collection::vec(written(), 0..30),
        until in any::<prop::sample::Index>(),
        pace in 1_usize..4,
        reads in 0_usize..4,
    ) {
        let until = until.index(things.len() + 1);
        let (writer, mut first) = log(ROOMY, true);
        let mut all = writer.handle().open(0, true).unwrap();
        let mut seen = Vec::new();
        for (index, thing) in things[..until].iter().enumerate() {
            write(&writer, thing);
            if index % pace == 0 {
                read(&mut first, &mut seen, reads);
            }
        }
        drop(first);
        let after = seen.last().map_or(0, |entry: &Entry| entry.sequence);
        let mut second = writer.handle().open(after, true).unwrap();
        read(&mut second, &mut seen, reads);
        for thing in &things[until..] {
            write(&writer, thing);
        }
        read(&mut second, &mut seen, usize::MAX);
        let mut expected = Vec::new();
        read(&mut all, &mut expected, usize::MAX);
        prop_assert_eq!(whole(&seen), whole(&expected));
        prop_assert!(seen.windows(2).all(|pair| pair[0].sequence < pair[1].sequence));
    }
}
