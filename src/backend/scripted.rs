//! A backend that plays a script: for tests and demonstrations. It works with tokio's paused time.
//!
//! It keeps the tasks that it was given, and how many answers were left before their end, so that a test can say what was
//! asked as well as what came of it.

use super::{Advance, Backend, BackendId, BackendNotice, BoxFuture, Fault, Finish, ModelInfo, Task, TokenStream};
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
    /// Nothing arrives any more, and the answer does not end.
    Hang,
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
    left: usize,
    models: Option<Result<Vec<ModelInfo>, Fault>>,
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
        self.shared().tasks.clone()
    }

    /// The same, with what a probe says; without it, a probe finds `scripted:latest`.
    #[must_use]
    pub fn with_models(self, models: Result<Vec<ModelInfo>, Fault>) -> Self {
        self.shared().models = Some(models);
        self
    }

    /// Adds an answer after those that there are.
    pub fn push(&self, answer: Vec<Play>) {
        self.shared().answers.push_back(answer);
    }

    /// How many of its streams were dropped before their end.
    #[must_use]
    pub fn left(&self) -> usize {
        self.shared().left
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many of its streams are open now.
    #[must_use]
    pub fn open(&self) -> usize {
        self.shared().open
    }
}

impl Backend for Scripted {
    fn id(&self) -> BackendId {
        BackendId::Ollama
    }

    fn start(&self, task: Task) -> BoxFuture<'_, Result<Box<dyn TokenStream>, Fault>> {
        let mut shared = self.shared();
        shared.tasks.push(task);
        let answer = shared.answers.pop_front();
        shared.open += usize::from(answer.is_some());
        drop(shared);
        let stream = answer.map(|answer| {
            let stream = Playing {
                answer: answer.into(),
                wait: None,
                ended: false,
                shared: Arc::clone(&self.shared),
            };
            Box::new(stream) as Box<dyn TokenStream>
        });
        let none_left = || Fault::Unreachable {
            setting: "the script sets the answers",
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
        let models = self.shared().models.clone().unwrap_or_else(|| Ok(vec![model]));
        Box::pin(std::future::ready(models))
    }

    fn target(&self, model: &str) -> String {
        format!("scripted {model}")
    }
}

struct Playing {
    answer: VecDeque<Play>,
    wait: Option<Pin<Box<Sleep>>>,
    ended: bool,
    shared: Arc<Mutex<Shared>>,
}

impl TokenStream for Playing {
    fn poll_next(&mut self, cx: &mut Context<'_>, text: &mut String) -> Poll<Result<Advance, Fault>> {
        loop {
            if let Some(wait) = &mut self.wait {
                std::task::ready!(wait.as_mut().poll(cx));
                self.wait = None;
            }
            let advance = match self.answer.pop_front() {
                Some(Play::Hang) => {
                    self.answer.push_front(Play::Hang);
                    return Poll::Pending;
                }
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
            };
            self.ended = matches!(advance, Ok(Advance::Done(_)) | Err(_));
            return Poll::Ready(advance);
        }
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.open -= 1;
        shared.left += usize::from(!self.ended);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::backend::{Sampling, next};
    use crate::basis::TestBasis;
    use crate::coverage::Plan;
    use tokio::time::Instant;

    fn task(user: &str) -> Task {
        Task {
            basis: Arc::new(TestBasis::default()),
            plan: Arc::new(Plan::default()),
            asked: Vec::new(),
            system: String::new(),
            user: user.to_owned(),
            schema: None,
            sampling: Sampling::default(),
            model: String::new(),
            headers: Vec::new(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_script_is_played_in_order_and_in_its_own_time() {
        let mut plays = Play::pieces("abc", 2, Duration::from_secs(5));
        plays.extend([Play::Thinking(3), Play::Done(Finish::default())]);
        let scripted = Scripted::new(vec![plays]);
        let begun = Instant::now();
        let mut stream = scripted.start(task("first")).await.unwrap();
        let mut text = String::new();
        assert_eq!(next(&mut *stream, &mut text).await, Ok(Advance::Text));
        assert_eq!(
            (text.as_str(), begun.elapsed().as_secs(), scripted.open()),
            ("ab", 0, 1)
        );
        assert_eq!(next(&mut *stream, &mut text).await, Ok(Advance::Text));
        assert_eq!((text.as_str(), begun.elapsed().as_secs()), ("abc", 5));
        assert_eq!(next(&mut *stream, &mut text).await, Ok(Advance::Thinking(3)));
        assert_eq!(
            next(&mut *stream, &mut text).await,
            Ok(Advance::Done(Finish::default()))
        );
        drop(stream);
        assert_eq!(
            (scripted.open(), scripted.left(), begun.elapsed().as_secs()),
            (0, 0, 10)
        );
        assert_eq!(scripted.tasks()[0].user, "first");
    }

    #[tokio::test(start_paused = true)]
    async fn who_leaves_before_the_end_is_counted() {
        let scripted = Scripted::new(vec![vec![Play::Text("a".to_owned()), Play::Hang]]);
        let mut stream = scripted.start(task("")).await.unwrap();
        let mut text = String::new();
        assert_eq!(next(&mut *stream, &mut text).await, Ok(Advance::Text));
        let waited = tokio::time::timeout(Duration::from_secs(600), next(&mut *stream, &mut text)).await;
        assert!(waited.is_err(), "{waited:?}");
        drop(stream);
        assert_eq!((scripted.open(), scripted.left()), (0, 1));
        assert!(matches!(
            scripted.start(task("")).await.err(),
            Some(Fault::Unreachable { .. })
        ));
    }
}
