"""A whole desk on loopback, as `ops/stack.py` sets it up, for the faults that only a whole one has."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest


def missing() -> str:
    """What this machine lacks; empty when it has all."""
    if os.environ.get("DATABASE_URL"):
        return "it brings databases of its own, and runs once, with the proofs on SQLite"
    if not find_spec("psycopg") or not find_spec("gunicorn"):
        return "requirements-production.txt is not installed"
    if not list(Path("/usr/lib/postgresql").glob("*/bin")):
        return "PostgreSQL is not installed (Debian: apt-get install postgresql)"
    if not shutil.which("nginx", path="/usr/sbin:/usr/bin:/bin"):
        return "nginx is not installed (Debian: apt-get install nginx-light)"
    return ""


@pytest.fixture(scope="package")
def stack() -> Iterator[object]:
    """The whole desk with the fixtures and people who can log in."""
    if lacking := missing():
        pytest.skip(lacking)
    from ops.people import let_people_in
    from ops.stack import running

    folder = Path(tempfile.mkdtemp(prefix="desk-stack-"))
    try:
        with running(folder) as made:
            let_people_in(made)
            yield made
    finally:
        for log in sorted(folder.glob("*.log")):
            lines = subprocess.run(["tail", "-n", "3", str(log)], capture_output=True, text=True).stdout
            sys.stderr.write(f"{log.name}: {lines}")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="package")
def reporter(stack: object) -> object:
    """A reporter with a browser of their own."""
    from ops.people import REPORTER, Person

    return Person(stack, REPORTER)


@pytest.fixture(scope="package")
def editor(stack: object) -> object:
    """An editor with a browser of their own."""
    from ops.people import EDITORS, Person

    return Person(stack, EDITORS[0])
