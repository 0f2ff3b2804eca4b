//! The calls around an existing suite, with a real client: analysis, gaps, one case in other words, a changed story.

use crate::support::service::{TestService, kinds};
use testgen::backend::Finish;
use testgen::backend::scripted::Play;
use testgen::rpc::pb::stream_test_cases_response::Event;
use testgen::rpc::pb::{self, CoverageStatus, Outcome, StreamTestCasesResponse};
use tonic::{Code, Streaming};
use tonic_types::StatusExt as _;

const STORY: &str = "As a member, I want to borrow up to 5 books so that I can read at home";
const CHANGED: &str = "As a member, I want to borrow up to 7 books so that I can read at home";

fn criteria() -> Vec<String> {
    vec![
        "The card number is required".to_owned(),
        "A member with a suspended card cannot borrow".to_owned(),
    ]
}

fn rules() -> i32 {
    pb::Backend::Rules.into()
}

fn model() -> i32 {
    pb::Backend::Ollama.into()
}

/// A whole suite, worded by the rules.
async fn suite(service: &mut TestService) -> pb::GenerateTestsResponse {
    let request = pb::GenerateTestsRequest {
        user_story: STORY.to_owned(),
        acceptance_criteria: criteria(),
        backend: rules(),
        ..Default::default()
    };
    service.client.generate_tests(request).await.unwrap().into_inner()
}

trait Holds {
    fn event(self) -> StreamTestCasesResponse;
}

impl Holds for pb::FillGapsResponse {
    fn event(self) -> StreamTestCasesResponse {
        self.event.unwrap()
    }
}

impl Holds for pb::ReviseTestsResponse {
    fn event(self) -> StreamTestCasesResponse {
        self.event.unwrap()
    }
}

async fn read<T: Holds>(mut stream: Streaming<T>) -> Vec<StreamTestCasesResponse> {
    let mut seen = Vec::new();
    while let Some(message) = stream.message().await.unwrap() {
        seen.push(message.event());
    }
    seen
}

fn cases(events: &[StreamTestCasesResponse]) -> Vec<&pb::TestCase> {
    let case = |event: &'_ StreamTestCasesResponse| matches!(event.event, Some(Event::TestCase(_)));
    let found = events.iter().filter(|event| case(event));
    found
        .filter_map(|event| match &event.event {
            Some(Event::TestCase(case)) => Some(case),
            _ => None,
        })
        .collect()
}

fn completion(events: &[StreamTestCasesResponse]) -> &pb::Completion {
    match events.last().map(|event| &event.event) {
        Some(Some(Event::Completion(completion))) => completion,
        other => panic!("the last event is no completion: {other:?}"),
    }
}

/// A case as a model writes it.
fn written(case: &pb::TestCase, covers: &str) -> String {
    let steps: Vec<String> = case
        .steps
        .iter()
        .map(|step| format!("{} {}", step.action, step.data))
        .collect();
    let kind = case
        .r#type()
        .as_str_name()
        .trim_start_matches("TEST_CASE_TYPE_")
        .to_lowercase();
    serde_json::json!({
        "covers": [covers],
        "title": case.title,
        "type": kind,
        "priority": "medium",
        "preconditions": case.preconditions,
        "steps": steps,
        "expected_result": case.expected_result,
    })
    .to_string()
}

fn answer(cases: &[String]) -> Vec<Play> {
    let text = format!("{{\"test_cases\": [{}]}}", cases.join(", "));
    let finish = Finish {
        output_tokens: Some((text.len() / 4) as i64),
        ..Finish::default()
    };
    vec![Play::Text(text), Play::Done(finish)]
}

fn wrong_fields(status: &tonic::Status) -> Vec<String> {
    let details = status.get_error_details();
    let violations = details
        .bad_request()
        .map(|bad| bad.field_violations.clone())
        .unwrap_or_default();
    violations.into_iter().map(|violation| violation.field).collect()
}

