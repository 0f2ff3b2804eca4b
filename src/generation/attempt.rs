//! One request to whoever words the cases: pull text, find whole objects in it, give each its verdict.
//!
//! This is the hot path. For a token there is one poll, one append to the log and one pass of the scanner; the three
//! waits beside it (reader gone, time up, nothing came) are armed once and looked at only when the stream has nothing.

use super::event::{Event, Notice};
use super::purpose::Purpose;
use super::session::{Session, Stop};
use crate::backend::{self, Advance, Backend, BackendId, Fault, Finish, Task};
use crate::json_stream::{self, End, Extracted, Extractor, Object};
use crate::telemetry::metrics::{ModelRequest, Tally};
use crate::telemetry::model_call::{self, ModelCall};
use crate::telemetry::stage::Checking;
use crate::test_case::{Draft, Finding, Repair, Severity, Source};
use crate::validation::draft;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};
use tracing::Instrument as _;

/// How an attempt ended.
#[derive(Debug, Default)]
pub(super) struct Ended {
    /// What broke it, if anything did.
    pub(super) fault: Option<Fault>,
    /// What the backend said at its end.
    pub(super) finish: Finish,
    /// Objects that were found, whether accepted or not.
    pub(super) objects: u32,
    /// Why the watchdog or a bound ended it early.
    pub(super) cut_short: Option<&'static str>,
}

/// Runs one attempt to its end. A request to a model has a span of its own, which the model server gets as its parent;
/// the words of the rules come from this process and need none. What the attempt brought is counted while it runs and
/// told once, at its end.
///
/// # Errors
/// [`Stop`] when the whole generation has to stop; what was accepted until then stays.
pub(super) async fn run(
    session: &mut Session,
    backend: &dyn Backend,
    mut task: Task,
    number: u32,
    source: Source,
) -> Result<Ended, Stop> {
    let content = session.services.config.export_content;
    let begun = Instant::now();
    let checking = Checking::begin(number);
    let ended = if backend.id() == BackendId::Rules {
        session.tally = Tally::default();
        let ended = read(session, backend, task, number, source).await;
        tell(session, &Told::of(&ended, number, begun), backend, "");
        ended
    } else {
        session.tally = Tally {
            text: content.then(String::new),
            ..Tally::default()
        };
        let call = ModelCall::begin(backend, &task, number, content);
        call.pass_on(&mut task.headers);
        let model = task.model.clone();
        let ended = read(session, backend, task, number, source)
            .instrument(call.span())
            .await;
        let told = Told::of(&ended, number, begun);
        match &ended {
            Ok(Ended { fault: Some(fault), .. }) => call.failed(fault.code()),
            Ok(Ended {
                cut_short: Some(code), ..
            }) => call.ended_early(code),
            Ok(ended) => call.finished(&ended.finish),
            Err(stop) => call.failed(stop.code()),
        }
        call.counts(&session.tally, session.retry);
        let finish = ended.as_ref().map(|ended| ended.finish.clone()).unwrap_or_default();
        let peer = backend.peer();
        let request = ModelRequest {
            backend: backend.id().as_str(),
            model: &model,
            peer: peer.as_ref().map(|(host, port)| (host.as_str(), *port)),
            duration: begun.elapsed(),
            input_tokens: finish.input_tokens,
            output_tokens: finish.output_tokens,
            load: finish.load,
            error: told.error,
            retry: session.retry,
        };
        session.services.metrics.model_request(&request, &session.tally);
        call.span().in_scope(|| tell(session, &told, backend, &model));
        ended
    };
    let tally = std::mem::take(&mut session.tally);
    checking.end(&tally);
    session.services.metrics.cases(source, &tally);
    ended
}

/// What the log line of an attempt says of its end.
struct Told {
    number: u32,
    duration: Duration,
    /// What went wrong.
    error: Option<&'static str>,
    /// Whether an operator should look.
    bad: bool,
    /// How it ended, in one code.
    ended: &'static str,
}

impl Told {
    fn of(ended: &Result<Ended, Stop>, number: u32, begun: Instant) -> Self {
        let (error, bad, ended) = match ended {
            Ok(Ended { fault: Some(fault), .. }) => (Some(fault.code()), true, fault.code()),
            Ok(Ended {
                cut_short: Some(code), ..
            }) => (None, *code != "MAX_TEST_CASES", *code),
            Ok(Ended { finish, .. }) if finish.cut => (None, true, "ANSWER_CUT"),
            Ok(_) => (None, false, "finished"),
            Err(stop) => (Some(stop.code()), false, stop.code()),
        };
        Self {
            number,
            duration: begun.elapsed(),
            error,
            bad,
            ended,
        }
    }
}

/// One line for an attempt.
fn tell(session: &Session, told: &Told, backend: &dyn Backend, model: &str) {
    let tally = &session.tally;
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                attempt = told.number,
                backend = backend.id().as_str(),
                model,
                duration_ms = u64::try_from(told.duration.as_millis()).unwrap_or(u64::MAX),
                accepted = tally.accepted.len(),
                rejected = tally.rejections(),
                ended = told.ended,
                after = session.retry.unwrap_or_default(),
                "attempt"
            )
        };
    }
    if told.bad {
        line!(warn);
    } else {
        line!(info);
    }
}

