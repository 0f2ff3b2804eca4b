//! Several Ollama hosts as one backend.
//!
//! Each attempt leases a place at one host ([`Backend::lease`]), so that whoever is told about the attempt hears which
//! host it goes to. `choice` says which host that is, `breaker` when a failing host is left alone, `stream` how a request
//! moves on before its first token, `pull` how a missing model is got, `host` what is known of a host and how a leaked
//! slot is freed. One host is a pool of one: it gets the pauses, the breaker and the rest alike.
//!
//! What it refuses: to pull any model but the configured one. Otherwise whoever may call could fill the disk.

mod breaker;
mod choice;
mod host;
mod pull;
mod stream;

use super::ollama::{self, Ollama};
use super::{Backend, BackendId, BoxFuture, Fault, ModelInfo, Offers, Task, TokenStream};
use crate::backend::endpoint::ClientError;
use crate::backend::masked::ServerUrl;
use crate::backend::selection::same_model;
use host::{Host, Ticket};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use stream::Stream;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// How the hosts are used.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Failures in a row after which a host is left alone, at least 1.
    pub failures_to_open: u32,
    /// For how long.
    pub open_time: Duration,
    /// How often a request is sent again to hosts that it has been to, before its first token.
    pub retries: u32,
    /// The pause before the first of these; it doubles.
    pub retry_pause: Duration,
    /// Whether the configured model is pulled where no host has it.
    pub pull: bool,
    /// How long a request has to be silent, with its model in memory, before a leaked slot is looked for.
    pub leak_after: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            failures_to_open: 3,
            open_time: Duration::from_secs(10),
            retries: 2,
            retry_pause: Duration::from_millis(200),
            pull: false,
            leak_after: Duration::from_secs(60),
        }
    }
}

/// Several Ollama hosts.
#[derive(Clone)]
pub struct Pool {
    shared: Arc<Shared>,
}

/// A place at one host, for one request. It may move to others.
struct Lease {
    shared: Arc<Shared>,
    place: Option<usize>,
    ticket: Mutex<Option<Ticket>>,
}

struct Shared {
    config: Config,
    hosts: Vec<Arc<Host>>,
    /// The model of requests that name none: the only one that is pulled.
    model: String,
    offers: Offers,
    turn: AtomicUsize,
}

// === impl Pool ===

impl Pool {
    /// Makes a client for each of these addresses, with the same settings; connects to nothing. Without an address, the
    /// settings' own is asked.
    ///
    /// # Errors
    /// As [`Ollama::new`].
    pub fn new(config: Config, each: &ollama::Config, urls: &[ServerUrl]) -> Result<Self, ClientError> {
        let own = std::slice::from_ref(&each.url);
        let hosts: Vec<Arc<Host>> = if urls.is_empty() { own } else { urls }
            .iter()
            .map(|url| {
                let config = ollama::Config {
                    url: url.clone(),
                    ..each.clone()
                };
                Ollama::new(config).map(|ollama| Arc::new(Host::new(ollama)))
            })
            .collect::<Result<_, _>>()?;
        let offers = hosts.first().map(|host| host.ollama.offers()).unwrap_or_default();
        Ok(Self {
            shared: Arc::new(Shared {
                config,
                hosts,
                model: each.model.clone(),
                offers,
                turn: AtomicUsize::new(0),
            }),
        })
    }

    /// Each host's address and port, and the state of its circuit: 0 closed, 1 half open, 2 open.
    #[must_use]
    pub fn circuits(&self) -> Vec<(String, u16, u64)> {
        let circuit = |host: &Arc<Host>| {
            let (address, port) = host.ollama.peer()?;
            Some((address, port, host.circuit()))
        };
        self.shared.hosts.iter().filter_map(circuit).collect()
    }

    /// The hosts, each as a backend of its own.
    pub fn hosts(&self) -> impl Iterator<Item = &Ollama> {
        self.shared.hosts.iter().map(|host| &host.ollama)
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.shared.hosts.iter().map(|host| host.address()))
            .finish()
    }
}

