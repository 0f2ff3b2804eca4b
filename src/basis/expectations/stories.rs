//! Role, goal and benefit of the usual templates and of their variants.

use super::*;

fn show(story: &str) -> String {
    let parts = read(story, &[], "").story;
    format!(
        "{} | {} | {}",
        show_phrase(parts.role.as_ref()),
        show_phrase(parts.goal.as_ref()),
        show_phrase(parts.benefit.as_ref())
    )
}

#[test]
fn templates() {
    table(
        &[
            (
                "As a customer, I want to apply a discount code of up to 20 characters at checkout so that I pay less",
                "customer | apply a discount code of up to 20 characters at checkout | I pay less",
            ),
            (
                "As an admin, I want to delete inactive accounts, so that the list stays short.",
                "admin | delete inactive accounts | the list stays short",
            ),
            (
                "As the owner I want to see the monthly revenue",
                "owner | see the monthly revenue | -",
            ),
            (
                "As a user I would like to reset my password so that I can log in again.",
                "user | reset my password | I can log in again",
            ),
            (
                "As a registered customer I need to track my order",
                "registered customer | track my order | -",
            ),
            (
                "As a premium member of the gym, I can book a class up to 7 days ahead",
                "premium member of the gym | book a class up to 7 days ahead | -",
            ),
            (
                "As a nurse I wish to see the patient's allergies in order to avoid mistakes",
                "nurse | see the patient's allergies | avoid mistakes",
            ),
            (
                "As a teacher, I should be able to grade submissions",
                "teacher | grade submissions | -",
            ),
            (
                "As a driver I'd like to receive my route by SMS",
                "driver | receive my route by SMS | -",
            ),
            (
                "In order to save time, as a cashier, I want to scan coupons",
                "cashier | scan coupons | save time",
            ),
            (
                "In order to save time as a cashier I want to scan coupons",
                "cashier | scan coupons | save time",
            ),
            (
                "So that I never miss a bill, as a tenant I want to get a reminder by email",
                "tenant | get a reminder by email | I never miss a bill",
            ),
            (
                "So that my team is informed, I want to share the report",
                "- | share the report | my team is informed",
            ),
            (
                "Customers can cancel an order before it ships",
                "Customers | cancel an order before it ships | -",
            ),
            (
                "A librarian should be able to extend a loan by 14 days",
                "librarian | extend a loan by 14 days | -",
            ),
            (
                "Members must be able to opt out of the newsletter",
                "Members | opt out of the newsletter | -",
            ),
            (
                "I want to export my data as a CSV file so that I can keep a copy",
                "- | export my data as a CSV file | I can keep a copy",
            ),
            (
                "Allow customers to filter products by price",
                "customers | filter products by price | -",
            ),
            (
                "Let users reset their password by email",
                "users | reset their password by email | -",
            ),
            (
                "Enable managers to approve leave requests so that payroll is right",
                "managers | approve leave requests | payroll is right",
            ),
            (
                "Add a filter by price to the product list",
                "- | Add a filter by price to the product list | -",
            ),
            (
                "We need a way to archive old tickets",
                "- | a way to archive old tickets | -",
            ),
            (
                "The system shall send a receipt within 5 minutes after the payment",
                "- | send a receipt within 5 minutes after the payment | -",
            ),
            (
                "User story: As a guest, I want to check out without an account so that I save time.",
                "guest | check out without an account | I save time",
            ),
            ("US-101: As a guest I want to sign up", "guest | sign up | -"),
            (
                "As a user\nI want to upload a photo\nSo that my friends see it",
                "user | upload a photo | my friends see it",
            ),
            (
                "As a user,\nI want to upload a photo,\nso that my friends see it.",
                "user | upload a photo | my friends see it",
            ),
            (
                "AS A CUSTOMER, I WANT TO PAY BY CARD SO THAT I SAVE TIME",
                "CUSTOMER | PAY BY CARD | I SAVE TIME",
            ),
            (
                "as a user i want to delete my account so that my data is gone",
                "user | delete my account | my data is gone",
            ),
            (
                "As a user, I want to see “My orders” so that I’m informed",
                "user | see “My orders” | I’m informed",
            ),
            (
                "As a user who forgot the password, I want to reset it",
                "user who forgot the password | reset it | -",
            ),
            (
                "As a user, when I am logged in, I want to change my address",
                "user | change my address | -",
            ),
            (
                "As a manager I want my team to receive an email when a shift changes so they are informed",
                "manager | my team to receive an email when a shift changes | they are informed",
            ),
            (
                "As a shop owner I want the system to send an invoice because customers ask for it",
                "shop owner | the system to send an invoice | customers ask for it",
            ),
            (
                "As a user I want a dashboard so I can see my spending",
                "user | a dashboard | I can see my spending",
            ),
            (
                "As a user I want to be able to change my email address",
                "user | change my email address | -",
            ),
            (
                "As a user I want to have the option to hide my profile",
                "user | hide my profile | -",
            ),
            (
                "As a user so that I can plan my day I want to see the weather",
                "user | see the weather | I can plan my day",
            ),
            (
                "As a customer, I want to rate a product. So that others can choose better.",
                "customer | rate a product | others can choose better",
            ),
            (
                "As a(n) administrator, I want to lock an account",
                "administrator | lock an account | -",
            ),
            (
                "As users, we want to mute a conversation",
                "users | mute a conversation | -",
            ),
            (
                "As a **customer**, I want to **track my parcel** so that I am at home",
                "customer | track my parcel | I am at home",
            ),
        ],
        show,
    );
}

