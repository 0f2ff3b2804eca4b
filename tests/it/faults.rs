//! Fault by fault, through the whole service: what the caller sees and what is kept. The table of `docs/faults.md` is
//! compared with what happens here.

mod around;

use crate::support::fake_ollama::{FakeOllama, Play, Script};
use crate::support::service::{TestService, drain, request};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;
use testgen::config::Config;
use testgen::rpc::pb::stream_test_cases_response::Event;
use testgen::rpc::pb::{Backend, Severity, StreamTestCasesRequest, StreamTestCasesResponse};
use tonic::Status;
use tonic_types::StatusExt as _;

const CASE: &str = r#"{"title": "A discount code of 21 characters is refused", "type": "boundary", "priority": "high", "preconditions": ["The cart holds at least one item."], "steps": ["Open the checkout page.", "Enter ABCDEFGHIJKLMNOPQRSTU in the discount code field.", "Apply the discount code."], "expected_result": "The discount code is refused because it is longer than 20 characters. The total stays the same."}"#;

/// One fault: its name, how the server plays it, and how the service is asked.
struct Fault {
    name: &'static str,
    script: Script,
    times: Times,
}

/// Clocks of the service and of the caller.
#[derive(Clone, Copy)]
enum Times {
    /// As they are.
    Usual,
    /// The service waits two seconds for the first token.
    HastyAtFirst,
    /// The service waits three seconds between two tokens, and as long as usual for the first: a busy machine may be late with it.
    HastyBetween,
    /// The caller waits three seconds, of which the service keeps one for handing over.
    Deadline,
}

fn fault(name: &'static str, script: Script) -> Fault {
    Fault {
        name,
        script,
        times: Times::Usual,
    }
}

/// The beginning of an answer with a whole case in it.
fn one_case() -> Script {
    // A reset throws away what was not read yet, so there is a moment to read.
    Script::tokens(&format!("{{\"test_cases\": [{CASE}, ")).then(Play::Wait(Duration::from_millis(50)))
}

fn error(status: u16, said: &str) -> Script {
    Script::reply(status, "application/json", &format!("{{\"error\":\"{said}\"}}"))
}

fn faults() -> Vec<Fault> {
    let mut long_line = br#"{"message":{"content":""#.to_vec();
    long_line.resize(20_000_000, b'x');
    let hasty = |times: Times, fault: Fault| Fault { times, ..fault };
    let deadline = |fault: Fault| Fault {
        times: Times::Deadline,
        ..fault
    };
    let busy = "server busy, please try again.  maximum pending requests exceeded";
    vec![
        fault("connection reset before the first token", Script::of([Play::Reset])),
        fault("connection reset after a case", one_case().then(Play::Reset)),
        fault("connection closed after a case", one_case().then(Play::Cut)),
        fault("503, queue full", error(503, busy)),
        fault(
            "500, the model cannot be loaded",
            error(500, "llama-server process has terminated: signal: killed"),
        ),
        fault(
            "error line in a 200 before the first token",
            Script::of([Play::Error("unexpected EOF")]),
        ),
        fault(
            "error line in a 200 after a case",
            one_case().then(Play::Error("unexpected EOF")),
        ),
        fault("end without done, after a case", one_case()),
        fault(
            "31 times the same token, and an end without done",
            Script::stutter("ab ", 31),
        ),
        fault(
            "garbage line after a case",
            one_case().then(Play::Raw(b"garbage\n".to_vec())),
        ),
        fault(
            "invalid UTF-8 after a case",
            one_case().then(Play::Raw(b"{\"message\":{\"content\":\"\xFF\"}}\n".to_vec())),
        ),
        fault("a line of 20 MB after a case", one_case().then(Play::Raw(long_line))),
        fault("cut by length after a case", one_case().then(Play::Done("length"))),
        fault(
            "thinking and nothing else",
            Script::of([Play::Thinking("Hm.".to_owned()), Play::Done("length")]),
        ),
        fault("empty answer", Script::of([Play::Done("stop")])),
        fault(
            "prompt too long for the context",
            error(
                400,
                "request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it",
            ),
        ),
        hasty(
            Times::HastyAtFirst,
            fault("stall before the first token", Script::of([Play::Stall])),
        ),
        hasty(
            Times::HastyBetween,
            fault("stall after a case", one_case().then(Play::Stall)),
        ),
        deadline(fault(
            "the caller's deadline before the first token",
            Script::of([Play::Stall]),
        )),
        deadline(fault(
            "the caller's deadline after a case",
            one_case().then(Play::Stall),
        )),
    ]
}

