//! A small Ollama over a real socket, which also stalls, cuts, resets and lies.
//!
//! It is hand-written on TCP, because a proper HTTP library refuses to do what a broken server does: to stop within a
//! chunk, to reset, to send a line that is not UTF-8. Where it behaves, it behaves as Ollama 0.33 does; comments say
//! what of it is copied: no byte of an answer before its first token, one object and one line feed a chunk, no line
//! feed after a single object, `<`, `>` and `&` escaped, keys left out that are empty.
//!
//! Under `/v1` it speaks OpenAI's interface, as the real one does, but with the habits of the servers that speak nothing
//! else (vLLM, llama.cpp's).
//!
//! Each `POST /api/chat` or `/v1/chat/completions` plays the next [`Script`]. Requests are kept, and so is the moment at which a client leaves:
//! how many tokens had been written by then.

mod openai;
mod script;
mod wire;

use script::Dialect;
pub use script::{Framing, Play, Script, Told};

use serde_json::{Value, json};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};

/// The server. Dropping it closes its port and every connection.
pub struct FakeOllama {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

/// A request that arrived.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub method: String,
    pub path: String,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    /// `Null` where there was none or where it was not JSON.
    pub body: Value,
    /// As it came, for the order of keys.
    pub raw_body: String,
}

/// A chat whose client left before the answer was at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// Tokens that had been written when the server saw it.
    pub tokens_written: usize,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Notify,
    /// Tokens written to all clients.
    tokens: AtomicU64,
}

/// Decides what a chat gets.
type Chooser = Arc<dyn Fn(&Recorded) -> Script + Send + Sync>;

#[derive(Default)]
struct State {
    scripts: VecDeque<Script>,
    otherwise: Option<Script>,
    chooser: Option<Chooser>,
    models: Vec<String>,
    loaded: Vec<String>,
    memory_look_hangs: bool,
    refuses_host: bool,
    api_key: Option<String>,
    pulls: VecDeque<Script>,
    /// Whether slots leak; then whether one has, and how many chats wait for it.
    leaks: bool,
    leaked: bool,
    waiting: usize,
    requests: Vec<Recorded>,
    open: usize,
    left: Vec<Left>,
}

impl Recorded {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }
}

