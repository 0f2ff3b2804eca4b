#!/usr/bin/env bash
# `buf curl` over gRPC, with reflection, and over gRPC-Web, with HTTP/1.1, against a running service.
# Usage: buf_curl.sh HOST:PORT
set -euo pipefail
address=$1
story='{"user_story":"As a customer, I want to apply a discount code of up to 20 characters at checkout so that I pay less","backend":"BACKEND_RULES"}'
schema=$(mktemp -d)
trap 'rm -rf "$schema"' EXIT
# gRPC-Web has no reflection here: it would need HTTP/2.
(cd proto && buf build --config ../buf.yaml -o "$schema/testgen.binpb")

call() {
    local name=$1 events
    shift
    events=$(buf curl "$@" -d "$story" "http://$address/testgen.v1.TestGen/StreamTestCases")
    if ! grep -q OUTCOME_COMPLETE <<<"$events" || ! grep -q '"testCase"' <<<"$events"; then
        printf 'FAILED  buf curl: streams over %s:\n%s\n' "$name" "$events"
        exit 1
    fi
    printf 'ok      buf curl: streams over %s\n' "$name"
}

call gRPC --protocol grpc --reflect-protocol grpc-v1 --http2-prior-knowledge
call gRPC-Web --protocol grpcweb --schema "$schema/testgen.binpb"
