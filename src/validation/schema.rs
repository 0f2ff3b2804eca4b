//! Fields, bounds and placeholders: what a draft must have before anything else is asked of it.
//!
//! Mends what can be mended without guessing (control characters, empty list entries, an expected result that stands in
//! the last step) and records each repair. Rejects what cannot be run: no steps, no expected result, a schema or an
//! example of the prompt that was echoed back.

use super::Config;
use super::text::fold;
use crate::test_case::{Draft, Finding, Repair, Severity};

/// Most list entries that are kept of preconditions, postconditions, tags and assumptions.
const MOST_ENTRIES: usize = 20;

/// Mends a draft in place.
pub(crate) fn mend(draft: &mut Draft, repairs: &mut Vec<Repair>) {
    clean(&mut draft.title, &"title", repairs);
    clean(&mut draft.objective, &"objective", repairs);
    clean(&mut draft.expected_result, &"expected_result", repairs);
    clean(&mut draft.quote, &"quote", repairs);
    clean_list(&mut draft.preconditions, "preconditions", repairs);
    clean_list(&mut draft.postconditions, "postconditions", repairs);
    clean_list(&mut draft.assumptions, "assumptions", repairs);
    clean_list(&mut draft.tags, "tags", repairs);
    mend_steps(draft, repairs);
    if draft.expected_result.is_empty()
        && let Some(last) = draft.steps.last()
        && !last.expected.is_empty()
    {
        draft.expected_result.clone_from(&last.expected);
        repairs.push(Repair {
            code: "EXPECTED_FROM_LAST_STEP",
            field: "expected_result".to_owned(),
            detail: "taken from what is seen after the last step".to_owned(),
        });
    }
}

fn mend_steps(draft: &mut Draft, repairs: &mut Vec<Repair>) {
    for (index, step) in draft.steps.iter_mut().enumerate() {
        clean(&mut step.action, &format_args!("steps[{index}].action"), repairs);
        for (text, name) in [(&mut step.data, "data"), (&mut step.expected, "expected")] {
            clean(text, &format_args!("steps[{index}].{name}"), repairs);
            if is_nothing(text) {
                text.clear();
            }
        }
        if step.action.is_empty() && !step.data.is_empty() {
            step.action = std::mem::take(&mut step.data);
        }
    }
    let before = draft.steps.len();
    draft.steps.retain(|step| !step.action.is_empty());
    if draft.steps.len() < before {
        repairs.push(Repair {
            code: "EMPTY_STEP_REMOVED",
            field: "steps".to_owned(),
            detail: format!("{} steps without an action", before - draft.steps.len()),
        });
    }
}

