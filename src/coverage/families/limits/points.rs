//! The values that are tried of a limit: at each end, beside it, and between two steps; and what holds there.

use super::{Effect, Rule};
use crate::basis::{Bound, Dimension, Limit};
use crate::coverage::scene::Scene;
use crate::coverage::values;
use rust_decimal::Decimal;

/// A value at or next to one end of a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::coverage::families) struct Point {
    pub(in crate::coverage::families) value: Decimal,
    /// Whether the limit admits it.
    pub(in crate::coverage::families) inside: bool,
    /// Whether it is the last value inside or the first outside, and not a further neighbour.
    pub(in crate::coverage::families) edge: bool,
    /// How it was computed: `20 + 1`; empty where the text states it.
    pub(in crate::coverage::families) how: String,
    /// Whether it belongs to the upper end.
    pub(in crate::coverage::families) upper: bool,
    /// The stated number that it stands at or next to.
    pub(in crate::coverage::families) bound: Decimal,
}

/// The values at each end: the stated number and its neighbour across the end, with the other neighbour where three values
/// are wanted; each once.
pub(in crate::coverage::families) fn points(scene: &Scene<'_>, limit: &Limit) -> Vec<Point> {
    let mut points = Vec::new();
    let step = if limit.step.is_zero() {
        Decimal::ONE
    } else {
        limit.step.abs()
    };
    if let Some(bound) = limit.lower {
        end(bound, step, false, &mut points);
    }
    if let Some(bound) = limit.upper {
        end(bound, step, true, &mut points);
    }
    let mut kept: Vec<Point> = Vec::new();
    for point in points {
        // Less than nothing can be entered where nothing is the stated end.
        let from_zero = limit
            .lower
            .is_some_and(|bound| bound.value.is_zero() && bound.inclusive)
            && matches!(limit.dimension, Dimension::Count | Dimension::Money);
        let sensible = !point.value.is_sign_negative()
            || from_zero
            || matches!(limit.dimension, Dimension::Measure | Dimension::Number);
        let wanted = point.edge || scene.tries_both_neighbours();
        let within = wanted && (!point.inside || admits(limit, point.value));
        if sensible && within && !kept.iter().any(|known| known.value == point.value) {
            kept.push(point);
        }
    }
    kept
}

fn end(bound: Bound, step: Decimal, upper: bool, points: &mut Vec<Point>) {
    let outward = if upper { step } else { -step };
    let mut add = |offset: Decimal, inside: bool, edge: bool| {
        // Beyond what a decimal holds there is no neighbour.
        let Some(value) = bound.value.checked_add(offset) else {
            return;
        };
        let sign = if offset.is_sign_negative() { '-' } else { '+' };
        let how = if offset.is_zero() {
            String::new()
        } else {
            format!(
                "{} {sign} {}",
                values::number(bound.value),
                values::number(offset.abs())
            )
        };
        points.push(Point {
            value,
            inside,
            edge,
            how,
            upper,
            bound: bound.value,
        });
    };
    if bound.inclusive {
        add(Decimal::ZERO, true, true);
        add(outward, false, true);
        add(-outward, true, false);
    } else {
        add(-outward, true, true);
        add(Decimal::ZERO, false, true);
        add(outward, false, false);
    }
}

pub(super) fn admits(limit: &Limit, value: Decimal) -> bool {
    let above = limit
        .lower
        .is_none_or(|bound| value > bound.value || bound.inclusive && value == bound.value);
    let below = limit
        .upper
        .is_none_or(|bound| value < bound.value || bound.inclusive && value == bound.value);
    above && below
}

/// Whether a point can be brought about: less than nothing only by entering it, which is then refused.
pub(in crate::coverage::families) fn occurs(rule: &Rule, point: &Point) -> bool {
    let less = point.value.is_sign_negative() && !point.value.is_zero();
    !less
        || matches!(rule.limit.dimension, Dimension::Measure)
        || rule.outside == Effect::Refused && rule.inside == Effect::Accepted
}

