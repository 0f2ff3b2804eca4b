//! Numbers, dates and quoted texts in a case that neither the story states nor the case explains.

use super::Story;
use super::amount::{Amount, amounts};
use testgen::test_case::TestCase;

/// Everything in a case that stands nowhere else.
pub(super) fn unflagged(story: &Story, case: &TestCase) -> Vec<String> {
    let mut basis = story.text.clone();
    for criterion in &story.criteria {
        basis.push_str(" | ");
        basis.push_str(criterion);
    }
    let values: String = case.values.iter().map(|value| format!(" | {}", value.text)).collect();
    let known = amounts(&format!("{basis}{values}"));
    let said = format!("{basis}{values}").to_lowercase();
    let mut found = Vec::new();
    for mut text in texts(case) {
        // `%_'"*` is a value and quotes nothing.
        for value in case.values.iter().filter(|value| value.text.contains('"')) {
            text = text.replace(&value.text, " ");
        }
        for amount in amounts(&unquoted(&text)) {
            if !is_everyday(&amount) && !known.iter().any(|other| other.value == amount.value) {
                found.push(format!("{:?} {} in: {text}", amount.kind, amount.value));
            }
        }
        for quoted in quotes(&text) {
            if !said.contains(&quoted.to_lowercase()) {
                found.push(format!("'{quoted}' in: {text}"));
            }
        }
    }
    found
}

/// None, one and two are words of everyday language: `the first of two sessions`.
fn is_everyday(amount: &Amount) -> bool {
    amount.kind == super::amount::Kind::Plain && amount.value.abs() <= rust_decimal::Decimal::TWO
}

fn texts(case: &TestCase) -> Vec<String> {
    let mut texts = vec![case.title.clone(), case.expected_result.clone()];
    texts.extend(case.preconditions.clone());
    texts.extend(case.postconditions.clone());
    for step in &case.steps {
        texts.extend([step.action.clone(), step.data.clone(), step.expected.clone()]);
    }
    texts
}

/// The text without its quoted parts: those are judged as a whole.
fn unquoted(text: &str) -> String {
    text.split('"')
        .enumerate()
        .filter(|(index, _)| index % 2 == 0)
        .map(|(_, part)| part)
        .collect::<Vec<_>>()
        .join(" ")
}

fn quotes(text: &str) -> Vec<&str> {
    text.split('"')
        .enumerate()
        .filter(|(index, part)| index % 2 == 1 && !part.is_empty())
        .map(|(_, part)| part)
        .collect()
}
