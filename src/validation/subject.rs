//! A case taken apart once, for all checks: its fields as passages, with the names that findings use for them.

use super::evidence::mentions::{self, Mention};
use super::text::{Passage, Set};
use crate::test_case::{Draft, Step, TestCase, TestCaseType};
use std::fmt;

/// A field of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// `title`
    Title,
    /// `objective`
    Objective,
    /// `preconditions[n]`
    Precondition(usize),
    /// `steps[n].action`
    Action(usize),
    /// `steps[n].data`
    Data(usize),
    /// `steps[n].expected`
    Seen(usize),
    /// `expected_result`
    Expected,
}

impl Field {
    /// Whether it says what the system does, not what the tester does.
    pub(crate) fn is_result(self) -> bool {
        matches!(self, Self::Seen(_) | Self::Expected)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Title => f.write_str("title"),
            Self::Objective => f.write_str("objective"),
            Self::Precondition(index) => write!(f, "preconditions[{index}]"),
            Self::Action(index) => write!(f, "steps[{index}].action"),
            Self::Data(index) => write!(f, "steps[{index}].data"),
            Self::Seen(index) => write!(f, "steps[{index}].expected"),
            Self::Expected => f.write_str("expected_result"),
        }
    }
}

/// A step taken apart.
#[derive(Clone, Debug)]
pub(crate) struct StepParts<'a> {
    /// The action.
    pub(crate) action: Passage<'a>,
    /// The data.
    pub(crate) data: Passage<'a>,
    /// What is seen.
    pub(crate) seen: Passage<'a>,
}

/// A case taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Subject<'a> {
    /// Its kind.
    pub(crate) case_type: TestCaseType,
    /// The title.
    pub(crate) title: Passage<'a>,
    /// Why it exists.
    pub(crate) objective: Passage<'a>,
    /// The preconditions.
    pub(crate) preconditions: Vec<Passage<'a>>,
    /// The steps.
    pub(crate) steps: Vec<StepParts<'a>>,
    /// What shows that it passed.
    pub(crate) expected: Passage<'a>,
    /// Everything that may need evidence, in the order of [`Subject::fields`].
    pub(crate) mentions: Vec<(Field, Mention)>,
}

impl<'a> Subject<'a> {
    /// Takes a draft apart; `case_type` is used where the draft has none.
    pub(crate) fn of_draft(draft: &'a Draft, case_type: TestCaseType) -> Self {
        let texts = Texts {
            title: &draft.title,
            objective: &draft.objective,
            preconditions: &draft.preconditions,
            steps: &draft.steps,
            expected: &draft.expected_result,
        };
        Self::new(texts, draft.case_type.unwrap_or(case_type))
    }

    /// Takes a case apart.
    pub(crate) fn of_case(case: &'a TestCase) -> Self {
        let texts = Texts {
            title: &case.title,
            objective: &case.objective,
            preconditions: &case.preconditions,
            steps: &case.steps,
            expected: &case.expected_result,
        };
        Self::new(texts, case.case_type)
    }

    fn new(texts: Texts<'a>, case_type: TestCaseType) -> Self {
        let mut subject = Self {
            case_type,
            mentions: Vec::new(),
            title: Passage::new(texts.title),
            objective: Passage::new(texts.objective),
            preconditions: texts.preconditions.iter().map(|text| Passage::new(text)).collect(),
            steps: texts
                .steps
                .iter()
                .map(|step| StepParts {
                    action: Passage::new(&step.action),
                    data: Passage::new(&step.data),
                    seen: Passage::new(&step.expected),
                })
                .collect(),
            expected: Passage::new(texts.expected),
        };
        subject.mentions = subject
            .fields()
            .flat_map(|(field, passage)| mentions::find(passage).into_iter().map(move |mention| (field, mention)))
            .collect();
        subject
    }

    /// The passage of a field.
    pub(crate) fn passage(&self, field: Field) -> Option<&Passage<'a>> {
        match field {
            Field::Title => Some(&self.title),
            Field::Objective => Some(&self.objective),
            Field::Precondition(index) => self.preconditions.get(index),
            Field::Action(index) => self.steps.get(index).map(|step| &step.action),
            Field::Data(index) => self.steps.get(index).map(|step| &step.data),
            Field::Seen(index) => self.steps.get(index).map(|step| &step.seen),
            Field::Expected => Some(&self.expected),
        }
    }

    /// The words of a mention.
    pub(crate) fn words_of(&self, field: Field, mention: &Mention) -> &'a str {
        self.passage(field)
            .and_then(|passage| passage.text.get(mention.start..mention.end))
            .unwrap_or("")
    }

    /// Every field that is not empty, what a tester does before what is then seen: evidence is established in this order.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (Field, &Passage<'a>)> {
        let preconditions = self
            .preconditions
            .iter()
            .enumerate()
            .map(|(index, text)| (Field::Precondition(index), text));
        let doing = self
            .steps
            .iter()
            .enumerate()
            .flat_map(|(index, step)| [(Field::Action(index), &step.action), (Field::Data(index), &step.data)]);
        let seen = self
            .steps
            .iter()
            .enumerate()
            .map(|(index, step)| (Field::Seen(index), &step.seen));
        preconditions
            .chain(doing)
            .chain([(Field::Title, &self.title), (Field::Objective, &self.objective)])
            .chain(seen)
            .chain([(Field::Expected, &self.expected)])
            .filter(|(_, passage)| !passage.text.is_empty())
    }

    /// What all its words mean together.
    pub(crate) fn meaning(&self) -> Set {
        self.fields().flat_map(|(_, passage)| passage.meaning()).collect()
    }
}

struct Texts<'a> {
    title: &'a str,
    objective: &'a str,
    preconditions: &'a [String],
    steps: &'a [Step],
    expected: &'a str,
}
