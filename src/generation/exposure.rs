//! That a generation takes part in something that is counted elsewhere: two names, and who wants to hear how it ended.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

/// What a generation takes part in.
#[derive(Clone, Debug)]
pub struct Exposure {
    /// The experiment's name.
    pub experiment: String,
    /// The variant's.
    pub variant: String,
    /// Told once, when the generation has ended.
    pub observer: Arc<dyn Observer>,
}

/// Who wants to hear how a generation ended.
pub trait Observer: Debug + Send + Sync {
    /// It has ended. Must not block: it is called by the generation's task.
    fn ended(&self, ended: &Ended);
}

/// How a generation ended, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ended {
    /// `complete`, `partial`, `blocked`, `failed` or `cancelled`.
    pub outcome: &'static str,
    /// The code of what went wrong, or why it is not whole.
    pub code: Option<&'static str>,
    /// Covered ÷ planned items, where something was to be covered.
    pub coverage: Option<f64>,
    /// Mean lint score of the accepted cases, 1 to 10, where some were scored.
    pub lint: Option<f64>,
    /// Cases accepted.
    pub cases: u32,
    /// From request to end.
    pub duration: Duration,
    /// Tokens read.
    pub input_tokens: i64,
    /// Tokens written.
    pub output_tokens: i64,
}
