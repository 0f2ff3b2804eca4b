#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::assignment::{anonymous, variant_of};
use super::decision::{Decision, Logs};
use super::definition::{Definition, Known};
use super::guard::{Move, Sample, Watch};
use super::online::{FIGURES, Figure, Report, figure, read};
use super::record::Line;
use crate::evaluation::experiment::Verdict;
use crate::statistics::random::Random;
use std::collections::BTreeMap;

fn known() -> Known {
    Known {
        prompts: vec!["planned".to_owned(), "basic".to_owned()],
        openai: false,
    }
}

fn definition(shares: &[(&str, f64)], salt: &str) -> Definition {
    let mut text = format!("id = \"prompts\"\nsalt = \"{salt}\"\n");
    for (name, share) in shares {
        text.push_str(&format!("[[variant]]\nname = \"{name}\"\nshare = {share}\n"));
    }
    Definition::parse(&text, &known()).unwrap()
}

fn variants(definition: &Definition, units: usize) -> Vec<String> {
    (0..units)
        .map(|unit| {
            let place = variant_of(definition, &definition.shares, &format!("unit-{unit}"));
            definition.variants[place].name.clone()
        })
        .collect()
}

#[test]
fn shares_are_exact_within_sampling_error_and_assignment_is_stable() {
    let definition = definition(&[("a", 60.0), ("b", 30.0), ("c", 9.5), ("d", 0.5)], "s");
    let units = 20_000;
    let first = variants(&definition, units);
    assert_eq!(first, variants(&definition, units));
    for (name, share) in [("a", 0.6), ("b", 0.3), ("c", 0.095), ("d", 0.005)] {
        let count = first.iter().filter(|one| *one == name).count() as f64;
        let error = (share * (1.0_f64 - share) * units as f64).sqrt();
        assert!((count - share * units as f64).abs() < 4.0 * error, "{name}: {count}");
    }
    assert_eq!(
        variants(&definition, 3),
        ["b", "a", "c"],
        "what was assigned once stays so in every version"
    );
}

#[test]
fn a_new_variant_takes_its_share_and_nobody_moves_between_the_others() {
    let before = variants(&definition(&[("a", 50.0), ("b", 50.0)], "s"), 10_000);
    let after = variants(&definition(&[("a", 40.0), ("b", 40.0), ("c", 20.0)], "s"), 10_000);
    let moved = before.iter().zip(&after).filter(|(one, other)| one != other);
    assert!(moved.clone().all(|(_, other)| other == "c"));
    assert!((1_850..2_150).contains(&moved.count()), "no more than the new share");
    let other_salt = variants(&definition(&[("a", 50.0), ("b", 50.0)], "t"), 10_000);
    let same = before
        .iter()
        .zip(&other_salt)
        .filter(|(one, other)| one == other)
        .count();
    assert!((4_800..5_200).contains(&same), "another salt assigns anew");
}

#[test]
fn a_growing_share_moves_units_one_way() {
    let at = |share: f64| variants(&definition(&[("a", 100.0 - share), ("b", share)], "s"), 5_000);
    let steps = [at(5.0), at(25.0), at(50.0), at(100.0)];
    for pair in steps.windows(2) {
        assert!(
            pair[0]
                .iter()
                .zip(&pair[1])
                .all(|(before, after)| before == after || after == "b")
        );
    }
    assert!(steps[3].iter().all(|name| name == "b") && at(0.0).iter().all(|name| name == "a"));
}

