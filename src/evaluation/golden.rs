//! Golden cases: what a careful tester wrote for the same story, and how much of that was found.
//!
//! Cases are paired with golden ones, one to one, so that the pairs together are as alike as can be: a case that says
//! everything at once does not stand for five golden ones. How alike two are is decided by what is done and by what is then
//! seen (`likeness`). What is not alike enough is no pair. A case that has no golden one is not wrong for that: careful
//! testers differ. So recall says more than precision.

mod likeness;

pub use likeness::ALIKE;

use super::dataset::EvaluationStory;
use super::observation::{CaseSeen, Observation};
use crate::statistics::assignment::best_pairs;
use likeness::{Step, Weights, Words};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Most golden cases of a story, and most cases that are compared with them.
const MOST_CASES: usize = 200;

/// What stands in the file of golden cases, by story.
#[derive(Clone, Debug, Default)]
pub struct Golden {
    by_story: HashMap<String, Story>,
}

/// The golden cases of a story, and how much each term says in it.
#[derive(Clone, Debug)]
struct Story {
    cases: Vec<Case>,
    weights: Weights,
}

/// A golden case.
#[derive(Clone, Debug)]
struct Case {
    id: String,
    title: String,
    kind: String,
    technique: String,
    words: Words,
}

/// How an observation stands against the golden cases of its story.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GoldenSeen {
    /// Golden cases.
    pub golden: usize,
    /// Pairs, in the order of the golden cases.
    pub pairs: Vec<Pair>,
    /// Golden cases without a pair: their titles.
    pub missing: Vec<String>,
    /// By technique of the golden case: how many have a pair, of how many.
    pub techniques: BTreeMap<String, (usize, usize)>,
}

/// A golden case and the case that tests the same.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// The golden case's id.
    pub golden: String,
    /// The case's id.
    pub case: String,
    /// How alike they are, from [`ALIKE`] to 1.
    pub likeness: f64,
    /// Whether both accept or both refuse.
    pub same_polarity: bool,
}

#[derive(Deserialize)]
struct StoryInFile {
    #[serde(alias = "id")]
    story_id: String,
    user_story: String,
    #[serde(default)]
    acceptance_criteria: Vec<String>,
    test_cases: Vec<CaseInFile>,
}

#[derive(Deserialize)]
struct CaseInFile {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    title: String,
    #[serde(default)]
    technique: String,
    #[serde(default)]
    preconditions: Vec<String>,
    steps: Vec<StepInFile>,
    expected_result: String,
}

#[derive(Deserialize)]
struct StepInFile {
    action: String,
    #[serde(default)]
    data: String,
    #[serde(default)]
    expected: String,
}

impl Golden {
    /// Reads stories with their cases, as `data/README.md` describes them.
    ///
    /// # Errors
    /// In words: where in the file, and what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let stories: Vec<serde_json::Value> =
            serde_json::from_str(text).map_err(|error| format!("an array of stories is wanted: {error}"))?;
        let mut by_story = HashMap::new();
        for (place, story) in stories.into_iter().enumerate() {
            let story: StoryInFile = serde_json::from_value(story).map_err(|error| format!("[{place}]: {error}"))?;
            if story.test_cases.len() > MOST_CASES {
                return Err(format!(
                    "[{place}].test_cases: {} has {}; at most {MOST_CASES} are accepted",
                    story.story_id,
                    story.test_cases.len()
                ));
            }
            // What was answered with questions alone has nothing to be found.
            if !story.test_cases.is_empty() {
                let key = key(&story.user_story, &story.acceptance_criteria);
                by_story.insert(key, Story::of(story.test_cases));
            }
        }
        Ok(Self { by_story })
    }

    /// How many of these stories have golden cases. A story is known by its text and criteria: where these changed, the cases
    /// were not written for it.
    #[must_use]
    pub fn known(&self, stories: &[EvaluationStory]) -> usize {
        stories.iter().filter(|story| self.of(story).is_some()).count()
    }

    /// Compares what was seen with the golden cases of its story; `None` where there are none.
    #[must_use]
    pub fn compare(&self, story: &EvaluationStory, seen: &Observation) -> Option<GoldenSeen> {
        Some(compare(self.of(story)?, &seen.cases))
    }

    fn of(&self, story: &EvaluationStory) -> Option<&Story> {
        self.by_story.get(&key(story.story.text(), story.story.criteria()))
    }
}

