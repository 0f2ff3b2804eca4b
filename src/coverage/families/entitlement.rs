//! Thresholds that admit nobody and refuse nothing: from a value on a benefit is given (`free shipping for orders over $50`,
//! `10% off for baskets over 100 EUR`), or a message is sent (`alert me when the error rate exceeds 5%`). On the other side
//! the act goes on as usual, without the benefit or the message.
//!
//! Refuses: thresholds of an act itself (`orders over $50 are accepted`), which the families of limits read.

use super::criteria::is_person;
use super::limit_case::Setup;
use super::limits::{self, Effect, Point, Rule};
use super::ordinary::Ordinary;
use crate::basis::{Dimension, Limit, LiteralKind, VerbClass};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{a, bare, capitalised, head, is_or_are, the};
use crate::coverage::values;
use crate::test_case::{Span, Step, Value};
use rust_decimal::Decimal;

/// What is given from a threshold on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Benefit {
    /// Its name: `free shipping`, `a discount of 10%`.
    name: String,
    /// What is seen with it, as a clause.
    given: String,
    /// What is seen without it.
    withheld: String,
}

/// Words between a benefit and its threshold.
const LINKS: [&str; 16] = [
    "for", "on", "with", "when", "if", "from", "after", "at", "once", "over", "above", "of", "as", "where", "beyond",
    "who",
];

/// Nouns of what is given away.
const GIFTS: [&str; 12] = [
    "cashback",
    "bonus",
    "gift",
    "voucher",
    "reward",
    "rebate",
    "upgrade",
    "refund",
    "compensation",
    "discount",
    "reduction",
    "sample",
];

/// Messages and the verbs that send them.
const MESSAGES: [(&str, &[&str]); 5] = [
    ("alert", &["alert", "alerts", "alerted", "alarm"]),
    (
        "notification",
        &["notify", "notifies", "notified", "notification", "notifications"],
    ),
    ("warning", &["warn", "warns", "warned", "warning"]),
    ("reminder", &["remind", "reminds", "reminded", "reminder"]),
    ("message", &["inform", "informs", "informed", "told"]),
];

/// What happens on the two sides of a threshold within a statement; `None` where it admits or refuses.
pub(super) fn effects(scene: &Scene<'_>, statement: Span, limit: Span) -> Option<(Effect, Effect)> {
    if let Some(benefit) = benefit(scene, statement, limit) {
        return Some((Effect::Outcome(benefit.given), Effect::Outcome(benefit.withheld)));
    }
    let message = message(scene, statement, limit)?;
    Some((
        Effect::Outcome(format!("the {} receives exactly one {message}", scene.actor())),
        Effect::Outcome(format!("no {message} is sent")),
    ))
}

/// The words before and after a limit within its statement, in lower case.
fn around(scene: &Scene<'_>, statement: Span, limit: Span) -> Option<(String, String)> {
    if statement.basis_id != limit.basis_id || limit.start < statement.start || statement.end < limit.end {
        return None;
    }
    let text = scene.basis.text(limit.basis_id);
    let before = text.get(statement.start..limit.start)?.to_lowercase();
    let after = text.get(limit.end..statement.end)?.to_lowercase();
    Some((before, after))
}

