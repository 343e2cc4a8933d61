#!/usr/bin/env python3
"""The function that the tasks of the conformance cases call on the emulated account: it does what its input says.

    count: NAME     counts the calls under this name, from 0; without it every call is number 0
    sleeps: [S, …]  sleeps S seconds in the call of this number
    errors: [E, …]  fails with error E in the call of this number
    answer: calls   answers the number of the call
    bytes: N        answers a text of N characters
    return: VALUE   answers this; by default the input

`local/examples/conformance.rs` does the same in process. A runtime of its own (`provided.al2023`, as the pipeline's
functions are): it says by itself what its errors are called.
"""

import fcntl
import json
import os
import time
import urllib.request

API = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"


class Failed(Exception):
    """What the input asks for; its text is the error's name."""


def main():
    while True:
        with urllib.request.urlopen(f"{API}/next") as asked:
            request, event = asked.headers["Lambda-Runtime-Aws-Request-Id"], json.load(asked)
        try:
            path, answer = "response", act(event)
        except Failed as error:
            path, answer = "error", {"errorType": str(error), "errorMessage": f"because of {error}"}
        urllib.request.urlopen(f"{API}/{request}/{path}", json.dumps(answer).encode()).close()


def act(event):
    if not isinstance(event, dict):
        return event
    call = counted(event["count"]) if "count" in event else 0
    time.sleep(at(event.get("sleeps"), call) or 0)
    error = at(event.get("errors"), call)
    if error:
        raise Failed(error)
    if event.get("answer") == "calls":
        return call
    if "bytes" in event:
        return "x" * event["bytes"]
    return event.get("return", event)


def at(values, index):
    return values[index] if values and index < len(values) else None


def counted(name):
    """The number of this call: the function may run in several processes, so a file counts."""
    with open(os.path.join(os.environ["COUNTS"], name), "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        call = os.fstat(file.fileno()).st_size
        file.write(b".")
        file.flush()
    return call


if __name__ == "__main__":
    main()
