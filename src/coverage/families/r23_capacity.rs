//! R23 Stock, capacity and quota: there is only so much of it.
//!
//! Gives: the last one, none left, and two people who want the last one. Stated limits are R3 and R4.
//!
//! Refuses: lists of stock that are only looked at, and things of which there is no end.

use crate::basis::{Action, VerbClass};
use crate::coverage::scene::grammar::{a, capitalised, participle};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Span, Step, Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    for action in scene.actions() {
        let focused = scene.focus_on(action);
        if is_booking(action) {
            booking(&focused, action, found);
            return;
        }
        let scarce = scene.mentions(&["stock", "sold out", "in stock", "available", "availability", "limited"]);
        if let Some(span) = scarce.filter(|_| buys(action)) {
            stock(&focused, action, span, found);
            return;
        }
    }
}

/// Things of which each can be taken by one only.
fn is_booking(action: &Action) -> bool {
    const PLACES: [&str; 26] = [
        "appointment",
        "room",
        "table",
        "seat",
        "flight",
        "class",
        "slot",
        "ticket",
        "court",
        "desk",
        "car",
        "bike",
        "hotel",
        "session",
        "consultation",
        "trip",
        "ride",
        "tour",
        "course",
        "locker",
        "parking",
        "space",
        "spot",
        "vehicle",
        "bed",
        "cabin",
    ];
    let one = crate::coverage::scene::grammar::singular(&action.object).to_lowercase();
    let head = crate::coverage::scene::grammar::head(&one);
    let place = PLACES.contains(&head) || one.contains("parking");
    match action.verb.as_str() {
        "book" | "reserve" => place || head == "book",
        "schedule" => ["appointment", "consultation"].contains(&head),
        "choose" | "select" | "pick" => ["seat", "slot", "table", "desk", "spot", "bed"].contains(&head),
        "buy" | "order" | "purchase" => ["ticket", "seat"].contains(&head),
        _ => false,
    }
}

fn buys(action: &Action) -> bool {
    ["buy", "order", "purchase", "add", "reserve", "check out"].contains(&action.verb.as_str())
        && matches!(
            action.class,
            VerbClass::Create | VerbClass::Pay | VerbClass::Other | VerbClass::Update
        )
        && !action.object.is_empty()
}

/// What is taken, free or not: the time of an appointment, the room itself.
fn free(one: &str) -> String {
    let head = crate::coverage::scene::grammar::head(one).to_lowercase();
    match head.as_str() {
        "flight" | "class" | "session" | "tour" | "course" | "trip" => format!("place in the {one}"),
        "appointment" | "consultation" => format!("{one} slot"),
        _ => one.to_owned(),
    }
}

fn booking(scene: &Scene<'_>, action: &Action, found: &mut Found) {
    let one = scene.one();
    let actor = scene.actor();
    let free = free(&one);
    let done = participle(&action.verb);
    // Seats and tickets belong to an event that was chosen before; everything else is taken for a day.
    let dated = !["seat", "ticket"].contains(&crate::coverage::scene::grammar::head(&one));
    let (day, this_day) = if dated {
        (" on the chosen day", " on this day")
    } else {
        ("", "")
    };
    let many = crate::coverage::scene::grammar::plural(&one);
    let look = if dated {
        "Choose the day".to_owned()
    } else {
        format!("Open the choice of {many}")
    };
    let again = if dated {
        "Choose the same day again".to_owned()
    } else {
        format!("Open the choice of {many} again")
    };
    let verb = match action.verb.as_str() {
        "choose" | "select" | "pick" => "Confirm".to_owned(),
        verb => capitalised(verb),
    };
    found.propose_untold(
        scene,
        &[
            "taken",
            "double booking",
            "double booked",
            "meanwhile",
            "meantime",
            "already booked",
            "at the same time",
        ],
        Proposal::new(
            format!("edge/{one}/taken meanwhile"),
            format!("two people want the same {free}"),
            Technique::ErrorGuessing,
            TestCaseType::EdgeCase,
            scene.action_span(),
        )
        .titled(format!("The same {free} is not given to two people"))
        .because("Between looking and taking, somebody else may have been faster")
        .priority(Priority::High)
        .given(format!(
            "Two {} use the service at the same time, each in a browser of their own",
            crate::coverage::scene::grammar::plural(&actor)
        ))
        .given(format!("Exactly one {free} is free{day}"))
        .act(format!("Choose the free {free} in both browsers"))
        .act(format!("{verb} it in the first browser"))
        .seen(format!("The {one} is confirmed"))
        .act(format!("{verb} it in the second browser"))
        .seen(format!("A message says that the {free} is no longer free"))
        .expect(format!(
            "Only the first {actor} has the {one}; for the second {actor} none is listed"
        )),
    );
    found.propose_untold(
        scene,
        &[
            "fully booked",
            "no free",
            "sold out",
            "none left",
            "unavailable",
            "no slots",
        ],
        Proposal::new(
            format!("boundary/{one}/free/0"),
            format!("no {free} is free"),
            Technique::BoundaryValueAnalysis,
            TestCaseType::Boundary,
            scene.action_span(),
        )
        .titled(format!("The last free {free} can be {done}, then none is offered"))
        .because("One too many is as wrong as one too few")
        .priority(scene.risk())
        .givens(scene.start_as(VerbClass::Create))
        .given(format!("Exactly one {free} is free{day}"))
        .act(look)
        .seen(format!("Exactly one {free} is offered"))
        .act(format!("{verb} it"))
        .seen(format!("The {one} is confirmed"))
        .act(again)
        .expect(format!(
            "A text says that no {free} is free{this_day}; none can be {done}"
        )),
    );
}

