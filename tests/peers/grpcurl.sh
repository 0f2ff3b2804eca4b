#!/usr/bin/env bash
# The README's grpcurl commands against a running service. Usage: grpcurl.sh HOST:PORT
set -euo pipefail
address=$1
story='{"user_story":"As a customer, I want to apply a discount code of up to 20 characters at checkout so that I pay less","backend":"BACKEND_RULES"}'

check() {
    local name=$1 wanted=$2 text=$3
    if ! grep -q -- "$wanted" <<<"$text"; then
        printf 'FAILED  grpcurl: %s: there is no %s in:\n%s\n' "$name" "$wanted" "$text"
        exit 1
    fi
    printf 'ok      grpcurl: %s\n' "$name"
}

check lists_the_services 'testgen.v1.TestGen' "$(grpcurl -plaintext "$address" list)"
check describes_the_call 'stream .testgen.v1.StreamTestCasesResponse' "$(grpcurl -plaintext "$address" describe testgen.v1.TestGen)"
events=$(grpcurl -plaintext -d "$story" "$address" testgen.v1.TestGen/StreamTestCases)
check streams_cases '"testCase"' "$events"
check ends_with_the_completion 'OUTCOME_COMPLETE' "$(tail -n 400 <<<"$events")"
check generates_at_once '"testCases"' "$(grpcurl -plaintext -d "$story" "$address" testgen.v1.TestGen/GenerateTests)"
check names_the_wrong_field 'user_story' "$(grpcurl -plaintext -d '{"user_story":"x"}' "$address" testgen.v1.TestGen/GenerateTests 2>&1 || true)"
analysis=$(grpcurl -plaintext -d '{"user_story":"As a member, I want to borrow up to 5 books so that I can read at home"}' \
    "$address" testgen.v1.TestGen/AnalyzeStory)
check reads_a_story '"goal": "borrow up to 5 books"' "$analysis"
check plans_a_story '"coverageItems"' "$analysis"
check answers_health 'SERVING' "$(grpcurl -plaintext "$address" grpc.health.v1.Health/Check)"
