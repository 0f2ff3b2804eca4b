//! No panel and no alert asks for a metric or a label that the service does not have: every expression of `deploy/` is
//! taken apart and compared with the table of `src/telemetry`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use testgen::telemetry::metric_name::{METRICS, Metric, label};

/// What other programs of the stack emit: the collector about itself, Tempo about spans, Prometheus about its targets.
const OTHERS: &[&str] = &["otelcol_", "traces_spanmetrics_", "up", "ALERTS"];
/// Labels that Prometheus, and the programs above, set.
const OTHER_LABELS: &[&str] = &[
    "le",
    "job",
    "instance",
    "alertname",
    "alertstate",
    "severity",
    "slo",
    "quality",
    "signal",
    "span_name",
    "service",
];
/// Metrics that no panel shows, each with the reason. A metric that nobody looks at is one too many, so it is empty.
const WITHOUT_PANEL: &[(&str, &str)] = &[];
/// Words of the language that are no names of metrics.
const WORDS: &[&str] = &[
    "sum",
    "min",
    "max",
    "avg",
    "count",
    "and",
    "or",
    "unless",
    "bool",
    "offset",
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "group_right",
    "inf",
    "nan",
];
/// Words before a list of labels in brackets.
const BEFORE_LABELS: &[&str] = &["by", "without", "on", "ignoring", "group_left", "group_right"];

/// What an expression names.
#[derive(Debug, Default, PartialEq, Eq)]
struct Names {
    /// Each metric with the labels that are selected by.
    metrics: BTreeMap<String, BTreeSet<String>>,
    /// Labels that are grouped or joined by.
    grouped: BTreeSet<String>,
}

/// Takes a PromQL expression apart, as far as names go.
fn names(expression: &str) -> Names {
    let mut found = Names::default();
    let text: Vec<char> = expression.chars().collect();
    let (mut at, mut metric, mut before) = (0, String::new(), String::new());
    while at < text.len() {
        let here = text[at];
        if here.is_ascii_alphabetic() || here == '_' || here == ':' {
            let end = end_of_word(&text, at);
            let word: String = text[at..end].iter().collect();
            let called = text[end..].iter().find(|next| !next.is_whitespace()) == Some(&'(');
            if !called && !WORDS.contains(&word.to_ascii_lowercase().as_str()) {
                found.metrics.entry(word.clone()).or_default();
                metric.clone_from(&word);
            }
            before = word;
            at = end;
        } else if here.is_ascii_digit() {
            // Numbers, and durations such as 5m after `offset`.
            at = end_of_word(&text, at);
        } else if here == '"' || here == '\'' {
            at = end_of_quote(&text, at);
        } else if here == '[' {
            at += text[at..].iter().position(|next| *next == ']').unwrap_or(0) + 1;
        } else if here == '{' {
            let (labels, end) = selected(&text, at + 1);
            // Without a name before it, the name is matched in the selector itself.
            found.metrics.entry(metric.clone()).or_default().extend(labels);
            metric.clear();
            at = end;
        } else if here == '(' && BEFORE_LABELS.contains(&before.to_ascii_lowercase().as_str()) {
            let end = at + text[at..].iter().position(|next| *next == ')').unwrap_or(0);
            let list: String = text[at + 1..end].iter().collect();
            let labels = list.split(',').map(str::trim).filter(|label| !label.is_empty());
            found.grouped.extend(labels.map(str::to_owned));
            before.clear();
            at = end + 1;
        } else {
            if !here.is_whitespace() {
                before.clear();
            }
            at += 1;
        }
    }
    found
}

fn end_of_word(text: &[char], from: usize) -> usize {
    let word = |next: &char| next.is_ascii_alphanumeric() || matches!(next, '_' | ':' | '.');
    from + text[from..].iter().take_while(|next| word(next)).count()
}

