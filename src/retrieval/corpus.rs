//! Examples, read from a file and checked at birth: stories that people worked out into test cases.

use super::terms::Terms;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;
use std::sync::Arc;

/// Most bytes of a file of examples.
pub const MAX_FILE_BYTES: u64 = 1 << 30;
/// Most examples.
pub const MAX_EXAMPLES: usize = 1_000_000;

/// A story that people worked out into test cases.
#[derive(Clone, Debug)]
pub struct Example {
    /// Its id, unique in its corpus; stands in the answer's provenance.
    pub id: String,
    /// The story.
    pub story: String,
    /// Its acceptance criteria.
    pub criteria: Vec<String>,
    /// Its cases as they stand in a prompt: one line of JSON each, with the fields that a model is to write.
    pub cases: Vec<String>,
    /// What says that a case is one of these, copied.
    pub shown: Vec<ShownCase>,
    /// The terms of the story and its criteria.
    pub terms: Terms,
    /// SHA-256 of the story and its criteria.
    pub hash: [u8; 32],
}

/// What tells a case from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownCase {
    /// Its title.
    pub title: String,
    /// Its expected result.
    pub expected_result: String,
}

/// The examples in the order of their file.
#[derive(Clone, Debug, Default)]
pub struct Corpus {
    examples: Vec<Arc<Example>>,
    checksum: [u8; 32],
}

/// A file of examples that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CorpusError {
    /// It cannot be read at all.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// It is not what it should be.
    #[error("{path}: {place}: {reason}")]
    Wrong {
        /// The file.
        path: String,
        /// Where, as a JSON pointer.
        place: String,
        /// What is wrong, and what is accepted.
        reason: String,
    },
}

#[derive(Deserialize)]
struct Story {
    #[serde(alias = "story_id")]
    id: String,
    user_story: String,
    #[serde(default)]
    acceptance_criteria: Vec<String>,
    test_cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    title: String,
    #[serde(rename = "type")]
    kind: String,
    priority: String,
    #[serde(default)]
    preconditions: Vec<String>,
    steps: Vec<Step>,
    expected_result: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Step {
    Plain(String),
    Whole {
        action: String,
        #[serde(default)]
        data: String,
        #[serde(default)]
        expected: String,
    },
}

impl Corpus {
    /// Reads examples from JSON: an array of stories with `id` (or `story_id`), `user_story`, `acceptance_criteria` and `test_cases`, or an
    /// object whose `stories` is such an array. A story without cases is no example and is left out. `path` is for messages.
    ///
    /// # Errors
    /// [`CorpusError::Wrong`] with the place of the first story that is wrong.
    pub fn parse(json: &str, path: &str) -> Result<Self, CorpusError> {
        let wrong = |place: String, reason: String| CorpusError::Wrong {
            path: path.to_owned(),
            place,
            reason,
        };
        let document: Value = serde_json::from_str(json).map_err(|error| wrong("/".to_owned(), error.to_string()))?;
        let (prefix, stories) = match document {
            Value::Array(stories) => ("", stories),
            Value::Object(mut object) => match object.remove("stories") {
                Some(Value::Array(stories)) => ("/stories", stories),
                _ => {
                    return Err(wrong(
                        "/stories".to_owned(),
                        "an array of stories is wanted here".to_owned(),
                    ));
                }
            },
            _ => return Err(wrong("/".to_owned(), "an array of stories is wanted".to_owned())),
        };
        if stories.len() > MAX_EXAMPLES {
            let reason = format!("{} stories, at most {MAX_EXAMPLES} are accepted", stories.len());
            return Err(wrong(prefix.to_owned(), reason));
        }
        let mut examples = Vec::with_capacity(stories.len());
        let mut ids: HashSet<String> = HashSet::with_capacity(stories.len());
        for (index, story) in stories.into_iter().enumerate() {
            let place = || format!("{prefix}/{index}");
            let story: Story = serde_json::from_value(story).map_err(|error| wrong(place(), error.to_string()))?;
            if story.id.trim().is_empty() || story.user_story.trim().is_empty() {
                let reason = "id and user_story must not be empty".to_owned();
                return Err(wrong(place(), reason));
            }
            if !ids.insert(story.id.clone()) {
                return Err(wrong(
                    format!("{}/id", place()),
                    format!("{:?} stands there twice", story.id),
                ));
            }
            // What was answered with questions alone shows nobody how a case is written.
            if !story.test_cases.is_empty() {
                examples.push(Arc::new(Example::from(story)));
            }
        }
        Ok(Self::of(examples))
    }

    /// The corpus of these examples.
    #[must_use]
    pub fn of(examples: Vec<Arc<Example>>) -> Self {
        let mut checksum = Sha256::new();
        for example in &examples {
            checksum.update(example.id.as_bytes());
            checksum.update([0]);
            checksum.update(example.hash);
        }
        Self {
            checksum: checksum.finalize().into(),
            examples,
        }
    }

    /// SHA-256 over ids and texts: another one means that something that is searched changed.
    #[must_use]
    pub fn checksum(&self) -> &[u8; 32] {
        &self.checksum
    }

