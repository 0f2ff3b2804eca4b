//! Settings of the online experiment. What it is stands in a file of its own, which is read again when it changes.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

/// The online experiment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Experiment {
    /// Its definition; `None`: there is none.
    pub file: Option<PathBuf>,
    /// How often the definition is looked at.
    pub reload: Duration,
    /// The record of generations that took part; nothing: `data/experiments/online.jsonl`.
    pub record: Option<PathBuf>,
    /// Bytes after which the record turns over.
    pub record_bytes: NonZeroUsize,
    /// The folder of the decision log; nothing: `data/experiments`.
    pub decisions: Option<PathBuf>,
    /// The log of iterations; nothing: none is kept.
    pub iterations: Option<PathBuf>,
}

impl Default for Experiment {
    fn default() -> Self {
        Self {
            file: None,
            reload: Duration::from_secs(1),
            record: Some(PathBuf::from("data/experiments/online.jsonl")),
            record_bytes: NonZeroUsize::MIN.saturating_add((16 << 20) - 1),
            decisions: Some(PathBuf::from("data/experiments")),
            iterations: None,
        }
    }
}
