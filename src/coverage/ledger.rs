//! Where every coverage item stands while cases arrive. Pure: it is told what happened and says what changed.
//!
//! The account is exact: an item is covered only by a case that was accepted, and what is left at the end is said to be
//! uncovered, never dropped.

use super::{CoverageItem, CoverageStatus, Plan};
use crate::test_case::{BasisId, Priority, Span, Technique, TestCaseType};
use std::collections::BTreeMap;

/// An item changed its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which one, by its place in the ledger (the plan's items first, then those that a model proposed).
    pub item: usize,
    /// Its id, such as `C-3`.
    pub item_id: String,
    /// Its state now.
    pub status: CoverageStatus,
    /// The cases that cover it, in the order in which they came.
    pub case_ids: Vec<String>,
}

/// How many items stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Planned, no case yet.
    pub planned: usize,
    /// Covered by at least one case.
    pub covered: usize,
    /// Waiting for the answer to a question.
    pub blocked: usize,
    /// Left out on purpose.
    pub excluded: usize,
    /// Without a case at the end.
    pub uncovered: usize,
}

/// The account of a generation: the plan's items, those that a model added, and the cases that cover each.
#[derive(Clone, Debug)]
pub struct Ledger {
    items: Vec<CoverageItem>,
    cases: Vec<Vec<String>>,
}

impl Ledger {
    /// Opens the account of a plan.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        Self {
            items: plan.items.clone(),
            cases: vec![Vec::new(); plan.items.len()],
        }
    }

    /// All items as they stand now.
    #[must_use]
    pub fn items(&self) -> &[CoverageItem] {
        &self.items
    }

    /// The cases that cover an item, in the order in which they came; none for an item that does not exist.
    #[must_use]
    pub fn cases_of(&self, item: usize) -> &[String] {
        self.cases.get(item).map_or(&[], Vec::as_slice)
    }

    /// A case covers an item. `None` when nothing changed: the item does not exist, or the case was noted before.
    pub fn cover(&mut self, item: usize, case_id: &str) -> Option<Change> {
        let cases = self.cases.get_mut(item)?;
        if cases.iter().any(|known| known == case_id) {
            return None;
        }
        cases.push(case_id.to_owned());
        self.items.get_mut(item)?.status = CoverageStatus::Covered;
        self.change(item)
    }

    /// Adds an item that a model proposed beyond the plan; it is planned until a case covers it. An item with the same
    /// key is not added again: the change then tells where it stands.
    pub fn propose_item(
        &mut self,
        key: String,
        condition: String,
        technique: Technique,
        case_type: TestCaseType,
        priority: Priority,
        spans: Vec<Span>,
    ) -> Option<Change> {
        if let Some(known) = self.items.iter().position(|item| item.key == key) {
            return self.change(known);
        }
        self.items.push(CoverageItem {
            id: format!("C-{}", self.items.len() + 1),
            key,
            condition,
            technique,
            rule: "",
            basis_ids: super::basis_ids(&spans),
            spans,
            values: Vec::new(),
            case_type,
            priority,
            status: CoverageStatus::Planned,
        });
        self.cases.push(Vec::new());
        self.change(self.items.len() - 1)
    }

    /// Items that are planned and still without a case, in the plan's order.
    #[must_use]
    pub fn missing(&self) -> Vec<usize> {
        let planned = |(index, item): (usize, &CoverageItem)| (item.status == CoverageStatus::Planned).then_some(index);
        self.items.iter().enumerate().filter_map(planned).collect()
    }

    /// How many items have a case.
    #[must_use]
    pub fn covered(&self) -> usize {
        self.tally().covered
    }

    /// How many items stand where.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for item in &self.items {
            tally.count(item.status);
        }
        tally
    }

    /// How many items stand where, for each basis item and technique that the plan has.
    #[must_use]
    pub fn by_basis_and_technique(&self) -> BTreeMap<(BasisId, Technique), Tally> {
        let mut view: BTreeMap<(BasisId, Technique), Tally> = BTreeMap::new();
        for item in &self.items {
            for basis_id in &item.basis_ids {
                view.entry((*basis_id, item.technique)).or_default().count(item.status);
            }
        }
        view
    }

    /// All items with their final states: what is still planned was not covered. Excluded and blocked items keep theirs.
    #[must_use]
    pub fn closed(&self) -> Vec<CoverageItem> {
        let mut items = self.items.clone();
        for item in items.iter_mut().filter(|item| item.status == CoverageStatus::Planned) {
            item.status = CoverageStatus::Uncovered;
        }
        items
    }

    fn change(&self, item: usize) -> Option<Change> {
        let entry = self.items.get(item)?;
        let case_ids = self.cases_of(item).to_vec();
        Some(Change {
            item,
            item_id: entry.id.clone(),
            status: entry.status,
            case_ids,
        })
    }
}

