//! R3, numeric boundary: amounts, shares, sizes, ages, measures and plain numbers at and next to each stated end.

mod special;

use super::entitlement;
use super::limit_case::{self, Setup};
use super::limits::{self, Effect, Point, Rule};
use super::ordinary;
use crate::basis::{Dimension, VerbClass};
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{a, capitalised, head, plural, slug, the};
use crate::coverage::{Found, values};
use crate::test_case::Step;
use rust_decimal::Decimal;
use special::{aged, sized_file};

const DIMENSIONS: [Dimension; 6] = [
    Dimension::Money,
    Dimension::Percentage,
    Dimension::DataSize,
    Dimension::Age,
    Dimension::Measure,
    Dimension::Number,
];

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let rules = limits::rules(scene, &DIMENSIONS);
    for rule in &rules {
        if rule.limit.dimension == Dimension::Money
            && super::r10_money::is_capped(scene, &limits::subject(scene, &rule.limit), rule.limit.lower.is_some())
        {
            continue;
        }
        if let Some(point) = limits::off_step(scene, rule) {
            let Some(mut setup) = setup(scene, rule, &point) else {
                continue;
            };
            let step = values::of_limit(rule.limit.step, &rule.limit);
            setup.why = format!("values go in steps of {step}");
            setup.values.push(values::stated(step, rule.span));
            let mut item = limit_case::case(scene, rule, &point, setup);
            item.condition = item
                .condition
                .replace("just outside the lower limit", "between two steps");
            found.propose(item.because("A value between two steps must not be stored"));
        }
        for point in limits::points(scene, &rule.limit) {
            if !limits::occurs(rule, &point) {
                continue;
            }
            let rule = limits::tiered(&rules, rule, point.value);
            found.propose(match setup(scene, &rule, &point) {
                Some(setup) => limit_case::case(scene, &rule, &point, setup),
                None => limit_case::unworded(scene, &rule, &point),
            });
        }
    }
}

