//! Criteria: split into statements, each read by its form.

mod finite;

use super::parse::clause_action;
use super::text::Text;
use super::{Criterion, CriterionForm, Junction, Modality, Phrase};
use std::ops::Range;

/// Words with which a statement lays down a rule.
pub(super) const RULES: &[&str] = &[
    "must", "shall", "should", "can", "cannot", "may", "is", "are", "will", "has", "have",
];

/// Words that open a condition.
const CONDITIONS: &[&str] = &[
    "only if",
    "only when",
    "if",
    "when",
    "whenever",
    "unless",
    "once",
    "after",
    "as soon as",
    "where",
    "until",
    "provided that",
];

/// Words that forbid or deny.
const DENIALS: &[&str] = &[
    "must not",
    "shall not",
    "should not",
    "may not",
    "can not",
    "cannot",
    "can't",
    "is not allowed",
    "are not allowed",
    "not allowed",
    "is refused",
    "are refused",
    "is rejected",
    "are rejected",
    "is denied",
    "are denied",
    "is blocked",
    "are blocked",
    "is not possible",
    "not eligible",
    "never",
    "is prevented",
    "are prevented",
    "does not",
    "do not",
    "is not",
    "are not",
    "fails",
    "is declined",
    "are declined",
    "doesn't",
    "don't",
    "isn't",
    "aren't",
    "won't",
    "mustn't",
    "shouldn't",
    "no longer",
    "nobody",
    "no one",
];

/// Reads one item's statements from a range of its text.
pub(super) fn criteria(text: &Text<'_>, range: Range<usize>) -> Vec<Criterion> {
    let blocks = blocks(text, range);
    blocks.into_iter().filter_map(|block| statement(text, block)).collect()
}

/// Statements: bullets, numbers, lines and sentences; Given/When/Then stays together over lines and full stops.
fn blocks(text: &Text<'_>, range: Range<usize>) -> Vec<Range<usize>> {
    let mut blocks: Vec<Range<usize>> = Vec::new();
    for sentence in text.sentences(range) {
        let sentence = unnumbered(text, sentence);
        // `…; otherwise it is applied` belongs to the statement before it.
        if matches!(text.low(text.trimmed(sentence.clone()).start), "otherwise" | "else")
            && let Some(last) = blocks.last_mut()
        {
            last.end = sentence.end;
            continue;
        }
        let first = text.trimmed(sentence.clone()).start;
        let heading = matches!(text.low(first), "scenario" | "feature" | "background" | "example")
            && (first..first + 3).any(|at| text.low(at) == ":");
        if heading || text.trimmed(sentence.clone()).is_empty() {
            continue;
        }
        // A line that goes on in lower case after no stop only wraps the one before.
        if let Some(last) = blocks.last_mut()
            && wraps(text, last, &sentence)
        {
            last.end = sentence.end;
            continue;
        }
        let goes_on = matches!(
            text.low(text.trimmed(sentence.clone()).start),
            "when" | "then" | "and" | "but" | "given"
        );
        match blocks.last_mut() {
            Some(last) if goes_on && is_open_scenario(text, last, &sentence) => last.end = sentence.end,
            _ => blocks.push(sentence),
        }
    }
    blocks
}

/// Whether a line continues the block before it: it opens in lower case, without a bullet, and nothing ended the block.
fn wraps(text: &Text<'_>, block: &Range<usize>, next: &Range<usize>) -> bool {
    let lower = text.words(next).trim_start().starts_with(char::is_lowercase);
    let line = next.start > 0 && text.low(next.start - 1) == "\n" && next.start == block.end;
    let ended = (block.start..block.end)
        .rev()
        .find(|at| text.low(*at) != "\n")
        .is_none_or(|at| matches!(text.low(at), "." | "!" | "?" | ";" | ":"));
    lower && line && !ended
}

/// Whether a block is a scenario that this sentence belongs to.
fn is_open_scenario(text: &Text<'_>, block: &Range<usize>, next: &Range<usize>) -> bool {
    let given = text.low(text.trimmed(block.clone()).start) == "given";
    given && text.low(text.trimmed(next.clone()).start) != "given"
}

