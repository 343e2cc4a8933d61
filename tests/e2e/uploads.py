"""The files that are uploaded, and what `isotherm run` makes of the same files on this machine."""

import json
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

from account import HOME, ROOT

STAGE = HOME / "uploads"
LOCAL = HOME / "local"
# Keys that S3 percent-encodes in its events, `+` and `%2B` above all.
ODD_NAMES = ("two words.csv", "a+b.csv", "100%.csv", "a%2Bb.csv", "Zürich 東京.csv", "quote'&=;.csv")
# What is uploaded and must start nothing.
NOT_TABLES = ("notes.md", "model.nc")
# Files of more than one split: several temperatures and stations with readings that are missing or none, and one of many rows.
SEVERAL_SPLITS = "several-splits.csv"
MANY_ROWS = "two-million-rows.csv"
PREFIX = "incoming/"
CLI = ROOT / "target" / "release" / "isotherm"


def stage():
    """Lays out the files as they will lie under the upload prefix; answers their names, each a table."""
    shutil.rmtree(STAGE, ignore_errors=True)
    STAGE.mkdir(parents=True)
    samples = ROOT / "samples"
    for path in [*samples.iterdir(), *(samples / "bad").iterdir()]:
        if path.name.endswith((".csv", ".csv.gz")):
            shutil.copy(path, STAGE / path.name)
    for name in ODD_NAMES:
        shutil.copy(samples / "vega-weather-two-cities.csv", STAGE / name)
    several_splits(STAGE / SEVERAL_SPLITS, 120_000)
    many_rows(STAGE / MANY_ROWS, 2_000_000)
    tables = sorted(path.name for path in STAGE.iterdir())
    for name in NOT_TABLES:
        (STAGE / name).write_text("temperature\n1.5\n")
    return tables


def several_splits(path, rows):
    """Writes a file with a row every ten minutes by turns from five stations; some 5 MiB."""
    start = datetime(2020, 2, 28)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write("time,station,tmean,tmax,tmin\n")
        for row in range(rows):
            # No period of the values falls together with one of the stations or of the splits.
            value = row * 37 % 701 - 200
            mean = "" if row % 97 == 13 else "broken" if row % 1009 == 500 else f"{value / 10}"
            time = (start + timedelta(minutes=10 * row)).isoformat()
            # No quotes: they could make it one split.
            file.write(f'{time},Station {row % 5},{mean},{(value + 31) / 10},{(value - 47) / 10}\n')


def many_rows(path, rows):
    """Writes a file with a row every minute; some 40 MiB."""
    # A day is written once, so that a row is little more than a look-up.
    minutes = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(1440)]
    day = datetime(2020, 1, 1)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write("time,temperature\n")
        for first in range(0, rows, 1440):
            date = day.date().isoformat()
            part = minutes[: rows - first]
            file.write("".join([f"{date}T{minute},{((first + i) * 53 % 907 - 300) / 10}\n" for i, minute in enumerate(part)]))
            day += timedelta(days=1)


def expected_outcomes(names):
    """The outcome of each file: of the broken samples as written down, of all others `processed`."""
    bad = json.loads((ROOT / "tests/expected/bad.json").read_text())
    return {name: bad.get(name, {"outcome": "processed"})["outcome"] for name in names}


def run_locally(names, bucket):
    """Runs the same files with the local runner, as if they lay in `bucket`."""
    shutil.rmtree(LOCAL, ignore_errors=True)
    command = [str(CLI), "run", "--out", str(LOCAL), "--bucket", bucket, *[str(STAGE / name) for name in names]]
    done = subprocess.run(command, capture_output=True, text=True)
    # 3: at least one file is rejected, and some are.
    if done.returncode not in (0, 3):
        raise RuntimeError(f"isotherm run ended with {done.returncode}: {done.stderr.strip()}")


def build_cli():
    """Builds the local runner."""
    subprocess.run(["cargo", "build", "--release", "--quiet", "--package", "isotherm"], cwd=ROOT, check=True)


def local_result(key):
    """The bytes that the local run wrote under `key` of the results, or None."""
    path = Path(LOCAL, key)
    return path.read_bytes() if path.is_file() else None
