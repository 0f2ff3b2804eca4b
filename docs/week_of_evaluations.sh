#!/usr/bin/env bash
# Makes docs/week_of_evaluations.jsonl anew: seven evaluations with the embedded rules, one after the other, each of which
# stands for a day of docs/week_of_evaluations.ipynb. Usage: docs/week_of_evaluations.sh BINARY
# What is kept of each observation are numbers and codes; texts are left out.
set -euo pipefail
binary=$(realpath "$1")
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

day=0
evaluate() {
    day=$((day + 1))
    local change=$1
    shift
    "$binary" evaluate --backend rules --split dev --count 30 --out "$scratch/$day" "$@" >/dev/null 2>&1 || [ $? = 3 ]
    python3 - "$scratch/$day/journal.jsonl" "$day" "$change" <<'PYTHON'
import json, sys
path, day, change = sys.argv[1], int(sys.argv[2]), sys.argv[3]
for line in open(path):
    seen = json.loads(line)
    print(json.dumps({
        "day": day, "change": change, "story": seen["story"], "variant": seen["variant"], "end": seen["end"],
        "cases": [{"type": case["type"], "score": case["score"]} for case in seen["cases"]],
        "items": [{"status": item["status"]} for item in seen["items"]],
        "times": {"total_ms": round(seen["times"]["total_ms"], 2)},
    }, separators=(",", ":")))
PYTHON
}

{
    evaluate 'as it is'
    evaluate 'another seed' --seed 2
    evaluate 'three values at each end of a limit' --set coverage.boundary_values=3
    evaluate 'the same, another seed' --set coverage.boundary_values=3 --seed 4
    evaluate 'at most 4 cases' --max-cases 4
    evaluate 'at most 8 cases' --max-cases 8
    evaluate 'as it was' --seed 7
} >"$scratch/week.jsonl"
mv "$scratch/week.jsonl" docs/week_of_evaluations.jsonl
