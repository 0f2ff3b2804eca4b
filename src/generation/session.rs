//! One generation from its request to its end: understand, plan, ask, check, ask again for what is missing, fill, close.

use super::attempt::{self, Ended};
use super::closing::{cancelled, failure};
use super::ensemble::{Ensemble, Member, Turn, turn_of};
use super::event::{Analysis, AttemptStarted, Counts, Event, Outcome, Provenance, Started, Timings, Usage};
use super::log::{LogFull, Writer};
use super::masking::Masking;
use super::purpose::{self, Prepared, Purpose};
use super::recovery::{self, Next, Setback};
use super::{Request, Services};
use crate::backend::selection::{Choice, Selected};
use crate::backend::{Backend, BackendId, Task};
use crate::basis::{Language, TestBasis};
use crate::coverage::{CoverageStatus, Ledger, Plan};
use crate::prompt::Variant;
use crate::retrieval::corpus::Example;
use crate::telemetry::metrics::Tally;
use crate::telemetry::stage;
use crate::test_case::{Source, TestCase};
use crate::validation::Checker;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tracing::Instrument as _;

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
    /// What the attempt under way has brought.
    pub(super) tally: Tally,
    /// Sum and number of the accepted cases' lint scores.
    pub(super) lint: (u32, u32),
    /// Why the attempt before the one under way was not enough.
    pub(super) retry: Option<&'static str>,
    /// Why the rules took a model's place, if they did.
    pub(super) fallback: Option<&'static str>,
    /// Most cases that are accepted.
    pub(super) most_cases: usize,
    /// What the log says before the first attempt.
    opening: Option<Event>,
    /// Earlier wordings of what is asked.
    pub(super) earlier: Vec<(Option<usize>, TestCase)>,
    /// What a model is not told; `None`: it is told everything.
    pub(super) masking: Option<Masking>,
    /// Worked-out stories that the prompt shows, as far as it has room.
    pub(super) examples: Vec<Arc<Example>>,
    /// What is known of two models' cases, where two word the plan.
    pub(super) ensemble: Ensemble,
}

/// Why the journey stops before its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// Nobody reads any more.
    Abandoned,
    /// The caller's time is up.
    OutOfTime,
    /// The time that any generation has is up.
    Lifetime,
    /// The log is full.
    LogFull,
    /// All logs together are full.
    MemoryFull,
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
            Self::Lifetime => "LIFETIME_OVER",
            Self::LogFull => "LOG_FULL",
            Self::MemoryFull => "MEMORY_FULL",
            Self::Shutdown => "SHUTDOWN",
            Self::Internal(_) => "INTERNAL",
        }
    }
}

impl From<LogFull> for Stop {
    fn from(full: LogFull) -> Self {
        match full {
            LogFull::This => Self::LogFull,
            LogFull::All => Self::MemoryFull,
        }
    }
}

