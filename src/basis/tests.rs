#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::story::Limits;

fn basis_of(story: &str, criteria: &[&str]) -> TestBasis {
    let criteria: Vec<String> = criteria.iter().map(ToString::to_string).collect();
    let limits = Limits {
        min_story_chars: 1,
        ..Limits::default()
    };
    parse(&UserStory::new(story, &criteria, "", &limits).unwrap())
}

/// `role | goal verb class object [circumstances] | benefit`.
fn parts(story: &str) -> String {
    let basis = basis_of(story, &[]);
    let text = |phrase: &Option<Phrase>| phrase.as_ref().map_or("-".to_owned(), |phrase| phrase.text.clone());
    let actions: Vec<String> = basis
        .story
        .actions
        .iter()
        .map(|action| {
            format!(
                "{} {:?} {:?} {:?}",
                action.verb, action.class, action.object, action.circumstances
            )
        })
        .collect();
    format!(
        "{} | {} | {}",
        text(&basis.story.role),
        actions.join("; "),
        text(&basis.story.benefit)
    )
}

fn limits(story: &str) -> Vec<String> {
    let basis = basis_of(story, &[]);
    basis
        .limits()
        .map(|(limit, span)| {
            assert!(!basis.words(span).is_empty());
            let bound = |bound: Option<Bound>| {
                bound.map_or("*".to_owned(), |bound| {
                    format!("{}{}", bound.value, if bound.inclusive { "" } else { "!" })
                })
            };
            format!(
                "{}: {}..{} {} {:?}",
                limit.subject,
                bound(limit.lower),
                bound(limit.upper),
                limit.unit,
                limit.dimension
            )
        })
        .collect()
}

#[test]
fn stories_of_many_templates_are_taken_apart() {
    for (story, expected) in [
        (
            "As a customer, I want to apply a discount code of up to 20 characters at checkout so that I pay less",
            r#"customer | apply Redeem "discount code" ["at checkout"] | I pay less"#,
        ),
        (
            "As a registered customer I want to filter products by price, brand and rating so that I find them sooner.",
            r#"registered customer | filter Filter "products" ["by price, brand and rating"] | I find them sooner"#,
        ),
        (
            "As an admin, I can delete user accounts",
            r#"admin | delete Delete "user accounts" [] | -"#,
        ),
        (
            "In order to save time, as a nurse, I want to view my shift plan",
            r#"nurse | view Read "shift plan" [] | save time"#,
        ),
        (
            "As a manager, I want to create, edit and delete invoices so that the books are right",
            r#"manager | create Create "invoices" []; edit Update "invoices" []; delete Delete "invoices" [] | the books are right"#,
        ),
        (
            "Allow customers to reset their password by email",
            r#"customers | reset Authenticate "password" ["by email"] | -"#,
        ),
        (
            "As a user, I want to log in with my email address and password",
            r#"user | log in Authenticate "" ["with my email address and password"] | -"#,
        ),
        (
            "As a patient, I would like to be able to cancel an appointment",
            r#"patient | cancel Delete "appointment" [] | -"#,
        ),
        (
            "Add a filter by price to the product list",
            r#"- | add Create "filter" ["by price", "to the product list"] | -"#,
        ),
    ] {
        assert_eq!(parts(story), expected, "{story}");
    }
}

#[test]
fn limits_have_their_side_their_subject_and_their_unit() {
    for (story, expected) in [
        (
            "As a customer, I want to apply a discount code of up to 20 characters",
            "discount code: *..20 characters Length",
        ),
        (
            "The password must be at least 8 characters long.",
            "password: 8..* characters Length",
        ),
        (
            "As a guest I want to book a table for between 1 and 10 guests",
            "guests: 1..10 guests Count",
        ),
        (
            "The system shall refuse codes longer than 20 characters.",
            "codes: *..20 characters Length",
        ),
        (
            "Orders under $50 are not eligible for free delivery.",
            "Orders: 50..* $ Money",
        ),
        ("As a user I want to upload up to 5 photos", "photos: *..5 photos Count"),
        (
            "The account is locked after 5 failed attempts.",
            "failed attempts: *..5 failed attempts Count",
        ),
        (
            "The room temperature can be set from 5 to 30 °C.",
            "room temperature: 5..30 °C Measure",
        ),
        (
            "The link is valid for no more than 24 hours.",
            "link: *..24 hours Duration",
        ),
    ] {
        assert_eq!(limits(story), [expected], "{story}");
    }
    assert_eq!(
        limits("As a user, I want AC-2 and OAuth2 to work 24/7 with 3D views"),
        Vec::<String>::new()
    );
}

