//! What may happen once: `A voucher can be used only once`, `Each code can be used only once per customer`, `A citizen may
//! vote only once`. The first time passes, the second is refused, and where it is once for each of something, somebody
//! else's first time passes too.
//!
//! Refuses: other counts, which are limits, and events that happen once by themselves.

use super::criteria::is_person;
use super::limits::lowered;
use super::ordinary;
use crate::basis::{Criterion, CriterionForm, VerbClass};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{a, bare, capitalised, head, participle, singular, slug, the};
use crate::coverage::{Found, Proposal};
use crate::test_case::{Technique, TestCaseType};

/// What may happen once.
pub(super) struct Once {
    /// Who does it, where the criterion or the scope says so; without article.
    who: String,
    verb: String,
    /// What it is done to, in the singular and without article; empty for none.
    object: String,
    scope: Scope,
    /// `shown only once`: nobody does it.
    shown: bool,
}

/// For what it is counted anew.
enum Scope {
    /// Once and for all.
    All,
    /// For each person: `customer`.
    Person(String),
    /// For each thing: `order`.
    Thing(String),
    /// In each period: `day`.
    Period(String),
}

const TIMES: [&str; 9] = [
    "only once",
    "once only",
    "only one time",
    "just once",
    "no more than once",
    "not more than once",
    "at most once",
    "more than once",
    "once",
];

const PERIODS: [&str; 8] = ["minute", "hour", "day", "week", "month", "quarter", "year", "season"];

impl Once {
    /// Reads a criterion; `None` where nothing is bounded to one time.
    pub(super) fn read(scene: &Scene<'_>, criterion: &Criterion) -> Option<Self> {
        let plain = matches!(criterion.form, CriterionForm::Requirement | CriterionForm::Plain);
        let text = scene.observed(criterion.statement.text.trim_end_matches('.'));
        let times = TIMES.iter().find(|words| text.contains(*words)).filter(|_| plain)?;
        let (before, after) = text.split_once(times)?;
        let clause = Clause::read(before.trim())?;
        let modal = clause.verb.split(' ').next()?.to_lowercase();
        let bounded = match *times {
            "more than once" => clause.negative,
            "once" => !clause.negative && scope_of(after).is_some_and(|scope| !matches!(scope, Scope::All)),
            _ => !clause.negative,
        };
        let may = [
            "can", "may", "must", "should", "is", "are", "cannot", "can't", "could", "shall",
        ];
        let scope = scope_of(after.trim()).filter(|_| bounded && may.contains(&modal.as_str()))?;
        let subject = singular(&lowered(bare(&clause.subject)));
        let shown = ["shown", "displayed", "visible"]
            .iter()
            .any(|word| clause.rest.contains(word));
        if is_person(&subject) {
            let each = clause.subject.to_lowercase().starts_with("each ");
            let object = clause.rest.trim().trim_end_matches(" only").to_owned();
            if clause.base == "be" || object.contains(" and ") {
                return None;
            }
            return Some(Self {
                scope: if each { Scope::Person(subject.clone()) } else { scope },
                who: subject,
                verb: clause.base,
                object: singular(bare(&object)),
                shown: false,
            });
        }
        if subject.is_empty() || clause.base != "be" {
            return None;
        }
        let done = clause.rest.split(' ').next()?;
        let verb = super::permission::thing::verb_of(scene, done).or_else(|| shown.then(|| "show".to_owned()))?;
        Some(Self {
            who: match &scope {
                Scope::Person(who) => who.clone(),
                _ => String::new(),
            },
            verb,
            object: subject,
            scope,
            shown,
        })
    }

    /// The cases.
    pub(super) fn propose(&self, scene: &Scene<'_>, criterion: &Criterion, found: &mut Found) {
        found.propose(if self.shown {
            self.shown_again(scene, criterion)
        } else {
            self.second_time(scene, criterion)
        });
        match &self.scope {
            Scope::All => {}
            Scope::Person(who) => {
                found.propose(self.elsewhere(scene, criterion, &format!("another {who}")));
            }
            Scope::Thing(thing) => found.propose(self.elsewhere(scene, criterion, &format!("another {thing}"))),
            Scope::Period(period) => found.propose(self.elsewhere(scene, criterion, &format!("the next {period}"))),
        }
    }

    /// What a tester does: `place an order with the code` where the goal redeems it, `use the link`, `vote`.
    fn step(&self, scene: &Scene<'_>, again: bool) -> String {
        let redeemed = scene.class() == VerbClass::Redeem && head(&self.object) == head(&scene.one());
        match (redeemed, again) {
            (true, true) => format!("Place a second order with {}", the(&self.object)),
            (true, false) => format!("Place an order with {}", the(&self.object)),
            (false, true) => format!("{} again{}", self.deed(), self.period()),
            (false, false) => self.deed(),
        }
    }

