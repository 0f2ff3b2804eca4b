//! Every metric that the service has: its name, kind, unit, attributes and meaning, each once. Instruments are made from
//! this table alone, `docs/metrics.md` is made from it, and dashboards and alerts are checked against it.
//!
//! The names of RPC and generative AI are those of the OpenTelemetry conventions (RPC v1.45, GenAI v0.1); what is ours
//! begins with `testgen.`. No attribute takes what a caller wrote: the set of its values is bounded, and what is outside
//! it is [`OTHER`].

use std::fmt::Write as _;

/// What stands for a value that is not known, so that nobody can make new series by inventing names.
pub const OTHER: &str = "_OTHER";

/// One metric.
#[derive(Debug, PartialEq)]
pub struct Metric {
    /// Its name, such as `testgen.case.accepted`.
    pub name: &'static str,
    /// What it does with what is recorded.
    pub kind: Kind,
    /// Its unit, in UCUM; what is counted stands in braces.
    pub unit: &'static str,
    /// What tells its series apart.
    pub attributes: &'static [Attribute],
    /// What it says.
    pub description: &'static str,
}

/// What a metric does with what is recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Counts values by these upper bounds.
    Histogram(&'static [f64]),
    /// Whatever holds now.
    Gauge,
}

/// An attribute and what it may say.
#[derive(Debug, PartialEq)]
pub struct Attribute {
    /// Its name, such as `testgen.backend`.
    pub name: &'static str,
    /// Its values, in words.
    pub values: &'static str,
}

/// Seconds of a call or a generation, with bounds at the service's own targets (2.5, 5, 6, 10 and 15 s).
const CALL_SECONDS: Kind = Kind::Histogram(&[
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 6.0, 7.5, 10.0, 15.0, 30.0, 60.0, 120.0,
]);
/// Seconds of a request to a model, as the conventions have them.
const MODEL_SECONDS: Kind = Kind::Histogram(&[
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
]);
/// Tokens of a request to a model, as the conventions have them.
const TOKENS: Kind = Kind::Histogram(&[
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
]);
/// Seconds of our own work, which is short.
const WORK_SECONDS: Kind = Kind::Histogram(&[
    0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0,
]);
const RATIO: Kind = Kind::Histogram(&[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.999, 1.0]);
const SCORE: Kind = Kind::Histogram(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]);

/// Attribute names, so that nobody spells one twice.
pub mod attribute {
    use super::Attribute;

    /// Always `grpc`.
    pub const RPC_SYSTEM: Attribute = one("rpc.system.name", "`grpc`");
    /// The method.
    pub const RPC_METHOD: Attribute = one(
        "rpc.method",
        "a method of the service, of health or of reflection, such as `testgen.v1.TestGen/StreamTestCases`; `_OTHER`",
    );
    /// How the call ended.
    pub const RPC_STATUS: Attribute = one("rpc.status_code", "a gRPC status, such as `OK`");
    /// Why it failed.
    pub const ERROR_TYPE: Attribute = one(
        "error.type",
        "only on failures: the gRPC status of a call, a code of `docs/codes.md` of anything else",
    );
    /// Always `chat`.
    pub const OPERATION: Attribute = one("gen_ai.operation.name", "`chat`");
    /// Whose model.
    pub const PROVIDER: Attribute = one("gen_ai.provider.name", "`ollama`, `openai`");
    /// Which model.
    pub const MODEL: Attribute = one(
        "gen_ai.request.model",
        "a model that is configured or that a model server lists (32 at most); `_OTHER`",
    );
    /// Tokens read or written.
    pub const TOKEN_TYPE: Attribute = one("gen_ai.token.type", "`input`, `output`");
    /// A configured host.
    pub const SERVER: Attribute = one("server.address", "a configured host");
    /// Its port.
    pub const PORT: Attribute = one("server.port", "its port");
    /// Who words the cases.
    pub const BACKEND: Attribute = one("testgen.backend", "`ollama`, `openai`, `rules`");
    /// How a generation ended.
    pub const OUTCOME: Attribute = one(
        "testgen.outcome",
        "`complete`, `partial`, `blocked` (by questions), `failed`, `cancelled`",
    );
    /// What a generation was for.
    pub const PURPOSE: Attribute = one("testgen.purpose", "`suite`, `gaps`, `rewording`, `revision`");
    /// Why.
    pub const REASON: Attribute = one("testgen.reason", "a code of `docs/codes.md`, or one listed here");
    /// Who worded a case.
    pub const SOURCE: Attribute = one("testgen.case.source", "`model`, `rule`");
    /// The kind of a case.
    pub const CASE_TYPE: Attribute = one("testgen.case.type", "`positive`, `negative`, `edge_case`, `boundary`");
    /// The priority of a case.
    pub const PRIORITY: Attribute = one("testgen.case.priority", "`critical`, `high`, `medium`, `low`");
    /// Whether a case had to be repaired.
    pub const REPAIRED: Attribute = one("testgen.case.repaired", "`true`, `false`");
    /// What of our telemetry.
    pub const SIGNAL: Attribute = one(
        "testgen.signal",
        "`traces`, `logs`, `metrics`, `log_file`, `experiment_record`",
    );

