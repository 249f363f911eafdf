"""A desk in a file of its own for a while: a SQLite database in place of the default one."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.sqlite3.base import DatabaseWrapper


@contextmanager
def desk_in(file: Path) -> Iterator[None]:
    """Point this thread's default connection at the SQLite database `file`, whatever the settings say."""
    own = connections[DEFAULT_DB_ALIAS]
    settings = {
        **connections.settings[DEFAULT_DB_ALIAS],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        # Nobody needs this file after a crash, so nothing waits for the disk.
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA synchronous=OFF;"},
    }
    temporary = DatabaseWrapper(settings, alias=DEFAULT_DB_ALIAS)
    connections[DEFAULT_DB_ALIAS] = temporary
    try:
        yield
    finally:
        temporary.close()
        connections[DEFAULT_DB_ALIAS] = own


@contextmanager
def temporary_desk() -> Iterator[None]:
    """Point this thread's default connection at a new SQLite file, migrated and empty, whatever the settings say."""
    with tempfile.TemporaryDirectory() as folder, desk_in(Path(folder) / "desk.sqlite3"):
        call_command("migrate", verbosity=0, interactive=False)
        yield
