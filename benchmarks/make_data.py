#!/usr/bin/env python3
"""Writes the files the benchmarks run on: the same rows for the same arguments, on every machine.

    benchmarks/make_data.py stations PATH [--rows 12000000]     # 46 bytes a row, 546 MB by default
    benchmarks/make_data.py cities PATH [--rows 12000000]       # 12 bytes a row
    benchmarks/make_data.py repeat PATH --of FILE --times N     # FILE's header once, its rows N times

`stations`: timestamp,station_id,temperature,humidity,pressure; 100 stations, hourly, from 2010 on, with seasons
and times of day. `cities`: station,temperature, the shape of the One Billion Row Challenge with a comma and a header;
413 names, rows in no order. Needs nothing but Python; memory does not grow with the file.
"""

import argparse
import math
import random
import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path

ROWS = 12_000_000
STATIONS = 100
CITIES = 413
SEED = 20240229

# Texts of all tenths that can occur, so that a row is a few look-ups and not a number formatting.
TENTHS = {t: f"{'-' if t < 0 else ''}{abs(t) // 10}.{abs(t) % 10}" for t in range(-1200, 12000)}


def stations(rows: int):
    """Blocks of text, one hour of all stations each."""
    noise = random.Random(SEED)
    names = [f"STN-{i:04}" for i in range(1, STATIONS + 1)]
    # Integers from here on: rounding once, here, keeps the bytes the same on every machine.
    climate = [round(80 + 220 * math.cos(math.pi * i / STATIONS)) for i in range(STATIONS)]
    season = [round(-110 * math.cos(2 * math.pi * (day - 20) / 366)) for day in range(367)]
    hour_of_day = [round(-45 * math.cos(2 * math.pi * (hour - 3) / 24)) for hour in range(24)]
    now, hour = datetime(2010, 1, 1), timedelta(hours=1)
    while rows > 0:
        part = min(rows, STATIONS)
        base = season[now.timetuple().tm_yday] + hour_of_day[now.hour]
        time = now.isoformat()
        a, b, c = (noise.randbytes(part) for _ in range(3))
        yield "".join(
            [
                f"{time},{name},{TENTHS[base + mean + (x + y - 255) // 4]},{TENTHS[300 + 2 * y]},{TENTHS[10000 + x + z - 255]}\n"
                for name, mean, x, y, z in zip(names, climate, a, b, c)
            ]
        )
        rows -= part
        now += hour


def cities(rows: int):
    """Blocks of text, rows of cities in no order."""
    noise = random.Random(SEED)
    heads = "Al Ba Cor Dun El Fa Gra Hol In Jo Kar Lo Mar Nor Os Pa Qui Ro Sa Tor Ul Va Wes".split()
    tails = "burg dal field ga ham kirk la mouth na port ria stad ton vik wick zén ão öping".split()
    names = [head + tail for head in heads for tail in tails][:CITIES]
    means = [round(200 * math.sin(i) + 100) for i in range(CITIES)]
    block = 10_000
    while rows > 0:
        part = min(rows, block)
        picks, spread = noise.randbytes(2 * part), noise.randbytes(part)
        lines = []
        for at in range(part):
            city = (picks[2 * at] << 8 | picks[2 * at + 1]) % CITIES
            lines.append(f"{names[city]},{TENTHS[means[city] + spread[at] - 128]}\n")
        yield "".join(lines)
        rows -= part


SHAPES = {
    "stations": ("timestamp,station_id,temperature,humidity,pressure\n", stations),
    "cities": ("station,temperature\n", cities),
}


def make(shape: str, path: Path, rows: int) -> None:
    """Writes `path`; it appears under its name only when it is whole."""
    header, blocks = SHAPES[shape]
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    with open(unfinished, "w", encoding="utf-8", newline="", buffering=1 << 20) as file:
        file.write(header)
        for block in blocks(rows):
            file.write(block)
    unfinished.replace(path)


def repeat(path: Path, of: Path, times: int) -> None:
    """Writes the header of `of` and then its rows `times` times."""
    unfinished = path.with_name(path.name + ".unfinished")
    with open(of, "rb") as source, open(unfinished, "wb") as file:
        file.write(source.readline())
        start = source.tell()
        for _ in range(times):
            source.seek(start)
            shutil.copyfileobj(source, file, 1 << 20)
    unfinished.replace(path)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("shape", choices=[*SHAPES, "repeat"])
    arguments.add_argument("path", type=Path)
    arguments.add_argument("--rows", type=int, default=ROWS)
    arguments.add_argument("--of", type=Path, help="file whose rows to repeat")
    arguments.add_argument("--times", type=int, default=16)
    chosen = arguments.parse_args()
    if chosen.shape != "repeat":
        make(chosen.shape, chosen.path, chosen.rows)
    elif chosen.of:
        repeat(chosen.path, chosen.of, chosen.times)
    else:
        arguments.error("repeat needs --of FILE")
    print(f"{chosen.path}: {chosen.path.stat().st_size:,} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
