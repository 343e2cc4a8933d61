"""What has happened on the stack before the checks look: every file is uploaded and every run has ended."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import uploads
from account import HOME

DOWNLOADS = HOME / "account" / "results"
# How long runs may take, and EventBridge and SNS to pass an outcome on; far off, for slow machines.
RUN_SECONDS = 900
SETTLE_SECONDS = 120


class Scene:
    """The stack after the uploads. `runs` holds the described execution of each file, by file name."""

    def __init__(self, stack):
        self.stack = stack
        self.aws = stack.aws
        self.runs = {}
        self.histories = {}

    def play(self):
        """Uploads everything with one command and waits for the last outcome."""
        self.listener = self._listen()
        self.tables = uploads.stage()
        self.expected = uploads.expected_outcomes(self.tables)
        self.aws("s3", "cp", "--recursive", "--only-show-errors", uploads.STAGE, self.stack.upload_uri)
        executions = self.wait_for(len(self.tables))
        with ThreadPoolExecutor(4) as pool:
            described = list(pool.map(self.stack.describe, executions))
            self.histories = dict(zip((run["executionArn"] for run in described), pool.map(self.stack.history, described)))
        self.runs = {run["input"]["object"]["key"].removeprefix(uploads.PREFIX): run for run in described}
        self.aws("s3", "cp", "--recursive", "--only-show-errors", f"s3://{self.stack.results_bucket}", DOWNLOADS)
        # How many there must be in all; each check that starts some adds to it.
        self.count = len(self.tables)

    def result(self, location):
        """The bytes of a result of the uploads, given {"bucket", "key"}; an error if it was not written."""
        assert location["bucket"] == self.stack.results_bucket, location
        return Path(DOWNLOADS, location["key"]).read_bytes()

    def intermediate(self, run):
        """The intermediate files of a run of the uploads."""
        return [path for path in Path(DOWNLOADS, "runs", run).rglob("*") if path.is_file()]

    def wait_for(self, count):
        """The executions, as soon as there are `count` and none runs; an error when that takes too long."""
        deadline = time.monotonic() + RUN_SECONDS
        while True:
            executions = self.stack.executions()
            running = [execution for execution in executions if execution["status"] == "RUNNING"]
            if len(executions) >= count and not running:
                return executions
            if time.monotonic() > deadline:
                raise RuntimeError(f"after {RUN_SECONDS} s there are {len(executions)} executions of {count}, {len(running)} still running; "
                                   f"the account's log ends with:\n{self.stack.account.log_tail()}")
            time.sleep(1)

    def run_once_more(self, start):
        """Calls `start`, waits for the one execution it must start, and answers it described."""
        before = {execution["executionArn"] for execution in self.stack.executions()}
        start()
        self.count += 1
        new = [execution for execution in self.wait_for(self.count) if execution["executionArn"] not in before]
        assert len(new) == 1, f"{len(new)} executions were started instead of one"
        return self.stack.describe(new[0])

    def send(self, *bodies):
        """Puts messages into the upload queue, all in one batch."""
        entries = [{"Id": str(index), "MessageBody": body} for index, body in enumerate(bodies)]
        self.aws("sqs", "send-message-batch", "--queue-url", self.stack.queue, "--entries", json.dumps(entries))

    def event(self, name, sequencer, **changes):
        """The message that S3 sends for the upload `name`, with another sequencer and so another run."""
        uploaded = dict(self.runs[name]["input"]["object"], **changes)
        body = json.loads((uploads.ROOT / "tests/events/s3-put.json").read_text())
        record = body["Records"][0]
        record["s3"]["bucket"].update(name=uploaded["bucket"], arn=f"arn:aws:s3:::{uploaded['bucket']}")
        record["s3"]["object"].update(key=uploaded["key"], size=uploaded["size"], eTag=uploaded["etag"],
                                      versionId=uploaded["version_id"], sequencer=sequencer)
        return json.dumps(body)

    def eventually(self, condition, what, seconds=300):
        """Waits until `condition()` is true."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
            time.sleep(0.5)

    def _listen(self):
        """A queue that hears what the outcome topic says."""
        policy = {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*"}]}
        queue = self.aws("sqs", "create-queue", "--queue-name", "listener",
                         "--attributes", json.dumps({"Policy": json.dumps(policy)}))["QueueUrl"]
        arn = self.aws("sqs", "get-queue-attributes", "--queue-url", queue, "--attribute-names", "QueueArn")["Attributes"]["QueueArn"]
        self.aws("sns", "subscribe", "--topic-arn", self.stack.outcome_topic, "--protocol", "sqs", "--notification-endpoint", arn)
        return queue
