//! `testgen models`, `testgen check` and `testgen config list`: what there is, what answers, what would be used.

use super::args::Check;
use super::events::connect;
use super::terminal::{Look, Tone, columns, paint, safe, wrap};
use super::trouble::Trouble;
use crate::app::App;
use crate::backend::{Backend, ModelInfo};
use crate::config::source::Origin;
use crate::config::{BackendChoice, Config, Loaded};
use std::io::Write;
use std::time::Duration;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

const HEALTH_TIMEOUT: Duration = Duration::from_secs(5);

/// Lists the models. A model server that does not answer is worth a line; it is a failure only where the settings name
/// it outright.
pub(super) async fn models(config: Config, mut out: impl Write) -> Result<(), Trouble> {
    let app = App::build(config)?;
    writeln!(out, "rules    the embedded rules; no model, always there")?;
    let none = format!(
        "answers, and has no model yet; `ollama pull {}` gets one",
        app.config().ollama.model
    );
    list_models(&app, app.ollama(), &none, &mut out).await?;
    if let Some(openai) = app.openai() {
        list_models(&app, openai, "answers, and lists no model", &mut out).await?;
    }
    Ok(())
}

async fn list_models(app: &App, backend: &dyn Backend, none: &str, out: &mut impl Write) -> Result<(), Trouble> {
    let label = backend.id().as_str();
    let models = match backend.probe().await {
        Ok(models) => models,
        Err(fault) if app.config().backend.as_str() == label => {
            return Err(Trouble::Failed(format!("{label}: {fault}")));
        }
        Err(fault) => return Ok(writeln!(out, "{label}   {}", safe(&fault.to_string()))?),
    };
    if models.is_empty() {
        writeln!(out, "{label}   {none}")?;
    }
    let widest = models.iter().map(|model| columns(&model.name)).max().unwrap_or(0);
    for model in &models {
        let name = safe(&model.name);
        let gap = " ".repeat(widest.saturating_sub(columns(&name)));
        writeln!(out, "{}", format!("{label}   {name}{gap}  {}", facts(model)).trim_end())?;
    }
    Ok(())
}

/// Parameters, quantization, size and the start of the digest, as far as they are known.
fn facts(model: &ModelInfo) -> String {
    let size = model
        .size
        .map(|bytes| format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10));
    let digest: String = model.digest.trim_start_matches("sha256:").chars().take(12).collect();
    let facts = [
        model.parameters.clone(),
        model.quantization.clone(),
        size.unwrap_or_default(),
        digest,
    ];
    safe(
        &facts
            .into_iter()
            .filter(|fact| !fact.is_empty())
            .collect::<Vec<_>>()
            .join("  "),
    )
}

/// Says what is configured, what answers and what would be used.
pub(super) async fn check(args: &Check, config: Config, out: impl Write) -> Result<(), Trouble> {
    match &args.server {
        Some(url) => health(url, out).await,
        None => local(config, out).await,
    }
}

async fn local(config: Config, mut out: impl Write) -> Result<(), Trouble> {
    let app = App::build(config)?;
    let config = app.config();
    let mut line = |label: &str, text: &str| writeln!(out, "{label:<11}{}", safe(text));
    line("backend", config.backend.as_str())?;
    line("listens", &format!("{} (testgen serve)", config.server.listen))?;
    line("rules", "ready; they need nothing")?;
    let urls: Vec<String> = config
        .ollama
        .urls
        .iter()
        .map(|url| crate::config::show_url(url))
        .collect();
    line("ollama", &answers(app.ollama(), &urls.join(", ")).await)?;
    line("model", &config.ollama.model)?;
    if let (Some(openai), Some(url)) = (app.openai(), &config.openai.url) {
        line("openai", &answers(openai, &crate::config::show_url(url)).await)?;
        let model = match config.openai.model.as_str() {
            "" => "the first that the server lists",
            model => model,
        };
        line("model", model)?;
    }
    line("telemetry", &telemetry(config).await)?;
    let metrics = config.server.operator_listen.map_or_else(
        || "served nowhere (server.operator_listen is empty)".to_owned(),
        |address| format!("http://{address}/metrics (testgen serve)"),
    );
    line("metrics", &metrics)?;
    let selector = &app.services().selector;
    let usable = match selector.select(crate::app::choice(config.backend), "").await {
        // A backend named outright is selected unseen; whether it answers is seen in the last look.
        Ok(selected) if config.backend != BackendChoice::Auto && !selector.answers(selected.backend.id()) => {
            Err(format!("{} does not answer", selected.backend.id().as_str()))
        }
        Ok(selected) => {
            let name = [selected.backend.id().as_str(), &selected.model].join(" ");
            Ok(format!("{} ({})", name.trim_end(), selected.reason))
        }
        Err(fault) => Err(fault.to_string()),
    };
    match usable {
        Ok(used) => Ok(line("used", &used)?),
        Err(reason) => {
            line("used", "nothing")?;
            Err(Trouble::Failed(format!("no test cases can be made: {reason}")))
        }
    }
}

/// Where telemetry goes, and whether it would get there.
async fn telemetry(config: &Config) -> String {
    let Some(endpoint) = &config.otel.endpoint else {
        return "goes nowhere but into the log (otel.endpoint is not set)".to_owned();
    };
    let endpoint = crate::config::show_url(endpoint);
    let carries = if config.otel.content {
        "; traces carry stories and prompts (telemetry.content)"
    } else {
        ""
    };
    match crate::telemetry::reach(&config.otel).await {
        Ok(()) => format!("{endpoint} answers{carries}"),
        Err(reason) => format!("{endpoint} does not take traces: {reason} (otel.endpoint){carries}"),
    }
}

