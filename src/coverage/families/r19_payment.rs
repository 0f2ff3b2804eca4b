//! R19 Payment: paying, transferring money, refunding.
//!
//! Gives: the declined payment, the payment whose answer never comes, the price that changes before it is paid; for
//! transfers the balance to the cent, an amount of nothing, the same account; for refunds more than was paid and twice.
//!
//! Refuses: looking at payments (R14), and methods, fees and limits that the story does not state.

use crate::basis::VerbClass;
use crate::coverage::scene::grammar::{a, capitalised};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Span, Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let Some(scene) = scene.focus(&[VerbClass::Pay]) else {
        return;
    };
    let verb = scene.action().map_or("pay", |action| action.verb.as_str());
    match verb {
        "refund" => refund(&scene, found),
        // Between one's own accounts it is limits and balances that the criteria tell.
        "transfer" | "send" | "wire" | "move" if super::ordinary::is_between_own(&scene) => {}
        "transfer" | "send" | "wire" | "move" => transfer(&scene, found),
        _ => pay(&scene, found),
    }
}

fn item(scene: &Scene<'_>, key: &str, condition: &str, technique: Technique, case_type: TestCaseType) -> Proposal {
    Proposal::new(key, condition, technique, case_type, scene.action_span())
}

fn pay(scene: &Scene<'_>, found: &mut Found) {
    let actor = scene.actor();
    let card: Option<Span> = scene.mentions(&["card"]);
    let method = if card.is_some() { "card" } else { "payment method" };
    let cart = scene
        .mentions(&["cart", "basket", "checkout", "check out", "order"])
        .is_some();

    let paid = if scene.object().is_empty() {
        "the purchase".to_owned()
    } else {
        format!("the {}", scene.object())
    };
    let kept = if cart {
        "; no order is placed and the items are still in the cart".to_owned()
    } else {
        format!("; {paid} is still shown as unpaid")
    };
    found.propose_untold(
        scene,
        &["declined", "declines", "fails", "failed", "rejected"],
        item(
            scene,
            "negative/payment/declined",
            "the payment is declined",
            Technique::EquivalencePartitioning,
            TestCaseType::Negative,
        )
        .titled(format!("A declined {method} pays nothing"))
        .because("Nothing may be delivered or shown as paid without the money")
        .priority(Priority::High)
        .givens(scene.start())
        .given(format!(
            "A {method} is at hand that the payment provider's test system declines"
        ))
        .step(scene.open())
        .act(format!("Enter the data of the {method} that is declined"))
        .act("Confirm the payment")
        .seen("A message says that the payment was declined")
        .expect(format!("Nothing is charged{kept}")),
    );
    found.propose(
        item(scene, "edge/payment/no answer", "the payment provider does not answer", Technique::ErrorGuessing, TestCaseType::EdgeCase)
            .titled("A payment whose answer never comes is charged at most once")
            .because("Whoever sees no answer pays again")
            .priority(Priority::High)
            .givens(scene.start())
            .given("The connection to the payment provider can be held up in the test system")
            .step(scene.open())
            .act(format!("Enter the data of {}", a(&format!("valid {method}"))).replace("a valid", "the"))
            .act("Hold up the answer of the payment provider")
            .act("Confirm the payment")
            .seen("A message says that the outcome of the payment is not known yet")
            .act("Let the answers of the payment provider through again")
            .expect(format!("The account of the {method} shows at most one charge for {paid}; the {actor} sees the same outcome as the payment provider")),
    );
    if cart {
        found.propose(
            item(
                scene,
                "edge/payment/price changed",
                "a price changes between cart and payment",
                Technique::ErrorGuessing,
                TestCaseType::EdgeCase,
            )
            .titled("A price that changes before the payment is never charged unseen")
            .because("Nobody may pay another amount than the one that was confirmed")
            .priority(Priority::Medium)
            .givens(scene.start())
            .given("The cart holds at least one item")
            .step(scene.open())
            .act("Note the total that is shown")
            .act("Change the price of an item in the cart from outside, as the shop would")
            .act("Confirm the payment")
            .expect("The amount that is charged equals the last total that was shown before the payment was confirmed"),
        );
    }
    if scene
        .mentions(&["declined", "fails", "failed", "failure", "rejected"])
        .is_none()
    {
        found.ask(
            "payment/declined",
            format!("What can the {actor} do after a declined payment: try another {method}, or begin again?"),
            Some(scene.action_span()),
        );
    }
}

