"""llama.cpp's server, as the Python package xllamacpp carries it, on a model file.

Usage: serve.py FILE.gguf PORT [SLOTS [CONTEXT]]

CONTEXT is for each slot. It prints "ready" and serves until it is stopped.
"""

import signal
import sys

import xllamacpp


def main(path, port, slots=2, context=16_384):
    params = xllamacpp.CommonParams()
    params.model.path = path
    params.hostnames = ["127.0.0.1"]
    params.port = int(port)
    params.n_parallel = int(slots)
    params.n_ctx = int(slots) * int(context)
    params.kv_unified = False
    params.endpoint_slots = True
    params.n_gpu_layers = 0
    params.fit_params = False
    params.use_jinja = True
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(params)
    print(f"ready on {server.listening_address}", flush=True)
    signal.sigwait([signal.SIGINT, signal.SIGTERM])


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
