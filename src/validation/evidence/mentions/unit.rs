//! What numbers count, and the classes that samples belong to.

use crate::validation::text::{Word, lower};

/// What a number counts or measures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Unit {
    /// Characters, letters, digits.
    Length,
    /// Bytes and their multiples.
    Size,
    /// Seconds to years.
    Time,
    /// Attempts, tries, failures.
    Attempts,
    /// Amounts of money.
    Money,
    /// Percent.
    Percent,
    /// Things of some kind.
    Count,
    /// Not said.
    #[default]
    Unknown,
}

impl Unit {
    /// Whether two numbers may be of the same kind.
    pub(crate) fn fits(self, other: Self) -> bool {
        self == other || self == Self::Unknown || other == Self::Unknown
    }

    /// The unit that a word names.
    pub(crate) fn named(word: &Word) -> Option<Self> {
        const UNITS: &[(Unit, &[u64])] = &[
            (
                Unit::Length,
                &[
                    lower("character"),
                    lower("characters"),
                    lower("chars"),
                    lower("char"),
                    lower("letters"),
                    lower("letter"),
                    lower("digits"),
                    lower("digit"),
                    lower("words"),
                    lower("symbols"),
                ],
            ),
            (
                Unit::Size,
                &[
                    lower("mb"),
                    lower("kb"),
                    lower("gb"),
                    lower("tb"),
                    lower("bytes"),
                    lower("byte"),
                    lower("megabytes"),
                    lower("megabyte"),
                    lower("kilobytes"),
                    lower("gigabytes"),
                    lower("mib"),
                    lower("kib"),
                ],
            ),
            (
                Unit::Time,
                &[
                    lower("second"),
                    lower("seconds"),
                    lower("sec"),
                    lower("s"),
                    lower("ms"),
                    lower("milliseconds"),
                    lower("minute"),
                    lower("minutes"),
                    lower("min"),
                    lower("mins"),
                    lower("hour"),
                    lower("hours"),
                    lower("h"),
                    lower("day"),
                    lower("days"),
                    lower("week"),
                    lower("weeks"),
                    lower("month"),
                    lower("months"),
                    lower("year"),
                    lower("years"),
                ],
            ),
            (
                Unit::Attempts,
                &[
                    lower("attempt"),
                    lower("attempts"),
                    lower("try"),
                    lower("tries"),
                    lower("failures"),
                    lower("retries"),
                    lower("times"),
                ],
            ),
            (
                Unit::Money,
                &[
                    lower("dollars"),
                    lower("dollar"),
                    lower("euros"),
                    lower("euro"),
                    lower("usd"),
                    lower("eur"),
                    lower("gbp"),
                    lower("cents"),
                    lower("pounds"),
                    lower("chf"),
                ],
            ),
            (Unit::Percent, &[lower("percent"), lower("pct")]),
        ];
        UNITS
            .iter()
            .find(|(_, keys)| keys.contains(&word.key))
            .map(|(unit, _)| *unit)
    }

    /// The unit that a suffix glued to a number names: `10MB`, `30min`.
    pub(crate) fn suffix(text: &str) -> Option<Self> {
        let words = crate::validation::text::words(text);
        words.first().and_then(Self::named)
    }
}

/// Classes that the form of a text shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// With one @ between something and a domain.
    Email,
    /// With an @, but not whole.
    BrokenEmail,
    /// A web address.
    Url,
    /// A calendar date.
    Date,
    /// A time of day.
    Time,
    /// Capitals, digits and hyphens.
    Code,
    /// A name with a known ending.
    File,
    /// A telephone number.
    Phone,
    /// Letters, digits and signs mixed.
    PasswordLike,
    /// Long runs of digits.
    Digits,
    /// A name of a person.
    Person,
    /// A number that only names one of several: `user 1`.
    Ordinal,
}

impl Class {
    /// The class in plain words.
    pub(crate) fn note(self) -> &'static str {
        match self {
            Self::Email => "a well-formed email address",
            Self::BrokenEmail => "a malformed email address",
            Self::Url => "a web address",
            Self::Date => "a calendar date",
            Self::Time => "a time of day",
            Self::Code => "a code",
            Self::File => "a file name",
            Self::Phone => "a telephone number",
            Self::PasswordLike => "a text of letters, digits and signs",
            Self::Digits => "a number such as an identifier",
            Self::Person => "the name of a person",
            Self::Ordinal => "a name for one of several",
        }
    }
}
