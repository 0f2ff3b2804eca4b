//! The act that a criterion's limit belongs to, where that is not the goal's first: `A rejected request must have a reason
//! of at least 10 characters` is tried by rejecting a request, whatever else the story does with requests.

use super::limits::{Rule, lowered};
use crate::basis::{Action, Criterion, CriterionForm, VerbClass};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::{Clause, verb_of_gerund, verb_of_participle};
use crate::coverage::scene::grammar::{a, bare, capitalised, participle, singular, slug, the};
use crate::coverage::{Proposal, values};
use crate::test_case::{Span, Technique, TestCaseType};
use rust_decimal::Decimal;

/// The act; `None` where the limit belongs to what the goal does.
pub(super) fn of(scene: &Scene<'_>, limit: Span) -> Option<Action> {
    let criterion = scene.basis.criteria.iter().find(|criterion| {
        let place = criterion.statement.span;
        place.basis_id == limit.basis_id && place.start <= limit.start && limit.end <= place.end
    })?;
    let (verb, object) = match criterion.form {
        CriterionForm::Conditional => condition(criterion, limit)?,
        CriterionForm::Requirement | CriterionForm::Plain => {
            subject(&criterion.statement.text).or_else(|| with_entry(scene, criterion, limit))?
        }
        CriterionForm::GivenWhenThen => return None,
    };
    let known = scene.actions().iter().find(|action| action.verb == verb);
    Some(known.cloned().unwrap_or(Action {
        verb,
        class: VerbClass::Transition,
        object,
        circumstances: Vec::new(),
        span: criterion.statement.span,
    }))
}

/// Whether a criterion demands something to be entered with an act, so that the act alone, without it, must fail.
pub(super) fn demands(scene: &Scene<'_>, action: &Action) -> bool {
    scene.basis.limits().any(|(limit, span)| {
        let entered = limit.lower.is_some_and(|bound| bound.value > Decimal::ZERO);
        entered && of(scene, span).is_some_and(|told| told.verb == action.verb)
    })
}

/// `A rejected request must have …`, `Rejecting a request needs …`.
fn subject(text: &str) -> Option<(String, String)> {
    let clause = Clause::read(text)?;
    let demands = ["have", "need", "require", "include", "contain", "carry", "state"];
    if clause.negative || !demands.contains(&clause.base.as_str()) {
        return None;
    }
    let said = lowered(bare(&clause.subject));
    let (first, object) = said.split_once(' ')?;
    let object = singular(bare(object));
    let verb = verb_of_participle(first).or_else(|| verb_of_gerund(first))?;
    (object.split(' ').count() <= 3).then_some((verb, object))
}

/// `Lecturers may override the deduction with a comment of 10 to 300 characters`.
fn with_entry(scene: &Scene<'_>, criterion: &Criterion, limit: Span) -> Option<(String, String)> {
    let place = criterion.statement.span;
    let before = scene.basis.words(Span {
        end: limit.start,
        ..place
    });
    let (act, entry) = before.rsplit_once(" with a")?;
    let entry = entry.strip_prefix('n').unwrap_or(entry).trim();
    let entered = ["comment", "reason", "note", "explanation", "justification", "message"]
        .iter()
        .any(|noun| {
            entry.split(' ').next_back() == Some(noun)
                || entry.strip_suffix(" of").is_some_and(|entry| entry.ends_with(noun))
        });
    let clause = Clause::read(act).filter(|clause| entered && !clause.negative)?;
    let permits = ["may", "can", "must", "shall"]
        .iter()
        .any(|modal| clause.verb.to_lowercase().starts_with(modal));
    let object = singular(&lowered(bare(&clause.rest)));
    (permits && clause.base != "be" && !object.is_empty() && object.split(' ').count() <= 3)
        .then(|| (clause.base.clone(), object))
}

