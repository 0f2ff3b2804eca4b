//! What holds before step 1: who is signed in and what exists, as far as the story supports it.

use super::acts;
use super::grammar::{a, capitalised, is_plural};
use super::{Scene, Surface};
use crate::basis::VerbClass;

impl Scene<'_> {
    /// Preconditions that hold for every case: who is signed in, and what exists; only what the story supports.
    #[must_use]
    pub fn start(&self) -> Vec<String> {
        self.start_as(self.class())
    }

    /// Of [`Scene::start`] only who is signed in: for an act that is not the story's own.
    #[must_use]
    pub fn start_signed_in(&self) -> Vec<String> {
        let mut given = self.start();
        given.retain(|given| given.contains("signed in"));
        given
    }

    /// As [`Scene::start`], for another act on the same object, such as deleting for `manage`.
    #[must_use]
    pub fn start_as(&self, class: VerbClass) -> Vec<String> {
        if let Surface::Device(device) = &self.surface {
            return vec![format!("The {device} is set up and has power.")];
        }
        let mut given = Vec::new();
        if let Some(signed_in) = self.signed_in(class) {
            given.push(signed_in);
        }
        if self
            .page
            .as_deref()
            .is_some_and(|page| ["checkout page", "cart", "basket", "cart page"].contains(&page))
        {
            given.push(format!("The cart of the {} holds at least one item.", self.actor));
        }
        if let Some(exists) = self.exists(class) {
            given.push(exists);
        }
        given
    }

    fn signed_in(&self, class: VerbClass) -> Option<String> {
        if !self.surface.has_pages() {
            return None;
        }
        if matches!(class, VerbClass::Register | VerbClass::Authenticate) && !self.takes() {
            return Some(format!("The {} is not signed in.", self.actor));
        }
        // Whoever forgot the password is out, whatever is set anew.
        if self.object().ends_with("password") && self.mentions(&["forgot", "forgotten"]).is_some() {
            return Some(format!("The {} is not signed in.", self.actor));
        }
        let outside = [
            "visitor",
            "guest",
            "anonymous",
            "passer-by",
            "new user",
            "first-time",
            "shopper",
            "reader",
            "citizen",
        ];
        if outside.iter().any(|word| self.actor.contains(word)) {
            return None;
        }
        let own = self.basis.story.goal.as_ref().is_some_and(|goal| {
            goal.text
                .split(|c: char| !c.is_alphanumeric())
                .any(|word| ["my", "our", "own"].contains(&word))
        });
        let shop = [
            "customer",
            "user",
            "buyer",
            "traveller",
            "traveler",
            "member of the public",
        ]
        .contains(&self.actor.as_str());
        let changes = matches!(
            class,
            VerbClass::Update
                | VerbClass::Delete
                | VerbClass::Manage
                | VerbClass::Transition
                | VerbClass::Configure
                | VerbClass::Share
                | VerbClass::Pay
        );
        (own || !shop || changes).then(|| format!("The {} is signed in.", self.actor))
    }

    fn exists(&self, class: VerbClass) -> Option<String> {
        if self.object.is_empty() || self.object.contains(" and ") {
            return None;
        }
        match class {
            VerbClass::Update if acts::is_attribute(&self.one()) => None,
            VerbClass::Update | VerbClass::Delete | VerbClass::Transition | VerbClass::Share => {
                Some(format!("{} exists.", capitalised(&a(&self.one()))))
            }
            VerbClass::Read | VerbClass::Download | VerbClass::Report if is_plural(&self.object) => {
                Some(format!("At least one {} exists.", self.one()))
            }
            VerbClass::Search | VerbClass::Filter => Some(format!("At least two different {} exist.", self.many())),
            _ => None,
        }
    }
}
