#!/usr/bin/env python3
"""Writes the NumAcc data sets of the NIST Statistical Reference Datasets and their certified values.

    python3 tests/expected/nist.py            # write tests/expected/nist/
    python3 tests/expected/nist.py --check    # compare, write nothing

Each is built to break a way of computing a standard deviation: NumAcc2 to NumAcc4 differ in the last
of up to nine digits only, so a sum of squares in doubles loses the answer. The certified values are NIST's; the
script derives them again by rational arithmetic and stops if a derivation and the certified value differ. Needs
nothing but Python.
"""

import argparse
import json
import sys
from fractions import Fraction
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "nist"


def alternating(base: int) -> list[str]:
    """1001 values: base.2, then base.1 and base.3 in turn."""
    return [f"{base}.2"] + [f"{base}.1", f"{base}.3"] * 500


# name -> (values, certified mean, certified standard deviation)
SETS = {
    "NumAcc1": (["10000001", "10000003", "10000002"], "10000002", "1"),
    "NumAcc2": (alternating(1), "1.2", "0.1"),
    "NumAcc3": (alternating(1000000), "1000000.2", "0.1"),
    "NumAcc4": (alternating(10000000), "10000000.2", "0.1"),
}


def confirm(name: str, texts: list[str], mean: str, std: str) -> None:
    """The certified values follow from the data exactly."""
    values = [Fraction(t) for t in texts]
    derived = sum(values) / len(values)
    variance = sum((v - derived) ** 2 for v in values) / (len(values) - 1)
    if derived != Fraction(mean) or variance != Fraction(std) ** 2:
        sys.exit(f"{name}: derived mean {derived} and variance {variance}, certified {mean} and {std} squared")


def files() -> dict[str, str]:
    """Name and content of every file."""
    content, certified = {}, {}
    for name, (texts, mean, std) in SETS.items():
        confirm(name, texts, mean, std)
        content[f"{name}.csv"] = "\n".join(["temperature", *texts]) + "\n"
        certified[name] = {
            "file": f"{name}.csv",
            "record_count": len(texts),
            "mean_temperature": float(mean),
            "std_temperature": float(std),
            "min_temperature": float(min(texts, key=Fraction)),
            "max_temperature": float(max(texts, key=Fraction)),
        }
    content["certified.json"] = json.dumps(certified, indent=2) + "\n"
    return content


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--check", action="store_true", help="compare with the files, write nothing")
    check = arguments.parse_args().check
    FOLDER.mkdir(exist_ok=True)
    for name, content in files().items():
        path = FOLDER / name
        if not check:
            path.write_text(content, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != content:
            sys.exit(f"{path}: is not what this script writes")


if __name__ == "__main__":
    main()
