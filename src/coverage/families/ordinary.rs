//! The ordinary run of an act: data that anybody would use, the states that it needs, and what is then seen. Samples are
//! of named classes and safe to type anywhere (`example.com`, numbers that belong to nobody).

use crate::basis::{Dimension, LiteralKind, VerbClass};
use crate::coverage::Proposal;
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{
    a, bare, capitalised, gerund, head, is_or_are, is_plural, participle, plural, singular, the,
};
use crate::coverage::values;
use crate::test_case::{BasisId, Step, Value};
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
    if let Some(run) = super::particular::run(scene) {
        return run;
    }
    let mut ordinary = Ordinary {
        givens: scene.start(),
        expected: scene.success(),
        ..Ordinary::default()
    };
    match scene.class() {
        VerbClass::Redeem => redeem(scene, &mut ordinary),
        VerbClass::Pay => pay(scene, &mut ordinary),
        _ if is_system_act(scene) => by_system(scene, &mut ordinary),
        _ if scene.takes() => take(scene, &mut ordinary),
        VerbClass::Create | VerbClass::Manage | VerbClass::Register if is_booking(scene) => book(scene, &mut ordinary),
        VerbClass::Create | VerbClass::Manage | VerbClass::Register => fill_in(scene, &mut ordinary),
        VerbClass::Read | VerbClass::Report => look(scene, &mut ordinary),
        VerbClass::Update => change(scene, &mut ordinary),
        VerbClass::Delete => delete(scene, &mut ordinary),
        VerbClass::Search | VerbClass::Filter => find(scene, &mut ordinary),
        VerbClass::Upload => upload(scene, &mut ordinary),
        VerbClass::Download => download(scene, &mut ordinary),
        VerbClass::Configure => configure(scene, &mut ordinary),
        VerbClass::Authenticate => authenticate(scene, &mut ordinary),
        _ => ordinary.steps = scene.perform(Vec::new()),
    }
    ordinary
}

/// The ordinary run with other entries for one field: they take the place of the ordinary entry. With `whole` unset it
/// ends at the step that sets the act going, for what comes after needs success.
pub(super) fn with(scene: &Scene<'_>, field: &str, entries: Vec<Step>, whole: bool) -> Ordinary {
    let mut ordinary = run(scene);
    if entries.is_empty() {
        return ordinary;
    }
    let count = entries.len();
    let place = ordinary.steps.iter().position(|step| is_entry_of(step, field));
    let at = if let Some(place) = place {
        let old = ordinary.steps.remove(place);
        if !old.data.is_empty() {
            ordinary.givens.retain(|given| !given.contains(&old.data));
            ordinary.values.retain(|value| value.text != old.data);
        }
        place
    } else if let Some(place) = ordinary
        .steps
        .iter()
        .position(|step| step.action.starts_with("Fill in every field"))
    {
        ordinary.steps[place] = Step::new(format!("Fill in every field except the {field}."));
        place + 1
    } else {
        let sets_going = ordinary
            .steps
            .iter()
            .position(|step| !is_entry(step) && !step.action.starts_with("Open"));
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
    let action = step.action.to_lowercase();
    is_entry(step)
        && action
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word == head(field).to_lowercase())
}

fn is_code(noun: &str) -> bool {
    ["code", "coupon", "voucher", "card"].contains(&head(noun).to_lowercase().as_str())
}

fn redeem(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let one = scene.one();
    let mut entries = Vec::new();
    if is_code(&one) {
        ordinary
            .givens
            .push(format!("{} SAVE10 exists that can be used.", capitalised(&a(&one))));
        entries.push(scene.enter(&one, "SAVE10"));
        ordinary
            .values
            .push(values::sample("SAVE10", format!("{} that can be used", a(&one))));
    } else {
        ordinary
            .givens
            .push(format!("The {} has {} that can be used.", scene.actor(), scene.many()));
    }
    ordinary.steps = scene.perform(entries);
}

fn pay(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let (amount, unit) = amount(scene);
    pay_amount(scene, amount, &unit, ordinary);
    if is_transfer(scene) {
        let shown = values::with_unit(amount, &unit, Dimension::Money);
        ordinary
            .values
            .push(values::sample(shown, "an amount within the limits"));
    }
}

/// Whether an amount is entered that moves money.
pub(super) fn is_transfer(scene: &Scene<'_>) -> bool {
    let verb = scene.action().map_or("", |action| action.verb.as_str());
    scene.class() == VerbClass::Pay && ["transfer", "send", "wire", "withdraw", "deposit", "donate"].contains(&verb)
}

