//! R17 Search, filter, sort and compare.
//!
//! Gives: nothing found, an entry that meets one of several criteria only, special characters taken literally, a filter
//! taken away, entries that are equal in what is sorted by, numbers sorted as numbers. Asks what counts as a match.
//!
//! Refuses: to guess how tolerant a search is or in which direction a list is sorted.

mod compare;

use crate::basis::VerbClass;
use crate::coverage::scene::grammar::{a, capitalised, is_plural, listed, participle, plural, singular};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    for action in scene.actions() {
        let scene = scene.focus_on(action);
        if scene.object().is_empty() {
            continue;
        }
        match (action.class, action.verb.as_str()) {
            (VerbClass::Search, _) => search(&scene, found),
            (VerbClass::Filter, "sort" | "order" | "rank") => sort(&scene, found),
            (VerbClass::Filter, "compare") if !is_plural(scene.object()) => {}
            (VerbClass::Filter, "compare") => compare::propose(&scene, found),
            (VerbClass::Filter, _) => filter(&scene, found),
            _ => {}
        }
    }
}

/// What is searched: `search flights by date` and `filter the list of flights` are both about flights.
fn entry(scene: &Scene<'_>) -> String {
    scene.entry().unwrap_or_else(|| scene.one())
}

/// The criteria that the goal names: `destination` and `date` of `by destination and date`.
fn criteria(scene: &Scene<'_>) -> Vec<String> {
    let Some(action) = scene.action() else {
        return Vec::new();
    };
    let by = action.circumstances.iter().find_map(|words| words.strip_prefix("by "));
    // A circumstance ends at a bracket; what follows it may name further criteria.
    let goal = scene.basis.words(scene.goal_span());
    let by = match goal.split_once(" by ") {
        Some((_, rest)) if rest.contains('(') && by.is_some_and(|by| rest.starts_with(by)) => Some(rest),
        _ => by,
    };
    let Some(by) = by else { return Vec::new() };
    without_brackets(by)
        .replace(" and ", ", ")
        .replace(" or ", ", ")
        .split(',')
        .map(|name| crate::coverage::scene::grammar::bare(name.trim()).to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

/// The words without what stands in brackets: `color and price` of `color (red, blue or green) and price`.
fn without_brackets(words: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::with_capacity(words.len());
    for character in words.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(character),
            _ => {}
        }
    }
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_typed(criteria: &[String]) -> bool {
    const TYPED: [&str; 9] = [
        "name",
        "title",
        "keyword",
        "text",
        "word",
        "author",
        "description",
        "term",
        "number",
    ];
    criteria.is_empty()
        || criteria
            .iter()
            .any(|name| TYPED.contains(&name.rsplit(' ').next().unwrap_or("")))
}

fn search(scene: &Scene<'_>, found: &mut Found) {
    let one = entry(scene);
    let many = plural(&one);
    let criteria = criteria(scene);
    let near = scene
        .goal_mentions(&["near me", "nearby", "around me", "near", "closest", "nearest"])
        .is_some();
    let typed = is_typed(&criteria) && !near;
    let nothing = if near {
        none_near(scene, &one, &many)
    } else {
        nothing_found(scene, &one, &many, &criteria)
    };
    found.propose_untold(
        scene,
        &[
            "no results",
            "no result",
            "no match",
            "no matches",
            "nothing",
            "none",
            "not found",
        ],
        nothing,
    );
    meets_some(scene, &one, &many, &criteria, found);
    if typed {
        found.propose(special_characters(scene, &one, &many));
        if scene
            .mentions(&[
                "partial", "part of", "exact", "case", "accent", "typo", "fuzzy", "similar", "contains",
            ])
            .is_none()
        {
            found.ask(
                format!("{many}/match"),
                format!("Does the search for {many} also find parts of words and words in other letter case?"),
                Some(scene.action_span()),
            );
        }
    }
}

fn nothing_found(scene: &Scene<'_>, one: &str, many: &str, criteria: &[String]) -> Proposal {
    let proposal = Proposal::new(
        format!("edge/{one}/none found"),
        format!("a search that no {one} matches"),
        Technique::EquivalencePartitioning,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!("A search that no {one} matches says so"))
    .because("An empty result must not look like a fault or like a search that still runs")
    .priority(scene.risk().lower())
    .step(scene.open());
    let proposal = if criteria.is_empty() {
        proposal
            .given(format!("No {one} matches the text qqzzx"))
            .act("Enter qqzzx in the search field")
            .sample("qqzzx", format!("text that no {one} matches"))
    } else {
        let wanted: Vec<String> = criteria.iter().map(|name| a(name)).collect();
        proposal
            .given(format!(
                "No {one} has the {} used in the search",
                listed(criteria, "and")
            ))
            .act(format!("Enter {} that no {one} has", listed(&wanted, "and")))
    };
    proposal
        .step(
            scene
                .confirm()
                .unwrap_or_else(|| crate::test_case::Step::new("Start the search.")),
        )
        .expect(format!(
            "A text says that no {one} was found; no {many} and no error are shown"
        ))
}

fn none_near(scene: &Scene<'_>, one: &str, many: &str) -> Proposal {
    Proposal::new(
        format!("edge/{one}/none found"),
        format!("no {one} is near"),
        Technique::EquivalencePartitioning,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!("A place without any {one} near it is told so"))
    .because("An empty map must not look like a fault or like a search that still runs")
    .priority(scene.risk().lower())
    .given(format!("The location is set to a place far from every {one}"))
    .step(scene.open())
    .act(format!("Search for {many} near this place"))
    .expect(format!(
        "A text says that no {one} was found near; no {many} of another place and no error are shown"
    ))
}

/// With several criteria, an entry that meets only some of them must not be shown.
fn meets_some(scene: &Scene<'_>, one: &str, many: &str, criteria: &[String], found: &mut Found) {
    if criteria.len() < 2 || criteria.len() > 3 {
        return;
    }
    let last = &criteria[criteria.len() - 1];
    let others = listed(&criteria[..criteria.len() - 1], "and");
    let filter = scene.class() == VerbClass::Filter;
    found.propose(
        Proposal::new(
            format!("negative/{one}/meets {others} only"),
            format!("{} that has the {others} looked for but another {last}", a(one)),
            Technique::DecisionTable,
            TestCaseType::Negative,
            scene.action_span(),
        )
        .titled(format!(
            "{} with the right {others} but another {last} is not shown",
            upper(&a(one))
        ))
        .because("Several criteria narrow the result; they must not widen it")
        .priority(scene.risk())
        .given(format!("One of the {many} has the {others} and the {last} looked for"))
        .given(format!(
            "Another of the {many} has the same {others} but another {last}"
        ))
        .step(scene.open())
        .act(format!("Enter the {others} looked for"))
        .act(format!("Enter the {last} looked for"))
        .act(if filter { "Filter the list" } else { "Start the search" })
        .seen(format!("The {one} that has both is shown"))
        .expect(format!("The {one} with another {last} is not shown")),
    );
}

fn upper(text: &str) -> String {
    capitalised(text)
}

fn special_characters(scene: &Scene<'_>, one: &str, many: &str) -> Proposal {
    const TEXT: &str = "%_'\"*";
    Proposal::new(
        format!("edge/{one}/special characters"),
        "a search text of characters that have a meaning in query languages",
        Technique::ErrorGuessing,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!(
        "Special characters in the search for {many} are taken literally"
    ))
    .because("Wildcards and quotes that reach the database find everything or break the page")
    .priority(Priority::Low)
    .given(format!("At least one {one} exists, and none contains the text {TEXT}"))
    .step(scene.open())
    .step(crate::test_case::Step::new("Enter the text from the data in the search field.").with_data(TEXT))
    .act("Start the search")
    .expect(format!(
        "A text says that no {one} was found; no {many} and no technical error are shown"
    ))
    .sample(TEXT, "wildcards and quotes")
}

fn filter(scene: &Scene<'_>, found: &mut Found) {
    let one = entry(scene);
    let many = plural(&one);
    let criteria = criteria(scene);
    let by = if criteria.is_empty() {
        String::new()
    } else {
        format!(" by {}", listed(&criteria, "and"))
    };
    found.propose(
        Proposal::new(
            format!("edge/{one}/none found"),
            format!("a filter that no {one} meets"),
            Technique::EquivalencePartitioning,
            TestCaseType::EdgeCase,
            scene.action_span(),
        )
        .titled(format!("A filter that no {one} meets shows an empty list that says so"))
        .because("An empty list must not look like a fault")
        .priority(scene.risk().lower())
        .givens(scene.start())
        .given(format!("No {one} meets the filter that is chosen"))
        .act(format!("Open the list of {many}"))
        .act(format!("Filter the list{by} so that no {one} is left"))
        .expect(format!(
            "A text says that no {one} meets the filter; no {one} and no error are shown"
        )),
    );
    meets_some(scene, &one, &many, &criteria, found);
    found.propose(
        Proposal::new(
            format!("positive/{one}/filter taken away"),
            "the filter is taken away",
            Technique::StateTransition,
            TestCaseType::Positive,
            scene.action_span(),
        )
        .titled(format!("Taking the filter away shows all {many} again"))
        .because("A filter that lives on unseen hides entries")
        .priority(Priority::Low)
        .givens(scene.start())
        .act(format!("Open the list of {many}"))
        .act(format!("Note how many {many} are listed"))
        .act(format!("Filter the list{by}"))
        .seen(format!("Fewer {many} are listed"))
        .act("Take the filter away")
        .expect(format!("As many {many} are listed as before the filter was set")),
    );
}

fn sort(scene: &Scene<'_>, found: &mut Found) {
    let one = entry(scene);
    let many = plural(&one);
    let criteria = criteria(scene);
    let Some(by) = criteria.first() else { return };
    let act = format!(
        "{} the list by {by}",
        upper(scene.action().map_or("sort", |action| action.verb.as_str()))
    );
    found.propose(
        Proposal::new(
            format!("edge/{one}/equal {by}"),
            format!("several {many} have the same {by}"),
            Technique::EquivalencePartitioning,
            TestCaseType::EdgeCase,
            scene.action_span(),
        )
        .titled(format!("No {one} is lost when several have the same {by}"))
        .because("Entries that are equal in what is sorted by get lost or doubled between pages")
        .priority(Priority::Low)
        .given(format!("Three {many} exist, two of them with the same {by}"))
        .act(format!("Open the list of {many}"))

        .act(&act)
        .expect(format!("The two {many} with the same {by} stand next to each other; all three {many} are listed, none of them twice")),
    );
    if let Some(sorting) = as_numbers(scene, &one, &many, by, &act) {
        found.propose(sorting);
    }
    if scene
        .mentions(&[
            "ascending",
            "descending",
            "lowest",
            "highest",
            "low to high",
            "high to low",
            "newest",
            "cheapest",
            "oldest",
        ])
        .is_none()
    {
        found.ask(
            format!("{many}/direction"),
            format!(
                "Which {by} comes first when {many} are {} by {by}, and can the direction be changed?",
                participle("sort")
            ),
            Some(scene.action_span()),
        );
    }
}

/// Numbers sorted as text stand in the order 10, 100, 9.
fn as_numbers(scene: &Scene<'_>, one: &str, many: &str, by: &str, act: &str) -> Option<Proposal> {
    const NUMBERS: [&str; 11] = [
        "price", "amount", "size", "number", "quantity", "age", "weight", "distance", "salary", "total", "cost",
    ];
    if !NUMBERS.contains(&singular(by).rsplit(' ').next().unwrap_or("")) {
        return None;
    }
    let proposal = Proposal::new(
        format!("edge/{one}/{by} of different length"),
        format!("{} with different numbers of digits", plural(by)),
        Technique::ErrorGuessing,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!("{} are sorted as numbers, not as text", upper(&plural(by))))
    .because("Numbers that are sorted as text stand in the order 10, 100, 9")
    .priority(scene.risk())
    .given(format!("Three {many} exist with the {} 9, 10 and 100", plural(by)))
    .act(format!("Open the list of {many}"))
    .act(act)
    .expect(format!("The {one} with the {by} 10 stands between the others"));
    Some(["9", "10", "100"].into_iter().fold(proposal, |proposal, number| {
        proposal.sample(number, format!("{by} with one, two or three digits"))
    }))
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn text_search() {
        let story = "As a user, I want to search articles so that I find answers";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn search_by_two_criteria() {
        let story = "As a traveller, I want to search flights by destination and date so that I find the cheapest one";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn filter() {
        let story = "As a shopper, I want to filter products by brand so that I find what I need";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn sort() {
        let story = "As a shopper, I want to sort products by price so that I find cheap ones";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn compare() {
        let story = "As a shopper, I want to compare products so that I choose the best one";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a customer, I want to apply a discount code at checkout so that I pay less",
            "As a user, I want to view my orders so that I know what I bought",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
