//! What a search for examples costs, from 1,000 to 100,000 examples: the lexical index, and its growth. And how relevant the
//! first examples are: for each worked-out story, whether the first one that is found is of its own domain, against how
//! often that would be so by chance.
//!
//! `cargo bench --bench retrieval`

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};
use testgen::retrieval::corpus::{Corpus, Example};
use testgen::retrieval::{Query, Retriever};

const EXAMPLES: &str = include_str!("../data/examples/user_stories_with_test_cases.json");

fn main() {
    let runtime = match tokio::runtime::Builder::new_current_thread().build() {
        Ok(runtime) => runtime,
        Err(error) => return report(&format!("no runtime: {error}")),
    };
    let known: Vec<serde_json::Value> = match serde_json::from_str(EXAMPLES) {
        Ok(known) => known,
        Err(error) => return report(&format!("the examples cannot be read: {error}")),
    };
    let corpus = match Corpus::parse(EXAMPLES, "examples") {
        Ok(corpus) => Arc::new(corpus),
        Err(error) => return report(&error.to_string()),
    };
    relevance(&runtime, &known, &corpus);
    report(&format!(
        "{:>9}  {:>10}  {:>10}  {:>10}  {:>12}",
        "examples", "index", "P50", "P95", "a 1,000"
    ));
    for count in [1_000, 10_000, 100_000] {
        latency(&runtime, &corpus, count);
    }
}

/// How often the first examples are of the query's domain.
fn relevance(runtime: &tokio::runtime::Runtime, known: &[serde_json::Value], corpus: &Arc<Corpus>) {
    let retriever = Retriever::new(Arc::clone(corpus));
    let domain = |id: &str| {
        let story = known.iter().find(|story| story["story_id"] == id);
        story.and_then(|story| story["domain"].as_str()).unwrap_or_default()
    };
    let (mut first, mut any, mut chance, mut asked) = (0, 0, 0.0, 0);
    for example in corpus.iter() {
        let query = Query::new(&example.story, &example.criteria);
        let found = runtime.block_on(retriever.find(&query, 3)).examples;
        let own = domain(&example.id);
        let of_own = |found: &Arc<Example>| domain(&found.id) == own;
        first += usize::from(found.first().is_some_and(of_own));
        any += usize::from(found.iter().any(of_own));
        let others = corpus
            .iter()
            .filter(|other| other.id != example.id && domain(&other.id) == own)
            .count();
        chance += others as f64 / (corpus.len() - 1) as f64;
        asked += 1;
    }
    let share = |count: usize| 100.0 * count as f64 / f64::from(asked);
    report(&format!(
        "{asked} stories: the first example is of the same domain in {:.0} %, one of three in {:.0} %; by chance the first in {:.0} %",
        share(first),
        share(any),
        100.0 * chance / f64::from(asked)
    ));
}

/// Corpora of any size: words of the worked-out stories, mixed by a counter so that no two examples are alike.
fn mixed(corpus: &Corpus, count: usize) -> Corpus {
    let texts: Vec<Vec<String>> = corpus
        .iter()
        .map(|example| example.text().split_whitespace().map(str::to_owned).collect())
        .collect();
    let mut state = 1_u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below.max(1)
    };
    let examples = (0..count).map(|index| {
        let words: Vec<&str> = (0..60)
            .map(|_| {
                let text = &texts[next(texts.len())];
                text[next(text.len())].as_str()
            })
            .collect();
        Arc::new(Example::bare(&format!("E-{index}"), &words.join(" "), &[]))
    });
    Corpus::of(examples.collect())
}

fn latency(runtime: &tokio::runtime::Runtime, corpus: &Arc<Corpus>, count: usize) {
    let large = Arc::new(mixed(corpus, count));
    let began = Instant::now();
    let retriever = Retriever::new(large);
    let indexed = began.elapsed();
    let queries: Vec<Query> = corpus
        .iter()
        .map(|example| Query::new(&example.story, &example.criteria))
        .collect();
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..3 {
        for query in &queries {
            let began = Instant::now();
            black_box(runtime.block_on(retriever.find(query, 3)));
            times.push(began.elapsed());
        }
    }
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    report(&format!(
        "{count:>9}  {indexed:>10.1?}  {:>10.1?}  {:>10.1?}  {:>12.1?}",
        at(0.5),
        at(0.95),
        at(0.5) / u32::try_from(count / 1_000).unwrap_or(1)
    ));
}

#[allow(clippy::print_stdout)]
fn report(line: &str) {
    println!("{line}");
}
