#!/usr/bin/env python3
"""Asks the built service as clients do, good ones and bad ones, and checks each answer.

Usage: Examples/Service/check.py [PROGRAM [RECORDING]]
PROGRAM is Examples/Service/.build/debug/service, RECORDING the sample meeting. The models must be installed. The
service gets a processor, one place to wait, and a small limit, so that all of them are reached.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAM = HERE / ".build" / "debug" / "service"
RECORDING = HERE.parents[1] / "samples" / "meeting.mp4"
PATIENCE = 3


class Client:
    """Asks the service at a port, a connection for each request."""

    def __init__(self, port: int) -> None:
        self.port = port

    def begin(self, method: str, path: str, headers: dict[str, str]) -> http.client.HTTPConnection:
        """Sends the head of a request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        connection.putrequest(method, path)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        return connection

    def ask(
        self, path: str, body: bytes | None = None, method: str = "", **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Status, headers and body of the answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None and "Transfer-Encoding" not in named:
            named["Content-Length"] = str(len(body))
        connection = self.begin(method or ("GET" if body is None else "POST"), path, named)
        if body is not None:
            connection.send(body if "Content-Length" in named else b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def at_work(self) -> int:
        return json.loads(self.ask("/health")[2])["recordings"]

    def wait_until_idle(self, seconds: float) -> float:
        """Seconds until nothing is at work any more."""
        start = time.monotonic()
        while self.at_work():
            assert time.monotonic() - start < seconds, "recordings of clients that have gone are still at work"
            time.sleep(0.05)
        return time.monotonic() - start


def events(text: str) -> Iterator[tuple[str, dict]]:
    """Names and data of server-sent events."""
    for block in text.strip().split("\n\n"):
        lines = block.split("\n")
        yield lines[0].removeprefix("event: "), json.loads("\n".join(line.removeprefix("data: ") for line in lines[1:]))


def check_transcripts(client: Client, recording: bytes) -> float:
    """Each form of the answer; returns the seconds that a recording takes."""
    start = time.monotonic()
    status, headers, body = client.ask("/transcripts", recording)
    seconds = time.monotonic() - start
    assert (status, headers["Content-Type"]) == (200, "application/json"), (status, body)
    transcript = json.loads(body)
    assert any(segment["words"] for segment in transcript["segments"])
    status, _, body = client.ask("/transcripts?language=en", recording, Accept="text/vtt")
    assert status == 200 and body.startswith(b"WEBVTT\n"), body[:100]
    status, _, body = client.ask("/transcripts", recording, Accept="text/event-stream")
    told = list(events(body.decode()))
    names = [name for name, _ in told]
    assert status == 200 and names[0] == "waiting" and names[-1] == "transcript" and "progress" in names, names
    assert told[-1][1]["segments"] == transcript["segments"]
    fractions = [data["fraction"] for name, data in told if name == "progress"]
    assert fractions == sorted(fractions) and 0 <= fractions[0] <= fractions[-1] <= 1, fractions
    return seconds


def check_refusals(client: Client, largest: int) -> None:
    """What the service does not do has a status and a sentence, and takes no place."""
    large = bytes(largest + 1)
    cases = [
        (404, "/", None, "", {}), (405, "/transcripts", None, "", {}), (405, "/health", b"", "POST", {}),
        (400, "/transcripts?language=xx", b"x", "", {}), (400, "/transcripts?speakers=0", b"x", "", {}),
        (406, "/transcripts", b"x", "", {"Accept": "image/png"}),
        (415, "/transcripts", b"x", "", {"Content_Type": "multipart/form-data; boundary=b"}),
        (413, "/transcripts", large, "", {}), (413, "/transcripts", large, "", {"Transfer_Encoding": "chunked"}),
        (422, "/transcripts", b"no recording", "", {}), (422, "/transcripts", b"", "", {}),
    ]
    for expected, path, body, method, headers in cases:
        status, _, answer = client.ask(path, body, method, **headers)
        assert status == expected and json.loads(answer)["error"], (expected, path, status, answer)
    assert client.at_work() == 0


def check_queue(client: Client, recording: bytes) -> None:
    """A full queue refuses before the upload, and places of clients that stand still come back."""
    head = {"Content-Length": str(len(recording))}
    slow = [client.begin("POST", "/transcripts", head) for _ in range(2)]
    while client.at_work() < 2:
        time.sleep(0.05)
    status, headers, _ = client.ask("/transcripts", recording)
    assert status == 503 and int(headers["Retry-After"]) > 0, status
    # A client that asks first sends nothing: the answer comes without a body having been sent.
    polite = client.begin("POST", "/transcripts", head | {"Expect": "100-continue"})
    assert polite.getresponse().status == 503
    client.wait_until_idle(4 * PATIENCE + 10)
    for connection in slow:
        connection.close()


def check_cancellation(client: Client, recording: bytes, folder: Path, whole: float) -> None:
    """What a client that hangs up had asked for is stopped, and its recording removed."""
    connection = client.begin(
        "POST", "/transcripts", {"Content-Length": str(len(recording)), "Accept": "text/event-stream"})
    connection.send(recording)
    answer = connection.getresponse()
    assert answer.readline() == b"event: waiting\n"
    assert client.at_work() == 1
    answer.close()
    connection.close()
    seconds = client.wait_until_idle(whole)
    assert seconds < whole / 2, f"{seconds:.1f} s after the client had gone, of {whole:.1f} s in all"
    assert not [path for path in folder.rglob("*") if path.is_file()]


def main() -> int:
    program = Path(sys.argv[1]) if len(sys.argv) > 1 else PROGRAM
    recording = (Path(sys.argv[2]) if len(sys.argv) > 2 else RECORDING).read_bytes()
    largest = len(recording) + 1000
    with tempfile.TemporaryDirectory() as name:
        settings = {"PORT": 0, "RUNNING": 1, "WAITING": 1, "LARGEST": largest, "PATIENCE": PATIENCE}
        environment = os.environ | {f"SERVICE_{key}": str(value) for key, value in settings.items()}
        service = subprocess.Popen(
            [program], env=environment | {"TMPDIR": name}, stdout=subprocess.PIPE, text=True)
        try:
            client = Client(int(service.stdout.readline().rsplit(":", 1)[1]))
            whole = check_transcripts(client, recording)
            check_refusals(client, largest)
            check_queue(client, recording)
            check_cancellation(client, recording, Path(name), whole)
            service.send_signal(signal.SIGTERM)
            assert service.wait(30) == 0
            assert not list(Path(name).iterdir()), "the folder of recordings is still there"
        finally:
            service.kill()
    print(f"service: all is right ({whole:.1f} s for the recording)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
