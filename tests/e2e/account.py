"""An emulated AWS account on this machine: started on a free loopback port, stopped by process id.

It serves HTTPS and enforces IAM, so that the template's roles, bucket policies and queue policies are
put to the test and not only accepted.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "target" / "e2e"
TOOLS = HOME / "venv-account" / "bin"
REGION = "us-east-1"
STARTUP_SECONDS = 300


class Account:
    """`with Account() as account:` starts it; leaving the block stops it, whatever happened."""

    def __init__(self, secure=True, port=None, functions=None):
        self.secure = secure
        # What only the functions are told, by their environment.
        self.functions = functions or {}
        self.port = port or free_port()
        self.folder = HOME / ("account" if secure else "account-by-hand")
        self.log = self.folder / "account.log"
        self.process = None

    def __enter__(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.endpoint = f"{'https' if self.secure else 'http'}://127.0.0.1:{self.port}"
        self.env = self._environment()
        command = [TOOLS / "python", "-m", "hypercorn", "ministack.app:app",
                   "--bind", f"127.0.0.1:{self.port}", "--keep-alive", "75"]
        if self.secure:
            command += ["--certfile", self.certificate, "--keyfile", self.folder / "key.pem"]
        with open(self.log, "wb") as log:
            # A session of its own: Ctrl-C reaches the test alone, which then stops account and functions.
            self.process = subprocess.Popen(command, env=self._server_environment(), stdout=log,
                                            stderr=subprocess.STDOUT, start_new_session=True)
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ends the account and the functions it started, which share its process group."""
        if self.process is None:
            return
        for stop in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, stop)
            except ProcessLookupError:
                break
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                continue
        self.process = None

    def _environment(self):
        """What a client needs to talk to this account, and to no other."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        env.update(
            AWS_ENDPOINT_URL=self.endpoint,
            AWS_ACCESS_KEY_ID="test",
            AWS_SECRET_ACCESS_KEY="test",
            AWS_DEFAULT_REGION=REGION,
            AWS_REGION=REGION,
            AWS_EC2_METADATA_DISABLED="true",
            # Files of this machine's user must not change what the test does.
            AWS_CONFIG_FILE=os.devnull,
            AWS_SHARED_CREDENTIALS_FILE=os.devnull,
            SAM_CLI_TELEMETRY="0",
        )
        if self.secure:
            self.certificate = self.folder / "certificate.pem"
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=emulated account",
                 "-keyout", self.folder / "key.pem", "-out", self.certificate,
                 "-addext", "basicConstraints=critical,CA:FALSE", "-addext", "subjectAltName=IP:127.0.0.1"],
                check=True, capture_output=True)
            # The first for the AWS CLI and SAM, the second for the functions.
            env.update(AWS_CA_BUNDLE=str(self.certificate), SSL_CERT_FILE=str(self.certificate))
        return env

    def _server_environment(self):
        """The functions inherit it; above all the endpoint."""
        return dict(
            self.env | self.functions,
            AUTH="true" if self.secure else "false",
            USE_SSL="1" if self.secure else "0",
            GATEWAY_PORT=str(self.port),
            BIND_HOST="127.0.0.1",
            MINISTACK_HOST="127.0.0.1",
            TMPDIR=str(self.folder),
            # Listeners of services that nobody here uses.
            IOT_MTLS_ENABLED="0",
            SFTP_ENABLED="0",
        )

    def _wait_until_ready(self):
        import ssl
        context = ssl.create_default_context(cafile=str(self.certificate)) if self.secure else None
        deadline = time.monotonic() + STARTUP_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{self.endpoint}/_ministack/health", timeout=5, context=context).close()
                return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(f"the emulated account did not start; its log, {self.log}, ends with:\n{self.log_tail()}")

    def log_tail(self, lines=30):
        """The end of the account's log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def aws(self, *arguments, check=True):
        """Runs the AWS CLI; answers its output, parsed when it is JSON. `check=False` answers None on failure."""
        # The endpoint on the command line: for SQS, version 1 of the CLI does not look into the environment.
        command = [str(TOOLS / "aws"), "--endpoint-url", self.endpoint, *map(str, arguments)]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True)
        if done.returncode != 0:
            if not check:
                return None
            raise RuntimeError(f"aws {' '.join(map(str, arguments))}: {done.stderr.strip()}")
        try:
            return json.loads(done.stdout)
        except ValueError:
            return done.stdout


    def python(self, script, *arguments):
        """Runs a script beside the AWS CLI, with its libraries, and answers what it printed."""
        command = [str(TOOLS / "python"), "-c", script, *map(str, arguments)]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{done.stderr.strip()}")
        return done.stdout


def free_port():
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
