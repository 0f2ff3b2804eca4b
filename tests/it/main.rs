//! One test binary for everything that goes through a door.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that fails says so by panicking"
)]

mod support;
mod architecture;
mod service;
mod suite_calls;
mod codes;
mod data_files;
mod dashboards;
mod pinned;
mod resume;
mod overload;
mod ends;
mod faults;
mod story_set;
mod ollama_backend;
mod ollama_service;
mod openai_backend;
mod openai_service;
mod pool;
mod pulling;
mod prompting;
mod promoting;
mod secrets;
mod masking;
mod injection;
mod fuzzed;
mod evaluation;
mod figures;
mod judge;
mod model_policy;
mod ensemble;
mod online;
mod browser;
mod tls;
mod traces;
mod telemetry;
mod worded_by_rules;
