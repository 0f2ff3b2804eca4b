//! When a rollout goes on and when it goes back: a pure state over what was seen, without a clock.
//!
//! Guards are looked at after every generation, so a test for one look would go back far too often. Each mean has a
//! margin that holds at every time at once ([`sequence`]); the level is shared out over the guards, the steps and the two
//! variants. Each step is judged by its own generations, since at another share another mix of callers asks.

use super::definition::Rollout;
use crate::statistics::sample::quantile;
use crate::statistics::sequence;

/// What a guard needs to know of one generation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// Whether it ended with nothing to hand over.
    pub failed: bool,
    /// Covered ÷ planned items, 0 to 1, where items were planned.
    pub coverage: Option<f64>,
    /// Mean lint score of its cases, 1 to 10, where it has some.
    pub lint: Option<f64>,
    /// From request to end.
    pub latency_ms: f64,
}

/// What follows from what was seen.
#[derive(Clone, Debug, PartialEq)]
pub enum Move {
    /// The next step, from 0.
    Advance(usize),
    /// To the control.
    Back(Breach),
}

/// Why a rollout goes back.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach {
    /// The guard: `errors`, `coverage`, `lint` or `slow`.
    pub guard: &'static str,
    /// The control's mean.
    pub control: f64,
    /// The candidate's.
    pub candidate: f64,
    /// By how much the candidate is worse at least, beyond the tolerance.
    pub at_least: f64,
    /// Generations of the control and of the candidate.
    pub generations: (usize, usize),
}

impl std::fmt::Display for Breach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} {:.4} against {:.4} of the control ({} and {} generations), worse by more than is tolerated by at least {:.4}",
            self.guard, self.candidate, self.control, self.generations.1, self.generations.0, self.at_least
        )
    }
}

/// The guards, in the order in which they are looked at.
const GUARDS: [&str; 4] = ["errors", "coverage", "lint", "slow"];
/// The share of the control's generations that is slow by definition: those above its P95.
const SLOW: f64 = 0.95;

/// A rollout's state.
#[derive(Clone, Debug)]
pub struct Watch {
    rollout: Rollout,
    step: usize,
    control: Arm,
    candidate: Arm,
    /// Latencies of the control until its P95 is known, then that.
    slow: Slow,
}

#[derive(Clone, Debug)]
enum Slow {
    Learning(Vec<f64>),
    Above(f64),
}

/// What was seen of a variant in a step.
#[derive(Clone, Debug, Default)]
struct Arm {
    generations: usize,
    means: [Mean; 4],
}

/// Values from 0 to 1, where more is worse.
#[derive(Clone, Copy, Debug, Default)]
struct Mean {
    count: usize,
    sum: f64,
    squares: f64,
}

impl Mean {
    fn add(&mut self, value: f64) {
        let value = value.clamp(0.0, 1.0);
        self.count += 1;
        self.sum += value;
        self.squares += value * value;
    }

    fn mean(self) -> f64 {
        self.sum / self.count.max(1) as f64
    }

    /// With one value at each end of the scale added, so that values that are all the same do not stand for certainty.
    fn variance(self) -> f64 {
        let count = self.count as f64 + 2.0;
        (self.squares + 1.0) / count - ((self.sum + 1.0) / count).powi(2)
    }

    fn margin(self, level: f64) -> f64 {
        // In units of the deviation, which is what the margin is tuned for.
        sequence::margin(self.count as u64, 1.0, level).map_or(f64::INFINITY, |margin| margin * self.variance().sqrt())
    }
}

impl Watch {
    /// A rollout that stands at a step.
    #[must_use]
    pub fn new(rollout: &Rollout, step: usize) -> Self {
        Self {
            rollout: rollout.clone(),
            step,
            control: Arm::default(),
            candidate: Arm::default(),
            slow: Slow::Learning(Vec::new()),
        }
    }

    /// The step, from 0.
    #[must_use]
    pub fn step(&self) -> usize {
        self.step
    }

    /// A generation has ended; what follows, if anything. After [`Move::Back`] nothing more is to be added.
    pub fn add(&mut self, candidate: bool, seen: &Sample) -> Option<Move> {
        let slow = match &mut self.slow {
            Slow::Above(bound) => Some(seen.latency_ms > *bound),
            Slow::Learning(times) => {
                if !candidate {
                    times.push(seen.latency_ms);
                    if times.len() >= self.rollout.least {
                        times.sort_by(f64::total_cmp);
                        self.slow = Slow::Above(quantile(times, SLOW).unwrap_or(f64::INFINITY));
                    }
                }
                // What the bound was learnt from does not count as judged by it.
                None
            }
        };
        let arm = if candidate {
            &mut self.candidate
        } else {
            &mut self.control
        };
        arm.generations += 1;
        let values = [
            Some(f64::from(u8::from(seen.failed))),
            seen.coverage.map(|coverage| 1.0 - coverage),
            seen.lint.map(|lint| (10.0 - lint) / 9.0),
            slow.map(|slow| f64::from(u8::from(slow))),
        ];
        for (mean, value) in arm.means.iter_mut().zip(values) {
            if let Some(value) = value {
                mean.add(value);
            }
        }
        if let Some(breach) = self.breach() {
            return Some(Move::Back(breach));
        }
        let last = self.step + 1 >= self.rollout.steps.len();
        if candidate && !last && self.candidate.generations >= self.rollout.advance_after {
            *self = Self {
                // What is slow stays what it was.
                slow: self.slow.clone(),
                ..Self::new(&self.rollout, self.step + 1)
            };
            return Some(Move::Advance(self.step));
        }
        None
    }

    fn breach(&self) -> Option<Breach> {
        let tolerance = self.rollout.tolerance;
        let tolerated = [
            tolerance.errors,
            tolerance.coverage,
            tolerance.lint / 9.0,
            tolerance.slow,
        ];
        let looks = (GUARDS.len() * self.rollout.steps.len() * 2) as f64;
        let level = self.rollout.level / looks;
        (0..GUARDS.len()).find_map(|guard| {
            let (control, candidate) = (self.control.means[guard], self.candidate.means[guard]);
            if control.count.min(candidate.count) < self.rollout.least {
                return None;
            }
            let worse = candidate.mean() - control.mean() - tolerated[guard];
            let at_least = worse - control.margin(level) - candidate.margin(level);
            (at_least > 0.0).then(|| {
                let shown = |badness: f64| match GUARDS[guard] {
                    "coverage" => 1.0 - badness,
                    "lint" => 10.0 - 9.0 * badness,
                    _ => badness,
                };
                Breach {
                    guard: GUARDS[guard],
                    control: shown(control.mean()),
                    candidate: shown(candidate.mean()),
                    at_least: if GUARDS[guard] == "lint" {
                        9.0 * at_least
                    } else {
                        at_least
                    },
                    generations: (self.control.generations, self.candidate.generations),
                }
            })
        })
    }
}
