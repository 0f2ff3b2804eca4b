//! Tables of hard readings: limits with their side, and lists, as criteria write them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::story::Limits;

fn criterion(text: &str) -> TestBasis {
    parse(
        &UserStory::new(
            "As a user I want to register so that I can use it",
            &[text.to_owned()],
            "",
            &Limits::default(),
        )
        .unwrap(),
    )
}

/// `words | subject lower..upper unit dimension`, where `!` marks a bound that is not allowed itself.
fn limit(text: &str) -> String {
    let basis = criterion(text);
    let shown: Vec<String> = basis
        .limits()
        .map(|(limit, span)| {
            let bound = |bound: Option<Bound>| {
                bound.map_or("*".to_owned(), |bound| {
                    format!("{}{}", bound.value, if bound.inclusive { "" } else { "!" })
                })
            };
            format!(
                "{} | {} {}..{} {} {:?}",
                basis.words(span),
                limit.subject,
                bound(limit.lower),
                bound(limit.upper),
                limit.unit,
                limit.dimension
            )
        })
        .collect();
    shown.join("; ")
}

#[test]
fn a_limit_keeps_what_is_allowed() {
    for (text, expected) in [
        (
            "Search terms shorter than 3 characters are ignored",
            "shorter than 3 characters | Search terms 3..* characters Length",
        ),
        (
            "Comments of more than 280 characters are cut off",
            "more than 280 characters | Comments *..280 characters Length",
        ),
        ("Files over 5MB are rejected", "over 5MB | Files *..5 MB DataSize"),
        ("Users under 13 are rejected", "under 13 | Users 13..* years Age"),
        (
            "The user cannot pay more than 10,000 USD per day",
            "more than 10,000 USD | amount to pay *..10000 USD Money",
        ),
        (
            "The password must be at least 8 characters long and must not contain spaces",
            "at least 8 characters | password 8..* characters Length",
        ),
        (
            "A code of up to 20 characters is applied, otherwise it is refused",
            "up to 20 characters | code *..20 characters Length",
        ),
        (
            "If the code is longer than 20 characters, an error is shown",
            "longer than 20 characters | code *..20 characters Length",
        ),
        (
            "Codes with 21 or more characters are refused",
            "21 or more characters | Codes *..21! characters Length",
        ),
        ("Orders above $100 need approval", "above $100 | Orders 100!..* $ Money"),
    ] {
        assert_eq!(limit(text), expected, "{text}");
    }
}

#[test]
fn a_limit_names_what_it_bounds() {
    for (text, expected) in [
        (
            "Refunds should be possible within 30 days",
            "within 30 days | Refunds *..30 days Duration",
        ),
        ("Users must be aged 18 or over", "18 or over | Users 18..* years Age"),
        (
            "Cards older than 3 years are not accepted",
            "older than 3 years | Cards *..3 years Duration",
        ),
        (
            "Maximum file size: 25 MB",
            "Maximum file size: 25 MB | file size *..25 MB DataSize",
        ),
        (
            "The minimum order value is €20",
            "minimum order value is €20 | order value 20..* € Money",
        ),
        (
            "At most 3 devices can be linked",
            "At most 3 devices | devices *..3 devices Count",
        ),
        (
            "The page must load within 2 seconds",
            "within 2 seconds | page *..2 seconds Duration",
        ),
        (
            "Bookings can be cancelled up to 24 hours before",
            "up to 24 hours | Bookings 24..* hours Duration",
        ),
    ] {
        assert_eq!(limit(text), expected, "{text}");
    }
}

#[test]
fn dates_times_and_numbers_of_lines_are_no_values() {
    for text in [
        "The event starts on 2026-12-31 at 10:30",
        "1. Share by link.",
        "Version 1.2.3 is shown",
        "It runs 24/7",
    ] {
        let basis = criterion(text);
        let number = |literal: &&Literal| matches!(literal.kind, LiteralKind::Limit(_) | LiteralKind::Quantity(_));
        assert_eq!(basis.literals.iter().filter(number).count(), 0, "{text}");
    }
}

