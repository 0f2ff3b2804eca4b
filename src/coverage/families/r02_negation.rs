//! R2, negation of criteria: what a criterion demands of the input is left out once, and `only` is tried by somebody or
//! something else. Says what must not happen.

use super::criteria::is_person;
use super::limits::lowered;
use super::permission;
use crate::basis::{Criterion, CriterionForm, LiteralKind};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::{Clause, contrary};
use crate::coverage::scene::grammar::{a, bare, capitalised, singular, slug, the};
use crate::coverage::{Found, Proposal};
use crate::test_case::{Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    for criterion in &scene.basis.criteria {
        if permission::handles(scene, criterion) {
            permission::propose(scene, criterion, found);
            continue;
        }
        if criterion.negative
            || has_limit(scene, criterion)
            || super::r09_date_and_time::handles(scene, criterion)
            || super::r10_money::multiple(scene, criterion).is_some()
        {
            continue;
        }
        match criterion.form {
            CriterionForm::Requirement | CriterionForm::Plain => {
                if let Some(item) = only(scene, criterion).or_else(|| lacking(scene, criterion)) {
                    found.propose(item);
                }
            }
            // What happens when a scenario's Given does not hold is not said.
            CriterionForm::GivenWhenThen | CriterionForm::Conditional => {}
        }
    }
}

/// Whether this family words what a criterion demands of the input.
pub(super) fn handles(scene: &Scene<'_>, criterion: &Criterion) -> bool {
    let requirement = matches!(criterion.form, CriterionForm::Requirement | CriterionForm::Plain);
    requirement
        && !criterion.negative
        && !has_limit(scene, criterion)
        && (only(scene, criterion).is_some() || lacking(scene, criterion).is_some())
}

fn has_limit(scene: &Scene<'_>, criterion: &Criterion) -> bool {
    let statement = criterion.statement.span;
    scene.basis.literals.iter().any(|literal| {
        let inside = literal.span.basis_id == statement.basis_id
            && statement.start <= literal.span.start
            && literal.span.end <= statement.end;
        inside
            && matches!(
                literal.kind,
                LiteralKind::Limit(_) | LiteralKind::Enumeration(_) | LiteralKind::Field { required: Some(_), .. }
            )
    })
}

fn item(criterion: &Criterion, condition: String) -> Proposal {
    Proposal::new(
        format!("criterion/{}/not {}", criterion.basis_id, slug(&condition)),
        condition,
        Technique::EquivalencePartitioning,
        TestCaseType::Negative,
        criterion.statement.span,
    )
    .because(format!("What {} demands must also be enforced", criterion.basis_id))
}

/// `Only managers can approve requests` → an approval by somebody else.
fn only(scene: &Scene<'_>, criterion: &Criterion) -> Option<Proposal> {
    let text = scene.observed(&criterion.statement.text);
    let rest = text.strip_prefix("Only ").or_else(|| text.strip_prefix("only "))?;
    let clause = Clause::read(rest)?;
    let who = singular(bare(&clause.subject));
    if is_person(&who) {
        let act = format!("{} {}", clause.base, clause.rest).replace("be able to ", "");
        return Some(
            item(
                criterion,
                format!("somebody who is not {} tries to {}", a(&who), act.trim()),
            )
            .titled(format!("A user who is not {} cannot {}", a(&who), act.trim()))
            .priority(scene.risk())
            .given(format!("A user account exists that is not the one of {}", a(&who)))
            .given(format!("The address is known at which {} can {}", a(&who), act.trim()))
            .act("Sign in with this account")
            .act(format!("Look for a way to {}", act.trim()))
            .seen("None is offered")
            .act("Call the known address directly in the same session")
            .seen("The call is refused as not permitted")
            .expect(format!(
                "The user who is not {} cannot {}; nothing is changed",
                a(&who),
                act.trim()
            )),
        );
    }
    let kind = who
        .strip_suffix(" file")
        .filter(|kind| kind.len() <= 5 && clause.base == "be")?;
    Some(
        item(criterion, format!("a file that is no {kind} file"))
            .titled(format!("A file that is no {kind} file is refused"))
            .priority(scene.risk())
            .givens(scene.start())
            .steps(scene.perform(vec![
                crate::test_case::Step::new("Choose the file notes.txt.").with_data("notes.txt"),
            ]))
            .seen(format!(
                "A message says that the file must be {}",
                a(&format!("{kind} file"))
            ))
            .expect(format!("The file is refused; {}", scene.unchanged()))
            .sample("notes.txt", format!("a file that is no {kind} file")),
    )
}