/// The run that moves a given amount.
pub(super) fn transfer(scene: &Scene<'_>, amount: Decimal, unit: &str) -> Ordinary {
    let mut ordinary = Ordinary {
        givens: scene.start(),
        ..Ordinary::default()
    };
    pay_amount(scene, amount, unit, &mut ordinary);
    ordinary
}

fn pay_amount(scene: &Scene<'_>, amount: Decimal, unit: &str, ordinary: &mut Ordinary) {
    let verb = scene.action().map_or("pay", |action| action.verb.as_str());
    if !["transfer", "send", "wire", "withdraw", "deposit", "donate"].contains(&verb) {
        ordinary
            .givens
            .push("A payment method that the payment provider's test system accepts is at hand.".to_owned());
        ordinary.steps = scene.perform(vec![Step::new("Choose the payment method.")]);
        ordinary.expected = "A confirmation shows the amount; the amount is charged exactly once.".to_owned();
        return;
    }
    let shown = values::with_unit(amount, unit, Dimension::Money);
    let balance = values::with_unit(amount + amount, unit, Dimension::Money);
    let noun = if verb == "transfer" || verb == "send" || verb == "wire" {
        "transfer"
    } else {
        head_noun(verb)
    };
    if matches!(verb, "deposit" | "donate") {
        ordinary.expected = format!("A confirmation shows the {noun} of {shown}.");
    } else {
        ordinary.givens.push(format!("The account has a balance of {balance}."));
        ordinary.expected = format!("A confirmation shows the {noun} of {shown}; the balance is now {shown}.");
        ordinary
            .values
            .push(values::computed(balance, format!("{shown} + {shown}"), None));
    }
    ordinary
        .steps
        .push(Step::new(format!("Open the form for {}.", a(noun))));
    if noun == "transfer" {
        ordinary.steps.push(Step::new("Enter the account of the recipient."));
    }
    ordinary
        .steps
        .push(Step::new(format!("Enter {shown} as the amount.")).with_data(&shown));
    ordinary.steps.push(Step::new(format!("Confirm the {noun}.")));
    ordinary
        .values
        .push(values::sample(shown, "an amount within the limits"));
}

fn head_noun(verb: &str) -> &'static str {
    match verb {
        "withdraw" => "withdrawal",
        "donate" => "donation",
        _ => "deposit",
    }
}

/// An amount that every stated limit admits, and its currency.
pub(super) fn amount(scene: &Scene<'_>) -> (Decimal, String) {
    let money = || {
        scene
            .basis
            .limits()
            .filter(|(limit, _)| limit.dimension == Dimension::Money)
    };
    let unit = money().map(|(limit, _)| limit.unit.clone()).next().unwrap_or_default();
    let mut amount = Decimal::from(100);
    for (limit, _) in money() {
        if let Some(upper) = limit.upper.filter(|upper| amount >= upper.value) {
            amount = upper.value / Decimal::from(2);
        }
    }
    for (limit, _) in money() {
        if let (Some(lower), Some(_)) = (limit.lower.filter(|lower| amount < lower.value), limit.upper) {
            amount = lower.value;
        }
    }
    (amount, unit)
}

const BOOKED: [&str; 22] = [
    "appointment",
    "table",
    "room",
    "slot",
    "seat",
    "flight",
    "desk",
    "court",
    "class",
    "course",
    "lesson",
    "visit",
    "trip",
    "hotel",
    "ticket",
    "parking",
    "consultation",
    "car",
    "ride",
    "meeting",
    "viewing",
    "tour",
];

pub(super) fn is_booking(scene: &Scene<'_>) -> bool {
    let verb = scene.action().map_or("", |action| action.verb.as_str());
    ["book", "reserve", "schedule"].contains(&verb) || BOOKED[..1].contains(&head(&scene.one()).to_lowercase().as_str())
}

fn book(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let one = scene.one();
    let verb = scene.action().map_or("book", |action| action.verb.as_str());
    let timed = [
        "appointment",
        "meeting",
        "visit",
        "lesson",
        "consultation",
        "viewing",
        "slot",
        "tour",
    ]
    .contains(&head(&one).to_lowercase().as_str());
    let free = if timed { "time".to_owned() } else { one.clone() };
    ordinary.givens.push(if timed {
        format!("At least one time for {} is free.", a(&one))
    } else {
        format!("At least one {one} is free.")
    });
    ordinary.steps = vec![
        scene.page().map_or_else(
            || Step::new(format!("Open the page for {} {}.", gerund(verb), a(&one))),
            |_| scene.open(),
        ),
        Step::new(format!("Choose a free {free}.")),
        Step::new(format!("{} {}.", capitalised(verb), the(&one))),
    ];
    ordinary.expected = format!(
        "{} is shown as {} with the {free} that was chosen.",
        capitalised(&the(&one)),
        participle(verb)
    );
}

