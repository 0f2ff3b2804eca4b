//! The requests besides a whole suite: analysis, gaps, one case in other words, a changed story. Each is read as a request
//! for a suite, with what is its own beside it.

use super::{Rules, Wrong, asked, test_case};
use crate::app::Asked;
use crate::error::FieldViolation;
use crate::generation::purpose::{Part, Purpose, Rewording};
use crate::rpc::pb;
use crate::story::{self, UserStory};
use std::collections::HashSet;

/// Most characters of a reason.
const MAX_REASON_CHARS: usize = 1_000;

/// Reads a request for an analysis.
///
/// # Errors
/// Every wrong field, each with what it accepts.
pub fn analysis(request: pb::AnalyzeStoryRequest, rules: Rules<'_>) -> Result<Asked, Wrong> {
    let suite = pb::GenerateTestsRequest {
        user_story: request.user_story,
        acceptance_criteria: request.acceptance_criteria,
        context: request.context,
        techniques: request.techniques,
        max_test_cases: request.max_test_cases,
        ..Default::default()
    };
    asked(suite, rules)
}

/// Reads a request for what a suite lacks, and whether tokens are wanted.
///
/// # Errors
/// Every wrong field, each with what it accepts.
pub fn gaps(request: pb::FillGapsRequest, rules: Rules<'_>) -> Result<(Asked, bool), Wrong> {
    let tokens = request.include_tokens.unwrap_or(true);
    let mut wrong = Vec::new();
    needs_cases(&request.existing_test_cases, &mut wrong);
    let suite = shared!(request);
    let mut asked = together(asked(suite, rules), wrong)?;
    asked.purpose = Purpose::Gaps;
    Ok((asked, tokens))
}

/// Reads a request for one case in other words.
///
/// # Errors
/// Every wrong field, each with what it accepts.
pub fn rewording(request: pb::RegenerateTestCaseRequest, rules: Rules<'_>) -> Result<Asked, Wrong> {
    let mut wrong = Vec::new();
    let locked = locked(&request.locked_fields, &mut wrong);
    let reason = story::clean("reason", &request.reason, &mut wrong);
    let length = reason.chars().count();
    if length == 0 || length > MAX_REASON_CHARS {
        let accepts = format!("must have 1 to {MAX_REASON_CHARS} characters after trimming, has {length}");
        wrong.push(FieldViolation::new("reason", accepts));
    }
    let case = match &request.test_case {
        Some(case) => {
            if case.id.trim().is_empty() {
                wrong.push(FieldViolation::new("test_case.id", "must not be empty"));
            }
            test_case(case, "test_case", &mut wrong)
        }
        None => {
            wrong.push(FieldViolation::new("test_case", "is required"));
            None
        }
    };
    let id = request.test_case.map(|case| case.id).unwrap_or_default();
    let suite = pb::GenerateTestsRequest {
        user_story: request.user_story,
        acceptance_criteria: request.acceptance_criteria,
        context: request.context,
        model: request.model,
        prompt_variant: request.prompt_variant,
        backend: request.backend,
        include_quality_check: request.include_quality_check,
        sampling: request.sampling,
        // A caller that sends the whole suite does not have to take the case out of it.
        existing_test_cases: request
            .existing_test_cases
            .into_iter()
            .filter(|other| other.id != id)
            .collect(),
        request_id: request.request_id,
        ..Default::default()
    };
    let mut asked = together(asked(suite, rules), wrong)?;
    let case = case.ok_or_else(|| vec![FieldViolation::new("test_case", "is required")])?;
    asked.purpose = Purpose::Rewording(Box::new(Rewording { case, reason, locked }));
    asked.fill_with_rules = Some(false);
    Ok(asked)
}

/// Reads a request for a changed story, and whether tokens are wanted.
///
/// # Errors
/// Every wrong field, each with what it accepts.
pub fn revision(request: pb::ReviseTestsRequest, rules: Rules<'_>) -> Result<(Asked, bool), Wrong> {
    let tokens = request.include_tokens.unwrap_or(true);
    let mut wrong = Vec::new();
    needs_cases(&request.existing_test_cases, &mut wrong);
    let mut seen = HashSet::new();
    for (index, case) in request.existing_test_cases.iter().enumerate() {
        if case.id.trim().is_empty() || !seen.insert(case.id.as_str()) {
            let field = format!("existing_test_cases[{index}].id");
            wrong.push(FieldViolation::new(
                field,
                "must not be empty and must stand once in the suite",
            ));
        }
    }
    let before = UserStory::new(
        &request.previous_user_story,
        &request.previous_acceptance_criteria,
        &request.previous_context,
        rules.limits,
    )
    .map_err(|violations| {
        wrong.extend(violations.into_iter().map(|violation| FieldViolation {
            field: format!("previous_{}", violation.field),
            ..violation
        }));
    })
    .ok();
    let suite = shared!(request);
    let mut asked = together(asked(suite, rules), wrong)?;
    let before = before.ok_or_else(|| vec![FieldViolation::new("previous_user_story", "is required")])?;
    asked.purpose = Purpose::Revision(Box::new(before));
    Ok((asked, tokens))
}

fn together(asked: Result<Asked, Wrong>, wrong: Wrong) -> Result<Asked, Wrong> {
    match asked {
        Ok(asked) if wrong.is_empty() => Ok(asked),
        Ok(_) => Err(wrong),
        Err(mut more) => {
            more.extend(wrong);
            Err(more)
        }
    }
}

fn needs_cases(cases: &[pb::TestCase], wrong: &mut Wrong) {
    if cases.is_empty() {
        wrong.push(FieldViolation::new(
            "existing_test_cases",
            "must have at least one case",
        ));
    }
}

fn locked(names: &[String], wrong: &mut Wrong) -> Vec<Part> {
    let mut locked = Vec::new();
    for (index, name) in names.iter().enumerate() {
        match Part::named(name) {
            Some(part) => locked.push(part),
            None => {
                let all: Vec<&str> = Part::ALL.iter().map(|part| part.as_str()).collect();
                let accepts = format!("must be one of {}", all.join(", "));
                wrong.push(FieldViolation::new(format!("locked_fields[{index}]"), accepts));
            }
        }
    }
    let words = [Part::Title, Part::Preconditions, Part::Steps, Part::ExpectedResult];
    if words.iter().all(|part| locked.contains(part)) {
        let accepts = "must leave at least one of title, preconditions, steps and expected_result open";
        wrong.push(FieldViolation::new("locked_fields", accepts));
    }
    locked
}
