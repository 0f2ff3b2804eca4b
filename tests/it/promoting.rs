//! `testgen prompts promote` in a folder of its own: what it writes, and what it refuses before it writes anything.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A copy of our prompts, and logs of decisions beside them; it goes when it is dropped.
struct Trial(PathBuf);

impl Trial {
    fn new(name: &str) -> Self {
        let root = std::env::temp_dir().join(format!("testgen-promoting-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/prompts");
        for folder in ["prompts", "prompts/history", "log"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        for folder in ["", "history"] {
            for entry in fs::read_dir(ours.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    fs::copy(&path, root.join("prompts").join(folder).join(path.file_name().unwrap())).unwrap();
                }
            }
        }
        Self(root)
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn hash(&self, name: &str) -> String {
        let digest = Sha256::digest(self.text(&format!("prompts/{name}.md")).as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn decided(&self, verdict: &str, hash: &str) {
        let line = json!({"time": "2026-01-02T03:04:05Z", "by": "experiment", "subject": "ollama/m/strict-v2",
            "against": "ollama/m/planned", "figure": "quality.lint_mean", "decision": verdict,
            "prompt": "strict-v2", "prompt_hash": hash});
        fs::write(self.0.join("log/decisions.jsonl"), format!("{line}\n")).unwrap();
    }

    fn promote(&self, arguments: &[&str]) -> Output {
        let path = |name: &str| self.0.join(name).display().to_string();
        Command::new(env!("CARGO_BIN_EXE_testgen"))
            .current_dir(&self.0)
            .args([
                "prompts",
                "promote",
                "strict-v2",
                "--folder",
                &path("prompts"),
                "--log",
                &path("log"),
            ])
            .args(["--iterations", &path("ITERATIONS.md")])
            .args(arguments)
            .output()
            .unwrap()
    }

    /// Every file with its text.
    fn files(&self) -> BTreeMap<PathBuf, String> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.0.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.insert(path.clone(), fs::read_to_string(path).unwrap());
                }
            }
        }
        found
    }

    #[track_caller]
    fn refuses(&self, arguments: &[&str], told: &str) {
        let before = self.files();
        let output = self.promote(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(told), "{told:?} is not in: {said}");
        assert_eq!(self.files(), before, "nothing is written");
    }

