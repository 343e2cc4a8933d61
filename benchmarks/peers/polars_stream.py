"""Polars, streaming. Usage: polars_stream.py QUERY FILE… [--messy], prints JSON. The queries are those of peers/README.md."""

import json
import sys

import polars as pl

NAMES = ("used", "mean", "min", "max", "std")


def main() -> None:
    query, *paths = [argument for argument in sys.argv[1:] if argument != "--messy"]
    options = {"ignore_errors": True, "truncate_ragged_lines": True} if "--messy" in sys.argv else {}
    print(json.dumps(QUERIES[query](paths, options)))


def scan(paths: list[str], **options) -> pl.LazyFrame:
    # Polars takes a number in quotes for text, unless it is told.
    types = {"temperature": pl.Float64}
    frame = pl.scan_csv(paths, schema_overrides=types, **options)
    if "temperature" in frame.collect_schema().names():
        return frame
    # It guesses no separator either.
    return pl.scan_csv(paths, schema_overrides=types, separator=";", **options)


def figures(column: str, prefix: str = "") -> list[pl.Expr]:
    c = pl.col(column)
    return [x.alias(prefix + name) for x, name in zip((c.count(), c.mean(), c.min(), c.max(), c.std()), NAMES)]


def overall(paths: list[str], options: dict) -> dict:
    return scan(paths, **options).select(figures("temperature")).collect(engine="streaming").to_dicts()[0]


def full(paths: list[str], options: dict) -> dict:
    frame = scan(paths, **options)
    names = frame.collect_schema().names()
    station = next(name for name in names if name.startswith("station"))
    queries = [frame.select(figures("temperature")), frame.group_by(station).agg(figures("temperature"))]
    if "timestamp" in names:
        day = pl.col("timestamp").str.slice(0, 10).alias("day")
        queries.append(frame.group_by(day).agg(figures("temperature")[:-1]))
    total, *groups = pl.collect_all(queries, engine="streaming")
    return total.to_dicts()[0] | dict(zip(("stations", "days"), map(len, groups)))


def columns(paths: list[str], options: dict) -> dict:
    frame = pl.scan_csv(paths, **options)
    names = [name for name in frame.collect_schema().names() if name != "timestamp"]
    return frame.select([x for name in names for x in figures(name, f"{name} ")]).collect(engine="streaming").to_dicts()[0]


def files(paths: list[str], options: dict) -> dict:
    frame = scan(paths, include_file_paths="file", **options)
    rows = frame.group_by("file").agg(figures("temperature")).collect(engine="streaming")
    return {"files": len(rows), "used": rows["used"].sum(), "means": rows["mean"].sum()}


QUERIES = {"overall": overall, "full": full, "columns": columns, "files": files}

if __name__ == "__main__":
    main()
