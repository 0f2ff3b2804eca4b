//! Enumerations and numbers in words: every spelling that has one plain meaning.

use crate::test_case::{Priority, Technique, TestCaseType};

/// Small letters and digits, everything else as one `_`; what models put around a word is gone.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_alphanumeric() {
            out.extend(character.to_lowercase());
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
    }
    out.truncate(out.trim_end_matches('_').len());
    out
}

/// The kind, if the word has one plain meaning.
pub(super) fn case_type(text: &str) -> Option<TestCaseType> {
    if let Some(exact) = TestCaseType::ALL.into_iter().find(|one| one.as_str() == text) {
        return Some(exact);
    }
    let plain = plain(text);
    let word = [
        "_test_case",
        "_testcase",
        "_scenario",
        "_tests",
        "_test",
        "_path",
        "_flow",
        "_testing",
    ]
    .iter()
    .find_map(|end| plain.strip_suffix(end))
    .unwrap_or(&plain);
    let word = ["test_case_type_", "type_"]
        .iter()
        .find_map(|start| word.strip_prefix(start))
        .unwrap_or(word);
    match word {
        "positive"
        | "happy"
        | "valid"
        | "success"
        | "successful"
        | "functional_positive"
        | "positive_functional"
        | "pos"
        | "sunny_day"
        | "normal"
        | "main"
        | "happy_path" => Some(TestCaseType::Positive),
        "negative"
        | "invalid"
        | "error"
        | "failure"
        | "unhappy"
        | "sad"
        | "neg"
        | "functional_negative"
        | "negative_functional"
        | "rainy_day"
        | "exception"
        | "unhappy_path"
        | "error_handling" => Some(TestCaseType::Negative),
        "edge" | "edge_case" | "edgecase" | "edge_cases" | "corner" | "corner_case" | "cornercase" => {
            Some(TestCaseType::EdgeCase)
        }
        "boundary"
        | "boundary_value"
        | "boundary_value_analysis"
        | "bva"
        | "limit"
        | "boundary_case"
        | "boundaries" => Some(TestCaseType::Boundary),
        _ => None,
    }
}

/// The priority, if the word has one plain meaning. `0` and `1` are the most urgent in `P0` to `P3` and in `1` to `4`.
pub(super) fn priority(text: &str) -> Option<Priority> {
    if let Some(exact) = Priority::ALL.into_iter().find(|one| one.as_str() == text) {
        return Some(exact);
    }
    let plain = plain(text);
    let word = plain
        .strip_suffix("_priority")
        .or(plain.strip_prefix("priority_"))
        .unwrap_or(&plain);
    match word {
        "critical" | "crit" | "blocker" | "highest" | "urgent" | "very_high" | "p0" | "1_critical" | "p1_critical"
        | "showstopper" => Some(Priority::Critical),
        "high" | "major" | "important" | "h" | "must" | "must_have" | "2_high" | "p1_high" | "p2_high" => {
            Some(Priority::High)
        }
        "medium" | "med" | "normal" | "moderate" | "mid" | "average" | "m" | "should" | "should_have" | "3_medium"
        | "p2_medium" | "p3_medium" => Some(Priority::Medium),
        "low" | "minor" | "lowest" | "trivial" | "l" | "could" | "could_have" | "nice_to_have" | "4_low" | "p3_low"
        | "p4_low" => Some(Priority::Low),
        "1" | "p1" => Some(Priority::Critical),
        "2" | "p2" => Some(Priority::High),
        "3" | "p3" => Some(Priority::Medium),
        "4" | "p4" => Some(Priority::Low),
        _ => None,
    }
}

