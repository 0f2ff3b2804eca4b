//! What is hidden from models: what the model server received, what the caller got, and what the logs and traces say.

use crate::support::fake_ollama::{FakeOllama, Play, Script};
use crate::support::lines::Lines;
use crate::support::service::{TestService, request};
use std::sync::{Arc, Mutex};
use testgen::config::Config;
use testgen::privacy::What;
use testgen::rpc::pb::stream_test_cases_response::Event;
use testgen::rpc::pb::{self, Backend, StreamTestCasesRequest, StreamTestCasesResponse};

const VALUES: [&str; 5] = [
    "jane.doe@corp.example",
    "hunter2!x",
    "4111 1111 1111 1111",
    "192.0.2.17",
    "Bluebird",
];

fn config(server: &FakeOllama) -> Config {
    let mut config = Config::default();
    config.ollama.urls = vec![server.url().parse().unwrap()];
    config.openai.url = Some(server.openai_url().parse().unwrap());
    config.privacy.what = What::All;
    config.privacy.terms = vec!["bluebird".to_owned()];
    config
}

fn asked(backend: Backend) -> StreamTestCasesRequest {
    StreamTestCasesRequest {
        user_story: "As a clerk of Bluebird, I want to log in as jane.doe@corp.example so that I see my orders"
            .to_owned(),
        acceptance_criteria: vec![
            "The password: \"hunter2!x\" is accepted for jane.doe@corp.example".to_owned(),
            "A log-in from 192.0.2.17 is refused with \"Not from here\"".to_owned(),
            "The card 4111 1111 1111 1111 is shown after the log-in".to_owned(),
        ],
        context: "Clerk: who works for Bluebird, such as jane.doe@corp.example.".to_owned(),
        existing_test_cases: vec![pb::TestCase {
            id: "TC-001".to_owned(),
            title: "jane.doe@corp.example of Bluebird logs out".to_owned(),
            r#type: 1,
            ..Default::default()
        }],
        backend: backend.into(),
        fill_with_rules: Some(false),
        ..request()
    }
}

/// The placeholder that the server was given for the first value of a kind.
fn placeholder(sent: &str, kind: &str) -> String {
    let at = sent
        .find(&format!("{kind}_1_"))
        .unwrap_or_else(|| panic!("no {kind} in {sent}"));
    sent[at..]
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

fn cases(events: &[StreamTestCasesResponse]) -> Vec<&pb::TestCase> {
    let case = |event: &'_ StreamTestCasesResponse| matches!(event.event, Some(Event::TestCase(_)));
    events
        .iter()
        .filter(|event| case(event))
        .filter_map(|event| match &event.event {
            Some(Event::TestCase(case)) => Some(case),
            _ => None,
        })
        .collect()
}

fn tokens(events: &[StreamTestCasesResponse]) -> String {
    let text = |event: &StreamTestCasesResponse| match &event.event {
        Some(Event::Token(token)) => token.text.clone(),
        _ => String::new(),
    };
    events.iter().map(text).collect()
}

/// Two rounds: the first shows what placeholders the server gets, the second answers in them. The same story is asked in
/// the same words.
async fn rounds(backend: Backend) {
    let server = FakeOllama::start().await;
    server.otherwise(Script::text("{\"test_cases\": []}"));
    let mut service = TestService::with(config(&server)).await;
    service.stream(asked(backend)).await.1.ok();
    let sent: String = server.chats().iter().map(|chat| chat.raw_body.clone()).collect();
    for value in VALUES {
        let value = value.to_lowercase();
        assert!(!sent.to_lowercase().contains(&value), "{value} was sent: {sent}");
    }
    let [email, password, card] = ["EMAIL", "PASSWORD", "CARD"].map(|kind| placeholder(&sent, kind));
    let (ip, term) = (placeholder(&sent, "IPADDRESS"), placeholder(&sent, "TERM"));
    let answer = format!(
        r#"{{"test_cases": [
{{"covers": [], "title": "{email} of {term} logs in", "type": "positive", "priority": "high", "preconditions": ["{term} knows {email}."], "steps": ["Enter {email} as the address.", "Enter {password} as the password."], "expected_result": "The card {card} is shown.", "quote": "is accepted for {email}"}},
{{"covers": [], "title": "A log-in from {ip} is refused", "type": "negative", "priority": "high", "preconditions": [], "steps": ["Log in from {ip} as {email}."], "expected_result": "\"Not from here\" is shown.", "quote": "from {ip} is refused"}},
{{"covers": [], "title": "{email} of {term} logs in", "type": "positive", "priority": "high", "preconditions": ["{term} knows {email}."], "steps": ["Enter {email} as the address.", "Enter {password} as the password."], "expected_result": "The card {card} is shown."}},
{{"covers": [], "title": "EMAIL_99{tag} logs in", "type": "positive", "priority": "high", "preconditions": [], "steps": ["Enter EMAIL_99{tag}."], "expected_result": "The card {card} is shown."}}]}}"#,
        tag = &email["EMAIL_1".len()..],
    );
    server.otherwise(Script::text(&answer));
    let (events, ended) = service.stream(asked(backend)).await;
    ended.unwrap();
    let cases = cases(&events);
    let first = cases.first().unwrap_or_else(|| panic!("no case: {events:?}"));
    assert_eq!(first.title, "jane.doe@corp.example of Bluebird logs in");
    assert!(first.steps[1].action.contains("hunter2!x"), "{first:?}");
    assert_eq!(first.expected_result, "The card 4111 1111 1111 1111 is shown.");
    // Evidence rests on the true values.
    let quoted = first.traces.iter().any(|trace| trace.span.is_some());
    assert!(quoted, "{:?}", first.traces);
    let all = format!("{events:?}");
    assert!(all.contains("DUPLICATE"), "duplicates are told by the true values");
    assert!(all.contains("UNKNOWN_PLACEHOLDER"), "{all}");
    let told = tokens(&events);
    for shown in ["jane.doe@corp.example of Bluebird logs in", "hunter2!x", "192.0.2.17"] {
        assert!(told.contains(shown), "{shown}: {told}");
    }
    assert!(!told.contains(&email), "placeholders are put back in tokens: {told}");
    let sent: String = server.chats().iter().map(|chat| chat.raw_body.to_lowercase()).collect();
    assert!(
        VALUES.iter().all(|value| !sent.contains(&value.to_lowercase())),
        "{sent}"
    );
}

