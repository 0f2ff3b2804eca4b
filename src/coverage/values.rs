//! Values that stand in a case, and where each comes from. A value is stated in the basis, computed from it, or a sample
//! of a named class; nothing else may stand in a rule's words.

use crate::basis::{Dimension, Limit};
use crate::coverage::scene::grammar;
use crate::test_case::{Span, Value, ValueOrigin};
use rust_decimal::Decimal;

/// A value that the basis states at `span`.
#[must_use]
pub fn stated(text: impl Into<String>, span: Span) -> Value {
    Value {
        text: text.into(),
        origin: ValueOrigin::Stated,
        span: Some(span),
        note: String::new(),
    }
}

/// A value that was computed, and how: `20 + 1`.
#[must_use]
pub fn computed(text: impl Into<String>, how: impl Into<String>, from: Option<Span>) -> Value {
    Value {
        text: text.into(),
        origin: ValueOrigin::Computed,
        span: from,
        note: how.into(),
    }
}

/// Any member of a class would do; the class in plain words: `a code that exists and has not expired`.
#[must_use]
pub fn sample(text: impl Into<String>, class: impl Into<String>) -> Value {
    Value {
        text: text.into(),
        origin: ValueOrigin::Sample,
        span: None,
        note: class.into(),
    }
}

/// A number as people write it: no trailing zeros, no exponent.
#[must_use]
pub fn number(value: Decimal) -> String {
    value.normalize().to_string()
}

/// A number with its unit, as a tester types it: `$49.99`, `21 characters`, `1 file`, `30 °C`, `5 %`.
#[must_use]
pub fn with_unit(value: Decimal, unit: &str, dimension: Dimension) -> String {
    if dimension == Dimension::Money {
        return money(value, unit);
    }
    match unit {
        "" => number(value),
        "%" => format!("{}%", number(value)),
        _ if unit.starts_with('°')
            || [
                "MB", "KB", "kB", "GB", "TB", "B", "ms", "s", "kg", "km", "cm", "mm", "m", "g", "kWh",
            ]
            .contains(&unit) =>
        {
            format!("{} {unit}", number(value))
        }
        _ => grammar::counted(&number(value), unit),
    }
}

/// An amount as people write it: two decimals unless it is whole; the sign before the currency mark.
fn money(value: Decimal, unit: &str) -> String {
    let digits = if value.fract().is_zero() {
        number(value.abs().trunc())
    } else {
        format!("{:.2}", value.abs())
    };
    let sign = if value.is_sign_negative() && !value.is_zero() {
        "-"
    } else {
        ""
    };
    match unit {
        "$" | "€" | "£" | "¥" | "₹" => format!("{sign}{unit}{digits}"),
        "" => format!("{sign}{digits}"),
        _ => format!("{sign}{digits} {unit}"),
    }
}

/// A value of a limit with the limit's unit.
#[must_use]
pub fn of_limit(value: Decimal, limit: &Limit) -> String {
    with_unit(value, &limit.unit, limit.dimension)
}

/// A text of exactly `length` characters that a tester can copy: letters, then digits, repeated.
#[must_use]
pub fn text_of_length(length: usize) -> String {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        .chars()
        .cycle()
        .take(length)
        .collect()
}

/// A number of exactly `length` digits that a tester can copy.
#[must_use]
pub fn digits_of_length(length: usize) -> String {
    "1234567890".chars().cycle().take(length).collect()
}
