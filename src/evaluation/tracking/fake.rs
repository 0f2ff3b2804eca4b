//! A small MLflow in the tests' own process: as strict as the real one about limits, and less forgiving of repetition, since
//! it keeps every figure that it is sent. It also fails at a chosen request, before or after it has done what was asked.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::task::JoinHandle;

/// How the next request whose path ends so goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It says 503 and has done nothing.
    Before,
    /// It says 503 and has done it.
    After,
    /// It says 400.
    Refuses,
    /// It says 403.
    Closed,
}

#[derive(Clone, Debug, Default)]
pub(super) struct FakeRun {
    pub(super) name: String,
    pub(super) status: String,
    pub(super) end_time: u64,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) params: BTreeMap<String, String>,
    pub(super) metrics: Vec<(String, f64, u64)>,
    pub(super) files: BTreeMap<String, String>,
    pub(super) inputs: usize,
    pub(super) deleted: bool,
}

#[derive(Debug, Default)]
pub(super) struct Store {
    pub(super) experiments: Vec<String>,
    pub(super) runs: Vec<FakeRun>,
    pub(super) requests: Vec<String>,
    pub(super) authorizations: Vec<String>,
    /// How many requests of a path to let pass, and what then happens to one.
    pub(super) faults: Vec<(&'static str, usize, Fault)>,
    /// Where runs keep their files.
    pub(super) files_at: Option<&'static str>,
}

pub(super) struct FakeMlflow {
    pub(super) url: String,
    store: Arc<Mutex<Store>>,
    serving: JoinHandle<()>,
}

impl Drop for FakeMlflow {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl FakeMlflow {
    pub(super) async fn start() -> Self {
        let store = Arc::new(Mutex::new(Store::default()));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&store));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, store, serving }
    }

    pub(super) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap()
    }

    /// After so many requests of a path, one goes wrong.
    pub(super) fn fault(&self, path: &'static str, after: usize, fault: Fault) {
        self.store().faults.push((path, after, fault));
    }
}

async fn answer(
    State(store): State<Arc<Mutex<Store>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut store = store.lock().unwrap();
    let path = uri.path().to_owned();
    store.requests.push(format!("{method} {path}"));
    let authorization = headers.get("authorization").and_then(|value| value.to_str().ok());
    store.authorizations.extend(authorization.map(str::to_owned));
    let mut fault = None;
    if let Some(at) = store.faults.iter().position(|(of, _, _)| path.contains(of)) {
        if store.faults[at].1 == 0 {
            fault = Some(store.faults.remove(at).2);
        } else {
            store.faults[at].1 -= 1;
        }
    }
    match fault {
        Some(Fault::Before) => return (StatusCode::SERVICE_UNAVAILABLE, "restarting").into_response(),
        Some(Fault::Refuses) => return refused("INVALID_PARAMETER_VALUE", "not so"),
        Some(Fault::Closed) => return (StatusCode::FORBIDDEN, "no").into_response(),
        Some(Fault::After) | None => {}
    }
    let answer = match path.strip_prefix("/api/2.0/mlflow-artifacts/artifacts/") {
        Some(place) => store.file(place, &body),
        None => {
            let body: Value = serde_json::from_slice(&body).unwrap_or_default();
            store.call(
                path.trim_start_matches("/api/2.0/mlflow/"),
                uri.query().unwrap_or(""),
                &body,
            )
        }
    };
    match (fault, answer) {
        (Some(_), _) => (StatusCode::SERVICE_UNAVAILABLE, "restarting").into_response(),
        (None, Ok(answer)) => axum_json(StatusCode::OK, &answer),
        (None, Err(refusal)) => refusal,
    }
}

fn axum_json(status: StatusCode, value: &Value) -> Response {
    (status, [("content-type", "application/json")], value.to_string()).into_response()
}

fn refused(code: &str, message: &str) -> Response {
    axum_json(
        StatusCode::BAD_REQUEST,
        &json!({ "error_code": code, "message": message }),
    )
}

