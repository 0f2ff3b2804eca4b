//! Terms that the context defines: `Term: meaning`, `Term - meaning`, `Term = meaning`, one a line.

use super::Term;
use crate::test_case::{BasisId, Span};

/// Longest term, in characters: what is longer is a sentence with a colon.
const LONGEST: usize = 60;

pub(super) fn terms(context: &str) -> Vec<Term> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in context.split_inclusive('\n') {
        for separator in [": ", " - ", " – ", " = ", " means "] {
            let Some((term, meaning)) = line.split_once(separator) else {
                continue;
            };
            let bare = term.trim().trim_start_matches(['-', '*', '•', ' ']).trim_matches('"');
            let pointer = matches!(
                bare.to_lowercase().as_str(),
                "see also" | "see" | "note" | "notes" | "http" | "https" | "source" | "todo" | "example" | "link"
            );
            if pointer || bare.is_empty() || bare.chars().count() > LONGEST || meaning.trim().is_empty() {
                continue;
            }
            let at = start + line.find(bare).unwrap_or(0);
            found.push(Term {
                term: bare.to_owned(),
                meaning: meaning.trim().to_owned(),
                span: Span {
                    basis_id: BasisId::Context,
                    start: at,
                    end: at + bare.len(),
                },
            });
            break;
        }
        start += line.len();
    }
    found
}