    /// The variant of an online experiment.
    pub const VARIANT: Attribute = one(
        "testgen.experiment.variant",
        "a variant that the experiment's definition names (16 at most over all that were read); `_OTHER`",
    );
    /// Where a rollout went.
    pub const MOVE: Attribute = one("testgen.experiment.move", "`advanced`, `back`");

    const fn one(name: &'static str, values: &'static str) -> Attribute {
        Attribute { name, values }
    }
}

use attribute as a;

macro_rules! metrics {
    ($($(#[$doc:meta])* $id:ident = $name:literal, $kind:expr, $unit:literal, [$($attribute:expr),*], $description:literal;)*) => {
        $($(#[$doc])* pub static $id: Metric = Metric {
            name: $name,
            kind: $kind,
            unit: $unit,
            attributes: &[$($attribute),*],
            description: $description,
        };)*
        /// Every metric, in the order of the page.
        pub static METRICS: &[&Metric] = &[$(&$id),*];
    };
}

metrics! {
    /// Calls.
    RPC_DURATION = "rpc.server.call.duration", CALL_SECONDS, "s",
        [a::RPC_SYSTEM, a::RPC_METHOD, a::RPC_STATUS, a::ERROR_TYPE],
        "A call from its first byte to its last, streams included. A slow reader makes it long; testgen.generation.duration does not know readers.";
    /// Requests to models.
    MODEL_DURATION = "gen_ai.client.operation.duration", MODEL_SECONDS, "s",
        [a::OPERATION, a::PROVIDER, a::MODEL, a::SERVER, a::PORT, a::ERROR_TYPE],
        "A request to a model, from asking to the end of its answer.";
    /// Their first chunks.
    MODEL_FIRST_CHUNK = "gen_ai.client.operation.time_to_first_chunk", MODEL_SECONDS, "s",
        [a::OPERATION, a::PROVIDER, a::MODEL, a::SERVER, a::PORT],
        "From asking a model to the first piece of its answer, its loading included.";
    /// Their pace.
    MODEL_CHUNK = "gen_ai.client.operation.time_per_output_chunk", MODEL_SECONDS, "s",
        [a::OPERATION, a::PROVIDER, a::MODEL, a::SERVER, a::PORT],
        "Time between two pieces of an answer: its mean, once for each request, since a record for each piece would cost more than the piece.";
    /// Their tokens.
    MODEL_TOKENS = "gen_ai.client.token.usage", TOKENS, "{token}",
        [a::OPERATION, a::PROVIDER, a::MODEL, a::SERVER, a::PORT, a::TOKEN_TYPE],
        "Tokens that a request to a model read and wrote, as the model server counts them.";
    /// Loading.
    MODEL_LOAD = "testgen.model.load.duration", MODEL_SECONDS, "s", [a::PROVIDER, a::MODEL],
        "Loading a model, as the model server tells it; only requests that had to wait for a load.";

    /// Generations by outcome.
    GENERATIONS = "testgen.generations", Kind::Counter, "{generation}",
        [a::OUTCOME, a::BACKEND, a::PURPOSE, a::ERROR_TYPE],
        "Generations that have ended.";
    /// Their time.
    GENERATION_DURATION = "testgen.generation.duration", CALL_SECONDS, "s", [a::OUTCOME, a::BACKEND],
        "A generation from its request to its last event, waiting for a place included, however slowly anyone reads it.";
    /// Their first cases.
    FIRST_CASE = "testgen.generation.time_to_first_case", CALL_SECONDS, "s", [a::BACKEND],
        "From the request to the first accepted case.";
    /// Their coverage.
    COVERAGE = "testgen.coverage.ratio", RATIO, "{ratio}", [a::BACKEND],
        "Share of the coverage items of a generation that are covered at its end, of those that were not left out on purpose; 0 to 1.";
    /// Our own work.
    VALIDATION = "testgen.validation.duration", WORK_SECONDS, "s", [a::BACKEND],
        "Extraction, repair, validation and lint of a whole generation, all pieces together.";
    /// How late a case is.
    LAG = "testgen.extraction.lag", WORK_SECONDS, "s", [a::SOURCE],
        "From the arrival of the bytes that end a case to the case in the event log.";
    /// Attempts.
    ATTEMPTS = "testgen.attempts", Kind::Counter, "{attempt}", [a::BACKEND, a::MODEL, a::ERROR_TYPE],
        "Requests to a model that have ended.";
    /// Retries.
    RETRIES = "testgen.retries", Kind::Counter, "{retry}", [a::BACKEND, a::REASON],
        "Requests to a model beyond the first of a generation, by why the one before was not enough.";
    /// Fallbacks.
    FALLBACKS = "testgen.fallbacks", Kind::Counter, "{fallback}", [a::REASON],
        "The rules in place of a model: `NO_MODEL` (with `auto`, no model server was usable), `FILLED_BY_RULES` (they worded what a model left uncovered).";
    /// Refusals.
    REFUSALS = "testgen.refusals", Kind::Counter, "{request}", [a::REASON],
        "Requests for a generation that were refused before it began: `TOO_MANY_GENERATIONS`, `TOO_MANY_GENERATIONS_OF_CALLER`, `MEMORY_FULL`, `REQUEST_ID_IN_USE`, `SHUTDOWN`.";
    /// Cost.
    COST = "testgen.cost.usd", Kind::Counter, "{USD}", [a::BACKEND, a::MODEL],
        "What generations cost, in US dollars, by the model of the settings (`cost.*`).";

    /// Accepted cases.
    CASES = "testgen.case.accepted", Kind::Counter, "{case}", [a::SOURCE, a::CASE_TYPE, a::PRIORITY, a::REPAIRED],
        "Cases that passed every check and were handed over.";
    /// Rejected cases.
    REJECTED = "testgen.case.rejected", Kind::Counter, "{case}", [a::SOURCE, a::REASON],
        "What could not be accepted, by the first reason; `DUPLICATE` among them.";
    /// Repairs.
    REPAIRS = "testgen.case.repairs", Kind::Counter, "{repair}", [a::SOURCE, a::REASON],
        "Repairs of accepted cases, by what was mended.";
    /// Scores.
    LINT_SCORE = "testgen.case.lint_score", SCORE, "{point}", [a::SOURCE],
        "The lint score of accepted cases, 1 to 10.";

    /// Waiting.
    QUEUE_WAIT = "testgen.queue.wait.duration", CALL_SECONDS, "s", [],
        "How long generations that have begun waited for a place; 0 where one was free.";
    /// The line.
    QUEUE_LENGTH = "testgen.queue.length", Kind::Gauge, "{generation}", [],
        "Generations that wait for a place now.";
    /// Places.
    PLACES_USED = "testgen.places.used", Kind::Gauge, "{place}", [],
        "Generations that run now.";
    /// Their bound.
    PLACES_LIMIT = "testgen.places.limit", Kind::Gauge, "{place}", [],
        "Generations that may run at once (`generation.max_running`).";
    /// Readers.
    STREAMS = "testgen.streams.active", Kind::Gauge, "{stream}", [],
        "Readers of generations now: open streams.";
    /// Memory of logs.
    LOG_MEMORY = "testgen.log.memory.used", Kind::Gauge, "By", [],
        "What the event logs of all generations hold, ended ones included.";
    /// Their bound.
    LOG_MEMORY_LIMIT = "testgen.log.memory.limit", Kind::Gauge, "By", [],
        "What they may hold together (`generation.max_total_bytes`).";
    /// Model servers.
    BACKEND_UP = "testgen.backend.up", Kind::Gauge, "", [a::BACKEND],
        "Whether a backend answers: 1 or 0, as of the last look.";
    /// Circuits.
    CIRCUIT = "testgen.circuit.state", Kind::Gauge, "", [a::SERVER, a::PORT],
        "The circuit breaker of an Ollama host: 0 closed (it is asked), 1 half open (one request tries it), 2 open (it is left alone).";
    /// Online experiments.
    EXPOSED = "testgen.experiment.generations", Kind::Counter, "{generation}", [a::VARIANT, a::OUTCOME],
        "Generations that took part in an online experiment and have ended.";
    /// Rollouts.
    ROLLOUT = "testgen.experiment.rollout.moves", Kind::Counter, "{move}", [a::MOVE],
        "How often a rollout went on to its next step, and how often it went back by itself.";
    /// Drops.
    DROPPED = "testgen.telemetry.dropped", Kind::Counter, "{item}", [a::SIGNAL],
        "Spans, log records, batches of metrics, lines of the log file and of an experiment's record that were dropped because their receiver was away or too slow.";
    /// Memory.
    MEMORY = "process.memory.usage", Kind::Gauge, "By", [],
        "Memory of the process that is resident.";
    /// Processor time.
    CPU = "process.cpu.time", Kind::Counter, "s", [],
        "Processor time of the process, in user and kernel mode together.";
}

// === impl Metric ===

impl Metric {
    /// The name under which Prometheus knows it; of a histogram the stem of `_bucket`, `_sum` and `_count`.
    #[must_use]
    pub fn prometheus_name(&self) -> String {
        let unit = match self.unit {
            "s" => "_seconds",
            "By" => "_bytes",
            // What is counted is no unit.
            _ => "",
        };
        let total = if self.kind == Kind::Counter { "_total" } else { "" };
        format!("{}{unit}{total}", label(self.name))
    }

    /// Every name that a query can ask Prometheus for.
    #[must_use]
    pub fn prometheus_series(&self) -> Vec<String> {
        let name = self.prometheus_name();
        match self.kind {
            Kind::Histogram(_) => ["_bucket", "_sum", "_count"]
                .iter()
                .map(|end| format!("{name}{end}"))
                .collect(),
            Kind::Counter | Kind::Gauge => vec![name],
        }
    }
}

/// The name of an attribute as a label of Prometheus.
#[must_use]
pub fn label(name: &str) -> String {
    name.replace('.', "_")
}

/// The page on the metrics, in Markdown.
#[must_use]
pub fn metrics_page() -> String {
    let mut page = String::from(INTRODUCTION);
    for metric in METRICS {
        let (kind, bounds) = match metric.kind {
            Kind::Counter => ("counter", None),
            Kind::Gauge => ("gauge", None),
            Kind::Histogram(bounds) => ("histogram", Some(bounds)),
        };
        let unit = match metric.unit {
            "" => String::new(),
            unit => format!(", `{unit}`"),
        };
        let _ = write!(
            page,
            "\n## `{}`\n\n`{}` · {kind}{unit}\n\n{}\n",
            metric.name,
            metric.prometheus_name(),
            metric.description
        );
        if let Some(bounds) = bounds {
            let bounds: Vec<String> = bounds.iter().map(ToString::to_string).collect();
            let _ = write!(page, "\nBuckets up to {}.\n", bounds.join(", "));
        }
        if !metric.attributes.is_empty() {
            page.push_str("\n| attribute | label | values |\n|---|---|---|\n");
        }
        for attribute in metric.attributes {
            let _ = writeln!(
                page,
                "| `{}` | `{}` | {} |",
                attribute.name,
                label(attribute.name),
                attribute.values
            );
        }
    }
    page
}

const INTRODUCTION: &str = "# Metrics

This page is made from `src/telemetry/metric_name.rs`; a test compares the two. Every metric is served for Prometheus at
`/metrics` on the operator's port (`server.operator_listen`, `127.0.0.1:9464` unless told otherwise), and sent over OTLP
where `otel.endpoint` is set. Under each name stands the one that Prometheus has; of a histogram that is the stem of
`_bucket`, `_sum` and `_count`.

No label takes what a caller wrote: model names that nobody configured and methods that do not exist are `_OTHER`.

Questions that take two of them:

| question | query |
|---|---|
| share of failed calls that is not the callers' doing | `sum(rate(rpc_server_call_duration_seconds_count{error_type!=\"\"}[5m])) / sum(rate(rpc_server_call_duration_seconds_count[5m]))` |
| 95th percentile of generations | `histogram_quantile(0.95, sum by (le) (rate(testgen_generation_duration_seconds_bucket[5m])))` |
| retries for each generation | `sum(rate(testgen_retries_total[5m])) / sum(rate(testgen_generations_total[5m]))` |
| share of urgent cases | `sum(rate(testgen_case_accepted_total{testgen_case_priority=~\"critical\\|high\"}[1h])) / sum(rate(testgen_case_accepted_total[1h]))` |
| mean lint score | `sum(rate(testgen_case_lint_score_sum[1h])) / sum(rate(testgen_case_lint_score_count[1h]))` |
| cost of a case | `sum(rate(testgen_cost_usd_total[1h])) / sum(rate(testgen_case_accepted_total[1h]))` |
| cost of 1,000 tokens | `1000 * sum(rate(testgen_cost_usd_total[1h])) / sum(rate(gen_ai_client_token_usage_sum[1h]))` |
";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_page_in_the_docs_is_the_one_that_the_table_makes() {
        let page = metrics_page();
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/metrics.md");
        let kept = std::fs::read_to_string(file).unwrap_or_default();
        if kept != page {
            std::fs::write(format!("{file}.snap.new"), &page).unwrap();
            panic!("docs/metrics.md is not what the table says; move docs/metrics.md.snap.new over it");
        }
    }

    #[test]
    fn every_name_is_there_once_and_well_formed() {
        let names: BTreeSet<_> = METRICS.iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), METRICS.len());
        for metric in METRICS {
            let ours = ["testgen.", "gen_ai.client.", "rpc.server.", "process."];
            assert!(ours.iter().any(|start| metric.name.starts_with(start)), "{metric:?}");
            // A unit of 1 or a bare currency is translated differently by the exporter here and by the collector.
            assert!(
                matches!(metric.unit, "" | "s" | "By") || metric.unit.starts_with('{'),
                "{metric:?}"
            );
            if let Kind::Histogram(bounds) = metric.kind {
                assert!(bounds.is_sorted_by(|a, b| a < b), "{metric:?}");
            }
        }
    }

    #[test]
    fn the_queries_of_the_page_ask_for_what_there_is() {
        let series: BTreeSet<String> = METRICS.iter().flat_map(|metric| metric.prometheus_series()).collect();
        let queries = INTRODUCTION
            .lines()
            .filter(|line| line.starts_with("| ") && line.contains("rate("));
        let mut asked = 0;
        for query in queries {
            for name in query.split("rate(").skip(1) {
                let name = name.split(['[', '{']).next().unwrap();
                assert!(series.contains(name), "{name}");
                asked += 1;
            }
        }
        assert!(asked > 10);
    }
}