/// Without a bullet, a number or a label such as `AC1:`.
fn unnumbered(text: &Text<'_>, range: Range<usize>) -> Range<usize> {
    let mut start = range.start;
    while start < range.end && matches!(text.low(start), "-" | "*" | "•" | "–" | "\n" | "[" | "]") {
        start += 1;
    }
    let label = text.low(start).starts_with("ac")
        && text.low(start).len() <= 5
        && matches!(text.low(start + 1), ":" | "." | ")" | "-");
    let number = text.is_number(start) && matches!(text.low(start + 1), "." | ")" | ":");
    if label || number {
        start + 2..range.end
    } else {
        start..range.end
    }
}

fn statement(text: &Text<'_>, block: Range<usize>) -> Option<Criterion> {
    let block = text.trimmed(block);
    let statement = text.phrase(block.clone())?;
    let mut criterion = Criterion {
        basis_id: text.id,
        statement,
        form: CriterionForm::Plain,
        given: Vec::new(),
        when: Vec::new(),
        then: Vec::new(),
        otherwise: None,
        junction: Junction::And,
        negative: false,
        modality: modality(text, &block),
        action: None,
    };
    if let Some(parts) = scenario(text, &block) {
        criterion.form = CriterionForm::GivenWhenThen;
        for (keyword, range) in parts {
            let into = match keyword {
                "given" => &mut criterion.given,
                "when" => &mut criterion.when,
                _ => &mut criterion.then,
            };
            into.extend(text.phrase(range));
        }
        criterion.negative = criterion.then.iter().any(|then| denies(text, then));
        criterion.action = criterion.when.first().and_then(|when| action_of(text, when));
        return Some(criterion);
    }
    match conditional(text, &block) {
        Some(Conditional {
            condition,
            consequence,
            otherwise,
        }) => {
            criterion.form = CriterionForm::Conditional;
            let (parts, junction) = joined(text, condition);
            criterion.when = parts;
            criterion.junction = junction;
            criterion.then.extend(text.phrase(consequence.clone()));
            criterion.otherwise = otherwise.and_then(|range| text.phrase(range));
            criterion.negative = criterion.then.iter().any(|then| denies(text, then));
            // What is done stands in the condition (`if the user enters …`), else in the consequence.
            let trigger = criterion.when.first().and_then(|when| action_of(text, when));
            criterion.action = trigger.or_else(|| clause_action(text, after_subject(text, consequence)));
        }
        None => {
            let required = block
                .clone()
                .any(|at| RULES.contains(&text.low(at)) || text.low(at) == "required");
            criterion.form = if required {
                CriterionForm::Requirement
            } else {
                CriterionForm::Plain
            };
            criterion.then.push(criterion.statement.clone());
            criterion.negative = denies(text, &criterion.statement);
            criterion.action = clause_action(text, after_subject(text, block));
        }
    }
    Some(criterion)
}

/// Given, when and then with their ranges; `None` without both a `when` and a `then`, or a `given`.
fn scenario<'a>(text: &'a Text<'_>, block: &Range<usize>) -> Option<Vec<(&'a str, Range<usize>)>> {
    let first = text.low(block.start);
    let mut starts: Vec<(&str, usize)> = Vec::new();
    for at in block.clone() {
        let opens = at == block.start || matches!(text.low(at - 1), "," | "." | "\n" | ";");
        let low = text.low(at);
        match low {
            "given" | "when" | "then" if (opens || low == "then") && !text.tokens[at].quoted => starts.push((low, at)),
            "and" | "but" if matches!(text.low(at.wrapping_sub(1)), "\n") => {
                let before = starts.last()?.0;
                starts.push((before, at));
            }
            _ => {}
        }
    }
    let has = |keyword: &str| starts.iter().any(|(found, _)| *found == keyword);
    if !(first == "given" && has("then") || first == "when" && has("then") && text.low(block.start + 1) != "then") {
        return None;
    }
    if first == "when" && !has("given") {
        // `When X, then Y` reads the same as a conditional; keep it there.
        return None;
    }
    let ends = starts.iter().skip(1).map(|(_, at)| *at).chain([block.end]);
    Some(
        starts
            .iter()
            .zip(ends)
            .map(|((keyword, start), end)| (*keyword, start + 1..end))
            .collect(),
    )
}

struct Conditional {
    condition: Range<usize>,
    consequence: Range<usize>,
    /// What else happens, or the exception that `unless` names.
    otherwise: Option<Range<usize>>,
}

