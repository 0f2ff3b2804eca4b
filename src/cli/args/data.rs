//! Flags of `testgen data`.

use super::Output;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What to do with data files.
#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Check stories and examples: schema, ids, traces, balance, near twins, leaks, personal data
    Check(DataCheck),
    /// Make blanks and line ends uniform and leave out what stands there twice
    Clean(DataRewrite),
    /// Replace personal data and keys by placeholders
    Scrub(DataRewrite),
    /// Split stories into dev and held_out, the same way wherever it is done
    Split(DataSplit),
}

/// Check stories and examples.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  testgen data check
  testgen data check data/test/user_stories.json more.json --output json

Files are checked together: a story of one may leak into another. Without PATH everything under data/
is checked. A folder stands for the .json files in it, schemas left out.

Exit code: 0 no error, warnings perhaps; 1 there are errors; 2 a file cannot be read.")]
pub struct DataCheck {
    /// Files or folders
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// text for people; json: counts and findings as one document
    #[arg(short, long, value_enum, default_value_t = Output::Text, hide_possible_values = true)]
    pub output: Output,
    /// Write the figures to this file as well, as a flat JSON object
    #[arg(long, value_name = "FILE")]
    pub metrics: Option<PathBuf>,
}

/// Read a file, write a changed one.
#[derive(Debug, Args)]
#[command(
    after_help = "Every change is told with its JSON pointer. Exit code: 0 done; 1 it cannot be written; 2 the file cannot be read."
)]
pub struct DataRewrite {
    /// The JSON file that is read
    #[arg(value_name = "FILE")]
    pub from: PathBuf,
    /// The file that is written; it must not be the one that is read
    #[arg(value_name = "NEW")]
    pub to: PathBuf,
}

/// Split stories.
#[derive(Debug, Args)]
#[command(after_help = "\
A story that has a split keeps it. The others are put in order by a hash of seed and id, for each domain
and difficulty. Writes dev.json and held_out.json. Exit code: 0 done; 1 it cannot be written; 2 the
file cannot be read.")]
pub struct DataSplit {
    /// The JSON file of stories
    #[arg(value_name = "FILE")]
    pub from: PathBuf,
    /// The folder that is written to
    #[arg(value_name = "FOLDER")]
    pub to: PathBuf,
    /// Share of stories that are held out, 0 to 100
    #[arg(long, value_name = "PERCENT", default_value_t = 20, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub held_out: u8,
    /// Another seed gives another split
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
}
