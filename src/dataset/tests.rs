#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use serde_json::json;

fn source(path: &str, document: &Value) -> Source {
    Source {
        path: path.to_owned(),
        bytes: document.to_string().into_bytes(),
    }
}

fn story(id: &str, text: &str, split: &str) -> Value {
    json!({
        "id": id, "domain": "shop", "title": "A title", "user_story": text, "acceptance_criteria": [],
        "difficulty": "simple", "edge_case_categories": [], "split": split, "notes": "",
        "expected": {"limits": [], "must_ask": [], "min_cases": 1}
    })
}

const BORROW: &str = "As a member, I want to borrow up to 5 books so that I can read at home";

fn example() -> Value {
    json!({
        "story_id": "US-001", "user_story": BORROW, "acceptance_criteria": [], "domain": "shop",
        "difficulty": "simple", "edge_case_categories": [],
        "questions": [{"id": "Q-1", "text": "For how long is a book borrowed?", "basis_id": "STORY", "quote": "borrow",
            "span": {"basis_id": "STORY", "start": 23, "end": 29}}],
        "test_cases": [{
            "id": "TC-001", "type": "TEST_CASE_TYPE_BOUNDARY", "title": "A fifth book is borrowed",
            "priority": "PRIORITY_HIGH", "preconditions": ["The member has borrowed 4 books."],
            "steps": [{"action": "Open the page of a book", "data": "", "expected": ""},
                {"action": "Borrow the book", "data": "", "expected": ""}],
            "expected_result": "The book is shown as borrowed.", "objective": "The limit itself is allowed.",
            "technique": "TECHNIQUE_BOUNDARY_VALUE_ANALYSIS",
            "traces": [{"basis_id": "STORY", "quote": "up to 5 books",
                "span": {"basis_id": "STORY", "start": 30, "end": 43}}],
            "assumptions": []
        }],
        "reviewed": {"written_by": "test designer", "written_on": "2026-11-28", "machine_check": "testgen fill"}
    })
}

/// Codes and pointers of what is found.
fn found(sources: &[Source]) -> Vec<(&'static str, String)> {
    let report = super::check(sources);
    report
        .findings
        .into_iter()
        .map(|finding| (finding.code, finding.pointer))
        .collect()
}

fn changed(change: impl FnOnce(&mut Value)) -> Vec<(&'static str, String)> {
    let stories = json!([story("US-001", BORROW, "dev")]);
    let mut examples = json!([example()]);
    change(&mut examples);
    found(&[source("stories", &stories), source("examples", &examples)])
}

#[test]
fn a_sound_example_has_nothing_to_find() {
    assert_eq!(changed(|_| {}), []);
}

#[test]
fn every_fault_is_found_where_it_is() {
    let at = |code, pointer: &str| vec![(code, pointer.to_owned())];
    assert_eq!(
        changed(|it| it[0]["test_cases"][0]["priority"] = json!("URGENT")),
        at("SCHEMA", "/0/test_cases/0/priority")
    );
    assert_eq!(changed(|it| it[0]["mood"] = json!("good")), at("SCHEMA", "/0/mood"));
    assert_eq!(
        changed(|it| it[0]["test_cases"][0]["traces"][0]["span"]["end"] = json!(44)),
        at("QUOTE", "/0/test_cases/0")
    );
    assert_eq!(
        changed(|it| it[0]["test_cases"][0]["traces"][0]["span"]["end"] = json!(u64::MAX)),
        at("QUOTE", "/0/test_cases/0")
    );
    assert_eq!(
        changed(|it| it[0]["test_cases"][0]["traces"][0]["span"]["start"] = json!(400)),
        at("QUOTE", "/0/test_cases/0")
    );
    let unknown = changed(|it| it[0]["story_id"] = json!("US-009"));
    assert_eq!(
        unknown,
        [
            ("UNKNOWN_STORY", "/0/story_id".to_owned()),
            ("LEAK", "/0/user_story".to_owned())
        ]
    );
    assert_eq!(
        changed(|it| it[0]["questions"][0]["text"] = json!("Is jo.park@mail.co asked?")),
        at("PERSONAL_DATA", "/0/questions/0/text")
    );
    let twice = changed(|it| {
        let case = it[0]["test_cases"][0].clone();
        it[0]["test_cases"].as_array_mut().unwrap().push(case);
    });
    assert_eq!(
        twice,
        [
            ("DUPLICATE_ID", "/0/test_cases/1/id".to_owned()),
            ("SIMILAR_CASE", "/0/test_cases/1".to_owned())
        ]
    );
    let uncovered = changed(|it| it[0]["acceptance_criteria"] = json!(["Overdue members cannot borrow"]));
    assert!(uncovered.contains(&("STALE", "/0".to_owned())) && uncovered.contains(&("UNCOVERED", "/0".to_owned())));
}

