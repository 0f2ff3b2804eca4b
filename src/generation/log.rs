//! The event log of one generation: one writer, any number of readers.
//!
//! - **Who owns it.** The generation's task holds the only [`Writer`]. Readers hold nothing but a position. When the
//!   last reader leaves, [`Writer::abandoned`] resolves (after the grace time of a resumable generation), the task ends,
//!   and with it the model's work. From that moment on no reader is let in: who comes too late is told so, and does not
//!   get the end that was meant for nobody. [`Handle::cancel`] ends it the same way while readers are there.
//! - **Sequence.** Every event and every piece of text takes the next number, from 1. Neighbouring pieces of text lie in
//!   one run; a reader that asks gets all of the run that it has not had, as one token event with the number of the last
//!   piece. So a fast reader sees each piece, a slow one sees fewer and larger ones, and nobody buffers for anybody. The
//!   end of each piece is kept, so that a reader can go on after any number.
//! - **Bounds.** Text is bounded by the bytes of all attempts together, events by their bytes, and all logs together by
//!   [`Memory`](super::memory::Memory). The writer is told when a bound is reached and ends the generation; the log itself
//!   never drops anything. The last event always has room.
//!
//! The lock is the generation's own, held for a copy of the waiting text at most, and never across an await.

mod handle;

pub use handle::{Handle, NoReader};

use super::event::{Event, Failure};
use super::memory::{MemoryFull, Share};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::sync::Notify;

/// What a log may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of model text, all attempts together.
    pub text_bytes: usize,
    /// Bytes of all other events, roughly counted.
    pub event_bytes: usize,
}

/// Nothing was written, because there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogFull {
    /// This log is as large as one may be.
    #[error("the generation's log is full")]
    This,
    /// All logs together are as large as they may be.
    #[error("the logs of all generations together are full")]
    All,
}

impl From<MemoryFull> for LogFull {
    fn from(_: MemoryFull) -> Self {
        Self::All
    }
}

/// Why a generation is to stop before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// Its last reader left, and nobody came back within the grace time.
    Left,
    /// Somebody cancelled it.
    Cancelled,
}

/// How the log ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The last event is a `Completion`.
    Completed,
    /// Nothing could be handed over.
    Failed(Failure),
}

/// One event as a reader gets it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number; merged text has the number of its last piece.
    pub sequence: u64,
    /// What happened.
    pub event: Arc<Event>,
}

enum Slot {
    Event { sequence: u64, event: Arc<Event> },
    Text(Run),
}

/// Pieces of text without another event between them.
struct Run {
    attempt: u32,
    first_sequence: u64,
    text: String,
    /// Where each piece ends in `text`.
    ends: Vec<u32>,
}

impl Run {
    fn last_sequence(&self) -> u64 {
        self.first_sequence + (self.ends.len() as u64).saturating_sub(1)
    }
}

struct State {
    slots: VecDeque<Slot>,
    next_sequence: u64,
    text_bytes: usize,
    event_bytes: usize,
    end: Option<End>,
    share: Share,
    readers: usize,
    /// How long the log goes on without a reader.
    grace: Duration,
    gone: Option<Gone>,
    /// Who waits, and whether text wakes it.
    waiting: Vec<(u64, bool, Waker)>,
    next_reader: u64,
}

