//! What the log of decisions says for and against a prompt: whoever promotes one has to show that it was found better.
//! Pure.

use serde::Deserialize;
use std::collections::BTreeMap;

/// A decision on a prompt, as `testgen experiment` wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Said {
    /// When, ISO 8601 in UTC.
    pub time: String,
    /// The variant.
    pub subject: String,
    /// What it stood against.
    pub against: String,
    /// By which figure.
    pub figure: String,
    /// The verdict.
    pub decision: String,
    /// The prompt of the variant; absent where it had none.
    #[serde(default)]
    prompt: String,
    /// SHA-256 of the prompt's file, as it was measured.
    #[serde(default)]
    prompt_hash: String,
}

impl Said {
    /// In a line for people.
    #[must_use]
    pub fn line(&self) -> String {
        let Self {
            time,
            subject,
            against,
            figure,
            decision,
            ..
        } = self;
        format!("{subject}: {decision} against {against} by {figure}, decided {time}")
    }
}

/// Decisions that speak for a prompt: `candidate`, and of the same time if one is named. Of each variant, opponent and figure
/// only the newest decision counts.
///
/// # Errors
/// In words: a line of the log cannot be read, a decision that counts is a regression, or none speaks for the text that has
/// this hash.
pub fn for_prompt(log: &str, prompt: &str, hash: &str, time: Option<&str>) -> Result<Vec<Said>, String> {
    let standing = standing(log, prompt, hash)?;
    no_regression(&standing)?;
    let spoken: Vec<Said> = standing
        .into_iter()
        .filter(|said| said.decision == "candidate" && time.is_none_or(|time| said.time == time))
        .collect();
    if !spoken.is_empty() {
        return Ok(spoken);
    }
    let others: Vec<Said> = all(log, prompt)?;
    let told: Vec<String> = others.iter().map(|said| format!("\n  {}", said.line())).collect();
    Err(match (time, others.iter().any(|said| said.prompt_hash == hash)) {
        (_, false) if others.is_empty() => "there is no decision on it".to_owned(),
        (_, false) => format!(
            "the decisions on it measured another text than it has now:{}",
            told.concat()
        ),
        (Some(time), true) => format!("no decision of {time} says candidate; there are:{}", told.concat()),
        (None, true) => format!("no decision says candidate; there are:{}", told.concat()),
    })
}

/// Whether no decision that counts says that the text with this hash is worse.
///
/// # Errors
/// As [`for_prompt`], but for the last reason.
pub fn not_against(log: &str, prompt: &str, hash: &str) -> Result<(), String> {
    no_regression(&standing(log, prompt, hash)?)
}

fn no_regression(standing: &[Said]) -> Result<(), String> {
    let worse: Vec<String> = standing
        .iter()
        .filter(|said| said.decision == "regression")
        .map(|said| format!("\n  {}", said.line()))
        .collect();
    if worse.is_empty() {
        return Ok(());
    }
    Err(format!(
        "it was found worse, and not found otherwise since:{}",
        worse.concat()
    ))
}

/// The newest decision of each variant, opponent and figure on this very text.
fn standing(log: &str, prompt: &str, hash: &str) -> Result<Vec<Said>, String> {
    let mut newest: BTreeMap<[String; 3], Said> = BTreeMap::new();
    for said in all(log, prompt)?.into_iter().filter(|said| said.prompt_hash == hash) {
        // Lines are appended as they are decided, so of one time the later line is the newer one.
        let key = [said.subject.clone(), said.against.clone(), said.figure.clone()];
        if newest.get(&key).is_none_or(|known| known.time <= said.time) {
            newest.insert(key, said);
        }
    }
    Ok(newest.into_values().collect())
}

fn all(log: &str, prompt: &str) -> Result<Vec<Said>, String> {
    #[derive(Deserialize)]
    struct By {
        by: String,
    }
    let mut found = Vec::new();
    for (number, line) in log.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let told = |error: serde_json::Error| format!("line {}: {error}", number + 1);
        // Those of online experiments and of promotions have other subjects.
        if serde_json::from_str::<By>(line).map_err(told)?.by == "experiment" {
            let said: Said = serde_json::from_str(line).map_err(told)?;
            found.extend(Some(said).filter(|said| said.prompt == prompt));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn line(time: &str, subject: &str, figure: &str, decision: &str, hash: &str) -> String {
        let line = serde_json::json!({"time": time, "by": "experiment", "subject": subject, "against": "m/planned",
            "figure": figure, "decision": decision, "prompt": "strict", "prompt_hash": hash});
        format!("{line}\n")
    }

    fn check(lines: &[String], time: Option<&str>, expect: Result<&[&str], &str>) {
        let log = lines.concat();
        let found = for_prompt(&log, "strict", "h1", time);
        match (found, expect) {
            (Ok(found), Ok(figures)) => {
                let found: Vec<&str> = found.iter().map(|said| said.figure.as_str()).collect();
                assert_eq!(found, figures, "{log}");
            }
            (Err(told), Err(part)) => assert!(told.contains(part), "{told}"),
            other => panic!("{other:?}\n{log}"),
        }
    }

    #[test]
    fn only_what_was_found_better_and_not_worse_speaks_for_a_prompt() {
        let better = |time: &str, figure: &str| line(time, "m/strict", figure, "candidate", "h1");
        let worse = |time: &str, figure: &str| line(time, "m/strict", figure, "regression", "h1");
        check(&[], None, Err("there is no decision on it"));
        check(
            &[better("2", "lint"), better("2", "recall")],
            None,
            Ok(&["lint", "recall"]),
        );
        check(
            &[better("1", "lint"), better("2", "recall")],
            Some("2"),
            Ok(&["recall"]),
        );
        check(
            &[better("1", "lint")],
            Some("9"),
            Err("no decision of 9 says candidate"),
        );
        // One figure better, another worse.
        check(&[better("2", "lint"), worse("2", "recall")], None, Err("found worse"));
        // Worse once, and better when it was measured again; and the other way round.
        check(&[worse("1", "lint"), better("2", "lint")], None, Ok(&["lint"]));
        check(&[better("1", "lint"), worse("2", "lint")], None, Err("found worse"));
        check(
            &[better("1", "lint"), worse("2", "lint")],
            Some("1"),
            Err("found worse"),
        );
        // Another text of the same name neither helps nor harms.
        let other = |decision: &str| line("3", "m/strict", "lint", decision, "h0");
        check(&[other("candidate")], None, Err("measured another text"));
        check(&[better("1", "recall"), other("regression")], None, Ok(&["recall"]));
        check(
            &[line("1", "m/strict", "lint", "inconclusive", "h1")],
            None,
            Err("no decision says candidate"),
        );
        check(
            &["{\"by\":\"rollout\"}\n".to_owned(), better("1", "lint")],
            None,
            Ok(&["lint"]),
        );
        check(&[better("1", "lint"), "{\n".to_owned()], None, Err("line 2: "));
    }

    #[test]
    fn a_reason_of_ones_own_outweighs_no_regression() {
        let log = line("1", "m/strict", "lint", "regression", "h1");
        assert!(not_against(&log, "strict", "h1").unwrap_err().contains("found worse"));
        assert_eq!(not_against(&log, "strict", "h2"), Ok(()));
        assert_eq!(not_against(&log, "planned", "h1"), Ok(()));
    }
}
