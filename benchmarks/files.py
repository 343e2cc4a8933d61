"""The files of a shape, made when they are missing."""

import subprocess
from pathlib import Path

from measure import DATA, HERE
from shapes import Shape

ENDINGS = {"gzip": ".gz", "zstd": ".zst"}


def made(shape: Shape, rows: int, python: Path) -> dict[str, Path]:
    """Path of each of the shape's files. What is made of another file comes after it."""
    paths = {name: path(name, arguments, rows) for name, arguments in shape.files.items() if arguments[0] not in ENDINGS}
    for name, (kind, *_) in shape.files.items():
        if kind in ENDINGS:
            plain = paths["plain"]
            paths[name] = plain.with_name(plain.name + ENDINGS[kind])
    for name in paths:
        if not paths[name].exists():
            make(paths[name], *(part.format(rows=rows, **paths) for part in shape.files[name]), python=python)
    # In the shape's order, whose first is the one that it is about.
    return {name: paths[name] for name in shape.files}


def path(name: str, arguments: tuple[str, ...], rows: int) -> Path:
    """Where a file lies that is not made of another: named after what it is made by."""
    if arguments[0] == "folder":
        return DATA / f"{name}-{rows}"
    return DATA / f"{arguments[0]}-{rows}.csv"


def make(path: Path, kind: str, *arguments, python: Path) -> None:
    """Runs make_data.py. In a process of its own: it would raise this one's memory."""
    subprocess.run([python, HERE / "make_data.py", kind, path, *map(str, arguments)], check=True)
