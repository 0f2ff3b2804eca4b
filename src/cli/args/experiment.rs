//! Flags of `testgen experiment`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Compare variants of an evaluation story by story, and say what to do with each.
#[derive(Debug, Args)]
#[command(
    after_help = "\
Examples:
  testgen evaluate --backend ollama --prompt planned --prompt basic
  testgen experiment --metric quality.lint_mean --metric quality.evidence

Each variant stands against the baseline on the stories that both have. Verdicts: candidate (better by
more than 5 % and significant), regression (worse and significant), archive (less than 2 % either way,
and 5 % is ruled out), inconclusive (with the number of stories that would decide), too few stories
(below 20). Every decision is appended to DIR/decisions.jsonl and DIR/decisions.md.
With mlflow.tracking_url each comparison becomes a run of MLflow's too.

Every decision is a row of the log of iterations too.

Exit code: 0 compared; 1 it failed; 2 a flag or a file is wrong.",
    args_conflicts_with_subcommands = true
)]
pub struct Experiment {
    /// What else to do.
    #[command(subcommand)]
    pub command: Option<ExperimentCommand>,
    /// What `testgen evaluate` wrote, with two variants or more
    #[arg(long, value_name = "FILE", default_value = "data/eval/results.json")]
    pub results: PathBuf,
    /// The figure that decides; repeatable, each is an experiment of its own
    #[arg(long, value_name = "NAME", default_value = "quality.lint_mean")]
    pub metric: Vec<String>,
    /// The variant that the others stand against [default: the first]
    #[arg(long, value_name = "NAME")]
    pub baseline: Option<String>,
    /// Seed of resampling
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Where decisions are kept
    #[command(flatten)]
    pub logs: DecisionLogs,
}

/// Where decisions are kept.
#[derive(Debug, Args)]
pub struct DecisionLogs {
    /// The folder of decisions.jsonl and decisions.md
    #[arg(long, value_name = "DIR", default_value = "data/experiments")]
    pub log: PathBuf,
    /// The log of iterations, a table to which a row is appended for each decision
    #[arg(long, value_name = "FILE", default_value = "data/eval/ITERATIONS.md")]
    pub iterations: PathBuf,
}

/// What else to do with experiments.
#[derive(Debug, Subcommand)]
pub enum ExperimentCommand {
    /// Say what the record of an online experiment shows
    Online(ExperimentOnline),
}

/// Say what the record of an online experiment shows.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  testgen experiment online data/experiments/online.jsonl
  testgen experiment online online.jsonl.1 online.jsonl --metric lint --metric cost_usd

Units are compared (the mean over each unit's generations): Welch's test, a bootstrap interval of
the difference, Holm's correction over all comparisons, and the verdicts of `testgen experiment`.
Where units are not shared out as meant (chi-square, p below 0.001) there is no verdict. Stories
that both variants worded are compared story by story beside it.
Figures: coverage, lint, failed, latency_ms, cases, cost_usd.

Exit code: 0 compared; 1 it failed; 2 a flag or a file is wrong; 6 units are not shared out as
meant.")]
pub struct ExperimentOnline {
    /// The record, its turned over files too, in any order
    #[arg(value_name = "FILE", required = true)]
    pub records: Vec<PathBuf>,
    /// Which experiment [default: the only one in the record]
    #[arg(long, value_name = "ID")]
    pub experiment: Option<String>,
    /// The figure that decides; repeatable
    #[arg(long, value_name = "NAME", default_values_t = ["lint".to_owned(), "coverage".to_owned(), "failed".to_owned(), "latency_ms".to_owned()])]
    pub metric: Vec<String>,
    /// The variant that the others stand against [default: the control that the record names]
    #[arg(long, value_name = "NAME")]
    pub control: Option<String>,
    /// Seed of resampling
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Where decisions are kept
    #[command(flatten)]
    pub logs: DecisionLogs,
}
