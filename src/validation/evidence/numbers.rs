//! Where a number comes from.

use super::mentions::{self, Mention, Unit};
use super::{Answer, Weigher};
use crate::test_case::{TestCaseType, ValueOrigin};
use crate::validation::subject::Field;
use crate::validation::text::lexicon::LIMITING;
use crate::validation::text::{Passage, Set, lower};
use rust_decimal::Decimal;

/// Most numbers that sums are tried with.
const MOST_OPERANDS: usize = 8;

impl Weigher<'_> {
    pub(super) fn weigh_number(&mut self, field: Field, mention: &Mention, value: Decimal, unit: Unit) {
        let Some(passage) = self.subject.passage(field) else {
            return;
        };
        let text = with_unit(passage, mention, unit);
        let claim = self.is_claim(field, passage, mention, unit);
        // None and one are words of everyday language, unless they bound a pace or the plan asks for them.
        let trivial = (value.is_zero() || value == Decimal::ONE) && matches!(unit, Unit::Count | Unit::Unknown);
        let nouns = self.nouns(field, passage, mention);
        if let Some(answer) = self.supported(value, unit, &nouns, trivial) {
            return self.record(field, text, answer);
        }
        if self.is_set_up(value, unit) || trivial {
            return;
        }
        if !claim {
            return self.record(field, text, Answer::new(ValueOrigin::Sample, None, class(unit)));
        }
        let answer = match self.sum(value, unit) {
            Some(note) => Answer::new(ValueOrigin::Computed, None, note),
            None => Answer::new(ValueOrigin::Assumed, None, "the basis states no such number"),
        };
        self.record(field, text, answer);
    }

    /// What a number counts; for a bare number what its step speaks of.
    fn nouns(&self, field: Field, passage: &Passage<'_>, mention: &Mention) -> Set {
        let nouns = mentions::nouns(passage, mention);
        if nouns.len() > 0 {
            return nouns;
        }
        let around = match field {
            Field::Data(index) => self.subject.passage(Field::Action(index)).unwrap_or(passage),
            _ => passage,
        };
        around
            .words
            .iter()
            .filter(|word| word.is_content())
            .map(|word| word.stem)
            .collect()
    }

    /// From the plan or the basis.
    fn supported(&self, value: Decimal, unit: Unit, nouns: &Set, trivial: bool) -> Option<Answer> {
        let is_it = |numbers: &[(Decimal, Unit)]| numbers.iter().any(|(number, of)| *number == value && unit.fits(*of));
        if let Some((_, given)) = self.givens().find(|(covered, given)| *covered && is_it(&given.numbers)) {
            return Some(Answer::of(given));
        }
        if trivial {
            return None;
        }
        if let Some(fact) = self.ground.stated(value, unit, nouns) {
            return Some(Answer::new(ValueOrigin::Stated, Some(fact.span), ""));
        }
        if let Some(fact) = self.ground.computed(value, unit, nouns) {
            return Some(Answer::new(ValueOrigin::Computed, Some(fact.span), fact.note.clone()));
        }
        let (_, given) = self.givens().find(|(covered, given)| {
            !covered
                && unit != Unit::Count
                && matches!(given.value.origin, ValueOrigin::Stated | ValueOrigin::Computed)
                && is_it(&given.numbers)
        })?;
        Some(Answer::of(given))
    }

    fn is_set_up(&self, value: Decimal, unit: Unit) -> bool {
        self.numbers
            .iter()
            .any(|(number, of)| *number == value && unit.fits(*of))
    }

    /// Whether a number claims something about the system, rather than being data that a tester brings along.
    fn is_claim(&self, field: Field, passage: &Passage<'_>, mention: &Mention, unit: Unit) -> bool {
        let word = |back: usize| {
            mention
                .word
                .checked_sub(back)
                .and_then(|index| passage.words.get(index))
        };
        let after = passage
            .words
            .iter()
            .skip(mention.word + 1)
            .take(3)
            .any(|word| [lower("ago"), lower("earlier"), lower("old"), lower("later")].contains(&word.key));
        let paced = matches!(unit, Unit::Time | Unit::Attempts);
        let set_up = matches!(unit, Unit::Count | Unit::Unknown | Unit::Money);
        let bounded = (1..=2).filter_map(word).any(|word| {
            let pace = [lower("after"), lower("every"), lower("min"), lower("max")].contains(&word.key);
            // `at least two orders` is a state to set up; `at most two orders` is a rule.
            let floor = [
                lower("least"),
                lower("more"),
                lower("over"),
                lower("above"),
                lower("under"),
                lower("below"),
                lower("less"),
                lower("fewer"),
            ];
            word.is(LIMITING) && (!pace || paced) && !(set_up && floor.contains(&word.key))
        });
        if field.is_result() {
            return true;
        }
        if bounded && !(after && unit == Unit::Time) {
            return true;
        }
        let waits = passage.words.first().is_some_and(|word| word.key == lower("wait"));
        if unit == Unit::Time {
            return waits || self.subject.case_type == TestCaseType::Boundary && !after && !self.ground.measures(unit);
        }
        matches!(unit, Unit::Length | Unit::Size | Unit::Attempts)
            && self.talks_of_limits
            && !self.ground.measures(unit)
    }

    /// How the number follows from numbers that the case or the basis sets up.
    fn sum(&self, value: Decimal, unit: Unit) -> Option<String> {
        if matches!(unit, Unit::Time | Unit::Attempts | Unit::Length | Unit::Size) {
            return None;
        }
        let stated = self.ground.stated.iter().map(|fact| (fact.value, fact.unit));
        let mut operands: Vec<(Decimal, Unit)> = Vec::with_capacity(MOST_OPERANDS);
        for operand in self.numbers.iter().copied().chain(stated) {
            if operands.len() < MOST_OPERANDS && !operands.contains(&operand) && !operand.0.is_zero() {
                operands.push(operand);
            }
        }
        let mut partial = Vec::new();
        for (index, a) in operands.iter().enumerate() {
            for b in operands.iter().skip(index) {
                for (result, note) in combine(*a, *b) {
                    if result == value {
                        return Some(note);
                    }
                    partial.push((result, note));
                }
            }
        }
        if unit != Unit::Money {
            return None;
        }
        partial.iter().find_map(|(result, note)| {
            operands.iter().find_map(|operand| {
                combine((*result, Unit::Money), *operand)
                    .into_iter()
                    .find(|(result, _)| *result == value)
                    .map(|(_, _)| format!("from {note} and {}", operand.0.normalize()))
            })
        })
    }
}

