//! How a generation ends: the table of outcomes. What arrived is never lost: with at least one case the end is a
//! `Completion`, whole or partial with its reasons; with none it is the failure that fits.

use super::event::{Completion, Event, Failure, Outcome, Provenance};
use super::exposure::Ended;
use super::log::{End, Gone, Writer};
use super::purpose::Purpose;
use super::recovery::Setback;
use super::session::{Session, Stop};
use super::{Request, Services};
use crate::backend::{BackendId, Fault};
use crate::basis::Language;
use crate::coverage::CoverageStatus;
use crate::error::Kind;
use crate::telemetry::{metrics, stage};
use crate::test_case::{Finding, Severity};
use std::time::Duration;

impl Session {
    pub(super) fn close_finished(self, provenance: Provenance, setback: Option<Setback>) {
        let missing = self.ledger.missing();
        let done = self.accepted() > 0 || self.ledger.covered() > 0 && !self.asks_for_words() || self.asks_for_gaps();
        if missing.is_empty() && (done || self.all_left_out()) {
            return self.close(Outcome::Complete, Vec::new(), provenance);
        }
        if self.accepted() >= self.most_cases {
            let reason = finding(
                "MAX_TEST_CASES",
                format!("the bound of {} cases was reached", self.most_cases),
            );
            return self.close(Outcome::Partial, vec![reason], provenance);
        }
        let mut reasons = Vec::new();
        if let Some(setback) = &setback {
            reasons.push(finding(setback.code(), setback.reason()));
        }
        if self.counts.accepted == 0 {
            let unread = self.basis.language == Language::Other && self.counts.attempts == 0;
            let failed = match setback {
                _ if self.rules_have_no_other_words(&provenance) => Failure {
                    kind: Kind::FailedPrecondition,
                    code: "NO_OTHER_WORDS",
                    message: "the embedded rules have no other words for this test case; a model can word it anew"
                        .to_owned(),
                    retry_after: None,
                },
                _ if unread => Failure {
                    kind: Kind::FailedPrecondition,
                    code: "LANGUAGE_NOT_READ",
                    message: "the embedded rules read English only and cannot read this story; a model can".to_owned(),
                    retry_after: None,
                },
                Some(Setback::Fault(fault)) => failure(&fault),
                _ => Failure {
                    kind: Kind::Aborted,
                    code: "ATTEMPTS_SPENT",
                    message: self.nothing_usable(&reasons),
                    retry_after: None,
                },
            };
            return self.fail(failed, Some(&provenance));
        }
        reasons.push(finding(
            "ITEMS_UNCOVERED",
            if provenance.backend == BackendId::Rules {
                format!(
                    "{} coverage items have no case: the embedded rules word only what is certain; a model can word them",
                    missing.len()
                )
            } else {
                format!("{} coverage items have no case", missing.len())
            },
        ));
        self.close(Outcome::Partial, reasons, provenance);
    }

    fn rules_have_no_other_words(&self, provenance: &Provenance) -> bool {
        matches!(self.request.purpose, Purpose::Rewording(_)) && provenance.backend == BackendId::Rules
    }

    fn nothing_usable(&self, reasons: &[Finding]) -> String {
        let mut why: Vec<&str> = reasons.iter().map(|reason| reason.message.as_str()).collect();
        if why.is_empty() {
            // Nothing is missing by the ledger: the case that was repeated covers what was asked for.
            why.push(match self.counts.duplicates {
                0 => "nothing that was answered could be accepted",
                _ => "what was answered repeats a test case that there is already",
            });
        }
        format!(
            "no test case could be accepted after {} attempts: {}",
            self.counts.attempts,
            why.join("; ")
        )
    }