fn benefit(scene: &Scene<'_>, statement: Span, limit: Span) -> Option<Benefit> {
    let (before, after) = around(scene, statement, limit)?;
    let words: Vec<&str> = before.split_whitespace().collect();
    // A demand is no gift: `a discount must not exceed 20%`, `gift cards over $500 are refused`.
    let demands = [
        "must", "shall", "should", "cannot", "not", "refuse", "reject", "maximum", "minimum",
    ];
    if demands.iter().any(|word| words.contains(word)) || limits::refuses(after.trim()) {
        return None;
    }
    let linked = |from: usize| words.iter().skip(from).any(|word| LINKS.contains(word));
    let free = words.iter().position(|word| *word == "free");
    if let Some(at) = free.filter(|at| linked(at + 1)) {
        let name: Vec<&str> = words
            .iter()
            .skip(at + 1)
            .take_while(|word| !LINKS.contains(word))
            .copied()
            .collect();
        return (1..=2).contains(&name.len()).then(|| free_of_charge(&name.join(" ")));
    }
    let tail: Vec<&str> = after
        .split_whitespace()
        .map(|word| word.trim_matches(['.', ',']))
        .collect();
    let ships = tail
        .iter()
        .any(|word| ["ship", "ships", "shipped", "delivered"].contains(word));
    if ships && tail.contains(&"free") {
        return Some(free_of_charge("shipping"));
    }
    if let Some(share) = share(scene, statement, limit).filter(|_| {
        let said = |word: &&str| ["off", "discount", "cashback", "reduction", "rebate"].contains(word);
        words
            .iter()
            .position(said)
            .is_some_and(|at| linked(at + 1) || (2..=5).contains(&(words.len() - at)))
            || tail.iter().any(said)
    }) {
        let cashback = words.contains(&"cashback") || tail.contains(&"cashback");
        let (noun, name) = if cashback {
            ("cashback", format!("cashback of {share}"))
        } else {
            ("discount", format!("a discount of {share}"))
        };
        return Some(Benefit {
            given: format!("{name} is shown"),
            withheld: format!("no {noun} is shown"),
            name,
        });
    }
    let gift = |words: &[&str]| {
        words
            .iter()
            .position(|word| GIFTS.contains(&word.trim_end_matches('s')))
            .map(|at| (at, words[at].trim_end_matches('s').to_owned()))
    };
    let wanted = [
        "want", "get", "gets", "receive", "receives", "earn", "earns", "give", "gives", "offer", "offers", "a", "an",
        "given",
    ];
    let in_front = gift(&words)
        .filter(|(at, _)| linked(at + 1) && (*at == 0 || words[..*at].iter().all(|word| wanted.contains(word))));
    let behind = gift(&tail).filter(|(at, _)| tail[..*at].iter().any(|word| wanted[1..12].contains(word)));
    let (_, noun) = in_front.or(behind)?;
    let one = if ["cashback", "compensation"].contains(&noun.as_str()) {
        noun.clone()
    } else {
        a(&noun)
    };
    Some(Benefit {
        given: format!("{one} is shown as given"),
        name: one,
        withheld: format!("no {noun} is given"),
    })
}

fn free_of_charge(what: &str) -> Benefit {
    let be = is_or_are(what);
    Benefit {
        name: format!("free {what}"),
        given: format!("the {what} {be} free"),
        withheld: format!("the {what} {be} charged"),
    }
}

/// The percentage of a statement besides its limit: `10%`.
fn share(scene: &Scene<'_>, statement: Span, limit: Span) -> Option<String> {
    scene.basis.literals.iter().find_map(|literal| match &literal.kind {
        LiteralKind::Quantity(quantity)
            if quantity.dimension == Dimension::Percentage
                && literal.span.basis_id == statement.basis_id
                && statement.start <= literal.span.start
                && literal.span.end <= statement.end
                && literal.span != limit =>
        {
            Some(format!("{}%", values::number(quantity.value)))
        }
        LiteralKind::Quantity(quantity)
            if quantity.dimension == Dimension::Money
                && literal.span.basis_id == statement.basis_id
                && statement.start <= literal.span.start
                && literal.span.end <= statement.end
                && scene
                    .basis
                    .text(literal.span.basis_id)
                    .get(literal.span.end..)
                    .is_some_and(|after| after.starts_with(" off ")) =>
        {
            Some(values::with_unit(quantity.value, &quantity.unit, Dimension::Money))
        }
        _ => None,
    })
}

/// What is sent when a value is reached: `alert` of `alert me when the error rate exceeds 5%`.
fn message(scene: &Scene<'_>, statement: Span, limit: Span) -> Option<&'static str> {
    let (before, after) = around(scene, statement, limit)?;
    let text = format!("{before} {after}");
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    let opened = before
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| ["when", "if", "once", "whenever", "as"].contains(&word));
    if !opened {
        return None;
    }
    MESSAGES
        .iter()
        .find(|(_, forms)| forms.iter().any(|form| words.contains(form)))
        .map(|(noun, _)| *noun)
}

/// The setup of a value that is watched and that nobody enters: it is brought about, and then what was sent is read.
pub(super) fn watched(scene: &Scene<'_>, rule: &Rule, point: &Point, value: &str) -> Option<Setup> {
    let outcome = |effect: &Effect| matches!(effect, Effect::Outcome(_));
    let place = statement_of(scene, rule.span);
    message(scene, place, rule.span).filter(|_| outcome(&rule.inside) && outcome(&rule.outside))?;
    let subject = limits::quantity::of(scene, rule)?;
    let reader = reader(scene, rule);
    let moved = if rule.limit.upper.is_some() { "fall" } else { "rise" };
    let steps = vec![
        Step::new(format!("Let {} {moved} to {value}.", the(bare(&subject)))).with_data(value),
        Step::new(format!("Look into what was sent to the {reader}.")),
    ];
    Some(Setup {
        key: format!("{subject}/reached"),
        thing: format!("{} of {value}", bare(&subject)),
        why: format!("{} reaches {}", the(&subject), values::number(point.bound)),
        run: Some(Ordinary {
            givens: vec![format!("What is sent to the {reader} can be read.")],
            steps,
            ..Ordinary::default()
        }),
        ..Setup::default()
    })
}

