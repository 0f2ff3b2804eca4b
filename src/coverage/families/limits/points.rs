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

/// The values at each end and beside it: the stated number, the one below and the one above, each once.
pub(in crate::coverage::families) fn points(limit: &Limit) -> Vec<Point> {
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
        let within = !point.inside || admits(limit, point.value);
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

fn admits(limit: &Limit, value: Decimal) -> bool {
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
        || !matches!(rule.limit.dimension, Dimension::Count | Dimension::Money)
        || rule.outside == Effect::Refused && rule.inside == Effect::Accepted
}

/// A value between two steps of a stated step, within the limits: 5.2 where 5.0 to 30.0 goes in steps of 0.5.
pub(in crate::coverage::families) fn off_step(scene: &Scene<'_>, rule: &Rule) -> Option<Point> {
    let text = scene.basis.text(rule.span.basis_id).to_lowercase();
    let told = ["in steps of", "in increments of", "in multiples of"]
        .iter()
        .any(|words| text.contains(words));
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

/// The rule for one of its points: what lies outside it and within the limits of another criterion has that outcome.
pub(in crate::coverage::families) fn tiered(rules: &[Rule], rule: &Rule, point: &Point) -> Rule {
    let mut rule = rule.clone();
    if point.inside || !matches!(rule.outside, Effect::Outcome(_)) {
        return rule;
    }
    let alike = |other: &&Rule| {
        other.span.basis_id != rule.span.basis_id
            && other.limit.dimension == rule.limit.dimension
            && other.limit.unit == rule.limit.unit
            && other.limit.subject == rule.limit.subject
            && matches!(other.inside, Effect::Outcome(_))
    };
    let tier = rules.iter().filter(alike).find(|other| {
        rules
            .iter()
            .filter(alike)
            .filter(|part| part.span.basis_id == other.span.basis_id)
            .all(|part| admits(&part.limit, point.value))
    });
    if let Some(tier) = tier {
        rule.outside = tier.inside.clone();
    }
    rule
}
