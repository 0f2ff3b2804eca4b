//! Validity, deadlines and times that run: how long something holds, and from when that is counted.
//!
//! Refuses: response times (R30), spans that a list is cut by (`the last 30 days`), lengths that somebody chooses, and
//! times without an event from which they count.

mod wording;

use super::super::criteria;
use super::super::limits::lowered;
use crate::basis::{Criterion, Dimension, LiteralKind};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{bare, capitalised, is_or_are, participle, singular, the};
use crate::test_case::{BasisId, Span, Step};
use rust_decimal::Decimal;

/// How a period is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    /// From the making of the thing, which then no longer works: `expires after`, `valid for`.
    Validity,
    /// From its beginning until it is over: `a loan lasts 21 days`, `the trial runs for 14 days`.
    Running,
    /// From the moment at which it was set aside: `is held for 15 minutes`, `are kept for 90 days`.
    Held,
    /// From an event: `within 14 days of delivery`.
    Since,
    /// Up to an event: `24 hours before it starts`.
    Until,
    /// From the last act: `after 15 minutes of inactivity`.
    Idle,
}

/// A time after or before which something no longer holds.
pub(super) struct Period {
    counted: Counted,
    value: Decimal,
    unit: String,
    /// What is limited: `reset link`; for `Since` and `Until` what is done to.
    subject: String,
    /// The event: `delivery`; for `Until` a clause such as `the appointment starts`; for `Held` what is held: `held`.
    event: String,
    /// The steps that are tried.
    acts: Vec<Step>,
    /// What is done to the subject, where the statement says it: `cancelled`.
    done: Option<String>,
    /// Whether it is what comes first: `from 7 days before the end`.
    opens: bool,
    /// Whether the statement says that the end itself still counts.
    last_counts: bool,
    /// Whether it is over `after` the time, and does not last `for` it.
    ends_after: bool,
    span: Span,
}

/// The words around a time, in lower case.
struct Around {
    /// Everything before it in the statement, and its own words: `the link expires after 30 minutes`.
    lead: String,
    before: String,
    after: String,
}

const EXPIRY: [&str; 16] = [
    "expire after",
    "expires after",
    "expire in",
    "expires in",
    "expire within",
    "expires within",
    "expires",
    "valid for",
    "lapses after",
    "lapse after",
    "good for",
    "usable for",
    "invalid after",
    "stops working after",
    "works for",
    "can be used for",
];

const RUNNING: [&str; 16] = [
    "lasts",
    "lasts for",
    "runs for",
    "run for",
    "continues for",
    "continue for",
    "ends after",
    "end after",
    "is over after",
    "stops after",
    "stop after",
    "active for",
    "finishes after",
    "closes after",
    "runs out after",
    "free for",
];

const HELD: [&str; 14] = [
    "held",
    "reserved",
    "kept",
    "stored",
    "retained",
    "saved",
    "available",
    "visible",
    "accessible",
    "remembered",
    "blocked out",
    "set aside",
    "archived",
    "listed",
];

