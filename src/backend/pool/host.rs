//! One host of the pool: what the last look said, how many requests are under way, its circuit, and its leaked slots.
//!
//! A slot leaks where a client leaves in the middle of a streamed answer and the server does not notice: the model then
//! answers nobody, although it is in memory. That is what is looked for: a model in memory, a request that has been
//! silent for long, nobody else who is getting an answer, and an answer that was left since the last one spoke. Unloading
//! the model frees the slot, but only once no request is pending; so everybody who waits leaves first.

use super::breaker::Breaker;
use super::choice::Candidate;
use super::pull::Pulls;
use super::{Config, counts_against};
use crate::backend::ollama::Ollama;
use crate::backend::selection::same_model;
use crate::backend::{Backend as _, Fault, ModelInfo};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

/// Bound on the wait until everybody has left a host whose slot is to be freed.
const LEAVING: Duration = Duration::from_secs(10);

/// One host.
pub(super) struct Host {
    pub(super) ollama: Ollama,
    pub(super) pulls: Pulls,
    state: Mutex<State>,
    /// Whether a slot is being freed.
    mending: watch::Sender<bool>,
    /// How many requests were sent and have not ended.
    sent: watch::Sender<usize>,
}

#[derive(Default)]
struct State {
    breaker: Breaker,
    look: Option<Result<Vec<ModelInfo>, Fault>>,
    loaded: Vec<String>,
    outstanding: usize,
    /// How many of them are getting an answer.
    answering: usize,
    /// Whether an answer was left in its middle since the last one spoke.
    left_midway: bool,
    last_fault: Option<Fault>,
}

impl Host {
    pub(super) fn new(ollama: Ollama) -> Self {
        Self {
            ollama,
            pulls: Pulls::default(),
            state: Mutex::default(),
            mending: watch::Sender::new(false),
            sent: watch::Sender::new(0),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn address(&self) -> &str {
        self.ollama.address()
    }

    /// Looks which models it has, and which are in memory.
    pub(super) async fn look(&self) -> Result<Vec<ModelInfo>, Fault> {
        let (seen, loaded) = tokio::join!(self.ollama.probe(), self.ollama.loaded());
        let mut state = self.state();
        state.look = Some(seen.clone());
        // A server that is loading does not say what is in memory; what was known stays.
        if let Ok(loaded) = loaded {
            state.loaded = loaded;
        }
        seen
    }

    /// What is known of it, for a request for this model.
    pub(super) fn candidate(&self, model: &str, now: Instant) -> Candidate {
        let state = self.state();
        let is = |name: &String| same_model(name, model);
        Candidate {
            allowed: state.breaker.allows(now),
            answers: state.look.as_ref().map(Result::is_ok),
            has_model: matches!(&state.look, Some(Ok(models)) if models.iter().any(|info| is(&info.name))),
            loaded: state.loaded.iter().any(is),
            outstanding: state.outstanding,
            failures: state.breaker.failures(),
            mending: *self.mending.borrow(),
        }
    }

    /// The state of its circuit, as `Breaker::state` numbers it.
    pub(super) fn circuit(&self) -> u64 {
        self.state().breaker.state(Instant::now())
    }

    /// Why it was left alone.
    pub(super) fn last_fault(&self) -> Option<Fault> {
        self.state().last_fault.clone()
    }

    pub(super) fn models(&self) -> Vec<ModelInfo> {
        match &self.state().look {
            Some(Ok(models)) => models.clone(),
            _ => Vec::new(),
        }
    }

    /// Resolves when no slot is being freed.
    pub(super) async fn mended(&self) {
        let mut mending = self.mending.subscribe();
        let _ = mending.wait_for(|mending| !mending).await;
    }

    /// Resolves when a slot seems to have leaked. `after` is how long a request has to be silent for that.
    pub(super) async fn leaked(self: Arc<Self>, model: String, after: Duration) {
        let mut mending = self.mending.subscribe();
        let silent = async {
            loop {
                sleep(after).await;
                let suspicious = {
                    let state = self.state();
                    state.left_midway && state.answering == 0
                };
                if suspicious && self.ollama.is_loaded(&model).await == Ok(true) {
                    break;
                }
            }
        };
        tokio::select! {
            _ = mending.wait_for(|mending| *mending) => {}
            () = silent => {}
        }
    }

    /// Begins to free the slots of a model, unless somebody does that already.
    pub(super) fn mend(self: &Arc<Self>, model: &str) {
        let first = self
            .mending
            .send_if_modified(|mending| !std::mem::replace(mending, true));
        if !first {
            return;
        }
        tracing::warn!(
            host = self.address(),
            model,
            "the model is in memory and answers nobody; it is unloaded to free its slot"
        );
        let (host, model) = (Arc::clone(self), model.to_owned());
        tokio::spawn(async move {
            let mut sent = host.sent.subscribe();
            let _ = timeout(LEAVING, sent.wait_for(|sent| *sent == 0)).await;
            if let Err(fault) = host.ollama.unload(&model).await {
                tracing::warn!(host = host.address(), %fault, "the model could not be unloaded");
            }
            host.state().left_midway = false;
            host.mending.send_replace(false);
        });
    }
}

/// One request's place at a host. Dropping it gives the place back.
pub(super) struct Ticket {
    pub(super) host: Arc<Host>,
    sent: bool,
    spoke: bool,
    decided: bool,
}

impl Ticket {
    pub(super) fn take(host: &Arc<Host>) -> Self {
        let mut state = host.state();
        state.outstanding += 1;
        state.breaker.begin(Instant::now());
        drop(state);
        Self {
            host: Arc::clone(host),
            sent: false,
            spoke: false,
            decided: false,
        }
    }

    /// The request goes out.
    pub(super) fn send(&mut self) {
        if !std::mem::replace(&mut self.sent, true) {
            self.host.sent.send_modify(|sent| *sent += 1);
        }
    }

    /// The model says something.
    pub(super) fn speaks(&mut self, model: &str) {
        if std::mem::replace(&mut self.spoke, true) {
            return;
        }
        let mut state = self.host.state();
        state.answering += 1;
        state.left_midway = false;
        if !state.loaded.iter().any(|name| same_model(name, model)) {
            state.loaded.push(model.to_owned());
        }
    }

    /// The answer is whole.
    pub(super) fn succeeded(&mut self) {
        self.decided = true;
        self.host.state().breaker.succeeded();
    }

    /// It failed.
    pub(super) fn failed(&mut self, fault: &Fault, config: &Config) {
        self.decided = true;
        let mut state = self.host.state();
        if !counts_against(fault) {
            // It answered, only not with what was wanted.
            state.breaker.succeeded();
            return;
        }
        state.last_fault = Some(fault.clone());
        if state
            .breaker
            .failed(Instant::now(), config.failures_to_open, config.open_time)
        {
            tracing::warn!(
                host = self.host.address(),
                seconds = config.open_time.as_secs_f64(),
                code = fault.code(),
                "the host failed repeatedly and is left alone"
            );
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut state = self.host.state();
        state.outstanding -= 1;
        state.answering -= usize::from(self.spoke);
        if !self.decided {
            state.left_midway |= self.spoke;
            if self.spoke {
                // It worked; the caller had enough.
                state.breaker.succeeded();
            } else {
                state.breaker.undecided(Instant::now());
            }
        }
        drop(state);
        if self.sent {
            self.host.sent.send_modify(|sent| *sent -= 1);
        }
    }
}
