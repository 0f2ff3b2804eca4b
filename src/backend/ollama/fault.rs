//! What went wrong, told apart: from an HTTP status and its body, and from an error line.
//!
//! Ollama has few stable codes: most of what is told apart here is told by words of its messages. A message that is not
//! known stays a fault of its status' class, with the server's own words.

use crate::backend::Fault;
use crate::backend::endpoint::{Head, after_colon, in_quotes, message};
use http::StatusCode;

/// The fault of an answer whose status is not 200. A missing model has no list yet: only the server knows it.
pub(super) fn refused(address: &str, head: &Head, body: &[u8]) -> Fault {
    let status = head.status.as_u16();
    let said = message(body);
    let refused = |reason: String| Fault::Refused { status, reason };
    match status {
        300..=399 => refused(head.redirected(address)),
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
        429 | 503 if status == 429 || said.contains("busy") => Fault::Busy {
            reason: head.or_status(&said),
            retry_after: head.retry_after,
        },
        _ => spoken(&said, head.status).unwrap_or_else(|| match status {
            400..=498 => refused(head.or_status(&said)),
            _ => Fault::Failed(head.or_status(&said)),
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
