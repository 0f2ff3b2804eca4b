//! R16 Delete: something is removed, cancelled or given up.
//!
//! Gives: it is gone for everybody and nothing else with it, deleting it a second time does no harm, cancelling what is
//! over is refused. Asks whether it can be undone, and what becomes of what refers to it.
//!
//! Refuses: the colour of a cancel button; a confirmation, a fee or a time limit that the story does not state.

use crate::basis::VerbClass;
use crate::coverage::scene::grammar::{a, capitalised, gerund, participle, the};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Technique, TestCaseType};

/// Looks for an act that removes something.
pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let Some(scene) = scene.focus(&[VerbClass::Delete, VerbClass::Manage]) else {
        return;
    };
    if scene.object().is_empty() {
        return;
    }
    let verb = scene
        .action()
        .filter(|action| action.class == VerbClass::Delete)
        .map_or("delete", |action| action.verb.as_str());
    match verb {
        "cancel" | "withdraw" | "revoke" => cancelled(&scene, verb, found),
        "unsubscribe" => {}
        _ => deleted(&scene, verb, found),
    }
}

fn deleted(scene: &Scene<'_>, verb: &str, found: &mut Found) {
    if let Some(holder) = holder(scene) {
        taken_out(scene, verb, &holder, found);
        return;
    }
    if !is_only_one(scene) {
        one_of_several(scene, verb, found);
    }
    ask(scene, verb, found);
}

/// What it is taken out of: `cart` of `from my cart`.
fn holder(scene: &Scene<'_>) -> Option<String> {
    let from = scene
        .action()?
        .circumstances
        .iter()
        .find_map(|words| words.strip_prefix("from "))?;
    let place = crate::coverage::scene::grammar::bare(from);
    [
        "cart",
        "basket",
        "wishlist",
        "wish list",
        "favourites",
        "favorites",
        "watchlist",
        "playlist",
        "list",
        "collection",
    ]
    .iter()
    .any(|holder| place.ends_with(holder))
    .then(|| place.to_owned())
}

fn taken_out(scene: &Scene<'_>, verb: &str, holder: &str, found: &mut Found) {
    let one = scene.one();
    let many = scene.many();
    let done = participle(verb);
    let verb_up = capitalised(verb);
    found.propose(
        Proposal::new(
            format!("positive/{one}/others stay"),
            format!("one of two {many} is {done}"),
            Technique::EquivalencePartitioning,
            TestCaseType::Positive,
            scene.action_span(),
        )
        .titled(format!(
            "{} one {one} from the {holder} leaves the other there",
            capitalised(&gerund(verb))
        ))
        .because("Taking out too much is noticed only when it is missing")
        .priority(scene.risk().lower())
        .given(format!(
            "The {holder} of the {} holds two different {many}",
            scene.actor()
        ))
        .act(format!("Open the {holder}"))
        .act(format!("{verb_up} the first {one}"))
        .act("Load the page again")
        .expect(format!("The {holder} holds the second {one} alone, unchanged")),
    );
    found.propose(
        Proposal::new(
            format!("edge/{holder}/last one out"),
            format!("the last {one} is {done}"),
            Technique::BoundaryValueAnalysis,
            TestCaseType::EdgeCase,
            scene.action_span(),
        )
        .titled(format!(
            "The {holder} says that it is empty after the last {one} was {done}"
        ))
        .because("What is empty must not look like a fault")
        .priority(Priority::Low)
        .given(format!("The {holder} of the {} holds exactly one {one}", scene.actor()))
        .act(format!("Open the {holder}"))
        .act(format!("{verb_up} the {one}"))
        .expect(format!(
            "A text says that the {holder} is empty; no {one} and no error are shown"
        )),
    );
    found.propose(
        Proposal::new(
            format!("edge/{one}/deleted twice"),
            format!("{} that is already out of the {holder}", a(&one)),
            Technique::ErrorGuessing,
            TestCaseType::EdgeCase,
            scene.action_span(),
        )
        .titled(format!(
            "{} {} that is already out of the {holder} takes out nothing else",
            capitalised(&gerund(verb)),
            a(&one)
        ))
        .because("A page that was opened earlier still offers what is gone")
        .priority(Priority::Low)
        .given(format!(
            "The {holder} of the {} holds two different {many}",
            scene.actor()
        ))
        .given(format!("The {holder} is open in two tabs"))
        .act(format!("{verb_up} the first {one} in the first tab"))
        .act(format!(
            "{verb_up} the same {one} in the second tab without loading it again"
        ))
        .expect(format!(
            "The {holder} holds the second {one} alone; no technical error is shown"
        )),
    );
}

