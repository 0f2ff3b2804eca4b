//! Events → text for people: what is used, the plan in one line, each case as it arrives, and at the end the questions,
//! what stays uncovered and one line of sums. It reads the proto's events, so that this process and a running service
//! look the same.
//!
//! On a terminal a progress line is rewritten in place and gone at the end; in a pipe there is none. Everything that
//! came from a model or a caller is made safe to show first.

mod case;
mod closing;
mod suite;
#[cfg(test)]
mod tests;

use super::terminal::{Look, Tone, columns, one_line, paint, safe, wrap};
use super::words;
use crate::rpc::pb;
use crate::rpc::pb::stream_test_cases_response::Event;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

/// Writes events as text.
#[derive(Debug)]
pub struct Text<W> {
    out: W,
    look: Look,
    tokens: bool,
    /// Whether a progress line stands on the terminal now.
    standing: bool,
    /// Whether the last thing written was a piece of a model's text, with no line end.
    midline: bool,
    statuses: BTreeMap<String, i32>,
    questions: Vec<pb::Question>,
    /// What was asked for, as far as it explains what was left out.
    techniques: Vec<i32>,
    max_cases: Option<i32>,
    /// Whether a suite is carried over to a changed story, so that what did not change is left out.
    revising: bool,
    /// Whether the last line was an aside, which a case does not follow without a gap.
    aside: bool,
    doing: String,
}

/// The column at which the parts of a case begin.
const INDENT: usize = 8;

impl<W: Write> Text<W> {
    /// A renderer that has seen nothing yet. With `tokens`, what the model writes is shown too.
    pub fn new(out: W, look: Look, tokens: bool) -> Self {
        Self {
            out,
            look,
            tokens,
            standing: false,
            midline: false,
            statuses: BTreeMap::new(),
            questions: Vec::new(),
            techniques: Vec::new(),
            max_cases: None,
            revising: false,
            aside: false,
            doing: String::new(),
        }
    }

    /// Takes note of what is asked for, so that the end can say why something was left out.
    #[must_use]
    pub fn asking(mut self, techniques: &[i32], max_cases: Option<i32>) -> Self {
        self.techniques = techniques.to_vec();
        self.max_cases = max_cases;
        self
    }

    /// Shows one event.
    ///
    /// # Errors
    /// Whatever writing says, such as a closed pipe.
    pub fn event(&mut self, event: &pb::StreamTestCasesResponse) -> io::Result<()> {
        let Some(event) = &event.event else { return Ok(()) };
        match event {
            Event::Heartbeat(_) => return Ok(()),
            Event::Token(token) => return self.token(token),
            Event::CoverageChange(change) => {
                self.statuses.insert(change.coverage_item_id.clone(), change.status);
                return Ok(());
            }
            Event::Queued(queued) => {
                self.doing = format!("waiting, {} ahead", queued.position);
                return Ok(());
            }
            _ => self.clear()?,
        }
        if matches!(event, Event::TestCase(_) | Event::Completion(_)) && std::mem::take(&mut self.aside) {
            self.line("")?;
        }
        match event {
            Event::Started(started) => self.started(started)?,
            Event::Analysis(analysis) => self.analysis(analysis)?,
            Event::AttemptStarted(attempt) => self.attempt(attempt)?,
            Event::TestCase(case) => self.case(case)?,
            Event::Rejection(rejection) => self.rejection(rejection)?,
            Event::Notice(notice) => self.aside(&format!("{}: {}", notice.code, notice.message))?,
            Event::SuiteReview(review) => self.suite_review(review)?,
            Event::Revision(revision) => self.revision(revision)?,
            Event::Replacement(replacement) => self.replacement(replacement)?,
            Event::Completion(completion) => self.completion(completion)?,
            _ => {}
        }
        self.out.flush()
    }

    /// Rewrites the progress line; `elapsed` counts from the request. Nothing happens where lines cannot be rewritten.
    ///
    /// # Errors
    /// As [`Text::event`].
    pub fn progress(&mut self, elapsed: Duration) -> io::Result<()> {
        if !self.look.live || self.midline {
            return Ok(());
        }
        let covered = pb::CoverageStatus::Covered as i32;
        let mut parts = Vec::new();
        if !self.statuses.is_empty() {
            let done = self.statuses.values().filter(|status| **status == covered).count();
            parts.push(format!("{done} of {} covered", self.statuses.len()));
        }
        if !self.doing.is_empty() {
            parts.push(self.doing.clone());
        }
        parts.push(format!("{} s", elapsed.as_secs()));
        let line = one_line(&parts.join(" · "), self.look.width.saturating_sub(1));
        write!(self.out, "\r\x1b[2K{}", paint(&line, Tone::Dim, self.look.colour))?;
        self.standing = true;
        self.out.flush()
    }

