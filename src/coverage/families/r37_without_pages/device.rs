//! Devices: what they do on an event, and what somebody does with them.

use super::super::limits;
use super::super::ordinary::Ordinary;
use super::{brought_about, not_given};
use crate::coverage::scene::grammar::{a, capitalised, participle, the};
use crate::coverage::scene::{Automatic, Event};
use crate::coverage::{Found, Proposal, Scene, values};
use crate::test_case::{Priority, Span, Step, Technique, TestCaseType};

pub(super) fn run(scene: &Scene<'_>, device: &str) -> Option<Ordinary> {
    let mut run = Ordinary {
        givens: scene.start(),
        ..Ordinary::default()
    };
    if let Some(automatic) = scene.automatic() {
        let event = automatic.event.as_ref();
        let before = event.and_then(|event| match event {
            Event::Clause(clause) => Some(not_given(clause)),
            Event::Noun(_) => None,
        });
        run.givens
            .extend(before.map(|before| format!("{}.", capitalised(&before))));
        run.steps = vec![
            Step::new(event.map_or_else(
                || format!("Start the {device}."),
                |event| format!("{}.", brought_about(event)),
            )),
            Step::new(format!("Watch the {device}.")),
        ];
        run.expected = format!("{}.", automatic.told());
        return Some(run);
    }
    let action = scene.action()?;
    let around: String = action
        .circumstances
        .iter()
        .map(|words| format!(" {}", scene.observed(words)))
        .collect();
    let one = the(&scene.one());
    run.steps = vec![
        Step::new(format!("Go to the {device}.")),
        Step::new(format!("{} {one}{around}.", capitalised(&action.verb))),
    ];
    run.expected = format!("{} is shown as {}.", capitalised(&one), participle(&action.verb));
    Some(run)
}

fn item(scene: &Scene<'_>, key: &str, condition: impl Into<String>, case_type: TestCaseType) -> Proposal {
    super::item(scene, key, condition, case_type).givens(scene.start())
}

pub(super) fn propose(scene: &Scene<'_>, device: &str, found: &mut Found) {
    match scene.automatic() {
        Some(automatic) => by_itself(scene, device, &automatic, found),
        None => by_hand(scene, device, found),
    }
    found.propose(power_cut(scene, device));
    if scene
        .mentions(&["offline", "connection", "network", "internet"])
        .is_none()
    {
        found.ask(
            format!("{device}/connection"),
            format!("What must the {device} still do while it has no connection?"),
            Some(scene.action_span()),
        );
    }
}

fn by_itself(scene: &Scene<'_>, device: &str, automatic: &Automatic, found: &mut Found) {
    let Some(Event::Clause(event)) = &automatic.event else {
        return;
    };
    let (told, denied) = (automatic.told(), automatic.denied());
    at_the_limit(scene, device, automatic, found);
    let before = not_given(event);
    found.propose(
        item(
            scene,
            &format!("negative/{device}/no event"),
            format!("{before} all the time"),
            TestCaseType::Negative,
        )
        .titled(format!("{denied} while {before}"))
        .because("What acts without its reason is switched off soon")
        .priority(scene.risk())
        .given(&before)
        .act(format!("Watch the {device}"))
        .act("Compare its state with the one before")
        .expect(format!("{denied}; its state is the same as before")),
    );
    // Time that has passed does not come back, and no sensor tells it.
    if event.ends_with(" has passed") {
        return;
    }
    found.propose(
        item(
            scene,
            &format!("edge/{device}/event again"),
            format!("{event}, for the second time"),
            TestCaseType::EdgeCase,
        )
        .titled(format!("{told} again the second time"))
        .because("What worked once may hang in its last state")
        .priority(Priority::Medium)
        .given(&before)
        .act(format!("Bring it about that {event}"))
        .seen(&told)
        .act(format!("Bring it about that {before}"))
        .act(format!("Bring it about again that {event}"))
        .expect(&told),
    );
    found.propose(
        item(
            scene,
            &format!("negative/{device}/no reading"),
            format!("the {device} cannot tell whether {event}"),
            TestCaseType::Negative,
        )
        .titled(format!(
            "{} that cannot tell whether {event} reports the fault",
            capitalised(&a(device))
        ))
        .because("A fault that nobody sees is taken for peace and quiet")
        .priority(scene.risk())
        .given(&before)
        .act(format!("Disconnect what tells the {device} whether {event}"))
        .act(format!("Watch the {device}"))
        .expect(format!(
            "The {device} reports the fault; it does not look as if all were well"
        )),
    );
    found.ask(
        format!("{device}/event over"),
        format!("What must the {device} do when it is no longer so that {event}?"),
        Some(scene.action_span()),
    );
}

