//! `report.html`: one file that needs nothing else: figures, plots, and the cases of every story side by side.

use super::plot::{Series, bars, rows, shares_below};
use super::{Evaluation, repetition};
use crate::evaluation::decision::matrix;
use crate::evaluation::judge::{Better, JudgeSeen, Judgement, SelfJudging};
use crate::evaluation::metric::{Better as BetterFigure, metric, metrics};
use crate::evaluation::observation::{CaseSeen, Observation};
use minijinja::{AutoEscape, Environment};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const TEMPLATE: &str = include_str!("report.html");

/// Codes that are shown of what the lint deducted for.
const MOST_CODES: usize = 12;

/// The page.
///
/// # Errors
/// The template's own, which a test rules out.
pub fn html(evaluation: &Evaluation<'_>) -> Result<String, minijinja::Error> {
    let mut engine = Environment::new();
    engine.set_auto_escape_callback(|_| AutoEscape::Html);
    engine.add_template("report", TEMPLATE)?;
    let summaries = evaluation.summaries;
    let page = json!({
        "source": evaluation.source,
        "conditions": evaluation.conditions,
        "variants": summaries.iter().map(|summary| json!({
            "name": summary.name,
            "ended": summary.ended,
            "known": summary.known,
            "recommendations": summary.recommendations,
            "reasons": summary.reasons,
            "stories": summary.ended.values().sum::<usize>(),
        })).collect::<Vec<_>>(),
        "cards": cards(evaluation),
        "groups": groups(evaluation),
        "gates": evaluation.gates,
        "decision": decision(evaluation),
        "plots": plots(evaluation),
        "stories": stories(evaluation),
        "domains": names(evaluation, |story| &story.domain),
        "difficulties": names(evaluation, |story| &story.difficulty),
    });
    engine
        .get_template("report")?
        .render(minijinja::Value::from(minijinja::value::Serde(&page)))
}

/// The figures that people look at first.
fn cards(evaluation: &Evaluation<'_>) -> Vec<Value> {
    const NAMES: &[&str] = &[
        "quality.lint_mean",
        "quality.items_covered",
        "quality.evidence",
        "quality.cases",
        "quality.strict_first",
        "latency.p95",
    ];
    let card = |name: &&str| {
        let metric = metric(name)?;
        let values: Vec<Value> = evaluation
            .summaries
            .iter()
            .filter_map(|summary| {
                let value = summary.value(name)?;
                Some(json!({ "name": summary.name, "shown": metric.shown(value.value), "met": value.met }))
            })
            .collect();
        (!values.is_empty())
            .then(|| json!({ "title": metric.title, "target": metric.target_shown(), "values": values }))
    };
    NAMES.iter().filter_map(card).collect()
}

/// Every figure, in its group, with one column for each variant.
fn groups(evaluation: &Evaluation<'_>) -> Vec<Value> {
    let mut groups: Vec<(&str, Vec<Value>)> = Vec::new();
    for metric in metrics() {
        let values: Vec<_> = evaluation
            .summaries
            .iter()
            .map(|summary| summary.value(metric.name))
            .collect();
        if values.iter().all(Option::is_none) {
            continue;
        }
        let best = values
            .iter()
            .flatten()
            .map(|value| value.value)
            .reduce(|best, value| match metric.better {
                BetterFigure::Higher => best.max(value),
                BetterFigure::Lower => best.min(value),
                BetterFigure::Neither => f64::NAN,
            });
        let cells: Vec<Value> = values
            .iter()
            .map(|value| match value {
                Some(value) => json!({
                    "shown": metric.shown(value.value),
                    "met": value.met,
                    "best": values.len() > 1 && best == Some(value.value),
                    "note": value.note,
                    "interval": value.interval.map(|interval| {
                        format!("95 %: {} to {}", metric.shown(interval.low), metric.shown(interval.high))
                    }),
                    "count": value.count,
                }),
                None => json!({ "shown": "–" }),
            })
            .collect();
        let row = json!({
            "name": metric.name,
            "title": metric.title,
            "formula": metric.formula,
            "target": metric.target_shown(),
            "cells": cells,
        });
        let (group, _) = metric.parts();
        match groups.last_mut() {
            Some((last, rows)) if *last == group => rows.push(row),
            _ => groups.push((group, vec![row])),
        }
    }
    groups
        .into_iter()
        .map(|(name, rows)| json!({ "name": name, "rows": rows }))
        .collect()
}

