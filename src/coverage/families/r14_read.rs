//! R14 Read: a list, a record or a figure is looked at.
//!
//! Gives: the list without entries, the list that is longer than a page, the figure that changes elsewhere, the record
//! that is gone. Asks for the order of a list when nothing tells it.
//!
//! Refuses: to test what others own (R12) and what is searched or filtered (R17).

use crate::basis::VerbClass;
use crate::coverage::scene::grammar::{a, capitalised, is_or_are, the};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Technique, TestCaseType};

/// Looks for an act that only looks.
pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let Some(scene) = scene.focus(&[VerbClass::Read, VerbClass::Manage]) else {
        return;
    };
    let examined = scene
        .action()
        .is_some_and(|action| action.circumstances.iter().any(|words| words.starts_with("for ")));
    if scene.object().is_empty() || worked_out(scene.object()) || examined {
        return;
    }
    match (scene.entry(), scene.entries()) {
        (Some(entry), Some(entries)) if !is_part(&entry) => {
            found.propose_untold(
                &scene,
                &["empty", "none", "there are no", "has no", "no entries"],
                no_entry(&scene, &entry, &entries),
            );
            if scene.class() == VerbClass::Read {
                found.propose_untold(
                    &scene,
                    &["per page", "pages", "pagination", "load more", "scroll"],
                    long_list(&scene, &entry, &entries),
                );
                ask_order(&scene, &entries, found);
            }
        }
        _ if scene.class() == VerbClass::Manage => {}
        _ if changes(scene.object()) => found.propose(changed_elsewhere(&scene, scene.object())),
        _ if is_tracked(&scene) => {
            found.propose(changed_elsewhere(&scene, &format!("state of the {}", scene.object())))
        }
        _ if has_address(&scene) => found.propose(gone(&scene)),
        _ => {}
    }
}

/// Plurals that are parts of one record rather than entries of a list.
fn is_part(entry: &str) -> bool {
    [
        "detail",
        "setting",
        "credential",
        "term",
        "direction",
        "instruction",
        "hour",
    ]
    .contains(&entry.to_lowercase().rsplit(' ').next().unwrap_or(""))
}

fn changes(object: &str) -> bool {
    const FIGURES: [&str; 22] = [
        "balance",
        "status",
        "total",
        "progress",
        "score",
        "price",
        "location",
        "temperature",
        "usage",
        "availability",
        "level",
        "position",
        "consumption",
        "rate",
        "speed",
        "state",
        "count",
        "inventory",
        "stock",
        "points",
        "queue",
        "delivery",
    ];
    FIGURES.contains(&crate::coverage::scene::grammar::head(object).to_lowercase().as_str())
}

/// Figures and proposals that are worked out from records are R33.
fn worked_out(object: &str) -> bool {
    let head = crate::coverage::scene::grammar::head(object).to_lowercase();
    super::r33_report::is_report(&head) || head.starts_with("recommendation") || head.starts_with("suggestion")
}

fn key(scene: &Scene<'_>, entry: &str) -> String {
    if entry == "entry" {
        scene.object().to_owned()
    } else {
        entry.to_owned()
    }
}

fn owner(scene: &Scene<'_>, entry: &str) -> String {
    if entry == "entry" {
        format!("{} has", capitalised(&the(scene.object())))
    } else if scene.is_own() {
        format!("The {} has", scene.actor())
    } else {
        "The system has".to_owned()
    }
}

fn signed_in(scene: &Scene<'_>) -> Vec<String> {
    scene
        .start_as(VerbClass::Read)
        .into_iter()
        .filter(|given| !given.starts_with("At least one"))
        .collect()
}

