//! One answer as it comes: from the request that waits for its head to the line that says `done`.
//!
//! Everything happens in the caller's poll: no task, no channel and no queue of ours stands between the socket and the
//! caller's text. A poll takes all that has arrived, so tokens that wait are merged at no cost.
//!
//! An answer is whole only when a line said `done`. A stream that ends without it broke off, however well it looks.

use super::wire::{self, Line};
use super::{Shared, fault};
use crate::backend::ndjson::{LineTooLong, Lines};
use crate::backend::{Advance, BackendNotice, BoxFuture, Fault, Finish, TokenStream};
use http_body::Body as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// One poll appends about this much at most, so that a fast server cannot keep the caller from its other work.
const MAX_TEXT_A_POLL: usize = 64 * 1024;
/// And reads this many frames at most, for a server that sends lines without text.
const MAX_FRAMES_A_POLL: usize = 256;
/// Most bytes that are read of a refusal.
const MAX_REFUSAL_BYTES: usize = 64 * 1024;

/// The token stream of one request.
pub(super) struct Answer {
    shared: Arc<Shared>,
    model: String,
    phase: Phase,
}

enum Phase {
    /// The server has not answered yet: it queues the request, loads the model or reads the prompt.
    Waiting {
        head: BoxFuture<'static, reqwest::Result<reqwest::Response>>,
        look: Option<BoxFuture<'static, Option<BackendNotice>>>,
    },
    /// It refused; its reasons are being read.
    Refused(BoxFuture<'static, Fault>),
    Reading(Box<Reading>),
    Ended,
}

struct Reading {
    body: reqwest::Body,
    lines: Lines,
    tally: Tally,
}

/// What was seen of the answer so far.
#[derive(Default)]
struct Tally {
    lines: usize,
    /// Whether anything but blanks was answered.
    answered: bool,
    thought_bytes: usize,
    thought: String,
    repeats: Repeats,
}

// === impl Answer ===

impl Answer {
    pub(super) fn new(shared: Arc<Shared>, model: String, request: reqwest::RequestBuilder) -> Self {
        let look = look_at_memory(Arc::clone(&shared), model.clone());
        let phase = Phase::Waiting {
            head: Box::pin(request.send()),
            look: Some(Box::pin(look)),
        };
        Self { shared, model, phase }
    }