    /// `use the code`, `vote`.
    fn deed(&self) -> String {
        if self.object.is_empty() {
            self.verb.clone()
        } else {
            format!("{} {}", self.verb, the(&self.object))
        }
    }

    /// `use a code`, `vote`.
    fn any_deed(&self) -> String {
        if self.object.is_empty() {
            self.verb.clone()
        } else {
            format!("{} {}", self.verb, a(&self.object))
        }
    }

    /// Where the second time is: ` for the same customer`, ` on the same day`.
    fn again_in(&self) -> String {
        match &self.scope {
            Scope::All => String::new(),
            Scope::Person(who) => format!(" by the same {who}"),
            Scope::Thing(thing) => format!(" for the same {thing}"),
            Scope::Period(period) => format!(" in the same {period}"),
        }
    }

    fn item(criterion: &Criterion, condition: String, case_type: TestCaseType) -> Proposal {
        Proposal::new(
            format!("criterion/{}/{}", criterion.basis_id, slug(&condition)),
            condition,
            Technique::StateTransition,
            case_type,
            criterion.statement.span,
        )
        .because(format!("{} allows it once", criterion.basis_id))
    }

    fn givens(&self, scene: &Scene<'_>, item: Proposal) -> Proposal {
        let done = participle(&self.verb);
        let item = if self.who.is_empty() {
            item.givens(scene.start_signed_in())
        } else {
            item.given(format!("{} is signed in", capitalised(&a(&self.who))))
        };
        if self.object.is_empty() {
            item
        } else {
            item.given(format!(
                "{} exists that has not been {done} yet",
                capitalised(&a(&self.object))
            ))
        }
    }

    fn second_time(&self, scene: &Scene<'_>, criterion: &Criterion) -> Proposal {
        let deed = self.deed();
        let done = participle(&self.verb);
        let again = self.again_in();
        let title = if self.who.is_empty() {
            format!(
                "{} cannot be {done} a second time{again}",
                capitalised(&a(&self.object))
            )
        } else {
            format!(
                "{} cannot {} a second time{}",
                capitalised(&a(&self.who)),
                self.any_deed(),
                self.period()
            )
        };
        let what = if self.object.is_empty() {
            "The act".to_owned()
        } else {
            capitalised(&the(&self.object))
        };
        let accepted = if self.object.is_empty() {
            "A confirmation is shown".to_owned()
        } else if ["use", "redeem", "apply", "enter"].contains(&self.verb.as_str()) {
            format!("{what} is accepted")
        } else {
            format!("{what} is shown as {done}")
        };
        let why = if self.object.is_empty() {
            format!("A message says that the {} has {done} already", self.who)
        } else {
            format!("A message says that {} was {done} already", the(&self.object))
        };
        let item = Self::item(
            criterion,
            format!("{deed} a second time{again}"),
            TestCaseType::Negative,
        )
        .titled(title)
        .priority(scene.risk());
        self.givens(scene, item)
            .act(self.step(scene, false))
            .seen(accepted)
            .act(self.step(scene, true))
            .seen(why)
            .expect("The second try is refused; what the first one did stands unchanged")
    }

    fn period(&self) -> String {
        match &self.scope {
            Scope::Period(period) => format!(" in the same {period}"),
            Scope::Thing(thing) => format!(" for the same {thing}"),
            _ => String::new(),
        }
    }

    /// The first time of somebody else, or in the next period.
    fn elsewhere(&self, scene: &Scene<'_>, criterion: &Criterion, other: &str) -> Proposal {
        let deed = self.deed();
        let done = participle(&self.verb);
        let (by, title_by) = match &self.scope {
            Scope::Person(who) => (format!("Sign in as {}", other), format!(" by another {who}")),
            Scope::Period(period) => (
                format!("Set the clock of the test system to the next {period}"),
                format!(" in the next {period}"),
            ),
            _ => (format!("Begin {other}"), format!(" for {other}")),
        };
        let title = if self.object.is_empty() {
            match &self.scope {
                Scope::Person(_) => format!("{} can {deed} after the first one has", capitalised(other)),
                _ => format!("{} can {deed} again{title_by}", capitalised(&a(&self.who))),
            }
        } else {
            format!(
                "{} that was {done} once can be {done}{title_by}",
                capitalised(&a(&self.object))
            )
        };
        let accepted = if self.object.is_empty() {
            "A confirmation is shown; both times are kept".to_owned()
        } else {
            format!("{} is accepted in both cases", capitalised(&the(&self.object)))
        };
        let item = Self::item(criterion, format!("{deed}{title_by}"), TestCaseType::Positive)
            .titled(title)
            .because(format!("{} counts for each one alone", criterion.basis_id))
            .priority(scene.risk().lower());
        self.givens(scene, item)
            .act(self.step(scene, false))
            .act(by)
            .act(self.step(scene, false))
            .expect(accepted)
    }

