//! R34 Combination: three or more closed lists of alternatives that can be chosen independently.
//!
//! Gives: rows in which every pair of alternatives stands together at least once (see [`crate::coverage::pairwise`]).
//!
//! Refuses: open lists (`such as`), lists of one, more rows than anybody would run, and two lists that name the same
//! thing twice.

use crate::basis::{Enumeration, LiteralKind};
use crate::coverage::scene::grammar::{capitalised, listed, slug};
use crate::coverage::{Found, Proposal, Scene, pairwise};
use crate::test_case::{Priority, Span, Technique, TestCaseType};

/// Fewest lists for which pairs save anything.
const FEWEST_LISTS: usize = 3;
/// Most rows that are worth a plan.
const MOST_ROWS: usize = 12;

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let lists = lists(scene);
    if lists.len() < FEWEST_LISTS {
        return;
    }
    let sizes: Vec<usize> = lists.iter().map(|(list, _)| list.members.len()).collect();
    let rows = pairwise::rows(&sizes);
    if rows.len() > MOST_ROWS {
        return;
    }
    for row in &rows {
        if let Some(proposal) = combined(scene, &lists, row) {
            found.propose(proposal);
        }
    }
}

/// Closed lists with at least two members, none of which is a repeat of another.
fn lists<'b>(scene: &Scene<'b>) -> Vec<(&'b Enumeration, Span)> {
    let mut lists: Vec<(&Enumeration, Span)> = Vec::new();
    for literal in &scene.basis.literals {
        let LiteralKind::Enumeration(list) = &literal.kind else {
            continue;
        };
        let repeats = lists.iter().any(|(known, _)| {
            known.members.iter().any(|member| {
                list.members
                    .iter()
                    .any(|other| other.text.eq_ignore_ascii_case(&member.text))
            })
        });
        if !list.open && list.members.len() > 1 && !repeats {
            lists.push((list, literal.span));
        }
    }
    lists
}

fn combined(scene: &Scene<'_>, lists: &[(&Enumeration, Span)], row: &[usize]) -> Option<Proposal> {
    let mut chosen = Vec::new();
    for ((list, _), index) in lists.iter().zip(row) {
        chosen.push((list.subject.as_str(), list.members.get(*index)?));
    }
    let names: Vec<String> = chosen.iter().map(|(_, member)| member.text.clone()).collect();
    let key: Vec<String> = names.iter().map(|name| slug(name)).collect();
    let mut proposal = Proposal::new(
        format!("pairs/{}", key.join("/")),
        format!("{} together", listed(&names, "and")),
        Technique::Combinatorial,
        TestCaseType::Positive,
        scene.action_span(),
    )
    .titled(format!("{} with {}", capitalised(&scene.deed()), names.join(", ")))
    .because("Faults hide where two choices meet; every pair of choices stands in one of these cases")
    .priority(Priority::Low)
    .givens(scene.start())
    .given("Each of the choices is available")
    .step(scene.open());
    for (subject, member) in &chosen {
        let choice = if subject.is_empty() {
            member.text.clone()
        } else {
            format!("{} as the {subject}", member.text)
        };
        proposal = proposal
            .act(format!("Choose {choice}"))
            .stated(&member.text, member.span);
    }
    for (_, span) in lists {
        proposal = proposal.also(*span);
    }
    if let Some(confirm) = scene.confirm() {
        proposal = proposal.step(confirm);
    }
    Some(proposal.expect(format!(
        "{} Each of the choices {} is shown",
        scene.success(),
        listed(&names, "and")
    )))
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn three_lists() {
        let story = "As a customer, I want to order a coffee so that I start the day well";
        insta::assert_snapshot!(given_by(
            propose,
            story,
            &[
                "The size is small, medium or large.",
                "The milk is oat or soy.",
                "The cup is paper or glass."
            ]
        ));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a customer, I want to order a coffee in small, medium or large so that I start the day well",
            "As a user, I want to export orders as PDF or CSV so that I can print them",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
