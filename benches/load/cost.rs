//! What a token costs and how long the first one takes, through the service and through the bare relay, in one run.

use super::client::{self, Asked, Manner};
use super::model::{self, Model, Record};
use super::process::Process;
use super::support::fake_ollama::FakeOllama;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

#[derive(clap::Args)]
pub struct Args {
    /// Streams of a burst, each as fast as the model can write
    #[arg(long, default_value_t = 64)]
    burst: usize,
    /// Streams of a burst in all
    #[arg(long, default_value_t = 640)]
    count: usize,
    /// Streams at a pace of 20 tokens a second
    #[arg(long, default_value_t = 1_000)]
    streams: usize,
    /// For how long these are watched
    #[arg(long, default_value = "20s", value_parser = super::time)]
    window: Duration,
    /// Calls, one after another, for the time to the first token
    #[arg(long, default_value_t = 300)]
    calls: usize,
    /// Runs of each kind; the median counts
    #[arg(long, default_value_t = 3)]
    runs: usize,
}

/// Whom to measure.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject {
    Relay,
    Service { tokens: bool },
}

impl Subject {
    fn name(self) -> &'static str {
        match self {
            Self::Relay => "bare relay",
            Self::Service { tokens: true } => "testgen",
            Self::Service { tokens: false } => "testgen, include_tokens off",
        }
    }

    async fn start(self, model: &str, streams: usize) -> Process {
        let running = format!("generation.max_running={}", streams + 10);
        let caller = format!("generation.max_per_caller={}", streams + 10);
        let streams = format!("server.max_concurrent_streams={}", streams + 10);
        match self {
            Self::Relay => Process::relay(model).await,
            Self::Service { .. } => Process::service(model, &[&running, &caller, &streams]).await,
        }
    }

    fn asked(self) -> Asked {
        Asked {
            manner: Manner::Reads,
            tokens: self != Self::Service { tokens: false },
            timeout: Duration::from_secs(250),
        }
    }
}

const SUBJECTS: [Subject; 3] = [
    Subject::Relay,
    Subject::Service { tokens: true },
    Subject::Service { tokens: false },
];

pub async fn model(tokens_a_second: Option<u32>) -> (FakeOllama, Arc<Model>) {
    let server = FakeOllama::start().await;
    let model = Arc::new(Model {
        suites: model::suites().await,
        record: Arc::new(Record::default()),
        tokens_a_second,
        fault_percent: 0,
    });
    let choosing = Arc::clone(&model);
    server.chooses(move |request| choosing.script(request));
    (server, model)
}

pub async fn run(args: &Args) -> bool {
    let mut holds = true;
    println!(
        "{:<28}{:>10}{:>22}{:>24}{:>20}",
        "", "at rest", "first token, added", "µs a token in a burst", "µs a token, paced"
    );
    for subject in SUBJECTS {
        let (mut rest, mut first, mut burst, mut paced) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..args.runs.max(1) {
            let (resting, added) = first_token(subject, args).await;
            rest.push(resting);
            first.push(added);
            let (cost, whole) = in_a_burst(subject, args).await;
            burst.push(cost);
            holds &= whole;
            let (cost, whole) = at_a_pace(subject, args).await;
            paced.push(cost);
            holds &= whole;
        }
        println!(
            "{:<28}{:>7.1} MB{:>19.2} ms{:>24.2}{:>20.2}",
            subject.name(),
            median(&mut rest),
            median(&mut first),
            median(&mut burst),
            median(&mut paced)
        );
    }
    holds
}

pub fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Memory at rest in MB, and how much later the first token comes than from the model itself, in milliseconds.
async fn first_token(subject: Subject, args: &Args) -> (f64, f64) {
    let (server, model) = model(None).await;
    let process = subject.start(&server.url(), 16).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let rest = process.look().resident as f64 / 1e6;
    let clients = process.connections(1).await;
    let bare = reqwest::Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(0)
        .build()
        .expect("a client");
    let (mut through, mut direct) = (Vec::new(), Vec::new());
    for number in 0..args.calls as u32 {
        let story = model.story(number);
        let asked = Asked {
            tokens: true,
            ..subject.asked()
        };
        let seen = client::stream(clients[0].clone(), number, story, asked).await;
        through.extend(seen.first_token.map(|time| time.as_secs_f64() * 1e3));
        let body = serde_json::json!({
            "model": "llama3.2:1b", "stream": true,
            "messages": [{"role": "system", "content": ""}, {"role": "user", "content": story}],
        });
        let began = Instant::now();
        let asked = bare.post(format!("{}/api/chat", server.url())).body(body.to_string());
        if let Ok(mut answer) = asked.send().await
            && let Ok(Some(_)) = answer.chunk().await
        {
            direct.push(began.elapsed().as_secs_f64() * 1e3);
            // Read to its end, so that the next call finds a model that has nothing else to do.
            while let Ok(Some(_)) = answer.chunk().await {}
        }
    }
    (rest, median(&mut through) - median(&mut direct))
}

/// Microseconds a token, and whether every stream was whole.
async fn in_a_burst(subject: Subject, args: &Args) -> (f64, bool) {
    let (server, model) = model(None).await;
    let process = subject.start(&server.url(), args.burst).await;
    let clients = process.connections(4).await;
    let (before, written) = (process.look(), server.tokens_written());
    let mut running = JoinSet::new();
    let mut whole = true;
    for number in 0..args.count as u32 {
        if running.len() >= args.burst
            && let Some(ended) = running.join_next().await
        {
            whole &= ended.is_ok_and(|seen: client::Seen| seen.defined);
        }
        let (client, model) = (clients[number as usize % clients.len()].clone(), Arc::clone(&model));
        running.spawn(async move { client::stream(client, number, model.story(number), subject.asked()).await });
    }
    while let Some(ended) = running.join_next().await {
        whole &= ended.is_ok_and(|seen| seen.defined);
    }
    let used = process.look().cpu - before.cpu;
    (per_token(used, server.tokens_written() - written), whole)
}

/// The same with all streams open and none beginning or ending.
async fn at_a_pace(subject: Subject, args: &Args) -> (f64, bool) {
    let (server, model) = model(Some(20)).await;
    let process = subject.start(&server.url(), args.streams).await;
    let clients = process.connections(4).await;
    let mut running = JoinSet::new();
    for number in 0..args.streams as u32 {
        let (client, model) = (clients[number as usize % clients.len()].clone(), Arc::clone(&model));
        running.spawn(async move { client::stream(client, number, model.story(number), subject.asked()).await });
        if number % 10 == 0 {
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (before, written) = (process.look(), server.tokens_written());
    tokio::time::sleep(args.window).await;
    let used = process.look().cpu - before.cpu;
    let cost = per_token(used, server.tokens_written() - written);
    let whole = running.len() == args.streams;
    (cost, whole)
}

pub fn per_token(used: Duration, tokens: u64) -> f64 {
    used.as_secs_f64() * 1e6 / tokens.max(1) as f64
}
