//! The TOML file: `[ollama]` with `url = …` is the setting `ollama.url`.
//!
//! Strings, whole numbers and truth values are read; everything else is a mistake with its key, as is a file that
//! cannot be read.

use super::mistake::Mistake;
use super::source::{Entry, Origin, Source};
use std::path::Path;
use toml::{Table, Value};

/// The file that is read if none is named and it is there.
pub const DEFAULT_PATH: &str = "testgen.toml";

/// A settings file, read but not yet understood.
#[derive(Clone, Debug)]
pub struct File {
    path: String,
    text: Result<String, String>,
}

impl File {
    /// Reads a file that must be there.
    #[must_use]
    pub fn read(path: &Path) -> Self {
        Self {
            path: path.display().to_string(),
            text: std::fs::read_to_string(path).map_err(|error| error.to_string()),
        }
    }

    /// A text as if it stood in a file.
    pub fn of(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: Ok(text.into()),
        }
    }
}

impl Source for File {
    fn entries(&self, mistakes: &mut Vec<Mistake>) -> Vec<Entry> {
        let text = match &self.text {
            Ok(text) => text,
            Err(reason) => {
                mistakes.push(Mistake::unreadable(&self.path, format!("cannot be read: {reason}")));
                return Vec::new();
            }
        };
        match text.parse::<Table>() {
            Ok(table) => {
                let mut entries = Vec::new();
                self.walk("", &table, &mut entries, mistakes);
                entries
            }
            Err(error) => {
                let line = error
                    .span()
                    .map_or(1, |span| 1 + text[..span.start].matches('\n').count());
                mistakes.push(Mistake::unreadable(
                    &self.path,
                    format!("line {line}: {}", error.message()),
                ));
                Vec::new()
            }
        }
    }
}

impl File {
    fn walk(&self, section: &str, table: &Table, entries: &mut Vec<Entry>, mistakes: &mut Vec<Mistake>) {
        for (key, value) in table {
            let name = if section.is_empty() {
                key.clone()
            } else {
                format!("{section}.{key}")
            };
            let shown = if section.is_empty() {
                key.clone()
            } else {
                format!("[{section}] {key}")
            };
            let value = match value {
                Value::Table(inner) => {
                    self.walk(&name, inner, entries, mistakes);
                    continue;
                }
                Value::String(text) => text.clone(),
                Value::Integer(number) => number.to_string(),
                Value::Boolean(flag) => flag.to_string(),
                Value::Float(_) | Value::Datetime(_) | Value::Array(_) => {
                    let place = format!("{}: {shown}", self.path);
                    let what = format!("is {}; no setting accepts that", an(value.type_str()));
                    mistakes.push(Mistake::unreadable(&place, what));
                    continue;
                }
            };
            entries.push(Entry {
                name,
                value,
                origin: Origin::File {
                    path: self.path.clone(),
                    key: shown,
                },
            });
        }
    }
}

fn an(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {noun}")
}
