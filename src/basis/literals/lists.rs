//! Alternatives that are named: `PDF, PNG or JPG`, `by price, brand and rating`, `such as red and blue`.

use crate::basis::text::{Kind, Text};
use crate::basis::{Enumeration, Literal, LiteralKind, Phrase};
use std::ops::Range;

/// Words that open a list.
const OPENERS: &[&str] = &[
    "such as",
    "e.g.",
    "for example",
    "including",
    "either",
    "one of",
    "like",
    "by",
    "via",
    "as",
];

/// Words that cannot stand in a member.
const STOPS: &[&str] = &[
    "i", "we", "it", "they", "is", "are", "be", "must", "can", "should", "shall", "will", "when", "if", "then", "so",
    "that", "which", "to", "at", "than", "must", "has", "have", "was", "not", "cannot", "may", "within", "given",
];

/// Reads enumerations: two or more short members with `or`, or three or more with `and`.
pub(super) fn read(text: &Text<'_>, found: &mut Vec<Literal>) {
    let mut at = 0;
    while at < text.tokens.len() {
        if !matches!(text.low(at), "or" | "and") || text.tokens[at].quoted {
            at += 1;
            continue;
        }
        let or = text.low(at) == "or";
        let offset = text.tokens[at].start;
        let in_limit = found.iter().any(|literal| {
            matches!(literal.kind, LiteralKind::Limit(_)) && literal.span.start < offset && offset < literal.span.end
        });
        if in_limit {
            at += 1;
            continue;
        }
        let Some(last) = member_after(text, at + 1) else {
            at += 1;
            continue;
        };
        let (members, opened) = members_before(text, at);
        let next = last.end;
        // `the code is expired or the cart is empty` joins clauses, not values.
        let clauses = members.len() == 1
            && matches!(text.low(at + 1), "the" | "a" | "an" | "its" | "their" | "my" | "no")
            && matches!(text.low(next), "is" | "are" | "has" | "have" | "was" | "must" | "can");
        let many = members.len() >= 2 || or && !members.is_empty() || opened.is_some() && !members.is_empty();
        let many = many && !clauses;
        if many {
            write(text, members, last, opened, found);
        }
        at = next.max(at + 1);
    }
}

fn write(
    text: &Text<'_>,
    members: Vec<Range<usize>>,
    last: Range<usize>,
    opened: Option<&str>,
    found: &mut Vec<Literal>,
) {
    let mut members = members;
    let mut headed = None;
    // `The formats PDF, PNG or JPG`: a noun in small letters stands before names.
    if let Some(first) = members.first_mut()
        && first.len() > 1
        && last.len() == 1
        && is_name(text, last.start)
        && is_name(text, first.end - 1)
        && !is_name(text, first.end - 2)
    {
        headed = Some(first.start..first.end - 1);
        first.start = first.end - 1;
    }
    let start = members.first().map_or(last.start, |first| first.start);
    let range = start..last.end;
    // Numbers with units are limits, and verbs are acts: neither is a value of something.
    let values = members.iter().chain([&last]);
    if values
        .clone()
        .any(|member| text.is_number(member.start) || opened != Some("by") && is_act(text, member))
    {
        return;
    }
    let etc = matches!(text.low(last.end), "etc." | "etc") || text.low(last.start) == "etc.";
    let open = etc || matches!(opened, Some("such as" | "e.g." | "for example" | "including" | "like"));
    let members: Vec<Phrase> = values.filter_map(|member| text.noun(member.clone())).collect();
    if members.len() < 2 {
        return;
    }
    let subject = headed
        .and_then(|head| text.noun(head))
        .map_or_else(|| subject(text, start, opened), |noun| noun.text);
    super::push(
        text,
        range,
        LiteralKind::Enumeration(Enumeration { subject, members, open }),
        found,
    );
}

/// Whether a member is an act: a verb in its base form that an object follows, or a verb alone.
fn is_act(text: &Text<'_>, member: &Range<usize>) -> bool {
    crate::basis::action::is_base_verb(text, member.start)
}

/// A word in capitals, such as `PDF`.
fn is_name(text: &Text<'_>, at: usize) -> bool {
    let words = text.words(&(at..at + 1));
    words.len() > 1 && !words.chars().any(char::is_lowercase) && words.chars().any(char::is_uppercase)
}

/// What the members are values of: the noun before the opener, or before `is`, `are`, `can be`.
fn subject(text: &Text<'_>, start: usize, opened: Option<&str>) -> String {
    if matches!(opened, Some("by" | "via" | "as" | "like")) {
        return String::new();
    }
    let mut end = start.saturating_sub(opened.map_or(0, |opened| opened.split(' ').count()));
    let named = matches!(opened, Some("such as" | "e.g." | "for example" | "including"));
    if named && text.low(end.wrapping_sub(1)) == "," {
        end -= 1;
    }
    let mut linked = false;
    while end > 0
        && matches!(
            text.low(end - 1),
            "a" | "an" | "the" | "either" | "is" | "are" | "be" | "can" | "must" | "may" | "should" | "shall"
        )
    {
        linked |= matches!(text.low(end - 1), "is" | "are" | "be");
        end -= 1;
    }
    if !(named || linked || opened == Some("one of")) {
        return String::new();
    }
    let begin = super::subject::noun_start(text, end.saturating_sub(1)).min(end);
    text.noun(begin..end).map(|noun| noun.text).unwrap_or_default()
}

