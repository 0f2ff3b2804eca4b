//! What somebody signs in with, in the words of the story: what names the account, and what proves who it is.
//!
//! Refuses: to say `password` where the story does not.

use crate::basis::{Format, LiteralKind};
use crate::coverage::Scene;
use crate::coverage::scene::grammar::a;
use crate::coverage::values::sample;
use crate::test_case::{Step, Value};

/// What names the account at the sign-in.
pub(super) struct Identity {
    pub(super) name: String,
    pub(super) known: Option<(&'static str, &'static str)>,
}

impl Identity {
    pub(super) fn of(scene: &Scene<'_>) -> Self {
        let has = |wanted: Format| {
            scene
                .basis
                .literals
                .iter()
                .any(|literal| matches!(literal.kind, LiteralKind::Format(format) if format == wanted))
        };
        if has(Format::Email) || scene.mentions(&["email", "e-mail"]).is_some() {
            Self {
                name: "email address".to_owned(),
                known: Some(("ada@example.com", "nobody@example.com")),
            }
        } else if has(Format::Username) || scene.mentions(&["username", "user name"]).is_some() {
            Self {
                name: "user name".to_owned(),
                known: Some(("ada.byron", "no.such.user")),
            }
        } else if has(Format::Phone) {
            Self {
                name: "phone number".to_owned(),
                known: None,
            }
        } else {
            Self {
                name: "sign-in name".to_owned(),
                known: None,
            }
        }
    }

    pub(super) fn an_unknown(&self) -> String {
        a(&self.name)
    }

    pub(super) fn exists(&self) -> String {
        match self.known {
            Some((known, _)) => format!("An account exists with the {} {known}", self.name),
            None => "An account exists".to_owned(),
        }
    }

    pub(super) fn is_unknown(&self) -> String {
        match self.known {
            Some((_, unknown)) => format!("No account exists with the {} {unknown}", self.name),
            None => format!("A {} is known that no account has", self.name),
        }
    }

    fn enter(&self, which: &str, sample: Option<&str>) -> Step {
        match sample {
            Some(sample) => Step::new(format!("Enter {sample} in the {} field.", self.name)).with_data(sample),
            None => Step::new(format!("Enter {which}.")),
        }
    }

    pub(super) fn enter_known(&self) -> Step {
        self.enter(
            &format!("the {} of the account", self.name),
            self.known.map(|known| known.0),
        )
    }

    pub(super) fn enter_own(&self) -> Step {
        Step::new(format!("Enter the {} of the account.", self.name))
    }

    pub(super) fn enter_unknown(&self) -> Step {
        self.enter(
            &format!("the {} that no account has", self.name),
            self.known.map(|known| known.1),
        )
    }

    pub(super) fn value(&self) -> Option<Value> {
        self.known
            .map(|(known, _)| sample(known, format!("{} of an account that exists", self.name)))
    }

    pub(super) fn unknown_value(&self) -> Option<Value> {
        self.known
            .map(|(_, unknown)| sample(unknown, format!("{} that no account has", self.name)))
    }
}

/// What proves who signs in.
pub(super) struct Secret {
    pub(super) name: &'static str,
    pub(super) known: bool,
}

const WRONG_PASSWORD: &str = "Not-The-Password-1";

impl Secret {
    pub(super) fn of(scene: &Scene<'_>) -> Self {
        if scene.mentions(&["password"]).is_some() {
            Self {
                name: "password",
                known: true,
            }
        } else if scene.mentions(&["pin"]).is_some() {
            Self {
                name: "PIN",
                known: true,
            }
        } else {
            Self {
                name: "secret",
                known: false,
            }
        }
    }

    pub(super) fn enter_wrong(&self) -> Step {
        match self.name {
            "password" => Step::new(format!("Enter {WRONG_PASSWORD} in the password field.")).with_data(WRONG_PASSWORD),
            "PIN" => Step::new("Enter the PIN with its last digit changed."),
            _ => Step::new("Enter a secret that is not the one of the account."),
        }
    }

    pub(super) fn value(&self) -> Option<Value> {
        (self.name == "password").then(|| sample(WRONG_PASSWORD, "password that is not the one of the account"))
    }
}
