//! The whole service under load, as a process of its own, between a fake Ollama and real clients. Loopback only, bounded
//! in count and time.
//!
//! - `cargo bench --bench load` is a short soak: 100 streams at a time for 20 seconds.
//! - `cargo bench --bench load -- soak --streams 1000 --duration 5m` is the long one.
//! - `cargo bench --bench load -- cost` is what a token costs, beside a bare relay.
//! - `cargo bench --bench load -- telemetry` is the price of telemetry.
//! - `cargo bench --bench load -- bounds` is what the worst models can make the service keep.
//!
//! `docs/load.md` says what was measured and how to read it.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "a program for developers, which says what went wrong by ending"
)]

#[path = "../../tests/it/support"]
#[allow(dead_code, unused_imports, reason = "the tests use the rest of it")]
mod support {
    pub mod collector;
    pub mod fake_ollama;
}
mod bounds;
mod client;
mod cost;
mod model;
mod process;
mod relay;
mod soak;
mod telemetry;

use clap::{Parser, Subcommand};
use std::time::Duration;

#[derive(Parser)]
#[command(name = "load", about = "Puts the whole service under load.")]
struct Load {
    #[command(subcommand)]
    what: Option<What>,
    /// Given by cargo.
    #[arg(long, hide = true, global = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum What {
    /// Many streams at once with injected faults; every end and every case is checked.
    Soak(soak::Args),
    /// Processor time a token and added time to the first token, beside a bare relay.
    Cost(cost::Args),
    /// Memory with models that never stop and readers that do not read.
    Bounds(bounds::Args),
    /// Processor time a token with all telemetry on, beside none.
    Telemetry(telemetry::Args),
    /// The bare relay, in a process of its own.
    #[command(hide = true)]
    Relay { port: u16, model: String },
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    // Clients of our own want it; nothing here is encrypted.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let holds = match Load::parse().what {
        None => soak::run(&soak::Args::default()).await,
        Some(What::Soak(args)) => soak::run(&args).await,
        Some(What::Cost(args)) => cost::run(&args).await,
        Some(What::Bounds(args)) => bounds::run(&args).await,
        Some(What::Telemetry(args)) => telemetry::run(&args).await,
        Some(What::Relay { port, model }) => {
            relay::run(port, model).await;
            true
        }
    };
    if holds {
        std::process::ExitCode::SUCCESS
    } else {
        std::process::ExitCode::FAILURE
    }
}

/// A time as it is typed: `90s`, `5m`.
fn time(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.len() - text.len().min(1));
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        _ => 0,
    };
    number
        .parse()
        .ok()
        .filter(|number: &u64| *number > 0 && seconds > 0)
        .map(|number| Duration::from_secs(number * seconds))
        .ok_or_else(|| "a number with s or m, such as 90s or 5m".to_owned())
}
