//! How the judge is asked: instructions of ours alone in the system part, and in the user part story and cases between
//! fences whose mark is derived from what they hold. A case is shown as what a tester reads: who worded it, how the lint
//! scored it and what it covers are not told.

use super::rubric::{Criterion, OF_CASE, OF_SUITE};
use crate::evaluation::dataset::{EvaluationStory, hex};
use crate::evaluation::observation::{CaseSeen, StepSeen};
use crate::prompt::{Rendered, fence_for};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use std::sync::{Arc, LazyLock};

const STORY: &str = include_str!("story.md");
const SCORES: &str = include_str!("scores.md");
const PAIR: &str = include_str!("pair.md");
/// What stands between the two parts of a file.
const USER: &str = "=== user ===\n";

/// The hash of everything that decides what the judge is asked: criteria and prompts.
#[must_use]
pub fn rubric_hash() -> &'static str {
    static HASH: LazyLock<String> = LazyLock::new(|| {
        let mut hash = Sha256::new();
        for text in [STORY, SCORES, PAIR] {
            hash.update(text.as_bytes());
            hash.update([0]);
        }
        for criterion in OF_CASE.iter().chain(&OF_SUITE) {
            for text in [criterion.name, criterion.question].iter().chain(&criterion.anchors) {
                hash.update(text.as_bytes());
                hash.update([0]);
            }
        }
        hex(&hash.finalize())
    });
    &HASH
}

/// What the judge is asked.
#[derive(Clone, Copy, Debug)]
pub(super) enum Question<'a> {
    /// The scores of a case.
    Case(&'a CaseSeen),
    /// The scores of a suite.
    Suite(&'a [CaseSeen]),
    /// Which of two suites is better: the one that is compared, and the other one.
    Pair(&'a [CaseSeen], &'a [CaseSeen]),
}

impl Question<'_> {
    /// The criteria that are scored; none where two suites are compared.
    pub(super) fn criteria(self) -> &'static [Criterion] {
        match self {
            Self::Case(_) => &OF_CASE,
            Self::Suite(_) => &OF_SUITE,
            Self::Pair(..) => &[],
        }
    }

    /// What is judged, as it stands in a prompt; a part of the key of its judgement.
    pub(super) fn content(self) -> String {
        let lines = |cases: &[CaseSeen]| cases.iter().map(shown).collect::<Vec<_>>().join("\n");
        match self {
            Self::Case(case) => shown(case),
            Self::Suite(cases) => format!("suite\n{}", lines(cases)),
            Self::Pair(this, other) => format!("pair\n{}\n\n{}", lines(this), lines(other)),
        }
    }
}

/// The prompt of a question in one of its two orders: criteria turned round, cases turned round and shown before the story,
/// or the suites changed over.
/// `again` says what was wrong with an earlier answer.
///
/// # Errors
/// The template's own, which a test rules out.
pub(super) fn rendered(
    story: &EvaluationStory,
    question: Question<'_>,
    turned: bool,
    again: &str,
) -> Result<Rendered, minijinja::Error> {
    let in_order = |mut lines: Vec<String>| {
        if turned {
            lines.reverse();
        }
        lines
    };
    let lines = |cases: &[CaseSeen]| cases.iter().map(shown).collect::<Vec<String>>();
    let (file, what, cases, a, b) = match question {
        Question::Case(case) => ("scores", "case", vec![shown(case)], Vec::new(), Vec::new()),
        Question::Suite(cases) => ("scores", "suite", in_order(lines(cases)), Vec::new(), Vec::new()),
        Question::Pair(this, other) if turned => ("pair", "", Vec::new(), lines(other), lines(this)),
        Question::Pair(this, other) => ("pair", "", Vec::new(), lines(this), lines(other)),
    };
    let mut criteria: Vec<_> = question.criteria().iter().map(described).collect();
    if turned {
        criteria.reverse();
    }
    let told = &story.story;
    let texts: Vec<&str> = [told.text(), told.context()]
        .into_iter()
        .chain(told.criteria().iter().map(String::as_str))
        .chain([&cases, &a, &b].into_iter().flatten().map(String::as_str))
        .collect();
    let fence = fence_for(&texts);
    let told = TEMPLATES.get_template("story")?.render(context! {
        fence => fence.as_str(),
        story => told.text(),
        criteria => told.criteria().to_vec(),
        context => told.context(),
    })?;
    let values = context! {
        fence, told, what, criteria, cases, a, b, again,
        // A suite of one case has no other order; what is shown of it changes places with the story.
        story_last => turned && what == "suite",
    };
    Ok(Rendered {
        system: TEMPLATES.get_template(&format!("{file}.system"))?.render(&values)?,
        user: TEMPLATES.get_template(&format!("{file}.user"))?.render(&values)?,
    })
}

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut engine = Environment::new();
    engine.set_auto_escape_callback(|_| AutoEscape::None);
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    let parts = [("scores", SCORES), ("pair", PAIR)].map(|(name, file)| (name, file.split_once(USER)));
    let mut add = |name: String, text: &'static str| {
        // A file that cannot be read is missed by whoever renders it; a test renders all of them.
        let _ = engine.add_template_owned(name, text);
    };
    add("story".to_owned(), STORY);
    for (name, parts) in parts {
        if let Some((system, user)) = parts {
            add(format!("{name}.system"), system);
            add(format!("{name}.user"), user);
        }
    }
    engine
});

fn described(criterion: &Criterion) -> minijinja::Value {
    let [one, three, five] = criterion.anchors;
    context! { name => criterion.name, question => criterion.question, one, three, five }
}

/// A case as one line of JSON, which no line feed in a text can leave.
fn shown(case: &CaseSeen) -> String {
    let step = |step: &StepSeen| {
        let part = |before: &str, text: &str, after: &str| match text {
            "" => String::new(),
            text => format!("{before}{text}{after}"),
        };
        format!(
            "{}{}{}",
            step.action,
            part(" [", &step.data, "]"),
            part(" -> ", &step.expected, "")
        )
    };
    serde_json::json!({
        "title": case.title,
        "type": case.kind,
        "preconditions": case.preconditions,
        "steps": case.steps.iter().map(step).collect::<Vec<_>>(),
        "expected_result": case.expected_result,
    })
    .to_string()
}

/// The JSON schema of the answer, its keys in the order that is asked for: the reason before the score.
pub(super) fn schema(question: Question<'_>, turned: bool) -> Option<Arc<RawValue>> {
    let object = |properties: serde_json::Map<String, serde_json::Value>| {
        let required: Vec<&String> = properties.keys().collect();
        serde_json::json!({ "type": "object", "required": required, "properties": properties })
    };
    let text = serde_json::json!({ "type": "string" });
    let properties = |second: &str, of: serde_json::Value| {
        [("reason".to_owned(), text.clone()), (second.to_owned(), of)]
            .into_iter()
            .collect()
    };
    let schema = if let Question::Pair(..) = question {
        object(properties(
            "better",
            serde_json::json!({ "type": "string", "enum": ["A", "B", "neither"] }),
        ))
    } else {
        let score = serde_json::json!({ "type": "integer", "minimum": 1, "maximum": 5 });
        let one = object(properties("score", score));
        let mut names: Vec<&str> = question.criteria().iter().map(|criterion| criterion.name).collect();
        if turned {
            names.reverse();
        }
        object(names.into_iter().map(|name| (name.to_owned(), one.clone())).collect())
    };
    serde_json::value::to_raw_value(&schema).ok().map(Arc::from)
}