#[tokio::test]
async fn an_analysis_is_what_a_generation_begins_with_and_how_the_story_is_read() {
    let (mut service, script) = TestService::playing(Vec::new()).await;
    let request = pb::AnalyzeStoryRequest {
        user_story: STORY.to_owned(),
        acceptance_criteria: criteria(),
        context: "Member: a person with a valid card.".to_owned(),
        ..Default::default()
    };
    let response = service.client.analyze_story(request).await.unwrap().into_inner();
    let reading = response.reading.unwrap();
    assert!(reading.readable);
    assert_eq!(
        (reading.role.as_str(), reading.goal.as_str(), reading.benefit.as_str()),
        ("member", "borrow up to 5 books", "I can read at home")
    );
    let limit = reading.literals.iter().find(|literal| literal.kind == "limit").unwrap();
    let span = limit.span.clone().unwrap();
    assert_eq!(span.basis_id, "STORY");
    assert_eq!(&STORY[span.start as usize..span.end as usize], limit.text);
    assert_eq!(reading.glossary[0].term, "Member");
    let planned = suite(&mut service).await.analysis.unwrap();
    let analysis = response.analysis.unwrap();
    let keys = |analysis: &pb::Analysis| -> Vec<(String, String)> {
        let items = analysis.coverage_items.iter();
        items.map(|item| (item.id.clone(), item.condition.clone())).collect()
    };
    assert_eq!(keys(&analysis), keys(&planned));
    assert!(script.tasks().is_empty(), "no model was asked");
    let status = service
        .client
        .analyze_story(pb::AnalyzeStoryRequest {
            user_story: "short".to_owned(),
            techniques: vec![99],
            ..Default::default()
        })
        .await
        .unwrap_err();
    assert_eq!(wrong_fields(&status), ["user_story", "techniques[0]"]);
}

#[tokio::test]
async fn gaps_are_filled_and_what_is_covered_is_asked_of_nobody() {
    let (mut service, script) = TestService::playing(Vec::new()).await;
    let whole = suite(&mut service).await.test_cases;
    assert!(whole.len() > 5);
    let request = |existing: &[pb::TestCase], backend: i32| pb::FillGapsRequest {
        user_story: STORY.to_owned(),
        acceptance_criteria: criteria(),
        backend,
        existing_test_cases: existing.to_vec(),
        ..Default::default()
    };
    let stream = service.client.fill_gaps(request(&whole[..3], rules())).await.unwrap();
    let events = read(stream.into_inner()).await;
    assert_eq!(kinds(&events)[..4], ["started", "analysis", "review", "attempt"]);
    let new = cases(&events);
    assert_eq!(new.len(), whole.len() - 3);
    assert_eq!(new[0].id, "TC-004");
    let titles: Vec<&str> = whole[3..].iter().map(|case| case.title.as_str()).collect();
    assert_eq!(new.iter().map(|case| case.title.as_str()).collect::<Vec<_>>(), titles);
    // A suite with nothing missing: a model is not asked at all.
    let stream = service.client.fill_gaps(request(&whole, model())).await.unwrap();
    let events = read(stream.into_inner()).await;
    assert_eq!(kinds(&events), ["started", "analysis", "review", "completion"]);
    assert_eq!(completion(&events).outcome(), Outcome::Complete);
    assert!(script.tasks().is_empty());
    let Some(Event::SuiteReview(review)) = &events[2].event else {
        panic!()
    };
    assert!(
        review
            .cases
            .iter()
            .all(|case| !case.coverage_item_ids.is_empty() && case.quality_score > 0)
    );
}

