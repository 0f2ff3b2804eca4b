//! The inverted index: BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009) over the terms of the
//! examples' stories and criteria. An example can be added without making the index anew.

use super::corpus::Corpus;
use super::terms::Terms;
use super::{BoxFuture, Hit, Query, Search, SearchError};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// How soon a repeated term stops counting.
const K1: f32 = 1.2;
/// How much the length of an example counts.
const B: f32 = 0.75;

/// The index.
#[derive(Debug, Default)]
pub struct Lexical {
    postings: HashMap<Box<str>, Vec<Posting>>,
    lengths: Vec<u32>,
    words: u64,
}

#[derive(Clone, Copy, Debug)]
struct Posting {
    example: u32,
    count: u32,
}

impl Lexical {
    /// The index of a corpus.
    #[must_use]
    pub fn new(corpus: &Corpus) -> Self {
        let mut index = Self::default();
        for example in corpus.iter() {
            index.add(&example.terms);
        }
        index
    }

    /// Adds the next example.
    pub fn add(&mut self, terms: &Terms) {
        let Ok(example) = u32::try_from(self.lengths.len()) else {
            return;
        };
        for (term, count) in terms.iter() {
            let posting = Posting { example, count };
            match self.postings.get_mut(term) {
                Some(list) => list.push(posting),
                None => drop(self.postings.insert(term.into(), vec![posting])),
            }
        }
        self.lengths.push(terms.length());
        self.words += u64::from(terms.length());
    }

    /// How many examples are in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    /// At most `most` examples that share a term with the query, the best first; equal scores in the order of the corpus.
    #[must_use]
    pub fn search(&self, query: &Terms, most: usize) -> Vec<Hit> {
        let count = self.lengths.len() as f32;
        if self.lengths.is_empty() || most == 0 {
            return Vec::new();
        }
        let mean = (self.words as f32 / count).max(1.0);
        let mut scores = vec![0.0_f32; self.lengths.len()];
        for (term, times) in query.iter() {
            let Some(list) = self.postings.get(term) else { continue };
            let with = list.len() as f32;
            // The form that is never negative.
            let rarity = (1.0 + (count - with + 0.5) / (with + 0.5)).ln() * times.min(3) as f32;
            for posting in list {
                let example = posting.example as usize;
                let frequency = posting.count as f32;
                let length = self.lengths[example] as f32;
                let damping = K1 * (1.0 - B + B * length / mean);
                scores[example] += rarity * frequency * (K1 + 1.0) / (frequency + damping);
            }
        }
        best(scores.into_iter().enumerate().filter(|(_, score)| *score > 0.0), most)
    }
}

/// The `most` best, the best first.
pub(super) fn best(scores: impl Iterator<Item = (usize, f32)>, most: usize) -> Vec<Hit> {
    // The worst that is kept lies on top.
    let mut kept: BinaryHeap<Reverse<Ranked>> = BinaryHeap::with_capacity(most + 1);
    for (example, score) in scores {
        let ranked = Ranked(Hit { example, score });
        if kept.len() < most {
            kept.push(Reverse(ranked));
        } else if kept.peek().is_some_and(|worst| ranked > worst.0) {
            kept.pop();
            kept.push(Reverse(ranked));
        }
    }
    let mut kept: Vec<Ranked> = kept.into_iter().map(|Reverse(ranked)| ranked).collect();
    kept.sort_unstable_by(|one, other| other.cmp(one));
    kept.into_iter().map(|ranked| ranked.0).collect()
}

/// Hits in order: by score, then the earlier example first.
#[derive(Clone, Copy, Debug)]
struct Ranked(Hit);

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let by_score = self.0.score.total_cmp(&other.0.score);
        by_score.then_with(|| other.0.example.cmp(&self.0.example))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ranked {}

impl Search for Lexical {
    fn search<'a>(&'a self, query: &'a Query, most: usize) -> BoxFuture<'a, Result<Vec<Hit>, SearchError>> {
        Box::pin(async move { Ok(Self::search(self, &query.terms, most)) })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use proptest::prelude::*;

    fn index(texts: &[&str]) -> Lexical {
        let mut index = Lexical::default();
        for text in texts {
            index.add(&Terms::of(text));
        }
        index
    }

    fn order(index: &Lexical, query: &str) -> Vec<usize> {
        let hits = index.search(&Terms::of(query), 10);
        hits.iter().map(|hit| hit.example).collect()
    }

    #[test]
    fn scores_are_those_of_the_formula_worked_out_by_hand() {
        // Two examples of 2 and 4 words, mean 3. "gift" is in both (once; twice), "card" in the first alone.
        let index = index(&["gift card", "gift voucher gift paper"]);
        let hits = index.search(&Terms::of("gift card"), 10);
        let rarity_gift = (1.0_f32 + (2.0 - 2.0 + 0.5) / 2.5).ln();
        let rarity_card = (1.0_f32 + (2.0 - 1.0 + 0.5) / 1.5).ln();
        let damping = |length: f32| 1.2 * (0.25 + 0.75 * length / 3.0);
        let first = (rarity_gift + rarity_card) * 2.2 / (1.0 + damping(2.0));
        let second = rarity_gift * 2.0 * 2.2 / (2.0 + damping(4.0));
        assert_eq!((hits[0].example, hits[1].example), (0, 1));
        assert!((hits[0].score - first).abs() < 1e-6, "{hits:?}");
        assert!((hits[1].score - second).abs() < 1e-6, "{hits:?}");
    }

    #[test]
    fn a_rare_word_counts_more_than_a_common_one() {
        let index = index(&["order list", "order coupon", "order page", "order total"]);
        assert_eq!(order(&index, "order with a coupon")[0], 1);
        assert!(order(&index, "heating").is_empty());
        assert!(order(&Lexical::default(), "order").is_empty());
    }

    #[test]
    fn equal_scores_keep_the_order_of_the_corpus() {
        let index = index(&["refund", "refund", "refund"]);
        assert_eq!(order(&index, "refund"), [0, 1, 2]);
        let hits = index.search(&Terms::of("refund"), 2);
        assert_eq!(hits.iter().map(|hit| hit.example).collect::<Vec<_>>(), [0, 1]);
    }

    proptest! {
        #[test]
        fn the_best_are_the_head_of_the_whole_order(scores in proptest::collection::vec(0.0_f32..10.0, 0..50), most in 0_usize..60) {
            let hits = best(scores.iter().copied().enumerate(), most);
            let mut whole: Vec<(usize, f32)> = scores.iter().copied().enumerate().collect();
            whole.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
            whole.truncate(most);
            let found: Vec<(usize, f32)> = hits.iter().map(|hit| (hit.example, hit.score)).collect();
            prop_assert_eq!(found, whole);
        }
    }
}
