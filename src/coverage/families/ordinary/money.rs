//! Ordinary runs with money: codes that take something off, payments, transfers.

use super::Ordinary;
use crate::basis::{Dimension, VerbClass};
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{a, capitalised, head};
use crate::coverage::values;
use crate::test_case::{BasisId, Span, Step};
use rust_decimal::Decimal;

fn is_code(noun: &str) -> bool {
    ["code", "coupon", "voucher", "card"].contains(&head(noun).to_lowercase().as_str())
}

/// A code that the story itself names: `WELCOME15 takes 15 % off`.
pub(in crate::coverage::families) fn own_code<'a>(scene: &'a Scene<'_>) -> Option<(&'a str, Span)> {
    let is_sign = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    scene.basis.items.iter().find_map(|item| {
        let words = item.text.split(|c: char| !c.is_ascii_alphanumeric());
        let code = words.into_iter().find(|word| {
            (5..=20).contains(&word.len())
                && word.chars().all(is_sign)
                && word.starts_with(|c: char| c.is_ascii_uppercase())
                && word.ends_with(|c: char| c.is_ascii_digit())
                && word.chars().filter(char::is_ascii_uppercase).count() >= 3
        })?;
        let start = item.text.find(code)?;
        let span = Span {
            basis_id: item.id,
            start,
            end: start + code.len(),
        };
        Some((code, span)).filter(|_| !matches!(item.id, BasisId::Context))
    })
}

pub(super) fn redeem(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let one = scene.one();
    let mut entries = Vec::new();
    if is_code(&one) {
        if scene.page().is_none() {
            ordinary
                .givens
                .push("An order with at least one item is about to be paid.".to_owned());
        }
        let own = own_code(scene);
        let code = own.map_or("SAVE10", |(code, _)| code);
        ordinary
            .givens
            .push(format!("{} {code} exists that can be used.", capitalised(&a(&one))));
        entries.push(scene.enter(&one, code));
        ordinary.values.push(match own {
            Some((code, span)) => values::stated(code, span),
            None => values::sample(code, format!("{} that can be used", a(&one))),
        });
    } else {
        ordinary
            .givens
            .push(format!("The {} has {} that can be used.", scene.actor(), scene.many()));
    }
    ordinary.steps = scene.perform(entries);
}

pub(super) fn pay(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let (amount, unit) = amount(scene);
    pay_amount(scene, amount, &unit, ordinary);
    if is_transfer(scene) {
        let shown = values::with_unit(amount, &unit, Dimension::Money);
        ordinary
            .values
            .push(values::sample(shown, "an amount within the limits"));
    }
}

/// The verb of the act; money that is moved is transferred.
fn verb<'a>(scene: &'a Scene<'_>) -> &'a str {
    match scene.action().map_or("pay", |action| action.verb.as_str()) {
        "move" => "transfer",
        verb => verb,
    }
}

/// Whether an amount is entered that moves money.
pub(in crate::coverage::families) fn is_transfer(scene: &Scene<'_>) -> bool {
    let verb = verb(scene);
    scene.class() == VerbClass::Pay && ["transfer", "send", "wire", "withdraw", "deposit", "donate"].contains(&verb)
}

/// The run that moves a given amount.
pub(in crate::coverage::families) fn transfer(scene: &Scene<'_>, amount: Decimal, unit: &str) -> Ordinary {
    let mut ordinary = Ordinary {
        givens: scene.start(),
        ..Ordinary::default()
    };
    pay_amount(scene, amount, unit, &mut ordinary);
    ordinary
}

fn pay_amount(scene: &Scene<'_>, amount: Decimal, unit: &str, ordinary: &mut Ordinary) {
    let verb = verb(scene);
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
pub(in crate::coverage::families) fn amount(scene: &Scene<'_>) -> (Decimal, String) {
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
