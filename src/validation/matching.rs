//! Which planned items a case covers: by the ids that it claims, checked against its content, and by content alone where
//! ids are missing or plainly wrong.
//!
//! An item at a limit asks for its exact number, as a number or as a text of that length; without it no claim counts.
//! Other items ask for words: those that tell an item apart from the other items of the plan weigh most. What covers
//! nothing planned may still be worth having, if it rests on words of the basis.

use super::evidence::mentions::{self, Kind};
use super::ground::Ground;
use super::outcome::{self, Outcome};
use super::subject::{Field, Subject};
use super::text::lexicon::{REFUSAL, SUCCESS};
use super::text::{Passage, Set, fold};
use crate::coverage::{CoverageItem, CoverageStatus, Plan};
use crate::test_case::{BasisId, Draft, Repair, Source, Span, Technique, TestCaseType, ValueOrigin};
use rust_decimal::Decimal;

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
/// What the number of an item at a limit weighs.
const OF_NUMBER: f64 = 2.0;
/// What a word of the story weighs beside another.
const OF_STORY: f64 = 0.4;
/// An item whose words weigh less than this together is told apart by none of them.
const LEAST_WEIGHT: f64 = 2.0;
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
                stems([item.condition.as_str(), &key])
            })
            .collect();
        let wordings: Vec<Set> = plan.drafts.iter().map(|draft| stems([draft.title.as_str()])).collect();
        // A word is common if it stands anywhere in many drafts, such as in the state that all of them start from.
        let whole: Vec<Set> = plan
            .items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let draft = plan.drafts.get(index);
                let steps = draft
                    .iter()
                    .flat_map(|draft| &draft.steps)
                    .flat_map(|step| [&step.action, &step.expected]);
                let texts = draft
                    .iter()
                    .flat_map(|draft| draft.preconditions.iter().chain([&draft.title, &draft.expected_result]));
                stems(texts.chain(steps).chain([&item.condition]).map(String::as_str))
            })
            .collect();
        let targets = plan
            .items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let draft = plan.drafts.get(index);
                Target {
                    id: item.id.clone(),
                    condition: weighted(conditions.get(index), &whole, ground),
                    wording: weighted(wordings.get(index), &whole, ground),
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
            .is_some_and(|target| !target.numbers.is_empty() && !enters(target));
        claimed && self.targets.iter().any(enters)
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
        // A case beside a limit names the limit too; what is entered tells which of the two it tests.
        let asked = if self.numbers.is_empty() { 0.0 } else { OF_NUMBER };
        let shown = match () {
            () if self.numbers.iter().any(|number| case.entered.contains(number)) => asked,
            () if self.numbers.iter().any(|number| case.numbers.contains(number)) => asked / 2.0,
            () => 0.0,
        };
        let share = |words: &[(u64, f64)]| {
            let all: f64 = words.iter().map(|(_, weight)| weight).sum();
            let there: f64 = words.iter().map(|(stem, weight)| weight * case.worth(*stem)).sum();
            (there + shown) / (all + asked).max(LEAST_WEIGHT)
        };
        let score = share(&self.condition).max(share(&self.wording));
        let of_kind = if case.case_type == Some(self.case_type) {
            0.05
        } else {
            0.0
        };
        score + of_kind
    }

    fn shows_number(&self, case: &Content) -> bool {
        self.numbers.is_empty() || self.numbers.iter().any(|number| case.numbers.contains(number))
    }

    fn agrees(&self, case: &Content) -> bool {
        case.case_type == Some(self.case_type) || case.outcome != Outcome::Unclear && case.outcome == self.outcome
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
    /// Those of the title and of what is entered.
    entered: Vec<Decimal>,
    outcome: Outcome,
    case_type: Option<TestCaseType>,
}

impl Content {
    /// Reads a case: its words, the numbers of what a tester does, and the lengths of texts that are entered.
    pub(crate) fn new(subject: &Subject<'_>, case_type: Option<TestCaseType>, outcome: Outcome) -> Self {
        let (mut numbers, mut entered) = (Vec::new(), Vec::new());
        for (field, mention) in subject.mentions.iter().filter(|(field, _)| !field.is_result()) {
            let number = match mention.kind {
                Kind::Number { value, .. } => value,
                Kind::Quoted | Kind::Sample(_) => length(subject.words_of(*field, mention)),
                Kind::Label | Kind::Placeholder => continue,
            };
            numbers.push(number);
            if matches!(field, Field::Title | Field::Action(_) | Field::Data(_)) {
                entered.push(number);
            }
        }
        let lengths = subject.steps.iter().map(|step| length(step.data.text));
        numbers.extend(lengths.clone());
        entered.extend(lengths);
        let title = subject.title.meaning().collect();
        Self {
            title,
            stems: subject.meaning(),
            numbers,
            entered,
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

/// What texts mean together, without numbers and without words of outcomes: those are compared for themselves.
fn stems<'a>(texts: impl IntoIterator<Item = &'a str>) -> Set {
    let mut keys = Vec::new();
    for text in texts {
        let passage = Passage::new(text);
        let skipped: Vec<u64> = passage
            .words
            .iter()
            .filter(|word| word.digit || word.is(REFUSAL | SUCCESS))
            .map(|word| word.stem)
            .collect();
        keys.extend(
            passage
                .meaning()
                .filter(|key| !skipped.contains(key) && !skipped.contains(&!key)),
        );
    }
    keys.into_iter().collect()
}

/// Words that stand in every item weigh least, and those of the story less than others: every case has them.
fn weighted(words: Option<&Set>, all: &[Set], ground: &Ground) -> Vec<(u64, f64)> {
    let count = (all.len() + 1) as f64;
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

#[cfg(test)]
mod tests;
