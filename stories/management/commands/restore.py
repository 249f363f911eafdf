"""`manage.py restore FILE`: a backup in the place of the desk's file, which is kept aside (SQLite).

The copy is migrated and verified beside the desk's file and takes its name in one step, so that a restore that is
killed has changed nothing or is done, but for one moment in which there is no file and no desk starts. In every case
it finishes when it is run again.
"""

import os
import shlex
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from stories.audit import verify_ledger, verify_log
from stories.chain import BrokenChain, ChainHead
from stories.management.commands.backup import copy_database, write_to_disk
from stories.management.commands.verify_ledger import read_heads
from stories.monitor.files import InUse, alone_with, is_file, locate
from stories.sample.temporary_desk import desk_in

USE_PG_RESTORE = (
    "This desk is on PostgreSQL, which has a tool of its own for this. Into a new, empty database: "
    'pg_restore --single-transaction --no-owner --dbname="$DATABASE_URL" {file} '
    "&& manage.py migrate && manage.py verify_ledger (docs/backup.md)."
)
BESIDE = ("-journal", "-wal", "-shm")
"""What SQLite keeps beside a file under its name, and would take for part of any other that has the name."""


class Command(BaseCommand):
    """Copies, migrates and verifies before anything is replaced."""

    help = "Put a backup in the place of the desk's file (SQLite); what it replaces is kept aside."

    def add_arguments(self, parser: CommandParser) -> None:
        """From where, and what it has to hold."""
        parser.add_argument("file", type=Path, help="A backup, as `manage.py backup` writes it.")
        parser.add_argument("--head", type=Path, help="Heads exported earlier, which it must hold.")

    def handle(self, *args: Any, file: Path, head: Path | None, **options: Any) -> None:
        """Refuse what must not be, prepare the copy, replace."""
        if connection.vendor != "sqlite":
            raise CommandError(USE_PG_RESTORE.format(file=shlex.quote(str(file))))
        name = str(connection.settings_dict["NAME"])
        if not is_file(name):
            raise CommandError("This desk is in memory: there is nothing to restore it to.")
        target = Path(name).resolve()
        expected = read_heads(head) if head else {}
        if file.exists() and target.exists() and file.samefile(target):
            raise CommandError(f"{file} is the desk's own file: name a backup.")
        try:
            if target == Path(settings.EMBEDDED_DATABASE):
                target.parent.mkdir(exist_ok=True)
            with alone_with(target):
                self._restore(file, target, expected)
        except InUse as error:
            raise CommandError(
                f"A desk is running on {target}: stop it (server, API and every manage.py), then restore."
            ) from error
        except OSError as error:
            raise CommandError(f"Nothing was restored. Cannot write {target}: {error.strerror}.") from error

    def _restore(self, file: Path, target: Path, expected: dict[str, dict[int, str]]) -> None:
        fresh = target.with_name(f"{target.name}.restoring")
        remove(fresh)
        try:
            take_copy(file, fresh)
            heads = prepare(fresh, file, expected)
            keep_access(fresh, target)
            write_to_disk(fresh)
            aside = set_aside(target)
            fresh.rename(target)
            write_to_disk(target.parent)
        finally:
            remove(fresh)
        for name, one in heads.items():
            self.stdout.write(f"{name}: {one.place} rows, head {one.hash or '(empty)'}")
        kept = f" What it replaced is kept as {aside}." if aside else ""
        self.stdout.write(f"Restored {target} from {file}.{kept} Look at the rest of it: manage.py check_desk")


def remove(path: Path) -> None:
    """Remove `path` and what SQLite keeps beside it, if they are there."""
    for end in ("", *BESIDE):
        Path(f"{path}{end}").unlink(missing_ok=True)


def take_copy(file: Path, fresh: Path) -> None:
    """Copy the desk in `file` to `fresh`. `CommandError` when there is none in it that is whole."""
    os.close(os.open(fresh, os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(sqlite3.connect(locate(file, "ro"), uri=True)) as source:
            found = source.execute("SELECT 1 FROM sqlite_master WHERE name = 'stories_decision'").fetchone()
            if not found:
                raise CommandError(f"Nothing was restored. {file} holds no desk.")
            copy_database(source, fresh)
        with closing(sqlite3.connect(fresh)) as copy:
            copy.execute("PRAGMA journal_mode = DELETE")  # for one who was copied by other means
    except (sqlite3.Error, UnicodeDecodeError) as error:  # it quotes what it cannot read
        raise CommandError(f"Nothing was restored. {file} cannot be read: {error}.") from error


def prepare(fresh: Path, file: Path, expected: dict[str, dict[int, str]]) -> dict[str, ChainHead]:
    """Migrate and verify the copy `fresh` of `file`; returns both heads. `CommandError` when it does not verify."""
    with desk_in(fresh):
        try:
            refuse_newer(file)
            call_command("migrate", verbosity=0, interactive=False)
            heads = {"ledger": verify_ledger(expect=expected.get("ledger"))}
            return heads | {"log": verify_log(expect=expected.get("log"))}
        except (BrokenChain, DatabaseError, ValueError, AttributeError) as error:
            reason = " ".join(str(error).split())
    raise CommandError(f"Nothing was restored. {file} does not verify: {reason}")


def refuse_newer(file: Path) -> None:
    """`CommandError` when the default database, copied from `file`, has had migrations that this release lacks."""
    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations).union(*(one.replaces for one in loader.disk_migrations.values()))
    applied = {(app, name) for app, name in loader.applied_migrations if app == "stories"}
    if newer := sorted(name for _, name in applied - known):
        raise CommandError(
            f"Nothing was restored. {file} is of a newer release (it has had {newer[0]}): restore it with that one."
        )


def keep_access(fresh: Path, target: Path) -> None:
    """Let whoever could use `target` use `fresh`; where there is no `target`, whoever owns the folder."""
    like = (target if target.exists() else target.parent).stat()
    if target.exists():
        fresh.chmod(like.st_mode & 0o777)
    if (like.st_uid, like.st_gid) != (os.geteuid(), os.getegid()):
        os.chown(fresh, like.st_uid, like.st_gid)


def set_aside(target: Path) -> Path | None:
    """Give the desk's file another name, and take away what SQLite keeps beside it; returns the name, if it was there.

    The journal goes along in a copy first, so that the file kept aside can always be made whole with it.
    """
    aside = None
    if target.exists():
        now = datetime.now(UTC)
        aside = target.with_name(f"{target.name}.replaced-{now:%Y%m%dT%H%M%S.%fZ}")
        for end in BESIDE:
            if Path(f"{target}{end}").exists():
                shutil.copy2(f"{target}{end}", f"{aside}{end}")
        target.rename(aside)
    for end in BESIDE:
        Path(f"{target}{end}").unlink(missing_ok=True)
    return aside
