"""Temperature files from a seed: what people's files look like, and what tries a reader's patience.

A file is made as text, and what is expected of it is computed from that text (`expect.py`). Of how it was made
only the key goes along: which delimiter, which columns; what a reader has to find out before it can read.

Left out is what has no answer outside of Isotherm: stray quotes, lone carriage returns, undecodable bytes.
"""

import dataclasses
import gzip
import random

import layouts
from layouts import Place
from texts import Texts

# What a batch may ask for with --column, the primary one first; the column behind it is one that would be taken unasked.
ASKED = [
    (["tmin"], "tmax"),
    (["tmax"], "tmean"),
    (["soil_temperature_c"], "temp_c"),
    (["value"], "temperature"),
    (["tmin", "tmax"], "tmean"),
    (["soil_temperature_c", "temp_c", "tmin"], "temperature"),
]
STATIONS = ["station", "station_id", "Site", "sensor"]
TIMES = ["time", "timestamp", "date", "DateTime"]
OTHERS = ["humidity", "remark", "pressure (hPa)", "lat", "n° capteur", "x\ny"]
PLAIN_NAMES = ["north", "south", "S1", "S2", "A-17", "plot 7", "007", ""]
WESTERN_NAMES = ["Zürich", "Åre", "São Paulo", "Orléans", "Besançon", "Malmö", "Málaga"]
OTHER_NAMES = ["東京", "Łódź", "Αθήνα", "Москва", "\N{SNOWFLAKE}", "Ǻ\u0301"]
QUOTED_NAMES = ['the "old" mast', "Berlin, Dahlem", "a;b", "x\ty", "two\nlines", "two\r\nlines", '"', ",", '""']


@dataclasses.dataclass
class Key:
    """How a file is to be read."""

    encoding: str
    delimiter: str
    mark: str
    quoting: str
    rows: int
    layout: str
    # Names and units, the primary one first; names are `None` where no text of the file tells them.
    variables: list[tuple[str | None, str]]
    # Where a row has its readings.
    places: list[Place]
    time_format: str
    element: int | None = None
    station: int | None = None
    time: int | None = None
    compressed: bool = False


@dataclasses.dataclass
class Case:
    """A file, and how it is to be read."""

    name: str
    data: bytes
    key: Key


def batch(seed: int, number: int, files: int) -> tuple[list[str], int, list[Case]]:
    """The files of one call: options that ask for columns, a split size, the files."""
    rng = random.Random(f"{seed}/{number}")
    kind = rng.choices(["unasked", "asked", "wide"], [60, 25, 15])[0]
    asked = rng.choice(ASKED) if kind == "asked" else None
    options = {"unasked": [], "wide": ["--wide"]}.get(kind)
    if asked:
        options = [part for name in asked[0] for part in ("--column", name)]
    split_bytes = rng.choice([rng.randint(1, 40), rng.randint(1, 400), rng.randint(100, 400)])
    cases = [Maker(rng, asked, kind == "wide").case(f"f{number:05}-{index:03}") for index in range(files)]
    return options, split_bytes, cases


