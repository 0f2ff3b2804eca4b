//! Whole answers through the scanner, cut in every way.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::{Alarm, Config, End, Extracted, Extractor};

mod properties;

/// A verdict that outlives the buffer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Event {
    verdict: String,
    json: String,
    raw: String,
    mends: Vec<String>,
    key: Option<String>,
    span: (u64, u64),
}

impl Event {
    fn of(extracted: Extracted<'_>) -> Self {
        match extracted {
            Extracted::Object(object) => Self {
                verdict: if object.whole { "whole" } else { "open" }.to_owned(),
                json: object.json.to_owned(),
                raw: object.raw.to_owned(),
                mends: object
                    .mends
                    .iter()
                    .map(|mend| format!("{}: {}", mend.code, mend.detail))
                    .collect(),
                key: object.key.map(str::to_owned),
                span: (object.span.start, object.span.end),
            },
            Extracted::Broken(broken) => Self {
                verdict: broken.code.to_owned(),
                json: String::new(),
                raw: broken.raw.to_owned(),
                mends: Vec::new(),
                key: broken.key.map(str::to_owned),
                span: (broken.span.start, broken.span.end),
            },
        }
    }
}

/// All events with the piece in which each came, and the alarm.
type Run = (Vec<(usize, Event)>, Option<Alarm>);

fn run<'a>(pieces: impl Iterator<Item = &'a [u8]>, end: End, config: &Config) -> Run {
    let mut extractor = Extractor::new(config.clone());
    let mut events = Vec::new();
    let mut count = 0;
    for piece in pieces {
        extractor.push(piece, &mut |extracted: Extracted<'_>| {
            events.push((count, Event::of(extracted)))
        });
        count += 1;
    }
    extractor.finish(end, &mut |extracted: Extracted<'_>| {
        events.push((count, Event::of(extracted)))
    });
    (events, extractor.alarm())
}

fn plain(run: &Run) -> (Vec<Event>, Option<Alarm>) {
    (run.0.iter().map(|(_, event)| event.clone()).collect(), run.1)
}

/// The events of an answer, after making sure that they do not depend on how it is cut, and that each object that was
/// closed came with the byte that closed it.
fn events_of(answer: &[u8], end: End) -> (Vec<Event>, Option<Alarm>) {
    let config = Config::default();
    let whole = plain(&run(std::iter::once(answer), end, &config));
    let single = run(answer.chunks(1), end, &config);
    assert_eq!(whole, plain(&single), "byte by byte");
    for size in [2, 3, 4, 7] {
        assert_eq!(
            whole,
            plain(&run(answer.chunks(size), end, &config)),
            "pieces of {size}"
        );
    }
    for at in 0..answer.len() {
        let (head, tail) = answer.split_at(at);
        assert_eq!(
            whole,
            plain(&run([head, tail].into_iter(), end, &config)),
            "cut at {at}"
        );
    }
    for (piece, event) in &single.0 {
        let full = ["title", "steps", "expected_result"]
            .iter()
            .all(|key| event.json.contains(key));
        let own_brace = !event.mends.iter().any(|mend| mend.starts_with("MISSING_BRACKET"));
        if event.verdict == "whole" && full && own_brace {
            assert_eq!(*piece + 1, event.span.1 as usize, "with its last brace: {event:?}");
        }
        if !event.json.is_empty() {
            serde_json::from_str::<serde_json::Value>(&event.json).expect("strict JSON");
        }
    }
    whole
}

/// One line for each event: the verdict, the codes of the mends, and the JSON.
fn check(answer: &str, expected: &[&str]) {
    check_with(answer, End::Whole, expected);
}

fn check_with(answer: &str, end: End, expected: &[&str]) {
    let (events, _) = events_of(answer.as_bytes(), end);
    let lines: Vec<String> = events.iter().map(line).collect();
    assert_eq!(lines, expected, "for {answer}");
}

fn line(event: &Event) -> String {
    let codes: Vec<&str> = event.mends.iter().filter_map(|mend| mend.split(':').next()).collect();
    format!("{} [{}] {}", event.verdict, codes.join(" "), event.json)
        .trim_end()
        .to_owned()
}

const A: &str = r#"{"title":"A","steps":["a"],"expected_result":"x"}"#;
const B: &str = r#"{"title":"B","steps":["b"],"expected_result":"y"}"#;

fn strict(json: &str) -> String {
    format!("whole [] {json}")
}