struct Shared {
    state: Mutex<State>,
    bounds: Bounds,
    left: Notify,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A reader that panicked cannot leave the log half-written: every change is one push.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The writing end, held by the generation's task alone.
pub struct Writer {
    shared: Arc<Shared>,
}

/// The reading end; may be cloned from a [`Writer`] or another reader at any time.
pub struct Reader {
    shared: Arc<Shared>,
    id: u64,
    /// The slot that is read next, and how much of it was read if it is text.
    slot: usize,
    offset: usize,
    tokens: bool,
}

/// Makes an empty log with its first reader, which stands at the start.
/// `share` is its part of what all logs may hold.
#[must_use]
pub(super) fn log(bounds: Bounds, share: Share, tokens: bool) -> (Writer, Reader) {
    let shared = Arc::new(Shared {
        state: Mutex::new(State {
            slots: VecDeque::new(),
            next_sequence: 1,
            text_bytes: 0,
            event_bytes: 0,
            end: None,
            share,
            readers: 0,
            grace: Duration::ZERO,
            gone: None,
            waiting: Vec::new(),
            next_reader: 0,
        }),
        bounds,
        left: Notify::new(),
    });
    let reader = Handle::of(&shared).let_in(shared.lock(), 0, tokens);
    (Writer { shared }, reader)
}

// === impl Writer ===

impl Writer {
    /// Appends an event and returns its number. A `Completion` ends the log.
    ///
    /// # Errors
    /// [`LogFull`] if its bytes do not fit any more. A `Completion` always fits.
    pub fn push(&self, event: Event) -> Result<u64, LogFull> {
        let size = event.size();
        let last = matches!(event, Event::Completion(_));
        let event = Arc::new(event);
        let mut guard = self.shared.lock();
        let state = &mut *guard;
        if last {
            state.share.close(size);
            state.end.get_or_insert(End::Completed);
        } else {
            if state.event_bytes + size > self.shared.bounds.event_bytes {
                return Err(LogFull::This);
            }
            state.share.grow_to(state.event_bytes + size + state.text_bytes)?;
            state.event_bytes += size;
        }
        if let Some(Slot::Text(run)) = state.slots.back_mut() {
            // It does not grow any more.
            run.text.shrink_to_fit();
            run.ends.shrink_to_fit();
        }
        let sequence = state.next_sequence;
        state.next_sequence += 1;
        state.slots.push_back(Slot::Event { sequence, event });
        let wakers = std::mem::take(&mut state.waiting);
        drop(guard);
        wakers.into_iter().for_each(|(_, _, waker)| waker.wake());
        Ok(sequence)
    }

    /// Appends a piece of the model's text.
    ///
    /// # Errors
    /// [`LogFull`] if it does not fit any more.
    pub fn text(&self, attempt: u32, piece: &str) -> Result<(), LogFull> {
        if piece.is_empty() {
            return Ok(());
        }
        let mut guard = self.shared.lock();
        let state = &mut *guard;
        let bytes = piece.len() + size_of::<u32>();
        if state.text_bytes + bytes > self.shared.bounds.text_bytes {
            return Err(LogFull::This);
        }
        state.share.grow_to(state.event_bytes + state.text_bytes + bytes)?;
        state.text_bytes += bytes;
        let sequence = state.next_sequence;
        state.next_sequence += 1;
        match state.slots.back_mut() {
            Some(Slot::Text(run)) if run.attempt == attempt => {
                run.text.push_str(piece);
                run.ends.push(u32::try_from(run.text.len()).unwrap_or(u32::MAX));
            }
            _ => state.slots.push_back(Slot::Text(Run {
                attempt,
                first_sequence: sequence,
                text: piece.to_owned(),
                ends: vec![u32::try_from(piece.len()).unwrap_or(u32::MAX)],
            })),
        }
        // Nearly always one reader waits: take it out without a new list.
        let mut index = 0;
        let mut first = None;
        let mut more = Vec::new();
        while index < state.waiting.len() {
            if state.waiting[index].1 {
                let waker = state.waiting.swap_remove(index).2;
                match first {
                    None => first = Some(waker),
                    Some(_) => more.push(waker),
                }
            } else {
                index += 1;
            }
        }
        drop(guard);
        if let Some(waker) = first {
            waker.wake();
        }
        more.into_iter().for_each(Waker::wake);
        Ok(())
    }

    /// Ends the log; readers get what they have not had, then the end.
    /// The first end counts.
    pub fn finish(&self, end: End) {
        let mut state = self.shared.lock();
        if state.end.is_some() {
            return;
        }
        // A `Completion` would have ended the log: there is no last event to keep room for.
        state.share.close(0);
        state.end = Some(end);
        let wakers = std::mem::take(&mut state.waiting);
        drop(state);
        wakers.into_iter().for_each(|(_, _, waker)| waker.wake());
    }

