//! The suite as a whole: what is said of it at the end, and what may trigger a top-up. A case that was sent is never
//! changed by a finding of the suite.

use super::Config;
use crate::basis::TestBasis;
use crate::coverage::{CoverageStatus, Plan};
use crate::test_case::{BasisId, Finding, Priority, Severity, TestCase, TestCaseType};

/// Faults of the suite. `covered`: items of the basis that are known to be covered besides what the cases are traced to.
/// The minimums do not apply to a story that leaves open what to test.
pub(crate) fn findings(
    cases: &[&TestCase],
    covered: &[BasisId],
    basis: &TestBasis,
    plan: &Plan,
    config: &Config,
) -> Vec<Finding> {
    let mut found = Vec::new();
    if !plan.blocked {
        minimums(cases, config, &mut found);
    }
    if cases.len() >= config.priorities_from {
        skew(cases, config, &mut found);
    }
    uncovered_criteria(cases, covered, basis, plan, &mut found);
    found
}

fn minimums(cases: &[&TestCase], config: &Config, found: &mut Vec<Finding>) {
    let has = |types: &[TestCaseType]| cases.iter().any(|case| types.contains(&case.case_type));
    if cases.len() < config.min_cases {
        let message = format!(
            "a suite has at least {} cases, this one has {}",
            config.min_cases,
            cases.len()
        );
        found.push(warning("SUITE_TOO_FEW", message));
    }
    if !has(&[TestCaseType::Negative]) {
        found.push(warning(
            "SUITE_NO_NEGATIVE",
            "no case shows that something invalid or forbidden is refused",
        ));
    }
    if !has(&[TestCaseType::EdgeCase, TestCaseType::Boundary]) {
        found.push(warning(
            "SUITE_NO_EDGE",
            "no case lies at a limit or in unusual circumstances",
        ));
    }
}

fn skew(cases: &[&TestCase], config: &Config, found: &mut Vec<Finding>) {
    let share = |priorities: &[Priority]| {
        100 * cases.iter().filter(|case| priorities.contains(&case.priority)).count() / cases.len().max(1)
    };
    let critical = share(&[Priority::Critical]);
    let urgent = share(&[Priority::Critical, Priority::High]);
    if critical > config.max_critical_percent {
        let message = format!(
            "{critical} % of the cases are critical; more than {} % says nothing",
            config.max_critical_percent
        );
        found.push(info("SUITE_PRIORITY_SKEW", message));
    } else if urgent > config.max_urgent_percent {
        let message = format!(
            "{urgent} % of the cases are critical or high; more than {} % says little",
            config.max_urgent_percent
        );
        found.push(info("SUITE_PRIORITY_SKEW", message));
    }
}

/// Criteria without a case. One whose items all wait for an answer is told by its question instead.
fn uncovered_criteria(
    cases: &[&TestCase],
    known: &[BasisId],
    basis: &TestBasis,
    plan: &Plan,
    found: &mut Vec<Finding>,
) {
    for item in &basis.items {
        let BasisId::Criterion(_) = item.id else { continue };
        let traced = cases
            .iter()
            .any(|case| case.traces.iter().any(|trace| trace.basis_id == item.id));
        let covered = traced || known.contains(&item.id);
        let mut planned = plan
            .items
            .iter()
            .filter(|planned| planned.basis_ids.contains(&item.id))
            .peekable();
        let waits = planned.peek().is_some() && planned.all(|planned| planned.status == CoverageStatus::Blocked);
        if !covered && !waits {
            found.push(warning(
                "SUITE_CRITERION_UNCOVERED",
                format!("no case covers {}", item.id),
            ));
        }
    }
}

fn warning(code: &'static str, message: impl Into<String>) -> Finding {
    Finding {
        code,
        severity: Severity::Warning,
        message: message.into(),
        span: None,
    }
}

fn info(code: &'static str, message: impl Into<String>) -> Finding {
    Finding {
        code,
        severity: Severity::Info,
        message: message.into(),
        span: None,
    }
}
