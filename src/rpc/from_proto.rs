//! Proto → domain. Every wrong field is collected, so that a caller reads of all of them at once.

/// The fields that all requests for test cases share, as a request for a suite; the others are unset.
macro_rules! shared {
    ($request:ident) => {
        pb::GenerateTestsRequest {
            user_story: $request.user_story,
            acceptance_criteria: $request.acceptance_criteria,
            context: $request.context,
            model: $request.model,
            prompt_variant: $request.prompt_variant,
            backend: $request.backend,
            techniques: $request.techniques,
            max_test_cases: $request.max_test_cases,
            include_quality_check: $request.include_quality_check,
            fill_with_rules: $request.fill_with_rules,
            sampling: $request.sampling,
            existing_test_cases: $request.existing_test_cases,
            request_id: $request.request_id,
            ..Default::default()
        }
    };
}

pub mod tasks;
pub mod repeat;

use super::pb;
use crate::app::Asked;
use crate::backend::Sampling;
use crate::config::BackendChoice;
use crate::coverage::Wanted;
use crate::error::FieldViolation;
use crate::generation::purpose::Purpose;
use crate::story::{Limits, UserStory};
use crate::test_case::{
    BasisId, Deduction, Priority, Source, Span, Step, Technique, TestCase, TestCaseType, Trace, Value, ValueOrigin,
};
use uuid::Uuid;

/// Bounds on names that a caller may send.
const MAX_NAME_CHARS: usize = 200;
/// Most existing cases that a caller may send.
const MAX_EXISTING: usize = 1_000;

/// What reading a request needs to know of the service.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Bounds on stories.
    pub limits: &'a Limits,
    /// Names of the prompt variants.
    pub variants: &'a [&'a str],
    /// The backend of requests that name none.
    pub default: BackendChoice,
}

/// Every wrong field of a request.
pub type Wrong = Vec<FieldViolation>;

/// Reads a unary request; fields 1 to 19 mean the same in a streaming one. What they rest on: [`Rules`].
///
/// # Errors
/// Every wrong field, each with what it accepts.
pub fn asked(request: pb::GenerateTestsRequest, rules: Rules<'_>) -> Result<Asked, Wrong> {
    let Rules {
        limits,
        variants,
        default,
    } = rules;
    let mut wrong = Vec::new();
    let story = UserStory::new(
        &request.user_story,
        &request.acceptance_criteria,
        &request.context,
        limits,
    )
    .map_err(|violations| wrong.extend(violations))
    .ok();
    for (field, text) in [("model", &request.model), ("request_id", &request.request_id)] {
        if text.chars().count() > MAX_NAME_CHARS || text.chars().any(char::is_control) {
            wrong.push(FieldViolation::new(
                field,
                format!("must have at most {MAX_NAME_CHARS} characters and no control characters"),
            ));
        }
    }
    if !request.prompt_variant.is_empty() && !variants.contains(&request.prompt_variant.as_str()) {
        wrong.push(FieldViolation::new(
            "prompt_variant",
            format!("there is no such variant; there are: {}", variants.join(", ")),
        ));
    }
    let backend = match pb::Backend::try_from(request.backend) {
        Ok(pb::Backend::Unspecified) => None,
        Ok(pb::Backend::Auto) => Some(BackendChoice::Auto),
        Ok(pb::Backend::Ollama) => Some(BackendChoice::Ollama),
        Ok(pb::Backend::Openai) => Some(BackendChoice::OpenAi),
        Ok(pb::Backend::Rules) => Some(BackendChoice::Rules),
        Err(_) => {
            wrong.push(unknown("backend", request.backend, "a Backend"));
            None
        }
    };
    if !request.model.is_empty() && backend.unwrap_or(default) == BackendChoice::Rules {
        let message = match backend {
            Some(_) => "the embedded rules use no model; leave it empty or name another backend",
            None => "the embedded rules word requests that name no backend, and use no model; name a backend as well",
        };
        wrong.push(FieldViolation::new("model", message));
    }
    let techniques = techniques(&request.techniques, &mut wrong);
    let max_test_cases = request.max_test_cases.and_then(|most| {
        let fits = usize::try_from(most).ok().filter(|most| (1..=100).contains(most));
        if fits.is_none() {
            wrong.push(FieldViolation::new(
                "max_test_cases",
                format!("must be 1 to 100, is {most}"),
            ));
        }
        fits
    });
    let sampling = sampling(request.sampling.unwrap_or_default(), &mut wrong);
    let existing = existing(&request.existing_test_cases, &mut wrong);
    match story {
        Some(story) if wrong.is_empty() => Ok(Asked {
            story,
            backend,
            model: request.model,
            prompt_variant: request.prompt_variant,
            wanted: Wanted {
                techniques,
                max_test_cases,
                // The settings say how many.
                ..Wanted::default()
            },
            quality_check: request.include_quality_check.unwrap_or(true),
            fill_with_rules: request.fill_with_rules,
            sampling,
            existing,
            purpose: Purpose::Suite,
        }),
        _ => Err(wrong),
    }
}

