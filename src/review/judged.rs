//! How far a model that judges agrees with people: on each criterion that both rate, and on what a tester would do with the
//! case. A judge that does not agree with people measures something else, whatever it says.
//!
//! A person's verdict and a judge's scores are brought onto one scale by two fixed bounds: from [`KEEP_FROM`] on a judge
//! keeps a case (the target of every criterion), below [`DROP_BELOW`] it drops it. Spearman's correlation stands beside
//! that, since it needs no bound. A case whose words are not those that were marked is left out and counted: the marks
//! belong to the words. So is one that is not among the results at all: the marks are those of other stories.

use super::export::VERDICT;
use super::import::Judgement;
use super::sample::Sample;
use super::summary::verdict;
use super::{Mistakes, RATINGS, SCALE, Verdict};
use crate::evaluation::judge::rubric::OF_CASE;
use crate::evaluation::observation::Observation;
use crate::statistics::agreement::{Scale, Weights, cohen_kappa, krippendorff_alpha};
use crate::statistics::ranks::spearman;
use crate::statistics::sample::mean;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A judge keeps a case whose mean score is at least this: the target of the criteria.
pub const KEEP_FROM: f64 = 4.0;
/// A judge drops a case whose mean score is less than this: nearer to 1 or 2 than to 3.
pub const DROP_BELOW: f64 = 2.5;

/// What people said of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Marked {
    /// Its story.
    pub story: String,
    /// Which repetition of the story, from 0.
    pub repeat: u32,
    /// The variant that worded it; `None`: any whose words are the same.
    pub variant: Option<String>,
    /// Its id in its suite.
    pub case: String,
    /// Its title, by which it is known to be the same.
    pub title: String,
    /// What is to be done with it.
    pub verdict: Verdict,
    /// Ratings by name, 1 to 5: of several people their mean.
    pub ratings: BTreeMap<String, f64>,
}

/// How far the judge agrees with people.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct WithPeople {
    /// The judges, by name.
    pub judges: Vec<String>,
    /// Cases that people marked.
    pub marked: usize,
    /// Of those, cases that were judged too.
    pub judged: usize,
    /// Of those that were not: cases whose words are others now.
    pub changed: usize,
    /// Of those that were not: cases whose story, or whose id in it, is not among the results.
    pub absent: usize,
    /// The verdict first, then each criterion that both rate.
    pub on: Vec<On>,
}

/// How far they agree on one thing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct On {
    /// `verdict`, or the criterion.
    pub on: &'static str,
    /// Cases with a word of both.
    pub cases: usize,
    /// Cases on which both say the same ÷ cases; scores are rounded, halves up.
    pub same: Option<f64>,
    /// Cohen's kappa with quadratic weights.
    pub kappa: Option<f64>,
    /// Krippendorff's alpha, ordinal.
    pub alpha: Option<f64>,
    /// Spearman's correlation of the judge's scores with what people say.
    pub spearman: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MarksFile {
    #[serde(rename = "rules")]
    _rules: String,
    marks: Vec<Mark>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    case: String,
    title: String,
    mark: Verdict,
    #[serde(rename = "reason")]
    _reason: String,
}

/// Reads a file of marks, as `data/test/blind_marks.json` is one: cases as `STORY/TC-001`.
///
/// # Errors
/// It is no such file, or a case is not named so.
pub fn marks(text: &str) -> Result<Vec<Marked>, Mistakes> {
    let file: MarksFile =
        serde_json::from_str(text).map_err(|error| Mistakes::one(format!("it is no file of marks: {error}")))?;
    let mut mistakes = Vec::new();
    let mut marked = Vec::new();
    for (place, mark) in file.marks.into_iter().enumerate() {
        let Some((story, case)) = mark.case.rsplit_once('/') else {
            mistakes.push(format!(
                "marks[{place}].case: STORY/TC-001 is expected, not {:?}",
                mark.case
            ));
            continue;
        };
        marked.push(Marked {
            story: story.to_owned(),
            repeat: 0,
            variant: None,
            case: case.to_owned(),
            title: mark.title,
            verdict: mark.mark,
            ratings: BTreeMap::new(),
        });
    }
    if mistakes.is_empty() {
        Ok(marked)
    } else {
        Err(Mistakes(mistakes))
    }
}

/// What the people of a review said, case by case.
#[must_use]
pub fn of_review(sample: &Sample, judgements: &[Judgement]) -> Vec<Marked> {
    let of = |id: &str| -> Vec<&Judgement> { judgements.iter().filter(|one| one.review_id == id).collect() };
    let marked = |drawn: &super::sample::Drawn| {
        let said = of(&drawn.id);
        let rated = |name: &str| -> Vec<f64> {
            let given = said.iter().filter_map(|one| one.ratings.get(name));
            given.map(|rating| f64::from(*rating)).collect()
        };
        Some(Marked {
            story: drawn.story_id.clone(),
            repeat: drawn.repeat,
            variant: Some(sample.variant(drawn).to_owned()),
            case: drawn.case.id.clone(),
            title: drawn.case.title.clone(),
            verdict: verdict(&said)?,
            ratings: RATINGS
                .iter()
                .filter_map(|rating| Some((rating.name.to_owned(), mean(&rated(rating.name))?)))
                .collect(),
        })
    };
    sample.drawn.iter().filter_map(marked).collect()
}

/// What a judge of this mean score would do with a case.
#[must_use]
pub fn as_verdict(score: f64) -> Verdict {
    match score {
        score if score >= KEEP_FROM => Verdict::Keep,
        score if score < DROP_BELOW => Verdict::Drop,
        _ => Verdict::Mend,
    }
}

