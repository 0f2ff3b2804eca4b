//! The command line as it is typed. Raw text only: what it means is decided by `config` and by the commands.

mod asking;
mod prompts;
mod bench;
mod evaluate;
mod data;
mod experiment;
mod review;
mod suite;

pub use asking::{ScopeArgs, ShownArgs, StoryArgs, WordingArgs};
pub use bench::Bench;
pub use data::{DataCheck, DataCommand, DataRewrite, DataSplit};
pub use evaluate::{Evaluate, EvaluateCommand, JudgeResults, Judging};
pub use experiment::{DecisionLogs, Experiment, ExperimentCommand, ExperimentOnline};
pub use prompts::{PromptsCommand, PromptsPromote};
pub use review::{ReviewCommand, ReviewExport, ReviewFormat, ReviewImport, ReviewSample, ReviewSummary};
pub use suite::{Analyze, Fill, Regenerate, Revise};

use crate::config::source::Flags;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Turns a user story into test cases that a tester would run.
#[derive(Debug, Parser)]
#[command(
    name = "testgen",
    version,
    about = "Turns a user story into test cases that a tester would run, and shows each one the moment it is checked.",
    after_help = "\
Examples:
  testgen generate \"As a customer, I want to apply a discount code of up to 20 characters at checkout\"
  testgen analyze \"As a member, I want to borrow up to 5 books\" -c \"Overdue members cannot borrow\"
  testgen serve
  testgen check

It works with no model at all: the embedded rules word the cases. With Ollama, a model words them.
`testgen help COMMAND` tells more.",
    max_term_width = 110
)]
pub struct Cli {
    /// Settings that every command understands.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Settings that every command understands.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Settings")]
pub struct Common {
    /// Read settings from this file instead of ./testgen.toml
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Set any setting, such as ollama.num_ctx=4096; repeatable. `testgen config list` shows all of them
    #[arg(long, value_name = "NAME=VALUE", global = true)]
    pub set: Vec<String>,
    /// Least severe log line: off, error, warn, info, debug, trace
    #[arg(long, value_name = "LEVEL", global = true)]
    pub log_level: Option<String>,
    /// How log lines are written: json, text
    #[arg(long, value_name = "FORMAT", global = true)]
    pub log_format: Option<String>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Turn a story into test cases and show them as they arrive
    Generate(Box<Generate>),
    /// Show how a story is read, what is to be covered and what must be asked; no model
    Analyze(Box<Analyze>),
    /// Look through an existing suite and word the cases that it lacks
    Fill(Box<Fill>),
    /// Word one case anew, for a reason
    Regenerate(Box<Regenerate>),
    /// Carry a suite over to a changed story: kept, revised, obsolete and new cases
    Revise(Box<Revise>),
    /// Run the gRPC service
    Serve(Serve),
    /// Drive a running service and measure it
    Bench(Box<Bench>),
    /// Measure how well stories are turned into test cases
    Evaluate(Box<Evaluate>),
    /// Check, clean, scrub and split the files of stories and examples
    Data {
        /// What to do.
        #[command(subcommand)]
        command: DataCommand,
    },
    /// Compare variants of an evaluation, and say what to do with each
    Experiment(Experiment),
    /// Let people judge a sample of an evaluation's cases, and say what they found
    Review {
        /// What to do.
        #[command(subcommand)]
        command: ReviewCommand,
    },
    /// Show the prompts: which there are, what they say, and what a story makes of them
    Prompts {
        /// What to show.
        #[command(subcommand)]
        command: PromptsCommand,
    },
    /// List the models that the backends have
    #[command(after_help = "\
Exit code: 0, also if no model server answers, since the rules are always there;
1 the one that the setting backend names does not answer; 2 a setting is wrong.")]
    Models,
    /// Say what is configured, what answers and what would be used
    Check(Check),
    /// Show the settings
    Config {
        /// What to show.
        #[command(subcommand)]
        command: ConfigCommand,
    },
}

/// Turn a story into test cases and show them as they arrive.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  testgen generate \"As a member, I want to borrow up to 5 books so that I can read at home\"
  testgen generate - --criteria-file criteria.txt < story.txt
  testgen generate \"…\" -c \"A loan lasts 21 days\" -c \"Overdue members cannot borrow\"
  testgen generate \"…\" --backend ollama --model qwen3:4b --max-cases 8
  testgen generate \"…\" --output json > cases.json
  testgen generate \"…\" --server http://localhost:50051 --output jsonl | jq -c .test_case

Exit code:
  0    all that was asked for
  1    it failed
  2    the input or a setting is wrong
  3    only a part could be made; the reasons say why
  4    the story leaves open what to test; the questions say what
  130  Ctrl-C
With --output json, standard error says how it ended, why, and what the questions are.")]
pub struct Generate {
    /// The story.
    #[command(flatten)]
    pub story: StoryArgs,
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

/// Run the gRPC service.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  testgen serve
  testgen serve --listen 0.0.0.0:50051 --backend ollama
  grpcurl -plaintext -d '{\"user_story\":\"…\"}' localhost:50051 testgen.v1.TestGen/StreamTestCases

Ctrl-C or SIGTERM stops it: health says so, new calls are refused, running generations may finish within server.drain.

Exit code:
  0    stopped, and every generation had come to its end
  1    it failed
  2    a setting is wrong
  5    stopped, and some generations were cut short; the log says how many
  130  a second signal ended it at once")]
pub struct Serve {
    /// Where to listen [default: 127.0.0.1:50051]
    #[arg(short, long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Who words the cases where a request does not say: auto, ollama, openai, rules
    #[arg(short, long, hide_possible_values = true)]
    pub backend: Option<Backend>,
    /// The model where a request names none: Ollama's, or with --backend openai that server's
    #[arg(short, long, value_name = "NAME")]
    pub model: Option<String>,
}

/// Say what is configured, what answers and what would be used.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit code: 0 test cases can be made; 1 they cannot; 2 a setting is wrong.
With --server it suits a container's health check: testgen check --server http://localhost:50051")]
pub struct Check {
    /// Ask a running service for its health instead
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
}

/// What to show of the settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// All settings: value, where it comes from, what it accepts. Passwords and keys are masked
    List,
}

/// What is written to standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people
    Text,
    /// Every event as one line of proto JSON, as it happens
    Jsonl,
    /// One plain document at the end
    Json,
}

