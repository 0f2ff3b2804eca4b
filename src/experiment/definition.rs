//! The small file that defines an experiment: which variants there are, who gets which, and whether anybody does.

use crate::evaluation::dataset::hex;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;

/// Most bytes of the file.
pub const MOST_BYTES: u64 = 64 << 10;
/// Most variants: each is a label of metrics.
pub const MOST_VARIANTS: usize = 8;
/// Most characters of an id or a name.
const LONGEST_NAME: usize = 64;
/// How far the shares' sum may be from 100 by rounding.
const ROUNDING: f64 = 1e-6;

/// An experiment, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Its name.
    pub id: String,
    /// Whether variants are given out; if not, everybody gets the control.
    pub enabled: bool,
    /// What assignments are hashed with: another salt assigns everybody anew.
    pub salt: String,
    /// What is assigned.
    pub key: Key,
    /// The variants, the control first: 2 to [`MOST_VARIANTS`].
    pub variants: Vec<Variant>,
    /// Percent of each variant, in their order; with a rollout those of its first step.
    pub shares: Vec<f64>,
    /// How the candidate's share grows, if it does.
    pub rollout: Option<Rollout>,
    /// A digest of the file.
    pub digest: String,
}

/// What is assigned to a variant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// What the caller names in the metadata `x-testgen-unit`; the correlation id of a call that names none.
    #[default]
    Unit,
    /// The correlation id: each call by itself, unless the caller keeps one.
    Correlation,
    /// The caller, as the service tells callers apart.
    Caller,
}

/// One variant: what it sets, where a request leaves it open.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// Percent of the units; not with a rollout.
    #[serde(default)]
    share: Option<f64>,
    /// `auto`, `ollama`, `openai` or `rules`; nothing: the configured one.
    #[serde(default)]
    pub backend: Option<String>,
    /// The model; empty: the configured one.
    #[serde(default)]
    pub model: String,
    /// The prompt; empty: the configured one.
    #[serde(default)]
    pub prompt: String,
}

/// How the candidate's share grows, and what makes it go back.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rollout {
    /// Percent for the candidate, step by step, rising.
    #[serde(default = "steps")]
    pub steps: Vec<f64>,
    /// Generations of the candidate after which a step is over.
    #[serde(default = "advance_after")]
    pub advance_after: usize,
    /// Generations of each variant below which nothing is concluded.
    #[serde(default = "least")]
    pub least: usize,
    /// Probability of going back although nothing is worse, over the whole rollout.
    #[serde(default = "level")]
    pub level: f64,
    /// What is not worth going back for.
    #[serde(default)]
    pub tolerance: Tolerance,
}

/// By how much the candidate may be worse than the control.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tolerance {
    /// Share of failed generations, 0 to 1.
    pub errors: f64,
    /// Coverage ratio, 0 to 1.
    pub coverage: f64,
    /// Lint mean, 0 to 9 points.
    pub lint: f64,
    /// Share of generations that are slower than the control's P95, 0 to 1.
    pub slow: f64,
}

fn steps() -> Vec<f64> {
    vec![5.0, 25.0, 50.0, 100.0]
}

fn advance_after() -> usize {
    200
}

fn least() -> usize {
    50
}

fn level() -> f64 {
    0.05
}

/// What a definition may name.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The prompt variants.
    pub prompts: Vec<String>,
    /// Whether there is an OpenAI-compatible server.
    pub openai: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    salt: Option<String>,
    #[serde(default)]
    key: Key,
    variant: Vec<Variant>,
    #[serde(default)]
    rollout: Option<Rollout>,
}

fn yes() -> bool {
    true
}

/// Everything that is wrong with a definition, each with its field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("; "))]
pub struct Mistakes(pub Vec<String>);

