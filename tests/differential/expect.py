"""What is to be found in a file, from its text alone, with exact fractions.

Fields come from Python's csv module, numbers are integers times a power of ten, and each result is rounded once.
"""

import csv
import datetime
import gzip
import io
import math
import re
from dataclasses import dataclass, field
from fractions import Fraction

# From this magnitude on a value is no temperature in any unit.
TOO_GREAT = 10**9
# Below it, zero aside, neither.
TOO_SMALL = Fraction(1, 10**300)
# The texts that stand for a missing value, besides the empty field: the profile `generic`.
MISSING = {
    "NaN", "NA", "N/A", "null", "None", "nan", "-NaN", "<NA>", "#N/A", "#N/A N/A", "#NA", "n/a", "NULL", "-nan",
    "1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN", "-", "--", "-9999", "-999", "-999.9", "-9999.9", "-99999",
}  # fmt: skip
MISSING_NUMBERS = {Fraction(text) for text in ("-9999", "-999", "-999.9", "-9999.9", "-99999")}
PERCENTS = [1, 5, 25, 50, 75, 95, 99]
BLANKS = " \t\n\r\f"


@dataclass
class Group:
    """Usable values, as they are added up."""

    values: list[tuple[int, int]] = field(default_factory=list)

    def sums(self):
        """Count, Σx and Σx² as integers, and the power of ten that they are scaled by."""
        scale = max((scale for _, scale in self.values), default=0)
        scaled = [digits * 10 ** (scale - own) for digits, own in self.values]
        return len(scaled), sum(scaled), sum(x * x for x in scaled), scale, scaled

    def figures(self) -> dict:
        count, total, squares, scale, scaled = self.sums()
        if count == 0:
            return {"count": 0, "mean": None, "min": None, "max": None, "std": None}
        std = None
        if count > 1:
            std = sqrt_rounded(Fraction(squares * count - total * total, count * (count - 1) * 10 ** (2 * scale)))
        return {
            "count": count,
            "mean": float(Fraction(total, count * 10**scale)),
            "min": Fraction(min(scaled), 10**scale),
            "max": Fraction(max(scaled), 10**scale),
            "std": std,
        }

    def quantiles(self) -> dict[str, Fraction | None]:
        """Hyndman and Fan's type 7, the default of NumPy and R."""
        count, _, _, scale, scaled = self.sums()
        if count == 0:
            return {f"p{percent:02}": None for percent in PERCENTS}
        scaled.sort()
        found = {}
        for percent in PERCENTS:
            rank, weight = divmod((count - 1) * percent, 100)
            above = scaled[min(rank + 1, count - 1)]
            found[f"p{percent:02}"] = Fraction(scaled[rank] * (100 - weight) + above * weight, 100 * 10**scale)
        return found

    def places(self) -> int:
        """The most decimals of a value."""
        return max((scale for _, scale in self.values), default=0)


def sqrt_rounded(square: Fraction) -> float:
    """The square root, correctly rounded: 80 bits of it, and whether anything was cut off, decide."""
    if square == 0:
        return 0.0
    bits = square.denominator.bit_length() - square.numerator.bit_length()
    shift = max(0, 80 + bits // 2 + 1)
    scaled, rest = divmod(square.numerator << (2 * shift), square.denominator)
    root = math.isqrt(scaled)
    sticky = rest != 0 or root * root != scaled
    return float(Fraction((root << 1) | sticky, 1 << (shift + 1)))


@dataclass
class Expected:
    """What the statistics and the rejected rows have to say."""

    header: list[str]
    used: int = 0
    missing: int = 0
    # Line, reason and text of each.
    rejected: list[tuple[int, str, str]] = field(default_factory=list)
    total: Group = field(default_factory=Group)
    by_station: dict[str, Group] = field(default_factory=dict)
    by_day: dict[str, Group] = field(default_factory=dict)


def expect(data: bytes, key) -> Expected:
    """What is to be found in the file `data`."""
    text = (gzip.decompress(data) if key.compressed else data).decode(key.encoding).removeprefix("\ufeff")
    number = number_pattern(key.mark)
    rows = records(text, key.delimiter)
    # Lines with nothing but blanks stand above the header of some files.
    header = next(fields for _, _, fields in rows if any(map(str.strip, fields)))
    expected = Expected([name.strip() for name in header])
    for line, raw, fields in rows:
        if len(fields) != len(header):
            reason = "too_few_fields" if len(fields) < len(header) else "too_many_fields"
            expected.rejected.append((line, reason, raw))
            continue
        value = read_value(fields[key.temperature].strip(BLANKS), number)
        if isinstance(value, str):
            expected.rejected.append((line, value, raw))
            continue
        groups = [expected.total]
        if key.station is not None:
            groups.append(expected.by_station.setdefault(fields[key.station], Group()))
        if key.time is not None and (day := read_day(fields[key.time].strip(BLANKS), key.time_format)):
            groups.append(expected.by_day.setdefault(day, Group()))
        if value is None:
            expected.missing += 1
            continue
        expected.used += 1
        for group in groups:
            group.values.append(value)
    return expected


def records(text: str, delimiter: str):
    """Number of the first line, text and fields of each record; blank lines are none."""
    lines = io.StringIO(text, newline="").readlines()
    reader = csv.reader(lines, delimiter=delimiter)
    before = 0
    for fields in reader:
        if fields:
            yield before + 1, "".join(lines[before : reader.line_num]).removesuffix("\n").removesuffix("\r"), fields
        before = reader.line_num


def number_pattern(mark: str) -> re.Pattern:
    mark = re.escape(mark)
    return re.compile(rf"([+-]?)(?:([0-9]+)(?:{mark}([0-9]*))?|{mark}([0-9]+))(?:[eE]([+-]?[0-9]+))?")


def read_value(text: str, number: re.Pattern):
    """Digits and scale of a value; `None` where it is missing; else the reason that it is none."""
    if text == "" or text in MISSING:
        return None
    if re.fullmatch(r"[+-]?inf(inity)?", text, re.IGNORECASE | re.ASCII):
        return "not_finite"
    match = number.fullmatch(text)
    if match is None:
        return "not_a_number"
    sign, whole, fraction, bare, exponent = match.groups()
    fraction = (fraction if whole is not None else bare) or ""
    digits, scale = int((whole or "") + fraction), len(fraction) - int(exponent or 0)
    if digits == 0:
        return 0, 0
    if scale < 0:
        digits, scale = digits * 10**-scale, 0
    while scale > 0 and digits % 10 == 0:
        digits, scale = digits // 10, scale - 1
    value = Fraction(digits, 10**scale)
    if value >= TOO_GREAT or value < TOO_SMALL:
        return "out_of_range"
    if sign == "-":
        digits, value = -digits, -value
    return None if value in MISSING_NUMBERS else (digits, scale)


DAYS = {
    "year_first": r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)",
    "compact": r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)",
    "month_first": r"(?P<m>\d{1,2})[-/.](?P<d>\d{1,2})[-/.](?P<y>\d{4})(?!\d)",
    "day_first": r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})(?!\d)",
}


def read_day(text: str, form: str) -> str | None:
    """The day that a time begins with, if the calendar has it."""
    match = re.match(DAYS[form], text, re.ASCII)
    if match is None:
        return None
    try:
        return datetime.date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat()
    except ValueError:
        return None