impl FakeOllama {
    /// Listens on a free port of the loopback address, with one model, `llama3.2:1b`, in memory.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared::default());
        {
            let mut state = shared.lock();
            state.models = vec!["llama3.2:1b".to_owned()];
            state.loaded = state.models.clone();
        }
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self {
            address,
            shared,
            accepting,
        }
    }

    /// A server that plays this to the first chat.
    pub async fn playing(script: Script) -> Self {
        let server = Self::start().await;
        server.push(script);
        server
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The URL of its OpenAI interface.
    pub fn openai_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Requests to its OpenAI interface need this key.
    pub fn wants_key(&self, key: &str) {
        self.shared.lock().api_key = Some(key.to_owned());
    }

    /// The next chat that has no script yet gets this one.
    pub fn push(&self, script: Script) {
        self.shared.lock().scripts.push_back(script);
    }

    /// Chats beyond the scripts get this one, each of them.
    pub fn otherwise(&self, script: Script) {
        self.shared.lock().otherwise = Some(script);
    }

    /// Chats beyond the scripts get what this makes of the request. Requests are not kept from then on, since there may be
    /// thousands of them.
    pub fn chooses(&self, chooser: impl Fn(&Recorded) -> Script + Send + Sync + 'static) {
        self.shared.lock().chooser = Some(Arc::new(chooser));
    }

    /// Tokens that were written to all clients so far.
    pub fn tokens_written(&self) -> u64 {
        self.shared.tokens.load(Ordering::Relaxed)
    }

    /// The models that are there; a chat with another one gets a 404, as from the real one.
    pub fn has_models(&self, names: &[&str]) {
        self.shared.lock().models = names.iter().map(|name| (*name).to_owned()).collect();
    }

    /// The models that `/api/ps` lists.
    pub fn has_loaded(&self, names: &[&str]) {
        self.shared.lock().loaded = names.iter().map(|name| (*name).to_owned()).collect();
    }

    /// `/api/ps` does not answer: the real one waits for the lock that a starting model holds.
    pub fn memory_look_hangs(&self) {
        self.shared.lock().memory_look_hangs = true;
    }

    /// Every request gets an empty 403: the real one, on loopback, for a `Host` that it does not know.
    pub fn refuses_host(&self) {
        self.shared.lock().refuses_host = true;
    }

    /// The next `/api/pull` gets this one, in lines of [`Play::Raw`]. If it says `success`, the model is there after it.
    pub fn pulls(&self, script: Script) {
        self.shared.lock().pulls.push_back(script);
    }

    /// From now on a client that leaves in the middle of an answer takes the only slot with it, as #17131 of the real one
    /// does: every chat is silent until the model is unloaded while none is pending.
    pub fn leaks_slots(&self) {
        self.shared.lock().leaks = true;
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.lock().requests.clone()
    }

    /// The chats so far.
    pub fn chats(&self) -> Vec<Recorded> {
        self.requests()
            .into_iter()
            .filter(|request| matches!(request.path.as_str(), "/api/chat" | "/v1/chat/completions"))
            .collect()
    }

    /// Connections that are open now.
    pub fn open_connections(&self) -> usize {
        self.shared.lock().open
    }

    /// Waits until so many clients have left in the middle of an answer.
    pub async fn left(&self, count: usize) -> Vec<Left> {
        self.until("a client leaves", |state| {
            (state.left.len() >= count).then(|| state.left.clone())
        })
        .await
    }

    /// Waits until no connection is open.
    pub async fn all_closed(&self) {
        self.until("every connection is closed", |state| (state.open == 0).then_some(()))
            .await;
    }

    async fn until<T>(&self, what: &str, ask: impl Fn(&State) -> Option<T>) -> T {
        let wait = async {
            loop {
                let changed = self.shared.changed.notified();
                if let Some(answer) = ask(&self.shared.lock()) {
                    return answer;
                }
                changed.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), wait)
            .await
            .unwrap_or_else(|_| panic!("waited too long until {what}"))
    }
}

impl Drop for FakeOllama {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics with the lock")
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        // Waiters register before they look, so that none misses this.
        self.changed.notify_waiters();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // Dropped with this task, and every connection with it.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        connections.spawn(connection(stream, Arc::clone(&shared)));
    }
}

/// Counts a connection for as long as it lives.
struct Open(Arc<Shared>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.change(|state| state.open -= 1);
    }
}

/// Counts a chat that waits for a leaked slot.
struct Waiting(Arc<Shared>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.change(|state| state.waiting -= 1);
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    shared.change(|state| state.open += 1);
    let _open = Open(Arc::clone(&shared));
    let _ = stream.set_nodelay(true);
    let mut peer = wire::Peer::new(stream);
    while let Some(request) = peer.request().await {
        shared.change(|state| {
            if state.chooser.is_none() {
                state.requests.push(request.clone());
            }
        });
        let chosen = answer(&request, &shared.lock());
        let answered = match chosen {
            Answer::Reply(status, kind, body) => peer.reply(status, kind, &body).await,
            Answer::Never => peer.gone().await,
            Answer::Leaked => {
                shared.change(|state| state.waiting += 1);
                let _waiting = Waiting(Arc::clone(&shared));
                peer.gone().await
            }
            Answer::Unload => {
                shared.change(|state| state.leaked &= state.waiting > 0);
                let body = wire::unloaded(&wire::model_of(&request));
                peer.reply(200, JSON, &body).await
            }
            Answer::Pull => {
                let script = shared.lock().pulls.pop_front().unwrap_or_default();
                let played = script::play(&mut peer, &script, "", Dialect::Ollama, &shared.tokens).await;
                if script.says("success") {
                    shared.change(|state| state.models.push(wire::model_of(&request)));
                }
                played == script::Played::ToItsEnd
            }
            Answer::Chat(dialect) => {
                let script = next_script(&shared, &request);
                let played = script::play(&mut peer, &script, &wire::model_of(&request), dialect, &shared.tokens).await;
                if let script::Played::ClientLeft { tokens_written } = played {
                    shared.change(|state| {
                        state.leaked |= state.leaks && tokens_written > 0;
                        state.left.push(Left { tokens_written });
                    });
                }
                played == script::Played::ToItsEnd
            }
        };
        if !answered {
            return;
        }
    }
}

