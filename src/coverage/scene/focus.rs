//! Parts of a scene that families for one kind of act ask for: the scene as one of several acts sees it, and the words
//! that name the deed and its owner.

use super::Scene;
use super::grammar::{a, bare, capitalised, head, is_plural, plural, singular, the};
use crate::basis::{Action, Criterion, VerbClass};
use crate::test_case::Span;
use std::rc::Rc;

/// What an action is done to, in short; a request for leave is made by a `leave request`.
pub(super) fn object_of(action: &Action) -> String {
    // `my account and my data` are two things: the first is the one that is acted on.
    let whole = [" and my ", " and our "]
        .iter()
        .find_map(|mark| action.object.split_once(mark))
        .map_or(action.object.as_str(), |(first, _)| first);
    // `give my guests a door code`: what is given stands behind whom it is given to.
    const GIVES: [&str; 8] = ["give", "send", "show", "offer", "assign", "grant", "lend", "hand"];
    let given = GIVES
        .contains(&action.verb.as_str())
        .then(|| [" a ", " an "].iter().find_map(|article| whole.split_once(article)))
        .flatten()
        .filter(|(whom, _)| whom.split(' ').count() <= 3 && !whom.contains(" of"));
    let whole = given.map_or(whole, |(_, thing)| thing);
    let object = brief(bare(whole));
    // Who comments on an article makes a comment, and no article.
    if action.verb == "comment" {
        return "comment".to_owned();
    }
    if action.verb == "request" && !object.is_empty() && head(object) != "request" && !object.contains("access") {
        return format!("{} request", singular(object));
    }
    object.to_owned()
}

impl<'a> Scene<'a> {
    /// The scene as the first of the goal's actions of one of the classes sees it; `None` when the goal has no such action.
    #[must_use]
    pub fn focus(&self, classes: &[VerbClass]) -> Option<Scene<'a>> {
        let action = self.actions().iter().find(|action| classes.contains(&action.class))?;
        Some(self.focus_on(action))
    }

    /// The scene as one action sees it.
    #[must_use]
    pub fn focus_on(&self, action: &'a Action) -> Scene<'a> {
        let mut scene = Scene {
            basis: self.basis,
            actor: self.actor.clone(),
            action: Some(action),
            object: object_of(action),
            page: None,
            risk: self.risk,
            surface: self.surface.clone(),
            goal: super::Goal::Acted,
            words: Rc::clone(&self.words),
            boundary_values: self.boundary_values,
        };
        scene.page = scene.find_page();
        scene
    }

    /// The first place in the goal of any of the words or phrases, in any of their forms.
    #[must_use]
    pub fn goal_mentions(&self, phrases: &[&str]) -> Option<Span> {
        let goal = self.goal_span();
        self.words.first_within(phrases, goal)
    }

    /// What is done, to one of what it is done to: `approve an expense report`, `view the account balance`, `sign in`.
    #[must_use]
    pub fn deed(&self) -> String {
        let verb = self.action().map_or("use", |action| action.verb.as_str());
        let whole = self.action().map_or("", |action| bare(&action.object));
        let object = if whole.contains(" of the ") {
            whole
        } else {
            brief(whole)
        };
        if object.is_empty() {
            return verb.to_owned();
        }
        if is_plural(object) {
            format!("{verb} {}", a(&singular(object)))
        } else if is_one_of_a_kind(object) {
            format!("{verb} {}", the(object))
        } else {
            format!("{verb} {}", a(object))
        }
    }

    /// Who acts, with article: `a customer`.
    #[must_use]
    pub fn an_actor(&self) -> String {
        a(&self.actor)
    }

    /// Whether what is done to belongs to whoever acts: `my orders`, `our invoices`, `their own profile`.
    #[must_use]
    pub fn is_own(&self) -> bool {
        let goal = self.basis.words(self.goal_span()).to_lowercase();
        let object = self.object.to_lowercase();
        !object.is_empty()
            && ["my", "our", "own"].iter().any(|owner| {
                goal.match_indices(&format!("{owner} {object}")).any(|(at, _)| {
                    goal[..at]
                        .chars()
                        .next_back()
                        .is_none_or(|before| !before.is_alphanumeric())
                })
            })
    }

    /// One entry of the list that is looked at: `order` of `orders`, `payment` of `payment history`, `item` of `list of
    /// items`; `None` when it is no list.
    #[must_use]
    pub fn entry(&self) -> Option<String> {
        let object = self.object.as_str();
        if let Some((_, after)) = object.split_once(" of ").filter(|(before, _)| is_list_word(before)) {
            return Some(singular(bare(after)));
        }
        let head = head(object);
        if is_list_word(head) {
            let before = object.strip_suffix(head)?.trim();
            let last = before.rsplit(' ').next().unwrap_or("").to_lowercase();
            let named = !before.is_empty() && !NO_ENTRIES.contains(&last.as_str());
            return Some(if named { singular(before) } else { "entry".to_owned() });
        }
        // `VAT, customs and shipping` are three things and no list of one kind.
        (is_plural(object) && !object.contains(" and ")).then(|| singular(object))
    }

    /// Several entries of the list that is looked at.
    #[must_use]
    pub fn entries(&self) -> Option<String> {
        self.entry().map(|entry| plural(&entry))
    }

    /// The first criterion that speaks of any of the words or phrases.
    #[must_use]
    pub fn criterion_about(&self, phrases: &[&str]) -> Option<&'a Criterion> {
        self.basis
            .criteria
            .iter()
            .find(|criterion| self.words.first_within(phrases, criterion.statement.span).is_some())
    }

    /// What the act is about, as a state before step 1: `An article exists` of `comment on an article`.
    #[must_use]
    pub fn surroundings(&self) -> Option<String> {
        let action = self.action()?;
        let around = action.circumstances.iter().find_map(|words| {
            ["on ", "about ", "to ", "of "]
                .iter()
                .find_map(|mark| words.strip_prefix(mark))
        });
        let thing = around.or_else(|| action.object.split_once(" of ").map(|(_, after)| after))?;
        ["a ", "an "]
            .iter()
            .any(|article| thing.starts_with(article))
            .then(|| format!("{} exists", capitalised(thing)))
    }

    /// Whether a criterion speaks of any of the words or phrases, so that its own case tells it in the author's words.
    #[must_use]
    pub fn is_told(&self, phrases: &[&str]) -> bool {
        self.criterion_about(phrases).is_some()
    }
}

