//! From the words around times of day to hours: which end each time is, and what is so inside and outside.

use super::super::super::criteria;
use super::super::super::limits::lowered;
use super::{Days, End, Hours};
use crate::basis::{Criterion, LiteralKind};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::{Clause, contrary};
use crate::coverage::scene::grammar::{bare, is_or_are, singular, the};
use crate::test_case::{BasisId, Span};

/// Words right before a time, and which end it is: `true` for the first minute; then whether the minute itself is inside.
const OPENERS: &[(&str, bool, Option<bool>)] = &[
    ("no later than", false, Some(true)),
    ("not later than", false, Some(true)),
    ("at the latest by", false, Some(true)),
    ("up to and including", false, Some(true)),
    ("earlier than", false, Some(false)),
    ("prior to", false, Some(false)),
    ("before", false, Some(false)),
    ("by", false, Some(true)),
    ("until", false, None),
    ("till", false, None),
    ("up to", false, None),
    ("closes at", false, None),
    ("close at", false, None),
    ("ends at", false, None),
    ("later than", true, Some(false)),
    ("after", true, Some(false)),
    ("starting at", true, Some(true)),
    ("starting from", true, Some(true)),
    ("as of", true, Some(true)),
    ("opens at", true, Some(true)),
    ("open at", true, Some(true)),
    ("starts at", true, Some(true)),
    ("not before", true, Some(true)),
    ("from", true, Some(true)),
];

/// Words between two times that make them one stretch.
const BETWEEN: [&str; 9] = ["to", "and", "-", "–", "—", "until", "till", "through", "up to"];

/// Words that say of something that it can be had.
const HAD: [&str; 14] = [
    "open",
    "available",
    "possible",
    "reachable",
    "active",
    "allowed",
    "offered",
    "accessible",
    "staffed",
    "enabled",
    "permitted",
    "free",
    "refundable",
    "accepted",
];

/// The times of a statement as ends, and the stretch of text that tells them.
struct Told {
    from: Option<End>,
    to: Option<End>,
    /// From the word that opens the first time to the end of the last.
    start: usize,
    end: usize,
}

impl Hours {
    /// All hours of the criteria, and of the goal where no criterion holds it.
    pub(in super::super) fn all(scene: &Scene<'_>) -> Vec<Self> {
        let criteria = scene.basis.criteria.iter().filter_map(|criterion| {
            let told = Told::of(scene, criterion.statement.span)?;
            Self::of(scene, criterion, told)
        });
        let mut all: Vec<Self> = criteria.collect();
        if let Some(hours) = Self::of_goal(scene)
            && !all.iter().any(|known| known.span.basis_id == BasisId::Story)
        {
            all.push(hours);
        }
        all
    }

    fn of(scene: &Scene<'_>, criterion: &Criterion, told: Told) -> Option<Self> {
        let place = criterion.statement.span;
        let text = |start: usize, end: usize| {
            let words = scene.basis.words(Span { start, end, ..place }).trim();
            scene.observed(words.trim_end_matches(['.', ',']))
        };
        let (before, after) = (text(place.start, told.start), text(told.end, place.end));
        let days = days(&format!("{before} {after}"));
        let one_day = day_of(&after);
        let after = if one_day.is_some() {
            String::new()
        } else {
            without_days(&after)
        };
        let read = conditional(scene, criterion, &told)
            .or_else(|| consequence(&before, &after))
            .or_else(|| state(&before, &after))
            .or_else(|| permission(scene, &before, &after))?;
        Some(Self {
            from: told.from,
            to: told.to,
            inside: read.inside,
            outside: read.outside,
            subject: read.subject,
            reversed: read.reversed,
            gates: read.gates && scene.confirm().is_some(),
            days,
            one_day,
            span: place,
        })
    }

    /// `book a table between 18:00 and 22:00`: the act of the story itself is what the hours allow.
    fn of_goal(scene: &Scene<'_>) -> Option<Self> {
        let goal = scene.basis.story.goal.as_ref()?.span;
        let told = Told::of(scene, goal)?;
        let days = days(&scene.basis.words(goal).to_lowercase());
        // A single time is more often a value than a bound of the act.
        let (from, to) = (told.from?, told.to?);
        Some(Self {
            from: Some(from),
            to: Some(to),
            inside: lowered(scene.success().trim_end_matches('.')),
            outside: format!("the act is refused; {}", scene.unchanged()),
            subject: scene.one(),
            reversed: false,
            gates: false,
            days,
            one_day: None,
            span: goal,
        })
    }
}

