//! What analysis costs: a story and its criteria to the test basis and the plan, for every story that may be read of
//! `data/test/user_stories.json`.
//!
//! `cargo bench --bench analysis`. The figure of a story is the median of several passes over it.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use serde::Deserialize;
use std::hint::black_box;
use std::time::{Duration, Instant};
use testgen::basis;
use testgen::coverage::{self, Wanted};
use testgen::story::{Limits, UserStory};

const PASSES: usize = 21;

#[derive(Deserialize)]
struct Story {
    id: String,
    user_story: String,
    acceptance_criteria: Vec<String>,
    split: String,
}

/// What one story costs.
struct Cost {
    id: String,
    parse: Duration,
    plan: Duration,
    items: usize,
}

impl Cost {
    fn whole(&self) -> Duration {
        self.parse + self.plan
    }
}

fn main() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/test/user_stories.json");
    let stories: Vec<Story> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut costs: Vec<Cost> = stories
        .iter()
        .filter(|story| story.split == "dev")
        .map(measure)
        .collect();
    costs.sort_by_key(Cost::whole);
    let at = |percent: usize| &costs[(costs.len() - 1) * percent / 100];
    println!("{} stories, {PASSES} passes each", costs.len());
    println!(
        "{:10}{:>12}{:>12}{:>12}{:>8}  story",
        "", "parse", "plan", "both", "items"
    );
    for (name, cost) in [
        ("fastest", at(0)),
        ("median", at(50)),
        ("P90", at(90)),
        ("slowest", at(100)),
    ] {
        println!(
            "{name:10}{:>12}{:>12}{:>12}{:>8}  {}",
            shown(cost.parse),
            shown(cost.plan),
            shown(cost.whole()),
            cost.items,
            cost.id
        );
    }
}

fn measure(story: &Story) -> Cost {
    let told = UserStory::new(&story.user_story, &story.acceptance_criteria, "", &Limits::default()).unwrap();
    let (mut parses, mut plans) = (Vec::with_capacity(PASSES), Vec::with_capacity(PASSES));
    let mut items = 0;
    for _ in 0..PASSES {
        let begin = Instant::now();
        let basis = black_box(basis::parse(black_box(&told)));
        let parsed = Instant::now();
        let plan = black_box(coverage::plan(&basis, &Wanted::default()));
        plans.push(parsed.elapsed());
        parses.push(parsed - begin);
        items = plan.items.len();
    }
    Cost {
        id: story.id.clone(),
        parse: median(&mut parses),
        plan: median(&mut plans),
        items,
    }
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn shown(time: Duration) -> String {
    format!("{:.3} ms", time.as_secs_f64() * 1_000.0)
}
