//! One generation from its request to its end: understand, plan, ask, check, ask again for what is missing, fill, close.

use super::attempt::{self, Ended};
use super::closing::failure;
use super::event::{
    Analysis, AttemptStarted, Counts, CoverageChange, Event, Failure, Notice, Outcome, Provenance, Started, Timings,
    Usage,
};
use super::log::{End, LogFull, Writer};
use super::recovery::{self, Next, Setback};
use super::{Request, Services};
use crate::backend::selection::Selected;
use crate::backend::{Backend, BackendId, Sampling, Task};
use crate::basis::{self, Language, TestBasis};
use crate::coverage::{self, Ledger, Plan};
use crate::prompt::{self, Inputs, Variant};
use crate::test_case::{Finding, Severity, Source, TestCase};
use crate::validation::{Checker, Verdict};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// A story, its criteria and its context of more bytes together are read on a thread of their own.
const LARGE_STORY_BYTES: usize = 8 * 1024;

/// Most characters of a rejected text that are handed over.
const REJECTED_CHARS: usize = 4_000;

/// Everything that a running generation knows. It is owned by the generation's task.
pub(super) struct Session {
    pub(super) services: Arc<Services>,
    pub(super) request: Request,
    pub(super) log: Arc<Writer>,
    pub(super) basis: Arc<TestBasis>,
    pub(super) plan: Arc<Plan>,
    pub(super) checker: Checker,
    pub(super) ledger: Ledger,
    pub(super) counts: Counts,
    pub(super) usage: Usage,
    pub(super) timings: Timings,
    pub(super) started: Instant,
    /// Most cases that are accepted.
    pub(super) most_cases: usize,
}

/// Why the journey stops before its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// Nobody reads any more.
    Abandoned,
    /// The time is up.
    OutOfTime,
    /// The log is full.
    LogFull,
    /// The server shuts down.
    Shutdown,
    /// A fault of ours.
    Internal(String),
}

impl Stop {
    /// Stable name for reasons, labels and logs.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Abandoned => "CANCELLED",
            Self::OutOfTime => "OUT_OF_TIME",
            Self::LogFull => "LOG_FULL",
            Self::Shutdown => "SHUTDOWN",
            Self::Internal(_) => "INTERNAL",
        }
    }
}

impl From<LogFull> for Stop {
    fn from(_: LogFull) -> Self {
        Self::LogFull
    }
}

/// Runs a generation to its end and closes its log.
pub(super) async fn run(request: Request, services: Arc<Services>, log: Writer, queued: Option<Duration>) {
    let started = Instant::now() - queued.unwrap_or_default();
    let Some((basis, plan, checker)) = understand(&request, &services).await else {
        return;
    };
    let mut ledger = Ledger::new(&plan);
    for (item, id) in checker.covered_by_existing() {
        ledger.cover(item, id);
    }
    let most_cases = request
        .wanted
        .max_test_cases
        .unwrap_or_else(|| plan.items.len().max(8) + 2)
        .min(100);
    let timings = Timings {
        queue: queued,
        ..Timings::default()
    };
    let session = Session {
        services,
        request,
        log: Arc::new(log),
        basis,
        plan,
        checker,
        ledger,
        counts: Counts::default(),
        usage: Usage::default(),
        timings,
        started,
        most_cases,
    };
    session.journey().await;
}

/// Takes the story apart, plans, and makes ready to check. A large story keeps a thread busy for long enough to hold up
/// other calls, so it gets a thread of its own. `None` only while the process ends.
async fn understand(request: &Request, services: &Services) -> Option<(Arc<TestBasis>, Arc<Plan>, Checker)> {
    let story = request.story.clone();
    let wanted = request.wanted.clone();
    let validation = services.validation.clone();
    let existing = request.existing.clone();
    let quality_check = request.quality_check;
    let bytes = story.text().len() + story.context().len() + story.criteria().iter().map(String::len).sum::<usize>();
    let work = move || {
        let basis = Arc::new(basis::parse(&story));
        let plan = Arc::new(coverage::plan(&basis, &wanted));
        let checker = Checker::new(
            Arc::clone(&basis),
            Arc::clone(&plan),
            validation,
            existing,
            quality_check,
        );
        (basis, plan, checker)
    };
    if bytes <= LARGE_STORY_BYTES {
        return Some(work());
    }
    match tokio::task::spawn_blocking(work).await {
        Ok(understood) => Some(understood),
        // A fault of ours ends this generation as it would have on this thread.
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => None,
        },
    }
}