#[test]
fn what_is_wrong_with_a_definition_is_named() {
    let told = |text: &str| Definition::parse(text, &known()).unwrap_err().to_string();
    let two = "[[variant]]\nname = \"a\"\nshare = 50\n[[variant]]\nname = \"b\"\nshare = 50\n";
    assert!(Definition::parse(&format!("id = \"x\"\n{two}"), &known()).is_ok());
    for (text, expect) in [
        (format!("id = \"x y\"\n{two}"), "id: \"x y\" is no name"),
        (format!("id = \"x\"\ncolour = 1\n{two}"), "unknown field `colour`"),
        (format!("id = \"x\"\nkey = \"user\"\n{two}"), "unknown variant `user`"),
        (
            "id = \"x\"\n[[variant]]\nname = \"a\"\nshare = 100".to_owned(),
            "variant: there are 1, not 2 to 8",
        ),
        (
            format!("id = \"x\"\n{}", two.replacen("50", "60", 1)),
            "the shares make 110 %",
        ),
        (
            format!("id = \"x\"\n{}", two.replacen("50", "nan", 1)),
            "variant \"a\": share: a number from 0 to 100",
        ),
        (
            format!("id = \"x\"\n{}", two.replacen("share = 50", "", 1)),
            "variant \"a\": share",
        ),
        (
            format!("id = \"x\"\n{}", two.replace("\"b\"", "\"a\"")),
            "variant[1].name: \"a\" is no name, or was given before",
        ),
        (
            format!("id = \"x\"\n{two}prompt = \"none\"\n"),
            "variant[1].prompt: there is no \"none\"; there are planned, basic",
        ),
        (
            format!("id = \"x\"\n{two}model = \"m\"\n"),
            "variant[1].model: name a backend",
        ),
        (
            format!("id = \"x\"\n{two}backend = \"openai\"\n"),
            "variant[1].backend: openai needs openai.url",
        ),
        (
            format!("id = \"x\"\n{two}backend = \"gpt\"\n"),
            "variant[1].backend: \"gpt\" is not",
        ),
        (format!("id = \"x\"\n{two}[rollout]\n"), "variant.share: the steps"),
    ] {
        assert!(told(&text).contains(expect), "{text}\n{}", told(&text));
    }
    let bare = "id = \"x\"\n[[variant]]\nname = \"a\"\n[[variant]]\nname = \"b\"\n[rollout]\n";
    let rollout = Definition::parse(bare, &known()).unwrap();
    assert_eq!(rollout.shares, [95.0, 5.0]);
    for (line, expect) in [
        ("steps = [50, 5]", "rollout.steps"),
        ("steps = [0, 5]", "rollout.steps"),
        ("least = 5", "rollout.least: 5 is not from 20"),
        (
            "advance_after = 30",
            "rollout.advance_after: 30 is not from rollout.least (50)",
        ),
        ("level = 0.5", "rollout.level: 0.5"),
        (
            "tolerance = { lint = 10.0 }",
            "rollout.tolerance.lint: 10 is not from 0 to 9",
        ),
    ] {
        assert!(
            told(&format!("{bare}{line}\n")).contains(expect),
            "{line}: {}",
            told(&format!("{bare}{line}\n"))
        );
    }
}

// === the rollout ===

fn watch(level: f64) -> Watch {
    let text = format!(
        "id = \"x\"\n[[variant]]\nname = \"a\"\n[[variant]]\nname = \"b\"\n[rollout]\nlevel = {level}\nadvance_after = 200\n"
    );
    Watch::new(&Definition::parse(&text, &known()).unwrap().rollout.unwrap(), 0)
}

/// A generation as services have them: a few fail, most cover nearly all, latencies are skewed.
fn generation(random: &mut Random, failing: f64, lint: f64, slower: f64) -> Sample {
    let failed = random.unit() < failing;
    Sample {
        failed,
        coverage: (!failed).then(|| 1.0 - 0.3 * random.unit().powi(3)),
        lint: (!failed).then(|| (lint + 0.5 * random.normal()).clamp(1.0, 10.0)),
        latency_ms: slower * (7.0 + 0.6 * random.normal()).exp(),
    }
}

/// Runs a rollout of 5, 25, 50, 100 % over so many generations; where it stands, and whether it went back.
fn rolled(seed: u64, generations: usize, candidate: impl Fn(&mut Random) -> Sample) -> (usize, Option<&'static str>) {
    let mut random = Random::seeded(seed);
    let mut watch = watch(0.05);
    for _ in 0..generations {
        let share = [0.05, 0.25, 0.5, 1.0][watch.step()];
        let is_candidate = random.unit() < share;
        let seen = if is_candidate {
            candidate(&mut random)
        } else {
            generation(&mut random, 0.05, 9.0, 1.0)
        };
        if let Some(Move::Back(breach)) = watch.add(is_candidate, &seen) {
            return (watch.step(), Some(breach.guard));
        }
    }
    (watch.step(), None)
}

#[test]
fn a_rollout_of_the_same_goes_back_no_more_often_than_its_level_and_comes_to_its_end() {
    let rollouts = 300;
    let ends: Vec<(usize, Option<&str>)> = (0..rollouts)
        .map(|seed| rolled(seed, 6_500, |random| generation(random, 0.05, 9.0, 1.0)))
        .collect();
    let back = ends.iter().filter(|(_, back)| back.is_some()).count();
    assert!(back as f64 <= 0.05 * rollouts as f64, "{back} of {rollouts} went back");
    assert!(ends.iter().filter(|(step, _)| *step == 3).count() > 280);
}

