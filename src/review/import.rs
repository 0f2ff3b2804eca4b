//! What annotators said: Label Studio's export of annotations (JSON), or lines of judgements, checked against the sample.
//!
//! Of several annotations of one annotator for one task the latest counts, since an annotation that is mended may be kept
//! beside the first. A skipped task is no judgement; how many were skipped is told.

use super::export::{REASON, VERDICT};
use super::sample::Sample;
use super::{Mistakes, RATINGS, SCALE, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashSet};

/// One annotator's judgement of one case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// The case, by its id in the sample.
    pub review_id: String,
    /// The sample's digest.
    pub sample: String,
    /// Who judged, as the tool names them: a number, or an address where there is none.
    pub annotator: String,
    /// What is to be done with the case.
    pub verdict: Verdict,
    /// Ratings by name, each 1 to 5; those that were left out are missing.
    #[serde(default)]
    pub ratings: BTreeMap<String, u8>,
    /// Why; may be empty.
    #[serde(default)]
    pub reason: String,
    /// How long it took in seconds, where the tool says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// The judgements, by case and annotator.
    pub judgements: Vec<Judgement>,
    /// Times that an annotator skipped a task.
    pub skipped: usize,
    /// Annotations that a later one of the same annotator replaced.
    pub replaced: usize,
    /// Cases of the sample that nobody judged.
    pub unjudged: usize,
}

/// Reads an export of Label Studio (the format called JSON).
///
/// # Errors
/// Everything that does not fit: no such export, tasks that the sample does not have, results that the configuration does
/// not allow. Nothing is taken then.
pub fn label_studio(text: &str, sample: &Sample) -> Result<Imported, Mistakes> {
    let tasks: Vec<Value> = serde_json::from_str(text).map_err(|error| {
        Mistakes::one(format!(
            "a JSON array of tasks is expected, as Label Studio exports it: {error}"
        ))
    })?;
    let mut mistakes = Vec::new();
    let mut told: BTreeMap<(String, String), Told> = BTreeMap::new();
    let mut replaced = 0;
    for (place, task) in tasks.iter().enumerate() {
        let id = match case_of(task, sample) {
            Ok(id) => id,
            Err(wrong) => {
                mistakes.push(format!("[{place}]{wrong}"));
                continue;
            }
        };
        let Some(annotations) = task.get("annotations").and_then(Value::as_array) else {
            mistakes.push(format!(
                "[{place}].annotations ({id}): missing; export as JSON, not as JSON-MIN or CSV"
            ));
            continue;
        };
        for (number, annotation) in annotations.iter().enumerate() {
            match Told::of(annotation, &id, sample) {
                Ok(new) => {
                    let key = (id.clone(), new.annotator.clone());
                    match told.get(&key) {
                        Some(old) if old.at > new.at => replaced += 1,
                        other => {
                            replaced += usize::from(other.is_some());
                            told.insert(key, new);
                        }
                    }
                }
                Err(wrong) => mistakes.extend(
                    wrong
                        .into_iter()
                        .map(|wrong| format!("[{place}].annotations[{number}]{wrong} ({id})")),
                ),
            }
        }
    }
    if !mistakes.is_empty() {
        return Err(Mistakes(mistakes));
    }
    let skipped = told.values().filter(|told| told.judgement.is_none()).count();
    let judgements: Vec<Judgement> = told.into_values().filter_map(|told| told.judgement).collect();
    Ok(Imported {
        unjudged: unjudged(&judgements, sample),
        judgements,
        skipped,
        replaced,
    })
}

/// Reads lines of judgements, one JSON object each; empty lines do not count.
///
/// # Errors
/// As [`label_studio`]; also a case that one annotator judged twice.
pub fn lines(text: &str, sample: &Sample) -> Result<Imported, Mistakes> {
    let mut mistakes = Vec::new();
    let mut judgements: Vec<Judgement> = Vec::new();
    let mut seen = HashSet::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let number = number + 1;
        let judgement: Judgement = match serde_json::from_str(line) {
            Ok(judgement) => judgement,
            Err(error) => {
                mistakes.push(format!("line {number}: {error}"));
                continue;
            }
        };
        if let Err(wrong) = known(&judgement.review_id, Some(&judgement.sample), sample) {
            mistakes.push(format!("line {number}: {wrong}"));
        }
        for (name, rating) in &judgement.ratings {
            if !RATINGS.iter().any(|known| known.name == name) {
                mistakes.push(format!("line {number}: ratings.{name}: there is no such rating"));
            } else if !SCALE.contains(rating) {
                mistakes.push(format!("line {number}: ratings.{name}: {rating} is not from 1 to 5"));
            }
        }
        if !seen.insert((judgement.review_id.clone(), judgement.annotator.clone())) {
            mistakes.push(format!(
                "line {number}: {} was judged by {} before",
                judgement.review_id, judgement.annotator
            ));
        }
        judgements.push(judgement);
    }
    if !mistakes.is_empty() {
        return Err(Mistakes(mistakes));
    }
    judgements.sort_by(|one, other| (&one.review_id, &one.annotator).cmp(&(&other.review_id, &other.annotator)));
    Ok(Imported {
        unjudged: unjudged(&judgements, sample),
        judgements,
        skipped: 0,
        replaced: 0,
    })
}