#[test]
fn a_held_out_story_is_no_example() {
    let stories = json!([story("US-001", BORROW, "held_out")]);
    let found = found(&[source("stories", &stories), source("examples", &json!([example()]))]);
    assert_eq!(found, [("LEAK", "/0/story_id".to_owned())]);
}

#[test]
fn a_near_twin_leaks_between_splits_and_counts_twice_within_one() {
    let twin = BORROW.replace("5 books", "6 books").to_uppercase();
    let pair = |split| json!([story("US-001", BORROW, "dev"), story("US-002", &twin, split)]);
    assert_eq!(
        found(&[source("a", &pair("held_out"))]),
        [("LEAK", "/1/user_story".to_owned())]
    );
    assert_eq!(
        found(&[source("a", &pair("dev"))]),
        [("NEAR_TWIN", "/1/user_story".to_owned())]
    );
    let other = json!([
        story("US-001", BORROW, "dev"),
        story(
            "US-002",
            "As a visitor, I want to see the opening hours of today",
            "held_out"
        )
    ]);
    assert_eq!(found(&[source("a", &other)]), []);
}

#[test]
fn near_twins_begin_at_the_stated_share() {
    // 13 of 15 words are common; 12 of 19 are not enough.
    let words = |list: &str| {
        json!([
            story("US-001", "a b c d e f g h i j k l m n o", "dev"),
            story("US-002", list, "held_out")
        ])
    };
    assert_eq!(
        found(&[source("x", &words("a b c d e f g h i j k l y z w v"))]).len(),
        0
    );
    assert_eq!(
        found(&[source("x", &words("a b c d e f g h i j k l m"))]),
        [("LEAK", "/0/user_story".to_owned())]
    );
}

