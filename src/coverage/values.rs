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
            || unit.contains('/')
            || [
                "MB", "KB", "kB", "GB", "TB", "B", "ms", "s", "kg", "km", "cm", "mm", "m", "g", "kWh", "kW", "dB", "l",
                "ml", "mph", "px", "dpi", "bpm", "rpm", "mmHg", "hPa", "h", "min",
            ]
            .contains(&unit) =>
        {
            format!("{} {unit}", number(value))
        }
        _ => grammar::counted(&number(value), unit),
    }
}

/// An amount as people write it: `$1,000`, `$49.99`; two decimals unless it is whole, the sign before the currency mark.
fn money(value: Decimal, unit: &str) -> String {
    let whole = grouped(&number(value.abs().trunc()));
    let cents = format!("{:.2}", value.abs().fract());
    let digits = if value.fract().is_zero() {
        whole
    } else {
        format!("{whole}{}", cents.trim_start_matches('0'))
    };
    let sign = if value.is_sign_negative() && !value.is_zero() {
        "-"
    } else {
        ""
    };
    match unit {
        "$" | "€" | "£" | "¥" | "₹" => format!("{sign}{unit}{digits}"),
        "" => format!("{sign}{digits}"),
        // `1 euro`, but `1 EUR`.
        _ if value.abs() == Decimal::ONE && unit.chars().all(char::is_lowercase) => {
            format!("{sign}{digits} {}", grammar::singular(unit))
        }
        _ => format!("{sign}{digits} {unit}"),
    }
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `5` → `5th`.
#[must_use]
pub fn ordinal(value: Decimal) -> String {
    let number = number(value);
    let end = match (
        number.ends_with("11") || number.ends_with("12") || number.ends_with("13"),
        number.chars().last(),
    ) {
        (false, Some('1')) => "st",
        (false, Some('2')) => "nd",
        (false, Some('3')) => "rd",
        _ => "th",
    };
    format!("{number}{end}")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_stand_as_people_write_them() {
        for (value, unit, dimension, text) in [
            ("49.99", "$", Dimension::Money, "$49.99"),
            ("1000.01", "$", Dimension::Money, "$1,000.01"),
            ("5000", "€", Dimension::Money, "€5,000"),
            ("1", "euros", Dimension::Money, "1 euro"),
            ("1", "EUR", Dimension::Money, "1 EUR"),
            ("1", "working days", Dimension::Duration, "1 working day"),
            ("0.5", "EUR", Dimension::Money, "0.50 EUR"),
            ("1", "characters", Dimension::Length, "1 character"),
            ("21", "characters", Dimension::Length, "21 characters"),
            ("10.1", "MB", Dimension::DataSize, "10.1 MB"),
            ("-5", "°C", Dimension::Measure, "-5 °C"),
            ("7.5", "%", Dimension::Percentage, "7.5%"),
            ("0", "books", Dimension::Count, "0 books"),
        ] {
            let value: Decimal = value.parse().unwrap_or_default();
            assert_eq!(with_unit(value, unit, dimension), text);
        }
    }

    #[test]
    fn samples_have_exactly_the_length() {
        for length in [0, 1, 36, 37, 255] {
            assert_eq!(text_of_length(length).chars().count(), length);
            assert_eq!(digits_of_length(length).chars().count(), length);
        }
    }
}