class Maker:
    """Makes one file."""

    def __init__(self, rng: random.Random, asked, wide: bool):
        self.rng = rng
        chance = lambda p: rng.random() < p
        kind = rng.choices(["small", "clean", "late"], [70, 29, 1])[0]
        self.late = kind == "late"
        self.clean = kind == "clean"
        self.western = chance(0.2)
        self.bom = not self.western and chance(0.15)
        self.line_end = rng.choice(["\n", "\n", "\r\n"])
        self.ragged = 0 if self.clean else rng.choice([0, 0, 0.03])
        delimiter = rng.choice([",", ",", ";", "\t"])
        rows = rng.randint(12_000, 16_000) if self.late else rng.choice([rng.randint(1, 12), rng.randint(1, 80)])
        self.key = Key(
            encoding="cp1252" if self.western else "utf-8",
            delimiter=delimiter,
            mark="," if delimiter != "," and chance(0.5) else ".",
            quoting="none" if self.clean or self.late else rng.choice(["none", "none", "needed", "some", "all"]),
            rows=rows,
            layout="",
            variables=[],
            places=[],
            time_format=rng.choice(["year_first", "year_first", "compact", "month_first", "day_first"]),
        )
        self.names = self.some_names()
        self.columns(layouts.choose(rng, asked, wide, self.names))
        self.texts = Texts(rng, self.key, kind, several=len(self.key.places) > 1 or self.key.element is not None)

    def columns(self, layout: layouts.Chosen) -> None:
        """Puts the columns of the layout and others into an order."""
        rng, key = self.rng, self.key
        self.layout = layout
        station = rng.choice(STATIONS) if layout.may_have_station and rng.random() < 0.6 else None
        time = rng.choice(TIMES) if rng.random() < 0.7 else None
        if layout.time:
            time, key.time_format = layout.time
        names = layout.columns + [name for name in (station, time) if name]
        others = OTHERS if layout.may_have_numbers else ["remark"]
        names += rng.sample(others, min(len(others), rng.choice([0, 0, 1, 2, 4])))
        if len(names) == 1 and key.delimiter != ",":
            names.append("remark")
        # A sign that is no ASCII in the header tells the encoding, however far behind it the names are.
        if self.western and "°" not in "".join(names):
            names.append("n° capteur")
        rng.shuffle(names)
        if key.quoting == "none":
            names = [name.replace("\n", " ") for name in names]
        self.header = names
        key.layout = layout.name
        key.variables = layout.variables
        key.places = [dataclasses.replace(place, index=names.index(place.column)) for place in layout.places]
        key.element = names.index(layout.element) if layout.element else None
        key.station = names.index(station) if station else None
        key.time = names.index(time) if time else None

    def some_names(self) -> list[str]:
        names = PLAIN_NAMES + WESTERN_NAMES
        if not self.western:
            names = names + OTHER_NAMES
        if self.key.quoting != "none":
            names = names + QUOTED_NAMES
        return self.rng.sample(names, self.rng.randint(1, 6))

    def case(self, name: str) -> Case:
        lines = [self.record(self.header)]
        # Each element of a long table comes at least once.
        for row in range(max(self.key.rows + 1, len(self.layout.elements))):
            lines.append(self.row(row))
        if self.rng.random() < 0.1:
            lines.insert(0, self.rng.choice(["", " ", "\t"]))
        text = "".join(line + self.end() for line in lines)
        if self.rng.random() < 0.3:
            # A line feed alone is taken off; a carriage return stays and goes with the line.
            text = text.removesuffix("\n").removesuffix("\r")
        data = text.encode(self.key.encoding)
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
        rng, key, texts = self.rng, self.key, self.texts
        # The first rows settle the dialect: a number with its decimal mark, a day that can be no month.
        first = row < max(1, len(self.layout.elements))
        # The head that the plan is made from ends long before.
        late = self.late and row > 0.9 * key.rows
        readings = {place.index for place in key.places}
        fields = []
        for index in range(len(self.header)):
            if index in readings:
                fields.append(texts.decimal(21.5, 1) if first else texts.padded(texts.reading(late)))
            elif index == key.element:
                fields.append(texts.padded(self.layout.element_of(rng, row)))
            elif index == key.station:
                fields.append(rng.choice(self.names))
            elif index == key.time:
                fields.append(texts.padded(texts.time(first)))
            else:
                fields.append(self.other(self.header[index]))
        # A record over several lines that does not fit the header is taken for a stray quote: a choice, not arithmetic.
        if not first and rng.random() < self.ragged and "\n" not in "".join(fields):
            # A word behind the last column would be a remark.
            fields = fields[:-1] if rng.random() < 0.5 and len(fields) > 1 else fields + ["7"]
        return self.record(fields)

    def record(self, fields: list[str]) -> str:
        return self.key.delimiter.join(self.field(text) for text in fields)

    def field(self, text: str) -> str:
        needed = any(character in text for character in ['"', "\n", self.key.delimiter])
        wanted = self.key.quoting == "all" or (self.key.quoting == "some" and self.rng.random() < 0.3)
        return '"' + text.replace('"', '""') + '"' if needed or wanted else text

    def other(self, name: str) -> str:
        rng = self.rng
        if not self.layout.may_have_numbers:
            return rng.choice(["ok", "x", "see below"])
        return rng.choice(["", "x", str(rng.randint(0, 100)), self.texts.decimal(rng.uniform(900, 1100), 1)])
