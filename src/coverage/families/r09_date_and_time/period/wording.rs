//! The cases of a period: one unit before its end, at its end, one unit after.

use super::{Counted, Period};
use crate::basis::Dimension;
use crate::basis::VerbClass;
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{a, capitalised, singular, slug, the};
use crate::coverage::{Found, Proposal, values};
use crate::test_case::{Technique, TestCaseType};
use rust_decimal::Decimal;

/// Where a moment lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    Within,
    Over,
}

impl Period {
    pub(in super::super) fn propose(&self, scene: &Scene<'_>, found: &mut Found) {
        let one = Decimal::ONE;
        let at_end = if self.is_inclusive() || !self.has_passed() {
            Moment::Within
        } else {
            Moment::Over
        };
        let outward = if self.counted == Counted::Until && !self.opens {
            -one
        } else {
            one
        };
        // The neighbour across the end, and the other one where three values are wanted.
        let beside = if at_end == Moment::Over {
            (self.value - outward, Moment::Within)
        } else {
            (self.value + outward, Moment::Over)
        };
        let inner = if at_end == Moment::Over {
            (self.value + outward, Moment::Over)
        } else {
            (self.value - outward, Moment::Within)
        };
        // What lasts seven days is over after exactly seven, or just not yet: on either side both readings agree.
        let runs =
            self.counted == Counted::Running && !self.is_inclusive() && at_end == Moment::Within && self.value > one;
        let first = if runs { inner } else { (self.value, at_end) };
        let more = scene.tries_both_neighbours() && !runs;
        let moments = [first, beside].into_iter();
        for (value, moment) in moments.chain(more.then_some(inner)) {
            found.propose(self.case(scene, value, moment));
        }
        if !self.is_inclusive() {
            found.ask(self.question(), self.asked(scene), Some(self.span));
        }
    }

    /// `within 30 days` and `24 hours before` hold their end; of `expires after` and `lasts` it has to be said.
    fn is_inclusive(&self) -> bool {
        self.last_counts || matches!(self.counted, Counted::Since | Counted::Until)
    }

    /// Whether what the statement says has come about once the time has passed: `expires after 24 hours`; `is kept for 90
    /// days` still holds on the last day.
    fn has_passed(&self) -> bool {
        self.counted == Counted::Idle || self.ends_after
    }

    fn question(&self) -> String {
        format!("time/{}/end", slug(&self.subject))
    }

    fn asked(&self, scene: &Scene<'_>) -> String {
        let stated = values::with_unit(self.value, &self.unit, Dimension::Duration);
        let (_, what) = self.state(scene, &stated);
        match self.counted {
            Counted::Idle => format!(
                "Does {} end exactly {what}, or only once that time has passed?",
                the(&self.subject)
            ),
            _ => format!(
                "Exactly {what}: {} {} {}, or not any more?",
                if self.counted == Counted::Validity {
                    "does"
                } else {
                    "is"
                },
                the(&self.subject),
                self.passes().replacen("is ", "", 1).replace("works", "work"),
            ),
        }
    }

    /// A value as it is said: beside a bound in hours lies one minute, beside one unit what is just less.
    fn said(&self, value: Decimal) -> String {
        let plain = |value: Decimal, unit: &str| values::with_unit(value, unit, Dimension::Duration);
        let offset = value - self.value;
        let whole = |number: Decimal| format!("{} and", plain(number, "hours"));
        match singular(&self.unit).as_str() {
            "hour" | "h" if offset == -Decimal::ONE && self.value == Decimal::ONE => {
                plain(Decimal::from(59), "minutes")
            }
            "hour" | "h" if offset == -Decimal::ONE => {
                format!("{} {}", whole(value), plain(Decimal::from(59), "minutes"))
            }
            "hour" | "h" if offset == Decimal::ONE => {
                format!("{} {}", whole(self.value), plain(Decimal::ONE, "minutes"))
            }
            _ if value.is_zero() => {
                let (value, unit) = self.just_less();
                plain(value, &unit)
            }
            _ => plain(value, &self.unit),
        }
    }

