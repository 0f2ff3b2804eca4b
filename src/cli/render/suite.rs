//! What is said around an existing suite: how a story is read, what a suite covers, what a changed story means for it,
//! and what changed in a case.

use super::{INDENT, Text};
use crate::cli::terminal::{Tone, columns, paint};
use crate::cli::words;
use crate::rpc::pb;
use std::io::{self, Write};

impl<W: Write> Text<W> {
    /// Shows how a story is read.
    ///
    /// # Errors
    /// Whatever writing says, such as a closed pipe.
    pub fn reading(&mut self, response: &pb::AnalyzeStoryResponse) -> io::Result<()> {
        let reading = response.reading.clone().unwrap_or_default();
        for (label, text) in [
            ("Role", &reading.role),
            ("Goal", &reading.goal),
            ("Benefit", &reading.benefit),
        ] {
            let text = if text.is_empty() { "(not said)" } else { text };
            self.block(&format!("{label:<9}"), Tone::Dim, 0, text, Tone::Plain)?;
        }
        for literal in &reading.literals {
            let place = literal.span.as_ref().map_or("", |span| span.basis_id.as_str());
            let text = format!("{} ({place}, {})", literal.text, literal.kind);
            self.block("Found    ", Tone::Dim, 0, &text, Tone::Plain)?;
        }
        for term in &reading.glossary {
            self.block(
                "Term     ",
                Tone::Dim,
                0,
                &format!("{}: {}", term.term, term.meaning),
                Tone::Plain,
            )?;
        }
        self.line("")?;
        let analysis = response.analysis.clone().unwrap_or_default();
        for finding in &analysis.findings {
            self.finding(finding)?;
        }
        if !analysis.findings.is_empty() {
            self.line("")?;
        }
        self.items(&analysis.coverage_items)?;
        self.questions.clone_from(&analysis.questions);
        self.ask()?;
        self.clear()
    }

    fn items(&mut self, items: &[pb::CoverageItem]) -> io::Result<()> {
        if items.is_empty() {
            return Ok(());
        }
        self.line(&paint("To be covered", Tone::Strong, self.look.colour))?;
        let widest = items.iter().map(|item| columns(&item.id)).max().unwrap_or(0);
        for item in items {
            let label = format!("{:<width$}", item.id, width = widest + 2);
            let values: Vec<&str> = item.values.iter().map(|value| value.text.as_str()).collect();
            let mut about = vec![
                words::priority(item.priority),
                words::spaced(&words::case_type(item.r#type)),
                words::spaced(&words::technique(item.technique)),
            ];
            if !item.rule.is_empty() {
                about.push(item.rule.clone());
            }
            about.extend(item.basis_ids.iter().cloned());
            if item.status != pb::CoverageStatus::Planned as i32 {
                about.push(words::coverage(item.status));
            }
            let values = if values.is_empty() {
                String::new()
            } else {
                format!(" [{}]", values.join(", "))
            };
            self.block(
                &label,
                Tone::Name,
                2,
                &format!("{}{values}", item.condition),
                Tone::Plain,
            )?;
            self.block("", Tone::Dim, 2 + widest + 2, &about.join(" · "), Tone::Dim)?;
        }
        self.line("")
    }

    pub(super) fn suite_review(&mut self, review: &pb::SuiteReview) -> io::Result<()> {
        self.line(&paint("The suite as it is", Tone::Strong, self.look.colour))?;
        let widest = review
            .cases
            .iter()
            .map(|case| columns(&case.test_case_id))
            .max()
            .unwrap_or(0);
        for case in &review.cases {
            let label = format!("{:<width$}", case.test_case_id, width = widest + 2);
            let mut parts = vec![if case.coverage_item_ids.is_empty() {
                "covers nothing planned".to_owned()
            } else {
                format!("covers {}", case.coverage_item_ids.join(", "))
            }];
            if case.quality_score > 0 {
                parts.push(format!("{}/10", case.quality_score));
            }
            parts.extend(case.deductions.iter().map(|deduction| deduction.code.clone()));
            if !case.duplicate_of.is_empty() {
                parts.push(format!(
                    "{} % the same as {}",
                    case.duplicate_percent, case.duplicate_of
                ));
            }
            self.block(&label, Tone::Name, 2, &parts.join(" · "), Tone::Plain)?;
        }
        for finding in &review.suite_findings {
            self.finding(finding)?;
        }
        self.line("")
    }

    pub(super) fn revision(&mut self, revision: &pb::Revision) -> io::Result<()> {
        self.revising = true;
        self.line(&paint("What changed", Tone::Strong, self.look.colour))?;
        for change in &revision.basis_changes {
            let name = match (change.before_id.as_str(), change.after_id.as_str()) {
                ("", now) => now.to_owned(),
                (was, "") => was.to_owned(),
                (was, now) if was == now => now.to_owned(),
                (was, now) => format!("{was} → {now}"),
            };
            let kind = match change.kind() {
                pb::BasisChangeKind::Unchanged => "unchanged",
                pb::BasisChangeKind::Changed => "changed",
                pb::BasisChangeKind::Removed => "removed",
                pb::BasisChangeKind::Added => "added",
                pb::BasisChangeKind::Unspecified => "unknown",
            };
            self.block(&format!("{name}  "), Tone::Name, 2, kind, Tone::Plain)?;
        }
        self.line("")?;
        self.line(&paint("The cases that there are", Tone::Strong, self.look.colour))?;
        for case in &revision.cases {
            let (verdict, tone) = match case.verdict() {
                pb::RevisionVerdict::Kept => ("kept", Tone::Good),
                pb::RevisionVerdict::Revise => ("revise", Tone::Warn),
                pb::RevisionVerdict::Obsolete => ("obsolete", Tone::Bad),
                pb::RevisionVerdict::Unspecified => ("unknown", Tone::Warn),
            };
            let label = format!("{:<INDENT$}{verdict:<10}", case.test_case_id);
            self.block(&label, tone, 2, &case.reason, Tone::Plain)?;
        }
        self.line("")
    }

    pub(super) fn replacement(&mut self, replacement: &pb::Replacement) -> io::Result<()> {
        self.changes(&replacement.test_case_id, &replacement.changes)?;
        self.line("")
    }

    /// Shows one case that was worded anew, and what changed in it.
    ///
    /// # Errors
    /// Whatever writing says, such as a closed pipe.
    pub fn reworded(&mut self, response: &pb::RegenerateTestCaseResponse) -> io::Result<()> {
        if let Some(case) = &response.test_case {
            self.case(case)?;
            self.changes(&case.id, &response.changes)?;
        }
        self.clear()
    }

    fn changes(&mut self, id: &str, changes: &[pb::FieldChange]) -> io::Result<()> {
        let title = if changes.is_empty() {
            format!("Nothing but the traces of {id} changed")
        } else {
            format!("What changed in {id}")
        };
        self.line(&paint(&title, Tone::Dim, self.look.colour))?;
        for change in changes {
            self.block("", Tone::Dim, 2, &change.field, Tone::Name)?;
            for (sign, text, tone) in [("- ", &change.before, Tone::Bad), ("+ ", &change.after, Tone::Good)] {
                if !text.is_empty() {
                    self.block(sign, tone, 4, text, Tone::Plain)?;
                }
            }
        }
        Ok(())
    }
}