fn key(text: &str, criteria: &[String]) -> String {
    let parts: Vec<&str> = [text]
        .into_iter()
        .chain(criteria.iter().map(String::as_str))
        .map(str::trim)
        .collect();
    parts.join("\n")
}

fn compare(story: &Story, cases: &[CaseSeen]) -> GoldenSeen {
    let golden = &story.cases;
    let cases = &cases[..cases.len().min(MOST_CASES)];
    let words: Vec<Words> = cases.iter().map(Words::from).collect();
    // What is not alike enough is worth nothing, and so is no pair.
    let worth = |one: &Case, other: &Words| {
        let likeness = story.weights.likeness(&one.words, other);
        if likeness >= ALIKE { likeness } else { 0.0 }
    };
    let worth: Vec<Vec<f64>> = golden
        .iter()
        .map(|one| words.iter().map(|other| worth(one, other)).collect())
        .collect();
    let mut found = GoldenSeen {
        golden: golden.len(),
        ..GoldenSeen::default()
    };
    for (row, (one, column)) in golden.iter().zip(best_pairs(&worth)).enumerate() {
        let (paired, all) = found.techniques.entry(one.technique.clone()).or_default();
        *all += 1;
        let Some(column) = column else {
            found.missing.push(one.title.clone());
            continue;
        };
        *paired += 1;
        found.pairs.push(Pair {
            golden: one.id.clone(),
            case: cases[column].id.clone(),
            likeness: worth[row][column],
            same_polarity: (one.kind == "negative") == cases[column].is_negative(),
        });
    }
    found
}

impl Story {
    fn of(cases: Vec<CaseInFile>) -> Self {
        let cases: Vec<Case> = cases.into_iter().map(Case::from).collect();
        let weights = Weights::of(cases.iter().map(|case| &case.words));
        Self { cases, weights }
    }
}

