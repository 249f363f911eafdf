"""A whole desk on loopback, as it runs past one machine: for trying it out, and for the faults that tests cause.

    python -m ops.stack FOLDER [--port 24400]     sets it up, says where everything is, runs until Ctrl-C

A primary and its synchronous standby, two API databases that hold the public tables alone, the desk's process, one API
process on each API database, the heartbeat, and nginx in front of the APIs. Everything lies in FOLDER and listens on
127.0.0.1 only. Needs Debian's `postgresql` and `nginx-light`.
"""

import argparse
import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from ops.cluster import OWNER, Cluster

ROOT = Path(__file__).resolve().parent.parent
LEASE = 5.0
PORT, PORTS = 24400, 22
"""Where its ports begin, and how many there are."""
FIXTURES = ["editors", "sources", "articles", "claims", "decisions", "versions", "publications"]


def find_ports(first: int = PORT) -> int:
    """The first of PORTS ports in a row, from `first` on, on which nobody listens.

    They lie below the range from which the system lends ports to connections that go out: a closed connection keeps
    such a port for a minute, and whoever wants to listen on it is refused for as long.
    """
    for base in range(first, first + 50 * PORTS, PORTS):
        if all(is_free(port) for port in range(base, base + PORTS)):
            return base
    raise SystemExit(f"No {PORTS} free ports in a row from {first} on.")


def is_free(port: int) -> bool:
    """Whether one can listen on `port` of 127.0.0.1."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except (OSError, OverflowError):  # somebody has it, or there is no such port
            return False
    return True


def wait_until(holds: Callable[[], bool], *, what: str, within: float = 30) -> float:
    """Wait until `holds`; returns the seconds it took, and fails after `within`."""
    begun = time.monotonic()
    while not holds():
        if time.monotonic() - begun > within:
            raise TimeoutError(f"{what}: not within {within:.0f} s")
        time.sleep(0.05)
    return time.monotonic() - begun


Load = Callable[["Stack"], None]
"""Fills the desk's own database, which is migrated and empty."""


def load_fixtures(stack: "Stack") -> None:
    """The desk of the seeds."""
    stack.manage("loaddata", "-v0", *FIXTURES)