impl Backend for Pool {
    fn id(&self) -> BackendId {
        BackendId::Ollama
    }

    fn start(&self, task: Task) -> BoxFuture<'_, Result<Box<dyn TokenStream>, Fault>> {
        Box::pin(std::future::ready(self.shared.lease(&task.model).begin(task)))
    }

    fn probe(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, Fault>> {
        Box::pin(self.shared.look())
    }

    fn lease(&self, model: &str) -> Option<Box<dyn Backend>> {
        Some(Box::new(self.shared.lease(model)))
    }

    fn fetches(&self, model: &str) -> bool {
        self.shared.pulls(model)
    }

    fn offers(&self) -> Offers {
        self.shared.offers
    }

    fn peer(&self) -> Option<(String, u16)> {
        self.shared.hosts.first().and_then(|host| host.ollama.peer())
    }

    fn target(&self, model: &str) -> String {
        let model = if model.is_empty() { &self.shared.model } else { model };
        format!("ollama {model} at {}", self.shared.addresses())
    }
}

// === impl Lease ===

impl Lease {
    fn begin(&self, mut task: Task) -> Result<Box<dyn TokenStream>, Fault> {
        if task.model.is_empty() {
            task.model.clone_from(&self.shared.model);
        }
        let held = self.ticket.lock().unwrap_or_else(PoisonError::into_inner).take();
        match held.or_else(|| self.shared.choose(&task.model, &[])) {
            Some(ticket) => Ok(Box::new(Stream::new(Arc::clone(&self.shared), task, ticket))),
            None => Err(self.shared.all_left_alone()),
        }
    }

    fn host(&self) -> Option<&Host> {
        self.place
            .and_then(|place| self.shared.hosts.get(place))
            .map(Arc::as_ref)
    }
}

impl std::fmt::Debug for Lease {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Lease").field(&self.host().map(Host::address)).finish()
    }
}

impl Backend for Lease {
    fn id(&self) -> BackendId {
        BackendId::Ollama
    }

    fn start(&self, task: Task) -> BoxFuture<'_, Result<Box<dyn TokenStream>, Fault>> {
        Box::pin(std::future::ready(self.begin(task)))
    }

    fn probe(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, Fault>> {
        Box::pin(self.shared.look())
    }

    fn offers(&self) -> Offers {
        self.shared.offers
    }

    fn peer(&self) -> Option<(String, u16)> {
        self.host().and_then(|host| host.ollama.peer())
    }

    fn target(&self, model: &str) -> String {
        match self.host() {
            Some(host) => host.ollama.target(model),
            None => format!("ollama {model} at {}", self.shared.addresses()),
        }
    }
}

// === impl Shared ===

impl Shared {
    fn lease(self: &Arc<Self>, model: &str) -> Lease {
        let ticket = self.choose(if model.is_empty() { &self.model } else { model }, &[]);
        Lease {
            shared: Arc::clone(self),
            place: ticket.as_ref().map(|ticket| self.place_of(&ticket.host)),
            ticket: Mutex::new(ticket),
        }
    }

    /// A place at the best host, leaving out those at these places.
    fn choose(&self, model: &str, without: &[usize]) -> Option<Ticket> {
        let now = Instant::now();
        let candidates: Vec<_> = self
            .hosts
            .iter()
            .enumerate()
            .map(|(place, host)| {
                let mut candidate = host.candidate(model, now);
                candidate.allowed &= !without.contains(&place);
                candidate
            })
            .collect();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let chosen = choice::choose(&candidates, turn)?;
        self.hosts.get(chosen).map(Ticket::take)
    }

    fn place_of(&self, host: &Arc<Host>) -> usize {
        self.hosts
            .iter()
            .position(|other| Arc::ptr_eq(other, host))
            .unwrap_or(usize::MAX)
    }

    /// The host that pulls: the first of those that answer with the least work.
    fn host_for_pull(&self) -> Option<Arc<Host>> {
        let now = Instant::now();
        let work = |host: &&Arc<Host>| host.candidate(&self.model, now).outstanding;
        let answering = |host: &&Arc<Host>| host.candidate(&self.model, now).answers == Some(true);
        self.hosts.iter().filter(answering).min_by_key(work).cloned()
    }