async fn read(
    session: &mut Session,
    backend: &dyn Backend,
    task: Task,
    number: u32,
    source: Source,
) -> Result<Ended, Stop> {
    let begun = Instant::now();
    let log = std::sync::Arc::clone(&session.log);
    let shutdown = session.services.shutdown.clone();
    let out_of_time = session.request.out_of_time();
    let deadline = session.request.deadline.unwrap_or_else(far_future);
    let first_token = session.services.config.first_token_timeout;
    let idle = session.services.config.idle_timeout;
    let target = backend.target(&task.model);
    let no_first_token = || Fault::FirstTokenTimeout {
        target: target.clone(),
        after: first_token,
    };

    let abandoned = log.abandoned();
    tokio::pin!(abandoned);
    let stopped = shutdown.cancelled();
    tokio::pin!(stopped);
    let deadline = sleep_until(deadline);
    tokio::pin!(deadline);
    let clock = sleep_until(Instant::now() + first_token);
    tokio::pin!(clock);

    let mut reading = Reading::new(session, number, source);
    let mut stream = tokio::select! {
        biased;
        started = backend.start(task) => match started {
            Ok(stream) => stream,
            Err(fault) => return Ok(reading.ended(Some(fault))),
        },
        () = &mut abandoned => return Err(Stop::Abandoned),
        () = &mut stopped => return Err(Stop::Shutdown),
        () = &mut deadline => return Err(out_of_time),
        () = &mut clock => return Ok(reading.ended(Some(no_first_token()))),
    };
    if let Some(masking) = &reading.session.masking
        && source == Source::Model
    {
        stream = masking.restored(stream);
    }

    let mut text = String::new();
    let mut last = None;
    loop {
        text.clear();
        let advance = tokio::select! {
            biased;
            advance = backend::next(stream.as_mut(), &mut text) => advance,
            () = &mut abandoned => return Err(Stop::Abandoned),
            () = &mut stopped => return reading.interrupted(Stop::Shutdown),
            () = &mut deadline => return reading.interrupted(out_of_time),
            () = &mut clock => {
                // The clock is not wound up for every token: it looks at the last one when it rings.
                match last {
                    None => return Ok(reading.ended(Some(no_first_token()))),
                    Some(at) if Instant::now() < at + idle => {
                        clock.as_mut().reset(at + idle);
                        continue;
                    }
                    Some(_) => return reading.broken_off(Fault::IdleTimeout { target, after: idle }),
                }
            }
        };
        if last.is_none() && !text.is_empty() {
            model_call::first_chunk(begun.elapsed());
            reading
                .session
                .timings
                .first_token
                .get_or_insert(reading.session.started.elapsed());
        }
        if !text.is_empty() || matches!(advance, Ok(Advance::Thinking(_))) {
            let now = Instant::now();
            if last.is_none() {
                clock.as_mut().reset(now + idle);
            }
            last = Some(now);
            if !text.is_empty() {
                reading.session.tally.chunk(&text, now.duration_since(begun));
            }
        }
        reading.read(&text)?;
        match advance {
            Ok(Advance::Text | Advance::Thinking(_)) => {}
            Ok(Advance::Notice(notice)) => {
                // What gets on, such as the download of a model, is no silence.
                if last.is_none() && notice.progress.is_some() {
                    clock.as_mut().reset(Instant::now() + first_token);
                }
                let notice = Notice {
                    code: notice.code,
                    message: notice.message,
                    progress: notice.progress,
                };
                reading.session.log.push(Event::Notice(notice))?;
            }
            Ok(Advance::Done(finish)) => return reading.done(finish),
            Err(fault) => return reading.broken_off(fault),
        }
        if let Some(code) = reading.enough() {
            // Dropping the stream closes its connection and ends the model's work.
            drop(stream);
            return reading.cut_short(code);
        }
    }
}

pub(super) fn far_future() -> Instant {
    Instant::now() + Duration::from_secs(86_400 * 365)
}

/// The state of an answer that is being read.
struct Reading<'a> {
    session: &'a mut Session,
    extractor: Extractor,
    number: u32,
    source: Source,
    bytes: usize,
    objects: u32,
}

impl<'a> Reading<'a> {
    fn new(session: &'a mut Session, number: u32, source: Source) -> Self {
        let extractor = Extractor::new(json_stream::Config::default());
        Self {
            session,
            extractor,
            number,
            source,
            bytes: 0,
            objects: 0,
        }
    }

    fn read(&mut self, text: &str) -> Result<(), Stop> {
        if text.is_empty() {
            return Ok(());
        }
        self.bytes += text.len();
        self.session.log.text(self.number, text)?;
        self.extract(|extractor, found| extractor.push(text.as_bytes(), &mut |object| found(object)))
    }