#[test]
fn criteria_are_read_by_their_form() {
    let basis = basis_of(
        "As a customer, I want to pay by card",
        &[
            "Given a full cart\nWhen I pay with an expired card\nThen the payment is refused",
            "If the amount is over 100 then a PIN is asked for, otherwise it is not",
            "- The receipt must be sent by email.\n- A receipt is never sent twice.",
        ],
    );
    let shown: Vec<String> = basis
        .criteria
        .iter()
        .map(|criterion| {
            let words = |phrases: &[Phrase]| {
                phrases
                    .iter()
                    .map(|phrase| phrase.text.as_str())
                    .collect::<Vec<_>>()
                    .join("+")
            };
            format!(
                "{} {:?} [{}] [{}] [{}] {}",
                criterion.basis_id,
                criterion.form,
                words(&criterion.given),
                words(&criterion.when),
                words(&criterion.then),
                criterion.negative
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "AC-1 GivenWhenThen [a full cart] [I pay with an expired card] [the payment is refused] true",
            "AC-2 Conditional [] [the amount is over 100] [a PIN is asked for] false",
            "AC-3 Requirement [] [] [The receipt must be sent by email] false",
            "AC-3 Requirement [] [] [A receipt is never sent twice] true",
        ]
    );
    assert_eq!(basis.criteria[1].otherwise.as_ref().unwrap().text, "it is not");
}

#[test]
fn other_languages_are_not_read() {
    for story in [
        "Als Kunde möchte ich einen Gutschein einlösen, damit ich weniger bezahle",
        "En tant que client, je veux appliquer un code promo afin de payer moins",
        "Como cliente quiero aplicar un código de descuento para pagar menos",
        "بصفتي عميلاً أريد تطبيق رمز الخصم حتى أدفع أقل",
        "作为客户，我想在结账时使用折扣码，以便少付钱",
    ] {
        assert_eq!(basis_of(story, &[]).language, Language::Other, "{story}");
    }
    for story in [
        "Add a filter by price",
        "Allow customers to pay",
        "As a user, I want to log in",
    ] {
        assert_eq!(basis_of(story, &[]).language, Language::English, "{story}");
    }
}

#[test]
fn a_vague_wish_blocks_and_a_vague_word_asks() {
    let blocked = |story: &str| {
        basis_of(story, &[])
            .questions
            .iter()
            .any(|question| question.blocks_everything)
    };
    assert!(blocked("As a user, I want the app to be better so that I am happy"));
    assert!(!blocked(
        "As a user, I want fast search results so that I find products"
    ));
    let basis = basis_of("As a user, I want to search products fast so that I save time", &[]);
    assert!(
        basis.questions[0].text.contains("within how many seconds"),
        "{:?}",
        basis.questions
    );
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(story in "\\PC{1,300}", criterion in "[ -~\\n€°é“”]{1,200}") {
        let basis = basis_of(&format!("x{story}"), &[&format!("x{criterion}")]);
        for literal in &basis.literals {
            proptest::prop_assert!(!basis.words(literal.span).is_empty());
        }
    }
}

#[test]
fn a_unit_whose_slash_nothing_follows_ends_at_the_text() {
    for criterion in ["x(0g/", "At most 5 km/", "At most 5 km/ "] {
        let basis = basis_of("As a driver, I want to see my speed", &[criterion]);
        for literal in &basis.literals {
            assert!(!basis.words(literal.span).is_empty(), "{criterion}: {literal:?}");
        }
    }
}
