"""Eight writers at once, and death at every statement: nothing is lost, doubled or half done. `make prove` runs these.

Each runs on a database of its own of the engine that the suite runs on, in processes of their own (tests/writer.py).
"""

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests.writer import ADDS

pytestmark = pytest.mark.prove

ROOT = Path(__file__).resolve().parent.parent.parent
WRITERS = 8
SECONDS = 8 if os.environ.get("PROOF_SEED") else 20


@contextmanager
def database(*, like: str = "") -> Iterator[str]:
    """The name of a new PostgreSQL database, a copy of the one `like`, for as long as the block runs."""
    import psycopg

    name = f"races_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url_of("postgres"), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like or "template1"}"')
        try:
            yield name
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def url_of(name: str) -> str:
    """DATABASE_URL of the database `name` on the suite's PostgreSQL server."""
    login = settings.DATABASES["default"]
    account = login["USER"] + (f":{login['PASSWORD']}" if login["PASSWORD"] else "")
    return f"postgres://{account}@{login['HOST']}:{login['PORT']}/{name}"


ON_SQLITE = connection.vendor == "sqlite"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A prepared desk of the suite's engine, to be copied: its file, or its name."""
    if ON_SQLITE:
        file = tmp_path_factory.mktemp("races") / "prepared.sqlite3"
        prepare(f"sqlite:///{file}")
        yield str(file)
        return
    with database() as name:
        prepare(url_of(name))
        yield name


def prepare(url: str) -> None:
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env=environment_of(url), check=True, timeout=300)
    run(environment_of(url), "prepare")


def environment_of(url: str) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": url,
        "DJANGO_DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "newsroom.settings_test",
    }


@pytest.fixture
def desk(prepared: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a desk of its own, a copy of the prepared one."""
    if ON_SQLITE:
        yield environment_of(f"sqlite:///{shutil.copy(prepared, tmp_path / 'desk.sqlite3')}")
        return
    with database(like=prepared) as name:
        yield environment_of(url_of(name))


def start(environment: dict[str, str], *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.writer", *words]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def answer_of(process: subprocess.Popen[str]) -> Any:
    out, errors = process.communicate(timeout=900)
    assert process.returncode == 0, errors
    return json.loads(out)


def run(environment: dict[str, str], *words: str) -> Any:
    return answer_of(start(environment, *words))


def race(environment: dict[str, str], seconds: int, *words: str) -> list[dict[str, Any]]:
    writers = [start(environment, "race", str(seconds), str(seed), *words) for seed in range(WRITERS)]
    return [answer_of(writer) for writer in writers]


def test_eight_writers_lose_nothing_and_never_wait_in_vain(desk: dict[str, str]) -> None:
    told = race(desk, SECONDS)
    assert [error for one in told for error in one["errors"]] == []
    acknowledged = sorted(seq for one in told for seq in one["acknowledged"])
    # Verified: no gap, no forged row, no time that goes back, on clocks that disagree by seconds.
    found = run(desk, "verify")
    assert acknowledged == list(range(1, found["decisions"] + 1))
    assert found["missing_triggers"] == []
    assert all(one["acknowledged"] for one in told), "a writer starved"
    assert found["publications"] > 0


def test_without_the_lock_they_get_into_each_others_way(desk: dict[str, str]) -> None:
    assert [error for one in race(desk, 5, "broken") for error in one["errors"]] != []


@pytest.mark.sampled
@pytest.mark.parametrize("verb", ADDS)
def test_death_at_any_statement_leaves_nothing_half_done(desk: dict[str, str], verb: str) -> None:
    found = run(desk, "kill", verb)
    assert found["faults"] == []
    assert run(desk, "verify")["missing_triggers"] == []


def test_without_the_transaction_death_leaves_a_half(desk: dict[str, str]) -> None:
    faults = run(desk, "kill", "propose_restoration", "broken")["faults"]
    assert "half done" in faults[0]
