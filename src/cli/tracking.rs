//! Hands what was measured to MLflow, and says what came of it. It never changes how a command ends, `sync` aside.

use super::trouble::Trouble;
use crate::config::Mlflow;
use crate::evaluation::tracking::{self, Outcome, Record};

/// Keeps runs and sends them; nothing where no server is set.
pub(super) async fn track(config: &Mlflow, records: &[Record]) {
    if config.tracking_url.is_none() {
        return;
    }
    if let Err(error) = tracking::keep(config, records) {
        super::say(&format!(
            "warning: {} cannot be written ({error}): MLflow does not get what was measured (mlflow.spool)",
            config.spool.display()
        ));
    }
    told(config, &tracking::send(config).await);
}

/// `testgen evaluate sync`.
pub(super) async fn sync(config: &Mlflow) -> Result<(), Trouble> {
    if config.tracking_url.is_none() {
        return Err(Trouble::Wrong(
            "mlflow.tracking_url is not set: nobody is there to be sent anything".to_owned(),
        ));
    }
    let outcome = tracking::send(config).await;
    told(config, &outcome);
    if outcome.arrived.is_empty() && outcome.kept == 0 {
        super::say("MLflow has everything: nothing is kept");
    }
    match outcome.kept {
        0 if outcome.warnings.is_empty() => Ok(()),
        0 => Err(Trouble::Partial),
        kept => Err(Trouble::Failed(format!(
            "{} not sent; still in {}",
            runs(kept),
            config.spool.display()
        ))),
    }
}

fn told(config: &Mlflow, outcome: &Outcome) {
    for arrived in &outcome.arrived {
        super::say(&format!("MLflow has {}: {}", arrived.name, arrived.page));
    }
    for warning in &outcome.warnings {
        super::say(&format!("warning: {warning}"));
    }
    if outcome.kept > 0 {
        super::say(&format!(
            "{} kept in {}; the next evaluation sends them, or `testgen evaluate sync`",
            runs(outcome.kept),
            config.spool.display()
        ));
    }
}

fn runs(count: usize) -> String {
    match count {
        1 => "1 run is".to_owned(),
        count => format!("{count} runs are"),
    }
}
