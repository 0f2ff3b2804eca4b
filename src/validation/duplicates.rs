//! Duplicates inside a suite and against cases that exist already.
//!
//! Two cases are compared by title, by expected result and by their steps: each step is laid beside the step of the
//! other case that is most like it. What tells cases apart weighs more than what they share: 19, 20 and 21 characters,
//! `expired` and `used up`, a refusal and a success are never duplicates of one another, however alike the rest is.
//! Which sample stands for a class tells nothing apart.

use super::outcome::{self, Outcome};
use super::subject::Subject;
use super::text::lexicon::{self, CIRCUMSTANCE, INVALID};
use super::text::{Passage, Set, Word};
use super::{Config, ground::Ground};

/// A case as duplicates are judged by.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    /// The case's id.
    pub(crate) id: String,
    title: Set,
    /// The title word by word, denials included: `from draft to published` is not `from published to draft`.
    spoken: Vec<u64>,
    /// How often title and expected result deny.
    denials: (usize, usize),
    steps: Vec<Set>,
    expected: Set,
    all: Set,
    /// Numbers that are not samples, and words that name a circumstance.
    telling: Set,
    /// Words that stand in the title and also in the body.
    carried: Set,
    outcome: Outcome,
    covers: Vec<usize>,
}

/// What was found to be the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Likeness {
    /// The earlier case.
    pub(crate) of: String,
    /// How much is the same, 1 to 100.
    pub(crate) percent: u8,
    /// In which parts.
    pub(crate) reason: String,
}

impl Signature {
    /// Reads a case.
    pub(crate) fn new(id: String, subject: &Subject<'_>, ground: &Ground, covers: &[usize]) -> Self {
        let title = meaning(&subject.title, ground);
        let expected = meaning(&subject.expected, ground);
        let steps: Vec<Set> = subject
            .steps
            .iter()
            .map(|step| keys(&step.action, ground).chain(keys(&step.data, ground)).collect())
            .collect();
        let preconditions: Set = subject
            .preconditions
            .iter()
            .flat_map(|passage| keys(passage, ground))
            .collect();
        let body: Set = steps
            .iter()
            .flat_map(Set::iter)
            .chain(expected.iter())
            .chain(preconditions.iter())
            .collect();
        let carried = title.iter().filter(|key| body.contains(*key)).collect();
        let all = body.iter().chain(title.iter()).collect();
        Self {
            id,
            telling: telling(subject, ground),
            spoken: spoken(&subject.title),
            denials: (denials(&subject.title), denials(&subject.expected)),
            carried,
            title,
            steps,
            expected,
            all,
            outcome: outcome::of(subject, ground),
            covers: covers.to_vec(),
        }
    }

    /// The earlier case that this one repeats, if any.
    pub(crate) fn repeats<'a>(
        &self,
        earlier: impl IntoIterator<Item = &'a Signature>,
        config: &Config,
    ) -> Option<Likeness> {
        earlier
            .into_iter()
            .filter_map(|other| self.compare(other, config))
            .max_by_key(|likeness| likeness.percent)
    }

    fn compare(&self, other: &Self, config: &Config) -> Option<Likeness> {
        let same_items = !self.covers.is_empty() && self.covers == other.covers;
        let least = if same_items {
            config.duplicate_percent_same_item
        } else {
            config.duplicate_percent
        };
        if self.all.likeness(&other.all) * 100.0 < f64::from(least) * 0.6 || self.tells_apart(other, same_items) {
            return None;
        }
        let steps = steps_alike(&self.steps, &other.steps);
        let title = self.title.likeness(&other.title);
        let expected = self.expected.likeness(&other.expected);
        let all = self.all.likeness(&other.all);
        // A title may be worded anew while nothing else changes, so the better of title and whole text counts.
        let share = 0.45 * steps + 0.25 * expected + 0.3 * title.max(all);
        let percent = (share * 100.0).round().clamp(0.0, 100.0) as u8;
        (percent >= least).then(|| Likeness {
            of: other.id.clone(),
            percent,
            reason: format!(
                "steps {:.0} %, expected result {:.0} %, title {:.0} % alike, and nothing tells them apart",
                steps * 100.0,
                expected * 100.0,
                title * 100.0
            ),
        })
    }

    fn tells_apart(&self, other: &Self, same_items: bool) -> bool {
        if self.outcome.contradicts(other.outcome) || self.telling != other.telling || self.denies(other) {
            return true;
        }
        if same_items {
            return false;
        }
        let apart = |one: &Self, two: &Self| one.carried.iter().any(|key| !two.all.contains(key));
        let other_items = !self.covers.is_empty()
            && !other.covers.is_empty()
            && !self.covers.iter().any(|index| other.covers.contains(index));
        // Different words that each case uses in its title and in its body name different conditions.
        (apart(self, other) && apart(other, self)) || (other_items && self.spoken != other.spoken)
    }

    /// Whether one says in nearly the same words that something is so, and the other that it is not.
    fn denies(&self, other: &Self) -> bool {
        let odd = |one: usize, two: usize| one % 2 != two % 2;
        odd(self.denials.0, other.denials.0) && self.title.likeness(&other.title) >= SAME_WORDS
            || odd(self.denials.1, other.denials.1) && self.expected.likeness(&other.expected) >= SAME_WORDS
    }
}