    fn pulls(&self, model: &str) -> bool {
        self.config.pull && (model.is_empty() || same_model(model, &self.model))
    }

    fn pause(&self, number: u32) -> Duration {
        stream::pause(self.config.retry_pause, number)
    }

    /// A missing model is named with all that there are, on whatever host.
    fn whole(&self, fault: Fault) -> Fault {
        match fault {
            Fault::ModelMissing { model, mut available } => {
                for info in self.hosts.iter().flat_map(|host| host.models()) {
                    if !available.contains(&info.name) {
                        available.push(info.name);
                    }
                }
                Fault::ModelMissing { model, available }
            }
            other => other,
        }
    }

    /// Looks at every host at the same time. It answers if one of them does; its models are those of all.
    async fn look(&self) -> Result<Vec<ModelInfo>, Fault> {
        let mut looks = JoinSet::new();
        for (place, host) in self.hosts.iter().enumerate() {
            let host = Arc::clone(host);
            looks.spawn(async move { (place, host.look().await) });
        }
        let mut seen = looks.join_all().await;
        seen.sort_by_key(|(place, _)| *place);
        let (mut models, mut faults): (Vec<ModelInfo>, Vec<Fault>) = (Vec::new(), Vec::new());
        let mut answered = false;
        for (_, look) in seen {
            match look {
                Ok(found) => {
                    answered = true;
                    for info in found {
                        if !models.iter().any(|known| known.name == info.name) {
                            models.push(info);
                        }
                    }
                }
                Err(fault) => faults.push(fault),
            }
        }
        match faults.len() {
            _ if answered => Ok(models),
            1 => Err(faults.swap_remove(0)),
            _ => Err(Fault::Unreachable {
                target: "every Ollama host".to_owned(),
                reason: faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
                setting: "ollama.url sets the addresses",
            }),
        }
    }

    fn addresses(&self) -> String {
        let addresses: Vec<&str> = self.hosts.iter().map(|host| host.address()).collect();
        addresses.join(", ")
    }

    /// No host may be asked. That is said with the fault that led to it: the caller's remedy is the same.
    fn all_left_alone(&self) -> Fault {
        const ALONE: &str =
            "; after repeated failures it is left alone for a while (ollama.open_time sets for how long)";
        let mut faults = self.hosts.iter().filter_map(|host| host.last_fault());
        match faults.next() {
            Some(Fault::Unreachable {
                target,
                mut reason,
                setting,
            }) => {
                reason.push_str(ALONE);
                Fault::Unreachable {
                    target,
                    reason,
                    setting,
                }
            }
            Some(fault) => fault.reworded(|text| text.push_str(ALONE)),
            // A trial is under way on every host.
            None => Fault::Unreachable {
                target: self.addresses(),
                reason: format!("nobody may be asked now{ALONE}"),
                setting: "ollama.failures_to_open says how many",
            },
        }
    }
}

// === what a fault says of its host ===

/// Whether the fault is the host's: what the request, the model or a full queue cause says nothing against it.
fn counts_against(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::Unreachable { .. } | Fault::LoadFailed(_) | Fault::Failed(_) | Fault::BrokeOff(_) | Fault::Protocol(_)
    )
}

/// Whether another host may do better.
fn moves_on(fault: &Fault) -> bool {
    counts_against(fault)
        || matches!(
            fault,
            Fault::Busy { .. }
                | Fault::ModelMissing { .. }
                | Fault::Refused {
                    status: 300..=399 | 401 | 403 | 404 | 405,
                    ..
                }
        )
}

/// Whether the same host may do better after a pause. A load that failed is not begun again in a loop.
fn here_again(fault: &Fault) -> bool {
    fault.worth_another_attempt()
        && matches!(
            fault,
            Fault::Unreachable { .. } | Fault::Busy { .. } | Fault::Failed(_) | Fault::BrokeOff(_)
        )
}
