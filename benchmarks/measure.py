"""Runs a command and says what it took: shared by `run` and `memory`."""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = HERE / "data"
RESULTS = DATA / "isotherm-out"
ISOTHERM = HERE.parent / "target" / "release" / "isotherm"


@dataclass
class Measured:
    """One run of one command."""

    wall_s: float
    cpu_s: float  # user and system, the process and the children it waited for
    peak_mb: float  # largest resident set, 10^6 bytes


def floor_mb() -> float:
    """Peaks up to here cannot be told: Linux starts a child's peak at what its parent had reached."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


BEFORE: list[tempfile.TemporaryDirectory] = []


def put_aside() -> None:
    """Takes the results of an earlier run away: every run starts without them. They are removed when this script ends: file
    systems are slow to make files where others were just removed, and the next run would pay for it."""
    if RESULTS.exists():
        BEFORE.append(tempfile.TemporaryDirectory(prefix="before-", dir=DATA))
        RESULTS.rename(Path(BEFORE[-1].name) / "results")


def measure(command: list[str], output: Path) -> Measured:
    """Runs `command`, its standard output to `output`; ends this script if it fails."""
    put_aside()
    errors = output.with_name(output.name + ".stderr")
    with open(output, "wb") as out, open(errors, "wb") as err:
        start = time.perf_counter()
        actions = [(os.POSIX_SPAWN_DUP2, out.fileno(), 1), (os.POSIX_SPAWN_DUP2, err.fileno(), 2)]
        process = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
        try:
            _, status, usage = os.wait4(process, 0)
        except KeyboardInterrupt:
            os.kill(process, 15)
            os.waitpid(process, 0)
            raise
        wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    # 3: the file was read, and most of its rows were rejected.
    if code not in (0, 3):
        tail = errors.read_text(encoding="utf-8", errors="replace")[-2000:]
        sys.exit(f"{' '.join(command)}\nended with status {code}:\n{tail}")
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6)


def need_binary(binary: Path) -> None:
    """Complains before anything large is written."""
    if not binary.is_file():
        sys.exit(f"{binary} does not exist; build it first: cargo build --release")


def isotherm_command(binary: Path, *files: Path, options: Sequence[str] = ()) -> list[str]:
    """`isotherm run` as the benchmarks start it."""
    return [str(binary), "run", "--out", str(RESULTS), "--json", *options, *map(str, files)]


def warm(path: Path) -> None:
    """Reads the file, or those of the folder, once from the disk, so that no run pays for it.

    What was just written lies in the page cache in pieces as small as it was written in, and takes longer to copy than what
    was read, as most files were that somebody works with. So it is let go of first.
    """
    for file in [path] if path.is_file() else path.iterdir():
        with open(file, "rb", buffering=0) as opened:
            if hasattr(os, "posix_fadvise"):
                os.fsync(opened.fileno())
                os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            while opened.read(1 << 20):
                pass
