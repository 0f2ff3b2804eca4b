//! The catalogue of rules at a glance. The order is the order of deductions.

use super::{Area, Change, Rule, results, steps, wording};
use crate::test_case::Severity;

type Check = fn(&super::Case<'_>, &mut super::Hits);

/// A rule of the catalogue; the last argument says whether it reads English.
const fn rule(
    code: &'static str,
    (severity, points, most): (Severity, f64, usize),
    area: Area,
    check: Check,
    why: &'static str,
    bad: &'static [Change],
    good: &'static [Change],
) -> Rule {
    Rule {
        code,
        severity,
        points,
        most,
        area,
        why,
        bad,
        good,
        english: true,
        check,
    }
}

const fn any_language(rule: Rule) -> Rule {
    Rule { english: false, ..rule }
}

const GRAVE: (Severity, f64, usize) = (Severity::Error, 3.0, 1);
const HEAVY: (Severity, f64, usize) = (Severity::Warning, 1.0, 3);
const WARNING: (Severity, f64, usize) = (Severity::Warning, 0.5, 3);
const LIGHT: (Severity, f64, usize) = (Severity::Info, 0.25, 3);

/// Every rule of the lint.
pub static LINT_RULES: &[Rule] = &[
    // === Expected result ===
    rule(
        "POLARITY_MISMATCH",
        GRAVE,
        Area::ExpectedResult,
        results::polarity_mismatch,
        "A negative case must show a refusal and a positive one success; otherwise it asks for the fault that it should find.",
        &[
            ("expected_result", "The code is accepted and the discount is applied"),
            ("steps[2].expected", ""),
        ],
        &[("expected_result", "The code is refused; the total stays $50")],
    ),
    rule(
        "VAGUE_RESULT",
        (Severity::Warning, 1.5, 1),
        Area::ExpectedResult,
        results::vague_result,
        "“It works as expected” gives the tester nothing to compare with.",
        &[("expected_result", "The system works as expected")],
        &[("expected_result", "The code is refused; the checkout shows no discount")],
    ),
    rule(
        "UNOBSERVABLE_RESULT",
        (Severity::Warning, 1.0, 1),
        Area::ExpectedResult,
        results::unobservable_result,
        "What happens inside cannot be seen; a result says where a tester looks and what is there.",
        &[
            ("type", "positive"),
            ("title", "A discount code is kept for the next checkout"),
            ("steps[2].expected", ""),
            ("expected_result", "The discount code is stored in the database"),
        ],
        &[
            ("type", "positive"),
            ("title", "A discount code is kept for the next checkout"),
            ("steps[2].expected", ""),
            ("expected_result", "The page of the checkout shows the discount code"),
        ],
    ),
    rule(
        "MISSING_MUST_NOT",
        (Severity::Info, 0.5, 1),
        Area::ExpectedResult,
        results::missing_must_not,
        "A refusal is whole only if nothing happened behind it; a negative case says what must not have happened.",
        &[("expected_result", "The code is refused with a message at the field")],
        &[(
            "expected_result",
            "The code is refused with a message at the field; the total is unchanged",
        )],
    ),
    // === Traceability ===
    rule(
        "UNGROUNDED_VALUE",
        HEAVY,
        Area::Traceability,
        results::ungrounded_value,
        "A limit, a wording or a name that the story does not give is a guess that looks like a requirement.",
        &[(
            "expected_result",
            "The code is refused and the account is locked for 30 minutes; the total stays $50",
        )],
        &[(
            "expected_result",
            "The code is refused; the total stays $50, as before the code was entered",
        )],
    ),
    rule(
        "DECLARED_ASSUMPTION",
        LIGHT,
        Area::Traceability,
        results::declared_assumption,
        "An assumption that is said openly can be confirmed, but the case waits for it.",
        &[("assumptions", "Codes expire at midnight")],
        &[("assumptions", "")],
    ),
    any_language(rule(
        "NO_TRACE",
        HEAVY,
        Area::Traceability,
        results::no_trace,
        "A case that rests on nothing in the story tests something that nobody asked for.",
        &[
            ("covers", ""),
            ("type", "positive"),
            ("title", "Dark mode follows the operating system"),
            ("preconditions[0]", "The operating system is set to dark mode"),
            ("preconditions[1]", "The browser follows the operating system"),
            ("steps[0].action", "Load the home page"),
            ("steps[1].action", "Look at its background"),
            ("steps[1].data", ""),
            ("steps[2].action", "Set the operating system to light mode"),
            ("steps[2].expected", "The background turns white"),
            (
                "expected_result",
                "The background is black in dark mode and white in light mode",
            ),
        ],
        &[
            ("covers", ""),
            ("title", "A discount code that expired yesterday is refused at checkout"),
        ],
    )),
    any_language(rule(
        "UNGROUNDED_QUOTE",
        HEAVY,
        Area::Traceability,
        results::false_quote,
        "A case beyond the plan gives the words of the story that it rests on; these do not stand there.",
        &[
            ("covers", ""),
            ("title", "A second discount code at checkout is refused"),
            ("preconditions[1]", "The discount code SUMMER10 is in use"),
            ("steps[1].data", "AUTUMN10"),
            ("steps[2].expected", "A message says that one code is the most"),
            ("quote", "only one code per order"),
        ],
        &[
            ("covers", ""),
            ("title", "A second discount code at checkout is refused"),
            ("preconditions[1]", "The discount code SUMMER10 is in use"),
            ("steps[1].data", "AUTUMN10"),
            ("steps[2].expected", "A message says that one code is the most"),
            ("quote", "apply a discount code"),
        ],
    )),
    any_language(rule(
        "LANGUAGE_MIX",
        (Severity::Warning, 1.0, 1),
        Area::Traceability,
        wording::language_mix,
        "Testers work in the language of the story.",
        &[
            ("title", "Ein abgelaufener Code wird nicht angenommen"),
            ("preconditions[0]", "Der Warenkorb ist mit einem Artikel gefüllt"),
            ("preconditions[1]", "Der Code SUMMER10 ist abgelaufen"),
            ("steps[0].action", "Die Kasse öffnen"),
            ("steps[1].action", "Den Code eingeben"),
            ("steps[2].action", "Den Code einlösen"),
            ("steps[2].expected", "Eine Meldung wird angezeigt"),
            (
                "expected_result",
                "Der Code wird nicht angenommen und die Summe ist unverändert",
            ),
        ],
        &[("title", "An expired code is refused at the checkout")],
    )),
    // === Preconditions ===
    any_language(rule(
        "NO_PRECONDITIONS",
        (Severity::Info, 0.5, 1),
        Area::Preconditions,
        steps::no_preconditions,
        "Without a state to start from, two testers run two different tests.",
        &[
            ("preconditions[0]", "The application is running"),
            ("preconditions[1]", ""),
            ("expected_result", "The code is refused and no discount is shown"),
        ],
        &[
            ("preconditions[0]", "The cart holds one item at $50"),
            ("preconditions[1]", ""),
        ],
    )),
    rule(
        "MISPLACED_ACTION",
        WARNING,
        Area::Preconditions,
        steps::misplaced_action,
        "Preconditions and results are states; an action there is run by nobody.",
        &[("preconditions[1]", "Create the discount code SUMMER10 in the past")],
        &[("preconditions[1]", "The discount code SUMMER10 expired yesterday")],
    ),
    rule(
        "MISPLACED_PRECONDITION",
        WARNING,
        Area::Preconditions,
        steps::misplaced_precondition,
        "A state in a step is not done by anybody; it holds before step 1.",
        &[("steps[0].action", "The customer is at the checkout")],
        &[("steps[0].action", "Open the checkout")],
    ),
    // === Steps ===
    rule(
        "UNVERIFIED_ACTION",
        (Severity::Info, 0.5, 2),
        Area::Steps,
        steps::unverified_action,
        "If nothing is seen between two changes, a failure cannot be laid at either.",
        &[
            ("steps[1].action", "Save the cart"),
            ("steps[1].data", ""),
            ("steps[2].action", "Submit the code SUMMER10"),
        ],
        &[
            ("steps[1].action", "Save the cart"),
            ("steps[1].data", ""),
            ("steps[1].expected", "The cart shows one item"),
            ("steps[2].action", "Submit the code SUMMER10"),
        ],
    ),
    rule(
        "MISPLACED_VERIFICATION",
        (Severity::Info, 0.5, 2),
        Area::Steps,
        steps::misplaced_verification,
        "A check inside an action is easily passed over; what is seen stands in the expected result of its step.",
        &[("steps[2].action", "Verify that the code is refused")],
        &[("steps[2].action", "Confirm the order")],
    ),
    rule(
        "NOT_IMPERATIVE",
        (Severity::Info, 0.25, 2),
        Area::Steps,
        steps::not_imperative,
        "An instruction begins with its verb; a story about a user leaves open who acts.",
        &[("steps[0].action", "The customer opens the checkout")],
        &[("steps[0].action", "Open the checkout as the customer")],
    ),
    rule(
        "PLACEHOLDER_DATA",
        WARNING,
        Area::Steps,
        wording::placeholder_data,
        "“Valid data” is a different value for every tester.",
        &[
            ("preconditions[1]", "The discount code has expired"),
            ("steps[1].action", "Enter an invalid discount code"),
            ("steps[1].data", ""),
        ],
        &[
            ("preconditions[1]", "The discount code has expired"),
            ("steps[1].action", "Enter an invalid discount code"),
            ("steps[1].data", "SUMMER10"),
        ],
    ),
    any_language(rule(
        "LENGTH_MISMATCH",
        HEAVY,
        Area::Steps,
        steps::length_mismatch,
        "A text that is not as long as the step says tests another value than the one that was meant.",
        &[
            ("steps[1].action", "Enter a discount code of 20 characters"),
            ("steps[1].data", "ABCDEFGHIJKLMNOPQR"),
        ],
        &[
            ("steps[1].action", "Enter a discount code of 20 characters"),
            ("steps[1].data", "ABCDEFGHIJKLMNOPQRST"),
        ],
    )),
    any_language(rule(
        "STEP_COUNT",
        (Severity::Warning, 1.0, 1),
        Area::Steps,
        steps::step_count,
        "One step hides how the state is reached; more than ten hide which of them failed.",
        &[
            ("steps[0].action", ""),
            ("steps[1].action", ""),
            ("steps[1].data", ""),
            ("steps[2].action", "Apply the code SUMMER10 at checkout"),
        ],
        &[("steps[0].action", "")],
    )),
    any_language(rule(
        "LONG_CASE",
        (Severity::Info, 0.25, 1),
        Area::Steps,
        steps::long_case,
        "Two to five steps are easier to run, to read and to mend.",
        &[
            ("steps[3].action", "Open the cart"),
            ("steps[4].action", "Open the checkout again"),
            ("steps[5].action", "Read the total"),
        ],
        &[
            ("steps[3].action", "Open the cart"),
            ("steps[4].action", "Read the total"),
        ],
    )),
    rule(
        "AMBIGUOUS_WORDS",
        WARNING,
        Area::Steps,
        wording::ambiguous_words,
        "“Properly”, “several” and “as expected” mean something else to every reader.",
        &[("steps[2].expected", "A message is displayed properly")],
        &[("steps[2].expected", "A message says that the code has expired")],
    ),
    rule(
        "TACIT_KNOWLEDGE",
        WARNING,
        Area::Steps,
        wording::tacit_knowledge,
        "A term that only insiders know stops everybody else.",
        &[("steps[0].action", "Open the checkout through the BXQ")],
        &[("steps[0].action", "Open the checkout through its URL")],
    ),
    // === Singularity ===
    rule(
        "EAGER_ACTION",
        WARNING,
        Area::Singularity,
        steps::eager_action,
        "If a step does two things and fails, nobody knows which of them failed.",
        &[("steps[1].action", "Enter the discount code and press the Enter key")],
        &[("steps[1].action", "Drag and drop the discount code into the field")],
    ),
    rule(
        "CONDITIONAL",
        (Severity::Warning, 0.75, 2),
        Area::Singularity,
        wording::conditional,
        "“If” and “or” make two cases of one, and a tester decides which is run.",
        &[(
            "steps[2].expected",
            "A message or a red border shows that the code has expired",
        )],
        &[(
            "steps[2].expected",
            "One or more messages say that the code has expired",
        )],
    ),
    rule(
        "COMPOUND_TITLE",
        (Severity::Info, 0.5, 1),
        Area::Singularity,
        wording::compound_title,
        "A case that tests two behaviours fails for either, and its title cannot say for which.",
        &[("title", "Apply and remove an expired discount code")],
        &[("title", "Apply an expired code to a cart with shirts and shoes")],
    ),
    rule(
        "VAGUE_TITLE",
        WARNING,
        Area::Singularity,
        wording::vague_title,
        "A report lists titles alone; “Negative test 2” tells its reader nothing.",
        &[("title", "Negative test case 2")],
        &[("title", "Expired discount code is refused")],
    ),
    rule(
        "FAULT_MASKING",
        (Severity::Info, 0.5, 1),
        Area::Singularity,
        steps::fault_masking,
        "Of two invalid values the first refusal hides the second, which then goes untested.",
        &[
            ("steps[1].action", "Enter an expired code"),
            ("steps[2].action", "Enter an incorrect address"),
            ("steps[2].data", "1 No Street"),
        ],
        &[
            ("steps[1].action", "Enter an expired code"),
            ("steps[2].action", "Apply the expired code"),
        ],
    ),
    rule(
        "DEPENDS_ON_CASE",
        HEAVY,
        Area::Singularity,
        wording::depends_on_case,
        "A case that needs another one fails with it and cannot be run alone.",
        &[("preconditions[1]", "TC-001 has been run with the code SUMMER10")],
        &[("preconditions[1]", "The code SUMMER10 has expired")],
    ),
];
