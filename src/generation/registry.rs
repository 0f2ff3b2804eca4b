//! Which generations there are: by id, for those who come back or cancel; by the caller's request id, for those who ask
//! twice; by what is asked, for those who may share.
//!
//! It keeps handles of logs and nothing else, so it belongs to this room: it does not know how a generation is made, nor
//! what a door is. What has ended is kept for a bounded time, number and size, and then forgotten; the ids of the forgotten
//! are remembered for a while, because "too late" and "never heard of it" are two different answers.
//!
//! Whoever knows an id may read the generation and cancel it. Until callers are authenticated the ids are the protection:
//! each has 74 bits that nobody can guess (see `new_id`). Request ids are chosen by callers, so they count for the
//! caller that chose them alone.

use super::admission::{Caller, Ticket};
use super::log::{self, Handle, NoReader, Reader, Writer};
use super::memory::{Memory, MemoryFull};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;
use uuid::Uuid;

/// Most ids that are remembered after their generations were forgotten.
const MOST_FORGOTTEN: usize = 10_000;
/// Most request ids that lead to one generation.
const MOST_REQUEST_IDS: usize = 64;

/// What is asked, as a hash: the same for the same request, whoever asks and however it is delivered.
pub type Body = [u8; 32];

/// For how long what has ended is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// For so long; zero keeps nothing.
    pub time: Duration,
    /// At most so many.
    pub number: usize,
    /// At most so many bytes of logs.
    pub bytes: usize,
}

/// What the registry has to know of a request.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Who asks.
    pub caller: Caller,
    /// The caller's id of the request; empty: none.
    pub request_id: String,
    /// What is asked; needed for a request id and for sharing.
    pub body: Option<Body>,
    /// Whether a generation of others who ask the same may be shared.
    pub share: bool,
    /// When the generation has to end.
    pub deadline: Instant,
    /// Whether the reader gets text.
    pub tokens: bool,
    /// How long the generation outlives its last reader.
    pub grace: Duration,
}

/// A generation and a reader of it.
pub struct Opened {
    /// Its id.
    pub id: Uuid,
    /// Reads its log.
    pub reader: Reader,
}

/// What a request leads to.
pub enum Entrance {
    /// A generation that there was already.
    Joined(Opened),
    /// A new one, which has to be started.
    New(Opened, Admitted),
}

/// What the task of a new generation needs.
pub struct Admitted {
    pub(super) writer: Writer,
    pub(super) ticket: Ticket,
    pub(super) entered: Entered,
}

/// Tells the registry that the generation has ended, when it is dropped.
pub(super) struct Entered {
    registry: Arc<Registry>,
    id: Uuid,
}

/// The request id was used already, for something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the request id was used already for another request")]
pub struct OtherBody;

/// Why a generation cannot be read from where the caller left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoResume {
    /// There never was one with this id, as far as is known.
    #[error("there is no generation with this id")]
    Unknown,
    /// It was there and is kept no longer.
    #[error("the generation is kept no longer")]
    TooLate,
    /// It has no such number yet; the newest is this.
    #[error("the newest event of the generation has the number {0}")]
    Ahead(u64),
}

/// Knows all generations.
pub struct Registry {
    keep: Keep,
    bounds: log::Bounds,
    memory: Memory,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    entries: HashMap<Uuid, Entry>,
    by_request: HashMap<(Caller, String), Uuid>,
    /// Those that run and may be shared.
    by_body: HashMap<Body, Uuid>,
    /// Those that have ended, the earliest first.
    ended: VecDeque<Past>,
    ended_bytes: usize,
    forgotten: HashSet<Uuid>,
    forgotten_in_order: VecDeque<Uuid>,
}

struct Entry {
    handle: Handle,
    body: Option<Body>,
    requests: Vec<(Caller, String)>,
    deadline: Instant,
}

struct Past {
    id: Uuid,
    at: Instant,
    bytes: usize,
}

