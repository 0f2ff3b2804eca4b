//! What a literal can be: the values that words of a story carry.

use super::Phrase;
use crate::test_case::Span;
use rust_decimal::Decimal;

/// A literal: words that carry a value, with their place.
#[derive(Clone, Debug)]
pub struct Literal {
    /// Where, exactly around the words.
    pub span: Span,
    /// The words as given.
    pub text: String,
    /// What they mean.
    pub kind: LiteralKind,
}

/// What a literal means.
#[derive(Clone, Debug, PartialEq)]
pub enum LiteralKind {
    /// A bound on something: `up to 20 characters`, `at least $50`, `between 1 and 10 guests`, `within 30 minutes`.
    Limit(Limit),
    /// A plain number with or without a unit: `3 attempts`, `the 5 latest`.
    Quantity(Quantity),
    /// Quoted text, without its quotes.
    Quoted(String),
    /// Alternatives that are named: `PDF, PNG or JPG`, `such as red and blue`.
    Enumeration(Enumeration),
    /// A calendar date as given, with its ISO form where it is complete.
    Date(Option<String>),
    /// A time of day as given, in 24-hour `HH:MM`.
    Time(String),
    /// A role that is named besides the story's own: `admin`.
    Role(String),
    /// A state that is named: `shipped`, `expired`. What it is a state of, if that is said.
    State {
        /// The state.
        state: String,
        /// Of what: `order`; empty if not said.
        of: String,
    },
    /// A transition that is stated: `from draft to published`.
    Transition {
        /// Of what; empty if not said.
        of: String,
        /// The state before.
        from: String,
        /// The state after.
        to: String,
    },
    /// A form of data with a grammar: `email address`, `URL`, `IBAN`.
    Format(Format),
    /// A named field of a form: `name`, `password`, `delivery address`, and whether it is said to be required.
    Field {
        /// The field's name as given, lower case unless a proper name.
        name: String,
        /// `Some(true)`: required; `Some(false)`: optional; `None`: not said.
        required: Option<bool>,
    },
    /// Words that cannot be tested as they stand: `fast`, `user-friendly`, `etc.`.
    Vague(String),
}

impl LiteralKind {
    /// The kind's name in lower case, such as `limit`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Limit(_) => "limit",
            Self::Quantity(_) => "quantity",
            Self::Quoted(_) => "quoted",
            Self::Enumeration(_) => "enumeration",
            Self::Date(_) => "date",
            Self::Time(_) => "time",
            Self::Role(_) => "role",
            Self::State { .. } => "state",
            Self::Transition { .. } => "transition",
            Self::Format(_) => "format",
            Self::Field { .. } => "field",
            Self::Vague(_) => "vague",
        }
    }
}

/// A bound on something.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// What is bounded, as given without article: `discount code`, `cart total`, `password`; empty if it is not said.
    pub subject: String,
    /// Which of its dimensions.
    pub dimension: Dimension,
    /// The lower bound, if stated.
    pub lower: Option<Bound>,
    /// The upper bound, if stated.
    pub upper: Option<Bound>,
    /// The unit as written after the number (plural where it is): `characters`, `MB`, `minutes`; `$` and `%` for those.
    pub unit: String,
    /// The smallest step of a value: 1 for characters and counts, 0.01 for money, 1 of the unit for durations, 0.1 for
    /// file sizes in MB or GB unless more decimals are stated; the last decimal stated where decimals are.
    pub step: Decimal,
}

/// One end of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The number.
    pub value: Decimal,
    /// Whether the number itself is allowed: `at least 5` yes, `more than 5` no.
    pub inclusive: bool,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// Characters, letters, digits, words of a text.
    Length,
    /// How many of something: items, files, guests, attempts.
    Count,
    /// An amount of money.
    Money,
    /// A length of time: `within 30 minutes`, `90 days`.
    Duration,
    /// A share in percent.
    Percentage,
    /// The size of data: MB, KB.
    DataSize,
    /// Years of age.
    Age,
    /// Distance, weight, temperature and other measures.
    Measure,
    /// A number without a unit: a rating from 1 to 5.
    Number,
}

/// A number with its unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// The number.
    pub value: Decimal,
    /// The unit as written; empty if none.
    pub unit: String,
    /// What is measured.
    pub dimension: Dimension,
}

/// Alternatives that are named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enumeration {
    /// What they are values of: `format`, `payment method`; empty if not said.
    pub subject: String,
    /// The alternatives, as given.
    pub members: Vec<Phrase>,
    /// Whether the list may go on: `such as`, `etc.`, `for example`.
    pub open: bool,
}

/// A form of data with a grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// An email address.
    Email,
    /// A telephone number.
    Phone,
    /// A web address.
    Url,
    /// An international bank account number.
    Iban,
    /// A postal code.
    Postcode,
    /// A calendar date that somebody enters.
    Date,
    /// A password.
    Password,
    /// A payment card number.
    CardNumber,
    /// A numeric code such as a PIN or a one-time code.
    Pin,
    /// A user name.
    Username,
}