/// The technique, if the word has one plain meaning.
pub(super) fn technique(text: &str) -> Option<Technique> {
    if let Some(exact) = Technique::ALL.into_iter().find(|one| one.as_str() == text) {
        return Some(exact);
    }
    let plain = plain(text);
    let word = ["_testing", "_technique", "_based_testing", "_test"]
        .iter()
        .find_map(|end| plain.strip_suffix(end))
        .unwrap_or(&plain);
    match word {
        "equivalence_partitioning"
        | "equivalence_partition"
        | "equivalence_class"
        | "equivalence_classes"
        | "ep"
        | "equivalence"
        | "equivalence_class_partitioning"
        | "partitioning" => Some(Technique::EquivalencePartitioning),
        "boundary_value_analysis" | "bva" | "boundary_value" | "boundary_values" | "boundary" | "boundary_analysis" => {
            Some(Technique::BoundaryValueAnalysis)
        }
        "decision_table" | "decision_tables" | "cause_effect" => Some(Technique::DecisionTable),
        "state_transition" | "state_transitions" | "state" | "state_machine" | "state_based" => {
            Some(Technique::StateTransition)
        }
        "combinatorial" | "pairwise" | "all_pairs" | "combination" => Some(Technique::Combinatorial),
        "syntax" | "grammar" | "format" => Some(Technique::Syntax),
        "scenario" | "use_case" | "scenario_based" | "user_journey" | "workflow" => Some(Technique::Scenario),
        "requirements_based" | "requirement_based" | "requirements" | "specification_based" => {
            Some(Technique::RequirementsBased)
        }
        "error_guessing" | "fault_attack" | "experience_based" => Some(Technique::ErrorGuessing),
        "checklist_based" | "checklist" => Some(Technique::ChecklistBased),
        _ => None,
    }
}

/// A score of 1 to 10 that stands as text: `8`, `8.5`, `8/10`, `80%`, `eight`. Others give nothing.
pub(super) fn score(text: &str) -> Option<i32> {
    let text = text.trim().trim_end_matches(['.', '!']);
    if let Some((value, of)) = text.split_once('/').or_else(|| text.split_once(" out of ")) {
        let (value, of) = (number(value)?, number(of)?);
        return (of > 0.0 && value <= of).then(|| in_range(value * 10.0 / of)).flatten();
    }
    if let Some(percent) = text.strip_suffix('%') {
        return in_range(number(percent)? / 10.0);
    }
    number(text).and_then(in_range)
}

/// A score as a whole number, if it is one of 1 to 10.
pub(super) fn in_range(value: f64) -> Option<i32> {
    let rounded = value.round();
    (1.0..=10.0).contains(&rounded).then_some(rounded as i32)
}

fn number(text: &str) -> Option<f64> {
    const WORDS: [&str; 11] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    let text = text.trim();
    if let Some(value) = WORDS.iter().position(|word| word.eq_ignore_ascii_case(text)) {
        return Some(value as f64);
    }
    text.replace(',', ".")
        .parse::<f64>()
        .ok()
        .filter(|value| value.is_finite())
}

/// Whether a text is what a schema or an example has in place of a content: `string`, `...`, `<title>`.
pub(super) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let bare = text.trim_matches(['<', '>', '[', ']', '{', '}', '.', '…', ' ', '_', '-', '*', '?']);
    if bare.is_empty() {
        return !text.is_empty();
    }
    let marked = (text.starts_with('<') && text.ends_with('>')
        || text.starts_with('{') && text.ends_with('}')
        || text.starts_with('[') && text.ends_with(']'))
        && bare.len() == text.len() - 2
        && !bare.contains(['<', '>', '{', '}', '[', ']']);
    if marked || bare.len() > 32 {
        return marked;
    }
    let word = plain(bare);
    matches!(
        word.as_str(),
        "string"
            | "str"
            | "text"
            | "title"
            | "title_here"
            | "your_title"
            | "your_title_here"
            | "test_case_title"
            | "expected_result"
            | "expected_result_here"
            | "step_1"
            | "step_2"
            | "step_3"
            | "step"
            | "action"
            | "tbd"
            | "todo"
            | "n_a"
            | "na"
            | "none"
            | "null"
            | "undefined"
            | "placeholder"
            | "title_of_the_test_case"
    )
}
