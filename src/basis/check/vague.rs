//! Words that cannot be tested as they stand: a finding for each, and a question about what the word is said of.

use super::{finding, within_benefit};
use crate::basis::text::Text;
use crate::basis::{Literal, LiteralKind, Question, TestBasis};
use crate::test_case::{BasisId, Finding, Severity};
use std::collections::HashSet;
use std::ops::Range;

/// What kind of vagueness it is; each kind has its own question.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Speed,
    Ease,
    Strength,
    Amount,
    Choice,
    Recency,
    Occasion,
    Frequency,
    OpenList,
    Placeholder,
    EitherOr,
    Looks,
}

pub(super) fn read(basis: &TestBasis, findings: &mut Vec<Finding>, questions: &mut Vec<Question>) {
    let fallback = thing(basis);
    // Literals stand in the order of their items: each item is taken apart once.
    let mut text = Text::new(BasisId::Story, basis.text(BasisId::Story));
    for literal in &basis.literals {
        let LiteralKind::Vague(word) = &literal.kind else {
            continue;
        };
        let sort = sort_of(word);
        let wish = within_benefit(basis, literal.span) && !matches!(sort, Sort::Speed | Sort::Placeholder);
        if literal.span.basis_id == BasisId::Context || wish {
            continue;
        }
        if text.id != literal.span.basis_id {
            text = Text::new(literal.span.basis_id, basis.text(literal.span.basis_id));
        }
        let about = said_of(&text, literal).unwrap_or_else(|| fallback.clone());
        let (code, severity) = match sort {
            Sort::Placeholder => ("STORY_PLACEHOLDER", Severity::Error),
            Sort::Speed | Sort::Strength => ("STORY_NOT_MEASURABLE", Severity::Warning),
            Sort::Looks | Sort::Ease if is_whole_claim(&text, literal) => ("CRITERION_UNTESTABLE", Severity::Warning),
            _ => ("STORY_AMBIGUOUS", Severity::Warning),
        };
        findings.push(finding(
            code,
            severity,
            message(sort, &literal.text, &about),
            Some(literal.span),
        ));
        questions.push(Question {
            key: format!("vague/{word}/{about}").to_lowercase(),
            text: question(sort, word, &literal.text, &about, &list_before(&text, literal)),
            span: Some(literal.span),
            blocks_everything: false,
        });
    }
}

fn sort_of(word: &str) -> Sort {
    match word {
        "fast"
        | "faster"
        | "quick"
        | "quicker"
        | "quickly"
        | "soon"
        | "timely"
        | "real time"
        | "real-time"
        | "in time"
        | "responsive"
        | "instantly"
        | "as soon as possible"
        | "asap"
        | "promptly"
        | "performant"
        | "immediately" => Sort::Speed,
        "easy" | "easily" | "easier" | "simple" | "simply" | "intuitive" | "intuitively" | "user-friendly"
        | "user friendly" | "convenient" | "conveniently" | "seamless" | "seamlessly" | "smooth" | "smoothly"
        | "effortless" | "effortlessly" => Sort::Ease,
        "reliable" | "scalable" | "robust" | "flexible" | "stable" | "efficient" | "efficiently" | "reliably" => {
            Sort::Strength
        }
        "several" | "many" | "various" | "a few" | "a lot of" | "numerous" | "sufficient" | "enough" => Sort::Amount,
        "relevant" | "appropriate" | "suitable" | "appropriately" | "best possible" | "some kind of" | "adequate"
        | "reasonable" | "important" | "useful" | "interesting" | "popular" => Sort::Choice,
        "recent" | "recently" => Sort::Recency,
        "as needed" | "as appropriate" | "if needed" | "if necessary" | "when necessary" | "if possible"
        | "where possible" | "as required" | "when needed" | "where appropriate" | "if appropriate" => Sort::Occasion,
        "regularly" | "frequently" | "periodically" | "often" | "usually" | "normally" | "sometimes" => Sort::Frequency,
        "etc." | "etc" | "and so on" | "and similar" | "or similar" | "and the like" => Sort::OpenList,
        "tbd" | "tba" | "tbc" | "xxx" | "???" => Sort::Placeholder,
        "and/or" => Sort::EitherOr,
        _ => Sort::Looks,
    }
}

