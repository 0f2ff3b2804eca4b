#!/usr/bin/env python3
"""Two metrics.json of `testgen evaluate` as a Markdown table: evaluation_comment.py BASE HEAD GATE-EXIT-CODE."""

import json
import sys
from pathlib import Path

SHOWN = {
    "quality": ["complete", "failed", "items_covered", "criteria_covered", "evidence", "lint_mean", "fields", "preconditions", "cases", "duplicates"],
    "latency": ["mean", "p50", "p95"],
    "cost": ["per_1000_requests", "efficiency"],
}


def main():
    base_path, head_path, code = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    base = json.loads(base_path.read_text()) if base_path.exists() else {}
    head = json.loads(head_path.read_text())
    verdict = {0: "every gate is passed", 6: "**a gate is not passed**", 3: "**some stories failed**"}.get(code, f"**it ended with {code}**")
    print("<!-- testgen-evaluation -->")
    print(f"### Evaluation: {verdict}\n")
    print("| | figure | base | this | change |\n|---|---|---|---|---|")
    for name, figures in head.items():
        for group, wanted in SHOWN.items():
            for figure in wanted:
                now = figures[group][figure]
                was = base.get(name, {}).get(group, {}).get(figure)
                change = "" if was is None else f"{now - was:+.4g}" if now != was else "="
                print(f"| {name} | {group}.{figure} | {'' if was is None else f'{was:.4g}'} | {now:.4g} | {change} |")


if __name__ == "__main__":
    main()
