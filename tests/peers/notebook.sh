#!/usr/bin/env bash
# Runs docs/week_of_evaluations.ipynb as it stands, with the shipped data and with what an evaluation of this build leaves
# behind. Usage: tests/peers/notebook.sh BINARY VENV      VENV has nbconvert, ipykernel, pandas and matplotlib
set -euo pipefail
binary=$(realpath "$1")
venv=$(realpath "$2")
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Kernels and settings of this machine stay out.
export JUPYTER_PLATFORM_DIRS=1 JUPYTER_CONFIG_DIR="$scratch/config" JUPYTER_DATA_DIR="$scratch/data" \
    IPYTHONDIR="$scratch/ipython" MPLCONFIGDIR="$scratch/matplotlib"

fail() { echo "FAILED  notebook: $1"; tail -n 40 "$scratch/log"; exit 1; }

mkdir "$scratch/docs"
cp docs/week_of_evaluations.ipynb docs/week_of_evaluations.jsonl "$scratch/docs/"
run() {
    "$venv/bin/python3" -m jupyter nbconvert --to notebook --execute --output "$2" "$scratch/docs/$1" >"$scratch/log" 2>&1 ||
        fail "$1 does not run"
}
run week_of_evaluations.ipynb shipped.ipynb
for day in 1 2; do
    "$binary" evaluate --backend rules --count 8 --seed "$day" --out "$scratch/docs/own/day-$day" >"$scratch/log" 2>&1 ||
        [ $? = 3 ] || fail 'no evaluation'
done
sed 's/Path(\\"week_of_evaluations.jsonl\\")/Path(\\"own\\")/' docs/week_of_evaluations.ipynb >"$scratch/docs/own.ipynb"
run own.ipynb own-run.ipynb
"$venv/bin/python3" - "$scratch/docs/shipped.ipynb" "$scratch/docs/own-run.ipynb" <<'PYTHON' >"$scratch/log" 2>&1 || fail 'an output is missing'
import json, sys
for path, days in zip(sys.argv[1:], (7, 2)):
    cells = [cell for cell in json.load(open(path))["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] for cell in cells), path
    assert f"on {days} days" in "".join(cells[0]["outputs"][0]["text"]), cells[0]["outputs"]
    kinds = [kind for cell in cells for output in cell["outputs"] for kind in output.get("data", {})]
    assert kinds.count("image/png") == 3, kinds
PYTHON
echo 'ok      notebook: runs as it stands, and over the journals of evaluations'
