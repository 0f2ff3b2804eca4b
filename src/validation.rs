//! Draft → test case, or the reasons why not.
//!
//! A [`Checker`] belongs to one generation. It mends what can be mended without guessing, decides what the case covers,
//! holds its outcome against its kind, compares it with the cases before it, finds where each of its values comes from,
//! and lints it. One draft, one [`Verdict`].
//!
//! What it refuses: to wait, to look at a clock, to ask a model. The same drafts in the same order give the same verdicts.
//! A case that was accepted is never changed afterwards; faults of the suite as a whole are findings about it.

pub mod draft;
pub mod lint;
mod duplicates;
mod evidence;
mod existing;
mod ground;
mod kind;
mod matching;
mod outcome;
mod schema;
mod subject;
mod suite;
mod text;
#[cfg(test)]
mod tests;

pub use existing::Reviewed;
pub use lint::{lint_page, sub_scores};

use crate::basis::{Language, TestBasis};
use crate::coverage::Plan;
use crate::test_case::{BasisId, Draft, Finding, Repair, Severity, Source, Span, TestCase, TestCaseType, Trace};
use duplicates::{Likeness, Signature};
use evidence::Givens;
use ground::Ground;
use matching::{Content, Coverage, Rest, Targets};
use std::sync::Arc;
use subject::Subject;

/// Bounds of a case and rules of a suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Fewest characters of a title. 5.
    pub min_title_chars: usize,
    /// Most characters of a title. 200.
    pub max_title_chars: usize,
    /// Most characters of any field; more is rejected. 2,000.
    pub max_field_chars: usize,
    /// Most steps of a case; more is rejected. 20. From 11 on the lint takes points.
    pub max_steps: usize,
    /// Titles of examples in the prompts; a case with such a title was copied from them.
    pub example_titles: Vec<String>,
    /// Titles and expected results of worked-out cases that the prompt showed; a case with both was copied.
    pub example_cases: Vec<(String, String)>,
    /// From this likeness on, in percent, two cases that cover different items or none are duplicates. 85.
    pub duplicate_percent: u8,
    /// The same for two cases that cover the same items. 65.
    pub duplicate_percent_same_item: u8,
    /// Fewest cases of a suite. 3.
    pub min_cases: usize,
    /// From this number of cases on the shares of priorities are judged. 7.
    pub priorities_from: usize,
    /// Most critical cases, in percent. 15.
    pub max_critical_percent: usize,
    /// Most critical and high cases together, in percent. 60.
    pub max_urgent_percent: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            min_title_chars: 5,
            max_title_chars: 200,
            max_field_chars: 2_000,
            max_steps: 20,
            example_titles: Vec::new(),
            example_cases: Vec::new(),
            duplicate_percent: 85,
            duplicate_percent_same_item: 65,
            min_cases: 3,
            priorities_from: 7,
            max_critical_percent: 15,
            max_urgent_percent: 60,
        }
    }
}

/// Judges the drafts of one generation.
#[derive(Debug)]
pub struct Checker {
    basis: Arc<TestBasis>,
    plan: Arc<Plan>,
    config: Config,
    score: bool,
    ground: Ground,
    targets: Targets,
    givens: Givens,
    existing: Vec<TestCase>,
    existing_covers: Vec<Vec<usize>>,
    existing_repeats: Vec<Option<(String, u8)>>,
    accepted: Vec<Arc<TestCase>>,
    signatures: Vec<Signature>,
    next_id: usize,
    /// Ids that are given to the next case for an item, or to the next case at all.
    reserved: Vec<(Option<usize>, String)>,
}

/// What became of a draft.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It is a test case.
    Accepted(Box<Accepted>),
    /// It repeats an earlier case.
    Duplicate {
        /// The earlier case's id.
        of: String,
        /// How much is the same, 1 to 100.
        percent: u8,
        /// In which parts.
        reason: String,
        /// Indexes into `plan.items` of what it was to cover, rising: the earlier case covers that too.
        covers: Vec<usize>,
    },
    /// It cannot be a test case.
    Rejected {
        /// Why, each with a stable code.
        reasons: Vec<Finding>,
        /// The plan's item that it was for, if known: an index into `plan.items`.
        item: Option<usize>,
    },
}

/// A draft that became a test case.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The case, with its id.
    pub case: Arc<TestCase>,
    /// Indexes into `plan.items` of what it covers, rising.
    pub covers: Vec<usize>,
    /// What it rests on if it covers nothing that was planned.
    pub extra: Option<Extra>,
}

