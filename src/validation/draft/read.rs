//! The object, field by field, into the draft.

use super::fields::Field;
use super::steps::{Steps, split_only_step};
use super::text::{Shape, Texts, trimmed};
use super::{finding, words};
use crate::test_case::{Draft, Finding, Repair};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use std::fmt;

/// Most repairs that are noted for one object.
const MAX_REPAIRS: usize = 100;

/// What was mended.
pub(super) type Notes = Vec<Repair>;

/// Notes a repair; the detail is made only if it is kept.
pub(super) trait Note {
    fn note(&mut self, code: &'static str, field: String, detail: impl FnOnce() -> String);
}

impl Note for Notes {
    fn note(&mut self, code: &'static str, field: String, detail: impl FnOnce() -> String) {
        if self.len() < MAX_REPAIRS {
            self.push(Repair {
                code,
                field,
                detail: detail(),
            });
        }
    }
}

/// Reads one object.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) draft: Draft,
    pub(super) repairs: Notes,
    description: String,
    data: String,
    /// For each field, how close the spelling was that gave its value, plus 1; 0 if it was not seen.
    seen: [u8; Field::Unknown as usize + 1],
    /// How many required fields came twice with different contents.
    contradictions: u8,
}

impl Reader {
    fn field<'de, A: MapAccess<'de>>(&mut self, key: Key, map: &mut A) -> Result<(), A::Error> {
        let field = key.field;
        if field == Field::Unknown {
            map.next_value::<IgnoredAny>()?;
            return Ok(());
        }
        let slot = &mut self.seen[field as usize];
        let (rank, before) = (key.rank + 1, *slot);
        if before != 0 && before < rank {
            // A closer spelling was there already.
            map.next_value::<IgnoredAny>()?;
            return Ok(());
        }
        *slot = rank;
        if let Some(spelling) = key.spelling {
            self.repairs.note("FIELD_NAME", field.name().to_owned(), || {
                format!("{spelling:?} read as {}", field.name())
            });
        }
        let twice = before == rank;
        let first = twice.then(|| self.required(field));
        self.value(field, map)?;
        if let Some(first) = first {
            self.repairs.note("DUPLICATE_KEY", field.name().to_owned(), || {
                "the last of several values counts".to_owned()
            });
            if first.as_ref().is_some_and(|first| !first.is_empty()) && first != self.required(field) {
                self.contradictions += 1;
            }
        }
        Ok(())
    }

