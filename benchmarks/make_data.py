#!/usr/bin/env python3
"""Writes the files the benchmarks run on: the same bytes for the same arguments, on every machine.

    benchmarks/make_data.py SHAPE PATH --rows N                 # a shape of rows.py: stations, billion, wide, …
    benchmarks/make_data.py repeat PATH --of FILE --times N     # FILE's header once, its rows N times
    benchmarks/make_data.py folder PATH --times N --rows N      # N small files, a logger's each
    benchmarks/make_data.py gzip|zstd PATH --of FILE            # FILE, compressed

Needs nothing but Python, and for zstd the package `zstandard` (requirements.txt); memory does not grow with the file.
"""

import argparse
import gzip
import shutil
import sys
from pathlib import Path

from rows import SHAPES, logger

ROWS = 12_000_000
BUFFER = 1 << 20


def unfinished(path: Path) -> Path:
    """Where a file is written: it appears under its name only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(path.name + ".unfinished")


def make(shape: str, path: Path, rows: int) -> None:
    """Writes a file of a shape."""
    header, blocks = SHAPES[shape]
    with open(unfinished(path), "w", encoding="utf-8", newline="", buffering=BUFFER) as file:
        file.write(header)
        for block in blocks(rows):
            file.write(block)
    unfinished(path).replace(path)


def repeat(path: Path, of: Path, times: int) -> None:
    """Writes the header of `of` and then its rows `times` times."""
    with open(of, "rb") as source, open(unfinished(path), "wb") as file:
        file.write(source.readline())
        start = source.tell()
        for _ in range(times):
            source.seek(start)
            shutil.copyfileobj(source, file, BUFFER)
    unfinished(path).replace(path)


def folder(path: Path, files: int, rows: int) -> None:
    """Writes a folder of small files."""
    shutil.rmtree(unfinished(path), ignore_errors=True)
    unfinished(path).mkdir(parents=True)
    for number in range(files):
        name = f"logger-{number:04}.csv"
        (unfinished(path) / name).write_text(SHAPES["logger"][0] + "".join(logger(rows, number)), encoding="utf-8")
    unfinished(path).replace(path)


def compress(kind: str, path: Path, of: Path) -> None:
    """Writes `of` compressed, as the command lines do by default: gzip's level 6, zstd's level 3."""
    with open(of, "rb") as source, open(unfinished(path), "wb") as file:
        if kind == "gzip":
            # No name and no time in it: they would change the bytes.
            packed = gzip.GzipFile("", "wb", 6, file, mtime=0)
        else:
            import zstandard

            packed = zstandard.ZstdCompressor(level=3).stream_writer(file, closefd=False)
        with packed:
            shutil.copyfileobj(source, packed, BUFFER)
    unfinished(path).replace(path)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("shape", choices=[*SHAPES, "repeat", "folder", "gzip", "zstd"])
    arguments.add_argument("path", type=Path)
    arguments.add_argument("--rows", type=int, default=ROWS)
    arguments.add_argument("--of", type=Path, help="the file to repeat or to compress")
    arguments.add_argument("--times", type=int, default=16, help="how often, or how many files")
    chosen = arguments.parse_args()
    if chosen.shape in ("repeat", "gzip", "zstd") and not chosen.of:
        arguments.error(f"{chosen.shape} needs --of FILE")
    match chosen.shape:
        case "repeat":
            repeat(chosen.path, chosen.of, chosen.times)
        case "folder":
            folder(chosen.path, chosen.times, chosen.rows)
        case "gzip" | "zstd":
            compress(chosen.shape, chosen.path, chosen.of)
        case shape:
            make(shape, chosen.path, chosen.rows)
    print(f"{chosen.path} is made", file=sys.stderr)


if __name__ == "__main__":
    main()