fn both() -> [String; 2] {
    [strict(A), strict(B)]
}

#[track_caller]
fn gives_both(answer: &str) {
    let expected = both();
    check(answer, &[&expected[0], &expected[1]]);
}

#[test]
fn every_shape_of_root_is_found() {
    for answer in [
        format!(r#"{{"test_cases":[{A},{B}]}}"#),
        format!(r#"{{"result":{{"suite":{{"title":"S","items":[{A}, {B}]}}}}}}"#),
        format!("[{A},{B}]"),
        format!("[[{A}],[{B}]]"),
        format!("{A}\n{B}\n"),
        format!("{A}{B}"),
        format!(r#"{{"TC-1":{A},"TC-2":{B}}}"#),
        format!("Here they are:\n```json\n[{A},\n{B}]\n```\nDon't hesitate to ask [1] for {{more}}."),
        format!("Sure, it's \"done\" {{see below}} [as asked]:\n{A} and then {B} - that's all"),
        format!("{{{{{A}, {B}}}}}"),
    ] {
        gives_both(&answer);
    }
}

#[test]
fn thinking_blocks_are_never_looked_into() {
    gives_both(&format!("<think>Maybe {B}?\n</think>[{A},{B}]"));
    gives_both(&format!("<THINKING>\n{B}{B}</Thinking>{A}<think>{A}</think>{B}"));
    gives_both(&format!(
        "<|channel|>analysis<|message|>{B}<|end|><|start|>assistant<|channel|>final<|message|>[{A},{B}]"
    ));
    gives_both(&format!("[THINK]{B}[/THINK][{A},{B}]"));
    gives_both(&format!("\u{25c1}think\u{25b7}{B}\u{25c1}/think\u{25b7}[{A},{B}]"));
    gives_both(&format!(r#"{{"test_cases":[{A},<think>{A}</think>{B}]}}"#));
    check(&format!("<think>{A}{B}"), &[]);
    check(&format!("<think budget=\"5\">{A}</think >{B}"), &[]);
}

/// The codes of the mends of the only object of an answer, and its JSON.
fn mended(answer: &str) -> (Vec<String>, String) {
    let (events, _) = events_of(answer.as_bytes(), End::Whole);
    assert_eq!(events.len(), 1, "{events:?}");
    let codes = events[0]
        .mends
        .iter()
        .map(|mend| mend.split(':').next().unwrap().to_owned())
        .collect();
    (codes, events[0].json.clone())
}

#[test]
fn each_defect_has_its_code() {
    for (defect, code) in [
        (r#""x":1,"#, "TRAILING_COMMA"),
        (r#","x":1"#, "EXTRA_COMMA"),
        (r#""x":1 "y":2"#, "MISSING_COMMA"),
        (r#""x":"a"; "y":2"#, "WRONG_SEPARATOR"),
        (r#""x"::1"#, "EXTRA_COLON"),
        (r#""x":"#, "MISSING_VALUE"),
        ("'x':1", "SINGLE_QUOTES"),
        ("\u{201c}x\u{201d}:1", "SMART_QUOTES"),
        ("`x`:1", "BACKTICK_QUOTES"),
        ("x:1", "UNQUOTED_KEY"),
        (r#""x":High"#, "UNQUOTED_VALUE"),
        (r#""x":"a "b" c""#, "UNESCAPED_QUOTE"),
        (r#""x":High","y":1"#, "MISSING_QUOTE"),
        (r#""x":1 // y"#, "COMMENT"),
        ("\"x\":\"a\nb\"", "RAW_NEWLINE"),
        ("\"x\":\"a\tb\"", "RAW_TAB"),
        ("\"x\":\"a\u{2}b\"", "CONTROL_CHARACTER"),
        (r#""x":"a\qb""#, "BAD_ESCAPE"),
        (r#""x":"\ud800""#, "LONE_SURROGATE"),
        (r#""x":None"#, "PYTHON_LITERAL"),
        (r#""x":TRUE"#, "LITERAL_CASE"),
        (r#""x":NaN"#, "NAN"),
        (r#""x":8/10"#, "BAD_NUMBER"),
        (r#""x":[1,2"#, "MISSING_BRACKET"),
        (r#""x":[1,2]]"#, "EXTRA_BRACKET"),
        (r#""x":<think>y</think>1"#, "THOUGHT"),
        (r#""x":r"a""#, "STRING_PREFIX"),
        (r#""x":"a" + "b""#, "CONCATENATION"),
        (r#""steps" ["a"]"#, "MISSING_COLON"),
    ] {
        let answer = format!("{{\"title\":\"A\",\"expected_result\":\"x\",{defect}\n}}");
        let (codes, json) = mended(&answer);
        assert!(
            codes.iter().any(|found| found == code),
            "{code} not among {codes:?} for {answer}: {json}"
        );
        let others: Vec<_> = codes.iter().filter(|found| *found != code).collect();
        assert!(others.len() <= 1, "{others:?} for {answer}");
    }
}

#[test]
fn invalid_utf8_is_replaced_and_said() {
    let mut answer = A.as_bytes().to_vec();
    answer[10] = 0xff;
    let (events, _) = events_of(&answer, End::Whole);
    assert_eq!(events[0].json, A.replace("\"A\"", "\"\u{fffd}\""));
    assert_eq!(
        events[0].mends,
        ["INVALID_UTF8: bytes that are no UTF-8 replaced by U+FFFD, at byte 10"]
    );
}

#[test]
fn mends_are_counted_by_kind_with_the_first_place() {
    let (events, _) = events_of(br#"{"title":"A","steps":["a",],"expected_result":"x",}"#, End::Whole);
    assert_eq!(
        events[0].mends,
        ["TRAILING_COMMA: comma before a closing bracket removed, 2 places, the first at byte 25"]
    );
    assert_eq!(events[0].raw, r#"{"title":"A","steps":["a",],"expected_result":"x",}"#);
}

#[test]
fn the_key_of_an_object_is_told() {
    let (events, _) = events_of(
        format!(r#"{{"TC-1" : {A}, 'TC-2':{B}, "list": [{A}]}}"#).as_bytes(),
        End::Whole,
    );
    let keys: Vec<_> = events.iter().map(|event| event.key.as_deref()).collect();
    assert_eq!(keys, [Some("TC-1"), Some("TC-2"), None]);
}

#[test]
fn an_object_that_is_too_long_or_too_deep_is_one_broken_one_and_the_scan_goes_on() {
    let long = format!(
        r#"{{"title":"A","steps":["{}"],"expected_result":"x"}}"#,
        (0..60_000).map(|number| format!("{number} ")).collect::<String>()
    );
    for answer in [format!("[{long},{B}]"), format!(r#"{{"test_cases":[{long},{B}]}}"#)] {
        let mut runs = Vec::new();
        for size in [1, 1000, usize::MAX] {
            runs.push(plain(&run(
                answer.as_bytes().chunks(size.min(answer.len())),
                End::Whole,
                &Config::default(),
            )));
        }
        assert_eq!(runs[0], runs[1]);
        assert_eq!(runs[0], runs[2]);
        let verdicts: Vec<_> = runs[0].0.iter().map(|event| event.verdict.as_str()).collect();
        assert_eq!(verdicts, ["TOO_LONG", "whole"]);
        assert_eq!(runs[0].1.unwrap().code, "DEAD_END");
    }
    let deep = format!(
        r#"{{"title":"A","expected_result":"x","steps":{}{}}}"#,
        "[".repeat(70),
        "]".repeat(70)
    );
    check(&format!("[{deep},{B}]"), &["TOO_DEEP []", &strict(B)]);
    check(&format!("{}{A}", "[".repeat(300)), &[&strict(A)]);
}

#[test]
fn what_the_end_cuts_counts_only_as_far_as_it_was_closed() {
    let open = |json: &str| format!("open [MISSING_BRACKET] {json}");
    for (answer, end, json) in [
        (r#"{"title":"A","steps":["a","b"#, End::Cut, r#"{"title":"A"}"#),
        (
            r#"{"title":"A","steps":["a"],"quality_score":8"#,
            End::Cut,
            r#"{"title":"A","steps":["a"]}"#,
        ),
        (
            r#"{"title":"A","steps":["a"],"quality_score":8"#,
            End::Whole,
            r#"{"title":"A","steps":["a"],"quality_score":8}"#,
        ),
        (
            r#"{"title":"A","steps":["a"],"expected_result":"x""#,
            End::Cut,
            r#"{"title":"A","steps":["a"]}"#,
        ),
        (
            r#"{"title":"A","steps":["a"],"expected_result":"x""#,
            End::Whole,
            r#"{"title":"A","steps":["a"],"expected_result":"x"}"#,
        ),
        (
            r#"{"title":"A","steps":["a"],"expected_result":"x\"#,
            End::Whole,
            r#"{"title":"A","steps":["a"]}"#,
        ),
    ] {
        check_with(answer, end, &[&open(json)]);
    }
    check_with(r#"{"title":"A"#, End::Cut, &["TRUNCATED []"]);
    check_with(r#"{"test_cases":["#, End::Cut, &[]);
    check_with(
        &format!(r#"{{"title":"Suite","test_cases":[{A},"#),
        End::Cut,
        &[&strict(A)],
    );
    check_with(r#"{"title":"Suite","test_cases":["#, End::Cut, &[]);
}

fn alarm_of(answer: &str) -> Option<&'static str> {
    events_of(answer.as_bytes(), End::Cut).1.map(|alarm| alarm.code)
}

#[test]
fn the_watchdog_sees_loops_and_says_where() {
    assert_eq!(alarm_of(&format!("[{A},{}", " ".repeat(513))), Some("WHITESPACE_RUN"));
    let (_, alarm) = events_of(format!("{{{}", "\n".repeat(600)).as_bytes(), End::Cut);
    assert_eq!(
        alarm,
        Some(Alarm {
            code: "WHITESPACE_RUN",
            after_bytes: 514
        })
    );
    assert_eq!(alarm_of(&format!("[{A},{A},{A}]")), Some("REPEATED_OBJECT"));
    let numbered: Vec<String> = (1..4)
        .map(|id| A.replacen('{', &format!("{{\"id\":\"TC-{id}\","), 1))
        .collect();
    assert_eq!(alarm_of(&format!("[{}]", numbered.join(","))), Some("REPEATED_OBJECT"));
    assert_eq!(
        alarm_of(&format!(r#"{{"title":"A {}"#, "and again ".repeat(150))),
        Some("REPEATED_TEXT")
    );
    assert_eq!(
        alarm_of(&format!(r#"{{"title":"A","steps":[{}"#, "\"Click\", ".repeat(700))),
        Some("REPEATED_TEXT")
    );
    let c = A.replace("\"A\"", "\"C\"");
    assert_eq!(alarm_of(&format!("[{A},{B},{c}]\n[{A}")), Some("RESTARTED"));
    assert_eq!(alarm_of(&format!("{A}{B}{c}{A}{B}")), Some("RESTARTED"));
    let talk = (0..200_000).map(|number| format!("{number} and ")).collect::<String>();
    let config = Config::default();
    let (_, alarm) = run(talk.as_bytes().chunks(5), End::Whole, &config);
    assert_eq!(
        alarm,
        Some(Alarm {
            code: "DEAD_END",
            after_bytes: config.max_barren_bytes as u64 + 1
        })
    );
}

#[test]
fn the_watchdog_is_silent_on_ordinary_answers() {
    let mut cases = Vec::new();
    for length in 1..60 {
        cases.push(serde_json::json!({
            "id": format!("TC-{length:03}"),
            "title": format!("A code of {length} characters"),
            "steps": (0..15).map(|_| format!("Enter a code of {length} characters")).collect::<Vec<_>>(),
            "test_data": "a".repeat(700),
            "expected_result": format!("{length} characters are shown"),
        }));
    }
    let mut deep = serde_json::json!({ "test_cases": cases });
    for _ in 0..20 {
        deep = serde_json::json!({ "in": [deep] });
    }
    let text = serde_json::to_string_pretty(&deep).unwrap();
    let (events, alarm) = run(text.as_bytes().chunks(4), End::Whole, &Config::default());
    assert_eq!(events.len(), 59);
    assert_eq!(alarm, None);
    assert_eq!(alarm_of(&format!("[{A},{A}]")), None, "two equal objects are no loop");
}

#[test]
fn a_thought_is_no_dead_end() {
    let thought: String = (0..100_000).map(|number| format!("{number} or ")).collect();
    let text = format!("<think>{thought}</think>{A}");
    let (events, alarm) = run(text.as_bytes().chunks(4), End::Whole, &Config::default());
    assert_eq!((events.len(), alarm), (1, None));
    let config = Config {
        starts_in_thought: true,
        ..Config::default()
    };
    let text = format!("{B}</think>{A}");
    assert_eq!(run(text.as_bytes().chunks(4), End::Whole, &config).0[0].1.json, A);
}
