//! Story + plan → prompt. The variants are files (`data/prompts/`), compiled in, rendered by a template engine.
//!
//! What a caller wrote never reaches the system part, and stands in the user part only between fences: lines that begin
//! with a mark derived from the text itself, so that no text can contain its own mark. What the story says can therefore
//! change neither the instructions nor the plan nor the schema. Examples are fenced in the same way: whoever keeps them is
//! not whoever keeps the prompts.
//!
//! - `catalog`: the variants, their versions, and an operator's own folder
//! - `promotion`: a variant is put into use
//! - `samples`: what each of them is tried with when it is read

pub mod catalog;
pub mod promotion;
mod samples;

pub use catalog::{Catalog, CatalogError, Variant};

use crate::basis::TestBasis;
use crate::coverage::{CoverageItem, Plan};
use crate::test_case::{BasisId, Step, TestCase};
use catalog::hexadecimal;
use minijinja::context;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::sync::Arc;

/// What a prompt is made from.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The test basis.
    pub basis: &'a TestBasis,
    /// The plan.
    pub plan: &'a Plan,
    /// The items that are asked for, as indexes into the plan.
    pub asked: &'a [usize],
    /// Titles of the cases that exist already.
    pub have: &'a [String],
    /// Why there is another attempt; empty for the first.
    pub again: &'a str,
    /// Bounds on the number of cases.
    pub cases: (usize, usize),
    /// Earlier wordings of what is asked for, one JSON object each; empty if there are none.
    pub earlier: &'a [String],
    /// Why they are to be worded anew, in a caller's words; may be empty.
    pub reason: &'a str,
    /// Names of fields that must stay as they are in the earlier wording.
    pub keep: &'a [&'static str],
    /// Worked-out stories, the closest first.
    pub examples: &'a [Shown<'a>],
}

/// A worked-out story as a prompt shows it.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// Its id.
    pub id: &'a str,
    /// The story.
    pub story: &'a str,
    /// Its acceptance criteria.
    pub criteria: &'a [String],
    /// Its cases, one JSON object each.
    pub cases: &'a [String],
}

impl Shown<'_> {
    fn value(&self) -> minijinja::Value {
        context! { id => self.id, story => self.story, criteria => self.criteria.to_vec(), cases => self.cases.to_vec() }
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let rest = self.criteria.iter().chain(self.cases);
        std::iter::once(self.story).chain(rest.map(String::as_str))
    }
}

/// A prompt, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The instructions.
    pub system: String,
    /// The fenced story and the plan.
    pub user: String,
}

impl Rendered {
    /// Tokens, estimated at 3.2 bytes a token: English prose with JSON in it has 3.5 to 4, so this is on the safe side.
    #[must_use]
    pub fn estimated_tokens(&self) -> usize {
        (self.system.len() + self.user.len()) * 10 / 32 + 16
    }
}

/// Titles of examples in the prompts; a case with such a title was copied from them.
pub const EXAMPLE_TITLES: &[&str] = &["A booking for eleven guests is refused"];

impl Catalog {
    /// Renders a variant.
    ///
    /// # Errors
    /// A template that uses a name which does not exist, or a variant that is not in the catalogue.
    pub fn render(&self, variant: &Variant, inputs: &Inputs<'_>) -> Result<Rendered, CatalogError> {
        let basis = inputs.basis;
        let criteria: Vec<_> = basis
            .items
            .iter()
            .filter(|item| item.id != BasisId::Story)
            .map(|item| context! { id => item.id.to_string(), text => item.text.as_str() })
            .collect();
        let items: Vec<_> = inputs
            .asked
            .iter()
            .filter_map(|index| inputs.plan.items.get(*index))
            .map(item)
            .collect();
        let values = context! {
            fence => fence(inputs),
            story => basis.text(BasisId::Story),
            criteria,
            context => basis.context.as_str(),
            items,
            have => inputs.have.to_vec(),
            again => inputs.again,
            min_cases => inputs.cases.0,
            max_cases => inputs.cases.1,
            earlier => inputs.earlier.to_vec(),
            reason => inputs.reason,
            keep => inputs.keep.join(", "),
            examples => inputs.examples.iter().map(Shown::value).collect::<Vec<_>>(),
        };
        Ok(Rendered {
            system: self.rendered(variant, "system", &values)?,
            user: self.rendered(variant, "user", &values)?,
        })
    }
}

