//! Where every coverage item stands while cases arrive. Pure: it is told what happened and says what changed.

use super::{CoverageItem, CoverageStatus, Plan};

/// An item changed its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which one, by its place in the ledger: the plan's items in their order.
    pub item: usize,
    /// Its id, such as `C-3`.
    pub item_id: String,
    /// Its state now.
    pub status: CoverageStatus,
    /// The cases that cover it, in the order in which they came.
    pub case_ids: Vec<String>,
}

/// The account of a generation: the plan's items, and the cases that cover each.
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

    /// A case covers an item. `None` when nothing changed: the item does not exist, or the case was noted before.
    pub fn cover(&mut self, item: usize, case_id: &str) -> Option<Change> {
        let entry = self.items.get_mut(item)?;
        let cases = self.cases.get_mut(item)?;
        if cases.iter().any(|known| known == case_id) {
            return None;
        }
        cases.push(case_id.to_owned());
        entry.status = CoverageStatus::Covered;
        Some(Change {
            item,
            item_id: entry.id.clone(),
            status: entry.status,
            case_ids: cases.clone(),
        })
    }

    /// Items that are planned and still without a case, in the plan's order.
    #[must_use]
    pub fn missing(&self) -> Vec<usize> {
        (0..self.items.len())
            .filter(|index| self.items[*index].status == CoverageStatus::Planned)
            .collect()
    }

    /// How many items a case covers.
    #[must_use]
    pub fn covered(&self) -> usize {
        self.items
            .iter()
            .filter(|item| item.status == CoverageStatus::Covered)
            .count()
    }

    /// All items with their final states: what is still planned was not covered. Excluded and blocked items keep theirs.
    #[must_use]
    pub fn closed(&self) -> Vec<CoverageItem> {
        let mut items = self.items.clone();
        for item in &mut items {
            if item.status == CoverageStatus::Planned {
                item.status = CoverageStatus::Uncovered;
            }
        }
        items
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::test_case::{BasisId, Priority, Technique, TestCaseType};

    fn plan(statuses: &[CoverageStatus]) -> Plan {
        let item = |(index, status): (usize, &CoverageStatus)| CoverageItem {
            id: format!("C-{}", index + 1),
            key: format!("key/{index}"),
            condition: "something".to_owned(),
            technique: Technique::Scenario,
            rule: "R1",
            basis_ids: vec![BasisId::Story],
            spans: Vec::new(),
            values: Vec::new(),
            case_type: TestCaseType::Positive,
            priority: Priority::High,
            status: *status,
        };
        Plan {
            items: statuses.iter().enumerate().map(item).collect(),
            ..Plan::default()
        }
    }

    #[test]
    fn a_case_covers_an_item_once_and_the_rest_is_missing() {
        use CoverageStatus::{Blocked, Covered, Excluded, Planned, Uncovered};
        let mut ledger = Ledger::new(&plan(&[Planned, Planned, Blocked, Excluded]));
        assert_eq!(ledger.missing(), [0, 1]);
        let change = ledger.cover(1, "TC-001").unwrap();
        assert_eq!((change.item_id.as_str(), change.status), ("C-2", Covered));
        assert_eq!(ledger.cover(1, "TC-001"), None);
        assert_eq!(ledger.cover(1, "TC-002").unwrap().case_ids, ["TC-001", "TC-002"]);
        assert_eq!(ledger.cover(9, "TC-001"), None);
        assert_eq!((ledger.missing(), ledger.covered()), (vec![0], 1));
        let states: Vec<_> = ledger.closed().iter().map(|item| item.status).collect();
        assert_eq!(states, [Uncovered, Covered, Blocked, Excluded]);
    }
}
