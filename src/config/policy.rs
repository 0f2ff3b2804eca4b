//! Settings of the models `auto` and `ensemble`.

use crate::backend::policy::Profile;
use std::path::PathBuf;

/// How the model `auto` is decided.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelPolicy {
    /// What `testgen evaluate` wrote as `models.json`; `None`: `auto` is the configured model.
    pub file: Option<PathBuf>,
    /// What matters.
    pub profile: Profile,
    /// Most US dollars for 1,000 requests; 0: any.
    pub max_cost: f64,
    /// The two models that word a plan together for the model `ensemble`; none: it is the configured model.
    pub ensemble: Vec<String>,
}
