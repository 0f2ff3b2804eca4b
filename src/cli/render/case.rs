//! One test case as text.

use super::{INDENT, Text};
use crate::cli::terminal::{Tone, safe};
use crate::cli::words;
use crate::rpc::pb;
use std::io::{self, Write};

impl<W: Write> Text<W> {
    pub(super) fn case(&mut self, case: &pb::TestCase) -> io::Result<()> {
        self.block(
            &format!("{:<width$}", safe(&case.id), width = INDENT),
            Tone::Name,
            0,
            &case.title,
            Tone::Strong,
        )?;
        self.pieces(INDENT, &tags(case))?;
        self.preconditions(&case.preconditions)?;
        for (index, step) in case.steps.iter().enumerate() {
            self.block(
                &format!("{:>2}. ", index + 1),
                Tone::Dim,
                INDENT,
                &words::action(step),
                Tone::Plain,
            )?;
            if !step.expected.trim().is_empty() {
                self.block("→ ", Tone::Good, INDENT + 4, &step.expected, Tone::Plain)?;
            }
        }
        self.block("Expect  ", Tone::Good, INDENT, &case.expected_result, Tone::Plain)?;
        for (index, state) in case.postconditions.iter().enumerate() {
            let label = if index == 0 { "After   " } else { "        " };
            self.block(label, Tone::Dim, INDENT, state, Tone::Plain)?;
        }
        self.evidence(case)?;
        self.line("")
    }

    fn preconditions(&mut self, preconditions: &[String]) -> io::Result<()> {
        for (index, precondition) in preconditions.iter().enumerate() {
            let label = if index == 0 { "Given   " } else { "        " };
            self.block(label, Tone::Dim, INDENT, precondition, Tone::Plain)?;
        }
        Ok(())
    }

    /// Where its values come from as far as a person must know, what was mended, and what the score was reduced for.
    fn evidence(&mut self, case: &pb::TestCase) -> io::Result<()> {
        for value in case
            .values
            .iter()
            .filter(|value| value.origin == pb::ValueOrigin::Assumed as i32)
        {
            let note = if value.note.is_empty() {
                "nothing in the story supports it"
            } else {
                value.note.as_str()
            };
            self.block(
                "assumed ",
                Tone::Warn,
                INDENT,
                &format!("{}: {note}", value.text),
                Tone::Plain,
            )?;
        }
        if case.quality_score == 0 {
            return Ok(());
        }
        let taken: f64 = case.deductions.iter().map(|deduction| deduction.points).sum();
        let exact = (10.0 - taken).max(1.0);
        // The score is whole; where rounding moved it, what was rounded is shown beside it.
        let score = if (exact - f64::from(case.quality_score)).abs() < 0.005 {
            format!("score {}/10", case.quality_score)
        } else {
            format!("score {}/10, rounded from {}", case.quality_score, points(exact))
        };
        let mut lint = vec![(score, Tone::Dim)];
        for deduction in &case.deductions {
            lint.push((
                format!("−{} {} {}", points(deduction.points), deduction.code, deduction.field),
                Tone::Dim,
            ));
        }
        if !case.repairs.is_empty() {
            lint.push((words::count(case.repairs.len(), "repair", "repairs"), Tone::Dim));
        }
        self.pieces(INDENT, &lint)
    }
}

fn tags(case: &pb::TestCase) -> Vec<(String, Tone)> {
    let kind = words::case_type(case.r#type);
    let kind_tone = match kind.as_str() {
        "positive" => Tone::Good,
        "negative" => Tone::Bad,
        "boundary" => Tone::Warn,
        _ => Tone::Odd,
    };
    let priority = words::priority(case.priority);
    let priority_tone = match priority.as_str() {
        "critical" => Tone::Bad,
        "high" => Tone::Warn,
        "low" => Tone::Dim,
        _ => Tone::Plain,
    };
    let mut tags = vec![(words::spaced(&kind), kind_tone), (priority, priority_tone)];
    if case.technique != pb::Technique::Unspecified as i32 {
        tags.push((words::spaced(&words::technique(case.technique)), Tone::Dim));
    }
    let covers = covered(case);
    if !covers.is_empty() {
        tags.push((format!("covers {}", covers.join(", ")), Tone::Dim));
    }
    tags
}

/// The basis items and coverage items behind a case, each once, in the order of its traces.
fn covered(case: &pb::TestCase) -> Vec<&str> {
    let mut covered: Vec<&str> = Vec::new();
    for trace in &case.traces {
        for id in [trace.coverage_item_id.as_str(), trace.basis_id.as_str()] {
            if !id.is_empty() && !covered.contains(&id) {
                covered.push(id);
            }
        }
    }
    covered
}

fn points(points: f64) -> String {
    format!("{points:.2}")
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

/// The painted id, for tests of colour.
#[cfg(test)]
pub(super) fn painted_id(id: &str) -> String {
    crate::cli::terminal::paint(&format!("{id:<INDENT$}"), Tone::Name, true)
}
