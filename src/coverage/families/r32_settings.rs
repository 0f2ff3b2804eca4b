//! R32 Settings and preferences: something is turned on or off, set or chosen for the time to come.
//!
//! Gives: the setting is still there in a new session, and what was turned off has no effect any more. Asks for the
//! default and for the range that the story does not state.
//!
//! Refuses: one's own password (R11) and choices that end with the page, such as a filter (R17).

use crate::basis::{Action, Dimension, VerbClass};
use crate::coverage::scene::grammar::{capitalised, head, is_or_are, participle, the};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let preferred = |action: &&Action| {
        action.class == VerbClass::Configure || (action.class == VerbClass::Update && is_preference(&action.object))
    };
    let Some(action) = scene.actions().iter().find(preferred) else {
        return;
    };
    let scene = scene.focus_on(action);
    if scene.object().is_empty() || scene.object().contains("password") {
        return;
    }
    let verb = scene.action().map_or("set", |action| action.verb.as_str());
    let switch = [
        "enable",
        "disable",
        "turn on",
        "turn off",
        "activate",
        "deactivate",
        "mute",
        "switch on",
        "switch off",
    ]
    .contains(&verb);
    let device = scene
        .goal_mentions(&[
            "thermostat",
            "light",
            "lamp",
            "lock",
            "heating",
            "alarm",
            "camera",
            "oven",
            "blind",
            "device",
        ])
        .is_some();
    if !switch && !is_measure(scene.object()) && !is_preference(scene.object()) {
        return;
    }
    if device && switch {
        found.propose(switched_back(&scene, verb));
        return;
    }
    if device {
        found.propose(after_power_cut(&scene));
    } else {
        found.propose(in_a_new_session(&scene, verb, switch));
    }
    if switch {
        found.propose(switched_back(&scene, verb));
        found.ask(
            format!("{}/default", scene.object()),
            format!(
                "{} {} on or off before anybody has chosen?",
                capitalised(is_or_are(scene.object())),
                the(scene.object())
            ),
            Some(scene.action_span()),
        );
    } else if is_measure(scene.object()) && !scene.basis.limits().any(|(limit, _)| measures(limit.dimension)) {
        found.ask(
            format!("limit/{}/range", scene.object()),
            format!(
                "Between which lowest and highest value can {} be set, and in which steps?",
                the(scene.object())
            ),
            Some(scene.action_span()),
        );
    }
}

/// What somebody chooses for the time to come.
pub(super) fn is_preference(object: &str) -> bool {
    const CHOICES: [&str; 20] = [
        "language",
        "theme",
        "mode",
        "currency",
        "zone",
        "notification",
        "notifications",
        "preference",
        "preferences",
        "setting",
        "settings",
        "default",
        "frequency",
        "privacy",
        "visibility",
        "layout",
        "colour",
        "color",
        "font",
        "reminder",
    ];
    CHOICES.contains(&head(object).to_lowercase().as_str())
}

fn measures(dimension: Dimension) -> bool {
    !matches!(dimension, Dimension::Length | Dimension::Count)
}

fn is_measure(object: &str) -> bool {
    [
        "temperature",
        "brightness",
        "volume",
        "budget",
        "limit",
        "threshold",
        "goal",
        "target",
        "speed",
        "dose",
        "interval",
        "level",
        "amount",
    ]
    .contains(&head(object).to_lowercase().as_str())
}

fn in_a_new_session(scene: &Scene<'_>, verb: &str, switch: bool) -> Proposal {
    let object = scene.object();
    let (change, shown) = if switch {
        (
            format!("{} {}", capitalised(verb), the(object)),
            format!("as {}", participle(verb)),
        )
    } else {
        (
            format!("Change {} to another value", the(object)),
            "with the value that was saved".to_owned(),
        )
    };
    Proposal::new(
        format!("positive/{object}/new session"),
        "the setting in a new session",
        Technique::StateTransition,
        TestCaseType::Positive,
        scene.action_span(),
    )
    .titled(format!("The choice of {} outlives the session", the(object)))
    .because("A setting that is forgotten has to be made again each day")
    .priority(scene.risk())
    .givens(scene.start())
    .step(scene.open())
    .act(change)
    .act("Save the change")
    .act("Sign in in another browser")
    .step(scene.open())
    .expect(format!(
        "{} {} shown {shown}",
        capitalised(&the(object)),
        is_or_are(object)
    ))
}

fn after_power_cut(scene: &Scene<'_>) -> Proposal {
    let object = scene.object();
    Proposal::new(
        format!("edge/{object}/power cut"),
        "the setting after a power cut",
        Technique::StateTransition,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!(
        "{} {} the same after a power cut",
        capitalised(&the(object)),
        is_or_are(object)
    ))
    .because("Devices lose power, and nobody is there to set them again")
    .priority(Priority::Medium)
    .givens(scene.start())
    .step(scene.open())
    .act(format!("Change {} to another value", the(object)))
    .act("Save the change")
    .act("Cut the power of the device")
    .act("Turn the power on again")
    .expect(format!(
        "The device works with the value that was saved, and the application shows the same value for {}",
        the(object)
    ))
}

fn switched_back(scene: &Scene<'_>, verb: &str) -> Proposal {
    let object = scene.object();
    let back = match verb {
        "enable" => "disable".to_owned(),
        "disable" => "enable".to_owned(),
        "activate" => "deactivate".to_owned(),
        "deactivate" => "activate".to_owned(),
        "mute" => "unmute".to_owned(),
        _ if verb.ends_with(" on") => verb.replace(" on", " off"),
        _ => verb.replace(" off", " on"),
    };
    Proposal::new(
        format!("edge/{object}/switched back"),
        format!("the setting is {} and then {}", participle(verb), participle(&back)),
        Technique::StateTransition,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!(
        "{} can be {} again",
        capitalised(&the(object)),
        participle(&back)
    ))
    .because("Whoever tries a setting must be able to return")
    .priority(Priority::Medium)
    .givens(scene.start())
    .given(format!(
        "{} {} {}",
        capitalised(&the(object)),
        is_or_are(object),
        participle(&back)
    ))
    .step(scene.open())
    .act(format!("{} {}", capitalised(verb), the(object)))
    .seen(format!(
        "{} {} shown as {}",
        capitalised(&the(object)),
        is_or_are(object),
        participle(verb)
    ))
    .act(format!("{} {}", capitalised(&back), the(object)))
    .act("Load the page again")
    .expect(format!(
        "{} {} shown in the same state as at the beginning",
        capitalised(&the(object)),
        is_or_are(object)
    ))
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn switch() {
        let story = "As a user, I want to enable dark mode so that my eyes rest";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn device() {
        let story = "As a homeowner, I want to set the temperature of the thermostat from my phone so that the house is warm when I arrive";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a shopper, I want to filter products by brand so that I find what I need",
            "As a user, I want to change my password so that my account is safe",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
