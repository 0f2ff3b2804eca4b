//! Flags of `testgen experiment`.

use clap::Args;
use std::path::PathBuf;

/// Compare variants of an evaluation story by story, and say what to do with each.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  testgen evaluate --backend ollama --prompt planned --prompt basic
  testgen experiment --metric quality.lint_mean --metric quality.evidence

Each variant stands against the baseline on the stories that both have. Verdicts: candidate (better by
more than 5 % and significant), regression (worse and significant), archive (less than 2 % either way,
and 5 % is ruled out), inconclusive (with the number of stories that would decide), too few stories
(below 20). Every decision is appended to DIR/decisions.jsonl and DIR/decisions.md.
With mlflow.tracking_url each comparison becomes a run of MLflow's too.

Exit code: 0 compared; 1 it failed; 2 a flag or a file is wrong.")]
pub struct Experiment {
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
    #[arg(long, value_name = "DIR", default_value = "data/experiments")]
    pub log: PathBuf,
}
