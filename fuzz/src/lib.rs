//! What must hold for any bytes, one function for each fuzz target.
//!
//! The functions panic where something does not hold. They are called by the targets in `fuzz_targets/` with bytes that a
//! fuzzer chose by coverage, and by the service's own tests (`tests/it/fuzzed.rs`) with every seed and every find.
//!
//! The first byte of an input is no part of its text: it decides how the text is cut and which bounds hold.

mod pieces;
mod extraction;
mod draft;
mod framing;
mod story;
mod configuration;
mod suite;
mod request;

pub use configuration::configuration;
pub use draft::draft;
pub use extraction::extraction;
pub use framing::{ndjson, sse};
pub use request::request;
pub use story::story;
pub use suite::suite;

/// A target: its name, which is the name of its folders, and what it checks.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 8] = [
    ("extraction", extraction),
    ("draft", draft),
    ("ndjson", ndjson),
    ("sse", sse),
    ("story", story),
    ("configuration", configuration),
    ("suite", suite),
    ("request", request),
];

/// Splits the byte that decides off. Texts of more than 64 KiB are cut: what takes longer than its length allows shows
/// before.
fn split(data: &[u8]) -> Option<(u8, &[u8])> {
    let (&first, text) = data.split_first()?;
    Some((first, &text[..text.len().min(64 * 1024)]))
}

/// The text of the bytes, with a sign for what is none.
fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
