"""Faults in front of the deployed functions, counted: the template on the emulated account, and between its functions and S3 a
proxy that does to requests what tests/faults does in one process. What is checked is the same: docs/reliability.md.

    tests/faults/run --account [--seed N] [--class C]... [--runs R] [--skip-build]

Runs of all classes go side by side, through S3's events, the queue, ingest and the account's Step Functions; waits between tries
take their time. Ends with a line `N passed, N failed`, and exit status 0 only if none failed.
"""

import argparse
import json
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(1, str(ROOT / "tests" / "e2e"))

import boto3  # noqa: E402
import botocore.config  # noqa: E402

import faults as layer  # noqa: E402
import inputs  # noqa: E402
import stack as stacks  # noqa: E402
import uploads  # noqa: E402
from account import Account  # noqa: E402
from proxy import Proxy  # noqa: E402
from verdict import Wrong, at_any_time, at_the_end, clear  # noqa: E402

# Far off, for slow machines: all tries of a step take minutes, a step that waits for an answer one more.
PATIENCE = 3600
RUNS_AT_ONCE = 40
HEADING = ("class", "runs", "disturbed", "faults", "equal", "redriven, equal", "lost", "doubled", "mixed", "unclear", "longer by", "at most")


class Upload:
    """One upload of one class: what is put under its key, what must come of it, and what came."""

    def __init__(self, kind, number, content, name):
        self.kind, self.number = kind, number
        self.name = f"{kind}--{number:03}--{name}"
        self.key = uploads.PREFIX + self.name
        self.content = content
        # In half of them results of an earlier upload are there.
        self.is_second = kind == "two-uploads" or number % 2 == 1
        self.wrong = None
        self.redriven = False
        self.seconds = 0.0


def main():
    arguments = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not arguments.skip_build:
        stacks.build()
        uploads.build_cli()
    with Proxy() as proxy, Account(functions={"AWS_ENDPOINT_URL_S3": proxy.endpoint}) as account:
        return Trial(account, proxy, arguments).run()


