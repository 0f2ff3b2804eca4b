//! An experiment in a running service: assigns, listens how generations end, watches its definition, and lets a rollout go
//! on or back.
//!
//! The definition is a file that is looked at again every so often: what changed in it holds for the next request. A file
//! rather than a signal, since it says what holds and not that something happened: a mounted config map changes it, every
//! instance sees it, and after a restart it is still there. A request takes one read lock, a generation's end one mutex
//! (in a rollout alone); a token takes nothing.

use super::assignment::{anonymous, variant_of};
use super::decision::{Decision, Logs};
use super::definition::{Definition, Key, Known, MOST_BYTES, Variant};
use super::guard::{Breach, Move, Sample, Watch};
use super::record::{Line, Recorder, state_path};
use crate::evaluation::runner::now_iso;
use crate::generation::exposure::{Ended, Exposure, Observer};
use crate::story::UserStory;
use crate::telemetry::metrics::Metrics;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

/// What an experiment needs of the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The definition.
    pub file: PathBuf,
    /// How often it is looked at.
    pub reload: Duration,
    /// The record.
    pub record: PathBuf,
    /// Bytes after which the record turns over.
    pub record_bytes: u64,
    /// Where decisions are kept.
    pub logs: Logs,
}

/// What is known of whoever asks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Who<'a> {
    /// What the caller named; empty: nothing.
    pub unit: &'a str,
    /// The correlation id.
    pub correlation_id: &'a str,
    /// The caller's name.
    pub caller: &'a str,
}

/// A running experiment.
#[derive(Debug)]
pub struct Live {
    config: Config,
    known: Known,
    state: RwLock<Arc<State>>,
    recorder: Recorder,
    metrics: Arc<Metrics>,
}

/// What holds until the definition changes or the rollout moves.
#[derive(Debug)]
struct State {
    /// The definition's text, to see a change; `None`: it cannot be read.
    text: Option<String>,
    /// `None`: there is none that can be used.
    definition: Option<Definition>,
    shares: Vec<f64>,
    /// A rollout that went back.
    back: bool,
    watch: Option<Mutex<Watch>>,
}

/// What a rollout does not forget when the service restarts.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    /// The definition that it belongs to.
    digest: String,
    step: usize,
    back: bool,
}

impl Live {
    /// Reads the definition, opens the record, and from now on looks at the definition. Needs a tokio runtime.
    ///
    /// # Errors
    /// The definition cannot be read or is wrong, or the record cannot be written.
    pub fn start(config: Config, known: Known, metrics: Arc<Metrics>) -> anyhow::Result<Arc<Self>> {
        use anyhow::Context as _;
        let name = config.file.display().to_string();
        let text = read(&config.file).with_context(|| format!("experiment.file: {name} cannot be read"))?;
        let definition =
            Definition::parse(&text, &known).map_err(|wrong| anyhow::anyhow!("experiment.file: {name}: {wrong}"))?;
        let recorder = Recorder::open(
            &config.record,
            config.record_bytes,
            config.logs.clone(),
            Arc::clone(&metrics),
        )
        .with_context(|| format!("experiment.record: {} cannot be written", config.record.display()))?;
        let kept = kept(&config.record, &definition);
        let state = State::of(text, definition, &kept);
        metrics.know_variants(state.names());
        state.tell("experiment");
        let live = Arc::new(Self {
            config,
            known,
            state: RwLock::new(Arc::new(state)),
            recorder,
            metrics,
        });
        let weak = Arc::downgrade(&live);
        tokio::spawn(async move {
            while let Some(every) = weak.upgrade().map(|live| live.config.reload) {
                tokio::time::sleep(every).await;
                let Some(live) = weak.upgrade() else { return };
                let _ = tokio::task::spawn_blocking(move || live.reload()).await;
            }
        });
        Ok(live)
    }

    /// Looks at the definition now. One that cannot be used ends the experiment: everybody gets what the settings say.
    pub fn reload(&self) {
        let read = read(&self.config.file);
        let before = self.now();
        match read {
            Ok(text) if before.text.as_deref() == Some(&text) => {}
            Ok(text) => {
                let state = match Definition::parse(&text, &self.known) {
                    Ok(definition) => {
                        let state = State::of(text, definition, &Kept::default());
                        state.tell("the experiment was changed");
                        state
                    }
                    Err(wrong) => {
                        tracing::error!(%wrong, "the experiment's definition cannot be used: nobody takes part");
                        State::off(Some(text))
                    }
                };
                self.metrics.know_variants(state.names());
                self.keep(Kept::of(&state, 0));
                self.put(state);
            }
            Err(error) if before.text.is_some() => {
                tracing::error!(%error, "the experiment's definition cannot be read: nobody takes part");
                self.put(State::off(None));
            }
            Err(_) => {}
        }
    }

