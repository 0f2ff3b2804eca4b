//! The stories of `data/test/user_stories.json` that may be read while the rules are improved, worded by the rules
//! through the real generation: what is promised of every suite, and how much of what a person worked out is tried.
//!
//! `cargo test --test it story_set -- --nocapture` prints the figures.

mod amount;
mod inventions;
mod limits;
mod table;

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use testgen::app::{App, Asked, Call};
use testgen::backend::rules::Rules;
use testgen::backend::selection::Selector;
use testgen::backend::{Backend, Sampling};
use testgen::config::{BackendChoice, Config};
use testgen::coverage::Wanted;
use testgen::generation::event::{Completion, Event, Outcome};
use testgen::generation::purpose::Purpose;
use testgen::story::UserStory;
use testgen::test_case::{TestCase, TestCaseType};
use tokio::sync::{OnceCell, watch};

/// A story of the set.
#[derive(Clone, Debug, Deserialize)]
struct Story {
    id: String,
    domain: String,
    #[serde(rename = "user_story")]
    text: String,
    #[serde(rename = "acceptance_criteria")]
    criteria: Vec<String>,
    split: String,
    expected: Expected,
}

#[derive(Clone, Debug, Deserialize)]
struct Expected {
    limits: Vec<Limit>,
    must_ask: Vec<String>,
    min_cases: usize,
}

/// A bound, as a person computed it.
#[derive(Clone, Debug, Deserialize)]
struct Limit {
    text: String,
    basis: String,
    below: String,
    at: String,
    above: String,
}

/// What the rules made of a story.
#[derive(Clone, Debug)]
struct Suite {
    story: Story,
    cases: Vec<Arc<TestCase>>,
    questions: Vec<String>,
    rejected: Vec<String>,
    completion: Completion,
}

/// All suites, made once for all tests of this file.
async fn suites() -> &'static [Suite] {
    static SUITES: OnceCell<Vec<Suite>> = OnceCell::const_new();
    SUITES.get_or_init(|| make(2)).await
}

/// All suites with so many values at each end of a limit.
async fn make(boundary_values: usize) -> Vec<Suite> {
    let rules: Arc<dyn Backend> = Arc::new(Rules::new());
    let (_sender, look) = watch::channel(None);
    let selector = Selector::new(Arc::clone(&rules), Arc::clone(&rules), look, String::new());
    let mut config = Config::default();
    config.coverage.boundary_values = boundary_values;
    let app = App::build_with(config, selector, rules).unwrap();
    let mut suites = Vec::new();
    for story in stories() {
        suites.push(suite(&app, story).await);
    }
    suites
}

/// The stories that may be read; the others are for the final measure.
fn stories() -> Vec<Story> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/test/user_stories.json");
    let all: Vec<Story> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    all.into_iter().filter(|story| story.split == "dev").collect()
}

async fn suite(app: &Arc<App>, story: Story) -> Suite {
    let asked = Asked {
        story: UserStory::new(&story.text, &story.criteria, "", &app.config().story).unwrap(),
        backend: Some(BackendChoice::Rules),
        model: String::new(),
        prompt_variant: String::new(),
        wanted: Wanted::default(),
        quality_check: true,
        fill_with_rules: None,
        sampling: Sampling::default(),
        existing: Vec::new(),
        purpose: Purpose::default(),
    };
    let mut reader = app.generate(asked, Call::default()).unwrap().reader;
    let (mut cases, mut questions, mut rejected) = (Vec::new(), Vec::new(), Vec::new());
    let mut completion = None;
    while let Ok(entry) = reader.next().await {
        match entry.event.as_ref() {
            Event::TestCase(case) => cases.push(Arc::clone(case)),
            Event::Analysis(analysis) => {
                questions = analysis
                    .questions
                    .iter()
                    .map(|asked| asked.question.text.clone())
                    .collect();
            }
            Event::Rejection(rejection) => rejected.push(
                rejection
                    .reasons
                    .iter()
                    .map(|reason| format!("{}: {}", reason.code, reason.message))
                    .collect::<Vec<_>>()
                    .join("; "),
            ),
            Event::Completion(end) => completion = Some(end.as_ref().clone()),
            _ => {}
        }
    }
    Suite {
        completion: completion.unwrap_or_else(|| panic!("{} did not complete", story.id)),
        story,
        cases,
        questions,
        rejected,
    }
}

