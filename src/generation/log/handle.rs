//! What opens further readers of a log, and ends it from outside.

use super::{End, Gone, Reader, Shared, State, position};
use std::sync::{Arc, MutexGuard};
use std::time::Duration;

/// A handle to open further readers; does not count as one, and does not keep a generation running.
#[derive(Clone)]
pub struct Handle {
    pub(super) shared: Arc<Shared>,
}

/// Why a log has no reader for somebody who comes later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoReader {
    /// Its last reader left, nobody came back in time, and it was ended for nobody.
    #[error("nobody read the generation, so it was ended")]
    Abandoned,
    /// There is no such number yet; the newest is this.
    #[error("the newest event has the number {0}")]
    Ahead(u64),
}

impl Handle {
    pub(super) fn of(shared: &Arc<Shared>) -> Self {
        Self {
            shared: Arc::clone(shared),
        }
    }

    /// Opens a reader that gets everything after a sequence number; 0 is the start. `tokens`: whether it gets text.
    ///
    /// # Errors
    /// [`NoReader`] if the generation was given up, or the number is one that no reader can have had.
    pub fn open(&self, after: u64, tokens: bool) -> Result<Reader, NoReader> {
        let state = self.shared.lock();
        if state.is_abandoned() {
            return Err(NoReader::Abandoned);
        }
        let newest = state.next_sequence - 1;
        if after > newest {
            return Err(NoReader::Ahead(newest));
        }
        Ok(self.let_in(state, after, tokens))
    }

    pub(super) fn let_in(&self, mut state: MutexGuard<'_, State>, after: u64, tokens: bool) -> Reader {
        state.readers += 1;
        let id = state.next_reader;
        state.next_reader += 1;
        let (slot, offset) = position(&state, after);
        Reader {
            shared: Arc::clone(&self.shared),
            id,
            slot,
            offset,
            tokens,
        }
    }

    /// Lets the generation go on for so long after its last reader left; the longest time that was asked for counts.
    pub fn outlive(&self, grace: Duration) {
        let mut state = self.shared.lock();
        state.grace = state.grace.max(grace);
    }

    /// Ends a generation while readers are there: they get the end that is meant for the cancelled. Whether it was still
    /// running.
    pub fn cancel(&self) -> bool {
        let mut state = self.shared.lock();
        let running = state.end.is_none();
        if running {
            state.gone.get_or_insert(Gone::Cancelled);
        }
        drop(state);
        self.shared.left.notify_waiters();
        running
    }

    /// The number of the newest event; 0 if there is none.
    #[must_use]
    pub fn last_sequence(&self) -> u64 {
        self.shared.lock().next_sequence - 1
    }

    /// How many readers there are now.
    #[must_use]
    pub fn readers(&self) -> usize {
        self.shared.lock().readers
    }

    /// All bytes that count for this log.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.shared.lock().share.bytes()
    }

    /// Whether the log has ended.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.shared.lock().end.is_some()
    }

    /// Whether it is of no use to anybody who asks for the same later: given up, cancelled or failed.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        let state = self.shared.lock();
        match state.end {
            Some(End::Completed) => false,
            Some(End::Failed(_)) => true,
            None => state.gone.is_some(),
        }
    }

    /// Whether nobody can read it any more.
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        self.shared.lock().is_abandoned()
    }
}
