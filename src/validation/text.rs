//! Texts as validation reads them: words with their places, a light stem, tags from one lexicon, and sets of hashes.
//!
//! Every field of a case is taken apart once, here; all checks then work on numbers and never allocate a lower-case copy.
//! Words are compared by a 64-bit hash of their folded form. A collision could at worst blur a score, so none is guarded
//! against. What it refuses: grammar. Nothing here knows what a sentence means.

pub(crate) mod lexicon;

use lexicon::Tags;

/// A word of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// First byte.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
    /// Hash of the folded word.
    pub(crate) key: u64,
    /// Hash of its stem: `applied`, `applies` and `apply` are equal.
    pub(crate) stem: u64,
    /// What the lexicon says of it.
    pub(crate) tags: Tags,
    /// Whether it begins with a capital letter.
    pub(crate) capital: bool,
    /// Whether it begins with a digit.
    pub(crate) digit: bool,
}

impl Word {
    /// Whether the lexicon gives it one of these tags.
    pub(crate) fn is(self, tags: Tags) -> bool {
        self.tags & tags != 0
    }

    /// Whether it carries meaning of its own.
    pub(crate) fn is_content(self) -> bool {
        !self.is(lexicon::STOP)
    }
}

/// A text and its words.
#[derive(Clone, Debug)]
pub(crate) struct Passage<'a> {
    /// The text.
    pub(crate) text: &'a str,
    /// Its words, in order.
    pub(crate) words: Vec<Word>,
}

impl<'a> Passage<'a> {
    /// Takes a text apart.
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            words: words(text),
        }
    }

    /// The text of a word.
    pub(crate) fn of(&self, word: &Word) -> &'a str {
        self.text.get(word.start..word.end).unwrap_or("")
    }

    /// Whether a word with one of these tags stands in it.
    pub(crate) fn has(&self, tags: Tags) -> bool {
        self.words.iter().any(|word| word.is(tags))
    }

    /// The first word with one of these tags.
    pub(crate) fn find(&self, tags: Tags) -> Option<&Word> {
        self.words.iter().find(|word| word.is(tags))
    }

    /// What stands between the word at `index` and the one before it; the text before the first word for index 0.
    pub(crate) fn before(&self, index: usize) -> &'a str {
        let from = if index == 0 {
            0
        } else {
            self.words.get(index - 1).map_or(0, |word| word.end)
        };
        let to = self.words.get(index).map_or(self.text.len(), |word| word.start);
        self.text.get(from..to).unwrap_or("")
    }

    /// Stems of its content words, and of each word that a negation denies another hash beside its own: what does `not
    /// exist` is something else than what exists.
    pub(crate) fn meaning(&self) -> impl Iterator<Item = u64> + '_ {
        self.words
            .iter()
            .enumerate()
            .filter(|(_, word)| word.is_content())
            .flat_map(|(index, word)| {
                let denied = (1..=3)
                    .filter_map(|back| index.checked_sub(back))
                    .any(|at| self.denies(at));
                [Some(word.stem), denied.then_some(!word.stem)].into_iter().flatten()
            })
    }

    /// Whether the word at this place denies what follows; `no longer` speaks of a time.
    fn denies(&self, at: usize) -> bool {
        const DENIALS: &[u64] = &[
            lower("not"),
            lower("no"),
            lower("never"),
            lower("cannot"),
            lower("isn't"),
            lower("doesn't"),
        ];
        let denial = self.words.get(at).is_some_and(|word| DENIALS.contains(&word.key));
        denial && self.words.get(at + 1).is_none_or(|next| next.key != lower("longer"))
    }

    /// Where these words stand one after another, as an index into `words`.
    pub(crate) fn position(&self, phrase: &[u64]) -> Option<usize> {
        if phrase.is_empty() {
            return None;
        }
        self.words
            .windows(phrase.len())
            .position(|window| window.iter().zip(phrase).all(|(word, key)| word.key == *key))
    }
}

/// Takes a text apart into words. Letters and digits with apostrophes inside make a word; `1,000.50` is one word; every
/// sign of a script without spaces is a word of its own.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::with_capacity(text.len() / 6 + 1);
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        if !first.is_alphanumeric() {
            continue;
        }
        let mut end = start + first.len_utf8();
        if !is_unspaced(first) {
            while let Some(&(at, next)) = chars.peek() {
                let goes_on = (next.is_alphanumeric() && !is_unspaced(next)) || joins(text, at, next, first);
                if !goes_on {
                    break;
                }
                chars.next();
                end = at + next.len_utf8();
            }
        }
        found.push(word(text, start, end, first));
    }
    found
}

fn word(text: &str, start: usize, end: usize, first: char) -> Word {
    let raw = text.get(start..end).unwrap_or("");
    let key = hash(raw);
    Word {
        start,
        end,
        key,
        stem: stem(raw, key),
        tags: lexicon::tags(key),
        capital: first.is_uppercase(),
        digit: first.is_ascii_digit(),
    }
}

