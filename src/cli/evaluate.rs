//! `testgen evaluate`: runs an evaluation in this process, shows how it gets on, and writes its reports.

use super::args::{Backend, Evaluate, EvaluateCommand};
use super::judge::{Asking, Kept};
use super::signal::Signals;
use super::trouble::Trouble;
use crate::app::App;
use crate::backend::{Backend as _, ModelInfo};
use crate::config::{Config, Mlflow};
use crate::evaluation::cost::CostModel;
use crate::evaluation::dataset::{Dataset, EvaluationStory, Filter};
use crate::evaluation::gate::{Gate, Verdict};
use crate::evaluation::golden::Golden;
use crate::evaluation::journal::Journal;
use crate::evaluation::metric::metric;
use crate::evaluation::observation::Ended;
use crate::evaluation::report::{self, Evaluation, Source};
use crate::evaluation::runner::{self, Broken, Evaluated, Progress, Work};
use crate::evaluation::summary::Summary;
use crate::evaluation::tracking::{File, of_evaluation};
use crate::evaluation::variant::{Conditions, Variant};
use crate::review::judged::Marked;
use anyhow::Context as _;
use std::collections::HashMap;
use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use tokio::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Evaluates, reports and judges.
pub(super) async fn run(args: &Evaluate, config: Config) -> Result<(), Trouble> {
    let mlflow = config.mlflow.clone();
    match &args.command {
        Some(EvaluateCommand::Sync) => return super::tracking::sync(&mlflow).await,
        Some(EvaluateCommand::Judge(args)) => return super::judge::results(args, config).await,
        None => {}
    }
    let gates = gates(&args.gate, args.gates.as_deref())?;
    let cost = match &args.cost {
        Some(path) => CostModel::parse(&read(path)?).map_err(|wrong| in_file(path, &wrong))?,
        None => CostModel::default(),
    };
    let golden = golden(args)?;
    let labels = super::judge::labels(&args.judging)?;
    let dataset = Dataset::read(&args.data, &config.story).map_err(|error| Trouble::Wrong(error.to_string()))?;
    let stories = filter(args).apply(&dataset.stories).map_err(Trouble::Wrong)?;
    let conditions = Conditions::of(&config, args.seed, args.max_cases.map(usize::from), args.fill);
    let app = App::build(config)?;
    let judging = super::judge::judging(
        &args.judging,
        &app,
        Asking {
            seed: args.seed,
            timeout: args.timeout,
            concurrency: args.concurrency,
        },
    )
    .await?;
    let variants = variants(args, &app).await?;
    if args.figures.is_some() && variants.len() != 1 {
        return Err(Trouble::Wrong(format!(
            "--figures has the figures of one variant; {} are evaluated",
            variants.len()
        )));
    }
    let work = Work {
        variants,
        stories,
        repeats: args.repeat.get(),
        concurrency: args.concurrency,
        conditions,
        timeout: args.timeout,
    };
    let mut journal = Journal::open(&args.out, args.fresh, args.cache.clone())
        .with_context(|| format!("{} cannot be used", args.out.display()))?;
    let mut evaluated = drive(&app, &work, &mut journal).await?;
    compare(&golden, &work.stories, &mut evaluated);
    if let Some(judging) = &judging {
        let kept = Kept {
            folder: &args.out,
            fresh: args.fresh,
            cache: args.cache.clone(),
        };
        super::judge::judge(judging, &kept, &work.stories, &mut evaluated).await?;
    }
    let summaries: Vec<Summary> = evaluated
        .iter()
        .map(|one| Summary::of(one, &cost, work.concurrency.get()))
        .collect();
    let source = Source {
        data: dataset.path.clone(),
        sha256: dataset.sha256.clone(),
        split: args.split.as_str().to_owned(),
        stories: work.stories.len(),
        repeats: work.repeats,
        concurrency: work.concurrency.get(),
        ended: crate::evaluation::runner::now_iso(),
    };
    let verdicts = verdicts(&gates, &summaries);
    let evaluation = Evaluation {
        source: &source,
        conditions: &work.conditions,
        stories: &work.stories,
        evaluated: &evaluated,
        summaries: &summaries,
        gates: &verdicts,
    };
    if let (Some(path), [summary]) = (&args.figures, summaries.as_slice()) {
        let text = report::figures(summary).context("the figures cannot be made")?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, text));
        written.with_context(|| format!("{} cannot be written", path.display()))?;
    }
    tell(&evaluation, &args.out, &mlflow, labels.as_deref()).await?;
    if evaluated.iter().any(|one| one.ended(Ended::Failed) > 0) {
        return Err(Trouble::Partial);
    }
    Ok(())
}

