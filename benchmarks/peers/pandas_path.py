"""pandas, reading the needed columns of the file by its path. Usage: pandas_path.py FILE overall|full, prints JSON."""

import json
import sys

import pandas as pd


NEEDED = {"overall": {"temperature"}, "full": {"temperature", "station", "station_id", "timestamp"}}


def statistics(source, query: str, **options) -> dict:
    """`source` is a path or a file-like object; `options` go to read_csv."""
    frame = pd.read_csv(source, **options)
    t = frame["temperature"]
    result = {"record_count": len(t), "mean": t.mean(), "min": t.min(), "max": t.max(), "std": t.std()}
    if query == "full":
        station = next(c for c in frame.columns if c.startswith("station"))
        by_station = t.groupby(frame[station]).agg(["count", "mean", "min", "max", "std"])
        result["stations"] = len(by_station)
        if "timestamp" in frame:
            by_day = t.groupby(frame["timestamp"].str.slice(0, 10)).agg(["count", "mean", "min", "max"])
            result["days"] = len(by_day)
    return {key: x.item() if hasattr(x, "item") else x for key, x in result.items()}


if __name__ == "__main__":
    path, query = sys.argv[1:]
    print(json.dumps(statistics(path, query, usecols=lambda column: column in NEEDED[query])))