class Trial:
    """All classes, on one stack."""

    def __init__(self, account, proxy, arguments):
        self.account, self.arguments = account, arguments
        self.stack = stacks.Stack(account)
        self.faults = layer.Faults(arguments.seed, self.key_of)
        self.faults.lifted = True
        settings = dict(endpoint_url=account.endpoint, region_name="us-east-1", verify=str(account.certificate),
                        aws_access_key_id="test", aws_secret_access_key="test")
        config = botocore.config.Config(s3={"addressing_style": "path"}, max_pool_connections=16, retries={"max_attempts": 5})
        self.s3, self.states = (boto3.client(name, config=config, **settings) for name in ("s3", "stepfunctions"))
        proxy.open(account, self.faults, self.s3)
        self.keys = {}

    def run(self):
        # A message that waits for room must come again, and a queue that is only slow must lose none.
        self.settings = dict(RunsAtOnce=RUNS_AT_ONCE, RetryAfterSeconds=30, MaxReceives=100)
        self.stack.deploy(**self.settings)
        kinds = [kind for kind in layer.CLASSES if kind in self.arguments.classes]
        files = inputs.make()
        self.uploads = []
        for kind in kinds:
            for number in range(self.arguments.runs):
                name, content = files[number % len(files)]
                self.uploads.append(Upload(kind, number, content, name))
        bucket = self.stack.data_bucket
        self.earlier = inputs.locally({upload.name: inputs.EARLIER for upload in self.uploads}, bucket, "earlier")
        self.later = inputs.locally({upload.name: upload.content for upload in self.uploads}, bucket, "later")
        begun = time.monotonic()
        self.settle([upload for upload in self.uploads if upload.is_second and upload.kind != "two-uploads"], inputs.EARLIER)
        # A deploy is one for all that run.
        self.faults.lifted = False
        apart = [upload for upload in self.uploads if upload.kind == "deploy"]
        ended = self.settle([upload for upload in self.uploads if upload not in apart])
        if apart:
            ended |= self.settle(apart, meanwhile=self.deploy_again)
        self.faults.lifted = True
        self.redrive(ended)
        self.judge()
        passed, failed = self.table(kinds)
        print(f"seed {self.arguments.seed}, {time.monotonic() - begun:.0f} s")
        print(f"{passed} passed, {failed} failed")
        return 1 if failed or not passed else 0

    def key_of(self, run):
        """The key of the upload that a run is about."""
        if run not in self.keys:
            arn = self.stack.state_machine.replace(":stateMachine:", ":execution:") + f":{run}"
            try:
                self.keys[run] = json.loads(self.states.describe_execution(executionArn=arn)["input"])["object"]["key"]
            except self.states.exceptions.ExecutionDoesNotExist:
                return ""
        return self.keys[run]

    def settle(self, group, content=None, meanwhile=None):
        """Uploads all of a group, waits until every run has ended, and answers the executions, by key, that there are since."""
        before = {execution["executionArn"] for execution in self.executions()}
        running = threading.Event()
        if meanwhile:
            other = threading.Thread(target=meanwhile, args=(running,))
            other.start()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda upload: self.put(upload, content), group))
        expected = sum(2 if content is None and upload.kind in ("doubled", "two-uploads") else 1 for upload in group)
        deadline = time.monotonic() + PATIENCE
        while True:
            new = [execution for execution in self.executions() if execution["executionArn"] not in before]
            if len(new) >= expected and all(execution["status"] != "RUNNING" for execution in new):
                break
            if time.monotonic() > deadline:
                raise RuntimeError(f"after {PATIENCE} s there are {len(new)} executions of {expected}; the account's log ends with:\n{self.account.log_tail()}")
            time.sleep(1)
        running.set()
        if meanwhile:
            other.join()
        ended = {}
        for execution in new:
            run = self.states.describe_execution(executionArn=execution["executionArn"])
            ended.setdefault(json.loads(run["input"])["object"]["key"], []).append(run)
        assert len(new) == expected, f"{len(new)} executions, and {expected} uploads and events"
        return ended

    def put(self, upload, content):
        put = lambda body: self.s3.put_object(Bucket=self.stack.data_bucket, Key=upload.key, Body=body)  # noqa: E731
        if content is None and upload.kind == "two-uploads":
            put(inputs.EARLIER)
            time.sleep(upload.number % 5)
        answer = put(content or upload.content)
        if content is None and upload.kind == "doubled":
            self.account.aws("sqs", "send-message", "--queue-url", self.stack.queue, "--message-body", self.event(upload, answer))

    def event(self, upload, answer):
        """The event of an upload once more, under another sequencer: another run of the same."""
        body = json.loads((ROOT / "tests/events/s3-put.json").read_text())
        record = body["Records"][0]["s3"]
        record["bucket"].update(name=self.stack.data_bucket, arn=f"arn:aws:s3:::{self.stack.data_bucket}")
        record["object"].update(key=upload.key, size=len(upload.content), eTag=answer["ETag"].strip('"'),
                                versionId=answer["VersionId"], sequencer="0000000000000A")
        return json.dumps(body)

    def deploy_again(self, ended):
        """Deploys other settings, again and again, as long as runs go on."""
        self.deploys = 0
        while not ended.is_set():
            memory = 512 + self.deploys % 2
            self.stack.deploy(**self.settings, ValidateMemory=memory, ProcessMemory=1769 + self.deploys % 2, ReportMemory=memory)
            self.deploys += 1

    def executions(self):
        pages = self.states.get_paginator("list_executions").paginate(stateMachineArn=self.stack.state_machine)
        return [execution for page in pages for execution in page["executions"]]

    def redrive(self, ended):
        """Looks at what failed, and starts it again without faults. The emulated account has no redrive; a run is started anew
        with the same input, which repeats every step."""
        again = []
        found = self.results()
        for upload in self.uploads:
            runs = ended[upload.key]
            upload.seconds = max((run["stopDate"] - run["startDate"]).total_seconds() for run in runs)
            failed = [run for run in runs if run["status"] != "SUCCEEDED"]
            try:
                for run in failed:
                    clear(run, layer.WORDS[upload.kind])
                    at_any_time(found[upload.key], self.earlier[upload.name] if upload.is_second else None, self.later[upload.name])
                if upload.kind not in ("two-uploads", "doubled") and not failed and json.loads(runs[0]["output"])["outcome"] == "superseded":
                    raise Wrong("lost", f"superseded: {runs[0]['output']}")
            except Wrong as wrong:
                upload.wrong = wrong
            upload.redriven = bool(failed)
            again += [(upload, run) for run in failed]
        for _, run in again:
            started = self.states.start_execution(stateMachineArn=self.stack.state_machine, name=f"{run['name'][:60]}-again", input=run["input"])
            run["again"] = started["executionArn"]
        for upload, run in again:
            while (told := self.states.describe_execution(executionArn=run["again"]))["status"] == "RUNNING":
                time.sleep(0.5)
            if told["status"] != "SUCCEEDED":
                upload.wrong = upload.wrong or Wrong("lost", f"redriven, it fails again: {told.get('error')}: {told.get('cause')}")

    def results(self):
        """What lies in the results bucket of each upload, by its key."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.stack.results_bucket)
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", []) if entry["Key"].startswith(inputs.RESULTS)]
        read = lambda key: self.s3.get_object(Bucket=self.stack.results_bucket, Key=key)["Body"].read()  # noqa: E731
        with ThreadPoolExecutor(8) as pool:
            objects = dict(zip(keys, pool.map(read, keys)))
        # The page says where results lie, and on one machine that is the bucket `results`.
        for key in keys:
            if key.endswith(".html"):
                objects[key] = objects[key].replace(self.stack.results_bucket.encode(), b"results")
        return {upload.key: inputs.of(upload.name, objects) for upload in self.uploads}

    def judge(self):
        """Holds everything that is there at the end against what undisturbed runs leave."""
        found = self.results()
        for upload in self.uploads:
            try:
                at_the_end(found[upload.key], self.later[upload.name], self.earlier[upload.name] if upload.is_second else {})
            except Wrong as wrong:
                upload.wrong = upload.wrong or wrong

    def table(self, kinds):
        """Prints the counts, and answers how many runs passed and how many did not."""
        usual = {}
        for upload in self.uploads:
            if upload.kind == "undisturbed":
                usual.setdefault(upload.number % 5, []).append(upload.seconds)
        print(f"| {' | '.join(HEADING)} |\n|{'---|' * len(HEADING)}")
        for kind in kinds:
            of_kind = [upload for upload in self.uploads if upload.kind == kind]
            wrongs = Counter(upload.wrong.kind for upload in of_kind if upload.wrong)
            right = [upload for upload in of_kind if not upload.wrong]
            met = [self.faults.met.get((kind, upload.number), 0) for upload in of_kind]
            longer = [upload.seconds - statistics.median(usual.get(upload.number % 5, [0])) for upload in of_kind]
            counts = [len(of_kind), sum(count > 0 for count in met), sum(met), sum(not upload.redriven for upload in right),
                      sum(upload.redriven for upload in right), *(wrongs[word] for word in ("lost", "doubled", "mixed", "unclear"))]
            seconds = [f"{max(value, 0):.1f} s" for value in (statistics.median(longer), max(longer))]
            print(f"| {kind} | {' | '.join(map(str, [*counts, *seconds]))} |")
        if "deploy" in kinds:
            print(f"deploys while runs went on: {self.deploys}")
        for upload in self.uploads:
            if upload.wrong:
                print(f"{upload.name}: {upload.wrong}", file=sys.stderr)
        failed = sum(upload.wrong is not None for upload in self.uploads)
        return len(self.uploads) - failed, failed


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--account", action="store_true", help="in front of the emulated account")
    parser.add_argument("--seed", type=int, default=1, help="other faults for another seed")
    parser.add_argument("--class", dest="classes", action="append", choices=layer.CLASSES, help="a class; may be given several times; default: all")
    parser.add_argument("--runs", type=int, default=20, help="runs of each class")
    parser.add_argument("--skip-build", action="store_true", help="use the packages and the local runner of the last build")
    arguments = parser.parse_args()
    arguments.classes = arguments.classes or layer.CLASSES
    return arguments


if __name__ == "__main__":
    sys.exit(main())