fn stock(scene: &Scene<'_>, action: &Action, span: Span, found: &mut Found) {
    let one = scene.one();
    let verb = action.verb.as_str();
    let done = participle(verb);
    let rest = action
        .circumstances
        .iter()
        .find(|words| words.starts_with("to "))
        .map(|words| format!(" {}", scene.observed(words)))
        .unwrap_or_default();
    found.propose_untold(
        scene,
        &[
            "out of stock",
            "sold out",
            "not in stock",
            "not available",
            "unavailable",
        ],
        Proposal::new(
            format!("boundary/{one}/stock/0"),
            "nothing is in stock",
            Technique::BoundaryValueAnalysis,
            TestCaseType::Negative,
            scene.action_span(),
        )
        .also(span)
        .titled(format!(
            "{} that is out of stock cannot be {done}",
            capitalised(&a(&one))
        ))
        .because("What is not there cannot be delivered")
        .priority(Priority::High)
        .given(format!("{} exists of which 0 are in stock", capitalised(&a(&one))))
        .act(format!("Open the {one}"))
        .act(format!("Look for a way to {verb} it{rest}"))
        .seen("None is offered")
        .expect(format!("The {one} is shown as out of stock; it is not {done}"))
        .sample("0", "number in stock"),
    );
    found.propose(
        Proposal::new(
            format!("edge/{one}/last one twice"),
            format!("two people want the last {one}"),
            Technique::ErrorGuessing,
            TestCaseType::EdgeCase,
            scene.action_span(),
        )
        .also(span)
        .titled(format!("The last {one} in stock is not sold to two people"))
        .because("Stock that is checked only when it is looked at is sold twice")
        .priority(Priority::High)
        .given(format!(
            "{} exists of which exactly 1 is in stock",
            capitalised(&a(&one))
        ))
        .given("Two people are ready to order, each in a browser of their own")
        .act(format!("Put the {one} into the cart in both browsers"))
        .act("Place the order in the first browser")
        .seen("The order is confirmed")
        .step(
            Step::new("Place the order in the second browser.")
                .expecting(format!("A message says that the {one} is no longer in stock.")),
        )
        .expect(format!(
            "Exactly one order for the {one} exists; the second person has none"
        ))
        .sample("1", "number in stock"),
    );
    if scene.mentions(&["cart", "basket", "checkout"]).is_some()
        && scene
            .mentions(&["hold", "reserved", "reservation", "minutes"])
            .is_none()
    {
        found.ask(
            format!("{one}/held"),
            format!(
                "Is {} held for the {} while it is in the cart, and for how long?",
                a(&one),
                scene.actor()
            ),
            Some(scene.action_span()),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn booking() {
        let story = "As a patient, I want to book an appointment with my doctor so that I get treatment";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn stock() {
        let story = "As a shopper, I want to add a product to my cart so that I can buy it";
        insta::assert_snapshot!(given_by(
            propose,
            story,
            &["The number in stock is shown beside the product."]
        ));
    }

    #[test]
    fn stock_told_by_a_criterion() {
        let story = "As a shopper, I want to add a product to my cart so that I can buy it";
        insta::assert_snapshot!(given_by(
            propose,
            story,
            &["A product that is out of stock cannot be added."]
        ));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a warehouse clerk, I want to view the stock level so that I can reorder in time",
            "As a user, I want to create a note so that I remember it",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
