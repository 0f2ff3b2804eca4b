//! MLflow's REST API, so far as runs need it.

use super::record::{Data, KEY_TAG, Point, Record};
use crate::backend::masked::{Secret, ServerUrl};
use crate::config::Mlflow;
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::error::Error as _;
use std::time::Duration;

/// Longest answer that is read.
const LONGEST_ANSWER: usize = 8 << 20;
/// Longest words of a server that are shown.
const LONGEST_WORDS: usize = 300;
/// A file is larger than a question, and may take longer by this.
const FILE_TIME: u32 = 6;

/// What a server did not do.
#[derive(Debug)]
pub(super) enum Problem {
    /// It could not be reached, or has trouble of its own: that passes.
    Passing(String),
    /// It lets nobody in, or is no MLflow: no run can be sent.
    Closed(String),
    /// It does not take this run.
    Refused(String),
}

impl Problem {
    pub(super) fn message(&self) -> &str {
        match self {
            Self::Passing(message) | Self::Closed(message) | Self::Refused(message) => message,
        }
    }
}

/// A run as the server has it.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) id: String,
    /// Whether its end was told.
    pub(super) ended: bool,
    /// Whether somebody deleted it.
    pub(super) deleted: bool,
    /// Where its files are.
    pub(super) files_at: String,
    pub(super) tags: BTreeMap<String, String>,
}

/// A server.
pub(super) struct Client {
    http: reqwest::Client,
    url: ServerUrl,
    token: Option<Secret>,
    timeout: Duration,
}

impl Client {
    /// A client; connects to nothing.
    pub(super) fn new(config: &Mlflow, url: &ServerUrl) -> Result<Self, String> {
        let http = crate::backend::endpoint::client(url, config.timeout).map_err(|error| error.to_string())?;
        Ok(Self {
            http,
            // One way in: a token takes the place of a user and password.
            url: match config.token {
                Some(_) => url.without_credentials(),
                None => url.clone(),
            },
            token: config.token.clone(),
            timeout: config.timeout,
        })
    }

    /// The page of a run.
    pub(super) fn page(&self, experiment: &str, run: &str) -> String {
        format!("{}/#/experiments/{experiment}/runs/{run}", self.url)
    }

    /// The experiment of this name; it is made if it is missing.
    pub(super) async fn experiment(&self, name: &str) -> Result<String, Problem> {
        for _ in 0..2 {
            if let Some(found) = self.find_experiment(name).await? {
                return Ok(found);
            }
            let made = self.post("experiments/create", &json!({ "name": name })).await;
            match made {
                Ok(made) => return text(&made, "/experiment_id"),
                // Somebody else made it in between.
                Err(Problem::Refused(told)) if told.contains("RESOURCE_ALREADY_EXISTS") => {}
                Err(problem) => return Err(problem),
            }
        }
        Err(Problem::Refused(format!(
            "the experiment {name:?} can neither be found nor made"
        )))
    }

