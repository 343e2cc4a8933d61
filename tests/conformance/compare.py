"""Holds the interpreter of `local` against the emulated account.

Each file of cases/ has a definition (or the path of one), an input and what Amazon's documentation says comes out: an output, or error and
cause. Both must answer that. Where the emulator departs from the documentation, `emulator_differs` says why and what it
gives instead; that, too, is checked, so that an exception which is no longer one is noticed.

Causes: a function's is JSON and compared by type and message, since runtimes add their stacks. The language does not
say what stands in the causes of its own errors; cases have "<text>" there, which any text but none matches.
"""

import io
import json
import os
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

import boto3  # noqa: E402
from account import Account, REGION, ROOT  # noqa: E402

SECONDS = 60
ROLE = "arn:aws:iam::000000000000:role/conformance"


def main():
    started = time.monotonic()
    cases = {path.stem: json.loads(path.read_text()) for path in sorted((HERE / "cases").glob("*.json"))}
    if sys.argv[1:]:
        cases = {name: case for name, case in cases.items() if sys.argv[1] in name}
    ours = interpreted(cases)
    theirs = emulated(cases)
    passed = differing = 0
    for name, case in cases.items():
        exception = case.get("emulator_differs")
        wrong = []
        if not matches(case["expected"], ours[name]):
            wrong.append(("the interpreter", case["expected"], ours[name]))
        wanted = exception["gives"] if exception else case["expected"]
        if not matches(wanted, theirs[name]):
            wrong.append(("the emulated account", wanted, theirs[name]))
        if exception and matches(case["expected"], theirs[name]):
            wrong.append(("the emulated account differs no more", exception["gives"], theirs[name]))
        differing += bool(exception)
        passed += not wrong
        for who, wanted, found in wrong:
            print(f"FAILED  {name}: {who}\n    expected {shown(wanted)}\n    found    {shown(found)}")
    print(f"{len(cases)} cases, {differing} of them with an emulator that differs, {time.monotonic() - started:.0f} s")
    print(f"{passed} passed, {len(cases) - passed} failed")
    return 0 if cases and passed == len(cases) else 1


def interpreted(cases):
    """What the interpreter answers to each case."""
    lines = [json.dumps({"name": name, "definition": definition(case, "act"), "input": case["input"]}) for name, case in cases.items()]
    done = subprocess.run([ROOT / "target/release/examples/conformance"], input="\n".join(lines), capture_output=True,
                          text=True, check=True, timeout=SECONDS)
    return dict(zip(cases, (comparable(json.loads(line)) for line in done.stdout.splitlines()), strict=True))


def emulated(cases):
    """What the emulated account answers to each case; all run at once."""
    # A retry's wait, so scaled, is over at once. Time-outs are not scaled.
    os.environ["SFN_WAIT_SCALE"] = "0.001"
    with Account(secure=False) as account:
        counts = account.folder / "counts"
        counts.mkdir()
        client = {name: boto3.client(name, endpoint_url=account.endpoint, region_name=REGION, aws_access_key_id="test",
                                     aws_secret_access_key="test") for name in ("lambda", "stepfunctions")}
        function = client["lambda"].create_function(
            FunctionName="act", Runtime="provided.al2023", Handler="bootstrap", Role=ROLE, Timeout=30,
            Code={"ZipFile": zipped(HERE / "act.py")}, Environment={"Variables": {"COUNTS": str(counts)}})
        running = {name: start(client["stepfunctions"], name, case, function["FunctionArn"]) for name, case in cases.items()}
        return {name: ended(client["stepfunctions"], arn) for name, arn in running.items()}


def definition(case, function):
    """The text of the case's definition, in which every placeholder is the function."""
    found = case["definition"]
    text = (ROOT / found).read_text() if isinstance(found, str) else json.dumps(found)
    return re.sub(r"\$\{\w+\}", function, text)


def zipped(path):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        file.writestr(entry, path.read_bytes())
    return archive.getvalue()


def start(client, name, case, function):
    machine = client.create_state_machine(name=name, definition=definition(case, function), roleArn=ROLE)
    execution = client.start_execution(stateMachineArn=machine["stateMachineArn"], name=name, input=json.dumps(case["input"]))
    return execution["executionArn"]


def ended(client, arn):
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        execution = client.describe_execution(executionArn=arn)
        if execution["status"] == "SUCCEEDED":
            return comparable({"output": json.loads(execution["output"])})
        if execution["status"] != "RUNNING":
            return comparable({"error": execution.get("error"), "cause": execution.get("cause")})
        time.sleep(0.05)
    return {"error": "still running", "cause": f"after {SECONDS} s"}


def comparable(value):
    """The value with the causes of functions read."""
    if isinstance(value, dict):
        return {key: said(item) if key in ("cause", "Cause") else comparable(item) for key, item in value.items()}
    return [comparable(item) for item in value] if isinstance(value, list) else value


def said(cause):
    try:
        read = json.loads(cause)
        return {"errorType": read["errorType"], "errorMessage": read["errorMessage"]}
    except (TypeError, ValueError, KeyError):
        return cause


def matches(wanted, found):
    if wanted == "<text>":
        return isinstance(found, str) and found != ""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return wanted.keys() == found.keys() and all(matches(wanted[key], found[key]) for key in wanted)
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(matches, wanted, found))
    # In Python True equals 1; in JSON it does not.
    return type(wanted) is type(found) and wanted == found


def shown(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 400 else f"{text[:400]}… ({len(text)} characters)"


if __name__ == "__main__":
    sys.exit(main())
