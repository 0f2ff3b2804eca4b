//! A prompt variant is put into use: its file gets the next version with the status `active`, the file of the version
//! before goes to `history/`, and the log of what changed gets a row.
//!
//! What it refuses: a folder whose log and files do not agree (a row would be added to what is wrong already), a variant that
//! is in use, and a head that it cannot change line by line. Why a variant is promoted is for others to judge.

use super::catalog::{Catalog, CatalogError, Status, Variant, read, texts};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The log of what changed, in a folder of prompts.
pub const LOG: &str = "CHANGELOG.md";
/// The folder of earlier versions, in a folder of prompts.
const HISTORY: &str = "history";
/// Most missing versions of one variant that are told.
const MOST_MISSING: usize = 10;

/// A folder of prompts: the variants, their earlier versions, and what its log says of them.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    variants: Vec<Variant>,
    earlier: Vec<Variant>,
    log: String,
}

/// A variant that can be put into use: what is there, and what takes its place.
#[derive(Debug)]
pub struct Promotion {
    /// As it is.
    pub before: Variant,
    /// As it will be: the next version, in use, with the same words for the model.
    pub after: Variant,
    folder: PathBuf,
    log: String,
}

impl Folder {
    /// Reads a folder, and tries out each variant in it.
    ///
    /// # Errors
    /// The first file that cannot be read or used, and every row of the log that does not agree with the files.
    pub fn read(path: &Path) -> Result<Self, CatalogError> {
        Catalog::embedded()?.with_folder(path)?;
        let variants: Vec<Variant> = texts(path)?
            .iter()
            .map(|(name, text)| read(name, text).map(|(variant, ..)| variant))
            .collect::<Result<_, _>>()?;
        let history = path.join(HISTORY);
        let mut earlier = Vec::new();
        for (label, text) in if history.exists() { texts(&history)? } else { Vec::new() } {
            let name = label.split_once('@').map_or(label.as_str(), |(name, _)| name);
            let (variant, ..) = read(name, &text)?;
            if variant.label() != label {
                let reason = format!("{HISTORY}/{label}.md has {}", variant.label());
                return Err(wrong(&label, reason));
            }
            // Copied by a promotion that was broken off before it changed anything.
            if !variants.contains(&variant) {
                earlier.push(variant);
            }
        }
        let log = path.join(LOG);
        let log = fs::read_to_string(&log)
            .map_err(|error| wrong(&log.display().to_string(), format!("cannot be read: {error}")))?;
        let folder = Self {
            path: path.to_owned(),
            variants,
            earlier,
            log,
        };
        let faults = faults(&folder.log, &folder.variants, &folder.earlier);
        if faults.is_empty() {
            return Ok(folder);
        }
        let reason = format!("does not agree with the files:\n  {}", faults.join("\n  "));
        Err(wrong(&path.join(LOG).display().to_string(), reason))
    }

    /// A variant by its name.
    ///
    /// # Errors
    /// There is none; the error names those that there are.
    pub fn variant(&self, name: &str) -> Result<&Variant, CatalogError> {
        let found = self.variants.iter().find(|variant| variant.name == name);
        found.ok_or_else(|| {
            let names: Vec<&str> = self.variants.iter().map(|variant| variant.name.as_str()).collect();
            let there = names.join(", ");
            wrong(name, format!("is not in {}; there are: {there}", self.path.display()))
        })
    }

    /// What putting a variant into use would make of the folder; nothing is written yet. `date`: ISO 8601. `changed`: why,
    /// in one line without `|`.
    ///
    /// # Errors
    /// There is no such variant, it is in use, the reason does not fit a row, or its head cannot be changed.
    pub fn promotion(&self, name: &str, date: &str, changed: &str) -> Result<Promotion, CatalogError> {
        let before = self.variant(name)?;
        if before.status == Status::Active {
            return Err(wrong(name, format!("{} is active already", before.label())));
        }
        if changed.trim().is_empty() || changed.contains(['|', '\n', '\r']) {
            return Err(wrong(name, "the reason has to be one line without |".to_owned()));
        }
        let text = with_head(&before.text, before.version.saturating_add(1), date, changed);
        let after = text.and_then(|text| read(name, &text).ok().map(|(variant, ..)| variant));
        let as_meant = |after: &Variant| {
            Some(after.version) == before.version.checked_add(1)
                && after.status == Status::Active
                && (after.date.as_str(), after.changed.as_str()) == (date, changed)
                && after.examples == before.examples
                && body(&after.text) == body(&before.text)
        };
        let after = after.filter(as_meant).ok_or_else(|| {
            let wanted = "head: version, status, date and changed have to stand there once, each on a line of its own";
            wrong(name, wanted.to_owned())
        })?;
        Ok(Promotion {
            log: with_row(&self.log, &after),
            before: before.clone(),
            after,
            folder: self.path.clone(),
        })
    }
}

