//! Reads a clause of a criterion (`I enter SAVE10`, `the code has expired`, `a manager approves the request`) and says it
//! again as what a test case needs: a state, a step, or the contrary.

mod acts;

use crate::basis::modal::{is_modal, is_to_be};

use super::grammar::{base_of, capitalised, sentence};
use acts::{ACTS, FURTHER};

/// A clause, parted at its verb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// What stands before the verb, as given.
    pub subject: String,
    /// The verb as given: `enters`, `is`, `must be`.
    pub verb: String,
    /// Its base form: `enter`, `be`; for modal verbs the verb that follows them.
    pub base: String,
    /// What stands after the verb.
    pub rest: String,
    /// Whether it tells a state (`is`, `has`, `contains`) and not an act or an event.
    pub state: bool,
    /// Whether it denies: `is not`, `cannot`.
    pub negative: bool,
}

const BE: [&str; 6] = ["is", "are", "am", "was", "were", "be"];
const HAVE: [&str; 3] = ["has", "have", "had"];

/// Verbs that tell a state.
const STATES: [&str; 26] = [
    "require", "be", "have", "contain", "belong", "exist", "equal", "exceed", "include", "remain", "stay", "match",
    "cost", "need", "want", "own", "hold", "know", "lack", "weigh", "differ", "carry", "say", "become", "depend",
    "bear",
];

impl Clause {
    /// Parts a clause at its verb; `None` if no verb is found, as in a noun phrase.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches(['.', ',', ';']);
        let words: Vec<&str> = text.split_whitespace().collect();
        let at = main_verb(&words)?;
        let subject = words[..at].join(" ");
        let word = words[at].to_lowercase();
        let word = word.trim_end_matches([',', ';', ':']).to_owned();
        let mut end = at + 1;
        let mut base = base_of(&word);
        let mut negative = matches!(
            word.as_str(),
            "cannot" | "can't" | "won't" | "isn't" | "aren't" | "hasn't" | "haven't" | "doesn't" | "don't"
        );
        let auxiliary = is_modal(&word) || matches!(word.as_str(), "do" | "does" | "did" | "doesn't" | "don't");
        if words.get(end).is_some_and(|next| *next == "not" || *next == "never") {
            negative = true;
            end += 1;
        }
        let mut adverb = "";
        if auxiliary {
            // `must always hold` demands `holds always`.
            if let Some(next) = words
                .get(end)
                .filter(|next| ["always", "also", "only", "still"].contains(*next))
            {
                adverb = *next;
                end += 1;
            }
            let next = words.get(end)?;
            base = next.to_lowercase();
            end += 1;
        }
        let verb = words[at..end].join(" ");
        let rest = words.get(end..).unwrap_or_default().join(" ");
        let (base, comma) = match base.strip_suffix(',') {
            Some(plain) => (plain.to_owned(), ","),
            None => (base, ""),
        };
        let rest = match (adverb, comma) {
            ("", "") => rest,
            _ => format!("{adverb}{comma} {rest}").trim().to_owned(),
        };
        let perfect = HAVE.contains(&word.as_str());
        let state = STATES.contains(&base.as_str()) || perfect;
        Some(Self {
            subject,
            verb,
            base,
            rest,
            state,
            negative,
        })
    }

    /// What is done to the subject of a passive clause, in the base form: `cancel` of `the booking can be cancelled`.
    #[must_use]
    pub fn done(&self) -> Option<String> {
        if self.base != "be" {
            return None;
        }
        verb_of_participle(&self.rest.split(' ').next()?.to_lowercase())
    }

    /// The clause as an instruction: `Enter SAVE10.`; `None` if its subject cannot act.
    #[must_use]
    pub fn imperative(&self) -> Option<String> {
        if self.state || self.negative {
            return None;
        }
        let base = if self.base == "attempt" || self.base == "try" {
            self.rest.strip_prefix("to ").map_or(self.base.clone(), str::to_owned)
        } else {
            self.base.clone()
        };
        let rest = if base == self.base {
            format!("{} {}", base, self.rest)
        } else {
            base
        };
        Some(sentence(&capitalised(rest.trim())))
    }
}

