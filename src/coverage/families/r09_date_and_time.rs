//! R9, date and time: validity, deadlines and periods at and next to their ends, dates that must stand in an order, times
//! of day.
//!
//! Refuses: response times (R30), and times without an event from which they count.

mod order;

use super::criteria;
use super::limit_case::{self, Setup};
use super::limits::{self, lowered};
use crate::basis::{Criterion, Dimension, LiteralKind};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{a, bare, capitalised, is_or_are, singular, slug, the};
use crate::coverage::{Found, Proposal, values};
use crate::test_case::{BasisId, Span, Step, Technique, TestCaseType};
use order::Order;
use rust_decimal::Decimal;

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    for literal in &scene.basis.literals {
        if literal.span.basis_id == BasisId::Context {
            continue;
        }
        if let Some(period) = Period::of(scene, literal.span, &literal.kind) {
            period.propose(scene, found);
        }
    }
    periods_of_choice(scene, found);
    for criterion in &scene.basis.criteria {
        if let Some(order) = Order::of(scene, criterion) {
            order.propose(scene, criterion, found);
        }
    }
    order::born(scene, found);
}

/// Whether this family words what a criterion says.
pub(super) fn handles(scene: &Scene<'_>, criterion: &Criterion) -> bool {
    let place = criterion.statement.span;
    let inside = |span: Span| span.basis_id == place.basis_id && place.start <= span.start && span.end <= place.end;
    Order::of(scene, criterion).is_some()
        || scene
            .basis
            .literals
            .iter()
            .any(|literal| inside(literal.span) && Period::of(scene, literal.span, &literal.kind).is_some())
        || limits::rules(scene, &[Dimension::Duration])
            .iter()
            .any(|rule| inside(rule.span) && is_chosen(scene, rule.span))
}

// === Validity and deadlines ===

/// How a period is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counted {
    /// From the making of the thing: `expires after`, `valid for`.
    Validity,
    /// From an event: `within 14 days of delivery`.
    Since,
    /// Up to an event: `24 hours before it starts`.
    Until,
    /// From the last act: `after 15 minutes of inactivity`.
    Idle,
}

struct Period {
    counted: Counted,
    value: Decimal,
    unit: String,
    /// What is limited: `reset link`; for `Since` and `Until` what is done to.
    subject: String,
    /// The event: `delivery`; for `Until` a clause such as `the appointment starts`.
    event: String,
    /// The steps that are tried.
    acts: Vec<String>,
    /// What is done to the subject, where the statement says it: `cancelled`.
    done: Option<String>,
    span: Span,
}

impl Period {
    fn of(scene: &Scene<'_>, span: Span, kind: &LiteralKind) -> Option<Self> {
        let (value, unit) = match kind {
            LiteralKind::Limit(limit) if limit.dimension == Dimension::Duration => {
                (limit.upper.or(limit.lower)?.value, limit.unit.clone())
            }
            LiteralKind::Quantity(quantity) if quantity.dimension == Dimension::Duration => {
                (quantity.value, quantity.unit.clone())
            }
            _ => return None,
        };
        let criterion = scene.basis.criteria.iter().find(|criterion| {
            let place = criterion.statement.span;
            place.basis_id == span.basis_id && place.start <= span.start && span.end <= place.end
        });
        let whole = criterion.map_or_else(|| scene.goal_span(), |criterion| criterion.statement.span);
        let before = scene
            .basis
            .words(Span {
                end: span.start,
                ..whole
            })
            .trim()
            .to_owned();
        let words = scene.basis.words(span).to_lowercase();
        let after = scene
            .basis
            .words(Span {
                start: span.end,
                ..whole
            })
            .trim_end_matches('.')
            .trim()
            .to_owned();
        if value <= Decimal::ZERO || is_response(&unit, &before, &after) {
            return None;
        }
        let lead = format!("{} {words}", before.to_lowercase());
        let subject = limited(scene, criterion, &before);
        let (acts, done) = tried(scene, criterion, &subject);
        let period = |counted, event: String| {
            Some(Self {
                counted,
                value,
                unit: unit.clone(),
                subject: subject.clone(),
                event,
                acts: acts.clone(),
                done: done.clone(),
                span,
            })
        };
        if after.contains("inactivity")
            || after.contains("idle")
            || lead.contains("inactive for")
            || lead.contains("idle for")
        {
            return period(Counted::Idle, String::new());
        }
        if let Some(event) = after
            .strip_prefix("before ")
            .or_else(|| after.strip_prefix("prior to "))
        {
            return period(Counted::Until, until(event, &subject));
        }
        let expiry = [
            "expire after",
            "expires after",
            "expire in",
            "expires in",
            "expire within",
            "expires within",
            "valid for",
            "lapses after",
            "lapse after",
        ];
        if expiry.iter().any(|phrase| lead.contains(phrase)) {
            return period(Counted::Validity, String::new());
        }
        for link in ["of ", "after ", "from ", "since ", "following "] {
            if let Some(event) = after
                .strip_prefix(link)
                .filter(|_| lead.contains("within") || lead.contains("up to"))
            {
                return period(Counted::Since, bare(&scene.observed(event)).to_owned());
            }
        }
        None
    }