/// `The password must contain a digit` → a password without a digit.
fn lacking(scene: &Scene<'_>, criterion: &Criterion) -> Option<Proposal> {
    let text = scene.observed(&criterion.statement.text);
    let clause = Clause::read(&text)?;
    let modal = clause.verb.split(' ').next()?.to_lowercase();
    if !["must", "shall", "should", "has"].contains(&modal.as_str()) || clause.negative {
        return None;
    }
    let subject = singular(&lowered(bare(&clause.subject)));
    let input =
        subject.split(' ').count() <= 4 && !is_person(&subject) && !SYSTEM.iter().any(|word| subject.ends_with(word));
    let demands = matches!(
        clause.base.as_str(),
        "contain" | "include" | "start" | "end" | "be" | "match"
    );
    if !input || !demands || is_shown(&clause) {
        return None;
    }
    let condition = match clause.base.as_str() {
        "contain" | "include" => format!("{subject} without {}", bare_any(&clause.rest)),
        base => format!("{subject} that {} {}", not(base), clause.rest),
    };
    let sample = broken(&subject, &clause.rest);
    let entry = sample.map_or_else(
        || crate::test_case::Step::new(format!("Enter {}.", a(&condition))),
        |text| scene.enter(&subject, text),
    );
    let run = super::ordinary::with(scene, &subject, vec![entry], false);
    let why = contrary(&crate::coverage::scene::clause::as_fact(&text)?)?;
    Some(
        item(criterion, a(&condition))
            .titled(format!("{} is refused", capitalised(&a(&condition))))
            .priority(scene.risk())
            .givens(run.givens)
            .steps(run.steps)
            .with_values(sample.map(|text| crate::coverage::values::sample(text, a(&condition))))
            .with_values(run.values)
            .seen(scene.message(&lowered(&why)))
            .expect(format!(
                "{} is refused; {}",
                capitalised(&the(&subject)),
                scene.unchanged()
            )),
    )
}

/// A password that lacks what is demanded and nothing else; `None` for what has no safe sample.
fn broken(subject: &str, demand: &str) -> Option<&'static str> {
    if !subject.ends_with("password") {
        return None;
    }
    let samples = [
        (&["digit", "number"][..], "Blue-Harbour-Six"),
        (&["upper", "capital"], "blue-harbour-42"),
        (&["lower", "small"], "BLUE-HARBOUR-42"),
        (&["special", "symbol", "sign"], "BlueHarbour42"),
        (&["letter"], "4281-5937-60"),
    ];
    samples
        .iter()
        .find(|(words, _)| words.iter().any(|word| demand.contains(word)))
        .map(|(_, text)| *text)
}

const SYSTEM: [&str; 18] = [
    "system",
    "page",
    "list",
    "message",
    "result",
    "report",
    "app",
    "application",
    "screen",
    "email",
    "notification",
    "button",
    "service",
    "confirmation",
    "dashboard",
    "data",
    "response",
    "table",
];

/// Whether the demand is about what is shown or done, not about what is entered.
fn is_shown(clause: &Clause) -> bool {
    let first = clause.rest.split(' ').next().unwrap_or("");
    clause.base == "be"
        && (first.ends_with("ed")
            || [
                "shown",
                "sent",
                "able",
                "visible",
                "available",
                "seen",
                "kept",
                "given",
                "made",
                "possible",
            ]
            .contains(&first))
}

fn bare_any(rest: &str) -> String {
    let rest = rest
        .strip_prefix("at least one ")
        .or_else(|| rest.strip_prefix("at least a "))
        .unwrap_or(rest);
    let rest = rest.replace(" and at least one ", " and ");
    if rest.starts_with("a ") || rest.starts_with("an ") {
        rest
    } else {
        a(&rest)
    }
}

fn not(base: &str) -> String {
    if base == "be" {
        "is not".to_owned()
    } else {
        format!("does not {base}")
    }
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::given_by;

    #[test]
    fn what_is_demanded_of_an_input_is_left_out() {
        let story = "As a user, I want to change my password so that my account is safe";
        let criteria = [
            "The new password must contain a digit.",
            "Only administrators can unlock accounts.",
            "Given the account is active, when I save the password, then a confirmation is shown",
        ];
        insta::assert_snapshot!(given_by(propose, story, &criteria));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        let story = "As a user, I want to change my password so that my account is safe";
        for criterion in [
            "The page must show a confirmation.",
            "The user must be informed by email.",
            "Old passwords are refused.",
        ] {
            assert_eq!(given_by(propose, story, &[criterion]), "", "{criterion}");
        }
    }
}
