//! How a goal is played: acted by somebody, watched while the product acts, or told in the author's words alone.
//!
//! `I want quizzes to be marked automatically` is no act of the one who wants it. It is read as a fact that somebody looks
//! at (`quizzes are marked automatically`) and, where the story says so, what sets it off. An act whose thing is no noun
//! (`limit what the car allows when my daughter drives it`) is kept whole, as the author wrote it.
//!
//! It refuses to make a thing of what is none: no page for `the new one`, no list of `themselves`.

mod reading;

use reading::{addressed, clause, doer, done, is_participle, parted, passive, received};

use super::clause::contrary;
use super::grammar::{a, bare, capitalised, is_plural, observed, sentence, singular, the, third_person};
use super::persons::is_person;
use super::surface::{Surface, device_in};
use crate::basis::{TestBasis, VerbClass};
use crate::test_case::{BasisId, Step};

/// How the goal is played.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Goal {
    /// By acts of the one who wants it, or of the person named; they stand in the basis.
    #[default]
    Acted,
    /// By the product; the role looks on.
    Watched(Watched),
    /// By an act whose thing is no noun: the goal from its verb on, in the observer's view.
    Told(String),
}

/// What the product does, as somebody who looks on tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// A clause: `multiple-choice quizzes are marked automatically`.
    pub fact: String,
    /// What sets it off, as a clause: `the passenger's train has been cancelled`.
    pub event: Option<String>,
}

impl Goal {
    /// Reads it from the goal's words and the acts that were found in them.
    pub(super) fn of(basis: &TestBasis, actor: &str, surface: &Surface) -> Self {
        let Some(goal) = &basis.story.goal else {
            return Self::Acted;
        };
        let text = goal.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let action = basis.main_action();
        let role = basis.story.role.as_ref().map_or("", |role| role.text.as_str());
        if device_in(&singular(role)).is_some() && !is_person(role) {
            return Self::of_device(basis, &bare(role).to_lowercase(), &text, actor);
        }
        let unread = action.is_some_and(|action| action.verb == "use" && action.class == VerbClass::Other);
        if !surface.has_pages() && !unread
            || action.is_some_and(|action| action.class == VerbClass::Notify && reads_itself(&text))
        {
            return Self::Acted;
        }
        if let Some(fact) = passive(&text, actor)
            .or_else(|| doer(&text, action))
            .or_else(|| done(&text, action))
            .or_else(|| clause(&text, action))
            .or_else(|| received(&text, action, actor))
        {
            return Self::watched(&fact, actor);
        }
        match action {
            Some(action) if !is_thing(&action.object) || !is_understood(action) => {
                Self::Told(addressed(&observed(&text, actor), actor))
            }
            _ => Self::Acted,
        }
    }

    /// A device that acts, on the event that the goal names or as often as the story opens with.
    fn of_device(basis: &TestBasis, device: &str, deed: &str, actor: &str) -> Self {
        let deed = if is_plural(device) {
            deed.to_owned()
        } else {
            third_person(deed)
        };
        let mut goal = Self::watched(&format!("{} {deed}", the(device)), actor);
        if let Self::Watched(watched) = &mut goal
            && watched.event.is_none()
        {
            let opening = basis.text(BasisId::Story).to_lowercase();
            let unit = opening
                .strip_prefix("every ")
                .or_else(|| opening.strip_prefix("each "))
                .and_then(|rest| rest.split([' ', ',']).next().map(str::to_owned));
            watched.event = unit
                .filter(|unit| !device.starts_with(unit.as_str()))
                .map(|unit| format!("{} has passed", a(&unit)));
        }
        goal
    }

    fn watched(fact: &str, actor: &str) -> Self {
        let (fact, event) = parted(fact);
        Self::Watched(Watched {
            fact: addressed(&observed(&fact, actor), actor),
            event: event.map(|event| addressed(&observed(&event, actor), actor)),
        })
    }
}

