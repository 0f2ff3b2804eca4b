"""Checks TestGen against llama.cpp's server: a tiny model with random weights, the server as xllamacpp carries it, TestGen
as a service before it, and its command line as the client.

Usage: check.py PATH/TO/testgen

Needs the packages of requirements.txt and no network; takes a few minutes. docs/real_server.md says how to run it and what
was seen. The exit code is 0 if all checks hold.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
STORY = "As a member, I want to borrow up to 5 books so that I can read at home"
FIELDS = {"covers", "title", "type", "priority", "preconditions", "steps", "expected_result", "quote"}
TYPES = {"positive", "negative", "edge_case", "boundary"}
PRIORITIES = {"critical", "high", "medium", "low"}

failures = []


def holds(what, condition, seen=""):
    print(f"{'ok    ' if condition else 'FAILED'}  {what}{f': {seen}' if seen != '' else ''}", flush=True)
    if not condition:
        failures.append(what)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def until(condition, seconds):
    """How long it took until the condition held; None if it did not."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if condition():
            return time.monotonic() - began
        time.sleep(0.02)
    return None


class Process:
    def __init__(self, name, command, folder, port, environment=()):
        self.log = folder / f"{name}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=folder, env={**os.environ, **dict(environment)}
            )
        self.port = port
        if until(self.listens, 60) is None:
            sys.exit(f"{name} does not listen:\n{self.log.read_text()}")

    def listens(self):
        with socket.socket() as connection:
            return connection.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(timeout=60)


