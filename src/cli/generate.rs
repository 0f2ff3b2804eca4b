//! `testgen generate`: reads the story, asks, and shows what comes.

use super::args::{Generate, Output, ShownArgs, WordingArgs};
use super::events::{self, Ask, Events};
use super::input::Story;
use super::json::{Document, Lines};
use super::render::Text;
use super::signal::Signals;
use super::terminal::Look;
use super::trouble::Trouble;
use super::words;
use crate::app::App;
use crate::config::Config;
use crate::rpc::pb;
use crate::rpc::pb::stream_test_cases_response::Event;
use std::io::{self, Write};
use tokio::time::{Duration, Instant, MissedTickBehavior};
use tokio_stream::StreamExt as _;

/// Generates and shows. Where the output has no place for it, standard error says how it ended and what is asked; the
/// exit code says whether all, a part or nothing could be made.
pub(super) async fn run(args: &Generate, config: Config, no_color: bool) -> Result<(), Trouble> {
    let ask = Ask::Suite(Box::new(request(args)?));
    show(ask, &args.wording, &args.shown, config, no_color).await
}

/// Asks and shows, for every call that streams.
pub(super) async fn show(
    ask: Ask,
    wording: &WordingArgs,
    args: &ShownArgs,
    config: Config,
    no_color: bool,
) -> Result<(), Trouble> {
    let mut signals = Signals::listen()?;
    let look = Look::of_stdout(args.no_color, no_color);
    let mut shown = Shown::new(args, look, &ask, io::stdout().lock())?;
    let began = Instant::now();
    let app = match wording.server {
        Some(_) => None,
        None => Some(App::build(config)?),
    };
    let asking = async {
        match (&app, &wording.server) {
            (Some(app), _) => events::local(app, ask, wording.timeout).await,
            (None, url) => events::remote(url.as_deref().unwrap_or_default(), ask, wording.timeout).await,
        }
    };
    let events = tokio::select! {
        events = asking => events?,
        () = signals.next() => return Err(Trouble::Interrupted),
    };
    let ended = follow(events, &mut shown, began, &mut signals).await;
    if let Some(app) = &app {
        // The last traces are sent after this; a generation that does not end does not hold the command up.
        let _ = tokio::time::timeout(super::LAST_SPANS, app.idle()).await;
    }
    shown.clear()?;
    let ending = ended?;
    shown.end()?;
    let whole = ending.completion.outcome() == pb::Outcome::Complete;
    let said = args.output == Output::Text && (whole || look.live);
    if args.output == Output::Json || !whole && !said {
        super::say(&summary(&ending));
    }
    match ending.completion.outcome() {
        pb::Outcome::Partial => Err(Trouble::Partial),
        pb::Outcome::BlockedByQuestions => Err(Trouble::Blocked),
        pb::Outcome::Complete | pb::Outcome::Unspecified => Ok(()),
    }
}

/// How a generation ended.
#[derive(Debug)]
struct Ending {
    completion: pb::Completion,
    questions: Vec<pb::Question>,
    /// Cases of an old suite that have to be revised and were not: id and reason.
    unrevised: Vec<(String, String)>,
}

/// Outcome, reasons and questions, a line each.
fn summary(ending: &Ending) -> String {
    let Ending {
        completion,
        questions,
        unrevised,
    } = ending;
    let accepted = usize::try_from(completion.counts.unwrap_or_default().accepted).unwrap_or(0);
    let outcome = match completion.outcome() {
        pb::Outcome::Complete => "complete",
        pb::Outcome::Partial => "partial",
        pb::Outcome::BlockedByQuestions => "blocked by questions",
        pb::Outcome::Unspecified => "ended",
    };
    let mut lines = vec![format!(
        "{outcome}: {}",
        words::count(accepted, "test case", "test cases")
    )];
    for reason in &completion.reasons {
        lines.push(format!("{}: {}", reason.code, reason.message));
    }
    for (id, reason) in unrevised {
        lines.push(format!("{id} has to be revised and is left out: {reason}"));
    }
    for question in questions {
        lines.push(format!("{}: {}", question.id, question.text));
    }
    lines.join("\n  ")
}

