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
cd "$scratch/copy"
git init -q .

fail() { echo "FAILED  dvc: $1"; cat "$scratch/log"; exit 1; }

dvc repro >"$scratch/log" 2>&1 || fail 'dvc repro failed'
for file in cleaned.json check.json split/dev.json split/held_out.json; do
    [ -s "data/build/$file" ] || fail "no data/build/$file"
done
python3 - <<'PYTHON' || fail 'the split is not that of the stories'
import json
dev, held_out = (json.load(open(f"data/build/split/{name}.json")) for name in ("dev", "held_out"))
raw = json.load(open("data/test/user_stories.json"))
assert {story["id"] for story in dev} == {story["id"] for story in raw if story["split"] == "dev"}
assert len(dev) + len(held_out) == len(raw)
PYTHON
dvc repro >"$scratch/log" 2>&1
grep -q "didn't change" "$scratch/log" || fail 'a second run did not find everything as it was'
# What an evaluation writes is shown beside the figures of the data.
mkdir -p data/eval
[ -s data/eval/metrics.json ] || echo '{"quality": {"duplicates": 0.25}}' >data/eval/metrics.json
dvc metrics show --json >"$scratch/log" 2>&1 || fail 'dvc metrics show failed'
python3 - "$scratch/log" <<'PYTHON' || fail 'dvc metrics show lacks figures'
import json, sys
files = json.loads(open(sys.argv[1]).read())[""]["data"]
assert files["data/build/check.json"]["data"]["errors"] == 0, files
assert files["data/eval/metrics.json"]["data"], files
PYTHON
# A story that is measured with and stands among the examples stops the pipeline.
sed -i '0,/"split": "dev"/s//"split": "held_out"/' data/test/user_stories.json
if dvc repro >"$scratch/log" 2>&1; then fail 'a leak did not stop the pipeline'; fi
grep -q LEAK "$scratch/log" || fail 'the leak was not named'
echo 'ok      dvc: the pipeline runs once, shows its figures and stops at a leak'