/// A new id: a UUIDv7, so that ids are in the order of time, with all its 74 other bits random. (The usual way to make one
/// counts up within a millisecond, so that who gets an id could guess most of another one.)
fn new_id() -> Uuid {
    let millis = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| u64::try_from(time.as_millis()).unwrap_or(0));
    // Version and variant stand in the bytes 6 and 8 of a random UUID: the others are random.
    let random = Uuid::new_v4().into_bytes();
    let [a, b, c, d, e, f, _, _, _, g, h, i, j, ..] = random;
    uuid::Builder::from_unix_timestamp_millis(millis, &[a, b, c, d, e, f, g, h, i, j]).into_uuid()
}

// === impl Registry ===

impl Registry {
    /// Knows no generation yet. `bounds` are those of each log, `memory` is what all may hold together.
    #[must_use]
    pub fn new(keep: Keep, bounds: log::Bounds, memory: Memory) -> Arc<Self> {
        Arc::new(Self {
            keep,
            bounds,
            memory,
            state: Mutex::default(),
        })
    }

    /// What the logs hold together.
    #[must_use]
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Leads a request to the generation that it was made for before or that it may share, or enters a new one, if
    /// `admit` has a place for it.
    ///
    /// # Errors
    /// A request id that stands for something else, no room for another log, and what `admit` refuses.
    pub fn enter<E: From<OtherBody> + From<MemoryFull>>(
        self: &Arc<Self>,
        ask: Ask,
        admit: impl FnOnce() -> Result<Ticket, E>,
    ) -> Result<Entrance, E> {
        let mut state = self.lock();
        state.sweep(&self.keep);
        if let Some(opened) = state.asked_before(&ask)? {
            return Ok(Entrance::Joined(opened));
        }
        if let Some(opened) = state.shared(&ask) {
            return Ok(Entrance::Joined(opened));
        }
        let ticket = admit()?;
        let (writer, reader) = log::log(self.bounds, self.memory.admit()?, ask.tokens);
        let handle = writer.handle();
        handle.outlive(ask.grace);
        let id = new_id();
        state.insert(id, handle, ask);
        drop(state);
        let entered = Entered {
            registry: Arc::clone(self),
            id,
        };
        Ok(Entrance::New(
            Opened { id, reader },
            Admitted {
                writer,
                ticket,
                entered,
            },
        ))
    }

    /// Another reader of a generation, from after a number on.
    ///
    /// # Errors
    /// [`NoResume`].
    pub fn resume(&self, id: Uuid, after: u64, tokens: bool) -> Result<Opened, NoResume> {
        let mut state = self.lock();
        state.sweep(&self.keep);
        match state.entries.get(&id) {
            Some(entry) => match entry.handle.open(after, tokens) {
                Ok(reader) => Ok(Opened { id, reader }),
                Err(NoReader::Abandoned) => Err(NoResume::TooLate),
                Err(NoReader::Ahead(newest)) => Err(NoResume::Ahead(newest)),
            },
            None if state.forgotten.contains(&id) => Err(NoResume::TooLate),
            None => Err(NoResume::Unknown),
        }
    }

    /// Ends a generation. Whether it was still running; `None` if nobody knows it.
    #[must_use]
    pub fn cancel(&self, id: Uuid) -> Option<bool> {
        let state = self.lock();
        match state.entries.get(&id) {
            Some(entry) => Some(entry.handle.cancel()),
            None => state.forgotten.contains(&id).then_some(false),
        }
    }

    /// How many readers there are of all that is known.
    #[must_use]
    pub fn readers(&self) -> usize {
        self.lock().entries.values().map(|entry| entry.handle.readers()).sum()
    }

    /// How many generations are known, running and ended.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().entries.len()
    }

    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets what was kept for long enough. Done at every request too; in a quiet service somebody has to do it.
    pub fn sweep(&self) {
        self.lock().sweep(&self.keep);
    }

    /// How often that is worth while.
    #[must_use]
    pub fn sweep_interval(&self) -> Duration {
        (self.keep.time / 4).clamp(Duration::from_millis(100), Duration::from_secs(10))
    }

    fn ended(&self, id: Uuid) {
        let mut state = self.lock();
        state.ended(id);
        state.sweep(&self.keep);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.registry.ended(self.id);
    }
}