    async fn find_experiment(&self, name: &str) -> Result<Option<String>, Problem> {
        let mut url = self.url.at("api/2.0/mlflow/experiments/get-by-name");
        url.query_pairs_mut().append_pair("experiment_name", name);
        let request = self.http.get(url).timeout(self.timeout);
        match self.json(self.signed(request)).await {
            Ok(found) => {
                let stage = found.pointer("/experiment/lifecycle_stage").and_then(Value::as_str);
                if stage == Some("deleted") {
                    return Err(Problem::Refused(format!(
                        "the experiment {name:?} is deleted there: restore it, or set mlflow.experiment"
                    )));
                }
                text(&found, "/experiment/experiment_id").map(Some)
            }
            Err(Problem::Refused(told)) if told.contains("RESOURCE_DOES_NOT_EXIST") => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    /// The run with this key of ours, also one that somebody deleted.
    pub(super) async fn find(&self, experiment: &str, key: &str) -> Result<Option<Run>, Problem> {
        let asked = json!({
            "experiment_ids": [experiment],
            "filter": format!("tags.`{KEY_TAG}` = '{key}'"),
            "run_view_type": "ALL",
            "max_results": 1,
        });
        let found = self.post("runs/search", &asked).await?;
        found.pointer("/runs/0").map(run).transpose()
    }

    /// Makes a run.
    pub(super) async fn create(&self, experiment: &str, record: &Record, parent: Option<&str>) -> Result<Run, Problem> {
        let mut tags = vec![json!({ "key": KEY_TAG, "value": record.key })];
        tags.extend(parent.map(|parent| json!({ "key": "mlflow.parentRunId", "value": parent })));
        tags.extend(pairs(&record.tags));
        let asked = json!({
            "experiment_id": experiment,
            "run_name": record.name,
            "start_time": record.began_ms,
            "tags": tags,
        });
        let made = self.post("runs/create", &asked).await?;
        run(made.get("run").unwrap_or(&Value::Null))
    }

    /// Adds parameters, figures and tags.
    pub(super) async fn log(
        &self,
        run: &str,
        params: &[(&String, &String)],
        points: &[Point],
        tag: (&str, String),
    ) -> Result<(), Problem> {
        let metric = |point: &Point| json!({ "key": point.key, "value": point.value, "timestamp": point.at_ms, "step": point.step });
        let param = |(key, value): &(&String, &String)| json!({ "key": key, "value": value });
        let asked = json!({
            "run_id": run,
            "params": params.iter().map(param).collect::<Vec<Value>>(),
            "metrics": points.iter().map(metric).collect::<Vec<Value>>(),
            "tags": [{ "key": tag.0, "value": tag.1 }],
        });
        self.post("runs/log-batch", &asked).await.map(drop)
    }

    /// Says which stories it was about.
    pub(super) async fn data(&self, run: &str, data: &Data) -> Result<(), Problem> {
        let asked = json!({
            "run_id": run,
            "datasets": [{
                "tags": [{ "key": "mlflow.data.context", "value": "evaluation" }],
                "dataset": {
                    "name": data.name,
                    "digest": data.digest,
                    "source_type": "local",
                    "source": json!({ "uri": data.name }).to_string(),
                    "profile": json!({ "num_rows": data.stories }).to_string(),
                },
            }],
        });
        self.post("runs/log-inputs", &asked).await.map(drop)
    }

    /// Puts a file beside the run; `false` where the server keeps no files.
    pub(super) async fn file(&self, run: &Run, name: &str, text: &str) -> Result<bool, Problem> {
        // `mlflow-artifacts:/1/RUN/artifacts`, or with a host before the path.
        let Some(place) = run.files_at.strip_prefix("mlflow-artifacts:") else {
            return Ok(false);
        };
        let place = match place.strip_prefix("//") {
            Some(hosted) => hosted.split_once('/').map_or("", |(_, path)| path),
            None => place,
        };
        let path = format!("api/2.0/mlflow-artifacts/artifacts/{}/{name}", place.trim_matches('/'));
        let request = self
            .http
            .put(self.url.at(&path))
            .header("content-type", "application/octet-stream")
            .timeout(self.timeout * FILE_TIME)
            .body(text.to_owned());
        self.answered(self.signed(request)).await.map(|_| true)
    }

    /// Says how it ended.
    pub(super) async fn end(&self, run: &str, record: &Record) -> Result<(), Problem> {
        let status = if record.failed { "FAILED" } else { "FINISHED" };
        let asked = json!({ "run_id": run, "status": status, "end_time": record.ended_ms });
        self.post("runs/update", &asked).await.map(drop)
    }

    // === requests ===

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.token {
            Some(token) => request.bearer_auth(token.expose()),
            None => request,
        }
    }

    async fn post(&self, call: &str, body: &Value) -> Result<Value, Problem> {
        let url = self.url.at(&format!("api/2.0/mlflow/{call}"));
        let request = self.http.post(url).timeout(self.timeout).json(body);
        self.json(self.signed(request)).await
    }

    async fn json(&self, request: RequestBuilder) -> Result<Value, Problem> {
        let bytes = self.answered(request).await?;
        serde_json::from_slice(&bytes)
            .map_err(|_| Problem::Closed("it does not answer as MLflow does: no JSON (mlflow.tracking_url)".to_owned()))
    }

    async fn answered(&self, request: RequestBuilder) -> Result<Vec<u8>, Problem> {
        let response = request.send().await.map_err(|error| Problem::Passing(cause(error)))?;
        let status = response.status();
        let bytes = body(response).await.map_err(|error| Problem::Passing(cause(error)))?;
        if status.is_success() {
            return Ok(bytes);
        }
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let code = answer.get("error_code").and_then(Value::as_str);
        let words = answer.get("message").and_then(Value::as_str).unwrap_or_default();
        let words: String = self.hidden(words).chars().take(LONGEST_WORDS).collect();
        let told = [status.as_str(), code.unwrap_or_default(), &words].join(" ");
        let told = told.trim_end().to_owned();
        Err(match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                Problem::Closed(format!("{told} (mlflow.token, or a user in mlflow.tracking_url)"))
            }
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Problem::Passing(told),
            status if status.is_server_error() => Problem::Passing(told),
            // An answer that is not MLflow's own.
            _ if code.is_none() => Problem::Closed(format!("{told}: no MLflow there (mlflow.tracking_url)")),
            _ => Problem::Refused(told),
        })
    }

    /// A server's words without what it may have repeated of ours.
    fn hidden(&self, words: &str) -> String {
        let secrets = [self.token.as_ref().map(Secret::expose), self.url.password()];
        let mut words = words.to_owned();
        for secret in secrets.into_iter().flatten().filter(|secret| !secret.is_empty()) {
            words = words.replace(secret, crate::backend::masked::MASK);
        }
        words
    }
}