impl WithPeople {
    /// Compares marks with what was judged.
    #[must_use]
    pub fn of(marked: &[Marked], observations: &[Observation]) -> Self {
        let mut found = Self {
            marked: marked.len(),
            ..Self::default()
        };
        // People first, then the judge: a value on the scale and the place of its category.
        let mut verdicts: Vec<[f64; 2]> = Vec::new();
        let mut rated: BTreeMap<&str, Vec<[f64; 2]>> = BTreeMap::new();
        let (mut of_people, mut of_judge) = (Vec::new(), Vec::new());
        for mark in marked {
            let of_case = |seen: &&Observation| {
                seen.story == mark.story
                    && seen.repeat == mark.repeat
                    && mark.variant.as_ref().is_none_or(|name| *name == seen.variant)
            };
            let mut cases = observations
                .iter()
                .filter(of_case)
                .filter_map(|seen| Some((seen, seen.cases.iter().find(|case| case.id == mark.case)?)))
                .peekable();
            let there = cases.peek().is_some();
            let Some((seen, _)) = cases.find(|(_, case)| case.title == mark.title) else {
                found.changed += usize::from(there);
                found.absent += usize::from(!there);
                continue;
            };
            let Some(judge) = &seen.judge else { continue };
            let Some(judgement) = judge.of_case(&mark.case) else {
                continue;
            };
            let Some(score) = judgement.mean() else { continue };
            found.judged += 1;
            let name = judge.judge.name();
            if !found.judges.contains(&name) {
                found.judges.push(name);
            }
            // The better, the higher.
            let place = |verdict: Verdict| Verdict::ALL.iter().rev().position(|one| *one == verdict).unwrap_or(0);
            of_people.push(place(mark.verdict));
            of_judge.push(place(as_verdict(score)));
            verdicts.push([place(mark.verdict) as f64, score]);
            for criterion in OF_CASE.iter().filter(|criterion| !criterion.rating.is_empty()) {
                let given = judgement.scores.iter().find(|one| one.criterion == criterion.name);
                let given = given.and_then(crate::evaluation::judge::Scored::score);
                if let (Some(people), Some(judge)) = (mark.ratings.get(criterion.rating), given) {
                    rated.entry(criterion.name).or_default().push([*people, judge]);
                }
            }
        }
        let pairs: Vec<(usize, usize)> = of_people.into_iter().zip(of_judge).collect();
        found.on.push(on(VERDICT, &pairs, Verdict::ALL.len(), &verdicts));
        let rounded = |value: f64| ((value + 0.5).floor() as usize).saturating_sub(usize::from(*SCALE.start()));
        for criterion in OF_CASE {
            if let Some(values) = rated.get(criterion.name) {
                let pairs: Vec<(usize, usize)> = values
                    .iter()
                    .map(|[one, other]| (rounded(*one), rounded(*other)))
                    .collect();
                found.on.push(on(criterion.name, &pairs, SCALE.count(), values));
            }
        }
        found
    }

    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let judges = if self.judges.is_empty() {
            "no judge".to_owned()
        } else {
            self.judges.join(", ")
        };
        let mut text = format!(
            "{judges} beside people: {} of {} marked cases were judged",
            self.judged, self.marked
        );
        if self.changed > 0 {
            let _ = write!(text, ", {} have other words now", self.changed);
        }
        if self.absent > 0 {
            let _ = write!(
                text,
                ", {} belong to stories or cases that are not in these results",
                self.absent
            );
        }
        text.push('\n');
        for on in &self.on {
            let _ = write!(text, "  {:<16} {} cases", on.on, on.cases);
            if let Some(same) = on.same {
                let _ = write!(text, ", the same in {:.1} %", same * 100.0);
            }
            for (name, value) in [
                ("weighted kappa", on.kappa),
                ("Krippendorff's alpha", on.alpha),
                ("Spearman", on.spearman),
            ] {
                if let Some(value) = value {
                    let _ = write!(text, ", {name} {value:.3}");
                }
            }
            text.push('\n');
        }
        text
    }
}

fn on(name: &'static str, pairs: &[(usize, usize)], categories: usize, values: &[[f64; 2]]) -> On {
    let units: Vec<Vec<usize>> = pairs.iter().map(|(one, other)| vec![*one, *other]).collect();
    let same = pairs.iter().filter(|(one, other)| one == other).count();
    let values: Vec<(f64, f64)> = values.iter().map(|[one, other]| (*one, *other)).collect();
    On {
        on: name,
        cases: pairs.len(),
        same: (!pairs.is_empty()).then(|| same as f64 / pairs.len() as f64),
        kappa: cohen_kappa(pairs, categories, Weights::Quadratic),
        alpha: krippendorff_alpha(&units, categories, Scale::Ordinal),
        spearman: spearman(&values),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn the_marks_of_the_repository_are_read() {
        for (file, count) in [
            ("blind_marks", 193),
            ("blind_marks_2", 136),
            ("blind_marks_3", 61),
            ("known_marks", 444),
        ] {
            let path = format!("{}/data/test/{file}.json", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).unwrap();
            assert_eq!(marks(&text).unwrap().len(), count);
        }
    }

    #[test]
    fn the_bounds_of_a_verdict_are_those_that_stand_there() {
        let named = [4.0, 3.99, 2.5, 2.49].map(|score| as_verdict(score).as_str());
        assert_eq!(named, ["keep", "mend", "mend", "drop"]);
    }
}
