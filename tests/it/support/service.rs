//! A service on a loopback socket, around backends that a test gives it, and a client that no code of ours stands behind
//! (tonic's generated one).

use std::sync::Arc;
use std::time::Duration;
use testgen::app::App;
use testgen::backend::rules::Rules;
use testgen::backend::scripted::{Play, Scripted};
use testgen::backend::selection::Selector;
use testgen::backend::{Backend, ModelInfo};
use testgen::config::Config;
use testgen::rpc::pb::stream_test_cases_response::Event;
use testgen::rpc::pb::test_gen_client::TestGenClient;
use testgen::rpc::pb::{StreamTestCasesRequest, StreamTestCasesResponse};
use testgen::server;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tonic::transport::Channel;
use tonic::{Status, Streaming};

/// The story of most tests.
pub const STORY: &str =
    "As a customer, I want to apply a discount code of up to 20 characters at checkout so that I pay less";

/// A running service.
pub struct TestService {
    pub app: Arc<App>,
    pub address: String,
    pub client: TestGenClient<Channel>,
    stop: Option<oneshot::Sender<()>>,
    pub served: JoinHandle<anyhow::Result<server::Ended>>,
}

impl TestService {
    /// A service whose model plays these answers, one a request.
    pub async fn playing(answers: Vec<Vec<Play>>) -> (Self, Scripted) {
        let scripted = Scripted::new(answers);
        (
            Self::over(Arc::new(scripted.clone()), Config::default()).await,
            scripted,
        )
    }

    /// A service over a model backend.
    pub async fn over(model: Arc<dyn Backend>, config: Config) -> Self {
        let rules: Arc<dyn Backend> = Arc::new(Rules::new());
        let models = vec![ModelInfo {
            name: "scripted:latest".to_owned(),
            ..ModelInfo::default()
        }];
        let (_sender, look) = watch::channel(Some(Ok(models)));
        let selector = Selector::new(model, Arc::clone(&rules), look, "scripted".to_owned());
        Self::serving(App::build_with(config, selector, rules).unwrap()).await
    }

    /// A service wired as in earnest, with its Ollama backend asking this server.
    pub async fn asking(ollama: &str) -> Self {
        let mut config = Config::default();
        config.ollama.urls = vec![ollama.parse().unwrap()];
        Self::with(config).await
    }

    /// A service wired as in earnest with these settings.
    pub async fn with(config: Config) -> Self {
        Self::serving(App::build(config).unwrap()).await
    }

    /// A service around an app that is wired already.
    pub async fn serving(app: Arc<App>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(server::run(listener, Arc::clone(&app), async {
            let _ = stopped.await;
        }));
        let client = TestGenClient::connect(address.clone()).await.unwrap();
        Self {
            app,
            address,
            client,
            stop: Some(stop),
            served,
        }
    }

    /// A client with an address of its own, from 127.0.0.2 on: another caller.
    pub async fn caller(&self, number: u8) -> TestGenClient<Channel> {
        let from = std::net::IpAddr::from([127, 0, 0, number]);
        let endpoint = Channel::from_shared(self.address.clone()).unwrap();
        TestGenClient::new(endpoint.local_address(Some(from)).connect().await.unwrap())
    }

    /// Asks the service to stop.
    pub fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// Streams a story to its end.
    pub async fn stream(
        &mut self,
        request: StreamTestCasesRequest,
    ) -> (Vec<StreamTestCasesResponse>, Result<(), Status>) {
        match self.client.stream_test_cases(request).await {
            Ok(stream) => drain(stream.into_inner()).await,
            Err(status) => (Vec::new(), Err(status)),
        }
    }
}

/// Reads a stream to its end.
pub async fn drain(
    mut stream: Streaming<StreamTestCasesResponse>,
) -> (Vec<StreamTestCasesResponse>, Result<(), Status>) {
    let mut seen = Vec::new();
    loop {
        match stream.message().await {
            Ok(Some(message)) => seen.push(message),
            Ok(None) => return (seen, Ok(())),
            Err(status) => return (seen, Err(status)),
        }
    }
}

/// A request for the story of most tests.
pub fn request() -> StreamTestCasesRequest {
    StreamTestCasesRequest {
        user_story: STORY.to_owned(),
        ..Default::default()
    }
}

/// What happened, in one word each; neighbouring tokens are one.
pub fn kinds(events: &[StreamTestCasesResponse]) -> Vec<&'static str> {
    let mut kinds: Vec<&str> = events
        .iter()
        .map(|event| match event.event {
            Some(Event::Started(_)) => "started",
            Some(Event::Queued(_)) => "queued",
            Some(Event::Analysis(_)) => "analysis",
            Some(Event::AttemptStarted(_)) => "attempt",
            Some(Event::Token(_)) => "token",
            Some(Event::TestCase(_)) => "case",
            Some(Event::Rejection(_)) => "rejection",
            Some(Event::CoverageChange(_)) => "coverage",
            Some(Event::Notice(_)) => "notice",
            Some(Event::Heartbeat(_)) => "heartbeat",
            Some(Event::SuiteReview(_)) => "review",
            Some(Event::Revision(_)) => "revision",
            Some(Event::Replacement(_)) => "replacement",
            Some(Event::Completion(_)) => "completion",
            None => "nothing",
        })
        .collect();
    kinds.dedup_by(|one, other| *one == "token" && *other == "token");
    kinds
}

/// Waits until a condition holds; panics after five seconds.
pub async fn eventually(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..500 {
        if condition() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never came true: {what}");
}
