//! What the judgements say: how many cases of each variant are kept, how far the annotators agree, and why cases are not
//! kept.
//!
//! A case has one verdict, whoever judged it: the one that more than half of its annotators gave, else the worst that any
//! gave; so an interval counts cases and not opinions. Strata that are small have more than their share of the sample
//! (at least one case each): the weighted rate gives each case the number of cases that it stands for.

use super::import::Judgement;
use super::judged::{WithPeople, of_review};
use super::sample::{Drawn, Sample};
use super::{RATINGS, SCALE, Verdict};
use crate::evaluation::observation::Observation;
use crate::statistics::agreement::{Scale, Weights, cohen_kappa, fleiss_kappa, gwet_ac1, krippendorff_alpha};
use crate::statistics::counts::wilson;
use crate::statistics::{Interval, sample::mean};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Confidence of the intervals.
const CONFIDENCE: f64 = 0.95;
/// The share of pairs of annotators who agree on a verdict that is aimed at.
pub const AGREEMENT_TARGET: f64 = 0.9;

/// Everything that is said of a review.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// The sample's digest.
    pub sample: String,
    /// Cases in the sample.
    pub drawn: usize,
    /// Cases that at least one annotator judged.
    pub judged: usize,
    /// The annotators, and how many cases each judged.
    pub annotators: BTreeMap<String, usize>,
    /// The variants, by name.
    pub variants: Vec<VariantSummary>,
    /// How far the annotators agree, the verdict first, then each rating.
    pub agreement: Vec<Agreement>,
    /// Cases on which verdicts differ.
    pub disputed: Vec<String>,
    /// Why cases are to be mended or dropped.
    pub reasons: Vec<Reason>,
    /// How far a model that judged the same cases agrees with the annotators, where one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judge: Option<WithPeople>,
}

/// What is said of one variant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VariantSummary {
    /// Its name.
    pub variant: String,
    /// Cases that were judged.
    pub judged: usize,
    /// Of those, cases that are kept, mended and dropped.
    pub verdicts: BTreeMap<&'static str, usize>,
    /// Kept ÷ judged; `None` if none was judged.
    pub keep_rate: Option<f64>,
    /// Its 95 % interval (Wilson).
    pub interval: Option<Interval>,
    /// The same rate, each case counted as the cases of its stratum that it stands for.
    pub weighted_keep_rate: Option<f64>,
    /// Mean of each rating, 1 to 5, over the cases that have one.
    pub ratings: BTreeMap<&'static str, f64>,
    /// What the lint says of the same parts of the same cases, on the scale of 5: (score − 1) · 4 ÷ 9 + 1.
    pub lint: BTreeMap<&'static str, f64>,
}

/// How far annotators agree on one thing. Coefficients are 1 for full agreement and 0 for what chance would give.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Agreement {
    /// `verdict`, or a rating's name.
    pub on: &'static str,
    /// Cases with two judgements or more.
    pub cases: usize,
    /// Pairs of judgements of a case that are the same ÷ pairs.
    pub same: Option<f64>,
    /// Cohen's kappa, where the same two annotators judged all of these cases: of verdicts unweighted, of ratings with
    /// quadratic weights.
    pub cohen_kappa: Option<f64>,
    /// Fleiss' kappa of the verdicts, where each of these cases has the same number of judgements.
    pub fleiss_kappa: Option<f64>,
    /// Gwet's AC1 of the verdicts under the same condition: it stays sensible where nearly all are the same.
    pub gwet_ac1: Option<f64>,
    /// Krippendorff's alpha, ordinal: keep, mend, drop are an order, as ratings are.
    pub alpha: Option<f64>,
}

/// Why a case is not kept.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// The case.
    pub review_id: String,
    /// Its story.
    pub story_id: String,
    /// Who worded it.
    pub variant: String,
    /// Its title.
    pub title: String,
    /// Who judged it.
    pub annotator: String,
    /// What is to be done with it.
    pub verdict: Verdict,
    /// Why, in the annotator's words.
    pub reason: String,
}