fn settings(url: &str, times: Times) -> Config {
    let mut config = Config::default();
    config.ollama.urls = vec![url.parse().unwrap()];
    config.generation.deadline_margin = Duration::from_secs(1);
    match times {
        Times::HastyAtFirst => config.generation.first_token_timeout = Duration::from_secs(2),
        Times::HastyBetween => config.generation.idle_timeout = Duration::from_secs(3),
        Times::Usual | Times::Deadline => {}
    }
    config
}

/// What a caller saw: the end, and the cases that were handed over.
async fn seen(url: &str, times: Times) -> (String, usize) {
    let mut service = TestService::with(settings(url, times)).await;
    let message = StreamTestCasesRequest {
        backend: Backend::Ollama.into(),
        ..request()
    };
    let mut call = tonic::Request::new(message);
    if matches!(times, Times::Deadline) {
        call.set_timeout(Duration::from_secs(8));
    }
    let (events, end) = match service.client.stream_test_cases(call).await {
        Ok(stream) => drain(stream.into_inner()).await,
        Err(status) => (Vec::new(), Err(status)),
    };
    let cases = events
        .iter()
        .filter(|event| matches!(event.event, Some(Event::TestCase(_))))
        .count();
    (told(&events, end), cases)
}

/// An end in the words of the table.
fn told(events: &[StreamTestCasesResponse], end: Result<(), Status>) -> String {
    match end {
        Err(status) => {
            let reason = status.get_error_details().error_info().map(|info| info.reason.clone());
            format!(
                "`{:?}`, {}",
                status.code(),
                reason.map_or("no reason".to_owned(), |reason| format!("`{reason}`"))
            )
        }
        Ok(()) => match events.last().and_then(|event| event.event.clone()) {
            Some(Event::Completion(completion)) => {
                let reasons: Vec<String> = completion
                    .reasons
                    .iter()
                    .filter(|reason| reason.severity() != Severity::Info)
                    .map(|reason| format!("`{}`", reason.code))
                    .collect();
                let reasons = match reasons.as_slice() {
                    [] => String::new(),
                    some => format!(": {}", some.join(", ")),
                };
                format!("`Ok`, `{}`{reasons}", completion.outcome().as_str_name())
            }
            _ => "a stream without an end".to_owned(),
        },
    }
}

async fn row(fault: &Fault) -> String {
    let server = FakeOllama::start().await;
    server.otherwise(fault.script.clone());
    let (end, cases) = seen(&server.url(), fault.times).await;
    let kept = match cases {
        0 => "nothing was there".to_owned(),
        1 => "the case".to_owned(),
        more => format!("{more} cases"),
    };
    format!("| {} | {end} | {kept} |\n", fault.name)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_caller_sees_of_every_fault_is_what_the_page_says() {
    let mut table = String::from("| fault | what the caller sees | what is kept |\n|---|---|---|\n");
    let (end, cases) = seen("http://127.0.0.1:1", Times::Usual).await;
    assert_eq!(cases, 0);
    let _ = writeln!(table, "| refused connection | {end} | nothing was there |");
    let server = FakeOllama::start().await;
    server.has_models(&["qwen3:4b"]);
    let (end, _) = seen(&server.url(), Times::Usual).await;
    let _ = writeln!(table, "| 404, the model is missing | {end} | nothing was there |");
    let rows: Vec<_> = faults()
        .into_iter()
        .map(|fault| tokio::spawn(async move { row(&fault).await }))
        .collect();
    for row in rows {
        table.push_str(&row.await.unwrap());
    }
    table.push_str(&around::rows().await);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/faults.md");
    let page = fs::read_to_string(&path).unwrap();
    let (head, rest) = page.split_once("<!-- made by tests/it/faults.rs -->\n").unwrap();
    let (_, tail) = rest.split_once("<!-- end -->").unwrap();
    let made = format!("{head}<!-- made by tests/it/faults.rs -->\n{table}<!-- end -->{tail}");
    if page != made {
        fs::write(path.with_extension("md.snap.new"), &made).unwrap();
    }
    assert_eq!(
        page, made,
        "docs/faults.md is not what happens; move docs/faults.md.snap.new over it"
    );
}