/// How a value is brought about; `None` where no noun of the text says what has the value.
fn setup(scene: &Scene<'_>, rule: &Rule, point: &Point) -> Option<Setup> {
    let value = values::of_limit(point.value, &rule.limit);
    let said = entitlement::watched(scene, rule, point, &value).or_else(|| limits::in_condition(scene, rule, point));
    if said.is_some() || !rule.is_said {
        return said;
    }
    if rule.limit.dimension == Dimension::Age {
        return limits::is_wished(scene, rule.span).then(|| {
            let mut setup = Setup::default();
            aged(scene, rule, point, &mut setup);
            setup
        });
    }
    if let Some(setup) = submitted(scene, rule, point, &value) {
        return Some(setup);
    }
    let subject = limits::quantity::of(scene, rule)?;
    // `a stay of 2`: nights or persons, the text has to say.
    const COUNTED_IN_UNITS: [&str; 10] = [
        "stay", "slot", "visit", "booking", "rental", "loan", "trip", "load", "group", "period",
    ];
    let bare = rule.limit.dimension == Dimension::Number && rule.limit.unit.is_empty();
    if bare && COUNTED_IN_UNITS.contains(&head(&subject).to_lowercase().as_str()) {
        return None;
    }
    // `Beds: 1-8` counts beds; `300-3000 px` is the size of a picture. Neither is typed in a field.
    let before = scene
        .basis
        .text(rule.span.basis_id)
        .get(..rule.span.start)
        .unwrap_or("");
    let counts = before.split_once(':').is_some_and(|(label, _)| {
        let many = |word: &str| word.len() > 2 && word.ends_with('s') && !word.ends_with("ss");
        label.split_whitespace().any(many)
    });
    let of_picture = ["px", "pixel", "pixels", "dpi"].contains(&rule.limit.unit.to_lowercase().as_str());
    let told = matches!(rule.inside, Effect::Outcome(_));
    if bare && counts && !told || of_picture {
        return None;
    }
    if let Some(setup) = entitlement::earned(scene, rule, point, &value) {
        return Some(setup);
    }
    let comparison = limit_case::comparison(rule, point);
    let mut setup = Setup {
        key: format!("{}/{}", slug(&subject), dimension(rule.limit.dimension)),
        thing: format!("{subject} of {value}"),
        why: format!(
            "{} {} {comparison}",
            the(&subject),
            crate::coverage::scene::grammar::is_or_are(&subject)
        ),
        ..Setup::default()
    };
    let told = matches!(rule.inside, Effect::Outcome(_)) || matches!(rule.outside, Effect::Outcome(_));
    match rule.limit.dimension {
        Dimension::DataSize => sized_file(scene, &value, &mut setup)?,
        Dimension::Money if is_order(&subject) && !matches!(scene.class(), VerbClass::Redeem | VerbClass::Pay) => {
            setup
                .givens
                .push(format!("{} comes to {value}", capitalised(&the(&subject))));
            let last = if told { "Read the total." } else { "Place the order." };
            setup.run = Some(ordinary::Ordinary {
                steps: vec![Step::new("Open the checkout page."), Step::new(last)],
                expected: "A confirmation shows that the order was placed.".to_owned(),
                ..ordinary::Ordinary::default()
            });
            "no order is placed".clone_into(&mut setup.unchanged);
        }
        _ if scene.class() == VerbClass::Upload => in_row(scene, (&subject, &value), &mut setup),
        _ if limits::is_chosen(scene, rule.span) => set(scene, rule, (&subject, &value), &mut setup),
        Dimension::Measure | Dimension::Number | Dimension::Percentage | Dimension::Money
            if scene.class() == VerbClass::Configure =>
        {
            set(scene, rule, (&subject, &value), &mut setup);
        }
        _ if is_typed(scene, &subject) || is_labelled(scene, rule, &subject) => {
            entered(scene, rule, point, &subject, &value, &mut setup)
        }
        _ if is_state(&subject) || comes_to(scene, rule) || told && !ordinary::is_transfer(scene) => {
            let be = crate::coverage::scene::grammar::is_or_are(&subject);
            let verb = match (rule.limit.dimension, be) {
                (Dimension::Money, "are") => "come to",
                (Dimension::Money, _) => "comes to",
                _ => be,
            };
            setup
                .givens
                .push(format!("{} {verb} {value}", capitalised(&the(&subject))));
            // What the act would change is only read.
            let gains = ["collect", "earn", "gather", "gain"];
            let told = match (&rule.inside, scene.action()) {
                (Effect::Outcome(outcome), Some(action)) if gains.contains(&action.verb.as_str()) => {
                    crate::coverage::scene::clause::Clause::read(outcome)
                }
                _ => None,
            };
            if let Some(told) = told {
                setup.run = Some(ordinary::Ordinary {
                    givens: scene.start_signed_in(),
                    steps: vec![
                        Step::new(format!("Open {}.", the(scene.object()))),
                        Step::new(format!(
                            "Read {}.",
                            the(crate::coverage::scene::grammar::bare(&told.subject))
                        )),
                    ],
                    ..ordinary::Ordinary::default()
                });
            }
        }
        _ => entered(scene, rule, point, &subject, &value, &mut setup),
    }
    Some(setup)
}

/// `Temperature 30.0–45.0 °C` of a record that is made: one of its fields, with both its ends.
fn is_labelled(scene: &Scene<'_>, rule: &Rule, subject: &str) -> bool {
    let before = scene
        .basis
        .text(rule.span.basis_id)
        .get(..rule.span.start)
        .unwrap_or("");
    let label = before.trim().trim_end_matches(':');
    let made = [VerbClass::Create, VerbClass::Manage].contains(&scene.class());
    let ranged = rule.limit.lower.is_some() && rule.limit.upper.is_some() && rule.inside == Effect::Accepted;
    made && ranged && label.eq_ignore_ascii_case(subject) && *scene.goal() == crate::coverage::scene::Goal::Acted
}

