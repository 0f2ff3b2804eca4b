//! Flags of `testgen evaluate`.

use super::Backend;
use crate::evaluation::dataset::Split;
use clap::{Args, Subcommand};
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

/// Measure how well stories are turned into test cases.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  testgen evaluate --backend rules --split all
  testgen evaluate --backend ollama --model llama3.2:1b --model llama3.2:3b --prompt planned --prompt basic
  testgen evaluate --backend rules --gate 'quality.lint_mean>=8' --gate 'quality.failed<=1%'
  testgen evaluate --backend rules --set mlflow.tracking_url=http://localhost:5000
  testgen evaluate --backend rules --judge qwen2.5:7b --gate 'judge.mean>=4'

Stories × models × prompts × backends go through the same flow as production. What has ended stands in
DIR/journal.jsonl: a run that was broken off goes on where it was when the same command is given again.
Several stories at once change the latencies of a model server that answers one after the other.

Written to DIR: results.json, metrics.json (plain numbers), junit.xml, report.html, and
models.json (what each variant is worth by three profiles, for model_policy.file).
With --judge a second model scores every case by a rubric, each twice in turned order; what it
said stands in DIR/judgements.jsonl, so that judging goes on where it was too.
With mlflow.tracking_url the same goes to MLflow: a run for each variant. What a server that is away
did not get is kept in mlflow.spool, and sent by the next evaluation or by `testgen evaluate sync`.

Exit code:
  0    all stories ended, and every gate is passed
  1    it failed
  2    a flag, a file or a setting is wrong
  3    some stories failed
  6    a gate is not passed
  130  Ctrl-C; the same command goes on where it was"
)]
pub struct Evaluate {
    /// What else to do.
    #[command(subcommand)]
    pub command: Option<EvaluateCommand>,
    /// The stories, as data/README.md describes them
    #[arg(
        long,
        value_name = "FILE",
        default_value = "data/test/user_stories.json",
        help_heading = "Which stories"
    )]
    pub data: PathBuf,
    /// Which of them: dev, held_out, all
    #[arg(long, value_enum, default_value_t = Split::Dev, hide_possible_values = true, help_heading = "Which stories")]
    pub split: Split,
    /// Stories with golden cases to compare with [default: data/examples/user_stories_with_test_cases.json, where it is
    /// there]
    #[arg(long, value_name = "FILE", help_heading = "Which stories")]
    pub golden: Option<PathBuf>,
    /// Only of this domain; repeatable
    #[arg(long, value_name = "NAME", help_heading = "Which stories")]
    pub domain: Vec<String>,
    /// Only of this difficulty; repeatable
    #[arg(long, value_name = "NAME", help_heading = "Which stories")]
    pub difficulty: Vec<String>,
    /// Only this one, by its id; repeatable
    #[arg(long, value_name = "ID", help_heading = "Which stories")]
    pub story: Vec<String>,
    /// At most so many, spread evenly over those that are meant
    #[arg(long, value_name = "N", help_heading = "Which stories")]
    pub count: Option<NonZeroUsize>,
    /// Who words them: rules, ollama, openai; repeatable [default: rules]
    #[arg(short, long, hide_possible_values = true, help_heading = "Who words them")]
    pub backend: Vec<Backend>,
    /// A model; repeatable [default: the configured one]
    #[arg(short, long, value_name = "NAME", help_heading = "Who words them")]
    pub model: Vec<String>,
    /// A prompt variant; repeatable [default: the configured one]
    #[arg(short, long, value_name = "NAME", help_heading = "Who words them")]
    pub prompt: Vec<String>,
    /// Let the rules word what a model leaves open
    #[arg(long, help_heading = "Who words them")]
    pub fill: bool,
    /// At most this many test cases a story
    #[arg(long, value_name = "N", help_heading = "Who words them")]
    pub max_cases: Option<NonZeroUsize>,
    /// How often each story, each time with another seed
    #[arg(long, value_name = "N", default_value = "1", help_heading = "How it runs")]
    pub repeat: NonZeroU32,
    /// Seed of the first time
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "How it runs")]
    pub seed: i64,
    /// Stories at once
    #[arg(long, value_name = "N", default_value = "1", help_heading = "How it runs")]
    pub concurrency: NonZeroUsize,
    /// Bound on one story [default: generation.lifetime]
    #[arg(long, value_name = "TIME", value_parser = super::asking::time, help_heading = "How it runs")]
    pub timeout: Option<Duration>,
    /// Where results are kept
    #[arg(long, value_name = "DIR", default_value = "data/eval", help_heading = "How it runs")]
    pub out: PathBuf,
    /// Write the figures that no clock and no machine changes here too, flat, to be committed and compared by DVC; for one
    /// variant
    #[arg(long, value_name = "FILE", help_heading = "How it runs")]
    pub figures: Option<PathBuf>,
    /// Results of the same key are taken from here and kept here, whichever evaluation they come from
    #[arg(long, value_name = "DIR", help_heading = "How it runs")]
    pub cache: Option<PathBuf>,
    /// Begin anew, whatever the journal has
    #[arg(long, help_heading = "How it runs")]
    pub fresh: bool,
    /// Who judges them.
    #[command(flatten)]
    pub judging: Judging,
    /// A bound on a figure, such as quality.lint_mean>=8; repeatable
    #[arg(long, value_name = "GATE", help_heading = "What is good enough")]
    pub gate: Vec<String>,
    /// A TOML file with a section gates, such as "quality.lint_mean" = ">= 8"
    #[arg(long, value_name = "FILE", help_heading = "What is good enough")]
    pub gates: Option<PathBuf>,
    /// A TOML file with a section cost: monthly_dollars, requests_per_day, memory_gb, model_gb, request_mb
    #[arg(long, value_name = "FILE", help_heading = "What is good enough")]
    pub cost: Option<PathBuf>,
}