/// How the gates fall out.
pub(super) fn verdicts(gates: &[Gate], summaries: &[Summary]) -> Vec<Verdict> {
    let of = |summary| gates.iter().map(move |gate| gate.judge(summary));
    summaries.iter().flat_map(of).collect()
}

/// Writes the reports, shows the figures, hands them to MLflow, and says how far a judge agrees with people.
///
/// # Errors
/// What cannot be written; [`Trouble::GateFailed`].
pub(super) async fn tell(
    evaluation: &Evaluation<'_>,
    out: &Path,
    mlflow: &Mlflow,
    labels: Option<&[Marked]>,
) -> Result<(), Trouble> {
    let files = write(out, evaluation)?;
    show(evaluation.summaries, evaluation.gates, out)?;
    super::judge::show(evaluation.evaluated, labels, out)?;
    super::tracking::track(mlflow, &of_evaluation(evaluation, &mlflow.experiment, &files)).await;
    if evaluation.gates.iter().any(|verdict| !verdict.passed) {
        return Err(Trouble::GateFailed);
    }
    Ok(())
}

pub(super) fn gates(flags: &[String], file: Option<&Path>) -> Result<Vec<Gate>, Trouble> {
    let mut gates = Vec::new();
    for text in flags {
        gates.push(
            text.parse()
                .map_err(|wrong| Trouble::Wrong(format!("--gate {wrong}")))?,
        );
    }
    if let Some(path) = file {
        gates.extend(Gate::parse_file(&read(path)?).map_err(|wrong| in_file(path, &wrong))?);
    }
    Ok(gates)
}

pub(super) fn read(path: &Path) -> Result<String, Trouble> {
    fs::read_to_string(path).map_err(|error| Trouble::Wrong(format!("{} cannot be read: {error}", path.display())))
}

pub(super) fn in_file(path: &Path, wrong: &str) -> Trouble {
    Trouble::Wrong(format!("{}: {wrong}", path.display()))
}

/// The golden cases; the usual file is left out where it is not there, one that is named is not.
fn golden(args: &Evaluate) -> Result<Golden, Trouble> {
    let usual = Path::new("data/examples/user_stories_with_test_cases.json");
    let path = match &args.golden {
        Some(path) => path,
        None if usual.exists() => usual,
        None => return Ok(Golden::default()),
    };
    Golden::parse(&read(path)?).map_err(|wrong| in_file(path, &wrong))
}

/// Compared anew whatever the journal has: golden cases may have changed since.
fn compare(golden: &Golden, stories: &[EvaluationStory], evaluated: &mut [Evaluated]) {
    let by_id: HashMap<&str, &EvaluationStory> = stories.iter().map(|story| (story.id.as_str(), story)).collect();
    for seen in evaluated.iter_mut().flat_map(|one| &mut one.observations) {
        let story = by_id.get(seen.story.as_str());
        seen.golden = story.and_then(|story| golden.compare(story, seen));
    }
}

fn filter(args: &Evaluate) -> Filter {
    Filter {
        split: args.split,
        domains: args.domain.clone(),
        difficulties: args.difficulty.clone(),
        ids: args.story.clone(),
        count: args.count.map(usize::from),
    }
}

