#![allow(clippy::unwrap_used, clippy::expect_used)]

//! Cases in the words of a model against a plan that is written here, so that no family can change it.

use super::*;
use crate::basis;
use crate::coverage::{CoverageItem, CoverageStatus};
use crate::story::{Limits, UserStory};
use crate::test_case::{Priority, Step, Technique, Value, ValueOrigin};
use crate::validation::outcome;
use crate::validation::subject::Subject;

const STORY: &str =
    "As a customer, I want to apply a discount code of up to 20 characters at checkout so that I pay less";

fn ground() -> Ground {
    Ground::new(&basis::parse(
        &UserStory::new(STORY, &[], "", &Limits::default()).unwrap(),
    ))
}

fn item(
    number: usize,
    key: &str,
    condition: &str,
    case_type: TestCaseType,
    values: &[(&str, ValueOrigin)],
) -> CoverageItem {
    let technique = match case_type {
        TestCaseType::Boundary => Technique::BoundaryValueAnalysis,
        _ => Technique::EquivalencePartitioning,
    };
    CoverageItem {
        id: format!("C-{number}"),
        key: key.to_owned(),
        condition: condition.to_owned(),
        technique,
        rule: "",
        basis_ids: vec![BasisId::Story],
        spans: Vec::new(),
        values: values
            .iter()
            .map(|(text, origin)| Value {
                text: (*text).to_owned(),
                origin: *origin,
                span: None,
                note: String::new(),
            })
            .collect(),
        case_type,
        priority: Priority::Medium,
        status: CoverageStatus::Planned,
    }
}

fn worded(title: &str, expected: &str) -> Draft {
    Draft {
        title: title.to_owned(),
        expected_result: expected.to_owned(),
        ..Draft::default()
    }
}

fn plan() -> Plan {
    use TestCaseType::{Boundary, EdgeCase, Negative, Positive};
    use ValueOrigin::{Computed, Stated};
    Plan {
        items: vec![
            item(
                1,
                "success/goal",
                "a discount code that is valid lowers the total",
                Positive,
                &[],
            ),
            item(
                2,
                "boundary/discount code/length/20",
                "a discount code of 20 characters, at the limit",
                Boundary,
                &[("20 characters", Stated)],
            ),
            item(
                3,
                "boundary/discount code/length/21",
                "a discount code of 21 characters, beyond the limit of 20",
                Boundary,
                &[("21 characters", Computed), ("20 characters", Stated)],
            ),
            item(
                4,
                "negative/discount code/expired",
                "a discount code whose validity has ended",
                Negative,
                &[],
            ),
            item(
                5,
                "negative/discount code/used up",
                "a discount code that was used as often as it may be",
                Negative,
                &[],
            ),
            item(
                6,
                "edge/discount code/twice",
                "the same discount code is applied twice to one order",
                EdgeCase,
                &[],
            ),
            item(
                7,
                "negative/discount code/unknown",
                "a discount code that does not exist",
                Negative,
                &[],
            ),
        ],
        drafts: vec![
            worded(
                "A valid discount code lowers the total",
                "The discount is applied and the total is lower",
            ),
            worded("A discount code of 20 characters is accepted", "The code is accepted"),
            worded(
                "A discount code of 21 characters is refused",
                "The code is refused; the total is unchanged",
            ),
            worded(
                "An expired discount code is refused",
                "The code is refused; the total is unchanged",
            ),
            worded(
                "A discount code that is used up is refused",
                "The code is refused; the total is unchanged",
            ),
            worded(
                "The same discount code lowers the total only once",
                "The discount is shown once",
            ),
            worded(
                "A discount code that does not exist is refused",
                "The code is refused; the total is unchanged",
            ),
        ],
        questions: Vec::new(),
        blocked: false,
    }
}

struct Written {
    claims: &'static [&'static str],
    case_type: Option<TestCaseType>,
    title: &'static str,
    before: &'static str,
    data: &'static str,
    expected: &'static str,
}

impl Written {
    fn cover(&self) -> Coverage {
        let ground = ground();
        let draft = Draft {
            covers: self.claims.iter().map(ToString::to_string).collect(),
            case_type: self.case_type,
            title: self.title.to_owned(),
            preconditions: vec![self.before.to_owned()],
            steps: vec![
                Step::new("Go to the checkout page"),
                Step::new("Enter the code").with_data(self.data),
                Step::new("Click Apply"),
            ],
            expected_result: self.expected.to_owned(),
            ..Draft::default()
        };
        let subject = Subject::of_draft(&draft, TestCaseType::Positive);
        let content = Content::new(&subject, self.case_type, outcome::of(&subject, &ground));
        Targets::new(&plan(), &ground).cover(&draft, &content, Source::Model, true)
    }
}

const fn written(
    claims: &'static [&'static str],
    case_type: TestCaseType,
    title: &'static str,
    before: &'static str,
    data: &'static str,
    expected: &'static str,
) -> Written {
    Written {
        claims,
        case_type: Some(case_type),
        title,
        before,
        data,
        expected,
    }
}

