//! The online experiment of a service: which requests take part, and what they then ask for.

use super::{App, Asked, Call};
use crate::config::{BackendChoice, Config};
use crate::experiment::decision::Logs;
use crate::experiment::definition::Known;
use crate::experiment::live::{self, Live, Who};
use crate::generation::exposure::Exposure;
use crate::generation::purpose::Purpose;
use std::path::PathBuf;
use std::sync::Arc;

impl App {
    /// Takes part in the experiment that the settings name, from now on and for as long as the service lives; nothing
    /// happens if they name none. For services: a command that words one story is none. Needs a tokio runtime.
    ///
    /// # Errors
    /// The definition is wrong, or the record cannot be written.
    pub fn take_part(&self) -> anyhow::Result<()> {
        let Some(settings) = settings(&self.config) else {
            return Ok(());
        };
        let known = Known {
            prompts: self
                .services
                .prompts
                .variants()
                .iter()
                .map(|variant| variant.name.clone())
                .collect(),
            openai: self.openai.is_some(),
        };
        let live = Live::start(settings, known, Arc::clone(self.metrics()))?;
        let _ = self.experiment.set(live);
        Ok(())
    }

    /// The online experiment, where the service takes part in one.
    #[must_use]
    pub fn experiment(&self) -> Option<&Arc<Live>> {
        self.experiment.get()
    }

    /// What is asked, with what the experiment's variant says where the request says nothing. A request that names a
    /// backend, a model or a prompt has chosen, and one about an existing suite is another kind of work: neither takes part.
    pub(super) fn assigned(&self, mut asked: Asked, call: &Call) -> (Asked, Option<Exposure>) {
        let open = asked.backend.is_none() && asked.model.is_empty() && asked.prompt_variant.is_empty();
        let suite = matches!(asked.purpose, Purpose::Suite) && asked.existing.is_empty();
        let Some(live) = self.experiment.get().filter(|_| open && suite) else {
            return (asked, None);
        };
        let who = Who {
            unit: &call.unit,
            correlation_id: &call.correlation_id,
            caller: call.caller.name(),
        };
        let Some((variant, exposure)) = live.assign(who, &asked.story) else {
            return (asked, None);
        };
        asked.backend = variant.backend.as_deref().and_then(BackendChoice::named);
        asked.model = variant.model;
        asked.prompt_variant = variant.prompt;
        (asked, exposure)
    }
}

fn settings(config: &Config) -> Option<live::Config> {
    let from = &config.experiment;
    let or = |path: &Option<PathBuf>, usual: &str| path.clone().unwrap_or_else(|| PathBuf::from(usual));
    Some(live::Config {
        file: from.file.clone()?,
        reload: from.reload,
        record: or(&from.record, "data/experiments/online.jsonl"),
        record_bytes: from.record_bytes.get() as u64,
        logs: Logs {
            folder: or(&from.decisions, "data/experiments"),
            iterations: from.iterations.clone(),
        },
    })
}