/// Who acts where a person other than the role does: `parent` of `parents to book slots`.
pub(super) fn other_person(basis: &TestBasis) -> Option<String> {
    let text = &basis.story.goal.as_ref()?.text;
    let (subject, rest) = text.split_once(" to ")?;
    let first = subject.split(' ').next()?.to_lowercase();
    let acts = basis.main_action().is_some_and(|action| {
        let verb = action.verb.split(' ').next().unwrap_or("");
        verb != first && rest.split(' ').next() == Some(verb)
    });
    let subject = bare(subject);
    (acts && subject.split(' ').count() <= 3 && is_person(subject)).then(|| singular(&subject.to_lowercase()))
}

/// Whether a goal about messages is one that the rules of messages read: `be alerted when …`, `the app to notify me`.
fn reads_itself(text: &str) -> bool {
    !text.contains(" to warn ") && !text.contains(" to tell ")
}

/// Whether an object can be the name of a thing: no pronoun, no clause, no chain of other words. Nothing at all can.
#[must_use]
pub fn is_thing(object: &str) -> bool {
    const PRONOUNS: [&str; 22] = [
        "it",
        "them",
        "one",
        "ones",
        "this",
        "that",
        "these",
        "those",
        "something",
        "anything",
        "everything",
        "nothing",
        "themselves",
        "themselve",
        "itself",
        "himself",
        "herself",
        "myself",
        "ourselves",
        "others",
        "somebody",
        "someone",
    ];
    const CLAUSES: [&str; 8] = ["what", "how", "where", "whether", "whatever", "why", "who", "which"];
    const LOOSE: [&str; 8] = [
        "together",
        "right",
        "again",
        "anyway",
        "everywhere",
        "somewhere",
        "sure",
        "certain",
    ];
    let low = object.to_lowercase();
    let Some(first) = low.split(' ').next().filter(|_| !low.is_empty()) else {
        return true;
    };
    let last = low.rsplit(' ').next().unwrap_or("");
    let before_preposition = head_words(&low);
    !(PRONOUNS.contains(&last)
        || CLAUSES.contains(&first)
        || LOOSE.contains(&last)
        || is_participle(first) && before_preposition > 3
        || before_preposition > 6)
}

/// Whether an act was read rightly: a verb that is known, and no list or adverb for what it is done to.
fn is_understood(action: &crate::basis::Action) -> bool {
    let verb = action.verb.split(' ').next().unwrap_or("");
    let known = action.class != VerbClass::Other || super::clause::is_act(verb);
    let object = action.object.to_lowercase();
    let first = object.split(' ').next().unwrap_or("");
    let adverb = ["back", "up", "out", "off", "away", "down", "again", "together"].contains(&first);
    let further = format!(" {object} ").split(" to ").skip(1).any(|rest| {
        let word = rest.split(' ').next().unwrap_or("");
        super::clause::is_act(word)
    });
    known && !adverb && !further && !object.contains(',')
}

/// Question clauses are read as a whole where somebody looks for an answer: `see how many points I have`.
fn head_words(object: &str) -> usize {
    object
        .split(' ')
        .take_while(|word| !["of", "for", "with", "in", "on", "at", "by", "and", "or", "from", "that"].contains(word))
        .count()
}

impl Goal {
    /// The first step, where it is not that of an act: `Open the place from which to …`.
    pub(super) fn open(&self) -> Option<Step> {
        match self {
            Self::Acted => None,
            Self::Watched(watched) => Some(watched.brought_about()),
            Self::Told(text) => Some(Step::new(sentence(&format!("Open the place from which to {text}")))),
        }
    }

    /// The step that sets the goal going, where it is not that of an act.
    pub(super) fn confirm(&self) -> Option<Step> {
        match self {
            Self::Acted => None,
            Self::Watched(watched) => Some(watched.brought_about()),
            Self::Told(text) => Some(Step::new(sentence(text))),
        }
    }

