#!/usr/bin/env bash
# The command line as a shell sees it. Usage: command_line.sh BINARY HOST:PORT
set -uo pipefail
binary=$1
address=$2
story='As a customer, I want to apply a discount code of up to 20 characters at checkout so that I pay less'
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

# expect NAME EXIT-CODE COMMAND...: the output lies in $scratch/out and $scratch/err afterwards.
expect() {
    local name=$1 wanted=$2
    shift 2
    "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
    verdict "$name" "$wanted" $?
}

verdict() {
    if [ "$2" = "$3" ]; then
        printf 'ok      command line: %s\n' "$1"
    else
        printf 'FAILED  command line: %s: wanted %s, got %s\n' "$1" "$2" "$3"
        head -c 2000 "$scratch/err"
        failed=1
    fi
}

contains() {
    grep -q -- "$2" "$scratch/$1"
    verdict "  … with $2 on std$1" 0 $?
}

expect 'generates text' 0 "$binary" generate "$story" --backend rules
contains out 'TC-001'
grep -q $'\x1b' "$scratch/out"
verdict '  … without colours in a pipe' 1 $?
expect 'prints events' 0 "$binary" generate "$story" --backend rules --output jsonl
tail -n 1 "$scratch/out" | python3 -c 'import json,sys; assert json.load(sys.stdin)["completion"]["outcome"] == "OUTCOME_COMPLETE"'
verdict '  … each line proto JSON, the last one the completion' 0 $?
expect 'prints the plain document' 0 "$binary" generate "$story" --backend rules --output json
python3 - "$scratch/out" <<'PYTHON'
import json, sys
document = json.load(open(sys.argv[1]))
fields = {"id", "type", "title", "priority", "preconditions", "steps", "expected_result", "quality_score"}
assert document["test_cases"] and all(set(case) == fields for case in document["test_cases"])
assert all(isinstance(step, str) for case in document["test_cases"] for step in case["steps"])
PYTHON
verdict '  … with eight fields a case' 0 $?
cp "$scratch/out" "$scratch/local.json"
contains err 'complete: '
expect 'tells a story that leaves open what to test by its code' 4 "$binary" generate \
    'As a user, I want the app to be better so that I am happy' --backend rules --output json
contains err 'Q-1: '
expect 'lists the rules where no model server answers' 0 "$binary" models --set ollama.url=http://127.0.0.1:1
contains out 'cannot be reached'
expect 'refuses a model for the rules' 2 "$binary" generate "$story" --backend rules --model x
contains err 'model: '
expect 'asks a running service' 0 "$binary" generate "$story" --backend rules --output json --server "http://$address"
cmp -s "$scratch/local.json" "$scratch/out"
verdict '  … and gets the same cases' 0 $?
printf '%s\n' "$story" >"$scratch/story.txt"
"$binary" generate - --backend rules <"$scratch/story.txt" >"$scratch/out" 2>"$scratch/err"
verdict 'reads the story from standard input' 0 $?

expect 'refuses a short story' 2 "$binary" generate 'too short' --backend rules
contains err 'user_story'
expect 'refuses it from a running service too' 2 "$binary" generate 'too short' --server "http://$address"
contains err 'user_story'
expect 'refuses wrong settings, all at once' 2 "$binary" generate "$story" --set ollama.url=ftp://x --set nonsense=1
contains err 'ollama.url'
contains err 'nonsense'
expect 'refuses an unknown flag' 2 "$binary" generate "$story" --nonsense
expect 'says that nobody listens' 1 "$binary" generate "$story" --server http://127.0.0.1:1
contains err 'cannot be reached'
expect 'shows the settings' 0 "$binary" config list
contains out 'TESTGEN_OLLAMA_URL'
expect 'shows its version' 0 "$binary" --version
expect 'checks without a model server' 0 "$binary" check --set ollama.url=http://127.0.0.1:1
expect 'checks that ollama alone is not enough' 1 "$binary" check --set ollama.url=http://127.0.0.1:1 --set backend=ollama
expect 'asks a running service for its health' 0 "$binary" check --server "http://$address"
expect 'says that a service is not there' 1 "$binary" check --server http://127.0.0.1:1

member='As a member, I want to borrow up to 5 books so that I can read at home'
expect 'shows how a story is read' 0 "$binary" analyze "$member"
contains out 'borrow up to 5 books'
expect 'makes a suite of two cases' 0 "$binary" generate "$member" --backend rules --max-cases 2 --output jsonl
cp "$scratch/out" "$scratch/two.jsonl"
expect 'fills a suite' 0 "$binary" fill "$member" --suite "$scratch/two.jsonl" --backend rules
contains out 'The suite as it is'
contains out 'TC-003'
expect 'fills it by a running service too' 0 "$binary" fill "$member" --suite "$scratch/two.jsonl" --backend rules \
    --server "http://$address"
contains out 'TC-003'
expect 'makes a whole suite' 0 "$binary" generate "$member" --backend rules --output jsonl
cp "$scratch/out" "$scratch/suite.jsonl"
expect 'carries a suite over to a changed story' 0 "$binary" revise "${member/5/7}" --was "$member" \
    --suite "$scratch/suite.jsonl" --backend rules
