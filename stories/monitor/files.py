"""The file that a desk on SQLite lies in: who uses it, whether it is still the same, whether it can be written.

A process that has opened the file keeps a shared lock on another one beside it, `….lock`, until it ends: so that
`restore` knows whether anybody is left. Knows no model: the database backends (newsroom/) import it while they load.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.core.files import locks

NO_FILE = "There is no such file"
REPLACED = "Another file has been put in its place since this process began: start it again"
PROBE_SECONDS = 1.0
"""How long a look waits for somebody who is writing; that somebody writes is all that it wants to know."""


@dataclass(frozen=True)
class Held:
    """A file that this process has opened: which one it was, and the lock that says so to others."""

    device: int
    inode: int
    lock: int | None


_held: dict[str, Held] = {}
_holding = threading.Lock()


class InUse(Exception):
    """Somebody else has the file open."""


def is_file(name: str) -> bool:
    """Whether the database `name` lies in a file: one in memory does not."""
    return name != ":memory:" and not name.startswith("file:")


def locate(path: str | Path, mode: str) -> str:
    """The file `path` as SQLite's URI with `mode` ro or rw: neither creates a file."""
    return f"file:{quote(str(path))}?mode={mode}"


def _lock_of(path: str) -> str:
    return f"{os.path.realpath(path)}.lock"


def keep_open(path: str) -> None:
    """Let others know that this process has `path` open; called before it is opened, safe to repeat.

    Raises `sqlite3.OperationalError` when there is no such file, or when somebody is replacing it just now.
    """
    with _holding:
        if path in _held:
            return
        if not os.path.exists(path):
            raise sqlite3.OperationalError(f"{NO_FILE}: {path}")
        lock = None
        with suppress(OSError):  # where no file can be made beside it nothing can be restored there either
            lock = os.open(_lock_of(path), os.O_RDONLY | os.O_CREAT, 0o644)
        if lock is not None and not locks.lock(lock, locks.LOCK_SH | locks.LOCK_NB):
            os.close(lock)
            raise sqlite3.OperationalError(f"A backup is being restored to {path}: try again when that is done")
        found = os.stat(path)
        _held[path] = Held(found.st_dev, found.st_ino, lock)


def is_same(path: str) -> bool:
    """Whether `path` is the file that this process opened first under that name."""
    held = _held.get(path)
    try:
        found = os.stat(path)
    except OSError:
        return False
    return held is None or (held.device, held.inode) == (found.st_dev, found.st_ino)


@contextmanager
def alone_with(path: Path) -> Iterator[None]:
    """Nobody opens `path` in this block. `InUse` when somebody has; OSError when nothing can be written beside it."""
    lock = os.open(_lock_of(str(path)), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not locks.lock(lock, locks.LOCK_EX | locks.LOCK_NB):
            raise InUse
        yield
    finally:
        os.close(lock)


def find_change(path: str) -> str:
    """Whether `path` is gone or another file than it was, a sentence without its name; empty when it is neither."""
    if not os.path.exists(path):
        return "The database's file is not where it should be."
    return "" if is_same(path) else "The database's file was replaced since this process began: start it again."


def find_fault(path: str) -> str:
    """Why nothing can be written to `path` just now, a sentence without its name; empty when it can.

    It writes, and takes that back before anybody sees it.
    """
    if changed := find_change(path):
        return changed
    try:
        with closing(sqlite3.connect(locate(path, "rw"), uri=True, timeout=PROBE_SECONDS, isolation_level=None)) as one:
            one.execute("BEGIN IMMEDIATE")
            one.execute("PRAGMA user_version = 1")  # the journal is made, and takes a page
            one.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return ""
        return f"The database's file cannot be written: {error}."
    except sqlite3.DatabaseError as error:
        return f"The database's file is damaged: {error}."
    return ""


def find_damage(path: str) -> str:
    """What SQLite finds wrong with the file `path`, the first of it; empty when it is whole. Reads all of it."""
    try:
        with closing(sqlite3.connect(locate(path, "ro"), uri=True)) as one:
            ((found,),) = one.execute("PRAGMA integrity_check(1)").fetchall()
    except (sqlite3.Error, UnicodeDecodeError) as error:  # it quotes what it cannot read
        return f"the file is damaged: {error}"
    return "" if found == "ok" else f"the file is damaged: {found}"
