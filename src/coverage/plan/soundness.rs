//! The last look at what the families worded: is it English that says something? A case that is not is never shown.
//!
//! It exists because families join words of the author that they cannot all understand. Refuses: preconditions and results
//! without a verb, things that are pronouns or adverbs, pieces of a sentence whose rest was cut out. It judges words alone
//! and knows no story.

use crate::basis::is_inflected_verb;
use crate::basis::modal::is_modal;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::is_plural;
use crate::test_case::Draft;

/// What is wrong with a text that a tester would read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A state or a result without a finite verb: `Creation.`
    Fragment,
    /// Something that is no thing is treated as one: `the themselves`, `A never of 0`.
    NoThing,
    /// Words are missing where a part was cut out: `unlocks at , locks`.
    CutOut,
    /// Words that belong to no English sentence: `is shown as been`.
    NotEnglish,
}

/// The first fault of a case; `None` for one that may be shown.
pub(super) fn fault(draft: &Draft) -> Option<Fault> {
    let states = draft.preconditions.iter().chain([&draft.expected_result]);
    if states.clone().any(|state| !has_verb(state)) {
        return Some(Fault::Fragment);
    }
    let actions = draft.steps.iter().flat_map(|step| [&step.action, &step.expected]);
    states
        .chain(actions)
        .chain([&draft.title])
        .find_map(|text| of_text(text))
}

fn of_text(text: &str) -> Option<Fault> {
    let plain = unquoted(text).to_lowercase();
    let padded = format!(" {} ", plain.trim_end_matches('.'));
    let has = |words: &[&str]| words.iter().any(|word| padded.contains(word));
    let to_be = [
        " to be the ",
        " has not been ",
        " have not been ",
        " must be the ",
        " can be the ",
    ];
    if has(&[" shown as been ", " not been ", " be the ", " a is ", " named is "]) && !has(&to_be)
        || has(&["this does not happen:"])
    {
        return Some(Fault::NotEnglish);
    }
    if is_misformed(&padded) {
        return Some(Fault::NotEnglish);
    }
    if holds_no_thing(&plain) {
        return Some(Fault::NoThing);
    }
    let cut = padded.contains(" , ") || padded.contains(" : ") || ends_open(&plain);
    (cut || !is_balanced(&plain)).then_some(Fault::CutOut)
}

/// `bookeds`, `they is`, `the customer don't`, `the hours is`: forms that no English sentence has.
fn is_misformed(padded: &str) -> bool {
    const FORMS: [&str; 13] = [
        " only what ",
        " the one is ",
        " open the one ",
        " they is ",
        " they has ",
        " whens ",
        " when they starts",
        " fors ",
        " is visibles ",
        " ( )",
        " who' ",
        " try to an ",
        " try to a ",
    ];
    if FORMS.iter().any(|form| padded.contains(form)) {
        return true;
    }
    let words: Vec<&str> = padded
        .split_whitespace()
        .map(|word| word.trim_matches(|sign: char| !sign.is_alphanumeric() && sign != '\''))
        .collect();
    // A participle takes no s: `the member bookeds`; `needs`, `seeds` and `feeds` are words.
    let doubled = |word: &&str| word.len() > 6 && word.ends_with("eds") && !word.ends_with("eeds");
    if words.iter().any(doubled) {
        return true;
    }
    words.windows(3).any(|three| {
        let [article, noun, verb] = three else { return false };
        if !["the", "a", "an"].contains(article) {
            return false;
        }
        let several = is_plural(noun);
        several && *article == "the" && ["is", "has", "was"].contains(verb)
            || !several
                && ["don't", "aren't", "haven't"].contains(verb)
                && !["people", "staff", "police"].contains(noun)
    })
}