#[tokio::test]
async fn cases_of_another_plan_are_known_by_what_they_say() {
    let (mut service, _) = TestService::playing(Vec::new()).await;
    let bounded = pb::GenerateTestsRequest {
        user_story: STORY.to_owned(),
        backend: rules(),
        max_test_cases: Some(2),
        ..Default::default()
    };
    // The two cases have the ids that their items had in a plan of two.
    let mut two = service
        .client
        .generate_tests(bounded)
        .await
        .unwrap()
        .into_inner()
        .test_cases;
    assert_eq!(two.len(), 2);
    two[1]
        .expected_result
        .push_str(" The member has the books that they had.");
    let request = pb::FillGapsRequest {
        user_story: STORY.to_owned(),
        backend: rules(),
        existing_test_cases: two.clone(),
        ..Default::default()
    };
    let events = read(service.client.fill_gaps(request).await.unwrap().into_inner()).await;
    let completion = completion(&events);
    assert_eq!(completion.outcome(), Outcome::Complete, "{:?}", completion.reasons);
    assert!(
        cases(&events)
            .iter()
            .all(|case| two.iter().all(|known| known.title != case.title))
    );
}

#[tokio::test]
async fn a_review_names_what_is_weak_in_a_suite_and_a_model_is_asked_for_the_rest_only() {
    let (mut service, script) = TestService::playing(Vec::new()).await;
    let whole = suite(&mut service).await.test_cases;
    let twin = pb::TestCase {
        id: String::new(),
        traces: Vec::new(),
        ..whole[0].clone()
    };
    let vague = pb::TestCase {
        id: "TC-077".to_owned(),
        title: "Check that it works correctly".to_owned(),
        r#type: pb::TestCaseType::Positive.into(),
        steps: vec![pb::Step {
            action: "Use the page appropriately".to_owned(),
            ..Default::default()
        }],
        expected_result: "It works as expected.".to_owned(),
        ..Default::default()
    };
    let existing = vec![whole[0].clone(), twin, vague];
    script.push(answer(&[written(&whole[1], "C-2")]));
    let request = pb::FillGapsRequest {
        user_story: STORY.to_owned(),
        acceptance_criteria: criteria(),
        backend: model(),
        fill_with_rules: Some(true),
        existing_test_cases: existing,
        ..Default::default()
    };
    let events = read(service.client.fill_gaps(request).await.unwrap().into_inner()).await;
    let review = events.iter().find_map(|event| match &event.event {
        Some(Event::SuiteReview(review)) => Some(review),
        _ => None,
    });
    let reviewed = &review.unwrap().cases;
    assert_eq!(
        (reviewed[1].test_case_id.as_str(), reviewed[1].duplicate_of.as_str()),
        ("#2", "TC-001")
    );
    assert!(reviewed[1].duplicate_percent >= 65);
    assert!(
        reviewed[2].coverage_item_ids.is_empty() && reviewed[2].quality_score <= 5,
        "{:?}",
        reviewed[2]
    );
    let task = &script.tasks()[0];
    assert!(!task.asked.contains(&0), "the first item is covered already");
    assert!(task.user.contains(&format!("- {}", whole[0].title)), "{}", task.user);
    // New ids go on after the highest that there is.
    assert_eq!(cases(&events)[0].id, "TC-078");
    assert_eq!(completion(&events).outcome(), Outcome::Complete);
}

