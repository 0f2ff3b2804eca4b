//! Who words this request. Decided for each request from what the last look at the model server said; the looks happen in
//! the background, so that a request waits for none of them (only the first one after the start is waited for, shortly).
//!
//! A backend that is named outright gets no silent substitute. `auto` takes the first model server that answers and has
//! the model (an OpenAI-compatible one if it is set up, then Ollama), else the rules, and says why in words.

mod ensemble;

use super::policy::{AUTO, Candidate, ENSEMBLE, Policy};
use super::{Backend, BackendId, Fault, ModelInfo};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// How long a request waits for the first look at the model server.
const FIRST_LOOK: Duration = Duration::from_millis(300);

/// What a caller or a setting asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The first model server that answers and has the model, else the rules.
    Auto,
    /// Ollama.
    Ollama,
    /// An OpenAI-compatible server.
    OpenAi,
    /// The embedded rules.
    Rules,
}

/// What the last look at the model server said; `None` before the first.
pub type Look = Option<Result<Vec<ModelInfo>, Fault>>;

/// Looks at a model server again and again.
#[derive(Debug)]
pub struct Prober {
    look: watch::Receiver<Look>,
    task: tokio::task::JoinHandle<()>,
}

impl Prober {
    /// Begins to look: at once, and then every so often, a tenth earlier or later so that many services do not ask in
    /// step. Needs a tokio runtime.
    #[must_use]
    pub fn spawn(backend: Arc<dyn Backend>, every: Duration) -> Self {
        let (sender, look) = watch::channel(None);
        let task = tokio::spawn(async move {
            loop {
                let seen = backend.probe().await;
                let _ = sender.send_if_modified(|before| {
                    let changed = before.as_ref() != Some(&seen);
                    *before = Some(seen);
                    changed
                });
                let spread = u32::try_from(uuid::Uuid::now_v7().as_u128() % 200).unwrap_or(100);
                tokio::time::sleep(every * (900 + spread) / 1_000).await;
            }
        });
        Self { look, task }
    }

    /// What the looks say, now and later.
    #[must_use]
    pub fn snapshot(&self) -> watch::Receiver<Look> {
        self.look.clone()
    }
}

impl Drop for Prober {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Who words a request, and why.
#[derive(Clone, Debug)]
pub struct Selected {
    /// Who.
    pub backend: Arc<dyn Backend>,
    /// The model's name as the backend knows it; empty for the rules.
    pub model: String,
    /// The model's digest, where the backend tells it.
    pub digest: String,
    /// Why, in words.
    pub reason: String,
    /// Who words the same plan beside it; `None`: nobody.
    pub partner: Option<Box<Selected>>,
}

/// A model server among which is chosen.
#[derive(Debug)]
struct Served {
    backend: Arc<dyn Backend>,
    look: watch::Receiver<Look>,
    /// The model where a request names none; empty: the first that the server lists.
    model: String,
}

/// Decides who words a request.
#[derive(Debug)]
pub struct Selector {
    /// In the order in which `auto` asks them.
    served: Vec<Served>,
    rules: Arc<dyn Backend>,
    /// How the model `auto` is decided; without it, it is the configured one.
    policy: Option<Policy>,
    /// The models that word a plan together.
    ensemble: Vec<String>,
    /// Whether a configured model is `auto`.
    auto_configured: bool,
    /// Whether a configured model is `ensemble`.
    ensemble_configured: bool,
}

impl Selector {
    /// Decides between these two by what `look` says; `model` is asked for where a request names none.
    #[must_use]
    pub fn new(ollama: Arc<dyn Backend>, rules: Arc<dyn Backend>, look: watch::Receiver<Look>, model: String) -> Self {
        let mut selector = Self {
            served: Vec::new(),
            rules,
            policy: None,
            ensemble: Vec::new(),
            auto_configured: false,
            ensemble_configured: false,
        };
        selector.add(ollama, look, model);
        selector
    }

