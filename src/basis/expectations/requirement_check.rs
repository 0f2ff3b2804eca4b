//! Findings and questions.

use super::*;

fn codes(story: &str, criteria: &[&str]) -> Vec<&'static str> {
    let mut codes: Vec<_> = read(story, criteria, "")
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

const WHOLE: &str = "As a customer, I want to pay by card so that I get my goods";

#[test]
fn findings() {
    let rows: &[(&str, &[&str], &[&str])] = &[
        (WHOLE, &[], &[]),
        ("I want to pay by card so that I get my goods", &[], &["STORY_NO_ROLE"]),
        ("As a customer, I want to pay by card", &[], &["STORY_NO_BENEFIT"]),
        (
            "As a clerk, I want to create, edit and delete invoices so that the books are right",
            &[],
            &["STORY_NOT_ATOMIC"],
        ),
        (WHOLE, &["The page loads fast"], &["STORY_NOT_MEASURABLE"]),
        (WHOLE, &["The limit is TBD"], &["STORY_PLACEHOLDER"]),
        (
            WHOLE,
            &[
                "The title has at most 20 characters",
                "The title has at least 30 characters",
            ],
            &["CRITERIA_CONFLICT"],
        ),
        (
            WHOLE,
            &[
                "The title has at most 20 characters",
                "The title has at most 30 characters",
            ],
            &["CRITERIA_CONFLICT"],
        ),
        (
            WHOLE,
            &[
                "The title has at least 3 characters",
                "The title has at most 30 characters",
            ],
            &[],
        ),
        (
            WHOLE,
            &[
                "Guests must be able to see prices",
                "Guests must not be able to see prices",
            ],
            &["CRITERIA_CONFLICT"],
        ),
        (WHOLE, &["The page works well"], &["CRITERION_UNTESTABLE"]),
    ];
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(story, criteria, expect)| {
            let found = codes(story, criteria);
            (found != *expect).then(|| format!("\n{story} {criteria:?}\n  expect {expect:?}\n  found  {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

#[test]
fn a_question_is_about_the_word_in_its_place() {
    let text = |story: &str, criteria: &[&str]| {
        read(story, criteria, "")
            .questions
            .iter()
            .map(|question| question.text.clone())
            .collect::<Vec<_>>()
            .join("\n")
    };
    let fast = text(
        "As a customer, I want search results to be shown fast so that I save time",
        &[],
    );
    assert!(fast.contains("seconds") && fast.contains("search results"), "{fast}");
    let easy = text(WHOLE, &["The form is easy to use"]);
    assert!(easy.contains("form"), "{easy}");
    let open = text(WHOLE, &["PDF, PNG, etc. are accepted"]);
    assert!(open.contains("PDF") && open.contains('?'), "{open}");
}

#[test]
fn what_leaves_open_what_to_test_blocks_everything() {
    let blocks =
        |story: &str, criteria: &[&str]| read(story, criteria, "").questions.iter().any(|q| q.blocks_everything);
    for story in [
        "As a user, I want the app to be better so that I am happy",
        "As a user, I want a good user experience so that I enjoy the product",
        "As a user, I want everything to be easy",
        "Improve the performance of the system",
        "Make the app more user-friendly and modern",
    ] {
        assert!(blocks(story, &[]), "{story}");
    }
    for story in [
        WHOLE,
        "I want to pay by card",
        "As a customer, I want to find products fast",
        "Add a filter by price",
        "As a customer, I want an easy way to cancel my order",
        "As a manager, I want a dashboard so that I see sales",
    ] {
        assert!(!blocks(story, &[]), "{story}");
    }
    assert!(!blocks(
        "As a user, I want the app to be better so that I am happy",
        &["The list shows 20 entries a page"]
    ));
}

#[test]
fn the_same_question_is_asked_once() {
    let basis = read(
        "As a user, I want a fast search",
        &["The search is fast", "Results are shown fast", "The search is fast"],
        "",
    );
    let mut keys: Vec<_> = basis.questions.iter().map(|question| question.key.clone()).collect();
    let all = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), all);
}
