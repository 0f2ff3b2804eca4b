//! R9, date and time: validity, deadlines and periods at and next to their ends, dates that must stand in an order, times
//! of day.
//!
//! Refuses: response times (R30), and times without an event from which they count.

mod order;
mod period;
mod hours;

use super::limit_case::{self, Setup};
use super::limits::{self, Effect};
use crate::basis::{Criterion, Dimension};
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{capitalised, slug, the};
use crate::coverage::{Found, values};
use crate::test_case::{Span, Step};
use hours::Hours;
use order::Order;
use period::{Period, is_response};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    for literal in &scene.basis.literals {
        if let Some(period) = Period::of(scene, literal.span, &literal.kind) {
            period.propose(scene, found);
        }
    }
    periods_of_choice(scene, found);
    for hours in Hours::all(scene) {
        hours.propose(scene, found);
    }
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
        || Hours::all(scene).iter().any(|hours| inside(hours.span))
        || scene
            .basis
            .literals
            .iter()
            .any(|literal| inside(literal.span) && Period::of(scene, literal.span, &literal.kind).is_some())
        || limits::rules_within(scene, &[Dimension::Duration], inside)
            .iter()
            .any(|rule| is_chosen(scene, rule.span))
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
        "working day",
        "shift",
        "course",
        "appointment",
        "call",
        "pause",
    ];
    spoken.iter().any(|word| around.contains(word)) && !around.contains("before") && !around.contains(" after ")
}

/// `Delivery date: today or up to 365 days ahead`, `start date today up to 60 days ahead`: the date is chosen, not today.
fn dated(scene: &Scene<'_>, span: Span, said: String) -> Option<String> {
    if let Some(date) = said.strip_suffix(" today") {
        return Some(date.to_owned());
    }
    if said != "today" {
        return Some(said);
    }
    let text = scene.basis.text(span.basis_id);
    let (label, _) = text.get(..span.start)?.rsplit_once(": ")?;
    let label = label.rsplit(['.', ';', '\n']).next()?.trim();
    (label.split(' ').count() <= 3).then(|| limits::lowered(label))
}

fn periods_of_choice(scene: &Scene<'_>, found: &mut Found) {
    let rules = limits::rules(scene, &[Dimension::Duration]);
    for rule in &rules {
        let counted = scene
            .basis
            .literals
            .iter()
            .any(|literal| literal.span == rule.span && Period::of(scene, literal.span, &literal.kind).is_some());
        let reached = scene.basis.criteria.iter().any(|criterion| {
            limits::contains(criterion.statement.span, rule.span) && super::reached::handles(scene, criterion)
        });
        if counted || reached || is_response(&rule.limit.unit, "", "") || is_reaction(scene, rule.span) {
            continue;
        }
        // What has two ends is set: `Time limit 5 to 180 minutes`.
        let ranged = rule.limit.lower.is_some() && rule.limit.upper.is_some() && rule.limit.lower != rule.limit.upper;
        let told = matches!(rule.inside, Effect::Outcome(_)) || matches!(rule.outside, Effect::Outcome(_));
        let chosen = ahead(scene, rule.span).is_some()
            || ranged
            || is_chosen(scene, rule.span)
            || limits::is_chosen(scene, rule.span);
        for point in limits::points(scene, &rule.limit) {
            let rule = limits::tiered(&rules, rule, point.value);
            if let Some(setup) = limits::in_condition(scene, &rule, &point) {
                found.propose(limit_case::case(scene, &rule, &point, setup));
                continue;
            }
            let said = limits::quantity::of(scene, &rule)
                .and_then(|said| dated(scene, rule.span, said))
                .filter(|said| !super::criteria::is_person(said));
            let Some(said) = said.filter(|_| rule.is_said && (chosen || told)) else {
                continue;
            };
            let subject = if ["it", "time"].contains(&said.as_str()) {
                scene.one()
            } else {
                said
            };
            let value = values::of_limit(point.value, &rule.limit);
            if let Some(how) = ahead(scene, rule.span) {
                let setup = Setup {
                    key: format!("{}/date", slug(&subject)),
                    thing: format!("{subject} {value} {how}"),
                    why: format!("{} is {} {how}", the(&subject), limit_case::comparison(&rule, &point)),
                    field: "date".to_owned(),
                    entries: vec![Step::new(format!("Choose the day that is {value} {how}.")).with_data(&value)],
                    refused: subject.clone(),
                    ..Setup::default()
                };
                let setup = if how == "ahead" && (super::ordinary::is_booking(scene) || scene.one().ends_with("slot")) {
                    booked_ahead(scene, &rule.limit.unit, &value, setup)
                } else {
                    setup
                };
                found.propose(limit_case::case(scene, &rule, &point, setup));
                continue;
            }
            let mut setup = Setup {
                key: format!("{}/duration", slug(&subject)),
                thing: format!("{subject} of {value}"),
                why: format!(
                    "{} is {}",
                    the(&subject),
                    comparison(&limit_case::comparison(&rule, &point))
                ),
                ..Setup::default()
            };
            let is_fact =
                ["delay", "lateness", "downtime", "absence", "waiting time", "outage"].contains(&subject.as_str());
            if is_fact || told && !is_chosen(scene, rule.span) {
                setup.givens.push(format!("{} is {value}", capitalised(&the(&subject))));
            } else {
                setup
                    .entries
                    .push(Step::new(format!("Choose {value} for {}.", the(&subject))).with_data(&value));
                lasting(scene, &subject, &value, &mut setup);
            }
            found.propose(limit_case::case(scene, &rule, &point, setup));
        }
    }
}

