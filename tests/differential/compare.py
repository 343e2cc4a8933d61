"""The answers held against what was expected: every figure, and what the files beside the statistics say."""

import csv
import json
from fractions import Fraction
from pathlib import Path

from expect import PERCENTS, Expected

# Values have this many decimals at most for their quantiles to be exact; else they are within half a bin.
BIN_PLACES = 2
# The finest bins are so wide, and none of the files needs wider ones: that takes more than 131,072 occupied bins.
BIN_WIDTH = Fraction(1, 10**BIN_PLACES)


def parse(line: str) -> dict:
    """Statistics with every digit: floats stay text until it is known how they are to be compared."""
    return json.loads(line, parse_float=str, parse_int=str)


def differences(statistics: dict, expected: Expected, key, rejected: Path) -> list[str]:
    """What is wrong with an answer."""
    found = []

    def check(name: str, got, wanted) -> None:
        if got != wanted:
            found.append(f"{name}: got {shown(got)}, expected {shown(wanted)}")

    def figures(name: str, got: dict, wanted: dict) -> None:
        check(f"{name} count", int(got["count"]), wanted["count"])
        for figure in ("min", "max"):
            check(f"{name} {figure}", exact(got[figure]), wanted[figure])
        for figure in ("mean", "std"):
            if figure in got:
                check(f"{name} {figure}", rounded(got[figure]), wanted[figure])

    column = lambda index: None if index is None else expected.header[index]
    check("temperature_column", statistics["temperature_column"], column(key.temperature))
    check("station_column", statistics["station_column"], column(key.station))
    check("time_column", statistics["time_column"], column(key.time))
    check("unit", statistics["unit"], key.unit)

    leading = {
        "count": statistics["quality"]["rows_used"],
        **{name: statistics[f"{name}_temperature"] for name in ("mean", "min", "max", "std")},
    }
    figures("total", leading, expected.total.figures())

    quality = statistics["quality"]
    read = expected.used + expected.missing + len(expected.rejected)
    check("record_count", int(statistics["record_count"]), read)
    check("rows_read", int(quality["rows_read"]), read)
    check("rows_missing", int(quality["rows_missing"]), expected.missing)
    check("rows_rejected", int(quality["rows_rejected"]), len(expected.rejected))
    reasons = {}
    for _, reason, _ in expected.rejected:
        reasons[reason] = reasons.get(reason, 0) + 1
    by_reason = {reason: int(rows) for reason, rows in quality["rejected_by_reason"].items()}
    check("rejected_by_reason", by_reason, reasons)
    rows = rejected_rows(rejected)
    check("rejected rows", [row[:2] for row in rows], [row[:2] for row in expected.rejected])
    for (line, _, got), (_, _, wanted) in zip(rows, expected.rejected):
        if got is not None:
            check(f"text of the rejected row {line}", got, wanted)

    for name, label, groups in (
        ("by_station", "station", expected.by_station),
        ("by_day", "day", expected.by_day),
    ):
        check(name, [group[label] for group in statistics[name]], sorted(groups))
        for group in statistics[name]:
            if group[label] in groups:
                figures(f"{name} {group[label]!r}", group, groups[group[label]].figures())

    check("quantiles_bin_width", exact(statistics["quantiles_bin_width"]), BIN_WIDTH)
    found.extend(quantile_differences(statistics["quantiles"], expected))
    return found


def quantile_differences(got: dict, expected: Expected) -> list[str]:
    total = expected.total
    found = []
    wanted = total.quantiles()
    for name in (f"p{percent:02}" for percent in PERCENTS):
        ours, theirs = rounded(got[name]), wanted[name]
        if ours is None or theirs is None:
            same = ours is None and theirs is None
        elif total.places() <= BIN_PLACES:
            same = ours == float(theirs)
        else:
            # Rounding the result to a double is all that comes on top of half a bin.
            same = abs(Fraction(ours) - theirs) <= BIN_WIDTH / 2 + max(abs(Fraction(ours)), abs(theirs)) / 2**52
        if not same:
            found.append(f"quantile {name}: got {ours!r}, expected {shown(theirs)}")
    return found


def rejected_rows(path: Path) -> list[tuple[int, str, str | None]]:
    """Line, reason and text of every rejected row; the text only where it stands there as it is."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [(int(row["line"]), row["reason"], row["row"] if row.get("form", "text") == "text" else None) for row in rows]


def exact(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def rounded(text: str | None) -> float | None:
    return None if text is None else float(text)


def shown(value) -> str:
    if isinstance(value, Fraction):
        return f"{float(value)!r} ({value})" if len(str(value)) < 60 else repr(float(value))
    text = repr(value)
    return text if len(text) < 300 else text[:300] + "…"
