//! Tracking: what evaluations and experiments measured, kept by an MLflow server.
//!
//! A run is written into a folder first (`spool`), whole, and sent afterwards (`sending`): a server that is away loses
//! nothing, and whoever tracks next, or `testgen evaluate sync`, sends what is left. Sending can end at any point and be
//! done again: a run carries our key as a tag, by which it is found instead of made twice, and each batch of figures says
//! in the same request how many batches there are now. What goes wrong here is told and never fails an evaluation.
//!
//! What it refuses: to wait without bound, and to throw away what a server does not take.

mod record;
mod spool;
mod client;
mod sending;
#[cfg(test)]
mod fake;
#[cfg(test)]
mod tests;

pub use record::{File, Record, of_comparison, of_evaluation};
pub use sending::{Arrived, Outcome};

use crate::config::Mlflow;
use spool::Spool;

/// Keeps runs for sending; they are sent by [`send`].
///
/// # Errors
/// The folder cannot be written.
pub fn keep(config: &Mlflow, records: &[Record]) -> std::io::Result<()> {
    let spool = Spool::at(&config.spool);
    records.iter().try_for_each(|record| spool.add(record))
}

/// Sends every run that is kept, so far as the server takes it. Nothing without [`Mlflow::tracking_url`].
pub async fn send(config: &Mlflow) -> Outcome {
    sending::send(config).await
}
