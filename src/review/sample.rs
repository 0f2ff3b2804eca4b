//! Which cases are judged: 10 to 20 % of an evaluation's, from every stratum at least one, the same for the same seed.
//!
//! A stratum is a variant, a domain and a kind of case. Its cases are put into an order by a seed of its own, made of the
//! seed and its name, so that another variant in the evaluation does not change what is drawn of this one. Places are given
//! out one by one to the stratum that is farthest below its share, which keeps every stratum within one place of it.

use super::Mistakes;
use crate::evaluation::dataset::{EvaluationStory, hex};
use crate::evaluation::observation::{CaseSeen, Observation};
use crate::statistics::random::Random;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

/// Percent of the cases that may be drawn.
pub const SHARES: RangeInclusive<u8> = 10..=20;

/// The file that says what was drawn. It tells which variant worded what: it is for whoever leads the review, not for
/// annotators.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The format of the file: 1.
    pub format: u32,
    /// A digest of everything below, so that annotations of another sample are told apart.
    pub digest: String,
    /// The results that it was drawn from.
    pub results: String,
    /// The seed.
    pub seed: u64,
    /// Percent that were asked for.
    pub share: u8,
    /// Cases that it was drawn from.
    pub cases: usize,
    /// The strata, by name.
    pub strata: Vec<Stratum>,
    /// What was drawn, in an order that tells nothing.
    pub drawn: Vec<Drawn>,
}

/// Cases that are alike in what matters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stratum {
    /// The variant.
    pub variant: String,
    /// What the stories are about; may be empty.
    pub domain: String,
    /// The kind of the cases: `positive`, `negative`, `edge_case`, `boundary`.
    pub kind: String,
    /// Cases in it.
    pub cases: usize,
    /// Cases drawn: at least 1.
    pub drawn: usize,
}

/// A case that was drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    /// `R-001` …: all that annotators know it by.
    pub id: String,
    /// Which stratum, as a place in [`Sample::strata`].
    pub stratum: usize,
    /// The story's id.
    pub story_id: String,
    /// Which repetition of the story, from 0.
    pub repeat: u32,
    /// The story.
    pub story: String,
    /// Its acceptance criteria.
    pub criteria: Vec<String>,
    /// Glossary and notes; may be empty.
    pub context: String,
    /// The case.
    pub case: CaseSeen,
}