    fn propose(&self, scene: &Scene<'_>, found: &mut Found) {
        let one = Decimal::ONE;
        let (inside, outside) = match self.counted {
            Counted::Validity | Counted::Idle => (self.value - one, self.value + one),
            Counted::Since => (self.value, self.value + one),
            Counted::Until => (self.value, self.value - one),
        };
        for (value, admitted) in [(inside, true), (outside, false)] {
            let (value, unit) = if value.is_zero() {
                self.just_less()
            } else {
                (value, self.unit.clone())
            };
            found.propose(self.case(scene, value, &unit, admitted));
        }
    }

    fn case(&self, scene: &Scene<'_>, value: Decimal, unit: &str, inside: bool) -> Proposal {
        let time = values::with_unit(value, unit, Dimension::Duration);
        let stated = values::with_unit(self.value, &self.unit, Dimension::Duration);
        let (given, what) = self.state(scene, &time);
        let subject = &self.subject;
        let (ends, type_) = if inside {
            (self.passes(), TestCaseType::Boundary)
        } else {
            (self.fails(), TestCaseType::Negative)
        };
        let mut item = Proposal::new(
            format!("time/{}/{}/{}", slug(subject), slug(unit), values::number(value)),
            format!("{}, {what}", a(subject)),
            Technique::BoundaryValueAnalysis,
            type_,
            self.span,
        )
        .titled(format!("{} {ends} {what}", capitalised(&a(subject))))
        .because(if inside {
            format!("The time of {stated} is not over yet")
        } else {
            format!("The time of {stated} is over")
        })
        .priority(scene.risk());
        for state in scene.start() {
            if self.counted != Counted::Idle || !state.contains("signed in") {
                item = item.given(state);
            }
        }
        item = self.acts.iter().fold(item.given(given), Proposal::act);
        item = if inside {
            item.expect(self.kept(scene))
        } else {
            item.seen(if self.counted == Counted::Idle {
                "The sign-in is asked for"
            } else {
                "A message says that the time for it is over"
            })
            .expect(self.lost(scene))
        };
        item = if unit != self.unit {
            item.computed(time, format!("{stated} - 1 {}", singular(unit)), self.span)
        } else if value == self.value {
            item.stated(time, self.span)
        } else {
            let sign = if value > self.value { '+' } else { '-' };
            item.computed(time, format!("{} {sign} 1", values::number(self.value)), self.span)
        };
        item.stated(stated, self.span)
    }

    /// Just less than one unit: `59 minutes` of `1 hour`.
    fn just_less(&self) -> (Decimal, String) {
        let (value, unit) = match singular(&self.unit).as_str() {
            "hour" => (59, "minutes"),
            "day" => (23, "hours"),
            "week" => (6, "days"),
            "month" => (27, "days"),
            "year" => (11, "months"),
            _ => (59, "seconds"),
        };
        (Decimal::from(value), unit.to_owned())
    }

    /// The state before step 1, and how the time is said in titles.
    fn state(&self, scene: &Scene<'_>, time: &str) -> (String, String) {
        let subject = the(&self.subject);
        match self.counted {
            Counted::Validity => (
                format!("{subject} was issued {time} ago"),
                format!("{time} after it was issued"),
            ),
            Counted::Since => (
                format!("{} was {time} ago", the(&self.event)),
                format!("{time} after {}", the(&self.event)),
            ),
            Counted::Until => (
                format!("{} in {time}", self.event),
                format!("{time} before {}", self.noun_of_event()),
            ),
            Counted::Idle => (
                format!("The {} is signed in and has done nothing for {time}", scene.actor()),
                format!("after {time} without any act"),
            ),
        }
    }

