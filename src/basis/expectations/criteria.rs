//! Criteria: splitting, form, conditions, modality, denial.

use super::*;

fn show_one(criterion: &Criterion) -> String {
    let list = |phrases: &[Phrase]| phrases.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join(" + ");
    let mut shown = format!("{:?}", criterion.form);
    if criterion.modality != Modality::Must {
        shown.push_str(&format!(" {:?}", criterion.modality));
    }
    if criterion.negative {
        shown.push_str(" negative");
    }
    if criterion.junction == Junction::Or {
        shown.push_str(" any");
    }
    for (name, phrases) in [
        ("given", &criterion.given),
        ("when", &criterion.when),
        ("then", &criterion.then),
    ] {
        if !phrases.is_empty() {
            shown.push_str(&format!(" {name}[{}]", list(phrases)));
        }
    }
    if let Some(otherwise) = &criterion.otherwise {
        shown.push_str(&format!(" else[{}]", otherwise.text));
    }
    shown
}

fn show(criterion: &str) -> String {
    read_criterion(criterion)
        .criteria
        .iter()
        .map(show_one)
        .collect::<Vec<_>>()
        .join(" & ")
}

fn statements(criterion: &str) -> String {
    read_criterion(criterion)
        .criteria
        .iter()
        .map(|c| c.statement.text.clone())
        .collect::<Vec<_>>()
        .join(" | ")
}

#[test]
fn splitting() {
    table(
        &[
            ("The code is checked", "The code is checked"),
            ("The code is checked.", "The code is checked"),
            (
                "- The code is checked\n- The price is reduced",
                "The code is checked | The price is reduced",
            ),
            (
                "* The code is checked\n* The price is reduced",
                "The code is checked | The price is reduced",
            ),
            (
                "• The code is checked\n• The price is reduced",
                "The code is checked | The price is reduced",
            ),
            (
                "1. The code is checked\n2. The price is reduced",
                "The code is checked | The price is reduced",
            ),
            (
                "1) The code is checked\n2) The price is reduced",
                "The code is checked | The price is reduced",
            ),
            (
                "AC1: The code is checked\nAC2: The price is reduced",
                "The code is checked | The price is reduced",
            ),
            ("AC-1: The code is checked", "The code is checked"),
            (
                "The code is checked. The price is reduced.",
                "The code is checked | The price is reduced",
            ),
            (
                "The code is checked; the price is reduced",
                "The code is checked | the price is reduced",
            ),
            (
                "The code has e.g. letters or digits.",
                "The code has e.g. letters or digits",
            ),
            (
                "Files like report.pdf are accepted. Others are not.",
                "Files like report.pdf are accepted | Others are not",
            ),
            ("The price is $9.99. It is shown.", "The price is $9.99 | It is shown"),
            (
                "The list is long\nand is shown in pages",
                "The list is long and is shown in pages",
            ),
        ],
        statements,
    );
}

#[test]
fn given_when_then() {
    table(
        &[
            (
                "Given I am logged in\nWhen I apply a code\nThen the price is reduced",
                "GivenWhenThen given[I am logged in] when[I apply a code] then[the price is reduced]",
            ),
            (
                "Given I am logged in, when I apply a code, then the price is reduced.",
                "GivenWhenThen given[I am logged in] when[I apply a code] then[the price is reduced]",
            ),
            (
                "Given I am logged in\nAnd my cart has 2 items\nWhen I apply a code\nThen the price is reduced\nBut the shipping is not",
                "GivenWhenThen negative given[I am logged in + my cart has 2 items] when[I apply a code] then[the price is reduced + the shipping is not]",
            ),
            (
                "Given a locked account, When the user signs in, Then the message \"Account locked\" is shown",
                "GivenWhenThen given[a locked account] when[the user signs in] then[the message \"Account locked\" is shown]",
            ),
            (
                "Scenario: valid code\nGiven a valid code\nWhen I apply it\nThen it is accepted\n\nScenario: expired code\nGiven an expired code\nWhen I apply it\nThen it is refused",
                "GivenWhenThen given[a valid code] when[I apply it] then[it is accepted] & GivenWhenThen negative given[an expired code] when[I apply it] then[it is refused]",
            ),
        ],
        show,
    );
}