/// Who is told: `doctor` of `the doctor is notified`, else whoever acts.
fn reader(scene: &Scene<'_>, rule: &Rule) -> String {
    let told = [&rule.inside, &rule.outside]
        .into_iter()
        .find_map(|effect| match effect {
            Effect::Outcome(outcome) => Clause::read(outcome).filter(|clause| is_person(&clause.subject)),
            _ => None,
        });
    told.map_or_else(|| scene.actor(), |clause| bare(&clause.subject).to_owned())
}

/// The place of the statement in which a limit stands: its criterion, else the goal.
fn statement_of(scene: &Scene<'_>, limit: Span) -> Span {
    let inside =
        |place: &Span| place.basis_id == limit.basis_id && place.start <= limit.start && limit.end <= place.end;
    let criteria = scene.basis.criteria.iter().map(|criterion| criterion.statement.span);
    criteria.into_iter().find(inside).unwrap_or_else(|| scene.goal_span())
}

/// The goal's own benefit, well beyond its threshold: what is seen, the title and the values.
pub(super) fn goal(scene: &Scene<'_>) -> Option<(String, Ordinary)> {
    let goal = scene.goal_span();
    let (limit, span) = scene
        .basis
        .limits()
        .find(|(_, span)| benefit(scene, goal, *span).is_some())?;
    // Where the story names an act, that is the goal.
    let named = scene
        .action()
        .is_some_and(|action| !["use", "have", "get", "receive", "ship"].contains(&action.verb.as_str()));
    if named && scene.class() != VerbClass::Other || limit.dimension != Dimension::Money {
        return None;
    }
    let benefit = benefit(scene, goal, span)?;
    let (value, text) = beyond(limit, span)?;
    let thing = limits::subject(scene, limit);
    let (givens, steps) = moved(&thing, &text).unwrap_or_else(|| {
        (
            vec![format!("{} comes to {text}.", capitalised(&the(&thing)))],
            vec![Step::new("Open the checkout page."), Step::new("Read the total.")],
        )
    });
    let run = Ordinary {
        givens,
        steps,
        expected: format!("{}.", capitalised(&benefit.given)),
        values: vec![value],
    };
    let title = format!(
        "{} gets {} with {}",
        capitalised(&a(&scene.actor())),
        benefit.name,
        a(&format!("{} of {text}", head(&thing)))
    );
    Some((title, run))
}

/// How money is moved that is no order: states and steps; `None` for orders and carts.
fn moved(thing: &str, value: &str) -> Option<(Vec<String>, Vec<Step>)> {
    let moved = [
        "payment",
        "transfer",
        "deposit",
        "donation",
        "withdrawal",
        "transaction",
    ]
    .contains(&head(thing));
    moved.then(|| {
        let steps = vec![
            Step::new(format!("Make {} of {value}.", a(thing))),
            Step::new(format!("Open the confirmation of the {}.", head(thing))),
        ];
        (Vec::new(), steps)
    })
}

/// The setup of an amount that earns a benefit and is moved rather than entered.
pub(super) fn earned(scene: &Scene<'_>, rule: &Rule, point: &Point, value: &str) -> Option<Setup> {
    let place = statement_of(scene, rule.span);
    benefit(scene, place, rule.span)?;
    let subject = limits::quantity::of(scene, rule)?;
    let (mut givens, steps) = moved(&subject, value)?;
    givens.extend(scene.start().into_iter().filter(|given| given.contains("signed in")));
    Some(Setup {
        key: format!("{subject}/money"),
        thing: format!("{subject} of {value}"),
        why: format!("{} reaches {}", the(&subject), values::number(point.bound)),
        run: Some(Ordinary {
            givens,
            steps,
            ..Ordinary::default()
        }),
        ..Setup::default()
    })
}

