//! `testgen review`: a sample of an evaluation's cases, judged by people. No model, no service.

use super::args::{Output, ReviewCommand, ReviewExport, ReviewFormat, ReviewImport, ReviewSample, ReviewSummary};
use super::terminal;
use super::trouble::Trouble;
use crate::evaluation::observation::Observation;
use crate::review::import::{self, Imported};
use crate::review::sample::Sample;
use crate::review::summary::Summary;
use crate::review::{Mistakes, export};
use crate::story::Limits;
use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Most bytes of a file that is read.
const MOST_BYTES: u64 = 256 << 20;

/// Runs one of them.
pub(super) fn run(command: &ReviewCommand, limits: &Limits) -> Result<(), Trouble> {
    match command {
        ReviewCommand::Sample(args) => sample(args, limits),
        ReviewCommand::Export(args) => export(args),
        ReviewCommand::Import(args) => import(args),
        ReviewCommand::Summary(args) => summary(args),
    }
}

#[derive(Deserialize)]
struct Results {
    source: Source,
    observations: Vec<Observation>,
}

#[derive(Deserialize)]
struct Source {
    data: String,
    sha256: String,
}

fn sample(args: &ReviewSample, limits: &Limits) -> Result<(), Trouble> {
    let name = args.results.display().to_string();
    let results = results(&args.results)?;
    let data = args.data.clone().unwrap_or_else(|| PathBuf::from(&results.source.data));
    let dataset = super::judge::evaluated_stories(&data, &results.source.sha256, limits)?;
    let sample = Sample::draw(&name, &results.observations, &dataset.stories, args.share, args.seed)
        .map_err(|mistakes| wrong(&args.results, &mistakes))?;
    write_json(&args.out, &sample)?;
    let mut out = io::stdout().lock();
    writeln!(out, "{}", sample.sizes())?;
    for stratum in &sample.strata {
        let domain = if stratum.domain.is_empty() {
            "no domain"
        } else {
            &stratum.domain
        };
        let line = format!(
            "{:>6} of {:<6} {} · {domain} · {}",
            stratum.drawn,
            stratum.cases,
            stratum.variant,
            stratum.kind.replace('_', " ")
        );
        writeln!(out, "{}", terminal::safe(&line))?;
    }
    writeln!(out, "sample: {}", args.out.display())?;
    Ok(())
}

fn results(path: &Path) -> Result<Results, Trouble> {
    serde_json::from_str(&read(path)?).map_err(|error| {
        Trouble::Wrong(format!(
            "{} is not what testgen evaluate writes: {error}",
            path.display()
        ))
    })
}

fn export(args: &ReviewExport) -> Result<(), Trouble> {
    let sample = sample_of(&args.sample)?;
    let mut written = Vec::new();
    let mut keep = |name: &str, text: String| -> Result<(), Trouble> {
        let path = args.out.join(name);
        write(&path, text.as_bytes())?;
        written.push(path.display().to_string());
        Ok(())
    };
    match args.format {
        ReviewFormat::LabelStudio => {
            keep("label_config.xml", export::labelling_config())?;
            keep("tasks.json", pretty(&export::tasks(&sample))?)?;
            keep("project.json", pretty(&export::project(&sample, args.annotators))?)?;
        }
        ReviewFormat::Deepeval => keep("goldens.json", pretty(&export::goldens(&sample))?)?,
        ReviewFormat::Jsonl => keep(
            "tasks.jsonl",
            export::lines(&sample).context("a task cannot be written")?,
        )?,
    }
    writeln!(
        io::stdout().lock(),
        "{} tasks: {}",
        sample.drawn.len(),
        written.join(", ")
    )?;
    Ok(())
}

fn import(args: &ReviewImport) -> Result<(), Trouble> {
    let sample = sample_of(&args.sample)?;
    let text = read(&args.annotations)?;
    let read = if is_lines(&args.annotations) {
        import::lines
    } else {
        import::label_studio
    };
    let Imported {
        judgements,
        skipped,
        replaced,
        unjudged,
    } = read(&text, &sample).map_err(|mistakes| wrong(&args.annotations, &mistakes))?;
    let mut lines = String::new();
    for judgement in &judgements {
        lines.push_str(&serde_json::to_string(judgement).context("a judgement cannot be written")?);
        lines.push('\n');
    }
    write(&args.out, lines.as_bytes())?;
    writeln!(
        io::stdout().lock(),
        "{} judgements of {} cases: {}; {skipped} skipped, {replaced} replaced by a later annotation, {unjudged} cases without \
         a judgement",
        judgements.len(),
        sample.drawn.len() - unjudged,
        args.out.display()
    )?;
    Ok(())
}

fn summary(args: &ReviewSummary) -> Result<(), Trouble> {
    let sample = sample_of(&args.sample)?;
    let read =
        import::lines(&read(&args.judgements)?, &sample).map_err(|mistakes| wrong(&args.judgements, &mistakes))?;
    let mut summary = Summary::of(&sample, &read.judgements);
    if let Some(path) = &args.judged {
        let results = results(path)?;
        summary = summary.beside(&sample, &read.judgements, &results.observations);
        if summary.judge.is_none() {
            super::say(&format!(
                "{}: no case of the sample was judged by a model",
                path.display()
            ));
        }
    }
    let mut out = io::stdout().lock();
    match args.output {
        Output::Text => {
            for line in summary.text().lines() {
                writeln!(out, "{}", terminal::safe(line))?;
            }
        }
        Output::Json | Output::Jsonl => writeln!(out, "{}", pretty(&summary)?.trim_end())?,
    }
    Ok(())
}

fn sample_of(path: &Path) -> Result<Sample, Trouble> {
    Sample::parse(&read(path)?).map_err(|mistakes| wrong(path, &mistakes))
}

fn is_lines(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("jsonl"))
}

fn wrong(path: &Path, mistakes: &Mistakes) -> Trouble {
    Trouble::Wrong(format!("{} cannot be used:{mistakes}", path.display()))
}

fn read(path: &Path) -> Result<String, Trouble> {
    let unreadable =
        |error: &dyn std::fmt::Display| Trouble::Wrong(format!("{} cannot be read: {error}", path.display()));
    let size = fs::metadata(path).map_err(|error| unreadable(&error))?.len();
    if size > MOST_BYTES {
        return Err(unreadable(&format!(
            "it has {size} bytes; at most {MOST_BYTES} are read"
        )));
    }
    fs::read_to_string(path).map_err(|error| unreadable(&error))
}

fn pretty(value: &impl Serialize) -> Result<String, Trouble> {
    let mut text = serde_json::to_string_pretty(value).context("JSON cannot be written")?;
    text.push('\n');
    Ok(text)
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Trouble> {
    write(path, pretty(value)?.as_bytes())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    fs::write(path, bytes).with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(())
}
