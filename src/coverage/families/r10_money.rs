//! R10, money and calculation: a stated share worked out by hand, an amount that needs rounding (asked first), a stated
//! rate per unit, and a result that must not fall below zero.

use crate::basis::{Criterion, Dimension, LiteralKind, VerbClass};
use crate::coverage::scene::Scene;
use crate::coverage::{Found, Proposal, values};
use crate::test_case::{BasisId, Span, Step, Technique, TestCaseType};
use rust_decimal::Decimal;

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    for criterion in &scene.basis.criteria {
        between(scene, criterion, found);
    }
    for literal in &scene.basis.literals {
        if literal.span.basis_id == BasisId::Context {
            continue;
        }
        match &literal.kind {
            LiteralKind::Quantity(quantity) if quantity.dimension == Dimension::Percentage => {
                if let Some(kind) = share_of(scene, literal.span) {
                    share(scene, quantity.value, kind, literal.span, found);
                }
            }
            LiteralKind::Quantity(quantity) if quantity.dimension == Dimension::Money => {
                rate(scene, quantity.value, &quantity.unit, literal.span, found);
            }
            _ => {}
        }
    }
}

/// `Amounts must be multiples of $10` → an amount between two of them.
pub(super) fn multiple<'a>(scene: &'a Scene<'_>, criterion: &Criterion) -> Option<(&'a crate::basis::Quantity, Span)> {
    let place = criterion.statement.span;
    scene.basis.literals.iter().find_map(|literal| {
        let LiteralKind::Quantity(quantity) = &literal.kind else {
            return None;
        };
        let inside = literal.span.basis_id == place.basis_id
            && place.start <= literal.span.start
            && literal.span.end <= place.end;
        let before = scene.basis.text(place.basis_id).get(..literal.span.start)?.trim_end();
        (inside && (before.ends_with("multiple of") || before.ends_with("multiples of")))
            .then_some((quantity, literal.span))
    })
}

fn between(scene: &Scene<'_>, criterion: &Criterion, found: &mut Found) {
    let Some((quantity, span)) = multiple(scene, criterion) else {
        return;
    };
    let amount = quantity.value + quantity.value / Decimal::from(2);
    let show = |value: Decimal| values::with_unit(value, &quantity.unit, quantity.dimension);
    let (text, step) = (show(amount), show(quantity.value));
    let run = if super::ordinary::is_transfer(scene) {
        super::ordinary::transfer(scene, amount, &quantity.unit)
    } else {
        super::ordinary::with(scene, "amount", vec![scene.enter("amount", &text)], false)
    };
    found.propose(
        Proposal::new(
            format!("multiple/{}", values::number(quantity.value)),
            format!("an amount of {text}, between two multiples of {step}"),
            Technique::EquivalencePartitioning,
            TestCaseType::Negative,
            span,
        )
        .titled(format!("An amount of {text} is refused"))
        .because(format!("An amount between two multiples of {step} must not pass"))
        .priority(scene.risk())
        .givens(run.givens)
        .steps(run.steps)
        .seen(scene.message(&format!("the amount is no multiple of {step}")))
        .expect(format!("The amount of {text} is refused; {}", scene.unchanged()))
        .computed(text.clone(), format!("{step} + {step} / 2"), span)
        .stated(step, span)
        .with_values(run.values),
    );
}

/// What a percentage is: a discount lowers, a tax or fee raises.
#[derive(Clone, Copy)]
struct Share {
    noun: &'static str,
    lowers: bool,
}

fn share_of(scene: &Scene<'_>, span: Span) -> Option<Share> {
    let text = scene.basis.text(span.basis_id).to_lowercase();
    let kinds = [
        ("discount", true),
        ("off", true),
        ("cashback", true),
        ("tax", false),
        ("vat", false),
        ("fee", false),
        ("surcharge", false),
        ("commission", false),
        ("interest", false),
        ("tip", false),
    ];
    // Whoever sells gets what the commission leaves; whoever buys may pay it besides.
    let sells = scene
        .mentions(&["payout", "paid out", "earnings", "vendor", "seller"])
        .is_some();
    kinds
        .into_iter()
        .map(|(word, lowers)| (word, lowers || word == "commission" && sells))
        .find(|(word, _)| text.split(|c: char| !c.is_alphanumeric()).any(|found| found == *word))
        .map(|(word, lowers)| Share {
            noun: if word == "off" { "discount" } else { word },
            lowers,
        })
}

