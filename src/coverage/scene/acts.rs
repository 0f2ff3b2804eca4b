//! How each class of act is done and what is seen of it: the steps around the data, the sign of success, and what must
//! not have happened when it was refused. Buttons and pages are named only as far as the act itself names them.

use super::grammar::{a, capitalised, head, is_or_are, is_plural, participle, plural, singular, the};
use super::{Scene, verb_of};
use crate::basis::VerbClass;
use crate::test_case::Step;
use std::borrow::Cow;

/// Acts that take something that is there already, though they make a record of it: a borrowed book is no new book.
const TAKEN: [&str; 18] = [
    "borrow",
    "rent",
    "hire",
    "reserve",
    "order",
    "check out",
    "take out",
    "subscribe",
    "subscribe to",
    "enrol",
    "enroll",
    "join",
    "attend",
    "follow",
    "adopt",
    "claim",
    "register",
    "sign up",
];

/// Acts of the class of reports that give a judgement instead of looking at one.
const RATED: [&str; 3] = ["rate", "review", "grade"];

/// Whether it is one datum of a person and not a record: a password is changed, not opened.
pub(super) fn is_attribute(noun: &str) -> bool {
    [
        "password",
        "email",
        "email address",
        "phone number",
        "address",
        "name",
        "username",
        "pin",
        "language",
        "photo",
        "picture",
    ]
    .iter()
    .any(|word| noun == *word || noun.ends_with(&format!(" {word}")))
}

/// An act in the story's nouns.
pub(super) struct Act<'s> {
    /// Which class.
    pub(super) class: VerbClass,
    /// The verb's base form.
    pub(super) verb: &'s str,
    /// The object without article or possessive; may be empty.
    pub(super) object: Cow<'s, str>,
    /// The page where it is done, if the story names one: `checkout page`.
    pub(super) page: Option<&'s str>,
}