/// Whether a text gives a step: `in steps of £50`, `in 0.5 °C steps`.
pub(super) fn tells_step(text: &str) -> bool {
    if !["step", "increment", "multiple"].iter().any(|word| text.contains(word)) {
        return false;
    }
    let low = text.to_lowercase();
    ["in steps of", "in increments of", "in multiples of"]
        .iter()
        .any(|words| low.contains(words))
        || low
            .match_indices(" steps")
            .chain(low.match_indices(" increments"))
            .any(|(at, _)| {
                let before: Vec<&str> = low.get(..at).unwrap_or("").split_whitespace().rev().take(4).collect();
                let number = before.iter().position(|word| {
                    word.starts_with(|c: char| c.is_ascii_digit()) || word.starts_with(['£', '€', '$'])
                });
                number.is_some_and(|place| before.get(place + 1) == Some(&"in"))
            })
}

/// A value between two steps of a stated step, within the limits: 5.2 where 5.0 to 30.0 goes in steps of 0.5.
pub(in crate::coverage::families) fn off_step(scene: &Scene<'_>, rule: &Rule) -> Option<Point> {
    let told = tells_step(scene.basis.text(rule.span.basis_id));
    let from = rule.limit.lower.filter(|bound| bound.inclusive)?.value;
    let refused = rule.outside == Effect::Refused && rule.inside == Effect::Accepted;
    if !told || !refused || rule.limit.upper.is_none() {
        return None;
    }
    let half = rule.limit.step.checked_div(Decimal::TWO)?;
    // Half a step of half a degree is finer than anybody enters.
    let finest = if rule.limit.step.fract().is_zero() {
        0
    } else {
        rule.limit.step.normalize().scale()
    };
    let part = half.round_dp_with_strategy(finest, rust_decimal::RoundingStrategy::ToZero);
    let part = if part.is_zero() {
        half.round_dp_with_strategy(finest + 1, rust_decimal::RoundingStrategy::ToZero)
    } else {
        part
    };
    let value = from.checked_add(part)?;
    Some(Point {
        value,
        inside: false,
        edge: true,
        how: format!("{} + {}", values::number(from), values::number(part)),
        upper: false,
        bound: from,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::basis;
    use crate::coverage::{BoundaryValues, Scene};
    use crate::story::{Limits, UserStory};

    /// The values of the first limit of a criterion, as numbers.
    fn values(criterion: &str, wanted: BoundaryValues) -> Vec<String> {
        let story = "As a member, I want to enter a value so that it is kept";
        let told = UserStory::new(story, &[criterion.to_owned()], "", &Limits::default()).unwrap();
        let basis = basis::parse(&told);
        let scene = Scene::new(&basis).with_boundary_values(wanted);
        let (limit, _) = basis.limits().next().unwrap();
        let mut found: Vec<_> = super::points(&scene, limit).iter().map(|point| point.value).collect();
        found.sort();
        found.iter().map(|value| value.normalize().to_string()).collect()
    }

    #[test]
    fn two_values_meet_at_a_bound_and_three_surround_it() {
        for (criterion, two, three) in [
            (
                "The value must be at most 20.",
                &["20", "21"][..],
                &["19", "20", "21"][..],
            ),
            ("The value must be less than 20.", &["19", "20"], &["19", "20", "21"]),
            ("The value must be over 20.", &["20", "21"], &["19", "20", "21"]),
            (
                "The value must be between 5 and 9.",
                &["4", "5", "9", "10"],
                &["4", "5", "6", "8", "9", "10"],
            ),
            (
                "The name must have exactly 4 characters.",
                &["3", "4", "5"],
                &["3", "4", "5"],
            ),
            (
                "The value is set from 10 to 30 in steps of 5.",
                &["5", "10", "30", "35"],
                &["5", "10", "15", "25", "30", "35"],
            ),
        ] {
            assert_eq!(values(criterion, BoundaryValues::Two), two, "{criterion}");
            assert_eq!(values(criterion, BoundaryValues::Three), three, "{criterion}");
        }
    }
}
