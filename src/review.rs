//! Review by people: a sample of what an evaluation brought forth is judged by testers who do not know which variant
//! worded what, and their judgements become figures with their agreement beside them.
//!
//! A room of its own and not a part of `evaluation`: it reads what an evaluation has left behind and nothing else, an
//! evaluation is whole without it, and its files wait for days between two of its steps. Everything here is pure; files are
//! read and written by `cli`.
//!
//! - `sample`: 10 to 20 % of the cases, from every stratum, the same for the same seed
//! - `export`: tasks for Label Studio, DeepEval and plain programs, without the variant
//! - `import`: what annotators said, checked against the sample
//! - `judged`: how far a model that judges agrees with people
//! - `summary`: how many cases are kept, how far the annotators agree, and why cases are not kept
//!
//! What it refuses: to guess. An annotation that does not fit its sample is an error that names it, and nothing of the
//! file is taken.

pub mod sample;
pub mod export;
pub mod import;
pub mod judged;
pub mod summary;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

/// What a tester would do with a case, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Run it as it stands.
    Keep,
    /// Run it after a change.
    Mend,
    /// Not run it.
    Drop,
}

impl Verdict {
    /// Every verdict, from best to worst.
    pub const ALL: [Self; 3] = [Self::Keep, Self::Mend, Self::Drop];

    /// Its name, as it stands in all files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Mend => "mend",
            Self::Drop => "drop",
        }
    }

    /// What it means, as annotators read it.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Keep => "a tester would run it as it stands",
            Self::Mend => "worth having after a change",
            Self::Drop => "not worth having: wrong, repeated, or beside the story",
        }
    }

    /// The verdict of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == name)
    }
}

/// What is rated from 1 to 5: the parts that the lint scores too, in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rating {
    /// Its name, as it stands in all files.
    pub name: &'static str,
    /// What is asked, with the meaning of 1 and of 5.
    pub question: &'static str,
}

/// The five ratings, in the order of [`CaseSeen::sub_scores`](crate::evaluation::observation::CaseSeen::sub_scores).
pub const RATINGS: [Rating; 5] = [
    Rating {
        name: "preconditions",
        question: "Preconditions: 1 missing or vague, 5 everything that must hold, each checkable",
    },
    Rating {
        name: "steps",
        question: "Steps: 1 cannot be executed, 5 one clear act each, with its data",
    },
    Rating {
        name: "expected_result",
        question: "Expected result: 1 cannot be observed, 5 says exactly what is seen",
    },
    Rating {
        name: "traceability",
        question: "Traceability: 1 unrelated to the story, 5 tests what the story and its criteria say",
    },
    Rating {
        name: "singularity",
        question: "Singularity: 1 tests many things at once, 5 tests one thing",
    },
];

/// The least and the most of a rating.
pub const SCALE: std::ops::RangeInclusive<u8> = 1..=5;

/// Everything that is wrong with a file, each with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", listed(.0))]
pub struct Mistakes(pub Vec<String>);

/// Most mistakes that are told one by one.
const MOST_TOLD: usize = 30;

fn listed(mistakes: &[String]) -> String {
    let mut told: Vec<String> = mistakes
        .iter()
        .take(MOST_TOLD)
        .map(|text| format!("\n  {text}"))
        .collect();
    if mistakes.len() > MOST_TOLD {
        told.push(format!("\n  and {} more", mistakes.len() - MOST_TOLD));
    }
    told.concat()
}

impl Mistakes {
    /// A single one.
    pub(crate) fn one(mistake: impl Into<String>) -> Self {
        Self(vec![mistake.into()])
    }
}
