//! What the fake model writes: for each story the cases that were asked for, in tokens of four characters, now and then
//! with a fault; and a record of what of it was written.

use crate::support::fake_ollama::{Play, Recorded, Script, Told};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use testgen::backend::rules::Rules;
use testgen::backend::{Advance, Backend as _, Sampling, Task, next};
use testgen::coverage::{CoverageStatus, Wanted};
use testgen::story::{Limits, UserStory};

/// Those are used whose items the rules word to the last one: of the others this model would know a part only, and be asked
/// for the rest again.
const STORIES: [&str; 15] = [
    "As a customer, I want to apply a discount code of up to 20 characters at checkout so that I pay less",
    "As a member, I want to borrow up to 5 books so that I can read at home",
    "As a guest, I want to book a table for 2 to 8 persons so that I can dine with friends",
    "As an employee, I want to upload a receipt of at most 10 MB so that my expenses are paid back",
    "As a user, I want to reset my password with at least 12 characters so that I can sign in again",
    "As a shopper, I want free shipping for orders over $50 so that I save money",
    "As a user, I want to log in with my email address and password so that I can see my orders",
    "As a student, I want to submit a text of at most 2000 characters so that my teacher can read it",
    "As an author, I want to enter a title of 5 to 80 characters so that readers find my article",
    "As a customer, I want to transfer money of at most 500 EUR so that I can pay my bills",
    "As a user, I want to choose a user name of 3 to 20 characters so that others recognise me",
    "As a member, I want to add up to 10 items to my wish list so that I can find them again",
    "As a nurse, I want to enter a temperature between 34.0 and 42.0 degrees so that the chart is complete",
    "As a user, I want to write a comment of at most 280 characters so that others read what I think",
    "As a driver, I want to reserve a parking space for 1 to 12 hours so that I find a place to park",
];

/// Fewer stories than this are too much alike.
const LEAST_STORIES: usize = 4;

/// A story and a case for each item of its plan.
pub struct Suite {
    pub story: String,
    cases: Vec<Case>,
}

struct Case {
    item: String,
    title: String,
    json: String,
}

/// The stories, worded once by the embedded rules.
pub async fn suites() -> Vec<Suite> {
    let mut suites = Vec::new();
    for story in STORIES {
        let parsed = UserStory::new(story, &[], "", &Limits::default()).expect("a sound story");
        let analyzed = testgen::generation::analyze(&parsed, &Wanted::default());
        let plan = Arc::new(analyzed.plan);
        let planned = |index: &usize| plan.items[*index].status == CoverageStatus::Planned;
        let open = (0..plan.items.len()).filter(planned).count();
        let task = Task {
            basis: Arc::new(analyzed.basis),
            asked: (0..plan.items.len()).filter(planned).collect(),
            plan: Arc::clone(&plan),
            system: String::new(),
            user: String::new(),
            schema: None,
            sampling: Sampling::default(),
            model: String::new(),
            headers: Vec::new(),
        };
        let mut stream = Rules::new().start(task).await.expect("the rules begin");
        let mut text = String::new();
        while !matches!(next(&mut *stream, &mut text).await, Ok(Advance::Done(_)) | Err(_)) {}
        let document: Value = serde_json::from_str(&text).expect("a whole document");
        let cases = document["test_cases"].as_array().expect("cases");
        if cases.len() < open.max(3) {
            continue;
        }
        let cases = cases.iter();
        suites.push(Suite {
            story: story.to_owned(),
            cases: cases
                .map(|case| Case {
                    item: case["covers"][0].as_str().unwrap_or_default().to_owned(),
                    title: case["title"].as_str().unwrap_or_default().to_owned(),
                    json: case.to_string(),
                })
                .collect(),
        });
    }
    assert!(
        suites.len() >= LEAST_STORIES,
        "only {} stories are worded whole",
        suites.len()
    );
    suites
}