    pub(super) fn close_stopped(self, stop: Stop, provenance: Provenance, setback: Option<Setback>) {
        let code = stop.code();
        let (kind, message) = match stop {
            Stop::OutOfTime => (Kind::DeadlineExceeded, "the caller's deadline is near".to_owned()),
            Stop::Lifetime => (
                Kind::DeadlineExceeded,
                "the generation took as long as one may (generation.lifetime)".to_owned(),
            ),
            Stop::LogFull => (
                Kind::ResourceExhausted,
                "the answers are larger than one generation may be (generation.max_log_bytes, \
                 generation.max_answer_bytes)"
                    .to_owned(),
            ),
            Stop::MemoryFull => (
                Kind::ResourceExhausted,
                "all generations together are as large as they may be (generation.max_total_bytes)".to_owned(),
            ),
            Stop::Shutdown => (Kind::Unavailable, "the server is shutting down".to_owned()),
            Stop::Abandoned => (Kind::Cancelled, gone(&self.log).to_owned()),
            Stop::Internal(reason) => {
                tracing::error!(reason, "the generation failed by a fault of ours");
                (Kind::Internal, "a fault of the service; it is logged".to_owned())
            }
        };
        let mut reasons = vec![finding(code, message.clone())];
        if let Some(setback) = &setback {
            reasons.push(finding(setback.code(), setback.reason()));
        }
        if self.counts.accepted == 0 {
            let retry_after =
                matches!(kind, Kind::Unavailable | Kind::ResourceExhausted).then_some(Duration::from_secs(5));
            let failed = Failure {
                kind,
                code,
                message,
                retry_after,
            };
            self.fail(failed, Some(&provenance));
        } else {
            self.close(Outcome::Partial, reasons, provenance);
        }
    }

    pub(super) fn close(mut self, outcome: Outcome, mut reasons: Vec<Finding>, provenance: Provenance) {
        self.timings.total = self.started.elapsed();
        reasons.extend(self.left_out());
        let mut suite_findings = if outcome == Outcome::BlockedByQuestions {
            Vec::new()
        } else {
            self.checker.suite_findings()
        };
        let wanted = &self.request.wanted;
        let narrowed = !wanted.techniques.is_empty();
        if narrowed || wanted.max_test_cases.is_some_and(|most| self.accepted() >= most) {
            // So few were asked for.
            suite_findings.retain(|finding| finding.code != "SUITE_TOO_FEW");
        }
        let (name, why) = match outcome {
            Outcome::Complete => ("complete", None),
            Outcome::Partial => ("partial", reasons.first().map(|reason| reason.code)),
            Outcome::BlockedByQuestions => ("blocked", None),
        };
        self.account(name, why, Some(&provenance));
        let completion = Completion {
            outcome,
            reasons,
            ledger: self.ledger.closed(),
            suite_findings,
            counts: self.counts,
            usage: self.usage,
            timings: self.timings,
            provenance,
        };
        // A completion always fits the log.
        let _ = self.log.push(Event::Completion(Box::new(completion)));
        self.log.finish(End::Completed);
    }
}

// === what is counted of a generation ===

impl Session {
    /// Ends with nothing to hand over.
    pub(super) fn fail(&self, failure: Failure, provenance: Option<&Provenance>) {
        self.account(outcome_of(&failure), Some(failure.code), provenance);
        self.log.finish(End::Failed(failure));
    }

    /// Counts the generation, and notes in the span of its call how it went. Before the end is told, so that whoever hears
    /// of it finds it counted.
    fn account(&self, outcome: &'static str, error: Option<&'static str>, provenance: Option<&Provenance>) {
        let backend = provenance.map_or("", |provenance| provenance.backend.as_str());
        let planned = self.ledger.items().iter();
        let planned = planned.filter(|item| item.status != CoverageStatus::Excluded).count();
        let counted = matches!(outcome, "complete" | "partial") && planned > 0;
        let metrics = &self.services.metrics;
        let ended = metrics::Generation {
            outcome,
            backend,
            model: provenance.map_or("", |provenance| provenance.model.as_str()),
            purpose: self.request.purpose.name(),
            error,
            duration: self.started.elapsed(),
            waited: Some(self.timings.queue.unwrap_or_default()),
            first_case: self.timings.first_test_case,
            validation: Some(self.timings.validation),
            coverage: counted.then(|| metrics::ratio(self.ledger.covered(), planned)),
            input_tokens: self.usage.input_tokens.unwrap_or(0),
            output_tokens: self.usage.output_tokens.unwrap_or(0),
        };
        metrics.generation(&ended);
        if let Some(reason) = self.fallback {
            metrics.fallback(reason);
        }
        stage::summary(&stage::Summary {
            outcome,
            backend,
            error,
            attempts: self.counts.attempts,
            accepted: self.counts.accepted,
            from_rules: self.counts.from_rules,
            rejected: self.counts.rejected + self.counts.duplicates,
            fallback: self.fallback,
            coverage: ended.coverage,
            first_case: ended.first_case,
            exposure: self
                .request
                .exposure
                .as_ref()
                .map(|part| (part.experiment.as_str(), part.variant.as_str())),
        });
        if let Some(part) = &self.request.exposure {
            let (sum, scored) = self.lint;
            part.observer.ended(&Ended {
                outcome,
                code: error,
                coverage: ended.coverage,
                lint: (scored > 0).then(|| f64::from(sum) / f64::from(scored)),
                cases: self.counts.accepted,
                duration: ended.duration,
                input_tokens: ended.input_tokens,
                output_tokens: ended.output_tokens,
            });
        }
    }
}

