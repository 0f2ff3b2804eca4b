//! `testgen experiment online`: what the record of an online experiment shows.

use super::{append, data, lines};
use crate::cli::args::ExperimentOnline;
use crate::cli::trouble::Trouble;
use crate::evaluation::runner::now_iso;
use crate::experiment::decision::Decision;
use crate::experiment::online::{FIGURES, Figure, Report, figure, read};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};

/// Reads, compares, shows and keeps.
pub(super) fn run(args: &ExperimentOnline) -> Result<(), Trouble> {
    let mut figures: Vec<&'static Figure> = Vec::new();
    for name in &args.metric {
        figures.push(figure(name).ok_or_else(|| {
            let names: Vec<&str> = FIGURES.iter().map(|figure| figure.name).collect();
            Trouble::Wrong(format!(
                "--metric {name}: variants can be compared by {}",
                names.join(", ")
            ))
        })?);
    }
    let mut records = Vec::new();
    for path in &args.records {
        let name = path.display();
        let text =
            fs::read_to_string(path).map_err(|error| Trouble::Wrong(format!("{name} cannot be read: {error}")))?;
        records.extend(read(&text).map_err(|wrong| {
            let told: Vec<String> = wrong.iter().take(20).map(|wrong| format!("\n  {wrong}")).collect();
            Trouble::Wrong(format!("{name} is no record of an online experiment:{}", told.concat()))
        })?);
    }
    let experiments: BTreeSet<&str> = records.iter().map(|line| line.experiment.as_str()).collect();
    let experiment = match (&args.experiment, experiments.len()) {
        (Some(named), _) => named.clone(),
        (None, 1) => experiments.into_iter().collect(),
        (None, _) => {
            let names: Vec<&str> = experiments.into_iter().collect();
            return Err(Trouble::Wrong(format!(
                "--experiment: which one? The record has {}",
                if names.is_empty() {
                    "none".to_owned()
                } else {
                    names.join(", ")
                }
            )));
        }
    };
    let report =
        Report::of(&experiment, &records, args.control.as_deref(), &figures, args.seed).map_err(Trouble::Wrong)?;
    show(&report)?;
    keep(args, &report)?;
    if report.ratio.mismatch {
        return Err(Trouble::GateFailed);
    }
    Ok(())
}

fn show(report: &Report) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let (from, to) = &report.period;
    writeln!(out, "{} · {from} to {to}", report.experiment)?;
    for seen in &report.variants {
        let outcomes: Vec<String> = seen
            .outcomes
            .iter()
            .map(|(name, count)| format!("{count} {name}"))
            .collect();
        writeln!(
            out,
            "  {}: {} units, {} generations ({})",
            seen.variant,
            seen.units,
            seen.generations,
            outcomes.join(", ")
        )?;
    }
    if report.moved > 0 {
        writeln!(
            out,
            "  {} units had more than one variant and count for none",
            report.moved
        )?;
    }
    writeln!(out, "  {}", ratio(report))?;
    for compared in &report.compared {
        writeln!(
            out,
            "{} · {} against {}",
            compared.figure, compared.units.variant, compared.units.baseline
        )?;
        for line in lines(shown, "units", &compared.units) {
            writeln!(out, "  {line}")?;
        }
        if let Some(stories) = &compared.stories {
            let told = lines(shown, "stories", stories);
            writeln!(
                out,
                "  story by story: {}",
                told.iter().skip(1).cloned().collect::<Vec<_>>().join("; ")
            )?;
        }
    }
    Ok(())
}

fn shown(value: f64) -> String {
    format!("{value:.4}")
}

fn ratio(report: &Report) -> String {
    let meant: Vec<String> = report
        .ratio
        .expected
        .iter()
        .map(|(name, units)| format!("{name} {units:.1}"))
        .collect();
    let p = report.ratio.p.map(|p| format!(", p {p:.4}")).unwrap_or_default();
    let what = if report.ratio.mismatch {
        "units are NOT shared out as meant, so there is no verdict"
    } else {
        "units are shared out as meant"
    };
    format!("{what} ({}{p})", meant.join(", "))
}

fn keep(args: &ExperimentOnline, report: &Report) -> Result<(), Trouble> {
    let time = now_iso();
    for compared in &report.compared {
        let mut all = data(&compared.units)?;
        all.insert("experiment".to_owned(), json!(report.experiment));
        all.insert("metric".to_owned(), json!(compared.figure));
        all.insert("ratio".to_owned(), json!(report.ratio));
        all.insert("seed".to_owned(), json!(args.seed));
        let mut grounds = lines(shown, "units", &compared.units).split_off(1);
        if report.ratio.mismatch {
            grounds.insert(0, ratio(report));
        } else {
            grounds.push(ratio(report));
        }
        append(
            &args.logs,
            &Decision {
                time: time.clone(),
                by: "online",
                subject: format!("{} of {}", compared.units.variant, report.experiment),
                against: compared.units.baseline.clone(),
                figure: compared.figure.to_owned(),
                verdict: compared.units.verdict.as_str().to_owned(),
                grounds,
                data: all,
            },
        )?;
    }
    Ok(())
}