impl Period {
    pub(super) fn of(scene: &Scene<'_>, span: Span, kind: &LiteralKind) -> Option<Self> {
        let (value, unit) = match kind {
            LiteralKind::Limit(limit) if limit.dimension == Dimension::Duration => {
                (limit.upper.or(limit.lower)?.value, limit.unit.clone())
            }
            LiteralKind::Quantity(quantity) if quantity.dimension == Dimension::Duration => {
                (quantity.value, quantity.unit.clone())
            }
            _ => return None,
        };
        if span.basis_id == BasisId::Context || value <= Decimal::ZERO {
            return None;
        }
        let criterion = scene.basis.criteria.iter().find(|criterion| {
            let place = criterion.statement.span;
            place.basis_id == span.basis_id && place.start <= span.start && span.end <= place.end
        });
        let around = Around::of(scene, criterion, span);
        if is_response(&unit, &around.before, &around.after) {
            return None;
        }
        let (counted, event) = around.counted(scene, &limited(scene, criterion, &around))?;
        let mut subject = limited(scene, criterion, &around);
        let units = ["digit", "digits", "character", "characters", "letter", "letters"];
        // `Result within 3 min`: how soon the product answers.
        let answers = ["result", "response", "reply", "answer", "notification", "check"];
        let answered = around.before.to_lowercase();
        let answers = answers.contains(&answered.trim_end_matches(':').trim());
        let fragment = subject.split(' ').count() > 5
            || subject.contains(" the ")
            || subject.contains(|c: char| c.is_ascii_digit());
        if subject.contains('%') || units.contains(&subject.as_str()) || answers || fragment && counted != Counted::Idle
        {
            return None;
        }
        // A slot that is booked has a length, and no state of running that anybody sees.
        const BOOKED: [&str; 6] = ["slot", "appointment", "lesson", "visit", "meeting", "consultation"];
        let head = crate::coverage::scene::grammar::head(&subject).to_lowercase();
        if counted == Counted::Running && BOOKED.contains(&head.as_str()) {
            return None;
        }
        // `After 5 minutes without any action the session ends`: what ends stands behind.
        if counted == Counted::Idle && around.after.contains("session") {
            "session".clone_into(&mut subject);
        }
        let (acts, done) = tried(scene, criterion, &subject, counted);
        let whole = format!("{} {}", around.lead, around.after);
        let last_counts = [
            "inclusive",
            "including the last",
            "up to and including",
            "at the end of",
            "until the end of",
        ]
        .iter()
        .any(|words| whole.contains(words));
        Some(Self {
            counted,
            value,
            unit,
            subject,
            event,
            acts,
            done,
            opens: counted == Counted::Until
                && [
                    " from",
                    "as early as",
                    "no earlier than",
                    "not earlier than",
                    "earliest",
                    "starting",
                ]
                .iter()
                .any(|word| around.before_number().ends_with(word)),
            last_counts,
            ends_after: around
                .lead
                .split(' ')
                .any(|word| ["after", "expire", "expires", "lapses"].contains(&word)),
            span,
        })
    }
}

impl Around {
    fn of(scene: &Scene<'_>, criterion: Option<&Criterion>, span: Span) -> Self {
        let whole = criterion.map_or_else(|| scene.goal_span(), |criterion| criterion.statement.span);
        let cut = |start, end| scene.basis.words(Span { start, end, ..whole }).trim().to_owned();
        let before = cut(whole.start, span.start);
        let words = scene.basis.words(span).to_lowercase();
        Self {
            lead: format!("{} {words}", before.to_lowercase()),
            before,
            after: cut(span.end, whole.end).trim_end_matches('.').trim().to_owned(),
        }
    }

    /// How the time is counted, and the event that it is counted from.
    fn counted(&self, scene: &Scene<'_>, subject: &str) -> Option<(Counted, String)> {
        let (lead, after) = (self.lead.as_str(), self.after.as_str());
        if after.contains("inactiv")
            || after.contains("idle")
            || [
                "without any action",
                "without action",
                "without activity",
                "without any activity",
                "without input",
            ]
            .iter()
            .any(|words| after.starts_with(words))
            || lead.contains("inactive for")
            || lead.contains("idle for")
        {
            return Some((Counted::Idle, String::new()));
        }
        if let Some(event) = after
            .strip_prefix("before ")
            .or_else(|| after.strip_prefix("prior to "))
        {
            return Some((Counted::Until, until(event, subject)));
        }
        if self.ends(&EXPIRY) {
            return Some((Counted::Validity, String::new()));
        }
        for link in ["of ", "after ", "from ", "since ", "following "] {
            if let Some(event) = after
                .strip_prefix(link)
                .filter(|_| lead.contains("within") || lead.contains("up to") || lead.contains("no later than"))
            {
                return Some((Counted::Since, bare(&scene.observed(event)).to_owned()));
            }
        }
        if self.ends(&RUNNING) || self.is_lasting() {
            return Some((Counted::Running, String::new()));
        }
        let held = HELD.iter().find(|word| self.ends(&[&format!("{word} for")]))?;
        Some((Counted::Held, (*held).to_owned()))
    }

