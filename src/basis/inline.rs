//! Criteria that stand in the story's own text: after a heading, as a list, or as further sentences.

use super::text::Text;
use super::{Criterion, StoryParts, criteria};
use std::ops::Range;

/// Statements in the story's own text besides role, goal and benefit: `… so that I can play. Bookings can be cancelled.`
pub(super) fn told_on(text: &Text<'_>, told: Range<usize>, story: &StoryParts) -> Vec<Criterion> {
    if story.goal.is_none() {
        return Vec::new();
    }
    let parts = [&story.role, &story.goal, &story.benefit];
    let free = |sentence: &Range<usize>| {
        let span = text.span(sentence);
        let apart = parts
            .iter()
            .filter_map(|part| part.as_ref())
            .all(|part| part.span.end <= span.start || span.end <= part.span.start);
        let says = sentence
            .clone()
            .any(|at| criteria::RULES.contains(&text.low(at)) || matches!(text.low(at), "if" | "when"));
        apart && says && sentence.len() > 3 && !matches!(text.low(sentence.start), "as" | "so" | "i" | "we")
    };
    let sentences = text.sentences(told);
    let free = sentences
        .into_iter()
        .map(|sentence| text.trimmed(sentence))
        .filter(free);
    free.flat_map(|sentence| criteria::criteria(text, sentence)).collect()
}

/// The story itself, and the criteria that follow in the same text.
pub(super) fn split_criteria(text: &Text<'_>, whole: Range<usize>) -> (Range<usize>, Option<Range<usize>>) {
    const HEADINGS: &[&str] = &[
        "acceptance criteria",
        "acceptance criterion",
        "acceptance tests",
        "conditions of satisfaction",
        "criteria",
        "ac",
    ];
    let heading = whole.clone().find_map(|at| {
        let length = text.match_any(at, HEADINGS);
        let opens = length > 0 && (length > 1 || at > 0 && matches!(text.low(at - 1), "\n" | "."));
        (opens && matches!(text.low(at + length), ":" | "\n" | "-")).then_some((at, at + length))
    });
    match heading {
        Some((at, end)) => (whole.start..at, Some((end + 1).min(whole.end)..whole.end)),
        None => {
            // A list after the story needs no heading.
            let bullet = whole.clone().skip(1).find(|at| {
                let numbered = text.is_number(*at) && matches!(text.low(at + 1), "." | ")");
                text.low(at - 1) == "\n" && (matches!(text.low(*at), "-" | "*" | "•" | "given") || numbered)
            });
            match bullet {
                Some(at) => (whole.start..at - 1, Some(at..whole.end)),
                None => (whole, None),
            }
        }
    }
}