/// What else is done with evaluations.
#[derive(Debug, Subcommand)]
pub enum EvaluateCommand {
    /// Let a second model judge the cases of an evaluation that there is already
    Judge(JudgeResults),
    /// Send the runs that MLflow has not got yet
    #[command(after_help = "\
Exit code: 0 MLflow has everything; 1 some runs are kept still; 2 a setting is wrong; 3 it has the figures,
but not the files.")]
    Sync,
}

/// A second model that judges.
#[derive(Debug, Args)]
pub struct Judging {
    /// A second model scores the cases, 1 to 5 by each criterion of the rubric
    #[arg(long, value_name = "MODEL", help_heading = "Who judges them")]
    pub judge: Option<String>,
    /// Which server has it: ollama, openai
    #[arg(
        long,
        value_name = "BACKEND",
        default_value = "ollama",
        hide_possible_values = true,
        help_heading = "Who judges them"
    )]
    pub judge_backend: Backend,
    /// A file of people's marks, such as data/test/blind_marks.json for data/test/blind_stories.json: says how far the judge agrees with them
    #[arg(long, value_name = "FILE", help_heading = "Who judges them")]
    pub labels: Option<PathBuf>,
}

/// Judges what an evaluation has left behind.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  testgen evaluate judge data/eval --judge qwen2.5:7b
  testgen evaluate -b rules --data data/test/blind_stories_3.json --split all --out data/eval/blind
  testgen evaluate judge data/eval/blind --judge qwen2.5:7b --labels data/test/blind_marks_3.json

The reports of DIR are written anew with the judge's figures; the figures that stood there stay.
Each case is scored by relevance, preconditions, steps, data, expected_result and singularity, each
suite by completeness; with several variants each suite is compared with that of the first. All is
asked twice in turned order: what differs by more than 1 is unstable and counts for no mean, and a
suite wins only if both orders say so. An answer that cannot be read is asked for once more, then
the case is not judged. Without --judge nobody is asked, and what was judged before is reported.

Exit code:
  0    judged, and every gate is passed
  1    it failed
  2    a flag, a file or a setting is wrong
  6    a gate is not passed
  130  Ctrl-C; the same command goes on where it was")]
pub struct JudgeResults {
    /// The folder of the evaluation
    #[arg(value_name = "DIR", default_value = "data/eval")]
    pub folder: PathBuf,
    /// The stories that were evaluated [default: the file that the results name]
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// Who judges them.
    #[command(flatten)]
    pub judging: Judging,
    /// Seed of each first question
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "How it runs")]
    pub seed: i64,
    /// Questions at once
    #[arg(long, value_name = "N", default_value = "1", help_heading = "How it runs")]
    pub concurrency: NonZeroUsize,
    /// Bound on one answer [default: generation.lifetime]
    #[arg(long, value_name = "TIME", value_parser = super::asking::time, help_heading = "How it runs")]
    pub timeout: Option<Duration>,
    /// Judge anew, whatever was judged before
    #[arg(long, help_heading = "How it runs")]
    pub fresh: bool,
    /// A bound on a figure, such as judge.mean>=4; repeatable
    #[arg(long, value_name = "GATE", help_heading = "What is good enough")]
    pub gate: Vec<String>,
}
