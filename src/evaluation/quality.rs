//! Quality: what the cases are worth, from the events alone. The lint's score counts, never a model's opinion of itself.

use super::metric::{Better, Figure, Metric, Part, Source, Unit};
use super::observation::{CaseSeen, Ended, FirstAnswer, Observation};

/// A share of the scale from which on a case passes.
const PASSING: f64 = 0.7;

const fn row(
    name: &'static str,
    title: &'static str,
    formula: &'static str,
    unit: Unit,
    better: Better,
    target: Option<f64>,
    part: fn(&Observation) -> Part,
) -> Metric {
    Metric {
        name,
        title,
        formula,
        unit,
        better,
        target,
        source: Source::Events,
        figure: Figure::Pooled(part),
    }
}

use Better::{Higher, Lower, Neither};
use Unit::{Number, Points, Share};

/// The rows of this group.
#[rustfmt::skip]
pub(super) static METRICS: &[Metric] = &[
    row("quality.strict_first", "structure, strict, at the first attempt", "asked whose first answer was read as it stood: at least one object, every one a case, none mended ÷ asked",
        Share, Higher, Some(0.95), |seen| first(seen, |first| first == FirstAnswer::Strict)),
    row("quality.repaired_first", "structure only after repair, at the first attempt", "asked whose first answer was read whole, but with at least one repair ÷ asked",
        Share, Neither, None, |seen| first(seen, |first| first == FirstAnswer::Repaired)),
    row("quality.readable_first", "structure, strict or repaired, at the first attempt", "the two above together",
        Share, Higher, Some(0.95), |seen| first(seen, |first| first != FirstAnswer::Broken)),
    row("quality.asked_again", "asked again (retry rate)", "asked with more than one attempt ÷ asked",
        Share, Lower, Some(0.05), |seen| asked(seen, seen.attempts > 1)),
    row("quality.topped_up", "topped up by the rules", "asked in which the rules worded cases beside a model's ÷ asked",
        Share, Neither, None, |seen| asked(seen, topped_up(seen))),
    row("quality.failed", "failed", "stories that ended with nothing to hand over ÷ stories",
        Share, Lower, Some(0.05), |seen| Part::yes(seen.end == Ended::Failed)),
    row("quality.complete", "complete", "asked that ended with all that was asked for ÷ asked",
        Share, Higher, None, |seen| asked(seen, seen.end == Ended::Complete)),
    row("quality.blocked", "only questions", "stories that leave open what to test and were answered with questions alone ÷ stories",
        Share, Neither, None, |seen| Part::yes(seen.end == Ended::Blocked)),
    row("quality.questions", "questions a story", "questions to the author ÷ stories",
        Number, Neither, None, |seen| Part::count(seen.questions.len(), 1)),

    row("quality.cases", "cases a story", "accepted cases ÷ asked",
        Number, Higher, Some(3.0), |seen| if seen.was_asked() { Part::count(seen.cases.len(), 1) } else { Part::none() }),
    row("quality.three_cases", "three cases or more", "asked with at least 3 accepted cases ÷ asked",
        Share, Higher, None, |seen| asked(seen, seen.cases.len() >= 3)),
    row("quality.enough_cases", "as many cases as the story wants", "asked with at least the file's `expected.min_cases` ÷ asked that have one",
        Share, Higher, None, enough),
    row("quality.rejected", "rejected objects", "objects that were no case, duplicates aside ÷ objects",
        Share, Lower, None, |seen| Part::count(rejected(seen), objects(seen))),
    row("quality.duplicates", "duplicates", "objects that repeated an earlier case ÷ (accepted + repeated)",
        Share, Lower, None, |seen| Part::count(duplicates(seen), seen.cases.len() + duplicates(seen))),

    row("quality.fields", "field completeness", "filled among id, type, title, priority, preconditions, steps, expected result and score ÷ 8 a case",
        Share, Higher, Some(0.9), |seen| Part::count(seen.cases.iter().map(filled).sum(), 8 * seen.cases.len())),
    row("quality.preconditions", "meaningful preconditions", "cases with at least one precondition, each of three words or more ÷ cases",
        Share, Higher, Some(0.9), |seen| cases(seen, meaningful_preconditions)),
    row("quality.steps_2_to_5", "two to five steps", "cases with 2 to 5 steps ÷ cases",
        Share, Higher, None, |seen| cases(seen, |case| (2..=5).contains(&case.steps.len()))),
    row("quality.steps", "steps a case", "steps ÷ cases",
        Number, Neither, None, |seen| Part::count(seen.cases.iter().map(|case| case.steps.len()).sum(), seen.cases.len())),

    row("quality.criteria_covered", "criteria covered", "acceptance criteria with at least one case ÷ criteria of asked stories",
        Share, Higher, None, criteria),
    row("quality.items_covered", "coverage items covered", "coverage items with a case ÷ (with a case + without one); those that wait for an answer or were left out on purpose do not count",
        Share, Higher, None, items),
    row("quality.evidence", "evidence rate", "values that are stated, computed or samples of a named class ÷ values",
        Share, Higher, None, |seen| Part::count(seen.cases.iter().map(|case| case.values.0 as usize).sum(), seen.cases.iter().map(|case| (case.values.0 + case.values.1) as usize).sum())),

    row("quality.polarity", "polarity accuracy", "cases whose kind, title and expected result agree as written ÷ (cases + objects rejected for swapped polarity); a kind that had to be corrected does not agree",
        Share, Higher, None, polarity),
    row("quality.positive", "positive cases", "positive ÷ cases", Share, Neither, None, |seen| cases(seen, |case| !case.is_negative() && !case.is_edge())),
    row("quality.negative", "negative cases", "negative ÷ cases", Share, Neither, None, |seen| cases(seen, CaseSeen::is_negative)),
    row("quality.edge", "edge and boundary cases", "(edge case + boundary) ÷ cases", Share, Neither, None, |seen| cases(seen, CaseSeen::is_edge)),
    row("quality.balanced", "balanced suites", "asked with at least one negative case and one edge or boundary case ÷ asked",
        Share, Higher, None, |seen| asked(seen, seen.cases.iter().any(CaseSeen::is_negative) && seen.cases.iter().any(CaseSeen::is_edge))),

    row("quality.lint_mean", "lint, 1 to 10", "sum of the lint's scores ÷ scored cases", Points, Higher, None, |seen| scores(seen, |score| score)),
    row("quality.lint_of_5", "lint on a scale of 5", "(score − 1) · 4 ÷ 9 + 1, mean over cases", Points, Higher, Some(4.0), |seen| scores(seen, |score| (score - 1.0) * 4.0 / 9.0 + 1.0)),
    row("quality.passing", "passing rate", "scored cases with score ÷ 10 ≥ 0.7 ÷ scored cases", Share, Higher, None, |seen| scores(seen, |score| f64::from(u8::from(score / 10.0 >= PASSING)))),
    row("quality.lint_preconditions", "lint of preconditions", "mean sub-score, 1 to 10", Points, Higher, None, |seen| sub_score(seen, 0)),
    row("quality.lint_steps", "lint of steps", "mean sub-score, 1 to 10", Points, Higher, None, |seen| sub_score(seen, 1)),
    row("quality.lint_expected_result", "lint of expected results", "mean sub-score, 1 to 10", Points, Higher, None, |seen| sub_score(seen, 2)),
    row("quality.lint_traceability", "lint of traceability", "mean sub-score, 1 to 10", Points, Higher, None, |seen| sub_score(seen, 3)),
    row("quality.lint_singularity", "lint of singularity", "mean sub-score, 1 to 10", Points, Higher, None, |seen| sub_score(seen, 4)),
    row("quality.self_score", "the model's own score", "mean of what the model says of its cases, 0 to 10; for information alone", Points, Neither, None, self_score),
];