    fn shown_again(&self, scene: &Scene<'_>, criterion: &Criterion) -> Proposal {
        let the_one = capitalised(&the(&self.object));
        let run = ordinary::run(scene);
        Self::item(
            criterion,
            format!("{} a second time", self.object),
            TestCaseType::Negative,
        )
        .titled(format!("{the_one} is not shown a second time"))
        .priority(scene.risk())
        .givens(run.givens)
        .steps(run.steps)
        .with_values(run.values)
        .seen(format!("{the_one} is shown"))
        .act("Leave the page")
        .act("Open the page again")
        .expect(format!("{the_one} is no longer shown in full anywhere"))
    }
}

/// ` per customer` → each customer; nothing → for all; `None` for words that say something else.
fn scope_of(after: &str) -> Option<Scope> {
    let after = after.trim().trim_end_matches(['.', ',']);
    if after.is_empty() {
        return Some(Scope::All);
    }
    let marks = [
        "per ",
        "by each ",
        "by every ",
        "for each ",
        "for every ",
        "in each ",
        "in every ",
        "each ",
        "every ",
        "a ",
        "an ",
        "by a ",
        "in an ",
        "by the same ",
        "on each ",
        "on an ",
    ];
    let noun = marks.iter().find_map(|mark| after.strip_prefix(mark))?;
    let noun = singular(&lowered(noun));
    if noun.split(' ').count() > 2 {
        return None;
    }
    Some(if PERIODS.contains(&head(&noun)) {
        Scope::Period(noun)
    } else if is_person(&noun) || noun == "household" || noun == "account" {
        Scope::Person(noun)
    } else {
        Scope::Thing(noun)
    })
}

#[cfg(test)]
mod tests {
    use crate::coverage::families::snapshot::{self, given_by};
    use crate::coverage::{Found, Scene};

    const STORY: &str = "As a customer, I want to apply a discount code at checkout so that I pay less";

    fn propose(scene: &Scene<'_>, found: &mut Found) {
        for criterion in &scene.basis.criteria {
            if let Some(once) = super::Once::read(scene, criterion) {
                once.propose(scene, criterion, found);
            }
        }
    }

    fn titles(criterion: &str) -> Vec<String> {
        snapshot::titles(propose, STORY, criterion)
    }

    #[test]
    fn once_is_read_with_what_it_is_counted_for() {
        for (criterion, expected) in [
            (
                "Each code can be used only once per customer.",
                &[
                    "A customer cannot use a code a second time",
                    "A code that was used once can be used by another customer",
                ][..],
            ),
            (
                "A voucher can be used only once.",
                &["A voucher cannot be used a second time"],
            ),
            (
                "The link can be opened at most once",
                &["A link cannot be opened a second time"],
            ),
            (
                "A code may be redeemed once per order",
                &[
                    "A code cannot be redeemed a second time for the same order",
                    "A code that was redeemed once can be redeemed for another order",
                ],
            ),
            ("A citizen may vote only once", &["A citizen cannot vote a second time"]),
            (
                "A reader can rate a book only once a day",
                &[
                    "A reader cannot rate a book a second time in the same day",
                    "A book that was rated once can be rated in the next day",
                ],
            ),
            ("A key is shown only once", &["The key is not shown a second time"]),
        ] {
            assert_eq!(titles(criterion), expected, "{criterion}");
        }
    }

    #[test]
    fn other_uses_of_once_are_left_alone() {
        for criterion in [
            "Once the order is paid, it is shipped",
            "The order is shipped once it is paid",
            "A code can be used at most 3 times",
            "The report is sent once",
            "If the code was used once, it is refused",
        ] {
            assert_eq!(titles(criterion), Vec::<String>::new(), "{criterion}");
        }
    }

    #[test]
    fn the_words_of_the_cases() {
        insta::assert_snapshot!(given_by(
            propose,
            STORY,
            &[
                "Each code can be used only once per customer.",
                "A citizen may vote only once"
            ]
        ));
    }
}
