//! What every model server over HTTP needs: one client, short look-ups, and the words for what goes wrong on the way.
//!
//! Time limits on the answer belong to the generation. Here only connecting and the short look-ups are timed: a server
//! that loads a model sends no byte for minutes, and that is not a fault.
//!
//! Every request has a connection of its own. Against an answer that takes seconds a connect costs nothing, a reused
//! connection that a proxy has closed in the meantime fails a request that was sound, and a dropped stream then always
//! closes its socket, which is what ends the model's work.
//!
//! What it refuses: to follow redirects, and to use a proxy from the environment (it would hold back the stream).

use super::Fault;
use super::masked::{MASK, Secret, ServerUrl};
use http::{HeaderName, HeaderValue, StatusCode};
use std::error::Error;
use std::fmt::Write;
use std::time::Duration;

/// Most bytes of a look-up's answer. A server with thousands of models stays far below.
const MAX_LOOKUP_BYTES: usize = 8 * 1024 * 1024;
/// Most bytes that are read of a refusal.
const MAX_REFUSAL_BYTES: usize = 64 * 1024;

/// The HTTP client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client for the model server cannot be made: {0}")]
pub struct ClientError(#[from] reqwest::Error);

/// What an operator can change about a server that cannot be reached, in words for [`Fault::Unreachable`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Hints {
    pub(super) address: &'static str,
    pub(super) connecting: &'static str,
    pub(super) looking_up: &'static str,
}

/// How a backend reads a refusal: the server for people, the head and the body.
pub(super) type Refused = fn(&str, &Head, &[u8]) -> Fault;

/// One server, and how to ask it.
pub(super) struct Endpoint {
    url: ServerUrl,
    client: reqwest::Client,
    /// The server for people: its URL without user, password and trailing slash.
    address: String,
    key: Option<Secret>,
    /// What is cut out of a server's words: the key and the URL's password.
    secrets: Vec<Secret>,
    lookup_timeout: Duration,
    hints: Hints,
    refused: Refused,
}

/// What an [`Endpoint`] is made of.
pub(super) struct Making {
    pub(super) url: ServerUrl,
    /// Sent as a bearer token.
    pub(super) key: Option<Secret>,
    pub(super) connect_timeout: Duration,
    pub(super) lookup_timeout: Duration,
    pub(super) hints: Hints,
    pub(super) refused: Refused,
}

// === impl Endpoint ===

impl Endpoint {
    /// Makes a client; connects to nothing.
    pub(super) fn new(making: Making) -> Result<Self, ClientError> {
        let secrets = [
            making.key.clone(),
            making.url.password().filter(|text| !text.is_empty()).map(Secret::new),
        ];
        Ok(Self {
            client: client(&making.url, making.connect_timeout)?,
            address: making.url.to_string(),
            secrets: secrets.into_iter().flatten().collect(),
            // A request has one way to say who asks; the key is the stronger.
            url: match making.key {
                Some(_) => making.url.without_credentials(),
                None => making.url,
            },
            key: making.key,
            lookup_timeout: making.lookup_timeout,
            hints: making.hints,
            refused: making.refused,
        })
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    pub(super) fn peer(&self) -> Option<(String, u16)> {
        Some((self.url.host_str()?.to_owned(), self.url.port_or_known_default()?))
    }

    /// A POST of JSON, ready to be sent.
    pub(super) fn post(&self, path: &str, accept: &str, body: Vec<u8>) -> reqwest::RequestBuilder {
        self.authorized(self.client.post(self.url.at(path)))
            .header(http::header::CONTENT_TYPE, "application/json")
            .header(http::header::ACCEPT, accept)
            .body(body)
    }

    fn authorized(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match &self.key {
            // reqwest marks the header as sensitive, so that its own Debug hides it.
            Some(key) => request.bearer_auth(key.expose()),
            None => request,
        }
    }

    /// One short GET, bounded in time and size; `who` is whose protocol is expected.
    pub(super) async fn look_up<T: serde::de::DeserializeOwned>(&self, path: &str, who: &str) -> Result<T, Fault> {
        self.short(self.authorized(self.client.get(self.url.at(path))), path, who)
            .await
    }

    /// One short request whose answer is one JSON object.
    pub(super) async fn short<T: serde::de::DeserializeOwned>(
        &self,
        request: reqwest::RequestBuilder,
        path: &str,
        who: &str,
    ) -> Result<T, Fault> {
        let limit = self.lookup_timeout;
        let look = async {
            let response = request.send().await.map_err(|error| self.unreachable(&error))?;
            let head = Head::of(&response);
            let body = read_bounded(response, MAX_LOOKUP_BYTES)
                .await
                .map_err(|error| Fault::BrokeOff(words(&error)))?;
            if !head.status.is_success() {
                return Err((self.refused)(&self.address, &head, &body));
            }
            serde_json::from_slice(&body).map_err(|error| {
                Fault::Protocol(format!("{}/{path} did not answer as {who} does: {error}", self.address))
            })
        };
        let looked = tokio::time::timeout(limit, look).await.unwrap_or_else(|_| {
            Err(Fault::Unreachable {
                target: self.address.clone(),
                reason: format!("no answer within {limit:?}"),
                setting: self.hints.looking_up,
            })
        });
        looked.map_err(|fault| self.masked(fault))
    }

    /// Reads why the server refused. The status alone already tells most of it, so a body that does not come is no new
    /// fault.
    pub(super) async fn refusal(&self, response: reqwest::Response) -> Fault {
        let head = Head::of(&response);
        let body = tokio::time::timeout(self.lookup_timeout, read_bounded(response, MAX_REFUSAL_BYTES)).await;
        let body = body.ok().and_then(Result::ok).unwrap_or_default();
        (self.refused)(&self.address, &head, &body)
    }

    pub(super) fn unreachable(&self, error: &reqwest::Error) -> Fault {
        Fault::Unreachable {
            target: self.address.clone(),
            reason: words(error),
            setting: if error.is_timeout() {
                self.hints.connecting
            } else {
                self.hints.address
            },
        }
    }

    /// The fault without our own secrets, which a server may have repeated in its words.
    pub(super) fn masked(&self, fault: Fault) -> Fault {
        if self.secrets.is_empty() {
            return fault;
        }
        fault.reworded(|text| {
            for secret in self.secrets.iter().map(Secret::expose) {
                if text.contains(secret) {
                    *text = text.replace(secret, MASK);
                }
            }
        })
    }
}

/// Adds the headers that a task passes on. One that cannot be sent is left out: it is for tracing, and no reason to fail.
pub(super) fn with_headers(
    mut request: reqwest::RequestBuilder,
    headers: &[(String, String)],
) -> reqwest::RequestBuilder {
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            request = request.header(name, value);
        }
    }
    request
}