/// What a model wrote, and the numbers of the items that it covers.
#[rustfmt::skip]
fn samples() -> Vec<(Written, &'static [usize])> {
    use TestCaseType::{Boundary, EdgeCase, Negative, Positive};
    let refused = "An error is shown and the total does not change";
    let applied = "The discount is applied and the order total is reduced";
    vec![
        // Right ids, in other words than the plan's.
        (written(&["C-1"], Positive, "Successful use of a valid promo code", "A valid code exists", "SAVE10", applied), &[1]),
        (written(&["C-1"], Positive, "Customer pays less with a working code", "The cart has an item", "SAVE10", applied), &[1]),
        (written(&["C-2"], Boundary, "Code with the maximum length", "A code of 20 characters exists", "ABCDEFGHIJKLMNOPQRST", applied), &[2]),
        (written(&["C-3"], Boundary, "Code is too long", "The cart has an item", "ABCDEFGHIJKLMNOPQRSTU", refused), &[3]),
        (written(&["C-4"], Negative, "Old code is rejected", "The code SAVE10 expired yesterday", "SAVE10", refused), &[4]),
        (written(&["C-4"], Negative, "Apply a code past its validity", "A code that is no longer valid exists", "SAVE10", refused), &[4]),
        (written(&["C-5"], Negative, "Code was used before", "SAVE10 was used by this customer", "SAVE10", refused), &[5]),
        (written(&["C-6"], EdgeCase, "Apply the same code two times", "The code SAVE10 is applied", "SAVE10", "The discount is given once"), &[6]),
        (written(&["C-7"], Negative, "Unknown code", "No code NOPE exists", "NOPE", refused), &[7]),
        // Ids in other spellings.
        (written(&["C3"], Boundary, "Code of 21 characters", "The cart has an item", "ABCDEFGHIJKLMNOPQRSTU", refused), &[3]),
        (written(&["c-4"], Negative, "Expired code", "SAVE10 has expired", "SAVE10", refused), &[4]),
        (written(&["Coverage item C-4"], Negative, "Expired code", "SAVE10 has expired", "SAVE10", refused), &[4]),
        (written(&["4"], Negative, "Expired code", "SAVE10 has expired", "SAVE10", refused), &[4]),
        // Ids forgotten.
        (written(&[], Negative, "Expired discount code is refused", "SAVE10 has expired", "SAVE10", refused), &[4]),
        (written(&[], Boundary, "A discount code of exactly 20 characters works", "The code exists", "ABCDEFGHIJKLMNOPQRST", applied), &[2]),
        (written(&[], Boundary, "A discount code of 21 characters is refused", "The cart has an item", "ABCDEFGHIJKLMNOPQRSTU", refused), &[3]),
        (written(&["AC-1"], Negative, "A discount code that does not exist", "No code NOPE exists", "NOPE", refused), &[7]),
        // Ids that are plainly wrong.
        (written(&["C-5"], Negative, "An expired discount code is refused", "SAVE10 has expired", "SAVE10", refused), &[4]),
        (written(&["C-1"], Negative, "An expired discount code is refused", "SAVE10 has expired", "SAVE10", refused), &[4]),
        (written(&["C-3"], Negative, "An expired discount code is refused", "SAVE10 has expired", "SAVE10", refused), &[4]),
        (written(&["C-99"], Negative, "An expired discount code is refused", "SAVE10 has expired", "SAVE10", refused), &[4]),
        (written(&[], Positive, "A valid discount code lowers what the customer pays", "A valid code exists", "SAVE10", applied), &[1]),
        // Nothing of the plan.
        (written(&[], Positive, "Remove an applied discount code", "SAVE10 is applied", "", "The discount is gone"), &[]),
        (written(&[], Positive, "The page loads in dark mode", "Dark mode is on", "", "The background is black"), &[]),
        (written(&[], Positive, "The order history lists old orders", "Two orders exist", "", "Both are listed"), &[]),
    ]
}

#[test]
fn cases_in_other_words_cover_what_a_reader_says() {
    let wrong: Vec<String> = samples()
        .iter()
        .filter_map(|(written, expected)| {
            let items: Vec<usize> = written.cover().items.iter().map(|index| index + 1).collect();
            (items != *expected).then(|| format!("{:?} {}: {items:?}, not {expected:?}", written.claims, written.title))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_correction_is_recorded() {
    let codes = |claims: &'static [&'static str]| -> Vec<&str> {
        written(
            claims,
            TestCaseType::Negative,
            "An expired discount code is refused",
            "SAVE10 has expired",
            "SAVE10",
            "The code is refused; no discount is shown",
        )
        .cover()
        .repairs
        .iter()
        .map(|repair| repair.code)
        .collect()
    };
    assert_eq!(codes(&["C-4"]), Vec::<&str>::new());
    assert_eq!(codes(&["C-5"]), ["COVERS_CORRECTED"]);
    assert_eq!(codes(&["C-99"]), ["COVERS_UNKNOWN"]);
}

#[test]
fn an_outcome_that_says_the_opposite_contradicts_the_item() {
    let swapped = written(
        &["C-3"],
        TestCaseType::Boundary,
        "Code of 21 characters",
        "The cart has an item",
        "ABCDEFGHIJKLMNOPQRSTU",
        "The discount is applied",
    );
    assert_eq!(swapped.cover().contradicts, Some(2));
}
