//! Old story, old suite, new story → what becomes of each case.
//!
//! A change of a story is traced through the plan, not guessed from texts: both stories are planned by the same rules, the
//! items of the two plans are paired, and a case follows the items that it covers. A case is kept if its items are the
//! same to the last word, it has to be revised if one of them changed, and it is obsolete if none is left. What did not
//! change is asked of nobody.
//!
//! Pure: it is told both plans and what each case covers. What it refuses: to change a case. A kept case gets new traces,
//! because ids of items and numbers of criteria may have moved, in its objective too, and nothing else.

mod alignment;
mod pairing;
mod difference;
#[cfg(test)]
mod tests;

pub use difference::{FieldChange, changes};

use crate::basis::TestBasis;
use crate::coverage::{CoverageItem, CoverageStatus, Plan};
use crate::test_case::{BasisId, Span, TestCase, Trace};
use alignment::Alignment;
use pairing::{Pair, Pairs};

/// What a changed story means for its suite.
#[derive(Clone, Debug, Default)]
pub struct Revision {
    /// What became of the story and of each criterion.
    pub basis_changes: Vec<BasisChange>,
    /// The verdict on each case, in the order of the suite.
    pub cases: Vec<CaseRevision>,
    /// Indexes into the new plan's items: what needs a new case, rising.
    pub new_items: Vec<usize>,
}

/// What became of the story or of a criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BasisChange {
    /// Its id before; `None` if it is new.
    pub before: Option<BasisId>,
    /// Its id now; `None` if it was removed.
    pub after: Option<BasisId>,
    /// What became of it.
    pub kind: ChangeKind,
}

/// What became of the story or of a criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Its text is the same; its number may not be.
    Unchanged,
    /// Its text changed.
    Changed,
    /// It is gone.
    Removed,
    /// It was not there before.
    Added,
}

/// What becomes of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevisionVerdict {
    /// It holds as it is.
    Kept,
    /// What it tests changed.
    Revise,
    /// What it tests is gone.
    Obsolete,
}

/// The verdict on a case.
#[derive(Clone, Debug)]
pub struct CaseRevision {
    /// Which one.
    pub test_case_id: String,
    /// What becomes of it.
    pub verdict: RevisionVerdict,
    /// Why, in plain words.
    pub reason: String,
    /// Indexes into the new plan's items: what it covers, or is to cover.
    pub items: Vec<usize>,
    /// The item for which a new wording with the same id is wanted; `None` if none is.
    pub reworded_for: Option<usize>,
    /// For a case that is kept: the case with its traces on the new story.
    pub kept: Option<TestCase>,
}

/// A case of the old suite, and what it covers.
#[derive(Clone, Copy, Debug)]
pub struct Covering<'a> {
    /// The case.
    pub case: &'a TestCase,
    /// Indexes into the old plan's items.
    pub items: &'a [usize],
}

/// A story that was read and planned.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'a> {
    /// The test basis.
    pub basis: &'a TestBasis,
    /// The plan.
    pub plan: &'a Plan,
}

impl Revision {
    /// The new plan's items that are to be worded: for revised cases and for new ones, rising.
    #[must_use]
    pub fn asked(&self) -> Vec<usize> {
        let mut asked: Vec<usize> = self.cases.iter().filter_map(|case| case.reworded_for).collect();
        asked.extend(&self.new_items);
        asked.sort_unstable();
        asked.dedup();
        asked
    }
}

/// Says what a changed story means for its suite.
#[must_use]
pub fn revise(before: Planned<'_>, after: Planned<'_>, suite: &[Covering<'_>]) -> Revision {
    let alignment = Alignment::of(before.basis, after.basis);
    let pairs = Pairs::of(before.plan, after.plan, &alignment);
    let tracing = Tracing {
        before,
        after,
        alignment: &alignment,
        pairs: &pairs,
    };
    let mut cases = Vec::with_capacity(suite.len());
    let mut taken: Vec<usize> = Vec::new();
    for covering in suite {
        let mut revised = tracing.verdict(covering);
        if revised.verdict == RevisionVerdict::Revise {
            let open = |item: &&usize| {
                !taken.contains(item) && after.plan.items.get(**item).is_some_and(|item| is_open(item.status))
            };
            revised.reworded_for = revised.items.iter().find(open).copied();
            match revised.reworded_for {
                Some(item) => taken.push(item),
                None => revised.reason = format!("{}; {}", revised.reason, tracing.why_not_worded(&revised, &taken)),
            }
        }
        cases.push(revised);
    }
    let held: Vec<usize> = cases.iter().flat_map(|case| case.items.iter().copied()).collect();
    let new_items = tracing.new_items(&held);
    Revision {
        basis_changes: alignment.changes().to_vec(),
        cases,
        new_items,
    }
}

fn is_open(status: CoverageStatus) -> bool {
    matches!(status, CoverageStatus::Planned | CoverageStatus::Excluded)
}

struct Tracing<'a> {
    before: Planned<'a>,
    after: Planned<'a>,
    alignment: &'a Alignment,
    pairs: &'a Pairs,
}