/// Bounds on what the system does by itself: nobody brings about 299 or 301 ms, so a case that expects the bound is all
/// there can be. Story, words, and why.
const MEASURED: &[(&str, &str, &str)] = &[
    (
        "US-005",
        "among the first 5 results",
        "the system ranks; a tester reads the place",
    ),
    ("US-008", "within 300 ms", "how fast it answers is measured"),
    (
        "US-031",
        "no later than 5 working days",
        "when the refund is issued is watched",
    ),
    ("US-058", "in under 2 seconds", "how fast it answers is measured"),
    ("US-071", "within 1 second", "how fast it answers is measured"),
    ("US-078", "within 6 seconds", "how fast it answers is measured"),
    (
        "US-083",
        "up to €120",
        "the system decides on the voucher that it offers",
    ),
    ("US-108", "at least 85 dB", "how loud the siren is is measured"),
];

// === Figures ===

/// What is counted of one story, or of several.
#[derive(Clone, Debug, Default)]
struct Figures {
    stories: usize,
    cases: usize,
    negative: usize,
    edge: usize,
    score: f64,
    limits: usize,
    /// Limits tried at the bound and on both sides.
    whole: usize,
    /// Limits tried at the bound and across it: with two values the one neighbour that is tried is the one across.
    covered: usize,
    /// Of those, bounds that are measured and not brought about.
    measured: usize,
    missed: Vec<String>,
    invented: Vec<String>,
    repeated: Vec<String>,
    empty: Vec<String>,
    rejected: Vec<String>,
    unasked: Vec<String>,
    thin: Vec<String>,
    partial: Vec<String>,
    /// Suites in which less than a fifth of the cases is negative.
    mild: Vec<String>,
}

fn figures(suite: &Suite) -> Figures {
    let story = &suite.story;
    let mut figures = Figures {
        stories: 1,
        cases: suite.cases.len(),
        limits: story.expected.limits.len(),
        ..Figures::default()
    };
    for case in &suite.cases {
        match case.case_type {
            TestCaseType::Negative => figures.negative += 1,
            TestCaseType::EdgeCase | TestCaseType::Boundary => figures.edge += 1,
            TestCaseType::Positive => {}
        }
        figures.score += f64::from(case.quality_score.unwrap_or_default());
        let told = |what: String| format!("{} {}: {what}", story.id, case.id);
        figures
            .invented
            .extend(inventions::unflagged(story, case).into_iter().map(told));
        figures.empty.extend(empty(case).map(|field| told(field.to_owned())));
    }
    figures.repeated = repeated(suite);
    for limit in &story.expected.limits {
        let tried = limits::tried(suite, limit);
        let is_measured = MEASURED
            .iter()
            .any(|(id, text, _)| *id == story.id && *text == limit.text);
        let measured = is_measured && tried.named;
        let met = tried.crossed() || measured;
        figures.whole += usize::from(tried.whole() || measured);
        figures.covered += usize::from(met);
        figures.measured += usize::from(measured);
        if !met {
            figures.missed.push(format!(
                "{} {} '{}': {}{}{}{}",
                story.id,
                limit.basis,
                limit.text,
                if tried.below { "" } else { "below " },
                if tried.at { "" } else { "at " },
                if tried.above { "" } else { "above " },
                if tried.named { "(named)" } else { "" },
            ));
        }
    }
    for rejected in &suite.rejected {
        let told = format!("{} {rejected}", story.id);
        if rejected.starts_with("DUPLICATE") {
            figures.repeated.push(told);
        } else {
            figures.rejected.push(told);
        }
    }
    if !story.expected.must_ask.is_empty() && suite.questions.is_empty() {
        figures
            .unasked
            .push(format!("{} {:?}", story.id, story.expected.must_ask));
    }
    if suite.cases.len() < story.expected.min_cases {
        let told = format!("{} {} of {}", story.id, suite.cases.len(), story.expected.min_cases);
        figures.thin.push(told);
    }
    if figures.negative * 5 < figures.cases {
        let told = format!("{} {} of {}", story.id, figures.negative, figures.cases);
        figures.mild.push(told);
    }
    if suite.completion.outcome == Outcome::Partial {
        figures
            .partial
            .push(format!("{} {:?}", story.id, suite.completion.reasons));
    }
    figures
}

fn empty(case: &TestCase) -> impl Iterator<Item = &'static str> {
    let fields = [
        ("title", case.title.trim().is_empty()),
        ("steps", case.steps.is_empty()),
        ("action", case.steps.iter().any(|step| step.action.trim().is_empty())),
        ("expected result", case.expected_result.trim().is_empty()),
        (
            "preconditions",
            case.preconditions.iter().any(|given| given.trim().is_empty()),
        ),
        ("objective", case.objective.trim().is_empty()),
        ("traces", case.traces.is_empty()),
        ("score", case.quality_score.is_none()),
    ];
    fields.into_iter().filter(|(_, empty)| *empty).map(|(field, _)| field)
}

