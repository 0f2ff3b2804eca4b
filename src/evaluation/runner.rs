//! Runs the cells of an evaluation, so many at once, each through [`App::generate`] as any caller would.

use super::dataset::EvaluationStory;
use super::journal::Journal;
use super::metric::Measured;
use super::observation::{Ended, Observation};
use super::process::Process;
use super::variant::{Conditions, Variant};
use crate::app::{App, Asked, Call, Refusal};
use crate::coverage::Wanted;
use crate::error::Kind;
use crate::generation::admission::Caller;
use crate::generation::event::Failure;
use crate::generation::log::End;
use crate::generation::purpose::Purpose;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// What is to be run.
#[derive(Clone, Debug)]
pub struct Work {
    /// Who words the stories; one after the other, so that a model is loaded once.
    pub variants: Vec<Variant>,
    /// The stories.
    pub stories: Vec<EvaluationStory>,
    /// How often each.
    pub repeats: u32,
    /// How many at once.
    pub concurrency: NonZeroUsize,
    /// What all have in common.
    pub conditions: Conditions,
    /// Bound on one story; `None`: the service's own.
    pub timeout: Option<Duration>,
}

/// What was seen of a variant.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// Which one.
    pub variant: Variant,
    /// Each story, in the order of the stories.
    pub observations: Vec<Observation>,
    /// How many of them were there before: from the journal or the cache.
    pub known: usize,
    /// What this process used for the others.
    pub used: Option<Measured>,
}

/// A cell has ended.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// How many have ended.
    pub done: usize,
    /// Of how many.
    pub all: usize,
    /// What was seen of it.
    pub seen: &'a Observation,
    /// Whether it was there before.
    pub known: bool,
}

/// Why an evaluation ends early.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// Somebody asked for it; what has ended is in the journal.
    #[error("the evaluation was interrupted; the same command goes on where it was")]
    Stopped,
    /// The journal cannot be written.
    #[error("the journal cannot be written: {0}")]
    Journal(#[from] std::io::Error),
    /// A task was lost, which is a fault of ours.
    #[error("a story was lost: {0}")]
    Lost(String),
}