    /// The same with one more model server, which `auto` asks before those that it knew: it was set up on purpose,
    /// while Ollama has an address even where nobody set one. An empty `model` is the first that the server lists.
    #[must_use]
    pub fn preferring(mut self, backend: Arc<dyn Backend>, look: watch::Receiver<Look>, model: String) -> Self {
        self.add(backend, look, model);
        self
    }

    /// The same with a policy for the model `auto`.
    #[must_use]
    pub fn deciding_by(mut self, policy: Option<Policy>) -> Self {
        self.policy = policy;
        self
    }

    /// The same with two models that word a plan together where the model `ensemble` is asked for.
    #[must_use]
    pub fn together(mut self, models: Vec<String>) -> Self {
        self.ensemble = models;
        self
    }

    /// A configured `auto` or `ensemble` is no model's name: behind it stands the first that the server lists.
    fn add(&mut self, backend: Arc<dyn Backend>, look: watch::Receiver<Look>, model: String) {
        let (auto, ensemble) = (is_auto(&model), is_ensemble(&model));
        self.auto_configured |= auto;
        self.ensemble_configured |= ensemble;
        let model = if auto || ensemble { String::new() } else { model };
        self.served.insert(0, Served { backend, look, model });
    }

    /// Decides. `model` is what the request names; empty is the configured one.
    ///
    /// # Errors
    /// [`Fault::ModelMissing`] or [`Fault::Unreachable`] for a backend that was named outright and cannot be used;
    /// [`Fault::NotConfigured`] for one that this server does not have.
    pub async fn select(&self, choice: Choice, model: &str) -> Result<Selected, Fault> {
        if choice != Choice::Rules && (is_ensemble(model) || model.is_empty() && self.ensemble_configured) {
            return self.both(choice).await;
        }
        let by_policy = is_auto(model) || (model.is_empty() && self.auto_configured);
        if !by_policy || choice == Choice::Rules {
            return self.named(choice, model).await;
        }
        let told = match &self.policy {
            Some(policy) => match self.by_policy(policy, choice).await? {
                Ok(selected) => return Ok(selected),
                Err(told) => told,
            },
            None => "there is no policy for the model auto (model_policy.file)".to_owned(),
        };
        let mut selected = self.named(choice, "").await?;
        selected.reason = format!("{told}; {}", selected.reason);
        Ok(selected)
    }

    /// The first model of the policy that a host has, or why there is none.
    async fn by_policy(&self, policy: &Policy, choice: Choice) -> Result<Result<Selected, String>, Fault> {
        let meant = meant_by(choice);
        if let Some(id) = meant {
            self.server(id)?;
        }
        let mut left_out = Vec::new();
        for candidate in policy.candidates() {
            let model = match candidate {
                Candidate::Fits(model) => model,
                Candidate::LeftOut(reason) => {
                    left_out.push(reason);
                    continue;
                }
            };
            let id = match model.backend.as_str() {
                "openai" => BackendId::OpenAi,
                _ => BackendId::Ollama,
            };
            if meant.is_some_and(|meant| meant != id) {
                continue;
            }
            let fits = match self.server(id) {
                Ok(served) => served.fits(&model.model).await,
                Err(fault) => Err(fault.to_string()),
            };
            match fits {
                Ok(mut selected) => {
                    let reasons = left_out.into_iter().chain([policy.reason(model), selected.reason]);
                    selected.reason = reasons.collect::<Vec<String>>().join("; ");
                    return Ok(Ok(selected));
                }
                Err(reason) => left_out.push(reason),
            }
        }
        left_out.push("auto finds none of the models of model_policy.file".to_owned());
        Ok(Err(left_out.join("; ")))
    }

    async fn named(&self, choice: Choice, model: &str) -> Result<Selected, Fault> {
        match choice {
            Choice::Rules => Ok(self.by_rules("chosen by the caller or the settings".to_owned())),
            Choice::OpenAi => self.server(BackendId::OpenAi)?.outright(model).await,
            Choice::Ollama => self.server(BackendId::Ollama)?.outright(model).await,
            Choice::Auto => Ok(self.automatic(model).await),
        }
    }