/// Words before a list that say of what kind it is, not what stands in it: `medical history`.
const NO_ENTRIES: [&str; 14] = [
    "medical", "clinical", "full", "complete", "past", "recent", "personal", "browsing", "viewing", "work", "credit",
    "family", "health", "own",
];

/// What is done to without what it belongs to: `review` of `review of a product`, but all of `date of birth`.
fn brief(object: &str) -> &str {
    let object = [
        " near ",
        " around ",
        " within ",
        " filtered",
        " sorted",
        " grouped",
        " that ",
        " which ",
    ]
    .iter()
    .find_map(|mark| object.split_once(mark))
    .map_or(object, |(before, _)| before);
    let Some((before, after)) = object.split_once(" of ") else {
        return object;
    };
    let first = after.split(' ').next().unwrap_or("");
    let belongs = [
        "a", "an", "the", "my", "our", "their", "his", "her", "its", "each", "every", "another",
    ]
    .contains(&first);
    if belongs && !is_list_word(before) {
        before
    } else {
        object
    }
}

/// Things of which there is one in its place, so that they are spoken of with `the`.
fn is_one_of_a_kind(object: &str) -> bool {
    const ONE: [&str; 24] = [
        "balance",
        "status",
        "total",
        "progress",
        "temperature",
        "brightness",
        "volume",
        "language",
        "location",
        "password",
        "inventory",
        "stock",
        "weather",
        "availability",
        "price",
        "theme",
        "mode",
        "heating",
        "history",
        "catalogue",
        "catalog",
        "leaderboard",
        "schedule",
        "calendar",
    ];
    object.contains(" of the ") || (ONE.contains(&head(object).to_lowercase().as_str()) && !object.contains("'s "))
}

fn is_list_word(word: &str) -> bool {
    const LISTS: [&str; 12] = [
        "history",
        "list",
        "log",
        "overview",
        "feed",
        "timeline",
        "catalogue",
        "catalog",
        "schedule",
        "calendar",
        "queue",
        "directory",
    ];
    LISTS.contains(&word.to_lowercase().as_str())
}
