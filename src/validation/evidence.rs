//! Evidence: where every number, quoted text, address, code, date, label and role of a case comes from.
//!
//! In this order: a value of the items that the case covers, words of the basis (STATED), a neighbour of a stated limit or
//! a sum of what the case itself sets up (COMPUTED), any member of a class that the tester brings along (SAMPLE), and
//! what nothing supports (ASSUMED). What a tester does may bring samples along; what the system shows must follow from
//! something. What it refuses: to call a count invented that the steps themselves establish, or an ordinal a value.

pub(crate) mod mentions;
mod numbers;
mod texts;
#[cfg(test)]
mod tests;

use super::ground::Ground;
use super::subject::{Field, Subject};
use super::text::lexicon::{LIMIT_TALK, LIMITING, ROLE};
use super::text::{Passage, fold, lower, stands_alone};
use crate::coverage::Plan;
use crate::test_case::{Span, TestCaseType, Value, ValueOrigin};
use mentions::{Kind, Mention, Unit};
use rust_decimal::Decimal;

/// A value that the plan gives, ready to be recognised.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    value: Value,
    folded: String,
    numbers: Vec<(Decimal, Unit)>,
}

/// The values of the plan, item by item.
#[derive(Clone, Debug, Default)]
pub(crate) struct Givens(Vec<Vec<Given>>);

impl Givens {
    /// Reads a plan.
    pub(crate) fn new(plan: &Plan) -> Self {
        Self(
            plan.items
                .iter()
                .map(|item| item.values.iter().map(Given::new).collect())
                .collect(),
        )
    }
}

impl Given {
    fn new(value: &Value) -> Self {
        let numbers = mentions::find(&Passage::new(&value.text))
            .into_iter()
            .filter_map(|mention| match mention.kind {
                Kind::Number { value, unit } => Some((value, unit)),
                _ => None,
            })
            .collect();
        Self {
            value: value.clone(),
            folded: fold(&value.text),
            numbers,
        }
    }
}

/// What evidence found in a case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    /// Every value with its origin, without repeats.
    pub(crate) values: Vec<Value>,
    /// Those that nothing supports, with the field in which each stands first.
    pub(crate) assumed: Vec<(Field, String)>,
    /// Texts whose length is not the one that their step says.
    pub(crate) mismatches: Vec<Mismatch>,
}

/// A text whose length is not the one that its step says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// Where.
    pub(crate) field: Field,
    /// Characters that the step says.
    pub(crate) said: Decimal,
    /// Characters that the text has.
    pub(crate) has: usize,
}

/// Weighs a case. `covers`: the items that it covers; `assumptions`: what its writer says it assumed.
pub(crate) fn gather(
    subject: &Subject<'_>,
    ground: &Ground,
    givens: &Givens,
    covers: &[usize],
    assumptions: &[String],
) -> Evidence {
    let mut weigher = Weigher {
        subject,
        ground,
        givens,
        covers,
        numbers: Vec::new(),
        texts: Vec::new(),
        evidence: Evidence::default(),
        talks_of_limits: talks_of_limits(subject),
    };
    for (field, mention) in &subject.mentions {
        weigher.weigh(*field, mention);
    }
    weigher.data();
    weigher.roles();
    weigher.given_texts();
    for text in assumptions {
        weigher.push(
            text.clone(),
            ValueOrigin::Assumed,
            None,
            "assumed by the writer".to_owned(),
        );
    }
    weigher.evidence.mismatches = mismatches(subject);
    weigher.evidence
}

struct Weigher<'a> {
    subject: &'a Subject<'a>,
    ground: &'a Ground,
    givens: &'a Givens,
    covers: &'a [usize],
    /// Numbers that the tester's part of the case sets up.
    numbers: Vec<(Decimal, Unit)>,
    /// Folded texts that the tester's part of the case sets up.
    texts: Vec<String>,
    evidence: Evidence,
    talks_of_limits: bool,
}

/// An answer to where a value comes from.
struct Answer {
    origin: ValueOrigin,
    span: Option<Span>,
    note: String,
}

impl Answer {
    fn new(origin: ValueOrigin, span: Option<Span>, note: impl Into<String>) -> Self {
        Self {
            origin,
            span,
            note: note.into(),
        }
    }

    fn of(given: &Given) -> Self {
        Self::new(given.value.origin, given.value.span, given.value.note.clone())
    }
}