    /// Whether one of the phrases stands right before the number.
    fn ends(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| {
            self.before_number()
                .strip_suffix(phrase)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
        })
    }

    /// The lead up to the number of this time, without words such as `exactly`.
    fn before_number(&self) -> &str {
        let own = self.lead.get(self.before.to_lowercase().len()..).unwrap_or("");
        let number = own.find(|c: char| c.is_ascii_digit());
        // `for two weeks`: a number in words stands before its unit.
        let number = number.or_else(|| own.rmatch_indices(' ').nth(1).map(|(at, _)| at));
        let end = self.lead.len() - own.len() + number.unwrap_or(0);
        let mut lead = self.lead.get(..end).unwrap_or("").trim_end();
        for filler in [" exactly", " a", " an", " another", " the first"] {
            lead = lead.strip_suffix(filler).unwrap_or(lead);
        }
        lead
    }

    /// `loans last 21 days`, `can last 21 days`; not `the last 30 days`.
    fn is_lasting(&self) -> bool {
        let Some(rest) = ["last", "last for"].iter().find_map(|word| {
            self.before_number()
                .strip_suffix(word)
                .and_then(|rest| rest.strip_suffix(' '))
        }) else {
            return false;
        };
        let before = rest.rsplit(' ').next().unwrap_or("");
        let modal = crate::basis::modal::is_modal(before);
        let noun = before.ends_with('s') && !["its", "this", "his", "is", "was", "as"].contains(&before);
        modal || noun
    }

    /// The noun before the words that limit it: `a link that expires after` → `link`.
    fn noun(&self) -> Option<String> {
        const SKIPPED: [&str; 26] = [
            "that", "which", "is", "are", "be", "being", "only", "stays", "stay", "remains", "remain", "sent",
            "issued", "created", "must", "should", "shall", "will", "can", "and", "expires", "expire", "valid",
            "lapses", "lapse", "usable",
        ];
        const OPENERS: [&str; 30] = [
            "a", "an", "the", "my", "our", "their", "his", "her", "its", "this", "each", "every", "with", "by", "of",
            "using", "via", "through", "for", "to", "from", "and", "or", "in", "on", "when", "if", "then", "all",
            "any",
        ];
        let lead = EXPIRY
            .iter()
            .chain(&RUNNING)
            .chain(&["last for", "last"])
            .find_map(|phrase| self.before_number().strip_suffix(phrase))?;
        let mut words: Vec<&str> = lead.split_whitespace().collect();
        while words.last().is_some_and(|word| SKIPPED.contains(word)) {
            words.pop();
        }
        let start = words.iter().rposition(|word| {
            OPENERS.contains(word) || word.ends_with([',', ';', ':']) || word.chars().any(|c| c.is_ascii_digit())
        });
        let noun = words.get(start.map_or(0, |start| start + 1)..)?.join(" ");
        (!noun.is_empty() && noun.split(' ').count() <= 4).then_some(noun)
    }
}

pub(super) fn is_response(unit: &str, before: &str, after: &str) -> bool {
    let around = format!("{before} {after}").to_lowercase();
    let short = matches!(unit, "s" | "ms" | "second" | "seconds" | "milliseconds");
    let speed = ["respond", "response", "load", "appear"];
    short || around.contains("within") && speed.iter().any(|word| around.contains(word))
}

/// What the period limits: the noun before the words that limit it, the subject of the statement, else the story's object.
fn limited(scene: &Scene<'_>, criterion: Option<&Criterion>, around: &Around) -> String {
    if let Some(noun) = around.noun()
        && !criteria::is_person(&noun)
        && !["it", "they", "this", "that"].contains(&noun.as_str())
    {
        return singular(&noun);
    }
    let Some(criterion) = criterion else { return scene.one() };
    let text = scene.observed(&criterion.statement.text);
    let Some(clause) = Clause::read(&text).filter(|clause| !clause.subject.is_empty()) else {
        return scene.one();
    };
    let subject = singular(&lowered(bare(&clause.subject)));
    if subject == "it" || subject == "they" {
        return scene.one();
    }
    if !criteria::is_person(&subject) && subject != scene.actor() {
        return subject;
    }
    let object = clause.rest.split(" within").next().unwrap_or("");
    let object = bare(object.split(" up to").next().unwrap_or("")).to_owned();
    if !object.is_empty() && object.split(' ').count() <= 3 {
        singular(&object)
    } else {
        scene.one()
    }
}

