//! The ordinary run of acts that their class alone describes badly: putting something into a cart is no form, a refund is
//! no payment page, and nobody opens a reminder.
//!
//! Refuses: every act that it has no better words for; [`super::ordinary`] words those.

mod states;

use super::ordinary::Ordinary;
use crate::basis::{Action, VerbClass};
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{a, bare, capitalised, head, is_plural, plural, the};
use crate::coverage::values;
use crate::test_case::Step;
use states::{acted, cancel, changed, moved, named_in_a_field, renew, synchronise};

/// The run, where there are better words than those of the class.
pub(super) fn run(scene: &Scene<'_>) -> Option<Ordinary> {
    let action = scene.action()?;
    if super::ordinary::is_system_act(scene) && action.class != VerbClass::Notify {
        return None;
    }
    let verb = action.verb.as_str();
    match (action.class, verb) {
        (VerbClass::Notify, _) => notified(scene, action),
        (_, "invite") => Some(invite(scene)),
        (_, "share") if !scene.object().is_empty() => Some(share(scene)),
        (_, "refund") if !scene.object().is_empty() => Some(refund(scene)),
        (_, "compare") if is_plural(scene.object()) => Some(compare(scene)),
        (_, "cancel" | "withdraw") if !scene.object().is_empty() => Some(cancel(scene, verb)),
        (VerbClass::Integrate, _) if verb.starts_with("sync") && !scene.object().is_empty() => {
            Some(synchronise(scene, action))
        }
        (_, "reschedule" | "postpone") if !scene.object().is_empty() => Some(moved(scene, verb)),
        (_, "renew" | "extend") if !scene.object().is_empty() => Some(renew(scene, verb)),
        (_, "rate") if !scene.object().is_empty() => Some(rate(scene)),
        (_, "check") => examine(scene, action),
        (_, "choose" | "select" | "pick" | "reserve" | "book")
            if head(&scene.one()) == "seat" || is_slot(scene, verb) =>
        {
            Some(choose(scene, verb))
        }
        (_, "schedule" | "plan") if !scene.object().is_empty() => Some(schedule(scene, verb)),
        (_, "lend" | "merge" | "upgrade" | "grade" | "grant" | "award" | "mark" | "assess")
            if !scene.object().is_empty() =>
        {
            Some(acted(scene, action))
        }
        (_, "request" | "report" | "prescribe") if !scene.object().is_empty() => Some(requested(scene, verb)),
        (VerbClass::Create, "apply" | "apply for") if !scene.object().is_empty() => Some(requested(scene, verb)),
        (_, "sell") if !scene.object().is_empty() => Some(sell(scene)),
        (_, "convert") if !scene.object().is_empty() => Some(convert(scene)),
        (_, _)
            if super::r33_report::is_worked_out(verb)
                && super::r33_report::is_report(&scene.object().to_lowercase()) =>
        {
            Some(generate(scene, verb))
        }
        (VerbClass::Update, _) if super::r15_update::is_single_value(&scene.one()) && !named_in_a_field(scene) => {
            Some(changed(scene))
        }
        (VerbClass::Create, _) => put_into(scene, action),
        _ => None,
    }
}

fn words(givens: Vec<String>, steps: Vec<&str>, expected: String) -> Ordinary {
    let steps = steps
        .into_iter()
        .filter(|step| !step.is_empty())
        .map(Step::new)
        .collect();
    Ordinary {
        givens,
        steps,
        expected,
        values: Vec::new(),
    }
}

/// States of the scene without those that say only that one of the things exists.
fn start(scene: &Scene<'_>) -> Vec<String> {
    scene
        .start()
        .into_iter()
        .filter(|given| !given.ends_with(" exists."))
        .collect()
}

fn with(mut givens: Vec<String>, more: impl Into<String>) -> Vec<String> {
    givens.push(more.into());
    givens
}

// === Telling and sharing ===

