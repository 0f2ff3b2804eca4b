//! Cases that were there already: what they cover, how well they are written, which ids they hold.

use super::duplicates::Signature;
use super::matching::{self, Content, Rest};
use super::subject::Subject;
use super::{Checker, evidence, lint, outcome};
use crate::test_case::{Deduction, Draft, Source, TestCase};
use std::sync::Arc;

/// What is found about a case that was there already.
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// Its id; its place, such as `#3`, if it has none.
    pub id: String,
    /// Indexes into `plan.items` of what it covers, rising.
    pub covers: Vec<usize>,
    /// What the lint says of it; empty when nothing is scored.
    pub deductions: Vec<Deduction>,
    /// 1 to 10; `None` when nothing is scored.
    pub quality_score: Option<u8>,
    /// The earlier case that it repeats, and how much of it in percent.
    pub repeats: Option<(String, u8)>,
}

impl Checker {
    /// What a case that was there already covers, by content; its coverage item ids may be those of another plan.
    pub(super) fn recognise(&mut self, case: &TestCase, name: String) {
        let subject = Subject::of_case(case);
        let content = Content::new(&subject, Some(case.case_type), outcome::of(&subject, &self.ground));
        let items = self.covers(case, &content);
        let signature = Signature::new(name, &subject, &self.ground, &items);
        let repeats = signature.repeats(&self.signatures, &self.config);
        self.existing_repeats.push(repeats.map(|same| (same.of, same.percent)));
        self.signatures.push(signature);
        self.existing_covers.push(items);
    }

    /// What is found about the cases that were there already, in their order.
    #[must_use]
    pub fn reviewed(&self) -> Vec<Reviewed> {
        let found = self.existing_covers.iter().zip(&self.existing_repeats);
        let cases = self.existing.iter().zip(found).enumerate();
        cases
            .map(|(index, (case, (covers, repeats)))| {
                let deductions = if self.score { self.review(case) } else { Vec::new() };
                Reviewed {
                    id: name_of(case, index),
                    covers: covers.clone(),
                    quality_score: self.score.then(|| lint::score(&deductions)),
                    deductions,
                    repeats: repeats.clone(),
                }
            })
            .collect()
    }

    /// The suite ends with questions: what suites must have does not apply.
    pub fn block(&mut self) {
        Arc::make_mut(&mut self.plan).blocked = true;
    }

    /// The prompt showed these cases, by title and expected result: none of them is a case of this story.
    pub fn examples_shown(&mut self, cases: impl IntoIterator<Item = (String, String)>) {
        self.config.example_cases.extend(cases);
    }

    /// Ids that are taken: no new case gets one of them.
    pub fn take_ids<'a>(&mut self, ids: impl IntoIterator<Item = &'a str>) {
        let highest = ids.into_iter().filter_map(number_of).max().unwrap_or(0);
        self.next_id = self.next_id.max(highest + 1);
    }

    /// The next case for this item, or the next case at all, gets this id instead of a new one: it replaces an earlier
    /// wording.
    pub fn reserve_id(&mut self, item: Option<usize>, id: String) {
        self.reserved.push((item, id));
    }

    /// The id of the next case, which covers these items.
    pub(super) fn id_for(&mut self, items: &[usize]) -> String {
        let fits = |(item, _): &(Option<usize>, String)| item.is_none_or(|item| items.contains(&item));
        if let Some(place) = self.reserved.iter().position(fits) {
            return self.reserved.remove(place).1;
        }
        let id = format!("TC-{:03}", self.next_id);
        self.next_id += 1;
        id
    }

    /// Which items are covered by cases that were there already: an index into `plan.items` and the case's id.
    pub fn covered_by_existing(&self) -> impl Iterator<Item = (usize, &str)> {
        let cases = self.existing.iter().zip(&self.existing_covers);
        cases.flat_map(|(case, items)| items.iter().map(|item| (*item, case.id.as_str())))
    }

    /// What the lint says of a case that was not judged here, such as one that was there already or one that a person
    /// mended. Its traces are read as claims.
    #[must_use]
    pub fn review(&self, case: &TestCase) -> Vec<Deduction> {
        let subject = Subject::of_case(case);
        let content = Content::new(&subject, Some(case.case_type), outcome::of(&subject, &self.ground));
        let items = self.covers(case, &content);
        let rest = if items.is_empty() {
            matching::rest(&Draft::default(), &content, &self.ground)
        } else {
            Rest::Planned
        };
        let evidence = evidence::gather(&subject, &self.ground, &self.givens, &items, &[]);
        lint::lint(&lint::Case {
            subject: &subject,
            evidence: &evidence,
            ground: &self.ground,
            rest: &rest,
            outcome: content.outcome(),
            declared: 0,
        })
    }

    /// The items that a case which was not judged here covers.
    fn covers(&self, case: &TestCase, content: &Content) -> Vec<usize> {
        // The rules' own words for an item are that item's case, whatever ids the plan had when they were written.
        let is_worded = |draft: &Draft| {
            !draft.title.is_empty() && draft.title == case.title && draft.expected_result == case.expected_result
        };
        if let Some(index) = self.plan.drafts.iter().position(is_worded) {
            return vec![index];
        }
        let written = Draft {
            covers: case
                .traces
                .iter()
                .filter_map(|trace| trace.coverage_item_id.clone())
                .collect(),
            ..Draft::default()
        };
        self.targets
            .cover(&written, content, Source::Model, self.reads_words())
            .items
    }
}

/// What a case that was there already is called.
pub(super) fn name_of(case: &TestCase, index: usize) -> String {
    if case.id.is_empty() {
        format!("#{}", index + 1)
    } else {
        case.id.clone()
    }
}

/// The number of an id such as `TC-012`.
pub(super) fn number_of(id: &str) -> Option<usize> {
    id.strip_prefix("TC-")?.parse().ok()
}
