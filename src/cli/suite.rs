//! `testgen analyze`, `fill`, `regenerate` and `revise`: what can be done besides a whole suite.

use super::args::{Analyze, Fill, Output, Regenerate, Revise};
use super::events::{Ask, Local, Remote};
use super::input::{self, Story};
use super::render::Text;
use super::signal::Signals;
use super::terminal::Look;
use super::trouble::Trouble;
use super::{generate, json, words};
use crate::app::App;
use crate::config::Config;
use crate::rpc::pb;
use crate::rpc::pb::test_gen_server::TestGen as _;
use std::io;
use tracing::Instrument as _;

/// Shows how a story is read.
pub(super) async fn analyze(args: &Analyze, config: Config, no_color: bool) -> Result<(), Trouble> {
    let story = Story::of(&args.story)?;
    let request = pb::AnalyzeStoryRequest {
        user_story: story.text,
        acceptance_criteria: story.criteria,
        context: story.context,
        techniques: words::wanted_techniques(&args.scope),
        max_test_cases: args.scope.max_cases,
    };
    let response = match &args.server {
        Some(url) => {
            let mut remote = Remote::open(url, "AnalyzeStory", None).await?;
            let request = remote.request(request);
            let response = remote.client.analyze_story(request).await;
            response.map_err(|status| remote.trouble(status))?.into_inner()
        }
        None => {
            let local = Local::open(&App::build(config)?, None);
            local
                .service()
                .analyze_story(local.request(request))
                .await?
                .into_inner()
        }
    };
    let look = Look::of_stdout(args.no_color, no_color);
    match args.output {
        Output::Text => Text::new(io::stdout().lock(), look, false).reading(&response)?,
        Output::Json | Output::Jsonl => json::write_message("AnalyzeStoryResponse", &response, io::stdout().lock())?,
    }
    let analysis = response.analysis.unwrap_or_default();
    if analysis.coverage_items.is_empty() && !analysis.questions.is_empty() {
        return Err(Trouble::Blocked);
    }
    Ok(())
}

/// Words what a suite lacks.
pub(super) async fn fill(args: &Fill, config: Config, no_color: bool) -> Result<(), Trouble> {
    let story = Story::of(&args.story)?;
    let request = pb::FillGapsRequest {
        user_story: story.text,
        acceptance_criteria: story.criteria,
        context: story.context,
        model: args.wording.model.clone().unwrap_or_default(),
        prompt_variant: args.wording.prompt.clone().unwrap_or_default(),
        backend: words::wanted_backend(args.wording.backend),
        techniques: words::wanted_techniques(&args.scope),
        max_test_cases: args.scope.max_cases,
        existing_test_cases: input::suite(&args.suite)?,
        include_tokens: Some(args.shown.include_tokens()),
        ..Default::default()
    };
    let ask = Ask::Gaps(Box::new(request));
    generate::show(ask, &args.wording, &args.shown, config, no_color).await
}

/// Carries a suite over to a changed story.
pub(super) async fn revise(args: &Revise, config: Config, no_color: bool) -> Result<(), Trouble> {
    let now = Story::of(&args.story)?;
    let was = Story::with(
        input::text_or_file(&args.was)?,
        &args.was_criteria,
        args.was_criteria_file.as_deref(),
        args.was_context.as_deref(),
    )?;
    let request = pb::ReviseTestsRequest {
        user_story: now.text,
        acceptance_criteria: now.criteria,
        context: now.context,
        previous_user_story: was.text,
        previous_acceptance_criteria: was.criteria,
        previous_context: was.context,
        model: args.wording.model.clone().unwrap_or_default(),
        prompt_variant: args.wording.prompt.clone().unwrap_or_default(),
        backend: words::wanted_backend(args.wording.backend),
        techniques: words::wanted_techniques(&args.scope),
        max_test_cases: args.scope.max_cases,
        existing_test_cases: input::suite(&args.suite)?,
        include_tokens: Some(args.shown.include_tokens()),
        ..Default::default()
    };
    let ask = Ask::Revision(Box::new(request));
    generate::show(ask, &args.wording, &args.shown, config, no_color).await
}

/// Words one case anew.
pub(super) async fn regenerate(args: &Regenerate, config: Config, no_color: bool) -> Result<(), Trouble> {
    let request = rewording(args)?;
    let wording = &args.wording;
    let mut signals = Signals::listen()?;
    let asking = async {
        match &wording.server {
            Some(url) => {
                let mut remote = Remote::open(url, "RegenerateTestCase", wording.timeout).await?;
                let request = remote.request(request);
                let response = remote.client.regenerate_test_case(request).await;
                response.map_err(|status| remote.trouble(status))
            }
            None => {
                let app = App::build(config)?;
                let local = Local::open(&app, wording.timeout);
                let service = local.service();
                let asking = service.regenerate_test_case(local.request(request));
                let answered = asking.instrument(local.span.clone()).await;
                // The last traces are sent after this.
                let _ = tokio::time::timeout(super::LAST_SPANS, app.idle()).await;
                Ok(answered?)
            }
        }
    };
    let response = tokio::select! {
        response = asking => response?.into_inner(),
        () = signals.next() => return Err(Trouble::Interrupted),
    };
    let look = Look::of_stdout(args.no_color, no_color);
    match args.output {
        Output::Text => Text::new(io::stdout().lock(), look, false).reworded(&response)?,
        Output::Json | Output::Jsonl => {
            json::write_message("RegenerateTestCaseResponse", &response, io::stdout().lock())?;
        }
    }
    Ok(())
}

fn rewording(args: &Regenerate) -> Result<pb::RegenerateTestCaseRequest, Trouble> {
    let story = Story::of(&args.story)?;
    let mut suite = input::suite(&args.suite)?;
    let Some(place) = suite.iter().position(|case| case.id == args.case) else {
        let ids: Vec<&str> = suite.iter().map(|case| case.id.as_str()).collect();
        return Err(Trouble::Wrong(format!(
            "--case: the suite has no {:?}; it has {}",
            args.case,
            ids.join(", ")
        )));
    };
    let case = suite.remove(place);
    Ok(pb::RegenerateTestCaseRequest {
        user_story: story.text,
        acceptance_criteria: story.criteria,
        context: story.context,
        model: args.wording.model.clone().unwrap_or_default(),
        prompt_variant: args.wording.prompt.clone().unwrap_or_default(),
        backend: words::wanted_backend(args.wording.backend),
        existing_test_cases: suite,
        test_case: Some(case),
        reason: args.reason.clone(),
        locked_fields: args.lock.clone(),
        ..Default::default()
    })
}
