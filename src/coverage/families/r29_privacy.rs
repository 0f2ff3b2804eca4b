//! R29 Privacy and audit: personal data that is handed out, deleted or looked at.
//!
//! Gives: only one's own data in the file, no way back into a deleted account. Asks what must be kept, and whether access
//! to other people's data is recorded.
//!
//! Refuses: a duty to record or to keep that nobody states.

use crate::basis::VerbClass;
use crate::coverage::scene::grammar::{a, participle};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    if let Some(scene) = scene.focus(&[VerbClass::Delete]).filter(is_account) {
        found.propose(signs_in_no_more(&scene));
        if scene.is_own() {
            found.ask(
                "account/kept data",
                "Which data of a deleted account must be kept, and for how long?",
                Some(scene.action_span()),
            );
        }
    }
    if let Some(scene) = scene
        .focus(&[VerbClass::Download])
        .filter(|scene| is_personal(scene) && scene.is_own())
    {
        found.propose(only_own_data(&scene));
    }
    let looks = [VerbClass::Read, VerbClass::Update, VerbClass::Delete, VerbClass::Manage];
    if let Some(scene) = scene
        .focus(&looks)
        .filter(|scene| !scene.is_own() && concerns_people(scene))
    {
        let told = scene.mentions(&["audit", "audit log", "logged", "recorded", "audit trail"]);
        if told.is_none() {
            let verb = scene.action().map_or("view", |action| action.verb.as_str());
            let done = if scene.class() == VerbClass::Manage {
                "changed".to_owned()
            } else {
                participle(verb)
            };
            found.ask(
                format!("{}/audit", scene.one()),
                format!("Must it be recorded who {done} {} and when?", a(&scene.one())),
                Some(scene.action_span()),
            );
        }
    }
}

fn is_account(scene: &Scene<'_>) -> bool {
    let one = scene.one().to_lowercase();
    [
        "account",
        "user account",
        "customer account",
        "profile",
        "user profile",
        "user",
    ]
    .contains(&one.as_str())
}

fn is_personal(scene: &Scene<'_>) -> bool {
    scene.object().to_lowercase().contains("data") || scene.mentions(&["personal data", "gdpr"]).is_some()
}

fn concerns_people(scene: &Scene<'_>) -> bool {
    let object = scene.object().to_lowercase();
    [
        "patient",
        "medical",
        "health",
        "user account",
        "salary",
        "employee",
        "personnel",
        "customer data",
        "criminal",
        "student record",
    ]
    .iter()
    .any(|word| object.contains(word))
}

fn signs_in_no_more(scene: &Scene<'_>) -> Proposal {
    let one = scene.one();
    Proposal::new(
        "state/account/sign-in after deletion",
        "sign-in with a deleted account",
        Technique::StateTransition,
        if scene.is_own() {
            TestCaseType::EdgeCase
        } else {
            TestCaseType::Negative
        },
        scene.action_span(),
    )
    .titled(format!("A deleted {one} no longer signs in"))
    .because("Deleting an account has to shut its door")
    .priority(Priority::High)
    .given(format!(
        "{} exists whose sign-in name and password are known",
        crate::coverage::scene::grammar::capitalised(&a(&one))
    ))
    .given(format!("The {} is signed in in a first browser", scene.actor()))
    .act(format!("Sign in with the {one} in a second browser"))
    .seen("The sign-in succeeds")
    .act(format!("Delete the {one} in the first browser"))
    .act("Load the page again in the second browser")
    .seen("The sign-in is asked for")
    .act(format!("Sign in with the deleted {one}"))
    .expect(format!(
        "The sign-in is refused; no page of the deleted {one} is shown in either browser"
    ))
}

fn only_own_data(scene: &Scene<'_>) -> Proposal {
    let actor = scene.actor();
    let verb = scene.action().map_or("export", |action| action.verb.as_str());
    Proposal::new(
        "negative/personal data/others",
        "data of other people in the file",
        Technique::ChecklistBased,
        TestCaseType::Negative,
        scene.action_span(),
    )
    .titled(format!("The file holds no data of anybody but the {actor}"))
    .because("A file with somebody else's data is a breach that must be reported")
    .priority(Priority::High)
    .given(format!("Two {} exist who have exchanged messages or share an entry", crate::coverage::scene::grammar::plural(&actor)))
    .act(format!("Sign in as the first {actor}"))
    .act(format!("{} the data of the first {actor}", crate::coverage::scene::grammar::capitalised(verb)))
    .act("Open the file")
    .act(format!("Search the file for the name and the email address of the second {actor}"))
    .expect(format!("Everything that the first {actor} has entered is in the file; nothing that only the second {actor} has entered is in it"))
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn account_deleted() {
        let story = "As a user, I want to delete my account so that my data is gone";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn data_handed_out() {
        let story = "As a user, I want to export my personal data so that I can take it elsewhere";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn data_of_others_looked_at() {
        let story = "As a doctor, I want to view a patient's medical history so that I choose the right therapy";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As an accountant, I want to export invoices as CSV so that I can import them in the tax software",
            "As a seller, I want to delete a product so that nobody orders it any more",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
