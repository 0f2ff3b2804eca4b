//! Which planned items a case covers: by the ids that it claims, checked against its content, and by content alone where
//! ids are missing or plainly wrong.
//!
//! An item at a limit asks for its exact number, as a number or as a text of that length; without it no claim counts.
//! Other items ask for words: those that tell an item apart from the other items of the plan weigh most. What covers
//! nothing planned may still be worth having, if it rests on words of the basis.

mod target;
#[cfg(test)]
mod tests;

pub(crate) use target::Content;

use super::ground::Ground;
use super::text::{Passage, fold};
use crate::coverage::Plan;
use crate::test_case::{BasisId, Draft, Repair, Source, Span, TestCaseType};
use target::Target;

/// A claim counts from this share of the item's telling words on.
const CLAIM: f64 = 0.25;
/// A weaker claim counts if kind or outcome agree.
const WEAK_CLAIM: f64 = 0.08;
/// Without a claim, content must fit this well.
const CONTENT: f64 = 0.6;
/// And better than the next item by this much.
const MARGIN: f64 = 0.05;
/// A claim fails if another item fits better by this much.
const PLAINLY: f64 = 0.1;
/// And by this much if the claim fits fairly by itself.
const CLEARLY: f64 = 0.25;
/// From here on a claim fits fairly.
const FAIR: f64 = 0.45;
/// From here on a case has something of another item.
const SPECIAL: f64 = 0.45;

/// The plan, ready to be matched.
#[derive(Clone, Debug)]
pub(crate) struct Targets {
    targets: Vec<Target>,
}

/// What a case covers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Coverage {
    /// Indexes into the plan's items.
    pub(crate) items: Vec<usize>,
    /// What was mended in the claims.
    pub(crate) repairs: Vec<Repair>,
    /// The item that the case claims although its outcome says the opposite.
    pub(crate) contradicts: Option<usize>,
}

/// What a case beyond the plan rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Rest {
    /// It covers something planned; the question does not arise.
    #[default]
    Planned,
    /// A quotation of the basis.
    Quote(Span),
    /// Words of the basis.
    Words(BasisId),
    /// Nothing; the quotation that it gives is not in the basis.
    FalseQuote,
    /// Nothing.
    Nothing,
}

impl Targets {
    /// Reads a plan.
    pub(crate) fn new(plan: &Plan, ground: &Ground) -> Self {
        Self {
            targets: target::of_plan(plan, ground),
        }
    }

    /// Decides what a case covers. `reads_words`: whether words can be compared at all, which needs one language.
    pub(crate) fn cover(&self, draft: &Draft, case: &Content, source: Source, reads_words: bool) -> Coverage {
        let mut coverage = Coverage::default();
        let scores: Vec<f64> = self.targets.iter().map(|target| target.score(case)).collect();
        let mut dropped = None;
        for claim in &draft.covers {
            let Some(index) = self.resolve(claim) else {
                if claim.bytes().any(|byte| byte.is_ascii_digit()) {
                    coverage.repairs.push(repair(
                        "COVERS_UNKNOWN",
                        format!("{} is no open coverage item", short(claim)),
                    ));
                }
                continue;
            };
            if coverage.items.contains(&index) {
                continue;
            }
            match self.judge(index, case, &scores, source, reads_words) {
                Judgement::Holds => coverage.items.push(index),
                Judgement::Contradicts => coverage.contradicts = Some(index),
                Judgement::Fails => dropped = Some(index),
            }
        }
        if coverage.items.is_empty() && coverage.contradicts.is_none() {
            let found = if reads_words {
                self.by_content(case, &scores)
            } else {
                None
            };
            coverage.items.extend(found);
            self.note_correction(dropped, found, &mut coverage);
        } else {
            self.note_correction(dropped, None, &mut coverage);
        }
        coverage.items.sort_unstable();
        coverage
    }

    /// The first item that a draft claims, whatever its content.
    pub(crate) fn claimed(&self, draft: &Draft) -> Option<usize> {
        draft.covers.iter().find_map(|claim| self.resolve(claim))
    }

    fn note_correction(&self, dropped: Option<usize>, found: Option<usize>, coverage: &mut Coverage) {
        let name = |index: usize| self.targets.get(index).map_or("", |target| target.id.as_str());
        match (dropped, found) {
            (Some(claimed), Some(found)) => {
                let detail = format!("{} into {}, which the content fits", name(claimed), name(found));
                coverage.repairs.push(repair("COVERS_CORRECTED", detail));
            }
            (Some(claimed), None) => {
                coverage.repairs.push(repair(
                    "COVERS_DROPPED",
                    format!("{} does not fit the content", name(claimed)),
                ));
            }
            (None, _) => {}
        }
    }