#[test]
fn conditionals() {
    table(
        &[
            (
                "If the code is expired, the order is not changed",
                "Conditional negative when[the code is expired] then[the order is not changed]",
            ),
            (
                "If the code is expired then a message is shown",
                "Conditional when[the code is expired] then[a message is shown]",
            ),
            (
                "When the cart is empty, the button is disabled",
                "Conditional when[the cart is empty] then[the button is disabled]",
            ),
            (
                "A message is shown when the cart is empty",
                "Conditional when[the cart is empty] then[A message is shown]",
            ),
            (
                "The code is accepted only if the total is at least $50",
                "Conditional when[the total is at least $50] then[The code is accepted]",
            ),
            (
                "Once the order is paid, a receipt is sent",
                "Conditional when[the order is paid] then[a receipt is sent]",
            ),
            (
                "After the payment is confirmed, the order is shipped",
                "Conditional when[the payment is confirmed] then[the order is shipped]",
            ),
            (
                "The account is locked after 5 failed attempts",
                "Conditional when[5 failed attempts] then[The account is locked]",
            ),
            (
                "The order can be changed until it is shipped",
                "Conditional May then[The order can be changed] else[it is shipped]",
            ),
            (
                "If the total is over $50, shipping is free, otherwise it costs $5",
                "Conditional when[the total is over $50] then[shipping is free] else[it costs $5]",
            ),
            (
                "If the total is over $50, shipping is free. Otherwise it costs $5.",
                "Conditional when[the total is over $50] then[shipping is free] else[it costs $5]",
            ),
            (
                "If the code is valid and the cart is not empty, the price is reduced",
                "Conditional when[the code is valid + the cart is not empty] then[the price is reduced]",
            ),
            (
                "If the code is expired or the customer has used it, it is refused",
                "Conditional negative any when[the code is expired + the customer has used it] then[it is refused]",
            ),
            (
                "If the user enters a name and password, the account is created",
                "Conditional when[the user enters a name and password] then[the account is created]",
            ),
            (
                "If the user enters a name, email and password, the account is created",
                "Conditional when[the user enters a name, email and password] then[the account is created]",
            ),
            (
                "Whenever a file is deleted, its owner is notified",
                "Conditional when[a file is deleted] then[its owner is notified]",
            ),
            (
                "As soon as the order ships, an email is sent",
                "Conditional when[the order ships] then[an email is sent]",
            ),
        ],
        show,
    );
}

#[test]
fn requirements_and_plain_words() {
    table(
        &[
            ("The code must be unique", "Requirement then[The code must be unique]"),
            ("The code shall be unique", "Requirement then[The code shall be unique]"),
            (
                "The code should be unique",
                "Requirement Should then[The code should be unique]",
            ),
            (
                "The user may skip the step",
                "Requirement May then[The user may skip the step]",
            ),
            (
                "The user can skip the step",
                "Requirement May then[The user can skip the step]",
            ),
            (
                "The user cannot skip the step",
                "Requirement negative then[The user cannot skip the step]",
            ),
            (
                "The user must not skip the step",
                "Requirement negative then[The user must not skip the step]",
            ),
            (
                "Expired codes are refused",
                "Requirement negative then[Expired codes are refused]",
            ),
            (
                "Guests are not allowed to pay later",
                "Requirement negative then[Guests are not allowed to pay later]",
            ),
            (
                "The name has no more than 20 characters",
                "Requirement then[The name has no more than 20 characters]",
            ),
            ("Valid code", "Plain then[Valid code]"),
        ],
        show,
    );
}

#[test]
fn actions_of_criteria() {
    let show = |input: &str| {
        read_criterion(input)
            .criteria
            .first()
            .and_then(|c| c.action.as_ref())
            .map_or("-".to_owned(), show_action)
    };
    table(
        &[
            (
                "The customer can apply one code per order",
                "apply Redeem <code> +per order",
            ),
            (
                "Given a cart\nWhen I remove the last item\nThen the cart is empty",
                "remove Delete <last item>",
            ),
            (
                "Managers must approve leave requests within 3 days",
                "approve Transition <leave requests>",
            ),
            ("The system sends a receipt by email", "send Notify <receipt> +by email"),
            (
                "If the user enters an expired code, an error is shown",
                "enter Redeem <expired code>",
            ),
        ],
        show,
    );
}
