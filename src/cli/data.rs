//! `testgen data`: the files of `data/` checked, cleaned, freed of personal data and split. No model, no service.

use super::args::{DataCheck, DataCommand, DataRewrite, DataSplit, Output};
use super::terminal;
use super::trouble::Trouble;
use crate::dataset::{self, Change, MOST_BYTES, MOST_FILES, Source};
use serde_json::Value;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Where the project's own data lies.
const USUAL: &str = "data";
/// Folders nest no deeper.
const DEEPEST: usize = 8;

/// Runs one of them.
pub(super) fn run(command: &DataCommand) -> Result<(), Trouble> {
    match command {
        DataCommand::Check(args) => check(args),
        DataCommand::Clean(args) => rewrite(args, dataset::clean),
        DataCommand::Scrub(args) => rewrite(args, dataset::scrub),
        DataCommand::Split(args) => split(args),
    }
}

fn check(args: &DataCheck) -> Result<(), Trouble> {
    let usual = [PathBuf::from(USUAL)];
    let paths = if args.paths.is_empty() { &usual[..] } else { &args.paths };
    let mut files = Vec::new();
    for path in paths {
        collect(path, 0, &mut files)?;
    }
    if files.is_empty() {
        return Err(Trouble::Wrong("PATH: there is no .json file to check".to_owned()));
    }
    let mut sources = Vec::with_capacity(files.len());
    for path in files {
        sources.push(Source {
            bytes: bytes(&path)?,
            path: path.display().to_string(),
        });
    }
    let report = dataset::check(&sources);
    if let Some(path) = &args.metrics {
        write_json(path, &serde_json::json!(report.counts))?;
    }
    let mut out = io::stdout().lock();
    match args.output {
        Output::Json | Output::Jsonl => {
            let text = serde_json::to_string_pretty(&report).map_err(io::Error::other)?;
            writeln!(out, "{text}")?;
        }
        Output::Text => {
            for finding in &report.findings {
                let level = if finding.level == dataset::Level::Error {
                    "error"
                } else {
                    "warning"
                };
                let place = format!("{}#{}", finding.file, finding.pointer);
                let line = format!("{level}  {place}  {}  {}", finding.code, finding.message);
                writeln!(out, "{}", terminal::safe(&line))?;
            }
            for (name, count) in &report.counts {
                writeln!(out, "{count:>7}  {}", name.replace('_', " "))?;
            }
        }
    }
    let errors = report.counts.get("errors").copied().unwrap_or(0);
    if report.has_errors() {
        return Err(Trouble::Failed(format!(
            "{errors} errors: the files must not be used as they are"
        )));
    }
    Ok(())
}

fn rewrite(args: &DataRewrite, work: fn(&mut Value) -> Vec<Change>) -> Result<(), Trouble> {
    refuse_same(&args.from, &args.to)?;
    let mut document = document(&args.from)?;
    let changes = work(&mut document);
    write_json(&args.to, &document)?;
    let mut out = io::stdout().lock();
    for change in &changes {
        let line = format!("{}  {}", change.pointer, change.what);
        writeln!(out, "{}", terminal::safe(&line))?;
    }
    writeln!(out, "{} changes", changes.len())?;
    Ok(())
}

fn split(args: &DataSplit) -> Result<(), Trouble> {
    let document = document(&args.from)?;
    if !document.is_array() {
        return Err(Trouble::Wrong(format!(
            "{}: it is no array of stories",
            args.from.display()
        )));
    }
    let halves = dataset::split(&document, usize::from(args.held_out), args.seed);
    let counts = (halves.dev.len(), halves.held_out.len());
    for (name, half) in [("dev.json", halves.dev), ("held_out.json", halves.held_out)] {
        let path = args.to.join(name);
        refuse_same(&args.from, &path)?;
        write_json(&path, &Value::Array(half))?;
    }
    writeln!(io::stdout().lock(), "{} dev, {} held out", counts.0, counts.1)?;
    Ok(())
}

// === files ===

/// The files that a path stands for, in the order of their names.
fn collect(path: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Trouble> {
    let metadata = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if !metadata.is_dir() {
        files.push(path.to_owned());
    } else if depth < DEEPEST {
        let entries = fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
        let mut inside: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        inside.sort();
        for path in inside {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            // What the pipeline and evaluations write are results and no data sets.
            let is_result = depth == 0 && ["build", "eval"].contains(&name);
            let is_data = name.ends_with(".json") && !name.ends_with(".schema.json");
            if (path.is_dir() && !is_result) || is_data {
                collect(&path, depth + 1, files)?;
            }
        }
    }
    if files.len() > MOST_FILES {
        return Err(Trouble::Wrong(format!("PATH: more than {MOST_FILES} files")));
    }
    Ok(())
}

fn bytes(path: &Path) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    file.take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(unreadable(path, &"it is longer than 64 MiB"));
    }
    Ok(bytes)
}

fn document(path: &Path) -> Result<Value, Trouble> {
    serde_json::from_slice(&bytes(path)?).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, reason: &dyn std::fmt::Display) -> Trouble {
    Trouble::Wrong(format!("{} cannot be read: {reason}", path.display()))
}

/// Raw data stays as it is.
fn refuse_same(from: &Path, to: &Path) -> Result<(), Trouble> {
    let same = fs::canonicalize(to).is_ok_and(|to| fs::canonicalize(from).is_ok_and(|from| from == to));
    if same {
        return Err(Trouble::Wrong(format!(
            "{}: it is the file that is read; name another one",
            to.display()
        )));
    }
    Ok(())
}

/// Writes beside the target first, so that a half-written file is never taken for a whole one.
fn write_json(path: &Path, document: &Value) -> Result<(), Trouble> {
    let failed =
        |error: &dyn std::fmt::Display| Trouble::Failed(format!("{} cannot be written: {error}", path.display()));
    let mut text = serde_json::to_vec_pretty(document).map_err(|error| failed(&error))?;
    text.push(b'\n');
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let written = fs::write(&part, text).and_then(|()| fs::rename(&part, path));
    written.map_err(|error| {
        // What was written so far is of no use to anybody.
        let _ = fs::remove_file(&part);
        failed(&error)
    })
}
