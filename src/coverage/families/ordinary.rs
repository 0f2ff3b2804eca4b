//! The ordinary run of an act: data that anybody would use, the states that it needs, and what is then seen. Samples are
//! of named classes and safe to type anywhere (`example.com`, numbers that belong to nobody).

mod form;
mod money;
mod sample;
mod system;

pub(super) use form::{entries, field_sample, is_booking};
pub(super) use money::{amount, is_between_own, is_transfer, least_total, own_code, sample_code, transfer};
pub(super) use system::is_system_act;
pub(super) use system::{interface, system_title};

use crate::basis::{Dimension, Limit, LiteralKind, VerbClass};
use crate::coverage::Proposal;
use crate::coverage::scene::grammar::{
    a, bare, capitalised, head, is_or_are, is_plural, participle, plural, singular, the,
};
use crate::coverage::scene::{Goal, Scene};
use crate::coverage::values;
use crate::test_case::{Step, Value};
use rust_decimal::Decimal;

/// What an ordinary run needs besides the steps that every run has.
#[derive(Clone, Debug, Default)]
pub(super) struct Ordinary {
    /// States before step 1.
    pub(super) givens: Vec<String>,
    /// The whole run.
    pub(super) steps: Vec<Step>,
    /// What is seen at the end; a sentence.
    pub(super) expected: String,
    /// Samples that it uses.
    pub(super) values: Vec<Value>,
}

impl Ordinary {
    /// The run without what comes after the step that sets the act going, for a run that is refused there.
    pub(super) fn up_to_the_act(mut self) -> Self {
        let act = self.steps.iter().position(|step| {
            ["Submit", "Confirm", "Save", "Start", "Apply", "Invite"]
                .iter()
                .any(|verb| step.action.starts_with(verb))
        });
        if let Some(act) = act {
            self.steps.truncate(act + 1);
        }
        self
    }

    /// Puts the run into a proposal.
    pub(super) fn into(self, proposal: Proposal) -> Proposal {
        proposal
            .givens(self.givens)
            .steps(self.steps)
            .with_values(self.values)
            .expect(self.expected)
    }
}

/// The ordinary run of the scene's act.
pub(super) fn run(scene: &Scene<'_>) -> Ordinary {
    if *scene.goal() != Goal::Acted {
        return Ordinary {
            givens: scene.start(),
            steps: scene.perform(Vec::new()),
            expected: scene.success(),
            values: Vec::new(),
        };
    }
    if let Some(run) = super::r37_without_pages::run(scene)
        .or_else(|| super::r39_conversation::run(scene))
        .or_else(|| super::particular::run(scene))
    {
        return run;
    }
    let mut ordinary = Ordinary {
        givens: scene.start(),
        expected: scene.success(),
        ..Ordinary::default()
    };
    match scene.class() {
        VerbClass::Configure | VerbClass::Update | VerbClass::Create if form::is_reset(scene) => {
            form::authenticate(scene, &mut ordinary);
        }
        _ if is_system_act(scene) => system::by_system(scene, &mut ordinary),
        VerbClass::Notify => system::message(scene, &mut ordinary),
        VerbClass::Redeem => money::redeem(scene, &mut ordinary),
        VerbClass::Pay => money::pay(scene, &mut ordinary),
        _ if scene.takes() => form::take(scene, &mut ordinary),
        VerbClass::Create | VerbClass::Manage | VerbClass::Register if is_booking(scene) => {
            form::book(scene, &mut ordinary)
        }
        VerbClass::Create | VerbClass::Manage | VerbClass::Register => form::fill_in(scene, &mut ordinary),
        VerbClass::Read | VerbClass::Report => look(scene, &mut ordinary),
        VerbClass::Update => change(scene, &mut ordinary),
        VerbClass::Delete => delete(scene, &mut ordinary),
        VerbClass::Search | VerbClass::Filter => find(scene, &mut ordinary),
        VerbClass::Upload => upload(scene, &mut ordinary),
        VerbClass::Download => download(scene, &mut ordinary),
        VerbClass::Configure => configure(scene, &mut ordinary),
        VerbClass::Authenticate => form::authenticate(scene, &mut ordinary),
        _ => ordinary.steps = scene.perform(Vec::new()),
    }
    complete(scene, &mut ordinary);
    ordinary
}