/// A time that is booked so far ahead: one that may not be offered at all is looked for.
fn booked_ahead(scene: &Scene<'_>, unit: &str, value: &str, setup: Setup) -> Setup {
    let fine = ["hour", "minute", "h", "min"].contains(&crate::coverage::scene::grammar::singular(unit).as_str());
    let time = if fine {
        format!("time that is {value} ahead")
    } else {
        format!("time on the day that is {value} ahead")
    };
    let verb = scene.action().map_or("book", |action| action.verb.as_str());
    let (one, done) = (scene.one(), crate::coverage::scene::grammar::participle(verb));
    if one.ends_with("slot") && !super::ordinary::is_booking(scene) {
        let slot = format!("{one} on the day that is {value} ahead");
        return Setup {
            thing: format!("{one} {value} ahead"),
            field: "slot".to_owned(),
            entries: vec![Step::new(format!("Choose a {slot}.")).with_data(value)],
            seen: format!("The {slot} is shown as chosen"),
            barred: format!("No {slot} is offered, or a message refuses it; none is shown as chosen"),
            ..setup
        };
    }
    Setup {
        thing: format!("{one} {value} ahead"),
        field: "time".to_owned(),
        entries: vec![Step::new(format!("Choose a {time}.")).with_data(value)],
        seen: format!("The {one} is shown as {done} for the {time}"),
        barred: format!("The {time} is not offered, or a message refuses it; the {one} is not {done}"),
        ..setup
    }
}

/// How long something that is booked or taken is for: it is shown with it, or the choice does not go so far.
fn lasting(scene: &Scene<'_>, subject: &str, value: &str, setup: &mut Setup) {
    if !(super::ordinary::is_booking(scene) || scene.takes()) || !scene.one().eq_ignore_ascii_case(subject) {
        return;
    }
    let verb = scene.action().map_or("book", |action| action.verb.as_str());
    setup.thing = format!("{subject} for {value}");
    setup.shown = format!("for {value}");
    setup.barred = format!(
        "{} cannot be chosen, or a message refuses the choice; {} is not {}",
        capitalised(value),
        the(subject),
        crate::coverage::scene::grammar::participle(verb)
    );
}

