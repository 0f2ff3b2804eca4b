//! `testgen prompts`.

use super::StoryArgs;
use clap::Subcommand;

/// What to show of the prompts.
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
}
