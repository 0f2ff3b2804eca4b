//! Amounts as people write them, read without any code of the product: `€9,999.99`, `23 h 59 min`, `15 November`, `9%`.

use rust_decimal::Decimal;

/// What kind of thing an amount measures; amounts of two kinds are never compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Counts, lengths, sizes, measures and ages: the number alone is compared.
    Plain,
    Money,
    Percent,
    /// In milliseconds.
    Time,
    /// In months.
    Months,
    /// In minutes since midnight.
    Clock,
    /// Month times 100 plus day.
    Day,
}

/// An amount, and where it ends in the text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Amount {
    pub(super) kind: Kind,
    pub(super) value: Decimal,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const NUMERALS: [&str; 13] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
];
const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// The days of the week that a text names.
pub(super) fn weekdays(text: &str) -> Vec<&'static str> {
    let low = text.to_lowercase();
    WEEKDAYS.into_iter().filter(|day| low.contains(day)).collect()
}

/// Every amount of a text, in its order.
pub(super) fn amounts(text: &str) -> Vec<Amount> {
    let words = words(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match read(&words, at) {
            Some((amount, next)) => {
                found.push(amount);
                at = next.max(at + 1);
            }
            None => at += 1,
        }
    }
    found
}

/// Words, numbers and signs: `€9,999.99 – at 4h` is `€`, `9999.99`, `–`, `at`, `4`, `h`.
fn words(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.to_lowercase().chars().collect();
    let mut words = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        if chars[at].is_ascii_digit() {
            let inside = |at: usize| {
                chars.get(at + 1).is_some_and(char::is_ascii_digit)
                    && (chars[at] == '.' || chars[at] == ':' || chars[at] == ',' && is_group(&chars[at + 1..]))
            };
            while at < chars.len() && (chars[at].is_ascii_digit() || inside(at)) {
                at += 1;
            }
            words.push(chars[start..at].iter().filter(|c| **c != ',').collect());
        } else if chars[at].is_alphabetic() {
            while at < chars.len() && (chars[at].is_alphabetic() || chars[at] == '\'') {
                at += 1;
            }
            words.push(chars[start..at].iter().collect());
        } else {
            at += 1;
            if !chars[start].is_whitespace() {
                words.push(chars[start].to_string());
            } else if words.last().is_some_and(|word| word == "-" || word == "−") {
                // `-1` is a number, `5 - 1` is not.
                words.push(" ".to_owned());
            }
        }
    }
    words
}

/// Whether three digits follow, as in `9,999`.
fn is_group(rest: &[char]) -> bool {
    rest.len() >= 3 && rest[..3].iter().all(char::is_ascii_digit) && !rest.get(3).is_some_and(char::is_ascii_digit)
}

fn read(words: &[String], at: usize) -> Option<(Amount, usize)> {
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let mut next = at;
    let mut sign = Decimal::ONE;
    if matches!(word(next), "-" | "−" | "–") && (at == 0 || !word(at - 1).starts_with(|c: char| c.is_ascii_digit()))
    {
        sign = -sign;
        next += 1;
    }
    let currency = is_currency(word(next));
    next += usize::from(currency);
    let low = word(next);
    if let Some((hours, minutes)) = low.split_once(':') {
        let value = Decimal::from(hours.parse::<u32>().ok()? * 60 + minutes.get(..2)?.parse::<u32>().ok()?);
        return Some((
            Amount {
                kind: Kind::Clock,
                value,
            },
            next + 1,
        ));
    }
    let value = match NUMERALS.iter().position(|numeral| *numeral == low) {
        Some(number) => Decimal::from(number),
        None => low.parse::<Decimal>().ok()?,
    };
    next += 1;
    if let Some(month) = MONTHS.iter().position(|month| *month == word(next)) {
        let value = Decimal::from((month + 1) * 100) + value;
        return Some((Amount { kind: Kind::Day, value }, next + 1));
    }
    let (kind, scale, used) = if currency {
        (Kind::Money, 1, 0)
    } else {
        unit(words, next)
    };
    let mut amount = Amount {
        kind,
        value: sign * value * Decimal::from(scale),
    };
    next += used;
    // `23 h 59 min` is one duration.
    if kind == Kind::Time && scale > 1_000 {
        let more = next + usize::from(word(next) == "and");
        if let Some((rest, end)) = read(words, more).filter(|(rest, _)| rest.kind == Kind::Time)
            && rest.value < Decimal::from(scale)
            && word(more).starts_with(|c: char| c.is_ascii_digit())
        {
            amount.value += rest.value;
            next = end;
        }
    }
    Some((amount, next))
}

fn is_currency(word: &str) -> bool {
    matches!(word, "$" | "€" | "£")
}

/// What the words behind a number make of it: the kind, what one of it is worth, and how many words that took.
fn unit(words: &[String], at: usize) -> (Kind, u64, usize) {
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let skip = usize::from(matches!(word(at), "working" | "banking" | "calendar" | "-"));
    let (kind, scale) = match word(at + skip) {
        "%" | "percent" => (Kind::Percent, 1),
        "€" | "eur" | "usd" | "gbp" | "pounds" | "euros" | "dollars" => (Kind::Money, 1),
        "ms" | "milliseconds" | "millisecond" => (Kind::Time, 1),
        "s" | "second" | "seconds" => (Kind::Time, 1_000),
        "min" | "minute" | "minutes" => (Kind::Time, 60_000),
        "h" | "hour" | "hours" => (Kind::Time, 3_600_000),
        "day" | "days" => (Kind::Time, 86_400_000),
        "week" | "weeks" => (Kind::Time, 604_800_000),
        "month" | "months" => (Kind::Months, 1),
        _ => return (Kind::Plain, 1, 0),
    };
    (kind, scale, skip + 1)
}

#[test]
fn amounts_are_read_as_people_write_them() {
    let one = |text: &str| {
        let found = amounts(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        (found[0].kind, found[0].value.normalize().to_string())
    };
    for (text, kind, value) in [
        ("€9,999.99", Kind::Money, "9999.99"),
        ("-€0.01", Kind::Money, "-0.01"),
        ("9%", Kind::Percent, "9"),
        ("23 h 59 min", Kind::Time, "86340000"),
        ("1 hour and 1 minute", Kind::Time, "3660000"),
        ("working 6 working days", Kind::Time, "518400000"),
        ("15 November", Kind::Day, "1115"),
        ("28 February 2027", Kind::Day, "228"),
        ("Friday 19:59", Kind::Clock, "1199"),
        ("the 4th order", Kind::Plain, "4"),
        ("four wrong codes", Kind::Plain, "4"),
        ("-1 point", Kind::Plain, "-1"),
        ("17 years old", Kind::Plain, "17"),
        ("4.5 °C", Kind::Plain, "4.5"),
    ] {
        if text.starts_with("28") {
            assert_eq!(amounts(text)[0].value.to_string(), value);
            continue;
        }
        assert_eq!(one(text), (kind, value.to_owned()), "{text}");
    }
    assert_eq!(amounts("19 of 20 codes, 5 - 1").len(), 4);
}
