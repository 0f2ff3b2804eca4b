//! Flags of `testgen review`.

use super::Output;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What to do with a review by people.
#[derive(Debug, Subcommand)]
pub enum ReviewCommand {
    /// Draw 10 to 20 % of an evaluation's cases, from every variant, domain and kind
    Sample(ReviewSample),
    /// Write what annotators get: it does not tell who worded a case
    Export(ReviewExport),
    /// Read what annotators said, and check it against the sample
    Import(ReviewImport),
    /// Say how many cases are kept, how far annotators agree, and why cases are not kept
    Summary(ReviewSummary),
}

/// Draw a sample.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  testgen evaluate --backend rules
  testgen review sample --share 15
  testgen review export --format label-studio
  testgen review import project-1-at-2026-01-31.json
  testgen review summary

A stratum is a variant, a domain and a kind of case; each has at least one case in the sample, so
that many small strata make it larger than asked for, which is said. The same seed draws the same
cases. The sample tells who worded what: keep it from annotators.

Exit code: 0 drawn; 1 it cannot be written; 2 a flag or a file is wrong.")]
pub struct ReviewSample {
    /// What `testgen evaluate` wrote
    #[arg(long, value_name = "FILE", default_value = "data/eval/results.json")]
    pub results: PathBuf,
    /// The stories that were evaluated [default: the file that the results name]
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// Percent of the cases
    #[arg(long, value_name = "PERCENT", default_value_t = 15, value_parser = clap::value_parser!(u8).range(10..=20))]
    pub share: u8,
    /// Another seed draws other cases
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Where the sample is kept
    #[arg(long, value_name = "FILE", default_value = "data/review/sample.json")]
    pub out: PathBuf,
}

/// What annotators get.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReviewFormat {
    /// Label Studio: labelling configuration, tasks, project
    LabelStudio,
    /// A list of goldens as DeepEval reads it
    Deepeval,
    /// One JSON object a line
    Jsonl,
}

/// Write what annotators get.
#[derive(Debug, Args)]
#[command(after_help = "\
label-studio writes label_config.xml, tasks.json (to be imported) and project.json (what
POST /api/projects takes); deepeval writes goldens.json; jsonl writes tasks.jsonl.

Exit code: 0 written; 1 it cannot be written; 2 a flag or a file is wrong.")]
pub struct ReviewExport {
    /// What `testgen review sample` wrote
    #[arg(long, value_name = "FILE", default_value = "data/review/sample.json")]
    pub sample: PathBuf,
    /// label-studio, deepeval, jsonl
    #[arg(long, value_enum, default_value_t = ReviewFormat::LabelStudio, hide_possible_values = true)]
    pub format: ReviewFormat,
    /// How many annotators judge each case (label-studio)
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=20))]
    pub annotators: u8,
    /// The folder that is written to
    #[arg(long, value_name = "DIR", default_value = "data/review/tasks")]
    pub out: PathBuf,
}

/// Read what annotators said.
#[derive(Debug, Args)]
#[command(after_help = "\
FILE is Label Studio's export called JSON. Of several annotations of one annotator for one task the
latest counts; skipped tasks are counted and left out. A file that ends in .jsonl has one judgement
a line:
  {\"review_id\": \"R-001\", \"sample\": \"…\", \"annotator\": \"ann\", \"verdict\": \"keep\",
   \"ratings\": {\"steps\": 4}, \"reason\": \"\"}
What does not fit the sample is an error that names it, and nothing is taken.

Exit code: 0 taken; 1 it cannot be written; 2 a flag or a file is wrong.")]
pub struct ReviewImport {
    /// The file with the annotations
    #[arg(value_name = "FILE")]
    pub annotations: PathBuf,
    /// What `testgen review sample` wrote
    #[arg(long, value_name = "FILE", default_value = "data/review/sample.json")]
    pub sample: PathBuf,
    /// Where the judgements are kept; what was there is replaced
    #[arg(long, value_name = "FILE", default_value = "data/review/judgements.jsonl")]
    pub out: PathBuf,
}

/// Say what the judgements mean.
#[derive(Debug, Args)]
#[command(after_help = "\
A case has the verdict that more than half of its annotators gave, else the worst. Intervals are
Wilson's at 95 %. Agreement: Cohen's kappa for two annotators, Fleiss' kappa and Gwet's AC1 where
all cases have as many judgements, Krippendorff's alpha always.

Exit code: 0 said; 2 a flag or a file is wrong.")]
pub struct ReviewSummary {
    /// What `testgen review sample` wrote
    #[arg(long, value_name = "FILE", default_value = "data/review/sample.json")]
    pub sample: PathBuf,
    /// What `testgen review import` wrote
    #[arg(long, value_name = "FILE", default_value = "data/review/judgements.jsonl")]
    pub judgements: PathBuf,
    /// results.json of an evaluation that a model judged (testgen evaluate --judge): says how far it agrees with the people
    #[arg(long, value_name = "FILE")]
    pub judged: Option<PathBuf>,
    /// text for people; json: one document
    #[arg(short, long, value_enum, default_value_t = Output::Text, hide_possible_values = true)]
    pub output: Output,
}
