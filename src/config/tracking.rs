//! Settings of MLflow, which keeps what evaluations and experiments measured.

use crate::backend::masked::{Secret, ServerUrl};
use std::path::PathBuf;
use std::time::Duration;

/// MLflow's tracking server.
#[derive(Clone, Debug, PartialEq)]
pub struct Mlflow {
    /// Where it listens; `None`: nothing is tracked.
    pub tracking_url: Option<ServerUrl>,
    /// The experiment that runs are kept in.
    pub experiment: String,
    /// Sent as a bearer token.
    pub token: Option<Secret>,
    /// The folder of runs that are not sent yet.
    pub spool: PathBuf,
    /// Bound on one request.
    pub timeout: Duration,
}

impl Default for Mlflow {
    fn default() -> Self {
        Self {
            tracking_url: None,
            experiment: "testgen".to_owned(),
            token: None,
            spool: PathBuf::from("data/mlflow"),
            timeout: Duration::from_secs(10),
        }
    }
}