fn end_of_quote(text: &[char], from: usize) -> usize {
    let mut at = from + 1;
    while at < text.len() && text[at] != text[from] {
        at += if text[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// The labels of a selector, and where it ends.
fn selected(text: &[char], from: usize) -> (BTreeSet<String>, usize) {
    let (mut labels, mut at) = (BTreeSet::new(), from);
    while at < text.len() && text[at] != '}' {
        if text[at] == '"' || text[at] == '\'' {
            at = end_of_quote(text, at);
        } else if text[at].is_ascii_alphabetic() || text[at] == '_' {
            let end = end_of_word(text, at);
            labels.insert(text[at..end].iter().collect());
            at = end;
        } else {
            at += 1;
        }
    }
    (labels, at + 1)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(root().join(folder))
        .unwrap_or_else(|error| panic!("{folder}: {error}"))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{folder} has no file .{extension}");
    files
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every expression of the dashboards that Prometheus is asked, with the panel's title.
fn of_dashboards() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for path in files("deploy/grafana/dashboards", "json") {
        let dashboard: serde_json::Value = serde_json::from_str(&text(&path)).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for panel in dashboard["panels"].as_array().unwrap() {
            let title = format!("{name}: {}", panel["title"].as_str().unwrap_or_default());
            for target in panel["targets"].as_array().into_iter().flatten() {
                if target["datasource"]["uid"] == "prometheus" {
                    found.push((title.clone(), target["expr"].as_str().unwrap().to_owned()));
                }
            }
        }
        for variable in dashboard["templating"]["list"].as_array().unwrap() {
            if let Some(query) = variable["definition"].as_str() {
                // label_values(metric, label)
                let inside = query.trim_start_matches("label_values(").trim_end_matches(')');
                let (metric, label) = inside.split_once(',').unwrap();
                found.push((
                    format!("{name}: ${}", variable["name"]),
                    format!("sum by ({}) ({metric})", label.trim()),
                ));
            }
        }
    }
    found
}

/// Every rule's expression, with the rule's name; and what recording rules add.
fn of_rules() -> (Vec<(String, String)>, BTreeSet<String>) {
    let (mut found, mut recorded) = (Vec::new(), BTreeSet::new());
    for path in files("deploy/prometheus/rules", "yaml") {
        let text = text(&path);
        let lines: Vec<&str> = text.lines().collect();
        let mut rule = String::new();
        for (number, line) in lines.iter().enumerate() {
            let (indent, line) = (line.len() - line.trim_start().len(), line.trim());
            let key = |name: &str| {
                let line = line.trim_start_matches("- ");
                line.strip_prefix(name)
                    .and_then(|rest| rest.strip_prefix(':'))
                    .map(str::trim)
            };
            if let Some(name) = key("record") {
                recorded.insert(name.to_owned());
                rule = name.to_owned();
            }
            if let Some(name) = key("alert") {
                rule = name.to_owned();
            }
            if let Some(value) = key("expr") {
                let expression = if value.starts_with(['|', '>']) {
                    let deeper = |line: &&&str| line.trim().is_empty() || line.len() - line.trim_start().len() > indent;
                    lines[number + 1..]
                        .iter()
                        .take_while(deeper)
                        .copied()
                        .collect::<Vec<_>>()
                        .join("\n")
                } else {
                    value.to_owned()
                };
                let name = path.file_name().unwrap().to_string_lossy();
                found.push((format!("{name}: {rule}"), expression));
            }
        }
    }
    (found, recorded)
}

/// Every series of the service with its labels.
fn known() -> BTreeMap<String, BTreeSet<String>> {
    let labels = |metric: &Metric| {
        metric
            .attributes
            .iter()
            .map(|attribute| label(attribute.name))
            .collect()
    };
    METRICS
        .iter()
        .flat_map(|metric| {
            metric
                .prometheus_series()
                .into_iter()
                .map(|series| (series, labels(metric)))
        })
        .collect()
}

#[test]
fn every_panel_and_every_rule_asks_for_what_the_service_emits() {
    let known = known();
    let all_labels: BTreeSet<&str> = known
        .values()
        .flatten()
        .map(String::as_str)
        .chain(OTHER_LABELS.iter().copied())
        .collect();
    let (rules, recorded) = of_rules();
    let panels = of_dashboards();
    assert!(
        rules.len() > 20 && panels.len() > 40,
        "{} rules, {} panels",
        rules.len(),
        panels.len()
    );
    let mut wrong = Vec::new();
    for (place, expression) in rules.iter().chain(&panels) {
        let names = names(expression);
        assert!(
            !names.metrics.is_empty() || expression.starts_with("vector("),
            "{place}: no metric in {expression}"
        );
        for (metric, labels) in &names.metrics {
            let theirs = OTHERS
                .iter()
                .any(|prefix| metric == prefix || prefix.ends_with('_') && metric.starts_with(prefix));
            // Several metrics of the collector are matched by a pattern; promtool's tests have their names.
            let by_pattern = metric.is_empty() && expression.contains("{__name__=~\"otelcol_");
            if theirs || by_pattern || recorded.contains(metric) {
                continue;
            }
            let Some(own) = known.get(metric) else {
                wrong.push(format!("{place}: there is no metric {metric}"));
                continue;
            };
            for label in labels {
                if !own.contains(label) && !OTHER_LABELS.contains(&label.as_str()) {
                    wrong.push(format!("{place}: {metric} has no label {label}"));
                }
            }
        }
        for label in names
            .grouped
            .iter()
            .filter(|label| !all_labels.contains(label.as_str()))
        {
            wrong.push(format!("{place}: nothing has a label {label}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_metric_is_in_a_panel_or_has_a_reason_why_not() {
    let shown: BTreeSet<String> = of_dashboards()
        .iter()
        .flat_map(|(_, expression)| names(expression).metrics.into_keys())
        .collect();
    let mut wrong = Vec::new();
    for metric in METRICS {
        let is_shown = metric.prometheus_series().iter().any(|series| shown.contains(series));
        match WITHOUT_PANEL.iter().find(|(name, _)| *name == metric.name) {
            None if !is_shown => wrong.push(format!("{} is in no panel", metric.name)),
            Some(_) if is_shown => wrong.push(format!("{} is in a panel: its reason is outdated", metric.name)),
            Some((_, "")) => wrong.push(format!("{} has no reason", metric.name)),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_alert_has_its_page_in_the_runbook() {
    let runbook = text(&root().join("docs/runbook.md"));
    let headings: BTreeSet<&str> = runbook.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let mut alerts = BTreeSet::new();
    for path in files("deploy/prometheus/rules", "yaml") {
        let text = text(&path);
        for rule in text.split("- alert: ").skip(1) {
            let name = rule.lines().next().unwrap().trim();
            let page = format!("docs/runbook.md#{}", name.to_lowercase());
            assert!(rule.contains(&page), "{name} does not link to {page}");
            assert!(rule.contains("severity: "), "{name} has no severity");
            alerts.insert(name.to_owned());
        }
    }
    assert!(alerts.len() > 10, "{alerts:?}");
    for alert in &alerts {
        assert!(
            headings.contains(alert.as_str()),
            "docs/runbook.md has no section {alert}"
        );
    }
}

#[test]
fn names_are_found_where_they_stand_and_nowhere_else() {
    let found = names(
        r#"sum by (le, status) (rate(calls_total{status!~"OK|up", job="x{y}"}[5m] offset 1d)) / on (job) group_left (version)
           (a:b:c > bool 0.5) or histogram_quantile(0.95, wait_bucket) unless absent(up{job="testgen"})"#,
    );
    let metrics: Vec<&str> = found.metrics.keys().map(String::as_str).collect();
    assert_eq!(metrics, ["a:b:c", "calls_total", "up", "wait_bucket"]);
    let labels: Vec<&str> = found.metrics["calls_total"].iter().map(String::as_str).collect();
    assert_eq!(labels, ["job", "status"]);
    let grouped: Vec<&str> = found.grouped.iter().map(String::as_str).collect();
    assert_eq!(grouped, ["job", "le", "status", "version"]);
}