/// The innermost cause, which says more than "error sending request", and no address with a password.
fn cause(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time (mlflow.timeout)".to_owned();
    }
    let error = error.without_url();
    let mut inner: &dyn std::error::Error = &error;
    while let Some(next) = inner.source() {
        inner = next;
    }
    match inner.downcast_ref::<std::io::Error>() {
        Some(io) if io.kind() == std::io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        _ if error.source().is_none() => error.to_string(),
        _ => inner.to_string(),
    }
}

async fn body(mut response: Response) -> reqwest::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        let room = LONGEST_ANSWER - bytes.len();
        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if bytes.len() == LONGEST_ANSWER {
            break;
        }
    }
    Ok(bytes)
}

fn pairs(map: &BTreeMap<String, String>) -> impl Iterator<Item = Value> {
    map.iter().map(|(key, value)| json!({ "key": key, "value": value }))
}

fn text(answer: &Value, pointer: &str) -> Result<String, Problem> {
    match answer.pointer(pointer) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        _ => Err(Problem::Closed(format!(
            "it does not answer as MLflow does: no {} (mlflow.tracking_url)",
            pointer.rsplit('/').next().unwrap_or_default()
        ))),
    }
}

fn run(answer: &Value) -> Result<Run, Problem> {
    let of = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let tags = answer.pointer("/data/tags").and_then(Value::as_array);
    let pair = |tag: &Value| {
        Some((
            tag.get("key")?.as_str()?.to_owned(),
            tag.get("value")?.as_str()?.to_owned(),
        ))
    };
    Ok(Run {
        id: text(answer, "/info/run_id")?,
        ended: !matches!(of("/info/status"), "RUNNING" | "SCHEDULED" | ""),
        deleted: of("/info/lifecycle_stage") == "deleted",
        files_at: of("/info/artifact_uri").to_owned(),
        tags: tags.into_iter().flatten().filter_map(pair).collect(),
    })
}
