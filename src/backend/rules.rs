//! The embedded default: words the plan with no model.
//!
//! The families' drafts are written as the JSON document that a model would write, through the same token stream, so that
//! the same extraction, evidence check and lint judge them. One case a poll: cases stream even though all are there at
//! once. An item without a draft (a story in another language) is left out, and so stays uncovered.

use super::{Advance, Backend, BackendId, BoxFuture, Fault, Finish, ModelInfo, Task, TokenStream};
use crate::test_case::{Draft, Step};
use serde::Serialize;
use std::task::{Context, Poll};

/// The embedded rules.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules;

impl Rules {
    /// The embedded rules; they need nothing.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Backend for Rules {
    fn id(&self) -> BackendId {
        BackendId::Rules
    }

    fn start(&self, task: Task) -> BoxFuture<'_, Result<Box<dyn TokenStream>, Fault>> {
        Box::pin(std::future::ready(Ok(Box::new(Wording {
            task,
            next: 0,
            written: 0,
        }) as Box<dyn TokenStream>)))
    }

    fn probe(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, Fault>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    fn target(&self, _model: &str) -> String {
        "the embedded rules".to_owned()
    }
}

/// A plan that is being worded.
struct Wording {
    task: Task,
    /// The next of `task.asked`.
    next: usize,
    written: usize,
}

/// A case as the document has it.
#[derive(Serialize)]
struct Written<'a> {
    covers: [&'a str; 1],
    title: &'a str,
    r#type: &'a str,
    priority: &'a str,
    technique: &'a str,
    objective: &'a str,
    preconditions: &'a [String],
    steps: Vec<WrittenStep<'a>>,
    expected_result: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    postconditions: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
}

/// A step: plain words where there is nothing but an action.
#[derive(Serialize)]
#[serde(untagged)]
enum WrittenStep<'a> {
    Plain(&'a str),
    Full {
        action: &'a str,
        data: &'a str,
        expected: &'a str,
    },
}

impl<'a> From<&'a Step> for WrittenStep<'a> {
    fn from(step: &'a Step) -> Self {
        if step.data.is_empty() && step.expected.is_empty() {
            Self::Plain(&step.action)
        } else {
            Self::Full {
                action: &step.action,
                data: &step.data,
                expected: &step.expected,
            }
        }
    }
}

impl Wording {
    /// The next item that has words: its id and its draft.
    fn next_draft(&mut self) -> Option<usize> {
        while let Some(index) = self.task.asked.get(self.next).copied() {
            self.next += 1;
            let worded = self
                .task
                .plan
                .drafts
                .get(index)
                .is_some_and(|draft| !draft.steps.is_empty());
            if worded && index < self.task.plan.items.len() {
                return Some(index);
            }
        }
        None
    }

    fn write(&self, index: usize) -> Option<String> {
        let item = self.task.plan.items.get(index)?;
        let draft: &Draft = self.task.plan.drafts.get(index)?;
        let written = Written {
            covers: [&item.id],
            title: &draft.title,
            r#type: draft.case_type.unwrap_or(item.case_type).as_str(),
            priority: item.priority.as_str(),
            technique: draft.technique.unwrap_or(item.technique).as_str(),
            objective: &draft.objective,
            preconditions: &draft.preconditions,
            steps: draft.steps.iter().map(WrittenStep::from).collect(),
            expected_result: &draft.expected_result,
            postconditions: &draft.postconditions,
            tags: &draft.tags,
        };
        serde_json::to_string(&written).ok()
    }
}

impl TokenStream for Wording {
    fn poll_next(&mut self, _cx: &mut Context<'_>, text: &mut String) -> Poll<Result<Advance, Fault>> {
        match self.next_draft().and_then(|index| self.write(index)) {
            Some(case) => {
                text.push_str(if self.written == 0 {
                    "{\"test_cases\": [\n"
                } else {
                    ",\n"
                });
                text.push_str(&case);
                self.written += 1;
                Poll::Ready(Ok(Advance::Text))
            }
            None if self.written == 0 => Poll::Ready(Err(Fault::Empty)),
            None => {
                text.push_str("\n]}\n");
                Poll::Ready(Ok(Advance::Done(Finish::default())))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::basis::TestBasis;
    use crate::coverage::{CoverageItem, CoverageStatus, Plan};
    use crate::test_case::{BasisId, Priority, Technique, TestCaseType};
    use std::sync::Arc;
    use std::task::Waker;

    fn item(number: usize) -> CoverageItem {
        CoverageItem {
            id: format!("C-{number}"),
            key: format!("key/{number}"),
            condition: "something".to_owned(),
            technique: Technique::Scenario,
            rule: "R1",
            basis_ids: vec![BasisId::Story],
            spans: Vec::new(),
            values: Vec::new(),
            case_type: TestCaseType::Positive,
            priority: Priority::High,
            status: CoverageStatus::Planned,
        }
    }

    fn draft(title: &str) -> Draft {
        Draft {
            title: title.to_owned(),
            preconditions: vec!["A \"quoted\" state\nover two lines".to_owned()],
            steps: vec![
                Step::new("Open it."),
                Step::new("Enter it.").with_data("näïve ☂").expecting("It is shown."),
            ],
            expected_result: "It is shown.".to_owned(),
            ..Draft::default()
        }
    }

    async fn said(plan: Plan, asked: Vec<usize>) -> (String, usize, Result<Advance, Fault>) {
        let task = Task {
            basis: Arc::new(TestBasis::default()),
            plan: Arc::new(plan),
            asked,
            system: String::new(),
            user: String::new(),
            schema: None,
            sampling: super::super::Sampling::default(),
            model: String::new(),
            headers: Vec::new(),
        };
        let mut stream = Rules::new().start(task).await.unwrap();
        let (mut text, mut polls) = (String::new(), 0);
        let mut cx = Context::from_waker(Waker::noop());
        loop {
            polls += 1;
            match stream.poll_next(&mut cx, &mut text) {
                Poll::Ready(Ok(Advance::Text)) => {}
                Poll::Ready(end) => return (text, polls, end),
                Poll::Pending => panic!("the rules never wait"),
            }
        }
    }

    #[tokio::test]
    async fn the_asked_drafts_come_out_unchanged_one_a_poll() {
        let plan = Plan {
            items: (1..=3).map(item).collect(),
            drafts: vec![draft("One"), Draft::default(), draft("Three")],
            ..Plan::default()
        };
        let (text, polls, end) = said(plan.clone(), vec![0, 1, 2]).await;
        assert_eq!(end, Ok(Advance::Done(Finish::default())));
        assert_eq!(polls, 3);
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        let cases = document["test_cases"].as_array().unwrap();
        assert_eq!(cases.len(), 2);
        assert_eq!(cases[1]["covers"][0], "C-3");
        assert_eq!(cases[0]["preconditions"][0], plan.drafts[0].preconditions[0].as_str());
        assert_eq!(cases[0]["steps"][0], "Open it.");
        assert_eq!(cases[0]["steps"][1]["data"], "näïve ☂");
    }

    #[tokio::test]
    async fn nothing_to_word_is_an_empty_answer() {
        let plan = Plan {
            items: vec![item(1)],
            drafts: vec![Draft::default()],
            ..Plan::default()
        };
        assert_eq!(said(plan, vec![0, 7]).await.2, Err(Fault::Empty));
    }
}
