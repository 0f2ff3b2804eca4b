#!/usr/bin/env bash
# Lets evaluations be tracked by the real MLflow, with the server up, down and up again. Usage: tests/peers/mlflow.sh BINARY
# Wants mlflow on the PATH. The exit code is 0 only if every run arrived whole, and once.
# With MLFLOW_KEEP set, the server is left running at the end, and its address and process are printed.
set -euo pipefail
binary=$(realpath "$1")
cd "$(dirname "$0")/../.."
python=$(dirname "$(readlink -f "$(command -v mlflow)")")/python3
scratch=$(mktemp -d)
server=
stop() {
    [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
    server=
}
clean() { stop; rm -rf "$scratch"; }
trap clean EXIT

fail() { echo "FAILED  mlflow: $1"; cat "$scratch/log" 2>/dev/null; exit 1; }

port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
url=http://127.0.0.1:$port
start() {
    (cd "$scratch" && exec "$python" -m mlflow server --host 127.0.0.1 --port "$port" --workers 1 \
        --backend-store-uri "sqlite:///$scratch/mlflow.db" --artifacts-destination "$scratch/artifacts") \
        >"$scratch/server" 2>&1 &
    server=$!
    for _ in $(seq 900); do
        "$python" - "$url" 2>/dev/null <<'PYTHON' && return 0
import sys, urllib.request
assert urllib.request.urlopen(sys.argv[1] + "/health", timeout=2).status == 200
PYTHON
        kill -0 "$server" 2>/dev/null || break
        sleep 0.2
    done
    cp "$scratch/server" "$scratch/log"
    fail 'the server did not start'
}

# Nothing here needs the workers that run judges, which are ten processes.
export MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false
export MLFLOW_TRACKING_URI=$url TESTGEN_MLFLOW_SPOOL=$scratch/spool
evaluate() {
    "$binary" evaluate --backend rules --split all --out "$scratch/$1" "${@:2}" >"$scratch/log" 2>&1
}
check() { "$python" tests/peers/mlflow_runs.py "$url" "$scratch" "$@" >"$scratch/log" 2>&1 || fail "$1"; }
kept() { find "$scratch/spool" -name '*.json' 2>/dev/null | wc -l; }

start
evaluate first --count 6 || fail 'the first evaluation'
evaluate second --count 6 --max-cases 3 || fail 'the second evaluation'
[ "$(kept)" = 0 ] || fail 'runs are kept although the server is there'
check runs first second

stop
evaluate third --count 40 || fail 'an evaluation fails because the server is away'
grep -q 'connection refused' "$scratch/log" || fail 'nobody is told that the server is away'
[ "$(kept)" = 1 ] || fail 'the run was not kept'
if "$binary" evaluate sync >"$scratch/log" 2>&1; then fail 'a sync without a server ends well'; fi
[ "$(kept)" = 1 ] || fail 'the run was not kept through a sync without a server'

start
# As if a process had ended right after it had made the run, and before it had sent anything of it.
check begin
cp "$scratch"/spool/*.json "$scratch/again"
name=$(cd "$scratch/spool" && echo *.json)
"$binary" evaluate sync >"$scratch/log" 2>&1 || fail 'the sync'
[ "$(kept)" = 0 ] || fail 'the run is kept after it was sent'
# As if a process had ended before it could remove what it had sent.
mv "$scratch/again" "$scratch/spool/$name"
"$binary" evaluate sync >"$scratch/log" 2>&1 || fail 'the second sync'
check runs first second third

check merge first second
"$binary" experiment --results "$scratch/two.json" --log "$scratch/decisions" --iterations "$scratch/ITERATIONS.md" >"$scratch/log" 2>&1 || fail 'the experiment'
check experiment

if [ -n "${MLFLOW_KEEP:-}" ]; then
    echo "$url $server $scratch"
    trap - EXIT
fi
echo 'ok      mlflow: runs arrive whole and once, also those that were made while the server was away'