fn transfer(scene: &Scene<'_>, found: &mut Found) {
    let actor = scene.actor();
    // In the story's own currency where it names one.
    let (_, unit) = super::ordinary::amount(scene);
    let shown = |hundredths: i64| {
        let amount = rust_decimal::Decimal::new(hundredths, 2);
        if unit.is_empty() {
            format!("{amount}")
        } else {
            crate::coverage::values::with_unit(amount, &unit, crate::basis::Dimension::Money)
        }
    };
    let (all, over, none) = (shown(10_000), shown(10_001), shown(0));
    let balance = format!("The account has a balance of {all} and no overdraft");
    let start = |proposal: Proposal| proposal.givens(scene.start());
    let entered = |proposal: Proposal, amount: &str| {
        proposal
            .act("Open the form for a transfer")
            .act("Enter the account of the recipient")
            .step(crate::test_case::Step::new(format!("Enter {amount} as the amount.")).with_data(amount))
            .act("Confirm the transfer")
    };
    let exact = start(item(
        scene,
        "boundary/balance/transfer/all",
        "an amount that equals the balance",
        Technique::BoundaryValueAnalysis,
        TestCaseType::Boundary,
    ))
    .titled("The whole balance can be transferred")
    .because("The last cent belongs to the account as well")
    .priority(Priority::Medium)
    .given(&balance);
    found.propose(
        entered(exact, &all)
            .expect(format!(
                "The transfer is listed with the amount {all}; the balance is {none}"
            ))
            .sample(&all, "balance of an account, in its currency")
            .computed(&none, format!("{all} - {all}"), scene.action_span()),
    );
    let more = start(item(
        scene,
        "boundary/balance/transfer/more",
        "an amount just above the balance",
        Technique::BoundaryValueAnalysis,
        TestCaseType::Negative,
    ))
    .titled(format!("A transfer of {over} from a balance of {all} is refused"))
    .because("Nobody may spend money that is not there")
    .priority(Priority::High)
    .given(&balance);
    found.propose(
        entered(more, &over)
            .seen("A message says that the balance is too low")
            .expect(format!(
                "The transfer is refused; the balance is still {all} and the recipient receives nothing"
            ))
            .sample(&all, "balance of an account, in its currency")
            .computed(&over, format!("{all} + 0.01"), scene.action_span()),
    );
    let nothing = start(item(
        scene,
        "negative/transfer/nothing",
        "an amount of zero",
        Technique::EquivalencePartitioning,
        TestCaseType::Negative,
    ))
    .titled("A transfer of nothing is refused")
    .because("A transfer without money is a mistake, and a negative one would take money from the recipient")
    .priority(Priority::Medium);
    found.propose(
        entered(nothing, &none)
            .seen("A message says that the amount must be more than zero")
            .expect("The transfer is refused; it is not listed and both balances are unchanged")
            .sample(&none, "amount of nothing"),
    );
    if scene
        .goal_mentions(&["own accounts", "my accounts", "between accounts", "between my accounts"])
        .is_some()
    {
        found.propose(
            start(item(
                scene,
                "negative/transfer/same account",
                "the same account on both sides",
                Technique::ErrorGuessing,
                TestCaseType::Negative,
            ))
            .titled("A transfer to the same account is refused")
            .because("It moves nothing and may be booked on one side only")
            .priority(Priority::Low)
            .act("Open the form for a transfer")
            .act("Choose the same account as source and as target")
            .act("Confirm the transfer")
            .seen("A message says that source and target are the same")
            .expect("The transfer is refused; it is not listed and the balance is unchanged"),
        );
    }
    if scene.basis.limits().next().is_none() {
        found.ask(
            "transfer/limit",
            format!(
                "Is there a limit on what {} may transfer at once or in a day?",
                a(&actor)
            ),
            Some(scene.action_span()),
        );
    }
}

fn refund(scene: &Scene<'_>, found: &mut Found) {
    let one = if scene.object().is_empty() {
        "order".to_owned()
    } else {
        scene.one()
    };
    found.propose(
        item(
            scene,
            "edge/refund/twice",
            "what was refunded already",
            Technique::StateTransition,
            TestCaseType::EdgeCase,
        )
        .titled(format!(
            "{} that was refunded in full cannot be refunded again",
            capitalised(&a(&one))
        ))
        .because("Money that went back once must not go back twice")
        .priority(Priority::High)
        .givens(scene.start())
        .given(format!("The {one} was refunded in full"))
        .act(format!("Open the {one}"))
        .act("Start a second refund")
        .seen("A message says that nothing is left to refund")
        .expect("No second refund is listed; no further money is paid out"),
    );
    found.propose(
        item(
            scene,
            "boundary/refund/more than paid",
            "an amount just above what was paid",
            Technique::BoundaryValueAnalysis,
            TestCaseType::Negative,
        )
        .titled("A refund of one cent more than was paid is refused")
        .because("Nobody may get back more than was paid")
        .priority(Priority::High)
        .givens(scene.start())
        .given(format!("100.00 was paid for the {one}"))
        .act(format!("Open the {one}"))
        .step(crate::test_case::Step::new("Start a refund of 100.01.").with_data("100.01"))
        .seen("A message says that the amount is more than was paid")
        .expect("No refund is listed; no money is paid out")
        .sample("100.00", "amount paid, in its currency")
        .computed("100.01", "100.00 + 0.01", scene.action_span()),
    );
    if scene.mentions(&["partial", "part of", "full"]).is_none() {
        found.ask(
            "refund/partial",
            format!("Can a part of {} be refunded, and how often?", a(&one)),
            Some(scene.action_span()),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn pay() {
        let story = "As a customer, I want to pay my cart with a credit card so that I get my goods";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn transfer() {
        let story = "As a bank customer, I want to transfer money to another account so that I can pay my rent";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn refund() {
        let story = "As a support agent, I want to refund an order so that unhappy customers get their money back";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a bank customer, I want to view my payment history so that I know what I spent",
            "As a customer, I want to apply a discount code at checkout so that I pay less",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
