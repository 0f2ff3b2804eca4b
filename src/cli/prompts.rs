//! `testgen prompts`: which variants there are, what they say, what a story makes of them, what changed, and
//! which are in use.

mod promote;

use super::args::{PromptsCommand, StoryArgs};
use super::input::Story;
use super::terminal::{Look, Tone, paint, safe};
use super::trouble::Trouble;
use crate::app::App;
use crate::config::Config;
use crate::coverage::{CoverageStatus, Wanted};
use crate::generation;
use crate::prompt::catalog::{Examples, Variant};
use crate::prompt::{Catalog, Inputs, Rendered, Shown};
use crate::retrieval::Query;
use crate::story::UserStory;
use similar::{ChangeTag, TextDiff};
use std::io::Write;

/// Runs one of the commands.
pub(super) async fn run(
    command: &PromptsCommand,
    config: Config,
    look: Look,
    mut out: impl Write,
) -> Result<(), Trouble> {
    let app = App::build(config)?;
    let prompts = &app.services().prompts;
    match command {
        PromptsCommand::List { all } => list(prompts, &app.config().prompt.variant, *all, out),
        PromptsCommand::Show { name } => Ok(out.write_all(found(prompts, name)?.text.as_bytes())?),
        PromptsCommand::Diff { from, to } => diff(&found(prompts, from)?, &found(prompts, to)?, look, out),
        PromptsCommand::Render { name, story } => {
            let variant = prompts.find(name).ok_or_else(|| missing(prompts, name))?;
            let rendered = render(&app, variant, story).await?;
            write!(
                out,
                "=== system ===\n{}\n\n=== user ===\n{}\n",
                rendered.system, rendered.user
            )?;
            super::say(&format!("about {} tokens", rendered.estimated_tokens()));
            Ok(())
        }
        PromptsCommand::Promote(args) => promote::run(args, app.config(), out),
    }
}

fn found(prompts: &Catalog, label: &str) -> Result<Variant, Trouble> {
    prompts.version(label).ok_or_else(|| missing(prompts, label))
}

fn missing(prompts: &Catalog, label: &str) -> Trouble {
    let mut labels: Vec<String> = prompts.variants().iter().map(Variant::label).collect();
    labels.extend(Catalog::history().iter().map(Variant::label));
    Trouble::Wrong(format!(
        "there is no prompt {label:?}; there are: {}",
        labels.join(", ")
    ))
}

fn list(prompts: &Catalog, configured: &str, all: bool, mut out: impl Write) -> Result<(), Trouble> {
    let history = Catalog::history();
    let mut rows: Vec<(&Variant, bool)> = Vec::new();
    for variant in prompts.variants() {
        rows.push((variant, true));
        let mut earlier: Vec<&Variant> = history.iter().filter(|old| all && old.name == variant.name).collect();
        earlier.sort_by_key(|old| std::cmp::Reverse(old.version));
        rows.extend(earlier.into_iter().map(|old| (old, false)));
    }
    let widest = rows.iter().map(|(variant, _)| variant.label().len()).max().unwrap_or(0);
    for (variant, current) in rows {
        let status = match (current, variant.name == configured) {
            (true, true) => "default",
            (true, false) => variant.status.as_str(),
            (false, _) => "earlier",
        };
        let examples = match &variant.examples {
            Examples::None => String::new(),
            Examples::Fixed(ids) => format!(" Shows {}.", ids.join(", ")),
            Examples::Retrieved(most) => format!(" Looks up {most} examples."),
        };
        let label = variant.label();
        let line = format!(
            "{label:widest$}  {status:9}  {}  {}  {}{examples}",
            variant.date,
            &variant.hash[..12],
            variant.changed
        );
        writeln!(out, "{}", safe(&line))?;
    }
    Ok(())
}

/// What differs, line by line, as `diff -u` shows it.
fn diff(from: &Variant, to: &Variant, look: Look, mut out: impl Write) -> Result<(), Trouble> {
    let difference = TextDiff::from_lines(from.text.as_str(), to.text.as_str());
    writeln!(out, "--- {}\n+++ {}", from.label(), to.label())?;
    for hunk in difference.unified_diff().context_radius(2).iter_hunks() {
        writeln!(out, "{}", hunk.header())?;
        for change in hunk.iter_changes() {
            let (sign, tone) = match change.tag() {
                ChangeTag::Delete => ('-', Tone::Bad),
                ChangeTag::Insert => ('+', Tone::Good),
                ChangeTag::Equal => (' ', Tone::Plain),
            };
            let line = format!("{sign}{}", change.value().trim_end_matches('\n'));
            writeln!(out, "{}", paint(&safe(&line), tone, look.colour))?;
        }
    }
    Ok(())
}

/// The prompt of a first attempt at a story.
async fn render(app: &App, variant: &Variant, args: &StoryArgs) -> Result<Rendered, Trouble> {
    let story = Story::of(args)?;
    let story = UserStory::new(&story.text, &story.criteria, &story.context, &app.config().story).map_err(|wrong| {
        let wrong: Vec<String> = wrong
            .iter()
            .map(|wrong| format!("{}: {}", wrong.field, wrong.message))
            .collect();
        Trouble::Wrong(wrong.join("\n"))
    })?;
    let read = generation::analyze(&story, &Wanted::default());
    let examples = match (app.services().retriever(), &variant.examples) {
        (None, _) | (_, Examples::None) => Vec::new(),
        (Some(retriever), Examples::Fixed(ids)) => retriever.named(ids, &Query::of(&story)),
        (Some(retriever), Examples::Retrieved(most)) => retriever.find(&Query::of(&story), *most).await.examples,
    };
    let shown: Vec<Shown<'_>> = examples
        .iter()
        .map(|example| Shown {
            id: &example.id,
            story: &example.story,
            criteria: &example.criteria,
            cases: &example.cases,
        })
        .collect();
    let items = read.plan.items.iter().enumerate();
    let asked: Vec<usize> = items
        .filter(|(_, item)| item.status == CoverageStatus::Planned)
        .map(|(index, _)| index)
        .collect();
    let inputs = Inputs {
        basis: &read.basis,
        plan: &read.plan,
        asked: &asked,
        have: &[],
        again: "",
        cases: (3, read.plan.items.len().max(8) + 2),
        earlier: &[],
        reason: "",
        keep: &[],
        examples: &shown,
    };
    let prompts = &app.services().prompts;
    prompts
        .render(variant, &inputs)
        .map_err(|error| Trouble::Failed(error.to_string()))
}
