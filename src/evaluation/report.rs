//! What an evaluation leaves behind: `results.json` with everything, `metrics.json` with plain numbers for DVC,
//! `models.json` with the decision matrix, `junit.xml` for CI, and `report.html` for people.

mod html;
mod plot;

pub use html::html;

use super::dataset::EvaluationStory;
use super::decision::matrix;
use super::gate::Verdict;
use super::observation::{Ended, Observation};
use super::runner::Evaluated;
use super::summary::Summary;
use super::tracking::File;
use super::variant::Conditions;
use crate::backend::policy::Matrix;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::fmt::Write as _;

/// Everything that reports are made from.
#[derive(Clone, Copy, Debug)]
pub struct Evaluation<'a> {
    /// Which stories, from where.
    pub source: &'a Source,
    /// The conditions.
    pub conditions: &'a Conditions,
    /// The stories.
    pub stories: &'a [EvaluationStory],
    /// What was seen of each variant.
    pub evaluated: &'a [Evaluated],
    /// The figures of each variant, in the same order.
    pub summaries: &'a [Summary],
    /// How the gates fell out.
    pub gates: &'a [Verdict],
}

/// Which stories, from where, and when.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Source {
    /// The file.
    pub data: String,
    /// Its SHA-256.
    pub sha256: String,
    /// Which split.
    pub split: String,
    /// How many stories.
    pub stories: usize,
    /// How often each.
    pub repeats: u32,
    /// How many at once.
    pub concurrency: usize,
    /// When the evaluation ended, ISO 8601 in UTC.
    pub ended: String,
}

/// Why a report cannot be made; a test rules it out.
#[derive(Debug, thiserror::Error)]
pub enum Unmade {
    /// What was measured cannot be written as JSON.
    #[error("JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The page's template.
    #[error("report.html: {0}")]
    Page(#[from] minijinja::Error),
}

/// All files that an evaluation leaves behind.
///
/// # Errors
/// [`Unmade`].
pub fn files(evaluation: &Evaluation<'_>) -> Result<Vec<File>, Unmade> {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let files = [
        ("results.json", text(results(evaluation)?)),
        ("metrics.json", text(metrics(evaluation.summaries)?)),
        ("models.json", text(models(evaluation)?)),
        ("junit.xml", junit(evaluation)),
        ("report.html", html(evaluation)?),
    ];
    Ok(files
        .map(|(name, text)| File {
            name: name.to_owned(),
            text,
        })
        .to_vec())
}

/// `results.json`: everything, to be read by programs.
///
/// # Errors
/// Never for what is in an evaluation; JSON's own.
pub fn results(evaluation: &Evaluation<'_>) -> serde_json::Result<Vec<u8>> {
    #[derive(Serialize)]
    struct Results<'a> {
        format: u32,
        source: &'a Source,
        conditions: &'a Conditions,
        variants: &'a [Summary],
        gates: &'a [Verdict],
        decision: Matrix,
        observations: Vec<&'a Observation>,
    }
    let mut text = serde_json::to_vec_pretty(&Results {
        format: 1,
        source: evaluation.source,
        conditions: evaluation.conditions,
        variants: evaluation.summaries,
        gates: evaluation.gates,
        decision: matrix(evaluation.summaries, evaluation.source),
        observations: evaluation.evaluated.iter().flat_map(|one| &one.observations).collect(),
    })?;
    text.push(b'\n');
    Ok(text)
}

/// `metrics.json`: variant, group and name, with plain numbers alone.
///
/// # Errors
/// As [`results`].
pub fn metrics(summaries: &[Summary]) -> serde_json::Result<Vec<u8>> {
    let variants: Map<String, Json> = summaries
        .iter()
        .map(|summary| (summary.name.clone(), summary.nested()))
        .collect();
    let mut text = serde_json::to_vec_pretty(&Json::Object(variants))?;
    text.push(b'\n');
    Ok(text)
}

/// What `--figures` writes: names and plain numbers of one variant, none of which a clock or a machine changes.
///
/// # Errors
/// As [`results`].
pub fn figures(summary: &Summary) -> serde_json::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(&summary.lasting())?;
    text.push(b'\n');
    Ok(text)
}

/// `models.json`: what each variant is worth by each profile, for the service's `model_policy.file`.
///
/// # Errors
/// As [`results`].
pub fn models(evaluation: &Evaluation<'_>) -> serde_json::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(&matrix(evaluation.summaries, evaluation.source))?;
    text.push(b'\n');
    Ok(text)
}

/// `junit.xml`: a suite of gates, and for each variant a suite with its stories. A story that failed is an error.
#[must_use]
pub fn junit(evaluation: &Evaluation<'_>) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"testgen evaluate\">\n");
    let gates = evaluation.gates;
    let failed = gates.iter().filter(|gate| !gate.passed).count();
    let _ = writeln!(
        xml,
        "  <testsuite name=\"gates\" tests=\"{}\" failures=\"{failed}\" errors=\"0\">",
        gates.len()
    );
    for gate in gates {
        let _ = write!(
            xml,
            "    <testcase classname=\"{}\" name=\"{}\"",
            escaped(&gate.variant),
            escaped(&gate.gate)
        );
        if gate.passed {
            xml.push_str("/>\n");
        } else {
            let _ = writeln!(xml, "><failure message=\"{}\"/></testcase>", escaped(&gate.message));
        }
    }
    xml.push_str("  </testsuite>\n");
    for one in evaluation.evaluated {
        let name = escaped(&one.variant.name());
        let seconds: f64 = one.observations.iter().map(|seen| seen.times.total_ms / 1e3).sum();
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"0\" errors=\"{}\" time=\"{seconds:.3}\">",
            one.observations.len(),
            one.ended(Ended::Failed)
        );
        for seen in &one.observations {
            let _ = write!(
                xml,
                "    <testcase classname=\"{name}\" name=\"{}\" time=\"{:.3}\"",
                escaped(&format!("{}{}", seen.story, repetition(seen))),
                seen.times.total_ms / 1e3
            );
            match seen.end {
                Ended::Failed => {
                    let code = seen.reasons.first().map(String::as_str).unwrap_or_default();
                    let _ = writeln!(
                        xml,
                        "><error type=\"{}\" message=\"{}\"/></testcase>",
                        escaped(code),
                        escaped(&seen.message)
                    );
                }
                _ => xml.push_str("/>\n"),
            }
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn repetition(seen: &Observation) -> String {
    match seen.repeat {
        0 => String::new(),
        repeat => format!(" #{}", repeat + 1),
    }
}

/// Text for XML. What XML cannot hold at all becomes a question mark.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('?'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
