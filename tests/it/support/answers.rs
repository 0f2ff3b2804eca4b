//! What the tests of the model backends share: a task, reading an answer to its end, a row of their tables of faults.

use super::fake_ollama::Script;
use std::sync::Arc;
use testgen::backend::{Advance, Fault, Finish, Sampling, Task, TokenStream, next};
use testgen::basis::TestBasis;
use testgen::coverage::Plan;

/// A small task.
pub fn task(model: &str) -> Task {
    Task {
        basis: Arc::new(TestBasis::default()),
        plan: Arc::new(Plan::default()),
        asked: Vec::new(),
        system: "Write test cases.".to_owned(),
        user: "As a customer, I want <b>…".to_owned(),
        schema: None,
        sampling: Sampling::default(),
        model: model.to_owned(),
        headers: Vec::new(),
    }
}

/// What a stream brought until its end.
#[derive(Debug)]
pub struct Outcome {
    pub text: String,
    pub texts: usize,
    pub thought_bytes: usize,
    pub notices: Vec<String>,
    pub end: Result<Finish, Fault>,
}

/// Reads a stream to its end.
pub async fn read(mut stream: Box<dyn TokenStream>) -> Outcome {
    let mut text = String::new();
    let (mut texts, mut thought_bytes, mut notices) = (0, 0, Vec::new());
    let end = loop {
        match next(&mut *stream, &mut text).await {
            Ok(Advance::Text) => texts += 1,
            Ok(Advance::Thinking(bytes)) => thought_bytes = bytes,
            Ok(Advance::Notice(notice)) => notices.push(format!("{}: {}", notice.code, notice.message)),
            Ok(Advance::Done(finish)) => break Ok(finish),
            Err(fault) => break Err(fault),
        }
    };
    Outcome {
        text,
        texts,
        thought_bytes,
        notices,
        end,
    }
}

/// One row: what the server does, the fault's code, words of its message, and the text that is kept.
pub struct Row {
    pub script: Script,
    pub code: &'static str,
    pub says: &'static str,
    pub kept: &'static str,
}

pub fn row(script: Script, code: &'static str, says: &'static str, kept: &'static str) -> Row {
    Row {
        script,
        code,
        says,
        kept,
    }
}
