//! Groups of flags that several commands share.

use super::{Backend, Output};
use crate::rpc::pb;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// A story with its criteria and notes.
#[derive(Debug, Args)]
pub struct StoryArgs {
    /// The user story; - reads it from standard input, @FILE from a file
    #[arg(value_name = "STORY")]
    pub story: String,
    /// An acceptance criterion; repeatable
    #[arg(
        short,
        long,
        alias = "criterion",
        value_name = "TEXT",
        allow_hyphen_values = true,
        help_heading = "What to test"
    )]
    pub criteria: Vec<String>,
    /// A file with one acceptance criterion a line; empty lines do not count
    #[arg(long, value_name = "FILE", help_heading = "What to test")]
    pub criteria_file: Option<PathBuf>,
    /// Glossary and domain notes; @FILE reads them from a file
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, help_heading = "What to test")]
    pub context: Option<String>,
}

/// What of the story is to be tested.
#[derive(Debug, Default, Args)]
pub struct ScopeArgs {
    /// A test design technique to use, such as boundary-value-analysis; repeatable. Without it: all that fit
    #[arg(long, value_name = "TECHNIQUE", value_parser = technique, help_heading = "What to test")]
    pub technique: Vec<pb::Technique>,
    /// At most this many test cases
    #[arg(long, value_name = "N", help_heading = "What to test")]
    pub max_cases: Option<i32>,
}

/// Who words the cases, and where.
#[derive(Debug, Args)]
pub struct WordingArgs {
    /// Who words the cases: auto, ollama, openai, rules
    #[arg(short, long, hide_possible_values = true, help_heading = "Who words it")]
    pub backend: Option<Backend>,
    /// The model, as the backend knows it; the rules use none
    #[arg(short, long, value_name = "NAME", help_heading = "Who words it")]
    pub model: Option<String>,
    /// The prompt, by its name [default: prompt.variant]; `testgen prompts list` shows all
    #[arg(long, value_name = "NAME", help_heading = "Who words it")]
    pub prompt: Option<String>,
    /// Ask a running service instead of working in this process
    #[arg(long, value_name = "URL", help_heading = "Who words it")]
    pub server: Option<String>,
    /// Stop after this time, such as 90s, and keep what is there [default: generation.lifetime]
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = "Who words it")]
    pub timeout: Option<Duration>,
}

/// How what comes is shown.
#[derive(Debug, Args)]
pub struct ShownArgs {
    /// text for people; jsonl: every event as one line of proto JSON, as it happens; json: one document at the end
    #[arg(short, long, value_enum, default_value_t = Output::Text, hide_possible_values = true, help_heading = "How it is shown")]
    pub output: Output,
    /// Show what the model writes, dimmed, as it writes it
    #[arg(long, help_heading = "How it is shown")]
    pub tokens: bool,
    /// No colours, as with NO_COLOR
    #[arg(long, help_heading = "How it is shown")]
    pub no_color: bool,
}

impl ShownArgs {
    /// Whether the model's raw text is wanted: to be shown, or because every event is.
    #[must_use]
    pub fn include_tokens(&self) -> bool {
        self.tokens || self.output == Output::Jsonl
    }
}

/// A technique by the proto's name in lower case, with - or _ between the words.
fn technique(text: &str) -> Result<pb::Technique, String> {
    let name = format!("TECHNIQUE_{}", text.replace('-', "_").to_ascii_uppercase());
    pb::Technique::from_str_name(&name)
        .filter(|technique| *technique != pb::Technique::Unspecified)
        .ok_or_else(|| {
            let names: Vec<String> = (1..)
                .map_while(|number| pb::Technique::try_from(number).ok())
                .map(|technique| crate::cli::words::technique(technique.into()).replace('_', "-"))
                .collect();
            format!("accepted are {}", names.join(", "))
        })
}

pub(super) fn time(text: &str) -> Result<Duration, String> {
    crate::config::parse_time(text)
        .filter(|time| *time >= Duration::from_secs(1))
        .ok_or_else(|| "a time of at least 1s with its unit: ms, s, m or h".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_technique_is_read_in_both_spellings_and_a_wrong_one_lists_all() {
        let bva = Ok(pb::Technique::BoundaryValueAnalysis);
        assert_eq!(technique("boundary-value-analysis"), bva);
        assert_eq!(technique("boundary_value_analysis"), bva);
        for wrong in ["unspecified", "bva", ""] {
            let told = technique(wrong).err().unwrap_or_default();
            assert!(told.starts_with("accepted are equivalence-partitioning, ") && told.ends_with("checklist-based"));
        }
    }
}
