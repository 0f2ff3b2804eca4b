//! After an attempt: is it enough, is another one worth it, and what must be different about it?
//!
//! A bad or cut answer never throws good cases away: another attempt asks only for what is missing. It is never the same
//! request again: the seed changes, the temperature rises, and if nothing could be read at all, the schema is switched
//! off (or on), because small models fail differently with and without one.

use super::attempt::Ended;
use crate::backend::{Fault, Sampling};
use std::time::Duration;

/// Tokens that one worded case takes, for fitting a prompt into the context: measured cases have 120 to 190.
pub(super) const TOKENS_A_CASE: usize = 200;

/// Why an attempt was not enough.
#[derive(Clone, Debug)]
pub(super) enum Setback {
    /// The backend failed.
    Fault(Fault),
    /// The answer was cut by the bound on its length.
    Cut {
        /// Items that are still missing.
        missing: usize,
    },
    /// The attempt was ended early.
    CutShort {
        /// Why.
        code: &'static str,
        /// Items that are still missing.
        missing: usize,
    },
    /// The answer ended, but items are missing.
    Missing {
        /// How many.
        missing: usize,
    },
    /// Nothing in the answer could be read as a test case.
    Unreadable,
}

impl Setback {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Fault(fault) => fault.code(),
            Self::Cut { .. } => "ANSWER_CUT",
            Self::CutShort { code, .. } => code,
            Self::Missing { .. } => "ITEMS_MISSING",
            Self::Unreadable => "ANSWER_UNREADABLE",
        }
    }

    pub(super) fn reason(&self) -> String {
        match self {
            Self::Fault(fault) => fault.to_string(),
            Self::Cut { missing } => format!("the answer was cut by its bound on length; {} missing", items(*missing)),
            Self::CutShort { missing, .. } => format!("the answer went round in circles; {} missing", items(*missing)),
            Self::Missing { missing } => format!("{} missing in the answer", items(*missing)),
            Self::Unreadable => "nothing in the answer could be read as a test case".to_owned(),
        }
    }
}

fn items(count: usize) -> String {
    if count == 1 {
        "1 coverage item is".to_owned()
    } else {
        format!("{count} coverage items are")
    }
}

/// What to do after an attempt.
#[derive(Debug)]
pub(super) enum Next {
    /// Nothing is missing, or the bound on cases was reached.
    Enough,
    /// Ask again, differently.
    Again(Setback),
    /// Asking again would not help.
    GiveUp(Setback),
}

/// Decides what to do after an attempt that left so many items without a case. `any`: whether there is any case.
pub(super) fn after(ended: &Ended, missing: usize, any: bool) -> Next {
    if ended.cut_short == Some("MAX_TEST_CASES") || missing == 0 && any {
        return Next::Enough;
    }
    if let Some(fault) = &ended.fault {
        let setback = Setback::Fault(fault.clone());
        // A server that is still loading would have to begin anew.
        let loading = matches!(fault, Fault::FirstTokenTimeout { .. });
        return if fault.worth_another_attempt() && !loading {
            Next::Again(setback)
        } else {
            Next::GiveUp(setback)
        };
    }
    Next::Again(if let Some(code) = ended.cut_short {
        Setback::CutShort { code, missing }
    } else if ended.finish.cut {
        Setback::Cut { missing }
    } else if ended.objects == 0 {
        Setback::Unreadable
    } else {
        Setback::Missing { missing }
    })
}

/// How the next request is made.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tactics {
    pub(super) sampling: Sampling,
    pub(super) schema: bool,
    /// What the prompt says of the attempt before; empty for the first.
    pub(super) again: String,
}

impl Tactics {
    pub(super) fn first(sampling: Sampling, schema: bool) -> Self {
        Self {
            sampling,
            schema,
            again: String::new(),
        }
    }

    /// The tactics after a setback of attempt `number`; never equal to those before.
    pub(super) fn changed(&self, setback: &Setback, number: u32) -> Self {
        let mut sampling = self.sampling;
        sampling.seed = Some(sampling.seed.unwrap_or(0).wrapping_add(i64::from(number)));
        let again = match setback {
            // The request itself was fine: the server was not.
            Setback::Fault(fault) if !matches!(fault, Fault::ThoughtOnly | Fault::Empty | Fault::BrokeOff(_)) => {
                return Self {
                    sampling,
                    schema: self.schema,
                    again: self.again.clone(),
                };
            }
            Setback::Fault(_) => "it broke off.".to_owned(),
            other => format!("{}.", other.reason()),
        };
        sampling.temperature = Some((sampling.temperature.unwrap_or(0.0) + 0.3).min(1.0));
        let blind = matches!(setback, Setback::Unreadable | Setback::Fault(_));
        Self {
            sampling,
            schema: self.schema ^ blind,
            again,
        }
    }
}

/// The pause before attempt `number + 1` after a fault: 200 ms, 400 ms, … with a spread of half, so that many
/// generations do not come back in step.
pub(super) fn pause(number: u32) -> Duration {
    let base = 200_u64 << number.saturating_sub(1).min(4);
    let spread = uuid::Uuid::now_v7().as_u64_pair().1 % base;
    Duration::from_millis(base / 2 + spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_setback_leads_to_the_same_request() {
        let first = Tactics::first(
            Sampling {
                temperature: Some(0.0),
                ..Sampling::default()
            },
            true,
        );
        for setback in [
            Setback::Fault(Fault::busy("queue")),
            Setback::Fault(Fault::Empty),
            Setback::Cut { missing: 2 },
            Setback::CutShort {
                code: "WHITESPACE_RUN",
                missing: 1,
            },
            Setback::Missing { missing: 1 },
            Setback::Unreadable,
        ] {
            let second = first.changed(&setback, 1);
            let third = second.changed(&setback, 2);
            assert_ne!(first, second, "{setback:?}");
            assert_ne!(second, third, "{setback:?}");
        }
    }

    #[test]
    fn an_unreadable_answer_switches_the_schema_and_a_missing_item_does_not() {
        let first = Tactics::first(Sampling::default(), true);
        assert!(!first.changed(&Setback::Unreadable, 1).schema);
        assert!(first.changed(&Setback::Missing { missing: 1 }, 1).schema);
    }

    #[test]
    fn pauses_grow_and_stay_bounded() {
        for number in 1..40 {
            assert!(pause(number) <= Duration::from_millis(4_800));
        }
    }
}
