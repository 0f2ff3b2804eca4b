//! Texts of a JSON string, unescaped straight into the caller's text, so that a token costs no allocation of its own.

use serde::Deserialize;
use serde_json::value::RawValue;

/// Appends the text of a JSON string to `text`; `null` and nothing append nothing.
///
/// Half of a surrogate pair becomes U+FFFD, as in Ollama itself.
///
/// # Errors
/// The value is not a string.
pub(super) fn append_text(raw: Option<&RawValue>, text: &mut String) -> Result<(), NotText> {
    let Some(raw) = raw.map(RawValue::get).filter(|raw| *raw != "null") else {
        return Ok(());
    };
    let inner = raw
        .strip_prefix('"')
        .and_then(|raw| raw.strip_suffix('"'))
        .ok_or(NotText)?;
    let mut rest = inner;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        let escape = &rest[at + 1..];
        let (character, length) = unescape(escape);
        text.push(character);
        rest = escape.get(length..).unwrap_or_default();
    }
    text.push_str(rest);
    Ok(())
}

/// The error of an object, whatever the shape of the rest of it is.
pub(super) fn only_error(object: &[u8]) -> Option<&RawValue> {
    #[derive(Deserialize)]
    struct OnlyError<'a> {
        #[serde(borrow)]
        error: &'a RawValue,
    }
    let found: OnlyError<'_> = serde_json::from_slice(object).ok()?;
    Some(found.error)
}

/// A value that should be a text and is not.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotText;

/// The character of an escape and the length of what follows the backslash. The JSON reader has already seen that the
/// escape is well formed.
fn unescape(escape: &str) -> (char, usize) {
    match escape.as_bytes().first() {
        Some(b'n') => ('\n', 1),
        Some(b't') => ('\t', 1),
        Some(b'r') => ('\r', 1),
        Some(b'b') => ('\u{8}', 1),
        Some(b'f') => ('\u{c}', 1),
        Some(b'u') => match hex(escape.get(1..5)) {
            Some(high @ 0xD800..=0xDBFF) => {
                let low = escape
                    .get(5..)
                    .and_then(|rest| rest.strip_prefix("\\u"))
                    .and_then(|rest| hex(rest.get(..4)));
                match low {
                    Some(low @ 0xDC00..=0xDFFF) => {
                        let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                        (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 11)
                    }
                    _ => (char::REPLACEMENT_CHARACTER, 5),
                }
            }
            code => (code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER), 5),
        },
        Some(other @ (b'"' | b'\\' | b'/')) => (char::from(*other), 1),
        _ => (char::REPLACEMENT_CHARACTER, 1),
    }
}

fn hex(digits: Option<&str>) -> Option<u32> {
    digits.and_then(|digits| u32::from_str_radix(digits, 16).ok())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn texts_are_unescaped_as_json_says() {
        let check = |json: &str, expect: Result<&str, ()>| {
            let raw: Box<RawValue> = serde_json::from_str(json).unwrap();
            let mut text = "before ".to_owned();
            let read = append_text(Some(&raw), &mut text).map(|()| text.strip_prefix("before ").unwrap());
            assert_eq!(read.map_err(drop), expect, "{json}");
        };
        check(r#""""#, Ok(""));
        check(r#""plain""#, Ok("plain"));
        check(r#""a\"b\\c\/d\n\t\r\b\f""#, Ok("a\"b\\c/d\n\t\r\u{8}\u{c}"));
        check(r#""\u003cb\u003e \u00e9 é""#, Ok("<b> é é"));
        check(r#""\ud83d\ude00!""#, Ok("😀!"));
        check(r#""\ud83d!""#, Ok("\u{FFFD}!"));
        check(r#""\ud83d\u0041""#, Ok("\u{FFFD}A"));
        check(r#""\ude00\\""#, Ok("\u{FFFD}\\"));
        check("null", Ok(""));
        check("5", Err(()));
        check(r#"["a"]"#, Err(()));
    }

    /// What is appended is what serde_json would read, whatever the text.
    #[test]
    fn unescaping_agrees_with_serde_json() {
        for text in [
            "",
            "\\",
            "\"\\\"",
            "\\u0041",
            "tab\tline\n\u{0}\u{1f}",
            "naïve ☂ 😀",
            "\u{2028}</script>",
        ] {
            let json = serde_json::to_string(text).unwrap();
            let raw: Box<RawValue> = serde_json::from_str(&json).unwrap();
            let mut read = String::new();
            append_text(Some(&raw), &mut read).unwrap();
            assert_eq!(read, text);
        }
    }
}
