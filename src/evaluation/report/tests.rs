#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::config::Config;
use crate::evaluation::cost::CostModel;
use crate::evaluation::dataset::Dataset;
use crate::evaluation::gate::Gate;
use crate::evaluation::observation::CaseSeen;
use crate::evaluation::variant::Variant;
use crate::story::Limits;

/// Two variants, two stories: one with a case whose words want to be markup, one that failed.
fn with<T>(check: impl FnOnce(&Evaluation<'_>) -> T) -> T {
    let text = r#"[{"id": "US-1", "domain": "shop", "user_story": "As a member, I want to <b>borrow</b> books & more"},
                   {"id": "US-2", "domain": "bank", "user_story": "As a member, I want to return books"}]"#;
    let stories = Dataset::parse("stories.json", text, &Limits::default())
        .unwrap()
        .stories;
    let case = CaseSeen {
        id: "TC-001".to_owned(),
        kind: "edge_case".to_owned(),
        title: "</script><script>alert(1)</script>".to_owned(),
        score: Some(7),
        sub_scores: [10.0; 5],
        ..CaseSeen::default()
    };
    let seen = |variant: &str, story: &str, end, cases: Vec<CaseSeen>| Observation {
        story: story.to_owned(),
        variant: variant.to_owned(),
        end,
        cases,
        message: "<no answer>\u{1b}".to_owned(),
        times: crate::evaluation::observation::Times {
            total_ms: 12.0,
            ..Default::default()
        },
        attempts: 1,
        ..Observation::default()
    };
    let evaluated: Vec<Evaluated> = ["rules", "ollama"]
        .map(|backend| Evaluated {
            variant: Variant {
                backend: backend.to_owned(),
                model: String::new(),
                digest: String::new(),
                prompt: String::new(),
                prompt_hash: String::new(),
            },
            observations: vec![
                seen(backend, "US-1", Ended::Complete, vec![case.clone()]),
                seen(backend, "US-2", Ended::Failed, Vec::new()),
            ],
            known: 1,
            used: None,
        })
        .to_vec();
    let summaries: Vec<Summary> = evaluated
        .iter()
        .map(|one| Summary::of(one, &CostModel::default(), 1))
        .collect();
    let gate: Gate = "quality.failed<=0.1".parse().unwrap();
    let gates: Vec<Verdict> = summaries.iter().map(|summary| gate.judge(summary)).collect();
    check(&Evaluation {
        source: &Source::default(),
        conditions: &Conditions::of(&Config::default(), 1, None, false),
        stories: &stories,
        evaluated: &evaluated,
        summaries: &summaries,
        gates: &gates,
    })
}

#[test]
fn words_of_a_model_are_no_markup() {
    let page = with(|evaluation| html(evaluation).unwrap());
    assert!(!page.contains("<script>alert"), "a title became a script");
    assert!(page.contains("&lt;script&gt;alert(1)") && page.contains("&lt;b&gt;borrow"));
    assert!(
        !page.contains("http://") && !page.contains("https://"),
        "the page needs nothing else"
    );
    assert_eq!(page.matches("<svg").count(), 4, "no plot without numbers");
    assert!(page.matches("aria-label").count() >= 4);
}

#[test]
fn a_failed_gate_and_a_failed_story_stand_in_junit() {
    let xml = with(junit);
    assert!(
        xml.contains(r#"<testsuite name="gates" tests="2" failures="2" errors="0">"#),
        "{xml}"
    );
    assert!(
        xml.contains(r#"<testsuite name="rules" tests="2" failures="0" errors="1" time="0.024">"#),
        "{xml}"
    );
    assert!(xml.contains(r#"message="&lt;no answer&gt;?""#), "{xml}");
}

#[test]
fn the_metrics_are_nested_numbers_alone() {
    let text = with(|evaluation| metrics(evaluation.summaries).unwrap());
    let read: Json = serde_json::from_slice(&text).unwrap();
    assert_eq!(read["rules"]["quality"]["lint_mean"], 7.0);
    assert_eq!(read["ollama"]["quality"]["failed"], 0.5);
    let scalar = |value: &Json| value.is_number();
    let groups = read["rules"].as_object().unwrap();
    assert!(
        groups
            .values()
            .all(|group| group.as_object().unwrap().values().all(scalar))
    );
    let results: Json = serde_json::from_slice(&with(|evaluation| results(evaluation).unwrap())).unwrap();
    assert_eq!(results["observations"].as_array().unwrap().len(), 4);
}
