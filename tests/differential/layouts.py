"""Where a table keeps its temperatures: one or several columns, stations or months as columns, one row per element."""

import dataclasses
import random

# Name of a temperature column, and the unit that it tells.
TEMPERATURES = [
    ("temperature", "unknown"),
    ("temp_c", "celsius"),
    ("Temperature (°C)", "celsius"),
    ("tempf", "fahrenheit"),
    ("air_temperature [K]", "kelvin"),
    ("T", "unknown"),
]
# Columns that occur together, each set in the order in which they lead: mean, instant, maximum, minimum.
SEVERAL = [
    [("tmean", "unknown"), ("tmax", "unknown"), ("tmin", "unknown")],
    [("temperature", "unknown"), ("temp_max", "unknown"), ("temp_min", "unknown")],
    [("tavg_c", "celsius"), ("tmax_c", "celsius"), ("tmin_c", "celsius")],
]
UNITS = {"soil_temperature_c": "celsius", "temp_c": "celsius"}
# Elements in the order in which they lead, and those that are no temperatures.
ELEMENTS = ["TAVG", "TMAX", "TMIN"]
OTHER_ELEMENTS = ["PRCP", "SNOW"]
ELEMENT, VALUE = "element", "value"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
YEAR = "Year"
# Stations as columns, besides those of the maker: no name that is a number, and none over two lines.
WIDE_NAMES = ["north", "S1", "S2", "A-17", "plot 7", "Mast (upper)"]


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a row has a reading."""

    column: str
    # Position of the variable; of a long table's element it is told by the row.
    variable: int = 0
    # The station, where the column is one, and the month, 1 to 12.
    station: str | None = None
    month: int | None = None
    # Of the field, from 0.
    index: int = -1


@dataclasses.dataclass
class Chosen:
    """A layout with its columns."""

    name: str
    variables: list[tuple[str | None, str]]
    places: list[Place]
    columns: list[str]
    element: str | None = None
    # The elements that the rows come by in turn.
    elements: list[str] = dataclasses.field(default_factory=list)
    # A column of time of its own, and its format.
    time: tuple[str, str] | None = None
    may_have_station: bool = True
    # Whether other columns may hold numbers, and not be taken for temperatures.
    may_have_numbers: bool = True

    def element_of(self, rng: random.Random, row: int) -> str:
        """The element of a row: each equally often, now and then one that is no temperature."""
        if row >= len(self.elements) and rng.random() < 0.1:
            return rng.choice(OTHER_ELEMENTS)
        return self.elements[row % len(self.elements)]


def choose(rng: random.Random, asked, as_wide: bool, names: list[str]) -> Chosen:
    """The layout of one file; `names` are its stations'."""
    if as_wide:
        return wide(rng, names)
    if asked:
        wanted, other = asked
        variables = [(name, UNITS.get(name, "unknown")) for name in wanted]
        return columns(variables, [other])
    kind = rng.choices(["one", "several", "long", "months"], [50, 28, 12, 10])[0]
    if kind == "one":
        return columns([rng.choice(TEMPERATURES)])
    if kind == "several":
        together = rng.choice(SEVERAL)
        chosen = sorted(rng.sample(range(len(together)), rng.choice([2, 3])))
        return columns([together[position] for position in chosen])
    return long(rng) if kind == "long" else months()


def columns(variables: list[tuple[str, str]], others: list[str] = []) -> Chosen:
    """One row per time, a column for each variable."""
    names = [name for name, _ in variables]
    places = [Place(name, position) for position, name in enumerate(names)]
    return Chosen("rows", variables, places, names + others)


def wide(rng: random.Random, names: list[str]) -> Chosen:
    """One row per time, a column for each station."""
    usable = [name for name in names if "\n" not in name and any(map(str.isalpha, name))]
    stations = rng.sample(sorted({*usable, *WIDE_NAMES}), rng.choice([1, 2, 3, 5]))
    places = [Place(name, station=name) for name in stations]
    return Chosen("wide", [(None, "unknown")], places, stations, may_have_station=False, may_have_numbers=False)


def long(rng: random.Random) -> Chosen:
    """One row per element and time."""
    chosen = sorted(rng.sample(range(len(ELEMENTS)), rng.choice([1, 2, 3])))
    elements = [ELEMENTS[position] for position in chosen]
    return Chosen(
        "long",
        [(name, "unknown") for name in elements],
        [Place(VALUE)],
        [ELEMENT, VALUE],
        element=ELEMENT,
        elements=elements,
        may_have_numbers=False,
    )


def months() -> Chosen:
    """One row per year, a column for each month."""
    places = [Place(name, month=month) for month, name in enumerate(MONTHS, 1)]
    return Chosen("months", [(None, "unknown")], places, MONTHS, time=(YEAR, "year"), may_have_numbers=False)
