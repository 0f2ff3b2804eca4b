"""A collector that takes traces over OTLP/gRPC and appends each span to a file as one line of JSON.

Usage: otlp_receiver.py FILE    prints its address; ends when its standard input closes
"""

import json
import sys
from concurrent import futures

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc


class Traces(trace_service_pb2_grpc.TraceServiceServicer):
    def Export(self, request, context):
        with open(sys.argv[1], "a") as file:
            for resource in request.resource_spans:
                for scope in resource.scope_spans:
                    for span in scope.spans:
                        line = {
                            "name": span.name,
                            "kind": span.kind,
                            "trace_id": span.trace_id.hex(),
                            "parent": span.parent_span_id.hex(),
                            "status": span.status.code,
                            "attributes": attributes(span.attributes),
                            "resource": attributes(resource.resource.attributes),
                        }
                        file.write(json.dumps(line) + "\n")
        return trace_service_pb2.ExportTraceServiceResponse()


def attributes(pairs):
    return {pair.key: str(getattr(pair.value, pair.value.WhichOneof("value") or "string_value")) for pair in pairs}


server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
trace_service_pb2_grpc.add_TraceServiceServicer_to_server(Traces(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(f"http://127.0.0.1:{port}", flush=True)
sys.stdin.read()
server.stop(1).wait()
