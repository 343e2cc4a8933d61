"""The texts of fields: readings and times as people's files have them, and what tries a reader's patience."""

import random

# The greatest magnitude that is made, as a power of ten.
GREATEST = 12
# The least magnitude that is made, as a power of ten.
LEAST = -300

MISSING = ["", "", "NA", "NaN", "null", "n/a", "-", "--", "#N/A", "-9999", "-9999.0", "-999.9", "-99999", "-0999"]
BAD = ["warm", "21.4C", "1.2.3", "--1", "1_000", "0x10", "1e", ".", "+", "12 5", "١٢", "na", "nan()", "True", "e5"]
INFINITE = ["inf", "-inf", "Infinity", "+INF", "-infinity"]


class Texts:
    """Writes the fields of one file."""

    def __init__(self, rng: random.Random, key, kind: str, several: bool):
        self.rng = rng
        self.key = key
        self.kind = kind
        clean = kind == "clean"
        self.scale = rng.choice([0, 1, 1, 1, 2, 2, 3, 4, 6, 9, 12, 13, 15, 17])
        self.offset = rng.choice([0, 0, 15, 60, 273, 290])
        self.blanks = not clean and rng.random() < 0.3
        self.bad = 0 if clean else rng.choice([0, 0.02, 0.1])
        self.missing = rng.choice([0, 0.05, 0.3])
        self.strange = 0 if clean else rng.choice([0, 0, 0.02, 0.2])
        if several:
            # Which column leads, and whether one is of numbers at all, is told by the head: its columns must be alike.
            enough = key.rows >= 20
            self.bad, self.missing = (min(self.bad, 0.02), min(self.missing, 0.05)) if enough else (0, 0)
        # A time that cannot be read costs its row's day; one in ten costs the column.
        self.bad_times = key.rows // 20 if not clean and rng.random() < 0.3 else 0

    def padded(self, text: str) -> str:
        if not self.blanks or self.rng.random() < 0.5:
            return text
        return self.rng.choice(["", " ", "  "]) + text + self.rng.choice(["", " ", "   "])

    def reading(self, late: bool) -> str:
        rng = self.rng
        roll = rng.random()
        if roll < self.missing:
            return rng.choice(MISSING).replace(".", self.key.mark)
        roll = rng.random()
        if roll < self.bad:
            bad = rng.choice(BAD + INFINITE + ([{".": "3,2", ",": "3.2"}[self.key.mark]] if self.mark_is_plain() else []))
            # What would have to be quoted, or cannot be written, is for other files.
            if (self.key.delimiter in bad and self.key.quoting == "none") or (self.key.encoding != "utf-8" and not bad.isascii()):
                return "warm"
            return bad
        if rng.random() < (0.3 if late else self.strange):
            return self.strange_number()
        # Finer than what the head showed.
        scale = rng.randint(self.scale, 18) if late else self.scale
        return self.decimal(self.offset + rng.gauss(0, 12), scale)

    def mark_is_plain(self) -> bool:
        """Whether so many numbers bear the decimal mark that a few with the other one do not raise a doubt."""
        return self.scale > 0 and self.key.rows > 40

    def decimal(self, value: float, scale: int) -> str:
        text = f"{value:.{scale}f}"
        if self.rng.random() < 0.05 and value > 0:
            text = "+" + text
        return text.replace(".", self.key.mark)

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
        return (sign + text).replace(".", self.key.mark)

    def time(self, first: bool) -> str:
        rng = self.rng
        if not first and self.bad_times and rng.random() < 0.03:
            self.bad_times -= 1
            return rng.choice(["", "yesterday"] if self.key.time_format == "year" else ["", "yesterday", "2024-13-01", "0000"])
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
            case "year":
                form, hour = "{0:04}", ""
            case "month_first":
                form = rng.choice(["{1}/{2}/{0:04}", "{1:02}/{2:02}/{0:04}"])
            case _:
                form = rng.choice(["{2}.{1}.{0:04}", "{2:02}/{1:02}/{0:04}"])
        return form.format(year, month, day, separator) + hour
