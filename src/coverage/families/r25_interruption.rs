//! R25 Interruption and dependency: somebody else's service, a device that cannot be reached, a form in several steps.
//!
//! Gives: the service that does not answer, the device that is off line, going back in a form of several steps.
//!
//! Refuses: stories that name none of them; payments (R19) and uploads (R18) test their own interruption. Never more than
//! medium.

use crate::basis::VerbClass;
use crate::coverage::scene::grammar::{a, capitalised, singular, the};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Span, Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    if scene.has_class(&[VerbClass::Pay, VerbClass::Upload]) {
        return;
    }
    let service = service(scene);
    let device = device(scene);
    let steps = scene.mentions(&[
        "wizard",
        "step by step",
        "multi step",
        "several steps",
        "multiple steps",
        "questionnaire",
    ]);
    if let Some((service, span)) = service {
        found.propose(no_answer(scene, &service, span));
    }
    if let Some((device, span)) = device {
        found.propose(device_off_line(scene, &device, span));
    }
    if let Some(span) = steps {
        found.propose(going_back(scene, span));
    }
}

/// A service that somebody else runs, in the story's own words.
fn service(scene: &Scene<'_>) -> Option<(String, Span)> {
    const SERVICES: [&str; 27] = [
        "third party",
        "external service",
        "external system",
        "payment gateway",
        "google",
        "github",
        "gitlab",
        "facebook",
        "apple",
        "microsoft",
        "slack",
        "jira",
        "paypal",
        "stripe",
        "salesforce",
        "outlook",
        "dropbox",
        "twitter",
        "linkedin",
        "shopify",
        "zapier",
        "external api",
        "partner api",
        "weather service",
        "map service",
        "credit bureau",
        "laboratory system",
    ];
    let span = scene.goal_mentions(&SERVICES).or_else(|| scene.mentions(&SERVICES))?;
    let words = scene.basis.words(span);
    let name = if words.starts_with(char::is_uppercase) {
        words.to_owned()
    } else {
        format!("the {}", words.to_lowercase())
    };
    Some((name, span))
}

fn no_answer(scene: &Scene<'_>, service: &str, span: Span) -> Proposal {
    let deed = scene.deed();
    Proposal::new(
        format!("edge/{}/no answer", service.to_lowercase()),
        format!("{service} does not answer"),
        Technique::ErrorGuessing,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .also(span)
    .titled(format!("The {} is told when {service} does not answer", scene.actor()))
    .because("A service that somebody else runs is down one day")
    .priority(Priority::Medium)
    .givens(scene.start())
    .given(format!("The connection to {service} can be cut in the test system"))
    .act(format!("Cut the connection to {service}"))
    .act(format!("Try to {deed}"))
    .seen(format!("A message says that {service} cannot be reached at the moment"))
    .act(format!("Restore the connection to {service}"))
    .act(format!("Try to {deed} again"))
    .expect("The second try succeeds; the first has left nothing half done behind")
}

/// A device that is acted on from elsewhere.
fn device(scene: &Scene<'_>) -> Option<(String, Span)> {
    const DEVICES: [&str; 19] = [
        "thermostat",
        "light",
        "lamp",
        "lock",
        "camera",
        "sensor",
        "robot",
        "heating",
        "boiler",
        "vacuum",
        "door",
        "garage",
        "sprinkler",
        "meter",
        "alarm",
        "oven",
        "blind",
        "plug",
        "charger",
    ];
    let remote = scene.mentions(&[
        "phone", "app", "remote", "remotely", "smart", "voice", "anywhere", "away",
    ])?;
    let span = scene.goal_mentions(&DEVICES)?;
    let _ = remote;
    Some((singular(&scene.basis.words(span).to_lowercase()), span))
}

fn device_off_line(scene: &Scene<'_>, device: &str, span: Span) -> Proposal {
    let deed = scene.deed();
    Proposal::new(
        format!("negative/{device}/off line"),
        format!("the {device} has no connection"),
        Technique::ErrorGuessing,
        TestCaseType::Negative,
        scene.action_span(),
    )
    .also(span)
    .titled(format!(
        "{} without connection is not shown as if it had obeyed",
        capitalised(&a(device))
    ))
    .because(format!("Whoever is away must not believe what the {device} never did"))
    .priority(Priority::Medium)
    .givens(scene.start())
    .given(format!("The {device} is set up and connected"))
    .act(format!("Cut the {device} off from its network"))
    .act(format!("Try to {deed}"))
    .seen(format!("A message says that the {device} cannot be reached"))
    .act(format!("Look at the {device} itself"))
    .expect(format!(
        "The {device} is in the state of before, and the application shows this state rather than the wanted one"
    ))
}

fn going_back(scene: &Scene<'_>, span: Span) -> Proposal {
    let one = scene.one();
    Proposal::new(
        format!("edge/{one}/going back"),
        "going back in a form of several steps",
        Technique::Scenario,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .also(span)
    .titled("Going back one step keeps what was entered")
    .because("Whoever corrects an earlier answer must not enter the later ones again")
    .priority(Priority::Medium)
    .givens(scene.start())
    .act(format!("Open the first step of {}", the(&one)))
    .act("Fill in the first step")
    .act("Go on to the second step")
    .act("Fill in the second step")
    .act("Go back to the first step")
    .seen("The first step shows what was entered")
    .act("Go on to the second step")
    .expect("The second step shows what was entered before going back")
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn service_of_somebody_else() {
        let story =
            "As a developer, I want to sync my repository with GitHub so that issues stay the same on both sides";
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
            "As a user, I want to create a note so that I remember it",
            "As a customer, I want to pay with PayPal so that I need no card",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