#[tokio::test]
async fn a_case_is_worded_anew_under_its_id_with_what_is_locked_as_it_was() {
    let (mut service, script) = TestService::playing(Vec::new()).await;
    let whole = suite(&mut service).await.test_cases;
    let old = whole.iter().find(|case| case.title.contains("6th")).unwrap().clone();
    let item = old.traces[0].coverage_item_id.clone();
    let new = pb::TestCase {
        title: "Another title".to_owned(),
        expected_result: "The 6th book is refused with a message at the button; 5 books stay borrowed.".to_owned(),
        ..old.clone()
    };
    // First the model repeats itself, then it writes another expected result.
    script.push(answer(&[written(&old, &item)]));
    script.push(answer(&[written(&new, &item)]));
    let request = pb::RegenerateTestCaseRequest {
        user_story: STORY.to_owned(),
        acceptance_criteria: criteria(),
        backend: model(),
        existing_test_cases: whole.clone(),
        test_case: Some(old.clone()),
        reason: "Say where the message is shown".to_owned(),
        locked_fields: vec!["title".to_owned(), "steps".to_owned(), "preconditions".to_owned()],
        ..Default::default()
    };
    let response = service
        .client
        .regenerate_test_case(request.clone())
        .await
        .unwrap()
        .into_inner();
    let case = response.test_case.unwrap();
    assert_eq!(
        (case.id.as_str(), case.title.as_str()),
        (old.id.as_str(), old.title.as_str())
    );
    assert_eq!(case.steps, old.steps);
    assert_eq!(case.expected_result, new.expected_result);
    let fields: Vec<&str> = response.changes.iter().map(|change| change.field.as_str()).collect();
    assert!(
        fields.contains(&"expected_result") && !fields.contains(&"title"),
        "{fields:?}"
    );
    assert_eq!(response.rejections[0].reasons[0].code, "UNCHANGED");
    let tasks = script.tasks();
    assert_eq!(tasks.len(), 2);
    assert!(tasks[0].user.contains("Say where the message is shown") && tasks[0].user.contains(&old.title));
    assert!(
        tasks[0]
            .user
            .contains("Copy these fields exactly: title, steps, preconditions.")
    );
    assert_eq!(tasks[0].asked.len(), 1);
    // The rules word an item in one way only.
    let status = service
        .client
        .regenerate_test_case(pb::RegenerateTestCaseRequest {
            backend: rules(),
            locked_fields: Vec::new(),
            ..request
        })
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    assert_eq!(
        status.get_error_details().error_info().unwrap().reason,
        "NO_OTHER_WORDS"
    );
}

#[tokio::test]
async fn a_rewording_that_repeats_another_case_says_why_there_is_none() {
    let (mut service, script) = TestService::playing(Vec::new()).await;
    // In German the claims of a case are believed.
    let case = |id: &str, item: &str, title: &str, action: &str, expected: &str| pb::TestCase {
        id: id.to_owned(),
        title: title.to_owned(),
        r#type: pb::TestCaseType::Positive.into(),
        priority: pb::Priority::Medium.into(),
        steps: vec![pb::Step {
            action: action.to_owned(),
            ..Default::default()
        }],
        expected_result: expected.to_owned(),
        traces: vec![pb::Trace {
            basis_id: "STORY".to_owned(),
            coverage_item_id: item.to_owned(),
            ..Default::default()
        }],
        ..Default::default()
    };
    let old = case(
        "TC-001",
        "C-1",
        "Ein Buch wird ausgeliehen",
        "Ein Buch ausleihen.",
        "Das Buch steht auf der Liste.",
    );
    let other = case(
        "TC-002",
        "C-2",
        "Eine gesperrte Karte gilt nicht",
        "Die gesperrte Karte vorlegen.",
        "Eine Meldung nennt den Grund der Sperre.",
    );
    script.push(answer(&[written(&other, "C-1")]));
    let status = service
        .client
        .regenerate_test_case(pb::RegenerateTestCaseRequest {
            user_story: "Als Mitglied möchte ich bis zu 5 Bücher ausleihen, damit ich zuhause lesen kann".to_owned(),
            acceptance_criteria: vec!["Mit einer gesperrten Karte geht es nicht".to_owned()],
            backend: model(),
            existing_test_cases: vec![old.clone(), other],
            test_case: Some(old),
            reason: "Say which book".to_owned(),
            ..Default::default()
        })
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Aborted);
    assert_eq!(
        status.message(),
        "no test case could be accepted after 1 attempts: what was answered repeats a test case that there is already"
    );
    assert_eq!(
        status.get_error_details().error_info().unwrap().reason,
        "ATTEMPTS_SPENT"
    );
}