/// From this likeness on, two texts are the same but for a denial.
const SAME_WORDS: f64 = 0.8;

/// Words that turn what is said into its contrary.
const DENIALS: [&str; 8] = ["not", "no", "never", "none", "nothing", "nobody", "cannot", "without"];

fn is_denial(passage: &Passage<'_>, word: &Word) -> bool {
    let raw = passage.of(word).to_lowercase();
    DENIALS.contains(&raw.as_str()) || raw.ends_with("n't") || raw.ends_with("n\u{2019}t")
}

fn denials(passage: &Passage<'_>) -> usize {
    passage.words.iter().filter(|word| is_denial(passage, word)).count()
}

fn spoken(passage: &Passage<'_>) -> Vec<u64> {
    let words = passage.words.iter();
    words
        .filter(|word| word.is_content() || word.digit || is_denial(passage, word))
        .map(|word| word.key)
        .collect()
}

/// Each step beside the most similar step of the other case; longer cases weigh.
fn steps_alike(left: &[Set], right: &[Set]) -> f64 {
    let one_way = |from: &[Set], to: &[Set]| -> f64 {
        from.iter()
            .map(|step| to.iter().map(|other| step.likeness(other)).fold(0.0, f64::max))
            .sum()
    };
    let count = left.len() + right.len();
    if count == 0 {
        1.0
    } else {
        (one_way(left, right) + one_way(right, left)) / count as f64
    }
}

fn meaning(passage: &Passage<'_>, ground: &Ground) -> Set {
    keys(passage, ground).collect()
}

/// What a text means word by word: stems, with samples left out.
fn keys<'a>(passage: &'a Passage<'_>, ground: &'a Ground) -> impl Iterator<Item = u64> + 'a {
    passage
        .words
        .iter()
        .filter(|word| word.is_content() && !is_sample(passage, word, ground))
        .map(|word| {
            if word.digit {
                word.key
            } else {
                lexicon::canonical(word.stem)
            }
        })
}

/// Whether a word is a part of a sample: of an address, a code, a name.
fn is_sample(passage: &Passage<'_>, word: &Word, ground: &Ground) -> bool {
    let text = passage.text;
    let before = text.get(..word.start).and_then(|text| text.chars().next_back());
    let after = text.get(word.end..).and_then(|text| text.chars().next());
    let raw = passage.of(word);
    let mixed = raw.bytes().any(|byte| byte.is_ascii_digit()) && raw.bytes().any(|byte| byte.is_ascii_alphabetic());
    (before == Some('@') || after == Some('@') || mixed || word.is(lexicon::PERSON)) && !ground.all.contains(word.stem)
}

/// Numbers and circumstances, of the whole case. Which sample stands for a class is left out.
fn telling(subject: &Subject<'_>, ground: &Ground) -> Set {
    let mut found = Vec::new();
    for (field, passage) in subject.fields() {
        let is_objective = field == super::subject::Field::Objective;
        for word in passage.words.iter().filter(|_| !is_objective) {
            if word.digit || word.is(lexicon::NUMBER) {
                if !is_sample(passage, word, ground) {
                    found.push(word.key);
                }
            } else if field == super::subject::Field::Title
                && (word.is(CIRCUMSTANCE | INVALID) || ground.telling.contains(word.stem))
            {
                found.push(lexicon::canonical(word.key));
            }
        }
        if matches!(field, super::subject::Field::Data(_)) {
            // A text of another length is another value.
            found.extend(long_text(passage.text).map(|length| length as u64));
        }
    }
    found.into_iter().collect()
}

fn long_text(text: &str) -> Option<usize> {
    let length = text.chars().count();
    (length >= 12 && !text.contains(' ') && !text.contains('@')).then_some(length)
}

#[cfg(test)]
mod tests;
