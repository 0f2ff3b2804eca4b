//! The folder of runs that are not sent: one file a run, written aside and renamed, so that there is never half of one.

use super::record::{FORMAT, Record};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The folder.
#[derive(Debug)]
pub(super) struct Spool {
    folder: PathBuf,
}

impl Spool {
    pub(super) fn at(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// Keeps a run.
    pub(super) fn add(&self, record: &Record) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let aside = self.folder.join(format!("{}.tmp", record.key));
        let mut file = fs::File::create(&aside)?;
        file.write_all(&serde_json::to_vec(record)?)?;
        file.sync_all()?;
        fs::rename(aside, self.path(&record.key))
    }

    /// The files of runs that are kept, the oldest first.
    pub(super) fn files(&self) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                files.push(path);
            }
        }
        files.sort_unstable();
        Ok(files)
    }

    /// Reads a run.
    ///
    /// # Errors
    /// In words, with the file's name.
    pub(super) fn read(path: &Path) -> Result<Record, String> {
        let told = |what: String| format!("{}: {what}", path.display());
        let bytes = fs::read(path).map_err(|error| told(format!("cannot be read: {error}")))?;
        let record: Record =
            serde_json::from_slice(&bytes).map_err(|error| told(format!("is no run that was kept: {error}")))?;
        if record.format != FORMAT {
            return Err(told(format!(
                "has the format {}; this version reads {FORMAT}",
                record.format
            )));
        }
        let right = path.file_stem().is_some_and(|stem| stem == record.key.as_str());
        if !right || !record.key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(told("key: is not the file's name".to_owned()));
        }
        Ok(record)
    }

    /// Whether a run is kept.
    pub(super) fn has(&self, key: &str) -> bool {
        self.path(key).exists()
    }

    /// MLflow has all of it.
    pub(super) fn remove(path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    /// Makes this process the one that sends, until what it gets is dropped or the process ends, however it ends.
    ///
    /// The system keeps the lock, not the file: the file stays, and its being there says nothing. So nobody has to guess
    /// whether the one who made it is alive, and no two can come to think that it is dead and both take its place.
    ///
    /// # Errors
    /// The file cannot be made, or the file system knows no locks.
    pub(super) fn turn(&self) -> io::Result<Turn> {
        let path = self.folder.join("sending");
        // Never cut short: it may be another's.
        let file = match fs::OpenOptions::new().append(true).create(true).open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Turn::Idle),
            file => file?,
        };
        match file.try_lock() {
            Ok(()) => Ok(Turn::Ours(Lock { _file: file })),
            Err(fs::TryLockError::WouldBlock) => Ok(Turn::Others),
            Err(fs::TryLockError::Error(error)) => Err(error),
        }
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.json"))
    }
}

/// Whose turn it is to send.
#[derive(Debug)]
pub(super) enum Turn {
    /// This process's.
    Ours(Lock),
    /// Another's.
    Others,
    /// Nobody's: there is no folder, and so nothing to send.
    Idle,
}

/// This process is the one that sends, until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    /// The system gives the lock back when it is closed.
    _file: fs::File,
}
