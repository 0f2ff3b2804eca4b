//! Stories: ids, and limits that stand where they are said to stand.

use super::{Desk, Kind, Read, entries, items, text};
use serde_json::Value;
use std::collections::HashMap;

/// A story that examples may refer to.
pub(super) struct Known<'a> {
    pub(super) story: &'a str,
    pub(super) criteria: &'a [Value],
    pub(super) split: &'a str,
}

/// The stories of all files of stories, by id.
pub(super) fn known<'a>(files: &'a [Read<'_>]) -> HashMap<&'a str, Known<'a>> {
    let files = files.iter().filter(|file| file.kind == Kind::Stories);
    let stories = files.flat_map(|file| entries(&file.document));
    stories
        .map(|story| {
            let known = Known {
                story: text(story, "user_story"),
                criteria: items(story, "acceptance_criteria"),
                split: text(story, "split"),
            };
            (text(story, "id"), known)
        })
        .collect()
}

/// Checks the stories of a file.
pub(super) fn check(document: &Value, desk: &mut Desk<'_>) {
    unique(document, "id", desk);
    for (index, story) in entries(document).iter().enumerate() {
        desk.report.count("stories", 1);
        desk.report.count(format!("stories_{}", text(story, "split")), 1);
        let limits = story.pointer("/expected/limits").and_then(Value::as_array);
        for (place, limit) in limits.into_iter().flatten().enumerate() {
            let basis = basis_text(story, text(limit, "basis"));
            if !basis.is_some_and(|basis| basis.contains(text(limit, "text"))) {
                let message = format!("{:?} does not stand in {}", text(limit, "text"), text(limit, "basis"));
                desk.error(format!("/{index}/expected/limits/{place}"), "QUOTE", message);
            }
        }
    }
}

/// Each id stands once.
pub(super) fn unique(document: &Value, field: &str, desk: &mut Desk<'_>) {
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (index, entry) in entries(document).iter().enumerate() {
        let Some(id) = entry.get(field).and_then(Value::as_str) else {
            continue;
        };
        if let Some(earlier) = first.insert(id, index) {
            let message = format!("the id {id} stands at /{earlier} already; each id is given once");
            desk.error(format!("/{index}/{field}"), "DUPLICATE_ID", message);
        }
    }
}

/// The text of a basis item.
pub(super) fn basis_text<'a>(story: &'a Value, basis: &str) -> Option<&'a str> {
    if basis == "STORY" {
        return story.get("user_story")?.as_str();
    }
    let number: usize = basis.strip_prefix("AC-")?.parse().ok()?;
    items(story, "acceptance_criteria")
        .get(number.checked_sub(1)?)?
        .as_str()
}
