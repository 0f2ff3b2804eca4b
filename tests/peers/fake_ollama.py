"""A model server with the two endpoints that TestGen asks, slow enough to watch.

It answers /api/tags with one model and /api/chat with newline-delimited JSON, one token a line. A model name that ends in
":stall" gets no token at all. GET /seen tells how the last answer ended, for tests of cancelling.
"""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKENS_A_SECOND = 50.0

CASES = {
    "test_cases": [
        {
            "type": "positive",
            "title": f"Borrow book number {number} as a member with free places",
            "priority": "medium",
            "preconditions": [f"The member has borrowed {number - 1} books"],
            "steps": ["Open the page of a book that is on the shelf", "Press Borrow", "Open the list of loans"],
            "expected_result": f"The list of loans shows {number} books",
        }
        for number in range(1, 5)
    ]
}

seen = {"tokens": 0, "ended": "never asked"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, body):
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        if self.path == "/api/tags":
            names = ["llama3.2:1b", "llama3.2:stall"]
            self.answer({"models": [{"name": name, "model": name, "digest": "sha256:0", "size": 1} for name in names]})
        elif self.path == "/seen":
            self.answer(seen)
        else:
            self.answer({"version": "0.24.0"})

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        seen.update(tokens=0, ended="running")
        if asked["model"].endswith(":stall"):
            self.stall()
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        text = json.dumps(CASES)
        try:
            for at in range(0, len(text), 4):
                self.line(asked, {"message": {"role": "assistant", "content": text[at : at + 4]}, "done": False})
                seen["tokens"] += 1
                time.sleep(1 / TOKENS_A_SECOND)
            end = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}
            self.line(asked, end | {"prompt_eval_count": 10, "eval_count": seen["tokens"], "total_duration": 1})
            self.wfile.write(b"0\r\n\r\n")
            seen["ended"] = "done"
        except OSError:
            seen["ended"] = "closed by the caller"
            self.close_connection = True

    def stall(self):
        """Says nothing until the caller goes."""
        self.connection.settimeout(60)
        try:
            gone = self.connection.recv(1) == b""
        except OSError:
            gone = True
        seen["ended"] = "closed by the caller" if gone else "asked again"
        self.close_connection = True

    def line(self, asked, body):
        data = json.dumps({"model": asked["model"], "created_at": "2026-01-01T00:00:00Z"} | body).encode() + b"\n"
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


def start():
    """Serves on a free port in a thread of its own; returns the URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


if __name__ == "__main__":
    print(start(), flush=True)
    sys.stdin.read()
