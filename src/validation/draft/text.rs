//! Values of any shape as texts: what stands in them is kept, in its order, and nothing is added but separators.

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// What shape a value had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shape {
    #[default]
    Null,
    Text,
    Number,
    Flag,
    List,
    Object,
}

/// All texts in a value. A number is its digits; null and empty text are none.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) items: Vec<String>,
    pub(super) shape: Shape,
    /// Whether an item of the list was an object or a list.
    pub(super) nested: bool,
    /// Whether an item of the list was a number.
    pub(super) numbers: bool,
    depth: u8,
}

impl Texts {
    fn shaped(&mut self, shape: Shape) {
        if self.depth == 0 {
            self.shape = shape;
        } else if matches!(shape, Shape::List | Shape::Object) {
            self.nested = true;
        } else if shape == Shape::Number {
            self.numbers = true;
        }
    }

    fn add(&mut self, text: String) {
        if !text.is_empty() {
            self.items.push(text);
        }
    }

    fn number(&mut self, number: impl fmt::Display) {
        self.shaped(Shape::Number);
        self.add(number.to_string());
    }

    /// All items as one text.
    pub(super) fn join(self, separator: &str) -> String {
        let mut items = self.items.into_iter();
        let Some(mut text) = items.next() else {
            return String::new();
        };
        for item in items {
            text.push_str(separator);
            text.push_str(&item);
        }
        text
    }
}

/// Trims, and takes the text over where it is already as it should be.
pub(super) fn trimmed(text: &str) -> String {
    text.trim().to_owned()
}

impl<'de> DeserializeSeed<'de> for &mut Texts {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Texts {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.shaped(Shape::Text);
        self.add(trimmed(text));
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.number(number);
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.number(number);
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.number(number);
        Ok(())
    }

    fn visit_bool<E>(self, flag: bool) -> Result<(), E> {
        self.shaped(Shape::Flag);
        self.add(flag.to_string());
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.shaped(Shape::Null);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.shaped(Shape::List);
        self.depth += 1;
        while list.next_element_seed(&mut *self)?.is_some() {}
        self.depth -= 1;
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.shaped(Shape::Object);
        self.depth += 1;
        // Several texts of one object belong together.
        let before = self.items.len();
        while map.next_key::<IgnoredAny>()?.is_some() {
            map.next_value_seed(&mut *self)?;
        }
        self.depth -= 1;
        if self.items.len() > before + 1 && self.depth > 0 {
            let rest = self.items.split_off(before);
            self.items.push(rest.join(", "));
        }
        Ok(())
    }
}
