#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::import::{Imported, Judgement, label_studio, lines};
use super::sample::Sample;
use super::summary::Summary;
use super::{Verdict, export};
use crate::evaluation::dataset::{Dataset, EvaluationStory};
use crate::evaluation::observation::{CaseSeen, Observation, StepSeen};
use crate::story::Limits;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};

fn stories(count: usize) -> Vec<EvaluationStory> {
    let rows: Vec<Value> = (0..count)
        .map(|number| {
            json!({
                "id": format!("US-{number:03}"),
                "domain": if number % 3 == 0 { "shop" } else { "library" },
                "user_story": "As a member, I want to borrow <b>books</b> & \"maps\"",
                "acceptance_criteria": ["At most 5 books."],
            })
        })
        .collect();
    Dataset::parse("stories.json", &Value::Array(rows).to_string(), &Limits::default())
        .unwrap()
        .stories
}

fn case(number: usize, kind: &str) -> CaseSeen {
    CaseSeen {
        id: format!("TC-{number:03}"),
        kind: kind.to_owned(),
        title: format!("Book {number} & <i>more</i>"),
        priority: "high".to_owned(),
        preconditions: vec!["A member is signed in.".to_owned()],
        steps: vec![StepSeen {
            action: "Borrow a book.".to_owned(),
            data: "\"<Dune>\"".to_owned(),
            expected: "It is lent.".to_owned(),
        }],
        expected_result: "The book is lent.".to_owned(),
        sub_scores: [10.0, 10.0, 5.5, 10.0, 10.0],
        deductions: vec!["VAGUE_RESULT".to_owned()],
        self_score: Some(9),
        ..CaseSeen::default()
    }
}

fn observations(variants: &[&str], stories: usize) -> Vec<Observation> {
    let kinds = ["positive", "positive", "positive", "negative", "negative", "boundary"];
    variants
        .iter()
        .flat_map(|variant| {
            (0..stories).map(|story| Observation {
                story: format!("US-{story:03}"),
                variant: (*variant).to_owned(),
                cases: kinds
                    .iter()
                    .enumerate()
                    .map(|(number, kind)| case(number, kind))
                    .collect(),
                ..Observation::default()
            })
        })
        .collect()
}

fn drawn(variants: &[&str], share: u8, seed: u64) -> Sample {
    Sample::draw("results.json", &observations(variants, 30), &stories(30), share, seed).unwrap()
}

#[test]
fn every_stratum_has_its_share_and_the_same_seed_draws_the_same() {
    let sample = drawn(&["rules", "ollama/m/planned"], 15, 7);
    // 2 variants × 30 stories × 6 cases; 2 × 2 domains × 3 kinds.
    assert_eq!((sample.cases, sample.drawn.len(), sample.strata.len()), (360, 54, 12));
    for stratum in &sample.strata {
        let share = 54.0 * stratum.cases as f64 / 360.0;
        assert!((stratum.drawn as f64 - share).abs() <= 1.0, "{stratum:?}");
    }
    let counted: Vec<usize> = (0..12)
        .map(|at| sample.drawn.iter().filter(|one| one.stratum == at).count())
        .collect();
    assert_eq!(
        counted,
        sample.strata.iter().map(|stratum| stratum.drawn).collect::<Vec<_>>()
    );
    let distinct: HashSet<(&str, &str, &str)> = sample
        .drawn
        .iter()
        .map(|one| (sample.variant(one), one.story_id.as_str(), one.case.id.as_str()))
        .collect();
    assert_eq!(distinct.len(), 54, "no case twice");
    let mut turned = observations(&["rules", "ollama/m/planned"], 30);
    turned.reverse();
    assert_eq!(
        Sample::draw("results.json", &turned, &stories(30), 15, 7).unwrap(),
        sample
    );
    assert_ne!(drawn(&["rules", "ollama/m/planned"], 15, 8).drawn, sample.drawn);
    let text = serde_json::to_string(&sample).unwrap();
    assert_eq!(Sample::parse(&text).unwrap(), sample);
    assert_eq!(sample.sizes(), "54 of 360 cases drawn (15.0 %), from 12 strata");
}

