//! Actions: a verb, what it is done to, and the circumstances.
//!
//! A goal is cut into acts first (`view my orders | and cancel them`), then each act into its verbs, its object and its
//! circumstances. Bounds are literals and belong to neither.

mod object;

use super::text::Text;
use super::verbs::{self, Form, Verb};
use super::{Action, VerbClass};
use object::{ENDS, OPENS, circumstances, is_determiner, is_money, object_and_rest, object_text};
use std::ops::Range;

/// Openings that say no more than that the act can be done.
const LEADS: &[&str] = &[
    "to be able to",
    "be able to",
    "to have the option to",
    "have the option to",
    "have the ability to",
    "have an option to",
    "have the possibility to",
    "have the opportunity to",
    "have a way to",
    "be allowed to",
    "be given the option to",
    "a way to",
    "a quick way to",
    "a simple way to",
    "an easy way to",
    "an option to",
    "a possibility to",
    "a button to",
    "the ability to",
    "the option to",
    "the possibility to",
    "the opportunity to",
    "the chance to",
    "ability to",
    "a page to",
    "a tool to",
    "a feature to",
    "a form to",
    "it to be possible to",
    "to be possible to",
    "the right to",
    "a chance to",
];

/// Whether a verb begins at a token.
pub(super) fn is_verb(text: &Text<'_>, at: usize) -> bool {
    verb_at(text, at).is_some()
}

/// Whether a verb in its base form begins at a token.
pub(super) fn is_base_verb(text: &Text<'_>, at: usize) -> bool {
    verb_at(text, at).is_some_and(|verb| verb.form == Form::Base)
}

/// The verb that begins at a token.
pub(super) fn verb_at(text: &Text<'_>, at: usize) -> Option<Verb> {
    if !text.is_word(at) || text.tokens.get(at).is_some_and(|token| token.quoted) {
        return None;
    }
    verbs::at(&[text.low(at), text.low(at + 1), text.low(at + 2)])
}

/// The actions of a clause: one, or several (`create, edit and delete invoices`; `view my orders and cancel them`).
pub(super) fn actions(text: &Text<'_>, range: Range<usize>) -> Vec<Action> {
    let range = skip_leads(text, range);
    if range.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Action> = Vec::new();
    for act in acts(text, range) {
        let mut more = one_act(text, act);
        let before = found.last().map(|action| action.object.clone()).unwrap_or_default();
        for action in &mut more {
            if matches!(action.object.as_str(), "them" | "it" | "these" | "those") {
                action.object.clone_from(&before);
                action.class = verbs::refine(&action.verb, action.class, &before, "");
            }
        }
        found.append(&mut more);
    }
    found
}

/// Without adverbs, `to`, and openings such as `be able to`.
fn skip_leads(text: &Text<'_>, range: Range<usize>) -> Range<usize> {
    let mut at = range.start;
    loop {
        let lead = text.match_any(at, LEADS);
        let joined = matches!(text.low(at), "and" | "," | "or") && at > range.start && is_adverb(text.low(at + 1));
        let loose = matches!(text.low(at), "to" | "also" | "only" | "just" | "\n") || is_adverb(text.low(at));
        match lead {
            _ if at >= range.end => return range.end..range.end,
            0 if loose || joined => at += 1,
            0 => return at..range.end,
            count => at += count,
        }
    }
}

fn is_adverb(word: &str) -> bool {
    word.len() > 4
        && word.ends_with("ly")
        && !matches!(
            word,
            "apply"
                | "reply"
                | "supply"
                | "family"
                | "multiply"
                | "monthly"
                | "weekly"
                | "daily"
                | "yearly"
                | "hourly"
                | "quarterly"
                | "early"
                | "friendly"
                | "assembly"
                | "comply"
                | "nightly"
        )
}

