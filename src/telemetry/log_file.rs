//! A log file that turns over at 10 MB and keeps five old ones, for operators without a log store.
//!
//! Written by hand, because the crates for it turn over by the hour or the day, or write on the caller's thread. Lines go
//! through a bounded channel to a thread of their own: a disk that is slow or full costs lines, which are counted, and
//! never a call.

use super::drops::{Drops, Signal};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

/// Bytes after which a file is turned over.
const MOST_BYTES: u64 = 10_000_000;
/// Old files that are kept.
const KEPT: u32 = 5;
/// Lines that wait for the disk at most.
const WAITING: usize = 4_096;

enum Message {
    Line(Vec<u8>),
    /// Answered when everything before it is written.
    Flush(SyncSender<()>),
}

/// Takes lines and never waits.
#[derive(Clone, Debug)]
pub(super) struct LogFile {
    lines: SyncSender<Message>,
    drops: Arc<Drops>,
}

impl LogFile {
    /// Opens the file, to write after what it holds.
    pub(super) fn open(path: &Path, drops: &Arc<Drops>) -> io::Result<Self> {
        let turning = Turning::open(path, MOST_BYTES, KEPT)?;
        let (lines, waiting) = sync_channel(WAITING);
        let counted = Arc::clone(drops);
        std::thread::Builder::new()
            .name("log file".to_owned())
            .spawn(move || write_all(&waiting, turning, &counted))?;
        Ok(Self {
            lines,
            drops: Arc::clone(drops),
        })
    }

    /// Takes a line with its line feed.
    pub(super) fn line(&self, line: &[u8]) {
        match self.lines.try_send(Message::Line(line.to_owned())) {
            Ok(()) => {}
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => self.drops.add(Signal::LogFile, 1),
        }
    }

    /// Waits until everything is written, but not for ever.
    pub(super) fn flush(&self, bound: Duration) {
        let (done, written) = sync_channel(1);
        if self.lines.try_send(Message::Flush(done)).is_ok() {
            let _: Result<(), RecvTimeoutError> = written.recv_timeout(bound);
        }
    }
}

fn write_all(lines: &Receiver<Message>, mut file: Turning, drops: &Drops) {
    while let Ok(message) = lines.recv() {
        match message {
            Message::Line(line) => match file.write(&line) {
                Ok(()) => drops.received(Signal::LogFile),
                Err(error) => drops.failed(Signal::LogFile, 1, &error),
            },
            Message::Flush(done) => {
                let _ = done.send(());
            }
        }
    }
}

/// A file that turns over: `testgen.log`, then `testgen.log.1` for the one before, up to the number that is kept.
pub(crate) struct Turning {
    path: PathBuf,
    file: Option<File>,
    bytes: u64,
    most_bytes: u64,
    kept: u32,
}

impl Turning {
    pub(crate) fn open(path: &Path, most_bytes: u64, kept: u32) -> io::Result<Self> {
        let file = append(path)?;
        Ok(Self {
            path: path.to_owned(),
            bytes: file.metadata()?.len(),
            file: Some(file),
            most_bytes,
            kept,
        })
    }

    pub(crate) fn write(&mut self, line: &[u8]) -> io::Result<()> {
        if self.bytes > 0 && self.bytes + line.len() as u64 > self.most_bytes {
            self.turn_over()?;
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(append(&self.path)?),
        };
        file.write_all(line)?;
        self.bytes += line.len() as u64;
        Ok(())
    }

    fn turn_over(&mut self) -> io::Result<()> {
        // Closed first: not every system renames a file that is open.
        self.file = None;
        for number in (1..self.kept).rev() {
            let older = self.old(number);
            if older.exists() {
                fs::rename(older, self.old(number + 1))?;
            }
        }
        fs::rename(&self.path, self.old(1))?;
        self.bytes = 0;
        Ok(())
    }

    fn old(&self, number: u32) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(format!(".{number}"));
        path.into()
    }
}

/// Readable by its owner and group alone: lines name callers.
fn append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o640);
    options.open(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("testgen-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        path
    }

    #[test]
    fn a_file_turns_over_at_its_bound_and_the_oldest_goes() {
        let folder = folder("turning");
        let path = folder.join("testgen.log");
        let mut file = Turning::open(&path, 20, 3).unwrap();
        for number in 0..10 {
            file.write(format!("line {number:03}\n").as_bytes()).unwrap();
        }
        drop(file);
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert_eq!(read("testgen.log"), "line 008\nline 009\n");
        assert_eq!(read("testgen.log.1"), "line 006\nline 007\n");
        assert_eq!(read("testgen.log.3"), "line 002\nline 003\n");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 4, "the file and three old ones");
        // A new start writes after what is there.
        let mut file = Turning::open(&path, 40, 3).unwrap();
        file.write(b"line 010\n").unwrap();
        assert_eq!(read("testgen.log"), "line 008\nline 009\nline 010\n");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn lines_are_written_on_another_thread_and_flushed() {
        let folder = folder("lines");
        let drops = Arc::new(Drops::default());
        let file = LogFile::open(&folder.join("testgen.log"), &drops).unwrap();
        for number in 0..100 {
            file.line(format!("{number}\n").as_bytes());
        }
        file.flush(Duration::from_secs(10));
        let text = fs::read_to_string(folder.join("testgen.log")).unwrap();
        assert_eq!((text.lines().count(), drops.of(Signal::LogFile)), (100, 0));
        assert!(text.ends_with("98\n99\n"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_folder_that_is_not_there_is_told_at_the_start() {
        let drops = Arc::new(Drops::default());
        assert!(LogFile::open(Path::new("/nonexistent/testgen.log"), &drops).is_err());
    }
}