#[tokio::test]
async fn ollama_gets_placeholders_and_the_caller_the_values() {
    rounds(Backend::Ollama).await;
}

#[tokio::test]
async fn so_does_a_server_with_openai_s_interface() {
    rounds(Backend::Openai).await;
}

#[tokio::test]
async fn the_rules_word_the_true_values_in_this_process() {
    let server = FakeOllama::start().await;
    let mut service = TestService::with(config(&server)).await;
    let (events, ended) = service.stream(asked(Backend::Rules)).await;
    ended.unwrap();
    assert!(!cases(&events).is_empty());
    assert!(server.chats().is_empty());
    assert!(!format!("{events:?}").contains("_1_"), "no placeholder");
}

#[tokio::test]
async fn no_log_line_and_no_span_holds_what_a_story_says() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(lines.clone())
        .finish();
    // The whole test runs on this thread.
    let _guard = tracing::subscriber::set_default(subscriber);
    let server = FakeOllama::start().await;
    server.push(Script::reply(500, "application/json", "{\"error\":\"no\"}"));
    server.otherwise(Script::tokens("{\"title\": \"jane.doe@corp.example").then(Play::Cut));
    // Other tests come and go with subscribers of their own, and what is enabled is worked out anew each time: a round that
    // fell into that gap is repeated.
    for _ in 0..5 {
        tracing::callsite::rebuild_interest_cache();
        for what in [What::Nothing, What::All] {
            let mut config = config(&server);
            config.privacy.what = what;
            let mut service = TestService::with(config).await;
            for backend in [Backend::Ollama, Backend::Rules] {
                let _ = service.stream(asked(backend)).await;
                let wrong = StreamTestCasesRequest {
                    user_story: "jane.doe@corp.example\u{7}".to_owned(),
                    model: "hunter2!x\u{7}".to_owned(),
                    prompt_variant: "192.0.2.17".to_owned(),
                    max_test_cases: Some(0),
                    ..asked(backend)
                };
                assert!(service.stream(wrong).await.1.is_err());
            }
        }
        if lines.text().contains("model_call") {
            break;
        }
    }
    let written = lines.text();
    assert!(written.contains("call") && written.contains("model_call"), "{written}");
    for value in VALUES {
        // The client's own libraries log nothing of it either.
        assert!(!written.contains(value), "{value} is logged");
    }
}