impl Act<'_> {
    fn object(&self) -> &str {
        &self.object
    }

    fn one(&self) -> String {
        singular(self.object())
    }

    /// Whether a code is entered to take something off.
    fn is_code(&self) -> bool {
        ["code", "coupon", "voucher", "card"].contains(&head(&self.one()).to_lowercase().as_str())
    }

    fn thing(&self, otherwise: &str) -> String {
        if self.object().is_empty() {
            otherwise.to_owned()
        } else {
            self.object().to_owned()
        }
    }

    /// The first step: where the act begins.
    pub(super) fn open(&self) -> Step {
        if let Some(page) = self.page {
            return Step::new(format!("Open the {page}."));
        }
        let one = self.one();
        let action = match self.class {
            _ if self.object().is_empty() => match self.class {
                VerbClass::Authenticate => "Open the sign-in page.".to_owned(),
                VerbClass::Register => "Open the registration page.".to_owned(),
                VerbClass::Pay => "Open the payment page.".to_owned(),
                VerbClass::Search => "Open the search.".to_owned(),
                _ => format!("Open the place from which to {}.", self.verb),
            },
            VerbClass::Authenticate if self.verb.contains("reset") || self.object().contains("password") => {
                "Open the sign-in page.".to_owned()
            }
            VerbClass::Authenticate => "Open the sign-in page.".to_owned(),
            VerbClass::Register => "Open the registration page.".to_owned(),
            VerbClass::Create | VerbClass::Manage => format!("Open the form for a new {one}."),
            VerbClass::Update if is_attribute(&one) => format!("Open the page for changing the {one}."),
            VerbClass::Update => format!("Open {} for editing.", a(&one)),
            VerbClass::Delete | VerbClass::Transition | VerbClass::Share => format!("Open {}.", a(&one)),
            VerbClass::Search => format!("Open the search for {}.", plural(self.object())),
            VerbClass::Filter => format!("Open the list of {}.", plural(self.object())),
            VerbClass::Upload => format!("Open the upload of {}.", plural(self.object())),
            VerbClass::Download => format!("Open {}.", the(self.object())),
            VerbClass::Configure => format!("Open the settings for {}.", the(self.object())),
            VerbClass::Other if ["register", "sign up", "enrol", "enroll"].contains(&self.verb) => {
                "Open the registration.".to_owned()
            }
            VerbClass::Other if TAKEN.contains(&self.verb) => format!("Open the page of {}.", a(&one)),
            VerbClass::Pay => "Open the payment page.".to_owned(),
            VerbClass::Redeem if self.is_code() => "Open the order before it is paid.".to_owned(),
            _ => format!("Open {}.", the(self.object())),
        };
        Step::new(action)
    }

    /// The last step: what sets the act going.
    pub(super) fn confirm(&self) -> Option<Step> {
        let one = self.one();
        let action = match self.class {
            VerbClass::Read | VerbClass::Notify | VerbClass::Report => return None,
            VerbClass::Authenticate | VerbClass::Register => "Submit the form.".to_owned(),
            VerbClass::Create | VerbClass::Manage if self.object().is_empty() => "Submit the form.".to_owned(),
            VerbClass::Create | VerbClass::Manage => format!("Submit the {one}."),
            VerbClass::Update | VerbClass::Configure => "Save the change.".to_owned(),
            VerbClass::Search => "Start the search.".to_owned(),
            VerbClass::Filter if self.verb == "filter" => "Apply the filter.".to_owned(),
            VerbClass::Filter if self.verb == "sort" => "Sort the list.".to_owned(),
            VerbClass::Filter if self.object().is_empty() => format!("{} the list.", capitalised(self.verb)),
            VerbClass::Upload => "Start the upload.".to_owned(),
            VerbClass::Pay => "Confirm the payment.".to_owned(),
            VerbClass::Redeem if self.verb == "enter" => format!("Apply {}.", the(&one)),
            _ if self.object().is_empty() => format!("{}.", capitalised(self.verb)),
            _ => format!("{} {}.", capitalised(self.verb), the(&one)),
        };
        Some(Step::new(action))
    }

    /// What shows that it was done.
    pub(super) fn success(&self, scene: &Scene<'_>) -> String {
        let one = the(&self.one());
        let one_up = capitalised(&one);
        match self.class {
            VerbClass::Authenticate => format!("The page of the signed-in {} is shown.", scene.actor()),
            VerbClass::Register => format!("The account exists and the {} can sign in with it.", scene.actor()),
            VerbClass::Redeem => format!("{one_up} is shown as applied and the total is lower by its amount."),
            VerbClass::Create | VerbClass::Manage => {
                format!(
                    "The new {} is shown with exactly the data that was entered.",
                    singular(&self.thing("entry"))
                )
            }
            VerbClass::Read => format!(
                "{} {} shown with the stored content.",
                capitalised(&the(self.object())),
                is_or_are(self.object())
            ),
            VerbClass::Update => format!("{one_up} is shown with the new data after the page is loaded again."),
            VerbClass::Delete => format!("{one_up} is no longer shown after the page is loaded again."),
            VerbClass::Search => format!(
                "Every {} that matches is listed and none that does not match.",
                self.one()
            ),
            VerbClass::Filter => format!(
                "Every listed {} meets the choice and none that meets it is missing.",
                self.one()
            ),
            VerbClass::Upload => format!("{one_up} is listed with the name and the size of the file."),
            VerbClass::Download => format!(
                "The file opens and holds the same data as {} on the page.",
                the(self.object())
            ),
            VerbClass::Pay => "A confirmation shows the amount, which is charged exactly once.".to_owned(),
            VerbClass::Notify => format!(
                "The {} receives exactly one message, which names the event.",
                scene.actor()
            ),
            VerbClass::Configure => format!(
                "{} {} shown with the new value when looked at again.",
                capitalised(&the(self.object())),
                is_or_are(self.object())
            ),
            VerbClass::Share => format!("The recipient can open {one}."),
            VerbClass::Calculate => "The result shown equals the one worked out by hand.".to_owned(),
            VerbClass::Report => format!(
                "{} shows figures that equal those of the underlying records.",
                capitalised(&the(self.object()))
            ),
            VerbClass::Integrate => format!(
                "{} {} shown as connected.",
                capitalised(&the(self.object())),
                is_or_are(self.object())
            ),
            VerbClass::Transition | VerbClass::Other if self.object().is_empty() => {
                format!("A confirmation says that it was {}.", participle(self.verb))
            }
            VerbClass::Transition => format!("{one_up} is shown as {}.", participle(self.verb)),
            VerbClass::Other => format!(
                "{} {} shown as {}.",
                capitalised(&the(self.object())),
                is_or_are(self.object()),
                participle(self.verb)
            ),
        }
    }

    /// What must still be as before when it was refused, as a clause.
    pub(super) fn unchanged(&self, scene: &Scene<'_>) -> String {
        match self.class {
            VerbClass::Authenticate => format!("the {} is not signed in", scene.actor()),
            VerbClass::Register => "no account is created".to_owned(),
            VerbClass::Redeem => "nothing is taken off and the total stays the same".to_owned(),
            VerbClass::Create | VerbClass::Manage => format!("no {} is created", singular(&self.thing("entry"))),
            VerbClass::Update if self.one().ends_with("password") => "the old password still signs in".to_owned(),
            VerbClass::Update if is_attribute(&self.one()) => format!("the old {} still holds", self.one()),
            VerbClass::Update if ["quantity", "amount", "number"].contains(&head(&self.one())) => {
                format!("{} still has its previous value", the(&self.one()))
            }
            VerbClass::Update => format!("{} is still shown with its old data", the(&self.one())),
            VerbClass::Delete => format!("{} is still shown", the(&self.one())),
            VerbClass::Filter => "the list shows the same as before".to_owned(),
            VerbClass::Search => "no result is shown for it".to_owned(),
            VerbClass::Upload => "the file is not listed".to_owned(),
            VerbClass::Download => "no file is downloaded".to_owned(),
            VerbClass::Pay => "nothing is charged".to_owned(),
            VerbClass::Notify => "no message is sent".to_owned(),
            VerbClass::Configure if self.one().ends_with("password") => "the old password still signs in".to_owned(),
            VerbClass::Configure if is_plural(&self.thing("setting")) => {
                format!("{} still have their previous values", the(&self.thing("setting")))
            }
            VerbClass::Configure => format!("{} still has its previous value", the(&self.thing("setting"))),
            VerbClass::Share => format!("nobody else can open {}", the(&self.one())),
            VerbClass::Calculate => "no result is shown".to_owned(),
            VerbClass::Report if RATED.contains(&self.verb) => "no rating is added".to_owned(),
            VerbClass::Read if self.verb == "review" && scene.mentions(&["star", "stars", "rating"]).is_some() => {
                "no review is added".to_owned()
            }
            VerbClass::Read | VerbClass::Report => format!("no part of {} is shown", the(&self.thing("data"))),
            VerbClass::Integrate => format!(
                "{} {} not shown as connected",
                the(&self.thing("connection")),
                is_or_are(self.object())
            ),
            VerbClass::Transition | VerbClass::Other if self.object().is_empty() => "nothing is changed".to_owned(),
            VerbClass::Transition => format!("{} is not {}", the(&self.one()), participle(self.verb)),
            VerbClass::Other => format!(
                "{} {} not {}",
                the(self.object()),
                is_or_are(self.object()),
                participle(self.verb)
            ),
        }
    }
}

impl Scene<'_> {
    /// Whether the act takes something that is there already: a borrowed book is no new book.
    #[must_use]
    pub fn takes(&self) -> bool {
        let classes = [VerbClass::Create, VerbClass::Register, VerbClass::Other];
        let account = ["account", "profile", "email", "user"]
            .iter()
            .any(|word| self.object.contains(word));
        !self.object.is_empty()
            && !account
            && classes.contains(&self.class())
            && self
                .action()
                .is_some_and(|action| TAKEN.contains(&action.verb.as_str()))
    }

    pub(super) fn act(&self, class: VerbClass) -> Act<'_> {
        let own = class == self.class();
        let verb = if own {
            self.action().map_or("use", |action| action.verb.as_str())
        } else {
            verb_of(class)
        };
        let taken = own && self.takes();
        Act {
            class: if taken { VerbClass::Other } else { class },
            verb,
            object: if taken {
                Cow::Owned(singular(&self.object))
            } else {
                Cow::Borrowed(&self.object)
            },
            page: self.page.as_deref(),
        }
    }
}