    /// The content of a required field, to compare it with another.
    fn required(&self, field: Field) -> Option<String> {
        match field {
            Field::Title => Some(self.draft.title.clone()),
            Field::Steps => Some(
                self.draft
                    .steps
                    .iter()
                    .map(|step| step.action.as_str())
                    .collect::<Vec<_>>()
                    .join("\n"),
            ),
            Field::Expected => Some(self.draft.expected_result.clone()),
            _ => None,
        }
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, field: Field, map: &mut A) -> Result<(), A::Error> {
        let name = field.name();
        let (draft, notes) = (&mut self.draft, &mut self.repairs);
        match field {
            Field::Id => draft.id = line(map, notes, "", "")?,
            Field::Title => draft.title = line(map, notes, name, " ")?,
            Field::Description => self.description = line(map, notes, name, " ")?,
            Field::Expected => draft.expected_result = line(map, notes, name, "; ")?,
            Field::Objective => draft.objective = line(map, notes, name, " ")?,
            Field::Quote => draft.quote = line(map, notes, name, " ")?,
            Field::Data => self.data = line(map, notes, "", ", ")?,
            Field::Type => draft.case_type = word(map, notes, name, words::case_type, |kind| kind.as_str())?,
            Field::Priority => draft.priority = word(map, notes, name, words::priority, |priority| priority.as_str())?,
            Field::Technique => draft.technique = word(map, notes, name, words::technique, |kind| kind.as_str())?,
            Field::Preconditions => draft.preconditions = list(map, notes, name)?,
            Field::Postconditions => draft.postconditions = list(map, notes, name)?,
            Field::Assumptions => draft.assumptions = list(map, notes, name)?,
            Field::Tags => draft.tags = labels(map, notes, name)?,
            Field::Covers => draft.covers = labels(map, notes, name)?,
            Field::Score => draft.self_score = score(map, notes, name)?,
            Field::Steps => {
                draft.steps.clear();
                map.next_value_seed(Steps {
                    steps: &mut draft.steps,
                    notes,
                    depth: 0,
                })?;
            }
            Field::Unknown => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    /// Puts things in their places after all fields were read. `key` is what the object stands under. Only where the
    /// object is `sound` does one field speak for another.
    pub(super) fn settle(&mut self, key: Option<&str>, sound: bool) {
        let (draft, notes) = (&mut self.draft, &mut self.repairs);
        split_only_step(&mut draft.steps, notes);
        if draft.id.is_empty()
            && let Some(key) = key.filter(|key| key.ends_with(|last: char| last.is_ascii_digit()))
        {
            notes.note("ID_FROM_KEY", "id".to_owned(), || {
                format!("the key {key:?} read as the id")
            });
            draft.id = key.to_owned();
        }
        let description = std::mem::take(&mut self.description);
        if draft.title.is_empty() && !description.is_empty() {
            notes.note("TITLE_FROM_DESCRIPTION", "title".to_owned(), || {
                "the description read as the title".to_owned()
            });
            draft.title = description;
        } else if draft.objective.is_empty() && description != draft.title {
            draft.objective = description;
        }
        if sound
            && draft.expected_result.is_empty()
            && let Some(step) = draft.steps.last().filter(|step| !step.expected.is_empty())
        {
            notes.note("EXPECTED_FROM_LAST_STEP", "expected_result".to_owned(), || {
                "what is expected after the last step read as the expected result".to_owned()
            });
            draft.expected_result = step.expected.clone();
        }
        if !self.data.is_empty() {
            notes.note("TEST_DATA_MOVED", "preconditions".to_owned(), || {
                "test data of the whole case".to_owned()
            });
            draft
                .preconditions
                .push(format!("Test data: {}", std::mem::take(&mut self.data)));
        }
    }

    /// Why this is no test case; empty if it is one.
    pub(super) fn findings(&self, whole: bool) -> Vec<Finding> {
        let draft = &self.draft;
        let contents = [
            ("title", draft.title.as_str()),
            ("steps", draft.steps.first().map_or("", |step| step.action.as_str())),
            ("expected_result", draft.expected_result.as_str()),
        ];
        let mut findings = Vec::new();
        for (field, content) in contents {
            if content.is_empty() && !whole {
                findings.push(finding(
                    "TRUNCATED",
                    format!("The answer ended before {field} was closed."),
                ));
            } else if content.is_empty() {
                findings.push(finding("MISSING_FIELD", format!("{field} is missing or empty.")));
            } else if words::is_placeholder(content) {
                findings.push(finding(
                    "PLACEHOLDER",
                    format!("{field} is a placeholder: {content:?}."),
                ));
            }
        }
        if self.contradictions > 1 {
            let message = "Several fields stand twice with different contents: two test cases in one object.";
            findings.push(finding("MERGED_OBJECTS", message.to_owned()));
        }
        findings
    }
}

/// Reads a value as one text. An empty `name` notes nothing.
fn line<'de, A: MapAccess<'de>>(
    map: &mut A,
    notes: &mut Notes,
    name: &str,
    separator: &str,
) -> Result<String, A::Error> {
    let mut line = Line::default();
    map.next_value_seed(&mut line)?;
    let Some(texts) = line.texts else { return Ok(line.text) };
    let (shape, count) = (texts.shape, texts.items.len());
    if name == Field::Title.name() && count > 1 {
        // A title is one line; several texts are something else that got into its place.
        return Ok(String::new());
    }
    if !name.is_empty() && count > 0 {
        let code = match shape {
            Shape::List => "TEXT_FROM_LIST",
            Shape::Object => "TEXT_FROM_OBJECT",
            _ => "TEXT_FROM_VALUE",
        };
        notes.note(code, name.to_owned(), || format!("{count} parts read as one text"));
    }
    Ok(texts.join(separator))
}

/// Reads a value as a word of an enumeration.
fn word<'de, A: MapAccess<'de>, T>(
    map: &mut A,
    notes: &mut Notes,
    name: &str,
    read: impl Fn(&str) -> Option<T>,
    own: impl Fn(&T) -> &'static str,
) -> Result<Option<T>, A::Error> {
    let text = line(map, notes, "", " ")?;
    let word = read(&text);
    if let Some(word) = &word
        && own(word) != text
    {
        notes.note("ENUM_SPELLING", name.to_owned(), || {
            format!("{text:?} read as {}", own(word))
        });
    }
    Ok(word)
}

/// Reads a value as a list of texts.
fn list<'de, A: MapAccess<'de>>(map: &mut A, notes: &mut Notes, name: &str) -> Result<Vec<String>, A::Error> {
    let mut texts = Texts::default();
    map.next_value_seed(&mut texts)?;
    let code = match texts.shape {
        Shape::List if texts.nested => Some("LIST_ITEM_FROM_OBJECT"),
        Shape::List if texts.numbers => Some("LIST_ITEM_FROM_NUMBER"),
        Shape::List => None,
        Shape::Null => Some("LIST_FROM_NULL"),
        Shape::Text => Some("LIST_FROM_TEXT"),
        _ => Some("LIST_FROM_VALUE"),
    };
    let mut items = texts.items;
    if texts.shape == Shape::Text && items.iter().any(|text| text.contains('\n')) {
        items = items
            .iter()
            .flat_map(|text| text.lines())
            .map(trimmed)
            .filter(|line| !line.is_empty())
            .collect();
    }
    items.retain(|item| !is_nothing(item));
    if let Some(code) = code {
        notes.note(code, name.to_owned(), || format!("read as a list of {}", items.len()));
    }
    Ok(items)
}

/// `None` and the like, where a model means that there is nothing to say.
fn is_nothing(item: &str) -> bool {
    let word = item.trim_end_matches('.');
    [
        "none",
        "n/a",
        "na",
        "null",
        "nil",
        "-",
        "no preconditions",
        "none required",
    ]
    .iter()
    .any(|no| word.eq_ignore_ascii_case(no))
}

/// Reads a value as labels or ids; one text may hold several, with commas between.
fn labels<'de, A: MapAccess<'de>>(map: &mut A, notes: &mut Notes, name: &str) -> Result<Vec<String>, A::Error> {
    let items = list(map, notes, name)?;
    if !items.iter().any(|item| item.contains([',', ';'])) {
        return Ok(items);
    }
    Ok(items
        .iter()
        .flat_map(|item| item.split([',', ';']))
        .map(trimmed)
        .filter(|item| !item.is_empty())
        .collect())
}

fn score<'de, A: MapAccess<'de>>(map: &mut A, notes: &mut Notes, name: &str) -> Result<Option<i32>, A::Error> {
    let mut texts = Texts::default();
    map.next_value_seed(&mut texts)?;
    let shape = texts.shape;
    let text = texts.join(" ");
    let score = words::score(&text);
    if let Some(score) = score
        && (shape != Shape::Number || score.to_string() != text)
    {
        notes.note("SCORE_SPELLING", name.to_owned(), || {
            format!("{text:?} read as {score}")
        });
    }
    Ok(score)
}

/// One text; other shapes are collected and joined.
#[derive(Default)]
struct Line {
    text: String,
    texts: Option<Texts>,
}

impl<'de> DeserializeSeed<'de> for &mut Line {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Hands what is no text to [`Texts`].
macro_rules! collect {
    ($($method:ident: $kind:ty),*) => {
        $(fn $method<E: serde::de::Error>(self, value: $kind) -> Result<(), E> {
            self.texts.get_or_insert_default().$method(value)
        })*
    };
}

impl<'de> Visitor<'de> for &mut Line {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.text = trimmed(text);
        self.texts = None;
        Ok(())
    }

    collect!(visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_bool: bool);

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.texts.get_or_insert_default().visit_unit()
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        self.texts.get_or_insert_default().visit_seq(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.texts.get_or_insert_default().visit_map(map)
    }
}

impl<'de> DeserializeSeed<'de> for &mut Reader {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Reader {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(KeySeed)? {
            self.field(key, &mut map)?;
        }
        Ok(())
    }
}

/// A key of the object.
struct Key {
    field: Field,
    rank: u8,
    /// As it was written, if not as the field is named.
    spelling: Option<String>,
}

struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Key, E> {
        let (field, rank) = Field::of(key);
        let spelling = (field != Field::Unknown && key != field.name()).then(|| key.to_owned());
        Ok(Key { field, rank, spelling })
    }
}
