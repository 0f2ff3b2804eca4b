//! Story → worked-out examples, for prompts that show some.
//!
//! An example is a story that people worked out into test cases. The lexical index (BM25) needs nothing but the examples;
//! where there is an embedding model, its vectors are searched as well and both orders are fused. Then twins of the story are
//! left out (an example that is the story itself would hand the model its answer) and the rest is chosen for being close to
//! the story and different from each other.
//!
//! - `corpus`: examples read from a file, checked at birth
//! - `terms`: text → what is compared
//! - `lexical`: the inverted index
//! - `vectors`: unit vectors of examples, and the file that keeps them
//! - `embedder`: the seam to an embedding model
//! - `hybrid`: both orders fused
//! - `select`: twins out, diversity in

pub mod corpus;
pub mod terms;
pub mod lexical;
pub mod vectors;
pub mod embedder;
pub mod hybrid;
mod select;

use crate::story::UserStory;
use corpus::{Corpus, Example};
use lexical::Lexical;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use terms::Terms;

/// What is searched for.
#[derive(Clone, Debug)]
pub struct Query {
    /// The story and its criteria as one text.
    pub text: String,
    /// The same as terms.
    pub terms: Terms,
}

impl Query {
    /// The query that a story makes: the story and its criteria. Its context is left out, since a glossary says little about
    /// what kind of behaviour is tested.
    #[must_use]
    pub fn of(story: &UserStory) -> Self {
        Self::new(story.text(), story.criteria())
    }

    /// The query that texts make.
    #[must_use]
    pub fn new(story: &str, criteria: &[String]) -> Self {
        let text = corpus::one_text(story, criteria);
        Self {
            terms: Terms::of(&text),
            text,
        }
    }
}

/// One example that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Which example of the corpus.
    pub example: usize,
    /// How well it fits; larger is better, and only comparable within one answer.
    pub score: f32,
}

/// A search that did not work as it should have; what else was found is still good.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SearchError(pub String);

/// A future in a box.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A way to search the examples. The seam behind which a vector database can stand.
pub trait Search: Send + Sync + fmt::Debug {
    /// At most `most` examples, the best first.
    ///
    /// # Errors
    /// What went wrong, in words for an operator.
    fn search<'a>(&'a self, query: &'a Query, most: usize) -> BoxFuture<'a, Result<Vec<Hit>, SearchError>>;

    /// How alike two examples are, 0 to 1, where this search can tell better than by their words.
    fn likeness(&self, _one: usize, _other: usize) -> Option<f32> {
        None
    }

    /// How alike the query of the last search and an example are, 0 to 1; `None` where it cannot tell.
    fn kinship(&self, _query: &Query, _example: usize) -> Option<f32> {
        None
    }
}

/// The examples, ready to be searched.
#[derive(Debug)]
pub struct Retriever {
    corpus: Arc<Corpus>,
    lexical: Arc<Lexical>,
    /// A better search, where one is set up.
    better: Option<Arc<dyn Search>>,
}

/// What a search brought.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The chosen examples, the most fitting first.
    pub examples: Vec<Arc<Example>>,
    /// Why the better search was not used, where it is set up and failed.
    pub fallback: Option<String>,
}

/// How many candidates the choice is made from.
const CANDIDATES: usize = 32;

impl Retriever {
    /// The examples with their lexical index.
    #[must_use]
    pub fn new(corpus: Arc<Corpus>) -> Self {
        let lexical = Arc::new(Lexical::new(&corpus));
        Self {
            corpus,
            lexical,
            better: None,
        }
    }

    /// The same with a search that is asked first.
    #[must_use]
    pub fn with(mut self, better: Arc<dyn Search>) -> Self {
        self.better = Some(better);
        self
    }

    /// The examples.
    #[must_use]
    pub fn corpus(&self) -> &Arc<Corpus> {
        &self.corpus
    }

    /// The lexical index.
    #[must_use]
    pub fn lexical(&self) -> &Arc<Lexical> {
        &self.lexical
    }

    /// The examples with these ids, as far as there are, and as far as they are not the story or its twin.
    #[must_use]
    pub fn named(&self, ids: &[String], query: &Query) -> Vec<Arc<Example>> {
        let known = ids.iter().filter_map(|id| self.corpus.named(id));
        known
            .filter(|example| !select::is_twin(query, example))
            .cloned()
            .collect()
    }

    /// At most `most` examples for a story: none that is the story itself or its near twin, and no two that are nearly the
    /// same. A failing search is no failure: the lexical one always answers.
    pub async fn find(&self, query: &Query, most: usize) -> Found {
        if most == 0 || self.corpus.is_empty() {
            return Found::default();
        }
        let mut fallback = None;
        // Twins are left out below, so that a few more candidates are wanted than are chosen from.
        let wanted = CANDIDATES + most;
        let hits = match &self.better {
            Some(better) => match better.search(query, wanted).await {
                Ok(hits) => Some(hits),
                Err(error) => {
                    fallback = Some(error.to_string());
                    None
                }
            },
            None => None,
        };
        let better = self.better.as_deref().filter(|_| hits.is_some());
        let hits = hits.unwrap_or_else(|| self.lexical.search(&query.terms, wanted));
        let chosen = select::choose(query, &hits, &self.corpus, better, most);
        Found {
            examples: chosen
                .into_iter()
                .filter_map(|index| self.corpus.get(index).cloned())
                .collect(),
            fallback,
        }
    }
}

#[cfg(test)]
mod tests;
