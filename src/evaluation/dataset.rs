//! The stories of an evaluation: read, checked as the service would check them, and chosen from.
//!
//! A file is a JSON array of stories as `data/README.md` describes them; of other files with stories (worked examples) the
//! fields that are known here are read. All mistakes of a file are told at once.

use crate::story::{Limits, UserStory};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

/// More than a file of stories may have.
const MOST_BYTES: u64 = 64 << 20;

/// A story of a file, checked.
#[derive(Clone, Debug)]
pub struct EvaluationStory {
    /// Its id in the file.
    pub id: String,
    /// What it is about, such as `shop`; may be empty.
    pub domain: String,
    /// For people.
    pub title: String,
    /// `simple`, `moderate` or `complex`; may be empty.
    pub difficulty: String,
    /// What makes it hard.
    pub categories: Vec<String>,
    /// `dev` or `held_out`; may be empty.
    pub split: String,
    /// Fewest cases that can do it justice, where the file says so.
    pub min_cases: Option<u32>,
    /// Topics that must be asked about, where the file says so.
    pub must_ask: Vec<String>,
    /// The story.
    pub story: UserStory,
}

/// A file of stories.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// Where it was read.
    pub path: String,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    /// Its stories, in their order.
    pub stories: Vec<EvaluationStory>,
}

/// A file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DatasetError {
    /// It cannot be read.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        /// Which file.
        path: String,
        /// Why.
        reason: String,
    },
    /// It was read, and this is wrong with it.
    #[error("{path} is no file of stories:{}", list(.mistakes))]
    Wrong {
        /// Which file.
        path: String,
        /// Everything that is wrong.
        mistakes: Vec<String>,
    },
}

/// Most mistakes that are told one by one.
const MOST_TOLD: usize = 10;

fn list(mistakes: &[String]) -> String {
    let mut all = String::new();
    for mistake in mistakes.iter().take(MOST_TOLD) {
        let _ = write!(all, "\n  {mistake}");
    }
    if mistakes.len() > MOST_TOLD {
        let _ = write!(all, "\n  and {} more", mistakes.len() - MOST_TOLD);
    }
    all
}

#[derive(Deserialize)]
struct Row {
    id: String,
    #[serde(default)]
    domain: String,
    #[serde(default)]
    title: String,
    user_story: String,
    #[serde(default)]
    acceptance_criteria: Vec<String>,
    #[serde(default)]
    context: String,
    #[serde(default)]
    difficulty: String,
    #[serde(default)]
    edge_case_categories: Vec<String>,
    #[serde(default)]
    split: String,
    #[serde(default)]
    expected: Expected,
}

#[derive(Default, Deserialize)]
struct Expected {
    min_cases: Option<u32>,
    #[serde(default)]
    must_ask: Vec<String>,
}

impl Dataset {
    /// Reads a file.
    ///
    /// # Errors
    /// [`DatasetError`] with everything that is wrong.
    pub fn read(path: &Path, limits: &Limits) -> Result<Self, DatasetError> {
        let name = path.display().to_string();
        let unreadable = |reason: String| DatasetError::Unreadable {
            path: name.clone(),
            reason,
        };
        let size = std::fs::metadata(path)
            .map_err(|error| unreadable(error.to_string()))?
            .len();
        if size > MOST_BYTES {
            return Err(unreadable(format!(
                "it has {size} bytes; at most {MOST_BYTES} are read"
            )));
        }
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
        Self::parse(&name, &text, limits)
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// As [`Dataset::read`].
    pub fn parse(path: &str, text: &str, limits: &Limits) -> Result<Self, DatasetError> {
        let wrong = |mistakes: Vec<String>| DatasetError::Wrong {
            path: path.to_owned(),
            mistakes,
        };
        let rows: Vec<serde_json::Value> = serde_json::from_str(text)
            .map_err(|error| wrong(vec![format!("a JSON array of stories is expected: {error}")]))?;
        let (mut stories, mut mistakes, mut ids) = (Vec::new(), Vec::new(), HashSet::new());
        for (place, row) in rows.into_iter().enumerate() {
            let row: Row = match serde_json::from_value(row) {
                Ok(row) => row,
                Err(error) => {
                    mistakes.push(format!("[{place}]: {error}"));
                    continue;
                }
            };
            if row.id.is_empty() || !ids.insert(row.id.clone()) {
                mistakes.push(format!("[{place}].id: {:?} is empty or was given before", row.id));
            }
            match UserStory::new(&row.user_story, &row.acceptance_criteria, &row.context, limits) {
                Ok(story) => stories.push(EvaluationStory {
                    id: row.id,
                    domain: row.domain,
                    title: row.title,
                    difficulty: row.difficulty,
                    categories: row.edge_case_categories,
                    split: row.split,
                    min_cases: row.expected.min_cases,
                    must_ask: row.expected.must_ask,
                    story,
                }),
                Err(fields) => mistakes.extend(
                    fields
                        .into_iter()
                        .map(|field| format!("{}.{}: {}", row.id, field.field, field.message)),
                ),
            }
        }
        if stories.is_empty() && mistakes.is_empty() {
            mistakes.push("it has no stories".to_owned());
        }
        if !mistakes.is_empty() {
            return Err(wrong(mistakes));
        }
        Ok(Self {
            path: path.to_owned(),
            sha256: hex(&Sha256::digest(text.as_bytes())),
            stories,
        })
    }
}

/// Bytes in hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Which split of the stories.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Split {
    /// Those that may be read while rules, prompts and settings are improved.
    #[default]
    Dev,
    /// Those that are kept for the final measure.
    #[value(name = "held_out", alias = "held-out")]
    HeldOut,
    /// Both.
    All,
}

