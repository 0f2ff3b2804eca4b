//! `testgen prompts promote`: puts a prompt into use where the decisions of experiments allow it, and writes down why.

use crate::cli::args::PromptsPromote;
use crate::cli::trouble::Trouble;
use crate::config::Config;
use crate::evaluation::runner::now_iso;
use crate::experiment::decision::{Decision, Logs};
use crate::experiment::evidence;
use crate::prompt::promotion::{Folder, LOG, Promotion};
use serde_json::{Map, json};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The folder of prompts in a checkout.
const USUAL: &str = "data/prompts";

/// Checks, changes the files, and keeps the decision.
pub(super) fn run(args: &PromptsPromote, config: &Config, mut out: impl Write) -> Result<(), Trouble> {
    let configured = || config.prompt.folder.clone().unwrap_or_else(|| PathBuf::from(USUAL));
    let path = args.folder.clone().unwrap_or_else(configured);
    let folder = Folder::read(&path).map_err(|error| Trouble::Wrong(error.to_string()))?;
    let variant = folder
        .variant(&args.name)
        .map_err(|error| Trouble::Wrong(error.to_string()))?;
    let log = args.logs.log.join("decisions.jsonl");
    let reason = reason(args, &log, &variant.hash)?;
    let now = now_iso();
    let date = now.get(..10).unwrap_or(&now);
    let promotion = folder
        .promotion(&args.name, date, &reason.changed)
        .map_err(|error| Trouble::Wrong(error.to_string()))?;
    if args.dry_run {
        writeln!(out, "{}", promotion.after.text)?;
        return Ok(());
    }
    let logs = Logs {
        folder: args.logs.log.clone(),
        iterations: Some(args.logs.iterations.clone()),
    };
    // Nothing is in use whose decision cannot be kept.
    logs.open().map_err(|error| Trouble::Failed(error.to_string()))?;
    promotion.write().map_err(|error| Trouble::Failed(error.to_string()))?;
    logs.append(&reason.decision(&promotion, now))
        .map_err(|error| Trouble::Failed(error.to_string()))?;
    told(&promotion, &path, &mut out)?;
    Ok(())
}

fn told(promotion: &Promotion, folder: &Path, out: &mut impl Write) -> io::Result<()> {
    let (before, after) = (&promotion.before, &promotion.after);
    writeln!(
        out,
        "{} is active; {} was {}",
        after.label(),
        before.label(),
        before.status.as_str()
    )?;
    writeln!(out, "kept      {}", promotion.kept().display())?;
    writeln!(out, "log       {}: {}", folder.join(LOG).display(), after.changed)?;
    if folder == Path::new(USUAL) {
        writeln!(
            out,
            "to do     name {}.md in HISTORY of src/prompt/catalog.rs; requests take it with prompt.variant = {:?}",
            before.label(),
            after.name
        )?;
    }
    Ok(())
}

/// Why a prompt is put into use.
struct Reason {
    /// For the prompt's head and the log of what changed.
    changed: String,
    against: String,
    figure: String,
    grounds: Vec<String>,
}

fn reason(args: &PromptsPromote, log: &Path, hash: &str) -> Result<Reason, Trouble> {
    let told = |why: String| Trouble::Wrong(format!("{} is not promoted: {why} ({})", args.name, log.display()));
    let text = match fs::read_to_string(log) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        text => text.map_err(|error| Trouble::Wrong(format!("{} cannot be read: {error}", log.display())))?,
    };
    if let Some(because) = &args.because {
        evidence::not_against(&text, &args.name, hash).map_err(told)?;
        return Ok(Reason {
            changed: format!("In use: {because}"),
            against: String::new(),
            figure: String::new(),
            grounds: vec![because.clone()],
        });
    }
    let said = evidence::for_prompt(&text, &args.name, hash, args.decision.as_deref()).map_err(told)?;
    let of = |part: fn(&evidence::Said) -> &str| {
        let parts: BTreeSet<&str> = said.iter().map(part).collect();
        parts.into_iter().collect::<Vec<_>>().join(", ")
    };
    let (against, figure, times) = (of(|one| &one.against), of(|one| &one.figure), of(|one| &one.time));
    Ok(Reason {
        changed: format!("In use: better than {against} by {figure} (decided {times})."),
        against,
        figure,
        grounds: said.iter().map(evidence::Said::line).collect(),
    })
}

impl Reason {
    fn decision(self, promotion: &Promotion, time: String) -> Decision {
        let data = [
            ("prompt", json!(promotion.after.name)),
            ("prompt_hash", json!(promotion.after.hash)),
            ("earlier", json!(promotion.before.label())),
            ("earlier_hash", json!(promotion.before.hash)),
            ("grounds", json!(self.grounds)),
        ];
        Decision {
            time,
            by: "prompts",
            subject: promotion.after.label(),
            against: self.against,
            figure: self.figure,
            verdict: "promoted".to_owned(),
            grounds: self.grounds,
            data: data
                .map(|(name, value)| (name.to_owned(), value))
                .into_iter()
                .collect::<Map<_, _>>(),
        }
    }
}
