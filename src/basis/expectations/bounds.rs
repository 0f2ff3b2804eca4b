//! Limits without a comparator of their own, with a stated step, or in compound units. Shown as
//! `subject|dimension|range|unit|step`.

use super::*;

fn show(criterion: &str) -> String {
    show_limits(&read_criterion(criterion))
}

#[test]
fn exact_lengths() {
    table(
        &[
            ("The code has 16 characters", "code|Length|>=16 <=16|characters|1"),
            ("The code has 8 digits and expires", "code|Length|>=8 <=8|digits|1"),
            (
                "The reference number consists of 10 digits",
                "reference number|Length|>=10 <=10|digits|1",
            ),
            ("The PIN must be 4 digits", "PIN|Length|>=4 <=4|digits|1"),
            (
                "The voucher is 12 characters long",
                "voucher|Length|>=12 <=12|characters|1",
            ),
            ("Postcode: 5 digits", "Postcode|Length|>=5 <=5|digits|1"),
            (
                "Reference: two letters and eight digits",
                "Reference|Length|>=2 <=2|letters|1 & Reference|Length|>=8 <=8|digits|1",
            ),
            // Not exact.
            (
                "The code has at least 16 characters",
                "code|Length|>=16 ..|characters|1",
            ),
            ("The first 3 characters are shown", ""),
            ("The list is searched after 3 characters", ""),
            ("The summary has 3 words in bold", ""),
        ],
        show,
    );
}

#[test]
fn ends_that_are_named_by_a_superlative() {
    table(
        &[
            (
                "The lowest price that can be entered is €0.50 and the highest €10,000.00",
                "price|Money|>=0.5 ..|€|0.01 & price|Money|.. <=10000|€|0.01",
            ),
            ("The highest amount is $500", "amount|Money|.. <=500|$|0.01"),
            ("The shortest stay is 2 nights", "stay|Duration|>=2 ..|nights|1"),
            ("The largest file is 20 MB", "file|DataSize|.. <=20|MB|0.1"),
            ("The longest name is 40 characters", "name|Length|.. <=40|characters|1"),
            // Not an end.
            ("The lowest price is shown", ""),
            ("The highest 5 offers are shown", ""),
        ],
        show,
    );
}

#[test]
fn open_and_joined_ranges() {
    table(
        &[
            (
                "The total lies from €100.00 up to €2,500.00",
                "total|Money|>=100 <=2500|€|0.01",
            ),
            ("The amount is from €5 up to the balance", "amount|Money|>=5 ..|€|0.01"),
            (
                "Drivers from 76 upwards need a certificate",
                "Drivers|Age|>=76 ..|years|1",
            ),
            (
                "A certificate is needed from 3 kg on",
                "certificate|Measure|>=3 ..|kg|0.1",
            ),
            (
                "The file has at most 5,000 rows and 20 MB",
                "rows|Count|.. <=5000|rows|1 & file|DataSize|.. <=20|MB|0.1",
            ),
            ("All files may have 100 MB in total", "files|DataSize|.. <=100|MB|0.1"),
            (
                "over 2 kg and up to 5 kg: €6.20",
                "|Measure|>2 ..|kg|0.1 & |Measure|.. <=5|kg|0.1",
            ),
            (
                "The password has at least one letter and one digit",
                "letter|Count|>=1 ..|letter|1 & digit|Count|>=1 ..|digit|1",
            ),
            // No second bound.
            (
                "At most 3 coupons and 10 % off are given",
                "coupons|Count|.. <=3|coupons|1",
            ),
            ("The price falls from €5 to zero", ""),
        ],
        show,
    );
}

#[test]
fn stated_steps_and_finer_measures() {
    table(
        &[
            (
                "Temperature from 5.0 °C to 30.0 °C in steps of 0.5 °C",
                "Temperature|Measure|>=5 <=30|°C|0.5",
            ),
            (
                "The limit lies between £20 and £1,000, in steps of £20",
                "limit|Money|>=20 <=1000|£|20",
            ),
            (
                "Top speed adjustable between 80 km/h and 180 km/h in steps of 10",
                "Top speed|Measure|>=80 <=180|km/h|10",
            ),
            (
                "The duration is 15 to 90 minutes in increments of 15 minutes",
                "duration|Duration|>=15 <=90|minutes|15",
            ),
            (
                "Amount: any whole number of pounds, £10 to £250",
                "Amount|Money|>=10 <=250|£|1",
            ),
            ("The amount is at most 250 whole euros", "amount|Money|.. <=250|euros|1"),
            ("The parcel weighs at most 2 kg", "parcel|Measure|.. <=2|kg|0.1"),
            ("The siren is at least 85 dB loud", "siren|Measure|>=85 ..|dB|1"),
            (
                "The bandwidth is at least 2 Mbit/s",
                "bandwidth|Measure|>=2 ..|Mbit/s|0.1",
            ),
            ("Prices lie above 0", "Prices|Number|>0 ..||0.01"),
            (
                "Prices have up to two decimals and lie above 0.",
                "decimals|Count|.. <=2|decimals|1 & Prices|Number|>0 ..||0.01",
            ),
            // A step that belongs to nothing.
            ("The wizard guides the customer in steps of the order", ""),
        ],
        show,
    );
}

#[test]
fn shares_and_marks_that_must_be_reached() {
    table(
        &[
            ("Pass mark 60 %", "Pass mark|Percentage|>=60 ..|%|1"),
            ("The pass mark is 60 %", "pass mark|Percentage|>=60 ..|%|1"),
            ("Requires 80 % of the lessons", "lessons|Percentage|>=80 ..|%|1"),
            (
                "The course requires 80 % of the lessons",
                "lessons|Percentage|>=80 ..|%|1",
            ),
            // Shares that nobody must reach.
            ("The code gives 10 % off", ""),
            ("The discount is 20 %", ""),
        ],
        show,
    );
}

#[test]
fn what_holds_so_many() {
    table(
        &[
            ("A slot takes 30 orders", "orders|Count|.. <=30|orders|1"),
            ("The room seats 12 people", "people|Count|.. <=12|people|1"),
            ("A locker holds 3 parcels", "parcels|Count|.. <=3|parcels|1"),
            // What it takes to do something.
            ("It takes 3 clicks to pay", ""),
            ("Paying takes 3 steps", ""),
            ("The customer takes 2 items from the cart", ""),
        ],
        show,
    );
}

#[test]
fn a_number_is_of_what_must_be_one() {
    table(
        &[
            (
                "Quantity must be a whole number between 1 and 20",
                "Quantity|Number|>=1 <=20||1",
            ),
            ("The rating is an integer from 1 to 5", "rating|Number|>=1 <=5||1"),
            (
                "The order number must be between 1 and 99",
                "order number|Number|>=1 <=99||1",
            ),
        ],
        show,
    );
}