/// What each variant is worth by each profile, and by which weights.
fn decision(evaluation: &Evaluation<'_>) -> Value {
    let matrix = matrix(evaluation.summaries, evaluation.source);
    let profiles: Vec<Value> = matrix
        .profiles
        .iter()
        .map(|of| {
            let ranked: Vec<Value> = matrix
                .ranked(of.profile)
                .into_iter()
                .map(|model| {
                    json!({
                        "name": model.variant,
                        "score": format!("{:.2}", model.score(of.profile)),
                        "missed": model.missed.get(&of.profile),
                    })
                })
                .collect();
            json!({ "name": of.profile.as_str().replace('_', " "), "required": of.required, "ranked": ranked })
        })
        .collect();
    let criteria: Vec<Value> = matrix
        .criteria
        .iter()
        .map(|criterion| {
            let weights = matrix.profiles.iter().map(|of| of.weights.get(&criterion.metric));
            let shown = |weight: Option<&f64>| format!("{:.0} %", weight.copied().unwrap_or_default() * 100.0);
            json!({
                "name": criterion.metric,
                "scale": criterion.scale,
                "counts": criterion.counts,
                "weights": weights.map(shown).collect::<Vec<String>>(),
            })
        })
        .collect();
    json!({ "profiles": profiles, "criteria": criteria })
}

fn plots(evaluation: &Evaluation<'_>) -> Vec<Value> {
    let evaluated = evaluation.evaluated;
    let percent = |value: f64| format!("{:.0} %", value * 100.0);
    let of_each = |values: &dyn Fn(&[Observation]) -> Vec<f64>| -> Vec<Series> {
        evaluated
            .iter()
            .map(|one| Series {
                name: one.variant.name(),
                values: values(&one.observations),
            })
            .collect()
    };
    let share = |cases: &[&CaseSeen], is: &dyn Fn(&CaseSeen) -> bool| {
        cases.iter().filter(|case| is(case)).count() as f64 / cases.len().max(1) as f64
    };
    let all = |observations: &'_ [Observation]| -> Vec<CaseSeen> {
        observations.iter().flat_map(|seen| seen.cases.clone()).collect()
    };
    let scores: Vec<String> = (1..=10).map(|score| score.to_string()).collect();
    let by_score = of_each(&|observations| {
        let cases = all(observations);
        let cases: Vec<&CaseSeen> = cases.iter().collect();
        (1..=10)
            .map(|score| share(&cases, &|case| case.score == Some(score)))
            .collect()
    });
    let kinds: Vec<String> = ["positive", "negative", "edge_case", "boundary"]
        .map(str::to_owned)
        .to_vec();
    let by_kind = of_each(&|observations| {
        let cases = all(observations);
        let cases: Vec<&CaseSeen> = cases.iter().collect();
        kinds
            .iter()
            .map(|kind| share(&cases, &|case| case.kind == *kind))
            .collect()
    });
    let domains = names(evaluation, |story| &story.domain);
    let domain_of: BTreeMap<&str, &str> = evaluation
        .stories
        .iter()
        .map(|story| (story.id.as_str(), story.domain.as_str()))
        .collect();
    let by_domain = of_each(&|observations| {
        domains
            .iter()
            .map(|domain| {
                let of = |seen: &&Observation| domain_of.get(seen.story.as_str()) == Some(&domain.as_str());
                let scores: Vec<f64> = observations
                    .iter()
                    .filter(of)
                    .flat_map(|seen| seen.cases.iter().filter_map(|case| case.score).map(f64::from))
                    .collect();
                crate::statistics::sample::mean(&scores).unwrap_or(0.0)
            })
            .collect()
    });
    let seconds = of_each(&|observations| {
        observations
            .iter()
            .filter(|seen| seen.was_asked())
            .map(|seen| seen.times.total_ms / 1e3)
            .collect()
    });
    let mut deductions: BTreeMap<String, f64> = BTreeMap::new();
    for summary in evaluation.summaries {
        for (code, count) in &summary.deductions {
            *deductions.entry(code.clone()).or_default() += *count as f64;
        }
    }
    let mut deductions: Vec<(String, f64)> = deductions.into_iter().collect();
    deductions.sort_by(|one, other| other.1.total_cmp(&one.1));
    deductions.truncate(MOST_CODES);
    let spaced: Vec<String> = domains.iter().map(|domain| domain.replace('_', " ")).collect();
    let drawn = [
        (
            "Cases by score of the lint",
            bars("Cases by score of the lint", &scores, &by_score, percent),
        ),
        (
            "Time of a story: share of stories that took at most so long",
            shares_below("Time of a story", &seconds, time),
        ),
        ("Cases by kind", bars("Cases by kind", &kinds, &by_kind, percent)),
        (
            "Mean score by domain",
            if domains.is_empty() {
                String::new()
            } else {
                bars("Mean score by domain", &spaced, &by_domain, |value| {
                    format!("{value:.1}")
                })
            },
        ),
        (
            "What the lint took points for",
            if deductions.is_empty() {
                String::new()
            } else {
                rows("What the lint took points for", &deductions, |value| {
                    format!("{value:.0}")
                })
            },
        ),
    ];
    drawn
        .into_iter()
        .filter(|(_, svg)| !svg.is_empty())
        .map(|(title, svg)| json!({ "title": title, "svg": svg }))
        .collect()
}

