#!/usr/bin/env python3
"""Writes what pandas computes from every file in samples/, for the tests to compare with.

    python3 -m venv target/expected-venv
    target/expected-venv/bin/pip install -r tests/tools/requirements-expected.txt
    target/expected-venv/bin/python tests/expected/make.py            # write tests/expected/*.json
    target/expected-venv/bin/python tests/expected/make.py --check    # compare, write nothing

Two kinds of numbers stand side by side. The plain fields are pandas' own, with the rounding error of
its floating-point sums. The `exact_*` fields are rational arithmetic over the decimal texts in the
file, rounded once, to the nearest double: what an exact program must print. The script checks that the
two agree to 1e-12.
"""

import argparse
import csv
import gzip
import hashlib
import json
import math
import sys
from fractions import Fraction
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parent.parent / "samples"

# file -> columns of air temperatures with their roles, the primary one first; their unit if the header tells; columns
# of station and time, and how the time is written. `tests/expected/README.md` states the rules that pick the columns.
FILES = {
    "eemeter-il-tempF.csv.gz": ({"tempF": "instant"}, "fahrenheit", None, "dt", "ISO8601"),
    "open-meteo-paris-2023.csv": ({"temperature_2m (°C)": "instant"}, "celsius", None, "time", "ISO8601"),
    "pastas-heby-temp.csv": ({"Temp": "instant"}, "unknown", None, "Date", "ISO8601"),
    "plotly-seattle-weather.csv": (
        {"Mean_TemperatureC": "mean", "Max_TemperatureC": "max", "Min_TemperatureC": "min"},
        "celsius",
        None,
        "Date",
        "%m/%d/%Y",
    ),
    "vega-san-francisco-hourly.csv": ({"temp": "instant"}, "unknown", None, "date", "%Y/%m/%d %H:%M:%S"),
    "vega-seattle-hourly-normals.csv": ({"temperature": "instant"}, "unknown", None, "date", "ISO8601"),
    "vega-weather-two-cities.csv": ({"temp_max": "max", "temp_min": "min"}, "unknown", "location", "date", "ISO8601"),
}

# The markers that occur in the samples; pandas takes them for missing by default too.
MISSING = {"", "NA"}

