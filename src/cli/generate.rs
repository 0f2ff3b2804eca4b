//! `testgen generate`: reads the story, asks, and shows what comes.

use super::args::{Backend, Generate, Output, Technique};
use super::events::{self, Events};
use super::json::{Document, Lines};
use super::render::Text;
use super::signal::Signals;
use super::terminal::Look;
use super::trouble::Trouble;
use crate::config::Config;
use crate::rpc::pb;
use crate::rpc::pb::stream_test_cases_response::Event;
use std::io::{self, Read as _, Write};
use std::path::Path;
use tokio::time::{Duration, Instant, MissedTickBehavior};
use tokio_stream::StreamExt as _;

/// More than any story, its criteria and its context may have; what is longer is refused by the service in any case.
const MAX_INPUT_BYTES: u64 = 4 << 20;

/// Generates and shows; says on standard error if only a part could be made.
pub(super) async fn run(args: &Generate, config: Config, no_color: bool) -> Result<(), Trouble> {
    let request = request(args)?;
    let mut signals = Signals::listen()?;
    let look = Look::of_stdout(args.no_color, no_color);
    let story = request.user_story.trim().to_owned();
    let mut shown = Shown::new(args, look, &story, io::stdout().lock())?;
    let began = Instant::now();
    let asking = async {
        match &args.server {
            Some(url) => events::remote(url, request, args.timeout).await,
            None => events::local(config, request, args.timeout).await,
        }
    };
    let events = tokio::select! {
        events = asking => events?,
        () = signals.next() => return Err(Trouble::Interrupted),
    };
    let ended = follow(events, &mut shown, began, &mut signals).await;
    shown.clear()?;
    let completion = ended?;
    shown.end()?;
    if completion.outcome == pb::Outcome::Partial as i32 && !(args.output == Output::Text && look.live) {
        let reasons: Vec<String> = completion
            .reasons
            .iter()
            .map(|reason| format!("{}: {}", reason.code, reason.message))
            .collect();
        super::say(&format!("partial: {}", reasons.join("; ")));
    }
    Ok(())
}

/// Shows events until the last one, which it returns.
async fn follow<W: Write>(
    mut events: Events,
    shown: &mut Shown<W>,
    began: Instant,
    signals: &mut Signals,
) -> Result<pb::Completion, Trouble> {
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut completion = None;
    loop {
        tokio::select! {
            biased;
            () = signals.next() => return Err(Trouble::Interrupted),
            event = events.next() => match event {
                Some(Ok(event)) => {
                    shown.event(&event)?;
                    if let Some(Event::Completion(end)) = event.event {
                        completion = Some(end);
                    }
                }
                Some(Err(status)) => return Err(status.into()),
                None => break,
            },
            _ = tick.tick() => {}
        }
        if completion.is_none() {
            shown.progress(began.elapsed())?;
        }
    }
    completion.ok_or_else(|| Trouble::Failed("the service ended the stream without its last event".to_owned()))
}

/// The chosen way to show events.
enum Shown<W: Write> {
    Text(Box<Text<W>>),
    Lines(Lines<W>),
    Document(Document, W),
}

impl<W: Write> Shown<W> {
    fn new(args: &Generate, look: Look, story: &str, out: W) -> Result<Self, Trouble> {
        Ok(match args.output {
            Output::Text => Self::Text(Box::new(Text::new(out, look, args.tokens))),
            Output::Jsonl => Self::Lines(Lines::new(out)?),
            Output::Json => Self::Document(Document::new(story), out),
        })
    }

    fn event(&mut self, event: &pb::StreamTestCasesResponse) -> io::Result<()> {
        match self {
            Self::Text(text) => text.event(event),
            Self::Lines(lines) => lines.event(event),
            Self::Document(document, _) => {
                document.event(event);
                Ok(())
            }
        }
    }

    fn progress(&mut self, elapsed: Duration) -> io::Result<()> {
        match self {
            Self::Text(text) => text.progress(elapsed),
            Self::Lines(_) | Self::Document(..) => Ok(()),
        }
    }

    /// Takes away what is not to stay, also after an error.
    fn clear(&mut self) -> io::Result<()> {
        match self {
            Self::Text(text) => text.clear(),
            Self::Lines(_) | Self::Document(..) => Ok(()),
        }
    }

    /// What is written only when everything is there.
    fn end(&mut self) -> io::Result<()> {
        match self {
            Self::Document(document, out) => document.write(out),
            Self::Text(_) | Self::Lines(_) => Ok(()),
        }
    }
}

// === the request ===

fn request(args: &Generate) -> Result<pb::StreamTestCasesRequest, Trouble> {
    let user_story = if args.story == "-" {
        read(None)?
    } else {
        args.story.clone()
    };
    let mut criteria = args.criteria.clone();
    if let Some(path) = &args.criteria_file {
        criteria.extend(
            read(Some(path))?
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(str::to_owned),
        );
    }
    let context = match args.context.as_deref() {
        Some(text) => match text.strip_prefix('@') {
            Some(path) => read(Some(Path::new(path)))?,
            None => text.to_owned(),
        },
        None => String::new(),
    };
    Ok(pb::StreamTestCasesRequest {
        user_story,
        acceptance_criteria: criteria,
        context,
        model: args.model.clone().unwrap_or_default(),
        backend: args.backend.map_or(pb::Backend::Unspecified, backend) as i32,
        techniques: args.technique.iter().map(|name| technique(*name) as i32).collect(),
        max_test_cases: args.max_cases,
        include_tokens: Some(args.tokens || args.output == Output::Jsonl),
        ..Default::default()
    })
}

