//! What the service keeps at most: models that never stop, and readers that open a stream and do not read it.

use super::process::Process;
use super::support::fake_ollama::{FakeOllama, Play, Script};
use std::time::Duration;
use testgen::rpc::pb::{Backend, StreamTestCasesRequest};

#[derive(clap::Args)]
pub struct Args {
    /// Generations at once
    #[arg(long, default_value_t = 64)]
    generations: usize,
}

/// What all logs together may hold in the run with many generations, in MiB.
const ALL_MIB: u64 = 32;
/// What a log of one generation may hold by its settings: text of four answers, twice for the ends of its pieces, and
/// events.
const ONE_MIB: f64 = 4.0 * (2.0 * 0.5 + 0.0625) + 4.0;

/// A model that writes until it is stopped.
fn endless(piece: &str) -> Script {
    Script::of(std::iter::repeat_n(Play::Token(piece.to_owned()), 300_000)).then(Play::Stall)
}

pub async fn run(args: &Args) -> bool {
    let case = r#"{"title":"x","steps":["y"],"expected_result":"z"},"#;
    let kinds = [
        ("one text that never ends", endless("word word word word word word ")),
        ("objects that are refused, without end", endless(case)),
        ("brackets without end", endless("[{[{[{[{[{[{[{[{")),
        (
            "thought without end",
            Script::of(std::iter::repeat_n(Play::Thinking("hmmmmmmm ".repeat(4)), 300_000)),
        ),
    ];
    let many = args.generations;
    println!(
        "most memory above that at rest: one generation alone, and {many} at once with readers that do not read, where \
         generation.max_total_bytes is {ALL_MIB} MiB"
    );
    let mut holds = true;
    for (name, script) in kinds {
        let server = FakeOllama::start().await;
        server.otherwise(script);
        let one = most(&server, 1, 512).await;
        let all = most(&server, many, ALL_MIB).await;
        println!("{name:<40}{one:>8.1} MB{all:>8.1} MB");
        holds &= one <= 3.0 * ONE_MIB && all <= ALL_MIB as f64;
    }
    holds
}

/// The most that was resident above what was at rest, in MB.
async fn most(server: &FakeOllama, generations: usize, total_mib: u64) -> f64 {
    let total = format!("generation.max_total_bytes={total_mib}MiB");
    let running = format!("generation.max_running={generations}");
    let caller = format!("generation.max_per_caller={generations}");
    let service = Process::service(&server.url(), &[&total, &running, &caller, "generation.lifetime=20s"]).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let rest = service.look().resident;
    let clients = service.connections(4).await;
    let mut streams = Vec::new();
    for number in 0..generations {
        let message = StreamTestCasesRequest {
            user_story: format!("As a guest, I want to book a table for up to {number} persons so that I can dine"),
            backend: Backend::Ollama.into(),
            ..Default::default()
        };
        // Opened and held, and not read.
        if let Ok(stream) = clients[number % clients.len()].clone().stream_test_cases(message).await {
            streams.push(stream);
        }
    }
    tokio::time::sleep(Duration::from_secs(15)).await;
    drop(streams);
    (service.look().most_resident.saturating_sub(rest)) as f64 / 1e6
}
