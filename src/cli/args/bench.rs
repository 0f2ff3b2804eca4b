//! Flags of `testgen bench`.

use super::{Backend, Output};
use clap::Args;
use std::num::NonZeroU32;
use std::time::Duration;

/// Drive a running service and measure it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  testgen bench --server http://localhost:50051 --streams 64 --count 1000
  testgen bench --server http://localhost:50051 --rate 20 --duration 60s --pid $(pidof testgen)

With --streams, as many streams are open at any time (a closed loop): a slow service is asked less
often, so the percentiles are those of the service, not of a caller who waits. With --rate, streams
begin at fixed times whatever the service does, and every time counts from when a stream was due.

Exit code: 0 every stream ended in a defined way; 1 some did not, or the service is not there;
2 a flag is wrong.")]
pub struct Bench {
    /// The service
    #[arg(long, value_name = "URL", default_value = "http://localhost:50051")]
    pub server: String,
    /// The story that is sent
    #[arg(
        value_name = "STORY",
        default_value = "As a customer, I want to apply a discount code of up to 20 characters at checkout so that I pay less"
    )]
    pub story: String,
    /// Streams that are open at any time
    #[arg(
        long,
        value_name = "N",
        default_value = "8",
        conflicts_with = "rate",
        help_heading = "Load"
    )]
    pub streams: NonZeroU32,
    /// Streams that begin each second, whatever the service does
    #[arg(long, value_name = "PER SECOND", value_parser = rate, help_heading = "Load")]
    pub rate: Option<f64>,
    /// Stop after this many streams [default: 100, and with --rate as many as begin in --duration]
    #[arg(long, value_name = "N", help_heading = "Load")]
    pub count: Option<NonZeroU32>,
    /// Begin no stream after this time
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = super::asking::time, help_heading = "Load")]
    pub duration: Duration,
    /// Connections that the streams share
    #[arg(long, value_name = "N", default_value = "4", help_heading = "Load")]
    pub connections: NonZeroU32,
    /// Give up on a stream after this time
    #[arg(long, value_name = "TIME", default_value = "120s", value_parser = super::asking::time, help_heading = "Load")]
    pub timeout: Duration,
    /// Who words the cases: auto, ollama, openai, rules
    #[arg(short, long, hide_possible_values = true, help_heading = "Load")]
    pub backend: Option<Backend>,
    /// Process of the service on this machine: its processor time and memory are measured too (Linux)
    #[arg(long, value_name = "PID", help_heading = "What is measured")]
    pub pid: Option<u32>,
    /// text: a table; json: one document
    #[arg(short, long, value_enum, default_value_t = Output::Text, hide_possible_values = true, help_heading = "How it is shown")]
    pub output: Output,
}

fn rate(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|rate: &f64| *rate > 0.0 && *rate <= 100_000.0)
        .ok_or_else(|| "a number above 0, at most 100000".to_owned())
}
