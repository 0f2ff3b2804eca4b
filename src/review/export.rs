//! What annotators get: the story and the case, and nothing that tells who worded it. No variant, no score, no lint, no
//! note of repairs.

use super::sample::{Drawn, Sample};
use super::{RATINGS, SCALE, Verdict};
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Names of the controls of the labelling configuration, beside the ratings.
pub const VERDICT: &str = "verdict";
/// The free text.
pub const REASON: &str = "reason";
/// What the controls belong to.
const SHOWN: &str = "shown";

/// Label Studio's labelling configuration: a verdict, five ratings, a reason.
#[must_use]
pub fn labelling_config() -> String {
    let mut xml = String::from(
        "<View>\n  <Header value=\"The story\"/>\n  <HyperText name=\"told\" value=\"$story_html\"/>\n  \
         <Header value=\"The test case\"/>\n",
    );
    let _ = writeln!(xml, "  <HyperText name=\"{SHOWN}\" value=\"$case_html\"/>");
    xml.push_str("  <Header value=\"What would you do with it?\"/>\n");
    let _ = writeln!(
        xml,
        "  <Choices name=\"{VERDICT}\" toName=\"{SHOWN}\" choice=\"single-radio\" required=\"true\" \
         requiredMessage=\"A verdict is wanted; a task that you cannot judge can be skipped\">"
    );
    for verdict in Verdict::ALL {
        let _ = writeln!(
            xml,
            "    <Choice value=\"{}\" hint=\"{}\"/>",
            verdict.as_str(),
            escaped(verdict.meaning())
        );
    }
    xml.push_str("  </Choices>\n");
    for rating in RATINGS {
        let _ = writeln!(xml, "  <Header size=\"5\" value=\"{}\"/>", escaped(rating.question));
        let _ = writeln!(
            xml,
            "  <Rating name=\"{}\" toName=\"{SHOWN}\" maxRating=\"{}\" required=\"true\"/>",
            rating.name,
            SCALE.end()
        );
    }
    xml.push_str("  <Header size=\"5\" value=\"Why? Wanted where it is not kept\"/>\n");
    let _ = writeln!(
        xml,
        "  <TextArea name=\"{REASON}\" toName=\"{SHOWN}\" rows=\"3\" maxSubmissions=\"1\" editable=\"true\"/>\n</View>"
    );
    xml
}

/// Label Studio's tasks, to be imported into a project.
#[must_use]
pub fn tasks(sample: &Sample) -> Value {
    let tasks = sample.drawn.iter().map(|drawn| {
        json!({"data": {
            "review_id": drawn.id,
            "sample": sample.digest,
            "story_html": story_html(drawn),
            "case_html": case_html(drawn),
        }})
    });
    Value::Array(tasks.collect())
}

/// What `POST /api/projects` of Label Studio takes. `annotators`: how many judge each case, at least 1.
#[must_use]
pub fn project(sample: &Sample, annotators: u8) -> Value {
    json!({
        "title": format!("Test cases, sample {}", sample.digest),
        "description": "Test cases that were made from user stories, judged by testers. Who worded a case is not shown.",
        "label_config": labelling_config(),
        "expert_instruction": instruction(),
        "show_instruction": true,
        "show_skip_button": true,
        "enable_empty_annotation": false,
        "maximum_annotations": annotators.max(1),
    })
}

/// What annotators read first.
fn instruction() -> String {
    let mut text = String::from("<p>Judge each test case on its own, as if you had to run it tomorrow.</p><ul>");
    for verdict in Verdict::ALL {
        let _ = write!(
            text,
            "<li><b>{}</b>: {}</li>",
            verdict.as_str(),
            escaped(verdict.meaning())
        );
    }
    text.push_str("</ul><p>Skip what you cannot judge.</p>");
    text
}

/// A list of goldens as DeepEval reads it (`EvaluationDataset.add_goldens_from_json_file`), the case as actual output.
#[must_use]
pub fn goldens(sample: &Sample) -> Value {
    let goldens = sample.drawn.iter().map(|drawn| {
        json!({
            "input": story_text(drawn),
            "actual_output": case_text(drawn),
            "expected_output": null,
            "context": drawn.criteria,
            "retrieval_context": null,
            "name": drawn.id,
            "comments": null,
            "source_file": null,
            "tools_called": null,
            "expected_tools": null,
            "additional_metadata": {"sample": sample.digest, "story_id": drawn.story_id},
            "custom_column_key_values": null,
        })
    });
    Value::Array(goldens.collect())
}

