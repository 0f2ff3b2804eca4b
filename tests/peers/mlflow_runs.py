"""What MLflow has of evaluations, seen through its own client. Called by mlflow.sh: URL FOLDER WHAT [EVALUATION...]"""

import json
import pathlib
import sys
import tempfile

# Files that lie beside this one are not what MLflow means by their names (statistics.py).
sys.path.pop(0)

from mlflow import MlflowClient  # noqa: E402

url, folder, what, *evaluations = sys.argv[1:]
folder = pathlib.Path(folder)
client = MlflowClient(tracking_uri=url)


def runs(kind):
    experiment = client.get_experiment_by_name("testgen")
    found = client.search_runs(
        [experiment.experiment_id], f"tags.`testgen.kind` = '{kind}'", order_by=["attributes.start_time ASC"]
    )
    return list(found)


def grouped(name):
    return name.replace(".", "/", 1)


def same(one, other):
    return abs(one - other) <= 1e-12 * max(1.0, abs(one), abs(other))


def is_whole(run, evaluation):
    out = folder / evaluation
    results = json.loads((out / "results.json").read_text())
    (variant,) = results["variants"]
    assert run.info.run_name == "rules" and run.info.status == "FINISHED", run.info
    assert run.info.end_time >= run.info.start_time
    params, metrics = run.data.params, run.data.metrics
    assert params["data_sha256"] == results["source"]["sha256"]
    assert params["stories"] == str(results["source"]["stories"])
    assert params["backend"] == "rules" and params["build"] == results["conditions"]["build"]
    for value in variant["metrics"]:
        assert same(metrics[grouped(value["name"])], value["value"]), value
        if "interval" in value:
            assert same(metrics["low/" + grouped(value["name"])], value["interval"]["low"])
    for end, count in variant["ended"].items():
        assert metrics["ended/" + end] == count
    # One value a story that has one, each once, at the story's place.
    history = client.get_metric_history(run.info.run_id, "by_story/quality/cases")
    asked = [(step, len(seen["cases"])) for step, seen in enumerate(results["observations"]) if seen["end"] != "blocked"]
    assert sorted((point.step, point.value) for point in history) == asked, (history, asked)
    names = {artifact.path for artifact in client.list_artifacts(run.info.run_id)}
    assert names == {"results.json", "metrics.json", "models.json", "junit.xml", "report.html", "observations.jsonl"}, names
    with tempfile.TemporaryDirectory() as there:
        for name in names - {"observations.jsonl"}:
            got = pathlib.Path(client.download_artifacts(run.info.run_id, name, there)).read_bytes()
            assert got == (out / name).read_bytes(), name
        got = pathlib.Path(client.download_artifacts(run.info.run_id, "observations.jsonl", there)).read_text()
        assert [json.loads(line) for line in got.splitlines()] == results["observations"]
    (data,) = run.inputs.dataset_inputs
    assert data.dataset.digest == results["source"]["sha256"][:36]
    assert run.data.tags["mlflow.source.name"] == "testgen evaluate"


if what == "runs":
    found = runs("evaluation")
    assert len(found) == len(evaluations), [run.info.run_name for run in found]
    for run, evaluation in zip(found, evaluations):
        is_whole(run, evaluation)
    most = max(len(json.loads((folder / one / "results.json").read_text())["observations"]) for one in evaluations)
    print(f"{len(found)} runs, the largest of {most} stories")
elif what == "begin":
    (path,) = (folder / "spool").glob("*.json")
    record = json.loads(path.read_text())
    assert len(record["metrics"]) > 1000, "the batch is to be above the limit"
    experiment = client.get_experiment_by_name("testgen")
    tags = {"testgen.run_key": record["key"], **record["tags"]}
    client.create_run(experiment.experiment_id, record["began_ms"], tags, record["name"])
elif what == "merge":
    merged = []
    for name in evaluations:
        for seen in json.loads((folder / name / "results.json").read_text())["observations"]:
            merged.append({**seen, "variant": name})
    (folder / "two.json").write_text(json.dumps({"observations": merged}))
elif what == "experiment":
    (run,) = runs("experiment")
    (decision,) = map(json.loads, (folder / "decisions" / "decisions.jsonl").read_text().splitlines())
    assert run.data.params["variant"] == "second" and run.data.params["baseline"] == "first"
    assert run.data.tags["testgen.verdict"] == "too few stories"
    assert same(run.data.metrics["experiment/difference"], decision["difference"])
    assert [artifact.path for artifact in client.list_artifacts(run.info.run_id)] == ["decision.json"]
else:
    sys.exit(f"{what} is not known")