/// Counts a generation that never got a place.
pub(super) fn count_without_place(request: &Request, services: &Services, failure: &Failure, after: Duration) {
    services.metrics.generation(&metrics::Generation {
        outcome: outcome_of(failure),
        purpose: request.purpose.name(),
        error: Some(failure.code),
        duration: after,
        ..metrics::Generation::default()
    });
    if let Some(part) = &request.exposure {
        part.observer.ended(&Ended {
            outcome: outcome_of(failure),
            code: Some(failure.code),
            duration: after,
            ..Ended::default()
        });
    }
}

fn outcome_of(failure: &Failure) -> &'static str {
    match failure.kind {
        Kind::Cancelled => "cancelled",
        _ => "failed",
    }
}

impl Session {
    /// Why items of the plan were left out on purpose, each cause once. That makes no generation partial: nobody asked
    /// for them.
    fn left_out(&self) -> Vec<Finding> {
        let wanted = &self.request.wanted;
        let unwanted = |technique| !wanted.techniques.is_empty() && !wanted.techniques.contains(&technique);
        let excluded = self
            .ledger
            .items()
            .iter()
            .filter(|item| item.status == CoverageStatus::Excluded);
        let (technique, size): (Vec<_>, Vec<_>) = excluded.partition(|item| unwanted(item.technique));
        let beyond = match wanted.max_test_cases {
            Some(most) => format!("the bound on the number of cases is {most}"),
            None if matches!(self.request.purpose, Purpose::Revision(_)) => {
                "what they rest on did not change; FillGaps words what has no case yet".to_owned()
            }
            None if self.asks_for_words() => "one case was asked for".to_owned(),
            None => "the plan has room for what matters more; max_test_cases makes room".to_owned(),
        };
        [
            (technique.len(), "the technique was not asked for".to_owned()),
            (size.len(), beyond),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, why)| Finding {
            code: "ITEMS_EXCLUDED",
            severity: Severity::Info,
            message: match count {
                1 => format!("1 coverage item was left out: {why}"),
                _ => format!("{count} coverage items were left out: {why}"),
            },
            span: None,
        })
        .collect()
    }
}

fn finding(code: &'static str, message: String) -> Finding {
    Finding {
        code,
        severity: Severity::Warning,
        message,
        span: None,
    }
}

/// The end of a generation that nobody waits for.
pub(super) fn cancelled(log: &Writer) -> Failure {
    Failure {
        kind: Kind::Cancelled,
        code: "CANCELLED",
        message: gone(log).to_owned(),
        retry_after: None,
    }
}

/// Why nobody waits for the end.
fn gone(log: &Writer) -> &'static str {
    match log.gone() {
        Some(Gone::Cancelled) => "the generation was cancelled",
        _ => "the caller went away",
    }
}

/// What a caller is told when a fault left nothing to hand over.
pub(super) fn failure(fault: &Fault) -> Failure {
    let kind = fault.kind();
    let retry_after = matches!(kind, Kind::Unavailable | Kind::ResourceExhausted)
        .then(|| fault.retry_after().unwrap_or(Duration::from_secs(5)));
    Failure {
        kind,
        code: fault.code(),
        message: fault.to_string(),
        retry_after,
    }
}
