//! One stream as a caller sees it, with everything noted that can be wrong with it.

use super::model::correlation_id;
use std::time::Duration;
use testgen::rpc::pb::stream_test_cases_response::Event;
use testgen::rpc::pb::test_gen_client::TestGenClient;
use testgen::rpc::pb::{Backend, StreamTestCasesRequest, StreamTestCasesResponse};
use tokio::time::Instant;
use tonic::transport::Channel;
use tonic::{Code, Request, Status, Streaming};

/// What a caller does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Reads to the end.
    Reads,
    /// Leaves after so many events.
    Leaves(u32),
    /// Its stream breaks after so many events; it comes back for the rest.
    ComesBack(u32),
}

/// What a caller saw.
#[derive(Debug)]
pub struct Seen {
    pub stream: u32,
    pub manner: Manner,
    /// The outcome, or the status.
    pub end: String,
    pub defined: bool,
    /// Titles in the order in which they came.
    pub cases: Vec<String>,
    /// Texts of rejected objects.
    pub rejected: Vec<String>,
    pub text_bytes: u64,
    pub first_token: Option<Duration>,
    pub wrong: Vec<String>,
    last: u64,
    events: u32,
    generation: String,
}

/// How a stream is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub manner: Manner,
    pub tokens: bool,
    pub timeout: Duration,
}

/// Reads a stream to its end.
pub async fn stream(mut client: TestGenClient<Channel>, stream: u32, story: &str, asked: Asked) -> Seen {
    let mut seen = Seen {
        stream,
        manner: asked.manner,
        end: "no end".to_owned(),
        defined: false,
        cases: Vec::new(),
        rejected: Vec::new(),
        text_bytes: 0,
        first_token: None,
        wrong: Vec::new(),
        last: 0,
        events: 0,
        generation: String::new(),
    };
    let message = StreamTestCasesRequest {
        user_story: story.to_owned(),
        backend: Backend::Ollama.into(),
        include_tokens: Some(asked.tokens),
        resumable: matches!(asked.manner, Manner::ComesBack(_)),
        ..Default::default()
    };
    let reading = async {
        if !seen.read(&mut client, message, asked).await {
            return;
        }
        // The stream was given up; a real network takes a moment, too.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let message = StreamTestCasesRequest {
            generation_id: seen.generation.clone(),
            resume_after_sequence: seen.last,
            include_tokens: Some(asked.tokens),
            ..Default::default()
        };
        let rest = Asked {
            manner: Manner::Reads,
            ..asked
        };
        seen.read(&mut client, message, rest).await;
    };
    if tokio::time::timeout(asked.timeout + Duration::from_secs(10), reading)
        .await
        .is_err()
    {
        seen.end = "hung beyond its deadline".to_owned();
    }
    seen
}

impl Seen {
    /// Whether it is to be read on from where it broke.
    async fn read(
        &mut self,
        client: &mut TestGenClient<Channel>,
        message: StreamTestCasesRequest,
        asked: Asked,
    ) -> bool {
        let began = Instant::now();
        let mut request = Request::new(message);
        request.set_timeout(asked.timeout);
        let id = correlation_id(self.stream).parse().expect("a plain name");
        request.metadata_mut().insert("x-correlation-id", id);
        let mut events: Streaming<StreamTestCasesResponse> = match client.stream_test_cases(request).await {
            Ok(events) => events.into_inner(),
            Err(status) => {
                self.failed(&status);
                return false;
            }
        };
        loop {
            match events.message().await {
                Ok(Some(event)) => self.note(event, began),
                Ok(None) => return false,
                Err(status) => {
                    self.failed(&status);
                    return false;
                }
            }
            match asked.manner {
                Manner::Leaves(after) if self.events >= after && !self.defined => {
                    self.end = "left".to_owned();
                    self.defined = true;
                    return false;
                }
                Manner::ComesBack(after) if self.events >= after && !self.defined => return true,
                _ => {}
            }
        }
    }

    fn note(&mut self, response: StreamTestCasesResponse, began: Instant) {
        self.events += 1;
        if !matches!(response.event, Some(Event::Heartbeat(_))) {
            if response.sequence <= self.last {
                self.wrong
                    .push(format!("number {} after {}", response.sequence, self.last));
            }
            self.last = response.sequence;
        }
        if self.defined {
            self.wrong.push("an event after the completion".to_owned());
        }
        self.generation = response.generation_id;
        match response.event {
            Some(Event::Token(token)) => {
                self.first_token.get_or_insert(began.elapsed());
                self.text_bytes += token.text.len() as u64;
            }
            Some(Event::TestCase(case)) => self.cases.push(case.title),
            Some(Event::Rejection(rejection)) => self.rejected.push(rejection.text),
            Some(Event::Completion(completion)) => {
                self.end = completion.outcome().as_str_name().to_owned();
                self.defined = true;
            }
            _ => {}
        }
    }

    fn failed(&mut self, status: &Status) {
        self.end = format!("{:?}", status.code());
        // The contract has no such ends.
        self.defined = !matches!(status.code(), Code::Internal | Code::Unknown | Code::Ok);
        if !self.defined {
            self.wrong.push(status.message().to_owned());
        }
    }
}
