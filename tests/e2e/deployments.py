"""Deployments that are not the plain first one: again in mid-run, with keys and a results bucket of one's own, and refused."""

import contextlib
import json
import os
import signal
import time
from pathlib import Path

import permissions
import stack as stacks
import uploads
from scene import RUN_SECONDS, SETTLE_SECONDS

SAMPLE = uploads.ROOT / "samples/vega-weather-two-cities.csv"


def two_uploads_of_one_key_50_ms_apart_leave_the_later_ones_results(scene):
    aws, bucket, key = scene.aws, scene.stack.data_bucket, uploads.PREFIX + "twice.csv"
    files = []
    for name, value in (("earlier", 10), ("later", 20)):
        path = uploads.STAGE.parent / f"{name}.csv"
        path.write_text("time,temperature\n" + "".join(f"2024-03-{day:02},{value}.5\n" for day in range(1, 29)))
        files.append(path)
    put_apart(scene, bucket, key, files, 0.05)
    scene.count += 2
    runs = [scene.stack.describe(execution) for execution in scene.wait_for(scene.count)]
    runs = [run for run in runs if run["input"].get("object", {}).get("key") == key]
    assert len(runs) == 2 and all(run["status"] == "SUCCEEDED" for run in runs), runs
    versions = aws("s3api", "list-object-versions", "--bucket", bucket, "--prefix", key)["Versions"]
    latest = next(version for version in versions if version["IsLatest"])
    current = next(run for run in runs if run["input"]["object"]["version_id"] == latest["VersionId"])
    assert current["output"]["outcome"] == "processed", current["output"]
    # The other may have been done before, or be superseded; what is there is of the later one, all of it.
    statistics = json.loads(scene.stack.read(current["output"]["statistics"]))
    assert statistics["mean_temperature"] == 20.5 and statistics["source"]["etag"] == latest["ETag"].strip('"'), statistics
    assert b"20.5" in scene.stack.read(current["output"]["report"]) and b"10.5" not in scene.stack.read(current["output"]["report"])


def a_deploy_in_mid_run_leaves_the_run_its_code(scene):
    aws = scene.aws
    before = {execution["executionArn"] for execution in scene.stack.executions()}
    # The emulated account lets a workflow call a function whose concurrency is used up. So the function's processes are stopped: the
    # run waits in its last step.
    with stopped(scene.stack, "report"):
        aws("s3api", "put-object", "--bucket", scene.stack.data_bucket, "--key", uploads.PREFIX + "mid-run.csv", "--body", SAMPLE)
        scene.count += 1
        held = []

        def waits():
            held[:] = [execution for execution in scene.stack.executions() if execution["executionArn"] not in before]
            return held and len(called(scene.stack, held[0])) == 3

        scene.eventually(waits, "the run is in its last step", SETTLE_SECONDS)
        old = set(called(scene.stack, held[0]))
        # Other settings alone: SAM by itself would publish nothing.
        scene.stack.deploy(ProcessMemory=1770, ReportMemory=513, ValidateMemory=513)
        assert scene.stack.describe(held[0])["status"] == "RUNNING"
    scene.wait_for(scene.count)
    run = scene.stack.describe(held[0])
    assert run["status"] == "SUCCEEDED" and run["output"]["outcome"] == "processed", run
    first = set(called(scene.stack, held[0]))
    assert old <= first and len(first) == 3, first
    event = scene.run_once_more(lambda: scene.send(scene.event(SAMPLE.name, "0000000000000E")))
    second = set(called(scene.stack, event))
    assert len(second) == 3 and not first & second, f"{first} and {second}"
    assert all(arn.rsplit(":", 1)[1].isdigit() for arn in first | second), first | second
    memory = {arn: aws("lambda", "get-function-configuration", "--function-name", arn)["MemorySize"] for arn in first | second}
    assert sorted(memory[arn] for arn in first) == [512, 512, 1769] and sorted(memory[arn] for arn in second) == [513, 513, 1770], memory


def an_upload_prefix_among_the_results_is_refused(scene):
    for prefix in ("processed/", "runs/incoming/", "editions/"):
        try:
            stacks.Stack(scene.stack.account, scene.stack.template, "refused").deploy(UploadPrefix=prefix)
        except RuntimeError as error:
            assert "UploadPrefix" in str(error) and "which are for results" in str(error), error
        else:
            raise AssertionError(f"{prefix} was accepted")


