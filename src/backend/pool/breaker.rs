//! A circuit breaker: a host that failed several times in a row is left alone for a while, then tried with one request.
//!
//! Pure: the time is given. What counts as a failure is decided by the pool.

use std::time::Duration;
use tokio::time::Instant;

/// Whether a host may be asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Breaker {
    /// It may; so many failures in a row so far.
    Closed { failures: u32 },
    /// It may not, until then. After that, one request tries it.
    Open { until: Instant },
    /// One request is trying it.
    HalfOpen,
}

impl Default for Breaker {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

impl Breaker {
    /// Whether a request may go to the host now.
    pub(super) fn allows(self, now: Instant) -> bool {
        match self {
            Self::Closed { .. } => true,
            Self::Open { until } => now >= until,
            Self::HalfOpen => false,
        }
    }

    /// A request goes to the host.
    pub(super) fn begin(&mut self, now: Instant) {
        if let Self::Open { until } = *self
            && now >= until
        {
            *self = Self::HalfOpen;
        }
    }

    /// The host worked.
    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// The host failed. Says whether that opened the circuit.
    pub(super) fn failed(&mut self, now: Instant, to_open: u32, open_time: Duration) -> bool {
        let failures = match *self {
            Self::Closed { failures } => failures.saturating_add(1),
            Self::HalfOpen => to_open,
            // A request from before it opened tells nothing new.
            Self::Open { .. } => return false,
        };
        *self = if failures >= to_open {
            Self::Open { until: now + open_time }
        } else {
            Self::Closed { failures }
        };
        matches!(self, Self::Open { .. })
    }

    /// The trial ended without a verdict: the next request is the trial.
    pub(super) fn undecided(&mut self, now: Instant) {
        if *self == Self::HalfOpen {
            *self = Self::Open { until: now };
        }
    }

    /// Its state for operators: 0 closed, 1 half open (the next request, or one under way, tries the host), 2 open.
    pub(super) fn state(self, now: Instant) -> u64 {
        match self {
            Self::Closed { .. } => 0,
            Self::Open { until } if now < until => 2,
            Self::Open { .. } | Self::HalfOpen => 1,
        }
    }

    /// Failures in a row, as far as the circuit is closed.
    pub(super) fn failures(self) -> u32 {
        match self {
            Self::Closed { failures } => failures,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: Duration = Duration::from_secs(10);

    #[tokio::test(start_paused = true)]
    async fn it_opens_waits_tries_once_and_closes() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        assert!(!breaker.failed(now, 3, OPEN) && !breaker.failed(now, 3, OPEN));
        assert!(breaker.allows(now));
        assert_eq!(breaker.failures(), 2);
        assert!(breaker.failed(now, 3, OPEN), "the third opens it");
        assert!(!breaker.allows(now + OPEN - Duration::from_millis(1)));
        assert_eq!((breaker.state(now), breaker.state(now + OPEN)), (2, 1));
        assert!(breaker.allows(now + OPEN));
        breaker.begin(now + OPEN);
        assert!(!breaker.allows(now + OPEN), "one trial at a time");
        breaker.undecided(now + OPEN);
        assert!(
            breaker.allows(now + OPEN),
            "a trial without a verdict makes room for another"
        );
        breaker.begin(now + OPEN);
        assert!(
            breaker.failed(now + OPEN, 3, OPEN),
            "a failed trial opens it again at once"
        );
        assert!(!breaker.allows(now + OPEN));
        breaker.begin(now + OPEN * 2);
        breaker.succeeded();
        assert_eq!(breaker, Breaker::default());
    }

    #[tokio::test(start_paused = true)]
    async fn a_success_forgets_the_failures_before_it() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        for _ in 0..10 {
            breaker.failed(now, 3, OPEN);
            breaker.failed(now, 3, OPEN);
            breaker.succeeded();
        }
        assert!(breaker.allows(now));
    }

    #[tokio::test(start_paused = true)]
    async fn late_failures_do_not_prolong_an_open_circuit() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        assert!(breaker.failed(now, 1, OPEN));
        assert!(!breaker.failed(now + OPEN / 2, 1, OPEN));
        assert!(breaker.allows(now + OPEN));
    }
}