/// Cuts a clause before each further act: a joining word and a verb in its base form that no noun reading explains.
fn acts(text: &Text<'_>, range: Range<usize>) -> Vec<Range<usize>> {
    let mut cuts = vec![range.start];
    let mut subordinate = false;
    for at in range.start + 1..range.end {
        let low = text.low(at);
        // Inside `when …` the acts are somebody else's.
        subordinate |= matches!(
            low,
            "when" | "if" | "whenever" | "that" | "which" | "who" | "because" | "how" | "what" | "whether" | "where"
        );
        let joins = matches!(low, "and" | "or" | "then" | "&" | "," | "/");
        if !joins || subordinate || text.tokens[at].quoted {
            continue;
        }
        let mut next = at + 1;
        while matches!(text.low(next), "and" | "or" | "then" | "also" | "to" | "/" | "\n") || is_adverb(text.low(next))
        {
            next += 1;
        }
        if next >= range.end || cuts.last().is_some_and(|cut| *cut >= next) {
            continue;
        }
        let Some(verb) = verb_at(text, next).filter(|verb| verb.form == Form::Base) else {
            continue;
        };
        let after = text.low(next + verb.words);
        let object_follows =
            is_determiner(after) || matches!(after, "them" | "it" | "me" | "us") || text.is_number(next + verb.words);
        // `create, edit and delete invoices` is one act of three verbs: a verb that directly follows a verb is no cut.
        let chained = chain_reaches(text, *cuts.last().unwrap_or(&range.start), next);
        if !chained && (!verb.noun || object_follows || verb.words > 1 && next + verb.words >= range.end) {
            cuts.push(next);
        }
    }
    let ends: Vec<usize> = cuts.iter().skip(1).copied().chain([range.end]).collect();
    cuts.into_iter().zip(ends).map(|(start, end)| start..end).collect()
}

/// Whether nothing but verbs and joining words stands from one token to another.
fn chain_reaches(text: &Text<'_>, start: usize, goal: usize) -> bool {
    let mut at = start;
    while at < goal {
        match verb_at(text, at) {
            Some(verb) if verb.form == Form::Base => at += verb.words,
            _ => return false,
        }
        while at < goal
            && (matches!(text.low(at), "," | "and" | "or" | "/" | "&" | "then" | "to") || is_adverb(text.low(at)))
        {
            at += 1;
        }
    }
    true
}

/// Reads one act: verbs that share an object and circumstances.
fn one_act(text: &Text<'_>, range: Range<usize>) -> Vec<Action> {
    let range = skip_leads(text, trim_joins(text, range));
    // `search results to be shown fast`: what looks like a verb is a noun.
    let passive = (range.start + 1..range.end.min(range.start + 6)).any(|at| text.is(at, &["to", "be"]));
    if passive
        && verb_at(text, range.start).is_some_and(|verb| verb.noun)
        && let Some(found) = somebody_else(text, &range)
    {
        return found;
    }
    let mut found: Vec<Verb> = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let Some(verb) = verb_at(text, at).filter(|verb| verb.form != Form::Ing || found.is_empty()) else {
            break;
        };
        let mut next = at + verb.words;
        let separated = particle(text, at, &verb, range.end);
        found.push(separated.as_ref().map_or(verb, |(whole, _)| *whole));
        if let Some((_, gap)) = separated {
            return written(text, &range, found, gap);
        }
        at = next;
        while next < range.end
            && (matches!(text.low(next), "," | "and" | "or" | "/" | "&" | "then" | "to") || is_adverb(text.low(next)))
        {
            next += 1;
        }
        let chained =
            next > at && verb_at(text, next).is_some_and(|verb| verb.form == Form::Base) && !is_adverb(text.low(at));
        if !chained || next >= range.end {
            break;
        }
        at = next;
    }
    if found.is_empty() {
        return without_known_verb(text, range);
    }
    if let Some(action) = causative(text, &range, &found, at) {
        return vec![action];
    }
    written(text, &range, found, at..range.end)
}

