//! R40, what is done once to a booking or a document of one's own: check in, confirm, sign, activate, claim.
//!
//! Gives: a second time, one that was cancelled, one whose time is over, the act that breaks off. Asks from when to when it
//! can be done. Refuses: records that are made or changed, and money that moves.

use super::rows::{self, Row};
use crate::coverage::scene::grammar::{a, capitalised, participle, the};
use crate::coverage::{Found, Scene};
use crate::test_case::{Priority, Technique, TestCaseType};

const ONCE: [&str; 8] = [
    "check in",
    "check in for",
    "confirm",
    "sign",
    "activate",
    "claim",
    "accept",
    "acknowledge",
];

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let Some(action) = scene
        .actions()
        .iter()
        .find(|action| ONCE.contains(&action.verb.as_str()))
    else {
        return;
    };
    let scene = &scene.focus_on(action);
    if scene.object().is_empty() || !scene.is_own() || !scene.surface().has_pages() {
        return;
    }
    let verb = action.verb.trim_end_matches(" for");
    let (one, done) = (scene.one(), participle(verb));
    let the_one = the(&one);
    let of = if verb == "check in" {
        format!("{} for {the_one}", capitalised(verb))
    } else {
        format!("{} {the_one}", capitalised(verb))
    };
    let given: Vec<String> = scene.start_signed_in();
    let open = (format!("Open {the_one}"), "");
    let row = |key, kind, priority, title: String| Row {
        key,
        technique: Technique::StateTransition,
        kind,
        priority,
        condition: title.to_lowercase(),
        title,
        because: "The act holds for one state alone",
        givens: Vec::new(),
        steps: Vec::new(),
        expect: String::new(),
    };
    let state = if verb == "check in" {
        format!("the {} is {done} for {the_one} already", scene.actor())
    } else {
        format!("{the_one} is {done} already")
    };
    let all = [
        Row {
            givens: vec![state],
            steps: vec![
                open.clone(),
                (format!("Look for a way to {} again", lower(&of)), "None is offered"),
            ],
            expect: format!("{} is shown once, as before; nothing was added", capitalised(&the_one)),
            ..row(
                "again",
                TestCaseType::Negative,
                Priority::Medium,
                format!("A second time to {} is not offered", lower(&of)),
            )
        },
        Row {
            givens: vec![format!("{the_one} was cancelled")],
            steps: vec![open.clone(), (of.clone(), "A message says that it was cancelled")],
            expect: format!(
                "{} is still shown as cancelled; nothing was changed",
                capitalised(&the_one)
            ),
            ..row(
                "cancelled",
                TestCaseType::Negative,
                Priority::High,
                format!("Nobody can {} after it was cancelled", lower(&of)),
            )
        },
        Row {
            givens: vec![format!("The time of {the_one} is over")],
            steps: vec![open.clone(), (of.clone(), "A message says that its time is over")],
            expect: format!("{} is unchanged", capitalised(&the_one)),
            ..row(
                "over",
                TestCaseType::Negative,
                Priority::Medium,
                format!("Nobody can {} after its time is over", lower(&of)),
            )
        },
        Row {
            technique: Technique::ErrorGuessing,
            because: "Whoever does not know whether it worked tries again",
            steps: vec![
                open,
                (of.clone(), ""),
                ("Close the application before the answer is shown".to_owned(), ""),
                (format!("Open {the_one} again"), ""),
            ],
            expect: format!("The true state of {the_one} is shown; it was {done} once at most"),
            ..row(
                "broken off",
                TestCaseType::EdgeCase,
                Priority::Medium,
                format!("An attempt to {} that broke off leaves a clear state", lower(&of)),
            )
        },
    ];
    for row in all {
        rows::propose(scene, &format!("once/{one}"), &given, row, found);
    }
    if scene.basis.limits().next().is_none() {
        found.ask(
            format!("once/{one}/when"),
            format!(
                "From when until when can {} {} {}?",
                a(&scene.actor()),
                verb_phrase(verb),
                the_one
            ),
            Some(scene.action_span()),
        );
    }
}

fn lower(text: &str) -> String {
    super::limits::lowered(text)
}

fn verb_phrase(verb: &str) -> String {
    if verb == "check in" {
        "check in for".to_owned()
    } else {
        verb.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn check_in() {
        let story = "As a passenger, I want to check in for my flight online so that I need not queue";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a passenger, I want to book a flight",
            "As a guest, I want to check the weather",
            "As a user, I want to accept all cookies",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
