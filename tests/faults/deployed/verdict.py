"""What a run has left, held against what undisturbed ones leave. The words are those of tests/faults/verdict.rs."""

import json


class Wrong(Exception):
    """`kind` is lost, doubled, mixed or unclear."""

    def __init__(self, kind, text):
        super().__init__(f"{kind}: {text}")
        self.kind = kind


def statistics_of(objects):
    """The key and the bytes of the statistics among the results of one upload."""
    return next(((key, content) for key, content in objects.items() if key.startswith("processed/")), (None, None))


def at_the_end(found, expected, also):
    """What must be there at the end: `expected`, and nothing else but editions of `also`."""
    ours, theirs = (rows(statistics_of(objects)[1]) for objects in (found, expected))
    if ours is not None and theirs is not None and ours != theirs:
        raise Wrong("lost" if ours < theirs else "doubled", f"{ours} rows of {theirs}")
    for key, content in expected.items():
        if key not in found:
            raise Wrong("lost", f"{key} is missing")
        if found[key] != content:
            raise Wrong("mixed", f"{key} has other bytes")
    for key in found.keys() - expected.keys():
        if key not in also or not key.startswith("editions/"):
            raise Wrong("doubled", f"{key} is nobody's")
        if also[key] != found[key]:
            raise Wrong("mixed", f"{key} has other bytes")


def at_any_time(found, earlier, later):
    """What must hold at any time: statistics, if there are any, are those of one run, and every file of the edition that they
    name is there. `earlier` is what an earlier upload left, `None` if there was none."""
    key, content = statistics_of(found)
    if content is None:
        if earlier:
            raise Wrong("lost", "the earlier statistics are gone")
        if left := [key for key in found if not key.startswith("editions/")]:
            raise Wrong("mixed", f"{left[0]} is there, and no statistics")
        return
    version = next((version for version in (earlier, later) if version and version.get(key) == content), None)
    if version is None:
        raise Wrong("mixed", f"{key} is no run's")
    edition = json.loads(content)["edition"]["id"]
    files = {key: content for key, content in version.items() if edition in key}
    if len(files) < 2:
        raise Wrong("mixed", f"the edition {edition} has {len(files)} files")
    for key, content in files.items():
        if found.get(key) != content:
            raise Wrong("mixed", f"{key} is not what the statistics name")


def clear(run, words):
    """A failure must have a type, and a message with one of `words`."""
    text = f"{run.get('error')}: {run.get('cause')}"
    if not run.get("error") or not run.get("cause") or "panick" in text or not any(word in text for word in words):
        raise Wrong("unclear", f"{run['status']}, {text}")


def rows(statistics):
    """How many rows statistics tell of, or `None`."""
    return json.loads(statistics)["quality"]["rows_read"] if statistics else None
