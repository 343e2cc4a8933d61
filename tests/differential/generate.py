"""Temperature files from a seed: what people's files look like, and what tries a reader's patience.

A file is made as text, and what is expected of it is computed from that text (`expect.py`). Of how it was made
only the key goes along: which delimiter, which column; what a reader has to find out before it can read.

Left out is what has no answer outside of Isotherm: stray quotes, lone carriage returns, undecodable bytes.
"""

import dataclasses
import gzip
import random

# The greatest magnitude that is made, as a power of ten.
GREATEST = 12
# The least magnitude that is made, as a power of ten.
LEAST = -300

# Name of the temperature column, and the unit that it tells.
TEMPERATURES = [
    ("temperature", "unknown"),
    ("temp_c", "celsius"),
    ("Temperature (°C)", "celsius"),
    ("tempf", "fahrenheit"),
    ("air_temperature [K]", "kelvin"),
    ("T", "unknown"),
]
# What a batch may ask for with --column; the other column is the one that would be taken unasked.
ASKED = [("tmin", "tmax"), ("tmax", "tmean"), ("soil_temperature_c", "temp_c"), ("value", "temperature")]
UNITS = {"soil_temperature_c": "celsius"}
STATIONS = ["station", "station_id", "Site", "sensor"]
TIMES = ["time", "timestamp", "date", "DateTime"]
OTHERS = ["humidity", "remark", "pressure (hPa)", "lat", "n° capteur", "x\ny"]
PLAIN_NAMES = ["north", "south", "S1", "S2", "A-17", "plot 7", "007", ""]
WESTERN_NAMES = ["Zürich", "Åre", "São Paulo", "Orléans", "Besançon", "Malmö", "Málaga"]
OTHER_NAMES = ["東京", "Łódź", "Αθήνα", "Москва", "\N{SNOWFLAKE}", "Ǻ\u0301"]
QUOTED_NAMES = ['the "old" mast', "Berlin, Dahlem", "a;b", "x\ty", "two\nlines", "two\r\nlines", '"', ",", '""']
MISSING = ["", "", "NA", "NaN", "null", "n/a", "-", "--", "#N/A", "-9999", "-9999.0", "-999.9", "-99999", "-0999"]
BAD = ["warm", "21.4C", "1.2.3", "--1", "1_000", "0x10", "1e", ".", "+", "12 5", "١٢", "na", "nan()", "True", "e5"]
INFINITE = ["inf", "-inf", "Infinity", "+INF", "-infinity"]


@dataclasses.dataclass
class Key:
    """How a file is to be read."""

    encoding: str
    delimiter: str
    mark: str
    temperature: int
    station: int | None
    time: int | None
    time_format: str
    unit: str
    compressed: bool = False


@dataclasses.dataclass
class Case:
    """A file, and how it is to be read."""

    name: str
    data: bytes
    key: Key


def batch(seed: int, number: int, files: int) -> tuple[str | None, int, list[Case]]:
    """The files of one call: what to ask of --column, a split size, the files."""
    rng = random.Random(f"{seed}/{number}")
    asked = rng.choice(ASKED) if rng.random() < 0.3 else None
    split_bytes = rng.choice([rng.randint(1, 40), rng.randint(1, 400), rng.randint(100, 400)])
    cases = [Maker(rng, asked).case(f"f{number:05}-{index:03}") for index in range(files)]
    return (asked[0] if asked else None), split_bytes, cases


