//! Where settings come from: the one-method seam, and the flags.

use super::mistake::Mistake;
use std::fmt;

/// A place that settings come from.
pub trait Source {
    /// What it sets, the stronger first where two entries set the same. What cannot be read at all is added to
    /// `mistakes`.
    fn entries(&self, mistakes: &mut Vec<Mistake>) -> Vec<Entry>;
}

/// One setting, as a source has it: nothing is known to be right yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name in the table, such as `ollama.url`; something else if the source knows no such setting.
    pub name: String,
    /// Its text.
    pub value: String,
    /// What kind of value it is where it stands.
    pub given: Given,
    /// Where it stands.
    pub origin: Origin,
}

/// What kind of value an entry has where it stands. Flags and variables know texts only, and spell everything with
/// them; a file says more, and a number where a text belongs is a slip that no reading as text should hide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// A text that may spell any kind.
    Spelled,
    /// A text.
    Text,
    /// A whole number.
    Number,
    /// A truth value.
    Truth,
    /// A list of texts; its value has them with commas between them.
    List,
    /// Another kind, by the name that its source gives it.
    Other(&'static str),
}

/// Where a setting stands, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nowhere: the default holds.
    Default,
    /// A flag, such as `--backend`.
    Flag(String),
    /// A variable of the environment, such as `TESTGEN_OLLAMA_URL`.
    Variable(String),
    /// A key of a file.
    File {
        /// The file's path as given.
        path: String,
        /// The key as the file has it, such as `[ollama] url`.
        key: String,
    },
    /// The command's own default, such as quiet logs for `generate`.
    Command,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Flag(name) | Self::Variable(name) => f.write_str(name),
            Self::File { path, key } => write!(f, "{path}: {key}"),
            Self::Command => f.write_str("default of this command"),
        }
    }
}

/// What the command line sets.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    named: Vec<Entry>,
    assigned: Vec<Entry>,
}

impl Flags {
    /// A named flag that sets a setting. It is stronger than an assignment.
    pub fn set(&mut self, flag: &str, name: &str, value: impl Into<String>) {
        self.named.push(Entry {
            name: name.to_owned(),
            value: value.into(),
            given: Given::Spelled,
            origin: Origin::Flag(flag.to_owned()),
        });
    }

    /// `--set NAME=VALUE`. A text without `=` becomes an entry that no setting accepts. The last one of a name wins.
    pub fn assign(&mut self, assignment: &str) {
        let (name, value) = assignment.split_once('=').unwrap_or((assignment, ""));
        let entry = Entry {
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
            given: Given::Spelled,
            origin: Origin::Flag(format!("--set {}", name.trim())),
        };
        self.assigned.push(entry);
    }
}

impl Source for Flags {
    fn entries(&self, _: &mut Vec<Mistake>) -> Vec<Entry> {
        self.named.iter().chain(self.assigned.iter().rev()).cloned().collect()
    }
}

/// Defaults of one command, weaker than anything that a person wrote.
#[derive(Clone, Copy, Debug)]
pub struct CommandDefaults(pub &'static [(&'static str, &'static str)]);

impl Source for CommandDefaults {
    fn entries(&self, _: &mut Vec<Mistake>) -> Vec<Entry> {
        let entry = |&(name, value): &(&str, &str)| Entry {
            name: name.to_owned(),
            value: value.to_owned(),
            given: Given::Spelled,
            origin: Origin::Command,
        };
        self.0.iter().map(entry).collect()
    }
}
