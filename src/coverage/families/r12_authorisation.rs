//! R12 Authorisation: roles with power, and objects that belong to somebody.
//!
//! Gives: the act refused to a user without the role, also when it is called directly; the object of somebody else
//! refused when its id is put into the address.
//!
//! Refuses: stories in which anybody may do it, and things of one's own that have no address (a password, a language).

use crate::basis::VerbClass;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{a, capitalised, participle};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Technique, TestCaseType};

/// Looks for power in the role, else for ownership in the goal, else for an act that needs a sign-in.
pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let Some(action) = scene.actions().iter().find(|action| !open_to_all(action.class)) else {
        return;
    };
    let scene = scene.focus_on(action);
    if scene.object().is_empty() || ["message", "chat", "text"].contains(&action.verb.as_str()) {
        return;
    }
    if says_who_may(&scene) {
        return;
    }
    let own = scene.is_own() || owns_what_it_sells(&scene.actor());
    if action.verb == "share" {
        found.propose(not_shared_with(&scene));
    } else if own && has_address(&scene) {
        let told = [
            "other user",
            "other users",
            "another user",
            "other customers",
            "another customer",
            "own only",
            "only their",
        ];
        found.propose_untold(&scene, &told, foreign_object(&scene));
    } else if !own && has_power(&scene.actor()) {
        let told = [
            "permission",
            "not allowed",
            "unauthorised",
            "unauthorized",
            "access denied",
            "without the role",
            "other roles",
            "only admins",
            "only administrators",
        ];
        found.propose_untold(&scene, &told, missing_role(&scene));
    } else if needs_sign_in(&scene) {
        found.propose_untold(
            &scene,
            &["not logged in", "not signed in", "signed out", "anonymous"],
            not_signed_in(&scene),
        );
    }
}

/// Whether a criterion says itself who may or may not: its own cases then try the others.
fn says_who_may(scene: &Scene<'_>) -> bool {
    scene.basis.criteria.iter().any(|criterion| {
        let text = scene.observed(&criterion.statement.text);
        let subject = Clause::read(&text).map(|clause| clause.subject.to_lowercase());
        subject.is_some_and(|subject| {
            let only = subject
                .strip_prefix("only ")
                .is_some_and(|who| super::criteria::is_person(who) && !who.contains(scene.object()));
            let outside = ["guest", "visitor", "anonymous user", "unregistered user"]
                .iter()
                .any(|who| subject.contains(who) && !scene.actor().contains(who));
            only || outside && criterion.negative
        })
    })
}

/// Whether there is a ground to be signed in: a change, something personal, or a look that is not open to everybody.
fn gives_ground(scene: &Scene<'_>) -> bool {
    const PUBLIC_ROLES: [&str; 16] = [
        "commuter",
        "passenger",
        "reader",
        "shopper",
        "visitor",
        "tourist",
        "citizen",
        "traveller",
        "traveler",
        "resident",
        "fan",
        "job seeker",
        "buyer",
        "viewer",
        "parent",
        "listener",
    ];
    const PUBLIC: [&str; 22] = [
        "price",
        "product",
        "timetable",
        "departure",
        "arrival",
        "opening hours",
        "menu",
        "article",
        "news",
        "weather",
        "forecast",
        "catalogue",
        "catalog",
        "event",
        "vacancy",
        "job advert",
        "store",
        "shop",
        "map",
        "route",
        "film",
        "exchange rate",
    ];
    let personal = [
        "account",
        "balance",
        "invoice",
        "medical",
        "patient",
        "personal data",
        "salary",
        "payslip",
        "test result",
        "prescription",
        "statement",
        "profile",
        "order history",
        "my",
    ];
    let looks = matches!(scene.class(), VerbClass::Read | VerbClass::Search | VerbClass::Filter);
    let actor = scene.actor();
    let public = PUBLIC_ROLES.iter().any(|role| actor.ends_with(role)) || scene.goal_mentions(&PUBLIC).is_some();
    !looks || !public || scene.goal_mentions(&personal).is_some()
}

/// Whether the scene takes it that the actor is signed in, and there is a page to sign in to.
fn needs_sign_in(scene: &Scene<'_>) -> bool {
    if !gives_ground(scene) {
        return false;
    }
    let no_page = scene
        .mentions(&["command line", "terminal", "cli", "voice", "in the store", "on paper"])
        .is_some();
    let preference = super::r32_settings::is_preference(scene.object());
    // A basket and what is put into it belong to whoever shops, signed in or not.
    const OPEN: [&str; 7] = ["quantity", "coupon", "basket", "cart", "item", "slot", "purchase"];
    let shopping = scene.actor().ends_with("customer")
        && (OPEN.iter().any(|word| scene.one().ends_with(word)) || scene.object().contains(" and "));
    !no_page && !preference && !shopping && scene.start().iter().any(|given| given.ends_with(" is signed in."))
}

