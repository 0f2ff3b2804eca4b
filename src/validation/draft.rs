//! Typed repair: an object that a model wrote, read as a test case, with each guess at its spelling and shape recorded.
//!
//! Small models write the right things in the wrong shape: steps as numbers and texts in turn, as objects, as one text;
//! `Edge Case` for `edge_case`; `expectedResult` for `expected_result`. Such things are mended here, because the meaning
//! is plain. Nothing is made up: what is missing stays missing, and an object without a title, steps or an expected
//! result is refused with a finding for each. So is one that the answer cut before these three were closed.
//!
//! The strict JSON is read straight into the [`Draft`], in one pass, without a tree of values in between.

mod fields;
mod read;
mod steps;
mod text;
mod words;
#[cfg(test)]
mod tests;

use crate::json_stream::{Broken, Object};
use crate::test_case::{Draft, Finding, Repair, Severity};
use read::Reader;
use serde::de::DeserializeSeed;

/// Mends of spelling: what the object holds is sure all the same.
const HARMLESS: [&str; 13] = [
    "SINGLE_QUOTES",
    "SMART_QUOTES",
    "BACKTICK_QUOTES",
    "UNQUOTED_KEY",
    "UNESCAPED_QUOTE",
    "COMMENT",
    "RAW_NEWLINE",
    "RAW_TAB",
    "BAD_ESCAPE",
    "LONE_SURROGATE",
    "PYTHON_LITERAL",
    "LITERAL_CASE",
    "TRAILING_COMMA",
];

/// Reads an object as a test case. Gives the draft and what was mended in it, the text's mends first.
///
/// # Errors
/// Findings that say why it is no test case: `TRUNCATED`, `MISSING_FIELD`, `PLACEHOLDER`, `MERGED_OBJECTS` or `SYNTAX`,
/// each naming the field.
pub fn read(object: &Object<'_>) -> Result<(Draft, Vec<Repair>), Vec<Finding>> {
    let mut reader = Reader::default();
    for mend in object.mends {
        reader.repairs.push(Repair {
            code: mend.code,
            field: String::new(),
            detail: mend.detail.clone(),
        });
    }
    let mut json = serde_json::Deserializer::from_str(object.json);
    let read = (&mut reader).deserialize(&mut json).and_then(|()| json.end());
    if let Err(error) = read {
        return Err(vec![finding(
            "SYNTAX",
            format!("The object cannot be read as JSON: {error}."),
        )]);
    }
    let sound = object.whole && object.mends.iter().all(|mend| HARMLESS.contains(&mend.code));
    reader.settle(object.key, sound);
    let findings = reader.findings(object.whole);
    if findings.is_empty() {
        Ok((reader.draft, reader.repairs))
    } else {
        Err(findings)
    }
}

/// Why an object that could not be read at all is no test case, in the same form as the findings of [`read()`].
#[must_use]
pub fn broken(object: &Broken<'_>) -> Finding {
    finding(object.code, format!("The object cannot be read: {}.", object.detail))
}

fn finding(code: &'static str, message: String) -> Finding {
    Finding {
        code,
        severity: Severity::Error,
        message,
        span: None,
    }
}
