//! What a judge's answer says: the one object in it that has what was asked, whatever stands around it.
//!
//! Nothing is filled in: an answer that lacks a criterion, has a score beyond 1 to 5 or no reason, or says two different
//! things, is unread with what is wrong, and the judge is asked once more.

use super::{Better, Preferred, Said};
use serde_json::{Map, Value};

/// Most places at which an object is looked for.
const MOST_PLACES: usize = 256;
/// Most characters of a reason that are kept.
const REASON_CHARS: usize = 500;

/// Why an answer says nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// There is no object with anything that was asked for.
    #[error("there is no JSON object with what was asked for.")]
    Nothing,
    /// There are several, and they say different things.
    #[error("it has several JSON objects that say different things.")]
    Several,
    /// A criterion is missing.
    #[error("{0:?} is missing.")]
    Missing(String),
    /// A criterion has no reason.
    #[error("{0:?} has no reason.")]
    NoReason(String),
    /// A score is none.
    #[error("the score of {0:?} is {1}, which is no whole number from 1 to 5.")]
    OutOfRange(String, String),
    /// A preference is none.
    #[error("\"better\" is {0}, which is not A, B or neither.")]
    NoPreference(String),
}

impl Unread {
    /// Stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "UNREADABLE",
            Self::Several => "CONTRADICTORY",
            Self::Missing(_) => "CRITERION_MISSING",
            Self::NoReason(_) => "NO_REASON",
            Self::OutOfRange(..) => "OUT_OF_RANGE",
            Self::NoPreference(_) => "NO_PREFERENCE",
        }
    }
}

/// Reads the scores of these criteria, in their order.
///
/// # Errors
/// [`Unread`].
pub fn scores(text: &str, names: &[&str]) -> Result<Vec<Said>, Unread> {
    let object = the_one(text, names)?;
    names.iter().map(|name| said(&object, name)).collect()
}

/// Reads which suite is better; `turned`: the one that is compared was shown as B.
///
/// # Errors
/// [`Unread`].
pub fn preferred(text: &str, turned: bool) -> Result<Preferred, Unread> {
    let object = the_one(text, &["better"])?;
    let named = object.get("better").unwrap_or(&Value::Null);
    let (this, other) = if turned { ("b", "a") } else { ("a", "b") };
    let better = match named.as_str().map(|name| name.trim().to_lowercase()).as_deref() {
        Some(name) if name == this => Better::This,
        Some(name) if name == other => Better::Other,
        Some("neither") => Better::Neither,
        _ => return Err(Unread::NoPreference(short(&named.to_string()))),
    };
    Ok(Preferred {
        better,
        reason: reason(&object, "better")?,
    })
}