    /// Takes the progress line away. Always the last call, also after an error.
    ///
    /// # Errors
    /// As [`Text::event`].
    pub fn clear(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.standing) {
            write!(self.out, "\r\x1b[2K")?;
        }
        if std::mem::take(&mut self.midline) {
            writeln!(self.out)?;
        }
        self.out.flush()
    }

    // === the events ===

    fn started(&mut self, started: &pb::Started) -> io::Result<()> {
        let provenance = started.provenance.clone().unwrap_or_default();
        let name = format!("TestGen {}", provenance.service_version);
        let mut who = vec![
            (name.trim_end().to_owned(), Tone::Strong),
            (words::backend(provenance.backend), Tone::Plain),
        ];
        for part in [provenance.model, provenance.prompt_variant] {
            if !part.is_empty() {
                who.push((part, Tone::Plain));
            }
        }
        self.doing = "reading the story".to_owned();
        self.pieces(0, &who)?;
        self.block("", Tone::Dim, 0, &started.backend_reason, Tone::Dim)
    }

    fn analysis(&mut self, analysis: &pb::Analysis) -> io::Result<()> {
        for item in &analysis.coverage_items {
            self.statuses.insert(item.id.clone(), item.status);
        }
        self.questions.clone_from(&analysis.questions);
        let criteria = analysis.basis.len().saturating_sub(1);
        let plan = [
            "Plan".to_owned(),
            if criteria == 0 {
                "a bare story".to_owned()
            } else {
                words::count(criteria, "criterion", "criteria")
            },
            words::count(analysis.coverage_items.len(), "coverage item", "coverage items"),
            words::count(analysis.questions.len(), "question", "questions"),
        ];
        let tones = [Tone::Strong, Tone::Plain, Tone::Plain, Tone::Plain];
        self.pieces(0, &plan.into_iter().zip(tones).collect::<Vec<_>>())?;
        for finding in &analysis.findings {
            self.finding(finding)?;
        }
        self.line("")
    }

    fn attempt(&mut self, attempt: &pb::AttemptStarted) -> io::Result<()> {
        self.doing = format!("attempt {}", attempt.number);
        if attempt.number <= 1 {
            return Ok(());
        }
        let items = words::count(attempt.coverage_item_ids.len(), "item", "items");
        self.aside(&format!("attempt {} for {items}: {}", attempt.number, attempt.reason))
    }

    fn token(&mut self, token: &pb::Token) -> io::Result<()> {
        if !self.tokens || token.text.is_empty() {
            return Ok(());
        }
        if std::mem::take(&mut self.standing) {
            write!(self.out, "\r\x1b[2K")?;
        }
        write!(self.out, "{}", paint(&safe(&token.text), Tone::Dim, self.look.colour))?;
        self.midline = !token.text.ends_with('\n');
        self.out.flush()
    }

    fn rejection(&mut self, rejection: &pb::Rejection) -> io::Result<()> {
        let reason = rejection
            .reasons
            .first()
            .map_or_else(String::new, |reason| format!("{}: {}", reason.code, reason.message));
        let more = rejection.reasons.len().saturating_sub(1);
        let more = if more == 0 {
            String::new()
        } else {
            format!(" (and {more} more)")
        };
        self.aside(&format!("not accepted: {reason}{more}"))
    }

    // === lines ===

    /// One dim line of its own.
    fn aside(&mut self, text: &str) -> io::Result<()> {
        self.aside = true;
        let line = one_line(&safe(text), self.look.width.saturating_sub(2));
        self.line(&paint(&format!("· {line}"), Tone::Dim, self.look.colour))
    }

    fn finding(&mut self, finding: &pb::Finding) -> io::Result<()> {
        let tone = match pb::Severity::try_from(finding.severity).unwrap_or_default() {
            pb::Severity::Error => Tone::Bad,
            pb::Severity::Warning => Tone::Warn,
            pb::Severity::Info | pb::Severity::Unspecified => Tone::Dim,
        };
        self.block(
            "- ",
            tone,
            2,
            &format!("{}: {}", finding.code, finding.message),
            Tone::Plain,
        )
    }

    /// A label and, beside it, a text of as many lines as it needs, all beginning at the same column.
    fn block(&mut self, label: &str, tone: Tone, indent: usize, text: &str, text_tone: Tone) -> io::Result<()> {
        let column = indent + columns(label);
        let colour = self.look.colour;
        let mut head = format!("{}{}", " ".repeat(indent), paint(label, tone, colour));
        for line in wrap(&safe(text), self.look.width.saturating_sub(column).max(20)) {
            self.line(&format!("{head}{}", paint(&line, text_tone, colour)))?;
            head = " ".repeat(column);
        }
        Ok(())
    }

    /// Painted pieces side by side, broken between pieces where they do not fit.
    fn pieces(&mut self, indent: usize, pieces: &[(String, Tone)]) -> io::Result<()> {
        const GAP: &str = " · ";
        let mut line = " ".repeat(indent);
        let mut filled = indent;
        for (index, (text, tone)) in pieces.iter().enumerate() {
            let text = safe(text);
            if index > 0 && filled + columns(GAP) + columns(&text) > self.look.width {
                self.line(&line)?;
                line = " ".repeat(indent);
                filled = indent;
            } else if index > 0 {
                line.push_str(&paint(GAP, Tone::Dim, self.look.colour));
                filled += columns(GAP);
            }
            filled += columns(&text);
            line.push_str(&paint(&text, *tone, self.look.colour));
        }
        self.line(&line)
    }

    fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", text.trim_end())
    }
}