    /// How many examples there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.examples.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.examples.is_empty()
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&Arc<Example>> {
        self.examples.get(index)
    }

    /// The one with this id.
    #[must_use]
    pub fn named(&self, id: &str) -> Option<&Arc<Example>> {
        self.iter().find(|example| example.id == id)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Example>> {
        self.examples.iter()
    }
}

impl Example {
    /// An example with no cases, for indexes alone.
    #[must_use]
    pub fn bare(id: &str, story: &str, criteria: &[String]) -> Self {
        let text = one_text(story, criteria);
        Self {
            id: id.to_owned(),
            story: story.to_owned(),
            criteria: criteria.to_vec(),
            cases: Vec::new(),
            shown: Vec::new(),
            terms: Terms::of(&text),
            hash: Sha256::digest(text.as_bytes()).into(),
        }
    }

    /// The text that is searched and embedded.
    #[must_use]
    pub fn text(&self) -> String {
        one_text(&self.story, &self.criteria)
    }
}

impl From<Story> for Example {
    fn from(story: Story) -> Self {
        let shown = story.test_cases.iter().map(|case| ShownCase {
            title: case.title.clone(),
            expected_result: case.expected_result.clone(),
        });
        let shown = shown.collect();
        Self {
            cases: story.test_cases.into_iter().map(Case::into_line).collect(),
            shown,
            ..Self::bare(&story.id, &story.user_story, &story.acceptance_criteria)
        }
    }
}

impl Case {
    fn into_line(self) -> String {
        let plain = |name: &str, prefix: &str| name.trim_start_matches(prefix).to_lowercase();
        let steps: Vec<String> = self.steps.into_iter().map(Step::into_text).collect();
        serde_json::json!({
            "title": self.title,
            "type": plain(&self.kind, "TEST_CASE_TYPE_"),
            "priority": plain(&self.priority, "PRIORITY_"),
            "preconditions": self.preconditions,
            "steps": steps,
            "expected_result": self.expected_result,
        })
        .to_string()
    }
}

impl Step {
    /// A step as a model writes it: the action with its data, and what is seen.
    fn into_text(self) -> String {
        match self {
            Self::Plain(text) => text,
            Self::Whole { action, data, expected } => {
                let mut text = action;
                if !data.is_empty() && !text.contains(&data) {
                    text = format!("{text} [{data}]");
                }
                if !expected.is_empty() {
                    text = format!("{text} -> {expected}");
                }
                text
            }
        }
    }
}

/// A story and its criteria as one text.
pub(super) fn one_text(story: &str, criteria: &[String]) -> String {
    let mut text = story.trim().to_owned();
    for criterion in criteria {
        text.push('\n');
        text.push_str(criterion.trim());
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const CASE: &str = r#"{"title":"T","type":"TEST_CASE_TYPE_NEGATIVE","priority":"high","steps":["a",
        {"action":"Enter the code","data":"SAVE10","expected":"It is shown."}],"expected_result":"E","tags":["x"]}"#;

    fn parse(json: &str) -> Result<Corpus, String> {
        Corpus::parse(json, "examples.json").map_err(|error| error.to_string())
    }

    #[test]
    fn a_case_is_shown_as_a_model_is_to_write_it() {
        let json = format!(r#"{{"stories":[{{"id":"E-1","user_story":"As a customer","test_cases":[{CASE}]}}]}}"#);
        let corpus = parse(&json).unwrap();
        let example = corpus.named("E-1").unwrap();
        assert_eq!(
            example.cases[0],
            r#"{"title":"T","type":"negative","priority":"high","preconditions":[],"steps":["a","Enter the code [SAVE10] -> It is shown."],"expected_result":"E"}"#
        );
        assert_eq!(
            (
                example.shown[0].title.as_str(),
                example.shown[0].expected_result.as_str()
            ),
            ("T", "E")
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let story = |id: &str| format!(r#"{{"id":"{id}","user_story":"s","test_cases":[{CASE}]}}"#);
        for (json, told) in [
            ("1".to_owned(), "examples.json: /: an array of stories is wanted"),
            (
                "{}".to_owned(),
                "examples.json: /stories: an array of stories is wanted here",
            ),
            ("[".to_owned(), "examples.json: /: EOF"),
            (
                format!("[{}, {}]", story("A"), story("A")),
                "/1/id: \"A\" stands there twice",
            ),
            (format!("[{}]", story(" ")), "/0: id and user_story must not be empty"),
            ("[{}]".to_owned(), "/0: missing field `id`"),
        ] {
            let message = parse(&json).unwrap_err();
            assert!(message.contains(told), "{message}");
        }
    }

    #[test]
    fn the_checksum_follows_ids_and_texts() {
        let of = |id: &str, text: &str| *Corpus::of(vec![Arc::new(Example::bare(id, text, &[]))]).checksum();
        assert_eq!(of("A", "x"), of("A", "x"));
        assert_ne!(of("A", "x"), of("B", "x"));
        assert_ne!(of("A", "x"), of("A", "y"));
    }
}