class LlamaServer(Process):
    def __init__(self, folder, model, slots, context):
        port = free_port()
        command = [sys.executable, str(HERE / "serve.py"), str(model), str(port), str(slots), str(context)]
        super().__init__("llama", command, folder, port)
        self.url = f"http://127.0.0.1:{port}/v1"

    def busy(self):
        """How many slots work."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/slots", timeout=120) as answer:
            return sum(slot["is_processing"] for slot in json.load(answer))


class Service(Process):
    def __init__(self, folder, testgen, llama, context, **settings):
        port = free_port()
        command = [testgen, "serve", "--set", f"openai.context_tokens={context}"]
        for name, value in settings.items():
            command += ["--set", f"{name.replace('__', '.')}={value}"]
        environment = {"TESTGEN_SERVER_LISTEN": f"127.0.0.1:{port}", "TESTGEN_OPENAI_URL": llama.url}
        super().__init__("testgen", command, folder, port, environment.items())
        self.testgen = testgen

    def asked(self, *more, story=STORY):
        """A client, in a process of its own, whose events come as JSON lines."""
        command = [self.testgen, "generate", story, "--server", f"http://127.0.0.1:{self.port}"]
        command += ["--backend", "openai", "--output", "jsonl", *more]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def events(client):
    output, said = client.communicate(timeout=400)
    return [json.loads(line) for line in output.splitlines()], client.returncode, said.strip()


def kinds(happened):
    return Counter(next(key for key in event if key not in ("generation_id", "sequence")) for event in happened)


def whole_objects(text):
    """The objects of the array that an answer begins, as far as they are whole."""
    begun = re.match(r'\s*\{\s*"test_cases"\s*:\s*\[\s*', text)
    if not begun:
        return None
    found, at, decoder = [], begun.end(), json.JSONDecoder(strict=True)
    while True:
        try:
            value, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError:
            return found
        found.append(value)
        comma = re.match(r"\s*,\s*", text[at:])
        if not comma:
            return found
        at += comma.end()


def schema_is_obeyed(service):
    happened, code, said = events(service.asked("--tokens", "--timeout", "120s"))
    answers = {}
    for event in happened:
        if "token" in event:
            token = event["token"]
            answers[token.get("attempt", 1)] = answers.get(token.get("attempt", 1), "") + token["text"]
    objects, sound = 0, True
    for answer in answers.values():
        found = whole_objects(answer)
        sound &= found is not None
        for value in found or []:
            objects += 1
            sound &= set(value) <= FIELDS and value["type"] in TYPES and value["priority"] in PRIORITIES
            sound &= all(isinstance(step, str) for step in value["steps"]) and len(value["steps"]) > 0
    holds("every answer and every object in it has the shape of the schema", sound and objects > 0, f"{objects} objects")
    seen = kinds(happened)
    verdicts = seen["test_case"] + seen["rejection"]
    holds("every whole object has its verdict", verdicts >= objects, f"{verdicts} verdicts")
    holds("the call ended as the table of outcomes says", code in (0, 1, 3), f"exit code {code}; {said.splitlines()[:1]}")
    return answers


def a_cancel_frees_the_slot(service, llama):
    client = service.asked("--tokens")
    for line in client.stdout:
        if '"token"' in line:
            break
    holds("a slot works while tokens come", llama.busy() == 1)
    client.send_signal(signal.SIGINT)
    freed = until(lambda: llama.busy() == 0, 20)
    client.wait(timeout=20)
    holds("a client that leaves frees the slot", freed is not None, freed and f"{freed * 1e3:.0f} ms")


def a_cancel_while_the_prompt_is_read(service, llama):
    client = service.asked("--context", "notes " * 1_300)
    working = until(lambda: llama.busy() == 1, 20)
    holds("the prompt is being read", working is not None)
    time.sleep(0.3)
    client.send_signal(signal.SIGINT)
    client.wait(timeout=20)
    freed = until(lambda: llama.busy() == 0, 180)
    holds("a client that leaves while its prompt is read frees the slot", freed is not None, freed and f"{freed:.1f} s")


def the_deadline_frees_the_slot(service, llama):
    began = time.monotonic()
    happened, code, said = events(service.asked("--timeout", "3s"))
    took = time.monotonic() - began
    holds("the deadline ends the call in time", took < 6 and code in (1, 3), f"{took:.1f} s, exit code {code}")
    freed = until(lambda: llama.busy() == 0, 20)
    holds("and frees the slot", freed is not None)


def slots_are_shared(service, llama, slots):
    clients = [service.asked("--timeout", "60s", story=f"{STORY} number {number}") for number in range(5)]
    most = 0
    while any(client.poll() is None for client in clients) and most < slots:
        most = max(most, llama.busy())
        time.sleep(0.05)
    holds(f"{slots} slots work for 5 callers", most == slots)
    ended = [events(client) for client in clients]
    codes = [code for _, code, _ in ended]
    holds("each caller's stream ends in a defined way", all(code in (0, 1, 3) for code in codes), codes)
    silent = [said for happened, _, said in ended if not kinds(happened)["completion"] and not said]
    holds("none without a word", not silent)
    holds("nothing works on afterwards", until(lambda: llama.busy() == 0, 20) is not None)


def an_over_long_prompt(folder, testgen, model):
    llama = LlamaServer(folder, model, 1, 2_048)
    # The service believes that more fits, so that the server has to refuse.
    service = Service(folder, testgen, llama, 16_384)
    _, code, said = events(service.asked())
    holds("an over-long prompt is refused with a reason", code == 1 and "PROMPT_TOO_LONG" in said, said.splitlines()[:2])
    service.stop()
    llama.stop()


def a_full_context(folder, testgen, model):
    # The prompt has about 3,000 bytes, each a token: little is left for the answer.
    llama = LlamaServer(folder, model, 1, 3_328)
    service = Service(folder, testgen, llama, 16_384)
    happened, code, said = events(service.asked("--tokens", "--timeout", "200s"))
    reasons = [event["attempt_started"].get("reason", "") for event in happened if "attempt_started" in event]
    reasons += [reason["code"] for event in happened for reason in event.get("completion", {}).get("reasons", [])]
    cut = "ANSWER_CUT" in said or any("cut" in reason.lower() for reason in reasons)
    holds("an answer that fills the context is cut by length", cut, said.splitlines()[:2])
    service.stop()
    llama.stop()


def a_server_that_dies(folder, testgen, model):
    llama = LlamaServer(folder, model, 1, 16_384)
    service = Service(folder, testgen, llama, 16_384)
    client = service.asked("--tokens")
    for line in client.stdout:
        if '"token"' in line:
            break
    llama.stop(signal.SIGKILL)
    began = time.monotonic()
    _, said = client.communicate(timeout=60)
    holds(
        "a server that dies in mid-stream ends the call with a reason",
        client.returncode in (1, 3) and said.strip() != "",
        f"exit code {client.returncode} after {time.monotonic() - began:.1f} s; {said.strip().splitlines()[:2]}",
    )
    holds("the service ends in order", service.stop() == 0)


def main(testgen):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        model = folder / "junk.gguf"
        subprocess.run([sys.executable, str(HERE / "make_model.py"), str(model)], check=True)
        llama = LlamaServer(folder, model, 2, 16_384)
        listed = subprocess.run(
            [testgen, "models"], capture_output=True, text=True, env={**os.environ, "TESTGEN_OPENAI_URL": llama.url}
        ).stdout
        holds("its model is listed", "junk.gguf" in listed)
        service = Service(folder, testgen, llama, 16_384)
        schema_is_obeyed(service)
        a_cancel_frees_the_slot(service, llama)
        the_deadline_frees_the_slot(service, llama)
        slots_are_shared(service, llama, 2)
        a_cancel_while_the_prompt_is_read(service, llama)
        holds("the service ends in order", service.stop() == 0)
        llama.stop()
        an_over_long_prompt(folder, testgen, model)
        a_full_context(folder, testgen, model)
        a_server_that_dies(folder, testgen, model)
    print(f"{len(failures)} failed" if failures else "all hold")
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(os.path.abspath(sys.argv[1])))