/// The joining words that stand before the next act are no part of this one.
fn trim_joins(text: &Text<'_>, range: Range<usize>) -> Range<usize> {
    let mut end = range.end;
    while end > range.start
        && (matches!(
            text.low(end - 1),
            "," | "and" | "or" | "then" | "also" | "&" | "/" | "\n"
        ) || end - 1 > range.start && text.low(end - 1) == "to")
    {
        end -= 1;
    }
    range.start..end
}

/// `turn notifications off`: the verb's particle stands behind the object, which is given with it.
fn particle(text: &Text<'_>, at: usize, verb: &Verb, end: usize) -> Option<(Verb, Range<usize>)> {
    if verb.words > 1 {
        return None;
    }
    (at + 2..end.min(at + 5)).find_map(|place| {
        if !matches!(text.low(place), "on" | "off" | "out" | "up" | "down" | "back")
            || place + 1 < end
                && !matches!(
                    text.low(place + 1),
                    "" | "." | "," | "and" | "or" | "when" | "for" | "at" | "in" | "with" | "by"
                )
        {
            return None;
        }
        let between = (at + 1..place).all(|at| text.is_word(at) && !OPENS.contains(&text.low(at)));
        let whole = verbs::at(&[text.low(at), text.low(place)]).filter(|whole| whole.words == 2)?;
        between.then_some((whole, at + 1..place))
    })
}

/// `have my order delivered to a neighbour`: the act is the participle's.
fn causative(text: &Text<'_>, range: &Range<usize>, found: &[Verb], at: usize) -> Option<Action> {
    let [only] = found else { return None };
    if !matches!(only.base, "have" | "get") {
        return None;
    }
    let place = (at + 1..range.end.min(at + 6))
        .find(|place| verb_at(text, *place).is_some_and(|verb| verb.form == Form::Past))?;
    if (at..place).any(|at| !text.is_word(at) || OPENS.contains(&text.low(at))) || !is_determiner(text.low(at)) {
        return None;
    }
    let verb = verb_at(text, place)?;
    let object = object_text(text, at..place);
    Some(action(text, range, verb, object, place + verb.words..range.end))
}

fn written(text: &Text<'_>, range: &Range<usize>, found: Vec<Verb>, after: Range<usize>) -> Vec<Action> {
    let (object, rest) = object_and_rest(text, after.clone());
    let rest = if after.end < range.end && rest.is_empty() {
        after.end + 1..range.end
    } else {
        rest
    };
    // `transfer up to $500`: what is bounded is money.
    let money = object.is_empty() && is_money(text, after.start..rest.start.min(after.end).max(after.start));
    let object = if money {
        "money".to_owned()
    } else {
        object_text(text, object)
    };
    found
        .into_iter()
        .map(|verb| action(text, range, verb, object.clone(), rest.clone()))
        .collect()
}

fn action(text: &Text<'_>, range: &Range<usize>, verb: Verb, object: String, rest: Range<usize>) -> Action {
    let rest_text = text.words(&text.trimmed(rest.clone())).to_lowercase();
    Action {
        class: verbs::refine(verb.base, verb.class, &object, &rest_text),
        verb: verb.base.to_owned(),
        object,
        circumstances: circumstances(text, rest),
        span: text.span(&text.trimmed(range.clone())),
    }
}

/// What is wanted is named by no verb that is known: a thing, somebody else's act, or a verb of an unusual kind.
fn without_known_verb(text: &Text<'_>, range: Range<usize>) -> Vec<Action> {
    let determined = is_determiner(text.low(range.start)) || text.is_number(range.start) || !text.is_word(range.start);
    if let Some(found) = somebody_else(text, &range) {
        return found;
    }
    // `I want free shipping`: what is wanted without a `to` is a thing.
    let wanted = matches!(
        text.low(range.start.wrapping_sub(1)),
        "want" | "need" | "like" | "wish" | "require" | "wants" | "needs" | "expect" | "prefer"
    );
    if wanted
        || determined
        || !text.is_word(range.start)
        || text.low(range.start) == "more"
        || looks_plural(text, range.start)
    {
        return nominal(text, range);
    }
    let (object, rest) = object_and_rest(text, range.start + 1..range.end);
    vec![Action {
        verb: text.low(range.start).to_owned(),
        class: VerbClass::Other,
        object: object_text(text, object),
        circumstances: circumstances(text, rest),
        span: text.span(&text.trimmed(range)),
    }]
}