fn share(scene: &Scene<'_>, percent: Decimal, kind: Share, span: Span, found: &mut Found) {
    let currency = currency(scene);
    let hundred = Decimal::from(100);
    let base = Decimal::from(200);
    let part = base * percent / hundred;
    let total = if kind.lowers { base - part } else { base + part };
    let show = |amount: Decimal| values::with_unit(amount, &currency, Dimension::Money);
    let sign = if kind.lowers { '-' } else { '+' };
    let noun = kind.noun;
    let rate = format!("{}%", values::number(percent));
    let shop =
        scene.mentions(&["order", "cart", "basket", "checkout"]).is_some() && !scene.has_class(&[VerbClass::Redeem]);
    let earned = noun == "commission" && kind.lowers;
    let steps = if earned {
        // Where it is read has to be said.
        if scene.mentions(&["statement"]).is_none() {
            return;
        }
        vec![
            Step::new("Open the statement."),
            Step::new("Read the commission and the net amount."),
        ]
    } else if shop {
        vec![Step::new("Open the checkout page."), Step::new("Read the total.")]
    } else {
        super::ordinary::run(scene).up_to_the_act().steps
    };
    let (base_text, part_text, total_text) = (show(base), show(part), show(total));
    found.propose(
        Proposal::new(
            format!("money/{noun}/{}", values::number(percent)),
            format!("{rate} {noun} on {base_text}"),
            Technique::EquivalencePartitioning,
            TestCaseType::Positive,
            span,
        )
        .titled(if earned {
            format!("{rate} {noun} on {base_text} leaves {total_text}")
        } else {
            format!("{rate} {noun} on {base_text} gives {total_text}")
        })
        .because("The sum can be worked out by hand")
        .priority(scene.risk())
        .givens(scene.start())
        .given(format!("The amount before the {noun} is {base_text}"))
        .given(format!("The {noun} of {rate} applies"))
        .steps(steps)
        .expect(if earned {
            format!("The {noun} is shown as {part_text}; the net amount is {total_text}")
        } else {
            format!("The {noun} is shown as {part_text}; the total is {total_text}")
        })
        .stated(rate.clone(), span)
        .sample(base_text.clone(), "an amount that gives whole cents")
        .computed(
            part_text.clone(),
            format!("{base_text} × {} / 100", values::number(percent)),
            span,
        )
        .computed(total_text.clone(), format!("{base_text} {sign} {part_text}"), span),
    );
    found.ask(
        format!("rounding/{noun}"),
        format!("How is a {noun} rounded that does not come out in whole cents: up, down or to the nearest, per item or in total?"),
        Some(span),
    );
}

/// `$0.25 per day`: what several units come to.
fn rate(scene: &Scene<'_>, price: Decimal, unit: &str, span: Span, found: &mut Found) {
    let text = scene.basis.text(span.basis_id);
    let after = text.get(span.end..).unwrap_or("").trim_start();
    let Some(rest) = after
        .strip_prefix("per ")
        .or_else(|| after.strip_prefix("a "))
        .or_else(|| after.strip_prefix("for each "))
    else {
        return;
    };
    let per: String = rest.chars().take_while(|c| c.is_alphabetic()).collect();
    if ![
        "day",
        "hour",
        "night",
        "week",
        "month",
        "item",
        "person",
        "page",
        "mile",
        "kilometre",
        "minute",
        "seat",
        "ticket",
    ]
    .contains(&per.as_str())
    {
        return;
    }
    let noun = ["fine", "fee", "price", "rent", "charge", "rate"]
        .into_iter()
        .find(|noun| text.contains(noun))
        .unwrap_or("amount");
    let show = |amount: Decimal| values::with_unit(amount, unit, Dimension::Money);
    let price_text = show(price);
    cap(scene, price, (noun, &per), found);
    for (count, key) in [(3, "several"), (0, "none")] {
        let count_text = values::with_unit(Decimal::from(count), &per, Dimension::Count);
        let total = show(price * Decimal::from(count));
        let subject = counted_subject(scene, &per);
        let case_type = if count == 0 {
            TestCaseType::Boundary
        } else {
            TestCaseType::Positive
        };
        found.propose(
            Proposal::new(
                format!("money/{noun} per {per}/{key}"),
                format!("{noun} for {count_text}"),
                if count == 0 {
                    Technique::BoundaryValueAnalysis
                } else {
                    Technique::EquivalencePartitioning
                },
                case_type,
                span,
            )
            .titled(format!("The {noun} for {count_text} is {total}"))
            .because(if count == 0 {
                "Nothing is due where nothing is counted"
            } else {
                "The sum can be worked out by hand"
            })
            .priority(scene.risk())
            .givens(scene.start())
            .given(format!("{subject} {count_text}"))
            .act(format!("Open the place where the {noun} is shown"))
            .act(format!("Read the {noun}"))
            .expect(format!("The {noun} is shown as {total}"))
            .stated(price_text.clone(), span)
            .sample(count_text.clone(), "a number that is easy to multiply")
            .computed(total, format!("{price_text} × {count}"), span),
        );
    }
}

