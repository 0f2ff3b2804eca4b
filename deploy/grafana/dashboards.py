#!/usr/bin/env python3
"""Writes the dashboards beside it. Change a panel here, run this, and commit both.

    deploy/grafana/dashboards.py           writes deploy/grafana/dashboards/*.json
    deploy/grafana/dashboards.py --check   says what differs, and fails

A dashboard is a list of rows, a row a list of panels, and a panel says what it shows and how much of the 24 columns it
takes; the places, ids and the forty lines that Grafana wants around each query are written once. The metrics are those of
docs/metrics.md; a test compares every name.
"""

import json
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "dashboards"
PROMETHEUS = {"type": "prometheus", "uid": "prometheus"}
LOKI = {"type": "loki", "uid": "loki"}
TEMPO = {"type": "tempo", "uid": "tempo"}
RATE = "[$__rate_interval]"


# === Panels ===


def panel(kind, title, queries, width=8, height=8, unit=None, source=PROMETHEUS, help=None, **rest):
    """One panel; a query is (expression, legend) or an expression alone."""
    targets = []
    for index, query in enumerate(queries):
        expression, legend = query if isinstance(query, tuple) else (query, "")
        target = {"datasource": source, "refId": chr(ord("A") + index), "expr": expression}
        if source is LOKI:
            target["queryType"] = "range"
        else:
            target["legendFormat"] = legend or "__auto"
        if kind in ("stat", "table", "bargauge") and source is PROMETHEUS:
            target["instant"] = True
            target["range"] = False
        if kind == "table":
            target["format"] = "table"
        targets.append(target)
    made = {
        "type": kind,
        "title": title,
        "datasource": source,
        "gridPos": {"w": width, "h": height},
        "targets": targets,
        "fieldConfig": {"defaults": {}, "overrides": []},
        "options": {},
    }
    if help:
        made["description"] = help
    defaults = made["fieldConfig"]["defaults"]
    if unit:
        defaults["unit"] = unit
    for key, value in rest.items():
        (defaults if key in ("min", "max", "decimals", "thresholds", "mappings", "color") else made["options"])[key] = value
    return made


