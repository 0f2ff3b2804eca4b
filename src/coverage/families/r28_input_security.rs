//! R28 Input security: free text that other people see.
//!
//! Gives: a script that is written as text and must stay text.
//!
//! Refuses: texts that only their author sees, and everything that is no text. Never more than medium.

use crate::basis::VerbClass;
use crate::coverage::families::r27_locale::is_free_text;
use crate::coverage::scene::grammar::a;
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Step, Technique, TestCaseType};

const SCRIPT: &str = "<script>alert(1)</script>";

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let Some(scene) = scene.focus(&[VerbClass::Create, VerbClass::Update]) else {
        return;
    };
    let one = scene.one();
    let shown = is_free_text(&one)
        || ["article", "ticket", "issue", "bug report", "profile"].contains(&one.to_lowercase().as_str());
    let private = scene
        .mentions(&["private", "personal note", "for myself", "only me"])
        .is_some();
    if !shown || private {
        return;
    }
    found.propose(
        Proposal::new(
            format!("negative/{one}/script"),
            format!("{} that holds a script", a(&one)),
            Technique::ErrorGuessing,
            TestCaseType::Negative,
            scene.action_span(),
        )
        .titled(format!("A script in {} is shown as text", a(&one)))
        .because("Text of one person that runs in the browser of another takes over the other's session")
        .priority(Priority::Medium)
        .givens(scene.start())
        .givens(scene.surroundings())
        .steps(scene.perform(vec![
            Step::new(format!("Enter the text from the data as the {one}.")).with_data(SCRIPT),
        ]))
        .act(format!("Open the {one} as another person"))
        .expect(format!(
            "No dialog opens; where the {one} is shown, it reads as it was entered"
        ))
        .sample(SCRIPT, "script that opens a dialog"),
    );
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn text_that_others_see() {
        let story = "As a reader, I want to post a comment on an article so that I can share my opinion";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a user, I want to write a private note so that I remember it",
            "As a customer, I want to book a table so that I can eat",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
