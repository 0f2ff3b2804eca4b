//! Words one boundary case: a value of a limit, how it is brought about, and what is then seen.

use super::limits::{self, Effect, Point, Rule};
use super::ordinary::{self, Ordinary};
use crate::basis::{Dimension, VerbClass};
use crate::coverage::Proposal;
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{a, capitalised, is_plural, the};
use crate::coverage::values;
use crate::test_case::{Step, Technique, TestCaseType, Value};

/// Whether an outcome says that something is not given or does not happen.
fn denies(outcome: &str) -> bool {
    outcome.starts_with("no ")
        || outcome.ends_with(" charged")
        || outcome.starts_with("this does not happen")
        || crate::coverage::scene::clause::Clause::read(outcome).is_some_and(|clause| clause.negative)
}

/// How a value is brought about, and the words for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Setup {
    /// Names the limited thing in keys: `discount code/length`.
    pub(super) key: String,
    /// The thing with its value, without article where it has one: `discount code of 21 characters`.
    pub(super) thing: String,
    /// States before step 1.
    pub(super) givens: Vec<String>,
    /// Steps between opening and confirming.
    pub(super) entries: Vec<Step>,
    /// Why it is refused, as a clause: `the discount code is longer than 20 characters`.
    pub(super) why: String,
    /// What is said of success beyond the story's own words; empty for none.
    pub(super) seen: String,
    /// Samples besides the limit's own values.
    pub(super) values: Vec<Value>,
    /// The field that the entries are for, where they take the place of an ordinary entry.
    pub(super) field: String,
    /// The run, where it is not the ordinary one with the entries.
    pub(super) run: Option<Ordinary>,
    /// The noun that is accepted or refused where that is not `thing`.
    pub(super) refused: String,
    /// What stays as it was when it is refused, where that is not the story's own object.
    pub(super) unchanged: String,
    /// What is seen besides the success of the ordinary run, as a clause: `the member has now borrowed 5 books`.
    pub(super) also: String,
    /// What is seen at the end of the ordinary run, said of this value: `for 2 persons`.
    pub(super) shown: String,
    /// The whole result of a value that may not be offered at all; empty where it is entered and refused.
    pub(super) barred: String,
    /// Whether `thing` is a clause that holds: `The delay is 30 minutes`.
    pub(super) is_clause: bool,
}

/// `the customer don't see it`, once it is said of one.
fn agreed(effect: &Effect) -> Effect {
    match effect {
        Effect::Outcome(outcome)
            if crate::coverage::scene::clause::Clause::read(outcome)
                .is_some_and(|clause| !clause.subject.is_empty() && !is_plural(&clause.subject)) =>
        {
            Effect::Outcome(outcome.replacen(" don't ", " doesn't ", 1))
        }
        other => other.clone(),
    }
}

