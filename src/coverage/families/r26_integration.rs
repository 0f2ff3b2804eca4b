//! R26 Integration and synchronisation: two systems that are to agree, and imports.
//!
//! Gives: a change that arrives twice, access that is withdrawn on the other side, a faulty row in an import. Asks which
//! side wins, and whether a faulty import is taken over in part.
//!
//! Refuses: single uploads (R18).

use crate::basis::{Action, VerbClass};
use crate::coverage::scene::grammar::{capitalised, gerund, the};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    for action in scene.actions() {
        let focused = scene.focus_on(action);
        if action.class == VerbClass::Integrate && !action.object.is_empty() {
            synchronise(&focused, action, found);
        } else if action.verb == "import" && focused.entry().is_some() {
            import(&focused, found);
        }
    }
}

/// The other side: `GitHub` of `with GitHub`.
pub(super) fn other_side(action: &Action) -> String {
    action
        .circumstances
        .iter()
        .find_map(|words| words.strip_prefix("with ").or_else(|| words.strip_prefix("to ")))
        .map_or_else(
            || "the other system".to_owned(),
            |side| {
                let side = crate::coverage::scene::grammar::bare(side);
                if side.starts_with(char::is_uppercase) {
                    side.to_owned()
                } else {
                    the(side)
                }
            },
        )
}

fn synchronise(scene: &Scene<'_>, action: &Action, found: &mut Found) {
    let side = other_side(action);
    let object = scene.object();
    let sync = action.verb.starts_with("sync");
    if sync {
        found.propose(
            Proposal::new(
                format!("edge/{object}/change arrives twice"),
                format!("the same change arrives twice from {side}"),
                Technique::ErrorGuessing,
                TestCaseType::EdgeCase,
                scene.action_span(),
            )
            .titled(format!("A change that {side} reports twice is applied once"))
            .because("Messages between systems are repeated whenever an answer is late")
            .priority(Priority::Medium)
            .givens(scene.start())
            .given(format!("{} is connected with {side}", capitalised(&the(object))))
            .act(format!("Add an entry in {side}"))
            .seen("The entry arrives on this side")
            .act(format!("Let {side} report the same change again"))
            .act("Load the page again")
            .expect("The entry exists on this side exactly once"),
        );
        found.ask(
            format!("{object}/conflict"),
            format!(
                "Which side wins when the same entry was changed here and in {side} before {}?",
                gerund(&action.verb)
            ),
            Some(scene.action_span()),
        );
        found.ask(
            format!("{object}/deleted on one side"),
            format!("Is an entry that is deleted in {side} deleted here as well, and the other way round?"),
            Some(scene.action_span()),
        );
    }
    found.propose(
        Proposal::new(
            format!("negative/{object}/access withdrawn"),
            format!("the access was withdrawn in {side}"),
            Technique::StateTransition,
            TestCaseType::Negative,
            scene.action_span(),
        )
        .titled(format!("Access that is withdrawn in {side} is noticed here"))
        .because("A connection that is dead but looks alive loses changes unnoticed")
        .priority(Priority::Medium)
        .givens(scene.start())
        .given(format!("{} is connected with {side}", capitalised(&the(object))))
        .act(format!("Withdraw the access in {side}"))
        .act(format!("Start to {} {} again", action.verb, the(object)))
        .seen(format!("A message says that {side} no longer grants access"))
        .expect(format!(
            "{} is shown as not connected; no entry is changed or deleted on this side",
            capitalised(&the(object))
        )),
    );
}

fn import(scene: &Scene<'_>, found: &mut Found) {
    let entry = scene.entry().unwrap_or_else(|| scene.one());
    let entries = scene.entries().unwrap_or_else(|| scene.many());
    found.propose(
        Proposal::new(
            format!("negative/{entry}/faulty row"),
            format!("one of several {entries} in the file is faulty"),
            Technique::EquivalencePartitioning,
            TestCaseType::Negative,
            scene.action_span(),
        )
        .titled(format!(
            "A faulty {entry} in an import is named with its place in the file"
        ))
        .because("Whoever imports many entries cannot look for the fault by hand")
        .priority(Priority::Medium)
        .givens(scene.start())
        .given(format!(
            "A file holds three {entries}, the second of which lacks a part that is required"
        ))
        .act(format!("Import the {entries} from the file"))
        .seen(format!("A message names the second {entry} and what it lacks"))
        .act(format!("Open the list of {entries}"))
        .expect(format!(
            "The faulty {entry} is not listed; the message and the list agree on which {entries} were taken over"
        )),
    );
    found.ask(
        format!("{entry}/import in part"),
        format!("Is an import with one faulty {entry} refused as a whole, or are the others taken over?"),
        Some(scene.action_span()),
    );
    found.ask(
        format!("{entry}/imported twice"),
        format!("What happens to {entries} that exist already when they are imported again?"),
        Some(scene.action_span()),
    );
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn synchronised() {
        let story =
            "As a developer, I want to sync my repository with GitHub so that issues stay the same on both sides";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn import() {
        let story = "As an accountant, I want to import invoices from a CSV file so that I need not type them";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        let story = "As a citizen, I want to upload my passport photo so that I can apply for a passport";
        assert_eq!(keys(propose, story), Vec::<String>::new());
    }
}
