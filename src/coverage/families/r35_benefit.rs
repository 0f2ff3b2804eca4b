//! R35, benefit check: a benefit that can be seen is looked for at the end of the whole way; for one that can be measured
//! only against a number that is not given, a question asks for it.

use super::ordinary;
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{capitalised, the};
use crate::coverage::{Found, Proposal};
use crate::test_case::{Step, Technique, TestCaseType};

/// Acts that somebody can do or see at the end, when the benefit names them.
const SEEN: [&str; 14] = [
    "see", "find", "open", "read", "sign", "log", "download", "share", "print", "access", "receive", "continue",
    "cancel", "reuse",
];

/// Words of benefits that are amounts or shares without a number.
const MEASURED: [&str; 10] = [
    "faster",
    "save time",
    "saves time",
    "fewer",
    "more often",
    "less time",
    "increase",
    "reduce",
    "improve",
    "quicker",
];

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let Some(benefit) = scene.basis.story.benefit.as_ref() else {
        return;
    };
    let text = scene.observed(&benefit.text);
    let lower = text.to_lowercase();
    if let Some(word) = MEASURED.iter().find(|word| lower.contains(*word)) {
        if !lower.chars().any(|c| c.is_ascii_digit()) {
            found.ask(
                "benefit/measure",
                format!(
                    "By how much must it be \"{word}\" for the story to have reached its aim: \"{}\"?",
                    benefit.text
                ),
                Some(benefit.span),
            );
        }
        return;
    }
    let Some((act, seen)) = visible(scene, &text) else {
        return;
    };
    let run = ordinary::run(scene);
    if run.steps.iter().any(|step| step.action == act) || run.steps.is_empty() {
        return;
    }
    found.propose(
        Proposal::new(
            "benefit/seen",
            text.clone(),
            Technique::Scenario,
            TestCaseType::Positive,
            benefit.span,
        )
        .also(scene.goal_span())
        .titled(seen.clone())
        .because("The benefit that the story names is reached end to end")
        .priority(scene.risk().lower())
        .givens(run.givens)
        .with_values(run.values)
        .steps(run.steps)
        .step(Step::new(act))
        .expect(seen),
    );
}

/// `the customer can find it later` → the step and what is seen.
fn visible(scene: &Scene<'_>, text: &str) -> Option<(String, String)> {
    let clause = Clause::read(text)?;
    let subject = clause.subject.to_lowercase();
    let own = subject == the(&scene.actor()) || subject == "they";
    if !own || clause.negative || !SEEN.contains(&clause.base.as_str()) {
        return None;
    }
    let rest = clause.rest.trim();
    let own_object = ["it", "them"]
        .iter()
        .any(|word| rest.split(' ').any(|part| part == *word))
        || rest
            .to_lowercase()
            .contains(&crate::coverage::scene::grammar::head(&scene.one()).to_lowercase());
    let concrete = own_object
        && !rest.contains("when")
        && !rest.is_empty()
        && rest.split(' ').count() <= 8
        && !rest.contains(" or ")
        && !rest.contains("what")
        && !rest.contains("how");
    concrete.then(|| {
        let one = the(&scene.one());
        let rest = rest.replace("their ", "the ");
        let rest = rest.split(' ').map(|word| {
            if word == "it" || word == "them" {
                one.clone()
            } else {
                word.to_owned()
            }
        });
        let rest = rest.collect::<Vec<_>>().join(" ");
        (
            format!("{} {rest}.", capitalised(&clause.base)),
            format!("The {} can {} {rest}", scene.actor(), clause.base),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn a_benefit_that_can_be_seen() {
        let story = "As an analyst, I want to export the sales report so that I can share it";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_benefit_that_can_only_be_measured() {
        let story = "As an agent, I want to filter tickets so that I reduce waiting times";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a patient, I want to book an appointment so that I can see a doctor",
            "As a user, I want to delete a note so that my list is short",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
