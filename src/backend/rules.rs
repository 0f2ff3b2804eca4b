//! The embedded default: words the plan with no model.
//!
//! The families' drafts are written as the JSON document that a model would write, through the same token stream, so that
//! the same extraction, evidence check and lint judge them. One case a poll, or a few words with a pace: cases stream
//! even though all are there at once.
//!
//! What it refuses: to word an item without a draft (a story in another language). It is left out, and so stays
//! uncovered.

mod document;

use super::{Advance, Backend, BackendId, BoxFuture, Fault, Finish, ModelInfo, Task, TokenStream};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::Sleep;

/// The embedded rules.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules {
    pace: Option<Duration>,
}

impl Rules {
    /// The embedded rules; they need nothing and write as fast as they are read.
    #[must_use]
    pub fn new() -> Self {
        Self { pace: None }
    }

    /// The embedded rules, with a wait before each piece of a few words: for demonstrations.
    #[must_use]
    pub fn paced(pause: Duration) -> Self {
        Self { pace: Some(pause) }
    }
}

impl Backend for Rules {
    fn id(&self) -> BackendId {
        BackendId::Rules
    }

    fn start(&self, task: Task) -> BoxFuture<'_, Result<Box<dyn TokenStream>, Fault>> {
        let wording = Wording::new(task, self.pace);
        Box::pin(std::future::ready(Ok(Box::new(wording) as Box<dyn TokenStream>)))
    }

    fn probe(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, Fault>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    fn target(&self, _model: &str) -> String {
        "the embedded rules".to_owned()
    }
}

/// Words that one piece brings when there is a pace.
const WORDS_A_PIECE: usize = 4;

/// A plan that is being worded.
struct Wording {
    task: Task,
    /// The next of `task.asked`.
    next: usize,
    written: usize,
    /// What was written and how much of it was handed out.
    waiting: String,
    handed_out: usize,
    closed: bool,
    pace: Option<(Duration, Pin<Box<Sleep>>)>,
}

impl Wording {
    fn new(task: Task, pace: Option<Duration>) -> Self {
        Self {
            task,
            next: 0,
            written: 0,
            waiting: String::new(),
            handed_out: 0,
            closed: false,
            pace: pace.map(|pause| (pause, Box::pin(tokio::time::sleep(pause)))),
        }
    }

    /// Writes the next case, or the end of the document.
    ///
    /// # Errors
    /// There was nothing to word.
    fn write_more(&mut self) -> Result<(), Fault> {
        self.waiting.clear();
        self.handed_out = 0;
        while let Some(index) = self.task.asked.get(self.next).copied() {
            self.next += 1;
            let plan = &self.task.plan;
            let (Some(item), Some(draft)) = (plan.items.get(index), plan.drafts.get(index)) else {
                continue;
            };
            if document::write_case(&mut self.waiting, item, draft, self.written) {
                self.written += 1;
                return Ok(());
            }
        }
        if self.written == 0 {
            return Err(Fault::Empty);
        }
        self.closed = true;
        self.waiting.push_str(document::CLOSING);
        Ok(())
    }

    fn hand_out(&mut self, text: &mut String) {
        let rest = self.waiting.get(self.handed_out..).unwrap_or_default();
        let piece = if self.pace.is_some() { a_few_words(rest) } else { rest };
        text.push_str(piece);
        self.handed_out += piece.len();
    }
}

impl TokenStream for Wording {
    fn poll_next(&mut self, cx: &mut Context<'_>, text: &mut String) -> Poll<Result<Advance, Fault>> {
        if let Some((pause, clock)) = &mut self.pace {
            ready!(clock.as_mut().poll(cx));
            let next = clock.deadline() + *pause;
            clock.as_mut().reset(next);
        }
        if self.handed_out == self.waiting.len() {
            self.write_more()?;
        }
        self.hand_out(text);
        let at_the_end = self.closed && self.handed_out == self.waiting.len();
        Poll::Ready(Ok(if at_the_end {
            Advance::Done(Finish::default())
        } else {
            Advance::Text
        }))
    }
}

/// The first words of a text, with the blank after them, so that pieces joined give the text again.
fn a_few_words(text: &str) -> &str {
    let end = text
        .match_indices(' ')
        .nth(WORDS_A_PIECE - 1)
        .map_or(text.len(), |(at, blank)| at + blank.len());
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests;