class Stack:
    """All of it. `start` sets it up, `stop` ends every process; the folder stays for whoever wants to look."""

    def __init__(self, folder: Path, *, port: int, load: Load = load_fixtures, patience: float = 30) -> None:
        self.folder, self.port, self.load, self.patience = folder.resolve(), port, load, patience
        self.primary = Cluster(self.folder / "primary", port)
        self.standby = Cluster(self.folder / "standby", port + 1)
        self.apis = {
            name: Cluster(self.folder / name, port + 2 + number) for number, name in enumerate(["api1", "api2"])
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.key = secrets.token_urlsafe(50)

    # ---- Addresses ------------------------------------------------------------------------------------------

    @property
    def desk_url(self) -> str:
        """Where the desk is."""
        return f"http://127.0.0.1:{self.port + 10}"

    @property
    def front_url(self) -> str:
        """Where nginx answers for the APIs."""
        return f"http://127.0.0.1:{self.port + 20}"

    @property
    def secure_url(self) -> str:
        """Where nginx answers over TLS; `certificate` vouches for it."""
        return f"https://127.0.0.1:{self.port + 21}"

    @property
    def certificate(self) -> Path:
        """The certificate of `secure_url`, made when nginx is started."""
        return self.folder / "nginx" / "facts.pem"

    def api_url(self, name: str) -> str:
        """Where the process on the API database `name` is."""
        return f"http://127.0.0.1:{self.port + 11 + list(self.apis).index(name)}"

    # ---- Set up ---------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Databases first, then the processes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)  # PostgreSQL's user passes through
        self.start_primary()
        self.start_standby()
        for name in self.apis:
            self.start_api_database(name)
        self.start_desk(self.primary)
        for name in self.apis:
            self.start_api(name)
            self.start_following(name)
        self.start_nginx()
        for name in self.apis:
            ready = f"{self.api_url(name)}/readyz"
            wait_until(lambda ready=ready: self.answers(ready), what=f"{name} ready", within=self.patience)
            # Until PostgreSQL knows what it has copied, it reads a list by the wrong index.
            self.apis[name].execute("ANALYZE", database="facts")
        wait_until(lambda: self.answers(f"{self.desk_url}/readyz"), what="desk ready")

    def start_primary(self) -> None:
        """The desk's own database, with the roles, the guards and what is loaded."""
        self.primary.create()
        self.primary.start()
        self.primary.execute(
            "CREATE ROLE desk LOGIN",
            "CREATE ROLE desk_api LOGIN",
            "CREATE ROLE desk_copy LOGIN",
            "CREATE DATABASE desk",
        )
        self.manage("migrate", "-v0")
        self.load(self)
        self.apply(self.primary, self.manage("print_grants"))
        self.apply(self.primary, self.manage("print_replication", "primary"))

    def start_standby(self) -> None:
        """A copy of every byte, without which nothing is recorded."""
        self.standby.create_standby_of(self.primary)
        self.standby.start()
        self.primary.execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'", "SELECT pg_reload_conf()")
        is_sync = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
        wait_until(lambda: self.primary.execute(is_sync) != [], what="standby in step")

    def start_api_database(self, name: str) -> None:
        """A database of the public tables and nothing else."""
        cluster = self.apis[name]
        cluster.create()
        cluster.start()
        cluster.execute("CREATE ROLE desk_api LOGIN", "CREATE DATABASE facts")
        self.apply(cluster, self.manage("print_replication", "tables"), database="facts")
        printed = self.manage("print_replication", "copy", "--name", name, "--primary", self.source)
        self.apply(cluster, printed, database="facts")

    @property
    def source(self) -> str:
        """How an API database reaches the desk's: whichever of its two servers is the primary."""
        ports = f"port={self.primary.port},{self.standby.port} target_session_attrs=read-write"
        return f"host=127.0.0.1,127.0.0.1 {ports} dbname=desk user=desk_copy"

    def manage(self, *arguments: str, database: Cluster | None = None) -> str:
        """Run manage.py as the owner of the desk's database; what it printed."""
        environment = self.environment((database or self.primary).url(OWNER, "desk"))
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)  # noqa: S603
        if done.returncode:
            raise RuntimeError(f"manage.py {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def apply(self, cluster: Cluster, printed: str, *, database: str = "desk") -> None:
        """Run what a print_… command printed."""
        lines = [line for line in printed.splitlines() if not line.startswith("--")]
        statements = [statement.strip() for statement in "\n".join(lines).split(";\n") if statement.strip()]
        cluster.execute(*statements, database=database)

    def environment(self, url: str, **more: str) -> dict[str, str]:
        """What a process of ours is started with."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "DATABASE_URL": url,
            "SECRET_KEY": self.key,
            "SECURE_SSL_REDIRECT": "0",
            "ALLOWED_HOSTS": "127.0.0.1",
            "LEASE": str(LEASE),
            **more,
        }

    # ---- Processes ------------------------------------------------------------------------------------------

    def start_desk(self, database: Cluster, **more: str) -> None:
        """The desk's process and the heartbeat, on `database`, with `more` in their environment."""
        url = database.url("desk", "desk")
        bind = self.desk_url.removeprefix("http://")
        self.serve("desk", "newsroom.wsgi", self.environment(url, BIND=bind, **more))
        self.spawn("heartbeat", [sys.executable, "manage.py", "heartbeat"], self.environment(url, **more))

    def start_api(self, name: str, **more: str) -> None:
        """The process on the API database `name`, with `more` in its environment."""
        bind = self.api_url(name).removeprefix("http://")
        url = self.apis[name].url("desk_api", "facts")
        self.serve(name, "newsroom.wsgi_api", self.environment(url, BIND=bind, **more))

    def start_following(self, name: str) -> None:
        """What sees to it that the API database `name` follows the desk's, whichever server that is."""
        command = [sys.executable, "manage.py", "follow_desk", "--name", name, "--primary", self.source]
        self.spawn(f"follow-{name}", command, self.environment(self.apis[name].url(OWNER, "facts")))

    def serve(self, name: str, application: str, environment: dict[str, str]) -> None:
        """Start gunicorn."""
        command = [sys.executable, "-m", "gunicorn", "--config", "ops/gunicorn.py", "--no-control-socket", application]
        self.spawn(name, command, environment)

    def start_nginx(self) -> None:
        """The cache in front of the APIs, from the file that a real one uses; beside TLS it speaks plain HTTP."""
        folder = self.folder / "nginx"
        folder.mkdir()
        key = folder / "facts.key"
        self.make_certificate(key)
        text = (ROOT / "ops" / "nginx.conf").read_text()
        plain, secure = (url.rpartition("//")[2] for url in (self.front_url, self.secure_url))
        for known, here in {
            "listen 443 ssl;": f"listen {plain}; listen {secure} ssl;",
            "server 127.0.0.1:8001;": "".join(
                f"server {self.api_url(name).removeprefix('http://')};" for name in self.apis
            ),
            "/var/cache/nginx/facts": str(folder / "cache"),
            "/etc/ssl/certs/facts.pem": str(self.certificate),
            "/etc/ssl/private/facts.key": str(key),
        }.items():
            if known not in text:
                raise RuntimeError(f"ops/nginx.conf has no “{known}” any more.")
            text = text.replace(known, here)
        (folder / "site.conf").write_text(text)
        (folder / "nginx.conf").write_text(
            f"daemon off; pid {folder}/pid; error_log stderr warn; user root;\nevents {{}}\n"
            f"http {{ include {folder}/site.conf; }}\n"
        )
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        self.spawn("nginx", [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")], {"PATH": os.environ["PATH"]})

    def make_certificate(self, key: Path) -> None:
        """A certificate for 127.0.0.1 that nobody else vouches for, good for a month."""
        what = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=127.0.0.1"
        to = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(self.certificate)]
        subprocess.run(["openssl", *what.split(), *to], check=True, capture_output=True)  # noqa: S603, S607

    def spawn(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        """Start a process whose output goes to FOLDER/NAME.log."""
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(  # noqa: S603
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )

    def kill(self, name: str, number: int = signal.SIGTERM) -> None:
        """End the process `name` and all its children."""
        process = self.processes.pop(name, None)
        if process is None:
            return
        if process.poll() is None:
            os.killpg(process.pid, number)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def answers(self, url: str) -> bool:
        """Whether `url` answers 200."""
        try:
            with urlopen(url, timeout=5) as answer:  # noqa: S310
                return bool(answer.status == http.client.OK)
        except (OSError, http.client.HTTPException):
            return False

    # ---- Failover -------------------------------------------------------------------------------------------

    def fail_over(self) -> None:
        """Let the standby take the place of the primary, which is gone; the API databases follow by themselves.

        The old primary must be down for good before this: a second one would go on feeding the API databases.
        """
        self.kill("heartbeat")
        self.kill("desk")
        self.standby.promote()
        self.start_desk(self.standby)

    def stop(self) -> None:
        """End everything."""
        for name in list(self.processes):
            self.kill(name)
        for cluster in [*self.apis.values(), self.standby, self.primary]:
            cluster.stop("immediate")


@contextmanager
def running(
    folder: Path, *, first_port: int = PORT, load: Load = load_fixtures, patience: float = 30
) -> Iterator[Stack]:
    """A stack on the first free ports from `first_port` on, up for as long as the block runs.

    `load` fills it; the API databases may take `patience` seconds to copy what it loaded.
    """
    stack = Stack(folder, port=find_ports(first_port), load=load, patience=patience)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def main() -> None:
    """Set it up, say where everything is, wait."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="an empty folder, or one that does not exist yet")
    parser.add_argument("--port", type=int, default=PORT, help=f"look for {PORTS} free ports from here on ({PORT})")
    asked = parser.parse_args()
    if asked.folder.exists() and any(asked.folder.iterdir()):
        raise SystemExit(f"{asked.folder} is not empty.")
    for number in (signal.SIGINT, signal.SIGTERM):  # SIGINT too: who is started with & by a script ignores it
        signal.signal(number, signal.default_int_handler)
    begun = time.monotonic()
    with running(asked.folder, first_port=asked.port) as stack:
        print(f"Up after {time.monotonic() - begun:.0f} s.")
        print(f"the desk     {stack.desk_url}/admin/")
        for name in stack.apis:
            print(f"{name}         {stack.api_url(name)}/api/v1/facts/")
        print(f"through nginx {stack.front_url}/api/v1/facts/")
        print(f"over TLS      {stack.secure_url}/api/v1/facts/ ({stack.certificate} vouches for it)")
        print(f"logs         {stack.folder}/*.log\nCtrl-C ends it.", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("Ending.")


if __name__ == "__main__":
    main()