    fn begin(&self, response: reqwest::Response) -> Phase {
        if response.status() == http::StatusCode::OK && !fault::Head::is_page(&response) {
            return Phase::Reading(Box::new(Reading {
                body: http::Response::<reqwest::Body>::from(response).into_body(),
                lines: Lines::new(self.shared.config.max_line_bytes),
                tally: Tally::default(),
            }));
        }
        Phase::Refused(Box::pin(explain(
            Arc::clone(&self.shared),
            self.model.clone(),
            response,
        )))
    }
}

impl TokenStream for Answer {
    fn poll_next(&mut self, cx: &mut Context<'_>, text: &mut String) -> Poll<Result<Advance, Fault>> {
        loop {
            let end = match &mut self.phase {
                Phase::Waiting { head, look } => match head.as_mut().poll(cx) {
                    Poll::Ready(Ok(response)) => {
                        self.phase = self.begin(response);
                        continue;
                    }
                    Poll::Ready(Err(error)) => Err(self.shared.unreachable(&error)),
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
            return Poll::Ready(end);
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

/// Looks, once a request has been silent for a while, whether that is because the model has to be loaded. It runs
/// beside the request and never delays it.
///
/// While Ollama starts a model, `/api/ps` waits for it (it takes the lock that loading holds): no answer from a server
/// that accepts connections means loading, too.
async fn look_at_memory(shared: Arc<Shared>, model: String) -> Option<BackendNotice> {
    tokio::time::sleep(shared.config.loading_notice_after).await;
    let message = match shared.is_loaded(&model).await {
        Ok(false) => format!(
            "{} is loading {model}; the first token comes after that",
            shared.address
        ),
        Err(Fault::Unreachable { .. }) => {
            format!(
                "{} seems to be loading a model; it does not say which are in memory",
                shared.address
            )
        }
        Ok(true) | Err(_) => return None,
    };
    Some(BackendNotice {
        code: "MODEL_LOADING",
        message,
        progress: None,
    })
}

/// Reads why the server refused. For a missing model it asks which there are.
async fn explain(shared: Arc<Shared>, model: String, response: reqwest::Response) -> Fault {
    let head = fault::Head::of(&response);
    if head.status == http::StatusCode::OK {
        let reason = format!("{} is not an Ollama server: it answered with a page", shared.address);
        return Fault::Refused { status: 200, reason };
    }
    let body = tokio::time::timeout(shared.config.lookup_timeout, read_bounded(response, MAX_REFUSAL_BYTES)).await;
    // The status alone already tells most of it, so a body that does not come is no new fault.
    let body = body.ok().and_then(Result::ok).unwrap_or_default();
    match fault::refused(&shared.address, &head, &body) {
        Fault::ModelMissing { .. } => {
            let available = shared.models().await.unwrap_or_default();
            Fault::ModelMissing {
                model,
                available: available.into_iter().map(|info| info.name).collect(),
            }
        }
        other => other,
    }
}

/// The first `max` bytes of a body.
pub(super) async fn read_bounded(mut response: reqwest::Response, max: usize) -> reqwest::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk[..chunk.len().min(max - body.len())]);
        if body.len() == max {
            break;
        }
    }
    Ok(body)
}

// === impl Reading ===

impl Reading {
    fn poll(&mut self, cx: &mut Context<'_>, text: &mut String) -> Poll<Result<Advance, Fault>> {
        let (text_before, thought_before) = (text.len(), self.tally.thought_bytes);
        for _ in 0..MAX_FRAMES_A_POLL {
            while let Some(line) = self.lines.next_line().map_err(too_long)? {
                if let Some(finish) = self.tally.take(line, text)? {
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
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(self.tally.broke_off(&fault::words(&error)))),
                Poll::Ready(None) => return Poll::Ready(self.tally.end(self.lines.tail(), text)),
                Poll::Pending => return self.tally.advance(text.len() > text_before, thought_before),
            }
        }
        // More is there; the caller gets its turn first.
        cx.waker().wake_by_ref();
        self.tally.advance(text.len() > text_before, thought_before)
    }
}

fn too_long(fault: LineTooLong) -> Fault {
    Fault::Protocol(fault.to_string())
}

// === impl Tally ===

impl Tally {
    /// Takes a line; `Some` when it says that the answer is whole.
    fn take(&mut self, line: &[u8], text: &mut String) -> Result<Option<Finish>, Fault> {
        let line = Line::read(line).map_err(|_| garbage(line))?;
        self.lines += 1;
        if let Some(error) = line.error {
            return Err(fault::in_the_answer(error.get()));
        }
        if let Some(part) = &line.message {
            let before = text.len();
            wire::append_text(part.content, text).map_err(|_| wrong_type("content"))?;
            if text.len() > before {
                self.note(&text[before..]);
            }
            self.thought.clear();
            wire::append_text(part.thinking, &mut self.thought).map_err(|_| wrong_type("thinking"))?;
            self.thought_bytes += self.thought.len();
        }
        match (line.done, self.answered) {
            (false, _) => Ok(None),
            (true, _) if line.is_no_answer() => Err(Fault::Empty),
            (true, true) => Ok(Some(line.finish())),
            (true, false) if self.thought_bytes > 0 => Err(Fault::ThoughtOnly),
            (true, false) => Err(Fault::Empty),
        }
    }

    fn note(&mut self, piece: &str) {
        let piece = piece.trim();
        self.answered |= !piece.is_empty();
        self.repeats.note(piece);
    }

    fn advance(&self, text_grew: bool, thought_before: usize) -> Poll<Result<Advance, Fault>> {
        if text_grew {
            Poll::Ready(Ok(Advance::Text))
        } else if self.thought_bytes > thought_before {
            Poll::Ready(Ok(Advance::Thinking(self.thought_bytes)))
        } else {
            Poll::Pending
        }
    }

    /// The body has ended. A server may leave out the last line feed, so what stands after it counts.
    fn end(&mut self, tail: Option<&[u8]>, text: &mut String) -> Result<Advance, Fault> {
        let Some(tail) = tail else {
            return Err(self.broke_off("the server ended it without saying that it is done"));
        };
        match self.take(tail, text) {
            Ok(Some(finish)) => Ok(Advance::Done(finish)),
            Ok(None) => Err(self.broke_off("the server ended it without saying that it is done")),
            // Half a line after whole ones was cut off; with none before it, it never was the protocol.
            Err(Fault::Protocol(_)) if self.lines > 0 => Err(self.broke_off("the server ended it within a line")),
            Err(fault) => Err(fault),
        }
    }

    fn broke_off(&self, why: &str) -> Fault {
        Fault::BrokeOff(match self.repeats.times() {
            times if times >= Repeats::SUSPICIOUS => format!(
                "{why}; its last piece had come {times} times in a row, and Ollama ends an answer silently after about \
                 30 repeats"
            ),
            _ => why.to_owned(),
        })
    }
}

fn garbage(line: &[u8]) -> Fault {
    let what = if std::str::from_utf8(line).is_err() {
        "is not UTF-8"
    } else {
        "is not one of its JSON objects"
    };
    let start = &line[..line.len().min(240)];
    Fault::Protocol(format!(
        "a line {what}: {}",
        fault::excerpt(&String::from_utf8_lossy(start), 60)
    ))
}

fn wrong_type(field: &str) -> Fault {
    Fault::Protocol(format!("message.{field} is not a text"))
}

/// How often the last piece came in a row, counted as Ollama counts: by the piece without the blanks around it.
#[derive(Default)]
struct Repeats {
    last: String,
    more: usize,
}

impl Repeats {
    /// From here on the repeats are worth a word.
    const SUSPICIOUS: usize = 20;

    fn note(&mut self, piece: &str) {
        if piece == self.last {
            self.more += 1;
        } else {
            self.last.clear();
            self.last.push_str(piece);
            self.more = 0;
        }
    }

    fn times(&self) -> usize {
        self.more + 1
    }
}
