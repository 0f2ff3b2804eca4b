//! R33 Report, analytics, recommendation and rating: figures and proposals that are worked out from records.
//!
//! Gives: a period without records, totals that equal the records, the last moment of a period, somebody about whom
//! nothing is known yet. Asks whether a second rating replaces the first.
//!
//! Refuses: reports that somebody writes by hand (an expense report, a bug report), which are R13.

use crate::basis::VerbClass;
use crate::coverage::scene::grammar::{a, capitalised, head, is_or_are, is_plural, singular, the};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    for action in scene.actions() {
        let scene = scene.focus_on(action);
        let object = scene.object().to_lowercase();
        if object.contains("recommendation") || object.contains("suggestion") || action.verb == "recommend" {
            found.propose(nothing_known(&scene));
            let actor = scene.actor();
            found.ask(
                format!("{object}/known things"),
                format!("Is anything left out of the {object} because the {actor} has it or has rejected it?"),
                Some(scene.action_span()),
            );
            return;
        }
        if action.verb == "rate" || (action.class == VerbClass::Create && head(&object) == "rating") {
            return rating(&scene, found);
        }
        let shows = matches!(action.class, VerbClass::Report | VerbClass::Read | VerbClass::Download)
            || is_worked_out(&action.verb);
        if shows && is_report(&object) {
            return report(&scene, found);
        }
    }
}

/// Whether the program makes it, rather than a person.
pub(super) fn is_worked_out(verb: &str) -> bool {
    ["generate", "run", "produce", "compute", "pull"].contains(&verb)
}

pub(super) fn is_report(object: &str) -> bool {
    [
        "report",
        "reports",
        "dashboard",
        "statistics",
        "analytics",
        "chart",
        "charts",
        "summary",
        "statement",
        "metrics",
        "trends",
    ]
    .contains(&head(object))
}

/// What is counted: the sales of a monthly sales report.
pub(super) fn counted(object: &str) -> (String, String) {
    const PERIODS: [&str; 12] = [
        "monthly",
        "weekly",
        "daily",
        "annual",
        "yearly",
        "quarterly",
        "hourly",
        "detailed",
        "summary",
        "interactive",
        "own",
        "live",
    ];
    let head = head(object);
    let before = object.strip_suffix(head).unwrap_or("").trim();
    let noun: Vec<&str> = before
        .split(' ')
        .filter(|word| !word.is_empty() && !PERIODS.contains(word))
        .collect();
    let noun = noun.join(" ");
    if noun.is_empty() {
        ("record".to_owned(), "records".to_owned())
    } else if noun.ends_with("sales") {
        (noun.trim_end_matches('s').to_owned(), noun)
    } else if is_plural(&noun) {
        (singular(&noun), noun)
    } else if ["bank", "account", "admin", "management", "team", "performance"].contains(&noun.as_str()) {
        ("record".to_owned(), "records".to_owned())
    } else {
        (format!("{noun} record"), format!("{noun} records"))
    }
}

fn report(scene: &Scene<'_>, found: &mut Found) {
    let object = scene.object();
    let (record, records) = counted(object);
    found.propose(
        Proposal::new(
            format!("positive/{object}/totals"),
            "totals against the records behind them",
            Technique::RequirementsBased,
            TestCaseType::Positive,
            scene.action_span(),
        )
        .titled(format!("The totals of {} equal the {records} behind them", the(object)))
        .because("Decisions are taken on these figures")
        .priority(Priority::High)
        .givens(scene.start())
        .given(format!(
            "Three {records} exist in the period, and what each counts for is noted"
        ))
        .act(format!("Open {} for the period", the(object)))
        .act(format!("Add up the three {records} by hand"))
        .seen("The sum equals the total that is shown")
        .act(format!("Add a fourth {record}"))
        .act(format!("Open {} again", the(object)))
        .expect(format!(
            "The total is higher by exactly what the fourth {record} counts for"
        )),
    );
    found.propose(
        Proposal::new(
            format!("edge/{object}/empty period"),
            "a period without any record",
            Technique::EquivalencePartitioning,
            TestCaseType::EdgeCase,
            scene.action_span(),
        )
        .titled(format!(
            "A period without any {record} gives {} of zeros, not an error",
            a(&scene.one())
        ))
        .because("Averages and shares of nothing divide by zero")
        .priority(Priority::Medium)
        .givens(
            scene
                .start()
                .into_iter()
                .filter(|given| !given.starts_with("At least one")),
        )
        .given(format!("No {record} exists in the period"))
        .act("Choose this period")
        .act(format!("Open {} for this period", the(object)))
        .expect(format!(
            "{} {} shown with totals of 0; no average or share is shown as an error or as endless",
            capitalised(&the(object)),
            is_or_are(object)
        ))
        .sample("0", "total of no records"),
    );
    if let Some(span) = scene.mentions(&["monthly", "per month", "each month", "this month", "month"]) {
        found.propose(last_moment(scene, &record, &records).also(span));
    }
}

