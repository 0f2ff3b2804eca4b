"""Calls a running TestGen with grpcio, knowing nothing but its address: messages come from reflection.

Usage: grpc_client.py HOST:PORT FAKE_OLLAMA_URL
"""

import json
import sys
import time
import traceback
import urllib.request

import grpc
from google.protobuf import message_factory
from google.protobuf.descriptor_pool import DescriptorPool
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status

ADDRESS, OLLAMA = sys.argv[1], sys.argv[2]
STORY = (
    "As a customer, I want to apply a discount code of up to 20 characters at checkout "
    "so that I pay less"
)
SERVICE = "testgen.v1.TestGen"

channel = grpc.insecure_channel(ADDRESS)
reflection = ProtoReflectionDescriptorDatabase(channel)
pool = DescriptorPool(reflection)


def message(name):
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"testgen.v1.{name}"))


def enum(name, value):
    return pool.FindEnumTypeByName(f"testgen.v1.{name}").values_by_name[value].number


def generate(**fields):
    call = channel.unary_unary(
        f"/{SERVICE}/GenerateTests",
        request_serializer=lambda request: request.SerializeToString(),
        response_deserializer=message("GenerateTestsResponse").FromString,
    )
    options = {name: fields.pop(name) for name in ("timeout", "metadata") if name in fields}
    return call.with_call(message("GenerateTestsRequest")(**fields), **({"timeout": 60} | options))


def stream(**fields):
    call = channel.unary_stream(
        f"/{SERVICE}/StreamTestCases",
        request_serializer=lambda request: request.SerializeToString(),
        response_deserializer=message("StreamTestCasesResponse").FromString,
    )
    options = {name: fields.pop(name) for name in ("timeout", "metadata") if name in fields}
    return call(message("StreamTestCasesRequest")(**fields), **({"timeout": 60} | options))


def refused(call):
    """The error of a call that must fail."""
    try:
        call()
    except grpc.RpcError as error:
        return error
    raise AssertionError("the call should have failed")


def details(error):
    """The details of an error, by their type."""
    status = rpc_status.from_call(error)
    found = {}
    for packed in status.details:
        for kind in (error_details_pb2.BadRequest, error_details_pb2.ErrorInfo, error_details_pb2.RetryInfo):
            if packed.Is(kind.DESCRIPTOR):
                unpacked = kind()
                packed.Unpack(unpacked)
                found[kind.DESCRIPTOR.name] = unpacked
    return found


def rules():
    return enum("Backend", "BACKEND_RULES")


def ollama():
    return enum("Backend", "BACKEND_OLLAMA")


# === the checks ===


def reflection_lists_the_services():
    names = set(reflection.get_services())
    assert {SERVICE, "grpc.health.v1.Health"} <= names, names


def health_says_serving():
    health = health_pb2_grpc.HealthStub(channel)
    for name in ("", SERVICE, "backend/rules"):
        answer = health.Check(health_pb2.HealthCheckRequest(service=name), timeout=10)
        assert answer.status == health_pb2.HealthCheckResponse.SERVING, (name, answer)
    first = next(iter(health.Watch(health_pb2.HealthCheckRequest(service=SERVICE), timeout=10)))
    assert first.status == health_pb2.HealthCheckResponse.SERVING


def events_come_in_order():
    events = list(stream(user_story=STORY, backend=rules()))
    kinds = [event.WhichOneof("event") for event in events]
    assert kinds[0] == "started" and kinds[1] == "analysis", kinds
    assert kinds[-1] == "completion" and kinds.count("completion") == 1, kinds
    sequences = [event.sequence for event in events if event.sequence]
    assert sequences == sorted(set(sequences)), sequences
    assert len({event.generation_id for event in events}) == 1
    done = events[-1].completion
    assert done.outcome == enum("Outcome", "OUTCOME_COMPLETE"), done
    cases = [event.test_case for event in events if event.WhichOneof("event") == "test_case"]
    assert len(cases) == done.counts.accepted and cases, done.counts
    assert [case.id for case in cases] == [f"TC-{n:03}" for n in range(1, len(cases) + 1)]
    for case in cases:
        assert case.type and case.priority and case.title and case.steps and case.expected_result, case
        assert 1 <= case.quality_score <= 10, case
        assert all(step.action for step in case.steps), case
    words = [" ".join([case.title, case.expected_result] + [step.action + step.data for step in case.steps]) for case in cases]
    # Two values at the end of a limit: the bound and its neighbour across it (coverage.boundary_values).
    for length in ("20", "21"):
        assert any(length in text for text in words), f"no case for a code of {length} characters"


def the_unary_call_gives_the_same_cases():
    streamed = [e.test_case for e in stream(user_story=STORY, backend=rules()) if e.WhichOneof("event") == "test_case"]
    answer, _ = generate(user_story=STORY, backend=rules())
    assert streamed == list(answer.test_cases)
    assert answer.analysis.coverage_items and answer.completion.ledger


def every_wrong_field_is_named_at_once():
    error = refused(
        lambda: generate(
            user_story="too short",
            acceptance_criteria=["fine", ""],
            context="x" * 8001,
            max_test_cases=101,
        )
    )
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error
    found = details(error)
    fields = {violation.field for violation in found["BadRequest"].field_violations}
    assert {"user_story", "acceptance_criteria[1]", "context", "max_test_cases"} <= fields, fields
    assert found["ErrorInfo"].reason and found["ErrorInfo"].domain, found