impl From<&CaseSeen> for Words {
    fn from(case: &CaseSeen) -> Self {
        let steps = case
            .steps
            .iter()
            .map(|step| -> Step<'_> { [&step.action, &step.data, &step.expected] });
        Self::new(&case.preconditions, steps, &case.expected_result)
    }
}

impl From<CaseInFile> for Case {
    fn from(case: CaseInFile) -> Self {
        let plain = |name: &str, prefix: &str| name.trim_start_matches(prefix).to_lowercase();
        let steps = case
            .steps
            .iter()
            .map(|step| -> Step<'_> { [&step.action, &step.data, &step.expected] });
        let words = Words::new(&case.preconditions, steps, &case.expected_result);
        Self {
            id: case.id,
            title: case.title,
            kind: plain(&case.kind, "TEST_CASE_TYPE_"),
            technique: plain(&case.technique, "TECHNIQUE_"),
            words,
        }
    }
}

// === figures ===

use super::metric::{Better, Figure, Metric, Part, Source, Unit};

const fn row(name: &'static str, title: &'static str, formula: &'static str, part: fn(&Observation) -> Part) -> Metric {
    Metric {
        name,
        title,
        formula,
        unit: Unit::Share,
        better: Better::Higher,
        target: None,
        source: Source::Events,
        figure: Figure::Pooled(part),
    }
}

/// The rows of this group.
#[rustfmt::skip]
pub(super) static METRICS: &[Metric] = &[
    row("golden.recall", "golden cases found", "golden cases with a pair ÷ golden cases, of stories that have some; cases are paired one to one so that the pairs together are as alike as can be, where likeness (terms of preconditions and steps, and terms of what is seen, half each: weight shared ÷ weight of all; a term weighs by how few golden cases of the story have it, a value double) is 0.16 or more",
        |seen| of(seen, |golden, _| (golden.pairs.len(), golden.golden))),
    row("golden.precision", "cases that are golden", "cases with a pair ÷ cases, of stories that have golden cases; a case without a pair need not be wrong",
        |seen| of(seen, |golden, cases| (golden.pairs.len(), cases))),
    row("golden.f1", "golden F1", "2 · pairs ÷ (golden cases + cases)",
        |seen| of(seen, |golden, cases| (2 * golden.pairs.len(), golden.golden + cases))),
    row("golden.polarity", "polarity as in the golden case", "pairs in which both refuse or both do not ÷ pairs",
        |seen| of(seen, |golden, _| (golden.pairs.iter().filter(|pair| pair.same_polarity).count(), golden.pairs.len()))),
    row("golden.likeness", "likeness of pairs", "sum of likeness ÷ pairs",
        |seen| seen.golden.as_ref().map_or_else(Part::none, |golden| Part { sum: golden.pairs.iter().map(|pair| pair.likeness).sum(), of: golden.pairs.len() as f64 })),
    row("golden.recall_equivalence", "found of equivalence partitioning", "golden.recall of golden cases of this technique", |seen| technique(seen, "equivalence_partitioning")),
    row("golden.recall_boundary", "found of boundary value analysis", "golden.recall of golden cases of this technique", |seen| technique(seen, "boundary_value_analysis")),
    row("golden.recall_decision_table", "found of decision tables", "golden.recall of golden cases of this technique", |seen| technique(seen, "decision_table")),
    row("golden.recall_state", "found of state transitions", "golden.recall of golden cases of this technique", |seen| technique(seen, "state_transition")),
    row("golden.recall_combinatorial", "found of combinations", "golden.recall of golden cases of this technique", |seen| technique(seen, "combinatorial")),
    row("golden.recall_syntax", "found of syntax testing", "golden.recall of golden cases of this technique", |seen| technique(seen, "syntax")),
    row("golden.recall_scenario", "found of scenarios", "golden.recall of golden cases of this technique", |seen| technique(seen, "scenario")),
    row("golden.recall_requirements", "found of requirements", "golden.recall of golden cases of this technique", |seen| technique(seen, "requirements_based")),
    row("golden.recall_error_guessing", "found of error guessing", "golden.recall of golden cases of this technique", |seen| technique(seen, "error_guessing")),
    row("golden.recall_checklist", "found of checklists", "golden.recall of golden cases of this technique", |seen| technique(seen, "checklist_based")),
];

fn of(seen: &Observation, counts: fn(&GoldenSeen, usize) -> (usize, usize)) -> Part {
    seen.golden.as_ref().map_or_else(Part::none, |golden| {
        let (sum, of) = counts(golden, seen.cases.len());
        Part::count(sum, of)
    })
}

fn technique(seen: &Observation, name: &str) -> Part {
    let found = seen.golden.as_ref().and_then(|golden| golden.techniques.get(name));
    found.map_or_else(Part::none, |(paired, all)| Part::count(*paired, *all))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::evaluation::cost::CostModel;
    use crate::evaluation::dataset::Dataset;
    use crate::evaluation::metric::{Run, metric};
    use crate::evaluation::observation::{Ended, StepSeen};
    use crate::story::Limits;
    use crate::test_case::Technique;

    const STORY: &str = "As a member, I want to borrow books so that I can read at home";

    fn case(id: &str, kind: &str, action: &str, result: &str) -> CaseSeen {
        CaseSeen {
            id: id.to_owned(),
            kind: kind.to_owned(),
            steps: vec![StepSeen {
                action: action.to_owned(),
                ..StepSeen::default()
            }],
            expected_result: result.to_owned(),
            ..CaseSeen::default()
        }
    }

    fn golden() -> Golden {
        let case = |id: &str, kind: &str, technique: &str, action: &str, result: &str| {
            serde_json::json!({"id": id, "type": kind, "title": format!("golden {id}"), "technique": technique,
                "steps": [{"action": action}], "expected_result": result})
        };
        let text = serde_json::json!([
            {"story_id": "A", "user_story": STORY, "test_cases": [
                case("G-1", "TEST_CASE_TYPE_POSITIVE", "TECHNIQUE_SCENARIO", "Borrow red book", "Loan shown"),
                case("G-2", "TEST_CASE_TYPE_NEGATIVE", "TECHNIQUE_BOUNDARY_VALUE_ANALYSIS", "Borrow sixth book", "Refusal shown"),
                case("G-3", "TEST_CASE_TYPE_NEGATIVE", "TECHNIQUE_BOUNDARY_VALUE_ANALYSIS", "Return damaged disc", "Fee charged"),
            ]},
            {"story_id": "B", "user_story": "As a member, I want to pay my fees", "test_cases": []},
        ]);
        Golden::parse(&text.to_string()).unwrap()
    }

    fn stories() -> Vec<EvaluationStory> {
        let text = serde_json::json!([{"id": "X", "user_story": STORY},
            {"id": "B", "user_story": "As a member, I want to pay my fees"}]);
        Dataset::parse("x", &text.to_string(), &Limits::default())
            .unwrap()
            .stories
    }

    /// By hand. Of three golden cases a term that one has weighs ln 4, one that two have ln 2, one that none has ln 2: 2, 1, 1.
    /// G-1 {borrow1 red2 book1} {loan2 shown1}, G-2 {borrow1 sixth2 book1} {refusal2 shown1}, G-3 {return2 damaged2 disc2}
    /// {fee2 charged2}. Weight of what is shared ÷ weight of all:
    /// T-1 {borrow red book} {loan shown}: G-1 (1 + 1) ÷ 2 = 1; G-2 (2/6 + 1/5) ÷ 2 = 4/15; G-3 0.
    /// T-2 {borrow sixth book} {loan shown}: G-1 (2/6 + 1) ÷ 2 = 2/3; G-2 (1 + 1/5) ÷ 2 = 3/5; G-3 0.
    /// T-3 {open list} {list empty}: nothing.
    /// Together: G-1 with T-1 and G-2 with T-2, 1 + 3/5, against 2/3 + 4/15 the other way round.
    #[test]
    fn cases_are_paired_as_by_hand() {
        let (golden, stories) = (golden(), stories());
        assert_eq!(
            golden.known(&stories),
            1,
            "by text, not by id; a story with questions alone has none"
        );
        let mut seen = Observation {
            end: Ended::Complete,
            cases: vec![
                case("T-1", "positive", "Borrow red book", "Loan shown"),
                case("T-2", "positive", "Borrow sixth book", "Loan shown"),
                case("T-3", "negative", "Open list", "List empty"),
                case("T-4", "negative", "Open list", "List empty"),
            ],
            ..Observation::default()
        };
        seen.golden = golden.compare(&stories[0], &seen);
        assert_eq!(golden.compare(&stories[1], &seen), None);
        let found = seen.golden.clone().unwrap();
        let pairs: Vec<(&str, &str, bool)> = found
            .pairs
            .iter()
            .map(|pair| (pair.golden.as_str(), pair.case.as_str(), pair.same_polarity))
            .collect();
        assert_eq!(pairs, [("G-1", "T-1", true), ("G-2", "T-2", false)]);
        assert_eq!(found.missing, ["golden G-3"]);
        let other = Observation::default();
        let observations = [&seen, &other];
        let run = Run {
            observations: &observations,
            cost: &CostModel::default(),
            used: None,
            concurrency: 1,
        };
        let value = |name: &str| {
            metric(name)
                .unwrap()
                .of(&run)
                .map(|value| (value.value * 1e6).round() / 1e6)
        };
        assert_eq!(value("golden.recall"), Some(0.666_667));
        assert_eq!(value("golden.precision"), Some(0.5));
        assert_eq!(value("golden.f1"), Some(0.571_429));
        assert_eq!(value("golden.polarity"), Some(0.5));
        assert_eq!(value("golden.likeness"), Some(0.8));
        assert_eq!(value("golden.recall_boundary"), Some(0.5));
        assert_eq!(value("golden.recall_scenario"), Some(1.0));
        assert_eq!(value("golden.recall_syntax"), None);
    }

    #[test]
    fn a_generation_that_failed_found_nothing() {
        let seen = Observation::default();
        let found = golden().compare(&stories()[0], &seen).unwrap();
        assert_eq!((found.golden, found.pairs.len(), found.missing.len()), (3, 0, 3));
    }

    #[test]
    fn every_technique_has_its_row_and_what_is_wrong_is_told_with_its_place() {
        let names: Vec<&str> = METRICS.iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), 5 + Technique::ALL.len());
        for technique in Technique::ALL {
            let only = Observation {
                golden: Some(GoldenSeen {
                    techniques: [(technique.as_str().to_owned(), (1, 2))].into(),
                    ..GoldenSeen::default()
                }),
                ..Observation::default()
            };
            let rows = METRICS[5..].iter().filter(|metric| metric.of_one(&only) == Some(0.5));
            assert_eq!(rows.count(), 1, "{}", technique.as_str());
        }
        for (text, told) in [
            ("{}", "an array of stories is wanted"),
            (
                r#"[{"story_id": "A", "user_story": "x", "test_cases": [{}]}]"#,
                "[0]: missing field `id`",
            ),
        ] {
            assert!(Golden::parse(text).unwrap_err().contains(told), "{text}");
        }
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/data/examples/user_stories_with_test_cases.json"
        );
        let golden = Golden::parse(&std::fs::read_to_string(file).unwrap()).unwrap();
        let stories = concat!(env!("CARGO_MANIFEST_DIR"), "/data/test/user_stories.json");
        let stories = Dataset::read(std::path::Path::new(stories), &Limits::default())
            .unwrap()
            .stories;
        assert_eq!(
            golden.known(&stories),
            golden.by_story.len(),
            "each golden story is one that is evaluated"
        );
    }
}