def two_stacks_with_keys_of_their_own_share_a_results_bucket(scene):
    aws, bucket = scene.aws, "results-of-many"
    aws("s3api", "create-bucket", "--bucket", bucket)
    keys = [aws("kms", "create-key", "--description", what)["KeyMetadata"]["Arn"] for what in ("data", "results")]
    rules = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": keys[1]}}]
    aws("s3api", "put-bucket-encryption", "--bucket", bucket, "--server-side-encryption-configuration", json.dumps({"Rules": rules}))
    values, outputs = {"north": 10, "south": 20}, {}
    found = {name: stacks.Stack(scene.stack.account, scene.stack.template, name) for name in values}
    for name, stack in found.items():
        # With an empty prefix, and a key that is named like a result.
        stack.deploy(ExistingResultsBucket=bucket, DataKeyArn=keys[0], ResultsKeyArn=keys[1], UploadPrefix="")
        path = uploads.STAGE.parent / f"{name}.csv"
        path.write_text("time,temperature\n" + "".join(f"2024-03-{day:02},{values[name]}.5\n" for day in range(1, 29)))
        aws("s3api", "put-object", "--bucket", stack.data_bucket, "--key", "processed/a.csv", "--body", path)
    for name, stack in found.items():
        run = ended(stack)
        assert run["status"] == "SUCCEEDED" and run["output"]["outcome"] == "processed", run
        outputs[name] = run["output"]["statistics"], run["output"]["report"]
    # The emulated account makes a stack's buckets without their encryption, so no object tells of its key; the template does.
    for bucket_of, condition, parameter in (("DataBucket", "OwnDataKey", "DataKeyArn"), ("ResultsBucket", "OwnResultsKey", "ResultsKeyArn")):
        rule = template_of(found["north"])["Resources"][bucket_of]["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
        own = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Ref": parameter}}
        assert rule["ServerSideEncryptionByDefault"]["Fn::If"] == [condition, own, {"SSEAlgorithm": "AES256"}], rule
    permissions.keys_are_used_through_s3_and_no_more(found["north"], *keys)
    # Both named their file alike; nothing of either lies over the other's.
    for name, locations in outputs.items():
        assert all(location["bucket"] == bucket and found[name].data_bucket in location["key"] for location in locations), locations
        assert json.loads(found[name].read(locations[0]))["mean_temperature"] == values[name] + 0.5


CHECKS = [check for check in list(globals().values()) if callable(check) and getattr(check, "__module__", "") == __name__]


# --- what they share ---------------------------------------------------------------------------------


def called(stack, execution):
    """The ARNs of the functions that an execution called, in order."""
    details = ("lambdaFunctionScheduledEventDetails", "taskScheduledEventDetails")
    found = [event[name] for event in stack.history(execution) for name in details if name in event]
    return [detail["resource"] for detail in found]


def ended(stack):
    """The one execution of another stack, described, as soon as it has ended."""
    deadline = time.monotonic() + RUN_SECONDS
    while time.monotonic() < deadline:
        executions = stack.executions()
        if executions and executions[0]["status"] != "RUNNING":
            assert len(executions) == 1, executions
            return stack.describe(executions[0])
        time.sleep(1)
    raise RuntimeError(f"no run of {stack.name} ended in {RUN_SECONDS} s; the account's log ends with:\n{stack.account.log_tail()}")


def template_of(stack):
    """What CloudFormation deployed."""
    body = stack.aws("cloudformation", "get-template", "--stack-name", stack.name, "--template-stage", "Processed")["TemplateBody"]
    return json.loads(body) if isinstance(body, str) else body


@contextlib.contextmanager
def stopped(stack, function):
    """The processes of a function stand still as long as the block lasts; ended ones and those of other accounts are left alone."""
    marks = {f"AWS_LAMBDA_FUNCTION_NAME={stack.name}-{function}".encode(), f"AWS_ENDPOINT_URL={stack.account.endpoint}".encode()}
    found = []
    for process in Path("/proc").iterdir():
        # Some have ended by now, and some belong to others.
        with contextlib.suppress(OSError):
            if process.name.isdigit() and marks <= set((process / "environ").read_bytes().split(b"\0")):
                found.append(int(process.name))
    assert found, f"{function} has no process yet"
    for process in found:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


def put_apart(scene, bucket, key, files, seconds):
    """Uploads the files under one key, that many seconds apart: one process, since the AWS CLI takes longer to start."""
    script = ("import sys, time, boto3, botocore.config\n"
              "s3 = boto3.client('s3', endpoint_url=sys.argv[1], config=botocore.config.Config(s3={'addressing_style': 'path'}))\n"
              "for path in sys.argv[4:-1]:\n"
              "    s3.put_object(Bucket=sys.argv[2], Key=sys.argv[3], Body=open(path, 'rb').read())\n"
              "    time.sleep(float(sys.argv[-1]))\n")
    scene.stack.account.python(script, scene.stack.account.endpoint, bucket, key, *files, seconds)
