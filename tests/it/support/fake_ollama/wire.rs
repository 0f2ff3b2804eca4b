//! HTTP/1.1 by hand, and Ollama's JSON.

use super::Recorded;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// The client at the other end of a connection. What returns `false` has seen it leave.
pub(super) struct Peer {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Peer {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            read: Vec::new(),
        }
    }

    /// The next request; `None` when the client has left.
    pub(super) async fn request(&mut self) -> Option<Recorded> {
        let head_end = loop {
            if let Some(at) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break at;
            }
            self.fill().await?;
        };
        let head: Vec<u8> = self.read.drain(..head_end + 4).collect();
        let head = String::from_utf8_lossy(&head).into_owned();
        let mut lines = head.lines();
        let mut first = lines.next()?.split(' ');
        let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect();
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
        while self.read.len() < length {
            self.fill().await?;
        }
        let body: Vec<u8> = self.read.drain(..length).collect();
        Some(Recorded {
            method,
            path,
            headers,
            body: serde_json::from_slice(&body).unwrap_or(Value::Null),
            raw_body: String::from_utf8_lossy(&body).into_owned(),
        })
    }

    async fn fill(&mut self) -> Option<()> {
        match self.stream.read_buf(&mut self.read).await {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(()),
        }
    }

    /// Whether the client leaves within this time.
    pub(super) async fn gone_within(&mut self, time: Duration) -> bool {
        tokio::time::timeout(time, self.gone()).await.is_ok()
    }

    /// Whether the client leaves before this moment.
    pub(super) async fn gone_until(&mut self, due: Instant) -> bool {
        tokio::time::timeout_at(due, self.gone()).await.is_ok()
    }

    /// Waits until the client leaves. Always `false`, as what has seen it leave.
    pub(super) async fn gone(&mut self) -> bool {
        while self.fill().await.is_some() {}
        false
    }

    /// A single object or text, with its length and without a line feed, as the real one sends it.
    pub(super) async fn reply(&mut self, status: u16, kind: &str, body: &str) -> bool {
        let kind = if kind.is_empty() {
            String::new()
        } else {
            format!("Content-Type: {kind}\r\n")
        };
        self.reply_with(status, &kind, body).await
    }

    /// The same with any headers, each with its line end.
    pub(super) async fn reply_with(&mut self, status: u16, headers: &str, body: &str) -> bool {
        self.write(
            format!(
                "HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\n\r\n{body}",
                body.len()
            )
            .as_bytes(),
        )
        .await
    }

    pub(super) async fn begin_stream(&mut self, kind: &str) -> bool {
        self.write(format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n").as_bytes())
            .await
    }

    pub(super) async fn chunk(&mut self, bytes: &[u8]) -> bool {
        let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
        chunk.extend_from_slice(bytes);
        chunk.extend_from_slice(b"\r\n");
        self.write(&chunk).await
    }

    pub(super) async fn last_chunk(&mut self) -> bool {
        self.write(b"0\r\n\r\n").await
    }

    /// The next close of the socket is a reset.
    pub(super) fn reset(&mut self) {
        self.stream.set_zero_linger().expect("a socket that can linger");
    }

    async fn write(&mut self, bytes: &[u8]) -> bool {
        // A client that has left is seen before the write: a first write into a closed connection still succeeds.
        let mut byte = [0];
        if let Ok(0) = self.stream.try_read(&mut byte) {
            return false;
        }
        self.stream.write_all(bytes).await.is_ok()
    }
}

/// The model of a chat.
pub(super) fn model_of(request: &Recorded) -> String {
    request.body["model"].as_str().unwrap_or_default().to_owned()
}

/// Whether a chat only takes the model out of memory.
pub(super) fn is_unload(request: &Recorded) -> bool {
    request.body["messages"].as_array().is_some_and(Vec::is_empty) && request.body["keep_alive"] == 0
}

pub(super) fn unloaded(model: &str) -> String {
    let message = json!({"role": "assistant", "content": ""});
    json!({"model": model, "created_at": CREATED, "message": message, "done": true, "done_reason": "unload"})
        .to_string()
}

