//! What happens in one answer.

use super::openai;
use super::wire::{self, Peer};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Play {
    /// A token of the answer, as one line.
    Token(String),
    /// A token of thought.
    Thinking(String),
    /// Nothing happens for this long.
    Wait(Duration),
    /// The next thing happens so long after the one before it was due: a pace that does not drift.
    Pace(Duration),
    /// Everything before it was written.
    Told(Told),
    /// Nothing more happens, until the client leaves.
    Stall,
    /// The last line, with its reason and with metrics.
    Done(&'static str),
    /// The last line without any metric, as the real one leaves out what is zero.
    DoneBare,
    /// An error line in an answer that has status 200.
    Error(&'static str),
    /// These bytes of the body, whatever they are.
    Raw(Vec<u8>),
    /// Another answer altogether: status, content type, body. Only as the first and last of a script.
    Reply(u16, &'static str, String),
    /// The same with a `Retry-After` of so many seconds.
    Later(u16, u32, String),
    /// The connection is reset (RST).
    Reset,
    /// The connection is closed without the end of the body.
    Cut,
}

/// Called when a script comes to it.
#[derive(Clone)]
pub struct Told(pub Arc<dyn Fn() + Send + Sync>);

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Told")
    }
}

/// How lines become writes.
#[derive(Clone, Copy, Debug, Default)]
pub enum Framing {
    /// One line a chunk and a write, as the real one.
    #[default]
    Lines,
    /// So many bytes a chunk and a write: lines and characters are split over reads.
    Bytes(usize),
    /// So many lines a chunk and a write: lines are merged in a read.
    Merged(usize),
}

/// One answer: what happens in it, in order. After the last, the body ends as it should, whether it said `done` or not.
#[derive(Clone, Debug, Default)]
pub struct Script {
    plays: Vec<Play>,
    framing: Framing,
}

impl Script {
    /// An answer in which this happens.
    pub fn of(plays: impl IntoIterator<Item = Play>) -> Self {
        Self {
            plays: plays.into_iter().collect(),
            framing: Framing::Lines,
        }
    }

    /// A whole answer with this text, in tokens of four characters, as fast as it can be written.
    pub fn text(text: &str) -> Self {
        Self::tokens(text).then(Play::Done("stop"))
    }

    /// The text in tokens of four characters, and no end of the answer.
    pub fn tokens(text: &str) -> Self {
        let letters: Vec<char> = text.chars().collect();
        Self::of(letters.chunks(4).map(|token| Play::Token(token.iter().collect())))
    }

    /// The same token so many times, and then the silent end that the real one makes of it.
    pub fn stutter(token: &str, times: usize) -> Self {
        Self::of(std::iter::repeat_n(Play::Token(token.to_owned()), times))
    }

    /// A refusal, or whatever else a server says instead of an answer.
    pub fn reply(status: u16, content_type: &'static str, body: &str) -> Self {
        Self::of([Play::Reply(status, content_type, body.to_owned())])
    }

    /// Whether a raw line of it holds these words.
    pub(super) fn says(&self, words: &str) -> bool {
        self.plays
            .iter()
            .any(|play| matches!(play, Play::Raw(bytes) if String::from_utf8_lossy(bytes).contains(words)))
    }

    /// The same, with this after what happens so far.
    pub fn then(mut self, play: Play) -> Self {
        self.plays.push(play);
        self
    }

    /// The same, with this before what happens so far.
    pub fn after(mut self, play: Play) -> Self {
        self.plays.insert(0, play);
        self
    }

    /// The same at so many tokens a second.
    pub fn at(mut self, tokens_a_second: u32) -> Self {
        let wait = Duration::from_secs(1) / tokens_a_second;
        self.plays = self
            .plays
            .into_iter()
            .flat_map(|play| match play {
                Play::Token(_) | Play::Thinking(_) => vec![Play::Pace(wait), play],
                other => vec![other],
            })
            .collect();
        self
    }

    /// The same, written in other pieces.
    pub fn framed(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Played {
    /// The body is at its end; the connection can be used again.
    ToItsEnd,
    /// The server closed it.
    Closed,
    /// The client left.
    ClientLeft { tokens_written: usize },
}

/// Whose words an answer is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Ollama,
    OpenAi,
}

impl Dialect {
    fn token(self, model: &str, text: &str) -> String {
        match self {
            Self::Ollama => wire::token(model, text),
            Self::OpenAi => openai::token(model, text),
        }
    }

    fn thinking(self, model: &str, text: &str) -> String {
        match self {
            Self::Ollama => wire::thinking(model, text),
            Self::OpenAi => openai::thinking(model, text),
        }
    }

    fn done(self, model: &str, reason: &str) -> String {
        match self {
            Self::Ollama => wire::done(model, reason),
            Self::OpenAi => openai::done(model, reason),
        }
    }

    fn done_bare(self, model: &str) -> String {
        match self {
            Self::Ollama => wire::done_bare(model),
            Self::OpenAi => openai::done_bare(model),
        }
    }

    fn error(self, words: &str) -> String {
        match self {
            Self::Ollama => wire::error(words),
            Self::OpenAi => openai::error(words),
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Ollama => "application/x-ndjson",
            Self::OpenAi => "text/event-stream; charset=utf-8",
        }
    }
}

/// Plays a script to a client.
pub(super) async fn play(
    peer: &mut Peer,
    script: &Script,
    model: &str,
    dialect: Dialect,
    tokens: &AtomicU64,
) -> Played {
    let mut writer = Writer {
        peer,
        framing: script.framing,
        waiting: Vec::new(),
        lines: 0,
        begun: false,
        opened: false,
        dialect,
    };
    let mut tokens_written = 0;
    let mut due = Instant::now();
    for play in &script.plays {
        let alive = match play {
            Play::Token(text) => writer.answer(model, dialect.token(model, text)).await,
            Play::Thinking(text) => writer.answer(model, dialect.thinking(model, text)).await,
            Play::Done(reason) => writer.line(dialect.done(model, reason)).await,
            Play::DoneBare => writer.line(dialect.done_bare(model)).await,
            Play::Error(words) => writer.line(dialect.error(words)).await,
            Play::Raw(bytes) => writer.bytes(bytes).await,
            Play::Wait(time) => writer.flush().await && !writer.peer.gone_within(*time).await,
            Play::Pace(time) => {
                due += *time;
                writer.flush().await && !writer.peer.gone_until(due).await
            }
            Play::Told(told) => {
                (told.0)();
                true
            }
            Play::Stall => writer.flush().await && writer.peer.gone().await,
            Play::Reply(status, kind, body) => {
                return if writer.peer.reply(*status, kind, body).await {
                    Played::ToItsEnd
                } else {
                    Played::Closed
                };
            }
            Play::Later(status, seconds, body) => {
                let headers = format!("Content-Type: application/json\r\nRetry-After: {seconds}\r\n");
                return if writer.peer.reply_with(*status, &headers, body).await {
                    Played::ToItsEnd
                } else {
                    Played::Closed
                };
            }
            Play::Reset => {
                writer.flush().await;
                writer.peer.reset();
                return Played::Closed;
            }
            Play::Cut => {
                writer.flush().await;
                return Played::Closed;
            }
        };
        if !alive {
            return Played::ClientLeft { tokens_written };
        }
        if matches!(play, Play::Token(_) | Play::Thinking(_)) {
            tokens_written += 1;
            tokens.fetch_add(1, Ordering::Relaxed);
        }
    }
    if writer.flush().await && writer.end().await {
        Played::ToItsEnd
    } else {
        Played::ClientLeft { tokens_written }
    }
}

struct Writer<'a> {
    peer: &'a mut Peer,
    framing: Framing,
    waiting: Vec<u8>,
    lines: usize,
    begun: bool,
    opened: bool,
    dialect: Dialect,
}

impl Writer<'_> {
    /// A line of the answer itself; with the first one goes what the dialect puts before it.
    async fn answer(&mut self, model: &str, line: String) -> bool {
        if !self.opened && self.dialect == Dialect::OpenAi {
            self.opened = true;
            return self.line(format!("{}\n{line}", openai::opening(model))).await;
        }
        self.line(line).await
    }

    async fn line(&mut self, line: String) -> bool {
        self.lines += 1;
        self.bytes(format!("{line}\n").as_bytes()).await
    }

    async fn bytes(&mut self, bytes: &[u8]) -> bool {
        self.waiting.extend_from_slice(bytes);
        match self.framing {
            Framing::Lines => self.flush().await,
            Framing::Merged(lines) if self.lines < lines => true,
            Framing::Merged(_) => {
                self.lines = 0;
                self.flush().await
            }
            Framing::Bytes(size) => {
                let waiting = std::mem::take(&mut self.waiting);
                for piece in waiting.chunks(size) {
                    if !self.chunk(piece).await {
                        return false;
                    }
                    // Lets the client read before the next piece is there.
                    tokio::task::yield_now().await;
                }
                true
            }
        }
    }

    async fn flush(&mut self) -> bool {
        let waiting = std::mem::take(&mut self.waiting);
        waiting.is_empty() || self.chunk(&waiting).await
    }

    /// The real one sends no header before the first token: a refusal can still take its place until then.
    async fn chunk(&mut self, bytes: &[u8]) -> bool {
        if !self.begun {
            self.begun = true;
            if !self.peer.begin_stream(self.dialect.content_type()).await {
                return false;
            }
        }
        self.peer.chunk(bytes).await
    }

    async fn end(&mut self) -> bool {
        (self.begun || self.peer.begin_stream(self.dialect.content_type()).await) && self.peer.last_chunk().await
    }
}
