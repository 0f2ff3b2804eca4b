//! Whether a statement says that values beyond its limit are not taken.
//!
//! A limit restricts only where its own sentence says so: `must have at most 40 characters`, `At most 5 photos can be added`,
//! `Title: 2 to 40 characters`. Elsewhere it tells of something else (`A receipt is required for every item above $25`), and
//! "accepted" and "refused" would be made up. Such a limit keeps its item and its values, and gets no words.

use crate::basis::is_inflected_verb;
use crate::basis::modal::is_modal;
use crate::coverage::scene::Scene;
use crate::test_case::Span;

/// Verbs that have the bound right behind them, whoever speaks.
const BOUNDED: [&str; 24] = [
    "limited to",
    "restricted to",
    "capped at",
    "consists of",
    "consist of",
    "contains",
    "contain",
    "has",
    "have",
    "holds",
    "hold",
    "takes",
    "take",
    "exceed",
    "accepts",
    "accept",
    "allows",
    "allow",
    "supports",
    "permits",
    "lasts",
    "last",
    "lie",
    "lies",
];

/// Words after which a limit holds only sometimes, or of something that the sentence does not name.
const RESERVED: [&str; 15] = [
    "for under",
    "for over",
    "for children",
    "unless",
    "except",
    "average",
    "outside",
    "in a row",
    "consecutive",
    "on top of",
    "instead of",
    "only after",
    "regardless",
    "whichever",
    "either",
];

/// Whether the sentence around the place of a limit restricts what may be entered, chosen, or done.
pub(super) fn restricts(scene: &Scene<'_>, statement: Span, place: Span) -> bool {
    let words = |start, end| {
        let span = Span {
            start,
            end,
            ..statement
        };
        scene.basis.words(span).to_lowercase()
    };
    let (before, after) = (words(statement.start, place.start), words(place.end, statement.end));
    let bound = words(place.start, place.end);
    let before = before.rsplit(['.', ';', '\n']).next().unwrap_or("").trim().to_owned();
    let after = after.split(['.', ';', '\n']).next().unwrap_or("").trim().to_owned();
    let reserved = |text: &str| RESERVED.iter().any(|word| has(text, word)) || text.contains('=');
    // `100 % of the lessons`: a share of something that is no entry.
    let share = bound.ends_with('%') && after.starts_with("of ");
    // `sign language on request (at least 3 weeks ahead)`: said of the one thing before the bracket.
    let bracketed = before.rsplit_once('(').is_some_and(|(_, inside)| {
        !inside.contains(')') && (bound.contains("week") || bound.contains("day") || bound.contains("hour"))
    });
    let only_one = bound == "only one" || bound == "one" || bound == "1";
    if reserved(&before) || reserved(&after) || share || bracketed || only_one {
        return false;
    }
    let clause = before.rsplit([',', ':']).next().unwrap_or("").trim();
    let told = !is_verbless(after.split(',').next().unwrap_or("")) && !is_barred(&after);
    is_verbless(&before) && !told || is_demanded(clause) || opens(clause, &bound, &after) || forbids(clause, &after)
}

/// Whether a phrase stands in a text as whole words.
fn has(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, found)| {
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        edge(text.get(..at).and_then(|before| before.chars().next_back()))
            && edge(text.get(at + found.len()..).and_then(|after| after.chars().next()))
    })
}

/// `Title:`, `Temperature`, `parent's PIN (`, nothing: no verb says anything else of what is bounded.
fn is_verbless(before: &str) -> bool {
    const VERBS: [&str; 14] = [
        "is", "are", "was", "were", "has", "have", "gets", "get", "costs", "cost", "raises", "requires", "required",
        "needed",
    ];
    let words: Vec<&str> = before
        .split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '-')
        .filter(|word| !word.is_empty())
        .collect();
    let verb = |word: &&str| {
        VERBS.contains(word)
            || is_modal(word)
            || word.ends_with('s') && is_inflected_verb(word, false) && !is_plural_noun(&words, word)
    };
    words.len() <= 14 && !words.iter().any(verb) && !before.contains("available")
}