#[test]
fn each_guard_notices_what_it_is_for() {
    for seed in 0..20 {
        let failing = rolled(seed, 6_500, |random| generation(random, 0.5, 9.0, 1.0));
        assert_eq!(failing.1, Some("errors"), "seed {seed}");
        let worded_worse = rolled(seed, 6_500, |random| generation(random, 0.05, 6.0, 1.0));
        assert_eq!(worded_worse.1, Some("lint"), "seed {seed}");
        let slower = rolled(seed, 6_500, |random| generation(random, 0.05, 9.0, 4.0));
        assert_eq!(slower.1, Some("slow"), "seed {seed}");
        let covering_less = rolled(seed, 6_500, |random| Sample {
            coverage: Some(0.4 + 0.1 * random.unit()),
            ..generation(random, 0.05, 9.0, 1.0)
        });
        assert_eq!(covering_less.1, Some("coverage"), "seed {seed}");
    }
}

#[test]
fn nothing_is_concluded_before_the_least_sample() {
    let mut watch = watch(0.2);
    for _ in 0..49 {
        assert_eq!(watch.add(false, &Sample::default()), None);
        let failed = Sample {
            failed: true,
            ..Sample::default()
        };
        assert_eq!(watch.add(true, &failed), None);
    }
}

// === the record ===

fn lines(random: &mut Random, units: usize, lift: f64, share: f64) -> Vec<Line> {
    (0..units)
        .flat_map(|unit| {
            let candidate = random.unit() < share;
            let level = random.normal() * 0.3;
            let line = move |time: usize, noise: f64| Line {
                time: format!("2026-01-01T00:{:02}:{:02}Z", time / 60, time % 60),
                experiment: "x".to_owned(),
                variant: if candidate { "b" } else { "a" }.to_owned(),
                control: "a".to_owned(),
                unit: format!("{unit:04}"),
                story: format!("{:02}", unit % 40),
                shares: BTreeMap::from([("a".to_owned(), 50.0), ("b".to_owned(), 50.0)]),
                outcome: "complete".to_owned(),
                lint: Some(7.0 + level + noise + if candidate { lift } else { 0.0 }),
                coverage: Some(0.9),
                latency_ms: 1_000.0,
                ..Line::default()
            };
            let (one, other) = (0.1 * random.normal(), 0.1 * random.normal());
            [line(unit % 3_000, one), line((unit + 1) % 3_000, other)]
        })
        .collect()
}

fn reported(lines: &[Line], name: &str) -> Report {
    let figures: Vec<&'static Figure> = vec![figure(name).unwrap()];
    Report::of("x", lines, None, &figures, 1).unwrap()
}

#[test]
fn a_record_says_what_was_put_into_it() {
    let mut random = Random::seeded(3);
    let better = reported(&lines(&mut random, 300, 0.8, 0.5), "lint");
    assert_eq!(
        (better.control.as_str(), better.variants.len(), better.moved),
        ("a", 2, 0)
    );
    assert_eq!(better.variants.iter().map(|seen| seen.generations).sum::<usize>(), 600);
    assert!(!better.ratio.mismatch && better.ratio.expected["a"] == 150.0);
    let units = &better.compared[0].units;
    assert_eq!(units.verdict, Verdict::Candidate);
    assert!(units.interval.unwrap().holds(0.8) && units.stories > 120, "{units:?}");
    // Nearly every story was worded by both.
    assert!(better.compared[0].stories.as_ref().unwrap().stories >= 35);
    let worse = reported(&lines(&mut random, 300, -0.8, 0.5), "lint");
    assert_eq!(worse.compared[0].units.verdict, Verdict::Regression);
    let same = reported(&lines(&mut random, 300, 0.0, 0.5), "lint");
    assert_eq!(same.compared[0].units.verdict, Verdict::Archive);
    let few = reported(&lines(&mut random, 30, 2.0, 0.5), "lint");
    assert_eq!(few.compared[0].units.verdict, Verdict::TooFewStories);
}

