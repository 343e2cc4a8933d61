"""pandas as the usual Python Lambda function has it: the whole body in memory, decoded, then parsed.
Usage: pandas_body.py overall|full FILE, prints JSON."""

import io
import json
import sys
from pathlib import Path

from pandas_path import statistics

if __name__ == "__main__":
    body = Path(sys.argv[2]).read_bytes().decode("utf-8")
    print(json.dumps(statistics(io.StringIO(body), sys.argv[1])))
