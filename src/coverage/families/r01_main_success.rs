//! R1, main success: the goal is reached once with ordinary data, and each criterion is met once as it is written.
//!
//! Refuses: criteria that say no more than a limit, a list or a required field; the families for those word them with
//! exact values.

use super::behaviour;
use super::criteria;
use super::limits;
use super::repetition::Once;
use super::{ordinary, permission, r02_negation, r05_equivalence_class, r09_date_and_time, r30_quality, statement};
use crate::basis::{Action, Criterion, CriterionForm, Junction, LiteralKind, Modality, VerbClass};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{a, bare, capitalised, is_plural, singular, slug, the, third_person};
use crate::coverage::{Found, Proposal};
use crate::test_case::{Priority, Span, Step, Technique, TestCaseType};

/// Most actions of a goal that get a case of their own.
const MOST_ACTIONS: usize = 4;

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    for (index, action) in scene.actions().iter().take(MOST_ACTIONS).enumerate() {
        // The case at the limit of what must be entered shows that the act succeeds.
        if index > 0 && super::told_act::demands(scene, action) {
            continue;
        }
        goal(&scene.focus_on(action), action, index == 0, found);
    }
    super::watched::propose(scene, found);
    for criterion in &scene.basis.criteria {
        if let Some(once) = Once::read(scene, criterion) {
            once.propose(scene, criterion, found);
        } else if !is_left_to_others(scene, criterion) {
            stated(scene, criterion, found);
        }
    }
}

// === The goal ===

fn goal(scene: &Scene<'_>, action: &Action, first: bool, found: &mut Found) {
    let key = if first {
        "success/goal".to_owned()
    } else {
        format!("success/{}", slug(&scene.deed()))
    };
    let main = if first && scene.risk() == Priority::High {
        Priority::Critical
    } else {
        scene.risk()
    };
    let entitled = super::entitlement::goal(scene).filter(|_| first);
    let item = Proposal::new(
        key,
        format!("{} with ordinary data", scene.deed()),
        Technique::Scenario,
        TestCaseType::Positive,
        action.span,
    );
    if let Some((title, run)) = entitled {
        return found.propose(run.into(item.titled(title).because(benefit(scene)).priority(main)));
    }
    let item = item
        .titled(ordinary::system_title(scene).unwrap_or_else(|| title(scene, action)))
        .because(benefit(scene))
        .priority(main);
    let mut run = ordinary::run(scene);
    with_amount(scene, &mut run);
    super::r04_length_and_count::ordinary_choice(scene, &mut run);
    let open = run.steps.iter().any(|step| is_open(&step.action)) || leaves_out_manner(action, &run);
    match behaviour::stated_act(scene).filter(|_| open) {
        Some(act) => found.propose(item.givens(scene.start()).act(capitalised(&act)).expect(done(scene))),
        None => found.propose(run.into(item)),
    }
}

/// `cancel it by replying to the message`: the ordinary run would do it otherwise.
fn leaves_out_manner(action: &Action, run: &ordinary::Ordinary) -> bool {
    action.circumstances.iter().any(|words| {
        let gerund = words.strip_prefix("by ").and_then(|rest| rest.split(' ').next());
        gerund.is_some_and(|word| {
            word.ends_with("ing") && !run.steps.iter().any(|step| step.action.to_lowercase().contains(word))
        })
    })
}

/// A payment of the ordinary run has an amount, so that what is charged can be compared.
fn with_amount(scene: &Scene<'_>, run: &mut ordinary::Ordinary) {
    const UNSAID: &str = "A confirmation shows the amount; the amount is charged exactly once.";
    if run.expected != UNSAID {
        return;
    }
    let (amount, unit) = ordinary::amount(scene);
    let shown = crate::coverage::values::with_unit(amount, &unit, crate::basis::Dimension::Money);
    run.givens.push(format!("The amount to pay is {shown}."));
    run.expected = format!("A confirmation shows {shown}; {shown} is charged exactly once.");
    run.values
        .push(crate::coverage::values::sample(shown, "an amount within the limits"));
}

/// A step of the ordinary run that leaves open what is entered: the author's own words then say more.
fn is_open(action: &str) -> bool {
    [
        "Fill in every field",
        "Fill in the other",
        "Choose another value",
        "Change one field",
    ]
    .iter()
    .any(|opening| action.starts_with(opening))
}

