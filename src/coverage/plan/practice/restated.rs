//! Whether a case of a criterion is the criterion itself: a comparison where a value was due, two cases in one, an act that
//! is looked at and found done.

use crate::coverage::Proposal;
use crate::test_case::Draft;

/// Words that compare without a value.
const COMPARISONS: [&str; 22] = [
    " than ",
    " exceeds ",
    " exceed ",
    " equal to ",
    " below the ",
    " above the ",
    " no later ",
    " or higher",
    " or lower",
    " or more",
    " or less",
    " or fewer",
    " between ",
    " falls below ",
    " drop below ",
    " drops below ",
    " rises above ",
    " all the ",
    " fewer ",
    " too ",
    " at least ",
    " at most ",
];

/// Whether a case needs somebody who makes one case with values of it.
pub(super) fn is_restated(proposal: &Proposal) -> bool {
    if !proposal.key.starts_with("criterion/") {
        return false;
    }
    let draft = &proposal.draft;
    leaves_a_value_open(draft)
        || is_two_in_one(draft)
        || is_found_done(draft)
        || is_seen_by_a_bound(draft)
        || is_counted_twice(draft)
}

/// `Charging begins at no more than 11 kW.`: what is measured, and where?
fn is_seen_by_a_bound(draft: &Draft) -> bool {
    let seen = unquoted(&draft.expected_result).to_lowercase();
    [
        " no more than ",
        " at most ",
        " at least ",
        " until the 1st ",
        " that time ",
    ]
    .iter()
    .any(|words| seen.contains(words))
        || draft.title.contains(" that time ")
}

/// `A wrong code has been entered 5 times. The fifth attempt fails.`: one of them is counted twice.
fn is_counted_twice(draft: &Draft) -> bool {
    const ORDINALS: [&str; 6] = [" second ", " third ", " fourth ", " fifth ", " sixth ", " tenth "];
    const NUMBERS: [&str; 10] = [
        " two ", " three ", " four ", " five ", " 2 ", " 3 ", " 4 ", " 5 ", " 6 ", " 10 ",
    ];
    let said = |words: &[&str], text: &str| {
        let low = format!(" {} ", text.to_lowercase().trim_end_matches('.'));
        words.iter().any(|word| low.contains(word))
    };
    let counted = draft.preconditions.iter().any(|given| said(&NUMBERS, given));
    counted
        && (draft.steps.iter().any(|step| said(&ORDINALS, &step.action))
            || draft.preconditions.iter().any(|given| said(&ORDINALS, given))
            || draft.title.contains(" in a row"))
}

/// Everything that a tester sets up and does.
fn instructions(draft: &Draft) -> impl Iterator<Item = String> {
    let steps = draft.steps.iter().map(|step| step.action.as_str());
    draft
        .preconditions
        .iter()
        .map(String::as_str)
        .chain(steps)
        // `At least one book is available.` is what every run needs.
        .filter(|text| !text.starts_with("At least "))
        .map(|text| format!(" {} ", unquoted(text).to_lowercase()))
}

/// A text without what it quotes: a message may say anything.
fn unquoted(text: &str) -> String {
    let mut quoted = false;
    let mut before = ' ';
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        let mark = matches!(c, '"' | '“' | '”') || c == '\'' && (quoted || !before.is_alphanumeric());
        if mark {
            quoted = !quoted;
        } else if !quoted {
            kept.push(c);
        }
        before = c;
    }
    kept
}

fn leaves_a_value_open(draft: &Draft) -> bool {
    instructions(draft).any(|text| COMPARISONS.iter().any(|words| text.contains(words)) || is_range(&text))
}

/// `a reason of 10 to 200 characters`.
fn is_range(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let number = |word: &str| {
        word.trim_start_matches(['€', '$', '£'])
            .starts_with(|c: char| c.is_ascii_digit())
    };
    words
        .windows(3)
        .any(|three| number(three[0]) && ["to", "-", "–"].contains(&three[1]) && number(three[2]))
}

/// `The file is larger than 50 MB or is not a PDF`: two cases, and the tester has to choose.
fn is_two_in_one(draft: &Draft) -> bool {
    instructions(draft).any(|text| text.contains(" or "))
}

/// `Look at the counter. The counter is reset.`: nothing says how it looks before and after.
fn is_found_done(draft: &Draft) -> bool {
    let Some(looked) = draft.steps.last().and_then(|step| step.action.strip_prefix("Look at ")) else {
        return false;
    };
    let looked = looked.trim_end_matches('.').to_lowercase();
    let expected = draft.expected_result.to_lowercase();
    let told = expected.contains(|c: char| c.is_ascii_digit() || matches!(c, '"' | '\'' | '“'));
    let ends = ["is ", "are "].iter().any(|verb| {
        expected
            .strip_prefix(&looked)
            .is_some_and(|rest| rest.trim_start().starts_with(verb) && !rest.contains("shown"))
    });
    !told && ends
}

#[cfg(test)]
mod tests {
    use super::unquoted;

    #[test]
    fn what_is_quoted_compares_nothing() {
        assert_eq!(
            unquoted("The message 'less than 5' is shown").trim(),
            "The message  is shown"
        );
        assert_eq!(unquoted("the parent's PIN"), "the parent's PIN");
    }
}
