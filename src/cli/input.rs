//! What commands read besides flags: stories, criteria and suites, from arguments, files and standard input.

use super::args::StoryArgs;
use super::trouble::Trouble;
use crate::rpc::pb;
use anyhow::Context as _;
use prost::Message as _;
use prost_reflect::{DescriptorPool, DeserializeOptions, DynamicMessage};
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::io::{self, Read as _};
use std::path::Path;

/// More than any story, its criteria and its context may have; what is longer is refused by the service in any case.
const MAX_INPUT_BYTES: u64 = 4 << 20;

/// Most characters of why a suite is none.
const MAX_REASON_CHARS: usize = 300;

/// A story as it is sent.
#[derive(Debug, Default)]
pub(super) struct Story {
    pub(super) text: String,
    pub(super) criteria: Vec<String>,
    pub(super) context: String,
}

impl Story {
    pub(super) fn of(args: &StoryArgs) -> Result<Self, Trouble> {
        let text = if args.story == "-" {
            read(None)?
        } else {
            text_or_file(&args.story)?
        };
        Self::with(
            text,
            &args.criteria,
            args.criteria_file.as_deref(),
            args.context.as_deref(),
        )
    }

    pub(super) fn with(
        text: String,
        criteria: &[String],
        criteria_file: Option<&Path>,
        context: Option<&str>,
    ) -> Result<Self, Trouble> {
        let mut criteria = criteria.to_vec();
        if let Some(path) = criteria_file {
            let lines = read(Some(path))?;
            let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
            criteria.extend(lines.map(str::to_owned));
        }
        Ok(Self {
            text,
            criteria,
            context: context.map_or(Ok(String::new()), text_or_file)?,
        })
    }
}

/// The text itself, or the text of the file that @FILE names.
pub(super) fn text_or_file(text: &str) -> Result<String, Trouble> {
    match text.strip_prefix('@') {
        Some(path) => read(Some(Path::new(path))),
        None => Ok(text.to_owned()),
    }
}

/// A file, or standard input.
fn read(path: Option<&Path>) -> Result<String, Trouble> {
    let name = path.map_or_else(|| "standard input".to_owned(), |path| path.display().to_string());
    let wrong = |reason: &dyn std::fmt::Display| Trouble::Wrong(format!("{name} cannot be read: {reason}"));
    let mut bytes = Vec::new();
    match path {
        Some(path) => {
            let file = std::fs::File::open(path).map_err(|error| wrong(&error))?;
            file.take(MAX_INPUT_BYTES + 1).read_to_end(&mut bytes)
        }
        None => io::stdin().lock().take(MAX_INPUT_BYTES + 1).read_to_end(&mut bytes),
    }
    .map_err(|error| wrong(&error))?;
    if bytes.len() as u64 > MAX_INPUT_BYTES {
        return Err(wrong(&"it is longer than 4 MiB"));
    }
    String::from_utf8(bytes).map_err(|_| wrong(&"it is not UTF-8 text"))
}

// === suites ===

/// The cases of a suite: a plain document, an array of cases, lines of events, or answers as proto JSON. A later case
/// with the same id replaces the earlier one, as in the lines of a revision.
pub(super) fn suite(path: &Path) -> Result<Vec<pb::TestCase>, Trouble> {
    let path = Some(path).filter(|path| *path != Path::new("-"));
    let name = path.map_or_else(|| "standard input".to_owned(), |path| path.display().to_string());
    suite_in(&name, &read(path)?)
}

/// The cases of a suite's text; `name` is where it came from, for the error.
///
/// # Errors
/// [`Trouble::Wrong`] that says why it is no suite.
pub fn suite_in(name: &str, text: &str) -> Result<Vec<pb::TestCase>, Trouble> {
    // A reason may quote what is wrong, however long that is.
    let wrong = |reason: String| {
        let end = reason.char_indices().nth(MAX_REASON_CHARS).map(|(at, _)| at);
        let (reason, more) = end.map_or((reason.as_str(), ""), |end| (&reason[..end], "…"));
        Trouble::Wrong(format!("{name} is no suite: {reason}{more}"))
    };
    let mut found: Vec<Value> = Vec::new();
    let text = text.trim_start_matches('\u{feff}');
    for document in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let before = found.len();
        collect(document.map_err(|error| wrong(error.to_string()))?, &mut found);
        let mut seen: HashSet<&str> = HashSet::new();
        let ids = found.iter().skip(before).filter_map(|case| case.get("id")?.as_str());
        if let Some(id) = ids.filter(|id| !id.is_empty()).find(|id| !seen.insert(id)) {
            return Err(wrong(format!("two cases of one document have the id {id:?}")));
        }
    }
    if found.is_empty() {
        return Err(wrong("there is no test case in it".to_owned()));
    }
    let mut cases: Vec<pb::TestCase> = Vec::with_capacity(found.len());
    for (index, value) in found.into_iter().enumerate() {
        let case = test_case(value).map_err(|error| wrong(format!("case {}: {error:#}", index + 1)))?;
        match cases
            .iter_mut()
            .find(|known| !case.id.is_empty() && known.id == case.id)
        {
            Some(known) => *known = case,
            None => cases.push(case),
        }
    }
    Ok(cases)
}

/// Finds the cases in a document by where they stand, not by what they look like.
fn collect(document: Value, found: &mut Vec<Value>) {
    match document {
        Value::Array(cases) => found.extend(cases),
        Value::Object(mut object) => {
            if let Some(Value::Object(event)) = object.remove("event") {
                return collect(Value::Object(event), found);
            }
            for key in ["test_cases", "testCases"] {
                if let Some(Value::Array(cases)) = object.remove(key) {
                    found.extend(cases);
                }
            }
            for key in ["test_case", "testCase"] {
                found.extend(object.remove(key));
            }
            if let Some(Value::Array(cases)) = object
                .remove("revision")
                .and_then(|mut it| it.get_mut("cases").map(Value::take))
            {
                found.extend(
                    cases
                        .into_iter()
                        .filter_map(|mut case| case.get_mut("test_case").map(Value::take)),
                );
            }
        }
        _ => {}
    }
}