fn not_signed_in(scene: &Scene<'_>) -> Proposal {
    let deed = scene.deed();
    let one = scene.one();
    Proposal::new(
        format!("negative/{one}/not signed in"),
        format!("somebody who is not signed in tries to {deed}"),
        Technique::ChecklistBased,
        TestCaseType::Negative,
        scene.action_span(),
    )
    .titled(format!("Nobody can {deed} without signing in"))
    .because(format!("Only {} who is known may {deed}", scene.an_actor()))
    .priority(scene.risk())
    .given("Nobody is signed in")
    .given(format!("The address is known at which {} can {deed}", scene.an_actor()))
    .act("Open the known address")
    .seen("The sign-in is asked for")
    .act("Leave the sign-in and open the known address once more")
    .seen("The sign-in is asked for again")
    .expect(format!(
        "The act is refused because nobody is signed in; {}",
        unharmed(scene)
    ))
}

/// Acts that are no question of rights, or whose rights another family tests.
fn open_to_all(class: VerbClass) -> bool {
    matches!(
        class,
        VerbClass::Authenticate
            | VerbClass::Register
            | VerbClass::Search
            | VerbClass::Filter
            | VerbClass::Calculate
            | VerbClass::Notify
            | VerbClass::Redeem
    )
}

fn has_power(actor: &str) -> bool {
    const POWERS: [&str; 34] = [
        "admin",
        "administrator",
        "manager",
        "moderator",
        "editor",
        "supervisor",
        "officer",
        "clerk",
        "doctor",
        "physician",
        "nurse",
        "pharmacist",
        "teacher",
        "instructor",
        "librarian",
        "operator",
        "auditor",
        "accountant",
        "dispatcher",
        "recruiter",
        "approver",
        "reviewer",
        "maintainer",
        "caseworker",
        "receptionist",
        "controller",
        "owner",
        "leader",
        "agent",
        "employer",
        "engineer",
        "technician",
        "planner",
        "lecturer",
    ];
    let lower = actor.to_lowercase();
    let last = lower.rsplit(' ').next().unwrap_or("");
    POWERS.contains(&last)
}

fn owns_what_it_sells(actor: &str) -> bool {
    let last = actor.to_lowercase();
    [
        "seller",
        "vendor",
        "merchant",
        "host",
        "landlord",
        "organiser",
        "organizer",
        "publisher",
    ]
    .contains(&last.rsplit(' ').next().unwrap_or(""))
}

fn has_address(scene: &Scene<'_>) -> bool {
    const WITHOUT: [&str; 28] = [
        "password",
        "language",
        "preference",
        "setting",
        "theme",
        "notification",
        "time",
        "fingerprint",
        "app",
        "phone",
        "home",
        "house",
        "room",
        "thermostat",
        "light",
        "pin",
        "mood",
        "team",
        "company",
        "work",
        "progress",
        "cart",
        "data",
        "address",
        "number",
        "name",
        "photo",
        "picture",
    ];
    let object = scene.one().to_lowercase();
    let last = object.rsplit(' ').next().unwrap_or("");
    !WITHOUT.contains(&last)
        && !matches!(
            scene.class(),
            VerbClass::Create | VerbClass::Upload | VerbClass::Configure | VerbClass::Integrate | VerbClass::Other
        )
}

fn missing_role(scene: &Scene<'_>) -> Proposal {
    let actor = scene.actor();
    let deed = scene.deed();
    let role = a(&actor);
    Proposal::new(
        format!("negative/{}/missing role", scene.one()),
        format!("a user who is not {role} tries to {deed}"),
        Technique::ChecklistBased,
        TestCaseType::Negative,
        scene.action_span(),
    )
    .titled(format!("A user who is not {role} cannot {deed}"))
    .because(format!("Only {role} may {deed}; hiding the button is not enough"))
    .priority(at_least_medium(scene.risk()))
    .also(
        scene
            .basis
            .story
            .role
            .as_ref()
            .map_or_else(|| scene.action_span(), |role| role.span),
    )
    .given(format!("A user account exists that does not have the role {actor}"))
    .given(format!("The address is known at which {role} can {deed}"))
    .act(format!("Sign in as the user without the role {actor}"))
    .act(format!("Look for a way to {deed}"))
    .seen("None is offered")
    .act("Call the known address directly in the same session")
    .seen("The call is refused as not permitted")
    .expect(format!(
        "The act is neither offered nor carried out; {}",
        unharmed(scene)
    ))
}

