//! Where the story takes place: on pages, at a device, in a pipeline, on the command line, or in calls between programs;
//! and what acts by itself there, on which event.
//!
//! It exists so that a smoke detector is not opened in a browser. Refuses to see a device in goods that are bought,
//! compared or written about: a shop for washing machines has pages.

use super::grammar::{bare, base_of, capitalised, the, third_person};
use super::{Goal, Scene};
use crate::basis::{TestBasis, VerbClass};
use crate::test_case::{BasisId, Draft, Span};

/// Where a story takes place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Surface {
    /// Pages or screens of an application.
    #[default]
    Pages,
    /// A device by its name: `thermostat`.
    Device(String),
    /// What builds, tests and deploys: `pipeline`.
    Pipeline,
    /// Commands that are typed.
    Commands,
    /// Calls that one program sends another: webhooks and the like.
    Calls,
}

/// Something that acts by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Automatic {
    /// Who acts, with article: `the thermostat`.
    pub doer: String,
    /// What it does, from the verb's base form on: `lower the temperature`.
    pub deed: String,
    /// What sets it off.
    pub event: Option<Event>,
}

/// What sets an act off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A clause: `nobody is home`.
    Clause(String),
    /// A noun: `push`.
    Noun(String),
}

const DEVICES: [&str; 58] = [
    "thermostat",
    "detector",
    "smoke alarm",
    "lock",
    "pump",
    "washing machine",
    "dishwasher",
    "oven",
    "stove",
    "fridge",
    "refrigerator",
    "freezer",
    "boiler",
    "vacuum",
    "vacuum cleaner",
    "robot",
    "mower",
    "sprinkler",
    "sensor",
    "drone",
    "watch",
    "smartwatch",
    "tracker",
    "pacemaker",
    "ventilator",
    "monitor",
    "camera",
    "doorbell",
    "garage door",
    "gate",
    "heating",
    "heat pump",
    "car",
    "vehicle",
    "elevator",
    "lift",
    "machine",
    "atm",
    "kiosk",
    "turnstile",
    "printer",
    "router",
    "light",
    "lights",
    "lamp",
    "blinds",
    "speaker",
    "charger",
    "wallbox",
    "meter",
    "alarm",
    "alarm system",
    "dryer",
    "kettle",
    "toaster",
    "air conditioner",
    "hearing aid",
    "conveyor",
];

/// Acts on a device itself.
const HANDLED: [&str; 22] = [
    "unlock",
    "lock",
    "start",
    "stop",
    "turn on",
    "turn off",
    "switch on",
    "switch off",
    "turn",
    "switch",
    "dim",
    "open",
    "close",
    "arm",
    "disarm",
    "pause",
    "raise",
    "lower",
    "control",
    "charge",
    "operate",
    "mute",
];

/// Words that open what sets an act off, longest first where one begins another.
const OPENERS: [&str; 16] = [
    " as soon as ",
    " every time ",
    " each time ",
    " whenever ",
    " when ",
    " if ",
    " once ",
    " after every ",
    " after each ",
    " after a ",
    " on every ",
    " on each ",
    " for every ",
    " with every ",
    " before every ",
    " at every ",
];

impl Surface {
    /// Reads it from the goal and the role.
    pub(super) fn of(basis: &TestBasis) -> Self {
        let goal = goal_of(basis).to_lowercase();
        if let Some(doer) = doer(&goal)
            && let Some(device) = device_in(&doer)
        {
            return Self::Device(device);
        }
        let role = basis
            .story
            .role
            .as_ref()
            .map_or_else(String::new, |role| role.text.to_lowercase());
        if let Some(device) = device_in(&super::grammar::singular(&role)).filter(|_| !super::persons::is_person(&role))
        {
            return Self::Device(device);
        }
        let words = |list: &[&str]| list.iter().any(|word| has_word(&goal, word));
        let builds = [
            "developer",
            "engineer",
            "devops",
            "maintainer",
            "team",
            "tester",
            "programmer",
            "release",
        ];
        let technical = builds.iter().any(|word| role.contains(word));
        if words(&["webhook", "webhooks", "callback"]) {
            return Self::Calls;
        }
        if words(&["command line", "command-line", "cli", "terminal", "shell", "command"])
            && (technical || role.is_empty())
        {
            return Self::Commands;
        }
        let triggered = ["push", "commit", "merge", "pull request", "merge request", "release"];
        if words(&["pipeline", "ci", "continuous integration"])
            || technical
                && trigger(&goal).is_some_and(|(_, (_, event))| triggered.iter().any(|word| has_word(&event, word)))
        {
            return Self::Pipeline;
        }
        let Some(action) = basis.main_action() else {
            return Self::Pages;
        };
        let bought = matches!(
            action.class,
            VerbClass::Search | VerbClass::Filter | VerbClass::Pay | VerbClass::Read
        );
        if bought || !HANDLED.contains(&action.verb.as_str()) {
            return Self::Pages;
        }
        let around = action.circumstances.iter().map(String::as_str);
        std::iter::once(action.object.as_str())
            .chain(around.filter(|words| words.starts_with("of ") || words.starts_with("with ")))
            .find_map(device_in)
            .map_or(Self::Pages, Self::Device)
    }

