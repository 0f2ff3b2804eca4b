//! What a rule family looks at: the basis, and the words that cases of this story are written with (who acts, where, on
//! what, and what is seen when it succeeds or is refused).
//!
//! It invents nothing: preconditions are only what the story supports, pages and fields only what it names.

pub mod grammar;
pub mod clause;
mod acts;
mod focus;
pub mod goal;
pub mod persons;
mod start;
mod surface;
mod words;

use super::BoundaryValues;
use crate::basis::{Action, TestBasis, VerbClass};
use crate::test_case::{BasisId, Priority, Span, Step};
pub use goal::{Goal, Watched};
use grammar::{bare, observed, plural, sentence, singular, the};
use std::rc::Rc;
pub use surface::{Automatic, Event, Surface};
use words::Words;

/// What a family looks at.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The test basis.
    pub basis: &'a TestBasis,
    actor: String,
    action: Option<&'a Action>,
    object: String,
    page: Option<String>,
    risk: Priority,
    surface: Surface,
    goal: Goal,
    words: Rc<Words>,
    boundary_values: BoundaryValues,
}

impl<'a> Scene<'a> {
    /// Looks at a basis once, for all families.
    #[must_use]
    pub fn new(basis: &'a TestBasis) -> Self {
        let words = Rc::new(Words::of(basis));
        let actor = basis
            .story
            .role
            .as_ref()
            .map_or_else(|| "user".to_owned(), |role| singular(&role_name(&role.text)));
        // `As someone who sends presents`: whoever it is.
        let nobody = ["someone", "somebody", "anyone", "anybody", "person", "one"];
        let actor = if nobody.contains(&actor.as_str()) {
            "user".to_owned()
        } else {
            actor
        };
        let surface = Surface::of(basis);
        let goal = Goal::of(basis, &actor, &surface);
        let action = basis.main_action().filter(|_| goal == Goal::Acted);
        let mut scene = Self {
            basis,
            actor: goal::other_person(basis).unwrap_or(actor),
            action,
            object: action.map_or_else(String::new, focus::object_of),
            page: None,
            risk: Priority::Medium,
            surface,
            goal,
            words,
            boundary_values: BoundaryValues::default(),
        };
        scene.page = scene.find_page();
        scene.risk = scene.weigh();
        scene
    }

    /// The scene with so many values at each end of a limit.
    #[must_use]
    pub fn with_boundary_values(mut self, boundary_values: BoundaryValues) -> Self {
        self.boundary_values = boundary_values;
        self
    }

    /// Whether the neighbour of a bound on its own side is tried too.
    #[must_use]
    pub fn tries_both_neighbours(&self) -> bool {
        self.boundary_values == BoundaryValues::Three
    }

    /// Who acts: `customer`; `user` when no role is said. Without article, singular.
    #[must_use]
    pub fn actor(&self) -> String {
        self.actor.clone()
    }