fn said(object: &Map<String, Value>, name: &str) -> Result<Said, Unread> {
    let of = object.get(name).ok_or_else(|| Unread::Missing(name.to_owned()))?;
    let Some(of) = of.as_object() else {
        return Err(Unread::NoReason(name.to_owned()));
    };
    let given = of.get("score").unwrap_or(&Value::Null);
    let number = match given {
        // Models write 4.0 and "4" for 4.
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let score = (1..=5_u8).find(|score| number == Some(f64::from(*score)));
    Ok(Said {
        score: score.ok_or_else(|| Unread::OutOfRange(name.to_owned(), short(&given.to_string())))?,
        reason: reason(of, name)?,
    })
}

fn reason(of: &Map<String, Value>, name: &str) -> Result<String, Unread> {
    let reason = of.get("reason").and_then(Value::as_str).unwrap_or_default().trim();
    if reason.is_empty() {
        return Err(Unread::NoReason(name.to_owned()));
    }
    Ok(reason.chars().take(REASON_CHARS).collect())
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The object that has any of these keys. Two that differ are none: one of them may be a text that was judged.
fn the_one(text: &str, keys: &[&str]) -> Result<Map<String, Value>, Unread> {
    let mut found: Vec<Map<String, Value>> = Vec::new();
    let mut at = 0;
    for _ in 0..MOST_PLACES {
        let Some(next) = text[at..].find('{') else { break };
        at += next;
        let mut read = serde_json::Deserializer::from_str(&text[at..]).into_iter::<Map<String, Value>>();
        match read.next() {
            Some(Ok(object)) => {
                at += read.byte_offset();
                found.extend(with_any(object, keys));
            }
            _ => at += 1,
        }
    }
    found.dedup();
    match found.len() {
        0 => Err(Unread::Nothing),
        1 => Ok(found.swap_remove(0)),
        _ => Err(Unread::Several),
    }
}

/// The object itself, or the one that it is wrapped in.
fn with_any(object: Map<String, Value>, keys: &[&str]) -> Option<Map<String, Value>> {
    let has = |object: &Map<String, Value>| keys.iter().any(|key| object.contains_key(*key));
    if has(&object) {
        return Some(object);
    }
    object.into_iter().find_map(|(_, value)| match value {
        Value::Object(inner) if has(&inner) => Some(inner),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    const NAMES: [&str; 2] = ["steps", "data"];

    fn read(text: &str) -> Result<Vec<u8>, &'static str> {
        scores(text, &NAMES)
            .map(|said| said.iter().map(|one| one.score).collect())
            .map_err(|unread| unread.code())
    }

    #[test]
    fn an_answer_is_read_whatever_stands_around_it_and_nothing_is_filled_in() {
        let whole = r#"{"steps": {"reason": "clear", "score": 4}, "data": {"reason": "none", "score": 1}}"#;
        for (text, expect) in [
            (whole.to_owned(), Ok(vec![4, 1])),
            (
                format!("Here is my verdict {{as JSON}}:\n```json\n{whole}\n```\nThat's it."),
                Ok(vec![4, 1]),
            ),
            (format!(r#"{{"scores": {whole}}}"#), Ok(vec![4, 1])),
            (format!("{whole}\n{whole}"), Ok(vec![4, 1])),
            (whole.replace("4", "\"4\"").replace("1}", "1.0}"), Ok(vec![4, 1])),
            (format!("{whole} {}", whole.replace('1', "5")), Err("CONTRADICTORY")),
            (whole.replace('4', "7"), Err("OUT_OF_RANGE")),
            (whole.replace('4', "0"), Err("OUT_OF_RANGE")),
            (whole.replace('4', "4.5"), Err("OUT_OF_RANGE")),
            (whole.replace('4', "\"4/5\""), Err("OUT_OF_RANGE")),
            (whole.replace('4', "null"), Err("OUT_OF_RANGE")),
            (whole.replace("clear", " "), Err("NO_REASON")),
            (r#"{"steps": 4, "data": 1}"#.to_owned(), Err("NO_REASON")),
            (whole.replace("data", "date"), Err("CRITERION_MISSING")),
            ("5 of 5, all of them".to_owned(), Err("UNREADABLE")),
            (whole[..whole.len() - 1].to_owned(), Err("UNREADABLE")),
            (String::new(), Err("UNREADABLE")),
        ] {
            assert_eq!(read(&text), expect, "{text}");
        }
    }

    #[test]
    fn a_long_row_of_braces_takes_no_long_time() {
        assert_eq!(read(&"{".repeat(60_000)), Err("UNREADABLE"));
    }

    #[test]
    fn a_preference_is_turned_back() {
        let text = |better: &str| format!(r#"{{"reason": "more limits", "better": {better}}}"#);
        for (better, turned, expect) in [
            ("\"A\"", false, Ok(Better::This)),
            ("\"A\"", true, Ok(Better::Other)),
            ("\" b \"", true, Ok(Better::This)),
            ("\"neither\"", true, Ok(Better::Neither)),
            ("\"both\"", false, Err("NO_PREFERENCE")),
            ("1", false, Err("NO_PREFERENCE")),
        ] {
            let read = preferred(&text(better), turned);
            assert_eq!(
                read.map(|one| one.better).map_err(|unread| unread.code()),
                expect,
                "{better} {turned}"
            );
        }
    }
}
