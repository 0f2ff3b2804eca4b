//! The reader of suites: an error says why and is short; what was read is read the same from what is written of it.

use testgen::cli::input::suite_in;
use testgen::cli::json::Lines;
use testgen::rpc::pb;
use testgen::rpc::pb::stream_test_cases_response::Event;

fn written(cases: &[pb::TestCase]) -> String {
    let mut out = Vec::new();
    let mut lines = Lines::new(&mut out).expect("the descriptors of the build");
    for case in cases {
        let event = pb::StreamTestCasesResponse {
            event: Some(Event::TestCase(case.clone())),
            ..Default::default()
        };
        lines.event(&event).expect("a vector takes everything");
    }
    String::from_utf8(out).expect("JSON is UTF-8")
}

/// What holds for any suite.
pub fn suite(data: &[u8]) {
    let Some((_, text)) = super::split(data) else {
        return;
    };
    let text = super::text(text);
    match suite_in("suite.json", &text) {
        Ok(cases) => {
            assert!(!cases.is_empty() && cases.len() <= text.len());
            let mut ids: Vec<&str> = cases
                .iter()
                .map(|case| case.id.as_str())
                .filter(|id| !id.is_empty())
                .collect();
            let all = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), all, "an id twice");
            let again = suite_in("written", &written(&cases)).expect("what was written is read");
            assert_eq!(format!("{cases:?}"), format!("{again:?}"));
        }
        Err(trouble) => {
            let message = trouble.message().expect("a reason");
            assert!(message.starts_with("suite.json is no suite"), "{message}");
            assert!(message.chars().count() <= 330, "{message}");
        }
    }
}