/// Shows events until the last one, which it returns.
async fn follow<W: Write>(
    mut events: Events,
    shown: &mut Shown<W>,
    began: Instant,
    signals: &mut Signals,
) -> Result<Ending, Trouble> {
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut completion = None;
    let mut questions = Vec::new();
    let mut unrevised: Vec<(String, String)> = Vec::new();
    loop {
        tokio::select! {
            biased;
            () = signals.next() => return Err(Trouble::Interrupted),
            event = events.next() => match event {
                Some(Ok(event)) => {
                    shown.event(&event)?;
                    match event.event {
                        Some(Event::Analysis(analysis)) => questions = analysis.questions,
                        Some(Event::Revision(revision)) => {
                            let revise = pb::RevisionVerdict::Revise;
                            let cases = revision.cases.into_iter().filter(|case| case.verdict() == revise);
                            unrevised = cases.map(|case| (case.test_case_id, case.reason)).collect();
                        }
                        Some(Event::TestCase(case)) => unrevised.retain(|(id, _)| *id != case.id),
                        Some(Event::Completion(end)) => completion = Some(end),
                        _ => {}
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
    let completion =
        completion.ok_or_else(|| Trouble::Failed("the service ended the stream without its last event".to_owned()))?;
    Ok(Ending {
        completion,
        questions,
        unrevised,
    })
}

/// The chosen way to show events.
enum Shown<W: Write> {
    Text(Box<Text<W>>),
    Lines(Lines<W>),
    Document(Document, W),
}

impl<W: Write> Shown<W> {
    fn new(args: &ShownArgs, look: Look, ask: &Ask, out: W) -> Result<Self, Trouble> {
        let (techniques, max_cases) = ask.scope();
        Ok(match args.output {
            Output::Text => Self::Text(Box::new(
                Text::new(out, look, args.tokens).asking(techniques, max_cases),
            )),
            Output::Jsonl => Self::Lines(Lines::new(out)?),
            Output::Json => Self::Document(Document::new(ask.story().trim()), out),
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
    let story = Story::of(&args.story)?;
    Ok(pb::StreamTestCasesRequest {
        user_story: story.text,
        acceptance_criteria: story.criteria,
        context: story.context,
        model: args.wording.model.clone().unwrap_or_default(),
        prompt_variant: args.wording.prompt.clone().unwrap_or_default(),
        backend: words::wanted_backend(args.wording.backend),
        techniques: words::wanted_techniques(&args.scope),
        max_test_cases: args.scope.max_cases,
        include_tokens: Some(args.shown.include_tokens()),
        ..Default::default()
    })
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
    fn a_criterion_may_begin_as_a_list_does() {
        let request = request(&args(&[
            "As a user …",
            "-c",
            "- first",
            "-c",
            "-second",
            "--backend",
            "rules",
        ]))
        .unwrap();
        assert_eq!(request.acceptance_criteria, ["- first", "-second"]);
        assert_eq!(request.backend, pb::Backend::Rules as i32);
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let message = wrong(&["x", "--criteria-file", "/nonexistent/criteria.txt"]);
        assert!(
            message.starts_with("/nonexistent/criteria.txt cannot be read: "),
            "{message}"
        );
    }

    async fn followed(events: Vec<Result<pb::StreamTestCasesResponse, tonic::Status>>) -> Result<Ending, Trouble> {
        let args = args(&["x", "-o", "json"]);
        let look = Look {
            width: 80,
            colour: false,
            live: false,
        };
        let mut shown = Shown::new(&args.shown, look, &Ask::Suite(Box::new(request(&args)?)), Vec::new())?;
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
        let ending = followed(events().into_iter().map(Ok).collect()).await.unwrap();
        assert_eq!(ending.completion.outcome(), pb::Outcome::Partial);
        insta::assert_snapshot!(summary(&ending), @"
        partial: 2 test cases
          IDLE_TIMEOUT: no token for 30s
          Q-1: May two discount codes be used on one order, and which of them counts first?
        ");
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