impl Summary {
    /// What judgements of a sample say. Judgements of other cases do not count.
    #[must_use]
    pub fn of(sample: &Sample, judgements: &[Judgement]) -> Self {
        let mut by_case: BTreeMap<&str, Vec<&Judgement>> = BTreeMap::new();
        for judgement in judgements {
            by_case.entry(&judgement.review_id).or_default().push(judgement);
        }
        let judged: Vec<(&Drawn, Vec<&Judgement>)> = sample
            .drawn
            .iter()
            .filter_map(|drawn| Some((drawn, by_case.get(drawn.id.as_str())?.clone())))
            .collect();
        let mut annotators: BTreeMap<String, usize> = BTreeMap::new();
        for judgement in judged.iter().flat_map(|(_, judgements)| judgements) {
            *annotators.entry(judgement.annotator.clone()).or_default() += 1;
        }
        let names: BTreeSet<&str> = sample.strata.iter().map(|stratum| stratum.variant.as_str()).collect();
        Self {
            sample: sample.digest.clone(),
            drawn: sample.drawn.len(),
            judged: judged.len(),
            annotators,
            variants: names
                .into_iter()
                .map(|name| of_variant(sample, name, &judged))
                .collect(),
            agreement: agreement(&judged),
            disputed: judged
                .iter()
                .filter(|(_, judgements)| judgements.iter().any(|one| one.verdict != judgements[0].verdict))
                .map(|(drawn, _)| drawn.id.clone())
                .collect(),
            reasons: reasons(sample, &judged),
            judge: None,
        }
    }

    /// The same with how far a judge agrees with the annotators; nothing, where no case of the sample was judged by one.
    #[must_use]
    pub fn beside(mut self, sample: &Sample, judgements: &[Judgement], observations: &[Observation]) -> Self {
        let with_people = WithPeople::of(&of_review(sample, judgements), observations);
        self.judge = (with_people.judged > 0).then_some(with_people);
        self
    }

    /// The summary for people.
    #[must_use]
    pub fn text(&self) -> String {
        let percent = |share: f64| format!("{:.1} %", share * 100.0);
        let mut text = format!("{} of {} cases judged\n", self.judged, self.drawn);
        for (annotator, cases) in &self.annotators {
            let _ = writeln!(text, "  annotator {annotator}: {cases} cases");
        }
        for variant in &self.variants {
            let counts: Vec<String> = Verdict::ALL
                .iter()
                .map(|verdict| {
                    format!(
                        "{} {}",
                        verdict.as_str(),
                        variant.verdicts.get(verdict.as_str()).copied().unwrap_or(0)
                    )
                })
                .collect();
            let _ = writeln!(
                text,
                "{} · {} judged · {}",
                variant.variant,
                variant.judged,
                counts.join(", ")
            );
            if let (Some(rate), Some(interval), Some(weighted)) =
                (variant.keep_rate, variant.interval, variant.weighted_keep_rate)
            {
                let _ = writeln!(
                    text,
                    "  kept {} (95 % interval {} to {}; weighted by strata {})",
                    percent(rate),
                    percent(interval.low),
                    percent(interval.high),
                    percent(weighted)
                );
            }
            for rating in RATINGS {
                if let Some(mean) = variant.ratings.get(rating.name) {
                    let lint = variant.lint.get(rating.name).map(|lint| format!(", lint {lint:.2}"));
                    let _ = writeln!(text, "  {:<16} {mean:.2} of 5{}", rating.name, lint.unwrap_or_default());
                }
            }
        }
        text.push_str("agreement\n");
        for agreement in &self.agreement {
            let _ = write!(
                text,
                "  {:<16} {} cases with two judgements or more",
                agreement.on, agreement.cases
            );
            if let Some(same) = agreement.same {
                let _ = write!(text, ", the same in {}", percent(same));
                if agreement.on == super::export::VERDICT {
                    let _ = write!(text, " (aim: {})", percent(AGREEMENT_TARGET));
                }
            }
            for (name, value) in [
                ("Cohen's kappa", agreement.cohen_kappa),
                ("Fleiss' kappa", agreement.fleiss_kappa),
                ("Gwet's AC1", agreement.gwet_ac1),
                ("Krippendorff's alpha", agreement.alpha),
            ] {
                if let Some(value) = value {
                    let _ = write!(text, ", {name} {value:.3}");
                }
            }
            text.push('\n');
        }
        if let Some(judge) = &self.judge {
            text.push_str(&judge.text());
        }
        if !self.disputed.is_empty() {
            let _ = writeln!(text, "verdicts differ on {}", self.disputed.join(", "));
        }
        for reason in &self.reasons {
            let _ = writeln!(
                text,
                "{} · {} · {} · {}: {} ({})",
                reason.verdict.as_str(),
                reason.variant,
                reason.review_id,
                reason.title,
                if reason.reason.is_empty() {
                    "no reason given"
                } else {
                    &reason.reason
                },
                reason.annotator
            );
        }
        text
    }
}