fn notified(scene: &Scene<'_>, action: &Action) -> Option<Ordinary> {
    let actor = scene.actor();
    let message = super::r21_notification::message(scene);
    let readable = format!("What is sent to the {actor} can be read.");
    if let Some(event) = super::r21_notification::event_of(scene, action) {
        // An event that is a failure itself would read as if the message had failed.
        let failure = ["error", "fail", "exceed", "refus", "reject", "declin"]
            .iter()
            .any(|word| event.contains(word));
        let content = if failure {
            "it names this event".to_owned()
        } else {
            format!("it says that {event}")
        };
        return Some(words(
            vec![readable],
            vec![
                &format!("Bring it about that {event}."),
                &format!("Look into what was sent to the {actor}."),
            ],
            format!("The {actor} has received exactly one {message}; {content}."),
        ));
    }
    let before = action
        .circumstances
        .iter()
        .find_map(|words| words.strip_prefix("before "))?;
    let thing = bare(before);
    Some(words(
        vec![
            readable,
            format!("The {actor} has {} for which {} is due soon.", a(thing), a(&message)),
        ],
        vec![
            &format!("Set the test system's clock to the time of the {message}."),
            &format!("Look into what was sent to the {actor}."),
        ],
        format!("The {actor} has received exactly one {message}; it names the {thing} with its time."),
    ))
}

fn invite(scene: &Scene<'_>) -> Ordinary {
    const ADDRESS: &str = "friend@example.com";
    let one = scene.one();
    let mut run = words(
        with(start(scene), format!("Mail to {ADDRESS} can be read.")),
        vec![
            "Open the invitations.",
            &format!("Invite {ADDRESS}."),
            "Open the invitation that arrives.",
            "Accept the invitation.",
        ],
        format!(
            "The {one} is listed with the {} as somebody who accepted.",
            scene.actor()
        ),
    );
    run.values
        .push(values::sample(ADDRESS, format!("email address of {}", a(&one))));
    run
}

fn share(scene: &Scene<'_>) -> Ordinary {
    let one = scene.one();
    words(
        with(
            with(
                start(scene),
                format!("{} exists that is shared with nobody.", capitalised(&a(&one))),
            ),
            "A second person has an account.",
        ),
        vec![
            &format!("Open the {one}."),
            &format!("Share the {one} with the second person."),
            "Sign in as the second person.",
            &format!("Open the address of the {one}."),
        ],
        format!("The {one} is shown to the second person with the same content."),
    )
}

// === Money ===

fn refund(scene: &Scene<'_>) -> Ordinary {
    let one = scene.one();
    words(
        with(
            start(scene),
            format!("{} exists that was paid and not refunded.", capitalised(&a(&one))),
        ),
        vec![
            &format!("Open the {one}."),
            &format!("Refund the {one}."),
            "Confirm the refund.",
        ],
        format!(
            "The {one} is shown as refunded; the amount that was paid goes back once, by the way in which it was paid."
        ),
    )
}

fn sell(scene: &Scene<'_>) -> Ordinary {
    let one = scene.one();
    let many = plural(&one);
    words(
        start(scene),
        vec![
            &format!("Offer {} for sale.", a(&one)),
            "Sign in as another person.",
            &format!("Buy the {one}."),
            &format!("Open the list of {many} sold as the {}.", scene.actor()),
        ],
        format!("The sale of the {one} is listed once with the price that was paid."),
    )
}

fn convert(scene: &Scene<'_>) -> Ordinary {
    let one = scene.one();
    let mut run = words(
        vec![format!("The rate between the first and the second {one} is known.")],
        vec![
            &format!("Choose the first {one} as the source."),
            &format!("Choose the second {one} as the target."),
            "Enter 100 as the amount.",
            "Start the conversion.",
        ],
        "The result shown equals 100 times the known rate.".to_owned(),
    );
    run.values.push(values::sample("100", "amount that is easy to check"));
    run
}

// === Looking ===