fn conditional(text: &Text<'_>, block: &Range<usize>) -> Option<Conditional> {
    let otherwise = block
        .clone()
        .find(|at| matches!(text.low(*at), "otherwise" | "else") && !text.tokens[*at].quoted);
    let end = otherwise.unwrap_or(block.end);
    let otherwise = otherwise.map(|at| at + 1..block.end);
    let (start, length) = (block.start..end)
        .filter(|at| !text.tokens[*at].quoted)
        .map(|at| (at, text.match_any(at, CONDITIONS)))
        .find(|(at, length)| {
            *length > 0
                && !is_phrase_of_doubt(text, at + length)
                && !is_duration(text, *at)
                && !is_frequency(text, *at)
                && *at != block.start + 1
                && !is_time(text, *at, *length, end)
        })?;
    if start == block.start {
        let comma = (start + length..end)
            .find(|at| text.low(*at) == "then" || text.low(*at) == "," && !list_comma(text, *at, end))?;
        let consequence = if text.low(comma + 1) == "then" {
            comma + 2
        } else {
            comma + 1
        };
        return Some(match matches!(text.low(start), "unless" | "until") {
            true => Conditional {
                condition: comma..comma,
                consequence: consequence..end,
                otherwise: Some(start + length..comma),
            },
            false => Conditional {
                condition: start + length..comma,
                consequence: consequence..end,
                otherwise,
            },
        });
    }
    // `until` names what ends it, as `unless` names what prevents it.
    if matches!(text.low(start), "unless" | "until") {
        return Some(Conditional {
            condition: end..end,
            consequence: block.start..start,
            otherwise: Some(start + length..end),
        });
    }
    Some(Conditional {
        condition: start + length..end,
        consequence: block.start..start,
        otherwise,
    })
}

/// `if need be`, `if any`, `if necessary` name no condition.
fn is_phrase_of_doubt(text: &Text<'_>, at: usize) -> bool {
    let low = text.low(at);
    [
        "need",
        "any",
        "necessary",
        "needed",
        "required",
        "possible",
        "applicable",
        "desired",
    ]
    .contains(&low)
        && (low == "need" && text.low(at + 1) == "be" || low != "need" && !text.is_word(at + 1))
}

/// `after 30 minutes` and `after 18:00` bound a time and are no conditions.
fn is_duration(text: &Text<'_>, at: usize) -> bool {
    let of_day = matches!(text.low(at + 2), ":" | "am" | "pm" | "a.m." | "p.m.");
    let timed = text.is_number(at + 1) && (of_day || super::literals::is_unit(text.low(at + 2)));
    matches!(text.low(at), "after" | "until") && timed || text.low(at) == "where"
}

/// `after the change`, `until the date of the event`, `after asking`: a time that no clause tells.
fn is_time(text: &Text<'_>, at: usize, length: usize, end: usize) -> bool {
    let counted = text.is_number(at + length);
    matches!(text.low(at), "after" | "until" | "once") && !counted && !finite::is_clause(text, at + length..end)
}

/// `only once`, `once per customer`, `once a day` say how often, and open no condition.
fn is_frequency(text: &Text<'_>, at: usize) -> bool {
    const BEFORE: &[&str] = &["only", "just", "most", "than", "exactly", "least", "be"];
    const AFTER: &[&str] = &["per", "every", "each", "in", "only", "for", "within", "by", "and", "or"];
    if text.low(at) != "once" {
        return false;
    }
    let counted = matches!(text.low(at + 1), "a" | "an")
        && matches!(
            text.low(at + 2),
            "day" | "week" | "month" | "year" | "hour" | "minute" | "quarter" | "night"
        );
    let ends = !text.is_word(at + 1) && !text.is_number(at + 1);
    at > 0 && (BEFORE.contains(&text.low(at - 1)) || AFTER.contains(&text.low(at + 1)) || counted || ends)
}

/// A comma of a list (`A, B or C`) ends no condition.
fn list_comma(text: &Text<'_>, comma: usize, end: usize) -> bool {
    let next = (comma + 1..end.min(comma + 5)).find(|at| matches!(text.low(*at), "," | "and" | "or"));
    next.is_some_and(|at| text.low(at) != "," && at > comma + 1 && at <= comma + 2)
}

