//! Steps in any shape: texts, numbered texts, numbers and texts in turn, objects, lists in lists, one text for all.

use super::fields::StepField;
use super::read::{Note, Notes};
use super::text::{Shape, Texts, trimmed};
use crate::test_case::Step;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Reads a value as steps.
pub(super) struct Steps<'a> {
    pub(super) steps: &'a mut Vec<Step>,
    pub(super) notes: &'a mut Notes,
    /// 0 for the value of the field, 1 for an element of its list, more in lists inside lists.
    pub(super) depth: u8,
}

impl Steps<'_> {
    fn field(&self) -> String {
        format!("steps[{}]", self.steps.len())
    }

    fn inner(&mut self) -> Steps<'_> {
        Steps {
            steps: self.steps,
            notes: self.notes,
            depth: self.depth + 1,
        }
    }

    fn number(&mut self, number: f64, text: String) {
        let count = self.steps.len() as f64;
        if number == count || number == count + 1.0 || self.depth == 0 {
            self.notes.note("STEP_NUMBER_REMOVED", self.field(), || {
                format!("{text} is a number, not a step")
            });
            return;
        }
        let field = format!("steps[{}]", self.steps.len().saturating_sub(1));
        if let Some(step) = self.steps.last_mut().filter(|step| step.data.is_empty()) {
            self.notes.note("STEP_DATA_FROM_NUMBER", field, || {
                format!("{text} taken as data of the step before it")
            });
            step.data = text;
        } else {
            self.notes.note("STEP_NUMBER_REMOVED", self.field(), || {
                format!("{text} is a number, not a step")
            });
        }
    }

    fn add(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let rest = without_number(text, self.steps.len());
        if rest.is_empty() {
            self.notes.note("STEP_NUMBER_REMOVED", self.field(), || {
                format!("{text} is a number, not a step")
            });
            return;
        }
        if rest.len() < text.len() {
            self.notes.note("STEP_PREFIX_REMOVED", self.field(), || {
                format!("{:?} before the step removed", &text[..text.len() - rest.len()])
            });
        }
        self.steps.push(Step::new(rest));
    }

    /// A step from an object, which is a repair unless the object has the form that a step has.
    fn add_object(&mut self, step: Step, normal: bool, field: String) {
        let rest = without_number(&step.action, self.steps.len());
        let numbered = !rest.is_empty() && rest.len() < step.action.len();
        if !normal {
            self.notes
                .note("STEP_FROM_OBJECT", field, || "an object read as a step".to_owned());
        } else if numbered {
            self.notes.note("STEP_PREFIX_REMOVED", field, || {
                let before = &step.action[..step.action.len() - rest.len()];
                format!("{before:?} before the step removed")
            });
        }
        let action = if numbered { rest.to_owned() } else { step.action };
        self.steps.push(Step { action, ..step });
    }

    /// One text that holds several steps.
    fn add_all(&mut self, text: &str) {
        let parts = split(text);
        self.notes.note("STEPS_FROM_TEXT", "steps".to_owned(), || {
            format!("one text read as {} steps", parts.len())
        });
        for part in parts {
            self.add(&part);
        }
    }
}

/// Splits an only step that holds several.
pub(super) fn split_only_step(steps: &mut Vec<Step>, notes: &mut Notes) {
    let [only] = steps.as_slice() else { return };
    if !only.data.is_empty() || !only.expected.is_empty() {
        return;
    }
    let parts = split(&only.action);
    let begins = |line: &str| {
        let bullet = line.starts_with(['-', '*', '•']);
        bullet || line.starts_with(|first: char| first.is_uppercase() || first.is_ascii_digit())
    };
    let lines = only.action.contains('\n') && parts.iter().all(|part| begins(part));
    if parts.len() > 1 && (lines || numbered(&only.action).is_some()) {
        steps.clear();
        Steps { steps, notes, depth: 0 }.add_all(&parts.join("\n"));
    }
}

