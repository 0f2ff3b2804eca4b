//! The corpus of model answers, and tables of typed repairs.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod corpus;
mod damage;
mod slips;

use super::read;
use crate::json_stream::{Config, End, Extracted, Extractor};
use crate::test_case::{Draft, Priority, Technique, TestCaseType};

/// The draft and the codes of its repairs, or the codes of the findings.
fn read_one(json: &str) -> Result<(Draft, Vec<String>), Vec<&'static str>> {
    let mut results = Vec::new();
    let mut sink = |extracted: Extracted<'_>| match extracted {
        Extracted::Object(object) => results.push(read(&object)),
        Extracted::Broken(broken) => results.push(Err(vec![super::broken(&broken)])),
    };
    let mut extractor = Extractor::new(Config::default());
    extractor.push(json.as_bytes(), &mut sink);
    extractor.finish(End::Whole, &mut sink);
    assert_eq!(results.len(), 1, "one verdict on {json}");
    match results.remove(0) {
        Ok((draft, repairs)) => Ok((
            draft,
            repairs
                .iter()
                .map(|repair| format!("{} {}", repair.code, repair.field).trim().to_owned())
                .collect(),
        )),
        Err(findings) => Err(findings.iter().map(|finding| finding.code).collect()),
    }
}

/// A sound case with one more field, or another value for one.
fn with(field: &str, value: &str) -> (Draft, Vec<String>) {
    read_one(&format!(
        r#"{{"title":"T one","steps":["Open"],"expected_result":"Shown","{field}":{value}}}"#
    ))
    .unwrap()
}

#[test]
fn a_plain_case_needs_no_repair() {
    let (draft, repairs) = read_one(
        r#"{"id":"TC-001","type":"edge_case","title":"T one","priority":"critical","preconditions":["Signed in"],
            "steps":["Open","Click"],"expected_result":"Shown","quality_score":9,"covers":["C-1"],"quote":"q",
            "technique":"boundary_value_analysis","assumptions":[],"unknown":{"deep":[1,{"x":null}]}}"#,
    )
    .unwrap();
    assert_eq!(repairs, Vec::<String>::new());
    assert_eq!(draft.id, "TC-001");
    assert_eq!(draft.case_type, Some(TestCaseType::EdgeCase));
    assert_eq!(draft.priority, Some(Priority::Critical));
    assert_eq!(draft.preconditions, ["Signed in"]);
    assert_eq!(draft.covers, ["C-1"]);
    assert_eq!(draft.technique, Some(Technique::BoundaryValueAnalysis));
    assert_eq!(draft.self_score, Some(9));
    assert_eq!(draft.quote, "q");
}

