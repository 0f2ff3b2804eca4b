//! R31 Accessibility and device: camera, microphone, place; keyboard and screen reader; a phone that is turned.
//!
//! Gives: the permission that is refused, the act done with the keyboard alone, the phone that is turned while a form is
//! filled in.
//!
//! Refuses: stories that name none of them. Never more than medium.

use crate::basis::VerbClass;

use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Span, Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    for (name, words) in SENSORS {
        if let Some(span) = scene.goal_mentions(words) {
            found.propose(permission_refused(scene, name, span));
        }
    }
    if let Some(span) = scene.mentions(&[
        "keyboard",
        "screen reader",
        "accessible",
        "accessibility",
        "blind",
        "visually impaired",
        "wcag",
    ]) {
        found.propose(keyboard_only(scene, span));
    }
    let fills = [VerbClass::Create, VerbClass::Update, VerbClass::Register];
    if let Some(span) = scene
        .goal_mentions(&[
            "on my phone",
            "mobile app",
            "mobile phone",
            "smartphone",
            "on my mobile",
            "tablet",
        ])
        .filter(|_| scene.has_class(&fills))
    {
        found.propose(turned(scene, span));
    }
}

/// What an application has to ask permission for, and the words that call for it.
const SENSORS: [(&str, &[&str]); 3] = [
    ("camera", &["camera", "take a photo", "take photos", "scan"]),
    (
        "microphone",
        &["microphone", "voice", "speak", "dictate", "voice command"],
    ),
    (
        "location",
        &[
            "my location",
            "near me",
            "nearby",
            "gps",
            "current location",
            "my position",
        ],
    ),
];

fn permission_refused(scene: &Scene<'_>, sensor: &str, span: Span) -> Proposal {
    let deed = scene.deed();
    let the_sensor = format!("the {sensor}");
    Proposal::new(
        format!("negative/{sensor}/permission refused"),
        format!("the permission to use {the_sensor} is refused"),
        Technique::EquivalencePartitioning,
        TestCaseType::Negative,
        scene.action_span(),
    )
    .also(span)
    .titled(format!("Refusing the permission for {the_sensor} is explained"))
    .because("Whoever refuses must learn what does not work, and may change their mind")
    .priority(Priority::Medium)
    .given(format!("The application has never asked for the permission to use {the_sensor}"))
    .act(format!("Start to {deed}"))
    .seen(format!("The permission to use {the_sensor} is asked for"))
    .act("Refuse the permission")
    .expect(format!("A message says that {the_sensor} is needed for this; the application goes on working and {the_sensor} is not used"))
}

fn keyboard_only(scene: &Scene<'_>, span: Span) -> Proposal {
    Proposal::new(
        "edge/act/keyboard only",
        "the act is done with the keyboard alone",
        Technique::ChecklistBased,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .also(span)
    .titled("Every control is reached and used with the keyboard alone")
    .because("Whoever cannot use a mouse has no other way")
    .priority(Priority::Medium)
    .givens(scene.start())
    .given("The mouse is disconnected")
    .act("Move the focus with the Tab key through the page")
    .seen("Each control is reached in the order of the page, and the focus is visible on each")
    .act("Press the Enter key on the control that completes the act")
    .expect(scene.success())
}

fn turned(scene: &Scene<'_>, span: Span) -> Proposal {
    let one = scene.one();
    Proposal::new(
        format!("edge/{one}/device turned"),
        "the device is turned while the form is filled in",
        Technique::ErrorGuessing,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .also(span)
    .titled("Turning the device keeps what was entered")
    .because("The page is built anew when the device is turned, and entries get lost")
    .priority(Priority::Low)
    .givens(scene.start())
    .step(scene.open())
    .act("Fill in all fields without submitting them")
    .act("Turn the device from upright to lengthwise")
    .act("Turn the device back")
    .expect("Every field shows what was entered; nothing was submitted")
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn place() {
        let story = "As a driver, I want to find charging stations near me so that I do not run out of power";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn keyboard() {
        let story = "As a blind user, I want to fill in the form with a screen reader so that I need no help";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a user, I want to view my orders so that I know what I bought",
            "As an admin, I want to create a discount code so that customers come back",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
