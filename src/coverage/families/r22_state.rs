//! R22 State: something moves from one state to another.
//!
//! Gives: each stated transition, each pair of stated states for which none is stated, and the event that comes a second
//! time. Asks from where a state can be reached when no transition is stated.
//!
//! Refuses: states that nobody names; the first state of a thing is not guessed.

use crate::basis::{LiteralKind, VerbClass};
use crate::coverage::scene::grammar::{a, capitalised, gerund, participle, slug};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Span, Technique, TestCaseType};

/// Invalid transitions beyond these repeat the same idea.
const MOST_INVALID: usize = 3;

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let stated = stated(scene);
    if stated.is_empty() {
        for action in scene
            .actions()
            .iter()
            .filter(|action| action.class == VerbClass::Transition)
        {
            let scene = scene.focus_on(action);
            if !scene.object().is_empty() {
                without_transitions(&scene, &action.verb, found);
            }
        }
        return;
    }
    for transition in &stated {
        if transition.act(scene).is_none() {
            let Transition { of, from, to, span } = transition;
            found.ask(
                format!("state/{}/{}/{}/who", slug(of), slug(from), slug(to)),
                format!("Who moves the {of} from {from} to {to}, and by which act?"),
                Some(*span),
            );
        }
        found.propose(valid(scene, transition));
    }
    // A criterion that allows something once tries the second time itself.
    let once = scene
        .basis
        .criteria
        .iter()
        .any(|criterion| super::repetition::Once::read(scene, criterion).is_some());
    let ends = scene.has_class(&[VerbClass::Delete]);
    let told = |from: &str, to: &str| (once || ends) && from.eq_ignore_ascii_case(to);
    for (from, transition) in invalid(&stated) {
        if told(from, &transition.to) {
            continue;
        }
        found.propose(refused(scene, from, transition));
    }
}

/// A transition that the basis states.
struct Transition {
    of: String,
    from: String,
    to: String,
    span: Span,
}

impl Transition {
    /// What moves it: what the criterion names as the trigger, `Approve` where the goal says so, else nobody knows.
    fn act(&self, scene: &Scene<'_>) -> Option<String> {
        if let Some(trigger) = self.trigger(scene) {
            return Some(trigger);
        }
        let verb = scene
            .actions()
            .iter()
            .find(|action| participle(&action.verb).eq_ignore_ascii_case(&self.to));
        verb.map(|action| format!("{} the {}", capitalised(&action.verb), self.of))
    }
}

impl Transition {
    /// `when the agent resolves it` → `Resolve it as the agent`.
    fn trigger(&self, scene: &Scene<'_>) -> Option<String> {
        let criterion = scene.basis.criteria.iter().find(|criterion| {
            let place = criterion.statement.span;
            place.basis_id == self.span.basis_id && place.start <= self.span.start && self.span.end <= place.end
        })?;
        match super::criteria::clauses(scene, &criterion.when).as_slice() {
            [clause] => match super::criteria::deed(scene, clause) {
                super::criteria::Deed::Step(step) => Some(step),
                super::criteria::Deed::Given(_) => None,
            },
            _ => None,
        }
    }
}

fn stated(scene: &Scene<'_>) -> Vec<Transition> {
    let mut stated: Vec<Transition> = Vec::new();
    for literal in &scene.basis.literals {
        let LiteralKind::Transition { of, from, to } = &literal.kind else {
            continue;
        };
        let known = stated
            .iter()
            .any(|other| other.from.eq_ignore_ascii_case(from) && other.to.eq_ignore_ascii_case(to));
        // `From 1 to 5` is a range.
        if known || from.eq_ignore_ascii_case(to) || from.starts_with(|first: char| first.is_ascii_digit()) {
            continue;
        }
        let filler = ["or", "and", "it", "they", "this", "state", "status"].contains(&of.to_lowercase().as_str());
        let of = if of.is_empty() || filler {
            scene.one()
        } else {
            crate::coverage::scene::grammar::singular(of)
        };
        stated.push(Transition {
            of,
            from: from.clone(),
            to: to.clone(),
            span: literal.span,
        });
    }
    stated
}

/// Pairs of a state and a stated transition's target for which no transition is stated.
fn invalid(stated: &[Transition]) -> Vec<(&str, &Transition)> {
    let mut states: Vec<&str> = Vec::new();
    for transition in stated {
        for state in [transition.to.as_str(), transition.from.as_str()] {
            if !states.iter().any(|known| known.eq_ignore_ascii_case(state)) {
                states.push(state);
            }
        }
    }
    let mut pairs: Vec<(&str, &Transition)> = Vec::new();
    for transition in stated {
        for &from in &states {
            let allowed = stated
                .iter()
                .any(|other| other.from.eq_ignore_ascii_case(from) && other.to.eq_ignore_ascii_case(&transition.to));
            let seen = pairs
                .iter()
                .any(|(other, pair)| *other == from && pair.to.eq_ignore_ascii_case(&transition.to));
            if !allowed && !seen {
                pairs.push((from, transition));
            }
        }
    }
    // A move between two different states says more than the same move twice.
    pairs.sort_by_key(|(from, transition)| from.eq_ignore_ascii_case(&transition.to));
    let different = pairs
        .iter()
        .filter(|(from, transition)| !from.eq_ignore_ascii_case(&transition.to))
        .count();
    pairs.truncate(if different >= 2 {
        different.min(MOST_INVALID)
    } else {
        MOST_INVALID
    });
    pairs
}

