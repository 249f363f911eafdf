"""A process under gunicorn as in production, asked over HTTP on loopback."""

import http.client
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
HOST = "facts.example"
KEY = "the-key-of-a-test-long-enough-and-with-many-different-characters-0123456789"
START_SECONDS = 60


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)


@dataclass
class Served:
    """A running process."""

    port: int
    log: Path
    process: subprocess.Popen[bytes]

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """The answer to a request for `path`, sent as it stands; `_` in a header's name is `-`."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as client:
            client.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            sent = {"Host": HOST, "X_Forwarded_Proto": "https"} | headers
            for name, value in sent.items():
                client.putheader(name.replace("_", "-"), value)
            client.endheaders()
            answer = client.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())


def environment(database: str, **extra: str) -> dict[str, str]:
    """Production: nothing of this process's environment but its path, and what is given."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "SECRET_KEY": KEY, "ALLOWED_HOSTS": HOST, "DATABASE_URL": database, **extra}


@contextmanager
def serve(application: str, *, database: str, folder: Path, **extra: str) -> Iterator[Served]:
    """`application` under gunicorn with its own production settings; ends with the block. `folder` takes its log."""
    log = folder / "stderr"
    command = (sys.executable, "-m", "gunicorn", "-c", "ops/gunicorn.py", application)
    told = environment(database, BIND="127.0.0.1:0", WORKERS="1", **extra)
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=told, stderr=output)
    try:
        yield Served(wait_for_port(log, process), log, process)
    finally:
        process.terminate()
        process.wait(30)


def wait_for_port(log: Path, process: subprocess.Popen[bytes]) -> int:
    """The port that gunicorn's log says it listens on."""
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        said = log.read_text()
        if "Booting worker" in said:
            return int(said.split("http://127.0.0.1:")[1].split()[0])
        time.sleep(0.05)
    raise RuntimeError(log.read_text())


def copy_database(path: Path) -> str:
    """The address of a file at `path` that holds what the test database of SQLite holds."""
    connection.ensure_connection()
    memory: Any = connection.connection
    with closing(sqlite3.connect(path)) as target:
        memory.backup(target)
    return f"sqlite:///{path}"