/// `at most 14 days ahead`, `up to 14 days in the past`: how far off a day may lie.
fn ahead(scene: &Scene<'_>, span: Span) -> Option<&'static str> {
    let after = scene
        .basis
        .text(span.basis_id)
        .get(span.end..)?
        .trim_start()
        .to_lowercase();
    let from_today = [
        ("ahead", "ahead"),
        ("in advance", "ahead"),
        ("from now", "ahead"),
        ("from today", "ahead"),
        ("in the future", "ahead"),
        ("in the past", "ago"),
        ("back", "ago"),
    ];
    let of = |after: &str| {
        from_today
            .into_iter()
            .find(|(words, _)| after.starts_with(words))
            .map(|(_, how)| how)
    };
    // `from 2 hours up to 42 days ahead`: the second end says it of both.
    let both = || {
        let other = after.strip_prefix("up to ").or_else(|| after.strip_prefix("to "))?;
        let mut words = other.splitn(3, ' ');
        let number = words.next()?.starts_with(|c: char| c.is_ascii_digit());
        words.next()?;
        words.next().filter(|_| number).and_then(of)
    };
    of(&after).or_else(both)
}

/// `so that the doctor can be informed within 10 minutes`: how soon something is done is measured and entered nowhere.
fn is_reaction(scene: &Scene<'_>, span: Span) -> bool {
    let text = scene.basis.text(span.basis_id).to_lowercase();
    let before = text.get(..span.start).unwrap_or("").trim_end();
    let words = scene.basis.words(span).to_lowercase();
    let last = before.rsplit(' ').next().unwrap_or("");
    words.starts_with("within")
        && (last.ends_with("ed") || ["sent", "told", "shown", "back", "done", "made", "on", "off"].contains(&last))
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

    /// The keys that criteria give in a story that has no times of its own.
    fn told(criterion: &str) -> Vec<String> {
        let story = "As a member, I want to borrow a book so that I can read it";
        let kept = |line: &&str| line.starts_with("time/") || line.starts_with("hours/") || line.starts_with("? ");
        given_by(propose, story, &[criterion])
            .lines()
            .filter(kept)
            .filter_map(|line| line.split(" | ").next().map(str::to_owned))
            .collect()
    }

    #[test]
    fn what_lasts_is_tried_at_its_end_and_across_it() {
        for (criterion, keys) in [
            ("A loan lasts 21 days.", ["time/loan/days/20", "time/loan/days/22"]),
            ("Loans last 21 days", ["time/loan/days/20", "time/loan/days/22"]),
            (
                "The loan must last for 21 days",
                ["time/loan/days/20", "time/loan/days/22"],
            ),
            (
                "The trial runs for 14 days.",
                ["time/trial/days/13", "time/trial/days/15"],
            ),
            (
                "A reservation is held for 15 minutes",
                ["time/reservation/minutes/15", "time/reservation/minutes/16"],
            ),
            (
                "The session ends after 30 minutes of inactivity",
                ["time/session/minutes/30", "time/session/minutes/29"],
            ),
            (
                "The user receives a link that expires after 30 minutes",
                ["time/link/minutes/30", "time/link/minutes/29"],
            ),
            (
                "A one-time code valid for 5 minutes is sent",
                ["time/one-time code/minutes/5", "time/one-time code/minutes/6"],
            ),
        ] {
            let found = told(criterion);
            let (cases, questions) = found.split_at(2.min(found.len()));
            assert_eq!(cases, keys, "{criterion}");
            let subject = keys[0].split('/').nth(1).unwrap_or("");
            assert_eq!(questions, [format!("? time/{subject}/end")], "{criterion}");
        }
    }

    #[test]
    fn an_end_that_is_told_is_not_asked_for() {
        for criterion in [
            "A loan lasts 21 days, including the last day.",
            "A book can be returned within 21 days of the loan.",
            "A loan can be extended up to 2 days before it ends.",
        ] {
            let found = told(criterion);
            assert_eq!(found.len(), 2, "{criterion}: {found:?}");
            assert!(
                found.iter().all(|line| line.starts_with("time/")),
                "{criterion}: {found:?}"
            );
        }
    }

    #[test]
    fn spans_of_lists_and_response_times_are_no_periods() {
        for criterion in [
            "The loans of the last 30 days are shown.",
            "The report covers the last 12 months",
            "The page loads within 2 seconds.",
            "A loan lasts at most 21 days.",
        ] {
            let found: Vec<String> = told(criterion)
                .into_iter()
                .filter(|key| key.starts_with("time/"))
                .collect();
            assert_eq!(found, Vec::<String>::new(), "{criterion}");
        }
    }

    #[test]
    fn times_of_day_are_tried_by_the_minute() {
        let nine_to_five = ["09:00", "08:59", "16:59", "17:00", "17:01"].as_slice();
        for (criterion, subject, times, last) in [
            ("Support is open from 9:00 to 17:00", "support", nine_to_five, true),
            ("Support is open 9am to 5pm", "support", nine_to_five, true),
            (
                "The library is available between 9:00 and 5 p.m.",
                "library",
                nine_to_five,
                true,
            ),
            (
                "The shop opens at 9:00 and closes at 17:00.",
                "shop",
                nine_to_five,
                true,
            ),
            (
                "Users can borrow books from 09:00 until 17:00",
                "book",
                nine_to_five,
                true,
            ),
            (
                "Orders before 14:00 ship the same day",
                "orders",
                ["13:59", "14:00"].as_slice(),
                false,
            ),
            (
                "Orders placed before 2 pm are shipped the same day",
                "orders",
                ["13:59", "14:00"].as_slice(),
                false,
            ),
            (
                "If an order is placed before 14:00, it ships the same day",
                "order",
                ["13:59", "14:00"].as_slice(),
                false,
            ),
            (
                "No deliveries after 18:00",
                "delivery",
                ["18:01", "18:00"].as_slice(),
                false,
            ),
        ] {
            let mut keys: Vec<String> = times.iter().map(|time| format!("hours/{subject}/{time}")).collect();
            if last {
                keys.push(format!("? hours/{subject}/last minute"));
            }
            keys.push("? hours/zone".to_owned());
            assert_eq!(told(criterion), keys, "{criterion}");
        }
    }

    #[test]
    fn days_of_the_week_have_a_case_of_their_own() {
        let found = told("The chat is available between 08:00 and 20:00 on weekdays, local time.");
        assert_eq!(found.len(), 7, "{found:?}");
        assert_eq!(found.get(5).map(String::as_str), Some("hours/chat/14:00 on a Saturday"));
    }

    #[test]
    fn what_begins_before_an_event_is_too_early_before_that() {
        for (criterion, keys) in [
            (
                "A renewal can be requested from 7 days before the loan ends",
                ["days/7", "days/8"],
            ),
            (
                "A renewal can be requested up to 7 days before the loan ends",
                ["days/7", "days/6"],
            ),
        ] {
            let keys: Vec<String> = keys.iter().map(|key| format!("time/renewal/{key}")).collect();
            assert_eq!(told(criterion), keys, "{criterion}");
        }
    }

    #[test]
    fn a_day_that_is_told_of_is_not_the_day_of_the_hours() {
        let next = told("Orders entered after 18:00 are processed the next working day");
        assert_eq!(next, ["hours/orders/18:01", "hours/orders/18:00", "? hours/zone"]);
        let before = told("Cancelling is free until 18:00 on the day before arrival");
        assert!(
            before
                .iter()
                .any(|key| key == "hours/cancelling/18:01 on the day before arrival"),
            "{before:?}"
        );
    }

    #[test]
    fn ratios_scores_and_moments_are_no_hours() {
        for criterion in [
            "The report is sent at 08:00.",
            "The photo has a ratio of 16:9",
            "The title is \"Open from 9:00 to 17:00\"",
            "A film of 2 hours is shown",
        ] {
            let found: Vec<String> = told(criterion)
                .into_iter()
                .filter(|key| key.starts_with("hours/"))
                .collect();
            assert_eq!(found, Vec::<String>::new(), "{criterion}");
        }
    }

    #[test]
    fn opening_hours_word_for_word() {
        let story = "As a customer, I want to book a haircut so that I look good";
        insta::assert_snapshot!(given_by(propose, story, &["The salon is open from 9:00 to 17:00."]));
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
