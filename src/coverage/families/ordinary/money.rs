//! Ordinary runs with money: codes that take something off, payments, transfers.

use super::Ordinary;
use crate::basis::{Dimension, VerbClass};
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{a, capitalised, head};
use crate::coverage::values;
use crate::test_case::{BasisId, Span, Step};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

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

/// A code that every stated limit of its length admits: the story's own, else the one that is offered, else one of letters
/// and digits.
pub(in crate::coverage::families) fn sample_code(scene: &Scene<'_>, offered: &str) -> String {
    const LONGER: [&str; 8] = [
        "SAVE5",
        "SAVE100",
        "SAVE2027",
        "SUMMER2027",
        "SPRINGSALE27",
        "SPRINGSALE2027",
        "SALE2027WXYZ7041",
        "SALE2027WXYZ7041ABCD",
    ];
    if let Some((own, _)) = own_code(scene) {
        return own.to_owned();
    }
    let one = scene.one();
    let limit = scene.basis.limits().map(|(limit, _)| limit).find(|limit| {
        let of = limit.subject.to_lowercase();
        limit.dimension == Dimension::Length
            && (of.is_empty() || one.to_lowercase().contains(&of) || head(&of).trim_end_matches('s') == "code")
    });
    let Some(limit) = limit else {
        return offered.to_owned();
    };
    let size = |bound: crate::basis::Bound| bound.value.to_usize();
    let least = limit
        .lower
        .map_or(Some(1), |bound| {
            size(bound).map(|size| size + usize::from(!bound.inclusive))
        })
        .unwrap_or(1);
    let most = limit
        .upper
        .and_then(|bound| size(bound).and_then(|size| size.checked_sub(usize::from(!bound.inclusive))))
        .unwrap_or(usize::MAX);
    let digits = crate::coverage::scene::grammar::singular(&limit.unit) == "digit";
    if digits {
        return values::digits_of_length(least);
    }
    let plain: String = offered.chars().filter(char::is_ascii_alphanumeric).collect();
    if (least..=most).contains(&plain.len()) {
        return plain;
    }
    LONGER
        .iter()
        .find(|code| (least..=most).contains(&code.len()))
        .map_or_else(
            || {
                "SALE2027WXYZ7041"
                    .chars()
                    .cycle()
                    .take(least.max(1).min(most).min(40))
                    .collect()
            },
            |code| (*code).to_owned(),
        )
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
        let code = sample_code(scene, "SAVE10");
        ordinary
            .givens
            .push(format!("{} {code} exists that can be used.", capitalised(&a(&one))));
        entries.push(scene.enter(&one, &code));
        ordinary.values.push(match own {
            Some((own, span)) if own == code => values::stated(own, span),
            _ => values::sample(code, format!("{} that can be used", a(&one))),
        });
    } else {
        ordinary
            .givens
            .push(format!("The {} has {} that can be used.", scene.actor(), scene.many()));
    }
    ordinary.steps = scene.perform(entries);
    if let Some((said, total, least, span)) = least_total(scene) {
        ordinary.givens.push(format!("{} {total}.", capitalised(&said)));
        ordinary
            .values
            .push(values::computed(total, format!("{least} + {least}"), Some(span)));
    }
}

/// Twice the least sum that a code asks for: `The goods must come to at least €40`.
pub(in crate::coverage::families) fn least_total(scene: &Scene<'_>) -> Option<(String, String, String, Span)> {
    const SUMS: [&str; 9] = [
        "goods", "subtotal", "total", "order", "basket", "cart", "value", "purchase", "amount",
    ];
    let (limit, span) = scene.basis.limits().find(|(limit, _)| {
        limit.dimension == Dimension::Money
            && limit.upper.is_none()
            && SUMS.contains(&head(&limit.subject).to_lowercase().as_str())
    })?;
    let least = limit.lower?.value;
    let show = |amount: Decimal| values::with_unit(amount, &limit.unit, Dimension::Money);
    let noun = crate::coverage::scene::grammar::the(crate::coverage::scene::grammar::bare(&limit.subject));
    let verb = if crate::coverage::scene::grammar::is_plural(&noun) {
        "come to"
    } else {
        "comes to"
    };
    Some((
        format!("{noun} {verb}"),
        show(least.checked_add(least)?),
        show(least),
        span,
    ))
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
    if noun == "transfer" && is_between_own(scene) {
        ordinary
            .givens
            .push(format!("The {} has a second account of their own.", scene.actor()));
        ordinary
            .steps
            .push(Step::new("Choose the second account as the target."));
    } else if noun == "transfer" {
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

/// `move money between my own accounts`.
pub(in crate::coverage::families) fn is_between_own(scene: &Scene<'_>) -> bool {
    scene
        .goal_mentions(&["between my", "between my own", "between their", "own accounts"])
        .is_some()
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
