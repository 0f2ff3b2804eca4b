#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

fn admission(running: usize, waiting: usize, per_caller: usize) -> Arc<Admission> {
    Admission::new(Limits {
        running,
        waiting,
        per_caller,
    })
}

fn caller(name: &str) -> Caller {
    Caller::named(name)
}

#[test]
fn callers_take_turns_however_many_each_has_in_line() {
    let admission = admission(1, 10, 10);
    let mut running = admission.enter(&caller("a")).unwrap();
    let mut line: Vec<(&str, Ticket)> = ["a1", "a2", "a3", "b1", "b2", "c1"]
        .into_iter()
        .map(|name| (name, admission.enter(&caller(&name[..1])).unwrap()))
        .collect();
    let ahead: Vec<_> = line.iter().map(|(name, ticket)| (*name, ticket.turn())).collect();
    let expected = [("a1", 0), ("a2", 3), ("a3", 5), ("b1", 1), ("b2", 4), ("c1", 2)];
    assert_eq!(ahead, expected.map(|(name, ahead)| (name, Turn::Ahead(ahead))));
    let mut order = Vec::new();
    while !line.is_empty() {
        drop(running);
        let at = line.iter().position(|(_, ticket)| ticket.turn() == Turn::Now).unwrap();
        let (name, ticket) = line.remove(at);
        order.push(name);
        running = ticket;
        assert_eq!((admission.running(), admission.waiting()), (1, line.len()));
    }
    assert_eq!(order, ["a1", "b1", "c1", "a2", "b2", "a3"]);
}

#[test]
fn who_leaves_the_line_lets_the_others_move_up() {
    let admission = admission(1, 3, 10);
    let running = admission.enter(&caller("a")).unwrap();
    let first = admission.enter(&caller("a")).unwrap();
    let second = admission.enter(&caller("b")).unwrap();
    drop(first);
    assert_eq!(second.turn(), Turn::Ahead(0));
    drop(running);
    assert_eq!(
        (second.turn(), admission.running(), admission.waiting()),
        (Turn::Now, 1, 0)
    );
}

#[test]
fn the_limits_are_those_of_all_and_of_each_caller() {
    let admission = admission(1, 2, 2);
    let _running = admission.enter(&caller("a")).unwrap();
    let second = admission.enter(&caller("a")).unwrap();
    assert_eq!(admission.enter(&caller("a")).unwrap_err(), NoPlace::CallerFull(2));
    let _third = admission.enter(&caller("b")).unwrap();
    let full = NoPlace::Full { running: 1, waiting: 2 };
    assert_eq!(admission.enter(&caller("b")).unwrap_err(), full);
    drop(second);
    admission.enter(&caller("a")).unwrap();
}

#[tokio::test]
async fn a_change_of_the_turn_is_told_and_idle_resolves_at_the_end() {
    let admission = admission(1, 2, 9);
    let running = admission.enter(&caller("a")).unwrap();
    let first = admission.enter(&caller("a")).unwrap();
    let mut second = admission.enter(&caller("a")).unwrap();
    assert_eq!(second.turn(), Turn::Ahead(1));
    drop(running);
    assert_eq!(second.changed().await, Turn::Ahead(0));
    drop(first);
    assert_eq!(second.changed().await, Turn::Now);
    let idle = tokio::spawn({
        let admission = Arc::clone(&admission);
        async move { admission.idle().await }
    });
    drop(second);
    idle.await.unwrap();
}

proptest! {
    /// Whatever comes and goes: places are used as far as there is anybody to use them, positions are 0, 1, 2 …, and at
    /// the end nothing is left.
    #[test]
    fn places_are_never_lost(steps in prop::collection::vec((0_u8..5, any::<prop::sample::Index>(), any::<bool>()), 0..200)) {
        let admission = admission(3, 6, 5);
        let mut tickets: Vec<Ticket> = Vec::new();
        for (name, which, comes) in steps {
            if comes || tickets.is_empty() {
                tickets.extend(admission.enter(&caller(&name.to_string())));
            } else {
                drop(tickets.swap_remove(which.index(tickets.len())));
            }
            let mut ahead: Vec<usize> = tickets.iter().filter_map(|ticket| match ticket.turn() {
                Turn::Ahead(ahead) => Some(ahead),
                Turn::Now => None,
            }).collect();
            ahead.sort_unstable();
            prop_assert_eq!(&ahead, &(0..ahead.len()).collect::<Vec<_>>());
            prop_assert_eq!(admission.waiting(), ahead.len());
            prop_assert_eq!(admission.running(), tickets.len().min(3));
        }
        tickets.clear();
        let state = admission.lock();
        prop_assert!(state.running == 0 && state.waiting == 0 && state.of_caller.is_empty());
        prop_assert!(state.lines.is_empty() && state.turns.is_empty());
    }
}
