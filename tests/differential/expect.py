"""What is to be found in a file, from its text alone, with exact fractions.

Fields come from Python's csv module, numbers are integers times a power of ten, and each result is rounded once.
"""

import collections
import csv
import datetime
import gzip
import io
import math
import re
from dataclasses import dataclass, field, replace
from fractions import Fraction

# From this magnitude on a value is no temperature in any unit.
TOO_GREAT = 10**9
# Below it, zero aside, neither.
TOO_SMALL = Fraction(1, 10**300)
# The texts that stand for a missing value, besides the empty field: the profile `generic`.
MISSING = {
    "NaN", "NA", "N/A", "null", "None", "nan", "-NaN", "<NA>", "#N/A", "#N/A N/A", "#NA", "n/a", "NULL", "-nan",
    "1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN", "-", "--", "-9999", "-999", "-999.9", "-9999.9", "-99999",
    "---", "----", "***", "****", "err", "Err", "ERR", "error", "Error", "ERROR", "NULO", "unavailable", "unknown", "NoData",
    "nodata", "No Data", "missing", "Missing",
}  # fmt: skip
MISSING_NUMBERS = {Fraction(text) for text in ("-9999", "-999", "-999.9", "-9999.9", "-99999")}
# What the head of a file holds is all that is known of it before it is read.
HEAD_BYTES = 256 << 10
# Outside of it a number is a temperature of the air in no unit.
POSSIBLE = (Fraction(-130), Fraction("333.15"))
# Numbers that programs write for no value; others have to be there more than twice. With more than two different ones the
# values are no degrees.
ROUND = {
    Fraction(text)
    for text in (
        "-200 -300 -500 -555 -777 -888 -888.8 -990 -999.99 -1000 -7999 -8888 -99999.9 -32768 "
        "999 999.9 999.99 8888 9999 9999.9 32766 32767"
    ).split()
}
SUSPECTS = {Fraction(text) for text in ("-99", "-99.9", "-99.99")}
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
class Variable:
    """The readings of one variable."""

    missing: int = 0
    rejected: int = 0
    total: Group = field(default_factory=Group)


@dataclass
class Expected:
    """What the statistics and the rejected rows have to say."""

    header: list[str]
    # In the key's order.
    variables: list[Variable]
    used: int = 0
    missing: int = 0
    rejected_by_reason: dict[str, int] = field(default_factory=dict)
    # Line, column, reason and text of each row, or reading of a row, that was refused.
    rejects: list[tuple[int, str, str, str]] = field(default_factory=list)
    # Of the primary variable.
    by_station: dict[str, Group] = field(default_factory=dict)
    by_day: dict[str, Group] = field(default_factory=dict)

    def rejected_row(self, reason: str) -> None:
        self.rejected_by_reason[reason] = self.rejected_by_reason.get(reason, 0) + 1


def expect(data: bytes, key, order: list[int]) -> Expected:
    """What is to be found in the file `data`. A row's readings are looked at in the `order` of their variables."""
    text = (gzip.decompress(data) if key.compressed else data).decode(key.encoding).removeprefix("\ufeff")
    number = number_pattern(key.mark)
    sentinels = sentinels_of(text, key, number, order)
    rows = records(text, key.delimiter)
    # Lines with nothing but blanks stand above the header of some files.
    header = next(fields for _, _, fields in rows if any(map(str.strip, fields)))
    expected = Expected([name.strip() for name in header], [Variable() for _ in key.variables])
    for line, raw, fields in rows:
        if len(fields) != len(header):
            reason = "too_few_fields" if len(fields) < len(header) else "too_many_fields"
            expected.rejected_row(reason)
            expected.rejects.append((line, "", reason, raw))
            for position, places in of_each_variable(key):
                expected.variables[position].rejected += places
            continue
        found = [
            (place, read_value(fields[place.index].strip(BLANKS), number)) for place in places_of(key, fields, order)
        ]
        found = [
            (place, None if is_sentinel(value, sentinels[place.variable]) else value) for place, value in found
        ]
        for place, value in found:
            count(expected, key, fields, place, value)
            if isinstance(value, str):
                expected.rejects.append((line, expected.header[place.index], value, raw))
        if any(isinstance(value, tuple) for _, value in found):
            expected.used += 1
        elif reasons := [value for _, value in found if isinstance(value, str)]:
            expected.rejected_row(reasons[0])
        else:
            expected.missing += 1
    return expected


