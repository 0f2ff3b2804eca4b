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
            "shorter than 3 characters | terms 3..* characters Length",
        ),
        (
            "Comments of more than 280 characters are cut off",
            "more than 280 characters | Comments *..280 characters Length",
        ),
        ("Files over 5MB are rejected", "over 5MB | Files *..5 MB DataSize"),
        ("Users under 13 are rejected", "under 13 | Users 13..* years Age"),
        (
            "The user cannot pay more than 10,000 USD per day",
            "more than 10,000 USD | user *..10000 USD Money",
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
            "up to 24 hours | Bookings *..24 hours Duration",
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
