//! Which planned items a case covers: by the ids that it claims, checked against its content, and by content alone where
//! ids are missing or plainly wrong.
//!
//! An item at a limit asks for its exact number, as a number or as a text of that length; without it no claim counts.
//! Other items ask for words: those that tell an item apart from the other items of the plan weigh most. What covers
//! nothing planned may still be worth having, if it rests on words of the basis.

use super::evidence::mentions::{self, Kind};
use super::ground::Ground;
use super::outcome::{self, Outcome};
use super::subject::Subject;
use super::text::{Passage, Set, fold};
use crate::coverage::{CoverageItem, CoverageStatus, Plan};
use crate::test_case::{BasisId, Draft, Repair, Source, Span, Technique, TestCaseType, ValueOrigin};
use rust_decimal::Decimal;

/// A claim counts from this share of the item's telling words on.
const CLAIM: f64 = 0.25;
/// A weaker claim counts if no other item fits better.
const WEAK_CLAIM: f64 = 0.12;
/// Without a claim, content must fit this well.
const CONTENT: f64 = 0.6;
/// And better than the next item by this much.
const MARGIN: f64 = 0.05;
/// A claim fails if another item fits better by this much.
const PLAINLY: f64 = 0.1;
/// What a word of the story weighs beside another.
const OF_STORY: f64 = 0.4;
/// What a word of every item weighs.
const COMMON: f64 = 0.1;
/// What a word is worth that stands in the body of a case, not in its title.
const IN_BODY: f64 = 0.75;

/// The plan, ready to be matched.
#[derive(Clone, Debug)]
pub(crate) struct Targets {
    targets: Vec<Target>,
}

#[derive(Clone, Debug)]
struct Target {
    id: String,
    condition: Vec<(u64, f64)>,
    wording: Vec<(u64, f64)>,
    /// The numbers of which a case must show one; empty if it needs none.
    numbers: Vec<Decimal>,
    case_type: TestCaseType,
    outcome: Outcome,
    open: bool,
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
        let conditions: Vec<Set> = plan
            .items
            .iter()
            .map(|item| {
                // The first part of a key names the family's view, such as `negative`, and no words of a case.
                let key = item.key.split_once('/').map_or("", |(_, rest)| rest).replace('/', " ");
                stems(&[&item.condition, &key])
            })
            .collect();
        let wordings: Vec<Set> = plan.drafts.iter().map(|draft| stems(&[&draft.title])).collect();
        let targets = plan
            .items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let draft = plan.drafts.get(index);
                Target {
                    id: item.id.clone(),
                    condition: weighted(conditions.get(index), &conditions, ground),
                    wording: weighted(wordings.get(index), &wordings, ground),
                    numbers: numbers(item),
                    case_type: item.case_type,
                    outcome: expected_outcome(item, draft, ground),
                    open: item.status != CoverageStatus::Blocked,
                }
            })
            .collect();
        Self { targets }
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
        if shows_number && !beaten && (fits(CLAIM) || fits(WEAK_CLAIM) && self.is_best(index, scores)) {
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
        self.targets
            .iter()
            .zip(scores)
            .enumerate()
            .any(|(other, (target, score))| {
                other != index
                    && *score >= CONTENT
                    && *score >= own + PLAINLY
                    && target.shows_number(case)
                    && !target.opposes(case)
            })
    }

    fn is_best(&self, index: usize, scores: &[f64]) -> bool {
        let own = scores.get(index).copied().unwrap_or(0.0);
        scores
            .iter()
            .enumerate()
            .all(|(other, score)| other == index || *score <= own)
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
            _ => None,
        }
    }
}

enum Judgement {
    Holds,
    Contradicts,
    Fails,
}

impl Target {
    /// How much of what tells the item apart stands in the case, 0 to 1.
    fn score(&self, case: &Content) -> f64 {
        let share = |words: &[(u64, f64)]| {
            let all: f64 = words.iter().map(|(_, weight)| weight).sum();
            let there: f64 = words.iter().map(|(stem, weight)| weight * case.worth(*stem)).sum();
            if all > 0.0 { there / all } else { 0.0 }
        };
        let score = share(&self.condition).max(share(&self.wording));
        if case.case_type == Some(self.case_type) {
            (score + 0.05).min(1.0)
        } else {
            score
        }
    }

    fn shows_number(&self, case: &Content) -> bool {
        self.numbers.is_empty() || self.numbers.iter().any(|number| case.numbers.contains(number))
    }

