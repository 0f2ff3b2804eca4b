#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::generation::event::{Event, Notice};

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
    let mut slow = writer.handle().reader(0, true);
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
        let mut reader = writer.handle().reader(after, true);
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
            text_bytes: 4,
            event_bytes: 300,
        },
        true,
    );
    writer.text(1, "abc").unwrap();
    assert_eq!(writer.text(1, "de"), Err(LogFull));
    writer.push(notice("fits")).unwrap();
    assert_eq!(writer.push(notice("does not")), Err(LogFull));
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
    let second = writer.handle().reader(0, true);
    drop(reader);
    assert!(
        tokio::time::timeout(Duration::from_secs(1), writer.abandoned(Duration::ZERO))
            .await
            .is_err()
    );
    let handle = writer.handle();
    drop(second);
    // Somebody comes back within the grace time.
    let waiting = tokio::time::timeout(Duration::from_secs(60), writer.abandoned(Duration::from_secs(10)));
    let back = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let reader = handle.reader(0, true);
        tokio::time::sleep(Duration::from_secs(20)).await;
        drop(reader);
    });
    let start = tokio::time::Instant::now();
    waiting.await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(35));
    back.await.unwrap();
}

#[tokio::test]
async fn a_writer_that_is_lost_does_not_leave_its_readers_waiting() {
    let (writer, mut reader) = log(ROOMY, true);
    drop(writer);
    assert!(matches!(reader.next().await, Err(End::Failed(failure)) if failure.code == "GENERATION_LOST"));
}