fn valid(scene: &Scene<'_>, transition: &Transition) -> Proposal {
    let Transition { of, from, to, span } = transition;
    let item = Proposal::new(
        format!("state/{}/{}/{}", slug(of), slug(from), slug(to)),
        format!("the {of} moves from {from} to {to}"),
        Technique::StateTransition,
        TestCaseType::Positive,
        *span,
    );
    let Some(act) = transition.act(scene) else {
        return item.priority(scene.risk()).stated(from, *span).stated(to, *span);
    };
    item.titled(format!("{} moves from {from} to {to}", capitalised(&a(of))))
        .because("Each stated transition has to be possible")
        .priority(scene.risk())
        .given(format!("{} exists in the state {from}", capitalised(&a(of))))
        .act(format!("Open the {of}"))
        .seen(format!("Its state is shown as {from}"))
        .act(act)
        .expect(format!("The state of the {of} is shown as {to}"))
        .stated(from, *span)
        .stated(to, *span)
}

fn refused(scene: &Scene<'_>, from: &str, transition: &Transition) -> Proposal {
    let Transition { of, to, span, .. } = transition;
    let same = from.eq_ignore_ascii_case(to);
    let title = if same {
        format!("{} that is {to} already cannot become {to} again", capitalised(&a(of)))
    } else {
        format!("{} cannot move from {from} to {to}", capitalised(&a(of)))
    };
    let item = Proposal::new(
        format!("state/{}/{}/{}", slug(of), slug(from), slug(to)),
        format!("the {of} is to move from {from} to {to}, which is not stated as possible"),
        Technique::StateTransition,
        TestCaseType::Negative,
        *span,
    );
    if transition.act(scene).is_none() {
        return item.stated(from, *span).stated(to, *span);
    }
    item.titled(title)
        .because("Only the stated transitions are possible")
        .priority(if same { Priority::Medium } else { scene.risk() })
        .given(format!("{} exists in the state {from}", capitalised(&a(of))))
        .act(format!("Open the {of}"))
        .seen(format!(
            "Its state is shown as {from}; no way is offered that leads to {to}"
        ))
        .act(format!("Send the request that moves the {of} to {to} directly"))
        .seen("The request is refused")
        .act("Load the page again")
        .expect(format!(
            "The change is refused; the state of the {of} is still shown as {from}"
        ))
        .stated(from, *span)
        .stated(to, *span)
}

/// Acts after which a second time makes no sense; assigning or moving may well happen again.
fn happens_once(verb: &str) -> bool {
    const ONCE: [&str; 14] = [
        "approve", "reject", "publish", "ship", "close", "submit", "complete", "confirm", "accept", "decline",
        "release", "resolve", "finish", "sign",
    ];
    ONCE.contains(&verb)
}

/// Acts that shut something off until somebody takes them back.
fn shuts_off(verb: &str) -> bool {
    [
        "freeze",
        "pause",
        "block",
        "lock",
        "suspend",
        "deactivate",
        "archive",
        "ban",
        "mute",
    ]
    .contains(&verb)
}

/// Things in a house or a car, whose state is not kept in an account.
fn is_device(one: &str) -> bool {
    ["door", "car", "gate", "garage", "window", "vehicle", "safe"]
        .iter()
        .any(|device| one.to_lowercase().ends_with(device))
}

fn without_transitions(scene: &Scene<'_>, verb: &str, found: &mut Found) {
    let one = scene.one();
    let done = participle(verb);
    if happens_once(verb) {
        found.propose(done_twice(scene, verb, &one, &done));
        found.ask(
            format!("{one}/before {done}"),
            format!(
                "From which states can {} be {done}, and can that be taken back?",
                a(&one)
            ),
            Some(scene.action_span()),
        );
    } else if shuts_off(verb) && !is_device(&one) {
        found.propose(after_reload(scene, verb, &one, &done));
        found.ask(
            format!("{one}/effect of {done}"),
            format!("What can no longer be done by or with {} that is {done}?", a(&one)),
            Some(scene.action_span()),
        );
        found.ask(
            format!("{one}/{done} taken back"),
            format!("Can {} {} be undone, and by whom?", gerund(verb), a(&one)),
            Some(scene.action_span()),
        );
    } else if verb == "return" {
        found.propose(done_twice(scene, verb, &one, &done));
        found.ask(
            format!("{one}/returned until"),
            format!("Within which time and in which condition can {} be returned?", a(&one)),
            Some(scene.action_span()),
        );
    } else if ["assign", "escalate", "forward", "move", "delegate"].contains(&verb) {
        if let Some(recipient) = recipient(scene) {
            found.propose(closed_account(scene, verb, &one, &done, &recipient));
        }
        found.ask(
            format!("{one}/{done} before"),
            format!("Can {} that is {done} already be {done} again?", a(&one)),
            Some(scene.action_span()),
        );
    }
}

