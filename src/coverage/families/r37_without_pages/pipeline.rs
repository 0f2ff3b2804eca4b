//! Pipelines: what is built, tested or deployed on an event of the work on code.

use super::super::ordinary::Ordinary;
use super::{done, item};
use crate::coverage::scene::{Automatic, Event};
use crate::coverage::{Found, Scene};
use crate::test_case::{Priority, Step, TestCaseType};

const SET_UP: &str = "A repository exists whose pipeline is set up.";

pub(super) fn run(scene: &Scene<'_>) -> Option<Ordinary> {
    let automatic = scene.automatic()?;
    let (step, thing) = event(&automatic);
    Some(Ordinary {
        givens: vec![SET_UP.to_owned()],
        steps: vec![
            Step::new(format!("{step}.")),
            Step::new("Look at the runs of the pipeline."),
        ],
        expected: format!(
            "{} exactly once for the {thing}; the run shows its result at this {}.",
            automatic.told(),
            noun(&thing)
        ),
        ..Ordinary::default()
    })
}

fn event(automatic: &Automatic) -> (String, String) {
    match &automatic.event {
        Some(Event::Noun(word)) => done(word),
        Some(Event::Clause(clause)) => (format!("Bring it about that {clause}"), "event".to_owned()),
        None => ("Start the pipeline".to_owned(), "start".to_owned()),
    }
}

/// `commit` of `commit that was pushed`.
fn noun(thing: &str) -> &str {
    thing.split(" that ").next().unwrap_or(thing)
}

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let Some(automatic) = scene.automatic() else { return };
    let (step, thing) = event(&automatic);
    let noun = noun(&thing).to_owned();
    let again = step.replacen(" a ", " another ", 1);
    let case =
        |key: &str, condition: &str, kind| item(scene, &format!("pipeline/{key}"), condition, kind).given(SET_UP);
    found.propose(
        case("failure", "a run in which something fails", TestCaseType::Negative)
            .titled("A run in which one job fails is shown as failed and names the job")
            .because("A failure that looks like a success reaches everybody")
            .priority(scene.risk())
            .given("One job of the pipeline is made to fail")
            .act(&step)
            .act("Look at the run of the pipeline")
            .expect(format!(
                "The run is shown as failed and names the job that failed; the {noun} is not shown as passed"
            )),
    );
    found.propose(
        case("two", "two events shortly one after the other", TestCaseType::EdgeCase)
            .titled(format!("Two {}s one right after the other get a result each", noun))
            .because("The second run must not swallow the first, or report its result")
            .priority(Priority::Medium)
            .act(&step)
            .act(format!("{again} before the first run has ended"))
            .act("Look at the runs of the pipeline")
            .expect(format!("Each {noun} has a run of its own with a result of its own")),
    );
    found.propose(
        case(
            "not yet",
            "a change that has not come to the event",
            TestCaseType::Negative,
        )
        .titled("A change that is only saved locally starts no run")
        .because("Runs cost time and money, and a run for nothing hides the others")
        .priority(Priority::Low)
        .given("The runs of the pipeline were noted")
        .act("Save a change in the working copy")
        .act("Look at the runs of the pipeline")
        .expect("No run was added to those that were noted"),
    );
    found.propose(
        case("no machine", "no machine is free for the run", TestCaseType::EdgeCase)
            .titled("A run that finds no free machine is shown as waiting and starts later")
            .because("What waits must not look like what passed")
            .priority(Priority::Medium)
            .given("No machine for runs is free")
            .act(&step)
            .seen("The run is shown as waiting")
            .act("Free a machine")
            .expect(format!("The run starts by itself and shows its result at the {noun}")),
    );
    if scene.mentions(&["branch", "main", "every branch"]).is_none() {
        found.ask(
            "pipeline/branches",
            format!("Does this hold for every branch, or for which ones is a {noun} left without a run?"),
            Some(scene.action_span()),
        );
    }
}
