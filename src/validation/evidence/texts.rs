//! Where a quotation, a label or a sample comes from.

use super::mentions::{Class, Mention, Unit, chunk};
use super::{Answer, Weigher};
use crate::test_case::ValueOrigin;
use crate::validation::subject::Field;
use crate::validation::text::lexicon::{ACTION, CONTROL, ENTER, STOP, USUAL_LABEL};
use crate::validation::text::{Passage, Set, fold, stands_alone};
use rust_decimal::Decimal;

impl Weigher<'_> {
    pub(super) fn weigh_quoted(&mut self, field: Field, mention: &Mention, text: &str) {
        let trimmed = text.trim();
        if let Some(answer) = self.known_text(trimmed) {
            return self.record(field, trimmed.to_owned(), answer);
        }
        if self.is_set_up_text(trimmed) {
            return;
        }
        let Some(passage) = self.subject.passage(field) else {
            return;
        };
        if is_label(passage, mention) {
            return self.weigh_label(field, mention, trimmed);
        }
        if let Some(chunk::Number::Plain { value, unit }) = chunk::number(trimmed) {
            return self.weigh_number(field, mention, value, unit.unwrap_or_default());
        }
        if field.is_result() {
            let note = "the basis does not state this wording";
            return self.record(field, trimmed.to_owned(), Answer::new(ValueOrigin::Assumed, None, note));
        }
        self.weigh_entered(field, trimmed);
    }

    /// A text that a tester enters.
    pub(super) fn weigh_entered(&mut self, field: Field, text: &str) {
        let answer = match self.known_text(text).or_else(|| self.by_length(text)) {
            Some(answer) => answer,
            None => Answer::new(ValueOrigin::Sample, None, class_of(text)),
        };
        self.texts.push(fold(text));
        self.record(field, text.to_owned(), answer);
    }

    pub(super) fn weigh_sample(&mut self, field: Field, text: &str, class: Class) {
        let known = if class == Class::Ordinal {
            None
        } else {
            self.known_text(text)
        };
        if let Some(answer) = known {
            return self.record(field, text.to_owned(), answer);
        }
        if self.is_set_up_text(text) {
            return;
        }
        let free = matches!(class, Class::Ordinal | Class::Person) || matches!(field, Field::Title | Field::Objective);
        let answer = if field.is_result() && !free {
            Answer::new(
                ValueOrigin::Assumed,
                None,
                format!("nothing before brings in {}", class.note()),
            )
        } else {
            self.by_length(text)
                .unwrap_or_else(|| Answer::new(ValueOrigin::Sample, None, class.note()))
        };
        self.record(field, text.to_owned(), answer);
    }

    /// The name of a control.
    pub(super) fn weigh_label(&mut self, field: Field, _mention: &Mention, text: &str) {
        let passage = Passage::new(text);
        let mut content = passage.words.iter().filter(|word| word.is_content()).peekable();
        if content.peek().is_none() {
            return;
        }
        let answer = if let Some(span) = self.ground.find(text) {
            Answer::new(ValueOrigin::Stated, Some(span), "")
        } else if content.all(|word| self.ground.all.contains(word.stem)) {
            let first = passage
                .words
                .iter()
                .find(|word| word.is_content())
                .map_or("", |word| passage.of(word));
            match self.ground.find(first) {
                Some(span) => Answer::new(ValueOrigin::Stated, Some(span), "words of the basis"),
                None => Answer::new(ValueOrigin::Sample, None, "a name for what the basis speaks of"),
            }
        } else if passage
            .words
            .iter()
            .all(|word| word.is(USUAL_LABEL | STOP | CONTROL) || self.ground.all.contains(word.stem))
        {
            Answer::new(ValueOrigin::Sample, None, "a usual name of a control")
        } else {
            Answer::new(ValueOrigin::Assumed, None, "the basis names no such control")
        };
        self.record(field, text.to_owned(), answer);
    }

    /// From the plan or the basis.
    fn known_text(&self, text: &str) -> Option<Answer> {
        let folded = fold(text);
        if folded.is_empty() {
            return None;
        }
        let given = self.givens().find(|(covered, given)| {
            given.folded == folded || *covered && contains(&given.folded, &folded) && folded.len() >= 3
        });
        if let Some((_, given)) = given {
            return Some(Answer::of(given));
        }
        let span = self.ground.find(&folded)?;
        Some(Answer::new(ValueOrigin::Stated, Some(span), ""))
    }

    fn is_set_up_text(&self, text: &str) -> bool {
        let folded = fold(text);
        self.texts
            .iter()
            .any(|known| *known == folded || folded.len() >= 3 && contains(known, &folded))
    }

    /// A text that was made to have a certain length.
    fn by_length(&self, text: &str) -> Option<Answer> {
        let length = text.chars().count();
        let value = Decimal::from(length);
        let asked = self
            .givens()
            .find(|(covered, given)| *covered && given.numbers.contains(&(value, Unit::Length)));
        let (note, span) = if let Some((_, given)) = asked {
            (given.value.note.clone(), given.value.span)
        } else {
            let fact = [
                self.ground.computed(value, Unit::Length, &Set::default()),
                self.ground.stated(value, Unit::Length, &Set::default()),
            ]
            .into_iter()
            .flatten()
            .find(|fact| fact.unit == Unit::Length)?;
            (fact.note.clone(), Some(fact.span))
        };
        let how = if note.is_empty() {
            String::new()
        } else {
            format!(" ({note})")
        };
        Some(Answer::new(
            ValueOrigin::Computed,
            span,
            format!("a text of {length} characters{how}"),
        ))
    }
}

fn contains(whole: &str, part: &str) -> bool {
    memchr::memmem::find(whole.as_bytes(), part.as_bytes()).is_some_and(|at| stands_alone(whole, at, at + part.len()))
}

/// Whether a quotation names a control: `the "Apply" button`, `select "Apply"`.
fn is_label(passage: &Passage<'_>, mention: &Mention) -> bool {
    let after = passage.words.partition_point(|word| word.start < mention.end);
    if passage.words.get(after).is_some_and(|word| word.is(CONTROL)) {
        return true;
    }
    let before = passage
        .words
        .get(mention.word.saturating_sub(3)..mention.word)
        .unwrap_or(&[]);
    let verb = before.iter().rev().find(|word| word.is(ACTION));
    let control = before.iter().rev().take(2).any(|word| word.is(CONTROL));
    control || verb.is_some_and(|word| !word.is(ENTER) && is_pointing(passage.of(word)))
}

fn is_pointing(verb: &str) -> bool {
    ["click", "press", "tap", "select", "choose", "open", "check", "tick"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(verb))
}

fn class_of(text: &str) -> &'static str {
    if let Some(class) = chunk::class(text) {
        return class.note();
    }
    if chunk::is_code(text) {
        return Class::Code.note();
    }
    if chunk::is_password_like(text) && !text.contains(' ') {
        Class::PasswordLike.note()
    } else {
        "a text"
    }
}
