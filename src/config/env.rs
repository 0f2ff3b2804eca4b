//! The environment: `TESTGEN_…` for every setting, and the plain names that other tools already use.
//!
//! An empty variable counts as not set, since container tools pass empty ones on. A `TESTGEN_` variable that names no
//! setting is a mistake; any other variable that we do not know is none of our business.

use super::mistake::Mistake;
use super::settings::{PREFIX, SETTINGS};
use super::source::{Entry, Given, Origin, Source};
use std::ffi::OsString;

/// The variable that names the settings file.
pub const FILE_VARIABLE: &str = "TESTGEN_CONFIG";

/// A snapshot of the environment.
#[derive(Clone, Debug, Default)]
pub struct Environment(Vec<(String, Option<String>)>);

impl Environment {
    /// The environment of this process: the only place that reads it.
    #[expect(clippy::disallowed_methods, reason = "the home of the environment")]
    #[must_use]
    pub fn of_process() -> Self {
        Self::of(std::env::vars_os())
    }

    /// Any variables, for tests.
    pub fn of<S: Into<OsString>>(variables: impl IntoIterator<Item = (S, S)>) -> Self {
        let text = |(name, value): (S, S)| {
            let name = name.into().into_string().ok()?;
            Some((name, value.into().into_string().ok()))
        };
        Self(variables.into_iter().filter_map(text).collect())
    }

    /// The value of a variable that is set, not empty, and text.
    #[must_use]
    pub fn get(&self, variable: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(name, _)| name == variable)?;
        value.as_deref().filter(|value| !value.is_empty())
    }

    /// Whether a variable is there and not empty, whatever its value.
    #[must_use]
    pub fn has(&self, variable: &str) -> bool {
        self.0
            .iter()
            .any(|(name, value)| name == variable && value.as_deref() != Some(""))
    }
}

impl Source for Environment {
    fn entries(&self, mistakes: &mut Vec<Mistake>) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut known = vec![FILE_VARIABLE.to_owned()];
        for setting in SETTINGS {
            // Our own name comes first and wins over a plain one.
            for variable in setting.variables() {
                if let Some((_, value)) = self.0.iter().find(|(name, _)| *name == variable) {
                    push(&variable, setting.name, value.as_deref(), &mut entries, mistakes);
                }
                known.push(variable);
            }
        }
        for (variable, value) in &self.0 {
            if variable.starts_with(PREFIX) && !known.contains(variable) {
                push(variable, variable, value.as_deref(), &mut entries, mistakes);
            }
        }
        entries
    }
}

fn push(variable: &str, name: &str, value: Option<&str>, entries: &mut Vec<Entry>, mistakes: &mut Vec<Mistake>) {
    match value {
        Some("") => {}
        Some(value) => entries.push(Entry {
            name: name.to_owned(),
            value: value.to_owned(),
            given: Given::Spelled,
            origin: Origin::Variable(variable.to_owned()),
        }),
        None => mistakes.push(Mistake::unreadable(variable, "is not UTF-8 text")),
    }
}
