"""Which requests of a run meet a fault, and which. The classes are those of local/src/s3/faults.rs, as far as they can be had
in front of functions that are processes of their own.

What happens to a request follows from the seed, from what it asks for, and from how often it was asked for before: the same
seed gives the same faults, in whatever order requests come.
"""

import random
import re
import threading
import urllib.parse
from dataclasses import dataclass

REFUSALS = {
    "500": (500, "InternalError", "We encountered an internal error. Please try again."),
    "503": (503, "SlowDown", "Please reduce your request rate."),
    "429": (429, "TooManyRequests", "Please reduce your request rate."),
    "denied": (403, "AccessDenied", "Access Denied"),
}
# One of these words a failure must have, whatever else it says.
WORDS = {
    "500": ("InternalError", "500"),
    "503": ("SlowDown", "503"),
    "429": ("TooManyRequests", "429"),
    "reset": ("reset", "SendRequest", "connection"),
    "reset-in-body": ("reset", "SendRequest", "connection"),
    "truncated": ("Content-Length", "connection", "unexpected end", "end of file"),
    "other-range": ("were asked for",),
    "whole-object": ("were asked for",),
    "stalled": ("no answer within", "minimum throughput", "timed out", "Timedout", "timeout"),
    "slow": ("minimum throughput", "timed out", "Timedout"),
    "denied": ("may not",),
    "killed": ("killed", "exited", "signal", "ExitError"),
    "doubled": ("was replaced",),
    "two-uploads": ("was replaced",),
    "deploy": (),
    "undisturbed": (),
}
CLASSES = tuple(WORDS)
# An upload is named after its class and number, and so is whatever its run reads and writes.
NAME = re.compile(r"([a-z0-9-]+)--(\d+)--")
RUN = re.compile(r"runs/([0-9a-f]{32,})/")


@dataclass
class Asked:
    """A request: its method, `/bucket/key?query` as sent, and the range, empty where it asks for none."""

    method: str
    path: str
    range: str


class Faults:
    """What befalls each request; `key_of` tells of a run id which upload it is about."""

    def __init__(self, seed, key_of):
        self.seed = seed
        self.key_of = key_of
        self.lock = threading.Lock()
        self.made = {}
        self.requests = {}
        # Faults met, by upload.
        self.met = {}
        self.lifted = False

    def fate(self, asked):
        """`None`, or the class of the fault and a source of what else is to be drawn."""
        whose, path = self._whose(asked.path)
        if self.lifted or whose is None:
            return None
        kind = whose[0]
        reads = asked.method == "GET"
        applies = {"other-range": asked.range, "whole-object": asked.range, "slow": reads, "undisturbed": False, "doubled": False}
        if not applies.get(kind, True):
            return None
        identity = f"{asked.method} {path} {asked.range}"
        with self.lock:
            time = self.made[whose, identity] = self.made.get((whose, identity), 0) + 1
            number = self.requests[whose] = self.requests.get(whose, 0) + 1
            if not self._hit(whose, identity, time, number - 1):
                return None
            self.met[whose] = self.met.get(whose, 0) + 1
        return kind, random.Random(f"{self.seed} {whose} {identity} {time} fate")

    def _hit(self, whose, identity, time, number):
        """Some of a hundred requests, or one of eight each time that it is made, or all for a while."""
        kind = whose[0]
        run = random.Random(f"{self.seed} {whose}")
        # A step that is throttled waits for up to 10, 20, 40, 80 s: a test has not the hours that a run has.
        budget, shape = run.randint(1, 12 if kind in ("503", "429") else 60), run.randrange(5)
        first, length = run.randrange(24), run.randint(1, 12)
        if self.met.get(whose, 0) >= budget:
            return False
        if kind in ("two-uploads", "deploy"):
            return True
        if kind == "killed":
            return number == first and not self.met.get(whose)
        if kind == "denied":
            return first <= number < first + length if shape < 3 else first % 6 <= number < first % 6 + length % 2 + 1
        # Of these a run makes few that they can befall.
        rare = kind in ("other-range", "whole-object", "slow")
        percent = ((30, 60, 60, 90, None) if rare else (3, 12, 12, 40, None))[shape]
        if percent is None:
            return random.Random(f"{self.seed} {whose} {identity}").randrange(8) == 0
        return random.Random(f"{self.seed} {whose} {identity} {time}").randrange(100) < percent

    def _whose(self, path):
        """The upload that a request is about, and its path without what is another in every account."""
        path = re.sub(r"[?&](versionId|uploadId)=[^&]*", "", urllib.parse.unquote(path))
        run = RUN.search(path)
        name = NAME.search(self.key_of(run[1]) if run else path)
        return (name[1], int(name[2])) if name else None, RUN.sub("runs//", path)
