//! What the lines of an answer mean, why it was refused, and what its silence may mean.
//!
//! An answer is whole only when a line said `done`. A stream that ends without it broke off, however well it looks.

use super::wire::Line;
use super::{Shared, fault};
use crate::backend::answer::{Protocol, garbage};
use crate::backend::json_text::append_text;
use crate::backend::{BackendNotice, Fault, Finish};
use std::sync::Arc;

/// What was seen of the answer so far.
#[derive(Default)]
pub(super) struct Tally {
    lines: usize,
    /// Whether anything but blanks was answered.
    answered: bool,
    thought_bytes: usize,
    thought: String,
    repeats: Repeats,
}

/// Looks, once a request has been silent for a while, whether that is because the model has to be loaded. It runs
/// beside the request and never delays it.
///
/// While Ollama starts a model, `/api/ps` waits for it (it takes the lock that loading holds): no answer from a server
/// that accepts connections means loading, too.
pub(super) async fn look_at_memory(shared: Arc<Shared>, model: String) -> Option<BackendNotice> {
    tokio::time::sleep(shared.config.loading_notice_after).await;
    let message = match shared.is_loaded(&model).await {
        Ok(false) => format!(
            "{} is loading {model}; the first token comes after that",
            shared.endpoint.address()
        ),
        Err(Fault::Unreachable { .. }) => {
            format!(
                "{} seems to be loading a model; it does not say which are in memory",
                shared.endpoint.address()
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
pub(super) async fn explain(shared: Arc<Shared>, model: String, response: reqwest::Response) -> Fault {
    if response.status() == http::StatusCode::OK {
        let reason = format!(
            "{} is not an Ollama server: it answered with a page",
            shared.endpoint.address()
        );
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

// === impl Tally ===

impl Protocol for Tally {
    fn take(&mut self, line: &[u8], text: &mut String) -> Result<Option<Finish>, Fault> {
        let line = Line::read(line).map_err(|_| garbage(line))?;
        self.lines += 1;
        if let Some(error) = line.error {
            return Err(fault::in_the_answer(error.get()));
        }
        if let Some(part) = &line.message {
            let before = text.len();
            append_text(part.content, text).map_err(|_| wrong_type("content"))?;
            if text.len() > before {
                self.note(&text[before..]);
            }
            self.thought.clear();
            append_text(part.thinking, &mut self.thought).map_err(|_| wrong_type("thinking"))?;
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

    fn thought_bytes(&self) -> usize {
        self.thought_bytes
    }

    fn end(&mut self, tail: Option<&[u8]>, text: &mut String) -> Result<Finish, Fault> {
        let Some(tail) = tail else {
            return Err(self.cut_off("the server ended it without saying that it is done"));
        };
        match self.take(tail, text) {
            Ok(Some(finish)) => Ok(finish),
            Ok(None) => Err(self.cut_off("the server ended it without saying that it is done")),
            // Half a line after whole ones was cut off; with none before it, it never was the protocol.
            Err(Fault::Protocol(_)) if self.lines > 0 => Err(self.cut_off("the server ended it within a line")),
            Err(fault) => Err(fault),
        }
    }

    fn broke_off(&mut self, why: &str) -> Result<Finish, Fault> {
        Err(self.cut_off(why))
    }
}

impl Tally {
    fn note(&mut self, piece: &str) {
        let piece = piece.trim();
        self.answered |= !piece.is_empty();
        self.repeats.note(piece);
    }

    fn cut_off(&self, why: &str) -> Fault {
        Fault::BrokeOff(match self.repeats.times() {
            times if times >= Repeats::SUSPICIOUS => format!(
                "{why}; its last piece had come {times} times in a row, and Ollama ends an answer silently after about \
                 30 repeats"
            ),
            _ => why.to_owned(),
        })
    }
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
