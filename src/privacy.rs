//! What of a text must not leave: personal data, secrets and the owner's own words are found, replaced by placeholders
//! before a model is asked, and put back in what it answers.
//!
//! A [`Mask`] belongs to one generation. It looks at everything that the caller wrote, once, and gives each value a
//! placeholder such as `EMAIL_1_K7QM2X`: the kind tells the model what stands there, the number tells values apart, and the
//! tag makes it a word that the caller's texts cannot hold. The tag comes from the texts and from a [`Key`] of this process,
//! so that nobody who writes a story can foresee it, and the same story is asked in the same words every time. [`Restoring`]
//! puts the values back in the stream of the answer, before anything else reads it: extraction, evidence, comparison and
//! the caller's tokens know the true values alone.
//!
//! What is found is what can be told for sure: check digits are computed, addresses are parsed, a password needs the word
//! and the mark before it. What cannot be told (names, places, most customer numbers) is for the owner's terms.
//!
//! What it refuses: to guess. A placeholder that the model garbles or makes up stays what it is, and [`Mask::foreign`]
//! finds it, so that the case that holds it is rejected and never shown as if it had real data in it.

mod find;
mod secrets;
mod numbers;
mod addresses;
mod checks;
mod restore;
#[cfg(test)]
mod tests;

pub use restore::Restoring;

use find::{Found, Terms};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fmt;

/// What is masked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum What {
    /// Nothing.
    #[default]
    Nothing,
    /// Passwords, keys, tokens, credentials in URLs, and the owner's terms.
    Secrets,
    /// These, and addresses, telephone, account, card and identity numbers.
    All,
}

/// What is masked, and the owner's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// What is masked.
    pub what: What,
    /// Words and phrases that are masked as well, whatever their letter case. At most 200 of at most 200 characters each.
    pub terms: Vec<String>,
}

/// Makes tags that nobody outside can foresee.
#[derive(Clone)]
pub struct Key([u8; 16]);

impl Key {
    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        Self(*uuid::Uuid::new_v4().as_bytes())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// The kinds of what is hidden; their names begin the placeholders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Kind {
    PrivateKey,
    Token,
    Password,
    Credentials,
    Email,
    Iban,
    Card,
    IdNumber,
    IpAddress,
    Phone,
    Term,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::PrivateKey => "PRIVATEKEY",
            Self::Token => "TOKEN",
            Self::Password => "PASSWORD",
            Self::Credentials => "CREDENTIALS",
            Self::Email => "EMAIL",
            Self::Iban => "IBAN",
            Self::Card => "CARD",
            Self::IdNumber => "IDNUMBER",
            Self::IpAddress => "IPADDRESS",
            Self::Phone => "PHONE",
            Self::Term => "TERM",
        }
    }
}

/// A value and what stands in its place.
#[derive(Clone)]
struct Hidden {
    placeholder: String,
    value: String,
    kind: Kind,
}

/// What one generation hides. Its `Debug` shows no value.
#[derive(Clone)]
pub struct Mask {
    /// What makes the placeholders unlike any word of the texts: letters and digits.
    tag: String,
    hidden: Vec<Hidden>,
    places: HashMap<String, usize>,
    /// Indexes of `hidden` in the order of the placeholders.
    sorted: Vec<usize>,
}

/// Letters of a tag.
const TAG_CHARS: usize = 6;
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// From this many letters on, a word that is a part of a value is hidden as well.
const LONG_PART: usize = 8;

impl Mask {
    /// Looks at everything that the caller wrote. `None`: there is nothing to hide, so that nothing has to be done.
    #[must_use]
    pub fn of(config: &Config, key: &Key, texts: &[&str]) -> Option<Self> {
        if config.what == What::Nothing {
            return None;
        }
        let terms = Terms::new(&config.terms);
        let found: Vec<(&str, Vec<Found>)> = texts
            .iter()
            .map(|text| (*text, find::find(text, config.what, &terms)))
            .filter(|(_, found)| !found.is_empty())
            .collect();
        if found.is_empty() {
            return None;
        }
        let mut mask = Self {
            tag: tag(key, texts),
            hidden: Vec::new(),
            places: HashMap::new(),
            sorted: Vec::new(),
        };
        for (text, found) in found {
            for Found { range, kind } in found {
                mask.enter(&text[range], kind);
            }
        }
        Some(mask)
    }

    /// How many values are hidden.
    #[must_use]
    pub fn len(&self) -> usize {
        self.hidden.len()
    }