impl Split {
    /// As it stands in the file; `all` for both.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::HeldOut => "held_out",
            Self::All => "all",
        }
    }
}

/// Which stories of a file are meant. An empty list means all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Which split. Stories without one are in every split.
    pub split: Split,
    /// Domains.
    pub domains: Vec<String>,
    /// Difficulties.
    pub difficulties: Vec<String>,
    /// Ids.
    pub ids: Vec<String>,
    /// At most so many, spread evenly over those that are meant.
    pub count: Option<usize>,
}

impl Filter {
    /// The stories that are meant.
    ///
    /// # Errors
    /// A name that no story has, with those that there are; or nothing that is left.
    pub fn apply(&self, stories: &[EvaluationStory]) -> Result<Vec<EvaluationStory>, String> {
        known(
            "--domain",
            &self.domains,
            stories.iter().map(|story| story.domain.as_str()),
        )?;
        known(
            "--difficulty",
            &self.difficulties,
            stories.iter().map(|story| story.difficulty.as_str()),
        )?;
        known("--story", &self.ids, stories.iter().map(|story| story.id.as_str()))?;
        let meant = |wanted: &[String], value: &String| wanted.is_empty() || wanted.contains(value);
        let found: Vec<&EvaluationStory> = stories
            .iter()
            .filter(|story| self.split == Split::All || story.split.is_empty() || story.split == self.split.as_str())
            .filter(|story| meant(&self.domains, &story.domain) && meant(&self.difficulties, &story.difficulty))
            .filter(|story| meant(&self.ids, &story.id))
            .collect();
        if found.is_empty() {
            return Err(format!("no story is left (--split {} among them)", self.split.as_str()));
        }
        let count = self.count.unwrap_or(found.len()).min(found.len());
        Ok((0..count)
            .map(|place| found[place * found.len() / count].clone())
            .collect())
    }
}

fn known<'a>(flag: &str, wanted: &[String], there: impl Iterator<Item = &'a str>) -> Result<(), String> {
    let mut there: Vec<&str> = there.collect();
    there.sort_unstable();
    there.dedup();
    match wanted.iter().find(|name| !there.contains(&name.as_str())) {
        Some(name) => {
            there.truncate(30);
            Err(format!(
                "{flag} {name}: no story has it; there are {}",
                there.join(", ")
            ))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    const TEXT: &str = r#"[
        {"id": "A", "user_story": "As a member, I want to borrow books", "domain": "shop", "split": "dev", "expected": {"min_cases": 3}},
        {"id": "B", "user_story": "As a member, I want to return books", "domain": "bank", "split": "held_out"},
        {"id": "C", "user_story": "As a member, I want to renew my books", "domain": "shop", "split": "dev"}
    ]"#;

    fn ids(filter: &Filter) -> Result<Vec<String>, String> {
        let dataset = Dataset::parse("x.json", TEXT, &Limits::default()).unwrap();
        let stories = filter.apply(&dataset.stories)?;
        Ok(stories.into_iter().map(|story| story.id).collect())
    }

    #[test]
    fn stories_are_chosen_by_split_name_and_number() {
        assert_eq!(ids(&Filter::default()).unwrap(), ["A", "C"]);
        let all = Filter {
            split: Split::All,
            ..Filter::default()
        };
        assert_eq!(ids(&all).unwrap(), ["A", "B", "C"]);
        assert_eq!(
            ids(&Filter {
                count: Some(1),
                ..all.clone()
            })
            .unwrap(),
            ["A"]
        );
        assert_eq!(
            ids(&Filter {
                domains: vec!["bank".to_owned()],
                ..all.clone()
            })
            .unwrap(),
            ["B"]
        );
        let told = ids(&Filter {
            domains: vec!["moon".to_owned()],
            ..all
        })
        .unwrap_err();
        assert_eq!(told, "--domain moon: no story has it; there are bank, shop");
        assert!(
            ids(&Filter {
                domains: vec!["bank".to_owned()],
                ..Filter::default()
            })
            .is_err()
        );
    }

    #[test]
    fn everything_that_is_wrong_with_a_file_is_told_at_once() {
        let text = r#"[{"id": "A", "user_story": "short"}, {"user_story": "x"}, {"id": "A", "user_story": "As a member, I want to borrow books"}]"#;
        let told = Dataset::parse("x.json", text, &Limits::default())
            .unwrap_err()
            .to_string();
        for words in ["x.json", "A.user_story", "[1]: missing field `id`", "[2].id"] {
            assert!(told.contains(words), "{words}: {told}");
        }
        assert!(Dataset::parse("x.json", "{}", &Limits::default()).is_err());
        assert!(
            Dataset::parse("x.json", "[]", &Limits::default())
                .unwrap_err()
                .to_string()
                .contains("no stories")
        );
        // A file of something else has one mistake in every row.
        let text = format!("[{}]", vec!["{}"; 73].join(","));
        let told = Dataset::parse("x.json", &text, &Limits::default())
            .unwrap_err()
            .to_string();
        assert_eq!(told.lines().count(), 12, "{told}");
        assert!(told.ends_with("[9]: missing field `id`\n  and 63 more"), "{told}");
    }
}
