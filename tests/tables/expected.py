"""What the tables of a file have to hold, from the file's text: pandas makes the groups, fractions the figures."""

import math
import re
from dataclasses import dataclass, field
from fractions import Fraction

import pandas as pd

# The texts of the files here that stand for a missing value.
MISSING = {"", "NA"}
# Values are integers times a power of ten that is fine enough for all files here.
SCALE = 20


@dataclass
class Group:
    """Readings of one variable."""

    missing: int = 0
    rejected: int = 0
    # In units of 10^-SCALE.
    values: list[int] = field(default_factory=list)
    # Where there are usable readings.
    days: set = field(default_factory=set)
    stations: set = field(default_factory=set)

    def add(self, text: str, station, day) -> None:
        if text in MISSING:
            self.missing += 1
            return
        number = re.fullmatch(r"([+-]?[0-9]+)\.?([0-9]*)", text)
        if number is None:
            self.rejected += 1
            return
        whole, decimals = number.groups()
        assert len(decimals) <= SCALE, text
        self.values.append(int(whole + decimals.ljust(SCALE, "0")))
        self.days |= {day} - {None}
        self.stations |= {station} - {None}

    def figures(self) -> dict:
        """By the names of the tables' columns."""
        values, count = self.values, len(self.values)
        unit = 10**SCALE
        total, squares = sum(values), sum(value * value for value in values)
        days = sorted(self.days)
        return {
            "used": count,
            "missing": self.missing,
            "rejected": self.rejected,
            "sum": Fraction(total, unit),
            "sum_of_squares": Fraction(squares, unit * unit),
            "min": Fraction(min(values), unit) if count else None,
            "max": Fraction(max(values), unit) if count else None,
            "mean": float(Fraction(total, count * unit)) if count else None,
            "std": deviation(count, total, squares),
            "days": len(days),
            "first_day": days[0] if days else None,
            "last_day": days[-1] if days else None,
            "stations": len(self.stations),
        }


def deviation(count: int, total: int, squares: int) -> float | None:
    """Sample standard deviation, correctly rounded."""
    if count < 2:
        return None
    above, below = squares * count - total * total, count * (count - 1) * 10 ** (2 * SCALE)
    # Far more bits of the root than a double has, and one that tells whether any were cut off.
    shift = 400
    square, rest = divmod(above << (2 * shift), below)
    root = math.isqrt(square)
    cut = rest != 0 or root * root != square
    return float(Fraction(2 * root + cut, 1 << (shift + 1)))


def expected(text: pd.DataFrame, variables: list[str], station: str | None, days: pd.Series | None) -> dict[str, dict]:
    """The rows of each table by their keys, in the tables' order: variable, station, day, what has none first.

    `text` is the file with every field as text, `days` the day of each row or `None`.
    """
    keys = pd.DataFrame({"station": None, "day": None}, index=text.index, dtype=object)
    if station:
        keys["station"] = [name or None for name in text[station]]
    if days is not None:
        keys["day"] = days
    tables = {"cells": {}, "stations": {}, "days": {}}
    for position, variable in enumerate(variables):
        for (name, day), part in text[variable].groupby([keys["station"], keys["day"]], dropna=False):
            name, day = (None if pd.isna(key) else key for key in (name, day))
            for table, key in (("cells", (name, day)), ("stations", (name,)), ("days", (day,))):
                group = tables[table].setdefault((position, *key), Group())
                for value in part:
                    group.add(value, name, day)
    in_order = lambda key: (key[0], *((part is not None, str(part or "").encode()) for part in key[1:]))
    return {
        table: {(variables[key[0]], *key[1:]): groups[key].figures() for key in sorted(groups, key=in_order)}
        for table, groups in tables.items()
    }
