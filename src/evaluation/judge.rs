//! A second model judges the cases: each criterion of a rubric from 1 to 5, with a reason.
//!
//! A model's opinion is a measurement with known faults, and this room is built around them. It prefers what stands
//! first, so everything is asked twice with the order turned round, both answers are kept, and what they do not agree on
//! to one point counts as unstable and for no mean. It prefers its own words, so a judge that is the model that worded a
//! case, or one of its family, is flagged wherever its figures stand. It gives in to what it reads, so stories and cases
//! stand between fences. And it does not always answer: what cannot be read is asked for once more in other words, and
//! then the case is *not judged*, with the reason. No score is ever made up.
//!
//! Cases are judged one by one: small judges have small contexts, and people judge cases too, so that the two can be
//! compared. What only a suite can have, completeness, is asked of the suite as a whole. Two variants are compared suite
//! against suite on the same story.
//!
//! - `rubric`: what is judged, and what 1, 3 and 5 mean; `prompt`: how it is asked, with a hash; `answer`: what was said
//! - `family`: whether the judge judges itself
//! - `asking`: one question to a model server, twice at most; `runner`: all of them, resumable
//! - `figures`: rows of the one table of figures

pub mod answer;
mod asking;
mod family;
pub(super) mod figures;
mod prompt;
pub mod rubric;
pub mod runner;
#[cfg(test)]
mod tests;

pub use family::{SelfJudging, self_judging};
pub use prompt::rubric_hash;

use super::journal::Keyed;
use serde::{Deserialize, Serialize};

/// Answers that differ by more than this are unstable.
pub const MOST_APART: u8 = 1;

/// The model that judges.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judge {
    /// `ollama` or `openai`.
    pub backend: String,
    /// The model's name.
    pub model: String,
    /// Its digest; empty where the backend does not tell it.
    pub digest: String,
}

impl Judge {
    /// Its name for people: `ollama/qwen2.5:7b`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.backend, self.model)
    }
}

/// What the judge said of one criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// 1 to 5.
    pub score: u8,
    /// Why, in the judge's words.
    pub reason: String,
}

/// A criterion with what was said in both orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scored {
    /// Its name.
    pub criterion: String,
    /// In the order of the rubric, and turned round.
    pub said: [Said; 2],
}

impl Scored {
    /// Whether both orders say the same to [`MOST_APART`] point.
    #[must_use]
    pub fn is_stable(&self) -> bool {
        self.said[0].score.abs_diff(self.said[1].score) <= MOST_APART
    }

    /// The mean of both; `None` where they are not stable.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        self.is_stable()
            .then(|| f64::midpoint(f64::from(self.said[0].score), f64::from(self.said[1].score)))
    }
}

/// Which of two suites is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// The one that is compared.
    This,
    /// The one that it is compared with.
    Other,
    /// Neither.
    Neither,
}

/// What was said of two suites in one order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferred {
    /// Which one.
    pub better: Better,
    /// Why, in the judge's words.
    pub reason: String,
}

/// What the judge said of one thing: a case, a suite, or two suites. Or why it was not judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// A hash of what was judged, of the rubric and of the judge.
    pub key: String,
    /// The criteria, in the order of the rubric; empty for two suites, and where it was not judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scores: Vec<Scored>,
    /// For two suites: both orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred: Option<[Preferred; 2]>,
    /// Why it was not judged: a code and words; empty where it was.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub not_judged: String,
    /// Requests to the judge.
    pub calls: u32,
}

impl Judgement {
    /// Whether it was judged.
    #[must_use]
    pub fn is_judged(&self) -> bool {
        self.not_judged.is_empty()
    }

    /// Of two suites, the better one if both orders say so; a win in one order alone is none.
    #[must_use]
    pub fn better(&self) -> Option<Better> {
        let [first, turned] = self.preferred.as_ref()?;
        Some(if first.better == turned.better {
            first.better
        } else {
            Better::Neither
        })
    }

    /// Whether the orders name different suites as the better one.
    #[must_use]
    pub fn is_contrary(&self) -> bool {
        let named = |better| better != Better::Neither;
        self.preferred
            .as_ref()
            .is_some_and(|[first, turned]| named(first.better) && named(turned.better) && first.better != turned.better)
    }

    /// The mean of the stable scores; `None` without one.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let scores: Vec<f64> = self.scores.iter().filter_map(Scored::score).collect();
        crate::statistics::sample::mean(&scores)
    }
}

impl Keyed for Judgement {
    fn key(&self) -> &str {
        &self.key
    }
}

/// A judged case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseJudged {
    /// The case's id.
    pub case: String,
    /// How near the judge is to whoever worded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_judging: Option<SelfJudging>,
    /// What was said.
    pub judgement: Judgement,
}

/// A suite beside that of another variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairJudged {
    /// The other variant's name.
    pub against: String,
    /// What was said.
    pub judgement: Judgement,
}

/// What the judge said of one generation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgeSeen {
    /// Who judged.
    pub judge: Judge,
    /// The hash of the rubric and its prompts.
    pub rubric: String,
    /// How near the judge is to the variant's model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_judging: Option<SelfJudging>,
    /// The cases, in their order.
    pub cases: Vec<CaseJudged>,
    /// The suite as a whole; `None` for one without cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suite: Option<Judgement>,
    /// Against the first variant of the evaluation; `None` for that one itself, and where either has no case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pair: Option<PairJudged>,
}

impl JudgeSeen {
    /// What was said of cases and suite, in this order.
    pub fn scored(&self) -> impl Iterator<Item = &Judgement> {
        self.cases.iter().map(|case| &case.judgement).chain(&self.suite)
    }

    /// Everything that was asked of the judge.
    pub fn all(&self) -> impl Iterator<Item = &Judgement> {
        self.scored().chain(self.pair.iter().map(|pair| &pair.judgement))
    }

    /// What was said of a case, by its id.
    #[must_use]
    pub fn of_case(&self, id: &str) -> Option<&Judgement> {
        let found = self.cases.iter().find(|case| case.case == id)?;
        Some(&found.judgement)
    }
}
