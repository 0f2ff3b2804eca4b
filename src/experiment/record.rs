//! The record: one line of JSON a generation that took part. It has hashes in the place of whoever asked and of the story,
//! and no text. The file turns over at a bound and keeps five old ones.
//!
//! Lines go through a bounded channel to a thread of their own, as lines of the log file do: a disk that is slow or full
//! costs lines, which are counted, and never a generation.

use super::decision::{Decision, Logs};
use crate::telemetry::drops::Signal;
use crate::telemetry::log_file::Turning;
use crate::telemetry::metrics::Metrics;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

/// Old files that are kept: `FILE.1` to `FILE.5`.
const KEPT: u32 = 5;
/// Messages that wait for the disk at most.
const WAITING: usize = 4_096;

/// One generation that took part.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// When it ended, ISO 8601 in UTC.
    pub time: String,
    /// The experiment.
    pub experiment: String,
    /// The variant that it got.
    pub variant: String,
    /// The variant that the others stand against.
    pub control: String,
    /// A hash of the unit.
    pub unit: String,
    /// A hash of the story with its criteria and notes.
    pub story: String,
    /// Percent of each variant when it was assigned; without variants at 0.
    pub shares: BTreeMap<String, f64>,
    /// `complete`, `partial`, `blocked`, `failed` or `cancelled`.
    pub outcome: String,
    /// The code of what went wrong, or why it is not whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Covered ÷ planned items, where something was to be covered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<f64>,
    /// Mean lint score, 1 to 10, where cases were scored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lint: Option<f64>,
    /// Cases accepted.
    pub cases: u32,
    /// From request to end, in milliseconds.
    pub latency_ms: f64,
    /// Tokens read.
    pub input_tokens: i64,
    /// Tokens written.
    pub output_tokens: i64,
    /// Cost in US dollars, by the settings `cost.*`.
    pub cost_usd: f64,
}

enum Message {
    Line(Box<Line>),
    Decision(Box<Decision>),
    /// The whole content of the file of the rollout's state.
    State(String),
    /// Answered when everything before it is written.
    Flush(SyncSender<()>),
}

/// Takes lines and never waits.
#[derive(Clone, Debug)]
pub struct Recorder {
    messages: SyncSender<Message>,
    metrics: Arc<Metrics>,
}

impl Recorder {
    /// Opens the record, to write after what it holds, at most `most_bytes` a file.
    ///
    /// # Errors
    /// The file cannot be opened or its folder not be made.
    pub fn open(path: &Path, most_bytes: u64, logs: Logs, metrics: Arc<Metrics>) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let turning = Turning::open(path, most_bytes, KEPT)?;
        let (messages, waiting) = sync_channel(WAITING);
        let state = state_path(path);
        let counted = Arc::clone(&metrics);
        std::thread::Builder::new()
            .name("experiment record".to_owned())
            .spawn(move || write_all(&waiting, turning, &logs, &state, &counted))?;
        Ok(Self { messages, metrics })
    }

    /// Takes a line.
    pub fn line(&self, line: Line) {
        self.send(Message::Line(Box::new(line)));
    }

    /// Takes a decision.
    pub fn decision(&self, decision: Decision) {
        self.send(Message::Decision(Box::new(decision)));
    }

    /// Takes the rollout's state, which takes the place of the one before.
    pub fn state(&self, state: String) {
        self.send(Message::State(state));
    }

    /// Waits until everything is written, but no longer than this. Blocks.
    pub fn flush(&self, bound: Duration) {
        let (done, written) = sync_channel(1);
        if self.messages.try_send(Message::Flush(done)).is_ok() {
            let _ = written.recv_timeout(bound);
        }
    }

    fn send(&self, message: Message) {
        if self.messages.try_send(message).is_err() {
            self.metrics.drops().add(Signal::ExperimentRecord, 1);
        }
    }
}

/// Where the rollout's state is kept: beside the record.
#[must_use]
pub fn state_path(record: &Path) -> PathBuf {
    let mut path = record.to_owned().into_os_string();
    path.push(".state");
    path.into()
}

fn write_all(messages: &Receiver<Message>, mut file: Turning, logs: &Logs, state: &Path, metrics: &Metrics) {
    while let Ok(message) = messages.recv() {
        let written = match message {
            Message::Line(line) => serde_json::to_vec(&line).map_err(io::Error::from).and_then(|mut line| {
                line.push(b'\n');
                file.write(&line)
            }),
            Message::Decision(decision) => logs.append(&decision),
            Message::State(text) => write_aside(state, &text),
            Message::Flush(done) => {
                let _ = done.send(());
                continue;
            }
        };
        match written {
            Ok(()) => metrics.drops().received(Signal::ExperimentRecord),
            Err(error) => metrics.drops().failed(Signal::ExperimentRecord, 1, &error),
        }
    }
}

/// Written aside and renamed: a crash leaves the old state or the new one.
fn write_aside(path: &Path, text: &str) -> io::Result<()> {
    let mut aside = path.to_owned().into_os_string();
    aside.push(".tmp");
    std::fs::write(&aside, text)?;
    std::fs::rename(aside, path)
}