    async fn automatic(&self, model: &str) -> Selected {
        let mut reasons = Vec::new();
        for served in &self.served {
            match served.fits(model).await {
                Ok(mut selected) => {
                    reasons.push(selected.reason);
                    selected.reason = reasons.join("; ");
                    return selected;
                }
                Err(reason) => reasons.push(reason),
            }
        }
        self.by_rules(format!("{}: the embedded rules word the cases", reasons.join("; ")))
    }

    /// Whether this server has such a backend, answering or not.
    #[must_use]
    pub fn has(&self, id: BackendId) -> bool {
        id == BackendId::Rules || self.server(id).is_ok()
    }

    /// Whether the last look found it answering. The rules always do.
    #[must_use]
    pub fn answers(&self, id: BackendId) -> bool {
        id == BackendId::Rules
            || self
                .server(id)
                .is_ok_and(|served| matches!(&*served.look.borrow(), Some(Ok(_))))
    }

    fn server(&self, id: BackendId) -> Result<&Served, Fault> {
        let found = self.served.iter().find(|served| served.backend.id() == id);
        found.ok_or(Fault::NotConfigured(id))
    }

    fn by_rules(&self, reason: String) -> Selected {
        Selected {
            backend: Arc::clone(&self.rules),
            model: String::new(),
            digest: String::new(),
            reason,
            partner: None,
        }
    }
}

impl Served {
    /// For `auto`: whether it answers and has the model, or why it is left out.
    async fn fits(&self, model: &str) -> Result<Selected, String> {
        let name = self.name();
        match self.looked().await {
            Some(Ok(models)) => match self.find(&models, model) {
                Some(found) => {
                    let asked = self.asked(model, found);
                    let reason = format!("{name} answers and has {asked}");
                    Ok(self.selected(asked, found, reason))
                }
                None if self.backend.fetches(self.or_own(model)) => {
                    let asked = self.or_own(model);
                    let reason = format!("{name} answers and pulls {asked}, which it does not have yet");
                    Ok(self.selected(asked, &ModelInfo::default(), reason))
                }
                None => Err(self.missing(model, &models).to_string()),
            },
            Some(Err(fault)) => Err(fault.to_string()),
            None => Err(format!("{name} has not answered yet")),
        }
    }

    /// Named outright. A look may be as old as the time between two: what it lacks is looked for again before the
    /// request is refused.
    async fn outright(&self, model: &str) -> Result<Selected, Fault> {
        let reason = "chosen by the caller or the settings".to_owned();
        let mut look = self.looked().await;
        let named = !self.or_own(model).is_empty();
        let lacking = match &look {
            Some(Ok(models)) => self.find(models, model).is_none(),
            // Without a name, only its list says what can be asked for.
            _ => !named,
        };
        if lacking {
            look = Some(self.backend.probe().await);
        }
        match look {
            Some(Ok(models)) => {
                let unknown = ModelInfo::default();
                let found = match self.find(&models, model) {
                    Some(found) => found,
                    None if self.backend.fetches(self.or_own(model)) => &unknown,
                    None => return Err(self.missing(model, &models)),
                };
                Ok(self.selected(self.asked(model, found), found, reason))
            }
            Some(Err(fault)) if !named => Err(fault),
            // The request itself says best what is wrong.
            _ => Ok(self.selected(self.or_own(model), &ModelInfo::default(), reason)),
        }
    }

    async fn looked(&self) -> Look {
        let mut look = self.look.clone();
        let _ = timeout(FIRST_LOOK, look.wait_for(Option::is_some)).await;
        self.look.borrow().clone()
    }

    fn or_own<'a>(&'a self, model: &'a str) -> &'a str {
        if model.is_empty() { &self.model } else { model }
    }