#[test]
fn what_is_no_data_file_is_said_to_be_none() {
    for (text, code) in [
        ("{", "NOT_JSON"),
        ("[]", "UNKNOWN_KIND"),
        ("7", "UNKNOWN_KIND"),
        ("\u{0}", "NOT_JSON"),
        (r#"[{"a":1}]"#, "UNKNOWN_KIND"),
    ] {
        let source = Source {
            path: "x".to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        assert_eq!(found(&[source]), [(code, String::new())], "{text}");
    }
}

#[test]
fn personal_data_is_told_by_its_check_digits() {
    let kinds = |text: &str| {
        personal::find(text)
            .into_iter()
            .map(|found| found.kind)
            .collect::<Vec<_>>()
    };
    use personal::Kind::{Card, Email, Iban, Key, Phone};
    assert_eq!(kinds("write to jo@firm.co"), [Email]);
    assert_eq!(
        kinds("jo@example.com, ann@mail.example.org and x@y.test are nobody's"),
        []
    );
    assert_eq!(kinds("DE89 3704 0044 0532 0130 00"), [Iban]);
    assert_eq!(kinds("DE88 3704 0044 0532 0130 00"), []);
    assert_eq!(kinds("4111 1111 1111 1111"), [Card]);
    assert_eq!(kinds("4111 1111 1111 1112, 0000-0000-0000-0000"), []);
    assert_eq!(kinds("call +44 7400 123456 today"), [Phone]);
    assert_eq!(kinds("GIFT2345ABCD6789, 12 June 2027, +5 points"), []);
    assert_eq!(kinds(&format!("token ghp_{}", "a1".repeat(18))), [Key]);
}

#[test]
fn scrubbing_leaves_typed_placeholders_and_nothing_to_find() {
    let mut document = json!({"a~b": ["jo@firm.co and +44 7400 123456", "clean"]});
    let changes = scrub(&mut document);
    assert_eq!(document, json!({"a~b": ["[EMAIL] and [PHONE]", "clean"]}));
    assert_eq!(
        changes.iter().map(|change| change.pointer.as_str()).collect::<Vec<_>>(),
        ["/a~0b/0", "/a~0b/0"]
    );
    assert_eq!(scrub(&mut document), []);
}

#[test]
fn cleaning_is_done_once() {
    let mut document = json!([{"id": "A", "t": " a\u{a0} b\r\n\u{feff}c  "}, {"id": "A", "t": "a b\nc"}]);
    let changes = clean(&mut document);
    assert_eq!(document, json!([{"id": "A", "t": "a b\nc"}]));
    assert_eq!(changes.len(), 2);
    assert_eq!(clean(&mut document), []);
}

#[test]
fn a_split_does_not_depend_on_the_order_of_the_file() {
    let stories: Vec<Value> = (0..50)
        .map(|n| json!({"id": format!("S-{n}"), "domain": "shop", "difficulty": "simple"}))
        .collect();
    let ids = |half: &[Value]| {
        let mut ids: Vec<String> = half.iter().map(|story| text(story, "id").to_owned()).collect();
        ids.sort();
        ids
    };
    let halves = split(&Value::Array(stories.clone()), 20, 1);
    assert_eq!((halves.dev.len(), halves.held_out.len()), (40, 10));
    let backwards = split(&Value::Array(stories.iter().rev().cloned().collect()), 20, 1);
    assert_eq!(ids(&halves.held_out), ids(&backwards.held_out));
    assert_ne!(
        ids(&halves.held_out),
        ids(&split(&Value::Array(stories.clone()), 20, 2).held_out)
    );
    // What has a split keeps it.
    let mut kept = stories;
    kept[7]["split"] = json!("held_out");
    let halves = split(&Value::Array(kept), 0, 1);
    assert_eq!(ids(&halves.held_out), ["S-7"]);
}

#[test]
fn balance_has_stated_bounds() {
    let stories: Vec<Value> = (0..40)
        .map(|n| {
            story(
                &format!("US-{n:03}"),
                &format!("As a reader of part{n}, I want w{n} and v{n} so that u{n} t{n}"),
                "dev",
            )
        })
        .collect();
    let report = super::check(&[source("x", &Value::Array(stories))]);
    let said = |part: &str| report.findings.iter().any(|finding| finding.message.contains(part));
    assert!(
        said("0 % held_out stories; 15 % to 35 % are wanted"),
        "{:?}",
        report.findings
    );
    assert!(said("0 stories of the domain bank; at least 3 are wanted"));
    assert!(said("0 stories of the category vague; at least 3 are wanted"));
    assert!(said("0 % complex stories; 15 % to 100 % are wanted"));
}

#[test]
fn our_schemas_use_no_keyword_that_is_not_judged() {
    const KNOWN: [&str; 21] = [
        "$schema",
        "$ref",
        "$defs",
        "title",
        "description",
        "type",
        "enum",
        "items",
        "properties",
        "required",
        "additionalProperties",
        "dependentRequired",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minLength",
        "maxLength",
        "pattern",
        "minimum",
        "maximum",
        "not",
    ];
    fn walk(schema: &Value, names_fields: bool) {
        let Some(fields) = schema.as_object() else { return };
        for (name, value) in fields {
            let judged = KNOWN.contains(&name.as_str());
            assert!(names_fields || judged, "{name} is not judged");
            if !["enum", "required", "dependentRequired"].contains(&name.as_str()) || names_fields {
                walk(value, !names_fields && ["properties", "$defs"].contains(&name.as_str()));
            }
        }
    }
    for kind in [
        Kind::Stories,
        Kind::Examples,
        Kind::BlindStories,
        Kind::BlindMarks,
        Kind::GoldenPairs,
    ] {
        walk(&serde_json::from_str(kind.schema()).unwrap(), false);
    }
}
