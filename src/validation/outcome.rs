//! Polarity: whether the expected result of a case shows success or a refusal.
//!
//! It answers only when the words are clear. `The code is not applied` is a refusal, `no error is shown` is a success, and
//! a text with both or with neither is [`Outcome::Unclear`], about which nothing is claimed. A word that the basis itself
//! uses for what is wanted (`the request is rejected`, in a story about rejecting requests) shows nothing.

use super::ground::Ground;
use super::subject::Subject;
use super::text::lexicon::{INVALID, NEGATION, REFUSAL, SUCCESS};
use super::text::{Passage, Set, Word, lower};
use crate::test_case::TestCaseType;

/// What an expected result shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// What was tried is done.
    Success,
    /// What was tried is refused.
    Refusal,
    /// Both or neither.
    Unclear,
}

impl Outcome {
    /// Whether both are clear and say the opposite.
    pub(crate) fn contradicts(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Success, Self::Refusal) | (Self::Refusal, Self::Success)
        )
    }

    /// What a case of this kind must show; `Unclear` for kinds that allow both.
    pub(crate) fn of_type(case_type: TestCaseType) -> Self {
        match case_type {
            TestCaseType::Positive => Self::Success,
            TestCaseType::Negative => Self::Refusal,
            TestCaseType::EdgeCase | TestCaseType::Boundary => Self::Unclear,
        }
    }
}

/// The outcome of a case: its expected result decides, and the last step's where that is unclear.
pub(crate) fn of(subject: &Subject<'_>, ground: &Ground) -> Outcome {
    match of_text(&subject.expected, &ground.stems, &ground.acts) {
        Outcome::Unclear => subject.steps.last().map_or(Outcome::Unclear, |step| {
            of_text(&step.seen, &ground.stems, &ground.acts)
        }),
        clear => clear,
    }
}

/// The outcome that a text shows. `wanted`: stems that the basis uses for what is wanted. `acts`: past participles of what
/// the story asks for.
pub(crate) fn of_text(passage: &Passage<'_>, wanted: &Set, acts: &Set) -> Outcome {
    let (mut success, mut refusal) = (false, false);
    let mut denials = passage
        .words
        .iter()
        .filter(|word| word.is(NEGATION) && !is_mild(word))
        .count();
    for (index, word) in passage.words.iter().enumerate() {
        let is_done = acts.contains(word.key) && follows_to_be(passage, index);
        if !(is_done || word.is(SUCCESS | REFUSAL)) || is_quoted(passage, word) {
            continue;
        }
        let denied = is_denied(passage, index);
        if word.is(REFUSAL) && !is_done {
            if denied {
                // `without an error` and `cannot be rejected` show that nothing was refused, but not that it was done.
                success |= !word.is(NEGATION);
                denials = denials.saturating_sub(1);
            } else {
                refusal |= !wanted.contains(word.stem) || word.key == lower("error");
            }
        } else if denied {
            refusal = true;
        } else {
            success |= is_done || !is_of_something_else(passage, index);
        }
    }
    match (success, refusal) {
        // `It is shown once; nothing happens a second time`: what is denied may be the point.
        (true, false) if denials == 0 => Outcome::Success,
        (false, true) => Outcome::Refusal,
        _ => Outcome::Unclear,
    }
}

/// Words that deny too little to turn a sentence round.
fn is_mild(word: &Word) -> bool {
    [
        lower("only"),
        lower("before"),
        lower("still"),
        lower("remains"),
        lower("remain"),
        lower("stays"),
        lower("stay"),
        lower("keeps"),
        lower("keep"),
        lower("unchanged"),
        lower("unaffected"),
    ]
    .contains(&word.key)
}

/// Whether a negation stands before the word in the same clause, at most six words away.
fn is_denied(passage: &Passage<'_>, index: usize) -> bool {
    let mut at = index;
    for _ in 0..6 {
        if at == 0 || passage.before(at).contains([',', ';', '.', ':']) {
            return false;
        }
        at -= 1;
        let Some(word) = passage.words.get(at) else {
            return false;
        };
        if word.key == lower("and") || word.key == lower("but") {
            return false;
        }
        if word.is(NEGATION) && !is_mild(word) {
            return true;
        }
    }
    false
}