    /// What is asked for: the name as it was given, else the found one's.
    fn asked<'a>(&'a self, model: &'a str, found: &'a ModelInfo) -> &'a str {
        match self.or_own(model) {
            "" => &found.name,
            named => named,
        }
    }

    fn find<'a>(&self, models: &'a [ModelInfo], model: &str) -> Option<&'a ModelInfo> {
        match self.or_own(model) {
            "" => models.first(),
            name if self.backend.id() == BackendId::OpenAi => models.iter().find(|model| model.name == name),
            name => models.iter().find(|model| same_model(&model.name, name)),
        }
    }

    fn missing(&self, model: &str, models: &[ModelInfo]) -> Fault {
        Fault::ModelMissing {
            model: self.or_own(model).to_owned(),
            available: models.iter().map(|model| model.name.clone()).collect(),
        }
    }

    fn selected(&self, model: &str, found: &ModelInfo, reason: String) -> Selected {
        Selected {
            backend: Arc::clone(&self.backend),
            model: model.to_owned(),
            digest: found.digest.clone(),
            reason,
            partner: None,
        }
    }

    /// For people.
    fn name(&self) -> &'static str {
        match self.backend.id() {
            BackendId::Ollama => "Ollama",
            BackendId::OpenAi => "The OpenAI-compatible server",
            BackendId::Rules => "The rules",
        }
    }
}

/// The server that a choice means, if it means one.
fn meant_by(choice: Choice) -> Option<BackendId> {
    match choice {
        Choice::OpenAi => Some(BackendId::OpenAi),
        Choice::Ollama => Some(BackendId::Ollama),
        Choice::Auto | Choice::Rules => None,
    }
}

/// Whether a name asks for two models.
fn is_ensemble(model: &str) -> bool {
    model.eq_ignore_ascii_case(ENSEMBLE)
}

/// Whether a name asks for a choice.
fn is_auto(model: &str) -> bool {
    model.eq_ignore_ascii_case(AUTO)
}

/// Whether two names mean the same model: without a tag `latest` is meant, and case does not count, as Ollama reads them.
///
/// ```
/// use testgen::backend::selection::same_model;
///
/// assert!(same_model("llama3.2", "llama3.2:latest"));
/// assert!(!same_model("llama3.2", "llama3.2:1b"));
/// ```
#[must_use]
pub fn same_model(one: &str, other: &str) -> bool {
    let (one, one_tag) = name_and_tag(one);
    let (other, other_tag) = name_and_tag(other);
    one.eq_ignore_ascii_case(other) && one_tag.eq_ignore_ascii_case(other_tag)
}