/// Whether a sign inside a word belongs to it: an apostrophe between letters (not before a genitive s), a separator
/// between digits.
fn joins(text: &str, at: usize, sign: char, first: char) -> bool {
    let mut after = text.get(at + sign.len_utf8()..).unwrap_or("").chars();
    match sign {
        '\'' | '’' => match after.next() {
            Some('s' | 'S') => after.next().is_some_and(char::is_alphanumeric),
            Some(next) => next.is_alphabetic(),
            None => false,
        },
        '.' | ',' => first.is_ascii_digit() && after.next().is_some_and(|next| next.is_ascii_digit()),
        _ => false,
    }
}

/// Whether a script writes words without spaces.
fn is_unspaced(sign: char) -> bool {
    matches!(u32::from(sign), 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0x20000..=0x2FFFF)
}

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

const fn mix(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(0x0100_0000_01b3)
}

/// Hash of a word after folding: lower case, straight apostrophes.
pub(crate) fn hash(raw: &str) -> u64 {
    if raw.is_ascii() {
        return raw
            .bytes()
            .fold(BASIS, |hash, byte| mix(hash, byte.to_ascii_lowercase()));
    }
    let mut hash = BASIS;
    let mut buffer = [0; 4];
    for sign in raw.chars().flat_map(char::to_lowercase) {
        let sign = if sign == '’' { '\'' } else { sign };
        hash = sign.encode_utf8(&mut buffer).bytes().fold(hash, mix);
    }
    hash
}

/// Hash of a word that is written in lower-case ASCII, at compile time.
pub(crate) const fn lower(word: &str) -> u64 {
    let bytes = word.as_bytes();
    let mut hash = BASIS;
    let mut at = 0;
    while at < bytes.len() {
        hash = mix(hash, bytes[at]);
        at += 1;
    }
    hash
}

const LONGEST_STEMMED: usize = 32;

/// Hash of the stem of an English word; of anything else the hash of the word.
fn stem(raw: &str, key: u64) -> u64 {
    let mut buffer = [0_u8; LONGEST_STEMMED];
    let length = raw.len();
    if !(4..=LONGEST_STEMMED).contains(&length) || !raw.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return key;
    }
    for (to, from) in buffer.iter_mut().zip(raw.bytes()) {
        *to = from.to_ascii_lowercase();
    }
    let Some(word) = buffer.get(..length) else { return key };
    let (body, tail) = strip(word);
    body.iter().chain(tail).fold(BASIS, |hash, byte| mix(hash, *byte))
}

/// The part of a word that stays, and what is put in place of its ending.
fn strip(word: &[u8]) -> (&[u8], &'static [u8]) {
    if let Some(body) = word.strip_suffix(b"ies").or_else(|| word.strip_suffix(b"ied"))
        && body.len() >= 2
    {
        return (body, b"y");
    }
    let body = match word {
        [body @ .., b'i', b'n', b'g'] if body.len() >= 3 => undouble(body),
        [body @ .., b'e', b'd'] if body.len() >= 3 => undouble(body),
        [body @ .., b'e', b's'] if ends_in_hiss(body) => body,
        [.., b's', b's'] | [.., b'u', b's'] | [.., b'i', b's'] => word,
        [body @ .., b's'] => body,
        _ => word,
    };
    match body {
        [rest @ .., b'e'] if rest.len() >= 3 => (rest, b""),
        _ => (body, b""),
    }
}

fn ends_in_hiss(body: &[u8]) -> bool {
    matches!(body, [.., b's' | b'x' | b'z'] | [.., b'c' | b's', b'h'])
}

fn undouble(body: &[u8]) -> &[u8] {
    match body {
        [rest @ .., a, b] if a == b && !matches!(a, b'l' | b's' | b'z') => body.get(..=rest.len()).unwrap_or(body),
        _ => body,
    }
}

// === Sets ===

/// Hashes, sorted and without repeats.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Set(Vec<u64>);

impl Set {
    /// How many of them.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it holds this hash.
    pub(crate) fn contains(&self, key: u64) -> bool {
        self.0.binary_search(&key).is_ok()
    }

    /// The hashes in rising order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().copied()
    }

    /// How many hashes both hold.
    pub(crate) fn shared(&self, other: &Self) -> usize {
        let (mut left, mut right, mut count) = (0, 0, 0);
        while let (Some(a), Some(b)) = (self.0.get(left), other.0.get(right)) {
            left += usize::from(a <= b);
            right += usize::from(b <= a);
            count += usize::from(a == b);
        }
        count
    }

    /// Shared hashes as a share of both sets, 0 to 1; 1 for two empty sets.
    pub(crate) fn likeness(&self, other: &Self) -> f64 {
        let shared = self.shared(other);
        let all = self.len() + other.len() - shared;
        if all == 0 { 1.0 } else { shared as f64 / all as f64 }
    }
}