/// A client for a server, without redirects, proxies and idle connections.
///
/// # Errors
/// No certificates, where it needs some.
pub(crate) fn client(url: &ServerUrl, connect_timeout: Duration) -> Result<reqwest::Client, ClientError> {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("testgen/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect_timeout)
        .pool_max_idle_per_host(0)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .tcp_nodelay(true);
    // The process needs one provider of cryptography, whoever installs it first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = if url.scheme() == "https" {
        builder
    } else {
        // Without TLS no certificates are read: a bare container has none, and reading them takes time and memory.
        builder.tls_backend_preconfigured(
            rustls::ClientConfig::builder()
                .with_root_certificates(rustls::RootCertStore::empty())
                .with_no_client_auth(),
        )
    };
    Ok(builder.build()?)
}

/// The first `max` bytes of a body.
async fn read_bounded(mut response: reqwest::Response, max: usize) -> reqwest::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk[..chunk.len().min(max - body.len())]);
        if body.len() == max {
            break;
        }
    }
    Ok(body)
}

// === heads ===

/// What of a response's head matters for a fault.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: StatusCode,
    pub(super) is_json: bool,
    location: Option<String>,
    /// `Retry-After` in seconds; a date in it is not read.
    pub(super) retry_after: Option<Duration>,
}

impl Head {
    pub(super) fn of(response: &reqwest::Response) -> Self {
        let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        Self {
            status: response.status(),
            is_json: text(http::header::CONTENT_TYPE).is_some_and(|value| value.contains("json")),
            location: text(http::header::LOCATION).map(|value| excerpt(value, 200)),
            retry_after: text(http::header::RETRY_AFTER)
                .and_then(|value| value.trim().parse().ok())
                .map(Duration::from_secs),
        }
    }

    /// Whether it says that a page for people follows.
    pub(super) fn is_page(response: &reqwest::Response) -> bool {
        let value = response.headers().get(http::header::CONTENT_TYPE);
        value
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("text/html"))
    }

    /// What a redirect is to us: a wrong address.
    pub(super) fn redirected(&self, address: &str) -> String {
        match &self.location {
            Some(to) => format!("{address} redirects to {to}; set the URL to where the server itself listens"),
            None => format!("{address} redirects; set the URL to where the server itself listens"),
        }
    }

    /// What was said, or the status where nothing was.
    pub(super) fn or_status(&self, said: &str) -> String {
        if said.is_empty() {
            format!("status {} without a reason", self.status)
        } else {
            said.to_owned()
        }
    }
}

