//! Numbers and units as people write them.

use crate::basis::Dimension;
use rust_decimal::Decimal;

/// A number in digits or in words.
pub(super) fn number(low: &str) -> Option<Decimal> {
    if low.starts_with(|c: char| c.is_ascii_digit()) {
        return low.replace(',', "").parse().ok();
    }
    let small = |word: &str| -> Option<i64> {
        const WORDS: [&str; 21] = [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ];
        const TENS: [&str; 7] = ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
        let ones = WORDS.iter().position(|known| *known == word);
        let tens = TENS.iter().position(|known| *known == word).map(|at| (at + 3) * 10);
        ones.or(tens).and_then(|value| i64::try_from(value).ok())
    };
    if let Some((tens, ones)) = low.split_once('-') {
        let (tens, ones) = (small(tens)?, small(ones)?);
        return (tens >= 20 && tens % 10 == 0 && (1..10).contains(&ones)).then(|| Decimal::from(tens + ones));
    }
    small(low).map(Decimal::from).or(match low {
        "hundred" => Some(Decimal::ONE_HUNDRED),
        "dozen" => Some(Decimal::from(12)),
        _ => None,
    })
}

/// What multiplies the number before it.
pub(super) fn scale(low: &str) -> Option<Decimal> {
    match low {
        "hundred" => Some(Decimal::ONE_HUNDRED),
        "thousand" | "k" => Some(Decimal::ONE_THOUSAND),
        "million" => Some(Decimal::from(1_000_000)),
        "billion" => Some(Decimal::from(1_000_000_000)),
        _ => None,
    }
}

/// What a unit measures.
pub(super) fn dimension(unit: &str) -> Option<Dimension> {
    Some(match unit {
        "character" | "characters" | "chars" | "char" | "letter" | "letters" | "digit" | "digits" | "word"
        | "words" | "lines" => Dimension::Length,
        "%" | "percent" => Dimension::Percentage,
        "b" | "kb" | "mb" | "gb" | "tb" | "bytes" | "kilobytes" | "megabytes" | "gigabytes" | "mib" => {
            Dimension::DataSize
        }
        "ms" | "millisecond" | "milliseconds" | "s" | "second" | "seconds" | "sec" | "minute" | "minutes" | "min"
        | "mins" | "hr" | "hrs" | "hour" | "hours" | "h" | "day" | "days" | "week" | "weeks" | "month" | "months"
        | "year" | "years" | "night" | "nights" => Dimension::Duration,
        "$" | "€" | "£" | "¥" | "usd" | "eur" | "gbp" | "dollars" | "dollar" | "euros" | "euro" | "pounds" => {
            Dimension::Money
        }
        "km" | "m" | "cm" | "mm" | "kg" | "g" | "°c" | "°f" | "°" | "degrees" | "kilometres" | "kilometers"
        | "metres" | "meters" | "miles" | "litres" | "liters" | "l" | "ml" | "lb" | "px" | "pixels" | "db" | "mph"
        | "mbit" | "gbit" | "kbit" | "kw" | "kwh" | "rpm" | "bpm" | "psi" | "lux" | "dpi" | "mmhg" | "hpa" => {
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
        // Weighed and measured more finely than it is written.
        Dimension::Measure
            if matches!(
                unit,
                "kg" | "m" | "l" | "lb" | "kwh" | "mbit/s" | "gbit/s" | "metres" | "meters" | "litres" | "liters"
            ) =>
        {
            Decimal::new(1, 1)
        }
        _ => Decimal::ONE,
    }
}
