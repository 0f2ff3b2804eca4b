//! The least that can stand in the middle: a tonic service that reads an answer line by line and sends one message for
//! each token. What the service costs beyond it is what the service does beyond it.

use futures_core::Stream;
use serde::Deserialize;
use std::pin::Pin;
use std::task::{Context, Poll};
use testgen::rpc::pb;
use testgen::rpc::pb::stream_test_cases_response::Event;
use testgen::rpc::pb::test_gen_server::{TestGen, TestGenServer};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

pub async fn run(port: u16, model: String) {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
        .await
        .expect("the port");
    let relay = Relay {
        client: reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .build()
            .expect("a client"),
        model,
    };
    Server::builder()
        .max_concurrent_streams(10_000)
        .tcp_nodelay(true)
        .add_service(TestGenServer::new(relay))
        .serve_with_incoming(TcpListenerStream::new(listener))
        .await
        .expect("it serves");
}

struct Relay {
    client: reqwest::Client,
    model: String,
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    message: Message<'a>,
    #[serde(default)]
    done: bool,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    content: std::borrow::Cow<'a, str>,
}

pub struct Tokens {
    body: Pin<Box<dyn Stream<Item = reqwest::Result<bytes::Bytes>> + Send>>,
    waiting: Vec<u8>,
    at: usize,
    sequence: u64,
}

impl Stream for Tokens {
    type Item = Result<pb::StreamTestCasesResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(end) = memchr::memchr(b'\n', &this.waiting[this.at..]) {
                let line = &this.waiting[this.at..this.at + end];
                let line: Line<'_> = match serde_json::from_slice(line) {
                    Ok(line) => line,
                    Err(error) => return Poll::Ready(Some(Err(Status::internal(error.to_string())))),
                };
                let event = if line.done {
                    Event::Completion(pb::Completion::default())
                } else {
                    Event::Token(pb::Token {
                        text: line.message.content.into_owned(),
                        ..Default::default()
                    })
                };
                this.at += end + 1;
                this.sequence += 1;
                return Poll::Ready(Some(Ok(pb::StreamTestCasesResponse {
                    sequence: this.sequence,
                    event: Some(event),
                    ..Default::default()
                })));
            }
            this.waiting.drain(..this.at);
            this.at = 0;
            match this.body.as_mut().poll_next(cx) {
                Poll::Ready(Some(Ok(chunk))) => this.waiting.extend_from_slice(&chunk),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(Status::internal(error.to_string())))),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

type Nothing<T> = tokio_stream::Empty<Result<T, Status>>;

fn not_here<T>() -> Result<Response<T>, Status> {
    Err(Status::unimplemented("a relay does nothing else"))
}

#[tonic::async_trait]
impl TestGen for Relay {
    type StreamTestCasesStream = Tokens;

    async fn stream_test_cases(
        &self,
        request: Request<pb::StreamTestCasesRequest>,
    ) -> Result<Response<Tokens>, Status> {
        let id = request
            .metadata()
            .get("x-correlation-id")
            .and_then(|id| id.to_str().ok());
        let id = id.unwrap_or_default().to_owned();
        let message = |content: &str| serde_json::json!({"role": "user", "content": content});
        let story = request.into_inner().user_story;
        let body = serde_json::json!({
            "model": "llama3.2:1b", "stream": true, "messages": [message(""), message(&story)],
        });
        let asked = self.client.post(format!("{}/api/chat", self.model));
        let asked = asked.header("x-correlation-id", id).body(body.to_string()).send();
        let answer = asked.await.map_err(|error| Status::unavailable(error.to_string()))?;
        Ok(Response::new(Tokens {
            body: Box::pin(answer.bytes_stream()),
            waiting: Vec::new(),
            at: 0,
            sequence: 0,
        }))
    }

    async fn generate_tests(
        &self,
        _: Request<pb::GenerateTestsRequest>,
    ) -> Result<Response<pb::GenerateTestsResponse>, Status> {
        not_here()
    }

    async fn cancel_generation(
        &self,
        _: Request<pb::CancelGenerationRequest>,
    ) -> Result<Response<pb::CancelGenerationResponse>, Status> {
        not_here()
    }

    async fn analyze_story(
        &self,
        _: Request<pb::AnalyzeStoryRequest>,
    ) -> Result<Response<pb::AnalyzeStoryResponse>, Status> {
        not_here()
    }

    type FillGapsStream = Nothing<pb::FillGapsResponse>;

    async fn fill_gaps(&self, _: Request<pb::FillGapsRequest>) -> Result<Response<Self::FillGapsStream>, Status> {
        not_here()
    }

    async fn regenerate_test_case(
        &self,
        _: Request<pb::RegenerateTestCaseRequest>,
    ) -> Result<Response<pb::RegenerateTestCaseResponse>, Status> {
        not_here()
    }

    type ReviseTestsStream = Nothing<pb::ReviseTestsResponse>;

    async fn revise_tests(
        &self,
        _: Request<pb::ReviseTestsRequest>,
    ) -> Result<Response<Self::ReviseTestsStream>, Status> {
        not_here()
    }
}
