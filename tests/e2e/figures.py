"""Times, start-up and sizes, printed after the checks."""

import contextlib
import statistics
import time

import stack as stacks

STEPS = {"ValidateData": "validate", "ProcessData": "process", "GenerateReport": "report"}


class Clock:
    """Named wall-clock times."""

    def __init__(self):
        self.times = {}

    @contextlib.contextmanager
    def measure(self, name):
        print(f"-- {name}", flush=True)
        started = time.monotonic()
        yield
        self.times[name] = time.monotonic() - started


def show(clock, scene, packages):
    """Prints what was measured."""
    print("\ntimes")
    for name, seconds in clock.times.items():
        print(f"  {name:<24}{seconds:8.1f} s")
    print("states as the state machine saw them: first run (cold) and median")
    for function, milliseconds in invocations(scene).items():
        print(f"  {function:<24}{milliseconds[0]:8.0f} ms {statistics.median(milliseconds):8.0f} ms")
    if packages:
        print("packages, zipped")
        for function in stacks.FUNCTIONS:
            print(f"  {function:<24}{stacks.zip_bytes(function) / 2**20:8.2f} MiB")
    print()


def invocations(scene):
    """Milliseconds from entering to leaving each state that invokes a function, in order of time."""
    spans = {name: [] for name in STEPS.values()}
    for run in sorted(scene.runs.values(), key=lambda run: run["startDate"]):
        since = {}
        for event in scene.histories.get(run["executionArn"], []):
            if event["type"].endswith("StateEntered"):
                since[event["stateEnteredEventDetails"]["name"]] = event["timestamp"]
            elif event["type"].endswith("StateExited"):
                state = event["stateExitedEventDetails"]["name"]
                if state in STEPS and state in since:
                    spans[STEPS[state]].append((event["timestamp"] - since[state]) * 1000)
    return {name: values for name, values in spans.items() if values}
