//! Which model a request for the model `auto` gets: by a file of models that were evaluated, a profile, and a bound on cost.
//!
//! The file is what `testgen evaluate` writes as `models.json`. Here it is only read, checked and ranked; whether a model is
//! on any host is decided for each request by [`Selector`](super::selection::Selector).

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The name that asks for a choice.
pub const AUTO: &str = "auto";
/// The name that asks for two models at once.
pub const ENSEMBLE: &str = "ensemble";
/// The format of the file.
pub const FORMAT: u32 = 1;
/// Longest file.
pub const MAX_FILE_BYTES: u64 = 4 << 20;
/// The figure that the bound on cost is about.
pub const COST: &str = "cost.per_1000_measured";

/// What matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Answers soon.
    LowLatency,
    /// Something of everything.
    #[default]
    Balanced,
    /// Good cases, whatever they take.
    HighQuality,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 3] = [Self::LowLatency, Self::Balanced, Self::HighQuality];

    /// Its name, as settings spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LowLatency => "low_latency",
            Self::Balanced => "balanced",
            Self::HighQuality => "high_quality",
        }
    }
}

/// Models that were evaluated, and what each is worth by each profile.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Matrix {
    /// The format of the file: [`FORMAT`].
    pub format: u32,
    /// When it was made, ISO 8601 in UTC.
    pub made: String,
    /// The file of stories that it rests on.
    pub data: String,
    /// How many stories.
    pub stories: usize,
    /// What is weighed, and how it is put on a scale from 0 to 1.
    pub criteria: Vec<Criterion>,
    /// What weighs how much.
    pub profiles: Vec<Weights>,
    /// The variants.
    pub models: Vec<Model>,
}

/// A figure that is weighed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Criterion {
    /// The figure's name.
    pub metric: String,
    /// How it is put on a scale from 0 to 1.
    pub scale: String,
    /// Whether it counts: every variant has the figure.
    pub counts: bool,
}

/// What a profile weighs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// Which one.
    pub profile: Profile,
    /// The weight of each figure; together 1.
    pub weights: BTreeMap<String, f64>,
    /// Figures that have to reach their targets: what misses one comes after what does not.
    pub required: Vec<String>,
}

/// A variant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// Its name: `ollama/llama3.2:1b/planned`.
    pub variant: String,
    /// `rules`, `ollama` or `openai`.
    pub backend: String,
    /// The model's name; empty for the rules.
    pub model: String,
    /// The prompt that it was asked with; empty for the rules.
    pub prompt: String,
    /// The figures that are weighed.
    pub figures: BTreeMap<String, f64>,
    /// What it is worth by each profile, from 0 to 1.
    pub scores: BTreeMap<Profile, f64>,
    /// The required figures of each profile that miss their target.
    pub missed: BTreeMap<Profile, Vec<String>>,
}

impl Matrix {
    /// Reads a file.
    ///
    /// # Errors
    /// In words: which field, and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let matrix: Self =
            serde_json::from_str(text).map_err(|error| format!("is no models.json of testgen evaluate: {error}"))?;
        if matrix.format != FORMAT {
            return Err(format!("format: is {}; {FORMAT} is accepted", matrix.format));
        }
        for (place, model) in matrix.models.iter().enumerate() {
            if !["rules", "ollama", "openai"].contains(&model.backend.as_str()) {
                return Err(format!(
                    "models[{place}].backend: accepts rules, ollama or openai, not {:?}",
                    model.backend
                ));
            }
            if (model.backend == "rules") != model.model.is_empty() {
                return Err(format!(
                    "models[{place}].model: the rules have none, and others have one"
                ));
            }
            for profile in Profile::ALL {
                let score = model.scores.get(&profile);
                if !score.is_some_and(|score| (0.0..=1.0).contains(score)) {
                    return Err(format!(
                        "models[{place}].scores.{}: accepts a number from 0 to 1",
                        profile.as_str()
                    ));
                }
            }
        }
        Ok(matrix)
    }

    /// The variants, the best first: those that reach what the profile requires before those that do not, then by score.
    #[must_use]
    pub fn ranked(&self, profile: Profile) -> Vec<&Model> {
        let mut ranked: Vec<&Model> = self.models.iter().collect();
        ranked.sort_by(|one, other| {
            one.misses(profile)
                .cmp(&other.misses(profile))
                .then_with(|| other.score(profile).total_cmp(&one.score(profile)))
                .then_with(|| one.variant.cmp(&other.variant))
        });
        ranked
    }
}

impl Model {
    /// What it is worth.
    #[must_use]
    pub fn score(&self, profile: Profile) -> f64 {
        self.scores.get(&profile).copied().unwrap_or_default()
    }

    /// Whether it misses something that the profile requires.
    #[must_use]
    pub fn misses(&self, profile: Profile) -> bool {
        self.missed.get(&profile).is_some_and(|missed| !missed.is_empty())
    }
}

