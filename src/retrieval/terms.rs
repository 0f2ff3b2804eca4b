//! Text → terms: lower-case words without endings that grammar adds, and without the words that every story has.

use std::collections::HashMap;

/// The terms of a text with how often each stands in it, in alphabetical order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    counts: Vec<(Box<str>, u32)>,
    length: u32,
}

/// Longest word that is looked at; what is longer is no word.
const LONGEST: usize = 40;
/// Most different terms of one text; a story has fewer than a hundred.
const MOST: usize = 4_096;

impl Terms {
    /// The terms of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut counts: HashMap<String, u32> = HashMap::new();
        let mut length = 0_u32;
        for word in text.split(|c: char| !c.is_alphanumeric()) {
            if word.is_empty() || word.len() > LONGEST {
                continue;
            }
            let word = word.to_lowercase();
            if STOP_WORDS.binary_search(&word.as_str()).is_ok() {
                continue;
            }
            let term = stem(word);
            length = length.saturating_add(1);
            if let Some(count) = counts.get_mut(&term) {
                *count += 1;
            } else if counts.len() < MOST {
                counts.insert(term, 1);
            }
        }
        let mut counts: Vec<(Box<str>, u32)> = counts
            .into_iter()
            .map(|(term, count)| (term.into_boxed_str(), count))
            .collect();
        counts.sort_unstable();
        Self { counts, length }
    }

    /// Each term and how often it stands there.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        self.counts.iter().map(|(term, count)| (&**term, *count))
    }

    /// How many words they stand for.
    #[must_use]
    pub fn length(&self) -> u32 {
        self.length
    }

    /// Terms that both have, divided by terms that one of them has: 0 for nothing in common, 1 for the same terms.
    #[must_use]
    pub fn jaccard(&self, other: &Self) -> f32 {
        let (mut left, mut right) = (self.counts.iter().peekable(), other.counts.iter().peekable());
        let mut common = 0_usize;
        while let (Some((one, _)), Some((two, _))) = (left.peek(), right.peek()) {
            match one.cmp(two) {
                std::cmp::Ordering::Less => drop(left.next()),
                std::cmp::Ordering::Greater => drop(right.next()),
                std::cmp::Ordering::Equal => {
                    common += 1;
                    left.next();
                    right.next();
                }
            }
        }
        let all = self.counts.len() + other.counts.len() - common;
        if all == 0 { 0.0 } else { common as f32 / all as f32 }
    }

    /// As [`Terms::jaccard`], where terms weigh differently: weight of those that both have, divided by weight of those that one
    /// of them has. `weight`: of a term, 0 or more.
    #[must_use]
    pub fn shared(&self, other: &Self, weight: impl Fn(&str) -> f64) -> f64 {
        let sum = |terms: &Self| -> f64 { terms.iter().map(|(term, _)| weight(term)).sum() };
        let has = |term: &str| other.counts.binary_search_by(|(known, _)| (**known).cmp(term)).is_ok();
        let both = self.iter().map(|(term, _)| term).filter(|term| has(term));
        let common: f64 = both.map(&weight).sum();
        let all = sum(self) + sum(other) - common;
        if all > 0.0 { common / all } else { 0.0 }
    }
}

/// Takes off the endings that grammar adds: "codes" and "code", "applied" and "applying" and "apply" become one. It is
/// coarse on purpose: both sides go through it, so only that they meet matters.
fn stem(word: String) -> String {
    let mut word = word;
    if !word.is_ascii() || word.len() < 4 || word.bytes().any(|byte| byte.is_ascii_digit()) {
        return word;
    }
    if let Some(start) = word.strip_suffix("ies") {
        word = format!("{start}y");
    } else if ["sses", "shes", "ches", "xes"].iter().any(|end| word.ends_with(end)) {
        word.truncate(word.len() - 2);
    } else if word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is") {
        word.truncate(word.len() - 1);
    }
    for (ending, least) in [("ing", 6), ("ied", 5), ("ed", 5)] {
        if word.len() < least || !word.ends_with(ending) {
            continue;
        }
        word.truncate(word.len() - ending.len());
        if ending == "ied" {
            word.push('y');
        }
        let bytes = word.as_bytes();
        // "stopped": a doubled consonant goes; "planned", but not "called".
        if let [.., a, b] = bytes
            && a == b
            && !matches!(b, b'l' | b's' | b'e' | b'o')
        {
            word.pop();
        }
        break;
    }
    if word.len() > 4 && word.ends_with('e') {
        word.pop();
    }
    word
}

/// Words of the form that stories have, and of English that says nothing. Sorted.
const STOP_WORDS: &[&str] = &[
    "a", "able", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been", "being",
    "but", "by", "can", "cannot", "could", "did", "do", "does", "each", "for", "from", "given", "had", "has", "have",
    "he", "her", "his", "how", "i", "if", "in", "into", "is", "it", "its", "like", "may", "me", "might", "more",
    "must", "my", "need", "no", "not", "of", "on", "one", "only", "or", "other", "our", "she", "should", "so", "some",
    "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "to", "until",
    "up", "us", "user", "want", "was", "we", "were", "what", "when", "where", "which", "while", "who", "will", "with",
    "would", "you", "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        Terms::of(text).iter().map(|(term, _)| term.to_owned()).collect()
    }

    #[test]
    fn stop_words_are_sorted_as_the_search_needs_them() {
        assert!(STOP_WORDS.is_sorted());
    }

    #[test]
    fn forms_of_a_word_meet() {
        for forms in [
            ["codes", "code"],
            ["applied", "applying"],
            ["applies", "apply"],
            ["booked", "booking"],
            ["deliveries", "delivery"],
            ["stopped", "stopping"],
            ["searches", "search"],
            ["expires", "expired"],
        ] {
            assert_eq!(terms(forms[0]), terms(forms[1]), "{forms:?}");
        }
    }

    #[test]
    fn what_is_another_word_stays_one() {
        for other in [["status", "stat"], ["address", "addres"], ["news", "ne"], ["2fa", "2f"]] {
            assert_ne!(terms(other[0]), terms(other[1]), "{other:?}");
        }
    }

    #[test]
    fn likeness_is_one_for_the_same_and_nothing_for_strangers() {
        let one = Terms::of("As a customer I want to apply a discount code");
        assert!((one.jaccard(&Terms::of("The customer applies discount codes")) - 1.0).abs() < f32::EPSILON);
        assert!(one.jaccard(&Terms::of("heating drops at night")).abs() < f32::EPSILON);
        assert!(one.jaccard(&Terms::default()).abs() < f32::EPSILON);
        assert!(Terms::default().jaccard(&Terms::default()).abs() < f32::EPSILON);
    }

    #[test]
    fn any_text_is_read_without_a_panic() {
        for text in [
            "",
            "ed",
            "ing",
            "s",
            "ies",
            "éed",
            "日本語 テスト",
            "\u{0}",
            &"x".repeat(10_000),
        ] {
            let _ = Terms::of(text);
        }
    }
}
