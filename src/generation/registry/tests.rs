#![allow(clippy::unwrap_used)]

use super::*;
use crate::generation::admission::{Admission, Limits, NoPlace};
use crate::generation::event::Failure;
use crate::generation::log::End;

/// Whatever a request was refused for.
#[derive(Debug, PartialEq)]
enum Refused {
    Place(NoPlace),
    Body,
    Memory,
}

impl From<OtherBody> for Refused {
    fn from(_: OtherBody) -> Self {
        Self::Body
    }
}

impl From<MemoryFull> for Refused {
    fn from(_: MemoryFull) -> Self {
        Self::Memory
    }
}

struct Room {
    registry: Arc<Registry>,
    admission: Arc<Admission>,
}

impl Room {
    fn keeping(seconds: u64, number: usize, bytes: usize) -> Self {
        let keep = Keep {
            time: Duration::from_secs(seconds),
            number,
            bytes,
        };
        let bounds = log::Bounds {
            text_bytes: 1 << 20,
            event_bytes: 1 << 20,
        };
        Self {
            registry: Registry::new(keep, bounds, Memory::new(8 << 20)),
            admission: Admission::new(Limits {
                running: 20,
                waiting: 0,
                per_caller: 20,
            }),
        }
    }

    fn enter(&self, ask: Ask) -> Result<Entrance, Refused> {
        let caller = ask.caller.clone();
        self.registry
            .enter(ask, || self.admission.enter(&caller).map_err(Refused::Place))
    }

    fn begun(&self, ask: Ask) -> (Opened, Admitted) {
        match self.enter(ask) {
            Ok(Entrance::New(opened, admitted)) => (opened, admitted),
            Ok(Entrance::Joined(_)) => panic!("there was one already"),
            Err(refused) => panic!("{refused:?}"),
        }
    }

    fn joined(&self, ask: Ask) -> Option<Uuid> {
        match self.enter(ask) {
            Ok(Entrance::Joined(opened)) => Some(opened.id),
            _ => None,
        }
    }

    /// A generation that has run to its end; its reader is still there.
    fn ended(&self, ask: Ask) -> Opened {
        let (opened, admitted) = self.begun(ask);
        admitted.writer.text(1, &"x".repeat(40_000)).unwrap();
        end(admitted, End::Completed);
        opened
    }
}

fn end(admitted: Admitted, end: End) {
    admitted.writer.finish(end);
    drop(admitted);
}

fn failed() -> End {
    End::Failed(Failure {
        kind: crate::error::Kind::Unavailable,
        code: "TEST",
        message: String::new(),
        retry_after: None,
    })
}

fn ask(caller: &str, request_id: &str, body: u8) -> Ask {
    Ask {
        caller: Caller::named(caller),
        request_id: request_id.to_owned(),
        body: Some([body; 32]),
        share: false,
        deadline: Instant::now() + Duration::from_secs(60),
        tokens: true,
        grace: Duration::ZERO,
    }
}

fn sharing(body: u8, seconds: u64) -> Ask {
    Ask {
        share: true,
        deadline: Instant::now() + Duration::from_secs(seconds),
        ..ask("a", "", body)
    }
}

#[tokio::test(start_paused = true)]
async fn what_has_ended_is_kept_for_its_time_and_then_it_is_too_late() {
    let room = Room::keeping(60, 10, 1 << 20);
    let id = room.ended(ask("a", "", 1)).id;
    tokio::time::advance(Duration::from_secs(59)).await;
    assert!(room.registry.resume(id, 0, true).is_ok());
    assert_eq!(room.registry.cancel(id), Some(false), "it has ended already");
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(room.registry.resume(id, 0, true).err(), Some(NoResume::TooLate));
    assert_eq!(room.registry.cancel(id), Some(false));
    assert!(room.registry.is_empty());
    assert_eq!(room.registry.resume(new_id(), 0, true).err(), Some(NoResume::Unknown));
    assert_eq!(room.registry.cancel(new_id()), None);
    assert_eq!(room.registry.memory().used(), 0);
}