    fn opposes(&self, case: &Content) -> bool {
        use TestCaseType::{Negative, Positive};
        self.outcome.contradicts(case.outcome)
            || matches!(
                (self.case_type, case.case_type),
                (Positive, Some(Negative)) | (Negative, Some(Positive))
            )
    }
}

/// What matching reads of a case.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    stems: Set,
    title: Set,
    numbers: Vec<Decimal>,
    outcome: Outcome,
    case_type: Option<TestCaseType>,
}

impl Content {
    /// Reads a case: its words, the numbers of what a tester does, and the lengths of texts that are entered.
    pub(crate) fn new(subject: &Subject<'_>, case_type: Option<TestCaseType>, outcome: Outcome) -> Self {
        let mut numbers = Vec::new();
        for (field, mention) in subject.mentions.iter().filter(|(field, _)| !field.is_result()) {
            match mention.kind {
                Kind::Number { value, .. } => numbers.push(value),
                Kind::Quoted | Kind::Sample(_) => numbers.push(length(subject.words_of(*field, mention))),
                Kind::Label | Kind::Placeholder => {}
            }
        }
        numbers.extend(subject.steps.iter().map(|step| length(step.data.text)));
        let title = subject
            .title
            .words
            .iter()
            .filter(|word| word.is_content())
            .map(|word| word.stem)
            .collect();
        Self {
            title,
            stems: subject.stems(),
            numbers,
            outcome,
            case_type,
        }
    }

    fn worth(&self, stem: u64) -> f64 {
        if self.title.contains(stem) {
            1.0
        } else if self.stems.contains(stem) {
            IN_BODY
        } else {
            0.0
        }
    }

    /// What its expected result shows.
    pub(crate) fn outcome(&self) -> Outcome {
        self.outcome
    }
}

fn length(text: &str) -> Decimal {
    Decimal::from(text.trim_end_matches(['.', ',', ';']).chars().count())
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

fn stems(texts: &[&str]) -> Set {
    texts
        .iter()
        .flat_map(|text| super::text::words(text))
        .filter(|word| word.is_content() && !word.digit)
        .map(|word| word.stem)
        .collect()
}

/// Words that stand in every item weigh least, and those of the story less than others: every case has them.
fn weighted(words: Option<&Set>, all: &[Set], ground: &Ground) -> Vec<(u64, f64)> {
    let count = all.len().max(1) as f64;
    let weight = |stem: u64| {
        let holders = all.iter().filter(|set| set.contains(stem)).count().max(1) as f64;
        let share = if ground.of_story(stem) { OF_STORY } else { 1.0 };
        ((count / holders).ln() + COMMON) * share
    };
    words
        .map(|words| words.iter().map(|stem| (stem, weight(stem))).collect())
        .unwrap_or_default()
}

/// The numbers that make an item what it is: for an item at a limit, the computed or stated value of its condition.
fn numbers(item: &CoverageItem) -> Vec<Decimal> {
    if item.technique != Technique::BoundaryValueAnalysis && item.case_type != TestCaseType::Boundary {
        return Vec::new();
    }
    let read = |text: &str| -> Vec<Decimal> {
        mentions::find(&Passage::new(text))
            .into_iter()
            .filter_map(|mention| {
                if let Kind::Number { value, .. } = mention.kind {
                    Some(value)
                } else {
                    None
                }
            })
            .collect()
    };
    let of = |origin: ValueOrigin| -> Vec<Decimal> {
        item.values
            .iter()
            .filter(|value| value.origin == origin)
            .flat_map(|value| read(&value.text))
            .collect()
    };
    let named = read(&item.condition);
    for values in [of(ValueOrigin::Computed), of(ValueOrigin::Stated)] {
        let both: Vec<Decimal> = values
            .iter()
            .copied()
            .filter(|value| named.is_empty() || named.contains(value))
            .collect();
        if !both.is_empty() {
            return both;
        }
    }
    named
}

fn expected_outcome(item: &CoverageItem, draft: Option<&Draft>, ground: &Ground) -> Outcome {
    let worded = draft.map_or(Outcome::Unclear, |draft| {
        outcome::of_text(&Passage::new(&draft.expected_result), &ground.stems)
    });
    if worded == Outcome::Unclear {
        Outcome::of_type(item.case_type)
    } else {
        worded
    }
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