/// Fills in what the criteria ask for in the same form besides.
fn complete(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let sent = ordinary
        .steps
        .iter()
        .position(|step| step.action.starts_with("Submit ") || step.action.starts_with("Confirm the payment"));
    let filled = ordinary
        .steps
        .iter()
        .any(|step| step.action.starts_with("Fill in every field"));
    let Some(mut at) = sent.filter(|_| !filled) else {
        return;
    };
    for (field, text, class) in sample::required(scene) {
        if ordinary.steps.iter().any(|step| is_entry_of(step, &field)) {
            continue;
        }
        ordinary.steps.insert(at, scene.enter(&field, &text));
        ordinary.values.push(values::sample(text, class));
        at += 1;
    }
    for field in form::required_fields(scene) {
        if ordinary.steps.iter().any(|step| is_entry_of(step, &field)) {
            continue;
        }
        for step in entries(scene, std::slice::from_ref(&field), &mut ordinary.values) {
            ordinary.steps.insert(at, step);
            at += 1;
        }
    }
}

/// The ordinary run with other entries for one field: they take the place of the ordinary entry. With `whole` unset it
/// ends at the step that sets the act going, for what comes after needs success.
pub(super) fn with(scene: &Scene<'_>, field: &str, entries: Vec<Step>, whole: bool) -> Ordinary {
    let mut ordinary = run(scene);
    if entries.is_empty() {
        return if whole { ordinary } else { ordinary.up_to_the_act() };
    }
    let count = entries.len();
    let place = ordinary.steps.iter().position(|step| {
        let code = scene.class() == VerbClass::Redeem && head(field).eq_ignore_ascii_case("code");
        is_entry_of(step, field)
            || code && step.action.starts_with("Enter ")
            || step.action.starts_with("Choose another value for ")
    });
    let at = if let Some(place) = place {
        let old = ordinary.steps.remove(place);
        if !old.data.is_empty() {
            ordinary.givens.retain(|given| !given.contains(&old.data));
            ordinary.values.retain(|value| value.text != old.data);
            // What is shown in the end is what is now entered.
            if let [entry] = entries.as_slice()
                && !entry.data.is_empty()
                && entry.data.chars().count() <= 40
            {
                ordinary.expected = ordinary.expected.replace(&old.data, &entry.data);
            }
        }
        place
    } else if let Some(place) = ordinary
        .steps
        .iter()
        .position(|step| step.action.starts_with("Fill in every field"))
    {
        if !field.is_empty() {
            ordinary.steps[place] = Step::new(format!("Fill in every field except the {field}."));
        }
        place + 1
    } else {
        // What is bought is said before how it is paid.
        let sets_going = ordinary.steps.iter().position(|step| {
            !is_entry(step) && !step.action.starts_with("Open") || step.action == "Choose the payment method."
        });
        sets_going.unwrap_or(ordinary.steps.len())
    };
    ordinary.steps.splice(at..at, entries);
    if !whole {
        let end = ordinary.steps.iter().skip(at + count).position(|step| !is_entry(step));
        if let Some(end) = end {
            ordinary.steps.truncate(at + count + end + 1);
        }
    }
    ordinary
}

fn is_entry(step: &Step) -> bool {
    ["Enter", "Choose", "Set ", "Fill in", "Leave", "Select"]
        .iter()
        .any(|verb| step.action.starts_with(verb))
}

fn is_entry_of(step: &Step, field: &str) -> bool {
    if field.is_empty() {
        return false;
    }
    let action = step.action.to_lowercase();
    is_entry(step)
        && action
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word == head(field).to_lowercase())
}

fn look(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let object = if scene.object().is_empty() {
        "page"
    } else {
        scene.object()
    };
    let verb = scene.action().map_or("", |action| action.verb.as_str());
    if verb == "scan" {
        // Nothing says what the device shows then.
        ordinary.steps = vec![Step::new(format!("Scan {}.", the(object)))];
        return;
    }
    if verb == "review" && scene.mentions(&["star", "stars", "rating"]).is_some() {
        let one = scene.one();
        ordinary.givens.retain(|given| !given.starts_with("At least one "));
        ordinary.steps = vec![
            Step::new(format!("Open the form for a review of {}.", a(&one))),
            Step::new("Submit the review."),
        ];
        ordinary.expected = format!(
            "The review is shown at {} with exactly the data that was entered.",
            the(&one)
        );
        let stars = scene.basis.limits().find_map(|(limit, span)| {
            let (lower, upper) = (limit.lower?.value, limit.upper?.value);
            let chosen = upper.checked_sub(Decimal::ONE)?;
            (singular(&limit.unit) == "star" && lower < chosen).then_some((chosen, upper, span))
        });
        if let Some((chosen, upper, span)) = stars {
            let value = values::number(chosen);
            let choice = Step::new(format!("Choose {value} stars.")).with_data(&value);
            ordinary.steps.insert(1, choice);
            ordinary.expected = format!("The review is shown at {} with {value} stars.", the(&one));
            let how = format!("{} - 1", values::number(upper));
            ordinary.values.push(values::computed(value, how, Some(span)));
        }
        return;
    }
    ordinary.steps.push(scene.open());
    if let Some(entry) = scene.entry() {
        let many = plural(&entry);
        ordinary.givens.retain(|given| !given.starts_with("At least one "));
        ordinary
            .givens
            .push(format!("Exactly three {many} exist, and their data are known."));
        ordinary
            .steps
            .push(Step::new(format!("Compare {} with the known data.", the(&many))));
        ordinary.expected = format!("Exactly the three {many} are listed, each once and with its known data.");
        return;
    }
    ordinary
        .givens
        .push(format!("What {} must show is known.", the(object)));
    ordinary
        .steps
        .push(Step::new(format!("Compare {} with what is known.", the(object))));
    ordinary.expected = format!(
        "{} {} shown with exactly the known data.",
        capitalised(&the(object)),
        is_or_are(object)
    );
}

