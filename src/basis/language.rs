//! Whether the rules can read a text: English by its function words and its script.

use super::Language;
use super::text::{Kind, Text};

/// Words that English stories cannot do without, and that are no common words of its neighbours.
const ENGLISH: &[&str] = &[
    "the", "to", "and", "of", "with", "that", "so", "want", "as", "for", "my", "is", "be", "can", "should", "must",
    "by", "from", "when", "i", "on", "at", "add", "allow", "let", "users", "user", "or", "it", "their", "they", "this",
    "create", "show", "view", "we", "need", "a", "an", "in",
];

/// Words that say that it is another language.
const OTHERS: &[&str] = &[
    "als", "möchte", "ich", "und", "der", "die", "das", "damit", "kann", "ein", "eine", "que", "como", "quiero",
    "para", "el", "los", "las", "una", "je", "veux", "en", "tant", "afin", "les", "des", "une", "il", "voglio", "come",
    "che", "per", "posso", "het", "wil", "zodat", "een", "ik", "jako", "chcę", "quero", "eu", "um", "uma", "poder",
    "su", "mis", "mes", "sich", "mein", "meine", "gli", "di", "le", "la", "du", "de",
];

pub(super) fn of(text: &Text<'_>) -> Language {
    let words = || text.tokens.iter().filter(|token| token.kind == Kind::Word);
    let letters = text.source.chars().filter(|c| c.is_alphabetic()).count();
    let latin = text.source.chars().filter(|c| c.is_ascii_alphabetic()).count();
    if letters == 0 || latin * 10 < letters * 7 {
        return Language::Other;
    }
    let count = |list: &[&str]| words().filter(|token| list.contains(&token.low.as_str())).count();
    let (english, other) = (count(ENGLISH), count(OTHERS));
    if other > english || english == 0 && words().count() > 4 {
        Language::Other
    } else {
        Language::English
    }
}
