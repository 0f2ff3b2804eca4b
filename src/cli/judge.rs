//! `testgen evaluate --judge` and `testgen evaluate judge`: a second model scores cases, those of an evaluation that has just
//! run or of one that has left its results behind.

use super::args::{Backend, JudgeResults, Judging as Flags};
use super::evaluate::{Meter, broken, gates, models, read, tell, there_is, until_stopped, verdicts};
use super::terminal;
use super::trouble::Trouble;
use crate::app::App;
use crate::backend::BackendId;
use crate::config::Config;
use crate::evaluation::cost::CostModel;
use crate::evaluation::dataset::{Dataset, EvaluationStory};
use crate::evaluation::journal::Journal;
use crate::evaluation::judge::runner::{self, Judging, Progress};
use crate::evaluation::judge::{Judge, Judgement};
use crate::evaluation::metric::Value;
use crate::evaluation::observation::Observation;
use crate::evaluation::report::{Evaluation, Source};
use crate::evaluation::runner::Evaluated;
use crate::evaluation::summary::Summary;
use crate::evaluation::variant::{Conditions, Variant};
use crate::review::judged::{Marked, WithPeople, marks};
use crate::story::Limits;
use anyhow::Context as _;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// What an evaluation has left behind, as far as it is needed to judge it and to report it anew.
#[derive(Deserialize)]
struct Results {
    source: Source,
    conditions: Conditions,
    variants: Vec<Before>,
    observations: Vec<Observation>,
}

#[derive(Deserialize)]
struct Before {
    variant: Variant,
    known: usize,
    metrics: Vec<Value>,
}

/// How the judge is asked.
pub(super) struct Asking {
    pub(super) seed: i64,
    pub(super) timeout: Option<Duration>,
    pub(super) concurrency: NonZeroUsize,
}

/// Where what was judged is kept.
pub(super) struct Kept<'a> {
    pub(super) folder: &'a Path,
    pub(super) fresh: bool,
    pub(super) cache: Option<PathBuf>,
}

/// Who judges; `None` where nobody is to. The model is looked for first, so that it does not turn out missing hours later.
pub(super) async fn judging(flags: &Flags, app: &Arc<App>, asking: Asking) -> Result<Option<Judging>, Trouble> {
    let Some(model) = &flags.judge else { return Ok(None) };
    let id = match flags.judge_backend {
        Backend::Ollama => BackendId::Ollama,
        Backend::OpenAi => BackendId::OpenAi,
        Backend::Auto | Backend::Rules => {
            return Err(Trouble::Wrong(
                "--judge-backend accepts ollama, openai: a judge is a model that is named".to_owned(),
            ));
        }
    };
    let (there, _) = models(flags.judge_backend, app).await?;
    let found = there_is(flags.judge_backend, &there, model)?;
    let backend = app
        .model_server(id)
        .ok_or_else(|| Trouble::Wrong("--judge-backend openai needs openai.url".to_owned()))?;
    Ok(Some(Judging {
        judge: Judge {
            backend: id.as_str().to_owned(),
            model: found.name.clone(),
            digest: found.digest.clone(),
        },
        backend,
        seed: asking.seed,
        timeout: asking.timeout.unwrap_or(app.config().generation.lifetime),
        concurrency: asking.concurrency,
    }))
}

/// People's marks, where a file of them is named.
pub(super) fn labels(flags: &Flags) -> Result<Option<Vec<Marked>>, Trouble> {
    let Some(path) = &flags.labels else { return Ok(None) };
    let marked = marks(&read(path)?)
        .map_err(|mistakes| Trouble::Wrong(format!("{} cannot be used:{mistakes}", path.display())))?;
    Ok(Some(marked))
}

/// Judges what was evaluated; Ctrl-C stops it where it is.
pub(super) async fn judge(
    judging: &Judging,
    kept: &Kept<'_>,
    stories: &[EvaluationStory],
    evaluated: &mut [Evaluated],
) -> Result<(), Trouble> {
    let mut journal: Journal<Judgement> =
        Journal::open_file(kept.folder, "judgements.jsonl", kept.fresh, kept.cache.clone())
            .with_context(|| format!("{} cannot be used", kept.folder.display()))?;
    let stop = CancellationToken::new();
    let mut meter = Meter::new();
    let name = judging.judge.name();
    let show = |progress: Progress<'_>| {
        let story = terminal::safe(progress.story);
        meter.show((progress.done, progress.all), &format!("{name} judges {story}"));
    };
    let work = runner::run(judging, stories, evaluated, &mut journal, &stop, show);
    let ended = until_stopped(&stop, work).await?;
    meter.end();
    broken(ended)
}

