//! Where every coverage item stands while cases arrive. Pure: it is told what happened and says what changed.

use super::{CoverageItem, CoverageStatus, Plan};

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
}
