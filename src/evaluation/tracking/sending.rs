//! Sends what the spool keeps. Each step can be done again after any end of this process, so sending a run again is how
//! everything that goes wrong is mended.

use super::client::{Client, Problem};
use super::record::Record;
use super::spool::{Spool, Turn};
use crate::config::Mlflow;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Most of each kind, and of all together, in one request of MLflow's.
const MOST_METRICS: usize = 1_000;
const MOST_PARAMS: usize = 100;
/// How many batches a run has; written in the same request as the batch.
const BATCHES_TAG: &str = "testgen.batches";
/// How often a run is tried, and the pause before the second time; each further one is four times as long.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(200);

/// What came of sending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What has arrived.
    pub arrived: Vec<Arrived>,
    /// How many runs are kept still.
    pub kept: usize,
    /// What went wrong, for people.
    pub warnings: Vec<String>,
}

/// A run that has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Its name.
    pub name: String,
    /// Its page.
    pub page: String,
}

/// Sends everything that is kept.
pub(super) async fn send(config: &Mlflow) -> Outcome {
    let mut outcome = Outcome::default();
    let Some(url) = &config.tracking_url else {
        return outcome;
    };
    let spool = Spool::at(&config.spool);
    let ended = match (spool.turn(), Client::new(config, url)) {
        // Whoever adds the first run makes the folder and sends it.
        (Ok(Turn::Idle), _) => Ok(()),
        (Ok(Turn::Ours(_lock)), Ok(client)) => {
            let sender = Sender { client, spool: &spool };
            sender.all(&mut outcome).await
        }
        (Ok(Turn::Others), _) => Err("another process is sending".to_owned()),
        (Err(error), _) => Err(format!("{} cannot be locked: {error}", config.spool.display())),
        (_, Err(told)) => Err(told),
    };
    if let Err(told) = ended {
        outcome.warnings.push(format!("MLflow at {url}: {told}"));
    }
    outcome.kept = spool.files().map_or(0, |files| files.len());
    outcome
}

struct Sender<'a> {
    client: Client,
    spool: &'a Spool,
}

impl Sender<'_> {
    /// Runs that are added meanwhile are sent too.
    async fn all(&self, outcome: &mut Outcome) -> Result<(), String> {
        let mut tried: BTreeSet<PathBuf> = BTreeSet::new();
        let mut experiments = HashMap::new();
        loop {
            let files = self.spool.files().map_err(|error| error.to_string())?;
            let Some(path) = files.into_iter().find(|path| !tried.contains(path)) else {
                return Ok(());
            };
            tried.insert(path.clone());
            let record = match Spool::read(&path) {
                Ok(record) => record,
                Err(told) => {
                    outcome.warnings.push(told);
                    continue;
                }
            };
            match self.patiently(&record, &mut experiments, outcome).await {
                Ok(arrived) => {
                    outcome.arrived.extend(arrived);
                    Spool::remove(&path).map_err(|error| format!("{}: {error}", path.display()))?;
                }
                Err(problem @ Problem::Refused(_)) => outcome.warnings.push(refused(&record, &path, &problem)),
                // The next one would fare no better.
                Err(problem) => return Err(problem.message().to_owned()),
            }
        }
    }

    async fn patiently(
        &self,
        record: &Record,
        experiments: &mut HashMap<String, String>,
        outcome: &mut Outcome,
    ) -> Result<Option<Arrived>, Problem> {
        let mut pause = PAUSE;
        for _ in 1..TRIES {
            match self.one(record, experiments, outcome).await {
                Err(Problem::Passing(_)) => {
                    tokio::time::sleep(pause).await;
                    pause *= 4;
                }
                ended => return ended,
            }
        }
        self.one(record, experiments, outcome).await
    }

    /// Brings the server to where it has all of the run. `None`: somebody deleted it there, and it stays deleted.
    async fn one(
        &self,
        record: &Record,
        experiments: &mut HashMap<String, String>,
        outcome: &mut Outcome,
    ) -> Result<Option<Arrived>, Problem> {
        let experiment = match experiments.get(&record.experiment) {
            Some(known) => known.clone(),
            None => {
                let found = self.client.experiment(&record.experiment).await?;
                experiments.insert(record.experiment.clone(), found.clone());
                found
            }
        };
        let run = match self.client.find(&experiment, &record.key).await? {
            Some(found) => found,
            None => {
                let parent = self.parent(&experiment, record).await?;
                self.client.create(&experiment, record, parent.as_deref()).await?
            }
        };
        if run.deleted {
            return Ok(None);
        }
        let arrived = Arrived {
            name: record.name.clone(),
            page: self.client.page(&experiment, &run.id),
        };
        // The end is told last.
        if run.ended {
            return Ok(Some(arrived));
        }
        let there = run.tags.get(BATCHES_TAG).and_then(|tag| tag.parse().ok()).unwrap_or(0);
        for (number, batch) in batches(record).into_iter().enumerate().skip(there) {
            let tag = (BATCHES_TAG, (number + 1).to_string());
            self.client.log(&run.id, &batch.params, batch.points, tag).await?;
        }
        if let Some(data) = &record.data {
            self.client.data(&run.id, data).await?;
        }
        let mut homeless = false;
        for file in &record.files {
            homeless |= !self.client.file(&run, &file.name, &file.text).await?;
        }
        self.client.end(&run.id, record).await?;
        if homeless {
            outcome.warnings.push(format!(
                "MLflow keeps the files of {} at {}, where only it can write: figures are there, files are not (start it with --artifacts-destination)",
                record.name, run.files_at
            ));
        }
        Ok(Some(arrived))
    }

    async fn parent(&self, experiment: &str, record: &Record) -> Result<Option<String>, Problem> {
        let Some(key) = &record.parent else {
            return Ok(None);
        };
        let found = self.client.find(experiment, key).await?.filter(|run| !run.deleted);
        if found.is_none() && self.spool.has(key) {
            return Err(Problem::Refused(
                "the run that it is a part of is not there yet".to_owned(),
            ));
        }
        Ok(found.map(|run| run.id))
    }
}

fn refused(record: &Record, path: &Path, problem: &Problem) -> String {
    format!(
        "MLflow does not take {}: {}; it stays in {}",
        record.name,
        problem.message(),
        path.display()
    )
}

/// What goes into one request.
struct Batch<'a> {
    params: Vec<(&'a String, &'a String)>,
    points: &'a [super::record::Point],
}

/// The parameters and figures of a run, in portions that MLflow takes. One place of each is for the tag.
fn batches(record: &Record) -> Vec<Batch<'_>> {
    let params: Vec<(&String, &String)> = record.params.iter().collect();
    let of_params = params.chunks(MOST_PARAMS).map(|params| Batch {
        params: params.to_vec(),
        points: &[],
    });
    let of_points = record.metrics.chunks(MOST_METRICS - 1).map(|points| Batch {
        params: Vec::new(),
        points,
    });
    of_params.chain(of_points).collect()
}