/// Whether an upper limit caps an amount that is worked out, not entered: `The fine must not exceed $10`.
pub(super) fn is_capped(scene: &Scene<'_>, subject: &str, lower: bool) -> bool {
    let last = subject.rsplit(' ').next().unwrap_or(subject);
    !lower
        && ["fine", "fee", "charge", "interest", "tax", "penalty", "commission"].contains(&last)
        && !scene.has_class(&[VerbClass::Configure])
}

/// The cap of an amount: the last count below it, and the first at which it holds the amount back.
fn cap(scene: &Scene<'_>, price: Decimal, (noun, per): (&str, &str), found: &mut Found) {
    for rule in super::limits::rules(scene, &[Dimension::Money]) {
        let subject = super::limits::subject(scene, &rule.limit);
        let Some(upper) = rule
            .limit
            .upper
            .filter(|_| is_capped(scene, &subject, rule.limit.lower.is_some()) && subject.ends_with(noun))
        else {
            continue;
        };
        let most = (upper.value / price).floor();
        let show = |amount: Decimal| values::with_unit(amount, &rule.limit.unit, Dimension::Money);
        let cap_text = show(upper.value);
        for (count, amount) in [(most, price * most), (most + Decimal::ONE, upper.value)] {
            let count_text = values::with_unit(count, per, Dimension::Count);
            let amount_text = show(amount);
            let above = count > most;
            found.propose(
                Proposal::new(
                    format!("boundary/{noun}/cap/{}", values::number(count)),
                    format!(
                        "{noun} for {count_text}, {}",
                        if above { "held back by the cap" } else { "at the cap" }
                    ),
                    Technique::BoundaryValueAnalysis,
                    TestCaseType::Boundary,
                    rule.span,
                )
                .titled(format!("The {noun} for {count_text} is {amount_text}"))
                .because(format!("The {noun} grows up to {cap_text} and no further"))
                .priority(scene.risk())
                .givens(scene.start())
                .given(format!("{} {count_text}", counted_subject(scene, per)))
                .act(format!("Open the place where the {noun} is shown"))
                .act(format!("Read the {noun}"))
                .expect(format!("The {noun} is shown as {amount_text}"))
                .stated(cap_text.clone(), rule.span)
                .computed(
                    count_text,
                    if above {
                        format!("{cap_text} / {} + 1", show(price))
                    } else {
                        format!("{cap_text} / {}", show(price))
                    },
                    rule.span,
                )
                .computed(
                    amount_text,
                    if above {
                        "the cap".to_owned()
                    } else {
                        format!("{} × {}", show(price), values::number(count))
                    },
                    rule.span,
                ),
            );
        }
    }
}

fn counted_subject(scene: &Scene<'_>, per: &str) -> String {
    if per == "day" && scene.mentions(&["overdue"]).is_some() {
        return "One thing on loan is overdue by".to_owned();
    }
    "What is charged for comes to".to_owned()
}

/// The currency that the story speaks of; none if it does not.
fn currency(scene: &Scene<'_>) -> String {
    scene
        .basis
        .literals
        .iter()
        .find_map(|literal| match &literal.kind {
            LiteralKind::Quantity(quantity) if quantity.dimension == Dimension::Money => Some(quantity.unit.clone()),
            LiteralKind::Limit(limit) if limit.dimension == Dimension::Money => Some(limit.unit.clone()),
            _ => None,
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn a_share_worked_out_by_hand() {
        let story = "As a shop manager, I want to give a 15% discount on orders over $100 so that customers buy more";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_rate_and_its_cap() {
        let story = "As a librarian, I want the system to charge a fine of $0.25 per day for overdue books so that they come back";
        insta::assert_snapshot!(given_by(propose, story, &["The fine must not exceed $10."]));
    }

    #[test]
    fn multiples() {
        let story = "As a bank customer, I want to withdraw cash at a machine so that I can pay";
        insta::assert_snapshot!(given_by(propose, story, &["Amounts must be multiples of $10."]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a user, I want to see that my battery is at 15% so that I charge it",
            "As a customer, I want to pay $20 for a ticket so that I can travel",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