impl Told {
    fn of(scene: &Scene<'_>, place: Span) -> Option<Self> {
        let times: Vec<(u16, Span)> = scene
            .basis
            .literals
            .iter()
            .filter(|literal| {
                literal.span.basis_id == place.basis_id
                    && place.start <= literal.span.start
                    && literal.span.end <= place.end
            })
            .filter_map(|literal| match &literal.kind {
                LiteralKind::Time(time) => Some((minutes(time)?, literal.span)),
                _ => None,
            })
            .collect();
        let lead = |span: Span| {
            let words = Span {
                end: span.start,
                ..place
            };
            scene.basis.words(words).to_lowercase()
        };
        match times.as_slice() {
            [(minute, span)] => {
                let (opener, first, inside) = opened(&lead(*span))?;
                Some(Self::single(*minute, *span, (opener, first, inside)))
            }
            [(from, one), (to, two)] => {
                let link = Span {
                    start: one.end,
                    end: two.start,
                    ..place
                };
                let link = scene.basis.words(link).trim().to_lowercase();
                if BETWEEN.contains(&link.as_str()) {
                    return Some(Self::stretch(scene, &lead(*one), (*from, *one), (*to, *two), place));
                }
                let (first, second) = (opened(&lead(*one))?, opened(&lead(*two))?);
                let one = Self::single(*from, *one, first);
                let two = Self::single(*to, *two, second);
                let both = Self {
                    from: one.from.or(two.from),
                    to: one.to.or(two.to),
                    start: one.start,
                    end: two.end,
                };
                (both.from.is_some() && both.to.is_some()).then_some(both)
            }
            _ => None,
        }
    }

    fn single(minute: u16, span: Span, (opener, first, inside): (&str, bool, Option<bool>)) -> Self {
        let end = Some(End { minute, inside, span });
        Self {
            from: end.filter(|_| first),
            to: end.filter(|_| !first),
            start: span.start.saturating_sub(opener.len() + 1),
            end: span.end,
        }
    }

    fn stretch(scene: &Scene<'_>, lead: &str, from: (u16, Span), to: (u16, Span), place: Span) -> Self {
        let opener = ["from", "between"].iter().find(|word| ends_with(lead, word));
        let whole = scene.basis.words(place).to_lowercase();
        let said = whole
            .contains("inclusive")
            .then_some(true)
            .or_else(|| whole.contains("exclusive").then_some(false));
        Self {
            from: Some(End {
                minute: from.0,
                inside: Some(true),
                span: from.1,
            }),
            to: Some(End {
                minute: to.0,
                inside: said,
                span: to.1,
            }),
            start: from.1.start.saturating_sub(opener.map_or(0, |word| word.len() + 1)),
            end: to.1.end,
        }
    }
}

fn minutes(time: &str) -> Option<u16> {
    let (hours, minutes) = time.split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 24 && minutes < 60).then_some((hours * 60 + minutes) % (24 * 60))
}

fn ends_with(lead: &str, phrase: &str) -> bool {
    lead.trim_end()
        .strip_suffix(phrase)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
}

/// The longest opener that the words before a time end with.
fn opened(lead: &str) -> Option<(&'static str, bool, Option<bool>)> {
    OPENERS
        .iter()
        .filter(|(words, ..)| ends_with(lead, words))
        .max_by_key(|(words, ..)| words.len())
        .copied()
}

// === What is so inside and outside ===

struct Read {
    inside: String,
    outside: String,
    subject: String,
    reversed: bool,
    /// Whether the act of the story can be done inside only.
    gates: bool,
}

/// `If an order is placed before 14:00, it ships the same day`.
fn conditional(scene: &Scene<'_>, criterion: &Criterion, told: &Told) -> Option<Read> {
    let holds = criterion
        .when
        .iter()
        .any(|when| when.span.start <= told.start && told.end <= when.span.end);
    if !holds || criterion.then.is_empty() {
        return None;
    }
    let inside = lowered(&criteria::outcome(scene, criterion));
    let outside = criterion.otherwise.as_ref().map_or_else(
        || contrary(&inside),
        |otherwise| Some(lowered(&scene.observed(&otherwise.text))),
    )?;
    Some(Read {
        subject: criterion
            .when
            .first()
            .and_then(|when| Clause::read(&when.text))
            .map_or_else(|| scene.one(), |clause| bare(&clause.subject).to_lowercase()),
        inside,
        outside,
        reversed: false,
        gates: false,
    })
}

/// `Orders before 14:00 ship the same day`: the times describe the subject, and the verb follows them.
fn consequence(before: &str, after: &str) -> Option<Read> {
    const MADE: [&str; 9] = [
        "placed",
        "received",
        "made",
        "submitted",
        "sent",
        "entered",
        "booked",
        "paid",
        "created",
    ];
    let mut words: Vec<&str> = before.split_whitespace().collect();
    while words.last().is_some_and(|word| {
        MADE.contains(word) || ["that", "which", "are", "is", "were", "was", "arriving"].contains(word)
    }) {
        words.pop();
    }
    let subject = words.join(" ");
    if subject.is_empty() || words.len() > 4 || after.is_empty() {
        return None;
    }
    let denied = subject.to_lowercase().strip_prefix("no ").map(str::to_owned);
    let plain = denied.clone().unwrap_or_else(|| lowered(&subject));
    let told = format!("{plain} {after}");
    let clause = Clause::read(&told).filter(|clause| clause.subject == plain)?;
    let inside = criteria::fact(&told).unwrap_or_else(|| told.clone());
    let outside = contrary(&inside)?;
    let (inside, outside) = if denied.is_some() {
        (outside, inside)
    } else {
        (inside, outside)
    };
    Some(Read {
        inside,
        outside,
        subject: bare(&plain).to_lowercase(),
        reversed: denied.is_some() || clause.negative,
        gates: false,
    })
}

