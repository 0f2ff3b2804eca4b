//! Which item of the old plan is which of the new one: by key, then by a key that differs in its numbers only (a limit
//! that moved), then by family and kind on the same criterion (a criterion that was reworded).

use super::ChangeKind;
use super::alignment::{Alignment, is_alike};
use crate::coverage::{CoverageItem, CoverageStatus, Plan};
use crate::test_case::{BasisId, Draft, Technique, TestCaseType};

/// What became of an item of the old plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pair {
    /// An item of the new plan asks for the same, in the same words.
    Same(usize),
    /// An item of the new plan took its place.
    Changed(usize),
    /// None did.
    Gone,
}

/// What became of every item.
#[derive(Debug)]
pub(super) struct Pairs {
    of_old: Vec<Pair>,
    had_before: Vec<bool>,
}

impl Pairs {
    /// Compares two plans.
    pub(super) fn of(before: &Plan, after: &Plan, alignment: &Alignment) -> Self {
        let mut pairing = Pairing {
            before,
            after,
            of_old: vec![Pair::Gone; before.items.len()],
            had_before: vec![false; after.items.len()],
        };
        // Of another story, what only has the same name is not the same.
        let another = alignment.kind(BasisId::Story) == ChangeKind::Removed;
        pairing.by(|one, other| {
            one.key.eq_ignore_ascii_case(&other.key)
                && same_side(one, other)
                && (!another || rest_alike(one, other, alignment))
        });
        // A limit that moved: the value at it with the value at it, the one beyond with the one beyond.
        pairing.by(|one, other| {
            one.rule == other.rule
                && shape(&one.condition) == shape(&other.condition)
                && rest_alike(one, other, alignment)
        });
        pairing.by(|one, other| {
            one.rule == other.rule && shape(&one.key) == shape(&other.key) && rest_alike(one, other, alignment)
        });
        pairing
            .by(|one, other| one.rule == other.rule && kind(one) == kind(other) && rest_alike(one, other, alignment));
        Self {
            of_old: pairing.of_old,
            had_before: pairing.had_before,
        }
    }

    /// What became of an item of the old plan, by its index.
    pub(super) fn of_old(&self, index: usize) -> Pair {
        self.of_old.get(index).copied().unwrap_or(Pair::Gone)
    }

    /// Whether an item of the new plan, by its index, was there before.
    pub(super) fn had_before(&self, index: usize) -> bool {
        self.had_before.get(index).copied().unwrap_or(false)
    }
}

struct Pairing<'a> {
    before: &'a Plan,
    after: &'a Plan,
    of_old: Vec<Pair>,
    had_before: Vec<bool>,
}

impl Pairing<'_> {
    /// Pairs what is still free, in the order of the numbers in the keys: the value below a limit with the value below it.
    fn by(&mut self, alike: impl Fn(&CoverageItem, &CoverageItem) -> bool) {
        let mut order: Vec<usize> = (0..self.before.items.len()).collect();
        order.sort_by_key(|index| (self.before.items.get(*index).map(|item| numbers(&item.key)), *index));
        let mut news: Vec<usize> = (0..self.after.items.len()).collect();
        news.sort_by_key(|index| (self.after.items.get(*index).map(|item| numbers(&item.key)), *index));
        for old in order {
            let (Some(Pair::Gone), Some(one)) = (self.of_old.get(old), self.before.items.get(old)) else {
                continue;
            };
            let free = |new: &&usize| self.had_before.get(**new) == Some(&false);
            let fits = |new: &&usize| self.after.items.get(**new).is_some_and(|other| alike(one, other));
            let Some(&new) = news.iter().filter(free).find(fits) else {
                continue;
            };
            let pair = if self.is_same(old, new) {
                Pair::Same(new)
            } else {
                Pair::Changed(new)
            };
            if let (Some(place), Some(had)) = (self.of_old.get_mut(old), self.had_before.get_mut(new)) {
                *place = pair;
                *had = true;
            }
        }
    }

    /// Whether the new item asks for the same: the rules word it in the same way, with the same values.
    fn is_same(&self, old: usize, new: usize) -> bool {
        let (Some(one), Some(other)) = (self.before.items.get(old), self.after.items.get(new)) else {
            return false;
        };
        let values = |item: &CoverageItem| -> Vec<String> {
            item.values.iter().map(|value| value.text.to_lowercase()).collect()
        };
        let blocked = other.status == CoverageStatus::Blocked && one.status != CoverageStatus::Blocked;
        !blocked
            && is_alike(&one.condition, &other.condition)
            && one.case_type == other.case_type
            && values(one) == values(other)
            && says_the_same(self.before.drafts.get(old), self.after.drafts.get(new))
    }
}

/// Whether two drafts say the same to a tester; the ids of their plan and of their criteria are nothing that he reads.
fn says_the_same(one: Option<&Draft>, other: Option<&Draft>) -> bool {
    fn texts(draft: &Draft) -> Vec<&str> {
        let steps = draft.steps.iter();
        let mut texts: Vec<&str> = vec![&draft.title, &draft.expected_result];
        texts.extend(
            draft
                .preconditions
                .iter()
                .chain(&draft.postconditions)
                .map(String::as_str),
        );
        texts.extend(steps.flat_map(|step| [step.action.as_str(), step.data.as_str(), step.expected.as_str()]));
        texts
    }
    match (one, other) {
        (Some(one), Some(other)) => {
            let (one, other) = (texts(one), texts(other));
            one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| is_alike(one, other))
        }
        (None, None) => true,
        _ => false,
    }
}

/// Whether two items stand on the same side of their limit: 6 beyond a limit of 5 is not 6 within a limit of 7.
fn same_side(one: &CoverageItem, other: &CoverageItem) -> bool {
    one.technique != Technique::BoundaryValueAnalysis || shape(&one.condition) == shape(&other.condition)
}

/// A text without its numbers.
fn shape(text: &str) -> String {
    let mut shape = String::with_capacity(text.len());
    for sign in text.chars() {
        let is_number = sign.is_ascii_digit() || (sign == '.' && shape.ends_with('#'));
        if !is_number {
            shape.push(sign);
        } else if !shape.ends_with('#') {
            shape.push('#');
        }
    }
    shape
}

/// The numbers in a key, in thousandths, for ordering.
fn numbers(key: &str) -> Vec<i64> {
    key.split(|sign: char| !sign.is_ascii_digit() && sign != '.')
        .filter_map(|part| part.parse::<f64>().ok())
        .map(|number| (number * 1_000.0) as i64)
        .collect()
}

fn kind(item: &CoverageItem) -> TestCaseType {
    item.case_type
}

/// Whether the new item rests on what an item of the old one's basis became.
fn rest_alike(old: &CoverageItem, new: &CoverageItem, alignment: &Alignment) -> bool {
    let carried = |id: &BasisId| alignment.new_id(*id).is_some_and(|id| new.basis_ids.contains(&id));
    old.basis_ids.iter().any(carried)
}