impl Tracing<'_> {
    fn verdict(&self, covering: &Covering<'_>) -> CaseRevision {
        let case = covering.case;
        if covering.items.is_empty() {
            return self.unplanned(case);
        }
        let mut items = Vec::new();
        let mut reasons: Vec<String> = Vec::new();
        let mut gone = 0;
        for &index in covering.items {
            let Some(old) = self.before.plan.items.get(index) else {
                continue;
            };
            match self.pairs.of_old(index) {
                Pair::Same(new) => items.push(new),
                Pair::Changed(new) => {
                    items.push(new);
                    reasons.push(self.what_changed(old, new));
                }
                Pair::Gone => {
                    gone += 1;
                    reasons.push(self.why_gone(old));
                }
            }
        }
        items.sort_unstable();
        items.dedup();
        reasons.dedup();
        let verdict = if reasons.is_empty() {
            RevisionVerdict::Kept
        } else if gone == covering.items.len() {
            RevisionVerdict::Obsolete
        } else {
            RevisionVerdict::Revise
        };
        CaseRevision {
            test_case_id: case.id.clone(),
            verdict,
            reason: if reasons.is_empty() {
                "what it tests did not change".to_owned()
            } else {
                reasons.join("; ")
            },
            reworded_for: None,
            kept: (verdict == RevisionVerdict::Kept).then(|| self.retraced(case, &items)),
            items,
        }
    }

    /// A case beyond the plan follows the story or criterion that it is traced to.
    fn unplanned(&self, case: &TestCase) -> CaseRevision {
        let mut ids: Vec<BasisId> = case.traces.iter().map(|trace| trace.basis_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let kinds: Vec<(BasisId, ChangeKind)> = ids.iter().map(|id| (*id, self.alignment.kind(*id))).collect();
        let all_gone = !kinds.is_empty() && kinds.iter().all(|(_, kind)| *kind == ChangeKind::Removed);
        let changed = kinds.iter().find(|(_, kind)| *kind != ChangeKind::Unchanged);
        let (verdict, reason) = match changed {
            _ if all_gone => (RevisionVerdict::Obsolete, self.was_removed(&ids)),
            Some((id, _)) => (RevisionVerdict::Revise, format!("{id}, which it rests on, changed")),
            None if kinds.is_empty() => (
                RevisionVerdict::Kept,
                "it is traced to nothing that could have changed".to_owned(),
            ),
            None => (RevisionVerdict::Kept, "what it rests on did not change".to_owned()),
        };
        CaseRevision {
            test_case_id: case.id.clone(),
            verdict,
            reason,
            items: Vec::new(),
            reworded_for: None,
            kept: (verdict == RevisionVerdict::Kept).then(|| self.retraced(case, &[])),
        }
    }

    fn why_not_worded(&self, revised: &CaseRevision, taken: &[usize]) -> &'static str {
        if revised.items.is_empty() {
            "it covers no planned item, so it has to be worded anew by itself"
        } else if revised.items.iter().all(|item| taken.contains(item)) {
            "another case is reworded for the same coverage item"
        } else {
            "a question has to be answered first"
        }
    }

    fn what_changed(&self, old: &CoverageItem, new: usize) -> String {
        let Some(new) = self.after.plan.items.get(new) else {
            return String::new();
        };
        let values =
            |item: &CoverageItem| -> Vec<String> { item.values.iter().map(|value| value.text.clone()).collect() };
        let (was, is) = (values(old), values(new));
        let gone: Vec<&str> = was
            .iter()
            .filter(|text| !is.contains(text))
            .map(String::as_str)
            .collect();
        let came: Vec<&str> = is
            .iter()
            .filter(|text| !was.contains(text))
            .map(String::as_str)
            .collect();
        let place = place(new);
        match (gone.as_slice(), came.as_slice()) {
            ([], _) | (_, []) => format!("{place} is worded differently"),
            (gone, came) => format!("{place} changed: {} became {}", gone.join(", "), came.join(", ")),
        }
    }

    fn why_gone(&self, old: &CoverageItem) -> String {
        let removed = |id: &&BasisId| self.alignment.kind(**id) == ChangeKind::Removed;
        if !old.basis_ids.is_empty() && old.basis_ids.iter().all(|id| removed(&id)) {
            self.was_removed(&old.basis_ids)
        } else {
            format!("the story no longer asks for this: {}", old.condition)
        }
    }

    fn was_removed(&self, ids: &[BasisId]) -> String {
        let names: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let verb = if names.len() == 1 { "was" } else { "were" };
        format!("{} {verb} removed", names.join(" and "))
    }

    /// Items that no case of the old suite leads to, that did not exist before, and that rest on something that changed.
    fn new_items(&self, held: &[usize]) -> Vec<usize> {
        let fresh = |id: &BasisId| {
            self.alignment
                .kind_of_new(*id)
                .is_some_and(|kind| matches!(kind, ChangeKind::Changed | ChangeKind::Added))
        };
        let items = self.after.plan.items.iter().enumerate();
        items
            .filter(|(index, item)| {
                item.status == CoverageStatus::Planned
                    && !held.contains(index)
                    && !self.pairs.had_before(*index)
                    && item.basis_ids.iter().any(fresh)
            })
            .map(|(index, _)| index)
            .collect()
    }

    /// The case with its traces, and the places of its values, on the new story.
    fn retraced(&self, case: &TestCase, items: &[usize]) -> TestCase {
        let mut case = case.clone();
        let mut traces: Vec<Trace> = Vec::new();
        for item in items.iter().filter_map(|index| self.after.plan.items.get(*index)) {
            for basis_id in &item.basis_ids {
                traces.push(Trace {
                    basis_id: *basis_id,
                    coverage_item_id: Some(item.id.clone()),
                    span: item.spans.iter().find(|span| span.basis_id == *basis_id).copied(),
                });
            }
        }
        if items.is_empty() {
            traces = case
                .traces
                .iter()
                .filter_map(|trace| {
                    Some(Trace {
                        basis_id: self.alignment.new_id(trace.basis_id)?,
                        coverage_item_id: None,
                        span: trace.span.and_then(|span| self.moved(span)),
                    })
                })
                .collect();
        }
        case.traces = traces;
        case.objective = self.renumbered(&case.objective);
        for value in &mut case.values {
            value.span = value.span.and_then(|span| self.moved(span));
        }
        case
    }

    /// A text that names criteria, with the numbers that they have now.
    fn renumbered(&self, text: &str) -> String {
        let mut parts = text.split("AC-");
        let mut renumbered = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            let (number, rest) = part.split_at(digits);
            let new = number
                .parse()
                .ok()
                .and_then(|number| self.alignment.new_id(BasisId::Criterion(number)));
            match new {
                Some(id) => renumbered.push_str(&id.to_string()),
                None => {
                    renumbered.push_str("AC-");
                    renumbered.push_str(number);
                }
            }
            renumbered.push_str(rest);
        }
        renumbered
    }

    /// The same place in the new story, if its text is the same.
    fn moved(&self, span: Span) -> Option<Span> {
        let same = self.alignment.kind(span.basis_id) == ChangeKind::Unchanged;
        let basis_id = self.alignment.new_id(span.basis_id).filter(|_| same)?;
        let text = self.after.basis.text(basis_id);
        text.get(span.start..span.end)?;
        Some(Span { basis_id, ..span })
    }
}

/// Where an item rests, for a sentence: `AC-2`, `the story`.
fn place(item: &CoverageItem) -> String {
    let names: Vec<String> = item
        .basis_ids
        .iter()
        .map(|id| match id {
            BasisId::Story => "the story".to_owned(),
            other => other.to_string(),
        })
        .collect();
    if names.is_empty() {
        "it".to_owned()
    } else {
        names.join(" and ")
    }
}
