//! The seam to an embedding model, and Ollama behind it.

use super::{BoxFuture, SearchError};
use serde::Deserialize;
use std::fmt;
use std::time::Duration;
use url::Url;

/// Text → vectors.
pub trait Embedder: Send + Sync + fmt::Debug {
    /// Name and version of the model: vectors of different names cannot be compared.
    ///
    /// # Errors
    /// It cannot be asked, or does not have the model.
    fn name(&self) -> BoxFuture<'_, Result<String, SearchError>>;

    /// One vector for each text, in their order.
    ///
    /// # Errors
    /// It cannot be asked, or its answer is none.
    fn embed<'a>(&'a self, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Vec<f32>>, SearchError>>;
}

/// Ollama's `/api/embed`.
#[derive(Debug)]
pub struct Ollama {
    client: reqwest::Client,
    url: Url,
    model: String,
    timeout: Duration,
}

/// Most bytes of an answer: 32 vectors of 8,192 numbers of 24 characters, and then some.
const MAX_ANSWER_BYTES: usize = 16 << 20;

#[derive(Deserialize)]
struct Embedded {
    embeddings: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
struct Tags {
    models: Vec<Tag>,
}

#[derive(Deserialize)]
struct Tag {
    name: String,
    #[serde(default)]
    digest: String,
}

#[derive(Deserialize)]
struct Told {
    error: String,
}

impl Ollama {
    /// An embedder that asks the server at `url`. `timeout` bounds one request.
    #[must_use]
    pub fn new(client: reqwest::Client, url: Url, model: String, timeout: Duration) -> Self {
        Self {
            client,
            url,
            model,
            timeout,
        }
    }

    async fn ask<T: for<'de> Deserialize<'de>>(&self, request: reqwest::RequestBuilder) -> Result<T, SearchError> {
        let failed =
            |reason: String| SearchError(format!("the embedding model {} cannot be asked: {reason}", self.model));
        let mut response = request
            .timeout(self.timeout)
            .send()
            .await
            .map_err(|error| failed(error.without_url().to_string()))?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| failed(error.without_url().to_string()))?
        {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                return Err(failed("its answer is longer than 16 MiB".to_owned()));
            }
            body.extend_from_slice(&chunk);
        }
        if !status.is_success() {
            let told = serde_json::from_slice::<Told>(&body)
                .map(|told| told.error)
                .unwrap_or_default();
            let told: String = told.chars().filter(|c| !c.is_control()).take(200).collect();
            return Err(failed(
                format!("status {} {told}", status.as_u16()).trim_end().to_owned(),
            ));
        }
        serde_json::from_slice(&body).map_err(|error| failed(format!("its answer cannot be read: {error}")))
    }

    fn at(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}/{path}"));
        url
    }
}

impl Embedder for Ollama {
    fn name(&self) -> BoxFuture<'_, Result<String, SearchError>> {
        Box::pin(async move {
            let tags: Tags = self.ask(self.client.get(self.at("api/tags"))).await?;
            let bare = |name: &str| name.trim_end_matches(":latest").to_owned();
            let known = tags.models.iter().find(|tag| bare(&tag.name) == bare(&self.model));
            let known =
                known.ok_or_else(|| SearchError(format!("Ollama does not have the embedding model {}", self.model)))?;
            let digest: String = known.digest.chars().take(64).collect();
            Ok(format!("{}@{digest}", bare(&self.model)))
        })
    }

    fn embed<'a>(&'a self, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Vec<f32>>, SearchError>> {
        Box::pin(async move {
            let body = serde_json::json!({"model": self.model, "input": texts, "truncate": true});
            let answer: Embedded = self.ask(self.client.post(self.at("api/embed")).json(&body)).await?;
            if answer.embeddings.len() != texts.len() {
                return Err(SearchError(format!(
                    "the embedding model {} gave {} vectors for {} texts",
                    self.model,
                    answer.embeddings.len(),
                    texts.len()
                )));
            }
            Ok(answer.embeddings)
        })
    }
}
