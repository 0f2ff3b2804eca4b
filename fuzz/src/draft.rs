//! Repair and reading of drafts, and the verdict on them: bounded by what was written, the same every time, values where
//! they are said to stand, and no case twice.

use super::extraction::setting;
use std::sync::{Arc, LazyLock};
use testgen::basis::{self, TestBasis};
use testgen::coverage::{self, Plan, Wanted};
use testgen::json_stream::{Extracted, Extractor, Object};
use testgen::story::{Limits, UserStory};
use testgen::test_case::{Draft, Repair, Source, TestCase};
use testgen::validation::draft::read;
use testgen::validation::{Checker, Config, Verdict};

/// One story that all drafts are held against.
static PLANNED: LazyLock<(Arc<TestBasis>, Arc<Plan>)> = LazyLock::new(|| {
    let criteria = [
        "The code has 6 to 20 characters",
        "An expired code is refused with \"This code has expired\"",
        "The code SPRING10 takes 10 % off orders of at least 50.00 EUR",
    ];
    let story = UserStory::new(
        "As a customer, I want to apply a discount code at checkout so that I pay less",
        &criteria.map(str::to_owned),
        "Discount code: a word that takes something off an order.",
        &Limits::default(),
    )
    .expect("the story is within its bounds");
    let basis = basis::parse(&story);
    let plan = coverage::plan(&basis, &Wanted::default());
    (Arc::new(basis), Arc::new(plan))
});

fn checker() -> Checker {
    let (basis, plan) = &*PLANNED;
    Checker::new(Arc::clone(basis), Arc::clone(plan), Config::default(), Vec::new(), true)
}

fn length(draft: &Draft) -> usize {
    let texts = |texts: &[String]| texts.iter().map(String::len).sum::<usize>();
    let steps = draft.steps.iter();
    draft.title.len()
        + draft.id.len()
        + draft.expected_result.len()
        + draft.objective.len()
        + draft.quote.len()
        + texts(&draft.preconditions)
        + texts(&draft.postconditions)
        + texts(&draft.tags)
        + texts(&draft.covers)
        + texts(&draft.assumptions)
        + steps
            .map(|step| step.action.len() + step.data.len() + step.expected.len())
            .sum::<usize>()
}

fn drafts_of(object: &Object<'_>) -> Option<(Draft, Vec<Repair>)> {
    let first = read(object);
    assert_eq!(format!("{first:?}"), format!("{:?}", read(object)), "read twice");
    match first {
        Ok((draft, repairs)) => {
            assert!(!draft.title.is_empty() && !draft.steps.is_empty(), "{draft:?}");
            // One text may be told again in the fields that it was split into.
            assert!(length(&draft) <= 4 * object.json.len() + 256, "{draft:?}");
            assert!(repairs.iter().all(|repair| !repair.code.is_empty()));
            Some((draft, repairs))
        }
        Err(reasons) => {
            assert!(!reasons.is_empty() && reasons.iter().all(|reason| !reason.message.is_empty()));
            None
        }
    }
}

fn sound(case: &TestCase, covers: &[usize]) {
    let (basis, plan) = &*PLANNED;
    assert!((1..=20).contains(&case.steps.len()), "{case:?}");
    assert!(case.quality_score.is_some_and(|score| (1..=10).contains(&score)));
    assert!(covers.is_sorted() && covers.iter().all(|item| *item < plan.items.len()));
    let values = case.values.iter().filter_map(|value| value.span);
    for span in values.chain(case.traces.iter().filter_map(|trace| trace.span)) {
        let text = basis.text(span.basis_id);
        assert!(
            span.start < span.end && text.get(span.start..span.end).is_some(),
            "{span:?}"
        );
    }
    let ids = case.traces.iter().filter_map(|trace| trace.coverage_item_id.as_ref());
    for id in ids {
        assert!(plan.items.iter().any(|item| item.id == *id), "{id}");
    }
}

/// What holds for whatever a model wrote.
pub fn draft(data: &[u8]) {
    let Some((seed, answer)) = super::split(data) else {
        return;
    };
    let (config, end) = setting(seed);
    let mut found = Vec::new();
    let mut sink = |extracted: Extracted<'_>| {
        if let Extracted::Object(object) = extracted {
            found.extend(drafts_of(&object));
        }
    };
    let mut extractor = Extractor::new(config);
    extractor.push(answer, &mut sink);
    extractor.finish(end, &mut sink);
    let mut one = checker();
    let mut other = checker();
    let mut ids: Vec<String> = Vec::new();
    for (draft, repairs) in found.into_iter().take(40) {
        let verdict = one.check(draft.clone(), repairs.clone(), Source::Model);
        let again = other.check(draft.clone(), repairs.clone(), Source::Model);
        assert_eq!(format!("{verdict:?}"), format!("{again:?}"), "checked twice");
        if let Verdict::Accepted(accepted) = verdict {
            sound(&accepted.case, &accepted.covers);
            assert!(!ids.contains(&accepted.case.id), "{} twice", accepted.case.id);
            ids.push(accepted.case.id.clone());
            // The same words again are no second case.
            let repeated = one.check(draft.clone(), repairs.clone(), Source::Model);
            assert!(!matches!(repeated, Verdict::Accepted(_)), "twice: {draft:?}");
            other.check(draft, repairs, Source::Model);
        }
    }
    assert_eq!(one.accepted().len(), ids.len());
    assert_eq!(
        format!("{:?}", one.suite_findings()),
        format!("{:?}", other.suite_findings())
    );
}