    /// Whether it is looked at on pages.
    #[must_use]
    pub fn has_pages(&self) -> bool {
        *self == Self::Pages
    }

    /// Whether a case can be run there: without pages nothing is opened in a browser, and a device has no fields.
    #[must_use]
    pub fn admits(&self, draft: &Draft) -> bool {
        const OF_PAGES: [&str; 13] = [
            "browser",
            " page",
            "known address",
            "in the address",
            "sign in",
            "signed in",
            "sign-in",
            " field",
            "the form",
            "the settings",
            "save the change",
            " tab",
            "what was sent to",
        ];
        if self.has_pages() {
            return true;
        }
        let steps = draft.steps.iter().flat_map(|step| [&step.action, &step.expected]);
        let texts = draft.preconditions.iter().chain(steps).chain([&draft.expected_result]);
        !texts.into_iter().any(|text| {
            let text = text.to_lowercase();
            OF_PAGES.iter().any(|word| text.contains(word))
        })
    }
}

impl Automatic {
    /// What it does, as a sentence without full stop: `The thermostat lowers the temperature`.
    #[must_use]
    pub fn told(&self) -> String {
        let verb = if super::grammar::is_plural(&self.doer) {
            self.deed.clone()
        } else {
            third_person(&self.deed)
        };
        format!("{} {verb}", capitalised(&self.doer))
    }

    /// The contrary: `The thermostat does not lower the temperature`.
    #[must_use]
    pub fn denied(&self) -> String {
        let aux = if super::grammar::is_plural(&self.doer) {
            "do"
        } else {
            "does"
        };
        format!("{} {aux} not {}", capitalised(&self.doer), self.deed)
    }
}

impl Scene<'_> {
    /// Where the story takes place.
    #[must_use]
    pub fn surface(&self) -> &Surface {
        &self.surface
    }

    /// What acts by itself in the goal; `None` where the role acts.
    #[must_use]
    pub fn automatic(&self) -> Option<Automatic> {
        if let (Surface::Device(_), Goal::Watched(watched)) = (&self.surface, self.goal()) {
            let doer = the(bare(&self.basis.story.role.as_ref()?.text)).to_lowercase();
            let deed = watched.fact.strip_prefix(&doer)?.trim();
            let (verb, rest) = deed.split_once(' ').unwrap_or((deed, ""));
            return Some(Automatic {
                deed: format!("{} {rest}", base_of(verb)).trim().to_owned(),
                doer,
                event: watched.event.clone().map(Event::Clause),
            });
        }
        let goal = goal_of(self.basis);
        let (deed, event) = match trigger(&goal) {
            Some((deed, event)) => (deed, Some(event)),
            None => (goal.clone(), None),
        };
        let low = deed.to_lowercase();
        let doer = doer(&low);
        let event = event.map(|event| self.event(&event, doer.as_deref()));
        if let Some(doer) = doer {
            let (_, deed) = deed.split_once(" to ")?;
            return Some(Automatic {
                doer: format!("the {}", bare(&doer)),
                deed: self.observed(deed),
                event,
            });
        }
        (self.surface == Surface::Pipeline && event.is_some()).then(|| Automatic {
            doer: "the pipeline".to_owned(),
            deed: self.observed(deed.trim_start_matches("to ")),
            event,
        })
    }

    /// An event with its nouns in place of pronouns: `it detects smoke` → `the smoke detector detects smoke`.
    fn event(&self, (opener, text): &(&str, String), doer: Option<&str>) -> Event {
        let text = self.observed(text.trim().trim_end_matches(['.', ',']));
        if ["every ", "each ", " a "].iter().any(|word| opener.ends_with(word)) && !opener.ends_with("time ") {
            return Event::Noun(bare(&text).to_owned());
        }
        let named = match (text.strip_prefix("it "), text.strip_prefix("their "), doer) {
            (Some(rest), _, Some(doer)) => format!("the {} {rest}", bare(doer)),
            (_, Some(rest), _) => format!("the {}'s {rest}", self.actor()),
            _ => text,
        };
        Event::Clause(named)
    }
}