impl Promotion {
    /// Where the version before is kept.
    #[must_use]
    pub fn kept(&self) -> PathBuf {
        let history = self.folder.join(HISTORY);
        history.join(format!("{}.md", self.before.label()))
    }

    /// Writes the version before into the history, the row, and the variant last. After an end in its middle, the log or the
    /// history says what is missing.
    ///
    /// # Errors
    /// A file cannot be written, or another one stands where the version before is to be kept; the error names it.
    pub fn write(&self) -> io::Result<()> {
        let kept = self.kept();
        fs::create_dir_all(self.folder.join(HISTORY)).map_err(|error| named(&kept, &error))?;
        match fs::read_to_string(&kept) {
            Ok(text) if text == self.before.text => {}
            Ok(_) => {
                let other = io::Error::new(io::ErrorKind::AlreadyExists, "another text is kept there");
                return Err(named(&kept, &other));
            }
            Err(_) => replace(&kept, &self.before.text)?,
        }
        replace(&self.folder.join(LOG), &self.log)?;
        replace(&self.folder.join(format!("{}.md", self.after.name)), &self.after.text)
    }
}

/// What in a log of prompts does not agree with the files: rows that are missing or other, rows without a file, and versions
/// that are in no file.
#[must_use]
pub fn faults(log: &str, variants: &[Variant], earlier: &[Variant]) -> Vec<String> {
    let wanted: Vec<String> = variants.iter().chain(earlier).map(row).collect();
    let rows: Vec<&str> = log.lines().filter(|line| is_row(line)).collect();
    let mut faults: Vec<String> = wanted
        .iter()
        .filter(|row| !rows.contains(&row.as_str()))
        .map(|row| format!("this row is missing, or other: {row}"))
        .collect();
    let strange = rows.iter().filter(|row| !wanted.iter().any(|known| known == *row));
    faults.extend(strange.map(|row| format!("this row belongs to no file: {row}")));
    for variant in variants {
        let labels = (1..variant.version).map(|version| format!("{}@{version}", variant.name));
        let missing = labels.filter(|label| !earlier.iter().any(|known| known.label() == *label));
        // A version may be any number.
        faults.extend(
            missing
                .take(MOST_MISSING)
                .map(|label| format!("{HISTORY}/{label}.md is missing")),
        );
    }
    faults
}

/// A version as a row of the log.
fn row(variant: &Variant) -> String {
    let (label, hash) = (variant.label(), &variant.hash[..12]);
    format!("| {label} | {} | {hash} | {} |", variant.date, variant.changed)
}

fn is_row(line: &str) -> bool {
    let name = line.strip_prefix("| ").and_then(|rest| rest.split(' ').next());
    name.is_some_and(|name| name.contains('@'))
}

/// The log with a row more: above the other versions of the variant, or at the end of the table.
fn with_row(log: &str, variant: &Variant) -> String {
    let mut lines: Vec<&str> = log.lines().collect();
    let row = row(variant);
    let of_it = format!("| {}@", variant.name);
    let newest = lines.iter().position(|line| line.starts_with(&of_it));
    let last = || lines.iter().rposition(|line| is_row(line)).map(|at| at + 1);
    let at = newest.or_else(last).unwrap_or(lines.len());
    lines.insert(at, &row);
    lines.join("\n") + "\n"
}

/// A file with another version, status, date and reason; `None` where one of them does not stand on a line of its own, once.
fn with_head(text: &str, version: u32, date: &str, changed: &str) -> Option<String> {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let (head, rest) = text.strip_prefix("+++\n")?.split_once("\n+++\n")?;
    let mut lines: Vec<String> = head.lines().map(str::to_owned).collect();
    for (key, value) in [
        ("version", version.to_string()),
        ("status", quoted(Status::Active.as_str())),
        ("date", quoted(date)),
        ("changed", quoted(changed)),
    ] {
        let is_it = |line: &String| line.split_once('=').is_some_and(|(name, _)| name.trim() == key);
        let at = lines.iter().position(is_it)?;
        if lines[at + 1..].iter().any(is_it) {
            return None;
        }
        lines[at] = format!("{key} = {value}");
    }
    Some(format!("+++\n{}\n+++\n{rest}", lines.join("\n")))
}

/// What a model reads of a file.
fn body(text: &str) -> Option<&str> {
    text.split_once("\n+++\n").map(|(_, body)| body)
}

/// Written aside and renamed, so that there is never half of it.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let aside = path.with_extension("md.tmp");
    let written = fs::File::create(&aside)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&aside, path));
    written.map_err(|error| named(path, &error))
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{} cannot be written: {error}", path.display()))
}

fn wrong(name: &str, reason: String) -> CatalogError {
    CatalogError {
        name: name.to_owned(),
        reason,
    }
}