fn unjudged(judgements: &[Judgement], sample: &Sample) -> usize {
    let judged: HashSet<&str> = judgements
        .iter()
        .map(|judgement| judgement.review_id.as_str())
        .collect();
    sample
        .drawn
        .iter()
        .filter(|drawn| !judged.contains(drawn.id.as_str()))
        .count()
}

fn known(id: &str, of: Option<&str>, sample: &Sample) -> Result<(), String> {
    if of.is_some_and(|of| of != sample.digest) {
        return Err(format!(
            "sample: {id} belongs to sample {}, not to {}",
            of.unwrap_or_default(),
            sample.digest
        ));
    }
    if !sample.drawn.iter().any(|drawn| drawn.id == id) {
        return Err(format!("review_id: the sample has no {id:?}"));
    }
    Ok(())
}

/// The case that a task is about.
fn case_of(task: &Value, sample: &Sample) -> Result<String, String> {
    let field = |name: &str| task.pointer(&format!("/data/{name}")).and_then(Value::as_str);
    let id = field("review_id")
        .ok_or_else(|| ".data.review_id: missing: the task is not of `testgen review export`".to_owned())?;
    known(id, Some(field("sample").unwrap_or("none")), sample).map_err(|wrong| format!(".data.{wrong}"))?;
    Ok(id.to_owned())
}

/// What one annotation says.
struct Told {
    annotator: String,
    /// When: of two the later counts; of two at the same time the one with the higher number.
    at: (String, u64),
    /// `None`: skipped.
    judgement: Option<Judgement>,
}

impl Told {
    fn of(annotation: &Value, id: &str, sample: &Sample) -> Result<Self, Vec<String>> {
        let Some(fields) = annotation.as_object() else {
            return Err(vec![": an object is expected".to_owned()]);
        };
        let annotator =
            annotator(fields.get("completed_by")).ok_or_else(|| vec![".completed_by: missing".to_owned()])?;
        let time = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
        let at = if time("updated_at").is_empty() {
            time("created_at")
        } else {
            time("updated_at")
        };
        let number = fields.get("id").and_then(Value::as_u64).unwrap_or(0);
        let judgement = if fields.get("was_cancelled").and_then(Value::as_bool) == Some(true) {
            None
        } else {
            Some(judged(fields, id, &annotator, sample)?)
        };
        Ok(Self {
            annotator,
            at: (at.to_owned(), number),
            judgement,
        })
    }
}

/// A number, or an object with one: exports have both.
fn annotator(field: Option<&Value>) -> Option<String> {
    match field? {
        Value::Number(number) => Some(number.to_string()),
        Value::String(name) if !name.is_empty() => Some(name.clone()),
        Value::Object(person) => person
            .get("id")
            .and_then(Value::as_u64)
            .map(|id| id.to_string())
            .or_else(|| person.get("email").and_then(Value::as_str).map(str::to_owned)),
        _ => None,
    }
}

fn judged(fields: &Map<String, Value>, id: &str, annotator: &str, sample: &Sample) -> Result<Judgement, Vec<String>> {
    let Some(results) = fields.get("result").and_then(Value::as_array) else {
        return Err(vec![".result: a list is expected".to_owned()]);
    };
    let mut mistakes = Vec::new();
    let (mut verdict, mut ratings, mut reason) = (None, BTreeMap::new(), String::new());
    for (place, result) in results.iter().enumerate() {
        let name = result.get("from_name").and_then(Value::as_str).unwrap_or_default();
        let value = |kind: &str| result.pointer(&format!("/value/{kind}"));
        let texts = |kind: &str| -> Option<Vec<&str>> {
            match value(kind)? {
                Value::String(text) => Some(vec![text]),
                Value::Array(texts) => texts.iter().map(Value::as_str).collect(),
                _ => None,
            }
        };
        let wrong = match name {
            VERDICT => match texts("choices").as_deref() {
                Some([one]) => match Verdict::named(one) {
                    Some(one) => {
                        verdict = Some(one);
                        None
                    }
                    None => Some(format!("value.choices: {one:?} is not keep, mend or drop")),
                },
                _ => Some("value.choices: one choice is expected".to_owned()),
            },
            REASON => match texts("text") {
                Some(texts) => {
                    reason = texts.join("\n").trim().to_owned();
                    None
                }
                None => Some("value.text: a text is expected".to_owned()),
            },
            name if RATINGS.iter().any(|rating| rating.name == name) => {
                match value("rating")
                    .and_then(Value::as_u64)
                    .and_then(|rating| u8::try_from(rating).ok())
                {
                    Some(rating) if SCALE.contains(&rating) => {
                        ratings.insert(name.to_owned(), rating);
                        None
                    }
                    _ => Some("value.rating: a whole number from 1 to 5 is expected".to_owned()),
                }
            }
            // Controls that a team has added for itself.
            _ => None,
        };
        mistakes.extend(wrong.map(|wrong| format!(".result[{place}].{wrong}")));
    }
    match verdict {
        Some(verdict) if mistakes.is_empty() => Ok(Judgement {
            review_id: id.to_owned(),
            sample: sample.digest.clone(),
            annotator: annotator.to_owned(),
            verdict,
            ratings,
            reason,
            seconds: fields.get("lead_time").and_then(Value::as_f64),
        }),
        Some(_) => Err(mistakes),
        None => {
            if mistakes.is_empty() {
                mistakes.push(".result: there is no verdict".to_owned());
            }
            Err(mistakes)
        }
    }
}
