//! The documentation of the lint, made from the catalogue.

use super::{Area, Change, LINT_RULES};
use std::fmt::Write;

/// The page on the lint, in Markdown: every rule with its code, severity and points, why it exists, and a bad and a good
/// example.
#[must_use]
pub fn lint_page() -> String {
    let mut page = String::from(
        "# The lint\n\nEvery accepted case starts at 10 points. Each rule below takes a fixed number of points for a hit, at most as often \
         as its row says; what is left, rounded half up, never under 1 and never 10 where something was taken, is `quality_score`. Nothing else goes into it, \
         and what a model says of itself least of all. The five sub-scores of the evaluation are 10 less twice the points \
         taken by the rules of their area, never under 1.\n\n\
         The examples are fields of this case, which breaks no rule, for the story *As a customer, I want to apply a \
         discount code of up to 20 characters at checkout so that I pay less*, with the criterion *A code that has expired \
         is refused*:\n\n",
    );
    for (field, text) in SAMPLE {
        let _ = writeln!(page, "- `{field}`: {text}");
    }
    page.push_str("\n| Rule | Severity | Points | At most | Area |\n| --- | --- | --- | --- | --- |\n");
    for rule in LINT_RULES {
        let severity = format!("{:?}", rule.severity).to_lowercase();
        let anchor = rule.code.to_lowercase();
        let area = rule.area.as_str().replace('_', " ");
        let _ = writeln!(
            page,
            "| [`{}`](#{anchor}) | {severity} | {} | {} | {area} |",
            rule.code, rule.points, rule.most
        );
    }
    for area in Area::ALL {
        for rule in LINT_RULES.iter().filter(|rule| rule.area == area) {
            let _ = writeln!(
                page,
                "\n## {}\n\n{}\n\nBad:\n\n{}\nGood:\n\n{}",
                rule.code,
                rule.why,
                list(rule.bad),
                list(rule.good).trim_end()
            );
        }
    }
    page
}

fn list(changes: &[Change]) -> String {
    changes.iter().fold(String::new(), |mut list, (field, text)| {
        let text = if text.is_empty() { "*(empty)*" } else { text };
        let _ = writeln!(list, "- `{field}`: {text}");
        list
    })
}

/// The case that the examples change.
pub(super) const SAMPLE: &[Change] = &[
    ("type", "negative"),
    ("covers", "C-1"),
    ("title", "An expired discount code is refused at checkout"),
    ("preconditions[0]", "The cart holds one item at $50"),
    ("preconditions[1]", "The discount code SUMMER10 has expired"),
    ("steps[0].action", "Open the checkout"),
    ("steps[1].action", "Enter the discount code"),
    ("steps[1].data", "SUMMER10"),
    ("steps[2].action", "Apply the discount code"),
    ("steps[2].expected", "A message says that the code has expired"),
    (
        "expected_result",
        "The code is refused; the total stays $50 and no discount is shown",
    ),
];
