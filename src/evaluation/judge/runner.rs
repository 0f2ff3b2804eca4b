//! All questions to the judge, so many at once. What was answered is in a journal of its own, so that judging goes on
//! where it was broken off, and the same words are judged once.

use super::asking::{Manner, Unjudged, ask};
use super::prompt::Question;
use super::{CaseJudged, Judge, JudgeSeen, Judgement, PairJudged, Scored, answer, rubric_hash, self_judging};
use crate::backend::Backend;
use crate::evaluation::dataset::{EvaluationStory, hex};
use crate::evaluation::journal::Journal;
use crate::evaluation::observation::{CaseSeen, Observation};
use crate::evaluation::runner::{Broken, Evaluated};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// A judge that fails so often in a row by the moment's fault is asked nothing more by this run.
const MOST_FAILURES: usize = 3;

/// Who judges, and how.
#[derive(Clone, Debug)]
pub struct Judging {
    /// Who.
    pub judge: Judge,
    /// The server that has the model.
    pub backend: Arc<dyn Backend>,
    /// Seed of each first call.
    pub seed: i64,
    /// Bound on one call.
    pub timeout: Duration,
    /// Questions at once.
    pub concurrency: NonZeroUsize,
}

/// Something was judged, or could not be.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// How many.
    pub done: usize,
    /// Of how many.
    pub all: usize,
    /// The story that it belongs to.
    pub story: &'a str,
}

/// Judges the cases and suites of all variants, and each suite against that of the first variant. What stood in the
/// observations of an earlier judge is replaced.
///
/// # Errors
/// [`Broken`]; what was judged until then is in the journal.
pub async fn run(
    judging: &Judging,
    stories: &[EvaluationStory],
    evaluated: &mut [Evaluated],
    journal: &mut Journal<Judgement>,
    stop: &CancellationToken,
    mut progress: impl FnMut(Progress<'_>),
) -> Result<(), Broken> {
    let by_id: HashMap<&str, Arc<EvaluationStory>> = stories
        .iter()
        .map(|story| (story.id.as_str(), Arc::new(story.clone())))
        .collect();
    let jobs = jobs(evaluated, &by_id);
    let all = jobs.len();
    let mut answers: Vec<Option<Judgement>> = vec![None; all];
    let groups = grouped(judging, &jobs);
    let mut open = groups.iter().enumerate();
    let mut running: JoinSet<(usize, Judgement, bool)> = JoinSet::new();
    let (mut done, mut failures) = (0, 0);
    let mut answered = |places: &[usize], judgement: &Judgement| {
        for place in places {
            answers[*place] = Some(judgement.clone());
            done += 1;
            let story = &jobs[*place].story.id;
            progress(Progress { done, all, story });
        }
    };
    loop {
        while running.len() < judging.concurrency.get()
            && let Some((group, (key, places))) = open.next()
        {
            if let Some(known) = journal.find(key) {
                answered(places, &known);
            } else if failures >= MOST_FAILURES {
                let not_asked = Judgement {
                    key: key.clone(),
                    not_judged: format!("NOT_ASKED: the judge failed {MOST_FAILURES} times in a row"),
                    ..Judgement::default()
                };
                answered(places, &not_asked);
            } else {
                running.spawn(judged(judging.clone(), jobs[places[0]].clone(), key.clone(), group));
            }
        }
        let ended = tokio::select! {
            biased;
            () = stop.cancelled() => return Err(Broken::Stopped),
            ended = running.join_next() => ended,
        };
        let Some(ended) = ended else { break };
        let (group, judgement, passing) = ended.map_err(|error| Broken::Lost(error.to_string()))?;
        if passing {
            failures += 1;
        } else {
            failures = 0;
            journal.add(&judgement)?;
        }
        answered(&groups[group].1, &judgement);
    }
    let places: Vec<Place> = jobs.iter().map(|job| job.place).collect();
    drop(jobs);
    enter(
        judging,
        evaluated,
        places.into_iter().zip(answers.into_iter().flatten()),
    );
    Ok(())
}

/// Where an answer belongs: variant, observation, and what of it.
#[derive(Clone, Copy, Debug)]
struct Place {
    variant: usize,
    observation: usize,
    part: Part,
}

#[derive(Clone, Copy, Debug)]
enum Part {
    Case(usize),
    Suite,
    Pair,
}

/// A question with what it is about.
#[derive(Clone, Debug)]
struct Job {
    place: Place,
    story: Arc<EvaluationStory>,
    cases: Arc<Vec<CaseSeen>>,
    /// The suite that it is compared with.
    other: Arc<Vec<CaseSeen>>,
}

impl Job {
    fn question(&self) -> Question<'_> {
        match self.place.part {
            Part::Case(index) => match self.cases.get(index) {
                Some(case) => Question::Case(case),
                None => Question::Suite(&self.cases),
            },
            Part::Suite => Question::Suite(&self.cases),
            Part::Pair => Question::Pair(&self.cases, &self.other),
        }
    }
}