    /// What a request that leaves its variant open gets, and what it takes part in; `None`: what the settings say.
    pub fn assign(self: &Arc<Self>, who: Who<'_>, story: &UserStory) -> Option<(Variant, Option<Exposure>)> {
        let state = self.now();
        let definition = state.definition.as_ref()?;
        if !definition.enabled || state.back {
            return Some((definition.variants.first()?.clone(), None));
        }
        let unit = match definition.key {
            Key::Unit if !who.unit.is_empty() => who.unit,
            Key::Unit | Key::Correlation => who.correlation_id,
            Key::Caller => who.caller,
        };
        let place = variant_of(definition, &state.shares, unit);
        let variant = definition.variants.get(place)?.clone();
        let mut parts = vec![story.text(), story.context()];
        parts.extend(story.criteria().iter().map(String::as_str));
        let exposure = Exposure {
            experiment: definition.id.clone(),
            variant: variant.name.clone(),
            observer: Arc::new(Assigned {
                unit: anonymous(&definition.salt, &[unit]),
                story: anonymous(&definition.salt, &parts),
                place,
                live: Arc::clone(self),
                state: Arc::clone(&state),
            }),
        };
        Some((variant, Some(exposure)))
    }

    /// Waits until the record is written, but no longer than this. Blocks.
    pub fn flush(&self, bound: Duration) {
        self.recorder.flush(bound);
    }