#[test]
fn a_list_is_its_members() {
    let lists = |text: &str| {
        let basis = criterion(text);
        let members = basis.literals.iter().filter_map(|literal| match &literal.kind {
            LiteralKind::Enumeration(list) => Some(
                list.members
                    .iter()
                    .map(|member| member.text.clone())
                    .collect::<Vec<_>>()
                    .join("+"),
            ),
            _ => None,
        });
        members.collect::<Vec<_>>().join("; ")
    };
    for (text, expected) in [
        ("Supported formats: PDF, DOCX, TXT", "PDF+DOCX+TXT"),
        (
            "The form asks for phone number, IBAN and postcode",
            "phone number+IBAN+postcode",
        ),
        ("Products are filtered by price, brand and rating", "price+brand+rating"),
        ("Payment by e.g. Visa or Mastercard", "Visa+Mastercard"),
        ("If the code is expired or the cart is empty, nothing happens", ""),
        ("Orders of 100 EUR or more ship free", ""),
    ] {
        assert_eq!(lists(text), expected, "{text}");
    }
}

fn acts(story: &str) -> Vec<String> {
    let basis = parse(&UserStory::new(story, &[], "", &Limits::default()).unwrap());
    let acts = basis.story.actions.iter();
    acts.map(|act| format!("{} {:?} [{}] {:?}", act.verb, act.class, act.object, act.circumstances))
        .collect()
}

#[test]
fn each_clause_of_a_goal_is_an_act() {
    for (story, expected) in [
        (
            "As a user, I want to apply filters and sort orders so that I find things",
            &["apply Filter [filters] []", "sort Filter [orders] []"][..],
        ),
        (
            "As an accountant, I want to create an invoice and send it to the client so that I get paid",
            &["create Create [invoice] []", "send Share [invoice] [\"to the client\"]"],
        ),
        (
            "As a user, I want to upload up to 5 photos of at most 10 MB each so that others see them",
            &["upload Upload [photos] []"],
        ),
        (
            "We need a way to check out as a guest",
            &["check out Pay [] [\"as a guest\"]"],
        ),
        (
            "The system shall send a reminder email 24 hours before the appointment",
            &["send Notify [reminder email] [\"before the appointment\"]"],
        ),
        (
            "As a user, I want to opt out of marketing emails",
            &["opt out of Configure [marketing emails] []"],
        ),
        (
            "As a customer, I want to view my orders and invoices so that I know them",
            &["view Read [orders and invoices] []"],
        ),
        (
            "As a customer, I want to book a room for 2 to 6 guests",
            &["book Create [room] []"],
        ),
    ] {
        assert_eq!(acts(story), expected, "{story}");
    }
}

#[test]
fn a_criterion_names_its_act_and_its_exception() {
    let act = |text: &str| {
        let basis = criterion(text);
        basis.criteria[0]
            .action
            .as_ref()
            .map_or_else(String::new, |act| format!("{} [{}]", act.verb, act.object))
    };
    for (text, expected) in [
        ("Search terms shorter than 3 characters are ignored", ""),
        ("Cards older than 3 years are not accepted", "accept []"),
        ("Refunds should be possible within 30 days", ""),
        ("Admins may refund payments", "refund [payments]"),
        ("Only the admin can delete users", "delete [users]"),
    ] {
        assert_eq!(act(text), expected, "{text}");
    }
    let unless = &criterion("Unless the order is paid, it is cancelled").criteria[0];
    assert_eq!(unless.otherwise.as_ref().unwrap().text, "the order is paid");
    assert_eq!(unless.then[0].text, "it is cancelled");
    assert!(!unless.negative);
    let basis = criterion("If the code is expired, the discount is refused; otherwise it is applied");
    assert_eq!(basis.criteria.len(), 1);
    assert_eq!(basis.criteria[0].otherwise.as_ref().unwrap().text, "it is applied");
    assert!(!criterion("The password must not exceed 64 characters").criteria[0].negative);
}

#[test]
fn a_date_has_an_iso_form_where_it_is_plain() {
    for (text, words, iso) in [
        ("It ends on 2026-12-31 at noon", "2026-12-31", Some("2026-12-31")),
        ("It ends on 31 December 2026", "31 December 2026", Some("2026-12-31")),
        ("It ends on December 31, 2026", "December 31, 2026", Some("2026-12-31")),
        ("It ends on 31/12/2026", "31/12/2026", Some("2026-12-31")),
        ("It ends on 05/06/2026", "05/06/2026", None),
    ] {
        let basis = criterion(text);
        let dates: Vec<_> = basis
            .literals
            .iter()
            .filter_map(|literal| match &literal.kind {
                LiteralKind::Date(iso) => Some((basis.words(literal.span), iso.as_deref())),
                _ => None,
            })
            .collect();
        assert_eq!(dates, [(words, iso)], "{text}");
    }
}