/// The case of one point.
pub(super) fn case(scene: &Scene<'_>, rule: &Rule, point: &Point, setup: Setup) -> Proposal {
    let effect = &agreed(if point.inside { &rule.inside } else { &rule.outside });
    let value = values::of_limit(point.value, &rule.limit);
    let thing = if setup.is_clause {
        setup.thing.clone()
    } else {
        counted_article(&setup.thing).unwrap_or_else(|| a(&setup.thing))
    };
    let (title, case_type) = match effect {
        Effect::Accepted if setup.is_clause => (format!("{thing}: {}", lowered_success(scene)), TestCaseType::Boundary),
        Effect::Refused if setup.is_clause => (format!("{thing}: {}", scene.unchanged()), TestCaseType::Negative),
        Effect::Accepted => (
            format!("{} {} accepted", capitalised(&thing), be(&thing)),
            TestCaseType::Boundary,
        ),
        Effect::Refused => (
            format!("{} {} refused", capitalised(&thing), be(&thing)),
            TestCaseType::Negative,
        ),
        Effect::Outcome(outcome) if denies(outcome) => (told(&thing, outcome), TestCaseType::Negative),
        Effect::Outcome(outcome) => (told(&thing, outcome), TestCaseType::Boundary),
    };
    let mut proposal = Proposal::new(
        format!("boundary/{}/{}", setup.key, values::number(point.value)),
        condition(&thing, point),
        Technique::BoundaryValueAnalysis,
        case_type,
        rule.span,
    )
    .titled(title)
    .because(objective(rule, point))
    .priority(priority(scene, point))
    .with_values(setup.values.clone());
    let bound = values::of_limit(point.bound, &rule.limit);
    proposal = if point.how.is_empty() {
        proposal.stated(value, rule.span)
    } else {
        proposal.computed(value, point.how.clone(), rule.span)
    };
    proposal = proposal.stated(bound, rule.span);
    let whole = *effect == Effect::Accepted;
    // Where the product acts by itself, an entry is tried for itself, and a state is looked at.
    let mut setup = setup;
    if setup.run.is_none() && *scene.goal() != crate::coverage::scene::Goal::Acted {
        let looked = match effect {
            Effect::Outcome(outcome) => {
                crate::coverage::scene::clause::Clause::read(outcome).map(|clause| limits::lowered(&clause.subject))
            }
            _ => None,
        };
        let mut steps = setup.entries.clone();
        if !steps.is_empty() {
            let noun = if setup.field.is_empty() {
                setup.thing.split_once(" of ").map_or("", |(noun, _)| noun)
            } else {
                setup.field.as_str()
            };
            if !noun.is_empty() {
                steps.insert(0, Step::new(format!("Open the form with the {noun} field.")));
            }
            steps.push(Step::new("Save the entry."));
            setup.unchanged = "the entry is not saved".to_owned();
            // A secret is not shown again.
            let secret = ["pin", "password", "passcode", "code"]
                .iter()
                .any(|word| noun.to_lowercase().ends_with(word));
            setup.seen = format!(
                "The {} {} {}",
                setup.thing,
                be(&setup.thing),
                if secret {
                    "accepted; the entry is saved"
                } else {
                    "shown when the form is opened again"
                }
            );
        }
        if let Some(looked) = looked.filter(|looked| !looked.is_empty()) {
            let looked = looked.strip_prefix("no ").unwrap_or(&looked);
            steps.push(Step::new(if looked.starts_with(|c: char| !c.is_alphabetic()) {
                // A price stands for itself: it is read where it is worked out.
                format!("Read the price that is worked out for {}.", a(&setup.thing))
            } else {
                format!("Look at {}.", the(looked))
            }));
        }
        if steps.is_empty() {
            return unworded(scene, rule, point);
        }
        setup.run = Some(Ordinary {
            givens: scene.start(),
            steps,
            ..Ordinary::default()
        });
    }
    let run = setup
        .run
        .clone()
        .unwrap_or_else(|| ordinary::with(scene, &setup.field, setup.entries.clone(), whole));
    let unused = run
        .givens
        .iter()
        .filter(|given| !setup.givens.iter().any(|own| same_thing(own, given)));
    proposal = proposal
        .givens(unused)
        .givens(&setup.givens)
        .steps(run.steps)
        .with_values(run.values);
    proposal = match effect {
        Effect::Accepted => {
            let seen = match (setup.seen.is_empty(), run.expected.is_empty()) {
                (false, _) => setup.seen.clone(),
                (true, false) => run.expected,
                (true, true) => scene.success(),
            };
            let seen = seen.trim_end_matches('.');
            let seen = if setup.shown.is_empty() {
                seen.to_owned()
            } else {
                format!("{seen} {}", setup.shown)
            };
            proposal.expect(if setup.also.is_empty() {
                seen
            } else {
                format!("{seen}; {}", setup.also)
            })
        }
        Effect::Refused if !setup.barred.is_empty() => proposal.expect(&setup.barred),
        Effect::Refused if setup.is_clause => proposal
            .seen("A message says that it is refused")
            .expect(scene.unchanged()),
        Effect::Refused => {
            let refused = if setup.refused.is_empty() {
                &setup.thing
            } else {
                &setup.refused
            };
            let unchanged = if setup.unchanged.is_empty() {
                scene.unchanged()
            } else {
                setup.unchanged.clone()
            };
            proposal.seen(scene.message(&setup.why)).expect(format!(
                "{} {} refused; {unchanged}",
                capitalised(&the(refused)),
                be(refused)
            ))
        }
        Effect::Outcome(outcome) => proposal.expect(outcome),
    };
    proposal
}