/// Backends × models × prompts; every model and prompt is looked for first, so that hours later none turns out missing.
async fn variants(args: &Evaluate, app: &App) -> Result<Vec<Variant>, Trouble> {
    let backends = if args.backend.is_empty() {
        vec![Backend::Rules]
    } else {
        args.backend.clone()
    };
    if backends.contains(&Backend::Auto) {
        return Err(Trouble::Wrong(
            "--backend accepts rules, ollama, openai here: with auto nobody knows what was measured".to_owned(),
        ));
    }
    if backends.iter().all(|backend| *backend == Backend::Rules) && !(args.model.is_empty() && args.prompt.is_empty()) {
        return Err(Trouble::Wrong(
            "--model and --prompt need --backend ollama or openai: the rules use none".to_owned(),
        ));
    }
    let mut variants = Vec::new();
    for backend in backends {
        if backend == Backend::Rules {
            variants.push(Variant {
                backend: backend.name().to_owned(),
                model: String::new(),
                digest: String::new(),
                prompt: String::new(),
                prompt_hash: String::new(),
            });
            continue;
        }
        let (there, configured) = models(backend, app).await?;
        let wanted = if args.model.is_empty() {
            vec![configured]
        } else {
            args.model.clone()
        };
        for model in wanted {
            let found = there_is(backend, &there, &model)?;
            let services = app.services();
            let prompts = if args.prompt.is_empty() {
                vec![services.config.prompt_variant.clone()]
            } else {
                args.prompt.clone()
            };
            for prompt in prompts {
                let variant = services.prompts.find(&prompt).ok_or_else(|| {
                    let names: Vec<&str> = services
                        .prompts
                        .variants()
                        .iter()
                        .map(|one| one.name.as_str())
                        .collect();
                    Trouble::Wrong(format!("--prompt {prompt}: there are {}", names.join(", ")))
                })?;
                variants.push(Variant {
                    backend: backend.name().to_owned(),
                    model: found.name.clone(),
                    digest: found.digest.clone(),
                    prompt: variant.name.clone(),
                    prompt_hash: variant.hash.clone(),
                });
            }
        }
    }
    Ok(variants)
}

/// A model that a backend has, by its name.
pub(super) fn there_is<'a>(backend: Backend, there: &'a [ModelInfo], model: &str) -> Result<&'a ModelInfo, Trouble> {
    let found = there
        .iter()
        .find(|one| one.name == model || one.name == format!("{model}:latest"));
    found.ok_or_else(|| {
        let names: Vec<&str> = there.iter().map(|one| one.name.as_str()).collect();
        Trouble::Wrong(format!(
            "{} has no model {model:?}; it has {}",
            backend.name(),
            names.join(", ")
        ))
    })
}

/// The models of a backend, and the one that is meant where none is named.
pub(super) async fn models(backend: Backend, app: &App) -> Result<(Vec<ModelInfo>, String), Trouble> {
    let failed = |fault: crate::backend::Fault| Trouble::Failed(fault.to_string());
    if backend == Backend::OpenAi {
        let openai = app
            .openai()
            .ok_or_else(|| Trouble::Wrong("--backend openai needs openai.url".to_owned()))?;
        let models = openai.probe().await.map_err(failed)?;
        let configured = match app.config().openai.model.as_str() {
            "" => models.first().map(|model| model.name.clone()).unwrap_or_default(),
            name => name.to_owned(),
        };
        return Ok((models, configured));
    }
    let models = app.ollama().probe().await.map_err(failed)?;
    Ok((models, app.config().ollama.model.clone()))
}

/// Runs the work; Ctrl-C stops it where it is.
async fn drive(app: &Arc<App>, work: &Work, journal: &mut Journal) -> Result<Vec<Evaluated>, Trouble> {
    let stop = CancellationToken::new();
    let mut meter = Meter::new();
    let show = |progress: Progress<'_>| {
        let seen = progress.seen;
        let story = super::terminal::safe(&seen.story);
        meter.show(
            (progress.done, progress.all),
            &format!("{} {story} {}", seen.variant, seen.end.as_str()),
        );
    };
    let ended = until_stopped(&stop, runner::run(app, work, journal, &stop, show)).await?;
    meter.end();
    broken(ended)
}