/// Whether something is kept for a time, and not only held for somebody.
fn is_kept(criterion: Option<&Criterion>) -> bool {
    criterion.is_some_and(|criterion| {
        let text = criterion.statement.text.to_lowercase();
        [" kept", " keep", " stored", " saved", " archived", " retained"]
            .iter()
            .any(|word| text.contains(word))
    })
}

/// The steps that are tried inside and outside the time, and what is done by them where the statement says it.
fn tried(
    scene: &Scene<'_>,
    criterion: Option<&Criterion>,
    subject: &str,
    counted: Counted,
) -> (Vec<Step>, Option<String>) {
    let steps = |texts: &[String]| texts.iter().map(|text| Step::new(format!("{text}."))).collect();
    let the_one = the(subject);
    if matches!(counted, Counted::Since | Counted::Until) {
        if let Some(verb) = deadline_act(scene, criterion) {
            let act = format!("{} {the_one}", capitalised(&verb));
            // What the act makes is not there to be opened: the return of what was delivered.
            const MADE: [&str; 6] = ["start", "register", "request", "file", "create", "begin"];
            if MADE.contains(&verb.as_str()) {
                let from = if scene
                    .mentions(&["delivery", "delivered", "order", "purchase", "bought"])
                    .is_some()
                {
                    "Open the order"
                } else {
                    "Open the page for it"
                };
                let a_one = crate::coverage::scene::grammar::a(subject);
                let act = format!("{} {a_one}", capitalised(&verb));
                return (steps(&[from.to_owned(), act]), Some(participle(&verb)));
            }
            return (steps(&[format!("Open {the_one}"), act]), Some(participle(&verb)));
        }
        return (scene.perform(Vec::new()), None);
    }
    let looked = match counted {
        Counted::Held | Counted::Running => format!("Look at the state of {the_one}"),
        _ => format!("Use {the_one}"),
    };
    let acts = match subject.rsplit(' ').next().unwrap_or(subject) {
        "link" | "invitation" => steps(&[format!("Copy {the_one} from the message"), format!("Open {the_one}")]),
        "code" | "pin" | "password" | "token" => steps(&[format!("Enter {the_one}"), "Submit the form".to_owned()]),
        _ if counted == Counted::Held && is_kept(criterion) => steps(&[format!("Look for {the_one}")]),
        "session" => steps(&[
            "Open another page".to_owned(),
            "Look at the page that is shown".to_owned(),
        ]),
        _ => steps(&[format!("Open {the_one}"), looked]),
    };
    (acts, None)
}

/// The act that a deadline is set for, in the base form: `cancel` of `can be cancelled up to 1 hour before`.
fn deadline_act(scene: &Scene<'_>, criterion: Option<&Criterion>) -> Option<String> {
    let action = criterion
        .and_then(|criterion| criterion.action.as_ref())
        .or_else(|| scene.action().filter(|_| criterion.is_none()));
    let told = criterion
        .map(|criterion| scene.observed(&criterion.statement.text))
        .and_then(|text| Clause::read(&text));
    let verb = match (&told, criterion) {
        (Some(clause), Some(_)) => clause.done().or_else(|| {
            let person = criteria::is_person(&clause.subject) || bare(&clause.subject) == scene.actor();
            person.then(|| clause.base.clone())
        }),
        _ => action.map(|action| action.verb.clone()),
    };
    verb.filter(|verb| verb.len() > 2 && !["have", "get", "take", "become", "hear"].contains(&verb.as_str()))
}

/// `it starts` → `the appointment starts`; `departure` → `the departure is`.
fn until(event: &str, subject: &str) -> String {
    let event = event.trim();
    if let Some(rest) = event.strip_prefix("it ") {
        return format!("{} {rest}", the(subject));
    }
    match Clause::read(event) {
        Some(clause) if !clause.subject.is_empty() => event.to_owned(),
        _ => format!("{} {}", the(event), is_or_are(event)),
    }
}
