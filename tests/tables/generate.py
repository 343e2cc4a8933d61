"""Files for the tables: several variables and stations, and as many digits as a program writes that keeps doubles, or more."""

import random
from datetime import datetime, timedelta
from pathlib import Path

ROWS = 4000
STATIONS = ["Zürich", "A-17", "", "Berlin, Dahlem", "東京"]
HEADER = "time,station,tmean,tmax,tmin,humidity\n"
MISSING = ["", "NA"]
BAD = ["warm", "1.2.3", "-x"]
# A time that names no day, or a day that no calendar has.
NO_DAYS = ["yesterday", "2023-02-30T10:00:00"]
# So many rows show a reader what the file is like.
CLEAN = 200


def write(path: Path, decimals: int) -> None:
    """Writes a file of so many decimals; always the same."""
    noise = random.Random(13)
    now = datetime(2023, 12, 20)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(HEADER)
        for row in range(ROWS):
            now += timedelta(minutes=noise.choice([7, 13, 60]))
            time = now.isoformat()
            if row > CLEAN and noise.random() < 0.01:
                time = noise.choice(NO_DAYS)
            mean = noise.gauss(-1, 11)
            fields = [mean, mean + noise.random() * 6, mean - noise.random() * 6]
            texts = [reading(noise, value, decimals, clean=row < CLEAN) for value in fields]
            station = noise.choice(STATIONS)
            file.write(f'{time},"{station}",{",".join(texts)},{noise.randrange(100)}\n')


def reading(noise: random.Random, value: float, decimals: int, clean: bool) -> str:
    """The text of a reading, with or without zeros at its end."""
    roll = 1 if clean else noise.random()
    if roll < 0.03:
        return noise.choice(MISSING)
    if roll < 0.05:
        return noise.choice(BAD)
    text = f"{value:.{decimals}f}"
    return text if noise.random() < 0.8 else text.rstrip("0")