    /// Resolves when the generation is to stop: no reader has been there for the whole of the grace time, or somebody
    /// cancelled it.
    pub async fn abandoned(&self) {
        loop {
            let left = self.shared.left.notified();
            tokio::pin!(left);
            left.as_mut().enable();
            let grace = {
                let mut state = self.shared.lock();
                state.leave_if_alone(Duration::ZERO);
                if state.gone.is_some() {
                    return;
                }
                (state.readers == 0).then_some(state.grace)
            };
            let Some(grace) = grace else {
                left.await;
                continue;
            };
            tokio::select! {
                // Cancelled, or left again: looked at from the start.
                () = left => {}
                () = tokio::time::sleep(grace) => self.shared.lock().leave_if_alone(grace),
            }
        }
    }

    /// Why the generation is to stop; `None` while it may go on.
    #[must_use]
    pub fn gone(&self) -> Option<Gone> {
        self.shared.lock().gone
    }

    /// A handle to open further readers.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::of(&self.shared)
    }
}

impl Drop for Writer {
    /// A task that ends without a word (a panic, an abort) must not leave its readers waiting.
    fn drop(&mut self) {
        self.finish(End::Failed(Failure {
            kind: crate::error::Kind::Internal,
            code: "GENERATION_LOST",
            message: "the generation ended unexpectedly; please try again".to_owned(),
            retry_after: None,
        }));
    }
}

// === impl State ===

impl State {
    fn is_abandoned(&self) -> bool {
        self.gone == Some(Gone::Left) && self.end != Some(End::Completed)
    }

    /// Nobody reads, and nobody did for so long: from now on nobody can.
    fn leave_if_alone(&mut self, grace: Duration) {
        if self.readers == 0 && self.grace <= grace {
            self.gone.get_or_insert(Gone::Left);
        }
    }
}

/// The first slot that holds anything after a number, and the bytes of it that come before.
fn position(state: &State, after: u64) -> (usize, usize) {
    let slot = state.slots.partition_point(|slot| match slot {
        Slot::Event { sequence, .. } => *sequence <= after,
        Slot::Text(run) => run.last_sequence() <= after,
    });
    let offset = match state.slots.get(slot) {
        Some(Slot::Text(run)) if after >= run.first_sequence => {
            let piece = usize::try_from(after - run.first_sequence).unwrap_or(usize::MAX);
            run.ends.get(piece).map_or(0, |end| *end as usize)
        }
        // The last run may grow: a reader that has had all of it must not skip what comes.
        None => match state.slots.back() {
            Some(Slot::Text(run)) => return (slot - 1, run.text.len()),
            _ => 0,
        },
        _ => 0,
    };
    (slot, offset)
}

// === impl Reader ===

impl Reader {
    /// The next event, or the end. After the end it is the end again.
    pub async fn next(&mut self) -> Result<Entry, End> {
        std::future::poll_fn(|cx| self.poll_next(cx)).await
    }

    /// Polls for the next event, or the end.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Entry, End>> {
        let mut state = self.shared.lock();
        loop {
            let later = self.slot + 1 < state.slots.len();
            match state.slots.get(self.slot) {
                Some(Slot::Event { sequence, event }) => {
                    self.slot += 1;
                    return Poll::Ready(Ok(Entry {
                        sequence: *sequence,
                        event: Arc::clone(event),
                    }));
                }
                Some(Slot::Text(run)) if self.tokens && self.offset < run.text.len() => {
                    let text = run.text[self.offset..].to_owned();
                    self.offset = run.text.len();
                    let event = Arc::new(Event::Token {
                        text,
                        attempt: run.attempt,
                    });
                    return Poll::Ready(Ok(Entry {
                        sequence: run.last_sequence(),
                        event,
                    }));
                }
                Some(Slot::Text(_)) if later => {
                    self.slot += 1;
                    self.offset = 0;
                    continue;
                }
                _ => {}
            }
            if let Some(end) = &state.end {
                return Poll::Ready(Err(end.clone()));
            }
            match state.waiting.iter_mut().find(|(id, _, _)| *id == self.id) {
                Some((_, _, waker)) => waker.clone_from(cx.waker()),
                None => state.waiting.push((self.id, self.tokens, cx.waker().clone())),
            }
            return Poll::Pending;
        }
    }

    /// A handle to open further readers of the same log.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::of(&self.shared)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.readers -= 1;
        state.waiting.retain(|(id, _, _)| *id != self.id);
        let last = state.readers == 0;
        if state.end.is_none() {
            state.leave_if_alone(Duration::ZERO);
        }
        drop(state);
        if last {
            self.shared.left.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests;
