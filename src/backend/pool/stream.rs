//! One request to the pool: on one host, and before its first token on others.
//!
//! Until the model says something, a fault moves the request to a host that it has not been to, at once; when there is
//! none, to any host after a pause that doubles and is spread. From the first token on, a fault ends the stream: what was
//! said cannot be unsaid, and the next attempt asks for what is missing.

use super::host::Ticket;
use super::pull::Progress;
use super::{Shared, here_again, moves_on};
use crate::backend::{Advance, Backend as _, BackendNotice, BoxFuture, Fault, Task, TokenStream};
use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::watch;

pub(super) struct Stream {
    shared: Arc<Shared>,
    task: Task,
    phase: Phase,
    ticket: Option<Ticket>,
    /// Hosts, by their place, that this request has left since its last pause.
    tried: Vec<usize>,
    sent: usize,
    pauses: u32,
    pulled: bool,
    spoken: bool,
    notices: VecDeque<BackendNotice>,
}

enum Phase {
    /// Waits for the host if a slot of it is being freed.
    Starting(BoxFuture<'static, Result<Box<dyn TokenStream>, Fault>>),
    Reading {
        stream: Box<dyn TokenStream>,
        leaked: Option<BoxFuture<'static, ()>>,
    },
    /// Resolves with the fault that is the end if no host can be asked after it.
    Pausing(BoxFuture<'static, Fault>),
    Pulling(BoxFuture<'static, (watch::Receiver<Progress>, Progress)>),
    Ended,
}

/// What a step leads to: the answer of this poll, or another step.
type Step = Option<Result<Advance, Fault>>;

impl Stream {
    pub(super) fn new(shared: Arc<Shared>, task: Task, ticket: Ticket) -> Self {
        let mut stream = Self {
            shared,
            task,
            phase: Phase::Ended,
            ticket: None,
            tried: Vec::new(),
            sent: 0,
            pauses: 0,
            pulled: false,
            spoken: false,
            notices: VecDeque::new(),
        };
        stream.ask(ticket);
        stream
    }

    fn ask(&mut self, ticket: Ticket) {
        self.sent += 1;
        let (host, task) = (Arc::clone(&ticket.host), self.task.clone());
        self.phase = Phase::Starting(Box::pin(async move {
            host.mended().await;
            host.ollama.start(task).await
        }));
        self.ticket = Some(ticket);
    }

    /// Leaves the host for another one, if one may be asked.
    fn move_to_another(&mut self, why: &str) -> bool {
        let Some(left) = self.ticket.take() else { return false };
        self.tried.push(self.shared.place_of(&left.host));
        drop(left);
        match self.shared.choose(&self.task.model, &self.tried) {
            Some(ticket) => {
                self.notices.push_back(BackendNotice {
                    code: "HOST_LEFT",
                    message: format!("{why}; {} is asked instead", ticket.host.address()),
                    progress: None,
                });
                self.ask(ticket);
                true
            }
            None => false,
        }
    }

    /// A fault before the first token.
    fn failed(&mut self, fault: Fault) -> Step {
        if let Some(ticket) = &mut self.ticket {
            ticket.failed(&fault, &self.shared.config);
        }
        let pulls = matches!(fault, Fault::ModelMissing { .. }) && !self.pulled && self.shared.pulls(&self.task.model);
        let host = self.ticket.as_ref().map(|ticket| Arc::clone(&ticket.host));
        let most = self.shared.hosts.len() + self.shared.config.retries as usize;
        if self.sent < most && moves_on(&fault) && self.move_to_another(&fault.to_string()) {
            return None;
        }
        self.ticket = None;
        if let (true, Some(host)) = (pulls, self.shared.host_for_pull().or(host)) {
            self.pulled = true;
            let progress = host.pulls.join(&host.ollama, &self.task.model);
            self.ticket = Some(Ticket::take(&host));
            self.phase = Phase::Pulling(follow(progress, None));
            return None;
        }
        if self.sent < most && self.pauses < self.shared.config.retries && here_again(&fault) {
            let pause = self
                .shared
                .pause(self.pauses)
                .max(fault.retry_after().unwrap_or_default());
            self.pauses += 1;
            self.tried.clear();
            self.phase = Phase::Pausing(Box::pin(async move {
                tokio::time::sleep(pause).await;
                fault
            }));
            return None;
        }
        Some(self.end(Err(self.shared.whole(fault))))
    }

    fn end(&mut self, end: Result<Advance, Fault>) -> Result<Advance, Fault> {
        self.phase = Phase::Ended;
        if let Some(mut ticket) = self.ticket.take() {
            match &end {
                Ok(_) => ticket.succeeded(),
                Err(fault) => ticket.failed(fault, &self.shared.config),
            }
        }
        end
    }

    fn read(&mut self, advance: Result<Advance, Fault>) -> Step {
        match advance {
            Ok(Advance::Done(finish)) => {
                if let Some(ticket) = &mut self.ticket {
                    ticket.speaks(&self.task.model);
                }
                Some(self.end(Ok(Advance::Done(finish))))
            }
            Ok(advance @ (Advance::Text | Advance::Thinking(_))) => {
                self.spoken = true;
                if let Some(ticket) = &mut self.ticket {
                    ticket.speaks(&self.task.model);
                }
                if let Phase::Reading { leaked, .. } = &mut self.phase {
                    *leaked = None;
                }
                Some(Ok(advance))
            }
            Ok(notice) => Some(Ok(notice)),
            Err(fault) if self.spoken => Some(self.end(Err(fault))),
            Err(fault) => self.failed(fault),
        }
    }

    /// The slot of the host seems to have leaked. The request goes elsewhere, or waits until the slot is free.
    fn leave_leaked(&mut self) {
        let Some(ticket) = &self.ticket else { return };
        let host = Arc::clone(&ticket.host);
        self.phase = Phase::Ended;
        let why = format!(
            "{} has {} in memory and answers nobody since an answer was left: a slot seems to have leaked",
            host.address(),
            self.task.model
        );
        host.mend(&self.task.model);
        if !self.move_to_another(&why) {
            self.notices.push_back(BackendNotice {
                code: "SLOT_LEAKED",
                message: format!("{why}; the model is unloaded, and asked again after that"),
                progress: None,
            });
            self.ask(Ticket::take(&host));
        }
    }

    fn pulling(&mut self, receiver: watch::Receiver<Progress>, progress: Progress) -> Step {
        match &progress.end {
            Some(Ok(())) => {
                let host = self.ticket.take().map(|ticket| Arc::clone(&ticket.host))?;
                self.ask(Ticket::take(&host));
                None
            }
            Some(Err(fault)) => Some(self.end(Err(fault.clone()))),
            None => {
                let address = self.ticket.as_ref().map(|ticket| ticket.host.address().to_owned());
                let notice = BackendNotice {
                    code: "MODEL_PULLING",
                    message: format!(
                        "{} is pulling {} ({})",
                        address.unwrap_or_default(),
                        self.task.model,
                        progress.status
                    ),
                    progress: Some(progress.fraction.unwrap_or(0.0)),
                };
                self.phase = Phase::Pulling(follow(receiver, Some(progress)));
                Some(Ok(Advance::Notice(notice)))
            }
        }
    }
}

/// The next news of a download; at once if there were none yet.
fn follow(
    mut receiver: watch::Receiver<Progress>,
    seen: Option<Progress>,
) -> BoxFuture<'static, (watch::Receiver<Progress>, Progress)> {
    Box::pin(async move {
        let found = receiver
            .wait_for(|now| Some(now) != seen.as_ref() && (!now.status.is_empty() || now.end.is_some()))
            .await
            .map(|progress| progress.clone());
        let progress = found.unwrap_or_else(|_| Progress {
            end: Some(Err(Fault::Failed("the download was given up".to_owned()))),
            ..Progress::default()
        });
        (receiver, progress)
    })
}

impl TokenStream for Stream {
    fn poll_next(&mut self, cx: &mut Context<'_>, text: &mut String) -> Poll<Result<Advance, Fault>> {
        loop {
            if let Some(notice) = self.notices.pop_front() {
                return Poll::Ready(Ok(Advance::Notice(notice)));
            }
            let step = match &mut self.phase {
                Phase::Starting(starting) => match ready!(starting.as_mut().poll(cx)) {
                    Ok(stream) => {
                        let leaked = self.ticket.as_mut().map(|ticket| {
                            ticket.send();
                            let host = Arc::clone(&ticket.host);
                            Box::pin(host.leaked(self.task.model.clone(), self.shared.config.leak_after))
                                as BoxFuture<'static, ()>
                        });
                        self.phase = Phase::Reading { stream, leaked };
                        None
                    }
                    Err(fault) => self.failed(fault),
                },
                Phase::Reading { stream, leaked } => match stream.poll_next(cx, text) {
                    Poll::Ready(advance) => self.read(advance),
                    Poll::Pending => {
                        let Some(leaking) = leaked else { return Poll::Pending };
                        ready!(leaking.as_mut().poll(cx));
                        self.leave_leaked();
                        None
                    }
                },
                Phase::Pausing(pause) => {
                    let fault = ready!(pause.as_mut().poll(cx));
                    match self.shared.choose(&self.task.model, &[]) {
                        Some(ticket) => {
                            self.ask(ticket);
                            None
                        }
                        None => Some(self.end(Err(fault))),
                    }
                }
                Phase::Pulling(news) => {
                    let (receiver, progress) = ready!(news.as_mut().poll(cx));
                    self.pulling(receiver, progress)
                }
                Phase::Ended => Some(Err(Fault::BrokeOff("it was read beyond its end".to_owned()))),
            };
            if let Some(answer) = step {
                return Poll::Ready(answer);
            }
        }
    }
}

/// The pause before a request goes to a host that it has been to: it doubles, and is spread over its second half, so that
/// many requests do not come back in step.
pub(super) fn pause(base: Duration, number: u32) -> Duration {
    let whole = base.saturating_mul(1 << number.min(5));
    let spread = uuid::Uuid::now_v7().as_u64_pair().1 % 1_000;
    whole / 2 + whole / 2 * u32::try_from(spread).unwrap_or(0) / 1_000
}
