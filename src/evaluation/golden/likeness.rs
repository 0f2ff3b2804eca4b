//! How alike two cases are: by the terms of what is set up and done, and by the terms of what is then seen.
//!
//! Every case of a story opens the same form and fills the same fields; what makes it this case is what the others do not say.
//! So a term weighs by how few of the story's golden cases have it. Golden cases alone decide the weights: they are the same
//! for whoever words the cases, so that figures of variants can be compared. A value makes the data that is tried, so it weighs
//! double. Titles do not count: they promise.

use crate::retrieval::terms::Terms;
use std::collections::HashMap;

/// From this likeness on two cases are a pair; `data/test/golden_pairs.json` has what it was held against.
pub const ALIKE: f64 = 0.16;
/// A value weighs so much more than a word.
const VALUE: f64 = 2.0;

/// A step: what is done, with which data, and what is then seen.
pub(super) type Step<'a> = [&'a str; 3];

/// What two cases are compared by.
#[derive(Clone, Debug)]
pub(super) struct Words {
    done: Terms,
    seen: Terms,
}

/// How much each term says in one story.
#[derive(Clone, Debug, Default)]
pub(super) struct Weights {
    cases: usize,
    having: HashMap<Box<str>, usize>,
}

impl Words {
    pub(super) fn new<'a>(
        before: &'a [String],
        steps: impl Iterator<Item = Step<'a>> + Clone,
        result: &'a str,
    ) -> Self {
        let done = steps.clone().flat_map(|[action, data, _]| [action, data]);
        let seen = steps.map(|[_, _, expected]| expected);
        let one_text = |texts: Vec<&str>| Terms::of(&texts.join("\n"));
        Self {
            done: one_text(before.iter().map(String::as_str).chain(done).collect()),
            seen: one_text(seen.chain([result]).collect()),
        }
    }
}

