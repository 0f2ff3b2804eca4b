//! Pronouns of the goal that stand for a thing named in the role: `a customer who forgot the password` wants `to set a new
//! one`. Resolved only where the role names exactly one thing behind a determiner; anything else stays unread.

use crate::basis::Action;
use crate::basis::action::is_verb;
use crate::basis::text::Text;
use crate::test_case::BasisId;

/// Puts the role's thing in place of `it`, `them`, `one` and `a new one` in the first act.
pub(super) fn resolve(role: &str, goal: &Text<'_>, actions: &mut [Action]) {
    let Some(thing) = thing_of(role) else { return };
    for action in actions {
        let object = action.object.to_lowercase();
        if object.is_empty() && says_it(goal, action) || matches!(object.as_str(), "it" | "them" | "one") {
            action.object.clone_from(&thing);
        } else if let Some(kind) = object.strip_suffix(" one").filter(|kind| !kind.contains(' ')) {
            action.object = format!("{kind} {thing}");
        }
    }
}

/// Whether a pronoun follows the verb of an act whose object was left empty.
fn says_it(goal: &Text<'_>, action: &Action) -> bool {
    let first = goal.tokens.partition_point(|token| token.start < action.span.start);
    let after = first + action.verb.split(' ').count();
    matches!(goal.low(after), "it" | "them")
}

/// The one thing that a role names: `gift card` of `owner of a gift card`; `None` for none and for several.
fn thing_of(role: &str) -> Option<String> {
    let text = Text::new(BasisId::Story, role);
    let mut places = (1..text.tokens.len()).filter(|at| matches!(text.low(*at), "a" | "an" | "the" | "my" | "their"));
    let at = places.next()?;
    if places.next().is_some() {
        return None;
    }
    let end = text.tokens.len();
    let noun = at + 1..end;
    let plain = noun.clone().all(|at| text.is_word(at)) && !noun.is_empty() && noun.len() <= 3;
    let acts = noun
        .clone()
        .skip(1)
        .any(|at| is_verb(&text, at) && text.low(at).ends_with("ed"));
    let parted = noun
        .clone()
        .any(|at| matches!(text.low(at), "of" | "in" | "at" | "with" | "for" | "on" | "to" | "who"));
    (plain && !acts && !parted).then(|| text.words(&noun).to_lowercase())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::basis;
    use crate::story::{Limits, UserStory};

    #[test]
    fn a_pronoun_stands_for_the_thing_of_the_role() {
        for (story, object) in [
            (
                "As a customer who forgot the password, I want to set a new one by email",
                "new password",
            ),
            (
                "As the owner of a gift card, I want to redeem it at the checkout",
                "gift card",
            ),
            ("As a traveller who lost a suitcase, I want to report it", "suitcase"),
            // Nothing, or more than one thing, stands before.
            ("As a customer, I want to set a new one by email", "new one"),
            ("As a clerk with a desk in the office, I want to book it", ""),
            (
                "As a customer who forgot the password, I want to change the address",
                "address",
            ),
        ] {
            let basis = basis::parse(&UserStory::new(story, &[], "", &Limits::default()).unwrap());
            assert_eq!(basis.main_action().unwrap().object, object, "{story}");
        }
    }
}
