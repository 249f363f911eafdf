"""Commands that are run in a process of their own, to their end or until they are killed on the way.

A process that is forked begins where this one is, so that a hundred of them take no longer than their work. Killed it
is at a *point*: before a statement, before or after a commit, before a file is opened to write, renamed, linked or
removed.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from newsroom.desk_sqlite.base import DatabaseWrapper as DeskFile
from newsroom.settings import SQLITE_OPTIONS
from stories.sample.temporary_desk import desk_in

FILES = {"os.rename", "os.link", "os.remove", "os.mkdir", "sqlite3.connect"}
FAILED = 3


def file_of(url: str) -> Path:
    """The file of a desk on SQLite."""
    return Path(unquote(url.removeprefix("sqlite:///")))


def point_at(url: str) -> BaseDatabaseWrapper:
    """Make the desk at `url` this thread's default, as production connects to it; returns the one before."""
    own = connections[DEFAULT_DB_ALIAS]
    if url.startswith("sqlite"):
        options = {"ENGINE": "newsroom.desk_sqlite", "NAME": str(file_of(url)), "OPTIONS": dict(SQLITE_OPTIONS)}
        connections[DEFAULT_DB_ALIAS] = DeskFile({**own.settings_dict, **options}, alias=DEFAULT_DB_ALIAS)
    else:
        options = {"NAME": url.rpartition("/")[2]}
        connections[DEFAULT_DB_ALIAS] = type(own)({**own.settings_dict, **options}, alias=DEFAULT_DB_ALIAS)
    ContentType.objects.clear_cache()  # its keys are each database's own
    return own


@contextmanager
def looking_at(url: str) -> Iterator[None]:
    """The desk at `url` as the default, without a lock on its file, while the block lasts."""
    if url.startswith("sqlite"):
        with desk_in(file_of(url)):
            ContentType.objects.clear_cache()
            yield
    else:
        own = point_at(url)
        try:
            yield
        finally:
            connections[DEFAULT_DB_ALIAS].close()
            connections[DEFAULT_DB_ALIAS] = own
    ContentType.objects.clear_cache()


class Countdown:
    """Counts points, and ends the process at one of them."""

    def __init__(self, point: int) -> None:
        self.point, self.seen = point, 0

    def pass_one(self) -> None:
        self.seen += 1
        if self.seen == self.point:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch_files(self, event: str, arguments: tuple[Any, ...]) -> None:
        """An audit hook of Python."""
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if (event in FILES or writes) and not str(arguments[0]).endswith(".pyc"):
            self.pass_one()

    def watch_statements(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        """A wrapper of Django around each statement."""
        self.pass_one()
        return execute(*arguments)

    def watch(self) -> None:
        """Count from now on, in this process for good."""
        commit = BaseDatabaseWrapper._commit

        def count(connection: BaseDatabaseWrapper) -> Any:
            self.pass_one()
            done = commit(connection)
            self.pass_one()
            return done

        BaseDatabaseWrapper._commit = count
        connection_created.connect(
            lambda connection, **_: connection.execute_wrappers.append(self.watch_statements), weak=False
        )
        sys.addaudithook(self.watch_files)


def manage(url: str, said: Path, *command: str, point: int = 0) -> tuple[int, int]:
    """Run `command` on the desk at `url` in a process of its own, killed at `point` if that is not 0.

    What it prints goes into the file `said`. Returns (its exit status or the negative signal, the points it passed).
    """
    count = said.with_suffix(".count")
    child = os.fork()
    if not child:  # nothing from here on returns to the tests
        status = FAILED
        try:
            with said.open("w", buffering=1) as out:
                try:
                    settings.DEBUG = True
                    point_at(url)
                    countdown = Countdown(point)
                    countdown.watch()
                    call_command(*command, stdout=out, stderr=out)
                    count.write_text(str(countdown.seen))
                    status = 0
                except CommandError as error:
                    out.write(f"CommandError: {error}\n")
                    status = 1
                except BaseException:
                    traceback.print_exc(file=out)
        finally:
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status, int(count.read_text()) if status == 0 else 0