fn time(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 0.001 => format!("{:.0} µs", seconds * 1e6),
        seconds if seconds < 0.01 => format!("{:.1} ms", seconds * 1e3),
        seconds if seconds < 1.0 => format!("{:.0} ms", seconds * 1e3),
        seconds => format!("{seconds:.1} s"),
    }
}

/// Each story with what every variant made of it.
fn stories(evaluation: &Evaluation<'_>) -> Vec<Value> {
    let of = |id: &str| -> Vec<Value> {
        evaluation
            .evaluated
            .iter()
            .flat_map(|one| one.observations.iter().filter(|seen| seen.story == id))
            .map(column)
            .collect()
    };
    evaluation
        .stories
        .iter()
        .map(|story| {
            let seen = evaluation
                .evaluated
                .iter()
                .flat_map(|one| one.observations.iter().filter(|seen| seen.story == story.id));
            let scores: Vec<f64> = seen
                .flat_map(|seen| seen.cases.iter().filter_map(|case| case.score))
                .map(f64::from)
                .collect();
            json!({
                "id": story.id,
                "title": story.title,
                "domain": story.domain,
                "difficulty": story.difficulty,
                "text": story.story.text(),
                "criteria": story.story.criteria(),
                "score": crate::statistics::sample::mean(&scores).map(|mean| format!("{mean:.1}")),
                "columns": of(&story.id),
            })
        })
        .collect()
}

fn column(seen: &Observation) -> Value {
    let uncovered: Vec<&str> = seen
        .items
        .iter()
        .filter(|item| item.status == "uncovered")
        .map(|item| item.condition.as_str())
        .collect();
    json!({
        "name": format!("{}{}", seen.variant, repetition(seen)),
        "end": seen.end.as_str(),
        "message": seen.message,
        "time": time(seen.times.total_ms / 1e3),
        "cases": seen.cases,
        "questions": seen.questions,
        "uncovered": uncovered,
        "rejected": seen.rejections.len(),
        "judge": seen.judge.as_ref().map(judged),
        "golden": seen.golden.as_ref().map(|golden| json!({
            "found": golden.pairs.len(),
            "all": golden.golden,
            "missing": golden.missing,
        })),
    })
}

/// What a judge said, case by case.
fn judged(judge: &JudgeSeen) -> Value {
    let said = |judgement: &Judgement| {
        let scores: Vec<Value> = judgement
            .scores
            .iter()
            .map(|scored| {
                json!({
                    "name": scored.criterion.replace('_', " "),
                    "shown": scored.score().map_or_else(
                        || format!("{} or {}", scored.said[0].score, scored.said[1].score),
                        |score| format!("{score:.1}"),
                    ),
                    "stable": scored.is_stable(),
                    "reasons": scored.said.iter().map(|said| &said.reason).collect::<Vec<_>>(),
                })
            })
            .collect();
        json!({ "not_judged": judgement.not_judged, "scores": scores })
    };
    let cases: BTreeMap<&str, Value> = judge
        .cases
        .iter()
        .map(|case| (case.case.as_str(), said(&case.judgement)))
        .collect();
    let pair = judge.pair.as_ref().map(|pair| {
        let better = match pair.judgement.better() {
            Some(Better::This) => "better than",
            Some(Better::Other) => "worse than",
            Some(Better::Neither) => "neither better nor worse than",
            None => "not compared with",
        };
        format!("{better} {}", pair.against)
    });
    json!({
        "name": judge.judge.name(),
        "self_judging": judge.self_judging.map(SelfJudging::as_str),
        "cases": cases,
        "suite": judge.suite.as_ref().map(said),
        "pair": pair,
    })
}

/// The names that stories have in a field, each once.
fn names(
    evaluation: &Evaluation<'_>,
    field: fn(&crate::evaluation::dataset::EvaluationStory) -> &String,
) -> Vec<String> {
    let mut names: Vec<String> = evaluation.stories.iter().map(|story| field(story).clone()).collect();
    names.retain(|name| !name.is_empty());
    names.sort_unstable();
    names.dedup();
    names
}