impl Store {
    #[allow(clippy::result_large_err, reason = "a test's own server")]
    fn call(&mut self, call: &str, query: &str, body: &Value) -> Result<Value, Response> {
        match call {
            "experiments/get-by-name" => {
                let name = query.trim_start_matches("experiment_name=");
                match self.experiments.iter().position(|one| one == name) {
                    Some(at) => {
                        Ok(json!({ "experiment": { "experiment_id": at.to_string(), "lifecycle_stage": "active" } }))
                    }
                    None => Err(axum_json(
                        StatusCode::NOT_FOUND,
                        &json!({ "error_code": "RESOURCE_DOES_NOT_EXIST", "message": "none" }),
                    )),
                }
            }
            "experiments/create" => {
                self.experiments.push(body["name"].as_str().unwrap().to_owned());
                Ok(json!({ "experiment_id": (self.experiments.len() - 1).to_string() }))
            }
            "runs/search" => {
                let filter = body["filter"].as_str().unwrap();
                let key = filter.split('\'').nth(1).unwrap();
                let found = self
                    .runs
                    .iter()
                    .position(|run| run.tags.get("testgen.run_key").is_some_and(|own| own == key));
                Ok(match found {
                    Some(at) => json!({ "runs": [self.shown(at)] }),
                    None => json!({}),
                })
            }
            "runs/create" => {
                self.runs.push(FakeRun {
                    name: body["run_name"].as_str().unwrap().to_owned(),
                    status: "RUNNING".to_owned(),
                    tags: pairs(&body["tags"]),
                    ..FakeRun::default()
                });
                Ok(json!({ "run": self.shown(self.runs.len() - 1) }))
            }
            "runs/log-batch" => {
                let count = |kind: &str| body[kind].as_array().map_or(0, Vec::len);
                let (metrics, params, tags) = (count("metrics"), count("params"), count("tags"));
                if metrics > 1_000 || params > 100 || tags > 100 || metrics + params + tags > 1_000 {
                    return Err(refused("INVALID_PARAMETER_VALUE", "a batch is too large"));
                }
                let run = self.run(body);
                run.tags.extend(pairs(&body["tags"]));
                for (key, value) in pairs(&body["params"]) {
                    let before = run.params.insert(key, value.clone());
                    assert!(before.is_none_or(|before| before == value), "a parameter changes");
                    assert!(value.chars().count() <= 500);
                }
                for metric in body["metrics"].as_array().into_iter().flatten() {
                    run.metrics.push((
                        metric["key"].as_str().unwrap().to_owned(),
                        metric["value"].as_f64().unwrap(),
                        metric["step"].as_u64().unwrap(),
                    ));
                }
                Ok(json!({}))
            }
            "runs/log-inputs" => {
                self.run(body).inputs += 1;
                Ok(json!({}))
            }
            "runs/update" => {
                let run = self.run(body);
                run.status = body["status"].as_str().unwrap().to_owned();
                run.end_time = body["end_time"].as_u64().unwrap();
                Ok(json!({}))
            }
            other => panic!("{other} is no call that is used"),
        }
    }

    #[allow(clippy::result_large_err, reason = "a test's own server")]
    fn file(&mut self, place: &str, body: &Bytes) -> Result<Value, Response> {
        let parts: Vec<&str> = place.split('/').collect();
        let at: usize = parts[1].trim_start_matches("run").parse().unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        self.runs[at].files.insert(parts[3].to_owned(), text);
        Ok(json!({}))
    }

    fn shown(&self, at: usize) -> Value {
        let run = &self.runs[at];
        let tags: Vec<Value> = run
            .tags
            .iter()
            .map(|(key, value)| json!({ "key": key, "value": value }))
            .collect();
        let files_at = self
            .files_at
            .map_or_else(|| format!("mlflow-artifacts:/0/run{at}/artifacts"), str::to_owned);
        json!({
            "info": {
                "run_id": format!("run{at}"),
                "status": run.status,
                "lifecycle_stage": if run.deleted { "deleted" } else { "active" },
                "artifact_uri": files_at,
            },
            "data": { "tags": tags },
        })
    }

    fn run(&mut self, body: &Value) -> &mut FakeRun {
        let id = body["run_id"].as_str().unwrap().trim_start_matches("run");
        &mut self.runs[id.parse::<usize>().unwrap()]
    }
}

fn pairs(list: &Value) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list.as_array()
        .into_iter()
        .flatten()
        .map(|pair| (text(&pair["key"]), text(&pair["value"])))
        .collect()
}
