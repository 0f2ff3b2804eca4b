//! Mistakes in settings: each names the setting, says what is wrong and what would be accepted. All are shown at once.

use super::settings::{PREFIX, SETTINGS, Setting};
use super::source::{Entry, Given, Origin};
use std::fmt;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The setting, variable, key or file.
    pub place: String,
    /// What is wrong and what would be accepted.
    pub message: String,
}

/// Everything that is wrong. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

impl std::error::Error for Mistakes {}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => f.write_str("1 setting is wrong:")?,
            n => write!(f, "{n} settings are wrong:")?,
        }
        for mistake in &self.0 {
            write!(f, "\n  {}: {}", mistake.place, mistake.message)?;
        }
        Ok(())
    }
}

impl Mistake {
    /// A name that no setting has.
    pub(super) fn unknown(entry: &Entry) -> Self {
        let message = match nearest(entry) {
            Some(name) => format!("there is no such setting; did you mean {name}?"),
            None => "there is no such setting; `testgen config list` shows all of them".to_owned(),
        };
        Self {
            place: entry.origin.to_string(),
            message,
        }
    }

    /// A value that its setting does not accept.
    pub(super) fn refused(entry: &Entry, setting: &Setting) -> Self {
        // A URL may hold a password.
        let shown = !entry.value.contains('@') && !setting.field.is_secret();
        let value = shown.then_some(entry.value.as_str());
        let given = match (entry.given, value) {
            (Given::Other("table"), _) => "a table".to_owned(),
            (_, None) => "this value".to_owned(),
            (Given::Spelled, Some(value)) => quoted(value),
            (Given::Text, Some(value)) if setting.field.takes(Given::Text) => quoted(value),
            (Given::Text, Some(value)) => format!("the text {}", quoted(value)),
            (Given::Number, Some(value)) => format!("the number {value}"),
            (Given::Truth, Some(value)) => format!("the truth value {value}"),
            (Given::List, Some(value)) => format!("the list {}", quoted(value)),
            (Given::Other(kind), Some(value)) => format!("the {kind} {}", cut(value)),
        };
        let place = match &entry.origin {
            Origin::Flag(flag) if flag.ends_with(setting.name) => flag.clone(),
            origin => format!("{origin} ({})", setting.name),
        };
        Self {
            place,
            message: format!("accepts {}, not {given}", setting.field.accepts()),
        }
    }

    /// A place that cannot be read.
    pub(super) fn unreadable(place: &str, message: impl Into<String>) -> Self {
        Self {
            place: place.to_owned(),
            message: message.into(),
        }
    }

    /// Two settings that cannot both hold.
    pub(super) fn contradiction(setting: &str, message: &str) -> Self {
        Self {
            place: setting.to_owned(),
            message: message.to_owned(),
        }
    }
}

/// Most characters of a wrong value that are shown.
const LONGEST: usize = 60;

/// The text with its control characters escaped, cut where it gets long.
fn quoted(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// The same without quotes, for what the file has none around.
fn cut(text: &str) -> String {
    quoted(text).replace('"', "")
}

/// The known name that is closest to an unknown one, spelled as its source spells names.
fn nearest(entry: &Entry) -> Option<String> {
    let spelled = |setting: &Setting| match &entry.origin {
        Origin::Variable(_) => setting.variable(),
        Origin::File { .. } => setting.key(),
        _ => setting.name.to_owned(),
    };
    // The right key without its section, or in a wrong one.
    let last = |name: &str| name.rsplit('.').next().map(str::to_owned);
    let mut same_key = SETTINGS
        .iter()
        .filter(|setting| last(setting.name) == last(&entry.name));
    if let (Some(setting), None) = (same_key.next(), same_key.next()) {
        return Some(spelled(setting));
    }
    let plain = |text: &str| {
        text.trim_start_matches(PREFIX)
            .to_ascii_lowercase()
            .replace(['_', '.'], "")
    };
    let wanted = plain(&entry.name);
    let (distance, setting) = SETTINGS
        .iter()
        .map(|setting| (distance(&wanted, &plain(setting.name)), setting))
        .min_by_key(|(d, _)| *d)?;
    // A third of the letters may differ; beyond that the guess would mislead.
    (distance * 3 <= wanted.len()).then(|| spelled(setting))
}

/// Letters to insert, remove, replace or swap with their neighbour to get from one text to the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}