/// Runs a generation to its end and closes its log.
pub(super) async fn run(request: Request, services: Arc<Services>, log: Arc<Writer>, queued: Option<Duration>) {
    let started = Instant::now() - queued.unwrap_or_default();
    let reading = stage::analysis();
    let prepared = purpose::prepared(&request, &services).instrument(reading.clone()).await;
    let Some(prepared) = prepared else {
        return;
    };
    stage::count(&reading, "testgen.criteria", request.story.criteria().len());
    stage::count(&reading, "testgen.findings", prepared.basis.findings.len());
    stage::count(&reading, "testgen.questions", prepared.plan.questions.len());
    stage::count(&reading, "testgen.coverage_items", prepared.plan.items.len());
    drop(reading);
    let Prepared {
        basis,
        plan,
        checker,
        ledger,
        opening,
        earlier,
    } = prepared;
    let most_cases = match request.purpose {
        Purpose::Rewording(_) => 1,
        _ => request
            .wanted
            .max_test_cases
            .unwrap_or_else(|| plan.items.len().max(8) + 2)
            .min(100),
    };
    let timings = Timings {
        queue: queued,
        ..Timings::default()
    };
    let masking = Masking::of(&request, &services, &basis, &plan);
    let session = Session {
        masking,
        services,
        request,
        log,
        basis,
        plan,
        checker,
        ledger,
        counts: Counts::default(),
        usage: Usage::default(),
        timings,
        started,
        tally: Tally::default(),
        lint: (0, 0),
        retry: None,
        fallback: None,
        most_cases,
        opening,
        earlier,
        examples: Vec::new(),
        ensemble: Ensemble::default(),
    };
    session.journey().await;
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
                return self.fail(failure(&fault), None);
            }
        };
        if matches!(self.request.backend, Choice::Auto) && selected.backend.id() == BackendId::Rules {
            self.fallback = Some("NO_MODEL");
        }
        let variant = self.variant();
        let mut provenance = self.provenance(&selected, variant.as_ref());
        if let Err(stop) = self.open(&selected, &provenance) {
            return self.close_stopped(stop, provenance, None);
        }
        let suite = matches!(self.request.purpose, Purpose::Suite);
        let english = self.basis.language == Language::English;
        let rules = selected.backend.id() == BackendId::Rules;
        let wordless = suite && rules && english && self.plan.is_without_words();
        if wordless && !self.plan.questions.is_empty() {
            // What a model could still word, the rules cannot before the author has answered.
            self.checker.block();
            return self.close(Outcome::BlockedByQuestions, Vec::new(), provenance);
        }
        if self.plan.blocked {
            return self.close(Outcome::BlockedByQuestions, Vec::new(), provenance);
        }
        if selected.backend.id() != BackendId::Rules
            && let Some(variant) = &variant
            && let Err(stop) = self.find_examples(variant).await
        {
            return self.close_stopped(stop, provenance, None);
        }
        let mut setback = None;
        let asked = self
            .ask(&selected, variant.as_ref(), &mut provenance, &mut setback)
            .await;
        let stop = match asked {
            Err(Stop::Abandoned) => {
                return self.fail(cancelled(&self.log), Some(&provenance));
            }
            // Nobody answers for what still waits any more.
            asked => asked.and(self.release()).err(),
        };
        if let Some(stop @ (Stop::LogFull | Stop::MemoryFull | Stop::Internal(_))) = stop {
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
            model: selected.names(),
            model_digest: selected.digests(),
            prompt_variant: variant.map(Variant::label).unwrap_or_default(),
            prompt_hash: variant.map(|variant| variant.hash.clone()).unwrap_or_default(),
            seed: self.request.sampling.seed.filter(|_| model),
            example_ids: Vec::new(),
            service_version: self.services.config.service_version.clone(),
            experiment: self
                .request
                .exposure
                .as_ref()
                .map(|part| part.experiment.clone())
                .unwrap_or_default(),
            experiment_variant: self
                .request
                .exposure
                .as_ref()
                .map(|part| part.variant.clone())
                .unwrap_or_default(),
        }
    }

    /// What every reader sees first.
    fn open(&mut self, selected: &Selected, provenance: &Provenance) -> Result<(), Stop> {
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
        if let Some(opening) = self.opening.take() {
            self.log.push(opening)?;
        }
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
        let sampling = self.request.sampling;
        let schema = self.services.config.schema_in_format;
        let both = std::iter::once(selected).chain(selected.partner.as_deref());
        let mut members: Vec<Member<'_>> = both.map(|selected| Member::new(selected, sampling, schema)).collect();
        let together = members.len() > 1;
        let most = match self.services.config.max_attempts {
            _ if rules => 1,
            most => most.max(u32::try_from(members.len()).unwrap_or(most)),
        };
        for number in 1..=most {
            let asked = self.ledger.missing();
            let nothing_to_do = number > 1 || self.asks_for_gaps() || self.all_left_out();
            if asked.is_empty() && nothing_to_do || self.accepted() >= self.most_cases {
                break;
            }
            let place = turn_of(number, &members);
            let Some(member) = members.get_mut(place) else { break };
            if together {
                self.ensemble.begin(number, &member.selected.model);
            }
            provenance.seed = member.tactics.sampling.seed.filter(|_| !rules);
            let task = if rules {
                self.rules_task(asked)
            } else {
                self.model_task(member.selected, variant, asked, &member.tactics, provenance)?
            };
            let second = self.ensemble.turn == Turn::Second;
            let reason = match &*setback {
                Some(failed @ Setback::Fault(_)) => failed.reason(),
                _ if second => {
                    "the other model of the ensemble words what has no case yet, or none without a deduction".to_owned()
                }
                setback => setback.as_ref().map(Setback::reason).unwrap_or_default(),
            };
            self.retry = setback.as_ref().filter(|_| number > 1 && !second).map(Setback::code);
            let before = self.accepted();
            let answered = self
                .attempt(member.selected.backend.as_ref(), task, number, reason)
                .await;
            let ended = match answered {
                Err(stop @ (Stop::OutOfTime | Stop::Lifetime)) if second => {
                    self.unheard(&member.selected.model, stop.code())?;
                    return Err(stop);
                }
                answered => answered?,
            };
            if second {
                self.release()?;
            }
            let gained = self.accepted() - before;
            let next = self.decide(&ended, gained);
            // Where it is asked no more, that is said below.
            if let (true, Some(fault), Next::Enough | Next::Again(_)) = (second, &ended.fault, &next) {
                self.unheard(&member.selected.model, &fault.to_string())?;
            }
            match next {
                // The bound was reached with cases that wait: the other model may know better ones.
                Next::Enough if self.ensemble.waits() => *setback = None,
                Next::Enough => {
                    *setback = None;
                    break;
                }
                Next::Again(why) => {
                    member.tactics = member.tactics.changed(&why, number);
                    *setback = Some(why);
                }
                Next::GiveUp(why) => {
                    member.out = true;
                    let left = member.selected.model.clone();
                    let others: Vec<&str> = members
                        .iter()
                        .filter(|member| !member.out)
                        .map(|member| member.selected.model.as_str())
                        .collect();
                    if others.is_empty() {
                        *setback = Some(why);
                        break;
                    }
                    self.notice(
                        "ENSEMBLE_ALONE",
                        format!(
                            "{left} is asked no more ({}): {} alone words the rest",
                            why.reason(),
                            others.join(", ")
                        ),
                    )?;
                    *setback = Some(why);
                }
            }
            let same = turn_of(number + 1, &members) == place;
            if let (true, Some(Setback::Fault(fault))) = (number < most && same, &setback) {
                let pause = recovery::pause(number).max(fault.retry_after().unwrap_or_default());
                self.pause(pause).await?;
            }
        }
        Ok(())
    }

    /// The second of two models gave no whole answer, so what the first worded was not held against all of its cases.
    fn unheard(&self, model: &str, why: &str) -> Result<(), Stop> {
        self.notice(
            "ENSEMBLE_ALONE",
            format!("{model} did not answer to its end ({why}): what it has no case for goes out as the other model worded it"),
        )
    }

    /// Waits before the next attempt, as long as there is any reason to go on.
    async fn pause(&self, time: Duration) -> Result<(), Stop> {
        let deadline = self.request.deadline.unwrap_or_else(attempt::far_future);
        tokio::select! {
            () = tokio::time::sleep(time) => Ok(()),
            () = self.log.abandoned() => Err(Stop::Abandoned),
            () = self.services.shutdown.cancelled() => Err(Stop::Shutdown),
            () = tokio::time::sleep_until(deadline) => Err(self.request.out_of_time()),
        }
    }

    /// What follows an attempt, in a span of its own.
    fn decide(&self, ended: &Ended, gained: usize) -> Next {
        let span = stage::recovery();
        // What waits for the second model's word has a case.
        let waits_for = |item: &usize| self.ensemble.waits_for(*item);
        let missing = self.ledger.missing().iter().filter(|item| !waits_for(item)).count();
        let any = gained > 0 || self.ledger.covered() > 0 || self.ensemble.waits();
        let next = span.in_scope(|| recovery::after(ended, missing, any));
        let (decision, why) = match &next {
            Next::Enough => ("enough", None),
            Next::Again(why) => ("again", Some(why)),
            Next::GiveUp(why) => ("give_up", Some(why)),
        };
        span.record("testgen.decision", decision);
        if let Some(why) = why {
            span.record("testgen.reason", why.code());
        }
        stage::count(&span, "testgen.coverage_items.missing", self.ledger.missing().len());
        next
    }

    /// Whether one case is to be worded anew.
    pub(super) fn asks_for_words(&self) -> bool {
        matches!(self.request.purpose, Purpose::Rewording(_))
    }

    /// Whether every item of the plan was left out on purpose, so that nobody has to be asked.
    pub(super) fn all_left_out(&self) -> bool {
        let items = self.ledger.items();
        let left_out = |status| status == CoverageStatus::Excluded;
        !self.asks_for_words() && !items.is_empty() && items.iter().all(|item| left_out(item.status))
    }

    /// Whether the generation is to fill gaps of a suite, so that nothing missing means nothing to do.
    pub(super) fn asks_for_gaps(&self) -> bool {
        matches!(self.request.purpose, Purpose::Gaps | Purpose::Revision(_))
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
        // Where a backend has several hosts, the one that is asked first is chosen and named here.
        let leased = backend.lease(&task.model);
        let backend = leased.as_deref().unwrap_or(backend);
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
        let auto = matches!(self.request.backend, Choice::Auto);
        selected.backend.id() != BackendId::Rules
            && self.request.fill_with_rules.unwrap_or(auto)
            && self.basis.language == Language::English
            && !self.ledger.missing().is_empty()
            && self.accepted() < self.most_cases
    }

    /// The rules word what the model left uncovered.
    async fn fill(&mut self, provenance: &mut Provenance) -> Result<(), Stop> {
        let missing = self.ledger.missing();
        self.fallback = Some("FILLED_BY_RULES");
        self.retry = None;
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
}
