#!/usr/bin/env python3
"""The tables that `isotherm run` writes, read by DuckDB and by pandas, beside the statistics and beside pandas' own groups. See README.md here."""

import argparse
import json
import shutil
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

sys.dont_write_bytecode = True
import duckdb
import generate
import pandas as pd
import pyarrow.parquet
from expected import expected

ROOT = Path(__file__).resolve().parents[2]
ISOTHERM = ROOT / "target" / "release" / "isotherm"
OUT = ROOT / "target" / "tables"
# Name, column of the station, column of the time, how a day is written; the variables are the statistics' own.
FILES = {
    "vega-weather-two-cities.csv": ("location", "date", "%Y-%m-%d"),
    "plotly-seattle-weather.csv": (None, "Date", "%m/%d/%Y"),
    "fine.csv": ("station", "time", "%Y-%m-%d"),
    "finer.csv": ("station", "time", "%Y-%m-%d"),
}
VARIABLES = {
    "vega-weather-two-cities.csv": ["temp_max", "temp_min"],
    "plotly-seattle-weather.csv": ["Mean_TemperatureC", "Max_TemperatureC", "Min_TemperatureC"],
    "fine.csv": ["tmean", "tmax", "tmin"],
    "finer.csv": ["tmean", "tmax", "tmin"],
}
KEYS = {"cells": ("variable", "station", "day"), "stations": ("variable", "station"), "days": ("variable", "day")}
COLUMNS = {
    "cells": ["used", "missing", "rejected", "sum", "sum_of_squares", "min", "max", "mean"],
    "stations": ["used", "missing", "rejected", "days", "first_day", "last_day", "mean", "std", "min", "max"],
    "days": ["used", "missing", "rejected", "stations", "mean", "std", "min", "max"],
}
# What DuckDB must take the columns for. Exact decimals are of 38 digits, and text in a file that needs more.
TYPES = {"variable": "VARCHAR", "station": "VARCHAR", "mean": "DOUBLE", "std": "DOUBLE"}
TYPES |= dict.fromkeys(["day", "first_day", "last_day"], "DATE")
TYPES |= dict.fromkeys(["used", "missing", "rejected", "days", "stations"], "BIGINT")
EXACT = ("sum", "sum_of_squares", "min", "max")
NEEDS_MORE = {"finer.csv"}


def main() -> None:
    arguments = argparse.ArgumentParser(description="The tables, read by DuckDB and by pandas.")
    arguments.add_argument("--isotherm", type=Path, default=ISOTHERM, help="the binary to run")
    chosen = arguments.parse_args()
    if not chosen.isotherm.exists():
        sys.exit(f"{chosen.isotherm} is missing: run cargo build --release first")
    shutil.rmtree(OUT / "out", ignore_errors=True)
    OUT.mkdir(parents=True, exist_ok=True)
    generate.write(OUT / "fine.csv", 13)
    generate.write(OUT / "finer.csv", 20)
    passed = failed = 0
    for name in FILES:
        problems = check(chosen.isotherm, name)
        passed, failed = (passed, failed + 1) if problems else (passed + 1, failed)
        for problem in problems[:12]:
            print(f"{name}: {problem}")
        if len(problems) > 12:
            print(f"{name}: and {len(problems) - 12} more")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def check(isotherm: Path, name: str) -> list[str]:
    """What is wrong with the tables of a file."""
    path = OUT / name if (OUT / name).exists() else ROOT / "samples" / name
    done = subprocess.run([isotherm, "run", "--json", "--out", OUT / "out", path], capture_output=True, text=True)
    if done.returncode != 0:
        return [f"isotherm run ended with {done.returncode}: {done.stderr.strip()[-500:]}"]
    statistics = json.loads(done.stdout, parse_float=Decimal)
    station, time, form = FILES[name]
    text = pd.read_csv(path, dtype=str, keep_default_na=False)
    wanted = expected(text, VARIABLES[name], station, days(text[time], form))

    names = [variable["name"] for variable in statistics["variables"]]
    if names[0] != VARIABLES[name][0] or sorted(names) != sorted(VARIABLES[name]):
        return [f"its variables are {names}"]
    problems, tables = [], {}
    for table in KEYS:
        file = OUT / "out" / statistics["tables"][table]
        tables[table] = by_duckdb(file, table, name in NEEDS_MORE, problems)
        problems += differences(f"{table}, by pandas", tables[table], by_pandas(file, table))
        in_order = {key: row for variable in names for key, row in wanted[table].items() if key[0] == variable}
        problems += differences(table, in_order, tables[table])
        problems += in_metadata(file, statistics)
    return problems + beside_statistics(statistics, tables)


def days(times: pd.Series, form: str) -> pd.Series:
    """The day that each time begins with, `None` where there is none."""
    parsed = pd.to_datetime(times.str.split("T").str[0], format=form, errors="coerce")
    return pd.Series([None if pd.isna(day) else day.date() for day in parsed], index=times.index, dtype=object)