    fn now(&self) -> Arc<State> {
        Arc::clone(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn put(&self, state: State) {
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(state);
    }

    /// Puts a state in the place of another, unless the definition has changed in between: that counts for more.
    fn replace(&self, old: &Arc<State>, new: State) -> bool {
        let mut now = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let same = Arc::ptr_eq(old, &now);
        if same {
            *now = Arc::new(new);
        }
        same
    }

    /// A generation of a rollout has ended.
    fn judge(&self, assigned: &Assigned, sample: &Sample) {
        let state = &assigned.state;
        let (Some(watch), Some(definition)) = (&state.watch, &state.definition) else {
            return;
        };
        let moved = {
            let mut watch = watch.lock().unwrap_or_else(PoisonError::into_inner);
            // What began in an earlier step, or before the definition changed, says nothing of this one.
            if !Arc::ptr_eq(state, &self.now()) {
                return;
            }
            let Some(moved) = watch.add(assigned.place != Definition::CONTROL, sample) else {
                return;
            };
            let next = state.moved(&moved, &watch);
            let kept = Kept::of(&next, watch.step());
            if !self.replace(state, next) {
                return;
            }
            self.keep(kept);
            moved
        };
        self.tell(definition, &moved);
    }

    fn tell(&self, definition: &Definition, moved: &Move) {
        let name = |place: usize| {
            definition
                .variants
                .get(place)
                .map_or("", |variant| variant.name.as_str())
        };
        let (candidate, control) = (name(1).to_owned(), name(Definition::CONTROL).to_owned());
        let mut decision = Decision {
            time: now_iso(),
            by: "rollout",
            subject: format!("{} of {}", candidate, definition.id),
            against: control,
            ..Decision::default()
        };
        match moved {
            Move::Advance(step) => {
                let share = definition
                    .rollout
                    .as_ref()
                    .and_then(|rollout| rollout.steps.get(*step))
                    .copied();
                let share = share.unwrap_or_default();
                tracing::info!(experiment = definition.id, candidate, share, "the rollout goes on");
                self.metrics.rollout("advanced");
                decision.figure = "all guards".to_owned();
                decision.verdict = format!("goes on to {share} %");
                decision.grounds = vec!["no guard is significantly worse than the control's".to_owned()];
                decision.data.insert("share".to_owned(), json!(share));
            }
            Move::Back(breach) => {
                tracing::error!(experiment = definition.id, candidate, guard = breach.guard, why = %breach, "the rollout goes back");
                self.metrics.rollout("back");
                decision.figure = breach.guard.to_owned();
                decision.verdict = "goes back".to_owned();
                decision.grounds = vec![breach.to_string()];
                let Breach {
                    control,
                    candidate,
                    at_least,
                    generations,
                    ..
                } = breach;
                decision.data = [
                    ("control".to_owned(), json!(control)),
                    ("candidate".to_owned(), json!(candidate)),
                    ("worse_by_at_least".to_owned(), json!(at_least)),
                    ("generations".to_owned(), json!([generations.0, generations.1])),
                ]
                .into_iter()
                .collect();
            }
        }
        self.recorder.decision(decision);
    }

    /// Keeps a rollout's state.
    fn keep(&self, kept: Option<Kept>) {
        if let Some(text) = kept.and_then(|kept| serde_json::to_string(&kept).ok()) {
            self.recorder.state(text);
        }
    }
}

impl Kept {
    /// `None` where there is no rollout.
    fn of(state: &State, step: usize) -> Option<Self> {
        let definition = state
            .definition
            .as_ref()
            .filter(|definition| definition.rollout.is_some())?;
        Some(Self {
            digest: definition.digest.clone(),
            step,
            back: state.back,
        })
    }
}

impl State {
    fn of(text: String, definition: Definition, kept: &Kept) -> Self {
        let watch = definition
            .rollout
            .as_ref()
            .map(|rollout| Watch::new(rollout, kept.step));
        Self {
            text: Some(text),
            shares: definition
                .rollout
                .as_ref()
                .map_or_else(|| definition.shares.clone(), |rollout| rollout.shares(kept.step)),
            definition: Some(definition),
            back: kept.back,
            watch: watch.map(Mutex::new),
        }
    }

    fn off(text: Option<String>) -> Self {
        Self {
            text,
            definition: None,
            shares: Vec::new(),
            back: false,
            watch: None,
        }
    }

    fn moved(&self, moved: &Move, watch: &Watch) -> Self {
        let back = matches!(moved, Move::Back(_));
        let rollout = self
            .definition
            .as_ref()
            .and_then(|definition| definition.rollout.as_ref());
        Self {
            text: self.text.clone(),
            definition: self.definition.clone(),
            shares: rollout.map(|rollout| rollout.shares(watch.step())).unwrap_or_default(),
            back,
            watch: (!back).then(|| Mutex::new(watch.clone())),
        }
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.definition
            .iter()
            .flat_map(|definition| definition.variants.iter().map(|variant| variant.name.as_str()))
    }

    fn tell(&self, what: &str) {
        if let Some(definition) = &self.definition {
            let shares = format!("{:?}", self.shares);
            tracing::info!(
                experiment = definition.id,
                enabled = definition.enabled,
                back = self.back,
                shares,
                "{what}"
            );
        }
    }
}

/// What a generation that takes part reports to.
#[derive(Debug)]
struct Assigned {
    unit: String,
    story: String,
    /// The variant, as a place in the definition.
    place: usize,
    live: Arc<Live>,
    /// What held when it was assigned.
    state: Arc<State>,
}

impl Observer for Assigned {
    fn ended(&self, ended: &Ended) {
        let Some(definition) = &self.state.definition else {
            return;
        };
        let variant = definition
            .variants
            .get(self.place)
            .map_or("", |variant| variant.name.as_str());
        let shares = definition.variants.iter().zip(&self.state.shares);
        let latency_ms = ended.duration.as_secs_f64() * 1e3;
        self.live.recorder.line(Line {
            time: now_iso(),
            experiment: definition.id.clone(),
            variant: variant.to_owned(),
            control: definition
                .variants
                .first()
                .map(|control| control.name.clone())
                .unwrap_or_default(),
            unit: self.unit.clone(),
            story: self.story.clone(),
            shares: shares
                .filter(|(_, share)| **share > 0.0)
                .map(|(variant, share)| (variant.name.clone(), *share))
                .collect(),
            outcome: ended.outcome.to_owned(),
            code: ended.code.map(str::to_owned),
            coverage: ended.coverage,
            lint: ended.lint,
            cases: ended.cases,
            latency_ms,
            input_tokens: ended.input_tokens,
            output_tokens: ended.output_tokens,
            cost_usd: self.live.metrics.cost(ended.input_tokens, ended.output_tokens),
        });
        self.live.metrics.exposed(variant, ended.outcome);
        // Who went away says nothing of what was made.
        if ended.outcome != "cancelled" {
            let sample = Sample {
                failed: ended.outcome == "failed",
                coverage: ended.coverage,
                lint: ended.lint,
                latency_ms,
            };
            self.live.judge(self, &sample);
        }
    }
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(path)?
        .take(MOST_BYTES + 1)
        .read_to_string(&mut text)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(io::Error::other(format!("it has more than {MOST_BYTES} bytes")));
    }
    Ok(text)
}

/// What is kept of this definition's rollout.
fn kept(record: &Path, definition: &Definition) -> Kept {
    std::fs::read_to_string(state_path(record))
        .ok()
        .and_then(|text| serde_json::from_str::<Kept>(&text).ok())
        .filter(|kept| kept.digest == definition.digest)
        .unwrap_or_default()
}
