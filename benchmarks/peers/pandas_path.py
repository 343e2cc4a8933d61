"""pandas, reading the needed columns of a file by its path. Usage: pandas_path.py QUERY FILE…, prints JSON.
The queries are those of peers/README.md, but for `columns`."""

import json
import sys

import pandas as pd


NEEDED = {"temperature", "station", "station_id", "timestamp"}


def statistics(source, query: str, **options) -> dict:
    """`source` is a path or a file-like object; `options` go to read_csv."""
    frame = pd.read_csv(source, **options)
    t = frame["temperature"]
    result = {"used": t.count(), "mean": t.mean(), "min": t.min(), "max": t.max(), "std": t.std()}
    if query == "full":
        station = next(c for c in frame.columns if c.startswith("station"))
        result["stations"] = len(t.groupby(frame[station]).agg(["count", "mean", "min", "max", "std"]))
        if "timestamp" in frame:
            by_day = t.groupby(frame["timestamp"].str.slice(0, 10)).agg(["count", "mean", "min", "max"])
            result["days"] = len(by_day)
    return {key: x.item() if hasattr(x, "item") else x for key, x in result.items()}


def files(paths: list[str]) -> dict:
    answers = [statistics(path, "overall", usecols=["temperature"]) for path in paths]
    return {"files": len(answers), "used": sum(a["used"] for a in answers), "means": sum(a["mean"] for a in answers)}


if __name__ == "__main__":
    query, *paths = sys.argv[1:]
    needed = NEEDED if query == "full" else {"temperature"}
    answer = files(paths) if query == "files" else statistics(paths[0], query, usecols=lambda column: column in needed)
    print(json.dumps(answer))