    /// Never: a mask without a value is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hidden.is_empty()
    }

    /// The text with every value replaced, whatever its letter case, and with words replaced that are most of a value.
    /// A spelling that was not seen before gets a placeholder of its own, so that the answer comes back as it was.
    pub fn hide(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = 0;
        for (range, kind) in self.occurrences(text) {
            out.push_str(&text[rest..range.start]);
            let place = self.enter(&text[range.clone()], kind);
            out.push_str(&self.hidden[place].placeholder);
            rest = range.end;
        }
        out.push_str(&text[rest..]);
        out
    }

    /// The text with every placeholder replaced by its value.
    #[must_use]
    pub fn restore(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((start, hidden)) = self.next_placeholder(rest) {
            out.push_str(&rest[..start]);
            out.push_str(&hidden.value);
            rest = &rest[start + hidden.placeholder.len()..];
        }
        out.push_str(rest);
        out
    }

    /// A word that looks like one of the placeholders and is none: garbled or made up.
    #[must_use]
    pub fn foreign<'t>(&self, text: &'t str) -> Option<&'t str> {
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        let mut words = words.filter(|word| word.len() >= 3);
        words.find(|word| {
            let upper = word.to_ascii_uppercase();
            let tagged = upper.contains(&self.tag);
            let begun = self.hidden.iter().any(|hidden| {
                // `EMAIL_7`, and no more of it than a tag that is not ours.
                word.strip_prefix(hidden.kind.name())
                    .and_then(|rest| rest.strip_prefix('_'))
                    .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            });
            tagged || begun
        })
    }

    /// Whether a value stands in the text.
    #[must_use]
    pub fn shows(&self, text: &str) -> bool {
        self.hidden.iter().any(|hidden| text.contains(&hidden.value))
    }

    fn enter(&mut self, value: &str, kind: Kind) -> usize {
        if let Some(place) = self.places.get(value) {
            return *place;
        }
        let number = self.hidden.iter().filter(|hidden| hidden.kind == kind).count() + 1;
        let place = self.hidden.len();
        self.hidden.push(Hidden {
            placeholder: format!("{}_{number}_{}", kind.name(), self.tag),
            value: value.to_owned(),
            kind,
        });
        self.places.insert(value.to_owned(), place);
        let at = self
            .sorted
            .partition_point(|other| self.hidden[*other].placeholder < self.hidden[place].placeholder);
        self.sorted.insert(at, place);
        place
    }

    /// Where values stand in a text, in order, the longest first where two begin together.
    fn occurrences(&self, text: &str) -> Vec<(std::ops::Range<usize>, Kind)> {
        let mut found: Vec<(std::ops::Range<usize>, Kind)> = Vec::new();
        for hidden in &self.hidden {
            let ranges = find::occurrences(text, &hidden.value);
            found.extend(ranges.into_iter().map(|range| (range, hidden.kind)));
        }
        for word in find::words(text) {
            let letters = &text[word.clone()];
            let part = self.hidden.iter().find(|hidden| {
                let most = letters.len() * 10 >= hidden.value.len() * 6 && letters.len() >= 5;
                (letters.len() >= LONG_PART || most) && hidden.kind != Kind::Term && hidden.value.contains(letters)
            });
            found.extend(part.map(|hidden| (word, hidden.kind)));
        }
        find::apart(found)
    }

    /// The first placeholder of a text, and where it begins.
    fn next_placeholder(&self, text: &str) -> Option<(usize, &Hidden)> {
        let mut from = 0;
        // The tag is the rarest part of a placeholder.
        while let Some(at) = text[from..].find(&self.tag) {
            let end = from + at + self.tag.len();
            let known = self
                .hidden
                .iter()
                .find(|hidden| text[..end].ends_with(&hidden.placeholder));
            if let Some(hidden) = known {
                return Some((end - hidden.placeholder.len(), hidden));
            }
            from = end;
        }
        None
    }

    /// What the text begins with: a placeholder, the beginning of one, or neither.
    fn begins(&self, text: &str) -> Begins<'_> {
        let placeholder = |place: &usize| self.hidden[*place].placeholder.as_str();
        let at = self.sorted.partition_point(|place| placeholder(place) <= text);
        // No placeholder begins another, so that only the last one that is not greater can begin the text.
        if let Some(place) = at.checked_sub(1).and_then(|before| self.sorted.get(before))
            && text.starts_with(placeholder(place))
        {
            return Begins::With(&self.hidden[*place]);
        }
        match self.sorted.get(at) {
            Some(place) if placeholder(place).starts_with(text) => Begins::Partly,
            _ => Begins::Otherwise,
        }
    }
}

enum Begins<'a> {
    With(&'a Hidden),
    Partly,
    Otherwise,
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mask of {} values", self.hidden.len())
    }
}

/// A tag that stands in none of the texts, whatever its letter case.
fn tag(key: &Key, texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    hash.update(key.0);
    for text in texts {
        hash.update(text.len().to_le_bytes());
        hash.update(text.as_bytes());
    }
    let texts: Vec<String> = texts.iter().map(|text| text.to_ascii_uppercase()).collect();
    let mut bytes = hash.finalize();
    loop {
        let letters = bytes
            .iter()
            .take(TAG_CHARS)
            .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
        let tag: String = letters.collect();
        // A tag without a digit could be a word.
        let unlike_words =
            tag.bytes().any(|byte| byte.is_ascii_digit()) && tag.bytes().any(|byte| byte.is_ascii_uppercase());
        if unlike_words && !texts.iter().any(|text| text.contains(&tag)) {
            return tag;
        }
        bytes = Sha256::digest(bytes);
    }
}
