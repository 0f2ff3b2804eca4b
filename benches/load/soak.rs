//! Many streams at once, faults among them, for a while: every end, every case and the memory are looked at.

use super::client::{self, Asked, Manner, Seen};
use super::model::{self, Fault, Model, Record, Sent};
use super::process::{Look, Process};
use super::support::fake_ollama::FakeOllama;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

#[derive(clap::Args)]
pub struct Args {
    /// Streams that are open at any time
    #[arg(long, default_value_t = 100)]
    streams: usize,
    /// Begin no stream after this time; those that run are read to their end
    #[arg(long, default_value = "20s", value_parser = super::time)]
    duration: Duration,
    /// Tokens a second of each stream
    #[arg(long, default_value_t = 20)]
    rate: u32,
    /// Faults of the model among a hundred answers
    #[arg(long, default_value_t = 5)]
    faults: u32,
    /// Connections that the streams share
    #[arg(long, default_value_t = 4)]
    connections: usize,
    /// Without the model's tokens, only cases and what else happens
    #[arg(long)]
    no_tokens: bool,
}

impl Default for Args {
    fn default() -> Self {
        Self {
            streams: 100,
            duration: Duration::from_secs(20),
            rate: 20,
            faults: 5,
            connections: 4,
            no_tokens: false,
        }
    }
}

/// Memory may be so much higher in the last minute than in the first whole one, in percent; below this it is noise.
const GROWTH: f64 = 3.0;
/// As many that have ended are kept by default.
const KEPT: u64 = 256;
const MINUTE: Duration = Duration::from_secs(60);

/// Settings under which as many streams may run. The clocks are short, so that what stalls is soon replaced.
fn settings(streams: usize) -> Vec<String> {
    [
        ("generation.max_running", (streams + 50).to_string()),
        ("generation.max_per_caller", (2 * streams + 100).to_string()),
        ("server.max_concurrent_streams", (streams + 100).to_string()),
        ("generation.idle_timeout", "5s".to_owned()),
        ("generation.first_token_timeout", "10s".to_owned()),
        ("log.level", "info".to_owned()),
    ]
    .map(|(name, value)| format!("{name}={value}"))
    .to_vec()
}

