//! What the tests share.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    unreachable_pub,
    dead_code,
    unused_imports,
    reason = "tests fail by panicking, and not every test uses all of it"
)]

pub mod answers;
pub mod collector;
pub mod fake_ollama;
pub mod lines;
pub mod service;
pub mod story_cases;