#[test]
fn another_variant_does_not_change_what_is_drawn_of_this_one() {
    let of = |sample: &Sample| -> HashSet<(String, String)> {
        let rules = sample.drawn.iter().filter(|one| sample.variant(one) == "rules");
        rules.map(|one| (one.story_id.clone(), one.case.id.clone())).collect()
    };
    assert_eq!(of(&drawn(&["rules"], 20, 3)), of(&drawn(&["rules", "other"], 20, 3)));
}

#[test]
fn what_cannot_be_drawn_is_told() {
    let few = Sample::draw("r", &observations(&["a", "b", "c"], 2), &stories(2), 10, 1).unwrap();
    assert_eq!(
        few.sizes(),
        "18 of 36 cases drawn (50.0 %), from 18 strata; 10 % would be 4, and every stratum has one at least"
    );
    let told = |observations: &[Observation], share| {
        Sample::draw("r", observations, &stories(1), share, 1)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(told(&[], 15), "\n  observations: there is no case to draw");
    assert_eq!(told(&[], 25), "\n  share: 25 is not from 10 to 20 percent");
    assert!(told(&observations(&["a"], 2), 15).contains("no story \"US-001\""));
    let text = serde_json::to_string(&few).unwrap();
    let told = |text: &str| Sample::parse(text).unwrap_err().to_string();
    assert!(told(&text.replacen("Borrow a book", "Return a book", 1)).contains("was changed"));
    assert!(told("{}").contains("missing field `format`") && told("[").contains("not what"));
}

#[test]
fn nothing_that_annotators_get_tells_who_worded_a_case() {
    let sample = drawn(&["rules", "ollama/secret-model/planned"], 10, 1);
    let texts = [
        export::tasks(&sample).to_string(),
        export::project(&sample, 2).to_string(),
        export::goldens(&sample).to_string(),
        export::lines(&sample).unwrap(),
    ];
    for text in &texts {
        for word in [
            "rules",
            "ollama",
            "secret-model",
            "planned",
            "VAGUE_RESULT",
            "5.5",
            "self_score",
        ] {
            assert!(!text.contains(word), "{word} in {}", &text[..200]);
        }
    }
    let html = export::tasks(&sample)[0]["data"]["case_html"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        html.contains("&lt;i&gt;more") && html.contains("<code>&quot;&lt;Dune&gt;&quot;</code>"),
        "{html}"
    );
}

/// An annotation as Label Studio exports it.
fn annotation(by: u64, verdict: &str, steps: u64, at: &str) -> Value {
    json!({
        "id": 1, "completed_by": by, "was_cancelled": false, "ground_truth": false, "lead_time": 12.5,
        "created_at": "2026-01-01T10:00:00Z", "updated_at": at, "unique_id": "u",
        "result": [
            {"id": "a", "from_name": "verdict", "to_name": "shown", "type": "choices", "value": {"choices": [verdict]}},
            {"id": "b", "from_name": "steps", "to_name": "shown", "type": "rating", "value": {"rating": steps}},
            {"id": "c", "from_name": "reason", "to_name": "shown", "type": "textarea", "value": {"text": ["too vague"]}},
            {"id": "d", "from_name": "of_the_team", "to_name": "shown", "type": "choices", "value": {"choices": ["x"]}},
        ],
    })
}

fn export_of(sample: &Sample, annotations: &[Vec<Value>]) -> String {
    let mut tasks = export::tasks(sample);
    for (task, annotations) in tasks.as_array_mut().unwrap().iter_mut().zip(annotations) {
        task["annotations"] = Value::Array(annotations.clone());
        task["id"] = json!(1);
    }
    let tasks: Vec<Value> = tasks
        .as_array()
        .unwrap()
        .iter()
        .take(annotations.len())
        .cloned()
        .collect();
    Value::Array(tasks).to_string()
}

#[test]
fn the_latest_of_an_annotators_annotations_counts_and_a_skipped_task_is_none() {
    let sample = drawn(&["rules"], 10, 1);
    let mut skipped = annotation(2, "keep", 3, "2026-01-01T10:00:00Z");
    skipped["was_cancelled"] = json!(true);
    skipped["result"] = json!([]);
    let mut named = annotation(0, "keep", 5, "2026-01-01T10:00:00Z");
    named["completed_by"] = json!({"id": 3, "email": "ann@example.org"});
    let text = export_of(
        &sample,
        &[
            vec![
                annotation(1, "mend", 2, "2026-01-02T10:00:00Z"),
                annotation(1, "keep", 4, "2026-01-01T10:00:00Z"),
                skipped,
            ],
            vec![annotation(1, "drop", 1, "2026-01-01T10:00:00Z"), named],
            vec![],
        ],
    );
    let read = label_studio(&text, &sample).unwrap();
    let said: Vec<(&str, &str, Verdict, u8)> = read
        .judgements
        .iter()
        .map(|one| {
            (
                one.review_id.as_str(),
                one.annotator.as_str(),
                one.verdict,
                one.ratings["steps"],
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            ("R-001", "1", Verdict::Mend, 2),
            ("R-002", "1", Verdict::Drop, 1),
            ("R-002", "3", Verdict::Keep, 5)
        ]
    );
    assert_eq!(
        (read.skipped, read.replaced, read.unjudged),
        (1, 1, sample.drawn.len() - 2)
    );
    assert_eq!(
        (read.judgements[0].reason.as_str(), read.judgements[0].seconds),
        ("too vague", Some(12.5))
    );
    let kept: String = read
        .judgements
        .iter()
        .map(|one| format!("{}\n", serde_json::to_string(one).unwrap()))
        .collect();
    assert_eq!(lines(&kept, &sample).unwrap().judgements, read.judgements);
}

#[test]
fn what_does_not_fit_the_sample_is_named_and_nothing_is_taken() {
    let sample = drawn(&["rules"], 10, 1);
    let good = || vec![annotation(1, "keep", 4, "2026-01-01T10:00:00Z")];
    let check = |change: &dyn Fn(&mut Value), expect: &str| {
        let mut tasks: Value = serde_json::from_str(&export_of(&sample, &[good(), good()])).unwrap();
        change(&mut tasks[1]);
        let told = label_studio(&tasks.to_string(), &sample).unwrap_err().to_string();
        assert_eq!(told, format!("\n  {expect}"));
    };
    check(
        &|task| task["data"]["review_id"] = json!("R-999"),
        "[1].data.review_id: the sample has no \"R-999\"",
    );
    check(
        &|task| task["data"] = json!({"text": "another project"}),
        "[1].data.review_id: missing: the task is not of `testgen review export`",
    );
    check(
        &|task| task["data"]["sample"] = json!("0123"),
        &format!(
            "[1].data.sample: R-002 belongs to sample 0123, not to {}",
            sample.digest
        ),
    );
    check(
        &|task| task["annotations"] = Value::Null,
        "[1].annotations (R-002): missing; export as JSON, not as JSON-MIN or CSV",
    );
    check(
        &|task| task["annotations"][0]["completed_by"] = Value::Null,
        "[1].annotations[0].completed_by: missing (R-002)",
    );
    check(
        &|task| task["annotations"][0]["result"] = json!([]),
        "[1].annotations[0].result: there is no verdict (R-002)",
    );
    check(
        &|task| task["annotations"][0]["result"][0]["value"] = json!({"choices": ["good"]}),
        "[1].annotations[0].result[0].value.choices: \"good\" is not keep, mend or drop (R-002)",
    );
    check(
        &|task| task["annotations"][0]["result"][0]["value"] = json!({"choices": ["keep", "drop"]}),
        "[1].annotations[0].result[0].value.choices: one choice is expected (R-002)",
    );
    for rating in [json!(6), json!(0), json!(3.5), json!("4"), json!(300)] {
        check(
            &|task| task["annotations"][0]["result"][1]["value"] = json!({"rating": rating}),
            "[1].annotations[0].result[1].value.rating: a whole number from 1 to 5 is expected (R-002)",
        );
    }
    assert!(
        label_studio("{}", &sample)
            .unwrap_err()
            .to_string()
            .contains("a JSON array of tasks")
    );
    let line = |id: &str, verdict: &str, steps: u8| {
        format!(
            r#"{{"review_id": "{id}", "sample": "{}", "annotator": "a", "verdict": "{verdict}", "ratings": {{"steps": {steps}}}}}"#,
            sample.digest
        )
    };
    let told = |text: String| lines(&text, &sample).unwrap_err().to_string();
    assert!(told(line("R-001", "fine", 1)).starts_with("\n  line 1: unknown variant `fine`"));
    assert_eq!(
        told(line("R-001", "keep", 9)),
        "\n  line 1: ratings.steps: 9 is not from 1 to 5"
    );
    assert_eq!(
        told(format!("{}\n\n{}", line("R-001", "keep", 1), line("R-001", "drop", 1))),
        "\n  line 3: R-001 was judged by a before"
    );
}

fn judgement(id: &str, annotator: &str, verdict: Verdict, steps: u8) -> Judgement {
    Judgement {
        review_id: id.to_owned(),
        sample: String::new(),
        annotator: annotator.to_owned(),
        verdict,
        ratings: BTreeMap::from([("steps".to_owned(), steps)]),
        reason: String::new(),
        seconds: None,
    }
}

/// Two raters whose coefficients are known: kappa .464286 unweighted and .852941 with quadratic weights, alpha .860958.
#[test]
fn the_figures_are_those_of_known_ratings() {
    let sample = drawn(&["rules"], 10, 1);
    let first = [1, 2, 3, 4, 5, 3, 3, 2, 4, 5, 4, 3];
    let second = [1, 3, 3, 4, 4, 3, 2, 2, 5, 5, 4, 2];
    let mut judgements = Vec::new();
    for (place, (one, other)) in first.iter().zip(second).enumerate() {
        let id = format!("R-{:03}", place + 1);
        judgements.push(judgement(&id, "a", Verdict::Keep, *one));
        let verdict = if place < 3 { Verdict::Drop } else { Verdict::Keep };
        judgements.push(judgement(&id, "b", verdict, other));
    }
    let summary = Summary::of(&sample, &judgements);
    let steps = summary.agreement.iter().find(|one| one.on == "steps").unwrap();
    assert!((steps.cohen_kappa.unwrap() - 0.852_941).abs() < 1e-6);
    assert!((steps.alpha.unwrap() - 0.860_958).abs() < 1e-6);
    assert_eq!(
        (steps.cases, steps.same, steps.fleiss_kappa),
        (12, Some(7.0 / 12.0), None)
    );
    let verdicts = &summary.agreement[0];
    assert_eq!(
        (verdicts.on, verdicts.same, verdicts.cohen_kappa),
        ("verdict", Some(0.75), Some(0.0))
    );
    assert_eq!(summary.disputed, ["R-001", "R-002", "R-003"]);
    // One against one: the worse counts.
    let rules = &summary.variants[0];
    assert_eq!((rules.judged, rules.keep_rate), (12, Some(0.75)));
    assert_eq!(rules.verdicts, BTreeMap::from([("keep", 9), ("mend", 0), ("drop", 3)]));
    let interval = rules.interval.unwrap();
    assert!(
        (interval.low - 0.467_689).abs() < 1e-5 && (interval.high - 0.911_057).abs() < 1e-5,
        "{interval:?}"
    );
    assert_eq!(
        (rules.lint["steps"], rules.ratings["steps"]),
        (5.0, (39.0 + 38.0) / 24.0)
    );
    assert_eq!(
        summary.annotators,
        BTreeMap::from([("a".to_owned(), 12), ("b".to_owned(), 12)])
    );
    assert_eq!((summary.reasons.len(), summary.reasons[0].verdict), (3, Verdict::Drop));
    let text = summary.text();
    assert!(
        text.contains("kept 75.0 % (95 % interval 46.8 % to 91.1 %; weighted by strata"),
        "{text}"
    );
}

#[test]
fn three_annotators_have_a_majority_and_no_judgements_have_no_figures() {
    let sample = drawn(&["rules"], 10, 1);
    let mut judgements = Vec::new();
    for (id, verdicts) in [
        ("R-001", [Verdict::Keep, Verdict::Keep, Verdict::Drop]),
        ("R-002", [Verdict::Keep, Verdict::Mend, Verdict::Drop]),
    ] {
        judgements.extend(
            verdicts
                .iter()
                .zip(["a", "b", "c"])
                .map(|(verdict, by)| judgement(id, by, *verdict, 3)),
        );
    }
    let summary = Summary::of(&sample, &judgements);
    assert_eq!(
        summary.variants[0].verdicts,
        BTreeMap::from([("keep", 1), ("mend", 0), ("drop", 1)])
    );
    let verdicts = &summary.agreement[0];
    assert!(verdicts.cohen_kappa.is_none() && verdicts.fleiss_kappa.is_some() && verdicts.alpha.is_some());
    assert_eq!(verdicts.same, Some(1.0 / 6.0));
    let none = Summary::of(&sample, &Imported::default().judgements);
    assert_eq!(
        (none.judged, none.variants[0].keep_rate, none.variants[0].interval),
        (0, None, None)
    );
    assert!(none.text().contains("0 of"));
}

/// Strata of 1 and of 9 cases that are each judged by one case: the weighted rate is not the plain one.
#[test]
fn a_case_of_a_large_stratum_counts_for_more_in_the_weighted_rate() {
    let mut seen = observations(&["rules"], 1);
    seen[0].cases = (0..9)
        .map(|number| case(number, "positive"))
        .chain([case(9, "negative")])
        .collect();
    let sample = Sample::draw("r", &seen, &stories(1), 20, 1).unwrap();
    let judgements: Vec<Judgement> = sample
        .drawn
        .iter()
        .map(|drawn| {
            let verdict = if drawn.case.kind == "positive" {
                Verdict::Keep
            } else {
                Verdict::Drop
            };
            judgement(&drawn.id, "a", verdict, 5)
        })
        .collect();
    let rules = &Summary::of(&sample, &judgements).variants[0];
    assert_eq!((rules.keep_rate, rules.weighted_keep_rate), (Some(0.5), Some(0.9)));
}

/// A case that a judge scored: this on both orders of every criterion, but that on data.
fn judged(case: &str, score: u8, data: u8) -> crate::evaluation::judge::CaseJudged {
    use crate::evaluation::judge::{CaseJudged, Judgement as Judged, Said, Scored, rubric::OF_CASE};
    let scored = |name: &str, score: u8| {
        let said = Said {
            score,
            reason: "because".to_owned(),
        };
        Scored {
            criterion: name.to_owned(),
            said: [said.clone(), said],
        }
    };
    let of = |name: &str| if name == "data" { data } else { score };
    CaseJudged {
        case: case.to_owned(),
        self_judging: None,
        judgement: Judged {
            scores: OF_CASE.iter().map(|one| scored(one.name, of(one.name))).collect(),
            ..Judged::default()
        },
    }
}

#[test]
fn a_judge_stands_beside_the_people_of_a_review_and_beside_marks() {
    use super::judged::{WithPeople, marks};
    use crate::evaluation::judge::JudgeSeen;
    let mut seen = observations(&["rules"], 1).remove(0);
    seen.judge = Some(JudgeSeen {
        // Means: 4, 4, 19 ÷ 6, 2, 3; the last one is not judged.
        cases: vec![
            judged("TC-000", 4, 4),
            judged("TC-001", 4, 4),
            judged("TC-002", 3, 4),
            judged("TC-003", 2, 2),
            judged("TC-004", 3, 3),
        ],
        ..JudgeSeen::default()
    });
    let mark = |case: usize, title: &str, mark: &str| json!({"case": format!("US-000/TC-{case:03}"), "title": title, "mark": mark, "reason": ""});
    let title = |number: usize| format!("Book {number} & <i>more</i>");
    let file = json!({"rules": "956831a", "marks": [
        mark(0, &title(0), "keep"), mark(1, &title(1), "mend"), mark(2, &title(2), "mend"), mark(3, &title(3), "drop"),
        mark(4, "In other words", "keep"), mark(5, &title(5), "drop"), mark(9, "No such case", "keep"),
    ]});
    let with = WithPeople::of(&marks(&file.to_string()).unwrap(), &[seen.clone()]);
    // TC-005 was not judged; TC-009 is no case of the results.
    assert_eq!((with.marked, with.judged, with.changed, with.absent), (7, 4, 1, 1));
    let told =
        "4 of 7 marked cases were judged, 1 have other words now, 1 belong to stories or cases that are not in these";
    assert!(with.text().contains(told), "{}", with.text());
    let verdict = &with.on[0];
    // People: keep, mend, mend, drop; judge: keep, keep, mend, drop.
    assert_eq!((verdict.on, verdict.cases, verdict.same), ("verdict", 4, Some(0.75)));
    // As 2, 1, 1, 0 and 2, 2, 1, 0. One differs, by 1 of 2: a quarter, of 4 cases. By chance all 16 pairs: the squares
    // 0+0+1+4, twice 1+1+0+1, and 4+4+1+0 are 20, a quarter of each.
    let kappa = 1.0 - (0.25 / 4.0) / (20.0 / 4.0 / 16.0);
    assert!((verdict.kappa.unwrap() - kappa).abs() < 1e-9, "{verdict:?}");
    // Ranks 4, 2.5, 2.5, 1 and 3.5, 3.5, 2, 1, less 2.5: (1.5 + 0 + 0 + 2.25) ÷ √(4.5 · 4.5).
    assert!((verdict.spearman.unwrap() - 3.75 / 4.5).abs() < 1e-9, "{verdict:?}");
    assert_eq!(with.on.len(), 1, "marks rate no criterion");
    let told = marks(&json!({"rules": "9", "marks": [mark(0, "x", "perfect")]}).to_string()).unwrap_err();
    assert!(told.to_string().contains("unknown variant"), "{told}");

    let sample = Sample::draw("results.json", &[seen.clone()], &stories(1), 20, 1).unwrap();
    let drawn = sample.drawn.iter().find(|drawn| drawn.case.kind == "positive").unwrap();
    let judgements = [
        judgement(&drawn.id, "ann", Verdict::Keep, 4),
        judgement(&drawn.id, "bob", Verdict::Keep, 5),
    ];
    let summary = Summary::of(&sample, &judgements);
    assert!(summary.judge.is_none());
    let beside = summary.clone().beside(&sample, &judgements, &[seen]);
    let names: Vec<&str> = beside
        .judge
        .iter()
        .flat_map(|judge| &judge.on)
        .map(|on| on.on)
        .collect();
    assert_eq!(names, ["verdict", "steps"]);
    assert!(beside.text().contains("beside people: 1 of 1 marked cases were judged"));
    let mut other = observations(&["rules"], 1);
    other[0].judge = None;
    assert!(summary.beside(&sample, &judgements, &other).judge.is_none());
}