/// A file, or standard input.
fn read(path: Option<&Path>) -> Result<String, Trouble> {
    let name = path.map_or_else(|| "standard input".to_owned(), |path| path.display().to_string());
    let wrong = |reason: &dyn std::fmt::Display| Trouble::Wrong(format!("{name} cannot be read: {reason}"));
    let mut bytes = Vec::new();
    match path {
        Some(path) => {
            let file = std::fs::File::open(path).map_err(|error| wrong(&error))?;
            file.take(MAX_INPUT_BYTES + 1).read_to_end(&mut bytes)
        }
        None => io::stdin().lock().take(MAX_INPUT_BYTES + 1).read_to_end(&mut bytes),
    }
    .map_err(|error| wrong(&error))?;
    if bytes.len() as u64 > MAX_INPUT_BYTES {
        return Err(wrong(&"it is longer than 4 MiB"));
    }
    String::from_utf8(bytes).map_err(|_| wrong(&"it is not UTF-8 text"))
}

fn backend(backend: Backend) -> pb::Backend {
    match backend {
        Backend::Auto => pb::Backend::Auto,
        Backend::Ollama => pb::Backend::Ollama,
        Backend::Rules => pb::Backend::Rules,
    }
}

fn technique(technique: Technique) -> pb::Technique {
    match technique {
        Technique::EquivalencePartitioning => pb::Technique::EquivalencePartitioning,
        Technique::BoundaryValueAnalysis => pb::Technique::BoundaryValueAnalysis,
        Technique::DecisionTable => pb::Technique::DecisionTable,
        Technique::StateTransition => pb::Technique::StateTransition,
        Technique::Combinatorial => pb::Technique::Combinatorial,
        Technique::Syntax => pb::Technique::Syntax,
        Technique::Scenario => pb::Technique::Scenario,
        Technique::RequirementsBased => pb::Technique::RequirementsBased,
        Technique::ErrorGuessing => pb::Technique::ErrorGuessing,
        Technique::ChecklistBased => pb::Technique::ChecklistBased,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::cli::args::{Cli, Command};
    use crate::cli::samples::{event, events};
    use clap::Parser as _;

    fn args(line: &[&str]) -> Generate {
        match Cli::try_parse_from(["testgen", "generate"].iter().chain(line))
            .unwrap()
            .command
        {
            Command::Generate(generate) => *generate,
            _ => panic!("not generate"),
        }
    }

    fn wrong(line: &[&str]) -> String {
        request(&args(line)).unwrap_err().message().unwrap().to_owned()
    }

    #[test]
    fn arguments_become_a_request() {
        let file = std::env::temp_dir().join(format!("testgen-criteria-{}.txt", std::process::id()));
        std::fs::write(&file, "from the file\n\n  second \n").unwrap();
        let path = file.to_str().unwrap();
        let at = format!("@{path}");
        let line = [
            "As a user …",
            "-c",
            "from a flag",
            "--criteria-file",
            path,
            "--context",
            &at,
            "--backend",
            "rules",
            "--technique",
            "syntax",
            "--technique",
            "boundary-value-analysis",
            "--max-cases",
            "4",
            "-o",
            "json",
        ];
        let request = request(&args(&line)).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert_eq!(request.acceptance_criteria, ["from a flag", "from the file", "second"]);
        assert_eq!(request.context, "from the file\n\n  second \n");
        assert_eq!(request.backend, pb::Backend::Rules as i32);
        assert_eq!(
            request.techniques,
            [
                pb::Technique::Syntax as i32,
                pb::Technique::BoundaryValueAnalysis as i32
            ]
        );
        assert_eq!((request.max_test_cases, request.include_tokens), (Some(4), Some(false)));
    }

    #[test]
    fn every_technique_has_the_name_of_the_proto() {
        use clap::ValueEnum as _;
        for name in Technique::value_variants() {
            let typed = name.to_possible_value().unwrap().get_name().replace('-', "_");
            assert_eq!(crate::cli::words::technique(technique(*name) as i32), typed);
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let message = wrong(&["x", "--criteria-file", "/nonexistent/criteria.txt"]);
        assert!(
            message.starts_with("/nonexistent/criteria.txt cannot be read: "),
            "{message}"
        );
    }

    async fn followed(
        events: Vec<Result<pb::StreamTestCasesResponse, tonic::Status>>,
    ) -> Result<pb::Completion, Trouble> {
        let args = args(&["x", "-o", "json"]);
        let look = Look {
            width: 80,
            colour: false,
            live: false,
        };
        let mut shown = Shown::new(&args, look, "x", Vec::new())?;
        follow(
            Box::pin(tokio_stream::iter(events)),
            &mut shown,
            Instant::now(),
            &mut Signals::listen()?,
        )
        .await
    }

    #[tokio::test]
    async fn the_last_event_says_how_it_ended() {
        let completion = followed(events().into_iter().map(Ok).collect()).await.unwrap();
        assert_eq!(completion.outcome, pb::Outcome::Partial as i32);
    }

    #[tokio::test]
    async fn a_stream_that_breaks_off_is_a_failure() {
        let start = event(Event::Heartbeat(pb::Heartbeat {}));
        let trouble = followed(vec![Ok(start)]).await.unwrap_err();
        assert_eq!(
            trouble.message(),
            Some("the service ended the stream without its last event")
        );
        let trouble = followed(vec![Err(tonic::Status::unavailable("gone"))])
            .await
            .unwrap_err();
        assert_eq!(trouble.message(), Some("gone"));
    }
}
