//! Reads the policy for the model `auto`.

use crate::backend::policy::{MAX_FILE_BYTES, Matrix, Policy};
use crate::config::Config;
use anyhow::Context as _;

/// The policy that the settings name.
///
/// # Errors
/// Its file cannot be read, or is not what it should be.
pub(super) fn policy(config: &Config) -> anyhow::Result<Option<Policy>> {
    let Some(path) = &config.model_policy.file else {
        return Ok(None);
    };
    let named = || format!("model_policy.file: {}", path.display());
    let size = std::fs::metadata(path).with_context(named)?.len();
    anyhow::ensure!(
        size <= MAX_FILE_BYTES,
        "{} has {size} bytes; {MAX_FILE_BYTES} are accepted",
        named()
    );
    let text = std::fs::read_to_string(path).with_context(named)?;
    let matrix = Matrix::parse(&text).map_err(|wrong| anyhow::anyhow!("{}: {wrong}", named()))?;
    Ok(Some(Policy {
        matrix,
        profile: config.model_policy.profile,
        max_cost: config.model_policy.max_cost,
    }))
}
