//! One verdict for each object: random answers, damaged at random once, and counted. The samples are the same in every
//! run. What is accepted must be what was written, and no object may be lost without a word.

use super::super::read;
use super::slips::is_meant;
use crate::json_stream::{Config, End, Extracted, Extractor};
use crate::test_case::{Draft, Step};
use serde_json::{Map, Value, json};

/// How many damaged answers are read.
const SAMPLES: u64 = 4_000;
const SEED: u64 = 1;

/// Random numbers that are the same in every run (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    fn flips(&mut self) -> bool {
        self.next() & 1 == 0
    }

    fn one_of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

/// An answer as a model should have written it.
struct Answer {
    text: Vec<u8>,
    /// Where each case begins and ends.
    spans: Vec<(usize, usize)>,
    cases: Vec<Draft>,
}

/// Words that make every text of every case its own.
fn words(random: &mut Random, case: usize, what: &str) -> String {
    let ending = random.one_of(&[
        "is shown",
        "at 9,50 EUR, of it",
        "on the page: cart",
        "with \"SAVE10\" in it",
        "it's refused [1]",
        "as {name}",
    ]);
    format!("k{case} {what} {ending}")
}

fn case(random: &mut Random, number: usize, objects: bool) -> Draft {
    let steps = (0..1 + random.below(3))
        .map(|at| {
            let mut step = Step::new(words(random, number, &format!("step {at}")));
            if objects {
                step = step.expecting(words(random, number, &format!("seen {at}")));
                step.data = if random.flips() {
                    words(random, number, "data")
                } else {
                    String::new()
                };
            }
            step
        })
        .collect();
    Draft {
        title: words(random, number, "title"),
        steps,
        expected_result: words(random, number, "result"),
        ..Draft::default()
    }
}

/// The order of the fields is the same in all objects of an answer, as models write them.
fn json_of(draft: &Draft, number: usize, objects: bool, order: &[&str]) -> Value {
    let step = |step: &Step| match objects {
        true => json!({ "action": step.action, "data": step.data, "expected": step.expected }),
        false => json!(step.action),
    };
    let mut fields = Map::new();
    for name in order {
        let value = match *name {
            "id" => json!(format!("TC-{number:03}")),
            "type" => json!("negative"),
            "title" => json!(draft.title),
            "priority" => json!("high"),
            "preconditions" => json!(["The user is signed in", "The cart holds an article"]),
            "steps" => draft.steps.iter().map(step).collect(),
            "expected_result" => json!(draft.expected_result),
            "covers" => json!(["C-1", "C-2"]),
            "quote" => json!("a code that expired"),
            _ => json!(8),
        };
        fields.insert((*name).to_owned(), value);
    }
    Value::Object(fields)
}

fn answer(random: &mut Random) -> Answer {
    const ORDERS: [&[&str]; 6] = [
        &["title", "steps", "expected_result"],
        &[
            "id",
            "type",
            "title",
            "priority",
            "preconditions",
            "steps",
            "expected_result",
            "quality_score",
        ],
        &[
            "id",
            "title",
            "steps",
            "expected_result",
            "covers",
            "quote",
            "preconditions",
        ],
        &["title", "expected_result", "steps", "quote", "priority"],
        &["covers", "quote", "title", "type", "steps", "expected_result"],
        &["expected_result", "id", "preconditions", "steps", "title"],
    ];
    const ROOTS: [(&str, &str, &str); 6] = [
        ("{\"test_cases\": [", ", ", "]}"),
        ("[", ",\n", "]"),
        ("", "\n", ""),
        ("", "", ""),
        ("Here they are:\n```json\n[\n", ",\n  ", "\n]\n```\nThat is all."),
        ("```json\n", "\n```\nand\n```json\n", "\n```"),
    ];
    let order = random.one_of(&ORDERS);
    let (head, between, tail) = random.one_of(&ROOTS);
    let (objects, pretty) = (random.flips(), random.flips());
    let mut answer = Answer {
        text: head.as_bytes().to_vec(),
        spans: Vec::new(),
        cases: Vec::new(),
    };
    for number in 1..=1 + random.below(4) {
        let case = case(random, number, objects);
        let value = json_of(&case, number, objects, order);
        if number > 1 {
            answer.text.extend_from_slice(between.as_bytes());
        }
        let begin = answer.text.len();
        let text = if pretty {
            serde_json::to_string_pretty(&value).unwrap()
        } else {
            value.to_string()
        };
        answer.text.extend_from_slice(text.as_bytes());
        answer.spans.push((begin, answer.text.len()));
        answer.cases.push(case);
    }
    answer.text.extend_from_slice(tail.as_bytes());
    answer
}

/// What was done to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Damage {
    Delete,
    Insert,
    Replace,
    DropQuote,
    Truncate,
    BreakOff,
    StartAgain,
}

/// A damaged answer: the places at which its objects begin, as far as they are there.
struct Sample {
    text: Vec<u8>,
    starts: Vec<usize>,
    damage: Damage,
    end: End,
    brace_more: bool,
}

/// Replaces `span` by `text`; an object whose brace is gone is still one, and begins where the brace was.
fn splice(answer: &Answer, span: std::ops::Range<usize>, text: &[u8], damage: Damage) -> Sample {
    let moved = |start: usize| {
        if start < span.start {
            start
        } else {
            (start + text.len()).saturating_sub(span.len()).max(span.start)
        }
    };
    Sample {
        text: [&answer.text[..span.start], text, &answer.text[span.end..]].concat(),
        starts: answer.spans.iter().map(|(start, _)| moved(*start)).collect(),
        damage,
        end: End::Whole,
        brace_more: text == b"{",
    }
}

