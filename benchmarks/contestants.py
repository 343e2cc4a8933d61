"""The commands that are measured, and what they need to be there."""

import shutil
import subprocess
import sys
import venv
from pathlib import Path

from measure import DATA, HERE, isotherm_command
from shapes import Contestant

# One aggregation for every query; its standard deviation is not asked for, see peers/README.md.
XAN_AGGREGATES = "count(temperature) as used, mean(temperature) as mean, min(temperature) as min, max(temperature) as max"


def environment() -> Path:
    """The interpreter of a virtual environment that has the peers, made when it is missing or outdated."""
    folder, pinned = DATA / "venv", HERE / "requirements.txt"
    installed = folder / "installed.txt"
    if not installed.exists() or installed.read_text() != pinned.read_text():
        print("installing the peers", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([folder / "bin/python", "-m", "pip", "install", "--quiet", "-r", pinned], check=True)
        shutil.copy(pinned, installed)
    return folder / "bin/python"


def xan() -> str | None:
    """The command `xan`, if somebody has installed it."""
    return shutil.which("xan", path=DATA / "xan" / "bin") or shutil.which("xan")


def command(contestant: Contestant, file: Path, isotherm: Path, python: Path) -> list[str] | None:
    """The command of a contestant on a file or on those of a folder; `None` if it is not here."""
    files = [file] if file.is_file() else sorted(file.iterdir())
    match contestant.program:
        case "isotherm":
            return isotherm_command(isotherm, *files, options=contestant.options)
        case "xan":
            return xan_command(contestant.query, file)
        case peer:
            return [str(python), str(HERE / "peers" / f"{peer}.py"), contestant.query, *map(str, files), *contestant.options]


def xan_command(query: str, file: Path) -> list[str] | None:
    """xan has no pass with several groupings: `full` is by station alone."""
    if not xan():
        return None
    with open(file, encoding="utf-8") as opened:
        header = opened.readline()
    delimiter = ";" if ";" in header else ","
    station = next((name for name in header.strip().split(delimiter) if name.startswith("station")), None)
    groups = ["groupby", station] if query == "full" and station else ["agg"]
    return [xan(), "parallel", *groups, XAN_AGGREGATES, "--delimiter", delimiter, str(file)]