/// The mark that fences callers' text off: derived from the text, and not in it.
fn fence(inputs: &Inputs<'_>) -> String {
    let items = inputs.basis.items.iter().map(|item| item.text.as_str());
    let texts: Vec<&str> = items
        .chain([inputs.basis.context.as_str(), inputs.reason])
        .chain(inputs.earlier.iter().map(String::as_str))
        .chain(inputs.have.iter().map(String::as_str))
        .chain(inputs.examples.iter().flat_map(Shown::texts))
        .collect();
    fence_for(&texts)
}

/// A mark to fence these texts off with: derived from them, and in none of them.
#[must_use]
pub fn fence_for(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    let mut hash = hash.finalize();
    loop {
        let mark = format!("#### {}", &hexadecimal(&hash)[..12]);
        if !texts.iter().any(|text| text.contains(&mark)) {
            return mark;
        }
        hash = Sha256::digest(hash);
    }
}

/// A case as it stands in a prompt: the fields that a model writes, in one line of JSON.
#[must_use]
pub fn case_as_json(case: &TestCase, covers: &[&str]) -> String {
    let step = |step: &Step| {
        let mut text = step.action.clone();
        if !step.data.is_empty() {
            let _ = write!(text, " [{}]", step.data);
        }
        if !step.expected.is_empty() {
            let _ = write!(text, " -> {}", step.expected);
        }
        text
    };
    serde_json::json!({
        "covers": covers,
        "title": case.title,
        "type": case.case_type.as_str(),
        "priority": case.priority.as_str(),
        "preconditions": case.preconditions,
        "steps": case.steps.iter().map(step).collect::<Vec<_>>(),
        "expected_result": case.expected_result,
    })
    .to_string()
}

fn item(item: &CoverageItem) -> minijinja::Value {
    let values: Vec<&str> = item.values.iter().map(|value| value.text.as_str()).collect();
    let basis: Vec<String> = item.basis_ids.iter().map(ToString::to_string).collect();
    context! {
        id => item.id.as_str(),
        type => item.case_type.as_str(),
        priority => item.priority.as_str(),
        condition => item.condition.as_str(),
        values => values.join(", "),
        basis => basis.join(", "),
    }
}

/// The JSON schema of an answer with at most `cases` cases: flat and plain, within what grammar engines support.
#[must_use]
pub fn schema(cases: usize) -> Option<Arc<RawValue>> {
    let text = serde_json::json!({"type": "string"});
    let schema = serde_json::json!({
        "type": "object",
        "properties": {
            "test_cases": {
                "type": "array",
                "minItems": 1,
                "maxItems": cases.clamp(1, 100),
                "items": {
                    "type": "object",
                    "properties": {
                        "covers": {"type": "array", "items": text, "maxItems": 4},
                        "title": text,
                        "type": {"type": "string", "enum": ["positive", "negative", "edge_case", "boundary"]},
                        "priority": {"type": "string", "enum": ["critical", "high", "medium", "low"]},
                        "preconditions": {"type": "array", "items": text, "maxItems": 6},
                        "steps": {"type": "array", "items": text, "minItems": 1, "maxItems": 10},
                        "expected_result": text,
                        "quote": text,
                    },
                    "required": ["covers", "title", "type", "priority", "preconditions", "steps", "expected_result"],
                },
            },
        },
        "required": ["test_cases"],
    });
    serde_json::value::to_raw_value(&schema).ok().map(Arc::from)
}

#[cfg(test)]
mod tests;