fn foreign_object(scene: &Scene<'_>) -> Proposal {
    let actor = scene.actor();
    let one = scene.entry().unwrap_or_else(|| scene.object().to_owned());
    let verb = scene.action().map_or("use", |action| action.verb.as_str());
    let done = if matches!(scene.class(), VerbClass::Read | VerbClass::Manage) {
        "opened".to_owned()
    } else {
        participle(verb)
    };
    let harm = match scene.class() {
        VerbClass::Read | VerbClass::Manage | VerbClass::Report => "nothing of it is shown".to_owned(),
        VerbClass::Download => "no file is downloaded".to_owned(),
        _ => "it is the same as before for its owner".to_owned(),
    };
    // Seeing or changing what belongs to somebody else is a leak, whatever the story's own risk: hence high.
    Proposal::new(
        format!("negative/{one}/foreign"),
        format!("the {one} of another {actor}"),
        Technique::ChecklistBased,
        TestCaseType::Negative,
        scene.action_span(),
    )
    .titled(format!("The {one} of another {actor} cannot be {done} by its id"))
    .because(format!(
        "{} belongs to one {actor}; guessing an id must not open it to others",
        capitalised(&a(&one))
    ))
    .priority(Priority::High)
    .given(format!(
        "Two {} exist, each with {} of their own",
        crate::coverage::scene::grammar::plural(&actor),
        a(&one)
    ))
    .given(format!("The id of the {one} of the second {actor} is known"))
    .act(format!("Sign in as the first {actor}"))
    .act(format!("Open the first {actor}'s own {one}"))
    .act(format!(
        "Replace the id in the address by the id of the second {actor}'s {one}"
    ))
    .seen("The request is refused")
    .expect(format!("The {one} of the second {actor} cannot be {done}; {harm}"))
}

fn not_shared_with(scene: &Scene<'_>) -> Proposal {
    let one = scene.one();
    let actor = scene.actor();
    Proposal::new(
        format!("negative/{one}/not shared with"),
        format!("a person with whom the {one} was not shared"),
        Technique::ChecklistBased,
        TestCaseType::Negative,
        scene.action_span(),
    )
    .titled(format!(
        "A shared {one} stays closed to people with whom it was not shared"
    ))
    .because("Sharing with one person must not open it to all")
    .priority(Priority::High)
    .given(format!("The {actor} has shared {} with one person", a(&one)))
    .given(format!("The address of the {one} is known"))
    .act("Sign in as a third person")
    .act(format!("Open the address of the {one}"))
    .seen("The request is refused")
    .act("Sign in as the person with whom it was shared")
    .act(format!("Open the address of the {one}"))
    .expect(format!(
        "The {one} is shown to the person with whom it was shared; nothing of it was shown to the third person"
    ))
}

fn at_least_medium(risk: Priority) -> Priority {
    if risk == Priority::Low { Priority::Medium } else { risk }
}

fn unharmed(scene: &Scene<'_>) -> String {
    let one = scene.one();
    match scene.action().map_or("", |action| action.verb.as_str()) {
        "refund" => "no money is paid out".to_owned(),
        "invite" => "nobody is invited".to_owned(),
        "import" => format!("no {one} is imported"),
        verb @ ("cancel" | "withdraw" | "revoke") => format!("the {one} is not {}", participle(verb)),
        _ => scene.unchanged(),
    }
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn role_with_power() {
        let story = "As an admin, I want to delete a product so that nobody orders it any more";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn object_of_ones_own() {
        let story = "As a customer, I want to view my orders so that I know what I bought";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_criterion_that_says_who_may_takes_its_place() {
        let story = "As a manager, I want to approve requests so that my team can go on";
        for (criterion, expected) in [
            ("Only managers can approve requests", 0),
            ("Guests may not see requests", 0),
            ("Only pending requests can be approved", 1),
            ("Guests get an email", 1),
        ] {
            let given = given_by(propose, story, &[criterion]);
            assert_eq!(given.matches("  # ").count(), expected, "{criterion}");
        }
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a shopper, I want to view products so that I find what I like",
            "As a shopper, I want to compare products so that I choose the best one",
            "As a commuter, I want to see the next departures so that I catch my train",
            "As a student, I want to read the menu of the canteen so that I know what there is",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