fn goal_of(basis: &TestBasis) -> String {
    let span = basis.story.goal.as_ref().map(|goal| goal.span);
    let whole = Span {
        basis_id: BasisId::Story,
        start: 0,
        end: 0,
    };
    basis
        .words(span.unwrap_or(whole))
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Who acts in `the thermostat to lower …`, in lower case and without article; `my` and `a` only of a device.
fn doer(goal: &str) -> Option<String> {
    let article = ["the ", "my ", "our ", "a ", "an ", "every "]
        .iter()
        .find(|word| goal.starts_with(**word))?;
    let (subject, _) = goal[article.len()..].split_once(" to ")?;
    let short = subject.split(' ').count() <= 3 && !subject.contains(',');
    let known = device_in(subject).is_some() || has_word(subject, "pipeline");
    (short && known).then(|| subject.to_owned())
}

/// The device that a noun phrase ends with, with what describes it: `smart lock`.
pub(super) fn device_in(phrase: &str) -> Option<String> {
    let low = bare(phrase).to_lowercase();
    let known = DEVICES
        .iter()
        .any(|device| low == *device || low.ends_with(&format!(" {device}")));
    (known && low.split(' ').count() <= 4).then(|| {
        low.trim_start_matches("with ")
            .trim_start_matches("of ")
            .trim_start_matches("my ")
            .trim_start_matches("the ")
            .to_owned()
    })
}

/// The goal without what sets it off, and that with the words that open it.
fn trigger(goal: &str) -> Option<(String, (&'static str, String))> {
    let low = goal.to_lowercase();
    let (at, opener) = OPENERS
        .iter()
        .filter_map(|opener| Some((low.find(opener)?, *opener)))
        .min()?;
    let event = low.get(at + opener.len()..)?;
    let event = goal.get(at + opener.len()..).unwrap_or(event);
    Some((
        goal.get(..at)?.trim_end_matches(',').to_owned(),
        (opener, event.to_owned()),
    ))
}

fn has_word(text: &str, word: &str) -> bool {
    format!(" {text} ")
        .replace([',', '.', ';'], " ")
        .contains(&format!(" {word} "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::story::{Limits, UserStory};

    fn basis(story: &str) -> TestBasis {
        crate::basis::parse(&UserStory::new(story, &[], "", &Limits::default()).unwrap())
    }

    #[test]
    fn the_surface_is_read_from_who_acts_on_what() {
        let device = |name: &str| Surface::Device(name.to_owned());
        for (story, surface) in [
            (
                "As a homeowner I want the thermostat to lower the temperature when nobody is home",
                device("thermostat"),
            ),
            (
                "As a resident, I want the smoke detector to sound an alarm when it detects smoke",
                device("smoke detector"),
            ),
            (
                "As a patient, I want my insulin pump to stop when my glucose is low",
                device("insulin pump"),
            ),
            (
                "As a user, I want the washing machine to tell me when the wash is done",
                device("washing machine"),
            ),
            (
                "As a homeowner, I want to unlock the smart lock with my phone",
                device("smart lock"),
            ),
            (
                "As a developer, I want to run the tests on every push",
                Surface::Pipeline,
            ),
            (
                "As a DevOps engineer, I want the pipeline to deploy the service after every merge",
                Surface::Pipeline,
            ),
            (
                "As a developer, I want to list my containers on the command line",
                Surface::Commands,
            ),
            (
                "As a developer, I want to receive a webhook when a payment fails",
                Surface::Calls,
            ),
            (
                "As a customer, I want to compare washing machines by price",
                Surface::Pages,
            ),
            ("As a customer, I want to buy a smart lock", Surface::Pages),
            ("As a tenant, I want to report a broken lift", Surface::Pages),
            (
                "As a user, I want my order to be delivered when I am home",
                Surface::Pages,
            ),
            (
                "As a librarian, I want the system to charge a fine when a book is late",
                Surface::Pages,
            ),
            ("As a manager, I want to see every commit of money", Surface::Pages),
            ("As an editor, I want to publish an article", Surface::Pages),
        ] {
            assert_eq!(Surface::of(&basis(story)), surface, "{story}");
        }
    }

    #[test]
    fn what_acts_by_itself_is_told_in_the_words_of_the_author() {
        for (story, told, denied, event) in [
            (
                "As a homeowner I want the thermostat to lower the temperature when nobody is home",
                "The thermostat lowers the temperature",
                "The thermostat does not lower the temperature",
                Event::Clause("nobody is home".to_owned()),
            ),
            (
                "As a developer, I want to run the tests on every push",
                "The pipeline runs the tests",
                "The pipeline does not run the tests",
                Event::Noun("push".to_owned()),
            ),
        ] {
            let basis = basis(story);
            let automatic = Scene::new(&basis).automatic().unwrap();
            assert_eq!((automatic.told().as_str(), automatic.denied().as_str()), (told, denied));
            assert_eq!(automatic.event, Some(event));
        }
        let by_hand = basis("As a homeowner, I want to unlock the smart lock with my phone");
        assert_eq!(Scene::new(&by_hand).automatic(), None);
    }
}