/// `is borrowed`, `has been borrowed`, `is now also borrowed`: a form of `be` stands at most three words before.
fn follows_to_be(passage: &Passage<'_>, index: usize) -> bool {
    const FORMS: [&str; 7] = ["is", "are", "was", "were", "been", "being", "gets"];
    let earlier = passage.words.get(index.saturating_sub(3)..index).unwrap_or_default();
    earlier
        .iter()
        .any(|word| FORMS.iter().any(|form| word.key == lower(form)))
}

/// `a saved card`, `the applied filter`: the word describes a thing and says nothing of what happens.
fn is_of_something_else(passage: &Passage<'_>, index: usize) -> bool {
    let article = index
        .checked_sub(1)
        .and_then(|before| passage.words.get(before))
        .is_some_and(|word| {
            [
                lower("the"),
                lower("a"),
                lower("an"),
                lower("already"),
                lower("previously"),
                lower("be"),
                lower("to"),
            ]
            .contains(&word.key)
        });
    let adverb = passage
        .words
        .get(index)
        .is_some_and(|word| word.key == lower("success") || word.key == lower("successful"));
    article && !adverb
}

fn is_quoted(passage: &Passage<'_>, word: &Word) -> bool {
    let before = passage.text.get(..word.start).unwrap_or("");
    let quotes = before.chars().filter(|sign| matches!(sign, '"' | '“' | '”')).count();
    quotes % 2 == 1
}

/// Whether title and steps speak of something that must be refused.
pub(crate) fn is_about_refusal(subject: &Subject<'_>) -> bool {
    subject.title.has(INVALID | REFUSAL)
        || subject
            .title
            .find(NEGATION)
            .is_some_and(|word| word.key != lower("only"))
        || subject
            .steps
            .iter()
            .any(|step| step.action.has(INVALID) || step.data.has(INVALID))
}

/// Whether the title says outright that it is about success.
pub(crate) fn is_about_success(subject: &Subject<'_>) -> bool {
    let bright = [
        lower("valid"),
        lower("successful"),
        lower("successfully"),
        lower("succeeds"),
        lower("success"),
        lower("accepted"),
        lower("happy"),
    ];
    subject.title.words.iter().any(|word| bright.contains(&word.key)) && !is_about_refusal(subject)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_words_decide_and_everything_else_is_unclear() {
        let cases = [
            ("The discount is applied and the total is $90", Outcome::Success),
            ("The code is rejected; the total stays $100", Outcome::Refusal),
            (
                "An error message is shown and the discount is not applied",
                Outcome::Refusal,
            ),
            ("No error is shown", Outcome::Success),
            ("The order is created without an error", Outcome::Success),
            ("No order is created", Outcome::Refusal),
            ("The user is not logged in", Outcome::Refusal),
            ("The user cannot be added", Outcome::Refusal),
            ("The page shows three orders", Outcome::Unclear),
            ("The first code is accepted, the second is refused", Outcome::Unclear),
            ("The applied filter is shown above the list", Outcome::Unclear),
            ("", Outcome::Unclear),
        ];
        for (text, expected) in cases {
            assert_eq!(
                of_text(&Passage::new(text), &Set::default(), &Set::default()),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn what_the_story_wants_is_no_refusal() {
        let wanted: Set = Passage::new("reject requests")
            .words
            .iter()
            .map(|word| word.stem)
            .collect();
        assert_eq!(
            of_text(&Passage::new("The request is rejected"), &wanted, &Set::default()),
            Outcome::Unclear
        );
        assert_eq!(
            of_text(
                &Passage::new("The request is rejected"),
                &Set::default(),
                &Set::default()
            ),
            Outcome::Refusal
        );
    }

    #[test]
    fn what_the_story_asks_for_is_done_or_not() {
        let acts: Set = [lower("borrowed"), lower("rejected")].into_iter().collect();
        for (text, expected) in [
            ("The book is borrowed and listed on the page", Outcome::Success),
            ("The book has now been borrowed", Outcome::Success),
            ("The book is not borrowed", Outcome::Refusal),
            ("No book is borrowed", Outcome::Refusal),
            ("The list shows the borrowed books", Outcome::Unclear),
            ("The 6th book is refused; 5 books are still borrowed", Outcome::Unclear),
            ("The request is rejected", Outcome::Success),
            ("The request is not rejected", Outcome::Refusal),
        ] {
            let wanted = Set::default();
            assert_eq!(of_text(&Passage::new(text), &wanted, &acts), expected, "{text}");
        }
    }
}