/// Removes control characters and space at both ends; line feeds become spaces.
fn clean(text: &mut String, field: &dyn std::fmt::Display, repairs: &mut Vec<Repair>) {
    if text.chars().any(char::is_control) {
        let hidden = text
            .chars()
            .any(|sign| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t'));
        *text = text
            .chars()
            .filter_map(|sign| match sign {
                '\n' | '\r' | '\t' => Some(' '),
                _ if sign.is_control() => None,
                _ => Some(sign),
            })
            .collect();
        if hidden {
            repairs.push(Repair {
                code: "CONTROL_CHARACTERS_REMOVED",
                field: field.to_string(),
                detail: "control characters were removed".to_owned(),
            });
        }
    }
    let trimmed = text.trim();
    if trimmed.len() < text.len() {
        *text = trimmed.to_owned();
    }
}

fn clean_list(list: &mut Vec<String>, field: &str, repairs: &mut Vec<Repair>) {
    for (index, text) in list.iter_mut().enumerate() {
        clean(text, &format_args!("{field}[{index}]"), repairs);
    }
    let before = list.len();
    list.retain(|text| !text.is_empty() && !is_nothing(text));
    list.truncate(MOST_ENTRIES);
    if list.len() < before {
        repairs.push(Repair {
            code: "EMPTY_ENTRY_REMOVED",
            field: field.to_owned(),
            detail: format!("{} entries that say nothing", before - list.len()),
        });
    }
}

/// Words that stand for an empty field.
fn is_nothing(text: &str) -> bool {
    text.len() <= 16
        && matches!(
            fold(text).trim_end_matches('.'),
            "none" | "n/a" | "na" | "null" | "nil" | "-" | "not applicable" | "nothing"
        )
}

/// Every reason why a mended draft cannot be a case.
pub(crate) fn faults(draft: &Draft, config: &Config) -> Vec<Finding> {
    let mut found = Vec::new();
    let title_chars = draft.title.chars().count();
    if draft.title.is_empty() {
        found.push(fault("TITLE_MISSING", "the title is missing"));
    } else if echoes(&draft.title) {
        found.push(fault(
            "ECHOED_SCHEMA",
            format!(
                "the title {:?} is a field's description, not a title",
                short(&draft.title)
            ),
        ));
    } else if is_placeholder(&draft.title) {
        found.push(fault(
            "PLACEHOLDER_ONLY",
            format!("the title {:?} is a placeholder", short(&draft.title)),
        ));
    } else if title_chars < config.min_title_chars || title_chars > config.max_title_chars {
        let message = format!(
            "the title must have {} to {} characters, has {title_chars}",
            config.min_title_chars, config.max_title_chars
        );
        found.push(fault("TITLE_LENGTH", message));
    } else if config
        .example_titles
        .iter()
        .any(|example| fold(example) == fold(&draft.title))
        || config.example_cases.iter().any(|(title, expected)| {
            fold(title) == fold(&draft.title) && fold(expected) == fold(&draft.expected_result)
        })
    {
        found.push(fault("COPIED_EXAMPLE", "the case is the example of the prompt, copied"));
    }
    faults_of_steps(draft, config, &mut found);
    if draft.expected_result.is_empty() {
        found.push(fault("EXPECTED_RESULT_MISSING", "the expected result is missing"));
    } else if echoes(&draft.expected_result) {
        found.push(fault("ECHOED_SCHEMA", "the expected result is a field's description"));
    } else if is_placeholder(&draft.expected_result) {
        found.push(fault("PLACEHOLDER_ONLY", "the expected result is a placeholder"));
    }
    if let Some(field) = too_long(draft, config.max_field_chars) {
        found.push(fault(
            "FIELD_TOO_LONG",
            format!("{field} has more than {} characters", config.max_field_chars),
        ));
    }
    found
}

fn faults_of_steps(draft: &Draft, config: &Config, found: &mut Vec<Finding>) {
    if draft.steps.is_empty() {
        found.push(fault("STEPS_MISSING", "there are no steps"));
    } else if draft.steps.len() > config.max_steps {
        found.push(fault(
            "TOO_MANY_STEPS",
            format!(
                "at most {} steps are kept, there are {}",
                config.max_steps,
                draft.steps.len()
            ),
        ));
    } else if let Some(at) = draft.steps.iter().position(|step| echoes(&step.action)) {
        found.push(fault("ECHOED_SCHEMA", format!("steps[{at}] is a field's description")));
    } else if let Some(at) = draft.steps.iter().position(|step| is_placeholder(&step.action)) {
        found.push(fault("PLACEHOLDER_ONLY", format!("steps[{at}] is a placeholder")));
    }
}

fn too_long(draft: &Draft, most: usize) -> Option<String> {
    let long = |text: &str| text.len() > most && text.chars().count() > most;
    let singles = [
        ("title", &draft.title),
        ("objective", &draft.objective),
        ("expected_result", &draft.expected_result),
        ("quote", &draft.quote),
    ];
    let lists = [
        ("preconditions", &draft.preconditions),
        ("postconditions", &draft.postconditions),
        ("assumptions", &draft.assumptions),
        ("tags", &draft.tags),
    ];
    singles
        .iter()
        .find(|(_, text)| long(text))
        .map(|(name, _)| (*name).to_owned())
        .or_else(|| {
            lists.iter().find_map(|(name, list)| {
                list.iter()
                    .position(|text| long(text))
                    .map(|index| format!("{name}[{index}]"))
            })
        })
        .or_else(|| {
            let at = draft
                .steps
                .iter()
                .position(|step| long(&step.action) || long(&step.data) || long(&step.expected))?;
            Some(format!("steps[{at}]"))
        })
}

fn fault(code: &'static str, message: impl Into<String>) -> Finding {
    Finding {
        code,
        severity: Severity::Error,
        message: message.into(),
        span: None,
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Whether a text is the name or the description of a field, as a schema or a template has it.
fn echoes(text: &str) -> bool {
    const NAMES: &[&str] = &[
        "string",
        "str",
        "text",
        "title",
        "test case title",
        "title of the test case",
        "short title",
        "step",
        "action",
        "step 1",
        "step one",
        "first step",
        "steps",
        "expected result",
        "expected",
        "expected_result",
        "the expected result",
        "description",
        "array of strings",
        "string[]",
        "list of steps",
        "precondition",
        "example title",
        "your title here",
        "test title",
    ];
    if text.len() > 80 {
        return false;
    }
    let folded = fold(text);
    let folded = folded.trim_end_matches(['.', ':']);
    NAMES.contains(&folded)
        || (folded.starts_with(['<', '{', '[']) && folded.ends_with(['>', '}', ']']) && !is_our_placeholder(folded))
}

/// Whether a text says nothing but that something is still to come.
fn is_placeholder(text: &str) -> bool {
    if text.len() > 80 {
        return false;
    }
    let folded = fold(text);
    let bare = folded.trim_matches(|sign: char| !sign.is_alphanumeric());
    bare.is_empty()
        || matches!(
            bare,
            "tbd"
                | "todo"
                | "tba"
                | "to be defined"
                | "to be determined"
                | "to be done"
                | "lorem ipsum"
                | "xxx"
                | "n/a"
                | "none"
                | "null"
                | "undefined"
                | "placeholder"
                | "insert here"
                | "etc"
                | "and so on"
                | "continue"
        )
}

/// `<… – not specified>` says openly what the basis leaves open.
fn is_our_placeholder(folded: &str) -> bool {
    folded.contains("not specified") || folded.contains("not stated")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_case::Step;

    fn draft() -> Draft {
        Draft {
            title: "An expired code is refused".to_owned(),
            steps: vec![Step::new("Enter the code"), Step::new("Select Apply")],
            expected_result: "The code is refused; the total is unchanged".to_owned(),
            ..Draft::default()
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Draft), expected: &[&str]) {
        let mut draft = draft();
        change(&mut draft);
        mend(&mut draft, &mut Vec::new());
        let config = Config {
            example_titles: vec!["A booking for eleven guests is refused".to_owned()],
            ..Config::default()
        };
        let codes: Vec<&str> = faults(&draft, &config).iter().map(|finding| finding.code).collect();
        assert_eq!(codes, expected, "{draft:?}");
    }

    #[test]
    fn faults_are_named() {
        check(|_| {}, &[]);
        check(|draft| draft.title.clear(), &["TITLE_MISSING"]);
        check(|draft| draft.title = "Abcd".to_owned(), &["TITLE_LENGTH"]);
        check(|draft| draft.title = "字".repeat(5), &[]);
        check(|draft| draft.title = "x".repeat(200), &[]);
        check(|draft| draft.title = "x".repeat(201), &["TITLE_LENGTH"]);
        check(|draft| draft.title = "string".to_owned(), &["ECHOED_SCHEMA"]);
        check(|draft| draft.title = "<title>".to_owned(), &["ECHOED_SCHEMA"]);
        check(|draft| draft.title = "…".to_owned(), &["PLACEHOLDER_ONLY"]);
        check(
            |draft| draft.title = " a BOOKING for eleven guests is refused".to_owned(),
            &["COPIED_EXAMPLE"],
        );
        check(|draft| draft.steps.clear(), &["STEPS_MISSING"]);
        check(
            |draft| draft.steps = vec![Step::new(" "), Step::new("\u{0}")],
            &["STEPS_MISSING"],
        );
        check(|draft| draft.steps = vec![Step::new("Select Apply"); 20], &[]);
        check(
            |draft| draft.steps = vec![Step::new("Select Apply"); 21],
            &["TOO_MANY_STEPS"],
        );
        check(|draft| draft.steps[1].action = "...".to_owned(), &["PLACEHOLDER_ONLY"]);
        check(|draft| draft.steps[0].action = "Step 1".to_owned(), &["ECHOED_SCHEMA"]);
        check(
            |draft| draft.steps[0].action = "<maximum length – not specified>".to_owned(),
            &[],
        );
        check(|draft| draft.expected_result = "TBD".to_owned(), &["PLACEHOLDER_ONLY"]);
        check(
            |draft| draft.expected_result = String::new(),
            &["EXPECTED_RESULT_MISSING"],
        );
        check(|draft| draft.steps[1].data = "é".repeat(2_000), &[]);
        check(|draft| draft.steps[1].data = "é".repeat(2_001), &["FIELD_TOO_LONG"]);
        check(
            |draft| *draft = Draft::default(),
            &["TITLE_MISSING", "STEPS_MISSING", "EXPECTED_RESULT_MISSING"],
        );
    }

    #[test]
    fn what_is_mended_is_recorded() {
        let mut repairs = Vec::new();
        let mut draft = draft();
        draft.title = "An expired\u{7} code\nis refused ".to_owned();
        draft.preconditions = vec!["None".to_owned(), "A code has expired".to_owned(), String::new()];
        draft.expected_result = String::new();
        draft.steps[1].expected = "The code is refused".to_owned();
        draft.steps[0].data = "N/A".to_owned();
        mend(&mut draft, &mut repairs);
        assert_eq!(draft.title, "An expired code is refused");
        assert_eq!(draft.preconditions, ["A code has expired"]);
        assert_eq!(draft.expected_result, "The code is refused");
        assert_eq!(draft.steps[0].data, "");
        let codes: Vec<_> = repairs
            .iter()
            .map(|repair| (repair.code, repair.field.as_str()))
            .collect();
        assert_eq!(
            codes,
            [
                ("CONTROL_CHARACTERS_REMOVED", "title"),
                ("EMPTY_ENTRY_REMOVED", "preconditions"),
                ("EXPECTED_FROM_LAST_STEP", "expected_result")
            ]
        );
    }
}