const CREATED: &str = "2026-08-22T10:00:00.100000001Z";

pub(super) fn token(model: &str, text: &str) -> String {
    let message = json!({"role": "assistant", "content": text});
    escaped(&json!({"model": model, "created_at": CREATED, "message": message, "done": false}))
}

pub(super) fn thinking(model: &str, text: &str) -> String {
    let message = json!({"role": "assistant", "content": "", "thinking": text});
    escaped(&json!({"model": model, "created_at": CREATED, "message": message, "done": false}))
}

pub(super) fn done(model: &str, reason: &str) -> String {
    escaped(&json!({
        "model": model, "created_at": CREATED, "message": {"role": "assistant", "content": ""},
        "done": true, "done_reason": reason,
        "total_duration": 900_000_000, "load_duration": 700_000_000,
        "prompt_eval_count": 11, "prompt_eval_duration": 90_000_000,
        "eval_count": 3, "eval_duration": 80_000_000,
    }))
}

pub(super) fn done_bare(model: &str) -> String {
    escaped(
        &json!({"model": model, "created_at": CREATED, "message": {"role": "assistant", "content": ""}, "done": true}),
    )
}

pub(super) fn error(words: &str) -> String {
    escaped(&json!({"error": words}))
}

/// Go escapes these three; inside JSON they stand in texts alone.
fn escaped(value: &Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

pub(super) fn tags(models: &[String]) -> String {
    let models: Vec<Value> = models.iter().map(|name| model(name)).collect();
    escaped(&json!({"models": models}))
}

pub(super) fn loaded(models: &[String]) -> String {
    let models: Vec<Value> = models
        .iter()
        .map(|name| {
            let mut model = model(name);
            model["expires_at"] = json!("2026-08-22T10:05:00.100000001Z");
            model["size_vram"] = json!(1_321_098_329_u64);
            model["context_length"] = json!(8_192);
            model
        })
        .collect();
    escaped(&json!({"models": models}))
}

pub(super) fn show() -> String {
    escaped(
        &json!({"details": details(), "model_info": {"llama.context_length": 131_072}, "capabilities": ["completion"]}),
    )
}

fn model(name: &str) -> Value {
    json!({
        "name": name, "model": name, "modified_at": CREATED, "size": 1_321_098_329_u64,
        "digest": format!("{:0>64}", name.len()), "details": details(), "capabilities": ["completion"],
    })
}

fn details() -> Value {
    json!({"format": "gguf", "family": "llama", "families": ["llama"], "parameter_size": "1.2B", "quantization_level": "Q8_0"})
}

/// A vector for each text: how many of its words begin with which letter. Unit length, as Ollama gives them.
pub(super) fn embedded(request: &Recorded, models: &[String]) -> super::Answer {
    let model = model_of(request);
    let known = models
        .iter()
        .any(|name| *name == model || *name == format!("{model}:latest"));
    if !known {
        let told = format!("model \"{model}\" not found, try pulling it first");
        return super::Answer::Reply(404, super::JSON, json!({"error": told}).to_string());
    }
    let texts = request.body["input"].as_array().cloned().unwrap_or_default();
    let vector = |text: &Value| {
        let mut vector = [0.0_f64; 26];
        for word in text.as_str().unwrap_or_default().to_lowercase().split_whitespace() {
            let letter = word.bytes().next().unwrap_or_default();
            if letter.is_ascii_lowercase() {
                vector[usize::from(letter - b'a')] += 1.0;
            }
        }
        let length = vector
            .iter()
            .map(|number| number * number)
            .sum::<f64>()
            .sqrt()
            .max(1e-9);
        vector.map(|number| number / length).to_vec()
    };
    let vectors: Vec<Vec<f64>> = texts.iter().map(vector).collect();
    super::Answer::Reply(
        200,
        super::JSON,
        json!({"model": model, "embeddings": vectors}).to_string(),
    )
}