/// Whether a model server answers, and what it has.
async fn answers(backend: &dyn Backend, url: &str) -> String {
    match backend.probe().await {
        Ok(models) if models.is_empty() => format!("{url} answers and has no model"),
        Ok(models) => {
            let names: Vec<&str> = models.iter().map(|model| model.name.as_str()).collect();
            format!("{url} answers and has {}", names.join(", "))
        }
        Err(fault) => fault.to_string(),
    }
}

/// Asks a running service for its health, by the names that it is known to have.
async fn health(url: &str, mut out: impl Write) -> Result<(), Trouble> {
    let mut client = HealthClient::new(connect(url).await?);
    let mut can_generate = false;
    for name in [
        crate::server::SERVICE_NAME,
        "backend/ollama",
        "backend/openai",
        "backend/rules",
    ] {
        let mut request = tonic::Request::new(HealthCheckRequest {
            service: name.to_owned(),
        });
        request.set_timeout(HEALTH_TIMEOUT);
        let status = match tokio::time::timeout(HEALTH_TIMEOUT, client.check(request)).await {
            Ok(Ok(response)) => ServingStatus::try_from(response.into_inner().status).unwrap_or(ServingStatus::Unknown),
            // A service has this name only if the backend is set up.
            Ok(Err(status)) if status.code() == tonic::Code::NotFound && name == "backend/openai" => continue,
            Ok(Err(status)) if status.code() == tonic::Code::NotFound => ServingStatus::ServiceUnknown,
            Ok(Err(status)) => {
                let limit = format!("it is waited for {} s", HEALTH_TIMEOUT.as_secs());
                return Err(Trouble::of_service(url, status, &limit));
            }
            Err(_) => {
                return Err(Trouble::Failed(format!(
                    "{url} does not answer within {} s",
                    HEALTH_TIMEOUT.as_secs()
                )));
            }
        };
        can_generate |= name == crate::server::SERVICE_NAME && status == ServingStatus::Serving;
        writeln!(
            out,
            "{name:<20}{}",
            status.as_str_name().to_ascii_lowercase().replace('_', " ")
        )?;
    }
    if can_generate {
        Ok(())
    } else {
        Err(Trouble::Failed(format!("{url} cannot generate test cases now")))
    }
}

/// All settings, each with its value, where it comes from, and what it accepts.
pub(super) fn list(loaded: &Loaded, look: Look, mut out: impl Write) -> Result<(), Trouble> {
    let mut section = "";
    for row in loaded.rows() {
        let (head, _) = row.name.split_once('.').unwrap_or(("", row.name));
        if head != section {
            writeln!(out, "{}", paint(&format!("[{head}]"), Tone::Dim, look.colour))?;
            section = head;
        }
        let tone = if row.origin == Origin::Default {
            Tone::Plain
        } else {
            Tone::Strong
        };
        let value = if row.value.is_empty() {
            "(not set)"
        } else {
            row.value.as_str()
        };
        let origin = paint(&format!("({})", row.origin), Tone::Dim, look.colour);
        writeln!(
            out,
            "{} = {} {origin}",
            paint(row.name, Tone::Name, look.colour),
            paint(&safe(value), tone, look.colour)
        )?;
        let about = format!("{} Accepts {}. {}", row.help, row.accepts, row.variables.join(", "));
        for line in wrap(&about, look.width.saturating_sub(4)) {
            writeln!(out, "    {}", paint(&line, Tone::Dim, look.colour))?;
        }
    }
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::config::env::Environment;
    use insta::assert_snapshot;

    #[test]
    fn the_listing_of_settings_reads_well() {
        let environment = Environment::of([
            ("LOG_LEVEL", "debug"),
            ("TESTGEN_OLLAMA_URL", "http://me:pw@models:11434"),
        ]);
        let loaded = crate::config::load(&[&environment]).unwrap();
        let mut out = Vec::new();
        list(
            &loaded,
            Look {
                width: 100,
                colour: false,
                live: false,
            },
            &mut out,
        )
        .unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.contains(":pw@"));
        assert_snapshot!(text);
    }

    async fn models_of(backend: BackendChoice) -> (String, Result<(), Trouble>) {
        let mut config = Config {
            backend,
            ..Config::default()
        };
        config.ollama.urls = vec!["http://127.0.0.1:1".parse().unwrap()];
        let mut out = Vec::new();
        let ended = models(config, &mut out).await;
        (String::from_utf8(out).unwrap(), ended)
    }

    #[tokio::test]
    async fn without_ollama_the_rules_are_listed_and_that_is_no_failure() {
        let (text, ended) = models_of(BackendChoice::Auto).await;
        ended.unwrap();
        assert_snapshot!(text, @"
        rules    the embedded rules; no model, always there
        ollama   http://127.0.0.1:1 cannot be reached: connection refused (ollama.url sets the address)
        ");
    }

    #[tokio::test]
    async fn a_model_server_that_is_named_outright_and_missing_is_a_failure() {
        let (_, ended) = models_of(BackendChoice::Ollama).await;
        let trouble = ended.unwrap_err();
        assert_eq!(trouble.exit_code(), std::process::ExitCode::from(1));
        assert!(trouble.message().unwrap().contains("http://127.0.0.1:1"), "{trouble:?}");
    }

    #[test]
    fn a_model_is_described_by_what_is_known_of_it() {
        let model = ModelInfo {
            name: "llama3.2:1b".into(),
            digest: "sha256:baf6a787fdffd633537aa2eb51cfd54cb93ff08e28040095462bb63daf552878".into(),
            size: Some(1_321_098_329),
            parameters: "1.2B".into(),
            quantization: "Q8_0".into(),
        };
        assert_eq!(facts(&model), "1.2B  Q8_0  1.3 GB  baf6a787fdff");
        assert_eq!(facts(&ModelInfo::default()), "");
    }
}
