"""What the generators of the corpus share: files of a kind, and what a right reader must find in them.

Values are decimals from a seeded random walk, so that every run writes the same bytes, and the expected figures are exact sums
over the values that were written, not over what a program read.
"""

import json
import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

CORPUS = Path(__file__).resolve().parent.parent


def walk(seed, count, digits=1, start=10.0, step=2.0, low=-25.0, high=38.0):
    """`count` decimals with `digits` fraction digits, each near the one before."""
    chance = random.Random(seed)
    value, values = start, []
    for _ in range(count):
        value = min(high, max(low, value + chance.uniform(-step, step)))
        values.append(Decimal(f"{value:.{digits}f}") + 0)  # + 0: no minus zero
    return values


def days(first, count):
    """`count` days from `first`, which is (year, month, day)."""
    return [date(*first) + timedelta(days=number) for number in range(count)]


class Variable:
    """The readings of one temperature: add them one by one, in degrees."""

    def __init__(self, name, role, unit):
        self.name, self.role, self.unit = name, role, unit
        self.used, self.missing, self.rejected = [], 0, 0

    def add(self, value):
        """A usable value (Decimal), None for a missing one, "rejected" for one that is neither."""
        if value is None:
            self.missing += 1
        elif isinstance(value, str):
            self.rejected += 1
        else:
            self.used.append(Decimal(value))

    def expected(self):
        total = sum((Fraction(value) for value in self.used), Fraction(0))
        return {
            "name": self.name,
            "role": self.role,
            "unit": self.unit,
            "used": len(self.used),
            "missing": self.missing,
            "rejected": self.rejected,
            "mean": float(total / len(self.used)) if self.used else None,
            "min": float(min(self.used)) if self.used else None,
            "max": float(max(self.used)) if self.used else None,
        }


class Table:
    """Rows and what they hold: `row()` once for each row below the header."""

    def __init__(self, *variables):
        self.variables = variables
        self.read = self.used = self.missing = self.rejected = 0
        self.days, self.stations = set(), set()

    def row(self, values, day=None, station=None):
        """A row with a value for each variable (see Variable.add; several values for one variable as a list), its day and station."""
        self.read += 1
        several = [value if isinstance(value, list) else [value] for value in values]
        for variable, each in zip(self.variables, several, strict=True):
            for value in each:
                variable.add(value)
        flat = [value for each in several for value in each]
        if any(value is not None and not isinstance(value, str) for value in flat):
            self.used += 1
        elif all(value is None for value in flat):
            self.missing += 1
        else:
            self.rejected += 1
        if day is not None:
            self.days.update(day if isinstance(day, (list, set)) else [day])
        if station is not None:
            self.stations.add(str(station))

    def broken_row(self):
        """A row that cannot be taken apart: every variable has one rejected reading."""
        self.read += 1
        self.rejected += 1
        for variable in self.variables:
            variable.add("rejected")

    def other_row(self, day=None, station=None):
        """A row of a long table that is about something else than a temperature: missing."""
        self.read += 1
        self.missing += 1

    def expected(self):
        known = sorted(self.days)
        return {
            "rows": {"read": self.read, "used": self.used, "missing": self.missing, "rejected": self.rejected},
            "variables": [variable.expected() for variable in self.variables],
            "days": {"count": len(known), "first": str(known[0]), "last": str(known[-1])} if known else None,
            "stations": sorted(self.stations) or None,
        }


def write(profile, name, content, documentation, table=None, refused=None, encoding="utf-8"):
    """Writes the file `name` of a profile, and what must be found in it. `content` is text, or bytes as they are."""
    folder = CORPUS / profile
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    expected = {"profile": profile, "documentation": documentation}
    expected |= {"refused": refused} if refused else table.expected()
    (folder / f"{name}.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
