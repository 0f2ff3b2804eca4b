//! A limit inside a refusal bounds what is allowed, not what is refused.

use super::*;

fn show(criterion: &str) -> String {
    show_limits(&read_criterion(criterion))
}

#[test]
fn refused_ranges_are_turned_round() {
    table(
        &[
            (
                "Codes longer than 20 characters are refused",
                "Codes|Length|.. <=20|characters|1",
            ),
            ("Orders under $50 are not eligible", "Orders|Money|>=50 ..|$|0.01"),
            ("Files over 5 MB are rejected", "Files|DataSize|.. <=5|MB|0.1"),
            (
                "Passwords shorter than 8 characters are not allowed",
                "Passwords|Length|>=8 ..|characters|1",
            ),
            (
                "If the file is larger than 5 MB, an error is shown",
                "file|DataSize|.. <=5|MB|0.1",
            ),
            (
                "An error message is shown if the title has more than 80 characters",
                "title|Length|.. <=80|characters|1",
            ),
            ("Users cannot upload more than 5 photos", "photos|Count|.. <=5|photos|1"),
            ("No more than 5 photos can be uploaded", "photos|Count|.. <=5|photos|1"),
            (
                "Transfers above $1,000 are declined",
                "Transfers|Money|.. <=1000|$|0.01",
            ),
            (
                "Customers younger than 18 years are refused",
                "Customers|Age|>=18 ..|years|1",
            ),
            (
                "The upload is refused when the file exceeds 20 MB",
                "file|DataSize|.. <=20|MB|0.1",
            ),
            (
                "The request is rejected unless the amount is at least $5",
                "amount|Money|>=5 ..|$|0.01",
            ),
            (
                "Codes with less than 6 characters are invalid",
                "Codes|Length|>=6 ..|characters|1",
            ),
            (
                "Links older than 24 hours are no longer accepted",
                "Links|Duration|.. <=24|hours|1",
            ),
        ],
        show,
    );
}

#[test]
fn other_ranges_stay_as_they_are() {
    table(
        &[
            (
                "If the order total is at least $50, shipping is free",
                "order total|Money|>=50 ..|$|0.01",
            ),
            (
                "The code must have at most 20 characters, otherwise it is refused",
                "code|Length|.. <=20|characters|1",
            ),
            ("Orders over $100 get a gift", "Orders|Money|>100 ..|$|0.01"),
            (
                "Passwords must have at least 8 characters and are rejected if they contain spaces",
                "Passwords|Length|>=8 ..|characters|1",
            ),
            (
                "A code is accepted only if the total is at least $50",
                "total|Money|>=50 ..|$|0.01",
            ),
        ],
        show,
    );
}
