"""The answers held against what was expected: every figure, and what the files beside the statistics say."""

import csv
import json
from fractions import Fraction
from pathlib import Path

from expect import PERCENTS, Expected, Group

# Values have this many decimals at most for their quantiles to be exact; else they are within half a bin.
BIN_PLACES = 2
# The finest bins are so wide, and none of the files needs wider ones: that takes more than 131,072 occupied bins.
BIN_WIDTH = Fraction(1, 10**BIN_PLACES)


def parse(line: str) -> dict:
    """Statistics with every digit: floats stay text until it is known how they are to be compared."""
    return json.loads(line, parse_float=str, parse_int=str)


def variable_order(statistics: dict, key) -> list[int]:
    """The variables of the key in the order in which the answer has them: only the first is not its choice."""
    names = [name for name, _ in key.variables]
    found = [variable["name"] for variable in statistics["variables"]]
    if names == [None]:
        return [0]
    if sorted(found) != sorted(names) or found[0] != names[0]:
        raise ValueError(f"its variables are {found}, expected {names}")
    return [names.index(name) for name in found]


def differences(statistics: dict, expected: Expected, key, order: list[int], rejected: Path) -> list[str]:
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
    name, unit = key.variables[0]
    check("temperature_column", statistics["temperature_column"], name or statistics["variables"][0]["name"])
    check("station_column", statistics["station_column"], column(key.station))
    check("time_column", statistics["time_column"], column(key.time))
    check("unit", statistics["unit"], unit)

    primary = statistics["variables"][0]
    refused = sum(expected.rejected_by_reason.values())
    read = expected.used + expected.missing + refused
    # Where most rows are refused, and there are enough to tell, no figures lead.
    leads = read < 10 or 2 * refused <= read
    for figure in ("mean", "min", "max", "std"):
        check(f"leading {figure}", statistics[f"{figure}_temperature"], primary[figure] if leads else None)
    quantiles = primary["quantiles"] if leads else dict.fromkeys(primary["quantiles"])
    check("leading quantiles", statistics["quantiles"], quantiles)
    check("leading quantiles_bin_width", statistics["quantiles_bin_width"], primary["quantiles_bin_width"])
    for position, got in zip(order, statistics["variables"]):
        (name, unit), wanted = key.variables[position], expected.variables[position]
        name = name or "variable"
        check(f"{name} unit", got["unit"], unit)
        count = len(wanted.total.values)
        readings = {"used": count, "missing": wanted.missing, "rejected": wanted.rejected}
        readings["read"] = sum(readings.values())
        check(f"{name} readings", {field: int(number) for field, number in got["readings"].items()}, readings)
        figures(name, {"count": got["readings"]["used"], **got}, wanted.total.figures())
        check(f"{name} quantiles_bin_width", exact(got["quantiles_bin_width"]), BIN_WIDTH)
        found.extend(f"{name} {text}" for text in quantile_differences(got["quantiles"], wanted.total))

    quality = statistics["quality"]
    check("record_count", int(statistics["record_count"]), read)
    check("rows_read", int(quality["rows_read"]), read)
    check("rows_used", int(quality["rows_used"]), expected.used)
    check("rows_missing", int(quality["rows_missing"]), expected.missing)
    check("rows_rejected", int(quality["rows_rejected"]), refused)
    by_reason = {reason: int(rows) for reason, rows in quality["rejected_by_reason"].items()}
    check("rejected_by_reason", by_reason, expected.rejected_by_reason)
    rows = rejected_rows(rejected)
    check("rejected rows", [(line, reason) for line, _, reason, _ in rows], [(line, reason) for line, _, reason, _ in expected.rejects])
    for (line, column, _, got), (_, wanted_column, _, wanted) in zip(rows, expected.rejects):
        if got is not None:
            check(f"text of the rejected row {line}", got, wanted)
            check(f"column of the rejected row {line}", column, wanted_column)

    for name, label, groups in (
        ("by_station", "station", expected.by_station),
        ("by_day", "day", expected.by_day),
    ):
        check(name, [group[label] for group in statistics[name]], sorted(groups))
        for group in statistics[name]:
            if group[label] in groups:
                figures(f"{name} {group[label]!r}", group, groups[group[label]].figures())
    return found


def quantile_differences(got: dict, total: Group) -> list[str]:
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


def rejected_rows(path: Path) -> list[tuple[int, str, str, str | None]]:
    """Line, column, reason and text of every rejected row or reading; the text only where it stands there as it is."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [(int(row["line"]), row["column"], row["reason"], row["row"] if row["form"] == "text" else None) for row in rows]


def exact(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def rounded(text: str | None) -> float | None:
    return None if text is None else float(text)


def shown(value) -> str:
    if isinstance(value, Fraction):
        return f"{float(value)!r} ({value})" if len(str(value)) < 60 else repr(float(value))
    text = repr(value)
    return text if len(text) < 300 else text[:300] + "…"
