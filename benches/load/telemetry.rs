//! The price of telemetry: processor time a token, time to the first token and memory with everything on, beside
//! everything off, in one run, turn and turn about; and with everything on and a collector that is away.

use super::client::{self, Asked, Manner};
use super::cost;
use super::process::{Process, free_port};
use super::support::collector::Collector;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

#[derive(clap::Args)]
pub struct Args {
    /// Streams at a pace of 20 tokens a second
    #[arg(long, default_value_t = 400)]
    streams: usize,
    /// For how long these are watched
    #[arg(long, default_value = "20s", value_parser = super::time)]
    window: Duration,
    /// Whole streams as fast as the model can write
    #[arg(long, default_value_t = 640)]
    count: usize,
    /// Of these, so many at a time
    #[arg(long, default_value_t = 64)]
    burst: usize,
    /// Runs of each kind, alternating; the median counts
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// The most that everything on may cost, as a multiple of everything off
    #[arg(long, default_value_t = 1.10)]
    at_most: f64,
}

/// What is told, and to whom.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Telemetry {
    /// Nothing.
    Off,
    /// Traces, logs and metrics to a collector, lines to a file, and a page that is read every second.
    On,
    /// The same, but nobody listens where the collector should be.
    Away,
}

const STATES: [Telemetry; 3] = [Telemetry::Off, Telemetry::On, Telemetry::Away];

/// What was measured of one run.
#[derive(Default)]
struct Figures {
    /// Microseconds of processor time a token while all streams are open.
    paced: Vec<f64>,
    /// The same of whole streams in a burst.
    burst: Vec<f64>,
    /// Median time to the first token of the burst, in milliseconds.
    first: Vec<f64>,
    /// Memory after the first half of the window and at its end, in MB.
    half: Vec<f64>,
    end: Vec<f64>,
}

/// The service, and the page that is to be read.
async fn service(state: Telemetry, model: &str, collector: &Collector, streams: usize) -> (Process, Option<String>) {
    let on = state != Telemetry::Off;
    let running = format!("generation.max_running={}", streams + 10);
    let caller = format!("generation.max_per_caller={}", streams + 10);
    let most = format!("server.max_concurrent_streams={}", streams + 10);
    let page = format!("127.0.0.1:{}", free_port());
    let operator = format!("server.operator_listen={}", if on { &page } else { "" });
    let level = format!("log.level={}", if on { "info" } else { "off" });
    let away = format!("http://127.0.0.1:{}", free_port());
    let endpoint = format!(
        "otel.endpoint={}",
        if state == Telemetry::Away {
            &away
        } else {
            &collector.url
        }
    );
    let file = format!("log.file=testgen-load-{}.log", free_port());
    let mut settings = vec![&*running, &*caller, &*most, &*operator, &*level];
    if on {
        settings.extend([&*endpoint, &*file, "otel.metrics_interval=5s"]);
    }
    let process = Process::service(model, &settings).await;
    (process, on.then(|| format!("http://{page}/metrics")))
}

/// One run; whether every stream was as it should be.
async fn measure(state: Telemetry, args: &Args, collector: &Collector, figures: &mut Figures) -> bool {
    let asked = Asked {
        manner: Manner::Reads,
        tokens: true,
        timeout: Duration::from_secs(250),
    };
    let (paced_server, paced_model) = cost::model(Some(20)).await;
    let (process, page) = service(state, &paced_server.url(), collector, args.streams).await;
    let reading = tokio::spawn(async move {
        while let Some(page) = &page {
            let _ = reqwest::get(page).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    let clients = process.connections(4).await;
    let mut running = JoinSet::new();
    for number in 0..args.streams as u32 {
        let (client, model) = (
            clients[number as usize % clients.len()].clone(),
            Arc::clone(&paced_model),
        );
        running.spawn(async move { client::stream(client, number, model.story(number), asked).await });
        if number % 10 == 0 {
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (before, written) = (process.look(), paced_server.tokens_written());
    tokio::time::sleep(args.window / 2).await;
    figures.half.push(process.look().resident as f64 / 1e6);
    tokio::time::sleep(args.window / 2).await;
    let after = process.look();
    figures.end.push(after.resident as f64 / 1e6);
    let tokens = paced_server.tokens_written() - written;
    figures.paced.push(cost::per_token(after.cpu - before.cpu, tokens));
    let open = running.len() == args.streams;
    reading.abort();
    drop((running, process));

    let (server, model) = cost::model(None).await;
    let (process, _) = service(state, &server.url(), collector, args.burst).await;
    let clients = process.connections(4).await;
    let (before, written) = (process.look(), server.tokens_written());
    let mut running = JoinSet::new();
    let mut whole = true;
    let mut first = Vec::new();
    let mut ended = |seen: Result<client::Seen, tokio::task::JoinError>| {
        let Ok(seen) = seen else {
            return false;
        };
        first.extend(seen.first_token.map(|time| time.as_secs_f64() * 1e3));
        seen.defined
    };
    for number in 0..args.count as u32 {
        if running.len() >= args.burst
            && let Some(seen) = running.join_next().await
        {
            whole &= ended(seen);
        }
        let (client, model) = (clients[number as usize % clients.len()].clone(), Arc::clone(&model));
        running.spawn(async move { client::stream(client, number, model.story(number), asked).await });
    }
    while let Some(seen) = running.join_next().await {
        whole &= ended(seen);
    }
    let used = process.look().cpu - before.cpu;
    figures
        .burst
        .push(cost::per_token(used, server.tokens_written() - written));
    figures.first.push(cost::median(&mut first));
    open && whole
}

pub async fn run(args: &Args) -> bool {
    let collector = Collector::start().await;
    let mut figures = [Figures::default(), Figures::default(), Figures::default()];
    let mut holds = true;
    for run in 0..args.runs.max(1) {
        // Whoever is first in one run is second in the next.
        for turn in 0..STATES.len() {
            let at = (run + turn) % STATES.len();
            holds &= measure(STATES[at], args, &collector, &mut figures[at]).await;
        }
    }
    let [off, on, away] = figures.each_mut().map(|figures| {
        let Figures {
            paced,
            burst,
            first,
            half,
            end,
        } = figures;
        [paced, burst, first, half, end].map(|figures| cost::median(figures))
    });
    println!(
        "{:<44}{:>9}{:>9}{:>16}{:>8}{:>10}",
        "", "off", "on", "collector away", "on/off", "away/off"
    );
    for (at, name) in [
        "µs of processor time a token, paced",
        "µs of processor time a token, in a burst",
        "first token in a burst, ms",
        "memory at half of the window, MB",
        "memory at its end, MB",
    ]
    .into_iter()
    .enumerate()
    {
        let (one, other) = (on[at] / off[at], away[at] / off[at]);
        println!(
            "{name:<44}{:>9.2}{:>9.2}{:>16.2}{one:>8.3}{other:>10.3}",
            off[at], on[at], away[at]
        );
        // The first two are what is promised; the others tell whether anything else grows.
        holds &= at > 1 || one <= args.at_most && other <= args.at_most;
    }
    let spans = collector.spans().len();
    println!("{spans} spans and {} log records arrived", collector.logs().len());
    holds && spans > 0
}