/// `A never of €0 …`, `the themselves`, `the a voucher`: an article before a word that is no noun and describes none.
fn holds_no_thing(text: &str) -> bool {
    const ARTICLES: [&str; 3] = ["a", "an", "the"];
    const NO_NOUNS: [&str; 32] = [
        "never",
        "always",
        "of",
        "is",
        "are",
        "be",
        "been",
        "it",
        "them",
        "they",
        "themselves",
        "themselve",
        "itself",
        "than",
        "and",
        "or",
        "also",
        "what",
        "how",
        "where",
        "why",
        "told",
        "offered",
        "led",
        "shown",
        "a",
        "an",
        "the",
        "to",
        "at",
        "on",
        "in",
    ];
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_matches(|sign: char| !sign.is_alphanumeric()))
        .collect();
    let pair = |pair: &[&str]| match pair {
        // A participle before a noun describes it: `the offered voucher`.
        [article, "told" | "offered" | "led" | "shown", next @ ..] if ARTICLES.contains(article) => next
            .first()
            .is_none_or(|next| NO_NOUNS.contains(next) || ["as", "when", "with"].contains(next)),
        [article, word, ..] => ARTICLES.contains(article) && NO_NOUNS.contains(word),
        _ => false,
    };
    words.windows(3).any(pair) || words.windows(2).last().is_some_and(pair)
}

/// Whether a sentence ends where a noun was taken away.
fn ends_open(text: &str) -> bool {
    const OPEN: [&str; 12] = [
        "of", "at", "the", "a", "an", "below", "above", "than", "and", "or", "between", "every",
    ];
    let text = text.trim_end_matches(['.', ' ']);
    !text.ends_with(" in between") && OPEN.iter().any(|word| text.ends_with(&format!(" {word}")))
}

fn is_balanced(text: &str) -> bool {
    let mut depth = 0_i32;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

/// The text without what it quotes: what is shown on a page need be no sentence.
fn unquoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut closing: Option<char> = None;
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match closing {
            Some(end) if c == end && chars.peek().is_none_or(|next| !next.is_alphanumeric()) => {
                closing = None;
                out.push_str("quoted");
            }
            Some(_) => {}
            None if matches!(c, '\'' | '"' | '“' | '‘') && !before.is_alphanumeric() => {
                closing = Some(match c {
                    '“' => '”',
                    '‘' => '’',
                    same => same,
                });
            }
            None => out.push(c),
        }
        before = c;
    }
    if closing.is_some() { text.to_owned() } else { out }
}

/// Whether a finite verb stands in the text.
fn has_verb(text: &str) -> bool {
    let plain = unquoted(text);
    let words: Vec<String> = plain
        .split_whitespace()
        .map(|word| {
            word.trim_matches(|c: char| !c.is_alphanumeric() && c != '\'')
                .to_lowercase()
                .replace('’', "'")
        })
        .collect();
    let joined = words.join(" ");
    (0..words.len()).any(|at| is_finite(&words, at)) || Clause::read(&joined).is_some()
}