    #[track_caller]
    fn takes(&self, arguments: &[&str]) {
        let output = self.promote(arguments);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_decision_puts_a_prompt_into_use_and_everything_is_written_down() {
    let trial = Trial::new("decision");
    let before = trial.text("prompts/strict-v2.md");
    let rows = trial.text("prompts/CHANGELOG.md").lines().count();
    trial.refuses(&[], "there is no decision on it");
    trial.decided("candidate", &trial.hash("strict-v2"));
    trial.takes(&[]);
    assert_eq!(trial.text("prompts/history/strict-v2@1.md"), before);
    let after = trial.text("prompts/strict-v2.md");
    let reason = "In use: better than ollama/m/planned by quality.lint_mean (decided 2026-01-02T03:04:05Z).";
    for line in ["version = 2", "status = \"active\"", &format!("changed = \"{reason}\"")] {
        assert!(after.lines().any(|known| known == line), "{line}\n{after}");
    }
    let words = |text: &str| text.split_once("\n+++\n").unwrap().1.to_owned();
    assert_eq!(
        words(&after),
        words(&before),
        "what a model reads stays as it was measured"
    );
    let log = trial.text("prompts/CHANGELOG.md");
    let row = log
        .lines()
        .position(|line| line.starts_with("| strict-v2@2 | "))
        .unwrap();
    assert!(
        log.lines()
            .nth(row)
            .unwrap()
            .ends_with(&format!("| {} | {reason} |", &trial.hash("strict-v2")[..12]))
    );
    assert!(log.lines().nth(row + 1).unwrap().starts_with("| strict-v2@1 | "));
    assert_eq!(log.lines().count(), rows + 1);
    let decisions = trial.text("log/decisions.jsonl");
    let kept: Value = serde_json::from_str(decisions.lines().nth(1).unwrap()).unwrap();
    for (name, value) in [
        ("by", "prompts"),
        ("subject", "strict-v2@2"),
        ("decision", "promoted"),
        ("against", "ollama/m/planned"),
        ("earlier", "strict-v2@1"),
        ("prompt_hash", &trial.hash("strict-v2")),
    ] {
        assert_eq!(kept[name], value, "{kept:#}");
    }
    let iterations = trial.text("ITERATIONS.md");
    let row = iterations.lines().last().unwrap();
    assert!(
        row.contains("| prompts | strict-v2@2 | ollama/m/planned | quality.lint_mean | promoted | "),
        "{row}"
    );
    // The folder agrees with itself still, and what is in use is not promoted again.
    trial.refuses(&["--because", "again"], "strict-v2@2 is active already");
}

#[test]
fn a_regression_or_another_text_promotes_nothing_whatever_else_is_said() {
    let trial = Trial::new("regression");
    trial.decided("regression", &trial.hash("strict-v2"));
    trial.refuses(&[], "it was found worse");
    trial.refuses(&["--because", "I like it"], "it was found worse");
    trial.decided("inconclusive", &trial.hash("strict-v2"));
    trial.refuses(&[], "no decision says candidate");
    trial.decided("candidate", &trial.hash("planned"));
    trial.refuses(&[], "measured another text");
    trial.refuses(&["--decision", "2026-01-02T03:04:05Z"], "measured another text");
    trial.refuses(&["--because", "one | two"], "the reason has to be one line without |");
    trial.takes(&["--because", "Shorter, and as good in review."]);
    let after = trial.text("prompts/strict-v2.md");
    assert!(
        after.contains("changed = \"In use: Shorter, and as good in review.\""),
        "{after}"
    );
}

#[test]
fn a_changelog_that_does_not_agree_with_the_files_is_refused() {
    let trial = Trial::new("changelog");
    trial.decided("candidate", &trial.hash("strict-v2"));
    let log = trial.0.join("prompts/CHANGELOG.md");
    let right = fs::read_to_string(&log).unwrap();
    // The words of another prompt changed without a new version.
    let other = trial.text("prompts/improved-v1.md");
    fs::write(trial.0.join("prompts/improved-v1.md"), format!("{other}\nBe brief.\n")).unwrap();
    trial.refuses(&[], "this row is missing, or other: | improved-v1@1 | ");
    fs::write(trial.0.join("prompts/improved-v1.md"), other).unwrap();
    fs::write(&log, right.replace("| strict-v2@1 ", "| strict-v2@3 ")).unwrap();
    trial.refuses(&[], "this row belongs to no file: | strict-v2@3 | ");
    fs::write(&log, &right).unwrap();
    fs::remove_file(trial.0.join("prompts/history/planned@1.md")).unwrap();
    trial.refuses(&[], "history/planned@1.md is missing");
    fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("data/prompts/history/planned@1.md"),
        trial.0.join("prompts/history/planned@1.md"),
    )
    .unwrap();
    // A version may be any number, and what is missing before it is told ten times at most.
    let file = trial.0.join("prompts/strict-v2.md");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("version = 1", "version = 4294967295")).unwrap();
    trial.refuses(&[], "history/strict-v2@10.md is missing");
    fs::write(&file, text).unwrap();
    // Something else stands where the version before is to be kept.
    let kept = trial.0.join("prompts/history/strict-v2@1.md");
    let text = trial.text("prompts/strict-v2.md");
    fs::write(&kept, format!("{text}\n")).unwrap();
    trial.refuses(&[], "this row is missing, or other: | strict-v2@1 | ");
    // Broken off after the copy was made: it is taken up again.
    fs::write(&kept, &text).unwrap();
    trial.takes(&["--dry-run"]);
    assert_eq!(trial.text("prompts/strict-v2.md"), text);
    trial.takes(&[]);
}