def by_duckdb(file: Path, table: str, needs_more: bool, problems: list[str]) -> dict[tuple, dict]:
    """The rows of a table by their keys, as DuckDB reads them; complains of types that are not what they should be."""
    relation = duckdb.connect().read_parquet(str(file))
    for column, kind in zip(relation.columns, map(str, relation.types)):
        is_decimal = kind.startswith(("DECIMAL(18,", "DECIMAL(38,")) or needs_more and kind == "VARCHAR"
        fits = is_decimal if column in EXACT else kind == TYPES.get(column)
        if not fits:
            problems.append(f"{table}: {column} is a {kind}")
    if list(relation.columns) != [*KEYS[table], *COLUMNS[table]]:
        problems.append(f"{table}: its columns are {relation.columns}")
    return keyed(table, [dict(zip(relation.columns, row)) for row in relation.fetchall()])


def by_pandas(file: Path, table: str) -> dict[tuple, dict]:
    """The rows of a table by their keys, as pandas reads them."""
    frame = pd.read_parquet(file, engine="pyarrow").astype(object)
    return keyed(table, frame.where(frame.notna(), None).to_dict("records"))


def keyed(table: str, rows: list[dict]) -> dict[tuple, dict]:
    for row in rows:
        row |= {column: Fraction(row[column]) for column in EXACT if row.get(column) is not None}
    found = {tuple(row.pop(key) for key in KEYS[table]): row for row in rows}
    if len(found) != len(rows):
        raise ValueError(f"{table}: a key comes twice")
    return found


def differences(what: str, wanted: dict[tuple, dict], got: dict[tuple, dict]) -> list[str]:
    """Rows and figures that are not the same, or not in the same order."""
    if list(wanted) != list(got):
        missing, surplus = wanted.keys() - got.keys(), got.keys() - wanted.keys()
        return [f"{what}: {len(missing)} rows are missing, {len(surplus)} too many, or the order is wrong: {[*missing, *surplus][:3]}"]
    problems = []
    for key, row in got.items():
        for column, value in row.items():
            if value != wanted[key][column]:
                problems.append(f"{what}: {column} of {key} is {value}, expected {wanted[key][column]}")
    return problems


def in_metadata(file: Path, statistics: dict) -> list[str]:
    """What the file must tell of its variables."""
    metadata = pyarrow.parquet.read_metadata(file).metadata or {}
    told = json.loads(metadata.get(b"isotherm.variables", b"[]"))
    wanted = [{key: variable[key] for key in ("name", "role", "unit")} for variable in statistics["variables"]]
    if [{key: variable.get(key) for key in ("name", "role", "unit")} for variable in told] != wanted:
        return [f"{file.name}: its metadata tell {told}"]
    return []


def beside_statistics(statistics: dict, tables: dict[str, dict]) -> list[str]:
    """Figures of the statistics file that the tables do not give too."""
    problems = []
    for variable in statistics["variables"]:
        rows = [row for key, row in tables["cells"].items() if key[0] == variable["name"]]
        for count in ("used", "missing", "rejected"):
            total = sum(row[count] for row in rows)
            if total != variable["readings"][count]:
                problems.append(f"{variable['name']}: {total} readings {count} in cells, {variable['readings'][count]} in the statistics")
        for figure, of in (("min", min), ("max", max)):
            found = of(row[figure] for row in rows if row[figure] is not None)
            if found != Fraction(variable[figure]):
                problems.append(f"{variable['name']}: {figure} {found} in cells, {variable[figure]} in the statistics")
    primary = statistics["variables"][0]["name"]
    stations = {key[1] or "": row for key, row in tables["stations"].items() if key[0] == primary}
    by_day = {key[1].isoformat(): row for key, row in tables["days"].items() if key[0] == primary and key[1]}
    problems += listed("by_station", "station", statistics, stations if statistics["station_column"] else {})
    return problems + listed("by_day", "day", statistics, by_day)


def listed(groups: str, key: str, statistics: dict, rows: dict) -> list[str]:
    """Groups of the statistics file beside a table's rows."""
    if [group[key] for group in statistics[groups]] != list(rows):
        return [f"{groups}: other groups, or in another order, than in the table"]
    problems = []
    for group in statistics[groups]:
        row = dict(rows[group[key]], count=rows[group[key]]["used"])
        for figure in group.keys() - {key}:
            told = group[figure]
            # A double is told in the fewest digits that give it, all others are told exactly.
            number = float if isinstance(row[figure], float) else Fraction
            if (told if told is None else number(told)) != row[figure]:
                problems.append(f"{groups}: {figure} of {group[key]!r} is {group[figure]}, {row[figure]} in the table")
    return problems


if __name__ == "__main__":
    main()
