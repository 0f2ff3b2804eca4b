//! R37, without pages: devices that act by themselves or are handled, pipelines that run on an event, commands that are
//! typed, calls that one program sends another.
//!
//! Gives: the act on its event, none without it, the event again, and what goes wrong in such places: power, a sensor, a
//! failing run, an unknown option, a receiver that does not answer. Refuses: stories that take place on pages.

mod device;
mod pipeline;
mod command;
mod call;

use super::ordinary::Ordinary;
use crate::coverage::scene::clause::contrary;
use crate::coverage::scene::{Automatic, Event, Surface};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    match scene.surface() {
        Surface::Pages => {}
        Surface::Device(device) => device::propose(scene, device, found),
        Surface::Pipeline => pipeline::propose(scene, found),
        Surface::Commands => command::propose(scene, found),
        Surface::Calls => call::propose(scene, found),
    }
}

/// The ordinary run where no page is opened; `None` where the words of the act's class will do.
pub(super) fn run(scene: &Scene<'_>) -> Option<Ordinary> {
    match scene.surface() {
        Surface::Pages => None,
        Surface::Device(device) => device::run(scene, device),
        Surface::Pipeline => pipeline::run(scene),
        Surface::Commands => Some(command::run(scene)),
        Surface::Calls => Some(call::run(scene)),
    }
}

/// `The thermostat lowers the temperature when nobody is home`.
pub(super) fn title(automatic: &Automatic) -> String {
    match &automatic.event {
        Some(Event::Clause(event)) => format!("{} when {event}", automatic.told()),
        Some(Event::Noun(event)) => format!("{} on every {event}", automatic.told()),
        None => automatic.told(),
    }
}

/// The step that brings the event about.
fn brought_about(event: &Event) -> String {
    match event {
        Event::Clause(clause) => format!("Bring it about that {clause}"),
        Event::Noun(noun) => done(noun).0,
    }
}

/// A noun of work on code as a step, and what it is that was done: `push` → `Push a commit`, `a pushed commit`.
fn done(noun: &str) -> (String, String) {
    let pairs = [
        ("push", "Push a commit", "commit that was pushed"),
        ("commit", "Commit a change", "commit"),
        ("merge", "Merge a change", "change that was merged"),
        ("pull request", "Open a pull request", "pull request"),
        ("merge request", "Open a merge request", "merge request"),
        ("release", "Publish a release", "release"),
    ];
    pairs
        .iter()
        .find(|(word, ..)| noun == *word || noun.ends_with(&format!(" {word}")))
        .map_or_else(
            || (format!("Bring about a {noun}"), noun.to_owned()),
            |(_, step, thing)| ((*step).to_owned(), (*thing).to_owned()),
        )
}

/// The state in which the event is not given: `somebody` for `nobody`, else the contrary.
fn not_given(clause: &str) -> String {
    for (one, other) in [
        ("nobody ", "somebody "),
        ("no one ", "somebody "),
        ("nothing ", "something "),
    ] {
        if let Some(rest) = clause.strip_prefix(one) {
            return format!("{other}{rest}");
        }
    }
    contrary(clause).unwrap_or_else(|| format!("it is not so that {clause}"))
}

fn item(scene: &Scene<'_>, key: &str, condition: impl Into<String>, case_type: TestCaseType) -> Proposal {
    Proposal::new(key, condition, Technique::ErrorGuessing, case_type, scene.action_span())
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn device_that_acts_by_itself() {
        let story = "As a homeowner, I want the thermostat to lower the temperature when nobody is home";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn device_that_is_handled() {
        let story = "As a homeowner, I want to unlock the smart lock with my phone so that I need no key";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn pipeline() {
        insta::assert_snapshot!(given_by(
            propose,
            "As a developer, I want to run the tests on every push",
            &[]
        ));
    }

    #[test]
    fn command() {
        let story = "As a developer, I want to list my containers on the command line";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn webhook() {
        let story = "As a developer, I want to receive a webhook when a payment fails";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a customer, I want to compare washing machines by price",
            "As a customer, I want to order a thermostat so that I save energy",
            "As a developer, I want to see my invoices",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
