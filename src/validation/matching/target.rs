//! One item of the plan, and one case, as matching reads them.

use super::super::evidence::mentions::{self, Kind};
use super::super::ground::Ground;
use super::super::outcome::{self, Outcome};
use super::super::subject::{Field, Subject};
use super::super::text::lexicon::{ACTION, REFUSAL, SUCCESS};
use super::super::text::{Passage, Set};
use crate::coverage::{CoverageItem, CoverageStatus, Plan};
use crate::test_case::{Draft, Technique, TestCaseType, ValueOrigin};
use rust_decimal::Decimal;

/// What the number of an item weighs.
const OF_NUMBER: f64 = 2.0;
/// What a word of the story weighs beside another.
const OF_STORY: f64 = 0.4;
/// An item whose words weigh less than this together is told apart by none of them.
const LEAST_WEIGHT: f64 = 2.0;
/// A wording whose words weigh less than this together is none.
const LEAST_WORDING: f64 = 0.5;
/// What a word of every item weighs.
const COMMON: f64 = 0.1;
/// What a word is worth that stands in the body of a case, not in its title.
const IN_BODY: f64 = 0.75;
/// What it is worth in a result alone.
const IN_RESULT: f64 = 0.4;
/// The share of its words that an item needs which asks for nothing special.
const PLAIN: f64 = 0.75;

#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) id: String,
    pub(super) condition: Vec<(u64, f64)>,
    pub(super) wording: Vec<(u64, f64)>,
    /// The numbers that make the item what it is.
    pub(super) numbers: Vec<Decimal>,
    /// Whether a case must show one of them.
    pub(super) at_limit: bool,
    pub(super) case_type: TestCaseType,
    pub(super) outcome: Outcome,
    pub(super) open: bool,
}

/// The items of a plan as targets.
pub(super) fn of_plan(plan: &Plan, ground: &Ground) -> Vec<Target> {
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
    plan.items
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let draft = plan.drafts.get(index);
            Target {
                id: item.id.clone(),
                condition: weighted(conditions.get(index), &whole, ground),
                wording: weighted(wordings.get(index), &whole, ground),
                numbers: numbers(item),
                at_limit: is_at_limit(item),
                case_type: item.case_type,
                outcome: expected_outcome(item, draft, ground),
                open: item.status != CoverageStatus::Blocked,
            }
        })
        .collect()
}

impl Target {
    /// How much of what tells the item apart stands in the case, 0 to 1.
    pub(super) fn score(&self, case: &Content) -> f64 {
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
        // An item without words of its own has a wording that tells nothing: a number alone would then be all of it.
        let told: f64 = self.wording.iter().map(|(_, weight)| weight).sum();
        let of_wording = if told < LEAST_WORDING {
            0.0
        } else {
            share(&self.wording)
        };
        let score = share(&self.condition).max(of_wording);
        let of_kind = if case.case_type == Some(self.case_type) {
            0.05
        } else {
            0.0
        };
        score + of_kind
    }

    /// Whether nothing tells the item apart and the case has its words.
    pub(super) fn is_plain(&self, case: &Content) -> bool {
        let all: f64 = self.wording.iter().map(|(_, weight)| weight).sum();
        let there: f64 = self
            .wording
            .iter()
            .map(|(stem, weight)| weight * case.worth(*stem))
            .sum();
        let acts = case
            .acts
            .iter()
            .all(|act| self.wording.iter().any(|(stem, _)| stem == act));
        acts && all > 0.0 && all < LEAST_WEIGHT && there >= all * PLAIN
    }

    pub(super) fn shows_number(&self, case: &Content) -> bool {
        !self.at_limit || self.numbers.is_empty() || self.numbers.iter().any(|number| case.numbers.contains(number))
    }

    pub(super) fn agrees(&self, case: &Content) -> bool {
        case.case_type == Some(self.case_type) || case.outcome != Outcome::Unclear && case.outcome == self.outcome
    }

    pub(super) fn opposes(&self, case: &Content) -> bool {
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
    pub(super) stems: Set,
    pub(super) title: Set,
    /// Verbs of the title.
    acts: Vec<u64>,
    /// Words of the title, the preconditions and the steps.
    done: Set,
    pub(super) numbers: Vec<Decimal>,
    /// Those of the title and of what is entered.
    pub(super) entered: Vec<Decimal>,
    pub(super) outcome: Outcome,
    pub(super) case_type: Option<TestCaseType>,
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
        let done = subject
            .fields()
            .filter(|(field, _)| !field.is_result())
            .flat_map(|(_, passage)| passage.meaning())
            .collect();
        Self {
            acts: subject
                .title
                .words
                .iter()
                .filter(|word| word.is(ACTION))
                .map(|word| word.stem)
                .collect(),
            title,
            done,
            stems: subject.meaning(),
            numbers,
            entered,
            outcome,
            case_type,
        }
    }

    fn worth(&self, stem: u64) -> f64 {
        match () {
            () if self.title.contains(stem) => 1.0,
            () if self.done.contains(stem) => IN_BODY,
            () if self.stems.contains(stem) => IN_RESULT,
            () => 0.0,
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

fn is_at_limit(item: &CoverageItem) -> bool {
    item.technique == Technique::BoundaryValueAnalysis || item.case_type == TestCaseType::Boundary
}

/// The numbers that make an item what it is: those of its condition; at a limit, the computed or else the stated one.
fn numbers(item: &CoverageItem) -> Vec<Decimal> {
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
    if !is_at_limit(item) {
        return named;
    }
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
        outcome::of_text(&Passage::new(&draft.expected_result), &ground.stems, &ground.acts)
    });
    if worded == Outcome::Unclear {
        Outcome::of_type(item.case_type)
    } else {
        worded
    }
}