#[test]
fn criteria_inside_the_story_are_criteria_of_the_story() {
    let basis = read(
        "As a customer, I want to apply a discount code so that I pay less.\nAcceptance criteria:\n- The code has at most 20 characters\n- Expired codes are refused",
        &[],
        "",
    );
    assert_eq!(show_phrase(basis.story.goal.as_ref()), "apply a discount code");
    assert_eq!(show_phrase(basis.story.benefit.as_ref()), "I pay less");
    let statements: Vec<_> = basis
        .criteria
        .iter()
        .map(|c| (c.basis_id, c.statement.text.as_str()))
        .collect();
    assert_eq!(
        statements,
        [
            (BasisId::Story, "The code has at most 20 characters"),
            (BasisId::Story, "Expired codes are refused")
        ]
    );
}

#[test]
fn requirements_after_the_story_are_criteria_of_the_story() {
    let basis = read(
        "As a user, I want to upload a photo so that friends see it. The photo must be smaller than 5 MB.",
        &[],
        "",
    );
    assert_eq!(show_phrase(basis.story.benefit.as_ref()), "friends see it");
    assert_eq!(basis.criteria.len(), 1);
    assert_eq!(basis.criteria[0].statement.text, "The photo must be smaller than 5 MB");
}

#[test]
fn items_have_their_ids_and_texts() {
    let basis = read("As a user, I want to log in", &["One", "Two"], "PIN: a number");
    let items: Vec<_> = basis
        .items
        .iter()
        .map(|item| (item.id.to_string(), item.text.as_str()))
        .collect();
    assert_eq!(
        items,
        [
            ("STORY".to_owned(), "As a user, I want to log in"),
            ("AC-1".to_owned(), "One"),
            ("AC-2".to_owned(), "Two")
        ]
    );
    assert_eq!(basis.text(BasisId::Context), "PIN: a number");
}

#[test]
fn languages() {
    let other = [
        "Als Kunde möchte ich einen Rabattcode eingeben, damit ich weniger bezahle",
        "En tant que client, je veux appliquer un code de réduction afin de payer moins",
        "Como cliente, quiero aplicar un código de descuento para pagar menos",
        "Come cliente, voglio applicare un codice sconto per pagare meno",
        "بصفتي عميلاً أريد إدخال رمز الخصم حتى أدفع أقل",
        "作为客户，我想在结账时使用折扣码，以便少付钱",
        "एक ग्राहक के रूप में, मैं छूट कोड लागू करना चाहता हूँ ताकि मैं कम भुगतान करूँ",
        "Als klant wil ik een kortingscode gebruiken zodat ik minder betaal",
        "Jako klient chcę wpisać kod rabatowy, aby zapłacić mniej",
        "Como usuário, quero redefinir minha senha para voltar a entrar",
    ];
    for story in other {
        let basis = read(story, &["20 Zeichen"], "");
        assert_eq!(basis.language, Language::Other, "{story}");
        assert_eq!(basis.items.len(), 2);
        assert!(
            basis.literals.is_empty() && basis.criteria.is_empty() && basis.story.goal.is_none(),
            "{story}"
        );
        assert_eq!(
            basis.findings.iter().map(|f| f.code).collect::<Vec<_>>(),
            ["LANGUAGE_NOT_READ"]
        );
    }
    let english = [
        "Add a filter by price",
        "Delete inactive accounts",
        "Export invoices",
        "Customers filter products",
        "Let users log in with Google OAuth2",
        "Rename GmbH fields",
        "As a customer in München, I want to pay with Überweisung so that I can order",
    ];
    for story in english {
        assert_eq!(read(story, &[], "").language, Language::English, "{story}");
    }
}
