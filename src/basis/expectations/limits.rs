//! Limits: comparators, ranges, units, subjects, steps. Shown as `subject|dimension|range|unit|step`.

use super::*;

fn show(criterion: &str) -> String {
    show_limits(&read_criterion(criterion))
}

#[test]
fn comparators_before_the_number() {
    table(
        &[
            (
                "The title has at least 3 characters",
                "title|Length|>=3 ..|characters|1",
            ),
            (
                "The title has at most 80 characters",
                "title|Length|.. <=80|characters|1",
            ),
            (
                "The title can have up to 80 characters",
                "title|Length|.. <=80|characters|1",
            ),
            (
                "The title has no more than 80 characters",
                "title|Length|.. <=80|characters|1",
            ),
            (
                "The title has not more than 80 characters",
                "title|Length|.. <=80|characters|1",
            ),
            (
                "The title has a minimum of 3 characters",
                "title|Length|>=3 ..|characters|1",
            ),
            (
                "The title has a maximum of 80 characters",
                "title|Length|.. <=80|characters|1",
            ),
            ("Title: max. 80 characters", "Title|Length|.. <=80|characters|1"),
            (
                "The title must be shorter than 80 characters",
                "title|Length|.. <80|characters|1",
            ),
            (
                "The title must be longer than 3 characters",
                "title|Length|>3 ..|characters|1",
            ),
            (
                "The title must not be longer than 80 characters",
                "title|Length|.. <=80|characters|1",
            ),
            (
                "The title must not exceed 80 characters",
                "title|Length|.. <=80|characters|1",
            ),
            (
                "The title cannot be longer than 80 characters",
                "title|Length|.. <=80|characters|1",
            ),
            (
                "The title is no longer than 80 characters",
                "title|Length|.. <=80|characters|1",
            ),
            ("The photo must be smaller than 5 MB", "photo|DataSize|.. <5|MB|0.1"),
            ("The file size is ≤ 20 MB", "file size|DataSize|.. <=20|MB|0.1"),
            ("The quantity must be >= 5", "quantity|Number|>=5 ..||1"),
            ("The total must be more than $10", "total|Money|>10 ..|$|0.01"),
            ("The PIN has exactly 4 digits", "PIN|Length|>=4 <=4|digits|1"),
            ("The order total must be over €25", "order total|Money|>25 ..|€|0.01"),
            ("The upload is limited to 10 files", "files|Count|.. <=10|files|1"),
            ("The minimum order value is $20", "order value|Money|>=20 ..|$|0.01"),
            ("Maximum file size is 10 MB", "file size|DataSize|.. <=10|MB|0.1"),
            (
                "The comment may have at most 1,000 characters",
                "comment|Length|.. <=1000|characters|1",
            ),
        ],
        show,
    );
}

#[test]
fn comparators_after_the_number_and_ranges() {
    table(
        &[
            (
                "The password has 8 or more characters",
                "password|Length|>=8 ..|characters|1",
            ),
            ("A booking is for 10 guests or fewer", "guests|Count|.. <=10|guests|1"),
            (
                "The password is 8 to 64 characters long",
                "password|Length|>=8 <=64|characters|1",
            ),
            (
                "The password is 8-64 characters long",
                "password|Length|>=8 <=64|characters|1",
            ),
            (
                "The password is 8–64 characters long",
                "password|Length|>=8 <=64|characters|1",
            ),
            (
                "The password must have between 8 and 64 characters",
                "password|Length|>=8 <=64|characters|1",
            ),
            ("A rating is from 1 to 5", "rating|Number|>=1 <=5||1"),
            ("The rating must be between 1 and 5", "rating|Number|>=1 <=5||1"),
            (
                "The temperature can be set between 5 and 30 °C",
                "temperature|Measure|>=5 <=30|°C|1",
            ),
            ("The amount is from $5 to $500", "amount|Money|>=5 <=500|$|0.01"),
            ("The discount is between 5% and 50%", "discount|Percentage|>=5 <=50|%|1"),
            ("Customers must be 18 years or older", "Customers|Age|>=18 ..|years|1"),
            (
                "Customers must be at least 18 years old",
                "Customers|Age|>=18 ..|years|1",
            ),
            (
                "A transfer is 10,000 euros or less",
                "transfer|Money|.. <=10000|euros|0.01",
            ),
        ],
        show,
    );
}

