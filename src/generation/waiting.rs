//! A generation before it has its place: it tells its position, and ends if waiting makes no sense any more.

use super::admission::{Ticket, Turn};
use super::attempt::far_future;
use super::closing::cancelled;
use super::event::{Event, Failure};
use super::log::Writer;
use super::{Request, Services};
use crate::error::Kind;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Waits for the place and says how long that took; `None` if there was no need to wait.
///
/// # Errors
/// How the generation ends without having run: nobody waits for it, its time is up, or the service shuts down. It loses
/// nothing by that, so it does not get the time that running generations get.
pub(super) async fn for_a_place(
    ticket: &mut Ticket,
    log: &Writer,
    request: &Request,
    services: &Services,
) -> Result<Option<Duration>, Failure> {
    let mut turn = ticket.turn();
    if turn == Turn::Now {
        return Ok(None);
    }
    let began = Instant::now();
    let mut told = Told::default();
    let abandoned = log.abandoned();
    tokio::pin!(abandoned);
    let deadline = sleep_until(request.deadline.unwrap_or_else(far_future));
    tokio::pin!(deadline);
    loop {
        match turn {
            Turn::Now => return Ok(Some(began.elapsed())),
            Turn::Ahead(ahead) if told.is_news(ahead) => {
                // A position that finds no room in the log is no reason to give up.
                let _ = log.push(Event::Queued(ahead));
            }
            Turn::Ahead(_) => {}
        }
        turn = tokio::select! {
            biased;
            turn = ticket.changed() => turn,
            () = &mut abandoned => return Err(cancelled(log)),
            () = services.draining.cancelled() => return Err(shutting_down()),
            () = &mut deadline => return Err(too_long()),
        };
    }
}

fn too_long() -> Failure {
    Failure {
        kind: Kind::DeadlineExceeded,
        code: "QUEUE_TIMEOUT",
        message: "no place for the generation came free in its time".to_owned(),
        retry_after: None,
    }
}

fn shutting_down() -> Failure {
    Failure {
        kind: Kind::Unavailable,
        code: "SHUTDOWN",
        message: "the server is shutting down; please try again".to_owned(),
        retry_after: Some(Duration::from_secs(5)),
    }
}

/// Which positions are told: each one near the front, further back each eighth of the way, so that a long line does not
/// fill the log. However places change hands, there is an end to it.
#[derive(Debug, Default)]
struct Told {
    last: Option<usize>,
    times: u32,
}

impl Told {
    fn is_news(&mut self, ahead: usize) -> bool {
        const MOST: u32 = 250;
        let news = match self.last {
            None => true,
            Some(last) => last.abs_diff(ahead) > last / 8 || ahead < 8 && ahead != last,
        };
        if !news || self.times >= MOST {
            return false;
        }
        self.last = Some(ahead);
        self.times += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_the_front_each_position_is_told_and_far_from_it_each_eighth() {
        let mut told = Told::default();
        let positions: Vec<usize> = (0..=10_000).rev().filter(|ahead| told.is_news(*ahead)).collect();
        assert_eq!(positions[..3], [10_000, 8_749, 7_655]);
        assert!(positions.ends_with(&[8, 7, 6, 5, 4, 3, 2, 1, 0]), "{positions:?}");
        assert!(positions.len() < 80, "{}", positions.len());
        assert!(!told.is_news(0));
        assert!(told.is_news(3), "others came before it");
    }

    #[test]
    fn there_is_an_end_to_telling() {
        let mut told = Told::default();
        assert_eq!((0..10_000).filter(|n| told.is_news(n % 2)).count(), 250);
    }
}
