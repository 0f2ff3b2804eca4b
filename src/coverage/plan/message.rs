//! The message that a criterion words itself: a refusal that the criterion tells with a text in quotation marks is seen by
//! that text, and not by a message of ours.

use crate::basis::TestBasis;
use crate::coverage::Proposal;
use crate::test_case::{BasisId, TestCaseType};

/// Words that introduce a message.
const INTRODUCE: [&str; 12] = [
    "says",
    "say",
    "message",
    "shows",
    "shown",
    "show",
    "see",
    "sees",
    "with",
    "displayed",
    "displays",
    "hint",
];

/// Puts the criterion's own message where a refusal says that there is one.
pub(super) fn tell(basis: &TestBasis, proposal: &mut Proposal) {
    let draft = &mut proposal.draft;
    if proposal.case_type != TestCaseType::Negative || draft.steps.is_empty() {
        return;
    }
    let refused = [" is refused", " are refused", " cannot "]
        .iter()
        .any(|words| draft.title.contains(words));
    let mut ids: Vec<BasisId> = proposal.spans.iter().map(|span| span.basis_id).collect();
    ids.dedup();
    let [id @ BasisId::Criterion(_)] = ids.as_slice() else {
        return;
    };
    let Some(message) = only_message(basis.text(*id)).filter(|_| refused) else {
        return;
    };
    let told = |text: &str| text.contains(message);
    let said =
        told(&draft.expected_result) || told(&draft.title) || draft.steps.iter().any(|step| told(&step.expected));
    if said {
        return;
    }
    let sentence = format!("The message \"{message}\" is shown.");
    let place = draft
        .steps
        .iter_mut()
        .find(|step| step.expected.starts_with("A message "));
    match place {
        Some(step) => step.expected = sentence,
        None => {
            if let Some(last) = draft.steps.last_mut().filter(|step| step.expected.is_empty()) {
                last.expected = sentence;
            }
        }
    }
}

/// The one text in double quotation marks, where a word of showing stands right before it.
fn only_message(text: &str) -> Option<&str> {
    let marks: Vec<(usize, char)> = text
        .char_indices()
        .filter(|(_, c)| matches!(c, '"' | '“' | '”'))
        .collect();
    let [(open, first), (close, _)] = marks.as_slice() else {
        return None;
    };
    let message = text.get(open + first.len_utf8()..*close)?;
    let before = text.get(..*open)?.trim_end().trim_end_matches([':', ',']);
    let introduced = before
        .split_whitespace()
        .rev()
        .take(2)
        .any(|word| INTRODUCE.contains(&word.to_lowercase().as_str()));
    (introduced && message.split_whitespace().count() > 1).then_some(message)
}

#[cfg(test)]
mod tests {
    use super::only_message;

    #[test]
    fn a_message_is_introduced_as_one() {
        for (text, message) in [
            (
                "Painkillers can't be ordered; the portal says \"Please come by.\"",
                Some("Please come by."),
            ),
            ("On the eleventh we show “Remove one first.”", Some("Remove one first.")),
            ("The button \"Proceed now\" is inactive", None),
            ("It shows \"One thing\" or \"Another thing\"", None),
            ("It shows \"Sold\"", None),
            ("It shows \"half", None),
        ] {
            assert_eq!(only_message(text), message, "{text}");
        }
    }
}
