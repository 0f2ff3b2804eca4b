//! What one chunk of text between two spaces is, by its form alone.

use super::{Class, Unit};
use rust_decimal::Decimal;

/// A chunk that is a number, or two.
#[derive(Debug, PartialEq)]
pub(crate) enum Number<'a> {
    /// `20`, `1,000.50`, `$50`, `10MB`, `21-character`.
    Plain {
        /// The value.
        value: Decimal,
        /// The unit, if it is glued to the number.
        unit: Option<Unit>,
    },
    /// `1-10`.
    Range(Part<'a>, Part<'a>),
}

/// One number of a range.
#[derive(Debug, PartialEq)]
pub(crate) struct Part<'a> {
    text: &'a str,
    /// The value.
    pub(crate) value: Decimal,
}

impl Part<'_> {
    /// Bytes that it takes.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }
}

/// The class of a chunk that is not a number.
pub(crate) fn class(core: &str) -> Option<Class> {
    if core.contains('@') {
        return at_sign(core);
    }
    if core.starts_with("http://") || core.starts_with("https://") || core.starts_with("www.") {
        return Some(Class::Url);
    }
    if is_file(core) {
        return Some(Class::File);
    }
    if !core.starts_with(|sign: char| sign.is_ascii_digit()) {
        return None;
    }
    let parts = |separator: char| -> Vec<&str> { core.split(separator).collect() };
    let digits = |part: &str, from: usize, to: usize| {
        (from..=to).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    for separator in ['-', '/', '.'] {
        if let [a, b, c] = parts(separator).as_slice()
            && digits(b, 1, 2)
            && ((digits(a, 4, 4) && digits(c, 1, 2))
                || (digits(a, 1, 2) && (digits(c, 4, 4) || digits(c, 2, 2) && separator != '.')))
        {
            return Some(Class::Date);
        }
    }
    if let [a, b, rest @ ..] = parts(':').as_slice()
        && rest.len() <= 1
        && digits(a, 1, 2)
        && b.len() >= 2
        && b.bytes().take(2).all(|byte| byte.is_ascii_digit())
    {
        return Some(Class::Time);
    }
    None
}

fn at_sign(core: &str) -> Option<Class> {
    let (local, domain) = core.split_once('@')?;
    if local.is_empty() && domain.is_empty() {
        return None;
    }
    if is_password_like(core) && !domain.contains('.') {
        return Some(Class::PasswordLike);
    }
    let labels_are_whole = domain.split('.').all(|label| !label.is_empty());
    let whole = !local.is_empty()
        && domain.contains('.')
        && labels_are_whole
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain
            .chars()
            .all(|sign| sign.is_alphanumeric() || matches!(sign, '.' | '-'))
        && !domain.starts_with('-');
    Some(if whole { Class::Email } else { Class::BrokenEmail })
}

fn is_file(core: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "pdf", "png", "jpg", "jpeg", "gif", "csv", "txt", "doc", "docx", "xls", "xlsx", "zip", "exe", "svg", "mp3",
        "mp4", "mov", "html", "json", "xml", "php", "sh", "bat", "webp", "heic", "tiff", "bmp", "ppt", "pptx", "js",
    ];
    core.rsplit_once('.').is_some_and(|(name, ending)| {
        !name.is_empty() && ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending))
    })
}

/// Reads a chunk as a number.
pub(crate) fn number(core: &str) -> Option<Number<'_>> {
    let core = core.trim_start_matches('#');
    if let Some((left, right)) = core.split_once(['-', '–', '/'])
        && !left.is_empty()
    {
        if let (Some((a, "")), Some((b, ""))) = (leading(left), leading(right)) {
            return Some(Number::Range(
                Part { text: left, value: a },
                Part { text: right, value: b },
            ));
        }
        // `21-character`, `5-star`, `30-day`.
        let (value, rest) = leading(left)?;
        let word = right.chars().all(|sign| sign.is_alphabetic() || sign == '-');
        let unit = Unit::suffix(right).unwrap_or(Unit::Count);
        return (rest.is_empty() && word).then_some(Number::Plain {
            value,
            unit: Some(unit),
        });
    }
    let (core, money) = currency(core);
    let negative = core.strip_prefix(['-', '−']);
    let (core, more_money) = currency(negative.unwrap_or(core));
    let (value, rest) = leading(core)?;
    let value = if negative.is_some() { -value } else { value };
    let unit = match rest {
        "" if money || more_money => Some(Unit::Money),
        "" => None,
        "%" => Some(Unit::Percent),
        "€" | "$" | "£" | "¥" => Some(Unit::Money),
        "x" | "X" | "×" | "+" => None,
        "st" | "nd" | "rd" | "th" => return None,
        _ if !rest.is_ascii() => None,
        _ => Some(Unit::suffix(rest)?),
    };
    Some(Number::Plain { value, unit })
}

