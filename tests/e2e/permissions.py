"""What each role may do, asked of the account's own IAM: exactly what stands here."""

import json

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
               *(("s3:GetObject", what) for what in ("a partial", "statistics", "an edition", "a table")), ("s3:DeleteObject", "a table"),
               *((action, what) for action in ("s3:PutObject", "s3:AbortMultipartUpload") for what in RESULTS)},
}
OBJECT_ACTIONS = ("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject")
BUCKET_ACTIONS = ("s3:ListBucket", "s3:DeleteBucket", "s3:PutBucketPolicy")
WORKFLOW_ACTIONS = ("states:StartExecution", "states:ListExecutions", "states:StopExecution")
KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt", "kms:DescribeKey")

# One process for all questions: the AWS CLI takes half a second to start.
SIMULATE = """
import json, sys, boto3
iam = boto3.client("iam", endpoint_url=sys.argv[1])
def allowed(role, actions, resource):
    answers = iam.simulate_principal_policy(PolicySourceArn=role, ActionNames=actions, ResourceArns=[resource])
    assert len(answers["EvaluationResults"]) == len(actions), answers
    return [answer["EvalActionName"] for answer in answers["EvaluationResults"] if answer["EvalDecision"] == "allowed"]
print(json.dumps([allowed(*question) for question in json.loads(sys.argv[2])]))
"""


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


def granted(stack, questions):
    """Of each question (function, actions, resource), which actions the function's role may do."""
    role = {function: stack.aws("lambda", "get-function-configuration", "--function-name", f"{stack.name}-{function}")["Role"]
            for function in sorted({question[0] for question in questions})}
    asked = [(role[function], actions, resource) for function, actions, resource in questions]
    return list(map(set, json.loads(stack.account.python(SIMULATE, stack.account.endpoint, json.dumps(asked)))))


def roles_reach_what_they_need_and_no_more(scene):
    asked = resources(scene.stack)
    questions = [(function, what) for function in ALLOWED for what in asked]
    answers = granted(scene.stack, [(function, asked[what][1], asked[what][0]) for function, what in questions])
    for function, expected in ALLOWED.items():
        found = {(action, what) for (role, what), actions in zip(questions, answers) if role == function for action in actions}
        assert found == expected, f"{function} may {found - expected} too, and not {expected - found}"


def keys_are_used_through_s3_and_no_more(stack, data_key, results_key):
    """Which role may do what with the two keys, in a stack that has them. Read from the policies: the account's IAM simulates
    none of the conditions that a caller gives it."""
    reads, writes = ["kms:Decrypt"], ["kms:GenerateDataKey", "kms:Decrypt"]
    allowed = {"ingest": [], "validate": [(reads, data_key), (writes, results_key)], "process": [(reads, data_key), (writes, results_key)],
               "report": [(writes, results_key)]}
    through_s3 = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
    for function, expected in allowed.items():
        role = stack.aws("lambda", "get-function-configuration", "--function-name", f"{stack.name}-{function}")["Role"].split("/")[-1]
        policy = stack.aws("iam", "get-role-policy", "--role-name", role, "--policy-name", function)["PolicyDocument"]
        found = [statement for statement in policy["Statement"] if "kms:" in json.dumps(statement["Action"])]
        assert all(statement["Effect"] == "Allow" and statement["Condition"] == through_s3 for statement in found), found
        grants = [([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"], statement["Resource"])
                  for statement in found]
        assert grants == expected, f"{function} may {grants}, expected {expected}"
    # Without S3 in between, none of it holds.
    questions = [(function, KEY_ACTIONS, key) for function in stacks.FUNCTIONS for key in (data_key, results_key)]
    assert not any(granted(stack, questions)), questions


CHECKS = [roles_reach_what_they_need_and_no_more]