    fn noun_of_event(&self) -> String {
        self.event.strip_suffix(" is").map_or_else(
            || Clause::read(&self.event).map_or_else(|| self.event.clone(), |clause| format!("it {}", clause.verb)),
            str::to_owned,
        )
    }

    fn passes(&self) -> String {
        match (self.counted, &self.done) {
            (Counted::Validity | Counted::Idle, _) => "still works".to_owned(),
            (_, Some(done)) => format!("can be {done}"),
            _ => "is accepted".to_owned(),
        }
    }

    fn fails(&self) -> String {
        match (self.counted, &self.done) {
            (Counted::Validity | Counted::Idle, _) => "no longer works".to_owned(),
            (_, Some(done)) => format!("cannot be {done}"),
            _ => "is refused".to_owned(),
        }
    }

    fn kept(&self, scene: &Scene<'_>) -> String {
        let subject = capitalised(&the(&self.subject));
        match (self.counted, &self.done) {
            (Counted::Idle, _) => format!("The page is shown; the {} is still signed in", scene.actor()),
            (Counted::Validity, _) if self.subject.ends_with("link") => {
                format!("The page behind {} is shown", the(&self.subject))
            }
            (_, Some(done)) => format!("{subject} is shown as {done}"),
            _ => format!("{subject} is accepted; a confirmation is shown"),
        }
    }

    fn lost(&self, scene: &Scene<'_>) -> String {
        let subject = capitalised(&the(&self.subject));
        match (self.counted, &self.done) {
            (Counted::Idle, _) => format!(
                "The sign-in page is shown; the {} is no longer signed in",
                scene.actor()
            ),
            (Counted::Validity, _) => format!("{subject} is refused because its time is over; nothing is changed"),
            (_, Some(done)) => format!("{subject} is not {done} because the time for it is over"),
            _ => format!("{subject} is refused because the time for it is over; nothing is changed"),
        }
    }
}

fn is_response(unit: &str, before: &str, after: &str) -> bool {
    let around = format!("{before} {after}").to_lowercase();
    let speed = [
        "respond",
        "response",
        "load",
        "appear",
        "shown",
        "displayed",
        "arrive",
        "sent",
        "delivered",
        "receive",
        "return",
        "complete",
        "start",
        "available",
    ];
    let short = matches!(unit, "s" | "ms" | "second" | "seconds" | "milliseconds");
    short || around.contains("within") && speed[..4].iter().any(|word| around.contains(word))
}

/// What the period limits: the subject of the statement, else the story's object.
fn limited(scene: &Scene<'_>, criterion: Option<&Criterion>, before: &str) -> String {
    let Some(criterion) = criterion else { return scene.one() };
    let text = scene.observed(&criterion.statement.text);
    let said = Clause::read(&text).map(|clause| (clause.subject.clone(), clause));
    match said {
        Some((subject, clause)) if !subject.is_empty() => {
            let subject = singular(&lowered(bare(&subject)));
            if criteria::is_person(&subject) || subject == scene.actor() {
                let object = bare(
                    clause
                        .rest
                        .split(" within")
                        .next()
                        .unwrap_or("")
                        .split(" up to")
                        .next()
                        .unwrap_or(""),
                )
                .to_owned();
                let short = object.split(' ').count() <= 3 && !object.is_empty();
                if short { singular(&object) } else { scene.one() }
            } else {
                subject
            }
        }
        _ if before.is_empty() => scene.one(),
        _ => scene.one(),
    }
}