#[tokio::test]
async fn wrong_requests_about_a_suite_name_every_wrong_field() {
    let (mut service, _) = TestService::playing(Vec::new()).await;
    let status = service
        .client
        .regenerate_test_case(pb::RegenerateTestCaseRequest {
            user_story: STORY.to_owned(),
            reason: " ".to_owned(),
            locked_fields: vec!["colour".to_owned()],
            ..Default::default()
        })
        .await
        .unwrap_err();
    assert_eq!(wrong_fields(&status), ["locked_fields[0]", "reason", "test_case"]);
    let status = service
        .client
        .fill_gaps(pb::FillGapsRequest::default())
        .await
        .unwrap_err();
    assert_eq!(wrong_fields(&status), ["user_story", "existing_test_cases"]);
    let case = pb::TestCase {
        id: "TC-001".to_owned(),
        title: "A title".to_owned(),
        r#type: pb::TestCaseType::Positive.into(),
        ..Default::default()
    };
    let status = service
        .client
        .revise_tests(pb::ReviseTestsRequest {
            user_story: STORY.to_owned(),
            existing_test_cases: vec![case.clone(), case],
            ..Default::default()
        })
        .await
        .unwrap_err();
    assert_eq!(
        wrong_fields(&status),
        ["existing_test_cases[1].id", "previous_user_story"]
    );
}