/// The verdict of a case: that of more than half of its annotators, else the worst.
pub(super) fn verdict(judgements: &[&Judgement]) -> Option<Verdict> {
    let votes = |verdict: Verdict| judgements.iter().filter(|one| one.verdict == verdict).count();
    Verdict::ALL
        .into_iter()
        .find(|verdict| votes(*verdict) * 2 > judgements.len())
        .or_else(|| judgements.iter().map(|one| one.verdict).max())
}

fn of_variant(sample: &Sample, name: &str, judged: &[(&Drawn, Vec<&Judgement>)]) -> VariantSummary {
    let cases: Vec<&(&Drawn, Vec<&Judgement>)> = judged
        .iter()
        .filter(|(drawn, _)| sample.variant(drawn) == name)
        .collect();
    let mut verdicts: BTreeMap<&'static str, usize> =
        Verdict::ALL.iter().map(|verdict| (verdict.as_str(), 0)).collect();
    let (mut kept, mut kept_weight, mut weight) = (0_u64, 0.0, 0.0);
    for (drawn, judgements) in &cases {
        let Some(verdict) = verdict(judgements) else { continue };
        *verdicts.entry(verdict.as_str()).or_default() += 1;
        let stands_for = sample.weight(drawn);
        weight += stands_for;
        if verdict == Verdict::Keep {
            kept += 1;
            kept_weight += stands_for;
        }
    }
    let (mut ratings, mut lint) = (BTreeMap::new(), BTreeMap::new());
    for (place, rating) in RATINGS.iter().enumerate() {
        let rated: Vec<(f64, f64)> = cases
            .iter()
            .filter_map(|(drawn, judgements)| {
                let given: Vec<f64> = judgements
                    .iter()
                    .filter_map(|one| one.ratings.get(rating.name))
                    .map(|rating| f64::from(*rating))
                    .collect();
                Some((mean(&given)?, (drawn.case.sub_scores[place] - 1.0) * 4.0 / 9.0 + 1.0))
            })
            .collect();
        let (people, rules): (Vec<f64>, Vec<f64>) = rated.into_iter().unzip();
        if let (Some(people), Some(rules)) = (mean(&people), mean(&rules)) {
            ratings.insert(rating.name, people);
            lint.insert(rating.name, rules);
        }
    }
    let count = cases.len();
    VariantSummary {
        variant: name.to_owned(),
        judged: count,
        verdicts,
        keep_rate: (count > 0).then(|| kept as f64 / count as f64),
        interval: wilson(kept, count as u64, CONFIDENCE),
        weighted_keep_rate: (weight > 0.0).then(|| kept_weight / weight),
        ratings,
        lint,
    }
}