/// Whether a word that may be a verb is what a label begins or ends with: `Orders`, `Photos:`.
fn is_plural_noun(words: &[&str], word: &str) -> bool {
    words.first() == Some(&word) || words.last() == Some(&word)
}

/// `a title must have`, `the order may contain`, `names are`, `a reason of` with what demands it in front.
fn is_demanded(clause: &str) -> bool {
    let words: Vec<&str> = clause.split_whitespace().collect();
    // `An alert must be acknowledged with a note of`: the note belongs to another act.
    let other_act = words
        .windows(4)
        .any(|four| four[0] == "must" && four[1] == "be" && four[2].ends_with("ed") && four[3] == "with");
    if other_act {
        return false;
    }
    let modal = |word: &&str| {
        [
            "must", "can", "may", "cannot", "can't", "shall", "should", "mustn't", "allowed", "able", "possible",
        ]
        .contains(word)
    };
    let to_be = words
        .last()
        .is_some_and(|last| ["be", "is", "are", "being", "adjustable", "selectable", "configurable"].contains(last));
    let verb = BOUNDED.iter().any(|verb| clause.ends_with(verb) && has(clause, verb));
    // The bound stands a noun phrase away at most: `can upload`, `must have a reason of`, `may attach files of`.
    let near = words.iter().rposition(modal).is_some_and(|at| words.len() - at <= 9);
    // `needs a password of`, `requires a comment of`.
    let needs = words
        .iter()
        .rposition(|word| {
            [
                "need", "needs", "requires", "require", "needed", "accepts", "takes", "allows",
            ]
            .contains(word)
        })
        .is_some_and(|at| {
            let behind = words.len() - at;
            (1..=5).contains(&behind)
                && (behind == 1 || words.last().is_some_and(|last| ["of", "with", "to"].contains(last)))
        });
    (to_be || verb || near || needs) && !clause.contains(" for every ") && !clause.contains(" for each ")
}

/// `At most 3 vouchers can be applied`: the bound itself is the subject.
fn opens(clause: &str, bound: &str, after: &str) -> bool {
    let only = clause.is_empty() || ["and", "but", "only", "the", "there are", "there can be"].contains(&clause);
    let compares = [
        "at most",
        "up to",
        "no more than",
        "at least",
        "not more than",
        "a maximum",
        "a minimum",
        "max",
        "min",
        "only",
        "between",
        "from",
    ]
    .iter()
    .any(|opening| bound.starts_with(opening))
        || bound.starts_with(|c: char| c.is_ascii_digit());
    let done = [
        "can",
        "may",
        "must",
        "are allowed",
        "is allowed",
        "are possible",
        "is possible",
        "are permitted",
        "are accepted",
        "are needed",
        "are required",
    ]
    .iter()
    .any(|verb| {
        let early: Vec<&str> = after.split_whitespace().take(5).collect();
        has(&early.join(" "), verb)
    });
    let superlative = [
        "lowest", "highest", "smallest", "largest", "minimum", "maximum", "longest", "shortest",
    ]
    .iter()
    .any(|opening| bound.starts_with(opening));
    only && (superlative || compares && (done || after.is_empty()))
}

/// `Files above 5 MB are refused`, `Members under 16 cannot book`.
fn forbids(clause: &str, after: &str) -> bool {
    !clause.is_empty() && clause.split_whitespace().count() <= 6 && is_barred(after)
}

/// Whether words say that something is not taken.
fn is_barred(after: &str) -> bool {
    const SAID: [&str; 15] = [
        "refused",
        "rejected",
        "declined",
        "denied",
        "not accepted",
        "not allowed",
        "not permitted",
        "cannot",
        "can't",
        "may not",
        "must not",
        "is not possible",
        "are not possible",
        "are not taken",
        "is not taken",
    ];
    SAID.iter().any(|word| has(after, word))
}
