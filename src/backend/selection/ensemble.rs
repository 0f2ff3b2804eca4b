//! Who words a request for the model `ensemble`: two models where hosts have both, else the one that is there, which is said.

use super::{Choice, Selected, Selector, meant_by};
use crate::backend::Fault;

impl Selector {
    /// The models of the ensemble that a host has: both, or one alone, which is said. Without any the configured model is
    /// taken, as for `auto`.
    pub(super) async fn both(&self, choice: Choice) -> Result<Selected, Fault> {
        let meant = meant_by(choice);
        if let Some(id) = meant {
            self.server(id)?;
        }
        let (mut found, mut missed) = (Vec::new(), Vec::new());
        for name in &self.ensemble {
            let mut why = Vec::new();
            for served in &self.served {
                if meant.is_some_and(|id| id != served.backend.id()) {
                    continue;
                }
                match served.fits(name).await {
                    Ok(selected) => {
                        found.push(selected);
                        why.clear();
                        break;
                    }
                    Err(reason) => why.push(reason),
                }
            }
            missed.append(&mut why);
        }
        // A server that is away says the same of both.
        missed.dedup();
        let mut found = found.into_iter();
        match (found.next(), found.next()) {
            (Some(mut first), Some(second)) => {
                first.reason = format!(
                    "ensemble of {} and {}: {}; {}",
                    first.model, second.model, first.reason, second.reason
                );
                first.partner = Some(Box::new(second));
                Ok(first)
            }
            (Some(mut alone), _) => {
                alone.reason = format!(
                    "of the ensemble {} words the cases alone: {}; {}",
                    alone.model,
                    missed.join("; "),
                    alone.reason
                );
                Ok(alone)
            }
            (None, _) => {
                missed.push(match self.ensemble.is_empty() {
                    true => "there are no models for ensemble (model_policy.ensemble)".to_owned(),
                    false => "none of the models of model_policy.ensemble is there".to_owned(),
                });
                let mut selected = self.named(choice, "").await?;
                selected.reason = format!("{}; {}", missed.join("; "), selected.reason);
                Ok(selected)
            }
        }
    }
}

impl Selected {
    /// The models' names, with commas between them.
    #[must_use]
    pub fn names(&self) -> String {
        self.joined(|selected| &selected.model)
    }

    /// The models' digests in the order of their names, with commas between them; empty where no backend tells one.
    #[must_use]
    pub fn digests(&self) -> String {
        let digests = self.joined(|selected| &selected.digest);
        if digests == ", " { String::new() } else { digests }
    }

    fn joined(&self, of: fn(&Selected) -> &str) -> String {
        match &self.partner {
            None => of(self).to_owned(),
            Some(partner) => format!("{}, {}", of(self), of(partner)),
        }
    }
}