impl Weigher<'_> {
    fn weigh(&mut self, field: Field, mention: &Mention) {
        let text = self.subject.words_of(field, mention);
        match mention.kind {
            Kind::Placeholder => {
                let note = "placeholder for what the basis does not say";
                self.record(field, text.to_owned(), Answer::new(ValueOrigin::Sample, None, note));
            }
            Kind::Number { value, unit } => self.weigh_number(field, mention, value, unit),
            Kind::Quoted => self.weigh_quoted(field, mention, text),
            Kind::Label => self.weigh_label(field, mention, text),
            Kind::Sample(class) => self.weigh_sample(field, text, class),
        }
        if !field.is_result() && !matches!(field, Field::Title | Field::Objective) {
            match mention.kind {
                Kind::Number { value, unit } => self.numbers.push((value, unit)),
                Kind::Label | Kind::Placeholder => {}
                Kind::Quoted | Kind::Sample(_) => self.texts.push(fold(text)),
            }
        }
    }

    fn record(&mut self, field: Field, text: String, answer: Answer) {
        let known = self
            .evidence
            .values
            .iter()
            .any(|value| value.text.eq_ignore_ascii_case(&text));
        if known || text.is_empty() {
            return;
        }
        if answer.origin == ValueOrigin::Assumed {
            self.evidence.assumed.push((field, text.clone()));
        }
        self.push(text, answer.origin, answer.span, answer.note);
    }

    fn push(&mut self, text: String, origin: ValueOrigin, span: Option<Span>, note: String) {
        self.evidence.values.push(Value {
            text,
            origin,
            span,
            note,
        });
    }

    /// Values of the covered items first, then of all others.
    fn givens(&self) -> impl Iterator<Item = (bool, &Given)> {
        let covered = self.covers.iter().filter_map(|index| self.givens.0.get(*index));
        let others = self
            .givens
            .0
            .iter()
            .enumerate()
            .filter(|(index, _)| !self.covers.contains(index));
        covered
            .flatten()
            .map(|given| (true, given))
            .chain(others.flat_map(|(_, values)| values).map(|given| (false, given)))
    }

    /// Data that is one unbroken text and was not recognised as anything.
    fn data(&mut self) {
        for (index, step) in self.subject.steps.iter().enumerate() {
            let text = step.data.text;
            let field = Field::Data(index);
            let seen = self.subject.mentions.iter().any(|(other, _)| *other == field);
            if !seen && !text.is_empty() && !text.contains(char::is_whitespace) && text.len() <= 400 {
                self.weigh_entered(field, text);
            }
        }
    }

    /// Roles with rights of their own that the basis does not name.
    fn roles(&mut self) {
        let subject = self.subject;
        for (field, passage) in subject.fields() {
            for (index, word) in passage.words.iter().enumerate() {
                if !word.is(ROLE) || word.capital && index > 0 || self.ground.all.contains(word.stem) {
                    continue;
                }
                let before = index.checked_sub(1).and_then(|before| passage.words.get(before));
                let any = before.is_some_and(|word| {
                    [lower("another"), lower("other"), lower("no"), lower("not")].contains(&word.key)
                });
                let role = passage.of(word).to_lowercase();
                let answer = if any || matches!(subject.case_type, TestCaseType::Negative | TestCaseType::EdgeCase) {
                    Answer::new(ValueOrigin::Sample, None, "a role besides those of the story")
                } else {
                    Answer::new(ValueOrigin::Assumed, None, "the basis names no such role")
                };
                self.record(field, role, answer);
            }
        }
    }

    /// Values of the covered items that stand in the case as words and were not recognised as mentions.
    fn given_texts(&mut self) {
        let covered: Vec<&Given> = self
            .covers
            .iter()
            .filter_map(|index| self.givens.0.get(*index))
            .flatten()
            .collect();
        if covered.is_empty() {
            return;
        }
        let mut whole = String::new();
        for (_, passage) in self.subject.fields() {
            whole.push_str(&fold(passage.text));
            whole.push('\n');
        }
        for given in covered {
            let known = self
                .evidence
                .values
                .iter()
                .any(|value| fold(&value.text) == given.folded);
            let there = memchr::memmem::find_iter(whole.as_bytes(), &given.folded)
                .any(|at| stands_alone(&whole, at, at + given.folded.len()));
            if !known && there && !given.folded.is_empty() {
                let Value {
                    text,
                    origin,
                    span,
                    note,
                } = given.value.clone();
                self.push(text, origin, span, note);
            }
        }
    }
}

/// Whether title or expected result speak of a limit.
fn talks_of_limits(subject: &Subject<'_>) -> bool {
    subject.case_type == TestCaseType::Boundary || subject.title.has(LIMIT_TALK) || subject.expected.has(LIMIT_TALK)
}

/// Steps that say a length and give a text of another length. Only where there is one of each and nothing is left out.
fn mismatches(subject: &Subject<'_>) -> Vec<Mismatch> {
    (0..subject.steps.len())
        .filter_map(|step| mismatch(subject, step))
        .collect()
}

fn mismatch(subject: &Subject<'_>, step: usize) -> Option<Mismatch> {
    let mut said = None;
    let mut text = None;
    for (field, mention) in &subject.mentions {
        if *field != Field::Action(step) && *field != Field::Data(step) {
            continue;
        }
        match mention.kind {
            Kind::Number {
                value,
                unit: Unit::Length,
            } => {
                let passage = subject.passage(*field)?;
                let bound = mention
                    .word
                    .checked_sub(1)
                    .and_then(|at| passage.words.get(at))
                    .is_some_and(|word| word.is(LIMITING));
                if bound || said.replace(value).is_some() {
                    return None;
                }
            }
            Kind::Quoted | Kind::Sample(_) if text.is_some() => return None,
            Kind::Quoted | Kind::Sample(_) => text = Some((*field, subject.words_of(*field, mention))),
            _ => {}
        }
    }
    let data = subject.steps.get(step)?.data.text;
    let whole_data = (!data.is_empty() && !data.contains(char::is_whitespace)).then_some((Field::Data(step), data));
    let (field, text) = text.or(whole_data)?;
    let (said, has) = (said?, text.chars().count());
    let shortened = text.contains("...") || text.contains(['…', '×', '(', '*', '<']);
    (!shortened && has >= 3 && said != Decimal::from(has)).then_some(Mismatch { field, said, has })
}
