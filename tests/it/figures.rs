//! The figures of the embedded rules that are committed are those that the code gives.

use std::path::PathBuf;
use std::process::Command;

const KEPT: &str = "data/eval/figures.json";

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("testgen-figures-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn evaluate(out: &std::path::Path, arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_testgen"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["evaluate", "--fresh", "--out", out.to_str().unwrap()])
        .args(arguments)
        .output()
        .unwrap()
}

/// As `dvc repro` makes them, but from the raw file: its `dev` stories are those of the split, and `tests/peers/dvc.sh` holds
/// the two to be the same. Several at once, since no figure among them knows time.
#[test]
fn committed_figures_are_those_of_the_code() {
    let folder = folder("kept");
    let figures = folder.join("figures.json");
    let output = evaluate(
        &folder,
        &[
            "--backend",
            "rules",
            "--concurrency",
            "4",
            "--figures",
            figures.to_str().unwrap(),
        ],
    );
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let (made, kept) = (
        read(&figures),
        read(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(KEPT)),
    );
    std::fs::remove_dir_all(folder).unwrap();
    assert!(
        made.len() > 30 && made.keys().all(|name| !name.starts_with("latency.")),
        "{made:?}"
    );
    assert_eq!(
        kept, made,
        "{KEPT} is not what the code gives. If the rules are meant to have changed:\n    \
         cargo run -- evaluate --backend rules --fresh --out data/build/eval --figures {KEPT}\n"
    );
}

fn read(path: &std::path::Path) -> std::collections::BTreeMap<String, f64> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn figures_of_several_variants_are_refused_before_anything_runs() {
    let folder = folder("several");
    let figures = folder.join("figures.json");
    let output = evaluate(
        &folder,
        &[
            "--backend",
            "rules",
            "--backend",
            "rules",
            "--figures",
            figures.to_str().unwrap(),
        ],
    );
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(
        told.contains("--figures has the figures of one variant; 2 are evaluated"),
        "{told}"
    );
    assert!(!figures.exists());
    std::fs::remove_dir_all(folder).unwrap();
}
