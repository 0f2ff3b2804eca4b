//! A backend that plays a script: for tests and demonstrations. It works with tokio's paused time.

use super::{Advance, Backend, BackendId, BackendNotice, BoxFuture, Fault, Finish, ModelInfo, Task, TokenStream};
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Sleep;

/// One step of an answer.
#[derive(Clone, Debug)]
pub enum Play {
    /// This text arrives.
    Text(String),
    /// Nothing arrives for so long.
    Wait(Duration),
    /// The model thinks so many bytes.
    Thinking(usize),
    /// Something to tell the caller.
    Notice(BackendNotice),
    /// The answer ends.
    Done(Finish),
    /// The answer breaks.
    Fault(Fault),
}

impl Play {
    /// A text in pieces of `size` characters, with a wait after each.
    #[must_use]
    pub fn pieces(text: &str, size: usize, wait: Duration) -> Vec<Self> {
        let characters: Vec<char> = text.chars().collect();
        characters
            .chunks(size.max(1))
            .flat_map(|piece| [Self::Text(piece.iter().collect()), Self::Wait(wait)])
            .collect()
    }
}

/// Plays one answer a request, in order; when there is none left, requests find nobody there.
#[derive(Clone, Debug)]
pub struct Scripted {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    answers: VecDeque<Vec<Play>>,
    tasks: Vec<Task>,
    open: usize,
}

impl Scripted {
    /// Plays these answers.
    #[must_use]
    pub fn new(answers: Vec<Vec<Play>>) -> Self {
        Self {
            shared: Arc::new(Mutex::new(Shared {
                answers: answers.into(),
                ..Shared::default()
            })),
        }
    }

    /// The tasks that it was given so far.
    #[must_use]
    pub fn tasks(&self) -> Vec<Task> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).tasks.clone()
    }

    /// How many of its streams are open now.
    #[must_use]
    pub fn open(&self) -> usize {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).open
    }
}

impl Backend for Scripted {
    fn id(&self) -> BackendId {
        BackendId::Ollama
    }

    fn start(&self, task: Task) -> BoxFuture<'_, Result<Box<dyn TokenStream>, Fault>> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.tasks.push(task);
        let answer = shared.answers.pop_front();
        shared.open += usize::from(answer.is_some());
        drop(shared);
        let stream = answer.map(|answer| {
            let stream = Playing {
                answer: answer.into(),
                wait: None,
                shared: Arc::clone(&self.shared),
            };
            Box::new(stream) as Box<dyn TokenStream>
        });
        let none_left = || Fault::Unreachable {
            target: "the script".to_owned(),
            reason: "no answer is left".to_owned(),
        };
        Box::pin(std::future::ready(stream.ok_or_else(none_left)))
    }

    fn probe(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, Fault>> {
        let model = ModelInfo {
            name: "scripted:latest".to_owned(),
            ..ModelInfo::default()
        };
        Box::pin(std::future::ready(Ok(vec![model])))
    }

    fn target(&self, model: &str) -> String {
        format!("scripted {model}")
    }
}

struct Playing {
    answer: VecDeque<Play>,
    wait: Option<Pin<Box<Sleep>>>,
    shared: Arc<Mutex<Shared>>,
}

impl TokenStream for Playing {
    fn poll_next(&mut self, cx: &mut Context<'_>, text: &mut String) -> Poll<Result<Advance, Fault>> {
        loop {
            if let Some(wait) = &mut self.wait {
                std::task::ready!(wait.as_mut().poll(cx));
                self.wait = None;
            }
            return Poll::Ready(match self.answer.pop_front() {
                Some(Play::Text(piece)) => {
                    text.push_str(&piece);
                    Ok(Advance::Text)
                }
                Some(Play::Wait(time)) => {
                    self.wait = Some(Box::pin(tokio::time::sleep(time)));
                    continue;
                }
                Some(Play::Thinking(bytes)) => Ok(Advance::Thinking(bytes)),
                Some(Play::Notice(notice)) => Ok(Advance::Notice(notice)),
                Some(Play::Done(finish)) => Ok(Advance::Done(finish)),
                Some(Play::Fault(fault)) => Err(fault),
                None => Err(Fault::BrokeOff("the script ended".to_owned())),
            });
        }
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).open -= 1;
    }
}