/// Who gets it: `team member` of `to a team member`.
fn recipient(scene: &Scene<'_>) -> Option<String> {
    let to = scene
        .action()?
        .circumstances
        .iter()
        .find_map(|words| words.strip_prefix("to "))?;
    let who = crate::coverage::scene::grammar::bare(to);
    const PEOPLE: [&str; 14] = [
        "member",
        "colleague",
        "agent",
        "user",
        "employee",
        "driver",
        "technician",
        "doctor",
        "nurse",
        "developer",
        "reviewer",
        "clerk",
        "engineer",
        "officer",
    ];
    PEOPLE
        .contains(&crate::coverage::scene::grammar::head(who))
        .then(|| who.to_owned())
}

fn closed_account(scene: &Scene<'_>, verb: &str, one: &str, done: &str, recipient: &str) -> Proposal {
    Proposal::new(
        format!("edge/{one}/{recipient} gone"),
        format!("{} whose account is closed", a(recipient)),
        Technique::EquivalencePartitioning,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!(
        "{} cannot be {done} to {} whose account is closed",
        capitalised(&a(one)),
        a(recipient)
    ))
    .because("What is given to nobody is done by nobody")
    .priority(Priority::Medium)
    .given(format!("The {} is signed in", scene.actor()))
    .given(format!("{} exists", capitalised(&a(one))))
    .given(format!(
        "The account of one {recipient} was closed after the page was opened"
    ))
    .act(format!("Open the {one}"))
    .act(format!(
        "{} it to the {recipient} whose account is closed",
        capitalised(verb)
    ))
    .seen(format!("A message says that the {recipient} is not available"))
    .expect(format!(
        "The {one} is not {done} to this {recipient}; it is still shown with its previous state"
    ))
}

fn done_twice(scene: &Scene<'_>, verb: &str, one: &str, done: &str) -> Proposal {
    // Where nobody else refuses anything, this is the story's refusal.
    let kind = if verb == "return" {
        TestCaseType::Negative
    } else {
        TestCaseType::EdgeCase
    };
    Proposal::new(
        format!("edge/{one}/already {done}"),
        format!("{} that is {done} already", a(one)),
        Technique::StateTransition,
        kind,
        scene.action_span(),
    )
    .titled(format!(
        "{} that is already {done} cannot be {done} again",
        capitalised(&a(one))
    ))
    .because("What follows from the act must happen once")
    .priority(scene.risk())
    .given(format!("The {} is signed in", scene.actor()))
    .given(format!(
        "{} that is not {done} yet is open in two tabs",
        capitalised(&a(one))
    ))
    .act(format!("{} the {one} in the first tab", capitalised(verb)))
    .seen(format!("The {one} is shown as {done}"))
    .act(format!(
        "{} the {one} in the second tab without loading it again",
        capitalised(verb)
    ))
    .seen(format!("A message says that the {one} is already {done}"))
    .expect(format!(
        "The {one} is shown as {done} once; nothing that follows from it happens a second time"
    ))
}

fn after_reload(scene: &Scene<'_>, verb: &str, one: &str, done: &str) -> Proposal {
    Proposal::new(
        format!("state/{}/{done}/kept", slug(one)),
        format!("{} that is {done} stays so", a(one)),
        Technique::StateTransition,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!("{} stays {done} after a new sign-in", capitalised(&a(one))))
    .because("What was shut off must not open by itself")
    .priority(scene.risk())
    .given(format!("The {} is signed in", scene.actor()))
    .given(format!("{} exists that is not {done}", capitalised(&a(one))))
    .act(format!("{} the {one}", capitalised(verb)))
    .seen(format!("The {one} is shown as {done}"))
    .act("Sign out")
    .act("Sign in again")
    .act(format!("Open the {one}"))
    .expect(format!("The {one} is still shown as {done}"))
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn stated_transitions() {
        let story = "As an HR manager, I want to approve a leave request so that the team plan is right";
        insta::assert_snapshot!(given_by(
            propose,
            story,
            &[
                "A leave request can change from submitted to approved.",
                "A leave request can change from submitted to rejected."
            ]
        ));
    }

    #[test]
    fn no_transition_stated() {
        let story = "As an editor, I want to publish an article so that readers can see it";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn assigning() {
        let story = "As a project manager, I want to assign a task to a team member so that work is shared";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a user, I want to view the status of my order so that I know when it arrives",
            "As a guest, I want to rate a hotel from 1 to 5 stars so that others can choose",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
