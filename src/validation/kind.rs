//! Kind and priority of a case: what it says, held against what it covers and against what it shows.

use super::matching::Content;
use super::outcome::{self, Outcome};
use super::subject::Subject;
use super::{Checker, evidence, repair, text};
use crate::test_case::{Draft, Priority, Repair, Source, TestCaseType};

impl Checker {
    /// The kind of a case: the covered item's where the draft has none, and its outcome's where that is clear and the rest
    /// of the case agrees with it.
    pub(super) fn settle_type(
        &self,
        draft: &Draft,
        subject: &Subject<'_>,
        content: &Content,
        items: &[usize],
        source: Source,
        repairs: &mut Vec<Repair>,
    ) -> Result<TestCaseType, &'static str> {
        let planned = items
            .first()
            .and_then(|item| self.plan.items.get(*item))
            .map(|item| item.case_type);
        let Some(case_type) = draft.case_type else {
            let derived = planned.unwrap_or_else(|| type_of(subject, content.outcome()));
            repairs.push(repair(
                "TYPE_DERIVED",
                "type",
                format!("{}, from what the case is about", derived.as_str()),
            ));
            return Ok(derived);
        };
        if source == Source::Rule {
            return Ok(case_type);
        }
        let due = Outcome::of_type(case_type);
        if !due.contradicts(content.outcome()) {
            return Ok(self.agreed_type(case_type, planned, repairs));
        }
        let corrected = match (content.outcome(), planned) {
            // The item was checked to agree with the outcome; the kind that the draft gives does not.
            (_, Some(planned)) if !Outcome::of_type(planned).contradicts(content.outcome()) => planned,
            (Outcome::Refusal, _) if !outcome::is_about_success(subject) => TestCaseType::Negative,
            (Outcome::Success, _) if !outcome::is_about_refusal(subject) => TestCaseType::Positive,
            _ => return Err("the expected result says the opposite of what the case is about"),
        };
        let detail = format!(
            "{} into {}, as the expected result shows",
            case_type.as_str(),
            corrected.as_str()
        );
        repairs.push(repair("POLARITY_CORRECTED", "type", detail));
        Ok(corrected)
    }

    /// A kind that says the opposite of the covered item's, while the outcome is unclear, is the item's.
    fn agreed_type(
        &self,
        case_type: TestCaseType,
        planned: Option<TestCaseType>,
        repairs: &mut Vec<Repair>,
    ) -> TestCaseType {
        use TestCaseType::{Negative, Positive};
        match planned {
            Some(planned @ (Negative | Positive))
                if matches!((planned, case_type), (Negative, Positive) | (Positive, Negative)) =>
            {
                let detail = format!(
                    "{} into {}, as the coverage item says",
                    case_type.as_str(),
                    planned.as_str()
                );
                repairs.push(repair("POLARITY_CORRECTED", "type", detail));
                planned
            }
            _ => case_type,
        }
    }

    pub(super) fn settle_priority(&self, draft: &Draft, items: &[usize], repairs: &mut Vec<Repair>) -> Priority {
        draft.priority.unwrap_or_else(|| {
            let derived = items
                .iter()
                .filter_map(|item| self.plan.items.get(*item))
                .map(|item| item.priority)
                .min();
            let priority = derived.unwrap_or(Priority::Medium);
            repairs.push(repair(
                "PRIORITY_DERIVED",
                "priority",
                format!("{}, as the priority was missing", priority.as_str()),
            ));
            priority
        })
    }
}

/// The kind that the words of a case show.
fn type_of(subject: &Subject<'_>, outcome: Outcome) -> TestCaseType {
    use text::lexicon::LIMIT_TALK;
    let at_limit = subject.title.has(LIMIT_TALK)
        && subject
            .mentions
            .iter()
            .any(|(_, mention)| matches!(mention.kind, evidence::mentions::Kind::Number { .. }));
    match outcome {
        _ if at_limit => TestCaseType::Boundary,
        Outcome::Refusal => TestCaseType::Negative,
        Outcome::Success => TestCaseType::Positive,
        Outcome::Unclear if outcome::is_about_refusal(subject) => TestCaseType::Negative,
        Outcome::Unclear => TestCaseType::Positive,
    }
}
