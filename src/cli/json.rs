//! Events → JSON for machines: every event as one line of proto JSON, or one plain document at the end.

use super::words;
use crate::rpc::pb;
use crate::rpc::pb::stream_test_cases_response::Event;
use anyhow::Context as _;
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, SerializeOptions};
use serde::Serialize;
use std::io::{self, Write};

/// Writes each event as one line of proto JSON, with the names of the proto's fields.
#[derive(Debug)]
pub struct Lines<W> {
    out: W,
    descriptor: MessageDescriptor,
}

impl<W: Write> Lines<W> {
    /// A writer of lines.
    ///
    /// # Errors
    /// The descriptors of this build cannot be read, which is a fault of the build.
    pub fn new(out: W) -> anyhow::Result<Self> {
        let pool = DescriptorPool::decode(pb::DESCRIPTORS).context("the descriptors of this build cannot be read")?;
        let descriptor = pool
            .get_message_by_name("testgen.v1.StreamTestCasesResponse")
            .context("the descriptors of this build lack the event")?;
        Ok(Self { out, descriptor })
    }

    /// Writes one event and hands it over at once.
    ///
    /// # Errors
    /// Whatever writing says, such as a closed pipe.
    pub fn event(&mut self, event: &pb::StreamTestCasesResponse) -> io::Result<()> {
        let message = DynamicMessage::decode(self.descriptor.clone(), event.encode_to_vec().as_slice())
            .map_err(io::Error::other)?;
        let options = SerializeOptions::new().use_proto_field_name(true);
        let mut line = Vec::with_capacity(512);
        message.serialize_with_options(&mut serde_json::Serializer::new(&mut line), &options)?;
        line.push(b'\n');
        self.out.write_all(&line)?;
        self.out.flush()
    }
}

/// Writes one message as proto JSON, indented, with the names of the proto's fields. `name` is the message's name without
/// its package.
///
/// # Errors
/// Whatever writing says, or descriptors of this build that lack the message.
pub fn write_message(name: &str, message: &impl prost::Message, mut out: impl Write) -> anyhow::Result<()> {
    let pool = DescriptorPool::decode(pb::DESCRIPTORS).context("the descriptors of this build cannot be read")?;
    let descriptor = pool
        .get_message_by_name(&format!("testgen.v1.{name}"))
        .with_context(|| format!("the descriptors of this build lack {name}"))?;
    let message = DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice())?;
    let options = SerializeOptions::new().use_proto_field_name(true);
    let mut text = Vec::with_capacity(4_096);
    message.serialize_with_options(&mut serde_json::Serializer::pretty(&mut text), &options)?;
    text.push(b'\n');
    out.write_all(&text)?;
    Ok(out.flush()?)
}

/// The plain document: the story and its cases with the eight fields that every test tool knows.
#[derive(Debug, Serialize)]
pub struct Document {
    user_story: String,
    test_cases: Vec<PlainCase>,
    /// Whether the cases have ids that were given before, which they are ordered by.
    #[serde(skip)]
    in_order: bool,
}

#[derive(Debug, Serialize)]
struct PlainCase {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    title: String,
    priority: String,
    preconditions: Vec<String>,
    steps: Vec<String>,
    expected_result: String,
    quality_score: i32,
}

impl PlainCase {
    fn of(case: &pb::TestCase) -> Self {
        Self {
            id: case.id.clone(),
            kind: words::case_type(case.r#type),
            title: case.title.clone(),
            priority: words::priority(case.priority),
            preconditions: case.preconditions.clone(),
            steps: case.steps.iter().map(words::step).collect(),
            expected_result: case.expected_result.clone(),
            quality_score: case.quality_score,
        }
    }
}

impl Document {
    /// A document without cases.
    #[must_use]
    pub fn new(user_story: &str) -> Self {
        Self {
            user_story: user_story.to_owned(),
            test_cases: Vec::new(),
            in_order: false,
        }
    }

    /// Takes a case in; other events leave the document as it is.
    pub fn event(&mut self, event: &pb::StreamTestCasesResponse) {
        match &event.event {
            Some(Event::TestCase(case)) => self.test_cases.push(PlainCase::of(case)),
            // The suite of a changed story is what is kept of the old one, and what comes new.
            Some(Event::Revision(revision)) => {
                let kept = revision.cases.iter().filter_map(|case| case.test_case.as_ref());
                self.test_cases.extend(kept.map(PlainCase::of));
                self.in_order = true;
            }
            _ => {}
        }
    }

    /// Writes it, indented.
    ///
    /// # Errors
    /// Whatever writing says, such as a closed pipe.
    pub fn write(&mut self, mut out: impl Write) -> io::Result<()> {
        if self.in_order {
            self.test_cases.sort_by(|one, other| one.id.cmp(&other.id));
        }
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        out.write_all(&text)?;
        out.flush()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::cli::samples::{case, event, events};
    use insta::assert_snapshot;

    fn lines(events: &[pb::StreamTestCasesResponse]) -> String {
        let mut out = Vec::new();
        let mut lines = Lines::new(&mut out).unwrap();
        for event in events {
            lines.event(event).unwrap();
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_event_is_one_line_of_proto_json() {
        let text = lines(&events());
        assert_eq!(text.lines().count(), events().len());
        let line = text.lines().nth(4).unwrap();
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok());
        assert_snapshot!(line);
    }

    #[test]
    fn a_line_feed_in_a_text_does_not_break_the_line() {
        let case = pb::TestCase {
            title: "one\ntwo\u{2028}".into(),
            ..Default::default()
        };
        assert_eq!(lines(&[event(Event::TestCase(case))]).lines().count(), 1);
    }

    #[test]
    fn the_plain_document_has_eight_fields_a_case() {
        let mut document = Document::new("As a customer …");
        for event in events() {
            document.event(&event);
        }
        document.event(&event(Event::TestCase(pb::TestCase {
            r#type: pb::TestCaseType::EdgeCase as i32,
            ..case()
        })));
        let mut out = Vec::new();
        document.write(&mut out).unwrap();
        assert_snapshot!(String::from_utf8(out).unwrap());
    }
}