fn compare(scene: &Scene<'_>) -> Ordinary {
    let many = scene.many();
    words(
        vec![format!("Two {many} exist whose properties are known and differ.")],
        vec![
            &format!("Open the list of {many}."),
            &format!("Choose the two {many}."),
            &format!("Compare the two {many}."),
        ],
        format!("The two {many} stand side by side, each with its own known properties."),
    )
}

fn examine(scene: &Scene<'_>, action: &Action) -> Option<Ordinary> {
    let what = action
        .circumstances
        .iter()
        .find_map(|words| words.strip_prefix("for "))?;
    let what = bare(what);
    let one = scene.one();
    let (known, are) = if is_plural(what) {
        (format!("Two {what} are known"), "are")
    } else {
        (format!("The {what} is known"), "is")
    };
    Some(words(
        with(
            with(start(scene), format!("{} exists.", capitalised(&a(&one)))),
            format!("{known} for it."),
        ),
        vec![&format!("Open the {one}."), &format!("Check the {one} for {what}.")],
        format!("The known {what} {are} shown, and no others."),
    ))
}

fn generate(scene: &Scene<'_>, verb: &str) -> Ordinary {
    let object = scene.object();
    let (_, records) = super::r33_report::counted(object);
    words(
        with(
            start(scene),
            format!("Two {records} exist in the period, and what each counts for is noted."),
        ),
        vec!["Choose the period.", &format!("{} {}.", capitalised(verb), the(object))],
        format!(
            "{} shows both {records} and their sum, as noted.",
            capitalised(&the(object))
        ),
    )
}

fn rate(scene: &Scene<'_>) -> Ordinary {
    let one = scene.one();
    let highest = scene.basis.limits().find_map(|(limit, span)| {
        let (lower, upper) = (limit.lower?.value, limit.upper?.value);
        // Inside the limits: the ends have cases of their own.
        let ordinary = upper.checked_sub(rust_decimal::Decimal::ONE)?;
        let rated = crate::coverage::scene::grammar::singular(&limit.unit) == "star" && lower < ordinary;
        rated.then(|| {
            (
                plural(&limit.unit),
                values::number(ordinary),
                values::number(upper),
                span,
            )
        })
    });
    let mut run = words(
        with(
            start(scene),
            format!(
                "{} exists that the {} has not rated.",
                capitalised(&a(&one)),
                scene.actor()
            ),
        ),
        vec![
            &format!("Open the {one}."),
            "Choose the highest rating there is.",
            "Submit the rating.",
            "Load the page again.",
        ],
        format!(
            "The rating of the {} is shown with the {one} and counted once.",
            scene.actor()
        ),
    );
    if let (Some((units, chosen, upper, span)), Some(step)) = (highest, run.steps.get_mut(1)) {
        *step = Step::new(format!("Choose {chosen} {units}.")).with_data(chosen.clone());
        run.expected = format!(
            "The rating of the {} is shown with {chosen} {units} at the {one}.",
            scene.actor()
        );
        run.values
            .push(values::computed(chosen, format!("{upper} - 1"), Some(span)));
    }
    run
}

// === Making ===

/// A slot that is chosen and has room for several: what one takes is not gone for all.
fn is_slot(scene: &Scene<'_>, verb: &str) -> bool {
    head(&scene.one()) == "slot" && ["choose", "select", "pick"].contains(&verb)
}

fn choose(scene: &Scene<'_>, verb: &str) -> Ordinary {
    let one = scene.one();
    let many = plural(&one);
    let seen = if is_slot(scene, verb) {
        format!("The {one} is shown as chosen.")
    } else {
        format!(
            "The {one} is shown as chosen by the {}; it is offered to nobody else.",
            scene.actor()
        )
    };
    words(
        with(start(scene), format!("At least one {one} is free.")),
        vec![
            &format!("Open the choice of {many}."),
            &format!("{} a free {one}.", capitalised(verb)),
            "Confirm the choice.",
            "Load the page again.",
        ],
        seen,
    )
}

