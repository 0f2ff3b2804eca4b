//! Commands around an existing suite, and the one that needs none.

use super::{Output, ScopeArgs, ShownArgs, StoryArgs, WordingArgs};
use clap::Args;
use std::path::PathBuf;

/// Show how a story is read, what is to be covered and what must be asked; no model.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  testgen analyze \"As a member, I want to borrow up to 5 books so that I can read at home\"
  testgen analyze \"…\" -c \"A loan lasts 21 days\" --output json | jq .analysis.questions

Exit code: 0 it was read; 1 it failed; 2 the input is wrong; 4 the story leaves open what to test.")]
pub struct Analyze {
    /// The story.
    #[command(flatten)]
    pub story: StoryArgs,
    /// What to use of it.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// Ask a running service instead of working in this process
    #[arg(long, value_name = "URL", help_heading = "Who reads it")]
    pub server: Option<String>,
    /// text for people; json: the whole answer as proto JSON
    #[arg(short, long, value_enum, default_value_t = Output::Text, hide_possible_values = true, help_heading = "How it is shown")]
    pub output: Output,
    /// No colours, as with NO_COLOR
    #[arg(long, help_heading = "How it is shown")]
    pub no_color: bool,
}

/// Look through an existing suite and word the cases that it lacks.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  testgen generate \"…\" --max-cases 3 --output json > suite.json
  testgen fill \"…\" --suite suite.json
  testgen fill \"…\" --suite suite.json --output json > more.json

A suite is what --output json or --output jsonl of any command gave, or an array of cases with the eight plain fields.
Exit codes are those of generate.")]
pub struct Fill {
    /// The story.
    #[command(flatten)]
    pub story: StoryArgs,
    /// What to use of it.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// The existing suite; - reads it from standard input
    #[arg(long, value_name = "FILE", help_heading = "What to test")]
    pub suite: PathBuf,
    /// Who words it.
    #[command(flatten)]
    pub wording: WordingArgs,
    /// How it is shown.
    #[command(flatten)]
    pub shown: ShownArgs,
}

/// Word one case anew, for a reason.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  testgen regenerate \"…\" --suite suite.json --case TC-003 --reason \"Say which message is shown\"
  testgen regenerate \"…\" --suite suite.json --case TC-003 --reason \"Shorter steps\" --lock title --lock expected_result

A model reads the reason. The embedded rules cannot: they help where a model worded the case badly.
Exit code: 0 there is a new wording; 1 there is none; 2 the input is wrong; 130 Ctrl-C.")]
pub struct Regenerate {
    /// The story.
    #[command(flatten)]
    pub story: StoryArgs,
    /// The suite that the case stands in; - reads it from standard input
    #[arg(long, value_name = "FILE", help_heading = "What to word")]
    pub suite: PathBuf,
    /// The id of the case
    #[arg(long, value_name = "ID", help_heading = "What to word")]
    pub case: String,
    /// What is wrong with it, or what it should do instead
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, help_heading = "What to word")]
    pub reason: String,
    /// A field that must stay as it is, such as title or steps; repeatable
    #[arg(long, value_name = "FIELD", help_heading = "What to word")]
    pub lock: Vec<String>,
    /// Who words it.
    #[command(flatten)]
    pub wording: WordingArgs,
    /// text for people: the case and what changed in it; json: the whole answer as proto JSON
    #[arg(short, long, value_enum, default_value_t = Output::Text, hide_possible_values = true, help_heading = "How it is shown")]
    pub output: Output,
    /// No colours, as with NO_COLOR
    #[arg(long, help_heading = "How it is shown")]
    pub no_color: bool,
}

/// Carry a suite over to a changed story: kept, revised, obsolete and new cases.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  testgen revise \"As a member, I want to borrow up to 7 books …\" \\
    --was \"As a member, I want to borrow up to 5 books …\" --suite suite.json
  testgen revise @story.txt --criteria-file now.txt --was @old.txt --was-criteria-file old-criteria.txt --suite suite.json

With --output json, the document is the suite for the story as it is now: kept cases, revised ones under their old ids,
and new ones. Exit codes are those of generate.")]
pub struct Revise {
    /// The story as it is now.
    #[command(flatten)]
    pub story: StoryArgs,
    /// The story as it was; @FILE reads it from a file
    #[arg(long, value_name = "STORY", help_heading = "What it was")]
    pub was: String,
    /// An acceptance criterion as it was; repeatable
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, help_heading = "What it was")]
    pub was_criteria: Vec<String>,
    /// A file with the criteria as they were, one a line
    #[arg(long, value_name = "FILE", help_heading = "What it was")]
    pub was_criteria_file: Option<PathBuf>,
    /// The context as it was; @FILE reads it from a file
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, help_heading = "What it was")]
    pub was_context: Option<String>,
    /// The suite of the story as it was; - reads it from standard input
    #[arg(long, value_name = "FILE", help_heading = "What it was")]
    pub suite: PathBuf,
    /// What to use of it.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// Who words it.
    #[command(flatten)]
    pub wording: WordingArgs,
    /// How it is shown.
    #[command(flatten)]
    pub shown: ShownArgs,
}