impl FromIterator<u64> for Set {
    fn from_iter<I: IntoIterator<Item = u64>>(keys: I) -> Self {
        let mut keys: Vec<u64> = keys.into_iter().collect();
        keys.sort_unstable();
        keys.dedup();
        Self(keys)
    }
}

// === Folded text ===

/// A text in lower case with single spaces and straight quotes, and where each of its bytes came from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Folded {
    /// The folded text.
    pub(crate) text: String,
    origins: Vec<u32>,
}

impl Folded {
    /// Folds a text.
    pub(crate) fn new(raw: &str) -> Self {
        let mut folded = Self {
            text: String::with_capacity(raw.len()),
            origins: Vec::with_capacity(raw.len() + 1),
        };
        for (at, sign) in raw.char_indices() {
            fold_sign(sign, &mut folded.text);
            folded
                .origins
                .resize(folded.text.len(), u32::try_from(at).unwrap_or(u32::MAX));
        }
        folded.origins.push(u32::try_from(raw.len()).unwrap_or(u32::MAX));
        folded
    }

    /// Where a folded needle stands as whole words, in bytes of the raw text.
    pub(crate) fn find(&self, needle: &str) -> Option<(usize, usize)> {
        if needle.is_empty() {
            return None;
        }
        let finder = memchr::memmem::Finder::new(needle);
        let found = finder
            .find_iter(self.text.as_bytes())
            .find(|&at| stands_alone(&self.text, at, at + needle.len()))?;
        let start = *self.origins.get(found)? as usize;
        let end = *self.origins.get(found + needle.len())? as usize;
        Some((start, end))
    }
}

/// Folds a text without keeping the places.
pub(crate) fn fold(raw: &str) -> String {
    let mut folded = String::with_capacity(raw.len());
    for sign in raw.trim().chars() {
        fold_sign(sign, &mut folded);
    }
    folded
}

fn fold_sign(sign: char, folded: &mut String) {
    match sign {
        '’' | '‘' | '`' => folded.push('\''),
        '“' | '”' | '„' => folded.push('"'),
        '–' | '—' | '‑' => folded.push('-'),
        _ if sign.is_whitespace() => {
            if !folded.ends_with(' ') {
                folded.push(' ');
            }
        }
        _ if sign.is_ascii() => folded.push(sign.to_ascii_lowercase()),
        _ => folded.extend(sign.to_lowercase()),
    }
}

/// Whether bytes `start..end` are not a part of a longer word.
pub(crate) fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let inner = text.get(start..end).unwrap_or("");
    let glued = |outer: Option<char>, inner: Option<char>| {
        outer.is_some_and(char::is_alphanumeric) && inner.is_some_and(char::is_alphanumeric)
    };
    !glued(
        text.get(..start).and_then(|text| text.chars().next_back()),
        inner.chars().next(),
    ) && !glued(
        text.get(end..).and_then(|text| text.chars().next()),
        inner.chars().next_back(),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        words(text).iter().map(|word| &text[word.start..word.end]).collect()
    }

    #[test]
    fn words_are_cut_at_signs_but_not_inside_numbers_and_contractions() {
        assert_eq!(
            texts("The user's cart can't hold 1,000.50 items."),
            ["The", "user", "s", "cart", "can't", "hold", "1,000.50", "items"]
        );
        assert_eq!(texts("used-up code; 字体 ok"), ["used", "up", "code", "字", "体", "ok"]);
        assert_eq!(texts(""), Vec::<&str>::new());
    }

    #[test]
    fn stems_join_forms_of_a_word() {
        for (left, right) in [
            ("applied", "apply"),
            ("applies", "apply"),
            ("Refused", "refuse"),
            ("codes", "code"),
            ("submitted", "submit"),
            ("expires", "expired"),
            ("boxes", "box"),
            ("passing", "pass"),
        ] {
            assert_eq!(words(left)[0].stem, words(right)[0].stem, "{left} and {right}");
        }
        assert_ne!(words("expired")[0].stem, words("export")[0].stem);
    }

    #[test]
    fn a_folded_needle_is_found_as_whole_words_in_the_raw_text() {
        let raw = "Shows  “Code\n EXPIRED” at checkout";
        let folded = Folded::new(raw);
        let (start, end) = folded.find(&fold("code expired")).unwrap();
        assert_eq!(&raw[start..end], "Code\n EXPIRED");
        assert_eq!(folded.find("check"), None);
        assert_eq!(folded.find(""), None);
    }

    #[test]
    fn likeness_is_between_nothing_and_all() {
        let set = |text: &str| words(text).iter().map(|word| word.stem).collect::<Set>();
        assert!((set("apply code").likeness(&set("code apply")) - 1.0).abs() < 1e-9);
        assert!(set("apply code").likeness(&set("open page")) < 1e-9);
        assert_eq!(set("a b b c").len(), 3);
    }
}