impl Session {
    async fn journey(mut self) {
        let selected = self
            .services
            .selector
            .select(self.request.backend, &self.request.model)
            .await;
        let selected = match selected {
            Ok(selected) => selected,
            Err(fault) => {
                self.log.finish(End::Failed(failure(&fault)));
                return;
            }
        };
        let variant = self.variant();
        let mut provenance = self.provenance(&selected, variant.as_ref());
        if let Err(stop) = self.open(&selected, &provenance) {
            return self.close_stopped(stop, provenance, None);
        }
        if self.plan.blocked {
            return self.close(Outcome::BlockedByQuestions, Vec::new(), provenance);
        }
        let mut setback = None;
        let asked = self
            .ask(&selected, variant.as_ref(), &mut provenance, &mut setback)
            .await;
        let stop = match asked {
            Ok(()) => None,
            Err(Stop::Abandoned) => {
                let cancelled = Failure {
                    kind: crate::error::Kind::Cancelled,
                    code: "CANCELLED",
                    message: "the caller went away".to_owned(),
                    retry_after: None,
                };
                self.log.finish(End::Failed(cancelled));
                return;
            }
            Err(stop) => Some(stop),
        };
        if let Some(stop @ (Stop::LogFull | Stop::Internal(_))) = stop {
            return self.close_stopped(stop, provenance, setback);
        }
        if self.wants_filling(&selected)
            && let Err(stop) = self.fill(&mut provenance).await
        {
            return self.close_stopped(stop, provenance, setback);
        }
        match stop {
            Some(stop) if !self.ledger.missing().is_empty() => self.close_stopped(stop, provenance, setback),
            _ => self.close_finished(provenance, setback),
        }
    }

    fn variant(&self) -> Option<Variant> {
        let name = if self.request.prompt_variant.is_empty() {
            &self.services.config.prompt_variant
        } else {
            &self.request.prompt_variant
        };
        self.services.prompts.find(name).cloned()
    }

    fn provenance(&self, selected: &Selected, variant: Option<&Variant>) -> Provenance {
        let model = selected.backend.id() != BackendId::Rules;
        let variant = variant.filter(|_| model);
        Provenance {
            backend: selected.backend.id(),
            model: selected.model.clone(),
            model_digest: selected.digest.clone(),
            prompt_variant: variant.map(Variant::label).unwrap_or_default(),
            prompt_hash: variant.map(|variant| variant.hash.clone()).unwrap_or_default(),
            seed: self.request.sampling.seed.filter(|_| model),
            example_ids: Vec::new(),
            service_version: self.services.config.service_version.clone(),
        }
    }

    /// What every reader sees first.
    fn open(&self, selected: &Selected, provenance: &Provenance) -> Result<(), Stop> {
        self.log.push(Event::Started(Started {
            provenance: provenance.clone(),
            correlation_id: self.request.correlation_id.clone(),
            trace_id: self.request.trace_id.clone(),
            backend_reason: selected.reason.clone(),
        }))?;
        self.log.push(Event::Analysis(Analysis {
            basis: self.basis.items.clone(),
            findings: self.basis.findings.clone(),
            questions: self.plan.questions.clone(),
            coverage_items: self.ledger.items().to_vec(),
        }))?;
        Ok(())
    }

    /// Asks until nothing is missing, attempts are spent or the time is up.
    async fn ask(
        &mut self,
        selected: &Selected,
        variant: Option<&Variant>,
        provenance: &mut Provenance,
        setback: &mut Option<Setback>,
    ) -> Result<(), Stop> {
        let rules = selected.backend.id() == BackendId::Rules;
        let mut tactics = recovery::Tactics::first(self.request.sampling, self.services.config.schema_in_format);
        let most = if rules { 1 } else { self.services.config.max_attempts };
        for number in 1..=most {
            let asked = self.ledger.missing();
            if asked.is_empty() && number > 1 || self.accepted() >= self.most_cases {
                break;
            }
            provenance.seed = tactics.sampling.seed.filter(|_| !rules);
            let task = if rules {
                self.rules_task(asked)
            } else {
                self.model_task(selected, variant, asked, &tactics)?
            };
            let reason = setback.as_ref().map(Setback::reason).unwrap_or_default();
            let before = self.accepted();
            let ended = self.attempt(selected.backend.as_ref(), task, number, reason).await?;
            let gained = self.accepted() - before;
            match recovery::after(&ended, &self.ledger, gained) {
                Next::Enough => {
                    *setback = None;
                    break;
                }
                Next::Again(why) => {
                    tactics = tactics.changed(&why, number);
                    *setback = Some(why);
                }
                Next::GiveUp(why) => {
                    *setback = Some(why);
                    break;
                }
            }
            if number < most && matches!(setback, Some(Setback::Fault(_))) {
                tokio::time::sleep(recovery::pause(number)).await;
            }
        }
        Ok(())
    }

