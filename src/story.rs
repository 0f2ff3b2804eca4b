//! What comes in: a story and its criteria, checked at birth. A [`UserStory`] that exists is within its bounds and free
//! of control characters, so that no later stage asks again.

use crate::error::FieldViolation;

/// Bounds on what comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Fewest Unicode scalar values of a story after trimming.
    pub min_story_chars: usize,
    /// Most Unicode scalar values of a story after trimming.
    pub max_story_chars: usize,
    /// Most acceptance criteria.
    pub max_criteria: usize,
    /// Most Unicode scalar values of one criterion.
    pub max_criterion_chars: usize,
    /// Most Unicode scalar values of the context.
    pub max_context_chars: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            min_story_chars: 20,
            max_story_chars: 500,
            max_criteria: 50,
            max_criterion_chars: 1_000,
            max_context_chars: 8_000,
        }
    }
}

/// A story, its acceptance criteria and the notes that came with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserStory {
    text: String,
    criteria: Vec<String>,
    context: String,
}

impl UserStory {
    /// Checks everything at once.
    ///
    /// Texts are trimmed; line ends become `\n`. Characters are counted as Unicode scalar values.
    ///
    /// # Errors
    /// Every wrong field, each with what it accepts: too short or too long, empty criteria, control characters other
    /// than tab and line feed.
    pub fn new(text: &str, criteria: &[String], context: &str, limits: &Limits) -> Result<Self, Vec<FieldViolation>> {
        let mut wrong = Vec::new();
        let text = clean("user_story", text, &mut wrong);
        let length = text.chars().count();
        if length < limits.min_story_chars || length > limits.max_story_chars {
            wrong.push(FieldViolation::new(
                "user_story",
                format!(
                    "must have {} to {} characters after trimming, has {length}",
                    limits.min_story_chars, limits.max_story_chars
                ),
            ));
        }
        if criteria.len() > limits.max_criteria {
            wrong.push(FieldViolation::new(
                "acceptance_criteria",
                format!(
                    "at most {} criteria are accepted, got {}",
                    limits.max_criteria,
                    criteria.len()
                ),
            ));
        }
        let mut kept = Vec::with_capacity(criteria.len().min(limits.max_criteria));
        for (index, criterion) in criteria.iter().take(limits.max_criteria).enumerate() {
            let field = format!("acceptance_criteria[{index}]");
            let criterion = clean(&field, criterion, &mut wrong);
            let length = criterion.chars().count();
            if length == 0 || length > limits.max_criterion_chars {
                wrong.push(FieldViolation::new(
                    field,
                    format!(
                        "must have 1 to {} characters after trimming, has {length}",
                        limits.max_criterion_chars
                    ),
                ));
            }
            kept.push(criterion);
        }
        let context = clean("context", context, &mut wrong);
        let length = context.chars().count();
        if length > limits.max_context_chars {
            wrong.push(FieldViolation::new(
                "context",
                format!(
                    "at most {} characters are accepted, has {length}",
                    limits.max_context_chars
                ),
            ));
        }
        if wrong.is_empty() {
            Ok(Self {
                text,
                criteria: kept,
                context,
            })
        } else {
            Err(wrong)
        }
    }

    /// The story, trimmed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The criteria, trimmed, in the order given: the first is AC-1.
    #[must_use]
    pub fn criteria(&self) -> &[String] {
        &self.criteria
    }

    /// Glossary and domain notes, trimmed; empty if none came.
    #[must_use]
    pub fn context(&self) -> &str {
        &self.context
    }
}

/// Trims, unifies line ends and reports control characters, which hide text from people and confuse terminals.
#[must_use]
pub fn clean(field: &str, text: &str, wrong: &mut Vec<FieldViolation>) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim();
    if let Some(found) = text.chars().find(|c| c.is_control() && *c != '\n' && *c != '\t') {
        wrong.push(FieldViolation::new(
            field,
            format!(
                "must not contain control characters other than tab and line feed, has U+{:04X}",
                found as u32
            ),
        ));
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str, criteria: &[&str], context: &str) -> Vec<String> {
        let criteria: Vec<String> = criteria.iter().map(ToString::to_string).collect();
        match UserStory::new(text, &criteria, context, &Limits::default()) {
            Ok(_) => Vec::new(),
            Err(wrong) => wrong.into_iter().map(|violation| violation.field).collect(),
        }
    }

    #[test]
    fn length_is_counted_in_characters_after_trimming() {
        assert_eq!(fields(&"é".repeat(19), &[], ""), ["user_story"]);
        assert_eq!(
            fields(&format!("  {}  ", "é".repeat(20)), &[], ""),
            Vec::<String>::new()
        );
        assert_eq!(fields(&"字".repeat(500), &[], ""), Vec::<String>::new());
        assert_eq!(fields(&"字".repeat(501), &[], ""), ["user_story"]);
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let long = "x".repeat(1_001);
        assert_eq!(
            fields("", &["fine", " ", &long], &"y".repeat(8_001)),
            [
                "user_story",
                "acceptance_criteria[1]",
                "acceptance_criteria[2]",
                "context"
            ]
        );
        assert_eq!(
            fields("a story with a \u{7} bell in it", &["a\u{0}b"], "fine"),
            ["user_story", "acceptance_criteria[0]"]
        );
    }

    #[test]
    fn tabs_line_feeds_and_right_to_left_text_are_welcome() {
        assert_eq!(
            fields("As a user\r\n\tI want to log in", &["الطلب يجب أن يكون"], ""),
            Vec::<String>::new()
        );
    }
}
