//! R20 Discount: codes, coupons, vouchers, gift cards and points that somebody redeems.
//!
//! Gives: expired, used up, not meant for what is in the cart, unknown, applied twice; for points and gift cards the
//! balance to the last one. That codes end, run out or are meant for some goods is assumed where the story does not say
//! so: the case says it as a state before step 1, and one question asks it. Asks whether codes may be combined and whether letter case matters.
//!
//! Refuses: applying anything else, such as a filter, and whoever issues codes rather than redeems them (R13).

use crate::basis::VerbClass;
use crate::coverage::scene::grammar::{a, capitalised, listed, plural};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Step, Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let Some(action) = scene.actions().iter().find(|action| {
        action.class == VerbClass::Redeem
            || (["use", "enter", "apply"].contains(&action.verb.as_str()) && is_code(&action.object))
    }) else {
        return;
    };
    let scene = scene.focus_on(action);
    let object = scene.object().to_lowercase();
    if object.contains("point") || object.contains("mile") || object.contains("credit") {
        points(&scene, found);
    } else {
        code(&scene, found);
    }
}

fn is_code(object: &str) -> bool {
    let object = object.to_lowercase();
    [
        "discount",
        "coupon",
        "voucher",
        "promo",
        "gift card",
        "gift certificate",
    ]
    .iter()
    .any(|word| object.contains(word))
}

/// Whether it holds money that is spent bit by bit.
fn is_card(object: &str) -> bool {
    ["card", "voucher", "certificate"]
        .iter()
        .any(|word| object.contains(word))
}

/// What is about to be paid, where the story names no checkout.
fn order(scene: &Scene<'_>) -> Option<&'static str> {
    scene
        .page()
        .is_none()
        .then_some("An order with at least one item is about to be paid")
}

/// One way in which a code is refused.
struct Refusal {
    key: &'static str,
    /// Words by which a criterion tells the same.
    told: &'static [&'static str],
    condition: String,
    title: String,
    objective: &'static str,
    given: String,
    why: String,
    class: String,
    priority: Priority,
    /// What codes must have for this to happen, and the story does not say: `an end of their validity`.
    assumed: &'static str,
}

fn code(scene: &Scene<'_>, found: &mut Found) {
    let one = scene.one();
    let offered = if is_card(scene.object()) { "GIFT-7041" } else { "SAVE10" };
    let sample = super::ordinary::sample_code(scene, offered);
    let place = scene.page().map_or_else(String::new, |page| {
        if page == "checkout page" {
            " at checkout".to_owned()
        } else {
            format!(" on the {page}")
        }
    });
    let card = is_card(&one);
    // The code that the story names does exist.
    let none = if super::ordinary::own_code(scene).is_some() && !card {
        "NOSUCH42"
    } else {
        sample.as_str()
    };
    let all = [
        Refusal {
            key: "expired",
            told: &["expire"],
            condition: format!("{} whose validity has ended", a(&one)),
            title: format!("An expired {one} is refused{place}"),
            objective: "An offer ends when its validity ends",
            given: format!(
                "{} {sample} exists whose validity ended yesterday",
                capitalised(&a(&one))
            ),
            why: "it has expired".to_owned(),
            class: format!("{one} whose validity has ended"),
            priority: Priority::High,
            assumed: "an end of their validity",
        },
        Refusal {
            key: "used up",
            told: &["used", "already redeemed", "only once", "single use"],
            condition: format!("{} that was used as often as it may be", a(&one)),
            title: format!("{} that is used up is refused{place}", capitalised(&a(&one))),
            objective: "An offer that was made once must not be taken twice",
            given: if card {
                format!(
                    "{} {sample} exists whose whole value was spent on an earlier order",
                    capitalised(&a(&one))
                )
            } else {
                format!(
                    "{} {sample} exists that was used as often as it may be",
                    capitalised(&a(&one))
                )
            },
            why: "it is used up".to_owned(),
            class: format!("{one} that is used up"),
            priority: Priority::High,
            assumed: "a number of times that they can be used",
        },
        Refusal {
            key: "not eligible",
            told: &["eligible", "does not apply", "excluded", "not valid for", "applicable"],
            condition: format!("{} that is not meant for anything in the cart", a(&one)),
            title: format!(
                "{} that does not apply to the items in the cart is refused",
                capitalised(&a(&one))
            ),
            objective: "An offer for some goods must not lower the price of others",
            given: format!(
                "{} {sample} exists that is not meant for any item in the cart",
                capitalised(&a(&one))
            ),
            why: "it does not apply to these items".to_owned(),
            class: format!("{one} for other items"),
            priority: Priority::Medium,
            assumed: "a choice of items that they apply to",
        },
        Refusal {
            key: "unknown",
            told: &["unknown", "invalid", "not exist"],
            condition: format!("{} that does not exist", a(&one)),
            title: format!("{} that does not exist is refused{place}", capitalised(&a(&one))),
            objective: "A guess or a slip of the finger must not lower the price",
            given: format!("No {one} {none} exists"),
            why: "it is not known".to_owned(),
            class: format!("{one} that does not exist"),
            priority: Priority::Medium,
            assumed: "",
        },
    ];
    let mut assumed = Vec::new();
    for refusal in all {
        if scene.is_told(refusal.told) || (card && refusal.key == "not eligible") {
            continue;
        }
        if !refusal.assumed.is_empty() {
            assumed.push(refusal.assumed.to_owned());
        }
        let tried = if refusal.key == "unknown" { none } else { &sample };
        found.propose(refused(scene, &one, tried, refusal));
    }
    found.propose_untold(
        scene,
        &["twice", "again", "only once", "one code", "second time"],
        applied_twice(scene, &one, &sample),
    );
    if !assumed.is_empty() {
        found.ask(
            format!("{one}/kinds"),
            format!("Which of these do {} have: {}?", plural(&one), listed(&assumed, "or")),
            Some(scene.action_span()),
        );
    }
    if card {
        found.ask(
            format!("{one}/rest"),
            format!(
                "What happens to the rest when {} is worth more than the order?",
                a(&one)
            ),
            Some(scene.action_span()),
        );
    }
    if scene
        .mentions(&["combine", "stack", "several", "multiple", "one code", "only one"])
        .is_none()
    {
        found.ask(
            format!("{one}/combined"),
            format!("May several {} be combined in one order?", plural(&one)),
            Some(scene.action_span()),
        );
    }
    if !card && scene.mentions(&["case", "uppercase", "lowercase", "capital"]).is_none() {
        found.ask(
            format!("{one}/letter case"),
            format!("Does letter case matter when {} is entered?", a(&one)),
            Some(scene.action_span()),
        );
    }
}