/// What two numbers make together.
fn combine(a: (Decimal, Unit), b: (Decimal, Unit)) -> Vec<(Decimal, String)> {
    let mut results = Vec::with_capacity(4);
    let mut add = |result: Option<Decimal>, note: String| results.extend(result.map(|result| (result, note)));
    let (base, other) = if a.1 == Unit::Percent { (b, a) } else { (a, b) };
    let (x, y) = (base.0, other.0);
    let (x_text, y_text) = (x.normalize(), y.normalize());
    if other.1 == Unit::Percent {
        let part = x
            .checked_mul(y)
            .and_then(|product| product.checked_div(Decimal::ONE_HUNDRED));
        add(part, format!("{y_text} % of {x_text}"));
        add(
            part.and_then(|part| x.checked_sub(part)),
            format!("{x_text} − {y_text} %"),
        );
        add(
            part.and_then(|part| x.checked_add(part)),
            format!("{x_text} + {y_text} %"),
        );
        return results;
    }
    add(x.checked_add(y), format!("{x_text} + {y_text}"));
    if x >= y {
        add(x.checked_sub(y), format!("{x_text} − {y_text}"));
    } else {
        add(y.checked_sub(x), format!("{y_text} − {x_text}"));
    }
    add(x.checked_mul(y), format!("{x_text} × {y_text}"));
    results
}

/// The number as it stands in the case, with the unit right after it.
fn with_unit(passage: &Passage<'_>, mention: &Mention, unit: Unit) -> String {
    let end = match passage.words.get(mention.word + 1) {
        Some(next) if unit != Unit::Unknown && Unit::named(next) == Some(unit) && next.start <= mention.end + 1 => {
            next.end
        }
        _ => mention.end,
    };
    passage.text.get(mention.start..end).unwrap_or("").to_owned()
}

fn class(unit: Unit) -> &'static str {
    match unit {
        Unit::Length => "a length",
        Unit::Size => "a size",
        Unit::Time => "a length of time",
        Unit::Attempts => "a number of attempts",
        Unit::Money => "an amount of money",
        Unit::Percent => "a percentage",
        Unit::Count => "a number of things",
        Unit::Unknown => "a number",
    }
}