/// `enter a temperature between 34.0 and 42.0 degrees`: the act itself is that the value is typed.
fn is_typed(scene: &Scene<'_>, subject: &str) -> bool {
    let verb = scene.action().map_or("", |action| action.verb.as_str());
    ["enter", "record", "submit", "report", "log", "note"].contains(&verb)
        && *scene.goal() == crate::coverage::scene::Goal::Acted
        && scene.one().eq_ignore_ascii_case(subject)
}

/// `The goods must come to at least €40`: a sum that nobody types.
fn comes_to(scene: &Scene<'_>, rule: &Rule) -> bool {
    let text = scene.basis.text(rule.span.basis_id).to_lowercase();
    let before = text.get(..rule.span.start).unwrap_or("").trim_end();
    [
        "come to",
        "comes to",
        "add up to",
        "adds up to",
        "amounts to",
        "amount to",
        "reach",
        "reaches",
        "costs",
        "cost",
        "weigh",
        "weighs",
    ]
    .iter()
    .any(|verb| before.ends_with(verb))
}

/// A value in a file that is loaded up: nobody types it, it stands in a row.
fn in_row(scene: &Scene<'_>, (subject, value): (&str, &str), setup: &mut Setup) {
    let mut run = ordinary::run(scene);
    run.values.clear();
    for step in &mut run.steps {
        if step.action.starts_with("Choose ") {
            *step = Step::new("Choose this file.").with_data(value);
        }
    }
    run.givens.push(format!(
        "A file is at hand whose only row has {value} as the {subject}."
    ));
    setup.run = Some(run);
    setup.seen = format!("The row is imported with {value} as the {subject}");
    "the row is not imported".clone_into(&mut setup.unchanged);
}

/// A value that somebody chooses: it is set, and then it is looked at.
fn set(scene: &Scene<'_>, rule: &Rule, (subject, value): (&str, &str), setup: &mut Setup) {
    setup.thing = format!("{subject} of {value}");
    setup.seen = match &rule.inside {
        Effect::Accepted => format!(
            "{} is shown as {value} when it is looked at again",
            capitalised(&the(subject))
        ),
        _ => String::new(),
    };
    let step = Step::new(format!("Set {} to {value}.", the(subject))).with_data(value);
    if *scene.goal() == crate::coverage::scene::Goal::Acted && scene.automatic().is_none() {
        setup.field = subject.to_owned();
        setup.entries.push(step);
        return;
    }
    let signed_in = scene
        .start()
        .into_iter()
        .filter(|given| given.contains("signed in") || given.contains("set up"));
    setup.run = Some(ordinary::Ordinary {
        givens: signed_in.collect(),
        steps: vec![step, Step::new(format!("Look at {}.", the(subject)))],
        ..ordinary::Ordinary::default()
    });
    setup.unchanged = format!("{} still has its previous value", the(subject));
}

/// What others have to let pass from a value on: it is submitted, and those are asked or not.
fn submitted(scene: &Scene<'_>, rule: &Rule, point: &Point, value: &str) -> Option<Setup> {
    let told = limits::approval(scene, rule.span)?;
    let one = a(&format!("{} of {value}", told.thing));
    Some(Setup {
        key: format!("{}/{}", slug(&told.thing), dimension(rule.limit.dimension)),
        thing: format!("{} of {value}", told.thing),
        why: format!("{} is {}", the(&told.thing), limit_case::comparison(rule, point)),
        run: Some(ordinary::Ordinary {
            givens: scene.start(),
            steps: vec![
                Step::new(format!("Enter {one}.")).with_data(value),
                Step::new("Submit it."),
                Step::new(format!("Look at the state of {}.", the(&told.thing))),
            ],
            ..ordinary::Ordinary::default()
        }),
        ..Setup::default()
    })
}

