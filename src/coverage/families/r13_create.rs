//! R13 Create: something new comes into being, or somebody registers.
//!
//! Gives: the duplicate of what must be unique, the form that was left without submitting, the date that is past for
//! what can only lie ahead. That the new thing is there afterwards is the main success and stands in R1; submitting twice
//! in a row is R24.
//!
//! Refuses: uniqueness that nothing supports (it asks), and drafts that the story speaks of.

use crate::basis::VerbClass;
use crate::coverage::scene::grammar::{a, capitalised};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Step, Technique, TestCaseType};

/// Looks for an act that makes something new.
pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    if let Some(scene) = scene.focus(&[VerbClass::Register]).filter(|scene| !scene.takes()) {
        if let Some(into) = joined(&scene) {
            found.propose_untold(&scene, &["already", "twice", "again"], joined_twice(&scene, &into));
            return;
        }
        if scene.mentions(&["email", "e-mail"]).is_some() {
            found.propose(same_in_capitals(&scene));
        }
        found.propose_untold(
            &scene,
            &[
                "already registered",
                "already exists",
                "already in use",
                "already used",
                "already taken",
                "existing account",
                "duplicate",
                "unique",
            ],
            registered_before(&scene),
        );
        return;
    }
    let Some(scene) = scene.focus(&[VerbClass::Create, VerbClass::Manage]) else {
        return;
    };
    if scene.object().is_empty() {
        return;
    }
    let one = scene.one();
    if lies_ahead(&scene) {
        found.propose_untold(&scene, &["past", "future", "in advance"], in_the_past(&scene));
    } else if scene
        .mentions(&["draft", "autosave", "resume", "save for later"])
        .is_none()
        && has_form(&scene)
    {
        found.propose_untold(&scene, &["cancel", "discard", "leave the"], left_unsaved(&scene));
    }
    if has_name(&one)
        && scene
            .mentions(&["unique", "duplicate", "same name", "already exists"])
            .is_none()
    {
        found.ask(
            format!("{one}/unique name"),
            format!("May two {} have the same name?", scene.many()),
            Some(scene.action_span()),
        );
    }
}

/// What somebody joins who has an account already: `course` of `enrol in a course`.
fn joined(scene: &Scene<'_>) -> Option<String> {
    let action = scene.action()?;
    let around = action
        .circumstances
        .iter()
        .find_map(|words| ["in ", "for ", "to "].iter().find_map(|mark| words.strip_prefix(mark)));
    let object = scene.object();
    let thing = if object.is_empty() {
        crate::coverage::scene::grammar::bare(around?)
    } else {
        object
    };
    let account = ["account", "profile", "user", "customer", "member", "email"]
        .iter()
        .any(|word| thing.contains(word));
    (!account).then(|| crate::coverage::scene::grammar::singular(thing))
}

fn joined_twice(scene: &Scene<'_>, into: &str) -> Proposal {
    let actor = scene.actor();
    Proposal::new(
        format!("negative/{into}/joined twice"),
        format!("the same {actor} and the same {into} a second time"),
        Technique::StateTransition,
        TestCaseType::Negative,
        scene.action_span(),
    )
    .titled(format!("The same {actor} cannot join the same {into} twice"))
    .because("Somebody who is counted twice takes the place of another")
    .priority(Priority::Medium)
    .given(format!("The {actor} has joined {}", a(into)))
    .act(format!("Open this {into}"))
    .act("Send the same request again")
    .seen(format!("A message says that the {actor} has joined already"))
    .expect(format!(
        "The second request is refused; the {into} still lists the {actor} once"
    ))
}

fn registered_before(scene: &Scene<'_>) -> Proposal {
    let actor = scene.actor();
    let email = scene.mentions(&["email", "e-mail"]).is_some();
    let (what, given) = if email {
        (
            "email address",
            "An account exists with the email address ada@example.com",
        )
    } else {
        ("sign-in name", "An account exists whose sign-in name is known")
    };
    let proposal = Proposal::new(
        "negative/account/duplicate",
        format!("{} that already has an account", a(what)),
        Technique::EquivalencePartitioning,
        TestCaseType::Negative,
        scene.action_span(),
    )
    .titled(format!(
        "{} that already has an account cannot be registered again",
        capitalised(&a(what))
    ))
    .because("Nobody may take over or shadow an account by registering it again")
    .priority(Priority::High)
    .given(given)
    .given(format!("The {actor} is not signed in"))
    .step(scene.open())
    .step(if email {
        scene.enter("email address", "ada@example.com")
    } else {
        Step::new("Enter the sign-in name of the account that exists.")
    })
    .act("Fill in the other fields of the form")
    .act("Submit the form")
    .seen(format!(
        "A message says that the registration with this {what} is not possible"
    ))
    .expect("No second account is created; the first account keeps its data, and its password still signs in");
    if email {
        proposal.sample("ada@example.com", "email address of an account that exists")
    } else {
        proposal
    }
}