/// What a streaming request asks for.
#[derive(Clone, Debug)]
pub enum Streaming {
    /// A new generation: what it shares with a unary request, and how it is delivered.
    Start {
        /// The request.
        request: Box<pb::GenerateTestsRequest>,
        /// Whether tokens are wanted.
        tokens: bool,
        /// Whether it outlives a broken connection.
        resumable: bool,
    },
    /// The rest of a generation.
    Resume {
        /// Which one; `None` for what is no id at all.
        id: Option<Uuid>,
        /// The last number that was received.
        after: u64,
        /// Whether tokens are wanted.
        tokens: bool,
    },
}

/// Reads what a streaming request asks for.
///
/// # Errors
/// A number to resume after without a generation.
pub fn streaming(request: pb::StreamTestCasesRequest) -> Result<Streaming, Wrong> {
    let tokens = request.include_tokens.unwrap_or(true);
    if !request.generation_id.is_empty() {
        return Ok(Streaming::Resume {
            id: generation_id(&request.generation_id),
            after: request.resume_after_sequence,
            tokens,
        });
    }
    if request.resume_after_sequence != 0 {
        let accepts = "goes with generation_id; leave it unset to start a generation";
        return Err(vec![FieldViolation::new("resume_after_sequence", accepts)]);
    }
    Ok(Streaming::Start {
        tokens,
        resumable: request.resumable,
        request: Box::new(pb::GenerateTestsRequest {
            share_identical: request.share_identical,
            ..shared!(request)
        }),
    })
}

/// Reads a generation's id; what is no id names no generation.
#[must_use]
pub fn generation_id(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok()
}

fn unknown(field: impl Into<String>, number: i32, what: &str) -> FieldViolation {
    FieldViolation::new(field, format!("{number} is not {what} of this version"))
}

fn techniques(numbers: &[i32], wrong: &mut Vec<FieldViolation>) -> Vec<Technique> {
    let mut techniques = Vec::new();
    for (index, number) in numbers.iter().enumerate() {
        match technique(*number) {
            Some(technique) => techniques.push(technique),
            None => wrong.push(unknown(format!("techniques[{index}]"), *number, "a Technique")),
        }
    }
    techniques
}

/// The proto numbers techniques, kinds and priorities from 1 in the order of `ALL`.
fn technique(number: i32) -> Option<Technique> {
    nth(&Technique::ALL, number)
}

fn nth<T: Copy>(all: &[T], number: i32) -> Option<T> {
    usize::try_from(number)
        .ok()?
        .checked_sub(1)
        .and_then(|index| all.get(index))
        .copied()
}

fn sampling(options: pb::SamplingOptions, wrong: &mut Vec<FieldViolation>) -> Sampling {
    let mut check = |field: &str, fits: bool, accepts: &str| {
        if !fits {
            wrong.push(FieldViolation::new(
                format!("sampling.{field}"),
                format!("must be {accepts}"),
            ));
        }
    };
    check(
        "temperature",
        options.temperature.is_none_or(|t| (0.0..=2.0).contains(&t)),
        "0 to 2",
    );
    check(
        "top_p",
        options.top_p.is_none_or(|p| (0.0..=1.0).contains(&p)),
        "0 to 1",
    );
    check("top_k", options.top_k.is_none_or(|k| k >= 1), "at least 1");
    check(
        "max_output_tokens",
        options.max_output_tokens.is_none_or(|most| most >= 1),
        "at least 1",
    );
    Sampling {
        temperature: options.temperature,
        top_p: options.top_p,
        top_k: options.top_k,
        seed: options.seed,
        max_output_tokens: options.max_output_tokens,
    }
}

