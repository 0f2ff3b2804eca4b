//! Settings of prompts and of the examples that they show.

use super::defaults::literal_url;
use crate::backend::masked::ServerUrl;
use std::path::PathBuf;
use std::time::Duration;

/// Prompts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// The variant where a request names none.
    pub variant: String,
    /// A folder of variants besides those that are compiled in.
    pub folder: Option<PathBuf>,
}

/// Examples.
#[derive(Clone, Debug, PartialEq)]
pub struct Retrieval {
    /// A file of worked-out stories; `None`: those that are compiled in.
    pub examples: Option<PathBuf>,
    /// The embedding model; empty: examples are searched by their words alone.
    pub embedding_model: String,
    /// The Ollama server that has it.
    pub embedding_url: ServerUrl,
    /// Bound on one request to it.
    pub embedding_timeout: Duration,
    /// A file that keeps the vectors from one start to the next.
    pub vectors: Option<PathBuf>,
}

impl Default for Prompt {
    fn default() -> Self {
        Self {
            variant: "planned".to_owned(),
            folder: None,
        }
    }
}

impl Default for Retrieval {
    fn default() -> Self {
        Self {
            examples: None,
            embedding_model: String::new(),
            embedding_url: literal_url("http://localhost:11434"),
            embedding_timeout: Duration::from_secs(10),
            vectors: None,
        }
    }
}