QUANTILES = {"p01": 0.01, "p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95, "p99": 0.99}

# A file with more days than this lists only every n-th one.
DAYS_LISTED = 1500


def nearest_sqrt(x: Fraction) -> float:
    """The double nearest to the square root of a rational number."""
    shift = 256
    root = math.isqrt((x.numerator << (2 * shift)) // x.denominator)
    # `root` has over a hundred bits more than a double. Half a unit more, unless the root is exact,
    # keeps it off every midpoint between two doubles, so the one rounding below is the right one.
    exact = Fraction(root, 1 << shift) ** 2 == x
    return float(Fraction(2 * root + (0 if exact else 1), 1 << (shift + 1)))


def exact_mean(values: list[Fraction]) -> float | None:
    return float(sum(values) / len(values)) if values else None


def exact_std(values: list[Fraction]) -> float | None:
    """Sample standard deviation (n - 1)."""
    n = len(values)
    if n < 2:
        return None
    total = sum(values)
    return nearest_sqrt((sum(v * v for v in values) - total * total / n) / (n - 1))


def number(x) -> float | None:
    return None if pd.isna(x) else float(x)


def agree(a: float | None, b: float | None, what: str) -> None:
    # A mean near zero carries the rounding error of the far larger sums behind it.
    if (a is None) != (b is None) or (a is not None and abs(a - b) > 1e-12 * max(1.0, abs(a))):
        sys.exit(f"{what}: pandas {a!r} and exact {b!r} differ by more than 1e-12")


def texts(path: Path, column: str) -> list[Fraction | None]:
    """The temperature of every data row, exactly as written; None where it is missing."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        rows = (row for row in csv.reader(file) if row)
        at = next(rows).index(column)
        return [None if row[at] in MISSING else Fraction(row[at]) for row in rows]


def group(values: pd.Series, exact: list[Fraction], what: str) -> dict:
    result = {
        "count": int(values.count()),
        "mean": number(values.mean()),
        "exact_mean": exact_mean(exact),
        "min": number(values.min()),
        "max": number(values.max()),
    }
    agree(result["mean"], result["exact_mean"], what)
    return result


def variable(column: str, role: str, unit: str, values: pd.Series, exact: list[Fraction | None], what: str) -> dict:
    """The figures of one column."""
    if len(exact) != len(values) or sum(v is None for v in exact) != values.isna().sum():
        sys.exit(f"{what}: the csv module and pandas see different rows")
    used = [v for v in exact if v is not None]
    result = {
        "name": column,
        "role": role,
        "unit": unit,
        "readings": {"read": len(values), "used": len(used), "missing": len(values) - len(used), "rejected": 0},
        "mean": number(values.mean()),
        "exact_mean": exact_mean(used),
        "min": number(values.min()),
        "max": number(values.max()),
        "std": number(values.std()),
        "exact_std": exact_std(used),
        "quantiles": {p: number(values.quantile(q)) for p, q in QUANTILES.items()},
    }
    agree(result["mean"], result["exact_mean"], f"{what}: mean")
    agree(result["std"], result["exact_std"], f"{what}: standard deviation")
    return result


def expected(name: str) -> dict:
    path = SAMPLES / name
    columns, unit, station, time, time_format = FILES[name]
    frame = pd.read_csv(path, float_precision="round_trip")
    in_text = {column: texts(path, column) for column in columns}
    variables = [
        variable(column, role, unit, frame[column], in_text[column], f"{name}: {column}") for column, role in columns.items()
    ]
    primary = variables[0]
    column = primary["name"]
    values, exact = frame[column], in_text[column]

    result = {
        "file": name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "pandas": pd.__version__,
        "temperature_column": column,
        "station_column": station,
        "time_column": time,
        "unit": unit,
        "mean_temperature": primary["mean"],
        "max_temperature": primary["max"],
        "min_temperature": primary["min"],
        "record_count": len(frame),
        # Rows without any temperature.
        "rows_missing": int(frame[list(columns)].isna().all(axis=1).sum()),
        "std_temperature": primary["std"],
        "exact_mean": primary["exact_mean"],
        "exact_std": primary["exact_std"],
        "quantiles": primary["quantiles"],
        "variables": variables,
    }

    rational = pd.Series(exact, index=frame.index, dtype=object)
    if station:
        result["by_station"] = []
        for key, part in values.groupby(frame[station], sort=True):
            of_group = [v for v in rational[part.index] if v is not None]
            entry = {"station": key, **group(part, of_group, f"{name}: {key}")}
            entry["std"] = number(part.std())
            entry["exact_std"] = exact_std(of_group)
            agree(entry["std"], entry["exact_std"], f"{name}: {key}: standard deviation")
            result["by_station"].append(entry)

    # The day is the one written in the file: a time with an offset is not moved to UTC first.
    written = frame[time].str.replace(r"(Z|[+-]\d\d:\d\d)$", "", regex=True)
    days = pd.to_datetime(written, format=time_format).dt.strftime("%Y-%m-%d")
    groups = list(values.groupby(days, sort=True))
    step = math.ceil(len(groups) / DAYS_LISTED)
    result["day_count"] = len(groups)
    result["by_day_step"] = step
    result["by_day"] = []
    for day, part in groups[::step]:
        of_day = [v for v in rational[part.index] if v is not None]
        result["by_day"].append({"day": day, **group(part, of_day, f"{name}: {day}")})
    # Listed apart, because the step may leave such a day out of `by_day`.
    result["days_with_missing"] = sorted(days[values.isna()].unique().tolist())
    return result


def text(result: dict) -> str:
    """JSON with one line per group, so that a change shows as few changed lines."""
    head = {k: v for k, v in result.items() if not isinstance(v, list) or k == "days_with_missing"}
    lines = json.dumps(head, indent=2, ensure_ascii=False).removesuffix("\n}")
    for key in (k for k in result if k not in head):
        rows = ",\n".join("    " + json.dumps(row, ensure_ascii=False) for row in result[key])
        lines += f',\n  "{key}": [\n{rows}\n  ]'
    return lines + "\n}\n"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--check", action="store_true", help="compare with the files, write nothing")
    check = arguments.parse_args().check

    found = {p.name for p in SAMPLES.iterdir() if p.name.endswith((".csv", ".csv.gz", ".tsv", ".txt"))}
    if found != FILES.keys():
        sys.exit(f"samples/ and this script differ in: {', '.join(sorted(found ^ FILES.keys()))}")

    stale = []
    for name in sorted(FILES):
        target = HERE / (name.removesuffix(".gz").removesuffix(".csv") + ".json")
        new = text(expected(name))
        if not check:
            target.write_text(new, encoding="utf-8")
            print(f"{target.relative_to(HERE.parent.parent)}: {len(new)} bytes")
        elif not target.exists() or target.read_text(encoding="utf-8") != new:
            stale.append(target.name)
    if stale:
        sys.exit(f"not what pandas {pd.__version__} computes now: {', '.join(stale)}")


if __name__ == "__main__":
    main()
