//! Phrases of a statement: what an act is done to, what a pronoun stands for, and an act said as what is seen of it.

use crate::coverage::families::criteria::is_person;
use crate::coverage::families::limits::lowered;
use crate::coverage::scene::clause::{Clause, verb_of_gerund};
use crate::coverage::scene::grammar::{a, bare, capitalised, is_plural, participle, singular, the};

/// Words that open a noun phrase.
const OPENERS: [&str; 14] = [
    "a", "an", "the", "their", "its", "his", "her", "this", "that", "each", "every", "all", "any", "both",
];

/// Words that end a noun phrase.
const ENDS: [&str; 42] = [
    "to",
    "on",
    "in",
    "at",
    "from",
    "by",
    "for",
    "with",
    "without",
    "until",
    "before",
    "after",
    "off",
    "out",
    "up",
    "down",
    "again",
    "back",
    "straight",
    "once",
    "twice",
    "within",
    "and",
    "or",
    "but",
    "if",
    "when",
    "while",
    "as",
    "into",
    "onto",
    "over",
    "above",
    "below",
    "during",
    "via",
    "through",
    "offline",
    "online",
    "anonymously",
    "immediately",
    "away",
];

/// What an act is done to, and what stands after it: `the link`, `off at any time`. `None` where nothing opens a noun.
pub(in crate::coverage::families) fn object(rest: &str) -> Option<(String, String)> {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let first = words.first()?.trim_end_matches(',');
    let opened = OPENERS.contains(&first.to_lowercase().as_str()) || first.chars().all(|c| c.is_ascii_digit());
    let plural = is_plural(first) && !ENDS.contains(&first.to_lowercase().as_str());
    let adjective = words.get(1).is_some_and(|next| is_plural(next) && !ENDS.contains(next));
    if ENDS.contains(&first.to_lowercase().as_str()) || !(opened || plural || adjective) {
        return None;
    }
    let mut end = words.len();
    for (index, word) in words.iter().enumerate().skip(1) {
        if ENDS.contains(&word.to_lowercase().as_str()) {
            end = index;
            break;
        }
        if word.ends_with([',', ';', ':']) {
            end = index + 1;
            break;
        }
    }
    let noun = words.get(..end)?.join(" ");
    let noun = noun.trim_end_matches([',', ';', ':', '.']).to_owned();
    let tail = words.get(end..).unwrap_or_default().join(" ");
    (!noun.is_empty()).then_some((noun, tail))
}

/// The thing that `it` stands for after this clause: `the link` after `the owner can switch the link off`.
pub(super) fn antecedent(text: &str) -> Option<String> {
    let clause = Clause::read(text)?;
    let first = clause.subject.split(' ').next()?.to_lowercase();
    let acts = verb_of_gerund(&first).is_some() || is_person(&clause.subject);
    if acts {
        let of_gerund = clause.subject.split_whitespace().skip(1).collect::<Vec<_>>();
        let found = (0..of_gerund.len())
            .find_map(|from| object(&of_gerund.get(from..)?.join(" ")))
            .or_else(|| {
                let rest: Vec<&str> = clause.rest.split_whitespace().collect();
                (0..rest.len()).find_map(|from| object(&rest.get(from..)?.join(" ")))
            });
        return found.map(|(noun, _)| the(bare(&noun)));
    }
    (!clause.subject.is_empty() && clause.subject.split(' ').count() <= 5).then(|| the(&lowered(bare(&clause.subject))))
}

/// Whether a statement opens with a word for something said before.
pub(super) fn opens_with_pronoun(text: &str) -> bool {
    let first = text.split([' ', '\'', '’']).next().unwrap_or("");
    // `IT` is a department.
    let first = if first == "IT" {
        String::new()
    } else {
        first.to_lowercase()
    };
    ["it", "they"].contains(&first.as_str())
}

/// The statement with its first word put in place of the pronoun: `It then leads to …` → `The link leads to …`.
pub(super) fn resolved(text: &str, thing: &str) -> String {
    let text = text.replace('’', "'");
    let mut rest = None;
    for (short, long) in [
        ("it's", Some("is")),
        ("it'll", Some("will")),
        ("they're", Some("are")),
        ("it", None),
        ("they", None),
    ] {
        let head = text.get(..short.len()).unwrap_or("");
        let after = text.get(short.len()..).unwrap_or("");
        if head.eq_ignore_ascii_case(short) && after.starts_with(' ') {
            rest = Some(long.map_or_else(|| after.to_owned(), |verb| format!(" {verb}{after}")));
            break;
        }
    }
    rest.map_or_else(
        || text.clone(),
        |rest| {
            let rest = rest
                .strip_prefix(" then ")
                .map_or(rest.clone(), |rest| format!(" {rest}"));
            format!("{}{rest}", capitalised(thing))
        },
    )
}

/// An act as what is seen of it: `clear`, `the strip on a shared computer` → `The strip is cleared on a shared computer`.
pub(in crate::coverage::families) fn done_to(verb: &str, rest: &str) -> Option<String> {
    let (noun, tail) = object(rest)?;
    if verb.contains('-') {
        return None;
    }
    if noun
        .split(' ')
        .any(|word| ["that", "which", "who", "what"].contains(&word))
    {
        return None;
    }
    let be = if is_plural(&noun) && !noun.starts_with("each ") || tail.starts_with("and ") {
        "are"
    } else {
        "is"
    };
    if tail.starts_with("and ") || tail.starts_with("or ") {
        return None;
    }
    Some(
        format!("{} {be} {} {tail}", capitalised(&noun), participle(verb))
            .trim_end()
            .to_owned(),
    )
}

/// One of a kind: `Viewers` → `viewer`.
pub(super) fn one_of(subject: &str) -> String {
    singular(&lowered(bare(subject)))
}

/// `A viewer`; of a department somebody.
pub(super) fn somebody(who: &str) -> String {
    if who.len() > 1 && who.chars().all(|c| c.is_ascii_uppercase()) {
        return format!("Somebody of {who}");
    }
    capitalised(&a(who))
}

/// `the viewer`; a department has a name.
pub(super) fn that_one(who: &str) -> String {
    if who.len() > 1 && who.chars().all(|c| c.is_ascii_uppercase()) {
        return who.to_owned();
    }
    the(who)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pronouns_stand_for_the_thing_said_before() {
        for (before, thing) in [
            ("The owner can switch the link off at any time", "the link"),
            ("Looking at an item again moves it to the front", "the item"),
            ("A saved item keeps its size", "the saved item"),
            ("a guest buys an item", "the item"),
        ] {
            assert_eq!(antecedent(before).as_deref(), Some(thing), "{before}");
        }
        for (text, said) in [
            (
                "it then leads to 'This list is private'",
                "The link leads to 'This list is private'",
            ),
            ("It's never left blank", "The link is never left blank"),
            ("Items are sold", "Items are sold"),
        ] {
            assert_eq!(resolved(text, "the link"), said);
        }
    }

    #[test]
    fn acts_are_said_as_what_is_seen_of_them() {
        for (verb, rest, seen) in [
            (
                "clear",
                "the strip on a shared computer",
                Some("The strip is cleared on a shared computer"),
            ),
            (
                "run",
                "the search straight away",
                Some("The search is run straight away"),
            ),
            ("lead", "to 'This list is private'", None),
            ("see", "who bought what", None),
        ] {
            assert_eq!(done_to(verb, rest).as_deref(), seen, "{verb} {rest}");
        }
    }
}
