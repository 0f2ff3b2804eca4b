//! Adverbials that open a story and belong to no role: `Every month the detectors shall …`, `At checkout, customers can …`.

use crate::basis::text::Text;

/// Past a time or a place before the subject; the start itself where there is none.
pub(super) fn skip(text: &Text<'_>, start: usize, end: usize) -> usize {
    let subject = |at: usize| {
        matches!(
            text.low(at),
            "the" | "a" | "an" | "our" | "my" | "all" | "each" | "every" | "any" | "i" | "we"
        )
    };
    let repeated = matches!(text.low(start), "every" | "each")
        && matches!(
            text.low(start + 1),
            "second"
                | "minute"
                | "hour"
                | "day"
                | "night"
                | "morning"
                | "evening"
                | "week"
                | "month"
                | "quarter"
                | "year"
        );
    if repeated {
        let next = start + 2 + usize::from(text.low(start + 2) == ",");
        return if next < end && (subject(next) || next > start + 2) {
            next
        } else {
            start
        };
    }
    let placed = matches!(
        text.low(start),
        "at" | "in" | "on" | "from" | "during" | "before" | "after" | "upon" | "within" | "with"
    );
    if !placed {
        return start;
    }
    // `In order to …, as a …` opens with its benefit.
    if text.is(start, &["in", "order"]) || text.low(start) == "as" {
        return start;
    }
    (start + 1..end.min(start + 9))
        .find(|at| text.low(*at) == ",")
        .map_or(start, |at| at + 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::basis;
    use crate::story::{Limits, UserStory};

    #[test]
    fn what_opens_a_story_is_no_part_of_its_role() {
        for (story, role, verb) in [
            (
                "Every month the smoke detectors shall report the result to the owner",
                Some("smoke detectors"),
                "report",
            ),
            ("At checkout, customers can enter a voucher", Some("customers"), "enter"),
            ("From the app, I want to cancel my order", None, "cancel"),
            (
                "After the flight, passengers should be able to rate the crew",
                Some("passengers"),
                "rate",
            ),
            // The adverbial is the role itself, or opens no story.
            ("Every customer can cancel an order", Some("customer"), "cancel"),
            (
                "In order to save time, as a customer I want to reorder a basket",
                Some("customer"),
                "reorder",
            ),
            (
                "As a customer, at checkout I want to enter a voucher",
                Some("customer"),
                "enter",
            ),
        ] {
            let basis = basis::parse(&UserStory::new(story, &[], "", &Limits::default()).unwrap());
            let found = basis.story.role.as_ref().map(|role| role.text.as_str());
            assert_eq!(
                (found, basis.main_action().unwrap().verb.as_str()),
                (role, verb),
                "{story}"
            );
        }
    }
}