/// A case with a hidden value in every field that a prompt shows.
fn known() -> pb::TestCase {
    pb::TestCase {
        id: "TC-007".to_owned(),
        title: "jane.doe@corp.example is refused from 192.0.2.17".to_owned(),
        r#type: pb::TestCaseType::Negative.into(),
        priority: pb::Priority::High.into(),
        preconditions: vec!["Bluebird knows jane.doe@corp.example.".to_owned()],
        steps: vec![pb::Step {
            action: "Log in from 192.0.2.17 as jane.doe@corp.example".to_owned(),
            data: "hunter2!x".to_owned(),
            expected: "Bluebird refuses it.".to_owned(),
        }],
        expected_result: "\"Not from here\" is shown and the card 4111 1111 1111 1111 is not.".to_owned(),
        ..Default::default()
    }
}

/// What a model gets for the calls around a suite, and what it wrote is told with the true values.
#[tokio::test]
async fn gaps_another_wording_and_a_changed_story_hide_the_same() {
    let server = FakeOllama::start().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sent = Arc::clone(&seen);
    // It repeats the first placeholder for an address that it was given.
    server.chooses(move |request| {
        sent.lock().unwrap().push(request.raw_body.clone());
        let email = placeholder(&request.raw_body, "EMAIL");
        Script::text(&format!(
            r#"{{"test_cases": [{{"covers": ["C-1"], "title": "A log-in of {email} from elsewhere is refused", "type": "negative", "priority": "high", "preconditions": ["The log-in page is open."], "steps": ["Log in from another place as {email}."], "expected_result": "\"Not from here\" is shown and no orders of {email} are listed.", "quote": "is refused with"}}]}}"#
        ))
    });
    let mut service = TestService::with(config(&server)).await;
    let story = asked(Backend::Ollama);
    let gaps = pb::FillGapsRequest {
        user_story: story.user_story.clone(),
        acceptance_criteria: story.acceptance_criteria.clone(),
        context: story.context.clone(),
        backend: Backend::Ollama.into(),
        fill_with_rules: Some(false),
        existing_test_cases: vec![known()],
        ..Default::default()
    };
    let mut told = String::new();
    let mut stream = service.client.fill_gaps(gaps).await.unwrap().into_inner();
    while let Ok(Some(message)) = stream.message().await {
        told.push_str(&format!("{message:?}"));
    }
    let another = pb::RegenerateTestCaseRequest {
        user_story: story.user_story.clone(),
        acceptance_criteria: story.acceptance_criteria.clone(),
        backend: Backend::Ollama.into(),
        test_case: Some(known()),
        reason: "Say that jane.doe@corp.example of Bluebird used hunter2!x from 192.0.2.17.".to_owned(),
        ..Default::default()
    };
    told.push_str(&format!("{:?}", service.client.regenerate_test_case(another).await));
    let revised = pb::ReviseTestsRequest {
        user_story: story.user_story.clone(),
        acceptance_criteria: vec![
            "A log-in from 192.0.2.17 is refused with \"Not from there\"".to_owned(),
            "The card 4111 1111 1111 1111 is hidden after the log-in".to_owned(),
        ],
        previous_user_story: story.user_story.clone(),
        previous_acceptance_criteria: story.acceptance_criteria.clone(),
        backend: Backend::Ollama.into(),
        fill_with_rules: Some(false),
        existing_test_cases: vec![known()],
        ..Default::default()
    };
    let mut stream = service.client.revise_tests(revised).await.unwrap().into_inner();
    while let Ok(Some(message)) = stream.message().await {
        told.push_str(&format!("{message:?}"));
    }
    let chats = seen.lock().unwrap().clone();
    assert!(chats.len() >= 3, "each call asked the model: {}", chats.len());
    for chat in &chats {
        for value in VALUES {
            let shown = chat.to_lowercase().contains(&value.to_lowercase());
            assert!(!shown, "{value} was sent: {chat}");
        }
    }
    let reason = chats
        .iter()
        .find(|chat| chat.contains("Say that EMAIL_1_"))
        .expect("the reviewer's reason is shown, with what stands for the values");
    assert!(reason.contains("used PASSWORD_1_"), "{reason}");
    assert!(
        told.contains("A log-in of jane.doe@corp.example from elsewhere is refused"),
        "{told}"
    );
    assert!(!told.contains("EMAIL_1_"), "a placeholder is told: {told}");
}
