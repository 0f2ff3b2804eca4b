//! The proto's enumerations and steps in words, as the text and the plain document write them.

use super::args::{Backend, ScopeArgs};
use crate::rpc::pb;

/// `TEST_CASE_TYPE_EDGE_CASE` without its prefix, in lower case: `edge_case`. A number that this build does not know
/// becomes `unspecified`.
pub(super) fn case_type(value: i32) -> String {
    let name = pb::TestCaseType::try_from(value).unwrap_or_default().as_str_name();
    lower(name, "TEST_CASE_TYPE_")
}

/// `high`, `critical` …
pub(super) fn priority(value: i32) -> String {
    lower(
        pb::Priority::try_from(value).unwrap_or_default().as_str_name(),
        "PRIORITY_",
    )
}

/// `boundary_value_analysis` …
pub(super) fn technique(value: i32) -> String {
    lower(
        pb::Technique::try_from(value).unwrap_or_default().as_str_name(),
        "TECHNIQUE_",
    )
}

/// `ollama`, `rules` …
pub(super) fn backend(value: i32) -> String {
    lower(
        pb::Backend::try_from(value).unwrap_or_default().as_str_name(),
        "BACKEND_",
    )
}

/// `covered`, `blocked` …
pub(super) fn coverage(value: i32) -> String {
    lower(
        pb::CoverageStatus::try_from(value).unwrap_or_default().as_str_name(),
        "COVERAGE_STATUS_",
    )
}

/// The backend that a flag names; unspecified without one.
pub(super) fn wanted_backend(backend: Option<Backend>) -> i32 {
    let backend = match backend {
        None => pb::Backend::Unspecified,
        Some(Backend::Auto) => pb::Backend::Auto,
        Some(Backend::Ollama) => pb::Backend::Ollama,
        Some(Backend::OpenAi) => pb::Backend::Openai,
        Some(Backend::Rules) => pb::Backend::Rules,
    };
    backend.into()
}

/// The techniques that flags name.
pub(super) fn wanted_techniques(scope: &ScopeArgs) -> Vec<i32> {
    scope.technique.iter().map(|technique| (*technique).into()).collect()
}

fn lower(name: &str, prefix: &str) -> String {
    name.trim_start_matches(prefix).to_ascii_lowercase()
}

/// The name as people write it: `edge case`.
pub(super) fn spaced(name: &str) -> String {
    name.replace('_', " ")
}

/// The action with its data, unless the action says the data already: `Enter the code ("SAVE10")`.
pub(super) fn action(step: &pb::Step) -> String {
    let data = step.data.trim();
    if data.is_empty() || step.action.contains(data.trim_matches('"')) {
        step.action.clone()
    } else {
        format!("{} ({data})", step.action.trim_end_matches('.'))
    }
}

/// A step as one text: `Enter the code ("SAVE10") → The total is lower`.
pub(super) fn step(step: &pb::Step) -> String {
    if step.expected.trim().is_empty() {
        action(step)
    } else {
        format!("{} → {}", action(step), step.expected)
    }
}

/// One or many: `1 case`, `2 cases`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {many}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enumerations_lose_their_prefix() {
        assert_eq!(case_type(pb::TestCaseType::EdgeCase as i32), "edge_case");
        assert_eq!(priority(pb::Priority::Critical as i32), "critical");
        assert_eq!(
            technique(pb::Technique::BoundaryValueAnalysis as i32),
            "boundary_value_analysis"
        );
        assert_eq!(case_type(99), "unspecified");
    }

    #[test]
    fn data_is_said_once() {
        let written = |action: &str, data: &str, expected: &str| {
            step(&pb::Step {
                action: action.to_owned(),
                data: data.to_owned(),
                expected: expected.to_owned(),
            })
        };
        assert_eq!(
            written("Enter the code.", "SAVE10", "It shows"),
            "Enter the code (SAVE10) → It shows"
        );
        assert_eq!(written("Enter \"SAVE10\"", "\"SAVE10\"", " "), "Enter \"SAVE10\"");
        assert_eq!(written("Press Apply", "", ""), "Press Apply");
    }
}
