//! An evaluation through a fake Ollama that answers badly in known ways: every figure is worked out by hand.

use crate::support::fake_ollama::{FakeOllama, Script};
use crate::support::service::STORY;
use std::collections::BTreeMap;
use testgen::app::App;
use testgen::config::Config;
use testgen::evaluation::cost::CostModel;
use testgen::evaluation::dataset::{Dataset, Filter};
use testgen::evaluation::journal::Journal;
use testgen::evaluation::metric::metric;
use testgen::evaluation::observation::Ended;
use testgen::evaluation::runner::{self, Work};
use testgen::evaluation::summary::Summary;
use testgen::evaluation::variant::{Conditions, Variant};
use tokio_util::sync::CancellationToken;

/// A case with all eight fields and three steps.
fn case(title: &str, kind: &str, code: &str, expected: &str, end: &str) -> String {
    format!(
        r#"{{"id": "TC-001", "title": "{title}", "type": "{kind}", "priority": "high", "preconditions": ["The cart holds at least one item."], "steps": ["Open the checkout page.", "Enter {code} in the discount code field.", "Apply the discount code."], "expected_result": "{expected}", "quality_score": 9{end}}}"#
    )
}

fn work(config: &Config, stories: usize) -> Work {
    let rows: Vec<serde_json::Value> = (0..stories)
        .map(|number| serde_json::json!({"id": format!("US-{number}"), "user_story": STORY, "expected": {"min_cases": 2}}))
        .collect();
    let text = serde_json::to_string(&rows).unwrap();
    let dataset = Dataset::parse("stories.json", &text, &config.story).unwrap();
    Work {
        variants: vec![Variant {
            backend: "ollama".to_owned(),
            model: "llama3.2:1b".to_owned(),
            digest: String::new(),
            prompt: "planned".to_owned(),
            prompt_hash: String::new(),
        }],
        stories: Filter::default().apply(&dataset.stories).unwrap(),
        repeats: 1,
        concurrency: 1.try_into().unwrap(),
        conditions: Conditions::of(config, 1, None, false),
        timeout: None,
    }
}

fn config(ollama: &FakeOllama) -> Config {
    let mut config = Config::default();
    config.ollama.urls = vec![ollama.url().parse().unwrap()];
    config.generation.max_attempts = 2.try_into().unwrap();
    config
}

#[tokio::test]
async fn figures_are_those_of_a_model_that_answers_badly_in_known_ways() {
    let expired = case(
        "An expired discount code is refused at checkout",
        "negative",
        "a code that expired yesterday",
        "The discount code is refused with a message that says that it has expired. The total stays the same.",
        "",
    );
    let too_long = |end: &str| {
        case(
            "A discount code of 21 characters is refused",
            "boundary",
            "ABCDEFGHIJKLMNOPQRSTU",
            "The discount code is refused because it is longer than 20 characters. The total stays the same.",
            end,
        )
    };
    let no_steps =
        r#"{"title": "A discount code is applied", "type": "positive", "expected_result": "The total is lower."}"#;
    let ollama = FakeOllama::start().await;
    // The first story: a good case, the same again, and one without steps; asked again, one with a comma too many.
    ollama.push(Script::text(&format!(
        r#"{{"test_cases": [{expired}, {expired}, {no_steps}]}}"#
    )));
    ollama.push(Script::text(&format!(r#"{{"test_cases": [{}]}}"#, too_long(","))));
    // The second: nothing that could be read, twice.
    ollama.push(Script::text("I cannot help with that."));
    ollama.push(Script::text("I cannot help with that."));
    // The third: a good case, and nothing more.
    ollama.push(Script::text(&format!(r#"{{"test_cases": [{}]}}"#, too_long(""))));
    ollama.push(Script::text("There are no more."));
    let config = config(&ollama);
    let app = App::build(config.clone()).unwrap();
    let work = work(&config, 3);
    let mut journal = Journal::in_memory();
    let evaluated = runner::run(&app, &work, &mut journal, &CancellationToken::new(), |_| {})
        .await
        .unwrap();
    let ends: Vec<Ended> = evaluated[0].observations.iter().map(|seen| seen.end).collect();
    assert_eq!(ends, [Ended::Partial, Ended::Failed, Ended::Partial]);
    let summary = Summary::of(&evaluated[0], &CostModel::default(), 1);
    let known = [
        ("quality.strict_first", 1.0 / 3.0),
        ("quality.repaired_first", 0.0),
        ("quality.readable_first", 1.0 / 3.0),
        ("quality.asked_again", 1.0),
        ("quality.topped_up", 0.0),
        ("quality.failed", 1.0 / 3.0),
        ("quality.complete", 0.0),
        ("quality.blocked", 0.0),
        ("quality.cases", 1.0),
        ("quality.three_cases", 0.0),
        ("quality.enough_cases", 1.0 / 3.0),
        ("quality.rejected", 1.0 / 5.0),
        ("quality.duplicates", 1.0 / 4.0),
        ("quality.fields", 1.0),
        ("quality.preconditions", 1.0),
        ("quality.steps_2_to_5", 1.0),
        ("quality.steps", 3.0),
        ("quality.positive", 0.0),
        ("quality.negative", 1.0 / 3.0),
        ("quality.edge", 2.0 / 3.0),
        ("quality.balanced", 1.0 / 3.0),
        ("quality.self_score", 9.0),
        ("quality.polarity", 1.0),
        ("latency.sla_share", 2.0 / 3.0),
        ("latency.sla_met", 0.0),
    ];
    let wrong: Vec<String> = known
        .iter()
        .filter_map(|(name, known)| {
            let value = summary.value(name).map(|value| value.value);
            let right = value.is_some_and(|value| (value - known).abs() < 1e-9);
            (!right).then(|| format!("{name} is {value:?}, not {known}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}\n{:#?}", evaluated[0].observations);
    assert_eq!(summary.reasons.get("ATTEMPTS_SPENT"), Some(&1));
    assert_eq!(summary.repairs, BTreeMap::from([("TRAILING_COMMA".to_owned(), 1)]));
    assert!(metric("quality.criteria_covered").is_some() && summary.value("quality.criteria_covered").is_none());
}

#[tokio::test]
async fn what_has_ended_is_asked_for_once_and_a_server_that_is_away_is_no_result() {
    let ollama = FakeOllama::start().await;
    ollama.otherwise(Script::text("I cannot help with that."));
    let config = config(&ollama);
    let app = App::build(config.clone()).unwrap();
    let work = work(&config, 1);
    let mut journal = Journal::in_memory();
    let stop = CancellationToken::new();
    let first = runner::run(&app, &work, &mut journal, &stop, |_| {}).await.unwrap();
    let again = runner::run(&app, &work, &mut journal, &stop, |_| {}).await.unwrap();
    assert_eq!((first[0].known, again[0].known), (0, 1));
    assert_eq!(first[0].observations, again[0].observations);
    assert_eq!(
        ollama.chats().len(),
        2,
        "two attempts of the first run, none of the second"
    );

    let away = FakeOllama::start().await;
    away.otherwise(Script::reply(503, "application/json", r#"{"error":"server busy"}"#));
    let mut config = config;
    config.ollama.urls = vec![away.url().parse().unwrap()];
    config.ollama.retries = 0;
    let app = App::build(config).unwrap();
    let mut journal = Journal::in_memory();
    for _ in 0..2 {
        let run = runner::run(&app, &work, &mut journal, &stop, |_| {}).await.unwrap();
        assert_eq!((run[0].known, run[0].ended(Ended::Failed)), (0, 1));
    }
}