fn change(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let one = scene.one();
    let sample = field_sample(&one).filter(|_| !is_plural(scene.object()));
    let entries = match sample {
        Some((text, class)) => {
            ordinary
                .values
                .push(values::sample(text, format!("{class}, other than the present one")));
            ordinary.expected = format!(
                "{} is shown as {text} after the page is loaded again.",
                capitalised(&the(&one))
            );
            vec![scene.enter(&one, text)]
        }
        None => vec![Step::new(format!("Change one field of {}.", the(&one)))],
    };
    ordinary.steps = scene.perform(entries);
    ordinary.steps.push(Step::new("Load the page again."));
    if sample.is_none() {
        ordinary.expected = format!(
            "{} is shown with the new content; every other field is as before.",
            capitalised(&the(&one))
        );
    } else if head(&one).eq_ignore_ascii_case("password") {
        ordinary.steps.pop();
        ordinary.steps.push(Step::new("Sign in with the new password."));
        ordinary.expected = format!("The {} is signed in with the new password.", scene.actor());
    }
}

fn delete(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    ordinary.steps = scene.perform(Vec::new());
    ordinary.steps.push(Step::new("Load the page again."));
}

/// The criteria of a search: `by date and destination` → `date`, `destination`.
fn search_fields(scene: &Scene<'_>) -> Vec<String> {
    let circumstances = scene.action().map_or(&[][..], |action| action.circumstances.as_slice());
    let by = circumstances.iter().find_map(|words| words.strip_prefix("by "));
    by.map_or_else(Vec::new, |list| {
        list.split([',', '/'])
            .flat_map(|part| part.split(" and "))
            .flat_map(|part| part.split(" or "))
            .map(|part| bare(part.trim()).to_owned())
            .filter(|part| !part.is_empty() && part.len() < 30)
            .collect()
    })
}

fn find(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let one = scene.one();
    let fields = search_fields(scene);
    let verb = scene.action().map_or("", |action| action.verb.as_str());
    if verb == "sort" {
        let by = fields.first().map_or_else(|| "the sort key".to_owned(), Clone::clone);
        ordinary.steps = vec![scene.open(), Step::new(format!("Sort the list by {by}."))];
        ordinary.expected = format!(
            "The {} stand in the order of their {by}; none is missing and none stands twice.",
            scene.many()
        );
        return;
    }
    if fields.is_empty() {
        ordinary.givens = scene
            .start()
            .into_iter()
            .filter(|given| !given.contains("two different"))
            .collect();
        ordinary
            .givens
            .push(format!("Two {} with different names exist.", scene.many()));
        ordinary.steps = scene.perform(vec![Step::new(format!("Enter the name of the first {one}."))]);
        ordinary.expected = format!("The first {one} is listed; the second {one} is not.");
        return;
    }
    let named = crate::coverage::scene::grammar::listed(&fields, "and");
    ordinary.givens = scene
        .start()
        .into_iter()
        .filter(|given| !given.contains("two different"))
        .collect();
    ordinary
        .givens
        .push(format!("Two {} exist that differ in {named}.", scene.many()));
    let entries = fields
        .iter()
        .map(|field| Step::new(format!("Choose the {} of the first {one}.", singular(field))))
        .collect();
    ordinary.steps = scene.perform(entries);
    ordinary.expected = format!("The first {one} is listed; the second {one} is not.");
}

