//! Literals other than limits.

use super::*;

fn of(input: &str, wanted: fn(&LiteralKind) -> Option<String>) -> String {
    show_literals(&read_criterion(input), wanted)
}

#[test]
fn quoted_text() {
    let show = |input: &str| {
        of(input, |kind| match kind {
            LiteralKind::Quoted(text) => Some(text.clone()),
            _ => None,
        })
    };
    table(
        &[
            ("The message \"Code expired\" is shown", "Code expired"),
            ("The message “Code expired” is shown", "Code expired"),
            ("The message 'Code expired' is shown", "Code expired"),
            ("The message ‘Code expired’ is shown", "Code expired"),
            ("The message «Code expired» is shown", "Code expired"),
            ("The user's orders and the shop's stock don't change", ""),
            ("The users' orders and the shops' stock", ""),
            ("It shows \"Yes\" or \"No\"", "Yes & No"),
            ("The message 'It's too late' is shown", "It's too late"),
        ],
        show,
    );
}

#[test]
fn enumerations() {
    let show = |input: &str| {
        of(input, |kind| match kind {
            LiteralKind::Enumeration(e) => Some(format!(
                "{}({}){}",
                e.subject,
                e.members.iter().map(|m| m.text.as_str()).collect::<Vec<_>>().join(","),
                if e.open { " open" } else { "" }
            )),
            _ => None,
        })
    };
    table(
        &[
            ("The formats PDF, PNG or JPG are accepted", "formats(PDF,PNG,JPG)"),
            ("The file is a PDF, PNG or JPG", "file(PDF,PNG,JPG)"),
            ("The file type is either PDF or PNG", "file type(PDF,PNG)"),
            (
                "Payment methods such as PayPal and credit card are offered",
                "Payment methods(PayPal,credit card) open",
            ),
            (
                "Colours, e.g. red, green or blue, can be chosen",
                "Colours(red,green,blue) open",
            ),
            ("PDF/PNG/JPG files are accepted", "files(PDF,PNG,JPG)"),
            ("The user is informed by email or SMS", "(email,SMS)"),
            ("The priority can be low, medium or high", "priority(low,medium,high)"),
        ],
        show,
    );
}

#[test]
fn dates_and_times() {
    let show = |input: &str| {
        of(input, |kind| match kind {
            LiteralKind::Date(date) => Some(date.clone().unwrap_or_else(|| "?".to_owned())),
            LiteralKind::Time(time) => Some(time.clone()),
            _ => None,
        })
    };
    table(
        &[
            ("The sale ends on 2025-12-31", "2025-12-31"),
            ("The sale ends on 31 December 2025", "2025-12-31"),
            ("The sale ends on December 31, 2025", "2025-12-31"),
            ("The sale ends on Dec 31", "?"),
            ("The sale ends on 31.12.2025", "2025-12-31"),
            ("The office opens at 9 am", "09:00"),
            ("The office closes at 5:30 p.m.", "17:30"),
            ("The office closes at 17:30", "17:30"),
            ("The office is open from 9am to 5pm", "09:00 & 17:00"),
            ("The job runs at noon", "12:00"),
            ("The job runs at midnight", "00:00"),
            ("The user may change it", ""),
        ],
        show,
    );
}

#[test]
fn states_and_transitions() {
    let show = |input: &str| {
        of(input, |kind| match kind {
            LiteralKind::State { state, of } => Some(format!("{state}/{of}")),
            LiteralKind::Transition { of, from, to } => Some(format!("{of}:{from}>{to}")),
            _ => None,
        })
    };
    table(
        &[
            ("The order is marked as shipped", "shipped/order"),
            ("Expired codes are refused", "expired/code"),
            ("Only pending requests can be approved", "pending/request"),
            ("The status of the order is pending", "pending/order"),
            ("The article moves from draft to published", "article:draft>published"),
            ("A ticket goes from open to closed", "ticket:open>closed"),
        ],
        show,
    );
}

#[test]
fn roles() {
    let show = |input: &str| {
        of(input, |kind| match kind {
            LiteralKind::Role(role) => Some(role.clone()),
            _ => None,
        })
    };
    table(
        &[
            ("Only admins can delete accounts", "admin"),
            ("The store manager approves the request", "manager"),
            ("Guests cannot see prices", "guest"),
            ("The customer sees the price", ""),
            ("The number is shown in the header", ""),
            ("The reviewer can reject the article", "reviewer"),
        ],
        show,
    );
}

#[test]
fn formats_and_fields() {
    let formats = |input: &str| {
        of(input, |kind| match kind {
            LiteralKind::Format(format) => Some(format!("{format:?}")),
            _ => None,
        })
    };
    table(
        &[
            ("The user enters an email address", "Email"),
            ("The phone number is checked", "Phone"),
            ("The URL must be reachable", "Url"),
            ("The IBAN is checked", "Iban"),
            ("The postcode is checked", "Postcode"),
            ("The ZIP code is checked", "Postcode"),
            ("The password is checked", "Password"),
            ("The card number is checked", "CardNumber"),
            ("The PIN is checked", "Pin"),
            ("The one-time code is checked", "Pin"),
            ("The user name is checked", "Username"),
            ("The date of birth is checked", "Date"),
            ("An email is sent to the customer", ""),
        ],
        formats,
    );
    let fields = |input: &str| {
        of(input, |kind| match kind {
            LiteralKind::Field { name, required } => Some(format!("{name}:{required:?}")),
            _ => None,
        })
    };
    table(
        &[
            (
                "Name, email and password are required",
                "name:Some(true) & email:Some(true) & password:Some(true)",
            ),
            ("The comment is optional", "comment:Some(false)"),
            ("An optional comment can be added", "comment:Some(false)"),
            ("The delivery address is mandatory", "delivery address:Some(true)"),
            ("The user enters the delivery address", "delivery address:None"),
        ],
        fields,
    );
}

#[test]
fn vague_words() {
    let show = |input: &str| {
        let basis = read(input, &[], "");
        show_literals(&basis, |kind| match kind {
            LiteralKind::Vague(word) => Some(word.clone()),
            _ => None,
        })
    };
    table(
        &[
            ("As a user, I want a fast search so that I find products", "fast"),
            ("As a user, I want to order fast food so that I can eat", ""),
            (
                "As a user, I want an intuitive and user-friendly form",
                "intuitive & user-friendly",
            ),
            ("As a user, I want to export PDF, CSV, etc.", "etc."),
            ("As a user, I want to see the price and/or the discount", "and/or"),
            ("As a user, I want a limit of TBD characters", "tbd"),
            ("As a user, I want to see my recent orders", "recent"),
            ("As a user, I want relevant results", "relevant"),
            ("As a user, I want to be informed as needed", "as needed"),
            ("As a user, I want to upload several photos", "several"),
        ],
        show,
    );
}

#[test]
fn glossary_terms() {
    let context = "Cart: what the customer is about to buy\nSKU - stock keeping unit\nVIP = a customer with 10 orders\n\"Net price\" means the price without tax\nSee also: https://example.com/a\nPrices are shown in euros.";
    let basis = read("As a customer, I want to see my cart", &[], context);
    let terms: Vec<_> = basis
        .glossary
        .iter()
        .map(|term| (term.term.as_str(), term.meaning.as_str()))
        .collect();
    assert_eq!(
        terms,
        [
            ("Cart", "what the customer is about to buy"),
            ("SKU", "stock keeping unit"),
            ("VIP", "a customer with 10 orders"),
            ("Net price", "the price without tax"),
        ]
    );
    for term in &basis.glossary {
        assert!(basis.words(term.span).contains(&term.term), "{term:?}");
    }
}