/// What is seen of an act that the author's words tell: `The return is shown as started`.
fn done(scene: &Scene<'_>) -> String {
    let verb = scene.action().map_or("done", |action| action.verb.as_str());
    let thing = scene.object();
    let be = crate::coverage::scene::grammar::is_or_are(thing);
    let done = crate::coverage::scene::grammar::participle(verb);
    format!("{} {be} shown as {done}", capitalised(&the(thing)))
}

fn benefit(scene: &Scene<'_>) -> String {
    scene.basis.story.benefit.as_ref().map_or_else(
        || "Without it the story brings nothing".to_owned(),
        |benefit| format!("This is what the story is for: {}", scene.observed(&benefit.text)),
    )
}

/// `A customer applies a discount code at checkout`.
fn title(scene: &Scene<'_>, action: &Action) -> String {
    let said = bare(&action.object);
    let object = if action.class == VerbClass::Manage {
        "create"
    } else {
        ""
    };
    let verb = if object.is_empty() {
        third_person(&action.verb)
    } else {
        "creates".to_owned()
    };
    let thing = if said.is_empty() {
        String::new()
    } else if scene.is_own() {
        format!(" their {said}")
    } else if action.class == VerbClass::Manage {
        format!(" {}", a(&singular(said)))
    } else {
        let whole = scene.observed(said).replace(" of their ", " of the ");
        format!(
            " {}",
            if whole.contains(" of the ") {
                the(&whole)
            } else {
                a(&whole)
            }
        )
    };
    // What stands in brackets is cut into pieces that are no circumstances.
    let bracketed = scene.basis.words(scene.goal_span()).contains('(');
    let around: String = action
        .circumstances
        .iter()
        .take(if bracketed { 1 } else { usize::MAX })
        .filter(|words| words.len() < 40 && !words.chars().any(|c| c.is_ascii_digit() || c == '(' || c == ')'))
        .map(|words| format!(" {}", scene.observed(words)))
        .collect();
    format!("{} {verb}{thing}{around}", capitalised(&a(&scene.actor())))
}

// === Criteria ===

/// The cases of a criterion: those of what it states, else the one that meets it as it is written.
fn stated(scene: &Scene<'_>, criterion: &Criterion, found: &mut Found) {
    let conditional = !criterion.given.is_empty() || !criterion.when.is_empty();
    let told = if conditional {
        Vec::new()
    } else {
        statement::tell(scene, criterion)
    };
    if told.is_empty() {
        if !statement::is_readable(scene, criterion) {
            return asked(scene, criterion, found);
        }
        return found.propose(met(scene, criterion));
    }
    for case in told {
        let mut item = plain(scene, criterion, case.kind());
        if item.key.ends_with(&slug(&case.title)) || found.proposals.iter().any(|known| known.key == item.key) {
            item.key = format!("criterion/{}/{}", criterion.basis_id, slug(&case.title));
        }
        found.propose(
            item.titled(case.title)
                .givens(case.givens)
                .steps(case.steps)
                .with_values(case.values)
                .expect(case.expected),
        );
    }
}

fn met(scene: &Scene<'_>, criterion: &Criterion) -> Proposal {
    let case_type = if refuses(criterion) {
        TestCaseType::Negative
    } else {
        TestCaseType::Positive
    };
    let item = plain(scene, criterion, case_type);
    let statement = scene.observed(&criterion.statement.text);
    if criterion.when.is_empty() && criterion.given.is_empty() {
        return requirement(scene, criterion, &statement, item);
    }
    match behaviour::of(scene, criterion) {
        Some(case) => item
            .titled(case.title)
            .givens(case.givens)
            .steps(case.steps)
            .expect(case.expected),
        None => item
            .titled(capitalised(statement.trim_end_matches('.')))
            .expect(criteria::outcome(scene, criterion)),
    }
}

/// Words in which nobody can read what to do: the author is asked, and the item waits for the answer.
fn asked(scene: &Scene<'_>, criterion: &Criterion, found: &mut Found) {
    let id = criterion.basis_id;
    let text = criterion.statement.text.trim().trim_end_matches('.');
    let key = format!("check/{id}/{}", slug(text));
    found.ask(
        key.clone(),
        format!("{id}: what does a tester do, and what is then seen, to check \"{text}\"?"),
        Some(criterion.statement.span),
    );
    found.propose(met(scene, criterion).waits_for(key));
}