/// `my glucose is below 70 mg/dl`: the value beside the bound, and the bound itself.
fn at_the_limit(scene: &Scene<'_>, device: &str, automatic: &Automatic, found: &mut Found) {
    let goal = scene.goal_span();
    let inside = |span: Span| span.basis_id == goal.basis_id && goal.start <= span.start && span.end <= goal.end;
    let Some((limit, span)) = scene.basis.limits().find(|(_, span)| inside(*span)) else {
        return;
    };
    let cut = |start, end| scene.basis.words(Span { start, end, ..goal }).trim().to_owned();
    let (before, after) = (cut(goal.start, span.start), cut(span.end, goal.end));
    let Some(before) = before.rsplit_once(" when ").or_else(|| before.rsplit_once(" if ")) else {
        return;
    };
    let subject = scene
        .observed(before.1)
        .replace("their ", &format!("the {}'s ", scene.actor()));
    for point in limits::points(scene, limit) {
        let value = values::of_limit(point.value, limit);
        let state = format!("{subject} {value} {after}");
        let told = if point.inside {
            automatic.told()
        } else {
            automatic.denied()
        };
        let kind = if point.inside {
            TestCaseType::Boundary
        } else {
            TestCaseType::Negative
        };
        let mut case = item(scene, &format!("boundary/{device}/{value}"), state.trim(), kind)
            .titled(format!("{told} when {}", state.trim()))
            .because("The step over the bound is where a device acts too early or too late")
            .priority(scene.risk())
            .act(format!("Bring it about that {}", state.trim()))
            .act(format!("Watch the {device}"))
            .expect(told);
        case.technique = Technique::BoundaryValueAnalysis;
        found.propose(if point.how.is_empty() {
            case.stated(value, span)
        } else {
            case.computed(value, point.how, span)
        });
    }
}

fn by_hand(scene: &Scene<'_>, device: &str, found: &mut Found) {
    let Some(action) = scene.action() else { return };
    let (deed, done) = (scene.deed(), participle(&action.verb));
    let one = the(&scene.one());
    found.propose(
        item(
            scene,
            &format!("edge/{device}/already"),
            format!("{one} is {done} already"),
            TestCaseType::EdgeCase,
        )
        .titled(format!(
            "{} that is {done} already stays so",
            capitalised(&a(&scene.one()))
        ))
        .because("A second command must not turn the state round")
        .priority(Priority::Medium)
        .given(format!("{one} is {done} already"))
        .steps(scene.perform(Vec::new()))
        .expect(format!("{} is still {done}; no fault is reported", capitalised(&one))),
    );
    found.propose(
        item(
            scene,
            &format!("negative/{device}/stranger"),
            format!("somebody without the right tries to {deed}"),
            TestCaseType::Negative,
        )
        .titled(format!("A stranger cannot {deed}"))
        .because(format!("Only whoever the {device} was set up for may {deed}"))
        .priority(scene.risk())
        .given(format!("Somebody is there whom the {device} was never set up for"))
        .act(format!("As this stranger, try to {deed}"))
        .seen(format!("The {device} refuses"))
        .act(format!("Look at the {device}"))
        .expect(format!("{} is not {done}", capitalised(&one))),
    );
    found.propose(
        item(
            scene,
            &format!("edge/{device}/broken off"),
            format!("the connection breaks while somebody tries to {deed}"),
            TestCaseType::EdgeCase,
        )
        .titled(format!(
            "What is shown equals the true state after the attempt to {deed} broke off"
        ))
        .because("Whoever believes a wrong state acts on it")
        .priority(Priority::Medium)
        .act(format!("Begin to {deed}"))
        .act(format!("Cut the {device} off before it answers"))
        .act(format!("Connect the {device} again"))
        .act(format!(
            "Compare the state that is shown with that of the {device} itself"
        ))
        .expect("Both states are the same"),
    );
}

fn power_cut(scene: &Scene<'_>, device: &str) -> Proposal {
    let mut run = run(scene, device).unwrap_or_default();
    let mut proposal = item(
        scene,
        &format!("edge/{device}/power cut"),
        "the power fails and comes back",
        TestCaseType::EdgeCase,
    )
    .titled(format!(
        "The {device} works after a power cut without being set up anew"
    ))
    .because("Power fails when nobody is there to set it up again")
    .priority(Priority::Medium)
    .givens(run.givens)
    .act(format!("Cut the power of the {device}"))
    .act(format!("Give the {device} power again"))
    .steps(std::mem::take(&mut run.steps))
    .expect(&run.expected);
    proposal.technique = Technique::ErrorGuessing;
    proposal
}