/// A draft that can become a test case.
#[derive(Debug)]
pub struct Weighed {
    /// The case, without its id.
    pub case: TestCase,
    /// Indexes into `plan.items` of what it covers, rising.
    pub covers: Vec<usize>,
    extra: Option<Extra>,
    signature: Signature,
}

/// What a case beyond the plan rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// The item of the basis; `None` if it rests on nothing.
    pub basis_id: Option<BasisId>,
    /// The words that it quotes, if they stand in the basis.
    pub span: Option<Span>,
}

impl Checker {
    /// Prepares to judge. `existing`: cases that are there already; they are never produced again and count as
    /// covering. `score`: whether to lint.
    #[must_use]
    pub fn new(basis: Arc<TestBasis>, plan: Arc<Plan>, config: Config, existing: Vec<TestCase>, score: bool) -> Self {
        let ground = Ground::new(&basis);
        let targets = Targets::new(&plan, &ground);
        let mut checker = Self {
            next_id: existing
                .iter()
                .filter_map(|case| existing::number_of(&case.id))
                .max()
                .unwrap_or(0)
                + 1,
            givens: Givens::new(&plan),
            existing_covers: Vec::with_capacity(existing.len()),
            existing_repeats: Vec::with_capacity(existing.len()),
            signatures: Vec::with_capacity(existing.len()),
            accepted: Vec::new(),
            basis,
            plan,
            config,
            score,
            ground,
            targets,
            existing: Vec::new(),
            reserved: Vec::new(),
        };
        for (index, case) in existing.iter().enumerate() {
            checker.recognise(case, existing::name_of(case, index));
        }
        checker.existing = existing;
        checker
    }

    /// The cases that were accepted so far, in order.
    #[must_use]
    pub fn accepted(&self) -> &[Arc<TestCase>] {
        &self.accepted
    }

    /// Faults of the suite so far, cases that were there already included.
    #[must_use]
    pub fn suite_findings(&self) -> Vec<Finding> {
        let cases: Vec<&TestCase> = self
            .existing
            .iter()
            .chain(self.accepted.iter().map(Arc::as_ref))
            .collect();
        // What exists already may come without traces: what it covers was found by its content.
        let found = self.existing_covers.iter().flatten();
        let covered: Vec<BasisId> = found
            .filter_map(|index| self.plan.items.get(*index))
            .flat_map(|item| item.basis_ids.iter().copied())
            .collect();
        suite::findings(&cases, &covered, &self.basis, &self.plan, &self.config)
    }

    /// One verdict for one draft. `repairs`: what was mended when it was read.
    pub fn check(&mut self, draft: Draft, repairs: Vec<Repair>, source: Source) -> Verdict {
        match self.weigh(draft, repairs, source) {
            Ok(weighed) => self.enter(*weighed),
            Err(verdict) => *verdict,
        }
    }

    /// What a draft would be, before it is one of the cases.
    ///
    /// # Errors
    /// The verdict on a draft that cannot be one.
    pub fn weigh(
        &self,
        mut draft: Draft,
        mut repairs: Vec<Repair>,
        source: Source,
    ) -> Result<Box<Weighed>, Box<Verdict>> {
        schema::mend(&mut draft, &mut repairs);
        let reasons = schema::faults(&draft, &self.config);
        if !reasons.is_empty() {
            return Err(Box::new(Verdict::Rejected {
                reasons,
                item: self.targets.claimed(&draft),
            }));
        }
        let mut subject = Subject::of_draft(&draft, TestCaseType::Positive);
        let content = Content::new(&subject, draft.case_type, outcome::of(&subject, &self.ground));
        let Coverage {
            items,
            repairs: mended,
            contradicts,
        } = self.targets.cover(&draft, &content, source, self.reads_words());
        repairs.extend(mended);
        if let Some(item) = contradicts.filter(|_| items.is_empty()) {
            return Err(Box::new(swapped(
                Some(item),
                "the expected result says the opposite of what the coverage item calls for",
            )));
        }
        let case_type = match self.settle_type(&draft, &subject, &content, &items, source, &mut repairs) {
            Ok(case_type) => case_type,
            Err(message) => return Err(Box::new(swapped(items.first().copied(), message))),
        };
        subject.case_type = case_type;
        let signature = Signature::new(String::new(), &subject, &self.ground, &items);
        if let Some(same) = signature.repeats(&self.signatures, &self.config) {
            return Err(Box::new(repeated(same, items)));
        }
        let rest = if items.is_empty() {
            matching::rest(&draft, &content, &self.ground)
        } else {
            Rest::Planned
        };
        let evidence = evidence::gather(&subject, &self.ground, &self.givens, &items, &draft.assumptions);
        let deductions = if self.score {
            lint::lint(&lint::Case {
                subject: &subject,
                evidence: &evidence,
                ground: &self.ground,
                rest: &rest,
                outcome: content.outcome(),
                declared: draft.assumptions.len(),
            })
        } else {
            Vec::new()
        };
        let priority = self.settle_priority(&draft, &items, &mut repairs);
        let case = TestCase {
            id: String::new(),
            case_type,
            priority,
            quality_score: self.score.then(|| lint::score(&deductions)),
            technique: draft.technique.or_else(|| {
                items
                    .first()
                    .and_then(|item| Some(self.plan.items.get(*item)?.technique))
            }),
            traces: self.traces(&items, &rest),
            values: evidence.values,
            deductions,
            repairs,
            source,
            title: draft.title,
            preconditions: draft.preconditions,
            steps: draft.steps,
            expected_result: draft.expected_result,
            objective: draft.objective,
            model_self_score: draft.self_score,
            postconditions: draft.postconditions,
            tags: draft.tags,
            model: String::new(),
        };
        Ok(Box::new(Weighed {
            case,
            covers: items,
            extra: extra(rest),
            signature,
        }))
    }