fn damaged(answer: &Answer, random: &mut Random) -> Sample {
    const STRUCTURE: &[u8] = b"{}[],:\"";
    use Damage::{BreakOff, Delete, DropQuote, Insert, Replace, StartAgain, Truncate};
    let damage = random.one_of(&[Delete, Insert, Replace, DropQuote, Truncate, BreakOff, StartAgain]);
    let first = answer.spans[0].0;
    let last = answer.spans[answer.spans.len() - 1].1;
    let mut place = |of: &[u8]| loop {
        let at = first + random.below(last - first);
        if of.contains(&answer.text[at]) {
            return at;
        }
    };
    let structural = place(STRUCTURE);
    let quote = place(b"\"");
    let which = random.below(answer.spans.len());
    let (begin, end) = answer.spans[which];
    // A second key, or a part of it, is there before anything breaks off.
    let first_key = answer.text[begin..end]
        .iter()
        .position(|byte| *byte == b':')
        .unwrap_or(1);
    let inside = begin + first_key + 1 + random.below(end - begin - first_key - 2);
    let glue: &[u8] = random.one_of(&[b"", b"", b" ", b"\n", b", "]);
    match damage {
        Delete => splice(answer, structural..structural + 1, b"", damage),
        Insert => splice(answer, structural..structural, &[random.one_of(STRUCTURE)], damage),
        Replace => splice(answer, structural..structural + 1, &[random.one_of(STRUCTURE)], damage),
        DropQuote => splice(answer, quote..quote + 1, b"", damage),
        Truncate => {
            let mut sample = splice(answer, inside..answer.text.len(), b"", damage);
            sample.starts.truncate(which + 1);
            sample.end = if random.flips() { End::Cut } else { End::Whole };
            sample
        }
        BreakOff if which + 1 < answer.spans.len() => splice(answer, inside..answer.spans[which + 1].0, glue, damage),
        BreakOff | StartAgain => {
            let again = [glue, &answer.text[begin..inside]].concat();
            let mut sample = splice(answer, inside..inside, &again, StartAgain);
            sample.starts.insert(which + 1, inside + glue.len());
            sample
        }
    }
}

fn has_mark(object: &[u8]) -> bool {
    let text = String::from_utf8_lossy(object);
    ["title", "steps", "expected_result"]
        .iter()
        .any(|key| text.contains(&format!("\"{key}\":")))
}

/// What came of an answer.
#[derive(Default)]
struct Verdicts {
    accepted: usize,
    wrong: Vec<Draft>,
    /// Objects without a verdict or with two, and verdicts on nothing.
    miscounted: Vec<&'static str>,
}

fn verdicts(answer: &Answer, sample: &Sample) -> Verdicts {
    let mut verdicts = Verdicts::default();
    let mut counts = vec![0; sample.starts.len()];
    let mut sink = |extracted: Extracted<'_>| {
        let place = match &extracted {
            Extracted::Object(object) => object.span.start + 1,
            // What became a field of the object around it.
            Extracted::Broken(broken) if broken.code == "NESTED" => broken.span.end,
            Extracted::Broken(broken) => broken.span.start + 1,
        };
        let whose = sample.starts.iter().rposition(|start| *start as u64 <= place);
        match whose {
            Some(whose) => counts[whose] += 1,
            None => verdicts.miscounted.push("on nothing"),
        }
        if let Extracted::Object(object) = &extracted
            && let Ok((draft, _)) = read(object)
        {
            verdicts.accepted += 1;
            if !is_meant(&draft, &answer.cases) {
                verdicts.wrong.push(draft);
            }
        }
    };
    let mut extractor = Extractor::new(Config::default());
    extractor.push(&sample.text, &mut sink);
    extractor.finish(sample.end, &mut sink);
    for (at, count) in counts.into_iter().enumerate() {
        let to = sample.starts.get(at + 1).copied().unwrap_or(sample.text.len());
        match count {
            1 => {}
            // Nobody can know what an object is that has none of the keys of a case.
            0 if !has_mark(&sample.text[sample.starts[at]..to]) => {}
            // A brace more is an object more.
            2 if sample.brace_more => {}
            0 => verdicts.miscounted.push("lost"),
            _ => verdicts.miscounted.push("twice"),
        }
    }
    verdicts
}

#[test]
fn each_object_has_one_verdict_and_no_wrong_case_is_accepted() {
    let mut random = Random(SEED);
    let mut objects = 0;
    let mut accepted = 0;
    let mut wrong = Vec::new();
    let mut miscounted = Vec::new();
    for _ in 0..SAMPLES {
        let answer = answer(&mut random);
        let sample = damaged(&answer, &mut random);
        objects += sample.starts.len();
        let verdicts = verdicts(&answer, &sample);
        accepted += verdicts.accepted;
        let text = || format!("{:?}: {}", sample.damage, String::from_utf8_lossy(&sample.text));
        wrong.extend(verdicts.wrong.iter().map(|draft| format!("{draft:?} from {}", text())));
        miscounted.extend(verdicts.miscounted.iter().map(|fault| format!("{fault} {}", text())));
    }
    let told = |faults: &[String]| faults.iter().take(5).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} wrong cases\n{}", wrong.len(), told(&wrong));
    // A few slips make another structure that is as sound as the one that was meant, such as `{}` before a key.
    assert!(
        miscounted.len() * 1000 < objects,
        "{} of {objects} objects without exactly one verdict\n{}",
        miscounted.len(),
        told(&miscounted)
    );
    // Most damage costs one object at most, and much of it none.
    assert!(
        accepted * 100 > objects * 70,
        "{accepted} of {objects} objects accepted"
    );
}