fn jobs(evaluated: &[Evaluated], stories: &HashMap<&str, Arc<EvaluationStory>>) -> Vec<Job> {
    let mut first: HashMap<(&str, u32), Arc<Vec<CaseSeen>>> = HashMap::new();
    let mut jobs = Vec::new();
    for (variant, one) in evaluated.iter().enumerate() {
        for (observation, seen) in one.observations.iter().enumerate() {
            let Some(story) = stories.get(seen.story.as_str()).filter(|_| !seen.cases.is_empty()) else {
                continue;
            };
            let cases = Arc::new(seen.cases.clone());
            let key = (seen.story.as_str(), seen.repeat);
            let other = if variant == 0 {
                first.insert(key, Arc::clone(&cases));
                None
            } else {
                first.get(&key)
            };
            let parts = (0..cases.len()).map(Part::Case).chain([Part::Suite]);
            for part in parts.chain(other.map(|_| Part::Pair)) {
                jobs.push(Job {
                    place: Place {
                        variant,
                        observation,
                        part,
                    },
                    story: Arc::clone(story),
                    cases: Arc::clone(&cases),
                    other: other.map(Arc::clone).unwrap_or_default(),
                });
            }
        }
    }
    jobs
}

/// The places of the questions that are the same, by their key, in the order of the first of each: where several are asked
/// at once, the journal does not know an answer that is still to come.
fn grouped(judging: &Judging, jobs: &[Job]) -> Vec<(String, Vec<usize>)> {
    let mut at: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for (place, job) in jobs.iter().enumerate() {
        let key = judging.key(job);
        let group = *at.entry(key.clone()).or_insert(groups.len());
        match groups.get_mut(group) {
            Some((_, places)) => places.push(place),
            None => groups.push((key, vec![place])),
        }
    }
    groups
}

impl Judging {
    /// The same key is the same judgement: what is judged, by which rubric, by whom.
    fn key(&self, job: &Job) -> String {
        #[derive(Serialize)]
        struct Key<'a> {
            judge: &'a Judge,
            rubric: &'a str,
            seed: i64,
            schema: bool,
            story: &'a str,
            criteria: &'a [String],
            context: &'a str,
            content: String,
        }
        let story = &job.story.story;
        let key = Key {
            judge: &self.judge,
            rubric: rubric_hash(),
            seed: self.seed,
            schema: self.backend.offers().schema,
            story: story.text(),
            criteria: story.criteria(),
            context: story.context(),
            content: job.question().content(),
        };
        // Strings and numbers alone: they can always be written.
        hex(&Sha256::digest(serde_json::to_vec(&key).unwrap_or_default()))
    }
}

/// Asks in both orders; whether the moment is to blame for what was not judged.
async fn judged(judging: Judging, job: Job, key: String, group: usize) -> (usize, Judgement, bool) {
    let mut judgement = Judgement {
        key,
        ..Judgement::default()
    };
    let mut passing = false;
    if let Err(unjudged) = both(&judging, &job, &mut judgement).await {
        judgement.not_judged = unjudged.reason;
        passing = unjudged.passing;
    }
    (group, judgement, passing)
}

async fn both(judging: &Judging, job: &Job, judgement: &mut Judgement) -> Result<(), Unjudged> {
    let backend = judging.backend.as_ref();
    let manner = Manner {
        model: &judging.judge.model,
        seed: judging.seed,
        schema: backend.offers().schema,
        timeout: judging.timeout,
    };
    let (story, question, calls) = (job.story.as_ref(), job.question(), &mut judgement.calls);
    if let Question::Pair(..) = question {
        let first = ask(backend, manner, story, question, false, calls, |text| {
            answer::preferred(text, false)
        })
        .await?;
        let turned = ask(backend, manner, story, question, true, calls, |text| {
            answer::preferred(text, true)
        })
        .await?;
        judgement.preferred = Some([first, turned]);
        return Ok(());
    }
    let names: Vec<&str> = question.criteria().iter().map(|criterion| criterion.name).collect();
    let read = |text: &str| answer::scores(text, &names);
    let first = ask(backend, manner, story, question, false, calls, read).await?;
    let turned = ask(backend, manner, story, question, true, calls, read).await?;
    judgement.scores = names
        .iter()
        .zip(first.into_iter().zip(turned))
        .map(|(name, (first, turned))| Scored {
            criterion: (*name).to_owned(),
            said: [first, turned],
        })
        .collect();
    Ok(())
}

/// Puts the answers where they belong.
fn enter(judging: &Judging, evaluated: &mut [Evaluated], answers: impl Iterator<Item = (Place, Judgement)>) {
    let against = evaluated.first().map(|one| one.variant.name()).unwrap_or_default();
    for one in evaluated.iter_mut() {
        let writer = (one.variant.model.as_str(), one.variant.digest.as_str());
        let near = self_judging((&judging.judge.model, &judging.judge.digest), writer);
        for seen in &mut one.observations {
            seen.judge = (!seen.cases.is_empty()).then(|| JudgeSeen {
                judge: judging.judge.clone(),
                rubric: rubric_hash().to_owned(),
                self_judging: near,
                ..JudgeSeen::default()
            });
        }
    }
    for (place, judgement) in answers {
        let seen = evaluated
            .get_mut(place.variant)
            .and_then(|one| one.observations.get_mut(place.observation));
        let Some(Observation {
            cases,
            judge: Some(judge),
            ..
        }) = seen
        else {
            continue;
        };
        match place.part {
            Part::Case(index) => judge.cases.extend(cases.get(index).map(|case| CaseJudged {
                case: case.id.clone(),
                self_judging: judge.self_judging.filter(|_| !case.by_rules),
                judgement,
            })),
            Part::Suite => judge.suite = Some(judgement),
            Part::Pair => {
                judge.pair = Some(PairJudged {
                    against: against.clone(),
                    judgement,
                });
            }
        }
    }
}