/// The steps that are tried inside and outside the time, and what is done by them where the statement says it.
fn tried(scene: &Scene<'_>, criterion: Option<&Criterion>, subject: &str) -> (Vec<String>, Option<String>) {
    let the_one = the(subject);
    let action = criterion
        .and_then(|criterion| criterion.action.as_ref())
        .or_else(|| scene.action().filter(|_| criterion.is_none()));
    let told = criterion
        .map(|criterion| scene.observed(&criterion.statement.text))
        .and_then(|text| Clause::read(&text));
    let by_person = told
        .as_ref()
        .filter(|clause| criteria::is_person(&clause.subject) || bare(&clause.subject) == scene.actor());
    let verb = match (&told, criterion) {
        (_, None) => action.map(|action| action.verb.clone()),
        (Some(clause), _) => clause.done().or_else(|| by_person.map(|clause| clause.base.clone())),
        (None, _) => action.map(|action| action.verb.clone()),
    };
    if let Some(verb) = verb.filter(|verb| verb.len() > 2 && verb != "be") {
        let done = crate::coverage::scene::grammar::participle(&verb);
        return (
            vec![format!("Open {the_one}"), format!("{} {the_one}", capitalised(&verb))],
            Some(done),
        );
    }
    let acts = match subject.rsplit(' ').next().unwrap_or(subject) {
        "link" | "invitation" => vec![format!("Copy {the_one} from the message"), format!("Open {the_one}")],
        "code" | "pin" | "password" | "token" => vec![format!("Enter {the_one}"), "Submit the form".to_owned()],
        "session" => vec![
            "Open another page".to_owned(),
            "Look at the page that is shown".to_owned(),
        ],
        _ => vec![format!("Open {the_one}"), format!("Use {the_one}")],
    };
    (acts, None)
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

// === Periods that somebody chooses ===

/// Whether the actor chooses how long: `a request longer than 10 days`, `a booking of at most 8 hours`.
fn is_chosen(scene: &Scene<'_>, span: Span) -> bool {
    let text = scene.basis.text(span.basis_id).to_lowercase();
    let around = format!(
        "{} {}",
        text.get(..span.start).unwrap_or(""),
        text.get(span.end..).unwrap_or("")
    );
    let spoken = [
        "request",
        "leave",
        "booking",
        "stay",
        "rental",
        "loan",
        "absence",
        "trip",
        "reservation",
        "meeting",
        "video",
        "recording",
        "period",
        "subscription",
    ];
    spoken.iter().any(|word| around.contains(word)) && !around.contains("before") && !around.contains(" after ")
}

fn periods_of_choice(scene: &Scene<'_>, found: &mut Found) {
    for rule in limits::rules(scene, &[Dimension::Duration]) {
        if !is_chosen(scene, rule.span) || is_response(&rule.limit.unit, "", "") {
            continue;
        }
        let said = singular(&limits::subject(scene, &rule.limit));
        let subject = if ["it", "time", "duration", "period"].contains(&said.as_str()) {
            scene.one()
        } else {
            said
        };
        for point in limits::points(&rule.limit, false) {
            let value = values::of_limit(point.value, &rule.limit);
            let setup = Setup {
                key: format!("{}/duration", slug(&subject)),
                thing: format!("{subject} of {value}"),
                why: format!(
                    "{} is {}",
                    the(&subject),
                    comparison(&limit_case::comparison(&rule, &point))
                ),
                entries: vec![Step::new(format!("Choose a period of {value}.")).with_data(&value)],
                ..Setup::default()
            };
            found.propose(limit_case::case(scene, &rule, &point, setup));
        }
    }
}

fn comparison(said: &str) -> String {
    said.replace("not below", "not shorter than")
        .replace("not above", "not longer than")
        .replace("above", "longer than")
        .replace("below", "shorter than")
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn validity_and_deadlines() {
        let story = "As a patient, I want to book an appointment so that I can see a doctor";
        let criteria = [
            "The confirmation link expires after 30 minutes.",
            "An appointment can be cancelled up to 1 hour before it starts.",
            "The session ends after 20 minutes of inactivity.",
        ];
        insta::assert_snapshot!(given_by(propose, story, &criteria));
    }

    #[test]
    fn days_since_an_event() {
        let story = "As a customer, I want to return items within 30 days of delivery so that I get my money back";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn dates_in_an_order_and_periods_of_choice() {
        let story = "As an employee, I want to request leave so that I can plan my holidays";
        let criteria = [
            "The start date must be before the end date.",
            "If the request is longer than 10 days, HR must approve it",
        ];
        insta::assert_snapshot!(given_by(propose, story, &criteria));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a user, I want to search products so that results appear within 2 seconds",
            "As a user, I want to see the sales of the last 30 days so that I can plan",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
