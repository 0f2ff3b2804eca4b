//! The words of story and criteria with their places, so that families can ask whether something is spoken of in any of
//! its forms: `expire` finds `expires`, `expired` and `expiring`.

use crate::basis::TestBasis;
use crate::test_case::{BasisId, Span};

/// One word: its stem and where it stands.
#[derive(Debug)]
struct Word {
    stem: String,
    span: Span,
}

/// The words of story and criteria, in the order of the text; the context is left out, for it is nothing to cover.
#[derive(Debug)]
pub(super) struct Words {
    words: Vec<Word>,
}

impl Words {
    /// Takes the texts apart.
    pub(super) fn of(basis: &TestBasis) -> Self {
        let mut words = Vec::new();
        for item in &basis.items {
            push_words(&item.text, item.id, &mut words);
        }
        Self { words }
    }

    /// The first place of any of the phrases, in the order of the text.
    pub(super) fn first(&self, phrases: &[&str]) -> Option<Span> {
        self.first_where(phrases, |_| true)
    }

    /// The first place of any of the phrases inside `place`.
    pub(super) fn first_within(&self, phrases: &[&str], place: Span) -> Option<Span> {
        self.first_where(phrases, |found| {
            found.basis_id == place.basis_id && found.start >= place.start && found.end <= place.end
        })
    }

    fn first_where(&self, phrases: &[&str], fits: impl Fn(Span) -> bool) -> Option<Span> {
        let stems: Vec<Vec<String>> = phrases
            .iter()
            .map(|phrase| split(phrase).map(|(_, word)| stem(word)).collect())
            .collect();
        (0..self.words.len()).find_map(|start| {
            stems
                .iter()
                .filter(|phrase| !phrase.is_empty())
                .find_map(|phrase| self.matches(start, phrase).filter(|found| fits(*found)))
        })
    }

    fn matches(&self, start: usize, phrase: &[String]) -> Option<Span> {
        let found = self.words.get(start..start + phrase.len())?;
        let (first, last) = (found.first()?, found.last()?);
        let same = found.iter().zip(phrase).all(|(word, stem)| word.stem == *stem);
        (same && first.span.basis_id == last.span.basis_id).then_some(Span {
            end: last.span.end,
            ..first.span
        })
    }
}

fn push_words(text: &str, basis_id: BasisId, words: &mut Vec<Word>) {
    for (start, word) in split(text) {
        words.push(Word {
            stem: stem(word),
            span: Span {
                basis_id,
                start,
                end: start + word.len(),
            },
        });
    }
}

/// Words with the byte at which each begins; hyphens part words, so that `sign-in` is found by `sign in`.
fn split(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’'))
        .filter(|word| !word.is_empty())
        .map(move |word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// A crude stem, the same for all forms of a regular word: `expires`, `expired`, `expiring`, `expire` → `expir`.
pub(super) fn stem(word: &str) -> String {
    let mut word = word.to_lowercase();
    for end in ["'s", "’s"] {
        if let Some(rest) = word.strip_suffix(end) {
            word = rest.to_owned();
        }
    }
    if word.len() > 4 && (word.ends_with("ies") || word.ends_with("ied")) {
        word.truncate(word.len() - 3);
        word.push('y');
        return word;
    }
    let long_enough = |rest: &str| rest.len() >= 3 && rest.contains(['a', 'e', 'i', 'o', 'u', 'y']);
    for end in ["ing", "ed"] {
        if let Some(rest) = word.strip_suffix(end).filter(|rest| long_enough(rest)) {
            let mut rest = rest.to_owned();
            let mut tail = rest.chars().rev();
            let doubled = matches!((tail.next(), tail.next()), (Some(a), Some(b)) if a == b && !"lsz".contains(a));
            if doubled {
                rest.pop();
            }
            return rest.strip_suffix('e').map_or(rest.clone(), str::to_owned);
        }
    }
    for end in ["sses", "shes", "ches", "xes", "zes"] {
        if word.ends_with(end) {
            word.truncate(word.len() - 2);
            return word.strip_suffix('e').map_or(word.clone(), str::to_owned);
        }
    }
    if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is")
    {
        word.pop();
    }
    if word.len() > 3 && word.ends_with('e') {
        word.pop();
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::BasisItem;

    #[test]
    fn all_forms_of_a_word_share_a_stem() {
        for forms in [
            ["expire", "expires", "expired", "expiring"],
            ["apply", "applies", "applied", "applying"],
            ["submit", "submits", "submitted", "submitting"],
            ["order", "orders", "ordered", "ordering"],
            ["cancel", "cancels", "canceled", "canceling"],
        ] {
            let stems: Vec<String> = forms.iter().map(|form| stem(form)).collect();
            assert!(stems.iter().all(|other| *other == stems[0]), "{stems:?}");
        }
        assert_ne!(stem("address"), stem("add"));
        assert_ne!(stem("status"), stem("state"));
    }

    #[test]
    fn the_first_place_counts_and_phrases_stay_within_an_item() {
        let basis = TestBasis {
            items: vec![
                BasisItem {
                    id: BasisId::Story,
                    text: "Sign-in with gift".to_owned(),
                },
                BasisItem {
                    id: BasisId::Criterion(1),
                    text: "cards must be re-charged".to_owned(),
                },
            ],
            ..TestBasis::default()
        };
        let words = Words::of(&basis);
        let place = |phrases: &[&str]| words.first(phrases).map(|span| basis.words(span).to_owned());
        assert_eq!(place(&["card", "sign in"]), Some("Sign-in".to_owned()));
        assert_eq!(place(&["gift card"]), None);
        assert_eq!(place(&["charge"]), Some("charged".to_owned()));
        assert_eq!(place(&["car"]), None);
    }
}