/// `6th switching time` → `A 6th switching time`, whatever noun follows the number.
fn counted_article(thing: &str) -> Option<String> {
    let (first, rest) = thing.split_once(' ')?;
    let ordinal = first.starts_with(|c: char| c.is_ascii_digit())
        && ["st", "nd", "rd", "th"].iter().any(|end| first.ends_with(end));
    ordinal.then(|| format!("{} {rest}", a(&format!("{first} item")).trim_end_matches(" item")))
}

fn lowered_success(scene: &Scene<'_>) -> String {
    limits::lowered(scene.success().trim_end_matches('.'))
}

/// `A transfer of $1,000.01 needs a confirmation by PIN` where the outcome speaks of the thing itself, else both in turn.
fn told(thing: &str, outcome: &str) -> String {
    let noun = thing.split(" of ").next().unwrap_or(thing);
    let noun = crate::coverage::scene::grammar::bare(noun);
    match outcome.strip_prefix(&format!("the {noun} ")) {
        Some(rest) => format!("{} {rest}", capitalised(thing)),
        None => format!("{}: {outcome}", capitalised(thing)),
    }
}

/// Whether two states speak of the same thing, so that one gives way: `The balance is …`.
fn same_thing(one: &str, other: &str) -> bool {
    let subject = |state: &str| {
        crate::coverage::scene::clause::Clause::read(state)
            .map(|clause| crate::coverage::scene::grammar::head(&clause.subject).to_lowercase())
    };
    subject(one).is_some_and(|one| subject(other) == Some(one)) && !other.contains("signed in")
}

fn be(thing: &str) -> &'static str {
    if is_plural(thing) { "are" } else { "is" }
}

/// The item of one point without words: what has the value is said by no noun of the text, and none is made up.
pub(super) fn unworded(scene: &Scene<'_>, rule: &Rule, point: &Point) -> Proposal {
    let value = values::of_limit(point.value, &rule.limit);
    let words = scene
        .basis
        .words(rule.span)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let item = Proposal::new(
        format!(
            "boundary/{}/{}/{}",
            rule.span.basis_id,
            crate::coverage::scene::grammar::slug(&words),
            values::number(point.value)
        ),
        condition(&format!("{value}, tried against \"{words}\""), point),
        Technique::BoundaryValueAnalysis,
        if point.inside {
            TestCaseType::Boundary
        } else {
            TestCaseType::Negative
        },
        rule.span,
    )
    .priority(priority(scene, point));
    let bound = values::of_limit(point.bound, &rule.limit);
    if point.how.is_empty() {
        item.stated(value, rule.span)
    } else {
        item.computed(value, point.how.clone(), rule.span)
            .stated(bound, rule.span)
    }
}

fn condition(thing: &str, point: &Point) -> String {
    let end = if point.upper { "upper" } else { "lower" };
    match (point.inside, point.edge) {
        (true, true) => format!("{thing}, at the {end} limit"),
        (true, false) => format!("{thing}, next to the {end} limit on the inside"),
        (false, true) => format!("{thing}, just outside the {end} limit"),
        (false, false) => format!("{thing}, next to the {end} limit on the outside"),
    }
}

fn objective(rule: &Rule, point: &Point) -> String {
    let bound = values::of_limit(point.bound, &rule.limit);
    match (point.inside, point.edge) {
        (true, true) if point.how.is_empty() => format!("The limit of {bound} itself is still admitted"),
        (true, true) => format!("The limit of {bound} is not admitted, the value next to it is"),
        (true, false) => format!("A limit that is compared with the wrong sign shows next to {bound}"),
        (false, _) => format!("Nothing beyond the limit of {bound} may pass"),
    }
}