/// A step without its number or bullet. `index` is how many steps are before it: `7. ` is a number only of the
/// seventh step, because `2. ` may be a part of a text anywhere else.
fn without_number(text: &str, index: usize) -> &str {
    let bullet = text
        .strip_prefix(['-', '*', '•', '–'])
        .filter(|rest| rest.starts_with(' '));
    let text = bullet.map_or(text, str::trim_start);
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return if numbered_so(text, index) { "" } else { text };
    }
    let named = strip_word(text, "step");
    let open = named.unwrap_or(text).trim_start_matches(['(', '#']);
    let digits = open.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 3 || named.is_none() && !numbered_so(&open[..digits], index) {
        return text;
    }
    let rest = &open[digits..];
    let mark = rest.trim_start();
    let Some(after) = mark.strip_prefix(['.', ')', ':', '-', '–', '—', ']']) else {
        // `Step 3` alone is a number too.
        return if named.is_some() && rest.is_empty() { "" } else { text };
    };
    let after = after.strip_prefix(['.', ')', ':', '-']).unwrap_or(after);
    match after.chars().next() {
        None => "",
        Some(next) if next.is_whitespace() || next.is_alphabetic() || matches!(next, '"' | '\'') => after.trim_start(),
        Some(_) => text,
    }
}

fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(word.len())?;
    let rest = head
        .eq_ignore_ascii_case(word)
        .then(|| rest.trim_start_matches([' ', '_', '#']))?;
    rest.starts_with(|first: char| first.is_ascii_digit()).then_some(rest)
}

fn numbered_so(digits: &str, index: usize) -> bool {
    digits
        .parse::<usize>()
        .is_ok_and(|number| number == index + 1 || number == index)
}

/// One text as several steps: at its line breaks, at its numbers if they count from 1, or at semicolons where each part
/// looks like a sentence of its own. Anything else is one step.
fn split(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > 1 {
        let counts =
            |line: &&str| line.starts_with(|first: char| first.is_ascii_digit()) || strip_word(line, "step").is_some();
        if !lines.first().is_some_and(counts) {
            return lines.into_iter().map(str::to_owned).collect();
        }
        // Lines without a number go on with the step before them.
        let mut parts: Vec<String> = Vec::new();
        for line in lines {
            match parts.last_mut() {
                Some(last) if !counts(&line) => {
                    last.push(' ');
                    last.push_str(line);
                }
                _ => parts.push(line.to_owned()),
            }
        }
        return parts;
    }
    if let Some(parts) = numbered(text) {
        return parts;
    }
    let parts: Vec<&str> = text.split(';').map(str::trim).filter(|part| !part.is_empty()).collect();
    let safe = !text.contains(['"', '\'', '(', '<', '`', '{'])
        && parts
            .iter()
            .all(|part| part.starts_with(char::is_uppercase) && part.contains(' '));
    if parts.len() > 1 && safe {
        parts.into_iter().map(str::to_owned).collect()
    } else {
        vec![text.trim().to_owned()]
    }
}

/// `1. Open 2. Click` as its parts, if the numbers count from 1 and there are at least two.
fn numbered(text: &str) -> Option<Vec<String>> {
    let mut starts = Vec::new();
    let mut from = 0;
    for number in 1..100usize {
        let marks = [
            format!("{number}. "),
            format!("{number}) "),
            format!("Step {number}: "),
            format!("Step {number}. "),
        ];
        let found = marks.iter().filter_map(|mark| find_mark(text, mark, from)).min();
        let Some(at) = found else { break };
        if number == 1 && !text[..at].trim().is_empty() {
            return None;
        }
        starts.push(at);
        from = at + 1;
    }
    if starts.len() < 2 {
        return None;
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    Some(
        starts
            .iter()
            .zip(ends)
            .map(|(start, end)| text[*start..end].trim().trim_end_matches([',', ';']).to_owned())
            .collect(),
    )
}

/// A mark at the beginning of the text or after a space.
fn find_mark(text: &str, mark: &str, from: usize) -> Option<usize> {
    let mut from = from;
    while let Some(found) = text.get(from..)?.find(mark) {
        let at = from + found;
        if at == 0 || text[..at].ends_with(char::is_whitespace) {
            return Some(at);
        }
        from = at + mark.len();
    }
    None
}

impl<'de> DeserializeSeed<'de> for Steps<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Steps<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("steps")
    }

    fn visit_str<E>(mut self, text: &str) -> Result<(), E> {
        if self.depth == 0 && !text.trim().is_empty() {
            self.add_all(text);
        } else {
            self.add(text);
        }
        Ok(())
    }

    fn visit_i64<E>(mut self, number: i64) -> Result<(), E> {
        self.number(number as f64, number.to_string());
        Ok(())
    }

    fn visit_u64<E>(mut self, number: u64) -> Result<(), E> {
        self.number(number as f64, number.to_string());
        Ok(())
    }

    fn visit_f64<E>(mut self, number: f64) -> Result<(), E> {
        self.number(number, number.to_string());
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        if self.depth == 1 {
            self.notes.note("STEPS_FLATTENED", self.field(), || {
                "a list inside the list of steps".to_owned()
            });
        }
        while list.next_element_seed(self.inner())?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut parts = Parts::default();
        while let Some(key) = map.next_key_seed(StepKey)? {
            match key {
                StepKeyed::Field(field, own) => {
                    let mut texts = Texts::default();
                    map.next_value_seed(&mut texts)?;
                    parts.odd |= !own || texts.shape != Shape::Text;
                    parts.take(field, texts);
                }
                StepKeyed::Numbered(key) if self.depth == 0 => {
                    self.notes.note("STEPS_FROM_OBJECT", self.field(), || {
                        format!("key {key:?} read as a step's number")
                    });
                    map.next_value_seed(self.inner())?;
                }
                StepKeyed::Numbered(_) => {
                    let mut texts = Texts::default();
                    map.next_value_seed(&mut texts)?;
                    parts.odd = true;
                    parts.take(StepField::Unknown, texts);
                }
            }
        }
        let normal = self.depth == 1 && !parts.odd && parts.action.is_some();
        let field = self.field();
        if let Some(step) = parts.step(self.steps) {
            self.add_object(step, normal, field);
        }
        Ok(())
    }
}

