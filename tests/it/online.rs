//! An online experiment and a rollout through the whole service: who gets what, what is recorded, and what makes a rollout
//! go on and back.

use crate::support::fake_ollama::{FakeOllama, Script};
use crate::support::service::{STORY, TestService};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use testgen::config::Config;
use testgen::experiment::online::{Report, figure, read};
use testgen::experiment::record::Line;
use testgen::rpc::pb::{Backend, GenerateTestsRequest, GenerateTestsResponse, Provenance};
use tonic::{Request, Status};

/// A folder with a definition, and a service that takes part.
struct Trial {
    folder: PathBuf,
    config: Config,
    service: TestService,
}

const PLAIN: &str = r#"
id = "words"
[[variant]]
name = "control"
share = 50
backend = "rules"
[[variant]]
name = "candidate"
share = 50
backend = "ollama"
prompt = "basic"
"#;

const ROLLOUT: &str = r#"
id = "words"
[[variant]]
name = "control"
backend = "rules"
[[variant]]
name = "candidate"
backend = "BACKEND"
[rollout]
steps = [50, 100]
least = 20
advance_after = 30
"#;

impl Trial {
    async fn of(name: &str, definition: &str, ollama: &FakeOllama) -> Self {
        let folder = std::env::temp_dir().join(format!("testgen-online-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("experiment.toml"), definition).unwrap();
        let mut config = Config::default();
        config.ollama.urls = vec![ollama.url().parse().unwrap()];
        config.generation.max_attempts = 1.try_into().unwrap();
        config.experiment.file = Some(folder.join("experiment.toml"));
        // The tests look at it when they have changed it.
        config.experiment.reload = Duration::from_secs(3_600);
        config.experiment.record = Some(folder.join("record/online.jsonl"));
        config.experiment.decisions = Some(folder.join("decisions"));
        config.experiment.iterations = Some(folder.join("ITERATIONS.md"));
        let service = Self::serving(&config).await;
        Self {
            folder,
            config,
            service,
        }
    }

    async fn serving(config: &Config) -> TestService {
        let service = TestService::with(config.clone()).await;
        service.app.take_part().unwrap();
        service
    }

    fn change(&self, definition: &str) {
        fs::write(self.folder.join("experiment.toml"), definition).unwrap();
        self.service.app.experiment().unwrap().reload();
    }

    async fn ask(&mut self, unit: &str) -> Result<GenerateTestsResponse, Status> {
        self.asking(unit, GenerateTestsRequest::default()).await
    }

    async fn asking(&mut self, unit: &str, request: GenerateTestsRequest) -> Result<GenerateTestsResponse, Status> {
        let mut request = Request::new(GenerateTestsRequest {
            user_story: STORY.to_owned(),
            ..request
        });
        request.metadata_mut().insert("x-testgen-unit", unit.parse().unwrap());
        self.service
            .client
            .generate_tests(request)
            .await
            .map(tonic::Response::into_inner)
    }

    /// Asks for so many units; how many got the candidate, by what the record says.
    async fn ask_many(&mut self, units: std::ops::Range<usize>) {
        for unit in units {
            let _ = self.ask(&format!("user-{unit}")).await;
        }
    }

    fn lines(&self) -> Vec<Line> {
        self.service.app.experiment().unwrap().flush(Duration::from_secs(10));
        read(&self.text("record/online.jsonl")).unwrap()
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(Path::new(name))).unwrap_or_default()
    }

    fn decisions(&self) -> Vec<serde_json::Value> {
        self.service.app.experiment().unwrap().flush(Duration::from_secs(10));
        self.text("decisions/decisions.jsonl")
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

fn provenance(response: &GenerateTestsResponse) -> Provenance {
    response.completion.as_ref().unwrap().provenance.clone().unwrap()
}

/// A case that a model words well enough to be accepted.
fn good() -> Script {
    Script::text(
        r#"{"test_cases": [{"id": "TC-001", "title": "A discount code of 21 characters is refused", "type": "boundary", "priority": "high", "preconditions": ["The cart holds at least one item."], "steps": ["Open the checkout page.", "Enter ABCDEFGHIJKLMNOPQRSTU in the discount code field.", "Apply the discount code."], "expected_result": "The discount code is refused because it is longer than 20 characters. The total stays the same."}]}"#,
    )
}

#[tokio::test]
async fn a_unit_keeps_its_variant_and_the_record_has_no_text() {
    let ollama = FakeOllama::start().await;
    ollama.otherwise(good());
    let mut trial = Trial::of("assigned", PLAIN, &ollama).await;
    let mut variants = BTreeMap::new();
    for round in 0..2 {
        for unit in 0..12 {
            let unit = format!("user-{unit}");
            let said = provenance(&trial.ask(&unit).await.unwrap());
            assert_eq!(said.experiment, "words");
            let expected = if said.experiment_variant == "candidate" {
                Backend::Ollama
            } else {
                Backend::Rules
            };
            assert_eq!(said.backend(), expected, "{said:?}");
            assert_eq!(said.prompt_variant.starts_with("basic@"), expected == Backend::Ollama);
            let before = variants.insert(unit, said.experiment_variant.clone());
            assert!(round == 0 || before == Some(said.experiment_variant));
        }
    }
    let got: BTreeSet<&String> = variants.values().collect();
    assert_eq!(got.len(), 2, "{variants:?}");
    // A request that has chosen for itself takes no part.
    let chosen = GenerateTestsRequest {
        backend: Backend::Rules.into(),
        ..Default::default()
    };
    let said = provenance(&trial.asking("user-1", chosen).await.unwrap());
    assert_eq!((said.experiment.as_str(), said.experiment_variant.as_str()), ("", ""));
    let lines = trial.lines();
    assert_eq!(lines.len(), 24);
    let units: BTreeSet<(&str, &str)> = lines
        .iter()
        .map(|line| (line.unit.as_str(), line.variant.as_str()))
        .collect();
    assert_eq!(units.len(), 12);
    assert!(
        lines
            .iter()
            .all(|line| line.story == lines[0].story && line.shares["control"] == 50.0)
    );
    assert!(
        lines
            .iter()
            .all(|line| line.cases > 0 && line.lint.is_some() && line.coverage.is_some() && line.cost_usd > 0.0)
    );
    let text = trial.text("record/online.jsonl");
    assert!(!text.contains("discount") && !text.contains("user-1"), "{text}");
    let report = Report::of("words", &lines, None, &[figure("coverage").unwrap()], 1).unwrap();
    assert_eq!((report.control.as_str(), report.moved), ("control", 0));
    let page = trial.service.app.metrics().page().unwrap();
    assert!(
        page.contains("testgen_experiment_generations_total{")
            && page.contains("testgen_experiment_variant=\"candidate\"")
    );
    fs::remove_dir_all(&trial.folder).unwrap();
}

#[tokio::test]
async fn the_kill_switch_moves_everybody_to_control_and_so_does_a_definition_that_cannot_be_used() {
    let ollama = FakeOllama::start().await;
    ollama.otherwise(good());
    let mut trial = Trial::of("killed", PLAIN, &ollama).await;
    trial.change(&format!("enabled = false\n{PLAIN}"));
    for unit in 0..8 {
        let said = provenance(&trial.ask(&format!("user-{unit}")).await.unwrap());
        assert_eq!((said.backend(), said.experiment.as_str()), (Backend::Rules, ""));
    }
    assert!(trial.lines().is_empty());
    trial.change("id = [");
    // Without an experiment the settings say: auto.
    let said = provenance(&trial.ask("user-1").await.unwrap());
    assert_eq!((said.backend(), said.experiment.as_str()), (Backend::Ollama, ""));
    trial.change(PLAIN);
    assert_eq!(provenance(&trial.ask("user-1").await.unwrap()).experiment, "words");
    fs::remove_dir_all(&trial.folder).unwrap();
}

#[tokio::test]
async fn a_service_sees_by_itself_that_its_definition_has_changed() {
    let ollama = FakeOllama::start().await;
    let mut trial = Trial::of("watched", &PLAIN.replace("ollama", "rules"), &ollama).await;
    trial.config.experiment.reload = Duration::from_millis(50);
    trial.service = Trial::serving(&trial.config).await;
    assert_eq!(provenance(&trial.ask("user-1").await.unwrap()).experiment, "words");
    fs::remove_file(trial.folder.join("experiment.toml")).unwrap();
    // Each request takes longer than a look at the file, so this is no matter of time.
    let mut left = 200;
    while provenance(&trial.ask("user-1").await.unwrap()).experiment == "words" {
        left -= 1;
        assert!(left > 0, "nobody looked");
    }
    fs::remove_dir_all(&trial.folder).unwrap();
}

#[tokio::test]
async fn a_rollout_of_a_model_that_answers_badly_goes_back_once_and_stays_back_until_its_definition_changes() {
    let ollama = FakeOllama::start().await;
    ollama.otherwise(Script::text("I cannot help with that."));
    let definition = ROLLOUT.replace("BACKEND", "ollama");
    let mut trial = Trial::of("back", &definition, &ollama).await;
    trial.ask_many(0..70).await;
    let lines = trial.lines();
    let candidates = lines.iter().filter(|line| line.variant == "candidate").count();
    assert!(
        (20..=30).contains(&candidates) && lines.len() < 70,
        "{candidates} of {}",
        lines.len()
    );
    assert!(
        lines
            .iter()
            .all(|line| (line.variant == "candidate") == (line.outcome == "failed"))
    );
    for unit in 0..10 {
        assert_eq!(
            provenance(&trial.ask(&format!("user-{unit}")).await.unwrap()).backend(),
            Backend::Rules
        );
    }
    let decisions = trial.decisions();
    assert_eq!(decisions.len(), 1, "{decisions:?}");
    assert_eq!(decisions[0]["decision"], "goes back");
    assert_eq!(
        (decisions[0]["figure"].as_str(), decisions[0]["candidate"].as_f64()),
        (Some("errors"), Some(1.0))
    );
    assert!(
        trial
            .text("ITERATIONS.md")
            .contains("| rollout | candidate of words | control | errors | goes back |")
    );
    let page = trial.service.app.metrics().page().unwrap();
    assert!(
        page.lines()
            .any(|line| line.starts_with("testgen_experiment_rollout_moves_total{")
                && line.contains("testgen_experiment_move=\"back\"")
                && line.ends_with(" 1"))
    );
    // A restart changes nothing; another definition does.
    trial.service = Trial::serving(&trial.config).await;
    for unit in 0..10 {
        assert_eq!(
            provenance(&trial.ask(&format!("user-{unit}")).await.unwrap()).backend(),
            Backend::Rules
        );
    }
    trial.change(&format!("{definition}# once more\n"));
    let mut failed = 0;
    for unit in 0..10 {
        failed += usize::from(trial.ask(&format!("user-{unit}")).await.is_err());
    }
    assert!(failed > 0, "the candidate is tried again");
    fs::remove_dir_all(&trial.folder).unwrap();
}

#[tokio::test]
async fn a_rollout_of_something_as_good_goes_on_to_its_end() {
    let ollama = FakeOllama::start().await;
    let mut trial = Trial::of("advances", &ROLLOUT.replace("BACKEND", "rules"), &ollama).await;
    trial.ask_many(0..80).await;
    let decisions = trial.decisions();
    assert_eq!(decisions.len(), 1, "{decisions:?}");
    assert_eq!(
        (decisions[0]["decision"].as_str(), decisions[0]["share"].as_f64()),
        (Some("goes on to 100 %"), Some(100.0))
    );
    let lines = trial.lines();
    assert_eq!(lines.len(), 80);
    let of = |variant: &'static str| lines.iter().filter(move |line| line.variant == variant);
    assert_eq!(of("candidate").filter(|line| line.shares.len() == 2).count(), 30);
    assert!(
        lines[70..]
            .iter()
            .all(|line| line.variant == "candidate" && line.shares["candidate"] == 100.0)
    );
    fs::remove_dir_all(&trial.folder).unwrap();
}

#[tokio::test]
async fn a_service_with_a_wrong_definition_does_not_take_part() {
    let folder = std::env::temp_dir().join(format!("testgen-online-wrong-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let mut config = Config::default();
    config.experiment.file = Some(folder.join("experiment.toml"));
    config.experiment.record = Some(folder.join("online.jsonl"));
    let service = TestService::with(config).await;
    let told = |service: &TestService| format!("{:#}", service.app.take_part().unwrap_err());
    assert!(told(&service).starts_with("experiment.file: "), "{}", told(&service));
    fs::write(folder.join("experiment.toml"), PLAIN.replacen("50", "70", 1)).unwrap();
    assert!(
        told(&service).contains("variant.share: the shares make 120 %, not 100 %"),
        "{}",
        told(&service)
    );
    fs::remove_dir_all(&folder).unwrap();
}
