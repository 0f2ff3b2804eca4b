//! The project's own data files are sound, and the door to them tells what is wrong.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn testgen(arguments: &[&str]) -> Output {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut command = Command::new(env!("CARGO_BIN_EXE_testgen"));
    command.current_dir(root).args(arguments).output().unwrap()
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("testgen-data-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn shown(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn our_own_files_have_no_error() {
    let output = testgen(&["data", "check", "--output", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{:#}", report["findings"]);
    assert!(report["counts"]["stories"].as_u64().unwrap() >= 120);
    assert!(report["counts"]["examples"].as_u64().unwrap() >= 60);
}

#[test]
fn a_file_with_personal_data_fails_until_it_is_scrubbed() {
    let folder = folder("scrub");
    let (raw, new) = (folder.join("raw.json"), folder.join("new.json"));
    let story = r#"[{"id":"B-01","domain":"shop","user_story":"As jo@firm.co I want to see my orders at once","acceptance_criteria":[]}]"#;
    std::fs::write(&raw, story).unwrap();
    let checked = testgen(&["data", "check", shown(&raw)]);
    let said = String::from_utf8(checked.stdout).unwrap();
    assert_eq!(checked.status.code(), Some(1));
    assert!(said.contains("raw.json#/0/user_story  PERSONAL_DATA"), "{said}");
    assert!(!said.contains("jo@firm.co"), "{said}");
    assert_eq!(
        testgen(&["data", "scrub", shown(&raw), shown(&raw)]).status.code(),
        Some(2)
    );
    assert_eq!(
        testgen(&["data", "scrub", shown(&raw), shown(&new)]).status.code(),
        Some(0)
    );
    assert_eq!(testgen(&["data", "check", shown(&new)]).status.code(), Some(0));
    assert_eq!(std::fs::read_to_string(&raw).unwrap(), story);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_cannot_be_read_is_told_with_its_name() {
    let output = testgen(&["data", "check", "no/such/file.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no/such/file.json cannot be read"));
}