/// Each person has one, so that there are no others to be left untouched.
fn is_only_one(scene: &Scene<'_>) -> bool {
    scene.is_own() && ["account", "profile", "data"].contains(&scene.one().to_lowercase().as_str())
}

fn one_of_several(scene: &Scene<'_>, verb: &str, found: &mut Found) {
    let one = scene.one();
    let done = participle(verb);
    let grave = if scene.risk() == Priority::Low {
        Priority::Medium
    } else {
        Priority::High
    };
    found.propose(
        Proposal::new(
            format!("positive/{one}/others stay"),
            format!("one of several {} is {done}", scene.many()),
            Technique::EquivalencePartitioning,
            TestCaseType::Positive,
            scene.action_span(),
        )
        .titled(format!(
            "{} one {one} leaves the others untouched",
            capitalised(&gerund(verb))
        ))
        .because("Taking away too much is worse than taking away nothing")
        .priority(grave)
        .givens(signed_in(scene))
        .given(format!("At least two {} exist", scene.many()))
        .act(format!("Note the {} that exist", scene.many()))
        .act(format!("{} one of them", capitalised(verb)))
        .act("Load the page again")
        .seen(format!("The {one} that was {done} is not listed"))
        .expect(format!(
            "Exactly the chosen {one} is gone; every other noted {one} is still there, unchanged"
        )),
    );
    found.propose(
        Proposal::new(
            format!("edge/{one}/deleted twice"),
            format!("{} that is already gone", a(&one)),
            Technique::ErrorGuessing,
            TestCaseType::EdgeCase,
            scene.action_span(),
        )
        .titled(format!(
            "{} {} that is already gone does no harm",
            capitalised(&gerund(verb)),
            a(&one)
        ))
        .because("Two tabs or two people often act on the same thing")
        .priority(Priority::Low)
        .givens(signed_in(scene))
        .given(format!("{} is open in two tabs", capitalised(&a(&one))))
        .act(format!("{} {} in the first tab", capitalised(verb), the(&one)))
        .seen(format!("{} is no longer shown", capitalised(&the(&one))))
        .act(format!("{} {} in the second tab", capitalised(verb), the(&one)))
        .seen(format!("A message says that the {one} no longer exists"))
        .expect(format!("No other {one} is {done} and no technical error is shown")),
    );
}

fn ask(scene: &Scene<'_>, verb: &str, found: &mut Found) {
    let one = scene.one();
    let done = participle(verb);
    if scene
        .mentions(&[
            "confirm",
            "undo",
            "restore",
            "permanent",
            "irreversible",
            "trash",
            "recycle",
        ])
        .is_none()
    {
        found.ask(
            format!("{one}/restore"),
            format!(
                "Must the {} confirm before {} is {done}, and can it be restored afterwards?",
                scene.actor(),
                the(&one)
            ),
            Some(scene.action_span()),
        );
    }
    if is_referred_to(&one) && !is_only_one(scene) && !one.ends_with("account") {
        found.ask(
            format!("{one}/referred to"),
            format!("What happens to records that refer to {} when it is {done}: is it refused, or do they stay without it?", a(&one)),
            Some(scene.action_span()),
        );
    }
}

fn is_referred_to(one: &str) -> bool {
    const REFERRED: [&str; 20] = [
        "category",
        "customer",
        "product",
        "account",
        "tag",
        "project",
        "supplier",
        "department",
        "room",
        "employee",
        "doctor",
        "patient",
        "course",
        "device",
        "team",
        "group",
        "user",
        "vendor",
        "role",
        "article",
    ];
    REFERRED.contains(&one.to_lowercase().rsplit(' ').next().unwrap_or(""))
}

