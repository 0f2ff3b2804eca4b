//! Words and meaning together: the lexical order and the order by an embedding model, fused by rank (reciprocal rank fusion,
//! Cormack, Clarke and Büttcher, 2009), so that scores of different scales need not be compared.

use super::corpus::Corpus;
use super::embedder::Embedder;
use super::lexical::{Lexical, best};
use super::vectors::{Vectors, VectorsError, cosine, unit};
use super::{BoxFuture, Hit, Query, Search, SearchError};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

/// How much the first ranks count more than the next.
const RRF: f32 = 60.0;
/// How deep each order is looked at.
const DEPTH: usize = 100;
/// How many texts are embedded with one request.
const BATCH: usize = 32;
/// How many vectors of queries are remembered.
const REMEMBERED: usize = 64;

/// Vectors in the order of the corpus.
type InOrder = Vec<Box<[f32]>>;

/// Both indexes.
#[derive(Debug)]
pub struct Hybrid {
    corpus: Arc<Corpus>,
    lexical: Arc<Lexical>,
    embedder: Arc<dyn Embedder>,
    /// In the order of the corpus; `None` until all are there.
    vectors: RwLock<Option<Arc<InOrder>>>,
    queries: Mutex<HashMap<String, Arc<[f32]>>>,
    file: Option<PathBuf>,
}

impl Hybrid {
    /// Both indexes of a corpus. `file` keeps the vectors from one start to the next.
    #[must_use]
    pub fn new(
        corpus: Arc<Corpus>,
        lexical: Arc<Lexical>,
        embedder: Arc<dyn Embedder>,
        file: Option<PathBuf>,
    ) -> Arc<Self> {
        Arc::new(Self {
            corpus,
            lexical,
            embedder,
            vectors: RwLock::new(None),
            queries: Mutex::new(HashMap::new()),
            file,
        })
    }

    /// Reads the file, embeds what it lacks, writes it. Tries again after a pause, which doubles up to five minutes, until it
    /// succeeded. Until then searches fail and the lexical order stands.
    pub async fn keep_building(self: Arc<Self>, pause: Duration) {
        let mut pause = pause;
        loop {
            match self.build().await {
                Ok(embedded) => {
                    tracing::info!(examples = self.corpus.len(), embedded, "the examples are embedded");
                    return;
                }
                Err(error) => {
                    tracing::warn!(error = %error, "the examples cannot be embedded; they are searched by their words");
                }
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(300));
        }
    }

    /// Makes the vectors. How many had to be embedded.
    ///
    /// # Errors
    /// The embedder's.
    pub async fn build(&self) -> Result<usize, SearchError> {
        let name = self.embedder.name().await?;
        let mut vectors = self.kept(&name).await;
        let missing = vectors.missing(&self.corpus);
        for batch in missing.chunks(BATCH) {
            let examples: Vec<_> = batch.iter().filter_map(|index| self.corpus.get(*index)).collect();
            let texts: Vec<String> = examples.iter().map(|example| example.text()).collect();
            let embedded = self.embedder.embed(&texts).await?;
            for (example, vector) in examples.iter().zip(embedded) {
                if !vectors.insert(example.hash, vector) {
                    return Err(SearchError(format!("{name} gave no vector for example {}", example.id)));
                }
            }
        }
        vectors.retain(&self.corpus);
        if !missing.is_empty() {
            self.save(&vectors).await;
        }
        let ordered: Option<InOrder> = self
            .corpus
            .iter()
            .map(|example| vectors.get(&example.hash).map(Into::into))
            .collect();
        let ordered = ordered.ok_or_else(|| SearchError("an example has no vector".to_owned()))?;
        *self.vectors.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(ordered));
        Ok(missing.len())
    }

    async fn kept(&self, name: &str) -> Vectors {
        let Some(path) = self.file.clone() else {
            return Vectors::new(name.to_owned());
        };
        let (wanted, shown) = (name.to_owned(), path.display().to_string());
        let loaded = tokio::task::spawn_blocking(move || Vectors::load(&path, &wanted)).await;
        match loaded {
            Ok(Ok(vectors)) => vectors,
            Ok(Err(VectorsError::Io(error))) if error.kind() == std::io::ErrorKind::NotFound => {
                Vectors::new(name.to_owned())
            }
            Ok(Err(error)) => {
                tracing::warn!(file = shown, error = %error, "the saved vectors cannot be used; they are made anew");
                Vectors::new(name.to_owned())
            }
            Err(_) => Vectors::new(name.to_owned()),
        }
    }

    async fn save(&self, vectors: &Vectors) {
        let Some(path) = self.file.clone() else { return };
        let (vectors, shown) = (vectors.clone(), path.display().to_string());
        let saved = tokio::task::spawn_blocking(move || vectors.save(&path)).await;
        if let Ok(Err(error)) = saved {
            tracing::warn!(file = shown, error = %error, "the vectors cannot be saved; they are made anew at the next start");
        }
    }

    fn vectors(&self) -> Option<Arc<InOrder>> {
        self.vectors.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remembered(&self, text: &str) -> Option<Arc<[f32]>> {
        let queries = self.queries.lock().unwrap_or_else(PoisonError::into_inner);
        queries.get(text).cloned()
    }

    async fn embedded(&self, text: &str) -> Result<Arc<[f32]>, SearchError> {
        if let Some(vector) = self.remembered(text) {
            return Ok(vector);
        }
        let vector = self.embedder.embed(&[text.to_owned()]).await?.pop().and_then(unit);
        let vector: Arc<[f32]> = vector
            .ok_or_else(|| SearchError("the embedder gave no vector for the story".to_owned()))?
            .into();
        let mut queries = self.queries.lock().unwrap_or_else(PoisonError::into_inner);
        if queries.len() >= REMEMBERED {
            queries.clear();
        }
        queries.insert(text.to_owned(), Arc::clone(&vector));
        Ok(vector)
    }
}

impl Search for Hybrid {
    fn search<'a>(&'a self, query: &'a Query, most: usize) -> BoxFuture<'a, Result<Vec<Hit>, SearchError>> {
        Box::pin(async move {
            let vectors = self
                .vectors()
                .ok_or_else(|| SearchError("the examples are not embedded yet".to_owned()))?;
            let embedded = self.embedded(&query.text).await?;
            if vectors.first().is_some_and(|vector| vector.len() != embedded.len()) {
                return Err(SearchError(
                    "the embedding model changed its dimensions; a restart embeds the examples anew".to_owned(),
                ));
            }
            let scores = vectors.iter().enumerate();
            let by_meaning = best(scores.map(|(index, vector)| (index, cosine(vector, &embedded))), DEPTH);
            let by_words = self.lexical.search(&query.terms, DEPTH);
            Ok(fused(&[by_words, by_meaning], most))
        })
    }

    fn likeness(&self, one: usize, other: usize) -> Option<f32> {
        let vectors = self.vectors()?;
        Some(cosine(vectors.get(one)?, vectors.get(other)?))
    }

    fn kinship(&self, query: &Query, example: usize) -> Option<f32> {
        let embedded = self.remembered(&query.text)?;
        Some(cosine(self.vectors()?.get(example)?, &embedded))
    }
}

/// Several orders as one.
fn fused(orders: &[Vec<Hit>], most: usize) -> Vec<Hit> {
    let mut scores: HashMap<usize, f32> = HashMap::new();
    for order in orders {
        for (rank, hit) in order.iter().enumerate() {
            *scores.entry(hit.example).or_default() += 1.0 / (RRF + rank as f32 + 1.0);
        }
    }
    best(scores.into_iter(), most)
}