#[tokio::test(start_paused = true)]
async fn at_most_so_many_and_so_much_is_kept_and_the_oldest_goes_first() {
    let room = Room::keeping(60, 3, 1 << 20);
    let ids: Vec<Uuid> = (0..5).map(|body| room.ended(ask("a", "", body)).id).collect();
    let kept: Vec<bool> = ids
        .iter()
        .map(|id| room.registry.resume(*id, 0, true).is_ok())
        .collect();
    assert_eq!(kept, [false, false, true, true, true]);
    // Each has 40,000 bytes and what was set aside for the last event.
    let room = Room::keeping(60, 10, 100_000);
    let ids: Vec<Uuid> = (0..5).map(|body| room.ended(ask("a", "", body)).id).collect();
    let kept = ids
        .iter()
        .filter(|id| room.registry.resume(**id, 0, true).is_ok())
        .count();
    assert!((1..5).contains(&kept), "{kept}");
    assert!(room.registry.memory().used() <= 100_000);
}

#[tokio::test(start_paused = true)]
async fn a_request_id_stands_for_its_request_and_its_caller() {
    let room = Room::keeping(60, 10, 1 << 20);
    let (first, running) = room.begun(ask("a", "one", 1));
    assert_eq!(room.joined(ask("a", "one", 1)), Some(first.id));
    assert_eq!(room.enter(ask("a", "one", 2)).err(), Some(Refused::Body));
    // Other callers choose their own, and other ids are other requests.
    let (other, _running) = room.begun(ask("b", "one", 2));
    let (third, _runs_too) = room.begun(ask("a", "two", 1));
    assert!(first.id != other.id && first.id != third.id);
    end(running, End::Completed);
    assert_eq!(
        room.joined(ask("a", "one", 1)),
        Some(first.id),
        "it has ended and is kept"
    );
    tokio::time::advance(Duration::from_secs(60)).await;
    let (again, _running) = room.begun(ask("a", "one", 2));
    assert_ne!(again.id, first.id);
}

#[tokio::test(start_paused = true)]
async fn what_failed_was_cancelled_or_left_does_not_stand_for_its_request() {
    let room = Room::keeping(60, 10, 1 << 20);
    let (first, running) = room.begun(ask("a", "one", 1));
    end(running, failed());
    let (second, running) = room.begun(ask("a", "one", 2));
    assert!(
        room.registry.resume(first.id, 0, true).is_ok(),
        "its failure can be read"
    );
    assert_eq!(room.registry.cancel(second.id), Some(true));
    let (third, left) = room.begun(ask("a", "one", 3));
    drop(third.reader);
    // Its task has not noticed yet.
    let (fourth, _running) = room.begun(ask("a", "one", 4));
    drop((running, left));
    assert_eq!(room.registry.resume(third.id, 0, true).err(), Some(NoResume::TooLate));
    assert_eq!(room.joined(ask("a", "one", 4)), Some(fourth.id));
}

#[tokio::test(start_paused = true)]
async fn the_same_at_the_same_time_is_shared_where_both_allow_it() {
    let room = Room::keeping(60, 10, 1 << 20);
    let (alone, _running) = room.begun(ask("a", "", 1));
    let (first, running) = room.begun(sharing(1, 60));
    assert_ne!(alone.id, first.id);
    assert_eq!(room.joined(sharing(1, 60)), Some(first.id));
    assert_eq!(room.joined(ask("a", "", 1)), None, "not allowed");
    assert_eq!(room.joined(sharing(2, 60)), None, "something else");
    assert_eq!(room.joined(sharing(1, 59)), None, "it would not be there for the end");
    let named = Ask {
        request_id: "named".to_owned(),
        ..sharing(1, 70)
    };
    // One with less time took over what is shared; it ends at once, since nobody runs it.
    let (latest, _runs) = room.begun(sharing(3, 10));
    assert_eq!(room.joined(sharing(3, 60)), Some(latest.id));
    end(running, End::Completed);
    assert_eq!(room.joined(sharing(1, 60)), None, "it has ended");
    assert_eq!(room.joined(named), None);
}