impl Definition {
    /// Reads a definition.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(text: &str, known: &Known) -> Result<Self, Mistakes> {
        let file: File = toml::from_str(text).map_err(|error| Mistakes(vec![error.to_string().trim().to_owned()]))?;
        let mut wrong = Vec::new();
        if !is_name(&file.id) {
            wrong.push(format!(
                "id: {:?} is no name of 1 to {LONGEST_NAME} letters, digits and . _ -",
                file.id
            ));
        }
        if !(2..=MOST_VARIANTS).contains(&file.variant.len()) {
            wrong.push(format!(
                "variant: there are {}, not 2 to {MOST_VARIANTS}",
                file.variant.len()
            ));
        }
        let mut names = HashSet::new();
        for (place, variant) in file.variant.iter().enumerate() {
            variant.check(place, known, &mut names, &mut wrong);
        }
        let shares = match &file.rollout {
            Some(rollout) => {
                rollout.check(&mut wrong);
                if file.variant.len() != 2 {
                    wrong.push("rollout: it has two variants, the control and the candidate".to_owned());
                }
                if file.variant.iter().any(|variant| variant.share.is_some()) {
                    wrong.push("variant.share: the steps of the rollout say it".to_owned());
                }
                rollout.shares(0)
            }
            None => shares(&file.variant, &mut wrong),
        };
        if !wrong.is_empty() {
            return Err(Mistakes(wrong));
        }
        Ok(Self {
            salt: file.salt.unwrap_or_else(|| file.id.clone()),
            id: file.id,
            enabled: file.enabled,
            key: file.key,
            variants: file.variant,
            shares,
            rollout: file.rollout,
            digest: hex(&Sha256::digest(text.as_bytes())[..8]),
        })
    }

    /// The control's place among the variants.
    pub const CONTROL: usize = 0;
}

fn shares(variants: &[Variant], wrong: &mut Vec<String>) -> Vec<f64> {
    let shares: Vec<f64> = variants.iter().map(|variant| variant.share.unwrap_or(-1.0)).collect();
    for (variant, share) in variants.iter().zip(&shares) {
        if !(0.0..=100.0).contains(share) {
            wrong.push(format!(
                "variant {:?}: share: a number from 0 to 100 is expected",
                variant.name
            ));
        }
    }
    let sum: f64 = shares.iter().sum();
    if wrong.is_empty() && (sum - 100.0).abs() > ROUNDING {
        wrong.push(format!("variant.share: the shares make {sum} %, not 100 %"));
    }
    shares
}

impl Variant {
    fn check<'a>(&'a self, place: usize, known: &Known, names: &mut HashSet<&'a str>, wrong: &mut Vec<String>) {
        let mut tell = |field: &str, what: String| wrong.push(format!("variant[{place}].{field}: {what}"));
        if !is_name(&self.name) || !names.insert(&self.name) {
            tell("name", format!("{:?} is no name, or was given before", self.name));
        }
        let backend = self.backend.as_deref();
        match backend {
            None | Some("auto" | "ollama" | "rules") => {}
            Some("openai") if known.openai => {}
            Some("openai") => tell("backend", "openai needs openai.url".to_owned()),
            Some(other) => tell("backend", format!("{other:?} is not auto, ollama, openai or rules")),
        }
        if !self.model.is_empty() && matches!(backend, None | Some("rules")) {
            tell("model", "name a backend that uses models as well".to_owned());
        }
        if !self.prompt.is_empty() && !known.prompts.contains(&self.prompt) {
            tell(
                "prompt",
                format!("there is no {:?}; there are {}", self.prompt, known.prompts.join(", ")),
            );
        }
    }
}

impl Rollout {
    fn check(&self, wrong: &mut Vec<String>) {
        let rising = self.steps.windows(2).all(|pair| pair[0] < pair[1]);
        let within = self.steps.iter().all(|step| *step > 0.0 && *step <= 100.0);
        if self.steps.is_empty() || self.steps.len() > 20 || !rising || !within {
            wrong.push("rollout.steps: 1 to 20 rising numbers above 0 and up to 100 are expected".to_owned());
        }
        if !(20..=1_000_000).contains(&self.least) {
            wrong.push(format!("rollout.least: {} is not from 20 to 1000000", self.least));
        }
        if !(self.least..=1_000_000).contains(&self.advance_after) {
            wrong.push(format!(
                "rollout.advance_after: {} is not from rollout.least ({}) to 1000000",
                self.advance_after, self.least
            ));
        }
        if !(0.001..=0.2).contains(&self.level) {
            wrong.push(format!("rollout.level: {} is not from 0.001 to 0.2", self.level));
        }
        let tolerance = self.tolerance;
        for (name, value, most) in [
            ("errors", tolerance.errors, 1.0),
            ("coverage", tolerance.coverage, 1.0),
            ("lint", tolerance.lint, 9.0),
            ("slow", tolerance.slow, 1.0),
        ] {
            if !(0.0..=most).contains(&value) {
                wrong.push(format!("rollout.tolerance.{name}: {value} is not from 0 to {most}"));
            }
        }
    }

    /// Percent of control and candidate at a step; beyond the last one those of the last one.
    #[must_use]
    pub fn shares(&self, step: usize) -> Vec<f64> {
        let candidate = self.steps.get(step).or(self.steps.last()).copied().unwrap_or(0.0);
        vec![100.0 - candidate, candidate]
    }
}

fn is_name(text: &str) -> bool {
    (1..=LONGEST_NAME).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}
