"""The checks, in order. Each is a function of the scene; its name is what the output calls it, and any
exception is its failure."""

import json
import time

import deployments
import permissions
import stack as stacks
import uploads
from scene import SETTLE_SECONDS, Scene

__all__ = ["CHECKS", "Scene"]

# A package must stay this small (compressed), in MiB.
PACKAGE_LIMITS = {"ingest": 5, "validate": 6, "process": 12, "report": 12}
# The AWS CLI uploads larger files in parts, and S3 gives such an object an ETag that no file has.
UPLOADED_IN_PARTS = 8 << 20
SAMPLE = "vega-weather-two-cities.csv"


def every_table_had_one_run_and_nothing_else_had_any(scene):
    assert sorted(scene.runs) == scene.tables, f"runs for {sorted(scene.runs)}, uploaded {scene.tables}"
    assert len(scene.stack.executions()) == len(scene.tables)


def every_run_succeeded(scene):
    failed = {name: run.get("error") or run["status"] for name, run in scene.runs.items() if run["status"] != "SUCCEEDED"}
    assert not failed, failed


def outcomes_are_as_written_down(scene):
    wrong = {name: outcome(run) for name, run in scene.runs.items() if outcome(run) != scene.expected[name]}
    assert not wrong, f"{wrong}, expected {dict((name, scene.expected[name]) for name in wrong)}"


def statistics_are_the_local_ones_byte_for_byte(scene):
    uploads.run_locally(scene.tables, scene.stack.data_bucket)
    written = {name: run["output"]["statistics"] for name, run in scene.runs.items()}
    for name, location in written.items():
        assert location or scene.expected[name] == "rejected", f"{name}: processed without statistics"
    for name, location in written.items():
        if not location:
            continue
        deployed = scene.result(location)
        local = uploads.local_result(location["key"])
        assert local is not None, f"the local run wrote no {location['key']}"
        if scene.runs[name]["input"]["object"]["size"] >= UPLOADED_IN_PARTS:
            deployed = with_local_etag(deployed, local)
        assert deployed == local, f"{location['key']} differs from the local run's"