def sentinels_of(text: str, key, number: re.Pattern, order: list[int]) -> list[set[Fraction]]:
    """The numbers of each variable that stand for no value, by the head of the file."""
    values = [[] for _ in key.variables]
    rows = records(text, key.delimiter)
    header = next(fields for _, _, fields in rows if any(map(str.strip, fields)))
    length = 0
    for _, raw, fields in rows:
        length += len(raw.encode(key.encoding)) + 2
        if length > HEAD_BYTES:
            break
        if len(fields) == len(header):
            for place in places_of(key, fields, order):
                value = read_value(fields[place.index].strip(BLANKS), number)
                if isinstance(value, tuple):
                    values[place.variable].append(Fraction(value[0], 10 ** value[1]))
    return [sentinels_among(each) for each in values]


def sentinels_among(values: list[Fraction]) -> set[Fraction]:
    counts = collections.Counter(values)
    low, high = POSSIBLE
    outside = {value: count for value, count in counts.items() if not low <= value <= high}
    if len(values) == sum(outside.values()) or len(outside) > 2:
        return set()
    found = {value for value, count in outside.items() if count > 2 or value in ROUND}
    inside = set(counts) - set(outside)
    for value in inside & SUSPECTS:
        others = inside - {value}
        if counts[value] > 1 and others and all(abs(other - value) >= 30 for other in others):
            found.add(value)
    return found


def is_sentinel(value, sentinels: set[Fraction]) -> bool:
    return isinstance(value, tuple) and Fraction(value[0], 10 ** value[1]) in sentinels


def of_each_variable(key):
    """Each variable, and how many of its readings a row holds. A row of a long table holds one, of nobody knows which."""
    if key.element is not None:
        return []
    return [(position, sum(place.variable == position for place in key.places)) for position in range(len(key.variables))]


def places_of(key, fields: list[str], order: list[int]) -> list:
    """Where this row has its readings."""
    if key.element is None:
        # A variable's readings by month, else as they stand in the row.
        return sorted(key.places, key=lambda place: (order.index(place.variable), place.month or place.index))
    names = [name for name, _ in key.variables]
    element = fields[key.element].strip(BLANKS)
    return [replace(place, variable=names.index(element)) for place in key.places if element in names]


def count(expected: Expected, key, fields: list[str], place, value) -> None:
    """Counts a reading."""
    variable = expected.variables[place.variable]
    if isinstance(value, str):
        # What is refused lists neither station nor day.
        variable.rejected += 1
        return
    groups = [variable.total]
    if place.variable == 0:
        station = fields[key.station] if key.station is not None else place.station
        if station is not None:
            groups.append(expected.by_station.setdefault(station, Group()))
        if key.time is not None and (day := read_day(fields[key.time].strip(BLANKS), key.time_format)):
            day = day if place.month is None else f"{day[:4]}-{place.month:02}-01"
            groups.append(expected.by_day.setdefault(day, Group()))
    if value is None:
        variable.missing += 1
    else:
        for group in groups:
            group.values.append(value)


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
    "year": r"(?P<y>\d{4})(?!\d)(?P<m>)(?P<d>)",
    "month_first": r"(?P<m>\d{1,2})[-/.](?P<d>\d{1,2})[-/.](?P<y>\d{4})(?!\d)",
    "day_first": r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})(?!\d)",
}


def read_day(text: str, form: str) -> str | None:
    """The day that a time begins with, if the calendar has it."""
    match = re.match(DAYS[form], text, re.ASCII)
    if match is None:
        return None
    try:
        # A year alone stands for its first day.
        return datetime.date(int(match["y"]), int(match["m"] or 1), int(match["d"] or 1)).isoformat()
    except ValueError:
        return None
