"""Builds and deploys the real template with the real tools, and finds its way around the stack."""

import io
import json
import os
import platform
import subprocess
import tempfile
import zipfile
from pathlib import Path

from account import HOME, ROOT

NAME = "isotherm"
FUNCTIONS = ("ingest", "validate", "process", "report")
BUILD = HOME / "build"
TOOLS = HOME / "venv-build" / "bin"
ARCHITECTURE = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
# The smallest that the template takes: a file of a few MiB has several splits.
SPLIT_BYTES = 1 << 20
# On AWS an upload is tried five times, three minutes apart; a test need not wait for that.
PARAMETERS = [f"Architecture={ARCHITECTURE}", "RetryAfterSeconds=2", "MaxReceives=2", f"SplitBytes={SPLIT_BYTES}"]


def build():
    """`sam build`, as a user runs it."""
    _sam(["build", "--template-file", ROOT / "template.yaml", "--build-dir", BUILD,
          "--parameter-overrides", *PARAMETERS], dict(os.environ, SAM_CLI_TELEMETRY="0", AWS_DEFAULT_REGION="us-east-1"))


def zip_bytes(function):
    """Size of the function's package, compressed as it is uploaded."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(BUILD / f"{function.capitalize()}Function" / "bootstrap", "bootstrap")
    return packed.tell()


class Stack:
    """The deployed stack: its outputs, and the questions the checks ask of it."""

    def __init__(self, account, template=None, name=NAME):
        self.account = account
        self.aws = account.aws
        self.template = template or BUILD / "template.yaml"
        self.name = name

    def deploy(self, **parameters):
        """`sam deploy`, with the project's own configuration."""
        # SAM takes an empty value in quotes alone.
        overrides = [*PARAMETERS, *(f"{name}={value}" if value != "" else f'{name}=""' for name, value in parameters.items())]
        _sam(["deploy", "--stack-name", self.name, "--template-file", self.template, "--config-file", ROOT / "samconfig.toml",
              "--no-confirm-changeset", "--parameter-overrides", *overrides], self.account.env)
        stack = self.aws("cloudformation", "describe-stacks", "--stack-name", self.name)["Stacks"][0]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        self.data_bucket = outputs["DataBucketName"]
        self.upload_uri = outputs["UploadUri"]
        self.results_bucket = outputs["ResultsBucketName"]
        self.state_machine = outputs["StateMachineArn"]
        self.queue = outputs["UploadQueueUrl"]
        self.dead_letters = outputs["DeadLetterQueueUrl"]
        self.outcome_topic = outputs["OutcomeTopicArn"]

    def executions(self):
        """Every execution so far, newest first."""
        return self.aws("stepfunctions", "list-executions", "--state-machine-arn", self.state_machine)["executions"]

    def running(self):
        """The executions that go on."""
        listed = self.aws("stepfunctions", "list-executions", "--state-machine-arn", self.state_machine, "--status-filter", "RUNNING")
        return listed["executions"]

    def describe(self, execution):
        """One execution, its input and output parsed."""
        described = self.aws("stepfunctions", "describe-execution", "--execution-arn", execution["executionArn"])
        described["input"] = json.loads(described["input"])
        described["output"] = json.loads(described.get("output") or "null")
        return described

    def history(self, execution):
        """The events of one execution, in order."""
        return self.aws("stepfunctions", "get-execution-history", "--execution-arn", execution["executionArn"])["events"]

    def read(self, location):
        """The bytes of an object, given {"bucket", "key"}; an error if it is not there."""
        with tempfile.NamedTemporaryFile(dir=HOME / "account") as target:
            self.aws("s3api", "get-object", "--bucket", location["bucket"], "--key", location["key"], target.name)
            return Path(target.name).read_bytes()

    def queue_length(self, queue):
        """Messages in the queue, those in flight included."""
        attributes = self.aws("sqs", "get-queue-attributes", "--queue-url", queue, "--attribute-names", "All")["Attributes"]
        return int(attributes["ApproximateNumberOfMessages"]) + int(attributes["ApproximateNumberOfMessagesNotVisible"])

    def take(self, queue):
        """Receives and deletes the messages of a queue; answers their bodies."""
        bodies = []
        while True:
            answer = self.aws("sqs", "receive-message", "--queue-url", queue, "--max-number-of-messages", 10)
            messages = answer["Messages"] if answer else []
            if not messages:
                return bodies
            bodies += [message["Body"] for message in messages]
            done = [{"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]} for index, message in enumerate(messages)]
            self.aws("sqs", "delete-message-batch", "--queue-url", queue, "--entries", json.dumps(done))


def _sam(arguments, env):
    """Runs SAM with cargo-lambda and zig beside it on the path."""
    env = dict(env, PATH=f"{TOOLS}{os.pathsep}{os.environ['PATH']}")
    log = HOME / f"sam-{arguments[0]}.log"
    with open(log, "wb") as out:
        done = subprocess.run([str(TOOLS / "sam"), *map(str, arguments)], cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-60:])
        raise RuntimeError(f"sam {arguments[0]} failed; its log, {log}, ends with:\n{tail}")