fn last_moment(scene: &Scene<'_>, record: &str, records: &str) -> Proposal {
    const LAST: &str = "31 January 23:59";
    const FIRST: &str = "1 February 00:00";
    let object = scene.object();
    Proposal::new(
        format!("boundary/{object}/month/end"),
        "records on both sides of the end of a month",
        Technique::BoundaryValueAnalysis,
        TestCaseType::Boundary,
        scene.action_span(),
    )
    .titled("The last minute of a month belongs to that month")
    .because("Records at midnight slip into the wrong month")
    .priority(Priority::Medium)
    .givens(
        scene
            .start()
            .into_iter()
            .filter(|given| !given.starts_with("At least one")),
    )
    .given(format!(
        "The only {records} are one of {LAST} and one of {FIRST}, in local time"
    ))
    .act(format!("Open {} for January", the(object)))
    .seen(format!("Only the {record} of {LAST} is counted"))
    .act(format!("Open {} for February", the(object)))
    .expect(format!(
        "Only the {record} of {FIRST} is counted for February; neither {record} is counted twice"
    ))
    .sample(LAST, "last minute of a month")
    .computed(FIRST, "31 January 23:59 + 1 minute", scene.action_span())
}

fn nothing_known(scene: &Scene<'_>) -> Proposal {
    let actor = scene.actor();
    let object = if scene.object().is_empty() {
        "recommendations"
    } else {
        scene.object()
    };
    Proposal::new(
        format!("edge/{object}/nothing known"),
        format!("a new {actor} about whom nothing is known"),
        Technique::EquivalencePartitioning,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!(
        "A new {actor} without any history sees no empty or broken {object}"
    ))
    .because("At the beginning there is nothing to recommend from")
    .priority(Priority::Medium)
    .given(format!(
        "A new account of {} exists without any history",
        scene.an_actor()
    ))
    .act(format!("Sign in with the new account of the {actor}"))
    .act(format!("Open {}", the(object)))
    .expect(format!(
        "The place of {} is not left empty; what stands there names the reason, and no error is shown",
        the(object)
    ))
}

fn rating(scene: &Scene<'_>, found: &mut Found) {
    let one = scene.one();
    let rated = if scene.action().is_some_and(|action| action.verb == "rate") {
        one.clone()
    } else {
        "entry".to_owned()
    };
    found.propose(
        Proposal::new(
            format!("positive/{rated}/average"),
            "the average after one more rating",
            Technique::RequirementsBased,
            TestCaseType::Positive,
            scene.action_span(),
        )
        .titled(format!("A new rating moves the average of the {rated} by its share"))
        .because("The average is what others decide by")
        .priority(Priority::Medium)
        .givens(scene.start())
        .given(format!("The {rated} has exactly one rating, the lowest there is"))
        .act(format!("Rate the {rated} with the highest rating there is"))
        .act("Load the page again")
        .expect("Two ratings are counted; the average stands halfway between the lowest and the highest rating"),
    );
    if scene
        .mentions(&["once", "replace", "change", "again", "one rating"])
        .is_none()
    {
        found.ask(
            format!("{rated}/rated again"),
            format!(
                "Does a second rating by the same {} replace the first, or is it refused?",
                scene.actor()
            ),
            Some(scene.action_span()),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn report() {
        let story = "As a manager, I want to generate a monthly sales report so that I can see trends";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn recommendations() {
        let story = "As a shopper, I want to see product recommendations so that I discover new things";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn rating() {
        let story = "As a guest, I want to rate a hotel from 1 to 5 stars so that others can choose";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As an employee, I want to submit an expense report so that I get my money back",
            "As a user, I want to view my orders so that I know what I bought",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