/// A colon before the last slash belongs to a registry's port.
fn name_and_tag(name: &str) -> (&str, &str) {
    match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (name, "latest"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::backend::rules::Rules;
    use crate::backend::scripted::Scripted;

    fn selector(look: Look) -> Selector {
        let (_sender, look) = watch::channel(look);
        let ollama: Arc<dyn Backend> = Arc::new(Scripted::new(Vec::new()));
        Selector::new(ollama, Arc::new(Rules::new()), look, "llama3.2:1b".to_owned())
    }

    fn models(names: &[&str]) -> Look {
        Some(Ok(names
            .iter()
            .map(|name| ModelInfo {
                name: (*name).to_owned(),
                ..ModelInfo::default()
            })
            .collect()))
    }

    fn unreachable() -> Look {
        Some(Err(Fault::Unreachable {
            target: "Ollama".to_owned(),
            reason: "connection refused".to_owned(),
            setting: "ollama.url sets the address",
        }))
    }

    async fn chosen(choice: Choice, model: &str, look: Look) -> String {
        match selector(look).select(choice, model).await {
            Ok(selected) => format!(
                "{} {} ({})",
                selected.backend.id().as_str(),
                selected.model,
                selected.reason
            ),
            Err(fault) => format!("{}: {fault}", fault.code()),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn auto_says_why() {
        let both = || models(&["llama3.2:1b", "qwen3:latest"]);
        assert_eq!(
            chosen(Choice::Auto, "", both()).await,
            "ollama llama3.2:1b (Ollama answers and has llama3.2:1b)"
        );
        assert_eq!(
            chosen(Choice::Auto, "qwen3", both()).await,
            "ollama qwen3 (Ollama answers and has qwen3)"
        );
        let said = chosen(Choice::Auto, "nope", both()).await;
        assert!(
            said.starts_with("rules  (") && said.contains("llama3.2:1b, qwen3:latest"),
            "{said}"
        );
        let said = chosen(Choice::Auto, "", unreachable()).await;
        assert!(
            said.starts_with("rules ") && said.contains("connection refused"),
            "{said}"
        );
        let said = chosen(Choice::Auto, "", None).await;
        assert!(
            said.starts_with("rules ") && said.contains("not answered yet"),
            "{said}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_named_backend_gets_no_substitute() {
        assert!(chosen(Choice::Ollama, "", unreachable()).await.starts_with("ollama "));
        assert!(
            chosen(Choice::OpenAi, "", None)
                .await
                .starts_with("BACKEND_NOT_CONFIGURED")
        );
        assert!(
            chosen(Choice::Rules, "", models(&["llama3.2:1b"]))
                .await
                .starts_with("rules ")
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_model_that_the_last_look_lacks_is_looked_for_again_before_it_is_refused() {
        let named = |names: &[&str]| models(names).unwrap();
        for (now, expect) in [
            (
                named(&["old", "new"]),
                "ollama new (chosen by the caller or the settings)",
            ),
            (
                named(&["old", "other"]),
                "MODEL_MISSING: model \"new\" is not there; there are: old, other",
            ),
            (
                Err(Fault::busy("starting")),
                "ollama new (chosen by the caller or the settings)",
            ),
        ] {
            let (_sender, look) = watch::channel(models(&["old"]));
            let ollama: Arc<dyn Backend> = Arc::new(Scripted::new(Vec::new()).with_models(now));
            let selector = Selector::new(ollama, Arc::new(Rules::new()), look, "old".to_owned());
            let said = match selector.select(Choice::Ollama, "new").await {
                Ok(selected) => format!("ollama {} ({})", selected.model, selected.reason),
                Err(fault) => format!("{}: {fault}", fault.code()),
            };
            assert_eq!(said, expect);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_prober_looks_at_once_and_again_and_follows_what_changes() {
        let ollama = Scripted::new(Vec::new()).with_models(Err(Fault::busy("starting")));
        let prober = Prober::spawn(Arc::new(ollama.clone()), Duration::from_secs(10));
        let mut look = prober.snapshot();
        assert!(look.borrow().is_none(), "nothing is known before the first look");
        look.wait_for(Option::is_some).await.unwrap();
        assert!(matches!(&*look.borrow(), Some(Err(Fault::Busy { .. }))));
        let _ = ollama.with_models(Ok(Vec::new()));
        let asked = tokio::time::Instant::now();
        look.changed().await.unwrap();
        assert!(matches!(&*look.borrow(), Some(Ok(_))));
        let waited = asked.elapsed();
        assert!(
            waited >= Duration::from_secs(9) && waited <= Duration::from_secs(11),
            "{waited:?}"
        );
        drop(prober);
        assert!(look.changed().await.is_err(), "no look goes on after the prober");
    }

    #[tokio::test(start_paused = true)]
    async fn a_decision_waits_a_short_moment_for_the_first_look() {
        let (sender, look) = watch::channel(None);
        let ollama: Arc<dyn Backend> = Arc::new(Scripted::new(Vec::new()));
        let selector = Selector::new(ollama, Arc::new(Rules::new()), look, "m".to_owned());
        let begun = tokio::time::Instant::now();
        let late = selector.select(Choice::Auto, "").await.unwrap();
        assert_eq!((late.backend.id(), begun.elapsed()), (BackendId::Rules, FIRST_LOOK));
        let (selected, ()) = tokio::join!(selector.select(Choice::Auto, ""), async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            sender.send_replace(models(&["m"]));
        });
        assert_eq!(selected.unwrap().backend.id(), BackendId::Ollama);
        assert_eq!(begun.elapsed(), FIRST_LOOK + Duration::from_millis(100));
    }
}