    /// The first action of the goal.
    #[must_use]
    pub fn action(&self) -> Option<&'a Action> {
        self.action
    }

    /// All actions of the goal; none where the product acts or an act's thing could not be read.
    #[must_use]
    pub fn actions(&self) -> &'a [Action] {
        if self.goal == Goal::Acted {
            &self.basis.story.actions
        } else {
            &[]
        }
    }

    /// How the goal is played.
    #[must_use]
    pub fn goal(&self) -> &Goal {
        &self.goal
    }

    /// Whether any action of the goal is of one of the classes.
    #[must_use]
    pub fn has_class(&self, classes: &[VerbClass]) -> bool {
        self.actions().iter().any(|action| classes.contains(&action.class))
    }

    /// The class of the first action; `Other` when there is none.
    #[must_use]
    pub fn class(&self) -> VerbClass {
        self.action().map_or(VerbClass::Other, |action| action.class)
    }

    /// What the first action is done to, without article or possessive: `discount code`; empty for none.
    #[must_use]
    pub fn object(&self) -> &str {
        &self.object
    }

    /// One of what the first action is done to: `order` for `orders`; `entry` for none.
    #[must_use]
    pub fn one(&self) -> String {
        if self.object.is_empty() {
            "entry".to_owned()
        } else {
            singular(&self.object)
        }
    }

    /// Several of what the first action is done to: `orders`; `entries` for none.
    #[must_use]
    pub fn many(&self) -> String {
        plural(&self.one())
    }

    /// The first place in story and criteria (not context) of any of the words or phrases, in any of their forms.
    #[must_use]
    pub fn mentions(&self, phrases: &[&str]) -> Option<Span> {
        self.words.first(phrases)
    }

    /// The place of the goal, else of the whole story.
    #[must_use]
    pub fn goal_span(&self) -> Span {
        self.basis.story.goal.as_ref().map_or_else(
            || Span {
                basis_id: BasisId::Story,
                start: 0,
                end: self.basis.text(BasisId::Story).len(),
            },
            |goal| goal.span,
        )
    }

    /// The place of the first action, else of the goal.
    #[must_use]
    pub fn action_span(&self) -> Span {
        self.action().map_or_else(|| self.goal_span(), |action| action.span)
    }

    /// The observer's view of words of the author: `my orders` → `their orders`, `I pay less` → `the customer pays less`.
    #[must_use]
    pub fn observed(&self, text: &str) -> String {
        observed(text.trim(), &self.actor)
    }

    // === Steps ===

    /// The page of the act, where the story names one: `checkout page`.
    #[must_use]
    pub fn page(&self) -> Option<&str> {
        self.page.as_deref()
    }

    /// The first step: opens the place where the goal's act is done.
    #[must_use]
    pub fn open(&self) -> Step {
        self.goal.open().unwrap_or_else(|| self.act(self.class()).open())
    }

    /// A step that enters a text in a field: `Enter SAVE10 in the discount code field.` Long texts stand in the data alone.
    #[must_use]
    pub fn enter(&self, field: &str, text: &str) -> Step {
        let field = bare(field);
        let place = if field.ends_with("field") || field.ends_with("box") {
            the(field)
        } else {
            format!("the {field} field")
        };
        let action = if text.is_empty() {
            format!("Leave {place} empty.")
        } else if text.chars().count() > 40 || text.trim() != text {
            format!("Enter the text from the data in {place}.")
        } else {
            format!("Enter {text} in {place}.")
        };
        Step::new(action).with_data(text)
    }

    /// The last step: sets the goal's act going; `None` for acts that only look.
    #[must_use]
    pub fn confirm(&self) -> Option<Step> {
        self.goal.confirm().or_else(|| self.act(self.class()).confirm())
    }

    /// Steps that do the goal's act: open, the given entries, confirm.
    #[must_use]
    pub fn perform(&self, entries: Vec<Step>) -> Vec<Step> {
        self.perform_as(self.class(), entries)
    }

    /// As [`Scene::perform`], for another act on the same object, such as deleting for `manage`.
    #[must_use]
    pub fn perform_as(&self, class: VerbClass, entries: Vec<Step>) -> Vec<Step> {
        let act = self.act(class);
        let mut steps = match (&self.surface, &self.goal) {
            (_, Goal::Watched(_)) => Vec::new(),
            (Surface::Device(device), _) => vec![Step::new(format!("Go to the {device}."))],
            (_, goal) => vec![goal.open().unwrap_or_else(|| act.open())],
        };
        steps.extend(entries);
        steps.extend(self.goal.confirm().or_else(|| act.confirm()));
        steps
    }

    // === What is seen ===

    /// What is seen when the goal's act succeeded, as one sentence.
    #[must_use]
    pub fn success(&self) -> String {
        self.success_as(self.class())
    }

    /// As [`Scene::success`], for another act on the same object.
    #[must_use]
    pub fn success_as(&self, class: VerbClass) -> String {
        if let Some(seen) = self.goal.success() {
            return seen;
        }
        self.act(class).success(self)
    }

    /// What is seen when `of` is refused because `why` (a clause: `it is longer than 20 characters`), and what must not
    /// have happened.
    #[must_use]
    pub fn refusal(&self, of: &str, why: &str) -> String {
        let unchanged = self.unchanged();
        sentence(&format!(
            "{} {} refused because {why}; {unchanged}",
            the(bare(of)),
            grammar::is_or_are(of)
        ))
    }

    /// What is seen at the refusing step itself: a message whose exact words the story does not give.
    #[must_use]
    pub fn message(&self, why: &str) -> String {
        sentence(&format!("A message says that {why}"))
    }

    /// What must still be as before when the act was refused, as a clause: `no order is created`.
    #[must_use]
    pub fn unchanged(&self) -> String {
        self.unchanged_as(self.class())
    }

    /// As [`Scene::unchanged`], for another act on the same object.
    #[must_use]
    pub fn unchanged_as(&self, class: VerbClass) -> String {
        if let Some(denied) = self.goal.denied() {
            return denied;
        }
        self.act(class).unchanged(self)
    }

    // === Risk ===

    /// The story's risk, which its main success and its most damaging failures carry; variants are one lower.
    #[must_use]
    pub fn risk(&self) -> Priority {
        self.risk
    }

    fn weigh(&self) -> Priority {
        let grave = [
            "payment",
            "pay",
            "money",
            "bank",
            "transfer",
            "refund",
            "invoice",
            "salary",
            "password",
            "sign in",
            "log in",
            "login",
            "delete",
            "medical",
            "patient",
            "prescription",
            "dose",
            "personal data",
            "consent",
            "card",
            "account",
        ];
        let minor = [
            "preference",
            "dark mode",
            "colour",
            "color",
            "avatar",
            "wish list",
            "wishlist",
            "favourite",
            "favorite",
        ];
        let classes = [
            VerbClass::Authenticate,
            VerbClass::Pay,
            VerbClass::Delete,
            VerbClass::Redeem,
        ];
        if self.has_class(&classes) || self.mentions(&grave).is_some() {
            Priority::High
        } else if self.mentions(&minor).is_some() {
            Priority::Low
        } else {
            Priority::Medium
        }
    }

    // === impl ===

    fn find_page(&self) -> Option<String> {
        let circumstances = self.actions().iter().flat_map(|action| &action.circumstances);
        circumstances.into_iter().find_map(|words| page_of(words))
    }
}