fn existing(cases: &[pb::TestCase], wrong: &mut Vec<FieldViolation>) -> Vec<TestCase> {
    if cases.len() > MAX_EXISTING {
        wrong.push(FieldViolation::new(
            "existing_test_cases",
            format!("at most {MAX_EXISTING} cases are accepted, got {}", cases.len()),
        ));
        return Vec::new();
    }
    let mut read = Vec::with_capacity(cases.len());
    for (index, case) in cases.iter().enumerate() {
        read.extend(test_case(case, &format!("existing_test_cases[{index}]"), wrong));
    }
    read
}

/// A case that a caller sends. `at` is the field that it stands in.
fn test_case(case: &pb::TestCase, at: &str, wrong: &mut Vec<FieldViolation>) -> Option<TestCase> {
    if case.title.trim().is_empty() {
        wrong.push(FieldViolation::new(format!("{at}.title"), "must not be empty"));
    }
    if !(0..=10).contains(&case.quality_score) {
        wrong.push(FieldViolation::new(format!("{at}.quality_score"), "must be 0 to 10"));
    }
    let Some(case_type) = nth(&TestCaseType::ALL, case.r#type) else {
        let accepts = "must be a TestCaseType other than unspecified";
        wrong.push(FieldViolation::new(format!("{at}.type"), accepts));
        return None;
    };
    Some(existing_case(case, case_type))
}

fn existing_case(case: &pb::TestCase, case_type: TestCaseType) -> TestCase {
    TestCase {
        id: case.id.clone(),
        case_type,
        title: case.title.clone(),
        priority: nth(&Priority::ALL, case.priority).unwrap_or(Priority::Medium),
        preconditions: case.preconditions.clone(),
        steps: case
            .steps
            .iter()
            .map(|step| Step {
                action: step.action.clone(),
                data: step.data.clone(),
                expected: step.expected.clone(),
            })
            .collect(),
        expected_result: case.expected_result.clone(),
        quality_score: u8::try_from(case.quality_score).ok().filter(|score| *score > 0),
        objective: case.objective.clone(),
        technique: technique(case.technique),
        traces: case.traces.iter().filter_map(trace).collect(),
        values: case.values.iter().map(value).collect(),
        deductions: Vec::<Deduction>::new(),
        repairs: Vec::new(),
        source: if case.source == i32::from(pb::Source::Rule) {
            Source::Rule
        } else {
            Source::Model
        },
        model_self_score: case.model_self_score,
        postconditions: case.postconditions.clone(),
        tags: case.tags.clone(),
        model: case.model.clone(),
    }
}

fn basis_id(text: &str) -> Option<BasisId> {
    match text {
        "STORY" => Some(BasisId::Story),
        "CONTEXT" => Some(BasisId::Context),
        _ => text
            .strip_prefix("AC-")?
            .parse()
            .ok()
            .filter(|number| *number > 0)
            .map(BasisId::Criterion),
    }
}

fn span(span: &pb::Span) -> Option<Span> {
    Some(Span {
        basis_id: basis_id(&span.basis_id)?,
        start: usize::try_from(span.start).ok()?,
        end: usize::try_from(span.end).ok()?,
    })
}

fn trace(trace: &pb::Trace) -> Option<Trace> {
    Some(Trace {
        basis_id: basis_id(&trace.basis_id)?,
        coverage_item_id: Some(trace.coverage_item_id.clone()).filter(|id| !id.is_empty()),
        span: trace.span.as_ref().and_then(span),
    })
}

fn value(value: &pb::Value) -> Value {
    let origin = match pb::ValueOrigin::try_from(value.origin) {
        Ok(pb::ValueOrigin::Stated) => ValueOrigin::Stated,
        Ok(pb::ValueOrigin::Computed) => ValueOrigin::Computed,
        Ok(pb::ValueOrigin::Sample) => ValueOrigin::Sample,
        _ => ValueOrigin::Assumed,
    };
    Value {
        text: value.text.clone(),
        origin,
        span: value.span.as_ref().and_then(span),
        note: value.note.clone(),
    }
}