fn upload(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let one = scene.one();
    let format = scene.basis.literals.iter().find_map(|literal| match &literal.kind {
        LiteralKind::Enumeration(list) => {
            let first = list.members.first()?;
            let word = first.text.split(' ').next()?;
            (word.len() <= 4 && word.chars().all(|c| c.is_ascii_uppercase())).then(|| (word.to_owned(), literal.span))
        }
        _ => None,
    });
    let file = match &format {
        Some((name, span)) => {
            ordinary.values.push(values::stated(name.clone(), *span));
            format!("{} file with {}", a(name), a(&one))
        }
        None if ["file", "photo", "picture", "image", "document", "video"]
            .contains(&head(&one).to_lowercase().as_str()) =>
        {
            a(&one)
        }
        None => format!("a file with {}", a(&plural_if_mass(&one, scene))),
    };
    ordinary.steps = scene.perform(vec![Step::new(format!("Choose {file}."))]);
    ordinary.expected = format!(
        "{} is listed with the name of the file and opens with its content.",
        capitalised(&the(&one))
    );
    let verb = scene.action().map_or("", |action| action.verb.as_str());
    if verb == "import" {
        ordinary.givens.push(format!(
            "A file with two {} exists, neither of which is in the system yet.",
            plural(&one)
        ));
        ordinary.steps = scene.perform(vec![Step::new("Choose the file.")]);
        ordinary.expected = format!("Both {} are listed with exactly the data of the file.", plural(&one));
    }
}

fn plural_if_mass(one: &str, scene: &Scene<'_>) -> String {
    if is_plural(scene.object()) {
        plural(one)
    } else {
        one.to_owned()
    }
}

fn download(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    ordinary.steps = scene.perform(Vec::new());
    ordinary.steps.push(Step::new("Open the file."));
}

fn configure(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let object = if scene.object().is_empty() {
        "setting"
    } else {
        scene.object()
    };
    let short = object.split(" of ").next().unwrap_or(object);
    // Only the range of what is set: a reason has its own.
    let range = scene.basis.limits().find_map(|(limit, span)| {
        let own = ![Dimension::Length, Dimension::Count, Dimension::DataSize].contains(&limit.dimension)
            && short.to_lowercase().contains(&head(&limit.subject).to_lowercase());
        Some((limit, span, limit.lower?, limit.upper?)).filter(|_| own)
    });
    if let Some((limit, span, lower, upper)) = range {
        let (middle, end) = ordinary_value(scene, limit, lower.value, upper.value);
        let value = values::of_limit(middle, limit);
        let ends = format!("{} to {}", values::number(lower.value), values::number(end));
        ordinary.steps = scene.perform(vec![
            Step::new(format!("Set {} to {value}.", the(short))).with_data(&value),
        ]);
        ordinary.expected = format!(
            "{} is shown as {value} when it is looked at again.",
            capitalised(&the(short))
        );
        ordinary
            .values
            .push(values::computed(value, format!("the middle of {ends}"), Some(span)));
    } else if ["enable", "disable", "turn on", "turn off", "activate", "deactivate"]
        .iter()
        .any(|verb| scene.action().is_some_and(|action| action.verb == *verb))
    {
        ordinary.steps = scene.perform(Vec::new());
        ordinary.steps.insert(
            1,
            Step::new(format!(
                "{} {}.",
                capitalised(scene.action().map_or("set", |action| &action.verb)),
                the(object)
            )),
        );
        ordinary.steps.push(Step::new("Load the page again."));
        let done = participle(scene.action().map_or("set", |action| &action.verb));
        ordinary.expected = format!("{} {} shown as {done}.", capitalised(&the(object)), is_or_are(object));
    } else {
        if let Some((text, class)) = sample::fitting(scene, object) {
            ordinary.steps = scene.perform(vec![scene.enter(object, &text)]);
            ordinary.steps.push(Step::new("Load the page again."));
            ordinary.expected = format!("{} is shown as {text}.", capitalised(&the(object)));
            ordinary.values.push(values::sample(text, class));
            return;
        }
        ordinary.steps = scene.perform(vec![Step::new(format!("Choose another value for {}.", the(object)))]);
        ordinary.steps.push(Step::new("Load the page again."));
        ordinary.expected = format!(
            "{} {} shown with the value that was chosen.",
            capitalised(&the(object)),
            is_or_are(object)
        );
    }
}

/// A value in the middle of a range, on its step, below every other bound of the story within it: beyond one something
/// else happens than the ordinary. With the end that it is the middle of.
fn ordinary_value(scene: &Scene<'_>, limit: &Limit, lower: Decimal, upper: Decimal) -> (Decimal, Decimal) {
    let others = scene
        .basis
        .limits()
        .filter(|(other, _)| other.dimension == limit.dimension && other.unit == limit.unit);
    let end = others
        .flat_map(|(other, _)| [other.lower, other.upper])
        .flatten()
        .map(|bound| bound.value)
        .filter(|value| lower < *value && *value < upper)
        .min()
        .unwrap_or(upper);
    // Halves first: the sum of two bounds may be more than a decimal holds.
    let middle = (lower / Decimal::TWO + end / Decimal::TWO).round();
    let step = limit.step;
    let on_step = if step.is_zero() { middle } else { middle - middle % step };
    (if on_step < lower { lower } else { on_step }, end)
}