    fn case(&self, scene: &Scene<'_>, value: Decimal, moment: Moment) -> Proposal {
        let time = self.said(value);
        let exact = time == values::with_unit(value, &self.unit, Dimension::Duration);
        let stated = values::with_unit(self.value, &self.unit, Dimension::Duration);
        let (given, what) = self.state(scene, &time);
        let subject = &self.subject;
        let over = moment == Moment::Over;
        let case_type = if over {
            TestCaseType::Negative
        } else {
            TestCaseType::Boundary
        };
        let mut item = Proposal::new(
            if exact {
                format!("time/{}/{}/{}", slug(subject), slug(&self.unit), values::number(value))
            } else {
                format!("time/{}/{}", slug(subject), slug(&time))
            },
            format!("{}, {what}", a(subject)),
            Technique::BoundaryValueAnalysis,
            case_type,
            self.span,
        )
        .titled(format!(
            "{} {} {what}",
            capitalised(&a(subject)),
            if over { self.fails() } else { self.passes() }
        ))
        .because(if over && self.opens {
            format!("The time of {stated} has not begun yet")
        } else if over {
            format!("The time of {stated} is over")
        } else {
            format!("The time of {stated} is not over yet")
        })
        .priority(scene.risk());
        for state in scene.start() {
            if !(self.is_of_session() && state.contains("signed in")) {
                item = item.given(state);
            }
        }
        item = item.given(given).steps(self.acts.clone());
        item = if over {
            self.seen_when_over(item).expect(self.lost(scene))
        } else {
            item.expect(self.kept(scene))
        };
        item = if !exact {
            let sign = if value > self.value { '+' } else { '-' };
            let unit = match singular(&self.unit).as_str() {
                "hour" | "h" => "minute".to_owned(),
                _ => singular(&self.just_less().1),
            };
            item.computed(time, format!("{stated} {sign} 1 {unit}"), self.span)
        } else if value == self.value {
            item.stated(time, self.span)
        } else {
            let sign = if value > self.value { '+' } else { '-' };
            item.computed(time, format!("{} {sign} 1", values::number(self.value)), self.span)
        };
        item = item.stated(stated, self.span);
        if value != self.value && !over && self.is_inclusive() {
            item = item.priority(scene.risk().lower());
        }
        item
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

    fn is_looked_for(&self) -> bool {
        self.acts.first().is_some_and(|act| act.action.starts_with("Look for "))
    }

    /// A session ends by signing somebody out.
    fn is_of_session(&self) -> bool {
        self.counted == Counted::Idle || self.subject.ends_with("session")
    }

    /// The state before step 1, and how the time is said in titles.
    fn state(&self, scene: &Scene<'_>, time: &str) -> (String, String) {
        let subject = the(&self.subject);
        let counted_from = |event: &str| {
            (
                format!("{subject} {event} {time} ago"),
                format!("{time} after it {event}"),
            )
        };
        match self.counted {
            Counted::Running if self.is_of_session() => (
                format!("The {} signed in {time} ago and has not signed out", scene.actor()),
                format!("{time} after the sign-in"),
            ),
            Counted::Validity => counted_from("was issued"),
            Counted::Running => counted_from("began"),
            Counted::Held
                if ["reservation", "booking", "order", "hold"]
                    .iter()
                    .any(|word| self.subject.ends_with(word)) =>
            {
                counted_from("was made")
            }
            Counted::Held if self.event == "held" || self.event == "reserved" => counted_from("was set aside"),
            Counted::Held => counted_from("was created"),
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
            (Counted::Running, _) if !self.is_of_session() => "is still running".to_owned(),
            (Counted::Held, _) => format!("is still {}", self.event),
            (Counted::Validity | Counted::Idle | Counted::Running, _) => "still works".to_owned(),
            (_, Some(done)) => format!("can be {done}"),
            _ => "is accepted".to_owned(),
        }
    }

    fn fails(&self) -> String {
        match (self.counted, &self.done) {
            (Counted::Running, _) if !self.is_of_session() => "is over".to_owned(),
            (Counted::Held, _) => format!("is no longer {}", self.event),
            (Counted::Validity | Counted::Idle | Counted::Running, _) => "no longer works".to_owned(),
            (_, Some(done)) => format!("cannot be {done}"),
            _ => "is refused".to_owned(),
        }
    }

    fn reason(&self) -> &'static str {
        if self.opens {
            "it is too early for it"
        } else {
            "the time for it is over"
        }
    }

    fn seen_when_over(&self, item: Proposal) -> Proposal {
        match self.counted {
            _ if self.is_of_session() => item.seen("The sign-in is asked for"),
            Counted::Running | Counted::Held => item,
            _ if self.opens => item.seen("A message says that it is too early for it"),
            _ => item.seen("A message says that the time for it is over"),
        }
    }

    fn kept(&self, scene: &Scene<'_>) -> String {
        let subject = capitalised(&the(&self.subject));
        match (self.counted, &self.done) {
            _ if self.is_of_session() => format!("The page is shown; the {} is still signed in", scene.actor()),
            (Counted::Running, _) => format!("{subject} is shown as running; nothing says that it is over"),
            (Counted::Held, _) if self.is_looked_for() => format!("{subject} is there, with all its data"),
            (Counted::Held, _) => format!("{subject} is shown as {}", self.event),
            (Counted::Validity, _) if self.subject.ends_with("link") => {
                if scene.class() == VerbClass::Authenticate && scene.object().contains("password") {
                    "The form for a new password is shown".to_owned()
                } else {
                    format!("The page that {} was sent for is shown", the(&self.subject))
                }
            }
            (_, Some(done)) => format!("{subject} is shown as {done}"),
            (Counted::Since | Counted::Until, _) => scene.success(),
            _ => format!("{subject} is accepted; a confirmation is shown"),
        }
    }

    fn lost(&self, scene: &Scene<'_>) -> String {
        let subject = capitalised(&the(&self.subject));
        match (self.counted, &self.done) {
            _ if self.is_of_session() => format!(
                "The sign-in page is shown; the {} is no longer signed in",
                scene.actor()
            ),
            (Counted::Running, _) => format!("{subject} is shown as over, and no longer as running"),
            (Counted::Held, _) if self.is_looked_for() => format!("{subject} is no longer there"),
            (Counted::Held, _) => format!("{subject} is no longer shown as {}", self.event),
            (Counted::Validity, _) => format!("{subject} is refused because its time is over; nothing is changed"),
            (_, Some(done)) => format!("{subject} is not {done} because {}", self.reason()),
            _ => format!("The act is refused because {}; {}", self.reason(), scene.unchanged()),
        }
    }
}
