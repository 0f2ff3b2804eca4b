//! An ensemble at its bounds: on the cases, on those of one item, and of one case in other words.

use super::*;
use testgen::rpc::pb;

const STORY: &str = "Als Kunde möchte ich an der Kasse einen Rabattcode eingeben, damit ich weniger bezahle";

fn criteria() -> Vec<String> {
    [
        "Ein abgelaufener Code wird abgelehnt",
        "Ein Code gilt nur einmal",
        "Der neue Betrag wird angezeigt",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn in_german() -> StreamTestCasesRequest {
    StreamTestCasesRequest {
        user_story: STORY.to_owned(),
        acceptance_criteria: criteria(),
        ..asked()
    }
}

/// 9, for these items.
fn weak(covers: &[usize]) -> String {
    claimed(
        covers,
        "Ein Rabattcode senkt den Betrag an der Kasse",
        "Der Rabattcode wird eingegeben und bestätigt.",
        "Der Betrag an der Kasse ist niedriger als zuvor.",
        "",
    )
}

/// 10, for these items, in other words.
fn perfect(covers: &[usize]) -> String {
    claimed(
        covers,
        "Der abgelaufene Gutschein gilt beim zweiten Kauf nicht mehr",
        "Ein Gutschein vom Vorjahr wird abgeschickt.",
        "Eine Meldung nennt das Datum, an dem der Gutschein endete.",
        "Der Gutschein wurde schon einmal verwendet.",
    )
}

/// Code, attempt and message of each rejection.
fn lost(events: &[StreamTestCasesResponse]) -> Vec<(String, i32, String)> {
    let told = |lost: &Rejection| {
        (
            lost.reasons[0].code.clone(),
            lost.attempt,
            lost.reasons[0].message.clone(),
        )
    };
    rejections(events).iter().map(told).collect()
}

#[tokio::test]
async fn a_beaten_case_with_an_item_of_its_own_gets_no_place_beyond_the_bound() {
    for (bound, codes) in [(1, vec!["MAX_TEST_CASES"]), (2, Vec::new())] {
        let ollama = FakeOllama::start().await;
        ollama.push(answer(&[weak(&[1, 2])]));
        ollama.push(answer(&[perfect(&[1])]));
        let mut service = service(&ollama, &[FIRST, SECOND], |_| {}).await;
        let asked = StreamTestCasesRequest {
            max_test_cases: Some(bound),
            ..in_german()
        };
        let (events, ended) = service.stream(asked).await;
        ended.unwrap();
        let both = known(&[("TC-001", "C-1", 10, SECOND), ("TC-002", "C-1", 9, FIRST)]);
        assert_eq!(told(&events), both[..bound as usize]);
        let found: Vec<(String, i32, String)> = lost(&events);
        let found: Vec<(&str, i32)> = found.iter().map(|one| (one.0.as_str(), one.1)).collect();
        let expect: Vec<(&str, i32)> = codes.into_iter().map(|code| (code, 1)).collect();
        assert_eq!(found, expect, "one verdict each");
        assert_eq!(completion(&events).counts.unwrap().accepted, bound);
    }
}

#[tokio::test]
async fn of_one_case_in_other_words_the_better_wording_comes_alone() {
    let ollama = FakeOllama::start().await;
    ollama.push(answer(&[weak(&[1, 2])]));
    ollama.push(answer(&[perfect(&[1])]));
    let mut service = service(&ollama, &[FIRST, SECOND], |_| {}).await;
    let step = |action: &str| pb::Step {
        action: action.to_owned(),
        ..Default::default()
    };
    let old = pb::TestCase {
        id: "TC-001".to_owned(),
        title: "Die Kasse nimmt einen Code an".to_owned(),
        r#type: pb::TestCaseType::Positive.into(),
        priority: pb::Priority::High.into(),
        steps: vec![step("Der Kunde gibt etwas ein.")],
        expected_result: "Es wird billiger.".to_owned(),
        traces: vec![pb::Trace {
            basis_id: "STORY".to_owned(),
            coverage_item_id: "C-1".to_owned(),
            ..Default::default()
        }],
        ..Default::default()
    };
    let request = pb::RegenerateTestCaseRequest {
        user_story: STORY.to_owned(),
        acceptance_criteria: criteria(),
        model: "ensemble".to_owned(),
        backend: model(),
        existing_test_cases: vec![old.clone()],
        test_case: Some(old),
        reason: "Name the code".to_owned(),
        ..Default::default()
    };
    let response = service.client.regenerate_test_case(request).await.unwrap().into_inner();
    let case = response.test_case.unwrap();
    assert_eq!((case.id.as_str(), case.model.as_str()), ("TC-001", SECOND));
    let title = response.changes.iter().find(|change| change.field == "title").unwrap();
    assert_eq!(title.after, case.title, "the changes are those of the case");
    let codes: Vec<&str> = response
        .rejections
        .iter()
        .map(|lost| lost.reasons[0].code.as_str())
        .collect();
    assert_eq!(codes, ["OUTSCORED"]);
}

#[tokio::test]
async fn a_model_that_repeats_itself_takes_no_place_of_the_others_cases() {
    let ollama = FakeOllama::start().await;
    // One item in as many cases as are wanted, as good as one another or worse.
    let repeated = [Lint::Eight, Lint::Nine, Lint::Eight, Lint::Nine].map(|lint| case(1, lint));
    ollama.push(answer(&repeated));
    ollama.push(answer(&[case(2, Lint::Ten), case(3, Lint::Ten), case(4, Lint::Ten)]));
    let mut service = service(&ollama, &[FIRST, SECOND], |_| {}).await;
    let asked = StreamTestCasesRequest {
        max_test_cases: Some(4),
        ..asked()
    };
    let (events, ended) = service.stream(asked).await;
    ended.unwrap();
    let models: Vec<String> = cases(&events).into_iter().map(|case| case.model).collect();
    assert_eq!(models, [SECOND, SECOND, SECOND, FIRST], "{events:#?}");
    let lost = lost(&events);
    assert_eq!(lost.len(), 3, "{lost:?}");
    assert!(
        lost.iter()
            .all(|(code, attempt, _)| code == "OUTSCORED" && *attempt == 1)
    );
    let told =
        |score| format!("another case of {FIRST} that waits covers the same with a lint of 9; this one has {score}");
    let messages: Vec<String> = lost.into_iter().map(|lost| lost.2).collect();
    assert_eq!(messages, [8, 8, 9].map(told));
    let second = events
        .iter()
        .position(|event| matches!(&event.event, Some(Event::AttemptStarted(attempt)) if attempt.number == 2));
    let last = events
        .iter()
        .rposition(|event| matches!(event.event, Some(Event::Rejection(_))));
    assert!(last < second, "the verdict waits for nobody");
}

#[tokio::test]
async fn a_duplicate_takes_no_item_of_a_case_that_waits() {
    let ollama = FakeOllama::start().await;
    ollama.push(answer(&[perfect(&[2]), weak(&[1])]));
    // The same words as the first model's best case, for the item that its other case is for.
    ollama.push(answer(&[perfect(&[1])]));
    let mut service = service(&ollama, &[FIRST, SECOND], |_| {}).await;
    let (events, ended) = service.stream(in_german()).await;
    ended.unwrap();
    assert_eq!(
        told(&events),
        known(&[("TC-001", "C-2", 10, FIRST), ("TC-002", "C-1", 9, FIRST)]),
        "{events:#?}"
    );
    let codes: Vec<(String, i32)> = lost(&events).into_iter().map(|lost| (lost.0, lost.1)).collect();
    assert_eq!(codes, [("DUPLICATE".to_owned(), 2)]);
    let covering: Vec<Vec<String>> = events
        .iter()
        .filter_map(|event| match &event.event {
            Some(Event::CoverageChange(change)) if change.coverage_item_id == "C-1" => {
                Some(change.test_case_ids.clone())
            }
            _ => None,
        })
        .collect();
    assert_eq!(covering, [["TC-002"]]);
}

#[tokio::test]
async fn a_better_case_that_comes_too_late_is_told_so() {
    let ollama = FakeOllama::start().await;
    ollama.push(answer(&[weak(&[1])]));
    ollama.push(answer(&[claimed(
        &[2],
        "Die Quittung nennt Rabatt und Endpreis getrennt",
        "Die Bestellung wird abgesendet und die Quittung aufgerufen.",
        "Auf der Quittung stehen Rabatt und Endpreis in zwei Zeilen.",
        "Der Warenkorb enthält drei Bücher.",
    )]));
    ollama.push(answer(&[perfect(&[1])]));
    let mut service = service(&ollama, &[FIRST, SECOND], |config| {
        config.generation.max_attempts = 3.try_into().unwrap();
    })
    .await;
    let (events, ended) = service.stream(in_german()).await;
    ended.unwrap();
    assert_eq!(
        told(&events),
        known(&[("TC-001", "C-2", 10, SECOND), ("TC-002", "C-1", 9, FIRST)])
    );
    let late = format!(
        "TC-002 of {FIRST} covers the same and was handed over before, which is never taken back: its lint is 9, that of this \
         one of {FIRST} is 10"
    );
    assert_eq!(lost(&events), [("OUTSCORED".to_owned(), 3, late)]);
}

/// Texts of the notices that one model words alone.
fn alone(events: &[StreamTestCasesResponse]) -> Vec<String> {
    let notice = |event: &StreamTestCasesResponse| match &event.event {
        Some(Event::Notice(notice)) if notice.code == "ENSEMBLE_ALONE" => Some(notice.message.clone()),
        _ => None,
    };
    events.iter().filter_map(notice).collect()
}

#[tokio::test]
async fn a_second_model_that_fails_is_told_even_where_the_first_has_worded_everything() {
    let broken = || Script::reply(500, "application/json", r#"{"error":"out of memory"}"#);
    let stalled = || Script::of([Play::Stall]);
    for (second, change, why) in [
        (broken(), (|_| {}) as fn(&mut Config), "out of memory"),
        (
            stalled(),
            |config| config.generation.first_token_timeout = Duration::from_millis(300),
            "no first token within 300ms",
        ),
        (
            stalled(),
            |config| {
                config.generation.lifetime = Duration::from_secs(2);
                config.generation.deadline_margin = Duration::from_millis(1);
            },
            "LIFETIME_OVER",
        ),
    ] {
        let ollama = FakeOllama::start().await;
        // Everything that is wanted: with a bound of one case the plan has C-1 alone.
        ollama.push(answer(&[case(1, Lint::Nine)]));
        ollama.push(second);
        let mut service = service(&ollama, &[FIRST, SECOND], change).await;
        let asked = StreamTestCasesRequest {
            max_test_cases: Some(1),
            ..asked()
        };
        let (events, ended) = service.stream(asked).await;
        ended.unwrap();
        assert_eq!(told(&events), known(&[("TC-001", "C-1", 9, FIRST)]), "{why}");
        let told = alone(&events);
        assert_eq!(told.len(), 1, "{why}: {told:?}");
        assert!(
            told[0].starts_with(&format!("{SECOND} did not answer to its end (")),
            "{told:?}"
        );
        assert!(told[0].contains(why), "{why}: {told:?}");
        assert_eq!(completion(&events).outcome(), Outcome::Complete, "{why}");
    }
}

/// Why each attempt was made.
fn reasons(events: &[StreamTestCasesResponse]) -> Vec<String> {
    let reason = |event: &StreamTestCasesResponse| match &event.event {
        Some(Event::AttemptStarted(attempt)) => Some(attempt.reason.clone()),
        _ => None,
    };
    events.iter().filter_map(reason).collect()
}

#[tokio::test]
async fn an_attempt_says_why_it_is_made() {
    let ollama = FakeOllama::start().await;
    ollama.push(Script::reply(400, "application/json", r#"{"error":"too hot"}"#));
    ollama.push(answer(&[case(1, Lint::Nine)]));
    let mut failing = service(&ollama, &[FIRST, SECOND], |_| {}).await;
    let (events, ended) = failing.stream(asked()).await;
    ended.unwrap();
    let why = reasons(&events);
    assert!(why[1].contains("too hot"), "the first model failed: {why:?}");

    // Of 8 items the first model words one, which waits for the second, and the second another one.
    let ollama = FakeOllama::start().await;
    ollama.push(answer(&[case(1, Lint::Nine)]));
    ollama.push(answer(&[case(2, Lint::Ten)]));
    ollama.push(Script::text("There are no more."));
    let mut going_on = service(&ollama, &[FIRST, SECOND], |config| {
        config.generation.max_attempts = 3.try_into().unwrap();
    })
    .await;
    let (events, ended) = going_on.stream(asked()).await;
    ended.unwrap();
    let why = reasons(&events);
    assert!(why[1].starts_with("the other model of the ensemble"), "{why:?}");
    assert_eq!(why[2], "6 coverage items are missing in the answer");
    let third = ollama.chats()[2].body["messages"].to_string();
    assert!(
        third.contains("7 coverage items are missing in the answer"),
        "what waits was not missing in the first model's answer: {third}"
    );
}
