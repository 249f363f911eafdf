"""One PostgreSQL server on loopback, with Debian's programs: a primary, its standby, or the database of an API."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

OWNER = "owner"
"""Who owns the databases and migrates; the processes have roles of their own."""


def find_postgresql() -> Path:
    """Where PostgreSQL's programs are."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found:
        raise SystemExit("PostgreSQL is not installed (Debian: apt-get install postgresql).")
    return found[-1]


@dataclass
class Cluster:
    """One PostgreSQL server: its folder and its port."""

    folder: Path
    port: int
    bin: Path = field(default_factory=find_postgresql)

    @property
    def data(self) -> Path:
        """Where its files are."""
        return self.folder / "data"

    def run(self, program: str, *arguments: str, **more: str) -> None:
        """Run one of PostgreSQL's programs, with `more` in its environment, as the user that may: not as root."""
        command = ["env", *(f"{name}={value}" for name, value in more.items()), str(self.bin / program), *arguments]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--", *command]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=120)  # noqa: S603
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.strip() or done.stdout.strip()}")

    def make_folder(self) -> None:
        """A folder that PostgreSQL's user may fill; a file system may be mounted there already."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")

    def create(self) -> None:
        """Set it up, empty."""
        self.make_folder()
        self.run("initdb", f"--pgdata={self.data}", f"--username={OWNER}", "--auth=trust", "--locale=C.UTF-8", "-N")

    def create_standby_of(self, primary: "Cluster") -> None:
        """Set it up as a physical standby that `primary` knows as `standby`."""
        self.make_folder()
        source = f"host=127.0.0.1 port={primary.port} user={OWNER} application_name=standby"
        self.run("pg_basebackup", f"--pgdata={self.data}", f"--dbname={source}", "-R", "-X", "stream", "-c", "fast")

    def start(self, **more: str) -> None:
        """Start it, with `more` in its environment, and wait until it answers."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.folder,
            "wal_level": "logical",
            "max_connections": 60,
            "shared_buffers": "32MB",
            "wal_receiver_status_interval": "1s",
            "logging_collector": "off",
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        log = self.folder / "log"
        try:
            self.run("pg_ctl", f"--pgdata={self.data}", f"--log={log}", "-w", f"--options={options}", "start", **more)
        except RuntimeError as error:
            raise RuntimeError(f"{error}\n{log.read_text() if log.exists() else 'no log'}") from None

    def stop(self, mode: str = "fast") -> None:
        """Stop it; `immediate` is a crash."""
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", f"--pgdata={self.data}", f"--mode={mode}", "-w", "stop")

    def promote(self) -> None:
        """Make a standby the primary."""
        self.run("pg_ctl", f"--pgdata={self.data}", "-w", "promote")

    def url(self, role: str, database: str) -> str:
        """DATABASE_URL for `role`."""
        return f"postgres://{role}@127.0.0.1:{self.port}/{database}"

    def execute(self, *statements: str, database: str = "postgres") -> list[Any]:
        """Run `statements` as the owner, each on its own; the rows of the last, if it has any."""
        target = f"host=127.0.0.1 port={self.port} user={OWNER} dbname={database}"
        with psycopg.connect(target, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []
