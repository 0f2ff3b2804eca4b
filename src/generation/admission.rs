//! Places for generations, and the line of those that wait for one.
//!
//! So many generations run at once; so many more may wait. Each caller waits in a line of its own, and the lines take
//! turns, so that a caller with a hundred requests does not stand before one with a single request. Who asks for more is
//! refused at once: a caller that is told so can come back, one that is kept waiting for longer than its deadline cannot.
//!
//! One [`Ticket`] is a generation's place, first in the line and then among those that run. Dropping it gives the place
//! away, wherever it is.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Who asks. The address of the peer until callers are authenticated, their identity from then on: whoever makes this
/// decides what counts as one caller, and nothing else has to change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Caller(Arc<str>);

impl Caller {
    /// A caller by its name: an address or an identity.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self(name.into())
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// How many may run and wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most that run at once, at least 1.
    pub running: usize,
    /// Most that wait.
    pub waiting: usize,
    /// Most of one caller, running and waiting together.
    pub per_caller: usize,
}

/// Why there is no place, not even in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPlace {
    /// All places are taken, and as many wait as may.
    #[error("{running} generations are running and {waiting} are waiting, which is the limit")]
    Full {
        /// The limit of those that run.
        running: usize,
        /// The limit of those that wait.
        waiting: usize,
    },
    /// This caller has as many generations as one caller may.
    #[error("{0} generations of this caller are running or waiting, which is the limit for one caller")]
    CallerFull(usize),
}

/// How far a generation is from running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// So many waiting generations come before it.
    Ahead(usize),
    /// It runs.
    Now,
}

/// Hands out the places.
#[derive(Debug)]
pub struct Admission {
    limits: Limits,
    state: Mutex<State>,
    /// How many run and wait.
    inside: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct State {
    running: usize,
    waiting: usize,
    next: u64,
    /// Running and waiting, by caller.
    of_caller: HashMap<Caller, usize>,
    lines: HashMap<Caller, VecDeque<Waiting>>,
    /// The callers that have a line, the next one first.
    turns: VecDeque<Caller>,
}

#[derive(Debug)]
struct Waiting {
    ticket: u64,
    turn: watch::Sender<Turn>,
}

/// A place in the line or among those that run; given away when it is dropped.
#[derive(Debug)]
pub struct Ticket {
    admission: Arc<Admission>,
    number: u64,
    caller: Caller,
    turn: watch::Receiver<Turn>,
}

// === impl Admission ===

impl Admission {
    /// Places within these limits.
    #[must_use]
    pub fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            state: Mutex::default(),
            inside: watch::Sender::new(0),
        })
    }

    /// Takes a place if one is free and nobody waits for it, else one in the line.
    ///
    /// # Errors
    /// [`NoPlace`] if the line is full, or the caller has as many as it may.
    pub fn enter(self: &Arc<Self>, caller: &Caller) -> Result<Ticket, NoPlace> {
        let mut state = self.lock();
        if state.of_caller.get(caller).copied().unwrap_or(0) >= self.limits.per_caller {
            return Err(NoPlace::CallerFull(self.limits.per_caller));
        }
        let free = state.running < self.limits.running;
        if !free && state.waiting >= self.limits.waiting {
            return Err(NoPlace::Full {
                running: self.limits.running,
                waiting: self.limits.waiting,
            });
        }
        let number = state.next;
        state.next += 1;
        *state.of_caller.entry(caller.clone()).or_default() += 1;
        let (sender, turn) = watch::channel(Turn::Now);
        if free {
            // Places are handed on as they come free, so nobody waits while one is.
            state.running += 1;
        } else {
            state.line_up(caller, number, sender);
            state.tell_positions();
        }
        self.inside.send_replace(state.running + state.waiting);
        Ok(Ticket {
            admission: Arc::clone(self),
            number,
            caller: caller.clone(),
            turn,
        })
    }

    /// How many run.
    #[must_use]
    pub fn running(&self) -> usize {
        self.lock().running
    }

    /// How many wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.lock().waiting
    }

    /// Resolves when nothing runs and nothing waits.
    pub async fn idle(&self) {
        // The sender is a field of ours: it cannot be gone.
        let _ = self.inside.subscribe().wait_for(|inside| *inside == 0).await;
    }

    fn leave(&self, number: u64, caller: &Caller) {
        let mut state = self.lock();
        if !state.step_out(number, caller) {
            state.running -= 1;
            while state.running < self.limits.running && state.call_next() {}
        }
        if let Some(count) = state.of_caller.get_mut(caller) {
            *count -= 1;
            if *count == 0 {
                state.of_caller.remove(caller);
            }
        }
        state.tell_positions();
        self.inside.send_replace(state.running + state.waiting);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl State ===

impl State {
    fn line_up(&mut self, caller: &Caller, ticket: u64, turn: watch::Sender<Turn>) {
        let line = self.lines.entry(caller.clone()).or_default();
        if line.is_empty() {
            self.turns.push_back(caller.clone());
        }
        turn.send_replace(Turn::Ahead(self.waiting));
        line.push_back(Waiting { ticket, turn });
        self.waiting += 1;
    }

    /// Takes somebody out of the line; whether they stood in it.
    fn step_out(&mut self, ticket: u64, caller: &Caller) -> bool {
        let Some(line) = self.lines.get_mut(caller) else {
            return false;
        };
        let Some(at) = line.iter().position(|waiting| waiting.ticket == ticket) else {
            return false;
        };
        line.remove(at);
        if line.is_empty() {
            self.lines.remove(caller);
            self.turns.retain(|other| other != caller);
        }
        self.waiting -= 1;
        true
    }

    /// Gives a free place to the first in the line whose turn it is; whether anybody waited.
    fn call_next(&mut self) -> bool {
        let Some(caller) = self.turns.pop_front() else {
            return false;
        };
        let next = self.lines.get_mut(&caller).and_then(VecDeque::pop_front);
        match self.lines.get(&caller) {
            Some(line) if !line.is_empty() => self.turns.push_back(caller),
            _ => {
                self.lines.remove(&caller);
            }
        }
        let Some(next) = next else { return false };
        self.waiting -= 1;
        self.running += 1;
        next.turn.send_replace(Turn::Now);
        true
    }

    /// Tells everybody how many come before them, as the lines take turns.
    fn tell_positions(&self) {
        let mut lines: Vec<_> = self
            .turns
            .iter()
            .filter_map(|caller| self.lines.get(caller))
            .map(VecDeque::iter)
            .collect();
        let mut ahead = 0;
        while !lines.is_empty() {
            lines.retain_mut(|line| {
                let Some(waiting) = line.next() else { return false };
                waiting.turn.send_if_modified(|turn| {
                    let changed = *turn != Turn::Ahead(ahead);
                    *turn = Turn::Ahead(ahead);
                    changed
                });
                ahead += 1;
                true
            });
        }
    }
}

// === impl Ticket ===

impl Ticket {
    /// How far it is from running.
    #[must_use]
    pub fn turn(&self) -> Turn {
        *self.turn.borrow()
    }

    /// Waits until that changes, and says what it is then. Cancelling the wait loses nothing.
    pub async fn changed(&mut self) -> Turn {
        // The sender is gone when the ticket has its place: then nothing changes any more.
        if self.turn.changed().await.is_err() && self.turn() != Turn::Now {
            std::future::pending::<()>().await;
        }
        *self.turn.borrow_and_update()
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.admission.leave(self.number, &self.caller);
    }
}

#[cfg(test)]
mod tests;
