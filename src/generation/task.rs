//! What one request to whoever words the cases carries: the prompt for what is missing, as much of it as the model's context
//! holds. What had to be left out is told.

use super::attempt;
use super::event::Provenance;
use super::purpose::{self, Purpose};
use super::recovery;
use super::session::{Session, Stop};
use crate::backend::selection::Selected;
use crate::backend::{Sampling, Task};
use crate::prompt::catalog::Examples;
use crate::prompt::{self, Inputs, Shown, Variant};
use crate::retrieval::Query;
use crate::telemetry::stage;
use std::sync::Arc;
use tracing::Instrument as _;

/// Most titles of existing cases in a prompt.
const MOST_TITLES: usize = 40;

impl Session {
    pub(super) fn rules_task(&self, asked: Vec<usize>) -> Task {
        Task {
            basis: Arc::clone(&self.basis),
            plan: Arc::clone(&self.plan),
            asked,
            system: String::new(),
            user: String::new(),
            schema: None,
            sampling: Sampling::default(),
            model: String::new(),
            headers: Vec::new(),
        }
    }

    /// Renders the prompt for what is missing. Items that do not fit the model's context wait for the next attempt.
    pub(super) fn model_task(
        &mut self,
        selected: &Selected,
        variant: Option<&Variant>,
        mut asked: Vec<usize>,
        tactics: &recovery::Tactics,
        provenance: &mut Provenance,
    ) -> Result<Task, Stop> {
        let variant =
            variant.ok_or_else(|| Stop::Internal("the configured prompt variant does not exist".to_owned()))?;
        let span = stage::prompt(&variant.label());
        let _inside = span.enter();
        let mut have = self.titles();
        let context_tokens = selected
            .backend
            .offers()
            .context_tokens
            .unwrap_or(self.services.config.context_tokens);
        let room = self.most_cases - self.accepted();
        let (reason, keep) = match &self.request.purpose {
            Purpose::Rewording(rewording) => {
                let keep = rewording.locked.iter().map(|part| part.as_str()).collect();
                (rewording.reason.as_str(), keep)
            }
            _ => ("", Vec::new()),
        };
        let mut reason = reason.to_owned();
        let (mut basis, mut plan, mut masked) = (Arc::clone(&self.basis), Arc::clone(&self.plan), None);
        if let Some(masking) = &mut self.masking {
            (basis, plan) = masking.stand_ins();
            have.iter_mut().for_each(|title| *title = masking.hide(title));
            reason = masking.hide(&reason);
            masked = Some(masking.earlier(&self.earlier));
        }
        let earlier = masked.as_ref().unwrap_or(&self.earlier);
        let wanted = asked.len();
        let mut shown: Vec<Shown<'_>> = self.examples.iter().map(|example| shown(example)).collect();
        loop {
            let inputs = Inputs {
                basis: &basis,
                plan: &plan,
                asked: &asked,
                have: &have,
                again: &tactics.again,
                cases: (3.min(room), room),
                earlier: &purpose::earlier_in_words(earlier, &self.plan, &asked),
                reason: &reason,
                keep: &keep,
                examples: &shown,
            };
            let rendered = self
                .services
                .prompts
                .render(variant, &inputs)
                .map_err(|error| Stop::Internal(error.to_string()))?;
            let answer = asked.len().max(1) * recovery::TOKENS_A_CASE;
            let fits = rendered.estimated_tokens() + answer <= context_tokens;
            // Examples go first, the least fitting one before the others: they help, the plan is what is wanted.
            if !fits && shown.pop().is_some() {
                continue;
            }
            if !fits && asked.len() > 1 {
                asked.truncate(asked.len().div_ceil(2));
                continue;
            }
            self.tell_cuts(&Cut {
                examples: (shown.len(), self.examples.len()),
                items: (asked.len(), wanted),
                tokens: (rendered.estimated_tokens() + answer, context_tokens),
            })?;
            provenance.example_ids = shown.iter().map(|example| example.id.to_owned()).collect();
            stage::count(&span, "testgen.prompt.estimated_tokens", rendered.estimated_tokens());
            stage::count(&span, "testgen.coverage_items", asked.len());
            let schema = tactics
                .schema
                .then(|| prompt::schema(room.min(asked.len() + 2)))
                .flatten();
            return Ok(Task {
                basis: Arc::clone(&self.basis),
                plan: Arc::clone(&self.plan),
                asked,
                system: rendered.system,
                user: rendered.user,
                schema,
                sampling: tactics.sampling,
                model: selected.model.clone(),
                headers: self.request.headers.clone(),
            });
        }
    }

