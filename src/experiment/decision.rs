//! The logs that whatever decides writes to: `decisions.jsonl` for programs, `decisions.md` for people, and the log of
//! iterations, one row of a table a decision, which a team keeps beside its code. All are only ever appended to.

use serde_json::{Map, Value};
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Something that was decided.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// When, ISO 8601 in UTC.
    pub time: String,
    /// What decided: `experiment`, `online`, `rollout` or `prompts`.
    pub by: &'static str,
    /// About what: a variant, an experiment, or a prompt with its version.
    pub subject: String,
    /// Against what; may be empty.
    pub against: String,
    /// By which figure.
    pub figure: String,
    /// What was decided, in a word or two.
    pub verdict: String,
    /// On what grounds, one thing a line. The first three stand in the log of iterations.
    pub grounds: Vec<String>,
    /// Everything, for programs.
    pub data: Map<String, Value>,
}

/// Where decisions are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Logs {
    /// The folder of `decisions.jsonl` and `decisions.md`.
    pub folder: PathBuf,
    /// The log of iterations; `None`: none is kept.
    pub iterations: Option<PathBuf>,
}

/// What stands above the table of iterations.
const HEAD: &str = "# Iterations\n\n\
    What was tried, by which figure it was judged, and what was decided. `testgen experiment`, `testgen prompts promote`\n\
    and rollouts append a row each time that they decide; nothing here is ever changed by a program.\n\n\
    | when | by | what | against | figure | decision | grounds |\n\
    | --- | --- | --- | --- | --- | --- | --- |\n";

impl Logs {
    /// Makes all of them, as far as they are not there, and looks whether they can be written: a decision has to be kept before
    /// anything is done by it.
    ///
    /// # Errors
    /// As [`Logs::append`].
    pub fn open(&self) -> io::Result<()> {
        append(&self.folder.join("decisions.jsonl"), "", "")?;
        append(&self.folder.join("decisions.md"), "", "")?;
        match &self.iterations {
            Some(path) => append(path, HEAD, ""),
            None => Ok(()),
        }
    }

    /// Appends a decision to all of them.
    ///
    /// # Errors
    /// A file or its folder cannot be written; the error names it.
    pub fn append(&self, decision: &Decision) -> io::Result<()> {
        let mut line = serde_json::to_string(&decision.whole())?;
        line.push('\n');
        append(&self.folder.join("decisions.jsonl"), "", &line)?;
        append(&self.folder.join("decisions.md"), "", &decision.page())?;
        match &self.iterations {
            Some(path) => append(path, HEAD, &decision.row()),
            None => Ok(()),
        }
    }
}

impl Decision {
    /// All of it for programs, as a line of `decisions.jsonl` has it.
    #[must_use]
    pub fn whole(&self) -> Map<String, Value> {
        let mut data = self.data.clone();
        for (name, text) in [
            ("time", self.time.as_str()),
            ("by", self.by),
            ("subject", &self.subject),
            ("against", &self.against),
            ("figure", &self.figure),
            ("decision", &self.verdict),
        ] {
            data.entry(name).or_insert_with(|| Value::String(text.to_owned()));
        }
        data
    }

    fn page(&self) -> String {
        let against = if self.against.is_empty() {
            String::new()
        } else {
            format!(" against {}", self.against)
        };
        let mut text = format!(
            "## {} · {} · {}{against}: {}\n\n",
            self.time, self.figure, self.subject, self.verdict
        );
        for ground in &self.grounds {
            text.push_str(&format!("- {}\n", ground.replace('\n', " ")));
        }
        text.push('\n');
        text
    }

    fn row(&self) -> String {
        let cells: Vec<String> = [
            self.time.as_str(),
            self.by,
            &self.subject,
            &self.against,
            &self.figure,
            &self.verdict,
            &self.grounds.iter().take(3).cloned().collect::<Vec<_>>().join("; "),
        ]
        .into_iter()
        .map(|cell| cell.replace('|', "\\|").replace(['\n', '\r'], " "))
        .collect();
        format!("| {} |\n", cells.join(" | "))
    }
}

/// Appends in one write, so that processes that append at the same time do not mix their lines.
fn append(path: &Path, head: &str, text: &str) -> io::Result<()> {
    let named =
        |error: io::Error| io::Error::new(error.kind(), format!("{} cannot be written: {error}", path.display()));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(named)?;
    }
    if !head.is_empty() && !path.exists() {
        // Whoever comes first writes the head; the other finds the file there.
        match OpenOptions::new().write(true).create_new(true).open(path) {
            Ok(mut file) => file.write_all(head.as_bytes()).map_err(named)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(named(error)),
        }
    }
    let mut file = OpenOptions::new().create(true).append(true).open(path).map_err(named)?;
    file.write_all(text.as_bytes()).map_err(named)
}
