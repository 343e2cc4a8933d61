"""What each role may do, asked of the account's own IAM: exactly what stands here."""

import json
from concurrent.futures import ThreadPoolExecutor

import stack as stacks
import uploads

READ_UPLOADS = {("s3:GetObject", "an upload"), ("s3:GetObjectVersion", "an upload"), ("s3:ListBucket", "the data bucket")}
WRITE_INTERMEDIATE = {("s3:PutObject", "a partial"), ("s3:AbortMultipartUpload", "a partial")}
RESULTS = ("statistics", "a report", "rejected rows", "a table", "an edition")
ALLOWED = {
    "ingest": {("states:StartExecution", "the workflow"), ("states:ListExecutions", "the workflow")},
    "validate": {*READ_UPLOADS, ("s3:GetObject", "settings"), *WRITE_INTERMEDIATE},
    "process": {*READ_UPLOADS, *WRITE_INTERMEDIATE},
    "report": {("s3:GetObject", "an upload"), ("s3:ListBucket", "the data bucket"), ("s3:ListBucket", "the results bucket"),
               *(("s3:GetObject", what) for what in ("a partial", "statistics", "an edition")),
               *((action, what) for action in ("s3:PutObject", "s3:AbortMultipartUpload") for what in RESULTS)},
}
OBJECT_ACTIONS = ("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject")
BUCKET_ACTIONS = ("s3:ListBucket", "s3:DeleteBucket", "s3:PutBucketPolicy")
WORKFLOW_ACTIONS = ("states:StartExecution", "states:ListExecutions", "states:StopExecution")
KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt", "kms:DescribeKey")


def resources(stack):
    """What the roles are asked about: for each name the resource, and the actions."""
    data, results = stack.data_bucket, stack.results_bucket
    objects = {"an upload": f"{data}/{uploads.PREFIX}a.csv", "another object": f"{data}/elsewhere/a.csv", "settings": f"{data}/isotherm.toml",
               "statistics": f"{results}/processed/a", "a report": f"{results}/reports/a", "rejected rows": f"{results}/rejected/a",
               "a table": f"{results}/tables/a", "an edition": f"{results}/editions/a", "a partial": f"{results}/runs/a",
               "another result": f"{results}/a"}
    asked = {what: (f"arn:aws:s3:::{path}", OBJECT_ACTIONS) for what, path in objects.items()}
    asked |= {what: (f"arn:aws:s3:::{name}", BUCKET_ACTIONS) for what, name in (("the data bucket", data), ("the results bucket", results))}
    return asked | {"the workflow": (stack.state_machine, WORKFLOW_ACTIONS)}


def granted(stack, function, actions, resource, **context):
    """Which of `actions` the function's role may do to `resource`, where the condition keys are as given."""
    role = stack.aws("lambda", "get-function-configuration", "--function-name", f"{stack.name}-{function}")["Role"]
    entries = [{"ContextKeyName": name.replace("_", ":", 1), "ContextKeyValues": [value], "ContextKeyType": "string"}
               for name, value in context.items()]
    answers = stack.aws("iam", "simulate-principal-policy", "--policy-source-arn", role, "--action-names", *actions, "--resource-arns", resource,
                        *(["--context-entries", json.dumps(entries)] if entries else []))["EvaluationResults"]
    assert len(answers) == len(actions)
    return {answer["EvalActionName"] for answer in answers if answer["EvalDecision"] == "allowed"}


def roles_reach_what_they_need_and_no_more(scene):
    asked = resources(scene.stack)
    for function, expected in ALLOWED.items():
        # The AWS CLI takes half a second to start, so calls wait side by side.
        with ThreadPoolExecutor(4) as pool:
            answers = pool.map(lambda what: granted(scene.stack, function, asked[what][1], asked[what][0]), asked)
            found = {(action, what) for what, actions in zip(asked, answers) for action in actions}
        assert found == expected, f"{function} may {found - expected} too, and not {expected - found}"


def keys_are_used_through_s3_and_no_more(stack, data_key, results_key):
    """Which role may do what with the two keys, in a stack that has them."""
    through_s3 = {"kms_ViaService": "s3.us-east-1.amazonaws.com"}
    data = {"validate": {"kms:Decrypt"}, "process": {"kms:Decrypt"}}
    for function in stacks.FUNCTIONS:
        results = set() if function == "ingest" else {"kms:Decrypt", "kms:GenerateDataKey"}
        for key, expected in ((data_key, data.get(function, set())), (results_key, results)):
            found = granted(stack, function, KEY_ACTIONS, key, **through_s3)
            assert found == expected, f"{function} may {found} with {key}, expected {expected}"
            assert not granted(stack, function, KEY_ACTIONS, key, kms_ViaService="sqs.us-east-1.amazonaws.com"), function


CHECKS = [roles_reach_what_they_need_and_no_more]