/// `search results to …`, `notifications when …`: a plural that opens a goal is a thing.
fn looks_plural(text: &Text<'_>, at: usize) -> bool {
    let next = text.low(at + 1);
    text.low(at).ends_with('s')
        && !text.low(at).ends_with("ss")
        && (next.is_empty() || OPENS.contains(&next) || matches!(next, "of" | "that" | "."))
}

/// `the system to send me a reminder`, `my password to be reset`: the act after the `to`.
fn somebody_else(text: &Text<'_>, range: &Range<usize>) -> Option<Vec<Action>> {
    let to = (range.start + 1..range.end.min(range.start + 8)).find(|at| text.low(*at) == "to")?;
    if (range.start..to)
        .any(|at| OPENS.contains(&text.low(at)) || matches!(text.low(at), "," | "and") || ENDS.contains(&text.low(at)))
    {
        return None;
    }
    if matches!(text.low(to + 1), "be" | "feel" | "look" | "become" | "get")
        && verb_at(text, to + 1).is_none_or(|verb| verb.words == 1)
    {
        // `the app to be better`: no act, a wish.
        let Some(verb) = verb_at(text, to + 2).filter(|verb| verb.form == Form::Past || verb.base == text.low(to + 2))
        else {
            let be = Verb {
                base: "be",
                class: VerbClass::Other,
                noun: false,
                form: Form::Base,
                words: 1,
            };
            return Some(vec![action(
                text,
                range,
                be,
                object_text(text, range.start..to),
                to + 2..range.end,
            )]);
        };
        return Some(vec![action(
            text,
            range,
            verb,
            object_text(text, range.start..to),
            to + 2 + verb.words..range.end,
        )]);
    }
    verb_at(text, to + 1).filter(|verb| verb.form == Form::Base)?;
    let mut found = actions(text, to + 1..range.end);
    for action in &mut found {
        action.span = text.span(&text.trimmed(range.clone()));
    }
    Some(found)
}

/// `I want a filter by price`: a thing is wanted; the verb is what one does with such a thing.
fn nominal(text: &Text<'_>, range: Range<usize>) -> Vec<Action> {
    let (object, rest) = object_and_rest(text, range.clone());
    let object = object_text(text, object);
    if object.is_empty() {
        return Vec::new();
    }
    let low = object.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| low.contains(word));
    let (verb, class) = if has(&["notification", "reminder", "alert", "warning"]) {
        ("receive", VerbClass::Notify)
    } else if has(&["filter", "sort"]) {
        ("use", VerbClass::Filter)
    } else if has(&["search"]) {
        ("use", VerbClass::Search)
    } else if has(&["dashboard", "statistic", "report", "chart", "analytics"]) {
        ("see", VerbClass::Report)
    } else if has(&[
        "list", "overview", "history", "summary", "view", "detail", "status", "page", "map", "calendar",
    ]) {
        ("see", VerbClass::Read)
    } else if has(&["export", "download"]) {
        ("use", VerbClass::Download)
    } else if has(&["upload", "import"]) {
        ("use", VerbClass::Upload)
    } else if has(&["login", "sign-in", "single sign-on", "authentication"]) {
        ("use", VerbClass::Authenticate)
    } else {
        ("use", VerbClass::Other)
    };
    vec![Action {
        verb: verb.to_owned(),
        class,
        object,
        circumstances: circumstances(text, rest),
        span: text.span(&text.trimmed(range)),
    }]
}
