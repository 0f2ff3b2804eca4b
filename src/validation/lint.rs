//! The lint: individual rules with stable codes and published, fixed weights. A score follows from them and nothing else.
//!
//! Each rule is a small function over a case that was taken apart; [`LINT_RULES`] is the catalogue at a glance, with a bad
//! and a good example of each, from which [`lint_page`] makes the documentation. A rule prefers silence to a false flag.
//! Rules that read English say nothing about a case in another language.

mod catalogue;
mod page;
mod results;
mod steps;
mod wording;
#[cfg(test)]
mod tests;

pub use catalogue::LINT_RULES;
pub use page::lint_page;
pub(crate) use wording::Speech;

use super::evidence::Evidence;
use super::ground::Ground;
use super::matching::Rest;
use super::outcome::Outcome;
use super::subject::{Field, Subject};
use super::text::lexicon::{ENGLISH, FOREIGN};
use crate::test_case::{Deduction, Severity};

/// A rule of the lint.
#[derive(Debug)]
pub struct Rule {
    /// Stable code.
    pub code: &'static str,
    /// How bad a hit is.
    pub severity: Severity,
    /// Points that a hit takes, more than 0.
    pub points: f64,
    /// Most hits of a case that take points; more are not listed.
    pub most: usize,
    /// Which part of a case it judges.
    pub area: Area,
    /// What it finds and why it matters.
    pub why: &'static str,
    /// A case with this change breaks the rule, and no other.
    pub bad: &'static [Change],
    /// A case with this change breaks no rule.
    pub good: &'static [Change],
    /// Whether it reads English.
    english: bool,
    check: fn(&Case<'_>, &mut Hits),
}

/// A field of the sample case, and the text that stands in it instead. An empty text empties the field.
pub type Change = (&'static str, &'static str);

/// Which part of a case a rule judges; the sub-scores of the evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Area {
    /// The state before step 1.
    Preconditions,
    /// What the tester does.
    Steps,
    /// What shows that it passed.
    ExpectedResult,
    /// What it rests on.
    Traceability,
    /// One behaviour a case, one action a step.
    Singularity,
}

impl Area {
    /// Every area.
    pub const ALL: [Self; 5] = [
        Self::Preconditions,
        Self::Steps,
        Self::ExpectedResult,
        Self::Traceability,
        Self::Singularity,
    ];

    /// The lower-case name, such as `expected_result`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Preconditions => "preconditions",
            Self::Steps => "steps",
            Self::ExpectedResult => "expected_result",
            Self::Traceability => "traceability",
            Self::Singularity => "singularity",
        }
    }
}

/// What rules look at.
pub(crate) struct Case<'a> {
    pub(crate) subject: &'a Subject<'a>,
    pub(crate) evidence: &'a Evidence,
    pub(crate) ground: &'a Ground,
    pub(crate) rest: &'a Rest,
    pub(crate) outcome: Outcome,
    /// How many assumptions the writer declared.
    pub(crate) declared: usize,
}

/// What a rule found: the field, and what is wrong and what would mend it.
#[derive(Debug, Default)]
pub(crate) struct Hits(Vec<(String, String)>);

impl Hits {
    pub(crate) fn add(&mut self, field: Field, message: impl Into<String>) {
        self.0.push((field.to_string(), message.into()));
    }

    pub(crate) fn add_named(&mut self, field: &str, message: impl Into<String>) {
        self.0.push((field.to_owned(), message.into()));
    }
}

/// Runs all rules over a case, in the order of the catalogue.
pub(crate) fn lint(case: &Case<'_>) -> Vec<Deduction> {
    let english = reads_english(case.subject);
    let mut deductions = Vec::new();
    for rule in LINT_RULES.iter().filter(|rule| english || !rule.english) {
        let mut hits = Hits::default();
        (rule.check)(case, &mut hits);
        deductions.extend(hits.0.into_iter().take(rule.most).map(|(field, message)| Deduction {
            code: rule.code,
            severity: rule.severity,
            points: rule.points,
            message,
            field,
        }));
    }
    deductions
}

/// Whether a case is in English, as far as function words and script tell. A case of few words counts as English.
fn reads_english(subject: &Subject<'_>) -> bool {
    let (mut english, mut foreign, mut words, mut ascii) = (0_usize, 0_usize, 0_usize, 0_usize);
    for (_, passage) in subject.fields() {
        for word in &passage.words {
            words += 1;
            english += usize::from(word.is(ENGLISH));
            foreign += usize::from(word.is(FOREIGN) && !word.is(ENGLISH));
            ascii += usize::from(passage.of(word).is_ascii());
        }
    }
    ascii * 10 >= words * 6 && foreign <= english + 2
}

/// The score that deductions leave: 10 less their points, rounded half up, 1 at least. 10 means that nothing was taken:
/// half a point leaves 9.
#[must_use]
pub fn score(deductions: &[Deduction]) -> u8 {
    let points: f64 = deductions.iter().map(|deduction| deduction.points).sum();
    let most = if points > 0.0 { 9.0 } else { 10.0 };
    (10.0 - points + 0.5).floor().clamp(1.0, most) as u8
}

/// The sub-score of each area: 10 less twice the points that its rules took, 1 at least.
#[must_use]
pub fn sub_scores(deductions: &[Deduction]) -> [(Area, f64); 5] {
    Area::ALL.map(|area| {
        let points: f64 = deductions
            .iter()
            .filter(|deduction| {
                LINT_RULES
                    .iter()
                    .any(|rule| rule.code == deduction.code && rule.area == area)
            })
            .map(|deduction| deduction.points)
            .sum();
        (area, (10.0 - 2.0 * points).max(1.0))
    })
}
