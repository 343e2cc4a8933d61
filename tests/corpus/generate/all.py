"""Writes the corpus anew: every module beside this one has a `make()`."""

import importlib
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

for module in sorted(HERE.glob("*.py")):
    if module.stem not in ("all", "corpus"):
        importlib.import_module(module.stem).make()
