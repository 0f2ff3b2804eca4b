//! The story parser and the plan: places within the texts, ids that are there once, the same every time, size bounded by
//! the text. The parts of an input are set apart by lines of `---`: the story, the criteria (a line each), the context.

use std::collections::HashSet;
use testgen::basis::{self, LiteralKind, TestBasis};
use testgen::coverage::{self, CoverageStatus, Plan, Wanted};
use testgen::story::{Limits, UserStory};
use testgen::test_case::Span;

/// Reads an input as a story; the bounds are those of the service, but a story may be short.
pub(super) fn read(text: &str) -> Option<UserStory> {
    let mut parts = text.splitn(3, "\n---\n");
    let story = parts.next().unwrap_or_default();
    let criteria: Vec<String> = parts.next().unwrap_or_default().lines().map(str::to_owned).collect();
    let context = parts.next().unwrap_or_default();
    let limits = Limits {
        min_story_chars: 1,
        ..Limits::default()
    };
    let read = UserStory::new(story, &criteria, context, &limits);
    if let Err(wrong) = &read {
        assert!(!wrong.is_empty() && wrong.iter().all(|wrong| !wrong.field.is_empty()));
    }
    read.ok()
}

fn within(basis: &TestBasis, span: Span, of: &str) {
    let text = basis.text(span.basis_id);
    assert!(
        span.start <= span.end && text.get(span.start..span.end).is_some(),
        "{of}: {span:?} in {text:?}"
    );
}

fn basis_is_sound(basis: &TestBasis) {
    for literal in &basis.literals {
        within(basis, literal.span, "literal");
        assert!(literal.span.start < literal.span.end, "{literal:?}");
        // States and transitions are gathered from several places; other literals are their own words.
        if !matches!(literal.kind, LiteralKind::State { .. } | LiteralKind::Transition { .. }) {
            assert!(!literal.text.is_empty(), "{literal:?}");
        }
    }
    for criterion in &basis.criteria {
        within(basis, criterion.statement.span, "criterion");
        let parts = criterion.given.iter().chain(&criterion.when).chain(&criterion.then);
        for phrase in parts.chain(&criterion.otherwise) {
            within(basis, phrase.span, "part of a criterion");
        }
    }
    let parts = &basis.story;
    for phrase in [&parts.role, &parts.goal, &parts.benefit].into_iter().flatten() {
        within(basis, phrase.span, "part of the story");
    }
    for action in parts
        .actions
        .iter()
        .chain(basis.criteria.iter().filter_map(|it| it.action.as_ref()))
    {
        within(basis, action.span, "action");
    }
    for finding in &basis.findings {
        assert!(!finding.message.is_empty());
        finding.span.into_iter().for_each(|span| within(basis, span, "finding"));
    }
    for term in &basis.glossary {
        within(basis, term.span, "term");
    }
    for question in &basis.questions {
        question
            .span
            .into_iter()
            .for_each(|span| within(basis, span, "question"));
    }
}

fn plan_is_sound(plan: &Plan, basis: &TestBasis, most: Option<usize>) {
    assert_eq!(plan.items.len(), plan.drafts.len());
    let mut keys = HashSet::new();
    for (index, item) in plan.items.iter().enumerate() {
        assert_eq!(item.id, format!("C-{}", index + 1));
        assert!(keys.insert(&item.key), "{} twice", item.key);
        assert!(!item.condition.trim().is_empty(), "{item:?}");
        assert!(!item.basis_ids.is_empty() && !item.spans.is_empty(), "{item:?}");
        item.spans.iter().for_each(|span| within(basis, *span, &item.key));
        let values = item.values.iter().filter_map(|value| value.span);
        values.for_each(|span| within(basis, span, &item.key));
        assert!(basis_ids_exist(basis, item), "{item:?}");
    }
    let mut asked = HashSet::new();
    for (index, question) in plan.questions.iter().enumerate() {
        assert_eq!(question.id, format!("Q-{}", index + 1));
        assert!(asked.insert(&question.question.key), "{} twice", question.question.key);
        let span = question.question.span;
        span.into_iter().for_each(|span| within(basis, span, "question"));
    }
    let planned = plan
        .items
        .iter()
        .filter(|item| item.status == CoverageStatus::Planned)
        .count();
    assert!(most.is_none_or(|most| planned <= most), "{planned} planned");
    assert!(
        planned > 0 || !plan.questions.is_empty() || most.is_some(),
        "neither items nor questions"
    );
}

fn basis_ids_exist(basis: &TestBasis, item: &coverage::CoverageItem) -> bool {
    item.basis_ids
        .iter()
        .all(|id| basis.items.iter().any(|item| item.id == *id))
}

/// What holds for any story.
pub fn story(data: &[u8]) {
    let Some((seed, text)) = super::split(data) else {
        return;
    };
    let Some(story) = read(&super::text(text)) else {
        return;
    };
    let wanted = Wanted {
        max_test_cases: (seed & 1 != 0).then_some(usize::from(seed >> 1) % 100 + 1),
        ..Wanted::default()
    };
    let basis = basis::parse(&story);
    basis_is_sound(&basis);
    let plan = coverage::plan(&basis, &wanted);
    plan_is_sound(&plan, &basis, wanted.max_test_cases);
    // A story is at most some 60,000 characters; what is made of it grows with it, and no faster than its items.
    let size = story.text().len() + story.criteria().iter().map(String::len).sum::<usize>() + story.context().len();
    let told = format!("{basis:?}");
    assert!(
        told.len() <= 4_000 + 600 * size,
        "{} bytes of basis for {size}",
        told.len()
    );
    assert!(
        plan.items.len() <= 200 + size,
        "{} items for {size} bytes",
        plan.items.len()
    );
    let again = basis::parse(&story);
    assert_eq!(told, format!("{again:?}"), "read twice");
    assert_eq!(
        format!("{plan:?}"),
        format!("{:?}", coverage::plan(&again, &wanted)),
        "planned twice"
    );
}
