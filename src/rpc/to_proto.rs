//! Domain → proto. Plain conversions; nothing is decided here.

use super::pb;
use super::pb::stream_test_cases_response::Event as ProtoEvent;
use crate::backend::BackendId;
use crate::basis::{self, BasisItem, Language, Phrase};
use crate::coverage::{self, CoverageStatus, PlannedQuestion};
use crate::generation::Analyzed;
use crate::generation::event::{self, Event, Outcome};
use crate::revision::{BasisChange, ChangeKind, FieldChange, RevisionVerdict};
use crate::test_case::{self, Priority, Severity, Source, Span, Technique, TestCaseType, ValueOrigin};
use std::time::Duration;

/// One event of a generation, as it stands in the stream.
#[must_use]
pub fn response(generation_id: &str, sequence: u64, event: &Event) -> pb::StreamTestCasesResponse {
    pb::StreamTestCasesResponse {
        generation_id: generation_id.to_owned(),
        sequence,
        event: Some(self::event(event)),
    }
}

/// A heartbeat: kept nowhere, and so without a number.
#[must_use]
pub fn heartbeat(generation_id: &str) -> pb::StreamTestCasesResponse {
    let event = Some(ProtoEvent::Heartbeat(pb::Heartbeat {}));
    pb::StreamTestCasesResponse {
        generation_id: generation_id.to_owned(),
        sequence: 0,
        event,
    }
}

fn event(event: &Event) -> ProtoEvent {
    match event {
        Event::Started(started) => ProtoEvent::Started(pb::Started {
            provenance: Some(provenance(&started.provenance)),
            correlation_id: started.correlation_id.clone(),
            trace_id: started.trace_id.clone(),
            backend_reason: started.backend_reason.clone(),
        }),
        Event::Queued(position) => ProtoEvent::Queued(pb::Queued {
            position: int(*position),
        }),
        Event::Analysis(analysis) => ProtoEvent::Analysis(self::analysis(analysis)),
        Event::AttemptStarted(attempt) => ProtoEvent::AttemptStarted(pb::AttemptStarted {
            number: int(attempt.number as usize),
            reason: attempt.reason.clone(),
            coverage_item_ids: attempt.coverage_item_ids.clone(),
            target: attempt.target.clone(),
        }),
        Event::Token { text, attempt } => ProtoEvent::Token(pb::Token {
            text: text.clone(),
            attempt: int(*attempt as usize),
        }),
        Event::TestCase(case) => ProtoEvent::TestCase(test_case(case)),
        Event::Rejection(rejection) => ProtoEvent::Rejection(self::rejection(rejection)),
        Event::CoverageChange(change) => ProtoEvent::CoverageChange(pb::CoverageChange {
            coverage_item_id: change.coverage_item_id.clone(),
            status: status(change.status).into(),
            test_case_ids: change.test_case_ids.clone(),
        }),
        Event::Notice(notice) => ProtoEvent::Notice(pb::Notice {
            code: notice.code.to_owned(),
            message: notice.message.clone(),
            progress: notice.progress,
        }),
        Event::SuiteReview(review) => ProtoEvent::SuiteReview(self::suite_review(review)),
        Event::Revision(revision) => ProtoEvent::Revision(self::revision(revision)),
        Event::Replacement(replacement) => ProtoEvent::Replacement(pb::Replacement {
            test_case_id: replacement.test_case_id.clone(),
            changes: replacement.changes.iter().map(field_change).collect(),
        }),
        Event::Completion(completion) => ProtoEvent::Completion(self::completion(completion)),
    }
}

fn suite_review(review: &event::SuiteReview) -> pb::SuiteReview {
    let case = |case: &event::CaseReview| {
        let (of, percent) = case.repeats.clone().unwrap_or_default();
        pb::CaseReview {
            test_case_id: case.test_case_id.clone(),
            coverage_item_ids: case.coverage_item_ids.clone(),
            quality_score: case.quality_score.map_or(0, i32::from),
            deductions: case.deductions.iter().map(deduction).collect(),
            duplicate_of: of,
            duplicate_percent: i32::from(percent),
        }
    };
    pb::SuiteReview {
        cases: review.cases.iter().map(case).collect(),
        suite_findings: review.suite_findings.iter().map(finding).collect(),
    }
}