fn same_in_capitals(scene: &Scene<'_>) -> Proposal {
    Proposal::new(
        "edge/account/letter case",
        "the email address of an account in capital letters",
        Technique::EquivalencePartitioning,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled("The email address of an account is recognised in capital letters")
    .because("Mail for both spellings reaches the same person, who must not end up with a second account")
    .priority(Priority::Medium)
    .given("An account exists with the email address ada@example.com")
    .given(format!("The {} is not signed in", scene.actor()))
    .step(scene.open())
    .step(scene.enter("email address", "ADA@EXAMPLE.COM"))
    .act("Fill in the other fields of the form")
    .act("Submit the form")
    .seen("A message says that the registration with this email address is not possible")
    .expect("No second account is created for this email address")
    .sample("ada@example.com", "email address of an account that exists")
    .sample("ADA@EXAMPLE.COM", "the same email address in capital letters")
}

/// Acts that take effect at a time which must lie ahead.
fn lies_ahead(scene: &Scene<'_>) -> bool {
    const AHEAD: [&str; 22] = [
        "appointment",
        "booking",
        "reservation",
        "meeting",
        "reminder",
        "table",
        "flight",
        "trip",
        "ride",
        "room",
        "shift",
        "visit",
        "class",
        "session",
        "court",
        "seat",
        "hotel",
        "desk",
        "car",
        "consultation",
        "webinar",
        "delivery",
    ];
    let verbs = ["book", "reserve", "schedule", "plan"];
    if ["seat", "ticket"].contains(&crate::coverage::scene::grammar::head(&scene.one().to_lowercase())) {
        return false;
    }
    let by_verb = scene
        .action()
        .is_some_and(|action| verbs.contains(&action.verb.as_str()));
    let one = scene.one().to_lowercase();
    let last = one.rsplit(' ').next().unwrap_or("");
    by_verb || ["appointment", "booking", "reservation", "meeting", "reminder"].contains(&last) && AHEAD.contains(&last)
}

fn in_the_past(scene: &Scene<'_>) -> Proposal {
    let one = scene.one();
    let verb = scene.action().map_or("book", |action| action.verb.as_str());
    let done = crate::coverage::scene::grammar::participle(verb);
    let mut proposal = Proposal::new(
        format!("negative/{one}/past"),
        format!("{} on a day that has passed", a(&one)),
        Technique::EquivalencePartitioning,
        TestCaseType::Negative,
        scene.action_span(),
    )
    .titled(format!(
        "{} on a day that has passed cannot be {done}",
        capitalised(&a(&one))
    ))
    .because(format!("{} can only lie ahead", capitalised(&a(&one))))
    .priority(Priority::Medium);
    for given in scene.start_as(VerbClass::Create) {
        proposal = proposal.given(given);
    }
    proposal
        .given(format!("At least one {one} can be {done} for a later day"))
        .act(format!("Open the form to {verb} {}", a(&one)))
        .act("Choose the date of yesterday")
        .seen("The date is not accepted")
        .expect(format!(
            "No {one} can be {done} for yesterday; none is listed for that day"
        ))
}

/// Whether it is made in a form with several entries; a message or a comment is not.
fn has_form(scene: &Scene<'_>) -> bool {
    let one = scene.one().to_lowercase();
    let last = one.rsplit(' ').next().unwrap_or("");
    ![
        "comment", "message", "note", "order", "like", "vote", "item", "product", "song", "reaction", "bookmark",
    ]
    .contains(&last)
        && scene.action().is_none_or(|action| {
            [
                "create", "add", "submit", "write", "register", "manage", "enter", "record",
            ]
            .contains(&action.verb.as_str())
        })
}

fn left_unsaved(scene: &Scene<'_>) -> Proposal {
    let one = scene.one();
    Proposal::new(
        format!("edge/{one}/left unsaved"),
        format!("the form for a new {one} is left without submitting it"),
        Technique::Scenario,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!("A form that is left without submitting creates no {one}"))
    .because(format!(
        "{} must come into being only when it is submitted",
        capitalised(&a(&one))
    ))
    .priority(Priority::Low)
    .givens(scene.start_as(VerbClass::Create))
    .given(format!("The {} that are listed were noted", scene.many()))
    .step(scene.perform_as(VerbClass::Create, Vec::new()).swap_remove(0))
    .act("Fill in the form")
    .act("Leave the form without submitting it")
    .act(format!("Open the list of {}", scene.many()))
    .expect(format!("The list shows the noted {} and no others", scene.many()))
}

fn has_name(one: &str) -> bool {
    const NAMED: [&str; 18] = [
        "project",
        "category",
        "list",
        "wishlist",
        "playlist",
        "group",
        "team",
        "folder",
        "label",
        "tag",
        "channel",
        "workspace",
        "department",
        "board",
        "profile",
        "template",
        "collection",
        "branch",
    ];
    NAMED.contains(&one.to_lowercase().rsplit(' ').next().unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn record_with_a_form() {
        let story = "As a project manager, I want to create a project so that the team can plan";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn registering() {
        let story = "As a visitor, I want to register with my email address so that I can order";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn what_lies_ahead() {
        let story = "As a patient, I want to book an appointment with my doctor so that I get treatment";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a user, I want to view my projects so that I know what is open",
            "As a user, I want to delete a project so that my list is short",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
