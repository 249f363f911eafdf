"""The servers that are measured: started on loopback, their CPU time and memory read from /proc, stopped again."""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
SECRET_KEY = secrets.token_hex(32)
"""Of this run: the bench signs cursors as the servers do."""

GUNICORN = ("-m", "gunicorn", "--workers", "2", "--worker-class", "gthread", "--threads", "1", "--log-level", "error")
"""Two workers, connections kept open: as a desk behind nginx runs."""

DATASETTE = ("-m", "datasette", "serve", "--setting", "max_csv_mb", "0", "--setting", "sql_time_limit_ms", "20000")
"""As shipped, but for the limits that would cut its long answers short."""

START_SECONDS = 60


@dataclass
class Server:
    """One running server. On PostgreSQL the backends that work for it count as its own (`find_backends`)."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    find_backends: Callable[[], list[int]] = list

    def cpu_seconds(self) -> float:
        """The CPU time that the server's processes have had so far."""
        return sum(read_cpu(process) for process in [*processes_below(self.process.pid), *self.find_backends()])

    def peak_memory(self) -> float:
        """The largest resident set that one of its processes has had, in MB."""
        return max(read_peak(process) for process in processes_below(self.process.pid))


def processes_below(process: int) -> list[int]:
    """`process` and all that it has started."""
    found = [process]
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in task.read_text().split():
            found += processes_below(int(child))
    return found


def read_cpu(process: int) -> float:
    """The CPU seconds of all threads of `process`."""
    return sum(int(one.read_text().split()[0]) for one in Path(f"/proc/{process}/task").glob("*/schedstat")) / 1e9


def read_peak(process: int) -> float:
    """The peak resident set of `process` in MB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_it_answers(server: Server, path: str) -> None:
    """Return once `server` gives any answer to `path`; RuntimeError when it ends or takes too long."""
    for _ in range(START_SECONDS * 10):
        if server.process.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"http://{HOST}:{server.port}{path}", timeout=30).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{server.name} does not serve; what it says stands above.")


@contextmanager
def serve(name: str, command: tuple[str, ...], *, probe: str, **environment: str) -> Iterator[Server]:
    """A server started as `python command` with its port added, answering `probe`; it ends with the block."""
    port = free_port()
    place = ("--bind", f"{HOST}:{port}") if "gunicorn" in command else ("--host", HOST, "--port", str(port))
    process = subprocess.Popen(
        [sys.executable, *command, *place],
        cwd=ROOT,
        env={**os.environ, "SECRET_KEY": SECRET_KEY, "DJANGO_DEBUG": "", **environment},
        stdout=subprocess.DEVNULL,
    )
    server = Server(name, port, process)
    try:
        wait_until_it_answers(server, probe)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def serve_desk(name: str, url: str) -> AbstractContextManager[Server]:
    """The product: its API-only process on the database at `url`."""
    command = (*GUNICORN, "newsroom.wsgi_api:application")
    environment = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "newsroom.settings_api"}
    return serve(name, command, probe="/api/v1/head/", **environment)


def serve_peer(name: str, module: str, url: str, *, in_force: bool = False) -> AbstractContextManager[Server]:
    """A Django peer, `module` of `bench.peers`, on the database at `url`; `in_force`: in the product's own words."""
    environment = {"DATABASE_URL": url, "BENCH_PEER": f"bench.peers.{module}", "BENCH_IN_FORCE": "1" * in_force}
    return serve(name, (*GUNICORN, "bench.peers.wsgi:application"), probe="/facts/?story=none", **environment)


def serve_bare(name: str, path: Path) -> AbstractContextManager[Server]:
    """Bare WSGI on the SQLite file `path`."""
    command = (*GUNICORN, "bench.peers.bare:application")
    return serve(name, command, probe="/hello", BENCH_DATABASE=str(path))


def serve_datasette(name: str, path: Path) -> AbstractContextManager[Server]:
    """Datasette on the SQLite file `path`."""
    return serve(name, (*DATASETTE, str(path)), probe="/-/versions.json")
