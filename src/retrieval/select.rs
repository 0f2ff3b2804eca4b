//! Which of the candidates are shown: twins out, then each next one for being close to the story and unlike those that are
//! chosen already (maximal marginal relevance, Carbonell and Goldstein, 1998).

use super::corpus::{Corpus, Example};
use super::{CANDIDATES, Hit, Query, Search};
use sha2::{Digest as _, Sha256};

/// Share of common terms from which an example is the story's twin.
const TWIN_JACCARD: f32 = 0.8;
/// Likeness by an embedding model from which it is.
const TWIN_KINSHIP: f32 = 0.95;
/// How much closeness to the story counts against unlikeness to the others.
const CLOSENESS: f32 = 0.7;

/// Whether an example is the story itself or nearly so, by its words.
pub(super) fn is_twin(query: &Query, example: &Example) -> bool {
    let hash: [u8; 32] = Sha256::digest(query.text.as_bytes()).into();
    example.hash == hash || example.terms.jaccard(&query.terms) >= TWIN_JACCARD
}

/// The chosen examples, the first for being the closest.
pub(super) fn choose(
    query: &Query,
    hits: &[Hit],
    corpus: &Corpus,
    better: Option<&dyn Search>,
    most: usize,
) -> Vec<usize> {
    let mut candidates: Vec<Hit> = hits
        .iter()
        .filter(|hit| {
            corpus.get(hit.example).is_some_and(|example| {
                let close = better.and_then(|search| search.kinship(query, hit.example));
                !is_twin(query, example) && close.is_none_or(|kinship| kinship < TWIN_KINSHIP)
            })
        })
        .take(CANDIDATES)
        .copied()
        .collect();
    let likeness = |one: usize, other: usize| {
        better
            .and_then(|search| search.likeness(one, other))
            .unwrap_or_else(|| {
                let terms = |index: usize| corpus.get(index).map(|example| &example.terms);
                terms(one)
                    .zip(terms(other))
                    .map_or(0.0, |(one, other)| one.jaccard(other))
            })
    };
    let top = candidates.first().map_or(1.0, |hit| hit.score.max(f32::MIN_POSITIVE));
    let mut chosen: Vec<usize> = Vec::with_capacity(most);
    while chosen.len() < most && !candidates.is_empty() {
        let worth = |hit: &Hit| {
            let nearest = chosen
                .iter()
                .map(|other| likeness(hit.example, *other))
                .fold(0.0, f32::max);
            (CLOSENESS * hit.score / top - (1.0 - CLOSENESS) * nearest, nearest)
        };
        let mut best: Option<(usize, f32)> = None;
        let mut twins = Vec::new();
        for (at, hit) in candidates.iter().enumerate() {
            let (worth, nearest) = worth(hit);
            if nearest >= TWIN_JACCARD {
                twins.push(at);
            } else if best.is_none_or(|(_, other)| worth > other) {
                best = Some((at, worth));
            }
        }
        let Some((at, _)) = best else { break };
        chosen.push(candidates[at].example);
        // From the back, so that the places before stay right.
        let mut gone = twins;
        gone.push(at);
        gone.sort_unstable();
        for at in gone.into_iter().rev() {
            candidates.remove(at);
        }
    }
    chosen
}
