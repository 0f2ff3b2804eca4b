//! Times of day: `open from 9:00 to 17:00`, `orders before 14:00 ship the same day`. Cases lie at each end and one minute
//! beside it; the time zone is asked once, and the last minute where the statement does not say whether it counts.
//!
//! Refuses: a time at which something happens (`the report is sent at 08:00`), which has no side; of it only the time zone
//! is asked.

mod reading;

use super::super::limits::lowered;
use super::super::ordinary;
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{capitalised, slug};
use crate::coverage::{Found, Proposal};
use crate::test_case::{Span, Step, Technique, TestCaseType};

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// One end of the hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// Minutes since midnight.
    minute: u16,
    /// Whether the minute itself is inside; `None` where the statement does not say.
    inside: Option<bool>,
    span: Span,
}

/// Hours inside which something is so, and outside which it is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hours {
    from: Option<End>,
    to: Option<End>,
    /// What is seen inside: `support is open`; no full stop.
    inside: String,
    /// What is seen outside.
    outside: String,
    /// Names the thing in titles and keys: `support`.
    subject: String,
    /// Whether inside is what is refused: `not available between 22:00 and 06:00`.
    reversed: bool,
    /// Whether the act of the story can be done inside only.
    gates: bool,
    /// The days that are named: `weekdays`.
    days: Option<Days>,
    /// A day in particular that the times are of: `the day before arrival`.
    one_day: Option<String>,
    /// The words of the statement that tell it.
    pub(super) span: Span,
}

/// Days on which the hours hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Days {
    Weekdays,
    Weekends,
}

impl Days {
    /// A day inside and a day outside.
    fn samples(self) -> (&'static str, &'static str) {
        match self {
            Self::Weekdays => ("Wednesday", "Saturday"),
            Self::Weekends => ("Saturday", "Wednesday"),
        }
    }
}

/// A minute to try.
struct Moment {
    minute: u16,
    /// `None` where a question decides.
    inside: Option<bool>,
    /// How it comes from the text: `09:00 - 1 minute`; empty where it is the stated time.
    how: String,
    span: Span,
    outer: bool,
}

impl Hours {
    pub(super) fn propose(&self, scene: &Scene<'_>, found: &mut Found) {
        for moment in self.moments() {
            found.propose(self.case(scene, &moment));
        }
        if let Some(item) = self.on_another_day(scene) {
            found.propose(item);
        }
        if let Some(end) = self.to.filter(|end| end.inside.is_none()) {
            let time = clock(end.minute);
            found.ask(
                format!("hours/{}/last minute", slug(&self.subject)),
                format!("Exactly at {time}: is it still so that {}, or no longer?", self.inside),
                Some(end.span),
            );
        }
        ask_zone(scene, self.from.or(self.to).map_or(self.span, |end| end.span), found);
    }

    fn moments(&self) -> Vec<Moment> {
        let mut all = Vec::new();
        if let Some(end) = self.from {
            let opens = end.inside.unwrap_or(true);
            let first = if opens { end.minute } else { (end.minute + 1) % DAY };
            all.push(Moment::at(end, first, Some(true), opens));
            all.push(Moment::at(end, (first + DAY - 1) % DAY, Some(false), true));
        }
        if let Some(end) = self.to {
            match end.inside {
                Some(true) => {
                    all.push(Moment::at(end, end.minute, Some(true), true));
                    all.push(Moment::at(end, (end.minute + 1) % DAY, Some(false), true));
                }
                Some(false) => {
                    all.push(Moment::at(end, (end.minute + DAY - 1) % DAY, Some(true), true));
                    all.push(Moment::at(end, end.minute, Some(false), true));
                }
                None => {
                    all.push(Moment::at(end, (end.minute + DAY - 1) % DAY, Some(true), false));
                    all.push(Moment::at(end, end.minute, None, true));
                    all.push(Moment::at(end, (end.minute + 1) % DAY, Some(false), true));
                }
            }
        }
        all
    }