def a_stream_refuses_as_the_unary_call_does():
    error = refused(lambda: list(stream(user_story="")))
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert details(error)["BadRequest"].field_violations[0].field == "user_story"


def the_bounds_of_a_story_hold():
    for length, accepted in ((19, False), (20, True), (500, True), (501, False)):
        story = ("As a user, I want to log in to my account " * 20)[: length - 1] + "x"
        try:
            generate(user_story=story, backend=rules())
            assert accepted, length
        except grpc.RpcError as error:
            assert not accepted and error.code() == grpc.StatusCode.INVALID_ARGUMENT, (length, error)


def what_the_transport_refuses_has_the_documented_code():
    # tonic says OUT_OF_RANGE where other stacks say RESOURCE_EXHAUSTED, and prost's errors are INTERNAL.
    raw = channel.unary_unary(f"/{SERVICE}/GenerateTests", lambda data: data, lambda data: data)
    for data, code in (
        (b"\x0a\x80\xad\xe2\x04" + b"x" * 10_000_000, grpc.StatusCode.OUT_OF_RANGE),
        (b"\x0a\x1e" + b"\xff" * 30, grpc.StatusCode.INTERNAL),
        (b"\x0a\xff", grpc.StatusCode.INTERNAL),
    ):
        error = refused(lambda: raw(data, timeout=30))
        assert error.code() == code, (len(data), error)


def a_correlation_id_is_echoed_or_made():
    _, call = generate(user_story=STORY, backend=rules(), metadata=(("x-correlation-id", "peer-42"),))
    assert dict(call.initial_metadata())["x-correlation-id"] == "peer-42"
    events = stream(user_story=STORY, backend=rules(), metadata=(("x-correlation-id", "peer-43"),))
    assert next(events).started.correlation_id == "peer-43"
    assert dict(events.initial_metadata())["x-correlation-id"] == "peer-43"
    _, call = generate(user_story=STORY, backend=rules())
    assert dict(call.initial_metadata())["x-correlation-id"]


def a_trace_goes_on():
    # `run` looks for this trace at the collector.
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    generate(user_story=STORY, backend=rules(), metadata=(("traceparent", parent),))
    first = next(stream(user_story=STORY, backend=rules(), metadata=(("traceparent", parent.replace("4bf9", "5bf9")),)))
    assert first.started.trace_id == "5bf92f3577b34da6a3ce929d0e0e4736", first.started


def a_case_leaves_while_the_model_is_writing():
    arrived = []
    for event in stream(user_story=STORY, backend=ollama(), include_tokens=False):
        if event.WhichOneof("event") == "test_case":
            arrived.append(seen()["ended"])
    assert len(arrived) >= 2 and arrived[0] == "running", arrived


def cancelling_stops_the_model():
    events = stream(user_story=STORY, backend=ollama())
    for event in events:
        if event.WhichOneof("event") == "token":
            break
    events.cancel()
    written = seen()["tokens"]
    wait_for(lambda: seen()["ended"] == "closed by the caller")
    assert seen()["tokens"] - written <= 10, (written, seen())


def a_deadline_with_nothing_to_show_is_deadline_exceeded():
    error = refused(lambda: list(stream(user_story=STORY, backend=ollama(), model="llama3.2:stall", timeout=2)))
    assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED, error
    wait_for(lambda: seen()["ended"] == "closed by the caller")


def a_deadline_after_a_case_is_a_partial_suite():
    events = list(stream(user_story=STORY, backend=ollama(), timeout=4))
    done = events[-1].completion
    assert done.outcome == enum("Outcome", "OUTCOME_PARTIAL"), done
    assert done.counts.accepted >= 1 and done.reasons, done


def a_missing_model_says_which_there_are():
    error = refused(lambda: generate(user_story=STORY, backend=ollama(), model="absent:7b"))
    assert error.code() == grpc.StatusCode.FAILED_PRECONDITION, error
    assert "llama3.2:1b" in error.details(), error.details()
    assert details(error)["ErrorInfo"].reason == "MODEL_MISSING"


def an_unknown_method_is_unimplemented():
    call = channel.unary_unary("/testgen.v1.TestGen/Nothing", lambda _: b"", lambda data: data)
    assert refused(lambda: call(None, timeout=10)).code() == grpc.StatusCode.UNIMPLEMENTED


def seen():
    with urllib.request.urlopen(f"{OLLAMA}/seen", timeout=5) as answer:
        return json.load(answer)


def wait_for(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, f"not within 10 seconds; the model server saw {seen()}"
        time.sleep(0.05)


CHECKS = [
    reflection_lists_the_services,
    health_says_serving,
    events_come_in_order,
    the_unary_call_gives_the_same_cases,
    every_wrong_field_is_named_at_once,
    a_stream_refuses_as_the_unary_call_does,
    the_bounds_of_a_story_hold,
    what_the_transport_refuses_has_the_documented_code,
    a_correlation_id_is_echoed_or_made,
    a_trace_goes_on,
    a_case_leaves_while_the_model_is_writing,
    cancelling_stops_the_model,
    a_deadline_with_nothing_to_show_is_deadline_exceeded,
    a_deadline_after_a_case_is_a_partial_suite,
    a_missing_model_says_which_there_are,
    an_unknown_method_is_unimplemented,
]

failed = 0
for check in CHECKS:
    try:
        check()
        print(f"ok      grpcio: {check.__name__}")
    except Exception:
        failed += 1
        print(f"FAILED  grpcio: {check.__name__}")
        traceback.print_exc(limit=3)
sys.stdout.flush()
sys.exit(1 if failed else 0)