impl Weights {
    /// Those of a story with these golden cases.
    pub(super) fn of<'a>(golden: impl Iterator<Item = &'a Words>) -> Self {
        let mut weights = Self::default();
        for case in golden {
            weights.cases += 1;
            let mut terms: Vec<&str> = case.done.iter().chain(case.seen.iter()).map(|(term, _)| term).collect();
            terms.sort_unstable();
            terms.dedup();
            for term in terms {
                *weights.having.entry(term.into()).or_default() += 1;
            }
        }
        weights
    }

    /// From nearly 0 for a term that all golden cases have; one that none has says as much as one that half of them have.
    fn weight(&self, term: &str) -> f64 {
        let rare = match self.having.get(term) {
            Some(having) => ((self.cases + 1) as f64 / *having as f64).ln(),
            None => std::f64::consts::LN_2,
        };
        if term.bytes().any(|byte| byte.is_ascii_digit()) {
            rare * VALUE
        } else {
            rare
        }
    }

    /// Half by what is done, half by what is seen: weight of the terms that both have ÷ weight of those that one has, 0 to 1.
    pub(super) fn likeness(&self, one: &Words, other: &Words) -> f64 {
        let weight = |term: &str| self.weight(term);
        f64::midpoint(
            one.done.shared(&other.done, weight),
            one.seen.shared(&other.seen, weight),
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::super::{CaseInFile, StepInFile};
    use super::*;
    use serde::Deserialize;
    use serde_json::Value;

    #[derive(Deserialize)]
    struct Marked {
        samples: Vec<Sample>,
        pairs: Vec<Pair>,
    }

    #[derive(Deserialize)]
    struct Sample {
        likeness: String,
        strata: Vec<Stratum>,
    }

    #[derive(Deserialize)]
    struct Stratum {
        pairs: f64,
        drawn: Vec<usize>,
    }

    #[derive(Deserialize)]
    struct Pair {
        story: String,
        golden: String,
        same: bool,
        case: Written,
    }

    #[derive(Deserialize)]
    struct Written {
        preconditions: Vec<String>,
        steps: Vec<StepInFile>,
        expected_result: String,
    }

    fn read<T: serde::de::DeserializeOwned>(path: &str) -> T {
        let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    fn words(before: &[String], steps: &[StepInFile], result: &str) -> Words {
        let steps = steps
            .iter()
            .map(|step| -> Step<'_> { [&step.action, &step.data, &step.expected] });
        Words::new(before, steps, result)
    }

    /// Likeness, whether it is the same, and for how many pairs it stands: of the sample that was drawn by a likeness.
    fn sample(name: &str, likeness: impl Fn(&Weights, &Words, &Words) -> f64) -> Vec<(f64, bool, f64)> {
        let marked: Marked = read("data/test/golden_pairs.json");
        let stories: Vec<Value> = read("data/examples/user_stories_with_test_cases.json");
        let of_story = |id: &str| {
            let story = stories.iter().find(|story| story["story_id"] == id).unwrap();
            let cases: Vec<CaseInFile> = serde_json::from_value(story["test_cases"].clone()).unwrap();
            let words = |case: &CaseInFile| words(&case.preconditions, &case.steps, &case.expected_result);
            cases
                .iter()
                .map(|case| (case.id.clone(), words(case)))
                .collect::<Vec<_>>()
        };
        let sample = marked.samples.iter().find(|sample| sample.likeness == name).unwrap();
        let mut found = Vec::new();
        for stratum in &sample.strata {
            for pair in stratum.drawn.iter().map(|place| &marked.pairs[*place]) {
                let golden = of_story(&pair.story);
                let weights = Weights::of(golden.iter().map(|(_, words)| words));
                let (_, one) = golden.iter().find(|(id, _)| *id == pair.golden).unwrap();
                let other = words(&pair.case.preconditions, &pair.case.steps, &pair.case.expected_result);
                let stands_for = stratum.pairs / stratum.drawn.len() as f64;
                found.push((likeness(&weights, one, &other), pair.same, stands_for));
            }
        }
        found
    }

    /// Precision, recall and F1 of taking for the same what is this much alike, to three decimals.
    fn judged(sample: &[(f64, bool, f64)], from: f64) -> (f64, f64, f64) {
        let sum = |wanted: fn(bool, bool) -> bool| -> f64 {
            let those = sample
                .iter()
                .filter(|(likeness, same, _)| wanted(*likeness >= from, *same));
            those.map(|(_, _, stands_for)| stands_for).sum()
        };
        let (both, taken, same) = (
            sum(|taken, same| taken && same),
            sum(|taken, _| taken),
            sum(|_, same| same),
        );
        let (precision, recall) = (both / taken, both / same);
        let rounded = |value: f64| (value * 1e3).round() / 1e3;
        (
            rounded(precision),
            rounded(recall),
            rounded(2.0 * precision * recall / (precision + recall)),
        )
    }

    /// What ARCHITECTURE.md says of the two, computed from what a reader marked.
    #[test]
    fn the_threshold_is_held_against_what_a_reader_marked() {
        let equal = |_: &Weights, one: &Words, other: &Words| {
            f64::midpoint(
                f64::from(one.done.jaccard(&other.done)),
                f64::from(one.seen.jaccard(&other.seen)),
            )
        };
        let equal = sample("equal", equal);
        assert_eq!(equal.len(), 128);
        assert_eq!(judged(&equal, 0.3), (0.646, 0.268, 0.379));
        let weighted = sample("weighted", Weights::likeness);
        assert_eq!(weighted.len(), 138);
        assert_eq!(judged(&weighted, 0.3), (0.794, 0.295, 0.43));
        assert_eq!(judged(&weighted, ALIKE), (0.664, 0.687, 0.675));
        // As many pairs are taken as are the same, so that the figures lean to neither side; no other threshold is much better.
        assert_eq!(best(&equal), (10, 0.596));
        assert_eq!(best(&weighted), (12, 0.697));
    }

    /// The threshold, in hundredths, that has the best F1, and that.
    fn best(sample: &[(f64, bool, f64)]) -> (u32, f64) {
        let judged = (5..60).map(|hundredths| (hundredths, judged(sample, f64::from(hundredths) / 100.0).2));
        let judged = judged.filter(|(_, f1)| f1.is_finite());
        judged.fold((0, 0.0), |best, other| if other.1 >= best.1 { other } else { best })
    }

    #[test]
    fn a_term_weighs_by_how_few_have_it_and_a_value_double() {
        let words = |text: &str| words(&[], &[], text);
        let golden = [words("open form 19"), words("open form"), words("open list")];
        let weights = Weights::of(golden.iter());
        let near = |term: &str, wanted: f64| assert!((weights.weight(term) - wanted).abs() < 1e-12, "{term}");
        near("open", (4.0_f64 / 3.0).ln());
        near("form", 2.0_f64.ln());
        near("list", 4.0_f64.ln());
        near("19", 2.0 * 4.0_f64.ln());
        near("never", 2.0_f64.ln());
        near("20", 2.0 * 2.0_f64.ln());
        // Nothing is set up or done, so half of it is nothing; of what is seen: open and form of those and 19.
        let (open, form, value) = ((4.0_f64 / 3.0).ln(), 2.0_f64.ln(), 2.0 * 4.0_f64.ln());
        let alike = weights.likeness(&golden[0], &golden[1]);
        assert!(
            (alike - (open + form) / (open + form + value) / 2.0).abs() < 1e-12,
            "{alike}"
        );
        assert_eq!(weights.likeness(&words(""), &words("")), 0.0);
    }
}
