//! Which host gets a request. Pure: what is known of each host is given.
//!
//! Hosts that answer and have the model come first, then those not looked at yet, those that did not answer at the last
//! look (it may be old), those that lack the model, and those being mended. Among equals the least work waits: requests
//! under way, one more for a model that has to be loaded first, one for each failure since the last success. What is
//! still equal goes round.

/// What is known of a host, for one request.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Candidate {
    /// Whether its circuit lets a request through, and this request has not left it already.
    pub(super) allowed: bool,
    /// Whether it answered at the last look; `None` before the first.
    pub(super) answers: Option<bool>,
    /// Whether it had the model then.
    pub(super) has_model: bool,
    /// Whether the model is in its memory.
    pub(super) loaded: bool,
    /// Requests under way.
    pub(super) outstanding: usize,
    /// Failures since its last success.
    pub(super) failures: u32,
    /// Whether a slot of it is being freed.
    pub(super) mending: bool,
}

impl Candidate {
    fn tier(self) -> u8 {
        match (self.mending, self.answers, self.has_model) {
            (true, ..) => 4,
            (_, Some(true), true) => 0,
            (_, None, _) => 1,
            (_, Some(false), _) => 2,
            (_, Some(true), false) => 3,
        }
    }

    fn cost(self) -> usize {
        self.outstanding + usize::from(!self.loaded) + self.failures as usize
    }
}

/// The host that gets the request; `turn` is whose turn it is among equals.
pub(super) fn choose(candidates: &[Candidate], turn: usize) -> Option<usize> {
    let count = candidates.len();
    candidates
        .iter()
        .enumerate()
        .filter(|(_, candidate)| candidate.allowed)
        .min_by_key(|(at, candidate)| {
            let place = (at + count - turn % count) % count;
            (candidate.tier(), candidate.cost(), !candidate.loaded, place)
        })
        .map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Candidate {
        Candidate {
            allowed: true,
            answers: Some(true),
            has_model: true,
            loaded: true,
            ..Candidate::default()
        }
    }

    #[test]
    fn the_table_of_choices() {
        let busy = |outstanding| Candidate { outstanding, ..good() };
        let cold = Candidate {
            loaded: false,
            ..good()
        };
        let lacking = Candidate {
            has_model: false,
            ..cold
        };
        let silent = Candidate {
            answers: Some(false),
            ..lacking
        };
        let unseen = Candidate {
            answers: None,
            ..lacking
        };
        let open = Candidate {
            allowed: false,
            ..good()
        };
        let failing = Candidate { failures: 2, ..good() };
        let mending = Candidate {
            mending: true,
            ..good()
        };
        for (candidates, turn, expect) in [
            (vec![good(), good()], 0, Some(0)),
            (vec![good(), good()], 1, Some(1)),
            (vec![good(), good()], 2, Some(0)),
            (vec![busy(2), busy(1)], 0, Some(1)),
            // A model in memory is preferred, but not where a request waits for it already.
            (vec![cold, good()], 0, Some(1)),
            (vec![cold, busy(1)], 0, Some(1)),
            (vec![cold, busy(2)], 0, Some(0)),
            (vec![failing, busy(1)], 0, Some(1)),
            (vec![open, busy(9)], 0, Some(1)),
            (vec![lacking, busy(9)], 0, Some(1)),
            (vec![silent, lacking], 1, Some(0)),
            (vec![silent, unseen], 0, Some(1)),
            (vec![mending, silent], 0, Some(1)),
            (vec![mending], 0, Some(0)),
            (vec![open, open], 0, None),
            (vec![], 3, None),
        ] {
            assert_eq!(choose(&candidates, turn), expect, "{candidates:?}");
        }
    }
}