#[test]
fn kinds_in_any_spelling() {
    use TestCaseType::{Boundary, EdgeCase, Negative, Positive};
    for (text, kind) in [
        ("positive", Some(Positive)),
        ("Positive Test", Some(Positive)),
        ("happy path", Some(Positive)),
        ("Happy-Path Scenario", Some(Positive)),
        ("NEGATIVE", Some(Negative)),
        ("negative test case", Some(Negative)),
        ("Edge Case", Some(EdgeCase)),
        ("edge-case", Some(EdgeCase)),
        ("EDGE", Some(EdgeCase)),
        ("TEST_CASE_TYPE_EDGE_CASE", Some(EdgeCase)),
        ("Boundary Value", Some(Boundary)),
        ("boundary value analysis", Some(Boundary)),
        ("functional", None),
        ("positive|negative", None),
        ("not negative", None),
        ("", None),
    ] {
        let (draft, repairs) = with("type", &format!("{text:?}"));
        assert_eq!(draft.case_type, kind, "{text}");
        let mended = kind.is_some_and(|kind| kind.as_str() != text);
        assert_eq!(
            repairs,
            if mended { vec!["ENUM_SPELLING type"] } else { vec![] },
            "{text}"
        );
    }
    assert_eq!(with("type", "null").0.case_type, None);
    assert_eq!(with("type", r#"["negative"]"#).0.case_type, Some(Negative));
}

#[test]
fn priorities_in_any_spelling() {
    use Priority::{Critical, High, Low, Medium};
    for (value, priority) in [
        (r#""P1""#, Some(Critical)),
        (r#""P0""#, Some(Critical)),
        (r#""High!""#, Some(High)),
        (r#""high priority""#, Some(High)),
        ("1", Some(Critical)),
        ("2", Some(High)),
        ("3", Some(Medium)),
        ("4", Some(Low)),
        ("5", None),
        (r#""Medium""#, Some(Medium)),
        (r#""Must have""#, Some(High)),
        (r#""LOW""#, Some(Low)),
        (r#""soon""#, None),
        ("{}", None),
    ] {
        assert_eq!(with("priority", value).0.priority, priority, "{value}");
    }
}

#[test]
fn scores_in_any_spelling() {
    for (value, score) in [
        ("8", Some(8)),
        ("8.5", Some(9)),
        (r#""8""#, Some(8)),
        (r#""8.5""#, Some(9)),
        (r#""8/10""#, Some(8)),
        (r#""4/5""#, Some(8)),
        (r#""eight""#, Some(8)),
        (r#""Ten""#, Some(10)),
        (r#""80%""#, Some(8)),
        (r#""8 out of 10""#, Some(8)),
        ("0", None),
        ("11", None),
        ("-3", None),
        ("1e300", None),
        (r#""good""#, None),
        (r#""8/0""#, None),
        ("null", None),
        ("[]", None),
    ] {
        assert_eq!(with("quality_score", value).0.self_score, score, "{value}");
    }
}

#[test]
fn preconditions_in_any_shape() {
    for (value, items) in [
        (r#"["a", "b"]"#, vec!["a", "b"]),
        (r#""a""#, vec!["a"]),
        (r#""a\nb\n""#, vec!["a", "b"]),
        ("null", vec![]),
        (r#""""#, vec![]),
        (r#""None""#, vec![]),
        (r#"["N/A"]"#, vec![]),
        (
            r#"[{"description": "a"}, {"user": "b", "role": "c"}]"#,
            vec!["a", "b, c"],
        ),
        (r#"{"1": "a", "2": "b"}"#, vec!["a", "b"]),
        ("[1, true]", vec!["1", "true"]),
    ] {
        assert_eq!(with("preconditions", value).0.preconditions, items, "{value}");
    }
}

#[test]
fn what_is_missing_is_said_and_not_made_up() {
    let finding = |json: &str| read_one(json).unwrap_err();
    assert_eq!(finding(r#"{"title":"T","steps":["a"]}"#), ["MISSING_FIELD"]);
    assert_eq!(
        finding(r#"{"title":" ","steps":[],"expected_result":null}"#),
        ["MISSING_FIELD"; 3]
    );
    assert_eq!(
        finding(r#"{"title":"<title>","steps":["a b"],"expected_result":"..."}"#),
        ["PLACEHOLDER"; 2]
    );
    assert_eq!(finding(r#"{"title":"T one","steps":["a","#), ["TRUNCATED"; 2]);
    let (draft, _) = read_one(r#"{"title":"T one","steps":["a"],"expected_result":"b"}"#).unwrap();
    assert_eq!((draft.case_type, draft.priority, draft.self_score), (None, None, None));
}

#[test]
fn each_repair_names_its_field() {
    let (_, repairs) =
        read_one(r#"{"name": "T one", "steps": [1, "Open", {"do": "Click"}, "3. Wait"], 'expected': ["a", "b"],}"#)
            .unwrap();
    assert_eq!(
        repairs,
        [
            "SINGLE_QUOTES",
            "TRAILING_COMMA",
            "FIELD_NAME title",
            "STEP_NUMBER_REMOVED steps[0]",
            "STEP_FROM_OBJECT steps[1]",
            "STEP_PREFIX_REMOVED steps[2]",
            "FIELD_NAME expected_result",
            "TEXT_FROM_LIST expected_result",
        ]
    );
}

#[test]
fn a_step_with_its_own_fields_needs_no_repair_and_any_other_object_does() {
    let steps = |steps: &str| {
        let (draft, repairs) = with("steps", steps);
        let step = draft.steps.last().cloned().unwrap();
        // The field stands twice, because a case of text steps is the frame.
        let repairs: Vec<String> = repairs
            .into_iter()
            .filter(|code| code != "DUPLICATE_KEY steps")
            .collect();
        ([step.action, step.data, step.expected].join("|"), repairs)
    };
    for (value, step, repairs) in [
        (r#"[{"action":"Open"}]"#, "Open||", vec![]),
        (
            r#"[{"action":"Open","data":"","expected":"Seen"}]"#,
            "Open||Seen",
            vec![],
        ),
        (
            r#"[{"expected":"Seen","data":"x","action":"Open"}]"#,
            "Open|x|Seen",
            vec![],
        ),
        (r#"["Wait",{"action":"Open","data":"x"}]"#, "Open|x|", vec![]),
        (
            r#"[{"action":"1. Open"}]"#,
            "Open||",
            vec!["STEP_PREFIX_REMOVED steps[0]"],
        ),
        (r#"[{"Action":"Open"}]"#, "Open||", vec!["STEP_FROM_OBJECT steps[0]"]),
        (
            r#"[{"action":"Open","expected_result":"Seen"}]"#,
            "Open||Seen",
            vec!["STEP_FROM_OBJECT steps[0]"],
        ),
        (
            r#"[{"step":1,"action":"Open"}]"#,
            "Open||",
            vec!["STEP_FROM_OBJECT steps[0]"],
        ),
        (
            r#"[{"action":"Open","data":5}]"#,
            "Open|5|",
            vec!["STEP_FROM_OBJECT steps[0]"],
        ),
        (
            r#"[{"action":"Open","data":["a","b"]}]"#,
            "Open|a, b|",
            vec!["STEP_FROM_OBJECT steps[0]"],
        ),
        (
            r#"[{"action":"Open","action":"Click"}]"#,
            "Open, Click||",
            vec!["STEP_FROM_OBJECT steps[0]"],
        ),
        (
            r#"[{"data":"x","expected":"Seen"}]"#,
            "x||Seen",
            vec!["STEP_FROM_OBJECT steps[0]"],
        ),
        (r#"{"action":"Open"}"#, "Open||", vec!["STEP_FROM_OBJECT steps[0]"]),
    ] {
        assert_eq!(
            steps(value),
            (step.to_owned(), repairs.into_iter().map(str::to_owned).collect()),
            "{value}"
        );
    }
}

#[test]
fn the_closest_spelling_of_a_field_counts_whatever_the_order() {
    for json in [
        r#"{"title":"Right","name":"Wrong","steps":["a"],"expected_result":"Right","expected":"Wrong"}"#,
        r#"{"name":"Wrong","title":"Right","expected":"Wrong","expected_result":"Right","steps":["a"]}"#,
    ] {
        let (draft, _) = read_one(json).unwrap();
        assert_eq!(
            (draft.title.as_str(), draft.expected_result.as_str()),
            ("Right", "Right")
        );
    }
}

#[test]
fn the_key_of_an_object_is_its_id() {
    let (draft, repairs) = read_one(r#"{"TC-7":{"title":"T one","steps":["a"],"expected_result":"b"}}"#).unwrap();
    assert_eq!(draft.id, "TC-7");
    assert_eq!(repairs, ["ID_FROM_KEY id"]);
    let (draft, _) = read_one(r#"{"test_case":{"title":"T one","steps":["a"],"expected_result":"b"}}"#).unwrap();
    assert_eq!(draft.id, "");
}
