//! Parse, run, exit code.

use clap::Parser as _;
use std::process::ExitCode;
use testgen::cli::args::Cli;

/// Many streams that come and go leave memory in pieces: this allocator gives it back, the system's does so late.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    testgen::cli::run(&Cli::parse())
}