#[test]
fn a_log_that_cannot_be_written_puts_nothing_into_use() {
    let trial = Trial::new("unwritable");
    trial.decided("candidate", &trial.hash("strict-v2"));
    // A folder stands where the log of iterations is to be.
    let iterations = trial.0.join("ITERATIONS.md");
    fs::create_dir(&iterations).unwrap();
    let prompts = |trial: &Trial| {
        let mut files = trial.files();
        files.retain(|path, _| path.starts_with(trial.0.join("prompts")));
        files
    };
    let (before, decisions) = (prompts(&trial), trial.text("log/decisions.jsonl"));
    let output = trial.promote(&[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("ITERATIONS.md cannot be written"), "{said}");
    assert_eq!(prompts(&trial), before, "no prompt was changed");
    assert_eq!(trial.text("log/decisions.jsonl"), decisions);
    // Once it can be written, the same call does all of it.
    fs::remove_dir(&iterations).unwrap();
    trial.takes(&[]);
    assert_eq!(trial.text("log/decisions.jsonl").lines().count(), 2);
    assert!(trial.text("ITERATIONS.md").starts_with("# Iterations"));
}

#[test]
fn a_name_that_is_no_prompt_is_told_before_any_decision_is_looked_for() {
    let trial = Trial::new("name");
    fs::rename(trial.0.join("prompts/strict-v2.md"), trial.0.join("strict-v2.md")).unwrap();
    let log = trial.0.join("prompts/CHANGELOG.md");
    let rows = fs::read_to_string(&log).unwrap();
    let kept: Vec<&str> = rows.lines().filter(|line| !line.starts_with("| strict-v2@")).collect();
    fs::write(&log, kept.join("\n") + "\n").unwrap();
    for arguments in [&[][..], &["--because", "I like it"]] {
        trial.refuses(arguments, "is not in ");
    }
}

/// From an evaluation to a prompt in use, by the commands alone. The two variants are the rules' own cases under names of
/// models, the baseline with a lower score, since no model is asked here.
#[test]
fn what_an_experiment_decides_is_what_a_promotion_reads() {
    let trial = Trial::new("experiment");
    let out = trial.0.join("eval");
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_testgen"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(
            output.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    run(&[
        "evaluate",
        "--backend",
        "rules",
        "--count",
        "40",
        "--concurrency",
        "4",
        "--out",
        out.to_str().unwrap(),
    ]);
    let path = out.join("results.json");
    let mut results: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let (mut variants, mut observations) = (Vec::new(), Vec::new());
    for (prompt, less) in [("planned", 3), ("strict-v2", 0)] {
        let name = format!("ollama/m/{prompt}");
        let mut variant = results["variants"][0].clone();
        variant["name"] = json!(name);
        variant["variant"] = json!({"backend": "ollama", "model": "m", "digest": "", "prompt": prompt,
            "prompt_hash": trial.hash(prompt)});
        variants.push(variant);
        for seen in results["observations"].as_array().unwrap() {
            let mut seen = seen.clone();
            seen["variant"] = json!(name);
            for case in seen["cases"].as_array_mut().unwrap() {
                case["score"] = json!(case["score"].as_u64().unwrap() - less);
            }
            observations.push(seen);
        }
    }
    results["variants"] = json!(variants);
    results["observations"] = json!(observations);
    fs::write(&path, results.to_string()).unwrap();
    let (log, iterations) = (trial.0.join("log"), trial.0.join("ITERATIONS.md"));
    run(&[
        "experiment",
        "--results",
        path.to_str().unwrap(),
        "--log",
        log.to_str().unwrap(),
        "--iterations",
        iterations.to_str().unwrap(),
    ]);
    trial.takes(&[]);
    let rows = trial.text("ITERATIONS.md");
    let rows: Vec<&str> = rows.lines().rev().take(2).collect();
    assert!(rows[1].contains("| experiment | ollama/m/strict-v2 | ollama/m/planned | quality.lint_mean | candidate |"));
    assert!(
        rows[0].contains("| prompts | strict-v2@2 | ollama/m/planned | quality.lint_mean | promoted |"),
        "{rows:?}"
    );
}