#[tokio::test(start_paused = true)]
async fn who_shares_under_a_request_id_finds_it_again() {
    let room = Room::keeping(60, 10, 1 << 20);
    let (first, running) = room.begun(sharing(1, 60));
    let named = |body| Ask {
        request_id: "named".to_owned(),
        ..sharing(body, 60)
    };
    assert_eq!(room.joined(named(1)), Some(first.id));
    end(running, End::Completed);
    assert_eq!(room.joined(named(1)), Some(first.id));
    assert_eq!(room.enter(named(2)).err(), Some(Refused::Body));
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_leaves_nothing_behind() {
    let room = Room::keeping(60, 10, 1 << 20);
    let running: Vec<_> = (0..20).map(|body| room.begun(ask("a", "", body))).collect();
    let refused = room.enter(ask("a", "late", 1)).err();
    assert_eq!(refused, Some(Refused::Place(NoPlace::CallerFull(20))));
    assert_eq!((room.registry.len(), room.admission.running()), (20, 20));
    drop(running);
    let (_late, _runs) = room.begun(ask("a", "late", 2));
    assert_eq!(room.admission.running(), 1);

    let small = Registry::new(room.registry.keep, room.registry.bounds, Memory::new(1 << 16));
    let full = small.enter(ask("a", "", 1), || {
        room.admission.enter(&Caller::named("a")).map_err(Refused::Place)
    });
    assert_eq!(full.err(), Some(Refused::Memory));
    assert_eq!((small.len(), room.admission.running()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_second_reader_with_more_patience_lends_it_to_the_generation() {
    let room = Room::keeping(60, 10, 1 << 20);
    let (first, admitted) = room.begun(ask("a", "one", 1));
    let patient = Ask {
        grace: Duration::from_secs(10),
        ..ask("a", "one", 1)
    };
    assert_eq!(room.joined(patient), Some(first.id));
    drop(first.reader);
    let begun = Instant::now();
    admitted.writer.abandoned().await;
    assert_eq!(begun.elapsed(), Duration::from_secs(10));
}

#[test]
fn ids_are_in_the_order_of_time_and_nobody_can_guess_the_next() {
    let ids: Vec<Uuid> = (0..1_000).map(|_| new_id()).collect();
    assert!(ids.iter().all(|id| id.get_version_num() == 7));
    assert!(ids.iter().map(|id| &id.as_bytes()[..6]).is_sorted());
    // Each random bit is set in about half of them.
    for bit in (48..128_usize).filter(|bit| !(48..52).contains(bit) && !(64..66).contains(bit)) {
        let set = ids
            .iter()
            .filter(|id| id.as_bytes()[bit / 8] >> (7 - bit % 8) & 1 == 1)
            .count();
        assert!((300..700).contains(&set), "bit {bit}: {set}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_ids_of_the_forgotten_are_forgotten_too() {
    let room = Room::keeping(0, 10, 1 << 20);
    let first = room.ended(ask("a", "", 1)).id;
    assert_eq!(room.registry.resume(first, 0, true).err(), Some(NoResume::TooLate));
    for _ in 0..MOST_FORGOTTEN {
        room.ended(ask("a", "", 1));
    }
    assert_eq!(room.registry.resume(first, 0, true).err(), Some(NoResume::Unknown));
    let state = room.registry.lock();
    assert_eq!(
        (state.forgotten.len(), state.forgotten_in_order.len()),
        (MOST_FORGOTTEN, MOST_FORGOTTEN)
    );
    assert!(state.entries.is_empty() && state.by_request.is_empty() && state.by_body.is_empty());
}
