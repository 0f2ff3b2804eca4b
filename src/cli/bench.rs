//! `testgen bench`: drives a running service with streams and measures what a caller sees.
//!
//! Two kinds of load: a number of streams that are always open, or a rate at which streams begin whatever the service
//! does. With a rate, times count from when a stream was due, so that a service that stalls cannot hide it by being asked
//! less (coordinated omission). Bounded in count and in time.

mod figures;

use super::args::{Bench, Output};
use super::events::connect;
use super::signal::Signals;
use super::trouble::Trouble;
use super::words;
use crate::rpc::code;
use crate::rpc::pb;
use crate::rpc::pb::stream_test_cases_response::Event;
use crate::rpc::pb::test_gen_client::TestGenClient;
use crate::telemetry::process::Process;
use figures::{Figures, Seen};
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::task::JoinSet;
use tokio::time::{Duration, Instant};
use tonic::Request;
use tonic::transport::Channel;

/// Drives the service and shows the figures.
pub(super) async fn run(args: &Bench) -> Result<(), Trouble> {
    let mut signals = Signals::listen()?;
    let mut clients = Vec::new();
    for _ in 0..args.connections.get() {
        clients.push(TestGenClient::new(connect(&args.server).await?).max_decoding_message_size(16 << 20));
    }
    let before = args.pid.map(Process::look).transpose().map_err(Trouble::Wrong)?;
    let drive = Drive {
        clients,
        request: Arc::new(pb::StreamTestCasesRequest {
            user_story: args.story.clone(),
            backend: words::wanted_backend(args.backend),
            ..Default::default()
        }),
        timeout: args.timeout,
        count: args.count.map_or(
            if args.rate.is_some() { u32::MAX } else { 100 },
            std::num::NonZeroU32::get,
        ),
        end: Instant::now() + args.duration,
    };
    let began = Instant::now();
    let mut figures = Figures::default();
    let peak = Arc::new(AtomicU32::new(0));
    let running = async {
        match args.rate {
            Some(rate) => drive.at_rate(rate, &mut figures, &peak).await,
            None => drive.in_turns(args.streams.get(), &mut figures, &peak).await,
        }
    };
    tokio::select! {
        () = running => {}
        () = signals.next() => {}
    }
    let elapsed = began.elapsed();
    let after = args.pid.map(Process::look).transpose().map_err(Trouble::Failed)?;
    let used = before.zip(after).map(|(before, after)| before.until(&after));
    let report = figures.report(elapsed, peak.load(Ordering::Relaxed), used, args.rate);
    let mut out = io::stdout().lock();
    match args.output {
        Output::Text => write!(out, "{report}")?,
        Output::Json | Output::Jsonl => {
            serde_json::to_writer_pretty(&mut out, &report).map_err(io::Error::from)?;
            writeln!(out)?;
        }
    }
    if report.undefined > 0 || report.streams == 0 {
        return Err(Trouble::Failed(format!(
            "{} of {} streams did not end in a defined way",
            report.undefined, report.streams
        )));
    }
    Ok(())
}

struct Drive {
    clients: Vec<TestGenClient<Channel>>,
    request: Arc<pb::StreamTestCasesRequest>,
    timeout: Duration,
    count: u32,
    end: Instant,
}

impl Drive {
    /// A closed loop: a stream that ends makes room for the next.
    async fn in_turns(&self, streams: u32, figures: &mut Figures, peak: &Arc<AtomicU32>) {
        let mut running = JoinSet::new();
        for number in 0..self.count {
            if running.len() >= streams as usize
                && let Some(Ok(seen)) = running.join_next().await
            {
                figures.add(&seen);
            }
            if Instant::now() >= self.end {
                break;
            }
            self.begin(number, Instant::now(), &mut running, peak);
        }
        Self::finish(running, figures).await;
    }

    /// An open loop: streams begin when they are due.
    async fn at_rate(&self, rate: f64, figures: &mut Figures, peak: &Arc<AtomicU32>) {
        let mut running = JoinSet::new();
        let start = Instant::now();
        for number in 0..self.count {
            let due = start + Duration::from_secs_f64(f64::from(number) / rate);
            if due >= self.end {
                break;
            }
            tokio::time::sleep_until(due).await;
            self.begin(number, due, &mut running, peak);
            while let Some(ended) = running.try_join_next() {
                figures.add_joined(ended);
            }
        }
        Self::finish(running, figures).await;
    }

    async fn finish(mut running: JoinSet<Seen>, figures: &mut Figures) {
        while let Some(ended) = running.join_next().await {
            figures.add_joined(ended);
        }
    }

    fn begin(&self, number: u32, due: Instant, running: &mut JoinSet<Seen>, peak: &Arc<AtomicU32>) {
        let Some(client) = self.clients.get(number as usize % self.clients.len().max(1)) else {
            return;
        };
        let (client, message, timeout) = (client.clone(), Arc::clone(&self.request), self.timeout);
        running.spawn(async move {
            let mut seen = Seen::new(due);
            let read = read(client, (*message).clone(), timeout, &mut seen);
            // The service ends a stream at the caller's deadline; a service that does not is found out a little later.
            if tokio::time::timeout(timeout + Duration::from_secs(5), read)
                .await
                .is_err()
            {
                seen.end("TIMED_OUT", false);
            }
            seen
        });
        peak.fetch_max(u32::try_from(running.len()).unwrap_or(u32::MAX), Ordering::Relaxed);
    }
}

async fn read(
    mut client: TestGenClient<Channel>,
    message: pb::StreamTestCasesRequest,
    timeout: Duration,
    seen: &mut Seen,
) {
    let mut request = Request::new(message);
    request.set_timeout(timeout);
    let mut events = match client.stream_test_cases(request).await {
        Ok(events) => events.into_inner(),
        Err(status) => return seen.end(code::name(status.code()), true),
    };
    loop {
        match events.message().await {
            Ok(Some(response)) => match response.event {
                Some(Event::Token(token)) => seen.token(&token.text),
                Some(Event::TestCase(_)) => seen.case(),
                Some(Event::Completion(completion)) => seen.completion(&completion),
                _ => seen.event(),
            },
            Ok(None) => return seen.ended(),
            Err(status) => return seen.end(code::name(status.code()), true),
        }
    }
}
