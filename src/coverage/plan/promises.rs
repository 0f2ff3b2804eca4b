//! What every plan promises, held against stories of many kinds: whole words, values that stand in the case, spans that
//! exist, kinds and priorities in their shares.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::basis::{self, Dimension, LiteralKind};
use crate::story::{Limits, UserStory};
use crate::test_case::{BasisId, Priority, TestCaseType, ValueOrigin};

/// A story on the first line, its criteria after it, a blank line between stories.
const STORIES: &str = include_str!("stories.txt");

fn plans() -> Vec<(String, TestBasis, Plan)> {
    let blocks = STORIES.split("\n\n").filter(|block| !block.trim().is_empty());
    let read = |block: &str| {
        let mut lines = block.lines();
        let story = lines.next().unwrap().to_owned();
        let criteria: Vec<String> = lines.map(|line| line.trim_start_matches("- ").to_owned()).collect();
        let basis = basis::parse(&UserStory::new(&story, &criteria, "", &Limits::default()).unwrap());
        let plan = plan(&basis, &Wanted::default());
        (story, basis, plan)
    };
    blocks.map(read).collect()
}

fn planned(plan: &Plan) -> impl Iterator<Item = (&CoverageItem, &Draft)> {
    plan.items
        .iter()
        .zip(&plan.drafts)
        .filter(|(item, _)| item.status == CoverageStatus::Planned)
}

/// The items that the families word.
fn worded(plan: &Plan) -> impl Iterator<Item = (&CoverageItem, &Draft)> {
    planned(plan).filter(|(_, draft)| !draft.steps.is_empty())
}

