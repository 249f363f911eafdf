"""A desk served on loopback by a process of its own, as `manage.py demo` serves it."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"
START_SECONDS = 60


@dataclass(frozen=True)
class ServedDesk:
    """Where a desk answers, and the keys of its things (see `desks.py`)."""

    root: str
    places: dict[str, Any]

    def address(self, path: str) -> str:
        """The whole address of `path`, in which `{name}` stands for the key of a thing."""
        return self.root + path.format(**self.places)

    def ask(self, path: str) -> Any:
        """What the API answers to anybody: JSON."""
        with urllib.request.urlopen(self.address(path), timeout=30) as answer:
            return json.load(answer)


def make_desk(kind: str, file: Path) -> dict[str, Any]:
    """Make the desk `kind` in `file`; the keys of its things."""
    command = [sys.executable, "-m", "tests.browser.desks", kind, str(file)]
    made = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    places: dict[str, Any] = json.loads(made.stdout)
    return places


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(server: subprocess.Popen[bytes], address: str) -> None:
    """Return once `server` answers; RuntimeError when it ends or takes too long."""
    for _ in range(START_SECONDS * 20):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=30).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"The desk does not answer at {address}.")


OF_ONES_OWN = {"DJANGO_DEBUG": "1"}
"""The environment of a desk on a machine of one's own, as `manage.py demo` has it."""

FOR_OTHERS = {"DJANGO_DEBUG": "", "SECRET_KEY": "of-this-proof-alone-and-of-no-other-desk", "SECURE_SSL_REDIRECT": "0"}
"""That of a desk that others use: what went wrong is told in the desk's own pages."""


@contextmanager
def serve(
    file: Path, places: dict[str, Any], environment: Mapping[str, str] = MappingProxyType(OF_ONES_OWN)
) -> Iterator[ServedDesk]:
    """The desk in `file`, served until the block ends."""
    port = free_port()
    server = subprocess.Popen(
        # Its static files as well: no server stands in front.
        [sys.executable, "manage.py", "runserver", "--noreload", "--insecure", f"{HOST}:{port}"],
        cwd=ROOT,
        env={
            **os.environ,
            **environment,
            "DATABASE_URL": f"sqlite:///{file}",
            "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(server, f"http://{HOST}:{port}/healthz")
        yield ServedDesk(f"http://{HOST}:{port}", places)
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