fn asked(seen: &Observation, yes: bool) -> Part {
    if seen.was_asked() { Part::yes(yes) } else { Part::none() }
}

fn first(seen: &Observation, is: fn(FirstAnswer) -> bool) -> Part {
    asked(seen, is(seen.first_answer()))
}

fn topped_up(seen: &Observation) -> bool {
    seen.variant != "rules" && seen.cases.iter().any(|case| case.by_rules)
}

fn cases(seen: &Observation, is: fn(&CaseSeen) -> bool) -> Part {
    Part::count(seen.cases.iter().filter(|case| is(case)).count(), seen.cases.len())
}

fn duplicates(seen: &Observation) -> usize {
    let repeats = |codes: &[String]| codes.iter().any(|code| code == "DUPLICATE");
    seen.rejections
        .iter()
        .filter(|rejection| repeats(&rejection.codes))
        .count()
}

fn rejected(seen: &Observation) -> usize {
    seen.rejections.len() - duplicates(seen)
}

fn objects(seen: &Observation) -> usize {
    seen.cases.len() + seen.rejections.len()
}

fn enough(seen: &Observation) -> Part {
    match seen.min_cases {
        Some(least) => asked(seen, seen.cases.len() >= least as usize),
        None => Part::none(),
    }
}

fn filled(case: &CaseSeen) -> usize {
    [
        !case.id.is_empty(),
        !case.kind.is_empty(),
        !case.title.is_empty(),
        !case.priority.is_empty(),
        !case.preconditions.is_empty(),
        !case.steps.is_empty(),
        !case.expected_result.is_empty(),
        case.score.is_some(),
    ]
    .into_iter()
    .filter(|filled| *filled)
    .count()
}