/// What an object says of one step.
#[derive(Default)]
struct Parts {
    step: Option<String>,
    action: Option<String>,
    data: Option<String>,
    expected: Option<String>,
    other: Option<String>,
    /// Whether a key or a value is another than a step has: `action`, `data` and `expected`, each once and a text.
    odd: bool,
}

impl Parts {
    fn take(&mut self, field: StepField, texts: Texts) {
        let shape = texts.shape;
        let text = texts.join(", ");
        if text.is_empty() {
            return;
        }
        let slot = match field {
            StepField::Number => return,
            StepField::Step if shape == Shape::Number => return,
            StepField::Step => &mut self.step,
            StepField::Action if shape == Shape::Number => return,
            StepField::Action => &mut self.action,
            StepField::Data => &mut self.data,
            StepField::Expected => &mut self.expected,
            StepField::Unknown => &mut self.other,
        };
        match slot {
            Some(before) => {
                self.odd = true;
                before.push_str(", ");
                before.push_str(&text);
            }
            None => *slot = Some(text),
        }
    }

    /// The step, if there is one. What is expected without an action belongs to the step before, if that has none.
    fn step(mut self, before: &mut [Step]) -> Option<Step> {
        let named = self
            .step
            .take()
            .filter(|step| !without_number(step, before.len()).is_empty());
        let action = self.action.take().or(named).or(self.other.take());
        let (data, expected) = (self.data.unwrap_or_default(), self.expected.unwrap_or_default());
        match action {
            Some(action) => Some(Step { action, data, expected }),
            None if !data.is_empty() => Some(Step {
                action: data,
                data: String::new(),
                expected,
            }),
            None if expected.is_empty() => None,
            None => match before.last_mut().filter(|step| step.expected.is_empty()) {
                Some(step) => {
                    step.expected = expected;
                    None
                }
                None => Some(Step {
                    action: expected,
                    ..Step::default()
                }),
            },
        }
    }
}

/// A key of an object among or instead of the steps.
struct StepKey;

enum StepKeyed {
    /// What it means, and whether it is the field's own name.
    Field(StepField, bool),
    Numbered(String),
}

impl<'de> DeserializeSeed<'de> for StepKey {
    type Value = StepKeyed;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<StepKeyed, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for StepKey {
    type Value = StepKeyed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<StepKeyed, E> {
        let field = StepField::of(key);
        let numbered = field == StepField::Unknown && key.ends_with(|last: char| last.is_ascii_digit());
        Ok(if numbered {
            StepKeyed::Numbered(trimmed(key))
        } else {
            StepKeyed::Field(field, matches!(key, "action" | "data" | "expected"))
        })
    }
}
