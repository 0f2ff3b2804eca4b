//! What a model is not told, and how its answer gets it back.
//!
//! The masking stands at one seam: between what the session knows and what a model reads. Plan, evidence, comparison and
//! the log know the true values alone; the prompt is rendered from stand-ins, and the token stream is restored before
//! anything reads it. Without a setting, or with nothing to hide, there is no masking and no work for it. The embedded
//! rules word the plan in this process, so that nothing is hidden from them.

use super::purpose::Purpose;
use super::{Request, Services};
use crate::backend::{Advance, Fault, TokenStream};
use crate::basis::TestBasis;
use crate::coverage::Plan;
use crate::privacy::{Mask, Restoring};
use crate::story::UserStory;
use crate::test_case::{Finding, Severity, TestCase};
use std::sync::Arc;
use std::task::{Context, Poll};

/// The masking of one generation.
#[derive(Debug)]
pub(super) struct Masking {
    mask: Mask,
    basis: Arc<TestBasis>,
    plan: Arc<Plan>,
}

impl Masking {
    /// Looks at everything that the caller wrote. `None`: there is nothing to hide.
    pub(super) fn of(request: &Request, services: &Services, basis: &TestBasis, plan: &Plan) -> Option<Self> {
        let mut texts = texts_of_story(&request.story);
        request
            .existing
            .iter()
            .for_each(|case| texts.extend(texts_of_case(case)));
        match &request.purpose {
            Purpose::Rewording(rewording) => {
                texts.push(&rewording.reason);
                texts.extend(texts_of_case(&rewording.case));
            }
            Purpose::Revision(before) => texts.extend(texts_of_story(before)),
            Purpose::Suite | Purpose::Gaps => {}
        }
        let mut mask = Mask::of(&services.privacy, &services.privacy_key, &texts)?;
        // What a prompt says of both: the texts of the basis, and of each item its condition and its values.
        let mut basis = TestBasis {
            items: basis.items.clone(),
            context: mask.hide(&basis.context),
            ..TestBasis::default()
        };
        basis
            .items
            .iter_mut()
            .for_each(|item| item.text = mask.hide(&item.text));
        let mut plan = Plan {
            items: plan.items.clone(),
            ..Plan::default()
        };
        for item in &mut plan.items {
            item.condition = mask.hide(&item.condition);
            item.values
                .iter_mut()
                .for_each(|value| value.text = mask.hide(&value.text));
        }
        Some(Self {
            mask,
            basis: Arc::new(basis),
            plan: Arc::new(plan),
        })
    }

    /// What stands for basis and plan in a prompt.
    pub(super) fn stand_ins(&self) -> (Arc<TestBasis>, Arc<Plan>) {
        (Arc::clone(&self.basis), Arc::clone(&self.plan))
    }

    /// A text as a model is told it.
    pub(super) fn hide(&mut self, text: &str) -> String {
        self.mask.hide(text)
    }

    /// Earlier wordings as a model is told them.
    pub(super) fn earlier(&mut self, earlier: &[(Option<usize>, TestCase)]) -> Vec<(Option<usize>, TestCase)> {
        let mut hidden = earlier.to_vec();
        for (_, case) in &mut hidden {
            texts_of_case_mut(case).for_each(|text| *text = self.mask.hide(text));
        }
        hidden
    }

    /// The stream of an answer with the values put back.
    pub(super) fn restored(&self, stream: Box<dyn TokenStream>) -> Box<dyn TokenStream> {
        Box::new(Restored {
            stream,
            restoring: Restoring::new(Arc::new(self.mask.clone())),
            piece: String::new(),
        })
    }

    /// Why an object cannot be taken: it holds a placeholder that stands for nothing.
    pub(super) fn foreign(&self, raw: &str) -> Option<Finding> {
        let word = self.mask.foreign(raw)?;
        let shown: String = word.chars().take(60).collect();
        Some(Finding {
            code: "UNKNOWN_PLACEHOLDER",
            severity: Severity::Error,
            message: format!(
                "the model wrote {shown}, which stands for no hidden value; what was meant cannot be told"
            ),
            span: None,
        })
    }
}

/// A token stream with the values put back.
struct Restored {
    stream: Box<dyn TokenStream>,
    restoring: Restoring,
    piece: String,
}

impl TokenStream for Restored {
    fn poll_next(&mut self, cx: &mut Context<'_>, text: &mut String) -> Poll<Result<Advance, Fault>> {
        self.piece.clear();
        let advance = self.stream.poll_next(cx, &mut self.piece);
        self.restoring.push(&self.piece, text);
        if let Poll::Ready(Ok(Advance::Done(_)) | Err(_)) = &advance {
            self.restoring.finish(text);
        }
        advance
    }
}

fn texts_of_story(story: &UserStory) -> Vec<&str> {
    let criteria = story.criteria().iter().map(String::as_str);
    [story.text(), story.context()].into_iter().chain(criteria).collect()
}

fn texts_of_case(case: &TestCase) -> impl Iterator<Item = &str> {
    let lists = case.preconditions.iter().chain(&case.postconditions).chain(&case.tags);
    let steps = case
        .steps
        .iter()
        .flat_map(|step| [&step.action, &step.data, &step.expected]);
    [&case.title, &case.expected_result, &case.objective]
        .into_iter()
        .chain(lists)
        .chain(steps)
        .map(String::as_str)
}

fn texts_of_case_mut(case: &mut TestCase) -> impl Iterator<Item = &mut String> {
    let lists = case
        .preconditions
        .iter_mut()
        .chain(&mut case.postconditions)
        .chain(&mut case.tags);
    let steps = case
        .steps
        .iter_mut()
        .flat_map(|step| [&mut step.action, &mut step.data, &mut step.expected]);
    [&mut case.title, &mut case.expected_result, &mut case.objective]
        .into_iter()
        .chain(lists)
        .chain(steps)
}
