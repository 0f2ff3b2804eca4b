//! Who words the stories, and the key under which a result is the same result.

use super::dataset::{EvaluationStory, hex};
use crate::backend::Sampling;
use crate::config::{BackendChoice, Config};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// One way of wording stories that is evaluated: a backend, and for one that asks a model, which model and which prompt.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Variant {
    /// `rules`, `ollama` or `openai`.
    pub backend: String,
    /// The model's name; empty for the rules.
    pub model: String,
    /// Its digest, where the backend tells it.
    pub digest: String,
    /// The prompt variant's name; empty for the rules.
    pub prompt: String,
    /// SHA-256 of the prompt's file; empty for the rules.
    pub prompt_hash: String,
}

impl Variant {
    /// Its name: `rules`, or `ollama/llama3.2:1b/planned`.
    #[must_use]
    pub fn name(&self) -> String {
        [&self.backend, &self.model, &self.prompt]
            .into_iter()
            .filter(|part| !part.is_empty())
            .cloned()
            .collect::<Vec<String>>()
            .join("/")
    }

    /// Which backend is to be asked.
    #[must_use]
    pub fn choice(&self) -> BackendChoice {
        match self.backend.as_str() {
            "ollama" => BackendChoice::Ollama,
            "openai" => BackendChoice::OpenAi,
            _ => BackendChoice::Rules,
        }
    }
}

/// What all cells of an evaluation have in common, as far as it changes what comes out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Conditions {
    /// Seed of the first repetition; the next has the next.
    pub seed: i64,
    /// Temperature of the first attempt.
    pub temperature: f64,
    /// Most cases of a story; `None`: decided from the story.
    pub max_cases: Option<usize>,
    /// Whether the rules word what a model leaves open.
    pub fill_with_rules: bool,
    /// Most requests to a model for a story.
    pub max_attempts: usize,
    /// Tokens of context.
    pub num_ctx: usize,
    /// Whether the schema is sent.
    pub schema: bool,
    /// Whether models that can think do so.
    pub think: bool,
    /// Version of TestGen.
    pub version: String,
    /// Which build of it: size and time of its file. The same version may judge differently while it is worked on.
    pub build: String,
}

impl Conditions {
    /// The conditions that settings give.
    #[must_use]
    pub fn of(config: &Config, seed: i64, max_cases: Option<usize>, fill_with_rules: bool) -> Self {
        Self {
            seed,
            temperature: 0.0,
            max_cases,
            fill_with_rules,
            max_attempts: config.generation.max_attempts.get(),
            num_ctx: config.ollama.num_ctx.get(),
            schema: config.ollama.schema,
            think: config.ollama.think,
            version: config.service.version.clone(),
            build: build(),
        }
    }

    /// How the model samples in a repetition, from 0.
    #[must_use]
    pub fn sampling(&self, repeat: u32) -> Sampling {
        Sampling {
            temperature: Some(self.temperature),
            seed: Some(self.seed.saturating_add(i64::from(repeat))),
            ..Sampling::default()
        }
    }

    /// The key of a cell: a hash of everything that decides what comes out. The same key is the same result.
    #[must_use]
    pub fn key(&self, variant: &Variant, story: &EvaluationStory, repeat: u32) -> String {
        #[derive(Serialize)]
        struct Key<'a> {
            conditions: &'a Conditions,
            variant: &'a Variant,
            text: &'a str,
            criteria: &'a [String],
            context: &'a str,
            repeat: u32,
        }
        let key = Key {
            conditions: self,
            variant,
            text: story.story.text(),
            criteria: story.story.criteria(),
            context: story.story.context(),
            repeat,
        };
        // Strings and numbers alone: they can always be written.
        hex(&Sha256::digest(serde_json::to_vec(&key).unwrap_or_default()))
    }
}

fn build() -> String {
    let file = std::env::current_exe().and_then(std::fs::metadata);
    let Ok(file) = file else {
        return String::new();
    };
    let changed = file
        .modified()
        .ok()
        .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok())
        .unwrap_or_default();
    format!("{}@{}", file.len(), changed.as_secs())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::evaluation::dataset::Dataset;
    use crate::story::Limits;

    #[test]
    fn whatever_changes_the_result_changes_the_key() {
        let text = r#"[{"id": "A", "user_story": "As a member, I want to borrow books"},
                       {"id": "B", "user_story": "As a member, I want to borrow books"},
                       {"id": "C", "user_story": "As a member, I want to borrow books", "acceptance_criteria": ["At most 5 books."]}]"#;
        let stories = Dataset::parse("x", text, &Limits::default()).unwrap().stories;
        let variant = Variant {
            backend: "ollama".to_owned(),
            model: "m".to_owned(),
            digest: "d".to_owned(),
            prompt: "basic".to_owned(),
            prompt_hash: "h".to_owned(),
        };
        let conditions = Conditions::of(&Config::default(), 1, None, false);
        let key = conditions.key(&variant, &stories[0], 0);
        assert_eq!(key, conditions.key(&variant, &stories[1], 0), "an id is no content");
        let others = [
            conditions.key(&variant, &stories[2], 0),
            conditions.key(&variant, &stories[0], 1),
            conditions.key(
                &Variant {
                    digest: "e".to_owned(),
                    ..variant.clone()
                },
                &stories[0],
                0,
            ),
            conditions.key(
                &Variant {
                    prompt_hash: "i".to_owned(),
                    ..variant.clone()
                },
                &stories[0],
                0,
            ),
            Conditions {
                seed: 2,
                ..conditions.clone()
            }
            .key(&variant, &stories[0], 0),
            Conditions {
                version: "9".to_owned(),
                ..conditions.clone()
            }
            .key(&variant, &stories[0], 0),
        ];
        assert!(others.iter().all(|other| *other != key));
        assert_eq!(variant.name(), "ollama/m/basic");
    }
}