    /// What is not seen when it was refused, where that is not what an act leaves.
    pub(super) fn denied(&self) -> Option<String> {
        match self {
            Self::Watched(watched) => contrary(&watched.fact),
            Self::Acted | Self::Told(_) => None,
        }
    }

    /// What is seen when it succeeded, where it is not what an act leaves.
    pub(super) fn success(&self) -> Option<String> {
        match self {
            Self::Acted => None,
            Self::Watched(watched) => Some(sentence(&watched.fact)),
            Self::Told(_) => Some("What was entered is shown after the page is loaded again.".to_owned()),
        }
    }
}

impl Watched {
    /// The step after which the fact must be seen.
    #[must_use]
    pub fn brought_about(&self) -> Step {
        Step::new(sentence(&match &self.event {
            Some(event) => format!("Bring it about that {event}"),
            None => format!("Bring about a situation in which {}", self.fact),
        }))
    }

    /// The fact as a sentence without full stop.
    #[must_use]
    pub fn told(&self) -> String {
        capitalised(&self.fact)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::basis;
    use crate::coverage::Scene;
    use crate::story::{Limits, UserStory};

    fn read(story: &str) -> Goal {
        let basis = basis::parse(&UserStory::new(story, &[], "", &Limits::default()).unwrap());
        Scene::new(&basis).goal().clone()
    }

    #[test]
    fn what_the_product_does_is_watched() {
        for (story, fact, event) in [
            (
                "As a stranded passenger, I want to be offered other connections right after my train has been cancelled",
                "the stranded passenger is offered other connections",
                Some("the stranded passenger's train has been cancelled"),
            ),
            (
                "As a lecturer, I want multiple-choice quizzes to be marked automatically",
                "multiple-choice quizzes are marked automatically",
                None,
            ),
            (
                "As a shopper, I want the search to forgive small typing mistakes",
                "the search forgives small typing mistakes",
                None,
            ),
            (
                "As a vendor, I want my earnings paid out every fortnight",
                "the vendor's earnings are paid out every fortnight",
                None,
            ),
            (
                "As a saver, I want each card payment rounded up when I pay with my phone",
                "each card payment is rounded up",
                Some("the saver pays with their phone"),
            ),
            (
                "As a saver, I want each payment rounded up to the next full euro",
                "each payment is rounded up to the next full euro",
                None,
            ),
            (
                "As a traveller, I want to have my baggage tracked",
                "the traveller's baggage is tracked",
                None,
            ),
            (
                "As a participant, I want a certificate once I've finished the course",
                "the participant gets a certificate",
                Some("the participant has finished the course"),
            ),
            (
                "Every month the smoke detectors shall report the result to the owner's app",
                "the smoke detectors report the result to the owner's app",
                Some("a month has passed"),
            ),
        ] {
            let expected = Goal::Watched(Watched {
                fact: fact.to_owned(),
                event: event.map(str::to_owned),
            });
            assert_eq!(read(story), expected, "{story}");
        }
    }

    #[test]
    fn what_is_no_thing_is_told_as_it_is_written() {
        for (story, told) in [
            (
                "As a parent, I want to limit what the family car allows when my daughter drives it",
                "limit what the family car allows when their daughter drives it",
            ),
            (
                "As a user, I want to sort things out and change everything",
                "sort things out and change everything",
            ),
        ] {
            assert_eq!(read(story), Goal::Told(told.to_owned()), "{story}");
        }
    }

    #[test]
    fn acts_of_people_stay_acts() {
        for story in [
            "As a customer, I want to cancel my order",
            "As a customer, I want a way to pay by card",
            "As a user, I want to invite friends to join my group",
            "As a teacher, I want parents to book slots",
            "As a customer who forgot the password, I want to set a new one by email",
            "As a user, I want to be notified when my order ships",
            "As a member, I want to be able to renew a loan",
            "As a friend, I want to plan a trip together with the others",
            "As a customer, I want to see the orders placed last week",
        ] {
            assert_eq!(read(story), Goal::Acted, "{story}");
        }
    }
}
