"""What is measured: for each shape its files, who reads them, and the figures that must be reached."""

from dataclasses import dataclass, field

# Rows of the file that most shapes are about.
ROWS = 12_000_000
# No run of any shape may take more memory than this, in 10^6 bytes.
PEAK_MB = 96


@dataclass(frozen=True)
class Contestant:
    """A command that reads one of the shape's files."""

    program: str  # `isotherm`, `xan`, or the name of a script in peers/
    file: str = ""  # which of the shape's files; the first if empty
    query: str = "full"  # what a peer computes; Isotherm always does all it does
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A number to reach: `of` measured by `field`, or how many times as much that is for `against`."""

    what: str
    of: str = "isotherm"
    against: str = ""
    field: str = "wall_s"
    at_least: float | None = None
    at_most: float | None = None
    # Files of different sizes are compared by the time that a byte takes.
    per_byte: bool = False


@dataclass(frozen=True)
class Shape:
    """A kind of file, or of files. The first contestant is Isotherm on the first file."""

    about: str
    rows: int
    # Name of each file: the arguments of make_data.py behind the path, `{rows}` filled in, `{x}` with another's path.
    files: dict[str, tuple[str, ...]]
    contestants: dict[str, Contestant]
    figures: list[Figure]
    # Contestants whose answers are not for comparing: they read another file.
    apart: set[str] = field(default_factory=set)


ISOTHERM = {"isotherm": Contestant("isotherm")}
PLAIN = ("stations", "--rows", "{rows}")
WITH_PLAIN = ISOTHERM | {"isotherm, plain file": Contestant("isotherm", "plain")}
GROUPED = {"DuckDB": Contestant("duckdb_sql"), "Polars": Contestant("polars_stream")}
MESSY = {name: Contestant(peer.program, options=("--messy",)) for name, peer in GROUPED.items()}
FILES = {
    "DuckDB": Contestant("duckdb_sql", query="files"),
    "Polars": Contestant("polars_stream", query="files"),
    "pandas": Contestant("pandas_path", query="files"),
}


def against(peers, at_least: float | None = None) -> list[Figure]:
    """Figures of the walls of peers by Isotherm's: times as fast."""
    return [Figure(f"wall, {peer} by Isotherm", of=peer, against="isotherm", at_least=at_least) for peer in peers]


def beside_plain(what: str, at_least: float | None = None, per_byte: bool = False) -> Figure:
    """How fast this file is read, the plain one being 1."""
    return Figure(f"{what}, as fast as the plain file", of="isotherm, plain file", against="isotherm", at_least=at_least, per_byte=per_byte)


def packed(codec: str) -> Shape:
    return Shape(
        f"the plain file, {codec}",
        ROWS,
        {codec: (codec, "--of", "{plain}"), "plain": PLAIN},
        WITH_PLAIN | GROUPED,
        [beside_plain(codec)] + against(GROUPED),
    )


SHAPES = {
    "plain": Shape(
        "12 million rows of 100 stations: time, station, temperature, humidity, pressure",
        ROWS,
        {"plain": PLAIN},
        ISOTHERM
        | GROUPED
        | {
            "DuckDB, totals": Contestant("duckdb_sql", query="overall"),
            "Polars, totals": Contestant("polars_stream", query="overall"),
            "xan, totals": Contestant("xan", query="overall"),
            "pandas, path": Contestant("pandas_path"),
            "pandas, body": Contestant("pandas_body"),
        },
        against(["DuckDB"], 6)
        + against(["Polars, totals"], 2)
        + [Figure("CPU s", field="cpu_s", at_most=0.8)]
        + against(["Polars", "DuckDB, totals", "xan, totals", "pandas, path", "pandas, body"]),
    ),
    "billion": Shape(
        "the One Billion Row Challenge's rows, `station;temperature`, 413 stations in no order, at 100 million",
        100_000_000,
        {"billion": ("billion", "--rows", "{rows}")},
        ISOTHERM | GROUPED | {"xan": Contestant("xan", query="full")},
        against(["DuckDB", "Polars"], 4) + against(["xan"]),
    ),
    "wide": Shape(
        "a time and 40 stations in columns of their own",
        1_000_000,
        {"wide": ("wide", "--rows", "{rows}")},
        {
            "isotherm": Contestant("isotherm", options=("--wide",)),
            "DuckDB": Contestant("duckdb_sql", query="columns"),
            "Polars": Contestant("polars_stream", query="columns"),
        },
        against(["DuckDB", "Polars"]),
    ),
    "quoted": Shape(
        "the plain file with every field in quotes",
        ROWS,
        {"quoted": ("quoted", "--rows", "{rows}"), "plain": PLAIN},
        WITH_PLAIN | GROUPED,
        [beside_plain("all in quotes", 0.8)] + against(GROUPED),
    ),
    "bad": Shape(
        "the plain file with one bad row in a thousand, by turns no number and too short",
        ROWS,
        {"bad": ("bad", "--rows", "{rows}"), "plain": PLAIN},
        WITH_PLAIN | MESSY,
        [beside_plain("one bad row in a thousand", 0.9)] + against(MESSY),
        {"isotherm, plain file"},
    ),
    "fine": Shape(
        "the plain file as a program writes it that keeps 32 bits: 14 to 17 digits behind the point",
        ROWS,
        {"fine": ("fine", "--rows", "{rows}"), "plain": PLAIN},
        WITH_PLAIN | GROUPED,
        [beside_plain("fine digits, a byte", per_byte=True), beside_plain("fine digits, a row")] + against(GROUPED),
        {"isotherm, plain file"},
    ),
    **{codec: packed(codec) for codec in ("gzip", "zstd")},
    "many-stations": Shape(
        "a million stations in no order, an hour each after the other",
        10_000_000,
        {"many": ("many", "--rows", "{rows}")},
        ISOTHERM | GROUPED,
        against(GROUPED),
    ),
    "files-300": Shape(
        "300 loggers' files of 1,000 rows in one call",
        1000,
        {"files-300": ("folder", "--times", "300", "--rows", "{rows}")},
        ISOTHERM | FILES,
        [Figure("wall s", at_most=1.5)] + against(FILES),
    ),
    "files-1000": Shape(
        "1,000 of them",
        1000,
        {"files-1000": ("folder", "--times", "1000", "--rows", "{rows}")},
        ISOTHERM | FILES,
        [Figure("wall s")] + against(FILES),
    ),
}
