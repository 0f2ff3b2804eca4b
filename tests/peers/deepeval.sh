#!/usr/bin/env bash
# Lets the real DeepEval load an exported review and measure it without a model. Usage: tests/peers/deepeval.sh BINARY PYTHON
# PYTHON has deepeval. Nothing is sent: the script forbids connections, and telemetry is opted out of.
set -euo pipefail
binary=$(realpath "$1")
python=$2
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() { echo "FAILED  deepeval: $1"; cat "$scratch/log"; exit 1; }

"$binary" evaluate --backend rules --split dev --out "$scratch/eval" >"$scratch/log" 2>&1 || fail 'no evaluation'
"$binary" review sample --results "$scratch/eval/results.json" --out "$scratch/sample.json" >"$scratch/log" 2>&1 || fail 'no sample'
for format in deepeval jsonl; do
    "$binary" review export --sample "$scratch/sample.json" --format "$format" --out "$scratch/tasks" >"$scratch/log" 2>&1 ||
        fail "no export for $format"
done
script=$PWD/tests/peers/deepeval_goldens.py
# It keeps what it likes in the folder where it runs; -I: statistics.py here is not the one that it wants.
(cd "$scratch" && "$python" -I "$script" "$scratch/tasks") >"$scratch/log" 2>&1 || fail 'DeepEval and the export do not agree'
grep '^ok' "$scratch/log" || fail 'nothing was compared'
