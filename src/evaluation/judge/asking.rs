//! One question to the judge in one order: asked, and where the answer says nothing, asked once more in other words, with
//! another seed, warmer, and without the schema where nothing could be read with it. Never the same request twice.

use super::answer::Unread;
use super::prompt::{self, Question};
use crate::backend::{self, Advance, Backend, Fault, Finish, Sampling, Task};
use crate::evaluation::dataset::EvaluationStory;
use std::time::Duration;

/// Tokens of an answer: six criteria with their reasons take about 400.
const MOST_TOKENS: i32 = 2_048;
/// Bytes of an answer that are read.
const MOST_BYTES: usize = 64 << 10;
/// Questions in one order, the second one in other words.
const MOST_CALLS: u32 = 2;

/// How a judge is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner<'a> {
    /// The model's name.
    pub(super) model: &'a str,
    /// Seed of the first call.
    pub(super) seed: i64,
    /// Whether the schema is sent first.
    pub(super) schema: bool,
    /// Bound on one call.
    pub(super) timeout: Duration,
}

/// Why nothing was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unjudged {
    /// A code and words.
    pub(super) reason: String,
    /// Whether the moment is to blame and not the judge: it is asked again by the next run.
    pub(super) passing: bool,
}

/// Asks in one order.
pub(super) async fn ask<T>(
    backend: &dyn Backend,
    manner: Manner<'_>,
    story: &EvaluationStory,
    question: Question<'_>,
    turned: bool,
    calls: &mut u32,
    read: impl Fn(&str) -> Result<T, Unread>,
) -> Result<T, Unjudged> {
    let mut schema = manner.schema;
    let mut again = String::new();
    let mut last = Unjudged {
        reason: String::new(),
        passing: true,
    };
    for number in 0..MOST_CALLS {
        let rendered = prompt::rendered(story, question, turned, &again).map_err(|error| Unjudged {
            reason: format!("INTERNAL: {error}"),
            passing: true,
        })?;
        let task = Task {
            basis: Default::default(),
            plan: Default::default(),
            asked: Vec::new(),
            system: rendered.system,
            user: rendered.user,
            schema: schema.then(|| prompt::schema(question, turned)).flatten(),
            sampling: Sampling {
                temperature: Some(0.3 * f64::from(number)),
                seed: Some(manner.seed.wrapping_add(i64::from(number))),
                max_output_tokens: Some(MOST_TOKENS),
                ..Sampling::default()
            },
            model: manner.model.to_owned(),
            headers: Vec::new(),
        };
        *calls += 1;
        let Ok(answered) = tokio::time::timeout(manner.timeout, answer(backend, task)).await else {
            return Err(Unjudged {
                reason: format!("TIMEOUT: no answer within {:?}", manner.timeout),
                passing: true,
            });
        };
        (again, last) = match answered {
            Ok((text, finish)) => match read(&text) {
                Ok(said) => return Ok(said),
                Err(_) if finish.cut => cut(),
                Err(unread) => {
                    schema &= unread != Unread::Nothing;
                    let reason = format!("{}: {unread}", unread.code());
                    (unread.to_string(), Unjudged { reason, passing: false })
                }
            },
            Err(fault) => {
                let unjudged = Unjudged {
                    reason: format!("{}: {fault}", fault.code()),
                    passing: !is_of_the_judge(&fault),
                };
                // An answer that was begun may come whole in other words.
                if !matches!(
                    fault,
                    Fault::BrokeOff(_) | Fault::Empty | Fault::ThoughtOnly | Fault::Withheld(_)
                ) {
                    return Err(unjudged);
                }
                ("it broke off.".to_owned(), unjudged)
            }
        };
    }
    Err(last)
}

/// Whether a failure says something of the judge and of what it was asked. Any other says something of a server at a moment: a
/// model that is not there yet, a key that has run out, a connection that breaks.
fn is_of_the_judge(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::PromptTooLong(_) | Fault::ThoughtOnly | Fault::Empty | Fault::Withheld(_)
    )
}

fn cut() -> (String, Unjudged) {
    let told = "it was longer than an answer may be.";
    let reason = format!("ANSWER_CUT: {told}");
    (told.to_owned(), Unjudged { reason, passing: false })
}

/// The whole text of an answer, as far as it is read.
async fn answer(backend: &dyn Backend, task: Task) -> Result<(String, Finish), Fault> {
    let mut stream = backend.start(task).await?;
    let mut text = String::new();
    loop {
        match backend::next(stream.as_mut(), &mut text).await? {
            Advance::Done(finish) => return Ok((text, finish)),
            _ if text.len() > MOST_BYTES => {
                let finish = Finish {
                    cut: true,
                    ..Finish::default()
                };
                return Ok((text, finish));
            }
            Advance::Text | Advance::Thinking(_) | Advance::Notice(_) => {}
        }
    }
}