/// An item for the criterion as it is written, without its words.
fn plain(scene: &Scene<'_>, criterion: &Criterion, case_type: TestCaseType) -> Proposal {
    let id = criterion.basis_id;
    let place = criterion.statement.span;
    let priority = if criterion.modality == Modality::Must {
        scene.risk()
    } else {
        scene.risk().lower()
    };
    Proposal::new(
        format!("criterion/{id}/{}", slug(&criterion.statement.text)),
        format!("{id} as it is written"),
        Technique::RequirementsBased,
        case_type,
        place,
    )
    .because(format!("{id} demands it"))
    .priority(priority)
}

/// A demand without conditions: what it says can be done is done, and what it says is refused is tried. Any other demand
/// names no act and is left without words.
fn requirement(scene: &Scene<'_>, criterion: &Criterion, statement: &str, item: Proposal) -> Proposal {
    let fact = crate::coverage::scene::clause::as_fact(statement).unwrap_or_else(|| statement.to_owned());
    let own = criterion
        .action
        .as_ref()
        .and_then(|action| able(scene, statement, action));
    if let Some((step, seen)) = own {
        return item
            .titled(capitalised(fact.trim_end_matches('.')))
            .givens(scene.start())
            .step(step)
            .expect(seen);
    }
    if is_refusal(statement)
        && let Some(subject) = refused_subject(statement)
        && let Some(act) = behaviour::stated_act(scene)
        && let Some(tried) = put_in(&act, &subject)
    {
        return item
            .titled(capitalised(fact.trim_end_matches('.')))
            .givens(scene.start())
            .given(format!("There is {}", a(&subject)))
            .act(format!("Try to {}", limits::lowered(&tried)))
            .expect(format!("{fact}; {}", scene.unchanged()));
    }
    item.titled(capitalised(fact.trim_end_matches('.'))).expect(fact)
}

/// The story's act with a certain thing in place of the one that it names: `pay with a gift card`, `expired card` → `pay
/// with an expired card`. `None` where the act names no such thing.
fn put_in(act: &str, subject: &str) -> Option<String> {
    let noun = crate::coverage::scene::grammar::head(subject).to_lowercase();
    let words: Vec<&str> = act.split(' ').collect();
    let at = words.iter().rposition(|word| singular(&word.to_lowercase()) == noun)?;
    let opened = (0..at).rfind(|&index| ["a", "an", "the", "any", "my", "their"].contains(&words[index]));
    let from = opened.filter(|from| at - from <= 3).unwrap_or(at);
    let before = words.get(..from)?.join(" ");
    let after = words.get(at + 1..)?.join(" ");
    Some(format!("{before} {} {after}", a(subject)).trim().to_owned())
}

/// `The customer can remove an item` → `Remove an item.`, `The item is removed`.
fn able(scene: &Scene<'_>, statement: &str, action: &Action) -> Option<(Step, String)> {
    let clause = Clause::read(statement)?;
    let modal = clause.verb.split(' ').next()?.to_lowercase();
    let none = clause.subject.to_lowercase().starts_with("no ") || clause.subject.to_lowercase().starts_with("only ");
    let can = ["can", "may", "could"].contains(&modal.as_str()) && !clause.negative && !none && clause.base != "be";
    let person = criteria::is_person(&clause.subject) || bare(&clause.subject) == scene.actor();
    if !can || !person || action.verb.is_empty() || clause.rest.contains(" only ") {
        return None;
    }
    let plain = Clause {
        verb: third_person(&clause.base),
        ..clause.clone()
    };
    let act = behaviour::imperative(scene, &plain)?;
    let seen = statement::done_to(&clause.base, &clause.rest)?;
    Some((Step::new(crate::coverage::scene::grammar::sentence(&act)), seen))
}

