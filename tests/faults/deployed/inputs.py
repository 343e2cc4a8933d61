"""The uploads, and what undisturbed runs make of them on this machine."""

import shutil
import subprocess

import uploads
from account import HOME, ROOT

STAGE = HOME / "faults"
# What the same key held before.
EARLIER = b"time,station,temperature\n2023-05-01,x,11.5\n2023-05-02,x,n/a\n2023-05-03,y,broken\n2023-05-04,y,14.5\n"
# Where people and programs look for results; what else is there is a run's own.
RESULTS = ("processed/", "reports/", "rejected/", "tables/", "editions/")


def make():
    """The inputs: file names and bytes. Splits are of a MiB, the least that the template takes."""
    shutil.rmtree(STAGE, ignore_errors=True)
    STAGE.mkdir(parents=True)
    several = STAGE / "several.csv"
    uploads.several_splits(several, 40_000)
    samples = ROOT / "samples"
    return [
        ("splits.csv", several.read_bytes()),
        ("il.csv.gz", (samples / "eemeter-il-tempF.csv.gz").read_bytes()),
        ("cities.csv", (samples / "vega-weather-two-cities.csv").read_bytes()),
        ("none.csv", (samples / "bad/no-temperature.csv").read_bytes()),
        ("quoted.csv", with_a_line_end(90_000)),
    ]


def with_a_line_end(rows):
    """Two splits; only a late row shows that a split may begin inside a field."""
    text = ["time,station,temperature\n"]
    for row in range(rows):
        station = '"two\nlines"' if row == rows - 1000 else "one"
        text.append(f"2024-{row % 12 + 1:02}-{row % 28 + 1:02},{station},{row % 30}.5\n")
    return "".join(text).encode()


def locally(files, bucket, name):
    """What `isotherm run` leaves of files (bytes by name) as if they lay in `bucket`: by file name, results by key."""
    folder, out = STAGE / name, STAGE / f"{name}-results"
    folder.mkdir()
    for file, content in files.items():
        (folder / file).write_bytes(content)
    command = [str(uploads.CLI), "run", "--out", str(out), "--bucket", bucket, *(str(folder / file) for file in sorted(files))]
    done = subprocess.run(command, capture_output=True, text=True)
    # 3: at least one file is rejected, and some are.
    if done.returncode not in (0, 3):
        raise RuntimeError(f"isotherm run ended with {done.returncode}: {done.stderr.strip()}")
    objects = {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    return {file: of(file, objects) for file in files}


def of(file, objects):
    """Of all results, those of one upload. A result is named after it without `.csv`."""
    stem = file.removesuffix(".csv")
    return {key: content for key, content in objects.items() if key.startswith(RESULTS) and f"/{stem}" in key}