enum Answer {
    Reply(u16, &'static str, String),
    Never,
    Leaked,
    Unload,
    Pull,
    Chat(Dialect),
}

fn next_script(shared: &Shared, request: &Recorded) -> Script {
    let none = || {
        Script::reply(
            500,
            "application/json",
            r#"{"error":"the fake has no script for this chat"}"#,
        )
    };
    let chooser = {
        let mut state = shared.lock();
        match state.scripts.pop_front().or_else(|| state.otherwise.clone()) {
            Some(script) => return script,
            None => state.chooser.clone(),
        }
    };
    chooser.map_or_else(none, |choose| choose(request))
}

const JSON: &str = "application/json; charset=utf-8";
const TEXT: &str = "text/plain";

fn answer(request: &Recorded, state: &State) -> Answer {
    if state.refuses_host {
        return Answer::Reply(403, "", String::new());
    }
    if let Some(interface) = request.path.strip_prefix("/v1/") {
        return answer_openai(request, interface, state);
    }
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/") => Answer::Reply(200, "text/plain; charset=utf-8", "Ollama is running".to_owned()),
        ("GET", "/api/version") => Answer::Reply(200, JSON, json!({"version": "0.33.0"}).to_string()),
        ("GET", "/api/tags") => Answer::Reply(200, JSON, wire::tags(&state.models)),
        ("GET", "/api/ps") if state.memory_look_hangs => Answer::Never,
        ("GET", "/api/ps") => Answer::Reply(200, JSON, wire::loaded(&state.loaded)),
        ("POST", "/api/embed") => wire::embedded(request, &state.models),
        ("POST", "/api/show") => Answer::Reply(200, JSON, wire::show()),
        ("POST", "/api/pull") => Answer::Pull,
        ("POST", "/api/chat") if wire::is_unload(request) => Answer::Unload,
        ("POST", "/api/chat") if state.leaked => Answer::Leaked,
        ("POST", "/api/chat") => {
            let model = wire::model_of(request);
            if state
                .models
                .iter()
                .any(|name| *name == model || *name == format!("{model}:latest"))
            {
                Answer::Chat(Dialect::Ollama)
            } else {
                Answer::Reply(
                    404,
                    JSON,
                    json!({"error": format!("model '{model}' not found")}).to_string(),
                )
            }
        }
        (_, "/api/chat" | "/api/tags" | "/api/ps" | "/api/version" | "/api/show") => {
            Answer::Reply(405, TEXT, "405 method not allowed".to_owned())
        }
        _ => Answer::Reply(404, TEXT, "404 page not found".to_owned()),
    }
}

fn answer_openai(request: &Recorded, path: &str, state: &State) -> Answer {
    let given = request
        .header("authorization")
        .and_then(|value| value.strip_prefix("Bearer "));
    if state.api_key.is_some() && given != state.api_key.as_deref() {
        return Answer::Reply(401, JSON, openai::unauthorized(given.unwrap_or_default()));
    }
    match (request.method.as_str(), path) {
        ("GET", "models") => Answer::Reply(200, JSON, openai::models(state)),
        ("POST", "chat/completions") if state.models.contains(&wire::model_of(request)) => {
            Answer::Chat(Dialect::OpenAi)
        }
        ("POST", "chat/completions") => Answer::Reply(404, JSON, openai::missing(&wire::model_of(request))),
        _ => Answer::Reply(404, JSON, r#"{"detail":"Not Found"}"#.to_owned()),
    }
}