fn revision(revision: &event::Revision) -> pb::Revision {
    let change = |change: &BasisChange| pb::BasisChange {
        before_id: change.before.map(|id| id.to_string()).unwrap_or_default(),
        after_id: change.after.map(|id| id.to_string()).unwrap_or_default(),
        kind: match change.kind {
            ChangeKind::Unchanged => pb::BasisChangeKind::Unchanged,
            ChangeKind::Changed => pb::BasisChangeKind::Changed,
            ChangeKind::Removed => pb::BasisChangeKind::Removed,
            ChangeKind::Added => pb::BasisChangeKind::Added,
        }
        .into(),
    };
    let case = |case: &event::RevisedCase| pb::CaseRevision {
        test_case_id: case.test_case_id.clone(),
        verdict: match case.verdict {
            RevisionVerdict::Kept => pb::RevisionVerdict::Kept,
            RevisionVerdict::Revise => pb::RevisionVerdict::Revise,
            RevisionVerdict::Obsolete => pb::RevisionVerdict::Obsolete,
        }
        .into(),
        reason: case.reason.clone(),
        coverage_item_ids: case.coverage_item_ids.clone(),
        test_case: case.kept.as_ref().map(test_case),
    };
    pb::Revision {
        basis_changes: revision.basis_changes.iter().map(change).collect(),
        cases: revision.cases.iter().map(case).collect(),
        new_coverage_item_ids: revision.new_coverage_item_ids.clone(),
    }
}

/// One field that changed.
#[must_use]
pub fn field_change(change: &FieldChange) -> pb::FieldChange {
    pb::FieldChange {
        field: change.field.clone(),
        before: change.before.clone(),
        after: change.after.clone(),
    }
}

/// How a story is read, without a generation.
#[must_use]
pub fn analyzed(analyzed: &Analyzed) -> pb::AnalyzeStoryResponse {
    let Analyzed { basis, plan } = analyzed;
    let words = |phrase: &Option<Phrase>| phrase.as_ref().map(|phrase| phrase.text.clone()).unwrap_or_default();
    let literal = |literal: &basis::Literal| pb::Literal {
        span: Some(span(literal.span)),
        text: literal.text.clone(),
        kind: literal.kind.as_str().to_owned(),
    };
    let term = |term: &basis::Term| pb::GlossaryTerm {
        term: term.term.clone(),
        meaning: term.meaning.clone(),
    };
    pb::AnalyzeStoryResponse {
        analysis: Some(pb::Analysis {
            basis: basis.items.iter().map(basis_item).collect(),
            findings: basis.findings.iter().map(finding).collect(),
            questions: plan.questions.iter().map(question).collect(),
            coverage_items: plan.items.iter().map(coverage_item).collect(),
        }),
        reading: Some(pb::Reading {
            readable: basis.language == Language::English,
            role: words(&basis.story.role),
            goal: words(&basis.story.goal),
            benefit: words(&basis.story.benefit),
            literals: basis.literals.iter().map(literal).collect(),
            glossary: basis.glossary.iter().map(term).collect(),
        }),
    }
}

/// What was understood, planned and asked.
#[must_use]
pub fn analysis(analysis: &event::Analysis) -> pb::Analysis {
    pb::Analysis {
        basis: analysis.basis.iter().map(basis_item).collect(),
        findings: analysis.findings.iter().map(finding).collect(),
        questions: analysis.questions.iter().map(question).collect(),
        coverage_items: analysis.coverage_items.iter().map(coverage_item).collect(),
    }
}

fn basis_item(item: &BasisItem) -> pb::BasisItem {
    pb::BasisItem {
        id: item.id.to_string(),
        text: item.text.clone(),
    }
}

fn question(planned: &PlannedQuestion) -> pb::Question {
    pb::Question {
        id: planned.id.clone(),
        text: planned.question.text.clone(),
        span: planned.question.span.map(span),
        blocks: planned.blocks.clone(),
    }
}

fn coverage_item(item: &coverage::CoverageItem) -> pb::CoverageItem {
    pb::CoverageItem {
        id: item.id.clone(),
        condition: item.condition.clone(),
        technique: technique(item.technique).into(),
        rule: item.rule.to_owned(),
        basis_ids: item.basis_ids.iter().map(ToString::to_string).collect(),
        values: item.values.iter().map(value).collect(),
        r#type: case_type(item.case_type).into(),
        priority: priority(item.priority).into(),
        status: status(item.status).into(),
    }
}

