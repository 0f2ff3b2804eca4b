//! R36, ambiguity: words that leave two readings become questions, never cases. Vague words and several goals are found
//! with the basis; here stand `and/or`, placeholders, open ends and pronouns without a noun.

use crate::basis::CriterionForm;
use crate::coverage::Found;
use crate::coverage::scene::Scene;
use crate::test_case::{BasisId, Span};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    for item in &scene.basis.items {
        if item.id == BasisId::Context {
            continue;
        }
        let id = item.id;
        if let Some(span) = place(&item.text, id, "and/or") {
            let words = around(&item.text, span, (1, 1));
            found.ask(
                format!("ambiguity/{id}/and-or"),
                format!("{id}: does \"{words}\" mean both, or one of them?"),
                Some(span),
            );
        }
        for mark in ["TBD", "TBC", "TODO", "to be defined", "to be decided", "???", "N.N."] {
            if let Some(span) = place(&item.text, id, mark) {
                found.ask(
                    format!("ambiguity/{id}/open"),
                    format!("{id}: what stands in the place of \"{mark}\"?"),
                    Some(span),
                );
            }
        }
        for mark in ["etc.", "and so on", "and more", "..."] {
            if let Some(span) = place(&item.text, id, mark) {
                found.ask(
                    format!("ambiguity/{id}/and so on"),
                    format!("{id}: what else belongs to \"{}\"?", around(&item.text, span, (3, 0))),
                    Some(span),
                );
                break;
            }
        }
    }
    for criterion in &scene.basis.criteria {
        let text = criterion.statement.text.trim();
        let pronoun = ["It ", "They ", "This ", "These "]
            .iter()
            .find(|word| text.starts_with(**word));
        if let Some(pronoun) =
            pronoun.filter(|_| criterion.form == CriterionForm::Requirement && scene.object().is_empty())
        {
            let word = pronoun.trim();
            let span = Span {
                end: criterion.statement.span.start + word.len(),
                ..criterion.statement.span
            };
            found.ask(
                format!("ambiguity/{}/pronoun", criterion.basis_id),
                format!("{}: what does \"{word}\" stand for?", criterion.basis_id),
                Some(span),
            );
        }
    }
}

fn place(text: &str, basis_id: BasisId, mark: &str) -> Option<Span> {
    let start = text.find(mark)?;
    Some(Span {
        basis_id,
        start,
        end: start + mark.len(),
    })
}

/// The mark with so many words before and after it.
fn around(text: &str, span: Span, (most_before, most_after): (usize, usize)) -> String {
    let before: Vec<&str> = text
        .get(..span.start)
        .unwrap_or("")
        .split_whitespace()
        .rev()
        .take(most_before)
        .collect();
    let after = text.get(span.end..).unwrap_or("").split_whitespace().take(most_after);
    let mark = text.get(span.start..span.end).unwrap_or("");
    let words: Vec<&str> = before.into_iter().rev().chain([mark]).chain(after).collect();
    words.join(" ").trim_end_matches(['.', ',']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn two_readings_and_open_ends() {
        let story = "As a customer, I want to pay by card and/or voucher so that I am flexible";
        let criteria = ["The limit is TBD.", "Cards such as Visa, Mastercard etc. are accepted"];
        insta::assert_snapshot!(given_by(propose, story, &criteria));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        let story = "As a customer, I want to pay by card or voucher so that I am flexible";
        assert_eq!(keys(propose, story), Vec::<String>::new());
    }
}