def large_files_were_read_in_splits(scene):
    for name in (uploads.SEVERAL_SPLITS, uploads.MANY_ROWS):
        run = scene.runs[name]
        # Whatever else a split leaves has the same number in its name.
        partials = {path.name.split(".")[0] for path in scene.intermediate(run["name"]) if path.parent.name == "partials"}
        splits = -(-run["input"]["object"]["size"] // stacks.SPLIT_BYTES)
        assert len(partials) == splits, f"{name}: partials of {len(partials)} splits, expected {splits}"
    statistics = json.loads(scene.result(scene.runs[uploads.MANY_ROWS]["output"]["statistics"]))
    assert statistics["record_count"] == 2_000_000 and len(statistics["by_day"]) == -(-2_000_000 // 1440), statistics["record_count"]
    statistics = json.loads(scene.result(scene.runs[uploads.SEVERAL_SPLITS]["output"]["statistics"]))
    assert [variable["name"] for variable in statistics["variables"]] == ["tmean", "tmax", "tmin"], statistics["variables"]
    assert len(statistics["by_station"]) == 5 and statistics["quality"]["rows_used"] == 120_000, statistics["quality"]


def processed_files_have_their_tables(scene):
    for name, run in scene.runs.items():
        if outcome(run) != "processed":
            continue
        tables = json.loads(scene.result(run["output"]["statistics"]))["tables"]
        assert sorted(tables) == ["cells", "days", "stations"], f"{name}: {tables}"
        for key in tables.values():
            table = scene.result({"bucket": scene.stack.results_bucket, "key": key})
            # Parquet begins and ends with these letters.
            assert table[:4] == table[-4:] == b"PAR1" and len(table) > 8, f"{key} is no Parquet file: {table[:8]!r}"


def outcomes_repeat_the_leading_statistics(scene):
    output = scene.runs[SAMPLE]["output"]
    statistics = json.loads(scene.result(output["statistics"]))
    for field in ("mean_temperature", "max_temperature", "min_temperature", "record_count"):
        assert output[field] == statistics[field], field


def every_run_wrote_a_report(scene):
    for name, run in scene.runs.items():
        page = scene.result(run["output"]["report"])
        assert page.lstrip()[:15].lower() == b"<!doctype html>", f"{name}: begins with {page[:40]!r}"


def rejected_rows_are_kept(scene):
    location = scene.runs["ragged.csv"]["output"]["rejected_rows"]
    rows = scene.result(location).decode().splitlines()
    assert len(rows) == 1 + 8, rows


def the_history_shows_the_three_states(scene):
    states = entered(scene, SAMPLE)
    # AWS also lists the states inside the Map; the emulated account does not.
    assert [state for state in states if state != "ProcessSplit"] == ["ValidateData", "IsReadable", "ProcessData", "GenerateReport"], states
    states = entered(scene, "picture.csv")
    assert states == ["ValidateData", "IsReadable", "GenerateReport"], states


def uploads_are_untouched(scene):
    versions = scene.aws("s3api", "list-object-versions", "--bucket", scene.stack.data_bucket)
    assert not versions.get("DeleteMarkers"), versions["DeleteMarkers"]
    found = [version["Key"].removeprefix(uploads.PREFIX) for version in versions["Versions"]]
    assert sorted(found) == sorted([*scene.tables, *uploads.NOT_TABLES]), found


def a_duplicate_event_starts_no_second_run(scene):
    event = scene.event(SAMPLE, "0000000000000A")
    run = scene.run_once_more(lambda: scene.send(event, event))
    scene.send(event)
    drained(scene)
    assert len(scene.stack.executions()) == scene.count
    assert outcome(run) == "processed"


def a_malformed_message_ends_in_the_dead_letters_and_the_rest_of_its_batch_runs(scene):
    run = scene.run_once_more(lambda: scene.send("not JSON", scene.event(SAMPLE, "0000000000000B")))
    assert outcome(run) == "processed"
    scene.eventually(lambda: scene.stack.queue_length(scene.stack.dead_letters) == 1, "the message is a dead letter")
    assert scene.stack.take(scene.stack.dead_letters) == ["not JSON"]


def an_upload_that_could_not_be_started_waits_and_redrives(scene):
    function = f"{stacks.NAME}-ingest"
    configuration = scene.aws("lambda", "get-function-configuration", "--function-name", function)
    good = configuration["Environment"]
    bad = {"Variables": dict(good["Variables"], STATE_MACHINE_ARN=good["Variables"]["STATE_MACHINE_ARN"] + "-gone")}
    configure(scene, function, bad)
    event = scene.event(SAMPLE, "0000000000000C")
    scene.send(event)
    scene.eventually(lambda: scene.stack.queue_length(scene.stack.dead_letters) == 1, "the upload is a dead letter")
    assert len(scene.stack.executions()) == scene.count
    configure(scene, function, good)
    # What `aws sqs start-message-move-task` does, which the emulated account does not offer.
    run = scene.run_once_more(lambda: scene.send(*scene.stack.take(scene.stack.dead_letters)))
    assert outcome(run) == "processed"


def a_missing_object_is_superseded(scene):
    key = uploads.PREFIX + "never-there.csv"
    run = scene.run_once_more(lambda: scene.send(scene.event(SAMPLE, "0000000000000D", key=key)))
    assert run["status"] == "SUCCEEDED" and outcome(run) == "superseded", run


def a_key_of_1024_bytes_is_processed(scene):
    room = 1024 - len(uploads.PREFIX) - len(".csv")
    # Two bytes each, and directories in between.
    name = ("ü" * 100 + "/") * 5
    name += "k" * (room - len(name.encode())) + ".csv"
    key = uploads.PREFIX + name
    assert len(key.encode()) == 1024
    run = scene.run_once_more(lambda: scene.aws(
        "s3api", "put-object", "--bucket", scene.stack.data_bucket, "--key", key, "--body", uploads.STAGE / SAMPLE))
    assert outcome(run) == "processed", run
    scene.stack.read(run["output"]["report"])


def the_bucket_says_how_uploads_are_read(scene):
    rules = uploads.STAGE.parent / "isotherm.toml"
    rules.write_text('[[files]]\npattern = "**/*.csv"\ncolumns = ["temp_min"]\n', encoding="utf-8")
    put = ("s3api", "put-object", "--bucket", scene.stack.data_bucket, "--key")
    folder = uploads.PREFIX + "asked/"
    scene.aws(*put, folder + "isotherm.toml", "--body", rules)
    table = uploads.STAGE / "vega-weather-two-cities.csv"
    run = scene.run_once_more(lambda: scene.aws(*put, folder + "deep/er.csv", "--body", table))
    statistics = json.loads(scene.stack.read(run["output"]["statistics"]))
    assert statistics["temperature_column"] == "temp_min", statistics["temperature_column"]
    said = [finding["message"] for finding in statistics["quality"]["findings"] if finding["code"] == "asked_for"]
    assert said and folder + "isotherm.toml" in said[0], said
    # What the object says of itself comes first.
    metadata = ("--metadata", "isotherm-column=temp_max | temp_min")
    run = scene.run_once_more(lambda: scene.aws(*put, folder + "own.csv", "--body", table, *metadata))
    statistics = json.loads(scene.stack.read(run["output"]["statistics"]))
    assert [variable["name"] for variable in statistics["variables"]] == ["temp_max", "temp_min"]
    run = scene.run_once_more(lambda: scene.aws(*put, folder + "none.csv", "--body", table, "--metadata", "isotherm-profile=none-such"))
    assert outcome(run) == "rejected", run
    assert b"none-such" in scene.stack.read(run["output"]["report"])


def folders_and_keys_elsewhere_start_nothing(scene):
    bucket = scene.stack.data_bucket
    scene.aws("s3api", "put-object", "--bucket", bucket, "--key", uploads.PREFIX + "folder.csv/")
    for key in ("elsewhere/a.csv", "processed/a.csv"):
        scene.aws("s3api", "put-object", "--bucket", bucket, "--key", key, "--body", uploads.STAGE / SAMPLE)
    drained(scene)
    assert len(scene.stack.executions()) == scene.count


def outputs_start_nothing(scene):
    configuration = scene.aws("s3api", "get-bucket-notification-configuration", "--bucket", scene.stack.results_bucket)
    assert not configuration or not any("Configurations" in name for name in configuration), configuration
    drained(scene)
    assert len(scene.stack.executions()) == scene.count, "there are more runs than uploads and events"


def a_failed_execution_is_told(scene):
    run = scene.run_once_more(lambda: scene.aws(
        "stepfunctions", "start-execution", "--state-machine-arn", scene.stack.state_machine, "--name", "not-a-task", "--input", "{}"))
    assert run["status"] == "FAILED", run["status"]
    assert run["error"] == "InvalidTask" and "a run's input is" in run["cause"], run


def the_outcome_topic_heard_of_every_run(scene):
    heard, deadline = {}, time.monotonic() + SETTLE_SECONDS
    while len(heard) < scene.count and time.monotonic() < deadline:
        for body in scene.stack.take(scene.listener):
            message = json.loads(json.loads(body)["Message"])
            heard[message["run"]] = message
    runs = {execution["name"] for execution in scene.stack.executions()}
    assert set(heard) == runs, f"heard of {len(heard)} of {len(runs)} runs"
    message = heard[scene.runs[SAMPLE]["name"]]
    assert json.loads(message["outcome"])["outcome"] == "processed"
    assert message["execution"].endswith(scene.runs[SAMPLE]["executionArn"])
    assert heard["not-a-task"]["status"] == "FAILED"


def log_lines_are_json_and_name_their_run(scene):
    run = scene.runs[SAMPLE]["name"]
    for function in ("validate", "process", "report"):
        lines = own_lines(scene, function)
        about = [line for line in lines if line.get("run_id") == run]
        assert about, f"no line of {function} names run {run}, of {len(lines)}"


def metrics_of_dashboard_and_alarms_are_written(scene):
    body = scene.aws("cloudwatch", "get-dashboard", "--dashboard-name", stacks.NAME)["DashboardBody"]
    shown = {(metric[3], metric[1]) for widget in json.loads(body)["widgets"] for metric in widget["properties"]["metrics"]
             if metric[0] == "Isotherm"}
    alarms = scene.aws("cloudwatch", "describe-alarms")["MetricAlarms"]
    shown |= {(alarm["Dimensions"][0]["Value"], alarm["MetricName"]) for alarm in alarms if alarm.get("Namespace") == "Isotherm"}
    written = {(line["FunctionName"], definition["Name"]) for function in stacks.FUNCTIONS for line in own_lines(scene, function)
               for directive in line.get("_aws", {}).get("CloudWatchMetrics", []) for definition in directive["Metrics"]
               if definition["Name"] in line}
    assert shown and shown <= written, f"shown and never written: {shown - written}"


def memory_used_is_a_share_of_the_functions_memory(scene):
    for function in stacks.FUNCTIONS:
        used = [line["MemoryUsed"] for line in own_lines(scene, function) if "MemoryUsed" in line]
        assert used and all(0.1 < share < 80 for share in used), f"{function}: {used[:5]} %"


def packages_are_small(scene):
    for function, limit in PACKAGE_LIMITS.items():
        size = stacks.zip_bytes(function) / 2**20
        assert size <= limit, f"{function} is {size:.1f} MiB zipped, the limit is {limit}"


CHECKS = [check for check in list(globals().values()) if callable(check) and getattr(check, "__module__", "") == __name__]
CHECKS += [*permissions.CHECKS, *deployments.CHECKS]


# --- what the checks share ---------------------------------------------------------------------------


def outcome(run):
    """The outcome of a described execution, or its status where it has none."""
    return (run["output"] or {}).get("outcome", run["status"])


def with_local_etag(deployed, local):
    """The deployed statistics with the ETag that the object has in the local run, and the edition, which depends on it."""
    for part, name in (("source", "etag"), ("edition", "id")):
        deployed = deployed.replace(*[json.loads(statistics)[part][name].encode() for statistics in (deployed, local)])
    return deployed


def entered(scene, name):
    """The states of a file's run, in the order in which they were entered."""
    history = scene.histories[scene.runs[name]["executionArn"]]
    return [event["stateEnteredEventDetails"]["name"] for event in history if event["type"].endswith("StateEntered")]


def drained(scene):
    """Waits until the upload queue is empty and no run goes on."""
    scene.eventually(lambda: scene.stack.queue_length(scene.stack.queue) == 0, "the upload queue is empty")
    scene.wait_for(scene.count)


def configure(scene, function, environment):
    """Gives a function another environment and waits until it has it."""
    scene.aws("lambda", "update-function-configuration", "--function-name", function, "--environment", json.dumps(environment))
    scene.aws("lambda", "wait", "function-updated", "--function-name", function)


def own_lines(scene, function):
    """What the function itself logged, parsed; an error for a line that is not JSON."""
    events = scene.aws("logs", "filter-log-events", "--log-group-name", f"/aws/lambda/{stacks.NAME}-{function}")["events"]
    messages = [line for event in events for line in event["message"].splitlines()]
    platform = ("START RequestId:", "END RequestId:", "REPORT RequestId:")
    return [json.loads(line) for line in messages if line.strip() and not line.startswith(platform)]