/// Reads a case in the spelling of proto JSON or of the plain document.
fn test_case(value: Value) -> anyhow::Result<pb::TestCase> {
    let Value::Object(mut object) = value else {
        anyhow::bail!("it is no object");
    };
    spell(&mut object, "type", "TEST_CASE_TYPE_", |name| {
        pb::TestCaseType::from_str_name(name).is_some()
    })?;
    spell(&mut object, "priority", "PRIORITY_", |name| {
        pb::Priority::from_str_name(name).is_some()
    })?;
    spell(&mut object, "technique", "TECHNIQUE_", |name| {
        pb::Technique::from_str_name(name).is_some()
    })?;
    if let Some(Value::Array(steps)) = object.get_mut("steps") {
        for step in steps {
            if let Value::String(text) = step {
                *step = plain_step(text);
            }
        }
    }
    let pool = DescriptorPool::decode(pb::DESCRIPTORS).context("the descriptors of this build cannot be read")?;
    let descriptor = pool
        .get_message_by_name("testgen.v1.TestCase")
        .context("the descriptors of this build lack the test case")?;
    let options = DeserializeOptions::new().deny_unknown_fields(false);
    let message = DynamicMessage::deserialize_with_options(descriptor, Value::Object(object), &options)?;
    Ok(pb::TestCase::decode(message.encode_to_vec().as_slice())?)
}

/// `edge_case` as the proto spells it. What is spelt so already stays; what the proto does not know is an error.
fn spell(
    object: &mut Map<String, Value>,
    key: &str,
    prefix: &str,
    is_known: impl Fn(&str) -> bool,
) -> anyhow::Result<()> {
    let Some(Value::String(text)) = object.get_mut(key) else {
        return Ok(());
    };
    let mut name = text.trim().replace(['-', ' '], "_").to_ascii_uppercase();
    if !name.starts_with(prefix) {
        name.insert_str(0, prefix);
    }
    anyhow::ensure!(is_known(&name), "{key}: {text:?} is no such value");
    *text = name;
    Ok(())
}

/// A step as the plain document writes it: the action, and what is seen after an arrow.
fn plain_step(text: &str) -> Value {
    let (action, expected) = text.split_once(" → ").unwrap_or((text, ""));
    serde_json::json!({"action": action, "expected": expected})
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::cli::json::{Document, Lines};
    use crate::cli::samples::{case, events};

    fn file(name: &str, text: &[u8]) -> std::path::PathBuf {
        let path = std::env::temp_dir().join(format!("testgen-suite-{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        path
    }

    fn read(name: &str, text: &[u8]) -> Result<Vec<pb::TestCase>, String> {
        let path = file(name, text);
        let read = suite(&path).map_err(|trouble| trouble.message().unwrap_or_default().to_owned());
        std::fs::remove_file(path).unwrap();
        read
    }

    fn case_of(event: pb::StreamTestCasesResponse) -> Option<pb::TestCase> {
        match event.event {
            Some(pb::stream_test_cases_response::Event::TestCase(case)) => Some(case),
            _ => None,
        }
    }

    #[test]
    fn lines_of_events_give_the_cases_back_as_they_were() {
        let mut out = Vec::new();
        let mut lines = Lines::new(&mut out).unwrap();
        for event in events() {
            lines.event(&event).unwrap();
        }
        let cases = read("lines", &out).unwrap();
        let sent: Vec<pb::TestCase> = events().into_iter().filter_map(case_of).collect();
        assert_eq!(cases, sent);
        assert_eq!(cases[0], case());
    }

    #[test]
    fn a_plain_document_gives_the_cases_with_what_it_has() {
        let mut document = Document::new("As a customer …");
        for event in events() {
            document.event(&event);
        }
        let mut out = Vec::new();
        document.write(&mut out).unwrap();
        let cases = read("plain", &out).unwrap();
        let known = case();
        assert_eq!(
            (
                cases[0].id.as_str(),
                cases[0].r#type,
                cases[0].priority,
                &cases[0].title
            ),
            (known.id.as_str(), known.r#type, known.priority, &known.title)
        );
        assert_eq!(cases[0].steps.len(), known.steps.len());
    }

    #[test]
    fn what_is_no_suite_is_told_with_its_reason() {
        for (name, text, told) in [
            ("empty", "{}", "is no suite: there is no test case in it"),
            ("text", "hello", "is no suite: expected value"),
            (
                "kind",
                r#"[{"type": "maybe"}]"#,
                "is no suite: case 1: type: \"maybe\" is no such value",
            ),
            (
                "ids",
                r#"[{"id": "TC-001"}, {"id": "TC-001"}]"#,
                "two cases of one document have the id \"TC-001\"",
            ),
            ("number", "[1]", "is no suite: case 1: it is no object"),
        ] {
            let message = read(name, text.as_bytes()).unwrap_err();
            assert!(message.contains(told), "{message}");
        }
    }

    #[test]
    fn a_later_case_with_the_same_id_replaces_the_earlier() {
        let text = br#"{"test_case":{"id":"TC-001","title":"a","type":"positive"}}
{"test_case":{"id":"TC-001","title":"b","type":"positive"}}"#;
        let cases = read("twice", text).unwrap();
        assert_eq!((cases.len(), cases[0].title.as_str()), (1, "b"));
    }
}
