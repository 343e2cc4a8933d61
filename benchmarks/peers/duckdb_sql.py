"""DuckDB. Usage: duckdb_sql.py QUERY FILE… [--messy], prints JSON. The queries are those of peers/README.md."""

import json
import sys

import duckdb

AGGREGATES = "count({0}), avg({0}), min({0}), max({0}), stddev_samp({0})"
NAMES = ("used", "mean", "min", "max", "std")


def main() -> None:
    query, *paths = [argument for argument in sys.argv[1:] if argument != "--messy"]
    options = {"ignore_errors": True, "dtype": {"temperature": "DOUBLE"}} if "--messy" in sys.argv else {}
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    print(json.dumps(QUERIES[query](connection, paths, options)))


def overall(connection, paths: list[str], options: dict) -> dict:
    source = connection.read_csv(paths[0], **options)
    return dict(zip(NAMES, source.aggregate(AGGREGATES.format("temperature")).fetchall()[0]))


def full(connection, paths: list[str], options: dict) -> dict:
    """One pass over the file with grouping sets."""
    source = connection.read_csv(paths[0], **options)
    keys = [next(column for column in source.columns if column.startswith("station"))]
    if "timestamp" in source.columns:
        keys.append("CAST(timestamp AS DATE)")
    sets = ", ".join(["()", *(f"({key})" for key in keys)])
    # grouping() has a bit per key, set where the row is not grouped by it.
    which = f"grouping({', '.join(keys)})"
    aggregates = AGGREGATES.format("temperature")
    groups = connection.execute(f"SELECT {which}, {aggregates} FROM source GROUP BY GROUPING SETS ({sets})").fetchall()
    everything = (1 << len(keys)) - 1
    of_key = [sum(g[0] == everything & ~(1 << (len(keys) - 1 - i)) for g in groups) for i in range(len(keys))]
    total = next(group for group in groups if group[0] == everything)
    return dict(zip(NAMES, total[1:])) | dict(zip(("stations", "days"), of_key))


def columns(connection, paths: list[str], options: dict) -> dict:
    source = connection.read_csv(paths[0], **options)
    names = [column for column in source.columns if column != "timestamp"]
    row = source.aggregate(", ".join(AGGREGATES.format(f'"{name}"') for name in names)).fetchall()[0]
    figures = len(NAMES)
    return {f"{name} {figure}": value for i, name in enumerate(names) for figure, value in zip(NAMES, row[i * figures :])}


def files(connection, paths: list[str], options: dict) -> dict:
    source = connection.read_csv(paths, filename=True, **options)
    rows = source.aggregate(f"filename, {AGGREGATES.format('temperature')}", "filename").fetchall()
    return {"files": len(rows), "used": sum(row[1] for row in rows), "means": sum(row[2] for row in rows)}


QUERIES = {"overall": overall, "full": full, "columns": columns, "files": files}

if __name__ == "__main__":
    main()