fn no_entry(scene: &Scene<'_>, entry: &str, entries: &str) -> Proposal {
    let title = if scene.is_own() {
        format!("{} without any {entry} is told so", capitalised(&scene.an_actor()))
    } else if entry == "entry" {
        format!("{} without any entry says so", capitalised(&a(scene.object())))
    } else {
        format!("A list without any {entry} says so")
    };
    let first = if signed_in(scene).is_empty() {
        "Open the start page".to_owned()
    } else {
        format!(
            "Sign in as {}",
            if scene.is_own() {
                format!("this {}", scene.actor())
            } else {
                format!("the {}", scene.actor())
            }
        )
    };
    Proposal::new(
        format!("edge/{}/none", key(scene, entry)),
        format!("there are no {entries}"),
        Technique::EquivalencePartitioning,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(title)
    .because("An empty page must not look like a fault")
    .priority(scene.risk().lower())
    .given(format!("{} no {entry}", owner(scene, entry)))
    .act(first)
    .act(format!("Open {}", the(scene.object())))
    .expect(format!(
        "A text says that there are no {entries}; no error{} is shown",
        if scene.is_own() {
            format!(" and no {entry} of anybody else")
        } else {
            String::new()
        }
    ))
}

fn long_list(scene: &Scene<'_>, entry: &str, entries: &str) -> Proposal {
    Proposal::new(
        format!("edge/{}/more than a page", key(scene, entry)),
        format!("there are more {entries} than one page shows"),
        Technique::BoundaryValueAnalysis,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!(
        "Every {entry} can be reached when one page does not show them all"
    ))
    .because("Entries get lost or doubled where one page ends and the next begins")
    .priority(Priority::Low)
    .givens(signed_in(scene))
    .given(format!(
        "{} more {entries} than one page shows, and their number is known",
        owner(scene, entry)
    ))
    .act(format!("Open {}", the(scene.object())))
    .act(format!("Go through to the last {entry}"))
    .seen(format!("The last {entry} is shown"))
    .act("Count the entries")
    .expect(format!(
        "Each {entry} stands in the list exactly once; the count equals the number that exists"
    ))
}

fn ask_order(scene: &Scene<'_>, entries: &str, found: &mut Found) {
    let told = [
        "sort",
        "order by",
        "ordered by",
        "newest",
        "latest",
        "recent",
        "alphabetical",
        "chronological",
        "first",
        "top",
        "rank",
    ];
    if scene.mentions(&told).is_none() {
        found.ask(
            format!("{entries}/order"),
            format!("In which order are the {entries} listed?"),
            Some(scene.action_span()),
        );
    }
}

fn is_tracked(scene: &Scene<'_>) -> bool {
    scene
        .action()
        .is_some_and(|action| ["track", "follow", "monitor"].contains(&action.verb.as_str()))
}

/// Records that are opened by an address which people keep.
fn has_address(scene: &Scene<'_>) -> bool {
    const KEPT: [&str; 18] = [
        "article", "page", "post", "profile", "product", "document", "photo", "video", "event", "job", "listing",
        "recipe", "course", "project", "ticket", "file", "message", "offer",
    ];
    let one = scene.one().to_lowercase();
    KEPT.contains(&crate::coverage::scene::grammar::head(&one)) || one.ends_with("details")
}

fn changed_elsewhere(scene: &Scene<'_>, object: &str) -> Proposal {
    Proposal::new(
        format!("edge/{object}/changed"),
        format!("{} that changes while it is looked at", a(object)),
        Technique::StateTransition,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!(
        "A change of {} is shown when the page is loaded again",
        the(object)
    ))
    .because(format!("An outdated {object} misleads whoever relies on it"))
    .priority(scene.risk())
    .givens(signed_in(scene))
    .act(format!("Open {}", the(object)))
    .seen(format!("The current {object} {} shown", is_or_are(object)))
    .act(format!(
        "Bring about a change of {} from outside this page",
        the(object)
    ))
    .act("Load the page again")
    .expect(format!(
        "The new {object} {} shown; the old one stands nowhere on the page",
        is_or_are(object)
    ))
}

fn gone(scene: &Scene<'_>) -> Proposal {
    let one = scene.one();
    Proposal::new(
        format!("edge/{one}/gone"),
        format!("{} that no longer exists", a(&one)),
        Technique::ErrorGuessing,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!(
        "The address of {} that was removed says that it no longer exists",
        a(&one)
    ))
    .because("Saved addresses outlive what they lead to")
    .priority(Priority::Low)
    .givens(signed_in(scene))
    .given(format!(
        "The address of {} is known that was removed in the meantime",
        a(&one)
    ))
    .act("Open the address")
    .expect(format!(
        "A text says that the {one} no longer exists; no content of it and no technical error is shown"
    ))
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn list_of_ones_own() {
        let story = "As a customer, I want to view my order history so that I can reorder items";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn figure() {
        let story = "As a bank customer, I want to see my account balance so that I know what I can spend";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn payments_are_looked_at() {
        let story = "As a bank customer, I want to view my payment history so that I know what I spent";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a shopper, I want to filter products by brand so that I find what I need",
            "As a seller, I want to create a product so that people can buy it",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
