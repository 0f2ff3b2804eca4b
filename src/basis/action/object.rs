//! What an act is done to, and its circumstances: where one ends and the other begins.

use super::{is_adverb, trim_joins, verb_at};
use crate::basis::VerbClass;
use crate::basis::text::Text;
use std::ops::Range;

/// Words that end an object and open a circumstance.
pub(super) const OPENS: &[&str] = &[
    "at",
    "by",
    "from",
    "in",
    "into",
    "on",
    "onto",
    "with",
    "without",
    "to",
    "using",
    "via",
    "through",
    "when",
    "whenever",
    "if",
    "while",
    "after",
    "before",
    "during",
    "until",
    "for",
    "per",
    "against",
    "across",
    "as",
    "near",
    "between",
    "over",
    "under",
    "within",
    "once",
    "online",
    "offline",
    "towards",
    "among",
    "about",
    "around",
    "unless",
    "because",
    "inside",
    "outside",
    "throughout",
    "according",
    "based",
    "automatically",
    "immediately",
    "again",
    "since",
    "together",
    "themselves",
    "myself",
    "ourselves",
    "itself",
];

/// Words that end an object, and what they open is nothing that is done.
pub(super) const ENDS: &[&str] = &[
    "that",
    "which",
    "who",
    "where",
    "such",
    "including",
    "so",
    "then",
    "e.g.",
];

/// Words that begin a bound.
const BOUNDS: &[&str] = &[
    "up to",
    "at least",
    "at most",
    "no more than",
    "not more than",
    "no less than",
    "not less than",
    "more than",
    "less than",
    "fewer than",
    "no fewer than",
    "longer than",
    "shorter than",
    "larger than",
    "smaller than",
    "older than",
    "younger than",
    "between",
    "within",
    "under",
    "over",
    "above",
    "below",
    "exactly",
    "a maximum of",
    "a minimum of",
    "maximum of",
    "minimum of",
    "maximum",
    "minimum",
    "max.",
    "min.",
    "max",
    "min",
];

pub(super) fn is_determiner(word: &str) -> bool {
    matches!(
        word,
        "a" | "an"
            | "the"
            | "my"
            | "our"
            | "their"
            | "his"
            | "her"
            | "your"
            | "its"
            | "some"
            | "all"
            | "any"
            | "each"
            | "every"
            | "this"
            | "these"
            | "those"
            | "another"
            | "more"
            | "several"
            | "multiple"
            | "one"
            | "two"
    )
}

/// The object's words without article and owner: whose it is, the actor says.
pub(super) fn object_text(text: &Text<'_>, object: Range<usize>) -> String {
    let mut object = text.trimmed(object);
    while object.start < object.end {
        let low = text.low(object.start);
        let counted = (text.is_number(object.start) || matches!(low, "one" | "two" | "three" | "four" | "five"))
            && object.len() > 1
            && text.low(object.start + 1) != "-";
        let owner = matches!(
            low,
            "a" | "an"
                | "the"
                | "my"
                | "our"
                | "their"
                | "his"
                | "her"
                | "your"
                | "own"
                | "all"
                | "of"
                | "any"
                | "each"
                | "every"
                | "this"
                | "these"
                | "one's"
        );
        let pronoun = matches!(low, "me" | "us" | "him") || low == "them" && object.len() > 1;
        if !(counted || owner && object.len() > 1 || pronoun) {
            break;
        }
        object.start += 1;
    }
    text.noun(object).map(|noun| noun.text).unwrap_or_default()
}

/// Whether a bound begins here: its words, and a number behind them.
fn bound_at(text: &Text<'_>, at: usize) -> usize {
    let count = text.match_any(at, BOUNDS);
    let number = |at: usize| {
        text.is_number(at)
            || matches!(text.low(at), "$" | "€" | "£" | "¥")
            || matches!(
                text.low(at),
                "one"
                    | "two"
                    | "three"
                    | "four"
                    | "five"
                    | "six"
                    | "seven"
                    | "eight"
                    | "nine"
                    | "ten"
                    | "twelve"
                    | "twenty"
            )
    };
    if count > 0 && (number(at + count) || matches!(text.low(at + count), "a" | "the") && number(at + count + 1)) {
        count
    } else {
        0
    }
}

/// How many tokens a range takes that begins here: `between 10 and 5000 euros`, `8 to 64 characters`.
fn measure_at(text: &Text<'_>, at: usize) -> usize {
    let first = at + usize::from(matches!(text.low(at), "between" | "from"));
    let sign = |at: usize| usize::from(matches!(text.low(at), "$" | "€" | "£" | "¥"));
    let unit = |at: usize| usize::from(crate::basis::literals::is_unit(text.low(at)));
    let first = first + sign(first);
    if !text.is_number(first) || matches!(text.low(first + 1), ":" | "am" | "pm") {
        return 0;
    }
    let joint = first + 1 + unit(first + 1);
    let second = joint + 1 + sign(joint + 1);
    if !matches!(text.low(joint), "to" | "and" | "-" | "–" | "—")
        || !text.is_number(second)
        || text.low(second + 1) == ":"
    {
        return 0;
    }
    second + 1 + unit(second + 1) - at
}

