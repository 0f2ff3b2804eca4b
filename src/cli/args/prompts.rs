//! `testgen prompts`.

use super::{DecisionLogs, StoryArgs};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What to show of the prompts, or to do with them.
#[derive(Debug, Subcommand)]
pub enum PromptsCommand {
    /// Name, version, status, date, hash and last change of each
    List {
        /// Earlier versions too
        #[arg(long)]
        all: bool,
    },
    /// The file of one, such as planned or planned@1
    Show {
        /// Its name, or name@version
        name: String,
    },
    /// What would be sent to a model for a story
    Render {
        /// Its name
        name: String,
        /// The story.
        #[command(flatten)]
        story: StoryArgs,
    },
    /// What differs between two of them, such as planned@1 and planned
    Diff {
        /// One
        from: String,
        /// The other
        to: String,
    },
    /// Put one into use: its next version is active, and why is written down
    Promote(PromptsPromote),
}

/// Put a prompt into use.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  testgen evaluate --backend ollama --prompt planned --prompt strict-v2
  testgen experiment --metric quality.lint_mean
  testgen prompts promote strict-v2
  testgen prompts promote strict-v2 --because 'Shorter, and as good in the review of 12 November.'

The newest decision of `testgen experiment` for each variant, opponent and figure counts, so far as it
measured the file as it is now. One at least has to say candidate, and none regression; --because
stands in the place of the first, never of the second.

Written, in this order: FOLDER/history/NAME@VERSION.md, a row of FOLDER/CHANGELOG.md, FOLDER/NAME.md
(next version, active, the same words for the model), then the logs of decisions and of iterations.
A changelog that does not agree with the files is refused before anything is written.

Exit code: 0 promoted; 1 a file cannot be written; 2 refused, or a flag is wrong.")]
pub struct PromptsPromote {
    /// Its name
    pub name: String,
    /// Only decisions of this time count for it, as decisions.jsonl has it
    #[arg(long, value_name = "TIME", conflicts_with = "because")]
    pub decision: Option<String>,
    /// A reason of one's own, one line without |, where no experiment decided
    #[arg(long, value_name = "TEXT")]
    pub because: Option<String>,
    /// The folder of prompts [default: prompt.folder, or else data/prompts]
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Show the file that would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Where decisions are kept
    #[command(flatten)]
    pub logs: DecisionLogs,
}