fn schedule(scene: &Scene<'_>, verb: &str) -> Ordinary {
    let one = scene.one();
    words(
        start(scene),
        vec![
            &format!("Open the form to {verb} {}.", a(&one)),
            "Choose a time tomorrow.",
            "Fill in the other fields.",
            &format!("Submit the {one}."),
        ],
        format!("The {one} is listed once with the time that was chosen."),
    )
}

fn requested(scene: &Scene<'_>, verb: &str) -> Ordinary {
    let noun = super::r24_concurrency::noun(scene, verb);
    let many = plural(&noun);
    words(
        with(start(scene), format!("The {many} that are listed were noted.")),
        vec![
            &format!("Open the form for {}.", a(&format!("new {noun}"))),
            "Fill in every field of the form.",
            "Submit the form.",
            &format!("Open the list of {many}."),
        ],
        format!("The new {noun} is listed with exactly the data that was entered."),
    )
}

/// The list that an act puts things into: `add items to my wish list` → `wish list`.
pub(super) fn list_of(action: &Action) -> Option<&str> {
    const HOLDERS: [&str; 15] = [
        "cart",
        "basket",
        "wishlist",
        "wish list",
        "favourites",
        "favorites",
        "watchlist",
        "list",
        "playlist",
        "collection",
        "bookmarks",
        "bag",
        "queue",
        "library",
        "calendar",
    ];
    if !["add", "save", "put", "move"].contains(&action.verb.as_str()) {
        return None;
    }
    let into = action
        .circumstances
        .iter()
        .find_map(|words| words.strip_prefix("to ").or_else(|| words.strip_prefix("in ")))?;
    let into = bare(into);
    HOLDERS.iter().any(|holder| into.ends_with(holder)).then_some(into)
}

/// Putting something that exists into something that holds such things.
fn put_into(scene: &Scene<'_>, action: &Action) -> Option<Ordinary> {
    let into = list_of(action).filter(|_| !scene.object().is_empty())?;
    let one = scene.one();
    let actor = scene.actor();
    Some(words(
        with(
            start(scene),
            format!(
                "{} exists that is not in the {into} of the {actor}.",
                capitalised(&a(&one))
            ),
        ),
        vec![
            &format!("Open the {one}."),
            &format!("{} it to the {into}.", capitalised(&action.verb)),
            &format!("Open the {into}."),
        ],
        format!("The {into} lists the {one} exactly once."),
    ))
}

#[cfg(test)]
mod tests {
    use super::run;
    use crate::basis;
    use crate::coverage::scene::Scene;
    use crate::story::{Limits, UserStory};

    /// The first step of the particular run; `None` when the class words it.
    fn first_step(story: &str) -> Option<String> {
        let basis = basis::parse(&UserStory::new(story, &[], "", &Limits::default()).ok()?);
        Some(run(&Scene::new(&basis))?.steps.first()?.action.clone())
    }

    #[test]
    fn acts_that_their_class_describes_badly_have_words_of_their_own() {
        for (story, step) in [
            (
                "As a citizen, I want to apply for a parking permit so that I can park",
                "Open the form for a new application for a parking permit.",
            ),
            (
                "As a shopper, I want to add a product to my cart so that I can buy it",
                "Open the product.",
            ),
            (
                "As a support agent, I want to refund an order so that customers are happy",
                "Open the order.",
            ),
            (
                "As an employee, I want to request leave so that I can plan my holiday",
                "Open the form for a new leave request.",
            ),
        ] {
            assert_eq!(first_step(story).as_deref(), Some(step), "{story}");
        }
    }

    #[test]
    fn other_acts_are_left_to_their_class() {
        for story in [
            "As a customer, I want to apply a discount code at checkout so that I pay less",
            "As a shopper, I want to apply a filter to the product list so that I find what I need",
            "As a user, I want to create a project so that my team can plan",
            "As a customer, I want to view my orders so that I know what I bought",
        ] {
            assert_eq!(first_step(story), None, "{story}");
        }
    }
}