contains out 'kept'
contains out 'revise'
contains out 'What changed in TC-'
expect 'keeps every id in the document' 0 "$binary" revise "${member/5/7}" --was "$member" \
    --suite "$scratch/suite.jsonl" --backend rules --output json
python3 - "$scratch/suite.jsonl" "$scratch/out" <<'PYTHON'
import json, sys
before = [json.loads(line)["test_case"]["id"] for line in open(sys.argv[1]) if '"test_case":{' in line]
after = [case["id"] for case in json.load(open(sys.argv[2]))["test_cases"]]
assert before == after, (before, after)
PYTHON
verdict '  … the same as before' 0 $?
expect 'says that the rules have no other words' 1 "$binary" regenerate "$member" --suite "$scratch/suite.jsonl" \
    --case TC-001 --reason shorter --backend rules
contains err 'NO_OTHER_WORDS'
expect 'names the cases that there are' 2 "$binary" regenerate "$member" --suite "$scratch/suite.jsonl" --case TC-099 --reason x
contains err 'TC-001'
expect 'refuses what is no suite' 2 "$binary" fill "$member" --suite "$scratch/story.txt"
contains err 'is no suite'
expect 'measures a running service' 0 "$binary" bench --server "http://$address" --streams 4 --count 12 --backend rules --output json
python3 -c 'import json,sys; report = json.load(open(sys.argv[1])); assert report["ends"] == {"OUTCOME_COMPLETE": 12}, report' "$scratch/out"
verdict '  … in which every stream came to its end' 0 $?
expect 'measures it at a rate' 0 "$binary" bench --server "http://$address" --rate 20 --count 6 --backend rules
contains out 'OUTCOME_COMPLETE 6'
expect 'measures no service that is not there' 1 "$binary" bench --server http://127.0.0.1:1

# The record of an experiment in which the candidate is better, and of one that gave too few units to it.
python3 - "$scratch" <<'PYTHON'
import json, random, sys
chance = random.Random(1)
for name, share in (("even", 0.5), ("skewed", 0.2)):
    with open(f"{sys.argv[1]}/{name}.jsonl", "w") as record:
        for unit in range(400):
            variant = "candidate" if chance.random() < share else "control"
            print(json.dumps({
                "time": f"2026-01-01T00:{unit // 60:02}:{unit % 60:02}Z", "experiment": "words", "variant": variant,
                "control": "control", "unit": f"{unit:016x}", "story": f"{unit % 50:016x}",
                "shares": {"control": 50.0, "candidate": 50.0}, "outcome": "complete", "coverage": 0.9,
                "lint": 7 + chance.uniform(-0.5, 0.5) + (variant == "candidate"), "cases": 5, "latency_ms": 1000.0,
                "input_tokens": 0, "output_tokens": 0, "cost_usd": 0.001}), file=record)
PYTHON
logs=(--log "$scratch/decisions" --iterations "$scratch/ITERATIONS.md")
expect 'says what an online experiment shows' 0 "$binary" experiment online "$scratch/even.jsonl" --metric lint "${logs[@]}"
contains out 'verdict: candidate'
contains out 'units are shared out as meant'
expect '  … and without a verdict where units were not shared out as meant' 6 \
    "$binary" experiment online "$scratch/skewed.jsonl" --metric lint "${logs[@]}"
contains out 'verdict: inconclusive'
[ "$(grep -c '^| 2' "$scratch/ITERATIONS.md") $(wc -l <"$scratch/decisions/decisions.jsonl")" = '2 2' ]
verdict '  … and keeps both decisions' 0 $?
echo '{"time": 1}' >>"$scratch/even.jsonl"
expect 'refuses a record that is none' 2 "$binary" experiment online "$scratch/even.jsonl" "${logs[@]}"
contains err 'line 401: '
expect 'knows the figures that there are' 2 "$binary" experiment online "$scratch/skewed.jsonl" --metric speed "${logs[@]}"
contains err 'latency_ms'

"$binary" generate "$story" --backend rules 2>"$scratch/err" | head -n 1 >"$scratch/out"
verdict 'ends quietly when the pipe closes' '0 0' "${PIPESTATUS[0]} ${PIPESTATUS[1]}"
[ -s "$scratch/err" ]
verdict '  … with nothing on stderr' 1 $?

# A shell ignores SIGINT for background jobs, so Ctrl-C is sent by Python.
python3 - "$binary" "$story" "http://$address" <<'PYTHON'
import signal, subprocess, sys
binary, story, url = sys.argv[1:]
call = [binary, "generate", story, "--server", url, "--backend", "ollama", "--model", "llama3.2:stall", "--output", "jsonl"]
process = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
process.stdout.readline()
process.send_signal(signal.SIGINT)
out, err = process.communicate(timeout=10)
sys.exit(0 if process.returncode == 130 and not err else print(process.returncode, err) or 1)
PYTHON
verdict 'stops at Ctrl-C' 0 $?
exit "$failed"
