//! What all logs together may hold. Each log asks for its share in steps, so that generations meet here once in many
//! tokens; what it was given comes back when the log itself goes, with its last reader and the registry's handle.
//!
//! The bound is hard: a share that does not fit is refused, and nobody is asked to give anything back. Room for the last
//! event is set aside when a log is made, so that a generation that is refused more can still say how it ended.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes set aside for the last event of each log. A larger last event is counted as it is.
pub(super) const LAST_EVENT_BYTES: usize = 64 * 1024;

/// A bound on the bytes of all logs together.
#[derive(Clone, Debug)]
pub struct Memory {
    used: Arc<AtomicUsize>,
    most: usize,
}

/// There is no room left under the bound of all logs together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the logs of all generations together are as large as they may be")]
pub struct MemoryFull;

impl Memory {
    /// Room for so many bytes.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self {
            used: Arc::new(AtomicUsize::new(0)),
            most,
        }
    }

    /// The bytes that logs hold now, or have set aside.
    #[must_use]
    pub fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// The bound.
    #[must_use]
    pub fn most(&self) -> usize {
        self.most
    }

    /// Room for a new log. The last eighth is kept for those that run.
    pub(super) fn admit(&self) -> Result<Share, MemoryFull> {
        if !self.take(LAST_EVENT_BYTES, self.most - self.most / 8) {
            return Err(MemoryFull);
        }
        Ok(Share {
            memory: self.clone(),
            granted: 0,
            last_event: LAST_EVENT_BYTES,
        })
    }

    fn take(&self, bytes: usize, most: usize) -> bool {
        self.used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
                used.checked_add(bytes).filter(|used| *used <= most)
            })
            .is_ok()
    }
}

/// What one log was given; comes back when it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    memory: Memory,
    granted: usize,
    last_event: usize,
}

impl Share {
    /// Sees to it that so many bytes are granted in all.
    pub(super) fn grow_to(&mut self, bytes: usize) -> Result<(), MemoryFull> {
        const STEP: usize = 4 * 1024;
        if bytes <= self.granted {
            return Ok(());
        }
        let more = (bytes - self.granted).next_multiple_of(STEP);
        if !self.memory.take(more, self.memory.most) {
            return Err(MemoryFull);
        }
        self.granted += more;
        Ok(())
    }

    /// Counts the last event, out of what was set aside for it, and gives back the rest of that.
    pub(super) fn close(&mut self, last_event: usize) {
        let set_aside = std::mem::replace(&mut self.last_event, last_event);
        match set_aside.checked_sub(last_event) {
            Some(rest) => self.memory.used.fetch_sub(rest, Ordering::Relaxed),
            None => self.memory.used.fetch_add(last_event - set_aside, Ordering::Relaxed),
        };
    }

    /// All that counts for this log.
    pub(super) fn bytes(&self) -> usize {
        self.granted + self.last_event
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.memory.used.fetch_sub(self.bytes(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn shares_come_out_of_one_bound_and_go_back_to_it() {
        let memory = Memory::new(1 << 20);
        let mut one = memory.admit().unwrap();
        let mut other = memory.admit().unwrap();
        one.grow_to(1).unwrap();
        assert_eq!(memory.used(), 2 * LAST_EVENT_BYTES + 4_096);
        let most = memory.most() - memory.used();
        other.grow_to(most).unwrap();
        assert_eq!(memory.used(), memory.most());
        assert_eq!(one.grow_to(4_096), Ok(()), "what was granted already");
        assert_eq!(one.grow_to(4_097), Err(MemoryFull));
        assert!(memory.admit().is_err());
        other.close(1_000);
        assert_eq!(other.bytes(), most + 1_000);
        drop(other);
        assert_eq!(memory.used(), LAST_EVENT_BYTES + 4_096);
        drop(one);
        assert_eq!(memory.used(), 0);
    }

    #[test]
    fn the_last_eighth_is_for_those_that_run() {
        let memory = Memory::new(16 * LAST_EVENT_BYTES);
        let mut admitted: Vec<Share> = std::iter::from_fn(|| memory.admit().ok()).collect();
        assert_eq!(admitted.len(), 14);
        admitted[0].grow_to(2 * LAST_EVENT_BYTES).unwrap();
        assert_eq!(admitted[1].grow_to(1), Err(MemoryFull));
        assert_eq!(memory.used(), memory.most());
    }
}
