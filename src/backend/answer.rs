//! One answer as it comes over HTTP: from the request that waits for its head to the end that its protocol marks.
//!
//! Everything happens in the caller's poll: no task, no channel and no queue of ours stands between the socket and the
//! caller's text. A poll takes all that has arrived, so tokens that wait are merged at no cost.
//!
//! What a line means is the [`Protocol`]'s business; whom to ask and how a refusal reads is the [`Server`]'s.

use super::endpoint::{Endpoint, Head, excerpt, words};
use super::ndjson::{LineTooLong, Lines};
use super::{Advance, BackendNotice, BoxFuture, Fault, Finish, TokenStream};
use http_body::Body as _;
use std::pin::Pin;
use std::task::{Context, Poll};

/// One poll appends about this much at most, so that a fast server cannot keep the caller from its other work.
const MAX_TEXT_A_POLL: usize = 64 * 1024;
/// And reads this many frames at most, for a server that sends lines without text.
const MAX_FRAMES_A_POLL: usize = 256;

/// What the lines of an answer mean.
pub(super) trait Protocol: Send + Default {
    /// Takes a line; `Some` when it says that the answer is whole.
    fn take(&mut self, line: &[u8], text: &mut String) -> Result<Option<Finish>, Fault>;

    /// Bytes of thought so far.
    fn thought_bytes(&self) -> usize;

    /// The body has ended. A server may leave out the last line feed, so what stands after it counts.
    fn end(&mut self, tail: Option<&[u8]>, text: &mut String) -> Result<Finish, Fault>;

    /// The connection broke; whole answers whose closing words alone are missing are whole.
    fn broke_off(&mut self, why: &str) -> Result<Finish, Fault>;
}

/// The server that was asked.
pub(super) trait Server: Send {
    /// How its answers are read.
    type Lines: Protocol;

    fn endpoint(&self) -> &Endpoint;

    /// Cuts its answers into lines.
    fn lines(&self) -> Lines;

    /// Why it refused.
    fn explain(&self, response: reqwest::Response) -> BoxFuture<'static, Fault>;
}

/// The token stream of one request.
pub(super) struct Answer<S: Server> {
    server: S,
    phase: Phase<S::Lines>,
}

enum Phase<P> {
    /// The server has not answered yet: it queues the request, loads the model or reads the prompt.
    Waiting {
        head: BoxFuture<'static, reqwest::Result<reqwest::Response>>,
        look: Option<BoxFuture<'static, Option<BackendNotice>>>,
    },
    /// It refused; its reasons are being read.
    Refused(BoxFuture<'static, Fault>),
    Reading(Box<Reading<P>>),
    Ended,
}

struct Reading<P> {
    body: reqwest::Body,
    lines: Lines,
    protocol: P,
}

// === impl Answer ===

impl<S: Server> Answer<S> {
    /// Sends the request. `look` runs beside it while it is silent and never delays it.
    pub(super) fn new(
        server: S,
        request: reqwest::RequestBuilder,
        look: Option<BoxFuture<'static, Option<BackendNotice>>>,
    ) -> Self {
        let phase = Phase::Waiting {
            head: Box::pin(request.send()),
            look,
        };
        Self { server, phase }
    }

