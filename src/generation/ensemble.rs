//! Two models word one plan, and their cases are merged by coverage item: of two cases for an item the one with the better
//! lint is handed over, and no other.
//!
//! They answer one after the other, since a model server that is near has one place for both. A case that the lint takes
//! nothing from is handed over at once: no other can be better. Any other case of the first model waits for the second
//! one's word on its items, and the second is asked for nothing else but these and what has no case yet. When it has
//! answered for an item, the better of the two goes out and the other one is rejected as outscored; of equals the first
//! stays. When it has ended, or the time is up, what still waits goes out as it is, as far as the bound on the cases leaves
//! room. So every object has one verdict, nothing that was handed over is taken back, and what waits is bounded by the plan.

use super::record::cut;
use super::recovery::Tactics;
use super::session::{Session, Stop};
use crate::backend::Sampling;
use crate::backend::selection::Selected;
use crate::coverage::{CoverageStatus, Ledger};
use crate::test_case::{Draft, Finding, Repair, Severity, Source};
use crate::validation::{Verdict, Weighed};
use std::collections::BTreeMap;

/// A score that no other case can pass.
const PERFECT: u8 = 10;

/// Whose turn it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Turn {
    /// One model words the cases, as everywhere else.
    #[default]
    Alone,
    /// The first of two.
    First,
    /// The second of two.
    Second,
    /// Both have answered; what is missing is asked for in turns.
    Later,
}

/// A model that words the plan, and how it is asked next.
pub(super) struct Member<'a> {
    pub(super) selected: &'a Selected,
    pub(super) tactics: Tactics,
    /// Whether it is asked no more.
    pub(super) out: bool,
}

impl<'a> Member<'a> {
    pub(super) fn new(selected: &'a Selected, sampling: Sampling, schema: bool) -> Self {
        Self {
            selected,
            tactics: Tactics::first(sampling, schema && selected.backend.offers().schema),
            out: false,
        }
    }
}

