"""What the contestants printed, under the same names, and whether they agree."""

import csv
import json

# Sums in floating point differ in the last digits.
TOLERANCE = 1e-9
# The statistics file holds no more stations than this.
STATIONS_LISTED = 1000


def answer(text: str, query: str) -> dict:
    """What a contestant printed; empty if it printed nothing."""
    if not text.strip():
        return {}
    if text.startswith("{"):
        found = [json.loads(line) for line in text.splitlines()]
        return of_isotherm(found, query) if "mean_temperature" in found[0] else found[0]
    rows = list(csv.DictReader(text.splitlines()))
    # xan prints a row for each group.
    return {"stations": len(rows)} if "station" in rows[0] else {name: float(value) for name, value in rows[0].items()}


def of_isotherm(found: list[dict], query: str) -> dict:
    """Statistics files under the peers' names."""
    if query == "files":
        used = sum(one["quality"]["rows_used"] for one in found)
        return {"files": len(found), "used": used, "means": sum(one["mean_temperature"] for one in found)}
    (one,) = found
    if query == "columns":
        names = {"used": "count", "mean": "mean", "min": "min", "max": "max", "std": "std"}
        stations = one["by_station"]
        return {f"{station['station']} {name}": station[ours] for station in stations for name, ours in names.items()}
    answer = {name: one[f"{name}_temperature"] for name in ("mean", "min", "max", "std")}
    answer |= {"used": one["quality"]["rows_used"], "stations": len(one["by_station"]), "days": len(one["by_day"])}
    if answer["stations"] == STATIONS_LISTED:
        del answer["stations"]
    return answer


def differences(answers: dict[str, dict]) -> list[str]:
    """Every difference between the answers beyond what rounding explains, the first contestant's being right."""
    (reference_name, reference), *others = answers.items()
    found = [f"{name} printed no answer" for name, one in answers.items() if not one]
    for name, one in others:
        for key in sorted(one.keys() & reference.keys()):
            if abs(one[key] - reference[key]) > TOLERANCE * max(1, abs(reference[key])):
                found.append(f"{key}: {name} {one[key]!r}, {reference_name} {reference[key]!r}")
        if one and not one.keys() & reference.keys():
            found.append(f"{name} and {reference_name} printed nothing that can be compared")
    return found