// === words ===

/// At most `most` characters of a text on one line, for people.
pub(super) fn excerpt(text: &str, most: usize) -> String {
    let mut shown = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        if count > 0 {
            shown.push(' ');
        }
        for character in word.chars() {
            if count >= most {
                shown.push('…');
                return shown;
            }
            shown.push(if character.is_control() { '\u{FFFD}' } else { character });
            count += 1;
        }
    }
    shown
}

/// What a server said: the text of `error` (or of `message`, or of `detail`), also where that text is JSON again.
pub(super) fn message(body: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(body) else {
        return excerpt(&String::from_utf8_lossy(body), 300);
    };
    let mut value = match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value @ serde_json::Value::Object(_)) => value,
        _ => return excerpt(text, 300),
    };
    // Two layers are known, Ollama's around the runner's; what is deeper is shown as it is.
    for _ in 0..6 {
        value = match value {
            serde_json::Value::String(inner) => match serde_json::from_str::<serde_json::Value>(&inner) {
                Ok(object @ serde_json::Value::Object(_)) => object,
                _ => return excerpt(&inner, 300),
            },
            serde_json::Value::Object(mut object) => {
                match ["error", "message", "detail"]
                    .iter()
                    .find_map(|key| object.shift_remove(*key))
                {
                    Some(inner) => inner,
                    None => return String::new(),
                }
            }
            serde_json::Value::Null => return String::new(),
            other => return excerpt(&other.to_string(), 300),
        };
    }
    excerpt(&value.to_string(), 300)
}

/// A transport's fault in plain words, without the URL: it may carry a password.
pub(super) fn words(error: &reqwest::Error) -> String {
    let mut deepest: &dyn Error = error;
    let mut chain = String::new();
    while let Some(source) = deepest.source() {
        deepest = source;
        let _ = write!(chain, "{source} ");
        if let Some(io) = source.downcast_ref::<std::io::Error>()
            && let Some(words) = io_words(io.kind())
        {
            return words.to_owned();
        }
    }
    if error.is_timeout() {
        return "no connection within the time for it".to_owned();
    }
    if chain.contains("dns error") || chain.contains("failed to lookup") {
        return "its name cannot be resolved".to_owned();
    }
    if chain.contains("connection closed before message completed") || chain.contains("connection closed") {
        return "the connection was closed before the answer was complete".to_owned();
    }
    excerpt(&deepest.to_string(), 200)
}

fn io_words(kind: std::io::ErrorKind) -> Option<&'static str> {
    use std::io::ErrorKind;
    Some(match kind {
        ErrorKind::ConnectionRefused => "connection refused",
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            "the connection was reset before the answer was complete"
        }
        ErrorKind::TimedOut => "no connection within the time for it",
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => "no route to it",
        ErrorKind::UnexpectedEof => "the connection was closed before the answer was complete",
        _ => return None,
    })
}

/// `: words`, or nothing.
pub(super) fn after_colon(said: &str) -> String {
    if said.is_empty() {
        String::new()
    } else {
        format!(": {said}")
    }
}

/// ` (it said "words")`, or nothing.
pub(super) fn in_quotes(said: &str) -> String {
    if said.is_empty() {
        String::new()
    } else {
        format!(" (it said {said:?})")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn an_excerpt_is_one_line_and_bounded() {
        assert_eq!(excerpt("  two\n\n lines\u{7} ", 40), "two lines\u{FFFD}");
        assert_eq!(excerpt("abcdef", 3), "abc…");
    }

    #[test]
    fn what_a_server_said_is_found_in_its_layers() {
        for (body, said) in [
            (r#"{"error":"plain"}"#, "plain"),
            (r#"{"error":{"message":"inner","type":"x"}}"#, "inner"),
            (r#"{"error":"{\"error\":{\"message\":\"wrapped\"}}"}"#, "wrapped"),
            (r#"{"detail":"Not Found"}"#, "Not Found"),
            (r#"{"object":"error","message":"older"}"#, "older"),
            (r#"{"other":1}"#, ""),
            ("<html>", "<html>"),
        ] {
            assert_eq!(message(body.as_bytes()), said, "{body}");
        }
    }

    #[test]
    fn paths_are_joined_to_the_servers_own() {
        let at = |url: &str| url.parse::<ServerUrl>().unwrap().at("api/chat").to_string();
        assert_eq!(at("http://localhost:11434"), "http://localhost:11434/api/chat");
        assert_eq!(at("http://proxy/ollama/"), "http://proxy/ollama/api/chat");
    }
}
