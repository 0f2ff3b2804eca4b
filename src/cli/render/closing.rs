//! The end of a generation as text: questions, what stays uncovered, why it is not whole, and the sums.

use super::Text;
use crate::cli::terminal::{Tone, columns, paint};
use crate::cli::words;
use crate::rpc::pb;
use std::io::{self, Write};

impl<W: Write> Text<W> {
    pub(super) fn completion(&mut self, completion: &pb::Completion) -> io::Result<()> {
        self.ask()?;
        self.uncovered(&completion.ledger)?;
        for finding in &completion.suite_findings {
            self.finding(finding)?;
        }
        let outcome = pb::Outcome::try_from(completion.outcome).unwrap_or_default();
        // What was left out on purpose is said beside each item.
        let reasons = || {
            completion
                .reasons
                .iter()
                .filter(|reason| reason.code != "ITEMS_EXCLUDED")
        };
        for reason in reasons() {
            self.finding(reason)?;
        }
        if !completion.suite_findings.is_empty() || reasons().next().is_some() {
            self.line("")?;
        }
        let (word, tone) = match outcome {
            pb::Outcome::Complete => (self.complete(&completion.ledger), Tone::Good),
            pb::Outcome::Partial => ("Partial".to_owned(), Tone::Warn),
            pb::Outcome::BlockedByQuestions => ("Blocked by questions".to_owned(), Tone::Warn),
            pb::Outcome::Unspecified => ("Ended".to_owned(), Tone::Warn),
        };
        let mut sums = vec![(word, tone)];
        sums.extend(self.sum(completion).into_iter().map(|text| (text, Tone::Plain)));
        self.pieces(0, &sums)
    }

    pub(super) fn ask(&mut self) -> io::Result<()> {
        let questions = std::mem::take(&mut self.questions);
        if questions.is_empty() {
            return Ok(());
        }
        self.line(&paint("Questions to the author", Tone::Strong, self.look.colour))?;
        let widest = questions
            .iter()
            .map(|question| columns(&question.id))
            .max()
            .unwrap_or(0);
        for question in &questions {
            let label = format!("{:<width$}", question.id, width = widest + 2);
            let blocks = if question.blocks.is_empty() {
                String::new()
            } else {
                format!(" (blocks {})", question.blocks.join(", "))
            };
            self.block(
                &label,
                Tone::Name,
                2,
                &format!("{}{blocks}", question.text),
                Tone::Plain,
            )?;
        }
        self.line("")
    }

    fn uncovered(&mut self, ledger: &[pb::CoverageItem]) -> io::Result<()> {
        let covered = pb::CoverageStatus::Covered as i32;
        let open: Vec<&pb::CoverageItem> = ledger.iter().filter(|item| item.status != covered).collect();
        if open.is_empty() {
            return Ok(());
        }
        self.line(&paint("Not covered", Tone::Strong, self.look.colour))?;
        let widest = open.iter().map(|item| columns(&item.id)).max().unwrap_or(0);
        for item in open {
            let label = format!("{:<width$}", item.id, width = widest + 2);
            let text = format!("{} ({})", item.condition, self.why_open(item));
            self.block(&label, Tone::Name, 2, &text, Tone::Plain)?;
        }
        self.line("")
    }
}

impl<W: Write> Text<W> {
    /// Where an item stands that no case covers, and why.
    fn why_open(&self, item: &pb::CoverageItem) -> String {
        let status = words::coverage(item.status);
        if item.status != pb::CoverageStatus::Excluded as i32 {
            return status;
        }
        if !self.techniques.is_empty() && !self.techniques.contains(&item.technique) {
            return format!(
                "left out: {} was not asked for",
                words::spaced(&words::technique(item.technique))
            );
        }
        if self.revising {
            return "left out: what it rests on did not change".to_owned();
        }
        match self.max_cases {
            Some(most) => format!("left out: beyond the bound of {}", cases(most)),
            None => "left out: it matters less than the rest".to_owned(),
        }
    }

    /// `Complete`, with the bounds that it was asked to keep where they left something out.
    fn complete(&self, ledger: &[pb::CoverageItem]) -> String {
        let excluded = || {
            let excluded = pb::CoverageStatus::Excluded as i32;
            ledger.iter().filter(move |item| item.status == excluded)
        };
        let unwanted =
            |item: &pb::CoverageItem| !self.techniques.is_empty() && !self.techniques.contains(&item.technique);
        let mut within = Vec::new();
        if let (Some(most), true) = (self.max_cases, excluded().any(|item| !unwanted(item))) {
            within.push(format!("the bound of {}", cases(most)));
        }
        if excluded().any(unwanted) {
            within.push("the techniques asked for".to_owned());
        }
        if within.is_empty() {
            "Complete".to_owned()
        } else {
            format!("Complete within {}", within.join(" and "))
        }
    }

    /// The numbers worth a glance; zeros are left out.
    fn sum(&self, completion: &pb::Completion) -> Vec<String> {
        let counts = completion.counts.unwrap_or_default();
        let number = |number: i32| usize::try_from(number).unwrap_or(0);
        let mut sums = vec![words::count(number(counts.accepted), "test case", "test cases")];
        if counts.from_rules > 0 && counts.from_rules < counts.accepted {
            sums.push(format!("{} by the rules", counts.from_rules));
        }
        if !completion.ledger.is_empty() {
            let covered = pb::CoverageStatus::Covered as i32;
            let done = completion.ledger.iter().filter(|item| item.status == covered).count();
            sums.push(format!("{done} of {} covered", completion.ledger.len()));
            let excluded = pb::CoverageStatus::Excluded as i32;
            let left_out = completion.ledger.iter().filter(|item| item.status == excluded).count();
            if left_out > 0 {
                let room = if self.max_cases.is_none() && self.techniques.is_empty() {
                    " (--max-cases makes room)"
                } else {
                    ""
                };
                sums.push(format!("{left_out} left out{room}"));
            }
        }
        for (count, what) in [
            (counts.repaired, "repaired"),
            (counts.rejected, "not accepted"),
            (counts.duplicates, "dropped as duplicates"),
        ] {
            if count > 0 {
                sums.push(format!("{count} {what}"));
            }
        }
        if counts.attempts > 1 {
            sums.push(format!("{} attempts", counts.attempts));
        }
        let timings = completion.timings.unwrap_or_default();
        if let Some(total) = &timings.total {
            let first = timings
                .first_test_case
                .as_ref()
                .map(|time| format!(", first after {}", took(time)));
            sums.push(format!("{}{}", took(total), first.unwrap_or_default()));
        }
        sums
    }
}

fn cases(number: i32) -> String {
    words::count(usize::try_from(number).unwrap_or(0), "case", "cases")
}

/// `34 ms`, `2.4 s`, `3 min 5 s`.
fn took(time: &prost_types::Duration) -> String {
    let ms = time
        .seconds
        .saturating_mul(1_000)
        .saturating_add(i64::from(time.nanos) / 1_000_000);
    match ms {
        ..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        _ => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
    }
}
