//! The command line: the door for people in a terminal. It holds no logic of the flow: it reads arguments, asks the app
//! or a running service, and shows the proto's events. Both ways share one renderer.
//!
//! Exit codes: 0 done; 1 it failed; 2 the input or a setting is wrong; 3 only a part could be made; 4 the story leaves
//! open what to test; 5 a service stopped before all of its generations had ended; 6 a gate of an evaluation is
//! not passed; 130 Ctrl-C.

pub mod args;
pub mod terminal;
pub mod render;
pub mod json;
pub mod trouble;
mod events;
pub mod input;
mod generate;
mod suite;
mod bench;
mod evaluate;
mod judge;
mod data;
mod experiment;
mod tracking;
mod review;
mod serve;
mod inspect;
mod prompts;
mod signal;
mod words;
#[cfg(test)]
mod samples;

use crate::config::env::{Environment, FILE_VARIABLE};
use crate::config::file::{DEFAULT_PATH, File};
use crate::config::source::{CommandDefaults, Source};
use crate::config::{self, Loaded};
use crate::telemetry;
use crate::telemetry::metrics::Metrics;
use anyhow::Context as _;
use args::{Cli, Command, ConfigCommand};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use terminal::Look;
use trouble::Trouble;

/// Commands that people run by hand speak to people, and only of what is wrong.
const QUIET: CommandDefaults = CommandDefaults(&[("log.level", "warn"), ("log.format", "text")]);

/// How long generations may take to end after their last event was read, before the last traces are sent.
const LAST_SPANS: Duration = Duration::from_millis(500);

/// Runs a command to its end.
#[must_use]
pub fn run(cli: &Cli) -> ExitCode {
    match dispatch(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            if let Some(message) = trouble.message() {
                say(message);
            }
            trouble.exit_code()
        }
    }
}

fn dispatch(cli: &Cli) -> Result<(), Trouble> {
    let environment = Environment::of_process();
    let loaded = load(cli, &environment)?;
    let no_color = environment.has("NO_COLOR");
    if let Command::Config {
        command: ConfigCommand::List,
    } = &cli.command
    {
        return inspect::list(&loaded, Look::of_stdout(false, no_color), io::stdout().lock());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("no threads")?;
    let ended = runtime.block_on(async {
        let guard = telemetry::init(&loaded.config).map_err(|error| Trouble::Wrong(error.to_string()))?;
        let ended = command(cli, loaded.config, no_color, guard.metrics()).await;
        guard.shutdown().await;
        ended
    });
    // What still runs is cancelled; a thread that blocks does not hold the process up.
    runtime.shutdown_timeout(Duration::from_millis(100));
    ended
}

async fn command(cli: &Cli, config: config::Config, no_color: bool, metrics: &Arc<Metrics>) -> Result<(), Trouble> {
    match &cli.command {
        Command::Generate(args) => generate::run(args, config, no_color).await,
        Command::Analyze(args) => suite::analyze(args, config, no_color).await,
        Command::Fill(args) => suite::fill(args, config, no_color).await,
        Command::Regenerate(args) => suite::regenerate(args, config, no_color).await,
        Command::Revise(args) => suite::revise(args, config, no_color).await,
        Command::Bench(args) => bench::run(args).await,
        Command::Evaluate(args) => evaluate::run(args, config).await,
        Command::Data { command } => data::run(command),
        Command::Serve(_) => serve::run(config, Arc::clone(metrics)).await,
        Command::Experiment(args) => experiment::run(args, &config.mlflow).await,
        Command::Review { command } => review::run(command, &config.story),
        Command::Prompts { command } => {
            prompts::run(command, config, Look::of_stdout(false, no_color), io::stdout().lock()).await
        }
        Command::Models => inspect::models(config, io::stdout()).await,
        Command::Check(args) => inspect::check(args, config, io::stdout()).await,
        Command::Config { .. } => Ok(()),
    }
}

/// Reads the settings: flags, environment, file, the command's own defaults.
fn load(cli: &Cli, environment: &Environment) -> Result<Loaded, Trouble> {
    let flags = cli.flags();
    let file = file(cli.common.config.as_deref(), environment);
    let mut sources: Vec<&dyn Source> = vec![&flags, environment];
    sources.extend(file.as_ref().map(|file| file as &dyn Source));
    if !matches!(cli.command, Command::Serve(_) | Command::Config { .. }) {
        sources.push(&QUIET);
    }
    Ok(config::load(&sources)?)
}

/// The file that is named, or the usual one if it is there.
fn file(named: Option<&Path>, environment: &Environment) -> Option<File> {
    let named = named
        .map(Path::to_owned)
        .or_else(|| environment.get(FILE_VARIABLE).map(PathBuf::from));
    let usual = || Some(PathBuf::from(DEFAULT_PATH)).filter(|path| path.exists());
    named.or_else(usual).map(|path| File::read(&path))
}

/// One message to the person at the terminal. A closed standard error is nothing that could be said to anyone.
fn say(message: &str) {
    let _ = writeln!(io::stderr(), "testgen: {}", terminal::safe(message));
}
