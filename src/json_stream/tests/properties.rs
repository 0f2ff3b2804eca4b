//! What holds for any bytes: no panic, bounded memory, the same verdicts however the bytes are cut, strict JSON, spans
//! that do not overlap; and for valid JSON, the same objects as a reading of the whole document finds.

use super::super::{Config, End, Extracted, Extractor};
use super::{Event, plain, run};
use proptest::prelude::*;
use serde_json::Value;

/// Pieces of answers, good and bad, that random answers are made of.
const PARTS: &[&str] = &[
    r#"{"title":"A","steps":["a"],"expected_result":"x"}"#,
    r#"{"title": "B", "steps": [{"action": "b", "expected": "c"}], "expected_result": "y"}"#,
    r#"{'title': 'C', 'steps': ['it's'], 'expected_result': None,}"#,
    r#"{"id":"TC-1","title":"D""#,
    r#""steps":["#,
    r#""expected_result":"z"}"#,
    r#"{"test_cases":["#,
    r#""key": "#,
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "'",
    "`",
    "\\",
    "\\\"",
    "\\u",
    "\\ud83c",
    "\\udf89",
    "\n",
    "  ",
    "\t",
    "\u{1}",
    "// c\n",
    "/* c */",
    "# c\n",
    "```",
    "```json\n",
    "<think>",
    "</think>",
    "<thi",
    "[THINK]",
    "\u{25c1}think\u{25b7}",
    "\u{201c}",
    "\u{201d}",
    "\u{2019}",
    "title",
    "steps: ",
    "expected: ",
    "None",
    "8/10",
    "-1.5e3",
    "Sure, it's here: ",
    "say \"hello\", then ",
    "\u{e9}\u{1f389}",
    ";",
    "=",
    "+",
    "...",
    "{\"{\"title\":",
    "}}",
    "]]",
    "null",
    "true",
];

/// An answer that is shown as text when it fails.
#[derive(Clone)]
struct Answer(Vec<u8>);

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

fn answers() -> impl Strategy<Value = Answer> {
    let part = prop_oneof![
        8 => proptest::sample::select(PARTS).prop_map(|part| part.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 1..6),
    ];
    proptest::collection::vec(part, 0..30).prop_map(|parts| Answer(parts.concat()))
}

fn ends() -> impl Strategy<Value = End> {
    prop_oneof![Just(End::Whole), Just(End::Cut)]
}

/// Small bounds, so that they are met.
fn narrow() -> Config {
    Config {
        max_depth: 6,
        max_object_bytes: 1024,
        max_whitespace: 20,
        max_barren_bytes: 2000,
        ..Config::default()
    }
}

fn sound(events: &[Event]) {
    for event in events {
        assert!(event.span.0 <= event.span.1);
        if !event.json.is_empty() {
            serde_json::from_str::<Value>(&event.json)
                .unwrap_or_else(|error| panic!("not strict: {error}: {} from {:?}", event.json, event.raw));
        }
    }
    for (at, event) in events.iter().enumerate() {
        for other in &events[..at] {
            let apart = event.span.0 >= other.span.1 || other.span.0 >= event.span.1;
            // What holds other objects is told about after them, and only that it does.
            assert!(
                apart || ["NESTED", "TOO_LONG"].contains(&event.verdict.as_str()),
                "{other:?} {event:?}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_give_the_same_sound_verdicts_in_any_pieces(
        answer in answers(),
        end in ends(),
        sizes in proptest::collection::vec(1usize..40, 1..12),
    ) {
        let Answer(answer) = answer;
        for config in [Config::default(), narrow()] {
            let whole = plain(&run(std::iter::once(answer.as_slice()), end, &config));
            sound(&whole.0);
            let single = plain(&run(answer.chunks(1), end, &config));
            prop_assert_eq!(&whole, &single);
            let mut rest = answer.as_slice();
            let mut pieces = Vec::new();
            for size in sizes.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (piece, tail) = rest.split_at((*size).min(rest.len()));
                pieces.push(piece);
                rest = tail;
            }
            prop_assert_eq!(&whole, &plain(&run(pieces.into_iter(), end, &config)));
        }
    }

    #[test]
    fn memory_is_bounded_by_the_open_object(answer in answers(), times in 1usize..200) {
        let config = narrow();
        let bound = config.max_object_bytes + 3 * 4096 + 1024;
        let mut extractor = Extractor::new(config);
        let mut sink = |_: Extracted<'_>| {};
        for _ in 0..times {
            extractor.push(&answer.0, &mut sink);
            prop_assert!(extractor.held_bytes() <= bound, "{} bytes held", extractor.held_bytes());
        }
        extractor.finish(End::Cut, &mut sink);
    }

    #[test]
    fn valid_documents_give_what_a_reading_of_the_whole_finds(document in documents(), pretty in any::<bool>()) {
        // A list that stands alone is read as a list only as long as it holds objects alone.
        let alone = document.as_array().is_none_or(|items| items.iter().all(Value::is_object));
        let document = if alone { document } else { serde_json::json!({ "x": document }) };
        let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) }.unwrap();
        // Numbers are compared as they are read, not as they were made.
        let document: Value = serde_json::from_str(&text).unwrap();
        let mut expected = Vec::new();
        let mut reference = Reference::default();
        reference.visit(&document, false, &mut expected);
        prop_assume!(!reference.broken_off);
        let (events, _) = plain(&run(text.as_bytes().chunks(3), End::Whole, &Config::default()));
        let found: Vec<Value> = events
            .iter()
            .filter(|event| event.verdict == "whole")
            .map(|event| serde_json::from_str(&event.json).unwrap())
            .collect();
        prop_assert!(events.iter().all(|event| event.mends.is_empty() && ["whole", "NESTED"].contains(&event.verdict.as_str())), "{events:?}");
        prop_assert_eq!(found, expected, "in {}", text);
    }
}