/// The parts of a condition, and how they are joined.
fn joined(text: &Text<'_>, condition: Range<usize>) -> (Vec<Phrase>, Junction) {
    for (word, junction) in [("or", Junction::Or), ("and", Junction::And)] {
        let cuts: Vec<usize> = condition
            .clone()
            .filter(|at| text.low(*at) == word && !text.tokens[*at].quoted && clause_after(text, *at))
            .collect();
        if cuts.is_empty() {
            continue;
        }
        let mut parts = Vec::new();
        let mut start = condition.start;
        for cut in cuts.into_iter().chain([condition.end]) {
            parts.extend(text.phrase(start..cut));
            start = cut + 1;
        }
        if parts.len() > 1 {
            return (parts, junction);
        }
    }
    (text.phrase(condition).into_iter().collect(), Junction::And)
}

/// Whether a clause of its own follows a joining word: it has a verb within a few words, so that `name and email` stays
/// one part.
fn clause_after(text: &Text<'_>, at: usize) -> bool {
    let verb = |at: usize| {
        matches!(
            text.low(at),
            "is" | "are" | "has" | "have" | "was" | "were" | "contains" | "exceeds" | "does" | "do"
        )
    };
    let before = (at.saturating_sub(8)..at).any(verb);
    (at + 1..at + 6).any(verb) && before
}

fn modality(text: &Text<'_>, block: &Range<usize>) -> Modality {
    block
        .clone()
        .find_map(|at| match text.low(at) {
            "must" | "shall" | "cannot" | "required" => Some(Modality::Must),
            "should" => Some(Modality::Should),
            "may" | "can" | "could" | "optionally" => Some(Modality::May),
            _ => None,
        })
        .unwrap_or(Modality::Must)
}

fn denies(text: &Text<'_>, phrase: &Phrase) -> bool {
    tokens_of(text, phrase).any(|at| {
        let length = text.match_any(at, DENIALS);
        // `must not exceed 64` and `not more than 5` bound something and deny nothing.
        let bounds = matches!(
            text.low(at + length),
            "exceed" | "more" | "less" | "fewer" | "longer" | "shorter" | "larger" | "older" | "only"
        );
        length > 0 && !bounds && !text.tokens[at].quoted
    })
}

/// The tokens that lie in a phrase.
fn tokens_of(text: &Text<'_>, phrase: &Phrase) -> Range<usize> {
    let first = text.tokens.partition_point(|token| token.start < phrase.span.start);
    let last = text.tokens.partition_point(|token| token.end <= phrase.span.end);
    first..last
}

fn action_of(text: &Text<'_>, phrase: &Phrase) -> Option<super::Action> {
    let range = tokens_of(text, phrase);
    if range.is_empty() {
        return None;
    }
    clause_action(text, after_subject(text, range))
}

/// The clause without its subject: from the first word that is a verb by its place, not by its look alone, so that
/// `Cards older than …` and `Search terms …` name no act.
fn after_subject(text: &Text<'_>, range: Range<usize>) -> Range<usize> {
    let verb = range.clone().take(12).find(|at| is_said(text, *at, &range));
    verb.map_or(range.end..range.end, |at| at..range.end)
}

fn is_said(text: &Text<'_>, at: usize, range: &Range<usize>) -> bool {
    if !super::action::is_verb(text, at) || text.tokens.get(at).is_none_or(|token| token.quoted) {
        return false;
    }
    let auxiliary = |at: usize| {
        let low = text.low(at);
        super::modal::is_plain_modal(low) || matches!(low, "be" | "is" | "are" | "been" | "has" | "have")
    };
    if at == range.start {
        return super::action::is_base_verb(text, at) && !range.clone().any(auxiliary);
    }
    let before = text.low(at - 1);
    if auxiliary(at - 1)
        || matches!(
            before,
            "not" | "to" | "i" | "we" | "you" | "they" | "only" | "also" | "it" | "never"
        )
    {
        return true;
    }
    // `the customer enters a code`: the third person, with no verb of its own after it.
    let third = text.low(at).ends_with('s') && !super::action::is_base_verb(text, at);
    third && text.is_word(at - 1) && !is_opening(before) && !(at + 1..range.end.min(at + 4)).any(auxiliary)
}

/// Words that a noun follows.
fn is_opening(word: &str) -> bool {
    matches!(
        word,
        "a" | "an"
            | "the"
            | "my"
            | "their"
            | "our"
            | "your"
            | "all"
            | "of"
            | "in"
            | "on"
            | "for"
            | "with"
            | "by"
            | "from"
            | "and"
            | "or"
            | "no"
    )
}