/// `PDF/PNG/JPG files`: single words that slashes join, and the noun behind them.
pub(super) fn read_slashed(text: &Text<'_>, found: &mut Vec<Literal>) {
    let mut at = 0;
    while at < text.tokens.len() {
        let slash = |at: usize| text.low(at) == "/" && text.touches_next(at - 1) && text.touches_next(at);
        let mut end = at + 1;
        while text.is_word(at) && slash(end) && text.is_word(end + 1) && !text.tokens[at].quoted {
            end += 2;
        }
        let members: Vec<Phrase> = (at..end).step_by(2).filter_map(|at| text.noun(at..at + 1)).collect();
        let joins = matches!(
            text.low(at),
            "and" | "or" | "his" | "he" | "she" | "him" | "yes" | "on" | "http" | "https" | "true" | "n" | "w"
        );
        if members.len() >= 2 && !joins {
            let noun = text.is_word(end)
                && !STOPS.contains(&text.low(end))
                && !matches!(text.low(end), "and" | "or" | "in" | "of" | "on" | "for" | "with");
            let subject = if noun {
                text.words(&(end..end + 1)).to_owned()
            } else {
                String::new()
            };
            super::push(
                text,
                at..end,
                LiteralKind::Enumeration(Enumeration {
                    subject,
                    members,
                    open: false,
                }),
                found,
            );
        }
        at = end;
    }
}

/// `Supported formats: PDF, DOCX, TXT`: three or more short members after a colon, without a joining word.
pub(super) fn read_listed(text: &Text<'_>, found: &mut Vec<Literal>) {
    for colon in (1..text.tokens.len()).filter(|at| text.low(*at) == ":" && text.is_word(at - 1)) {
        let mut members = Vec::new();
        let mut at = colon + 1;
        while let Some(member) = member_after(text, at) {
            at = member.end;
            members.push(member);
            if text.low(at) != "," {
                break;
            }
            at += 1;
        }
        let ends = matches!(text.low(at), "" | "." | "\n" | ";");
        if let Some(last) = members.pop().filter(|_| ends && members.len() >= 2) {
            let start = colon.saturating_sub(2);
            let from = (start..colon).find(|at| text.is_word(*at)).unwrap_or(colon);
            write_named(text, members, last, text.words(&(from..colon)), found);
        }
    }
}

fn write_named(
    text: &Text<'_>,
    mut members: Vec<Range<usize>>,
    last: Range<usize>,
    subject: &str,
    found: &mut Vec<Literal>,
) {
    let range = members.first().map_or(last.start, |first| first.start)..last.end;
    members.push(last);
    let members: Vec<Phrase> = members.into_iter().filter_map(|member| text.noun(member)).collect();
    let enumeration = Enumeration {
        subject: subject.to_owned(),
        members,
        open: false,
    };
    super::push(text, range, LiteralKind::Enumeration(enumeration), found);
}

/// A member that begins at a token: one to three words.
fn member_after(text: &Text<'_>, at: usize) -> Option<Range<usize>> {
    let mut end = at;
    while end < text.tokens.len() && end - at < 3 && in_member(text, end) {
        end += 1;
    }
    (end > at).then_some(at..end)
}

fn in_member(text: &Text<'_>, at: usize) -> bool {
    let token = &text.tokens[at];
    token.kind != Kind::Mark
        && !STOPS.contains(&token.low.as_str())
        && !matches!(
            token.low.as_str(),
            "and" | "or" | "in" | "of" | "on" | "for" | "with" | "from" | "by"
        )
}

/// Members before the joining word, back to what opens the list.
fn members_before<'a>(text: &'a Text<'_>, joint: usize) -> (Vec<Range<usize>>, Option<&'a str>) {
    let mut members = Vec::new();
    let mut end = joint;
    if end > 0 && text.low(end - 1) == "," {
        end -= 1;
    }
    loop {
        let mut start = end;
        while start > 0 && end - start < 3 && in_member(text, start - 1) && opener_ending(text, start).is_none() {
            start -= 1;
        }
        if start == end {
            break;
        }
        let opened = opener_ending(text, start);
        let comma = start > 0 && text.low(start - 1) == ",";
        // The first member of a list without an opener is its last word before the first comma: `PDF`.
        let headed = start == 0
            || matches!(text.low(start), "my" | "a" | "an" | "the" | "their")
            || crate::basis::action::is_base_verb(text, start - 1)
            || matches!(
                text.low(start - 1),
                "for" | "are" | "in" | "of" | "with" | ":" | "\n" | "." | "from" | "is"
            );
        if opened.is_none() && !comma && matches!(text.low(start), "my" | "their") {
            start += 1;
        }
        let first = if opened.is_none() && !comma && !headed {
            end - 1..end
        } else {
            start..end
        };
        members.push(first);
        if opened.is_some() {
            members.reverse();
            return (members, opened);
        }
        if !comma {
            break;
        }
        end = start - 1;
    }
    members.reverse();
    (members, None)
}

/// The opener that ends right before a token.
fn opener_ending(text: &Text<'_>, at: usize) -> Option<&'static str> {
    OPENERS.iter().copied().find(|opener| {
        let count = opener.split(' ').count();
        at >= count && text.match_phrase(at - count, opener) == count
    })
}
