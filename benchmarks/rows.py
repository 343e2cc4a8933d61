"""The rows of the files the benchmarks run on: for each shape its header and a generator of blocks of text.

The same arguments give the same bytes on every machine. Memory does not grow with the number of rows.
"""

import math
import random
import struct
import sys
from array import array
from datetime import datetime, timedelta

SEED = 20240229
STATIONS = 100
CITIES = 413
COLUMNS = 40
MANY_STATIONS = 1_000_000

# Texts of all tenths that can occur, so that a row is a few look-ups and not a number formatting.
TENTHS = {t: f"{'-' if t < 0 else ''}{abs(t) // 10}.{abs(t) % 10}" for t in range(-1200, 12000)}


def season_and_hour() -> tuple[list[int], list[int]]:
    """Tenths of a degree by day of the year and by hour of the day. Rounding here, once, keeps the bytes the same everywhere."""
    season = [round(-110 * math.cos(2 * math.pi * (day - 20) / 366)) for day in range(367)]
    hour_of_day = [round(-45 * math.cos(2 * math.pi * (hour - 3) / 24)) for hour in range(24)]
    return season, hour_of_day


def stations(rows: int, text=TENTHS):
    """Blocks of one hour of all stations each; `text` writes a temperature."""
    noise = random.Random(SEED)
    names = [f"STN-{i:04}" for i in range(1, STATIONS + 1)]
    climate = [round(80 + 220 * math.cos(math.pi * i / STATIONS)) for i in range(STATIONS)]
    season, hour_of_day = season_and_hour()
    now, hour = datetime(2010, 1, 1), timedelta(hours=1)
    while rows > 0:
        part = min(rows, STATIONS)
        base = season[now.timetuple().tm_yday] + hour_of_day[now.hour]
        time = now.isoformat()
        a, b, c = (noise.randbytes(part) for _ in range(3))
        yield "".join(
            [
                f"{time},{name},{text[base + mean + (x + y - 255) // 4]},{TENTHS[300 + 2 * y]},{TENTHS[10000 + x + z - 255]}\n"
                for name, mean, x, y, z in zip(names, climate, a, b, c)
            ]
        )
        rows -= part
        now += hour


def quoted(rows: int):
    """`stations` with every field in quotes."""
    for block in stations(rows):
        yield '"' + block[:-1].replace(",", '","').replace("\n", '"\n"') + '"\n'


def one_bad_in_a_thousand(rows: int):
    """`stations` with one row of every ten blocks broken: by turns no number, and cut off before the temperature."""
    where = random.Random(SEED)
    for number, block in enumerate(stations(rows)):
        if number % 10 == 5:
            lines = block.splitlines()
            at = where.randrange(len(lines))
            fields = lines[at].split(",")
            fields = fields[:2] if number % 20 == 5 else [*fields[:2], "ERROR", *fields[3:]]
            lines[at] = ",".join(fields)
            block = "\n".join(lines) + "\n"
        yield block


class SinglePrecision(dict):
    """Tenths as a program writes them that keeps them in 32 bits: 21.4 is 21.399999618530273."""

    def __missing__(self, tenths: int) -> str:
        self[tenths] = repr(struct.unpack("<f", struct.pack("<f", tenths / 10))[0])
        return self[tenths]


def fine(rows: int):
    """`stations` with 14 to 17 digits behind the point, but for halves and wholes, which 32 bits hold."""
    return stations(rows, SinglePrecision())


def billion(rows: int):
    """Rows of stations in no order. A table of 65,536 lines, new for every block, makes a row one look-up."""
    noise = random.Random(SEED)
    heads = "Al Ba Cor Dun El Fa Gra Hol In Jo Kar Lo Mar Nor Os Pa Qui Ro Sa Tor Ul Va Wes".split()
    tails = "burg dal field ga ham kirk la mouth na port ria stad ton vik wick zén ão öping".split()
    names = [head + tail for head in heads for tail in tails][:CITIES]
    # As among the names of the challenge: some are longer than two words of a processor, some begin alike.
    names = [f"{name} de la Frontera" if i % 20 == 7 else f"San {name}" if i % 20 == 13 else name for i, name in enumerate(names)]
    means = [round(200 * math.sin(i) + 100) for i in range(CITIES)]
    block = 2_000_000
    while rows > 0:
        part = min(rows, block)
        spread = noise.randbytes(1 << 16)
        table = [f"{names[i % CITIES]};{TENTHS[means[i % CITIES] + x - 128]}\n" for i, x in enumerate(spread)]
        picks = array("H", noise.randbytes(2 * part))
        if sys.byteorder == "big":
            picks.byteswap()
        for start in range(0, part, 100_000):
            yield "".join(map(table.__getitem__, picks[start : start + 100_000]))
        rows -= part


def wide(rows: int):
    """An hour in each row, a station in each of the columns behind it."""
    noise = random.Random(SEED)
    season, hour_of_day = season_and_hour()
    now, hour = datetime(1900, 1, 1), timedelta(hours=1)
    tables = {}
    for _ in range(rows):
        base = season[now.timetuple().tm_yday] + hour_of_day[now.hour]
        table = tables.get(base) or tables.setdefault(base, [TENTHS[80 + base + (x - 128) // 2] for x in range(256)])
        yield f"{now.isoformat()},{','.join(map(table.__getitem__, noise.randbytes(COLUMNS)))}\n"
        now += hour


def many(rows: int):
    """A million stations in no order, all of them each hour of one day and the next."""
    noise = random.Random(SEED)
    now, hour = datetime(2024, 2, 29), timedelta(hours=1)
    # A step without a common factor: it comes by every station once before it repeats.
    step = 617_549
    while rows > 0:
        part, time = min(rows, MANY_STATIONS), now.isoformat()
        for start in range(0, part, 100_000):
            count = min(100_000, part - start)
            yield "".join(
                [
                    f"ID-{i * step % MANY_STATIONS:07},{time},{TENTHS[x - 60]}\n"
                    for i, x in enumerate(noise.randbytes(count), start)
                ]
            )
        rows -= part
        now += hour


def rejected(rows: int):
    """Rows whose temperature is none, behind a head of a thousand that are well."""
    good = min(rows, 1000)
    yield from ("".join(f"STN-{i % 100:04},2024-02-29,{TENTHS[i % 300]}\n" for i in range(good)),)
    for start in range(good, rows, 100_000):
        count = min(100_000, rows - start)
        yield "".join([f"STN-{i % 100:04},2024-03-01,sensor failure {i}\n" for i in range(start, start + count)])


def logger(rows: int, number: int = 0):
    """A logger's file: a reading every ten minutes."""
    noise = random.Random(f"{SEED}/{number}")
    now, step = datetime(2024, 1, 1), timedelta(minutes=10)
    yield "".join([f"{(now + i * step).isoformat(' ')},{TENTHS[150 + x // 4]}\n" for i, x in enumerate(noise.randbytes(rows))])


HEADER = "timestamp,station_id,temperature,humidity,pressure\n"
SHAPES = {
    "stations": (HEADER, stations),
    "quoted": ('"' + HEADER[:-1].replace(",", '","') + '"\n', quoted),
    "bad": (HEADER, one_bad_in_a_thousand),
    "fine": (HEADER, fine),
    "billion": ("station;temperature\n", billion),
    "wide": ("timestamp," + ",".join(f"Site {i:02}" for i in range(1, COLUMNS + 1)) + "\n", wide),
    "many": ("station_id,timestamp,temperature\n", many),
    "rejected": ("station_id,date,temperature\n", rejected),
    "logger": ("timestamp,temperature\n", logger),
}