class Maker:
    """Makes one file."""

    def __init__(self, rng: random.Random, asked):
        self.rng = rng
        chance = lambda p: rng.random() < p
        kind = rng.choices(["small", "clean", "late"], [70, 29, 1])[0]
        self.late = kind == "late"
        self.clean = kind == "clean"
        self.rows = rng.randint(12_000, 16_000) if self.late else rng.choice([rng.randint(1, 12), rng.randint(1, 80)])
        self.delimiter = rng.choice([",", ",", ";", "\t"])
        self.mark = "," if self.delimiter != "," and chance(0.5) else "."
        self.western = chance(0.2)
        self.encoding = "cp1252" if self.western else "utf-8"
        self.bom = not self.western and chance(0.15)
        self.line_end = rng.choice(["\n", "\n", "\r\n"])
        self.quoting = "none" if self.clean or self.late else rng.choice(["none", "none", "needed", "some", "all"])
        self.scale = rng.choice([0, 1, 1, 1, 2, 2, 3, 4, 6, 9, 12])
        self.offset = rng.choice([0, 0, 15, 60, 273, 290])
        self.blanks = not self.clean and chance(0.3)
        self.bad = 0 if self.clean else rng.choice([0, 0.02, 0.1])
        self.ragged = 0 if self.clean else rng.choice([0, 0, 0.03])
        self.missing = rng.choice([0, 0.05, 0.3])
        self.strange = 0 if self.clean else rng.choice([0, 0, 0.02, 0.2])
        # A time that cannot be read costs its row's day; one in ten costs the column.
        self.bad_times = self.rows // 20 if not self.clean and chance(0.3) else 0
        self.columns(asked)
        self.names = self.some_names()

    def columns(self, asked) -> None:
        rng = self.rng
        if asked:
            wanted, other = asked
            temperature, unit = wanted, UNITS.get(wanted, "unknown")
            names = [other]
        else:
            temperature, unit = rng.choice(TEMPERATURES)
            names = []
        names.append(temperature)
        station = rng.choice(STATIONS) if rng.random() < 0.6 else None
        time = rng.choice(TIMES) if rng.random() < 0.7 else None
        names += [name for name in (station, time) if name]
        names += rng.sample(OTHERS, rng.choice([0, 0, 1, 2, 4]))
        if len(names) == 1 and self.delimiter != ",":
            names.append("humidity")
        # A sign that is no ASCII in the header tells the encoding, however far behind it the names are.
        if self.western and "°" not in "".join(names):
            names.append("n° capteur")
        rng.shuffle(names)
        if self.quoting == "none":
            names = [name.replace("\n", " ") for name in names]
        self.header = names
        self.key = Key(
            encoding=self.encoding,
            delimiter=self.delimiter,
            mark=self.mark,
            temperature=names.index(temperature),
            station=names.index(station) if station in STATIONS else None,
            time=names.index(time) if time in TIMES else None,
            time_format=rng.choice(["year_first", "year_first", "compact", "month_first", "day_first"]),
            unit=unit,
        )

    def some_names(self) -> list[str]:
        names = PLAIN_NAMES + WESTERN_NAMES
        if not self.western:
            names = names + OTHER_NAMES
        if self.quoting != "none":
            names = names + QUOTED_NAMES
        return self.rng.sample(names, self.rng.randint(1, 6))

    def case(self, name: str) -> Case:
        lines = [self.record(self.header)]
        for row in range(self.rows + 1):
            lines.append(self.row(row))
        if self.rng.random() < 0.1:
            lines.insert(0, self.rng.choice(["", " ", "\t"]))
        text = "".join(line + self.end() for line in lines)
        if self.rng.random() < 0.3:
            # A line feed alone is taken off; a carriage return stays and goes with the line.
            text = text.removesuffix("\n").removesuffix("\r")
        data = text.encode(self.encoding)
        if self.bom:
            data = b"\xef\xbb\xbf" + data
        name += ".csv"
        if self.rng.random() < 0.03:
            self.key.compressed = True
            cut = self.rng.randint(0, len(data))
            data = gzip.compress(data[:cut], mtime=0) + gzip.compress(data[cut:], mtime=0)
            name += ".gz"
        return Case(name, data, self.key)

    def end(self) -> str:
        rng = self.rng
        if self.clean or self.late or rng.random() > 0.02:
            return self.line_end
        return rng.choice([self.line_end * 2, "\n", "\r\n"])

    def row(self, row: int) -> str:
        rng = self.rng
        # The first row settles the dialect: a number with its decimal mark, a day that can be no month.
        first = row == 0
        # The head that the plan is made from ends long before.
        late = self.late and row > 0.9 * self.rows
        fields = []
        for index in range(len(self.header)):
            if index == self.key.temperature:
                fields.append(self.decimal(21.5, 1) if first else self.padded(self.temperature(late)))
            elif index == self.key.station:
                fields.append(rng.choice(self.names))
            elif index == self.key.time:
                fields.append(self.padded(self.time(first)))
            else:
                fields.append(self.other())
        # A record over several lines that does not fit the header is taken for a stray quote: a choice, not arithmetic.
        if not first and rng.random() < self.ragged and "\n" not in "".join(fields):
            fields = fields[:-1] if rng.random() < 0.5 and len(fields) > 1 else fields + ["x"]
        return self.record(fields)

    def record(self, fields: list[str]) -> str:
        return self.delimiter.join(self.field(text) for text in fields)

    def field(self, text: str) -> str:
        needed = any(character in text for character in ['"', "\n", self.delimiter])
        wanted = self.quoting == "all" or (self.quoting == "some" and self.rng.random() < 0.3)
        return '"' + text.replace('"', '""') + '"' if needed or wanted else text

    def padded(self, text: str) -> str:
        if not self.blanks or self.rng.random() < 0.5:
            return text
        return self.rng.choice(["", " ", "  "]) + text + self.rng.choice(["", " ", "   "])

    def temperature(self, late: bool) -> str:
        rng = self.rng
        roll = rng.random()
        if roll < self.missing:
            return rng.choice(MISSING).replace(".", self.mark)
        roll = rng.random()
        if roll < self.bad:
            bad = rng.choice(BAD + INFINITE + ([{".": "3,2", ",": "3.2"}[self.mark]] if self.mark_is_plain() else []))
            # What would have to be quoted, or cannot be written, is for other files.
            if (self.delimiter in bad and self.quoting == "none") or (self.western and not bad.isascii()):
                return "warm"
            return bad
        if rng.random() < (0.3 if late else self.strange):
            return self.strange_number()
        return self.decimal(self.offset + rng.gauss(0, 12), self.scale)

    def mark_is_plain(self) -> bool:
        """Whether so many numbers bear the decimal mark that a few with the other one do not raise a doubt."""
        return self.scale > 0 and self.rows > 40

    def decimal(self, value: float, scale: int) -> str:
        text = f"{value:.{scale}f}"
        if self.rng.random() < 0.05 and value > 0:
            text = "+" + text
        return text.replace(".", self.mark)

    def strange_number(self) -> str:
        """More digits, exponents, magnitudes that no thermometer shows."""
        rng = self.rng
        sign = rng.choice(["", "-", "+"])
        digits = "".join(rng.choice("0123456789") for _ in range(rng.choice([1, 3, 9, 17, 18, 19, 25, 40])))
        kind = rng.randint(0, 5)
        if kind == 0:
            text = f"{rng.randint(0, 99)}.{digits}"
        elif kind == 1:
            text = f"{rng.randint(0, 999)}.{rng.randint(0, 99999)}{rng.choice('eE')}{rng.choice(['', '+', '-'])}{rng.randint(0, 5):02}"
        elif kind == 2:
            text = f"{rng.randint(1, 9)}.{digits}e{rng.randint(LEAST, GREATEST)}"
        elif kind == 3:
            text = "0." + "0" * rng.randint(1, 60) + digits
        elif kind == 4:
            text = f"{10 ** rng.randint(3, GREATEST) + rng.choice([-1, 0, 1])}{rng.choice(['', '.', '.0', '.00001'])}"
        else:
            text = rng.choice(["0", ".5", "5.", "00012.50", "1e0", "0e99", "999999999", "99999.995", "100000", "0.005", "0.015"])
        return (sign + text).replace(".", self.mark)

    def time(self, first: bool) -> str:
        rng = self.rng
        if not first and self.bad_times and rng.random() < 0.03:
            self.bad_times -= 1
            return rng.choice(["", "yesterday", "2024-13-01", "0000"])
        year, month, day = rng.choice([1899, 2023, 2024]), rng.randint(1, 12), rng.randint(1, 28)
        if first:
            day = rng.randint(13, 28)
        hour = rng.choice(["", "", " 13:00", "T06:30:00Z"])
        separator = rng.choice("-/.")
        match self.key.time_format:
            case "year_first":
                form = rng.choice(["{0:04}{3}{1:02}{3}{2:02}", "{0:04}{3}{1}{3}{2}"])
            case "compact":
                form, hour = "{0:04}{1:02}{2:02}", rng.choice(["", "06", "0630", " 06:30"])
            case "month_first":
                form = rng.choice(["{1}/{2}/{0:04}", "{1:02}/{2:02}/{0:04}"])
            case _:
                form = rng.choice(["{2}.{1}.{0:04}", "{2:02}/{1:02}/{0:04}"])
        return form.format(year, month, day, separator) + hour

    def other(self) -> str:
        rng = self.rng
        return rng.choice(["", "x", str(rng.randint(0, 100)), self.decimal(rng.uniform(900, 1100), 1)])