/// Any JSON documents, with keys that matter more often than not.
fn documents() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        proptest::sample::select(vec![
            "a",
            "",
            "{\"title\":",
            "it's \"quoted\", yes",
            "// no",
            "<think>",
            "\u{1f389}\n\t",
            "\\"
        ])
        .prop_map(str::to_owned),
        ".{0,12}",
    ];
    let leaf = prop_oneof![
        text.prop_map(Value::String),
        any::<i32>().prop_map(Value::from),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Null),
        (-1000.0..1000.0f64).prop_map(Value::from),
    ];
    let keys = proptest::sample::select(vec![
        "title",
        "steps",
        "expected_result",
        "name",
        "id",
        "test_cases",
        "x",
        "preconditions",
        "properties",
        "odd \"key\"",
    ]);
    leaf.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::vec((keys.clone(), inner), 0..5).prop_map(|fields| {
                Value::Object(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
            }),
        ]
    })
    .prop_map(|value| {
        if value.is_object() || value.is_array() {
            value
        } else {
            Value::Array(vec![value])
        }
    })
}

/// The same rules, written for a document that is there as a whole.
#[derive(Default)]
struct Reference {
    /// For each open object and array: marks so far, whether it is an object, a part, a wrapper, holds a wanted one.
    open: Vec<Open>,
    /// Objects whose verdict waits: which one in the order of their beginnings, and how deep.
    waiting: Vec<(usize, usize, Value)>,
    begun: usize,
    /// A whole wanted object stands in a part of an unfinished one: the outer one counts as broken off there, and the
    /// rest is read as prose, which this reading does not do.
    broken_off: bool,
}

#[derive(Clone, Default)]
struct Open {
    marks: u32,
    closed: u32,
    group: u32,
    begun: usize,
    object: bool,
    beneath: bool,
    wrapper: bool,
    held_wanted: bool,
    keys: Vec<String>,
    like_outer: bool,
}

impl Reference {
    /// Whether the keys of the object begin as all those of the object around it.
    fn compare(&mut self) {
        let Some((top, outer)) = self.open.split_last_mut() else {
            return;
        };
        let outer = outer.iter().rfind(|outer| outer.object && !outer.beneath);
        let enough = top.keys.len() > 2 || !top.beneath;
        top.like_outer |= enough && outer.is_some_and(|outer| outer.keys == top.keys);
    }

    fn visit(&mut self, value: &Value, beneath: bool, found: &mut Vec<Value>) {
        match value {
            Value::Array(items) => {
                self.open.push(Open::default());
                items.iter().for_each(|item| self.visit(item, beneath, found));
                self.open.pop();
            }
            Value::Object(fields) => {
                self.begun += 1;
                self.open.push(Open {
                    object: true,
                    beneath,
                    begun: self.begun,
                    ..Open::default()
                });
                for (key, value) in fields {
                    self.open.last_mut().unwrap().keys.push(key.clone());
                    self.compare();
                    let group = match key.as_str() {
                        "title" | "name" => 1,
                        "steps" => 2,
                        "expected_result" => 4,
                        _ => 0,
                    };
                    self.open.last_mut().unwrap().marks |= group;
                    self.open.last_mut().unwrap().group = group;
                    let inner = group > 1 || matches!(key.as_str(), "preconditions" | "properties");
                    self.visit(value, beneath || inner, found);
                    self.open.last_mut().unwrap().closed |= group;
                }
                let object = self.open.pop().unwrap();
                self.judge(&object, value, beneath, found);
            }
            _ => {}
        }
    }

    fn judge(&mut self, object: &Open, value: &Value, beneath: bool, found: &mut Vec<Value>) {
        let depth = self.open.len();
        let count = object.marks.count_ones();
        let full = object.marks == 7;
        self.broken_off |= full && object.like_outer && !object.wrapper;
        if beneath && full {
            let outer = self.open.iter().rfind(|outer| outer.object && !outer.beneath);
            self.broken_off |= outer.is_some_and(|outer| outer.marks != 0 && outer.closed != 7);
        }
        let outer = self.open.last();
        self.broken_off |=
            full && outer.is_some_and(|outer| outer.group == 1 && outer.marks & !1 != 0 && outer.closed != 7);
        if object.wrapper || beneath {
            return;
        }
        let in_full = self.open.iter().any(|outer| outer.marks == 7 && !outer.wrapper);
        let doubtful = self.open.iter().any(|outer| outer.marks != 0 && !outer.wrapper);
        let weak = count > 0
            && self
                .open
                .last()
                .is_some_and(|parent| !parent.object && parent.held_wanted);
        if in_full && count > 0 {
            return;
        }
        if full || count >= 2 && !doubtful || weak {
            self.waiting.retain(|(begun, ..)| *begun < object.begun);
            if full {
                self.flush(found);
            }
            self.hand_out(value.clone(), depth, found);
        } else if count >= 2 {
            self.waiting.retain(|(begun, ..)| *begun < object.begun);
            self.waiting.push((object.begun, depth, value.clone()));
        } else if !doubtful {
            self.flush(found);
        }
    }

    fn flush(&mut self, found: &mut Vec<Value>) {
        for (_, depth, value) in std::mem::take(&mut self.waiting) {
            self.hand_out(value, depth.min(self.open.len()), found);
        }
    }

    fn hand_out(&mut self, value: Value, depth: usize, found: &mut Vec<Value>) {
        for outer in &mut self.open[..depth] {
            outer.wrapper = true;
        }
        if let Some(parent) = self.open[..depth].last_mut() {
            parent.held_wanted |= !parent.object;
        }
        found.push(value);
    }
}