    fn case(&self, scene: &Scene<'_>, moment: &Moment) -> Proposal {
        let time = clock(moment.minute);
        let inside = moment.inside.unwrap_or(true);
        let day = self.days.map(|days| days.samples().0);
        let mut item = self
            .item(scene, &time, day, inside)
            .titled(format!(
                "At {time}{} {}",
                day.map_or_else(String::new, |day| format!(" on a {day}")),
                if inside { &self.inside } else { &self.outside }
            ))
            .because("A minute beside the end is where the hours are got wrong");
        item = if moment.how.is_empty() {
            item.computed(time, "the stated time in hours and minutes", moment.span)
        } else {
            item.computed(time, moment.how.clone(), moment.span)
        };
        if moment.inside.is_none() {
            item = item.waits_for(format!("hours/{}/last minute", slug(&self.subject)));
        }
        if moment.outer {
            item
        } else {
            item.priority(scene.risk().lower())
        }
    }

    fn item(&self, scene: &Scene<'_>, time: &str, day: Option<&str>, inside: bool) -> Proposal {
        let accepted = inside != self.reversed;
        let on = match (day, &self.one_day) {
            (Some(day), _) => format!(" on a {day}"),
            (None, Some(day)) => format!(" on {day}"),
            _ => String::new(),
        };
        let mut run = ordinary::run(scene).up_to_the_act();
        if run.steps.len() == 1 {
            run.steps.push(Step::new("Look at what is shown."));
        }
        Proposal::new(
            format!("hours/{}/{time}{on}", slug(&self.subject)),
            format!(
                "{time}{on}, {} the hours that are told",
                if inside { "within" } else { "outside" }
            ),
            Technique::BoundaryValueAnalysis,
            if accepted || !self.gates {
                TestCaseType::Boundary
            } else {
                TestCaseType::Negative
            },
            self.span,
        )
        .priority(scene.risk())
        .givens(run.givens)
        .given(format!("The clock of the service shows {time}{on}"))
        .steps(run.steps)
        .with_values(run.values)
        .expect(self.seen(scene, inside))
    }

    /// What is seen: what the statement says, and what becomes of the act where the hours are those of the act.
    fn seen(&self, scene: &Scene<'_>, inside: bool) -> String {
        let told = capitalised(if inside { &self.inside } else { &self.outside });
        match (self.gates, inside != self.reversed) {
            (false, _) => told,
            (true, true) => format!("{told}; {}", lowered(&scene.success())),
            (true, false) => format!("{told}; {}", scene.unchanged()),
        }
    }

    /// A day on which the hours do not hold, at a time at which they would.
    fn on_another_day(&self, scene: &Scene<'_>) -> Option<Proposal> {
        let (_, other) = self.days?.samples();
        let (from, to) = (self.from?, self.to?);
        let length = (to.minute + DAY - from.minute) % DAY;
        let time = clock((from.minute + length / 2) % DAY);
        let mut item = self.item(scene, &time, Some(other), false);
        item.technique = Technique::EquivalencePartitioning;
        Some(
            item.titled(format!("At {time} on a {other} {}", self.outside))
                .because("The hours are told for other days")
                .computed(
                    time,
                    format!("the middle of {} and {}", clock(from.minute), clock(to.minute)),
                    self.span,
                )
                .sample(other, "a day on which the hours do not hold"),
        )
    }
}

impl Moment {
    fn at(end: End, minute: u16, inside: Option<bool>, outer: bool) -> Self {
        let how = if minute == end.minute {
            String::new()
        } else if (end.minute + 1) % DAY == minute {
            format!("{} + 1 minute", clock(end.minute))
        } else {
            format!("{} - 1 minute", clock(end.minute))
        };
        Self {
            minute,
            inside,
            how,
            span: end.span,
            outer,
        }
    }
}

/// Asks once in which time zone times of day are meant, unless the story or its context says so.
pub(super) fn ask_zone(scene: &Scene<'_>, span: Span, found: &mut Found) {
    const SAID: [&str; 12] = [
        "time zone",
        "timezone",
        "utc",
        "gmt",
        "cet",
        "cest",
        "est",
        "edt",
        "pst",
        "pdt",
        "local time",
        "bst",
    ];
    let context = scene.basis.context.to_lowercase();
    let said = scene.mentions(&SAID).is_some() || SAID.iter().any(|word| context.split(' ').any(|part| part == *word));
    if !said && !context.contains("time zone") {
        found.ask(
            "hours/zone",
            "In which time zone are the times of day meant?",
            Some(span),
        );
    }
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