/// What the model wrote that could not be accepted.
#[must_use]
pub fn rejection(rejection: &event::Rejection) -> pb::Rejection {
    pb::Rejection {
        reasons: rejection.reasons.iter().map(finding).collect(),
        text: rejection.text.clone(),
        attempt: int(rejection.attempt as usize),
        coverage_item_id: rejection.coverage_item_id.clone().unwrap_or_default(),
    }
}

/// How a generation ended.
#[must_use]
pub fn completion(completion: &event::Completion) -> pb::Completion {
    let counts = completion.counts;
    let timings = completion.timings;
    let outcome = match completion.outcome {
        Outcome::Complete => pb::Outcome::Complete,
        Outcome::Partial => pb::Outcome::Partial,
        Outcome::BlockedByQuestions => pb::Outcome::BlockedByQuestions,
    };
    pb::Completion {
        outcome: outcome.into(),
        reasons: completion.reasons.iter().map(finding).collect(),
        ledger: completion.ledger.iter().map(coverage_item).collect(),
        suite_findings: completion.suite_findings.iter().map(finding).collect(),
        counts: Some(pb::Counts {
            accepted: int(counts.accepted as usize),
            repaired: int(counts.repaired as usize),
            rejected: int(counts.rejected as usize),
            duplicates: int(counts.duplicates as usize),
            from_rules: int(counts.from_rules as usize),
            attempts: int(counts.attempts as usize),
        }),
        usage: Some(pb::Usage {
            input_tokens: completion.usage.input_tokens,
            output_tokens: completion.usage.output_tokens,
            cost_usd: None,
        }),
        timings: Some(pb::Timings {
            total: Some(duration(timings.total)),
            queue: timings.queue.map(duration),
            load: timings.load.map(duration),
            first_token: timings.first_token.map(duration),
            first_test_case: timings.first_test_case.map(duration),
            generation: timings.generation.map(duration),
            validation: Some(duration(timings.validation)),
        }),
        provenance: Some(provenance(&completion.provenance)),
    }
}

fn provenance(provenance: &event::Provenance) -> pb::Provenance {
    let backend = match provenance.backend {
        BackendId::Ollama => pb::Backend::Ollama,
        BackendId::OpenAi => pb::Backend::Openai,
        BackendId::Rules => pb::Backend::Rules,
    };
    pb::Provenance {
        backend: backend.into(),
        model: provenance.model.clone(),
        model_digest: provenance.model_digest.clone(),
        prompt_variant: provenance.prompt_variant.clone(),
        prompt_hash: provenance.prompt_hash.clone(),
        seed: provenance.seed,
        example_ids: provenance.example_ids.clone(),
        service_version: provenance.service_version.clone(),
        experiment: provenance.experiment.clone(),
        experiment_variant: provenance.experiment_variant.clone(),
    }
}

/// A test case.
#[must_use]
pub fn test_case(case: &test_case::TestCase) -> pb::TestCase {
    pb::TestCase {
        id: case.id.clone(),
        r#type: case_type(case.case_type).into(),
        title: case.title.clone(),
        priority: priority(case.priority).into(),
        preconditions: case.preconditions.clone(),
        steps: case.steps.iter().map(step).collect(),
        expected_result: case.expected_result.clone(),
        quality_score: case.quality_score.map_or(0, i32::from),
        objective: case.objective.clone(),
        technique: case.technique.map_or(0, |known| technique(known).into()),
        traces: case.traces.iter().map(trace).collect(),
        values: case.values.iter().map(value).collect(),
        deductions: case.deductions.iter().map(deduction).collect(),
        repairs: case.repairs.iter().map(repair).collect(),
        source: match case.source {
            Source::Model => pb::Source::Model,
            Source::Rule => pb::Source::Rule,
        }
        .into(),
        model_self_score: case.model_self_score,
        postconditions: case.postconditions.clone(),
        tags: case.tags.clone(),
        model: case.model.clone(),
    }
}

fn step(step: &test_case::Step) -> pb::Step {
    pb::Step {
        action: step.action.clone(),
        data: step.data.clone(),
        expected: step.expected.clone(),
    }
}