/// Awaits work that Ctrl-C asks to stop.
pub(super) async fn until_stopped<T>(stop: &CancellationToken, work: impl Future<Output = T>) -> Result<T, Trouble> {
    let mut signals = Signals::listen()?;
    tokio::pin!(work);
    Ok(tokio::select! {
        ended = &mut work => ended,
        () = signals.next() => {
            stop.cancel();
            work.await
        }
    })
}

/// What work that broke off means for whoever gave the command.
pub(super) fn broken<T>(ended: Result<T, Broken>) -> Result<T, Trouble> {
    ended.map_err(|broken| match broken {
        Broken::Stopped => {
            super::say(&broken.to_string());
            Trouble::Interrupted
        }
        broken => Trouble::Failed(broken.to_string()),
    })
}

/// Progress on standard error: one line that changes at a terminal, a line now and then elsewhere.
pub(super) struct Meter {
    live: bool,
    began: Instant,
    last: Option<Instant>,
}

impl Meter {
    pub(super) fn new() -> Self {
        Self {
            live: io::stderr().is_terminal(),
            began: Instant::now(),
            last: None,
        }
    }

    /// So many of so many are done, the last of them this one.
    pub(super) fn show(&mut self, (done, all): (usize, usize), what: &str) {
        let pause = if self.live {
            Duration::from_millis(100)
        } else {
            Duration::from_secs(10)
        };
        if done != all && self.last.is_some_and(|last| last.elapsed() < pause) {
            return;
        }
        self.last = Some(Instant::now());
        let line = format!("{done}/{all} · {what} · {} s", self.began.elapsed().as_secs());
        // A closed standard error is nothing that could be said to anyone.
        let _ = if self.live {
            write!(io::stderr(), "\r\x1b[K{line}")
        } else {
            writeln!(io::stderr(), "{line}")
        };
    }

    pub(super) fn end(&self) {
        if self.live && self.last.is_some() {
            let _ = writeln!(io::stderr());
        }
    }
}

/// Writes the reports; says what stands in them.
fn write(out: &Path, evaluation: &Evaluation<'_>) -> Result<Vec<File>, Trouble> {
    let files = report::files(evaluation).context("the reports cannot be made")?;
    for file in &files {
        let path = out.join(&file.name);
        fs::write(&path, &file.text).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(files)
}

/// The figures that have a target, and how the gates fell out.
fn show(summaries: &[Summary], verdicts: &[Verdict], out: &Path) -> Result<(), Trouble> {
    let mut text = io::stdout().lock();
    for summary in summaries {
        let ended: Vec<String> = summary
            .ended
            .iter()
            .filter(|(_, count)| **count > 0)
            .map(|(end, count)| format!("{count} {end}"))
            .collect();
        writeln!(text, "{} · {}", summary.name, ended.join(", "))?;
        for value in &summary.metrics {
            let Some(metric) = metric(&value.name) else { continue };
            let mark = match value.met {
                Some(true) => "ok",
                Some(false) => "--",
                None => "",
            };
            writeln!(
                text,
                "  {:<34}{:>14}  {mark:<2}  {:<12}{}",
                value.name,
                metric.shown(value.value),
                metric.target_shown(),
                value.note
            )?;
        }
        for advice in &summary.recommendations {
            writeln!(text, "  advice: {advice}")?;
        }
    }
    for verdict in verdicts {
        let passed = if verdict.passed { "passed" } else { "FAILED" };
        writeln!(text, "gate {passed}  {}  {}", verdict.variant, verdict.message)?;
    }
    writeln!(text, "report: {}", out.join("report.html").display())?;
    Ok(())
}