/// Whether a base form is a verb that criteria use.
#[must_use]
pub fn is_act(base: &str) -> bool {
    ACTS.contains(&base) || FURTHER.contains(&base)
}

/// The verb of a participle: `cancel` of `cancelled`; `None` for verbs that criteria do not use.
#[must_use]
pub fn verb_of_participle(word: &str) -> Option<String> {
    let known = ACTS
        .iter()
        .chain(FURTHER)
        .find(|base| super::grammar::participle(base) == word)
        .map(|base| (*base).to_owned());
    known.or_else(|| (word == "canceled").then(|| "cancel".to_owned()))
}

/// The verb of a gerund: `reject` of `rejecting`; `None` for verbs that criteria do not use.
#[must_use]
pub fn verb_of_gerund(word: &str) -> Option<String> {
    let known = ACTS.iter().find(|base| super::grammar::gerund(base) == word);
    known.map(|base| (*base).to_owned())
}

/// The verb of the clause itself, past that of a relative clause on its subject: `cannot` of `a product that is out of
/// stock cannot be ordered`. A noun phrase with a relative clause has none.
fn main_verb(words: &[&str]) -> Option<usize> {
    let first = (0..words.len()).find(|&index| is_verb(words, index))?;
    let relative = |word: &str| ["that", "which", "who"].contains(&word);
    let owner = |index: &usize| words[*index].eq_ignore_ascii_case("whose");
    let first = past_a_noun(words, first).unwrap_or(first);
    let opened = first > 1 && relative(&words[first - 1].to_lowercase())
        || first > 2 && (first.saturating_sub(4).max(1)..first - 1).any(|index| owner(&index));
    if !opened {
        return Some(first);
    }
    let after = || (first + 1..words.len()).filter(|&index| is_verb(words, index));
    let modal = after().find(|&index| is_modal(&words[index].to_lowercase()));
    modal.or_else(|| after().next())
}

/// The verb after a plural noun that looks like one: `are` of `overlapping requests by the same person are refused`.
fn past_a_noun(words: &[&str], first: usize) -> Option<usize> {
    let lower = |index: usize| words.get(index).map(|word| word.to_lowercase()).unwrap_or_default();
    let around = ["by", "of", "from", "with", "without", "in", "for", "at", "on"];
    let plural = lower(first).ends_with('s')
        && !BE.contains(&lower(first).as_str())
        && around.contains(&lower(first + 1).as_str());
    if !plural || first == 0 {
        return None;
    }
    let parts = [
        "and", "or", "but", "that", "which", "who", "what", "when", "if", "whether", "where", "while", "until", "so",
        "how",
    ];
    (first + 2..words.len())
        .take_while(|&index| !parts.contains(&lower(index).as_str()) && !lower(index - 1).ends_with([',', ';', ':']))
        .find(|&index| ["are", "were"].contains(&lower(index).as_str()) || is_modal(&lower(index)))
}

/// Whether the word at `index` is the clause's verb.
fn is_verb(words: &[&str], index: usize) -> bool {
    let word = words[index].to_lowercase();
    let word = word.trim_end_matches([',', ';', ':']).to_owned();
    let before = index.checked_sub(1).map(|before| words[before].to_lowercase());
    let after_noun = index > 0;
    if BE.contains(&word.as_str()) || is_modal(&word) {
        return after_noun && word != "be";
    }
    if HAVE.contains(&word.as_str())
        || ["do", "does", "doesn't", "don't", "isn't", "aren't", "hasn't", "haven't"].contains(&word.as_str())
    {
        return after_noun;
    }
    let determined = before.as_deref().is_some_and(|before| {
        [
            "a", "an", "the", "my", "our", "their", "of", "to", "for", "in", "on", "at", "with", "each", "every", "no",
            "from", "by", "both",
        ]
        .contains(&before)
    });
    if determined {
        return false;
    }
    let base = base_of(&word);
    let known = ACTS.contains(&base.as_str()) || STATES.contains(&base.as_str());
    if !known && tells(words, index) {
        return true;
    }
    if !known {
        return false;
    }
    let pronoun = before
        .as_deref()
        .is_some_and(|before| ["i", "we", "they", "you"].contains(&before));
    // `pending requests can be approved`: before another verb it is a noun.
    let noun = words.get(index + 1).is_some_and(|next| {
        let next = next.to_lowercase();
        let plain = [
            "need", "require", "contain", "include", "hold", "stay", "remain", "belong", "count", "appear", "differ",
        ]
        .contains(&next.as_str());
        plain || is_modal(&next) || BE[..2].contains(&next.as_str()) || HAVE.contains(&next.as_str())
    });
    let third = word != base && word.ends_with('s') && !noun;
    let plural_subject = before
        .as_deref()
        .is_some_and(|before| before.ends_with('s') && !before.ends_with("ss"));
    // `the discount code applies`, but not `the order form`: a base form is a verb only after a plural or a pronoun, or
    // at the very beginning, as in an instruction.
    pronoun || (third && after_noun) || (word == base && (index == 0 || plural_subject))
}

