//! The prompts and the examples that the settings ask for.

use crate::backend::endpoint;
use crate::config::Config;
use crate::generation::Examples;
use crate::prompt::Catalog;
use crate::retrieval::corpus::{Corpus, CorpusError, MAX_FILE_BYTES};
use crate::retrieval::embedder::{self, Embedder};
use crate::retrieval::hybrid::Hybrid;
use crate::retrieval::{Retriever, Search};
use anyhow::Context as _;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The examples that are compiled in.
const EMBEDDED: &str = include_str!("../../data/examples/user_stories_with_test_cases.json");

/// Pause before the examples are embedded again, where the embedding model did not answer.
const EMBED_AGAIN: Duration = Duration::from_secs(5);

/// The variants that are compiled in and those of the configured folder.
///
/// # Errors
/// A file that cannot be used, or a configured variant that does not exist.
pub(super) fn catalog(config: &Config) -> anyhow::Result<Catalog> {
    let mut catalog = Catalog::embedded()?;
    if let Some(folder) = &config.prompt.folder {
        catalog = catalog.with_folder(folder).context("prompt.folder")?;
    }
    let name = &config.prompt.variant;
    if catalog.find(name).is_none() {
        let names: Vec<&str> = catalog.variants().iter().map(|variant| variant.name.as_str()).collect();
        anyhow::bail!(
            "prompt.variant: there is no variant {name:?}; there are: {}",
            names.join(", ")
        );
    }
    Ok(catalog)
}

/// The examples. A file of one's own is read now, so that a mistake in it is seen at the start; so are all where they have
/// to be embedded. Needs a runtime if there is an embedding model.
///
/// # Errors
/// A file that cannot be used, or an HTTP client that cannot be made.
pub(super) fn examples(config: &Config) -> anyhow::Result<Examples> {
    let from = &config.retrieval;
    if from.examples.is_none() && from.embedding_model.is_empty() {
        return Ok(Examples::lazy(|| {
            embedded().ok().map(|corpus| Arc::new(Retriever::new(Arc::new(corpus))))
        }));
    }
    let corpus = match &from.examples {
        Some(path) => read(path).context("retrieval.examples")?,
        None => embedded()?,
    };
    let retriever = Retriever::new(Arc::new(corpus));
    if from.embedding_model.is_empty() {
        return Ok(Examples::ready(Arc::new(retriever)));
    }
    let client = endpoint::client(&from.embedding_url, from.embedding_timeout)?;
    let model = from.embedding_model.clone();
    let url = (*from.embedding_url).clone();
    let embedder: Arc<dyn Embedder> = Arc::new(embedder::Ollama::new(client, url, model, from.embedding_timeout));
    let hybrid = Hybrid::new(
        Arc::clone(retriever.corpus()),
        Arc::clone(retriever.lexical()),
        embedder,
        from.vectors.clone(),
    );
    tokio::spawn(Arc::clone(&hybrid).keep_building(EMBED_AGAIN));
    Ok(Examples::ready(Arc::new(retriever.with(hybrid as Arc<dyn Search>))))
}

fn embedded() -> Result<Corpus, CorpusError> {
    Corpus::parse(EMBEDDED, "the examples that are compiled in")
}

fn read(path: &Path) -> Result<Corpus, CorpusError> {
    let name = path.display().to_string();
    let unreadable = |reason: String| CorpusError::Unreadable {
        path: name.clone(),
        reason,
    };
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(|error| unreadable(error.to_string()))?;
    file.take(MAX_FILE_BYTES + 1)
        .read_to_string(&mut text)
        .map_err(|error| unreadable(error.to_string()))?;
    if text.len() as u64 > MAX_FILE_BYTES {
        return Err(unreadable("it is longer than 1 GiB".to_owned()));
    }
    Corpus::parse(&text, &name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::prompt::catalog::Examples as Wanted;

    #[test]
    fn the_examples_that_are_compiled_in_can_be_read_and_the_variants_name_none_that_is_not_there() {
        let corpus = embedded().unwrap();
        assert!(!corpus.is_empty());
        for variant in Catalog::embedded().unwrap().variants() {
            if let Wanted::Fixed(ids) = &variant.examples {
                for id in ids {
                    assert!(corpus.named(id).is_some(), "{} shows {id}", variant.label());
                }
            }
        }
    }

    #[test]
    fn a_variant_that_does_not_exist_is_told_with_those_that_do() {
        let mut config = Config::default();
        config.prompt.variant = "none".to_owned();
        let told = catalog(&config).unwrap_err().to_string();
        assert!(
            told.starts_with("prompt.variant: there is no variant \"none\"; there are: planned, basic"),
            "{told}"
        );
    }
}