#[test]
fn a_transition_says_what_changes() {
    let basis = criterion("An editor can move an article from draft to published");
    assert!(basis.literals.iter().any(|literal| literal.kind
        == LiteralKind::Transition {
            of: "article".to_owned(),
            from: "draft".to_owned(),
            to: "published".to_owned(),
        }));
}

/// `of: from > to` for each transition that is read.
fn transitions(text: &str) -> String {
    let basis = criterion(text);
    let shown = basis.literals.iter().filter_map(|literal| match &literal.kind {
        LiteralKind::Transition { of, from, to } => Some(format!("{of}: {from} > {to}")),
        _ => None,
    });
    shown.collect::<Vec<_>>().join("; ")
}

#[test]
fn transitions_are_read_between_states_and_after_verbs_of_change() {
    for (text, expected) in [
        (
            "A document goes from draft to in review and from in review to published.",
            "document: draft > in review; document: in review > published",
        ),
        ("A parcel moves from sorted to loaded", "parcel: sorted > loaded"),
        ("The ticket changes from open to closed", "ticket: open > closed"),
        (
            "Order status: new → paid → shipped",
            "order: new > paid; order: paid > shipped",
        ),
        (
            "Draft -> In review -> Published",
            ": draft > in review; : in review > published",
        ),
        (
            "A task goes from \"To do\" to \"In progress\" and then to \"Done\"",
            "task: to do > in progress; task: in progress > done",
        ),
        (
            "An application moves from submitted to approved or rejected",
            "application: submitted > approved; application: submitted > rejected",
        ),
        (
            "An issue changes from open to in progress when somebody is assigned",
            "issue: open > in progress",
        ),
    ] {
        assert_eq!(transitions(text), expected, "{text}");
    }
}

#[test]
fn ranges_routes_and_places_are_no_transitions() {
    for text in [
        "A rating goes from 1 to 5 stars",
        "The route goes from Berlin to Paris",
        "An item moves from the cart to the wish list",
        "Money is transferred from checking to savings",
        "The user moves from page to page",
        "The list scrolls from top to bottom",
        "The file is copied from disk to memory",
    ] {
        assert_eq!(transitions(text), "", "{text}");
    }
}

#[test]
fn roles_besides_the_own_one_are_named() {
    let basis = parse(
        &UserStory::new(
            "As an admin, I want to import customers from a file",
            &["Only an admin or a supervisor can delete the file".to_owned()],
            "",
            &Limits::default(),
        )
        .unwrap(),
    );
    let roles: Vec<&str> = basis
        .literals
        .iter()
        .filter(|literal| matches!(literal.kind, LiteralKind::Role(_)))
        .map(|literal| basis.words(literal.span))
        .collect();
    assert_eq!(roles, ["supervisor"]);
}

#[test]
fn further_sentences_and_lists_of_a_story_are_criteria() {
    for (story, expected) in [
        (
            "As a member, I want to book a court. Bookings can be cancelled up to 24 hours before. So that I can play",
            &["Bookings can be cancelled up to 24 hours before"][..],
        ),
        (
            "As a member, I want to book a court\n- Only admins can delete bookings\n- At most 3 bookings",
            &["Only admins can delete bookings", "At most 3 bookings"],
        ),
        ("As a member, I want to book a court so that I can play.", &[]),
    ] {
        let basis = parse(&UserStory::new(story, &[], "", &Limits::default()).unwrap());
        let statements: Vec<&str> = basis
            .criteria
            .iter()
            .map(|criterion| basis.words(criterion.statement.span))
            .collect();
        assert_eq!(statements, expected, "{story}");
        assert_eq!(basis.main_action().unwrap().verb, "book", "{story}");
    }
}

#[test]
fn a_question_names_what_the_vague_word_is_about() {
    let basis = parse(
        &UserStory::new(
            "As a user, I want a nice and modern UI so that I enjoy it",
            &[],
            "",
            &Limits::default(),
        )
        .unwrap(),
    );
    let texts: Vec<&str> = basis.questions.iter().map(|question| question.text.as_str()).collect();
    assert!(basis.questions[0].blocks_everything);
    assert!(
        texts.contains(&"What would a tester see if the UI were \"modern\"?"),
        "{texts:?}"
    );
}

#[test]
fn a_conflict_is_told_once_for_each_thing() {
    let many = criterion("At most 4 seats, up to 6 seats, up to 7 seats, up to 8 seats");
    let conflicts = many
        .findings
        .iter()
        .filter(|finding| finding.code == "CRITERIA_CONFLICT")
        .count();
    assert_eq!(conflicts, 1);
}
