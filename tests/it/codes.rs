//! Every code that a caller can see is documented.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Names that look like codes and are none: variables of the build, names of protocols and of the proto.
const NO_CODES: &[&str] = &["CARGO_MANIFEST_DIR", "CARGO_PKG_VERSION", "OUT_DIR"];
const ROOMS: &[&str] = &[
    "basis",
    "coverage",
    "json_stream",
    "validation",
    "generation",
    "backend",
];

fn sources(room: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut files, mut folders) = (vec![root.join(format!("{room}.rs"))], vec![root.join(room)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
                files.push(path);
            }
        }
    }
    files
}

/// Quoted words in capitals with an underscore, outside of tests.
fn codes(text: &str) -> BTreeSet<String> {
    let code = text.lines().take_while(|line| !line.starts_with("mod tests {"));
    code.filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .filter(|word| word.contains('_') && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'))
        .filter(|word| !NO_CODES.contains(word) && !word.starts_with('_') && !word.starts_with("TEST_CASE_TYPE_"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_code_is_in_the_documents() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let documents = ["codes.md", "lint.md"].map(|name| fs::read_to_string(root.join(name)).unwrap());
    let used: BTreeSet<String> = ROOMS
        .iter()
        .flat_map(|room| sources(room))
        // The door has the names of the protocol as well; its own codes are all in one file.
        .chain([root.join("../src/rpc/status.rs"), root.join("../src/app.rs")])
        .filter_map(|path| fs::read_to_string(path).ok())
        .flat_map(|text| codes(&text))
        .collect();
    assert!(used.len() > 100, "the search finds codes: {}", used.len());
    let missing: Vec<&String> = used
        .iter()
        .filter(|code| !documents.iter().any(|text| text.contains(&format!("`{code}`"))))
        .collect();
    assert!(missing.is_empty(), "say in docs/codes.md what these mean: {missing:?}");
    let known = codes_of_page(&documents[0]);
    let stale: Vec<&String> = known
        .iter()
        .filter(|code| !used.contains(*code) && !documents[1].contains(&format!("`{code}`")))
        .filter(|code| !["DUPLICATE", "UNCHANGED"].contains(&code.as_str()))
        .collect();
    assert!(
        stale.is_empty(),
        "docs/codes.md tells of codes that nothing uses: {stale:?}"
    );
}

fn codes_of_page(page: &str) -> BTreeSet<String> {
    let words = page
        .lines()
        .filter(|line| line.starts_with('|'))
        .flat_map(|line| line.split('`').skip(1).step_by(2));
    words
        .filter(|word| word.contains('_') && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'))
        .map(str::to_owned)
        .collect()
}