fn agreement(judged: &[(&Drawn, Vec<&Judgement>)]) -> Vec<Agreement> {
    let verdicts = units(judged, |judgement| {
        Verdict::ALL.iter().position(|verdict| *verdict == judgement.verdict)
    });
    let mut all = vec![on(
        super::export::VERDICT,
        &verdicts,
        Verdict::ALL.len(),
        Weights::Nominal,
    )];
    for rating in RATINGS {
        let rated = units(judged, |judgement| {
            let given = judgement.ratings.get(rating.name)?;
            Some(usize::from(given.checked_sub(*SCALE.start())?))
        });
        all.push(on(rating.name, &rated, SCALE.count(), Weights::Quadratic));
    }
    all
}

/// What each annotator said of each case that two annotators or more said something of.
type Units<'a> = Vec<Vec<(&'a str, usize)>>;

fn units<'a>(judged: &[(&Drawn, Vec<&'a Judgement>)], of: impl Fn(&Judgement) -> Option<usize>) -> Units<'a> {
    judged
        .iter()
        .map(|(_, judgements)| {
            let mut said: Vec<(&str, usize)> = judgements
                .iter()
                .filter_map(|one| Some((one.annotator.as_str(), of(one)?)))
                .collect();
            said.sort_unstable();
            said
        })
        .filter(|said| said.len() >= 2)
        .collect()
}

fn on(name: &'static str, units: &Units<'_>, categories: usize, weights: Weights) -> Agreement {
    let who = |unit: &Vec<(&str, usize)>| -> Vec<String> { unit.iter().map(|(who, _)| (*who).to_owned()).collect() };
    let first = units.first().map(who).unwrap_or_default();
    let two = first.len() == 2 && units.iter().all(|unit| who(unit) == first);
    let pairs: Vec<(usize, usize)> = if two {
        units.iter().map(|unit| (unit[0].1, unit[1].1)).collect()
    } else {
        Vec::new()
    };
    let values: Vec<Vec<usize>> = units
        .iter()
        .map(|unit| unit.iter().map(|(_, value)| *value).collect())
        .collect();
    let table: Vec<Vec<u32>> = values
        .iter()
        .map(|unit| {
            (0..categories)
                .map(|category| unit.iter().map(|value| u32::from(*value == category)).sum())
                .collect()
        })
        .collect();
    let nominal = weights == Weights::Nominal;
    let (mut same, mut all) = (0_usize, 0_usize);
    for unit in &values {
        for (place, one) in unit.iter().enumerate() {
            all += unit.len() - place - 1;
            same += unit[place + 1..].iter().filter(|other| *other == one).count();
        }
    }
    Agreement {
        on: name,
        cases: units.len(),
        same: (all > 0).then(|| same as f64 / all as f64),
        cohen_kappa: cohen_kappa(&pairs, categories, weights),
        fleiss_kappa: fleiss_kappa(&table).filter(|_| nominal),
        gwet_ac1: gwet_ac1(&table).filter(|_| nominal),
        alpha: krippendorff_alpha(&values, categories, Scale::Ordinal),
    }
}

fn reasons(sample: &Sample, judged: &[(&Drawn, Vec<&Judgement>)]) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = judged
        .iter()
        .flat_map(|(drawn, judgements)| judgements.iter().map(move |one| (drawn, one)))
        .filter(|(_, one)| one.verdict != Verdict::Keep)
        .map(|(drawn, one)| Reason {
            review_id: drawn.id.clone(),
            story_id: drawn.story_id.clone(),
            variant: sample.variant(drawn).to_owned(),
            title: drawn.case.title.clone(),
            annotator: one.annotator.clone(),
            verdict: one.verdict,
            reason: one.reason.clone(),
        })
        .collect();
    reasons.sort_by(|one, other| {
        (&one.variant, other.verdict, &one.review_id, &one.annotator).cmp(&(
            &other.variant,
            one.verdict,
            &other.review_id,
            &other.annotator,
        ))
    });
    reasons
}
