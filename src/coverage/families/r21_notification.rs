//! R21 Notification: somebody is told that something happened, by mail, SMS or otherwise.
//!
//! Gives: nothing is sent for what concerns somebody else, an event that is reported twice is told once, no reminder for
//! what was cancelled. Asks for the channel and for a way out of it when the story names none.
//!
//! Refuses: texts of messages and delays that the story does not state.

use crate::basis::{Action, VerbClass};
use crate::coverage::scene::grammar::{a, capitalised, sentence, the};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    if let Some(action) = scene.actions().iter().find(|action| action.verb == "invite") {
        invited(&scene.focus_on(action), found);
    }
    let Some(scene) = scene.focus(&[VerbClass::Notify]) else {
        return;
    };
    let Some(action) = scene.action() else { return };
    let message = message(&scene);
    let sent = if message.ends_with("reminder") || message.ends_with("alert") {
        "received"
    } else {
        "sent"
    };
    if let Some(event) = event(action) {
        let event = Event::new(&scene, &event);
        if event.own {
            found.propose(of_somebody_else(&scene, &message, &event));
        }
        found.propose(reported_twice(&scene, &message, &event));
    }
    let about = scene.mentions(&[
        "appointment",
        "booking",
        "reservation",
        "meeting",
        "event",
        "task",
        "class",
        "session",
    ]);
    if let Some(span) = about.filter(|_| scene.mentions(&["remind", "reminder"]).is_some()) {
        let about = crate::coverage::scene::grammar::singular(&scene.basis.words(span).to_lowercase());
        found.propose(after_cancelling(&scene, &about));
        found.propose(after_moving(&scene, &about));
    }
    if scene
        .mentions(&[
            "email",
            "e-mail",
            "mail",
            "sms",
            "text message",
            "push",
            "app",
            "phone",
            "chat",
            "slack",
            "letter",
            "inbox",
        ])
        .is_none()
    {
        found.ask(
            "notification/channel",
            format!("By which channel is the {message} {sent}: email, SMS, push message or in the application?"),
            Some(scene.action_span()),
        );
    }
    if scene
        .mentions(&[
            "opt out",
            "unsubscribe",
            "turn off",
            "switch off",
            "preference",
            "disable",
            "subscribe",
        ])
        .is_none()
    {
        found.ask(
            "notification/opt-out",
            format!("Can {} turn the {message} off?", scene.an_actor()),
            Some(scene.action_span()),
        );
    }
}

pub(super) fn message(scene: &Scene<'_>) -> String {
    let named = [
        ("email", "email"),
        ("e-mail", "email"),
        ("sms", "SMS"),
        ("text message", "text message"),
        ("push", "push message"),
        ("reminder", "reminder"),
        ("remind", "reminder"),
        ("alert", "alert"),
    ];
    named
        .into_iter()
        .find(|(word, _)| scene.goal_mentions(&[word]).is_some())
        .map_or_else(|| "notification".to_owned(), |(_, name)| name.to_owned())
}

/// The clause after `when`, `if`, `once`: what has to happen.
fn event(action: &Action) -> Option<String> {
    let joined = action.circumstances.join(" ");
    ["when ", "whenever ", "if ", "once ", "as soon as "]
        .iter()
        .find_map(|mark| {
            let at = joined.find(mark)?;
            let clause = joined[at + mark.len()..].trim();
            (clause.split(' ').count() >= 2).then(|| clause.to_owned())
        })
}

/// What has to happen for a message, in the observer's words.
pub(super) fn event_of(scene: &Scene<'_>, action: &Action) -> Option<String> {
    event(action).map(|clause| Event::new(scene, &clause).clause)
}

/// What has to happen for a message.
struct Event {
    clause: String,
    own: bool,
}

impl Event {
    fn new(scene: &Scene<'_>, clause: &str) -> Self {
        let own = clause.starts_with("my ") || clause.starts_with("our ");
        let clause = match clause.strip_prefix("my ").or_else(|| clause.strip_prefix("our ")) {
            Some(rest) => format!("the {}'s {rest}", scene.actor()),
            None => scene.observed(clause),
        };
        Self { clause, own }
    }

    fn of_another(&self, actor: &str) -> String {
        self.clause
            .replacen(&format!("the {actor}'s "), &format!("the second {actor}'s "), 1)
    }
}

fn of_somebody_else(scene: &Scene<'_>, message: &str, event: &Event) -> Proposal {
    let actor = scene.actor();
    Proposal::new(
        format!("negative/{message}/somebody else"),
        format!("the event concerns another {actor}"),
        Technique::EquivalencePartitioning,
        TestCaseType::Negative,
        scene.action_span(),
    )
    .titled(format!(
        "No {message} reaches {} about what belongs to another",
        a(&actor)
    ))
    .because(format!(
        "{} at the wrong address gives away what happens to somebody else",
        capitalised(&a(message))
    ))
    .priority(Priority::High)
    .given(format!(
        "Two {} exist, and what is sent to both can be read",
        crate::coverage::scene::grammar::plural(&actor)
    ))
    .act(format!("Bring it about that {}", event.of_another(&actor)))
    .seen(format!("The second {actor} receives exactly one {message}"))
    .act(format!("Look into what was sent to the first {actor}"))
    .expect(format!("The first {actor} receives no {message}"))
}