/// `testgen evaluate judge`.
pub(super) async fn results(args: &JudgeResults, config: Config) -> Result<(), Trouble> {
    let gates = gates(&args.gate, None)?;
    let labels = labels(&args.judging)?;
    let path = args.folder.join("results.json");
    let results: Results = serde_json::from_str(&read(&path)?).map_err(|error| {
        Trouble::Wrong(format!(
            "{} is not what testgen evaluate writes: {error}",
            path.display()
        ))
    })?;
    let data = args.data.clone().unwrap_or_else(|| PathBuf::from(&results.source.data));
    let mut stories = evaluated_stories(&data, &results.source.sha256, &config.story)?.stories;
    let seen: BTreeSet<&str> = results.observations.iter().map(|seen| seen.story.as_str()).collect();
    stories.retain(|story| seen.contains(story.id.as_str()));
    let (mut evaluated, before): (Vec<Evaluated>, Vec<Vec<Value>>) = results
        .variants
        .into_iter()
        .map(|before| {
            let name = before.variant.name();
            let of = results.observations.iter().filter(|seen| seen.variant == name);
            let one = Evaluated {
                variant: before.variant,
                observations: of.cloned().collect(),
                known: before.known,
                used: None,
            };
            (one, before.metrics)
        })
        .unzip();
    let mlflow = config.mlflow.clone();
    if args.judging.judge.is_some() {
        let asking = Asking {
            seed: args.seed,
            timeout: args.timeout,
            concurrency: args.concurrency,
        };
        let app = App::build(config)?;
        if let Some(judging) = judging(&args.judging, &app, asking).await? {
            let kept = Kept {
                folder: &args.folder,
                fresh: args.fresh,
                cache: None,
            };
            judge(&judging, &kept, &stories, &mut evaluated).await?;
        }
    }
    let summaries: Vec<Summary> = evaluated
        .iter()
        .zip(before)
        .map(|(one, before)| Summary::of(one, &CostModel::default(), results.source.concurrency).keeping(before))
        .collect();
    let verdicts = verdicts(&gates, &summaries);
    let evaluation = Evaluation {
        source: &results.source,
        conditions: &results.conditions,
        stories: &stories,
        evaluated: &evaluated,
        summaries: &summaries,
        gates: &verdicts,
    };
    tell(&evaluation, &args.folder, &mlflow, labels.as_deref()).await
}

/// The file of stories that results were made from.
pub(super) fn evaluated_stories(data: &Path, sha256: &str, limits: &Limits) -> Result<Dataset, Trouble> {
    let dataset = Dataset::read(data, limits).map_err(|error| Trouble::Wrong(error.to_string()))?;
    if dataset.sha256 == sha256 {
        return Ok(dataset);
    }
    Err(Trouble::Wrong(format!(
        "{} is not the file that was evaluated: it has changed since, or --data names another",
        data.display()
    )))
}

/// Who judged, what has to be known of it, and how far it agrees with people.
pub(super) fn show(evaluated: &[Evaluated], labels: Option<&[Marked]>, out: &Path) -> Result<(), Trouble> {
    let mut text = io::stdout().lock();
    for one in evaluated {
        let judged: Vec<_> = one.observations.iter().filter_map(|seen| seen.judge.as_ref()).collect();
        let Some(first) = judged.first() else { continue };
        let near = first.self_judging.map_or_else(String::new, |near| {
            format!("; it is {} as the one that worded the cases", near.as_str())
        });
        let judge = terminal::safe(&first.judge.name());
        writeln!(text, "judge: {judge} for {}{near}", one.variant.name())?;
        if !judged.iter().flat_map(|judge| judge.all()).any(|said| said.is_judged()) {
            super::say(&format!("nothing of {} was judged", one.variant.name()));
        }
        let mut reasons: Vec<&str> = judged
            .iter()
            .flat_map(|judge| judge.all())
            .filter(|said| !said.is_judged())
            .map(|said| said.not_judged.as_str())
            .collect();
        reasons.sort_unstable();
        for same in reasons.chunk_by(|one, other| one == other) {
            writeln!(text, "  not judged, {} times: {}", same.len(), terminal::safe(same[0]))?;
        }
    }
    let Some(labels) = labels else { return Ok(()) };
    let observations: Vec<Observation> = evaluated.iter().flat_map(|one| one.observations.clone()).collect();
    let with_people = WithPeople::of(labels, &observations);
    let path = out.join("agreement.json");
    let json = serde_json::to_string_pretty(&with_people).context("JSON cannot be written")?;
    fs::write(&path, json + "\n").with_context(|| format!("{} cannot be written", path.display()))?;
    for line in with_people.text().lines() {
        writeln!(text, "{}", terminal::safe(line))?;
    }
    writeln!(text, "agreement: {}", path.display())?;
    Ok(())
}