def graph(title, queries, unit="short", limit=None, stack=False, **rest):
    """Values over time. A limit is drawn as a red line: what an alert or a target says of it."""
    made = panel("timeseries", title, queries, unit=unit, **rest)
    custom = {"lineWidth": 1, "fillOpacity": 15 if stack else 5, "showPoints": "never"}
    if stack:
        custom["stacking"] = {"mode": "normal"}
    defaults = made["fieldConfig"]["defaults"]
    defaults.setdefault("min", 0)
    if limit is not None:
        custom["thresholdsStyle"] = {"mode": "line"}
        defaults["thresholds"] = steps(("transparent", None), ("red", limit))
    defaults["custom"] = custom
    made["options"] = {
        "legend": {"showLegend": True, "displayMode": "table", "placement": "bottom", "calcs": ["mean", "max", "lastNotNull"]},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    return made


def number(title, query, unit="short", colours=None, width=4, **rest):
    """One figure, coloured by how good it is."""
    made = panel("stat", title, [query], unit=unit, width=width, height=4, **rest)
    made["options"] = {
        "reduceOptions": {"calcs": ["lastNotNull"]},
        "colorMode": "background" if colours else "value",
        "graphMode": "none",
        "justifyMode": "auto",
        "textMode": "auto",
        "orientation": "auto",
        "wideLayout": True,
        "showPercentChange": False,
        "percentChangeColorMode": "standard",
    }
    made["fieldConfig"]["defaults"]["thresholds"] = colours or steps(("text", None))
    return made


def table(title, queries, unit=None, **rest):
    """The latest values of several queries, one line for each set of labels."""
    made = panel("table", title, queries, unit=unit, **rest)
    made["options"] = {"frameIndex": 0, "showHeader": True}
    made["transformations"] = [{"id": "merge", "options": {}}, {"id": "organize", "options": {"excludeByName": {"Time": True}}}]
    return made


def logs(title, expression, width=24, height=16):
    """Log lines; a line's trace id leads to its trace."""
    made = panel("logs", title, [expression], width=width, height=height, source=LOKI)
    made["options"] = {
        "showTime": True,
        "wrapLogMessage": True,
        "enableLogDetails": True,
        "showLabels": False,
        "showCommonLabels": False,
        "showLogContextToggle": True,
        "prettifyLogMessage": False,
        "sortOrder": "Descending",
        "dedupStrategy": "none",
    }
    return made


def traces(title, expression, width=24, height=10):
    """Traces that a search finds."""
    made = panel("table", title, [], width=width, height=height, source=TEMPO)
    made["options"] = {"frameIndex": 0, "showHeader": True}
    query = {"queryType": "traceql", "query": expression, "filters": [], "limit": 50, "tableType": "traces"}
    made["targets"] = [{"datasource": TEMPO, "refId": "A", **query}]
    return made


def steps(*pairs):
    """Colours from a value on; the first pair has no value."""
    return {"mode": "absolute", "steps": [{"color": colour, "value": value} for colour, value in pairs]}


def good_below(warning, bad):
    return steps(("green", None), ("orange", warning), ("red", bad))


def good_above(bad, good):
    return steps(("red", None), ("orange", bad), ("green", good))


# === Expressions ===


def ratio(part, whole):
    """A share that is absent, not wrong, while nothing happens."""
    return f"{part} / ({whole} > 0)"


def quantile(q, histogram, by="", where=""):
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({q}, sum by ({labels}) (rate({histogram}_bucket{{{where}}}{RATE})))"


def percentiles(histogram, where=""):
    return [(quantile(q, histogram, where=where), f"P{round(q * 100)}") for q in (0.5, 0.9, 0.95, 0.99)]


def rate(metric, where="", by=""):
    grouping = f" by ({by})" if by else ""
    return f"sum{grouping} (rate({metric}{{{where}}}{RATE}))"


# === Dashboards ===

DASHBOARDS = {}
# The way from each dashboard to the others; what is chosen in one is not carried to another, which has other variables.
OTHERS = {
    "type": "dashboards",
    "tags": ["testgen"],
    "title": "TestGen",
    "tooltip": "The other dashboards of TestGen",
    "icon": "external link",
    "asDropdown": False,
    "targetBlank": False,
    "keepTime": True,
    "includeVars": False,
}


def dashboard(uid, title, question, rows, variables=()):
    panels = []
    top = 0
    for name, row in rows:
        panels.append(
            {"type": "row", "title": name, "collapsed": False, "panels": [], "gridPos": {"x": 0, "y": top, "w": 24, "h": 1}}
        )
        top += 1
        left = tallest = 0
        for made in row:
            place = made["gridPos"]
            if left + place["w"] > 24:
                top += tallest
                left = tallest = 0
            place.update(x=left, y=top)
            left += place["w"]
            tallest = max(tallest, place["h"])
            panels.append(made)
        top += tallest
    for index, made in enumerate(panels):
        made["id"] = index + 1
    DASHBOARDS[uid] = {
        "uid": f"testgen-{uid}",
        "title": title,
        "description": question,
        "tags": ["testgen"],
        "timezone": "browser",
        "editable": False,
        "graphTooltip": 1,
        "refresh": "30s",
        "schemaVersion": 41,
        "version": 1,
        "time": {"from": "now-6h", "to": "now"},
        "links": [OTHERS],
        "templating": {"list": list(variables)},
        "annotations": {"list": []},
        "panels": panels,
    }


def choice(name, label, metric, of):
    """A variable that is chosen among a label's values."""
    return {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": PROMETHEUS,
        "query": {"query": f"label_values({metric}, {of})", "refId": name},
        "definition": f"label_values({metric}, {of})",
        "refresh": 2,
        "includeAll": True,
        "multi": True,
        "allValue": ".*",
        "sort": 1,
        "current": {"text": ["All"], "value": ["$__all"]},
    }


def typed(name, label, value=""):
    """A variable that is typed in."""
    return {"name": name, "label": label, "type": "textbox", "query": value, "current": {"text": value, "value": value}}


INSTANCE = choice("instance", "Instance", "testgen_places_used", "instance")
HERE = 'instance=~"$instance"'
CALLS = f'rpc_method=~"testgen.v1.TestGen/.+",{HERE}'
ENDED = f'testgen_outcome!="cancelled",{HERE}'
MODEL = choice("model", "Model", "gen_ai_client_operation_duration_seconds_count", "gen_ai_request_model")
ASKED = 'gen_ai_request_model=~"$model"'
CORRELATION = typed("correlation_id", "Correlation id")
CONTAINS = typed("contains", "Contains")

dashboard("service", "TestGen: is it up and fast", "Is it up, does it answer, how fast, and is there room?", [
    ("Now", [
        number("Instances that answer", 'sum(up{job="testgen"})', colours=good_above(1, 1)),
        number("Calls a second", rate("rpc_server_call_duration_seconds_count", CALLS), "reqps"),
        number("Failed calls", "testgen:calls_failed:rate5m / (testgen:calls:rate5m > 0)", "percentunit", good_below(0.01, 0.05),
               help="What callers cause, such as CANCELLED and INVALID_ARGUMENT, does not count."),
        number("P95 of generations", quantile(0.95, "testgen_generation_duration_seconds", where=ENDED), "s", good_below(5, 6),
               help="A generation's own time, however slowly anyone reads it."),
        number("P95 of the first case", quantile(0.95, "testgen_generation_time_to_first_case_seconds", where=HERE), "s"),
        number("Places taken", f"sum(testgen_places_used{{{HERE}}}) / sum(testgen_places_limit{{{HERE}}})", "percentunit",
               good_below(0.7, 0.9)),
    ]),
    ("Calls", [
        graph("Calls by method", [(rate("rpc_server_call_duration_seconds_count", CALLS, "rpc_method"), "{{rpc_method}}")], "reqps", stack=True),
        graph("Calls by status, but OK", [(rate("rpc_server_call_duration_seconds_count", CALLS + ',rpc_status_code!="OK"', "rpc_status_code"),
              "{{rpc_status_code}}")], "reqps", stack=True),
        graph("Failed calls", [("testgen:calls_failed:rate5m / (testgen:calls:rate5m > 0)", "failed")], "percentunit", limit=0.05),
    ]),
    ("Time", [
        graph("Generations", percentiles("testgen_generation_duration_seconds", ENDED), "s", limit=6),
        graph("First case", percentiles("testgen_generation_time_to_first_case_seconds", HERE), "s"),
        graph("Calls, readers included", percentiles("rpc_server_call_duration_seconds", CALLS), "s"),
        graph("P95 by backend", [("testgen:generation_duration_seconds:p95_10m", "{{testgen_backend}}")], "s", limit=6),
        graph("Waiting for a place", percentiles("testgen_queue_wait_duration_seconds", HERE), "s"),
        graph("Own work in a generation", percentiles("testgen_validation_duration_seconds", HERE) +
              [(quantile(0.95, "testgen_extraction_lag_seconds", where=HERE), "P95 of a case's way to the log")], "s"),
    ]),
    ("Room", [
        graph("Places", [(f"sum(testgen_places_used{{{HERE}}})", "taken"), (f"sum(testgen_queue_length{{{HERE}}})", "waiting"),
              (f"sum(testgen_places_limit{{{HERE}}})", "there are"), (f"sum(testgen_streams_active{{{HERE}}})", "open streams")]),
        graph("Refused before they began", [(rate("testgen_refusals_total", HERE, "testgen_reason"), "{{testgen_reason}}")], "reqps", stack=True),
        graph("Ends of generations", [(rate("testgen_generations_total", HERE, "testgen_outcome"), "{{testgen_outcome}}")], stack=True),
        graph("Memory", [(f"sum by (instance) (process_memory_usage_bytes{{{HERE}}})", "{{instance}}: process"),
              (f"sum by (instance) (testgen_log_memory_used_bytes{{{HERE}}})", "{{instance}}: event logs"),
              (f"sum by (instance) (testgen_log_memory_limit_bytes{{{HERE}}})", "{{instance}}: most for event logs")], "bytes"),
        graph("Processor", [(rate("process_cpu_time_seconds_total", HERE, "instance"), "{{instance}}")], "short", help="1 is one core."),
        graph("Telemetry that was dropped", [(f"sum by (testgen_signal) (increase(testgen_telemetry_dropped_total{{{HERE}}}{RATE}))",
              "{{testgen_signal}}")]),
    ]),
], [INSTANCE])

dashboard("model", "TestGen: is the model behaving", "Does the model answer, in time, and is what it writes usable?", [
    ("Now", [
        number("Retries for a generation", ratio(rate("testgen_retries_total"), rate("testgen_generations_total", 'testgen_backend!="rules"')),
               "percentunit", good_below(0.05, 0.1)),
        number("Cases rejected", ratio(rate("testgen_case_rejected_total", 'testgen_case_source="model"'),
               "(" + rate("testgen_case_accepted_total", 'testgen_case_source="model"') + " + " + rate("testgen_case_rejected_total", 'testgen_case_source="model"') + ")"),
               "percentunit", good_below(0.05, 0.2)),
        number("Cases repaired", ratio(rate("testgen_case_accepted_total", 'testgen_case_repaired="true"'), rate("testgen_case_accepted_total")),
               "percentunit"),
        number("Tokens a second", rate("gen_ai_client_token_usage_sum", 'gen_ai_token_type="output",' + ASKED)),
        number("Hosts left alone", "count(testgen_circuit_state > 0) or vector(0)", colours=good_below(1, 2)),
        number("Fallbacks to the rules", rate("testgen_fallbacks_total"), "ops"),
    ]),
    ("Servers", [
        graph("Who answers", [("max by (testgen_backend) (testgen_backend_up)", "{{testgen_backend}}")], max=1),
        graph("Circuit breakers", [("max by (server_address, server_port) (testgen_circuit_state)", "{{server_address}}:{{server_port}}")],
              max=2, help="0 closed: asked. 1 half open: one request tries. 2 open: left alone."),
        graph("Requests by host", [(rate("gen_ai_client_operation_duration_seconds_count", ASKED, "server_address, server_port"),
              "{{server_address}}:{{server_port}}")], "reqps", stack=True),
        graph("Failed requests", [(rate("gen_ai_client_operation_duration_seconds_count", 'error_type!="",' + ASKED, "error_type"),
              "{{error_type}}")], "reqps", stack=True),
        graph("Loading a model", percentiles("testgen_model_load_duration_seconds", ASKED), "s"),
        graph("Fallbacks", [(rate("testgen_fallbacks_total", "", "testgen_reason"), "{{testgen_reason}}")], "ops", stack=True),
    ]),
    ("Answers", [
        graph("Whole answers", percentiles("gen_ai_client_operation_duration_seconds", ASKED), "s"),
        graph("First piece", percentiles("gen_ai_client_operation_time_to_first_chunk_seconds", ASKED), "s"),
        graph("Tokens a second of one answer", [(ratio(rate("gen_ai_client_token_usage_sum", 'gen_ai_token_type="output",' + ASKED, "gen_ai_request_model"),
              rate("gen_ai_client_operation_duration_seconds_sum", ASKED, "gen_ai_request_model")), "{{gen_ai_request_model}}")]),
        graph("Between two pieces, P95", [(quantile(0.95, "gen_ai_client_operation_time_per_output_chunk_seconds", "gen_ai_request_model", ASKED),
              "{{gen_ai_request_model}}")], "s"),
        graph("Tokens", [(rate("gen_ai_client_token_usage_sum", ASKED, "gen_ai_token_type"), "{{gen_ai_token_type}}")], stack=True),
        graph("Attempts", [(rate("testgen_attempts_total", 'error_type=""', "testgen_backend"), "{{testgen_backend}}: ended well"),
              (rate("testgen_attempts_total", 'error_type!=""', "error_type"), "{{error_type}}")], "ops", stack=True),
    ]),
    ("What it writes", [
        graph("Asked again, by why", [(rate("testgen_retries_total", "", "testgen_reason"), "{{testgen_reason}}")], "ops", stack=True),
        graph("Rejected, by reason", [(rate("testgen_case_rejected_total", "", "testgen_reason"), "{{testgen_reason}}")], "ops", stack=True),
        graph("Repaired, by what", [(rate("testgen_case_repairs_total", "", "testgen_reason"), "{{testgen_reason}}")], "ops", stack=True),
    ]),
], [MODEL])

dashboard("quality", "TestGen: is the output good", "Is what is planned covered, well worded, and balanced?", [
    ("Now, and against the week", [
        number("Lint score", ratio("sum(increase(testgen_case_lint_score_sum[1h]))", "sum(increase(testgen_case_lint_score_count[1h]))"),
               colours=good_above(7, 8.5), decimals=2, help="Mean of an hour, 1 to 10."),
        number("Covered", ratio("sum(increase(testgen_coverage_ratio_sum[1h]))", "sum(increase(testgen_coverage_ratio_count[1h]))"),
               "percentunit", good_above(0.8, 0.9)),
        number("Urgent cases", ratio("sum(increase(testgen_case_accepted_total{testgen_case_priority=~\"critical|high\"}[1h]))",
               "sum(increase(testgen_case_accepted_total[1h]))"), "percentunit", good_below(0.6, 0.75), help="critical and high; 60 % is the most that a suite should have."),
        number("Worded by the rules", ratio('sum(increase(testgen_case_accepted_total{testgen_case_source="rule"}[1h]))',
               "sum(increase(testgen_case_accepted_total[1h]))"), "percentunit"),
        number("Cases a generation", ratio("sum(increase(testgen_case_accepted_total[1h]))", "sum(increase(testgen_generations_total[1h]))"), decimals=1),
        number("Blocked by questions", ratio('sum(increase(testgen_generations_total{testgen_outcome="blocked"}[1h]))',
               "sum(increase(testgen_generations_total[1h]))"), "percentunit"),
    ]),
    ("Over time", [
        graph("Lint score, hour and week", [('testgen:quality:mean1h{quality="lint_score"}', "{{testgen_case_source}}: hour"),
              ('0.9 * testgen:quality:mean7d{quality="lint_score"}', "{{testgen_case_source}}: 90 % of the week")], width=12, max=10),
        graph("Coverage, hour and week", [('testgen:quality:mean1h{quality="coverage"}', "{{testgen_backend}}: hour"),
              ('0.9 * testgen:quality:mean7d{quality="coverage"}', "{{testgen_backend}}: 90 % of the week")], "percentunit", width=12, max=1),
        graph("Cases by priority", [(rate("testgen_case_accepted_total", "", "testgen_case_priority"), "{{testgen_case_priority}}")], "ops", stack=True),
        graph("Cases by type", [(rate("testgen_case_accepted_total", "", "testgen_case_type"), "{{testgen_case_type}}")], "ops", stack=True),
        graph("Cases by who worded them", [(rate("testgen_case_accepted_total", "", "testgen_case_source"), "{{testgen_case_source}}")], "ops", stack=True),
        graph("Lint score, lowest tenth", [(quantile(0.1, "testgen_case_lint_score", "testgen_case_source"), "{{testgen_case_source}}")], width=12, max=10),
        graph("Ends by purpose", [(rate("testgen_generations_total", "", "testgen_purpose, testgen_outcome"), "{{testgen_purpose}}: {{testgen_outcome}}")],
              "ops", stack=True, width=12),
    ]),
    ("Experiments and rollouts", [
        graph("Generations by variant", [(rate("testgen_experiment_generations_total", "", "testgen_experiment_variant"), "{{testgen_experiment_variant}}")],
              "ops", stack=True, help="Empty without an experiment (experiment.file), and after its kill switch the control alone."),
        graph("Failed by variant", [(ratio(rate("testgen_experiment_generations_total", 'testgen_outcome="failed"', "testgen_experiment_variant"),
              rate("testgen_experiment_generations_total", 'testgen_outcome!="cancelled"', "testgen_experiment_variant")), "{{testgen_experiment_variant}}")],
              "percentunit", max=1),
        graph("Rollouts: steps on, and back", [(f"sum by (testgen_experiment_move) (increase(testgen_experiment_rollout_moves_total{RATE}))",
              "{{testgen_experiment_move}}")], help="Back: a guard found the candidate worse, and everybody gets the control until the definition changes."),
    ]),
])

dashboard("cost", "TestGen: what does it cost", "What does a case, a thousand tokens, a day cost, by the configured cost model?", [
    ("Now", [
        number("1,000 tokens", "testgen:cost_usd_per_1000_tokens:1h", "currencyUSD", good_below(0.1, 0.15), decimals=4,
               help="Mean of an hour; absent below 10,000 tokens an hour."),
        number("A case", ratio("sum(increase(testgen_cost_usd_total[1h]))", "sum(increase(testgen_case_accepted_total[1h]))"), "currencyUSD", decimals=4),
        number("A generation", ratio("sum(increase(testgen_cost_usd_total[1h]))", "sum(increase(testgen_generations_total[1h]))"), "currencyUSD", decimals=4),
        number("1,000 calls", ratio("1000 * sum(increase(testgen_cost_usd_total[1h]))", 'sum(increase(rpc_server_call_duration_seconds_count{rpc_method=~"testgen.v1.TestGen/.+"}[1h]))'),
               "currencyUSD", good_below(10, 20), decimals=2),
        number("Today", "sum(increase(testgen_cost_usd_total[24h]))", "currencyUSD", decimals=2),
        number("Tokens a case", ratio("sum(increase(gen_ai_client_token_usage_sum[1h]))", "sum(increase(testgen_case_accepted_total{testgen_case_source=\"model\"}[1h]))"), decimals=0),
    ]),
    ("Over time", [
        graph("1,000 tokens", [("testgen:cost_usd_per_1000_tokens:1h", "cost")], "currencyUSD", limit=0.15, width=12),
        graph("Cost an hour by model", [("sum by (testgen_backend, gen_ai_request_model) (increase(testgen_cost_usd_total[1h]))",
              "{{testgen_backend}} {{gen_ai_request_model}}")], "currencyUSD", stack=True, width=12),
        graph("Tokens an hour", [("sum by (gen_ai_request_model, gen_ai_token_type) (increase(gen_ai_client_token_usage_sum[1h]))",
              "{{gen_ai_request_model}} {{gen_ai_token_type}}")], stack=True, width=12),
        graph("Tokens of a request, P95", [(quantile(0.95, "gen_ai_client_token_usage", "gen_ai_token_type"), "{{gen_ai_token_type}}")], width=12),
    ]),
])

dashboard("objectives", "TestGen: are the objectives kept", "How much of the month's error budget is left, and how fast does it go?", [
    ("Thirty days", [
        number("Budget left: availability", 'testgen:slo_budget_left:ratio{slo="availability"}', "percentunit", good_above(0, 0.25), width=6),
        number("Budget left: latency", 'testgen:slo_budget_left:ratio{slo="latency"}', "percentunit", good_above(0, 0.25), width=6),
        number("Calls that did not fail", '1 - testgen:slo_errors:ratio_30d{slo="availability"}', "percentunit", good_above(0.995, 0.997), width=6, decimals=3),
        number("Generations within 6 s", '1 - testgen:slo_errors:ratio_30d{slo="latency"}', "percentunit", good_above(0.95, 0.97), width=6, decimals=2),
    ]),
    ("How fast it goes", [
        graph("Burn rate: availability", [(f'testgen:slo_errors:ratio_{window}{{slo="availability"}} / on (slo) testgen:slo_budget:ratio', window)
              for window in ("1h", "6h", "1d", "3d")], width=12, limit=1, help="1 is as fast as allowed. 14.4 in an hour wakes somebody up."),
        graph("Burn rate: latency", [(f'testgen:slo_errors:ratio_{window}{{slo="latency"}} / on (slo) testgen:slo_budget:ratio', window)
              for window in ("1h", "6h", "1d", "3d")], width=12, limit=1),
        table("What fires", ['sum by (alertname, severity) (ALERTS{alertname=~"TestGen.*",alertstate="firing"})'], width=24),
    ]),
])

dashboard("logs", "TestGen: what happened to one call", "One call by its correlation id: its lines, its traces. And how much is logged.", [
    ("Lines", [
        logs("Lines", '{service_name="testgen"} | correlation_id=~"${correlation_id:regex}.*" |= "${contains}"'),
    ]),
    ("Traces", [
        traces("Slow or failed calls", '{ resource.service.name = "testgen" && kind = server && (duration > 5s || status = error) }'),
    ]),
    ("How much", [
        graph("Lines by severity", ['sum by (detected_level) (count_over_time({service_name="testgen"}[$__auto]))'], width=12, source=LOKI),
        graph("What the collector takes and sends", [('sum(rate(otelcol_receiver_accepted_spans' + RATE + '))', "spans taken"),
              ('sum(rate(otelcol_exporter_sent_spans' + RATE + '))', "spans sent"),
              ('sum(rate(otelcol_receiver_accepted_log_records' + RATE + '))', "log records taken"),
              ('sum(rate(otelcol_exporter_sent_log_records' + RATE + '))', "log records sent")], "ops", width=12),
    ]),
], [CORRELATION, CONTAINS])



def main():
    check = "--check" in sys.argv[1:]
    wrong = 0
    FOLDER.mkdir(exist_ok=True)
    for name, made in DASHBOARDS.items():
        path = FOLDER / f"{name}.json"
        text = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
        if not check:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            print(f"{path} is not what dashboards.py writes: run it")
            wrong = 1
    for path in FOLDER.glob("*.json"):
        if path.stem not in DASHBOARDS:
            print(f"{path} has no dashboard in dashboards.py")
            wrong = 1
    return wrong


if __name__ == "__main__":
    sys.exit(main())
