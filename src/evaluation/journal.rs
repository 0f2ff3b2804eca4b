//! What is finished: one line of JSON a cell, written as soon as it has ended. An evaluation that was broken off reads it
//! and goes on; a line that was broken off with it is left out. The cache is the same by key, shared between evaluations.

use super::observation::Observation;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

/// What has a key of its own.
pub trait Keyed: Clone + Serialize + DeserializeOwned {
    /// The key.
    fn key(&self) -> &str;
}

impl Keyed for Observation {
    fn key(&self) -> &str {
        &self.key
    }
}

/// The finished cells of an evaluation, or what else is finished one by one.
#[derive(Debug)]
pub struct Journal<T = Observation> {
    finished: HashMap<String, T>,
    file: Option<File>,
    cache: Option<PathBuf>,
}

impl<T: Keyed> Journal<T> {
    /// A journal that is forgotten with the process.
    #[must_use]
    pub fn in_memory() -> Self {
        Self {
            finished: HashMap::new(),
            file: None,
            cache: None,
        }
    }

    /// Opens the journal of a folder, and reads what is finished unless it is to begin anew.
    ///
    /// # Errors
    /// The folder cannot be made, or the file not read or written.
    pub fn open(folder: &Path, anew: bool, cache: Option<PathBuf>) -> io::Result<Self> {
        Self::open_file(folder, "journal.jsonl", anew, cache)
    }

    /// The same with a file of this name.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn open_file(folder: &Path, name: &str, anew: bool, cache: Option<PathBuf>) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        if let Some(cache) = &cache {
            fs::create_dir_all(cache)?;
        }
        let path = folder.join(name);
        let mut finished = HashMap::new();
        let mut torn = false;
        if !anew && path.exists() {
            for line in BufReader::new(File::open(&path)?).lines() {
                torn = true;
                if let Ok(seen) = serde_json::from_str::<T>(&line?) {
                    torn = false;
                    finished.insert(seen.key().to_owned(), seen);
                }
            }
        }
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        if anew {
            fs::remove_file(&path).or_else(|error| match error.kind() {
                io::ErrorKind::NotFound => Ok(()),
                _ => Err(error),
            })?;
        }
        let mut file = options.open(&path)?;
        if torn {
            // What is written next must not go on with the broken line.
            file.write_all(b"\n")?;
        }
        Ok(Self {
            finished,
            file: Some(file),
            cache,
        })
    }

    /// What is known of a cell.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<T> {
        if let Some(seen) = self.finished.get(key) {
            return Some(seen.clone());
        }
        let text = fs::read(self.cached(key)?).ok()?;
        let seen: T = serde_json::from_slice(&text).ok()?;
        (seen.key() == key).then_some(seen)
    }

    /// A cell has ended.
    ///
    /// # Errors
    /// It cannot be written; the cell is then not finished.
    pub fn add(&mut self, seen: &T) -> io::Result<()> {
        let mut line = serde_json::to_vec(seen)?;
        if let Some(path) = self.cached(seen.key()) {
            // Written aside and renamed: another evaluation never reads half of it.
            let aside = path.with_extension(format!("{}.tmp", std::process::id()));
            fs::write(&aside, &line)?;
            fs::rename(&aside, path)?;
        }
        line.push(b'\n');
        if let Some(file) = &mut self.file {
            file.write_all(&line)?;
            file.flush()?;
        }
        self.finished.insert(seen.key().to_owned(), seen.clone());
        Ok(())
    }

    fn cached(&self, key: &str) -> Option<PathBuf> {
        Some(self.cache.as_ref()?.join(format!("{key}.json")))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn seen(key: &str) -> Observation {
        Observation {
            key: key.to_owned(),
            story: "US-001".to_owned(),
            ..Observation::default()
        }
    }

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("testgen-journal-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    #[test]
    fn what_is_finished_is_there_after_an_interruption_and_a_torn_line_is_not() {
        let folder = folder("torn");
        Journal::open(&folder, false, None).unwrap().add(&seen("a")).unwrap();
        let path = folder.join("journal.jsonl");
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(br#"{"key": "b", "sto"#).unwrap();
        let mut journal = Journal::open(&folder, false, None).unwrap();
        assert_eq!(journal.find("a"), Some(seen("a")));
        assert_eq!(journal.find("b"), None);
        journal.add(&seen("c")).unwrap();
        let journal = Journal::open(&folder, false, None).unwrap();
        assert_eq!(
            (journal.find("a"), journal.find("c")),
            (Some(seen("a")), Some(seen("c")))
        );
        let anew: Journal = Journal::open(&folder, true, None).unwrap();
        assert_eq!(anew.find("a"), None);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn another_evaluation_finds_a_result_in_the_cache() {
        let (one, other, cache) = (folder("one"), folder("other"), folder("cache"));
        Journal::open(&one, false, Some(cache.clone()))
            .unwrap()
            .add(&seen("a"))
            .unwrap();
        let journal = Journal::open(&other, false, Some(cache.clone())).unwrap();
        assert_eq!(journal.find("a"), Some(seen("a")));
        fs::write(cache.join("b.json"), b"{}").unwrap();
        assert_eq!(journal.find("b"), None, "a file that does not hold what its name says");
        for folder in [one, other, cache] {
            fs::remove_dir_all(folder).unwrap();
        }
    }
}