/// Whether a measure is of money.
pub(super) fn is_money(text: &Text<'_>, range: Range<usize>) -> bool {
    range.into_iter().any(|at| {
        matches!(
            text.low(at),
            "$" | "€" | "£" | "¥" | "euros" | "euro" | "dollars" | "usd" | "eur" | "gbp" | "pounds"
        )
    })
}

/// Where the object ends and the circumstances begin.
pub(super) fn object_and_rest(text: &Text<'_>, range: Range<usize>) -> (Range<usize>, Range<usize>) {
    let mut start = range.start;
    // `upload up to 5 photos`: what is counted is the object.
    let measured = measure_at(text, start);
    if measured > 0 {
        let after = start + measured;
        let noun = text.is_word(after) && !OPENS.contains(&text.low(after)) && !ENDS.contains(&text.low(after));
        if !noun || is_money(text, start..after) {
            return (start..start, after..range.end);
        }
        start = after;
    }
    let bound = bound_at(text, start);
    if bound > 0 {
        let number = start + bound + usize::from(matches!(text.low(start + bound), "a" | "$" | "€" | "£" | "¥"));
        let counted = text.is_word(number + 1)
            && !OPENS.contains(&text.low(number + 1))
            && !crate::basis::literals::is_unit(text.low(number + 1))
            && !is_money(text, start..number);
        if text.is_number(number) && !counted {
            return (start..start, (number + 1).min(range.end)..range.end);
        }
        start = number + 1;
    }
    // `see how many points I have`: the whole question is what is seen.
    if matches!(
        text.low(start),
        "how" | "what" | "whether" | "why" | "who" | "which" | "where" | "when"
    ) && verb_at(text, range.start.wrapping_sub(1)).is_some_and(|verb| {
        verb.class == VerbClass::Read || verb.class == VerbClass::Search || verb.class == VerbClass::Configure
    }) {
        return (start..range.end, range.end..range.end);
    }
    let mut at = start;
    while at < range.end {
        let low = text.low(at);
        let of_bound =
            matches!(low, "of" | "with") && (bound_at(text, at + 1) > 0 || low == "of" && text.is_number(at + 1));
        let stop = OPENS.contains(&low)
            || ENDS.contains(&low)
            || matches!(low, "." | ";" | ":" | "(" | "\n")
            || bound_at(text, at) > 0
            || text.is_number(at) && crate::basis::literals::is_unit(text.low(at + 1))
            || of_bound
            || is_adverb(low) && at > start;
        let aside = low == "," && !list_goes_on(text, at, range.end);
        if !text.tokens[at].quoted && (stop || aside && at > start) {
            break;
        }
        at += 1;
    }
    (start..at, at..range.end)
}

/// Whether a comma stands in a list of nouns rather than before an aside: an `and` or `or` follows within a few words.
fn list_goes_on(text: &Text<'_>, comma: usize, end: usize) -> bool {
    (comma + 1..end.min(comma + 8))
        .take_while(|at| !OPENS.contains(&text.low(*at)))
        .any(|at| matches!(text.low(at), "and" | "or"))
}

/// The circumstances, each from its opening word to the next; bounds are left out.
pub(super) fn circumstances(text: &Text<'_>, range: Range<usize>) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let measured = measure_at(text, at);
        if measured > 0 {
            at += measured;
            continue;
        }
        if !OPENS.contains(&text.low(at)) || text.tokens[at].quoted || bound_at(text, at) > 0 {
            at += bound_at(text, at).max(1);
            continue;
        }
        let clause = matches!(
            text.low(at),
            "when" | "whenever" | "if" | "while" | "once" | "unless" | "until" | "because"
        );
        let range_opens = text.low(at) == "from";
        let mut end = at + 1;
        while end < range.end {
            let low = text.low(end);
            // `from Monday to Friday` is one circumstance, and so is a whole `when …`.
            let next = !clause && OPENS.contains(&low) && !(range_opens && low == "to");
            let over = matches!(low, ";" | "(" | "that" | "which" | "so")
                || low == "." && !text.touches_next(end)
                || bound_at(text, end) > 0
                || measure_at(text, end) > 0
                || low == "of" && (bound_at(text, end + 1) > 0 || measure_at(text, end + 1) > 0);
            if !text.tokens[end].quoted && (next || over) {
                break;
            }
            end += 1;
        }
        let bounded = text.is_number(at + 1) && matches!(text.low(at + 2), "to" | "-" | "–")
            || (end - at == 1 && bound_at(text, end) > 0);
        let alone = end - at == 1
            && !matches!(
                text.low(at),
                "online" | "offline" | "automatically" | "immediately" | "again"
            );
        if !bounded
            && !alone
            && let Some(phrase) = text.phrase(trim_joins(text, at..end))
        {
            found.push(phrase.text);
        }
        at = if bounded {
            (end..range.end)
                .find(|at| !text.is_number(*at) && OPENS.contains(&text.low(*at)) && text.low(*at) != "to")
                .unwrap_or(range.end)
        } else {
            end
        };
    }
    found
}
