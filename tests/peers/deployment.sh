#!/usr/bin/env bash
# Lets the programs that the files of deploy/ are for read them. Usage: tests/peers/deployment.sh
# Wants promtool, amtool, kustomize, actionlint, compose-spec's reader as compose-cmd, the reader of dashboards/ as
# grafana-dashboards, nginx and python3 with kubernetes-validate on the PATH.
set -uo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

check() {
    local name=$1
    shift
    if "$@" >"$scratch/log" 2>&1; then
        echo "ok      deployment: $name"
    else
        echo "FAILED  deployment: $name"
        tail -n 40 "$scratch/log"
        failed=1
    fi
}

prometheus_config() {
    mkdir -p "$scratch/prometheus"
    sed "s#/etc/prometheus#$PWD/deploy/prometheus#" deploy/prometheus/prometheus.yaml >"$scratch/prometheus/prometheus.yaml"
    promtool check config "$scratch/prometheus/prometheus.yaml"
}

# Every expression of a panel, as a rule that promtool reads; variables of Grafana become what they stand for.
panels() {
    python3 - deploy/grafana/dashboards "$scratch/panels.yaml" <<'PYTHON' && promtool check rules "$scratch/panels.yaml"
import json, re, sys
from pathlib import Path
rules = []
for path in sorted(Path(sys.argv[1]).glob("*.json")):
    for panel in json.loads(path.read_text())["panels"]:
        for target in panel.get("targets", []):
            if target["datasource"]["uid"] == "prometheus":
                expression = re.sub(r"\$\w+", ".*", target["expr"].replace("$__rate_interval", "5m"))
                rules.append({"record": f"panel:{len(rules)}", "expr": expression})
assert len(rules) > 60, len(rules)
Path(sys.argv[2]).write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
PYTHON
}

# A reader that lets everything pass would say nothing: each of these mistakes must be found.
dashboard_mistakes() {
    local change
    for change in 's/"legendFormat"/"legendFromat"/' 's/"showPoints"/"showPoint"/' 's/"displayMode"/"displaymode"/' \
        's/"decimals": 2/"decimals": "2"/' 's/"unit": "percentunit"/"units": "percentunit"/' 's/"type": "stat"/"type": "statt"/' \
        's/"type": "prometheus"/"type": "promethius"/' 's/"graphTooltip"/"graphToolTip"/' 's/"includeAll"/"includeall"/'; do
        sed "$change" deploy/grafana/dashboards/quality.json >"$scratch/dashboard.json"
        # What is not in one dashboard is in another.
        cmp -s "$scratch/dashboard.json" deploy/grafana/dashboards/quality.json &&
            sed "$change" deploy/grafana/dashboards/service.json >"$scratch/dashboard.json"
        if grafana-dashboards "$scratch/dashboard.json"; then
            echo "not found: $change"
            return 1
        fi
    done
}

compose() {
    GRAFANA_ADMIN_PASSWORD=x SLACK_WEBHOOK_URL=x PAGERDUTY_ROUTING_KEY=x COMPOSE_PROFILES=$1 compose-cmd docker-compose.yml >"$scratch/compose.yaml" || return 1
    # Nothing is published beyond loopback, and no image is taken as it happens to be.
    python3 - "$scratch/compose.yaml" <<'PYTHON'
import sys, yaml
services = yaml.safe_load(open(sys.argv[1]))["services"]
assert "testgen" in services, services.keys()
for name, service in services.items():
    assert all(port.get("host_ip") == "127.0.0.1" for port in service.get("ports", [])), name
    assert ":" in service["image"] and not service["image"].endswith(":latest"), name
    assert service.get("restart"), name
PYTHON
}

nginx_config() {
    sed 's/testgen-replica:50051/127.0.0.1:50053/; s/testgen:50051/127.0.0.1:50052/' deploy/nginx.conf >"$scratch/nginx.conf"
    PATH=$PATH:/usr/sbin nginx -t -c "$scratch/nginx.conf"
}

manifests() {
    kustomize build "deploy/kubernetes/overlays/$1" >"$scratch/$1.yaml" &&
        kubernetes-validate --strict -k "$2" "$scratch/$1.yaml"
}

# A validator that lets everything pass would say nothing: a misspelt key must be found.
misspelt() {
    kustomize build deploy/kubernetes/overlays/staging | sed 's/failureThreshold: 30/failureTreshold: 30/' >"$scratch/misspelt.yaml"
    ! kubernetes-validate --strict -k 1.37 "$scratch/misspelt.yaml"
}

well_formed() {
    python3 - <<'PYTHON'
import json, subprocess, yaml
files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "deploy", ".github", "*.yml", "*.yaml"], capture_output=True, text=True, check=True).stdout.split()
read = 0
for file in files:
    if file.endswith((".yaml", ".yml")):
        list(yaml.safe_load_all(open(file)))
        read += 1
    elif file.endswith(".json"):
        json.load(open(file))
        read += 1
assert read > 20, files
PYTHON
}

check 'YAML and JSON are well-formed' well_formed
check 'prometheus.yaml (promtool check config)' prometheus_config
check 'rules (promtool check rules)' promtool check rules deploy/prometheus/rules/*.yaml
check 'each alert fires and does not fire (promtool test rules)' promtool test rules deploy/prometheus/tests/*.yaml
check 'alertmanager.yaml (amtool check-config)' amtool check-config deploy/prometheus/alertmanager.yaml
check 'dashboards are what dashboards.py writes' python3 deploy/grafana/dashboards.py --check
check 'dashboards, read strictly with Grafana'\''s types' grafana-dashboards deploy/grafana/dashboards/*.json
check 'a mistake in a dashboard is found' dashboard_mistakes
check 'every panel is PromQL (promtool)' panels
check 'docker-compose.yml' compose ''
check 'docker-compose.yml with every profile' compose gpu,balanced,alerts,mlflow
check 'nginx.conf (nginx -t)' nginx_config
for environment in staging production; do
    for version in 1.30 1.37; do
        check "manifests of $environment, Kubernetes $version" manifests "$environment" "$version"
    done
done
check 'a misspelt key of a manifest is found' misspelt
check 'workflows (actionlint)' actionlint
bash tests/peers/rollout.sh || failed=1
exit "$failed"