impl Tally {
    fn count(&mut self, status: CoverageStatus) {
        let place = match status {
            CoverageStatus::Planned => &mut self.planned,
            CoverageStatus::Covered => &mut self.covered,
            CoverageStatus::Blocked => &mut self.blocked,
            CoverageStatus::Excluded => &mut self.excluded,
            CoverageStatus::Uncovered => &mut self.uncovered,
        };
        *place += 1;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn item(id: &str, status: CoverageStatus) -> CoverageItem {
        CoverageItem {
            id: id.to_owned(),
            key: id.to_owned(),
            condition: String::new(),
            technique: Technique::Scenario,
            rule: "R1",
            basis_ids: vec![BasisId::Story],
            spans: Vec::new(),
            values: Vec::new(),
            case_type: TestCaseType::Positive,
            priority: Priority::Medium,
            status,
        }
    }

    fn ledger() -> Ledger {
        let statuses = [
            CoverageStatus::Planned,
            CoverageStatus::Planned,
            CoverageStatus::Blocked,
            CoverageStatus::Excluded,
        ];
        let items: Vec<CoverageItem> = statuses
            .iter()
            .enumerate()
            .map(|(index, status)| item(&format!("C-{}", index + 1), *status))
            .collect();
        Ledger::new(&Plan {
            drafts: vec![crate::test_case::Draft::default(); items.len()],
            items,
            ..Plan::default()
        })
    }

    #[test]
    fn a_case_covers_an_item_once_and_two_cases_are_both_named() {
        let mut ledger = ledger();
        let first = ledger.cover(1, "TC-001").unwrap();
        assert_eq!((first.item_id.as_str(), first.status), ("C-2", CoverageStatus::Covered));
        assert_eq!(ledger.cover(1, "TC-001"), None);
        assert_eq!(ledger.cover(1, "TC-002").unwrap().case_ids, ["TC-001", "TC-002"]);
        assert_eq!(ledger.cover(9, "TC-001"), None);
        assert_eq!(ledger.missing(), [0]);
    }

    #[test]
    fn what_is_left_at_the_end_is_uncovered_and_nothing_else_changes() {
        let mut ledger = ledger();
        ledger.cover(0, "TC-001");
        let statuses: Vec<CoverageStatus> = ledger.closed().iter().map(|item| item.status).collect();
        use CoverageStatus::{Blocked, Covered, Excluded, Uncovered};
        assert_eq!(statuses, [Covered, Uncovered, Blocked, Excluded]);
        assert_eq!(
            ledger.tally(),
            Tally {
                planned: 1,
                covered: 1,
                blocked: 1,
                excluded: 1,
                uncovered: 0
            }
        );
        assert_eq!(ledger.by_basis_and_technique().len(), 1);
    }

    #[test]
    fn a_models_item_gets_the_next_id_once() {
        let mut ledger = ledger();
        let mut propose = || {
            let change = ledger.propose_item(
                "model/x".to_owned(),
                "x".to_owned(),
                Technique::ErrorGuessing,
                TestCaseType::EdgeCase,
                Priority::Low,
                Vec::new(),
            );
            change.unwrap().item_id
        };
        assert_eq!((propose(), propose()), ("C-5".to_owned(), "C-5".to_owned()));
        assert_eq!(ledger.missing(), [0, 1, 4]);
    }
}