/// `Expired codes cannot be applied` → `expired code`.
fn refused_subject(statement: &str) -> Option<String> {
    let clause = Clause::read(statement)?;
    let subject = bare(&clause.subject);
    let placed = ["in", "on", "at", "during", "after", "before"];
    let passive = clause.base == "be" && !placed.contains(&clause.subject.split(' ').next()?.to_lowercase().as_str());
    (passive && !subject.is_empty() && subject.split(' ').count() <= 9).then(|| {
        let lowered = limits::lowered(subject);
        if is_plural(&lowered) {
            singular(&lowered)
        } else {
            lowered
        }
    })
}

/// Whether a statement says that something is not taken, and not only that something is not so.
fn is_refusal(statement: &str) -> bool {
    const REFUSALS: [&str; 12] = [
        "refused",
        "rejected",
        "declined",
        "denied",
        "blocked",
        "skipped",
        "cannot",
        "can't",
        "must not",
        "no longer",
        "invalid",
        "error",
    ];
    const TAKEN: [&str; 5] = ["allowed", "accepted", "permitted", "possible", "eligible"];
    let text = statement.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
    any(&REFUSALS) || any(&TAKEN) && any(&[" not ", "n't ", " never "])
}

fn refuses(criterion: &Criterion) -> bool {
    const SIGNS: [&str; 17] = [
        "error",
        "refused",
        "rejected",
        "declined",
        "denied",
        "not allowed",
        "not accepted",
        "cannot",
        "can't",
        "must not",
        "is blocked",
        "is locked",
        "are locked",
        "excluded",
        "fails",
        "invalid",
        "no longer",
    ];
    let says = |text: &str| {
        let text = text.to_lowercase();
        SIGNS.iter().any(|sign| text.contains(sign)) || text.trim_start().starts_with("no ")
    };
    criterion.negative || criterion.then.iter().any(|then| says(&then.text))
}

/// Whether other families word the criterion with exact values.
fn is_left_to_others(scene: &Scene<'_>, criterion: &Criterion) -> bool {
    let inside = |span: Span| {
        let statement = criterion.statement.span;
        span.basis_id == statement.basis_id && statement.start <= span.start && span.end <= statement.end
    };
    if criterion.junction == Junction::Or && criterion.when.len() > 1 {
        return true;
    }
    // A scenario is an example with all its parts, whatever numbers it has.
    if criterion.form == CriterionForm::GivenWhenThen && !permission::handles(scene, criterion) {
        return false;
    }
    let unconditional = criterion.when.is_empty() && criterion.given.is_empty();
    if r02_negation::handles(scene, criterion)
        || permission::handles(scene, criterion)
        || unconditional && r05_equivalence_class::handles(scene, criterion.statement.span)
        || limits::handles(scene, criterion.statement.span)
        || super::reached::handles(scene, criterion)
        || super::shown::handles(scene, criterion)
        || r09_date_and_time::handles(scene, criterion)
        || super::r10_money::multiple(scene, criterion).is_some()
        || r30_quality::handles(scene, criterion.statement.span)
    {
        return true;
    }
    scene
        .basis
        .literals
        .iter()
        .filter(|literal| inside(literal.span))
        .any(|literal| {
            matches!(
                &literal.kind,
                LiteralKind::Field { required: Some(_), .. } | LiteralKind::Vague(_) | LiteralKind::Transition { .. }
            )
        })
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::given_by;

    #[test]
    fn the_goal_alone() {
        let story = "As a customer, I want to apply a discount code at checkout so that I pay less";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn every_criterion_as_it_is_written() {
        let story = "As a patient, I want to book an appointment so that I can see a doctor";
        let criteria = [
            "Given I am signed in and a slot is free, when I choose the slot and confirm, then the appointment is booked and I receive a confirmation email",
            "If the doctor is on leave, no slot is offered",
            "A voucher can be used only once.",
            "A blocked patient cannot book an appointment.",
        ];
        insta::assert_snapshot!(given_by(propose, story, &criteria));
    }

    #[test]
    fn what_others_word_is_left_to_them() {
        let story = "As a user, I want to choose a name so that others know me";
        let criteria = ["The name must have 3 to 20 characters.", "A photo is optional."];
        let keys: Vec<String> = given_by(propose, story, &criteria)
            .lines()
            .filter(|line| line.starts_with("criterion"))
            .map(str::to_owned)
            .collect();
        assert_eq!(keys, Vec::<String>::new());
    }
}
