//! Which of a story's limits a suite tries: at the bound and beside it, by values that a person worked out.

use super::amount::{Amount, Kind, amounts, weekdays};
use super::{Limit, Suite};
use rust_decimal::Decimal;
use testgen::test_case::TestCase;

/// What a suite does for one limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tried {
    pub(super) below: bool,
    pub(super) at: bool,
    pub(super) above: bool,
    /// Whether some case at least expects the bound.
    pub(super) named: bool,
}

impl Tried {
    /// At the bound and on one side of it.
    pub(super) fn crossed(self) -> bool {
        self.at && (self.below || self.above)
    }

    /// At the bound and on both sides, where there is such a value.
    pub(super) fn whole(self) -> bool {
        self.at && self.below && self.above
    }
}

/// Looks for the limit among the cases that trace to its words.
pub(super) fn tried(suite: &Suite, limit: &Limit) -> Tried {
    let near: Vec<&TestCase> = suite
        .cases
        .iter()
        .map(AsRef::as_ref)
        .filter(|case| {
            case.traces
                .iter()
                .any(|trace| trace.basis_id.to_string() == limit.basis)
        })
        .collect();
    let texts: Vec<String> = near.iter().map(|case| brought_about(case)).collect();
    let at = value(&limit.at);
    let has = |wanted: &str, low: Option<Decimal>, high: Option<Decimal>| {
        texts.iter().any(|text| holds(text, wanted, low, high))
    };
    let within = |side: &str| value(side).zip(at.clone()).map(|(side, at)| (side.value, at.value));
    let exact = at.as_ref().map(|at| at.value);
    let tiny = Decimal::new(1, 6);
    let below = within(&limit.below);
    let above = within(&limit.above);
    Tried {
        below: cannot_be(&limit.below) || has(&limit.below, below.map(|b| b.0), below.map(|b| b.1 - tiny)),
        at: has(&limit.at, exact, exact),
        above: cannot_be(&limit.above) || has(&limit.above, above.map(|a| a.1 + tiny), above.map(|a| a.0)),
        named: near.iter().any(|case| {
            holds(
                &format!("{} {}", brought_about(case), seen(case)),
                &limit.at,
                exact,
                exact,
            )
        }),
    }
}

/// Neighbours that are listed and cannot occur: less than nothing, more than the whole.
fn cannot_be(text: &str) -> bool {
    value(text).is_some_and(|amount| {
        amount.value.is_sign_negative() && !amount.value.is_zero()
            || amount.kind == Kind::Percent && amount.value > Decimal::ONE_HUNDRED
    })
}

fn value(text: &str) -> Option<Amount> {
    amounts(text).into_iter().next()
}

/// Whether a text holds a value from `low` to `high` of the kind that is wanted; a value in words is looked for as such.
fn holds(text: &str, wanted: &str, low: Option<Decimal>, high: Option<Decimal>) -> bool {
    let Some((kind, low, high)) = value(wanted)
        .zip(low.zip(high))
        .map(|(amount, (low, high))| (amount.kind, low, high))
    else {
        return text.to_lowercase().contains(&wanted.to_lowercase());
    };
    if weekdays(wanted).iter().any(|day| !weekdays(text).contains(day)) {
        return false;
    }
    let none = low <= Decimal::ZERO && kind == Kind::Plain && {
        let low = format!(" {} ", text.to_lowercase().replace(['.', ',', ';'], " "));
        [" no ", " without ", " empty "].iter().any(|word| low.contains(word))
    };
    none || amounts(text)
        .iter()
        .any(|amount| amount.kind == kind && low <= amount.value && amount.value <= high)
}

/// What a tester sets up and does.
fn brought_about(case: &TestCase) -> String {
    let mut text = case.title.clone();
    for given in &case.preconditions {
        text.push_str(" | ");
        text.push_str(given);
    }
    for step in &case.steps {
        text.push_str(&format!(" | {} | {}", step.action, step.data));
    }
    text
}

fn seen(case: &TestCase) -> String {
    let mut text = case.expected_result.clone();
    for step in &case.steps {
        text.push_str(" | ");
        text.push_str(&step.expected);
    }
    text
}
