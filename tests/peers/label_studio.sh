#!/usr/bin/env bash
# A review's whole way, with the parser and the checks of Label Studio's own SDK in the place of its server.
# Usage: tests/peers/label_studio.sh BINARY PYTHON       PYTHON has label-studio-sdk
set -euo pipefail
binary=$(realpath "$1")
python=$2
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() { echo "FAILED  label studio: $1"; cat "$scratch/log"; exit 1; }

# Two variants that differ in nothing but their name: the review must not tell them apart.
"$binary" evaluate --backend rules --split dev --out "$scratch/eval" >"$scratch/log" 2>&1 || fail 'no evaluation'
"$python" - "$scratch/eval/results.json" <<'PYTHON'
import json, sys
results = json.load(open(sys.argv[1]))
results["observations"] += [dict(seen, variant="ollama/other/planned") for seen in results["observations"]]
json.dump(results, open(sys.argv[1], "w"))
PYTHON
"$binary" review sample --results "$scratch/eval/results.json" --out "$scratch/sample.json" >"$scratch/log" 2>&1 || fail 'no sample'
head -1 "$scratch/log"
for format in label-studio deepeval jsonl; do
    "$binary" review export --sample "$scratch/sample.json" --format "$format" --out "$scratch/tasks" >"$scratch/log" 2>&1 ||
        fail "no export for $format"
done
"$python" tests/peers/label_studio.py "$scratch/tasks" "$scratch/sample.json" "$scratch/annotated.json" >"$scratch/log" 2>&1 ||
    fail 'the SDK refuses what was exported'
cat "$scratch/log"
"$binary" review import "$scratch/annotated.json" --sample "$scratch/sample.json" --out "$scratch/judgements.jsonl" \
    >"$scratch/log" 2>&1 || fail 'annotations of the SDK cannot be imported'
cat "$scratch/log"
"$binary" review summary --sample "$scratch/sample.json" --judgements "$scratch/judgements.jsonl" --output json \
    >"$scratch/summary.json" 2>"$scratch/log" || fail 'no summary'
"$python" tests/peers/label_studio.py --check "$scratch/summary.json" "$scratch/annotated.json" "$scratch/sample.json" \
    >"$scratch/log" 2>&1 || fail 'the summary is not what was annotated'
cat "$scratch/log"