#[test]
fn where_units_are_not_shared_out_as_meant_there_is_no_verdict() {
    let mut random = Random::seeded(4);
    let skewed = reported(&lines(&mut random, 400, 0.8, 0.3), "lint");
    assert!(skewed.ratio.mismatch && skewed.ratio.p.unwrap() < 1e-6);
    assert_eq!(skewed.compared[0].units.verdict, Verdict::Inconclusive);
}

#[test]
fn a_unit_that_was_moved_counts_for_no_variant() {
    let mut random = Random::seeded(5);
    let mut lines = lines(&mut random, 200, 0.0, 0.5);
    let unit = lines[0].unit.clone();
    let other = if lines[0].variant == "a" { "b" } else { "a" };
    let later = Line {
        time: "2026-02-01T00:00:00Z".to_owned(),
        variant: other.to_owned(),
        lint: Some(-1e9),
        ..lines[0].clone()
    };
    lines.push(later);
    let report = reported(&lines, "lint");
    assert_eq!(report.moved, 1, "{unit}");
    assert!(report.compared[0].units.difference.abs() < 1.0);
}

#[test]
fn lines_that_are_none_are_named_and_a_torn_one_at_the_end_is_left_out() {
    let line = Line {
        variant: "a".to_owned(),
        unit: "0123".to_owned(),
        ..Line::default()
    };
    let line = serde_json::to_string(&line).unwrap();
    assert_eq!(read(&format!("{line}\n\n{line}\n{{\"tim")).unwrap().len(), 2);
    let wrong = read(&format!("{line}\n{{\"tim\n{line}\n")).unwrap_err();
    assert!(wrong.len() == 1 && wrong[0].starts_with("line 2: "), "{wrong:?}");
    let far = line.replace("\"latency_ms\":0.0", "\"latency_ms\":-1.0");
    assert_eq!(read(&far).unwrap_err(), ["line 1: latency_ms: is not from 0 to 1e12"]);
    assert!(
        Report::of("y", &read(&format!("{line}\n")).unwrap(), None, &[], 1)
            .unwrap_err()
            .contains("those of none")
    );
    assert_eq!(
        FIGURES.iter().filter(|one| figure(one.name).is_some()).count(),
        FIGURES.len()
    );
}

#[test]
fn a_hash_stands_for_a_text_and_its_parts_are_kept_apart() {
    assert_ne!(anonymous("s", &["ab", "c"]), anonymous("s", &["a", "bc"]));
    assert_ne!(anonymous("s", &["a"]), anonymous("t", &["a"]));
    assert_eq!(anonymous("s", &["a"]).len(), 16);
}

#[test]
fn decisions_are_appended_and_never_break_the_table() {
    let folder = std::env::temp_dir().join(format!("testgen-decisions-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let logs = Logs {
        folder: folder.join("log"),
        iterations: Some(folder.join("ITERATIONS.md")),
    };
    let decision = Decision {
        time: "2026-01-01T00:00:00Z".to_owned(),
        by: "experiment",
        subject: "a|b".to_owned(),
        against: "rules".to_owned(),
        figure: "quality.lint_mean".to_owned(),
        verdict: "archive".to_owned(),
        grounds: vec!["one\nline".to_owned(), "another".to_owned()],
        data: serde_json::Map::new(),
    };
    logs.append(&decision).unwrap();
    let first = std::fs::read_to_string(folder.join("ITERATIONS.md")).unwrap();
    logs.append(&decision).unwrap();
    let second = std::fs::read_to_string(folder.join("ITERATIONS.md")).unwrap();
    assert!(second.starts_with(&first), "append-only");
    let rows: Vec<&str> = second.lines().filter(|line| line.starts_with("| 2026")).collect();
    assert_eq!(
        rows,
        ["| 2026-01-01T00:00:00Z | experiment | a\\|b | rules | quality.lint_mean | archive | one line; another |"; 2]
    );
    let page = std::fs::read_to_string(folder.join("log/decisions.md")).unwrap();
    assert!(page.starts_with(
        "## 2026-01-01T00:00:00Z · quality.lint_mean · a|b against rules: archive\n\n- one line\n- another\n\n"
    ));
    let line = std::fs::read_to_string(folder.join("log/decisions.jsonl")).unwrap();
    let line: serde_json::Value = serde_json::from_str(line.lines().next().unwrap()).unwrap();
    assert_eq!(
        (line["by"].as_str(), line["subject"].as_str()),
        (Some("experiment"), Some("a|b"))
    );
    std::fs::remove_dir_all(folder).unwrap();
}
