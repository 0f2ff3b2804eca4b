//! The calls. Each one converts its request, asks the app for a reader of the generation's log, and converts what it
//! reads. The unary call is a fold over the same log.

use super::from_proto::Streaming;
use super::from_proto::repeat::repeat;
use super::from_proto::{Rules, Wrong, tasks};
use super::guard::CallContext;
use super::{from_proto, pb, status, to_proto};
use crate::app::{App, Asked, Call};
use crate::generation::event::{Analysis, Event};
use crate::generation::log::{End, Reader};
use crate::generation::registry::{NoResume, Opened};
use futures_core::Stream;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep};
use tonic::{Request, Response, Status};

/// How long before the caller's deadline a unary call says that it will not make it.
const ANSWER_BEFORE: Duration = Duration::from_millis(20);

/// The service of the proto.
#[derive(Clone, Debug)]
pub struct Service {
    app: Arc<App>,
}

impl Service {
    /// Opens the door to an app.
    #[must_use]
    pub fn new(app: Arc<App>) -> Self {
        Self { app }
    }

    /// Reads a request with what reading needs to know of this service.
    fn read<T, R>(&self, request: T, read: impl Fn(T, Rules<'_>) -> Result<R, Wrong>) -> Result<R, Status> {
        let config = self.app.config();
        let prompts = &self.app.services().prompts;
        let names: Vec<&str> = prompts.variants().iter().map(|variant| variant.name.as_str()).collect();
        let rules = Rules {
            limits: &config.story,
            variants: &names,
            default: config.backend,
        };
        read(request, rules).map_err(|wrong| status::invalid(&wrong))
    }

    /// Starts a generation and gives its events as a stream.
    fn events(&self, asked: Asked, call: Call) -> Result<EventStream, Status> {
        let deadline = call.deadline;
        let opened = self.opened(asked, call)?;
        Ok(self.stream_of(opened, deadline))
    }

    fn stream_of(&self, opened: Opened, deadline: Option<Instant>) -> EventStream {
        let heartbeat = self.app.config().generation.heartbeat;
        EventStream::new(opened, heartbeat, deadline)
    }

    fn opened(&self, asked: Asked, call: Call) -> Result<Opened, Status> {
        self.app
            .generate(asked, call)
            .map_err(|refusal| status::refused(&refusal))
    }
}

fn call<T>(request: &Request<T>, tokens: bool) -> Call {
    let context = request.extensions().get::<CallContext>().cloned().unwrap_or_default();
    Call {
        deadline: context.timeout.map(|timeout| Instant::now() + timeout),
        correlation_id: context.correlation_id,
        trace_id: context.trace_id,
        headers: context.headers,
        tokens,
        caller: context.caller,
        unit: context.unit,
        ..Call::default()
    }
}

#[tonic::async_trait]
impl pb::test_gen_server::TestGen for Service {
    async fn generate_tests(
        &self,
        request: Request<pb::GenerateTestsRequest>,
    ) -> Result<Response<pb::GenerateTestsResponse>, Status> {
        let mut call = call(&request, false);
        call.repeat = repeat(request.get_ref());
        let deadline = call.deadline;
        let asked = self.read(request.into_inner(), from_proto::asked)?;
        let opened = self.opened(asked, call)?;
        Ok(Response::new(in_time(deadline, fold(opened)).await?))
    }

    type StreamTestCasesStream = EventStream;

    async fn stream_test_cases(
        &self,
        request: Request<pb::StreamTestCasesRequest>,
    ) -> Result<Response<EventStream>, Status> {
        let mut call = call(&request, true);
        match from_proto::streaming(request.into_inner()).map_err(|wrong| status::invalid(&wrong))? {
            Streaming::Resume { id, after, tokens } => {
                let resumed = id.ok_or(NoResume::Unknown);
                let resumed = resumed.and_then(|id| self.app.resume(id, after, tokens));
                let opened = resumed.map_err(status::not_resumed)?;
                Ok(Response::new(self.stream_of(opened, call.deadline)))
            }
            Streaming::Start {
                request,
                tokens,
                resumable,
            } => {
                call.tokens = tokens;
                call.resumable = resumable;
                call.repeat = repeat(request.as_ref());
                let asked = self.read(*request, from_proto::asked)?;
                Ok(Response::new(self.events(asked, call)?))
            }
        }
    }

