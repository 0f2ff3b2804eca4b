//! What a verdict becomes: events of the log, changes of the ledger, and counts.

use super::event::{CoverageChange, Event, Notice, Rejection, Replacement};
use super::session::{Session, Stop};
use crate::revision;
use crate::test_case::{BasisId, Finding, Severity, Source, Span, Technique, TestCase};
use crate::validation::{Accepted, Verdict};
use std::sync::Arc;
use std::time::Duration;

/// Most characters of a rejected text that are handed over.
const REJECTED_CHARS: usize = 4_000;

impl Session {
    pub(super) fn accepted(&self) -> usize {
        self.counts.accepted as usize
    }

    pub(super) fn notice(&self, code: &'static str, message: String) -> Result<(), Stop> {
        self.log.push(Event::Notice(Notice {
            code,
            message,
            progress: None,
        }))?;
        Ok(())
    }

    /// Writes one verdict into the log and the ledger.
    pub(super) fn record(&mut self, verdict: Verdict, text: &str, attempt: u32) -> Result<(), Stop> {
        match verdict {
            Verdict::Accepted(accepted) => {
                let case: Arc<TestCase> = Arc::clone(&accepted.case);
                self.counts.accepted += 1;
                self.counts.repaired += u32::from(!case.repairs.is_empty());
                self.counts.from_rules += u32::from(case.source == Source::Rule);
                if let Some(score) = case.quality_score {
                    self.lint = (self.lint.0 + u32::from(score), self.lint.1 + 1);
                }
                self.tally.accepted.push((Arc::clone(&case), Duration::ZERO));
                self.timings.first_test_case.get_or_insert(self.started.elapsed());
                self.log.push(Event::TestCase(Arc::clone(&case)))?;
                if let Some((_, earlier)) = self.earlier.iter().find(|(_, earlier)| earlier.id == case.id) {
                    self.log.push(Event::Replacement(Replacement {
                        test_case_id: case.id.clone(),
                        changes: revision::changes(earlier, &case),
                    }))?;
                }
                for &index in &accepted.covers {
                    self.cover(index, &case.id)?;
                }
                self.enter_extra(&accepted)
            }
            Verdict::Duplicate {
                of,
                percent,
                reason,
                covers,
            } => {
                self.counts.duplicates += 1;
                let finding = Finding {
                    code: "DUPLICATE",
                    severity: Severity::Info,
                    message: format!("{percent} % the same as {of}: {reason}"),
                    span: None,
                };
                self.reject(vec![finding], text, attempt, None)?;
                // What it was to cover, the case that it repeats covers already.
                covers.into_iter().try_for_each(|index| self.cover(index, &of))
            }
            Verdict::Rejected { reasons, item } => {
                self.counts.rejected += 1;
                let item = item
                    .and_then(|index| self.plan.items.get(index))
                    .map(|item| item.id.clone());
                self.reject(reasons, text, attempt, item)
            }
        }
    }

    /// A case beyond the plan is an item of its own in the ledger, as its writer proposed it.
    fn enter_extra(&mut self, accepted: &Accepted) -> Result<(), Stop> {
        let (Some(extra), case) = (&accepted.extra, &accepted.case) else {
            return Ok(());
        };
        let basis_id = extra.basis_id.unwrap_or(BasisId::Story);
        let proposed = self.ledger.propose_item(
            format!("proposed/{}", case.title.to_lowercase()),
            case.title.clone(),
            case.technique.unwrap_or(Technique::ErrorGuessing),
            case.case_type,
            case.priority,
            vec![extra.span.unwrap_or(Span {
                basis_id,
                start: 0,
                end: self.basis.text(basis_id).len(),
            })],
        );
        match proposed {
            Some(change) => self.cover(change.item, &case.id),
            None => Ok(()),
        }
    }

    fn cover(&mut self, index: usize, case_id: &str) -> Result<(), Stop> {
        let Some(change) = self.ledger.cover(index, case_id) else {
            return Ok(());
        };
        self.log.push(Event::CoverageChange(CoverageChange {
            coverage_item_id: change.item_id,
            status: change.status,
            test_case_ids: change.case_ids,
        }))?;
        Ok(())
    }

    pub(super) fn reject(
        &mut self,
        reasons: Vec<Finding>,
        text: &str,
        attempt: u32,
        coverage_item_id: Option<String>,
    ) -> Result<(), Stop> {
        if let Some(reason) = reasons.first() {
            self.tally.reject(reason.code);
        }
        self.log.push(Event::Rejection(Rejection {
            reasons,
            text: cut(text).to_owned(),
            attempt,
            coverage_item_id,
        }))?;
        Ok(())
    }
}

/// As much of a text as a rejection hands over.
pub(super) fn cut(text: &str) -> &str {
    let end = text.char_indices().nth(REJECTED_CHARS).map_or(text.len(), |(at, _)| at);
    &text[..end]
}