    /// Looks up the worked-out stories that a variant shows. Where there are none, or not as many, the prompt has fewer.
    pub(super) async fn find_examples(&mut self, variant: &Variant) -> Result<(), Stop> {
        let services = Arc::clone(&self.services);
        let Some(retriever) = services.retriever() else {
            return match variant.examples {
                Examples::None => Ok(()),
                _ => self.notice(
                    "NO_EXAMPLES",
                    "there are no examples that the prompt could show".to_owned(),
                ),
            };
        };
        match &variant.examples {
            Examples::None => return Ok(()),
            Examples::Fixed(ids) => {
                self.examples = retriever.named(ids, &Query::of(&self.request.story));
            }
            Examples::Retrieved(most) => {
                let query = self.query();
                let deadline = self.request.deadline.unwrap_or_else(attempt::far_future);
                let found = tokio::select! {
                    found = retriever.find(&query, *most).instrument(stage::retrieval()) => found,
                    () = self.log.abandoned() => return Err(Stop::Abandoned),
                    () = self.services.shutdown.cancelled() => return Err(Stop::Shutdown),
                    () = tokio::time::sleep_until(deadline) => return Err(self.request.out_of_time()),
                };
                if let Some(why) = found.fallback {
                    self.notice(
                        "EXAMPLES_BY_WORDS",
                        format!("examples were chosen by their words alone: {why}"),
                    )?;
                }
                self.examples = found.examples;
            }
        }
        let cases = self.examples.iter().flat_map(|example| &example.shown);
        self.checker
            .examples_shown(cases.map(|case| (case.title.clone(), case.expected_result.clone())));
        Ok(())
    }

    /// What examples are searched for. The embedding model is told no more than the other one.
    fn query(&mut self) -> Query {
        let story = &self.request.story;
        match &mut self.masking {
            None => Query::of(story),
            Some(masking) => {
                let criteria: Vec<String> = story.criteria().iter().map(|text| masking.hide(text)).collect();
                Query::new(&masking.hide(story.text()), &criteria)
            }
        }
    }

    /// Nothing is cut silently: what does not fit the context is said.
    fn tell_cuts(&self, cut: &Cut) -> Result<(), Stop> {
        let mut parts = Vec::new();
        if cut.examples.0 < cut.examples.1 {
            parts.push(format!("{} of {} examples are shown", cut.examples.0, cut.examples.1));
        }
        if cut.items.0 < cut.items.1 {
            let text = format!(
                "{} of {} coverage items are asked for, the others in the next attempt",
                cut.items.0, cut.items.1
            );
            parts.push(text);
        }
        let (tokens, room) = cut.tokens;
        if tokens > room {
            parts.push("even the least that can be asked may be too long".to_owned());
        }
        if parts.is_empty() {
            return Ok(());
        }
        self.notice(
            "PROMPT_CUT",
            format!("the model's context has {room} tokens: {}", parts.join("; ")),
        )
    }

    /// Titles of the cases that there are, new ones first: what exists already counts too, as far as a prompt has room.
    fn titles(&self) -> Vec<String> {
        let new = self.checker.accepted().iter().map(|case| case.title.clone());
        let old = self.request.existing.iter().map(|case| case.title.clone());
        new.chain(old).take(MOST_TITLES).collect()
    }
}

/// What of a prompt was taken, and what there was.
struct Cut {
    examples: (usize, usize),
    items: (usize, usize),
    /// Estimated tokens of prompt and answer, and the room for them.
    tokens: (usize, usize),
}

fn shown(example: &crate::retrieval::corpus::Example) -> Shown<'_> {
    Shown {
        id: &example.id,
        story: &example.story,
        criteria: &example.criteria,
        cases: &example.cases,
    }
}
