//! Sign-ins that fail too often: how many lock the account, and for how long.

use crate::basis::{Dimension, LiteralKind};
use crate::coverage::families::limits::Rule;
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{capitalised, slug};
use crate::coverage::{Found, Proposal, values};
use crate::test_case::{Technique, TestCaseType};
use rust_decimal::Decimal;

/// A limit of failed sign-ins: one try less still lets in, the stated number shuts out even with the right password.
pub(super) fn lock_out(scene: &Scene<'_>, rule: &Rule, found: &mut Found) {
    let Some(bound) = rule.limit.upper.or(rule.limit.lower) else {
        return;
    };
    let statement = scene.basis.text(rule.span.basis_id).to_lowercase();
    let before = statement.get(..rule.span.start).unwrap_or("");
    let words = format!("{before} {}", scene.basis.words(rule.span).to_lowercase());
    // `after 5 failed attempts` shuts out at the 5th, `more than 5` at the 6th; `up to 5` allows the 5th.
    let allowed = words.contains("up to")
        || words.contains("at most")
        || words.contains("maximum")
        || words.contains("more than")
        || !bound.inclusive;
    let last = if allowed {
        bound.value + Decimal::ONE
    } else {
        bound.value
    };
    let actor = scene.actor();
    lock_ends(scene, last, rule, found);
    // Beyond the lock nothing can be tried.
    for (tries, locked) in [(last - Decimal::ONE, false), (last, true)] {
        let count = values::with_unit(tries, "sign-ins", Dimension::Count);
        let be = if tries == Decimal::ONE { "was" } else { "were" };
        let (type_, title) = if locked {
            (
                TestCaseType::Negative,
                format!("After {count} with a wrong password the right one is refused"),
            )
        } else {
            (
                TestCaseType::Boundary,
                format!("After {count} with a wrong password the right one still signs in"),
            )
        };
        let item = Proposal::new(
            format!("boundary/sign-in/attempts/{}", values::number(tries)),
            format!("{count} with a wrong password in a row, then the right one"),
            Technique::BoundaryValueAnalysis,
            type_,
            rule.span,
        )
        .titled(title)
        .because("Guessing must be stopped exactly where the story says")
        .priority(scene.risk())
        .given(format!("An account of the {actor} exists"))
        .given(format!(
            "{} with a wrong password {be} tried in a row",
            capitalised(&count)
        ))
        .act("Open the sign-in page")
        .act("Enter the sign-in name and the right password of the account")
        .act("Submit the form");
        let bound_text = values::number(bound.value);
        let item = if tries == bound.value {
            item.stated(bound_text, rule.span)
        } else {
            let sign = if tries > bound.value { '+' } else { '-' };
            item.computed(values::number(tries), format!("{bound_text} {sign} 1"), rule.span)
                .stated(bound_text, rule.span)
        };
        found.propose(if locked {
            item.seen("A message says that the account is locked").expect(format!(
                "The sign-in is refused although the password is right; the {actor} is not signed in"
            ))
        } else {
            item.expect(format!("The {actor} is signed in; the account is not locked"))
        });
    }
}

/// `… the account is locked for 15 minutes`: one unit before the end the right password is still refused, at the end it
/// signs in.
fn lock_ends(scene: &Scene<'_>, tries: Decimal, rule: &Rule, found: &mut Found) {
    let text = scene.basis.text(rule.span.basis_id);
    let place = scene.basis.literals.iter().find_map(|literal| {
        let (value, unit) = match &literal.kind {
            LiteralKind::Limit(limit) if limit.dimension == Dimension::Duration => {
                (limit.lower.or(limit.upper)?.value, limit.unit.clone())
            }
            LiteralKind::Quantity(quantity) if quantity.dimension == Dimension::Duration => {
                (quantity.value, quantity.unit.clone())
            }
            _ => return None,
        };
        let said = scene.basis.words(literal.span).to_lowercase();
        let before = text.get(..literal.span.start).unwrap_or("").trim_end().to_lowercase();
        let lasts = said.starts_with("for ") || before.ends_with(" for");
        let locks = ["locked", "blocked", "suspended"]
            .iter()
            .any(|word| before.contains(word));
        (literal.span.basis_id == rule.span.basis_id && literal.span.start > rule.span.end && lasts && locks)
            .then_some((value, unit, literal.span))
    });
    let Some((value, unit, span)) = place.filter(|(value, ..)| *value > Decimal::ONE) else {
        return;
    };
    let actor = scene.actor();
    let count = values::with_unit(tries, "sign-ins", Dimension::Count);
    for (passed, over) in [(value, true), (value - Decimal::ONE, false)] {
        let time = values::with_unit(passed, &unit, Dimension::Duration);
        let bound = values::with_unit(value, &unit, Dimension::Duration);
        let item = Proposal::new(
            format!("time/lock/{}/{}", slug(&unit), values::number(passed)),
            format!("{time} after the lock"),
            Technique::BoundaryValueAnalysis,
            if over {
                TestCaseType::Boundary
            } else {
                TestCaseType::Negative
            },
            span,
        )
        .titled(if over {
            format!(
                "{} after the lock the right password signs in again",
                capitalised(&time)
            )
        } else {
            format!(
                "{} after the lock the right password is still refused",
                capitalised(&time)
            )
        })
        .because("A lock must last exactly as long as the story says")
        .priority(scene.risk())
        .given(format!(
            "The account of the {actor} was locked {time} ago, after {count} with a wrong password"
        ))
        .act("Open the sign-in page")
        .act("Enter the sign-in name and the right password of the account")
        .act("Submit the form");
        let item = if over {
            item.stated(bound, span)
        } else {
            item.computed(time.clone(), format!("{} - 1", values::number(value)), span)
                .stated(bound, span)
        };
        found.propose(if over {
            item.expect(format!("The {actor} is signed in; the account is not locked any more"))
        } else {
            item.seen("A message says that the account is locked")
                .expect(format!("The sign-in is refused; the {actor} is not signed in"))
        });
    }
}