impl Sample {
    /// Draws `share` percent of the cases (rounded up), at least one of every stratum.
    ///
    /// # Errors
    /// A share beyond [`SHARES`], an observation of a story that `stories` has not, or nothing to draw from.
    pub fn draw(
        results: &str,
        observations: &[Observation],
        stories: &[EvaluationStory],
        share: u8,
        seed: u64,
    ) -> Result<Self, Mistakes> {
        if !SHARES.contains(&share) {
            return Err(Mistakes::one(format!(
                "share: {share} is not from {} to {} percent",
                SHARES.start(),
                SHARES.end()
            )));
        }
        let by_id: HashMap<&str, &EvaluationStory> = stories.iter().map(|story| (story.id.as_str(), story)).collect();
        type Key<'a> = (&'a str, &'a str, &'a str);
        let mut strata: BTreeMap<Key<'_>, Vec<(&EvaluationStory, &Observation, &CaseSeen)>> = BTreeMap::new();
        let mut mistakes = Vec::new();
        for seen in observations {
            let Some(story) = by_id.get(seen.story.as_str()) else {
                mistakes.push(format!(
                    "observations: the file of stories has no story {:?}",
                    seen.story
                ));
                continue;
            };
            for case in &seen.cases {
                let key = (seen.variant.as_str(), story.domain.as_str(), case.kind.as_str());
                strata.entry(key).or_default().push((story, seen, case));
            }
        }
        if !mistakes.is_empty() {
            mistakes.dedup();
            return Err(Mistakes(mistakes));
        }
        let sizes: Vec<usize> = strata.values().map(Vec::len).collect();
        let cases: usize = sizes.iter().sum();
        if cases == 0 {
            return Err(Mistakes::one("observations: there is no case to draw"));
        }
        let places = allotted(&sizes, (cases * usize::from(share)).div_ceil(100));
        let mut drawn = Vec::new();
        let mut listed = Vec::new();
        for (stratum, (((variant, domain, kind), mut members), places)) in strata.into_iter().zip(places).enumerate() {
            members.sort_by(|(_, one, case), (_, other, other_case)| {
                (&one.story, one.repeat, &case.id).cmp(&(&other.story, other.repeat, &other_case.id))
            });
            listed.push(Stratum {
                variant: variant.to_owned(),
                domain: domain.to_owned(),
                kind: kind.to_owned(),
                cases: members.len(),
                drawn: places,
            });
            let name = format!("{seed}\n{variant}\n{domain}\n{kind}");
            Random::seeded(number(&name)).shuffle(&mut members);
            drawn.extend(members.into_iter().take(places).map(|(story, seen, case)| Drawn {
                id: String::new(),
                stratum,
                story_id: story.id.clone(),
                repeat: seen.repeat,
                story: story.story.text().to_owned(),
                criteria: story.story.criteria().to_vec(),
                context: story.story.context().to_owned(),
                case: case.clone(),
            }));
        }
        Random::seeded(number(&format!("{seed}\norder"))).shuffle(&mut drawn);
        let width = drawn.len().to_string().len().max(3);
        for (place, one) in drawn.iter_mut().enumerate() {
            one.id = format!("R-{:0width$}", place + 1);
        }
        let mut sample = Self {
            format: 1,
            digest: String::new(),
            results: results.to_owned(),
            seed,
            share,
            cases,
            strata: listed,
            drawn,
        };
        sample.digest = sample.computed_digest();
        Ok(sample)
    }

    /// Reads the file that [`Sample::draw`] is written to.
    ///
    /// # Errors
    /// It is none, or was changed since it was drawn.
    pub fn parse(text: &str) -> Result<Self, Mistakes> {
        let sample: Self = serde_json::from_str(text)
            .map_err(|error| Mistakes::one(format!("it is not what `testgen review sample` writes: {error}")))?;
        if sample.format != 1 {
            return Err(Mistakes::one(format!("format: {} is not 1", sample.format)));
        }
        if sample.digest != sample.computed_digest() {
            return Err(Mistakes::one("digest: the sample was changed after it was drawn"));
        }
        if let Some(wrong) = sample.drawn.iter().find(|one| one.stratum >= sample.strata.len()) {
            return Err(Mistakes::one(format!(
                "drawn {}: there is no stratum {}",
                wrong.id, wrong.stratum
            )));
        }
        Ok(sample)
    }

    /// The variant that worded a drawn case.
    #[must_use]
    pub fn variant(&self, drawn: &Drawn) -> &str {
        self.strata
            .get(drawn.stratum)
            .map_or("", |stratum| stratum.variant.as_str())
    }

    /// How many cases of its stratum a drawn case stands for, at least 1.
    #[must_use]
    pub fn weight(&self, drawn: &Drawn) -> f64 {
        self.strata
            .get(drawn.stratum)
            .map_or(1.0, |stratum| stratum.cases as f64 / stratum.drawn.max(1) as f64)
    }

    /// What was drawn of how many, in words.
    #[must_use]
    pub fn sizes(&self) -> String {
        let percent = 100.0 * self.drawn.len() as f64 / self.cases.max(1) as f64;
        let asked = (self.cases * usize::from(self.share)).div_ceil(100);
        let more = if self.drawn.len() > asked {
            format!(
                "; {} % would be {asked}, and every stratum has one at least",
                self.share
            )
        } else {
            String::new()
        };
        format!(
            "{} of {} cases drawn ({percent:.1} %), from {} strata{more}",
            self.drawn.len(),
            self.cases,
            self.strata.len()
        )
    }

    fn computed_digest(&self) -> String {
        // Strings and numbers alone: they can always be written.
        let content = serde_json::to_vec(&(&self.results, self.seed, self.share, &self.strata, &self.drawn));
        let mut digest = hex(&Sha256::digest(content.unwrap_or_default()));
        digest.truncate(16);
        digest
    }
}

/// Places for each stratum: one each, and what is left of `all` to whoever is farthest below its share.
fn allotted(sizes: &[usize], all: usize) -> Vec<usize> {
    let total: usize = sizes.iter().sum();
    let mut places = vec![1; sizes.len()];
    for _ in sizes.len()..all {
        let lacks = |place: usize| all as f64 * sizes[place] as f64 / total as f64 - places[place] as f64;
        let most = (0..sizes.len())
            .filter(|place| places[*place] < sizes[*place])
            // Of equals the first.
            .max_by(|one, other| lacks(*one).total_cmp(&lacks(*other)).then(other.cmp(one)));
        let Some(most) = most else { break };
        places[most] += 1;
    }
    places
}

/// The seed that a text stands for.
fn number(text: &str) -> u64 {
    let digest = Sha256::digest(text.as_bytes());
    digest
        .iter()
        .take(8)
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::allotted;

    #[test]
    fn places_are_those_of_the_shares_and_nobody_is_left_out() {
        assert_eq!(allotted(&[100, 50, 50], 20), [10, 5, 5]);
        assert_eq!(allotted(&[97, 2, 1], 10), [8, 1, 1]);
        assert_eq!(allotted(&[5, 5, 5], 2), [1, 1, 1], "more strata than places");
        assert_eq!(allotted(&[1, 1, 18], 4), [1, 1, 2], "no more than there are");
        assert_eq!(allotted(&[3], 9), [3]);
        assert_eq!(allotted(&[], 9), Vec::<usize>::new());
    }
}