#[test]
fn numbers_in_words_decimals_and_units() {
    table(
        &[
            (
                "A user can add at most three addresses",
                "addresses|Count|.. <=3|addresses|1",
            ),
            ("A box holds up to a dozen eggs", "eggs|Count|.. <=12|eggs|1"),
            (
                "The list shows at most twenty-five entries",
                "entries|Count|.. <=25|entries|1",
            ),
            ("The weight is at most 2.5 kg", "weight|Measure|.. <=2.5|kg|0.1"),
            ("The price is at least $0.50", "price|Money|>=0.5 ..|$|0.01"),
            ("The fee is at most 1.25 %", "fee|Percentage|.. <=1.25|%|0.01"),
            ("The amount is at most 50 euros", "amount|Money|.. <=50|euros|0.01"),
            ("The amount is at most 50 EUR", "amount|Money|.. <=50|EUR|0.01"),
            ("The amount is at most £1,000.50", "amount|Money|.. <=1000.5|£|0.01"),
            ("The archive is at most 2 GB", "archive|DataSize|.. <=2|GB|0.1"),
            ("The icon is at most 512 KB", "icon|DataSize|.. <=512|KB|1"),
            ("The distance is at most 20 km", "distance|Measure|.. <=20|km|1"),
            ("The summary has at most 200 words", "summary|Length|.. <=200|words|1"),
            ("The file is at most 20MB", "file|DataSize|.. <=20|MB|0.1"),
        ],
        show,
    );
}

#[test]
fn durations_ages_and_attempts() {
    table(
        &[
            (
                "Search results are shown within 2 seconds",
                "Search results|Duration|.. <=2|seconds|1",
            ),
            ("An item can be returned within 30 days", "item|Duration|.. <=30|days|1"),
            ("The link is valid for 24 hours", "link|Duration|.. <=24|hours|1"),
            ("The link expires after 24 hours", "link|Duration|.. <=24|hours|1"),
            (
                "The account is locked after 5 failed attempts",
                "failed attempts|Count|.. <=5|failed attempts|1",
            ),
            (
                "The account is locked after three failed login attempts",
                "failed login attempts|Count|.. <=3|failed login attempts|1",
            ),
            ("Only one code can be used per order", "code|Count|.. <=1|code|1"),
            (
                "The user is logged out after 15 minutes of inactivity",
                "inactivity|Duration|.. <=15|minutes|1",
            ),
            (
                "Appointments can be cancelled at least 24 hours before the start",
                "Appointments|Duration|>=24 ..|hours|1",
            ),
        ],
        show,
    );
}

#[test]
fn subjects_are_the_nearest_noun_phrase() {
    table(
        &[
            (
                "I enter a discount code of up to 20 characters",
                "discount code|Length|.. <=20|characters|1",
            ),
            (
                "Orders of at least $50 are shipped free of charge",
                "Orders|Money|>=50 ..|$|0.01",
            ),
            ("The user can upload up to 5 photos", "photos|Count|.. <=5|photos|1"),
            (
                "A user can upload photos of up to 10 MB",
                "photos|DataSize|.. <=10|MB|0.1",
            ),
            (
                "Users can enter up to 200 characters in the comment field",
                "comment field|Length|.. <=200|characters|1",
            ),
            (
                "The name is required and must have at most 50 characters",
                "name|Length|.. <=50|characters|1",
            ),
            (
                "The length of the title must be at most 80 characters",
                "title|Length|.. <=80|characters|1",
            ),
            ("A file that is at most 5 MB is accepted", "file|DataSize|.. <=5|MB|0.1"),
            ("A cart can hold up to 50 items", "items|Count|.. <=50|items|1"),
            ("A 6-digit code is sent by SMS", "code|Length|>=6 <=6|digits|1"),
            (
                "The user name has 3 to 20 characters and the password has at least 8 characters",
                "user name|Length|>=3 <=20|characters|1 & password|Length|>=8 ..|characters|1",
            ),
            (
                "A password has at least 8 characters and at least one digit",
                "password|Length|>=8 ..|characters|1 & digit|Count|>=1 ..|digit|1",
            ),
        ],
        show,
    );
}

#[test]
fn numbers_that_are_no_limits() {
    for criterion in [
        "The story AC-2 is about 3D views",
        "The service runs 24/7",
        "Sign-in uses OAuth2",
        "The release is 1.2.3",
        "The sale ends on 2025-12-31",
        "The office is open from 9:00 to 17:00",
        "The office is open from 9 am to 5 pm",
        "1. The list is shown",
        "The message says \"at most 20 characters\"",
        "Two-factor login uses 2FA",
        "The order is placed on 31 December 2025",
    ] {
        assert_eq!(show(criterion), "", "{criterion}");
    }
}

#[test]
fn quantities() {
    let show = |input: &str| {
        show_literals(&read_criterion(input), |kind| match kind {
            LiteralKind::Quantity(q) => Some(format!("{}|{:?}|{}", q.value.normalize(), q.dimension, q.unit)),
            _ => None,
        })
    };
    table(
        &[
            ("The 5 latest orders are shown", "5|Count|latest orders"),
            ("The code gives 10 % off", "10|Percentage|%"),
            ("The user has 3 attempts", "3|Count|attempts"),
            ("A reminder is sent every 5 minutes", "5|Duration|minutes"),
            ("The fee is $4.99", "4.99|Money|$"),
            ("The discount is 20 percent", "20|Percentage|percent"),
        ],
        show,
    );
}
