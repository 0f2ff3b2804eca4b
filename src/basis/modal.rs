//! Modal words: what binds, what allows, what is to come. One list for every room that reads them.
//!
//! It knows the words alone; whether one stands where a verb may stand is for its readers to judge.

/// Words that demand: `the code must be entered`.
const DEMANDS: [&str; 3] = ["must", "shall", "should"];
/// Words that allow or make possible.
const ALLOWS: [&str; 5] = ["can", "may", "could", "might", "cannot"];
/// Words of what is to come.
const COMES: [&str; 2] = ["will", "would"];
/// Shortened denials.
const DENIED: [&str; 6] = ["can't", "won't", "mustn't", "shouldn't", "couldn't", "wouldn't"];

/// Whether a word, in lower case with straight apostrophes, is a modal verb in any form.
#[must_use]
pub fn is_modal(word: &str) -> bool {
    is_plain_modal(word) || DENIED.contains(&word)
}

/// Whether a word is a modal verb that is not shortened: `must`, `cannot`; not `can't`.
#[must_use]
pub fn is_plain_modal(word: &str) -> bool {
    DEMANDS.contains(&word) || ALLOWS.contains(&word) || COMES.contains(&word)
}

/// Whether a word demands: `must`, `shall`, `should`.
#[must_use]
pub fn is_demand(word: &str) -> bool {
    DEMANDS.contains(&word)
}

/// Whether a word tells what is demanded or to come, so that it can be said as a fact: `must`, `will`; not `can`.
#[must_use]
pub fn is_to_be(word: &str) -> bool {
    is_demand(word) || COMES.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_what_its_readers_take_it_for() {
        for (word, modal, plain, demand, to_be) in [
            ("must", true, true, true, true),
            ("should", true, true, true, true),
            ("can", true, true, false, false),
            ("cannot", true, true, false, false),
            ("can't", true, false, false, false),
            ("will", true, true, false, true),
            ("might", true, true, false, false),
            ("is", false, false, false, false),
            ("mustard", false, false, false, false),
        ] {
            assert_eq!(
                (is_modal(word), is_plain_modal(word), is_demand(word), is_to_be(word),),
                (modal, plain, demand, to_be),
                "{word}"
            );
        }
    }
}
