//! Numbers and units as people write them.

use crate::basis::Dimension;
use rust_decimal::Decimal;

/// A number in digits or in words.
pub(super) fn number(low: &str) -> Option<Decimal> {
    if low.starts_with(|c: char| c.is_ascii_digit()) {
        return low.replace(',', "").parse().ok();
    }
    const WORDS: [&str; 13] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ];
    let small = WORDS.iter().position(|word| *word == low);
    small.map(Decimal::from).or(match low {
        "fifteen" => Some(Decimal::from(15)),
        "twenty" => Some(Decimal::from(20)),
        "thirty" => Some(Decimal::from(30)),
        "hundred" => Some(Decimal::ONE_HUNDRED),
        "dozen" => Some(Decimal::from(12)),
        _ => None,
    })
}

/// What a unit measures.
pub(super) fn dimension(unit: &str) -> Option<Dimension> {
    Some(match unit {
        "character" | "characters" | "chars" | "char" | "letter" | "letters" | "digit" | "digits" | "word"
        | "words" => Dimension::Length,
        "%" | "percent" => Dimension::Percentage,
        "b" | "kb" | "mb" | "gb" | "tb" | "bytes" | "kilobytes" | "megabytes" | "gigabytes" | "mib" => {
            Dimension::DataSize
        }
        "ms" | "millisecond" | "milliseconds" | "s" | "second" | "seconds" | "sec" | "minute" | "minutes" | "min"
        | "mins" | "hour" | "hours" | "h" | "day" | "days" | "week" | "weeks" | "month" | "months" | "year"
        | "years" | "night" | "nights" => Dimension::Duration,
        "$" | "€" | "£" | "¥" | "usd" | "eur" | "gbp" | "dollars" | "dollar" | "euros" | "euro" | "pounds" => {
            Dimension::Money
        }
        "km" | "m" | "cm" | "mm" | "kg" | "g" | "°c" | "°f" | "°" | "degrees" | "kilometres" | "kilometers"
        | "metres" | "meters" | "miles" | "litres" | "liters" | "l" | "ml" | "lb" | "px" | "pixels" => {
            Dimension::Measure
        }
        _ => return None,
    })
}

/// The smallest step of a value of this dimension.
pub(super) fn step(dimension: Dimension, decimals: u32, unit: &str) -> Decimal {
    if decimals > 0 && dimension != Dimension::Money {
        return Decimal::new(1, decimals);
    }
    match dimension {
        Dimension::Money => Decimal::new(1, 2),
        Dimension::DataSize if matches!(unit, "mb" | "gb" | "tb" | "megabytes" | "gigabytes" | "mib") => {
            Decimal::new(1, 1)
        }
        _ => Decimal::ONE,
    }
}
