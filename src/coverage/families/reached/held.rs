//! How long a lock holds that was brought about by so many wrong entries: `the field is locked for an hour`.

use super::{Count, is_locked, numeral, wrong_entry};
use crate::basis::Dimension;
use crate::coverage::families::ordinary;
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::contrary;
use crate::coverage::scene::grammar::{a, capitalised, plural, singular, slug};
use crate::coverage::{Found, Proposal, values};
use crate::test_case::{Technique, TestCaseType};
use rust_decimal::Decimal;

/// `for 24 hours`, `for an hour` of an outcome: how long a lock holds, and the words for it.
fn duration(outcome: &str) -> Option<(Decimal, String)> {
    let (_, after) = outcome.rsplit_once(" for ")?;
    let mut words = after.split_whitespace();
    let (number, unit) = (words.next()?, words.next()?.trim_end_matches(['.', ',', ';']));
    let number = match number {
        "a" | "an" | "one" => Decimal::ONE,
        number => numeral(number)?.0,
    };
    let unit = singular(unit);
    (["minute", "hour", "day"].contains(&unit.as_str()) && words.next().is_none() && number >= Decimal::ONE)
        .then_some((number, unit))
}

/// A lock holds to its end and no longer: one minute before it the right entry is still refused, at it it is accepted.
pub(super) fn propose(scene: &Scene<'_>, count: &Count, found: &mut Found) {
    let Some(noun) = wrong_entry(&count.one).filter(|_| is_locked(&count.outcome)) else {
        return;
    };
    let Some((number, unit)) = duration(&count.outcome) else {
        return;
    };
    let state = count.outcome.split(" for ").next().unwrap_or("");
    let Some(free) = contrary(state).map(|free| free.replacen(" not ", " no longer ", 1)) else {
        return;
    };
    let whole = values::with_unit(number, &unit, Dimension::Duration);
    let less = number - Decimal::ONE;
    let beside = match unit.as_str() {
        "minute" if less.is_zero() => "59 seconds".to_owned(),
        "hour" if less.is_zero() => "59 minutes".to_owned(),
        "hour" => format!("{} and 59 minutes", values::with_unit(less, &unit, Dimension::Duration)),
        "day" if less.is_zero() => "23 hours and 59 minutes".to_owned(),
        "day" => format!("{} and 23 hours", values::with_unit(less, &unit, Dimension::Duration)),
        _ => values::with_unit(less, &unit, Dimension::Duration),
    };
    let times = values::number(count.number);
    let run = ordinary::run(scene);
    for (time, over) in [(&whole, true), (&beside, false)] {
        let (kind, verdict, seen) = if over {
            (TestCaseType::Boundary, "accepted", free.as_str())
        } else {
            (TestCaseType::Negative, "still refused", state)
        };
        let item = Proposal::new(
            format!("time/{}/locked/{}", slug(&count.one), slug(time)),
            format!("{time} after what {times} {} brought about", plural(&count.one)),
            Technique::BoundaryValueAnalysis,
            kind,
            count.span,
        )
        .titled(format!(
            "The right {noun} is {verdict} {time} after the last {}",
            count.one
        ))
        .because(format!("What holds for {whole} must hold so long and end then"))
        .priority(scene.risk())
        .givens(run.givens.iter().filter(|given| given.contains("signed in")))
        .given(format!(
            "{} was entered {times} times in a row; the last time was {time} ago",
            capitalised(&a(&count.one))
        ))
        .act(format!("Enter the right {noun}"))
        .act("Confirm it")
        .expect(format!("The right {noun} is {verdict}; {seen}"))
        .stated(times.clone(), count.span)
        .stated(whole.clone(), count.span);
        found.propose(if over {
            item
        } else {
            item.computed(time.clone(), format!("just less than {whole}"), count.span)
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::coverage::families::reached::propose;
    use crate::coverage::families::snapshot;

    #[test]
    fn a_lock_is_tried_at_its_end_and_just_before() {
        let story = "As a customer, I want to redeem a gift card so that I pay less";
        for (criterion, whole, beside) in [
            (
                "After 5 wrong codes the field is locked for an hour",
                "1 hour",
                "59 minutes",
            ),
            (
                "After 3 wrong PINs the card is blocked for 24 hours.",
                "24 hours",
                "23 hours and 59 minutes",
            ),
            (
                "After 3 wrong codes the entry is locked for 15 minutes",
                "15 minutes",
                "14 minutes",
            ),
        ] {
            let titles = snapshot::titles(propose, story, criterion);
            let ends = |verdict: &str, time: &str| {
                let said = format!(" is {verdict} {time} after the last wrong ");
                titles.iter().any(|title| title.contains(&said))
            };
            assert!(ends("accepted", whole) && ends("still refused", beside), "{titles:?}");
        }
        let open = snapshot::titles(propose, story, "After 5 wrong codes the field is locked");
        assert_eq!(open.len(), 2, "{open:?}");
    }
}