// === impl State ===

impl State {
    fn asked_before(&self, ask: &Ask) -> Result<Option<Opened>, OtherBody> {
        let Some(key) = ask.key() else { return Ok(None) };
        let Some((id, entry)) = self.by_request.get(&key).and_then(|id| self.entries.get_key_value(id)) else {
            return Ok(None);
        };
        // What failed does not stand for its request: asking again is asking anew.
        if entry.handle.is_lost() {
            return Ok(None);
        }
        if entry.body != ask.body {
            return Err(OtherBody);
        }
        Ok(entry.join(*id, ask))
    }

    fn shared(&mut self, ask: &Ask) -> Option<Opened> {
        if !ask.share {
            return None;
        }
        let id = *self.by_body.get(&ask.body?)?;
        let entry = self.entries.get_mut(&id)?;
        // Who has less time than the generation would get none of its end.
        if entry.handle.is_lost() || entry.handle.ended() || entry.deadline > ask.deadline {
            return None;
        }
        if entry.requests.len() >= MOST_REQUEST_IDS && !ask.request_id.is_empty() {
            return None;
        }
        let opened = entry.join(id, ask)?;
        if let Some(key) = ask.key() {
            entry.requests.push(key.clone());
            self.by_request.insert(key, id);
        }
        Some(opened)
    }

    fn insert(&mut self, id: Uuid, handle: Handle, ask: Ask) {
        let key = ask.key();
        if let Some(key) = &key {
            self.by_request.insert(key.clone(), id);
        }
        if let Some(body) = ask.body.filter(|_| ask.share) {
            self.by_body.insert(body, id);
        }
        let entry = Entry {
            handle,
            body: ask.body,
            requests: key.into_iter().collect(),
            deadline: ask.deadline,
        };
        self.entries.insert(id, entry);
    }

    fn ended(&mut self, id: Uuid) {
        let Some(entry) = self.entries.get(&id) else { return };
        if let Some(body) = entry.body
            && self.by_body.get(&body) == Some(&id)
        {
            self.by_body.remove(&body);
        }
        if entry.handle.is_abandoned() {
            return self.forget(id);
        }
        let bytes = entry.handle.bytes();
        self.ended_bytes += bytes;
        self.ended.push_back(Past {
            id,
            at: Instant::now(),
            bytes,
        });
    }

    fn sweep(&mut self, keep: &Keep) {
        let now = Instant::now();
        while let Some(first) = self.ended.front() {
            let too_many = self.ended.len() > keep.number || self.ended_bytes > keep.bytes;
            if !too_many && now < first.at + keep.time {
                return;
            }
            let Some(past) = self.ended.pop_front() else { return };
            self.ended_bytes -= past.bytes;
            self.forget(past.id);
        }
    }

    fn forget(&mut self, id: Uuid) {
        let Some(entry) = self.entries.remove(&id) else { return };
        for key in entry.requests {
            // Another generation may have taken its request id over.
            if self.by_request.get(&key) == Some(&id) {
                self.by_request.remove(&key);
            }
        }
        self.forgotten.insert(id);
        self.forgotten_in_order.push_back(id);
        if self.forgotten_in_order.len() > MOST_FORGOTTEN
            && let Some(oldest) = self.forgotten_in_order.pop_front()
        {
            self.forgotten.remove(&oldest);
        }
    }
}

// === impl Ask, impl Entry ===

impl Ask {
    fn key(&self) -> Option<(Caller, String)> {
        (!self.request_id.is_empty()).then(|| (self.caller.clone(), self.request_id.clone()))
    }
}

impl Entry {
    fn join(&self, id: Uuid, ask: &Ask) -> Option<Opened> {
        let reader = self.handle.open(0, ask.tokens).ok()?;
        self.handle.outlive(ask.grace);
        Some(Opened { id, reader })
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry")
            .field("keep", &self.keep)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
