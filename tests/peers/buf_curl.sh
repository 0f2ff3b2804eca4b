#!/usr/bin/env bash
# `buf curl` over gRPC and gRPC-Web against a running service. Usage: buf_curl.sh HOST:PORT
set -euo pipefail
address=$1
story='{"user_story":"As a customer, I want to apply a discount code of up to 20 characters at checkout so that I pay less","backend":"BACKEND_RULES"}'

for protocol in grpc grpcweb; do
    options=(--protocol "$protocol" --reflect-protocol grpc-v1)
    [ "$protocol" = grpc ] && options+=(--http2-prior-knowledge)
    [ "$protocol" = grpcweb ] && options=(--protocol grpcweb --schema proto)
    events=$(buf curl "${options[@]}" -d "$story" "http://$address/testgen.v1.TestGen/StreamTestCases")
    if ! grep -q OUTCOME_COMPLETE <<<"$events" || ! grep -q '"testCase"' <<<"$events"; then
        printf 'FAILED  buf curl: streams over %s:\n%s\n' "$protocol" "$events"
        exit 1
    fi
    printf 'ok      buf curl: streams over %s\n' "$protocol"
done
