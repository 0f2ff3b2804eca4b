//! The folder of runs that are not sent: one file a run, written aside and renamed, so that there is never half of one.

use super::record::{FORMAT, Record};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Whoever sends says so at least this often; after that long without a word it is taken for dead.
pub(super) const SILENCE: Duration = Duration::from_secs(300);

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

    /// Makes this process the one that sends; `None` if another does.
    pub(super) fn lock(&self) -> io::Result<Option<Lock>> {
        if !self.folder.exists() {
            return Ok(Some(Lock { path: None }));
        }
        let path = self.folder.join("sending");
        let silent = |path: &Path| {
            let said = fs::metadata(path).and_then(|file| file.modified()).ok();
            said.is_some_and(|said| said.elapsed().is_ok_and(|silent| silent > SILENCE))
        };
        if silent(&path) {
            fs::remove_file(&path)?;
        }
        match fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(_) => Ok(Some(Lock { path: Some(path) })),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.json"))
    }
}

/// This process is the one that sends, until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    path: Option<PathBuf>,
}

impl Lock {
    /// Says that it is alive.
    pub(super) fn alive(&self) {
        // If the folder cannot be written any more, the worst is that another process sends too; it finds what is there.
        let _ = self
            .path
            .as_ref()
            .map(|path| fs::write(path, std::process::id().to_string()));
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.path.as_ref().map(fs::remove_file);
    }
}