fn signed_in(scene: &Scene<'_>) -> Vec<String> {
    scene
        .start_as(VerbClass::Delete)
        .into_iter()
        .filter(|given| !given.ends_with(" exists."))
        .collect()
}

fn cancelled(scene: &Scene<'_>, verb: &str, found: &mut Found) {
    let one = scene.one();
    let done = participle(verb);
    let refunded = scene
        .mentions(&["refund", "refunded", "paid back", "money back"])
        .is_some();
    let second = format!(
        "The second attempt is refused; {} is still shown as {done}{}",
        the(&one),
        if refunded {
            " and no money is paid back a second time"
        } else {
            ""
        }
    );
    // Of one's own, somebody else's is the refusal (R12), and this the unusual case.
    let kind = if scene.is_own() {
        TestCaseType::EdgeCase
    } else {
        TestCaseType::Negative
    };
    found.propose(
        Proposal::new(
            format!("edge/{one}/cancelled twice"),
            format!("{} that is already {done}", a(&one)),
            Technique::StateTransition,
            kind,
            scene.action_span(),
        )
        .titled(format!(
            "{} that is already {done} cannot be {done} again",
            capitalised(&a(&one))
        ))
        .because("What follows from a cancellation must happen once")
        .priority(Priority::Medium)
        .givens(signed_in(scene))
        .given(format!("{} exists that is already {done}", capitalised(&a(&one))))
        .act(format!("Open {}", the(&one)))
        .act(format!("Look for a way to {verb} it"))
        .seen("None is offered")
        .act("Send the request of the first cancellation again directly")
        .expect(second),
    );
    let last = one.to_lowercase();
    let last = last.rsplit(' ').next().unwrap_or("");
    if [
        "appointment",
        "booking",
        "reservation",
        "meeting",
        "trip",
        "flight",
        "ride",
        "class",
        "ticket",
    ]
    .contains(&last)
    {
        found.propose(over(scene, &one, verb, &done));
        ask_until(scene, &one, &done, "Until how long before its start", found);
    } else if ["subscription", "membership", "plan", "contract"].contains(&last) {
        found.ask(
            format!("{one}/end"),
            format!("Does a {done} {one} end at once or at the end of the period that was paid for?"),
            Some(scene.action_span()),
        );
    } else {
        ask_until(scene, &one, &done, "Up to which state", found);
    }
}

fn ask_until(scene: &Scene<'_>, one: &str, done: &str, until: &str, found: &mut Found) {
    if scene
        .mentions(&[
            "before",
            "until",
            "within",
            "hours",
            "hour",
            "only if",
            "only when",
            "unless",
            "shipped",
        ])
        .is_none()
    {
        found.ask(
            format!("{one}/until when"),
            format!("{until} can {} be {done}?", a(one)),
            Some(scene.action_span()),
        );
    }
}

fn over(scene: &Scene<'_>, one: &str, verb: &str, done: &str) -> Proposal {
    let (late, past) = if one.ends_with("ticket") {
        ("after what it admits to has begun", "for something that has begun")
    } else {
        ("after it has begun", "whose start lies in the past")
    };
    Proposal::new(
        format!("negative/{one}/over"),
        format!("{} {past}", a(one)),
        Technique::EquivalencePartitioning,
        TestCaseType::Negative,
        scene.action_span(),
    )
    .titled(format!("{} cannot be {done} {late}", capitalised(&a(one))))
    .because("What has begun can no longer be called off")
    .priority(Priority::Medium)
    .givens(signed_in(scene))
    .given(format!("{} exists {past}", capitalised(&a(one))))
    .act(format!("Open {}", the(one)))
    .act(format!("Look for a way to {verb} it"))
    .seen("None is offered")
    .expect(format!(
        "{} is not {done}; it is still shown with the same data",
        capitalised(&the(one))
    ))
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn deleted() {
        let story = "As a seller, I want to delete a product so that nobody orders it any more";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn cancelled() {
        let story = "As a patient, I want to cancel my appointment so that somebody else gets the time";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn subscription() {
        let story = "As a user, I want to cancel my subscription so that I am no longer charged";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a designer, I want to change the colour of the cancel button so that it is easier to see",
            "As a user, I want to view deleted messages so that I can read them once more",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