fn message(sort: Sort, word: &str, about: &str) -> String {
    match sort {
        Sort::Placeholder => format!("\"{word}\" stands where a value is missing; write the value."),
        Sort::Speed => format!("\"{word}\" cannot be measured; say within how many seconds {about} must be there."),
        Sort::Strength => {
            format!("\"{word}\" cannot be measured; say which load or which failure {about} must withstand.")
        }
        Sort::Amount => format!("\"{word}\" is no number; say how many."),
        Sort::Choice => format!("\"{word}\" does not say by which rule; name the rule."),
        Sort::Recency => format!("\"{word}\" names no period; say since when, or how many."),
        Sort::Occasion => format!("\"{word}\" does not say when; name the condition."),
        Sort::Frequency => format!("\"{word}\" does not say how often; name the interval."),
        Sort::OpenList => format!("\"{word}\" leaves the list open; name every member."),
        Sort::EitherOr => format!("\"{word}\" can be read in two ways; write \"and\" or \"or\"."),
        Sort::Ease => {
            format!("\"{word}\" cannot be tested as it stands; say how many steps or seconds {about} may take.")
        }
        Sort::Looks => format!("\"{word}\" cannot be tested as it stands; say what is seen or measured."),
    }
}

fn question(sort: Sort, word: &str, given: &str, about: &str, list: &str) -> String {
    match sort {
        Sort::Speed => {
            format!(
                "How fast is \"{word}\": within how many seconds must {about} be there, and for which share of requests?"
            )
        }
        Sort::Strength => format!("How is \"{word}\" measured: which load or which failure must {about} survive?"),
        Sort::Ease => format!(
            "How is \"{word}\" judged for {about}: in how many steps or seconds must somebody who has never seen it be done?"
        ),
        Sort::Amount => format!("How many is \"{word}\" for {about}: what are the fewest and the most?"),
        Sort::Choice => format!(
            "By which rule is it decided whether {about} {} \"{word}\"?",
            verb_for(about)
        ),
        Sort::Recency => format!("How recent is \"{word}\" for {about}: of how many days, or how many of them?"),
        Sort::Occasion => format!("On which condition exactly does \"{word}\" apply?"),
        Sort::Frequency => format!("How often is \"{word}\": at which interval?"),
        Sort::OpenList if list.is_empty() => format!("What else belongs to the list that ends with \"{word}\"?"),
        Sort::OpenList => {
            format!("What else belongs to the list \"{list}\" that ends with \"{word}\", or is that all?")
        }
        Sort::Placeholder => format!("What is to stand where the text says \"{given}\"?"),
        Sort::EitherOr => "Does \"and/or\" mean that all of them are needed, or that one is enough?".to_owned(),
        Sort::Looks => format!("What would a tester see if {about} were \"{word}\"?"),
    }
}

fn verb_for(about: &str) -> &'static str {
    if is_plural(about) { "are" } else { "is" }
}

fn is_plural(about: &str) -> bool {
    about.ends_with('s') && !about.ends_with("ss") && !about.ends_with("us")
}

/// The tokens of a literal.
fn place(text: &Text<'_>, literal: &Literal) -> Option<Range<usize>> {
    let start = text.tokens.partition_point(|token| token.start < literal.span.start);
    let end = text.tokens.partition_point(|token| token.start < literal.span.end);
    (start < end).then_some(start..end)
}

/// Words that a description cannot go over.
fn bounds(word: &str) -> bool {
    matches!(
        word,
        "a" | "an"
            | "the"
            | "my"
            | "our"
            | "their"
            | "to"
            | "of"
            | "in"
            | "on"
            | "at"
            | "for"
            | "with"
            | "from"
            | "by"
            | "so"
            | "that"
            | "which"
            | "when"
            | "if"
            | "i"
            | "we"
            | "want"
            | "is"
            | "are"
            | "be"
            | "must"
            | "can"
            | "should"
            | "will"
            | "and"
            | "or"
            | "as"
            | "has"
            | "have"
            | "it"
            | "they"
            | "this"
            | "than"
            | "may"
            | "shall"
            | "not"
            | "without"
            | "more"
            | "very"
            | "then"
            | "your"
            | "all"
            | "way"
            | "because"
            | "via"
            | "into"
    )
}

