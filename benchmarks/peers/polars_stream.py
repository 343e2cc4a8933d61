"""Polars, streaming. Usage: polars_stream.py FILE overall|full, prints JSON."""

import json
import sys

import polars as pl

path, query = sys.argv[1:]
frame = pl.scan_csv(path)
columns = frame.collect_schema().names()
t = pl.col("temperature")
mean_min_max = [t.count().alias("count"), t.mean().alias("mean"), t.min().alias("min"), t.max().alias("max")]

queries = [frame.select(pl.len().alias("record_count"), *mean_min_max, t.std().alias("std"))]
if query == "full":
    station = next(c for c in columns if c.startswith("station"))
    queries.append(frame.group_by(station).agg(*mean_min_max, t.std().alias("std")).sort(station))
    if "timestamp" in columns:
        day = pl.col("timestamp").str.slice(0, 10).alias("day")
        queries.append(frame.group_by(day).agg(*mean_min_max).sort("day"))
overall, *groups = pl.collect_all(queries, engine="streaming")

result = overall.drop("count").to_dicts()[0]
result.update(zip(("stations", "days"), map(len, groups)))
print(json.dumps(result))