fn meaningful_preconditions(case: &CaseSeen) -> bool {
    let meaningful = |text: &String| text.split_whitespace().count() >= 3;
    !case.preconditions.is_empty() && case.preconditions.iter().all(meaningful)
}

fn criteria(seen: &Observation) -> Part {
    if !seen.was_asked() {
        return Part::none();
    }
    let covered = seen.covered_basis();
    let criteria = || seen.basis.iter().filter(|id| id.starts_with("AC-"));
    Part::count(
        criteria().filter(|id| covered.contains(id.as_str())).count(),
        criteria().count(),
    )
}

fn items(seen: &Observation) -> Part {
    if !seen.was_asked() {
        return Part::none();
    }
    let with = |status: &str| seen.items.iter().filter(|item| item.status == status).count();
    Part::count(with("covered"), with("covered") + with("uncovered"))
}

fn polarity(seen: &Observation) -> Part {
    let has = |codes: &[String], wanted: &str| codes.iter().any(|code| code == wanted);
    let agrees =
        |case: &&CaseSeen| !has(&case.repairs, "POLARITY_CORRECTED") && !has(&case.deductions, "POLARITY_MISMATCH");
    let swapped = seen
        .rejections
        .iter()
        .filter(|rejection| has(&rejection.codes, "POLARITY_SWAPPED"))
        .count();
    Part::count(seen.cases.iter().filter(agrees).count(), seen.cases.len() + swapped)
}

fn scores(seen: &Observation, value: fn(f64) -> f64) -> Part {
    let scored: Vec<f64> = seen
        .cases
        .iter()
        .filter_map(|case| case.score)
        .map(|score| value(f64::from(score)))
        .collect();
    Part {
        sum: scored.iter().sum(),
        of: scored.len() as f64,
    }
}

fn sub_score(seen: &Observation, area: usize) -> Part {
    let scored = seen.cases.iter().filter(|case| case.score.is_some());
    let scored: Vec<f64> = scored.map(|case| case.sub_scores[area]).collect();
    Part {
        sum: scored.iter().sum(),
        of: scored.len() as f64,
    }
}

fn self_score(seen: &Observation) -> Part {
    let said: Vec<i32> = seen.cases.iter().filter_map(|case| case.self_score).collect();
    Part {
        sum: said.iter().map(|score| f64::from(*score)).sum(),
        of: said.len() as f64,
    }
}