/// Who words the cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Backend {
    /// The first model server that answers and has the model, else the rules
    Auto,
    /// Ollama
    Ollama,
    /// An OpenAI-compatible server
    #[value(name = "openai")]
    OpenAi,
    /// The embedded rules; no model
    Rules,
}

// === what the flags set ===

impl Cli {
    /// The settings that the command line sets, the named flags before `--set`.
    #[must_use]
    pub fn flags(&self) -> Flags {
        let mut flags = Flags::default();
        for assignment in &self.common.set {
            flags.assign(assignment);
        }
        let mut named: Vec<(&str, &str, Option<String>)> = vec![
            ("--log-level", "log.level", self.common.log_level.clone()),
            ("--log-format", "log.format", self.common.log_format.clone()),
        ];
        let backend = |backend: Option<Backend>| backend.map(|backend| backend.name().to_owned());
        match &self.command {
            // The backend and the model of `generate` belong to its request, so that `--server` passes them on.
            Command::Generate(_)
            | Command::Analyze(_)
            | Command::Fill(_)
            | Command::Regenerate(_)
            | Command::Revise(_)
            | Command::Bench(_)
            | Command::Evaluate(_)
            | Command::Data { .. }
            | Command::Experiment(_)
            | Command::Review { .. }
            | Command::Prompts { .. }
            | Command::Models
            | Command::Check(_)
            | Command::Config { .. } => {}
            Command::Serve(serve) => named.extend([
                ("--listen", "server.listen", serve.listen.clone()),
                ("--backend", "backend", backend(serve.backend)),
                ("--model", model_setting(serve.backend), serve.model.clone()),
            ]),
        }
        for (flag, name, value) in named {
            if let Some(value) = value {
                flags.set(flag, name, value);
            }
        }
        flags
    }
}

/// Whose model `--model` sets.
fn model_setting(backend: Option<Backend>) -> &'static str {
    match backend {
        Some(Backend::OpenAi) => "openai.model",
        _ => "ollama.model",
    }
}

impl Backend {
    /// The name, as settings spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Ollama => "ollama",
            Self::OpenAi => "openai",
            Self::Rules => "rules",
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::config::source::Source as _;
    use clap::CommandFactory as _;
    use insta::assert_snapshot;

    fn help(path: &[&str]) -> String {
        let line = ["testgen"].iter().chain(path).chain(["--help"].iter());
        let command = Cli::command().term_width(100);
        command.try_get_matches_from(line).unwrap_err().render().to_string()
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_reads_well() {
        assert_snapshot!("help", help(&[]));
        assert_snapshot!("help_generate", help(&["generate"]));
        assert_snapshot!("help_serve", help(&["serve"]));
        assert_snapshot!("help_check", help(&["check"]));
        assert_snapshot!("help_models", help(&["models"]));
        assert_snapshot!("help_analyze", help(&["analyze"]));
        assert_snapshot!("help_fill", help(&["fill"]));
        assert_snapshot!("help_regenerate", help(&["regenerate"]));
        assert_snapshot!("help_revise", help(&["revise"]));
        assert_snapshot!("help_bench", help(&["bench"]));
        assert_snapshot!("help_evaluate", help(&["evaluate"]));
        assert_snapshot!("help_evaluate_sync", help(&["evaluate", "sync"]));
        assert_snapshot!("help_evaluate_judge", help(&["evaluate", "judge"]));
        assert_snapshot!("help_prompts_promote", help(&["prompts", "promote"]));
        assert_snapshot!("help_data", help(&["data"]));
        assert_snapshot!("help_data_check", help(&["data", "check"]));
        assert_snapshot!("help_experiment", help(&["experiment"]));
        assert_snapshot!("help_experiment_online", help(&["experiment", "online"]));
        assert_snapshot!("help_review", help(&["review"]));
        assert_snapshot!("help_review_sample", help(&["review", "sample"]));
        assert_snapshot!("help_review_import", help(&["review", "import"]));
    }

    #[test]
    fn named_flags_are_stronger_than_assignments() {
        let cli = Cli::try_parse_from(["testgen", "serve", "--set", "server.listen=1", "--listen", "2"]).unwrap();
        let entries = cli.flags().entries(&mut Vec::new());
        let values: Vec<&str> = entries.iter().map(|entry| entry.value.as_str()).collect();
        assert_eq!(values, ["2", "1"]);
    }

    #[test]
    fn a_timeout_needs_its_unit() {
        use std::time::Duration;
        let timeout = |text: &str| match Cli::try_parse_from(["testgen", "generate", "x", "--timeout", text]) {
            Ok(Cli {
                command: Command::Generate(generate),
                ..
            }) => generate.wording.timeout,
            _ => None,
        };
        assert_eq!(timeout("90s"), Some(Duration::from_secs(90)));
        assert_eq!(timeout("90"), None);
        assert_eq!(timeout("0"), None);
    }
}
