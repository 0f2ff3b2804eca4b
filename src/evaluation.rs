//! Evaluation: stories × models × prompts × backends through the same flow as production, and what can be said of it.
//!
//! There is no second way to generate: a cell is one [`App::generate`](crate::app::App::generate), and what is measured is
//! folded from its event log. Nothing in the flow knows this room. What is measured is an [`Observation`] for each cell,
//! kept in a journal as soon as the cell has ended, so that an evaluation that was broken off goes on where it was.
//! Everything after that is pure: figures ([`metric`]), gates, reports and experiments are functions over observations.
//!
//! - `dataset`: the stories, checked, and which of them
//! - `variant`: who words them, and the key under which a result is the same result
//! - `observation`: what was seen of one generation, folded from its events
//! - `runner`: cells, so many at once; `journal`: what is finished; `process`: what it cost this machine
//! - `metric`: every figure, each defined once; `quality`, `latency`, `cost`, `golden`: what their rows compute
//! - `summary`: the figures of each variant; `gate`: whether they are good enough
//! - `judge`: a second model's opinion of the cases
//! - `decision`: what each variant is worth by three profiles
//! - `report`: JSON, JUnit, HTML
//! - `experiment`: variants against a baseline, with a verdict each
//! - `tracking`: the same in MLflow

pub mod dataset;
pub mod variant;
pub mod observation;
pub mod runner;
pub mod journal;
pub use crate::telemetry::process;
pub mod metric;
mod quality;
mod latency;
pub mod cost;
pub mod golden;
pub mod judge;
pub mod decision;
pub mod summary;
pub mod gate;
pub mod experiment;
pub mod tracking;
pub mod report;
#[cfg(test)]
mod tests;

pub use observation::Observation;
