"""`manage.py backup FILE`: the whole desk as it stands at one moment, while people go on working."""

import os
import sqlite3
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

USE_PG_DUMP = (
    "This desk is on PostgreSQL, which has a tool of its own for this: "
    'pg_dump --format=custom --file={file} "$DATABASE_URL" (docs/backup.md).'
)


def copy_database(source: sqlite3.Connection, file: Path) -> None:
    """Copy the database behind `source` to `file`, as it stands at one moment.

    All pages in one step: copied piece by piece, a backup begins anew whenever somebody writes, on a busy desk for
    ever. Writers wait for their turn meanwhile (`timeout` in the settings), readers do not.
    """
    target = sqlite3.connect(file)
    try:
        source.backup(target)
        found = [row[0] for row in target.execute("PRAGMA integrity_check")]
    finally:
        target.close()
    if found != ["ok"]:
        raise sqlite3.DatabaseError("; ".join(found[:3]))


class Command(BaseCommand):
    """SQLite's backup API into a new file, which appears under its name only when it is complete."""

    help = "Copy the whole desk (SQLite) into a new file while it is in use."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("file", type=Path, help="A file that does not exist yet.")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Copy, check, name, say how to verify it."""
        if connection.vendor != "sqlite":
            raise CommandError(USE_PG_DUMP.format(file=file))
        unfinished = file.with_name(f"{file.name}.unfinished")
        try:
            os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))  # of two backups at a time only one gets the name
        except FileExistsError as error:
            raise CommandError(f"{file} exists, and a backup overwrites nothing: choose another name.") from error
        except OSError as error:
            raise CommandError(f"Cannot write {file}: {error.strerror}.") from error
        try:
            # The ledger names people and reasons: for its owner's eyes only.
            os.close(os.open(unfinished, os.O_CREAT | os.O_TRUNC, 0o600))
            connection.ensure_connection()
            copy_database(connection.connection, unfinished)
            unfinished.replace(file)
        except (OSError, sqlite3.Error) as error:
            file.unlink()
            unfinished.unlink(missing_ok=True)
            raise CommandError(f"Cannot write {file}: {error}.") from error
        self.stdout.write(
            f"Wrote {file} ({file.stat().st_size:,} bytes). Verify it: "
            f"DATABASE_URL=sqlite:///{file.resolve()} manage.py verify_ledger"
        )