/// Whose turn an attempt is: they take turns, and who is out is passed over.
pub(super) fn turn_of(number: u32, members: &[Member<'_>]) -> usize {
    let first = number as usize - 1;
    (first..first + members.len())
        .map(|place| place % members.len())
        .find(|place| !members[*place].out)
        .unwrap_or(0)
}

/// What is known of two models' cases.
#[derive(Debug, Default)]
pub(super) struct Ensemble {
    pub(super) turn: Turn,
    /// Who words the attempt under way.
    pub(super) model: String,
    waiting: Vec<Waiting>,
}

/// A case of the first model that the second has not answered yet.
#[derive(Debug)]
struct Waiting {
    weighed: Box<Weighed>,
    text: String,
    attempt: u32,
}

impl Waiting {
    /// Whether it covers any of these items.
    fn rivals(&self, items: &[usize]) -> bool {
        self.weighed.covers.iter().any(|item| items.contains(item))
    }

    fn score(&self) -> u8 {
        score(&self.weighed)
    }
}

fn score(weighed: &Weighed) -> u8 {
    weighed.case.quality_score.unwrap_or(PERFECT)
}

fn all_covered(ledger: &Ledger, items: &[usize]) -> bool {
    let covered = |item: &usize| {
        let item = ledger.items().get(*item);
        item.is_some_and(|item| item.status == CoverageStatus::Covered)
    };
    items.iter().all(covered)
}

impl Ensemble {
    /// An attempt of this number begins, by this model.
    pub(super) fn begin(&mut self, number: u32, model: &str) {
        self.turn = match number {
            1 => Turn::First,
            2 => Turn::Second,
            _ => Turn::Later,
        };
        model.clone_into(&mut self.model);
    }

    /// Whether any case waits.
    pub(super) fn waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Whether a case for this item waits.
    pub(super) fn waits_for(&self, item: usize) -> bool {
        self.waiting.iter().any(|one| one.weighed.covers.contains(&item))
    }

    fn take(&mut self, is: impl Fn(&Waiting) -> bool) -> Vec<Waiting> {
        let (taken, kept) = std::mem::take(&mut self.waiting).into_iter().partition(is);
        self.waiting = kept;
        taken
    }

    /// Takes those that add no item to the cases there are and to those that wait and are better, each with the best score
    /// that its first item has. What is left is at most as much as the plan has items.
    fn outdone(&mut self, ledger: &Ledger) -> Vec<(Waiting, u8)> {
        // The order among equals is that in which they came.
        self.waiting.sort_by_key(|waiting| std::cmp::Reverse(waiting.score()));
        let mut best: BTreeMap<usize, u8> = BTreeMap::new();
        let (mut outdone, mut kept) = (Vec::new(), Vec::new());
        for waiting in std::mem::take(&mut self.waiting) {
            let (score, covers) = (waiting.score(), &waiting.weighed.covers);
            let is_new = |item: &&usize| !best.contains_key(item) && !all_covered(ledger, &[**item]);
            if covers.iter().any(|item| is_new(&item)) {
                covers.iter().for_each(|item| _ = best.entry(*item).or_insert(score));
                kept.push(waiting);
            } else {
                let by = covers.iter().find_map(|item| best.get(item)).copied();
                outdone.push((waiting, by.unwrap_or(PERFECT)));
            }
        }
        self.waiting = kept;
        outdone
    }

    /// Takes the best of these, of equals the one that came first.
    fn best(&mut self, is: impl Fn(&Waiting) -> bool) -> Option<Waiting> {
        let of = self.waiting.iter().enumerate().filter(|(_, waiting)| is(waiting));
        let (place, _) = of.min_by_key(|(_, waiting)| std::cmp::Reverse(waiting.score()))?;
        Some(self.waiting.remove(place))
    }
}

impl Session {
    /// Whether as many cases as are wanted are there. Those of the first of two models that wait count while it answers; the
    /// second may replace them.
    pub(super) fn has_enough(&self) -> bool {
        match self.ensemble.turn {
            Turn::First => self.is_full(),
            _ => self.accepted() >= self.most_cases,
        }
    }

    fn is_full(&self) -> bool {
        self.accepted() + self.ensemble.waiting.len() >= self.most_cases
    }

    /// One verdict for one draft, at once or when the other model has answered.
    pub(super) fn judge_draft(
        &mut self,
        draft: Draft,
        repairs: Vec<Repair>,
        source: Source,
        text: &str,
        attempt: u32,
    ) -> Result<(), Stop> {
        if self.ensemble.turn == Turn::Alone {
            let verdict = self.checker.check(draft, repairs, source);
            return self.record(verdict, text, attempt);
        }
        let mut weighed = match self.checker.weigh(draft, repairs, source) {
            Ok(weighed) => weighed,
            Err(verdict) => return self.record_beside_waiting(*verdict, text, attempt),
        };
        if source == Source::Model {
            weighed.case.model.clone_from(&self.ensemble.model);
        }
        match self.ensemble.turn {
            Turn::First if score(&weighed) < PERFECT && !self.is_covered(&weighed.covers) => {
                let text = cut(text).to_owned();
                self.wait(Waiting { weighed, text, attempt })
            }
            Turn::Second => self.contend(weighed, text, attempt),
            _ => self.hand_over(weighed, text, attempt),
        }
    }

    /// One case more waits. What adds no item to those that are as good or better is none, so that what is worded again and
    /// again takes no place of the second model's cases.
    fn wait(&mut self, waiting: Waiting) -> Result<(), Stop> {
        self.ensemble.waiting.push(waiting);
        for (loser, best) in self.ensemble.outdone(&self.ledger) {
            let message = format!(
                "another case of {} that waits covers the same with a lint of {best}; this one has {}",
                self.ensemble.model,
                loser.score()
            );
            self.outscored_as(message, &loser.weighed, &loser.text, loser.attempt)?;
        }
        Ok(())
    }

    /// What the second model's case becomes, and with it those that it rivals.
    fn contend(&mut self, weighed: Box<Weighed>, text: &str, attempt: u32) -> Result<(), Stop> {
        let (items, mine) = (weighed.covers.clone(), score(&weighed));
        self.hand_over_waiting(|waiting| waiting.rivals(&items) && waiting.score() >= mine)?;
        if self.is_covered(&items) && !items.is_empty() {
            return self.outscored(&weighed, text, attempt);
        }
        let beats = self.ensemble.waiting.iter().any(|waiting| waiting.rivals(&items));
        if !beats && self.is_full() {
            return self.no_room(text, attempt);
        }
        self.hand_over(weighed, text, attempt)
    }

    /// Both have answered, or nobody will any more: what still waits goes out.
    pub(super) fn release(&mut self) -> Result<(), Stop> {
        self.ensemble.turn = match self.ensemble.turn {
            Turn::Alone => return Ok(()),
            _ => Turn::Later,
        };
        self.hand_over_waiting(|_| true)?;
        let tally = std::mem::take(&mut self.tally);
        self.services.metrics.cases(Source::Model, &tally);
        Ok(())
    }

    /// The best first, of equals the one that came first.
    fn hand_over_waiting(&mut self, is: impl Fn(&Waiting) -> bool) -> Result<(), Stop> {
        while let Some(best) = self.ensemble.best(&is) {
            self.hand_over(best.weighed, &best.text, best.attempt)?;
        }
        Ok(())
    }

    /// An item has one case: one for items that all have a case already is none, whoever worded that. Nor is one beyond the
    /// bound.
    fn hand_over(&mut self, weighed: Box<Weighed>, text: &str, attempt: u32) -> Result<(), Stop> {
        if !weighed.covers.is_empty() && self.is_covered(&weighed.covers) {
            return self.outscored(&weighed, text, attempt);
        }
        if self.accepted() >= self.most_cases {
            return self.no_room(text, attempt);
        }
        let verdict = self.checker.settle(*weighed);
        self.record_beside_waiting(verdict, text, attempt)?;
        // Who waits for items that all have a case now, waits for nothing; of one case in other words there is one alone.
        let reworded = self.asks_for_words() && self.accepted() >= self.most_cases;
        let ledger = &self.ledger;
        let beaten = self
            .ensemble
            .take(|waiting| reworded || all_covered(ledger, &waiting.weighed.covers));
        beaten
            .into_iter()
            .try_for_each(|rival| self.outscored(&rival.weighed, &rival.text, rival.attempt))
    }

    /// A duplicate may claim items that the case it repeats was not for: the cases that wait for these are better than none.
    fn record_beside_waiting(&mut self, mut verdict: Verdict, text: &str, attempt: u32) -> Result<(), Stop> {
        if let Verdict::Duplicate { covers, .. } = &mut verdict {
            covers.retain(|item| !self.ensemble.waits_for(*item));
        }
        self.record(verdict, text, attempt)
    }

    /// Whether every one of these items has a case; so it is where there are none.
    fn is_covered(&self, items: &[usize]) -> bool {
        all_covered(&self.ledger, items)
    }

    fn outscored(&mut self, weighed: &Weighed, text: &str, attempt: u32) -> Result<(), Stop> {
        let first = weighed.covers.first().copied();
        let by = first.and_then(|item| self.ledger.cases_of(item).first());
        let winner = by.and_then(|id| self.checker.accepted().iter().find(|case| case.id == *id));
        let (mine, model) = (score(weighed), &weighed.case.model);
        let message = match winner {
            Some(case) => {
                let (id, by, theirs) = (&case.id, &case.model, case.quality_score.unwrap_or(PERFECT));
                if theirs >= mine {
                    format!("{id} of {by} covers the same with a lint of {theirs}; this one of {model} has {mine}")
                } else {
                    format!(
                        "{id} of {by} covers the same and was handed over before, which is never taken back: its lint is \
                         {theirs}, that of this one of {model} is {mine}"
                    )
                }
            }
            None => format!("a better case was handed over in place of this one of {model} with a lint of {mine}"),
        };
        self.outscored_as(message, weighed, text, attempt)
    }

    fn outscored_as(&mut self, message: String, weighed: &Weighed, text: &str, attempt: u32) -> Result<(), Stop> {
        let first = weighed.covers.first();
        let item = first.and_then(|item| Some(self.plan.items.get(*item)?.id.clone()));
        self.lose("OUTSCORED", message, text, attempt, item)
    }

    /// There is no place left, or those that are left belong to cases that wait.
    fn no_room(&mut self, text: &str, attempt: u32) -> Result<(), Stop> {
        let message = if self.accepted() >= self.most_cases {
            format!("the bound of {} cases was reached", self.most_cases)
        } else {
            format!("the bound of {} cases is reached by those that wait", self.most_cases)
        };
        self.lose("MAX_TEST_CASES", message, text, attempt, None)
    }

    fn lose(
        &mut self,
        code: &'static str,
        message: String,
        text: &str,
        attempt: u32,
        item: Option<String>,
    ) -> Result<(), Stop> {
        let reason = Finding {
            code,
            severity: Severity::Info,
            message,
            span: None,
        };
        self.counts.rejected += 1;
        self.reject(vec![reason], text, attempt, item)
    }
}