    /// The open item that an id means: `C-3`, `C3`, `c 3`, `Coverage item 3`, `3`.
    fn resolve(&self, claim: &str) -> Option<usize> {
        let digits: String = claim
            .chars()
            .skip_while(|sign| !sign.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect();
        let prefix = claim
            .chars()
            .take_while(|sign| !sign.is_ascii_digit())
            .filter(|sign| sign.is_alphabetic())
            .collect::<String>();
        let prefix = prefix.to_ascii_lowercase();
        if !(prefix.is_empty()
            || prefix == "c"
            || prefix == "ci"
            || prefix.ends_with("item")
            || prefix.ends_with("itemc"))
        {
            return None;
        }
        let digits = digits.trim_start_matches('0');
        self.targets
            .iter()
            .position(|target| target.open && target.id.strip_prefix("C-") == Some(digits))
    }

    fn judge(&self, index: usize, case: &Content, scores: &[f64], source: Source, reads_words: bool) -> Judgement {
        let Some(target) = self.targets.get(index) else {
            return Judgement::Fails;
        };
        if source == Source::Rule {
            return Judgement::Holds;
        }
        let score = scores.get(index).copied().unwrap_or(0.0);
        let shows_number = target.shows_number(case);
        let fits = |least: f64| !reads_words || score >= least;
        let beaten = reads_words && self.is_beaten(index, case, scores);
        if shows_number && !beaten && (fits(CLAIM) || fits(WEAK_CLAIM) && target.agrees(case)) {
            return if target.outcome.contradicts(case.outcome) {
                Judgement::Contradicts
            } else {
                Judgement::Holds
            };
        }
        Judgement::Fails
    }

    /// Whether the content plainly belongs to another item.
    fn is_beaten(&self, index: usize, case: &Content, scores: &[f64]) -> bool {
        let own = scores.get(index).copied().unwrap_or(0.0);
        if self.enters_other_number(index, case) {
            return true;
        }
        let ahead = if own >= FAIR { CLEARLY } else { PLAINLY };
        self.targets
            .iter()
            .zip(scores)
            .enumerate()
            .any(|(other, (target, score))| {
                other != index
                    && *score >= CONTENT
                    && *score >= own + ahead
                    && target.shows_number(case)
                    && !target.opposes(case)
            })
    }

    /// Whether the number of another item at a limit is entered, and not the one of this item.
    fn enters_other_number(&self, index: usize, case: &Content) -> bool {
        let enters = |target: &Target| target.numbers.iter().any(|number| case.entered.contains(number));
        let claimed = self
            .targets
            .get(index)
            .is_some_and(|target| target.at_limit && !target.numbers.is_empty() && !enters(target));
        claimed && self.targets.iter().any(|target| target.at_limit && enters(target))
    }

    fn by_content(&self, case: &Content, scores: &[f64]) -> Option<usize> {
        let mut fitting: Vec<(usize, f64)> = self
            .targets
            .iter()
            .zip(scores)
            .enumerate()
            .filter(|(_, (target, score))| {
                target.open && **score >= CONTENT && target.shows_number(case) && !target.opposes(case)
            })
            .map(|(index, (_, score))| (index, *score))
            .collect();
        fitting.sort_by(|left, right| right.1.total_cmp(&left.1));
        match fitting.as_slice() {
            [(best, first), (_, second), ..] if first - second >= MARGIN => Some(*best),
            [(best, _)] => Some(*best),
            [] => self.ordinary(case, scores),
            _ => None,
        }
    }

    /// The one item that asks for nothing special, for a case that shows nothing special.
    fn ordinary(&self, case: &Content, scores: &[f64]) -> Option<usize> {
        if scores.iter().any(|score| *score >= SPECIAL) {
            return None;
        }
        let plain = |target: &Target| {
            target.open
                && target.case_type == TestCaseType::Positive
                && target.numbers.is_empty()
                && target.is_plain(case)
                && !target.opposes(case)
        };
        let mut fitting = self
            .targets
            .iter()
            .enumerate()
            .filter(|(_, target)| plain(target))
            .map(|(index, _)| index);
        fitting.next().filter(|_| fitting.next().is_none())
    }
}

enum Judgement {
    Holds,
    Contradicts,
    Fails,
}

/// What a case that covers nothing planned rests on.
pub(crate) fn rest(draft: &Draft, content: &Content, ground: &Ground) -> Rest {
    let quote = fold(&draft.quote);
    let quote = quote.trim_matches(|sign: char| !sign.is_alphanumeric());
    let words = Passage::new(quote).words;
    if quote.len() >= 6 && words.iter().any(|word| word.is_content()) {
        return ground.find(quote).map_or(Rest::FalseQuote, Rest::Quote);
    }
    ground.closest(&content.stems).map_or(Rest::Nothing, Rest::Words)
}

fn repair(code: &'static str, detail: String) -> Repair {
    Repair {
        code,
        field: "covers".to_owned(),
        detail,
    }
}

fn short(text: &str) -> String {
    text.chars().take(24).collect()
}
