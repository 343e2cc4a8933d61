"""What stands between the deployed functions and the emulated account's S3, and does to requests what is decided about them."""

import contextlib
import http.client
import http.server
import os
import select
import signal
import socket
import ssl
import struct
import threading
import time
import urllib.parse
from pathlib import Path

from faults import REFUSALS, Asked

# The connection's own, which each side has its own way with.
HOP = {"connection", "keep-alive", "transfer-encoding", "proxy-connection", "expect"}
# No client waits longer; nor does a test.
LONGEST_STALL = 120


class Proxy:
    """`with Proxy() as proxy:` listens on `proxy.endpoint`; requests are answered from `open` on."""

    def __init__(self):
        handler = type("Bound", (Handler,), {"proxy": self})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"
        self.address = self.context = self.faults = self.s3 = None

    def open(self, account, faults, s3):
        """Hands requests on to the account's S3, as `faults` says; `s3` is a client of the proxy's own."""
        self.s3 = s3
        self.address = ("127.0.0.1", account.port)
        self.context = ssl.create_default_context(cafile=str(account.certificate))
        self.faults = faults

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Gone(Exception):
    """The connection is no more to be answered on."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def handle_one_request(self):
        # A client that has hung up meanwhile wants no answer.
        with contextlib.suppress(OSError, Gone):
            return super().handle_one_request()
        self.close_connection = True

    def answer(self):
        body = self._body()
        asked = Asked(self.command, self.path, self.headers.get("range", ""))
        fate = self.proxy.faults.fate(asked)
        if fate is None:
            return self._send(*self._ask(body))
        kind, draw = fate
        done = draw.random() < 0.5
        if kind in REFUSALS:
            return self._refuse(*REFUSALS[kind])
        if kind == "reset" or kind == "reset-in-body" and self.command != "GET":
            if done or kind == "reset-in-body":
                self._ask(body)
            self._reset()
        if kind == "stalled" and (self.command != "GET" or done):
            if draw.random() < 0.5:
                self._ask(body)
            self._stall()
        if kind == "killed":
            if done:
                self._ask(body)
            self._kill()
        if kind in ("two-uploads", "deploy"):
            time.sleep(draw.random() * 1.5)
        if kind in ("other-range", "whole-object"):
            return self._send(*self._fetch({"Range": other_range(asked.range)} if kind == "other-range" else {}))
        status, headers, content = self._ask(body)
        if kind == "slow":
            return self._send(status, headers, content, piece=draw.randint(64, 1063), pause=draw.randint(1, 40) / 1000)
        if kind not in ("reset-in-body", "truncated", "stalled"):
            return self._send(status, headers, content)
        # An answer without a body has nothing to be cut, but its connection.
        if content:
            self._send(status, headers, content, end=len(content) // 2)
        if kind == "stalled":
            self._stall()
        if kind == "truncated" and content:
            self.connection.shutdown(socket.SHUT_WR)
            raise Gone
        self._reset()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer

    def _body(self):
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body

    def _ask(self, body):
        """The account's answer: status, headers, and all of its body."""
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
        connection = http.client.HTTPSConnection(*self.proxy.address, context=self.proxy.context)
        with contextlib.closing(connection):
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            if body and "content-length" not in {name.lower() for name in headers}:
                connection.putheader("content-length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP]
            return answer.status, kept, answer.read()

    def _fetch(self, asked):
        """The answer to a GET with another range, or without one. The request is signed with its range, so this is one of
        the proxy's own."""
        path = urllib.parse.urlsplit(self.path)
        _, bucket, key = urllib.parse.unquote(path.path).split("/", 2)
        version = urllib.parse.parse_qs(path.query).get("versionId")
        answer = self.proxy.s3.get_object(Bucket=bucket, Key=key, **asked, **({"VersionId": version[0]} if version else {}))
        told = answer["ResponseMetadata"]
        kept = [(name, value) for name, value in told["HTTPHeaders"].items() if name.lower() not in HOP]
        return told["HTTPStatusCode"], kept, answer["Body"].read()

    def _send(self, status, headers, content, end=None, piece=None, pause=0):
        """Answers, only the first `end` bytes of the body where one is given, and in pieces where it is to be slow."""
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() != "content-length" or self.command == "HEAD":
                self.send_header(name, value)
        if self.command != "HEAD" and status != 204:
            self.send_header("content-length", str(len(content)))
        self.end_headers()
        content = content[:end]
        for start in range(0, len(content), piece or max(len(content), 1)):
            time.sleep(pause)
            self.wfile.write(content[start : start + (piece or len(content))])

    def _refuse(self, status, code, message):
        text = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>{message}</Message></Error>'
        self._send(status, [("content-type", "application/xml")], b"" if self.command == "HEAD" else text.encode())

    def _reset(self):
        # Closed without lingering, a connection is reset.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # The server would shut it down first, and so end it in order.
        os.close(self.connection.detach())
        raise Gone

    def _stall(self):
        """Says nothing until the client hangs up."""
        select.select([self.connection], [], [], LONGEST_STALL)
        raise Gone

    def _kill(self):
        # Whoever has hung up meanwhile no longer needs the answer.
        with contextlib.suppress(LookupError, ProcessLookupError):
            os.kill(process_of(self.client_address[1]), signal.SIGKILL)
        raise Gone


def other_range(text):
    """A range of the same object that begins elsewhere, or ends there where it begins at the first byte."""
    first, last = (int(number) for number in text.removeprefix("bytes=").split("-"))
    if first:
        return f"bytes={first // 2}-{last}"
    return f"bytes=0-{last // 2}" if last else "bytes=0-1"


def process_of(port):
    """The process that has the loopback connection from `port`."""
    with open("/proc/net/tcp") as table:
        local = f"0100007F:{port:04X}"
        socket_link = next((f"socket:[{row[9]}]" for row in map(str.split, table) if row[1] == local), None)
    for process in Path("/proc").glob("[0-9]*"):
        # Some have ended by now, and some are not to be looked into.
        with contextlib.suppress(OSError):
            if any(os.readlink(link) == socket_link for link in (process / "fd").iterdir()):
                return int(process.name)
    raise LookupError(f"nobody has the connection from port {port}")
