//! Dates that must stand in an order, and dates that cannot be.

use super::super::limits::lowered;
use super::super::ordinary;
use crate::basis::{Criterion, VerbClass};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{a, bare, capitalised, slug, the};
use crate::coverage::{Found, Proposal};
use crate::test_case::{Span, Step, Technique, TestCaseType};

/// Two dates of which one must come first.
pub(super) struct Order {
    earlier: String,
    later: String,
    /// Whether both may fall on the same day.
    same: bool,
    span: Span,
}

impl Order {
    /// `The start date must be before the end date`.
    pub(super) fn of(scene: &Scene<'_>, criterion: &Criterion) -> Option<Self> {
        let text = scene.observed(&criterion.statement.text);
        let clause = Clause::read(&text)?;
        let first = lowered(bare(&clause.subject));
        let named = |name: &str| {
            [
                "date",
                "time",
                "day",
                "check-in",
                "check-out",
                "start",
                "end",
                "departure",
                "return",
            ]
            .iter()
            .any(|word| name.ends_with(word))
        };
        if clause.base != "be" || clause.state == clause.negative || !named(&first) {
            return None;
        }
        let rest = clause.rest.to_lowercase();
        let (relation, second) = [
            "on or before ",
            "on or after ",
            "not before ",
            "not after ",
            "later than ",
            "earlier than ",
            "before ",
            "after ",
        ]
        .iter()
        .find_map(|relation| {
            rest.strip_prefix(relation)
                .map(|second| (*relation, bare(second).to_owned()))
        })?;
        if !named(&second) {
            return None;
        }
        let same = relation.starts_with("on or") || relation.starts_with("not");
        let before = matches!(relation, "on or before " | "not after " | "earlier than " | "before ");
        let (earlier, later) = if before { (first, second) } else { (second, first) };
        Some(Self {
            earlier,
            later,
            same,
            span: criterion.statement.span,
        })
    }

    pub(super) fn propose(&self, scene: &Scene<'_>, criterion: &Criterion, found: &mut Found) {
        let Self { earlier, later, .. } = self;
        let timed = earlier.ends_with("time");
        let unit = if timed { "minute" } else { "day" };
        let (soon, late) = if timed {
            ("18:00", "18:01")
        } else {
            ("tomorrow", "the day after tomorrow")
        };
        let said = |day: &str| {
            if timed {
                day.to_owned()
            } else {
                format!("the date of {day}")
            }
        };
        let class = if timed {
            "a time of day"
        } else {
            "a day that lies ahead"
        };
        let rows = [
            (
                format!("{} one {unit} before {}", a(earlier), the(later)),
                soon,
                late,
                true,
            ),
            (
                format!("{} on the {unit} of {}", a(earlier), the(later)),
                soon,
                soon,
                self.same,
            ),
            (
                format!("{} one {unit} after {}", a(earlier), the(later)),
                late,
                soon,
                false,
            ),
        ];
        for (index, (thing, first, second, accepted)) in rows.into_iter().enumerate() {
            let entries = vec![
                Step::new(format!("Enter {} in the {earlier} field.", said(first))).with_data(first),
                Step::new(format!("Enter {} in the {later} field.", said(second))).with_data(second),
            ];
            let case_type = if accepted {
                TestCaseType::Boundary
            } else {
                TestCaseType::Negative
            };
            let item = Proposal::new(
                format!("order/{}/{}/{index}", slug(earlier), slug(later)),
                thing.clone(),
                Technique::BoundaryValueAnalysis,
                case_type,
                self.span,
            )
            .titled(format!(
                "{} is {}",
                capitalised(&thing),
                if accepted { "accepted" } else { "refused" }
            ))
            .because(format!("{} fixes the order of the two", criterion.basis_id))
            .priority(if index == 2 { scene.risk() } else { scene.risk().lower() })
            .givens(scene.start())
            .steps(scene.perform(entries))
            .sample(first, class)
            .sample(second, class);
            found.propose(if accepted {
                item.expect(scene.success())
            } else {
                let why = if index == 1 {
                    "are the same"
                } else {
                    "are in the wrong order"
                };
                item.seen(format!("A message says that {earlier} and {later} {why}"))
                    .expect(format!("The dates are refused; {}", scene.unchanged()))
            });
        }
    }
}

// === Dates that cannot be ===

pub(super) fn born(scene: &Scene<'_>, found: &mut Found) {
    let Some(span) = scene.mentions(&["date of birth", "birth date", "birthdate", "birthday"]) else {
        return;
    };
    if !scene.has_class(&[
        VerbClass::Create,
        VerbClass::Register,
        VerbClass::Update,
        VerbClass::Manage,
    ]) {
        return;
    }
    let run = ordinary::run(scene);
    let steps = scene.perform(vec![
        Step::new("Fill in every field except the date of birth."),
        Step::new("Enter the date of tomorrow in the date of birth field.").with_data("tomorrow"),
    ]);
    found.propose(
        Proposal::new(
            "date/date of birth/future",
            "a date of birth that lies ahead",
            Technique::EquivalencePartitioning,
            TestCaseType::Negative,
            span,
        )
        .titled("A date of birth that lies ahead is refused")
        .because("Nobody was born tomorrow")
        .priority(scene.risk().lower())
        .givens(run.givens)
        .steps(steps)
        .seen("A message at the date of birth field says that the date lies ahead")
        .expect(format!("The date of birth is refused; {}", scene.unchanged())),
    );
}
