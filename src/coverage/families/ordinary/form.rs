//! Ordinary runs with a form: bookings, records, sign-in; and the samples for fields that a story names.

use super::Ordinary;
use crate::basis::{LiteralKind, VerbClass};
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{a, bare, capitalised, gerund, head, participle, the};
use crate::coverage::values;
use crate::test_case::{BasisId, Step, Value};

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

pub(in crate::coverage::families) fn is_booking(scene: &Scene<'_>) -> bool {
    let verb = scene.action().map_or("", |action| action.verb.as_str());
    ["book", "reserve", "schedule"].contains(&verb) || BOOKED[..1].contains(&head(&scene.one()).to_lowercase().as_str())
}

pub(super) fn book(scene: &Scene<'_>, ordinary: &mut Ordinary) {
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
    ordinary.expected = if timed {
        format!(
            "{} is shown as {} with the {free} that was chosen.",
            capitalised(&the(&one)),
            participle(verb)
        )
    } else {
        format!("{} is shown as {}.", capitalised(&the(&one)), participle(verb))
    };
}

/// Fields that the story names, with a sample for each.
pub(in crate::coverage::families) fn named_fields(scene: &Scene<'_>) -> Vec<String> {
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

/// Fields that the criteria demand, whatever else the act is.
pub(super) fn required_fields(scene: &Scene<'_>) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for literal in &scene.basis.literals {
        if let LiteralKind::Field {
            name,
            required: Some(true),
        } = &literal.kind
            && matches!(literal.span.basis_id, BasisId::Criterion(_))
        {
            let name = bare(name).to_owned();
            if !fields.contains(&name) && fields.len() < 6 {
                fields.push(name);
            }
        }
    }
    fields
}

/// A sample for a field of this name, and its class; `None` where no safe sample is known.
pub(in crate::coverage::families) fn field_sample(field: &str) -> Option<(&'static str, &'static str)> {
    let field = field.to_lowercase();
    let table: [(&[&str], &str, &str); 15] = [
        (
            &["email", "e-mail"],
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
        (&["reason"], "Family matters", "a reason in two words"),
        (
            &["comment", "description", "message", "note", "text", "review"],
            "A short text",
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
pub(in crate::coverage::families) fn entries(
    scene: &Scene<'_>,
    fields: &[String],
    values: &mut Vec<Value>,
) -> Vec<Step> {
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
pub(super) fn take(scene: &Scene<'_>, ordinary: &mut Ordinary) {
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

pub(super) fn fill_in(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let fields = named_fields(scene);
    let one = scene.one();
    let datum =
        super::sample::fitting(scene, &one).filter(|_| fields.is_empty() && scene.class() != VerbClass::Register);
    if let Some((text, class)) = datum {
        ordinary.steps = scene.perform(vec![scene.enter(&one, &text)]);
        ordinary.expected = format!("{} is shown as {text}.", capitalised(&the(&format!("new {one}"))));
        ordinary.values.push(values::sample(text, class));
        return;
    }
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

/// Whether a forgotten password is replaced, whatever the verb: `set a new one by email`.
pub(super) fn is_reset(scene: &Scene<'_>) -> bool {
    scene.object().ends_with("password") && scene.mentions(&["forgot", "forgotten"]).is_some()
}

pub(super) fn authenticate(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let verb = scene.action().map_or("sign in", |action| action.verb.as_str());
    let actor = scene.actor();
    if verb.contains("reset") || verb.contains("recover") || verb.contains("forget") || is_reset(scene) {
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
        ordinary.expected = format!("The {actor} is signed in with the new password.");
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