/// `When a request is rejected, a reason of at least 10 characters must be entered`.
fn condition(criterion: &Criterion, limit: Span) -> Option<(String, String)> {
    let then = criterion
        .then
        .iter()
        .find(|part| part.span.start <= limit.start && limit.end <= part.span.end)?;
    let words: Vec<&str> = then.text.split(' ').collect();
    let demanded = ["must", "required", "mandatory", "needed", "needs"]
        .iter()
        .any(|word| words.contains(word));
    let written = ["reason", "comment", "note", "explanation", "justification", "message"]
        .iter()
        .any(|word| words.contains(word));
    let [when] = criterion.when.as_slice() else { return None };
    let clause = Clause::read(&when.text).filter(|_| demanded && written)?;
    let object = singular(&lowered(bare(&clause.subject)));
    Some((clause.done()?, object))
}

/// The act without what the limit demands: `A request cannot be rejected without a reason`.
pub(super) fn left_out(scene: &Scene<'_>, rule: &Rule, action: &Action) -> Option<Proposal> {
    rule.limit.lower.filter(|bound| bound.value > Decimal::ZERO)?;
    let scene = &scene.focus_on(action);
    let field = super::limits::subject(scene, &rule.limit);
    let (one, done) = (scene.one(), participle(&action.verb));
    let run = super::ordinary::with(scene, &field, vec![scene.enter(&field, "")], false);
    Some(
        Proposal::new(
            format!("mandatory/{}/{}", slug(&one), slug(&field)),
            format!("{} is {done} without {}", a(&one), a(&field)),
            Technique::EquivalencePartitioning,
            TestCaseType::Negative,
            rule.span,
        )
        .titled(format!(
            "{} cannot be {done} without {}",
            capitalised(&a(&one)),
            a(&field)
        ))
        .because(format!(
            "What is demanded of {} may not be left out",
            a(&format!("{done} {one}"))
        ))
        .priority(scene.risk())
        .givens(run.givens)
        .steps(run.steps)
        .with_values(run.values)
        .with_values([values::sample(String::new(), "nothing entered")])
        .seen(scene.message(&format!("{} is missing", the(&field))))
        .expect(format!(
            "{} is not {done}; it is shown as before",
            capitalised(&the(&one))
        )),
    )
}

#[cfg(test)]
mod tests {
    use crate::coverage::families::r04_length_and_count::propose;
    use crate::coverage::families::snapshot::given_by;

    const STORY: &str = "As a manager, I want to approve requests so that my team can go on";

    #[test]
    fn a_limit_is_tried_by_the_act_that_it_belongs_to() {
        for criterion in [
            "A rejected request must have a reason of at least 10 characters.",
            "Rejected requests need a reason of at least 10 characters",
            "Rejecting a request requires a reason of at least 10 characters",
            "When a request is rejected, a reason of at least 10 characters must be entered",
        ] {
            let given = given_by(propose, STORY, &[criterion]);
            let steps = given.matches("Reject the request.").count();
            let titles: Vec<&str> = given.lines().filter_map(|line| line.strip_prefix("  # ")).collect();
            assert_eq!(
                titles,
                [
                    "A reason of 10 characters is accepted",
                    "A reason of 9 characters is refused",
                    "A request cannot be rejected without a reason",
                ],
                "{criterion}"
            );
            assert!(steps == 3 && !given.contains("Approve the request."), "{given}");
        }
    }

    #[test]
    fn an_act_that_demands_an_entry_is_not_tried_without_it_as_a_success() {
        use crate::coverage::families::r01_main_success;
        let story = "As a manager, I want to approve or reject requests so that my team can go on";
        let plain = "A manager rejects requests";
        let demanded = given_by(
            r01_main_success::propose,
            story,
            &["A rejected request must have a reason of at least 10 characters."],
        );
        assert!(!demanded.contains(plain), "{demanded}");
        let free = given_by(r01_main_success::propose, story, &["The list shows 10 requests."]);
        assert!(free.contains(plain), "{free}");
    }

    #[test]
    fn other_limits_stay_with_the_goals_act() {
        for criterion in [
            "The reason must have at least 10 characters",
            "A request must have a title of at least 10 characters",
        ] {
            let given = given_by(propose, STORY, &[criterion]);
            assert!(
                given.contains("Approve the request.") && !given.contains("Reject"),
                "{given}"
            );
        }
    }
}
