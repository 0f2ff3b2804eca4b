//! Balance: whether a file has enough of everything for its figures to mean something. A small file is not judged.

use super::{Desk, entries, items, text};
use serde_json::Value;

/// Files with fewer stories, or fewer cases, are samples and are not judged.
const ENOUGH_STORIES: usize = 40;
const ENOUGH_CASES: usize = 100;
/// Stories of each domain.
const LEAST_OF_A_DOMAIN: usize = 3;
/// Stories of each category that makes a story hard.
const LEAST_OF_A_CATEGORY: usize = 3;
/// Share of each difficulty, in percent.
const LEAST_OF_A_DIFFICULTY: usize = 15;
/// Share of the held-out split, in percent.
const HELD_OUT: (usize, usize) = (15, 35);

const DOMAINS: [&str; 9] = [
    "shop",
    "bank",
    "health",
    "travel",
    "hr",
    "public_service",
    "devices",
    "developer_tools",
    "education",
];
const DIFFICULTIES: [&str; 3] = ["simple", "moderate", "complex"];
const CATEGORIES: [&str; 6] = [
    "vague",
    "conflicting",
    "several_roles",
    "non_functional",
    "long_flow",
    "boundary",
];

/// A share of cases: its name, the types and priorities that count, and its bounds in percent.
const SHARES: [(&str, &[&str], usize, usize); 4] = [
    ("positive", &["TEST_CASE_TYPE_POSITIVE"], 15, 45),
    ("negative", &["TEST_CASE_TYPE_NEGATIVE"], 30, 60),
    (
        "edge and boundary",
        &["TEST_CASE_TYPE_EDGE_CASE", "TEST_CASE_TYPE_BOUNDARY"],
        20,
        60,
    ),
    ("critical", &["PRIORITY_CRITICAL"], 0, 15),
];

/// Domains, difficulties, categories and splits of a file of stories.
pub(super) fn stories(document: &Value, desk: &mut Desk<'_>) {
    spread(document, desk);
    let all = entries(document);
    if all.len() >= ENOUGH_STORIES {
        let held_out = all.iter().filter(|story| text(story, "split") == "held_out").count();
        within("held_out stories", held_out * 100 / all.len(), HELD_OUT, desk);
    }
}

/// The same of a file of examples, and kinds and priorities of their cases.
pub(super) fn examples(document: &Value, desk: &mut Desk<'_>) {
    spread(document, desk);
    let cases: Vec<&Value> = entries(document)
        .iter()
        .flat_map(|story| items(story, "test_cases"))
        .collect();
    for (name, wanted, least, most) in SHARES {
        let of = |case: &&&Value| wanted.contains(&text(case, "type")) || wanted.contains(&text(case, "priority"));
        let count = cases.iter().filter(of).count();
        desk.report
            .count(format!("cases_{}", name.replace(' ', "_")), count as u64);
        if cases.len() >= ENOUGH_CASES {
            within(&format!("{name} cases"), count * 100 / cases.len(), (least, most), desk);
        }
    }
}

fn spread(document: &Value, desk: &mut Desk<'_>) {
    let all = entries(document);
    if all.len() < ENOUGH_STORIES {
        return;
    }
    let mut least = |what: &str, name: &str, count: usize, least: usize| {
        if count < least {
            desk.error(
                "",
                "BALANCE",
                format!("{count} stories of the {what} {name}; at least {least} are wanted"),
            );
        }
    };
    for name in DOMAINS {
        let count = all.iter().filter(|story| text(story, "domain") == name).count();
        least("domain", name, count, LEAST_OF_A_DOMAIN);
    }
    for name in CATEGORIES {
        let is = |story: &&Value| {
            items(story, "edge_case_categories")
                .iter()
                .any(|category| category == name)
        };
        least("category", name, all.iter().filter(is).count(), LEAST_OF_A_CATEGORY);
    }
    for name in DIFFICULTIES {
        let count = all.iter().filter(|story| text(story, "difficulty") == name).count();
        within(
            &format!("{name} stories"),
            count * 100 / all.len(),
            (LEAST_OF_A_DIFFICULTY, 100),
            desk,
        );
    }
}

fn within(what: &str, percent: usize, (least, most): (usize, usize), desk: &mut Desk<'_>) {
    if !(least..=most).contains(&percent) {
        let message = format!("{percent} % {what}; {least} % to {most} % are wanted");
        desk.error("", "BALANCE", message);
    }
}