fn priority(scene: &Scene<'_>, point: &Point) -> crate::test_case::Priority {
    let edge = scene.risk();
    if point.edge { edge } else { edge.lower() }
}

/// `it is longer than 20 characters`, `more than $500`: the comparison with the bound that a value breaks.
pub(super) fn comparison(rule: &Rule, point: &Point) -> String {
    let bound = values::of_limit(point.bound, &rule.limit);
    let exclusive = point.how.is_empty() && !point.inside;
    match (rule.limit.dimension, point.upper) {
        (_, true) if exclusive => format!("not below {bound}"),
        (_, false) if exclusive => format!("not above {bound}"),
        (Dimension::Length, true) => format!("longer than {bound}"),
        (Dimension::Length, false) => format!("shorter than {bound}"),
        (Dimension::DataSize, true) => format!("larger than {bound}"),
        (Dimension::DataSize, false) => format!("smaller than {bound}"),
        (Dimension::Count | Dimension::Money, true) => format!("more than {bound}"),
        (Dimension::Count, false) => format!("fewer than {bound}"),
        (Dimension::Money, false) => format!("less than {bound}"),
        (_, true) => format!("above {bound}"),
        (_, false) => format!("below {bound}"),
    }
}

/// What is seen of a text that was entered in a field: the text itself, so that a shortened one shows. Empty for what is
/// not shown again, and where the act says itself what is seen.
pub(super) fn text_shown(scene: &Scene<'_>, field: &str, text: &str, size: &str) -> String {
    const SECRETS: [&str; 6] = ["password", "pin", "passcode", "secret", "code", "key"];
    let low = field.to_lowercase();
    let secret = SECRETS.iter().any(|word| low.split(' ').any(|said| said == *word));
    if secret || text.is_empty() || scene.object().is_empty() {
        return String::new();
    }
    let long = text.chars().count() > 40;
    if scene.action().is_some_and(|action| action.verb == "review") {
        return if long {
            format!("The review is shown with the {field} of {size} in full")
        } else {
            format!("The review is shown with {text} as the {field}")
        };
    }
    let own = scene.one().eq_ignore_ascii_case(field);
    let thing = capitalised(&the(&scene.one()));
    match scene.class() {
        VerbClass::Create | VerbClass::Manage if scene.takes() || ordinary::is_booking(scene) => String::new(),
        VerbClass::Create | VerbClass::Manage | VerbClass::Configure | VerbClass::Update if own && long => {
            format!("{thing} is shown with all its {size}")
        }
        VerbClass::Create | VerbClass::Manage | VerbClass::Configure | VerbClass::Update if own => {
            format!("{thing} is shown as {text}")
        }
        VerbClass::Create | VerbClass::Manage if long => {
            format!("{thing} is shown with the {field} of {size} in full")
        }
        VerbClass::Create | VerbClass::Manage => format!("{thing} is shown with {text} as the {field}"),
        _ => String::new(),
    }
}

/// What is seen of a value that was set or stored, where the act is of a kind that shows it again.
pub(super) fn shown_again(scene: &Scene<'_>, subject: &str, value: &str) -> String {
    match scene.class() {
        VerbClass::Configure | VerbClass::Update => {
            format!(
                "{} is shown as {value} when it is looked at again",
                capitalised(&the(subject))
            )
        }
        VerbClass::Pay => format!("A confirmation shows {value}, which is charged exactly once"),
        VerbClass::Create | VerbClass::Manage if scene.one().eq_ignore_ascii_case(subject) => {
            format!("The new {subject} is shown as {value}")
        }
        VerbClass::Create | VerbClass::Manage | VerbClass::Report if !scene.object().is_empty() => {
            format!("The {} is shown with {value} as the {subject}", scene.one())
        }
        _ => String::new(),
    }
}