/// Cases with the same preconditions, steps and result as an earlier one.
fn repeated(suite: &Suite) -> Vec<String> {
    let mut known = BTreeMap::new();
    let mut repeated = Vec::new();
    for case in &suite.cases {
        let content = format!("{:?} {:?} {}", case.preconditions, case.steps, case.expected_result).to_lowercase();
        if let Some(earlier) = known.insert(content, &case.id) {
            repeated.push(format!("{} {} is the same as {earlier}", suite.story.id, case.id));
        }
    }
    repeated
}

/// The figures of all stories together, and of each domain.
async fn sums() -> (Figures, BTreeMap<String, Figures>) {
    let mut all = Figures::default();
    let mut domains: BTreeMap<String, Figures> = BTreeMap::new();
    for suite in suites().await {
        let figures = figures(suite);
        all.add(&figures);
        domains.entry(suite.story.domain.clone()).or_default().add(&figures);
    }
    (all, domains)
}

impl Figures {
    fn add(&mut self, other: &Self) {
        self.stories += other.stories;
        self.cases += other.cases;
        self.negative += other.negative;
        self.edge += other.edge;
        self.score += other.score;
        self.limits += other.limits;
        self.whole += other.whole;
        self.measured += other.measured;
        self.covered += other.covered;
        for (mine, others) in [
            (&mut self.missed, &other.missed),
            (&mut self.invented, &other.invented),
            (&mut self.repeated, &other.repeated),
            (&mut self.empty, &other.empty),
            (&mut self.rejected, &other.rejected),
            (&mut self.unasked, &other.unasked),
            (&mut self.thin, &other.thin),
            (&mut self.partial, &other.partial),
            (&mut self.mild, &other.mild),
        ] {
            mine.extend(others.iter().cloned());
        }
    }

    fn percent(&self, part: usize) -> usize {
        100 * part / self.cases.max(1)
    }

    fn mean_score(&self) -> f64 {
        self.score / self.cases.max(1) as f64
    }
}

/// Of the limits in stories that are worded, so many are tried at the bound and across it (two values), and so many at the
/// bound and on both sides (three values). What is left, and why: bounds of what the product does by itself, where no act is
/// stated that leads there; counts that nobody enters; lengths of time that run by themselves, hours of the day and dates.
/// They were 109 and 106 while cases were counted that no tester could run as they stood (a field that the text does not
/// name, a result that only says what is not so, a limit taken for another), and 104 and 98 while a limit was taken for a
/// restriction wherever it stood: readers mended or dropped such cases, so the value is now an item without words.
const LIMITS_COVERED: usize = 82;
const LIMITS_SURROUNDED: usize = 77;

// === Promises ===

#[tokio::test]
async fn every_suite_keeps_what_is_promised() {
    let (all, domains) = sums().await;
    table::print(&all, &domains);
    assert_eq!(all.invented, Vec::<String>::new(), "neither in the story nor explained");
    assert_eq!(all.repeated, Vec::<String>::new(), "said twice in one suite");
    assert_eq!(all.empty, Vec::<String>::new(), "empty fields");
    assert_eq!(all.rejected, Vec::<String>::new(), "the rules' own words were refused");
    assert!(all.mean_score() >= 8.0, "mean lint score {:.2}", all.mean_score());
    assert!(
        all.percent(all.negative) >= 30,
        "{} % negative",
        all.percent(all.negative)
    );
    assert!(
        all.percent(all.edge) >= 20,
        "{} % edge or boundary",
        all.percent(all.edge)
    );
}

#[tokio::test]
async fn limits_are_tried_at_the_bound_and_across_it() {
    let (all, _) = sums().await;
    assert!(
        all.covered >= LIMITS_COVERED,
        "{} of {} limits are tried, not these:\n{}",
        all.covered,
        all.limits,
        all.missed.join("\n")
    );
}

#[tokio::test]
#[allow(clippy::print_stdout)]
async fn three_values_try_both_neighbours_of_a_bound() {
    let mut all = Figures::default();
    for suite in &make(3).await {
        all.add(&figures(suite));
    }
    println!("with three values: {} of {} on both sides", all.whole, all.limits);
    assert!(all.whole >= LIMITS_SURROUNDED, "{} of {}", all.whole, all.limits);
    assert_eq!(all.rejected, Vec::<String>::new(), "the rules' own words were refused");
}
