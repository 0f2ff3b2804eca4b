#!/usr/bin/env bash
# Runs the data pipeline with the real DVC in a copy of the repository. Usage: tests/peers/dvc.sh BINARY
# Wants git and dvc on the PATH. The exit code is 0 only if every stage ran, nothing is run twice, and the figures are shown.
set -euo pipefail
binary=$(realpath "$1")
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mkdir "$scratch/bin" "$scratch/copy"
ln -s "$binary" "$scratch/bin/testgen"
export PATH="$scratch/bin:$PATH"
cp -r data dvc.yaml params.yaml .dvc .dvcignore .gitignore "$scratch/copy/"
rm -rf "$scratch/copy/data/build"
cp data/eval/figures.json "$scratch/committed"
cd "$scratch/copy"
git init -q .

fail() { echo "FAILED  dvc: $1"; cat "$scratch/log"; exit 1; }

dvc repro >"$scratch/log" 2>&1 || fail 'dvc repro failed'
for file in cleaned.json check.json split/dev.json split/held_out.json eval/report.html; do
    [ -s "data/build/$file" ] || fail "no data/build/$file"
done
python3 - <<'PYTHON' || fail 'the split is not that of the stories'
import json
dev, held_out = (json.load(open(f"data/build/split/{name}.json")) for name in ("dev", "held_out"))
raw = json.load(open("data/test/user_stories.json"))
assert {story["id"] for story in dev} == {story["id"] for story in raw if story["split"] == "dev"}
assert len(dev) + len(held_out) == len(raw)
PYTHON
# The figures that are committed are those that the pipeline makes, so nothing has changed for git.
cmp data/eval/figures.json "$scratch/committed" >"$scratch/log" 2>&1 || fail 'data/eval/figures.json is not what dvc repro makes'
dvc repro >"$scratch/log" 2>&1 || fail 'a second dvc repro failed'
for stage in clean validate split; do
    grep -q "Stage '$stage' didn't change" "$scratch/log" || fail "a second run did not find $stage as it was"
done
grep -q "Running stage 'evaluate'" "$scratch/log" || fail 'a second run does not evaluate the program that is there now'
cmp data/eval/figures.json "$scratch/committed" >"$scratch/log" 2>&1 || fail 'the figures of a second run are others'
# They are shown beside the figures of the data, as a table and to programs.
dvc metrics show >"$scratch/log" 2>&1 || fail 'dvc metrics show failed'
grep -q 'quality.lint_mean' "$scratch/log" || fail 'dvc metrics show does not print the figures'
dvc metrics show --json >"$scratch/log" 2>&1 || fail 'dvc metrics show failed'
python3 - "$scratch/log" <<'PYTHON' || fail 'dvc metrics show lacks figures'
import json, sys
files = json.loads(open(sys.argv[1]).read())[""]["data"]
assert files["data/build/check.json"]["data"]["errors"] == 0, files
shown = files["data/eval/figures.json"]["data"]
assert shown == json.load(open("data/eval/figures.json")) and len(shown) > 30, shown
PYTHON
# What another number of stories would do to them is a difference from what is committed.
git add -A . >"$scratch/log" 2>&1
git -c user.name=peer -c user.email=peer@localhost commit -q -m kept >>"$scratch/log" 2>&1 || fail 'git cannot commit'
testgen evaluate --backend rules --data data/build/split/dev.json --split all --count 20 --fresh --out data/build/eval \
    --figures data/eval/figures.json >"$scratch/log" 2>&1 || fail 'the evaluation of fewer stories'
# It says aside that the figures of the data are in no commit.
dvc metrics diff --json >"$scratch/log" 2>"$scratch/aside" || fail 'dvc metrics diff failed'
python3 - "$scratch/log" <<'PYTHON' || fail 'dvc metrics diff lacks a difference'
import json, sys
changed = json.loads(open(sys.argv[1]).read())["data/eval/figures.json"]
old, new = changed["quality.questions"]["old"], changed["quality.questions"]["new"]
assert old != new and abs(changed["quality.questions"]["diff"] - (new - old)) < 1e-9, changed
PYTHON
dvc metrics diff >"$scratch/log" 2>&1
grep -q 'quality.questions' "$scratch/log" || fail 'dvc metrics diff does not print the figures'
# A story that is measured with and stands among the examples stops the pipeline.
sed -i '0,/"split": "dev"/s//"split": "held_out"/' data/test/user_stories.json
if dvc repro >"$scratch/log" 2>&1; then fail 'a leak did not stop the pipeline'; fi
grep -q LEAK "$scratch/log" || fail 'the leak was not named'
echo 'ok      dvc: the pipeline runs once, makes the committed figures, shows and compares them, and stops at a leak'