/// The steps that enter the code and set it going.
fn entered(scene: &Scene<'_>, one: &str, sample: &str) -> Vec<Step> {
    let mut steps = scene.perform(vec![scene.enter(one, sample)]);
    if let Some(first) = steps.first_mut().filter(|_| scene.page().is_none()) {
        *first = Step::new("Open the order before it is paid.");
    }
    steps
}

fn refused(scene: &Scene<'_>, one: &str, sample: &str, refusal: Refusal) -> Proposal {
    Proposal::new(
        format!("negative/{one}/{}", refusal.key),
        refusal.condition,
        Technique::EquivalencePartitioning,
        TestCaseType::Negative,
        scene.action_span(),
    )
    .titled(refusal.title)
    .because(refusal.objective)
    .priority(refusal.priority)
    .givens(scene.start())
    .givens(order(scene))
    .given(refusal.given)
    .steps(entered(scene, one, sample))
    .seen(format!("A message at the {one} field says that {}", refusal.why))
    .expect(format!(
        "The {one} is refused because {}; the total is the same as before and no discount is shown",
        refusal.why
    ))
    .sample(sample, refusal.class)
}

fn applied_twice(scene: &Scene<'_>, one: &str, sample: &str) -> Proposal {
    let apply = entered(scene, one, sample);
    let again: Vec<_> = apply.iter().skip(1).cloned().collect();
    Proposal::new(
        format!("edge/{one}/applied twice"),
        format!("the same {one} is applied twice to one order"),
        Technique::ErrorGuessing,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!("The same {one} lowers the total only once"))
    .because("A double click or a second try must not count twice")
    .priority(Priority::Medium)
    .givens(scene.start())
    .givens(order(scene))
    .given(format!(
        "{} {sample} exists that applies to the items in the cart",
        capitalised(&a(one))
    ))
    .steps(apply)
    .seen("The total is lower than before")
    .steps(again)
    .seen(format!("A message says that the {one} is applied already"))
    .expect(format!(
        "The {one} is shown once; the total is the same as after the first time"
    ))
    .sample(sample, format!("{one} that applies to the cart"))
}

fn points(scene: &Scene<'_>, found: &mut Found) {
    let many = scene.many();
    let actor = scene.actor();
    let item = |key: &str, condition: String, title: String, case_type| {
        Proposal::new(
            key,
            condition,
            Technique::BoundaryValueAnalysis,
            case_type,
            scene.action_span(),
        )
        .titled(title)
        .givens(scene.start())
        .given(format!("The {actor} has 500 {many}"))
    };
    found.propose(
        item(
            &format!("boundary/{many}/redeemed/all"),
            format!("all {many} are redeemed"),
            format!("All {many} can be redeemed at once"),
            TestCaseType::Boundary,
        )
        .because("The last point counts like the first")
        .priority(Priority::Medium)
        .step(scene.open())
        .act(format!("Enter 500 as the number of {many}"))
        .act(format!("Redeem the {many}"))
        .expect(format!("The redemption is confirmed; the {actor} has 0 {many} left"))
        .sample("500", format!("number of {many} that somebody has"))
        .computed("0", "500 - 500", scene.action_span()),
    );
    found.propose(
        item(
            &format!("boundary/{many}/redeemed/more"),
            format!("one more than there are {many}"),
            format!("More {many} than there are cannot be redeemed"),
            TestCaseType::Negative,
        )
        .because("Points that nobody earned are worth nothing")
        .priority(Priority::High)
        .step(scene.open())
        .act(format!("Enter 501 as the number of {many}"))
        .act(format!("Redeem the {many}"))
        .seen(format!("A message says that there are not enough {many}"))
        .expect(format!(
            "Nothing is redeemed; the {actor} still has 500 {many} and pays the same as before"
        ))
        .sample("500", format!("number of {many} that somebody has"))
        .computed("501", "500 + 1", scene.action_span()),
    );
    found.ask(
        format!("{many}/given back"),
        format!("Are the {many} given back when what they were redeemed for is cancelled?"),
        Some(scene.action_span()),
    );
    if scene
        .mentions(&["worth", "per point", "rate", "minimum", "at least"])
        .is_none()
    {
        found.ask(
            format!("{many}/worth"),
            format!("What are {many} worth, and is there a least number to redeem?"),
            Some(scene.action_span()),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn code() {
        let story =
            "As a customer, I want to apply a discount code of up to 20 characters at checkout so that I pay less";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn gift_card() {
        let story = "As a customer, I want to use a gift card so that I pay less";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn points() {
        let story = "As a customer, I want to redeem loyalty points at checkout so that I save money";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a shopper, I want to apply a filter to the product list so that I find what I need",
            "As a citizen, I want to apply for a passport so that I can travel",
            "As a marketer, I want to create discount codes so that customers come back",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
