//! The rules that keep the flow visible (ARCHITECTURE.md), held against the source.

use std::fs;
use std::path::{Path, PathBuf};

/// A room, and what may not be named in it.
const NEVERS: &[(&str, &[&str], &str)] = &[
    (
        "story",
        &[
            "basis",
            "coverage",
            "prompt",
            "backend",
            "json_stream",
            "validation",
            "generation",
        ],
        "a stage never imports the next",
    ),
    (
        "basis",
        &[
            "coverage",
            "prompt",
            "backend",
            "json_stream",
            "validation",
            "generation",
        ],
        "a stage never imports the next",
    ),
    (
        "coverage",
        &["prompt", "backend", "json_stream", "validation", "generation"],
        "a stage never imports the next",
    ),
    (
        "retrieval",
        &[
            "coverage",
            "prompt",
            "backend",
            "json_stream",
            "validation",
            "generation",
            "config",
        ],
        "a stage never imports the next",
    ),
    (
        "prompt",
        &["backend", "json_stream", "validation", "generation"],
        "a stage never imports the next",
    ),
    (
        "backend",
        &["prompt", "json_stream", "validation", "generation"],
        "a stage never imports the next",
    ),
    (
        "json_stream",
        &[
            "story",
            "basis",
            "coverage",
            "prompt",
            "backend",
            "validation",
            "test_case",
            "generation",
        ],
        "it knows nothing of ours",
    ),
    (
        "validation",
        &["prompt", "backend", "generation"],
        "a stage never imports the next",
    ),
    (
        "revision",
        &["prompt", "backend", "json_stream", "generation"],
        "a stage never imports the next",
    ),
    (
        "generation",
        &["app", "rpc", "server", "cli", "config"],
        "the flow never knows a door",
    ),
    (
        "generation",
        &["experiment", "evaluation", "review"],
        "the flow never knows who counts it",
    ),
    (
        "review",
        &["app", "rpc", "server", "cli", "config", "generation", "backend"],
        "it reads what an evaluation left behind",
    ),
    (
        "rpc",
        &["basis::parse", "coverage::plan", "prompt::Catalog"],
        "a door holds no logic",
    ),
];

const STAGES: &[&str] = &[
    "story",
    "basis",
    "coverage",
    "retrieval",
    "prompt",
    "backend",
    "json_stream",
    "validation",
    "revision",
    "test_case",
    "generation",
    "error",
];

fn sources(room: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![root.join(format!("{room}.rs"))];
    let mut folders = vec![root.join(room)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files
        .into_iter()
        .filter_map(|path| fs::read_to_string(&path).ok().map(|text| (path, text)))
        .collect()
}

/// The lines of code that are no comment and no test.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .take_while(|line| !line.starts_with("mod tests {"))
        .filter(|line| !line.trim_start().starts_with("//"))
}

fn violations(room: &str, allowed: impl Fn(&Path) -> bool, is_wrong: impl Fn(&str) -> bool) -> Vec<String> {
    let sources = sources(room);
    assert!(!sources.is_empty(), "there is no room {room}");
    sources
        .iter()
        .filter(|(path, _)| !path.to_string_lossy().contains("tests") && !allowed(path))
        .flat_map(|(path, text)| {
            code(text)
                .filter(|line| is_wrong(line))
                .map(|line| format!("{}: {}", path.display(), line.trim()))
        })
        .collect()
}

#[test]
fn no_room_names_what_it_must_not_know() {
    for (room, forbidden, why) in NEVERS {
        let found = violations(room, |_| false, |line| forbidden.iter().any(|name| names(line, name)));
        assert!(found.is_empty(), "{room}: {why}\n{}", found.join("\n"));
    }
}

/// Whether a line names `crate::room` as a whole path segment.
fn names(line: &str, room: &str) -> bool {
    line.match_indices(&format!("crate::{room}"))
        .any(|(at, found)| !line[at + found.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '_'))
}

#[test]
fn no_stage_knows_tonic_or_the_proto() {
    for room in STAGES {
        let found = violations(
            room,
            |_| false,
            |line| line.contains("tonic") || line.contains("rpc::pb") || line.contains("prost"),
        );
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

#[test]
fn the_pure_rooms_never_await_and_never_touch_the_clock() {
    for room in ["story", "basis", "coverage", "json_stream", "validation", "test_case"] {
        let wrong = |line: &str| {
            [".await", "async ", "Instant", "SystemTime", "tokio"]
                .iter()
                .any(|word| line.contains(word))
        };
        let found = violations(room, |_| false, wrong);
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

#[test]
fn statuses_are_made_in_one_place_and_the_environment_is_read_in_one_place() {
    for room in ["rpc", "server", "app", "cli", "generation", "backend", "telemetry"] {
        let found = violations(
            room,
            |path| path.ends_with("rpc/status.rs"),
            |line| line.contains("Status::new(") || line.contains("Status::with_"),
        );
        assert!(found.is_empty(), "{}", found.join("\n"));
        let found = violations(room, |_| false, |line| line.contains("env::var"));
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}