pub async fn run(args: &Args) -> bool {
    let server = FakeOllama::start().await;
    let model = Arc::new(Model {
        suites: model::suites().await,
        record: Arc::new(Record::default()),
        tokens_a_second: Some(args.rate),
        fault_percent: args.faults,
    });
    let choosing = Arc::clone(&model);
    server.chooses(move |request| choosing.script(request));
    let settings = settings(args.streams);
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let service = Process::service(&server.url(), &settings).await;
    println!(
        "{} streams at a time, {} tokens a second each, {} % faults, for {:?}; one client process with {} connections \
         (the fake Ollama is in it too), one process of the service",
        args.streams, args.rate, args.faults, args.duration, args.connections
    );
    let mut drive = Drive::begin(args, &service, &model).await;
    drive.run(args, &service, &server).await;
    let at_the_end = service.look();
    let tokens = server.tokens_written();
    // Whoever left must have been noticed: nothing of theirs runs on.
    let closed = tokio::time::timeout(Duration::from_secs(20), async {
        while server.open_connections() > 1 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    let closed = closed.await.is_ok();
    drop(std::mem::take(&mut drive.clients));
    let code = service.terminate().await;
    let mut holds = drive.report(args, &at_the_end, tokens);
    if !closed {
        println!("WRONG: connections to the model are open after the last stream");
    }
    if code != Some(0) {
        println!("WRONG: the service ended with {code:?}");
    }
    holds &= closed && code == Some(0);
    println!(
        "{}",
        if holds {
            "everything holds"
        } else {
            "NOT everything holds"
        }
    );
    holds
}

struct Drive {
    clients: Vec<testgen::rpc::pb::test_gen_client::TestGenClient<tonic::transport::Channel>>,
    model: Arc<Model>,
    open: Arc<AtomicUsize>,
    rest: Look,
    samples: Vec<Sample>,
    tally: Tally,
}

/// How it stood at a moment.
struct Sample {
    at: Duration,
    look: Look,
    open: usize,
    tokens: u64,
    ended: u64,
}

impl Drive {
    async fn begin(args: &Args, service: &Process, model: &Arc<Model>) -> Self {
        tokio::time::sleep(Duration::from_secs(2)).await;
        Self {
            rest: service.look(),
            clients: service.connections(args.connections).await,
            model: Arc::clone(model),
            open: Arc::default(),
            samples: Vec::new(),
            tally: Tally::default(),
        }
    }

    /// A closed loop: a stream that ends makes room for the next. The first ones begin over a while, so that not all are
    /// at the same place of their answers.
    async fn run(&mut self, args: &Args, service: &Process, server: &FakeOllama) {
        let began = Instant::now();
        let ramp = (args.duration / 5).min(Duration::from_secs(30));
        let mut running = JoinSet::new();
        let mut number = 0;
        let mut tick = tokio::time::interval(Duration::from_secs(1));
        loop {
            let now = began.elapsed();
            let due = if now >= args.duration {
                0
            } else if now < ramp {
                (args.streams as f64 * now.as_secs_f64() / ramp.as_secs_f64()) as usize
            } else {
                args.streams
            };
            while running.len() < due {
                self.start(args, number, &mut running);
                number += 1;
            }
            if running.is_empty() && now >= args.duration {
                return;
            }
            tokio::select! {
                Some(seen) = running.join_next(), if !running.is_empty() => {
                    match seen {
                        Ok(seen) => self.tally.add(&seen, &self.model.record.take(seen.stream), !args.no_tokens),
                        Err(_) => self.tally.wrong.push("a reader panicked".to_owned()),
                    }
                }
                _ = tick.tick() => self.samples.push(Sample {
                    at: began.elapsed(),
                    look: service.look(),
                    open: self.open.load(Ordering::Relaxed),
                    tokens: server.tokens_written(),
                    ended: self.tally.streams,
                }),
                () = tokio::time::sleep(Duration::from_millis(20)), if now < ramp => {}
            }
        }
    }

    fn start(&self, args: &Args, number: u32, running: &mut JoinSet<Seen>) {
        let client = self.clients[number as usize % self.clients.len()].clone();
        let (model, open) = (Arc::clone(&self.model), Arc::clone(&self.open));
        let asked = Asked {
            manner: match number % 100 {
                7 => Manner::Leaves(5 + number % 400),
                57 => Manner::ComesBack(5 + number % 300),
                _ => Manner::Reads,
            },
            tokens: !args.no_tokens,
            timeout: Duration::from_secs(280),
        };
        running.spawn(async move {
            open.fetch_add(1, Ordering::Relaxed);
            let seen = client::stream(client, number, model.story(number), asked).await;
            open.fetch_sub(1, Ordering::Relaxed);
            seen
        });
    }

    fn report(&self, args: &Args, at_the_end: &Look, tokens: u64) -> bool {
        let tally = &self.tally;
        let record = &self.model.record;
        println!(
            "{} streams ended; {} answers of the model, {} of them with a fault; {} callers left, {} came back",
            tally.streams,
            record.requests.load(Ordering::Relaxed),
            record.faults.load(Ordering::Relaxed),
            tally.left,
            tally.came_back,
        );
        println!(
            "cases: {} written whole, {} handed over, {} rejected or repeated, {} lost with a reset",
            tally.written, tally.handed_over, tally.rejected, tally.lost_with_reset
        );
        println!("ends:");
        for (end, count) in &tally.ends {
            println!("  {count:>6}  {end}");
        }
        println!("ends of streams with one fault and nothing else:");
        for ((fault, end), count) in &tally.by_fault {
            println!("  {count:>6}  {fault:?}: {end}");
        }
        self.used(args, at_the_end, tokens);
        let grown = self.grown(args);
        for wrong in tally.wrong.iter().take(20) {
            println!("WRONG: {wrong}");
        }
        if tally.wrong.len() > 20 {
            println!("WRONG: and {} more", tally.wrong.len() - 20);
        }
        if grown.is_some_and(|percent| percent > GROWTH) {
            println!("WRONG: memory grows");
        }
        tally.wrong.is_empty() && tally.streams > 0 && grown.is_none_or(|percent| percent <= GROWTH)
    }

    fn used(&self, args: &Args, at_the_end: &Look, tokens: u64) {
        let full: Vec<&Sample> = self
            .samples
            .iter()
            .filter(|sample| sample.open * 10 >= args.streams * 9 && sample.at < args.duration)
            .collect();
        if let [first, .., last] = full.as_slice() {
            let seconds = (last.at - first.at).as_secs_f64();
            let written = (last.tokens - first.tokens) as f64;
            let open = full.iter().map(|sample| sample.open).sum::<usize>() as f64 / full.len() as f64;
            let cpu = (last.look.cpu - first.look.cpu).as_secs_f64();
            println!(
                "while all were open: {:.0} tokens a second, {:.1} a stream; service: {:.0} % of a core, {:.1} µs a token",
                written / seconds,
                written / seconds / open,
                100.0 * cpu / seconds,
                cpu * 1e6 / written,
            );
            let resident = full.iter().map(|sample| sample.look.resident).sum::<u64>() as f64 / full.len() as f64;
            println!(
                "memory: {:.1} MB at rest, {:.1} MB on average, {:.1} MB at most, {:.1} MB after the last stream; {:.1} kB a \
                 stream; {} open files",
                self.rest.resident as f64 / 1e6,
                resident / 1e6,
                at_the_end.most_resident as f64 / 1e6,
                at_the_end.resident as f64 / 1e6,
                (resident - self.rest.resident as f64) / open / 1e3,
                full.iter().map(|sample| sample.look.files).max().unwrap_or(0),
            );
        }
        let cpu = at_the_end.cpu.saturating_sub(self.rest.cpu).as_secs_f64();
        println!(
            "all in all: {tokens} tokens, {:.1} µs of the service's processor time a token, beginnings and ends included",
            cpu * 1e6 / tokens.max(1) as f64
        );
    }

    /// By how many percent the memory of the last minute is above that of the first in which everything was under way: by
    /// then every place has had its second stream, and as many that have ended are kept as ever will be.
    fn grown(&self, args: &Args) -> Option<f64> {
        let every = self.samples.iter().step_by(30);
        let series: Vec<String> = every
            .map(|sample| format!("{:.0}", sample.look.resident as f64 / 1e6))
            .collect();
        println!("memory every 30 seconds, in MB: {}", series.join(" "));
        let mean = |from: Duration| -> Option<f64> {
            let within = |sample: &&Sample| sample.at >= from && sample.at < from + MINUTE;
            let of: Vec<u64> = self
                .samples
                .iter()
                .filter(within)
                .map(|sample| sample.look.resident)
                .collect();
            (!of.is_empty()).then(|| of.iter().sum::<u64>() as f64 / of.len() as f64)
        };
        let streams = args.streams as u64;
        let settled = |sample: &&Sample| sample.ended >= (2 * streams).max(streams + KEPT);
        let first = self.samples.iter().find(settled)?.at;
        let last = args
            .duration
            .checked_sub(MINUTE)
            .filter(|last| *last >= first + MINUTE)?;
        let (from, until) = (mean(first)?, mean(last)?);
        let percent = 100.0 * (until - from) / from;
        println!(
            "memory in the minute from {:.0} s on {:.1} MB, in the last {:.1} MB: {percent:+.1} %",
            first.as_secs_f64(),
            from / 1e6,
            until / 1e6
        );
        Some(percent)
    }
}

#[derive(Default)]
struct Tally {
    streams: u64,
    left: u64,
    came_back: u64,
    written: u64,
    handed_over: u64,
    rejected: u64,
    lost_with_reset: u64,
    ends: BTreeMap<String, u64>,
    by_fault: BTreeMap<(Fault, String), u64>,
    wrong: Vec<String>,
}

impl Tally {
    fn add(&mut self, seen: &Seen, sent: &Sent, tokens: bool) {
        self.streams += 1;
        self.left += u64::from(seen.end == "left");
        self.came_back += u64::from(matches!(seen.manner, Manner::ComesBack(_)));
        self.written += sent.cases.len() as u64;
        self.handed_over += seen.cases.len() as u64;
        self.rejected += seen.rejected.len() as u64;
        *self.ends.entry(seen.end.clone()).or_default() += 1;
        if let [fault] = sent.faults[..]
            && seen.end != "left"
        {
            *self.by_fault.entry((fault, seen.end.clone())).or_default() += 1;
        }
        let mut wrong = seen.wrong.clone();
        if !seen.defined {
            wrong.push(format!("it ended in no defined way: {}", seen.end));
        }
        for (index, title) in seen.cases.iter().enumerate() {
            if seen.cases[..index].contains(title) {
                wrong.push(format!("twice: {title}"));
            }
            if !sent.cases.contains(title) {
                wrong.push(format!("never written: {title}"));
            }
        }
        if seen.end != "left" {
            for (index, title) in sent.cases.iter().enumerate() {
                let known =
                    seen.cases.contains(title) || seen.rejected.iter().any(|text| text.contains(title.as_str()));
                if !known && sent.doubtful.contains(title) {
                    self.lost_with_reset += 1;
                } else if !known {
                    wrong.push(format!("lost: {title}"));
                }
                if sent.cases[..index].contains(title) && !sent.doubtful.contains(title) {
                    wrong.push(format!("asked for though it was there: {title}"));
                }
            }
            if sent.faults.is_empty() && seen.end != "OUTCOME_COMPLETE" {
                wrong.push(format!("no fault, and yet {}", seen.end));
            }
            if sent.faults.is_empty() && tokens && seen.text_bytes + 3 < sent.text_bytes {
                wrong.push(format!("{} bytes of {} came", seen.text_bytes, sent.text_bytes));
            }
        }
        let told = wrong.into_iter().map(|what| {
            format!(
                "stream {} ({:?}, {:?}, {}): {what}",
                seen.stream, seen.manner, sent.faults, seen.end
            )
        });
        self.wrong.extend(told);
    }
}