/// What goes wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    ResetBefore,
    QueueFull,
    LoadFails,
    ErrorBefore,
    StallBefore,
    ThoughtOnly,
    Empty,
    Stutter,
    ResetAfter,
    CutAfter,
    ErrorAfter,
    EndWithoutDone,
    GarbageLine,
    InvalidUtf8,
    LongLine,
    CutByLength,
    StallAfter,
    CaseTwice,
}

impl Fault {
    const ALL: [Self; 18] = [
        Self::ResetBefore,
        Self::QueueFull,
        Self::LoadFails,
        Self::ErrorBefore,
        Self::StallBefore,
        Self::ThoughtOnly,
        Self::Empty,
        Self::Stutter,
        Self::ResetAfter,
        Self::CutAfter,
        Self::ErrorAfter,
        Self::EndWithoutDone,
        Self::GarbageLine,
        Self::InvalidUtf8,
        Self::LongLine,
        Self::CutByLength,
        Self::StallAfter,
        Self::CaseTwice,
    ];

    /// The whole answer, where nothing of the suite is written.
    fn instead(self) -> Option<Script> {
        let error =
            |status: u16, said: &str| Script::reply(status, "application/json", &format!("{{\"error\":\"{said}\"}}"));
        Some(match self {
            Self::ResetBefore => Script::of([Play::Reset]),
            Self::QueueFull => error(503, "server busy, please try again.  maximum pending requests exceeded"),
            Self::LoadFails => error(500, "llama-server process has terminated: signal: killed"),
            Self::ErrorBefore => Script::of([Play::Error("unexpected EOF")]),
            Self::StallBefore => Script::of([Play::Stall]),
            Self::ThoughtOnly => Script::of([Play::Thinking("Hm.".to_owned()), Play::Done("length")]),
            Self::Empty => Script::of([Play::Done("stop")]),
            Self::Stutter => Script::stutter("ab ", 31),
            _ => return None,
        })
    }

    /// What happens in the middle of a case.
    fn in_the_middle(self) -> Vec<Play> {
        match self {
            // What was not read yet is lost with a reset, so there is time to read.
            Self::ResetAfter => vec![Play::Wait(Duration::from_secs(1)), Play::Reset],
            Self::CutAfter => vec![Play::Cut],
            Self::ErrorAfter => vec![Play::Error("unexpected EOF")],
            Self::GarbageLine => vec![Play::Raw(b"garbage\n".to_vec())],
            Self::InvalidUtf8 => vec![Play::Raw(b"{\"message\":{\"content\":\"\xFF\"}}\n".to_vec())],
            Self::LongLine => {
                let mut line = br#"{"message":{"content":""#.to_vec();
                line.resize(20_000_000, b'x');
                vec![Play::Raw(line)]
            }
            Self::CutByLength => vec![Play::Done("length")],
            Self::StallAfter => vec![Play::Stall],
            _ => Vec::new(),
        }
    }
}

/// What was written to one stream, all attempts together.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// Titles of whole cases, in the order in which their last token was written.
    pub cases: Vec<String>,
    /// Of these, the ones that a reset may have thrown away before they were read.
    pub doubtful: Vec<String>,
    pub faults: Vec<Fault>,
    pub attempts: u32,
    /// Bytes of the texts that were planned for it.
    pub text_bytes: u64,
}

/// What was written, by stream.
#[derive(Default)]
pub struct Record {
    sent: Mutex<HashMap<u32, Sent>>,
    pub faults: AtomicU64,
    pub requests: AtomicU64,
}

impl Record {
    fn change(&self, stream: u32, change: impl FnOnce(&mut Sent)) {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        change(sent.entry(stream).or_default());
    }

    /// What was written to a stream; it is forgotten here.
    pub fn take(&self, stream: u32) -> Sent {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.remove(&stream).unwrap_or_default()
    }
}

/// How the model writes.
pub struct Model {
    pub suites: Vec<Suite>,
    pub record: Arc<Record>,
    /// `None`: as fast as it can.
    pub tokens_a_second: Option<u32>,
    /// Faults among a hundred answers.
    pub fault_percent: u32,
}

/// The name that a stream's number has on its way to the model.
pub fn correlation_id(stream: u32) -> String {
    format!("load-{stream}")
}