/// One object a line: the story, the case field by field, and the fields that a judgement fills in. A line with those
/// filled in is what `testgen review import` writes and `testgen review summary` reads.
///
/// # Errors
/// Never for what is in a sample; JSON's own.
pub fn lines(sample: &Sample) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Line<'a> {
        review_id: &'a str,
        sample: &'a str,
        story: &'a str,
        acceptance_criteria: &'a [String],
        context: &'a str,
        title: &'a str,
        #[serde(rename = "type")]
        kind: &'a str,
        priority: &'a str,
        preconditions: &'a [String],
        steps: &'a [crate::evaluation::observation::StepSeen],
        expected_result: &'a str,
    }
    let mut text = String::new();
    for drawn in &sample.drawn {
        text.push_str(&serde_json::to_string(&Line {
            review_id: &drawn.id,
            sample: &sample.digest,
            story: &drawn.story,
            acceptance_criteria: &drawn.criteria,
            context: &drawn.context,
            title: &drawn.case.title,
            kind: &drawn.case.kind,
            priority: &drawn.case.priority,
            preconditions: &drawn.case.preconditions,
            steps: &drawn.case.steps,
            expected_result: &drawn.case.expected_result,
        })?);
        text.push('\n');
    }
    Ok(text)
}

// === a story and a case, as people read them ===

fn story_text(drawn: &Drawn) -> String {
    let mut text = drawn.story.clone();
    for criterion in &drawn.criteria {
        let _ = write!(text, "\n- {criterion}");
    }
    if !drawn.context.is_empty() {
        let _ = write!(text, "\n\n{}", drawn.context);
    }
    text
}

fn case_text(drawn: &Drawn) -> String {
    let case = &drawn.case;
    let mut text = format!("{}\n{} · {}\n", case.title, case.kind, case.priority);
    for precondition in &case.preconditions {
        let _ = writeln!(text, "Given: {precondition}");
    }
    for (place, step) in case.steps.iter().enumerate() {
        let _ = write!(text, "{}. {}", place + 1, step.action);
        if !step.data.is_empty() {
            let _ = write!(text, " [{}]", step.data);
        }
        if !step.expected.is_empty() {
            let _ = write!(text, " → {}", step.expected);
        }
        text.push('\n');
    }
    let _ = write!(text, "Expected: {}", case.expected_result);
    text
}

fn story_html(drawn: &Drawn) -> String {
    let mut html = format!("<p>{}</p>", escaped(&drawn.story));
    html.push_str(&list("ul", drawn.criteria.iter().map(|criterion| escaped(criterion))));
    if !drawn.context.is_empty() {
        let _ = write!(html, "<p><i>{}</i></p>", escaped(&drawn.context));
    }
    html
}

fn case_html(drawn: &Drawn) -> String {
    let case = &drawn.case;
    let mut html = format!(
        "<h3>{}</h3><p>{} · priority {}</p>",
        escaped(&case.title),
        escaped(&case.kind.replace('_', " ")),
        escaped(&case.priority)
    );
    if !case.preconditions.is_empty() {
        html.push_str("<p><b>Preconditions</b></p>");
        html.push_str(&list("ul", case.preconditions.iter().map(|text| escaped(text))));
    }
    html.push_str("<p><b>Steps</b></p>");
    let steps = case.steps.iter().map(|step| {
        let mut text = escaped(&step.action);
        if !step.data.is_empty() {
            let _ = write!(text, " <code>{}</code>", escaped(&step.data));
        }
        if !step.expected.is_empty() {
            let _ = write!(text, "<br>→ {}", escaped(&step.expected));
        }
        text
    });
    html.push_str(&list("ol", steps));
    let _ = write!(
        html,
        "<p><b>Expected result</b></p><p>{}</p>",
        escaped(&case.expected_result)
    );
    html
}

fn list(tag: &str, items: impl Iterator<Item = String>) -> String {
    let items: String = items.map(|item| format!("<li>{item}</li>")).collect();
    if items.is_empty() {
        items
    } else {
        format!("<{tag}>{items}</{tag}>")
    }
}

/// Text for HTML and XML. Line ends stay line ends.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("<br>"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