/// A value far on the side where the benefit is given.
fn beyond(limit: &Limit, span: Span) -> Option<(Value, String)> {
    let two = Decimal::from(2);
    let (value, how) = match (limit.lower, limit.upper) {
        (Some(lower), None) => (
            lower.value.checked_mul(two)?,
            format!("{} × 2", values::number(lower.value)),
        ),
        (None, Some(upper)) => (upper.value / two, format!("{} / 2", values::number(upper.value))),
        _ => return None,
    };
    let text = values::of_limit(value, limit);
    Some((values::computed(text.clone(), how, Some(span)), text))
}

#[cfg(test)]
mod tests {
    use crate::coverage::families::snapshot::given_by;
    use crate::coverage::families::{r01_main_success, r03_numeric_boundary};

    const ORDER: &str = "As a shopper, I want to place an order so that I get goods";

    /// `title => expected result` of each boundary case.
    /// The two values that meet at the bound; the third, beside them, goes as its neighbour does.
    fn sides(story: &str, criteria: &[&str]) -> Vec<String> {
        let given = given_by(r03_numeric_boundary::propose, story, criteria);
        let title = given.lines().filter_map(|line| line.strip_prefix("  # "));
        let expected = given.lines().filter_map(|line| line.strip_prefix("  => "));
        title
            .zip(expected)
            .take(2)
            .map(|(title, expected)| format!("{title} => {expected}"))
            .collect()
    }

    #[test]
    fn a_benefit_is_given_or_not_and_nothing_is_refused() {
        for (story, criteria, expected) in [
            (
                "As a shopper, I want free shipping for orders over $50 so that I save money",
                &[][..],
                [
                    "An order of $50.01: the shipping is free => The shipping is free.",
                    "An order of $50: the shipping is charged => The shipping is charged.",
                ],
            ),
            (
                "As a shopper, I want orders of $50 or more to ship free so that I save money",
                &[],
                [
                    "An order of $50: the shipping is free => The shipping is free.",
                    "An order of $49.99: the shipping is charged => The shipping is charged.",
                ],
            ),
            (
                ORDER,
                &["10% off for baskets over 100 EUR"],
                [
                    "A basket of 100.01 EUR: a discount of 10% is shown => A discount of 10% is shown.",
                    "A basket of 100 EUR: no discount is shown => No discount is shown.",
                ],
            ),
            (
                ORDER,
                &["Orders over $200 get a gift"],
                [
                    "An order of $200.01: a gift is shown as given => A gift is shown as given.",
                    "An order of $200: no gift is given => No gift is given.",
                ],
            ),
            (
                "As an operator, I want to be alerted when the error rate exceeds 5% so that I can react",
                &[],
                [
                    "An error rate of 6%: the operator receives exactly one alert => The operator receives exactly one alert.",
                    "An error rate of 5%: no alert is sent => No alert is sent.",
                ],
            ),
            (
                "As an operator, I want to see the temperature so that I can react",
                &["A warning is sent when the temperature falls below 5 °C"],
                [
                    "A temperature of 4 °C: a warning is sent => A warning is sent.",
                    "A temperature of 5 °C: no warning is sent => No warning is sent.",
                ],
            ),
        ] {
            assert_eq!(sides(story, criteria), expected, "{story} {criteria:?}");
        }
    }

    #[test]
    fn thresholds_of_the_act_itself_still_refuse() {
        for (story, criteria) in [
            (
                "As a shop owner, I want to only accept orders over $20 so that shipping pays off",
                &[][..],
            ),
            (ORDER, &["The order must be at least $20"]),
            (ORDER, &["A discount must not exceed 20%"]),
            (ORDER, &["Gift cards over $500 are refused"]),
        ] {
            let sides = sides(story, criteria);
            assert!(
                sides.iter().any(|side| side.contains("refused")),
                "{criteria:?} {sides:?}"
            );
        }
    }

    #[test]
    fn a_watched_value_is_brought_about_and_not_entered() {
        let story = "As an operator, I want to be alerted when the error rate exceeds 5% so that I can react";
        let given = given_by(r03_numeric_boundary::propose, story, &[]);
        assert!(
            given.contains("1. Let the error rate rise to 6%.") && !given.contains("Enter"),
            "{given}"
        );
    }

    #[test]
    fn the_goal_is_the_benefit() {
        let story = "As a shopper, I want free shipping for orders over $50 so that I save money";
        insta::assert_snapshot!(given_by(r01_main_success::propose, story, &[]));
    }
}
