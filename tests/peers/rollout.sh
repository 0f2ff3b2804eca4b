#!/usr/bin/env bash
# deploy/rollout against a cluster and a Prometheus that are played: it goes back when it should, and only then.
# Usage: tests/peers/rollout.sh        Wants python3, curl and kustomize on the PATH. Exit code 0: as expected throughout.
set -uo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
failed=0
prometheus=
stop() {
    [ -n "$prometheus" ] && kill "$prometheus" 2>/dev/null
    rm -rf "$scratch"
}
trap stop EXIT

# A kubectl that writes down what it is asked, and fails where $scratch/fails names it.
mkdir "$scratch/bin"
cat >"$scratch/bin/kubectl" <<KUBECTL
#!/usr/bin/env bash
[ "\$1" = kustomize ] && exec kustomize build "\$2"
echo "\$*" >>"$scratch/asked"
case "\$*" in
    *"get deployment"*) cat "$scratch/revision" ;;
    *"--dry-run=server"*) [ ! -e "$scratch/fails-dry" ] ;;
    *"rollout undo"*) touch "$scratch/undone" ;;
    # The last revision gets ready again, whatever the new one did.
    *"rollout status"*) [ -e "$scratch/undone" ] || [ ! -e "$scratch/fails-ready" ] ;;
esac
KUBECTL
chmod +x "$scratch/bin/kubectl"

# A Prometheus whose answers are the lines of $scratch/alerts, one an answer, the last for ever: names, or "down".
cat >"$scratch/prometheus.py" <<'PYTHON'
import http.server, json, sys
from pathlib import Path
folder = Path(sys.argv[1])
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        lines = (folder / "alerts").read_text().splitlines()
        if len(lines) > 1:
            (folder / "alerts").write_text("\n".join(lines[1:]) + "\n")
        names = lines[0].split()
        self.send_response(503 if names == ["down"] else 200)
        self.end_headers()
        result = [{"metric": {"alertname": name}, "value": [0, "1"]} for name in names]
        self.wfile.write(json.dumps({"data": {"result": result}}).encode())
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
(folder / "port").write_text(str(server.server_port))
server.serve_forever()
PYTHON
python3 "$scratch/prometheus.py" "$scratch" &
prometheus=$!
for _ in $(seq 100); do [ -s "$scratch/port" ] && break; sleep 0.1; done

image=ghcr.io/somebody/testgen@sha256:$(printf '0%.0s' $(seq 64))

# case NAME EXPECTED-CODE UNDONE(yes|no) REVISION ALERTS [MARKER]...
case_of() {
    local name=$1 code=$2 undone=$3 revision=$4 alerts=$5 got
    shift 5
    rm -f "$scratch"/fails-* "$scratch/undone" "$scratch/asked"
    printf '%s' "$revision" >"$scratch/revision"
    printf "$alerts\n" >"$scratch/alerts"
    for marker in "$@"; do touch "$scratch/$marker"; done
    PATH="$scratch/bin:$PATH" PROMETHEUS_URL="http://127.0.0.1:$(cat "$scratch/port")" WATCH_MINUTES=3 WATCH_PAUSE=0 \
        deploy/rollout production "${IMAGE:-$image}" >"$scratch/out" 2>&1
    got=$?
    local was=no
    [ -e "$scratch/undone" ] && was=yes
    if [ "$got $was" = "$code $undone" ]; then
        echo "ok      rollout: $name"
    else
        echo "FAILED  rollout: $name: code $got, undone $was; expected $code, $undone"
        cat "$scratch/out" "$scratch/asked"
        failed=1
    fi
}

case_of 'all well' 0 no 7 ''
grep -q -- 'apply --filename' "$scratch/asked" || { echo 'FAILED  rollout: nothing was applied'; failed=1; }
case_of 'does not get ready: the last revision is back' 1 yes 7 '' fails-ready
grep -q -- '--to-revision 7' "$scratch/asked" || { echo 'FAILED  rollout: not the revision from before'; failed=1; }
case_of 'does not get ready at the first rollout: nothing to go back to' 3 no '' '' fails-ready
case_of 'the cluster refuses it: nothing is changed' 2 no 7 '' fails-dry
case_of 'an alert fires twice while it is watched: back' 1 yes 7 '\nTestGenErrors\nTestGenErrors'
case_of 'an alert is seen once and gone: no reason' 0 no 7 '\nTestGenErrors\n\nTestGenErrors\n'
case_of 'Prometheus goes away while it is watched: back' 1 yes 7 '\ndown'
case_of 'an alert fired before: nothing is changed' 2 no 7 'TestGenErrors'
FIRING=ignore case_of 'what fired before does not count in a mend' 0 no 7 'TestGenErrors\nTestGenErrors\nTestGenErrors'
case_of 'Prometheus is away: nothing is changed' 2 no 7 'down'
IMAGE=ghcr.io/somebody/testgen:v1 case_of 'an image without a digest is refused' 2 no 7 ''
exit "$failed"