/// Fields that the story names, with a sample for each.
pub(super) fn named_fields(scene: &Scene<'_>) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for literal in &scene.basis.literals {
        if literal.span.basis_id == BasisId::Context {
            continue;
        }
        if let LiteralKind::Field { name, .. } = &literal.kind {
            let name = bare(name).to_owned();
            if !fields.contains(&name) && fields.len() < 6 {
                fields.push(name);
            }
        }
    }
    fields
}

/// A sample for a field of this name, and its class; `None` where no safe sample is known.
pub(super) fn field_sample(field: &str) -> Option<(&'static str, &'static str)> {
    let field = field.to_lowercase();
    let table: [(&[&str], &str, &str); 14] = [
        (
            &["email"],
            "anna@example.com",
            "a well-formed email address that belongs to nobody",
        ),
        (&["first name", "given name"], "Anna", "a first name"),
        (&["last name", "surname", "family name"], "Example", "a last name"),
        (&["username", "user name"], "anna.example", "a user name"),
        (
            &["password"],
            "Blue-Harbour-42",
            "a password with letters of both cases, digits and a sign",
        ),
        (
            &["phone", "mobile", "telephone"],
            "+1 202-555-0143",
            "a telephone number reserved for examples",
        ),
        (
            &["url", "website", "link"],
            "https://www.example.com/",
            "a web address reserved for examples",
        ),
        (
            &["postcode", "postal code", "zip"],
            "12345",
            "a postal code of five digits",
        ),
        (&["city", "town", "destination"], "Lisbon", "a city"),
        (&["country"], "Portugal", "a country"),
        (&["address", "street"], "1 Example Street", "a street and number"),
        (&["title", "subject", "headline"], "Quarterly review", "a short title"),
        (
            &["comment", "description", "message", "reason", "note", "text", "review"],
            "Family matters",
            "a short text",
        ),
        (&["name"], "Anna Example", "a name"),
    ];
    table
        .iter()
        .find(|(words, _, _)| words.iter().any(|word| field.contains(word)))
        .map(|(_, text, class)| (*text, *class))
}

/// Steps that fill in the fields that the story names.
pub(super) fn entries(scene: &Scene<'_>, fields: &[String], values: &mut Vec<Value>) -> Vec<Step> {
    let mut steps = Vec::new();
    for field in fields {
        match field_sample(field) {
            Some((text, class)) => {
                steps.push(scene.enter(field, text));
                values.push(values::sample(text, class));
            }
            None => steps.push(Step::new(format!("Fill in the {field}."))),
        }
    }
    steps
}

/// Takes something that is there: borrows a book, subscribes to a newsletter.
fn take(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let one = scene.one();
    let fields = named_fields(scene);
    let email = fields.is_empty() && scene.goal_mentions(&["email", "e-mail"]).is_some();
    let named = if email {
        vec!["email address".to_owned()]
    } else {
        fields
    };
    let verb = scene.action().map_or("", |action| action.verb.as_str());
    ordinary.givens.retain(|given| !given.contains("not signed in"));
    if [
        "borrow",
        "rent",
        "hire",
        "reserve",
        "order",
        "check out",
        "take out",
        "adopt",
    ]
    .contains(&verb)
    {
        ordinary.givens.push(format!("At least one {one} is available."));
    }
    let entries = entries(scene, &named, &mut ordinary.values);
    ordinary.steps = scene.perform(entries);
    let link = if verb.starts_with("subscribe") {
        "subscribed to"
    } else {
        return;
    };
    ordinary.expected = format!(
        "A confirmation says that the {} is now {link} {}.",
        scene.actor(),
        the(&one)
    );
}

/// Whether the act is one of the system itself: `I want the system to charge a fine`.
pub(super) fn is_system_act(scene: &Scene<'_>) -> bool {
    let goal = scene.basis.words(scene.goal_span()).to_lowercase();
    [
        "the system to",
        "the app to",
        "the application to",
        "the platform to",
        "the service to",
        "the website to",
    ]
    .iter()
    .any(|words| goal.starts_with(words))
}