/// Runs everything that is not finished.
///
/// # Errors
/// [`Broken`]; what has ended until then is in the journal.
pub async fn run(
    app: &Arc<App>,
    work: &Work,
    journal: &mut Journal,
    stop: &CancellationToken,
    mut progress: impl FnMut(Progress<'_>),
) -> Result<Vec<Evaluated>, Broken> {
    let cells = work.stories.len() * work.repeats as usize;
    let all = cells * work.variants.len();
    let mut done = 0;
    let mut evaluated = Vec::new();
    for variant in &work.variants {
        let mut slots: Vec<Option<Observation>> = vec![None; cells];
        let mut known = 0;
        let mut open = Vec::new();
        for repeat in 0..work.repeats {
            for (place, story) in work.stories.iter().enumerate() {
                let slot = repeat as usize * work.stories.len() + place;
                let key = work.conditions.key(variant, story, repeat);
                match journal.find(&key) {
                    Some(mut seen) => {
                        seen.story.clone_from(&story.id);
                        seen.min_cases = story.min_cases;
                        known += 1;
                        done += 1;
                        progress(Progress {
                            done,
                            all,
                            seen: &seen,
                            known: true,
                        });
                        slots[slot] = Some(seen);
                    }
                    None => open.push((slot, key, story, repeat)),
                }
            }
        }
        let before = Process::look(std::process::id()).ok();
        let began = Instant::now();
        let fresh = open.len();
        let mut open = open.into_iter();
        let mut running: JoinSet<(usize, Observation, bool)> = JoinSet::new();
        loop {
            while running.len() < work.concurrency.get()
                && let Some((slot, key, story, repeat)) = open.next()
            {
                running.spawn(cell(Arc::clone(app), work.clone_for(variant, story, repeat, key), slot));
            }
            let ended = tokio::select! {
                biased;
                () = stop.cancelled() => return Err(Broken::Stopped),
                ended = running.join_next() => ended,
            };
            let Some(ended) = ended else { break };
            let (slot, seen, finished) = ended.map_err(|error| Broken::Lost(error.to_string()))?;
            if finished {
                journal.add(&seen)?;
            }
            done += 1;
            progress(Progress {
                done,
                all,
                seen: &seen,
                known: false,
            });
            slots[slot] = Some(seen);
        }
        let after = Process::look(std::process::id()).ok();
        evaluated.push(Evaluated {
            variant: variant.clone(),
            observations: slots.into_iter().flatten().collect(),
            known,
            used: before.zip(after).filter(|_| fresh > 0).map(|(before, after)| Measured {
                used: before.until(&after),
                seconds: began.elapsed().as_secs_f64(),
                processors: std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
                stories: fresh,
            }),
        });
    }
    Ok(evaluated)
}

/// One cell, ready to be run.
struct Cell {
    asked: Asked,
    timeout: Option<Duration>,
    seen: Observation,
}

impl Work {
    fn clone_for(&self, variant: &Variant, story: &EvaluationStory, repeat: u32, key: String) -> Cell {
        Cell {
            asked: Asked {
                story: story.story.clone(),
                backend: Some(variant.choice()),
                model: variant.model.clone(),
                prompt_variant: variant.prompt.clone(),
                wanted: Wanted {
                    techniques: Vec::new(),
                    max_test_cases: self.conditions.max_cases,
                    // The settings say how many values a limit has.
                    ..Wanted::default()
                },
                quality_check: true,
                fill_with_rules: Some(self.conditions.fill_with_rules),
                sampling: self.conditions.sampling(repeat),
                existing: Vec::new(),
                purpose: Purpose::Suite,
            },
            timeout: self.timeout,
            seen: Observation {
                key,
                story: story.id.clone(),
                variant: variant.name(),
                repeat,
                min_cases: story.min_cases,
                ..Observation::default()
            },
        }
    }
}

/// Runs a cell; whether it is finished: a model server that cannot be reached now is no result, and is asked again by the
/// next run.
async fn cell(app: Arc<App>, cell: Cell, slot: usize) -> (usize, Observation, bool) {
    let Cell {
        asked,
        timeout,
        mut seen,
    } = cell;
    seen.began_ms = now_ms();
    let began = Instant::now();
    let call = Call {
        deadline: timeout.map(|timeout| began + timeout),
        correlation_id: Uuid::now_v7().to_string(),
        caller: Caller::named("evaluation"),
        ..Call::default()
    };
    let mut finished = true;
    match app.generate(asked, call) {
        Ok(mut opened) => loop {
            match opened.reader.next().await {
                Ok(entry) => seen.event(&entry.event),
                Err(End::Completed) => break,
                Err(End::Failed(failure)) => {
                    finished = is_result(&failure);
                    seen.failed(&failure, began.elapsed());
                    break;
                }
            }
        },
        Err(refusal) => {
            finished = false;
            seen.failed(&refused(refusal), began.elapsed());
        }
    }
    seen.ended_ms = now_ms();
    (slot, seen, finished)
}

/// Whether a failure says something of the variant, and not of the moment.
fn is_result(failure: &Failure) -> bool {
    !of_the_moment(failure.kind)
}

/// Whether a failure says something of the moment and nothing of who was asked.
fn of_the_moment(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Unavailable | Kind::ResourceExhausted | Kind::Cancelled | Kind::Internal
    )
}

fn refused(refusal: Refusal) -> Failure {
    Failure {
        kind: Kind::ResourceExhausted,
        code: "REFUSED",
        message: refusal.to_string(),
        retry_after: None,
    }
}

/// The time now, in milliseconds since 1970.
#[must_use]
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

impl Evaluated {
    /// How many ended so.
    #[must_use]
    pub fn ended(&self, end: Ended) -> usize {
        self.observations.iter().filter(|seen| seen.end == end).count()
    }
}

/// The time now, ISO 8601 in UTC to the second.
#[must_use]
pub fn now_iso() -> String {
    iso(now_ms() / 1_000)
}

/// Seconds since 1970 as ISO 8601 in UTC.
#[must_use]
pub fn iso(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Days to a date of the Gregorian calendar, years counted from March (Hinnant's algorithm, for dates after 1970).
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        rest / 3_600,
        rest / 60 % 60,
        rest % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_a_date() {
        assert_eq!(iso(0), "1970-01-01T00:00:00Z");
        assert_eq!(iso(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(iso(951_868_800), "2000-03-01T00:00:00Z");
        assert_eq!(iso(4_102_444_799), "2099-12-31T23:59:59Z");
    }
}
