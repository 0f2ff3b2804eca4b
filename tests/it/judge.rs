//! A second model on a fake Ollama judges what an evaluation brought: through the same backend as generation.

use crate::support::fake_ollama::{FakeOllama, Script};
use crate::support::service::STORY;
use testgen::app::App;
use testgen::backend::BackendId;
use testgen::config::Config;
use testgen::evaluation::cost::CostModel;
use testgen::evaluation::dataset::Dataset;
use testgen::evaluation::journal::Journal;
use testgen::evaluation::judge::runner::{Judging, run};
use testgen::evaluation::judge::{Judge, Judgement, SelfJudging};
use testgen::evaluation::observation::{CaseSeen, Observation};
use testgen::evaluation::runner::Evaluated;
use testgen::evaluation::summary::Summary;
use testgen::evaluation::variant::Variant;
use tokio_util::sync::CancellationToken;

const CRITERIA: [&str; 6] = [
    "relevance",
    "preconditions",
    "steps",
    "data",
    "expected_result",
    "singularity",
];

fn scores(names: &[&str], of: impl Fn(&str) -> u8) -> String {
    let parts: Vec<String> = names
        .iter()
        .map(|name| format!(r#""{name}": {{"reason": "because", "score": {}}}"#, of(name)))
        .collect();
    format!("{{{}}}", parts.join(", "))
}

fn evaluated(model: &str) -> Evaluated {
    let variant = Variant {
        backend: "ollama".to_owned(),
        model: model.to_owned(),
        digest: String::new(),
        prompt: "planned".to_owned(),
        prompt_hash: String::new(),
    };
    let case = CaseSeen {
        id: "TC-001".to_owned(),
        kind: "negative".to_owned(),
        title: "An expired code is refused".to_owned(),
        ..CaseSeen::default()
    };
    Evaluated {
        observations: vec![Observation {
            story: "US-1".to_owned(),
            variant: variant.name(),
            cases: vec![case],
            ..Observation::default()
        }],
        variant,
        known: 0,
        used: None,
    }
}

#[tokio::test]
async fn a_judge_is_asked_through_the_same_backend_and_remembered_in_its_journal() {
    let ollama = FakeOllama::start().await;
    ollama.has_models(&["llama3.2:1b", "llama3.2:3b"]);
    // One order scores 3, the other 4; the suite's answer can never be read.
    ollama.push(Script::text(&scores(&CRITERIA, |_| 3)));
    ollama.push(Script::text(&scores(&CRITERIA, |_| 4)));
    ollama.push(Script::text("Complete."));
    ollama.push(Script::text("Very complete."));
    let mut config = Config::default();
    config.ollama.urls = vec![ollama.url().parse().unwrap()];
    let app = App::build(config).unwrap();
    let judging = Judging {
        judge: Judge {
            backend: "ollama".to_owned(),
            model: "llama3.2:3b".to_owned(),
            digest: String::new(),
        },
        backend: app.model_server(BackendId::Ollama).unwrap(),
        seed: 1,
        timeout: std::time::Duration::from_secs(60),
        concurrency: 1.try_into().unwrap(),
    };
    let text = serde_json::json!([{"id": "US-1", "user_story": STORY}]).to_string();
    let stories = Dataset::parse("stories.json", &text, &app.config().story)
        .unwrap()
        .stories;
    let folder = std::env::temp_dir().join(format!("testgen-judge-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let stop = CancellationToken::new();
    for known in [false, true] {
        let mut journal: Journal<Judgement> = Journal::open_file(&folder, "judgements.jsonl", false, None).unwrap();
        let mut all = [evaluated("llama3.2:1b")];
        run(&judging, &stories, &mut all, &mut journal, &stop, |_| {})
            .await
            .unwrap();
        assert_eq!(ollama.chats().len(), 4, "known before: {known}");
        let judge = all[0].observations[0].judge.clone().unwrap();
        assert_eq!(
            judge.self_judging,
            Some(SelfJudging::SameModel),
            "names differ in the tag alone"
        );
        let summary = Summary::of(&all[0], &CostModel::default(), 1);
        for (name, known) in [
            ("judge.mean", 3.5),
            ("judge.relevance", 3.5),
            ("judge.unstable", 0.0),
            ("judge.not_judged", 0.5),
            ("judge.self_judged", 1.0),
        ] {
            assert_eq!(summary.value(name).map(|value| value.value), Some(known), "{name}");
        }
        assert!(summary.value("judge.completeness").is_none(), "no score is made up");
        assert!(
            summary
                .recommendations
                .iter()
                .any(|advice| advice.contains("another family"))
        );
    }
    std::fs::remove_dir_all(folder).unwrap();
    let chats = ollama.chats();
    for chat in &chats {
        assert_eq!(chat.body["model"], "llama3.2:3b");
    }
    let names = |chat: usize| -> Vec<String> {
        let properties = chats[chat].body["format"]["properties"].as_object().unwrap();
        properties.keys().cloned().collect()
    };
    let mut turned: Vec<String> = names(1);
    turned.reverse();
    assert_eq!(names(0), CRITERIA);
    assert_eq!(turned, CRITERIA);
    assert_ne!(chats[2].raw_body, chats[3].raw_body);
    assert!(
        chats[3].body.get("format").is_none(),
        "the schema is left out where nothing could be read with it"
    );
}

#[tokio::test]
async fn where_every_question_failed_it_is_said() {
    let ollama = FakeOllama::start().await;
    ollama.has_models(&["llama3.2:3b"]);
    for _ in 0..3 {
        ollama.push(Script::reply(400, "application/json", r#"{"error":"no"}"#));
    }
    let folder = std::env::temp_dir().join(format!("testgen-judge-none-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_testgen"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args([
            "evaluate",
            "--backend",
            "rules",
            "--count",
            "1",
            "--judge",
            "llama3.2:3b",
        ])
        .args(["--set", &format!("ollama.url={}", ollama.url()), "--out"])
        .arg(&folder);
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("nothing of rules was judged"), "{said}");
    assert_eq!(ollama.chats().len(), 3);
}