fn entered(scene: &Scene<'_>, rule: &Rule, point: &Point, subject: &str, value: &str, setup: &mut Setup) {
    let field = limit_free(subject);
    setup.thing = format!("{field} of {value}");
    if rule.limit.dimension == Dimension::Money && ordinary::is_transfer(scene) {
        let noun = noun_of_transfer(scene);
        match period(scene, rule, subject) {
            Some(period) => in_all(scene, rule, point, (noun, period), setup),
            None => {
                setup.run = Some(ordinary::transfer(scene, point.value, &rule.limit.unit));
                setup.thing = format!("{noun} of {value}");
                setup.why = format!("{} is {}", the(noun), limit_case::comparison(rule, point));
            }
        }
        return;
    }
    if rule.limit.dimension == Dimension::Money
        && let Some(period) = period(scene, rule, subject)
    {
        setup
            .givens
            .push(format!("Nothing was used of the limit of {period} yet"));
    }
    setup.field.clone_from(&field);
    setup.entries.push(scene.enter(&field, value));
    setup.seen = limit_case::shown_again(scene, &field, value);
    setup.refused.clone_from(&setup.thing);
}

/// `daily transfer limit` → `transfer amount`: a tester enters amounts, not limits.
fn limit_free(subject: &str) -> String {
    let words: Vec<&str> = subject
        .split(' ')
        .filter(|word| {
            ![
                "limit", "daily", "weekly", "monthly", "maximum", "minimum", "max", "min", "allowed", "total",
            ]
            .contains(&word.to_lowercase().as_str())
        })
        .collect();
    let free = words.join(" ");
    if free.is_empty() {
        "amount".to_owned()
    } else if free == subject || head(&free).ends_with("amount") {
        free
    } else {
        format!("{free} amount")
    }
}

/// A limit for a period: what was moved before and one ordinary amount come to the value.
fn in_all(scene: &Scene<'_>, rule: &Rule, point: &Point, (noun, period): (&str, &str), setup: &mut Setup) {
    let unit = &rule.limit.unit;
    let show = |amount: Decimal| values::with_unit(amount, unit, Dimension::Money);
    let (ordinary, _) = ordinary::amount(scene);
    let before = point.value - ordinary;
    let total = show(point.value);
    let before_text = show(before);
    setup.run = Some(ordinary::transfer(scene, ordinary, unit));
    setup.givens.push(format!(
        "{} of {before_text} in all were made {period}",
        capitalised(&plural(noun))
    ));
    setup.thing = format!("{} of {total} in all {period}", plural(noun));
    setup.refused = format!("{noun} of {}", show(ordinary));
    setup.why = format!(
        "the {} of {period} would be {}",
        plural(noun),
        limit_case::comparison(rule, point)
    );
    setup.values.push(values::computed(
        before_text,
        format!("{total} - {}", show(ordinary)),
        Some(rule.span),
    ));
    setup
        .values
        .push(values::sample(show(ordinary), "an amount within the limits"));
}