    fn rules_task(&self, asked: Vec<usize>) -> Task {
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
    fn model_task(
        &self,
        selected: &Selected,
        variant: Option<&Variant>,
        mut asked: Vec<usize>,
        tactics: &recovery::Tactics,
    ) -> Result<Task, Stop> {
        let variant =
            variant.ok_or_else(|| Stop::Internal("the configured prompt variant does not exist".to_owned()))?;
        let have: Vec<String> = self.checker.accepted().iter().map(|case| case.title.clone()).collect();
        let room = self.most_cases - self.accepted();
        loop {
            let inputs = Inputs {
                basis: &self.basis,
                plan: &self.plan,
                asked: &asked,
                have: &have,
                again: &tactics.again,
                cases: (3.min(room), room),
            };
            let rendered = self
                .services
                .prompts
                .render(variant, &inputs)
                .map_err(|error| Stop::Internal(error.to_string()))?;
            let answer = asked.len().max(1) * recovery::TOKENS_A_CASE;
            let fits = rendered.estimated_tokens() + answer <= self.services.config.context_tokens;
            if !fits && asked.len() > 1 {
                asked.truncate(asked.len().div_ceil(2));
                continue;
            }
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

    async fn attempt(&mut self, backend: &dyn Backend, task: Task, number: u32, reason: String) -> Result<Ended, Stop> {
        let ids = task
            .asked
            .iter()
            .filter_map(|index| self.plan.items.get(*index))
            .map(|item| item.id.clone())
            .collect();
        if backend.id() != BackendId::Rules {
            self.counts.attempts += 1;
        }
        self.log.push(Event::AttemptStarted(AttemptStarted {
            number,
            reason,
            coverage_item_ids: ids,
            target: backend.target(&task.model),
        }))?;
        let source = if backend.id() == BackendId::Rules {
            Source::Rule
        } else {
            Source::Model
        };
        attempt::run(self, backend, task, number, source).await
    }

    fn wants_filling(&self, selected: &Selected) -> bool {
        let auto = matches!(self.request.backend, crate::backend::selection::Choice::Auto);
        selected.backend.id() != BackendId::Rules
            && self.request.fill_with_rules.unwrap_or(auto)
            && self.basis.language == Language::English
            && !self.ledger.missing().is_empty()
            && self.accepted() < self.most_cases
    }

    /// The rules word what the model left uncovered.
    async fn fill(&mut self, provenance: &mut Provenance) -> Result<(), Stop> {
        let missing = self.ledger.missing();
        self.notice(
            "FILLED_BY_RULES",
            format!(
                "the embedded rules word {} coverage items that are still open",
                missing.len()
            ),
        )?;
        let number = self.counts.attempts + 1;
        let task = self.rules_task(missing);
        let rules = Arc::clone(&self.services.rules);
        // Words of the rules are there at once: the clocks that stopped the model do not apply.
        self.request.deadline = None;
        let ended = self
            .attempt(
                rules.as_ref(),
                task,
                number,
                "the model left these items uncovered".to_owned(),
            )
            .await?;
        if provenance.model.is_empty() {
            provenance.backend = BackendId::Rules;
        }
        drop(ended);
        Ok(())
    }

    pub(super) fn accepted(&self) -> usize {
        self.counts.accepted as usize
    }

    pub(super) fn notice(&self, code: &'static str, message: String) -> Result<(), Stop> {
        self.log.push(Event::Notice(Notice {
            code,
            message,
            progress: None,
        }))?;
        Ok(())
    }

    /// Writes one verdict into the log and the ledger.
    pub(super) fn record(&mut self, verdict: Verdict, text: &str, attempt: u32) -> Result<(), Stop> {
        match verdict {
            Verdict::Accepted(accepted) => {
                let case: Arc<TestCase> = Arc::clone(&accepted.case);
                self.counts.accepted += 1;
                self.counts.repaired += u32::from(!case.repairs.is_empty());
                self.counts.from_rules += u32::from(case.source == Source::Rule);
                self.timings.first_test_case.get_or_insert(self.started.elapsed());
                self.log.push(Event::TestCase(Arc::clone(&case)))?;
                for index in accepted.covers {
                    self.cover(index, &case.id)?;
                }
                Ok(())
            }
            Verdict::Duplicate { of, percent, reason } => {
                self.counts.duplicates += 1;
                let finding = Finding {
                    code: "DUPLICATE",
                    severity: Severity::Info,
                    message: format!("{percent} % the same as {of}: {reason}"),
                    span: None,
                };
                self.reject(vec![finding], text, attempt, None)
            }
            Verdict::Rejected { reasons, item } => {
                self.counts.rejected += 1;
                let item = item
                    .and_then(|index| self.plan.items.get(index))
                    .map(|item| item.id.clone());
                self.reject(reasons, text, attempt, item)
            }
        }
    }

    fn cover(&mut self, index: usize, case_id: &str) -> Result<(), Stop> {
        let Some(change) = self.ledger.cover(index, case_id) else {
            return Ok(());
        };
        self.log.push(Event::CoverageChange(CoverageChange {
            coverage_item_id: change.item_id,
            status: change.status,
            test_case_ids: change.case_ids,
        }))?;
        Ok(())
    }

    pub(super) fn reject(
        &mut self,
        reasons: Vec<Finding>,
        text: &str,
        attempt: u32,
        coverage_item_id: Option<String>,
    ) -> Result<(), Stop> {
        let end = text.char_indices().nth(REJECTED_CHARS).map_or(text.len(), |(at, _)| at);
        self.log.push(Event::Rejection(super::event::Rejection {
            reasons,
            text: text[..end].to_owned(),
            attempt,
            coverage_item_id,
        }))?;
        Ok(())
    }
}
