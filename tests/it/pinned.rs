//! What is pinned in two places is pinned to the same: what a deployment runs is what the tests ran.

use std::fs;
use std::path::Path;

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Each version that follows a mark in a file; there has to be one.
fn versions(path: &str, mark: &str) -> Vec<String> {
    let text = text(path);
    let found: Vec<String> = text
        .match_indices(mark)
        .map(|(at, _)| {
            let rest = text[at + mark.len()..].chars();
            let version: String = rest.take_while(|next| next.is_ascii_digit() || *next == '.').collect();
            version.trim_end_matches('.').to_owned()
        })
        .collect();
    assert!(
        !found.is_empty() && !found.contains(&String::new()),
        "{path}: no version after {mark:?}"
    );
    found
}

#[track_caller]
fn the_same(places: &[(&str, &str)]) {
    let wanted = versions(places[0].0, places[0].1)[0].clone();
    for (path, mark) in places {
        for version in versions(path, mark) {
            assert_eq!(version, wanted, "{path}, after {mark:?}, differs from {}", places[0].0);
        }
    }
}

#[test]
fn the_mlflow_of_the_stack_is_the_one_that_tracking_is_tested_with() {
    the_same(&[
        (".ci/run", "mlflow=="),
        ("docker-compose.yml", "ghcr.io/mlflow/mlflow:v"),
    ]);
}

#[test]
fn one_toolchain_builds_the_image_and_runs_the_tests() {
    the_same(&[
        ("Dockerfile", "FROM rust:"),
        (".github/workflows/test.yml", "rustup toolchain install "),
        (".github/workflows/test.yml", "rustup default "),
        (".github/workflows/evaluate.yml", "rustup toolchain install "),
        (".github/workflows/evaluate.yml", "rustup default "),
    ]);
}

#[test]
fn the_oldest_toolchain_is_the_one_that_the_readme_names() {
    the_same(&[
        ("Cargo.toml", "rust-version = \""),
        ("README.md", "With a Rust toolchain ("),
    ]);
}