/// What the word is said of, by its place: `an intuitive form`, `the form is easy to use`, `results to be shown fast`.
fn said_of(text: &Text<'_>, literal: &Literal) -> Option<String> {
    let at = place(text, literal)?;
    let plain = |index: usize| text.is_word(index) && !bounds(text.low(index)) && !text.low(index).ends_with("ly");
    // `nice and modern UI`: over further adjectives.
    let mut next = at.end;
    while matches!(text.low(next), "and" | ",") && plain(next + 1) && plain(next + 2) {
        next += 2;
    }
    let mut end = next;
    while plain(end)
        && end - next < 3
        && !(end > next && crate::basis::action::is_base_verb(text, end) && !plain(end + 1))
    {
        end += 1;
    }
    let adverb = text.low(at.start).ends_with("ly");
    if end > next && !adverb {
        return Some(format!("the {}", text.words(&(next..end))));
    }
    // Backwards over the verb to what stands before it.
    let mut before = at.start;
    while before > 0
        && (is_predicate(text.low(before - 1))
            || before == at.start && !adverb && text.low(before - 1).ends_with("ed")
            || text.low(before - 1).ends_with("ed")
            || text.low(before - 1).ends_with("wn"))
    {
        before -= 1;
    }
    let linked = before < at.start;
    let mut start = before;
    while start > 0 && start + 4 > before && plain(start - 1) && !is_predicate(text.low(start - 1)) {
        start -= 1;
    }
    if linked && start < before {
        return Some(format!("the {}", text.words(&(start..before))));
    }
    None
}

fn is_predicate(word: &str) -> bool {
    matches!(
        word,
        "is" | "are"
            | "be"
            | "was"
            | "were"
            | "must"
            | "should"
            | "shall"
            | "will"
            | "can"
            | "has"
            | "have"
            | "to"
            | "works"
            | "work"
            | "looks"
            | "look"
            | "feels"
            | "feel"
            | "loads"
            | "load"
            | "runs"
            | "responds"
            | "respond"
            | "opens"
            | "appears"
            | "appear"
            | "very"
            | "more"
            | "being"
            | "not"
            | "as"
            | "performs"
            | "behaves"
            | "starts"
            | "arrives"
            | "arrive"
            | "too"
    )
}

/// Whether a criterion says nothing of the thing but the vague word: `The page works well`.
fn is_whole_claim(text: &Text<'_>, literal: &Literal) -> bool {
    const NEAR: usize = 30;
    let criterion = matches!(literal.span.basis_id, BasisId::Criterion(_));
    let Some(at) = place(text, literal).filter(|_| criterion) else {
        return false;
    };
    let predicate = at
        .start
        .checked_sub(1)
        .is_some_and(|before| is_predicate(text.low(before)) && text.low(before) != "to");
    let near = at.start.saturating_sub(NEAR)..text.tokens.len().min(at.end + NEAR);
    predicate && !near.into_iter().any(|at| text.tokens[at].quoted || text.is_number(at))
}

/// The words of the list that an `etc.` ends, up to eight tokens.
fn list_before(text: &Text<'_>, literal: &Literal) -> String {
    let Some(at) = place(text, literal) else {
        return String::new();
    };
    let mut start = at.start;
    while start > 0
        && at.start - start < 8
        && (text.is_word(start - 1) && !bounds(text.low(start - 1))
            || matches!(text.low(start - 1), "," | "and" | "or"))
    {
        start -= 1;
    }
    text.words(&text.trimmed(start..at.start)).to_owned()
}

/// What a vague word is most likely said of: the object of the main act, without the vague words themselves.
fn thing(basis: &TestBasis) -> String {
    let known: HashSet<&str> = basis
        .literals
        .iter()
        .filter_map(|literal| match &literal.kind {
            LiteralKind::Vague(found) => Some(found.split(' ')),
            _ => None,
        })
        .flatten()
        .collect();
    let vague = |word: &str| known.contains(word.to_lowercase().as_str());
    let object = basis.main_action().map_or("", |action| action.object.as_str());
    let loose = |word: &&str| matches!(*word, "and" | "more" | "or" | "it" | "very" | "the");
    let words: Vec<&str> = object.split_whitespace().filter(|word| !vague(word)).collect();
    let start = words.iter().take_while(|word| loose(word)).count();
    let end = words.len() - words.iter().skip(start).rev().take_while(|word| loose(word)).count();
    match words.get(start..end) {
        Some(words) if !words.is_empty() => format!("the {}", words.join(" ")),
        _ => "the result".to_owned(),
    }
}