/// A role without what follows it: `customer who has an account` → `customer`.
fn role_name(role: &str) -> String {
    // `one of several friends` is a friend.
    let role = [
        "one of several ",
        "one of many ",
        "one of the ",
        "one of our ",
        "member of the public ",
    ]
    .iter()
    .find_map(|opening| role.strip_prefix(opening))
    .unwrap_or(role);
    let role = bare(role);
    // `member of the loyalty programme` is a member.
    let group = [
        "programme",
        "program",
        "team",
        "club",
        "staff",
        "board",
        "committee",
        "crew",
        "union",
    ];
    if let Some((person, of)) = role.split_once(" of the ")
        && group.contains(&grammar::head(of).to_lowercase().as_str())
    {
        return person.to_owned();
    }
    let end = [" who ", " with ", " of ", " in ", ","]
        .iter()
        .filter_map(|mark| role.find(mark))
        .min();
    role[..end.unwrap_or(role.len())].to_owned()
}

/// The page that a circumstance names: `at checkout` → `checkout page`; `None` for times, persons and the like.
fn page_of(circumstance: &str) -> Option<String> {
    const KEPT: [&str; 21] = [
        "page",
        "screen",
        "form",
        "dashboard",
        "view",
        "app",
        "application",
        "website",
        "site",
        "portal",
        "menu",
        "cart",
        "basket",
        "calendar",
        "map",
        "inbox",
        "editor",
        "console",
        "terminal",
        "list",
        "catalogue",
    ];
    const GIVEN_PAGE: [&str; 5] = ["checkout", "profile", "settings", "account", "login"];
    let (preposition, rest) = circumstance.split_once(' ')?;
    if !["at", "on", "in", "from", "during", "within", "via", "through"].contains(&preposition.to_lowercase().as_str())
    {
        return None;
    }
    let place = bare(rest);
    let last = place.rsplit(' ').next()?.to_lowercase();
    if KEPT.contains(&last.as_str()) {
        return Some(place.to_owned());
    }
    GIVEN_PAGE.contains(&last.as_str()).then(|| format!("{place} page"))
}

/// The plain verb of a class, for acts that the story names only by `manage`.
fn verb_of(class: VerbClass) -> &'static str {
    match class {
        VerbClass::Authenticate => "sign in",
        VerbClass::Register => "register",
        VerbClass::Create => "create",
        VerbClass::Read => "view",
        VerbClass::Update => "change",
        VerbClass::Delete => "delete",
        VerbClass::Manage => "manage",
        VerbClass::Search => "search",
        VerbClass::Filter => "filter",
        VerbClass::Upload => "upload",
        VerbClass::Download => "download",
        VerbClass::Pay => "pay",
        VerbClass::Redeem => "apply",
        VerbClass::Notify => "notify",
        VerbClass::Transition => "move",
        VerbClass::Configure => "set",
        VerbClass::Share => "share",
        VerbClass::Calculate => "calculate",
        VerbClass::Report => "report",
        VerbClass::Integrate => "connect",
        VerbClass::Other => "use",
    }
}