fn trace(trace: &test_case::Trace) -> pb::Trace {
    pb::Trace {
        basis_id: trace.basis_id.to_string(),
        coverage_item_id: trace.coverage_item_id.clone().unwrap_or_default(),
        span: trace.span.map(span),
    }
}

fn value(value: &test_case::Value) -> pb::Value {
    let origin = match value.origin {
        ValueOrigin::Stated => pb::ValueOrigin::Stated,
        ValueOrigin::Computed => pb::ValueOrigin::Computed,
        ValueOrigin::Sample => pb::ValueOrigin::Sample,
        ValueOrigin::Assumed => pb::ValueOrigin::Assumed,
    };
    pb::Value {
        text: value.text.clone(),
        origin: origin.into(),
        span: value.span.map(span),
        note: value.note.clone(),
    }
}

fn deduction(deduction: &test_case::Deduction) -> pb::Deduction {
    pb::Deduction {
        code: deduction.code.to_owned(),
        severity: severity(deduction.severity).into(),
        points: deduction.points,
        message: deduction.message.clone(),
        field: deduction.field.clone(),
    }
}

fn repair(repair: &test_case::Repair) -> pb::Repair {
    pb::Repair {
        code: repair.code.to_owned(),
        field: repair.field.clone(),
        detail: repair.detail.clone(),
    }
}

/// A fault of the story, of a case or of the suite.
#[must_use]
pub fn finding(finding: &test_case::Finding) -> pb::Finding {
    pb::Finding {
        code: finding.code.to_owned(),
        severity: severity(finding.severity).into(),
        message: finding.message.clone(),
        span: finding.span.map(span),
    }
}

fn span(span: Span) -> pb::Span {
    pb::Span {
        basis_id: span.basis_id.to_string(),
        start: int(span.start),
        end: int(span.end),
    }
}

fn severity(severity: Severity) -> pb::Severity {
    match severity {
        Severity::Info => pb::Severity::Info,
        Severity::Warning => pb::Severity::Warning,
        Severity::Error => pb::Severity::Error,
    }
}

fn case_type(case_type: TestCaseType) -> pb::TestCaseType {
    match case_type {
        TestCaseType::Positive => pb::TestCaseType::Positive,
        TestCaseType::Negative => pb::TestCaseType::Negative,
        TestCaseType::EdgeCase => pb::TestCaseType::EdgeCase,
        TestCaseType::Boundary => pb::TestCaseType::Boundary,
    }
}

fn priority(priority: Priority) -> pb::Priority {
    match priority {
        Priority::Critical => pb::Priority::Critical,
        Priority::High => pb::Priority::High,
        Priority::Medium => pb::Priority::Medium,
        Priority::Low => pb::Priority::Low,
    }
}

fn technique(technique: Technique) -> pb::Technique {
    match technique {
        Technique::EquivalencePartitioning => pb::Technique::EquivalencePartitioning,
        Technique::BoundaryValueAnalysis => pb::Technique::BoundaryValueAnalysis,
        Technique::DecisionTable => pb::Technique::DecisionTable,
        Technique::StateTransition => pb::Technique::StateTransition,
        Technique::Combinatorial => pb::Technique::Combinatorial,
        Technique::Syntax => pb::Technique::Syntax,
        Technique::Scenario => pb::Technique::Scenario,
        Technique::RequirementsBased => pb::Technique::RequirementsBased,
        Technique::ErrorGuessing => pb::Technique::ErrorGuessing,
        Technique::ChecklistBased => pb::Technique::ChecklistBased,
    }
}

fn status(status: CoverageStatus) -> pb::CoverageStatus {
    match status {
        CoverageStatus::Planned => pb::CoverageStatus::Planned,
        CoverageStatus::Covered => pb::CoverageStatus::Covered,
        CoverageStatus::Blocked => pb::CoverageStatus::Blocked,
        CoverageStatus::Excluded => pb::CoverageStatus::Excluded,
        CoverageStatus::Uncovered => pb::CoverageStatus::Uncovered,
    }
}

fn duration(duration: Duration) -> prost_types::Duration {
    prost_types::Duration {
        seconds: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(duration.subsec_nanos()).unwrap_or(0),
    }
}

fn int(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
