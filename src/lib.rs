//! TestGen turns a user story into test cases that a tester would run, and streams each one the moment it is whole and
//! checked. The flow, in the order of the modules:
//!
//! ```text
//! story + criteria -> basis -> coverage items -> task (basis, plan, prompt)
//!   -> token stream (ollama | openai | rules) -> json_stream: whole objects, repaired
//!   -> validation: evidence, lint, duplicates -> the generation's event log
//!   -> any number of readers: gRPC stream, gRPC unary, command line
//! ```
//!
//! A stage imports the thing it receives, never the stage that comes next. Only [`generation`] knows the order.

pub mod story;
pub mod basis;
pub mod coverage;
pub mod privacy;
pub mod retrieval;
pub mod prompt;
pub mod backend;
pub mod json_stream;
pub mod validation;
pub mod revision;
pub mod test_case;
pub mod generation;
pub mod statistics;
pub mod error;
pub mod config;
pub mod telemetry;
pub mod app;
pub mod dataset;
pub mod rpc;
pub mod server;
pub mod evaluation;
pub mod review;
pub mod experiment;
pub mod cli;