/// How `auto` is decided.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// The models that were evaluated.
    pub matrix: Matrix,
    /// What matters.
    pub profile: Profile,
    /// Most US dollars for 1,000 requests; 0: any.
    pub max_cost: f64,
}

/// A model that is worth trying, or why it is not.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Candidate<'a> {
    /// It may be used, if a host has it.
    Fits(&'a Model),
    /// It may not; why.
    LeftOut(String),
}

impl Policy {
    /// The models in the order in which they are tried, each once: a model counts by its best prompt. The rules are no model,
    /// and whoever asks for one gets them only where no model is to be had.
    pub(super) fn candidates(&self) -> Vec<Candidate<'_>> {
        let mut seen: Vec<(&str, &str)> = Vec::new();
        let mut candidates = Vec::new();
        for model in self.matrix.ranked(self.profile) {
            let name = (model.backend.as_str(), model.model.as_str());
            if model.model.is_empty() || seen.contains(&name) {
                continue;
            }
            seen.push(name);
            candidates.push(match model.figures.get(COST) {
                Some(cost) if self.max_cost > 0.0 && *cost > self.max_cost => Candidate::LeftOut(format!(
                    "{} costs ${cost:.2} for 1,000 requests, which is more than model_policy.max_cost allows",
                    model.model
                )),
                None if self.max_cost > 0.0 => Candidate::LeftOut(format!("what {} costs is not known", model.model)),
                _ => Candidate::Fits(model),
            });
        }
        candidates
    }

    /// Why a model was taken.
    pub(super) fn reason(&self, model: &Model) -> String {
        let missed = model.missed.get(&self.profile).map(|missed| missed.join(", "));
        let but = missed
            .filter(|missed| !missed.is_empty())
            .map(|missed| format!(", though it misses {missed}"))
            .unwrap_or_default();
        format!(
            "auto takes {}, {:.2} of 1 by the profile {}{but}",
            model.model,
            model.score(self.profile),
            self.profile.as_str()
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn model(name: &str, prompt: &str, score: f64, cost: f64) -> Model {
        Model {
            variant: format!("ollama/{name}/{prompt}"),
            backend: "ollama".to_owned(),
            model: name.to_owned(),
            prompt: prompt.to_owned(),
            figures: [(COST.to_owned(), cost)].into(),
            scores: Profile::ALL.map(|profile| (profile, score)).into(),
            missed: BTreeMap::new(),
        }
    }

    fn policy(models: Vec<Model>) -> Policy {
        Policy {
            matrix: Matrix {
                format: FORMAT,
                models,
                ..Matrix::default()
            },
            ..Policy::default()
        }
    }

    #[test]
    fn each_model_is_tried_once_the_best_first_and_what_costs_too_much_is_left_out() {
        let mut failing = model("failing", "planned", 0.99, 1.0);
        failing.missed = [(Profile::Balanced, vec!["quality.failed".to_owned()])].into();
        let mut rules = model("", "", 1.0, 0.0);
        rules.backend = "rules".to_owned();
        let mut policy = policy(vec![
            rules,
            model("small", "planned", 0.5, 1.0),
            model("large", "basic", 0.7, 30.0),
            model("large", "planned", 0.8, 30.0),
            failing,
        ]);
        let names = |policy: &Policy| -> Vec<String> {
            let name = |candidate| match candidate {
                Candidate::Fits(model) => model.variant.clone(),
                Candidate::LeftOut(reason) => reason,
            };
            policy.candidates().into_iter().map(name).collect()
        };
        assert_eq!(
            names(&policy),
            ["ollama/large/planned", "ollama/small/planned", "ollama/failing/planned"]
        );
        policy.max_cost = 20.0;
        assert!(names(&policy)[0].starts_with("large costs $30.00"));
        let last = &policy.matrix.models[4];
        assert!(policy.reason(last).ends_with("though it misses quality.failed"));
    }

    #[test]
    fn what_is_wrong_with_a_file_is_told_with_its_field() {
        let whole = |change: &dyn Fn(&mut Matrix)| {
            let mut matrix = policy(vec![model("m", "planned", 0.5, 1.0)]).matrix;
            change(&mut matrix);
            Matrix::parse(&serde_json::to_string(&matrix).unwrap())
        };
        assert!(whole(&|_| {}).is_ok());
        for (told, change) in [
            (
                "format: is 2",
                &(|matrix: &mut Matrix| matrix.format = 2) as &dyn Fn(&mut Matrix),
            ),
            ("models[0].backend", &|matrix| matrix.models[0].backend = "x".to_owned()),
            ("models[0].model", &|matrix| matrix.models[0].model.clear()),
            ("models[0].scores.balanced", &|matrix| {
                matrix.models[0].scores.insert(Profile::Balanced, 1.5);
            }),
            ("models[0].scores.low_latency", &|matrix| {
                matrix.models[0].scores.remove(&Profile::LowLatency);
            }),
        ] {
            assert!(whole(change).unwrap_err().contains(told), "{told}");
        }
        assert!(Matrix::parse("[]").unwrap_err().contains("is no models.json"));
    }
}
