//! Figures of the judge. Without one there is nothing to compute them from, and they are left out.

use super::{Better as Preference, Judgement, Scored};
use crate::evaluation::metric::{Better, Figure, Metric, Part, Source, Unit};
use crate::evaluation::observation::Observation;

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
        source: Source::Judge,
        figure: Figure::Pooled(part),
    }
}

use Better::{Higher, Lower, Neither};
use Unit::{Points, Share};

/// The rows of this group.
#[rustfmt::skip]
pub(in crate::evaluation) static METRICS: &[Metric] = &[
    row("judge.mean", "judge, 1 to 5, all criteria", "mean of all stable scores; a score is the mean of both orders, and stable if they differ by 1 at most",
        Points, Higher, Some(4.0), |seen| points(seen, |_| true)),
    row("judge.relevance", "judge: relevance", "mean of the stable scores of cases", Points, Higher, Some(4.0), |seen| points(seen, |name| name == "relevance")),
    row("judge.preconditions", "judge: preconditions", "mean of the stable scores of cases", Points, Higher, Some(4.0), |seen| points(seen, |name| name == "preconditions")),
    row("judge.steps", "judge: steps", "mean of the stable scores of cases", Points, Higher, Some(4.0), |seen| points(seen, |name| name == "steps")),
    row("judge.data", "judge: test data", "mean of the stable scores of cases", Points, Higher, None, |seen| points(seen, |name| name == "data")),
    row("judge.expected_result", "judge: expected result", "mean of the stable scores of cases", Points, Higher, Some(4.0), |seen| points(seen, |name| name == "expected_result")),
    row("judge.singularity", "judge: singularity", "mean of the stable scores of cases", Points, Higher, None, |seen| points(seen, |name| name == "singularity")),
    row("judge.completeness", "judge: completeness", "mean of the stable scores of suites", Points, Higher, None, |seen| points(seen, |name| name == "completeness")),
    row("judge.unstable", "unstable scores", "scores whose two orders differ by more than 1 ÷ scores", Share, Lower, None, unstable),
    row("judge.not_judged", "not judged", "cases, suites and pairs of suites that the judge gave no answer for that could be read ÷ those that it was to judge", Share, Lower, None, not_judged),
    row("judge.self_judged", "judged by their own model or its family", "cases whose judge is the model that worded them, or one of its family ÷ judged cases; models prefer their own words", Share, Lower, None, self_judged),
    row("judge.wins", "wins against the first variant", "stories on which both orders say that this suite is better ÷ stories that were compared", Share, Higher, Some(0.6), |seen| pairs(seen, |said| said.better() == Some(Preference::This))),
    row("judge.losses", "losses against the first variant", "stories on which both orders say that the other suite is better ÷ stories that were compared", Share, Lower, None, |seen| pairs(seen, |said| said.better() == Some(Preference::Other))),
    row("judge.contrary", "contrary comparisons", "stories on which the two orders name different suites as the better one ÷ stories that were compared", Share, Neither, None, |seen| pairs(seen, Judgement::is_contrary)),
];

fn scored(seen: &Observation) -> impl Iterator<Item = &Scored> {
    let said = seen.judge.iter().flat_map(|judge| judge.scored());
    said.flat_map(|judgement| &judgement.scores)
}

fn points(seen: &Observation, of: fn(&str) -> bool) -> Part {
    let scores = scored(seen).filter(|scored| of(&scored.criterion));
    scores.filter_map(Scored::score).fold(Part::none(), |all, score| Part {
        sum: all.sum + score,
        of: all.of + 1.0,
    })
}

fn unstable(seen: &Observation) -> Part {
    Part::count(
        scored(seen).filter(|scored| !scored.is_stable()).count(),
        scored(seen).count(),
    )
}

fn not_judged(seen: &Observation) -> Part {
    let all = || seen.judge.iter().flat_map(|judge| judge.all());
    Part::count(all().filter(|said| !said.is_judged()).count(), all().count())
}

fn self_judged(seen: &Observation) -> Part {
    let judged = || {
        let cases = seen.judge.iter().flat_map(|judge| &judge.cases);
        cases.filter(|case| case.judgement.is_judged())
    };
    Part::count(
        judged().filter(|case| case.self_judging.is_some()).count(),
        judged().count(),
    )
}

fn pairs(seen: &Observation, is: fn(&Judgement) -> bool) -> Part {
    let pair = seen.judge.as_ref().and_then(|judge| judge.pair.as_ref());
    match pair.map(|pair| &pair.judgement).filter(|said| said.is_judged()) {
        Some(said) => Part::yes(is(said)),
        None => Part::none(),
    }
}