fn currency(core: &str) -> (&str, bool) {
    let stripped = core.strip_prefix(['$', '€', '£', '¥', '₹']);
    (stripped.unwrap_or(core), stripped.is_some())
}

/// The number at the start, with `,` between thousands, and what follows it.
fn leading(text: &str) -> Option<(Decimal, &str)> {
    let text = currency(text.trim_start_matches('+')).0;
    let length = text
        .find(|sign: char| !sign.is_ascii_digit() && !matches!(sign, '.' | ','))
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(length)?;
    let digits = digits.trim_end_matches(['.', ',']);
    if !digits.starts_with(|sign: char| sign.is_ascii_digit()) || digits.len() > 24 {
        return None;
    }
    let thousands = digits
        .split('.')
        .next()
        .unwrap_or("")
        .split(',')
        .skip(1)
        .all(|group| group.len() == 3);
    let plain = if thousands {
        digits.replace(',', "")
    } else {
        digits.replace(',', ".")
    };
    Some((plain.parse::<Decimal>().ok()?, rest))
}

/// Whether it is a code: capitals with digits, perhaps with hyphens, at least three signs.
pub(crate) fn is_code(core: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    core.len() >= 3 && core.bytes().all(fits) && core.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// Whether it refers to a test case, a criterion, a coverage item or a question: `TC-001`, `AC-3`.
pub(crate) fn is_reference(core: &str) -> bool {
    ["TC-", "AC-", "C-", "Q-", "US-", "HTTP", "UTF-"]
        .iter()
        .any(|prefix| core.starts_with(prefix))
}

/// Whether it consists of capital letters.
pub(crate) fn is_capitals(core: &str) -> bool {
    core.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Whether it mixes letters and digits as a password or an identifier does, at least five signs.
pub(crate) fn is_password_like(core: &str) -> bool {
    core.chars().count() >= 5
        && core.chars().any(char::is_alphabetic)
        && core.chars().any(|sign| sign.is_ascii_digit())
        && !core.contains('-')
        && !core.ends_with("st")
        && !core.ends_with("th")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_numbers() {
        let plain = |text: &str| match number(text) {
            Some(Number::Plain { value, unit }) => Some((value.to_string(), unit)),
            _ => None,
        };
        let cases = [
            ("20", Some(("20", None))),
            ("1,000.50", Some(("1000.50", None))),
            ("$49.99", Some(("49.99", Some(Unit::Money)))),
            ("-$5", Some(("-5", Some(Unit::Money)))),
            ("12,5", Some(("12.5", None))),
            ("15%", Some(("15", Some(Unit::Percent)))),
            ("10MB", Some(("10", Some(Unit::Size)))),
            ("30min", Some(("30", Some(Unit::Time)))),
            ("21-character", Some(("21", Some(Unit::Length)))),
            ("2x", Some(("2", None))),
            ("3rd", None),
            ("20abc", None),
            ("99999999999999999999999999999999999999999", None),
        ];
        for (text, expected) in cases {
            assert_eq!(
                plain(text),
                expected.map(|(value, unit)| (value.to_owned(), unit)),
                "{text}"
            );
        }
        assert!(matches!(number("1-10"), Some(Number::Range(..))));
    }

    #[test]
    fn forms_of_classes() {
        let cases = [
            ("anna@example.com", Some(Class::Email)),
            ("anna@", Some(Class::BrokenEmail)),
            ("@example.com", Some(Class::BrokenEmail)),
            ("anna@@example.com", Some(Class::BrokenEmail)),
            ("P@ssw0rd", Some(Class::PasswordLike)),
            ("https://example.com/x", Some(Class::Url)),
            ("report.pdf", Some(Class::File)),
            ("2026-02-29", Some(Class::Date)),
            ("31/12/2025", Some(Class::Date)),
            ("09:30", Some(Class::Time)),
            ("1.5", None),
            ("checkout", None),
        ];
        for (text, expected) in cases {
            assert_eq!(class(text), expected, "{text}");
        }
        assert!(is_code("SAVE20") && is_code("AB-123") && !is_code("Save20"));
    }
}
