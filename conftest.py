"""What every test in this tree needs, wherever it stands: an empty desk, and emptying it, which the guards forbid.

An empty desk is migrated once for each state of the code and copied by every process: on SQLite from a file in `var/`,
on PostgreSQL from a database of the same server. With PROOF_SEED in the environment the longest proofs are sampled,
alike wherever that is the same. No law fails for being slow: how long an example takes is the machine's affair.
"""

import fcntl
import gc
import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test import TransactionTestCase
from hypothesis import HealthCheck, Phase, settings

from stories.database import drop_guards, install_triggers
from stories.management.commands.migrate import Command as Migrate

ROOT = Path(__file__).parent
VAR = ROOT / "var"

settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(  # `make mutate`: the same examples each time, and no search for the least that fails
    "mutation", settings.get_profile("desk"), derandomize=True, phases=(Phase.explicit, Phase.generate)
)
settings.load_profile("desk")

gc.disable()  # what is collected stays until the end, so nothing is gained by looking for garbage in it


PROOF_SEED = os.environ.get("PROOF_SEED", "")
SAMPLE = 3
"""Of so many cases of a proof that is marked `sampled` one is run when there is a seed; `sampled(10)`: one in ten."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the rest out, and say so."""
    proofs: dict[tuple[str, int], list[pytest.Item]] = {}
    for item in items:
        if PROOF_SEED and (mark := item.get_closest_marker("sampled")):
            one_in = mark.args[0] if mark.args else SAMPLE
            proofs.setdefault((item.nodeid.partition("[")[0], one_in), []).append(item)
    left_out: set[pytest.Item] = set()
    for (name, one_in), cases in proofs.items():
        chance = random.Random(f"{PROOF_SEED} {connection.vendor} {name}")  # noqa: S311
        left_out |= set(chance.sample(cases, len(cases) - -(-len(cases) // one_in)))
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish() -> None:
    """Look for garbage again, but not in what there is by now."""
    gc.freeze()
    gc.enable()


def name_kept_desk() -> str:
    """What the empty desk is called that this code, its requirements and this SQLite make."""
    made_of = sha256(sqlite3.sqlite_version.encode())
    for file in sorted([ROOT / "requirements.txt", *ROOT.glob("newsroom/*.py"), *ROOT.glob("stories/**/*.py")]):
        made_of.update(f"\n{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return f"empty-desk-{made_of.hexdigest()[:16]}"


class KeptFile:
    """On SQLite: a file in `var/`."""

    def __init__(self, name: str) -> None:
        self.file = VAR / f"{name}.sqlite3"

    def copy_to(self, made: Any) -> bool:
        """Fill the empty database `made`; False when nothing is kept yet."""
        made.ensure_connection()
        if self.file.exists():
            with closing(sqlite3.connect(self.file)) as desk:
                desk.backup(made.connection)
            return True
        return False

    def keep(self, made: Any) -> None:
        """Keep what `made` holds, whole or not at all, and remove what older code made."""
        fresh = self.file.with_suffix(f".{os.getpid()}")
        with closing(sqlite3.connect(fresh)) as copy:
            made.connection.backup(copy)
        for old in {*VAR.glob("empty-desk-*.sqlite3")} - {self.file}:  # another worker may be reading ours by now
            old.unlink(missing_ok=True)
        fresh.replace(self.file)


class KeptDatabase:
    """On PostgreSQL: a database of the same server, which goes with it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def copy_to(self, made: Any) -> bool:
        """As of a file."""
        name = made.settings_dict["NAME"]
        made.close()
        with made._nodb_cursor() as server:
            server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name])
            if server.fetchone():
                server.execute(f'DROP DATABASE "{name}"')
                server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.name}"')
                return True
        return False

    def keep(self, made: Any) -> None:
        """As in a file; a server of tests sees one state of the code or few."""
        name = made.settings_dict["NAME"]
        made.close()
        with made._nodb_cursor() as server:
            server.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{name}"')


@contextmanager
def alone() -> Iterator[None]:
    """Let one process at a time do this: the first migrates, the others copy."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "empty-desk.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def copying() -> Iterator[pytest.MonkeyPatch]:
    """`migrate` copies the kept desk, or keeps the one that it makes, until this patch is undone."""
    migrate, name = Migrate.handle, name_kept_desk()

    def copy_or_migrate(self: Migrate, *args: Any, **options: Any) -> None:
        made = connections[options["database"]]
        kept = KeptFile(name) if made.vendor == "sqlite" else KeptDatabase(name)
        with alone():
            if not kept.copy_to(made):
                migrate(self, *args, **options)
                kept.keep(made)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Migrate, "handle", copy_or_migrate)
        yield patch


@pytest.fixture(scope="session")
def django_db_setup(copying: pytest.MonkeyPatch, django_db_setup: None) -> None:
    """The test database, copied; from here on `migrate` migrates."""
    copying.undo()


@pytest.fixture(scope="session", autouse=True)
def flush_without_guards() -> Iterator[None]:
    """Let a transactional test flush its database: guards down, flush, guards up again."""
    with pytest.MonkeyPatch.context() as patch:
        flush = TransactionTestCase._fixture_teardown

        def teardown(self: TransactionTestCase) -> None:
            drop_guards(connection)
            try:
                flush(self)
            finally:
                install_triggers(connection)

        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield
