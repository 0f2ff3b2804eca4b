//! What the events of an answer mean, and why it was refused.
//!
//! An answer is whole only when an event gave the reason for its end. `[DONE]` alone is not enough: some servers send it
//! after a fault as well. The other way round it is: after a reason, a missing `[DONE]` or a broken connection takes
//! nothing away, at most the count of tokens.

use super::wire::{self, Choice, Chunk, Timings, Usage};
use super::{MAX_EVENT_BYTES, Shared, fault};
use crate::backend::answer::{Protocol, garbage};
use crate::backend::json_text::append_text;
use crate::backend::sse::Events;
use crate::backend::{Fault, Finish};
use std::sync::Arc;

/// What was seen of the answer so far.
pub(super) struct Tally {
    events: Events,
    seen: Seen,
}

#[derive(Default)]
struct Seen {
    events: usize,
    /// Whether anything but blanks was answered.
    answered: bool,
    thought_bytes: usize,
    /// Reused for texts that are not part of the answer.
    aside: String,
    /// What a model that refuses says instead of an answer.
    refusal: String,
    /// Set by the reason for the end: whether that was the bound on length.
    ended: Option<bool>,
    usage: Option<Usage>,
    timings: Option<Timings>,
}

/// What an event was.
enum Event {
    More,
    /// `[DONE]`.
    Done,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            events: Events::new(MAX_EVENT_BYTES),
            seen: Seen::default(),
        }
    }
}

// === impl Tally ===

impl Protocol for Tally {
    fn take(&mut self, line: &[u8], text: &mut String) -> Result<Option<Finish>, Fault> {
        let data = self
            .events
            .line(line)
            .map_err(|fault| Fault::Protocol(fault.to_string()))?;
        match data.map(|data| self.seen.take(data, text)).transpose()? {
            Some(Event::Done) => self.seen.close("it said [DONE] and gave no finish_reason").map(Some),
            Some(Event::More) | None => {
                if self.seen.events == 0 && !is_sse(line) {
                    return Err(garbage(line));
                }
                Ok(None)
            }
        }
    }

    fn thought_bytes(&self) -> usize {
        self.seen.thought_bytes
    }

    fn end(&mut self, tail: Option<&[u8]>, text: &mut String) -> Result<Finish, Fault> {
        const WHY: &str = "the server ended it without a finish_reason";
        if let Some(tail) = tail {
            match self.take(tail, text) {
                Ok(Some(finish)) => return Ok(finish),
                Ok(None) => {}
                // Half an event after whole ones was cut off; with none before it, it never was the protocol.
                Err(Fault::Protocol(_)) if self.seen.events > 0 => {
                    return self.seen.close("the server ended it within an event");
                }
                Err(fault) => return Err(fault),
            }
        }
        match self.events.end().map(|data| self.seen.take(data, text)).transpose() {
            Err(Fault::Protocol(_)) if self.seen.events > 0 => self.seen.close("the server ended it within an event"),
            Err(fault) => Err(fault),
            Ok(_) => self.seen.close(WHY),
        }
    }

    fn broke_off(&mut self, why: &str) -> Result<Finish, Fault> {
        self.seen.close(why)
    }
}

/// Whether a line can stand in a stream of events: a field, a comment or nothing.
fn is_sse(line: &[u8]) -> bool {
    const FIELDS: [&[u8]; 6] = [b":", b"data", b"event", b"id", b"retry", b"error"];
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    line.iter().all(u8::is_ascii_whitespace) || FIELDS.iter().any(|field| line.starts_with(field))
}

// === impl Seen ===

impl Seen {
    fn take(&mut self, data: &[u8], text: &mut String) -> Result<Event, Fault> {
        let trimmed = data.trim_ascii();
        if trimmed.is_empty() {
            return Ok(Event::More);
        }
        if trimmed == b"[DONE]" {
            self.events += 1;
            return Ok(Event::Done);
        }
        let chunk = Chunk::read(trimmed).map_err(|_| garbage(trimmed))?;
        if chunk.is_error() {
            return Err(fault::in_the_answer(trimmed));
        }
        if let Some(error) = chunk.error.filter(|error| error.get() != "null") {
            return Err(fault::in_the_answer(error.get().as_bytes()));
        }
        if !chunk.is_known() {
            return Err(garbage(trimmed));
        }
        self.events += 1;
        self.usage = chunk.usage.or(self.usage);
        self.timings = chunk.timings.or(self.timings);
        match chunk.choices.as_deref().and_then(<[Choice<'_>]>::first) {
            Some(choice) => self.choice(choice, text),
            None => Ok(Event::More),
        }
    }

    fn choice(&mut self, choice: &Choice<'_>, text: &mut String) -> Result<Event, Fault> {
        if let Some(part) = choice.part() {
            let before = text.len();
            append_text(part.content, text).map_err(|_| wrong_type("content"))?;
            self.answered |= !text[before..].trim().is_empty();
            self.aside.clear();
            append_text(part.reasoning_content, &mut self.aside).map_err(|_| wrong_type("reasoning_content"))?;
            if self.aside.is_empty() {
                append_text(part.reasoning, &mut self.aside).map_err(|_| wrong_type("reasoning"))?;
            }
            self.thought_bytes += self.aside.len();
            if self.refusal.len() < MOST_OF_A_REFUSAL {
                append_text(part.refusal, &mut self.refusal).map_err(|_| wrong_type("refusal"))?;
            }
        }
        match choice.finish_reason() {
            None => {}
            Some("content_filter") => {
                return Err(Fault::Withheld("the server's content filter stopped it".to_owned()));
            }
            Some(reason @ ("abort" | "error")) => {
                return Err(Fault::Failed(format!("it ended the answer with the reason {reason:?}")));
            }
            // SGLang names an abort in an object.
            Some(reason) if reason.starts_with('{') => {
                return Err(fault::in_the_answer(reason.as_bytes()));
            }
            Some(reason) => self.ended = Some(reason == "length"),
        }
        Ok(Event::More)
    }

    /// The end of the events, whatever it was.
    fn close(&self, why: &str) -> Result<Finish, Fault> {
        match self.ended {
            None => Err(Fault::BrokeOff(why.to_owned())),
            Some(cut) if self.answered => Ok(wire::finish(cut, self.usage, self.timings)),
            Some(_) if !self.refusal.trim().is_empty() => Err(Fault::Withheld(format!(
                "the model refused: {}",
                crate::backend::endpoint::excerpt(&self.refusal, 200)
            ))),
            Some(_) if self.thought_bytes > 0 => Err(Fault::ThoughtOnly),
            Some(_) => Err(Fault::Empty),
        }
    }
}

/// Bytes of a refusal that are gathered; what is beyond them is not shown anyway.
const MOST_OF_A_REFUSAL: usize = 4 * 1024;

fn wrong_type(field: &str) -> Fault {
    Fault::Protocol(format!("delta.{field} is not a text"))
}

/// Reads why the server refused. For a missing model it asks which there are.
pub(super) async fn explain(shared: Arc<Shared>, model: String, response: reqwest::Response) -> Fault {
    let address = shared.endpoint.address();
    if response.status() == http::StatusCode::OK {
        let reason = format!("{address} is not a server with OpenAI's interface: it answered with a page");
        return Fault::Refused { status: 200, reason };
    }
    match shared.endpoint.refusal(response).await {
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