    async fn cancel_generation(
        &self,
        request: Request<pb::CancelGenerationRequest>,
    ) -> Result<Response<pb::CancelGenerationResponse>, Status> {
        let id = from_proto::generation_id(&request.get_ref().generation_id);
        let cancelled = id.and_then(|id| self.app.cancel(id));
        let cancelled = cancelled.ok_or_else(status::no_generation)?;
        Ok(Response::new(pb::CancelGenerationResponse { cancelled }))
    }

    async fn analyze_story(
        &self,
        request: Request<pb::AnalyzeStoryRequest>,
    ) -> Result<Response<pb::AnalyzeStoryResponse>, Status> {
        let deadline = call(&request, false).deadline;
        let asked = self.read(request.into_inner(), tasks::analysis)?;
        let reading = self.app.analyze(asked.story, asked.wanted);
        let analyzed = match deadline {
            Some(deadline) => tokio::time::timeout_at(deadline, reading)
                .await
                .map_err(|_| status::deadline())?,
            None => reading.await,
        };
        let analyzed = analyzed.ok_or_else(status::shutting_down)?;
        Ok(Response::new(to_proto::analyzed(&analyzed)))
    }

    type FillGapsStream = Wrapped<pb::FillGapsResponse>;

    async fn fill_gaps(&self, request: Request<pb::FillGapsRequest>) -> Result<Response<Self::FillGapsStream>, Status> {
        let mut call = call(&request, true);
        call.repeat = repeat(request.get_ref());
        let (asked, tokens) = self.read(request.into_inner(), tasks::gaps)?;
        call.tokens = tokens;
        Ok(Response::new(Wrapped::new(self.events(asked, call)?)))
    }

    async fn regenerate_test_case(
        &self,
        request: Request<pb::RegenerateTestCaseRequest>,
    ) -> Result<Response<pb::RegenerateTestCaseResponse>, Status> {
        let mut call = call(&request, false);
        call.repeat = repeat(request.get_ref());
        let deadline = call.deadline;
        let asked = self.read(request.into_inner(), tasks::rewording)?;
        let opened = self.opened(asked, call)?;
        Ok(Response::new(in_time(deadline, fold_one(opened)).await?))
    }

    type ReviseTestsStream = Wrapped<pb::ReviseTestsResponse>;

    async fn revise_tests(
        &self,
        request: Request<pb::ReviseTestsRequest>,
    ) -> Result<Response<Self::ReviseTestsStream>, Status> {
        let mut call = call(&request, true);
        call.repeat = repeat(request.get_ref());
        let (asked, tokens) = self.read(request.into_inner(), tasks::revision)?;
        call.tokens = tokens;
        Ok(Response::new(Wrapped::new(self.events(asked, call)?)))
    }
}

/// Bounds a unary call by the caller's deadline. A generation of its own ends before that; one that the caller shares with
/// others may not.
async fn in_time<T>(deadline: Option<Instant>, answer: impl Future<Output = Result<T, Status>>) -> Result<T, Status> {
    let Some(deadline) = deadline else {
        return answer.await;
    };
    // The transport gives up at the deadline too, and would say CANCELLED.
    let before = deadline.checked_sub(ANSWER_BEFORE).unwrap_or(deadline);
    let answered = tokio::time::timeout_at(before, answer).await;
    answered.unwrap_or_else(|_| Err(status::deadline()))
}

/// Reads the log of a rewording to its end and makes one answer of it.
async fn fold_one(opened: Opened) -> Result<pb::RegenerateTestCaseResponse, Status> {
    let Opened { id, mut reader } = opened;
    let mut response = pb::RegenerateTestCaseResponse {
        generation_id: id.to_string(),
        ..Default::default()
    };
    loop {
        match reader.next().await {
            Ok(entry) => match &*entry.event {
                Event::TestCase(case) => response.test_case = Some(to_proto::test_case(case)),
                Event::Replacement(replacement) => {
                    response.changes = replacement.changes.iter().map(to_proto::field_change).collect();
                }
                Event::Rejection(rejection) => response.rejections.push(to_proto::rejection(rejection)),
                Event::Completion(completion) => response.completion = Some(to_proto::completion(completion)),
                _ => {}
            },
            Err(End::Completed) => return Ok(response),
            Err(End::Failed(failure)) => return Err(status::failed(&failure)),
        }
    }
}

/// Reads a log to its end and makes one answer of it.
async fn fold(opened: Opened) -> Result<pb::GenerateTestsResponse, Status> {
    let Opened { id, mut reader } = opened;
    let mut response = pb::GenerateTestsResponse {
        generation_id: id.to_string(),
        ..Default::default()
    };
    loop {
        match reader.next().await {
            Ok(entry) => match &*entry.event {
                Event::Analysis(analysis) => response.analysis = Some(to_proto::analysis(analysis)),
                Event::TestCase(case) => response.test_cases.push(to_proto::test_case(case)),
                Event::Rejection(rejection) => response.rejections.push(to_proto::rejection(rejection)),
                Event::Completion(completion) => response.completion = Some(to_proto::completion(completion)),
                _ => {}
            },
            Err(End::Completed) => {
                response
                    .analysis
                    .get_or_insert_with(|| to_proto::analysis(&Analysis::default()));
                return Ok(response);
            }
            Err(End::Failed(failure)) => return Err(status::failed(&failure)),
        }
    }
}

/// A log as a gRPC stream: its events, heartbeats while nothing happens, and the end.
pub struct EventStream {
    reader: Option<Reader>,
    generation_id: String,
    every: Duration,
    /// When the next heartbeat is due; moved on lazily, so that a token costs no timer.
    heartbeat: Pin<Box<Sleep>>,
    last: Instant,
    /// tonic does not end streams at the caller's deadline: this does.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl EventStream {
    fn new(opened: Opened, every: Duration, deadline: Option<Instant>) -> Self {
        let now = Instant::now();
        Self {
            reader: Some(opened.reader),
            generation_id: opened.id.to_string(),
            every,
            heartbeat: Box::pin(tokio::time::sleep_until(now + every)),
            last: now,
            deadline: deadline.map(|at| Box::pin(tokio::time::sleep_until(at))),
        }
    }

