"""DuckDB. Usage: duckdb_sql.py FILE overall|full, prints JSON.

`full` is one pass over the file with grouping sets.
"""

import json
import sys

import duckdb

path, query = sys.argv[1:]
connection = duckdb.connect()
connection.execute("SET enable_progress_bar = false")
source = connection.read_csv(path)
aggregates = "count(*), avg(temperature), min(temperature), max(temperature), stddev_samp(temperature)"

if query == "overall":
    groups = connection.execute(f"SELECT 0, {aggregates} FROM source").fetchall()
    named = {}
else:
    station = next(c for c in source.columns if c.startswith("station"))
    keys = [station]
    if "timestamp" in source.columns:
        keys.append("CAST(timestamp AS DATE)")
    sets = ", ".join(["()", *(f"({key})" for key in keys)])
    # grouping() has a bit per key, set where the row is not grouped by it.
    which = f"grouping({', '.join(keys)})"
    groups = connection.execute(f"SELECT {which}, {aggregates} FROM source GROUP BY GROUPING SETS ({sets})").fetchall()
    everything = (1 << len(keys)) - 1
    of_key = [sum(g[0] == everything & ~(1 << (len(keys) - 1 - i)) for g in groups) for i in range(len(keys))]
    groups = [g for g in groups if g[0] == everything]
    named = dict(zip(("stations", "days"), of_key))

count, mean, low, high, std = groups[0][1:]
print(json.dumps({"record_count": count, "mean": mean, "min": low, "max": high, "std": std, **named}))