/// Whether the word at a place is a finite verb. A verb that no table knows is taken for one by its ending and its place.
fn is_finite(words: &[String], at: usize) -> bool {
    const PAST: [&str; 22] = [
        "began", "went", "came", "ran", "took", "got", "lost", "left", "became", "fell", "broke", "stood", "rose",
        "exist", "become", "becomes", "bring", "brings", "stand", "stands", "says", "comes",
    ];
    const OPENING: [&str; 14] = [
        "the", "a", "an", "of", "for", "to", "per", "in", "on", "at", "by", "with", "from", "no",
    ];
    let word = words[at].as_str();
    let auxiliary = matches!(
        word,
        "is" | "are" | "was" | "were" | "has" | "have" | "had" | "does" | "do" | "did" | "it's" | "that's" | "there's"
    ) || word.ends_with("n't")
        || is_modal(word);
    if auxiliary {
        return true;
    }
    let Some(before) = at.checked_sub(1).map(|before| words[before].as_str()) else {
        return false;
    };
    if OPENING.contains(&before) {
        return false;
    }
    let several = is_plural(before) || words[..at].iter().any(|word| word == "and");
    if PAST.contains(&word) || word == "exists" || is_inflected_verb(word, several) {
        return true;
    }
    let goes_on = words.get(at + 1).is_none_or(|next| {
        OPENING.contains(&next.as_str())
            || matches!(
                next.as_str(),
                "my" | "their" | "its" | "his" | "her" | "any" | "all" | "again" | "back" | "up" | "out"
            )
    });
    let third = word.len() > 3 && word.ends_with('s') && !["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    let subject = at > 1
        && matches!(
            words[at - 2].as_str(),
            "the" | "a" | "an" | "no" | "my" | "their" | "each" | "every"
        );
    if goes_on
        && (before.ends_with("quoted") && word.ends_with('s') || at == 1 && is_plural(before) && !word.ends_with('s'))
    {
        return true;
    }
    goes_on && subject && (third && !is_plural(before) || word.ends_with("ed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_case::Step;

    fn draft(title: &str, given: &str, step: &str, expected: &str) -> Draft {
        Draft {
            title: title.to_owned(),
            preconditions: vec![given.to_owned()],
            steps: vec![Step::new(step)],
            expected_result: expected.to_owned(),
            ..Draft::default()
        }
    }

    #[test]
    fn states_and_results_have_a_verb() {
        for (state, sound) in [
            ("Creation.", false),
            ("The change.", false),
            ("A confirmation.", false),
            ("3, 6 or 12 instalments.", false),
            ("Time limit 5 to 180 minutes.", false),
            ("PDF in the language of the course.", false),
            ("Ticking 'My address is correct'.", false),
            ("An order exists.", true),
            ("The field shows 'Nothing here yet'.", true),
            ("Open orders block the deletion.", true),
            ("Slots run from 08:00 to 22:00.", true),
            ("Payout happens.", true),
            ("The customer doesn't see the option.", true),
            ("The link was issued 31 minutes ago.", true),
            ("The total drops below €0.", true),
            ("No product resembles their words.", true),
            ("The connection breaks.", true),
            ("Colours depend on the product.", true),
            ("The control 'Reset filters' brings back the full list.", true),
            ("A price changed in between.", true),
            ("Each delivery carries the same event ID.", true),
            ("The result with the price 10 stands between the others.", true),
            ("Two developers exist, each with an API key of their own.", true),
            ("Upper and lower case make no difference.", true),
            ("The slot began 16 minutes ago.", true),
        ] {
            let found = fault(&draft(
                "An order is placed",
                state,
                "Open the order.",
                "The order is shown.",
            ));
            assert_eq!(found.is_none(), sound, "{state}");
            let found = fault(&draft(
                "An order is placed",
                "An order exists.",
                "Open the order.",
                state,
            ));
            assert_eq!(found.is_none(), sound, "{state}");
        }
    }

    #[test]
    fn what_is_named_is_a_thing() {
        for (title, expected) in [
            ("A never of €0: the amount drops", Some(Fault::NoThing)),
            ("Nobody can test a themselve without signing in", Some(Fault::NoThing)),
            ("The them is shown", Some(Fault::NoThing)),
            ("The offered voucher is used", None),
            ("What is shown is the last item", None),
            ("The told is shown as been", Some(Fault::NotEnglish)),
            (
                "A balance of $24: this does not happen: payout",
                Some(Fault::NotEnglish),
            ),
            ("Unlocks at , locks again", Some(Fault::CutOut)),
            ("It is used if it exists in a month (29", Some(Fault::CutOut)),
            ("A new password of 12 characters is accepted", None),
            ("A code that has not been used is accepted", None),
            ("The reason shown is general ('Your bank declined it :)')", None),
            ("The offer is the first to be shown", None),
            ("A member bookeds a class", Some(Fault::NotEnglish)),
            ("The customer don't see the option", Some(Fault::NotEnglish)),
            ("The goods is too cheap", Some(Fault::NotEnglish)),
            ("The address is too long", None),
            ("The member needs a card", None),
        ] {
            let found = fault(&draft(
                title,
                "An order exists.",
                "Open the order.",
                "The order is shown.",
            ));
            assert_eq!(found, expected, "{title}");
        }
    }
}