    fn beat(&mut self, cx: &mut Context<'_>) -> bool {
        while self.heartbeat.as_mut().poll(cx).is_ready() {
            let now = Instant::now();
            let due = self.last + self.every;
            if due <= now {
                self.last = now;
                self.heartbeat.as_mut().reset(now + self.every);
                return true;
            }
            self.heartbeat.as_mut().reset(due);
        }
        false
    }
}

impl Stream for EventStream {
    type Item = Result<pb::StreamTestCasesResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(reader) = &mut this.reader else {
            return Poll::Ready(None);
        };
        match reader.poll_next(cx) {
            Poll::Ready(Ok(entry)) => {
                this.last = Instant::now();
                Poll::Ready(Some(Ok(to_proto::response(
                    &this.generation_id,
                    entry.sequence,
                    &entry.event,
                ))))
            }
            Poll::Ready(Err(end)) => {
                this.reader = None;
                match end {
                    End::Completed => Poll::Ready(None),
                    End::Failed(failure) => Poll::Ready(Some(Err(status::failed(&failure)))),
                }
            }
            Poll::Pending => {
                if this
                    .deadline
                    .as_mut()
                    .is_some_and(|deadline| deadline.as_mut().poll(cx).is_ready())
                {
                    this.reader = None;
                    return Poll::Ready(Some(Err(status::deadline())));
                }
                if this.beat(cx) {
                    return Poll::Ready(Some(Ok(to_proto::heartbeat(&this.generation_id))));
                }
                Poll::Pending
            }
        }
    }
}

/// A stream of events, each in the response message of its call.
pub struct Wrapped<T> {
    events: EventStream,
    response: PhantomData<fn() -> T>,
}

impl<T> Wrapped<T> {
    fn new(events: EventStream) -> Self {
        Self {
            events,
            response: PhantomData,
        }
    }
}

impl<T: From<pb::StreamTestCasesResponse>> Stream for Wrapped<T> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.events)
            .poll_next(cx)
            .map(|event| event.map(|event| event.map(T::from)))
    }
}

impl From<pb::StreamTestCasesResponse> for pb::FillGapsResponse {
    fn from(event: pb::StreamTestCasesResponse) -> Self {
        Self { event: Some(event) }
    }
}

impl From<pb::StreamTestCasesResponse> for pb::ReviseTestsResponse {
    fn from(event: pb::StreamTestCasesResponse) -> Self {
        Self { event: Some(event) }
    }
}