impl Model {
    /// The story of a stream.
    pub fn story(&self, stream: u32) -> &str {
        &self.suites[stream as usize % self.suites.len()].story
    }

    /// What a request gets.
    pub fn script(&self, request: &Recorded) -> Script {
        let stream: u32 = request
            .header("x-correlation-id")
            .and_then(|id| id.strip_prefix("load-")?.parse().ok())
            .unwrap_or(u32::MAX);
        let user = request.body["messages"][1]["content"].as_str().unwrap_or_default();
        let suite = self.suites.iter().find(|suite| user.contains(&suite.story));
        let suite = suite.expect("a story of ours");
        let asked: Vec<&Case> = suite.cases.iter().filter(|case| is_asked(user, &case.item)).collect();
        // A relay asks for nothing in particular.
        let asked = if asked.is_empty() {
            suite.cases.iter().collect()
        } else {
            asked
        };
        let mut attempt = 0;
        self.record.change(stream, |sent| {
            sent.attempts += 1;
            attempt = sent.attempts;
        });
        let fault = self.fault(stream, attempt);
        self.record.requests.fetch_add(1, Ordering::Relaxed);
        if let Some(fault) = fault {
            self.record.faults.fetch_add(1, Ordering::Relaxed);
            self.record.change(stream, |sent| sent.faults.push(fault));
            if let Some(script) = fault.instead() {
                return script;
            }
        }
        let script = self.written(stream, &asked, fault);
        match self.tokens_a_second {
            Some(rate) => script.at(rate),
            None => script,
        }
    }

    /// Spread evenly over streams and attempts, and the same in every run.
    fn fault(&self, stream: u32, attempt: u32) -> Option<Fault> {
        let mut hash = u64::from(stream) << 32 | u64::from(attempt);
        for _ in 0..2 {
            hash = (hash ^ (hash >> 31)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
        let kind = Fault::ALL[(hash >> 40) as usize % Fault::ALL.len()];
        ((hash >> 16) % 100 < u64::from(self.fault_percent)).then_some(kind)
    }

    fn written(&self, stream: u32, asked: &[&Case], fault: Option<Fault>) -> Script {
        let mut plays = Vec::new();
        let mut bytes = 0;
        let middle = asked.len() / 2;
        let mut write = |plays: &mut Vec<Play>, text: &str| {
            bytes += text.len() as u64;
            let letters: Vec<char> = text.chars().collect();
            plays.extend(letters.chunks(4).map(|token| Play::Token(token.iter().collect())));
        };
        write(&mut plays, "{\"test_cases\": [\n");
        let mut ended = false;
        for (index, case) in asked.iter().enumerate() {
            if index == middle
                && let Some(fault) = fault
                && fault != Fault::CaseTwice
            {
                write(&mut plays, &case.json[..floor(&case.json, case.json.len() / 2)]);
                plays.extend(fault.in_the_middle());
                ended = true;
                break;
            }
            write(&mut plays, &case.json);
            let (record, title) = (Arc::clone(&self.record), case.title.clone());
            let doubtful = fault == Some(Fault::ResetAfter) && index + 1 == middle;
            plays.push(Play::Told(Told(Arc::new(move || {
                record.change(stream, |sent| {
                    sent.cases.push(title.clone());
                    if doubtful {
                        sent.doubtful.push(title.clone());
                    }
                });
            }))));
            if index == middle && fault == Some(Fault::CaseTwice) {
                write(&mut plays, ",\n");
                write(&mut plays, &case.json);
            }
            write(&mut plays, if index + 1 < asked.len() { ",\n" } else { "\n]}" });
        }
        if !ended {
            plays.push(Play::Done("stop"));
        }
        self.record.change(stream, |sent| sent.text_bytes += bytes);
        Script::of(plays)
    }
}

fn is_asked(user: &str, item: &str) -> bool {
    user.lines()
        .any(|line| line.strip_prefix(item).is_some_and(|rest| rest.starts_with(" | ")))
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
