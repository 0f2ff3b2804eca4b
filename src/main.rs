//! Parse, run, exit code.

use clap::Parser as _;
use std::process::ExitCode;
use testgen::cli::args::Cli;

fn main() -> ExitCode {
    testgen::cli::run(&Cli::parse())
}