/// The period of a limit: `today` for a daily one.
fn period(scene: &Scene<'_>, rule: &Rule, subject: &str) -> Option<&'static str> {
    let text = scene.basis.text(rule.span.basis_id).to_lowercase();
    let after: String = text.get(rule.span.end..).unwrap_or("").chars().take(16).collect();
    let around = format!(
        "{} {} {after}",
        subject.to_lowercase(),
        scene.basis.words(rule.span).to_lowercase()
    );
    let has = |words: &[&str]| words.iter().any(|word| around.contains(word));
    if has(&["daily", "per day", "a day", "each day"]) {
        Some("today")
    } else if has(&["weekly", "per week", "a week", "each week"]) {
        Some("this week")
    } else if has(&["monthly", "per month", "a month", "each month"]) {
        Some("this month")
    } else {
        None
    }
}

fn noun_of_transfer(scene: &Scene<'_>) -> &'static str {
    match scene.action().map_or("", |action| action.verb.as_str()) {
        "withdraw" => "withdrawal",
        "deposit" => "deposit",
        "donate" => "donation",
        _ => "transfer",
    }
}

fn is_order(subject: &str) -> bool {
    [
        "order",
        "cart",
        "basket",
        "purchase",
        "cart total",
        "order total",
        "basket total",
        "order value",
    ]
    .contains(&subject)
}

/// Things that have an amount before the act begins and that nobody types.
fn is_state(subject: &str) -> bool {
    let subject = subject.to_lowercase();
    [
        "total",
        "balance",
        "order",
        "cart",
        "basket",
        "order value",
        "purchase",
        "income",
        "salary",
        "price",
        "fine",
        "invoice",
        "charge",
        "stock",
        "level",
        "battery",
        "revenue",
        "claim",
        "return",
        "refund",
        "debt",
        "fee",
        "weight",
        "distance",
        "delay",
        "pressure",
        "humidity",
        "speed",
        "temperature",
        "mileage",
        "compensation",
        "payout",
        "commission",
        "tier",
        "points",
        "score",
    ]
    .iter()
    .any(|word| head(&subject) == *word || subject.ends_with(word))
}

fn dimension(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Money => "money",
        Dimension::Percentage => "percentage",
        Dimension::DataSize => "size",
        Dimension::Age => "age",
        Dimension::Measure => "measure",
        _ => "number",
    }
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn a_measure_that_is_set() {
        let story =
            "As a homeowner, I want to set the temperature of my thermostat between 5 and 30 °C so that I save energy";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn money_that_is_moved_in_all() {
        let story = "As a bank customer, I want to transfer money to another account so that I can pay my bills";
        let criteria = [
            "The daily transfer limit is $10,000.",
            "Transfers above $1,000 need a confirmation by PIN.",
        ];
        insta::assert_snapshot!(given_by(propose, story, &criteria));
    }

    #[test]
    fn sizes_and_ages() {
        let story = "As a player, I want to upload an avatar of at most 2 MB so that others know me";
        insta::assert_snapshot!(given_by(propose, story, &["The player must be at least 16 years old."]));
    }

    #[test]
    fn a_value_between_two_steps_is_refused() {
        let story = "As a homeowner, I want to set the temperature of my thermostat so that I save energy";
        let given = given_by(
            propose,
            story,
            &["Temperature from 5.0 °C to 30.0 °C in steps of 0.5 °C"],
        );
        assert!(given.contains("# A temperature of 5.2 °C is refused"), "{given}");
        let given = given_by(propose, story, &["Temperature from 5.0 °C to 30.0 °C"]);
        assert!(!given.contains("5.2"), "{given}");
    }

    #[test]
    fn less_than_nothing_is_entered_where_nothing_is_the_end() {
        let story = "As a buyer, I want to enter a price so that I find offers";
        let given = given_by(propose, story, &["The price must be between €0.00 and €100.00"]);
        assert!(given.contains("# A price of -€0.01 is refused"), "{given}");
    }

    #[test]
    fn a_price_list_by_weight() {
        let story = "As a shipping clerk, I want to see the postage of a parcel so that nobody is overcharged";
        let criteria = ["up to 2 kg: €4.50", "over 2 kg and up to 5 kg: €6.20"];
        let given = given_by(propose, story, &criteria);
        let outcome = |weight: &str| -> Vec<String> {
            let title = format!("  # A weight of {weight} kg: ");
            given
                .lines()
                .filter_map(|line| line.strip_prefix(&title).map(str::to_owned))
                .collect()
        };
        for (weight, expected) in [
            ("2", "the postage is €4.50"),
            ("2.1", "the postage is €6.20"),
            ("5", "the postage is €6.20"),
            ("5.1", "the postage is not €6.20"),
        ] {
            let found = outcome(weight);
            assert!(
                !found.is_empty() && found.iter().all(|found| found == expected),
                "{weight}: {found:?}\n{given}"
            );
        }
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        let story = "As a customer, I want to see my 5 latest orders so that I know what I bought";
        assert_eq!(keys(propose, story), Vec::<String>::new());
    }
}