    fn begin(&self, response: reqwest::Response) -> Phase<S::Lines> {
        if response.status() == http::StatusCode::OK && !Head::is_page(&response) {
            return Phase::Reading(Box::new(Reading {
                body: http::Response::<reqwest::Body>::from(response).into_body(),
                lines: self.server.lines(),
                protocol: S::Lines::default(),
            }));
        }
        Phase::Refused(self.server.explain(response))
    }
}

impl<S: Server + Unpin> TokenStream for Answer<S> {
    fn poll_next(&mut self, cx: &mut Context<'_>, text: &mut String) -> Poll<Result<Advance, Fault>> {
        loop {
            let end = match &mut self.phase {
                Phase::Waiting { head, look } => match head.as_mut().poll(cx) {
                    Poll::Ready(Ok(response)) => {
                        self.phase = self.begin(response);
                        continue;
                    }
                    Poll::Ready(Err(error)) => Err(self.server.endpoint().unreachable(&error)),
                    Poll::Pending => return poll_look(look, cx),
                },
                Phase::Refused(explanation) => match explanation.as_mut().poll(cx) {
                    Poll::Ready(fault) => Err(fault),
                    Poll::Pending => return Poll::Pending,
                },
                Phase::Reading(reading) => match reading.poll(cx, text) {
                    Poll::Ready(end @ (Ok(Advance::Done(_)) | Err(_))) => end,
                    more => return more,
                },
                Phase::Ended => Err(Fault::BrokeOff("it was read beyond its end".to_owned())),
            };
            // Dropping the phase closes the connection.
            self.phase = Phase::Ended;
            return Poll::Ready(end.map_err(|fault| self.server.endpoint().masked(fault)));
        }
    }
}

fn poll_look(
    look: &mut Option<BoxFuture<'static, Option<BackendNotice>>>,
    cx: &mut Context<'_>,
) -> Poll<Result<Advance, Fault>> {
    let Some(looking) = look else { return Poll::Pending };
    match looking.as_mut().poll(cx) {
        Poll::Ready(seen) => {
            *look = None;
            match seen {
                Some(notice) => Poll::Ready(Ok(Advance::Notice(notice))),
                None => Poll::Pending,
            }
        }
        Poll::Pending => Poll::Pending,
    }
}

// === impl Reading ===

impl<P: Protocol> Reading<P> {
    fn poll(&mut self, cx: &mut Context<'_>, text: &mut String) -> Poll<Result<Advance, Fault>> {
        let (text_before, thought_before) = (text.len(), self.protocol.thought_bytes());
        for _ in 0..MAX_FRAMES_A_POLL {
            while let Some(line) = self.lines.next_line().map_err(too_long)? {
                if let Some(finish) = self.protocol.take(line, text)? {
                    return Poll::Ready(Ok(Advance::Done(finish)));
                }
            }
            if text.len() - text_before >= MAX_TEXT_A_POLL {
                return Poll::Ready(Ok(Advance::Text));
            }
            match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    if let Ok(chunk) = frame.into_data() {
                        self.lines.push(chunk);
                    }
                }
                Poll::Ready(Some(Err(error))) => {
                    return Poll::Ready(self.protocol.broke_off(&words(&error)).map(Advance::Done));
                }
                Poll::Ready(None) => {
                    return Poll::Ready(self.protocol.end(self.lines.tail(), text).map(Advance::Done));
                }
                Poll::Pending => return self.advance(text.len() > text_before, thought_before),
            }
        }
        // More is there; the caller gets its turn first.
        cx.waker().wake_by_ref();
        self.advance(text.len() > text_before, thought_before)
    }

    fn advance(&self, text_grew: bool, thought_before: usize) -> Poll<Result<Advance, Fault>> {
        let thought_bytes = self.protocol.thought_bytes();
        if text_grew {
            Poll::Ready(Ok(Advance::Text))
        } else if thought_bytes > thought_before {
            Poll::Ready(Ok(Advance::Thinking(thought_bytes)))
        } else {
            Poll::Pending
        }
    }
}

fn too_long(fault: LineTooLong) -> Fault {
    Fault::Protocol(fault.to_string())
}

/// The fault of a line that is not in the protocol.
pub(super) fn garbage(line: &[u8]) -> Fault {
    let what = if std::str::from_utf8(line).is_err() {
        "is not UTF-8"
    } else {
        "is not one of its JSON objects"
    };
    let start = &line[..line.len().min(240)];
    Fault::Protocol(format!(
        "a line {what}: {}",
        excerpt(&String::from_utf8_lossy(start), 60)
    ))
}