/// `Support is open from 9:00 to 17:00`, `the shop opens at 9:00 and closes at 17:00`, `no delivery after 18:00`.
fn state(before: &str, after: &str) -> Option<Read> {
    if let Some(thing) = before
        .to_lowercase()
        .strip_prefix("no ")
        .filter(|thing| Clause::read(thing).is_none())
    {
        let thing = bare(thing).to_owned();
        let be = is_or_are(&thing);
        return Some(Read {
            inside: format!("{} {be} not possible", the(&thing)),
            outside: format!("{} {be} possible", the(&thing)),
            subject: singular(&thing),
            reversed: true,
            gates: true,
        });
    }
    let Some(clause) = Clause::read(before) else {
        return (!before.is_empty() && before.split(' ').count() <= 3 && after.is_empty()).then(|| opening(before));
    };
    let word = clause
        .rest
        .split(' ')
        .find(|word| HAD.contains(&word.to_lowercase().as_str()));
    if clause.base != "be" || word.is_none() {
        return None;
    }
    let rest = clause.rest.replace("only ", "").replace(" only", "");
    let subject = lowered(bare(&clause.subject));
    let thing = lowered(&clause.subject);
    let be = is_or_are(&clause.subject);
    let (so, not) = if rest == "open" {
        (format!("{thing} {be} open"), format!("{thing} {be} closed"))
    } else {
        (format!("{thing} {be} {rest}"), format!("{thing} {be} not {rest}"))
    };
    let (inside, outside) = if clause.negative { (not, so) } else { (so, not) };
    Some(Read {
        inside,
        outside,
        subject,
        reversed: clause.negative,
        // What costs outside the hours is not refused.
        gates: !matches!(word, Some("free" | "refundable")),
    })
}

/// `The shop opens at`: what opens and closes is open between.
fn opening(subject: &str) -> Read {
    let thing = lowered(subject);
    let be = is_or_are(subject);
    Read {
        inside: format!("{thing} {be} open"),
        outside: format!("{thing} {be} closed"),
        subject: lowered(bare(subject)),
        reversed: false,
        gates: true,
    }
}

/// `Users can book between 08:00 and 20:00`, `a parcel can be collected after 15:00`.
fn permission(scene: &Scene<'_>, before: &str, after: &str) -> Option<Read> {
    let told = format!("{before} {after}");
    let clause = Clause::read(told.trim())?;
    let modal = clause.verb.split(' ').next()?.to_lowercase();
    if !["can", "cannot", "can't", "may", "must"].contains(&modal.as_str()) {
        return None;
    }
    let thing = lowered(&clause.subject);
    let rest = clause.rest.replace(" only", "").replace("only ", "");
    let act = format!("{} {rest}", clause.base);
    let act = act.trim();
    let (can, cannot) = (format!("{thing} can {act}"), format!("{thing} cannot {act}"));
    let (inside, outside) = if clause.negative { (cannot, can) } else { (can, cannot) };
    let person = criteria::is_person(&clause.subject);
    Some(Read {
        inside,
        outside,
        subject: if person {
            scene.one()
        } else {
            lowered(bare(&clause.subject))
        },
        reversed: clause.negative,
        gates: true,
    })
}

fn days(text: &str) -> Option<Days> {
    let text = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    // `the next working day` is a day on which something happens, not one of those on which the hours hold.
    let weekdays = [
        "on weekdays",
        "on working days",
        "on business days",
        "monday to friday",
        "monday through friday",
        "mon-fri",
        "monday-friday",
    ];
    if has(&weekdays) {
        Some(Days::Weekdays)
    } else {
        has(&["weekend", "saturday and sunday"]).then_some(Days::Weekends)
    }
}

/// What follows the times, without the days that they hold on: a day that is named is no part of what is seen.
fn without_days(after: &str) -> String {
    const NAMED: [&str; 14] = [
        "on weekdays",
        "on working days",
        "on business days",
        "monday to friday",
        "from monday to friday",
        "monday through friday",
        "on weekends",
        "every day",
        "each day",
        "daily",
        "a day",
        "inclusive",
        "at the latest",
        "(inclusive)",
    ];
    let low = after.to_lowercase();
    let low = low.trim_start_matches([',', ' ']);
    if NAMED.contains(&low) {
        String::new()
    } else {
        after.to_owned()
    }
}

/// `on the day before arrival`: the day that the times are of, where it is one in particular.
fn day_of(after: &str) -> Option<String> {
    after
        .strip_prefix("on the ")
        .or_else(|| after.strip_prefix("the "))
        .filter(|day| day.starts_with("day "))
        .map(|day| format!("the {day}"))
}