    /// The verdict on a draft that was weighed a while ago: others that it may repeat were accepted since.
    pub fn settle(&mut self, weighed: Weighed) -> Verdict {
        match weighed.signature.repeats(&self.signatures, &self.config) {
            Some(same) => repeated(same, weighed.covers),
            None => self.enter(weighed),
        }
    }

    fn enter(&mut self, weighed: Weighed) -> Verdict {
        let Weighed {
            mut case,
            covers,
            extra,
            mut signature,
        } = weighed;
        case.id = self.id_for(&covers);
        signature.id.clone_from(&case.id);
        self.signatures.push(signature);
        let case = Arc::new(case);
        self.accepted.push(Arc::clone(&case));
        Verdict::Accepted(Box::new(Accepted { case, covers, extra }))
    }

    fn traces(&self, items: &[usize], rest: &Rest) -> Vec<Trace> {
        match rest {
            Rest::Quote(span) => {
                return vec![Trace {
                    basis_id: span.basis_id,
                    coverage_item_id: None,
                    span: Some(*span),
                }];
            }
            Rest::Words(basis_id) => {
                return vec![Trace {
                    basis_id: *basis_id,
                    coverage_item_id: None,
                    span: None,
                }];
            }
            Rest::Planned | Rest::FalseQuote | Rest::Nothing => {}
        }
        let mut traces = Vec::new();
        for item in items.iter().filter_map(|item| self.plan.items.get(*item)) {
            for basis_id in &item.basis_ids {
                let trace = Trace {
                    basis_id: *basis_id,
                    coverage_item_id: Some(item.id.clone()),
                    span: item.spans.iter().find(|span| span.basis_id == *basis_id).copied(),
                };
                if !traces.contains(&trace) {
                    traces.push(trace);
                }
            }
        }
        traces
    }

    /// Whether the words of a case can be compared with those of the plan: the plan's words are English.
    fn reads_words(&self) -> bool {
        self.basis.language == Language::English
    }
}

fn extra(rest: Rest) -> Option<Extra> {
    match rest {
        Rest::Planned => None,
        Rest::Quote(span) => Some(Extra {
            basis_id: Some(span.basis_id),
            span: Some(span),
        }),
        Rest::Words(basis_id) => Some(Extra {
            basis_id: Some(basis_id),
            span: None,
        }),
        Rest::FalseQuote | Rest::Nothing => Some(Extra {
            basis_id: None,
            span: None,
        }),
    }
}

fn repeated(same: Likeness, covers: Vec<usize>) -> Verdict {
    Verdict::Duplicate {
        of: same.of,
        percent: same.percent,
        reason: same.reason,
        covers,
    }
}

fn swapped(item: Option<usize>, message: &str) -> Verdict {
    let reason = Finding {
        code: "POLARITY_SWAPPED",
        severity: Severity::Error,
        message: message.to_owned(),
        span: None,
    };
    Verdict::Rejected {
        reasons: vec![reason],
        item,
    }
}

fn repair(code: &'static str, field: &str, detail: String) -> Repair {
    Repair {
        code,
        field: field.to_owned(),
        detail,
    }
}
