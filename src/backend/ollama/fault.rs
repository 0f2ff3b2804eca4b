//! What went wrong, told apart: from an HTTP status and its body, from an error line, from the transport.
//!
//! Ollama has few stable codes: most of what is told apart here is told by words of its messages. A message that is not
//! known stays a fault of its status' class, with the server's own words.

use crate::backend::Fault;
use http::StatusCode;
use std::error::Error;
use std::fmt::Write;

/// What of a response's head matters for a fault.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: StatusCode,
    is_json: bool,
    location: Option<String>,
}

impl Head {
    pub(super) fn of(response: &reqwest::Response) -> Self {
        let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        Self {
            status: response.status(),
            is_json: text(http::header::CONTENT_TYPE).is_some_and(|value| value.contains("json")),
            location: text(http::header::LOCATION).map(|value| excerpt(value, 200)),
        }
    }

    /// Whether it says that a page for people follows.
    pub(super) fn is_page(response: &reqwest::Response) -> bool {
        let value = response.headers().get(http::header::CONTENT_TYPE);
        value
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("text/html"))
    }
}

/// The fault of an answer whose status is not 200. A missing model has no list yet: only the server knows it.
pub(super) fn refused(address: &str, head: &Head, body: &[u8]) -> Fault {
    let status = head.status.as_u16();
    let said = message(body);
    let refused = |reason: String| Fault::Refused { status, reason };
    match status {
        300..=399 => refused(match &head.location {
            Some(to) => format!("{address} redirects to {to}; set the URL to where the server itself listens"),
            None => format!("{address} redirects; set the URL to where the server itself listens"),
        }),
        401 => refused(format!("{address} asks for credentials{}", after_colon(&said))),
        403 if said.is_empty() => refused(format!(
            "{address} refuses this host name. An Ollama that listens on loopback answers only to localhost, private \
             addresses and names such as *.local; set OLLAMA_HOST=0.0.0.0 on the server, or call it by address"
        )),
        404 if is_missing_model(&said) => Fault::ModelMissing {
            model: String::new(),
            available: Vec::new(),
        },
        404 | 405 if !head.is_json => refused(format!(
            "{address} is not an Ollama server{}: check the URL and its path",
            in_quotes(&said)
        )),
        429 | 503 if status == 429 || said.contains("busy") => Fault::Busy(or_status(said, head.status)),
        _ => spoken(&said, head.status).unwrap_or_else(|| match status {
            400..=498 => refused(or_status(said, head.status)),
            _ => Fault::Failed(or_status(said, head.status)),
        }),
    }
}

/// The fault of an error line in an answer that had begun.
pub(super) fn in_the_answer(raw: &str) -> Fault {
    let said = message(format!("{{\"error\":{raw}}}").as_bytes());
    let said = if said.is_empty() {
        "an error without words".to_owned()
    } else {
        said
    };
    if is_too_long(&said) {
        Fault::PromptTooLong(said)
    } else {
        Fault::Failed(said)
    }
}

/// The faults that only the words tell.
fn spoken(said: &str, status: StatusCode) -> Option<Fault> {
    if is_too_long(said) {
        return Some(Fault::PromptTooLong(said.to_owned()));
    }
    if status != StatusCode::INTERNAL_SERVER_ERROR {
        return None;
    }
    // The request's own fault, although the status says otherwise: asking again does not help.
    if said.contains("must be of type") || said.contains("invalid format") {
        return Some(Fault::Refused {
            status: status.as_u16(),
            reason: said.to_owned(),
        });
    }
    const LOADING: [&str; 12] = [
        "failed to load",
        "error loading",
        "unable to load",
        "load model",
        "model requires more system memory",
        "requires more memory",
        "out of memory",
        "waiting for llama",
        "process has terminated",
        "incompatible with your version",
        "client connection closed before",
        "unsupported model",
    ];
    let lower = said.to_lowercase();
    LOADING
        .iter()
        .any(|words| lower.contains(words))
        .then(|| Fault::LoadFailed(said.to_owned()))
}

fn is_missing_model(said: &str) -> bool {
    said.contains("model") && said.contains("not found")
}

fn is_too_long(said: &str) -> bool {
    const WORDS: [&str; 5] = [
        "exceed_context_size",
        "exceeds the available context",
        "longer than the context length",
        "input length exceeds",
        "exceeds the context length",
    ];
    WORDS.iter().any(|words| said.contains(words))
}

/// What the server said: the text of `error`, also where that text is JSON again, as the runner's own refusals are.
fn message(body: &[u8]) -> String {
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
                match object.shift_remove("error").or_else(|| object.shift_remove("message")) {
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

fn or_status(said: String, status: StatusCode) -> String {
    if said.is_empty() {
        format!("status {status} without a reason")
    } else {
        said
    }
}

fn after_colon(said: &str) -> String {
    if said.is_empty() {
        String::new()
    } else {
        format!(": {said}")
    }
}

fn in_quotes(said: &str) -> String {
    if said.is_empty() {
        String::new()
    } else {
        format!(" (it said {said:?})")
    }
}
