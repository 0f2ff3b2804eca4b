"""What DeepEval makes of an exported review: its data set is loaded by DeepEval itself, compared field by field with the
same review as JSON lines, and measured by metrics that ask no model. Nothing may be sent: a connection is an error.

deepeval_goldens.py TASKS        the folder with goldens.json and tasks.jsonl
"""

import json
import os
import re
import socket
import sys
from pathlib import Path

os.environ.update(DEEPEVAL_TELEMETRY_OPT_OUT="1", DEEPEVAL_DISABLE_DOTENV="1")


def nothing_leaves(*_arguments, **_named):
    raise AssertionError("DeepEval wants to connect to somebody")


socket.socket.connect = socket.socket.connect_ex = socket.create_connection = nothing_leaves

from deepeval import evaluate
from deepeval.dataset import EvaluationDataset
from deepeval.evaluate import AsyncConfig, CacheConfig, DisplayConfig
from deepeval.metrics import BaseMetric, ExactMatchMetric, PatternMatchMetric


def worded(line):
    """The case of a line as one text, in the words of this script and not of the export's."""
    rows = [line["title"], f"{line['type']} · {line['priority']}"]
    rows += [f"Given: {text}" for text in line["preconditions"]]
    for number, step in enumerate(line["steps"], 1):
        data = f" [{step['data']}]" if step.get("data") else ""
        seen = f" → {step['expected']}" if step.get("expected") else ""
        rows.append(f"{number}. {step['action']}{data}{seen}")
    return "\n".join(rows + [f"Expected: {line['expected_result']}"])


class Grounded(BaseMetric):
    """Share of the numbers in a case's result that stand somewhere in its story or in its own steps. Asks nobody."""

    def __init__(self, threshold=0.0):
        self.threshold = threshold
        self.async_mode = False

    def measure(self, test_case, *_arguments, **_named):
        before, _, result = test_case.actual_output.rpartition("\nExpected: ")
        known = set(re.findall(r"\d+", test_case.input + " ".join(test_case.context or []) + before))
        numbers = re.findall(r"\d+", result)
        self.score = sum(number in known for number in numbers) / len(numbers) if numbers else 1.0
        self.success = self.score >= self.threshold
        return self.score

    async def a_measure(self, test_case, *_arguments, **_named):
        return self.measure(test_case)

    def is_successful(self):
        return self.success

    @property
    def __name__(self):
        return "Grounded"


def measured(test_cases, metrics):
    """Scores by metric and test case's name, as DeepEval's own runner gives them."""
    quiet = dict(show_indicator=False, print_results=False)
    result = evaluate(
        test_cases=test_cases, metrics=metrics, async_config=AsyncConfig(run_async=False),
        display_config=DisplayConfig(**quiet), cache_config=CacheConfig(write_cache=False, use_cache=False),
    )
    scores = {}
    for one in result.test_results:
        for data in one.metrics_data:
            scores.setdefault(data.name, {})[one.name] = data.score
    return scores


def main(folder):
    lines = [json.loads(line) for line in (Path(folder) / "tasks.jsonl").read_text().splitlines()]
    dataset = EvaluationDataset()
    dataset.add_goldens_from_json_file(file_path=str(Path(folder) / "goldens.json"))
    assert len(dataset.goldens) == len(lines) > 20, (len(dataset.goldens), len(lines))
    for golden, line in zip(dataset.goldens, lines):
        assert golden.name == line["review_id"], (golden.name, line["review_id"])
        assert golden.input.startswith(line["story"]), golden.input
        assert golden.context == line["acceptance_criteria"], golden.context
        assert all(f"\n- {criterion}" in golden.input for criterion in line["acceptance_criteria"]), golden.input
        assert golden.actual_output == worded(line), golden.actual_output
        assert golden.additional_metadata["sample"] == line["sample"] and golden.additional_metadata["story_id"]
        assert golden.expected_output is None and golden.retrieval_context is None and golden.comments is None
        # What tells who worded a case would make the review of little worth.
        assert set(golden.additional_metadata) == {"sample", "story_id"} and not golden.custom_column_key_values

    # Saved by DeepEval and loaded again, they are the same: nothing in them is lost on its way.
    saved = dataset.save_as(file_type="json", directory=folder, file_name="saved")
    again = EvaluationDataset()
    again.add_goldens_from_json_file(file_path=saved)
    same = lambda golden: (golden.name, golden.input, golden.actual_output, golden.context, golden.additional_metadata)
    assert [same(golden) for golden in again.goldens] == [same(golden) for golden in dataset.goldens]

    from deepeval.dataset.utils import convert_goldens_to_test_cases

    test_cases = convert_goldens_to_test_cases(dataset.goldens)
    for test_case, line in zip(test_cases, lines):
        test_case.expected_output = worded(line)
    spoiled = 3
    for test_case in test_cases[:spoiled]:
        test_case.actual_output = test_case.actual_output.replace("\nExpected: ", "\nWanted: 987654321, ")
    shape = PatternMatchMetric(pattern=r".+\n(positive|negative|edge_case|boundary) · (critical|high|medium|low)\n(Given: .+\n)*(\d+\. .+\n)+Expected: [\s\S]+")
    scores = measured(test_cases, [ExactMatchMetric(), shape, Grounded()])
    assert len(scores) == 3, scores.keys()
    names = [golden.name for golden in dataset.goldens]
    for name in ("Exact Match", "Pattern Match"):
        wanted = {one: float(place >= spoiled) for place, one in enumerate(names)}
        assert scores[name] == wanted, (name, {one: score for one, score in scores[name].items() if score != wanted[one]})
    grounded = [scores["Grounded"][name] for name in names[spoiled:]]
    assert all(0 <= score <= 1 for score in grounded) and sum(grounded) / len(grounded) > 0.5, grounded
    mean = sum(grounded) / len(grounded)
    print(f"ok      deepeval: {len(names)} goldens as they were exported; exact match and pattern find the {spoiled} spoiled ones; "
          f"numbers of results that were known before, a metric of our own: {mean:.1%}")


if __name__ == "__main__":
    main(sys.argv[1])
