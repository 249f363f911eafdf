"""`manage.py backup FILE`: the whole desk as it stands at one moment, while people go on working."""

import os
import re
import shlex
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

USE_PG_DUMP = (
    "This desk is on PostgreSQL, which has a tool of its own for this: "
    'pg_dump --format=custom --file={unfinished} "$DATABASE_URL" && mv {unfinished} {file} (docs/backup.md).'
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


def write_to_disk(path: Path) -> None:
    """Return when what was written to the file or folder `path` outlives a power failure."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def is_running(process: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def remove_leftovers(file: Path) -> None:
    """Remove what backups to `file` that were killed have left beside it; those that still run are let alone."""
    for path in file.parent.glob(f"{_escape(file.name)}.*.unfinished*"):
        found = re.fullmatch(r"\.(\d+)\.unfinished(-journal)?", path.name.removeprefix(file.name))
        if found and not is_running(int(found[1])):
            path.unlink(missing_ok=True)


def give_name(unfinished: Path, file: Path) -> None:
    """Let `unfinished` be found under the name `file`. FileExistsError when another is: of two only one gets it."""
    try:
        os.link(unfinished, file)
    except FileExistsError:
        raise
    except OSError as error:  # some file systems know no second name
        if os.path.lexists(file):
            raise FileExistsError from error
        unfinished.rename(file)


def _escape(name: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", name)


class Command(BaseCommand):
    """SQLite's backup API into a new file, which appears under its name only when it is complete."""

    help = "Copy the whole desk (SQLite) into a new file while it is in use."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("file", type=Path, help="A file that does not exist yet.")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Copy, check, name, say how to verify it."""
        if connection.vendor != "sqlite":
            first, then = (shlex.quote(f"{file}{end}") for end in (".unfinished", ""))
            raise CommandError(USE_PG_DUMP.format(unfinished=first, file=then))
        unfinished = file.with_name(f"{file.name}.{os.getpid()}.unfinished")
        remove_leftovers(file)
        if os.path.lexists(file):
            raise CommandError(f"{file} exists, and a backup overwrites nothing: choose another name.")
        try:
            # The ledger names people and reasons: for its owner's eyes only.
            os.close(os.open(unfinished, os.O_CREAT | os.O_TRUNC, 0o600))
            connection.ensure_connection()
            copy_database(connection.connection, unfinished)
            write_to_disk(unfinished)
            give_name(unfinished, file)
            write_to_disk(file.parent)
        except FileExistsError as error:
            raise CommandError(f"{file} exists, and a backup overwrites nothing: choose another name.") from error
        except OSError as error:
            raise CommandError(f"Cannot write {file}: {error.strerror}.") from error
        except sqlite3.Error as error:
            raise CommandError(f"Cannot write {file}: {error}.") from error
        finally:
            with suppress(OSError):
                unfinished.unlink()
        address = shlex.quote(f"sqlite:///{quote(str(file.resolve()))}")
        self.stdout.write(
            f"Wrote {file} ({file.stat().st_size:,} bytes). Verify it: DATABASE_URL={address} manage.py verify_ledger"
        )
