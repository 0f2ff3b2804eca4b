//! Getting a missing model: one download a host and model, however many requests wait for it.
//!
//! The download is a task of its own. A caller who leaves does not end it, since the next one needs it as well, and the
//! server keeps what it has. Ollama tells a failure in an answer with status 200, so only the word `success` is one.

use crate::backend::Fault;
use crate::backend::ndjson::Lines;
use crate::backend::ollama::Ollama;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// A download that says nothing for this long has broken off.
const SILENCE: Duration = Duration::from_secs(120);
const MAX_LINE_BYTES: usize = 64 * 1024;

/// How far a download is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Progress {
    /// 0 to 1, once sizes are known; it never goes back.
    pub(super) fraction: Option<f64>,
    /// What the server says that it does.
    pub(super) status: String,
    /// Set at its end.
    pub(super) end: Option<Result<(), Fault>>,
}

/// The downloads of a host.
#[derive(Default)]
pub(super) struct Pulls(Mutex<HashMap<String, watch::Receiver<Progress>>>);

impl Pulls {
    /// Joins the download of this model, or begins it.
    pub(super) fn join(&self, ollama: &Ollama, model: &str) -> watch::Receiver<Progress> {
        let mut pulls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pulls.retain(|_, progress| progress.borrow().end.is_none());
        if let Some(progress) = pulls.get(model) {
            return progress.clone();
        }
        let (sender, progress) = watch::channel(Progress::default());
        pulls.insert(model.to_owned(), progress.clone());
        let (ollama, model) = (ollama.clone(), model.to_owned());
        tokio::spawn(async move {
            tracing::info!(host = ollama.address(), model, "the model is being pulled");
            let end = pull(&ollama, &model, &sender).await;
            match &end {
                Ok(()) => tracing::info!(host = ollama.address(), model, "the model was pulled"),
                Err(fault) => tracing::warn!(host = ollama.address(), model, %fault, "the model could not be pulled"),
            }
            sender.send_modify(|progress| progress.end = Some(end));
        });
        progress
    }
}

/// One line of a download.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    status: String,
    #[serde(default)]
    digest: String,
    #[serde(default)]
    total: u64,
    #[serde(default)]
    completed: u64,
    #[serde(default)]
    error: Option<String>,
}

async fn pull(ollama: &Ollama, model: &str, sender: &watch::Sender<Progress>) -> Result<(), Fault> {
    let failed = |reason: String, again: bool| Fault::PullFailed {
        model: model.to_owned(),
        reason,
        again,
    };
    let silent = || failed(format!("{} said nothing for {SILENCE:?}", ollama.address()), true);
    let response = timeout(SILENCE, ollama.pull(model)).await.map_err(|_| silent())?;
    let mut response = response.map_err(|fault| match fault {
        Fault::Unreachable { .. } => fault,
        other => failed(other.to_string(), other.worth_another_attempt()),
    })?;
    let mut lines = Lines::new(MAX_LINE_BYTES);
    let mut layers: HashMap<String, (u64, u64)> = HashMap::new();
    let broke_off = || failed("the download broke off before its end".to_owned(), true);
    loop {
        while let Some(line) = lines.next_line().map_err(|fault| failed(fault.to_string(), false))? {
            if note(line, &mut layers, sender).map_err(|(reason, again)| failed(reason, again))? {
                return Ok(());
            }
        }
        let chunk = timeout(SILENCE, response.chunk()).await.map_err(|_| silent())?;
        match chunk.map_err(|_| broke_off())? {
            Some(chunk) => lines.push(chunk),
            None => break,
        }
    }
    match lines.tail().map(|line| note(line, &mut layers, sender)) {
        Some(Ok(true)) => Ok(()),
        Some(Err((reason, again))) => Err(failed(reason, again)),
        _ => Err(broke_off()),
    }
}

/// Takes a line; says whether it is the end.
fn note(
    line: &[u8],
    layers: &mut HashMap<String, (u64, u64)>,
    sender: &watch::Sender<Progress>,
) -> Result<bool, (String, bool)> {
    let line: Line =
        serde_json::from_slice(line).map_err(|_| ("a line is not one of Ollama's JSON objects".to_owned(), false))?;
    if let Some(error) = line.error {
        return Err(reason(&error));
    }
    if line.status == "success" {
        return Ok(true);
    }
    if line.total > 0 {
        layers.insert(line.digest, (line.completed.min(line.total), line.total));
    }
    let (done, total) = layers.values().fold((0_u64, 0_u64), |(done, total), layer| {
        (done.saturating_add(layer.0), total.saturating_add(layer.1))
    });
    let percent = (u128::from(done) * 100).checked_div(u128::from(total));
    let fraction = percent
        .and_then(|percent| u32::try_from(percent).ok())
        .map(|percent| f64::from(percent) / 100.0);
    sender.send_if_modified(|progress| {
        let fraction = match (progress.fraction, fraction) {
            (Some(before), Some(now)) => Some(before.max(now)),
            (before, now) => now.or(before),
        };
        // The digests of layers change too often to be told.
        let status = line.status.split(' ').next().unwrap_or_default();
        let changed = progress.fraction != fraction || progress.status != status;
        progress.fraction = fraction;
        status.clone_into(&mut progress.status);
        changed
    });
    Ok(false)
}

/// Why a download failed, in words, and whether another one may do better.
fn reason(said: &str) -> (String, bool) {
    let lower = said.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&[
        "file does not exist",
        "not found",
        "manifest unknown",
        "invalid model name",
    ]) {
        (format!("the registry does not have it ({said})"), false)
    } else if has(&["no space left", "disk quota", "read-only"]) {
        (format!("the host has no room for it ({said})"), false)
    } else if has(&["unauthorized", "denied", "requires a newer version"]) {
        (format!("the registry does not give it ({said})"), false)
    } else if has(&["dial tcp", "lookup", "timeout", "connection", "tls", "eof", "network"]) {
        (format!("the host cannot reach the registry ({said})"), true)
    } else {
        (said.to_owned(), true)
    }
}