    /// Why reading on makes no sense, if it does not.
    fn enough(&self) -> Option<&'static str> {
        if self.session.has_enough() {
            return Some("MAX_TEST_CASES");
        }
        if self.bytes > self.session.services.config.max_answer_bytes {
            return Some("ANSWER_TOO_LONG");
        }
        self.extractor.alarm().map(|alarm| alarm.code)
    }

    fn finish_extraction(&mut self, end: End) -> Result<(), Stop> {
        self.extract(|extractor, found| extractor.finish(end, &mut |object| found(object)))
    }

    /// Finds objects and judges each; the time for both is measured once for all that one read brought.
    fn extract(&mut self, find: impl FnOnce(&mut Extractor, &mut dyn FnMut(Extracted<'_>))) -> Result<(), Stop> {
        let begun = Instant::now();
        let mut judging = Duration::ZERO;
        let mut stop = Ok(());
        let Self {
            session,
            extractor,
            number,
            source,
            objects,
            ..
        } = self;
        find(extractor, &mut |extracted| {
            if stop.is_ok() {
                *objects += 1;
                let found = Instant::now();
                let before = session.tally.accepted.len();
                stop = judge(session, &extracted, *number, *source);
                for (_, lag) in session.tally.accepted.iter_mut().skip(before) {
                    *lag = begun.elapsed();
                }
                judging += found.elapsed();
            }
        });
        let all = begun.elapsed();
        let session = &mut self.session;
        session.timings.validation += all;
        session.tally.judging += judging;
        session.tally.extracting += all.saturating_sub(judging);
        session.tally.objects = self.objects;
        stop
    }

    fn done(mut self, finish: Finish) -> Result<Ended, Stop> {
        self.finish_extraction(if finish.cut { End::Cut } else { End::Whole })?;
        let session = &mut *self.session;
        add(&mut session.usage.input_tokens, finish.input_tokens);
        add(&mut session.usage.output_tokens, finish.output_tokens);
        if let Some(load) = finish.load {
            session.timings.load = Some(session.timings.load.unwrap_or_default() + load);
        }
        if let Some(generation) = finish.generation {
            session.timings.generation = Some(session.timings.generation.unwrap_or_default() + generation);
        }
        Ok(Ended {
            finish,
            objects: self.objects,
            ..Ended::default()
        })
    }

    fn broken_off(mut self, fault: Fault) -> Result<Ended, Stop> {
        self.finish_extraction(End::Cut)?;
        Ok(self.ended(Some(fault)))
    }

    /// The whole generation stops; an object that was open still gets its verdict.
    fn interrupted(mut self, stop: Stop) -> Result<Ended, Stop> {
        self.finish_extraction(End::Cut)?;
        Err(stop)
    }

    fn cut_short(mut self, code: &'static str) -> Result<Ended, Stop> {
        if code != "MAX_TEST_CASES" {
            let message = match code {
                "ANSWER_TOO_LONG" => "the answer is longer than an answer may be; the attempt was ended".to_owned(),
                _ => format!("the model went round in circles ({code}); the attempt was ended early"),
            };
            self.session.notice("LOOP_CUT", message)?;
            self.finish_extraction(End::Cut)?;
        }
        Ok(Ended {
            cut_short: Some(code),
            objects: self.objects,
            ..Ended::default()
        })
    }

    fn ended(self, fault: Option<Fault>) -> Ended {
        Ended {
            fault,
            objects: self.objects,
            ..Ended::default()
        }
    }
}

fn add(total: &mut Option<i64>, more: Option<i64>) {
    if let Some(more) = more {
        *total = Some(total.unwrap_or(0).saturating_add(more));
    }
}

/// A new wording was asked for, and this is the old one.
fn unchanged() -> Finding {
    Finding {
        code: "UNCHANGED",
        severity: Severity::Error,
        message: "nothing differs from the earlier wording".to_owned(),
        span: None,
    }
}

/// Reads an object as a draft. One with a placeholder that stands for nothing is none: nobody knows what was meant.
fn read_object(session: &Session, object: &Object<'_>) -> Result<(Draft, Vec<Repair>), Vec<Finding>> {
    match session.masking.as_ref().and_then(|masking| masking.foreign(object.raw)) {
        Some(finding) => Err(vec![finding]),
        None => draft::read(object),
    }
}

/// Exactly one verdict for an object.
fn judge(session: &mut Session, extracted: &Extracted<'_>, number: u32, source: Source) -> Result<(), Stop> {
    match extracted {
        Extracted::Object(object) => match read_object(session, object) {
            Ok((mut draft, repairs)) => {
                if session.has_enough() {
                    return Ok(());
                }
                if let Purpose::Rewording(rewording) = &session.request.purpose {
                    rewording.keep_locked(&mut draft);
                    if rewording.is_unchanged(&draft) {
                        session.counts.rejected += 1;
                        return session.reject(vec![unchanged()], object.raw, number, None);
                    }
                }
                session.judge_draft(draft, repairs, source, object.raw, number)
            }
            Err(reasons) => {
                session.counts.rejected += 1;
                session.reject(reasons, object.raw, number, None)
            }
        },
        Extracted::Broken(broken) => {
            session.counts.rejected += 1;
            session.reject(vec![draft::broken(broken)], broken.raw, number, None)
        }
    }
}