#[tokio::test]
async fn a_changed_story_asks_only_for_what_changed_and_cases_keep_their_ids() {
    let (mut service, script) = TestService::playing(Vec::new()).await;
    let whole = suite(&mut service).await.test_cases;
    let request = |story: &str, backend: i32| pb::ReviseTestsRequest {
        user_story: story.to_owned(),
        acceptance_criteria: criteria(),
        previous_user_story: STORY.to_owned(),
        previous_acceptance_criteria: criteria(),
        backend,
        existing_test_cases: whole.clone(),
        ..Default::default()
    };
    // Nothing changed: no token is spent.
    let events = read(
        service
            .client
            .revise_tests(request(STORY, model()))
            .await
            .unwrap()
            .into_inner(),
    )
    .await;
    assert_eq!(kinds(&events), ["started", "analysis", "revision", "completion"]);
    assert_eq!(completion(&events).outcome(), Outcome::Complete);
    assert!(script.tasks().is_empty());

    let events = read(
        service
            .client
            .revise_tests(request(CHANGED, rules()))
            .await
            .unwrap()
            .into_inner(),
    )
    .await;
    let Some(Event::Revision(revision)) = &events[2].event else {
        panic!("{:?}", kinds(&events))
    };
    let (revised, kept): (Vec<_>, Vec<_>) = revision
        .cases
        .iter()
        .partition(|case| case.verdict() == pb::RevisionVerdict::Revise);
    assert!(
        kept.iter()
            .all(|case| case.verdict() == pb::RevisionVerdict::Kept && case.test_case.is_some())
    );
    let mut expected: Vec<&str> = revised.iter().map(|case| case.test_case_id.as_str()).collect();
    let mut got: Vec<&str> = cases(&events).iter().map(|case| case.id.as_str()).collect();
    expected.sort_unstable();
    got.sort_unstable();
    assert_eq!(
        got, expected,
        "each revised case comes under its own id, and no other comes"
    );
    assert!(!got.is_empty() && got.len() < whole.len());
    for case in cases(&events) {
        let old = whole.iter().find(|old| old.id == case.id).unwrap();
        assert_eq!(case.r#type, old.r#type, "{} became {}", old.title, case.title);
        let refused = |case: &pb::TestCase| case.title.contains("refused");
        assert_eq!(refused(case), refused(old), "{} became {}", old.title, case.title);
        assert_ne!(case.title, old.title);
    }
    let replaced = kinds(&events).iter().filter(|kind| **kind == "replacement").count();
    assert_eq!(replaced, got.len());
    let completion = completion(&events);
    assert_eq!(completion.outcome(), Outcome::Complete);
    assert!(
        completion
            .ledger
            .iter()
            .all(|item| item.status() != CoverageStatus::Uncovered)
    );
}

/// Half of the plan is missing, one limit is invented, one polarity is swapped, two cases repeat others.
#[tokio::test]
async fn a_faulty_answer_keeps_its_good_cases_and_the_rest_costs_less_than_asking_again() {
    let (mut service, script) = TestService::playing(Vec::new()).await;
    let whole = suite(&mut service).await.test_cases;
    let item = |case: &pb::TestCase| case.traces[0].coverage_item_id.clone();
    let half = whole.len() / 2;
    let good: Vec<&pb::TestCase> = whole[..half].iter().collect();
    let mut first: Vec<String> = good.iter().map(|case| written(case, &item(case))).collect();
    let invented = pb::TestCase {
        expected_result: format!("{} It takes at most 45 seconds.", good[0].expected_result),
        ..good[0].clone()
    };
    first[0] = written(&invented, &item(good[0]));
    let negative = whole[half..]
        .iter()
        .find(|case| case.r#type() == pb::TestCaseType::Negative)
        .unwrap();
    let swapped = pb::TestCase {
        expected_result: "The book is borrowed and listed on the page.".to_owned(),
        ..negative.clone()
    };
    first.push(written(&swapped, &item(negative)));
    for (original, title) in [(good[1], "Another try"), (good[2], "Once more")] {
        let twin = pb::TestCase {
            title: format!("{title}: {}", original.title),
            ..original.clone()
        };
        first.push(written(&twin, &item(original)));
    }
    let rest: Vec<String> = whole[half..].iter().map(|case| written(case, &item(case))).collect();
    let all: Vec<String> = whole.iter().map(|case| written(case, &item(case))).collect();
    let tokens = |cases: &[String]| (format!("{{\"test_cases\": [{}]}}", cases.join(", ")).len() / 4) as i64;
    script.push(answer(&first));
    script.push(answer(&rest));
    let request = pb::GenerateTestsRequest {
        user_story: STORY.to_owned(),
        acceptance_criteria: criteria(),
        backend: model(),
        ..Default::default()
    };
    let response = service.client.generate_tests(request).await.unwrap().into_inner();
    let completion = response.completion.unwrap();
    assert_eq!(completion.outcome(), Outcome::Complete, "{:?}", completion.reasons);
    let open: Vec<&pb::CoverageItem> = completion
        .ledger
        .iter()
        .filter(|item| !matches!(item.status(), CoverageStatus::Covered | CoverageStatus::Excluded))
        .collect();
    assert!(open.is_empty(), "all items are covered: {open:?}");
    let titles: Vec<&str> = response.test_cases.iter().map(|case| case.title.as_str()).collect();
    assert!(
        good.iter().all(|case| titles.contains(&case.title.as_str())),
        "{titles:?}"
    );
    assert_eq!(response.test_cases.len(), whole.len());
    let flagged = response.test_cases[0]
        .values
        .iter()
        .find(|value| value.text.contains("45"))
        .unwrap();
    assert_eq!(flagged.origin(), pb::ValueOrigin::Assumed);
    assert!(response.test_cases[0].quality_score < 10);
    let codes: Vec<&str> = response
        .rejections
        .iter()
        .map(|rejection| rejection.reasons[0].code.as_str())
        .collect();
    assert_eq!(codes, ["POLARITY_SWAPPED", "DUPLICATE", "DUPLICATE"]);
    let of_negative = response
        .test_cases
        .iter()
        .find(|case| case.title == negative.title)
        .unwrap();
    assert_eq!(of_negative.expected_result, negative.expected_result);
    // The second request names fewer items and shows fewer words; the answers cost less than a second whole one.
    let tasks = script.tasks();
    assert_eq!(tasks.len(), 2);
    assert_eq!(tasks[1].asked.len(), whole.len() - half);
    let spent = completion.usage.unwrap().output_tokens.unwrap();
    assert_eq!(spent, tokens(&first) + tokens(&rest));
    assert!(spent < tokens(&first) + tokens(&all), "{spent}");
}