/// Whether a word that is as often a noun tells what something says: `each mail names order number and items`.
fn tells(words: &[&str], index: usize) -> bool {
    let word = words.get(index).map(|word| word.to_lowercase()).unwrap_or_default();
    let first = words.first().map(|word| word.to_lowercase()).unwrap_or_default();
    let next = words.get(index + 1).map(|word| word.to_lowercase()).unwrap_or_default();
    let one = ["each", "every", "a", "an"].contains(&first.as_str());
    let followed = ["the", "a", "an", "both", "each", "every", "all", "its", "their", "no"].contains(&next.as_str());
    index > 1
        && ["names", "states", "quotes", "lists", "leads"].contains(&word.as_str())
        && (one && !next.is_empty() || followed || word == "leads")
}

/// The contrary of a clause: `the code has expired` → `the code has not expired`; `None` where no verb was found.
#[must_use]
pub fn contrary(text: &str) -> Option<String> {
    let clause = Clause::read(text)?;
    let Clause {
        subject,
        verb,
        base,
        rest,
        negative,
        ..
    } = &clause;
    let first = verb.split(' ').next().unwrap_or("");
    let joined = |middle: &str| {
        format!("{subject} {middle} {rest}")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    if *negative {
        return Some(match first.to_lowercase().as_str() {
            "cannot" | "can't" => joined(&format!("can {base}")),
            "won't" => joined(&format!("will {base}")),
            "does" | "do" | "doesn't" | "don't" => {
                let plural = super::grammar::is_plural(subject)
                    || ["i", "we", "they", "you"].contains(&subject.to_lowercase().as_str());
                joined(&if plural {
                    base.clone()
                } else {
                    super::grammar::third_person(base)
                })
            }
            "isn't" => joined("is"),
            "aren't" => joined("are"),
            "hasn't" => joined("has"),
            "haven't" => joined("have"),
            _ => joined(&verb.replacen(" not", "", 1).replacen(" never", "", 1)),
        });
    }
    let first_lower = first.to_lowercase();
    if BE.contains(&first_lower.as_str()) {
        if let Some(noun) = subject.strip_prefix("a ").or_else(|| subject.strip_prefix("an ")) {
            return Some(format!("no {noun} {first} {rest}"));
        }
        if subject.to_lowercase().starts_with("all ") {
            return Some(format!("not {subject} {first} {rest}"));
        }
        if let Some(rest_of) = rest.strip_prefix("no longer ") {
            return Some(format!("{subject} {first} still {rest_of}"));
        }
        if let Some(rest_of) = rest.strip_prefix("no ") {
            return Some(format!("{subject} {first} {rest_of}"));
        }
        return Some(joined(&format!("{first} not")));
    }
    if HAVE.contains(&first_lower.as_str()) {
        let done = rest.split(' ').next().is_some_and(is_participle);
        if done {
            return Some(joined(&format!("{first} not")));
        }
        if let Some(rest_of) = rest.strip_prefix("no ") {
            return Some(format!("{subject} {first} {rest_of}"));
        }
        let aux = if first_lower == "has" { "does" } else { "do" };
        return Some(joined(&format!("{aux} not have")));
    }
    if is_modal(&first_lower) {
        let negated = if first_lower == "can" {
            format!("cannot {base}")
        } else {
            format!("{first} not {base}")
        };
        return Some(joined(&negated));
    }
    let plural =
        super::grammar::is_plural(subject) || ["i", "we", "they", "you"].contains(&subject.to_lowercase().as_str());
    let aux = if plural { "do" } else { "does" };
    let rest = rest
        .strip_prefix("a ")
        .map_or_else(|| rest.clone(), |tail| format!("a {tail}"));
    Some(
        format!("{subject} {aux} not {base} {rest}")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
    )
}

/// A demand as the fact that a tester looks for: `the customer must receive a receipt` → `the customer receives a receipt`;
/// `None` where nothing is demanded.
#[must_use]
pub fn as_fact(text: &str) -> Option<String> {
    let clause = Clause::read(text)?;
    let first = clause.verb.split(' ').next()?.to_lowercase();
    if !is_to_be(&first) {
        return None;
    }
    let plural = super::grammar::is_plural(&clause.subject)
        || clause.subject.contains(" and ")
        || ["i", "we", "they", "you"].contains(&clause.subject.to_lowercase().as_str());
    let Clause {
        subject,
        base,
        rest,
        negative,
        ..
    } = &clause;
    let fact = match (base.as_str(), plural, negative) {
        ("be", true, false) => format!("{subject} are {rest}"),
        ("be", false, false) => format!("{subject} is {rest}"),
        ("be", true, true) => format!("{subject} are not {rest}"),
        ("be", false, true) => format!("{subject} is not {rest}"),
        (_, true, false) => format!("{subject} {base} {rest}"),
        (_, false, false) => format!("{subject} {} {rest}", super::grammar::third_person(base)),
        (_, true, true) => format!("{subject} do not {base} {rest}"),
        (_, false, true) => format!("{subject} does not {base} {rest}"),
    };
    Some(fact.trim_end().to_owned())
}

fn is_participle(word: &str) -> bool {
    word.ends_with("ed")
        || [
            "been", "had", "paid", "sent", "left", "made", "done", "begun", "run", "read", "set", "put", "taken",
            "given", "chosen", "bought", "lost", "found",
        ]
        .contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_said_as_steps() {
        for (text, step) in [
            ("I enter SAVE10", Some("Enter SAVE10.")),
            ("the user clicks Save", Some("Click Save.")),
            (
                "customer tries to apply an expired code",
                Some("Apply an expired code."),
            ),
            ("the employee submits the request", Some("Submit the request.")),
            ("the code has expired", None),
            ("I am on the checkout page", None),
        ] {
            assert_eq!(
                Clause::read(text).and_then(|clause| clause.imperative()).as_deref(),
                step,
                "{text}"
            );
        }
    }

    #[test]
    fn a_relative_clause_belongs_to_the_subject() {
        for (text, subject, verb) in [
            (
                "a product that is out of stock cannot be added",
                "a product that is out of stock",
                "cannot be",
            ),
            (
                "users who have not paid cannot post",
                "users who have not paid",
                "cannot post",
            ),
            (
                "a member whose card is lost cannot borrow",
                "a member whose card is lost",
                "cannot borrow",
            ),
            (
                "orders which are not paid are cancelled",
                "orders which are not paid",
                "are",
            ),
            // No relative clause: the subject of each ends before its first verb.
            ("the system shows that the code is expired", "the system", "shows"),
            ("that is not possible", "that", "is not"),
        ] {
            let clause = Clause::read(text).map(|clause| (clause.subject, clause.verb));
            assert_eq!(clause, Some((subject.to_owned(), verb.to_owned())), "{text}");
        }
        assert_eq!(Clause::read("a code that has expired"), None);
    }

    #[test]
    fn contraries_are_whole_sentences() {
        for (text, other) in [
            ("the code has expired", "the code has not expired"),
            ("the customer has a coupon", "the customer does not have a coupon"),
            ("delivery is free", "delivery is not free"),
            ("all windows are closed", "not all windows are closed"),
            (
                "the employee receives an email",
                "the employee does not receive an email",
            ),
            ("the orders ship within 2 days", "the orders do not ship within 2 days"),
            ("the guest cannot see prices", "the guest can see prices"),
            ("the request is not approved", "the request is approved"),
            ("the manager must approve it", "the manager must not approve it"),
        ] {
            assert_eq!(contrary(text).as_deref(), Some(other), "{text}");
        }
        assert_eq!(contrary("a noun phrase of two"), None);
    }
}
