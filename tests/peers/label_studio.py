"""What Label Studio's SDK says of an exported review, and annotations as it makes them.

label_studio.py TASKS SAMPLE ANNOTATED      checks configuration and tasks, writes annotations by two annotators
label_studio.py --check SUMMARY ANNOTATED SAMPLE    computes the summary's figures anew
"""

import json
import random
import sys
from pathlib import Path

# What DeepEval's documentation names as the fields of a golden.
GOLDEN = {
    "input", "actual_output", "expected_output", "context", "retrieval_context", "name", "comments", "source_file",
    "tools_called", "expected_tools", "additional_metadata", "custom_column_key_values",
}


def read(path):
    return json.loads(Path(path).read_text())


def export(folder, sample, annotated):
    from label_studio_sdk.label_interface import LabelInterface

    folder = Path(folder)
    config = (folder / "label_config.xml").read_text()
    interface = LabelInterface(config)
    interface.validate()
    assert read(folder / "project.json")["label_config"] == config
    controls = {control.name: control.tag for control in interface.controls}
    ratings = [name for name, tag in controls.items() if tag == "Rating"]
    assert controls["verdict"] == "Choices" and controls["reason"] == "TextArea" and len(ratings) == 5, controls
    tasks = read(folder / "tasks.json")
    drawn = {one["id"]: one for one in read(sample)["drawn"]}
    assert [task["data"]["review_id"] for task in tasks] == list(drawn)
    for task in tasks:
        assert interface.validate_task(task), task
    # Taken away what the configuration shows, the SDK refuses a task: it does look.
    assert not interface.validate_task({"data": {"review_id": "R-001"}}, validate_regions_only=False)

    chance = random.Random(1)
    for number, task in enumerate(tasks):
        task["id"] = number + 1
        task["annotations"] = []
        for annotator in (1, 2):
            annotation = interface.generate_sample_annotation()
            annotation["result"] = [
                result for result in annotation["result"] if result["from_name"] not in ratings
            ] + [
                {"id": f"{name}-{annotator}", "from_name": name, "to_name": "shown", "type": "rating",
                 "value": {"rating": chance.randint(1, 5)}}
                for name in ratings
            ]
            assert interface.validate_annotation(annotation), annotation
            annotation.update(id=number * 2 + annotator, completed_by=annotator, was_cancelled=False,
                              created_at="2026-01-01T10:00:00Z", updated_at="2026-01-01T10:00:00Z")
            task["annotations"].append(annotation)
    # One that was skipped, and one that a later annotation replaces.
    tasks[0]["annotations"][1].update(was_cancelled=True, result=[])
    late = json.loads(json.dumps(tasks[1]["annotations"][0]))
    late.update(id=9_999, updated_at="2026-01-02T10:00:00Z")
    tasks[1]["annotations"].append(late)
    Path(annotated).write_text(json.dumps(tasks))

    goldens = read(folder / "goldens.json")
    assert len(goldens) == len(drawn)
    for golden in goldens:
        assert set(golden) == GOLDEN, set(golden) ^ GOLDEN
        assert isinstance(golden["input"], str) and isinstance(golden["actual_output"], str)
        assert all(isinstance(text, str) for text in golden["context"])
    lines = [json.loads(line) for line in (folder / "tasks.jsonl").read_text().splitlines()]
    assert [line["review_id"] for line in lines] == list(drawn)
    for name in ("tasks.json", "project.json", "goldens.json", "tasks.jsonl"):
        assert "ollama" not in (folder / name).read_text(), f"{name} tells a variant"
    print(f"ok      label studio: the SDK takes the configuration, {len(tasks)} tasks and their annotations")


def check(summary, annotated, sample):
    summary, tasks, sample = read(summary), read(annotated), read(sample)
    order = ["keep", "mend", "drop"]
    said = {}
    for task in tasks:
        for annotation in task["annotations"]:
            if not annotation["was_cancelled"]:
                verdict = next(one["value"]["choices"][0] for one in annotation["result"] if one["from_name"] == "verdict")
                said.setdefault(task["data"]["review_id"], {})[annotation["completed_by"]] = verdict
    variant = {one["id"]: sample["strata"][one["stratum"]]["variant"] for one in sample["drawn"]}
    for row in summary["variants"]:
        worst = [max(said[case].values(), key=order.index) for case in said if variant[case] == row["variant"]]
        assert row["judged"] == len(worst) and row["keep_rate"] == worst.count("keep") / len(worst), row
    pairs = [(votes[1], votes[2]) for votes in said.values() if len(votes) == 2]
    same = sum(one == other for one, other in pairs) / len(pairs)
    share = lambda place, name: sum(pair[place] == name for pair in pairs) / len(pairs)
    chance = sum(share(0, name) * share(1, name) for name in order)
    verdict = summary["agreement"][0]
    assert abs(verdict["same"] - same) < 1e-12 and abs(verdict["cohen_kappa"] - (same - chance) / (1 - chance)) < 1e-9
    print(f"ok      label studio: keep rates and kappa ({verdict['cohen_kappa']:.3f}) computed anew are the same")


if __name__ == "__main__":
    check(*sys.argv[2:]) if sys.argv[1] == "--check" else export(*sys.argv[1:])
