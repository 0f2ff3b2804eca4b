//! The TOML file: `[ollama]` with `url = …` is the setting `ollama.url`.
//!
//! A value must be of the kind that its setting has: a text, a whole number, a truth value or a list of texts. Anything
//! else is a mistake with its key, as is a file that cannot be read.

use super::mistake::Mistake;
use super::settings::SETTINGS;
use super::source::{Entry, Given, Origin, Source};
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
                self.walk("", &table, &mut entries);
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
    fn walk(&self, section: &str, table: &Table, entries: &mut Vec<Entry>) {
        for (key, value) in table {
            let (name, shown) = match section {
                "" => (key.clone(), key.clone()),
                _ => (format!("{section}.{key}"), format!("[{section}] {key}")),
            };
            if let Value::Table(inner) = value
                && is_section(&name, inner)
            {
                self.walk(&name, inner, entries);
                continue;
            }
            let (given, value) = read(value);
            entries.push(Entry {
                name,
                value,
                given,
                origin: Origin::File {
                    path: self.path.clone(),
                    key: shown,
                },
            });
        }
    }
}

/// Whether a table is a part of the file with keys of its own: not an empty one that no setting stands in, and not one
/// in the place of a value.
fn is_section(name: &str, table: &Table) -> bool {
    let head = format!("{name}.");
    SETTINGS.iter().any(|setting| setting.name.starts_with(&head))
        || !table.is_empty() && SETTINGS.iter().all(|setting| setting.name != name)
}

/// The kind of a value, and its text.
fn read(value: &Value) -> (Given, String) {
    match value {
        Value::String(text) => (Given::Text, text.clone()),
        Value::Integer(number) => (Given::Number, number.to_string()),
        Value::Boolean(flag) => (Given::Truth, flag.to_string()),
        Value::Array(values) => {
            let texts: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
            match texts {
                Some(texts) => (Given::List, texts.join(",")),
                None => (Given::Other("list"), value.to_string()),
            }
        }
        Value::Float(_) => (Given::Other("decimal number"), value.to_string()),
        Value::Datetime(date) => (Given::Other("date"), date.to_string()),
        Value::Table(_) => (Given::Other("table"), String::new()),
    }
}