#[test]
fn every_draft_is_whole() {
    let mut faults: Vec<String> = Vec::new();
    for (story, _, plan) in plans() {
        for (item, draft) in worded(&plan) {
            let mut texts = vec![&draft.title, &draft.objective, &draft.expected_result];
            texts.extend(&draft.preconditions);
            texts.extend(draft.steps.iter().map(|step| &step.action));
            let broken = |text: &&String| {
                text.trim().is_empty()
                    || text.contains("  ")
                    || text.ends_with(" .")
                    || text.contains("..")
                    || text.contains("the the ")
                    || text.contains(" a a ")
                    || text
                        .split(|c: char| !c.is_alphanumeric())
                        .any(|word| ["my", "I", "me"].contains(&word))
                    || !text
                        .chars()
                        .next()
                        .is_some_and(|first| first.is_uppercase() || first.is_ascii_digit())
            };
            for text in texts.into_iter().filter(broken) {
                faults.push(format!("{story}\n  {}: {text:?}", item.key));
            }
            let vague = [
                "correctly",
                "appropriate",
                "as expected",
                "successfully",
                "valid data",
                "properly",
            ];
            for text in draft
                .steps
                .iter()
                .map(|step| &step.expected)
                .chain([&draft.expected_result, &draft.title])
            {
                if vague.iter().any(|word| text.contains(word)) {
                    faults.push(format!("{story}\n  {}: vague {text:?}", item.key));
                }
            }
            if draft.steps.is_empty() || draft.steps.len() > 10 || draft.title.ends_with('.') || draft.title.len() > 140
            {
                faults.push(format!(
                    "{story}\n  {}: {} steps, title {:?}",
                    item.key,
                    draft.steps.len(),
                    draft.title
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_value_stands_in_the_case_and_stated_ones_in_the_basis() {
    let mut faults: Vec<String> = Vec::new();
    for (story, basis, plan) in plans() {
        for (item, _) in planned(&plan) {
            assert!(
                !item.spans.is_empty() && !item.basis_ids.is_empty(),
                "{story}: {}",
                item.key
            );
            for span in &item.spans {
                assert!(!basis.words(*span).is_empty(), "{story}: {} {span:?}", item.key);
            }
            for value in item.values.iter().filter(|value| value.origin == ValueOrigin::Stated) {
                let words = value
                    .span
                    .map(|span| basis.words(span).to_lowercase().replace(',', ""))
                    .unwrap_or_default();
                let digits: String = value.text.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
                let number = digits.trim_matches('.');
                if !number.is_empty() && !words.contains(number) {
                    faults.push(format!(
                        "{story}\n  {}: {} is not stated in {words:?}",
                        item.key, value.text
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_number_in_a_draft_has_an_origin() {
    let mut faults: Vec<String> = Vec::new();
    for (story, basis, plan) in plans() {
        let said: String = basis
            .items
            .iter()
            .map(|item| item.text.replace(',', ""))
            .collect::<Vec<_>>()
            .join(" ");
        for (item, draft) in planned(&plan).filter(|(item, _)| OWN.contains(&item.rule)) {
            let mut texts = vec![draft.title.clone(), draft.expected_result.clone()];
            texts.extend(draft.preconditions.iter().cloned());
            texts.extend(
                draft
                    .steps
                    .iter()
                    .flat_map(|step| [step.action.clone(), step.expected.clone()]),
            );
            let known: String = item
                .values
                .iter()
                .map(|value| value.text.replace(',', ""))
                .collect::<Vec<_>>()
                .join(" ");
            for text in texts {
                let text = text.replace(',', "");
                for number in text
                    .split(|c: char| !c.is_ascii_digit())
                    .filter(|number| !number.is_empty())
                {
                    if !known.contains(number) && !said.contains(number) {
                        faults.push(format!(
                            "{story}\n  {}: {number} in {text:?}, known {known:?}",
                            item.key
                        ));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The families that the stories' own values run through.
const OWN: [&str; 13] = [
    "R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R10", "R30", "R35", "R36",
];

#[test]
fn kinds_and_priorities_keep_their_shares() {
    let (mut all, mut negative, mut edges) = (0, 0, 0);
    for (story, _, plan) in plans() {
        let items: Vec<&CoverageItem> = planned(&plan).map(|(item, _)| item).collect();
        let count = |is: &dyn Fn(&CoverageItem) -> bool| items.iter().filter(|item| is(item)).count();
        let edge = |item: &CoverageItem| matches!(item.case_type, TestCaseType::EdgeCase | TestCaseType::Boundary);
        all += items.len();
        negative += count(&|item| item.case_type == TestCaseType::Negative);
        edges += count(&edge);
        if items.len() >= 7 {
            let critical = count(&|item| item.priority == Priority::Critical);
            let urgent = count(&|item| item.priority <= Priority::High);
            assert!(
                critical * 100 <= items.len() * 15 && urgent * 100 <= items.len() * 60,
                "{story}"
            );
        }
    }
    // A story that speaks of no refusal gets none; all together they keep the shares.
    assert!(negative * 10 >= all * 3, "{negative} of {all} are negative");
    assert!(edges * 10 >= all * 2, "{edges} of {all} are edges");
}

#[test]
fn every_criterion_and_every_limit_is_covered() {
    let mut faults: Vec<String> = Vec::new();
    for (story, basis, plan) in plans() {
        if plan.blocked {
            continue;
        }
        for criterion in basis
            .items
            .iter()
            .filter(|item| matches!(item.id, BasisId::Criterion(_)))
        {
            if !planned(&plan).any(|(item, _)| item.basis_ids.contains(&criterion.id)) {
                faults.push(format!("{story}\n  {} has no case: {}", criterion.id, criterion.text));
            }
        }
        for literal in &basis.literals {
            let LiteralKind::Limit(limit) = &literal.kind else {
                continue;
            };
            let items = planned(&plan)
                .filter(|(item, _)| item.spans.contains(&literal.span))
                .count();
            if limit.dimension != Dimension::Duration && items < 2 {
                faults.push(format!("{story}\n  {} has {items} cases", literal.text));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn keys_and_titles_are_unique() {
    for (story, _, plan) in plans() {
        let mut keys: Vec<&str> = plan.items.iter().map(|item| item.key.as_str()).collect();
        let mut titles: Vec<&str> = worded(&plan).map(|(_, draft)| draft.title.as_str()).collect();
        let (all_keys, all_titles) = (keys.len(), titles.len());
        keys.sort_unstable();
        keys.dedup();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!((keys.len(), titles.len()), (all_keys, all_titles), "{story}");
    }
}