fn reported_twice(scene: &Scene<'_>, message: &str, event: &Event) -> Proposal {
    let actor = scene.actor();
    Proposal::new(
        format!("edge/{message}/reported twice"),
        "the same event is reported twice",
        Technique::ErrorGuessing,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!(
        "One event leads to one {message}, even when it is reported twice"
    ))
    .because("Whoever is told twice believes that it happened twice")
    .priority(Priority::Medium)
    .given(format!("What is sent to the {actor} can be read"))
    .act(format!("Bring it about that {}", event.clause))
    .seen(format!("The {actor} receives {}", a(message)))
    .act("Report the same event to the system a second time")
    .act(format!("Look into what was sent to {}", the(&actor)))
    .expect(sentence(&format!(
        "The {actor} has received exactly one {message} about this event"
    )))
}

fn invited(scene: &Scene<'_>, found: &mut Found) {
    let one = scene.one();
    found.propose(
        Proposal::new(
            "negative/invitation/used twice",
            "an invitation that was accepted",
            Technique::StateTransition,
            TestCaseType::Negative,
            scene.action_span(),
        )
        .titled("An invitation that was accepted cannot be accepted by somebody else")
        .because("An invitation that is passed on lets in people whom nobody invited")
        .priority(Priority::Medium)
        .given(format!(
            "{} has accepted an invitation of the {}",
            capitalised(&a(&one)),
            scene.actor()
        ))
        .act("Open the same invitation as another person")
        .act("Try to accept it")
        .seen("A message says that the invitation is no longer valid")
        .expect("The other person is not let in; the person who accepted first still is"),
    );
    found.propose(
        Proposal::new(
            "edge/invitation/already in",
            format!("{} who is in already", a(&one)),
            Technique::EquivalencePartitioning,
            TestCaseType::EdgeCase,
            scene.action_span(),
        )
        .titled(format!("Inviting {} who is in already says so", a(&one)))
        .because("A second invitation confuses the person who gets it")
        .priority(Priority::Low)
        .given(format!(
            "{} has accepted an invitation of the {}",
            capitalised(&a(&one)),
            scene.actor()
        ))
        .act("Open the invitations")
        .act(format!("Invite the same {one} again"))
        .seen(format!("A message says that the {one} is in already"))
        .expect(format!("No second invitation is sent; the {one} is listed once")),
    );
    if scene.mentions(&["expire", "valid", "days", "hours"]).is_none() {
        found.ask(
            "invitation/validity",
            "For how long can an invitation be accepted, and can it be withdrawn?",
            Some(scene.action_span()),
        );
    }
}

fn after_moving(scene: &Scene<'_>, about: &str) -> Proposal {
    let actor = scene.actor();
    Proposal::new(
        format!("edge/reminder/{about} moved"),
        format!("the {about} was moved to a later day"),
        Technique::StateTransition,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!(
        "The reminder follows {} that was moved to a later day",
        a(about)
    ))
    .because("A reminder with the old time sends people to the wrong place in time")
    .priority(Priority::Medium)
    .given(format!("The {actor} has {} for which a reminder is due soon", a(about)))
    .given(format!("What is sent to the {actor} can be read"))
    .act(format!("Move the {about} to a later day"))
    .act("Set the test system's clock to the time of the old reminder")
    .seen("No reminder is sent")
    .act("Set the test system's clock to the time of the new reminder")
    .expect(format!(
        "The {actor} receives exactly one reminder; it names the new time of the {about}"
    ))
}

fn after_cancelling(scene: &Scene<'_>, about: &str) -> Proposal {
    let actor = scene.actor();
    Proposal::new(
        format!("negative/reminder/{about} cancelled"),
        format!("the {about} was cancelled before the reminder is due"),
        Technique::StateTransition,
        TestCaseType::Negative,
        scene.action_span(),
    )
    .titled(format!("No reminder is sent for {} that was cancelled", a(about)))
    .because("A reminder of what no longer takes place sends people on their way for nothing")
    .priority(Priority::Medium)
    .given(format!("The {actor} has {} for which a reminder is due soon", a(about)))
    .given(format!("What is sent to the {actor} can be read"))
    .act(format!("Cancel the {about}"))
    .act("Set the test system's clock past the time of the reminder")
    .act(format!("Look into what was sent to {}", the(&actor)))
    .expect(format!("The {actor} has received no reminder of the cancelled {about}"))
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn event_of_ones_own() {
        let story = "As a user, I want to be notified by email when my order ships so that I can be at home";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn reminder() {
        let story = "As a patient, I want to receive a reminder before my appointment so that I do not forget it";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a user, I want to view my emails so that I can answer them",
            "As a clerk, I want to register an email address so that the citizen can be reached",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