/// An act of the system is watched, not done.
fn by_system(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let object = if scene.object().is_empty() {
        "result"
    } else {
        scene.object()
    };
    let object = object.split(" of $").next().unwrap_or(object);
    let verb = scene.action().map_or("show", |action| action.verb.as_str());
    ordinary.steps = vec![
        Step::new(format!(
            "Bring about the event after which the system must {verb} {}.",
            the(object)
        )),
        Step::new(format!(
            "Open the place where {} {} shown.",
            the(object),
            is_or_are(object)
        )),
    ];
    ordinary.expected = format!(
        "{} {} shown as {}.",
        capitalised(&the(object)),
        is_or_are(object),
        participle(verb)
    );
}

fn fill_in(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let fields = named_fields(scene);
    let entries = if fields.is_empty() {
        vec![Step::new("Fill in every field of the form.")]
    } else {
        entries(scene, &fields, &mut ordinary.values)
    };
    ordinary.steps = scene.perform(entries);
    if scene.class() == VerbClass::Register {
        ordinary.steps.push(Step::new("Sign in with the new account."));
        ordinary.expected = format!("The {} is signed in with the new account.", scene.actor());
    }
}

fn look(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let object = if scene.object().is_empty() {
        "page"
    } else {
        scene.object()
    };
    ordinary.steps.push(scene.open());
    ordinary
        .steps
        .push(Step::new(format!("Compare {} with the stored data.", the(object))));
    ordinary.expected = match scene.entry() {
        Some(entry) => format!("Every stored {entry} is listed once, with its stored data, and nothing else."),
        None => format!(
            "{} {} shown with the stored data.",
            capitalised(&the(object)),
            is_or_are(object)
        ),
    };
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
        ordinary.expected = format!(
            "The {} is signed in with the new password; the old password is refused.",
            scene.actor()
        );
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
        None if head(&one).eq_ignore_ascii_case("file") => a(&one),
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
    let range = scene
        .basis
        .limits()
        .find_map(|(limit, span)| Some((limit, span, limit.lower?, limit.upper?)));
    let object = if scene.object().is_empty() {
        "setting"
    } else {
        scene.object()
    };
    let short = object.split(" of ").next().unwrap_or(object);
    if let Some((limit, span, lower, upper)) = range {
        // Halves first: the sum of two bounds may be more than a decimal holds.
        let middle = (lower.value / Decimal::from(2) + upper.value / Decimal::from(2)).round();
        let value = values::of_limit(middle, limit);
        let ends = format!("{} to {}", values::number(lower.value), values::number(upper.value));
        ordinary.steps = scene.perform(vec![
            Step::new(format!("Set {} to {value}.", the(short))).with_data(&value),
        ]);
        ordinary.expected = format!(
            "{} is shown as {value} after the page is loaded again.",
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
        ordinary.steps = scene.perform(vec![Step::new(format!("Choose another value for {}.", the(object)))]);
        ordinary.steps.push(Step::new("Load the page again."));
        ordinary.expected = format!(
            "{} {} shown with the value that was chosen.",
            capitalised(&the(object)),
            is_or_are(object)
        );
    }
}

fn authenticate(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let verb = scene.action().map_or("sign in", |action| action.verb.as_str());
    let actor = scene.actor();
    if verb.contains("reset") || verb.contains("recover") || verb.contains("forget") {
        ordinary.givens = vec![
            format!("An account of the {actor} exists."),
            format!("The {actor} is not signed in."),
        ];
        ordinary.steps = vec![
            Step::new("Open the sign-in page."),
            Step::new("Request a new password for the account."),
            Step::new("Open the reset link that arrives."),
            scene.enter("new password", "Blue-Harbour-42"),
            Step::new("Submit the form."),
            Step::new("Sign in with the new password."),
        ];
        ordinary.expected = format!("The {actor} is signed in with the new password; the old password is refused.");
        ordinary.values.push(values::sample(
            "Blue-Harbour-42",
            "a password with letters of both cases, digits and a sign",
        ));
    } else if verb.ends_with("out") || verb == "logout" {
        ordinary.givens = vec![format!("The {actor} is signed in.")];
        ordinary.steps = vec![
            Step::new("Sign out."),
            Step::new("Open a page that only signed-in users see."),
        ];
        ordinary.expected = "The sign-in page is shown instead of the page.".to_owned();
    } else {
        ordinary.givens = vec![
            format!("An account of the {actor} exists."),
            format!("The {actor} is not signed in."),
        ];
        ordinary.steps = vec![
            Step::new("Open the sign-in page."),
            Step::new("Enter the sign-in name and the password of the account."),
            Step::new("Submit the form."),
        ];
    }
}
